"""Read SDMX-CSV 1.0 and 2.0: one row an observation, with codes, labels or both."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from vsrbook.problems import only_errors
from vsrbook.sources.sdmx.groups import is_attribute
from vsrbook.sources.sdmx.message import Message, Observation, Reference, UnreadableError
from vsrbook.spreadsheets import read_cells

FIRST = re.compile(r"DATAFLOW|STRUCTURE(\[.\])?")
FIXED = {"DATAFLOW", "STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "ACTION", "SERIES_KEY", "OBS_KEY"}
PLAIN = {"TIME_PERIOD", "OBS_VALUE"}  # hold no codes
CODED = {"UNIT_MEASURE", "UNIT_MULT", "OBS_STATUS", "CONF_STATUS", "NATURE", "DECIMALS"}
TARGET = re.compile(r"([\w.\-]+):([\w@$\-]+)(?:\(([\w.+\-]+)\))?")
CODE = re.compile(r"[\w@$\-+*.]+")
# how SDMX-CSV writes a value that is not there
NOTHING = {"NaN", "#N/A"}


@dataclass
class _Header:
    """The columns: concept by position, label columns by the position of their code, and what is fixed."""

    concepts: dict[int, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    label_at: dict[int, int] = field(default_factory=dict)
    fixed: dict[str, int] = field(default_factory=dict)
    with_labels: bool = False


def read_csv(path: Path, name: str, most: int) -> Message:
    """Read an SDMX-CSV file of at most `most` observations. Raises UnreadableError."""
    table = read_cells(path, name)
    if errors := only_errors(table.problems):
        raise UnreadableError(errors[0].what, errors[0].hint)
    rows = [(row, cells) for row, cells in table.rows if any(str(cell).strip() for cell in cells)]
    if not rows:
        raise UnreadableError("is empty")
    header = _read_header([str(cell).strip() for cell in rows[0][1]])
    if len(rows) - 1 > most:
        raise UnreadableError(f"holds more than {most:,} observations", "import it in parts")
    message = Message(name, "SDMX-CSV 2.0" if "STRUCTURE" in header.fixed else "SDMX-CSV 1.0")
    message.keys = dict.fromkeys([*_list_keys(header), "TIME_PERIOD"])
    message.names = header.names
    for row, cells in rows[1:]:
        _read_row(message, header, str(row), [str(cell).strip() for cell in cells])
    return message


def _read_header(cells: list[str]) -> _Header:
    header = _Header()
    ids = [cell.partition(":")[0].strip() for cell in cells]
    if not (FIRST.fullmatch(ids[0]) or {"TIME_PERIOD", "OBS_VALUE"} <= set(ids)):
        raise UnreadableError(
            "is no SDMX-CSV: its first row begins with neither DATAFLOW nor STRUCTURE",
            "is it a table of another kind? The format workbook reads those",
        )
    paired = "STRUCTURE_NAME" in ids
    for at, (cell, written) in enumerate(zip(cells, ids, strict=True)):
        concept = re.sub(r"\[.?\]$", "", written)
        if concept in FIXED:
            header.fixed[concept] = at
        elif paired and at - 1 in header.concepts and at - 1 not in header.label_at:
            header.label_at[at - 1] = at
            header.names[header.concepts[at - 1]] = cell
        elif concept:
            _add_concept(header, at, concept, cell)
    if "OBS_VALUE" not in header.concepts.values():
        raise UnreadableError("has no column OBS_VALUE", "ask for the data, not for their keys only")
    return header


def _add_concept(header: _Header, at: int, concept: str, cell: str) -> None:
    if concept in header.concepts.values():
        raise UnreadableError(f"has two columns {concept}", "keep one")
    header.concepts[at] = concept
    if label := cell.partition(":")[2].strip():
        header.names[concept] = label
        header.with_labels = True


def _list_keys(header: _Header) -> list[str]:
    """Name the dimensions: SDMX-CSV has them before the value, the attributes behind it."""
    concepts = list(header.concepts.values())
    return [key for key in concepts[: concepts.index("OBS_VALUE")] if not is_attribute(key)]


def _read_row(message: Message, header: _Header, place: str, cells: list[str]) -> None:
    fixed = {name: cells[at] for name, at in header.fixed.items() if at < len(cells)}
    if fixed.get("ACTION", "").upper() in ("D", "DELETE"):
        message.deleted += 1
        return
    if not message.observations and (target := TARGET.match(_find_target(fixed))):
        message.references.append(Reference(target[1], target[2], target[3] or ""))
    own = {
        concept: _read_cell(message, header, at, cells)
        for at, concept in header.concepts.items()
        if at < len(cells) and cells[at]
    }
    own = {concept: text for concept, text in own.items() if text not in NOTHING}
    if "TIME_PERIOD" not in own and "OBS_VALUE" not in own:
        message.without_period += 1  # attributes of a whole series
        return
    message.observations.append(Observation(place, {}, own))


def _find_target(fixed: dict[str, str]) -> str:
    return fixed.get("STRUCTURE_ID") or fixed.get("DATAFLOW", "")


def _read_cell(message: Message, header: _Header, at: int, cells: list[str]) -> str:
    """Return the code of a cell, and remember its label where one stands in or beside it."""
    concept, text = header.concepts[at], cells[at]
    label_at = header.label_at.get(at)
    if label_at is not None and label_at < len(cells) and cells[label_at]:
        message.labels.setdefault(concept, {})[text] = cells[label_at]
        return text
    coded = concept in CODED or (concept in message.keys and concept not in PLAIN)
    if header.with_labels and coded and ":" in text:
        code, _colon, label = text.partition(":")
        if CODE.fullmatch(code.strip()):
            message.labels.setdefault(concept, {})[code.strip()] = label.strip()
            return code.strip()
    return text
