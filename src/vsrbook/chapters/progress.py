"""Chapter 4: progress on goals and targets, all goals together."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from vsrbook.chapters.common import capital, cite_all, level_name, year_span
from vsrbook.chapters.goal import evidence_on
from vsrbook.chapters.outline import goal_page
from vsrbook.figures import Block, Figure, charts
from vsrbook.figures import blocks as b
from vsrbook.methods.change import changes
from vsrbook.methods.selection import of_area, totals
from vsrbook.review import Review, row_ids
from vsrbook.sdg import GOALS
from vsrbook.text import gettext as _

SAME = [
    "name",
    "unit",
    "first_year",
    "first_value",
    "last_year",
    "last_value",
]  # one series under several goals


def overview(review: Review) -> Block | None:
    """Say in one paragraph what the goal pages rest on."""
    goals = review.goals
    if not goals:
        return None
    known = review.tables["observations"].dropna(subset=["value"])
    words = _("{n} indicators have values, for {goals} of the 17 goals and for {years}.").format(
        n=known["indicator_code"].nunique(), goals=len(goals), years=year_span(known["year"])
    )
    return b.prose(words, _judgement(review), rows=row_ids("observations", known))


def _judgement(review: Review) -> str:
    if review.tables["indicators"]["target_value"].notna().any():
        return _("Where a target value is given, the distance to it is shown.")
    return _(
        "The sources give no target values. The pages therefore show levels, spread and change; they do not "
        "say whether the country is on track."
    )


def goal_table(review: Review) -> Block | None:
    """List the goals with data, with links to their pages."""
    lines: list[dict[str, b.Cell]] = []
    for number_ in review.goals:
        evidence = evidence_on(review, number_)
        areas = evidence.compared["area_code"].nunique()
        lines.append(
            {
                _("Goal"): Markup('<a href="{}.html">{}</a>').format(
                    goal_page(number_), GOALS[number_].title
                ),
                _("Indicators"): len(evidence.indicators),
                _("Values"): len(evidence.known),
                _("Years"): year_span(evidence.known["year"]),
                capital(level_name(str(review.association.area_level or "area"), 2)): areas,
            }
        )
    return b.data_table(lines, _("The goals with data"))


def change_chart(review: Review) -> Figure | None:
    """Show per goal how many series of the whole territory have moved which way."""
    table = _whole_changes(review)
    if table.empty:
        return None
    counts = table.assign(
        way=table["toward"]
        .map({True: "toward", False: "away"})
        .astype("str")
        .where(table["toward"].notna(), "none")
    )
    frame = counts.groupby(["goal", "way"]).size().rename("count").reset_index()
    words = {
        "toward": _("Towards progress"),
        "away": _("Away from it"),
        "none": _("No change or no direction"),
    }
    frame = frame.assign(row=[GOALS[int(g)].title for g in frame["goal"]], column=frame["way"].map(words))
    frame["says"] = [
        f"{r}, {c}: {n}" for r, c, n in frame[["row", "column", "count"]].itertuples(index=False)
    ]
    totals_ = counts.drop_duplicates(SAME).groupby("way").size()
    title = _("Of {all} series, {toward} moved towards progress and {away} away from it").format(
        all=int(totals_.sum()), toward=int(totals_.get("toward", 0)), away=int(totals_.get("away", 0))
    )
    columns = list(words.values())
    pivot = frame.pivot_table(index="row", columns="column", values="count", sort=False, aggfunc="sum")
    pivot = pivot.reindex(columns=columns).fillna(0).astype(int)
    return Figure(
        id="changes",
        title=title,
        chart=charts.matrix(frame, x_title="", colour_title=_("Series"), columns=columns),
        table=pivot.rename_axis(_("Goal")).reset_index(),
        alt=_("Matrix of goals by direction of change. {list}.").format(list="; ".join(frame["says"])),
        source=cite_all(review, review.tables["observations"]["source_id"]),
        rows=row_ids("observations", review.tables["observations"].dropna(subset=["value"])),
        note=_(
            "Each series is compared between its first and its last year; the years differ. Which way is progress "
            "stands with each indicator. A direction says nothing on speed or on reaching a target; counts grow "
            "with the population. A series that stands under several goals is counted once in the title."
        ),
    )


def _whole_changes(review: Review) -> pd.DataFrame:
    whole = review.whole_area
    if whole is None:
        return pd.DataFrame()
    indicators = review.tables["indicators"]
    table = changes(totals(of_area(review.tables["observations"], whole["area_code"])), indicators)
    table = table.merge(indicators[["indicator_code", "goal", "name", "unit"]], on="indicator_code")
    return table[table["goal"].isin(review.goals)].sort_values("goal", kind="stable")
