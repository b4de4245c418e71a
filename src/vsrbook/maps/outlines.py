"""Project outlines into a view box, and simplify them together until their paths are small enough."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import shapely

from vsrbook.maps.geometry import Outline, keep_polygons
from vsrbook.maps.paths import write_path

WIDTH = 600
MARGIN = 2  # room for the line around the outermost areas
FINEST, STEP = 0.3, 1.3  # tolerance to begin with, in units of the view box; how it grows
COARSE, COARSEST = 2.0, WIDTH / 4  # from COARSE on, whole numbers lose no more than the tolerance does
T = TypeVar("T")


def project_outlines(outlines: Mapping[str, Outline]) -> tuple[dict[str, Outline], float]:
    """Return outlines in a view box WIDTH wide (y grows downwards), and how high it is.

    Equirectangular: degrees east are scaled by the cosine of the middle latitude (Snyder 1987, Map
    Projections: A Working Manual, USGS Professional Paper 1395, section 12).
    """
    codes, shapes = list(outlines), join_dateline(list(outlines.values()))
    west, south, east, north = shapely.total_bounds(shapes)
    stretch = max(np.cos(np.radians((south + north) / 2)), 0.01)
    scale = (WIDTH - 2 * MARGIN) / ((east - west) * stretch)

    def move(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        moved: npt.NDArray[np.float64] = (points - (west, north)) * (stretch * scale, -scale) + MARGIN
        return moved

    height = round(float((north - south) * scale + 2 * MARGIN), 1)
    return dict(zip(codes, shapely.transform(np.array(shapes), move), strict=True)), height


def join_dateline(outlines: list[Outline]) -> list[Outline]:
    """Move what lies west of Greenwich once around the globe, where that brings the outlines together."""
    points = shapely.get_coordinates(outlines)[:, 0]
    moved = np.where(points < 0, points + 360, points)
    if np.ptp(points) <= 180 or np.ptp(moved) >= np.ptp(points):
        return outlines

    def move(place: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack([np.where(place[:, 0] < 0, place[:, 0] + 360, place[:, 0]), place[:, 1]])

    # a shape that was cut at 180° is made whole
    return [keep_polygons(shapely.union_all(shapely.transform(one, move))) for one in outlines]


def fit_outlines(
    outlines: Mapping[str, Outline], budget: int, coarsest: float = COARSEST
) -> tuple[dict[str, Outline], dict[str, str], int]:
    """Simplify outlines as little as makes their paths `budget` bytes or fewer in all.

    Edges that two areas share stay shared: topology-preserving Visvalingam–Whyatt (`coverage_simplify`).
    Islands too small to be seen at that scale go; each area keeps a triangle at least. `coarsest` is the
    tolerance to stop at, in units of the view box. Returns outlines, paths, and how many bytes these have:
    more than `budget` where there are too many areas.
    """
    codes, shapes = list(outlines), list(outlines.values())
    tolerance, paths, size = FINEST, [""] * len(codes), 0
    while codes and tolerance <= coarsest:
        shapes = [drop_specks(one, tolerance**2) for one in shapes]
        shapes = list(map(keep_polygons, shapely.coverage_simplify(shapes, tolerance)))
        for decimals in (1,) if tolerance < COARSE else (1, 0):
            paths = [write_path(one, decimals) for one in shapes]
            size = sum(map(len, paths))
            if size <= budget:
                return _name(codes, shapes), _name(codes, paths), size
        tolerance *= STEP
    return _name(codes, shapes), _name(codes, paths), size


def _name(codes: list[str], found: list[T]) -> dict[str, T]:
    return dict(zip(codes, found, strict=True))


def drop_specks(outline: Outline, least: float) -> Outline:
    """Leave out islands and holes smaller than `least`, but never the largest part."""
    parts = shapely.get_parts(outline)
    sizes = shapely.area(shapely.polygons(shapely.get_exterior_ring(parts)))
    if len(parts) == 1 and not len(parts[0].interiors):
        return outline
    kept = parts[(sizes >= least) | (np.arange(len(parts)) == sizes.argmax())]
    return keep_polygons(shapely.MultiPolygon([_close_holes(part, least) for part in kept]))


def _close_holes(part: Outline, least: float) -> Outline:
    holes = [ring for ring in part.interiors if shapely.Polygon(ring).area >= least]
    return part if len(holes) == len(part.interiors) else shapely.Polygon(part.exterior, holes)
