"""Rename columns and cells as the configuration of the data input says (column_map, code_map)."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from vsrbook.importing.cells import tidy_words
from vsrbook.importing.report import Report
from vsrbook.sources.open_sdg.csv_files import DataFile, map_cells
from vsrbook.sources.open_sdg.repository import Repository, find_matching, list_inputs, source_folder

MAX_BYTES = 5_000_000


@dataclass
class Renaming:
    """New names of columns, and of cells per column."""

    columns: dict[str, str] = field(default_factory=dict)
    cells: dict[str, dict[str, str]] = field(default_factory=dict)

    def apply(self, file: DataFile) -> None:
        """Rename the columns and cells of a file; Open SDG does the same before anything else."""
        if not self.columns and not self.cells:
            return
        for name in list(file.cells.columns):
            told = self.cells.get(name) or self.cells.get(self.columns.get(name, ""))
            if told:
                file.cells[name] = map_cells(file.column(name), partial(_rename, told=told))
        free = {old: new for old, new in self.columns.items() if new not in file.cells.columns}
        file.cells = file.cells.rename(columns=free)
        file.year, file.value = free.get(file.year, file.year), free.get(file.value, file.value)


def _rename(cell: str, told: dict[str, str]) -> str:
    return told.get(tidy_words(cell), cell)


def read_renaming(repository: Repository, report: Report) -> Renaming:
    """Read the maps that the configuration names; one that is not here is reported."""
    renaming = Renaming()
    for item in list_inputs(repository, "InputCsvData"):
        for key in ("column_map", "code_map"):
            name = str(item.get(key) or "")
            found = find_matching(source_folder(repository), name, repository.root) if name else []
            for row in _read_rows(found[0]) if found else []:
                if key == "column_map":
                    renaming.columns[row.get("Text", "")] = row.get("Value", "")
                else:
                    told = renaming.cells.setdefault(row.get("Dimension", ""), {})
                    told[row.get("Text", "")] = row.get("Value", "")
            if name and not found:
                report.add("doubted", "config_data.yml", "inputs", f"the {key} {name[:80]!r} is not here")
    return renaming


def _read_rows(path: Path) -> list[dict[str, str]]:
    if path.stat().st_size > MAX_BYTES:
        return []
    text = path.read_bytes().decode("utf-8-sig", errors="replace")
    rows = csv.DictReader(text.splitlines())
    return [{tidy_words(key): tidy_words(cell) for key, cell in row.items() if key} for row in rows]
