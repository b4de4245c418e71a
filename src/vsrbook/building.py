"""Build the book, then the pages of areas into it, then put it in the place of the published one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from vsrbook.problems import Problem, ReviewError, count_noun
from vsrbook.project import Project

if TYPE_CHECKING:
    from vsrbook.publishing.areas.publishing import Published

STEP = 100  # areas after which a line is written where there is no terminal


@dataclass(frozen=True)
class Built:
    """How a build ended: its folder, what kept it from being published, the pages of areas, pages and bytes."""

    output: Path
    faults: tuple[str, ...] = ()
    areas: Published | None = field(default=None)
    pages: int = 0
    size: int = 0


def build_site(project: Project, jobs: int = 0, *, publish: bool = True) -> Built:
    """Build the book strictly and publish it; with a warning or a fault the published one stays.

    Raises ReviewError where _config.yml has a key that nothing knows, or there are no pages yet.
    """
    from vsrbook.publishing.areas.publishing import publish_profiles
    from vsrbook.publishing.book import build_book, check_config
    from vsrbook.publishing.site import site_size, swap_site

    problems = check_config(project)
    if not (project.pages / "index.ipynb").is_file():
        problems.append(Problem("book/associations", "has no pages yet", "run: vsrbook run"))
    if problems:
        raise ReviewError(problems)
    result = build_book(project)
    if not result.ok:
        return Built(result.output, result.warnings)
    with _count_areas() as show:
        areas = publish_profiles(project, result.output, jobs, show)
    if areas.faults or not publish:
        return Built(result.output, areas.faults, areas)
    swap_site(result.output, project.site)
    return Built(result.output, (), areas, *site_size(project.site))


def describe_build(project: Project, built: Built) -> str:
    """Say what was published, or why nothing was, and what to do next."""
    if built.faults:
        return f"{count_noun(len(built.faults), 'warning')}: nothing is published; _build/html is as it was."
    if not built.pages:
        return f"Built, not published: {project.name(built.output)}."
    areas = built.areas
    words = f"{built.size / 1e6:.1f} MB"
    if areas and areas.pages:
        words += f"; {areas.pages:,} of local governments, {areas.made:,} of them made anew"
    return f"Published {count_noun(built.pages, 'page')} ({words}) in _build/html. Next: vsrbook serve"


@contextmanager
def _count_areas() -> Iterator[Callable[[int, int], None]]:
    """Show how many areas are done: a bar on a terminal, else a line now and then."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("pages of areas"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task, told = progress.add_task("areas", total=None), 0

        def show(done: int, total: int) -> None:
            nonlocal told
            progress.update(task, completed=done, total=total)
            if not console.is_terminal and (done - told >= STEP or done == total):
                told = done
                console.print(f"[{done}/{total}] pages of areas", markup=False)

        yield show
