"""Chapter 4, the page of one goal: what is known, in words and in tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
from markupsafe import Markup

from vsrbook.chapters.common import capital, level_name, name_end, short, status_word, with_unit, year_span
from vsrbook.figures import Block
from vsrbook.figures import blocks as b
from vsrbook.methods.change import changes, target_gaps
from vsrbook.methods.selection import latest, of_area, of_areas, totals
from vsrbook.naming import area_names
from vsrbook.review import Review, is_share, row_ids
from vsrbook.sdg import GOALS, Goal
from vsrbook.tables import split_list
from vsrbook.text import gettext as _
from vsrbook.text import ngettext


@dataclass(frozen=True)
class GoalEvidence:
    """What a review holds on one goal. Tables have the columns of their contracts."""

    review: Review
    goal: Goal

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """The goal's indicators that have a value, with names that tell them apart."""
        table = self.review.tables["indicators"]
        table = table[
            (table["goal"] == self.goal.number) & table["indicator_code"].isin(self.known["indicator_code"])
        ]
        twice = table["name"].duplicated(keep=False)
        return table.assign(
            name=table["name"].where(~twice, table["name"] + " (" + table["indicator_code"] + ")")
        )

    @cached_property
    def known(self) -> pd.DataFrame:
        """The goal's observations that have a value."""
        table = self.review.tables["indicators"]
        codes = table.loc[table["goal"] == self.goal.number, "indicator_code"]
        observations = self.review.tables["observations"]
        return observations[observations["indicator_code"].isin(codes)].dropna(subset=["value"])

    @cached_property
    def whole(self) -> pd.DataFrame:
        """The values for the whole territory."""
        area = self.review.whole_area
        return self.known.iloc[:0] if area is None else of_area(self.known, area["area_code"])

    @cached_property
    def whole_now(self) -> pd.DataFrame:
        """The latest observation of each indicator for everyone in the whole territory."""
        return latest(totals(self.whole))

    def whole_in(self, code: str, year: int) -> float | None:
        """Return the whole territory's value of an indicator in one year: only that year compares."""
        rows = totals(self.whole)
        rows = rows[(rows["indicator_code"] == code) & (rows["year"] == year)]
        return None if rows.empty else float(rows["value"].iloc[0])

    @cached_property
    def compared(self) -> pd.DataFrame:
        """The latest total of each compared area in the indicator's latest year, with name and spoken label.

        Areas whose value is older than the indicator's latest year are left out: a ranking is of one year.
        """
        return self.level(self.review.compared_areas)

    def level(self, areas: pd.DataFrame) -> pd.DataFrame:
        """Return the totals of these areas in each indicator's latest year."""
        rows = totals(of_areas(self.known, areas))
        last = rows.groupby("indicator_code")["year"].transform("max")
        rows = rows[rows["year"] == last]
        names = area_names(self.review)
        units = self.indicators.set_index("indicator_code")["unit"]
        return rows.assign(
            name=rows["area_code"].map(names),
            says=[
                f"{names[code]}: {with_unit(value, units[indicator])} ({year})"
                for code, value, indicator, year in zip(
                    rows["area_code"], rows["value"], rows["indicator_code"], rows["year"], strict=True
                )
            ],
        )

    def of(self, code: str) -> pd.Series:
        """Return an indicator's row."""
        table = self.indicators
        return table[table["indicator_code"] == code].iloc[0]

    def figure_id(self, *parts: str) -> str:
        """Return an id for a figure of this goal."""
        words = "-".join((f"goal-{self.goal.number}", *parts)).casefold()
        return re.sub(r"[^a-z0-9]+", "-", words).strip("-")


def evidence_on(review: Review, goal: int) -> GoalEvidence:
    """Gather what a review holds on one goal (1 to 17)."""
    return GoalEvidence(review, GOALS[goal])


def goal_summary(evidence: GoalEvidence) -> Block | None:
    """Say in a few sentences, computed from the values, what is known on the goal."""
    known, n = evidence.known, len(evidence.indicators)
    if known.empty:
        return None
    first = ngettext(
        "One indicator of {goal} has values, for {years}.",
        "{n} indicators of {goal} have values, for {years}.",
        n,
    ).format(n=n, goal=evidence.goal.title, years=year_span(known["year"]))
    parts = [first, _widest_sentence(evidence), _change_sentence(evidence), _target_sentence(evidence)]
    return b.prose(" ".join(part for part in parts if part), rows=row_ids("observations", known))


def _widest_sentence(evidence: GoalEvidence) -> str:
    """Name the indicator whose areas lie furthest apart, among shares in percent: only they compare."""
    table = evidence.compared
    shares = evidence.indicators.loc[is_share(evidence.indicators["unit"]), "indicator_code"]
    table = table[table["indicator_code"].isin(shares)]
    if table.empty:
        return ""
    spans = table.groupby("indicator_code")["value"].agg(lambda v: v.max() - v.min())
    code = str(spans.idxmax())
    rows = table[table["indicator_code"] == code].sort_values(["value", "name"])
    low, high, indicator = rows.iloc[0], rows.iloc[-1], evidence.of(code)
    if low["value"] == high["value"]:
        return ""
    words = _(
        "The {level} lie furthest apart in “{indicator}”: from {low} in {low_area} to {high} in {high_area}"
    ).format(
        level=level_name(str(evidence.review.association.area_level), 2),
        indicator=indicator["name"],
        low=short(low["value"], indicator["unit"]),
        low_area=name_end(rows, lowest=True),
        high=short(high["value"], indicator["unit"]),
        high_area=name_end(rows, lowest=False),
    )
    whole = evidence.whole_in(code, int(low["year"]))
    if whole is None:
        return words + "."
    place = evidence.review.place
    return words + _("; {place} as a whole has {value}.").format(
        place=place, value=short(whole, indicator["unit"])
    )


