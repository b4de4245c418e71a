"""Judge one series."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from vsrbook.methods.progress.collecting import collect_series
from vsrbook.methods.progress.judging import judge_series
from vsrbook.methods.progress.model import NOT_ASSESSABLE, REASONS, Floats, Method, Rules, SeriesSet
from vsrbook.methods.progress.registry import find_method

YEARS = ("base_year", "latest_year", "target_year")
LAST_YEAR = 9999  # a date or a time stamp for a year is a mistake, not a number of years


@dataclass(frozen=True)
class Assessment:
    """What a method says of one series; value and score are None where it has none.

    `reason` is a sentence of REASONS where the status is not_assessable, else "". `inputs` holds what went
    in (base, latest, points, target, direction, limit) and what the method derived, such as cagr.
    """

    value: float | None
    score: float | None
    status: str
    reason: str
    method: str
    version: str
    inputs: dict[str, Any]

    @property
    def is_assessed(self) -> bool:
        """Whether the method could judge the series."""
        return self.status != NOT_ASSESSABLE


def assess(
    values: pd.Series,
    *,
    method: str | Method,
    direction: int,
    base_year: int = 2015,
    target: float | None = None,
    target_year: int = 2030,
    limit: float | None = None,
    parity: bool = False,
    window: int | None = None,
    lower: float | None = None,
    optimum: float | None = None,
    red: float | None = None,
    green: float | None = None,
    percent: bool = True,
) -> Assessment:
    """Judge one series by one method.

    `values` has years as its index, in any order, and may have missing values; `direction` is +1 where
    rising is good, −1 where falling is. `lower` is the worst value, `optimum` the best. `percent` says
    whether the unit is a percentage (only `unsd` asks). Raises ValueError for an unknown method, another
    direction, a window below 1, a year that is no year and a year given twice; TypeError for text in place
    of a number, and for values that are no Series or are indexed by periods.
    """
    chosen = find_method(method)
    if direction not in (1, -1):
        raise ValueError(f"direction {direction!r} is neither 1 (rising is good) nor -1 (falling is good)")
    given = {
        "base_year": base_year,
        "target": target,
        "target_year": target_year,
        "limit": limit,
        "window": window,
        "lower": lower,
        "optimum": optimum,
        "red": red,
        "green": green,
    }
    numbers = {name: _one(name, number) for name, number in given.items()}
    rules = Rules(
        direction=_one("direction", direction),
        start_year=numbers.pop("base_year"),
        parity=np.array([parity], dtype=bool),
        percent=np.array([percent], dtype=bool),
        **numbers,
    )
    if rules.window[0] < 1:
        raise ValueError(f"window {window!r} is less than 1")
    year, value = read_points(values)
    owner = np.zeros(len(year), dtype=np.int64)
    series = collect_series(rules, owner, year, value, lambda _: "the series")
    return _make_assessment(chosen, series)


def read_points(values: pd.Series) -> tuple[Floats, Floats]:
    """Return years and values of a series; raises ValueError for an index that is not of whole years."""
    if not hasattr(values, "to_numpy"):
        kind = type(values).__name__
        raise TypeError(f"values is a {kind}; give a pandas Series with years as its index")
    if isinstance(values.index, pd.PeriodIndex):
        raise TypeError(
            f"'{values.index[0]}' is a period; index the values by whole years: values.index.year"
        )
    value = pd.to_numeric(values).to_numpy(dtype=np.float64, na_value=np.nan)
    index = pd.to_numeric(values.index.to_series(), errors="coerce")
    year = index.to_numpy(dtype=np.float64, na_value=np.nan)
    odd = np.flatnonzero(~((np.floor(year) == year) & (year >= 1) & (year <= LAST_YEAR)))
    if len(odd):
        raise ValueError(f"'{values.index[odd[0]]}' is not a year; index the values by whole years")
    return year, value


def _make_assessment(method: Method, series: SeriesSet) -> Assessment:
    verdict = judge_series(method, series)
    shown = {
        "base_year": series.base_year,
        "base_value": series.base_value,
        "latest_year": series.latest_year,
        "latest_value": series.latest_value,
        "points": series.points,
        "target": series.target,
        "target_year": series.target_year,
        "direction": series.direction,
        "limit": series.limit,
        **verdict.details,
    }
    inputs = {name: _plain(array[0]) for name, array in shown.items()}
    inputs |= {name: int(inputs[name]) for name in YEARS if inputs[name] is not None}
    return Assessment(
        value=_plain(verdict.value[0]),
        score=_plain(verdict.score[0]),
        status=str(verdict.status[0]),
        reason=REASONS.get(verdict.reason[0], verdict.reason[0]),
        method=method.name,
        version=method.version,
        inputs=inputs | {"direction": int(series.direction[0])},
    )


def _one(name: str, number: float | None) -> Floats:
    """Make an array of one number; None and what is not finite become NaN, "not given"."""
    if isinstance(number, str | bytes):
        raise TypeError(f"{name} {number!r} is text; give a number")
    known = number is not None and not pd.isna(number) and math.isfinite(number)
    return np.array([number if known else np.nan], dtype=np.float64)


def _plain(cell: Any) -> Any:
    """Return a number, text or None as Python has them."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, np.integer):
        return int(cell)
    return float(cell) if np.isfinite(cell) else None
