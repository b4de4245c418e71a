"""Read a CSV or XLSX file into a typed table, and say of every cell that does not fit what to do."""

from __future__ import annotations

import csv
import hashlib
import io
import math
import os
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vsrbook.problems import Problem, list_some, shorten, suggest
from vsrbook.tables import MAX_TEXT, NUMERIC, Column, Table, validate_table

if TYPE_CHECKING:
    import pandas as pd

MAX_FILE_BYTES = 200_000_000
MAX_WORKBOOK_BYTES = 500_000_000  # unpacked: a small XLSX can hold a very large sheet
MAX_COLUMNS = 200
HEADER_SEARCH_ROWS = 20
MANY = 20  # of one kind of problem in one column: the rest is counted, not listed
BLANKS = dict.fromkeys(map(ord, "\u00a0\u2007\u202f\u2009\u3000\t"), " ") | dict.fromkeys(
    map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"), None
)
CURLY = str.maketrans({"‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"'})
MISSING_MARKS = {"n/a", "na", "nan", "null", "none", "-", "--", "–", "—", ".", "..", "...", "x", "nd", "n.d."}
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
THOUSANDS = re.compile(r"[+-]?\d{1,3}([ ',.]\d{3})+")


@dataclass
class RawTable:
    """The cells of a file as they stand there: (row in the file, cells), and how they were written."""

    rows: list[tuple[int, list[Any]]] = field(default_factory=list)
    comma_decimals: bool = False
    problems: list[Problem] = field(default_factory=list)


def read_table(
    path: Path,
    table: Table,
    name: str,
    sheet: str | None = None,
    source: str | None = None,
    cache: Path | None = None,
) -> tuple[pd.DataFrame, list[Problem]]:
    """Read one table of the review.

    Returns a frame with the table's columns, typed, and `row` (the row in the file), and every problem
    found. `name` is how messages call the file; `source` fills empty source_id cells. A table without
    any problem is kept in the folder `cache` and read from there while the file stays the same.
    """
    kept = _cache_path(path, table, sheet, source, cache)
    if kept is not None and kept.is_file():
        import pandas as pd

        return pd.read_parquet(kept), []
    frame, problems = _read_table(path, table, name, sheet, source)
    if kept is not None and not problems:
        _write_cache(frame, kept)
    return frame, problems


def _cache_path(
    path: Path, table: Table, sheet: str | None, source: str | None, cache: Path | None
) -> Path | None:
    """Name the cached table by everything that decides what is in it: file, contract, reader."""
    if cache is None or not path.is_file() or path.stat().st_size > MAX_FILE_BYTES:
        return None
    digest = hashlib.sha256(path.read_bytes())
    digest.update(repr((table, sheet, source)).encode())
    digest.update(Path(__file__).read_bytes())
    return cache / f"{digest.hexdigest()}.parquet"


def _write_cache(frame: pd.DataFrame, kept: Path) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    scratch = kept.with_name(f"{kept.stem}.{os.getpid()}.part")
    frame.to_parquet(scratch, index=False)
    scratch.replace(kept)


def _read_table(
    path: Path, table: Table, name: str, sheet: str | None, source: str | None
) -> tuple[pd.DataFrame, list[Problem]]:
    raw = read_cells(path, name, sheet)
    frame, problems = type_table(raw, table, name, source)
    if not any(problem.is_error and problem.row is None for problem in problems):
        problems += validate_table(frame, table, name)
    return frame, _count_many(_one_per_cell(problems))


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
        return RawTable(problems=[Problem(name, f"cannot be read: {error}", "is this the right file?")])


def _read_csv(raw: bytes, name: str) -> RawTable:
    text, problems = _decode(raw, name)
    delimiter = _find_delimiter(text)
    table = RawTable(comma_decimals=delimiter != ",", problems=problems)
    csv.field_size_limit(MAX_TEXT * 10)
    try:
        for row, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1):
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
    head = "\n".join(text.splitlines()[:HEADER_SEARCH_ROWS])
    return max(",;\t", key=head.count)


def _read_workbook(path: Path, name: str, sheet: str | None) -> RawTable:
    import openpyxl

    try:
        with zipfile.ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > MAX_WORKBOOK_BYTES:
                raise ValueError("the workbook is too large when unpacked")
        values = openpyxl.load_workbook(path, read_only=True, data_only=True)
        formulas = openpyxl.load_workbook(path, read_only=True)
    except (zipfile.BadZipFile, KeyError) as error:
        raise ValueError(f"it is not an XLSX workbook ({error})") from None
    if sheet is not None and sheet not in values.sheetnames:
        hint = suggest(sheet, values.sheetnames, f"the workbook has {list_some(values.sheetnames)}")
        return RawTable(problems=[Problem(name, f"has no sheet {shorten(sheet)}", hint)])
    chosen = sheet or values.sheetnames[0]
    table = RawTable()
    pairs = zip(
        values[chosen].iter_rows(values_only=True), formulas[chosen].iter_rows(values_only=True), strict=False
    )
    for row, (cells, written) in enumerate(pairs, start=1):
        for value, formula in zip(cells, written, strict=False):
            if value is None and isinstance(formula, str) and formula.startswith("="):
                hint = "open it in Excel and save it, or paste the values"
                table.problems.append(Problem(name, "a formula without a computed value", hint, row=row))
        table.rows.append((row, list(cells)))
    values.close()
    formulas.close()
    return table


def type_table(
    raw: RawTable, table: Table, name: str, source: str | None = None
) -> tuple[pd.DataFrame, list[Problem]]:
    """Give every cell its type. Cells that do not fit become missing, and a Problem each."""
    problems = list(raw.problems)
    found = _find_header(raw.rows, table)
    if found is None:
        if not raw.problems or raw.rows:
            problems.append(_no_header(raw, table, name))
        return _to_frame([], table), problems
    start, header, header_problems = found
    problems += [Problem(name, p.what, p.hint, p.row, p.column, p.level) for p in header_problems]
    reader = _CellReader(name, raw.comma_decimals)
    records, empty, last = [], [], 0
    for row, cells in raw.rows[start + 1 :]:
        if all(_is_blank(cell) for cell in cells):
            empty.append(row)
            continue
        last = row
        problems += _find_surplus(cells, raw.rows[start][1], name, row)
        records.append(_read_record(cells, header, table, reader, row, source))
    problems += reader.problems + reader.summarise() + _report_empty([r for r in empty if r < last], name)
    return _to_frame(records, table), problems


def _read_record(
    cells: list[Any], header: dict[int, str], table: Table, reader: _CellReader, row: int, source: str | None
) -> dict[str, Any]:
    record: dict[str, Any] = {"row": row}
    for position, column_name in header.items():
        cell = cells[position] if position < len(cells) else None
        record[column_name] = reader.read(cell, table.column(column_name), row)
    if source and not record.get("source_id") and "source_id" in table.names:
        record["source_id"] = source
    return record


def _is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.translate(BLANKS).strip())


