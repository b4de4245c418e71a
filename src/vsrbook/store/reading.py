"""Open a store and read from it: a table, one area's observations, one indicator's."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vsrbook.fast_reading import batch_schema, to_frame
from vsrbook.problems import Problem, ReviewError
from vsrbook.store.manifest import StoredFile, StoredTable, read_manifest
from vsrbook.store.slices import OBSERVATIONS
from vsrbook.tables import TABLES

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

Filters = list[tuple[str, str, str]] | None


class Store:
    """One association's tables as Parquet.

    Every frame has the columns and types that `tables_reading.read_table` gives, `row` among them, its
    rows in the order of the source; missing text is what it was when the store was written. What is
    not there is an empty frame. A file damaged since it was written raises ReviewError.
    """

    def __init__(self, folder: Path, tables: dict[str, StoredTable]) -> None:
        self.folder = folder
        self.tables = tables

    def read(self, table: str) -> pd.DataFrame:
        """Read a whole table."""
        return self._read_table(table, None)

    def read_area(self, area_code: str) -> pd.DataFrame:
        """Read the observations of one area from the row groups that can hold it, and from no others."""
        return self.read_areas([area_code])

    def read_areas(self, area_codes: Iterable[str]) -> pd.DataFrame:
        """Read the observations of several areas."""
        import pyarrow as pa
        import pyarrow.compute as pc

        codes = set(area_codes)
        groups = sorted({group for code in codes for group in self.groups_of(code)})
        if not groups:
            return to_frame(batch_schema(OBSERVATIONS).empty_table())
        rows = self._read_groups(groups)
        wanted = pc.is_in(rows["area_code"], pa.array(sorted(codes), pa.string()))
        return to_frame(rows.filter(wanted).sort_by("row"))

    def read_indicator(self, indicator_code: str) -> pd.DataFrame:
        """Read the observations of one indicator; looks through all row groups, and keeps what it wants."""
        return self._read_table(OBSERVATIONS.name, [("indicator_code", "==", indicator_code)])

    def groups_of(self, area_code: str) -> range:
        """Return the numbers of the row groups that can hold an area."""
        firsts, lasts = self._ends
        return range(bisect_left(lasts, area_code), bisect_right(firsts, area_code))

    def area_digest(self, area_code: str) -> str:
        """Return the digest of an area's rows, "" for an area without any: the same as long as they are."""
        return self._digests.get(area_code, "")

    @property
    def areas(self) -> list[str]:
        """The areas with observations, sorted by code."""
        return list(self._digests)

    @cached_property
    def _ends(self) -> tuple[list[str], list[str]]:
        stored = self.tables.get(OBSERVATIONS.name)
        groups = stored.groups if stored else ()
        return [first for first, _ in groups], [last for _, last in groups]

    @cached_property
    def _digests(self) -> dict[str, str]:
        stored = self.tables.get(OBSERVATIONS.name)
        if stored is None or stored.slices is None:
            return {}
        areas = self._open(stored.slices)
        return dict(zip(areas["area_code"].to_pylist(), areas["digest"].to_pylist(), strict=True))

    @cached_property
    def _observations(self) -> pq.ParquetFile:
        """The open file: its index is read once for all areas."""
        import pyarrow.parquet as pq

        return pq.ParquetFile(
            self.folder / self.tables[OBSERVATIONS.name].data.name, page_checksum_verification=True
        )

    def _read_groups(self, groups: list[int]) -> pa.Table:
        import pyarrow as pa

        try:
            # a row group takes 3 ms: threads would cost more than they save, and workers are forked
            return self._observations.read_row_groups(groups, use_threads=False)
        except (OSError, pa.ArrowException) as error:
            raise self._is_damaged(self.tables[OBSERVATIONS.name].data) from error

    def _read_table(self, name: str, filters: Filters) -> pd.DataFrame:
        schema = batch_schema(TABLES[name])
        if name not in self.tables:
            return to_frame(schema.empty_table())
        # rows are put in order while their words are codes still: half the time
        words = [column.name for column in schema if str(column.type) == "string"]
        rows = self._open(self.tables[name].data, filters=filters, read_dictionary=words)
        return to_frame(rows.unify_dictionaries().combine_chunks().sort_by("row").cast(schema))

    def _open(self, file: StoredFile, **how: Any) -> pa.Table:
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            return pq.read_table(self.folder / file.name, page_checksum_verification=True, **how)
        except (OSError, pa.ArrowException) as error:
            raise self._is_damaged(file) from error

    def _is_damaged(self, file: StoredFile) -> ReviewError:
        name = "/".join((self.folder / file.name).parts[-4:])
        hint = "run vsrbook check: it is made again from the tables"
        return ReviewError([Problem(name, "the stored table is damaged or gone", hint)])


def open_store(folder: Path) -> Store | None:
    """Open the store in a folder, or return None where there is none that can be read.

    Looks at store.json and at the sizes of the files; `write_store` looks at every byte.
    """
    tables = read_manifest(folder)
    if tables is None or not all(file.is_whole(folder) for table in tables.values() for file in table.files):
        return None
    return Store(folder, tables)
