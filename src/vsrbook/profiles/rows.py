"""Make the rows of a data set: each area's context, and where it stands in each indicator."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from vsrbook.assessing import assess_series
from vsrbook.methods.peers import classify
from vsrbook.naming import area_names, cite
from vsrbook.profiles.dataset import SPREAD
from vsrbook.profiles.series import KIND, STATUSES, Totals, Values
from vsrbook.profiles.standing import Standing, peer_rule, profiled_levels
from vsrbook.review import GROUPS, Review
from vsrbook.tables import split_list

if TYPE_CHECKING:
    import pyarrow as pa

    from vsrbook.profiles.series import Floats, Integers

PRACTICE = ("practice_id", "title", "kind", "description", "objective", "outputs", "outcomes", "goals")
PRACTICE_MORE = ("start_date", "end_date", "source_id", "location")
INDICATOR = ("indicator_code", "goal", "target", "name", "unit", "direction", "target_value", "target_year")
CONTEXT = ("population", "households", "land_area_km2", "income")
NAMED_PEERS = 24  # named on a page; more are counted
HALF_WAY = 1e-6  # so near to the middle of two numbers, floating point may round to the wrong one


class RowMaker:
    """Makes the rows of all areas with a page, in the order in which the store has them."""

    def __init__(self, review: Review, totals: Totals, standing: Standing) -> None:
        self._review, self._totals, self._standing = review, totals, standing
        self._areas = review.tables["areas"]
        self._names = area_names(review)
        self._sources = list(totals.sources)
        self._codes = self._areas["area_code"].tolist()
        self._cite = cache(partial(cite, review))  # looked up for each area, of few sources
        known = standing.latest.known
        profiled = standing.levels >= 0
        self._has_rows = known
        self._collected = {
            int(level): known[standing.levels == level].any(axis=0)
            for level in np.unique(standing.levels[profiled])
        }
        self.shown = np.flatnonzero(known[profiled].any(axis=0))
        self._practices = _practices_by_area(review)
        rule = peer_rule(review)
        bounds = (rule.size_classes, rule.income_classes) if rule else ((), ())
        self._size = _classes(self._areas["population"], bounds[0])
        self._income = _classes(self._areas["income"], bounds[1])

    @property
    def head(self) -> dict[str, Any]:
        """What holds for all areas."""
        association, whole = self._review.association, self._review.whole_area
        profiles = association.profiles
        licence, shown = (profiles.licence, profiles.map) if profiles else (None, None)
        return {
            "slug": self._review.slug,
            "edition": self._review.edition,
            "language": self._review.language,
            "draft": self._review.draft,
            "association": association.association.name,
            "standing": association.standing,
            "map_source": cite(self._review, shown.source) if shown else "",
            "licence": licence.model_dump() if licence else None,
            "place": association.place,
            "whole_code": "" if whole is None else whole["area_code"],
            "profiled": profiled_levels(self._review),
            "tier": association.association.tier,
            "method": association.progress.method if association.progress else "",
            "base_year": association.progress.base_year if association.progress else None,
            "minimum_count": association.minimum_count,
            "peers": _describe_rule(self._review),
            "levels": self._areas["level"].value_counts().to_dict(),
            "indicators": int(self._has_rows.any(axis=0).sum()),
        }

    def make(self) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """Yield each area's context and rows, by code as the store has them; areas without any value come last."""
        done = set()
        for values in self._totals:
            judged = self._judge(values)
            for area in sorted(np.unique(values["area"]).tolist(), key=self._codes.__getitem__):
                if self._standing.levels[area] >= 0:
                    done.add(area)
                    own = values[values["area"] == area]
                    yield self._context(area, own), self._rows(area, own, judged.get(area))
        empty = np.zeros(0, dtype=KIND)
        for area in np.flatnonzero(self._standing.levels >= 0).tolist():
            if area not in done:
                yield self._context(area, empty), self._rows(area, empty, None)

    def _judge(self, values: Values) -> dict[int, pd.DataFrame]:
        """Judge a chunk's series by the review's method; nothing without one."""
        progress = self._review.association.progress
        chosen = values[(self._standing.levels[values["area"]] >= 0)]
        if progress is None or not len(chosen):
            return {}
        indicators = self._review.tables["indicators"]["indicator_code"].to_numpy(dtype=object)
        frame = pd.DataFrame(
            {
                "indicator_code": pd.array(indicators[chosen["indicator"]], dtype="str"),
                "area_code": pd.array(np.array(self._codes, dtype=object)[chosen["area"]], dtype="str"),
                **dict.fromkeys(GROUPS, pd.Series("", range(len(chosen)), dtype="str")),
                "year": chosen["year"],
                "value": chosen["value"],
                "status": pd.array(np.array(STATUSES, dtype=object)[chosen["status"]], dtype="str"),
            }
        )
        judged = assess_series(self._review, progress.method, frame)
        first = ~pd.DataFrame({name: chosen[name] for name in ("area", "indicator")}).duplicated()
        judged["area"] = chosen["area"][first.to_numpy()]
        judged["indicator"] = chosen["indicator"][first.to_numpy()]
        return {int(str(area)): rows.set_index("indicator") for area, rows in judged.groupby("area")}

    def _context(self, area: int, own: Values) -> dict[str, Any]:
        row = self._areas.iloc[area]
        peers = [at for at in self._standing.groups.members[area].tolist() if at != area]
        parent = row["parent_code"]
        cited = sorted({self._sources[at] for at in np.unique(own["source"])} | {row["source_id"]})
        return {
            "area_code": row["area_code"],
            "name": self._names[row["area_code"]],
            "level": row["level"],
            "parent_code": parent,
            "parent_name": self._names.get(parent, ""),
            "type": row["type"],
            **{name: None if pd.isna(row[name]) else float(row[name]) for name in CONTEXT},
            "income_unit": row["income_unit"],
            "context_year": None if pd.isna(row["context_year"]) else int(row["context_year"]),
            "context_source": self._cite(row["source_id"]),
            "size_class": self._size[area],
            "income_class": self._income[area],
            "observations": int(self._totals.rows[area]),
            "peer_codes": [self._codes[at] for at in peers[:NAMED_PEERS]],
            "peer_names": [self._names[self._codes[at]] for at in peers[:NAMED_PEERS]],
            "peer_count": len(peers),
            "peer_reason": self._standing.groups.reasons[area],
            "practices": json.dumps(self._practices.get(row["area_code"], []), ensure_ascii=False),
            "sources": [self._cite(source) for source in cited],
        }

    def _rows(self, area: int, own: Values, judged: pd.DataFrame | None) -> dict[str, Any]:
        standing = self._standing
        level = int(standing.levels[area])
        at = np.flatnonzero(self._collected[level])
        latest, places = standing.latest, standing.places
        years, values = _trends(own, at)
        has = latest.year[area, at] > 0
        spreads = standing.spreads[level][:, at]
        columns: dict[str, Any] = {
            "indicator": at,
            "year": _masked(latest.year[area, at], has),
            "value": _numbers(latest.value[area, at]),
            "status": [STATUSES[n] for n in latest.status[area, at]],
            "source_id": [self._sources[n] if n >= 0 else "" for n in latest.source[area, at]],
            "parent_value": _numbers(standing.parent[area, at]),
            "whole_value": _numbers(standing.whole[area, at]),
            "compared_year": _masked(standing.years[area, at], standing.years[area, at] > 0),
            "compared_value": _numbers(standing.compared[area, at]),
            "rank": _masked(places.rank[area, at], places.rank[area, at] > 0),
            "peers": places.count[area, at],
            "peer_median": _numbers(round_as_shown(places.median[area, at])),
            "areas": standing.counts[level][at],
            **{name: _numbers(round_as_shown(spreads[n])) for n, name in enumerate(SPREAD)},
            "years": years,
            "values": values,
        }
        return columns | _progress(judged, at)


