"""What associations tell of impacts, statements and testimonies together, and how strong the evidence on each is."""

from __future__ import annotations

import pandas as pd

from vsrbook.chapters.library.citing import Shelf, row_ids_of
from vsrbook.text import gettext as _

IMPACTS = "statements"  # the list of all statements, on the page of impacts
SEVERAL, FEW = 5, 3  # places that report an impact, from which on the evidence on it is called so
STATEMENT, TESTIMONY = "statement", "testimony"


def gather_told(shelf: Shelf) -> pd.DataFrame:
    """Return all statements and testimonies, in the order of the impacts, statements first.

    Columns: those that both tables share, kind (statement or testimony), area_number, area, impact,
    topics ("" for a testimony), office and association ("" for a statement).
    """
    statements = shelf.table("evidence").assign(kind=STATEMENT, office="", association="")
    testimonies = shelf.table("testimonies").assign(kind=TESTIMONY, topics="")
    told = pd.concat([statements, testimonies], ignore_index=True)
    impacts = shelf.library.reference.tables["impacts"].reset_index(drop=True)
    told = told[told["impact_id"].isin(impacts["impact_id"])]
    order = told["impact_id"].map({name: n for n, name in enumerate(impacts["impact_id"])})
    named = impacts.set_index("impact_id")
    told = told.assign(
        order=order,
        later=told["kind"] == TESTIMONY,
        impact=told["impact_id"].map(named["name"]),
        area=told["impact_id"].map(named["area"]),
        area_number=told["impact_id"].map(named["area_number"]),
    )
    columns = ["order", "later", "place", "slug", "row"]
    return told.sort_values(columns, kind="stable").drop(columns=["order", "later"]).reset_index(drop=True)


def count_told(shelf: Shelf) -> pd.DataFrame:
    """Count for each impact who tells of it, the most widely reported first.

    Columns: impact_id, area, name, statements, testimonies, places (that have one or the other), strength.
    """
    told = gather_told(shelf)
    impacts = shelf.library.reference.tables["impacts"][["impact_id", "area", "name"]]

    def count(kind: str) -> pd.Series:
        found = told.loc[told["kind"] == kind, "impact_id"].value_counts()
        return impacts["impact_id"].map(found).fillna(0).astype(int)

    places = impacts["impact_id"].map(told.groupby("impact_id")["place"].nunique()).fillna(0).astype(int)
    counted = impacts.assign(statements=count(STATEMENT), testimonies=count(TESTIMONY), places=places)
    counted["strength"] = counted["places"].map(judge_strength)
    return counted.sort_values(["places", "statements"], ascending=False, kind="stable", ignore_index=True)


def judge_strength(places: int) -> str:
    """Say how strong the evidence on an impact is, by the number of places that report it."""
    if places >= SEVERAL:
        return "several"
    if places >= FEW:
        return "few"
    return "thin" if places else "none"


def strength_word(strength: str) -> str:
    """Name a strength as readers do."""
    return {
        "several": _("several places"),
        "few": _("a few places"),
        "thin": _("thin"),
        "none": _("not reported"),
    }[strength]


def rows_told(told: pd.DataFrame) -> tuple[str, ...]:
    """Return the ids of the rows that statements and testimonies came from."""
    kinds = {STATEMENT: "evidence", TESTIMONY: "testimonies"}
    return tuple(
        one for kind, table in kinds.items() for one in row_ids_of(table, told[told["kind"] == kind])
    )
