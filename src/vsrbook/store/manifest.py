"""Say in store.json which files hold which table, from which source, and how large they must be."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from vsrbook.tables import TABLES

FORMAT = 1  # raise it whenever files of an earlier version can no longer be read
NAME = "store.json"
Groups = tuple[tuple[str, str], ...]  # first and last area code of each row group


@dataclass(frozen=True)
class StoredFile:
    """One file of a store: its name in the folder, its size in bytes, the SHA-256 of what is in it."""

    name: str
    size: int
    sha256: str

    def is_whole(self, folder: Path) -> bool:
        """Whether the file is there in its full size; quick, for every opening."""
        path = folder / self.name
        return path.is_file() and path.stat().st_size == self.size

    def is_sound(self, folder: Path) -> bool:
        """Whether the file is, byte for byte, the one that was written; reads all of it."""
        return self.is_whole(folder) and digest_file(folder / self.name) == self.sha256


@dataclass(frozen=True)
class StoredTable:
    """One table of a store: `digest` of its source, its rows, its files, its row groups' areas.

    `slices` (area_code, rows, digest: one row an area) and `groups` are there for observations only.
    """

    digest: str
    rows: int
    data: StoredFile
    slices: StoredFile | None = None
    groups: Groups = ()

    @property
    def files(self) -> tuple[StoredFile, ...]:
        """The files the table is kept in."""
        return (self.data,) if self.slices is None else (self.data, self.slices)


def digest_file(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits, without holding the file in memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def describe_file(path: Path) -> StoredFile:
    """Describe a file that has just been written."""
    return StoredFile(path.name, path.stat().st_size, digest_file(path))


def read_manifest(folder: Path) -> dict[str, StoredTable] | None:
    """Read store.json: tables by name, or None where it is missing, damaged or of another version."""
    try:
        data = json.loads((folder / NAME).read_text("utf-8"))
        if data["format"] != FORMAT or data["columns"] != _list_columns(data["tables"]):
            return None
        return {str(name): _read_table(entry) for name, entry in data["tables"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _list_columns(names: Iterable[str]) -> dict[str, list[list[str]]]:
    """List the columns of tables and their kinds: a store made before a column was added is no use."""
    return {name: [[column.name, column.kind] for column in TABLES[name].columns] for name in names}


def _read_table(entry: dict[str, Any]) -> StoredTable:
    slices = entry["slices"]
    groups = tuple((str(first), str(last)) for first, last in entry["groups"])
    return StoredTable(
        str(entry["digest"]),
        int(entry["rows"]),
        _read_file(entry["data"]),
        None if slices is None else _read_file(slices),
        groups,
    )


def _read_file(entry: dict[str, Any]) -> StoredFile:
    file = StoredFile(str(entry["name"]), int(entry["size"]), str(entry["sha256"]))
    if Path(file.name).name != file.name:
        raise ValueError("a store's files lie in its own folder")
    return file


def write_manifest(folder: Path, tables: dict[str, StoredTable]) -> None:
    """Write store.json in one step: a reader sees the old one or the new one, never a part."""
    entries = {name: asdict(table) for name, table in sorted(tables.items())}
    data = {"format": FORMAT, "columns": _list_columns(entries), "tables": entries}
    scratch = folder / f".{NAME}.{os.getpid()}"
    scratch.write_text(json.dumps(data, ensure_ascii=False) + "\n", "utf-8")
    scratch.replace(folder / NAME)
