"""Make a Jupyter Book show figures, formulas and its sidebar without asking another host for anything."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from vsrbook import text
from vsrbook.publishing.figure_html import has_chart, register_figures
from vsrbook.publishing.maths import register_maths
from vsrbook.publishing.sidebar import register_sidebar
from vsrbook.publishing.vega_bundle import THEME, bundle_name, default_cache, write_bundle
from vsrbook.text import gettext as _

if TYPE_CHECKING:
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
    ours = [THEME / "vsrbook.css", THEME / "page.js", THEME / "figures.js", bundle]
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
    del pagename, templatename
    words = theme_words()
    context["vsr_words"] = words
    names: dict[str, Any] = {f"data-{key}": words[key] for key in ("search", "navigation", "contents")}
    app.add_js_file("page.js", loading_method="defer", **names)
    if app.builder.name != "singlehtml" and has_chart(doctree):
        names = {"data-vega": bundle_name()}
        app.add_js_file("figures.js", loading_method="defer", **names)


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
    app.add_css_file("vsrbook.css", priority=900)
    register_figures(app)
    register_maths(app)
    register_sidebar(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
