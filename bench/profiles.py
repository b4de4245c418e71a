"""Measure pages of local governments: tables to published pages, beside a plain script, and papermill with nbconvert.

Run `python bench/profiles.py` (about fifteen minutes; `--quick` for a look). Prints the figures and writes them into
bench/results-profiles.md. CPU is that of all processes, starts and imports included; the tables are synthetic.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent))
from measuring import HEAD, Line, describe_machine
from synthetic import Size, make_book

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).with_name("results-profiles.md")
PLAIN = Path(__file__).with_name("plain_profiles.py")
BIN = Path(sys.executable).parent
SLUG = "samplia"
MANY = Size(300, 205, 12)
LARGE = Size(5570, 60, 10)
GROWING = (Size(500, 60, 10), Size(2000, 60, 10), LARGE)
ROUNDS = 1
LIBRARIES = ("papermill", "nbconvert", "pandas", "pyarrow", "altair", "vl-convert-python")


@dataclass(frozen=True)
class Cost:
    """CPU seconds of a program with its children, its time by the clock, the most memory of all of them (PSS, MB)."""

    cpu: float
    wall: float
    peak: float = 0.0


def measure(*command: str, watch: bool = False) -> Cost:
    """Run a program; with `watch` its memory, with that of all that it starts, is looked at ten times a second."""
    before, clock = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    environment = {**os.environ, "JUPYTER_PREFER_ENV_PATH": "1"}
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment, text=True
    )
    with _watching(process.pid if watch else 0) as seen:
        _out, said = process.communicate()
    assert process.returncode == 0, said[-2000:]  # noqa: S101  # a benchmark of failures would be fast
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu, time.perf_counter() - clock, max(seen, default=0.0))


@contextmanager
def _watching(root: int) -> Iterator[list[float]]:
    seen: list[float] = []
    done = threading.Event()

    def look() -> None:
        while root and not done.wait(0.1):
            seen.append(sum(_memory(pid) for pid in _family(root)))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()


def _family(pid: int) -> list[int]:
    """Return a process and all that it has started, and they."""
    found, left = [], [pid]
    while left:
        found.append(left.pop())
        for task in Path(f"/proc/{found[-1]}/task").glob("*/children"):
            try:
                left += [int(word) for word in task.read_text("ascii").split()]
            except OSError:
                continue
    return found


def _memory(pid: int) -> float:
    """Return a process's share of memory in MB; 0 where it has ended."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    except OSError:
        return 0.0
    found = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


# ---------- a book with nothing but profiles ----------


def forget(root: Path) -> None:
    """Forget everything that has been made."""
    shutil.rmtree(root / "_build", ignore_errors=True)
    shutil.rmtree(root / "book" / "associations", ignore_errors=True)


def vsrbook(root: Path, *words: str, watch: bool = False) -> Cost:
    """Run the command for a book."""
    return measure(str(BIN / "vsrbook"), "--project", str(root), *words, watch=watch)


def publish(root: Path, jobs: int) -> Cost:
    """Publish all profiles from the tables; without what the book costs without them (a build that makes no page)."""
    forget(root)
    run = vsrbook(root, "run", "--only", "profiles", "--jobs", str(jobs))
    build, again = (vsrbook(root, "build", "--jobs", str(jobs)) for _ in range(2))
    return Cost(run.cpu + build.cpu - again.cpu, run.wall + build.wall - again.wall)


def by_plain_script(root: Path) -> Cost:
    """Work out the same figures for all areas in one script, images drawn."""
    forget(root)
    return measure(sys.executable, str(PLAIN), str(root), SLUG)


def by_commands(root: Path, count: int) -> Cost:
    """Papermill's command, then nbconvert's, for some areas; the data have been gathered. Cost of one."""
    costs = []
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["VSRBOOK_PROJECT"] = str(root)
        for number in range(1, count + 1):
            notebook = f"{scratch}/{number}.ipynb"
            run = measure(
                *(sys.executable, "-m", "papermill", str(root / "notebooks" / "profile.ipynb"), notebook),
                *("-p", "association", SLUG, "-r", "area", f"{number:04}", "--no-progress-bar"),
            )
            export = measure(sys.executable, "-m", "nbconvert", "--to", "html", "--no-input", notebook)
            costs.append(Cost(run.cpu + export.cpu, run.wall + export.wall))
        del os.environ["VSRBOOK_PROJECT"]
    return Cost(median(cost.cpu for cost in costs), median(cost.wall for cost in costs))


