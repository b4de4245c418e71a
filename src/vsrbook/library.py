"""Load all associations of a book together: what peer learning and the landing page read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from vsrbook import text
from vsrbook.problems import ReviewError, only_errors
from vsrbook.project import Project, find_project
from vsrbook.review import Reference, Review, read_reference, read_review


@dataclass(frozen=True)
class Library:
    """Every review of the book that can be published, and what they share."""

    project: Project
    reviews: dict[str, Review]
    reference: Reference

    @cached_property
    def evidence(self) -> pd.DataFrame:
        """All impact statements, with slug, place and short_name of who makes them."""
        frames = [
            review.tables["evidence"].assign(
                slug=slug, place=review.place, short_name=review.association.short_name
            )
            for slug, review in self.reviews.items()
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
    reviews, problems = {}, []
    shared = read_reference(project)
    for slug in project.slugs():
        review, found = read_review(project, slug, language, shared=shared, only=tables)
        if review is not None and not only_errors(found):
            reviews[slug] = review
        problems += found
    if not reviews:
        raise ReviewError(problems)
    text.set_language(language, project.locales)
    return Library(project, reviews, shared[0])
