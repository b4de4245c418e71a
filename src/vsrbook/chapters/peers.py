"""Peer learning: what was hard here and elsewhere, and the lessons drawn; who has what is missing: library/offers."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from vsrbook.chapters.common import cited_list
from vsrbook.chapters.means import recommendation_list
from vsrbook.figures import Block
from vsrbook.review import Review
from vsrbook.text import gettext as _


def own_challenges(review: Review) -> Block | None:
    """List what this association found hard, and how it answered."""
    return _challenge_list(review, review.tables["challenges"])


def cohort_challenges(review: Review) -> Block | None:
    """List the challenges that the cohort named together."""
    return _challenge_list(review, review.reference.tables["challenges"])


def _challenge_list(review: Review, table: pd.DataFrame) -> Block | None:
    items = []
    for challenge, response in zip(table["challenge"], table["response"], strict=True):
        answer = response or _("none is reported in the source")
        items.append(
            Markup("<strong>{}</strong> {}").format(
                challenge.rstrip(".") + ".", _("Response: {answer}.").format(answer=answer.rstrip("."))
            )
        )
    return cited_list(review, "challenges", table, items)


def lessons(review: Review) -> Block | None:
    """List the association's own lessons."""
    return recommendation_list(review, "lesson")