def compare_ways(root: Path, rounds: int) -> list[str]:
    """Compare the ways in turns, CPU per profile."""
    ways: dict[str, list[Cost]] = {"plain": [], "one job": [], "two jobs": [], "commands": []}
    for _ in range(rounds):
        ways["plain"].append(by_plain_script(root))
        ways["one job"].append(publish(root, 1))
        ways["two jobs"].append(publish(root, 2))
        ways["commands"].append(by_commands(root, 2))
    cpu = {name: median(cost.cpu for cost in costs) for name, costs in ways.items()}
    wall = {name: median(cost.wall for cost in costs) for name, costs in ways.items()}
    plain, ours = cpu["plain"] / MANY.areas, cpu["one job"] / MANY.areas
    lines = [
        Line("plain script, the same figures: CPU a profile", plain * 1000, "ms", 1.0),
        Line("run, export and data package: CPU a profile", ours * 1000, "ms", ours / plain),
        Line(
            "papermill CLI, then nbconvert CLI: CPU a profile",
            cpu["commands"] * 1000,
            "ms",
            cpu["commands"] / plain,
        ),
        Line("papermill CLI, then nbconvert CLI: times ours", cpu["commands"] / ours, "times"),
        Line("one job, all of it", wall["one job"], "s", 1.0),
        Line("two jobs: times as fast", wall["two jobs"], "s", wall["one job"] / wall["two jobs"]),
    ]
    return [*HEAD, *map(str, lines)]


# ---------- what changes, what is large ----------


def measure_change(root: Path) -> list[str]:
    """Change one value of one area, and see which pages are made anew, and whether they are those that differ."""
    before = _pages(root)
    table = root / "data" / SLUG / "observations.csv"
    text = table.read_text("utf-8")
    start = text.rstrip("\n").rindex("\n") + 1
    cells = text[start:].split(",")
    cells[7] = f"{float(cells[7]) + 0.7:.1f}"
    table.write_text(text[:start] + ",".join(cells), "utf-8")
    run = vsrbook(root, "run", "--only", "profiles")
    report = json.loads((root / "_build" / "run.json").read_text("utf-8"))
    ran = {unit["page"].rpartition("/")[2] for unit in report["units"] if unit["status"] == "ran"}
    ran &= set(before)
    build = vsrbook(root, "build")
    after = _pages(root)
    differ = {name for name in after if after[name] != before[name]}
    assert differ <= ran, differ - ran  # noqa: S101  # every page that differs has been run
    lines = [
        Line("pages whose content a changed value of one area changes", len(differ), "pages"),
        Line("pages that were run and made anew", len(ran), "pages"),
        Line("run and build, by the clock", run.wall + build.wall, "s"),
    ]
    return [*HEAD, *map(str, lines)]


def _pages(root: Path) -> dict[str, bytes]:
    folder = root / "_build" / "html" / "book" / "associations" / SLUG / "areas"
    return {path.stem: path.read_bytes() for path in folder.glob("[0-9]*.html")}


def measure_size(root: Path) -> list[str]:
    """Measure a page's HTML and its print."""
    folder = root / "_build" / "html" / "book" / "associations" / SLUG / "areas"
    sizes = [path.stat().st_size for path in folder.glob("[0-9]*.html")]
    lines = [Line("HTML of the largest page, shared scripts apart", max(sizes) / 1000, "kB")]
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play, _browser(play) as browser:
        page = browser.new_page()
        page.goto((folder / "0001.html").as_uri())
        page.wait_for_timeout(1000)
        pdf = page.pdf(format="A4", prefer_css_page_size=True)
    lines.append(Line("sheets of A4", len(re.findall(rb"/Type\s*/Page[^s]", pdf)), "pages"))
    return [*HEAD, *map(str, lines)]


@contextmanager
def _browser(play: Playwright) -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    browser = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
    try:
        yield browser
    finally:
        browser.close()


