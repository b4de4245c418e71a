"""Give the associations of this repository, and some of them as if others were of no book."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

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


def read_rows(table: str) -> list[dict[str, str]]:
    """Read a table of all associations, each row with its slug."""
    rows = []
    for path in sorted((ROOT / "data").glob(f"*/{table}.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows += [{**row, "slug": path.parent.name} for row in csv.DictReader(file)]
    return rows


def html_of(shown: Any) -> str:
    """Return the HTML of what is shown, one block after the other."""
    blocks = shown if isinstance(shown, list) else [shown]
    return "\n".join(str(block.html) for block in blocks)
