"""Draw from a sheet what its source publishes of each series: score, status or colour, arrow, target of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vsrbook.importing.extract import SERIES_COLUMNS
from vsrbook.importing.report import Report
from vsrbook.problems import count_noun, list_some
from vsrbook.sources.workbook.catalogue import BY_SERIES
from vsrbook.sources.workbook.colours import name_colour
from vsrbook.sources.workbook.headers import ColumnFinder
from vsrbook.sources.workbook.observations import Sheet
from vsrbook.sources.workbook.options import Options
from vsrbook.sources.workbook.words import write_label

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

PUBLISHED = ("score", "published_status", "arrow")
KEY = ("indicator_code", "area_code", "sex", "age", "residence", "category")


@dataclass
class SeriesReader:
    """Reads the published judgements of one sheet; `chosen` are the rows, as positions in the sheet's."""

    sheet: Sheet
    chosen: list[int]
    options: Options
    report: Report

    def read(self, finder: ColumnFinder) -> pd.DataFrame:
        """Return the series of the sheet, each once: of several years the last one that says something."""
        import numpy as np
        import pandas as pd

        sheet, many = self.sheet, len(self.sheet.columns)
        if not self._has_any():
            return pd.DataFrame(columns=list(SERIES_COLUMNS), dtype=object)
        rows = np.repeat(np.array(self.chosen, dtype=int), many)
        columns = np.tile(np.arange(many), len(self.chosen))
        said = self._read_published(finder, rows, columns)
        if not said:
            return pd.DataFrame(columns=list(SERIES_COLUMNS), dtype=object)
        frame = pd.DataFrame({role: sheet.pick(role, rows, columns) for role in (*KEY, "area_name", "year")})
        frame = frame.assign(**{name: np.array(texts, dtype=object) for name, texts in said.items()})
        frame["area_code"] = frame["area_code"].where(frame["area_code"] != "", frame["area_name"])
        frame = frame.assign(file=sheet.grid.file, place=sheet.places(rows, columns))
        filled = (frame[list(said)] != "").any(axis=1) & (frame["indicator_code"] != "")
        return self._keep_latest(frame[filled]).reindex(columns=list(SERIES_COLUMNS), fill_value="")

    def _has_any(self) -> bool:
        roles = self.sheet.labels.roles.keys()
        told = [one.measure for one in self.sheet.columns if one.measure]
        named = any(getattr(measure, role) for measure in told for role in PUBLISHED)
        asked = self.options.colour_as_status or self.options.holds != "value"
        return bool(asked or named or roles & {*PUBLISHED, *BY_SERIES})

    def _keep_latest(self, frame: pd.DataFrame) -> pd.DataFrame:
        order = frame.sort_values("year", kind="stable", key=lambda years: years.astype(str).str[:4])
        kept = order.drop_duplicates(list(KEY), keep="last").sort_index()
        if dropped := len(frame) - len(kept):
            what = f"what {count_noun(dropped, 'row')} of earlier years publish is not kept: a series has one status"
            self.report.add("dropped", self.sheet.grid.file, self.sheet.grid.sheet, what, count=dropped)
        return kept.astype(object)

    def _read_published(
        self, finder: ColumnFinder, rows: np.ndarray, columns: np.ndarray
    ) -> dict[str, list[str]]:
        """Return what is published for each pair of row and column, by column of the table series."""
        texts: dict[str, list[str]] = {}
        for role in PUBLISHED:
            found = self._read_role(role, finder, rows, columns)
            if any(found):
                texts[role] = found
        if self.options.colour_as_status:
            words = texts.get("published_status", [""] * len(rows))
            colours = self._read_colours(finder, rows, columns)
            texts["published_status"] = [word or colour for word, colour in zip(words, colours, strict=True)]
        said: dict[str, list[str]] = {}
        if "score" in texts:
            said["published_score"] = texts["score"]
        if "published_status" in texts or "arrow" in texts:
            none = [""] * len(rows)
            pairs = zip(texts.get("published_status", none), texts.get("arrow", none), strict=True)
            said["published_status"] = ["; ".join(filter(None, pair)) for pair in pairs]
        return said | self._read_own_targets(rows, columns)

    def _read_own_targets(self, rows: np.ndarray, columns: np.ndarray) -> dict[str, list[str]]:
        """Return directions and targets where they differ within an indicator."""
        codes = self.sheet.pick("indicator_code", rows, columns).tolist()
        said = {}
        for role in BY_SERIES:
            if role in self.sheet.labels.roles:
                texts = self.sheet.pick(role, rows, columns).tolist()
                pairs = {(code, text) for code, text in zip(codes, texts, strict=True) if text}
                if len(pairs) > len({code for code, _text in pairs}):
                    said[role] = texts
        return said

    def _columns_of(self, role: str, finder: ColumnFinder) -> list[int | None]:
        """Return where a role stands for each column of values; for None it stands nowhere."""
        found: list[int | None] = []
        for one in self.sheet.columns:
            which = getattr(one.measure, role, None) if one.measure else None
            own = finder.find(which, f"indicators.{role}") if which else self.sheet.labels.columns.get(role)
            found.append(one.column if self.options.holds == role and own is None else own)
        return found

    def _read_role(self, role: str, finder: ColumnFinder, rows: np.ndarray, columns: np.ndarray) -> list[str]:
        where = self._columns_of(role, finder)
        texts: dict[int, list[str]] = {
            column: [write_label(cell) for cell in self.sheet.grid.column(column, self.sheet.rows)]
            for column in where
            if column is not None
        }
        pairs = zip(rows.tolist(), columns.tolist(), strict=True)
        return [
            "" if (column := where[n]) is None or column not in texts else texts[column][row]
            for row, n in pairs
        ]

    def _read_colours(self, finder: ColumnFinder, rows: np.ndarray, columns: np.ndarray) -> list[str]:
        """Name the colour of the cell with the status, else of that with the score, else of the value."""
        places = zip(
            self._columns_of("published_status", finder),
            self._columns_of("score", finder),
            (one.column for one in self.sheet.columns),
            strict=True,
        )
        where = [next((column for column in three if column is not None), -1) for three in places]
        names: dict[str, str] = {}
        found = []
        for row, n in zip(rows.tolist(), columns.tolist(), strict=True):
            colour = self.sheet.grid.colours.get((self.sheet.rows[row], where[n]), "")
            if colour and colour not in names:
                names[colour] = name_colour(colour, self.options.colours)
            found.append(names.get(colour, ""))
        self._report_colours(names, found)
        return found

    def _report_colours(self, names: dict[str, str], found: list[Any]) -> None:
        grid, coloured = self.sheet.grid, sum(map(bool, found))
        if coloured:
            pairs = list_some(
                [f"{colour} is {word or 'no status'}" for colour, word in sorted(names.items())], 12
            )
            what = f"the colours of {count_noun(coloured, 'cell')} are read as status: {pairs}"
            self.report.add(
                "read", grid.file, grid.sheet, what, "name them otherwise in colours", count=coloured
            )
        else:
            hint = "colours of conditional formatting are not in the cells: write the status as a word"
            self.report.add("doubted", grid.file, grid.sheet, "no cell has a colour", hint)
