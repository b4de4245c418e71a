"""Compile a large, clean observations.csv without ever holding all of it in memory.

The file is read in batches, each typed, checked and put aside; then the areas are known, and the rows
are parted into ranges of areas, each small enough to be sorted in memory and written.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from vsrbook import tables_reading
from vsrbook.fast_reading import batch_schema, read_batches, to_frame
from vsrbook.problems import Problem, sort_problems
from vsrbook.store.slices import (
    Compiled,
    Group,
    SliceWriter,
    count_areas,
    group_areas,
    sort_rows,
)
from vsrbook.tables import Table, validate_table

if TYPE_CHECKING:
    import pyarrow as pa

RANGE_ROWS = 250_000  # sorted at once: about 30 MB, and as much again for the sorted copy


def compile_observations(
    path: Path, table: Table, folder: Path, name: str = "", source: str | None = None
) -> tuple[Compiled | None, list[Problem]]:
    """Compile a clean CSV file of observations into `folder`, in memory that does not grow with its rows.

    Returns what was written, or None and every problem: values that the contract does not allow, and
    keys that stand there twice. `name` is how messages call the file; `source` fills empty source_id
    cells. Raises NotClean where `tables_reading.read_table` must read the file.
    """
    with tempfile.TemporaryDirectory(dir=folder, prefix=".sort-") as scratch:
        staged = Path(scratch) / "staged"
        counts, problems = _stage(path, table, staged, name or path.name, source)
        ranges = _cut_ranges(group_areas(counts))
        with SliceWriter(folder, table) as writer:
            for groups, part in zip(ranges, _part_rows(staged, table, ranges), strict=True):
                rows = sort_rows(_read_all(part))
                part.unlink()
                problems += find_duplicates(rows, table, name or path.name)
                if not problems:
                    writer.write(rows, groups)
            compiled = writer.finish()
    if problems:
        for written in (writer.data, writer.slices):
            written.unlink()
        return None, tables_reading._count_many(sort_problems(problems))
    return compiled, []


def find_duplicates(rows: pa.Table, table: Table, name: str) -> list[Problem]:
    """Find rows whose key another row has; `rows` holds all rows of its areas."""
    keys = rows.group_by(list(table.key)).aggregate([])
    if len(keys) == len(rows):
        return []
    frame = to_frame(rows.sort_by("row"))
    only_keys = replace(table, columns=tuple(table.column(name) for name in table.key))
    return validate_table(frame, only_keys, name)


def _stage(
    path: Path, table: Table, staged: Path, name: str, source: str | None
) -> tuple[dict[str, int], list[Problem]]:
    """Put typed batches aside; return the rows of each area, and the values that do not fit."""
    counts: Counter[str] = Counter()
    problems: list[Problem] = []
    without_key = replace(table, key=())  # rows of one key may lie in two batches
    with _Lines(staged, table) as lines:
        for batch in read_batches(path, table, source):
            problems += validate_table(to_frame(batch), without_key, name)
            counts.update(count_areas(batch))
            lines.write(batch)
    return dict(counts), problems


def _cut_ranges(groups: list[Group]) -> list[list[Group]]:
    """Draw neighbouring row groups together, up to so many rows."""
    ranges: list[list[Group]] = []
    rows = RANGE_ROWS
    for group in groups:
        if rows + group.rows > RANGE_ROWS:
            ranges.append([])
            rows = 0
        ranges[-1].append(group)
        rows += group.rows
    return ranges


def _part_rows(staged: Path, table: Table, ranges: list[list[Group]]) -> list[Path]:
    """Part the rows put aside by ranges of areas: one file a range."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    codes = pa.array([code for groups in ranges for group in groups for code in group.areas], pa.string())
    sizes = [sum(len(group.areas) for group in groups) for groups in ranges]
    range_of = np.repeat(np.arange(len(ranges)), sizes)
    parts = [staged.with_name(f"range-{number}") for number in range(len(ranges))]
    with ExitStack() as stack:
        files = [stack.enter_context(_Lines(part, table)) for part in parts]
        for batch in _read_batches(staged):
            belongs = range_of[pc.index_in(batch["area_code"].fill_null(""), codes).to_numpy()]
            order = np.argsort(belongs, kind="stable")
            ends = np.searchsorted(belongs[order], np.arange(len(ranges)), side="right")
            ordered = batch.take(order)
            for number, start in enumerate([0, *ends[:-1]]):
                if ends[number] > start:
                    files[number].write(ordered.slice(start, ends[number] - start))
    staged.unlink()
    return parts


class _Lines:
    """Writes typed rows one after the other into a scratch file."""

    def __init__(self, path: Path, table: Table) -> None:
        import pyarrow as pa

        quick = pa.ipc.IpcWriteOptions(compression="lz4")
        self._writer = pa.ipc.new_stream(str(path), batch_schema(table), options=quick)

    def __enter__(self) -> _Lines:
        return self

    def __exit__(self, *_error: object) -> None:
        self._writer.close()

    def write(self, rows: pa.Table) -> None:
        self._writer.write_table(rows)


def _read_batches(path: Path) -> Iterator[pa.Table]:
    import pyarrow as pa

    with pa.OSFile(str(path)) as file, pa.ipc.open_stream(file) as reader:
        for batch in reader:
            yield pa.Table.from_batches([batch])


def _read_all(path: Path) -> pa.Table:
    import pyarrow as pa

    return pa.concat_tables(_read_batches(path))
