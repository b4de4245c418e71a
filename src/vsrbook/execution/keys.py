"""Digests of everything that can change what a notebook shows: files, slices of tables, notebooks, code."""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

from vsrbook.own_chapters import KEY
from vsrbook.problems import Problem, ReviewError

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
    *("running.py", "readiness", "rap", "starting.py", "kit", "_kit", "notebook_checks", "workplan"),
}


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
    """What a notebook declares to read, in its calls of load_review, load_library and the like.

    `tables` of its own association (None = all), `by` what its observations are limited to ("goal",
    "area" or ""), `others` the tables of all associations (None = all, () = it reads no library). `profile`
    is "own" where it loads the profile of its parameter `area` alone, "all" where of others too;
    `overviews` is "short" where it loads the overviews of all, "values" where with their values.
    """

    tables: tuple[str, ...] | None = ()
    by: str = ""
    others: tuple[str, ...] | None = ()
    profile: str = ""
    overviews: str = ""


EVERYTHING = Reads(None, "", None, "all", "values")
LOADERS = {"load_review", "load_library", "load_profile", "load_overviews"}
# other ways to data: who uses one has not declared what is read
READERS = {
    *("read_review", "read_declared", "read_table", "read_reference", "open_store"),
    *("open_profiles", "read_profile", "Dataset", "find_project", "Project", "open", "Path"),
    *("read_csv", "read_excel", "read_parquet", "read_json", "read_feather", "read_text", "read_bytes"),
}


@dataclass(frozen=True)
class Source:
    """A notebook as its author wrote it: digest, declared parameters, declared reads."""

    digest: str
    parameters: tuple[str, ...]
    reads: Reads


def read_source(notebook: Path) -> Source:
    """Read what decides how a notebook runs; outputs and counts are no part of it.

    Raises ReviewError where it is missing or damaged, or its parameters are not plain Python.
    """
    name = f"{notebook.parent.name}/{notebook.name}"
    try:
        content = json.loads(notebook.read_text("utf-8"))
        cells = content["cells"]
        source = [[cell["cell_type"], "".join(cell["source"]), cell["metadata"]] for cell in cells]
        if KEY in content.get("metadata", {}):  # the title of an own chapter
            source.append(content["metadata"][KEY])
        parameters = tuple(_find_parameters(cells))
    except FileNotFoundError:
        hint = "restore it, or take its chapter out of chapters: in the params"
        raise ReviewError([Problem(name, "there is no such notebook", hint)]) from None
    except SyntaxError as error:
        what = f"the parameters cell is not plain Python: {error.msg}"
        raise ReviewError([Problem(name, what, "write one assignment a line: name = value")]) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        hint = "open and save it in Jupyter, or restore it"
        raise ReviewError([Problem(name, "is no notebook that can be read", hint)]) from error
    return Source(digest(source), parameters, _find_reads(cells, parameters))


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


def _find_reads(cells: Iterable[Mapping[str, Any]], parameters: Collection[str]) -> Reads:
    """Find the declared reads; what is not declared word for word is taken for everything.

    Everything it is, too, where a cell is not plain Python (a magic command may hide a call), where a
    loader is called by another name, and where something opens files by itself.
    """
    calls: list[ast.Call] = []
    for cell in cells:
        if cell["cell_type"] != "code":
            continue
        try:
            tree = ast.parse("".join(cell["source"]))
        except SyntaxError:
            return EVERYTHING
        found = [node for node in ast.walk(tree) if _is_loader(node)]
        plain = {id(call.func) for call in found}
        if any(_may_read(node) and id(node) not in plain for node in ast.walk(tree)):
            return EVERYTHING
        calls += found
    reviews, libraries, profiles, overviews = (
        [call for call in calls if call.func.id == name]  # type: ignore[attr-defined]  # _is_loader: a name
        for name in ("load_review", "load_library", "load_profile", "load_overviews")
    )
    limits = {_limit(call, parameters) for call in reviews}
    own = _union(map(_literal_tables, reviews)) if calls else None
    by = limits.pop() if len(limits) == 1 else ""
    others = _union(map(_literal_tables, libraries))
    return Reads(own, by, others, _profiles_read(profiles, parameters), _overviews_read(overviews))


def _overviews_read(calls: Collection[ast.Call]) -> str:
    """Return what is loaded of all associations' overviews: "" nothing, "short" ones, or with "values"."""
    if not calls:
        return ""
    return "values" if any(call.args or call.keywords for call in calls) else "short"


def _profiles_read(calls: Collection[ast.Call], parameters: Collection[str]) -> str:
    """Return whose profiles are loaded: "" nobody's, "own" of the parameters association and area, else "all"."""
    if not calls:
        return ""
    return "own" if all(_loads_own(call) for call in calls) and "area" in parameters else "all"


def _loads_own(call: ast.Call) -> bool:
    names = ("association", "area")
    given = dict(zip(names, call.args, strict=False)) | {k.arg: k.value for k in call.keywords if k.arg}
    return all(isinstance(given.get(name), ast.Name) and given[name].id == name for name in names)  # type: ignore[attr-defined]  # as the line says


def _is_loader(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in LOADERS


def _may_read(node: ast.AST) -> bool:
    """Whether a piece of code may read something in a way that is not declared."""
    if isinstance(node, ast.alias):
        return node.name in READERS or (node.name in LOADERS and node.asname is not None)
    if isinstance(node, ast.Attribute):
        return node.attr in READERS or node.attr in LOADERS
    return isinstance(node, ast.Name) and (node.id in READERS or node.id in LOADERS)


def _union(found: Iterable[tuple[str, ...] | None]) -> tuple[str, ...] | None:
    tables: set[str] = set()
    for some in found:
        if some is None:
            return None
        tables |= set(some)
    return tuple(sorted(tables))


def _literal_tables(call: ast.Call) -> tuple[str, ...] | None:
    for keyword in call.keywords:
        if keyword.arg == "tables":
            try:
                named = ast.literal_eval(keyword.value)
                return None if named is None else tuple(named)
            except ValueError:
                return None
    return None


def _limit(call: ast.Call, parameters: Collection[str]) -> str:
    """Return what a call limits observations to, if that is the notebook's parameter of this name."""
    for keyword in call.keywords:
        is_own = isinstance(keyword.value, ast.Name) and keyword.value.id == keyword.arg
        if keyword.arg in ("goal", "area") and is_own and keyword.arg in parameters:
            return keyword.arg
    return ""


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
