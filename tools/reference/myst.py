"""Words of the code as MyST: escaped, with what must be typed in code style."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence

SIGNS = re.compile(r"([\\`*_{}\[\]<>#|$~&])")
# What is typed as it stands: code between backticks; options; KEY=VALUE; lists and mappings of YAML; paths;
# names_with_underscores; single words in straight quotes. As plain words Sphinx would curl quotes and dashes.
TYPED = re.compile(
    r"(`[^`]+`"
    r"|(?<![\w-])--?[a-z][a-z-]*(?![\w-])"
    r"|\b[A-Z]+=[A-Z]+\b"
    r"|\[[^\]\s][^\]]*\]"
    r"|\{[^}\s](?:[^{}]|\{[^{}]*\})*\}"
    r"|(?:[a-z0-9]+:/|\b_build|\bdata|\bparams|\bbook|\bmeta|\bnotebooks|\braw)/[\w<>*./:-]*[\w<>*/]"
    r"|\b[A-Za-z][A-Za-z0-9]*_\w+(?:\.\w+)*\b"
    r"|[\"'][^\"'\s]+[\"'])"
)


def escape(words: str) -> str:
    """Take the meaning from signs that Markdown would read."""
    return SIGNS.sub(r"\\\1", words)


def prose(words: str) -> str:
    """Write a sentence on one line: what is typed as code, all else escaped."""
    parts = TYPED.split(" ".join(words.split()))
    return "".join(_typed(part) if n % 2 else escape(part) for n, part in enumerate(parts))


def _typed(words: str) -> str:
    """Write typed words as code; a plain word needs no quotes there."""
    return code(re.sub(r"^'([A-Za-z-]+)'$", r"\1", words.strip("`")))


def code(words: str) -> str:
    """Write words as code on one line."""
    plain = " ".join(words.split())
    fence = "``" if "`" in plain else "`"
    return f"{fence}{plain}{fence}"


def fenced(lines: str, language: str = "text") -> str:
    """Write lines as a block of code."""
    return f"```{language}\n{textwrap.dedent(lines).strip()}\n```\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table; a bar within a cell does not end it."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(
        "| " + " | ".join(re.sub(r"(?<!\\)\|", r"\\|", cell) for cell in line) + " |\n" for line in lines
    )


def paragraphs(docstring: str) -> str:
    """Write a docstring: paragraphs, lists, and blocks that are indented or that click must not join."""
    return "\n".join(_paragraph(block) + "\n" for block in _blocks(docstring)).rstrip("\n") + "\n"


def first_line(docstring: str | None) -> str:
    """Return the first line of a docstring."""
    return prose((docstring or "").strip().partition("\n")[0])


def _blocks(docstring: str) -> Iterator[str]:
    for block in re.split(r"\n\s*\n", inspect.cleandoc(docstring)):
        if block.strip():
            yield block.rstrip()


def _paragraph(block: str) -> str:
    if block.startswith(("\b", " ")):
        return fenced(block.removeprefix("\b").strip("\n")).rstrip("\n")
    lead, *items = re.split(r"^\s*- ", block, flags=re.MULTILINE)
    lines = [f"- {prose(item)}" for item in items]
    return "\n".join([prose(lead), "", *lines] if lead.strip() and lines else lines or [prose(lead)])
