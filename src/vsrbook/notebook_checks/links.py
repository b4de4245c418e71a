"""Say where a link in a notebook leads from the page that it becomes."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote

from vsrbook.chapters.outline import LIBRARY_PAGES, list_chapters
from vsrbook.notebook_checks.notebook import Notebook
from vsrbook.problems import shorten, suggest
from vsrbook.project import Project
from vsrbook.sdg import GOALS

PAGES = "book/associations"  # made by a run: a folder for each association
ANY = "any-association"
SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """Where a link leads: nowhere (`fault`: what, remedy), or to a page that not every review has (`unsure`)."""

    fault: tuple[str, str] | None = None
    unsure: bool = False


def find_place(notebook: Notebook, target: str, *, page: bool = True, html: bool = False) -> Place:
    """Say where a target leads; `page` where it is a page and no image, `html` where a tag links to it."""
    scheme = SCHEME.match(target)
    if scheme and page and scheme[1].lower() in ("http", "https", "mailto"):
        return Place()
    return _find_in_book(notebook, target, page=page, html=html)


def _find_in_book(notebook: Notebook, target: str, *, page: bool, html: bool) -> Place:
    if SCHEME.match(target) or target.startswith(("/", "\\", "~")):
        what = f"{shorten(target)} is no web address and no place in the book"
        return Place((what, "lead to https://..., or to a file by its way from the page"))
    path, mark, _anchor = target.partition("#")
    if mark:
        what = f"{shorten(target)} leads to a place within a page"
        return Place((what, "lead to the page; headings have no addresses of their own"))
    folder = posixpath.dirname(LIBRARY_PAGES.get(notebook.name, ""))
    bases = {"library": f"{PAGES}/{folder}", "profile": f"{PAGES}/{ANY}/areas"}
    base = bases.get(notebook.kind, f"{PAGES}/{ANY}")
    whole = posixpath.normpath(posixpath.join(base, unquote(path).replace("\\", "/")))
    return (
        _find_page(notebook.project, whole, target, html=html)
        if page
        else _find_image(notebook.project, whole, target)
    )


def _find_page(project: Project, path: str, target: str, *, html: bool) -> Place:
    stem, suffix = posixpath.splitext(path)
    if suffix not in ((".html",) if html else (".md", ".ipynb", "")):
        hint = "in a tag, lead to .html" if html else "in Markdown, lead to the page's source: .md or .ipynb"
        return Place((f"{shorten(target)} is no page", hint))
    if stem.startswith(f"{PAGES}/"):
        return _find_made(project, stem.removeprefix(f"{PAGES}/").split("/"), target)
    return _find_written(project, stem, target)


def _find_image(project: Project, path: str, target: str) -> Place:
    inside = path.startswith("book/") and not path.startswith(f"{PAGES}/")
    if inside and (project.root / path).is_file():
        return Place()
    hint = "put it into the folder book/, and write its way from the page: ../../images/photo.png"
    return Place((f"there is no image {shorten(target)}", hint))


def _find_made(project: Project, parts: list[str], target: str) -> Place:
    """Look among the pages that a run makes."""
    if "/".join(parts) in ("how-made", *LIBRARY_PAGES.values()):
        return Place()
    slugs = [*project.slugs(), ANY]
    ids = [chapter.id for chapter in list_chapters(project)]
    goals = [f"goal-{goal:02}" for goal in GOALS]
    slug, page = parts[0], "/".join(parts[1:])
    if slug not in slugs:
        return Place(
            (f"{shorten(target)} leads to no page", suggest(slug, slugs[:-1], "there is no such association"))
        )
    if page not in (*ids, *goals, "index", "areas/index"):
        near = suggest(
            page, [*ids, *goals], f"the pages of a review are index, {', '.join(ids)}, goal-01 to goal-17"
        )
        return Place((f"{shorten(target)} leads to no page", near))
    return Place(unsure=page != "index")


def _find_written(project: Project, stem: str, target: str) -> Place:
    """Look among the pages that people write."""
    written = [path.stem for path in (project.root / "book").glob("*.md")]
    path = PurePosixPath(stem)
    if path.parent.as_posix() == "book" and path.name in written:
        return Place()
    near = suggest(path.name, written, "from a chapter, the pages of the guide are at ../../")
    return Place((f"{shorten(target)} leads to no page", near))
