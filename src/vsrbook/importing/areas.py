"""Match the areas of a source to those that are known: by code, by exact name, by declared alias."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vsrbook.importing.cells import make_slug, tidy_words
from vsrbook.importing.extract import AREA_COLUMNS, Extract, to_frame
from vsrbook.importing.options import SourceOptions
from vsrbook.importing.report import Report
from vsrbook.problems import count_noun, list_some, shorten, suggest

if TYPE_CHECKING:
    import pandas as pd

Place = tuple[str, str, str]  # code, name and name of the parent, as the source gives them


@dataclass(frozen=True)
class Known:
    """What the association knows before the import: its areas, its whole territory, bounds of its indicators.

    Where nobody is known (`is_place` False) the whole is an area only if a row is for it.
    """

    whole_code: str
    whole_name: str
    areas: list[dict[str, Any]] = field(default_factory=list)
    bounds: dict[str, tuple[float | None, float | None]] = field(default_factory=dict)
    is_place: bool = True


@dataclass
class AreaMatcher:
    """Knows the areas, and finds the code of each place that a source names.

    `areas` are rows with area_code, name, parent_code; `whole` is the code of the whole territory. With
    `add` a place that is not known becomes an area; without, its rows are refused. Areas that are added
    are in `added`.
    """

    areas: Iterable[dict[str, Any]]
    whole: str
    aliases: dict[str, str]
    add: bool
    level: str
    parent_level: str
    report: Report
    added: list[dict[str, Any]] = field(default_factory=list)
    _orphans: list[tuple[dict[str, Any], str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.whole_is_used = False
        self.names: dict[str, str] = {}
        self.parents: dict[str, str] = {}
        self.by_name: dict[str, list[str]] = defaultdict(list)
        for row in self.areas:
            self._learn(row)

    def _learn(self, row: dict[str, Any]) -> None:
        code, name = row["area_code"], row["name"]
        if code not in self.names:
            self.names[code], self.parents[code] = name, row["parent_code"]
            self.by_name[name].append(code)

    def match(self, places: dict[Place, tuple[str, str, int]]) -> dict[Place, str | None]:
        """Return the code of each place, None where it has none.

        `places` gives, for each, the file and place where it first stands and how many rows name it. Places
        with a code are learnt first, then those that name no parent: other places may lie in them. A name
        that the source gives to places in several parents comes last where it stands alone: by then it is
        known to be of several.
        """
        twins = self._find_twins(places)
        coded = {place: seen for place, seen in places.items() if place[0]}
        found = {place: self._match_one(place, seen, twins) for place, seen in coded.items()}
        for row, parent in self._orphans:
            row["parent_code"] = self.parents[row["area_code"]] = self._find_parent(row["area_code"], parent)
        shared = self._find_shared(places)
        bare = sorted(
            (place for place in places if not place[0]),
            key=lambda place: 1 if place[2] else 2 if place[1] in shared else 0,
        )
        return found | {place: self._match_one(place, places[place], twins) for place in bare}

    def _find_twins(self, places: Iterable[Place]) -> set[str]:
        """Find the names that a source gives, without a code, to places in different parents."""
        parents: dict[str, set[str]] = defaultdict(set)
        for code, name, parent in places:
            if not code:
                parents[name].add(parent)
        return {name for name, found in parents.items() if len(found) > 1}

    def _find_shared(self, places: Collection[Place]) -> set[str]:
        """Find the names of places in several parents, without those that are a parent's own."""
        above = {parent for _code, _name, parent in places}
        return self._find_twins(place for place in places if place[2]) - above

    def _match_one(self, place: Place, seen: tuple[str, str, int], twins: set[str]) -> str | None:
        code, name, parent = place
        if not code and not name:
            self.whole_is_used = True
            return self.whole
        found, why = self._find_code(code) if code else self._find_name(name, parent)
        if found is None:
            return self._take_unknown(place, seen, why, twins)
        if code and name and self.names[found] not in ("", name) and name not in self.aliases:
            what = f"area {shorten(code)} is called {shorten(name)} here and {shorten(self.names[found])} elsewhere"
            self.report.add("doubted", seen[0], seen[1], what, "renamed, or misspelt?", count=seen[2])
        return found

    def _find_code(self, code: str) -> tuple[str | None, str]:
        if code in self.names:
            return code, ""
        alias = self.aliases.get(code, "")
        if alias in self.names:
            return alias, ""
        hint = suggest(code, self.names, "add it to the table areas, or to area_aliases")
        return None, hint

    def _find_name(self, name: str, parent: str) -> tuple[str | None, str]:
        found = self.by_name.get(name, [])
        if len(found) > 1 and parent:
            inside = [code for code in found if self.names.get(self.parents[code]) == parent]
            found = inside or found
        if len(found) == 1 and not (parent and self._lies_elsewhere(found[0], parent)):
            return found[0], ""
        alias = self.aliases.get(name, "")
        if alias in self.names:
            return alias, ""
        if len(found) > 1:
            return (
                None,
                f"there are {len(found)} of that name ({list_some(found)}); say which in area_aliases",
            )
        others = [one for one in self.by_name if one != name]  # its own may be there, in another parent
        hint = suggest(name, others, "add it to the table areas, or to area_aliases")
        return None, hint

    def _lies_elsewhere(self, code: str, parent: str) -> bool:
        """Whether an area of that name is known to lie in another parent than the one the source names."""
        known = self.names.get(self.parents[code], "")
        return bool(known) and self.parents[code] != self.whole and known != parent

    def _take_unknown(
        self, place: Place, seen: tuple[str, str, int], why: str, twins: set[str]
    ) -> str | None:
        code, name, parent = place
        called = " ".join(
            part for part in (shorten(code) if code else "", shorten(name) if name else "") if part
        )
        called += f" in {shorten(parent)}" if parent else ""
        ambiguous = not code and len(self.by_name.get(name, [])) > 1 and not parent
        if not self.add or ambiguous:
            what = f"area {called} is not known; {count_noun(seen[2], 'row')} left out"
            self.report.add("refused", seen[0], seen[1], what, why, count=seen[2])
            return None
        row = self._add_area(code, name, parent, twins)
        doubt = f"; {why}" if why.startswith("did you mean") and not code else ""
        what = f"area {called} is in no table of areas; added as {shorten(row['area_code'])}{doubt}"
        hint = "set its name and level in areas, or name the area it is in the option area_aliases"
        self.report.add("doubted", seen[0], seen[1], what, hint, count=1)
        return str(row["area_code"])

    def _add_area(self, code: str, name: str, parent: str, twins: set[str]) -> dict[str, Any]:
        stem = make_slug(f"{parent} {name}" if name in twins else name)
        new, n = code or stem, 2
        while not code and new in self.names:
            new, n = f"{stem}-{n}", n + 1
        row = {"area_code": new, "name": name or code, "level": self.level, "parent_code": self.whole}
        if code and parent:
            self._orphans.append((row, parent))
        elif parent:
            row["parent_code"] = self._find_parent(new, parent)
        self.added.append(row)
        self._learn(row)
        return row

    def _find_parent(self, code: str, parent: str) -> str:
        """Return the code of the larger area of that name; one that is not known is added."""
        found = [above for above in self.by_name.get(parent, []) if above != code]
        if len(found) == 1:
            return found[0]
        if found or parent == self.names.get(self.whole):
            return self.whole
        new = make_slug(parent)
        if new in self.names:
            new = f"{new}-{self.parent_level}"
        row = {"area_code": new, "name": parent, "level": self.parent_level, "parent_code": self.whole}
        self.added.append(row)
        self._learn(row)
        return new


