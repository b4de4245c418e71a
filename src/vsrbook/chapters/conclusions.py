"""Chapter 7: what follows from the figures, and the next steps."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from vsrbook.chapters.common import level_name, name_end, short, status_word
from vsrbook.chapters.goal import evidence_on
from vsrbook.chapters.outline import goal_page
from vsrbook.chapters.progress import SAME
from vsrbook.figures import Block
from vsrbook.figures import blocks as b
from vsrbook.methods.change import changes
from vsrbook.methods.selection import of_area, totals
from vsrbook.review import Review, is_share, row_ids
from vsrbook.sdg import GOALS
from vsrbook.text import gettext as _
from vsrbook.text import number

MOST = 8


def widest_spreads(review: Review) -> Block | None:
    """List the shares in which the compared areas lie furthest apart."""
    lines = []
    for goal in review.goals:
        evidence = evidence_on(review, goal)
        shares = evidence.indicators[
            is_share(evidence.indicators["unit"]) & (evidence.indicators["direction"] != "none")
        ]
        for code, rows in evidence.compared.groupby("indicator_code"):
            if code in set(shares["indicator_code"]) and len(rows) > 1:
                ordered = rows.sort_values(["value", "name"])
                lines.append(
                    (
                        ordered.iloc[-1]["value"] - ordered.iloc[0]["value"],
                        goal,
                        evidence.of(str(code)),
                        ordered,
                    )
                )
    lines.sort(key=lambda line: -line[0])
    if not lines:
        return None
    records: list[dict[str, b.Cell]] = [
        {
            _("Indicator"): indicator["name"],
            _("Goal"): Markup('<a href="{}.html">{}</a>').format(goal_page(goal), goal),
            _("Lowest"): _place(rows, indicator["unit"], lowest=True),
            _("Highest"): _place(rows, indicator["unit"], lowest=False),
            _("Percentage points between"): round(float(span), 6),
        }
        for span, goal, indicator, rows in lines[:MOST]
    ]
    level = level_name(str(review.association.area_level), 2)
    caption = _("Where the {level} lie furthest apart, among {n} shares in percent").format(
        level=level, n=len(lines)
    )
    ids = tuple(
        row_id
        for _span, _goal, _ind, rows in lines[:MOST]
        for row_id in row_ids("observations", rows.iloc[[0, -1]])
    )
    return b.data_table(records, caption, ids)


def _place(ordered: pd.DataFrame, unit: str, *, lowest: bool) -> str:
    row = ordered.iloc[0 if lowest else -1]
    return f"{short(row['value'], unit)} ({name_end(ordered, lowest=lowest)}){status_word(row['status'])}"


def moving_away(review: Review) -> Block | None:
    """List the series of the whole territory that moved away from progress."""
    whole = review.whole_area
    if whole is None:
        return None
    indicators = review.tables["indicators"]
    observations = totals(of_area(review.tables["observations"], whole["area_code"]))
    table = changes(observations, indicators)
    table = table[table["toward"].eq(False).fillna(False).astype(bool)].merge(
        indicators[["indicator_code", "goal", "name", "unit"]], on="indicator_code"
    )
    table = table[table["goal"].isin(review.goals)].sort_values("goal", kind="stable").drop_duplicates(SAME)
    if table.empty:
        return None
    frame = pd.DataFrame(
        {
            _("Goal"): [GOALS[int(g)].title for g in table["goal"]],
            _("Indicator"): table["name"],
            _("Unit"): table["unit"],
            _("First"): [
                f"{number(v)} ({y})" for v, y in zip(table["first_value"], table["first_year"], strict=True)
            ],
            _("Latest"): [
                f"{number(v)} ({y})" for v, y in zip(table["last_value"], table["last_year"], strict=True)
            ],
        }
    )
    chosen = observations[observations["indicator_code"].isin(table["indicator_code"])]
    frame = frame[[_("Indicator"), _("Goal"), _("Unit"), _("First"), _("Latest")]]
    return b.data_table(frame, _("Series that moved away from progress"), row_ids("observations", chosen))
