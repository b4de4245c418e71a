"""Keep what profiles show on disk, so that a notebook reads the rows of its own area and no others.

A data set is a folder: `standing.arrow` (one record batch for each area, one row for each indicator),
`areas.arrow` (a row for each area), `indicators.arrow`, `dataset.json` (what holds for all areas, and
the digest of each area's rows). It belongs to one edition, for it holds names in its language.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from vsrbook.files import read_json, write_whole

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd
    import pyarrow as pa

HEAD = "dataset.json"
SPREAD = ("lowest", "lower_quartile", "median", "upper_quartile", "highest")


def standing_schema() -> pa.Schema:
    """Return the columns of a row on one area and indicator.

    `year`, `value`, `status` of the latest value (null: none; status "suppressed": held back);
    `parent_value`, `whole_value` in that year. `compared_year`, `compared_value`: the year in which the
    level is compared; `rank`, `peers`, `peer_median` among the peers then, `areas` and the spread of all
    areas with a value then. `years`, `values`: all of the area's values. The rest is what a progress
    method says.
    """
    import pyarrow as pa

    whole, number, text = pa.int32(), pa.float64(), pa.string()
    columns = {
        **{"indicator": whole, "year": whole, "value": number, "status": text, "source_id": text},
        **{"parent_value": number, "whole_value": number, "compared_year": whole, "compared_value": number},
        **{"rank": whole, "peers": whole, "peer_median": number, "areas": whole},
        **dict.fromkeys(SPREAD, number),
        **{"years": pa.list_(whole), "values": pa.list_(number)},
        **{"progress": text, "reason": text, "progress_value": number, "score": number},
        **{"base_year": whole, "base_value": number},
    }
    return pa.schema(list(columns.items()))


def area_schema() -> pa.Schema:
    """Return the columns of a row on one area: its context in words and numbers, its peers, practices, sources."""
    import pyarrow as pa

    whole, number, text, texts = pa.int32(), pa.float64(), pa.string(), pa.list_(pa.string())
    columns = {
        **dict.fromkeys(("area_code", "name", "level", "parent_code", "parent_name", "type"), text),
        **dict.fromkeys(("population", "households", "land_area_km2", "income"), number),
        **{"income_unit": text, "context_year": whole, "context_source": text},
        **{"size_class": whole, "income_class": whole, "observations": whole},
        **{"peer_codes": texts, "peer_names": texts, "peer_reason": text, "peer_count": whole},
        **{"practices": text, "sources": texts, "digest": text},
    }
    return pa.schema(list(columns.items()))


class DatasetWriter:
    """Writes a data set area by area into a folder."""

    def __init__(self, folder: Path) -> None:
        import pyarrow as pa

        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._schema = standing_schema()
        self._writer = pa.ipc.new_file(str(folder / "standing.arrow"), self._schema)
        self._areas: list[dict[str, Any]] = []

    def __enter__(self) -> DatasetWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()

    def write(self, area: dict[str, Any], standing: dict[str, Any]) -> None:
        """Write one area: its context, and its rows as columns; the digest is of all that its page can show."""
        import pyarrow as pa

        batch = pa.RecordBatch.from_pydict(standing, schema=self._schema)
        self._writer.write_batch(batch)
        seen = hashlib.sha256(batch.serialize())
        seen.update(json.dumps(area, sort_keys=True, default=str).encode())
        self._areas.append({**area, "digest": seen.hexdigest()})

    def finish(self, head: dict[str, Any], indicators: pa.Table) -> None:
        """Write what holds for all areas; the head last: with it the data set is whole."""
        import pyarrow as pa
        from pyarrow import feather

        self._writer.close()
        rows = pa.Table.from_pylist(self._areas, schema=area_schema())
        for name, table in (("areas", rows), ("indicators", indicators)):
            feather.write_feather(table, str(self.folder / f"{name}.arrow"), compression="uncompressed")
        write_whole(self.folder / HEAD, json.dumps(head, sort_keys=True, default=str).encode())


@dataclass(frozen=True)
class Dataset:
    """A data set on disk; only what is asked for is read."""

    folder: Path

    @cached_property
    def head(self) -> dict[str, Any]:
        """What holds for all areas; empty where the data set is not whole."""
        return read_json(self.folder / HEAD)

    @cached_property
    def areas(self) -> pa.Table:
        """A row for each area with a page, in the order of the table areas."""
        return _read(self.folder / "areas.arrow")

    @cached_property
    def indicators(self) -> pa.Table:
        """The indicators that some area has a value of, by their position in the table."""
        return _read(self.folder / "indicators.arrow")

    def table(self, name: str) -> pd.DataFrame:
        """Return the table areas, indicators or sources (own and shared) as it was when this was gathered."""
        frame: pd.DataFrame = _read(self.folder / f"table-{name}.arrow").to_pandas(use_threads=False)
        return frame

    @property
    def hidden(self) -> npt.NDArray[np.int64]:
        """The rows of the table observations that are suppressed as small counts."""
        import numpy as np

        rows: npt.NDArray[np.int64] = np.load(self.folder / "hidden.npy", allow_pickle=False)
        return rows

    @cached_property
    def codes(self) -> dict[str, int]:
        """The position of each area by its code."""
        return {code: at for at, code in enumerate(self.areas["area_code"].to_pylist())}

    @property
    def digests(self) -> dict[str, str]:
        """The digest of each area's part: the same as long as its page would be."""
        return dict(zip(self.codes, self.areas["digest"].to_pylist(), strict=True))

    @cached_property
    def common_digest(self) -> str:
        """The digest of what all profiles show: the head, the indicators, the map."""
        shown = {name: value for name, value in self.head.items() if name not in ("problems", "doubts")}
        seen = hashlib.sha256(json.dumps(shown, sort_keys=True).encode())
        for name in ("indicators.arrow", "locator.json"):
            path = self.folder / name
            seen.update(path.read_bytes() if path.is_file() else b"")
        return seen.hexdigest()

    def position(self, code: str) -> int:
        """Return where an area stands; looks for one, and does not list all. Raises KeyError where it is not."""
        import pyarrow.compute as pc

        at = pc.index(self.areas["area_code"], code).as_py()
        if at < 0:
            raise KeyError(code)
        return int(at)

    def area(self, code: str) -> dict[str, Any]:
        """Return the row of an area. Raises KeyError where it has none."""
        row: dict[str, Any] = self.areas.slice(self.position(code), 1).to_pylist()[0]
        return row

    def standing(self, code: str) -> pa.RecordBatch:
        """Return the rows of an area, one an indicator. Raises KeyError where it has none."""
        return self._standings.get_batch(self.position(code))

    def standings(self) -> Iterator[tuple[str, pa.RecordBatch]]:
        """Yield each area's code and rows."""
        for code, at in self.codes.items():
            yield code, self._standings.get_batch(at)

    @cached_property
    def _standings(self) -> pa.RecordBatchFileReader:
        import pyarrow as pa

        options = pa.ipc.IpcReadOptions(use_threads=False)
        return pa.ipc.open_file(pa.memory_map(str(self.folder / "standing.arrow")), options=options)


def _read(path: Path) -> pa.Table:
    import pyarrow as pa

    options = pa.ipc.IpcReadOptions(use_threads=False)
    return pa.ipc.open_file(pa.memory_map(str(path)), options=options).read_all()