def make_matcher(extract: Extract, known: Known, options: SourceOptions, report: Report) -> AreaMatcher:
    """Make the matcher of an import: which areas it knows, and whether it may add some."""
    given = [
        {name: tidy_words(row[name]) for name in ("area_code", "name", "parent_code")}
        for row in extract.areas.to_dict("records")
    ]
    whole = options.whole_area or known.whole_code
    top = {"area_code": whole, "name": known.whole_name, "parent_code": ""}
    add = options.areas == "add" or (options.areas is None and not known.areas)
    areas = [*known.areas, *given] if add else known.areas
    if not any(row["area_code"] == whole for row in areas):
        areas = [top, *areas]
    level = options.area_level or "area"
    aliases = {tidy_words(name): code for name, code in options.area_aliases.items()}
    return AreaMatcher(areas, whole, aliases, add, level, options.parent_level, report)


def all_areas(given: pd.DataFrame, matcher: AreaMatcher, known: Known) -> pd.DataFrame:
    """Return the source's areas and those added, each with a level and a parent, the whole first."""
    own = {row["area_code"] for row in known.areas}
    rows: dict[str, dict[str, Any]] = {}
    is_listed = known.is_place or matcher.whole_is_used
    if matcher.whole not in own and is_listed:
        rows[matcher.whole] = {"area_code": matcher.whole, "name": known.whole_name, "level": "country"}
    listed = [{str(k): v for k, v in row.items()} for row in given.to_dict("records")] if matcher.add else []
    for row in [*listed, *matcher.added]:
        code = tidy_words(row["area_code"])
        filled = {name: cell for name, cell in row.items() if cell not in ("", None)}
        if code in own:
            continue
        words = {
            name: tidy_words(filled[name]) for name in ("name", "level", "parent_code") if name in filled
        }
        rows[code] = rows.get(code, {}) | filled | words | {"area_code": code}
    for code, row in rows.items():
        row.setdefault("level", "country" if code == matcher.whole else matcher.level)
        row.setdefault("parent_code", "" if code == matcher.whole else matcher.whole)
        if row["parent_code"] == matcher.whole and not is_listed:
            row["parent_code"] = ""
        row.setdefault("name", code)
    return to_frame(rows.values(), AREA_COLUMNS)
