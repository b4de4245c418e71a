"""What a first review can expect to change: how widely each impact is reported, and how far that can be trusted."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from vsrbook.chapters.library.citing import Shelf, cited_in
from vsrbook.chapters.library.told import (
    FEW,
    IMPACTS,
    SEVERAL,
    count_told,
    gather_told,
    rows_told,
    strength_word,
)
from vsrbook.figures import Block, Figure, charts
from vsrbook.figures import blocks as b
from vsrbook.figures.filtered_list import selecting_link, write_address
from vsrbook.sdg import GOALS
from vsrbook.text import gettext as _
from vsrbook.text import ngettext


def summary(shelf: Shelf) -> Block | None:
    """Say in words which impacts are widely reported, and on which the evidence is thin."""
    counted = count_told(shelf)
    if not counted["places"].any():
        return None
    words = {
        "several": _("Reported by {several} or more places: {impacts}."),
        "few": _("Reported by {few} to {most} places: {impacts}."),
        "thin": _("Thin evidence, fewer than {few} places: {impacts}."),
        "none": _("Reported by nobody: {impacts}."),
    }
    named = {strength: "; ".join(counted.loc[counted["strength"] == strength, "name"]) for strength in words}
    said = [
        words[strength].format(several=SEVERAL, few=FEW, most=SEVERAL - 1, impacts=impacts)
        for strength, impacts in named.items()
        if impacts
    ]
    return b.listing(said, rows_told(gather_told(shelf)))


def places_chart(shelf: Shelf) -> Figure | None:
    """Show for each impact how many places report it."""
    told, counted = gather_told(shelf), count_told(shelf)
    shown = counted[counted["places"] > 0]
    if shown.empty:
        return None
    says = [
        ngettext("{name}: {n} place", "{name}: {n} places", n).format(name=name, n=n)
        for name, n in zip(shown["name"], shown["places"], strict=True)
    ]
    frame = pd.DataFrame({"name": shown["name"], "value": shown["places"], "says": says})
    return Figure(
        id="places-by-impact",
        title=_title(counted, told["place"].nunique()),
        chart=charts.bars(frame, unit=_("Places"), colour=GOALS[17].mark_colour),
        table=counted[["name", "area", "places"]].rename(
            columns={"name": _("Impact"), "area": _("Impact area"), "places": _("Places")}
        ),
        alt=_("Bars: {list}.").format(list="; ".join(says)),
        source=shelf.source_line(cited_in(told), len(told)),
        rows=rows_told(told),
        note=_("A place counts once, however many statements and testimonies on the impact it has."),
    )


def _title(counted: pd.DataFrame, places: int) -> str:
    top = counted[counted["places"] == counted["places"].max()]
    thin = int((counted["strength"] == "thin").sum())
    first = _("Most reported: {impacts} ({n} of {all} places)").format(
        impacts="; ".join(top["name"]), n=int(top["places"].iloc[0]), all=places
    )
    if not thin:
        return first
    words = ngettext("on {n} impact the evidence is thin", "on {n} impacts the evidence is thin", thin)
    return f"{first}; {words.format(n=thin)}"


def strength_table(shelf: Shelf) -> Block | None:
    """List the impacts with who tells of them and how strong the evidence is; names lead to what is told."""
    counted, told = count_told(shelf), gather_told(shelf)
    lines: list[dict[str, b.Cell]] = [
        {
            _("Impact"): _link_told(row["impact_id"], row["name"]) if row["places"] else row["name"],
            _("Places"): int(row["places"]),
            _("Statements"): int(row["statements"]),
            _("Testimonies"): int(row["testimonies"]),
            _("Evidence"): strength_word(row["strength"]),
        }
        for _index, row in counted.iterrows()
    ]
    caption = _("How widely each impact is reported")
    return b.data_table(lines, caption, rows_told(told))


def _link_told(impact_id: str, name: str) -> Markup:
    return selecting_link(name, write_address(IMPACTS, impact=impact_id), f"{IMPACTS}-{impact_id}")


def rule(shelf: Shelf) -> Block | None:
    """Say by which rule the evidence is called so."""
    if gather_told(shelf).empty:
        return None
    return b.prose(
        _(
            "The rule: {several} or more places, “several places”; {few} to {most}, “a few places”; fewer, "
            "“thin”; none, “not reported”. A place reports an impact if a statement or a testimony of its "
            "association tells of it. The rule is ours; it counts who speaks, and weighs nothing of what "
            "they say."
        ).format(several=SEVERAL, few=FEW, most=SEVERAL - 1)
    )


def limits(shelf: Shelf) -> Block | None:
    """Say how far all this can be trusted: who speaks, who chose, who is not heard, and what nobody says."""
    told = gather_told(shelf)
    if told.empty:
        return None
    documents = shelf.cite_each(cited_in(told))
    sources = ngettext(
        "All of it comes from {n} document, whose authors chose what to tell; what it leaves out may have "
        "happened all the same: {sources}.",
        "All of it comes from {n} documents, whose authors chose what to tell; what they leave out may have "
        "happened all the same: {sources}.",
        len(documents),
    ).format(n=len(documents), sources="; ".join(documents))
    registry = shelf.library.reference.tables["associations"]
    with_review = set(registry.loc[registry["produced_vsr"] == "yes", "place"])
    unheard = len(with_review - set(told["place"]))
    return b.listing(
        [
            _("The associations speak of their own work; nothing of it has been measured."),
            sources,
            *(
                [
                    _(
                        "Of the {all} places that the documents count among those with a review, {n} are not "
                        "heard at all. Whether their reviews have changed less is not known."
                    ).format(all=len(with_review), n=unheard)
                ]
                if unheard
                else []
            ),
            _("No statement says what would have happened without the review."),
            _("The tables do not say whether a statement is about a first review or a later one."),
        ]
    )
