"""Judge all series of a table of observations at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from vsrbook.methods.progress.collecting import collect_series
from vsrbook.methods.progress.judging import judge_series
from vsrbook.methods.progress.model import REASONS, Booleans, Floats, Integers, Method, Rules, SeriesSet
from vsrbook.methods.progress.registry import find_method

KEYS = ["indicator_code", "area_code", "sex", "age", "residence", "category"]
DIRECTIONS = {"up": 1.0, "down": -1.0, "none": 0.0}
NOT_FINAL = ("provisional", "estimated")


@dataclass(frozen=True)
class Judged:
    """The series of a table: their keys, one row each, and all that a method needs to judge them."""

    keys: pd.DataFrame
    series: SeriesSet
    suppressed: Booleans
    provisional: Booleans


def assess_table(
    observations: pd.DataFrame,
    indicators: pd.DataFrame,
    *,
    method: str | Method,
    series: pd.DataFrame | None = None,
    base_year: int = 2015,
    target_year: int = 2030,
) -> pd.DataFrame:
    """Judge each series (indicator, area and groups) of a table; one row each, in order of appearance.

    `observations`, `indicators` and `series` are tables as in the contracts; what `series` says of one
    series goes before what `indicators` says, and that before `base_year` and `target_year`. Columns: the
    key, method, version, value, score, status, reason (a sentence, "" where assessed), base_year,
    base_value, latest_year, latest_value, points, target_value, target_year, limit_value, direction,
    provisional (base or latest value is provisional or estimated). Missing numbers are NaN or <NA>.
    Raises ValueError for an unknown method and for a year, an indicator or a series that is there twice.
    """
    chosen = find_method(method)
    judged = read_series(observations, indicators, series, base_year, target_year)
    return show_verdict(chosen, judged)


def show_verdict(method: Method, judged: Judged) -> pd.DataFrame:
    """Return the table of results of one method."""
    verdict, series = judge_series(method, judged.series, judged.suppressed), judged.series
    words = {number: name for name, number in DIRECTIONS.items()}
    return judged.keys.assign(
        method=method.name,
        version=method.version,
        value=verdict.value,
        score=verdict.score,
        status=pd.Series(verdict.status, dtype="str"),
        reason=pd.Series(verdict.reason, dtype="str").replace(REASONS),
        base_year=_years(series.base_year),
        base_value=series.base_value,
        latest_year=_years(series.latest_year),
        latest_value=series.latest_value,
        points=series.points,
        target_value=series.target,
        target_year=_years(series.target_year),
        limit_value=series.limit,
        direction=pd.Series(series.direction).map(words).astype("str"),
        provisional=judged.provisional,
    )


def read_series(
    observations: pd.DataFrame,
    indicators: pd.DataFrame,
    series: pd.DataFrame | None,
    base_year: int,
    target_year: int,
) -> Judged:
    """Find the series of a table and their rules. A suppressed value is none, whatever stands in its cell."""
    owner = number_series(observations)
    keys = observations.loc[~pd.Series(owner).duplicated().to_numpy(), KEYS].reset_index(drop=True)
    rules = read_rules(keys, indicators, series, base_year, target_year)
    status = (
        observations["status"].reset_index(drop=True) if "status" in observations else pd.Series(dtype="str")
    )
    hidden = status.eq("suppressed").reindex(range(len(owner)), fill_value=False).to_numpy(dtype=bool)
    weak = status.isin(NOT_FINAL).reindex(range(len(owner)), fill_value=False).to_numpy(dtype=bool)
    value = np.where(hidden, np.nan, _floats(observations["value"]))
    collected = collect_series(
        rules, owner, _floats(observations["year"]), value, lambda one: _name_key(keys, one)
    )
    rows = np.bincount(owner, minlength=len(keys))
    weak = np.append(weak, False)  # row −1, where a series has no base or latest value
    return Judged(
        keys,
        collected,
        suppressed=np.bincount(owner, hidden, len(keys)) == rows,
        provisional=weak[collected.base_row] | weak[collected.latest_row],
    )


def number_series(observations: pd.DataFrame) -> Integers:
    """Give each row the number of its series; series are numbered in order of first appearance."""
    absent = [name for name in (*KEYS, "year", "value") if name not in observations]
    if absent:
        raise ValueError(
            f"observations: no column {', '.join(absent)}; book/tables.md has the columns of the table"
        )
    numbers = np.zeros(len(observations), dtype=np.int64)
    for name in KEYS:
        codes, names = pd.factorize(observations[name], use_na_sentinel=False)
        numbers = pd.factorize(numbers * max(len(names), 1) + codes)[0].astype(np.int64)
    return numbers


def read_rules(
    keys: pd.DataFrame,
    indicators: pd.DataFrame,
    series: pd.DataFrame | None,
    base_year: int,
    target_year: int,
) -> Rules:
    """Gather the rules of each series: its own, else its indicator's, else the defaults."""
    at = find_rows(indicators, ["indicator_code"], keys)
    apart = np.full(len(keys), -1) if series is None else find_rows(series, KEYS, keys)

    def number(name: str, default: float = np.nan) -> Floats:
        common = _take_numbers(indicators, name, at)
        own = common if series is None else _take_numbers(series, name, apart)
        known = np.where(np.isnan(own), common, own)
        return np.where(np.isnan(known), default, known)

    window = _take_numbers(indicators, "window", at)
    if (window < 1).any():
        raise ValueError("indicators: window: a window is less than 1; give the number of annual changes")
    direction = _take_texts(indicators, "direction", at)
    own = direction if series is None else _take_texts(series, "direction", apart)
    way = own.where(own != "", direction)
    percent = _take_texts(indicators, "unit", at).str.startswith("%") if "unit" in indicators else None
    return Rules(
        direction=np.asarray(way.map(DIRECTIONS).fillna(0.0), dtype=np.float64),
        start_year=number("base_year", base_year),
        target=number("target_value"),
        target_year=number("target_year", target_year),
        limit=number("limit_value"),
        window=window,
        lower=_take_numbers(indicators, "worst_value", at),
        optimum=_take_numbers(indicators, "best_value", at),
        red=_take_numbers(indicators, "red_threshold", at),
        green=_take_numbers(indicators, "green_threshold", at),
        parity=_take_texts(indicators, "parity", at).eq("yes").to_numpy(dtype=bool),
        percent=np.full(len(keys), True) if percent is None else percent.to_numpy(dtype=bool),
    )


