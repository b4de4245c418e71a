"""Maps of areas: GeoJSON and TopoJSON → outlines small enough for a page → SVG."""

from vsrbook.maps.drawing import draw_links, draw_map
from vsrbook.maps.shapes import LOCATOR_BYTES, MAP_BYTES, Shapes, make_locator, read_shapes

__all__ = [
    "LOCATOR_BYTES",
    "MAP_BYTES",
    "Shapes",
    "draw_links",
    "draw_map",
    "make_locator",
    "read_shapes",
]
