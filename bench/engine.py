"""Measure execution: a chapter by papermill and by the engine, two jobs against one, deciding, a cluster.

Run `python bench/engine.py` (about six minutes; `--quick` for a look). Prints the figures and writes them
into bench/results.md. CPU is that of all processes that a way needs; ways to be compared take turns.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from measuring import HEAD, Line, describe_machine
from synthetic import Size, make_book

from vsrbook.execution.cache import open_cache
from vsrbook.execution.plan import Unit, make_plan
from vsrbook.execution.pool import run_units
from vsrbook.execution.worker import Setting
from vsrbook.project import Edition, Project

ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).with_name("results.md")
NOTEBOOK = ROOT / "notebooks" / "4_goal.ipynb"
PARAMETERS = {"association": "kenya", "goal": 8}
PLAIN = Path(__file__).with_name("plain_chapter.py")
ONCE = "plain script, once, after its imports"
AGAIN = "plain script, again in the same process"
OURS = "engine vsrbook, as `vsrbook run` calls it"
SIZES = (Size(300, 205, 12), Size(5570, 60, 10))

# A way through papermill's API, in a process of its own: CPU after the imports, with that of all children.
API = """
import json, logging, os, resource, sys, time
from pathlib import Path
import papermill
from vsrbook.execution.plan import Unit
from vsrbook.execution.worker import DEFAULTS, execute_unit
logging.disable(50)
engine, notebook, parameters, times = sys.argv[1], Path(sys.argv[2]), json.loads(sys.argv[3]), int(sys.argv[4])
unit = Unit("page", "slug", "chapter", notebook.name, parameters, "key")
def cpu():
    spent = sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    if engine:
        words = Path(f"/proc/{get_parent().process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        spent += sum(map(int, words[11:15])) / os.sysconf("SC_CLK_TCK")
    return spent
def run():
    if engine == "run":
        return execute_unit(unit, notebook.parents[1], DEFAULTS)
    papermill.execute_notebook(
        str(notebook), None, parameters=parameters, engine_name=engine or None, progress_bar=False
    )
if engine:
    from vsrbook.execution.engine.handle import close_parent, get_parent
    get_parent()
run() if engine else None
start, clock = cpu(), time.perf_counter()
for _ in range(times):
    run()
print(json.dumps([(cpu() - start) / times, (time.perf_counter() - clock) / times]))
"""
DECIDE = """
import json, sys, time
from pathlib import Path
from vsrbook.project import Project
from vsrbook.execution.cache import open_cache
from vsrbook.execution.ledger import decide, read_ledger
from vsrbook.project import Edition
from vsrbook.execution.plan import make_plan
project = Project(Path(sys.argv[1]))
start, clock = time.process_time(), time.perf_counter()
plan = make_plan(project, Edition())
cache = open_cache(str(project.build / "executed"), project.build / "sound.json")
decisions = decide(plan, cache, read_ledger(project, Edition()))
spent = [time.process_time() - start, time.perf_counter() - clock]
print(json.dumps([*spent, len(plan.units), sum(decision.runs for decision in decisions)]))
"""


@dataclass(frozen=True)
class Cost:
    """What one notebook costs: CPU seconds and seconds by the clock."""

    cpu: float
    wall: float


def measure(command: Sequence[str]) -> Cost:
    """Run a program; CPU of all its processes and its time by the clock."""
    before, clock = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT, env=environment())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu, time.perf_counter() - clock)


def environment() -> dict[str, str]:
    """Give the environment of what is measured: this book, this Python's kernel."""
    return {**os.environ, "VSRBOOK_PROJECT": str(ROOT), "JUPYTER_PREFER_ENV_PATH": "1"}


def ask(source: str, *arguments: str) -> Any:
    """Run a script of this file; returns what it prints."""
    command = [sys.executable, "-c", source, *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT, env=environment())
    return json.loads(done.stdout)


# ---------- a notebook ----------


def by_cli(times: int) -> Cost:
    """Papermill's command, once a notebook."""
    said = [word for name, value in PARAMETERS.items() for word in ("-p", name, str(value))]
    with tempfile.TemporaryDirectory() as scratch:
        command = [
            sys.executable,
            "-m",
            "papermill",
            str(NOTEBOOK),
            f"{scratch}/out.ipynb",
            *said,
            "--no-progress-bar",
        ]
        costs = [measure(command) for _ in range(times)]
    return Cost(median(cost.cpu for cost in costs), median(cost.wall for cost in costs))


def by_api(engine: str, times: int) -> Cost:
    """Papermill's API, with an engine ("" = its own), many notebooks in one process."""
    return Cost(*ask(API, engine, str(NOTEBOOK), json.dumps(PARAMETERS), str(times)))


def by_plain_script(*, first: bool) -> Cost:
    """Run the chapter's code in a script, after its imports: the first time in a process, or the tenth."""
    times = 1 if first else 10
    command = [sys.executable, str(PLAIN), str(NOTEBOOK), json.dumps(PARAMETERS), str(times)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    spent = json.loads(done.stdout)[times // 2 :]
    return Cost(median(cpu for cpu, _ in spent), median(wall for _, wall in spent))


def measure_notebook(rounds: int) -> dict[str, Cost]:
    """Measure each way, in turns."""
    ways: dict[str, Callable[[], Cost]] = {
        ONCE: lambda: by_plain_script(first=True),
        AGAIN: lambda: by_plain_script(first=False),
        OURS: lambda: by_api("run", 10),
        "engine vsrbook, through papermill's API": lambda: by_api("vsrbook", 10),
        "papermill API, its own engine": lambda: by_api("", 2),
        "papermill CLI, its own engine": lambda: by_cli(2),
    }
    costs: dict[str, list[Cost]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            costs[name].append(way())
    return {
        name: Cost(median(c.cpu for c in seen), median(c.wall for c in seen)) for name, seen in costs.items()
    }


def write_notebook_lines(costs: dict[str, Cost]) -> list[str]:
    """Write CPU and wall of each way, and how many times the plain script's and the engine's CPU that is."""
    lines = ["| Way | CPU | wall | CPU to plain, once | CPU to plain, again | CPU to the engine |"]
    lines += ["|---|---:|---:|---:|---:|---:|"]
    for name, cost in costs.items():
        ratios = " | ".join(f"{cost.cpu / costs[other].cpu:.2f}" for other in (ONCE, AGAIN, OURS))
        lines.append(f"| {name} | {cost.cpu:.3f} s | {cost.wall:.3f} s | {ratios} |")
    return lines


# ---------- jobs ----------


def many_units(count: int) -> list[Unit]:
    """Make units of the chapter that differ in their names and keys only."""
    unit = Unit("kenya/goal-08", "kenya", "progress", NOTEBOOK.name, PARAMETERS, "")
    return [replace(unit, page=f"{unit.page}-{n}", key=f"bench-{n}") for n in range(count)]


def time_run(count: int, **how: Any) -> float:
    """Run units as `vsrbook run` does, into the cache, images drawn before; seconds by the clock."""
    with tempfile.TemporaryDirectory() as scratch:
        inputs = make_plan(Project(ROOT), Edition()).inputs if how.get("scheduler") else ""
        setting = Setting(str(ROOT), scratch, inputs=inputs)
        start = time.perf_counter()
        outcomes = run_units(many_units(count), setting, **how)
        seconds = time.perf_counter() - start
    failures = [str(outcome.failure) for outcome in outcomes if outcome.failure]
    assert not failures, failures  # noqa: S101  # a benchmark of failures would be fast
    return seconds


def measure_jobs(count: int, rounds: int) -> list[Line]:
    """Compare one job with two, in turns."""
    times: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(rounds):
        for jobs, seen in times.items():
            seen.append(time_run(count, jobs=jobs))
    one, two = (median(times[jobs]) for jobs in (1, 2))
    what = f"{count} notebooks into the cache, start included"
    return [Line(f"one job: {what}", one, "s", 1.0), Line("two jobs: times as fast", two, "s", one / two)]


@contextmanager
def cluster(workers: int) -> Iterator[str]:
    """Start a Dask scheduler and workers of one thread, each a process of its own; yields the address."""
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "scheduler.json"
        quiet = {
            "stdout": subprocess.DEVNULL,
            "stderr": subprocess.DEVNULL,
            "cwd": scratch,
            "env": environment(),
        }
        dask, local = [sys.executable, "-m", "dask"], ["--host", "127.0.0.1", "--no-dashboard"]
        processes = [
            subprocess.Popen(
                [*dask, "scheduler", "--port", "0", "--scheduler-file", str(file), *local], **quiet
            )
        ]
        while not file.exists():
            time.sleep(0.05)
        worker = [*dask, "worker", "--scheduler-file", str(file), "--nthreads", "1", "--no-nanny", *local]
        processes += [subprocess.Popen(worker, **quiet) for _ in range(workers)]
        try:
            yield json.loads(file.read_text("utf-8"))["address"]
        finally:
            for process in processes:
                process.kill()
                process.wait()


def measure_cluster(count: int, curve: Sequence[int]) -> list[Line]:
    """Compare clusters of several sizes with this machine's own two jobs; all warm, on the same two cores."""
    here = time_run(count, jobs=2)
    lines = [Line(f"this machine, two jobs: {count} notebooks", here, "s", 1.0)]
    for workers in curve:
        with cluster(workers) as address:
            time_run(workers * 2, scheduler=address)  # parents start
            seconds = time_run(count, scheduler=address)
        lines.append(
            Line(
                f"Dask, {workers} worker{'s' if workers > 1 else ''}: times as long",
                seconds,
                "s",
                seconds / here,
            )
        )
    return lines


# ---------- deciding ----------


def measure_deciding(size: Size) -> list[Line]:
    """Decide that nothing has changed; then that one value has."""
    with tempfile.TemporaryDirectory() as scratch:
        project = Project(make_book(Path(scratch), size))
        plan = make_plan(project, Edition())
        cache = open_cache(str(project.build / "executed"))
        for unit in plan.units:
            cache.write(unit.key, {"cells": [], "metadata": {}, "filler": "x" * 20_000})
        ask(DECIDE, str(project.root))  # every entry is read through once
        seen = [ask(DECIDE, str(project.root)) for _ in range(5)]
        assert seen[0][3] == 0  # noqa: S101  # nothing must run
        table = project.data / "samplia" / "observations.csv"
        change_one_value(table)
        changed = ask(DECIDE, str(project.root))
    count = seen[0][2]
    return [
        Line(f"nothing has changed, {count:,} units", median(cost[1] for cost in seen), "s"),
        Line(f"one value of {size.rows:,} has changed, {int(changed[3])} units must run", changed[1], "s"),
    ]


def change_one_value(table: Path) -> None:
    """Change the value in the table's last row."""
    text = table.read_text("utf-8")
    start = text.rstrip("\n").rindex("\n") + 1
    cells = text[start:].split(",")
    cells[7] = "99.9" if cells[7] != "99.9" else "99.8"
    table.write_text(text[:start] + ",".join(cells), "utf-8")


# ---------- memory, start ----------


def measure_memory(notebooks: int) -> list[Line]:
    """Measure parent and two forks at work, and the parent over many notebooks (proportional set size)."""
    import logging

    import papermill

    from vsrbook.execution.engine.handle import close_parent, get_parent

    logging.disable(50)
    os.environ |= environment()
    parent, peak, left = get_parent().process.pid, 0.0, iter(range(notebooks))

    def work() -> None:
        for _ in left:
            papermill.execute_notebook(
                str(NOTEBOOK), None, parameters=PARAMETERS, engine_name="vsrbook", progress_bar=False
            )

    before = size_of(parent, "Rss")
    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        peak = max(peak, sum(size_of(pid, "Pss") for pid in [parent, *children_of(parent)]))
        time.sleep(0.05)
    after = size_of(parent, "Rss")
    close_parent()
    return [
        Line("parent and two notebooks at work, the most (PSS)", peak, "MB"),
        Line("parent, before the first notebook (RSS)", before, "MB"),
        Line(f"parent, after {notebooks:,} notebooks (RSS)", after, "MB", after / before),
    ]


def size_of(pid: int, kind: str) -> float:
    """Return a process's memory in MB; 0 where it has ended."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    except OSError:
        return 0.0
    found = re.search(rf"^{kind}:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def children_of(pid: int) -> list[int]:
    """Return the children of a process."""
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]
    except OSError:
        return []


def measure_start(rounds: int) -> list[Line]:
    """Measure what the command costs before it does anything."""
    command = str(Path(sys.executable).with_name("vsrbook"))
    ways = {
        "python -c pass: CPU": [sys.executable, "-c", "pass"],
        "vsrbook --help: CPU": [command, "--help"],
        "vsrbook status: CPU": [command, "status"],
        "vsrbook run, nothing to do: CPU": [command, "run"],
    }
    costs: dict[str, list[Cost]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            costs[name].append(measure(way))
    found = {name: median(cost.cpu for cost in seen) for name, seen in costs.items()}
    bare = found["python -c pass: CPU"]
    return [Line(name, cpu * 1000, "ms", cpu / bare) for name, cpu in found.items()]


def main() -> None:
    """Measure, print, and write bench/results.md."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer rounds; nothing is written")
    quick = parser.parse_args().quick
    subprocess.run(
        [str(Path(sys.executable).with_name("vsrbook")), "run"], check=True, cwd=ROOT, capture_output=True
    )
    said = ", ".join(f"{name} {value}" for name, value in PARAMETERS.items())
    libraries = ("papermill", "ipykernel", "pandas", "altair", "distributed")
    sections = {
        f"A chapter: {NOTEBOOK.name}, {said}": write_notebook_lines(measure_notebook(2 if quick else 5)),
        "Jobs": [*HEAD, *map(str, measure_jobs(20 if quick else 200, 1 if quick else 2))],
        "A cluster": [
            *HEAD,
            *map(str, measure_cluster(20 if quick else 100, (1, 2) if quick else (1, 2, 4))),
        ],
        "Deciding": [
            *HEAD,
            *(str(line) for size in SIZES for line in measure_deciding(size)),
        ],
        "Memory": [*HEAD, *map(str, measure_memory(50 if quick else 1000))],
        "Start": [*HEAD, *map(str, measure_start(3 if quick else 7))],
    }
    text = ["# Execution, measured", "", "Written by `python bench/engine.py`.", ""]
    text += [
        f"{describe_machine(libraries)}, {os.cpu_count()} cores. Medians; ways that are compared take turns."
    ]
    for title, lines in sections.items():
        text += ["", f"## {title}", "", *lines]
    if not quick:
        RESULTS.write_text("\n".join(text) + "\n", "utf-8")
    print("\n".join(text))


if __name__ == "__main__":
    main()
