"""Turn the cells of a sheet into rows: one for each cell that holds something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vsrbook.importing.extract import OBSERVATION_COLUMNS
from vsrbook.importing.report import Report
from vsrbook.problems import count_noun, list_some, shorten
from vsrbook.sources.workbook.columns import ValueColumn
from vsrbook.sources.workbook.grids import Grid, letter_of
from vsrbook.sources.workbook.labels import RowLabels
from vsrbook.sources.workbook.options import Options
from vsrbook.sources.workbook.values import ValueReader
from vsrbook.sources.workbook.words import is_blank, list_totals

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

# roles of label columns that are called otherwise in observations
CALLED = {"indicator_code": "indicator"}
KEY = (
    "indicator_code",
    "area_code",
    "area_name",
    "parent_name",
    "year",
    "sex",
    "age",
    "residence",
    "category",
)


@dataclass
class Sheet:
    """One sheet, understood: its cells, its columns, and what holds for all of it."""

    grid: Grid
    rows: range
    labels: RowLabels
    columns: list[ValueColumn]
    constants: dict[str, str]

    def pick(self, role: str, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Return the text of a role for each pair of row and column (as positions in `rows`, `columns`).

        What a column of the indicator's own says of the row goes before what the header says, that before
        what the row says for all its values, and that before what holds for the whole sheet.
        """
        import numpy as np

        picked = np.full(len(rows), self.constants.get(role, ""), dtype=object)
        if (texts := self.labels.roles.get(CALLED.get(role, role))) is not None:
            found = np.array(texts, dtype=object)[rows]
            picked = np.where(found != "", found, picked)
        if any(one.given.get(role) for one in self.columns):
            found = np.array([one.given.get(role, "") for one in self.columns], dtype=object)[columns]
            if role == "category":
                return np.array(
                    ["; ".join(filter(None, pair)) for pair in zip(picked, found, strict=True)], dtype=object
                )
            picked = np.where(found != "", found, picked)
        if any(role in one.by_row for one in self.columns):
            own = np.full((len(self.rows), len(self.columns)), "", dtype=object)
            for n, one in enumerate(self.columns):
                own[:, n] = one.by_row.get(role, "")
            found = own[rows, columns]
            picked = np.where(found != "", found, picked)
        return picked

    def places(self, rows: np.ndarray, columns: np.ndarray) -> list[str]:
        """Say where cells stand; in a CSV file with one column of values the row is enough."""
        if not self.grid.sheet and len(self.columns) == 1:
            return [str(self.rows[row] + 1) for row in rows.tolist()]
        letters = [letter_of(one.column) if one.column >= 0 else "A" for one in self.columns]
        before, start = (f"{self.grid.sheet}!" if self.grid.sheet else ""), self.rows.start + 1
        pairs = zip(rows.tolist(), columns.tolist(), strict=True)
        return [f"{before}{letters[column]}{start + row}" for row, column in pairs]


@dataclass
class Found:
    """The observations of a sheet, and the row and column (as positions in the sheet's) each stands in."""

    sheet: Sheet
    frame: pd.DataFrame
    rows: np.ndarray
    columns: np.ndarray

    def pick(self, role: str) -> list[str]:
        """Return the text of a role for each observation."""
        return list(self.sheet.pick(role, self.rows, self.columns).tolist())

    def keep_values(self, options: Options) -> pd.DataFrame:
        """Return the observations without the cells that hold what the source publishes, and no values."""
        values = [one.holds(options) == "value" for one in self.sheet.columns]
        return self.frame[[values[n] for n in self.columns.tolist()]]


