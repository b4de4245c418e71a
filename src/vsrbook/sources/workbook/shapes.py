"""Find out the shape of a sheet: where its header stands, where its data begin, which layout it has."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from vsrbook.sources.workbook.grids import Grid
from vsrbook.sources.workbook.headers import Header, read_header
from vsrbook.sources.workbook.numeric import is_numeric, looks_numeric
from vsrbook.sources.workbook.options import Layout, Options
from vsrbook.sources.workbook.words import (
    ARROWS,
    COLOURS,
    NO_ARROW,
    PERCENT_WORDS,
    is_blank,
    read_year_header,
    write_header,
)

SEARCH_ROWS = 60
NEAR_MOST = 0.75  # of the most label cells that any row has: the first row with so many is the header
UNIT_WORDS = re.compile(
    r"[%‰]|%?\s?(of|der|de|от)?\s?\w{0,20}|number|persons?|people|usd|km2|km²|ha|index|чел\w*\.?|ед\.?|per [\d ,.]+.*",
    re.IGNORECASE,
)


def is_empty(grid: Grid) -> bool:
    """Whether no cell of a sheet holds anything."""
    return all(is_blank(cell) for cells in grid.cells for cell in cells)


def holds_table(grid: Grid) -> bool:
    """Whether a sheet has a header, and numbers or colours of a traffic light in several rows below it."""
    if is_empty(grid):
        return False
    header = locate_header(grid, Options.model_validate({}))
    rows = range(header.end, len(grid.cells))
    return len(rows) > 1 and any(
        is_numeric(grid, n, rows) or sum((row, n) in grid.colours for row in rows) * 2 > len(rows)
        for n in range(1, len(header.parts))
    )


def is_label(cell: Any) -> bool:
    """Whether a cell is what a header holds: words other than colours and arrows, or a year."""
    if is_blank(cell):
        return False
    text = write_header(cell)
    if text.casefold() in COLOURS or set(text) <= ARROWS or text in NO_ARROW:
        return False
    return read_year_header(text) is not None or not looks_numeric(cell)


def find_header(grid: Grid) -> tuple[int, int]:
    """Find the header: (first row counted from 0, number of rows).

    It is the first row with nearly the most cells of words or years, and data below it; with the row above
    it where that holds groups of columns, and the row below where that holds parts of groups.
    """
    rows = range(min(len(grid.cells), SEARCH_ROWS))
    counts = [sum(map(is_label, grid.cells[row])) for row in rows]
    distinct = [len({write_header(cell) for cell in grid.cells[row] if is_label(cell)}) for row in rows]
    usable = [row for row in rows if distinct[row] >= 2 and _has_data_below(grid, row)]
    most = max((counts[row] for row in usable), default=0)
    base = next((row for row in usable if counts[row] >= NEAR_MOST * most), 0)
    first, end = base, base + 1
    while first > 0 and distinct[first - 1] >= 1 and _spans_columns(grid, first - 1):
        first -= 1
    while end < len(rows) - 1 and _continues_header(grid, end):
        end += 1
    return first, end - first


def _has_data_below(grid: Grid, row: int) -> bool:
    return any(not is_blank(cell) for cells in grid.cells[row + 1 : row + 4] for cell in cells)


def _spans_columns(grid: Grid, row: int) -> bool:
    """Whether a row above the header groups its columns: a cell merged across, or several with gaps between."""
    cells = grid.cells[row]
    filled = [n for n, cell in enumerate(cells) if not is_blank(cell)]
    if any(not is_label(cells[n]) for n in filled):
        return False
    below = sum(not is_blank(cell) for cell in grid.cells[row + 1])
    merged = [box for box in grid.merged if box[0] == row and 0 < box[3] - box[1] < below - 1]
    gaps = any(after - before > 1 for before, after in pairwise(filled))
    return bool(merged) or (len(filled) >= 2 and gaps and len(filled) < below)


def _continues_header(grid: Grid, row: int) -> bool:
    """Whether a row goes on with the header: words or years only, where numbers stand below."""
    cells = grid.cells[row]
    filled = [n for n, cell in enumerate(cells) if not is_blank(cell)]
    if not filled or not all(is_label(cells[n]) for n in filled):
        return False
    below = range(row + 1, min(row + 21, len(grid.cells)))
    numeric = [n for n in range(grid.width) if is_numeric(grid, n, below)]
    inside = [n for n in filled if n in numeric]
    above = [n for n in numeric if is_blank(grid.cell(row - 1, n))]
    return bool(inside) and (len(above) > 0 or _all_covered(grid, row, inside)) and not is_unit_row(grid, row)


def _all_covered(grid: Grid, row: int, columns: list[int]) -> bool:
    """Whether the cells above are merged across these columns."""
    boxes = [box for box in grid.merged if box[0] <= row - 1 <= box[2] and box[3] > box[1]]
    return bool(boxes) and all(any(box[1] <= n <= box[3] for box in boxes) for n in columns)


def is_unit_row(grid: Grid, row: int) -> bool:
    """Whether a row holds units: short words, percent among them, in most columns that hold numbers below."""
    below = range(row + 1, min(row + 21, len(grid.cells)))
    numeric = [n for n in range(grid.width) if is_numeric(grid, n, below)]
    words = [write_header(grid.cell(row, n)) for n in numeric]
    filled = [word for word in words if word]
    plain = [word.casefold() for word in filled if not read_year_header(word)]
    known = [
        word for word in plain if "%" in word or word in PERCENT_WORDS or word.startswith(("per ", "number"))
    ]
    return len(filled) * 2 >= len(numeric) > 0 and bool(known) and all(map(UNIT_WORDS.fullmatch, plain))


def is_number_row(grid: Grid, row: int) -> bool:
    """Whether a row only numbers the columns: 1, 2, 3 and so on."""
    filled = [write_header(cell).rstrip(".") for cell in (grid.cells[row] if row < len(grid.cells) else [])]
    numbers = [text for text in filled if text]
    return len(numbers) >= 3 and numbers == [str(n) for n in range(1, len(numbers) + 1)]


def locate_header(grid: Grid, options: Options) -> Header:
    """Read the header where the options say it is, or where it is found."""
    if options.header_row is not None:
        return read_header(grid, options.header_row - 1, options.header_rows or 1)
    first, count = find_header(grid)
    return read_header(grid, first, options.header_rows or count)


def find_rows(grid: Grid, header: Header, options: Options) -> range:
    """Return the rows of the data: as the options say, else all below the header and the rows of units."""
    first = header.end if options.first_row is None else options.first_row - 1
    if options.first_row is None and options.unit_row is not None:
        first = max(first, options.unit_row)
    if options.first_row is None and is_number_row(grid, first):
        first += 1
    last = min(options.last_row or len(grid.cells), len(grid.cells))
    return range(first, max(first, last))


def leave_notes(grid: Grid, rows: range) -> range:
    """Return the rows without those at the end that hold one cell, as notes do; for a table of two columns all."""
    last = rows.stop
    while grid.width > 2 and last > rows.start and sum(not is_blank(c) for c in grid.cells[last - 1]) < 2:
        last -= 1
    return range(rows.start, last) if last > rows.start else rows


def guess_layout(header: Header, taken: set[int], options: Options) -> Layout:
    """Return the layout: as the options say, else as the columns that are named and the headers suggest."""
    columns = options.columns
    if options.layout or columns.value:
        return options.layout or "tidy"
    named = (
        columns.indicator or columns.indicator_name or options.indicator or options.sheet_name == "indicator"
    )
    free = [parts for n, parts in enumerate(header.parts) if n not in taken and parts]
    years = [parts for parts in free if any(map(read_year_header, parts))]
    if len(years) * 2 >= len(free) > 0 and (named or all(len(parts) == 1 for parts in years)):
        return "years"
    in_rows = columns.indicator or columns.indicator_name
    if in_rows and (columns.area_code or columns.area_name or columns.year):
        return "tidy"
    return "areas" if in_rows else "wide"
