"""Chapter 3: the policy and enabling environment: ownership, strategies, who is left behind, institutions, barriers."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from vsrbook.chapters.common import cite_all, cited_list, short, with_unit
from vsrbook.chapters.pairs import find_pairs
from vsrbook.figures import Block, Figure, charts
from vsrbook.figures import blocks as b
from vsrbook.review import Review
from vsrbook.text import gettext as _
from vsrbook.text import join, ngettext, number

MAX_GAPS = 14  # indicators in one figure; the rest stand in its table


def group_gaps(review: Review) -> list[Block | Figure | None] | None:
    """Show how far two groups lie apart: urban and rural, women and men."""
    pairs = (
        ("residence", ("urban", "rural"), (_("urban"), _("rural"))),
        ("sex", ("female", "male"), (_("women and girls"), _("men and boys"))),
    )
    figures = [figure for pair in pairs if (figure := _gap_figure(review, *pair))]
    if not figures:
        return None
    words = _(
        "Averages hide who is left behind. Where the sources give values by residence or sex, the two groups "
        "stand side by side, the widest gap first."
    )
    return [b.prose(words), *figures]


def _gap_figure(review: Review, group: str, codes: tuple[str, str], words: tuple[str, str]) -> Figure | None:
    pairs, left_out = find_pairs(review, group, codes)
    if pairs.empty:
        return None
    pairs = pairs.assign(distance=(pairs[codes[0]] - pairs[codes[1]]).abs())
    pairs = pairs.sort_values(["distance", "name"], ascending=[False, True], kind="stable")
    top, shown = pairs.iloc[0], pairs.head(MAX_GAPS)
    frame = pd.DataFrame(
        [
            {
                "indicator": row["name"],
                "group": word,
                "value": row[code],
                "says": f"{row['name']}, {word}: {with_unit(row[code], row['unit'])} ({row['year']})",
            }
            for _index, row in shown.iterrows()
            for code, word in zip(codes, words, strict=True)
        ]
    )
    title = _("Widest apart: {indicator}, {first} {a}, {second} {b} ({year})").format(
        indicator=top["name"],
        first=words[0],
        a=short(top[codes[0]], top["unit"]),
        second=words[1],
        b=short(top[codes[1]], top["unit"]),
        year=top["year"],
    )
    listed = "; ".join(
        f"{row['name']}: {words[0]} {number(row[codes[0]])}, {words[1]} {number(row[codes[1]])}"
        for _index, row in shown.iterrows()
    )
    table = pairs[["name", "unit", "year", *codes]].assign(year=pairs["year"].astype(int).astype(str))
    renamed = {
        "name": _("Indicator"),
        "unit": _("Unit"),
        "year": _("Year"),
        codes[0]: words[0],
        codes[1]: words[1],
    }
    note = _("Each indicator in its own latest year.")
    if len(pairs) > MAX_GAPS:
        more = ngettext(
            "{n} more indicator is in the table.",
            "{n} more indicators are in the table.",
            len(pairs) - MAX_GAPS,
        )
        note += " " + more.format(n=len(pairs) - MAX_GAPS)
    if len(left_out):
        divided_words = _("Left out, because the two values divide one whole: {names}.")
        note += " " + divided_words.format(names=join(left_out["name"]))
    return Figure(
        id=f"gap-{group}",
        title=title,
        chart=charts.gap(frame, unit="%", groups=words),
        table=table.rename(columns=renamed),
        alt=_("Pairs of values in percent, widest first. {list}.").format(list=listed),
        source=cite_all(review, pairs["source_id"]),
        rows=tuple(row_id for rows in pairs["rows"] for row_id in rows),
        note=note,
    )


def practice_list(review: Review) -> Block | None:
    """Name the good practices in short; the full record stands in the annexes."""
    practices = review.tables["practices"]
    items = [
        Markup("<strong>{}</strong>. {}").format(
            row["title"].rstrip("."), row["description"] or row["introduction"] or row["objective"]
        )
        for _index, row in practices.iterrows()
    ]
    return cited_list(review, "practices", practices, items)
