"""How a value has changed between its first and its last year, in its unit. No judgement of progress."""

from __future__ import annotations

import pandas as pd

from vsrbook.methods.selection import GROUPS


def changes(observations: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Return one row per indicator, area and group with at least two years.

    Columns: the key, first_year, first_value, last_year, last_value, points, change (last − first, in
    the unit), toward (True where the change goes the way the indicator calls progress, False where it
    goes the other way, <NA> where there is no change or no direction).
    """
    keys = ["indicator_code", "area_code", *GROUPS]
    known = observations.dropna(subset=["value"]).sort_values("year", kind="stable")
    table = known.groupby(keys, sort=False).agg(
        first_year=("year", "first"),
        first_value=("value", "first"),
        last_year=("year", "last"),
        last_value=("value", "last"),
        points=("value", "size"),
    )
    table = table[table["points"] >= 2].reset_index()
    table["change"] = table["last_value"] - table["first_value"]
    direction = dict(zip(indicators["indicator_code"], indicators["direction"], strict=True))
    wanted = [{"up": 1, "down": -1}.get(direction.get(code, "none"), 0) for code in table["indicator_code"]]
    sign = pd.Series(wanted, index=table.index, dtype="int64") * table["change"]
    table["toward"] = pd.Series(sign > 0, dtype="boolean").mask(sign == 0)
    return table


def target_gaps(observations: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Return the distance of each latest value to its indicator's target, where one is given.

    Columns: those of the observation, target_value, target_year, gap (target − value, in the unit) and
    met (whether the value has reached the target in the indicator's direction; <NA> without one).
    """
    aims = indicators.dropna(subset=["target_value"])
    columns = ["indicator_code", "target_value", "target_year", "direction"]
    table = observations.dropna(subset=["value"]).merge(aims[columns], on="indicator_code")
    table["gap"] = table["target_value"] - table["value"]
    met = (table["gap"] <= 0).where(table["direction"] == "up", table["gap"] >= 0)
    table["met"] = met.astype("boolean").mask(table["direction"] == "none")
    return table
