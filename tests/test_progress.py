"""The methods of progress: test vectors, boundaries, edge rules, properties, tables, roll-up, comparison."""

from __future__ import annotations

import itertools
import math
import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from vsrbook.methods.progress import (
    METHODS,
    NOT_ASSESSABLE,
    REASONS,
    Assessment,
    Method,
    Scale,
    SeriesSet,
    Status,
    Verdict,
    assess,
    assess_table,
    at_least,
    compare_methods,
    destatis,
    direction_of,
    escap,
    eurostat,
    give_verdict,
    open_sdg,
    register,
    roll_up,
    sdg_index,
    sdsn,
    unsd,
)
from vsrbook.publishing.maths import convert_formula

ROOT = Path(__file__).parents[1]
NAN = float("nan")
GROUPS = ("sex", "age", "residence", "category")
BOUNDS = {"lower": 0.0, "red": 50.0, "green": 80.0, "optimum": 100.0}
Bag = dict[Any, Any]
small = settings(max_examples=60, deadline=None)


def judge(
    values: Mapping[int, float | None], method: str | Method, direction: int = 1, **rules: Any
) -> Assessment:
    """Judge values by year."""
    return assess(pd.Series(values, dtype="object"), method=method, direction=direction, **rules)


def observe(*rows: dict[str, Any]) -> pd.DataFrame:
    """Make a table of observations, typed as the reader types it; what a row leaves out is a total for A."""
    default = {"indicator_code": "water", "area_code": "A", "year": 2020, "value": 1.0, "status": ""}
    groups = dict.fromkeys(GROUPS, "")
    table = pd.DataFrame([{**default, **groups, **row} for row in rows], columns=[*default, *groups])
    texts = dict.fromkeys(("indicator_code", "area_code", "status", *GROUPS), "str")
    return table.astype({"year": "Int64", "value": "float64", **texts})


def line(first: float, last: float, **key: Any) -> list[dict[str, Any]]:
    """Make the rows of a series of two values, 2015 and 2022."""
    return [{"year": 2015, "value": first, **key}, {"year": 2022, "value": last, **key}]


def indicate(**rows: dict[str, Any]) -> pd.DataFrame:
    """Make a table of indicators: code → what differs from an indicator of goal 6 that should rise."""
    lines = [{"indicator_code": code, "goal": 6, "direction": "up", **row} for code, row in rows.items()]
    return pd.DataFrame(lines).astype({"goal": "Int64", "indicator_code": "str", "direction": "str"})


# ---------- published and agreed vectors ----------


def test_vector_of_a_falling_series_with_a_target() -> None:
    """20 (2015) → 15 (2022), target 10, gives what each method's formula gives by hand."""
    values, rules = {2015: 20.0, 2022: 15.0}, {"direction": -1, "target": 10.0}
    ours = judge(values, "eurostat", **rules)
    assert ours.status == judge(values, "open-sdg", **rules).status == "moderate_progress"
    assert ours.value == pytest.approx(0.8916, abs=5e-5)
    assert ours.score == pytest.approx(2.083, abs=5e-4)
    assert ours.inputs["cagr"] == pytest.approx(-0.040264, abs=5e-7)
    assert ours.inputs["required_cagr"] == pytest.approx(-0.045158, abs=5e-7)
    chart = judge(values, "unsd", **rules)
    assert (chart.status, chart.score) == ("fair_progress", None)
    assert chart.value == pytest.approx(0.9203, abs=5e-5)
    report = judge(values, "escap", **rules)
    assert report.value == report.score == report.inputs["current_status"] == 5.0
    assert report.inputs["anticipated_at_constant_growth"] == pytest.approx(9.203, abs=5e-4)
    assert report.inputs["expected_value"] == pytest.approx(20 - 15 * 5 / 7)


def test_vector_of_a_rising_series_with_a_limit() -> None:
    """50 (2015) → 54 (2022), limit 100, no target: Open SDG's coefficient lowers the thresholds."""
    values = {2015: 50.0, 2022: 54.0}
    measured = judge(values, "open-sdg", limit=100.0)
    assert (measured.status, measured.value) == ("moderate_progress", pytest.approx(0.011055, abs=5e-7))
    assert measured.inputs["coefficient"] == pytest.approx(0.95393, abs=5e-6)
    assert measured.score == pytest.approx(1.647, abs=5e-4)
    grown = judge(values, "eurostat", limit=100.0)
    assert (grown.status, grown.score) == ("significant_progress", pytest.approx(2.764, abs=5e-4))


@pytest.mark.parametrize(
    ("values", "rules", "value", "score"),
    [
        ({2015: 14.5, 2023: 10.2}, {"direction": -1, "target": 7.25}, 0.9525901792, 2.5185563911),
        ({2015: 90.0, 2021: 93.2}, {"direction": 1, "limit": 100.0}, 0.0058399952, 2.8153866454),
    ],
)
def test_what_statistics_canada_published(
    values: dict[int, float | None], rules: dict[str, Any], value: float, score: float
) -> None:
    """Open SDG's method gives the progress values and scores that Statistics Canada has published."""
    result = judge(values, "open-sdg", **rules)
    assert result.value == pytest.approx(value, abs=1e-9)
    assert result.score == pytest.approx(score, abs=1e-9)
    assert (result.status, result.reason) == ("substantial_progress", "")


# ---------- boundaries ----------

BOUNDARIES: list[tuple[Scale, list[tuple[float, str]], list[str]]] = [
    (
        eurostat.WITHOUT_TARGET,
        [(0.01, ">"), (0.001, ">"), (-0.001, "≥"), (-0.01, "≥")],
        [
            "significant_progress",
            "moderate_progress",
            "no_significant_change",
            "moderate_movement_away",
            "significant_movement_away",
        ],
    ),
    (
        eurostat.WITH_TARGET,
        [(0.95, ">"), (0.6, ">"), (0.0, "≥")],
        ["significant_progress", "moderate_progress", "insufficient_progress", "moving_away"],
    ),
    (
        eurostat.MEAN_SCORE,
        [(2.5, ">"), (0.25, ">"), (-0.25, "≥"), (-2.5, "≥")],
        [
            "significant_progress",
            "moderate_progress",
            "no_significant_change",
            "moderate_movement_away",
            "significant_movement_away",
        ],
    ),
    (
        open_sdg.WITHOUT_TARGET,
        [(0.015, "≥"), (0.005, "≥"), (0.0, "≥")],
        ["substantial_progress", "moderate_progress", "limited_progress", "deterioration"],
    ),
    (
        open_sdg.WITH_TARGET,
        [(0.95, "≥"), (0.6, "≥"), (0.0, "≥")],
        ["substantial_progress", "moderate_progress", "limited_progress", "deterioration"],
    ),
    (
        open_sdg.MEAN_SCORE,
        [(2.5, "≥"), (0.0, "≥"), (-2.5, "≥")],
        ["substantial_progress", "moderate_progress", "limited_progress", "deterioration"],
    ),
    (
        unsd.WITH_TARGET,
        [(0.95, "≥"), (0.1, "≥")],
        ["on_track_or_met", "fair_progress", "stagnation_or_regression"],
    ),
    (
        unsd.WITHOUT_TARGET,
        [(0.02, "≥"), (0.005, "≥")],
        ["substantial_progress", "fair_progress", "stagnation_or_regression"],
    ),
    (sdsn.COLOURS, [(2.0, "≥"), (1.5, "≥"), (1.0, "≥")], ["green", "yellow", "orange", "red"]),
    (
        sdsn.ARROWS,
        [(1.0, "≥"), (0.5, "≥"), (0.0, "≥")],
        ["on_track", "moderately_improving", "stagnating", "decreasing"],
    ),
    (escap.ANTICIPATED, [(9.0, ">"), (0.0, ">")], ["meets", "accelerate", "no_progress"]),
    (destatis.MISS, [(0.2, ">"), (0.05, "≥")], ["off_track", "slightly_off", "on_track"]),
]


