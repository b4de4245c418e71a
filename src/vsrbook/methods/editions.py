"""What has changed from one edition to the next: values, and the statuses that were judged from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from vsrbook.methods.coverage import is_known
from vsrbook.methods.selection import GROUPS

KEY = ("indicator_code", "area_code", "year", *GROUPS)
SERIES = ("indicator_code", "area_code", *GROUPS)
VALUE_KINDS = ("revised", "new", "dropped", "now_missing", "now_known", "status_changed", "unchanged")
ASSESSMENT_KINDS = ("status_changed", "method_changed", "new", "dropped", "unchanged")


def compare_editions(
    before: pd.DataFrame, after: pd.DataFrame, *, key: Sequence[str] = KEY, tolerance: float = 0.0
) -> pd.DataFrame:
    """Compare two tables of observations, key by key.

    Returns one row per key of either table, sorted by key: the key, old_value, new_value, difference
    (new − old, in the indicator's unit), relative_difference (of the old value's size; NaN where that is
    0), old_status, new_status ("" for final, missing where there is no row) and kind, the first of these
    that holds:

    - new, dropped: only `after`, only `before` has the key, with or without a value;
    - now_missing, now_known: the value has gone or come (a suppressed value counts as missing, and is
      not shown);
    - revised: both are known and differ by more than `tolerance`, in the unit, beyond rounding of the
      binary numbers;
    - status_changed: the status is another, such as final after provisional;
    - unchanged.

    Raises ValueError for a negative tolerance, a key column that a table lacks, or a key that stands twice.
    """
    if not tolerance >= 0:
        raise ValueError(f"tolerance is {tolerance}; expected 0 or more, in the indicator's unit")
    old, new = (_take_values(table, key, name) for table, name in ((before, "before"), (after, "after")))
    table = _match(old, new, key)
    gone, come = table["old_value"].notna(), table["new_value"].notna()
    table["difference"] = table["new_value"] - table["old_value"]
    size = table["old_value"].abs()
    table["relative_difference"] = table["difference"] / size.where(size > 0)
    largest = np.maximum(size, table["new_value"].abs())
    # 10.3 − 10.2 is more than 0.1 in binary: the last bits of the numbers compared decide nothing
    revised = table["difference"].abs() > tolerance + 4 * np.spacing(largest)
    table["kind"] = _choose_kind(
        VALUE_KINDS,
        new=table["side"] == "after",
        dropped=table["side"] == "before",
        now_missing=gone & ~come,
        now_known=~gone & come,
        revised=revised,
        status_changed=table["old_status"] != table["new_status"],
    )
    columns = ["old_value", "new_value", "difference", "relative_difference", "old_status", "new_status"]
    return table[[*key, *columns, "kind"]]


def compare_assessments(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Compare two tables of assessed series; only statuses that the same method gave are compared.

    `before` and `after` have indicator_code, area_code, sex, age, residence, category, method, value,
    score, status; a series may be judged by several methods, each once. Returns SERIES, old_method,
    new_method, old_status, new_status, old_value, new_value, old_score, new_score, score_difference and
    kind: new, dropped, status_changed, unchanged, or method_changed where the series was judged by a
    method that is gone and is judged by one that is new. Such a row shows both and compares nothing: it
    has no score_difference. Raises ValueError for a missing column or a series judged twice by a method.
    """
    key = [*SERIES, "method"]
    old, new = (
        _take_columns(table, key, ["status", "value", "score"], name)
        for table, name in ((before, "before"), (after, "after"))
    )
    table = _match(old, new, key)
    table["old_method"] = table["method"].where(table["side"] != "after")
    table["new_method"] = table["method"].where(table["side"] != "before")
    table = _pair_methods(table)
    other = (table["old_method"] != table["new_method"]) & (table["side"] == "both")
    status = table[["old_status", "new_status"]].fillna("")
    table["score_difference"] = (table["new_score"] - table["old_score"]).mask(other)
    table["kind"] = _choose_kind(
        ASSESSMENT_KINDS,
        new=table["side"] == "after",
        dropped=table["side"] == "before",
        method_changed=other,
        status_changed=status["old_status"] != status["new_status"],
    )
    pairs = [f"{age}_{name}" for name in ("method", "status", "value", "score") for age in ("old", "new")]
    return table[[*SERIES, *pairs, "score_difference", "kind"]]


