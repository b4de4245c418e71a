"""Make data/rwanda/provinces.geojson from the map in the data repository of NISR: our codes, fewer points.

Run `python tools/tidy_rwanda_map.py FOLDER`; FOLDER holds geojsons/RwandaRegions.geojson (see data/rwanda/README.md).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import shapely

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "data" / "rwanda" / "provinces.geojson"
# the map's own ids are the numbers of our codes; its names differ ("East Province"), so both are given here
PROVINCES = {
    "Kigali City": "RW-1",
    "Southern Province, Rwanda": "RW-2",
    "Western Province, Rwanda": "RW-3",
    "Northern Province, Rwanda": "RW-4",
    "East Province": "RW-5",
}
DEGREES = 0.002  # some 200 m: less than a line is wide on a page


def tidy_map(source: Path) -> str:
    """Return the five provinces as GeoJSON, their borders simplified together, with our codes."""
    features = json.loads(source.read_text("utf-8"))["features"]
    found = {PROVINCES[feature["properties"]["name"]]: feature for feature in features}
    codes = sorted(found)
    outlines = [shapely.make_valid(shapely.geometry.shape(found[code]["geometry"])) for code in codes]
    simple = shapely.set_precision(shapely.coverage_simplify(outlines, DEGREES), 0.0001)
    lines = [
        json.dumps(
            {
                "type": "Feature",
                "properties": {"area_code": code},
                "geometry": json.loads(shapely.to_geojson(shape)),
            }
        )
        for code, shape in zip(codes, simple, strict=True)
    ]
    return '{"type": "FeatureCollection", "features": [\n' + ",\n".join(lines) + "\n]}\n"


if __name__ == "__main__":
    TARGET.write_text(
        tidy_map(Path(sys.argv[1]) / "geojsons" / "RwandaRegions.geojson"), "utf-8", newline="\n"
    )
    print(f"wrote {TARGET.relative_to(ROOT)}")
