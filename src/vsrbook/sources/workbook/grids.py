"""Open workbooks and CSV files, and give each sheet as a grid of cells."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from vsrbook.importing.report import Report
from vsrbook.problems import Problem, ReviewError, count_noun, list_some, shorten, suggest
from vsrbook.sources.workbook.colours import FillCollector
from vsrbook.sources.workbook.options import Options
from vsrbook.sources.workbook.words import is_blank
from vsrbook.spreadsheets import UNCOMPUTED, WORKBOOKS, OpenWorkbook, RawTable, find_unfit, read_cells

SUFFIXES = (*WORKBOOKS, ".csv", ".tsv", ".txt")
MAX_FILES = 500
MAX_SHEETS = 500


@dataclass
class Grid:
    """The cells of one sheet. Rows and columns are counted from 0 in `cells`, from 1 in places and messages."""

    file: str
    sheet: str
    cells: list[list[Any]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    colours: dict[tuple[int, int], str] = field(default_factory=dict)

    @cached_property
    def width(self) -> int:
        """The number of columns."""
        return max((len(row) for row in self.cells), default=0)

    @property
    def name(self) -> str:
        """How messages call the sheet."""
        return f"{self.file} ({self.sheet})" if self.sheet else self.file

    def cell(self, row: int, column: int) -> Any:
        """Return a cell; None beyond the last one."""
        cells = self.cells[row] if row < len(self.cells) else []
        return cells[column] if 0 <= column < len(cells) else None

    def column(self, column: int, rows: range) -> list[Any]:
        """Return the cells of a column."""
        part = self.cells[rows.start : rows.stop]
        return [cells[column] if column < len(cells) else None for cells in part]

    def place(self, row: int, column: int | None = None) -> str:
        """Say where a cell or row stands: Data!C12, C12 in a CSV file, or 12."""
        cell = str(row + 1) if column is None else f"{letter_of(column)}{row + 1}"
        return f"{self.sheet}!{cell}" if self.sheet else cell


def letter_of(column: int) -> str:
    """Return the letters of a column counted from 0: 2 is C."""
    letters, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_of(letters: str) -> int:
    """Return the column, counted from 0, that has these letters: C is 2."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def find_files(path: Path) -> list[tuple[Path, str]]:
    """List the files to read, and how messages call them. Raises ReviewError where there is none."""
    if not path.is_dir():
        return [(path, path.name)]
    files = [one for one in sorted(path.rglob("*")) if one.suffix.casefold() in SUFFIXES and one.is_file()]
    files = [one for one in files if not one.name.startswith(("~$", "."))]
    if not files or len(files) > MAX_FILES:
        what = f"the folder holds {len(files)} workbooks and CSV files"
        hint = f"expected 1 to {MAX_FILES}, with names that end in {', '.join(SUFFIXES)}"
        raise ReviewError([Problem(path.name, what, hint)])
    return [(one, one.relative_to(path).as_posix()) for one in files]


def open_grids(path: Path, name: str, options: Options, report: Report) -> Iterator[Grid]:
    """Give the sheets that the options name, one by one. Raises ReviewError for what cannot be read."""
    suffix = path.suffix.casefold()
    if path.exists() and suffix not in SUFFIXES:
        hint = f"save it as .xlsx or as CSV (UTF-8); read are {', '.join(SUFFIXES)}"
        raise ReviewError([Problem(name, f"files that end in {shorten(suffix)} are not read", hint)])
    if path.is_file() and suffix in WORKBOOKS and path.stat().st_size:
        yield from _open_sheets(path, name, options, report)
        return
    raw = read_cells(path, name, encoding=options.encoding)
    _refuse_unreadable(raw)
    yield Grid(name, "", [cells for _row, cells in raw.rows])


def _refuse_unreadable(raw: RawTable) -> None:
    problems = [
        Problem(p.file, p.what, f"{p.hint}, or name its encoding: windows-1251 or the like", p.row)
        if p.what.startswith("wrong encoding")
        else p
        for p in raw.problems
        if p.is_error and p.what != UNCOMPUTED
    ]
    if problems:
        raise ReviewError(problems)


