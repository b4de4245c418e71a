"""All statements and testimonies, by area and impact, to be filtered by what they are about and whose they are."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from vsrbook.chapters.common import capital, topic_name
from vsrbook.chapters.library.citing import Shelf, cited_in, say_standing
from vsrbook.chapters.library.told import IMPACTS, STATEMENT, TESTIMONY, gather_told, rows_told
from vsrbook.figures import Block
from vsrbook.figures.filtered_list import (
    Choice,
    Entry,
    Facet,
    filtered_list,
)
from vsrbook.tables import TOPICS, split_list
from vsrbook.text import gettext as _


def explorer(shelf: Shelf) -> list[Block] | None:
    """Show every statement and testimony, to be filtered by what it is about and whose it is."""
    told = gather_told(shelf)
    counted = {
        STATEMENT: _("{n} of {all} statements"),
        TESTIMONY: _("{n} of {all} testimonies"),
    }
    present = {kind: words for kind, words in counted.items() if (told["kind"] == kind).any()}
    entries = [_make_entry(shelf, row) for _index, row in told.iterrows()]
    shown = filtered_list(IMPACTS, _make_facets(shelf, told), entries, present, rows_told(told))
    if shown is None:
        return None
    return [shown, shelf.source_block(cited_in(told))]


def standing(shelf: Shelf) -> Block | None:
    """Say which of the statements are told of illustrations."""
    return say_standing(shelf, gather_told(shelf).sort_values("place")["slug"])


def _anchor(impact_id: str) -> str:
    return f"{IMPACTS}-{impact_id}"


def _make_entry(shelf: Shelf, row: pd.Series) -> Entry:
    return Entry(
        body=_write_entry(shelf, row),
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


def _write_entry(shelf: Shelf, row: pd.Series) -> Markup:
    """Write who says what, where it stands in which source, what it is about, and where there is more."""
    who = Markup("<strong>{}</strong> ({})").format(row["place"], row["short_name"])
    if row["kind"] == TESTIMONY:
        who += Markup(" · {}: {}, {}").format(_("Testimony"), row["office"], row["association"])
    about = (
        [Markup("{}").format("; ".join(map(topic_name, split_list(row["topics"]))))] if row["topics"] else []
    )
    if shelf.publishes(row["slug"], "impact"):
        words = _("Impact chapter of {place}").format(place=shelf.names[row["slug"]])
        end = f"impact-{row['impact_id']}" if row["kind"] == STATEMENT else ""
        about.append(shelf.link(row["slug"], "impact", end, words))
    where = shelf.cite_short(row["slug"], row["source_id"], row["location"])
    return Markup('<p>{}<br>{} <cite class="vsr-place">{}</cite></p><p class="vsr-about">{}</p>').format(
        who, row["statement"], where, Markup(" · ").join(about)
    )


def _make_facets(shelf: Shelf, told: pd.DataFrame) -> list[Facet]:
    """Return what to choose by; only the statements have topics."""
    impacts = shelf.library.reference.tables["impacts"]
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
