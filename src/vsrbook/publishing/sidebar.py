"""Render the sidebar once per folder depth, and mark the current page in it."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sphinx import addnodes

from vsrbook.text import gettext as _

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

Target = Callable[[str], str]


@dataclass(frozen=True)
class Entry:
    """One line of the sidebar: a page of the book (docname) or a place elsewhere (address)."""

    title: str
    docname: str = ""
    address: str = ""
    children: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class Part:
    """The entries under one part caption of _toc.yml; the caption may be empty."""

    caption: str
    entries: tuple[Entry, ...]


def collect_parts(env: BuildEnvironment, root: str) -> tuple[Part, ...]:
    """Collect the whole navigation: the start page, then one part per toctree of the start page."""
    home = Part("", (Entry(_title(env, root), root),))
    return home, *(_part(env, tree, root) for tree in _trees(env, root))


def _part(env: BuildEnvironment, tree: addnodes.toctree, root: str) -> Part:
    return Part(str(tree.get("caption") or ""), tuple(_entries(env, tree, (root,))))


def _trees(env: BuildEnvironment, docname: str) -> Iterator[addnodes.toctree]:
    if docname in env.tocs:
        yield from env.tocs[docname].findall(addnodes.toctree)


def _entries(env: BuildEnvironment, tree: nodes.Element, above: tuple[str, ...]) -> Iterator[Entry]:
    for title, target in tree["entries"]:
        if "://" in target:
            yield Entry(title or target, address=target)
        elif target in env.titles and target not in above:
            below = [entry for sub in _trees(env, target) for entry in _entries(env, sub, (*above, target))]
            yield Entry(title or _title(env, target), target, children=tuple(below))


def _title(env: BuildEnvironment, docname: str) -> str:
    return env.titles[docname].astext()


def render_parts(parts: tuple[Part, ...], prefix: str, target: Target) -> str:
    """Render the navigation for pages from which the book's root is `prefix` away."""
    return "\n".join(_render_part(part, number, prefix, target) for number, part in enumerate(parts))


def _render_part(part: Part, number: int, prefix: str, target: Target) -> str:
    lines = _render_entries(part.entries, 1, prefix, target)
    if not part.caption:
        return f'<ul class="nav bd-sidenav">{lines}</ul>'
    name = f"vsr-part-{number}"
    caption = html.escape(_(part.caption))
    return (
        f'<p class="caption" id="{name}"><span class="caption-text">{caption}</span></p>'
        f'<ul class="nav bd-sidenav" aria-labelledby="{name}">{lines}</ul>'
    )


def _render_entries(entries: tuple[Entry, ...], level: int, prefix: str, target: Target) -> str:
    return "\n".join(_render_entry(entry, level, prefix, target) for entry in entries)


def _render_entry(entry: Entry, level: int, prefix: str, target: Target) -> str:
    title = html.escape(entry.title)
    if not entry.docname:
        link = f'<a class="reference external" href="{html.escape(entry.address, quote=True)}">{title}</a>'
        return f'<li class="toctree-l{level}">{link}</li>'
    link = f'<a class="reference internal" {_href(prefix, entry.docname, target)}>{title}</a>'
    if not entry.children:
        return f'<li class="toctree-l{level}">{link}</li>'
    summary = html.escape(_("Pages under “{title}”").format(title=entry.title))
    below = _render_entries(entry.children, level + 1, prefix, target)
    return (
        f'<li class="toctree-l{level} has-children">{link}<details {_mark(entry.docname)}><summary>'
        f'<span class="visually-hidden">{summary}</span></summary><ul>{below}</ul></details></li>'
    )


def _href(prefix: str, docname: str, target: Target) -> str:
    return f'href="{html.escape(prefix + target(docname) or "./", quote=True)}"'


def _mark(docname: str) -> str:
    return f'data-page="{html.escape(docname, quote=True)}"'


def mark_current(sidebar: str, href: str, open_pages: list[str]) -> str:
    """Mark the link of the current page, and open the folds of the pages that lead to it."""
    sidebar = sidebar.replace(f" {href}>", f' {href} aria-current="page">')
    for docname in open_pages:
        mark = _mark(docname)
        sidebar = sidebar.replace(f"<details {mark}>", f"<details {mark} open>")
    return sidebar


def find_parents(parts: tuple[Part, ...]) -> dict[str, str]:
    """Map each page to the page it stands under; the first place counts where it stands in several."""
    parents: dict[str, str] = {}

    def walk(entries: tuple[Entry, ...], parent: str) -> None:
        for entry in entries:
            if entry.docname:
                parents.setdefault(entry.docname, parent)
                walk(entry.children, entry.docname)

    for part in parts:
        walk(part.entries, "")
    return parents


class Sidebar:
    """The sidebar of one build: what it shows, and what was rendered of it so far."""

    def __init__(self) -> None:
        self._parts: tuple[Part, ...] = ()
        self._parents: dict[str, str] = {}
        self._rendered: dict[str, str] = {}

    def note_navigation(self, app: Sphinx, env: BuildEnvironment) -> list[str]:
        """Collect the navigation after reading; name every page if it is not what the last build showed."""
        self._parts = collect_parts(env, app.config.root_doc)
        self._parents = find_parents(self._parts)
        self._rendered = {}
        shown = hashlib.sha256(repr((self._parts, self._words())).encode()).hexdigest()
        before, env.vsrbook_navigation = getattr(env, "vsrbook_navigation", None), shown  # type: ignore[attr-defined] # Sphinx keeps extensions' values on its environment
        return [] if shown == before else sorted(env.found_docs)

    def _words(self) -> list[str]:
        return [_("Book"), _("Pages under “{title}”"), *(_(part.caption) for part in self._parts)]

    def add_to_page(
        self, app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
    ) -> None:
        """Hand the sidebar to the page's template."""
        del templatename, doctree
        target = app.builder.get_target_uri
        prefix = "../" * target(pagename).count("/")
        if prefix not in self._rendered:
            self._rendered[prefix] = render_parts(self._parts, prefix, target)
        context["vsr_sidebar_label"] = _("Book")
        context["vsr_sidebar"] = mark_current(
            self._rendered[prefix], _href(prefix, pagename, target), self._leading_to(pagename)
        )

    def _leading_to(self, docname: str) -> list[str]:
        pages = []
        if docname not in self._parents and docname.rpartition("/")[0].endswith("/areas"):
            docname = f"{docname.rpartition('/')[0]}/index"  # the pages of areas stand under their list
        while docname:
            pages.append(docname)
            docname = self._parents.get(docname, "")
        return pages


def register_sidebar(app: Sphinx) -> None:
    """Put the sidebar into every page (theme/sbt-sidebar-nav.html stands in for the theme's own)."""
    sidebar = Sidebar()
    app.connect("env-updated", sidebar.note_navigation)
    app.connect("html-page-context", sidebar.add_to_page, priority=400)  # before the theme's own
