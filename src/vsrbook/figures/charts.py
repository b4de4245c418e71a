"""The kinds of charts: tidy tables in, one Altair chart out. Pure; what they say is said by the chapters."""

from __future__ import annotations

import functools
import textwrap
from typing import Any

import altair as alt
import pandas as pd

from vsrbook.figures.theme import NEUTRAL, SERIES_COLOURS, SERIES_DASHES, SERIES_SHAPES
from vsrbook.text import number

Chart = alt.LayerChart | alt.FacetChart  # what alt.layer is typed to return
HALO: dict[str, Any] = {"stroke": "white", "strokeWidth": 1.2}
ROW = 18  # pixels for one row of names
FEW = 10  # counts up to this have a tick each
LINE = 14  # pixels for one line of a label
MAX_SERIES = len(SERIES_COLOURS)


def wrap_label(words: str, width: int = 24) -> str:
    """Break a long label into lines ("|" is where Vega breaks it)."""
    return "|".join(textwrap.wrap(words, width, break_long_words=False) or [""])


def row_labels(names: pd.Series, width: int = 24) -> tuple[pd.Series, int]:
    """Return labels for rows, all of the same number of lines, and that number.

    Vega hangs a label of several lines below its row; with the same number of lines in all, one
    offset puts them all in the middle.
    """
    lines = {name: wrap_label(name, width).split("|") for name in names.unique()}
    most = max(map(len, lines.values()), default=1)
    padded = {}
    for name, parts in lines.items():
        above = (most - len(parts)) // 2
        padded[name] = "|".join([""] * above + parts + [""] * (most - len(parts) - above))
    return names.map(padded), most


def label_axis(lines: int, **options: Any) -> alt.Axis:
    """Return the axis of rows whose names `row_labels` has broken into so many lines."""
    return alt.Axis(
        labelExpr="split(datum.value, '|')",
        labelOffset=-(lines - 1) * LINE / 2,
        ticks=False,
        domain=False,
        labelPadding=8,
        **options,
    )


def _row_height(lines: int, least: int) -> int:
    return max(least, lines * LINE + 12)


def ranking(
    frame: pd.DataFrame, *, unit: str, colour: str, reference: float | None, reference_name: str
) -> Chart:
    """Dots, one row per area, sorted by value, with the whole's value as a dashed line.

    `frame`: columns name, value (in `unit`), says (the mark's spoken label).
    """
    rows = frame.dropna(subset=["value"]).sort_values(["value", "name"], ascending=[False, True])
    base = alt.Chart(rows).encode(
        y=alt.Y(
            "name:N",
            sort=list(rows["name"]),
            title=None,
            axis=alt.Axis(ticks=False, domain=False, grid=True, labelPadding=8),
        ),
    )
    dots = base.mark_point(filled=True, size=75, color=colour, opacity=1, **HALO).encode(
        x=alt.X("value:Q", title=unit, scale=alt.Scale(zero=True, nice=True)),
        tooltip=[alt.Tooltip("says:N", title=" ")],
        description="says:N",
    )
    layers: list[Any] = [dots]
    if reference is not None:
        line = pd.DataFrame({"value": [reference], "says": [f"{reference_name}: {number(reference)}"]})
        rule = alt.Chart(line).mark_rule(color=NEUTRAL, strokeDash=[5, 4], strokeWidth=2)
        layers.insert(
            0, rule.encode(x="value:Q", description="says:N", tooltip=[alt.Tooltip("says:N", title=" ")])
        )
    return alt.layer(*layers).properties(width="container", height=max(80, ROW * len(rows)))


def spread(frame: pd.DataFrame, *, unit: str, colour: str) -> Chart:
    """One row per indicator: a small stroke for each area, a diamond for the whole.

    `frame`: columns indicator, name (of the area), value, whole (bool), says.
    """
    rows = frame.dropna(subset=["value"])
    labels, lines = row_labels(rows["indicator"])
    rows = rows.assign(label=labels)
    order = list(dict.fromkeys(labels))
    y = alt.Y("label:N", sort=order, title=None, axis=label_axis(lines, grid=True))
    x = alt.X("value:Q", title=unit, scale=alt.Scale(zero=True))
    tip = [alt.Tooltip("says:N", title=" ")]
    areas = alt.Chart(rows[~rows["whole"]]).mark_tick(color=colour, thickness=2, size=22, opacity=0.75)
    whole = alt.Chart(rows[rows["whole"]]).mark_point(
        shape="diamond", filled=True, size=150, color=NEUTRAL, opacity=1, **HALO
    )
    layers = [layer.encode(x=x, y=y, tooltip=tip, description="says:N") for layer in (areas, whole)]
    return alt.layer(*layers).properties(width="container", height=_row_height(lines, 44) * len(order))


