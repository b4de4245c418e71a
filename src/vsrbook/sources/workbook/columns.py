"""Find the columns of values, and what the header says of each: indicator, area, year, group, unit."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from vsrbook.importing.cells import make_slug
from vsrbook.importing.report import Report
from vsrbook.problems import Problem, count_noun, list_some, shorten
from vsrbook.sources.workbook.grids import Grid
from vsrbook.sources.workbook.headers import ColumnFinder, Header, match_columns
from vsrbook.sources.workbook.numeric import is_numeric
from vsrbook.sources.workbook.options import STATUSES, Layout, Measure, Options, Span
from vsrbook.sources.workbook.words import (
    HEADER_MARKS,
    RESIDENCE_WORDS,
    SEX_WORDS,
    list_totals,
    make_words,
    read_year_header,
    split_unit,
    split_year,
)

AREA_CODE = re.compile(r"[A-Z]{0,4}[-_.]?\d{1,9}|[A-Z]{2,3}([-_.]\w{1,8})?")
MADE_CODE = re.compile(r"x[0-9a-f]{8}")  # what make_slug makes of other scripts
SLUG_LENGTH = 60
OWN_COLUMNS = ("year_column", "score", "published_status", "arrow")  # of an indicator, beside its values


@dataclass
class ValueColumn:
    """One column of values; `given` says what holds for all its cells, by column of observations."""

    column: int
    given: dict[str, str] = field(default_factory=dict)
    measure: Measure | None = None
    name: str = ""  # of the indicator, as the header says it
    own: dict[str, int] = field(default_factory=dict)  # the columns beside it that are of its indicator alone
    by_row: dict[str, list[str]] = field(default_factory=dict)  # what such columns say, row by row

    def holds(self, options: Options) -> str:
        """Return what its cells are: value, score or published_status."""
        return (self.measure and self.measure.holds) or options.holds

    def describe(self, role: str) -> str:
        """Return what the mapping says of the column's indicator: name, unit, goal …; "" if nothing."""
        found = getattr(self.measure, role, None) if self.measure else None
        return str(found or "") or (self.name if role == "name" else "")


@dataclass
class _Reading:
    """What the words of one header column say."""

    words: list[str] = field(default_factory=list)
    given: dict[str, str] = field(default_factory=dict)
    strange: str = ""  # a mark beside the year that nothing explains


