"""Tell columns of numbers from columns of words and codes."""

from __future__ import annotations

import re

from vsrbook.sources.workbook.grids import Grid
from vsrbook.sources.workbook.words import is_blank
from vsrbook.spreadsheets import PaddedCell

MARKED_NUMBER = re.compile(r"[<>~≈(*]?\s*[+\-\u2212]?[.,]?\d[\d\s.,'’]*\s*%?\s*\W{0,3}[\w]{0,2}\W?")
PADDED_TEXT = re.compile(r"0\d+")
NUMERIC_SHARE = 0.5  # of the filled cells of a column that is taken to hold values


def is_numeric(grid: Grid, column: int, rows: range) -> bool:
    """Whether most of what a column holds, in its first 200 rows with data, are numbers."""
    filled = [cell for cell in grid.column(column, rows)[:2000] if not is_blank(cell)][:200]
    numbers = sum(looks_numeric(cell) and not is_padded(cell) for cell in filled)
    return bool(filled) and numbers >= NUMERIC_SHARE * len(filled)


def is_padded(cell: object) -> bool:
    """Whether a cell shows a number with zeros before it, as codes have them: 0101."""
    return isinstance(cell, PaddedCell) or (
        isinstance(cell, str) and bool(PADDED_TEXT.fullmatch(cell.strip()))
    )


def looks_numeric(cell: object) -> bool:
    """Whether a cell holds a number, also one that is text, with marks beside it, or a mark for missing."""
    if isinstance(cell, (int, float)):
        return not isinstance(cell, bool)
    text = str(cell).strip()
    return bool(MARKED_NUMBER.fullmatch(text)) or text in (
        "-", "–", "—", "..", "…", "...", ":", ".", "n/a", "N/A", "NA", "na", "x", "*",
    )  # fmt: skip  # marks for missing values