def trend(frame: pd.DataFrame, *, unit: str) -> Chart:
    """Lines over the years, at most MAX_SERIES, each with its own colour, dash and shape.

    `frame`: columns series, year, value, says.
    """
    rows = frame.dropna(subset=["value"]).assign(label=frame["series"].map(lambda s: wrap_label(s, 46)))
    order = list(dict.fromkeys(rows["label"]))
    n = len(order)
    # one legend for all three channels: Vega-Lite merges them, and warns where they differ
    legend = alt.Legend(labelExpr="split(datum.value, '|')", columns=1, symbolSize=120) if n > 1 else None
    colour = alt.Color(
        "label:N", title=None, scale=alt.Scale(domain=order, range=SERIES_COLOURS[:n]), legend=legend
    )
    years = [int(y) for y in sorted(rows["year"].unique())]
    base = alt.Chart(rows).encode(
        x=alt.X(
            "year:Q",
            title=None,
            axis=alt.Axis(format="d", tickMinStep=1, grid=False, labelOverlap=True),
            scale=alt.Scale(domain=[years[0] - 0.4, years[-1] + 0.4], nice=False),
        ),
        y=alt.Y("value:Q", title=unit, scale=alt.Scale(zero=bool(rows["value"].min() >= 0), nice=True)),
        color=colour,
    )
    dash = alt.StrokeDash(
        "label:N", title=None, scale=alt.Scale(domain=order, range=SERIES_DASHES[:n]), legend=legend
    )
    shape = alt.Shape(
        "label:N", title=None, scale=alt.Scale(domain=order, range=SERIES_SHAPES[:n]), legend=legend
    )
    lines = base.mark_line(strokeWidth=2.2, aria=False).encode(strokeDash=dash)
    points = base.mark_point(filled=True, size=70, opacity=1, **HALO).encode(
        shape=shape, description="says:N", tooltip=[alt.Tooltip("says:N", title=" ")]
    )
    return alt.layer(lines, points).properties(width="container", height=280)


def gap(frame: pd.DataFrame, *, unit: str, groups: tuple[str, str]) -> Chart:
    """One row per indicator: two groups joined by a line, told apart by shape and colour.

    `frame`: columns indicator, group (one of `groups`), value, says.
    """
    rows = frame.dropna(subset=["value"])
    labels, lines = row_labels(rows["indicator"])
    rows = rows.assign(label=labels)
    order = list(dict.fromkeys(labels))
    y = alt.Y("label:N", sort=order, title=None, axis=label_axis(lines, grid=False))
    domain = list(groups)
    colour = alt.Color("group:N", title=None, scale=alt.Scale(domain=domain, range=SERIES_COLOURS[:2]))
    shape = alt.Shape("group:N", title=None, scale=alt.Scale(domain=domain, range=["circle", "square"]))
    bars = (
        alt.Chart(rows)
        .mark_line(color=NEUTRAL, strokeWidth=2, aria=False)
        .encode(x=alt.X("value:Q", title=unit, scale=alt.Scale(zero=True)), y=y, detail="label:N")
    )
    points = (
        alt.Chart(rows)
        .mark_point(filled=True, size=130, opacity=1, **HALO)
        .encode(
            x="value:Q",
            y=y,
            color=colour,
            shape=shape,
            description="says:N",
            tooltip=[alt.Tooltip("says:N", title=" ")],
        )
    )
    return alt.layer(bars, points).properties(width="container", height=_row_height(lines, 38) * len(order))


def matrix(
    frame: pd.DataFrame,
    *,
    x_title: str,
    colour_title: str,
    show_numbers: bool = True,
    columns: list[str] | None = None,
    upright: bool = False,
) -> Chart:
    """Cells coloured by a count, with the count written in them where there is room.

    `frame`: columns row, column, count, says. Rows stand in the order of first appearance; `columns`
    names all columns, so that one without any count is seen to be empty. With `upright` the names of the
    columns stand on end, one line each: all of them are there on a phone, too.
    """
    labels, lines = row_labels(frame["row"], 30)
    rows = frame.assign(label=labels)
    y = alt.Y("label:N", sort=list(dict.fromkeys(labels)), title=None, axis=label_axis(lines))
    names = columns or list(dict.fromkeys(rows["column"]))
    narrow = functools.partial(wrap_label, width=40 if upright else 14)
    x = alt.X(
        "column:N",
        scale=alt.Scale(domain=[narrow(name) for name in names]),
        title=x_title or None,
        axis=alt.Axis(
            labelAngle=-90 if upright else -60 if len(names) > 5 else 0,
            labelOverlap=not upright,
            labelExpr="split(datum.value, '|')",
            ticks=False,
            domain=False,
        ),
    )
    filled = rows[rows["count"] > 0].assign(column=rows["column"].map(narrow))
    base = alt.Chart(filled).encode(x=x, y=y)
    cells = base.mark_rect(stroke="white", strokeWidth=1).encode(
        color=alt.Color(
            "count:Q",
            title=colour_title,
            scale=alt.Scale(scheme="blues", domain=[0, max(1, int(rows["count"].max()))], zero=True),
            legend=None if show_numbers else alt.Legend(),
        ),
        description="says:N",
        tooltip=[alt.Tooltip("says:N", title=" ")],
    )
    layers: list[Any] = [cells]
    if show_numbers:
        half = max(1.0, float(rows["count"].max())) * 0.55
        numbers = base.mark_text(fontSize=12, aria=False).encode(
            text=alt.Text("count:Q", format="d"),
            color=alt.condition(alt.datum["count"] > half, alt.value("white"), alt.value("black")),
        )
        layers.append(numbers)
    return alt.layer(*layers).properties(width="container", height=_row_height(lines, 26) * labels.nunique())


