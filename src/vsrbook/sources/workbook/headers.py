"""Read the header of a sheet, and find the columns that the mapping names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from vsrbook.importing.cells import tidy_words
from vsrbook.problems import Problem, list_some, shorten, suggest
from vsrbook.sources.workbook.grids import Grid, column_of, letter_of
from vsrbook.sources.workbook.words import write_header

JOIN = " / "
MAX_HEADER_COLUMNS = 16_384


@dataclass(frozen=True)
class Header:
    """The header of a sheet: for each column its words, row by row, without those said twice.

    `first` is its first row and `end` the row below it, counted from 0.
    """

    first: int
    end: int
    parts: tuple[tuple[str, ...], ...]

    @cached_property
    def texts(self) -> list[str]:
        """The words of each column in one line: "Poverty rate / 2019"."""
        return [JOIN.join(parts) for parts in self.parts]

    def name(self, column: int) -> str:
        """How messages call a column: by the last of its words, or by its letter."""
        parts = self.parts[column] if column < len(self.parts) else ()
        return parts[-1] if parts else letter_of(column)


def read_header(grid: Grid, first: int, count: int) -> Header:
    """Read `count` header rows from row `first` (counted from 0) on.

    A merged cell stands in each cell it covers. Where nothing is merged, an empty cell of an upper row
    means the one to its left: that is how CSV files write what was merged. Either holds only where a row
    below goes on in that column; one without any words of its own stays without.
    """
    width = min(grid.width, MAX_HEADER_COLUMNS)
    rows = [[write_header(grid.cell(first + n, column)) for column in range(width)] for n in range(count)]
    merged = [box for box in grid.merged if first <= box[0] < first + count]
    for top, left, bottom, right in merged:
        for row in range(top, min(bottom, first + count - 1) + 1):
            for column in range(left, min(right, width - 1) + 1):
                rows[row - first][column] = rows[top - first][left]
    for top, left, bottom, right in merged:  # a group that is merged too far names no column of its own there
        for column in range(left + 1, min(right, width - 1) + 1):
            below = rows[bottom - first + 1 :]
            if below and not any(texts[column] for texts in below):
                for texts in rows[top - first : bottom - first + 1]:
                    texts[column] = ""
    if not merged:
        worded = [any(texts) for texts in zip(*rows, strict=True)]
        rows = [_fill_right(row, worded) for row in rows[:-1]] + rows[-1:]
    parts = tuple(tuple(dict.fromkeys(text for text in texts if text)) for texts in zip(*rows, strict=True))
    return Header(first, first + count, parts)


def _fill_right(row: list[str], worded: list[bool]) -> list[str]:
    filled, last = [], ""
    for text, has_words in zip(row, worded, strict=True):
        last = text or last
        filled.append(last if has_words else "")
    return filled


def match_columns(which: str, header: Header) -> list[int]:
    """Return the columns that a name, letter or position means: the first way that fits any.

    Tried are the whole header text, its last words, any of its rows; then the same without regard to
    capitals; then letters (C) and positions from 1.
    """
    wanted = tidy_words(which)
    texts = header.texts
    for fold in (str, str.casefold):
        word = fold(wanted)
        whole = [n for n, text in enumerate(texts) if fold(text) == word]
        last = [n for n, parts in enumerate(header.parts) if parts and fold(parts[-1]) == word]
        some = [n for n, parts in enumerate(header.parts) if word in map(fold, parts)]
        if found := whole or last or some:
            return found
    if re.fullmatch(r"[A-Za-z]{1,3}", wanted) and column_of(wanted) < len(texts):
        return [column_of(wanted)]
    if wanted.isdecimal() and len(wanted) < 6 and 1 <= int(wanted) <= len(texts):
        return [int(wanted) - 1]
    return []


class ColumnFinder:
    """Finds columns in a header, and collects a Problem for each that is not there or not alone."""

    def __init__(self, grid: Grid, header: Header, problems: list[Problem]) -> None:
        self.grid, self.header, self.problems = grid, header, problems

    def find(self, which: str, key: str) -> int | None:
        """Return the one column that is meant; None, with a Problem, where it is not clear."""
        found = match_columns(which, self.header)
        if len(found) == 1:
            return found[0]
        if found:
            letters = [letter_of(n) for n in found]
            hint = f"name it by its letter: {list_some(letters)}"
            self.refuse(f"{len(found)} columns are called {shorten(which)}", hint, key)
        else:
            self.refuse(f"no column is called {shorten(which)}", self._suggest(which), key)
        return None

    def find_all(self, which: Iterable[str], key: str) -> list[int]:
        """Return the columns that several names mean; each that is not there is a Problem."""
        found: list[int] = []
        for one in which:
            columns = match_columns(one, self.header)
            if not columns:
                self.refuse(f"no column is called {shorten(one)}", self._suggest(one), key)
            found += [column for column in columns if column not in found]
        return found

    def refuse(self, what: str, hint: str, key: str) -> None:
        """Note a problem of a key of the mapping."""
        self.problems.append(
            Problem(self.grid.name, what, hint, row=self.header.first + 1, column=f"options.{key}")
        )

    def _suggest(self, which: str) -> str:
        names = list(dict.fromkeys(text for text in self.header.texts if text))
        names += [parts[-1] for parts in self.header.parts if len(parts) > 1]
        there = list_some([shorten(name, 40) for name in names], 12)
        near = suggest(which, names)
        where = f"the header in row {self.header.first + 1} has {there}"
        return f"{near} {where}" if near else f"{where}; is header_row right?"
