"""Check notebooks by every rule: all problems, in the order of the cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from vsrbook.notebook_checks.notebook import Notebook, UnreadableError, read_notebook
from vsrbook.notebook_checks.rules import RULES, Finding, Rule
from vsrbook.problems import Problem
from vsrbook.project import Project


@dataclass(frozen=True)
class CellProblem(Problem):
    """A problem of a notebook: by which rule, in which cell, at which line of it (both from 1)."""

    rule: str = ""
    cell: int | None = None
    line: int | None = None

    def __str__(self) -> str:
        place = [f"cell {self.cell}"] if self.cell else []
        place += [f"line {self.line}"] if self.cell and self.line else []
        kind = "warning: " if self.level == "warning" else ""
        where = ": ".join([self.file, *([", ".join(place)] if place else [])])
        return f"{where}: {kind}{self.what}; {self.hint}"

    def as_json(self) -> dict[str, Any]:
        """Return it as values that JSON has."""
        return {name: value for name, value in asdict(self).items() if name not in ("row", "column")}


def check_notebooks(project: Project, paths: Iterable[Path] = ()) -> list[CellProblem]:
    """Check the notebooks named, or all in notebooks/; nothing of them is run."""
    chosen = sorted(paths) or sorted(project.notebooks.glob("*.ipynb"))
    return [problem for path in chosen for problem in check_notebook(project, path)]


def check_notebook(project: Project, path: Path) -> list[CellProblem]:
    """Check one notebook."""
    name = f"notebooks/{path.name}"
    try:
        notebook = read_notebook(path, project)
    except UnreadableError as error:
        format_rule = RULES["format"]
        return [CellProblem(name, str(error), format_rule.remedy, rule=format_rule.id)]
    found = [
        CellProblem(
            name,
            one.what,
            one.hint or rule.remedy,
            level=rule.level,
            rule=rule.id,
            cell=one.cell,
            line=one.line,
        )
        for rule in RULES.values()
        for one in _look(rule, notebook)
    ]
    return sorted(dict.fromkeys(found), key=lambda problem: (problem.cell or 0, problem.line or 0))


def _look(rule: Rule, notebook: Notebook) -> Iterator[Finding]:
    try:
        yield from rule.find(notebook)
    except RecursionError:
        yield Finding("is nested too deeply to be checked", "write it in several steps")
