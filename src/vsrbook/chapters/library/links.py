"""Where the library's pages lead: to the chapters of associations in this book; and whose words they show."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from markupsafe import Markup

from vsrbook.chapters.outline import assess_chapter, find_chapter
from vsrbook.figures import Block
from vsrbook.figures import blocks as b
from vsrbook.library import Library
from vsrbook.naming import cite
from vsrbook.text import gettext as _
from vsrbook.text import join

IMPACTS = "statements"  # the list of all statements, on the page of impacts


def has_impact_chapter(library: Library, slug: str) -> bool:
    """Whether this book has a chapter on the impact of an association's review."""
    review = library.reviews.get(slug)
    return review is not None and assess_chapter(review, find_chapter(library.project, "impact")).published


def link_impact(library: Library, slug: str, words: str | Markup, anchor: str = "") -> Markup:
    """Return words as a link to the association's chapter on impact; bare where this book has none."""
    if not has_impact_chapter(library, slug):
        return Markup("{}").format(words)
    end = f"#{anchor}" if anchor else ""
    return Markup('<a href="../{}/impact.html{}">{}</a>').format(slug, end, words)


def link_places(library: Library, slugs: Iterable[str], anchor: str = "") -> Markup:
    """Return the places of reviews, each once, as links to their chapters; an en dash for none."""
    places = {slug: library.all_reviews[slug].place for slug in slugs}
    return Markup(", ").join(
        link_impact(library, slug, place, anchor) for slug, place in places.items()
    ) or Markup("–")


def say_standing(library: Library, slugs: Iterable[str]) -> Block | None:
    """Say which of the reviews shown are illustrations or sample data, as every page of theirs says."""
    places: dict[str, list[str]] = {"illustration": [], "sample": []}
    for slug in dict.fromkeys(slugs):
        review = library.all_reviews[slug]
        places.setdefault(review.association.standing, []).append(review.place)
    notes = {
        "illustration": _(
            "Taken from public documents and told in other words. The associations of these places have "
            "neither written nor approved it: {places}."
        ),
        "sample": _("Sample data, invented: {places}."),
    }
    said = [words.format(places=join(places[kind])) for kind, words in notes.items() if places[kind]]
    return b.notice(" ".join(said)) if said else None


def list_sources(library: Library, rows: pd.DataFrame) -> list[str]:
    """Write the sources of rows (slug, source_id) of several associations in full, each once."""
    cited = dict.fromkeys(zip(rows["slug"], rows["source_id"], strict=True))
    return list(dict.fromkeys(cite(library.all_reviews[slug], source_id) for slug, source_id in cited))


def cite_rows(library: Library, rows: pd.DataFrame) -> str:
    """Write the source line of rows of several associations."""
    return _("Source: {sources}").format(sources="; ".join(list_sources(library, rows)))
