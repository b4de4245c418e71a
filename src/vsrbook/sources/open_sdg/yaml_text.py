"""Read untrusted YAML as plain text: no tags, no aliases, nothing guessed; repeated keys are told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

MAX_BYTES = 5_000_000
MAX_DEPTH = 30
NULLS = ("", "~", "null", "Null", "NULL")
LOOSE_LINE = re.compile(r"([A-Za-z_][\w-]*):[ \t]+(\S.*)")


class NotYamlError(ValueError):
    """A text that is not YAML, or holds what is not read; `line` counts from 1."""

    def __init__(self, what: str, line: int) -> None:
        super().__init__(what)
        self.line = line


@dataclass
class YamlText:
    """A YAML mapping, every scalar as it is written; `repeated` holds (line, key) of keys given twice."""

    data: dict[str, Any] = field(default_factory=dict)
    repeated: list[tuple[int, str]] = field(default_factory=list)


@dataclass
class _Open:
    """A mapping or list that is being filled."""

    value: dict[str, Any] | list[Any]
    key: str | None = None


def read_text(path: Path) -> str:
    """Return a YAML or Markdown file as text. Raises NotYamlError where it is too large or no UTF-8 text."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise NotYamlError(f"it is larger than {MAX_BYTES // 1_000_000} MB", 1)
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotYamlError("it is not UTF-8 text", error.object[: error.start].count(b"\n") + 1) from None
    except OSError as error:
        raise NotYamlError(f"it cannot be read: {error.strerror}", 1) from None


def parse_yaml_text(text: str, first_line: int = 1) -> YamlText:
    """Read a YAML mapping; all scalars become text, null becomes "".

    `first_line` is the line of the file on which `text` begins. A key that is given twice keeps its last
    value, as Open SDG's own loader does. Raises NotYamlError for anything else than a mapping, for aliases,
    and for text that is nested too deeply.
    """
    read = YamlText()
    root: list[Any] = []
    try:
        _fill(yaml.parse(text, Loader=_loader()), read, root, first_line)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        what = str(error.problem or error.context or "it cannot be parsed")
        raise NotYamlError(what, first_line + mark.line if mark else first_line) from None
    except yaml.YAMLError as error:
        raise NotYamlError(" ".join(str(error).split())[:120], first_line) from None
    if not root or root[0] == "":
        return read
    if not isinstance(root[0], dict):
        raise NotYamlError("it holds no keys", first_line)
    read.data = root[0]
    return read


def _loader() -> Any:
    """Return libyaml's loader where it is there: ten times as fast as the one in Python."""
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _fill(events: Iterator[Any], read: YamlText, root: list[Any], first_line: int) -> None:
    """Build the first document from its events, without recursion."""
    stack = [_Open(root)]
    for event in events:
        line = first_line + event.start_mark.line
        if isinstance(event, yaml.AliasEvent):
            raise NotYamlError("an alias (*name) repeats another part; write it out", line)
        if isinstance(event, yaml.DocumentEndEvent):
            return
        if isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            stack.pop()
        elif isinstance(event, yaml.ScalarEvent):
            _put(stack[-1], _read_scalar(event), read, line)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            if len(stack) > MAX_DEPTH:
                raise NotYamlError("it is nested too deeply", line)
            new: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
            _put(stack[-1], new, read, line)
            stack.append(_Open(new))


def _read_scalar(event: Any) -> str:
    plain = event.style in (None, "")
    return "" if plain and event.value in NULLS else str(event.value)


def _put(place: _Open, value: Any, read: YamlText, line: int) -> None:
    if isinstance(place.value, list):
        place.value.append(value)
    elif place.key is None:
        if not isinstance(value, str):
            raise NotYamlError("a key is no text", line)
        place.key = value
    else:
        if place.key in place.value:
            read.repeated.append((line, place.key))
        place.value[place.key] = value
        place.key = None


def split_front_matter(text: str) -> tuple[str, int]:
    """Return the YAML of a Markdown file and the line it begins on; all of it where there are no --- lines."""
    lines = text.splitlines()
    start = next((n for n, line in enumerate(lines) if line.strip()), 0)
    if not lines or lines[start].rstrip() != "---":
        return text, 1
    end = next((n for n in range(start + 1, len(lines)) if lines[n].rstrip() in ("---", "...")), len(lines))
    return "\n".join(lines[start + 1 : end]), start + 2


def read_loosely(text: str) -> dict[str, str]:
    """Return what stands on lines of its own ("key: text") in a text that is not YAML."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        if match := LOOSE_LINE.fullmatch(line.rstrip()):
            value = match[2].strip()
            if value[0] in "'\"" and value[-1] == value[0] and len(value) > 1:
                value = value[1:-1]
            if value not in (">", ">-", "|", "|-", "[]", *NULLS):
                found[match[1]] = value
    return found
