"""Find the images of an executed notebook, and those without an alternative text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from vsrbook.figures.figure import MIME

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

INJECTED = "injected-parameters"  # the cell that papermill adds: authors do not count it
NOT_SHOWN = {"parameters", INJECTED, "setup"}
DIRECTIVE = re.compile(r"^\{(image|figure)\}")


@dataclass(frozen=True)
class Images:
    """How many images a notebook shows, and in which cells (as its author counts them, from 1) one lacks its text."""

    count: int
    without: tuple[int, ...]


def find_images(notebook: Mapping[str, Any]) -> Images:
    """Look at prose and outputs: Markdown, HTML, figures, images put out as such.

    A figure of the toolkit has its text by construction. `alt=""` in HTML says that an image is only
    decoration, and counts as a text; `![](…)` in Markdown says nothing.
    """
    count, without, position = 0, [], 0
    for cell in notebook["cells"]:
        tags = set(cell["metadata"].get("tags", []))
        position += INJECTED not in tags
        if tags & NOT_SHOWN:
            continue
        found = list(_of_cell(cell))
        count += len(found)
        without += [position] * found.count(False)
    return Images(count, tuple(without))


def _of_cell(cell: Mapping[str, Any]) -> Iterator[bool]:
    """Yield for each image of a cell whether it has a text."""
    if cell["cell_type"] == "markdown":
        yield from in_markdown("".join(cell["source"]))
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        if MIME in data:
            yield bool(str(data[MIME].get("alt", "")).strip())
        elif "text/html" in data:
            yield from in_html("".join(data["text/html"]))
        else:
            yield from (False for mime in data if mime.startswith("image/"))


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark")


def in_markdown(source: str) -> Iterator[bool]:
    """Yield for each image of a piece of Markdown whether it has a text; MyST's directives are looked at, too."""
    if "![" not in source and "<" not in source and "{" not in source:
        return
    yield from _in_tokens(_markdown().parse(source))


def _in_tokens(tokens: Iterable[Token]) -> Iterator[bool]:
    for token in tokens:
        if token.type == "image":
            yield bool(token.content.strip())
        elif token.type in ("html_block", "html_inline"):
            yield from in_html(token.content)
        elif token.type == "fence" and DIRECTIVE.match(token.info.strip()):
            yield bool(re.search(r"^\s*:?alt:\s*\S", token.content, re.MULTILINE))
        elif token.children:
            yield from _in_tokens(token.children)


def in_html(source: str) -> list[bool]:
    """Say for each img and svg of a piece of HTML whether it has a text, or is said to be decoration."""
    finder = _Finder()
    finder.feed(source)
    finder.close()
    return finder.found


class _Finder(HTMLParser):
    """Collects whether images have texts: `alt`, a label, a title inside an svg, or a mark as decoration."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[bool] = []
        self._depth = 0  # of svg elements in each other

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "img":
            self.found.append("alt" in given or _is_named(given))
        elif tag == "svg":
            self._depth += 1
            if self._depth == 1:
                self.found.append(_is_named(given))
        elif tag == "title" and self._depth:
            self.found[-1] = True

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "svg" and self._depth:
            self._depth -= 1


def _is_named(given: Mapping[str, str]) -> bool:
    hidden = given.get("aria-hidden") == "true" or given.get("role") in ("presentation", "none")
    return hidden or bool(given.get("aria-label", "").strip() or given.get("aria-labelledby", "").strip())
