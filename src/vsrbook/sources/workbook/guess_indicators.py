"""Propose what the columns of a wide sheet hold: one line for each indicator, with the columns that are of it."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from vsrbook.importing.cells import make_slug
from vsrbook.importing.report import Report
from vsrbook.problems import list_some, shorten
from vsrbook.sources.workbook.colours import name_colour
from vsrbook.sources.workbook.columns import SLUG_LENGTH, ColumnPlanner, ValueColumn
from vsrbook.sources.workbook.grids import Grid
from vsrbook.sources.workbook.guess_families import Family
from vsrbook.sources.workbook.header_words import guess_goal, is_identifier, name_fact
from vsrbook.sources.workbook.headers import Header, match_columns
from vsrbook.sources.workbook.options import Options
from vsrbook.sources.workbook.profiles import LIGHTS, Profile, name_reference
from vsrbook.sources.workbook.proposal import Guess
from vsrbook.sources.workbook.words import split_unit, split_year

MAX_LISTED = 400  # indicators that a proposal spells out
KEYS = {"year": "year_column", "score": "score", "published_status": "status", "arrow": "arrow"}


@dataclass
class IndicatorGuesser:
    """Writes `indicators` of the guess; `families` are the columns that belong together, `left` those of nothing."""

    grid: Grid
    header: Header
    profiles: list[Profile]
    families: list[Family]
    left: list[int]
    guess: Guess
    years: set[str] = field(default_factory=set)  # that scores name in their header: of the edition

    def run(self, taken: set[int], options: Options, rows: range) -> bool:
        """List the indicators; `taken` are columns of something else. Returns whether each says its year."""
        apart = self._leave_out(taken)
        parts = {n for one in self.families for n in one.columns if n != one.anchor}
        words = {p.column for p in self.profiles if not p.is_numeric}
        planner = ColumnPlanner(self.grid, self.header, "wide", options, Report())
        planned = {
            one.column: one for one in planner.plan(taken | apart | parts | words | {*self.left}, rows, [])
        }
        anchored = {one.anchor: one for one in self.families}
        series = self._find_series([one for n, one in planned.items() if n not in anchored])
        listed: dict[str, dict[str, str]] = {}
        dated = True
        for column in sorted(planned.keys() | anchored.keys()):
            family, one = anchored.get(column), planned.get(column)
            said = (
                self._describe_family(family) if family else self._describe_column(one or ValueColumn(column))
            )
            published = "holds" in said
            dated = dated and bool(published or "year_column" in said or (one and one.given.get("year")))
            which = series.get(column) or self._refer(column)
            listed.setdefault(which, {key: text for key, text in said.items() if text})
        self._tell_apart(listed)
        self.guess["indicators"] = dict(list(listed.items())[:MAX_LISTED])
        if len(listed) > MAX_LISTED:
            self.guess.doubt("indicators", f"{len(listed) - MAX_LISTED} more columns hold numbers; add them")
        self._find_colours(set(planned) | set(anchored))
        self._say_doubts(listed)
        return dated

    def _leave_out(self, taken: set[int]) -> set[int]:
        """Return the columns of numbers that are no indicators, and say which they are."""
        ranks = {n for n, parts in enumerate(self.header.parts) if is_identifier(parts)} - taken
        facts = {n: fact for n, parts in enumerate(self.header.parts) if (fact := name_fact(parts))}
        bare = [split_year(self.header.name(n))[0] for n, fact in facts.items() if fact == "population"]
        series = {name for name in bare if bare.count(name) > 1}  # of years: pop2019, pop2020
        facts = {n: fact for n, fact in facts.items() if split_year(self.header.name(n))[0] not in series}
        facts = {n: fact for n, fact in facts.items() if n not in taken and n < len(self.profiles)}
        if ranks:
            names = list_some([shorten(self.header.name(n), 40) for n in sorted(ranks)])
            self.guess.doubt("indicators", f"left out, since they name or rank things: {names}")
        if facts:
            names = list_some([shorten(self.header.name(n), 40) for n in sorted(facts)])
            what = (
                f"left out, since they belong in the table areas (population, latitude, longitude): {names};"
                " to read them into it, name them in columns, such as population: ..."
            )
            self.guess.doubt("indicators", what)
        return ranks | set(facts)

    def _find_series(self, planned: list[ValueColumn]) -> dict[int, str]:
        """Find columns of one indicator in several years, and the words that mean all of them: pop2001, pop2002."""
        groups: dict[tuple[str, str], list[ValueColumn]] = defaultdict(list)
        for one in planned:
            groups[one.name, one.given.get("unit", "")].append(one)
        names = [name for name, _unit in groups]
        keys: dict[int, str] = {}
        for (name, _unit), many in groups.items():
            distinct = {one.given.get("year", "") for one in many} - {""}
            first = self.header.parts[many[0].column][0]
            merged = all(self.header.parts[one.column][0] == first for one in many)
            if len(many) < 2 or len(distinct) < len(many) or names.count(name) > 1:
                continue
            if merged and len(match_columns(first, self.header)) == len(many):
                keys |= dict.fromkeys((one.column for one in many), first)
            elif name and not match_columns(name, self.header):
                keys |= dict.fromkeys((one.column for one in many), name)
        return keys

    def _describe_column(self, one: ValueColumn) -> dict[str, str]:
        unit = write_unit(one.given.get("unit", ""))
        said = {"code": one.given["indicator_code"], "name": one.name, "unit": unit}
        return said | guess_goal(self.header.parts[one.column])

    def _describe_family(self, one: Family) -> dict[str, str]:
        """Write the line of a family; without values, its score is the value, or its status all that is read."""
        column = one.anchor
        name, unit = split_unit(self._name_family(one))
        score = one.value is None and column == one.parts.get("score")
        said = {"code": one.code or make_code(name), "name": name, "unit": write_unit(unit)}
        if score:
            name = re.sub(r"\s*[(\[][\d\s–-]+[)\]]$", "", split_year(name)[0] or name)  # (0-100)
            self.years |= {
                year for year in [split_year(self.header.name(column))[1]] if year and not one.goal
            }
            stem = f"goal {one.goal}" if one.goal else split_year(one.name)[0] or one.name
            said = {"code": make_code(f"{stem} score"), "name": name, "unit": "score"}
        elif one.value is None:
            code = f"goal-{one.goal}-score" if one.goal else make_code(name)
            unit = "score" if one.goal else ""
            said = {"code": code, "name": name, "unit": unit, "holds": "published_status"}
        said |= (
            {"goal": one.goal}
            if one.goal
            else guess_goal((one.name,)) or guess_goal(self.header.parts[column])
        )
        for kind, key in KEYS.items():
            if kind in one.parts and (one.parts[kind] != column or kind == "arrow"):
                said[key] = self._refer(one.parts[kind])
        return said

    def _name_family(self, one: Family) -> str:
        parts = self.header.parts[one.anchor]
        text = " ".join(parts)
        start = text.casefold().find(one.name)
        score = one.value is None and one.anchor == one.parts.get("score")
        named = not score and start >= 0 and len(text.casefold()) == len(text)
        return text[start : start + len(one.name)] if named and one.name else text

    def _tell_apart(self, listed: dict[str, dict[str, str]]) -> None:
        """Give indicators that are not one, and whose codes are cut alike, codes of their own."""
        seen: dict[str, tuple[str, str]] = {}
        for said in listed.values():
            code, n, what = said["code"], 2, (said.get("name", ""), said.get("unit", ""))
            while seen.setdefault(said["code"], what) != what:
                said["code"], n = f"{code}-{n}", n + 1

    def _find_colours(self, anchors: set[int]) -> None:
        """Propose to read the colours of cells, where no word says the status."""
        worded = {
            one.anchor for one in self.families if one.parts.get("published_status", one.anchor) != one.anchor
        }
        coloured = {one.column for one in self.profiles if one.coloured}
        beside = {n for one in self.families if one.anchor not in worded for n in one.columns}
        if (coloured & (anchors | beside)) - worded:
            found = sorted({colour for (_row, n), colour in self.grid.colours.items() if n in coloured})
            words = [(colour, name_colour(colour, {})) for colour in found]
            some = list_some([f"{colour} is {word}" for colour, word in words if word in LIGHTS], 8)
            self.guess["colour_as_status"] = True
            self.guess.doubt("colour_as_status", f"the colours of cells seem to be a status: {some}")

    def _say_doubts(self, listed: dict[str, dict[str, str]]) -> None:
        doubt = self.guess.doubt
        if by_place := [one for one in self.families if one.by_place]:
            names = list_some([shorten(self._refer(one.anchor), 40) for one in by_place], 3)
            doubt("indicators", f"columns are given to {names} since they stand beside them, not by name")
        if self.left:
            names = list_some([shorten(self._refer(n), 40) for n in sorted(set(self.left))])
            doubt("indicators", f"left out, since nothing says which indicator they are of: {names}")
        scores = [w for w, said in listed.items() if said.get("unit") == "score" and "holds" not in said]
        if scores:
            names = list_some([shorten(which, 40) for which in scores], 3)
            doubt("indicators", f"the value of {names} is the score that the source publishes")
            if lost := [which for which in scores if not listed[which].get("goal")]:
                names = list_some([shorten(which, 40) for which in lost], 3)
                doubt(
                    "indicators",
                    f"{names}: of no single goal, but the table needs one; give it, or delete the line",
                )
        if any("holds" in said for said in listed.values()):
            doubt(
                "indicators",
                "holds: published_status = the column has no values; its words go to the table series",
            )
        doubt("indicators", "delete what is no indicator; add goal, direction (up, down) and unit")

    def _refer(self, column: int) -> str:
        return name_reference(column, self.header)


def write_unit(unit: str) -> str:
    """Write the percent sign first, as the table indicators has it: "2017 PPP, %" is "%, 2017 PPP"."""
    first, _sign, last = unit.rpartition(",")
    return f"%, {first.strip()}" if last.strip() == "%" and first.strip() else unit


def make_code(name: str) -> str:
    """Return the code that is made of a name: itself where it is one (sdg1_wpc), else a slug."""
    stem = re.sub(r"[\s]+(?=score$)", "-", name)
    return stem if re.fullmatch(r"[\w.-]+", stem) else make_slug(name, SLUG_LENGTH)
