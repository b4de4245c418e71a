"""Read the names and centres of areas from the GeoJSON files of a repository; nothing is fetched."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vsrbook.importing.cells import tidy_words
from vsrbook.importing.report import Report
from vsrbook.problems import count_noun, list_some, shorten
from vsrbook.sources.open_sdg.map_properties import DataAreas, find_languages, guess_id, guess_name
from vsrbook.sources.open_sdg.repository import Repository, find_matching, source_folder
from vsrbook.sources.open_sdg.words import agree

MAX_BYTES = 50_000_000
CENTRE_BYTES = 10_000_000  # above that, walking through all points takes longer than the rest of the import
MAX_FEATURES = 50_000
MAX_LAYERS = 20


@dataclass(frozen=True)
class MapLayer:
    """One GeoJSON file; the properties with code and name are "" where the configuration does not say."""

    path: Path
    id_property: str = ""
    name_property: str = ""


@dataclass
class MapAreas:
    """What one map says: a name, the names by language, and the centre (latitude, longitude) per code."""

    file: str
    names: dict[str, str] = field(default_factory=dict)
    by_language: dict[str, dict[str, str]] = field(default_factory=dict)
    centres: dict[str, tuple[float, float]] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)


def read_maps(
    repository: Repository, named: Iterable[str], known: DataAreas, report: Report
) -> list[MapAreas]:
    """Read the maps of a repository that hold codes of the data; `named` are those the options name."""
    found: list[MapAreas] = []
    if not known.codes:
        return found
    for layer in _find_layers(repository, named, report):
        name = repository.name(layer.path)
        features = _read_features(layer, name, report)
        if features and (one := _read_layer(layer, name, features, known, report)):
            found.append(one)
    _report_codes(found, known.codes, report)
    return found


def _find_layers(repository: Repository, wanted: Iterable[str], report: Report) -> list[MapLayer]:
    """Return the maps that the options name, else those of the configuration, else all that lie there."""
    source, root = source_folder(repository), repository.root
    if named := [MapLayer(path) for one in wanted for path in find_matching(source, one, root)]:
        return named[:MAX_LAYERS]
    for item in repository.list_items("map_layers"):
        name = str(item.get("geojson_file") or item.get("geometry_file") or "")
        files = [] if "://" in name else find_matching(source, name, root)
        keys = str(item.get("id_property") or ""), str(item.get("name_property") or "")
        named += [MapLayer(path, *keys) for path in files]
        if not files:
            what = f"the map {shorten(name)} is not here; it is not fetched"
            report.add("dropped", "config_data.yml", "map_layers", what, "put the file into the repository")
    lying = (path for one in ("*.geojson", "*/*.geojson") for path in find_matching(root, one, root))
    return (named or [MapLayer(path) for path in lying])[:MAX_LAYERS]


def _read_features(layer: MapLayer, name: str, report: Report) -> list[dict[str, Any]]:
    try:
        if layer.path.stat().st_size > MAX_BYTES:
            report.add("dropped", name, "", f"the map is larger than {MAX_BYTES // 1_000_000} MB")
            return []
        content = json.loads(layer.path.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        what = f"the map is not GeoJSON: {' '.join(str(error).split())[:100]}"
        report.add("dropped", name, "", what, "areas are known by the data alone")
        return []
    features = content.get("features") if isinstance(content, dict) else None
    listed = [one for one in features if isinstance(one, dict)] if isinstance(features, list) else []
    if not listed or len(listed) > MAX_FEATURES:
        report.add(
            "dropped",
            name,
            "",
            f"the map has {count_noun(len(listed), 'feature')} (1 to {MAX_FEATURES:,} are read)",
        )
        return []
    return listed


def _read_layer(
    layer: MapLayer, name: str, features: list[dict[str, Any]], known: DataAreas, report: Report
) -> MapAreas | None:
    rows = [{str(k): _cell(v) for k, v in (one.get("properties") or {}).items()} for one in features]
    keys = list(dict.fromkeys(key for row in rows for key in row))
    id_key = layer.id_property if layer.id_property in keys else guess_id(rows, keys, known.codes)
    if not id_key:
        what = f"no property of the map holds the codes of the data; it has {list_some(keys)}"
        report.add("doubted", name, "", what, "name id_property in config_data.yml: map_layers")
        return None
    name_key = layer.name_property if layer.name_property in keys else guess_name(rows, keys, id_key, known)
    what = f"the map's codes are in {id_key}, its names in {name_key or 'no property'}"
    report.add("read", name, "", what, count=len(rows))
    tongues = find_languages(keys, name_key, known.languages)
    centres = layer.path.stat().st_size <= CENTRE_BYTES
    found = MapAreas(name)
    for number, (row, feature) in enumerate(zip(rows, features, strict=True), start=1):
        code = row.get(id_key, "")
        found.places.setdefault(code, number)
        if code not in known.codes:
            continue
        found.names[code] = row.get(name_key, "")
        found.by_language[code] = {one: text for one, key in tongues.items() if (text := row.get(key, ""))}
        if centres and (centre := find_centre(feature.get("geometry"))):
            found.centres[code] = centre
    return found


def _cell(value: Any) -> str:
    return tidy_words(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""


def find_centre(geometry: Any) -> tuple[float, float] | None:
    """Return latitude and longitude of the middle of a geometry's box; None where its points are no degrees."""
    coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
    points = list(_list_points(coordinates))
    if not points:
        return None
    east = [point[0] for point in points]
    north = [point[1] for point in points]
    west_most, east_most, south_most, north_most = min(east), max(east), min(north), max(north)
    if west_most < -180 or east_most > 180 or south_most < -90 or north_most > 90:
        return None
    return round((south_most + north_most) / 2, 4), round((west_most + east_most) / 2, 4)


