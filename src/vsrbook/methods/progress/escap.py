"""The method of the Asia-Pacific SDG progress report: how far it has come, how far it will have come."""

from __future__ import annotations

import numpy as np

from vsrbook.methods.progress.model import (
    Booleans,
    Floats,
    Method,
    RollUp,
    Scale,
    SeriesSet,
    Status,
    Verdict,
    above,
)
from vsrbook.methods.progress.rules import give_verdict, growth, has_late_start, meets

ANTICIPATED = Scale((above(9.0, "meets"), above(0.0, "accelerate")), "no_progress")


def judge_escap(series: SeriesSet) -> Verdict:
    """Judge by the status anticipated for the target year; value and score are the current status.

    Source: ESCAP, Asia and the Pacific SDG Progress Report, as coded by UNICEF. Both run to 10; 10 is the
    target met, 0 the base value, below 0 worse than at the base. Beside the regression, a detail says what
    growth at a constant rate would lead to.
    """
    current = measure_status(series, series.latest_value)
    rate = growth(series.base_value, series.latest_value, series.elapsed)
    steady = series.latest_value * np.power(1 + rate, series.remaining)
    expected = predict(series)
    anticipated = measure_status(series, expected)
    no_way = series.base_value == series.target
    met_now, met_then = is_met(series, series.latest_value), is_met(series, expected)
    return give_verdict(
        np.where(np.isfinite(anticipated), current, np.nan),
        ANTICIPATED.name(anticipated),
        score=current,
        reasons=[
            (has_late_start(series), "target_year"),
            (no_way & ~met_now, "base_equals_target"),
            (no_way & ~met_then, "only_current"),
        ],
        current_status=current,
        anticipated_status=anticipated,
        expected_value=expected,
        anticipated_at_constant_growth=measure_status(series, steady),
    )


def is_met(series: SeriesSet, value: Floats) -> Booleans:
    """Tell where a value meets the target; a parity indicator must be on it, whatever its direction."""
    exact = value == series.target
    return np.where(series.parity, exact, meets(value, series.target, series.direction))


def measure_status(series: SeriesSet, value: Floats) -> Floats:
    """Return the share of the way from base to target that a value has covered, times 10; 10 where met."""
    way = np.abs(series.target - series.base_value)
    plain = 10 * (series.direction * (value - series.base_value)) / way
    parity = 10 - 10 * np.abs(series.target - value) / way
    return np.where(is_met(series, value), 10.0, np.where(series.parity, parity, plain))


def predict(series: SeriesSet) -> Floats:
    """Return the value at the target year on a straight line fitted with weights (T − t0) / (T − ti).

    Once the target year has come, the latest value stands: nothing is left to predict, and no year of a
    fitted series is the target year, so no weight divides by zero.
    """
    size, owner = len(series), series.owner
    ahead = series.latest_year < series.target_year
    left = np.where(ahead[owner], series.target_year[owner] - series.years, 1.0)
    weight = np.where(ahead, series.horizon, 1.0)[owner] / left
    total = np.bincount(owner, weight, size)
    year = np.bincount(owner, weight * (series.years - series.base_year[owner]), size) / total
    value = np.bincount(owner, weight * series.values, size) / total
    off = series.years - series.base_year[owner] - year[owner]
    together = np.bincount(owner, weight * off * (series.values - value[owner]), size)
    slope = together / np.bincount(owner, weight * off * off, size)
    return np.where(ahead, value + slope * (series.horizon - year), series.latest_value)


ESCAP = Method(
    name="escap",
    version="1",
    title="ESCAP anticipated progress",
    source="UN ESCAP, Asia and the Pacific SDG Progress Report; as coded by UNICEF",
    judge=judge_escap,
    statuses=(
        Status("meets", 2, "toward"),
        Status("accelerate", 1, "toward"),
        Status("no_progress", -1, "flat"),
    ),
    needs_target=True,
    rollup=RollUp("mean of the current status (0 base, 10 target); no status: counted", "mean"),
)
