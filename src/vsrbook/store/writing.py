"""Write a store beside the one that is there, and put it in its place in one step."""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING

from vsrbook import fast_reading, spreadsheets, tables, tables_reading
from vsrbook.problems import ReviewError
from vsrbook.store.manifest import (
    FORMAT,
    StoredFile,
    StoredTable,
    describe_file,
    digest_file,
    read_manifest,
    write_manifest,
)
from vsrbook.store.reading import Store
from vsrbook.store.slices import Compiled, compile_frame
from vsrbook.store.streaming import compile_observations
from vsrbook.tables import TABLES, Table

if TYPE_CHECKING:
    import pandas as pd

FORGOTTEN_AFTER = 24 * 3600  # seconds: then the scratch folder of a compile that was killed is removed


@dataclass(frozen=True)
class CleanCsv:
    """A large, clean observations.csv to be compiled without holding it in memory.

    `name` is how messages call the file; `source` fills empty source_id cells.
    """

    path: Path
    name: str = ""
    source: str | None = None


def write_store(
    folder: Path, frames: Mapping[str, pd.DataFrame | CleanCsv], digests: Mapping[str, str]
) -> Store:
    """Write tables, by name, into the store in `folder`; a table that it has not is taken out.

    `digests` says for each table what it was read from (`digest_table`): a table with the digest of the
    one that is there, sound byte for byte, is left alone. The store changes in one step, when
    everything is written; whoever opened the one before goes on reading it. Raises ReviewError where a
    CleanCsv has problems, NotClean where it must be read with `read_table`; the old store then stays.
    """
    folder.mkdir(parents=True, exist_ok=True)
    before = read_manifest(folder) or {}
    stale = find_stale(folder, digests)
    stored = {name: before[name] for name in frames if name not in stale}
    with tempfile.TemporaryDirectory(dir=folder, prefix=".part-") as scratch:
        compiled = {
            name: _compile(frames[name], TABLES[name], Path(scratch)) for name in frames if name in stale
        }
        stored |= {name: _move_in(new, name, digests[name], folder) for name, new in compiled.items()}
    if stored != before or not (folder / "store.json").is_file():
        write_manifest(folder, stored)
        _sweep(folder, [*stored.values(), *before.values()])
    return Store(folder, stored)


def find_stale(folder: Path, digests: Mapping[str, str]) -> set[str]:
    """Name the tables whose stored rows are missing, damaged or made from something else."""
    stored = read_manifest(folder) or {}
    return {
        name
        for name, digest in digests.items()
        if name not in stored
        or stored[name].digest != digest
        or not all(file.is_sound(folder) for file in stored[name].files)
    }


def digest_table(path: Path, table: Table, sheet: str | None = None, source: str | None = None) -> str:
    """Return a digest of all that decides what a table holds: file, contract, params, reader."""
    decides = (digest_file(path), table, sheet, source, _digest_readers())
    return hashlib.sha256(repr(decides).encode()).hexdigest()


@cache
def _digest_readers() -> str:
    own = sorted(Path(__file__).parent.glob("*.py"))
    readers = [Path(module.__file__ or "") for module in (fast_reading, spreadsheets, tables, tables_reading)]
    return " ".join(digest_file(path) for path in (*readers, *own))


def _compile(rows: pd.DataFrame | CleanCsv, table: Table, folder: Path) -> Compiled:
    if not isinstance(rows, CleanCsv):
        return compile_frame(rows, folder, table)
    compiled, problems = compile_observations(rows.path, table, folder, rows.name, rows.source)
    if compiled is None:
        raise ReviewError(problems)
    return compiled


def _move_in(new: Compiled, table: str, digest: str, folder: Path) -> StoredTable:
    """Move a table's files into the store under a name of their own: files that are being read stay."""
    slices = None if new.slices is None else _rename(new.slices, f"{table}-slices", digest, folder)
    data = _rename(new.data, table, digest, folder)
    return StoredTable(digest, new.rows, data, slices, new.groups)


def _rename(path: Path, stem: str, digest: str, folder: Path) -> StoredFile:
    made_from = hashlib.sha256(f"{FORMAT} {digest}".encode()).hexdigest()
    target = folder / f"{stem}-{made_from[:16]}.parquet"
    path.replace(target)
    return describe_file(target)


def _sweep(folder: Path, used: list[StoredTable]) -> None:
    """Remove what neither this store nor the one before needs; Windows keeps what is open: next time."""
    names = {file.name for table in used for file in table.files}
    for path in folder.glob("*.parquet"):
        if path.name not in names:
            with suppress(OSError):
                path.unlink()
    for scratch in folder.glob(".part-*"):
        with suppress(OSError):
            if scratch.stat().st_mtime < time.time() - FORGOTTEN_AFTER:
                rmtree(scratch)
