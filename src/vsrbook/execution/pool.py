"""Run units in parallel processes; one that fails does not stop the others."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from vsrbook.execution.plan import Unit
from vsrbook.execution.worker import CELL_SECONDS, Failure, Outcome, cached_path, run_unit


@dataclass(frozen=True)
class RunResult:
    """What a run did: units executed, units whose result was there already, and failures."""

    executed: tuple[Outcome, ...]
    unchanged: tuple[Unit, ...]

    @property
    def failures(self) -> list[Failure]:
        """Return the failures in the order of the plan."""
        return [outcome.failure for outcome in self.executed if outcome.failure]


def cores() -> int:
    """Return how many processor cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # Windows and macOS have no affinity
        return os.cpu_count() or 1


def run_units(
    units: Sequence[Unit],
    root: Path,
    cache: Path,
    *,
    jobs: int = 0,
    force: bool = False,
    cell_seconds: int = CELL_SECONDS,
    on_done: Callable[[Outcome], None] = lambda _outcome: None,
) -> RunResult:
    """Run the units whose result is not in the cache, `jobs` at a time (0 = one per core)."""
    todo = [unit for unit in units if force or not cached_path(cache, unit).is_file()]
    unchanged = tuple(unit for unit in units if unit not in todo)
    if not todo:
        return RunResult((), unchanged)
    workers = min(jobs or cores(), len(todo))
    outcomes = {}
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_leave_interrupts) as executor:
        try:
            for outcome in _run_all(executor, todo, root, cache, cell_seconds):
                outcomes[outcome.unit.page] = outcome
                on_done(outcome)
        except KeyboardInterrupt:
            for worker in multiprocessing.active_children():
                worker.kill()  # its kernel ends itself when its parent is gone
            executor.shutdown(wait=False, cancel_futures=True)
            raise
    return RunResult(tuple(outcomes[unit.page] for unit in todo), unchanged)


def _leave_interrupts() -> None:
    """Leave Ctrl-C to the parent: workers that catch it too would print tracebacks and go on."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _run_all(
    executor: Executor, todo: Sequence[Unit], root: Path, cache: Path, seconds: int
) -> Iterator[Outcome]:
    futures = {executor.submit(run_unit, unit, root, cache, seconds): unit for unit in todo}
    for future in as_completed(futures):
        unit = futures[future]
        try:
            yield future.result()
        except BrokenProcessPool as error:
            failure = Failure(unit.name, unit.notebook.name, None, "", f"the process died: {error}")
            yield Outcome(unit, 0.0, failure)
