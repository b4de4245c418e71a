"""Draw shapes as inline SVG: where one area lies, or every area as a link."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from vsrbook.maps.shapes import Shapes
from vsrbook.naming import area_page

RING = 12


def draw_map(shapes: Shapes, *, current: str = "", label: str) -> Markup:
    """Draw a map with one area picked out; colours are the style sheet's.

    `label` is what the picture shows, in words. Where `shapes` has `land`, that stands for the areas.
    """
    others = shapes.land or "".join(path for code, path in shapes.paths.items() if code != current)
    marked = Markup("")
    if path := shapes.paths.get(current):
        marked = Markup('<path class="vsr-map-current" d="{}"/>{}').format(path, _draw_ring(shapes, current))
    return Markup(
        '<svg class="vsr-map" viewBox="{}" width="{:g}" height="{:g}" role="img" aria-label="{}">'
        '<title>{}</title><path class="vsr-map-land" d="{}"/>{}</svg>'
    ).format(shapes.view_box, shapes.width, shapes.height, label, label, others, marked)


def _draw_ring(shapes: Shapes, code: str) -> Markup:
    if code not in shapes.rings:
        return Markup("")
    x, y = shapes.rings[code]
    return Markup('<circle class="vsr-map-ring" cx="{:.1f}" cy="{:.1f}" r="{}"/>').format(x, y, RING)


def draw_links(shapes: Shapes, areas: Iterable[tuple[str, str]]) -> Markup:
    """Draw every area that has a shape as a link to its page; `areas` are codes and names.

    A link knows the area's position in `areas` (data-n). None is a stop of the tab key or read out: a
    script makes one at a time so, and the list beside the map is the way through all of them.
    """
    places = {code: (at, name) for at, (code, name) in enumerate(areas)}
    links = [
        Markup(
            '<a href="{}" tabindex="-1" aria-hidden="true" data-n="{}"><title>{}</title><path d="{}"/></a>'
        ).format(link_area(code), places[code][0], places[code][1], path)
        for code, path in shapes.paths.items()
        if code in places
    ]
    return Markup("\n").join(links)


def link_area(code: str) -> str:
    """Return the address of an area's page, from a page that lies beside it."""
    return f"{area_page(code)}.html"
