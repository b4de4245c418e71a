"""Write CSV that a spreadsheet opens without running anything in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

FORMULA = re.compile(r"^[=+\-@\t\r]")


def write_csv(table: pd.DataFrame) -> str:
    """Return a table as CSV for readers; text that a spreadsheet would run as a formula begins with '."""
    safe = table.map(_make_harmless).set_axis([_make_harmless(name) for name in table], axis=1)
    return str(safe.to_csv(index=False, lineterminator="\n"))


def _make_harmless(cell: Any) -> Any:
    """Keep text from being run by a spreadsheet, and from breaking its line."""
    if not isinstance(cell, str):
        return cell
    text = cell.replace("\r\n", "\n").replace("\r", " ")
    return f"'{text}" if FORMULA.match(cell) else text