def summarise_editions(comparison: pd.DataFrame, indicators: pd.DataFrame | None = None) -> pd.DataFrame:
    """Count the kinds of a comparison per indicator, or, given `indicators`, per goal.

    Takes what compare_editions or compare_assessments returns. Returns indicator_code or goal (<NA> for
    indicators that `indicators` does not declare, such as dropped ones), one column per kind, and rows,
    their sum.
    """
    by = comparison["indicator_code"]
    if indicators is not None:
        by = by.map(indicators.set_index("indicator_code")["goal"]).astype("Int64").rename("goal")
    kinds = comparison["kind"].cat.categories
    marks = pd.DataFrame({kind: (comparison["kind"] == kind).astype("int64") for kind in kinds})
    counted = marks.groupby(by, dropna=False, sort=True).sum()
    return counted.assign(rows=counted.sum(axis=1)).reset_index()


def _take_values(table: pd.DataFrame, key: Sequence[str], name: str) -> pd.DataFrame:
    taken = _take_columns(table, key, ["value", "status"], name)
    taken["status"] = taken["status"].fillna("")
    return taken.assign(value=taken["value"].where(is_known(taken)))


def _take_columns(table: pd.DataFrame, key: Sequence[str], others: Iterable[str], name: str) -> pd.DataFrame:
    """Return key and other columns, a missing group as "", and refuse what cannot be matched row by row."""
    columns = [*key, *others]
    lacking = [column for column in columns if column not in table.columns]
    if lacking:
        raise ValueError(f"{name}: the table lacks {', '.join(lacking)}; add the columns")
    taken = table[columns].copy()
    groups = [column for column in GROUPS if column in key]
    taken[groups] = taken[groups].fillna("")
    twice = taken.duplicated(list(key))
    if twice.any():
        shown = ", ".join(str(part) for part in taken.loc[twice, list(key)].iloc[0] if part != "")
        raise ValueError(
            f"{name}: rows that repeat a key: {int(twice.sum())}, first {shown}; keep one of each"
        )
    return taken


def _match(old: pd.DataFrame, new: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    """Put both tables side by side, columns old_… and new_…, with side: before, after or both."""
    others = [name for name in old.columns if name not in key]
    old = old.rename(columns={name: f"old_{name}" for name in others})
    new = new.rename(columns={name: f"new_{name}" for name in others})
    return _join(old, new, list(key))


def _join(old: pd.DataFrame, new: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    table = old.merge(new, on=key, how="outer", sort=True, indicator="side")
    table["side"] = table["side"].cat.rename_categories({"left_only": "before", "right_only": "after"})
    return table


def _pair_methods(table: pd.DataFrame) -> pd.DataFrame:
    """Put a method that is gone and one that is new, of the same series, into one row.

    Where there are several, they are paired in the order of their names; what is left stays new or dropped.
    """
    keys = [*SERIES, "nth"]
    alone = table[table["side"] != "both"].sort_values("method", kind="stable")
    alone = alone.assign(nth=alone.groupby([*SERIES, "side"], observed=True).cumcount())
    gone, come = (alone[alone["side"] == side] for side in ("before", "after"))
    old, new = ([name for name in table.columns if name.startswith(age)] for age in ("old_", "new_"))
    paired = _join(gone[[*keys, *old]], come[[*keys, *new]], keys).drop(columns="nth")
    whole = pd.concat([table[table["side"] == "both"], paired])
    return whole.sort_values([*SERIES, "old_method", "new_method"], ignore_index=True)


def _choose_kind(kinds: Sequence[str], **where: pd.Series) -> pd.Series:
    """Return per row the first kind that holds, else "unchanged"; every kind is a category."""
    index = next(iter(where.values())).index
    masks = [mask.to_numpy(dtype=bool) for mask in where.values()]
    chosen = np.select(masks, [np.array(kind) for kind in where], "unchanged")
    return pd.Series(chosen, index=index, dtype=pd.CategoricalDtype(list(kinds)))
