"""What the page of all areas lists: areas, indicators with a value for each, and the words for both."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from vsrbook.maps import Shapes
from vsrbook.maps.matching import fold_name
from vsrbook.text import gettext as _
from vsrbook.text import number

PAGE = 50  # rows at first, and with each step


@dataclass(frozen=True)
class IndexArea:
    """One area; level, parent and size class in readers' words ("" where there is none)."""

    code: str
    name: str
    level: str
    parent: str
    population: float | None
    size_class: str


@dataclass(frozen=True)
class IndexIndicator:
    """The latest values of one indicator, in the order of the areas; None is missing.

    `suppressed` holds the positions whose value is held back: what stands there is never written.
    """

    code: str
    name: str
    unit: str
    goal: int
    direction: str
    year: int | None
    values: list[float | None]
    suppressed: frozenset[int] = frozenset()

    @property
    def title(self) -> str:
        """The indicator's name, unit and year, as the head of a column."""
        named = f"{self.name} ({self.unit})" if self.unit else self.name
        return named if self.year is None else f"{named}, {self.year}"


@dataclass(frozen=True)
class AreasIndex:
    """What the page shows: `level_words` name the areas ("counties"), `source` cites the map."""

    place: str
    level_words: str
    areas: list[IndexArea]
    indicators: list[IndexIndicator]
    shapes: Shapes | None = None
    source: str = ""

    @property
    def parents(self) -> list[str]:
        """The parents, by name; none where all areas lie in the same."""
        return _differing(area.parent for area in sorted(self.areas, key=lambda a: fold_name(a.parent)))

    @property
    def sizes(self) -> list[str]:
        """The size classes, the smallest first."""
        known = [area for area in self.areas if area.population is not None]
        by_size = sorted(known, key=lambda area: area.population or 0)
        return _differing(area.size_class for area in [*by_size, *self.areas])

    @property
    def levels(self) -> list[str]:
        """The levels, where there are several."""
        return _differing(area.level for area in self.areas)

    @property
    def has_population(self) -> bool:
        """Whether inhabitants are known of any area."""
        return any(area.population is not None for area in self.areas)


def _differing(words: Iterable[str]) -> list[str]:
    found = list(dict.fromkeys(word for word in words if word))
    return found if len(found) > 1 else []


def tidy_index(index: AreasIndex) -> AreasIndex:
    """Put the areas in the order of their names, their values with them, and every text on one line.

    Raises ValueError for an indicator that has not one value for each area.
    """
    for indicator in index.indicators:
        if len(indicator.values) != len(index.areas):
            raise ValueError(
                f"indicator {indicator.code!r} has {len(indicator.values)} values for {len(index.areas)} areas"
            )
    order = sorted(
        range(len(index.areas)), key=lambda at: (fold_name(index.areas[at].name), index.areas[at].code)
    )
    places = {at: place for place, at in enumerate(order)}
    return replace(
        index,
        areas=[_tidy_area(index.areas[at]) for at in order],
        indicators=[
            replace(
                one,
                name=_tidy(one.name),
                unit=_tidy(one.unit),
                values=[one.values[at] for at in order],
                suppressed=frozenset(places[at] for at in one.suppressed),
            )
            for one in index.indicators
        ],
        source=_tidy(index.source),
    )


def _tidy_area(area: IndexArea) -> IndexArea:
    words = {key: _tidy(getattr(area, key)) for key in ("name", "level", "parent", "size_class")}
    return replace(area, **words)  # type: ignore[arg-type]  # all four are text


def _tidy(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def say_count(index: AreasIndex) -> str:
    """Say how many areas there are, as the script says it while nothing is searched for."""
    total = len(index.areas)
    words = count_words()["listed" if total > PAGE else "count"]
    return words.format(
        count=number(total), all=number(total), areas=index.level_words, shown=number(min(PAGE, total))
    )


def count_words() -> dict[str, str]:
    """Return the sentences that count what was found."""
    return {
        "count": _("{count} of {all} {areas}"),
        "listed": _("{count} of {all} {areas}; the first {shown} are listed"),
    }


def say_map(index: AreasIndex) -> str:
    """Name the map."""
    return _("Map of {areas} in {place}").format(areas=index.level_words, place=index.place)
