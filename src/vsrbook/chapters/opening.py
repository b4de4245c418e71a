"""Chapter 0: the opening statement, and the highlights computed from the data."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from vsrbook.chapters.common import level_name, status_word, year_span
from vsrbook.figures import Block
from vsrbook.figures import blocks as b
from vsrbook.methods.selection import latest, of_area, totals
from vsrbook.naming import cite
from vsrbook.review import Review, row_ids
from vsrbook.text import gettext as _
from vsrbook.text import ngettext

MAX_HEADLINES = 6


def statement(review: Review) -> list[Block] | None:
    """Show the signed opening statement, if there is one."""
    opening = review.association.opening
    if opening is None:
        return None
    paragraphs = [part.strip() for part in opening.text.split("\n\n") if part.strip()]
    signed = Markup("<strong>{}</strong>").format(opening.signed_by)
    return [block for block in (b.prose(*paragraphs, signed),) if block]


def scope(review: Review) -> Block | None:
    """Say in large numbers how much evidence the review stands on."""
    observations, indicators = review.tables["observations"], review.tables["indicators"]
    known = observations.dropna(subset=["value"])
    figures = []
    areas = review.compared_areas
    if len(areas):
        says = _("{level} compared").format(level=level_name(str(review.association.area_level), len(areas)))
        figures.append((b.value(len(areas), row_ids("areas", areas)), says))
    if len(known):
        used = indicators[indicators["indicator_code"].isin(known["indicator_code"])]
        says = ngettext("indicator with values", "indicators with values", len(used))
        figures.append((b.value(len(used), row_ids("indicators", used)), says))
        figures.append((b.value(len(review.goals)), _("of the 17 goals with data")))
        says = _("values, for {years}").format(years=year_span(known["year"]))
        figures.append((b.value(len(known), row_ids("observations", known)), says))
    evidence = review.tables["evidence"]
    if len(evidence):
        says = ngettext(
            "statement on what the review changed", "statements on what the review changed", len(evidence)
        )
        figures.append((b.value(len(evidence), row_ids("evidence", evidence)), says))
    return b.key_figures(figures)


def headlines(review: Review) -> Block | None:
    """Show the latest value for the whole territory of the highlights, each with its year and source."""
    figures = [
        (
            b.value(row["value"], row_ids("observations", row), row["unit"]),
            Markup('{} ({}, {}){}. <cite class="vsr-place">{}</cite>').format(
                row["name"],
                row["unit"],
                row["year"],
                status_word(row["status"]),
                cite(review, row["source_id"]),
            ),
        )
        for _index, row in choose_highlights(review).iterrows()
    ]
    return b.key_figures(figures)


def choose_highlights(review: Review) -> pd.DataFrame:
    """Return the latest totals of the indicators that the params name as highlights.

    Where they name none: of the first indicator with a direction of up to six goals. Columns: those of
    the observation, and goal, name and unit of the indicator.
    """
    whole = review.whole_area
    if whole is None:
        return pd.DataFrame()
    now = latest(totals(of_area(review.tables["observations"], whole["area_code"])))
    indicators = review.tables["indicators"].reset_index(names="order")
    columns = ["order", "indicator_code", "goal", "name", "unit"]
    table = now.merge(indicators[columns], on="indicator_code").sort_values(["goal", "order"])
    chosen = review.association.highlights
    if chosen:
        order = {code: position for position, code in enumerate(chosen)}
        return table[table["indicator_code"].isin(chosen)].sort_values(
            "indicator_code", key=lambda c: c.map(order)
        )
    directed = indicators.loc[indicators["direction"] != "none", "indicator_code"]
    table = table[table["goal"].isin(review.goals) & table["indicator_code"].isin(directed)].drop_duplicates(
        "goal"
    )
    wanted = max(1, -(-len(table) // MAX_HEADLINES))
    return table.iloc[::wanted].head(MAX_HEADLINES)
