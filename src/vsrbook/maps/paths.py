"""Write an outline as the data of an SVG path, in tenths of a unit and as short as they can be."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np
import numpy.typing as npt
import shapely

from vsrbook.maps.geometry import Outline


def write_path(outline: Outline, decimals: int = 1) -> str:
    """Return the path of an outline: "M12.3 4l5-.6 …z" for each ring (holes by the even-odd rule).

    Steps are written relative to the point before, from points rounded to 1 or 0 `decimals`, so that
    neighbours still meet. An outline smaller than the rounding becomes a triangle at its place.
    """
    parts = shapely.get_parts(outline)
    rings = [ring for part in parts for ring in (part.exterior, *part.interiors) if not ring.is_empty]
    points = [_round_points(np.asarray(ring.coords)[:, :2], decimals) for ring in rings]
    return "".join(map(_write_ring, points)) or _write_triangle(outline)


def _round_points(points: npt.NDArray[np.float64], decimals: int) -> npt.NDArray[np.int64]:
    """Return points in tenths of a unit."""
    rounded: npt.NDArray[np.int64] = np.rint(points * 10**decimals).astype(np.int64)
    return rounded if decimals else rounded * 10


def _write_ring(tenths: npt.NDArray[np.int64]) -> str:
    steps = np.diff(tenths, axis=0)
    moved = steps.any(axis=1)
    corners, steps = tenths[:-1][moved], steps[moved]
    if len(steps) < 3 or _measure_area(corners) == 0:
        return ""
    # the last step is z's
    return f"M{join_numbers(corners[0].tolist())}l{join_numbers(steps[:-1].ravel().tolist())}z"


def _measure_area(points: npt.NDArray[np.int64]) -> int:
    """Return twice the area that points enclose (the shoelace formula)."""
    (x, y), (next_x, next_y) = points.T, np.roll(points, -1, axis=0).T
    return abs(int((x * next_y - next_x * y).sum()))


def _write_triangle(outline: Outline) -> str:
    x, y = (round(place * 10) for place in outline.centroid.coords[0])
    return f"M{join_numbers([x - 5, y - 5])}l{join_numbers([10, 0, -5, 10])}z"


def join_numbers(tenths: Iterable[int]) -> str:
    """Write numbers given in tenths: 123, 40, -5 become "12.3 4-.5"."""
    text = " ".join(map(_write_tenths, tenths))
    return text.replace(" -", "-")


@cache
def _write_tenths(number: int) -> str:
    whole, rest = divmod(abs(number), 10)
    digits = f"{whole or ''}.{rest}" if rest else str(whole)
    return f"-{digits}" if number < 0 else digits
