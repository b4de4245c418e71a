"""Match the areas of a source to those that are known: by code, by name, by declared alias."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from vsrbook.importing.area_heads import Place, find_heads
from vsrbook.importing.cells import make_slug
from vsrbook.importing.report import Report
from vsrbook.problems import count_noun, list_some, shorten, suggest


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
    are in `added`. A name that differs in capitals alone from that of one known area means that area.
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
    _heads: dict[Place, Place] = field(default_factory=dict)
    _recased: dict[str, tuple[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.whole_is_used = False
        self.names: dict[str, str] = {}
        self.parents: dict[str, str] = {}
        self.by_name: dict[str, list[str]] = defaultdict(list)
        for row in self.areas:
            self._learn(row)
        # of the areas known before alone: two that a source itself writes in two ways are not made one
        self.by_fold: dict[str, list[str]] = defaultdict(list)
        for name in self.by_name:
            self.by_fold[name.casefold()].append(name)

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
        self._heads = find_heads(places, self.names)
        coded = sorted((place for place in places if place[0]), key=lambda place: place not in self._heads)
        found = {
            place: self._match_one(self._heads.get(place, place), places[place], twins) for place in coded
        }
        for row, parent in self._orphans:
            row["parent_code"] = self.parents[row["area_code"]] = self._find_parent(row["area_code"], parent)
        shared = self._find_shared(places)
        bare = sorted(
            (place for place in places if not place[0]),
            key=lambda place: 1 if place[2] else 2 if place[1] in shared else 0,
        )
        found |= {place: self._match_one(place, places[place], twins) for place in bare}
        self._report_recased()
        return found

    def find_named(self, name: str) -> list[str]:
        """Return the codes of the areas of a name, else of one known name that differs in capitals alone."""
        if name not in self.by_name and len(alike := self.by_fold.get(name.casefold(), [])) == 1:
            name = alike[0]
        return self.by_name.get(name, [])

    def _note_capitals(self, code: str, name: str, rows: int) -> None:
        """Remember that the source writes the name of a known area in other capitals."""
        known = self.names[code]
        if known != name and _is_alike(known, name):
            self._recased[name] = known, self._recased.get(name, ("", 0))[1] + rows

    def _report_recased(self) -> None:
        if self._recased:
            pairs = [
                f"{shorten(name, 40)} is {shorten(known, 40)}" for name, (known, _n) in self._recased.items()
            ]
            what = f"area names that differ from known ones in capitals alone: {list_some(pairs)}"
            self.report.add(
                "renamed", "", "areas", what, count=sum(n for _known, n in self._recased.values())
            )

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
        self._note_capitals(found, name, seen[2])
        named = code and name and self.names[found] and name not in self.aliases
        if named and not _is_alike(self.names[found], name):
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
        alias = self.aliases.get(name, "")
        if alias in self.names and name not in self.by_name:
            return alias, ""  # what is declared goes before what only looks alike
        found = self.find_named(name)
        if len(found) > 1 and parent:
            inside = [code for code in found if _is_alike(self.names.get(self.parents[code], ""), parent)]
            found = inside or found
        if len(found) == 1 and not (parent and self._lies_elsewhere(found[0], parent)):
            return found[0], ""
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
        return bool(known) and self.parents[code] != self.whole and not _is_alike(known, parent)

    def _take_unknown(
        self, place: Place, seen: tuple[str, str, int], why: str, twins: set[str]
    ) -> str | None:
        code, name, parent = place
        called = " ".join(
            part for part in (shorten(code) if code else "", shorten(name) if name else "") if part
        )
        called += f" in {shorten(parent)}" if parent else ""
        ambiguous = not code and len(self.find_named(name)) > 1 and not parent
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
        level = self.parent_level if (code, name, parent) in self._heads.values() else self.level
        row = {"area_code": new, "name": name or code, "level": level, "parent_code": self.whole}
        if code and parent:
            self._orphans.append((row, parent))
        elif parent:
            row["parent_code"] = self._find_parent(new, parent)
        self.added.append(row)
        self._learn(row)
        return row

    def _find_parent(self, code: str, parent: str) -> str:
        """Return the code of the larger area of that name; one that is not known is added."""
        found = [above for above in self.find_named(parent) if above != code]
        heads = {head[0] for head in self._heads.values()}
        found = [above for above in found if above in heads] or found
        if len(found) == 1:
            return found[0]
        if found or _is_alike(parent, self.names.get(self.whole, "")):
            return self.whole
        new = make_slug(parent)
        if new in self.names:
            new = f"{new}-{self.parent_level}"
        row = {"area_code": new, "name": parent, "level": self.parent_level, "parent_code": self.whole}
        self.added.append(row)
        self._learn(row)
        return new


def _is_alike(name: str, other: str) -> bool:
    """Whether two names are one, or differ in capitals alone."""
    return name.casefold() == other.casefold()
