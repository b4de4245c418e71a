"""Say which chapters have been approved, by which office, and whether what it approved still stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from vsrbook.params import Approval
from vsrbook.readiness.model import ChapterReadiness, Facet, FacetState, rate_share
from vsrbook.readiness.pages import AREAS, DIGITS, Page, digest_pages
from vsrbook.review import Review
from vsrbook.text import number

WHOLE = "review"
Standing = Literal["current", "out of date", "not known"]
ORDER: tuple[Standing, ...] = ("current", "not known", "out of date")


@dataclass(frozen=True)
class Judged:
    """An approval, whether it still stands, and why."""

    approval: Approval
    standing: Standing
    why: str


def assess_approvals(
    review: Review, chapters: Sequence[ChapterReadiness], pages: Sequence[Page], today: date
) -> Facet:
    """Count the chapters in the book that have an approval which still stands."""
    association, where = review.association, f"params/{review.slug}.yml, approvals"
    if association.standing != "association":
        return _not_asked(association.standing, bool(association.approvals), where)
    own = [page for page in pages if page.chapter != AREAS]
    judged = [judge_approval(one, review.edition, own, today) for one in association.approvals]
    published = [chapter for chapter in chapters if chapter.status.published]
    best = {chapter.id: _best(chapter.id, judged) for chapter in published}
    current = [chapter for chapter in published if best[chapter.id] == "current"]
    digests = {chapter.id: digest_pages(pages_of(chapter.id, own)) for chapter in published}
    digests[WHOLE] = digest_pages(own)
    words = f"{number(len(current))} of the {number(len(published))} chapters in the book are approved as they are."
    return Facet(
        "approvals",
        "Approvals",
        _state(len(current), len(published), best),
        len(current),
        len(published),
        words,
        where,
        (*map(_describe, judged), *_describe_none(published, best), *_describe_digests(digests)),
        {"chapters": best, "digests": digests},
    )


def _not_asked(standing: str, given: bool, where: str) -> Facet:
    kind = {"illustration": "an illustration from public sources", "sample": "sample data"}[standing]
    words = f"The pages are {kind}, and say so: nobody is asked to approve them."
    odd = "The params name approvals all the same; every page says that there are none. Correct one of them."
    return Facet("approvals", "Approvals", "not asked", None, None, words, where, (odd,) if given else ())


def _state(have: int, of: int, best: Mapping[str, str]) -> FacetState:
    if have < of and "not known" in best.values() and not have:
        return "unknown"
    return rate_share(have, of)


def pages_of(chapter: str, pages: Sequence[Page]) -> list[Page]:
    """Return the pages of a chapter, or of the whole review."""
    return [page for page in pages if chapter in (WHOLE, page.chapter)]


def judge_approval(approval: Approval, edition: str, pages: Sequence[Page], today: date) -> Judged:
    """Judge an approval by what it names; by its day only as far as the ledger of this machine reaches.

    A digest is compared with the pages. An edition must be the params' own; then, as without either, the day
    is compared with the day since which the pages show what they show. A page that was seen here for the first time
    may have shown the same before, elsewhere: then nothing is known.
    """
    standing, why = _judge(approval, edition, pages_of(approval.chapter, pages), today)
    return Judged(approval, standing, why)


def _judge(approval: Approval, edition: str, pages: Sequence[Page], today: date) -> tuple[Standing, str]:
    if approval.date > today:
        return "not known", "its day is still to come"
    named = approval.of or ""
    if named and named != edition and not re.fullmatch(rf"[0-9a-f]{{{DIGITS}}}", named):
        return "out of date", f"it was given for {named}; this edition is {edition}"
    shows = digest_pages(pages)
    if not shows:
        return "not known", "pages have not been run here: vsrbook run"
    if named and named != edition:
        same = named == shows
        return (
            ("current", "the pages show what it names")
            if same
            else (
                "out of date",
                f"it names {named}; the pages now show {shows}",
            )
        )
    return _judge_day(approval.date, pages, shows)


def _judge_day(day: date, pages: Sequence[Page], shows: str) -> tuple[Standing, str]:
    days = [page.since.date() for page in pages if page.since is not None]
    if any(page.changed and page.since is not None and page.since.date() > day for page in pages):
        last = max(page.since.date() for page in pages if page.changed and page.since is not None)
        return "out of date", f"what the pages show changed on {last.isoformat()}"
    if len(days) == len(pages) and max(days) < day:
        return "current", f"the pages have shown the same since {max(days).isoformat()}"
    return (
        "not known",
        f'when the pages last changed is not known here; add of: "{shows}" if that was approved',
    )


def _best(chapter: str, judged: Sequence[Judged]) -> str:
    """Return the best standing of the approvals of a chapter, those of the whole review among them."""
    own = {one.standing for one in judged if one.approval.chapter in (chapter, WHOLE)}
    return next((standing for standing in ORDER if standing in own), "none")


def _describe(one: Judged) -> str:
    given = one.approval
    kind = "the whole review" if given.chapter == WHOLE else given.chapter
    return f"{kind}, by {given.by} on {given.date.isoformat()}: {one.standing}; {one.why}."


def _describe_digests(digests: Mapping[str, str]) -> list[str]:
    known = [f"{chapter} {seen}" for chapter, seen in digests.items() if seen]
    return [f"What the pages show now, for of: {', '.join(known)}."] if known else []


def _describe_none(published: Sequence[ChapterReadiness], best: Mapping[str, str]) -> list[str]:
    none = [chapter.number for chapter in published if best[chapter.id] == "none"]
    return [f"Without any approval: chapters {', '.join(none)}."] if none else []
