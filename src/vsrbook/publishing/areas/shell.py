"""Take the book's own page apart, so that pages made outside of Sphinx have its look, navigation and search."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from pathlib import Path

from vsrbook.problems import Problem, ReviewError

LISTING = "profiles.json"  # beside it: which pages are to be made, of what, under which title
PAGE = "vsr-profile-shell"  # the name of the page that Sphinx renders for its frame alone
TITLE, SECTION = "vsrprofiletitle", "vsrprofilesection"
SOURCE = f"---\norphan: true\nnosearch: true\n---\n# {TITLE}\n\n## {SECTION}\n"
ARTICLE = re.compile(r'(<article class="bd-article"[^>]*>).*?(</article>)', re.DOTALL)
LINE = re.compile(rf"<li[^>]*>\s*<a[^>]*>\s*{SECTION}\s*</a>\s*</li>")
PARTS = re.compile(rf"({TITLE}|{SECTION}|{PAGE}|\0)")


@dataclass(frozen=True)
class Shell:
    """The frame of a page, cut where title, sections, name and article go."""

    parts: tuple[str, ...]

    def fill(self, name: str, title: str, sections: list[tuple[str, str]], article: str) -> str:
        """Return a whole page; `sections` are (id, heading), `article` is HTML, the rest is text."""
        lines = "".join(
            f'<li class="toc-h2 nav-item toc-entry"><a class="reference internal nav-link" href="#{anchor}">'
            f"{html.escape(words)}</a></li>\n"
            for anchor, words in sections
        )
        values = {TITLE: html.escape(title), SECTION: lines, PAGE: name, "\0": article}
        return "".join(values.get(part, part) for part in self.parts)


def read_shell(page: Path) -> Shell:
    """Read the page that Sphinx has rendered of SOURCE. Raises ReviewError."""
    text = page.read_text("utf-8")
    text, articles = ARTICLE.subn(lambda found: f"{found[1]}\0{found[2]}", text.replace("\0", ""))
    text, lines = LINE.subn(SECTION, text)
    if articles != 1 or not lines or TITLE not in text:
        what = "the theme's page has no article, title or list of contents where it had"
        raise ReviewError([Problem(page.name, what, "install the versions of requirements.lock")])
    return Shell(tuple(PARTS.split(text)))