def _progress(judged: pd.DataFrame | None, at: Integers) -> dict[str, Any]:
    """Return what the method says of an area's series, in the order of its indicators."""
    names = {"progress": "status", "reason": "reason", "progress_value": "value", "score": "score"}
    names |= {"base_year": "base_year", "base_value": "base_value"}
    if judged is None:
        return {name: [None] * len(at) for name in names}
    rows = judged.reindex(at)
    return {
        name: [None if pd.isna(cell) else cell for cell in rows[column]] for name, column in names.items()
    }


def _trends(own: Values, at: Integers) -> tuple[list[list[int]], list[list[float]]]:
    known = own[np.isfinite(own["value"])]
    starts = np.searchsorted(known["indicator"], at, side="left")
    ends = np.searchsorted(known["indicator"], at, side="right")
    pairs = list(zip(starts.tolist(), ends.tolist(), strict=True))
    years, values = known["year"].tolist(), known["value"].tolist()
    return [years[a:b] for a, b in pairs], [values[a:b] for a, b in pairs]


def _masked(numbers: Integers, known: Any) -> list[int | None]:
    return [int(n) if is_known else None for n, is_known in zip(numbers, known, strict=True)]


def _numbers(values: Floats) -> list[float | None]:
    return [None if value != value else value for value in values.tolist()]  # noqa: PLR0124  # NaN is not itself


def round_as_shown(values: Floats) -> Floats:
    """Round as `text.number` writes: what a reader cannot see must not make a page anew."""
    size = np.abs(values)
    places = np.where(size >= 1000, 0, np.where(size >= 1, 2, 4))
    scaled = values * 10.0**places
    rounded = np.round(scaled) / 10.0**places
    halves = np.abs(np.abs(scaled - np.trunc(scaled)) - 0.5) < HALF_WAY
    # 8.165 is written 8.16, but a hundred times that is 816.5000…01
    for at in map(tuple, np.argwhere(halves)):
        rounded[at] = float(round(Decimal(str(values[at])), int(places[at])))
    return rounded


def _classes(values: pd.Series, bounds: tuple[float, ...]) -> list[int | None]:
    if not bounds:
        return [None] * len(values)
    return [None if pd.isna(n) else int(n) for n in classify(values, bounds)]


def _describe_rule(review: Review) -> dict[str, Any] | None:
    rule = peer_rule(review)
    return None if rule is None else vars(rule)


def _practices_by_area(review: Review) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for row in review.tables["practices"].to_dict("records"):
        told = {name: str(row[name]) for name in (*PRACTICE, *PRACTICE_MORE)}
        told["cited"] = cite(review, str(row["source_id"]), str(row["location"]))
        for code in split_list(str(row["area_codes"])):
            found.setdefault(code, []).append(told)
    return found


def indicator_table(review: Review, shown: Integers) -> pa.Table:
    """Return the indicators that some profile shows, with their position in the table."""
    import pyarrow as pa

    table = review.tables["indicators"]
    chosen = table.loc[table.index[shown], list(INDICATOR)].assign(indicator=shown)
    return pa.Table.from_pandas(chosen, preserve_index=False).replace_schema_metadata(None)
