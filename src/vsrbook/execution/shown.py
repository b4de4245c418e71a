"""Digest what an executed notebook shows its readers, whatever has drawn it, and however often it ran."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vsrbook.execution.keys import digest

DRAWN = ("spec", "svg_text")  # how a figure is drawn; its words and its data are beside it


def digest_shown(notebook: Mapping[str, Any]) -> str:
    """Return a digest of a notebook's prose and outputs: the same as long as readers read the same.

    Code, times and counts are no part of it, nor is the form of a chart: a new version of a library that
    draws a line elsewhere changes nothing that somebody has approved.
    """
    return digest([_shown(cell) for cell in notebook["cells"]])


def _shown(cell: Mapping[str, Any]) -> Any:
    if cell["cell_type"] == "markdown":
        return "".join(cell["source"])
    outputs = (output for output in cell.get("outputs", []) if output["output_type"] != "stream")
    return [_said(output.get("data", {})) for output in outputs]


def _said(data: Mapping[str, Any]) -> Any:
    from vsrbook.figures.figure import MIME

    if MIME in data:
        return {name: part for name, part in data[MIME].items() if name not in DRAWN}
    html = data.get("text/html")
    return "".join(html) if html else "".join(data.get("text/plain", ""))
