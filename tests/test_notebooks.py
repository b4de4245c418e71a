"""The notebooks: prose and one-line calls, without output, and each of them runs."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import pytest

from vsrbook.chapters.outline import CHAPTERS, GOAL_NOTEBOOK, LIBRARY_PAGES
from vsrbook.execution.plan import PROFILE_NOTEBOOK

ROOT = Path(__file__).resolve().parents[1]
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
COMMON = ["association", "edition", "language", "audience", "draft"]
PARAMETERS = {
    GOAL_NOTEBOOK: [*COMMON, "goal"],
    **{name: ["language"] for name in LIBRARY_PAGES},
    PROFILE_NOTEBOOK: [*COMMON, "area"],
}

every = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def read_cells(path: Path) -> list[dict[str, Any]]:
    """Read the cells of a notebook, each with its source as one text."""
    cells: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["cells"]
    return [{**cell, "source": "".join(cell["source"])} for cell in cells]


def tagged(path: Path, tag: str) -> list[str]:
    """Return the sources of the cells with a tag."""
    return [cell["source"] for cell in read_cells(path) if tag in cell["metadata"].get("tags", [])]


def test_every_chapter_has_its_notebook() -> None:
    """The outline names the notebooks that there are, and no notebook is left over."""
    named = {chapter.notebook for chapter in CHAPTERS} | {GOAL_NOTEBOOK, PROFILE_NOTEBOOK}
    assert {path.name for path in PATHS} - set(LIBRARY_PAGES) == named


@every
def test_notebook_is_valid(path: Path) -> None:
    """Jupyter's schema accepts it; a change of one cell changes few lines; cells have ids of their own."""
    text = path.read_text("utf-8")
    nbformat.validate(nbformat.reads(text, as_version=4))
    assert text.count("\n") > len(read_cells(path))
    ids = [cell["id"] for cell in read_cells(path)]
    assert len(set(ids)) == len(ids)


@every
def test_notebook_holds_no_results(path: Path) -> None:
    """No output, no execution count, no times, and no kernel of somebody's machine."""
    for cell in read_cells(path):
        if cell["cell_type"] == "code":
            assert (cell["outputs"], cell["execution_count"]) == ([], None)
        assert set(cell["metadata"]) <= {"tags"}
    metadata = json.loads(path.read_text("utf-8"))["metadata"]
    assert metadata["kernelspec"]["name"] == "python3"
    assert set(metadata) <= {"kernelspec", "language_info"}


@every
def test_parameters_are_declared(path: Path) -> None:
    """One cell declares the parameters of the notebook with their defaults, and nothing else."""
    (source,) = tagged(path, "parameters")
    tree = ast.parse(source)
    names = [target.id for node in tree.body if isinstance(node, ast.Assign) for target in node.targets]
    assert names == PARAMETERS.get(path.name, COMMON)
    for node in tree.body:
        assert isinstance(node, ast.Assign)
        assert isinstance(node.value, ast.Constant)


@every
def test_setup_loads_through_the_one_door(path: Path) -> None:
    """One cell imports and loads, after the parameters; it reads no file by itself."""
    (source,) = tagged(path, "setup")
    order = [cell["source"] for cell in read_cells(path) if cell["cell_type"] == "code"]
    assert order[:2] == [*tagged(path, "parameters"), source]
    for node in ast.parse(source).body:
        assert isinstance(node, ast.Import | ast.ImportFrom | ast.Assign)
        if isinstance(node, ast.ImportFrom):
            assert str(node.module).startswith("vsrbook")
        assert not isinstance(node, ast.Import)
    assert re.search(r"= load_(review|library|profile)\(", source)


@every
def test_first_cell_is_the_title(path: Path) -> None:
    """The first cell is a heading of the first level and the only one; no level is skipped."""
    cells = read_cells(path)
    assert cells[0]["cell_type"] == "markdown"
    assert cells[0]["source"].startswith("# ")
    prose = "\n".join(cell["source"] for cell in cells if cell["cell_type"] == "markdown")
    levels = [len(marks) for marks in re.findall(r"^(#+) ", prose, re.MULTILINE)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@every
def test_sections_stand_at_the_head_of_a_cell(path: Path) -> None:
    """A second-level heading begins its cell: a section without content is left out from there."""
    for cell in read_cells(path):
        if cell["cell_type"] == "markdown":
            assert not re.search(r"\n#{1,2} ", cell["source"])


@every
def test_notebook_names_no_place_of_a_machine_or_the_web(path: Path) -> None:
    """No absolute path, no address, no e-mail."""
    for cell in read_cells(path):
        assert not re.search(r"(^|[\s\"'(])(/[A-Za-z]|[A-Za-z]:\\|~/|\\\\)", cell["source"]), cell["source"]
        assert not re.search(r"https?:|www\.|file:|\S@\S", cell["source"]), cell["source"]


@every
def test_code_is_one_line_that_shows(path: Path) -> None:
    """Every cell of code but the first two is one line: show(...) of what a chapter's functions return."""
    cells = [cell for cell in read_cells(path) if cell["cell_type"] == "code"][2:]
    assert cells
    for cell in cells:
        assert "\n" not in cell["source"]
        assert len(cell["source"]) <= 110
        call = ast.parse(cell["source"], mode="eval").body
        assert isinstance(call, ast.Call)
        assert isinstance(call.func, ast.Name)
        assert call.func.id == "show"
        assert call.args
        assert all(isinstance(argument, ast.Call) for argument in call.args)
        assert cell["metadata"].get("tags", []) == []


def test_every_notebook_runs() -> None:
    """All of them run in nbval, with their defaults and each in a kernel of its own; none raises."""
    done = subprocess.run(  # noqa: PLW1510 - the result is looked at below
        [sys.executable, "-m", "pytest", "--nbval-lax", "notebooks/", "-p", "no:cacheprovider", "-q"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        | {"VSRBOOK_PROJECT": str(ROOT), "JUPYTER_PREFER_ENV_PATH": "1"},
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    code = sum(cell["cell_type"] == "code" for path in PATHS for cell in read_cells(path))
    assert f"{code} passed" in done.stdout
