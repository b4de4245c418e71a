"""The rule that a notebook declares what it reads."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from vsrbook.execution.keys import LOADERS, READERS
from vsrbook.notebook_checks.notebook import Cell, Notebook, last_name, line_of
from vsrbook.notebook_checks.rules import Finding, at, rule
from vsrbook.problems import shorten, suggest
from vsrbook.review import PREVIOUS, with_labels
from vsrbook.tables import TABLES

KNOWN = (*TABLES, PREVIOUS)
DOORS = {
    "chapter": "load_review",
    "goal": "load_review",
    "profile": "load_profile",
    "library": "load_library",
}
# what is worked out from tables when it is asked for
WORKED_OUT = {
    "compared_areas": {"areas"},
    "whole_area": {"areas"},
    "goals": {"indicators", "observations"},
    "sources_by_id": {"sources"},
    "previous": {PREVIOUS},
}


@rule(
    "reads",
    asks="Data come in through `load_review` (or `load_library`, `load_profile`) alone, called by this name, and "
    'the call says literally which tables are read: `tables=("areas", "observations")`.',
    reason="A chapter is run again when something that it reads has changed. What is declared is seen without "
    "running it; anything else would be missed, or would make everything run every time.",
    remedy='name them: tables=("areas", "observations")',
)
def find_undeclared_reads(notebook: Notebook) -> Iterator[Finding]:
    """Find reads that no call declares."""
    door, called = DOORS[notebook.kind], False
    declared: dict[str, Collection[str] | None] = {}
    for cell in notebook.code:
        for node in cell.walk():
            yield from _find_other_doors(cell, node)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in LOADERS:
                called = called or node.func.id == door
                yield from _check_declaration(cell, node)
            declared |= _named_review(node)
    if not called:
        yield Finding(f"does not call {door}", f"load what it shows: review = {door}(association, ...)")
    for cell, node in notebook.nodes():
        yield from _find_undeclared(cell, node, declared)


def _named_review(node: ast.AST) -> dict[str, Collection[str] | None]:
    """Return the name that a review is given, with the tables that it has; nothing where it is none."""
    if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
        return {}
    if last_name(node.value.func) != "load_review":
        return {}
    return {target.id: _declared(node.value) for target in node.targets if isinstance(target, ast.Name)}


def _find_other_doors(cell: Cell, node: ast.AST) -> Iterator[Finding]:
    """Find loaders under other names, and what opens files by itself."""
    hint = "call it by its name: from vsrbook import load_review"
    if isinstance(node, ast.alias) and node.name in LOADERS and node.asname:
        yield at(cell, line_of(node), f"{node.name} gets another name", hint)
    elif isinstance(node, ast.Attribute) and node.attr in LOADERS:
        yield at(cell, line_of(node), f"{node.attr} is called by a longer name", hint)
    elif isinstance(node, ast.alias) and node.name in READERS:
        yield at(
            cell, line_of(node), f"{node.name} reads what is not declared", "take tables from the review"
        )
    elif isinstance(node, ast.Name | ast.Attribute) and last_name(node) in READERS:
        name = last_name(node)
        yield at(cell, line_of(node), f"{name} reads what is not declared", "take tables from the review")


def _tables_of(call: ast.Call) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == "tables"), None)


def _declared(call: ast.Call) -> Collection[str] | None:
    """Return the tables that a call declares; None where that cannot be seen."""
    given = _tables_of(call)
    try:
        names = ast.literal_eval(given) if given is not None else None
    except ValueError:
        return None
    return names if isinstance(names, tuple | list | set) and all(isinstance(n, str) for n in names) else None


def _check_declaration(cell: Cell, call: ast.Call) -> Iterator[Finding]:
    name, given = last_name(call.func), _tables_of(call)
    if name in ("load_profile", "load_overviews"):
        return  # they read no tables: one area's part of a data set, what reviews are in short
    if given is None:
        yield at(cell, line_of(call), f"{name} does not declare its tables")
        return
    tables = _declared(call)
    if isinstance(given, ast.Constant) and given.value is None:
        return  # all of them, said in so many words
    if tables is None:
        yield at(cell, line_of(given), "tables= is no literal list of names")
        return
    for table in tables:
        if table not in KNOWN:
            near = suggest(table, KNOWN, f"there are {', '.join(KNOWN)}")
            yield at(cell, line_of(given), f"there is no table {shorten(table)}", near)


def _find_undeclared(
    cell: Cell, node: ast.AST, declared: dict[str, Collection[str] | None]
) -> Iterator[Finding]:
    review, asked = _asked(node)
    tables = declared.get(review)
    if tables is None:
        return
    for table in sorted(asked - with_labels(tables)):
        hint = f'add "{table}" to tables= in the call of load_review'
        yield at(cell, line_of(node), f"reads '{table}', but does not declare it", hint)


def _asked(node: ast.AST) -> tuple[str, set[str]]:
    """Return which review a piece of code asks, and for which tables: review.areas, review.tables["areas"]."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        named = {node.attr} if node.attr in TABLES else WORKED_OUT.get(node.attr, set())
        return node.value.id, named
    key: ast.expr | None = None
    if isinstance(node, ast.Subscript):
        owner, key = node.value, node.slice
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
        owner, key = node.func.value, node.args[0] if node.args else None
    else:
        return "", set()
    is_table = (
        isinstance(owner, ast.Attribute) and owner.attr == "tables" and isinstance(owner.value, ast.Name)
    )
    if is_table and isinstance(key, ast.Constant) and isinstance(key.value, str):
        return owner.value.id, {key.value} & {*TABLES}  # type: ignore[attr-defined]  # as is_table says
    return "", set()
