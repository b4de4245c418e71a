"""Parse a notebook that nobody vouches for: bounded, and nothing of it is run."""

from __future__ import annotations

import ast
import json
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from vsrbook.chapters.outline import CHAPTERS, GOAL_NOTEBOOK, LIBRARY_PAGES
from vsrbook.execution.plan import PROFILE_NOTEBOOK
from vsrbook.notebook_checks.markdown import Item, read_markdown
from vsrbook.own_chapters import MAX_BYTES
from vsrbook.project import Project

MAX_CELLS = 500
MAX_SOURCE = 20_000  # characters of a cell
KINDS = {GOAL_NOTEBOOK: "goal", PROFILE_NOTEBOOK: "profile", **dict.fromkeys(LIBRARY_PAGES, "library")}
TOOLKIT = {*KINDS, *(chapter.notebook for chapter in CHAPTERS)}
EMPTY = ast.Module([], [])


class UnreadableError(ValueError):
    """It is no notebook, or larger than a notebook can be; the message says which."""


@dataclass(frozen=True)
class Cell:
    """One cell: `number` as counted in the notebook from 1, `tree` of its code, `fault` where it is no Python."""

    number: int
    kind: str
    source: str
    tags: tuple[str, ...]
    content: Mapping[str, Any] = field(repr=False)
    tree: ast.Module = field(default=EMPTY, repr=False)
    fault: tuple[str, int] | None = None

    def walk(self) -> Iterator[ast.AST]:
        """Yield every node of its code."""
        return ast.walk(self.tree)


@dataclass(frozen=True)
class Notebook:
    """A notebook of a project: `name` of its file, its cells, and what else the file holds."""

    name: str
    project: Project
    content: Mapping[str, Any] = field(repr=False)
    cells: tuple[Cell, ...] = field(repr=False)

    @property
    def kind(self) -> str:
        """What it makes: "goal", "library", "profile" or "chapter"."""
        return KINDS.get(self.name, "chapter")

    @property
    def is_own(self) -> bool:
        """Whether an author has added it to those of the toolkit."""
        return self.name not in TOOLKIT

    @property
    def metadata(self) -> Mapping[str, Any]:
        """What it says about itself."""
        found: Mapping[str, Any] = self.content["metadata"]
        return found

    @cached_property
    def code(self) -> tuple[Cell, ...]:
        """The cells of code."""
        return tuple(cell for cell in self.cells if cell.kind == "code")

    @cached_property
    def prose(self) -> tuple[tuple[Cell, Item], ...]:
        """What stands in the Markdown cells, each with its cell."""
        cells = (cell for cell in self.cells if cell.kind == "markdown")
        return tuple((cell, item) for cell in cells for item in read_markdown(cell.source))

    @cached_property
    def parameters(self) -> tuple[Cell, ...]:
        """The cells tagged parameters."""
        return tuple(cell for cell in self.code if "parameters" in cell.tags)

    def nodes(self) -> Iterator[tuple[Cell, ast.AST]]:
        """Yield every node of code with its cell."""
        return ((cell, node) for cell in self.code for node in cell.walk())

    def calls(self) -> Iterator[tuple[Cell, ast.Call, str]]:
        """Yield every call with the last name of what is called: "display" for IPython.display.display(...)."""
        for cell, node in self.nodes():
            if isinstance(node, ast.Call):
                yield cell, node, last_name(node.func)

    def strings(self) -> Iterator[tuple[Cell, ast.Constant, str]]:
        """Yield every text in the code."""
        for cell, node in self.nodes():
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield cell, node, node.value


def last_name(node: ast.AST) -> str:
    """Return the last part of a dotted name; "" for anything else."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def dotted_name(node: ast.AST) -> str:
    """Return a dotted name whole: "np.random.rand"; "" where it does not begin with a plain name."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def line_of(node: ast.AST) -> int:
    """Return the line of a node in its cell."""
    return int(getattr(node, "lineno", 1))


def read_notebook(path: Path, project: Project) -> Notebook:
    """Read a notebook. Raises UnreadableError."""
    try:
        content = _load(path)
        cells = tuple(_parse_cell(cell, number) for number, cell in enumerate(content["cells"], 1))
        return Notebook(path.name, project, dict(content, metadata=dict(content["metadata"])), cells)
    except UnreadableError:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UnreadableError("is no notebook that can be read") from error


def _load(path: Path) -> Mapping[str, Any]:
    if path.stat().st_size > MAX_BYTES:
        raise UnreadableError(f"is larger than {MAX_BYTES // 1_000_000} MB")
    content: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
    if len(content["cells"]) > MAX_CELLS:
        raise UnreadableError(f"has {len(content['cells']):,} cells, more than {MAX_CELLS}")
    return content


def _parse_cell(cell: Mapping[str, Any], number: int) -> Cell:
    source = "".join(cell["source"])
    kind, tags = str(cell["cell_type"]), tuple(map(str, cell["metadata"].get("tags", [])))
    if len(source) > MAX_SOURCE:
        raise UnreadableError(f"cell {number} has {len(source):,} characters, more than {MAX_SOURCE:,}")
    tree, fault = _parse_code(source) if kind == "code" else (EMPTY, None)
    return Cell(number, kind, source, tags, cell, tree, fault)


def _parse_code(source: str) -> tuple[ast.Module, tuple[str, int] | None]:
    """Parse code; where it is no plain Python, say why, and at which line."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about escapes in texts: not what is looked for here
            return ast.parse(source), None
    except SyntaxError as error:
        return EMPTY, (str(error.msg), error.lineno or 1)
    except (ValueError, RecursionError, MemoryError):
        return EMPTY, ("it cannot be parsed", 1)
