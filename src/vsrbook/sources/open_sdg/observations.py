"""Turn the rows of one file into observations, one row each, named as our tables name them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from vsrbook.importing.cells import join_blanks, tidy_words
from vsrbook.importing.extract import OBSERVATION_COLUMNS
from vsrbook.importing.report import Report
from vsrbook.problems import list_some, shorten
from vsrbook.sources.open_sdg.codes import Key, Naming, name_series
from vsrbook.sources.open_sdg.columns import Layout
from vsrbook.sources.open_sdg.csv_files import DataFile, map_cells
from vsrbook.sources.open_sdg.groups import Groups
from vsrbook.sources.open_sdg.translations import Translations
from vsrbook.sources.open_sdg.words import ONE, SDMX_TOTALS, find_status, fold, is_total

if TYPE_CHECKING:
    import pandas as pd

    from vsrbook.sources.open_sdg.csv_files import Cells

# beside the columns of observations: what the areas' names, levels and second codes are made of
AREA_HINTS = ("_written", "_column", "_second")


@dataclass
class FileRows:
    """The observations of one file, and the indicators they are of."""

    file: DataFile
    layout: Layout
    rows: pd.DataFrame
    namings: dict[Key, Naming] = field(default_factory=dict)


def make_rows(
    file: DataFile, layout: Layout, groups: Groups, report: Report, *, always_suffix: bool
) -> FileRows:
    """Return the observations of a file: the columns of observations, and AREA_HINTS."""
    import pandas as pd

    tell = _Teller(file, layout, groups.translations)
    series, unit = tell.tidy(layout.series), tell.tidy(layout.unit)
    keys = list(zip(series, map_cells(unit, join_blanks), strict=True))
    counted = Counter(zip(series, unit, strict=True))
    namings = name_series(file.indicator, [key for key, _n in counted.most_common()], always=always_suffix)
    status, remarks = tell.read_status()
    parts = {
        "indicator_code": [namings[key].code for key in keys],
        **tell.read_areas(),
        "year": file.column(file.year),
        **groups.read_columns(file, layout),
        "value": file.column(file.value),
        "status": status,
        "unit": tell.label_units(unit, layout.unit),
        "note": tell.read_notes(remarks),
        "source_id": file.column(""),
        "file": file.name,
        "place": file.cells.index.to_numpy(dtype=object),
    }
    _report_multiplier(file, layout, tell.tidy(layout.multiplier), report)
    columns = [*OBSERVATION_COLUMNS, *AREA_HINTS]
    rows = pd.DataFrame(parts, columns=columns, index=file.cells.index, dtype=object)
    return FileRows(file, layout, rows, namings or name_series(file.indicator, [("", "")]))


@dataclass(frozen=True)
class _Teller:
    """Says the cells of a file in the words of the wanted language."""

    file: DataFile
    layout: Layout
    translations: Translations

    def tidy(self, name: str) -> Cells:
        """Return the cells of a column, blanks collapsed."""
        return map_cells(self.file.column(name), tidy_words) if name else self.file.column("")

    def label(self, cells: Cells, name: str) -> Cells:
        """Return the words for the cells of a column."""
        return map_cells(cells, lambda cell: self.translations.translate(cell, name, "data") if cell else "")

    def label_units(self, cells: Cells, name: str) -> Cells:
        """Return the words for units; those that differ only by blanks get the words of the one that has some."""
        words = dict(zip(cells, self.label(cells, name), strict=True))
        known = {join_blanks(cell): label for cell, label in words.items() if label != cell}
        return map_cells(cells, lambda cell: known.get(join_blanks(cell), words[cell]))

    def read_areas(self) -> dict[str, Cells]:
        """Return code, name and parent of each row's area, and what the name is written as, in which column.

        The name is in the last of the area columns that is filled, the parent in the filled one before it. A
        row without a name takes the one its code is translated to.
        """
        import numpy as np

        names = ("area_code", "area_name", "parent_name", "_written", "_column", "_second")
        found = {one: self.file.column("") for one in names}
        for name in self.layout.area_names:
            written = map_cells(self.tidy(name), partial(self._blank_total, name=name))
            filled = written != ""
            found["parent_name"] = np.where(filled, found["area_name"], found["parent_name"])
            _put(found, filled, self.label(written, name), written, name)
        for number, name in enumerate(self.layout.area_codes):
            code = map_cells(self.tidy(name), lambda cell: "" if cell in SDMX_TOTALS else cell)
            label = map_cells(code, partial(self._label_code, name=name))
            found["area_code"] = np.where(found["area_code"] != "", found["area_code"], code)
            if number:
                found["_second"] = np.where(found["_second"] != "", found["_second"], code)
            _put(found, (found["area_name"] == "") & (label != ""), label, code, name)
        return found

    def _blank_total(self, cell: str, name: str) -> str:
        return "" if is_total(cell, self.translations.words(cell, name, "data")) else cell

    def _label_code(self, cell: str, name: str) -> str:
        """Return the name that an area code is translated to, "" where it is not."""
        known = cell and self.translations.labels(cell, name)
        return self.translations.translate(cell, name) if known else ""

    def read_status(self) -> tuple[Cells, Cells]:
        """Return the status of each row, and what the column says beside: "Missing value", a break."""
        name = self.layout.status
        written = self.tidy(name)
        known = {cell: find_status(self.translations.words(cell, name, "data")) for cell in set(written)}
        remarks = map_cells(written, lambda cell: cell if known[cell] is None else "")
        return map_cells(written, lambda cell: known[cell] or ""), self.label(remarks, name)

    def read_notes(self, remarks: Cells) -> Cells:
        """Return what is said of each row: the status that is none, the multiplier, comments."""
        note = self._prefix(remarks, self.layout.status)
        for name in (self.layout.multiplier, *self.layout.notes):
            if not name:
                continue
            written = self.tidy(name)
            if name == self.layout.multiplier:
                written = map_cells(written, lambda cell: "" if fold(cell) in ONE else cell)
            note = note + self._prefix(self.label(written, name), name)
        return map_cells(note, lambda one: one.removeprefix("; "))

    def _prefix(self, cells: Cells, name: str) -> Cells:
        header = self.layout.headers.get(name, name)
        return map_cells(cells, lambda cell: f"; {header}: {cell}" if cell else "")


def _put(found: dict[str, Cells], rows: Any, label: Cells, written: Cells, name: str) -> None:
    import numpy as np

    found["area_name"] = np.where(rows, label, found["area_name"])
    found["_written"] = np.where(rows, written, found["_written"])
    found["_column"] = np.where(rows, name, found["_column"])


def _report_multiplier(file: DataFile, layout: Layout, written: Cells, report: Report) -> None:
    """Report values that are given in thousands or millions: they are shown as they stand, so are ours.

    Open SDG never multiplies (the column is no more than an attribute), and in SDMX the value times ten to
    the power of UNIT_MULT is the quantity.
    """
    places = [n for n, cell in zip(file.cells.index, written, strict=True) if cell and fold(cell) not in ONE]
    if places:
        others = sorted({cell for cell in written if cell and fold(cell) not in ONE})
        what = (
            f"values are in multiples ({layout.multiplier}: {list_some([shorten(o, 30) for o in others], 4)}); "
            "they are kept as they stand, with a note"
        )
        hint = "name the multiple in the unit, such as 'thousand people'"
        report.add("doubted", file.name, places[0], what, hint, count=len(places))
