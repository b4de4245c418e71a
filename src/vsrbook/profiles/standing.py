"""Work out where each area stands: its latest values beside those of parent, whole, peers and all areas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from vsrbook.methods.peers import PeerGroups, PeerRule, Places, find_peers, place_among_peers, spread
from vsrbook.profiles.series import (
    Floats,
    Integers,
    Latest,
    Totals,
    Values,
    YearCounts,
    look_up,
    pick_compared,
)
from vsrbook.review import Review

DIRECTIONS = {"up": 1.0, "down": -1.0, "none": 0.0}
LEAST = 5  # areas with a value, for quartiles


@dataclass(frozen=True)
class Standing:
    """Where areas stand; matrices are areas × indicators, in the order of the review's tables.

    `compared` is each area's value in the year in which its level is compared (`years`), `places` its
    place among its peers then, `spreads` (by level) lowest value, quartiles and highest of the level,
    `counts` (by level) how many of its areas have a value then. `parent` and `whole` hold the values of
    the area above and of the whole territory in the year of the area's own latest value.
    """

    levels: Integers  # number of each area's level; −1: has no profile
    latest: Latest
    years: Integers
    compared: Floats
    groups: PeerGroups
    places: Places
    spreads: dict[int, Floats]
    counts: dict[int, Integers]
    parent: Floats
    whole: Floats


def profiled_levels(review: Review) -> list[str]:
    """Return the levels whose areas get a page."""
    profiles = review.association.profiles
    if profiles is None:
        return []
    level = review.association.area_level
    return list(profiles.levels) or ([level] if level else [])


def peer_rule(review: Review) -> PeerRule | None:
    """Return the rule by which peers are found, None where none is declared."""
    profiles = review.association.profiles
    peers = profiles.peers if profiles else None
    if peers is None:
        return None
    return PeerRule(peers.by, peers.size_classes, peers.income_classes, peers.distance_km or 0.0, peers.least)


class Standings:
    """Collects values chunk by chunk, then compares them."""

    def __init__(self, review: Review) -> None:
        areas, self._review = review.tables["areas"], review
        self.shape = (len(areas), len(review.tables["indicators"]))
        levels = profiled_levels(review)
        self.levels = pd.Index(levels).get_indexer(pd.Index(areas["level"])).astype(np.int64)
        codes = pd.Index(areas["area_code"])
        self.parents = codes.get_indexer(pd.Index(areas["parent_code"])).astype(np.int64)
        whole = review.whole_area
        self.whole = -1 if whole is None else int(codes.get_loc(whole["area_code"]))
        self._above = {int(at) for at in {*self.parents, self.whole} if at >= 0}
        self._enclosing: dict[int, Values] = {}
        self._latest = Latest.of(*self.shape)
        self._counts = YearCounts(self.levels)

    def note(self, values: Values) -> None:
        """Note the values of a chunk of areas."""
        self._latest.note(values)
        self._counts.note(values[self.levels[values["area"]] >= 0])
        for area in self._above.intersection(np.unique(values["area"]).tolist()):
            own = values[values["area"] == area]
            self._enclosing[area] = own[np.isfinite(own["value"])]

    def compare(self, totals: Totals) -> Standing:
        """Compare all areas, when every chunk has been noted."""
        years, compared = np.zeros(self.shape, np.int64), np.full(self.shape, np.nan)
        numbers = sorted({int(level) for level in self.levels if level >= 0})
        for level in numbers:
            years[self.levels == level] = self._counts.compared_years(level, self.shape[1])
        for values in totals:
            pick_compared(values, years, compared)
        rule, areas = peer_rule(self._review), self._review.tables["areas"]
        groups = find_peers(areas, rule)
        directions = self._review.tables["indicators"]["direction"].map(DIRECTIONS)
        signs: Floats = np.asarray(directions, dtype=np.float64)
        least = rule.least if rule else LEAST
        own_year = self._latest.year
        return Standing(
            self.levels,
            self._latest,
            years,
            compared,
            groups,
            place_among_peers(compared, signs, groups, least),
            {level: spread(compared[self.levels == level], LEAST) for level in numbers},
            {level: np.isfinite(compared[self.levels == level]).sum(axis=0) for level in numbers},
            look_up(self._enclosing, self.parents, own_year),
            look_up(self._enclosing, np.where(self.levels >= 0, self.whole, -1), own_year),
        )
