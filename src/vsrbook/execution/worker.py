"""Run one unit with papermill, in a process of its own, and keep the result only if it is whole."""

from __future__ import annotations

import json
import os
import re
import tempfile
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from vsrbook.execution.plan import Unit

CELL_SECONDS = 300
START_SECONDS = 120
ENGINE = "watched"


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


def cached_path(folder: Path, unit: Unit) -> Path:
    """Return where the executed notebook of a unit is kept."""
    return folder / f"{unit.key}.ipynb"


def run_unit(unit: Unit, root: Path, folder: Path, cell_seconds: int = CELL_SECONDS) -> Outcome:
    """Execute a unit's notebook and put it into the cache; a failed one leaves nothing there."""
    import papermill

    engine = _register_engine()
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"  # the kernel of this environment, not one of the user's
    os.environ["VSRBOOK_PROJECT"] = str(root)
    started = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    cached_path(folder, unit).unlink(missing_ok=True)  # a failure must not leave an earlier success behind
    with tempfile.TemporaryDirectory(prefix="run-", dir=folder) as scratch:
        output = Path(scratch) / "executed.ipynb"
        try:
            papermill.execute_notebook(
                unit.notebook,
                output,
                parameters=unit.parameters,
                engine_name=ENGINE,
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
            failure = describe_failure(unit, engine.cells, error, cell_seconds)
        if failure is None:
            draw_images(output)
            output.replace(cached_path(folder, unit))
    return Outcome(unit, time.monotonic() - started, failure)


@cache
def _register_engine() -> Any:
    """Register papermill's own engine with one addition: the cells can be looked at when it has failed.

    papermill writes nothing when a cell times out or the kernel dies, unless it saves after each cell.
    """
    from papermill.engines import NBClientEngine, papermill_engines

    class WatchedEngine(NBClientEngine):  # type: ignore[misc]  # papermill ships no types
        cells: ClassVar[list[Any]] = []

        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
            cls.cells = nb_man.nb.cells
            return super().execute_managed_notebook(nb_man, kernel_name, **options)

    papermill_engines.register(ENGINE, WatchedEngine)
    return WatchedEngine


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


def describe_failure(unit: Unit, cells: list[Any], error: Exception, cell_seconds: int) -> Failure:
    """Say which cell failed, at which line, and why, in one line.

    `cells` are those of the notebook as far as it was run.
    """
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    name = unit.notebook.name
    if isinstance(error, PapermillExecutionError):
        cell = _original_position(unit.notebook, error.source)
        line = _failing_line(error.source, error.traceback)
        return Failure(unit.name, name, cell, line, f"{error.ename}: {_first_line(error.evalue)}")
    cell, line = _last_begun(unit, cells)
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


def _last_begun(unit: Unit, cells: list[Any]) -> tuple[int | None, str]:
    """Return number and first line of the cell that was running when the run ended."""
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    begun = [cell["source"] for cell in code if cell["metadata"].get("papermill", {}).get("start_time")]
    if not begun:
        return None, ""
    lines = begun[-1].strip().splitlines()
    return _original_position(unit.notebook, begun[-1]), lines[0] if lines else ""


def _first_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        return ""
    return lines[0] if len(lines) == 1 else f"{lines[0]} (and {len(lines) - 1} more)"