def _change_sentence(evidence: GoalEvidence) -> str:
    table = changes(totals(evidence.whole), evidence.indicators)
    if table.empty:
        return (
            _("There is one year only, so nothing can be said about change.") if _one_year(evidence) else ""
        )
    if not table["toward"].notna().any():
        return _("Which way is progress is not stated, so nothing can be said about it.")
    toward, away = int((table["toward"] == True).sum()), int((table["toward"] == False).sum())  # noqa: E712  # <NA> is neither
    words = ngettext(
        "Of the {n} indicator with at least two years, {toward} moved towards progress, {away} away from it.",
        "Of the {n} indicators with at least two years, {toward} moved towards progress, {away} away from it.",
        len(table),
    )
    return words.format(n=len(table), toward=toward, away=away)


def _one_year(evidence: GoalEvidence) -> bool:
    return bool(evidence.known["year"].nunique() == 1)


def _target_sentence(evidence: GoalEvidence) -> str:
    n = int(evidence.indicators["target_value"].notna().sum())
    if n == 0:
        return _("No target value is given, so the values cannot be judged against one.")
    return ngettext("{n} indicator has a target value.", "{n} indicators have a target value.", n).format(n=n)


def latest_table(evidence: GoalEvidence) -> Block | None:
    """List every indicator with its latest value for the whole, and the lowest and highest area."""
    lines = [_latest_line(evidence, row) for _index, row in evidence.indicators.iterrows()]
    if not lines:
        return None
    caption = _("{goal}: latest values").format(goal=evidence.goal.title)
    return b.data_table(lines, caption, row_ids("observations", evidence.known))


def _latest_line(evidence: GoalEvidence, indicator: pd.Series) -> dict[str, b.Cell]:
    code, unit = indicator["indicator_code"], indicator["unit"]
    whole = evidence.whole_now[evidence.whole_now["indicator_code"] == code]
    areas = evidence.compared[evidence.compared["indicator_code"] == code].sort_values(["value", "name"])
    said = whole.iloc[0] if len(whole) else None
    groups = evidence.whole[evidence.whole["indicator_code"] == code]
    return {
        _("Indicator"): Markup("{}<br><small>{}</small>").format(indicator["name"], unit),
        _("Target"): indicator["target"] or "–",
        evidence.review.place: b.value(said["value"], row_ids("observations", said))
        + status_word(said["status"])
        if said is not None
        else (_("by group only") if len(groups) else "–"),
        _("Year"): str(said["year"]) if said is not None else year_span(groups["year"].tail(1)) or "–",
        _("Lowest"): _area_value(areas, lowest=True) if len(areas) else None,
        _("Highest"): _area_value(areas, lowest=False) if len(areas) else None,
        capital(level_name(str(evidence.review.association.area_level or "area"), 2)): len(areas) or None,
    }


def _area_value(ordered: pd.DataFrame, *, lowest: bool) -> Markup:
    row = ordered.iloc[0 if lowest else -1]
    figure = b.value(row["value"], row_ids("observations", row))
    return Markup("{} ({}){}").format(figure, name_end(ordered, lowest=lowest), status_word(row["status"]))


def target_table(evidence: GoalEvidence) -> Block | None:
    """List the distance to the target, where a target is given."""
    gaps = target_gaps(evidence.whole_now, evidence.indicators)
    if gaps.empty:
        return None
    gaps = gaps.merge(evidence.indicators[["indicator_code", "name", "unit"]], on="indicator_code")
    frame = pd.DataFrame(
        {
            _("Indicator"): gaps["name"],
            _("Unit"): gaps["unit"],
            _("Value"): gaps["value"],
            _("Year"): gaps["year"].astype(int).astype(str),
            _("Target value"): gaps["target_value"],
            _("Target year"): [str(y) if not pd.isna(y) else "–" for y in gaps["target_year"]],
            _("Distance"): gaps["gap"].abs().round(6),
            _("Reached"): ["–" if pd.isna(met) else _("yes") if met else _("not yet") for met in gaps["met"]],
        }
    )
    return b.data_table(frame, _("Distance to the target"), row_ids("observations", gaps))


def goal_practices(evidence: GoalEvidence) -> Block | None:
    """Name the good practices tagged with the goal."""
    practices = evidence.review.tables["practices"]
    if practices.empty:
        return None
    tagged = practices[[str(evidence.goal.number) in split_list(cell) for cell in practices["goals"]]]
    return b.listing(list(tagged["title"]), row_ids("practices", tagged) if len(tagged) else ())
