"""Run units in parallel: on this machine's cores, or on a Dask cluster. One that fails stops no other."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vsrbook.execution.plan import PROFILE_NOTEBOOK, Unit
from vsrbook.execution.worker import Failure, Outcome, Setting, run_unit
from vsrbook.problems import Problem, ReviewError

JOB_MB = 500  # a worker with the drawing engine, its parent, and a notebook of ordinary size
TRIES = 2  # of a pool whose processes are killed, before each unit has a pool of its own
CONNECT_SECONDS = 10

OnDone = Callable[[Outcome], None]


def cores() -> int:
    """Return how many processor cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # Windows and macOS have no affinity
        return os.cpu_count() or 1


def free_memory_mb() -> float:
    """Return how much memory can be had, in MB: of the machine, or of the container that this runs in."""
    import psutil

    free = psutil.virtual_memory().available / 1e6
    group = Path("/sys/fs/cgroup")
    try:
        most = int((group / "memory.max").read_text("ascii"))
        used = int((group / "memory.current").read_text("ascii"))
    except (OSError, ValueError):  # no container, or one without a limit
        return float(free)
    return min(float(free), (most - used) / 1e6)


def choose_jobs(wanted: int, units: int) -> int:
    """Return how many notebooks run at once: `wanted`, or (0) as many as cores and memory bear."""
    most = wanted or min(cores(), int(free_memory_mb() / JOB_MB))
    return max(1, min(most, units))


def run_units(
    units: Sequence[Unit],
    setting: Setting,
    *,
    jobs: int = 0,
    scheduler: str = "",
    on_done: OnDone = lambda _outcome: None,
) -> tuple[Outcome, ...]:
    """Run units, `jobs` at a time (0 = as many as this machine bears) or on the cluster of a Dask scheduler.

    Returns the outcomes in the order of the units. Ctrl-C ends what is running and is raised again.
    Raises ReviewError where the scheduler cannot be reached.
    """
    outcomes: dict[str, Outcome] = {}

    def keep(outcome: Outcome) -> None:
        outcomes[outcome.unit.page] = outcome
        on_done(outcome)

    if scheduler and units:
        with _cluster(scheduler) as executor:
            _run_all(executor, units, setting, keep, give_up=True)
    else:
        _run_here(units, setting, jobs, keep)
    return tuple(outcomes[unit.page] for unit in units)


def _run_here(units: Sequence[Unit], setting: Setting, jobs: int, keep: OnDone) -> None:
    """Run units in processes; where those are killed again and again, each unit left in one of its own."""
    left = list(units)
    for _ in range(TRIES):
        if left:
            with _processes(choose_jobs(jobs, len(left))) as executor:
                left = _run_all(executor, left, setting, keep)
    for unit in left:
        with _processes(1) as executor:
            _run_all(executor, [unit], setting, keep, give_up=True)


def _run_all(
    executor: Executor, units: Sequence[Unit], setting: Setting, keep: OnDone, *, give_up: bool = False
) -> list[Unit]:
    """Run units in an executor; returns those that its broken processes have lost, unless it is to `give_up`."""
    # chapters take longer than profiles: the last to end is then a short one
    ordered = sorted(units, key=lambda unit: unit.notebook == PROFILE_NOTEBOOK)
    futures = {executor.submit(run_unit, unit, setting): unit for unit in ordered}
    lost = []
    for future in as_completed(futures):
        unit = futures[future]
        try:
            keep(future.result())
        except BrokenProcessPool:
            lost.append(unit)
            if give_up:
                keep(_died(unit, "was killed (out of memory?)"))
        except Exception as error:  # noqa: BLE001  # a cluster's own errors: a worker lost too often, say
            keep(_died(unit, f"was lost: {type(error).__name__}: {error}"))
    return [] if give_up else lost


def _died(unit: Unit, how: str) -> Outcome:
    failure = Failure(unit.name, unit.notebook, None, "", f"the process that ran it {how}")
    return Outcome(unit, 0.0, failure)


@contextmanager
def _processes(jobs: int) -> Iterator[Executor]:
    """Give processes of this machine, each with a warm parent of its own; on Ctrl-C all of them end at once."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin_worker) as executor:
        try:
            yield executor
        except KeyboardInterrupt:
            for worker in multiprocessing.active_children():
                worker.kill()  # its parent of notebooks, and they, end when it is gone
            # waits for the pool's thread, which ends now that its workers are gone: left alone, Python's own end
            # may reach for the pipe that the thread is closing
            executor.shutdown(wait=True, cancel_futures=True)
            raise


def _begin_worker() -> None:
    """Leave Ctrl-C to the main process, and end when it is gone, however it ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    main = multiprocessing.parent_process()
    if main is not None:
        threading.Thread(target=_end_with, args=[main], daemon=True).start()


def _end_with(main: Any) -> None:
    main.join()
    os._exit(1)


@contextmanager
def _cluster(address: str) -> Iterator[Executor]:
    """Give the workers of a Dask cluster; units of a worker that is lost go to the others."""
    try:
        import distributed
    except ImportError:
        hint = 'install it: pip install "vsrbook[cluster]"'
        raise ReviewError([Problem("--scheduler", "needs the package distributed", hint)]) from None
    try:
        connect: Any = distributed.Client  # its types are not complete
        client = connect(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        what = f"no Dask scheduler answers at {address}"
        raise ReviewError(
            [Problem("--scheduler", what, "start it: dask scheduler; write tcp://HOST:PORT")]
        ) from error
    executor = client.get_executor(pure=False)
    try:
        yield executor
        executor.shutdown()
    except KeyboardInterrupt:
        # its event loop logs each future that is cancelled under it, as a traceback
        for name in ("distributed", "tornado.application"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        raise
    finally:
        executor.shutdown(wait=False)  # cancels what has not begun
        client.close(timeout=CONNECT_SECONDS)
