"""Digests of everything that can change what a notebook shows: files, slices of tables, notebooks, code."""

from __future__ import annotations

import ast
import hashlib
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vsrbook.execution.files import read_json, write_whole

if TYPE_CHECKING:
    import pandas as pd

LIBRARIES = (
    *("altair", "babel", "ipykernel", "ipython", "nbclient", "nbformat", "pandas", "papermill"),
    *("pyarrow", "vl-convert-python"),
)
TOOLKIT = Path(__file__).parents[1]
# what dresses pages, runs notebooks, or makes the tables that they read (the tables' digests are in the key)
NO_PART_OF_PAGES = {
    *("publishing", "importing", "sources", "store", "scaffold.py", "compiling.py", "serving.py"),
    *("fast_reading.py", "running.py", "status.py"),
}
SETTLED_SECONDS = 2.0  # a file changed a moment ago may change again within the same tick of the clock


class FileDigests:
    """Digests of files, remembered in a file of their own while size and time of change stay the same."""

    def __init__(self, memory: Path | None = None) -> None:
        self._memory = memory
        self._known: dict[str, list[Any]] = read_json(memory) if memory else {}
        self._seen: dict[str, list[Any]] = {}

    def of(self, path: Path) -> str:
        """Return the digest of a file; "" where there is none."""
        try:
            state = path.stat()
        except OSError:
            return ""
        name, mark = str(path), [state.st_size, state.st_mtime_ns]
        seen = self._seen.get(name) or self._known.get(name)
        if seen is not None and seen[:2] == mark:
            digest: str = seen[2]
        else:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if time.time() - state.st_mtime > SETTLED_SECONDS:
            self._seen[name] = [*mark, digest]
        return digest

    def save(self) -> None:
        """Remember the files asked for, and only those."""
        if self._memory is not None and self._seen != self._known:
            write_whole(self._memory, json.dumps(self._seen).encode())


def digest(content: Any) -> str:
    """Return a digest of a value that can be written as JSON."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def digest_slices(frame: pd.DataFrame, keys: pd.Series, table: str) -> dict[Any, str]:
    """Return the digest of each slice of a table: its rows by the value that `keys` has for them.

    The row in the file counts, for pages name it.
    """
    from vsrbook.store.slices import digest_rows, to_batch
    from vsrbook.tables import TABLES

    order = keys.dropna().sort_values(kind="stable")
    rows = to_batch(frame.loc[order.index], TABLES[table])
    digests, start = {}, 0
    for value, count in order.value_counts(sort=False).items():
        digests[value] = digest_rows(rows.slice(start, count))
        start += count
    return digests


@dataclass(frozen=True)
class Reads:
    """What a notebook declares to read, in its calls of load_review and load_library.

    `tables` of its own association (None = all), `by` what its observations are limited to ("goal",
    "area" or ""), `others` the tables of all associations (None = all, () = it reads no library).
    """

    tables: tuple[str, ...] | None = ()
    by: str = ""
    others: tuple[str, ...] | None = ()


@dataclass(frozen=True)
class Source:
    """A notebook as its author wrote it: digest, declared parameters, declared reads."""

    digest: str
    parameters: tuple[str, ...]
    reads: Reads


def read_source(notebook: Path) -> Source:
    """Read what decides how a notebook runs; outputs and counts are no part of it."""
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    source = [[cell["cell_type"], "".join(cell["source"]), cell["metadata"]] for cell in cells]
    return Source(digest(source), tuple(_find_parameters(cells)), _find_reads(cells))


def _find_parameters(cells: Iterable[Mapping[str, Any]]) -> list[str]:
    """Name what the cell tagged "parameters" assigns."""
    for cell in cells:
        if "parameters" in cell["metadata"].get("tags", []):
            tree = ast.parse("".join(cell["source"]))
            targets = [target for node in tree.body for target in _targets(node)]
            return [target.id for target in targets if isinstance(target, ast.Name)]
    return []


def _targets(node: ast.stmt) -> list[ast.expr]:
    """Return what a statement assigns to."""
    if isinstance(node, ast.AnnAssign):
        return [node.target]
    return node.targets if isinstance(node, ast.Assign) else []


def _find_reads(cells: Iterable[Mapping[str, Any]]) -> Reads:
    """Find the declared reads; what is not declared word for word is taken for everything."""
    own: tuple[str, ...] | None = ()
    others: tuple[str, ...] | None = ()
    by = ""
    for call in _calls(cells):
        if call.func.id == "load_review":  # type: ignore[attr-defined]  # _calls yields calls of names
            own, by = _literal_tables(call), _limit(call)
        else:
            others = _literal_tables(call)
    return Reads(own, by, others)


def _calls(cells: Iterable[Mapping[str, Any]]) -> Iterable[ast.Call]:
    for cell in cells:
        source = "".join(cell["source"])
        if cell["cell_type"] != "code" or "load_" not in source:
            continue
        try:
            tree = ast.parse(source)
        except SyntaxError:
            continue  # a magic command, or a fault that the run will show
        for node in ast.walk(tree):
            named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if named and node.func.id in ("load_review", "load_library"):  # type: ignore[attr-defined]
                yield node  # type: ignore[misc]  # it is a call of a name


def _literal_tables(call: ast.Call) -> tuple[str, ...] | None:
    for keyword in call.keywords:
        if keyword.arg == "tables":
            try:
                return tuple(ast.literal_eval(keyword.value))
            except ValueError:
                return None
    return None


def _limit(call: ast.Call) -> str:
    named = {keyword.arg for keyword in call.keywords}
    return "goal" if "goal" in named else "area" if "area" in named else ""


@cache
def toolkit_digest() -> str:
    """Return a digest of the toolkit's own code, as far as it makes pages and does not only dress them."""
    code = hashlib.sha256()
    for path in sorted([*TOOLKIT.rglob("*.py"), *TOOLKIT.rglob("*.csv")]):
        name = path.relative_to(TOOLKIT)
        if name.parts[0] not in NO_PART_OF_PAGES and not name.name.startswith("cli"):
            code.update(name.as_posix().encode() + b"\0" + path.read_bytes())
    return code.hexdigest()


@cache
def code_digest(*paths: Path) -> str:
    """Return a digest of some modules of the toolkit."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


@cache
def library_versions() -> dict[str, str]:
    """Return the versions of what makes pages, Python first."""
    import platform

    return {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}}
