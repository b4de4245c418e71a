"""Read Python code without running it: functions, their docstrings, what stands twice, what a test checks."""

from __future__ import annotations

import ast
import warnings
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from vsrbook.rap.folder import Folder

Function = ast.FunctionDef | ast.AsyncFunctionDef
ASIDE = ("tests", "test", "bench", "benchmarks", "docs")  # code that makes nothing of the book
LEAST_COPIED = 4  # statements; shorter functions may well be equal


@dataclass(frozen=True)
class Documented:
    """How many public functions and classes there are, and the places of those without a docstring."""

    total: int
    bare: tuple[str, ...]


@lru_cache(maxsize=4096)
def parse_code(text: str) -> ast.Module | None:
    """Return the syntax tree of Python code, or None where it is none. Nothing is run."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a doubtful escape in somebody's text is not our news
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def own_modules(folder: Folder) -> list[str]:
    """Return the Python files that make the book: neither tests nor benchmarks."""
    return [name for name in folder.under("", ".py") if name.split("/")[0] not in ASIDE]


def defines_functions(text: str) -> bool:
    """Whether code defines functions or classes."""
    tree = parse_code(text)
    return tree is not None and any(isinstance(node, Function | ast.ClassDef) for node in ast.walk(tree))


def count_docstrings(folder: Folder, names: list[str]) -> Documented:
    """Count public functions and classes (methods too), and name those that say nothing about themselves."""
    total, bare = 0, []
    for name in names:
        tree = parse_code(folder.read(name))
        for node, path in _walk_public(tree, "") if tree else ():
            total += 1
            if not ast.get_docstring(node):
                bare.append(f"{name}:{node.lineno} {path}")
    return Documented(total, tuple(bare))


def _walk_public(parent: ast.AST, above: str) -> Iterator[tuple[Function | ast.ClassDef, str]]:
    for node in getattr(parent, "body", []):
        if not isinstance(node, Function | ast.ClassDef) or node.name.startswith("_"):
            continue
        path = f"{above}{node.name}"
        yield node, path
        if isinstance(node, ast.ClassDef):
            yield from _walk_public(node, f"{path}.")


def find_copies(folder: Folder, names: list[str]) -> list[str]:
    """Return groups of functions with the same body in several files: "a.py read, b.py read"."""
    places: dict[str, list[str]] = defaultdict(list)
    for name in names:
        tree = parse_code(folder.read(name))
        for node in ast.walk(tree) if tree else ():
            if isinstance(node, Function) and len(node.body) >= LEAST_COPIED:
                body = "\n".join(ast.dump(statement) for statement in node.body)
                places[body].append(f"{name} {node.name}")
    return [", ".join(group) for group in places.values() if len({one.split()[0] for one in group}) > 1]


def count_tests(folder: Folder, names: list[str]) -> tuple[int, int]:
    """Count test functions, and those among them that check something: an assert, or an expected error."""
    total = checking = 0
    for name in names:
        tree = parse_code(folder.read(name))
        for node in ast.walk(tree) if tree else ():
            if isinstance(node, Function) and node.name.startswith("test"):
                total += 1
                checking += any(_is_check(inner) for inner in ast.walk(node))
    return total, checking


def _is_check(node: ast.AST) -> bool:
    if isinstance(node, ast.Assert):
        return not isinstance(node.test, ast.Constant)  # assert True checks nothing
    called = node.func if isinstance(node, ast.Call) else None
    return isinstance(called, ast.Attribute) and called.attr.startswith(("assert", "raises", "warns"))
