"""Read the columns beside the values: codes, names, years and groups of every row."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from vsrbook.importing.cells import tidy_words
from vsrbook.importing.report import Report
from vsrbook.problems import count_noun, list_some, shorten
from vsrbook.sources.workbook.grids import Grid, letter_of
from vsrbook.sources.workbook.headers import ColumnFinder
from vsrbook.sources.workbook.options import STATUSES, Options
from vsrbook.sources.workbook.words import (
    FINAL_WORDS,
    HEADER_MARKS,
    RESIDENCE_WORDS,
    SEX_WORDS,
    STATUS_WORDS,
    is_blank,
    list_totals,
    make_words,
    read_year_cell,
    write_header,
    write_label,
)

CODES = ("indicator", "area_code", "series_code", "target", "global_indicator")
NUMBER_CODE = re.compile(r"\d+\.0")


@dataclass
class RowLabels:
    """What the columns beside the values say: one list per role, with one text per row of the data.

    `names` are names by (table, language); `columns` where each role stands; `bad` the rows whose code
    cannot be what stands there.
    """

    roles: dict[str, list[str]] = field(default_factory=dict)
    names: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)
    taken: set[int] = field(default_factory=set)
    bad: set[int] = field(default_factory=set)


@dataclass
class LabelReader:
    """Reads the label columns of one sheet; `rows` are those of the data, counted from 0."""

    grid: Grid
    finder: ColumnFinder
    rows: range
    options: Options
    report: Report
    areas_are_named: bool  # what `names` names: areas, else indicators

    def read(self) -> RowLabels:
        """Read every column that the mapping names."""
        labels, options = RowLabels(), self.options
        for role, which in options.columns.single.items():
            if (column := self.finder.find(which, f"columns.{role}")) is not None:
                labels.taken.add(column)
                labels.columns[role] = column
                if role != "value":
                    labels.roles[role] = self._read_column(role, column, labels)
        groups = self._read_groups(labels)
        if groups:
            labels.roles["category"] = groups
        named = "areas" if self.areas_are_named else "indicators"
        for table, key, given in (
            (named, "names", options.names),
            ("areas", "area_names", options.area_names),
        ):
            for language, which in given.items():
                if (column := self.finder.find(which, f"{key}.{language}")) is not None:
                    labels.taken.add(column)
                    labels.names[table, language] = self._write(column, labels, "name")
        self._name_by_language(labels)
        return labels

    def _name_by_language(self, labels: RowLabels) -> None:
        """Take names in the language to read where no column of names is given otherwise."""
        for table, role in (("areas", "area_name"), ("indicators", "indicator_name")):
            found = labels.names.get((table, self.options.language))
            if found is not None and role not in labels.roles:
                labels.roles[role] = found

    def read_cells(self, column: int) -> list[Any]:
        """Return the cells of a label column; merged cells and those to fill down hold what is above them."""
        cells = self.grid.column(column, self.rows)
        for top, left, bottom, right in self.grid.merged:
            if left <= column <= right and top in self.rows:
                inside = range(top - self.rows.start, min(bottom + 1, self.rows.stop) - self.rows.start)
                for n in inside:
                    cells[n] = self.grid.cell(top, left)
        return cells

    def _write(self, column: int, labels: RowLabels, role: str) -> list[str]:
        cells = self.read_cells(column)
        writer = write_header if role == "year" else write_label
        known: dict[Any, str] = {}
        texts = []
        for n, cell in enumerate(cells):
            key = (type(cell), cell, getattr(cell, "shown", ""))
            if key not in known:
                known[key] = writer(cell)
            texts.append(known[key])
            if role in CODES and isinstance(cell, (date, datetime)):
                labels.bad.add(n)
                what = f"Excel has made the date {known[key]} of a code"
                hint = "format the cell as text and write it again"
                self.report.add("refused", self.grid.file, self._place(n, column), what, hint)
        if column in self._fill_down:
            texts = self._fill(texts, column)
        return texts

    @cached_property
    def _fill_down(self) -> set[int]:
        return set(self.finder.find_all(self.options.fill_down, "fill_down"))

    def _fill(self, texts: list[str], column: int) -> list[str]:
        filled, last, cells = [], "", 0
        for n, text in enumerate(texts):
            blank_row = not text and all(map(is_blank, self.grid.cells[self.rows[n]]))
            cells += not text and bool(last) and not blank_row
            last = text or last
            filled.append("" if blank_row else last)
        if cells:
            what = f"{count_noun(cells, 'empty cell')} of column {letter_of(column)}: the one above is meant"
            self.report.add("read", self.grid.file, self.grid.sheet, what, count=cells)
        return filled

    def _read_column(self, role: str, column: int, labels: RowLabels) -> list[str]:
        texts = self._write(column, labels, role)
        if role in CODES:
            return self._tidy_codes(texts, column)
        if role in ("sex", "residence"):
            given, known = (
                (self.options.sex_values, SEX_WORDS)
                if role == "sex"
                else (self.options.residence_values, RESIDENCE_WORDS)
            )
            return self._translate(role, texts, column, make_words(given, known))
        if role == "age":
            return self._translate(role, texts, column, {})
        if role == "year":
            return self._read_years(texts, column, labels)
        if role == "status":
            return self._read_status(texts, column, labels)
        return self._name_units(texts, column) if role == "unit" else texts

    def _name_units(self, texts: list[str], column: int) -> list[str]:
        """Write the words that the mapping gives for units; capitals count, since mW is not MW."""
        words = {tidy_words(word): ours for word, ours in self.options.unit_values.items()}
        counts = Counter(text for text in texts if text in words)
        if counts:
            pairs = [f"{shorten(text, 30)} is {words[text] or 'no unit'}" for text in counts]
            self._tell("renamed", column, f"unit: {list_some(pairs)}", counts.total())
        return [words.get(text, text) for text in texts]

    def _tidy_codes(self, texts: list[str], column: int) -> list[str]:
        """Write 1 for 1.0 where all codes of a column are written so: a program has made numbers of them."""
        filled = [text for text in texts if text]
        if filled and all(map(NUMBER_CODE.fullmatch, filled)):
            self._tell(
                "renamed", column, f"codes such as {shorten(filled[0])} are written without .0", len(filled)
            )
            return [text.removesuffix(".0") for text in texts]
        cells = self.grid.column(column, self.rows)
        parts = sum(isinstance(cell, float) and not cell.is_integer() for cell in cells)
        if parts:
            what = f"{count_noun(parts, 'code')} with a decimal point: 1.10 may have become 1.1"
            self._tell("doubted", column, what, parts, "format the column as text")
        return texts

    def _translate(self, role: str, texts: list[str], column: int, words: dict[str, str]) -> list[str]:
        """Write our words for sex and residence; totals become empty, other words stay as they are."""
        totals = list_totals(self.options.totals)
        read: dict[str, str] = {}
        for text in dict.fromkeys(texts):
            word = tidy_words(text).casefold()
            read[text] = words.get(word, "" if word in totals else text)
        counts = Counter(texts)
        changed = [text for text, ours in read.items() if text and ours != text]
        if changed:
            pairs = [f"{shorten(text, 30)} is {read[text] or 'all'}" for text in changed]
            self._tell(
                "renamed", column, f"{role}: {list_some(pairs)}", sum(counts[text] for text in changed)
            )
        return [read[text] for text in texts]

    def _read_years(self, texts: list[str], column: int, labels: RowLabels) -> list[str]:
        """Read years with something beside them: "2015 (p)" is 2015, provisional."""
        years, marks = self._part_years(texts, column)
        if any(marks):
            labels.roles["year_status"] = marks
        return years

    def read_own_years(self, column: int) -> tuple[list[str], list[str]]:
        """Return the years of a column that is of one indicator alone, and the statuses beside them."""
        texts = self._write(column, RowLabels(), "year")
        return self._part_years(["" if text in self.options.missing else text for text in texts], column)

    def _part_years(self, texts: list[str], column: int) -> tuple[list[str], list[str]]:
        read = {text: read_year_cell(text) for text in dict.fromkeys(texts)}
        changed = [text for text, (year, _mark) in read.items() if year != text]
        if changed:
            pairs = [f"{shorten(text, 30)} is {read[text][0]}" for text in changed]
            self._tell("renamed", column, f"year: {list_some(pairs)}", sum(map(texts.count, changed[:50])))
        marks = [HEADER_MARKS.get(read[text][1].casefold(), "") for text in texts]
        return [read[text][0] for text in texts], marks

    def _read_status(self, texts: list[str], column: int, labels: RowLabels) -> list[str]:
        """Read the marks of values; a column without any is the status that the source publishes."""
        given = {word.casefold(): ours for word, ours in self.options.status_values.items()}
        words = dict.fromkeys(FINAL_WORDS, "") | STATUS_WORDS | {word: word for word in STATUSES} | given
        distinct = [text for text in dict.fromkeys(texts) if text]
        if distinct and not any(text.casefold() in words for text in distinct):
            some = list_some([shorten(text, 20) for text in distinct])
            self._tell(
                "read", column, f"status holds {some}: the status that the source publishes", len(distinct)
            )
            labels.roles["published_status"] = texts
            labels.columns["published_status"] = column
            return [""] * len(texts)
        return [words.get(text.casefold(), text) for text in texts]

    def _read_groups(self, labels: RowLabels) -> list[str]:
        """Join the columns of other groups: "Education: Primary; Disability: None"; totals are left out."""
        parts: list[list[str]] = []
        for label, which in self.options.columns.groups.items():
            column = self.finder.find(which, "columns.category")
            if column is None:
                continue
            labels.taken.add(column)
            name = self.finder.header.name(column) if label.startswith("\0") else label
            prefix = f"{name.replace(';', ',')}: " if self.options.category_labels else ""
            texts = self._translate("category", self._write(column, labels, "category"), column, {})
            parts.append([f"{prefix}{text.replace(';', ',')}" if text else "" for text in texts])
        return ["; ".join(part for part in row if part) for row in zip(*parts, strict=True)] if parts else []

    def _tell(self, kind: Any, column: int, what: str, count: int, hint: str = "") -> None:
        place = self.grid.place(self.rows.start, column)
        self.report.add(kind, self.grid.file, place, what, hint, count=count)

    def _place(self, n: int, column: int) -> str:
        return self.grid.place(self.rows[n], column)
