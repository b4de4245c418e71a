"""Look at the executed pages of a review: what they show, since when, and which images lack a text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from vsrbook.chapters.outline import GOAL_NOTEBOOK, goal_page
from vsrbook.execution.keys import digest
from vsrbook.execution.ledger import Ledger, read_ledger
from vsrbook.execution.plan import PROFILE_NOTEBOOK
from vsrbook.execution.shown import digest_shown
from vsrbook.problems import count_noun
from vsrbook.project import Edition
from vsrbook.readiness.images import Images, find_images
from vsrbook.readiness.model import ChapterReadiness, Facet, FacetState
from vsrbook.review import Review
from vsrbook.text import number

if TYPE_CHECKING:
    from vsrbook.execution.cache import Cache

AREAS = "areas"
NO_IMAGES = Images(0, ())
DIGITS = 12  # of a digest, as people copy it


@dataclass(frozen=True)
class Page:
    """One page: its name, chapter and notebook, and what it shows; `shows` is "" where it has not been run.

    `since` is when the ledger first saw it show that, None where it cannot be known; `changed` says
    whether it had shown something else before. A review's pages of areas are one page here (`name` says
    how many there are): all are made by one notebook.
    """

    name: str
    chapter: str
    notebook: str
    shows: str = ""
    since: datetime | None = None
    changed: bool = False
    images: Images = NO_IMAGES


def look_at_pages(review: Review, chapters: Sequence[ChapterReadiness], cache: Cache) -> tuple[Page, ...]:
    """Look at the pages that the review has in the book: chapters, goals, and one area for all.

    They are looked at in the first edition that has been run, of the languages and audiences of the
    params in their order; drafts do not count.
    """
    ledger = find_ledger(review)
    return tuple(
        _look(name, chapter, notebook, ledger, cache)
        for name, chapter, notebook in [*_expected(review, chapters), *_areas(review, ledger)]
    )


def find_ledger(review: Review) -> Ledger:
    """Return the ledger of the edition whose pages are looked at; an empty one where nothing has been run."""
    association = review.association
    editions = [
        Edition(language, audience)
        for language in association.languages
        for audience in association.audiences
    ]
    ledgers = [read_ledger(review.project, edition) for edition in editions]
    own = f"{review.slug}/"
    return next((one for one in ledgers if any(page.startswith(own) for page in one.pages)), ledgers[0])


def _expected(review: Review, chapters: Sequence[ChapterReadiness]) -> Iterator[tuple[str, str, str]]:
    for chapter in chapters:
        if not chapter.status.published:
            continue
        yield f"{review.slug}/{chapter.id}", chapter.id, chapter.status.chapter.notebook
        if chapter.id == "progress":
            for goal in review.goals:
                yield f"{review.slug}/{goal_page(goal)}", chapter.id, GOAL_NOTEBOOK


def _areas(review: Review, ledger: Ledger) -> Iterator[tuple[str, str, str]]:
    own = f"{review.slug}/{AREAS}/"
    first = next((page for page in ledger.pages if page.startswith(own)), None)
    if review.association.profiles is not None:
        yield first or f"{own}…", AREAS, PROFILE_NOTEBOOK


def _look(name: str, chapter: str, notebook: str, ledger: Ledger, cache: Cache) -> Page:
    entry = ledger.pages.get(name, {})
    key = ledger.planned.get(name, entry.get("key", ""))
    executed = cache.read(key) if key else None
    if executed is None:
        return Page(name, chapter, notebook)
    shows = digest_shown(executed)
    known = entry.get("shows") == shows and entry.get("since")
    since = datetime.fromisoformat(entry["since"]) if known else None
    return Page(
        name,
        chapter,
        notebook,
        shows,
        since,
        bool(known and entry.get("changed")),
        find_images(executed),
    )


def digest_pages(pages: Sequence[Page]) -> str:
    """Return the digest of what some pages show together; "" where one of them has not been run."""
    if not pages or not all(page.shows for page in pages):
        return ""
    return digest([[page.name, page.shows] for page in pages])[:DIGITS]


def assess_alt(slug: str, pages: Sequence[Page]) -> Facet:
    """Count the images of the executed pages, and those that have an alternative text."""
    run = [page for page in pages if page.shows]
    count = sum(page.images.count for page in run)
    lacking = [(page.notebook, cell) for page in run for cell in page.images.without]
    waiting = [page.name.removeprefix(f"{slug}/") for page in pages if not page.shows]
    have = count - len(lacking)
    title = "Alt texts"
    where = ", ".join(sorted({f"notebooks/{notebook}" for notebook, _cell in lacking})) or "notebooks/"
    cells = list(dict.fromkeys(lacking))
    figures = {
        "without_alt": [{"notebook": notebook, "cell": cell} for notebook, cell in cells],
        "pages_run": len(run),
        "pages_not_run": waiting,
    }
    if not run:
        words = "No page has been run here: its images cannot be looked at."
        return Facet("alt", title, "unknown", None, None, words, where, (), figures)
    details = [f"notebooks/{notebook} cell {cell}: an image without an alt text." for notebook, cell in cells]
    if waiting:
        details.append(f"Not run here, so not looked at: {', '.join(waiting)}.")
    if any(page.chapter == AREAS for page in run):
        details.append("Of the pages of local governments one was looked at: all are made by one notebook.")
    state: FacetState = "partial" if lacking or waiting else "complete"
    words = _say(have, count, len(run))
    return Facet("alt", title, state, have, count, words, where, tuple(details), figures)


def _say(have: int, count: int, pages: int) -> str:
    where = count_noun(pages, "executed page")
    if not count:
        return f"There are no images in {where}."
    return f"{number(have)} of {count_noun(count, 'image')} in {where} have an alt text."
