"""The method of the German indicator reports: the recent yearly change, carried on to the target year."""

from __future__ import annotations

import numpy as np

from vsrbook.methods.progress.model import Floats, Method, Scale, SeriesSet, Status, Verdict, above, at_least
from vsrbook.methods.progress.rules import give_verdict, has_late_start

FEWEST_POINTS = 4
WINDOW = 5
MISS = Scale((above(0.20, "off_track"), at_least(0.05, "slightly_off")), "on_track")


def judge_destatis(series: SeriesSet) -> Verdict:
    """Judge by the miss in the target year as a share of today's distance to the target.

    Source: Statistisches Bundesamt (Destatis), indicator reports on the German sustainability strategy.
    The value is that share: 0 where the target would be met, none where the distance is zero.
    """
    change = mean_change(series)
    expected = series.latest_value + change * series.remaining
    short = np.maximum(series.direction * (series.target - expected), 0.0)
    distance = np.abs(series.target - series.latest_value)
    miss = np.where(short == 0, 0.0, short / distance)
    wrong = (series.direction * change < 0) & (short > 0)
    return give_verdict(
        miss,
        np.where(wrong, "wrong_direction", MISS.name(miss)),
        reasons=[
            (series.points < FEWEST_POINTS, "too_few_points"),
            (has_late_start(series), "target_year"),
            (~np.isfinite(change), "overflow"),
        ],
        without_value=wrong & (distance == 0),
        mean_change=change,
        expected_value=expected,
    )


def mean_change(series: SeriesSet) -> Floats:
    """Return the mean of the last annual changes (5, or the window given; fewer if there are fewer).

    A change lies between two points that follow each other; across a gap it is the change per year, and
    it counts once, however long the gap.
    """
    size, owner = len(series), series.owner
    inside = owner[1:] == owner[:-1]
    slope = np.diff(series.values)[inside] / np.diff(series.years)[inside]
    place = np.arange(1, len(owner))[inside]
    last = np.cumsum(series.points) - 1
    whose = owner[1:][inside]
    window = np.where(np.isnan(series.window), WINDOW, series.window)
    recent = last[whose] - place < window[whose]
    count = np.bincount(whose[recent], minlength=size)
    mean: Floats = np.bincount(whose[recent], slope[recent], size) / count
    return mean


DESTATIS = Method(
    name="destatis",
    version="1",
    title="German indicator reports",
    source="Statistisches Bundesamt (Destatis), Sustainable development in Germany: indicator report",
    judge=judge_destatis,
    statuses=(
        Status("on_track", 2, "toward"),
        Status("slightly_off", 1, "toward"),
        Status("off_track", 0, "toward"),
        Status("wrong_direction", -2, "away"),
    ),
    needs_target=True,
)
