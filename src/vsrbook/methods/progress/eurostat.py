"""The Eurostat-type method: yearly growth, or its share of the growth that the target requires."""

from __future__ import annotations

import numpy as np

from vsrbook.methods.progress.model import (
    Floats,
    Method,
    RollUp,
    Scale,
    SeriesSet,
    Status,
    Verdict,
    above,
    at_least,
)
from vsrbook.methods.progress.rules import differ_in_sign, give_verdict, growth, has_late_start, meets, orient

WITHOUT_TARGET = Scale(
    (
        above(0.01, "significant_progress"),
        above(0.001, "moderate_progress"),
        at_least(-0.001, "no_significant_change"),
        at_least(-0.01, "moderate_movement_away"),
    ),
    "significant_movement_away",
)
WITH_TARGET = Scale(
    (
        above(0.95, "significant_progress"),
        above(0.60, "moderate_progress"),
        at_least(0.0, "insufficient_progress"),
    ),
    "moving_away",
)
MEAN_SCORE = Scale(
    (
        above(2.5, "significant_progress"),
        above(0.25, "moderate_progress"),
        at_least(-0.25, "no_significant_change"),
        at_least(-2.5, "moderate_movement_away"),
    ),
    "significant_movement_away",
)


def judge_eurostat(series: SeriesSet) -> Verdict:
    """Judge by CAGR or, with a target, by R = oriented CAGR / |required CAGR|.

    Source: Eurostat's SDG monitoring method as coded by Eustat. R equals observed / required wherever the
    target lies ahead of the base value; where the base value was beyond it, R is negative, as it must be.
    """
    observed = growth(series.base_value, series.latest_value, series.elapsed)
    required = growth(series.base_value, series.target, series.horizon)
    rate, aimed = orient(series) * observed, series.has_target
    ratio = rate / np.abs(required)
    met = meets(series.latest_value, series.target, series.direction)
    status = np.where(aimed, WITH_TARGET.name(ratio), WITHOUT_TARGET.name(rate))
    score = np.where(aimed, score_ratio(ratio), np.clip(250 * rate, -5, 5))
    return give_verdict(
        np.where(aimed, ratio, rate),
        np.where(met, "significant_progress", status),
        score=np.where(met, 5.0, score),
        reasons=[
            (has_late_start(series), "target_year"),
            (~met & (series.base_value == 0), "zero_base"),
            (~met & differ_in_sign(series.base_value, series.latest_value), "change_of_sign"),
            (~met & differ_in_sign(series.base_value, series.target), "target_sign"),
            (~met & (series.base_value == series.target), "base_equals_target"),
        ],
        without_value=met,
        cagr=observed,
        required_cagr=required,
    )


def score_ratio(ratio: Floats) -> Floats:
    """Turn R into −5 … 5: 0 at 60 %, 5 at 130 %, −5 at −60 %."""
    steps = [ratio > 1.3, ratio >= 0.6, ratio >= -0.6]
    lines = [np.full(len(ratio), 5.0), 5 / 0.7 * (ratio - 0.6), 5 / 1.2 * (ratio + 0.6) - 5]
    return np.select(steps, lines, -5.0)


EUROSTAT = Method(
    name="eurostat",
    version="1",
    title="Eurostat-type growth rates",
    source="Eurostat, SDG monitoring reports; as coded by Eustat, the Basque statistics office",
    judge=judge_eurostat,
    statuses=(
        Status("significant_progress", 2, "toward"),
        Status("moderate_progress", 1, "toward"),
        Status("insufficient_progress", 0, "toward"),
        Status("no_significant_change", 0, "flat"),
        Status("moderate_movement_away", -1, "away"),
        Status("moving_away", -2, "away"),
        Status("significant_movement_away", -2, "away"),
    ),
    rollup=RollUp(
        "mean score: > 2.5 significant progress, > 0.25 moderate progress, ≥ −0.25 no significant change, "
        "≥ −2.5 moderate movement away, below significant movement away",
        "mean",
        MEAN_SCORE,
    ),
)
