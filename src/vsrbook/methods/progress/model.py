"""What a set of series, a verdict, a scale of statuses and a method of progress are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]
Direction = Literal["toward", "flat", "away", ""]

NOT_ASSESSABLE = "not_assessable"

REASONS: dict[str, str] = {
    "all_suppressed": "all values are suppressed",
    "no_values": "the series has no value",
    "no_direction": "no direction is given",
    "one_point": "the series has only one value",
    "no_later_value": "there is no value after the base year",
    "no_target": "the method needs a target and none is given",
    "target_year": "the target year is not after the base year",
    "zero_base": "the base value is zero, and growth from zero is not defined",
    "change_of_sign": "the value changes its sign between base year and latest year",
    "target_sign": "base value and target have different signs",
    "base_equals_target": "base value and target are equal, so there is no distance to measure progress by",
    "only_current": "only the current status can be computed: base value and target are equal",
    "no_bounds": "the method needs worst value, best value, red and green threshold, and one is missing",
    "bounds_disorder": "worst value, thresholds, best value and direction contradict each other",
    "too_few_points": "the method needs at least four values",
    "overflow": "the calculation leaves the range of numbers",
}


@dataclass(frozen=True)
class Rules:
    """By what each of n series is judged: arrays of n; NaN where nothing is given.

    `direction` is +1, −1 or 0 (none); `start_year` the base year that is wanted; `limit`, `target` and the
    bounds are in the unit of the series; `percent` says whether that unit is a percentage.
    """

    direction: Floats
    start_year: Floats
    target: Floats
    target_year: Floats
    limit: Floats
    window: Floats
    lower: Floats
    optimum: Floats
    red: Floats
    green: Floats
    parity: Booleans
    percent: Booleans

    def __len__(self) -> int:
        return len(self.direction)


@dataclass(frozen=True)
class SeriesSet(Rules):
    """n series with their rules; `owner`, `years`, `values` list their points from the base year on.

    Points are sorted by series (`owner`, 0 to n − 1) and year. `points` counts them, `seen` counts all
    values of a series, also those before the base year. Base and latest are NaN where there is none;
    `base_row` and `latest_row` say where they stood in the input (−1: nowhere).
    """

    base_year: Floats
    base_value: Floats
    latest_year: Floats
    latest_value: Floats
    points: Integers
    seen: Integers
    base_row: Integers
    latest_row: Integers
    owner: Integers
    years: Floats
    values: Floats

    @property
    def elapsed(self) -> Floats:
        """Years from base to latest."""
        return self.latest_year - self.base_year

    @property
    def horizon(self) -> Floats:
        """Years from base to target year."""
        return self.target_year - self.base_year

    @property
    def remaining(self) -> Floats:
        """Years from latest to target year; 0 once it has passed: nothing is predicted backwards."""
        return np.maximum(self.target_year - self.latest_year, 0.0)

    @property
    def has_target(self) -> Booleans:
        """Where a target is given."""
        return ~np.isnan(self.target)

    def take(self, chosen: Booleans) -> SeriesSet:
        """Return the chosen series, renumbered."""
        if chosen.all():
            return self
        kept = chosen[self.owner]
        number = np.cumsum(chosen) - 1
        picked: dict[str, Any] = {
            name: getattr(self, name)[kept if name in ("years", "values") else chosen]
            for name in (one.name for one in fields(self))
            if name != "owner"
        }
        return SeriesSet(owner=number[self.owner[kept]], **picked)


@dataclass(frozen=True)
class Verdict:
    """What a method says of n series: arrays of n; NaN for no number, "" for no reason (a code of REASONS)."""

    value: Floats
    score: Floats
    status: Texts
    reason: Texts
    details: dict[str, npt.NDArray[Any]]


@dataclass(frozen=True)
class Cut:
    """One boundary: from which value on (inclusive) or above which value a name is given."""

    limit: float
    inclusive: bool
    name: str


@dataclass(frozen=True)
class Scale:
    """Boundaries from the highest down, and the name for all that is below. Compared without tolerance."""

    cuts: tuple[Cut, ...]
    otherwise: str

    def name(self, values: Floats, factor: Floats | float = 1.0) -> Texts:
        """Return the name for each value; `factor` multiplies the boundaries."""
        names = np.full(len(values), self.otherwise, dtype=object)
        for cut in reversed(self.cuts):
            limit = cut.limit * factor
            names[values >= limit if cut.inclusive else values > limit] = cut.name
        return names


def at_least(limit: float, name: str) -> Cut:
    """Give the name from the limit on (≥)."""
    return Cut(limit, True, name)


def above(limit: float, name: str) -> Cut:
    """Give the name above the limit (>)."""
    return Cut(limit, False, name)


@dataclass(frozen=True)
class Status:
    """A status: its word, its level from +2 (best) to −2, and which way it says the value moves."""

    name: str
    level: int
    direction: Direction


@dataclass(frozen=True)
class RollUp:
    """How a method joins series to an indicator and indicators to a goal.

    `kind` "counts": no score, only how many; "mean": the mean score, named by `scale` if there is one;
    "two_worst": the SDG Index's colour. `every` is the status that holds only where all series have it.
    """

    words: str
    kind: Literal["counts", "mean", "two_worst"] = "counts"
    scale: Scale | None = None
    every: str = ""


COUNTED = RollUp("the method names no rule for several series: they are counted by status")


@dataclass(frozen=True)
class Method:
    """A method of judging progress: one pure function and what must be known about it.

    `judge` gets only series with a base and a later value and a direction (and a target, if
    `needs_target`). `statuses` run from best to worst. Where a status says a level and not a movement,
    `movement` names the detail that says the movement, in the words of `movements`.
    """

    name: str
    version: str
    title: str
    source: str
    judge: Callable[[SeriesSet], Verdict]
    statuses: tuple[Status, ...]
    needs_target: bool = False
    rollup: RollUp = COUNTED
    movement: str = ""
    movements: tuple[Status, ...] = field(default=())

    def direction_of(self, word: str) -> Direction:
        """Return which way a status (or a word of `movements`) says the value moves; "" if it does not."""
        return next((one.direction for one in (*self.movements, *self.statuses) if one.name == word), "")
