"""The page on charts and blocks, for authors of chapters."""

from __future__ import annotations

from reference.interfaces import describe, describe_module
from reference.myst import code, table
from vsrbook.figures import blocks, charts, figure

HEAD = """\
# Charts and blocks

For authors of chapters: what a cell of a notebook can show. This page is written from the code; `CONTRIBUTING.md`
says how a chapter is made.

A chart is drawn by one of the functions below, from a tidy table (one row, one mark), and becomes a `Figure`: the
interactive chart, a static image, a text for those who do not see it, its data as a table and as CSV. A block is
a sentence, a list or a table of a page. Text that is put into either is escaped; it need not be trusted.
"""


def figures_page() -> str:
    """Return the page book/reference-figures.md."""
    parts = [
        HEAD,
        describe("Figure", figure.Figure, level=2),
        "## Charts\n",
        describe_module(charts),
        "## Blocks\n",
        describe_module(blocks),
        "## Limits\n",
        _limits(),
    ]
    return "\n".join(parts)


def _limits() -> str:
    limits = {
        "MAX_ROWS": (figure.MAX_ROWS, "Rows that the table of a figure may have."),
        "MAX_SERIES": (charts.MAX_SERIES, "Lines that a trend may have, each told apart without colour."),
    }
    rows = [[code(name), f"{value:,}", said] for name, (value, said) in limits.items()]
    return table(["Name", "Value", "What it limits"], rows)
