"""Chapter 5: means of implementation: finance, capacity, partnerships, data, and the asks that follow."""

from __future__ import annotations

from markupsafe import Markup

from vsrbook.chapters.common import cited_list
from vsrbook.chapters.goal import evidence_on, goal_summary, latest_table
from vsrbook.chapters.outline import goal_page
from vsrbook.figures import Block
from vsrbook.figures import blocks as b
from vsrbook.review import Review
from vsrbook.text import gettext as _
from vsrbook.text import partial_day


def goal_17(review: Review) -> list[Block] | None:
    """Show the latest values of goal 17, and where the rest of it stands."""
    if 17 not in review.goals:
        return None
    evidence = evidence_on(review, 17)
    link = Markup('<a href="{}.html">{}</a>').format(goal_page(17), _("More on the page of goal 17."))
    return [block for block in (goal_summary(evidence), latest_table(evidence), b.prose(link)) if block]


def recommendation_list(review: Review, *kinds: str, shared: bool = False) -> Block | None:
    """List recommendations of some kinds, with owner and date where they are given.

    With `shared` those made to all, otherwise the association's own.
    """
    table = (review.reference if shared else review).tables["recommendations"]
    table = table[table["kind"].isin(kinds)]
    items = []
    for _index, row in table.iterrows():
        who = _("Owner: {owner}.").format(owner=row["owner"]) if row["owner"] else ""
        due = _("By {date}.").format(date=partial_day(row["due"])) if row["due"] else ""
        items.append(
            Markup("<strong>{}</strong>. {} {} {}").format(
                row["title"].rstrip("."), row["statement"], who, due
            )
        )
    return cited_list(review, "recommendations", table, items)
