"""Name associations, link to their pages and cite their rows, on pages on all of them together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
from markupsafe import Markup

from vsrbook.chapters.common import short_source
from vsrbook.chapters.overview import Overview
from vsrbook.figures import Block
from vsrbook.figures import blocks as b
from vsrbook.library import Library
from vsrbook.naming import cite
from vsrbook.review import Review, row_ids
from vsrbook.text import gettext as _
from vsrbook.text import join, ngettext


@dataclass(frozen=True)
class Shelf:
    """All associations together: their tables and their overviews.

    The pages on all associations stand in a folder beside those of each, as the pages of one do: a link
    from any of them to a chapter is the same.
    """

    library: Library
    overviews: Mapping[str, Overview]

    @cached_property
    def slugs(self) -> list[str]:
        """The associations whose reviews have no error in any table, by the name of their place."""
        known = [slug for slug in self.library.all_reviews if slug in self.overviews]
        return sorted(known, key=lambda slug: (self.names[slug].casefold(), slug))

    @cached_property
    def names(self) -> dict[str, str]:
        """How readers call each review: by its place, and by its association where a place has several."""
        reviews = self.library.all_reviews
        twice = Counter(review.place for review in reviews.values())
        return {
            slug: review.place
            if twice[review.place] == 1
            else f"{review.place} ({review.association.short_name})"
            for slug, review in reviews.items()
        }

    def table(self, name: str) -> pd.DataFrame:
        """Return a table of all associations without an error, with the columns of `Library.table`."""
        if name not in self._tables:
            frame = self.library.table(name)
            self._tables[name] = frame[frame["slug"].isin(self.slugs)]
        return self._tables[name]

    @cached_property
    def _tables(self) -> dict[str, pd.DataFrame]:
        return {}

    def publishes(self, slug: str, chapter: str) -> bool:
        """Whether this book has a page of an association's chapter."""
        return slug in self.overviews and self.overviews[slug].publishes(chapter)

    def link(self, slug: str, chapter: str = "", anchor: str = "", words: str = "") -> Markup:
        """Name an association, as a link to a chapter or to its cover, where this book publishes it."""
        name, overview = words or self.names[slug], self.overviews.get(slug)
        if overview is None or not overview.chapters:
            return Markup("{}").format(name)
        if not self.publishes(slug, chapter):
            return Markup('<a href="../{}/index.html">{}</a>').format(slug, name)
        place = f"#{anchor}" if anchor else ""
        return Markup('<a href="../{}/{}.html{}">{}</a>').format(slug, chapter, place, name)

    def has_others(self, slug: str) -> bool:
        """Whether this book has reviews beside one."""
        return any(one.here for other, one in self.overviews.items() if other != slug)

    def cite(self, slug: str, source_id: str, location: str = "") -> str:
        """Cite a source of an association; of what all share where `slug` is empty."""
        return cite(self.review_of(slug), source_id, location)

    def cite_short(self, slug: str, source_id: str, location: str = "") -> str:
        """Cite a source in a word, and the place in it; `source_block` has it in full."""
        review = self.review_of(slug)
        named = short_source(review, source_id) if source_id in review.sources_by_id else source_id
        return f"{named}, {location}" if location else named

    def source_block(self, cited: Iterable[tuple[str, str]]) -> Block:
        """Return the sources of a list in full, each once."""
        pairs = list(cited)
        return Block(Markup('<p class="vsr-source">{}</p>').format(self.source_line(pairs, len(pairs))))

    def review_of(self, slug: str) -> Review:
        """Return an association's review; some review, for what all of them know, where `slug` is empty."""
        return self.library.all_reviews[slug] if slug else self.any_review

    @property
    def any_review(self) -> Review:
        """Some review, for what all of them know: the tables that they share."""
        return next(iter(self.library.reviews.values()))

    def cite_each(self, cited: Iterable[tuple[str, str]]) -> list[str]:
        """Write the sources of pairs (slug, source_id) in full, each once."""
        pairs = dict.fromkeys(cited)
        return list(dict.fromkeys(self.cite(slug, source_id) for slug, source_id in pairs))

    def source_line(self, cited: Iterable[tuple[str, str]], limit: int = 4) -> str:
        """Write the source line of a figure: each (slug, source_id) once, at most `limit`, the rest counted."""
        sources = self.cite_each(cited)
        line = "; ".join(sources[:limit])
        if (more := len(sources) - limit) > 0:
            words = ngettext(
                "and {count} more, named in the table", "and {count} more, named in the table", more
            )
            line += " " + words.format(count=more)
        return _("Source: {sources}").format(sources=line)


def name_some(names: list[Markup], limit: int = 5) -> Markup:
    """List the first names and count the others: "a, b, c and 4 more"."""
    listed = Markup(", ").join(names[:limit])
    if (more := len(names) - limit) <= 0:
        return listed
    words = ngettext("{names} and {n} more", "{names} and {n} more", more)
    return Markup.escape(words).format(names=listed, n=more)


def say_standing(shelf: Shelf, slugs: Iterable[str]) -> Block | None:
    """Say which of the reviews shown are illustrations or sample data, as every page of theirs says."""
    places: dict[str, list[str]] = {"illustration": [], "sample": []}
    for slug in dict.fromkeys(slugs):
        standing = shelf.library.all_reviews[slug].association.standing
        places.setdefault(standing, []).append(shelf.names[slug])
    notes = {
        "illustration": _(
            "Taken from public documents and told in other words. The associations of these places have "
            "neither written nor approved it: {places}."
        ),
        "sample": _("Sample data, invented: {places}."),
    }
    said = [words.format(places=join(places[kind])) for kind, words in notes.items() if places[kind]]
    return b.notice(" ".join(said)) if said else None


def cited_in(frame: pd.DataFrame) -> list[tuple[str, str]]:
    """Return what rows of several associations cite: pairs of slug and source_id."""
    return list(zip(frame["slug"], frame["source_id"], strict=True))


def row_ids_of(table: str, frame: pd.DataFrame) -> tuple[str, ...]:
    """Return the ids of rows of several associations, ranges drawn together: "kenya/evidence:2-5"."""
    return tuple(
        f"{str(slug) or 'reference'}/{one}"
        for slug, own in frame.groupby("slug", sort=False)
        for one in row_ids(table, own)
    )
