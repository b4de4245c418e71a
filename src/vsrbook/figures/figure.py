"""One chart specification becomes an interactive chart, a static image, alt text, a table and a CSV."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from vsrbook.csv_writing import write_csv
from vsrbook.figures.theme import CONFIG, MEASURED_FONT, STATIC_FONT, STATIC_WIDTH
from vsrbook.text import gettext as _
from vsrbook.text import number

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

MIME = "application/vnd.vsrbook.figure+json"
VEGALITE_MIME = "application/vnd.vegalite.v6+json"
MAX_ROWS = 5_000


class FigureError(ValueError):
    """A figure lacks what every reader needs, or holds more than a page can carry."""


@dataclass(frozen=True)
class Figure:
    """A chart with everything that must stand with it.

    `chart` is an Altair chart without a title; `title` says the finding; `alt` says it with the
    figures; `table` holds the same data, columns named for readers; `source` cites it; `rows` are the
    ids of the table rows it came from. Raises FigureError where one of them is missing or the table
    has more than MAX_ROWS rows.
    """

    id: str
    title: str
    chart: alt.TopLevelMixin = field(repr=False)
    table: pd.DataFrame = field(repr=False)
    alt: str = field(repr=False)
    source: str
    rows: tuple[str, ...] = field(default=(), repr=False)
    note: str = ""

    def __post_init__(self) -> None:
        for name in ("id", "title", "alt", "source"):
            if not str(getattr(self, name)).strip():
                raise FigureError(f"figure {self.id!r}: {name} is missing; every figure has one")
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self.id):
            raise FigureError(f"figure {self.id!r}: an id has lower-case letters, digits and hyphens")
        if len(self.table) > MAX_ROWS:
            raise FigureError(
                f"figure {self.id!r}: {len(self.table):,} rows; aggregate to {MAX_ROWS:,} at most"
            )

    @cached_property
    def spec(self) -> dict[str, Any]:
        """The Vega-Lite specification, data inside, in the book's style."""
        spec: dict[str, Any] = self.chart.to_dict()
        spec["description"] = self.alt
        spec["config"] = CONFIG
        spec["background"] = "transparent"
        return spec

    @cached_property
    def svg(self) -> str:
        """The static image, with title and description inside."""
        return draw_svg(self.spec, self.title, self.alt)

    @cached_property
    def csv(self) -> str:
        """The data as CSV; text that a spreadsheet would run as a formula is made harmless."""
        return write_csv(self.table)

    @property
    def payload(self) -> dict[str, Any]:
        """What the book needs to show the figure."""
        numeric = [kind.kind in "if" for kind in self.table.dtypes]
        return {
            "id": self.id,
            "title": self.title,
            "alt": self.alt,
            "source": self.source,
            "note": self.note,
            "spec": self.spec,
            "columns": [str(name) for name in self.table.columns],
            "numeric": numeric,
            "records": [[_write(cell) for cell in row] for row in self.table.itertuples(index=False)],
            "rows": list(self.rows),
            "labels": {
                "table": _("Show the data as a table"),
                "csv": _("Download the data (CSV)"),
                "keys": _("Use the arrow keys to move between the marks"),
            },
        }

    def _repr_mimebundle_(self, **_kwargs: Any) -> dict[str, Any]:
        """Show the figure in a notebook: everything for the book, the chart for Jupyter, text for all."""
        return {
            MIME: {**self.payload, "csv_text": self.csv},
            VEGALITE_MIME: self.spec,
            "text/plain": f"{self.title}. {self.alt}",
        }


def draw_svg(spec: dict[str, Any], title: str, alt: str) -> str:
    """Draw a specification as SVG, with title and description inside (vl-convert leaves them out).

    Words are measured in the font that vl-convert carries: of any other it opens the file for each word,
    which takes five times as long as all the rest. The image names fonts of the same widths.
    """
    import vl_convert

    fixed = {**spec, "width": STATIC_WIDTH} if spec.get("width") == "container" else spec
    config = {**spec.get("config", {}), "font": MEASURED_FONT}
    image: str = vl_convert.vegalite_to_svg({**fixed, "config": config, "background": "white"})
    image = image.replace(f'font-family="{MEASURED_FONT}"', f'font-family="{STATIC_FONT}"')
    named = f' role="img"><title>{html.escape(title)}</title><desc>{html.escape(alt)}</desc>'
    return image.replace(">", named, 1)


def _write(cell: Any) -> str:
    """Write a cell of the table for readers; a year is text before it comes here."""
    import pandas as pd

    if isinstance(cell, str):
        return cell
    return "–" if pd.isna(cell) else number(float(cell))
