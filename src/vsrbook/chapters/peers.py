"""Peer learning: what others found hard, what they learnt, and who can help with what is missing here."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from vsrbook.chapters.common import cited_list
from vsrbook.chapters.means import recommendation_list
from vsrbook.figures import Block
from vsrbook.figures import blocks as b
from vsrbook.library import Library
from vsrbook.review import Review, row_ids
from vsrbook.text import gettext as _
from vsrbook.text import join


def own_challenges(review: Review) -> Block | None:
    """List what this association found hard, and how it answered."""
    return _challenge_list(review, review.tables["challenges"])


def cohort_challenges(review: Review) -> Block | None:
    """List the challenges that the cohort named together."""
    return _challenge_list(review, review.reference.tables["challenges"])


def _challenge_list(review: Review, table: pd.DataFrame) -> Block | None:
    items = []
    for challenge, response in zip(table["challenge"], table["response"], strict=True):
        answer = response or _("none is reported in the source")
        items.append(
            Markup("<strong>{}</strong> {}").format(
                challenge.rstrip(".") + ".", _("Response: {answer}.").format(answer=answer.rstrip("."))
            )
        )
    return cited_list(review, "challenges", table, items)


def lessons(review: Review) -> Block | None:
    """List the association's own lessons."""
    return recommendation_list(review, "lesson")


def who_reports(review: Review, library: Library) -> Block | None:
    """Say per impact whether this association reports it, and which others do, with links to their pages."""
    impacts = library.reference.tables["impacts"]
    lines = []
    for _index, impact in impacts.iterrows():
        told = library.evidence[library.evidence["impact_id"] == impact["impact_id"]]
        here = told[told["slug"] == review.slug]
        others = told[told["slug"] != review.slug].drop_duplicates("slug")
        links = [
            Markup('<a href="../{}/impact.html">{}</a>').format(slug, place)
            for slug, place in zip(others["slug"], others["place"], strict=True)
        ]
        lines.append(
            {
                _("Impact"): impact["name"],
                review.association.short_name: str(len(here)) if len(here) else "–",
                _("Others that report it"): Markup(", ").join(links) if links else "–",
            }
        )
    caption = _("Who reports which impact: statements here, and the associations to ask")
    return b.data_table(lines, caption, row_ids("evidence", review.tables["evidence"]))


def missing_here(review: Review, library: Library) -> Block | None:
    """Name the impacts this association has no statement on, and who could help."""
    impacts = library.reference.tables["impacts"]
    missing = impacts[~impacts["impact_id"].isin(review.tables["evidence"]["impact_id"])]
    if missing.empty:
        return None
    items = []
    for _index, impact in missing.iterrows():
        told = library.evidence[library.evidence["impact_id"] == impact["impact_id"]].drop_duplicates("slug")
        who = join(f"{name} ({place})" for name, place in zip(told["short_name"], told["place"], strict=True))
        words = _("{impact}: {who}").format(impact=impact["name"], who=who or _("no association yet"))
        items.append(words)
    return b.listing(items)
