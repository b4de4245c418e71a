"""Find the SDMX files of a source: data on one side, structure definitions on the other."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from vsrbook.problems import Problem, ReviewError, suggest
from vsrbook.sources.sdmx.message import UnreadableError
from vsrbook.sources.sdmx.xml_data import find_kind

MAX_FILES = 2_000
MAX_FILE_BYTES = 200_000_000
SUFFIXES = (".xml", ".csv")


@dataclass
class Files:
    """The files of a source, each with the name that messages call it by; `refused` are problems of files."""

    data: dict[str, Path] = field(default_factory=dict)
    structures: dict[str, Path] = field(default_factory=dict)
    refused: dict[str, UnreadableError] = field(default_factory=dict)

    def add(self, path: Path, name: str) -> None:
        """Put a file where it belongs, by its root element; a file that cannot be read is refused."""
        try:
            is_structure = _is_structure(path)
        except UnreadableError as error:
            self.refused[name] = error
        except OSError as error:
            self.refused[name] = UnreadableError(f"cannot be opened: {error.strerror}")
        else:
            (self.structures if is_structure else self.data)[name] = path


def _is_structure(path: Path) -> bool:
    if path.stat().st_size > MAX_FILE_BYTES:
        raise UnreadableError(f"is larger than {MAX_FILE_BYTES // 1_000_000} MB", "import it in parts")
    return path.suffix.casefold() == ".xml" and find_kind(path)[0] == "Structure"


def find_files(path: Path, structure: str | None) -> Files:
    """Find the files of a source: one file, or all XML and CSV files of a folder and those below it.

    The structure definition is the file that the options name, else those in the folder, else those in the
    folder above. Raises ReviewError where the named one is missing, or where there are too many files.
    """
    files = Files()
    if path.is_dir():
        for inside in _walk(path):
            files.add(inside, inside.relative_to(path).as_posix())
    elif path.suffix.casefold() not in SUFFIXES:
        what = f"is neither XML nor CSV, but {path.suffix or 'a file without a suffix'}"
        files.refused[path.name] = UnreadableError(what, "SDMX-JSON is not read; ask for SDMX-ML or SDMX-CSV")
    else:
        files.add(path, path.name)
    folder = path if path.is_dir() else path.parent
    if structure is not None:
        named = _find_named(structure, folder)
        files.structures = {named.name: named}
    for above in (folder, folder.parent):
        files.structures = files.structures or dict(_find_structures(above))
    return files


def _walk(folder: Path) -> Iterator[Path]:
    """Go through a folder in the order of names; hidden folders and links are left out."""
    count = 0
    for base, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            inside = Path(base) / name
            if inside.suffix.casefold() in SUFFIXES and not name.startswith(".") and not inside.is_symlink():
                count += 1
                if count > MAX_FILES:
                    what = f"holds more than {MAX_FILES:,} XML and CSV files"
                    raise ReviewError([Problem(folder.name, what, "name the folder that holds the data")])
                yield inside


def _find_named(structure: str, folder: Path) -> Path:
    given = Path(structure)
    for candidate in (folder / given, given):
        if candidate.is_file():
            return candidate
    names = [one.name for one in folder.iterdir() if one.suffix.casefold() == ".xml"]
    hint = suggest(given.name, names, "its path counts from the folder of the book, or of the data")
    raise ReviewError(
        [Problem("vsrbook import", f"there is no {structure}", hint, column="options.structure")]
    )


def _find_structures(folder: Path) -> Iterator[tuple[str, Path]]:
    """Find the structure definitions that lie directly in a folder; other files there are none of ours."""
    for number, path in enumerate(sorted(folder.glob("*.xml"))):
        if number >= MAX_FILES:
            return
        try:
            if path.is_file() and find_kind(path)[0] == "Structure":
                yield path.name, path
        except (UnreadableError, OSError):
            continue
