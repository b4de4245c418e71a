"""Propose a mapping for a workbook or CSV file, and say what is uncertain about it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vsrbook.importing.report import Report
from vsrbook.problems import Problem, ReviewError, list_some, shorten
from vsrbook.sources.workbook.columns import ColumnPlanner, ValueColumn
from vsrbook.sources.workbook.grids import Grid, find_files, open_grids
from vsrbook.sources.workbook.guess_columns import ColumnGuesser
from vsrbook.sources.workbook.headers import Header
from vsrbook.sources.workbook.options import Options
from vsrbook.sources.workbook.profiles import guess_goal, is_identifier, make_profile, name_reference
from vsrbook.sources.workbook.shapes import find_rows, guess_layout, is_number_row, is_unit_row, locate_header
from vsrbook.sources.workbook.values import ValueReader
from vsrbook.sources.workbook.words import (
    RESIDENCE_WORDS,
    SEX_WORDS,
    TOTAL_WORDS,
    is_blank,
    make_words,
    read_year_header,
    split_year,
    write_header,
)
from vsrbook.tables_reading import DECIMAL_COMMA, MISSING_MARKS

MISSING = MISSING_MARKS | {"…", ":"}
MAX_LISTED = 60  # indicators that a proposal spells out
MAX_GUESSED_COLUMNS = 400


class Guess(dict[str, Any]):
    """A mapping, as `options` takes it, with the file it is for and what is uncertain, by key ("" = all)."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file = file
        self.doubts: dict[str, list[str]] = {}

    def doubt(self, key: str, text: str) -> None:
        """Note something uncertain about a key."""
        self.doubts.setdefault(key, []).append(text)


