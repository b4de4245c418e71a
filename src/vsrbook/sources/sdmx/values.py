"""Read what stands in one observation: its period, its value, its status."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation, localcontext

from vsrbook.problems import shorten

MAX_EXPONENT = 30
YEAR = re.compile(r"(\d{4})(?:-A1)?")
SPAN = re.compile(r"(\d{4})(?:-01(?:-01)?)?(?:T00:00:00(?:\.0+)?Z?)?/P(\d{1,2})Y")
# 2015-07, 2015-Q3, 2015-S1, 2015-W27, 2015-M07, 2015-D180, a day, a moment: parts of a year
PART = re.compile(r"\d{4}-((0[1-9]|1[0-2])(-\d\d(T.*)?)?|[SQTMWD]\d{1,3})(/.*)?", re.IGNORECASE)
ANNUAL = re.compile(r"A(_?\d{1,2})?|_[A-Z]|")

# SDMX code list CL_OBS_STATUS 2.1 and 2.2: what our tables call it, and whether there is no value
STATUSES = {"": "", "A": "", "P": "provisional", "E": "estimated", "I": "estimated", "F": "estimated"}
STATUSES |= {"Q": "suppressed", "C": "suppressed"}
MISSING = {"M", "L", "O", "H"}
SILENT = {"", "A", "P", "E", "Q", "C"}  # our status says the same
FREE = {"", "F", "_Z", "_X"}  # CONF_STATUS: may be published
NATURES = {"", "C", "N", "NA", "_X", "_Z"}  # NATURE: a country's own figure, or nothing is said
NOTHING = {"", "NaN"}


@dataclass(frozen=True)
class Status:
    """What is said of a value: our status, whether it must stand empty, and the codes that a note explains."""

    status: str
    empty: bool
    noted: tuple[str, ...]


def read_period(text: str) -> str | None:
    """Return a period as the tables' rules read it: a year, or first and last year; None for part of a year."""
    if found := YEAR.fullmatch(text):
        return found[1]
    if found := SPAN.fullmatch(text):
        first, length = int(found[1]), int(found[2])
        return found[1] if length < 2 else f"{first}-{first + length - 1}"
    return None if PART.fullmatch(text) else text


def is_annual(frequency: str) -> bool:
    """Whether a frequency is a year or several: A, A2, A_3; or nothing is said."""
    return ANNUAL.fullmatch(frequency) is not None


def scale_value(text: str, multiplier: str) -> str:
    """Return value · 10^multiplier, exactly, in plain digits. Raises ValueError with the reason.

    A value with the multiplier 0, or without one, stays as it is written.
    """
    if multiplier.startswith("_") or multiplier == "":
        return text
    if not re.fullmatch(r"[+-]?\d{1,2}", multiplier) or abs(int(multiplier)) > MAX_EXPONENT:
        raise ValueError(f"the unit multiplier {shorten(multiplier)} is not a power of ten")
    if int(multiplier) == 0:
        return text
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{shorten(text)} is not a number, so its multiplier cannot be applied") from None
    if not number.is_finite() or abs(number.adjusted()) > 2 * MAX_EXPONENT or len(text) > 100:
        raise ValueError(f"{shorten(text)} is out of range")
    with localcontext() as context:
        context.prec = 200
        return f"{number.scaleb(int(multiplier)):f}"


def read_status(codes: str, confidentiality: str, nature: str) -> Status:
    """Read the observation's status, confidentiality and nature; where several codes stand, the strictest counts."""
    found = [code.strip() for code in re.split(r"[;,|\s]+", codes)]
    marks = {STATUSES.get(code, "") for code in found}
    if confidentiality not in FREE:
        marks.add("suppressed")
    if nature in ("E", "M"):
        marks.add("estimated")
    status = next((mark for mark in ("suppressed", "estimated", "provisional") if mark in marks), "")
    empty = status == "suppressed" or any(code in MISSING for code in found)
    return Status(status, empty, tuple(code for code in found if code not in SILENT))
