"""Run the chapters of a book with a progress bar, and turn the results into pages."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vsrbook.execution.cache import DAY, Cache, open_cache
from vsrbook.execution.ledger import Decision, decide, enter_outcomes, keys_in_use, read_ledger, write_report
from vsrbook.execution.plan import PROFILE_NOTEBOOK, Kind, Plan, make_plan
from vsrbook.problems import Problem, only_errors
from vsrbook.project import Edition, Project

if TYPE_CHECKING:
    from vsrbook.execution.engine.limits import Limits
    from vsrbook.execution.worker import Failure, Outcome

REPORT = "run.json"


@dataclass(frozen=True)
class RunOptions:
    """How to run: notebooks at a time (0 = what the machine bears), all of them or what has changed.

    `limits` bound each notebook (None = the defaults), `cache` is a folder or a URL ("" = _build/executed),
    `scheduler` the address of a Dask scheduler ("" = this machine), `only` "chapters" or "profiles" ("" = both).
    """

    jobs: int = 0
    force: bool = False
    limits: Limits | None = None
    cache: str = ""
    scheduler: str = ""
    only: Kind = ""


@dataclass(frozen=True)
class RunSummary:
    """What a run did, what failed, and what kept associations out."""

    words: str
    failures: tuple[Failure, ...]
    problems: tuple[Problem, ...]


@dataclass
class _Run:
    """What a run needs from its plan to its report."""

    plan: Plan
    decisions: list[Decision]
    cache: Cache
    outcomes: list[Outcome] = field(default_factory=list)

    @cached_property
    def results(self) -> set[str]:
        """The keys that have a result, after the run."""
        return set(self.cache.marks())


def prepare_run(
    project: Project, edition: Edition, slugs: Sequence[str] = (), options: RunOptions | None = None
) -> tuple[Plan, list[Decision]]:
    """Plan a run and decide which units it must run; nothing is run. Raises ReviewError."""
    run = _prepare(project, edition, slugs, options or RunOptions())
    return run.plan, run.decisions


def _prepare(project: Project, edition: Edition, slugs: Sequence[str], options: RunOptions) -> _Run:
    plan = make_plan(project, edition, slugs, options.only)
    cache = open_cache(cache_address(project, options.cache), project.build / "sound.json")
    decisions = decide(plan, cache, read_ledger(project, edition), force=options.force)
    return _Run(plan, decisions, cache)


def cache_address(project: Project, given: str) -> str:
    """Return where executed notebooks are kept: what is given, or the project's own folder."""
    if not given:
        return str(project.build / "executed")
    return given if "://" in given else str(Path(given).resolve())


def run_chapters(
    project: Project, edition: Edition, slugs: Sequence[str] = (), options: RunOptions | None = None
) -> RunSummary:
    """Run what has changed and write book/associations/ anew; the report is in _build/run.json.

    With `slugs` only their chapters (and the landing page) are run; the pages of the others stay as
    they are. Raises ReviewError where the plan itself cannot be made.
    """
    from vsrbook.publishing.pages import write_pages

    options = options or RunOptions()
    run = _prepare(project, edition, slugs, options)
    started = datetime.now(UTC)
    try:
        _execute(run, options)
        run.outcomes[:] = [_look_for_result(run, outcome) for outcome in run.outcomes]
    finally:
        ledger = enter_outcomes(run.plan, run.outcomes)
        ended = datetime.now(UTC)
        how = {
            "started": started.isoformat(timespec="seconds"),
            "seconds": round((ended - started).total_seconds(), 1),
            "scheduler": options.scheduler or "this machine",
            "cache": options.cache or "_build/executed",
        }
        write_report(project.build / REPORT, run.plan, run.decisions, run.outcomes, how)
    failed = {outcome.unit.page for outcome in run.outcomes if outcome.failure}
    kept = [slug for slug in project.slugs() if slugs and slug not in slugs]
    pages = write_pages(run.plan, run.cache, failed, kept, ledger)
    failures = tuple(outcome.failure for outcome in run.outcomes if outcome.failure)
    return RunSummary(_summarise(run, len(failures), pages), failures, tuple(only_errors(run.plan.problems)))