def _open_sheets(path: Path, name: str, options: Options, report: Report) -> Iterator[Grid]:
    with closing(open_workbook(path, name)) as workbook:
        for sheet in choose_sheets(workbook.sheets, name, options, report):
            collector = FillCollector(workbook.theme) if options.colour_as_status else None
            try:
                raw = workbook.read(sheet, collector.visit if collector else None)
            except ValueError as error:
                raise ReviewError(
                    [Problem(name, f"cannot be read: {error}", "is this the right file?")]
                ) from None
            _refuse_unreadable(raw)
            grid = Grid(name, sheet, [cells for _row, cells in raw.rows])
            grid.merged = [box for one in raw.look.merged if (box := _read_range(one))]
            grid.colours = collector.colours if collector else {}
            _report_look(raw, grid, report)
            yield grid


def list_sheets(path: Path, name: str) -> list[str]:
    """List the sheets of a workbook; [] for a CSV file, and for what is none."""
    if path.suffix.casefold() not in WORKBOOKS or not path.is_file() or not path.stat().st_size:
        return []
    with closing(open_workbook(path, name)) as workbook:
        return list(workbook.sheets)


def open_workbook(path: Path, name: str) -> OpenWorkbook:
    """Open a workbook that is one, and not too large. Raises ReviewError."""
    try:
        if problem := find_unfit(path, name):
            raise ReviewError([problem])
        return OpenWorkbook(path, name)
    except (OSError, ValueError) as error:
        what = f"cannot be read: {' '.join(str(error).split())}"
        raise ReviewError([Problem(name, what, "is this the right file?")]) from None


def choose_sheets(there: list[str], name: str, options: Options, report: Report) -> list[str]:
    """Return the sheets to read. Raises ReviewError for those that are not there."""
    if not options.sheets:
        if options.sheet is None and len(there) > 1:
            what = f"the first sheet, {shorten(there[0])}, is read; also there: {list_some(there[1:])}"
            report.add("doubted", name, "", what, "name it in options.sheet")
        wanted: list[str] = [options.sheet] if options.sheet else there[:1]
    else:
        wanted = list(options.sheets)
    chosen: list[str] = []
    problems = []
    for one in wanted:
        exact = [sheet for sheet in there if sheet.strip() == one]
        found = exact or [sheet for sheet in there if fnmatch.fnmatchcase(sheet, one)]
        chosen += [sheet for sheet in found if sheet not in chosen]
        if not found:
            hint = suggest(one, there, f"the workbook has {list_some(there)}")
            problems.append(Problem(name, f"has no sheet {shorten(one)}", hint))
    if problems:
        raise ReviewError(problems)
    return chosen[:MAX_SHEETS]


def _read_range(text: str) -> tuple[int, int, int, int] | None:
    """Read "A1:C2" as (first row, first column, last row, last column), counted from 0."""
    found = re.fullmatch(r"([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)", text)
    if not found:
        return None
    return int(found[2]) - 1, column_of(found[1]), int(found[4]) - 1, column_of(found[3])


def _report_look(raw: RawTable, grid: Grid, report: Report) -> None:
    """Say what the sheet hides; it is read all the same."""
    look = raw.look
    if look.hidden:
        report.add(
            "read", grid.file, grid.sheet, "the sheet is hidden; it is read", "is it meant to be published?"
        )
    used = {n + 1 for n, cells in enumerate(grid.cells) if not all(map(is_blank, cells))}
    for word, numbers in (
        ("row", [n for n in look.hidden_rows if n in used]),
        ("column", [n for n in look.hidden_columns if n <= grid.width]),
    ):
        if numbers:
            names = [str(n) if word == "row" else letter_of(n - 1) for n in numbers]
            what = f"{count_noun(len(names), word)} hidden ({list_some(names)}); read all the same"
            report.add(
                "read", grid.file, grid.sheet, what, "are they meant to be published?", count=len(names)
            )
    for problem in raw.problems:
        if problem.what == UNCOMPUTED:
            report.add("refused", grid.file, grid.place((problem.row or 1) - 1), problem.what, problem.hint)
