"""The scripts beside the page of all areas: its data, each indicator's values, a large map."""

from __future__ import annotations

import hashlib
import json
import math
from typing import Any

from vsrbook.maps import Shapes
from vsrbook.naming import area_page
from vsrbook.publishing.areas.entries import PAGE, AreasIndex, IndexIndicator, count_words, say_map
from vsrbook.text import gettext as _

DIGITS = 10  # of a value: more than any page shows


def write_data(index: AreasIndex, *, lazy_map: bool) -> dict[str, str]:
    """Return the scripts by file name.

    areas-data.js sets window.vsrAreas; by-<n>.js gives the values of indicator n, map.js the paths. Each
    of these names the areas whose order it follows: one from another edition, left in a browser's cache,
    would else put values to the wrong names.
    """
    key = digest("\n".join(area.code for area in index.areas))
    files = {
        f"by-{n}.js": f"(window.vsrAreaValues??={{}})[{n}]={_dump(_list_values(one) | {'key': key})};\n"
        for n, one in enumerate(index.indicators)
    }
    if lazy_map and index.shapes and index.shapes.paths:
        paths = _list_paths(index, index.shapes)
        files["map.js"] = f"window.vsrAreaMap={_dump({'paths': paths, 'key': key})};\n"
    version = digest("".join(files.values()))
    data = _list_areas(index) | {"key": key, "version": version, "map": "map.js" in files}
    return {"areas-data.js": f"window.vsrAreas={_dump(data)};\n", **files}


def digest(text: str) -> str:
    """Return a short name for a text; another text has another."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _dump(data: Any) -> str:
    """Write JSON that is JavaScript as well, and that no page around it can take for markup."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _list_areas(index: AreasIndex) -> dict[str, Any]:
    parents, sizes, levels = index.parents, index.sizes, index.levels
    areas = index.areas
    return {
        "codes": [area.code for area in areas],
        "pages": {n: name for n, area in enumerate(areas) if (name := area_page(area.code)) != area.code},
        "names": [area.name for area in areas],
        "parents": parents,
        "parent": [_find(parents, area.parent) for area in areas] if parents else [],
        "sizes": sizes,
        "size": [_find(sizes, area.size_class) for area in areas] if sizes else [],
        "levels": levels,
        "level": [_find(levels, area.level) for area in areas] if levels else [],
        "population": [_round(area.population) for area in areas] if index.has_population else [],
        "indicators": [
            {"title": one.title, "unit": one.unit, "direction": one.direction} for one in index.indicators
        ],
        "page": PAGE,
        "words": _list_words(index),
    }


def _find(words: list[str], word: str) -> int:
    return words.index(word) if word in words else -1


def _list_words(index: AreasIndex) -> dict[str, str]:
    """Return what the script says, in the edition's language."""
    return count_words() | {
        "areas": index.level_words,
        "more": _("Show {count} more"),
        "missing": _("no value"),
        "suppressed": _("suppressed"),
        "failed": _("The values could not be loaded."),
        "up": _("A high value is progress."),
        "down": _("A low value is progress."),
        "map": say_map(index),
        "keys": _("Arrow keys move from one to the next, Enter opens its page; the table says the same."),
        "ends": _("Lowest: {low}. Highest: {high}."),
        "shared": _("{name} and {count} more"),
        "range": _("{low} to {high}"),
        "legend": _("In brackets: how many {areas}").format(areas=index.level_words),
    }


def _list_values(indicator: IndexIndicator) -> dict[str, Any]:
    """Return values and suppressed positions; of a suppressed value nothing is written."""
    hidden = indicator.suppressed
    values = [None if at in hidden else _round(value) for at, value in enumerate(indicator.values)]
    return {"values": values, "suppressed": sorted(hidden)}


def _round(value: float | None) -> float | int | None:
    if value is None or not math.isfinite(value):
        return None
    rounded = float(f"{value:.{DIGITS}g}")
    return int(rounded) if rounded.is_integer() else rounded


def _list_paths(index: AreasIndex, shapes: Shapes) -> list[list[Any]]:
    """Return (position of the area, path), in the order in which they are drawn."""
    places = {area.code: at for at, area in enumerate(index.areas)}
    return [[places[code], path] for code, path in shapes.paths.items() if code in places]
