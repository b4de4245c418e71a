"""The cohorts: associations that prepared their reviews together, what sources say since, and what others tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pandas as pd
from markupsafe import Markup

from vsrbook.chapters.library.citing import Shelf
from vsrbook.chapters.library.steps import DAY_PARTS
from vsrbook.chapters.library.timeline import when
from vsrbook.figures import Block
from vsrbook.figures import blocks as b
from vsrbook.text import gettext as _
from vsrbook.text import ngettext, partial_day

TOLD_IN = ("evidence", "testimonies", "practices", "outcomes", "recommendations", "milestones")
Told = tuple[str, str, str]  # what is told in words, the slug of whose table it is ("": of all), its source


def cohorts(shelf: Shelf) -> list[Block] | None:
    """Say of each cohort who belonged to it, which dates of its process are known, and what sources tell."""
    registry = shelf.library.reference.tables["associations"]
    blocks: list[Block | None] = []
    for year in sorted(registry["cohort"].dropna().unique()):
        members = registry[registry["cohort"] == year]
        lines = [_member(shelf, row, _naming_sources(shelf, int(year))) for _i, row in members.iterrows()]
        words = ngettext(
            "The cohort of {year}: {n} association", "The cohort of {year}: {n} associations", len(members)
        )
        caption = words.format(year=year, n=len(members))
        rows = [f"reference/associations:{row}" for row in members["row"]]
        blocks.append(b.data_table(lines, caption, rows))
    return [block for block in blocks if block] or None


def _naming_sources(shelf: Shelf, year: int) -> set[str]:
    """Return the sources that tell of the cohort itself: those of the challenges it named, and of most members."""
    tables = shelf.library.reference.tables
    named = tables["challenges"].loc[tables["challenges"]["cohort"] == year, "source_id"]
    members = tables["associations"].loc[tables["associations"]["cohort"] == year, "source_id"]
    return set(named) | set(members.mode().iloc[:1])


def _member(shelf: Shelf, row: pd.Series, naming: set[str]) -> dict[str, b.Cell]:
    slug = row["review"] if row["review"] in shelf.slugs else ""
    name = row["short_name"] or row["name"] or _("not named")
    named = [_date_of(shelf, slug, source_id) for source_id in naming]
    found = list(_told(shelf, slug, row, naming))
    later = [one for one in found if _is_later(_date_of(shelf, *one[1:]), named)]
    others = [one for one in found if one not in later]
    return {
        _("Association"): Markup("{} ({})").format(name, shelf.link(slug) if slug else row["place"]),
        _("Its process, as dated"): _process(shelf, slug) or _("no date in the sources of this book"),
        _("Known since"): _list(shelf, later) or _nothing_since(shelf, slug, naming),
        _("What other sources tell (of this or an earlier review)"): _list(shelf, others)
        or _("nothing in the sources of this book"),
    }


def _process(shelf: Shelf, slug: str) -> Markup:
    """List the dated steps of an association."""
    steps = shelf.table("milestones")
    own = steps[steps["slug"] == slug].sort_values("date", kind="stable")
    lines = [
        Markup('<time datetime="{}">{}</time>: {}').format(step["date"], when(step), step["title"])
        for _index, step in own.iterrows()
    ]
    return Markup("<br>").join(lines)


def _told(shelf: Shelf, slug: str, row: pd.Series, naming: set[str]) -> Iterator[Told]:
    """Yield what other sources than those that tell of the cohort hold of a member."""
    registry = shelf.library.reference.tables["associations"]
    if row["produced_vsr"] == "yes" and row["source_id"] not in naming:
        yield _("counted among those that have produced a review"), "", row["source_id"]
    unnamed = (registry["name"] == "") & (registry["short_name"] == "") & (registry["row"] != row["row"])
    counted = registry[unnamed & (registry["place"] == row["place"]) & (registry["produced_vsr"] == "yes")]
    for source_id in counted["source_id"].unique():
        words = _("{place} is counted among the places with a review; its association is not named")
        yield words.format(place=row["place"]), "", source_id
    for name in TOLD_IN if slug else ():
        table = shelf.table(name)
        own = table[(table["slug"] == slug) & ~table["source_id"].isin(naming)]
        for source_id, rows in own.groupby("source_id", sort=False):
            yield _count(name, len(rows)), slug, str(source_id)


def _is_later(day: str, named: Iterable[str]) -> bool:
    """Whether a source of a full date is later than all that name the cohort; of others nothing is known."""
    return day.count("-") == DAY_PARTS - 1 and all(day[: len(one)] > one for one in named)


def _list(shelf: Shelf, told: Iterable[Told]) -> Markup:
    """Write what sources hold, each with its date."""
    return Markup("<br>").join(
        Markup("{} {}").format(
            shelf.link(of, "impact", words=words) if of else words, _dated(shelf, of, source_id)
        )
        for words, of, source_id in told
    )


def _nothing_since(shelf: Shelf, slug: str, naming: set[str]) -> Markup:
    return Markup("{} {}").format(
        _("nothing with a later date; the last word on the cohort:"),
        Markup("; ").join(_dated(shelf, slug, source_id) for source_id in sorted(naming)),
    )


def _date_of(shelf: Shelf, slug: str, source_id: str) -> str:
    """Return the date of a source: a year, a month or a day; "" where it has none."""
    review = shelf.review_of(slug)
    return str(review.sources_by_id[source_id]["date"]) if source_id in review.sources_by_id else ""


def _dated(shelf: Shelf, slug: str, source_id: str) -> Markup:
    """Write the date of a source, and its publisher."""
    review = shelf.review_of(slug)
    source = review.sources_by_id.get(source_id)
    if source is None:
        return Markup("({})").format(source_id)
    day = partial_day(source["date"]) if source["date"] else _("undated")
    return Markup('<cite class="vsr-place">{}</cite>').format(f"{source['publisher']}, {day}")


def _count(table: str, n: int) -> str:
    forms = {
        "evidence": ngettext("{n} statement on its review", "{n} statements on its review", n),
        "testimonies": ngettext("{n} testimony", "{n} testimonies", n),
        "practices": ngettext("{n} good practice", "{n} good practices", n),
        "outcomes": ngettext("{n} outcome", "{n} outcomes", n),
        "recommendations": ngettext("{n} lesson or recommendation", "{n} lessons and recommendations", n),
        "milestones": ngettext("{n} dated step", "{n} dated steps", n),
    }
    return forms[table].format(n=n)
