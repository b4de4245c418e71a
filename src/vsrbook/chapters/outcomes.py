"""What a review has led to in the chain of reviews: outcomes in words, and listed with their sources."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from vsrbook.chapters.common import capital, cited_list
from vsrbook.figures import Block
from vsrbook.review import Review
from vsrbook.tables import STAGES
from vsrbook.text import gettext as _
from vsrbook.text import mark, partial_day

KIND_NAMES = {  # in the order of the tables
    "vnr-chapter": mark("a chapter of the VNR"),
    "vnr-mention": mark("a mention in the VNR"),
    "seat": mark("a seat"),
    "law": mark("a law"),
    "budget": mark("a budget line or other means"),
    "agreement": mark("an agreement"),
    "vlr": mark("a VLR that builds on it"),
}
STAGE_NAMES = {
    "asked": mark("asked"),
    "promised": mark("promised or offered"),
    "reached": mark("reached"),
}


def kind_name(kind: str) -> str:
    """Name a kind of outcome as readers do."""
    return _(KIND_NAMES[kind])


def stage_name(stage: str) -> str:
    """Name a stage as readers do."""
    return _(STAGE_NAMES[stage])


def sort_outcomes(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Put outcomes in the order of their kinds, what has come furthest first."""
    order = outcomes.assign(
        kind_order=pd.Categorical(outcomes["kind"], list(KIND_NAMES)),
        stage_order=pd.Categorical(outcomes["stage"], STAGES[::-1]),
    )
    columns = ["kind_order", "stage_order"]
    return order.sort_values(columns, kind="stable").drop(columns=columns)


def list_outcomes(review: Review, *, with_sources: bool = True) -> Block | None:
    """List what an association's review has led to, each with its stage, its date and its source."""
    ordered = sort_outcomes(review.tables["outcomes"])
    items = []
    for _index, row in ordered.iterrows():
        head = ", ".join(
            part
            for part in (capital(kind_name(row["kind"])), stage_name(row["stage"]), partial_day(row["date"]))
            if part
        )
        items.append(Markup("<strong>{}</strong>: {}").format(head, row["what"]))
    return cited_list(review, "outcomes", ordered, items, with_sources=with_sources)
