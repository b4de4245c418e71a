"""Give the associations of this repository, and some of them as if others were of no book."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from vsrbook.chapters.library.citing import Shelf
from vsrbook.library import load_library
from vsrbook.overviews import load_overviews
from vsrbook.project import Project
from vsrbook.review import Review

ROOT = Path(__file__).resolve().parents[1]


def load_shelf(tables: tuple[str, ...]) -> Shelf:
    """Load the named tables of the associations of this repository, and their overviews."""
    project = Project(ROOT)
    return Shelf(load_library(project, tables=tables), load_overviews(project=project))


def take_some(
    shelf: Shelf, here: Mapping[str, Review], elsewhere: Mapping[str, Review] | None = None
) -> Shelf:
    """Return a shelf of these reviews of the book, and those beside it."""
    library = replace(shelf.library, reviews=dict(here), elsewhere=dict(elsewhere or {}))
    overviews = {slug: replace(shelf.overviews[slug], here=slug in here) for slug in library.all_reviews}
    return Shelf(library, overviews)
