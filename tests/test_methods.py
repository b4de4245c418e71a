"""The methods: totals, groups, the latest year, weighted means, changes, targets, coverage."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest

from vsrbook.methods.change import changes, target_gaps
from vsrbook.methods.coverage import area_coverage, years_with_data
from vsrbook.methods.selection import groups_of, latest, of_area, of_areas, totals, weighted_mean

NAN = float("nan")


def observe(*rows: dict[str, Any]) -> pd.DataFrame:
    """Make a table of observations, typed as the reader types it; what a row leaves out is a total for A."""
    default = {"indicator_code": "water", "area_code": "A", "year": 2020, "value": 1.0}
    groups = dict.fromkeys(("sex", "age", "residence", "category"), "")
    lines = [{"row": number, **default, **groups, **row} for number, row in enumerate(rows, 2)]
    columns = ["row", *default, *groups]
    return pd.DataFrame(lines, columns=columns).astype({"year": "Int64", "value": "float64", "row": "int64"})


def indicate(**rows: dict[str, Any]) -> pd.DataFrame:
    """Make a table of indicators: code → what differs from an indicator of goal 6 that should rise."""
    default = {"goal": 6, "direction": "up", "target_value": NAN, "target_year": pd.NA}
    lines = [{"indicator_code": code, **default, **row} for code, row in rows.items()]
    return pd.DataFrame(lines).astype({"goal": "Int64", "target_value": "float64", "target_year": "Int64"})


# ---------- selection ----------


def test_totals_are_for_everyone() -> None:
    """A row with a sex, an age, a residence or a category is no total."""
    table = observe({}, {"sex": "female"}, {"age": "0-4"}, {"residence": "rural"}, {"category": "piped"})
    assert list(totals(table)["row"]) == [2]


@pytest.mark.parametrize("group", ["sex", "age", "residence", "category"])
def test_groups_are_broken_down_by_one_thing_only(group: str) -> None:
    """A row broken down twice belongs to neither group."""
    other = "age" if group != "age" else "sex"
    table = observe({}, {group: "x"}, {other: "y"}, {group: "x", other: "y"})
    assert list(groups_of(table, group)["row"]) == [3]


def test_latest_skips_missing_values() -> None:
    """Where the last year has no value, the last one that has a value counts; order of rows does not."""
    table = observe(
        {"year": 2020, "value": 3.0},
        {"year": 2015, "value": 1.0},
        {"year": 2022, "value": NAN},
        {"area_code": "B", "value": NAN},
    )
    assert list(latest(table)["row"]) == [2]


def test_latest_keeps_one_per_indicator_area_and_group() -> None:
    """Indicators, areas and groups each have a latest year of their own; rows keep the table's order."""
    table = observe(
        {"year": 2021},
        {"year": 2010, "sex": "female"},
        {"year": 2012, "area_code": "B"},
        {"year": 2013, "indicator_code": "toilets"},
        {"year": 2011, "area_code": "B"},
    )
    assert list(latest(table)["row"]) == [2, 3, 4, 5]


def test_areas_are_chosen_by_code() -> None:
    """One area, or those of a table; an unknown one gives no rows."""
    table = observe({}, {"area_code": "B"}, {"area_code": "C"})
    assert list(of_area(table, "B")["row"]) == [3]
    assert list(of_areas(table, pd.DataFrame({"area_code": ["A", "C"]}))["row"]) == [2, 4]
    assert of_area(table, "b").empty


def test_weighted_mean_follows_its_formula() -> None:
    """The sum of weight times value, divided by the sum of weights."""
    assert weighted_mean(pd.Series([10.0, 40.0]), pd.Series([300.0, 100.0])) == pytest.approx(17.5)


def test_weighted_mean_leaves_out_incomplete_pairs() -> None:
    """A value without weight, or a weight without value, counts in neither sum."""
    values, weights = pd.Series([10.0, NAN, 90.0, 40.0]), pd.Series([300.0, 500.0, NAN, 100.0])
    assert weighted_mean(values, weights) == pytest.approx(17.5)


@pytest.mark.parametrize(
    ("values", "weights"), [([], []), ([1.0], [0.0]), ([1.0, NAN], [NAN, 1.0]), ([1.0, 2.0], [0.0, 0.0])]
)
def test_weighted_mean_of_nothing_is_missing(values: list[float], weights: list[float]) -> None:
    """Without a pair, or with no weight at all, there is no mean, and no division by zero."""
    assert math.isnan(weighted_mean(pd.Series(values, dtype=float), pd.Series(weights, dtype=float)))


def test_selections_leave_their_input_as_it_was() -> None:
    """The methods are pure: what they are given is unchanged after."""
    table, indicators = observe({"year": 2015, "value": 2.0}, {}, {"sex": "male"}), indicate(water={})
    before = table.copy(), indicators.copy()
    for result in (totals(table), latest(table), changes(table, indicators), target_gaps(table, indicators)):
        assert result is not table
    pd.testing.assert_frame_equal(table, before[0])
    pd.testing.assert_frame_equal(indicators, before[1])


# ---------- change ----------


