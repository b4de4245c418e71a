"""Settle codes, names, parents and levels of the areas that the rows of a repository name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from vsrbook.importing.extract import AREA_COLUMNS, LABEL_COLUMNS, to_frame
from vsrbook.importing.report import Report
from vsrbook.problems import count_noun, list_some, shorten
from vsrbook.sources.open_sdg.parents import Said
from vsrbook.sources.open_sdg.translations import ANY, Translations
from vsrbook.sources.open_sdg.words import AREA_CODES, agree, fold

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 50
NO_LEVEL = {
    fold(one) for one in ("geography", "area", "location", "locality", "geographic location", *AREA_CODES)
}


def join_second_codes(rows: pd.DataFrame, report: Report) -> pd.DataFrame:
    """Give areas that have two kinds of codes (GeoCode and REF_AREA) one code in all rows: the first kind."""
    both = rows[(rows["_second"] != "") & (rows["area_code"] != "") & (rows["_second"] != rows["area_code"])]
    pairs = both[["_second", "area_code"]].drop_duplicates()
    single = pairs[~pairs["_second"].duplicated(keep=False)]
    codes = dict(zip(single["_second"], single["area_code"], strict=True))
    chosen = (rows["area_code"] == rows["_second"]) & rows["area_code"].isin(list(codes))
    if chosen.any():
        n = int(chosen.sum())
        what = f"{count_noun(n, 'row')} with only the second code of the area {agree(n, 'get')} the first: "
        what += list_some([f"{one} is {codes[one]}" for one in rows["area_code"][chosen].unique()], 5)
        report.add("renamed", "", "area codes", what, count=n)
    return rows.assign(area_code=rows["area_code"].where(~chosen, rows["area_code"].map(codes)))


def free_parents_codes(rows: pd.DataFrame, report: Report) -> pd.DataFrame:
    """Take away the code of rows that name a smaller area but carry the code of the one it lies in."""
    import pandas as pd

    seen = rows[["area_code", "area_name", "parent_name"]].drop_duplicates()
    coded = seen[(seen["area_code"] != "") & (seen["area_name"] != "")]
    own = set(zip(coded["area_code"], coded["area_name"], strict=True))
    below = coded[(coded["parent_name"] != "") & (coded["parent_name"] != coded["area_name"])]
    borrowed = {
        (code, name, parent)
        for code, name, parent in below.itertuples(index=False, name=None)
        if (code, parent) in own
    }
    if not borrowed:
        return rows
    keys = zip(rows["area_code"], rows["area_name"], rows["parent_name"], strict=True)
    kept = pd.Series([key not in borrowed for key in keys], index=rows.index)
    for code, name, parent in sorted(borrowed):
        these = rows[
            (rows["area_code"] == code) & (rows["area_name"] == name) & (rows["parent_name"] == parent)
        ]
        what = (
            f"rows of {shorten(name)} carry the code {shorten(code)} of {shorten(parent)}, which it lies in; "
        )
        what += "they are read as an area of its own, without a code"
        report.add("doubted", these["file"].iloc[0], these["place"].iloc[0], what, count=len(these))
    return rows.assign(area_code=rows["area_code"].where(kept, ""))


def make_areas(
    rows: pd.DataFrame, area_level: str | None, translations: Translations, report: Report
) -> list[dict[str, Any]]:
    """Return the areas that have a code: the name used most (then latest), the level of that name.

    For `set_parents`: `_names` are all names of an area, `_spellings` what is written for them in which
    column, `_parents` all parents that its rows name, `_bare` those that rows with its name but no code do.
    """
    coded = rows[rows["area_code"] != ""]
    if coded.empty:
        return []
    years = coded["year"].map(
        {one: int(m[0]) if (m := re.search(r"\d{4}", str(one))) else 0 for one in coded["year"].unique()}
    )
    columns = ["area_code", "area_name", "parent_name", "_written", "_column"]
    grouped = coded.assign(_year=years).groupby(columns, sort=False)
    found = grouped.agg(
        rows=("file", "size"), latest=("_year", "max"), file=("file", "first"), place=("place", "first")
    )
    table = found.reset_index().sort_values(["rows", "latest"], ascending=False, kind="stable")
    by_code: dict[str, list[_Seen]] = {}
    for row in table.itertuples(index=False, name=None):
        by_code.setdefault(row[0], []).append(_Seen(*row))
    named = {code: _rank_names(seen) for code, seen in by_code.items()}
    _report_two_names(by_code, named, report)
    levels = _name_levels(list(table["_column"].unique()), area_level, translations)
    areas = [_make_area(seen, named[code], levels) for code, seen in sorted(by_code.items())]
    return _add_bare(areas, rows)


class _Seen(NamedTuple):
    """How an area was named, by how many rows, up to which year, and where first."""

    code: str
    name: str
    parent: str
    written: str
    column: str
    rows: int
    latest: int
    file: str
    place: Any


def _rank_names(seen: Iterable[_Seen]) -> list[tuple[str, int, int]]:
    """Return (name, rows, latest year), the name used most (then latest) first."""
    rows: dict[str, tuple[int, int]] = {}
    for one in seen:
        if one.name:
            n, latest = rows.get(one.name, (0, 0))
            rows[one.name] = n + one.rows, max(latest, one.latest)
    ranked = sorted(rows.items(), key=lambda item: item[1], reverse=True)
    return [(name, n, latest) for name, (n, latest) in ranked]


def _make_area(
    seen: list[_Seen], names: list[tuple[str, int, int]], levels: dict[str, str]
) -> dict[str, Any]:
    name = names[0][0] if names else ""
    own = [one for one in seen if one.name == name]
    return {
        "area_code": own[0].code,
        "name": name,
        "level": levels.get(own[0].column, ""),
        "_names": [called for called, _rows, _latest in names],
        "_spellings": sorted({(one.written, one.column) for one in seen if one.written}),
        "_parents": [Said(one.parent, one.rows, one.file, one.place) for one in seen if one.parent],
        "_written": own[0].written,
        "_column": own[0].column,
        "file": own[0].file,
        "place": own[0].place,
    }


def _add_bare(areas: list[dict[str, Any]], rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Give each area whose name no other has the parents that rows with that name but no code give."""
    bare = rows[(rows["area_code"] == "") & (rows["area_name"] != "") & (rows["parent_name"] != "")]
    found = bare.groupby(["area_name", "parent_name"], sort=False).agg(
        rows=("file", "size"), file=("file", "first"), place=("place", "first")
    )
    by_name: dict[str, list[Said]] = {}
    for name, parent, *seen in found.reset_index().itertuples(index=False, name=None):
        by_name.setdefault(name, []).append(Said(parent, *seen))
    several = Counter(area["name"] for area in areas)
    for area in areas:
        area["_bare"] = by_name.get(area["name"], []) if several[area["name"]] == 1 else []
    return areas