def bars(frame: pd.DataFrame, *, unit: str, colour: str | None = None) -> Chart:
    """Horizontal bars with their number behind them.

    `frame`: columns name, value, says, and colour where the bars have colours of their own.
    """
    labels, lines = row_labels(frame["name"])
    rows = frame.assign(label=labels, shown=frame["value"].map(number))
    y = alt.Y("label:N", sort=list(labels), title=None, axis=label_axis(lines))
    base = alt.Chart(rows).encode(
        x=alt.X("value:Q", title=unit, scale=alt.Scale(zero=True), axis=alt.Axis(tickMinStep=1, format="~s")),
        y=y,
    )
    fill = alt.Color("colour:N", scale=None) if colour is None else alt.value(colour)
    marks = base.mark_bar(stroke=NEUTRAL, strokeWidth=0.6).encode(
        color=fill, description="says:N", tooltip=[alt.Tooltip("says:N", title=" ")]
    )
    labels = base.mark_text(align="left", dx=5, fontSize=12, aria=False).encode(text="shown:N")
    return alt.layer(marks, labels).properties(width="container", height=_row_height(lines, 30) * len(rows))


def shares_of_rows(
    frame: pd.DataFrame, *, parts: tuple[str, ...], colours: tuple[str, ...], unit: str
) -> Chart:
    """One bar a row, cut into parts in a fixed order, each with its number in it.

    `frame`: columns name, part (one of `parts`), count, says. Rows stand in the order of first appearance.
    """
    labels, lines = row_labels(frame["name"])
    rows = frame.assign(label=labels, place=frame["part"].map({part: n for n, part in enumerate(parts)}))
    rows = rows[rows["count"] > 0].drop(columns="name").sort_values("place", kind="stable")
    base = alt.Chart(rows).encode(
        y=alt.Y("label:N", sort=list(dict.fromkeys(labels)), title=None, axis=label_axis(lines)),
        order="place:Q",
    )
    most = int(rows.groupby("label")["count"].sum().max())
    # a chart of few is given its ticks: Vega-Lite's own are halves, which the format rounds to 0, 1, 1, 2
    ticks: dict[str, Any] = {"values": list(range(most + 1))} if most <= FEW else {"tickMinStep": 1}
    length = alt.X("count:Q", title=unit, stack="zero", axis=alt.Axis(format="d", **ticks))
    marks = base.mark_bar(stroke="white", strokeWidth=1.2).encode(
        x=length,
        color=alt.Color("part:N", title=None, scale=alt.Scale(domain=list(parts), range=list(colours))),
        description="says:N",
        tooltip=[alt.Tooltip("says:N", title=" ")],
    )
    numbers = base.mark_text(fontSize=12, color="black", aria=False).encode(
        x=alt.X("count:Q", stack="zero", bandPosition=0.5), text="count:Q"
    )
    height = _row_height(lines, 26) * labels.nunique()
    return alt.layer(marks, numbers).properties(width="container", height=height)


def world_map(outlines: dict[str, Any], frame: pd.DataFrame, *, kinds: tuple[str, ...]) -> Chart:
    """Mark places on a world map: land, and a mark on each place, shape and colour by kind.

    `outlines`: TopoJSON with the object "land". `frame`: columns place, latitude, longitude, kind, says.
    """
    topology = {"values": outlines, "format": {"type": "topojson", "feature": "land"}}
    land = alt.Chart(alt.Data.from_dict(topology))
    shape = alt.Shape(
        "kind:N", title=None, scale=alt.Scale(domain=list(kinds), range=SERIES_SHAPES[: len(kinds)])
    )
    colour = alt.Color(
        "kind:N", title=None, scale=alt.Scale(domain=list(kinds), range=SERIES_COLOURS[: len(kinds)])
    )
    points = (
        alt.Chart(frame)
        .mark_point(filled=True, size=90, opacity=1, **HALO)
        .encode(
            longitude="longitude:Q",
            latitude="latitude:Q",
            shape=shape,
            color=colour,
            description="says:N",
            tooltip=[alt.Tooltip("says:N", title=" ")],
        )
    )
    base = land.mark_geoshape(fill="#d9dde2", stroke="#ffffff", strokeWidth=0.5, aria=False, tooltip=None)
    return alt.layer(base, points).project("equalEarth").properties(width="container", height=360)
