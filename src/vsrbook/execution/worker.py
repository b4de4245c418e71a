"""Run one unit with papermill, in a process of its own, and keep the result only if it is whole."""

from __future__ import annotations

import json
import os
import re
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vsrbook.execution.plan import Unit

CELL_SECONDS = 300
START_SECONDS = 120


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
    """How a unit ended: `failure` is None where the executed notebook is in the cache."""

    unit: Unit
    seconds: float
    failure: Failure | None = None


def cached_path(cache: Path, unit: Unit) -> Path:
    """Return where the executed notebook of a unit is kept."""
    return cache / f"{unit.key}.ipynb"


def run_unit(unit: Unit, root: Path, cache: Path, cell_seconds: int = CELL_SECONDS) -> Outcome:
    """Execute a unit's notebook and put it into the cache; a failed one leaves nothing there."""
    import papermill

    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"  # the kernel of this environment, not one of the user's
    os.environ["VSRBOOK_PROJECT"] = str(root)
    started = time.monotonic()
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="run-", dir=cache) as scratch:
        output = Path(scratch) / "executed.ipynb"
        try:
            papermill.execute_notebook(
                unit.notebook,
                output,
                parameters=unit.parameters,
                kernel_name="python3",
                cwd=str(root),
                progress_bar=False,
                request_save_on_cell_execute=False,  # else the whole file is written twice per cell
                execution_timeout=cell_seconds,
                start_timeout=START_SECONDS,
                extra_arguments=["--IPKernelApp.log_level=50"],  # else each kernel remarks on its transport
            )
            failure = find_missing_output(unit, output)
        except Exception as error:  # noqa: BLE001  # whatever a notebook raises is that notebook's failure
            failure = describe_failure(unit, output, error, cell_seconds)
        if failure is None:
            draw_images(output)
            output.replace(cached_path(cache, unit))
    return Outcome(unit, time.monotonic() - started, failure)


def draw_images(output: Path) -> None:
    """Draw the static image of each figure: here, because starting the drawing engine costs a second per process."""
    from vsrbook.figures.figure import MIME, draw_svg

    notebook = json.loads(output.read_text("utf-8"))
    outputs = [o for cell in notebook["cells"] for o in cell.get("outputs", [])]
    for payload in [o["data"][MIME] for o in outputs if MIME in o.get("data", {})]:
        payload["svg_text"] = draw_svg(payload["spec"], payload["title"], payload["alt"])
    output.write_text(json.dumps(notebook, ensure_ascii=False), "utf-8")


def find_missing_output(unit: Unit, output: Path) -> Failure | None:
    """Fail a notebook that ran and shows nothing: a page without content must not be published."""
    cells = json.loads(output.read_text("utf-8"))["cells"]
    shown = any(o.get("output_type") != "stream" for cell in cells for o in cell.get("outputs", []))
    if shown:
        return None
    return Failure(unit.name, unit.notebook.name, None, "", "missing output: no cell shows anything")


def describe_failure(unit: Unit, output: Path, error: Exception, cell_seconds: int) -> Failure:
    """Say which cell failed, at which line, and why, in one line."""
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    name = unit.notebook.name
    if isinstance(error, PapermillExecutionError):
        cell = _original_position(unit.notebook, error.source)
        line = _failing_line(error.source, error.traceback)
        return Failure(unit.name, name, cell, line, f"{error.ename}: {_first_line(error.evalue)}")
    cell, line = _unfinished_cell(unit, output)
    if isinstance(error, CellTimeoutError):
        return Failure(unit.name, name, cell, line, f"timeout: longer than {cell_seconds} seconds")
    if isinstance(error, DeadKernelError):
        return Failure(unit.name, name, cell, line, "the kernel died (out of memory, or ended by the system)")
    return Failure(unit.name, name, None, "", f"{type(error).__name__}: {_first_line(str(error))}")


def _original_position(notebook: Path, source: str) -> int | None:
    """Return the number of the cell in the notebook as its author sees it: papermill adds one of its own."""
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    return next((i for i, cell in enumerate(cells, 1) if "".join(cell["source"]) == source), None)


def _failing_line(source: str, traceback: list[str]) -> str:
    """Return the line of the cell that the traceback points at."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(traceback))
    lines = source.splitlines()
    pointed = [int(n) for n in re.findall(r"^-+> (\d+) ", text, re.MULTILINE)]
    number = pointed[0] if pointed and pointed[0] <= len(lines) else len(lines)
    return lines[number - 1].strip() if lines else ""


def _unfinished_cell(unit: Unit, output: Path) -> tuple[int | None, str]:
    """Return number and first line of the cell that was running when the run ended."""
    if not output.is_file():
        return None, ""
    cells: list[Any] = json.loads(output.read_text("utf-8"))["cells"]
    for cell in cells:
        if cell["metadata"].get("papermill", {}).get("status") in ("running", "failed"):
            source = "".join(cell["source"])
            return _original_position(unit.notebook, source), source.strip().splitlines()[0] if source else ""
    return None, ""


def _first_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        return ""
    return lines[0] if len(lines) == 1 else f"{lines[0]} (and {len(lines) - 1} more)"
