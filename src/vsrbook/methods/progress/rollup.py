"""Join assessed series to indicators and goals by the method's own rule, or count them where it has none."""

from __future__ import annotations

import numpy as np
import pandas as pd

from vsrbook.methods.progress.model import NOT_ASSESSABLE, Method
from vsrbook.methods.progress.registry import find_method

SEVERAL = "several series of an indicator, for which the method names no rule: choose one area and group"
COUNTS = ["series", "assessed", "not_assessable"]


def roll_up(
    assessed: pd.DataFrame, indicators: pd.DataFrame, *, method: str | Method
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what the series of `assess_table` say per indicator and per goal.

    Both tables have goal, method, version, rule (in words), series, assessed, not_assessable,
    share_assessed (0 where there is no series), score (NaN: none), status ("" where the method names no
    rule for one, not_assessable where no series could be judged) and a column of counts for each status.
    The first has indicator_code; all of `indicators` are in it, also those without a series. The second
    has indicators and indicators_assessed. Raises ValueError where a row was judged by another method.
    """
    chosen = find_method(method)
    other = assessed.loc[assessed["method"] != chosen.name, "method"].unique()
    if len(other):
        raise ValueError(f"the series were judged by '{other[0]}', not by '{chosen.name}'")
    indicator = _join_series(assessed, indicators, chosen)
    goal = _join_indicators(indicator, chosen)
    return _finish(indicator, ["indicator_code", "goal"], chosen), _finish(goal, ["goal"], chosen)


def sdg_index(per_goal: pd.DataFrame) -> float | None:
    """Return the mean of the goals' scores (0 … 100 by `sdsn`); None where no goal has one."""
    score = per_goal["score"].mean()
    return None if pd.isna(score) else float(score)


def _join_series(assessed: pd.DataFrame, indicators: pd.DataFrame, method: Method) -> pd.DataFrame:
    """Return one row per indicator: counts, mean score, and status by the method's rule."""
    known = assessed["status"] != NOT_ASSESSABLE
    rows = assessed.assign(
        assessed=known,
        achieved=known & (assessed["status"] == method.rollup.every),
        scored=assessed["score"].notna(),
    )
    for status in method.statuses:
        rows[f"n:{status.name}"] = assessed["status"] == status.name
    grouped = rows.groupby("indicator_code", sort=False)
    named = [f"n:{status.name}" for status in method.statuses]
    table = grouped[["assessed", "achieved", "scored", *named]].sum()
    table["series"], table["score"] = grouped.size(), grouped["score"].mean()
    table["place"] = grouped["value"].mean()
    table["only"] = rows[known].groupby("indicator_code")["status"].first()
    table = table.reindex(pd.Index(indicators["indicator_code"], name="indicator_code"))
    counts = ["assessed", "achieved", "scored", "series", *named]
    table[counts] = table[counts].fillna(0).astype("int64")
    table["goal"] = indicators["goal"].to_numpy()
    table["status"] = _name_mean(table, method)
    if method.rollup.kind == "two_worst":
        table["status"] = table["only"].where(table["assessed"] == 1, "")
    return table.reset_index()


def _join_indicators(indicator: pd.DataFrame, method: Method) -> pd.DataFrame:
    """Return one row per goal: sums of counts, mean of the indicators' scores, status by the rule."""
    grouped = indicator.dropna(subset=["goal"]).groupby("goal")
    counts = ["assessed", "achieved", "scored", "series", *(f"n:{status.name}" for status in method.statuses)]
    table = grouped[counts].sum()
    table["score"], table["indicators"] = grouped["score"].mean(), grouped.size()
    judged = indicator[indicator["assessed"] > 0].groupby("goal").size()
    table["indicators_assessed"] = judged.reindex(table.index, fill_value=0)
    table["status"] = _name_mean(table, method)
    if method.rollup.kind == "two_worst":
        table["status"] = _colour_goals(indicator, table, method)
        table["rule"] = method.rollup.words
        several = indicator[indicator["assessed"] > 1].groupby("goal").size().reindex(table.index)
        table.loc[several.notna(), "rule"] = f"no colour: {SEVERAL}"
    return table.reset_index()


def _name_mean(table: pd.DataFrame, method: Method) -> pd.Series:
    """Name the mean scores by the method's scale; "" without a scale."""
    rule = method.rollup
    names = pd.Series("", index=table.index, dtype="str")
    if rule.kind == "mean" and rule.scale is not None:
        names = pd.Series(
            rule.scale.name(table["score"].to_numpy(dtype=float)), index=table.index, dtype="str"
        )
        names = names.mask((table["scored"] > 0) & (table["achieved"] == table["scored"]), rule.every)
        names = names.where(table["scored"] > 0, "")
    return names


def _colour_goals(indicator: pd.DataFrame, goals: pd.DataFrame, method: Method) -> pd.Series:
    """Colour each goal by its two worst indicators; "" where an indicator has several series."""
    scale = method.rollup.scale
    assert scale is not None, "a rule of the two worst names its colours"  # noqa: S101  # a method's own mistake
    one = indicator[indicator["assessed"] == 1].sort_values("place", kind="stable")
    worst = (
        one.groupby("goal").head(2).groupby("goal")["place"].agg(["mean", "min", "max"]).reindex(goals.index)
    )
    colour = pd.Series(scale.name(worst["mean"].to_numpy(dtype=float)), index=goals.index, dtype="str")
    best, last = scale.cuts[0], scale.cuts[-1]
    colour = colour.mask((colour == best.name) & (worst["min"] < best.limit), scale.cuts[1].name)
    colour = colour.mask((colour == scale.otherwise) & (worst["max"] >= last.limit), last.name)
    several = indicator[indicator["assessed"] > 1].groupby("goal").size().reindex(goals.index)
    colour = colour.where(several.isna(), "")
    return colour.mask(2 * goals["indicators_assessed"] < goals["indicators"], "grey")


def _finish(table: pd.DataFrame, keys: list[str], method: Method) -> pd.DataFrame:
    """Bring the columns into their order, with the shares and the names of method and rule."""
    table = table.assign(
        method=method.name,
        version=method.version,
        not_assessable=table["series"] - table["assessed"],
        share_assessed=np.where(table["series"] > 0, table["assessed"] / table["series"].clip(lower=1), 0.0),
        status=table["status"].mask((table["assessed"] == 0) & (table["status"] != "grey"), NOT_ASSESSABLE),
    )
    if "rule" not in table:
        table["rule"] = method.rollup.words
    named = {f"n:{status.name}": status.name for status in method.statuses}
    breadth = [name for name in ("indicators", "indicators_assessed") if name in table]
    order = [
        *keys,
        "method",
        "version",
        "rule",
        *breadth,
        *COUNTS,
        "share_assessed",
        "score",
        "status",
        *named,
    ]
    return table[order].rename(columns=named)
