"""The registry of rules: each has an id, what it asks, why, what to do, and the function that looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vsrbook.notebook_checks.notebook import Cell, Notebook
    from vsrbook.problems import Level


@dataclass(frozen=True)
class Finding:
    """One place that breaks a rule: cell and line count from 1; `hint` is the rule's remedy if left out."""

    what: str
    hint: str = ""
    cell: int | None = None
    line: int | None = None


@dataclass(frozen=True)
class Rule:
    """What is asked of a notebook. `asks`, `reason` and `remedy` are what the guide says about it."""

    id: str
    asks: str
    reason: str
    remedy: str
    level: Level
    find: Callable[[Notebook], Iterable[Finding]] = field(repr=False)


RULES: dict[str, Rule] = {}
Find = Callable[["Notebook"], Iterable[Finding]]


def rule(name: str, *, asks: str, reason: str, remedy: str, level: Level = "error") -> Callable[[Find], Find]:
    """Enter a function that yields findings as a rule."""

    def enter(find: Find) -> Find:
        if name in RULES:
            raise ValueError(f"there is a rule {name!r} already")
        RULES[name] = Rule(name, asks, reason, remedy, level, find)
        return find

    return enter


def at(cell: Cell, line: int | None, what: str, hint: str = "") -> Finding:
    """Return a finding in a cell."""
    return Finding(what, hint, cell.number, line)
