"""Read a CSV file that is plainly clean a block at a time; leave any other to the careful reader.

A table of 738,000 rows takes the careful reader (`tables_reading`) twenty seconds, because it looks at
every cell. Here a column's distinct words are looked at once per block, by the careful reader's own
hand, and plain words and numbers are passed over together. Whatever would have drawn a message raises
NotClean: messages are written in one place only.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vsrbook import spreadsheets, tables_reading
from vsrbook.spreadsheets import HEADER_SEARCH_ROWS, MAX_CELL
from vsrbook.tables import MAX_TEXT, Column, Table

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

BLOCK_BYTES = 4_000_000
MAX_RECORD_BYTES = 64_000_000  # a quotation mark that is never closed must not draw in the whole file
MARK = b"\xef\xbb\xbf"  # Excel's "CSV UTF-8" begins with it
# a quoted cell from its opening mark, at the start of a cell, to its closing one, at the end of it
QUOTED = re.compile(rb'(?:(?<=[,\n])|\A)"[^"]*+(?:""[^"]*+)*+"(?=[,\r\n]|\Z)')
# words that the careful reader returns as they are: ASCII, single blanks, no # (Excel's errors begin so)
PLAIN_TEXT = r"\A[!\"$-~][!-~]*( [!-~]+)*\z"
PLAIN_NUMBER = r"\A-?[0-9]{1,15}(\.[0-9]{1,17})?([eE][+-]?[0-9]{1,2})?\z"


class NotClean(Exception):  # noqa: N818  # no error of anyone's: the careful reader takes over
    """The file needs the careful reader: for a message, or for a form that is not read here."""


def read_clean(path: Path, table: Table, source: str | None = None) -> pd.DataFrame | None:
    """Read a clean CSV file as `tables_reading.type_table` would, or return None.

    Returns the frame with the table's columns and `row`; no cell of it has been tidied with a warning.
    It has still to be checked against the contract (`tables.validate_table`). `source` fills empty
    source_id cells.
    """
    import pyarrow as pa

    try:
        batches = list(read_batches(path, table, source))
    except NotClean:
        return None
    return to_frame(pa.concat_tables(batches))


def read_batches(path: Path, table: Table, source: str | None = None) -> Iterator[pa.Table]:
    """Read a clean CSV file in typed batches of some megabytes, in the order of the file.

    Each batch has the columns of `batch_schema`. Raises NotClean, possibly after some batches, where
    the careful reader would have something to say or the form is not read here.
    """
    is_workbook = path.suffix.casefold() in spreadsheets.WORKBOOKS
    if is_workbook or not path.is_file() or path.stat().st_size > spreadsheets.MAX_FILE_BYTES:
        raise NotClean
    header: dict[int, str] = {}
    width, row = 0, 2
    for block in _read_blocks(path):
        data = block
        if not header:
            is_whole = len(block) >= path.stat().st_size - len(MARK)
            header, width, data = _read_header(block, table, is_whole=is_whole)
        if not data:
            continue
        batch = _type_cells(_parse(data, width), header, table, source, row)
        row += len(batch)
        yield batch
    if row == 2:
        raise NotClean  # nothing below the header


def batch_schema(table: Table) -> pa.Schema:
    """Return the types of a batch: `row`, then the table's columns; int32 holds years and whole numbers."""
    import pyarrow as pa

    kinds = {"number": pa.float64(), "integer": pa.int32(), "year": pa.int32()}
    columns = [pa.field(column.name, kinds.get(column.kind, pa.string())) for column in table.columns]
    return pa.schema([pa.field("row", pa.int64()), *columns])


def to_frame(batch: pa.Table) -> pd.DataFrame:
    """Return a batch as a frame with the types that `tables_reading` gives."""
    import pandas as pd
    import pyarrow as pa

    kinds = {pa.string(): pd.StringDtype(na_value=float("nan")), pa.int32(): pd.Int64Dtype()}
    frame: pd.DataFrame = batch.to_pandas(types_mapper=kinds.get)
    return frame


def _read_blocks(path: Path) -> Iterator[bytes]:
    """Cut a file into blocks of whole records."""
    try:
        with path.open("rb") as file:
            rest = file.read(len(MARK)).removeprefix(MARK)
            while data := file.read(BLOCK_BYTES):
                rest += data
                end = _find_end(rest)
                if end:
                    yield _check_quotes(rest[:end])
                    rest = rest[end:]
                elif len(rest) > MAX_RECORD_BYTES:
                    raise NotClean
    except OSError:
        raise NotClean from None
    if rest:
        yield _check_quotes(rest)


def _find_end(data: bytes) -> int:
    """Return where the last whole record ends: at a line break with paired quotation marks before it."""
    end = data.rfind(b"\n") + 1
    is_open = data.count(b'"', 0, end) % 2
    while is_open and end:
        before = data.rfind(b"\n", 0, end - 1) + 1
        is_open ^= data.count(b'"', before, end) % 2
        end = before
    return end


