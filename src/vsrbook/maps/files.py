"""Read the shapes of a GeoJSON or TopoJSON file as they stand there, within bounds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from vsrbook.maps.geometry import MAX_POINTS, Arcs, read_arcs
from vsrbook.problems import shorten

MAX_FILE_BYTES = 100_000_000
MAX_SHAPES = 100_000
MAX_DEPTH = 8  # of collections within collections
MAX_BRACKETS = MAX_POINTS + 10 * MAX_SHAPES  # every point has one of its own


@dataclass(frozen=True)
class MapShape:
    """One shape of a file, not yet looked into: `geometry` is JSON, for `geometry.read_outline`."""

    place: str
    properties: Mapping[str, Any]
    geometry: Any


@dataclass(frozen=True)
class MapLayers:
    """The shapes of a file: GeoJSON has one layer, TopoJSON one for each object; `arcs` are TopoJSON's."""

    layers: tuple[tuple[MapShape, ...], ...]
    arcs: Arcs | None = None


def read_layers(path: Path) -> MapLayers:
    """Read the shapes of a file.

    Raises:
        ValueError: it is too large, no JSON, or neither GeoJSON nor TopoJSON; the message says which.
        OSError: it cannot be read.

    """
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        raise ValueError(f"the file has {size / 1e6:,.0f} MB, more than {MAX_FILE_BYTES / 1e6:,.0f}")
    return parse_layers(path.read_bytes())


def parse_layers(data: bytes) -> MapLayers:
    """Find the shapes in the bytes of a file; ValueError as for `read_layers`."""
    # counted before it is parsed: in memory a bracket becomes thirty times as large
    if max(data.count(b"["), data.count(b"{")) > MAX_BRACKETS:
        raise ValueError(f"the file has more than {MAX_POINTS:,} points")
    try:
        content = json.loads(data.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError("the file is nested too deeply") from None
    except UnicodeDecodeError:
        raise ValueError("the file is not in UTF-8") from None
    except ValueError as error:
        raise ValueError(f"the file is no JSON: {shorten(error, 100)}") from None
    kind = content.get("type") if isinstance(content, dict) else None
    if kind == "FeatureCollection":
        return MapLayers((_take_shapes(_iterate_features(content)),))
    if kind == "Topology":
        return _read_topology(content)
    raise ValueError("the file is neither a GeoJSON FeatureCollection nor a TopoJSON Topology")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _read_topology(content: Mapping[str, Any]) -> MapLayers:
    objects = content.get("objects")
    if not isinstance(objects, dict):
        raise ValueError("the TopoJSON has no objects")  # noqa: TRY004 - callers handle one kind of error
    layers = tuple(_take_shapes(_iterate_geometries(one)) for one in objects.values())
    return MapLayers(layers, read_arcs(content.get("arcs"), content.get("transform")))


def _iterate_features(content: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Any]]:
    features = content.get("features")
    for feature in features if isinstance(features, list) else []:
        if isinstance(feature, dict) and feature.get("type") == "Feature":
            yield feature, feature.get("geometry")


def _iterate_geometries(top: Any, depth: int = 0) -> Iterator[tuple[Mapping[str, Any], Any]]:
    """Walk down to the geometries that have properties; a collection without them is a layer."""
    if not isinstance(top, dict) or depth > MAX_DEPTH:
        return
    inner = top.get("geometries")
    if top.get("type") == "GeometryCollection" and "properties" not in top and isinstance(inner, list):
        for one in inner:
            yield from _iterate_geometries(one, depth + 1)
    else:
        yield top, top


def _take_shapes(found: Iterator[tuple[Mapping[str, Any], Any]]) -> tuple[MapShape, ...]:
    shapes = []
    for number, (holder, geometry) in enumerate(found, 1):
        if number > MAX_SHAPES:
            raise ValueError(f"the file has more than {MAX_SHAPES:,} shapes")
        properties = holder.get("properties")
        named = {"id": holder["id"]} if "id" in holder else {}  # where a format has the id outside of them
        shapes.append(
            MapShape(
                f"shape {number}", named | (properties if isinstance(properties, dict) else {}), geometry
            )
        )
    return tuple(shapes)
