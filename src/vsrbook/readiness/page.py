"""Write readiness as pages for the browser: one an association, and a list of all; nothing is loaded from elsewhere."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from vsrbook.files import write_whole
from vsrbook.project import Project
from vsrbook.publishing.standalone import render_page
from vsrbook.readiness.model import Facet, Readiness
from vsrbook.readiness.printing import SHORT, count_facet

INDEX = "index.html"


class Mark(NamedTuple):
    """How a state looks: its sign beside its word, and good, partly, bad or nothing as its colour."""

    sign: str
    tone: str


MARKS = {  # neither colour nor sign stands alone
    "ready": Mark("✓", "good"),
    "ready with gaps": Mark("◐", "partly"),
    "missing": Mark("✗", "bad"),
    "not wanted": Mark("–", ""),
    "complete": Mark("✓", "good"),
    "partial": Mark("◐", "partly"),
    "unknown": Mark("?", "partly"),
    "not asked": Mark("–", ""),
}


def status_folder(project: Project) -> Path:
    """Return where the pages lie, if no other file is named."""
    return project.build / "status"


def write_page(project: Project, one: Readiness, file: Path | None = None) -> Path:
    """Write the page of one association; returns where. Raises OSError where it cannot be written."""
    path = file or status_folder(project) / f"{one.slug}.html"
    write_whole(path, _render_one(project, one, path, path.with_name(INDEX)).encode())
    return path


def write_pages(project: Project, found: Sequence[Readiness], file: Path | None = None) -> Path:
    """Write a list of associations, and a page for each beside it; returns where the list is. Raises OSError."""
    index = file or status_folder(project) / INDEX
    pages = {one.slug: index.with_name(_name_page(one.slug, index)) for one in found}
    names = {slug: path.name for slug, path in pages.items()}
    words = _render("index", found=found, facets=SHORT, names=names, count=count_facet)
    write_whole(index, words.encode())
    for one in found:
        words = _render_one(project, one, pages[one.slug], index)
        write_whole(pages[one.slug], words.encode())
    return index


def _name_page(slug: str, index: Path) -> str:
    """Name the page of an association; it must not lie where the list does."""
    name = f"{slug}.html"
    return name if name.casefold() != index.name.casefold() else f"{slug}-page.html"


def _render(name: str, **values: Any) -> str:
    template = f"readiness/templates/{name}.html.j2"
    return render_page(template, **values, marks=MARKS, day=date.today().isoformat())


def _render_one(project: Project, one: Readiness, path: Path, index: Path) -> str:
    links = {step.where: link_to(project, step.where, path) for step in one.steps}
    up = index.name if index.is_file() and index != path else ""
    return _render("status", one=one, links=links, index=up, share=share)


def link_to(project: Project, where: str, page: Path) -> str:
    """Return the link from a page to a page of the built book; "" where that has not been built.

    `where` is a file of the project and a heading in it: book/tables.md#areas.
    """
    name, _, heading = where.partition("#")
    built = (project.site / name).with_suffix(".html")
    if not name.endswith(".md") or not built.is_file():
        return ""
    try:
        relative = Path(os.path.relpath(built, page.parent)).as_posix()
    except ValueError:  # another drive, on Windows
        return ""
    return f"{relative}#{heading}" if heading else relative


def share(facet: Facet) -> int | None:
    """Return how long a bar is, in percent; None where nothing is counted."""
    if facet.have is None or not facet.of:
        return None
    return round(100 * min(facet.have, facet.of) / facet.of)
