"""Write CSV that a spreadsheet opens without running anything in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

FORMULA = re.compile(r"^[=+\-@\t\r]")
CHANGED = re.compile(r"^[=+\-@\t]|\r")  # text that make_harmless changes
SPECIAL = f'{CHANGED.pattern}|[",\n]'  # that, and what must stand between quotation marks


def write_csv(table: pd.DataFrame) -> str:
    """Return a table as CSV for readers; text that a spreadsheet would run as a formula begins with '."""
    safe = table.copy(deep=False)
    for position, column in enumerate(table.dtypes):
        if column.kind in "OU":  # numbers, dates and the like are no text, and most columns are these
            safe.isetitem(position, _keep_harmless(table.iloc[:, position]).array)
    safe = safe.set_axis([make_harmless(name) for name in table], axis=1)
    return str(safe.to_csv(index=False, lineterminator="\n"))


def encode_rows(rows: pa.Table) -> bytes:
    """Return rows as CSV in UTF-8 without a header: what `write_csv` does, for tables of any length.

    Columns are text, whole numbers or numbers; what is missing is an empty cell. Numbers are written in
    the fewest digits that read back as the same number: 100, not 100.0. Quick, because a column's
    distinct words are looked at once, and lines are put together by Arrow.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if not len(rows):
        return b""
    cells = [_write_cells(column.combine_chunks()) for column in rows.columns]
    comma, line_end, nothing = (pa.scalar(sign, pa.large_string()) for sign in (",", "\n", ""))
    joined = pc.binary_join_element_wise(*cells, comma, null_handling="replace")
    lines = pc.binary_join_element_wise(joined, line_end, nothing)
    _, _, text = lines.buffers()
    return bytes(memoryview(text)[: pc.sum(pc.binary_length(lines)).as_py()])


def encode_header(names: list[str]) -> bytes:
    """Return the header of a CSV file in UTF-8."""
    return (",".join(map(_quote, names)) + "\n").encode()


def make_harmless(cell: Any) -> Any:
    """Keep text from being run by a spreadsheet, and from breaking its line."""
    if not isinstance(cell, str):
        return cell
    text = cell.replace("\r\n", "\n").replace("\r", " ")
    return f"'{text}" if FORMULA.match(cell) else text


def _keep_harmless(column: pd.Series) -> pd.Series:
    """Return a column of words or of anything; words that are all harmless are passed over together."""
    if column.dtype == "str" and not any(map(CHANGED.search, set(column.dropna().tolist()))):
        return column
    return column.map(make_harmless)


def _write_cells(column: pa.Array) -> pa.Array:
    """Return a column as text, cell by cell as it stands in the file."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return pc.cast(column, pa.large_string())
    coded = column.dictionary_encode()
    words = coded.dictionary
    if pc.any(pc.match_substring_regex(words, SPECIAL)).as_py():
        words = pa.array(map(_quote, words.to_pylist()), pa.large_string())
        return words.take(coded.indices)
    return pc.cast(column, pa.large_string())


def _quote(word: str) -> str:
    text: str = make_harmless(word)
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"\n') else text
