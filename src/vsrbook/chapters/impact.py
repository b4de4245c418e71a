"""Chapter 6: what the review changed, in the words of the association, by area and impact."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from vsrbook.chapters.common import cite_all, cited_list, source_line, statement_list
from vsrbook.chapters.outcomes import list_outcomes
from vsrbook.figures import Block, Figure, charts
from vsrbook.figures import blocks as b
from vsrbook.naming import cite
from vsrbook.review import Review, row_ids
from vsrbook.sdg import GOALS
from vsrbook.text import gettext as _
from vsrbook.text import ngettext, partial_day


def summary(review: Review) -> Block | None:
    """Say how many statements there are, and for how many of the impacts."""
    evidence, impacts = review.tables["evidence"], review.reference.tables["impacts"]
    if evidence.empty:
        return None
    shown = impacts[impacts["impact_id"].isin(evidence["impact_id"])]
    words = ngettext(
        "{n} statement tells what the review changed. It is about {shown} of the {all} impacts that "
        "associations describe, in {areas} of {all_areas} areas.",
        "{n} statements tell what the review changed. They are about {shown} of the {all} impacts that "
        "associations describe, in {areas} of {all_areas} areas.",
        len(evidence),
    )
    caution = _(
        "They are the association's own account, as the source reports it; they have not been measured."
    )
    filled = words.format(
        n=len(evidence),
        shown=len(shown),
        all=len(impacts),
        areas=shown["area_number"].nunique(),
        all_areas=impacts["area_number"].nunique(),
    )
    return b.prose(filled, caution, rows=row_ids("evidence", evidence))


def impact_chart(review: Review) -> Figure | None:
    """Show the number of statements per impact; impacts without one are in the table."""
    evidence, impacts = review.tables["evidence"], review.reference.tables["impacts"]
    counts = evidence["impact_id"].value_counts()
    if counts.empty or counts.max() < 2:
        return None  # bars of one each say nothing that the list does not
    frame = impacts.assign(value=impacts["impact_id"].map(counts).fillna(0).astype(int))
    shown = frame[frame["value"] > 0].sort_values("value", ascending=False, kind="stable")
    shown = shown.assign(
        says=[
            ngettext("{name}: {n} statement", "{name}: {n} statements", n).format(name=name, n=n)
            for name, n in zip(shown["name"], shown["value"], strict=True)
        ]
    )
    top = shown.iloc[0]
    return Figure(
        id="impacts",
        title=_("Most statements are on: {impact}").format(impact=top["name"])
        if (shown["value"] == top["value"]).sum() == 1
        else _("The statements spread over {n} impacts").format(n=len(shown)),
        chart=charts.bars(
            shown[["name", "value", "says"]], unit=_("Statements"), colour=GOALS[17].mark_colour
        ),
        table=frame.rename(columns={"area": _("Impact area"), "name": _("Impact"), "value": _("Statements")})[
            [_("Impact"), _("Impact area"), _("Statements")]
        ],
        alt=_("Bars: {list}.").format(list="; ".join(shown["says"])),
        source=cite_all(review, evidence["source_id"]),
        rows=row_ids("evidence", evidence),
    )


def statements(review: Review) -> list[Block] | None:
    """List the statements under their impact, impact areas in order."""
    evidence, impacts = review.tables["evidence"], review.reference.tables["impacts"]
    blocks: list[Block] = []
    for _index, impact in impacts.iterrows():
        of_impact = evidence[evidence["impact_id"] == impact["impact_id"]]
        chosen = statement_list(review, of_impact, with_sources=False)
        if chosen:
            title = f"{impact['area']}: {impact['name']}"
            blocks += [b.heading(title, f"impact-{impact['impact_id']}"), chosen]
    return [*blocks, source_line(review, evidence)] if blocks else None


def testimonies(review: Review) -> list[Block] | None:
    """Show what office-holders say, in the third person."""
    table = review.tables["testimonies"]
    return [
        b.quote(
            row["statement"],
            f"{row['office']}, {row['association']}.",
            cite(review, row["source_id"], row["location"]),
        )
        for _index, row in table.iterrows()
    ] or None


def outcomes(review: Review) -> Block | None:
    """List what the review has led to in the chain of reviews: a chapter, a seat, a law, a budget line."""
    return list_outcomes(review)


def milestone_list(review: Review, milestones: pd.DataFrame) -> Block | None:
    """List milestones in the order of their dates, each with its source."""
    kinds = {
        "vsr": _("VSR"),
        "vnr": _("VNR"),
        "vlr": _("VLR"),
        "meeting": _("Meeting"),
        "publication": _("Publication"),
        "election": _("Election"),
        "agreement": _("Agreement"),
        "project": _("Project"),
        "institution": _("Institution"),
    }
    items = []
    ordered = milestones.sort_values("date", kind="stable")
    for _index, row in ordered.iterrows():
        when = partial_day(row["date"]) + (f" – {partial_day(row['end_date'])}" if row["end_date"] else "")
        more = Markup(" {}").format(row["description"]) if row["description"] else ""
        items.append(
            Markup('<time datetime="{}">{}</time> · {}: <strong>{}</strong>.{}').format(
                row["date"], when, kinds[row["kind"]], row["title"].rstrip("."), more
            )
        )
    return cited_list(review, "milestones", ordered, items)


def milestones(review: Review) -> Block | None:
    """List all milestones of the association."""
    return milestone_list(review, review.tables["milestones"])