def _list_points(coordinates: Any) -> Iterator[list[float]]:
    stack = [coordinates]
    while stack:
        one = stack.pop()
        if not isinstance(one, list) or not one:
            continue
        if isinstance(one[0], (int, float)):
            if len(one) > 1 and isinstance(one[1], (int, float)):
                yield one
        else:
            stack.extend(one)


def _report_codes(maps: Iterable[MapAreas], codes: set[str], report: Report) -> None:
    """Report the codes that only the maps have, and those that only the data have."""
    known: set[str] = set()
    for one in maps:
        known |= set(one.names)
        only_map = sorted(code for code in one.places if code and code not in codes)
        if only_map:
            n = len(only_map)
            what = (
                f"{count_noun(n, 'code')} of the map {agree(n, 'are')} in no data: {list_some(only_map, 5)}"
            )
            report.add("doubted", one.file, "", what, "another year's boundaries?", count=len(only_map))
    only_data = sorted(codes - known)
    if only_data and known:
        n = len(only_data)
        what = f"{count_noun(n, 'code')} of the data {agree(n, 'are')} on no map: {list_some(only_data, 5)}"
        report.add("doubted", "", "area codes", what, "another year's boundaries?", count=len(only_data))


def complete_areas(areas: list[dict[str, Any]], maps: Iterable[MapAreas]) -> list[dict[str, Any]]:
    """Give areas the centre, and where the data have none the name, of a map; return the names by language."""
    labels = []
    for one in maps:
        for area in areas:
            code = str(area["area_code"])
            if code not in one.names:
                continue
            area["name"] = area["name"] or one.names[code]
            if code in one.centres:
                area.setdefault("latitude", one.centres[code][0])
                area.setdefault("longitude", one.centres[code][1])
            labels += [
                {
                    "table": "areas",
                    "code": code,
                    "language": language,
                    "label": name,
                    "file": one.file,
                    "place": f"feature {one.places[code]}",
                }
                for language, name in one.by_language[code].items()
            ]
    return labels