@pytest.mark.parametrize(("scale", "limits", "names"), BOUNDARIES)
def test_each_boundary_below_on_and_above(
    scale: Scale, limits: list[tuple[float, str]], names: list[str]
) -> None:
    """On a boundary of ≥ the better name is given, on one of > the worse; one float further, the other."""
    for (limit, sign), upper, lower in zip(limits, names, names[1:], strict=False):
        on = upper if sign == "≥" else lower
        numbers = np.array([np.nextafter(limit, -np.inf), limit, np.nextafter(limit, np.inf)])
        assert list(scale.name(numbers)) == [lower, on, upper], (limit, sign)
    assert len(names) == len(limits) + 1


@pytest.mark.parametrize(
    ("values", "method", "rules", "status"),
    [
        ({2015: 7.0, 2022: 7.0}, "eurostat", {}, "no_significant_change"),
        ({2015: 7.0, 2022: 7.0}, "eurostat", {"target": 9.0}, "insufficient_progress"),
        ({2015: 7.0, 2022: 7.0}, "open-sdg", {}, "limited_progress"),
        ({2015: 7.0, 2022: 7.0}, "open-sdg", {"target": 9.0}, "limited_progress"),
        ({2015: 7.0, 2022: 6.999}, "open-sdg", {}, "deterioration"),
        ({2015: 7.0, 2022: 7.0}, "unsd", {"target": 9.0}, "stagnation_or_regression"),
        ({2020: 0.0, 2025: 45.0}, "escap", {"target": 100.0}, "accelerate"),  # 9.0 exactly
        ({2020: 0.0, 2025: 46.0}, "escap", {"target": 100.0}, "meets"),
        ({2020: 5.0, 2025: 5.0}, "escap", {"target": 100.0}, "no_progress"),  # 0.0 exactly
        ({2020: 5.0, 2025: 5.5}, "escap", {"target": 100.0}, "accelerate"),
        (
            {2019: 0.0, 2020: 19.0, 2021: 38.0, 2022: 57.0},
            "destatis",
            {"target": 217.0},
            "slightly_off",
        ),  # 5 %
        ({2019: 0.0, 2020: 19.0, 2021: 38.0, 2022: 57.0}, "destatis", {"target": 216.0}, "on_track"),
        ({2019: 0.0, 2020: 4.0, 2021: 8.0, 2022: 12.0}, "destatis", {"target": 52.0}, "slightly_off"),  # 20 %
        ({2019: 0.0, 2020: 4.0, 2021: 8.0, 2022: 12.0}, "destatis", {"target": 53.0}, "off_track"),
        ({2019: 5.0, 2020: 5.0, 2021: 5.0, 2022: 5.0}, "destatis", {"target": 9.0}, "off_track"),
        ({2019: 5.0, 2020: 5.0, 2021: 5.0, 2022: 4.9}, "destatis", {"target": 9.0}, "wrong_direction"),
        ({2015: 1.0, 2022: 80.0}, "sdsn", BOUNDS, "green"),
        ({2015: 1.0, 2022: 65.0}, "sdsn", BOUNDS, "yellow"),
        ({2015: 1.0, 2022: 64.9}, "sdsn", BOUNDS, "orange"),
        ({2015: 1.0, 2022: 50.0}, "sdsn", BOUNDS, "orange"),
        ({2015: 1.0, 2022: 49.9}, "sdsn", BOUNDS, "red"),
    ],
)
def test_boundaries_reached_by_values(
    values: dict[int, float | None], method: str, rules: dict[str, Any], status: str
) -> None:
    """Values that lie on a boundary exactly get the status that the boundary's sign gives."""
    assert judge(values, method, **rules).status == status


def test_floats_beside_a_boundary_are_not_rounded_onto_it() -> None:
    """101 / 100 − 1 is a hair more than 1 % in floating point, and no tolerance hides it."""
    grown = judge({2020: 100.0, 2021: 101.0}, "eurostat")
    assert grown.value is not None
    assert grown.value > 0.01
    assert grown.status == "significant_progress"


# ---------- scores ----------


@pytest.mark.parametrize(
    ("ratio", "score"), [(1.31, 5), (1.3, 5), (0.95, 2.5), (0.6, 0), (0.0, -2.5), (-0.6, -5), (-0.7, -5)]
)
def test_eurostat_scores_with_a_target(ratio: float, score: float) -> None:
    """The score runs through 5 at 130 %, 0 at 60 % and −5 at −60 %, and no further."""
    assert eurostat.score_ratio(np.array([ratio]))[0] == pytest.approx(score)


@pytest.mark.parametrize(
    ("rate", "share", "score"),
    [
        (-0.03, 1.0, -5),
        (-0.02, 1.0, -5),
        (-0.01, 0.5, -3.75),
        (0.0, 1.0, -2.5),
        (0.0025, 0.5, 0),
        (0.005, 1.0, 0),
        (0.015, 1.0, 2.5),
        (0.02, 1.0, 5),
        (0.5, 1.0, 5),
        (0.0, 0.0, 5),
        (-0.004, 0.0, -3),
    ],
)
def test_open_sdg_scores_without_a_target(rate: float, share: float, score: float) -> None:
    """The score joins at the thresholds, each multiplied by C; on the limit nothing more can be asked."""
    with np.errstate(all="ignore"):
        assert open_sdg.score_rate(np.array([rate]), np.array([share]))[0] == pytest.approx(score)


@pytest.mark.parametrize(
    ("base", "limit", "share"),
    [
        (0, 100, 1.0),
        (50, 100, 1 - 0.5**4.44),
        (100, 100, 0.0),
        (150, 100, 1 - 0.5**4.44),
        (200, 100, 1.0),
        (500, 100, 1.0),
        (0, 0, 1.0),
        (3, 0, 1.0),
        (-50, -100, 1 - 0.5**4.44),
        (50, NAN, 1.0),
    ],
)
def test_the_coefficient_near_a_limit(base: float, limit: float, share: float) -> None:
    """C is 0 on the limit, alike on both sides of it, and 1 from twice the limit on or without one."""
    with np.errstate(all="ignore"):
        assert open_sdg.limit_coefficient(np.array([base * 1.0]), np.array([limit * 1.0]))[0] == share


# ---------- edge rules ----------


