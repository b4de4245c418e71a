"""Look for what an analyst should look at before pages of areas are published: twins, gaps, values far outside."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from vsrbook.methods.peers import spread
from vsrbook.naming import area_names
from vsrbook.problems import Problem, list_some, shorten
from vsrbook.profiles.series import Floats
from vsrbook.profiles.standing import Standing
from vsrbook.review import Review, table_file
from vsrbook.text import number

LEAST_TWINS = 5  # values that two areas must share to be twins: fewer may be chance
LEAST_GROUP = 8  # values of a group, for one to be far outside it
# interquartile ranges beyond the quartiles: Tukey's outer fence (Exploratory Data Analysis, 1977)
FENCE = 3.0
MOST_HAVE = 0.9  # of a level's areas have a value: then an area without one is told
MOST_TOLD = 200  # of one kind


def cross_check(review: Review, standing: Standing) -> list[Problem]:
    """Return what is doubtful about the areas with a page, as warnings: it may all be true.

    Areas without any value, areas that lack what nine tenths of their level have, areas of one level
    whose values are all the same, and values beyond three interquartile ranges of their peer group (of
    their level, where it is too small).
    """
    file = table_file(review, "observations")
    names = area_names(review)
    called = [f"{names[code]} ({code})" for code in review.tables["areas"]["area_code"]]
    found: list[Problem] = []
    for kind in (
        _find_empty(standing, called),
        _find_gaps(review, standing, called),
        _find_twins(standing, called),
        _find_outliers(review, standing, called),
    ):
        told = [Problem(file, what, hint, level="warning") for what, hint in kind]
        found += told[:MOST_TOLD]
        if len(told) > MOST_TOLD:
            what = f"{len(told) - MOST_TOLD:,} more of this kind: {shorten(told[MOST_TOLD].what)} …"
            found.append(Problem(file, what, "look at the first ones", level="warning"))
    return found


def _find_empty(standing: Standing, called: list[str]) -> Iterator[tuple[str, str]]:
    empty = (standing.levels >= 0) & ~standing.latest.known.any(axis=1)
    for area in np.flatnonzero(empty):
        yield (
            f"{called[area]} has no value at all: its page will be empty",
            "add its values, or check its code",
        )


def _find_gaps(review: Review, standing: Standing, called: list[str]) -> Iterator[tuple[str, str]]:
    known, codes = standing.latest.known, review.tables["indicators"]["indicator_code"].tolist()
    for level in np.unique(standing.levels[standing.levels >= 0]):
        own = np.flatnonzero(standing.levels == level)
        usual = known[own].mean(axis=0) >= MOST_HAVE
        for area in own[known[own].any(axis=1)]:
            lacking = np.flatnonzero(usual & ~known[area])
            if len(lacking):
                named = list_some([codes[at] for at in lacking])
                yield (
                    f"{called[area]} lacks what nearly all others have: {named}",
                    "add the values, if they are known",
                )


def _find_twins(standing: Standing, called: list[str]) -> Iterator[tuple[str, str]]:
    for level in np.unique(standing.levels[standing.levels >= 0]):
        own = np.flatnonzero(standing.levels == level)
        seen: dict[bytes, int] = {}
        for area in own:
            values = standing.latest.value[area]
            if np.isfinite(values).sum() < LEAST_TWINS:
                continue
            twin = seen.setdefault(np.nan_to_num(values, nan=-np.inf).tobytes(), int(area))
            if twin != area:
                n = int(np.isfinite(values).sum())
                yield (
                    f"{called[twin]} and {called[area]} have the same value in all {n} indicators",
                    "one of them may have been copied",
                )


def _find_outliers(review: Review, standing: Standing, called: list[str]) -> Iterator[tuple[str, str]]:
    indicators = review.tables["indicators"][["indicator_code", "name", "unit"]].to_numpy().tolist()
    for area, (first, third) in _quartiles(standing):
        values, width = standing.compared[area], third - first
        # where most of a group are equal, nothing is said about the others
        far = (width > 0) & ((values < first - FENCE * width) | (values > third + FENCE * width))
        for at in np.flatnonzero(far):
            code, name, unit = indicators[at]
            middle = f"{number(float(first[at]))} to {number(float(third[at]))}"
            yield (
                f"{called[area]}: {number(float(values[at]))} {unit} in {shorten(name)} ({code}) is far outside its "
                f"group, the middle half of which has {middle}",
                "check the value and its unit",
            )


def _quartiles(standing: Standing) -> Iterator[tuple[int, tuple[Floats, Floats]]]:
    """Yield each area with the quartiles of its group, by indicator; NaN where too few have a value."""
    seen: dict[bytes, tuple[Floats, Floats]] = {}
    for area in np.flatnonzero(standing.levels >= 0).tolist():
        group = standing.groups.members[area]
        if len(group) < LEAST_GROUP:
            group = np.flatnonzero(standing.levels == standing.levels[area])
        key = group.tobytes()
        if key not in seen:
            _low, first, _median, third, _high = spread(standing.compared[group], LEAST_GROUP)
            seen[key] = first, third
        yield area, seen[key]
