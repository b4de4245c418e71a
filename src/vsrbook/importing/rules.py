"""The rules that hold for every source: areas matched, duplicates merged, conflicts refused, marks kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vsrbook.importing.area_table import all_areas, make_matcher
from vsrbook.importing.areas import AreaMatcher, Known
from vsrbook.importing.cells import map_distinct, read_number, read_year, tidy_words
from vsrbook.importing.duplicates import KEY, merge_equal, refuse_conflicts
from vsrbook.importing.extract import Extract
from vsrbook.importing.options import SourceOptions
from vsrbook.importing.report import Report
from vsrbook.importing.units import name_unit, refuse_other_units, settle_units
from vsrbook.problems import count_noun, list_some, shorten

if TYPE_CHECKING:
    import pandas as pd

WORDS = ["indicator_code", "area_code", "area_name", "parent_name", "sex", "age", "residence", "category"]
MARKS = ("provisional", "estimated", "suppressed")
SHOWN = 200  # entries of one kind of finding; the rest is counted


def apply_rules(extract: Extract, known: Known, options: SourceOptions, report: Report) -> Extract:
    """Turn what a reader handed over into tables that hold what is sure, and report the rest.

    Returns an Extract whose observations have a typed `value` and `year`, an `area_code` that is in areas,
    and no key twice; whose areas are those of the source and those added.
    """
    rows = _tidy(extract.observations)
    report.add(
        "read",
        "",
        "",
        f"{count_noun(len(rows), 'row')} of {count_noun(rows['indicator_code'].nunique(), 'indicator')}",
    )
    rows = _read_years(rows, report)
    rows = _read_values(rows, frozenset(options.missing), report)
    rows = _check_groups(rows, report)
    rows = _recognise_whole(rows, extract, known, report)
    matcher = make_matcher(extract, known, options, report)
    rows = _match_areas(rows, matcher)
    units = settle_units(rows, extract.indicators, report)
    rows = refuse_other_units(rows, units, report)
    rows = merge_equal(rows, report)
    rows = refuse_conflicts(rows, report)
    _flag_bounds(rows, options.bounds | known.bounds, report)
    extract.observations = rows.sort_values(KEY, kind="stable", ignore_index=True)
    extract.indicators = _tidy_indicators(extract.indicators, units)
    extract.areas = all_areas(extract.areas, matcher, known)
    extract.series = _match_series(extract.series, matcher, report)
    return extract


def _tidy(rows: pd.DataFrame) -> pd.DataFrame:
    words = [*WORDS, "status", "unit", "note", "source_id", "place"]
    return rows.assign(**{name: map_distinct(rows[name], tidy_words).astype("str") for name in words})


def _report_cells(
    report: Report, kind: Any, rows: pd.DataFrame, column: str, remarks: pd.Series, hint: str = ""
) -> None:
    """Report cells of one column, drawn together by what stands in them and what is said of it."""
    import pandas as pd

    found = pd.DataFrame(
        {"file": rows["file"], "place": rows["place"], "cell": rows[column].map(str), "remark": remarks}
    )
    groups = list(found.groupby(["file", "remark", "cell"], sort=False, dropna=False))
    for (file, remark, cell), group in groups[:SHOWN]:
        places = list_some(list(map(str, group["place"])), 4)
        what = (
            f"{column} {shorten(cell)} {remark} (in {len(group)} rows: {places})"
            if len(group) > 1
            else (f"{column} {shorten(cell)} {remark}")
        )
        report.add(kind, str(file), group["place"].iloc[0], what, hint, count=len(group))
    if len(groups) > SHOWN:
        rest = sum(len(group) for _key, group in groups[SHOWN:])
        report.add(kind, "", "", f"{column}: {len(groups) - SHOWN} more like these", hint, count=rest)


def _read_years(rows: pd.DataFrame, report: Report) -> pd.DataFrame:
    read = map_distinct(rows["year"].map(tidy_words), read_year)
    years, remarks = read.str[0], read.str[1]
    periods = remarks == "period"
    _report_cells(
        report, "renamed", rows[periods], "year", remarks[periods].map(lambda _r: "is read as its first year")
    )
    wrong = years.isna()
    _report_cells(report, "refused", rows[wrong], "year", remarks[wrong], "give annual values")
    note = rows["note"].where(~periods, _join_notes(rows["note"], "period " + rows["year"].map(str)))
    kept = rows.assign(year=years, note=note)[~wrong]
    return kept.assign(year=kept["year"].astype("int64"))


def _join_notes(first: pd.Series, second: pd.Series) -> pd.Series:
    return (first + "; " + second).str.removeprefix("; ")


def _read_values(rows: pd.DataFrame, missing: frozenset[str], report: Report) -> pd.DataFrame:
    read = map_distinct(rows["value"], lambda cell: read_number(cell, missing))
    values, remarks = read.str[0].astype("float64"), read.str[1]
    empty = values.isna() & (remarks == "")
    if empty.any():
        what = f"{count_noun(int(empty.sum()), 'row')} without a value, kept as missing"
        report.add("read", "", "", what, count=int(empty.sum()))
    for remark, kind, says, hint in (
        ("declared", "read", "is declared as missing", ""),
        ("undeclared", "doubted", "is read as missing", "declare it: missing: [...]"),
    ):
        chosen = remarks == remark
        _report_cells(report, kind, rows[chosen], "value", remarks[chosen].map(lambda _r, s=says: s), hint)
    wrong = ~remarks.isin(["", "declared", "undeclared"])
    hint = "correct it in the source, or declare the mark"
    _report_cells(report, "refused", rows[wrong], "value", remarks[wrong], hint)
    return rows.assign(value=values)[~wrong]


def _check_groups(rows: pd.DataFrame, report: Report) -> pd.DataFrame:
    """Move what is no sex, no residence or no status we know to where it is not lost."""
    for column, known in (("sex", ("", "female", "male")), ("residence", ("", "urban", "rural"))):
        other = ~rows[column].isin(known)
        _report_cells(
            report,
            "doubted",
            rows[other],
            column,
            rows.loc[other, column].map(lambda _c: "is kept as a category"),
        )
        moved = (rows["category"] + "; " + column + ": " + rows[column]).str.removeprefix("; ")
        rows = rows.assign(
            **{"category": rows["category"].where(~other, moved), column: rows[column].where(~other, "")}
        )
    strange = ~rows["status"].isin(["", *MARKS])
    note = rows["note"].where(~strange, _join_notes(rows["note"], rows["status"]))
    return rows.assign(note=note, status=rows["status"].where(~strange, ""))


def _recognise_whole(rows: pd.DataFrame, extract: Extract, known: Known, report: Report) -> pd.DataFrame:
    """Take a code that the source gives to the country's own name for the whole territory.

    Not where the same series has a value without an area, too: then the name is that of a part, as
    Guatemala is of a department.
    """
    import pandas as pd

    series = [name for name in KEY if name != "area_code"]
    called = map_distinct(rows["area_name"], lambda name: name.casefold() == known.whole_name.casefold())
    named = called.astype(bool) & (rows["parent_name"] == "") & (rows["area_code"] != "")
    if not (known.is_place and named.any()):
        return rows
    bare = (rows["area_code"] == "") & (rows["area_name"] == "")
    totals = pd.MultiIndex.from_frame(rows.loc[bare, series])
    for code in rows.loc[named, "area_code"].unique():
        chosen = named & (rows["area_code"] == code)
        if code == known.whole_code or pd.MultiIndex.from_frame(rows.loc[chosen, series]).isin(totals).any():
            continue
        what = f"area {shorten(code)}, called {shorten(known.whole_name)}, is the whole territory"
        report.add("read", "", "areas", what, count=int(chosen.sum()))
        rows = rows.assign(
            area_code=rows["area_code"].where(~chosen, ""), area_name=rows["area_name"].where(~chosen, "")
        )
        extract.areas = extract.areas[extract.areas["area_code"].map(tidy_words) != code]
        of_whole = extract.series["area_code"].map(tidy_words) == code
        extract.series = extract.series.assign(area_code=extract.series["area_code"].where(~of_whole, ""))
    return rows


def _match_areas(rows: pd.DataFrame, matcher: AreaMatcher) -> pd.DataFrame:
    names = ["area_code", "area_name", "parent_name"]
    found = rows.groupby(names, sort=False).agg(
        file=("file", "first"), place=("place", "first"), rows=("file", "size")
    )
    places: dict[Any, tuple[str, str, int]] = {
        key: (str(file), str(place), int(n)) for key, file, place, n in found.itertuples(name=None)
    }
    codes = matcher.match(places)
    matched = [codes[key] or "" for key in rows[names].itertuples(index=False, name=None)]
    kept = rows.assign(area_code=matched)
    return kept[kept["area_code"] != ""]


def _flag_bounds(
    rows: pd.DataFrame, bounds: dict[str, tuple[float | None, float | None]], report: Report
) -> None:
    if not bounds:
        return
    default = bounds.get("*", (None, None))
    for code, group in rows.groupby("indicator_code", sort=False):
        low, high = bounds.get(str(code), default)
        outside = group[
            (group["value"] < (low if low is not None else float("-inf")))
            | (group["value"] > (high if high is not None else float("inf")))
        ]
        span = f"{'' if low is None else f'{low:g}'} to {'' if high is None else f'{high:g}'}".strip()
        for file, place, value in outside[["file", "place", "value"]].itertuples(index=False, name=None):
            what = f"{value!r} of {shorten(code)} is outside its bounds ({span})"
            report.add("doubted", str(file), place, what, "check the value and the unit")


def _tidy_indicators(indicators: pd.DataFrame, units: dict[str, str]) -> pd.DataFrame:
    words = ["indicator_code", "goal", "target", "global_indicator", "series_code", "name", "definition"]
    tidy = indicators.assign(**{name: map_distinct(indicators[name], tidy_words) for name in words})
    named = {code: name_unit(unit) for code, unit in units.items()}
    unit = map_distinct(tidy["indicator_code"], lambda code: named.get(code, ""))
    return tidy.assign(unit=unit).drop_duplicates("indicator_code")


def _match_series(series: pd.DataFrame, matcher: AreaMatcher, report: Report) -> pd.DataFrame:
    """Give each judged series the code of its area; one whose area is not known is refused."""
    codes = map_distinct(series["area_code"].map(tidy_words), lambda word: _find_area(word, matcher))
    unknown = codes == ""
    _report_cells(
        report,
        "refused",
        series[unknown],
        "area_code",
        codes[unknown].map(lambda _c: "of a judged series is not known"),
    )
    return series.assign(area_code=codes)[~unknown]


def _find_area(word: str, matcher: AreaMatcher) -> str:
    """Return the code that a judged series names by code, name or alias; "" where none is meant alone."""
    if not word:
        return matcher.whole
    found = matcher.find_named(word)
    alias = matcher.aliases.get(word, "")
    if word in matcher.names:
        return word
    return found[0] if len(found) == 1 else alias if alias in matcher.names else ""
