"""Who has published what another association lacks: nothing is said of who would help, or could."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from vsrbook.chapters.common import topic_name
from vsrbook.chapters.library.answers import Answer, answers_to, count_kinds, find_answers
from vsrbook.chapters.library.citing import Shelf
from vsrbook.chapters.outline import CHAPTERS, Chapter
from vsrbook.tables import split_list
from vsrbook.text import gettext as _
from vsrbook.text import join, ngettext

COLUMNS = [
    "kind",
    "gap_id",
    "gap",
    "lack",
    "slug",
    "place",
    "chapter",
    "anchor",
    "where",
    "reason",
    "shown",
    "order",
]
KINDS = ("chapter", "need", "impact", "challenge")
Line = dict[str, Any]


def find_help(shelf: Shelf, slug: str) -> pd.DataFrame:
    """Return for each gap of an association the others that have published it, those with most first.

    A gap is a chapter without its evidence, a need that a published chapter does not meet, an impact with
    no or one statement, a challenge of its own without a response. Columns: kind (one of KINDS), gap_id,
    gap (in words), lack (how far it is there), slug and place of who has it ("" where nobody has), chapter
    and anchor (where in this book), where (the source, where it is not in this book), reason (what there
    is), shown (how much), order (of the gap among those of all associations).
    """
    answers = find_answers(shelf)
    lines = [
        *_chapter_lines(shelf, slug),
        *_impact_lines(shelf, slug),
        *_challenge_lines(shelf, slug, answers),
    ]
    frame = pd.DataFrame(lines, columns=COLUMNS)
    frame["order"] = frame["gap_id"].map(_gap_order(shelf))
    by = ["order", "shown", "place"]
    return frame.sort_values(by, ascending=[True, False, True], kind="stable", ignore_index=True)


def _gap_order(shelf: Shelf) -> dict[str, int]:
    """Return where each possible gap stands: chapters with their needs in their order, impacts, challenges."""
    ids = []
    for chapter in CHAPTERS:
        needs = range(len(chapter.needs))
        ids += [f"chapter-{chapter.id}", *(f"need-{chapter.id}-{at}" for at in needs)]
    ids += [f"impact-{code}" for code in shelf.library.reference.tables["impacts"]["impact_id"]]
    told = shelf.table("challenges")
    ids += [f"challenge-{s}-{c}" for s, c in zip(told["slug"], told["challenge_id"], strict=True)]
    return {gap_id: at for at, gap_id in enumerate(ids)}


def _lines(shelf: Shelf, gap: Line, helpers: Sequence[Line]) -> Iterator[Line]:
    """Yield a line for each that has it; one that names nobody where nobody has."""
    nobody = dict.fromkeys(("lack", "slug", "place", "chapter", "anchor", "where", "reason"), "") | {
        "shown": 0
    }
    for helper in helpers or [nobody]:
        place = shelf.names[helper["slug"]] if helper["slug"] else ""
        yield {**nobody, **helper, **gap, "place": place}


def _others(shelf: Shelf, slug: str) -> list[str]:
    return [other for other in shelf.slugs if other != slug]


# ---------- chapters and what they need ----------


def _chapter_lines(shelf: Shelf, slug: str) -> Iterator[Line]:
    own = shelf.overviews[slug]
    for chapter in CHAPTERS:
        if chapter.id not in own.wanted:
            continue
        if not own.has_evidence(chapter.id):
            gap = {"kind": "chapter", "gap_id": f"chapter-{chapter.id}", "gap": chapter.title}
            yield from _lines(shelf, gap, _who_has(shelf, slug, chapter))
            continue
        for at, need in enumerate(chapter.needs):
            if at not in own.met[chapter.id]:
                words = _("{chapter}: {need}").format(chapter=chapter.title, need=need.name)
                gap = {"kind": "need", "gap_id": f"need-{chapter.id}-{at}", "gap": words}
                yield from _lines(shelf, gap, _who_has(shelf, slug, chapter, at))


def _who_has(shelf: Shelf, slug: str, chapter: Chapter, need: int | None = None) -> list[Line]:
    """Return who has the evidence for a chapter, or meets one of its needs."""
    found: list[Line] = []
    for other in _others(shelf, slug):
        overview = shelf.overviews[other]
        met = overview.met.get(chapter.id, ())
        if need not in met if need is not None else not overview.has_evidence(chapter.id):
            continue
        words = _("{met} of {all} pieces of evidence").format(met=len(met), all=len(chapter.needs))
        words = words if need is None else ""  # the piece that is spoken of says it
        found.append(
            {
                "slug": other,
                "chapter": chapter.id,
                "where": "" if overview.here or not shelf.has_others(slug) else _elsewhere(),
                "reason": words,
                "shown": len(met),
            }
        )
    return found


def _elsewhere() -> str:
    return _("in a review that is not in this book")


# ---------- impacts ----------


def _impact_lines(shelf: Shelf, slug: str) -> Iterator[Line]:
    evidence = shelf.table("evidence")
    counts = evidence.groupby(["impact_id", "slug"], sort=False).size()
    impacts = shelf.library.reference.tables["impacts"]
    for impact_id, name in zip(impacts["impact_id"], impacts["name"], strict=True):
        own = int(counts.get((impact_id, slug), 0))
        if own > 1:
            continue
        gap = {"kind": "impact", "gap_id": f"impact-{impact_id}", "gap": name}
        gap["lack"] = _("one statement") if own else _("no statement")
        told = evidence[(evidence["impact_id"] == impact_id) & (evidence["slug"] != slug)]
        helpers = [_teller(shelf, str(other), rows) for other, rows in told.groupby("slug", sort=False)]
        yield from _lines(shelf, gap, helpers)


def _teller(shelf: Shelf, slug: str, statements: pd.DataFrame) -> Line:
    n, first = len(statements), statements.iloc[0]
    return {
        "slug": slug,
        "chapter": "impact",
        "anchor": f"impact-{first['impact_id']}",
        "where": _source(shelf, slug, "impact", first["source_id"], first["location"]),
        "reason": ngettext("{n} statement", "{n} statements", n).format(n=n),
        "shown": n,
    }


def _source(shelf: Shelf, slug: str, chapter: str, source_id: str, location: str) -> str:
    """Cite the source where this book does not publish what is spoken of; else nothing."""
    return "" if shelf.overviews[slug].publishes(chapter) else shelf.cite_short(slug, source_id, location)


# ---------- challenges ----------


def _challenge_lines(shelf: Shelf, slug: str, answers: Sequence[Answer]) -> Iterator[Line]:
    challenges = shelf.table("challenges")
    own = challenges[(challenges["slug"] == slug) & (challenges["response"] == "")]
    for row in own.to_dict("records"):
        gap = {
            "kind": "challenge",
            "gap_id": f"challenge-{slug}-{row['challenge_id']}",
            "gap": row["challenge"],
        }
        found = answers_to(split_list(row["topics"]), answers, without=slug)
        by_slug: dict[str, list[Answer]] = {}
        for one in found:
            by_slug.setdefault(one.slug, []).append(one)
        topics = set(split_list(row["topics"]))
        helpers = [_answerer(shelf, other, told, topics) for other, told in by_slug.items()]
        yield from _lines(shelf, gap, helpers)


def _answerer(shelf: Shelf, slug: str, answers: Sequence[Answer], topics: set[str]) -> Line:
    first = answers[0]
    shared = topics & frozenset().union(*(one.topics for one in answers))
    words = _("{kinds} on {topics}").format(
        kinds=join(count_kinds(answers)), topics=join(topic_name(topic) for topic in sorted(shared))
    )
    return {
        "slug": slug,
        "chapter": first.chapter,
        "anchor": first.anchor,
        "where": _source(shelf, slug, first.chapter, first.source_id, first.location),
        "reason": words,
        "shown": len(answers),
    }
