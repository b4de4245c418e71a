"""Chapter 2: where the figures come from, how much of them there is, and how the review was made."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from vsrbook.chapters.common import cite_all, level_name, year_span
from vsrbook.chapters.impact import milestone_list
from vsrbook.figures import Block, Figure, charts
from vsrbook.figures import blocks as b
from vsrbook.methods.coverage import area_coverage, coverage_by_goal, years_with_data
from vsrbook.naming import cite
from vsrbook.review import Review, row_ids
from vsrbook.sdg import GOALS
from vsrbook.text import gettext as _
from vsrbook.text import join, ngettext, number


def source_table(review: Review) -> Block | None:
    """List the sources that rows of this review cite, with how many rows cite each."""
    cited: dict[str, int] = {}
    for frame in review.tables.values():
        if "source_id" in frame and "title" not in frame.columns[:3]:
            for source_id, count in frame["source_id"].value_counts().items():
                cited[str(source_id)] = cited.get(str(source_id), 0) + int(count)
    association = review.association
    stated = (association.association.members, association.competences, association.survey)
    for fact in (*stated, association.review, association.vnr, association.hlpf):
        if fact is not None and fact.source:
            cited[fact.source] = cited.get(fact.source, 0) + 1
    known = review.sources_by_id
    lines = [
        {
            _("Source"): _source_cell(known[source_id]),
            _("Publisher"): known[source_id]["publisher"],
            _("Date"): known[source_id]["date"] or "–",
            _("Rows here"): count,
        }
        for source_id, count in sorted(cited.items(), key=lambda pair: -pair[1])
        if source_id in known
    ]
    caption = _("The sources of this review, and how many rows and statements rest on each")
    return b.data_table(lines, caption)


def _source_cell(source: pd.Series) -> Markup:
    note = Markup("<br><small>{}</small>").format(source["note"]) if source["note"] else Markup("")
    return Markup("{}{}").format(source["title"], note)


def survey(review: Review) -> Block | None:
    """Say how many members answered the survey."""
    given = review.association.survey
    if given is None:
        return None
    rate = 100 * given.answered / given.invited
    words = _("{answered} of {invited} members answered the survey, a response rate of {rate} %.")
    said = words.format(answered=number(given.answered), invited=number(given.invited), rate=number(rate, 1))
    return b.prose(Markup('{} <cite class="vsr-place">{}</cite>').format(said, cite(review, given.source)))


def missing_goals(review: Review) -> Block | None:
    """Say for which goals there are no data: an absence is a finding, not a blank."""
    known = review.tables["observations"].dropna(subset=["value"])
    if known.empty:
        return None
    indicators = review.tables["indicators"]
    seen = indicators.loc[indicators["indicator_code"].isin(known["indicator_code"]), "goal"]
    without = sorted(set(GOALS) - set(seen.dropna().astype(int)))
    if not without:
        return b.prose(_("Every one of the 17 goals has at least one indicator with a value."))
    words = ngettext(
        "There are no data for goal {goals}. Nothing can be said here about it.",
        "There are no data for the goals {goals}. Nothing can be said here about them.",
        len(without),
    )
    return b.prose(words.format(goals=join(str(goal) for goal in without)))


def availability(review: Review) -> Figure | None:
    """Show for which goals and years there are values: a matrix of goal by year."""
    observations = review.tables["observations"]
    counts = years_with_data(observations, review.tables["indicators"])
    if counts.empty:
        return None
    frame = counts.assign(
        row=[GOALS[int(goal)].title for goal in counts["goal"]],
        column=counts["year"].astype(int).astype(str),
        count=counts["series"],
    )
    frame["says"] = [
        _("{goal}, {year}: {n} series").format(goal=r, year=c, n=n)
        for r, c, n in frame[["row", "column", "count"]].itertuples(index=False)
    ]
    years = sorted(set(frame["column"]))
    per_year = frame.groupby("column")["count"].sum()
    best = list(per_year.index[per_year == per_year.max()])
    title = _("{goals} of 17 goals have data, for {years}").format(
        goals=frame["goal"].nunique(), years=year_span([int(y) for y in years])
    )
    if len(years) > 1:
        words = ngettext("most series are of {years}", "most series are of {years}", len(best))
        title += "; " + words.format(years=join(best))
    per_goal = frame.groupby("row", sort=False)["count"].agg(["size", "max"])
    alt = _("Matrix of goals by year, {years}. Years with data per goal: {list}.").format(
        years=year_span([int(y) for y in years]),
        list="; ".join(f"{goal}: {size}" for goal, size in per_goal["size"].items()),
    )
    pivot = frame.pivot_table(index="row", columns="column", values="count", sort=False, aggfunc="sum")
    table = pivot.reindex(columns=years).fillna(0).astype(int).rename_axis(_("Goal")).reset_index()
    complete = [str(year) for year in range(int(years[0]), int(years[-1]) + 1)]
    return Figure(
        id="availability",
        title=title,
        chart=charts.matrix(
            frame, x_title=_("Year"), colour_title=_("Series"), show_numbers=len(years) < 2, columns=complete
        ),
        table=table,
        alt=alt,
        source=cite_all(review, observations["source_id"]),
        rows=row_ids("observations", observations.dropna(subset=["value"])),
        note=_("A series is an indicator for everyone or for one group (sex, age, residence or category)."),
    )


def coverage_table(review: Review) -> Block | None:
    """Say per indicator how many of the compared areas have a value in its latest year."""
    areas = review.compared_areas
    if areas.empty:
        return None
    observations = review.tables["observations"]
    counted = area_coverage(observations, areas)
    if counted.empty:
        return None
    level = level_name(str(review.association.area_level), len(areas))
    indicators = review.tables["indicators"][["indicator_code", "goal", "name", "row"]]
    table = indicators.merge(counted, on="indicator_code")
    incomplete = table[table["areas_with_value"] < table["areas"]]
    if incomplete.empty:
        words = _("Each of the {n} indicators reported for {level} has a value for all {count} of them.")
        return b.prose(words.format(n=len(table), level=level, count=len(areas)))
    frame = pd.DataFrame(
        {
            _("Indicator"): incomplete["name"],
            _("Goal"): incomplete["goal"].astype(str),
            _("Latest year"): incomplete["year"].astype(int).astype(str),
            _("With a value"): incomplete["areas_with_value"],
            _("Of"): incomplete["areas"],
        }
    )
    caption = _("Indicators that do not cover all {level}").format(level=level)
    return b.data_table(frame, caption, row_ids("indicators", incomplete))


def goal_coverage(review: Review) -> Block | None:
    """Say per goal how many of its indicators and of the compared areas have values, and how fresh they are."""
    areas = review.compared_areas
    if areas.empty or review.tables["indicators"].empty:
        return None
    table = coverage_by_goal(review.tables["observations"], review.tables["indicators"], areas)
    known = table[table["indicators_with_value"] > 0]
    level = level_name(str(review.association.area_level), 2)
    lines: list[dict[str, b.Cell]] = [
        {
            _("Goal"): GOALS[int(row["goal"])].title,
            _("Indicators"): int(row["indicators"]),
            _("With values for {level}").format(level=level): int(row["indicators_with_value"]),
            _("Pairs of indicator and area with a value (%)"): round(100 * float(row["share_of_pairs"])),
            _("Years"): year_span([int(row["first_year"]), int(row["last_year"])]),
            _("Suppressed values"): int(row["suppressed"]) or None,
            _("Provisional values"): int(row["provisional"]) or None,
        }
        for row in known.to_dict("records")
    ]
    caption = _("How complete the values for {level} are, goal by goal").format(level=level)
    return b.data_table(lines, caption, row_ids("indicators", review.tables["indicators"]))


def process(review: Review) -> Block | None:
    """List the dated steps of the process."""
    milestones = review.tables["milestones"]
    return milestone_list(review, milestones[milestones["kind"].isin(["meeting", "publication", "project"])])
