"""Read a map file into the shapes of areas: one SVG path each, small enough for a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import shapely

from vsrbook.maps.files import MapLayers, MapShape, read_layers
from vsrbook.maps.geometry import Allowance, Arcs, Outline, keep_polygons, read_outline
from vsrbook.maps.matching import Matches, match_shapes, read_value
from vsrbook.maps.outlines import WIDTH, fit_outlines, project_outlines
from vsrbook.problems import Problem, list_some, shorten

MAP_BYTES, LOCATOR_BYTES = 250_000, 12_000
LOCATOR_COARSEST = 12  # coarser than this, no one knows the place again
LEAST_BYTES = 20  # about what the simplest path takes
SMALLEST = 14.0  # in units of the view box: a smaller area is marked by a ring
NAMED = 20  # how many are named in a warning


@dataclass(frozen=True)
class Shapes:
    """The areas of a map as SVG paths, by area code, the largest first: what lies in another is drawn on it.

    `outlines` are the same as geometry in the view box. `land` is the path of all areas together, where
    there are too many of them to be drawn one by one. `rings` are the centres of areas that are too small
    to be seen. Unmatched are shapes without an area, and areas
    (by code) without a shape.
    """

    view_box: str = f"0 0 {WIDTH} {WIDTH}"
    width: float = WIDTH
    height: float = WIDTH
    paths: Mapping[str, str] = field(default_factory=dict)
    unmatched_shapes: list[str] = field(default_factory=list)
    unmatched_areas: list[str] = field(default_factory=list)
    outlines: Mapping[str, Outline] = field(default_factory=dict, compare=False, repr=False)
    land: str = ""
    rings: Mapping[str, tuple[float, float]] = field(default_factory=dict)


def read_shapes(
    path: Path,
    code_property: str,
    codes: Mapping[str, str],
    names: Mapping[str, str],
    name: str,
    *,
    budget: int = MAP_BYTES,
) -> tuple[Shapes, list[Problem]]:
    """Read the shapes of the areas in `names` (area code → name) from a GeoJSON or TopoJSON file.

    `code_property` is the property of each shape that holds its area's code, a key of `codes` (→ area
    code), or its name; `name` is what problems call the file. Outlines are simplified until all paths
    together have `budget` bytes or fewer. What cannot be read is an error among the problems, what is
    on one side only a warning.
    """
    try:
        source = read_layers(path)
    except (OSError, ValueError) as error:
        what = "there is no such file" if isinstance(error, FileNotFoundError) else str(error)
        return Shapes(), [Problem(name, what, "is this the right file?")]
    shapes, matches = _choose_layer(source, code_property, codes, names)
    if problem := _find_lacking_property(shapes, code_property, name):
        return Shapes(unmatched_areas=list(names)), [problem]
    outlines, problems = _read_outlines(matches, source.arcs, name)
    made, too_large = _make_shapes(outlines, budget, name)
    made = replace(
        made,
        unmatched_shapes=sorted(matches.unmatched),
        unmatched_areas=[code for code in names if code not in made.paths],
    )
    return made, [*problems, *too_large, *_find_unmatched(made, matches, names, name)]


def _choose_layer(
    source: MapLayers, code_property: str, codes: Mapping[str, str], names: Mapping[str, str]
) -> tuple[tuple[MapShape, ...], Matches]:
    """Take the layer in which most areas are found: a TopoJSON may hold counties, states and the country."""
    matched = [(shapes, match_shapes(shapes, code_property, codes, names)) for shapes in source.layers]
    return max(matched, key=lambda one: len(one[1].found), default=((), Matches()))


def _find_lacking_property(shapes: tuple[MapShape, ...], code_property: str, name: str) -> Problem | None:
    if not shapes:
        return Problem(name, "the file has no shapes", "is this the right file?")
    if any(read_value(shape, code_property) for shape in shapes):
        return None
    known = sorted({str(key) for shape in shapes[:100] for key in shape.properties})
    hint = (
        f"its properties are {list_some([shorten(key) for key in known])}" if known else "it has none at all"
    )
    return Problem(name, f"no shape has a property {shorten(code_property)}", hint)


def _read_outlines(
    matches: Matches, arcs: Arcs | None, name: str
) -> tuple[dict[str, Outline], list[Problem]]:
    """Read the geometry of the shapes that were matched; of the others nothing is needed."""
    outlines, wrong, allowance = {}, [], Allowance()
    for code, shapes in matches.found.items():
        parts = []
        for shape in shapes:
            try:
                parts.append(read_outline(shape.geometry, arcs, allowance))
            except (ValueError, shapely.errors.ShapelyError) as error:
                wrong.append(Problem(name, f"{shape.place} (area {shorten(code)}) {error}", "repair the map"))
        if parts:
            outlines[code] = keep_polygons(shapely.union_all(parts)) if len(parts) > 1 else parts[0]
    if len(wrong) > NAMED:
        rest = f"so have {len(wrong) - NAMED:,} more shapes problems like these"
        wrong = [*wrong[:NAMED], Problem(name, rest, "repair the map")]
    return outlines, wrong


def _make_shapes(outlines: Mapping[str, Outline], budget: int, name: str) -> tuple[Shapes, list[Problem]]:
    """Project and simplify; a warning says where the budget could not be kept."""
    if not outlines:
        return Shapes(), []
    projected, height = project_outlines(outlines)
    by_size = sorted(projected, key=lambda code: -projected[code].area)
    kept, paths, size = fit_outlines({code: projected[code] for code in by_size}, budget)
    made = Shapes(f"0 0 {WIDTH} {height:g}", WIDTH, height, paths, outlines=kept)
    if size <= budget:
        return made, []
    what = f"the map takes {size:,} bytes even when simplified, more than {budget:,}"
    return made, [Problem(name, what, "pages with it load slowly", level="warning")]


def _find_unmatched(made: Shapes, matches: Matches, names: Mapping[str, str], name: str) -> list[Problem]:
    lacking = [f"{names[code]} ({code})" for code in made.unmatched_areas]
    unknown, shared = made.unmatched_shapes, sorted(matches.ambiguous)
    sides = (
        (lacking, "area has no shape", "areas have no shape", "say in codes what the map calls them"),
        (
            unknown,
            "shape is no area",
            "shapes are no areas",
            "leave them, or say in codes which areas they are",
        ),
        (
            shared,
            "name stands for several",
            "names stand for several",
            "match areas by a property with codes",
        ),
    )
    return [
        Problem(
            name,
            f"{len(few):,} {one if len(few) == 1 else many}: {list_some([shorten(x) for x in few], NAMED)}",
            hint,
            level="warning",
        )
        for few, one, many, hint in sides
        if few
    ]


def make_locator(
    shapes: Shapes, budget: int = LOCATOR_BYTES, groups: Mapping[str, str] | None = None
) -> Shapes:
    """Make a coarser map that shows where one area lies, in `budget` bytes or fewer.

    Where there are too many areas for that, `land` is the outline of all together, with the borders of
    their `groups` (area code → whatever they lie in); `draw_map` then draws it and the one area only.
    """
    if not shapes.outlines:
        return shapes
    if budget >= LEAST_BYTES * len(shapes.outlines):
        outlines, paths, size = fit_outlines(shapes.outlines, budget, LOCATOR_COARSEST)
        if size <= budget:
            return replace(shapes, paths=paths, outlines=outlines, rings=find_rings(outlines))
    inside: dict[str, list[Outline]] = {}
    for code, outline in shapes.outlines.items():
        inside.setdefault((groups or {}).get(code, ""), []).append(outline)
    # rounded first, so that neighbours whose edges do not quite meet leave no gaps between them
    whole = {
        group: keep_polygons(shapely.union_all(shapely.make_valid(some), grid_size=0.1))
        for group, some in inside.items()
    }
    _outlines, land, _size = fit_outlines(whole, budget * 3 // 4)
    return replace(shapes, land="".join(land.values()), rings=find_rings(shapes.outlines))


def find_rings(outlines: Mapping[str, Outline]) -> dict[str, tuple[float, float]]:
    """Return the centres of the outlines that are less than SMALLEST units wide and high."""
    rings = {}
    for code, outline in outlines.items():
        left, top, right, bottom = outline.bounds
        if max(right - left, bottom - top) < SMALLEST:
            rings[code] = (round((left + right) / 2, 1), round((top + bottom) / 2, 1))
    return rings
