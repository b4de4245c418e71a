"""Load all associations together, those of the book and those beside it: what peer learning reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from vsrbook import text
from vsrbook.problems import Problem, ReviewError, only_errors
from vsrbook.project import Project, find_project
from vsrbook.review import Reference, Review, read_reference, read_review

LEARNT_FROM = frozenset(  # the tables that are kept of reviews of other books
    {
        *("evidence", "testimonies", "practices", "milestones", "outcomes", "challenges"),
        *("recommendations", "sources"),
    }
)


@dataclass(frozen=True)
class Library:
    """Every review of the book that can be published, and what they share.

    `elsewhere` are reviews that the project keeps in peers/ to learn from, and does not publish.
    """

    project: Project
    reviews: dict[str, Review]
    reference: Reference
    elsewhere: dict[str, Review] = field(default_factory=dict)

    @cached_property
    def all_reviews(self) -> dict[str, Review]:
        """Every review, those of the book first."""
        return {**self.reviews, **self.elsewhere}

    def table(self, name: str) -> pd.DataFrame:
        """Return a table of all associations together.

        Its columns are those of the table's contract, and slug, place, short_name of whose row it is, and
        `here`: whether the review is published in this book.
        """
        frames = [
            review.tables[name].assign(
                slug=slug,
                place=review.place,
                short_name=review.association.short_name,
                here=slug in self.reviews,
            )
            for slug, review in self.all_reviews.items()
        ]
        return pd.concat(frames, ignore_index=True)


def load_library(
    project: Project | None = None, *, language: str = "en", tables: Iterable[str] | None = None
) -> Library:
    """Load every review, or only the named tables of each.

    A review that has errors is left out: its own run reports them. Raises ReviewError where no review
    at all can be read.
    """
    project = project or find_project()
    tables = None if tables is None else tuple(tables)
    shared = read_reference(project)
    reviews, problems = _read_reviews(project, project.slugs(), language, tables, shared)
    if not reviews:
        raise ReviewError(only_errors(problems) or problems)
    others = [slug for slug in project.peers.slugs() if slug not in project.slugs()]
    kept = LEARNT_FROM if tables is None else set(tables) & LEARNT_FROM
    elsewhere, _problems = _read_reviews(project.peers, others, language, kept, shared)
    text.set_language(language, project.locales)
    return Library(project, reviews, shared[0], elsewhere)


def _read_reviews(
    project: Project,
    slugs: Iterable[str],
    language: str,
    tables: Iterable[str] | None,
    shared: tuple[Reference, list[Problem]],
) -> tuple[dict[str, Review], list[Problem]]:
    """Read reviews by their slugs, leaving out those with errors."""
    reviews, problems = {}, []
    for slug in slugs:
        review, found = read_review(project, slug, language, shared=shared, only=tables)
        if review is not None and not only_errors(found):
            reviews[slug] = review
        problems += found
    return reviews, problems
