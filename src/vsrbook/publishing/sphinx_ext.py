"""Make a Jupyter Book show figures, formulas and its sidebar without asking another host for anything."""

from __future__ import annotations

import html
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vsrbook import text
from vsrbook.figures.filtered_list import CLASS as FILTERED
from vsrbook.files import read_json
from vsrbook.publishing.areas.shell import LISTING, PAGE
from vsrbook.publishing.figure_html import has_chart, register_figures
from vsrbook.publishing.maths import register_maths
from vsrbook.publishing.sidebar import register_sidebar
from vsrbook.publishing.vega_bundle import THEME, bundle_name, default_cache, write_bundle
from vsrbook.text import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.config import Config


def set_up_book(app: Sphinx, config: Config) -> None:
    """Choose the edition's language, and add our templates and static files to the theme's.

    vsrbook_locales and vsrbook_cache are folders; where they are relative, to the book's sources.
    """
    if config.vsrbook_locales:
        text.set_language(config.language, Path(app.srcdir, config.vsrbook_locales))
    bundle = write_bundle(Path(app.srcdir, config.vsrbook_cache) if config.vsrbook_cache else default_cache())
    names = (
        *("vsrbook.css", "page.js", "figures.js", "filtered.js"),
        *("areas.css", "areas.js", "profiles.css"),
    )
    ours = [*(THEME / name for name in names), bundle]
    config.templates_path = [str(THEME), *config.templates_path]
    config.html_static_path = [*config.html_static_path, *map(str, ours)]
    # without it the theme writes an empty mode, and says so on every page's console
    config.html_context = {"default_mode": "auto", **config.html_context}


def theme_words() -> dict[str, str]:
    """Name the theme's buttons and dialogs in the edition's language."""
    return {
        "start": _("Start page"),
        "search": _("Search"),
        "navigation": _("Navigation"),
        "contents": _("Contents of this page"),
        "colours": _("Light or dark"),
    }


# The five arguments are Sphinx' own for html-page-context.
def add_words(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Hand the words of buttons to a page's templates, and the chart script to pages that have a chart."""
    del templatename
    is_index = pagename.endswith("/areas/index")
    is_frame = pagename.endswith(f"/areas/{PAGE}")  # pages with charts are made of it
    words = theme_words()
    context["vsr_words"] = words
    names: dict[str, Any] = {f"data-{key}": words[key] for key in ("search", "navigation", "contents")}
    app.add_js_file("page.js", loading_method="defer", **names)
    if is_index or is_frame:
        app.add_css_file("areas.css", priority=905)  # the map is on both
    if is_index:
        app.add_js_file("areas.js", loading_method="defer")
    if has_list(doctree):
        app.add_js_file("filtered.js", loading_method="defer")
    if is_frame:
        app.add_css_file("profiles.css", priority=910)
    if app.builder.name != "singlehtml" and (is_frame or has_chart(doctree)):
        names = {"data-vega": bundle_name()}
        app.add_js_file("figures.js", loading_method="defer", **names)


def has_list(doctree: nodes.document | None) -> bool:
    """Tell whether a page has a list that filtered.js can filter."""
    from docutils import nodes

    mark = f'<div class="{FILTERED}"'
    return doctree is not None and any(mark in node.astext() for node in doctree.findall(nodes.raw))


def index_areas(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Tell the search of the book about the pages of areas: their titles, and where they lie.

    Sphinx asks for further pages at the end of a build; there are none, and the search is not written yet.
    """
    indexer: Any = getattr(app.builder, "indexer", None)
    if indexer is None:
        return iter(())
    names, prune = [], indexer.prune
    for path in sorted(Path(app.srcdir, "book", "associations").glob(f"*/areas/{LISTING}")):
        base = path.parent.relative_to(app.srcdir).as_posix()
        for page, title in read_json(path).get("titles", {}).items():
            names.append(f"{base}/{page}")
            indexer.feed(names[-1], f"{names[-1]}.ipynb", title, _title_alone(title))

    def keep_areas(docnames: Iterable[str]) -> None:
        # Sphinx takes out what is no page of its own just before it writes; the frames are, and nothing to find
        prune({*names, *(name for name in docnames if not name.endswith(f"/areas/{PAGE}"))})
        # the page of results reads titles as HTML: a place's name in one must stay text
        indexer._titles = {name: _escape(title) for name, title in indexer._titles.items()}
        indexer._all_titles = {
            name: [(_escape(title), anchor) for title, anchor in titles]
            for name, titles in indexer._all_titles.items()
        }

    indexer.prune = keep_areas
    return iter(())


def _escape(title: str) -> str:
    return html.escape(title, quote=False)


def _title_alone(title: str) -> nodes.document:
    """Make a document of which the search reads nothing but its title."""
    from docutils import nodes
    from docutils.utils import new_document

    document = new_document(title)
    document += nodes.section("", nodes.title(title, title), ids=[""])
    return document


def silence_thebe(app: Sphinx) -> None:
    """Keep sphinx-thebe off the pages: it names a foreign host on each, and no code is run here.

    Jupyter Book always loads it, and has no setting against it.
    """
    for event in ("env-before-read-docs", "doctree-resolved"):
        listeners = app.events.listeners[event]
        listeners[:] = [one for one in listeners if one.handler.__module__ != "sphinx_thebe"]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything with Sphinx."""
    app.add_config_value("vsrbook_locales", "", "env", types=(str,))
    app.add_config_value("vsrbook_cache", "", "", types=(str,))
    app.connect("config-inited", set_up_book)
    app.connect("html-page-context", add_words, priority=400)  # before the theme renders parts of the page
    app.connect("builder-inited", silence_thebe)
    app.connect("html-collect-pages", index_areas)
    app.add_css_file("vsrbook.css", priority=900)
    register_figures(app)
    register_maths(app)
    register_sidebar(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