def _name_levels(headers: list[str], area_level: str | None, translations: Translations) -> dict[str, str]:
    """Return the level that each column stands for: its header, where that says more than "area".

    Where the options name a level that is none of the headers, that level holds for all areas.
    """
    levels = {one: translations.translate(one, one, "data").casefold() for one in headers if one}
    levels = {one: level for one, level in levels.items() if fold(level) not in NO_LEVEL}
    return {} if area_level and area_level.casefold() not in levels.values() else levels


def _report_two_names(
    by_code: dict[str, list[_Seen]], named: dict[str, list[tuple[str, int, int]]], report: Report
) -> None:
    """Report codes that go by different names, with the rows that say so."""
    several = [code for code, names in named.items() if len(names) > 1]
    for code in several[:SHOWN]:
        first = {one.name: one for one in reversed(by_code[code])}
        told = [
            f"{shorten(name)} ({count_noun(n, 'row')}, from {first[name].file}:{first[name].place}, "
            f"up to {latest or '?'})"
            for name, n, latest in named[code]
        ]
        what = f"area code {shorten(code)} has {len(told)} names: {', '.join(told)}; the first is kept"
        kept = first[named[code][0][0]]
        count = sum(n for _name, n, _latest in named[code])
        report.add("doubted", kept.file, kept.place, what, "renamed, or misspelt?", count=count)
    if len(several) > SHOWN:
        rest = len(several) - SHOWN
        report.add(
            "doubted",
            "",
            "area codes",
            f"{count_noun(rest, 'more code')} {agree(rest, 'have')} several names",
            count=rest,
        )


def report_nameless(rows: pd.DataFrame, report: Report) -> None:
    """Say how many rows name an area without a code, and how many none at all."""
    bare = rows[(rows["area_code"] == "") & (rows["area_name"] != "")]
    if len(bare):
        names = list(bare["area_name"].unique())
        what = f"{count_noun(len(bare), 'row')} {agree(len(bare), 'name')} an area without a code: "
        what += list_some([shorten(n) for n in names], 5)
        report.add("read", "", "areas", what, "they are matched by name; see area_aliases", count=len(bare))
    whole = int(((rows["area_code"] == "") & (rows["area_name"] == "")).sum())
    if whole:
        what = f"{count_noun(whole, 'row')} {agree(whole, 'name')} no area: for the whole territory"
        report.add("read", "", "areas", what, count=whole)


def label_areas(areas: Iterable[dict[str, Any]], translations: Translations) -> list[dict[str, Any]]:
    """Return the names of areas in every language that translates what the files write."""
    labels = []
    for area in areas:
        written, column = str(area.get("_written", "")), str(area.get("_column", ""))
        found = translations.labels(written, column, "data") if written else {}
        labels += [
            {
                "table": "areas",
                "code": area["area_code"],
                "language": language,
                "label": label,
                "file": area["file"],
                "place": area["place"],
            }
            for language, label in found.items()
            if language != ANY
        ]
    return labels


def frame_areas(areas: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """Return the areas with the columns of an Extract."""
    plain = [{key: value for key, value in area.items() if not key.startswith("_")} for area in areas]
    return to_frame(plain, AREA_COLUMNS)


def frame_labels(labels: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """Return the labels with the columns of an Extract, one for each table, code and language."""
    frame = to_frame(labels, LABEL_COLUMNS)
    return frame.drop_duplicates(["table", "code", "language"], ignore_index=True)