def test_the_base_is_the_base_year_or_the_next_with_a_value() -> None:
    """2015 has no value, so 2016 is the base; the last year without a value is not the latest."""
    values = {2023: None, 2014: 99.0, 2022: 15.0, 2016: 20.0, 2015: NAN, 2019: 3.0}
    inputs = judge(values, "eurostat").inputs
    assert (inputs["base_year"], inputs["base_value"]) == (2016, 20.0)
    assert (inputs["latest_year"], inputs["latest_value"], inputs["points"]) == (2022, 15.0, 3)
    assert judge(values, "eurostat", base_year=2010).inputs["base_year"] == 2014


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({}, "no_values"),
        ({2015: None, 2020: NAN}, "no_values"),
        ({2020: math.inf}, "no_values"),
        ({2020: 5.0}, "one_point"),
        ({2010: 5.0}, "one_point"),
        ({2010: 5.0, 2020: 6.0}, "no_later_value"),
        ({2010: 5.0, 2011: 6.0}, "no_later_value"),
    ],
)
def test_what_no_method_can_judge(method: str, values: dict[int, float | None], reason: str) -> None:
    """Without two values from the base year on there is no status, but a reason."""
    result = judge(values, method, target=50.0, **BOUNDS)
    assert (result.value, result.score, result.status) == (None, None, NOT_ASSESSABLE)
    assert result.reason == REASONS[reason]
    assert not result.is_assessed


@pytest.mark.parametrize(
    ("values", "method", "rules", "reason"),
    [
        ({2015: 1.0, 2020: 2.0}, "escap", {}, "no_target"),
        ({2015: 1.0, 2020: 2.0}, "destatis", {}, "no_target"),
        ({2015: 1.0, 2016: 2.0, 2017: 3.0}, "destatis", {"target": 9.0}, "too_few_points"),
        ({2015: 1.0, 2020: 2.0}, "sdsn", {**BOUNDS, "red": None}, "no_bounds"),
        ({2015: 1.0, 2020: 2.0}, "sdsn", {**BOUNDS, "red": 90.0}, "bounds_disorder"),
        ({2015: 1.0, 2020: 2.0}, "sdsn", {**BOUNDS, "direction": -1}, "bounds_disorder"),
        ({2020: -2.0, 2021: 3.0}, "eurostat", {}, "change_of_sign"),
        ({2020: -2.0, 2021: 3.0}, "open-sdg", {}, "change_of_sign"),
        ({2020: 2.0, 2021: -3.0}, "unsd", {}, "change_of_sign"),
        ({2020: 0.0, 2021: -3.0}, "open-sdg", {}, "change_of_sign"),
        ({2020: -2.0, 2021: -1.0}, "eurostat", {"target": 3.0}, "target_sign"),
        ({2020: -2.0, 2021: -1.0}, "open-sdg", {"target": 3.0}, "target_sign"),
        ({2020: 0.0, 2021: 3.0}, "eurostat", {}, "zero_base"),
        ({2020: 0.0, 2021: 3.0}, "unsd", {"target": 50.0}, "zero_base"),
        ({2020: 5.0, 2021: 4.0}, "eurostat", {"target": 5.0}, "base_equals_target"),
        ({2020: 5.0, 2021: 4.0}, "open-sdg", {"target": 5.0}, "base_equals_target"),
        ({2020: 5.0, 2021: 4.0}, "unsd", {"target": 5.0}, "base_equals_target"),
        ({2020: 5.0, 2021: 4.0}, "escap", {"target": 5.0}, "base_equals_target"),
        ({2016: 5.0, 2021: 4.0}, "eurostat", {"target": 9.0, "target_year": 2016}, "target_year"),
        ({2016: 5.0, 2021: 4.0}, "open-sdg", {"target": 9.0, "target_year": 2016}, "target_year"),
        ({2016: 5.0, 2021: 4.0}, "unsd", {"target": 9.0, "target_year": 2016}, "target_year"),
        ({2016: 5.0, 2021: 4.0}, "escap", {"target": 9.0, "target_year": 2016}, "target_year"),
        ({2015: 1e-300, 2016: 1e300}, "eurostat", {}, "overflow"),
        ({2015: 1e-300, 2016: 1e300}, "unsd", {}, "overflow"),
        ({2015: -1e308, 2016: 1.7e308}, "escap", {"target": 1.75e308}, "overflow"),
    ],
)
def test_what_one_method_cannot_judge(
    values: dict[int, float | None], method: str, rules: dict[str, Any], reason: str
) -> None:
    """A series that a formula does not fit has no status, and the reason says why."""
    result = judge(values, method, **rules)
    assert (result.value, result.score, result.status) == (None, None, NOT_ASSESSABLE)
    assert result.reason == REASONS[reason]


@pytest.mark.parametrize(
    ("method", "status", "score"),
    [
        ("eurostat", "significant_progress", 5.0),
        ("open-sdg", "target_achieved", 5.0),
        ("unsd", "on_track_or_met", None),
    ],
)
def test_a_target_that_is_met_is_met_whatever_the_trend(
    method: str, status: str, score: float | None
) -> None:
    """A met target gives the best status with falling and rising good, also where no ratio can be formed."""
    for values, direction, target in (
        ({2015: 60.0, 2022: 55.0}, 1, 50.0),
        ({2015: 40.0, 2022: 45.0}, -1, 50.0),
        ({2015: 40.0, 2022: 50.0}, 1, 50.0),
        ({2015: 50.0, 2022: 50.0}, 1, 50.0),
        ({2015: 5.0, 2022: -3.0}, -1, 0.0),
        ({2015: -5.0, 2022: 3.0}, 1, 2.0),
    ):
        result = judge(values, method, direction, target=target)
        assert (result.status, result.score, result.reason) == (status, score, "")
    assert judge({2015: 50.0, 2022: 50.0}, method, 1, target=50.0).value is None
    assert judge({2015: -5.0, 2022: 3.0}, method, 1, target=2.0).value is None


@pytest.mark.parametrize(
    ("method", "status"),
    [
        ("eurostat", "moving_away"),
        ("open-sdg", "deterioration"),
        ("unsd", "stagnation_or_regression"),
        ("escap", "no_progress"),
    ],
)
def test_leaving_a_target_that_was_met_is_no_progress(method: str, status: str) -> None:
    """Where the base value was beyond the target and the latest is not, moving away never counts as progress."""
    assert judge({2015: 10.0, 2022: 25.0}, method, -1, target=20.0).status == status
    assert judge({2015: 25.0, 2022: 10.0}, method, 1, target=20.0).status == status


@pytest.mark.parametrize("method", ["eurostat", "open-sdg", "unsd"])
def test_negative_values_move_as_they_stand(method: str) -> None:
    """From −10 to −5 a value rises, though its size shrinks."""
    rising = judge({2015: -10.0, 2022: -5.0}, method)
    assert rising.value is not None
    assert rising.value > 0
    assert METHODS[method].direction_of(rising.status) == "toward"
    falling = judge({2015: -10.0, 2022: -5.0}, method, -1)
    assert falling.value == -rising.value
    assert METHODS[method].direction_of(falling.status) != "toward"


def test_open_sdg_takes_a_thousandth_for_zero() -> None:
    """A base value or a target of zero counts as 0.001, and the inputs say so."""
    base = judge({2015: 0.0, 2022: 4.0}, "open-sdg")
    assert base.value == judge({2015: 0.001, 2022: 4.0}, "open-sdg").value
    assert (base.inputs["base_value"], base.inputs["base_value_used"]) == (0.0, 0.001)
    aim = judge({2015: 8.0, 2022: 4.0}, "open-sdg", -1, target=0.0)
    assert aim.value == judge({2015: 8.0, 2022: 4.0}, "open-sdg", -1, target=0.001).value
    assert aim.inputs["target_used"] == 0.001
    assert judge({2015: 8.0, 2022: 0.0}, "open-sdg", -1, target=0.0).status == "target_achieved"


