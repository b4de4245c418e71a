"""Say chapter by chapter what a review has and what it lacks, as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vsrbook.chapters.outline import ChapterStatus, assess_chapters
from vsrbook.problems import Problem, only_errors
from vsrbook.project import Project
from vsrbook.review import read_reference, read_review

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(frozen=True)
class ReviewStatus:
    """One association's chapters, each with what it has and lacks."""

    slug: str
    place: str
    chapters: tuple[ChapterStatus, ...]


def gather_status(project: Project, slugs: Sequence[str] = ()) -> tuple[list[ReviewStatus], list[Problem]]:
    """Assess every association, or those named; the problems are those that keep one from being read."""
    found, problems = [], []
    shared = read_reference(project)
    for slug in list(slugs) or project.slugs():
        review, seen = read_review(project, slug, shared=shared)
        problems += only_errors(seen)
        if review is not None:
            found.append(ReviewStatus(slug, review.place, tuple(assess_chapters(review))))
    return found, problems


def status_json(found: Sequence[ReviewStatus]) -> str:
    """Return the status as JSON: for each association its chapters with have and missing."""
    return json.dumps(
        {
            status.slug: {
                chapter.chapter.id: {
                    "published": chapter.published,
                    "wanted": chapter.wanted,
                    "have": [need.name for need in chapter.have],
                    "missing": [{"what": need.name, "remedy": need.remedy} for need in chapter.missing],
                }
                for chapter in status.chapters
            }
            for status in found
        },
        indent=2,
        ensure_ascii=False,
    )


def print_status(found: Sequence[ReviewStatus], *, whole: bool) -> None:
    """Print the status: one line per association, or (`whole`) every chapter with what is missing."""
    from rich.console import Console

    console = Console()
    if whole:
        for status in found:
            _print_chapters(console, status)
        return
    from rich.table import Table

    table = Table("Association", "Ready chapters", "Left out for lack of evidence", title="Status")
    for status in found:
        there = [c.chapter.number for c in status.chapters if c.published]
        missing = [c.chapter.number for c in status.chapters if not c.published]
        table.add_row(status.slug, " ".join(there), " ".join(missing) or "none")
    console.print(table)
    console.print("More on one of them: vsrbook status ASSOCIATION")


def _print_chapters(console: Console, status: ReviewStatus) -> None:
    from rich.markup import escape

    console.print(f"[bold]{escape(status.place)}[/bold]")
    for chapter in status.chapters:
        state = "ready" if chapter.published else "left out" if chapter.wanted else "not wanted in the params"
        console.print(f"  {chapter.chapter.number} {escape(chapter.chapter.title)}: {state}")
        for need in chapter.have:
            console.print(f"      [green]there[/green]    {escape(need.name)}", soft_wrap=True)
        for need in chapter.missing:
            console.print(
                f"      [yellow]missing[/yellow]  {escape(need.name)}; {escape(need.remedy)}", soft_wrap=True
            )
