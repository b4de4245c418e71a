"""Judge the progress of a review's series by its chosen method, and by all of them side by side."""

from __future__ import annotations

import pandas as pd

from vsrbook.methods.progress import METHODS, NOT_ASSESSABLE, assess_table, compare_methods
from vsrbook.methods.selection import totals
from vsrbook.problems import Problem, ReviewError, shorten, suggest
from vsrbook.review import Review

NOT_AVAILABLE = "not_available"  # Open SDG's word for it
KEY = ["indicator_code", "area_code", "sex", "age", "residence", "category"]
PUBLISHED = ["published_status", "published_value", "published_score"]
EXACT = 1e-9


def assess_review(review: Review, method: str | None = None) -> pd.DataFrame:
    """Judge every series of a review; returns the results of `assess_table`, one row a series.

    `method` is the name of one, "all" for every one below each other, or None for the params' own. Raises
    ReviewError where there is no such method or none is chosen.
    """
    progress = review.association.progress
    name = method or (progress.method if progress else None)
    if name is None:
        hint = "add progress: {method: eurostat} to it, or name one with --method"
        raise ReviewError([Problem(f"params/{review.slug}.yml", "no method is chosen", hint)])
    if name != "all" and name not in METHODS:
        hint = suggest(name, METHODS, f"one of {', '.join(METHODS)}, all")
        raise ReviewError([Problem("vsrbook assess", f"unknown method {shorten(name)}", hint)])
    results = [assess_series(review, one) for one in (METHODS if name == "all" else [name])]
    return pd.concat(results, ignore_index=True)


def assess_series(review: Review, method: str, observations: pd.DataFrame | None = None) -> pd.DataFrame:
    """Judge series by one method with the params' base and target year; all of the review if none are given."""
    rows = review.tables["observations"] if observations is None else observations
    base, end = _years(review)
    return assess_table(
        rows,
        review.tables["indicators"],
        method=method,
        series=review.tables["series"],
        base_year=base,
        target_year=end,
    )


def _years(review: Review) -> tuple[int, int]:
    """Return base and target year: what the params say, else the years of the Agenda 2030."""
    progress = review.association.progress
    return (progress.base_year, progress.target_year) if progress else (2015, 2030)


def judged_observations(review: Review) -> pd.DataFrame:
    """Return the observations that are judged for the whole territory: totals, and the series declared apart."""
    whole = review.whole_area
    observations = review.tables["observations"]
    if whole is None:
        return observations.iloc[:0]
    chosen = totals(observations[observations["area_code"] == whole["area_code"]])
    series = review.tables["series"]
    if series.empty:
        return chosen
    declared = pd.MultiIndex.from_frame(series[KEY].astype("str"))
    apart = observations[pd.MultiIndex.from_frame(observations[KEY].astype("str")).isin(declared)]
    own = chosen[~chosen["indicator_code"].isin(apart["indicator_code"])]
    return pd.concat([own, apart]).drop_duplicates("row").sort_values("row")


def assess_whole(review: Review, method: str) -> pd.DataFrame:
    """Judge the series of the whole territory by one method."""
    return assess_series(review, method, judged_observations(review))


def compare_whole(review: Review) -> pd.DataFrame:
    """Return, series by series of the whole territory, what each method says."""
    base, end = _years(review)
    return compare_methods(
        judged_observations(review),
        review.tables["indicators"],
        series=review.tables["series"],
        base_year=base,
        target_year=end,
    )


def compare_published(review: Review, table: pd.DataFrame) -> pd.DataFrame:
    """Compare results with the statuses that the sources themselves publish (table series), series by series.

    Returns one row for each series with a published status in the words of the method, and result of `table`:
    the key, method, the published and the own status, value and score, and `agree`: the statuses are one, and
    value and score differ by no more than 1e-9 where they are published.
    """
    series = review.tables["series"]
    published = series.loc[series["published_status"] != "", [*KEY, *PUBLISHED]]
    both = published.merge(table[[*KEY, "method", "status", "value", "score", "reason"]], on=KEY)
    speaks = [_speaks(*said) for said in zip(both["method"], both["published_status"], strict=True)]
    both = both[pd.Series(speaks, index=both.index, dtype="bool")]
    agree = both["published_status"].replace(NOT_AVAILABLE, NOT_ASSESSABLE) == both["status"]
    for name in ("value", "score"):
        given, own = both[f"published_{name}"], both[name].astype("float64")
        agree &= given.isna() | ((given - own).abs() <= EXACT)
    return both.assign(agree=agree)


def _speaks(method: str, status: str) -> bool:
    """Whether a published status is one that a method gives: others are not its results."""
    return status == NOT_AVAILABLE or status in {known.name for known in METHODS[method].statuses}


def describe_published(compared: pd.DataFrame, most: int = 10) -> list[str]:
    """Say how many published statuses a method reproduces, and which it does not."""
    lines = []
    for method, rows in compared.groupby("method", sort=False):
        other = rows[~rows["agree"]]
        lines.append(f"{method}: {int(rows['agree'].sum()):,} of {len(rows):,} published results reproduced")
        for row in other.head(most).to_dict("records"):
            named = ", ".join(str(row[name]) for name in KEY if row[name])
            own = f"{row['status']} ({row['reason']})" if row["reason"] else f"{row['status']} {row['value']}"
            lines.append(
                f"  {named}: published {row['published_status']} {row['published_value']}, here {own}"
            )
    return lines


def describe_assessment(table: pd.DataFrame) -> list[str]:
    """Say how many series have which status, and why the others have none."""
    lines = []
    for method, rows in table.groupby("method", sort=False):
        known = rows[rows["status"] != NOT_ASSESSABLE]
        counts = ", ".join(f"{n:,} {status}" for status, n in known["status"].value_counts().items())
        lines.append(
            f"{method}: {len(known):,} of {len(rows):,} series assessed" + (f": {counts}" if counts else "")
        )
        missing = rows.loc[rows["status"] == NOT_ASSESSABLE, "reason"].value_counts()
        lines += [f"  {n:,} not assessable: {reason}" for reason, n in missing.items()]
    return lines
