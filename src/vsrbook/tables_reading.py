"""Read a CSV or XLSX file into a typed table, and say of every cell that does not fit what to do."""

from __future__ import annotations

import hashlib
import math
import os
import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vsrbook import spreadsheets, tables
from vsrbook.problems import Problem, list_some, shorten, suggest
from vsrbook.spreadsheets import HEADER_SEARCH_ROWS, MAX_FILE_BYTES, PercentCell, RawTable, read_cells
from vsrbook.tables import MAX_TEXT, NUMERIC, Column, Table, validate_table

if TYPE_CHECKING:
    import pandas as pd

MAX_COLUMNS = 200
MANY = 20  # of one kind of problem in one column: the rest is counted, not listed
BLANKS = dict.fromkeys(map(ord, "\u00a0\u2007\u202f\u2009\u3000\t"), " ") | dict.fromkeys(
    map(ord, "\u200b\u2060\ufeff\u00ad"), None
)
CURLY = str.maketrans({"‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"'})
EXCEL_ERRORS = {"#REF!", "#DIV/0!", "#N/A", "#NAME?", "#VALUE!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}
MISSING_MARKS = {"n/a", "na", "nan", "null", "none", "-", "--", "–", "—", ".", "..", "...", "x", "nd", "n.d."}
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
POINT_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")
THOUSANDS = re.compile(r"[+-]?\d{1,3}([ ',.]\d{3})+")


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
    if kept is not None and (known := _read_cache(kept)) is not None:
        return known, []
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
    digest.update(repr((sheet, source)).encode())
    digest.update(_reader_digest(table))
    return cache / f"{digest.hexdigest()}.arrow"


@cache
def _reader_digest(table: Table) -> bytes:
    """Digest a contract, and the code that makes tables of files."""
    fast = Path(__file__).with_name("fast_reading.py")
    modules = (__file__, tables.__file__, spreadsheets.__file__, fast)
    code = b"".join(Path(module).read_bytes() for module in modules)
    return hashlib.sha256(code + repr(table).encode()).digest()


def _write_cache(frame: pd.DataFrame, kept: Path) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    scratch = kept.with_name(f"{kept.stem}.{os.getpid()}.part")
    frame.to_feather(scratch, compression="uncompressed")
    scratch.replace(kept)


def _read_cache(kept: Path) -> pd.DataFrame | None:
    """Read a cached table; None where there is none, or a damaged one."""
    import pyarrow as pa

    try:
        return read_arrow(kept.read_bytes())
    except (OSError, pa.ArrowInvalid):
        return None


def read_arrow(data: bytes) -> pd.DataFrame:
    """Read a frame from Arrow's file format: a tenth of the time that Parquet takes, and without threads.

    Raises pyarrow.ArrowInvalid where the data are damaged.
    """
    import pyarrow as pa

    options = pa.ipc.IpcReadOptions(use_threads=False)
    with pa.ipc.open_file(pa.BufferReader(data), options=options) as file:
        frame: pd.DataFrame = file.read_all().to_pandas(use_threads=False)
    return frame


def _read_table(
    path: Path, table: Table, name: str, sheet: str | None, source: str | None
) -> tuple[pd.DataFrame, list[Problem]]:
    from vsrbook import fast_reading  # it reads what this module has to say nothing about, with its parts

    problems: list[Problem] = []
    frame = fast_reading.read_clean(path, table, source)
    if frame is None:
        frame, problems = type_table(read_cells(path, name, sheet), table, name, source)
    if not any(problem.is_error and problem.row is None for problem in problems):
        problems += validate_table(frame, table, name)
    return frame, _count_many(_one_per_cell(problems))


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
    problems += _find_nameless(raw.rows[start:], name)
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
    cells_too_many = "1 cell" if len(surplus) == 1 else f"{len(surplus)} cells"
    return [Problem(name, f"{cells_too_many} too many, from {shorten(surplus[0])} on", hint, row)]


def _find_nameless(rows: list[tuple[int, list[Any]]], name: str) -> list[Problem]:
    """Find columns that hold something below a header cell that is empty."""
    (row, header), *lines = rows
    problems = []
    for position, cell in enumerate(header[:MAX_COLUMNS]):
        filled = [n for n, cells in lines if position < len(cells) and not _is_blank(cells[position])]
        if _is_blank(cell) and filled:
            what = f"column {position + 1} holds {len(filled)} cells and has no name"
            problems.append(
                Problem(name, what, "name it, or begin its name with _ to keep it as a note", row)
            )
    return problems


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
        if isinstance(cell, str) and cell.strip() in EXCEL_ERRORS:
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
                _count_cells(rows, what),
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
        if str(cell).translate(BLANKS).strip() != str(cell):
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
        if isinstance(cell, PercentCell):
            hint = f"format it as a number and write {100 * cell:.6g}; the unit stands in indicators"
            self._refuse(f"{100 * cell:.6g} % is formatted as a percentage", hint, column, row)
            return None
        if isinstance(cell, (int, float)):
            return self._fit_number(float(cell), shorten(f"{cell:.15g}"), column, row)
        text = str(cell).translate(BLANKS).strip().replace("\u2212", "-")
        value = self._parse_number(text, column, row)
        if value is None:
            return None
        return self._fit_number(value, shorten(text), column, row)

    def _parse_number(self, text: str, column: Column, row: int) -> float | None:
        if text.casefold() in MISSING_MARKS:
            self._refuse(
                f"value {shorten(text)} is not a number", "leave the cell empty for missing", column, row
            )
        elif self.comma_decimals and POINT_THOUSANDS.fullmatch(text):
            plain, comma = text.replace(".", ""), text.replace(".", ",")
            hint = f"write {plain}, or {comma} with a decimal comma"
            self._refuse(f"{shorten(text)} may mean {plain} or {text}", hint, column, row)
        elif self.comma_decimals and DECIMAL_COMMA.fullmatch(text):
            return float(text.replace(",", "."))
        elif (
            THOUSANDS.fullmatch(text)
            and not text.lstrip("+-").startswith("0,")
            and not (text.count(".") == 1 and "," not in text)
        ):
            hint = f"write it without separators: {re.sub('[^0-9+-]', '', text)}"
            self._refuse(f"{shorten(text)} has separators between thousands", hint, column, row)
        elif DECIMAL_COMMA.fullmatch(text):
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


def _count_cells(rows: list[int], what: str) -> str:
    """Write "3 cells held curly quotes (rows 4, 7 and 9)"."""
    s = "s" if len(rows) > 1 else ""
    return f"{len(rows)} cell{s} {what} (row{s} {list_some(list(map(str, rows)))})"


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
