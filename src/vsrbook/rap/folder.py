"""See the files of a book project as they stand: listed, bounded, never run."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from vsrbook.project import Project
from vsrbook.rap.history import History, read_history
from vsrbook.yaml_places import parse_yaml

MOST_FILES = 20_000
MOST_BYTES = 2_000_000  # of one text; a larger one is not read
NOTEBOOK_BYTES = 20_000_000  # a notebook with its outputs may be large
# Folders that are made, not written, for a project without git, which would say what is ignored.
MADE = {"_build", "node_modules", "__pycache__", "site-packages", "build", "dist", "venv", "env", "raw"}
DOTTED = {".github", ".gitlab", ".ci", ".circleci", ".forgejo", ".gitea", ".woodpecker"}


@dataclass(frozen=True)
class Notebook:
    """A notebook as it stands in the folder: its language and its cells; `fault` where it cannot be read."""

    name: str
    language: str = ""
    cells: tuple[dict[str, Any], ...] = ()
    fault: str = ""

    @property
    def has_parameters(self) -> bool:
        """Whether a cell is tagged `parameters`, as papermill needs it."""
        return any("parameters" in _tags(cell) for cell in self.cells)

    @property
    def has_output(self) -> bool:
        """Whether a result is kept in it."""
        return any(cell.get("outputs") or cell.get("execution_count") for cell in self.cells)

    @property
    def code(self) -> list[str]:
        """The code cells, without lines that only IPython understands."""
        cells = [_source(cell) for cell in self.cells if cell.get("cell_type") == "code"]
        return ["\n".join(line for line in cell.splitlines() if line[:1] not in "%!") for cell in cells]

    @property
    def has_prose(self) -> bool:
        """Whether a cell of text stands in it."""
        return any(cell.get("cell_type") == "markdown" and _source(cell).strip() for cell in self.cells)


def _tags(cell: dict[str, Any]) -> list[Any]:
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    return tags if isinstance(tags, list) else []


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    return (
        source if isinstance(source, str) else "".join(map(str, source if isinstance(source, list) else []))
    )


def parse_notebook(name: str, text: str) -> Notebook:
    """Turn a notebook's JSON into what is looked at; what is no notebook has a fault, and never raises."""
    try:
        content = json.loads(text)
        cells = tuple(cell for cell in content["cells"] if isinstance(cell, dict))
        metadata = content.get("metadata", {})
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Notebook(name, fault="is no notebook")
    return Notebook(name, _name_language(metadata), cells)


def _name_language(metadata: Any) -> str:
    for key, word in (("kernelspec", "language"), ("language_info", "name"), ("kernelspec", "name")):
        part = metadata.get(key) if isinstance(metadata, dict) else None
        if isinstance(part, dict) and isinstance(part.get(word), str) and part[word]:
            return str(part[word])[:40].casefold()
    return ""


@dataclass(frozen=True)
class Folder:
    """A book project as the checks see it."""

    project: Project

    @cached_property
    def history(self) -> History:
        """What git has recorded."""
        return read_history(self.project.root)

    @cached_property
    def files(self) -> frozenset[str]:
        """The files that people have written, by their paths with forward slashes; what git ignores is not there."""
        if self.history.known:
            names = [*self.history.tracked, *self.history.others]
            return frozenset(name for name in names if (self.project.root / name).is_file())
        return frozenset(self._walk())

    def _walk(self) -> list[str]:
        found: list[str] = []
        for place, folders, names in os.walk(self.project.root):
            folders[:] = sorted(
                name for name in folders if name in DOTTED or (name[0] != "." and name not in MADE)
            )
            here = Path(place).relative_to(self.project.root)
            if here.as_posix() == "book":
                folders[:] = [name for name in folders if name != "associations"]
            found += [(here / name).as_posix() for name in sorted(names)]
            if len(found) >= MOST_FILES:
                break
        return found[:MOST_FILES]

    def find(self, pattern: str) -> list[str]:
        """Return the files whose path fits a pattern such as "book/*.md", in order."""
        depth = pattern.count("/")
        return sorted(
            name for name in self.files if name.count("/") == depth and PurePosixPath(name).match(pattern)
        )

    def under(self, folder: str, ending: str = "") -> list[str]:
        """Return the files below a folder ("" = all) whose name ends so, in order."""
        start = f"{folder}/" if folder else ""
        return sorted(name for name in self.files if name.startswith(start) and name.endswith(ending))

    def read(self, name: str, most: int = MOST_BYTES) -> str:
        """Return a text of the project; empty where it is no plain file in it, too large or no text."""
        path = self.project.root / name
        try:
            inside = path.resolve().is_relative_to(self.project.root.resolve())
            if not inside or not path.is_file() or path.stat().st_size > most:
                return ""
            return path.read_bytes().decode("utf-8-sig", "replace")
        except (OSError, ValueError):
            return ""

    def read_yaml(self, name: str) -> dict[str, Any]:
        """Return the mapping in a YAML file of the project; what cannot be read is as if nothing stood there."""
        return parse_yaml(self.read(name), name)[0].data

    @cached_property
    def notebooks(self) -> tuple[Notebook, ...]:
        """The chapters in notebooks/."""
        return tuple(
            parse_notebook(name, self.read(name, NOTEBOOK_BYTES)) for name in self.find("notebooks/*.ipynb")
        )

    @cached_property
    def readme(self) -> str:
        """The name of the README, or ""."""
        names = ("README.md", "README.rst", "README.txt", "README", "readme.md")
        return next((name for name in names if name in self.files), "")
