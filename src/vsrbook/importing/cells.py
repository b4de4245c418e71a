"""Read the words, years and numbers of a foreign source, each distinct cell once."""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from vsrbook.tables import FIRST_YEAR, LAST_YEAR
from vsrbook.tables_reading import BLANKS, DECIMAL_COMMA, EXCEL_ERRORS, MISSING_MARKS, THOUSANDS

if TYPE_CHECKING:
    import pandas as pd

PLAIN_YEAR = re.compile(r"(\d{4})(?:\.0+)?")
PERIOD = re.compile(r"(\d{4})\s*[-/–—]\s*(\d{4}|\d{2})")
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")
MAX_WORDS = 20_000


def map_distinct(cells: pd.Series, function: Callable[[Any], Any]) -> pd.Series:
    """Apply a function to each distinct cell once."""
    known = {cell: function(cell) for cell in cells.unique()}
    return cells.map(known) if known else cells.astype("object")


def tidy_words(cell: Any) -> str:
    """Return text in one Unicode form (NFC), blanks of every kind collapsed; a whole number without ".0"."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = unicodedata.normalize("NFC", str(cell).translate(BLANKS))
    return "".join(sign for sign in " ".join(text.split()) if ord(sign) >= 32)[:MAX_WORDS]


def join_blanks(text: str) -> str:
    """Return what stays of a text when blanks (and the low lines that stand for them) do not count."""
    return re.sub(r"[\s_]+", "", text)


def read_year(cell: Any) -> tuple[int | None, str]:
    """Read a year as sources write it; returns the year and a remark.

    2015 is a year. 2015/16, 2015-2017 and 2015–17 are periods, which stand for their first year (the remark
    is "period"). Anything else, months and quarters among it, is None with the reason.
    """
    text = tidy_words(cell)
    if found := PLAIN_YEAR.fullmatch(text):
        year = int(found[1])
        known = FIRST_YEAR <= year <= LAST_YEAR
        return (year, "") if known else (None, f"the year is out of range ({FIRST_YEAR} to {LAST_YEAR})")
    if found := PERIOD.fullmatch(text):
        first, last = int(found[1]), int(found[2])
        last += first // 100 * 100 if len(found[2]) == 2 else 0
        last += 100 if len(found[2]) == 2 and found[2] == "00" and first % 100 == 99 else 0
        if FIRST_YEAR <= first < last <= LAST_YEAR:
            return first, "period"
    return None, "is no year" if text else "no year is given"


def read_number(cell: Any, missing: frozenset[str]) -> tuple[float, str]:
    """Read a value as a source writes it; returns the number and a remark.

    Missing is NaN with the remark "" (empty), "declared" (a mark declared as missing) or "undeclared" (a mark
    that commonly means missing). What is no number is NaN with the reason as remark.
    """
    text = repr(cell) if isinstance(cell, (int, float)) else tidy_words(cell)
    text = "" if text == "nan" and isinstance(cell, float) else text.replace("\u2212", "-")
    if not text or text in missing:
        return math.nan, "declared" if text else ""
    if NUMBER.fullmatch(text) and math.isfinite(float(text)):
        return float(text), ""
    if text.casefold() in MISSING_MARKS:
        return math.nan, "undeclared"
    return math.nan, _explain_number(text)


def _explain_number(text: str) -> str:
    if text in EXCEL_ERRORS:
        return "is Excel's sign of an error"
    if THOUSANDS.fullmatch(text):
        return "may have separators between thousands, or a decimal comma"
    if DECIMAL_COMMA.fullmatch(text):
        return "has a decimal comma"
    if re.fullmatch(r"[+-]?[\d.,]+\s*%", text):
        return "has a percent sign"
    if re.match(r"[+-]?\d", text):
        return "is a number with something behind it"
    return "is not a number"


def make_slug(text: str, limit: int = 40) -> str:
    """Return a short code for a name: lower-case ASCII letters, digits and hyphens.

    A name that keeps fewer than two letters (another script) becomes a short digest of itself, so that it
    is the same in every run and on every machine.
    """
    plain = unicodedata.normalize("NFKD", re.sub(r"[’'‘]", " ", text)).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.casefold()).strip("-")[:limit].strip("-")
    if len(re.findall(r"[a-z]", slug)) < 2:
        return "x" + hashlib.sha256(text.encode()).hexdigest()[:8]
    return slug
