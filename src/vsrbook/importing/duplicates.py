"""Merge rows that say the same thing twice; refuse those that contradict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vsrbook.importing.report import Report
from vsrbook.problems import count_noun, list_some, shorten

if TYPE_CHECKING:
    import pandas as pd

KEY = ["indicator_code", "area_code", "year", "sex", "age", "residence", "category"]


def merge_equal(rows: pd.DataFrame, report: Report) -> pd.DataFrame:
    """Keep one of the rows that say the same thing twice: the one with a value, and with a mark."""
    twice = rows.duplicated(KEY, keep=False)
    if not twice.any():
        return rows
    doubled = rows[twice]
    order = doubled.assign(
        _empty=doubled["value"].isna(), _final=(doubled["status"] == "") & (doubled["note"] == "")
    )
    order = order.sort_values(["_empty", "_final"], kind="stable")
    grouped = order.groupby(KEY, sort=False)
    one_value = grouped["value"].transform("nunique") <= 1
    surplus = order.index[one_value & order.duplicated(KEY, keep="first")]
    _report_merged(rows.loc[surplus.sort_values()], report)
    return rows.drop(index=surplus)


def _report_merged(rows: pd.DataFrame, report: Report) -> None:
    for (file, code), group in rows.groupby(["file", "indicator_code"], sort=False):
        places = list_some(list(map(str, group["place"])), 6)
        what = f"{count_noun(len(group), 'row')} of {shorten(code)} that repeat another row ({places})"
        report.add("merged", str(file), group["place"].iloc[0], what, count=len(group))


def refuse_conflicts(rows: pd.DataFrame, report: Report) -> pd.DataFrame:
    """Refuse rows of one key that give different values, with both shown; the rest of the series stays."""
    conflict = rows.duplicated(KEY, keep=False)
    for key, group in rows[conflict].groupby(KEY, sort=False):
        report.add("refused", *_describe_conflict(key, group), count=len(group))
    return rows[~conflict]


def _describe_conflict(key: Any, group: pd.DataFrame) -> tuple[str, str, str, str]:
    named = ", ".join(str(part) for part in key if str(part))
    said = [
        f"{value!r} in {place if file == group['file'].iloc[0] else f'{file}:{place}'}"
        for value, file, place in zip(group["value"], group["file"], group["place"], strict=True)
    ]
    what = f"conflict: {shorten(named, 160)} is {' and '.join(said[:6])}"
    hint = "none of them is in the tables; correct the source"
    return str(group["file"].iloc[0]), str(group["place"].iloc[0]), what, hint