def guess_mapping(path: Path, sheet: str | None = None) -> dict[str, Any]:
    """Propose the mapping of a workbook, a CSV file, or the first file of a folder.

    Returns a Guess: a dict that `Options` accepts, with `doubts` beside it. Raises ReviewError for a file
    that cannot be read, or that holds nothing.
    """
    file, name = find_files(path)[0]
    report, options = Report(), Options.model_validate({"sheet": sheet} if sheet else {})
    grid = next(iter(open_grids(file, name, options, report)))
    if not any(not is_blank(cell) for cells in grid.cells for cell in cells):
        raise ReviewError([Problem(grid.name, "the sheet is empty", "name another sheet")])
    guess = Guess(path.name)
    if grid.sheet:
        guess["sheet"] = grid.sheet
    for entry in report.of("doubted"):
        guess.doubt("sheet", entry.what)
    _Guesser(grid, guess).run()
    return guess


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
        profiles = [make_profile(self.grid, column, rows) for column in range(width)]
        years = {n for n in range(width) if any(map(read_year_header, header.parts[n]))}
        columns = ColumnGuesser(header, profiles, years if len(years) > 1 else set(), self.guess)
        columns.run()
        self._guess_values(rows, columns)
        self._guess_groups(columns)
        self._guess_marks(columns)

    def _guess_rows(self, header: Header) -> range:
        first, count = header.first, header.end - header.first
        self.guess["header_row"] = first + 1
        if count > 1:
            self.guess["header_rows"] = count
        if first:
            titles = [write_header(c) for cells in self.grid.cells[:first] for c in cells if not is_blank(c)]
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

    def _guess_values(self, rows: range, columns: ColumnGuesser) -> None:
        """Guess the layout, the year and, where columns are indicators, what each one is."""
        roles, header = columns.roles, columns.header
        options = Options.model_validate({"columns": self.guess["columns"]})
        layout = self.guess["layout"] = guess_layout(header, columns.taken, options)
        if layout == "tidy":
            if "value" not in roles:
                self.guess.doubt("columns", "value: no column is called value; name it")
            return
        words = {p.column for p in columns.profiles if p.filled and not p.is_numeric}
        planner = ColumnPlanner(self.grid, header, layout, options, Report())
        planned = planner.plan(columns.taken | words, rows, [])
        if layout == "wide":
            self._list_indicators(planned, header)
        elif layout == "areas":
            self.guess.doubt("layout", "the columns of numbers are taken for areas")
        elif not {"indicator", "indicator_name"} & roles.keys():
            self.guess.doubt(
                "layout", "no column names the indicator: name it, or give indicator: {code, name, unit}"
            )
        if "year" not in roles and not all(one.given.get("year") for one in planned):
            self._guess_year(header)

    def _list_indicators(self, planned: list[ValueColumn], header: Header) -> None:
        listed: dict[str, dict[str, str]] = {}
        names = [header.name(one.column) for one in planned if is_identifier(header.parts[one.column])]
        planned = [one for one in planned if not is_identifier(header.parts[one.column])]
        if names:
            self.guess.doubt("indicators", f"left out, since they name or rank things: {list_some(names)}")
        for one in planned[:MAX_LISTED]:
            said = {"code": one.given["indicator_code"], "name": one.name, "unit": one.given.get("unit", "")}
            said |= guess_goal(header.parts[one.column])
            which = name_reference(one.column, header)
            if len(one.given.get("year", "")) and len(header.parts[one.column]) > 1:
                which = header.parts[one.column][0]  # one indicator over several columns of years
            listed.setdefault(which, {key: text for key, text in said.items() if text})
        self.guess["indicators"] = listed
        if len(planned) > MAX_LISTED:
            self.guess.doubt("indicators", f"{len(planned) - MAX_LISTED} more columns hold numbers; add them")
        self.guess.doubt("indicators", "delete what is no indicator; add goal, direction (up, down) and unit")

    def _guess_year(self, header: Header) -> None:
        stem = Path(self.grid.file).stem
        above = " ".join(
            write_header(c) for cells in self.grid.cells[: header.first] for c in cells if not is_blank(c)
        )
        places = (
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
        """Propose our words for those of sex and residence, and say what areas called total may be."""
        for role, known in (("sex", SEX_WORDS), ("residence", RESIDENCE_WORDS)):
            if role in columns.roles:
                ours = make_words({}, known) | dict.fromkeys(TOTAL_WORDS, "")
                said = columns.profiles[columns.roles[role]].texts
                self.guess[f"{role}_values"] = {t: ours[t.casefold()] for t in said if t.casefold() in ours}
                if strange := [text for text in said if text.casefold() not in ours]:
                    self.guess.doubt(f"{role}_values", f"not understood: {list_some(strange)}")
        area = columns.roles.get("area_name")
        totals = (
            [t for t in columns.profiles[area].texts if t.casefold() in TOTAL_WORDS]
            if area is not None
            else []
        )
        if area is not None and totals:
            condition = f"without: {{{name_reference(area, columns.header)}: [{totals[0]}]}}"
            self.guess.doubt(
                "", f"rows called {list_some(totals)}: leave them out ({condition}), or use area_aliases"
            )

    def _guess_marks(self, columns: ColumnGuesser) -> None:
        """Find marks for missing values, marks beside numbers, decimal commas."""
        labels = columns.taken - {columns.roles.get("value", -1)}
        values = [p for p in columns.profiles if p.is_numeric and p.column not in labels]
        texts = {text for profile in values for text in profile.texts}
        missing = sorted(text for text in texts if text.casefold() in MISSING)
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


def describe_guess(mapping: dict[str, Any]) -> str:
    """Write a proposed mapping as YAML for params, with what is uncertain as comments."""
    import yaml

    file = getattr(mapping, "file", "file.xlsx")
    doubts: dict[str, list[str]] = getattr(mapping, "doubts", {})
    lines = ["# A proposal. Check every line against the file; lines with # say what is uncertain."]
    lines += [f"# {text}" for text in doubts.get("", [])]
    head = {"format": "workbook", "path": f"raw/{file}", "source": "name-of-the-source"}
    body = yaml.safe_dump(head, sort_keys=False, allow_unicode=True, width=1000).splitlines()
    lines += ["imports:", f"  - {body[0]}", *(f"    {line}" for line in body[1:]), "    options:"]
    for key in list(dict.fromkeys([*mapping, *(key for key in doubts if key)])):
        lines += [f"      # {text}" for text in doubts.get(key, [])]
        if key in mapping:
            text = yaml.safe_dump({key: mapping[key]}, sort_keys=False, allow_unicode=True, width=1000)
            lines += [f"      {line}" for line in text.splitlines()]
    return "\n".join(lines) + "\n"
