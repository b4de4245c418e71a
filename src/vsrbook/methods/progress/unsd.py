"""The method of the UN Statistics Division's 2023 progress chart: where growth as so far would lead."""

from __future__ import annotations

import numpy as np

from vsrbook.methods.progress.model import Booleans, Method, Scale, SeriesSet, Status, Verdict, at_least
from vsrbook.methods.progress.rules import differ_in_sign, give_verdict, growth, has_late_start, meets, orient

WITH_TARGET = Scale(
    (at_least(0.95, "on_track_or_met"), at_least(0.10, "fair_progress")), "stagnation_or_regression"
)
WITHOUT_TARGET = Scale(
    (at_least(0.02, "substantial_progress"), at_least(0.005, "fair_progress")), "stagnation_or_regression"
)
NEARLY = 1.0


def judge_unsd(series: SeriesSet) -> Verdict:
    """Judge by the share of the way from base to target that growth as so far covers, or by the growth.

    Source: UN Statistics Division, Progress Chart technical note, 2023. The share is
    d(expected − base) / |target − base|: the note's ratio wherever the target lies ahead of the base.
    """
    rate = growth(series.base_value, series.latest_value, series.elapsed)
    expected = series.latest_value * np.power(1 + rate, series.remaining)
    way = np.abs(series.target - series.base_value)
    ratio = series.direction * (expected - series.base_value) / way
    oriented, aimed = orient(series) * rate, series.has_target
    met = meets(series.latest_value, series.target, series.direction) | is_nearly_all(series)
    status = np.where(aimed, WITH_TARGET.name(ratio), WITHOUT_TARGET.name(oriented))
    return give_verdict(
        np.where(aimed, ratio, oriented),
        np.where(met, "on_track_or_met", status),
        reasons=[
            (has_late_start(series), "target_year"),
            (~met & (series.base_value == 0), "zero_base"),
            (~met & differ_in_sign(series.base_value, series.latest_value), "change_of_sign"),
            (~met & (series.base_value == series.target), "base_equals_target"),
        ],
        without_value=met,
        cagr=rate,
        expected_value=np.where(aimed, expected, np.nan),
    )


def is_nearly_all(series: SeriesSet) -> Booleans:
    """Tell where a percentage is within one point of a target of 0 or 100 %: that counts as met."""
    bound = (series.target == 0) | (series.target == 100)
    nearly: Booleans = series.percent & bound & (np.abs(series.target - series.latest_value) <= NEARLY)
    return nearly


UNSD = Method(
    name="unsd",
    version="2023",
    title="UN Statistics Division progress chart",
    source="UN Statistics Division, Progress Chart: technical note, 2023",
    judge=judge_unsd,
    statuses=(
        Status("on_track_or_met", 2, "toward"),
        Status("substantial_progress", 2, "toward"),
        Status("fair_progress", 1, "toward"),
        Status("stagnation_or_regression", -1, "flat"),
    ),
)
