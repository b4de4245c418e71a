"""Write readiness as pages for the browser: one an association, and a list of all; nothing is loaded from elsewhere."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from vsrbook.files import write_whole
from vsrbook.project import Project
from vsrbook.readiness.model import Facet, Readiness
from vsrbook.readiness.printing import SHORT, count_facet

if TYPE_CHECKING:
    from jinja2 import Environment

INDEX = "index.html"
MARKS = {  # a sign beside each word: neither colour nor sign stands alone
    "ready": "✓",
    "ready with gaps": "◐",
    "missing": "✗",
    "not wanted": "–",
    "complete": "✓",
    "partial": "◐",
    "unknown": "?",
    "not asked": "–",
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
    template = _environment().get_template("index.html.j2")
    words = template.render(found=found, facets=SHORT, names=names, day=_today(), count=count_facet)
    write_whole(index, words.encode())
    for one in found:
        words = _render_one(project, one, pages[one.slug], index)
        write_whole(pages[one.slug], words.encode())
    return index


def _name_page(slug: str, index: Path) -> str:
    """Name the page of an association; it must not lie where the list does."""
    name = f"{slug}.html"
    return name if name.casefold() != index.name.casefold() else f"{slug}-page.html"


def _today() -> str:
    return date.today().isoformat()


def _render_one(project: Project, one: Readiness, path: Path, index: Path) -> str:
    links = {step.where: link_to(project, step.where, path) for step in one.steps}
    up = index.name if index.is_file() and index != path else ""
    template = _environment().get_template("status.html.j2")
    return template.render(one=one, links=links, index=up, day=_today())


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


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    templates = FileSystemLoader(Path(__file__).parent / "templates")
    environment = Environment(
        loader=templates, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals |= {"marks": MARKS, "share": share}
    return environment
