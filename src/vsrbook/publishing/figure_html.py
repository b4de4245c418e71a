"""Turn a figure in a notebook's output into a page: static image, interactive chart, table and download."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from sphinx import addnodes

if TYPE_CHECKING:
    from myst_nb.core.render import MimeData, NbElementRenderer
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

FIGURE_MIME = "application/vnd.vsrbook.figure+json"


@dataclass(frozen=True)
class FigureOutput:
    """What the notebook put out for one figure; all its text is untrusted."""

    name: str
    title: str
    alt: str
    source: str
    note: str
    spec: Mapping[str, Any]
    svg: str
    csv: str
    columns: tuple[str, ...]
    numeric: tuple[bool, ...]
    records: tuple[tuple[str, ...], ...]
    rows: tuple[str, ...]
    labels: Mapping[str, str]
    shape: str = ""


def parse_figure(content: object) -> FigureOutput:
    """Read the output of one figure.

    Raises:
        ValueError: a part is missing or of another kind; the message names it.

    """
    if not isinstance(content, Mapping):
        raise ValueError("the figure is not a JSON object")  # noqa: TRY004 - callers handle one kind of error
    name = nodes.make_id(_text(content, "id", "figure"))
    columns, records = _texts(content, "columns", name), content.get("records") or []
    if any(len(record) != len(columns) for record in records):
        raise ValueError(f"figure {name}: a record has not as many values as there are columns")
    return FigureOutput(
        name=name,
        title=_text(content, "title", name),
        alt=_text(content, "alt", name),
        source=str(content.get("source") or ""),
        note=str(content.get("note") or ""),
        spec=content.get("spec") or {},
        svg=str(content.get("svg") or ""),
        csv=str(content.get("csv") or ""),
        columns=columns,
        numeric=tuple(bool(value) for value in content.get("numeric") or [False] * len(columns)),
        records=tuple(tuple(str(value) for value in record) for record in records),
        rows=_texts(content, "rows", name),
        labels={key: _text(content.get("labels") or {}, key, name) for key in ("table", "csv", "keys")},
        shape=str(content.get("shape") or ""),
    )


def _text(content: Mapping[str, Any], key: str, figure: str) -> str:
    value = content.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"figure {figure}: '{key}' is missing")
    return value


def _texts(content: Mapping[str, Any], key: str, figure: str) -> tuple[str, ...]:
    value = content.get(key) or []
    if not isinstance(value, list | tuple):
        raise ValueError(f"figure {figure}: '{key}' is not a list")  # noqa: TRY004 - one kind of error
    return tuple(str(item) for item in value)


def render_figure(figure: FigureOutput) -> str:
    """Render a figure whose files stand beside the page: the same HTML that Sphinx writes for its nodes."""
    said = {"data-alt": figure.alt, "data-keys": figure.labels["keys"]}
    said |= {"style": f"aspect-ratio: {figure.shape}"} if figure.shape else {}
    attributes = "".join(f' {name}="{html.escape(value, quote=True)}"' for name, value in said.items())
    alt = html.escape(figure.alt, quote=True)
    image = (
        f'<img class="dark-light" alt="{alt}" src="{html.escape(figure.svg, quote=True)}">'
        if figure.svg
        else f'<p class="vsr-alt">{alt}</p>'
    )
    spec = _encode_spec(figure.spec)
    script = f'<script type="application/json">{spec}</script>\n' if spec else ""
    lines = "".join(
        f'<p class="vsr-{kind}">{html.escape(words)}</p>\n'
        for kind, words in (("note", figure.note), ("source", figure.source))
        if words
    )
    data = render_data(figure) if figure.columns else ""
    name = html.escape(figure.csv, quote=True)
    link = html.escape(figure.labels["csv"])
    download = f'<p class="vsr-download"><a download href="{name}">{link}</a></p>\n' if figure.csv else ""
    rows = f' data-rows="{html.escape(" ".join(figure.rows), quote=True)}"' if figure.rows else ""
    return (
        f'<figure class="vsr-figure" id="{figure.name}"{rows}>\n<figcaption>{html.escape(figure.title)}</figcaption>\n'
        f'<div class="vsr-chart"{attributes}>\n{image}\n{script}</div>\n{lines}{data}{download}</figure>\n'
    )


# A builder without a visitor of ours takes these for what they derive from: boxes and paragraphs.
class FigureNode(nodes.container):
    """A whole figure."""


class FigureTitleNode(nodes.paragraph):
    """The finding of a figure, as its title."""


class ChartNode(nodes.container):
    """The place of the chart: holds the static image, and the specification for the interactive one."""


def build_figure(figure: FigureOutput) -> FigureNode:
    """Build the document tree of one figure; Sphinx finds image and download in it and copies them."""
    node = FigureNode(figure=figure.name, rows=" ".join(figure.rows), classes=["vsr-figure"])
    node += FigureTitleNode("", "", nodes.strong("", figure.title), translatable=False)
    node += _build_chart(figure)
    lines = {"note": figure.note, "source": figure.source}
    node += [_build_line(text, kind) for kind, text in lines.items() if text]
    if figure.columns:
        node += nodes.raw("", render_data(figure), format="html")
    if figure.csv:
        node += _build_download(figure)
    return node


def _build_chart(figure: FigureOutput) -> ChartNode:
    chart = ChartNode(alt=figure.alt, keys=figure.labels["keys"], spec=_encode_spec(figure.spec))
    if figure.svg:
        # dark-light: the theme is not to change the colours of an image in the dark
        chart += nodes.image(uri=figure.svg, alt=figure.alt, classes=["dark-light"])
    else:
        chart += _build_line(figure.alt, "alt")
    return chart


def _build_line(text: str, kind: str) -> nodes.paragraph:
    return nodes.paragraph(text, text, classes=[f"vsr-{kind}"], translatable=False)


def _build_download(figure: FigureOutput) -> nodes.Element:
    label = figure.labels["csv"]
    link = addnodes.download_reference("", label, reftarget=figure.csv)
    line = nodes.paragraph("", "", link, classes=["vsr-download"], translatable=False)
    return addnodes.only("", line, expr="html")  # on paper there is nothing to download


def _encode_spec(spec: Mapping[str, Any]) -> str:
    """Write JSON that cannot end or open anything in the page around it."""
    if not spec:
        return ""
    return json.dumps(spec, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def render_data(figure: FigureOutput) -> str:
    """Render the figure's data as a table behind a fold; the first column names the row."""
    title = html.escape(figure.title, quote=True)
    head = "".join(
        f'<th scope="col"{_align(number)}>{html.escape(name)}</th>'
        for name, number in zip(figure.columns, figure.numeric, strict=True)
    )
    body = "\n".join(_render_record(record, figure.numeric) for record in figure.records)
    return (
        f'<details class="vsr-data"><summary>{html.escape(figure.labels["table"])}</summary>\n'
        f'<div class="vsr-scroll" role="group" aria-label="{title}" tabindex="0"><table class="vsr-table">\n'
        f'<caption class="visually-hidden">{title}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div></details>\n"
    )


