"""Export an executed profile with nbconvert: its article, in the book's frame."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from markupsafe import Markup, escape

from vsrbook.figures.figure import MIME
from vsrbook.publishing.areas.shell import Shell
from vsrbook.publishing.figure_html import measure_svg, parse_figure, render_figure
from vsrbook.publishing.pages import (
    HIDDEN,
    Notebook,
    clean_cell,
    figures_of,
    prune_sections,
    tags_of,
    take_figure_files,
)
from vsrbook.publishing.vega_bundle import THEME

HEADING = re.compile(r"##\s+(.+)")
PROSE = 2_000  # different pieces of prose that are kept: each page has the same


@dataclass(frozen=True)
class Page:
    """What stands on a page beside the notebook's own output; all but words is HTML."""

    name: str
    title: str
    banner: Markup
    up: str
    data_title: str
    data: Markup
    made: Markup


class ProfileExporter:
    """Exports profiles one after another; what is the same on every page is made once."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def export(self, notebook: Notebook, page: Page) -> tuple[str, dict[str, str]]:
        """Return the page as HTML, and the files that stand beside it, by their names."""
        cells = [clean_cell(cell) for cell in notebook["cells"] if not HIDDEN & set(tags_of(cell))]
        cells = prune_sections(cells[1:])  # the first is the notebook's own title
        for payload in figures_of(cells):
            payload["shape"] = measure_svg(payload["svg_text"][:2000])
        files = take_figure_files(cells, f"{page.name}/")
        article = self._render(cells, page)
        sections = [(_anchor(found[1]), found[1]) for cell in cells if (found := _heading(cell))]
        sections.append(("data", page.data_title))
        return self._shell.fill(page.name, page.title, sections, article), files

    def _render(self, cells: list[dict[str, Any]], page: Page) -> str:
        from nbformat import from_dict

        nodes = from_dict({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})  # type: ignore[no-untyped-call]  # nbformat ships no types here
        article, _resources = self._exporter.from_notebook_node(nodes, resources={"page": page})
        return str(article)

    @cached_property
    def _exporter(self) -> Any:
        from nbconvert.exporters.templateexporter import TemplateExporter
        from traitlets.config import Config

        config = Config()
        config.NbConvertBase.display_data_priority = [MIME, "text/html", "text/plain"]
        # not HTMLExporter: that reads its own page again, to look for images without words
        make: Any = TemplateExporter  # its types are not complete
        exporter = make(
            config=config,
            template_name="profile",
            file_extension=".html",
            template_file="index.html.j2",
            extra_template_basedirs=[str(THEME)],
            default_preprocessors=[],  # they clean and colour code, of which nothing is shown
        )
        exporter.register_filter("prose", write_prose)
        exporter.register_filter("figure", lambda payload: render_figure(parse_figure(payload)))
        return exporter


def _heading(cell: Mapping[str, Any]) -> re.Match[str] | None:
    return HEADING.fullmatch(cell["source"].strip()) if cell["cell_type"] == "markdown" else None


def _anchor(words: str) -> str:
    return re.sub(r"\W+", "-", words.casefold()).strip("-")


@lru_cache(maxsize=PROSE)
def write_prose(source: str) -> Markup:
    """Write a notebook's prose as HTML: headings with the anchors of the page's contents."""
    from nbconvert.filters import markdown2html

    heading = HEADING.fullmatch(source.strip())
    if heading:
        return Markup('<h2 id="{}">{}</h2>').format(_anchor(heading[1]), heading[1])
    return Markup(markdown2html(str(escape(source))))  # noqa: S704  # escaped: Markdown may hold no HTML here
