"""Run a notebook's cells without a kernel, and look at what it shows."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from typing import Any

from vsrbook.figures import Block, Figure
from vsrbook.project import Project


def show_chapter(project: Project, notebook: str, **parameters: Any) -> list[Figure | Block]:
    """Return what a notebook shows, in order: its cells are run here, without a kernel."""
    path = project.notebooks / notebook
    names: dict[str, Any] = {}
    shown: list[Any] = []
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        source, tags = "".join(cell["source"]), cell["metadata"].get("tags", [])
        if cell["cell_type"] == "code" and tags:
            exec(compile(source, str(path), "exec"), names)  # noqa: S102  # the repository's own notebook
            names |= parameters if "parameters" in tags else {}
        elif cell["cell_type"] == "code":
            call = ast.parse(source, mode="eval").body
            assert isinstance(call, ast.Call)
            items = compile(
                ast.Expression(ast.Tuple(call.args, ast.Load(), **position(call))), str(path), "eval"
            )
            shown += eval(items, names)  # noqa: S307  # the repository's own notebook
    return list(flatten(shown))


def position(node: ast.expr) -> dict[str, int]:
    """Return where a node stands, for a node made from it."""
    return {"lineno": node.lineno, "col_offset": node.col_offset}


def flatten(items: list[Any]) -> Iterator[Figure | Block]:
    """Yield what is there, out of lists in lists."""
    for item in items:
        if isinstance(item, list | tuple):
            yield from flatten(list(item))
        elif item is not None:
            yield item


def figures_of(items: list[Figure | Block]) -> dict[str, Figure]:
    """Return the figures by their ids."""
    return {item.id: item for item in items if isinstance(item, Figure)}


def words_of(items: list[Figure | Block]) -> str:
    """Return all that readers are told, without tags, with plain spaces."""
    return "\n".join(item._repr_mimebundle_()["text/plain"] for item in items).replace("\u00a0", " ")
