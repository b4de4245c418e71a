"""The arithmetic that methods share: growth, orientation, what is met, and the making of a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from vsrbook.methods.progress.model import NOT_ASSESSABLE, Booleans, Floats, SeriesSet, Texts, Verdict


def growth(start: Floats, end: Floats, years: Floats) -> Floats:
    """Return the compound annual growth rate from start to end; NaN where their signs differ.

    The signs are looked at apart: over one year (exponent 1) a negative ratio would give a number.
    """
    ratio = end / start
    rate: Floats = np.power(np.where(ratio < 0, np.nan, ratio), 1.0 / years) - 1.0
    return rate


def orient(series: SeriesSet) -> Floats:
    """Return +1 where growth in size is progress, else −1: the direction, turned for negative values.

    From −10 to −5 the size shrinks and the value rises.
    """
    return np.where(series.base_value < 0, -series.direction, series.direction)


def meets(value: Floats, target: Floats, direction: Floats) -> Booleans:
    """Tell where a value has reached the target in its direction; False without a target."""
    return direction * (value - target) >= 0


def differ_in_sign(one: Floats, other: Floats) -> Booleans:
    """Tell where one number is positive and the other negative."""
    return np.sign(one) * np.sign(other) < 0


def has_late_start(series: SeriesSet) -> Booleans:
    """Tell where there is a target whose year is not after the base year."""
    return series.has_target & (series.target_year <= series.base_year)


def first_reason(length: int, reasons: Sequence[tuple[Booleans, str]]) -> Texts:
    """Return, for each series, the code of the first reason that holds; "" where none does."""
    codes = np.full(length, "", dtype=object)
    for holds, code in reversed(reasons):
        codes[holds] = code
    return codes


def give_verdict(
    value: Floats,
    status: Texts,
    *,
    score: Floats | None = None,
    reasons: Sequence[tuple[Booleans, str]] = (),
    without_value: Booleans | None = None,
    **details: npt.NDArray[Any],
) -> Verdict:
    """Make a verdict in which no status stands beside a number that is none.

    A reason takes value, score and status away. A value that is not finite is a reason itself
    ("overflow"), except where the status stands without it (`without_value`: a target that is met).
    """
    size = len(value)
    reason = first_reason(size, reasons)
    finite = np.isfinite(value)
    excused = np.zeros(size, dtype=bool) if without_value is None else without_value
    reason[(reason == "") & ~finite & ~excused] = "overflow"
    good = reason == ""
    points = np.full(size, np.nan) if score is None else score
    return Verdict(
        value=np.where(good & finite, value, np.nan),
        score=np.where(good & np.isfinite(points), points, np.nan),
        status=np.where(good, status, NOT_ASSESSABLE),
        reason=reason,
        details=details,
    )