@pytest.mark.parametrize(
    ("direction", "first", "last", "toward"),
    [
        ("up", 50, 60, True),
        ("up", 60, 50, False),
        ("down", 60, 50, True),
        ("down", 50, 60, False),
        ("none", 50, 60, None),
        ("up", 50, 50, None),
        ("down", 50, 50, None),
        ("", 50, 60, None),
    ],
)
def test_change_knows_its_direction(direction: str, first: float, last: float, toward: bool | None) -> None:
    """Towards progress, away from it, or neither where nothing changed or no direction is given."""
    table = observe({"year": 2015, "value": first}, {"year": 2020, "value": last})
    found = changes(table, indicate(water={"direction": direction}))
    assert found[["first_year", "last_year", "points"]].to_numpy().tolist() == [[2015, 2020, 2]]
    assert list(found["change"]) == [last - first]
    assert list(found["toward"]) == [pd.NA if toward is None else toward]


def test_change_is_between_first_and_last_year_with_a_value() -> None:
    """Years in between count as points only; a missing value at either end is not an end."""
    table = observe(
        {"year": 2020, "value": 9.0},
        {"year": 2010, "value": NAN},
        {"year": 2012, "value": 4.0},
        {"year": 2016, "value": 1.0},
        {"year": 2022, "value": NAN},
    )
    (change,) = changes(table, indicate(water={})).to_dict("records")
    assert [change[name] for name in ("first_year", "first_value", "last_year", "last_value")] == [
        2012,
        4.0,
        2020,
        9.0,
    ]
    assert change["points"] == 3


def test_one_year_is_no_change() -> None:
    """A series with one value has no row; groups and areas are series of their own."""
    table = observe(
        {"year": 2020},
        {"year": 2015, "sex": "female"},
        {"year": 2010, "area_code": "B"},
        {"year": 2012, "area_code": "B", "value": NAN},
    )
    found = changes(table, indicate(water={}))
    assert found.empty
    assert {"change", "toward", "points"} <= set(found.columns)


def test_changes_of_nothing_have_their_columns() -> None:
    """An empty table gives an empty table of changes."""
    found = changes(observe(), indicate(water={}))
    assert found.empty
    assert {"indicator_code", "change", "toward"} <= set(found.columns)


@pytest.mark.parametrize(
    ("direction", "value", "gap", "met"),
    [
        ("up", 60.0, 40.0, False),
        ("up", 100.0, 0.0, True),
        ("up", 120.0, -20.0, True),
        ("down", 120.0, -20.0, False),
        ("down", 100.0, 0.0, True),
        ("down", 60.0, 40.0, True),
    ],
)
def test_target_is_reached_from_its_side(direction: str, value: float, gap: float, met: bool) -> None:
    """A rising indicator has reached its target at or above it, a falling one at or below."""
    aims = indicate(water={"direction": direction, "target_value": 100.0, "target_year": 2030})
    (found,) = target_gaps(observe({"value": value}), aims).to_dict("records")
    assert (found["gap"], bool(found["met"]), found["target_year"]) == (gap, met, 2030)


def test_only_known_values_with_a_target_have_a_gap() -> None:
    """No target, or no value: no row. A target of zero is a target."""
    aims = indicate(water={"target_value": 0.0, "direction": "down"}, toilets={})
    found = target_gaps(observe({"value": 3.0}, {"indicator_code": "toilets"}, {"value": NAN}), aims)
    assert list(found["gap"]) == [-3.0]
    assert target_gaps(observe({}), indicate(water={})).empty


# ---------- coverage ----------


def test_years_count_series_not_areas() -> None:
    """An indicator counts once a year for everyone and once for each group, however many areas it has."""
    table = observe(
        {"year": 2020},
        {"year": 2020, "area_code": "B"},
        {"year": 2020, "sex": "female"},
        {"year": 2020, "sex": "male"},
        {"year": 2015},
        {"year": 2015, "indicator_code": "toilets", "value": NAN},
        {"year": 2015, "indicator_code": "school"},
    )
    found = years_with_data(table, indicate(water={}, toilets={}, school={"goal": 4}))
    assert found[["goal", "year", "series"]].to_numpy().tolist() == [[4, 2015, 1], [6, 2015, 1], [6, 2020, 3]]


def test_coverage_counts_the_areas_of_the_latest_year() -> None:
    """An area counts once, in the indicator's latest year, and only if it is one of those compared."""
    areas = pd.DataFrame({"area_code": ["A", "B", "C"]})
    table = observe(
        {"year": 2010},
        {"year": 2010, "area_code": "B"},
        {"year": 2010, "area_code": "C"},
        {"year": 2020},
        {"year": 2020, "sex": "female"},
        {"year": 2020, "area_code": "B"},
        {"year": 2020, "area_code": "C", "value": NAN},
        {"year": 2024, "area_code": "whole"},
    )
    (found,) = area_coverage(table, areas).to_dict("records")
    assert (found["year"], found["areas_with_value"], found["areas"]) == (2020, 2, 3)


def test_coverage_of_nothing_is_empty() -> None:
    """Without a value for a compared area there is nothing to count."""
    assert area_coverage(observe({"value": NAN}), pd.DataFrame({"area_code": ["A"]})).empty
    assert years_with_data(observe(), indicate(water={})).empty
