"""Rules on Markdown cells: headings, alternative texts, links, and nothing from elsewhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TypeVar

from vsrbook.notebook_checks.links import Place, find_place
from vsrbook.notebook_checks.markdown import Heading, Item, Link, Picture, Tag
from vsrbook.notebook_checks.notebook import Cell, Notebook
from vsrbook.notebook_checks.rules import Finding, at, rule
from vsrbook.problems import shorten

Kind = TypeVar("Kind", bound=Item)
FOREIGN = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//|data:", re.IGNORECASE)
ACTIVE = {
    *(
        "script",
        "iframe",
        "object",
        "embed",
        "link",
        "style",
        "form",
        "base",
        "meta",
        "video",
        "audio",
        "source",
    ),
    "svg",
}
MACHINE = re.compile(r"(?<![\w/])(?:[A-Za-z]:\\\w|/(?:home|Users|tmp|mnt|root|var|etc)/|file://)[^\s)\]>]*")


def items(notebook: Notebook, kind: type[Kind]) -> Iterator[tuple[Cell, Kind]]:
    """Yield what stands in the Markdown cells, of one kind."""
    return ((cell, item) for cell, item in notebook.prose if isinstance(item, kind))


@rule(
    "headings",
    asks="The first cell is the title, as a heading of the first level, alone; there is no other of that level. "
    "No level is skipped, and no two headings are the same. A heading of the second level begins its cell. Code "
    "makes no heading.",
    reason="Who cannot see the page walks through its headings. A section in which nothing is shown is left out "
    "of the page from such a cell to the next; the title is written anew, with the place in it.",
    remedy="begin a new cell with ## and the heading",
)
def find_heading_faults(notebook: Notebook) -> Iterator[Finding]:
    """Find headings out of order."""
    found = list(items(notebook, Heading))
    yield from _check_title(notebook, found)
    before, seen = 1, dict[str, int]()
    for cell, heading in found:
        name = heading.text.casefold()
        if heading.level > before + 1:
            what = f"heading {shorten(heading.text)} skips a level: {heading.level} after {before}"
            yield at(cell, heading.line, what, f"make it a heading of level {before + 1}")
        if name in seen:
            what = f"heading {shorten(heading.text)} stands in cell {seen[name]}, too"
            yield at(cell, heading.line, what, "give each section a heading of its own")
        if heading.level == 2 and (heading.line > 1 or not cell.source.startswith("## ")):
            yield at(cell, heading.line, f"heading {shorten(heading.text)} does not begin its cell")
        seen.setdefault(name, cell.number)
        before = heading.level
    yield from _find_headings_of_code(notebook)


def _check_title(notebook: Notebook, found: list[tuple[Cell, Heading]]) -> Iterator[Finding]:
    first = notebook.cells[0] if notebook.cells else None
    if first is None or first.kind != "markdown" or not first.source.startswith("# "):
        yield Finding("does not begin with its title", "make the first cell Markdown: # and the title")
    elif notebook.kind != "library" and len(first.source.strip().splitlines()) > 1:
        hint = "move it into a cell of its own below"
        yield at(first, 2, "what stands below the title in its cell is left out of the page", hint)
    for cell, heading in found:
        if heading.level == 1 and (cell is not first or heading.line > 1):
            what = f"heading {shorten(heading.text)} is a second title"
            yield at(cell, heading.line, what, "make it a heading of the second level: ##")


def _find_headings_of_code(notebook: Notebook) -> Iterator[Finding]:
    for cell, node, text in notebook.strings():
        if re.search(r"<h[1-6][\s>]", text, re.IGNORECASE):
            yield at(cell, node.lineno, "code makes a heading", "write the heading in a Markdown cell")
    for cell, call, name in notebook.calls():
        if name == "Markdown" and any(isinstance(a, ast.Constant) and _is_hashed(a.value) for a in call.args):
            yield at(cell, call.lineno, "code makes a heading", "write the heading in a Markdown cell")
    for cell, tag in items(notebook, Tag):
        if re.fullmatch(r"h[1-6]", tag.name):
            yield at(cell, tag.line, f"<{tag.name}> is a heading in HTML", "write it with #")


def _is_hashed(text: object) -> bool:
    return isinstance(text, str) and bool(re.search(r"^#{1,6}\s", text, re.MULTILINE))


@rule(
    "alt-texts",
    asks="Every image in Markdown has an alternative text.",
    reason="It is all that a reader gets who cannot see the image, or to whom it is not sent.",
    remedy="say what the image shows: `![what it shows](file.png)`, or alt in the tag",
)
def find_missing_alt(notebook: Notebook) -> Iterator[Finding]:
    """Find images without alternative text."""
    for cell, picture in items(notebook, Picture):
        if not picture.alt:
            yield at(cell, picture.line, f"image {shorten(picture.source)} has no alternative text")


@rule(
    "self-contained",
    asks="Markdown brings nothing from elsewhere onto the page, and nothing that runs: no image from an address, "
    "no script, frame, form, style or video, no `onclick`; and no path of your machine.",
    reason="Every page works without a connection, and tells nobody that it is read.",
    remedy="put the image into the folder book/, and link to what is elsewhere",
)
def find_foreign(notebook: Notebook) -> Iterator[Finding]:
    """Find what Markdown brings onto the page from elsewhere."""
    for cell, tag in items(notebook, Tag):
        if tag.name in ACTIVE:
            yield at(cell, tag.line, f"<{tag.name}> does not belong on a page", "leave it out")
        for name in tag.attributes:
            if name.startswith("on") or name in ("srcset", "style"):
                yield at(
                    cell,
                    tag.line,
                    f"attribute {shorten(name)[1:-1]} does not belong on a page",
                    "leave it out",
                )
    for cell, picture in items(notebook, Picture):
        if FOREIGN.match(picture.source.strip()):
            yield at(cell, picture.line, f"image {shorten(picture.source)} comes from elsewhere")
    for cell in notebook.cells:
        if cell.kind == "markdown":
            for number, line in enumerate(cell.source.splitlines(), 1):
                for found in MACHINE.finditer(line):
                    hint = "name the file by its place in the project"
                    yield at(cell, number, f"{shorten(found[0])} is a path of one machine", hint)


@rule(
    "links",
    asks="A link has a text that says where it leads, and leads to a page of the book that is there, or to a web "
    "address. An image is in the folder book/.",
    reason="A link to a page that is not there stops the build; an address read out letter by letter says nothing.",
    remedy="write `[what it is](address)`",
)
def find_broken_links(notebook: Notebook) -> Iterator[Finding]:
    """Find links without a text, and links that lead nowhere."""
    for cell, link in items(notebook, Link):
        if link.bare:
            yield at(cell, link.line, f"{shorten(link.target)} is a bare address")
        elif not link.text or re.match(r"(https?://|www\.)", link.text):
            yield at(
                cell, link.line, f"the link to {shorten(link.target)} has no text that says where it leads"
            )
        if not link.bare and (fault := _place(notebook, link).fault):
            yield at(cell, link.line, *fault)
    for cell, picture in items(notebook, Picture):
        source = picture.source.strip()
        if not FOREIGN.match(source):
            place = find_place(notebook, source, page=False)
            if place.fault:
                yield at(cell, picture.line, *place.fault)


def _place(notebook: Notebook, link: Link) -> Place:
    return find_place(notebook, link.target.strip(), html=link.html)


@rule(
    "sure-links",
    asks="Markdown leads to pages that every association has: the guide, and the cover of the review.",
    reason="A chapter without evidence is left out of a review, and a link to it would stop the build there.",
    remedy="name the chapter instead of linking to it, or link to the cover: index.md",
    level="warning",
)
def find_unsure_links(notebook: Notebook) -> Iterator[Finding]:
    """Find links to pages that are not made for every association."""
    for cell, link in items(notebook, Link):
        if not link.bare and _place(notebook, link).unsure:
            yield at(cell, link.line, f"{shorten(link.target)} is not there for every association")
