"""The method of the SDG Index and dashboards: a level between worst and best, a colour and an arrow."""

from __future__ import annotations

import numpy as np

from vsrbook.methods.progress.model import (
    Floats,
    Method,
    RollUp,
    Scale,
    SeriesSet,
    Status,
    Texts,
    Verdict,
    at_least,
)
from vsrbook.methods.progress.rules import give_verdict, meets

COLOURS = Scale((at_least(2.0, "green"), at_least(1.5, "yellow"), at_least(1.0, "orange")), "red")
ARROWS = Scale(
    (at_least(1.0, "on_track"), at_least(0.5, "moderately_improving"), at_least(0.0, "stagnating")),
    "decreasing",
)


def judge_sdsn(series: SeriesSet) -> Verdict:
    """Judge the latest value by its place between the bounds; the value is 0 … 3, the score 0 … 100.

    Source: SDSN, Sustainable Development Report, methods of index, dashboards and trends. The direction
    must be that from the worst to the best value; a target is not looked at.
    """
    x, low, red, green, top = (
        series.latest_value,
        series.lower,
        series.red,
        series.green,
        series.optimum,
    )
    way = series.direction
    ordered = (way * (top - low) > 0) & (way * (red - low) >= 0)
    ordered &= (way * (green - red) > 0) & (way * (top - green) >= 0)
    place = rescale(x, (low, red, green, top), way)
    arrow, pace = point_arrow(series)
    return give_verdict(
        place,
        COLOURS.name(place),
        score=normalise(x, low, top),
        reasons=[(np.isnan(low + red + green + top), "no_bounds"), (~ordered, "bounds_disorder")],
        arrow=arrow,
        arrow_ratio=pace,
    )


def normalise(x: Floats, lower: Floats, optimum: Floats) -> Floats:
    """Return 100·(x − lower)/(optimum − lower), clipped to 0 … 100: the Index's score of a single value."""
    return np.clip(100 * (x - lower) / (optimum - lower), 0, 100)


def rescale(x: Floats, stops: tuple[Floats, Floats, Floats, Floats], way: Floats) -> Floats:
    """Place x on 0 … 3: straight lines from worst (0) over red (1) and green threshold (2) to best (3)."""
    low, red, green, top = stops
    last = np.where(top == green, 3.0, 2 + (x - green) / (top - green))
    first = np.where(red == low, 0.0, (x - low) / (red - low))
    middle = 1 + (x - red) / (green - red)
    place = np.where(meets(x, green, way), last, np.where(meets(x, red, way), middle, first))
    return np.clip(place, 0.0, 3.0)


def point_arrow(series: SeriesSet) -> tuple[Texts, Floats]:
    """Compare the yearly change with the one that reaches the green threshold by the target year.

    Returns the arrow ("" where there is no threshold or its year is not after the base) and the ratio.
    """
    actual = series.direction * (series.latest_value - series.base_value) / series.elapsed
    required = np.abs(series.green - series.base_value) / series.horizon
    ratio = np.where(required == 0, np.where(actual < 0, -np.inf, np.inf), actual / required)
    still = meets(series.latest_value, series.green, series.direction)
    arrow = np.where(still, "on_track", ARROWS.name(ratio))
    return np.where(np.isnan(series.green) | (series.horizon <= 0), "", arrow), ratio


SDSN = Method(
    name="sdsn",
    version="1",
    title="SDG Index and dashboards",
    source="Sustainable Development Solutions Network, Sustainable Development Report",
    judge=judge_sdsn,
    statuses=(
        Status("green", 2, ""),
        Status("yellow", 1, ""),
        Status("orange", -1, ""),
        Status("red", -2, ""),
        Status("grey", 0, ""),
    ),
    rollup=RollUp(
        "score: mean of the indicators; colour: mean of the two worst indicators, green only if both are "
        "green, red only if both are red, grey with less than half of the indicators; one series an indicator",
        "two_worst",
        COLOURS,
    ),
    movement="arrow",
    movements=(
        Status("on_track", 2, "toward"),
        Status("moderately_improving", 1, "toward"),
        Status("stagnating", 0, "flat"),
        Status("decreasing", -2, "away"),
    ),
)
