"""Pick observations: totals, one group, the latest year, the whole area or its parts."""

from __future__ import annotations

import pandas as pd

GROUPS = ("sex", "age", "residence", "category")


def totals(observations: pd.DataFrame) -> pd.DataFrame:
    """Keep the observations for everyone: no sex, age, residence or category."""
    return observations[(observations[list(GROUPS)] == "").all(axis=1)]


def groups_of(observations: pd.DataFrame, group: str) -> pd.DataFrame:
    """Keep the observations broken down by one group and by nothing else."""
    others = [name for name in GROUPS if name != group]
    return observations[(observations[group] != "") & (observations[others] == "").all(axis=1)]


def latest(observations: pd.DataFrame) -> pd.DataFrame:
    """Keep, per indicator, area and group, the observation of the last year that has a value."""
    known = observations.dropna(subset=["value"])
    order = known.sort_values("year", kind="stable")
    return order.drop_duplicates(["indicator_code", "area_code", *GROUPS], keep="last").sort_values("row")


def of_area(observations: pd.DataFrame, area_code: str) -> pd.DataFrame:
    """Keep the observations of one area."""
    return observations[observations["area_code"] == area_code]


def of_areas(observations: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """Keep the observations of the areas of a table."""
    return observations[observations["area_code"].isin(areas["area_code"])]


def weighted_mean(values: pd.Series, weights: pd.Series) -> float:
    """Return Σ(w·v)/Σw over the pairs where both are known; NaN where there is none.

    `values` in the indicator's unit, `weights` the count of units (households, persons) behind each.
    """
    known = values.notna() & weights.notna()
    total = float(weights[known].sum())
    return float((values[known] * weights[known]).sum()) / total if total > 0 else float("nan")
