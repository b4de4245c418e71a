"""Know all that a book is made from: its files, the toolkit, the libraries; and whether it has changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from vsrbook.execution.keys import digest, library_versions, toolkit_digest
from vsrbook.files import FileDigests
from vsrbook.project import Edition, Project

DATA_SUFFIXES = (".csv", ".xlsx", ".json", ".geojson", ".topojson", ".mo")


# keys of params about the work on a review, each with the lines below it
OF_THE_WORK = re.compile(rb"^(?:workplan|approvals):.*(?:\r?\n(?:[ \t#].*)?(?=\r?\n|\Z))*", re.MULTILINE)


class Inputs:
    """Everything that a plan is made from, each file read and hashed at most once."""

    def __init__(self, project: Project, edition: Edition, digests: FileDigests) -> None:
        self.project, self.edition, self.digests = project, edition, digests

    @cached_property
    def paths(self) -> dict[str, Path]:
        """Params, tables, notebooks, the modules beside them, catalogues and peers, by their names in the project."""
        project = self.project
        found = {f"params/{path.name}": path for path in project.params.glob("[!_]*.yml")}
        for pattern in ("*.ipynb", "*.py"):
            found |= {f"notebooks/{path.name}": path for path in project.notebooks.glob(pattern)}
        for folder in (project.data, project.locales):
            found |= dict(_files_below(folder, folder.name))
        found |= {f"peers/params/{path.name}": path for path in project.peers.params.glob("*.yml")}
        found |= {f"peers/{name}": path for name, path in _files_below(project.peers.data, "data")}
        return {name: found[name] for name in sorted(found)}

    @cached_property
    def files(self) -> dict[str, str]:
        """Their digests."""
        return {
            name: _digest_params(path) if name.startswith("params/") else self.digests.of(path)
            for name, path in self.paths.items()
        }

    def digest_of(self, name: str) -> str:
        """Return the digest of a file; where case does not count, its name may be written in another one."""
        return self.files.get(name) or self.digests.of(self.project.root / name)

    @cached_property
    def shared(self) -> dict[str, str]:
        """What every page is made with: the toolkit, libraries, what all associations share, words."""
        parts = self.edition.language.split("-")  # gettext looks for pt_BR, then for pt
        languages = ["_".join(parts[: n + 1]) for n in range(len(parts))]
        common = ("data/reference/", *(f"locales/{language}/" for language in languages))
        found = {
            name: seen for name, seen in self.files.items() if name.startswith(common) or name.endswith(".py")
        }
        libraries = {f"library {name}": version for name, version in library_versions().items()}
        return {"toolkit": toolkit_digest(), **libraries, **found}

    @cached_property
    def mark(self) -> str:
        """One digest of all of it."""
        return digest([self.files, self.shared])

    def under(self, *folders: str) -> dict[str, str]:
        """Return the digests of the files in folders."""
        return {name: seen for name, seen in self.files.items() if name.startswith(folders)}


def _digest_params(path: Path) -> str:
    """Return the digest of a params file without what no page shows: a ticked step runs no chapter."""
    try:
        return digest(OF_THE_WORK.sub(b"", path.read_bytes()).decode("utf-8", "surrogateescape"))
    except OSError:  # what reads it says so
        return ""


def _files_below(folder: Path, name: str) -> Iterator[tuple[str, Path]]:
    """Yield tables and catalogues below a folder, also where what lies directly in it is a link."""
    for top in folder.iterdir() if folder.is_dir() else ():
        for path in top.resolve().rglob("*") if top.is_dir() else [top]:
            inside = path.relative_to(top.resolve()).as_posix() if top.is_dir() else ""
            if path.suffix.lower() in DATA_SUFFIXES and not path.name.startswith("~$") and path.is_file():
                yield f"{name}/{top.name}/{inside}".rstrip("/"), path


class InputWatch:
    """Whether the files that a plan was made from are still the same, at the cost of looking at their times."""

    def __init__(self, project: Project, edition: Edition) -> None:
        inputs = Inputs(project, edition, FileDigests())
        self._states = {path: _state(path) for path in inputs.paths.values()}
        self.mark = inputs.mark

    def find_changed(self) -> list[str]:
        """Name the files that have changed since."""
        return sorted(path.name for path, state in self._states.items() if _state(path) != state)


def _state(path: Path) -> tuple[int, int] | None:
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_size, state.st_mtime_ns
