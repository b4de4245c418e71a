"""Read the map of an association once, and keep it in two sizes: for the page of all areas, and for each area."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from markupsafe import Markup

from vsrbook.files import read_json
from vsrbook.maps import Shapes, draw_map, make_locator, read_shapes
from vsrbook.problems import Problem
from vsrbook.review import Review
from vsrbook.text import gettext as _

MAP_SUFFIXES = (".geojson", ".topojson", ".json")
MAP, LOCATOR = "map.json", "locator.json"
KEPT = ("view_box", "width", "height", "paths", "land", "rings")


def map_file(review: Review) -> Path | None:
    """Return the file of the map that the params declare."""
    profiles = review.association.profiles
    if profiles is None or profiles.map is None:
        return None
    return review.project.data / review.slug / profiles.map.file


def write_maps(review: Review, folder: Path) -> list[Problem]:
    """Write the association's map into a data set, in two sizes; returns what is wrong with it."""
    path, profiles = map_file(review), review.association.profiles
    if path is None or profiles is None or profiles.map is None:
        return []
    areas = review.tables["areas"]
    names = dict(zip(areas["area_code"], areas["name"], strict=True))
    parents = dict(zip(areas["area_code"], areas["parent_code"], strict=True))
    wanted = _wanted(review, names)
    name = review.project.name(path)
    shapes, problems = read_shapes(path, profiles.map.code, profiles.map.codes, wanted, name)
    if shapes.paths:
        for file, some in ((MAP, shapes), (LOCATOR, make_locator(shapes, groups=parents))):
            kept = {part: getattr(some, part) for part in KEPT}
            (folder / file).write_text(json.dumps({**kept, "paths": dict(kept["paths"])}), "utf-8")
    return problems


def _wanted(review: Review, names: dict[str, str]) -> dict[str, str]:
    """Return the areas that a map may show: those with a page, of the levels that the map names if it names any."""
    profiles = review.association.profiles
    areas = review.tables["areas"]
    levels = (profiles.map.levels if profiles and profiles.map else ()) or (
        (profiles.levels if profiles else ()) or (review.association.area_level,)
    )
    return {code: names[code] for code in areas.loc[areas["level"].isin(levels), "area_code"]}


def read_map(folder: Path, file: str) -> Shapes | None:
    """Read a map of a data set; None where it has none."""
    kept: dict[str, Any] = read_json(folder / file)
    if not kept:
        return None
    return Shapes(**{**kept, "rings": {code: tuple(centre) for code, centre in kept["rings"].items()}})


def locate(folder: Path, code: str, name: str, place: str) -> Markup:
    """Draw where an area lies; "" where the map does not show it."""
    shapes = read_map(folder, LOCATOR)
    if shapes is None or code not in shapes.paths:
        return Markup("")
    return draw_map(
        shapes, current=code, label=_("Map of {place}: where {name} lies").format(place=place, name=name)
    )