def test_open_sdg_does_not_look_at_the_limit_beside_a_target() -> None:
    """With a target the limit changes nothing."""
    with_limit = judge({2015: 90.0, 2022: 92.0}, "open-sdg", target=99.0, limit=100.0)
    assert with_limit.value == judge({2015: 90.0, 2022: 92.0}, "open-sdg", target=99.0).value
    assert with_limit.inputs["coefficient"] is None


@pytest.mark.parametrize(
    ("latest", "target", "percent", "status"),
    [
        (99.0, 100.0, True, "on_track_or_met"),
        (98.99, 100.0, True, "stagnation_or_regression"),
        (99.0, 100.0, False, "stagnation_or_regression"),
        (1.0, 0.0, True, "on_track_or_met"),
        (1.01, 0.0, True, "stagnation_or_regression"),
        (1.0, 0.0, False, "stagnation_or_regression"),
        (89.5, 90.0, True, "stagnation_or_regression"),
    ],
)
def test_unsd_counts_a_percentage_within_one_point_as_met(
    latest: float, target: float, percent: bool, status: str
) -> None:
    """Only a target of 0 or 100 %, only a percentage, and exactly one point counts still."""
    direction = 1 if target else -1
    values = {2015: latest - 0.001 * -direction, 2022: latest}
    assert judge(values, "unsd", direction, target=target, percent=percent).status == status


@pytest.mark.parametrize(
    ("latest", "value", "status"), [(0.95, 0.5, "accelerate"), (1.0, 1.0, "meets"), (1.08, 0.2, "accelerate")]
)
def test_escap_parity_is_off_on_both_sides(latest: float, value: float, status: str) -> None:
    """A parity indicator beyond its target has passed it and is off again; only on it it is met."""
    values = {2015: 0.9, 2030: latest}
    result = judge(values, "escap", target=1.0, parity=True)
    assert result.score == pytest.approx(10 * value)
    assert result.status == status
    assert judge(values, "escap", target=1.0).status == ("meets" if latest >= 1 else "accelerate")


def test_escap_weighs_later_years_more() -> None:
    """The line is fitted with weights (T − t0) / (T − ti), as numpy fits it."""
    values = {2015: 10.0, 2017: 30.0, 2020: 25.0, 2024: 20.0, 2029: 50.0}
    years = np.array(list(values)) * 1.0
    weights = np.sqrt(15 / (2030 - years))
    expected = np.polyval(np.polyfit(years - 2015, list(values.values()), 1, w=weights), 15)
    assert judge(values, "escap", target=90.0).inputs["expected_value"] == pytest.approx(expected)


@pytest.mark.parametrize("latest_year", [2030, 2033])
def test_nothing_is_predicted_once_the_target_year_has_come(latest_year: int) -> None:
    """In or after the target year the latest value stands; no weight divides by zero."""
    values = {2027: 10.0, 2028: 20.0, 2029: 30.0, latest_year: 42.0}
    assert judge(values, "escap", target=50.0).inputs["expected_value"] == 42.0
    assert judge(values, "unsd", target=50.0).inputs["expected_value"] == 42.0
    assert judge(values, "destatis", target=50.0).inputs["expected_value"] == 42.0


def test_escap_says_where_only_the_current_status_is_known() -> None:
    """A base on the target leaves no distance: met today, falling, and no prediction can be measured."""
    rising = judge({2015: 50.0, 2022: 60.0}, "escap", target=50.0)
    falling = judge({2015: 50.0, 2016: 90.0, 2022: 50.0}, "escap", target=50.0, target_year=2080)
    assert (rising.status, rising.value, rising.score) == ("meets", 10.0, 10.0)
    assert (falling.status, falling.reason) == (NOT_ASSESSABLE, REASONS["only_current"])
    assert falling.inputs["current_status"] == 10.0


def test_destatis_looks_back_on_the_last_changes() -> None:
    """Five changes count unless a window is given; a gap counts once, with its change per year."""
    values = {2015: 0.0, 2016: 90.0, 2017: 91.0, 2018: 92.0, 2019: 93.0, 2020: 94.0, 2023: 103.0}
    assert judge(values, "destatis", target=200.0).inputs["mean_change"] == pytest.approx((4 * 1 + 3) / 5)
    assert judge(values, "destatis", target=200.0, window=2).inputs["mean_change"] == 2.0
    assert judge(values, "destatis", target=200.0, window=50).inputs["mean_change"] == pytest.approx(97 / 6)


def test_destatis_judges_a_met_target_by_where_it_leads() -> None:
    """Met and still met then: on track. Met, but lost on the way: wrong direction, even from on the target."""
    falling = {2019: 80.0, 2020: 78.0, 2021: 76.0, 2022: 74.0}
    assert (judge(falling, "destatis", target=50.0).status) == "on_track"
    assert judge(falling, "destatis", target=50.0).value == 0.0
    assert judge(falling, "destatis", target=70.0).status == "wrong_direction"
    on_it = judge(falling, "destatis", target=74.0)
    assert (on_it.status, on_it.value) == ("wrong_direction", None)
    assert judge(dict.fromkeys(range(2019, 2023), 74.0), "destatis", target=74.0).value == 0.0


@pytest.mark.parametrize(
    ("first", "last", "arrow"),
    [
        (90.0, 85.0, "on_track"),
        (90.0, 79.0, "decreasing"),
        (80.0, 79.0, "decreasing"),
        (50.0, 59.0, "on_track"),  # 1 exactly
        (50.0, 58.9, "moderately_improving"),
        (50.0, 54.5, "moderately_improving"),  # 0.5 exactly
        (50.0, 54.4, "stagnating"),
        (50.0, 50.0, "stagnating"),
        (50.0, 49.9, "decreasing"),
    ],
)
def test_sdsn_arrows(first: float, last: float, arrow: str) -> None:
    """The arrow compares the yearly change with the one that reaches the green threshold by 2030."""
    assert judge({2020: first, 2023: last}, "sdsn", **BOUNDS).inputs["arrow"] == arrow


def test_sdsn_scores_the_level_between_the_bounds() -> None:
    """The score is 0 at the worst and 100 at the best value and no further, also where falling is good."""
    down = {"lower": 40.0, "red": 30.0, "green": 10.0, "optimum": 0.0, "direction": -1}
    assert judge({2015: 1.0, 2020: 20.0}, "sdsn", **down).score == 50.0
    assert judge({2015: 1.0, 2020: 20.0}, "sdsn", **down).value == 1.5
    assert judge({2015: 1.0, 2020: 55.0}, "sdsn", **down).score == 0.0
    best = judge({2015: 1.0, 2020: -5.0}, "sdsn", **down)
    assert (best.score, best.value, best.status) == (100.0, 3.0, "green")
    assert (
        judge({2015: 1.0, 2020: 2.0}, "sdsn", lower=2.0, red=2.0, green=5.0, optimum=5.0).status == "orange"
    )
    assert judge({2015: 1.0, 2020: 1.0}, "sdsn", lower=2.0, red=2.0, green=5.0, optimum=5.0).status == "red"
    assert judge({2015: 1.0, 2020: 5.0}, "sdsn", lower=2.0, red=2.0, green=5.0, optimum=5.0).value == 3.0


