"""Count how far the data reach: indicators, goals, areas in the latest year, freshness, sources.

A large table of observations is looked at a goal at a time, in the columns that are counted: what this
needs beside it is a part of it, never a second one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from vsrbook.methods.coverage import area_coverage, freshness, is_known
from vsrbook.methods.selection import GROUPS
from vsrbook.problems import count_noun, list_some
from vsrbook.readiness.model import Facet, rate_share
from vsrbook.review import Review
from vsrbook.sdg import GOALS
from vsrbook.text import number

COUNTED = ["indicator_code", "area_code", "year", *GROUPS, "value", "status"]
AT_ONCE = 200_000  # rows: some 60 MB
END = 9999  # freshness is of the values as they are: no year is too late


def assess_data(review: Review) -> Facet:
    """Count the indicators with values of those declared, and say what the others of this module count."""
    where = f"data/{review.slug}/observations.csv" if "observations" in review.association.tables else ""
    where = where or f"params/{review.slug}.yml, tables"
    declared = len(review.tables["indicators"])
    if not declared:
        words = "No indicators are declared: this review has no figures of its own."
        return Facet("data", "Data", "missing", 0, 0, words, where)
    table = count_indicators(review)
    known = table[table["values"] > 0]
    unsourced = int((review.tables["observations"]["source_id"] == "").sum())
    words = f"{number(len(known))} of {count_noun(declared, 'declared indicator')} have values"
    words += f", under {count_noun(known['goal'].nunique(), 'goal')}." if len(known) else "."
    details = [
        *_describe_goals(review, known),
        *_describe_areas(review, known),
        *_describe_years(known),
        *_describe_empty(table),
    ]
    held = int(table["suppressed"].sum())
    details += [f"{count_noun(held, 'value')} held back because their counts are small."] if held else []
    details.append(
        f"{count_noun(unsourced, 'observation')} without a source."
        if unsourced
        else "Every observation has a source."
    )
    return Facet(
        "data",
        "Data",
        rate_share(len(known), declared),
        len(known),
        declared,
        words,
        where,
        tuple(details),
        _figures(table, known, unsourced),
    )


def count_indicators(review: Review) -> pd.DataFrame:
    """Return a row for each indicator: how many values, of which years, for how many of the compared areas.

    Columns: indicator_code, goal, name, latest_year, values, suppressed, areas_with_value and areas (in the
    latest year that any of the compared areas has a value for).
    """
    indicators, areas = review.tables["indicators"], review.compared_areas
    parts = []
    for rows, own in _by_goal(review):
        counted = freshness(rows, own, as_of=END)[["indicator_code", "latest_year", "values", "suppressed"]]
        filled = area_coverage(rows[is_known(rows)], areas)[["indicator_code", "areas_with_value"]]
        parts.append(counted.merge(filled, on="indicator_code", how="left"))
    counted = pd.concat(parts, ignore_index=True)
    table = indicators[["indicator_code", "goal", "name"]].merge(counted, on="indicator_code", how="left")
    whole = {"values": 0, "suppressed": 0, "areas_with_value": 0}
    return table.fillna(whole).astype(dict.fromkeys(whole, "int64")).assign(areas=len(areas))


def _by_goal(review: Review) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Yield the observations and the indicators of one goal after the other; a small table all at once."""
    indicators, observations = review.tables["indicators"], review.tables["observations"]
    if len(observations) <= AT_ONCE:
        yield observations[COUNTED], indicators
        return
    places, codes = pd.factorize(observations["indicator_code"])
    for _goal, own in indicators.groupby("goal"):
        wanted = np.flatnonzero(np.isin(places, np.flatnonzero(codes.isin(own["indicator_code"]))))
        yield observations[COUNTED].take(wanted), own


def _describe_goals(review: Review, known: pd.DataFrame) -> list[str]:
    goals = set(known["goal"].dropna().astype(int))
    wanted = set(review.association.goals) or set(GOALS)
    without = sorted(wanted - goals)
    kind = "goals in focus" if review.association.goals else "goals"
    words = f"{len(wanted) - len(without)} of {len(wanted)} {kind} have data"
    return [f"{words}; none: {', '.join(map(str, without))}." if without else f"{words}."]


def _describe_areas(review: Review, known: pd.DataFrame) -> list[str]:
    areas = len(review.compared_areas)
    if not areas or known.empty:
        return ["No areas are compared: the figures are of the whole territory."] if len(known) else []
    have, of = int(known["areas_with_value"].sum()), len(known) * areas
    level = review.association.area_level
    said = (
        f"{number(have)} of {number(of)} values for areas are there ({number(100 * have / of, 1)} %): "
        f"{count_noun(len(known), 'indicator')} for {number(areas)} areas ({level}), each in its latest year."
    )
    return [said]


def _describe_years(known: pd.DataFrame) -> list[str]:
    if known.empty:
        return []
    years = known["latest_year"].astype(int).sort_values().tolist()
    if years[0] == years[-1]:
        return [f"The latest values are of {years[0]}."]
    middle = years[(len(years) - 1) // 2]
    return [
        f"The latest values are of {years[0]} to {years[-1]}; of half of the indicators, of {middle} or before."
    ]


def _describe_empty(table: pd.DataFrame) -> list[str]:
    empty = table.loc[table["values"] == 0, "indicator_code"].astype(str).tolist()
    return [f"Without a value: {list_some(empty, 10)}."] if empty else []


def _figures(table: pd.DataFrame, known: pd.DataFrame, unsourced: int) -> dict[str, Any]:
    years = known["latest_year"].dropna()
    return {
        "goals_with_data": sorted({int(goal) for goal in known["goal"].dropna()}),
        "area_values": int(known["areas_with_value"].sum()),
        "area_values_of": int(known["areas"].sum()),
        "oldest_latest_year": int(years.min()) if len(years) else None,
        "newest_year": int(years.max()) if len(years) else None,
        "values": int(table["values"].sum()),
        "suppressed": int(table["suppressed"].sum()),
        "without_source": unsourced,
        "indicators_without_value": table.loc[table["values"] == 0, "indicator_code"].astype(str).tolist(),
    }
