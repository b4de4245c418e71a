"""The rule on the cell that declares parameters."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vsrbook.notebook_checks.notebook import Cell, Notebook, line_of
from vsrbook.notebook_checks.rules import Finding, at, rule
from vsrbook.problems import shorten, suggest

COMMON = ("association", "edition", "language", "audience", "draft")
NEEDED = {
    "chapter": COMMON,
    "goal": (*COMMON, "goal"),
    "profile": (*COMMON, "area"),
    "library": ("language",),
}


@rule(
    "parameters",
    asks="The first cell of code, and only that, is tagged `parameters`. It declares "
    f"{', '.join(f'`{name}`' for name in COMMON)} (the goal notebook `goal`, too, the profile `area`; the "
    "landing page only `language`), one literal value a line, and each of them is used.",
    reason="One notebook serves every association, edition and language: a run sets these names. One that is "
    "not used is a choice of the reader's that has no effect.",
    remedy='write one line each, such as association = "kenya"',
)
def find_parameter_faults(notebook: Notebook) -> Iterator[Finding]:
    """Find a parameters cell that is missing, misplaced or incomplete."""
    cells = notebook.parameters
    if not cells:
        given = [tag for cell in notebook.code for tag in cell.tags]
        near = next((tag for tag in given if suggest(tag, ["parameters"])), None)
        hint = "add the tag parameters to the first cell of code"
        said = (
            f"no cell is tagged parameters, but one {shorten(near)}"
            if near
            else "no cell is tagged parameters"
        )
        yield Finding(said, hint)
        return
    first, *others = cells
    for cell in others:
        yield at(
            cell, None, "is tagged parameters, as a cell before it is", "keep one, without the tag elsewhere"
        )
    if notebook.code[0] is not first:
        yield at(first, None, "comes after other code", "move it above all other cells of code")
    if first.fault is None:
        yield from _check_values(first)
        yield from _check_names(notebook, first)


def _check_values(cell: Cell) -> Iterator[Finding]:
    """Find lines that are no assignment of a literal value to one name."""
    for node in cell.tree.body:
        target = node.targets[0] if isinstance(node, ast.Assign) and len(node.targets) == 1 else None
        target = node.target if isinstance(node, ast.AnnAssign) else target
        value = getattr(node, "value", None)
        if not isinstance(target, ast.Name) or value is None or not _is_literal(value):
            yield at(cell, line_of(node), "is no literal value for one name")


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError):
        return False
    return True


def _check_names(notebook: Notebook, cell: Cell) -> Iterator[Finding]:
    declared = {
        node.id: line_of(node)
        for node in cell.walk()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    needed = NEEDED[notebook.kind]
    for name in needed:
        if name not in declared:
            near = suggest(name, declared.keys() - set(needed))
            yield at(cell, None, f"parameter '{name}' is missing", near)
    used = {
        node.id
        for other, node in notebook.nodes()
        if other is not cell and isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    for name, line in declared.items():
        if name not in used:
            hint = (
                f"hand it on: load_review(..., {name}={name})" if name in needed else "delete it, or use it"
            )
            yield at(cell, line, f"parameter {shorten(name)} is not used", hint)
