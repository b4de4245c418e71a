"""Find the columns that are of one indicator alone: the year of its values, its published score, status, arrow."""

from __future__ import annotations

from vsrbook.importing.report import Report
from vsrbook.problems import count_noun, list_some, shorten
from vsrbook.sources.workbook.catalogue import BY_SERIES
from vsrbook.sources.workbook.columns import OWN_COLUMNS, ValueColumn
from vsrbook.sources.workbook.headers import ColumnFinder, match_columns
from vsrbook.sources.workbook.labels import LabelReader, RowLabels
from vsrbook.sources.workbook.options import Layout, Options
from vsrbook.sources.workbook.words import is_blank, write_label

PUBLISHED = ("score", "published_status", "arrow")
SERIES = ("indicator_code", "area_code", "area_name", "sex", "age", "residence", "category")


def find_own(columns: list[ValueColumn], layout: Layout, options: Options, finder: ColumnFinder) -> None:
    """Find the columns that `indicators` name beside each column of values; all that are not there are Problems."""
    used = {id(one.measure) for one in columns}
    told = {f"indicators.{key}": one for key, one in options.indicators.items()}
    told |= {"indicator": options.indicator} if options.indicator else {}
    for key, measure in told.items():
        roles = [role for role in (*OWN_COLUMNS, "holds") if getattr(measure, role)]
        if roles and id(measure) not in used:
            if layout == "wide" and not match_columns(key.partition(".")[2], finder.header):
                continue  # that there is no such column has been said
            hint = "it is for a column of values in the layout wide; else name the column in `columns`"
            finder.refuse(f"{list_some(roles)} cannot be told here in the layout {layout}", hint, key)
            continue
        for role in OWN_COLUMNS:
            which = getattr(measure, role)
            column = finder.find(which, f"{key}.{role}") if which else None
            for one in columns if column is not None else ():
                if one.measure is measure and column is not None:
                    one.own[role] = column


def read_own_years(
    columns: list[ValueColumn], reader: LabelReader, finder: ColumnFinder, otherwise: str, report: Report
) -> None:
    """Read the years that stand in a column of the indicator's own; `otherwise` is the year of the sheet."""
    for one in columns:
        if (column := one.own.get("year_column")) is None:
            continue
        years, marks = reader.read_own_years(column)
        one.by_row |= {"year": years, "year_status": marks}
        values = reader.grid.column(one.column, reader.rows)
        missing = reader.options.missing
        bare = [
            n
            for n, (cell, year) in enumerate(zip(values, years, strict=True))
            if not year and not is_blank(cell) and write_label(cell) not in missing
        ]
        known = one.given.get("year") or otherwise
        if bare and (known or reader.options.columns.year):
            places = list_some([reader.grid.place(reader.rows[n], one.column) for n in bare[:7]])
            name, many = shorten(finder.header.name(column)), count_noun(len(bare), "value")
            year = f"the year {known}" if known else "the year of the row"
            what = f"{many} ({places}) without a year in {name}: {year} is taken"
            where = reader.grid.file, reader.grid.place(reader.rows[bare[0]], column)
            report.add("doubted", *where, what, "is it right?", count=len(bare))


def refuse_shared(columns: list[ValueColumn], labels: RowLabels, finder: ColumnFinder) -> None:
    """Refuse a column of scores, statuses or targets for the whole sheet, where it has values of several series.

    Which of them it is for, nobody can tell. A series is one whose header gives it an indicator, an area or a
    group of its own; columns that differ by year alone are one.
    """
    series = {tuple(one.given.get(role, "") for role in SERIES) for one in columns}
    for role in (*PUBLISHED, *BY_SERIES):
        if len(series) > 1 and role in labels.columns:
            name = shorten(finder.header.name(labels.columns[role]), 40)
            what = f"{name} would be for all {len(series)} series that the columns of values hold"
            known = "score, status, arrow" if role in PUBLISHED else "direction, target_value"
            hint = f"tell it of the indicator it is for, in `indicators` ({known}), or read one with `values`"
            finder.refuse(what, hint, f"columns.{role}")
