"""Say what the cells of the columns that part the values mean: female, 15–24, rural, "Quintile: Poorest"."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vsrbook.importing.cells import tidy_words
from vsrbook.importing.report import Report
from vsrbook.problems import list_some, shorten
from vsrbook.sources.open_sdg.columns import Layout
from vsrbook.sources.open_sdg.csv_files import DataFile, map_cells
from vsrbook.sources.open_sdg.translations import Translations
from vsrbook.sources.open_sdg.words import find_residence, find_sex, fold, is_total

if TYPE_CHECKING:
    from vsrbook.sources.open_sdg.csv_files import Cells

COLUMNS = ("sex", "age", "residence", "category")


@dataclass(frozen=True)
class Meaning:
    """Where a cell goes (sex, age, residence, category; "" for the total), and what stands there."""

    column: str
    text: str


@dataclass
class Groups:
    """Reads the cells that part the values, and remembers how words were understood."""

    translations: Translations
    understood: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)

    def read_cell(self, name: str, role: str, header: str, cell: str, *, loosely: bool = True) -> Meaning:
        """Return what a cell means; `loosely` lets "girls" stand for female."""
        if not cell:
            return Meaning("", "")
        words = self.translations.words(cell, name, "data")
        label = self.translations.translate(cell, name, "data")
        if self._is_total(cell, words, role):
            return Meaning("", "")
        if role == "sex" and (sex := find_sex(words, loosely=loosely)):
            return Meaning("sex", sex)
        if role == "residence" and (residence := find_residence(words)):
            return Meaning("residence", residence)
        if role == "age":
            return Meaning("age", label)
        return Meaning("category", f"{header}: {label}")

    def _is_total(self, cell: str, words: set[str], role: str) -> bool:
        if is_total(cell, words):
            return True
        return role in ("sex", "residence") and any(fold(word).startswith("total") for word in words)

    def read_columns(self, file: DataFile, layout: Layout) -> dict[str, Cells]:
        """Return sex, age, residence and category of every row; categories joined in the columns' order."""
        parts = {one: file.column("") for one in COLUMNS}
        for name, role in layout.groups:
            cells = file.column(name)
            meanings = self._read_distinct(cells, name, role, layout)
            for column in {one.column for one in meanings.values()} - {""}:
                sign = "; " if column == "category" else ""
                told = {
                    cell: sign + one.text if one.column == column else "" for cell, one in meanings.items()
                }
                parts[column] = parts[column] + map_cells(cells, told.__getitem__)
        parts["category"] = map_cells(parts["category"], lambda one: one.removeprefix("; "))
        return parts

    def _read_distinct(self, cells: Cells, name: str, role: str, layout: Layout) -> dict[str, Meaning]:
        header = layout.headers[name]
        counts = Counter(cells.tolist())
        written = {cell: tidy_words(cell) for cell in counts}
        surely = {
            find_sex(self.translations.words(cell, name, "data"), loosely=False)
            for cell in (written.values() if role == "sex" else ())
        }
        meanings = {}
        for cell, text in written.items():
            meaning = self.read_cell(name, role, header, text)
            if role == "sex" and meaning.text in surely:
                meaning = self.read_cell(name, role, header, text, loosely=False)
            meanings[cell] = meaning
            self._remember(header, text, meaning, counts[cell])
        return meanings

    def _remember(self, header: str, cell: str, meaning: Meaning, count: int) -> None:
        if cell and meaning.column in ("", "sex", "residence"):
            known = self.understood.setdefault((header, meaning.text or "the total"), Counter())
            known[cell] += count

    def report(self, report: Report) -> None:
        """Report which words were read as female, male, urban, rural or the total."""
        for (header, text), cells in sorted(self.understood.items()):
            changed = [cell for cell in sorted(cells) if cell.casefold() != text]
            if changed:
                what = f"read as {text}: {list_some([shorten(cell, 40) for cell in changed], 8)}"
                count = sum(cells[cell] for cell in changed)
                report.add("renamed", "", f"column {shorten(header, 40)}", what, count=count)
