"""Turn the coordinates of GeoJSON and the arcs of TopoJSON into polygons that are valid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from vsrbook.problems import shorten

MAX_POINTS = 5_000_000
MAX_DEPTH = 8
SAMPLE = 10_000_000  # pairs of edges looked at
Ring = npt.NDArray[np.float64]  # one row a point: degrees east, degrees north
Arcs = Sequence[Ring]
Outline = Any  # a Polygon or MultiPolygon of shapely, which ships no types


@dataclass
class Allowance:
    """What one file may still ask for.

    Points: a small TopoJSON can name one long arc a million times. Meetings: pairs of edges of damaged
    shapes that lie near each other, beyond an edge's own neighbours; to repair a million takes ten seconds.
    """

    points: int = MAX_POINTS
    meetings: float = 500_000

    def take(self, count: int) -> None:
        """Take some; ValueError where there are not so many left."""
        self.points -= count
        if self.points < 0:
            raise ValueError(f"the file has more than {MAX_POINTS:,} points")


def read_outline(geometry: Any, arcs: Arcs | None, allowance: Allowance) -> Outline:
    """Return the polygons of a GeoJSON or (with `arcs`) TopoJSON geometry, made valid.

    Raises:
        ValueError: it has no polygons, or its coordinates are none; the message says what is wrong.

    """
    polygons = [
        shapely.Polygon(rings[0], rings[1:]) for rings in _read_polygons(geometry, arcs, allowance) if rings
    ]
    outline = keep_polygons(_repair(shapely.MultiPolygon(polygons), allowance))
    if outline.is_empty:
        raise ValueError("encloses no area")
    return outline


def _repair(outline: Outline, allowance: Allowance) -> Any:
    if outline.is_valid:
        return outline
    allowance.meetings -= _count_meetings(outline)
    if allowance.meetings < 0:
        raise ValueError("crosses itself too often")
    return shapely.make_valid(outline, method="structure", keep_collapsed=False)


def _count_meetings(outline: Outline) -> float:
    """Estimate how many pairs of edges lie near each other that do not follow each other."""
    points, ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(outline)), return_index=True)
    edges = shapely.linestrings(np.stack([points[:-1], points[1:]], axis=1)[ring[:-1] == ring[1:]])
    some = np.random.default_rng(0).choice(edges, min(len(edges), 1 + SAMPLE // len(edges)), replace=False)
    near = len(shapely.STRtree(edges).query(some)[0]) / len(some) - 3  # itself and the two beside it
    return max(near, 0) * len(edges) / 2


def keep_polygons(geometry: Any) -> Outline:
    """Leave out the points and lines that a repair makes of what has collapsed."""
    parts = [geometry]
    while any(part.geom_type not in ("Polygon", "Point", "LineString", "LinearRing") for part in parts):
        parts = [inner for part in parts for inner in shapely.get_parts(part)]
    polygons = [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def _read_polygons(
    geometry: Any, arcs: Arcs | None, allowance: Allowance, depth: int = 0
) -> list[list[Ring]]:
    """Return the rings of each polygon, its shell first."""
    if not isinstance(geometry, dict) or geometry.get("type") is None:
        raise ValueError("has no geometry")
    kind = geometry["type"]
    if kind == "GeometryCollection":
        inner = geometry.get("geometries")
        if depth >= MAX_DEPTH or not isinstance(inner, list):
            raise ValueError("is no collection of geometries, or nested too deeply")
        areal = [one for one in inner if isinstance(one, dict) and _may_have_area(one.get("type"))]
        return [rings for one in areal for rings in _read_polygons(one, arcs, allowance, depth + 1)]
    if not _may_have_area(kind):
        raise ValueError(f"is a {shorten(kind)}, which has no area; expected a Polygon or MultiPolygon")
    nested = geometry.get("coordinates" if arcs is None else "arcs")
    polygons = [nested] if kind == "Polygon" else nested
    if not isinstance(polygons, list) or not all(isinstance(rings, list) for rings in polygons):
        raise ValueError("has no coordinates")
    return [[_read_ring(ring, arcs, allowance) for ring in rings] for rings in polygons]


def _may_have_area(kind: object) -> bool:
    return kind in ("Polygon", "MultiPolygon", "GeometryCollection")


def _read_ring(ring: Any, arcs: Arcs | None, allowance: Allowance) -> Ring:
    points = _read_points(ring, allowance) if arcs is None else _join_arcs(ring, arcs, allowance)
    _check_degrees(points)
    if len(points) < 3:
        raise ValueError(f"has a ring of {len(points)} points; expected four or more")
    return points


def _read_points(points: Any, allowance: Allowance) -> Ring:
    """Return points (or the steps of an arc) as an array; heights are left out."""
    try:
        allowance.take(len(points))
        pairs = np.array([(x, y) for x, y, *_height in points], dtype=np.float64)
    except TypeError:
        raise ValueError("has coordinates that are no numbers") from None
    return pairs.reshape(-1, 2)


def _check_degrees(points: Ring) -> None:
    # some maps of the Pacific count on beyond 180°
    if not (np.abs(points) <= (360, 90)).all():
        raise ValueError(
            "has coordinates that are not degrees east and north; export the map in longitude and latitude (EPSG:4326)"
        )


def _join_arcs(numbers: Any, arcs: Arcs, allowance: Allowance) -> Ring:
    """Put arcs end to end; ~n is arc n from its end, and each begins where the one before ends."""
    known = range(-len(arcs), len(arcs))
    if not isinstance(numbers, list) or not all(
        type(number) is int and number in known for number in numbers
    ):
        raise ValueError("names an arc that the file does not have")
    allowance.take(sum(len(arcs[max(number, ~number)]) for number in numbers))
    parts = [arcs[number] if number >= 0 else arcs[~number][::-1] for number in numbers]
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])]) if parts else np.empty((0, 2))


def read_arcs(arcs: Any, transform: Any) -> Arcs:
    """Return the arcs of a TopoJSON in degrees; with a transform they are steps on a grid.

    Format: Bostock & Metcalf, The TopoJSON Format Specification, 2.1.2 and 2.1.3.
    Raises ValueError for arcs that are none.
    """
    if not isinstance(arcs, list):
        raise ValueError("the TopoJSON has no arcs")  # noqa: TRY004 - callers handle one kind of error
    allowance = Allowance()
    try:
        points = [_read_points(arc, allowance) for arc in arcs]
        if transform is None:
            return points
        scale, translate = _read_pair(transform, "scale"), _read_pair(transform, "translate")
    except ValueError as error:
        raise ValueError(f"the TopoJSON's arcs cannot be read: one {error}") from None
    with np.errstate(all="ignore"):  # what overflows is refused with the ring that uses it
        return [np.cumsum(arc, axis=0) * scale + translate for arc in points]


def _read_pair(transform: Any, key: str) -> npt.NDArray[np.float64]:
    pair = transform.get(key) if isinstance(transform, Mapping) else None
    numbers: npt.NDArray[np.float64] = _read_points([pair], Allowance())[0]
    return numbers
