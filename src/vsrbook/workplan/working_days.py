"""Count in working days: all but weekends and declared holidays."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import cached_property
from typing import Any, cast

import numpy as np

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class WorkingDays:
    """A calendar of working days; `weekend` are days of the week, `holidays` other days without work."""

    def __init__(
        self, weekend: Collection[str] = ("saturday", "sunday"), holidays: Collection[date] = ()
    ) -> None:
        self.weekend, self.holidays = frozenset(weekend), frozenset(holidays)

    @cached_property
    def _calendar(self) -> np.busdaycalendar:
        mask = [day not in self.weekend for day in WEEK]
        return np.busdaycalendar(mask, sorted(self.holidays))

    def until(self, day: date) -> date:
        """Return the day itself if it is a working day, else the last one before it."""
        return self._move(day, 0, "backward")

    def since(self, day: date) -> date:
        """Return the day itself if it is a working day, else the first one after it."""
        return self._move(day, 0, "forward")

    def before(self, day: date) -> date:
        """Return the last working day before a day."""
        return self._move(day, -1, "forward")

    def after(self, day: date) -> date:
        """Return the first working day after a day."""
        return self._move(day, 1, "backward")

    def first_of(self, days: int, end: date) -> date:
        """Return the first of so many working days of which `end` is the last."""
        return self._move(end, 1 - days, "backward")

    def last_of(self, days: int, start: date) -> date:
        """Return the last of so many working days of which `start` is the first."""
        return self._move(start, days - 1, "forward")

    def between(self, start: date, end: date) -> int:
        """Count the working days by which a working day lies after another; less than 0 if it lies before."""
        if end < start:
            return -self.between(end, start)
        return int(np.busday_count(start, end, busdaycal=self._calendar))

    def _move(self, day: date, count: int, roll: Any) -> date:
        return cast("date", np.busday_offset(day, count, roll=roll, busdaycal=self._calendar).item())