def test_sdsn_has_no_arrow_where_the_target_year_is_past() -> None:
    """Without years between base and target year there is a colour and no arrow."""
    result = judge({2016: 60.0, 2020: 90.0}, "sdsn", target_year=2016, **BOUNDS)
    assert (result.status, result.inputs["arrow"]) == ("green", "")


# ---------- what is refused ----------


def test_a_misspelt_method_is_refused() -> None:
    """The message names the method that was probably meant."""
    with pytest.raises(ValueError, match="unknown method 'eurostart'; did you mean 'eurostat'"):
        judge({2015: 1.0}, "eurostart")
    with pytest.raises(ValueError, match="one of eurostat, open-sdg"):
        judge({2015: 1.0}, "????")


def test_what_is_no_direction_no_year_and_no_window_is_refused() -> None:
    """The message says what was given, and what may be."""
    for direction in (0, 2, "up", None):
        with pytest.raises(ValueError, match=r"is neither 1 .* nor -1"):
            assess(pd.Series({2015: 1.0}), method="eurostat", direction=direction)  # type: ignore[arg-type]  # the point
    for year in (2015.5, "2015/16", pd.Timestamp("2015-01-01"), 0):
        with pytest.raises(ValueError, match="is not a year; index the values by whole years"):
            assess(pd.Series({year: 1.0}), method="eurostat", direction=1)
    with pytest.raises(ValueError, match="window 0 is less than 1"):
        judge({2015: 1.0}, "destatis", window=0)


def test_values_and_numbers_of_another_kind_are_refused_by_name() -> None:
    """A list has no years, a period's number is no year, and text is no number."""
    with pytest.raises(TypeError, match="values is a list; give a pandas Series with years as its index"):
        assess([1.0, 2.0], method="open-sdg", direction=1)  # type: ignore[arg-type]
    years = pd.period_range("2015", "2016", freq="Y")
    with pytest.raises(TypeError, match="'2015' is a period; index the values by whole years"):
        assess(pd.Series([1.0, 2.0], index=years), method="open-sdg", direction=1)
    with pytest.raises(TypeError, match="target '10' is text; give a number"):
        assess(pd.Series({2015: 1.0}), method="open-sdg", direction=1, target="10")  # type: ignore[arg-type]


def test_a_table_without_its_columns_is_refused_by_name() -> None:
    """The error says which columns are wanted, and where they are described."""
    table = pd.DataFrame({"indicator_code": ["1.1.1"], "area_code": ["a"], "year": [2015], "value": [1.0]})
    with pytest.raises(ValueError, match="no column sex, age, residence, category"):
        assess_table(table, pd.DataFrame({"indicator_code": ["1.1.1"]}), method="open-sdg")


def test_a_year_given_twice_is_refused() -> None:
    """The message names the year, also where one of the values is missing."""
    twice = pd.Series([1.0, 2.0, NAN], index=[2015, 2016, 2016])
    with pytest.raises(ValueError, match="year 2016 is given twice"):
        assess(twice, method="eurostat", direction=1)


# ---------- properties ----------

YEARS = st.integers(2013, 2026)
PLAIN = st.integers(-1000, 1000).map(lambda number: number / 8)
POSITIVE = st.integers(1, 1000).map(lambda number: number / 8)
ANYTHING = st.floats(allow_nan=True, allow_infinity=True) | PLAIN
METHOD = st.sampled_from(sorted(METHODS))
SIDE = st.sampled_from((1, -1))
FINITE = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def series_with_rules(
    draw: st.DrawFn, numbers: st.SearchStrategy[float], few: int = 0, stops: st.SearchStrategy[float] = PLAIN
) -> tuple[Bag, Bag]:
    """Draw the values of a series and the rules it is judged by; bounds are in order."""
    values = draw(st.dictionaries(YEARS, numbers, min_size=few, max_size=8))
    bounds = sorted(draw(st.lists(stops, min_size=4, max_size=4, unique=True)))
    direction = draw(SIDE)
    names = ("lower", "red", "green", "optimum")
    rules = {
        "direction": direction,
        "target": draw(st.none() | numbers),
        "limit": draw(st.none() | numbers),
        "target_year": draw(st.integers(2015, 2040)),
        "parity": draw(st.booleans()),
        "window": draw(st.none() | st.integers(1, 8)),
        "percent": draw(st.booleans()),
        **dict(zip(names, bounds if direction == 1 else bounds[::-1], strict=True)),
    }
    return values, rules


@small
@given(series_with_rules(ANYTHING, stops=FINITE), METHOD)
def test_no_status_stands_beside_a_number_that_is_none(drawn: tuple[Bag, Bag], method: str) -> None:
    """Whatever the values: no NaN, no infinity, a status of the method or a reason, never both."""
    result = judge(drawn[0], method, **drawn[1])
    numbers = [result.value, result.score, *result.inputs.values()]
    assert all(math.isfinite(number) for number in numbers if isinstance(number, float))
    if result.status == NOT_ASSESSABLE:
        assert result.reason in REASONS.values()
        assert result.value is None
        assert result.score is None
    else:
        assert result.reason == ""
        assert result.status in {status.name for status in METHODS[method].statuses}


@small
@given(YEARS, ANYTHING, series_with_rules(PLAIN), METHOD)
def test_one_point_gives_no_result(year: int, value: float, drawn: tuple[Bag, Bag], method: str) -> None:
    """No method makes progress out of one value."""
    assert judge({year: value}, method, **drawn[1]).status == NOT_ASSESSABLE


@small
@given(series_with_rules(PLAIN.filter(bool), few=2), METHOD, st.integers(-6, 6))
def test_the_unit_does_not_matter(drawn: tuple[Bag, Bag], method: str, power: int) -> None:
    """Values, target, limit and bounds in another unit give the same result to the last bit."""
    values, rules = drawn
    rules["percent"] = False
    scaled = {
        name: rules[name] * 2.0**power
        for name in ("target", "limit", "lower", "red", "green", "optimum")
        if rules[name] is not None
    }
    one = judge(values, method, **rules)
    other = judge({year: value * 2.0**power for year, value in values.items()}, method, **(rules | scaled))
    assert (one.value, one.score, one.status) == (other.value, other.score, other.status)


@small
@given(series_with_rules(PLAIN.filter(bool), few=2), METHOD)
def test_the_mirror_image_gives_the_same_result(drawn: tuple[Bag, Bag], method: str) -> None:
    """Values that rise where rising is good are as good as their negatives that fall where falling is."""
    values, rules = drawn
    rules["percent"] = False
    turned = {
        name: -rules[name]
        for name in ("direction", "target", "limit", "lower", "red", "green", "optimum")
        if rules[name] is not None
    }
    one = judge(values, method, **rules)
    other = judge({year: -value for year, value in values.items()}, method, **(rules | turned))
    assert (one.value, one.score, one.status) == (other.value, other.score, other.status)


