"""How much of the data there is: years and areas with a value, and how old the values are."""

from __future__ import annotations

import numpy as np
import pandas as pd

from vsrbook.methods.selection import GROUPS

SERIES = ("indicator_code", *GROUPS)
COUNTS = ("observations", "values", "missing", "suppressed", "provisional", "estimated")


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


def is_known(observations: pd.DataFrame) -> pd.Series:
    """Say of each observation whether it has a value that may be shown.

    A suppressed value has not, even where the number stands in the table: whoever counts or measures
    with it would publish what its source holds back. Returns booleans with the index of `observations`.
    """
    finite = np.isfinite(observations["value"].to_numpy(dtype="float64", na_value=np.nan))
    return pd.Series(finite, index=observations.index) & ~observations["status"].isin(["suppressed"])


def count_kinds(observations: pd.DataFrame) -> pd.DataFrame:
    """Mark each observation with 1 in the columns of COUNTS that it counts for, and 0 in the others.

    values + missing + suppressed = observations: a value that is held back is not one that nobody has.
    provisional and estimated are among the values; the rest of the values is final.
    """
    status, known = observations["status"], is_known(observations)
    suppressed = status.isin(["suppressed"])
    marks = {
        "observations": pd.Series(True, index=observations.index),
        "values": known,
        "missing": ~known & ~suppressed,
        "suppressed": suppressed,
        "provisional": known & status.isin(["provisional"]),
        "estimated": known & status.isin(["estimated"]),
    }
    return pd.DataFrame(marks).astype("int32")


def availability(
    observations: pd.DataFrame, indicators: pd.DataFrame, areas: pd.DataFrame, *, complete: bool = False
) -> pd.DataFrame:
    """Count what there is per indicator, area and year, in long form.

    Returns indicator_code and area_code (categorical: the declared ones, in their tables' order), year,
    and COUNTS over the groups (sex, age …). Indicators and areas that are not declared are left out.
    Rows are the combinations that the observations name; `complete` adds all others of indicator, area
    and any year observed, with zeros: 300 areas, 205 indicators and 12 years make 738,000 rows.
    """
    declared = {"indicator_code": indicators["indicator_code"], "area_code": areas["area_code"]}
    inside = observations
    for name, codes in declared.items():
        inside = inside[inside[name].isin(codes)]
    keys = {name: pd.Categorical(inside[name], codes) for name, codes in declared.items()}
    keys["year"] = pd.Categorical(inside["year"])
    table = pd.DataFrame(keys, index=inside.index).join(count_kinds(inside))
    counted = table.groupby(list(keys), observed=not complete, sort=True)[list(COUNTS)].sum()
    return counted.astype("int32").reset_index().astype({"year": "Int64"})


def coverage_by_goal(
    observations: pd.DataFrame, indicators: pd.DataFrame, areas: pd.DataFrame
) -> pd.DataFrame:
    """Count per goal what is declared and what has a value.

    Returns one row per goal of `indicators`: goal, indicators, indicators_with_value, series (indicator
    and group, with a value), areas, areas_with_value, pairs (indicators times areas), pairs_with_value
    (in any year, for any group), share_of_pairs (0 to 1; NaN without areas), first_year and last_year
    with a value, and COUNTS. Pass the areas that are compared: one level, without the whole country.
    """
    inside = observations[observations["area_code"].isin(areas["area_code"])]
    inside = inside.merge(indicators[["indicator_code", "goal"]], on="indicator_code")
    known = inside[is_known(inside)]
    by_goal, pair = known.groupby("goal"), ["indicator_code", "area_code"]
    declared = indicators.groupby("goal").size()
    table = pd.DataFrame(
        {
            "indicators": declared,
            "indicators_with_value": by_goal["indicator_code"].nunique(),
            "series": known.drop_duplicates(list(SERIES)).groupby("goal").size(),
            "areas": len(areas),
            "areas_with_value": by_goal["area_code"].nunique(),
            "pairs": declared * len(areas),
            "pairs_with_value": known.drop_duplicates(pair).groupby("goal").size(),
        },
        index=declared.index,
    )
    table = table.join(count_kinds(inside).groupby(inside["goal"]).sum()).fillna(0).astype("int64")
    table["share_of_pairs"] = table["pairs_with_value"] / table["pairs"]  # 0/0 is NaN: no area, no share
    years = by_goal["year"].agg(first_year="min", last_year="max").astype("Int64")
    return table.join(years).reset_index()


def freshness(observations: pd.DataFrame, indicators: pd.DataFrame, *, as_of: int) -> pd.DataFrame:
    """Say per indicator how old its values are in the year `as_of`.

    Returns one row per indicator of `indicators`: indicator_code, latest_year (with a value in any area),
    age (years since), areas_with_value, areas_at_latest, share_at_latest (of the areas that have a value,
    those whose latest is of latest_year; 0 to 1), median_age (of the areas' latest values, in years),
    COUNTS, and later (observations for years after `as_of`: counted there and nowhere else). Ages and
    shares are missing where there is no value.
    """
    declared = pd.Index(indicators["indicator_code"], name="indicator_code")
    now = observations[observations["indicator_code"].isin(declared)]
    late = (now["year"] > as_of).fillna(value=False).astype(bool)
    later, now = now[late], now[~late]
    known = now[is_known(now)]
    last = (
        known.groupby(["indicator_code", "area_code"])["year"].max().rename("last").reset_index("area_code")
    )
    table = pd.DataFrame({"latest_year": last.groupby(level=0)["last"].max()}).reindex(declared)
    at_latest = last["last"] == table["latest_year"].reindex(last.index)
    table["age"] = as_of - table["latest_year"]
    table["areas_with_value"] = last.groupby(level=0).size()
    table["areas_at_latest"] = at_latest.groupby(level=0).sum()
    table["share_at_latest"] = table["areas_at_latest"] / table["areas_with_value"]
    table["median_age"] = as_of - last.groupby(level=0)["last"].median()
    table = table.join(count_kinds(now).groupby(now["indicator_code"]).sum())
    table["later"] = later.groupby("indicator_code").size()
    whole = ["areas_with_value", "areas_at_latest", *COUNTS, "later"]
    kinds = dict.fromkeys(["latest_year", "age"], "Int64") | dict.fromkeys(
        ["share_at_latest", "median_age"], "float64"
    )
    return table.fillna(dict.fromkeys(whole, 0)).astype(dict.fromkeys(whole, "int64") | kinds).reset_index()
