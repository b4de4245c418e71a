"""Work out where each step stands in a drawing of the plan: one row a step, time from left to right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from unicodedata import east_asian_width

from vsrbook.text import short_month
from vsrbook.workplan.plan import Plan
from vsrbook.workplan.scheduling import Scheduled

LABELS = 330.0  # widths and heights in the units of the drawing
TIME = 640.0
ROW = 22.0
HEAD = 24.0
LETTERS = 50  # of a label; the table has the whole name
MONTH_LABEL = 58.0


@dataclass(frozen=True)
class Bar:
    """A step in the drawing; `room` is where the line of its room begins, None where it has none.

    On a narrow screen there is no column of labels: the label then stands `beside` the bar, before or after it.
    """

    scheduled: Scheduled
    label: str
    y: float
    x: float
    width: float
    room: float | None

    @property
    def is_label_before(self) -> bool:
        """Whether the label beside the bar stands before it: there is more space there."""
        return self.x + self.width / 2 > LABELS + TIME / 2

    @property
    def beside(self) -> float:
        """Where the label beside the bar ends, if it stands before it, or begins."""
        return round(self.x - 6 if self.is_label_before else self.x + self.width + 6, 1)


@dataclass(frozen=True)
class Month:
    """Where a month begins, and what is written there."""

    x: float
    label: str


@dataclass(frozen=True)
class Gantt:
    """The drawing: bars, months, and its size."""

    bars: tuple[Bar, ...]
    months: tuple[Month, ...]
    begin: float | None  # the day from which the work was counted forwards
    width: float
    height: float
    left: float = LABELS
    row: float = ROW
    head: float = HEAD


def draw_gantt(plan: Plan) -> Gantt:
    """Place all steps of a plan between the first day of its first month and its last day."""
    first = plan.first.replace(day=1)
    last = max(one.end for one in plan.steps) + timedelta(days=1)
    scale = TIME / (last - first).days

    def place(day: date) -> float:
        return round(LABELS + (day - first).days * scale, 1)

    bars = []
    for row, one in enumerate(plan.steps):
        start, end = place(one.start), place(one.end + timedelta(days=1))
        room = place(max(one.earliest, first)) if one.slack and one.slack > 0 else None
        y = HEAD + row * ROW
        bars.append(Bar(one, _shorten(one.step.name), y, start, round(max(end - start, 2.0), 1), room))
    height = HEAD + len(plan.steps) * ROW
    months = _place_months(first, last, scale)
    named = tuple(Month(place(day), label) for day, label in months)
    begin = place(plan.begin) if plan.begin and plan.begin >= first else None
    return Gantt(tuple(bars), named, begin, LABELS + TIME, height)


def _place_months(first: date, last: date, scale: float) -> list[tuple[date, str]]:
    """Return the first day of each month, named where there is room for its name."""
    months, named = [], -MONTH_LABEL
    day = first
    while day < last:
        at = (day - first).days * scale
        roomy = at - named >= MONTH_LABEL and TIME - at >= MONTH_LABEL
        months.append((day, short_month(day) if roomy else ""))
        named = at if roomy else named
        day = (day + timedelta(days=31)).replace(day=1)
    return months


def _shorten(name: str) -> str:
    """Cut a name to the width of the column; Chinese and Japanese letters take twice as much of it."""
    words, width = " ".join(name.split()), 0
    for place, letter in enumerate(words):
        width += 2 if east_asian_width(letter) in "WF" else 1
        if width > LETTERS:
            return words[: place - 1].rstrip() + "…"
    return words