@small
@given(series_with_rules(POSITIVE, few=4), METHOD, st.integers(1, 400))
def test_a_better_latest_value_gives_no_worse_status(drawn: tuple[Bag, Bag], method: str, more: int) -> None:
    """The latest value moved toward progress never lowers the status."""
    values, rules = drawn
    rules["parity"] = False
    latest = max(values)
    better = values | {latest: values[latest] + rules["direction"] * more / 8}
    assume(better[latest] > 0)
    one, other = judge(values, method, **rules), judge(better, method, **rules)
    assume(one.is_assessed and other.is_assessed)
    rank = [status.name for status in METHODS[method].statuses]
    assert rank.index(other.status) <= rank.index(one.status)


@small
@given(st.lists(series_with_rules(PLAIN | st.just(NAN)), min_size=1, max_size=12))
def test_one_series_and_a_table_agree_to_the_last_bit(drawn: list[tuple[Bag, Bag]]) -> None:
    """Every method says the same of a series alone and among others."""
    rows, lines = [], []
    for number, (values, rules) in enumerate(drawn):
        rows += [{"indicator_code": f"i{number}", "year": y, "value": v} for y, v in values.items()]
        lines.append(
            {
                "indicator_code": f"i{number}",
                "direction": "up" if rules["direction"] == 1 else "down",
                "unit": "% of all" if rules["percent"] else "metres",
                "target_value": rules["target"],
                "target_year": rules["target_year"],
                "limit_value": rules["limit"],
                "parity": "yes" if rules["parity"] else "no",
                "window": rules["window"],
                "worst_value": rules["lower"],
                "best_value": rules["optimum"],
                "red_threshold": rules["red"],
                "green_threshold": rules["green"],
            }
        )
    assume(rows)
    observations, indicators = observe(*rows), pd.DataFrame(lines)
    for method in METHODS:
        table = assess_table(observations, indicators, method=method).set_index("indicator_code")
        for number, (values, rules) in enumerate(drawn):
            if not values:
                continue
            row, one = table.loc[f"i{number}"], judge(values, method, **rules)
            assert (row["status"], row["reason"]) == (one.status, one.reason)
            for said, alone in ((row["value"], one.value), (row["score"], one.score)):
                assert said == alone or (alone is None and np.isnan(said))


# ---------- tables ----------


def test_a_row_for_each_series_in_order_of_appearance() -> None:
    """Indicator, area and groups make a series; rows of one may be scattered; the columns are these."""
    rows = [*line(1, 2, area_code="B"), *line(4, 2), *line(1, 1, sex="female")]
    scattered = observe(*(rows[i] for i in (0, 2, 5, 1, 4, 3)))
    table = assess_table(scattered, indicate(water={}), method="eurostat")
    assert list(zip(table["area_code"], table["sex"], strict=True)) == [("B", ""), ("A", ""), ("A", "female")]
    assert list(table["status"]) == [
        "significant_progress",
        "significant_movement_away",
        "no_significant_change",
    ]
    assert list(table) == (
        [
            "indicator_code",
            "area_code",
            *GROUPS,
            "method",
            "version",
            "value",
            "score",
            "status",
            "reason",
            "base_year",
            "base_value",
            "latest_year",
            "latest_value",
            "points",
            "target_value",
            "target_year",
            "limit_value",
            "direction",
            "provisional",
        ]
    )
    assert (table["method"] == "eurostat").all()
    assert list(table["base_year"]) == [2015] * 3


def test_a_table_without_rows_gives_a_table_without_rows() -> None:
    """No observations, no series; every method and every join bears it."""
    empty, indicators = observe().iloc[:0], indicate(water={})
    for method in METHODS:
        table = assess_table(empty, indicators, method=method)
        assert table.empty
        indicator, goal = roll_up(table, indicators, method=method)
        assert list(indicator["series"]) == list(goal["series"]) == [0]
        assert list(indicator["status"]) == [NOT_ASSESSABLE]
    assert compare_methods(empty, indicators).empty


def test_suppressed_values_do_not_count() -> None:
    """A suppressed value is none, even where its cell is filled; a series of them says so."""
    hidden = [{**row, "status": "suppressed"} for row in line(1, 2)]
    partly = [
        *line(5, 6, area_code="B"),
        {"year": 2023, "value": 99.0, "area_code": "B", "status": "suppressed"},
    ]
    empty = [
        {"area_code": "C", "value": NAN},
        {"area_code": "C", "year": 2021, "value": NAN, "status": "suppressed"},
    ]
    table = assess_table(observe(*hidden, *partly, *empty), indicate(water={}), method="eurostat")
    assert list(table["reason"]) == [REASONS["all_suppressed"], "", REASONS["no_values"]]
    assert table["latest_value"][1] == 6.0
    assert table["value"].isna().to_list() == [True, False, True]


def test_provisional_values_are_marked() -> None:
    """A base or latest value that is provisional or estimated marks the series; one between does not."""
    rows = [*line(1, 2), {"year": 2018, "value": 1.5, "status": "provisional"}]
    rows += [{**row, "area_code": "B"} for row in line(1, 2)]
    rows[3]["status"] = "estimated"
    rows += [{**row, "area_code": "C", "status": "provisional"} for row in line(1, 2)[1:]]
    table = assess_table(observe(*rows), indicate(water={}), method="eurostat")
    assert list(table["provisional"]) == [False, True, True]


def test_an_indicator_without_direction_is_not_judged() -> None:
    """Direction "none", an empty one and an indicator that nobody describes are not assessable."""
    rows = [*line(1, 2), *line(1, 2, indicator_code="rain"), *line(1, 2, indicator_code="odd")]
    indicators = indicate(water={"direction": "none"}, rain={"direction": ""})
    table = assess_table(observe(*rows), indicators, method="open-sdg")
    assert list(table["status"]) == [NOT_ASSESSABLE] * 3
    assert list(table["reason"]) == ["no direction is given"] * 3
    assert list(table["direction"]) == ["none"] * 3


def test_a_series_goes_by_its_own_rules() -> None:
    """What the table of series says of a series goes before its indicator; what it leaves empty does not."""
    rows = [{"year": 2014, "value": 9.0}, *line(10, 5)]
    rows += [{**row, "area_code": "B"} for row in rows]
    own = {"indicator_code": "water", "area_code": "B", **dict.fromkeys(GROUPS, "")}
    own |= {
        "direction": "down",
        "base_year": 2014,
        "target_value": 2.0,
        "target_year": None,
        "limit_value": 1.0,
    }
    indicators = indicate(water={"target_value": 20.0, "target_year": 2028})
    table = assess_table(observe(*rows), indicators, method="unsd", series=pd.DataFrame([own]))
    assert list(table["direction"]) == ["up", "down"]
    assert list(table["base_year"]) == [2015, 2014]
    assert list(table["target_value"]) == [20.0, 2.0]
    assert list(table["target_year"]) == [2028, 2028]
    assert list(table["limit_value"].fillna(-1)) == [-1.0, 1.0]
    assert list(table["status"]) == ["stagnation_or_regression", "fair_progress"]
    lone = assess_table(observe(*rows), indicators, method="unsd", series=pd.DataFrame([own]).iloc[:0])
    assert list(lone["direction"]) == ["up", "up"]


def test_years_given_for_the_whole_table_come_last() -> None:
    """An indicator's base and target year go before those of the call."""
    rows = [{"year": 2012, "value": 5.0}, *line(10, 5), *line(1, 2, indicator_code="rain")]
    indicators = indicate(water={"base_year": pd.NA, "target_year": 2025}, rain={"base_year": 2016})
    table = assess_table(observe(*rows), indicators, method="unsd", base_year=2012, target_year=2040)
    assert list(table["base_year"].fillna(0)) == [2012, 2022]
    assert list(table["target_year"]) == [2025, 2040]


