"""Merge notebooks cell by cell: cells are known by their ids, what they show when run does not count."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vsrbook.kit.merging import merge_sequences, merge_texts

VOLATILE = ("kernelspec", "language_info", "execution", "papermill", "collapsed", "scrolled", "trusted")


@dataclass(frozen=True)
class Notebook:
    """What people write of a notebook: its cells by their ids, in their order, and its metadata."""

    cells: dict[str, dict[str, Any]]
    metadata: dict[str, Any]
    frame: dict[str, Any]  # kernel and format: taken from the newest, never a difference

    @property
    def content(self) -> object:
        """What is compared: cells in their order, and metadata."""
        return list(self.cells.items()), self.metadata


def parse_notebook(text: str) -> Notebook | None:
    """Read a notebook; None where it is none, or its cells have no ids (before nbformat 4.5)."""
    try:
        raw = json.loads(text)
        cells = {str(cell["id"]): _read_cell(cell) for cell in raw["cells"]}
        metadata = dict(raw["metadata"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if len(cells) != len(raw["cells"]):
        return None
    kernel = {key: metadata.pop(key) for key in VOLATILE if key in metadata}
    frame = {"metadata": kernel, **{key: raw.get(key) for key in ("nbformat", "nbformat_minor")}}
    return Notebook(cells, metadata, frame)


def _read_cell(cell: dict[str, Any]) -> dict[str, Any]:
    source = cell["source"]
    metadata = {key: value for key, value in dict(cell["metadata"]).items() if key not in VOLATILE}
    read = {
        "cell_type": str(cell["cell_type"]),
        "metadata": metadata,
        "source": source if isinstance(source, str) else "".join(source),
    }
    return read | ({"attachments": cell["attachments"]} if cell.get("attachments") else {})


def write_notebook(notebook: Notebook) -> str:
    """Return a notebook as nbformat writes it, without any output."""
    cells = []
    for name, cell in notebook.cells.items():
        written = {**cell, "id": name, "source": cell["source"].splitlines(keepends=True)}
        if cell["cell_type"] == "code":
            written |= {"execution_count": None, "outputs": []}
        cells.append(written)
    raw = {**notebook.frame, "cells": cells}
    raw["metadata"] = {**notebook.frame["metadata"], **notebook.metadata}
    return json.dumps(raw, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def print_notebook(notebook: Notebook) -> str:
    """Return a notebook as text to be compared by people: a heading for each cell, then its source."""
    parts = []
    for name, cell in notebook.cells.items():
        tags = cell["metadata"].get("tags")
        parts.append(f"=== {cell['cell_type']} cell {name}{f' {tags}' if tags else ''}\n{cell['source']}\n")
    return "\n".join(parts)


def merge_notebooks(base: Notebook, ours: Notebook, theirs: Notebook) -> tuple[Notebook, list[str]]:
    """Merge two notebooks made from `base`; returns the notebook and where it conflicts, in words.

    A cell that one side has deleted and the other has changed is a conflict.
    """
    order = merge_sequences(*(list(notebook.cells) for notebook in (base, ours, theirs)))
    conflicts = ["the order of the cells"] if order.conflicts else []
    cells: dict[str, dict[str, Any]] = {}
    for name in order.items:
        if name in cells:
            conflicts.append(f"cell {name} stands in two places")
        versions = [notebook.cells.get(name) for notebook in (base, ours, theirs)]
        cells[name], found = _merge_cell(*versions)
        conflicts += [f"cell {name}, {place}" for place in found]
    for name, before in base.cells.items():
        left = [notebook.cells[name] for notebook in (ours, theirs) if name in notebook.cells]
        if name not in cells and any(cell != before for cell in left):
            conflicts.append(f"cell {name}, deleted by one and changed by the other")
    metadata, differing = _merge_mapping(base.metadata, ours.metadata, theirs.metadata)
    conflicts += [f"metadata {key}" for key in differing]
    return Notebook(cells, metadata, theirs.frame), conflicts


def _merge_cell(
    base: dict[str, Any] | None, ours: dict[str, Any] | None, theirs: dict[str, Any] | None
) -> tuple[dict[str, Any], list[str]]:
    """Merge the versions of one cell that there are: at least one of ours and theirs."""
    if ours is None or theirs is None:
        return ours or theirs or {}, ["moved by one and deleted by the other"] if base else []
    if ours == theirs:
        return ours, []
    if base is None:
        return ours, ["added by both, not alike"]
    source, conflicts = merge_texts(base["source"], ours["source"], theirs["source"])
    versions = [{**cell, "source": ""} for cell in (base, ours, theirs)]
    merged, differing = _merge_mapping(*versions)
    metadata, tags = _merge_mapping(base["metadata"], ours["metadata"], theirs["metadata"])
    others = [key for key in differing if key != "metadata"]
    return {**merged, "metadata": metadata, "source": source}, [*conflicts, *others, *tags]


def _merge_mapping(
    base: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """Merge key by key, each value as a whole; returns the mapping, and the keys that conflict."""
    merged, conflicts = {}, []
    for key in dict.fromkeys([*ours, *theirs]):
        before, mine, new = (side.get(key) for side in (base, ours, theirs))
        if mine != before and new not in (before, mine):
            conflicts.append(key)
        value = new if mine == before else mine
        if value is not None:
            merged[key] = value
    return merged, conflicts
