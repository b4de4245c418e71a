"""Run one unit with papermill, and keep the result only if it is whole."""

from __future__ import annotations

import json
import os
import platform
import re
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from vsrbook.execution.cache import open_cache
from vsrbook.execution.engine.limits import Limits
from vsrbook.execution.inputs import InputWatch
from vsrbook.execution.keys import code_digest, digest, library_versions
from vsrbook.execution.plan import Unit
from vsrbook.execution.shown import digest_shown
from vsrbook.files import write_whole
from vsrbook.own_chapters import is_own
from vsrbook.project import Edition, Project

CELL_SECONDS = 300
MEMORY_MB = 4096
OUTPUT_MB = 64
START_SECONDS = 120
ENGINE = "vsrbook"
KERNEL = "python3"
DEFAULTS = Limits(cell_seconds=CELL_SECONDS, memory_mb=MEMORY_MB, output_mb=OUTPUT_MB)


@dataclass(frozen=True)
class Setting:
    """Where units run and what they may use.

    `root` is the project's folder, `cache` a folder or a URL that fsspec knows. `inputs` is the digest of
    all that the plan was made from: where files, toolkit or libraries differ from it, before or after a
    notebook has run, nothing is kept ("" = do not look). `host` is the machine that planned the run;
    on others the environment may name another folder (VSRBOOK_PROJECT).
    """

    root: str
    cache: str
    edition: Edition = field(default_factory=Edition)
    limits: Limits = DEFAULTS
    inputs: str = ""
    host: str = ""


@dataclass(frozen=True)
class Failure:
    """Why a unit failed: the cell (as counted in the notebook, from 1), its line, the error."""

    unit: str
    notebook: str
    cell: int | None
    line: str
    error: str

    def __str__(self) -> str:
        place = f"{self.notebook} cell {self.cell}" if self.cell else self.notebook
        line = f", line `{self.line}`" if self.line else ""
        return f"{self.unit}: {place}{line}: {self.error}"


@dataclass(frozen=True)
class Outcome:
    """How a unit ended: `failure` is None where the executed notebook is in the cache.

    `seconds` by the clock; `cpu_seconds` and `peak_mb` (what it shares with its parent included) of the
    notebook's process, None where papermill's default engine ran it. `shows` is the digest of what the
    notebook shows its readers.
    """

    unit: Unit
    seconds: float
    failure: Failure | None = None
    cpu_seconds: float | None = None
    peak_mb: float | None = None
    host: str = ""
    shows: str = ""


class OtherInputsError(RuntimeError):
    """The files here are not those that the plan was made from."""


class NoRoomError(RuntimeError):
    """A result cannot be kept."""


def run_unit(unit: Unit, setting: Setting) -> Outcome:
    """Execute a unit's notebook and put it into the cache; where it fails, no earlier result stays there."""
    started = time.monotonic()
    costs: dict[str, Any] = {}
    shows = ""
    try:
        root = _find_root(setting)
        notebook = execute_unit(unit, root, setting.limits)
        costs = notebook["metadata"].get("vsrbook", {})
        failure = find_missing_output(unit, notebook)
        if failure is None:
            draw_images(notebook, Project(root).images)
            _find_root(setting)  # a file saved meanwhile may have been read: its content is not in the key
            _keep(unit, notebook, setting)
            shows = digest_shown(notebook)
    except Exception as error:  # noqa: BLE001  # whatever a notebook raises is that notebook's failure
        failure = describe_failure(
            unit, Path(setting.root) / "notebooks" / unit.notebook, error, setting.limits
        )
    if failure is not None:
        with suppress(Exception):
            open_cache(setting.cache).remove(unit.key)  # a failure must not leave an earlier success behind
    seconds = time.monotonic() - started
    return Outcome(
        unit, seconds, failure, costs.get("cpu_seconds"), costs.get("peak_mb"), platform.node(), shows
    )


def _keep(unit: Unit, notebook: dict[str, Any], setting: Setting) -> None:
    try:
        open_cache(setting.cache).write(unit.key, notebook)
    except OSError as error:
        raise NoRoomError(f"the result cannot be kept: {error.strerror or error}") from error


def _find_root(setting: Setting) -> Path:
    """Return the project's folder here, if its files are those that the plan was made from.

    On another machine VSRBOOK_PROJECT may name it. Raises OtherInputsError.
    """
    here = setting.host in ("", platform.node()) and Path(setting.root).is_dir()
    root = Path(setting.root) if here else Path(os.environ.get("VSRBOOK_PROJECT", setting.root))
    if not setting.inputs:
        return root
    watch = _watch(root, setting.edition, setting.inputs)
    if watch.mark != setting.inputs:
        raise OtherInputsError(
            f"{platform.node()}: the files in {root}, vsrbook or a library differ from those that the run was "
            "planned with; bring them to the same version, and run again"
        )
    if changed := watch.find_changed():
        named = ", ".join(changed[:3])
        raise OtherInputsError(f"{named} changed while the book was run; run again")
    return root


@cache
def _watch(root: Path, edition: Edition, _inputs: str) -> InputWatch:
    """Watch the files here: one look at their content for each plan, then at their times."""
    return InputWatch(Project(root), edition)


