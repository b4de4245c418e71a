"""Propose which column holds what: by header words, by cells, by what repeats, by language."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from vsrbook.problems import list_some, shorten
from vsrbook.sources.workbook.catalogue import BY_SERIES
from vsrbook.sources.workbook.guess_areas import Table, is_of_indicators, names_same, sort_places
from vsrbook.sources.workbook.header_words import GENERAL_CODES, WORD_ROLES
from vsrbook.sources.workbook.headers import Header
from vsrbook.sources.workbook.options import Columns
from vsrbook.sources.workbook.profiles import Profile, guess_language, guess_role, name_reference
from vsrbook.sources.workbook.proposal import Guess
from vsrbook.tables import check_pattern

AREAS = ("area_name", "parent_name")
MAX_GROUP_WORDS = 40
SHARED = {"score", "published_status", "arrow", *BY_SERIES}


@dataclass
class ColumnGuesser:
    """Sorts the columns of one sheet; `years` are those of values (years, families), and are left alone.

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
    codes: list[int] = field(default_factory=list)  # of something else than the areas

    @property
    def taken(self) -> set[int]:
        """The columns that hold something else than values."""
        return {*self.roles.values(), *self.languages.values(), *self.groups, *self.codes}

    @property
    def _table(self) -> Table:
        return self.header, self.profiles, self.guess

    def run(self) -> None:
        """Sort the columns, and write `columns` and `names` of the guess."""
        self._find_roles()
        self._find_names()
        self._find_groups()
        self._write()

    def drop_shared(self, said: list[int]) -> None:
        """Leave out columns of scores, arrows or targets that a wide sheet has, and nobody knows for what.

        `said` are columns of which that has been said.
        """
        columns = self.guess["columns"]
        for role in sorted(SHARED & columns.keys()):
            which = columns.pop(role)
            if self.roles[role] not in said:
                self.guess.doubt("columns", f"left out, since nothing says which values it is of: {which}")

    def _find_roles(self) -> None:
        areas: list[int] = []
        indicators: list[int] = []
        codes: list[tuple[int, bool, int]] = []
        for profile in self.profiles:
            column = profile.column
            if column in self.years or not self.header.parts[column]:
                continue
            role, how = guess_role(profile, self.header.parts[column])
            if role in AREAS:
                areas.append(column)
            elif role == "indicator":
                indicators.append(column)
            elif role == "area_code":
                codes.append((profile.distinct, how == "header", -column))
            elif role and role not in self.roles:
                self.roles[role] = column
                if how == "cells":
                    what = f"{role}: {self._name(column)} by what its cells hold, not by its header"
                    self.guess.doubt("columns", what)
        self._sort_areas(areas)
        self._sort_codes(codes, indicators)
        if not areas and "area_code" not in self.roles and (indicators or "indicator_name" in self.roles):
            self._find_numbered()
        self._sort_indicators(indicators)

    def _sort_codes(self, codes: list[tuple[int, bool, int]], indicators: list[int]) -> None:
        """Of several columns of codes that with the most is of the areas; the others are of what they lie in.

        A column that is called code, and no more, beside names of indicators is theirs, if not of the areas.
        """
        for _distinct, named, place in sorted(codes, reverse=True):
            column = -place
            general = self.header.name(column).strip().casefold() in GENERAL_CODES
            if general and not indicators and self._is_of_indicators(column):
                indicators.append(column)
            elif "area_code" not in self.roles:
                self.roles["area_code"] = column
                if not named:
                    what = f"area_code: {self._name(column)} by what its cells hold, not by its header"
                    self.guess.doubt("columns", what)
            else:
                self.codes.append(column)
                self.guess.doubt("columns", f"{self._name(column)} is left out: codes of something else")

    def _is_of_indicators(self, column: int) -> bool:
        names, areas = self.roles.get("indicator_name"), self.roles.get("area_name")
        if names is not None and areas is not None and "parent_name" not in self.roles:
            return is_of_indicators(column, names, areas, self._table)
        return areas is None and (names is not None or self._share_global(column) > 0.5)

    def _sort_areas(self, columns: list[int]) -> None:
        """Of several columns of areas that of the smallest places holds the areas, the next what they lie in."""
        if columns:
            self.roles |= dict(zip(AREAS, sort_places(columns, self._table), strict=False))

    def _find_numbered(self) -> None:
        """Take a column of whole numbers that is called area, beside indicators in rows, for codes of areas."""
        for profile in self.profiles:
            words = self.header.parts[profile.column]
            named = bool(words) and WORD_ROLES.get(words[-1].casefold()) == "area_name"
            if named and profile.column not in self.years and all(map(str.isdecimal, profile.texts)):
                self.roles["area_code"] = profile.column
                self.guess.doubt("columns", f"area_code: {self._name(profile.column)} holds whole numbers")
                return

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
        same = [p for p in left if p.column != main and names_same(p, self.profiles[main])]
        for profile in [self.profiles[main], *same] if same else ():
            language = guess_language(self.header.parts[profile.column], profile)
            if language and language not in self.languages:
                self.languages[language] = profile.column
        if len(self.languages) < 2:
            self.languages = {}

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
        order = [role for role in Columns.model_fields if role in named]
        columns: dict[str, Any] = {role: self._refer(named[role]) for role in order}
        tidy = {"value", "indicator", "indicator_name"} & self.roles.keys()
        if self.groups and tidy:
            columns["category"] = [self._refer(column) for column in self.groups]
            self.guess.doubt("columns", "category: take out what names no group (codes, notes)")
        for column in self.groups if not tidy else ():
            words = list_some([shorten(text, 20) for text, _n in self.profiles[column].texts.most_common(5)])
            rows = f"only: {{{self._refer(column)}: [...]}}"
            some = f"{self._name(column)} is left out; it holds {words}: to read some rows, {rows}"
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


def names_indicators(header: Header, profiles: list[Profile]) -> bool:
    """Whether rows name indicators or hold one value each, as a header says: then columns form no families."""
    roles = [guess_role(p, header.parts[p.column])[0] for p in profiles if len(header.parts[p.column]) == 1]
    return roles.count("value") == 1 or bool({"indicator", "indicator_name"} & set(roles))
