"""Propose a mapping for a workbook or CSV file, and say what is uncertain about it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vsrbook.importing.cells import make_slug
from vsrbook.importing.report import Report
from vsrbook.problems import Problem, ReviewError, list_some, shorten
from vsrbook.sources.workbook.columns import MADE_CODE, SLUG_LENGTH, ColumnPlanner
from vsrbook.sources.workbook.grids import Grid, find_files, list_sheets, open_grids
from vsrbook.sources.workbook.guess_areas import doubt_rows
from vsrbook.sources.workbook.guess_columns import ColumnGuesser, names_indicators
from vsrbook.sources.workbook.guess_families import FamilyGuesser
from vsrbook.sources.workbook.guess_indicators import IndicatorGuesser
from vsrbook.sources.workbook.headers import Header
from vsrbook.sources.workbook.options import Options
from vsrbook.sources.workbook.profiles import make_profile
from vsrbook.sources.workbook.proposal import Guess, name_path
from vsrbook.sources.workbook.shapes import (
    find_rows,
    guess_layout,
    holds_table,
    is_empty,
    is_number_row,
    is_unit_row,
    leave_notes,
    locate_header,
)
from vsrbook.sources.workbook.values import ValueReader
from vsrbook.sources.workbook.words import (
    RESIDENCE_WORDS,
    SEX_WORDS,
    TOTAL_WORDS,
    UNIT_CODES,
    is_blank,
    make_words,
    read_year_header,
    split_unit,
    split_year,
    write_header,
)
from vsrbook.tables_reading import DECIMAL_COMMA, MISSING_MARKS

MISSING = MISSING_MARKS | {"…", ":"}
MAX_GUESSED_COLUMNS = 2000
MAX_LOOKED = 12  # sheets that are looked at for a table


def guess_mapping(path: Path, sheet: str | None = None) -> dict[str, Any]:
    """Propose the mapping of a workbook, a CSV file, or the first file of a folder.

    Returns a Guess: a dict that `Options` accepts, with `doubts` beside it. Raises ReviewError for a file
    that cannot be read, or that holds no table.
    """
    file, name = find_files(path)[0]
    grid, doubts = _open_table(file, name, sheet)
    if is_empty(grid):
        raise ReviewError([Problem(grid.name, "the sheet is empty", "name another sheet")])
    guess = Guess(name_path(path))
    if grid.sheet:
        guess["sheet"] = grid.sheet
    for text in doubts:
        guess.doubt("sheet", text)
    _Guesser(grid, guess).run()
    if not guess.holds_values:
        what = "holds no table: no column of numbers, colours or arrows below a header"
        raise ReviewError([Problem(grid.name, what, "is this the right file and sheet?")])
    return guess


def _open_table(file: Path, name: str, sheet: str | None) -> tuple[Grid, list[str]]:
    """Open the sheet that is named, else the first that holds a table, with the colours of its cells."""
    there = [sheet] if sheet else list_sheets(file, name)
    options = Options.model_validate(
        {"colour_as_status": True} | ({"sheets": there[:MAX_LOOKED]} if there else {})
    )
    grids = open_grids(file, name, options, Report())
    first = next(grids)
    grid = (
        first if sheet else next((one for one in itertools.chain([first], grids) if holds_table(one)), first)
    )
    others = [other for other in there if other != grid.sheet]
    which = "the first sheet with a table of numbers" if grid is not first else "the first sheet"
    return grid, [f"{which} is read; also there: {list_some(others)}"] if others else []


@dataclass
class _Guesser:
    """Fills a Guess from one sheet."""

    grid: Grid
    guess: Guess

    def run(self) -> None:
        """Guess header, columns, layout, words and marks, in this order."""
        header = locate_header(self.grid, Options.model_validate({}))
        rows = self._guess_rows(header)
        width = min(len(header.parts), MAX_GUESSED_COLUMNS)
        if len(header.parts) > width:
            self.guess.doubt(
                "layout", f"only the first {width} of {len(header.parts)} columns were looked at"
            )
        table = leave_notes(self.grid, rows)
        profiles = [make_profile(self.grid, column, table) for column in range(width)]
        years = {n for n in range(width) if any(map(read_year_header, header.parts[n]))}
        families = FamilyGuesser(header, profiles)
        if not names_indicators(header, profiles) and len(years) < 2:
            families.run()
        claimed = {n for one in families.families for n in one.columns}
        columns = ColumnGuesser(header, profiles, (years if len(years) > 1 else set()) | claimed, self.guess)
        columns.run()
        self._guess_values(rows, columns, families)
        self._guess_groups(columns)
        self._guess_marks(columns, claimed)

    def _list_titles(self, header: Header) -> list[str]:
        """Return what stands above the header."""
        above = self.grid.cells[: header.first]
        return [write_header(cell) for cells in above for cell in cells if not is_blank(cell)]

    def _guess_rows(self, header: Header) -> range:
        first, count = header.first, header.end - header.first
        self.guess["header_row"] = first + 1
        if count > 1:
            self.guess["header_rows"] = count
        if first:
            titles = self._list_titles(header)
            self.guess.doubt(
                "header_row", f"the rows above hold {list_some([shorten(t, 50) for t in titles], 3)}"
            )
        if is_unit_row(self.grid, header.end):
            self.guess["unit_row"] = header.end + 1
        start = header.end + ("unit_row" in self.guess)
        if is_number_row(self.grid, start):
            self.guess["first_row"] = start + 2
            self.guess.doubt("first_row", f"row {start + 1} only numbers the columns")
        wanted = {key: self.guess[key] for key in ("unit_row", "first_row") if key in self.guess}
        return find_rows(self.grid, header, Options.model_validate(wanted))

    def _guess_values(self, rows: range, columns: ColumnGuesser, families: FamilyGuesser) -> None:
        """Guess the layout, the year and, where columns are indicators, what each one is."""
        roles, header = columns.roles, columns.header
        options = Options.model_validate({"columns": self.guess["columns"]})
        layout = self.guess["layout"] = guess_layout(header, columns.taken, options)
        if layout == "tidy":
            if "value" not in roles:
                self.guess.holds_values = any(p.is_numeric for p in columns.profiles)
                self.guess.doubt("columns", "value: no column is called value; name it")
            return
        if layout == "wide":
            found = families.families
            lister = IndicatorGuesser(self.grid, header, columns.profiles, found, families.left, self.guess)
            dated = lister.run(columns.taken, options, rows)
            if not dated and "year" not in roles:
                self._guess_year(header, lister.years)
            columns.drop_shared(families.left)
            self.guess.holds_values = bool(self.guess["indicators"])
            return
        words = {p.column for p in columns.profiles if p.filled and not p.is_numeric}
        planner = ColumnPlanner(self.grid, header, layout, options, Report())
        planned = planner.plan(columns.taken | words, rows, [])
        self.guess.holds_values = bool(planned)
        if layout == "areas":
            self.guess.doubt("layout", "the columns of numbers are taken for areas")
        elif not {"indicator", "indicator_name"} & roles.keys():
            self._guess_indicator(header)
        if "year" not in roles and not all(one.given.get("year") for one in planned):
            self._guess_year(header, set())

    def _guess_indicator(self, header: Header) -> None:
        """Propose the one indicator of a sheet of years: as the rows above its header, or its own name, say."""
        titles = self._list_titles(header)
        known = [text for text in titles if not MADE_CODE.fullmatch(make_slug(text))]
        title = next(iter(known or titles), self.grid.sheet or Path(self.grid.file).stem)
        name, unit = split_unit(title)
        said = {"code": make_slug(name, SLUG_LENGTH), "name": name, "unit": unit}
        self.guess["indicator"] = {key: text for key, text in said.items() if text}
        self.guess.doubt(
            "indicator", "no column names the indicator; this is the title of the sheet: correct it"
        )

    def _guess_year(self, header: Header, editions: set[str]) -> None:
        """Propose the year of values that have none; `editions` are those that headers of scores name."""
        stem = Path(self.grid.file).stem
        above = " ".join(self._list_titles(header))
        places = (
            ("header of the score", next(iter(editions)) if len(editions) == 1 else ""),
            ("rows above the header", above),
            ("name of the sheet", self.grid.sheet),
            ("name of the file", stem),
        )
        for where, text in places:
            if year := split_year(text)[1]:
                self.guess["year"] = year
                self.guess.doubt("year", f"from the {where}; check it")
                return
        self.guess.doubt("", "nothing says which year the values are for: add year: 2020, or columns.year")

    def _guess_groups(self, columns: ColumnGuesser) -> None:
        """Propose our words for those of sex and residence, and say which rows may hold no area."""
        for role, known in (("sex", SEX_WORDS), ("residence", RESIDENCE_WORDS)):
            if role in columns.roles:
                ours = make_words({}, known) | dict.fromkeys(TOTAL_WORDS, "")
                said = columns.profiles[columns.roles[role]].texts
                self.guess[f"{role}_values"] = {t: ours[t.casefold()] for t in said if t.casefold() in ours}
                if strange := [text for text in said if text.casefold() not in ours]:
                    self.guess.doubt(f"{role}_values", f"not understood: {list_some(strange)}")
        self._guess_units(columns)
        doubt_rows(columns.roles, columns.groups, (columns.header, columns.profiles, self.guess))

    def _guess_units(self, columns: ColumnGuesser) -> None:
        """Propose words for the codes of units that SDMX has, such as PT; say which stay as they are."""
        texts = columns.profiles[columns.roles["unit"]].texts if "unit" in columns.roles else ()
        if known := {text: UNIT_CODES[text] for text in texts if text in UNIT_CODES}:
            self.guess["unit_values"] = known
            if others := [text for text in texts if text not in known]:
                self.guess.doubt("unit_values", f"stay as they are: {list_some(others)}")

    def _guess_marks(self, columns: ColumnGuesser, claimed: set[int]) -> None:
        """Find marks for missing values, marks beside numbers, decimal commas."""
        labels = columns.taken - {columns.roles.get("value", -1)}
        values = [p for p in columns.profiles if p.is_numeric and p.column not in labels]
        texts = {text for profile in values for text in profile.texts}
        published = {text for p in columns.profiles if p.column in claimed for text in p.texts}
        missing = sorted(text for text in texts | published if text.casefold() in MISSING)
        if missing:
            self.guess["missing"] = missing
        if any(map(DECIMAL_COMMA.fullmatch, texts)):
            self.guess["decimal"] = ","
            self.guess.doubt("decimal", "numbers such as 12,5 are text")
        options = Options.model_validate({"decimal": self.guess.get("decimal"), "missing": missing})
        reader = ValueReader(self.grid.file, options, Report())
        if marks := sorted({mark for text in texts if (mark := reader.find_strange(text))}):
            self.guess["marks"] = dict.fromkeys(marks[:50], "")
            self.guess.doubt(
                "marks", "these stand beside numbers: say provisional, estimated, suppressed, or a note"
            )