def _render_record(record: tuple[str, ...], numeric: tuple[bool, ...]) -> str:
    first, *others = zip(record, numeric, strict=True)
    cells = "".join(f"<td{_align(number)}>{html.escape(value)}</td>" for value, number in others)
    return f'<tr><th scope="row"{_align(first[1])}>{html.escape(first[0])}</th>{cells}</tr>'


def _align(number: bool) -> str:
    return ' class="vsr-number"' if number else ""


class FigureRenderer:
    """The plugin that myst-nb calls for each output of a notebook."""

    mime_priority_overrides: ClassVar[list[tuple[str, str, int]]] = [("*", FIGURE_MIME, 1)]

    @staticmethod
    def handle_mime(renderer: NbElementRenderer, data: MimeData, inline: bool) -> list[nodes.Element] | None:
        """Build the figure of an output of ours; None leaves every other output to myst-nb.

        A figure that cannot be read is reported as a warning with its place, and left out.
        """
        if inline or data.mime_type != FIGURE_MIME:
            return None
        try:
            return [build_figure(parse_figure(data.content))]
        except ValueError as error:
            renderer.logger.warning(str(error), subtype="vsrbook_figure", line=data.line)
            return []


def visit_figure(writer: HTML5Translator, node: FigureNode) -> None:
    """Open the figure, under a name that the page has only once."""
    taken: set[str] = writer.__dict__.setdefault("vsr_figures", set())
    number, name = 1, node["figure"]
    while name in taken:
        number += 1
        name = f"{node['figure']}-{number}"
    taken.add(name)
    rows = {"data-rows": node["rows"]} if node["rows"] else {}
    writer.body.append(writer.starttag(node, "figure", ids=[name], **rows))


def depart_figure(writer: HTML5Translator, node: FigureNode) -> None:  # noqa: ARG001 - Sphinx passes it
    """Close the figure."""
    writer.body.append("</figure>\n")


def visit_title(writer: HTML5Translator, node: FigureTitleNode) -> None:
    """Write the title."""
    writer.body.append(f"<figcaption>{html.escape(node.astext())}</figcaption>\n")
    raise nodes.SkipNode


def visit_chart(writer: HTML5Translator, node: ChartNode) -> None:
    """Open the place of the chart; what figures.js needs to say stands in its attributes.

    The place keeps the image's shape from the start: nothing moves when the image comes late.
    """
    said = {"data-alt": node["alt"], "data-keys": node["keys"]}
    for image in node.findall(nodes.image):
        if shape := measure_image(Path(writer.builder.srcdir) / image["uri"]):
            said["style"] = f"aspect-ratio: {shape}"
    writer.body.append(writer.starttag(node, "div", CLASS="vsr-chart", **said))


def measure_image(path: Path) -> str:
    """Return width and height of an SVG as CSS writes a ratio: "640 / 260"; "" where it does not say."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return measure_svg(file.read(2000))
    except OSError:
        return ""


def measure_svg(head: str) -> str:
    """Return width and height of an SVG from its beginning, as `measure_image` does."""
    sizes = [re.search(rf'<svg[^>]*\s{side}="(\d+(?:\.\d+)?)(?:px)?"', head) for side in ("width", "height")]
    return " / ".join(size[1] for size in sizes if size) if all(sizes) else ""


def depart_chart(writer: HTML5Translator, node: ChartNode) -> None:
    """Add the specification, except in an edition on one page, which is made for paper."""
    if node["spec"] and writer.builder.name != "singlehtml":
        writer.body.append(f'<script type="application/json">{node["spec"]}</script>\n')
    writer.body.append("</div>\n")


def has_chart(doctree: nodes.document | None) -> bool:
    """Tell whether a page has a chart that figures.js can draw."""
    return doctree is not None and any(node["spec"] for node in doctree.findall(ChartNode))


def register_figures(app: Sphinx) -> None:
    """Teach Sphinx' HTML builders to write figures; the others need no teaching."""
    app.add_node(FigureNode, html=(visit_figure, depart_figure))
    app.add_node(FigureTitleNode, html=(visit_title, None))
    app.add_node(ChartNode, html=(visit_chart, depart_chart))
