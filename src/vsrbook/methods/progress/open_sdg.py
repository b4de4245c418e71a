"""Open SDG's progress measure: growth against fixed thresholds, or against what the target requires."""

from __future__ import annotations

import numpy as np

from vsrbook.methods.progress.model import Floats, Method, RollUp, Scale, SeriesSet, Status, Verdict, at_least
from vsrbook.methods.progress.rules import differ_in_sign, give_verdict, growth, has_late_start, meets, orient

HIGH, MEDIUM = 0.015, 0.005
INSTEAD_OF_ZERO = 0.001
LIMIT_POWER = 4.44
WITHOUT_TARGET = Scale(
    (
        at_least(HIGH, "substantial_progress"),
        at_least(MEDIUM, "moderate_progress"),
        at_least(0.0, "limited_progress"),
    ),
    "deterioration",
)
WITH_TARGET = Scale(
    (
        at_least(0.95, "substantial_progress"),
        at_least(0.60, "moderate_progress"),
        at_least(0.0, "limited_progress"),
    ),
    "deterioration",
)
MEAN_SCORE = Scale(
    (
        at_least(2.5, "substantial_progress"),
        at_least(0.0, "moderate_progress"),
        at_least(-2.5, "limited_progress"),
    ),
    "deterioration",
)


def judge_open_sdg(series: SeriesSet) -> Verdict:
    """Judge by oriented CAGR, thresholds shrunk near a limit, or by R = oriented CAGR / |required CAGR|.

    Source: Open SDG, progress measurement methodology, by Statistics Canada. A base value or target of
    zero counts as 0.001. The limit is not looked at where there is a target.
    """
    base = np.where(series.base_value == 0, INSTEAD_OF_ZERO, series.base_value)
    target = np.where(series.target == 0, INSTEAD_OF_ZERO, series.target)
    observed = growth(base, series.latest_value, series.elapsed)
    required = growth(base, target, series.horizon)
    rate, aimed = orient(series) * observed, series.has_target
    ratio = rate / np.abs(required)
    share = limit_coefficient(series.base_value, series.limit)
    met = meets(series.latest_value, target, series.direction)
    status = np.where(aimed, WITH_TARGET.name(ratio), WITHOUT_TARGET.name(rate, share))
    score = np.where(aimed, score_ratio(ratio), score_rate(rate, share))
    return give_verdict(
        np.where(aimed, ratio, rate),
        np.where(met, "target_achieved", status),
        score=np.where(met, 5.0, score),
        reasons=[
            (has_late_start(series), "target_year"),
            (~met & differ_in_sign(base, series.latest_value), "change_of_sign"),
            (~met & differ_in_sign(base, target), "target_sign"),
            (~met & (base == target), "base_equals_target"),
        ],
        without_value=met,
        cagr=observed,
        required_cagr=required,
        coefficient=np.where(aimed | np.isnan(series.limit), np.nan, share),
        base_value_used=base,
        target_used=target,
    )


def limit_coefficient(base: Floats, limit: Floats) -> Floats:
    """Return C, by which thresholds shrink near a limit: 1 far from it or without one, 0 on it."""
    size, bound = np.abs(base), np.abs(limit)
    near = np.where(size <= bound, size, 2 * bound - size) / bound
    return np.where(np.isnan(limit) | (size >= 2 * bound), 1.0, 1.0 - near**LIMIT_POWER)


def score_rate(rate: Floats, share: Floats) -> Floats:
    """Turn a growth rate into −5 … 5: 0 at the medium threshold, 2.5 at the high one, each times C."""
    scaled = rate / share
    steps = [rate < 0, share == 0, rate >= HIGH * share, rate >= MEDIUM * share]
    lines = [
        np.maximum(125 * rate - 2.5, -5),
        np.full(len(rate), 5.0),
        np.minimum(500 * scaled - 5, 5),
        250 * scaled - 1.25,
    ]
    return np.select(steps, lines, 500 * scaled - 2.5)


def score_ratio(ratio: Floats) -> Floats:
    """Turn R into −5 … 5; the factors are rounded as they are published."""
    return np.clip(np.where(ratio >= 0.6, 7.1429 * ratio - 4.2857, 4.1667 * ratio - 2.5), -5, 5)


OPEN_SDG = Method(
    name="open-sdg",
    version="1",
    title="Open SDG progress measure",
    source="Open SDG, Progress measurement methodology; Statistics Canada",
    judge=judge_open_sdg,
    statuses=(
        Status("target_achieved", 2, "toward"),
        Status("substantial_progress", 2, "toward"),
        Status("moderate_progress", 1, "toward"),
        Status("limited_progress", 0, "toward"),
        Status("deterioration", -2, "away"),
    ),
    rollup=RollUp(
        "mean score: ≥ 2.5 substantial progress, ≥ 0 moderate progress, ≥ −2.5 limited progress, below "
        "deterioration; target achieved only where every scored series has achieved it",
        "mean",
        MEAN_SCORE,
        every="target_achieved",
    ),
)