def execute_unit(unit: Unit, root: Path, limits: Limits) -> Any:
    """Execute a unit's notebook; returns it with its outputs. Raises what papermill raises.

    These are the steps of papermill's own execute_notebook, but the last. That writes the notebook as
    indented JSON, also where there is nowhere to write it: two thirds of papermill's share of the time.
    """
    from papermill.engines import papermill_engines
    from papermill.execute import raise_for_execution_errors
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"  # the kernel of this environment, not one of the user's
    how = {"engine_name": ENGINE, "kernel_name": KERNEL}
    notebook = load_notebook_node(str(root / "notebooks" / unit.notebook))
    notebook = parameterize_notebook(notebook, unit.parameters, **how)
    notebook = papermill_engines.execute_notebook_with_engine(
        nb=notebook,
        **how,
        progress_bar=False,
        execution_timeout=limits.cell_seconds,
        start_timeout=START_SECONDS,
        folder=str(root),
        environment={"VSRBOOK_PROJECT": str(root), "PYTHONPATH": _python_path(root / "notebooks")},
        notebook_timeout=limits.notebook_seconds,
        memory_mb=limits.memory_mb,
        output_mb=limits.output_mb,
        extra_arguments=["--IPKernelApp.log_level=50"],  # else each kernel remarks on its transport
    )
    raise_for_execution_errors(notebook, None)
    return notebook


def _python_path(notebooks: Path) -> str:
    """Return where a notebook's modules are looked for: where they are anyway, then beside the notebook."""
    folders = [folder for folder in os.environ.get("PYTHONPATH", "").split(os.pathsep) if folder]
    return os.pathsep.join(dict.fromkeys([*folders, str(notebooks)]))


def draw_images(notebook: dict[str, Any], folder: Path) -> None:
    """Draw the static image of each figure; those that have been drawn before are taken from `folder`.

    Here, because starting the drawing engine costs half a second a process. It opens the font's file for
    every word that it measures, so that a chart takes 50 ms: a third of what a page costs.
    """
    from vsrbook.figures.figure import MIME

    outputs = [o for cell in notebook["cells"] for o in cell.get("outputs", [])]
    for payload in [o["data"][MIME] for o in outputs if MIME in o.get("data", {})]:
        payload["svg_text"] = _draw(payload["spec"], payload["title"], payload["alt"], folder)


def _draw(spec: dict[str, Any], title: str, alt: str, folder: Path) -> str:
    from vsrbook.figures import figure, theme

    drawer = [
        library_versions()["vl-convert-python"],
        code_digest(Path(figure.__file__), Path(theme.__file__)),
    ]
    path = folder / f"{digest([spec, title, alt, drawer])}.svg"
    with suppress(OSError, UnicodeDecodeError):
        drawn = path.read_text("utf-8")
        if drawn.endswith("</svg>"):
            return drawn
    drawn = figure.draw_svg(spec, title, alt).rstrip()
    with suppress(OSError):  # it only saves time
        write_whole(path, drawn.encode())
    return drawn


def find_missing_output(unit: Unit, notebook: dict[str, Any]) -> Failure | None:
    """Fail a notebook that ran and shows nothing: a page without content must not be published.

    A chapter that an author has added may have nothing to say about an association: it gets no page there.
    """
    if has_output(notebook) or is_own(unit.chapter):
        return None
    return Failure(unit.name, unit.notebook, None, "", "missing output: no cell shows anything")


def has_output(notebook: dict[str, Any]) -> bool:
    """Whether an executed notebook shows something; what it prints is not on the page."""
    outputs = [o for cell in notebook["cells"] for o in cell.get("outputs", [])]
    return any(o.get("output_type") != "stream" for o in outputs)


def describe_failure(unit: Unit, notebook: Path, error: Exception, limits: Limits) -> Failure:
    """Say which cell failed, at which line, and why, in one line."""
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    if isinstance(error, PapermillExecutionError):
        cell = _original_position(notebook, error.source)
        line = _failing_line(error.source, error.traceback)
        words = f"{error.ename}: {_first_line(error.evalue)}".removesuffix(": ")
        return Failure(unit.name, unit.notebook, cell, line, words)
    if isinstance(error, NoRoomError | OtherInputsError):
        return Failure(unit.name, unit.notebook, None, "", str(error))
    cell, line = _last_begun(notebook, getattr(error, "cells", []))
    if isinstance(error, CellTimeoutError):
        words = (
            str(error)
            if "notebook" in str(error)[:30]
            else f"timeout: longer than {limits.cell_seconds} seconds"
        )
        return Failure(unit.name, unit.notebook, cell, line, words)
    if isinstance(error, DeadKernelError):
        return Failure(unit.name, unit.notebook, cell, line, f"the kernel died: {_first_line(str(error))}")
    return Failure(unit.name, unit.notebook, None, "", f"{type(error).__name__}: {_first_line(str(error))}")


def _original_position(notebook: Path, source: str) -> int | None:
    """Return the number of the cell in the notebook as its author sees it: papermill adds one of its own."""
    try:
        cells = json.loads(notebook.read_text("utf-8"))["cells"]
    except (OSError, ValueError):
        return None
    return next((i for i, cell in enumerate(cells, 1) if "".join(cell["source"]) == source), None)


def _failing_line(source: str, traceback: list[str]) -> str:
    """Return the line of the cell that the traceback points at."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(traceback))
    lines = source.splitlines()
    pointed = [int(n) for n in re.findall(r"^-+> (\d+) ", text, re.MULTILINE)]
    number = pointed[0] if pointed and pointed[0] <= len(lines) else len(lines)
    return lines[number - 1].strip() if lines else ""


def _last_begun(notebook: Path, cells: list[Any]) -> tuple[int | None, str]:
    """Return number and first line of the cell that was running when the run ended."""
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    begun = [cell["source"] for cell in code if cell["metadata"].get("papermill", {}).get("start_time")]
    if not begun:
        return None, ""
    lines = begun[-1].strip().splitlines()
    return _original_position(notebook, begun[-1]), lines[0] if lines else ""


def _first_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        return ""
    return lines[0] if len(lines) == 1 else f"{lines[0]} (and {len(lines) - 1} more)"
