"""Read the fill colours of cells, and name them."""

from __future__ import annotations

import colorsys
from typing import Any

THEME_ORDER = (1, 0, 3, 2, 4, 5, 6, 7, 8, 9, 10, 11)  # Excel swaps dark and light of the theme's first four
GREY_BELOW = 0.15  # saturation


class FillCollector:
    """Collects the colour of every filled cell, as RRGGBB, while a sheet is read.

    Colours that conditional formatting gives are not in the cells, and are not seen.
    """

    def __init__(self, theme: bytes) -> None:
        self.colours: dict[tuple[int, int], str] = {}
        self._theme = read_theme(theme)
        self._known: dict[int, str] = {}

    def visit(self, row: int, cells: tuple[Any, ...]) -> None:
        """Note the colours of a row of openpyxl cells; `row` is counted from 1."""
        for column, cell in enumerate(cells):
            fill = cell.fill
            if fill is None or fill.fill_type != "solid":
                continue
            if id(fill) not in self._known:  # openpyxl keeps one fill for all cells of a style
                self._known[id(fill)] = read_colour(fill.fgColor, self._theme)
            if colour := self._known[id(fill)]:
                self.colours[row - 1, column] = colour


def read_theme(theme: bytes) -> list[str]:
    """Return the twelve colours of a workbook's theme, as RRGGBB, in the order that cells count them."""
    if not theme:
        return []
    from openpyxl.xml.functions import fromstring  # reads with defusedxml: no entities

    scheme = fromstring(theme).find(".//{*}clrScheme")
    if scheme is None:
        return []
    found = [next(iter(slot), None) for slot in scheme]
    colours = ["" if one is None else one.get("lastClr") or one.get("val") or "" for one in found]
    return [colours[n] if n < len(colours) else "" for n in THEME_ORDER]


def read_colour(colour: Any, theme: list[str]) -> str:
    """Return an openpyxl colour as RRGGBB, with its tint; "" where it is none or automatic."""
    from openpyxl.styles.colors import COLOR_INDEX

    if colour.type == "theme" and isinstance(colour.theme, int) and colour.theme < len(theme):
        base = theme[colour.theme]
    elif colour.type == "indexed" and colour.indexed < len(COLOR_INDEX):
        base = COLOR_INDEX[colour.indexed][-6:]
    else:
        base = colour.rgb[-6:] if colour.type == "rgb" and isinstance(colour.rgb, str) else ""
    return _tint(base, colour.tint or 0) if len(base) == 6 else ""


def _tint(colour: str, tint: float) -> str:
    """Make a colour lighter (tint above 0) or darker, as ECMA-376 part 1, 18.8.19 says: in its lightness."""
    red, green, blue = (int(colour[n : n + 2], 16) / 255 for n in (0, 2, 4))
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    return "".join(f"{round(part * 255):02X}" for part in colorsys.hls_to_rgb(hue, light, saturation))


def name_colour(colour: str, names: dict[str, str]) -> str:
    """Name a colour RRGGBB: as declared, else green, yellow, orange, red, blue, purple or grey by its hue.

    White, and what is nearly white, has no name: it is a sheet's background.
    """
    declared = {given.lstrip("#").upper()[-6:]: word for given, word in names.items()}
    if colour in declared:
        return declared[colour]
    red, green, blue = (int(colour[n : n + 2], 16) / 255 for n in (0, 2, 4))
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    if light > 0.96:
        return ""
    if saturation < GREY_BELOW:
        return "grey"
    limits = ((18, "red"), (50, "orange"), (68, "yellow"), (170, "green"), (260, "blue"), (330, "purple"))
    return next((word for limit, word in limits if hue * 360 < limit), "red")