def measure_growth(sizes: Sequence[Size]) -> list[str]:
    """Measure the memory of planning and running, for more and more areas: some hundred notebooks each.

    All areas are planned and gathered; the run is ended after a while, for each notebook takes as much.
    """
    lines = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as scratch:
            root = make_book(Path(scratch), size)
            plan = vsrbook(root, "run", "--only", "profiles", "--dry-run", watch=True)
            lines.append(Line(f"{size}: gathered and planned, the most (PSS)", plan.peak, "MB"))
            lines.append(Line(f"{size}: gathered and planned", plan.wall, "s"))
    return [*HEAD, *map(str, lines)]


def measure_large(size: Size) -> list[str]:
    """Publish all areas of a large country with two jobs, and use the page that lists them."""
    with tempfile.TemporaryDirectory() as scratch:
        root = make_book(Path(scratch), size)
        run = vsrbook(root, "run", "--only", "profiles", "--jobs", "2", watch=True)
        build = vsrbook(root, "build", "--jobs", "2", watch=True)
        again = vsrbook(root, "build", "--jobs", "2")
        cpu = (run.cpu + build.cpu - again.cpu) / size.areas
        lines = [
            Line(f"{size}: run, by the clock", run.wall, "s"),
            Line("build, by the clock", build.wall, "s"),
            Line("build again, nothing changed", again.wall, "s"),
            Line("run, export and data package: CPU a profile", cpu * 1000, "ms"),
            Line("run: the most memory of all processes (PSS)", run.peak, "MB"),
            Line("build: the most memory of all processes (PSS)", build.peak, "MB"),
            *measure_list(root),
        ]
    return [*HEAD, *map(str, lines)]


def measure_list(root: Path) -> list[Line]:
    """Open the page of all areas from the disk in a browser: when it can be used, how fast search answers."""
    from playwright.sync_api import sync_playwright

    page_file = root / "_build" / "html" / "book" / "associations" / SLUG / "areas" / "index.html"
    ready, answers = [], []
    with sync_playwright() as play, _browser(play) as browser:
        for _ in range(3):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            start = time.perf_counter()
            page.goto(page_file.as_uri(), wait_until="commit")
            page.wait_for_selector(".vsr-areas input:enabled")
            ready.append(time.perf_counter() - start)
            box = page.locator(".vsr-areas input").first
            box.focus()
            answers += page.evaluate(SEARCH)
            page.close()
    return [
        Line("page of all areas: usable after", median(ready) * 1000, "ms"),
        Line("page of all areas: search answers within, the slowest", max(answers), "ms"),
    ]


SEARCH = """async () => {
  const box = document.querySelector(".vsr-areas input"), times = [];
  for (const words of ["m", "mu", "mun", "municipality 0", "0042", "zzz", ""]) {
    const start = performance.now();
    box.value = words;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    times.push(performance.now() - start);
  }
  return times;
}"""


def main() -> None:
    """Measure, print, and write bench/results-profiles.md."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--quick", action="store_true", help="one round, no large country; nothing is written"
    )
    quick = parser.parse_args().quick
    text = ["# Pages of local governments, measured", ""]
    text += [
        "Written by `python bench/profiles.py`; the tables are synthetic (Samplia is no real place).",
        "",
    ]
    text += [f"{describe_machine(LIBRARIES)}, {os.cpu_count()} cores. Starts and imports are included."]
    for title, lines in measure_all(quick=quick):
        text += ["", f"## {title}", "", *lines]
        print("\n".join(["", f"## {title}", *lines]), flush=True)
    if not quick:
        RESULTS.write_text("\n".join(text) + "\n", "utf-8")


def measure_all(*, quick: bool) -> Iterator[tuple[str, list[str]]]:
    """Measure one thing after another."""
    with tempfile.TemporaryDirectory() as scratch:
        root = make_book(Path(scratch), MANY)
        yield f"{MANY}: from tables to published pages", compare_ways(root, 1 if quick else ROUNDS)
        yield "A changed value", measure_change(root)
        yield "A page", measure_size(root)
    if not quick:
        yield "More areas", measure_growth(GROWING)
        yield "A large country", measure_large(LARGE)


if __name__ == "__main__":
    main()
