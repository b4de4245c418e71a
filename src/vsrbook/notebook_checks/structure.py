"""Rules on the notebook as a file: its format, its kernel, the chapter that it is, the length of its cells."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vsrbook.execution.keys import LOADERS
from vsrbook.notebook_checks.notebook import MAX_CELLS, MAX_SOURCE, Cell, Notebook, last_name
from vsrbook.notebook_checks.rules import Finding, at, rule
from vsrbook.own_chapters import EXAMPLE, KEY, MAX_BYTES, check_own_chapters
from vsrbook.problems import shorten

KERNEL = "python3"
LINES = 15
ASKED_FORMAT = (4, 5)


@rule(
    "format",
    asks="The file is a notebook of nbformat 4.5; each cell has an id of its own. It has at most "
    f"{MAX_BYTES // 1_000_000} MB, {MAX_CELLS} cells, and {MAX_SOURCE:,} characters a cell.",
    reason="Two authors can work on one notebook only where cells have ids; and whatever is larger holds data.",
    remedy="open and save it in Jupyter, or restore it",
)
def find_format_faults(notebook: Notebook) -> Iterator[Finding]:
    """Find what Jupyter's schema refuses, and cells that share an id."""
    from nbformat.validator import iter_validate

    version = (notebook.content.get("nbformat"), notebook.content.get("nbformat_minor"))
    if version != ASKED_FORMAT:
        given = ".".join(map(str, version))
        yield Finding(f"has nbformat {shorten(given)[1:-1]}, not 4.5")
        return
    faults = iter_validate(notebook.content)  # type: ignore[no-untyped-call]  # nbformat ships no types
    for error in list(faults)[:5]:
        place = ".".join(map(str, error.relative_path))
        yield Finding(f"is no valid notebook: {place} {shorten(error.message)}")
    seen: dict[str, int] = {}
    for cell in notebook.cells:
        name = str(cell.content.get("id", ""))
        if name in seen:
            hint = "delete the id of one of them, and save the notebook in Jupyter"
            yield at(cell, None, f"has the id of cell {seen[name]}: {shorten(name)}", hint)
        seen.setdefault(name, cell.number)


@rule(
    "kernel",
    asks=f"The kernel is the one named {KERNEL}.",
    reason="A kernel of somebody's own machine is not on the next one.",
    remedy='choose the kernel "Python 3" in Jupyter, and save',
)
def find_other_kernels(notebook: Notebook) -> Iterator[Finding]:
    """Find a kernel of somebody's machine."""
    spec = notebook.metadata.get("kernelspec")
    name = spec.get("name") if isinstance(spec, dict) else None
    if name != KERNEL:
        yield Finding(f"its kernel is {shorten(name)}" if name else "names no kernel")


@rule(
    "plain-python",
    asks="Every cell of code is plain Python, without magic commands (%, %%, !, ?).",
    reason="What a chapter reads is seen without running it; a magic command hides that, and may do anything.",
    remedy="write it in Python",
)
def find_other_code(notebook: Notebook) -> Iterator[Finding]:
    """Find magic commands and code that does not parse."""
    for cell in notebook.code:
        if cell.fault is None:
            continue
        lines = enumerate(cell.source.splitlines(), 1)
        magic = next(((n, line) for n, line in lines if line.lstrip().startswith(("%", "!", "?"))), None)
        if magic is not None:
            hint = "write it in Python; nothing is installed or started while the book is made"
            yield at(cell, magic[0], f"{shorten(magic[1])} is a magic command", hint)
        else:
            yield at(cell, cell.fault[1], f"is not plain Python: {shorten(cell.fault[0])[1:-1]}")


@rule(
    "chapter",
    asks=f"A chapter of your own says in its metadata, under `{KEY}`, which one it is: `chapter`, `number`, "
    "`title`, and (if it is not for all) `associations`. The toolkit's own notebooks do not.",
    reason="The name of its page, its place in the book and its title are read there before anything is run.",
    remedy=f"write {EXAMPLE}",
)
def find_chapter_faults(notebook: Notebook) -> Iterator[Finding]:
    """Find what is wrong with the chapter's metadata."""
    if not notebook.is_own and KEY in notebook.metadata:
        yield Finding(f"metadata.{KEY}: the toolkit knows which chapter this is", "delete it")
        return
    for problem in check_own_chapters(notebook.project):
        if problem.file == f"notebooks/{notebook.name}":
            place = f"{problem.column}: " if problem.column else ""
            yield Finding(f"{place}{problem.what}", problem.hint)


@rule(
    "page",
    asks="A notebook becomes a page.",
    reason="One that says nothing about its chapter is not run, and nobody notices.",
    remedy=f"add its chapter to its metadata: {EXAMPLE}; or move it out of notebooks/",
    level="warning",
)
def find_no_page(notebook: Notebook) -> Iterator[Finding]:
    """Find notebooks of authors that are no chapter."""
    if notebook.is_own and KEY not in notebook.metadata:
        yield Finding("becomes no page")


@rule(
    "short-cells",
    asks=f"A cell of code has at most {LINES} lines that are not empty; the call that declares what is "
    "read does not count.",
    reason="A chapter is read by people who check its words; what computes is tested, and stands in a module.",
    remedy="move the computation into a .py file beside the notebook, and call it",
    level="warning",
)
def find_long_cells(notebook: Notebook) -> Iterator[Finding]:
    """Find cells that compute more than they show."""
    for cell in notebook.code:
        lines = sum(bool(line.strip()) for line in cell.source.splitlines()) - _declaring(cell)
        if lines > LINES:
            yield at(cell, None, f"has {lines} lines of code, more than {LINES}")


def _declaring(cell: Cell) -> int:
    """Return how many lines declare what is read: a table a line, and that is no computation."""
    calls = [node for node in cell.walk() if isinstance(node, ast.Call) and last_name(node.func) in LOADERS]
    return sum((call.end_lineno or call.lineno) - call.lineno for call in calls)
