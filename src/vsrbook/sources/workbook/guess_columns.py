"""Propose which column holds what: by header words, by cells, by what repeats, by language."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vsrbook.problems import list_some, shorten
from vsrbook.sources.workbook.headers import Header
from vsrbook.sources.workbook.profiles import Profile, guess_language, guess_role, name_reference
from vsrbook.tables import check_pattern

if TYPE_CHECKING:
    from vsrbook.sources.workbook.guess import Guess

AREAS = ("area_name", "parent_name")
MAX_GROUP_WORDS = 40


@dataclass
class ColumnGuesser:
    """Sorts the columns of one sheet; `years` are those whose header is a year, and are left alone.

    `roles` says which column holds what, `languages` the columns of one name in several languages,
    `groups` those that seem to hold other groups.
    """

    header: Header
    profiles: list[Profile]
    years: set[int]
    guess: Guess
    roles: dict[str, int] = field(default_factory=dict)
    languages: dict[str, int] = field(default_factory=dict)
    groups: list[int] = field(default_factory=list)

    @property
    def taken(self) -> set[int]:
        """The columns that hold something else than values."""
        return {*self.roles.values(), *self.languages.values(), *self.groups}

    def run(self) -> None:
        """Sort the columns, and write `columns` and `names` of the guess."""
        self._find_roles()
        self._find_names()
        self._find_groups()
        self._write()

    def _find_roles(self) -> None:
        areas: list[int] = []
        indicators: list[int] = []
        for profile in self.profiles:
            column = profile.column
            if column in self.years or not self.header.parts[column]:
                continue
            role, how = guess_role(profile, self.header.parts[column])
            if role in AREAS:
                areas.append(column)
            elif role == "indicator":
                indicators.append(column)
            elif role and role not in self.roles:
                self.roles[role] = column
                if how == "cells":
                    what = f"{role}: {self._name(column)} by what its cells hold, not by its header"
                    self.guess.doubt("columns", what)
        self._sort_areas(areas)
        self._sort_indicators(indicators)

    def _sort_areas(self, columns: list[int]) -> None:
        """Of several columns of areas the one with the most names holds the areas, the next what they lie in."""
        by_size = sorted(columns, key=lambda n: -self.profiles[n].distinct)
        self.roles |= dict(zip(AREAS, by_size, strict=False))
        if len(by_size) > 1:
            some = " in ".join(self._name(n) for n in by_size[:2])
            self.guess.doubt("columns", f"area_name, parent_name: {some}, by how many names they hold")

    def _sort_indicators(self, columns: list[int]) -> None:
        """Of several columns of codes, one with numbers such as 1.1.1 is the UN's global indicator."""
        numbers = [n for n in columns if self._share_global(n) > 0.5]
        others = [n for n in columns if n not in numbers]
        if numbers and "global_indicator" not in self.roles:
            self.roles["global_indicator"] = numbers[0]
        if chosen := others or numbers:
            self.roles["indicator"] = chosen[0]

    def _share_global(self, column: int) -> float:
        texts = self.profiles[column].texts
        return sum(check_pattern("global", text) for text in texts) / max(len(texts), 1)

    def _find_names(self) -> None:
        """Find the main column of names, and those that give the same names in other languages."""
        left = [p for p in self.profiles if p.filled and not p.is_numeric and self.header.parts[p.column]]
        left = [p for p in left if p.column not in self.years | self.taken]
        main = self.roles.get("area_name", self.roles.get("indicator_name"))
        if main is None and left and "value" not in self.roles:
            best = max(left, key=lambda p: p.distinct)
            main, coded = best.column, "indicator" in self.roles and "area_code" not in self.roles
            role = "indicator_name" if coded else "area_name"
            self.roles[role] = main
            self.guess.doubt("columns", f"{role}: {self._name(main)} has the most different words")
        if main is None:
            return
        same = [p for p in left if p.column != main and self._names_same(p, self.profiles[main])]
        for profile in [self.profiles[main], *same] if same else ():
            language = guess_language(self.header.parts[profile.column], profile)
            if language and language not in self.languages:
                self.languages[language] = profile.column
        if len(self.languages) < 2:
            self.languages = {}

    def _names_same(self, one: Profile, other: Profile) -> bool:
        """Whether two columns seem to name the same things: as many different words, in as many rows."""
        near = abs(one.distinct - other.distinct) <= max(1, other.distinct // 20)
        return near and one.filled == other.filled and other.distinct > 1

    def _find_groups(self) -> None:
        known = {self._base(column) for column in self.roles.values()}
        free = [p for p in self.profiles if p.filled and not p.is_numeric and self.header.parts[p.column]]
        for profile in sorted(free, key=lambda p: self._is_code(p.column)):
            column, base = profile.column, self._base(profile.column)
            few = 1 < profile.distinct <= max(MAX_GROUP_WORDS, profile.filled // 3)
            if few and column not in self.years | self.taken and base not in known:
                self.groups.append(column)
                known.add(base)
        self.groups.sort()

    def _base(self, column: int) -> str:
        """Return the name of a column without "code": Sex_Code and Sex are one."""
        return re.sub(r"[\s_]*code$", "", self.header.name(column).strip().casefold())

    def _is_code(self, column: int) -> bool:
        return self.header.name(column).strip().casefold().endswith("code")

    def _write(self) -> None:
        main = self.roles.get("area_name", self.roles.get("indicator_name"))
        named = {r: n for r, n in self.roles.items() if not (n == main and n in self.languages.values())}
        columns: dict[str, Any] = {role: self._refer(column) for role, column in named.items()}
        tidy = {"value", "indicator", "indicator_name"} & self.roles.keys()
        if self.groups and tidy:
            columns["category"] = [self._refer(column) for column in self.groups]
            self.guess.doubt("columns", "category: take out what names no group (codes, notes)")
        for column in self.groups if not tidy else ():
            words = list_some([shorten(text, 20) for text, _n in self.profiles[column].texts.most_common(5)])
            some = f"{self._name(column)} holds {words}: to read some rows, only: {{{self._refer(column)}: [...]}}"
            self.guess.doubt("columns", some)
        self._doubt_twins()
        self.guess["columns"] = columns
        if self.languages:
            key = "area_names" if "area_name" in self.roles else "names"
            self.guess[key] = {language: self._refer(column) for language, column in self.languages.items()}
            self.guess["language"] = "en" if "en" in self.languages else next(iter(self.languages))
            self.guess.doubt(key, "the languages are guessed from headers and letters")

    def _doubt_twins(self) -> None:
        area = self.roles.get("area_name")
        if area is None or {"value", "area_code", "parent_name"} & self.roles.keys() or self.years:
            return
        if twins := [text for text, n in self.profiles[area].texts.items() if n > 1]:
            self.guess.doubt(
                "columns", f"names of areas repeat ({list_some(twins, 3)}): name a code or parent_name"
            )

    def _refer(self, column: int) -> str:
        return name_reference(column, self.header)

    def _name(self, column: int) -> str:
        return shorten(self.header.name(column), 40)
