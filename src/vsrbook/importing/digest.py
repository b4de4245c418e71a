"""Know whether a foreign source has changed: a digest of its files, of its options and of the readers."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from vsrbook.params import Import
from vsrbook.problems import Problem, ReviewError
from vsrbook.project import Project

DATA_SUFFIXES = {".csv", ".tsv", ".xml", ".xlsx", ".yml", ".yaml", ".md", ".json", ".geojson"}
MAX_FILES = 20_000
READERS = Path(__file__).parents[1]


def digest_source(project: Project, spec: Import) -> str:
    """Return a digest of all that decides what an import gives: its files, its options, the readers."""
    digest = hashlib.sha256(spec.model_dump_json().encode())
    for path in [*_source_files(source_path(project, spec)), *_option_files(project, spec)]:
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    digest.update(_read_readers())
    return digest.hexdigest()


@cache
def _read_readers() -> bytes:
    """Return the code of the readers and of the rules, read once in a run."""
    paths = [path for folder in ("sources", "importing") for path in sorted((READERS / folder).rglob("*.py"))]
    return b"".join(path.read_bytes() for path in paths)


def _source_files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    found = [
        inside
        for inside in sorted(path.rglob("*"))
        if inside.suffix.lower() in DATA_SUFFIXES and inside.is_file() and not _is_hidden(inside, path)
    ]
    if len(found) > MAX_FILES:
        what = f"holds {len(found):,} files; an import reads at most {MAX_FILES:,}"
        raise ReviewError([Problem(path.as_posix(), what, "name the folder that holds the data")])
    return found


def _is_hidden(path: Path, root: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(root).parts)


def _option_files(project: Project, spec: Import) -> list[Path]:
    named = spec.options.get("structure")
    path = project.root / named if isinstance(named, str) else None
    return [path] if path is not None and path.is_file() else []


def source_path(project: Project, spec: Import) -> Path:
    """Return where the source lies: its path counts from the folder of the book."""
    return (project.root / spec.path).resolve()
