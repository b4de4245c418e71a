"""Read the cells of values: numbers as they stand, declared marks apart, percent cells as their unit says."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from vsrbook.importing.cells import NUMBER, tidy_words
from vsrbook.importing.report import Report
from vsrbook.problems import list_some, shorten
from vsrbook.sources.workbook.options import STATUSES, Options
from vsrbook.sources.workbook.words import is_percent
from vsrbook.spreadsheets import PaddedCell, PercentCell

DIGITS = r"[+\-\u2212]?(?:\d[\d .,'’]*\d|\d|[.,]\d+)"
PLAIN = r"[+\-\u2212]?(?:\d+(?:[ .,'’]\d{3})*(?:[.,]\d+)?|[.,]\d+)"
MARKED = re.compile(
    rf"(?P<before>[*†‡§#¹²³⁴-⁹(]{{1,3}}|[A-Za-z]\s?)?\s*{PLAIN}\s*"
    rf"(?P<after>[*†‡§#¹²³⁴-⁹]{{1,4}}|\s\d\)|\(\w{{1,4}}\)|\[\w{{1,4}}\]|\w?\)|[^\W\d_]{{1,4}}\.?)?"
)
SHOWN = 6  # places that a line of the report names
GROUPS = re.compile(r"[+-]?[1-9]\d{0,2}(?:[ '’]\d{3})+|[+-]?\d+")


@dataclass
class ReadValues:
    """Values as numbers or as written, with the status and note that marks beside them give.

    `refused` are the positions of cells that are left out.
    """

    values: list[Any]
    status: dict[int, str] = field(default_factory=dict)
    note: dict[int, str] = field(default_factory=dict)
    refused: set[int] = field(default_factory=set)


@dataclass
class _Text:
    """What the text of a cell says: a number or the text itself, its marks, and why it is refused."""

    value: str
    marks: list[str] = field(default_factory=list)
    strange: str = ""


class ValueReader:
    """Reads the values of one sheet, and reports in one line each what it did, and where."""

    def __init__(self, file: str, options: Options, report: Report) -> None:
        self.file, self.options, self.report = file, options, report
        self._marks = sorted(options.marks, key=len, reverse=True)
        self._found: dict[tuple[str, str, str], list[int]] = defaultdict(list)

    def read(self, cells: Sequence[Any], units: Sequence[str], place: Any) -> ReadValues:
        """Read cells; `units` gives the unit of each, `place(n)` says where the n-th stands."""
        read = ReadValues(list(cells))
        known: dict[str, _Text] = {}
        for n, cell in enumerate(cells):
            if type(cell) is float or type(cell) is int:
                continue
            if isinstance(cell, str):
                if cell not in known:
                    known[cell] = self._read_text(cell)
                self._apply(n, cell, known[cell], read)
            elif isinstance(cell, PercentCell):
                read.values[n] = self._read_percent(n, cell, units[n])
            elif isinstance(cell, PaddedCell):
                read.values[n] = float(cell)
            else:
                self._refuse(n, cell, read)
        self._tell(place)
        return read

    def read_number(self, text: str) -> str | None:
        """Return a number that is text with a decimal point; None where it is none, or carries a mark."""
        return self._write_number(tidy_words(text))

    def find_strange(self, cell: str) -> str:
        """Return the mark beside a number that nothing declares; "" where there is none."""
        return self._read_text(cell).strange

    def _read_percent(self, n: int, cell: PercentCell, unit: str) -> float:
        if is_percent(unit):
            self._note("renamed", "a cell in percent is multiplied by 100, as the unit is %", "", n)
            return float(Decimal(repr(float(cell))) * 100)
        hint = "say unit: '%' if it is a percentage"
        said = f"in the unit {shorten(unit)}" if unit else "without a unit"
        self._note("doubted", f"a cell in percent {said} is kept as stored: 0.643 for 64.3 %", hint, n)
        return float(cell)

    def _refuse(self, n: int, cell: Any, read: ReadValues) -> None:
        read.refused.add(n)
        if isinstance(cell, (date, datetime, time, timedelta)):
            hint = "format the cell as a number and write the value again"
            self._note("refused", "is a date: Excel has made it of a number", hint, n)
        else:
            self._note("refused", f"holds {shorten(cell)}, which is no value", "correct the source", n)

    def _apply(self, n: int, cell: str, text: _Text, read: ReadValues) -> None:
        if text.strange:
            read.refused.add(n)
            hint = f"say what it means: marks: {{{text.strange!r}: provisional}}"
            self._note("refused", f"carries the mark {shorten(text.strange)}, which is not declared", hint, n)
            return
        read.values[n] = text.value
        if text.value != cell and not text.marks:
            self._note("renamed", "is written with a decimal point and without thousands' signs", "", n)
        for mark in text.marks:
            meaning = self.options.marks[mark]
            if meaning in STATUSES:
                read.status[n] = meaning
            elif meaning:
                read.note[n] = "; ".join(filter(None, (read.note.get(n), meaning)))
            self._note("read", f"carries the mark {shorten(mark)}: {meaning or 'no meaning'}", "", n)

    def _read_text(self, cell: str) -> _Text:
        text = tidy_words(cell)
        if text in self.options.missing or (self.options.decimal is None and NUMBER.fullmatch(text)):
            return _Text(cell)
        bare, marks = self._part_marks(text)
        number = self._write_number(bare)
        if number is not None:
            return _Text(number if self.options.decimal or marks else cell, marks)
        if marks and re.fullmatch(DIGITS, bare):
            return _Text(bare, marks)
        found = MARKED.fullmatch(text)
        strange = "" if found is None else (found["after"] or found["before"] or "").strip()
        return _Text(cell, strange=strange)

    def _part_marks(self, text: str) -> tuple[str, list[str]]:
        """Part a text into what is left when declared marks at its ends are off, and the marks."""
        marks: list[str] = []
        bare = text
        while mark := next((m for m in self._marks if _carries(bare, m)), ""):
            bare = (bare.removesuffix(mark) if bare.endswith(mark) else bare.removeprefix(mark)).strip()
            marks.append(mark)
        return (bare, marks) if re.fullmatch(DIGITS, bare) else (text, [])

    def _write_number(self, text: str) -> str | None:
        """Write a number with a decimal point and without thousands' signs; None where it is no number.

        Without a declared decimal sign only plain numbers count.
        """
        text = text.replace("\u2212", "-")
        if self.options.decimal is None:
            return text if NUMBER.fullmatch(text) else None
        other = "." if self.options.decimal == "," else ","
        whole, sign, part = text.partition(self.options.decimal)
        whole = re.sub(rf"(?<=\d)\{other}(?=\d{{3}}(\D|$))", " ", whole)
        if not GROUPS.fullmatch(whole or "0") and whole not in ("+", "-"):
            return None
        if sign and not part.isdecimal():
            return None
        whole = re.sub(r"[ '’]", "", whole)
        return f"{whole or '0'}.{part}" if sign else whole

    def _note(self, kind: str, what: str, hint: str, n: int) -> None:
        self._found[kind, what, hint].append(n)

    def _tell(self, place: Any) -> None:
        for (kind, what, hint), found in self._found.items():
            places = list_some([place(n) for n in found[:SHOWN]], SHOWN) + (
                " …" if len(found) > SHOWN else ""
            )
            some = f"{what} ({len(found)} cells: {places})" if len(found) > 1 else what
            self.report.add(kind, self.file, place(found[0]), some, hint, count=len(found))  # type: ignore[arg-type]  # _note is given kinds only
        self._found.clear()


def _carries(text: str, mark: str) -> bool:
    """Whether a text has a mark at one of its ends; one that is a digit must stand apart: 12.3 1)."""
    if text.endswith(mark):
        before = text[: -len(mark)]
        return bool(before) and not (mark[0].isdigit() and before[-1:].isdigit())
    return len(text) > len(mark) and text.startswith(mark) and not mark[-1].isdigit()
