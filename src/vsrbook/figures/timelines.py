"""The chart of dated steps: what is known to the day, and what only to the month or the year."""

from __future__ import annotations

import math

import altair as alt
import pandas as pd

from vsrbook.figures.charts import HALO, Chart, label_axis, row_labels
from vsrbook.figures.theme import NEUTRAL, SERIES_COLOURS, SERIES_SHAPES

LANE = 16  # pixels for one of the lanes of a row


def timeline(frame: pd.DataFrame, *, groups: tuple[str, ...]) -> Chart:
    """One row per name, a mark for each step, and a bar for the time in which it falls or which it took.

    `frame`: columns name, lane (steps that overlap have different ones), start and end (decimal years),
    kind ("day", "within": somewhere in that time, "lasting": all that time), group (one of `groups`), says.
    """
    labels, _lines = row_labels(frame["name"], 18)
    rows = frame.assign(label=labels, middle=(frame["start"] + frame["end"]) / 2)
    first, last = math.floor(rows["start"].min()), math.ceil(rows["end"].max())
    lanes = int(rows["lane"].max()) + 1
    axis = alt.Axis(format="d", tickMinStep=1, labelOverlap=True, orient="top")
    x = alt.X("start:Q", title=None, axis=axis, scale=alt.Scale(domain=[first, last], nice=False))
    y = alt.Y(
        "label:N",
        sort=list(dict.fromkeys(labels)),
        title=None,
        axis=label_axis(int(labels.str.count(r"\|").max()) + 1),
    )
    lane = alt.YOffset("lane:O", scale=alt.Scale(domain=list(range(lanes))))
    base = alt.Chart(rows).encode(y=y, yOffset=lane)
    bars = [
        base.transform_filter(alt.datum.kind == kind)
        .mark_bar(aria=False, fill=NEUTRAL, fillOpacity=opacity, height=height)
        .encode(x=x, x2="end:Q")
        for kind, opacity, height in (("within", 0.3, 4), ("lasting", 0.8, 8))
        if (rows["kind"] == kind).any()
    ]
    shown = [group for group in groups if (rows["group"] == group).any()]
    at = [groups.index(group) for group in shown]
    colours = alt.Scale(domain=shown, range=[SERIES_COLOURS[n] for n in at])
    shapes = alt.Scale(domain=shown, range=[SERIES_SHAPES[n] for n in at])
    legend = alt.Legend(columns=1, symbolSize=110)
    marks = base.mark_point(filled=True, size=85, opacity=1, **HALO).encode(
        x=alt.X("middle:Q", title=None),
        color=alt.Color("group:N", title=None, scale=colours, legend=legend),
        shape=alt.Shape("group:N", title=None, scale=shapes, legend=legend),
        description="says:N",
        tooltip=[alt.Tooltip("says:N", title=" ")],
    )
    height = max(LANE * lanes, 26) * labels.nunique()
    return alt.layer(*bars, marks).properties(width="container", height=height)
