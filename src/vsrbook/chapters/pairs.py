"""Find the indicators that have values for two groups: urban and rural, women and men."""

from __future__ import annotations

import pandas as pd

from vsrbook.methods.selection import groups_of, latest, of_area
from vsrbook.review import Review, is_share

PAIRS = {"residence": ("urban", "rural"), "sex": ("female", "male")}
DIVISION = 0.25  # percentage points: two shares that add up to 100 within rounding divide one whole


def has_pairs(review: Review) -> bool:
    """Whether any indicator has values for two groups that can stand side by side."""
    return any(not find_pairs(review, group, codes)[0].empty for group, codes in PAIRS.items())


def find_pairs(review: Review, group: str, codes: tuple[str, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the pairs of values to compare, and those left out because the two divide one whole."""
    pairs = latest_pairs(review, group, codes)
    if pairs.empty:
        return pairs, pairs
    divided = (pairs[codes[0]] + pairs[codes[1]] - 100).abs() < DIVISION
    return pairs[~divided], pairs[divided]


def latest_pairs(review: Review, group: str, codes: tuple[str, str]) -> pd.DataFrame:
    """Return the indicators (shares) with both groups' values for the whole territory in one year, the latest.

    Columns: indicator_code, year, the two codes, name, unit, source_id, rows.
    """
    whole = review.whole_area
    if whole is None:
        return pd.DataFrame()
    indicators = review.tables["indicators"]
    shares = indicators[is_share(indicators["unit"])]
    rows = groups_of(of_area(review.tables["observations"], whole["area_code"]), group).dropna(
        subset=["value"]
    )
    rows = rows[rows["indicator_code"].isin(shares["indicator_code"]) & rows[group].isin(codes)]
    both = rows.groupby(["indicator_code", "year"])[group].transform("nunique") == 2
    rows = rows[both]
    rows = latest(rows)
    if rows.empty:
        return rows
    table = rows.pivot_table(index=["indicator_code", "year"], columns=group, values="value").reset_index()
    found = (
        rows.groupby("indicator_code").agg(source_id=("source_id", "first"), row=("row", list)).reset_index()
    )
    found["rows"] = [tuple(f"observations:{n}" for n in numbers) for numbers in found["row"]]
    table = table.merge(found[["indicator_code", "source_id", "rows"]], on="indicator_code")
    return table.merge(shares[["indicator_code", "name", "unit"]], on="indicator_code")
