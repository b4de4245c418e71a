"""Know which files of this repository a project of its own needs; the wheel is built from this list.

The build hook (tools/add_kit.py) loads this module by its path: it imports nothing but Python's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

FOLDERS = ("notebooks", "book", "data/reference", "locales")
FILES = {
    "_config.yml": "_config.yml",
    "_toc.yml": "_toc.yml",
    "params/_template.yml": "params/_template.yml",
    "params/association.schema.json": "params/association.schema.json",
    "environment.yml": "environment.yml",  # the versions that a project is tied to
    "LICENSES/vsrbook-MIT.txt": "LICENSE",
}
MADE = ("book/associations",)  # by vsrbook run
NOT_IN_GIT = ("__pycache__", ".ipynb_checkpoints")
LEARNT_FROM = (  # not what is measured: it is large, and says nothing about another place
    *("evidence", "testimonies", "practices", "milestones", "challenges", "recommendations"),
    *("outcomes", "sources"),
)


def list_kit(root: Path) -> dict[str, Path]:
    """Return the files of the kit by their names in it, from the root of this repository."""
    found = {name: root / place for name, place in FILES.items()}
    for folder in FOLDERS:
        found |= {path.relative_to(root).as_posix(): path for path in _files_below(root / folder)}
    found = {name: path for name, path in found.items() if not name.startswith(MADE)}
    return dict(sorted((found | dict(_list_peers(root))).items()))


def _files_below(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        unwanted = path.suffix == ".mo" or any(
            part in NOT_IN_GIT or part.startswith(".") for part in path.relative_to(folder).parts
        )
        if path.is_file() and not unwanted:
            yield path


def _list_peers(root: Path) -> Iterator[tuple[str, Path]]:
    """Yield what a newcomer learns from: the params of all associations, and their statements."""
    for params in root.glob("params/[!_]*.yml"):
        yield f"peers/params/{params.name}", params
        for table in LEARNT_FROM:
            path = root / "data" / params.stem / f"{table}.csv"
            if path.is_file():
                yield f"peers/data/{params.stem}/{table}.csv", path
