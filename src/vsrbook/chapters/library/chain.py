"""The chain of reviews: what reviews have led to in national and local ones, and how far it has come."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from markupsafe import Markup

from vsrbook.chapters.common import capital
from vsrbook.chapters.library.citing import Shelf, cited_in, row_ids_of, say_standing
from vsrbook.chapters.outcomes import KIND_NAMES, STAGE_NAMES, kind_name, list_outcomes, stage_name
from vsrbook.figures import Block, Figure, charts
from vsrbook.figures import blocks as b
from vsrbook.text import gettext as _
from vsrbook.text import join, ngettext

REACHED = "reached"


def gather_outcomes(shelf: Shelf) -> pd.DataFrame:
    """Return the outcomes of all associations, by place."""
    columns = ["place", "slug", "row"]
    return shelf.table("outcomes").sort_values(columns, kind="stable", ignore_index=True)


def standing(shelf: Shelf) -> Block | None:
    """Say which of the outcomes are told of illustrations."""
    return say_standing(shelf, gather_outcomes(shelf)["slug"])


def summary(shelf: Shelf) -> Block | None:
    """Say how many outcomes there are, of how many places, and how far they have come."""
    outcomes = gather_outcomes(shelf)
    if outcomes.empty:
        return None
    counts = outcomes["stage"].value_counts()
    stages = join(f"{counts[stage]} {stage_name(stage)}" for stage in STAGE_NAMES if stage in counts)
    words = ngettext(
        "{n} outcome of reviews in {places} places is recorded: {stages}.",
        "{n} outcomes of reviews in {places} places are recorded: {stages}.",
        len(outcomes),
    )
    filled = words.format(n=len(outcomes), places=outcomes["place"].nunique(), stages=stages)
    return b.prose(filled, rows=row_ids_of("outcomes", outcomes))


def stages_figure(shelf: Shelf) -> Figure | None:
    """Show for each kind of outcome how many places have asked for it, been promised it, reached it."""
    outcomes = gather_outcomes(shelf)
    if outcomes.empty:
        return None
    counts = _count_places(outcomes)
    cells = pd.DataFrame(
        [
            (capital(kind_name(kind)), capital(stage_name(stage)), n)
            for kind, line in counts.items()
            for stage, n in line.items()
        ],
        columns=["row", "column", "count"],
    )
    cells["says"] = cells["row"] + ", " + cells["column"] + ": " + cells["count"].map(str)
    names = [capital(stage_name(stage)) for stage in STAGE_NAMES]
    table = cells.pivot_table("count", "row", "column", sort=False).astype(int)[names]
    filled = "; ".join(cells.loc[cells["count"] > 0, "says"])
    return Figure(
        id="stages",
        title=_title({kind: line[REACHED] for kind, line in counts.items()}),
        chart=charts.matrix(cells, x_title="", colour_title=_("Places"), columns=names),
        table=table.rename_axis(_("Outcome")).rename_axis(None, axis=1).reset_index(),
        alt=_("Cells with the number of places. {list}.").format(list=filled),
        source=shelf.source_line(cited_in(outcomes), len(outcomes)),
        rows=row_ids_of("outcomes", outcomes),
        note=_("Places, each counted once in a cell. An empty cell: no place reports it."),
    )


def _count_places(outcomes: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Count places for each kind of outcome and each stage."""
    found = outcomes.groupby(["kind", "stage"])["place"].nunique().to_dict()
    return {kind: {stage: int(found.get((kind, stage), 0)) for stage in STAGE_NAMES} for kind in KIND_NAMES}


def _title(reached: dict[str, int]) -> str:
    most = max(reached.values())
    if not most:
        return _("Nothing has been reached yet")
    top = [kind_name(kind) for kind, n in reached.items() if n == most]
    words = ngettext(
        "Reached most often: {outcomes} ({n} place)", "Reached most often: {outcomes} ({n} places)", most
    )
    first = words.format(outcomes=join(top), n=most)
    none = [kind_name(kind) for kind, n in reached.items() if not n]
    return f"{first}; {_('reported nowhere: {outcomes}').format(outcomes=join(none))}" if none else first


def stages_table(shelf: Shelf) -> Block | None:
    """Name the places, each a link to its chapter."""
    outcomes = gather_outcomes(shelf)
    if outcomes.empty:
        return None
    lines: list[dict[str, b.Cell]] = []
    for kind in KIND_NAMES:
        own = outcomes[outcomes["kind"] == kind]
        places = {
            capital(stage_name(stage)): _link_places(shelf, own.loc[own["stage"] == stage, "slug"])
            for stage in STAGE_NAMES
        }
        lines.append({_("Outcome"): capital(kind_name(kind)), **places})
    caption = _("Which places have asked, been promised and reached what")
    return b.data_table(lines, caption, row_ids_of("outcomes", outcomes))


def _link_places(shelf: Shelf, slugs: Iterable[str]) -> Markup:
    """Return the places of reviews, each once, as links to their chapters; an en dash for none."""
    links = [shelf.link(slug, "impact") for slug in dict.fromkeys(slugs)]
    return Markup(", ").join(links) or Markup("–")


def by_place(shelf: Shelf) -> list[Block] | None:
    """List the outcomes of each place, each with its place in the source."""
    outcomes = gather_outcomes(shelf)
    blocks: list[Block | None] = []
    for slug in outcomes["slug"].unique():
        review = shelf.library.all_reviews[slug]
        words = f"{review.place} ({review.association.short_name})"
        blocks += [
            b.heading(shelf.link(slug, "impact", words=words), f"outcomes-{slug}"),
            list_outcomes(review, with_sources=False),
        ]
    if not blocks:
        return None
    return [block for block in (*blocks, shelf.source_block(cited_in(outcomes))) if block]


def gaps(shelf: Shelf) -> Block | None:
    """Say what nobody reports as reached, what a single place does, and who reports nothing at all."""
    outcomes = gather_outcomes(shelf)
    if outcomes.empty:
        return None
    reached = outcomes[outcomes["stage"] == REACHED].groupby("kind")["place"].unique()
    none = [kind_name(kind) for kind in KIND_NAMES if kind not in reached]
    one = [
        f"{kind_name(kind)} ({reached[kind][0]})" for kind in KIND_NAMES if len(reached.get(kind, ())) == 1
    ]
    telling, told = set(shelf.table("evidence")["slug"]), set(outcomes["slug"])
    silent = [shelf.names[slug] for slug in shelf.slugs if slug in telling - told]
    said = [
        _("Nobody reports as reached: {outcomes}.").format(outcomes=join(none)) if none else "",
        _("Thin, because a single place reports it as reached: {outcomes}.").format(outcomes=join(one))
        if one
        else "",
        _("Statements, but no outcome of these kinds: {places}.").format(places=join(silent))
        if silent
        else "",
    ]
    return b.listing([line for line in said if line])
