"""Read one sheet by the mapping: header, columns, rows, and what its cells say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from vsrbook.importing.cells import make_slug, tidy_words
from vsrbook.importing.report import Report
from vsrbook.problems import Problem, count_noun, list_some, shorten, suggest
from vsrbook.sources.workbook.columns import SLUG_LENGTH, ColumnPlanner, ValueColumn
from vsrbook.sources.workbook.grids import Grid
from vsrbook.sources.workbook.headers import MAX_HEADER_COLUMNS, ColumnFinder, Header
from vsrbook.sources.workbook.labels import LabelReader, RowLabels
from vsrbook.sources.workbook.observations import Found, Sheet, build_observations
from vsrbook.sources.workbook.options import Layout, Options
from vsrbook.sources.workbook.own_columns import PUBLISHED, find_own, read_own_years, refuse_shared
from vsrbook.sources.workbook.series import SeriesReader
from vsrbook.sources.workbook.shapes import find_rows, guess_layout, is_empty, locate_header
from vsrbook.sources.workbook.words import is_blank, split_year, write_header, write_label

MAX_VALUES = 5_000_000
VALUE_HEADERS = ("value", "obs_value", "obs value", "valeur", "valor", "wert", "значение", "мәні", "thamani")
GUESS = "propose a mapping with vsrbook import workbook … --guess"


@dataclass
class SheetReader:
    """Reads one sheet; what the mapping names and the sheet has not is collected in `problems`."""

    grid: Grid
    options: Options
    report: Report
    problems: list[Problem]

    def read(self) -> tuple[Found, SeriesReader] | None:
        """Return the observations of the sheet, and the reader of what it publishes; None with problems."""
        if is_empty(self.grid):
            self._refuse("the sheet is empty", "name another in options.sheet", "sheet")
            return None
        if self.grid.width > MAX_HEADER_COLUMNS:
            self._refuse(f"more than {MAX_HEADER_COLUMNS:,} columns", "is this the right file?", "sheet")
            return None
        header = locate_header(self.grid, self.options)
        if not any(header.parts):
            self._refuse("the header row is empty", "give its row in header_row", "header_row")
            return None
        sheet, finder = self._understand(header)
        rows = self._filter(sheet, finder)
        if len(rows) * len(sheet.columns) > MAX_VALUES:
            hint = "read fewer columns with `values`, or fewer rows with `only`"
            self._refuse(f"more than {MAX_VALUES:,} cells of values", hint, "values")
        if self.problems:
            return None
        holding = self._drop_empty(sheet, rows)
        found = build_observations(sheet, holding, self.options, self.report)
        return found, SeriesReader(sheet, rows, self.options, self.report)

    def _understand(self, header: Header) -> tuple[Sheet, ColumnFinder]:
        """Work out the columns of labels and of values."""
        options, finder = self.options, ColumnFinder(self.grid, header, self.problems)
        rows = find_rows(self.grid, header, options)
        layout = guess_layout(header, self._find_named(finder), options)
        areas_named = layout == "wide" and not (options.columns.indicator or options.columns.indicator_name)
        reader = LabelReader(self.grid, finder, rows, options, self.report, areas_named)
        labels, constants = reader.read(), self._read_constants()
        columns = self._find_values(header, layout, labels, rows, finder)
        find_own(columns, layout, options, finder)
        read_own_years(columns, reader, finder, constants.get("year", ""), self.report)
        refuse_shared(columns, labels, finder)
        self._name_rows(labels)
        self._read_unit_row(columns)
        self._check_complete(columns, labels, constants, finder)
        where = f"header in row {header.first + 1}" if header.end == header.first + 1 else (
            f"header in rows {header.first + 1} to {header.end}"
        )  # fmt: skip  # one sentence
        values = count_noun(len(columns), "column")
        what = f"{where}, data from row {rows.start + 1} on, layout {layout}, {values} of values"
        self.report.add("read", self.grid.file, self.grid.sheet, what)
        return Sheet(self.grid, rows, labels, columns, constants), finder

    def _find_named(self, finder: ColumnFinder) -> set[int]:
        """Find the columns that the mapping names, without a word about those that are not there."""
        quiet = ColumnFinder(self.grid, finder.header, [])
        columns = self.options.columns
        which = [*columns.single.values(), *columns.groups.values()]
        which += [*self.options.names.values(), *self.options.area_names.values()]
        return set(quiet.find_all(which, ""))

    def _find_values(
        self, header: Header, layout: Layout, labels: RowLabels, rows: range, finder: ColumnFinder
    ) -> list[ValueColumn]:
        if layout != "tidy":
            planner = ColumnPlanner(self.grid, header, layout, self.options, self.report)
            return planner.plan(labels.taken, rows, self.problems)
        column = labels.columns.get("value")
        if column is None and self.options.columns.value is None:
            known = [n for n, text in enumerate(header.texts) if text.casefold() in VALUE_HEADERS]
            column = known[0] if len(known) == 1 else None
            if column is None and any(role in labels.roles for role in PUBLISHED):
                column = -1  # the sheet publishes scores or statuses only
            if column is None:
                finder.refuse("nothing says which column holds the values", GUESS, "columns.value")
        return [] if column is None else [ValueColumn(column)]

    def _read_constants(self) -> dict[str, str]:
        """Return what holds for all rows: as told, or as the name of the sheet or file says."""
        options, sheet = self.options, self.grid.sheet
        given: dict[str, str] = {str(key): text for key, text in options.constants.items()}
        given |= {key: text for key in ("year", "unit") if (text := getattr(options, key))}
        if (one := options.indicator) is not None:
            given["indicator_name"] = one.name or ""
            given["indicator"] = one.code or make_slug(one.name or "", SLUG_LENGTH)
            given |= {key: text for key in ("unit", "year") if (text := getattr(one, key))}
        if isinstance(options.sheets, dict):
            given |= {str(key): text for key, text in options.sheets.get(sheet.strip(), {}).items()}
        for gives, name in (
            (options.sheet_name, sheet),
            (options.file_name, PurePosixPath(self.grid.file).stem),
        ):
            if gives == "year":
                given["year"] = split_year(name)[1] or name
            elif gives:
                given[gives] = tidy_words(name)
        code = given.pop("indicator", "")
        measure = options.indicators.get(code) or options.indicators.get(given.get("indicator_name", ""))
        if measure and (code or given.get("indicator_name")):
            given |= {key: text for key in ("unit", "year") if (text := getattr(measure, key))}
            code = measure.code or code
        if given.get("indicator_name") and not code:
            code = make_slug(given["indicator_name"], SLUG_LENGTH)
        return given | {"indicator_code": code}

    def _name_rows(self, labels: RowLabels) -> None:
        """Give every row the code of its indicator: as written, as `indicators` says, or made from its name."""
        names, told = labels.roles.get("indicator_name"), self.options.indicators
        codes = labels.roles.get("indicator")
        if codes is None and names is None:
            return
        keys = codes or names or []
        made = {
            key: make_slug(key, SLUG_LENGTH) if codes is None and key else key for key in dict.fromkeys(keys)
        }
        measures = {key: told[key] for key in made if key in told}
        if names and codes:
            pairs = dict(zip(codes, names, strict=True))
            measures |= {
                code: told[name] for code, name in pairs.items() if name in told and code not in told
            }
        made |= {key: one.code for key, one in measures.items() if one.code}
        labels.roles["indicator"] = [made[key] for key in keys]
        if "unit" not in labels.roles and any(one.unit for one in measures.values()):
            labels.roles["unit"] = [(measures[key].unit or "") if key in measures else "" for key in keys]

    def _read_unit_row(self, columns: list[ValueColumn]) -> None:
        if self.options.unit_row is not None:
            for one in columns:
                unit = write_header(self.grid.cell(self.options.unit_row - 1, one.column)).strip("()[] ")
                one.given["unit"] = (
                    (one.measure.unit if one.measure else "") or unit or one.given.get("unit", "")
                )
        for one in columns:
            if (unit := one.given.get("unit", "")) in self.options.unit_values:
                one.given["unit"] = self.options.unit_values[unit]

    def _check_complete(
        self, columns: list[ValueColumn], labels: RowLabels, constants: dict[str, str], finder: ColumnFinder
    ) -> None:
        """Refuse a mapping that says of no row which indicator or year it is for."""
        wanted = self.options.columns
        named = {"indicator": bool(wanted.indicator or wanted.indicator_name), "year": bool(wanted.year)}
        for role, key in (("indicator", "indicator_code"), ("year", "year")):
            missing = [one for one in columns if not one.given.get(key) and key not in one.by_row]
            if role == "year":
                missing = [one for one in missing if one.column >= 0 and one.holds(self.options) == "value"]
            excused = role in labels.roles or named[role] or constants.get(key)
            if missing and not excused:
                names = list_some([shorten(finder.header.name(one.column), 30) for one in missing])
                what = f"nothing says which {role} the values are for (columns {names})"
                hint = f"name it in columns.{role}, or give {role}: for the whole sheet; {GUESS}"
                finder.refuse(what, hint, role)

    def _filter(self, sheet: Sheet, finder: ColumnFinder) -> list[int]:
        """Return the rows to read, as positions in the sheet's rows: those of `only`, without those of `without`."""
        keep = [
            not all(map(is_blank, cells)) for cells in self.grid.cells[sheet.rows.start : sheet.rows.stop]
        ]
        for key, conditions in (("only", self.options.only), ("without", self.options.without)):
            for which, words in conditions.items():
                if (column := finder.find(which, key)) is None:
                    continue
                texts = [write_label(cell) for cell in self.grid.column(column, sheet.rows)]
                wanted = {tidy_words(word) for word in words}
                for word in sorted(wanted - set(texts)):
                    hint = suggest(
                        word, dict.fromkeys(texts), f"it holds {list_some(list(dict.fromkeys(texts)))}"
                    )
                    finder.refuse(f"no row has {shorten(word)} in {shorten(which)}", hint, key)
                match = [(text in wanted) == (key == "only") for text in texts]
                dropped = sum(was and not now for was, now in zip(keep, match, strict=True))
                keep = [was and now for was, now in zip(keep, match, strict=True)]
                named = list_some([shorten(word, 30) for word in words])
                what = f"{count_noun(dropped, 'row')} left out by {key}: {which}: {named}"
                self.report.add("dropped", self.grid.file, self.grid.sheet, what, count=dropped)
        return [n for n, kept in enumerate(keep) if kept]

    def _drop_empty(self, sheet: Sheet, rows: list[int]) -> list[int]:
        """Leave out rows without any value, and say which: notes below the table, titles between."""
        places = [one.column for one in sheet.columns if one.column >= 0]
        coloured = {column for row, column in self.grid.colours if row in sheet.rows}
        published = {one.column for one in sheet.columns if one.holds(self.options) != "value"} & coloured
        holding = [
            n
            for n in rows
            if any(not is_blank(self.grid.cell(sheet.rows[n], column)) for column in places)
            or any((sheet.rows[n], column) in self.grid.colours for column in published)
        ]
        last = holding[-1] if holding else -1
        held = set(holding)
        below = [n for n in rows if n > last]
        between = [n for n in rows if n < last and n not in held]
        for found, where in ((between, ""), (below, " below the table")):
            if found and places:
                numbers = list_some([str(sheet.rows[n] + 1) for n in found])
                words = next((str(c) for c in self.grid.cells[sheet.rows[found[0]]] if not is_blank(c)), "")
                what = f"{count_noun(len(found), 'row')}{where} without a value ({numbers}), the first {shorten(words)}"
                place = self.grid.place(sheet.rows[found[0]])
                self.report.add("dropped", self.grid.file, place, what, count=len(found))
        return holding

    def _refuse(self, what: str, hint: str, key: str) -> None:
        self.problems.append(Problem(self.grid.name, what, hint, column=f"options.{key}"))
