"""Hold the totals of all areas as plain numbers, a chunk of areas at a time: memory does not grow with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from vsrbook.methods.selection import totals

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
STATUSES = ("", "provisional", "estimated", "suppressed")
SUPPRESSED = STATUSES.index("suppressed")
HALF = 0.5  # of the areas with a value must have one in the year in which areas are compared
KIND = np.dtype(
    [
        *(("area", np.int32), ("indicator", np.int32), ("year", np.int32)),
        *(("value", np.float64), ("status", np.int8), ("source", np.int32)),
    ]
)
# of KIND: positions of area and indicator, year, value, positions of status and source
Values = npt.NDArray[Any]


@dataclass
class Totals:
    """The values for everyone, area after area, in files of one chunk each.

    Each chunk (iterate to read them, an array of KIND sorted by area, indicator and year) holds all
    values of its areas; `value` is NaN where it is suppressed. `rows` counts the observations of every
    group by position of the area; `sources` names the positions in `source`.
    """

    folder: Path
    areas: Sequence[str]
    indicators: Sequence[str]
    sources: dict[str, int] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rows = np.zeros(len(self.areas), dtype=np.int64)
        self._area_index, self._indicator_index = pd.Index(self.areas), pd.Index(self.indicators)

    def add(self, chunk: pd.DataFrame) -> Values:
        """Put the totals of a chunk of observations aside; codes that the tables do not have are left out."""
        found = self._area_index.get_indexer(pd.Index(chunk["area_code"]))
        self.rows += np.bincount(found[found >= 0], minlength=len(self.areas))
        values = self._take(totals(chunk))
        path = self.folder / f"totals-{len(self.files)}.npy"
        np.save(path, values, allow_pickle=False)
        self.files.append(path)
        return values

    def __iter__(self) -> Iterator[Values]:
        """Read chunk after chunk."""
        for path in self.files:
            yield np.load(path, allow_pickle=False)

    def _take(self, frame: pd.DataFrame) -> Values:
        values = np.zeros(len(frame), dtype=KIND)
        values["area"] = self._area_index.get_indexer(pd.Index(frame["area_code"]))
        values["indicator"] = self._indicator_index.get_indexer(pd.Index(frame["indicator_code"]))
        values["year"] = frame["year"].to_numpy(dtype=np.int32)
        values["status"] = pd.Index(STATUSES).get_indexer(pd.Index(frame["status"]))
        number = frame["value"].to_numpy(dtype=np.float64, na_value=np.nan)
        hidden = values["status"] == SUPPRESSED
        values["value"] = np.where(hidden, np.nan, number)
        numbers, names = pd.factorize(frame["source_id"])
        at = [self.sources.setdefault(str(name), len(self.sources)) for name in names]
        values["source"] = np.array(at, dtype=np.int32)[numbers] if at else 0
        known = (values["area"] >= 0) & (values["indicator"] >= 0) & (np.isfinite(values["value"]) | hidden)
        kept = values[known]
        order = np.lexsort((kept["year"], kept["indicator"], kept["area"]))
        ordered: Values = kept[order]
        return ordered


@dataclass
class Latest:
    """Each area's latest value of each indicator (areas × indicators): value, year (0: none), status, source.

    Where the latest is suppressed there is no value: an older one is not put in its place.
    """

    value: Floats
    year: Integers
    status: npt.NDArray[np.int8]
    source: npt.NDArray[np.int32]

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """Where there is a latest value, also one that is suppressed."""
        return np.asarray(np.isfinite(self.value) | (self.status == SUPPRESSED), dtype=np.bool_)

    @classmethod
    def of(cls, areas: int, indicators: int) -> Latest:
        """Begin without any value."""
        shape = (areas, indicators)
        numbers = np.zeros(shape, np.int64), np.zeros(shape, np.int8), np.full(shape, -1, np.int32)
        return cls(np.full(shape, np.nan), *numbers)

    def note(self, values: Values) -> None:
        """Note a chunk's values; the last one written of an area and indicator stays, that of the last year."""
        for name in ("value", "year", "status", "source"):
            getattr(self, name)[values["area"], values["indicator"]] = values[name]


class YearCounts:
    """How many areas of each level have a value of an indicator in each year."""

    def __init__(self, levels: npt.NDArray[np.int64]) -> None:
        self._levels = levels
        self._parts: list[pd.Series] = []
        self._any: list[pd.Series] = []

    def note(self, values: Values) -> None:
        """Count a chunk: it holds all values of its areas."""
        known = values[np.isfinite(values["value"])]
        frame = pd.DataFrame({name: known[name] for name in ("area", "indicator", "year")})
        frame["level"] = self._levels[known["area"]]
        self._parts.append(frame.groupby(["level", "indicator", "year"]).size())
        once = frame.drop_duplicates(["area", "indicator"])
        self._any.append(once.groupby(["level", "indicator"]).size())

    def compared_years(self, level: int, indicators: int) -> Integers:
        """Return the year in which a level is compared, indicator by indicator (0: in none).

        That is the latest year in which at least half of the level's areas that have a value in any year
        have one; where there is no such year, the one in which most have one.
        """
        chosen = np.zeros(indicators, dtype=np.int64)
        if not self._parts:
            return chosen
        counts = _add(self._parts)
        counts = counts[counts["level"] == level]
        some = _add(self._any)
        areas = some[some["level"] == level].set_index("indicator")["n"]
        enough = counts[counts["n"] >= HALF * counts["indicator"].map(areas)]
        for rows in (counts.sort_values(["n", "year"]), enough.sort_values("year")):
            last = rows.drop_duplicates("indicator", keep="last")
            chosen[last["indicator"].to_numpy()] = last["year"].to_numpy()
        return chosen


def _add(parts: Iterable[pd.Series]) -> pd.DataFrame:
    joined = pd.concat([part.rename("n") for part in parts])
    added: pd.DataFrame = joined.groupby(level=list(range(joined.index.nlevels))).sum().reset_index()
    return added


def pick_compared(values: Values, years: Integers, into: Floats) -> None:
    """Write each area's value in the year in which it is compared (`years`: areas × indicators) into a matrix."""
    chosen = values[values["year"] == years[values["area"], values["indicator"]]]
    into[chosen["area"], chosen["indicator"]] = chosen["value"]


def look_up(enclosing: dict[int, Values], parents: Integers, years: Integers) -> Floats:
    """Return the value of each area's parent in the area's own year of each indicator; NaN where there is none.

    `enclosing` has the values of areas that others lie in, by position; `parents` are positions, −1 for
    none; `years` is areas × indicators.
    """
    found = np.full(years.shape, np.nan)
    for parent, values in enclosing.items():
        rows = np.flatnonzero(parents == parent)
        if not len(rows):
            continue
        keys = pd.MultiIndex.from_arrays([values["indicator"], values["year"]])
        columns = np.tile(np.arange(years.shape[1]), len(rows))
        wanted = pd.MultiIndex.from_arrays([columns, years[rows].ravel()])
        table = pd.Series(values["value"], index=keys)
        found[rows] = table.reindex(wanted).to_numpy(dtype=np.float64).reshape(len(rows), -1)
    return found
