"""Read a CSV file of observations into cells as they are written, whatever its delimiter and encoding."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vsrbook.importing.cells import tidy_words
from vsrbook.importing.report import Report
from vsrbook.problems import count_noun, list_some, shorten
from vsrbook.sources.open_sdg.words import VALUE, YEAR, agree, fold
from vsrbook.tables_reading import DECIMAL_COMMA

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    Cells = np.ndarray[Any, np.dtype[np.object_]]  # the cells of one column, each a text

MAX_BYTES = 100_000_000
MAX_CELL = 100_000
THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+")


@dataclass
class DataFile:
    """The rows of one indicator's file: every cell text, the index is the row in the file (header = 1)."""

    indicator: str
    name: str
    cells: pd.DataFrame
    year: str
    value: str

    def column(self, name: str) -> Cells:
        """Return the cells of a column; "" is a column without anything in it."""
        import numpy as np

        return self.cells[name].to_numpy(dtype=object) if name else np.full(len(self.cells), "", dtype=object)


def map_cells(cells: Cells, function: Callable[[str], Any]) -> Cells:
    """Apply a function to each distinct cell once.

    A list is faster here than pandas' own map, which costs half a millisecond for each column of hundreds
    of small files.
    """
    import numpy as np

    written = cells.tolist()
    known = {cell: function(cell) for cell in dict.fromkeys(written)}
    mapped = np.empty(len(written), dtype=object)
    mapped[:] = [known[cell] for cell in written]
    return mapped


def read_data_file(path: Path, indicator: str, name: str, report: Report) -> DataFile | None:
    """Read a file of observations; None, with the reason in the report, where it is none."""
    import pandas as pd

    text = _read_text(path, name, report)
    if text is None:
        return None
    rows = _parse_rows(text, name, report)
    above = next((n for n, row in enumerate(rows) if any(row)), 0)
    header = [tidy_words(cell) for cell in rows[above]] if rows else []
    year = next((cell for cell in header if fold(cell) in YEAR), "")
    value = next((cell for cell in reversed(header) if fold(cell) in VALUE), "")
    if not year or not value:
        what = (
            f"is no file of observations: its columns are {list_some([shorten(c, 30) for c in header])}"
            if header
            else "is empty"
        )
        report.add("dropped", name, 1, what, "the columns Year and Value are needed")
        return None
    places, body = _level_rows(rows, above, len(header), name, report)
    columns = list(zip(*body, strict=True)) if body else [()] * len(header)
    kept = _name_columns(header, name, report)
    cells = pd.DataFrame({header[n]: columns[n] for n in kept}, index=places, dtype=object)
    if not body:
        report.add("read", name, 1, "has a header but no rows; the indicator is kept without values")
    return _read_decimals(DataFile(indicator, name, cells, year, value), report)


def _read_text(path: Path, name: str, report: Report) -> str | None:
    try:
        size = path.stat().st_size
        raw = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError as error:
        report.add("dropped", name, "", f"cannot be read: {error.strerror}")
        return None
    if size > MAX_BYTES:
        report.add("dropped", name, "", f"is larger than {MAX_BYTES // 1_000_000} MB", "part it")
        return None
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw[: error.start].count(b"\n") + 1
        what = f"is not UTF-8 (byte 0x{raw[error.start]:02x}); it is read as Windows-1252"
        report.add("doubted", name, row, what, "look at its names; save it as UTF-8")
        return raw.decode("cp1252", errors="replace")


def _parse_rows(text: str, name: str, report: Report) -> list[list[str]]:
    csv.field_size_limit(MAX_CELL)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=find_delimiter(text), strict=True):
            rows.append(row)
    except csv.Error as error:
        what = f"is not CSV from here on: {error}; what follows is left out"
        report.add("refused", name, len(rows) + 1, what, "look for a quotation mark that is never closed")
    return rows


def find_delimiter(text: str) -> str:
    """Return the sign that parts the header: the one that yields a year and a value, else most names."""
    header = text[:MAX_CELL].lstrip().split("\n", 1)[0]

    def judge(delimiter: str) -> tuple[int, int]:
        names = {fold(cell) for cell in next(csv.reader([header], delimiter=delimiter), [])}
        return bool(names & YEAR) + bool(names & VALUE), len(names)

    return max(",;\t|", key=judge)


def _level_rows(
    rows: list[list[str]], above: int, width: int, name: str, report: Report
) -> tuple[list[int], list[list[str]]]:
    """Give every row as many cells as the header; a row with more is refused, an empty one is no row."""
    places: list[int] = []
    body: list[list[str]] = []
    long: list[int] = []
    short: list[int] = []
    for place, row in enumerate(rows[above + 1 :], start=above + 2):
        if len(row) != width:
            if not any(row):
                continue
            if any(row[width:]):
                long.append(place)
                continue
            if len(row) < width:
                short.append(place)
            row = [*row[:width], *[""] * (width - len(row))]  # noqa: PLW2901  # the row, made to fit
        elif not any(row):
            continue
        places.append(place)
        body.append(row)
    if long:
        what = _count_rows(long, f"more than {width} cells")
        hint = "put quotes round cells that hold the delimiter"
        report.add("refused", name, long[0], what, hint, count=len(long))
    if short:
        what = _count_rows(short, f"fewer than {width} cells")
        report.add("doubted", name, short[0], what, "the last ones are read as empty", count=len(short))
    return places, body


def _count_rows(places: list[int], what: str) -> str:
    n = len(places)
    named = list_some([str(place) for place in places], 4)
    return f"{count_noun(n, 'row')} {agree(n, 'have')} {what} ({'row' if n == 1 else 'rows'} {named})"


def _name_columns(header: list[str], name: str, report: Report) -> list[int]:
    """Return the positions of the columns that are read: named, and not named before."""
    twice = [cell for cell, n in Counter(header).items() if n > 1 and cell]
    if twice:
        what = f"columns are there twice, the first one is read: {list_some([shorten(c, 30) for c in twice])}"
        report.add("doubted", name, 1, what, "give each column a name of its own")
    first = {cell: n for n, cell in reversed(list(enumerate(header)))}
    return [n for n, cell in enumerate(header) if cell and first[cell] == n]


def _read_decimals(file: DataFile, report: Report) -> DataFile:
    """Write decimal commas as points where a file has no point, and a comma that cannot part thousands."""
    values = [str(one) for one in file.cells[file.value].unique()]
    commas = {one for one in values if DECIMAL_COMMA.fullmatch(one.strip())}
    if (
        not commas
        or all(THOUSANDS.fullmatch(one.strip()) for one in commas)
        or any("." in one for one in values)
    ):
        return file
    told = {one: one.replace(",", ".") if one in commas else one for one in values}
    count = int(file.cells[file.value].isin(commas).sum())
    what = f"{count_noun(count, 'value')} with a decimal comma {agree(count, 'are')} read with a point"
    report.add("renamed", file.name, file.value, what, count=count)
    file.cells[file.value] = file.cells[file.value].map(told)
    return file
