"""How much of the data there is: years and areas with a value."""

from __future__ import annotations

import pandas as pd


def years_with_data(observations: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Count the series with a value, per goal and year.

    A series is an indicator and a group (sex, age …). Returns goal, year, series.
    """
    known = observations.dropna(subset=["value"]).merge(
        indicators[["indicator_code", "goal"]], on="indicator_code"
    )
    series = known.drop_duplicates(["goal", "year", "indicator_code", "sex", "age", "residence", "category"])
    counted = series.groupby(["goal", "year"]).size().rename("series").reset_index()
    return counted.sort_values(["goal", "year"])


def area_coverage(observations: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """Count, per indicator, the areas with a value in its latest year.

    Returns indicator_code, year (the latest with any area), areas_with_value, areas (how many there are).
    """
    known = observations.dropna(subset=["value"])
    known = known[known["area_code"].isin(areas["area_code"])]
    last = known.groupby("indicator_code")["year"].max().rename("year")
    now = known.merge(last, on=["indicator_code", "year"])
    counted = now.groupby("indicator_code")["area_code"].nunique().rename("areas_with_value")
    table = pd.concat([last, counted], axis=1).reset_index()
    return table.assign(areas=len(areas))
