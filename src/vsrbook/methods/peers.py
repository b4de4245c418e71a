"""Find the areas that an area may fairly be compared with, and its place among them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

EARTH_KM = 6371.0088  # mean radius (IUGG)
BLOCK = 500  # areas whose distances to all others are held at once
ALONE = "no peers"
UNKNOWN = "unknown context"
TOO_FEW = "too few peers"
WHOLE_LEVEL = "whole level"


@dataclass(frozen=True)
class PeerRule:
    """What peers share, beside their level: classes of size and income, type, parent, nearness.

    `size_classes` and `income_classes` say where classes begin; a value on a bound is in the class that
    begins there. A group has at least `least` areas, the area itself included.
    """

    by: tuple[str, ...]
    size_classes: tuple[float, ...] = ()
    income_classes: tuple[float, ...] = ()
    distance_km: float = 0.0
    least: int = 5


@dataclass(frozen=True)
class PeerGroups:
    """For each area the positions of its peers, itself among them, or why it has none.

    `members[i]` is empty where `reasons[i]` is not "": UNKNOWN (what the rule needs is not known of the
    area), TOO_FEW, or WHOLE_LEVEL (the rule tells no area of the level apart: a ranking of all of them
    would be the league table that peers are meant to replace).
    """

    members: tuple[Integers, ...]
    reasons: tuple[str, ...]


def classify(values: pd.Series, bounds: Sequence[float]) -> pd.Series:
    """Return the number of the class that each value lies in, 0 below the first bound; <NA> if unknown."""
    known = values.astype("float64")
    classes = pd.Series(np.searchsorted(list(bounds), known, side="right"), index=values.index)
    return classes.astype("Int64").mask(known.isna())


def find_peers(areas: pd.DataFrame, rule: PeerRule | None) -> PeerGroups:
    """Find the peers of each area of a table (columns of the contract `areas`); positions count its rows."""
    if rule is None:
        return PeerGroups(tuple(_none() for _ in range(len(areas))), (ALONE,) * len(areas))
    shared = _shared_context(areas, rule)
    known = shared.notna().all(axis=1).to_numpy()
    points = _points(areas)
    if "distance" in rule.by:
        known = known & np.isfinite(points).all(axis=1)  # not in place: pandas' array is read-only
    members, reasons = [_none()] * len(areas), [UNKNOWN] * len(areas)
    sizes = areas["level"].map(areas["level"].value_counts()).to_numpy()
    for rows in shared[known].groupby(list(shared), sort=False).indices.values():
        group = np.flatnonzero(known)[rows]
        near = _near(points[group], rule.distance_km) if "distance" in rule.by else [group] * len(group)
        for at, found in zip(group, near, strict=True):
            peers = found if "distance" not in rule.by else group[found]
            reasons[at] = _refuse(len(peers), int(sizes[at]), rule)
            members[at] = _none() if reasons[at] else peers
    return PeerGroups(tuple(members), tuple(reasons))


def _none() -> Integers:
    return np.array([], dtype=np.int64)


def _refuse(peers: int, level: int, rule: PeerRule) -> str:
    if peers == level:
        return WHOLE_LEVEL
    return TOO_FEW if peers < rule.least else ""


def _shared_context(areas: pd.DataFrame, rule: PeerRule) -> pd.DataFrame:
    """Return the columns in which peers are equal; missing where an area's is not known."""
    columns: dict[str, Callable[[], pd.Series]] = {
        "size": lambda: classify(areas["population"], rule.size_classes),
        "income": lambda: classify(areas["income"], rule.income_classes),
        "type": lambda: areas["type"].mask(areas["type"] == ""),
        "parent": lambda: areas["parent_code"].mask(areas["parent_code"] == ""),
    }
    shared: dict[str, Any] = {name: make().array for name, make in columns.items() if name in rule.by}
    return pd.DataFrame({"level": areas["level"].array, **shared})


def _points(areas: pd.DataFrame) -> Floats:
    degrees: Floats = areas[["latitude", "longitude"]].to_numpy(dtype=np.float64)
    return np.asarray(np.radians(degrees), dtype=np.float64)


def _near(points: Floats, most_km: float) -> list[Integers]:
    """Return for each point those within a distance over the ground (haversine), itself included."""
    near: list[Integers] = []
    latitude, longitude = points.T
    for start in range(0, len(points), BLOCK):
        lat, lon = points[start : start + BLOCK].T
        half = np.sin((lat[:, None] - latitude) / 2) ** 2
        half += np.cos(lat)[:, None] * np.cos(latitude) * np.sin((lon[:, None] - longitude) / 2) ** 2
        within = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1))) <= most_km
        near += [np.flatnonzero(row) for row in within]
    return near


@dataclass(frozen=True)
class Places:
    """Areas in rows, indicators in columns: place among the peers (1 = best; 0 = none), peers with a value, median.

    Places are those of a competition: equal values share the better place. `count` includes the area
    itself; where fewer than the rule's least have a value there is no place, and the median is NaN.
    """

    rank: Integers
    count: Integers
    median: Floats


def place_among_peers(values: Floats, directions: Floats, groups: PeerGroups, least: int) -> Places:
    """Place each area among its peers.

    `values`: areas × indicators, of one year each, NaN where missing. `directions`: 1 where more is
    better, −1 where less is, 0 where neither is: then there is a median, but no place.
    """
    better = values * -directions  # smaller is better
    better[:, directions == 0] = np.nan
    rank, count = np.zeros(values.shape, dtype=np.int64), np.zeros(values.shape, dtype=np.int64)
    median = np.full(values.shape, np.nan)
    seen: dict[bytes, tuple[Integers, Floats]] = {}
    for at, members in enumerate(groups.members):
        if not len(members):
            continue
        key = members.tobytes()
        if key not in seen:
            seen[key] = _summarise(values[members], least)
        count[at], median[at] = seen[key]
        ahead = (better[members] < better[at]).sum(axis=0)
        ranked = np.isfinite(better[at]) & (count[at] >= least)
        rank[at] = np.where(ranked, ahead + 1, 0)
    return Places(rank, count, median)


def _summarise(values: Floats, least: int) -> tuple[Integers, Floats]:
    count = np.isfinite(values).sum(axis=0)
    median = np.full(values.shape[1], np.nan)
    enough = count >= least
    median[enough] = np.nanmedian(values[:, enough], axis=0) if enough.any() else np.nan
    return count.astype(np.int64), median


def spread(values: Floats, least: int = 5) -> Floats:
    """Return lowest value, quartiles and highest of each column (5 × columns); NaN where nothing is known.

    With fewer than `least` values there are no quartiles. Quartiles are interpolated linearly
    (Hyndman and Fan 1996, definition 7).
    """
    found = np.full((5, values.shape[1]), np.nan)
    count = np.isfinite(values).sum(axis=0)
    some, enough = count > 0, count >= least
    if some.any():
        found[0, some], found[4, some] = (
            np.nanmin(values[:, some], axis=0),
            np.nanmax(values[:, some], axis=0),
        )
    if enough.any():
        found[1:4, enough] = np.nanpercentile(values[:, enough], [25, 50, 75], axis=0)
    return found
