"""Chapter 4, the page of one goal: how the values changed, and for which years there are any."""

from __future__ import annotations

import pandas as pd

from vsrbook.chapters.common import cite_all, group_name, short, status_note, with_unit
from vsrbook.chapters.goal import GoalEvidence
from vsrbook.figures import Figure, charts
from vsrbook.review import row_ids
from vsrbook.text import gettext as _
from vsrbook.text import ngettext, number


def trend_figures(evidence: GoalEvidence) -> list[Figure] | None:
    """Show the values over the years, a few lines in each figure.

    An indicator with values for several groups has figures of its own; the others stand together by
    global indicator and unit.
    """
    figures: list[Figure] = []
    series = _series_over_years(evidence)
    if series.empty:
        return None
    for _key, rows in series.groupby("together", sort=False):
        names = list(dict.fromkeys(rows["series"]))
        for start in range(0, len(names), charts.MAX_SERIES):
            part = rows[rows["series"].isin(names[start : start + charts.MAX_SERIES])]
            figures.append(_trend_figure(evidence, part, f"trend-{len(figures) + 1}"))
    return figures


def _series_over_years(evidence: GoalEvidence) -> pd.DataFrame:
    """Return the values of the whole with a name for each series; only series with two years or more.

    Adds series, says (the spoken label of a value) and together (what shares a figure).
    """
    columns = ["indicator_code", "global_indicator", "name", "unit"]
    rows = evidence.whole.merge(evidence.indicators[columns], on="indicator_code", sort=False)
    if rows.empty:
        return rows
    rows["group"] = rows.apply(group_name, axis=1)
    rows["series"] = rows["name"].where(rows["group"] == "", rows["name"] + " – " + rows["group"])
    rows["says"] = [
        f"{s}: {with_unit(v, u)} ({y})"
        for s, v, u, y in rows[["series", "value", "unit", "year"]].itertuples(index=False)
    ]
    rows = rows[rows.groupby("series")["year"].transform("nunique") > 1]
    alone = rows.groupby("indicator_code")["series"].transform("nunique") > 1
    rows["together"] = rows["indicator_code"].where(alone, rows["global_indicator"] + " " + rows["unit"])
    order = {code: i for i, code in enumerate(evidence.indicators["indicator_code"])}
    rows = rows.assign(order=rows["indicator_code"].map(order), grouped=rows["group"] != "")
    return rows.sort_values(["order", "grouped", "series", "year"], kind="stable")


def _short_labels(rows: pd.DataFrame) -> pd.Series:
    """Name the lines: by their group where all are of one indicator, which the title names."""
    if rows["indicator_code"].nunique() > 1 or rows["series"].nunique() == 1:
        return rows["series"]
    return rows["group"].where(rows["group"] != "", _("everyone"))


def _trend_figure(evidence: GoalEvidence, rows: pd.DataFrame, name: str) -> Figure:
    unit = rows["unit"].iloc[0]
    ends = (
        rows.sort_values("year", kind="stable")
        .groupby("series", sort=False)
        .agg(first=("value", "first"), last=("value", "last"), start=("year", "first"), end=("year", "last"))
    )
    ends = ends.loc[list(dict.fromkeys(rows["series"]))]
    lines = [
        _("{series}: {first} in {start}, {last} in {end}").format(
            series=series, first=number(first), start=start, last=number(last), end=end
        )
        for series, first, last, start, end in zip(ends.index, *(ends[c] for c in ends.columns), strict=True)
    ]
    head = ends.iloc[0]
    title = _("{series}: from {first} in {start} to {last} in {end}").format(
        series=ends.index[0],
        first=short(head["first"], unit),
        start=int(head["start"]),
        last=short(head["last"], unit),
        end=int(head["end"]),
    )
    if len(ends) > 1:
        title += " " + ngettext("(and {n} more series)", "(and {n} more series)", len(ends) - 1).format(
            n=len(ends) - 1
        )
    table = rows.pivot_table(index="year", columns="series", values="value", aggfunc="first")[
        list(ends.index)
    ]
    table = table.rename_axis(_("Year")).rename_axis(None, axis=1).reset_index()
    notes = evidence.indicators.set_index("indicator_code").loc[list(dict.fromkeys(rows["indicator_code"]))]
    return Figure(
        id=evidence.figure_id(name),
        title=title,
        chart=charts.trend(
            rows.assign(series=_short_labels(rows))[["series", "year", "value", "says"]], unit=unit
        ),
        table=table.assign(**{_("Year"): table[_("Year")].astype(int).astype(str)}),
        alt=_("Lines over the years, {unit}. {list}.").format(unit=unit, list="; ".join(lines)),
        source=cite_all(evidence.review, rows["source_id"]),
        rows=row_ids("observations", rows),
        note=" ".join(
            [*(dict.fromkeys(notes["definition"]) if len(notes) <= 2 else ()), status_note(rows)]
        ).strip(),
    )


def availability(evidence: GoalEvidence) -> Figure | None:
    """Show in which years each indicator has values, and how many."""
    rows = evidence.known.merge(
        evidence.indicators[["indicator_code", "name"]], on="indicator_code", sort=False
    )
    if rows.empty or rows["year"].nunique() < 2:
        return None
    frame = rows.groupby(["name", "year"], sort=False).size().rename("count").reset_index()
    order = {name: i for i, name in enumerate(evidence.indicators["name"])}
    frame = frame.assign(row=frame["name"], column=frame["year"].astype(int).astype(str))
    frame = frame.sort_values("name", key=lambda names: names.map(order), kind="stable")
    frame["says"] = [
        ngettext("{name}, {year}: {n} value", "{name}, {year}: {n} values", n).format(name=r, year=c, n=n)
        for r, c, n in frame[["row", "column", "count"]].itertuples(index=False)
    ]
    years = [str(year) for year in range(int(rows["year"].min()), int(rows["year"].max()) + 1)]
    per = frame.groupby("name", sort=False)["year"].agg(["size", "max"])
    longest = str(per["size"].idxmax())
    pivot = frame.pivot_table(index="row", columns="column", values="count", sort=False, aggfunc="sum")
    table = pivot.reindex(columns=[y for y in years if y in pivot.columns]).fillna(0).astype(int)
    return Figure(
        id=evidence.figure_id("availability"),
        title=_("Longest record: {name}, with values for {n} years").format(
            name=longest, n=int(per["size"].max())
        ),
        chart=charts.matrix(
            frame, x_title=_("Year"), colour_title=_("Values"), show_numbers=False, columns=years
        ),
        table=table.rename_axis(_("Indicator")).rename_axis(None, axis=1).reset_index(),
        alt=_("Matrix of indicators by year. Years with values: {list}.").format(
            list="; ".join(f"{name}: {size} ({_('latest')} {last})" for name, size, last in per.itertuples())
        ),
        source=cite_all(evidence.review, evidence.known["source_id"]),
        rows=row_ids("observations", evidence.known),
    )
