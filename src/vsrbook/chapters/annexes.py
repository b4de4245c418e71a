"""Annexes: indicators with their metadata, good practices in full, local reviews."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from vsrbook.chapters.common import year_span
from vsrbook.chapters.impact import milestone_list
from vsrbook.figures import Block
from vsrbook.figures import blocks as b
from vsrbook.naming import cite
from vsrbook.review import Review, row_ids
from vsrbook.sdg import GOALS
from vsrbook.tables import TABLES, split_list
from vsrbook.text import country_name, join, number, partial_day
from vsrbook.text import gettext as _


def indicator_tables(review: Review) -> list[Block] | None:
    """List, goal by goal, every indicator with unit, direction, years, areas, definition and source."""
    known = review.tables["observations"].dropna(subset=["value"])
    years = known.groupby("indicator_code")["year"].agg(year_span)
    areas = known.groupby("indicator_code")["area_code"].nunique()
    words = {"up": _("rising"), "down": _("falling"), "none": _("neither")}
    blocks: list[Block] = []
    for goal, rows in review.tables["indicators"].groupby("goal"):
        lines: list[dict[str, b.Cell]] = [
            {
                _("Indicator"): _explain(review, row),
                _("Near global indicator"): row["global_indicator"] or "–",
                _("Progress is"): words[row["direction"]],
                _("Years"): years.get(row["indicator_code"], "–"),
                _("Areas"): int(areas.get(row["indicator_code"], 0)),
            }
            for _index, row in rows.iterrows()
        ]
        table = b.data_table(lines, GOALS[int(str(goal))].title, row_ids("indicators", rows))
        blocks += [block for block in (table,) if block]
    return blocks or None


def _explain(review: Review, row: pd.Series) -> Markup:
    """Write an indicator's name, and in small print its code, unit, definition and source."""
    parts = [
        f"{row['indicator_code']}; {row['unit']}.",
        row["definition"],
        cite(review, row["source_id"]) + ".",
    ]
    return Markup("{}<br><small>{}</small>").format(row["name"], " ".join(part for part in parts if part))


def practice_records(review: Review) -> list[Block] | None:
    """Show each good practice with all fields of its record that are filled."""
    blocks: list[Block] = []
    for _index, row in review.tables["practices"].iterrows():
        block = b.definitions([*_record(row), (_("Source"), cite(review, row["source_id"], row["location"]))])
        blocks.append(b.heading(row["title"], f"practice-{row['practice_id']}"))
        blocks += [block] if block else []
    return blocks or None


def _record(row: pd.Series) -> list[tuple[str, str]]:
    labels = _practice_labels()
    pairs = []
    for column in TABLES["practices"].columns:
        said = row[column.name]
        if column.name in labels and not pd.isna(said) and said != "":
            pairs.append((labels[column.name], _say(column.name, said)))
    return pairs


def _say(column: str, said: object) -> str:
    if column == "financing_usd":
        return number(float(str(said)))
    if column in ("start_date", "end_date"):
        return partial_day(str(said))
    if column == "countries":
        return join(country_name(code) for code in split_list(str(said)))
    if column == "meets_smart":
        return _("yes") if said == "yes" else _("not yet")
    return str(said)


def _practice_labels() -> dict[str, str]:
    return {
        "introduction": _("Introduction"),
        "description": _("Description"),
        "objective": _("Objective"),
        "beneficiaries": _("Beneficiaries"),
        "implementers": _("Implementers"),
        "donors": _("Donors"),
        "partners": _("Partners"),
        "implementation": _("Implementation"),
        "outputs": _("Results and outputs"),
        "outcomes": _("Outcomes"),
        "enabling_factors": _("Enabling factors"),
        "constraining_factors": _("Constraining factors"),
        "sustainability": _("Sustainability"),
        "replicability": _("Replicability"),
        "conclusion": _("Conclusion"),
        "further_information": _("Further information"),
        "financing_usd": _("Financing (US dollars)"),
        "start_date": _("Start"),
        "end_date": _("End"),
        "entity": _("Entity"),
        "goals": _("Goals"),
        "region": _("Region"),
        "coverage": _("Geographical coverage"),
        "countries": _("Countries"),
        "contact": _("Contact"),
        "meets_smart": _("Meets the SMART criteria"),
        "initiative": _("Reported to"),
    }


def local_reviews(review: Review) -> Block | None:
    """List the local reviews (VLRs) that the sources name."""
    milestones = review.tables["milestones"]
    return milestone_list(review, milestones[milestones["kind"] == "vlr"])
