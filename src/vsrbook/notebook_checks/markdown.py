"""Read Markdown cells: headings, links, images, tags and bare addresses, each with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

DEPTH = 5  # directives within directives
DIRECTIVE = re.compile(r"^\{([\w:-]+)\}\s*(.*)$")
VERBATIM = {
    "code",
    "code-block",
    "code-cell",
    "math",
    "eval-rst",
    "literalinclude",
    "mermaid",
    "raw",
    "toctree",
}
PICTURES = {"image", "figure"}
BARE = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


@dataclass(frozen=True)
class Heading:
    """A heading: its level, its text, and whether it is written with # at the head of its line."""

    level: int
    text: str
    line: int
    hashed: bool = True


@dataclass(frozen=True)
class Link:
    """A link, or an address that is none yet (`bare`); `html` where it is written as a tag."""

    target: str
    text: str
    line: int
    bare: bool = False
    html: bool = False


@dataclass(frozen=True)
class Picture:
    """An image and its alt text."""

    source: str
    alt: str
    line: int


@dataclass(frozen=True)
class Tag:
    """A tag of HTML."""

    name: str
    attributes: dict[str, str]
    line: int


Item = Heading | Link | Picture | Tag


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.colon_fence import colon_fence_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    return (
        MarkdownIt("commonmark", {"maxNesting": 40})
        .enable("table")
        .use(colon_fence_plugin)
        .use(dollarmath_plugin)
    )


def read_markdown(source: str, first: int = 1, depth: int = 0) -> Iterator[Item]:
    """Yield what stands in Markdown, with lines counted from `first`."""
    tokens = _parser().parse(source)
    for position, token in enumerate(tokens):
        line = first + (token.map[0] if token.map else 0)
        if token.type == "heading_open":
            text = _text_of(tokens[position + 1].children or [])
            yield Heading(int(token.tag[1]), text, line, token.markup.startswith("#"))
        elif token.type in ("fence", "colon_fence"):
            yield from _read_directive(token, line, depth)
        elif token.type == "html_block":
            yield from _read_tags(token.content, line)
        elif token.type == "inline":
            yield from _read_inline(token.children or [], line)


def _text_of(children: list[Token]) -> str:
    return "".join(child.content or " " for child in children if child.type != "html_inline").strip()


def _read_directive(token: Token, line: int, depth: int) -> Iterator[Item]:
    """Read what stands in a directive of MyST as Markdown; code stays code."""
    found = DIRECTIVE.match(token.info.strip())
    if found is None or depth >= DEPTH:
        return
    name, argument = found.groups()
    if name in PICTURES:
        alt = re.search(r"^:alt:[ \t]*(.*)$", token.content, re.MULTILINE)
        yield Picture(argument, alt[1].strip() if alt else "", line)
    if name not in VERBATIM | {"image"}:
        yield from read_markdown(token.content, line + 1, depth + 1)


def _read_inline(children: list[Token], line: int) -> Iterator[Item]:
    opened: list[tuple[Token, int, list[str]]] = []
    for child in children:
        if child.type in ("softbreak", "hardbreak"):
            line += 1
        elif child.type == "link_open":
            opened.append((child, line, []))
        elif child.type == "link_close" and opened:
            link, start, texts = opened.pop()
            target = str(link.attrs.get("href", ""))
            yield Link(target, "".join(texts).strip(), start, bare=link.markup == "autolink")
        elif child.type == "image":
            alt = _text_of(child.children or [])
            for _link, _start, texts in opened:
                texts.append(alt)
            yield Picture(str(child.attrs.get("src", "")), alt, line)
        elif child.type == "html_inline":
            yield from _read_tags(child.content, line)
        elif opened:
            opened[-1][2].append(child.content)
        elif child.type == "text":
            yield from (
                Link(found[0].rstrip(".,;)"), "", line, bare=True) for found in BARE.finditer(child.content)
            )


class _Tags(HTMLParser):
    def __init__(self, first: int) -> None:
        super().__init__(convert_charrefs=True)
        self.first = first
        self.found: list[Tag] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, Any]]) -> None:
        line = self.first + self.getpos()[0] - 1
        self.found.append(Tag(tag, {name: value or "" for name, value in attrs}, line))


def _read_tags(html: str, line: int) -> Iterator[Item]:
    parser = _Tags(line)
    try:
        parser.feed(html)
    except (AssertionError, ValueError):  # what it makes nothing of a browser may: it is told as a tag
        parser.found.append(Tag("script", {}, line))
    for tag in parser.found:
        yield tag
        if tag.name == "img":
            yield Picture(tag.attributes.get("src", ""), tag.attributes.get("alt", "").strip(), tag.line)
        if tag.name == "a" and "href" in tag.attributes:
            yield Link(tag.attributes["href"], "-", tag.line, html=True)
