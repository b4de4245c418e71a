"""Show, series by series, what each method says, and where the methods disagree."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from vsrbook.methods.progress.judging import judge_series
from vsrbook.methods.progress.model import Direction, Method
from vsrbook.methods.progress.registry import METHODS, find_method
from vsrbook.methods.progress.table import Judged, read_series


def compare_methods(
    observations: pd.DataFrame,
    indicators: pd.DataFrame,
    methods: Iterable[str | Method] | None = None,
    series: pd.DataFrame | None = None,
    *,
    base_year: int = 2015,
    target_year: int = 2030,
) -> pd.DataFrame:
    """Return one row per series: its key, the status each method gives it, and whether they agree.

    One column per method, named as it is; `agree` is False where one method says the value moves toward
    progress and another that it stands still or moves away, <NA> where fewer than two methods say anything
    of its movement. `toward`, `flat` and `away` name the methods that say so. For `sdsn`, whose colour is
    a level, the arrow counts.
    """
    chosen = [find_method(method) for method in (METHODS if methods is None else methods)]
    judged = read_series(observations, indicators, series, base_year, target_year)
    table = judged.keys.copy()
    said = {}
    for method in chosen:
        table[method.name], said[method.name] = _ask(method, judged)
    directions = pd.DataFrame(said, index=table.index)
    toward, other = directions.isin(["toward"]), directions.isin(["flat", "away"])
    silent = (toward | other).sum(axis=1) < 2
    table["agree"] = (~(toward.any(axis=1) & other.any(axis=1))).astype("boolean").mask(silent)
    for word in ("toward", "flat", "away"):
        table[word] = _list_methods(directions, word)
    return table


def _ask(method: Method, judged: Judged) -> tuple[pd.Series, pd.Series]:
    """Return a method's status for each series, and which way it says the value moves."""
    verdict = judge_series(method, judged.series, judged.suppressed)
    status = pd.Series(verdict.status, dtype="str")
    speaks = pd.Series(verdict.details[method.movement], dtype="str") if method.movement else status
    speaks = speaks.mask(status == "not_assessable", "")
    meaning = {word: method.direction_of(word) for word in speaks.unique()}
    return status, speaks.map(meaning).astype("str")


def _list_methods(directions: pd.DataFrame, word: Direction) -> pd.Series:
    """Name, for each series, the methods that say a word: "eurostat, unsd"."""
    names = pd.Series("", index=directions.index, dtype="str")
    for name in directions:
        says = directions[name] == word
        names = names.mask(says, names.where(names == "", names + ", ") + str(name))
    return names
