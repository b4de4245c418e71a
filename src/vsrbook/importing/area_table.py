"""Draw up the areas of an import: what is known before it, and the table that it gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vsrbook.importing.areas import AreaMatcher, Known
from vsrbook.importing.cells import tidy_words
from vsrbook.importing.extract import AREA_COLUMNS, Extract, to_frame
from vsrbook.importing.options import SourceOptions
from vsrbook.importing.report import Report

if TYPE_CHECKING:
    import pandas as pd


def make_matcher(extract: Extract, known: Known, options: SourceOptions, report: Report) -> AreaMatcher:
    """Make the matcher of an import: which areas it knows, and whether it may add some."""
    given = [
        {name: tidy_words(row[name]) for name in ("area_code", "name", "parent_code")}
        for row in extract.areas.to_dict("records")
    ]
    whole = options.whole_area or known.whole_code
    top = {"area_code": whole, "name": known.whole_name, "parent_code": ""}
    add = options.areas == "add" or (options.areas is None and not known.areas)
    areas = [*known.areas, *given] if add else known.areas
    if not any(row["area_code"] == whole for row in areas):
        areas = [top, *areas]
    level = options.area_level or "area"
    aliases = {tidy_words(name): code for name, code in options.area_aliases.items()}
    return AreaMatcher(areas, whole, aliases, add, level, options.parent_level, report)


def all_areas(given: pd.DataFrame, matcher: AreaMatcher, known: Known) -> pd.DataFrame:
    """Return the source's areas and those added, each with a level and a parent, the whole first."""
    own = {row["area_code"] for row in known.areas}
    rows: dict[str, dict[str, Any]] = {}
    is_listed = known.is_place or matcher.whole_is_used
    if matcher.whole not in own and is_listed:
        rows[matcher.whole] = {"area_code": matcher.whole, "name": known.whole_name, "level": "country"}
    listed = [{str(k): v for k, v in row.items()} for row in given.to_dict("records")] if matcher.add else []
    for row in [*listed, *matcher.added]:
        code = tidy_words(row["area_code"])
        filled = {name: cell for name, cell in row.items() if cell not in ("", None)}
        if code in own:
            continue
        words = {
            name: tidy_words(filled[name]) for name in ("name", "level", "parent_code") if name in filled
        }
        rows[code] = rows.get(code, {}) | filled | words | {"area_code": code}
    for code, row in rows.items():
        row.setdefault("level", "country" if code == matcher.whole else matcher.level)
        row.setdefault("parent_code", "" if code == matcher.whole else matcher.whole)
        if row["parent_code"] == matcher.whole and not is_listed:
            row["parent_code"] = ""
        row.setdefault("name", code)
    return to_frame(rows.values(), AREA_COLUMNS)