def _name_column(cell: Any) -> str:
    """Write a header cell the way columns are named: "Area Code " is area_code."""
    words = str("" if cell is None else cell).translate(BLANKS).translate(CURLY).strip()
    return re.sub(r"[\s\-]+", "_", words).casefold()


def _find_header(
    rows: list[tuple[int, list[Any]]], table: Table
) -> tuple[int, dict[int, str], list[Problem]] | None:
    """Find the row that names the columns: the first of the file, or else the likeliest of the next ones."""
    best, best_score = -1, 0
    for index, (_, cells) in enumerate(rows[:HEADER_SEARCH_ROWS]):
        score = len({_name_column(cell) for cell in cells} & set(table.names))
        if score > best_score:
            best, best_score = index, score
    if best < 0 or best_score * 2 < len(table.required):
        return None
    row, cells = rows[best]
    header, problems = _read_header(cells, table, row)
    if best > 0:
        hint = f"delete the {best} row{'s' if best > 1 else ''} above it"
        problems.append(Problem("", f"the header stands in row {row}, not in row 1", hint, row=row))
    return best, header, problems


def _read_header(cells: list[Any], table: Table, row: int) -> tuple[dict[int, str], list[Problem]]:
    header: dict[int, str] = {}
    problems: list[Problem] = []
    for position, cell in enumerate(cells[:MAX_COLUMNS]):
        column_name = _name_column(cell)
        if not column_name or column_name.startswith(("_", "#")):
            continue
        if column_name not in table.names:
            free = [n for n in table.names if n not in {_name_column(c) for c in cells}]
            hint = suggest(column_name, free, "delete it, or begin its name with _ to keep it as a note")
            problems.append(Problem("", f"unknown column {shorten(cell)}", hint, row))
        elif column_name in header.values():
            problems.append(Problem("", f"column {shorten(cell)} stands there twice", "delete one", row))
        else:
            header[position] = column_name
            if str(cell) != column_name:
                what = f"column {shorten(cell)} is read as {column_name}"
                problems.append(Problem("", what, "", row, column_name, "warning"))
    for column_name in table.required:
        if column_name not in header.values():
            hint = f"add it: {table.column(column_name).meaning}"
            problems.append(Problem("", "the column is missing", hint, row, column_name))
    return header, problems


