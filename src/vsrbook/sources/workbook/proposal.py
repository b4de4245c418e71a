"""Hold a proposed mapping with what is uncertain about it, and write it as YAML."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vsrbook.importing.options import NO_SOURCE


class Guess(dict[str, Any]):
    """A mapping, as `options` takes it, with the path it is for and what is uncertain, by key ("" = all).

    `holds_values` is false where nothing was found to read.
    """

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file = file
        self.holds_values = True
        self.doubts: dict[str, list[str]] = {}

    def doubt(self, key: str, text: str) -> None:
        """Note something uncertain about a key."""
        self.doubts.setdefault(key, []).append(text)


def describe_guess(mapping: dict[str, Any]) -> str:
    """Write a proposed mapping as YAML for params, with what is uncertain as comments."""
    import yaml

    file = getattr(mapping, "file", "raw/file.xlsx")
    doubts: dict[str, list[str]] = getattr(mapping, "doubts", {})
    lines = ["# A proposal. Check every line against the file; lines with # say what is uncertain."]
    lines += [f"# {text}" for text in doubts.get("", [])]
    head = {"format": "workbook", "path": file, "source": NO_SOURCE}
    plain: dict[str, Any] = {"sort_keys": False, "allow_unicode": True, "width": 1_000_000}
    body = yaml.safe_dump(head, **plain).splitlines()
    lines += ["imports:", f"  - {body[0]}", *(f"    {line}" for line in body[1:]), "    options:"]
    for key in list(dict.fromkeys([*mapping, *(key for key in doubts if key)])):
        lines += [f"      # {text}" for text in doubts.get(key, [])]
        if key in mapping:
            style = (
                None if isinstance(mapping[key], (dict, list)) else False
            )  # None: a line for each indicator
            text = yaml.safe_dump({key: mapping[key]}, default_flow_style=style, **plain)
            lines += [f"      {line}" for line in text.splitlines()]
    return "\n".join(lines) + "\n"


def name_path(path: Path) -> str:
    """Write a path for params: as it was given, with slashes; below the working directory from there on."""
    here = Path.cwd()
    return (path.relative_to(here) if path.is_relative_to(here) else path).as_posix()
