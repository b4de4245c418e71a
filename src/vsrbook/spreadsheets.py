"""Read the cells of a CSV or XLSX file as they stand there, within bounds."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vsrbook.problems import Problem, list_some, shorten, suggest

MAX_FILE_BYTES = 200_000_000
MAX_WORKBOOK_BYTES = 500_000_000  # unpacked: a small XLSX can hold a very large sheet
MAX_CELL, MAX_CELLS, MAX_TAG = 200_000, 10_000_000, 4096
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384  # Excel's own
UNCOMPUTED = "a formula without a computed value"
WORKBOOKS = (".xlsx", ".xlsm")
ZIP_SIGN, OLD_SIGN = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"  # how .xlsx and .xls begin
SHEET_TAGS = re.compile(rb"<(?:\w+:)?(mergeCell|row|col|f)\b([^>]*)")
PADDED = re.compile(r'(?:"([^"]*)")?(0{2,})(?:;.*|(?:_\S)*)?')  # 000, "RW"00, 0000;-0000
HEADER_SEARCH_ROWS = 20
# openpyxl raises all of these on a damaged workbook; an XML ParseError is a SyntaxError
DAMAGED: tuple[type[Exception], ...] = (zipfile.BadZipFile, zlib.error, KeyError, AttributeError)
DAMAGED += (TypeError, SyntaxError, RuntimeError, IndexError)
Visit = Callable[[int, tuple[Any, ...]], None]


class PercentCell(float):
    """A number in a cell that is formatted as a percentage: 64.3 % is stored as 0.643."""


class PaddedCell(float):
    """A number in a cell whose format shows it with zeros before it; `shown` is what readers see: 007."""

    shown: str


@dataclass
class SheetLook:
    """What a sheet shows beside its cells: merged ranges ("A1:C1"), what is hidden (counted from 1)."""

    hidden: bool = False
    merged: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)


@dataclass
class RawTable:
    """The cells of a file as they stand there: (row in the file, cells), and how they were written."""

    rows: list[tuple[int, list[Any]]] = field(default_factory=list)
    comma_decimals: bool = False
    problems: list[Problem] = field(default_factory=list)
    look: SheetLook = field(default_factory=SheetLook)


def read_cells(path: Path, name: str, sheet: str | None = None, encoding: str | None = None) -> RawTable:
    """Read the cells of a CSV or XLSX file; what cannot be read is a Problem in the result.

    `encoding` is that of a CSV file that is not in UTF-8.
    """
    try:
        if problem := find_unfit(path, name):
            return RawTable(problems=[problem])
        if path.suffix.casefold() in WORKBOOKS:
            with closing(OpenWorkbook(path, name)) as workbook:
                return _choose_sheet(workbook, name, sheet)
        return _read_csv(path.read_bytes(), name, encoding)
    except FileNotFoundError:
        siblings = [p.name for p in path.parent.glob("*.*")] if path.parent.is_dir() else []
        hint = suggest(path.name, siblings, "put the file there, or take the table out of the params")
        return RawTable(problems=[Problem(name, "there is no such file", hint)])
    except (OSError, ValueError, LookupError) as error:
        what = f"cannot be read: {' '.join(str(error).split())}"
        return RawTable(problems=[Problem(name, what, "is this the right file?")])


def find_unfit(path: Path, name: str) -> Problem | None:
    """Say that a file is too large, packed or unpacked, or not what its name says. ValueError: a broken archive."""
    if path.stat().st_size > MAX_FILE_BYTES:
        return Problem(name, f"is larger than {MAX_FILE_BYTES // 1_000_000} MB", "is this the right file?")
    with path.open("rb") as file:
        sign = file.read(len(ZIP_SIGN))
    if path.suffix.casefold() not in WORKBOOKS:
        old = Problem(name, "is an old Excel workbook, not CSV", "save it in Excel as .xlsx")
        new = Problem(name, "is a workbook, not CSV", f"rename it to {path.stem}.xlsx")
        return {OLD_SIGN: old, ZIP_SIGN: new}.get(sign)
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > MAX_WORKBOOK_BYTES:
                what = "the workbook is too large when unpacked"
                return Problem(name, what, "save only the table in a new workbook")
    except DAMAGED as error:
        raise ValueError(f"it is not an XLSX workbook ({error})") from None
    return None


def _read_csv(raw: bytes, name: str, encoding: str | None = None) -> RawTable:
    text, problems = (raw.decode(encoding, errors="replace"), []) if encoding else _decode(raw, name)
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


class OpenWorkbook:
    """A workbook that is read sheet by sheet. Raises ValueError where it is no workbook."""

    def __init__(self, path: Path, name: str) -> None:
        import openpyxl

        self.path, self.name = path, name
        try:
            self._values = openpyxl.load_workbook(path, read_only=True, data_only=True)
        except DAMAGED as error:
            raise ValueError(f"it is not an XLSX workbook ({error})") from None
        self.theme: bytes = self._values.loaded_theme or b""  # XML: the colours that cells may refer to
        self.sheets: list[str] = [sheet.title for sheet in self._values.worksheets]

    def close(self) -> None:
        """Close the file."""
        self._values.close()

    def read(self, sheet: str, visit: Visit | None = None) -> RawTable:
        """Read the cells of a sheet; `visit` sees each row of openpyxl cells. Raises ValueError if damaged."""
        try:
            look, has_formulas = _scan_sheet(self.path, self._values[sheet])
            table = self._read_rows(self._values[sheet], visit)
            if has_formulas and not table.problems:
                table.problems += self._find_uncomputed(sheet, table.rows)
        except DAMAGED as error:
            raise ValueError(f"it is not an XLSX workbook ({error})") from None
        table.look = look
        return table

    def _read_rows(self, values: Any, visit: Visit | None) -> RawTable:
        table, count = RawTable(), 0
        values.reset_dimensions()  # the size that a workbook states can be too small
        for row, cells in enumerate(values.iter_rows(), start=1):
            count += len(cells)
            if count > MAX_CELLS or row > MAX_ROWS:
                hint = "save only the table in a new workbook"
                return RawTable(problems=[Problem(self.name, "the sheet is too large", hint, row=row)])
            table.rows.append((row, [_read_cell(cell) for cell in cells]))
            if visit is not None:
                visit(row, cells)
        return table

    def _find_uncomputed(self, sheet: str, rows: list[tuple[int, list[Any]]]) -> Iterator[Problem]:
        """Read the sheet again, with formulas: one that Excel never computed has no value."""
        import openpyxl
        from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

        arrays, hint = (ArrayFormula, DataTableFormula), "open it in Excel and save it, or paste the values"
        workbook = openpyxl.load_workbook(self.path, read_only=True)
        workbook[sheet].reset_dimensions()
        for (row, values), written in zip(rows, workbook[sheet].iter_rows(), strict=False):
            for value, cell in zip(values, written, strict=False):
                if value is None and (isinstance(cell.value, arrays) or cell.data_type == "f"):
                    yield Problem(self.name, UNCOMPUTED, hint, row=row)
        workbook.close()


def _choose_sheet(workbook: OpenWorkbook, name: str, sheet: str | None) -> RawTable:
    sheets = workbook.sheets
    if sheet is not None and sheet not in sheets:
        hint = suggest(sheet, sheets, f"the workbook has {list_some(sheets)}")
        return RawTable(problems=[Problem(name, f"has no sheet {shorten(sheet)}", hint)])
    table = workbook.read(chosen := sheet or sheets[0])
    if sheet is None and len(sheets) > 1:
        what = f"the sheet {shorten(chosen)} is read; also there: {list_some(sheets[1:])}"
        table.problems.append(Problem(name, what, "name the sheet in the params", level="warning"))
    return table


def _scan_sheet(path: Path, sheet: Any) -> tuple[SheetLook, bool]:
    """Find merged cells, hidden rows and columns, and whether there are formulas, in a sheet's XML."""
    look, formulas, rest = SheetLook(hidden=sheet.sheet_state != "visible"), False, b""
    # openpyxl names the part of a sheet in no public way, and reads none of this without building all cells
    with zipfile.ZipFile(path) as archive, archive.open(sheet._worksheet_path) as part:
        while chunk := part.read(1 << 20):
            text, _, after = (rest + chunk).rpartition(b"<")
            for found in SHEET_TAGS.finditer(text):
                _note_tag(found[1], found[2], look)
                formulas = formulas or found[1] == b"f"
            rest = (b"<" + after)[-MAX_TAG:]
    return look, formulas


def _note_tag(tag: bytes, rest: bytes, look: SheetLook) -> None:
    given = {key.decode(): value.decode() for key, value in re.findall(rb'(\w+)="([^"]*)"', rest)}
    if tag == b"mergeCell":
        look.merged += [given["ref"]]
    elif tag == b"row" and given.get("hidden") in ("1", "true") and "r" in given:
        look.hidden_rows.append(int(given["r"]))
    elif tag == b"col" and given.get("hidden") in ("1", "true"):
        look.hidden_columns += range(int(given["min"]), min(int(given["max"]), MAX_COLUMNS) + 1)


def _read_cell(cell: Any) -> Any:
    value = cell.value
    if not isinstance(value, (int, float)) or isinstance(value, bool) or cell.number_format == "General":
        return value
    number_format = cell.number_format or ""
    if "%" in number_format:
        return PercentCell(value)
    if value >= 0 and float(value).is_integer() and (zeros := PADDED.fullmatch(number_format)):
        padded = PaddedCell(value)
        padded.shown = f"{zeros[1] or ''}{int(value):0{len(zeros[2])}d}"
        return padded
    return value