class ColumnPlanner:
    """Works out the columns of values of one sheet."""

    def __init__(self, grid: Grid, header: Header, layout: Layout, options: Options, report: Report) -> None:
        self.grid, self.header, self.layout, self.options, self.report = grid, header, layout, options, report
        self._sex = make_words(options.sex_values, SEX_WORDS)
        self._residence = make_words(options.residence_values, RESIDENCE_WORDS)
        self._totals = list_totals(options.totals)

    def plan(self, taken: set[int], rows: range, problems: list[Problem]) -> list[ValueColumn]:
        """Return the columns of values; `taken` are those that hold something else, `rows` those of the data."""
        finder = ColumnFinder(self.grid, self.header, problems)
        measures = self._match_measures(finder) if self.layout == "wide" else {}
        chosen = self._choose(finder, taken, rows, measures)
        if not chosen:
            hint = "name them in options.values, or give another header_row or layout"
            finder.refuse(f"no column holds values in the layout {self.layout}", hint, "values")
        planned = [self._plan_one(column, measures.get(column)) for column in chosen]
        self._settle(planned)
        self._report(planned)
        return planned

    def _choose(
        self, finder: ColumnFinder, taken: set[int], rows: range, measures: dict[int, Measure]
    ) -> list[int]:
        values = self.options.values
        if isinstance(values, Span):
            first = finder.find(values.first, "values.from")
            last = finder.find(values.last, "values.to")
            return [] if first is None or last is None else list(range(first, last + 1))
        if values:
            return finder.find_all(values, "values")
        if measures:
            return sorted(measures)
        free = [n for n, parts in enumerate(self.header.parts) if parts and n not in taken]
        if self.layout == "years":
            return [n for n in free if any(map(read_year_header, self.header.parts[n]))]
        holding = [n for n in free if is_numeric(self.grid, n, rows)]
        if left := [self.header.name(n) for n in free if n not in holding]:
            what = f"columns that hold no numbers are not read: {list_some([shorten(name, 40) for name in left])}"
            hint = "name them in columns or values, if they are needed"
            self.report.add("dropped", self.grid.file, self.grid.sheet, what, hint, count=len(left))
        return holding

    def _match_measures(self, finder: ColumnFinder) -> dict[int, Measure]:
        """Find the column of each key of `indicators`: by its whole header, or by that without year and unit."""
        plain: dict[str, list[int]] = {}
        told = [getattr(one, role) for one in self.options.indicators.values() for role in OWN_COLUMNS]
        own = {column for which in told if which for column in match_columns(which, self.header)}
        for column in sorted(set(range(len(self.header.parts))) - own):
            words = self._read(column).words
            bare = split_year(split_unit(" ".join(words))[0])[0]
            plain.setdefault(bare.casefold(), []).append(column)
        found: dict[int, Measure] = {}
        for key, measure in self.options.indicators.items():
            columns = match_columns(key, self.header) or plain.get(key.strip().casefold(), [])
            if not columns:
                finder.find(key, "indicators")
            found |= dict.fromkeys(columns, measure)
        return found

    def _read(self, column: int) -> _Reading:
        """Sort the words of a header column: year, sex, residence, and the rest."""
        reading, parts = _Reading(), self.header.parts[column]
        grouped = len(parts) > 1 or self.options.indicator is not None
        for part in parts:
            word = part.casefold()
            if "year" not in reading.given and (year := read_year_header(part)):
                reading.given["year"] = year[0]
                self._read_mark(year[1], reading)
            elif grouped and len(word) > 1 and word in self._sex:
                reading.given["sex"] = self._sex[word]
            elif grouped and len(word) > 1 and word in self._residence:
                reading.given["residence"] = self._residence[word]
            elif not (grouped and word in self._totals):
                reading.words.append(part)
        return reading

    def _read_mark(self, mark: str, reading: _Reading) -> None:
        if not mark:
            return
        meaning = self.options.marks.get(mark) or HEADER_MARKS.get(mark.casefold(), "")
        if meaning:
            reading.given["status" if meaning in STATUSES else "note"] = meaning
        else:
            reading.strange = mark

    def _plan_one(self, column: int, measure: Measure | None) -> ValueColumn:
        reading = self._read(column)
        planned = ValueColumn(column, reading.given, measure)
        if reading.strange:
            what = f"mark {shorten(reading.strange)} beside the year in {shorten(self.header.name(column))}"
            hint = "say what it means in options.marks; it is not kept"
            self.report.add("doubted", self.grid.file, self.grid.place(self.header.first, column), what, hint)
        words, unit = split_unit(" ".join(reading.words))
        if unit:
            planned.given["unit"] = unit
        if self.layout == "wide" and self.options.indicator is None:
            self._name_indicator(planned, words)
        elif self.layout == "areas":
            planned.given["area_name"] = words
        elif words:
            planned.given["category"] = words
        return planned

    def _name_indicator(self, planned: ValueColumn, words: str) -> None:
        measure = planned.measure or Measure.model_validate({})
        bare, year = words, ""
        told = self.options.columns.year or measure.year or measure.year_column
        if "year" not in planned.given and not told:
            bare, year = split_year(words)
        if year:
            planned.given["year"] = year
        planned.name = measure.name or bare or words
        as_code = bare if re.fullmatch(r"[\w.-]+", bare) else make_slug(bare or words, SLUG_LENGTH)
        planned.given["indicator_code"] = measure.code or as_code
        for role in ("year", "unit", "sex", "age", "residence", "category"):
            if told := getattr(measure, role):
                planned.given[role] = told

    def _settle(self, planned: list[ValueColumn]) -> None:
        """Drop words that stand above all columns alike; tell codes of headers, and equal codes, apart."""
        common = {one.given.get("category", "") for one in planned}
        if len(planned) > 1 and len(common) == 1 and common != {""}:
            what = f"{shorten(planned[0].given['category'])} stands above all columns; it is no group"
            self.report.add("read", self.grid.file, self.grid.place(self.header.first), what)
            for one in planned:
                del one.given["category"]
        if self.layout == "areas" and all(AREA_CODE.fullmatch(one.given["area_name"]) for one in planned):
            for one in planned:
                one.given["area_code"] = one.given.pop("area_name")
        names: dict[str, tuple[str, str]] = {}
        for one in planned:
            code = one.given.get("indicator_code", "")
            if code and (one.measure is None or one.measure.code is None):
                new, n = code, 2
                said = (one.name, one.given.get("unit", ""))
                while names.setdefault(new, said) != said:
                    new, n = f"{code}-{n}", n + 1
                one.given["indicator_code"] = new

    def _report(self, planned: list[ValueColumn]) -> None:
        """Say how the headers were read, in one line for each kind of thing they give."""
        if made := [one for one in planned if MADE_CODE.fullmatch(one.given.get("indicator_code", ""))]:
            what = (
                f"codes such as {made[0].given['indicator_code']} are made from names without Latin letters"
            )
            hint = "give codes of your own in options.indicators"
            self.report.add("doubted", self.grid.file, self.grid.sheet, what, hint, count=len(made))
        where = self.grid.file, self.grid.place(self.header.first)
        for role, says in (
            ("indicator_code", "the headers name indicators"),
            ("area_code", "the headers are area codes"),
            ("area_name", "the headers are names of areas"),
            ("year", "the headers give the year"),
            ("sex", "the headers give the sex"),
            ("residence", "the headers give the residence"),
            ("category", "the headers are groups"),
            ("status", "marks in the header"),
        ):
            found = list(dict.fromkeys(one.given[role] for one in planned if one.given.get(role)))
            if found:
                many = sum(bool(one.given.get(role)) for one in planned)
                some = list_some([shorten(text, 40) for text in found])
                self.report.add("read", *where, f"{says}: {some} ({count_noun(many, 'column')})", count=many)
