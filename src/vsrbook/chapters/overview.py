"""What the pages on all associations together need to know of one of them, kept small."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import pandas as pd

from vsrbook.chapters.outline import CHAPTERS
from vsrbook.methods.selection import of_area, of_areas, totals
from vsrbook.review import Review, empty_table
from vsrbook.tables import TABLES


@dataclass(frozen=True)
class Reading:
    """A value of an indicator for everyone in the whole territory.

    `areas` counts the compared areas that have a value in the same year, `row` is its row in the table.
    """

    year: int
    value: float
    status: str
    source_id: str
    areas: int
    row: int


@dataclass(frozen=True)
class IndicatorValues:
    """An indicator that has values: those for the whole territory, one a year, in order.

    `only` says what there is where there are none: "areas" (values for everyone in parts of the
    territory) or "groups" (values for some of the people).
    """

    indicator_code: str
    readings: tuple[Reading, ...] = ()
    only: str = ""


@dataclass(frozen=True)
class Overview:
    """A review in short: which needs of each chapter it meets, what it has values for.

    `met` are the positions of the needs that are met, by chapter; `wanted` the chapters of the params;
    `here` whether the book publishes the review. No word in it depends on the edition's language.
    """

    slug: str
    here: bool
    wanted: tuple[str, ...]
    met: Mapping[str, tuple[int, ...]]
    goals: tuple[int, ...] = ()
    indicators: int = 0
    statements: int = 0
    areas: int = 0
    values: tuple[IndicatorValues, ...] = ()

    def has_evidence(self, chapter_id: str) -> bool:
        """Whether the review has what a chapter cannot be without."""
        needs = next(chapter for chapter in CHAPTERS if chapter.id == chapter_id).needs
        return any(needs[at].carrying for at in self.met.get(chapter_id, ()))

    def publishes(self, chapter_id: str) -> bool:
        """Whether the chapter is a page of this book."""
        return self.here and chapter_id in self.wanted and self.has_evidence(chapter_id)

    @property
    def chapters(self) -> list[str]:
        """The chapters that are pages of this book."""
        return [chapter.id for chapter in CHAPTERS if self.publishes(chapter.id)]

    @property
    def without_values(self) -> Overview:
        """The same without the values of its indicators."""
        return replace(self, values=())

    @property
    def digest(self) -> str:
        """A digest of all that it says."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


def parse_overview(told: Mapping[str, Any]) -> Overview:
    """Make an overview of what `asdict` made of it, and JSON of that."""
    values = tuple(
        IndicatorValues(one["indicator_code"], tuple(Reading(**r) for r in one["readings"]), one["only"])
        for one in told["values"]
    )
    met = {chapter: tuple(places) for chapter, places in told["met"].items()}
    lists = {name: tuple(told[name]) for name in ("wanted", "goals")}
    return Overview(**{**told, **lists, "met": met, "values": values})


def make_overview(
    review: Review, parts: Iterable[pd.DataFrame] | None = None, *, here: bool = True
) -> Overview:
    """Look through a review; with `parts` through observations that are not all held at once.

    Each part holds all rows of its areas. What part of the rows is enough for, all of them are: so a
    need is met where one of the parts meets it.
    """
    seen = _Seen(review)
    for part in [review.tables["observations"]] if parts is None else parts:
        seen.note(part)
    return seen.finish(here=here)


@dataclass
class _Seen:
    """What has been seen of a review so far."""

    review: Review
    parts: int = 0
    met: dict[str, set[int]] = field(default_factory=lambda: {chapter.id: set() for chapter in CHAPTERS})
    goals: set[int] = field(default_factory=set)
    everyone: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    areas: Counter[tuple[str, int]] = field(default_factory=Counter)
    readings: dict[str, list[Reading]] = field(default_factory=dict)

    def note(self, part: pd.DataFrame) -> None:
        """Note what a part of the observations shows."""
        self.parts += 1
        review = replace(self.review, tables={**self.review.tables, "observations": part})
        for chapter in CHAPTERS:
            met = self.met[chapter.id]
            met |= {at for at, need in enumerate(chapter.needs) if at not in met and need.met(review)}
        self.goals |= set(review.goals)
        known = part.dropna(subset=["value"])
        everyone = totals(known)
        self.codes |= set(known["indicator_code"].unique())
        self.everyone |= set(everyone["indicator_code"].unique())
        compared = of_areas(everyone, review.compared_areas)
        counted = compared.groupby(["indicator_code", "year"]).size().reset_index(name="n")
        for code, year, n in counted.itertuples(index=False, name=None):
            self.areas[str(code), int(year)] += int(n)
        whole = review.whole_area
        if whole is not None:
            self._read(of_area(everyone, whole["area_code"]))

    def _read(self, rows: pd.DataFrame) -> None:
        columns = ["indicator_code", "year", "value", "status", "source_id", "row"]
        for code, year, value, status, source_id, row in rows[columns].itertuples(index=False, name=None):
            reading = Reading(int(year), float(value), status, source_id, 0, int(row))
            self.readings.setdefault(str(code), []).append(reading)

    def finish(self, *, here: bool) -> Overview:
        """Put together what has been seen."""
        if not self.parts:
            self.note(empty_table(TABLES["observations"]))
        review = self.review
        return Overview(
            review.slug,
            here,
            tuple(review.association.chapters),
            {chapter: tuple(sorted(places)) for chapter, places in self.met.items()},
            tuple(sorted(self.goals)),
            len(self.codes),
            len(review.tables["evidence"]),
            len(review.compared_areas),
            tuple(self._values_of(code) for code in sorted(self.codes)),
        )

    def _values_of(self, code: str) -> IndicatorValues:
        readings = sorted(self.readings.get(code, ()), key=lambda one: one.year)
        counted = tuple(replace(one, areas=self.areas[code, one.year]) for one in readings)
        only = "" if readings else "areas" if code in self.everyone else "groups"
        return IndicatorValues(code, counted, only)
