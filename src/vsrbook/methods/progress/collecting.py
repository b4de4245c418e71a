"""Find base, latest value and points of many series at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vsrbook.methods.progress.model import Booleans, Floats, Integers, Rules, SeriesSet


def collect_series(
    rules: Rules, owner: Integers, year: Floats, value: Floats, describe: Callable[[int], str]
) -> SeriesSet:
    """Return the n series of `rules` with the points that are theirs.

    `owner` (0 to n − 1), `year` and `value` are arrays of the same length, in any order; a value that is
    not finite is missing. The base is the first value in or after `start_year`, the latest the last value
    there is. Raises ValueError where a series has a year twice; `describe` names the series in it.
    """
    size = len(rules)
    order = np.lexsort((year, owner))
    owner, year, value = owner[order], year[order], value[order]
    refuse_year_twice(owner, year, describe)
    known = np.isfinite(value) & np.isfinite(year)
    kept = known & (year >= rules.start_year[owner])
    seen, points = np.bincount(owner[known], minlength=size), np.bincount(owner[kept], minlength=size)
    latest = pick_rows(np.flatnonzero(known), np.cumsum(seen) - 1, seen > 0)
    base = pick_rows(np.flatnonzero(kept), np.cumsum(points) - points, points > 0)
    padded_year, padded_value = np.append(year, np.nan), np.append(value, np.nan)
    padded_order = np.append(order, -1)
    return SeriesSet(
        **vars(rules),
        base_year=padded_year[base],
        base_value=padded_value[base],
        latest_year=padded_year[latest],
        latest_value=padded_value[latest],
        points=points,
        seen=seen,
        base_row=padded_order[base],
        latest_row=padded_order[latest],
        owner=owner[kept],
        years=year[kept],
        values=value[kept],
    )


def pick_rows(rows: Integers, position: Integers, there: Booleans) -> Integers:
    """Return the row at each series' position in a list of rows; −1 for a series that has none."""
    picked = np.full(len(position), -1, dtype=np.int64)
    picked[there] = rows[position[there]]
    return picked


def refuse_year_twice(owner: Integers, year: Floats, describe: Callable[[int], str]) -> None:
    """Raise ValueError for the first year that a series (sorted by series and year) has twice."""
    twice = np.flatnonzero((owner[1:] == owner[:-1]) & (year[1:] == year[:-1]))
    if len(twice):
        place = twice[0]
        raise ValueError(
            f"{describe(int(owner[place]))}: year {int(year[place])} is given twice; keep one of them"
        )
