"""Put what to do next in order of value, by one rule.

1. Errors of `vsrbook check`, file by file: they keep the review out of the book.
2. Evidence that brings chapters into the book. The piece that brings most of them comes first (of equal
   ones, the one needed first in the book); the chapters that it brings count no more for the next.
3. Evidence that closes a gap. A piece is worth 1/n in each chapter that misses it, where n is the number of
   needs of that chapter; the worths are added up, and the largest comes first, then the order of the book.
4. Data: declared tables without a row, indicators without any value, observations without a source.
5. Warnings of `vsrbook check`, file by file.
6. Pages that have not been run: without them, nothing is known of approvals and alt texts.
7. Approvals: those that are out of date, those that cannot be judged, chapters without any.
8. Translations: the languages in the order of the params.
9. Alt texts: notebook by notebook.

Needs with the same test or the same remedy are one piece of evidence; so is a need for tables that another
piece fills.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from vsrbook.params import Association
from vsrbook.problems import Problem, count_noun, list_some
from vsrbook.readiness.model import ChapterReadiness, Facet, Step
from vsrbook.readiness.pieces import CHECK, evidence_steps

STATUS = "book/status.md"


@dataclass(frozen=True)
class Problems:
    """What `vsrbook check` finds: `empty` are declared tables without rows, which are errors, `found` all else."""

    found: Sequence[Problem] = ()
    empty: Sequence[Problem] = ()


def order_steps(
    association: Association,
    chapters: Sequence[ChapterReadiness],
    facets: Sequence[Facet],
    problems: Problems,
) -> tuple[Step, ...]:
    """Return every step there is, the most valuable first; the module's docstring states the rule."""
    by_id = {facet.id: facet for facet in facets}
    slug = association.slug
    return (
        *_problem_steps(slug, [problem for problem in problems.found if problem.is_error]),
        *evidence_steps(association, chapters),
        *_empty_steps(slug, problems.empty),
        *_data_steps(slug, by_id["data"]),
        *_problem_steps(slug, [problem for problem in problems.found if not problem.is_error]),
        *_run_steps(slug, by_id["alt"]),
        *_approval_steps(slug, by_id["approvals"]),
        *_translation_steps(by_id["translations"]),
        *_alt_steps(by_id["alt"]),
    )


def _problem_steps(slug: str, problems: Sequence[Problem]) -> Iterator[Step]:
    """Yield one step a file."""
    for file, some in groupby(problems, key=lambda problem: problem.file):
        found = list(some)
        error = found[0].is_error
        what = f"{'Mend' if error else 'Look at'} {count_noun(len(found), 'error' if error else 'warning')} in {file}"
        why = "errors keep the review out of the book" if error else "what is doubtful may be wrong"
        yield Step("error" if error else "warning", what, why, f"{found[0]} (vsrbook check {slug})", CHECK)


def _empty_steps(slug: str, problems: Sequence[Problem]) -> Iterator[Step]:
    """Yield one step for all empty tables: what would fill them stands before it."""
    if problems:
        files = list_some([problem.file for problem in problems], 12)
        what = f"Decide on {count_noun(len(problems), 'table')} without a row"
        how = f"fill {files}; or take {'it' if len(problems) == 1 else 'them'} out of tables: in params/{slug}.yml"
        yield Step("data", what, f"vsrbook check {slug} stops at a declared table that is empty", how, CHECK)


def _data_steps(slug: str, facet: Facet) -> Iterator[Step]:
    empty = facet.figures.get("indicators_without_value", [])
    if empty:
        yield Step(
            "data",
            f"Values for {count_noun(len(empty), 'indicator')} that {'has' if len(empty) == 1 else 'have'} none",
            "declared and without a value, an indicator is on no page",
            f"fill {facet.where} for {list_some(empty, 5)}, or take them out of the table indicators",
            "book/tables.md#observations",
        )
    unsourced = facet.figures.get("without_source", 0)
    if unsourced:
        what = f"Sources for {count_noun(unsourced, 'observation')} without one"
        how = f"fill source_id in {facet.where}; vsrbook check {slug} names the rows"
        yield Step("data", what, "no figure stands without its source", how, "book/tables.md#sources")


def _run_steps(slug: str, facet: Facet) -> Iterator[Step]:
    waiting = facet.figures.get("pages_not_run", [])
    if waiting:
        what = f"Run {count_noun(len(waiting), 'page')} of {slug}"
        why = "approvals and alt texts can be judged on executed pages only"
        yield Step("run", what, why, f"vsrbook run {slug}", "book/running.md")


def _approval_steps(slug: str, facet: Facet) -> Iterator[Step]:
    chapters, digests = facet.figures.get("chapters", {}), facet.figures.get("digests", {})
    for standing, what, why in (
        ("out of date", "Have {} approved again", "what was approved is no longer what the pages show"),
        ("not known", "Say what was approved of {}", "whether the approval still stands cannot be known"),
        ("none", "Have {} approved", "readers see whose review it is"),
    ):
        some = [chapter for chapter, best in chapters.items() if best == standing]
        if some:
            of = digests.get(some[0], "")
            named = f', of: "{of}"' if of else ""
            entry = f"{{chapter: {some[0]}, by: (office), date: (day){named}}}"
            noun = count_noun(len(some), "chapter")
            how = f"add to approvals: in params/{slug}.yml, for each of {', '.join(some)}, as here: {entry}"
            yield Step("approval", what.format(noun), why, how, f"{STATUS}#approvals")


def _translation_steps(facet: Facet) -> Iterator[Step]:
    for language, one in facet.figures.items():
        missing = [
            *_missing("words and sentences", one["messages"], one["messages_of"], one["catalogue"]),
            *_missing("names of areas", one["areas"], one["areas_of"], "table labels"),
            *_missing("names of indicators", one["indicators"], one["indicators_of"], "table labels"),
        ]
        if one["messages"] and not one["compiled"]:
            missing.append(f"then compile {one['catalogue']}: pybabel compile -D vsrbook -d locales")
        if missing:
            how = "; ".join(missing)
            why = f"what is not translated is in English on the pages in {language}"
            yield Step("translation", f"Complete the language {language}", why, how, f"{STATUS}#translations")


def _missing(noun: str, have: int, of: int, place: str) -> list[str]:
    return [f"translate {of - have:,} {noun} ({place})"] if have < of else []


def _alt_steps(facet: Facet) -> Iterator[Step]:
    cells = facet.figures.get("without_alt", [])
    for notebook, some in groupby(
        sorted(cells, key=lambda one: one["notebook"]), key=lambda one: one["notebook"]
    ):
        places = [str(one["cell"]) for one in some]
        what = f"Alt texts for images in notebooks/{notebook}"
        why = "who cannot see an image reads its text"
        how = f"write one in cell{'' if len(places) == 1 else 's'} {', '.join(places)}: ![what it shows](image.png)"
        yield Step("alt", what, why, how, f"{STATUS}#alt-texts")