def _no_header(raw: RawTable, table: Table, name: str) -> Problem:
    wanted = f"the first row must name the columns: {', '.join(table.required)}"
    what = "no row names the columns" if raw.rows else "the file is empty"
    return Problem(name, what, wanted)


def _find_surplus(cells: list[Any], header: list[Any], name: str, row: int) -> list[Problem]:
    surplus = [cell for cell in cells[len(header) :] if not _is_blank(cell)]
    if not surplus:
        return []
    hint = "text that holds a comma must stand in quotation marks"
    return [Problem(name, f"{len(surplus)} cells too many, from {shorten(surplus[0])} on", hint, row)]


def _report_empty(rows: list[int], name: str) -> list[Problem]:
    if not rows:
        return []
    what = f"{len(rows)} empty row{'s' if len(rows) > 1 else ''} skipped: {list_some(list(map(str, rows)))}"
    return [Problem(name, what, "delete them", rows[0], level="warning")]


class _CellReader:
    """Reads single cells, and counts what it tidied so that one line per column says so."""

    def __init__(self, name: str, comma_decimals: bool) -> None:
        self.name = name
        self.comma_decimals = comma_decimals
        self.problems: list[Problem] = []
        self._tidied: dict[tuple[str, str], list[int]] = {}

    def read(self, cell: Any, column: Column, row: int) -> Any:
        """Return the cell's value in the column's type, None where it is missing or does not fit."""
        if _is_blank(cell):
            return None
        if isinstance(cell, str) and cell.startswith("#") and cell.rstrip("!?").isupper() and len(cell) < 10:
            return self._refuse(
                f"{shorten(cell)} is Excel's sign of an error", "mend the formula", column, row
            )
        if column.kind in NUMERIC:
            return self._read_number(cell, column, row)
        return self._read_text(cell, column, row)

    def summarise(self) -> list[Problem]:
        """Return one warning per column and kind of tidying."""
        return [
            Problem(
                self.name,
                f"{len(rows)} cell{'s' if len(rows) > 1 else ''} {what} (rows {list_some(list(map(str, rows)))})",
                "",
                rows[0],
                column,
                "warning",
            )
            for (column, what), rows in self._tidied.items()
        ]

    def _refuse(self, what: str, hint: str, column: Column, row: int) -> None:
        self.problems.append(Problem(self.name, what, hint, row, column.name))

    def _note(self, what: str, column: Column, row: int) -> None:
        self._tidied.setdefault((column.name, what), []).append(row)

    def _read_text(self, cell: Any, column: Column, row: int) -> str | None:
        if isinstance(cell, (datetime, date)):
            day = cell.date() if isinstance(cell, datetime) else cell
            if column.kind == "date":
                return day.isoformat()
            hint = "format the cell as text and write it again"
            self._refuse(f"Excel has made the date {day.isoformat()} of it", hint, column, row)
            return None
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            if column.kind == "code":
                self._note("held a number where a code is text: leading zeros may be lost", column, row)
            return f"{cell:.15g}"
        text = str(cell).translate(BLANKS)
        if column.kind != "text":
            text = " ".join(text.split())
            straight = text.translate(CURLY)
            if straight != text:
                self._note("held curly quotes, read as straight ones", column, row)
            text = straight
        text = text.strip()
        if text != str(cell) and text == str(cell).translate(BLANKS).translate(CURLY).strip():
            self._note("had blanks before, behind or of a special kind, taken out", column, row)
        if len(text) > MAX_TEXT:
            self._refuse(f"holds {len(text):,} characters", f"at most {MAX_TEXT:,}", column, row)
            return None
        if any(ord(sign) < 32 and sign not in "\n\r\t" for sign in text):
            self._refuse("holds control characters", "write the text again", column, row)
            return None
        return text

    def _read_number(self, cell: Any, column: Column, row: int) -> float | int | None:
        if isinstance(cell, (datetime, date)):
            day = cell.date() if isinstance(cell, datetime) else cell
            hint = f"format the cell as a number and write {day.year}" if column.kind == "year" else ""
            hint = hint or "format the cell as a number and write the value again"
            self._refuse(f"holds the date {day.isoformat()}, not {column.expects}", hint, column, row)
            return None
        if isinstance(cell, bool):
            self._refuse(f"{cell} is not a number", f"expected {column.expects}", column, row)
            return None
        if isinstance(cell, (int, float)):
            return self._fit_number(float(cell), shorten(f"{cell:.15g}"), column, row)
        text = str(cell).translate(BLANKS).strip()
        value = self._parse_number(text, column, row)
        if value is None:
            return None
        return self._fit_number(value, shorten(text), column, row)

    def _parse_number(self, text: str, column: Column, row: int) -> float | None:
        if text.casefold() in MISSING_MARKS:
            self._refuse(
                f"value {shorten(text)} is not a number", "leave the cell empty for missing", column, row
            )
        elif THOUSANDS.fullmatch(text) and not (text.count(".") == 1 and "," not in text):
            hint = f"write it without separators: {re.sub('[^0-9+-]', '', text)}"
            self._refuse(f"{shorten(text)} has separators between thousands", hint, column, row)
        elif DECIMAL_COMMA.fullmatch(text):
            if self.comma_decimals:
                return float(text.replace(",", "."))
            hint = f"write {text.replace(',', '.')}"
            self._refuse(f"{shorten(text)} has a decimal comma", hint, column, row)
        elif text.endswith("%") and re.fullmatch(r"[+-]?[\d.,]+\s*%", text):
            hint = f"write {text.rstrip('% ').replace(',', '.')}; the unit stands in indicators"
            self._refuse(f"{shorten(text)} has a percent sign", hint, column, row)
        else:
            try:
                value = (
                    float(text) if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text) else math.nan
                )
            except OverflowError:
                value = math.inf
            if math.isfinite(value):
                return value
            self._refuse(f"value {shorten(text)} is not a number", f"expected {column.expects}", column, row)
        return None

    def _fit_number(self, value: float, given: str, column: Column, row: int) -> float | int | None:
        if not math.isfinite(value):
            self._refuse(f"value {given} is not a number", f"expected {column.expects}", column, row)
            return None
        if column.kind == "number":
            return value
        if not value.is_integer() or abs(value) > 1e9:
            self._refuse(f"{given} does not fit", f"expected {column.expects}", column, row)
            return None
        return int(value)


