"""Which indicators of several associations may stand side by side, and why others may not."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby
from typing import Any

from vsrbook.chapters.library.citing import Shelf
from vsrbook.chapters.overview import IndicatorValues, Reading
from vsrbook.sdg import series_codes, sort_key
from vsrbook.text import gettext as _
from vsrbook.text import join, ngettext

MOST_YEARS = 5
UN_SERIES = re.compile(r"[A-Z]{2}_[A-Z]{3}_[A-Z0-9_]+")  # as the UN forms them; national ones begin with _


@dataclass(frozen=True)
class Measure:
    """An indicator of one association, with its values for the whole territory."""

    slug: str
    code: str
    name: str
    global_indicator: str
    goal: int
    unit: str
    direction: str
    definition: str
    series: str
    values: IndicatorValues
    row: int

    @property
    def kind(self) -> tuple[str, str, str]:
        """What two measures must share: series of the UN (or none), unit, direction."""
        return self.series, " ".join(self.unit.casefold().split()), self.direction


@dataclass(frozen=True)
class Compared:
    """Measures of several associations near one global indicator, each with the value that is shown.

    They are in the order of the associations' names: never in that of the values.
    """

    global_indicator: str
    members: tuple[tuple[Measure, Reading], ...]

    @property
    def distance(self) -> int:
        """The years between the earliest and the latest of the values."""
        years = [reading.year for _measure, reading in self.members]
        return max(years) - min(years)


@dataclass(frozen=True)
class NearMiss:
    """Measures of two associations near one global indicator that are not compared, and why."""

    global_indicator: str
    first: Measure
    second: Measure
    reasons: tuple[str, ...]


def find_measures(shelf: Shelf) -> list[Measure]:
    """Return the indicators of all reviews of the book that name a global indicator and have values."""
    measures = []
    for slug in shelf.slugs:
        overview = shelf.overviews[slug]
        if not overview.here:
            continue
        values = {one.indicator_code: one for one in overview.values}
        indicators = shelf.library.all_reviews[slug].tables["indicators"]
        for row in indicators[indicators["global_indicator"] != ""].to_dict("records"):
            if row["indicator_code"] in values:
                measures.append(_measure(slug, row, values[row["indicator_code"]]))
    return measures


def _measure(slug: str, row: Mapping[Hashable, Any], values: IndicatorValues) -> Measure:
    code, name, near = row["indicator_code"], row["name"], row["global_indicator"]
    series = declared_series(row["series_code"] or code, near)
    asked = (row["unit"], row["direction"], row["definition"])
    return Measure(slug, code, name, near, int(row["goal"]), *asked, series, values, int(row["row"]))


def declared_series(code: str, global_indicator: str) -> str:
    """Return the UN's series that an indicator says it is; "" where it is a measure of its own (a proxy).

    The list of series is open, so a code that is formed as the UN forms them counts as one, too.
    """
    known = series_codes().get(code)
    if known is not None:
        return code if known.origin != "national" and global_indicator in known.global_indicators else ""
    return code if UN_SERIES.fullmatch(code) else ""


def compare(measures: Sequence[Measure]) -> tuple[list[Compared], list[NearMiss]]:
    """Return what may be compared, and what is near it, by global indicator in the framework's order.

    Compared are measures with the same global indicator, unit and direction that are the same series of
    the UN, or all of them measures of the associations' own; each association has one such measure, with a
    value for everyone in the whole territory, and the years are at most MOST_YEARS apart.
    """
    compared: list[Compared] = []
    near: list[NearMiss] = []
    ordered = sorted(measures, key=lambda one: (*sort_key(one.global_indicator), one.global_indicator))
    for _code, group in groupby(ordered, key=lambda one: one.global_indicator):
        of_code = list(group)
        found = [one for one in map(_compare_kind, _by_kind(of_code)) if one is not None]
        compared += found
        near += _near_misses(of_code, {measure.slug for one in found for measure, _reading in one.members})
    return compared, near


def _by_kind(measures: Sequence[Measure]) -> list[list[Measure]]:
    """Return the measures of each kind that have values for the whole territory."""
    kinds: dict[tuple[str, str, str], list[Measure]] = {}
    for one in measures:
        if one.values.readings:
            kinds.setdefault(one.kind, []).append(one)
    return list(kinds.values())


def _compare_kind(measures: Sequence[Measure]) -> Compared | None:
    slugs = [one.slug for one in measures]
    alone = [one for one in measures if slugs.count(one.slug) == 1]
    if len(alone) < 2:
        return None
    members = _pick_readings(alone)
    return Compared(alone[0].global_indicator, tuple(members)) if len(members) > 1 else None


def _pick_readings(measures: Sequence[Measure]) -> list[tuple[Measure, Reading]]:
    """Pick the values whose years lie closest together; a measure that has none near enough is left out.

    From each year on, the first value of each measure within MOST_YEARS is looked at: the year with most
    measures is taken, then the one with the smallest distances, then the latest.
    """
    years = {reading.year for one in measures for reading in one.values.readings}

    def pick(begin: int) -> list[tuple[Measure, Reading]]:
        near = ([r for r in one.values.readings if 0 <= r.year - begin <= MOST_YEARS] for one in measures)
        return [(one, found[0]) for one, found in zip(measures, near, strict=True) if found]

    def merit(begin: int) -> tuple[int, int, int]:
        picked = pick(begin)
        return len(picked), -sum(reading.year - begin for _measure, reading in picked), begin

    return pick(max(years, key=merit))


def _near_misses(measures: Sequence[Measure], done: set[str]) -> list[NearMiss]:
    """Return for each association that is not compared the pair with fewest reasons against it."""
    slugs = list(dict.fromkeys(one.slug for one in measures))
    best: dict[str, NearMiss] = {}
    for one, other in combinations(slugs, 2):
        if one in done and other in done:
            continue
        miss = _best_pair([m for m in measures if m.slug == one], [m for m in measures if m.slug == other])
        for slug in {one, other} - done:
            if slug not in best or len(miss.reasons) < len(best[slug].reasons):
                best[slug] = miss
    return list(dict.fromkeys(best[slug] for slug in slugs if slug in best))


def _best_pair(first: Sequence[Measure], second: Sequence[Measure]) -> NearMiss:
    misses = [
        NearMiss(one.global_indicator, one, other, tuple(why_not(one, other, first, second)))
        for one in first
        for other in second
    ]
    return min(misses, key=lambda miss: len(miss.reasons))


def why_not(one: Measure, other: Measure, first: Sequence[Measure], second: Sequence[Measure]) -> list[str]:
    """Say why two measures are not compared; `first` and `second` are all that the two associations have."""
    reasons = [_lacks_whole(measure) for measure in (one, other) if not measure.values.readings]
    if one.kind[1] != other.kind[1]:
        reasons.append(_("the unit differs: {one}; {other}").format(one=one.unit, other=other.unit))
    if one.direction != other.direction:
        reasons.append(_("progress is read another way"))
    if one.series != other.series:
        reasons.append(_differ_in_series(one, other))
    for measure, own in ((one, first), (other, second)):
        fit = [f"“{candidate.name}”" for candidate in own if candidate.kind == measure.kind]
        if len(fit) > 1 and one.kind == other.kind:
            words = _("{names} all fit “{other}”, and no table says which one measures the same")
            reasons.append(words.format(names=join(fit), other=(other if own is first else one).name))
    pair = closest_readings(one, other)
    apart = abs(pair[0].year - pair[1].year) if pair else 0
    if apart > MOST_YEARS:
        words = ngettext("the values are {n} year apart", "the values are {n} years apart", apart)
        reasons.append(words.format(n=apart))
    return reasons or [_("its years are too far from those of the others that are compared")]


def _lacks_whole(measure: Measure) -> str:
    words = {
        "areas": _("“{name}” has values for areas only, none for the whole territory"),
        "groups": _("“{name}” has values for groups only, none for everyone"),
    }
    return words[measure.values.only].format(name=measure.name)


def _differ_in_series(one: Measure, other: Measure) -> str:
    if one.series and other.series:
        return _("they are different series: {one}, {other}").format(one=one.series, other=other.series)
    proxy, named = (other, one) if one.series else (one, other)
    return _("“{name}” is a proxy, the other is the series {series}").format(
        name=proxy.name, series=named.series
    )


def closest_readings(one: Measure, other: Measure) -> tuple[Reading, Reading] | None:
    """Return the values of two measures that lie closest together, the latest of them; None where one has none."""
    pairs = [(a, b) for a in one.values.readings for b in other.values.readings]
    return min(pairs, key=lambda pair: (abs(pair[0].year - pair[1].year), -pair[0].year), default=None)
