"""Workbooks that tests write for the reader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl


def write_book(path: Path, sheets: dict[str, list[list[Any]]], merged: tuple[str, ...] = ()) -> Path:
    """Write a workbook with these rows; `merged` cells are merged in every sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for cells in merged:
            sheet.merge_cells(cells)
    book.save(path)
    return path
