"""Find the kit: in the installed package, or in the repository that the toolkit runs from."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path

from vsrbook.kit.contents import NOT_IN_GIT, list_kit
from vsrbook.problems import Problem, ReviewError

PACKAGE = Path(__file__).parents[1]
CARRIED = "_kit"  # where the wheel has it
_assembled: list[tempfile.TemporaryDirectory[str]] = []  # kept until the process ends


@cache
def find_kit() -> Path:
    """Return the folder of the kit, laid out as a project, with peers/ and what its templates are filled from.

    In an installed package it is part of it; in a checkout it is put together from the repository, in a
    folder that lasts as long as the process. Raises ReviewError where there is neither.
    """
    carried = PACKAGE / CARRIED
    if carried.is_dir():
        return carried
    root = PACKAGE.parents[1]
    if not (root / "params" / "_template.yml").is_file():
        what = "the chapters and templates that belong to vsrbook are missing"
        raise ReviewError([Problem(PACKAGE.as_posix(), what, "install vsrbook anew from its wheel file")])
    scratch = tempfile.TemporaryDirectory(prefix="vsrbook-kit-", ignore_cleanup_errors=True)
    _assembled.append(scratch)
    for name, path in list_kit(root).items():
        place = Path(scratch.name, name)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
    return Path(scratch.name)


def read_kit() -> dict[str, bytes]:
    """Read the kit: its files by their names in a project."""
    folder = find_kit()
    paths = {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
    wanted = {name: path for name, path in paths.items() if not set(name.parts) & set(NOT_IN_GIT)}
    return {name.as_posix(): path.read_bytes() for name, path in sorted(wanted.items())}
