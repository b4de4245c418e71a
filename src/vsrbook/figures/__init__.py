"""Everything a chapter shows: charts with their table and alt text, key figures, tables, sentences."""

from vsrbook.figures.blocks import Block, data_table, definitions, key_figures, listing, notice, prose, show
from vsrbook.figures.figure import Figure

__all__ = [
    "Block",
    "Figure",
    "data_table",
    "definitions",
    "key_figures",
    "listing",
    "notice",
    "prose",
    "show",
]
