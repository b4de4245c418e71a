"""Draw from a sheet what its source publishes of each series: score, status or colour, arrow, target of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vsrbook.importing.extract import SERIES_COLUMNS
from vsrbook.importing.report import Report
from vsrbook.problems import count_noun, list_some, shorten
from vsrbook.sources.workbook.catalogue import BY_SERIES
from vsrbook.sources.workbook.colours import name_colour
from vsrbook.sources.workbook.observations import Sheet
from vsrbook.sources.workbook.options import Options
from vsrbook.sources.workbook.own_columns import PUBLISHED
from vsrbook.sources.workbook.values import ValueReader
from vsrbook.sources.workbook.words import write_label
from vsrbook.tables_reading import MISSING_MARKS

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

CALLED = {"score": "published_score", "published_status": "published_status", "arrow": "published_trend"}
KEY = ("indicator_code", "area_code", "sex", "age", "residence", "category")


@dataclass
class SeriesReader:
    """Reads the published judgements of one sheet; `chosen` are the rows, as positions in the sheet's."""

    sheet: Sheet
    chosen: list[int]
    options: Options
    report: Report

    def read(self) -> pd.DataFrame:
        """Return the series of the sheet, each once: of several years the last one that says something."""
        import numpy as np
        import pandas as pd

        sheet, many = self.sheet, len(self.sheet.columns)
        rows = np.repeat(np.array(self.chosen, dtype=int), many)
        columns = np.tile(np.arange(many), len(self.chosen))
        said = self._read_published(rows, columns) if self._has_any() else {}
        if not said:
            return pd.DataFrame(columns=list(SERIES_COLUMNS), dtype=object)
        frame = pd.DataFrame({role: sheet.pick(role, rows, columns) for role in (*KEY, "area_name", "year")})
        frame = frame.assign(**{name: np.array(texts, dtype=object) for name, texts in said.items()})
        frame["area_code"] = frame["area_code"].where(frame["area_code"] != "", frame["area_name"])
        frame = frame.assign(file=sheet.grid.file, place=sheet.places(rows, columns))
        filled = (frame[list(said)] != "").any(axis=1) & (frame["indicator_code"] != "")
        if {"area_code", "area_name"} & sheet.labels.roles.keys() and not self.options.whole_area:
            filled &= frame["area_code"] != ""  # a legend below the table, not the whole territory
        return self._keep_latest(frame[filled]).reindex(columns=list(SERIES_COLUMNS), fill_value="")

    def _has_any(self) -> bool:
        roles, columns = self.sheet.labels.roles.keys(), self.sheet.columns
        named = any(one.own or one.holds(self.options) != "value" for one in columns)
        return bool(self.options.colour_as_status or named or roles & {*PUBLISHED, *BY_SERIES})

    def _keep_latest(self, frame: pd.DataFrame) -> pd.DataFrame:
        order = frame.sort_values("year", kind="stable", key=lambda years: years.astype(str).str[:4])
        kept = order.drop_duplicates(list(KEY), keep="last").sort_index()
        if dropped := len(frame) - len(kept):
            what = f"what {count_noun(dropped, 'row')} of earlier years publish is not kept: a series has one status"
            self.report.add("dropped", self.sheet.grid.file, self.sheet.grid.sheet, what, count=dropped)
        return kept.astype(object)

    def _read_published(self, rows: np.ndarray, columns: np.ndarray) -> dict[str, list[str]]:
        """Return what is published for each pair of row and column, by column of the table series."""
        texts = {role: self._read_role(role, rows, columns) for role in PUBLISHED}
        texts["score"] = self._check_scores(texts["score"], rows, columns)
        if self.options.colour_as_status:
            words, colours = texts["published_status"], self._read_colours(rows, columns)
            texts["published_status"] = [word or colour for word, colour in zip(words, colours, strict=True)]
        said = {CALLED[role]: found for role, found in texts.items() if any(found)}
        return said | self._read_own_targets(rows, columns)

    def _check_scores(self, texts: list[str], rows: np.ndarray, columns: np.ndarray) -> list[str]:
        """Leave out scores that are no numbers, and say so; a mark for missing values is no score."""
        read: dict[str, str | None] = {"": ""}
        numbers = ValueReader(self.sheet.grid.file, self.options, Report())
        where = self._columns_of("score")
        for n, text in enumerate(texts):
            if text not in read:
                read[text] = "" if text.casefold() in MISSING_MARKS else numbers.read_number(text)
                if read[text] is None:
                    column = where[columns[n]]
                    place = self.sheet.grid.place(self.sheet.rows[int(rows[n])], column)
                    what = f"the score {shorten(text, 30)} is no number, and not kept"
                    self.report.add("refused", self.sheet.grid.file, place, what, "correct the source")
        return [read[text] or "" for text in texts]

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

    def _columns_of(self, role: str) -> list[int | None]:
        """Return where a role stands for each column of values; for None it stands nowhere.

        A column that holds its arrows holds no words of its status: that is the colour of its cells.
        """
        found: list[int | None] = []
        for one in self.sheet.columns:
            own = one.own.get(role, self.sheet.labels.columns.get(role))
            holding = one.holds(self.options) == role and one.own.get("arrow") != one.column
            found.append(one.column if holding and own is None else own)
        return found

    def _read_role(self, role: str, rows: np.ndarray, columns: np.ndarray) -> list[str]:
        where, missing = self._columns_of(role), self.options.missing
        texts: dict[int, list[str]] = {}
        for column in {column for column in where if column is not None}:
            words = map(write_label, self.sheet.grid.column(column, self.sheet.rows))
            texts[column] = ["" if word in missing else word for word in words]
        pairs = zip(rows.tolist(), columns.tolist(), strict=True)
        return ["" if (column := where[n]) is None else texts[column][row] for row, n in pairs]

    def _read_colours(self, rows: np.ndarray, columns: np.ndarray) -> list[str]:
        """Name the colour of the cell with the status, else of that with the score, else of the value."""
        places = zip(
            self._columns_of("published_status"),
            self._columns_of("score"),
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