def find_rows(table: pd.DataFrame, names: list[str], keys: pd.DataFrame) -> Integers:
    """Return for each series its row in a table (−1: none); raises ValueError where a key is there twice."""
    known, wanted = _as_text(table[names]), _as_text(keys[names])
    twice = known.duplicated()
    if twice.any():
        named = _name_key(known, int(np.flatnonzero(twice)[0]))
        raise ValueError(f"{'series' if len(names) > 1 else 'indicators'}: {named} is given twice; keep one")
    if len(names) == 1:
        rows = pd.Index(known[names[0]]).get_indexer(pd.Index(wanted[names[0]]))
        return np.asarray(rows, dtype=np.int64)
    rows = pd.MultiIndex.from_frame(known).get_indexer(pd.MultiIndex.from_frame(wanted))
    return np.asarray(rows, dtype=np.int64)


def _name_key(keys: pd.DataFrame, row: int) -> str:
    """Name a series for a message: what its key holds, without the empty parts."""
    return ", ".join(str(part) for part in keys.iloc[row].tolist() if part)


def _as_text(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype("str").fillna("")


def _take_numbers(table: pd.DataFrame, name: str, at: Integers) -> Floats:
    """Pick a column's numbers for each series; NaN without row, column or finite number."""
    if name not in table:
        return np.full(len(at), np.nan)
    numbers = np.append(_floats(table[name]), np.nan)[at]
    return np.where(np.isfinite(numbers), numbers, np.nan)


def _take_texts(table: pd.DataFrame, name: str, at: Integers) -> pd.Series:
    """Pick a column's words for each series; "" without row, column or word."""
    if name not in table:
        return pd.Series([""] * len(at), dtype="str")
    words = np.append(table[name].astype("str").fillna("").to_numpy(dtype=object), "")
    return pd.Series(words[at], dtype="str")


def _floats(column: pd.Series) -> Floats:
    return pd.to_numeric(column).to_numpy(dtype=np.float64, na_value=np.nan)


def _years(years: Floats) -> pd.Series:
    return pd.Series(years).astype("Int64")
