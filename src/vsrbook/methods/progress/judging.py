"""Judge a set of series by a method: first what no method can judge, then the method's own function."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from vsrbook.methods.progress.model import (
    NOT_ASSESSABLE,
    Booleans,
    Method,
    SeriesSet,
    Texts,
    Verdict,
)
from vsrbook.methods.progress.rules import first_reason


def judge_series(method: Method, series: SeriesSet, suppressed: Booleans | None = None) -> Verdict:
    """Return the method's verdict on n series; `suppressed` marks those whose values are all suppressed."""
    reason = find_obstacles(method, series, suppressed)
    ready = reason == ""
    # Formulas run over series they do not fit; what comes out as no number gets a reason below.
    with np.errstate(all="ignore"):
        part = method.judge(series.take(ready))
    infinite = np.isinf(part.value)
    reason[ready] = np.where(infinite & (part.reason == ""), "overflow", part.reason)
    status = np.where(infinite, NOT_ASSESSABLE, part.status)
    return Verdict(
        value=_spread(np.where(infinite, np.nan, part.value), ready),
        score=_spread(np.where(infinite | ~np.isfinite(part.score), np.nan, part.score), ready),
        status=_spread(status, ready, NOT_ASSESSABLE),
        reason=reason,
        details={name: _spread(array, ready) for name, array in part.details.items()},
    )


def find_obstacles(method: Method, series: SeriesSet, suppressed: Booleans | None) -> Texts:
    """Return the code of the reason why no method, or this one, could judge a series; "" where it can."""
    hidden = np.zeros(len(series), dtype=bool) if suppressed is None else suppressed
    return first_reason(
        len(series),
        [
            (hidden, "all_suppressed"),
            (series.seen == 0, "no_values"),
            (series.direction == 0, "no_direction"),
            (series.seen == 1, "one_point"),
            (series.points < 2, "no_later_value"),
            (np.full(len(series), method.needs_target) & ~series.has_target, "no_target"),
        ],
    )


def _spread(part: npt.NDArray[Any], ready: Booleans, otherwise: str = "") -> npt.NDArray[Any]:
    """Put the results of the judged series back in their places."""
    numeric = part.dtype.kind == "f"
    whole = np.full(len(ready), np.nan if numeric else otherwise, dtype=part.dtype if numeric else object)
    whole[ready] = part
    return whole
