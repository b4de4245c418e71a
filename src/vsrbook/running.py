"""Run the chapters of a book with a progress bar, and turn the results into pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vsrbook.execution.plan import Edition, Plan, Unit, make_plan
from vsrbook.execution.pool import RunResult, run_units
from vsrbook.execution.worker import CELL_SECONDS, Failure, Outcome, cached_path
from vsrbook.problems import Problem, only_errors
from vsrbook.project import Project
from vsrbook.publishing.pages import write_pages


@dataclass(frozen=True)
class RunSummary:
    """What a run did, what failed, and what kept associations out."""

    words: str
    failures: tuple[Failure, ...]
    problems: tuple[Problem, ...]


def run_chapters(
    project: Project,
    edition: Edition,
    slugs: Sequence[str] = (),
    *,
    jobs: int = 0,
    force: bool = False,
    cell_seconds: int = CELL_SECONDS,
) -> RunSummary:
    """Run what has changed and write book/associations/ anew.

    With `slugs` only their chapters (and the landing page) are run; the pages of the others stay as
    they are. Raises ReviewError where the plan itself cannot be made.
    """
    plan = make_plan(project, edition, slugs)
    cache = project.build / "executed"
    result = _run_with_bar(plan.units, project, jobs, force, cell_seconds)
    failed = {outcome.unit.page for outcome in result.executed if outcome.failure}
    kept = [slug for slug in project.slugs() if slugs and slug not in slugs]
    pages = write_pages(project, _without(plan, failed), cache, kept)
    return RunSummary(
        _summarise(result, len(pages)), tuple(result.failures), tuple(only_errors(plan.problems))
    )


def _without(plan: Plan, failed: set[str]) -> Plan:
    """Return the plan without the units that failed in this run, whatever the cache holds."""
    return Plan(tuple(unit for unit in plan.units if unit.page not in failed), plan.reviews, plan.problems)


def _run_with_bar(
    units: Sequence[Unit], project: Project, jobs: int, force: bool, cell_seconds: int
) -> RunResult:
    """Run units with a bar on a terminal, with a line for each where there is none."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    cache = project.build / "executed"
    todo = sum(force or not cached_path(cache, unit).is_file() for unit in units)
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("chapters", total=todo)
        done = 0

        def on_done(outcome: Outcome) -> None:
            nonlocal done
            done += 1
            progress.advance(task)
            mark = "failed" if outcome.failure else "ran"
            if not console.is_terminal:
                console.print(
                    f"[{done}/{todo}] {mark} {outcome.unit.name} ({outcome.seconds:.1f} s)", markup=False
                )

        return run_units(
            units, project.root, cache, jobs=jobs, force=force, cell_seconds=cell_seconds, on_done=on_done
        )


def _summarise(result: RunResult, pages: int) -> str:
    ran = len(result.executed) - len(result.failures)
    failed = f", {len(result.failures)} failed and left out" if result.failures else ""
    return (
        f"{ran} chapters run, {len(result.unchanged)} unchanged{failed}; "
        f"{pages} pages written in book/associations. Next: vsrbook build"
    )
