"""The page on which a reader finds one area among all: search, filters, values side by side, a map."""

from __future__ import annotations

from markupsafe import Markup

from vsrbook.publishing.areas.data import digest, write_data
from vsrbook.publishing.areas.entries import AreasIndex, IndexArea, IndexIndicator, tidy_index
from vsrbook.publishing.areas.html import render_controls, render_list, render_map, render_table

__all__ = ["AreasIndex", "IndexArea", "IndexIndicator", "make_index"]

INLINE_MAP_BYTES = 60_000  # a larger map is loaded when it comes into view


def make_index(index: AreasIndex) -> tuple[Markup, dict[str, str]]:
    """Return the page's HTML, and the scripts that must lie beside it by file name.

    The HTML is lines without blank ones between them, each beginning with a tag. It needs areas.js and
    areas.css, and loads the scripts of data itself; without scripts it is a list of links.
    Raises ValueError for an indicator that has not one value for each area.
    """
    index = tidy_index(index)
    shapes = index.shapes if index.shapes and index.shapes.paths else None
    is_inline = shapes is not None and sum(map(len, shapes.paths.values())) <= INLINE_MAP_BYTES
    files = write_data(index, lazy_map=not is_inline)
    lines = [
        Markup('<div class="vsr-areas" id="vsr-areas">'),
        *render_controls(index),
        # said here: the list is on the screen before the map behind it has come
        Markup('<div class="vsr-areas-parts{}">').format(" vsr-areas-mapped" if shapes else ""),
        Markup('<div class="vsr-areas-found">'),
        *render_table(index),
        *render_list(index),
        Markup("</div>"),
        *(render_map(index, shapes, is_inline=is_inline) if shapes else ()),
        Markup("</div></div>"),
        Markup('<script defer src="areas-data.js?v={}"></script>').format(digest(files["areas-data.js"])),
    ]
    return Markup("\n").join(lines), files
