"""Read a page: its blocks of code, its words in code style, its links and anchors, each with its line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

BEFORE = 40  # signs before a piece of code that say what it is: "the table `areas`"
TARGET = re.compile(r"^\(([\w-]+)\)=\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Snippet:
    """A piece of code of a page: its line, its language ("" within a sentence), its text, the words before it."""

    row: int
    text: str
    language: str = ""
    before: str = ""


@dataclass(frozen=True)
class Link:
    """A link of a page: its line, where it leads, its words."""

    row: int
    href: str
    words: str


@dataclass(frozen=True)
class Page:
    """A page: `name` from the folder of the book; blocks of code, code within sentences, links, anchors."""

    name: str
    blocks: tuple[Snippet, ...]
    spans: tuple[Snippet, ...]
    links: tuple[Link, ...]
    targets: frozenset[str]
    headings: frozenset[str]


def read_pages(root: Path, names: list[str]) -> list[Page]:
    """Read pages by their names."""
    return [read_page((root / name).read_text("utf-8"), name) for name in names]


def read_page(text: str, name: str) -> Page:
    """Read a page of MyST or plain Markdown."""
    blocks: list[Snippet] = []
    spans: list[Snippet] = []
    links: list[Link] = []
    headings: set[str] = set()
    row, previous = 1, ""
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        row = token.map[0] + 1 if token.map else row
        if token.type in ("fence", "code_block"):
            blocks.append(Snippet(row, token.content, token.info.strip()))
        elif token.type == "inline":
            _read_inline(token, row, spans, links)
            if previous == "heading_open":
                headings.add(make_anchor(token.content))
        previous = token.type
    return Page(
        name,
        tuple(blocks),
        tuple(spans),
        tuple(links),
        frozenset(TARGET.findall(text)),
        frozenset(headings),
    )


def _read_inline(token: Token, row: int, spans: list[Snippet], links: list[Link]) -> None:
    """Take code and links out of a paragraph, a heading or a cell."""
    before, href, words = "", "", ""
    for child in token.children or ():
        row += child.type in ("softbreak", "hardbreak")
        if child.type == "code_inline":
            spans.append(Snippet(row, child.content, "", before[-BEFORE:]))
        elif child.type == "link_open":
            href, words = str(child.attrs.get("href", "")), ""
        elif child.type == "link_close":
            links.append(Link(row, href, words))
        before += child.content or " "
        words += child.content


def make_anchor(heading: str) -> str:
    """Return the anchor that a heading has where the page is shown as plain Markdown."""
    return re.sub(r"[^\w\- ]", "", heading.casefold()).strip().replace(" ", "-")
