"""Peers: who is compared with whom, and with what place; against plain implementations of the same rules."""

from __future__ import annotations

import math
from statistics import median, quantiles
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vsrbook.methods import peers
from vsrbook.methods.peers import (
    ALONE,
    TOO_FEW,
    UNKNOWN,
    WHOLE_LEVEL,
    PeerGroups,
    PeerRule,
    classify,
    find_peers,
    place_among_peers,
    spread,
)

NAN = float("nan")
# latitude, longitude, as atlases give them
CITIES = {
    "London": (51.5074, -0.1278),
    "Paris": (48.8566, 2.3522),
    "Brussels": (50.8503, 4.3517),
    "Berlin": (52.5200, 13.4050),
    "New York": (40.7128, -74.0060),
    "Suva": (-18.1416, 178.4419),
    "Apia": (-13.8333, -171.7667),
}


def list_areas(**columns: list[Any]) -> pd.DataFrame:
    """Make areas of the columns that matter; the others are empty."""
    size = len(next(iter(columns.values())))
    words: dict[str, Any] = {name: [""] * size for name in ("type", "parent_code")}
    numbers: dict[str, Any] = {
        name: [NAN] * size for name in ("population", "income", "latitude", "longitude")
    }
    table = pd.DataFrame({"level": ["town"] * size, **words, **numbers, **columns})
    return table.astype(dict.fromkeys(("level", *words), "str") | dict.fromkeys(numbers, "float64"))


def find_sets(areas: pd.DataFrame, rule: PeerRule | None) -> list[set[int] | str]:
    """Return for each area its peers by position, or why it has none."""
    groups = find_peers(areas, rule)
    return [
        reason or set(members.tolist())
        for members, reason in zip(groups.members, groups.reasons, strict=True)
    ]


def by_size(*bounds: float, least: int = 2) -> PeerRule:
    """Make a rule by classes of size."""
    return PeerRule(("size",), size_classes=bounds, least=least)


# ---------- classes ----------


def test_a_value_on_a_bound_is_in_the_class_that_begins_there() -> None:
    """Classes are half open: 1,000 begins the class "1,000 to under 5,000"."""
    values = pd.Series([0.0, 999.9, 1000.0, 4999.0, 5000.0, 1e9])
    assert classify(values, (1000, 5000)).tolist() == [0, 0, 1, 1, 2, 2]


def test_the_class_of_an_unknown_value_is_unknown() -> None:
    """What is not known is in no class, neither in the lowest nor in the highest one."""
    found = classify(pd.Series([NAN, 5.0], index=[7, 3]), (2,))
    assert found.isna().tolist() == [True, False]
    assert found.index.tolist() == [7, 3]
    assert found.dtype == "Int64"


# ---------- who is compared with whom ----------


def test_peers_are_of_one_size_class() -> None:
    """An area is among its own peers; a value on the bound is in the upper class."""
    areas = list_areas(population=[400, 999, 1000, 1500, 9000])
    assert find_sets(areas, by_size(1000)) == [{0, 1}, {0, 1}, {2, 3, 4}, {2, 3, 4}, {2, 3, 4}]


def test_peers_are_of_one_level() -> None:
    """A region is no peer of a town, whatever its size."""
    areas = list_areas(
        population=[10, 11, 10, 11, 99, 99], level=["town"] * 2 + ["region"] * 2 + ["town"] * 2
    )
    assert find_sets(areas, by_size(50)) == [{0, 1}, {0, 1}, WHOLE_LEVEL, WHOLE_LEVEL, {4, 5}, {4, 5}]


def test_without_a_rule_nobody_has_peers() -> None:
    """Who declares nothing is compared with nobody."""
    assert find_sets(list_areas(population=[1, 2]), None) == [ALONE, ALONE]


def test_what_is_not_known_makes_no_peers() -> None:
    """An area whose context is unknown has no peers and is nobody's peer."""
    areas = list_areas(population=[10, 11, NAN, 99], type=["a", "a", "a", "b"])
    assert find_sets(areas, by_size(50, least=2)) == [{0, 1}, {0, 1}, UNKNOWN, TOO_FEW]
    areas = list_areas(type=["a", "a", "", "b", "b"])
    assert find_sets(areas, PeerRule(("type",), least=2))[2] == UNKNOWN
    areas = list_areas(latitude=[0, 0, NAN, 0], longitude=[0, 0.1, 0, NAN])
    rule = PeerRule(("distance",), distance_km=100, least=2)
    assert find_sets(areas, rule) == [{0, 1}, {0, 1}, UNKNOWN, UNKNOWN]


