"""Draw up the table of areas of an import: those of the source and those added, the whole first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vsrbook.importing.areas import AreaMatcher, Known
from vsrbook.importing.cells import tidy_words
from vsrbook.importing.extract import AREA_COLUMNS, to_frame

if TYPE_CHECKING:
    import pandas as pd


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