def find_cells(sheet: Sheet, chosen: Sequence[int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find the cells that hold something, row by row: positions of row and column, and the cells.

    `chosen` are the rows to read, as positions in the sheet's rows.
    """
    import numpy as np

    matrix = np.full((len(sheet.rows), len(sheet.columns)), None, dtype=object)
    for n, one in enumerate(sheet.columns):
        if one.column >= 0:
            matrix[:, n] = sheet.grid.column(one.column, sheet.rows)
    filled = np.zeros(matrix.shape, dtype=bool)
    for n in range(len(sheet.columns)):
        filled[:, n] = [not is_blank(cell) for cell in matrix[:, n]]
    wanted = np.zeros(len(sheet.rows), dtype=bool)
    wanted[list(chosen)] = True
    rows, columns = np.nonzero(filled & wanted[:, None])
    return rows, columns, matrix[rows, columns]


def build_observations(sheet: Sheet, chosen: Sequence[int], options: Options, report: Report) -> Found:
    """Build the observations of a sheet from the rows `chosen` (as positions in the sheet's rows)."""
    import numpy as np
    import pandas as pd

    rows, columns, cells = find_cells(sheet, chosen)
    units, places = sheet.pick("unit", rows, columns), sheet.places(rows, columns)
    read = ValueReader(sheet.grid.file, options, report).read(
        cells.tolist(), units.tolist(), places.__getitem__
    )
    frame = pd.DataFrame({role: sheet.pick(role, rows, columns) for role in KEY}, dtype=object)
    frame["value"] = pd.Series(read.values, dtype=object)
    frame["status"] = _write_status(sheet, rows, columns, read.status)
    frame["unit"] = units
    frame["note"] = _write_notes(sheet, rows, columns, read.note)
    frame["source_id"] = ""
    frame["file"] = sheet.grid.file
    frame["place"] = places
    bad = [n for n, row in enumerate(rows.tolist()) if n in read.refused or row in sheet.labels.bad]
    keep = np.ones(len(rows), dtype=bool)
    keep[bad] = False
    keep &= _refuse_nameless(frame, sheet, options, report)
    _report_totals(frame[keep], sheet, options, report)
    kept = frame[keep].reset_index(drop=True)[list(OBSERVATION_COLUMNS)].astype(object)
    return Found(sheet, kept, rows[keep], columns[keep])


def _write_status(sheet: Sheet, rows: np.ndarray, columns: np.ndarray, marked: dict[int, str]) -> np.ndarray:
    status = sheet.pick("status", rows, columns)
    beside_year = sheet.pick("year_status", rows, columns)
    for n in range(len(status)):
        status[n] = marked.get(n) or status[n] or beside_year[n]
    return status


def _write_notes(sheet: Sheet, rows: np.ndarray, columns: np.ndarray, marked: dict[int, str]) -> list[str]:
    notes, sources = sheet.pick("note", rows, columns), sheet.pick("source", rows, columns)
    return [
        "; ".join(filter(None, (note, marked.get(n, ""), f"Source: {source}" if source else "")))
        for n, (note, source) in enumerate(zip(notes, sources, strict=True))
    ]


def _refuse_nameless(frame: pd.DataFrame, sheet: Sheet, options: Options, report: Report) -> Any:
    """Refuse values whose row names no indicator, or no area although there is a column for it."""
    keep = frame["indicator_code"] != ""
    nameless = {"no indicator": ~keep}
    if {"area_code", "area_name"} & sheet.labels.roles.keys() and not options.whole_area:
        unplaced = (frame["area_code"] == "") & (frame["area_name"] == "")
        nameless["no area"] = unplaced
        keep = keep & ~unplaced
    hints = {
        "no indicator": "fill the cell, or leave the row out with `without`",
        "no area": "give whole_area if an empty cell means the whole territory, or use fill_down",
    }
    for word, rows in nameless.items():
        if rows.any():
            places = frame.loc[rows, "place"].tolist()
            what = f"{count_noun(len(places), 'value')} in rows that name {word} ({list_some(places)})"
            report.add("refused", sheet.grid.file, places[0], what, hints[word], count=len(places))
    return keep.to_numpy()


def _report_totals(frame: pd.DataFrame, sheet: Sheet, options: Options, report: Report) -> None:
    """Doubt areas that are called "Total": which territory they are the total of is not said."""
    totals = list_totals(options.totals)
    names = frame["area_name"].where(frame["area_name"] != "", frame["area_code"])
    for name in names.unique():
        if name and name.casefold() in totals and name not in options.area_aliases:
            found = frame.loc[names == name, "place"].tolist()
            what = (
                f"{count_noun(len(found), 'value')} for an area called {shorten(name)} ({list_some(found)})"
            )
            hint = f"say which it is in area_aliases, or leave its rows out: without: {{...: [{name}]}}"
            report.add("doubted", sheet.grid.file, found[0], what, hint, count=len(found))
