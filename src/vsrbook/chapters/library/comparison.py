"""The comparison: indicator by indicator, only of what is comparable, and never as a ranking."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from vsrbook.chapters.common import level_name, short, status_word
from vsrbook.chapters.library.citing import Shelf
from vsrbook.chapters.library.comparable import (
    MOST_YEARS,
    Compared,
    Measure,
    NearMiss,
    closest_readings,
    compare,
    find_measures,
)
from vsrbook.chapters.outline import goal_page
from vsrbook.chapters.overview import Reading
from vsrbook.figures import Block
from vsrbook.figures import blocks as b
from vsrbook.sdg import indicator_label
from vsrbook.text import gettext as _
from vsrbook.text import join, ngettext

Found = tuple[list[Compared], list[NearMiss]]


def find(shelf: Shelf) -> Found:
    """Find what may be compared between the reviews of the book, and what is near it."""
    return compare(find_measures(shelf))


def summary(shelf: Shelf, found: Found) -> Block:
    """Say how much can be compared, or why nothing can be."""
    compared, near = found
    with_values = [slug for slug in shelf.slugs if shelf.overviews[slug].values]
    if len(with_values) < 2:
        if not with_values:
            words = _("Nothing can be compared: no review of this book has indicators with values.")
        else:
            words = _(
                "Nothing can be compared: of this book, only the review of {place} has indicators with values."
            )
            words = words.format(place=shelf.names[with_values[0]])
        return b.notice(words)
    shared = len({one.global_indicator for one in compared} | {one.global_indicator for one in near})
    who = join(shelf.names[slug] for slug in with_values)
    words = ngettext(
        "{places} have indicators near {shared} global indicator in common.",
        "{places} have indicators near {shared} global indicators in common.",
        shared,
    )
    done = len({one.global_indicator for one in compared})
    more = ngettext("For {n} of them values are comparable.", "For {n} of them values are comparable.", done)
    none = _("For none of them are values comparable.")
    told = [words.format(places=who, shared=shared), more.format(n=done) if done else none]
    block = b.prose(" ".join(told))
    return block or b.notice(told[0])


def comparisons(shelf: Shelf, found: Found) -> list[Block] | None:
    """Show each comparison: the values, and what must be known to read them."""
    blocks: list[Block | None] = []
    for at, one in enumerate(found[0]):
        words = _("{code} {label}").format(
            code=one.global_indicator, label=indicator_label(one.global_indicator)
        )
        blocks.append(b.heading(words, f"indicator-{one.global_indicator}-{at}"))
        blocks += [_table(shelf, one), b.prose(*_cautions(one)), _definitions(shelf, one)]
    return [block for block in blocks if block] or None


def _table(shelf: Shelf, one: Compared) -> Block | None:
    lines = [_line(shelf, measure, reading) for measure, reading in one.members]
    rows = [row for measure, reading in one.members for row in _rows(measure, reading)]
    unit = one.members[0][0].unit
    caption = _("In {unit}; in the order of the names").format(unit=unit)
    return b.data_table(lines, caption, rows)


def _rows(measure: Measure, reading: Reading) -> list[str]:
    return [f"{measure.slug}/indicators:{measure.row}", f"{measure.slug}/observations:{reading.row}"]


def _line(shelf: Shelf, measure: Measure, reading: Reading) -> dict[str, b.Cell]:
    kind = _("the UN's series {series}").format(series=measure.series) if measure.series else _("proxy")
    return {
        _("Place"): shelf.names[measure.slug],
        _("Value"): b.value(reading.value, _rows(measure, reading)[1:], measure.unit),
        _("Year"): str(reading.year) + status_word(reading.status),
        _("What is measured"): _link(shelf, measure),
        _("Kind"): kind,
        _("Coverage"): _coverage(shelf, measure, reading),
        _("Source"): shelf.cite(measure.slug, reading.source_id),
    }


def _link(shelf: Shelf, measure: Measure) -> Markup | str:
    overview = shelf.overviews[measure.slug]
    if not overview.publishes("progress") or measure.goal not in overview.goals:
        return measure.name
    return Markup('<a href="../{}/{}.html">{}</a>').format(
        measure.slug, goal_page(measure.goal), measure.name
    )


def _coverage(shelf: Shelf, measure: Measure, reading: Reading) -> str:
    """Say that the value is for the whole territory, and how many of its areas have one in that year."""
    overview = shelf.overviews[measure.slug]
    if not overview.areas:
        return _("whole territory")
    level = level_name(
        shelf.library.all_reviews[measure.slug].association.area_level or "area", overview.areas
    )
    words = _("whole territory; {n} of {all} {level} with a value")
    return words.format(n=reading.areas, all=overview.areas, level=level)


def _cautions(one: Compared) -> list[str]:
    """Say how far the years are apart, and that proxies may count something else."""
    apart = one.distance
    words = ngettext("The values are {n} year apart.", "The values are {n} years apart.", apart)
    cautions = [words.format(n=apart) if apart else _("The values are of the same year.")]
    if not one.members[0][0].series:
        cautions.append(
            _(
                "Each is a proxy: the association's own measure nearest to the global indicator. A difference "
                "may come from what is counted, and how; the definitions say it."
            )
        )
    return [" ".join(cautions)]


def _definitions(shelf: Shelf, one: Compared) -> Block | None:
    pairs = [
        (shelf.names[m.slug], m.definition or _("no definition is given")) for m, _reading in one.members
    ]
    return b.definitions(pairs, [f"{m.slug}/indicators:{m.row}" for m, _reading in one.members])


def near_misses(shelf: Shelf, found: Found) -> list[Block] | None:
    """List what is near a comparison, and why it is none."""
    listed = b.listing([_near_item(shelf, miss) for miss in found[1]], _near_rows(found[1]))
    cited = [
        (measure.slug, reading.source_id)
        for miss in found[1]
        for measure, reading in zip((miss.first, miss.second), _near_readings(miss), strict=True)
        if reading is not None
    ]
    return [listed, shelf.source_block(cited)] if listed else None


def _near_readings(miss: NearMiss) -> tuple[Reading | None, Reading | None]:
    """Return the values that lie closest together, or the last one of each where one has none."""
    return closest_readings(miss.first, miss.second) or (_last(miss.first), _last(miss.second))


def _near_item(shelf: Shelf, miss: NearMiss) -> Markup:
    first, second = _near_readings(miss)
    title = f"{miss.global_indicator} {indicator_label(miss.global_indicator)}"
    both = f"{_described(shelf, miss.first, first)}. {_described(shelf, miss.second, second)}."
    why = _("Not compared: {reasons}.").format(reasons="; ".join(miss.reasons))
    return Markup("<strong>{}</strong><br>{}<br>{}").format(title, both, why)


def _last(measure: Measure) -> Reading | None:
    return measure.values.readings[-1] if measure.values.readings else None


def _near_rows(misses: Sequence[NearMiss]) -> list[str]:
    return [f"{m.slug}/indicators:{m.row}" for one in misses for m in (one.first, one.second)]


def _described(shelf: Shelf, measure: Measure, reading: Reading | None) -> str:
    words = _("{place}: {name}, {unit}").format(
        place=shelf.names[measure.slug], name=measure.name, unit=measure.unit
    )
    if reading is None:
        return words
    return f"{words} ({short(reading.value, measure.unit)}, {reading.year})"


def rules() -> Block | None:
    """Say by which rules indicators are compared."""
    words = ngettext("{n} year", "{n} years", MOST_YEARS).format(n=MOST_YEARS)
    return b.listing(
        [
            _("Both name the same global indicator, in the column global_indicator of the table indicators."),
            _("Both have the same unit and the same direction of progress."),
            _(
                "Both are the same series of the UN (column series_code), or neither is one: then both are "
                "proxies, and are called so."
            ),
            _(
                "Each association has one indicator of that kind, with a value for everyone in the whole territory."
            ),
            _(
                "The years are at most {years} apart; of several years those closest together are taken."
            ).format(years=words),
        ]
    )
