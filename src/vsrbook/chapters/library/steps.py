"""Dated steps of all associations: one row a step, also where several associations tell of it."""

from __future__ import annotations

from calendar import isleap
from datetime import date

import pandas as pd

from vsrbook.chapters.library.citing import Shelf, cited_in, row_ids_of

SAME = ["date", "end_date", "kind", "title"]
MONTHS = 12
MONTH_PARTS, DAY_PARTS = 2, 3


def decimal_span(day: str) -> tuple[float, float]:
    """Return begin and end of a date of the tables (year, month or day) in decimal years: a year is not a day."""
    parts = [int(part) for part in day.split("-")]
    year = parts[0]
    if len(parts) == 1:
        return float(year), float(year + 1)
    if len(parts) == MONTH_PARTS:
        return year + (parts[1] - 1) / MONTHS, year + parts[1] / MONTHS
    days = 366 if isleap(year) else 365
    begun = (date(*parts[:DAY_PARTS]) - date(year, 1, 1)).days
    return year + begun / days, year + (begun + 1) / days


def span_of(begin: str, end: str) -> tuple[float, float, str]:
    """Return begin and end of a step in decimal years, and what lies between them.

    "day": it is known to the day; "within": it falls somewhere in that time; "lasting": it took that time.
    """
    start, stop = decimal_span(begin)
    if end and end != begin:
        return start, max(decimal_span(end)[1], stop), "lasting"
    return start, stop, "day" if begin.count("-") == DAY_PARTS - 1 else "within"


def all_steps(shelf: Shelf) -> pd.DataFrame:
    """Return the milestones of all associations and those that all share, in the order of their dates.

    Columns: date, end_date, kind, title, description, slugs (whose step it is; none: of all), cited
    (pairs of slug and source_id), location, rows (their ids).
    """
    shared = shelf.library.reference.tables["milestones"].assign(slug="")
    rows = pd.concat([shared, shelf.table("milestones")], ignore_index=True)
    lines = []
    for _key, same in rows.groupby(SAME, sort=False):
        first = same.iloc[0]
        lines.append(
            {
                **{name: first[name] for name in (*SAME, "description", "location")},
                "slugs": tuple(dict.fromkeys(slug for slug in same["slug"] if slug)),
                "cited": tuple(dict.fromkeys(cited_in(same))),
                "rows": row_ids_of("milestones", same),
            }
        )
    columns = [*SAME, "description", "location", "slugs", "cited", "rows"]
    steps = pd.DataFrame(lines, columns=columns)
    return steps.sort_values(["date", "end_date", "title"], kind="stable", ignore_index=True)


def give_lanes(spans: pd.DataFrame, room: float) -> list[int]:
    """Return a lane for each step, so that no two of one name lie over each other.

    `spans`: columns name, start, end, in the order of `start`; `room` is what a mark takes, in years.
    """
    taken: dict[str, list[float]] = {}
    lanes = []
    for name, start, end in spans[["name", "start", "end"]].itertuples(index=False, name=None):
        begin, stop = min(start, (start + end - room) / 2), max(end, (start + end + room) / 2)
        ends = taken.setdefault(name, [])
        free = next((n for n, until in enumerate(ends) if until <= begin), len(ends))
        ends[free : free + 1] = [stop]
        lanes.append(free)
    return lanes
