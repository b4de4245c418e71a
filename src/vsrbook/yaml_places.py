"""Read YAML so that every value can be traced to its line, and nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from vsrbook.problems import Problem

MAX_BYTES = 200_000


class _Loader(yaml.SafeLoader):
    """YAML's safe loader, with only true and false as booleans: NO is Norway."""


GUESSED = (
    "tag:yaml.org,2002:bool",
    "tag:yaml.org,2002:timestamp",
)  # dates are read by pydantic, which says why
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in GUESSED]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _first, _word in (("t", "true"), ("f", "false")):
    _Loader.yaml_implicit_resolvers.setdefault(_first, []).append(
        ("tag:yaml.org,2002:bool", re.compile(f"^{_word}$"))
    )


@dataclass(frozen=True)
class YamlFile:
    """A YAML mapping, and the line of each of its keys: {("vnr", "year"): 12}."""

    data: dict[str, Any]
    lines: dict[tuple[str | int, ...], int]

    def line_of(self, place: tuple[str | int, ...]) -> int | None:
        """Return the line of a place, or of the nearest place above it."""
        for end in range(len(place), 0, -1):
            if place[:end] in self.lines:
                return self.lines[place[:end]]
        return None


def read_yaml(path: Path, name: str) -> tuple[YamlFile, list[Problem]]:
    """Read a YAML mapping; what cannot be read is a Problem, never an exception.

    `name` is how messages call the file.
    """
    empty = YamlFile({}, {})
    try:
        raw = path.read_bytes()
    except OSError as error:
        return empty, [Problem(name, f"cannot be read: {error.strerror}", "check the file's name and place")]
    if len(raw) > MAX_BYTES:
        return empty, [Problem(name, f"is larger than {MAX_BYTES:,} bytes", "is this the right file?")]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return empty, [Problem(name, "is not UTF-8 text", "save it with the encoding UTF-8", row=line)]
    return parse_yaml(text, name)


def parse_yaml(text: str, name: str) -> tuple[YamlFile, list[Problem]]:  # noqa: PLR0911  # one return a kind of error
    """Turn YAML text into a mapping with line numbers; aliases and duplicate keys are refused."""
    empty = YamlFile({}, {})
    loader = None
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        if node is None or not isinstance(node, yaml.MappingNode):
            return empty, [
                Problem(name, "holds no keys", "start from params/_template.yml, or run vsrbook new")
            ]
        places = _Places(name)
        places.walk(node, ())
        if places.problems:
            return empty, places.problems
        data: dict[Hashable, Any] = loader.construct_mapping(node, deep=True)
    except yaml.MarkedYAMLError as error:
        return empty, [_syntax_problem(error, name)]
    except yaml.reader.ReaderError as error:
        row = text[: error.position].count("\n") + 1
        what = f"is not YAML: special characters are not allowed (0x{ord(text[error.position]):02x})"
        return empty, [Problem(name, what, "write that line again", row=row)]
    except RecursionError:
        return empty, [Problem(name, "is not YAML: too deeply nested", "compare with params/_template.yml")]
    except (yaml.YAMLError, ValueError) as error:
        return empty, [Problem(name, f"is not YAML: {error}", "compare with params/_template.yml")]
    finally:
        if loader is not None:
            loader.dispose()
    return YamlFile({str(key): value for key, value in data.items()}, places.lines), []


def _syntax_problem(error: yaml.MarkedYAMLError, name: str) -> Problem:
    mark = error.problem_mark
    return Problem(
        name,
        f"is not YAML: {error.problem or error.context or error}",
        "check the indentation (blanks, no tabs), the colon after each key, and quotes round text that holds ': '",
        row=mark.line + 1 if mark else None,
    )


class _Places:
    """Walks the YAML nodes once: notes each key's line, refuses duplicates and aliases."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[tuple[str | int, ...], int] = {}
        self.problems: list[Problem] = []
        self._seen: set[int] = set()

    def walk(self, node: yaml.Node, place: tuple[str | int, ...]) -> None:
        if id(node) in self._seen:
            self._refuse(node, place, "repeats another part by an alias (*name)", "write it out")
            return
        self._seen.add(id(node))
        self.lines.setdefault(place, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            self._walk_mapping(node, place)
        elif isinstance(node, yaml.SequenceNode):
            for index, item in enumerate(node.value):
                self.walk(item, (*place, index))

    def _walk_mapping(self, node: yaml.MappingNode, place: tuple[str | int, ...]) -> None:
        for key, value in node.value:
            here = (*place, str(key.value))
            if here in self.lines:
                first = self.lines.pop(here)
                self._refuse(key, here, "is given twice", f"it stands in line {first} already")
                self.lines[here] = first
                continue
            self.lines[here] = key.start_mark.line + 1
            self.walk(value, here)

    def _refuse(self, node: yaml.Node, place: tuple[str | int, ...], what: str, hint: str) -> None:
        column = name_place(place)
        row = self.lines.get(place, node.start_mark.line + 1)
        self.problems.append(Problem(self.name, what, hint, row, column))


def name_place(place: tuple[str | int, ...]) -> str:
    """Write a place as people do: indicators[2].goal."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
