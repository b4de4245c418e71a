"""Keep executed notebooks under their content keys, in a folder or on object storage.

An entry is one file, `<key>.ipynb.gz`: it is put in its place in one step, and its checksum tells whether
it is whole. Several runs, on several machines, may use one cache at once.
"""

from __future__ import annotations

import gzip
import json
import time
import zlib
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from vsrbook.files import read_json, write_whole
from vsrbook.problems import Problem, ReviewError

SUFFIX = ".ipynb.gz"
COMPRESSION = 3  # of 300 kB in 4 ms to a tenth; the highest level takes ten times as long for a fifth less
DAY = 86_400.0
Mark = list[int]  # size in bytes and time of change: as long as they stay, so does the content


class Place(Protocol):
    """Where entries lie."""

    def marks(self) -> dict[str, Mark]:
        """Return name and mark of each entry."""
        ...

    def read(self, name: str) -> bytes:
        """Read an entry. Raises OSError where there is none."""
        ...

    def write(self, name: str, data: bytes) -> None:
        """Put an entry in its place in one step. Raises OSError."""
        ...

    def remove(self, name: str) -> None:
        """Remove an entry, if it is there."""
        ...


class Folder:
    """Entries in a folder, on this machine or a shared drive."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def marks(self) -> dict[str, Mark]:
        """Return name, size and time of change of each entry."""
        found = {}
        with suppress(FileNotFoundError):
            for path in self.path.iterdir():
                if path.name.endswith(SUFFIX) and not path.name.startswith("."):
                    with suppress(FileNotFoundError):  # another run has removed it
                        state = path.stat()
                        found[path.name] = [state.st_size, state.st_mtime_ns]
        return found

    def read(self, name: str) -> bytes:
        """Read a file."""
        return (self.path / name).read_bytes()

    def write(self, name: str, data: bytes) -> None:
        """Write a file beside its place, then move it there."""
        write_whole(self.path / name, data)

    def remove(self, name: str) -> None:
        """Remove a file."""
        (self.path / name).unlink(missing_ok=True)

    def clean_parts(self, before: float) -> None:
        """Remove what runs that were killed have left half-written."""
        with suppress(FileNotFoundError):
            for path in self.path.glob(".*.part"):
                with suppress(FileNotFoundError):
                    if path.stat().st_mtime < before:
                        path.unlink()


class Bucket:
    """Entries on object storage or any other file system that fsspec knows (s3://…, gs://…, memory://…)."""

    def __init__(self, address: str) -> None:
        import fsspec

        self.files, self.root = fsspec.core.url_to_fs(address)

    def marks(self) -> dict[str, Mark]:
        """Return name, size and time of change of each object; stores that have no time give 0."""
        found = {}
        self.files.invalidate_cache()
        with suppress(FileNotFoundError):
            for entry in self.files.ls(self.root, detail=True):
                name = entry["name"].rsplit("/", 1)[-1]
                if name.endswith(SUFFIX):
                    changed = entry.get("LastModified") or entry.get("created") or entry.get("mtime")
                    found[name] = [int(entry["size"]), _nanoseconds(changed)]
        return found

    def read(self, name: str) -> bytes:
        """Read an object."""
        data: bytes = self.files.cat_file(f"{self.root}/{name}")
        return data

    def write(self, name: str, data: bytes) -> None:
        """Write an object: storage shows it when it is whole."""
        self.files.makedirs(self.root, exist_ok=True)
        self.files.pipe_file(f"{self.root}/{name}", data)

    def remove(self, name: str) -> None:
        """Remove an object."""
        with suppress(FileNotFoundError):
            self.files.rm_file(f"{self.root}/{name}")


def _nanoseconds(moment: Any) -> int:
    if moment is None:
        return 0
    seconds = moment.timestamp() if hasattr(moment, "timestamp") else float(moment)
    return int(seconds * 1e9)


class Cache:
    """Executed notebooks by key. `memory` remembers which entries have been found sound; `address` opens it anew."""

    def __init__(self, place: Place, memory: Path | None = None, address: str = "") -> None:
        self.place, self.address = place, address
        self._memory = memory

    def find_sound(self, keys: Iterable[str]) -> set[str]:
        """Return those keys whose entry is there and whole.

        An entry is read through once, and again when its size or time of change is another; a damaged one
        is removed.
        """
        known = read_json(self._memory) if self._memory else {}
        there = self.marks()
        sound = {}
        for key in set(keys):
            mark = there.get(key)
            if mark is not None and (known.get(key) == mark or self._is_whole(key)):
                sound[key] = mark
        kept = {key: mark for key, mark in known.items() if there.get(key) == mark} | sound
        if self._memory and kept != known:
            with suppress(OSError):  # it only saves time
                write_whole(self._memory, json.dumps(kept).encode())
        return set(sound)

    def _is_whole(self, key: str) -> bool:
        """Whether an entry can be read; one that is damaged, not one that cannot be reached, is removed."""
        try:
            data = self.place.read(key + SUFFIX)
        except OSError:
            return False
        if _unpack(data) is None:
            self.remove(key)
            return False
        return True

    def marks(self) -> dict[str, Mark]:
        """Return the marks of all entries by key: another mark, another content."""
        return {name.removesuffix(SUFFIX): mark for name, mark in self.place.marks().items()}

    def read(self, key: str) -> dict[str, Any] | None:
        """Read a notebook; None where there is none, or none that is whole."""
        try:
            return _unpack(self.place.read(key + SUFFIX))
        except OSError:
            return None

    def write(self, key: str, notebook: dict[str, Any]) -> None:
        """Keep a notebook. Raises OSError where there is no room for it."""
        data = json.dumps(notebook, ensure_ascii=False).encode()
        self.place.write(key + SUFFIX, gzip.compress(data, COMPRESSION, mtime=0))

    def remove(self, key: str) -> None:
        """Remove a notebook, if it is there."""
        self.place.remove(key + SUFFIX)

    def clean(self, days: float, keep: Iterable[str] = ()) -> tuple[int, int]:
        """Remove entries older than `days`, except those to `keep`; returns their number and their bytes."""
        before = time.time() - days * DAY
        kept = {key + SUFFIX for key in keep}
        old = {
            name: size
            for name, (size, changed) in self.place.marks().items()
            if name not in kept and changed / 1e9 < before
        }
        for name in old:
            self.place.remove(name)
        if isinstance(self.place, Folder):
            self.place.clean_parts(min(before, time.time() - DAY))
        return len(old), sum(old.values())


def _unpack(data: bytes) -> dict[str, Any] | None:
    """Return the notebook of an entry; None where it is damaged."""
    try:
        notebook = json.loads(gzip.decompress(data))
    except (gzip.BadGzipFile, EOFError, zlib.error, ValueError):
        return None
    return notebook if isinstance(notebook, dict) and "cells" in notebook else None


@cache
def open_place(address: str) -> Place:
    """Open the place at an address: a folder, or a URL that fsspec knows. Raises ReviewError where it is neither."""
    if "://" not in address:
        path = Path(address)
        if any(above.exists() and not above.is_dir() for above in (path, *path.parents)):
            raise ReviewError(
                [Problem("--cache", f"{address} is no folder", "name a folder; it is made if need be")]
            )
        return Folder(path)
    try:
        return Bucket(address)
    except (ImportError, ValueError, OSError) as error:
        hint = 'install what reads it: pip install "vsrbook[cluster]", and s3fs, gcsfs or adlfs'
        raise ReviewError([Problem("--cache", f"{address} cannot be opened: {error}", hint)]) from error


def open_cache(address: str, memory: Path | None = None) -> Cache:
    """Open the cache at an address."""
    return Cache(open_place(address), memory, address)
