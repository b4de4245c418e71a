"""How the book's charts look: sizes, fonts, colours that hold in light and dark."""

from __future__ import annotations

from typing import Any

STATIC_WIDTH = 640
FONT = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif"
MEASURED_FONT = "Liberation Sans"
STATIC_FONT = "'Liberation Sans', Arial, Helvetica, sans-serif"
NEUTRAL = "#767676"  # 4.5:1 on white and on black: the reference marks
# Okabe and Ito (2008), Color Universal Design; yellow left out: too pale on white
SERIES_COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00"]
SERIES_SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down"]
SERIES_DASHES = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [12, 4], [4, 1]]

CONFIG: dict[str, Any] = {
    "font": FONT,
    "view": {"stroke": None},
    "axis": {"labelFontSize": 12, "titleFontSize": 12, "labelLimit": 260, "titleFontWeight": "normal"},
    "legend": {"labelFontSize": 12, "titleFontSize": 12, "labelLimit": 320, "orient": "top", "columns": 2},
    "aria": True,
}
