"""Read the cells of a CSV or XLSX file as they stand there, within bounds."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vsrbook.problems import Problem, list_some, shorten, suggest

MAX_FILE_BYTES = 200_000_000
MAX_WORKBOOK_BYTES = 500_000_000  # unpacked: a small XLSX can hold a very large sheet
MAX_CELL = 200_000
HEADER_SEARCH_ROWS = 20
# openpyxl raises all of these on a damaged workbook; an XML ParseError is a SyntaxError
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    AttributeError,
    TypeError,
    SyntaxError,
    RuntimeError,
    IndexError,
)


class PercentCell(float):
    """A number in a cell that is formatted as a percentage: 64.3 % is stored as 0.643."""


@dataclass
class RawTable:
    """The cells of a file as they stand there: (row in the file, cells), and how they were written."""

    rows: list[tuple[int, list[Any]]] = field(default_factory=list)
    comma_decimals: bool = False
    problems: list[Problem] = field(default_factory=list)


def read_cells(path: Path, name: str, sheet: str | None = None) -> RawTable:
    """Read the cells of a CSV or XLSX file; what cannot be read is a Problem in the result."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            what = f"is larger than {MAX_FILE_BYTES // 1_000_000} MB"
            return RawTable(problems=[Problem(name, what, "is this the right file?")])
        if path.suffix == ".xlsx":
            return _read_workbook(path, name, sheet)
        return _read_csv(path.read_bytes(), name)
    except FileNotFoundError:
        siblings = [p.name for p in path.parent.glob("*.*")] if path.parent.is_dir() else []
        hint = suggest(path.name, siblings, "put the file there, or take the table out of the params")
        return RawTable(problems=[Problem(name, "there is no such file", hint)])
    except (OSError, ValueError) as error:
        what = f"cannot be read: {' '.join(str(error).split())}"
        return RawTable(problems=[Problem(name, what, "is this the right file?")])


def _read_csv(raw: bytes, name: str) -> RawTable:
    text, problems = _decode(raw, name)
    delimiter = _find_delimiter(text)
    table = RawTable(comma_decimals=delimiter != ",", problems=problems)
    csv.field_size_limit(MAX_CELL)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        for row, cells in enumerate(reader, start=1):
            table.rows.append((row, list(cells)))
    except csv.Error as error:
        hint = "look for a quotation mark that is never closed"
        table.problems.append(Problem(name, f"is not CSV: {error}", hint, row=len(table.rows) + 1))
    return table


def _decode(raw: bytes, name: str) -> tuple[str, list[Problem]]:
    """Decode as UTF-8 (with or without a mark); anything else is a Problem, and is read as Windows does."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace"), []
    try:
        return raw.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        row = raw[: error.start].count(b"\n") + 1
        hint = "save it in Excel as 'CSV UTF-8 (Comma delimited)'"
        problem = Problem(name, f"wrong encoding: byte 0x{raw[error.start]:02x} is not UTF-8", hint, row=row)
        return raw.decode("cp1252", errors="replace"), [problem]


def _find_delimiter(text: str) -> str:
    """Return the sign that parts the header: the one that cuts some first line into most plain names."""
    lines = text.splitlines()[:HEADER_SEARCH_ROWS]

    def names_in(delimiter: str) -> int:
        cut = (line.split(delimiter) for line in lines)
        plain = (sum(bool(re.fullmatch(r"\W*[^\W\d][\w \-]{0,40}\W*", c)) for c in cells) for cells in cut)
        return max(plain, default=0)

    return max(",;\t", key=names_in)


def _read_workbook(path: Path, name: str, sheet: str | None) -> RawTable:
    import openpyxl

    try:
        with zipfile.ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > MAX_WORKBOOK_BYTES:
                what, hint = (
                    "the workbook is too large when unpacked",
                    "save only the table in a new workbook",
                )
                return RawTable(problems=[Problem(name, what, hint)])
        values = openpyxl.load_workbook(path, read_only=True, data_only=True)
        formulas = openpyxl.load_workbook(path, read_only=True)
        return _choose_sheet(values, formulas, name, sheet)
    except DAMAGED as error:
        raise ValueError(f"it is not an XLSX workbook ({error})") from None


def _choose_sheet(values: Any, formulas: Any, name: str, sheet: str | None) -> RawTable:
    sheets = [worksheet.title for worksheet in values.worksheets]
    if sheet is not None and sheet not in sheets:
        hint = suggest(sheet, sheets, f"the workbook has {list_some(sheets)}")
        return RawTable(problems=[Problem(name, f"has no sheet {shorten(sheet)}", hint)])
    chosen = sheet or sheets[0]
    table = _read_sheet(values[chosen], formulas[chosen], name)
    if sheet is None and len(sheets) > 1:
        what = f"the sheet {shorten(chosen)} is read; also there: {list_some(sheets[1:])}"
        table.problems.append(Problem(name, what, "name the sheet in the params", level="warning"))
    return table


def _read_sheet(values: Any, formulas: Any, name: str) -> RawTable:
    """Read a sheet twice, values and formulas: a formula that Excel never computed has no value."""
    table = RawTable()
    for part in (values, formulas):
        part.reset_dimensions()  # the size that a workbook states can be too small
    for row, (cells, written) in enumerate(
        zip(values.iter_rows(), formulas.iter_rows(), strict=False), start=1
    ):
        table.rows.append((row, [_read_cell(cell) for cell in cells]))
        table.problems += _find_uncomputed(cells, written, name, row)
    return table


def _read_cell(cell: Any) -> Any:
    value = cell.value
    if isinstance(value, (int, float)) and not isinstance(value, bool) and "%" in (cell.number_format or ""):
        return PercentCell(value)
    return value


def _find_uncomputed(cells: Any, written: Any, name: str, row: int) -> Iterator[Problem]:
    from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

    for value, formula in zip(cells, written, strict=False):
        text = formula.value
        is_formula = isinstance(text, (ArrayFormula, DataTableFormula)) or (
            isinstance(text, str) and formula.data_type == "f"
        )
        if value.value is None and is_formula:
            hint = "open it in Excel and save it, or paste the values"
            yield Problem(name, "a formula without a computed value", hint, row=row)
