"""Sentences, lists, tables and key figures as safe HTML, each with the ids of the rows it came from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from vsrbook.text import gettext as _
from vsrbook.text import number

if TYPE_CHECKING:
    import pandas as pd

Cell = str | Markup | float | int | None


@dataclass(frozen=True)
class Block:
    """A piece of a page: HTML in which every text has been escaped, and the rows it came from."""

    html: Markup
    rows: tuple[str, ...] = ()

    def _repr_mimebundle_(self, **_kwargs: Any) -> dict[str, str]:
        """Show the block in a notebook."""
        plain = self.html.replace("<br>", "\n")
        return {"text/html": str(self.html), "text/plain": str(Markup(plain).striptags())}  # noqa: S704  # only to take the tags out


def show(*items: Any) -> None:
    """Display the items that are there; None and empty lists show nothing."""
    from IPython.display import display

    for item in items:
        if isinstance(item, (list, tuple)):
            show(*item)
        elif item is not None:
            display(item)  # type: ignore[no-untyped-call]  # IPython ships no types here


def with_rows(rows: Iterable[str]) -> Markup:
    """Return the attribute that carries the ids of the rows a figure came from."""
    ids = " ".join(rows)
    return Markup(' data-rows="{}"').format(ids) if ids else Markup("")


def value(figure: float | int | None, rows: Iterable[str] = (), unit: str = "") -> Markup:
    """Write a number for a sentence or a table, marked with its exact value and its rows."""
    if figure is None or not _is_known(figure):
        return Markup("<span>{}</span>").format("–")
    shown = number(figure) + _unit_suffix(unit)
    exact = f"{figure:.15g}"
    return Markup('<data value="{}"{}>{}</data>').format(exact, with_rows(rows), shown)


def _unit_suffix(unit: str) -> str:
    """Write the short unit that may follow a number: a percent sign, else nothing."""
    return "\u00a0%" if unit.startswith("%") else ""


def prose(*paragraphs: str | Markup, rows: Iterable[str] = ()) -> Block | None:
    """Return paragraphs; text that is not Markup is escaped. None where there is nothing to say."""
    shown = [p for p in paragraphs if p]
    ids = tuple(rows)
    body = Markup("\n").join(Markup("<p{}>{}</p>").format(with_rows(ids), p) for p in shown)
    return Block(body, ids) if shown else None


def sentence(template: str, **parts: str | Markup | int) -> Markup:
    """Fill a translated sentence; every part is escaped unless it is Markup."""
    return escape(template).format(**parts)  # escape() leaves {name} as it is


def quote(words: str, by: str, source: str) -> Block:
    """Return what someone says, in the third person, with office and source."""
    html = Markup(
        '<figure class="vsr-testimony"><blockquote><p>{}</p></blockquote>'
        '<figcaption>{} <cite class="vsr-place">{}</cite></figcaption></figure>'
    ).format(words, by, source)
    return Block(html)


def listing(
    items: Sequence[str | Markup], rows: Iterable[str] = (), *, ordered: bool = False
) -> Block | None:
    """Return a list of items. None where there are none."""
    if not items:
        return None
    tag = "ol" if ordered else "ul"
    lines = Markup("").join(Markup("<li>{}</li>").format(item) for item in items)
    ids = tuple(rows)
    return Block(Markup('<{0} class="vsr-list"{1}>{2}</{0}>').format(tag, with_rows(ids), lines), ids)


def definitions(pairs: Sequence[tuple[str, Cell]], rows: Iterable[str] = ()) -> Block | None:
    """Return a description list of the pairs whose second part is there."""
    filled = [(term, said) for term, said in pairs if said not in (None, "")]
    if not filled:
        return None
    lines = Markup("").join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(term, _cell(said)) for term, said in filled
    )
    ids = tuple(rows)
    return Block(Markup('<dl class="vsr-facts"{}>{}</dl>').format(with_rows(ids), lines), ids)


def key_figures(figures: Sequence[tuple[Markup, str]]) -> Block | None:
    """Return large numbers, each (number, what it says and where it is from)."""
    if not figures:
        return None
    cards = Markup("").join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(says, figure) for figure, says in figures
    )
    return Block(Markup('<dl class="vsr-key-figures">{}</dl>').format(cards))


def notice(words: str | Markup, kind: str = "note") -> Block:
    """Return a notice: kind "note", "todo" (a gap in a draft) or "sample"."""
    label = {"todo": _("To do"), "sample": _("Sample data")}.get(kind, _("Note"))
    html = Markup('<div class="vsr-{}" role="note"><p><strong>{}:</strong> {}</p></div>')
    return Block(html.format(kind, label, words))


def data_table(
    records: Sequence[Mapping[str, Cell]] | pd.DataFrame, caption: str, rows: Iterable[str] = ()
) -> Block | None:
    """Return a table a reader can scroll and a screen reader can walk. None where it has no rows.

    `records` are the lines, or a frame of plain values; numbers are written in the edition's language,
    text is escaped unless it is Markup. A column in which nothing is known is left out; the first
    column heads the rows. (A frame cannot hold Markup: pandas makes plain text of it.)
    """
    lines: list[dict[str, Any]] = (
        [dict(r) for r in records] if isinstance(records, Sequence) else _frame_records(records)
    )
    names = [name for name in (lines[0] if lines else ()) if any(_is_known(line[name]) for line in lines)]
    if not names:
        return None
    right = [all(_is_number(line[name]) for line in lines if _is_known(line[name])) for name in names]
    head = Markup("").join(
        Markup('<th scope="col"{}>{}</th>').format(_align(r), c) for c, r in zip(names, right, strict=True)
    )
    body = Markup("\n").join(_table_row([line[name] for name in names], right) for line in lines)
    html = Markup(
        '<div class="vsr-scroll" role="region" tabindex="0" aria-label="{0}"><table class="vsr-table"{3}>'
        "<caption>{0}</caption><thead><tr>{1}</tr></thead><tbody>\n{2}\n</tbody></table></div>"
    ).format(caption, head, body, with_rows(rows))
    return Block(html, tuple(rows))


def _frame_records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [dict(zip(frame.columns, cells, strict=True)) for cells in frame.itertuples(index=False)]


def _is_known(cell: Any) -> bool:
    if isinstance(cell, str):
        return True
    import pandas as pd

    return not pd.isna(cell)


def _is_number(cell: Any) -> bool:
    """Whether a cell is a number: a Python or numpy one, or one marked up by `value`."""
    if isinstance(cell, str):
        return isinstance(cell, Markup) and cell.startswith("<data ") and cell.endswith("</data>")
    return not isinstance(cell, bool)


def _table_row(cells: Sequence[Any], right: Sequence[bool]) -> Markup:
    first, *rest = [_cell(cell) for cell in cells]
    tail = Markup("").join(
        Markup("<td{}>{}</td>").format(_align(r), c) for c, r in zip(rest, right[1:], strict=True)
    )
    return Markup('<tr><th scope="row">{}</th>{}</tr>').format(first, tail)


def _align(right: bool) -> Markup:
    return Markup(' class="vsr-number"') if right else Markup("")


def _cell(cell: Any) -> str | Markup:
    if not _is_known(cell):
        return "–"
    return cell if isinstance(cell, str) else number(float(cell))


def heading(words: str, anchor: str) -> Block:
    """Return a third-level heading inside a section, with an anchor of its own."""
    return Block(Markup('<h3 id="{}">{}</h3>').format(_safe_anchor(anchor), words))


def _safe_anchor(anchor: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", anchor.casefold()).strip("-")


def fold(summary: str | Markup, body: Markup) -> Markup:
    """Return what is folded until a reader opens it; on paper it is open."""
    return Markup('<details class="vsr-fold"><summary>{}</summary>{}</details>').format(summary, body)


@dataclass(frozen=True)
class Card:
    """One of several things that stand beside each other: its anchor, its title, what it holds, its rows."""

    anchor: str
    title: str
    body: Markup
    rows: tuple[str, ...] = ()


def cards(several: Sequence[Card]) -> Block | None:
    """Return cards side by side, or one below the other on a phone. None where there are none."""
    if not several:
        return None
    shown = []
    for card in several:
        anchor = _safe_anchor(card.anchor)
        shown.append(
            Markup(
                '<section class="vsr-card" aria-labelledby="{0}"{1}><h3 id="{0}">{2}</h3>{3}</section>'
            ).format(anchor, with_rows(card.rows), card.title, card.body)
        )
    rows = tuple(row for card in several for row in card.rows)
    return Block(Markup('<div class="vsr-cards">{}</div>').format(Markup("").join(shown)), rows)