def _check_quotes(block: bytes) -> bytes:
    """Return the block if its line ends and quotation marks mean the same to every reader of CSV."""
    if block.count(b"\r") != block.count(b"\r\n"):
        raise NotClean
    if b'"' in block and b'"' in QUOTED.sub(b"", block):
        raise NotClean
    return block


def _read_header(block: bytes, table: Table, *, is_whole: bool) -> tuple[dict[int, str], int, bytes]:
    """Read the first row as the careful reader does: columns by position, number of cells, what follows."""
    try:
        text = block.decode("utf-8")
        if spreadsheets._find_delimiter(text) != ",":
            raise NotClean
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        rows = list(enumerate(islice(reader, HEADER_SEARCH_ROWS), start=1))
    except (UnicodeDecodeError, csv.Error):
        raise NotClean from None
    found = tables_reading._find_header(rows, table)
    if found is None or found[0] != 0 or found[2] or (len(rows) < HEADER_SEARCH_ROWS and not is_whole):
        raise NotClean
    cells = rows[0][1]
    line, _, data = block.partition(b"\n")
    # one cell would be no comma-separated table; a header cell without a name may stand above cells
    nameless = any(tables_reading._is_blank(cell) for cell in cells)
    if len(cells) < 2 or nameless or next(csv.reader([line.decode().rstrip("\r")])) != cells:
        raise NotClean
    return found[1], len(cells), data


def _parse(data: bytes, width: int) -> pa.Table:
    """Cut a block into cells, all of them text; a row with too few or too many is not clean."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    if data.startswith(MARK):
        raise NotClean  # Arrow would take it out without a word
    names = [str(position) for position in range(width)]
    try:
        cells = arrow_csv.read_csv(
            pa.BufferReader(data),
            arrow_csv.ReadOptions(column_names=names, block_size=len(data) + 1, use_threads=False),
            arrow_csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
            arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowException:
        raise NotClean from None
    return cells


def _type_cells(
    cells: pa.Table, header: dict[int, str], table: Table, source: str | None, first_row: int
) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    schema = batch_schema(table)
    typed = {name: pa.nulls(len(cells), schema.field(name).type) for name in table.names}
    for position, column in enumerate(cells.columns):
        if position in header:
            typed[header[position]] = _type_column(column.combine_chunks(), table.column(header[position]))
        elif (pc.max(pc.binary_length(column)).as_py() or 0) > MAX_CELL:
            raise NotClean
    empty = [pc.is_null(typed[name]) for name in header.values()]
    for more in empty[1:]:
        empty[0] = pc.and_(empty[0], more)
    if pc.any(empty[0]).as_py():
        raise NotClean  # an empty row is not counted as a record
    if source and "source_id" in typed:
        typed["source_id"] = pc.fill_null(typed["source_id"], source)
    typed["row"] = pa.array(range(first_row, first_row + len(cells)), pa.int64())
    return pa.table([typed[name] for name in schema.names], schema=schema)


def _type_column(cells: pa.Array, column: Column) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    if column.kind == "number":
        plain = pc.match_substring_regex(cells, PLAIN_NUMBER)
        numbers = pc.if_else(plain, cells, pa.scalar(None, pa.string())).cast(pa.float64())
        if pc.all(plain).as_py():
            return numbers
        others = pc.if_else(plain, pa.scalar("", pa.string()), cells).dictionary_encode()
        read = pa.array(_read_words(others.dictionary.to_pylist(), column), pa.float64())
        return pc.if_else(plain, numbers, read.take(others.indices))
    coded = cells.dictionary_encode()
    if column.kind in ("integer", "year"):
        read = pa.array(_read_words(coded.dictionary.to_pylist(), column), pa.int32())
    else:
        read = _read_text(coded.dictionary, column)
    return read.take(coded.indices)


def _read_text(words: pa.Array, column: Column) -> pa.Array:
    """Return distinct words as the careful reader reads them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    is_short = pc.less_equal(pc.binary_length(words), MAX_TEXT)
    plain = pc.and_(pc.match_substring_regex(words, PLAIN_TEXT), is_short)
    others = words.filter(pc.invert(plain))
    if not len(others):
        return words
    read = pa.array(_read_words(others.to_pylist(), column), pa.string())
    return pc.replace_with_mask(words, pc.invert(plain), read)


def _read_words(words: list[str], column: Column) -> list[Any]:
    """Read words one by one with the careful reader, which must have nothing to say."""
    reader = tables_reading._CellReader("", comma_decimals=False)
    read = [reader.read(word, column, 0) for word in words]
    if reader.problems or reader.summarise():
        raise NotClean
    return read