def test_all_of_a_level_are_no_peer_group() -> None:
    """A rule that tells no area apart would make a league table of the level."""
    areas = list_areas(population=[10, 11, 12, 13])
    assert find_sets(areas, by_size(1000)) == [WHOLE_LEVEL] * 4


def test_too_few_are_no_peer_group() -> None:
    """The area itself counts: a group of three has three."""
    areas = list_areas(population=[1, 1, 1, 9, 9])
    assert find_sets(areas, by_size(5, least=3)) == [{0, 1, 2}] * 3 + [TOO_FEW] * 2


@pytest.mark.parametrize(
    ("feature", "column", "more"),
    [("type", "type", {}), ("parent", "parent_code", {})],
)
def test_peers_share_a_word(feature: Any, column: str, more: dict[str, Any]) -> None:
    """By type and by parent, peers have the same word."""
    areas = list_areas(**{column: ["a", "b", "a", "b", "c"]})
    found = find_sets(areas, PeerRule((feature,), least=2, **more))
    assert found == [{0, 2}, {1, 3}, {0, 2}, {1, 3}, TOO_FEW]


def test_peers_share_an_income_class() -> None:
    """Classes of income begin where the rule says."""
    areas = list_areas(income=[1, 2, 3, 4, 0], population=[1, 1, 1, 1, 1])
    rule = PeerRule(("income",), income_classes=(3.0,), least=2)
    assert find_sets(areas, rule) == [{0, 1, 4}, {0, 1, 4}, {2, 3}, {2, 3}, {0, 1, 4}]


def test_peers_share_all_that_is_named() -> None:
    """Several features hold together, distance within the group of the others."""
    areas = list_areas(
        population=[10, 10, 10, 99, 10, 10],
        type=["a", "a", "a", "a", "b", "b"],
        latitude=[0, 0, 30, 0, 0, 0],
        longitude=[0, 0.5, 0, 0, 0, 0.5],
    )
    rule = PeerRule(("size", "type", "distance"), size_classes=(50,), distance_km=100, least=2)
    assert find_sets(areas, rule) == [{0, 1}, {0, 1}, TOO_FEW, TOO_FEW, {4, 5}, {4, 5}]


# ---------- distance ----------


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        ("London", "Paris", 344),
        ("Paris", "Brussels", 264),
        ("Paris", "Berlin", 878),
        ("London", "New York", 5570),
        ("Suva", "Apia", 1141),  # across the date line
    ],
)
def test_distances_are_those_of_an_atlas(one: str, other: str, km: float) -> None:
    """Cities are peers at one percent more than their distance, and are none at one percent less."""
    latitude, longitude = zip(CITIES[one], CITIES[other], (-80, 0), strict=True)
    areas = list_areas(latitude=list(latitude), longitude=list(longitude))
    near, far = (PeerRule(("distance",), distance_km=km * part, least=2) for part in (1.01, 0.99))
    assert find_sets(areas, near) == [{0, 1}, {0, 1}, TOO_FEW]
    assert find_sets(areas, far) == [TOO_FEW] * 3


def test_distance_is_not_shared_in_a_chain() -> None:
    """Each area has the peers around itself: the middle of three sees both ends, which do not see each other."""
    areas = list_areas(latitude=[0, 0, 0, 50], longitude=[0, 1, 2, 0])  # a degree is 111 km
    rule = PeerRule(("distance",), distance_km=120, least=2)
    assert find_sets(areas, rule) == [{0, 1}, {0, 1, 2}, {1, 2}, TOO_FEW]