def test_what_is_there_twice_in_a_table_is_refused() -> None:
    """A year, an indicator or a series given twice is named."""
    table, indicators = observe(*line(1, 2), *line(1, 2)), indicate(water={})
    with pytest.raises(ValueError, match="water, A: year 2015 is given twice"):
        assess_table(table, indicators, method="eurostat")
    with pytest.raises(ValueError, match="indicators: water is given twice"):
        assess_table(observe(*line(1, 2)), pd.concat([indicators, indicators]), method="eurostat")
    own = pd.DataFrame([{"indicator_code": "water", "area_code": "A", **dict.fromkeys(GROUPS, "")}] * 2)
    with pytest.raises(ValueError, match="series: water, A is given twice"):
        assess_table(observe(*line(1, 2)), indicators, method="eurostat", series=own)
    with pytest.raises(ValueError, match="window is less than 1"):
        assess_table(observe(*line(1, 2)), indicate(water={"window": 0}), method="destatis")


def test_a_large_table_is_judged_as_a_whole() -> None:
    """60,000 rows take a fraction of a second: no loop runs over series (measured: 738,000 rows in 0.2 s)."""
    keys = pd.MultiIndex.from_product([range(100), range(50), range(2012, 2024)]).to_frame(index=False)
    table = pd.DataFrame({"indicator_code": "i" + keys[0].astype("str"), "area_code": keys[1].astype("str")})
    table = table.assign(year=keys[2].astype("Int64"), value=np.arange(len(keys)) % 97 + 1.0, status="")
    table = table.assign(**dict.fromkeys(GROUPS, ""))
    indicators = indicate(**{f"i{number}": {"target_value": 60.0} for number in range(100)})
    start = time.process_time()
    assert len(assess_table(table, indicators, method="escap")) == 5000
    assert time.process_time() - start < 1.5


# ---------- roll-up ----------


def judged(method: str, *results: tuple[str, str, float, float]) -> pd.DataFrame:
    """Make a table of assessed series: indicator, status, value, score."""
    table = pd.DataFrame(results, columns=["indicator_code", "status", "value", "score"])
    return table.assign(method=method)


def test_open_sdg_joins_scores_by_their_mean() -> None:
    """The mean of the series names the indicator, that of the indicators the goal; achieved needs all."""
    table = judged(
        "open-sdg",
        ("a", "target_achieved", NAN, 5.0),
        ("a", "deterioration", -1.0, 0.0),
        ("b", "target_achieved", NAN, 5.0),
        ("b", "target_achieved", NAN, 5.0),
        ("b", NOT_ASSESSABLE, NAN, NAN),
        ("c", "deterioration", -1.0, -2.5),
        ("d", "deterioration", -1.0, -2.6),
        ("e", "moderate_progress", 0.7, 0.0),
    )
    codes = "abcdef"
    indicators = indicate(**{code: {"goal": 6 if code < "c" else 7} for code in codes})
    indicator, goal = roll_up(table, indicators, method="open-sdg")
    assert list(indicator["status"]) == [
        "substantial_progress",
        "target_achieved",
        "limited_progress",
        "deterioration",
        "moderate_progress",
        NOT_ASSESSABLE,
    ]
    assert list(indicator["score"][:2]) == [2.5, 5.0]
    assert list(goal["status"]) == ["substantial_progress", "limited_progress"]
    assert goal["score"][0] == 3.75
    assert list(goal["series"]) == [5, 3]
    assert list(goal["not_assessable"]) == [1, 0]
    assert list(goal["share_assessed"]) == [0.8, 1.0]
    assert list(goal["indicators"]) == [2, 4]
    assert list(goal["indicators_assessed"]) == [2, 3]
    assert list(goal["target_achieved"]) == [3, 0]
    assert (goal["rule"] == METHODS["open-sdg"].rollup.words).all()
    both, _ = roll_up(table[2:4], indicators, method="open-sdg")
    assert both.set_index("indicator_code")["status"]["b"] == "target_achieved"


@pytest.mark.parametrize(
    ("scores", "status"),
    [
        ((5.0, 0.0), "moderate_progress"),
        ((5.0, 0.25), "significant_progress"),
        ((0.25,), "no_significant_change"),
        ((-0.25,), "no_significant_change"),
        ((-0.5,), "moderate_movement_away"),
        ((-5.0, 0.0), "moderate_movement_away"),
        ((-5.0, -0.5), "significant_movement_away"),
    ],
)
def test_eurostat_names_the_mean_score(scores: tuple[float, ...], status: str) -> None:
    """The mean of the scores has its own boundaries."""
    table = judged("eurostat", *(("a", "moderate_progress", 0.7, score) for score in scores))
    indicator, goal = roll_up(table, indicate(a={}), method="eurostat")
    assert indicator["status"][0] == goal["status"][0] == status


@pytest.mark.parametrize(
    ("places", "without", "colour"),
    [
        ((2.0, 2.5, 3.0), 0, "green"),
        ((3.0, 1.2), 0, "yellow"),  # mean 2.1, but one is orange
        ((1.5, 1.5, 3.0), 0, "yellow"),
        ((1.2, 1.2, 3.0), 0, "orange"),
        ((0.2, 1.3, 3.0), 0, "orange"),  # mean 0.75, but only one is red
        ((0.2, 0.9, 3.0), 0, "red"),
        ((2.4,), 0, "green"),
        ((2.4,), 1, "green"),  # half of the indicators
        ((2.4,), 2, "grey"),
        ((), 2, "grey"),
    ],
)
def test_sdsn_colours_a_goal_by_its_two_worst(places: tuple[float, ...], without: int, colour: str) -> None:
    """The mean of the two worst names the colour; green and red need both; half of the data are needed."""
    rows = [(f"i{n}", str(sdsn.COLOURS.name(np.array([p]))[0]), p, 30 * p) for n, p in enumerate(places)]
    rows += [(f"x{n}", NOT_ASSESSABLE, NAN, NAN) for n in range(without)]
    table = judged("sdsn", *rows)
    _, goal = roll_up(table, indicate(**{row[0]: {} for row in rows}), method="sdsn")
    assert goal["status"][0] == colour
    assert sdg_index(goal) == (pytest.approx(30 * np.mean(places)) if places else None)


def test_sdsn_gives_no_colour_to_several_series_of_an_indicator() -> None:
    """The SDG Index has one series an indicator; where there are more, no colour is made up, and it says so."""
    table = judged("sdsn", ("a", "red", 0.5, 20.0), ("a", "green", 2.5, 80.0), ("b", "green", 2.5, 90.0))
    indicator, goal = roll_up(table, indicate(a={}, b={}), method="sdsn")
    assert list(indicator["status"]) == ["", "green"]
    assert (goal["status"][0], goal["score"][0]) == ("", 70.0)
    assert goal["rule"][0].startswith("no colour: several series of an indicator")


