"""All statements and testimonies, by area and impact, to be filtered by what they are about and whose they are."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from vsrbook.chapters.common import capital, short_source, topic_name
from vsrbook.chapters.library.links import IMPACTS, cite_rows, has_impact_chapter, link_impact, say_standing
from vsrbook.chapters.library.told import STATEMENT, TESTIMONY, gather_told, rows_told
from vsrbook.figures import Block
from vsrbook.figures.filtered_list import (
    Choice,
    Entry,
    Facet,
    filtered_list,
)
from vsrbook.library import Library
from vsrbook.tables import TOPICS, split_list
from vsrbook.text import gettext as _


def explorer(library: Library) -> list[Block] | None:
    """Show every statement and testimony, to be filtered by what it is about and whose it is."""
    told = gather_told(library)
    counted = {
        STATEMENT: _("{n} of {all} statements"),
        TESTIMONY: _("{n} of {all} testimonies"),
    }
    present = {kind: words for kind, words in counted.items() if (told["kind"] == kind).any()}
    entries = [_make_entry(library, row) for _index, row in told.iterrows()]
    shown = filtered_list(IMPACTS, _make_facets(library, told), entries, present, rows_told(told))
    if shown is None:
        return None
    return [shown, Block(Markup('<p class="vsr-source">{}</p>').format(cite_rows(library, told)))]


def standing(library: Library) -> Block | None:
    """Say which of the statements are told of illustrations."""
    return say_standing(library, gather_told(library).sort_values("place")["slug"])


def _anchor(impact_id: str) -> str:
    return f"{IMPACTS}-{impact_id}"


def _make_entry(library: Library, row: pd.Series) -> Entry:
    return Entry(
        body=_write_entry(library, row),
        values={
            "area": [row["area"]],
            "impact": [row["impact_id"]],
            "place": [row["place"]],
            "association": [row["slug"]],
            "topic": split_list(row["topics"]),
            "kind": [row["kind"]],
        },
        headings=(
            (f"{IMPACTS}-area-{row['area_number']}", row["area"]),
            (_anchor(row["impact_id"]), row["impact"]),
        ),
        kind=row["kind"],
    )


def _write_entry(library: Library, row: pd.Series) -> Markup:
    """Write who says what, where it stands in which source, what it is about, and where there is more."""
    who = Markup("<strong>{}</strong> ({})").format(row["place"], row["short_name"])
    if row["kind"] == TESTIMONY:
        who += Markup(" · {}: {}, {}").format(_("Testimony"), row["office"], row["association"])
    about = (
        [Markup("{}").format("; ".join(map(topic_name, split_list(row["topics"]))))] if row["topics"] else []
    )
    if has_impact_chapter(library, row["slug"]):
        words = _("Impact chapter of {place}").format(place=row["place"])
        end = f"impact-{row['impact_id']}" if row["kind"] == STATEMENT else ""
        about.append(link_impact(library, row["slug"], words, end))
    source = short_source(library.all_reviews[row["slug"]], row["source_id"])
    return Markup('<p>{}<br>{} <cite class="vsr-place">{}, {}</cite></p><p class="vsr-about">{}</p>').format(
        who, row["statement"], source, row["location"], Markup(" · ").join(about)
    )


def _make_facets(library: Library, told: pd.DataFrame) -> list[Facet]:
    """Return what to choose by; only the statements have topics."""
    impacts = library.reference.tables["impacts"]
    names = told.drop_duplicates("slug").sort_values(["short_name", "place"], kind="stable")
    twice = set(names.loc[names["short_name"].duplicated(keep=False), "short_name"])
    associations = [
        Choice(
            row["slug"],
            f"{row['short_name']} ({row['place']})" if row["short_name"] in twice else row["short_name"],
        )
        for _index, row in names.iterrows()
    ]
    kinds = {STATEMENT: _("Statements"), TESTIMONY: _("Testimonies")}
    topics = sorted((Choice(topic, capital(topic_name(topic))) for topic in TOPICS), key=lambda one: one.name)
    return [
        Facet("area", _("Impact area"), tuple(Choice(area, area) for area in impacts["area"].unique())),
        Facet(
            "impact",
            _("Impact"),
            tuple(Choice(row["impact_id"], row["name"], row["area"]) for _index, row in impacts.iterrows()),
        ),
        Facet("place", _("Place"), tuple(Choice(place, place) for place in sorted(told["place"].unique()))),
        Facet("association", _("Association"), tuple(associations)),
        Facet("topic", _("Topic (of statements)"), tuple(topics)),
        Facet("kind", _("Kind"), tuple(Choice(kind, name) for kind, name in kinds.items())),
    ]