def _to_frame(records: list[dict[str, Any]], table: Table) -> pd.DataFrame:
    import pandas as pd

    columns: dict[str, Any] = {"row": pd.Series([r["row"] for r in records], dtype="int64")}
    for column in table.columns:
        kind = {"number": "float64", "integer": "Int64", "year": "Int64"}.get(column.kind, "str")
        columns[column.name] = pd.Series([record.get(column.name) for record in records], dtype=kind)
    return pd.DataFrame(columns)


def _one_per_cell(problems: list[Problem]) -> list[Problem]:
    """Drop "is empty" where the same cell has been refused already for what stood in it."""
    refused = {(p.row, p.column) for p in problems if p.is_error and p.what != "is empty"}
    missing = {p.column for p in problems if p.what == "the column is missing"}
    return [
        p
        for p in problems
        if p.what != "is empty" or ((p.row, p.column) not in refused and p.column not in missing)
    ]


def _count_many(problems: list[Problem]) -> list[Problem]:
    """Keep the first of many alike problems of one column, and say how many more there are."""
    kept: list[Problem] = []
    for group in _group_alike(problems):
        kept += group[:MANY]
        if len(group) > MANY:
            more = group[MANY]
            what = f"{len(group) - MANY} more rows like the {MANY} above"
            kept.append(Problem(more.file, what, more.hint, more.row, more.column, more.level))
    return kept


def _group_alike(problems: list[Problem]) -> Iterator[list[Problem]]:
    groups: dict[tuple[str, str, str], list[Problem]] = {}
    for problem in problems:
        alike = re.sub(r"'[^']*'|\d+", "#", problem.what)
        groups.setdefault((problem.column, alike, problem.level), []).append(problem)
    yield from groups.values()