@pytest.mark.parametrize(
    ("method", "status", "score"), [("unsd", "fair_progress", NAN), ("destatis", "off_track", NAN)]
)
def test_methods_without_a_rule_count(method: str, status: str, score: float) -> None:
    """Where a method has no score for several series, they are counted, and no status is invented."""
    table = judged(
        method, ("a", status, 0.5, score), ("a", status, 0.6, score), ("b", NOT_ASSESSABLE, NAN, NAN)
    )
    indicator, goal = roll_up(table, indicate(a={}, b={}), method=method)
    assert list(indicator["status"]) == ["", NOT_ASSESSABLE]
    assert (goal["status"][0], goal[status][0]) == ("", 2)
    assert np.isnan(goal["score"][0])
    assert "counted" in goal["rule"][0]


def test_escap_averages_the_current_status() -> None:
    """The mean of the current status stands without a status of its own."""
    table = judged("escap", ("a", "meets", 10.0, 8.0), ("b", "accelerate", 5.0, 3.0))
    _, goal = roll_up(table, indicate(a={}, b={}), method="escap")
    assert (goal["score"][0], goal["status"][0], goal["meets"][0]) == (5.5, "", 1)


def test_results_of_another_method_are_not_joined() -> None:
    """Rolling up by one method what another has judged is refused."""
    with pytest.raises(ValueError, match="judged by 'unsd', not by 'eurostat'"):
        roll_up(judged("unsd", ("a", "fair_progress", 0.5, NAN)), indicate(a={}), method="eurostat")


# ---------- comparison ----------


def test_methods_that_disagree_are_named() -> None:
    """Toward against flat or away is disagreement; silence is none; who says what is listed."""
    rows = [*line(50, 50.3), *line(50, 90, area_code="B"), *line(50, 20, area_code="C"), {"area_code": "D"}]
    indicators = indicate(water={"target_value": 99.0})
    table = compare_methods(observe(*rows), indicators, ["eurostat", "unsd", "destatis"])
    assert list(table["agree"].fillna(value=True)) == [False, True, True, True]
    assert table["agree"].isna().to_list() == [False, False, False, True]
    assert list(table["destatis"]) == [NOT_ASSESSABLE] * 4
    assert list(table["toward"]) == ["eurostat", "eurostat, unsd", "", ""]
    assert list(table["flat"]) == ["unsd", "", "unsd", ""]
    assert list(table["away"]) == ["", "", "eurostat", ""]
    assert [name for name in compare_methods(observe(*rows), indicators) if name in METHODS] == list(METHODS)


def test_a_colour_is_a_level_and_the_arrow_speaks() -> None:
    """A green value that falls but stays green is not said to move away; one that leaves green is."""
    rows = [*line(95, 90), *line(95, 79, area_code="B")]
    bounds = {"worst_value": 0, "red_threshold": 50, "green_threshold": 80, "best_value": 100}
    table = compare_methods(observe(*rows), indicate(water=bounds), ["sdsn", "eurostat"])
    assert list(table["sdsn"]) == ["green", "yellow"]
    assert list(table["toward"]) == ["sdsn", ""]
    assert list(table["away"]) == ["eurostat", "sdsn, eurostat"]
    assert list(table["agree"]) == [False, True]


def test_directions_of_statuses() -> None:
    """Each status says toward, flat, away, or, as a colour does, nothing."""
    assert [
        direction_of(word) for word in ("moderate_progress", "stagnating", "moving_away", "green", "?")
    ] == [
        "toward",
        "flat",
        "away",
        "",
        "",
    ]
    for method in METHODS.values():
        levels = [status.level for status in method.statuses if status.name != "grey"]
        assert levels == sorted(levels, reverse=True)
        assert len({status.name for status in method.statuses}) == len(method.statuses)
        assert method.title
        assert method.source


# ---------- a method of one's own ----------

CHANGE = Scale((at_least(0.0, "no_worse"),), "worse")


def judge_by_sign(series: SeriesSet) -> Verdict:
    """Say only whether the latest value is at least as good as the base value."""
    change = series.direction * (series.latest_value - series.base_value)
    return give_verdict(change, CHANGE.name(change), change=change)


BY_SIGN = Method(
    name="by-sign",
    version="1",
    title="Sign of the change",
    source="This test",
    judge=judge_by_sign,
    statuses=(Status("no_worse", 1, "toward"), Status("worse", -1, "away")),
)


@pytest.fixture
def by_sign() -> Iterator[Method]:
    """Enter a method of our own for one test."""
    yield register(BY_SIGN)
    del METHODS["by-sign"]


def test_a_new_method_is_one_function_and_one_entry(by_sign: Method) -> None:
    """A function and its entry are all that single series, tables, roll-up and comparison need."""
    assert judge({2015: 3.0, 2020: 4.0}, "by-sign").status == "no_worse"
    assert judge({2015: 3.0}, "by-sign").reason == REASONS["one_point"]
    assert judge({2015: -1e308, 2020: 1e308}, by_sign).reason == REASONS["overflow"]
    observations, indicators = observe(*line(3, 4), *line(3, 2, area_code="B")), indicate(water={})
    table = assess_table(observations, indicators, method="by-sign")
    assert list(table["status"]) == ["no_worse", "worse"]
    _, goal = roll_up(table, indicators, method="by-sign")
    assert (goal["no_worse"][0], goal["worse"][0]) == (1, 1)
    assert list(compare_methods(observations, indicators)["by-sign"]) == ["no_worse", "worse"]
    assert direction_of("worse") == "away"


def test_a_name_that_is_taken_is_refused(by_sign: Method) -> None:
    """Two methods under one name would leave a status without its rule."""
    with pytest.raises(ValueError, match="there is a method 'by-sign' already"):
        register(by_sign)


# ---------- the page for analysts ----------


def test_the_page_names_every_method_status_and_reason() -> None:
    """book/methods.md knows all methods, their versions, their statuses and all reasons, with one title."""
    text = (ROOT / "book" / "methods.md").read_text("utf-8")
    prose = " ".join(text.split())
    for method in METHODS.values():
        assert f"## `{method.name}`" in text
        assert all(f"`{status.name}`" in text for status in (*method.statuses, *method.movements))
    missing = [words for words in REASONS.values() if words not in prose]
    assert not missing
    formulas = re.findall(r"\$\$(.+?)\$\$|\$([^$\n]+)\$", text, re.DOTALL)
    assert len(formulas) > 20
    for block, inline in formulas:
        assert convert_formula(block or inline, block=bool(block))


def test_the_method_shown_on_the_page_works() -> None:
    """The code with which book/methods.md shows how to add a method runs as it stands."""
    text = (ROOT / "book" / "methods.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(.+?)```", text, re.DOTALL)
    try:
        exec(compile(code, "book/methods.md", "exec"), {})  # noqa: S102  # our own page, from this repository
        assert judge({2015: 3.0, 2020: 4.0}, "halving", -1).status == "not_halved"
        assert judge({2015: 3.0, 2020: 1.5}, "halving", -1).status == "halved"
    finally:
        METHODS.pop("halving", None)


def test_the_page_has_its_headings_in_order() -> None:
    """book/methods.md has one title, and no heading skips a level."""
    text = re.sub(r"```.+?```", "", (ROOT / "book" / "methods.md").read_text("utf-8"), flags=re.DOTALL)
    levels = [len(marks) for marks in re.findall(r"^(#+) ", text, re.MULTILINE)]
    assert (levels[0], levels.count(1)) == (1, 1)
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