def _execute(run: _Run, options: RunOptions) -> None:
    """Run the units that must run; what has ended is in `run`, also where Ctrl-C ends the run."""
    todo = [decision.unit for decision in run.decisions if decision.runs]
    if not todo:
        return
    from vsrbook.execution.pool import run_units
    from vsrbook.execution.worker import DEFAULTS, Setting

    plan = run.plan
    setting = Setting(
        str(plan.project.root),
        cache_address(plan.project, options.cache),
        plan.edition,
        options.limits or DEFAULTS,
        plan.inputs,
        platform.node(),
    )
    with _progress(len(todo)) as show:

        def keep(outcome: Outcome) -> None:
            run.outcomes.append(outcome)
            show(outcome)

        outcomes = run_units(todo, setting, jobs=options.jobs, scheduler=options.scheduler, on_done=keep)
    run.outcomes[:] = outcomes  # in the order of the plan


def _look_for_result(run: _Run, outcome: Outcome) -> Outcome:
    """Fail a unit that ended well, but whose result is not in the cache that pages are made from."""
    from vsrbook.execution.worker import Failure

    unit = outcome.unit
    if outcome.failure or unit.key in run.results:
        return outcome
    words = "its result is not in the cache: --cache must be a place that all machines see, and keep"
    return replace(outcome, failure=Failure(unit.name, unit.notebook, None, "", words))


@contextmanager
def _progress(total: int) -> Iterator[Callable[[Outcome], None]]:
    """Show a bar with counts, rate, time left and failures on a terminal, else a line for each unit."""
    from rich.console import Console

    console = Console(stderr=True)
    if console.is_terminal:
        with _bar(console, total) as show:
            yield show
        return
    done = 0

    def write_line(outcome: Outcome) -> None:
        nonlocal done
        done += 1
        mark = "failed" if outcome.failure else "ran"
        console.print(
            f"[{done}/{total}] {mark} {outcome.unit.name} ({outcome.seconds:.1f} s)",
            markup=False,
            soft_wrap=True,
        )

    yield write_line


@contextmanager
def _bar(console: Any, total: int) -> Iterator[Callable[[Outcome], None]]:
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("[red]{task.fields[failed]}"),
    )
    started, failures = time.monotonic(), 0
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("chapters", total=total, rate="", failed="")

        def advance(outcome: Outcome) -> None:
            nonlocal failures
            if outcome.failure:
                failures += 1
                progress.console.print(f"[red]failed:[/red] {escape(str(outcome.failure))}")
            done = int(progress.tasks[0].completed) + 1
            rate = f"{done / max(time.monotonic() - started, 0.001):.1f}/s"
            failed = f"{failures} failed" if failures else ""
            progress.update(task, advance=1, rate=rate, failed=failed)

        yield advance


def _summarise(run: _Run, failures: int, pages: int) -> str:
    done = [outcome.unit for outcome in run.outcomes if not outcome.failure]
    areas = sum(unit.notebook == PROFILE_NOTEBOOK for unit in done)
    ran = f"{len(done) - areas} chapters" + (f" and {areas:,} pages of local governments" if areas else "")
    unchanged = sum(not decision.runs for decision in run.decisions)
    failed = f", {failures} failed and left out" if failures else ""
    after = "mend what failed, then vsrbook run" if failures else "vsrbook build"
    return (
        f"{ran} run, {unchanged} unchanged{failed}; "
        f"{pages} pages written in book/associations. Report: _build/{REPORT}. Next: {after}"
    )


@dataclass(frozen=True)
class Cleaned:
    """How many executed notebooks, read tables and drawn images were removed, and their bytes together."""

    notebooks: int
    others: int
    size: int


def clean_caches(project: Project, days: float, cache: str = "") -> Cleaned:
    """Remove results older than `days`, but no executed notebook that a page of the last runs was made from."""
    kept = open_cache(cache_address(project, cache))
    notebooks, size = kept.clean(days, keys_in_use(project))
    before, others = time.time() - days * DAY, 0
    for path in [*(project.build / "tables").glob("*.arrow"), *project.images.glob("*.svg")]:
        state = path.stat()
        if state.st_mtime < before:
            path.unlink(missing_ok=True)
            others, size = others + 1, size + state.st_size
    return Cleaned(notebooks, others, size)