def measure(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the distance of two points in km, by the angle between their vectors."""
    first, second = (
        np.array([math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)])
        for lat, lon in ((math.radians(point[0]), math.radians(point[1])) for point in (one, other))
    )
    across = float(np.linalg.norm(np.cross(first, second)))
    return peers.EARTH_KM * math.atan2(across, float(np.dot(first, second)))


points = st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), min_size=2, max_size=12)


@settings(max_examples=60, deadline=None)
@given(points=points, km=st.floats(1, 20_000))
def test_near_is_what_a_sphere_says(points: list[tuple[float, float]], km: float) -> None:
    """Peers by distance are those that vectors from the centre of the Earth find; blocks change nothing."""
    areas = list_areas(latitude=[p[0] for p in points], longitude=[p[1] for p in points])
    rule, block = PeerRule(("distance",), distance_km=km, least=1), peers.BLOCK
    try:
        peers.BLOCK = 5
        found = find_sets(areas, rule)
    finally:
        peers.BLOCK = block
    assert found == find_sets(areas, rule)
    for one, near in enumerate(found):
        distances = [measure(points[one], other) for other in points]
        if any(abs(distance - km) < 1e-3 for distance in distances):
            continue  # as good as on the line
        expected = {at for at, distance in enumerate(distances) if distance <= km}
        assert near == (expected if len(expected) < len(points) else WHOLE_LEVEL)


# ---------- against a plain implementation ----------


def find_plainly(areas: list[dict[str, Any]], rule: PeerRule) -> list[set[int] | str]:
    """Find peers area by area, as the rule is said in words."""

    def context(area: dict[str, Any]) -> tuple[Any, ...] | None:
        parts: list[Any] = [area["level"]]
        for feature in rule.by:
            column = {"size": "population", "parent": "parent_code"}.get(feature, feature)
            value = area[column]
            if value == "" or value != value:  # noqa: PLR0124  # NaN is not itself
                return None
            bounds = {"size": rule.size_classes, "income": rule.income_classes}.get(feature)
            parts.append(value if bounds is None else sum(value >= bound for bound in bounds))
        return tuple(parts)

    contexts = [context(area) for area in areas]
    found: list[set[int] | str] = []
    for area, own in zip(areas, contexts, strict=True):
        group = {at for at, other in enumerate(contexts) if other == own}
        level = sum(other["level"] == area["level"] for other in areas)
        if own is None:
            found.append(UNKNOWN)
        elif len(group) == level:
            found.append(WHOLE_LEVEL)
        else:
            found.append(TOO_FEW if len(group) < rule.least else group)
    return found


amounts = st.one_of(st.just(NAN), st.integers(0, 12).map(float))
areas_at_random = st.lists(
    st.fixed_dictionaries(
        {
            "level": st.sampled_from(["town", "region"]),
            "type": st.sampled_from(["", "coast", "inland"]),
            "parent_code": st.sampled_from(["", "A", "B"]),
            "population": amounts,
            "income": amounts,
        }
    ),
    min_size=1,
    max_size=20,
)
features = st.lists(st.sampled_from(["size", "income", "type", "parent"]), min_size=1, unique=True)
bounds = st.lists(st.integers(1, 12).map(float), min_size=1, max_size=3, unique=True).map(sorted)


@settings(max_examples=150, deadline=None)
@given(areas=areas_at_random, by=features, bounds=bounds, least=st.integers(1, 5))
def test_peers_are_those_of_a_plain_rule(
    areas: list[dict[str, Any]], by: list[str], bounds: list[float], least: int
) -> None:
    """On areas at random, peers are those that a loop over all pairs finds."""
    rule = PeerRule(tuple(by), tuple(bounds), tuple(bounds), least=least)
    table = list_areas(**{name: [area[name] for area in areas] for name in areas[0]})
    assert find_sets(table, rule) == find_plainly(areas, rule)


# ---------- places ----------


def place(
    values: list[float], direction: float, least: int = 2, members: list[list[int]] | None = None
) -> tuple[list[int], list[int], list[float]]:
    """Return rank, count and median of areas that have one indicator, all of them peers unless told."""
    groups = members or [list(range(len(values)))] * len(values)
    found = place_among_peers(
        np.array(values, dtype=float)[:, None],
        np.array([direction]),
        PeerGroups(tuple(np.array(group, dtype=np.int64) for group in groups), ("",) * len(groups)),
        least,
    )
    return found.rank[:, 0].tolist(), found.count[:, 0].tolist(), found.median[:, 0].tolist()


def test_equal_values_share_the_better_place() -> None:
    """After two first places comes the third."""
    assert place([5, 9, 9, 1], 1.0) == ([3, 1, 1, 4], [4] * 4, [7.0] * 4)


def test_the_direction_down_turns_places_round() -> None:
    """Where less is better, the lowest has the first place; the median is the same."""
    assert place([5, 9, 9, 1], -1.0) == ([2, 3, 3, 1], [4] * 4, [7.0] * 4)


def test_without_a_direction_there_is_a_median_but_no_place() -> None:
    """Where neither way is better, nobody is ahead."""
    assert place([5, 9, 9, 1], 0.0) == ([0] * 4, [4] * 4, [7.0] * 4)


def test_areas_without_a_value_are_not_counted() -> None:
    """Who has no value has no place, and takes none from others."""
    assert place([5, NAN, 9, 1], 1.0) == ([2, 0, 1, 3], [3] * 4, [5.0] * 4)


def test_few_values_make_no_place() -> None:
    """With fewer than `least` values there is neither place nor median, but a count."""
    ranks, counts, medians = place([5, NAN, 9, NAN], 1.0, least=3)
    assert (ranks, counts) == ([0] * 4, [2] * 4)
    assert all(math.isnan(one) for one in medians)


def test_who_has_no_peers_has_no_place() -> None:
    """An empty group gives nothing."""
    ranks, counts, medians = place([5, 7, 9], 1.0, members=[[0, 1], [0, 1], []])
    assert (ranks, counts, medians[:2]) == ([2, 1, 0], [2, 2, 0], [6.0, 6.0])
    assert math.isnan(medians[2])


def test_values_are_left_as_they_were() -> None:
    """Placing does not change what it is given."""
    values = np.array([[1.0, NAN], [2.0, 3.0]])
    before = values.copy()
    place_among_peers(values, np.array([1.0, 0.0]), PeerGroups((np.array([0, 1]),) * 2, ("", "")), 1)
    np.testing.assert_array_equal(values, before)


cells = st.one_of(st.just(NAN), st.integers(-3, 3).map(float))


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[list[float]], list[float], list[list[int]], int]:
    """Draw a table of values, directions, groups in which each area is, or is alone, and the least number."""
    rows, columns = draw(st.integers(1, 9)), draw(st.integers(1, 3))
    values = draw(st.lists(st.lists(cells, min_size=columns, max_size=columns), min_size=rows, max_size=rows))
    directions = draw(st.lists(st.sampled_from([1.0, -1.0, 0.0]), min_size=columns, max_size=columns))
    groups = [
        sorted({area, *draw(st.sets(st.integers(0, rows - 1)))}) if draw(st.booleans()) else []
        for area in range(rows)
    ]
    return values, directions, groups, draw(st.integers(1, 4))


@settings(max_examples=150, deadline=None)
@given(table=tables())
def test_places_are_those_of_a_plain_rule(
    table: tuple[list[list[float]], list[float], list[list[int]], int],
) -> None:
    """On values at random, place, count and median are those of a loop over areas, indicators and peers."""
    values, directions, members, least = table
    groups = PeerGroups(tuple(np.array(one, dtype=np.int64) for one in members), ("",) * len(members))
    found = place_among_peers(np.array(values), np.array(directions), groups, least)
    for area, group in enumerate(members):
        for column, direction in enumerate(directions):
            known = [values[at][column] for at in group if not math.isnan(values[at][column])]
            own, enough = values[area][column], len(known) >= least
            has_place = group and enough and direction and not math.isnan(own)
            ahead = sum((one - own) * direction > 0 for one in known) if has_place else -1
            assert found.rank[area, column] == ahead + 1
            assert found.count[area, column] == len(known)
            expected = median(known) if enough and known else NAN
            assert found.median[area, column] == pytest.approx(expected, nan_ok=True)


# ---------- the spread of all ----------


@settings(max_examples=100, deadline=None)
@given(values=st.lists(cells, min_size=1, max_size=12))
def test_the_spread_is_that_of_pythons_statistics(values: list[float]) -> None:
    """Lowest, quartiles and highest are Python's "inclusive" ones; quartiles need five values."""
    found = spread(np.array(values)[:, None])[:, 0].tolist()
    known = sorted(value for value in values if not math.isnan(value))
    low, high = (known[0], known[-1]) if known else (NAN, NAN)
    middle = quantiles(known, n=4, method="inclusive") if len(known) >= 5 else [NAN] * 3
    assert found == pytest.approx([low, *middle, high], nan_ok=True)
