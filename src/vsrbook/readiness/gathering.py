"""Gather the readiness of associations, one after the other: tables, catalogues, executed pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from vsrbook.chapters.outline import assess_chapters
from vsrbook.execution.cache import Cache, open_cache
from vsrbook.problems import Problem, count_noun, only_errors, sort_problems
from vsrbook.profiles.declared import check_profiles
from vsrbook.project import Project
from vsrbook.readiness.approvals import assess_approvals
from vsrbook.readiness.data import assess_data
from vsrbook.readiness.evidence import assess_evidence, assess_survey
from vsrbook.readiness.model import ChapterReadiness, Facet, FacetState, Readiness
from vsrbook.readiness.pages import assess_alt, look_at_pages
from vsrbook.readiness.steps import Problems, order_steps
from vsrbook.readiness.translations import assess_translations
from vsrbook.review import Review, find_empty, read_reference, read_review
from vsrbook.running import cache_address

SHOWN = 5  # problems that are named; all are counted


def gather_readiness(
    project: Project, slugs: Sequence[str] = (), cache: str = "", today: date | None = None
) -> tuple[list[Readiness], list[Problem]]:
    """Assess every association, or those named; the problems are the errors of their files.

    One whose params cannot be read is left out. `cache` is where executed notebooks are kept ("" = the
    project's own folder). One review is held at a time.
    """
    found: list[Readiness] = []
    problems: list[Problem] = []
    shared = read_reference(project)
    kept = open_cache(cache_address(project, cache))
    for slug in list(slugs) or project.slugs():
        review, seen = read_review(project, slug, shared=shared)
        problems += only_errors(seen)
        if review is not None:
            seen = [one for one in seen if one.is_error or not one.file.startswith("data/reference/")]
            own = Problems(sort_problems([*seen, *check_profiles(review)]), find_empty(project, [slug]))
            found.append(assess_readiness(review, own, kept, today or date.today()))
    return found, sort_problems(problems)


def assess_readiness(review: Review, problems: Problems, cache: Cache, today: date) -> Readiness:
    """Assess one review; `problems` are those that `vsrbook check` finds in its files."""
    chapters = tuple(map(ChapterReadiness, assess_chapters(review)))
    pages = look_at_pages(review, chapters, cache)
    facets = (
        assess_evidence(review, chapters),
        assess_data(review),
        assess_survey(review),
        assess_translations(review),
        assess_approvals(review, chapters, pages, today),
        assess_alt(review.slug, pages),
        assess_problems(review.slug, [*problems.found, *problems.empty]),
    )
    association = review.association
    steps = order_steps(association, chapters, facets, problems)
    return Readiness(review.slug, review.place, review.edition, association.standing, chapters, facets, steps)


def assess_problems(slug: str, problems: Sequence[Problem]) -> Facet:
    """Count the errors and warnings, and name the first ones, errors before warnings."""
    errors = only_errors(problems)
    warnings = [problem for problem in problems if not problem.is_error]
    words = f"{count_noun(len(errors), 'error')}, {count_noun(len(warnings), 'warning')}."
    first = [str(problem) for problem in [*errors, *warnings]]
    more = len(first) - SHOWN
    details = (*first[:SHOWN], *([f"{more:,} more: vsrbook check {slug}"] if more > 0 else []))
    figures = {"errors": len(errors), "warnings": len(warnings)}
    state: FacetState = "missing" if errors else "partial" if warnings else "complete"
    return Facet(
        "problems", "Open problems", state, None, None, words, f"vsrbook check {slug}", details, figures
    )
