"""Write data packages: a review's figures, with what they mean, for others to use.

The format is Frictionless Data Package, version 1: CSV files, and datapackage.json, which says of each
file its columns, units, licence, sources, size and SHA-256. The same input gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vsrbook.csv_writing import encode_header, encode_rows
from vsrbook.publishing.opendata.descriptor import (
    PROFILE,
    DataFile,
    PackageInfo,
    describe_package,
    describe_resource,
)
from vsrbook.tables import NUMERIC, TABLES, Column, Table

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = ["PackageInfo", "name_observations", "write_area_package", "write_full_package"]

DESCRIPTOR = "datapackage.json"
PLAIN, PACKED = "observations.csv", "observations.csv.gz"
PACKED_FROM = 800_000  # rows of 40 to 60 bytes: a plain file has hardly more than 50 MB
SUPPRESSED = "suppressed"
WITHHELD = ("value", "weight")  # never published of a row of such a status
GZIP = 31  # zlib's number for: write the header of a .gz file, with neither time nor name in it


def name_observations(rows: int) -> str:
    """Return the name of the file of all observations, which is compressed where it would be large."""
    return PACKED if rows >= PACKED_FROM else PLAIN


def write_area_package(
    folder: Path,
    info: PackageInfo,
    area: Mapping[str, Any],
    observations: pd.DataFrame,
    profile: pd.DataFrame,
) -> list[Path]:
    """Write the package of one area: datapackage.json, observations.csv, profile.csv; return their paths.

    `area` has area_code and name, and may have level, parent_code and parent_name. `observations` are
    the published rows of that area, with the columns of the contract; `profile` has those of PROFILE.
    Columns that need not be filled may be left out. Raises KeyError for any other column that is not
    there, ValueError for a cell that is not of its column's kind, OSError where nothing can be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows, shown = take_rows(observations, info.observations), take_rows(profile, PROFILE)
    files = [
        _write_table(folder / PLAIN, info.observations, [rows]),
        _write_table(folder / "profile.csv", PROFILE, [shown]),
    ]
    resources = _describe(files, (), shown)
    return _finish(folder, describe_package(info, area, resources, _cited(rows)))


def write_full_package(
    folder: Path,
    info: PackageInfo,
    areas: pd.DataFrame,
    indicators: pd.DataFrame,
    observations: Iterable[pd.DataFrame],
    rows: int,
) -> list[Path]:
    """Write the package of all areas: datapackage.json, observations, areas, indicators and sources.

    `areas` and `indicators` are tables of the contract. `observations` comes in chunks, of which one is
    held at a time; `rows` says how many rows there will be, and so whether they are compressed
    (`name_observations`). Returns the paths, and raises, as `write_area_package` does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = name_observations(rows)
    (folder / (PLAIN if name == PACKED else PACKED)).unlink(missing_ok=True)
    places, measures = take_rows(areas, TABLES["areas"]), take_rows(indicators, TABLES["indicators"])
    cited = _cited(places) | _cited(measures)
    chunks = _note_sources((take_rows(chunk, info.observations) for chunk in observations), cited)
    files = [
        _write_table(folder / name, info.observations, chunks),
        _write_table(folder / "areas.csv", TABLES["areas"], [places]),
        _write_table(folder / "indicators.csv", TABLES["indicators"], [measures]),
    ]
    # last, for only now all sources are known that the observations cite
    sources = take_rows(info.sources[info.sources["source_id"].isin(cited)], TABLES["sources"])
    files.append(_write_table(folder / "sources.csv", TABLES["sources"], [sources]))
    resources = _describe(files, [file.table.name for file in files], measures)
    return _finish(folder, describe_package(info, None, resources, cited))


def take_rows(frame: pd.DataFrame, table: Table) -> pa.Table:
    """Return the columns of a contract from a frame, as text, whole numbers and numbers.

    Whatever stands in `value` or `weight` of a row whose status is suppressed is taken out.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    columns = {column.name: _take_column(frame, column) for column in table.columns}
    if "status" in columns:
        hidden = pc.fill_null(pc.equal(columns["status"], SUPPRESSED), fill_value=False)
        if pc.any(hidden).as_py():
            for name in columns.keys() & set(WITHHELD):
                columns[name] = pc.if_else(hidden, pa.scalar(None, columns[name].type), columns[name])
    return pa.table(columns)


def _take_column(frame: pd.DataFrame, column: Column) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = {"number": pa.float64()}.get(
        column.kind, pa.int64() if column.kind in NUMERIC else pa.large_string()
    )
    if column.name not in frame and not column.required:
        return pa.nulls(len(frame), kind)
    cells = pa.array(frame[column.name], from_pandas=True)
    if isinstance(cells, pa.ChunkedArray):
        cells = cells.combine_chunks()
    if cells.type != kind:
        cells = cells.cast(kind)
    if column.kind == "number":
        cells = pc.if_else(pc.is_finite(cells), cells, pa.scalar(None, kind))
    return cells


def _cited(rows: pa.Table) -> set[str]:
    return set(rows["source_id"].unique().to_pylist())


def _note_sources(chunks: Iterable[pa.Table], cited: set[str]) -> Iterator[pa.Table]:
    """Pass rows on, and add the sources that they cite."""
    for rows in chunks:
        cited |= _cited(rows)
        yield rows


def _write_table(path: Path, table: Table, chunks: Iterable[pa.Table]) -> DataFile:
    """Write rows as they come; a file whose name ends in .gz is compressed."""
    blocks = _encode(table, chunks)
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as file:
        for data in _pack(blocks) if path.suffix == ".gz" else blocks:
            digest.update(data)
            size += file.write(data)
    return DataFile(path.name, digest.hexdigest(), size, table)


def _encode(table: Table, chunks: Iterable[pa.Table]) -> Iterator[bytes]:
    yield encode_header(table.names)
    yield from map(encode_rows, chunks)


def _pack(blocks: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(wbits=GZIP)
    yield from map(packer.compress, blocks)
    yield packer.flush()


def _describe(files: list[DataFile], together: Iterable[str], measures: pa.Table) -> list[dict[str, Any]]:
    """Describe the files of a package; `measures` has a row for each indicator, with its unit."""
    codes, units = (measures[name].to_pylist() for name in ("indicator_code", "unit"))
    by_code = dict(zip(codes, units, strict=True))
    return [
        describe_resource(file, together, by_code if file.table.name == "observations" else None)
        for file in files
    ]


def _finish(folder: Path, described: dict[str, Any]) -> list[Path]:
    """Write datapackage.json, after the files that it describes; return the paths of all."""
    text = json.dumps(described, ensure_ascii=False, indent=1, allow_nan=False)
    (folder / DESCRIPTOR).write_text(f"{text}\n", "utf-8", newline="\n")
    return [folder / DESCRIPTOR, *(folder / resource["path"] for resource in described["resources"])]
