"""Propose which columns are of one indicator: its values, their years, its score, colour and arrow."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from vsrbook.sources.workbook.families import (
    ALONE,
    CODE,
    INDICES,
    Part,
    make_keys,
    read_goal,
    read_part,
    write_whole,
)
from vsrbook.sources.workbook.header_words import guess_goal, is_identifier, name_fact
from vsrbook.sources.workbook.headers import Header
from vsrbook.sources.workbook.profiles import Profile, guess_role

KINDS = ("year", "score", "published_status", "arrow")
MOST_STATUSES = 12
FREE_ROLES = {"", "score", "published_status", "arrow", "year", "value", "target_value"}


@dataclass
class Family:
    """The columns of one indicator: `value` holds its values, `parts` what is said of them, by kind.

    An indicator without values is anchored at its score, or at its status. `name` is that of the header
    in small letters, `goal` the goal where that is all the name says.
    """

    name: str
    goal: str = ""
    value: int | None = None
    code: str = ""
    parts: dict[str, int] = field(default_factory=dict)
    by_place: set[str] = field(default_factory=set)  # kinds that only stand beside it, and do not name it

    @property
    def anchor(self) -> int:
        """The column that stands for the indicator; -1 where there is none to read."""
        return next(
            (n for n in (self.value, *map(self.parts.get, ("score", "published_status"))) if n is not None),
            -1,
        )

    @property
    def columns(self) -> set[int]:
        """All its columns."""
        return {*self.parts.values(), *([] if self.value is None else [self.value])}


@dataclass
class FamilyGuesser:
    """Sorts the columns of a wide sheet into families; `left` are those that say something of nobody knows what."""

    header: Header
    profiles: list[Profile]
    families: list[Family] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    _parts: dict[int, Part] = field(default_factory=dict)
    _values: dict[int, Family] = field(default_factory=dict)

    def run(self) -> list[Family]:
        """Return the families that have more than values, or whose value is a score or status."""
        self._read_headers()
        self._settle_unsure()
        for column, part in self._parts.items():
            if part.kind in ("", "value") and self._is_value(column):
                self._values[column] = Family(part.base, read_goal(part.base), column)
        self._attach_named()
        self._attach_codes()
        self._attach_bare()
        found = [*self.families, *(one for one in self._values.values() if one.parts)]
        self.families = sorted((one for one in found if one.anchor >= 0), key=lambda one: one.anchor)
        self.left += [n for one in found if one.anchor < 0 for n in one.columns]
        return self.families

    def _read_headers(self) -> None:
        """Read every header; one that its cells contradict says nothing."""
        for profile in self.profiles:
            parts = self.header.parts[profile.column]
            if not parts or (profile.filled == 0 and not profile.coloured) or self._is_label(profile, parts):
                continue
            part = read_part(parts)
            if part.kind and not self._agrees(part.kind, profile):
                part = Part("", write_whole(parts))
            if part.kind in ("", "value") and not profile.is_numeric:
                coloured = profile.holds_colours or (profile.filled == 0 and profile.coloured)
                kind = "arrow" if profile.holds_arrows else "published_status" if coloured else ""
                part = Part(kind, part.base)
            self._parts[profile.column] = part

    def _is_label(self, profile: Profile, parts: tuple[str, ...]) -> bool:
        role, how = guess_role(profile, parts)
        return (how == "header" and role not in FREE_ROLES) or is_identifier(parts) or bool(name_fact(parts))

    def _agrees(self, kind: str, profile: Profile) -> bool:
        return {
            "score": profile.is_numeric,
            "value": profile.is_numeric,
            "year": profile.holds_years,
            "arrow": not profile.is_numeric,
            "published_status": not profile.is_numeric or profile.distinct <= MOST_STATUSES,
        }[kind]

    def _is_value(self, column: int) -> bool:
        return self.profiles[column].is_numeric and not self.profiles[column].holds_years

    def _settle_unsure(self) -> None:
        """Take "PISA score" for a score only where something is called PISA, or it could be nothing else."""
        wholes = {n: write_whole(self.header.parts[n]) for n in self._parts}
        bases = {part.base for part in self._parts.values() if part.kind and part.sure and part.base}
        names = {key for n, part in self._parts.items() if not part.kind for key in make_keys(part.base)}
        kinds: dict[str, set[str]] = defaultdict(set)
        for part in self._parts.values():
            kinds[part.base] |= {part.kind}
        for n, part in self._parts.items():
            named = {*make_keys(part.base)} & (names if part.sure else names | bases)
            known = named or len(kinds[part.base]) > 1 or read_goal(part.base)
            alone = part.word in ALONE or (part.word == "n" and guess_goal((part.base,)))
            doubtful = part.word in INDICES or not part.sure
            other = wholes[n] in bases and part.base != wholes[n]
            if part.kind and part.base and (other or (doubtful and not (known or alone))):
                self._parts[n] = Part("", wholes[n])

    def _attach_named(self) -> None:
        """Give each column that names an indicator to it: by the whole name, else without brackets."""
        levels: list[dict[str, list[Family]]] = [defaultdict(list), defaultdict(list), defaultdict(list)]
        for one in self._values.values():
            for level, key in zip(levels, make_keys(one.name), strict=True):
                level[key].append(one)
        lone: dict[str, Family] = {}
        for column, part in self._parts.items():
            if part.kind not in KINDS or not part.base:
                continue
            pairs = zip(levels, make_keys(part.base), strict=True)
            named = next((level[key] for level, key in pairs if key and level[key]), [])
            goal = read_goal(part.base)
            if not named:
                key = f"goal {goal}" if goal else make_keys(part.base)[1]
                named = [lone.setdefault(key, Family(part.base, goal))]
            if len(named) == 1 and part.kind not in named[0].parts:
                named[0].parts[part.kind] = column
            else:
                self.left.append(column)
        for one in lone.values():
            if set(one.parts) == {"arrow"} and self.profiles[one.parts["arrow"]].coloured:
                one.parts["published_status"] = one.parts["arrow"]  # the colour of the cell
        self.families = list(lone.values())

    def _attach_codes(self) -> None:
        """Join "Poverty rate" with "Score: sdg1_pov" where every such code follows values of its own.

        One that does not makes the order doubtful for all.
        """
        coded = [one for one in self.families if CODE.fullmatch(one.name) and not one.goal]
        owners = {n: one for one in self._values.values() for n in one.columns}
        before = {one.name: owners.get(min(one.columns) - 1) for one in coded}
        found = [one for one in before.values() if one is not None and "score" not in one.parts]
        if len(coded) < 2 or len(found) < len(coded):
            return
        for one in coded:
            value = before[one.name]
            if value is not None and not value.parts.keys() & one.parts.keys():
                value.parts |= one.parts
                value.code = one.name
                value.by_place |= one.parts.keys()
                self.families.remove(one)

    def _attach_bare(self) -> None:
        """Give columns that are only called Score or Trend, or nothing, to what stands left of them.

        That is sure where it is so for every column of values or colours; else nothing is given.
        """
        statuses = {
            one.anchor: one for one in self.families if "published_status" in one.parts and one.value is None
        }
        anchors = {n: one for n, one in (self._values | statuses).items() if not one.parts.keys() & {"score"}}
        runs: dict[int, dict[str, int]] = {n: {} for n in anchors}
        last, strange = -1, False
        for profile in self.profiles:
            n = profile.column
            kind = self._read_bare(profile)
            if n in anchors:
                last = n
            elif kind and last >= 0 and kind not in {**anchors[last].parts, **runs[last]}:
                runs[last][kind] = n
            elif kind:
                strange = strange or last >= 0
            elif n not in (anchors[last].columns if last >= 0 else set()):
                last = -1
        given = [n for n, run in runs.items() if run]
        if strange or len(given) < len(anchors):
            self.left += [n for run in runs.values() for n in run.values()]
            return
        for n in given:
            run = {kind: column for kind, column in runs[n].items() if kind != "year" or len(given) > 1}
            anchors[n].parts |= run
            anchors[n].by_place |= run.keys()

    def _read_bare(self, profile: Profile) -> str:
        """Return the kind of a column whose header names no indicator: by its word, else by its arrows."""
        part = self._parts.get(profile.column)
        if part is not None:
            return part.kind if part.kind in KINDS and not part.base else ""
        empty = not self.header.parts[profile.column]
        return "arrow" if empty and profile.holds_arrows else ""
