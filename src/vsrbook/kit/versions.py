"""Compare and merge versions of a file of the kit: a notebook by its cells, any other text by its lines."""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

import yaml

from vsrbook.kit.merging import merge_texts
from vsrbook.kit.notebooks import merge_notebooks, parse_notebook, print_notebook, write_notebook


@dataclass(frozen=True)
class MergedFile:
    """A merged file, or where it cannot be merged."""

    data: bytes = b""
    conflicts: tuple[str, ...] = ()


def is_same(name: str, one: bytes, other: bytes) -> bool:
    """Tell whether two versions say the same: line ends do not count, nor what a notebook shows when run."""
    if one == other:
        return True
    texts = [_decode(data) for data in (one, other)]
    if None in texts:
        return False
    if texts[0] == texts[1]:
        return True
    if not name.endswith(".ipynb"):
        return False
    contents = [notebook.content for notebook in map(parse_notebook, map(str, texts)) if notebook]
    return len(contents) == 2 and contents[0] == contents[1]


def _decode(data: bytes) -> str | None:
    """Return the text of a file with line ends as the kit has them; None where it is no text."""
    try:
        return data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return None


def merge_file(name: str, base: bytes, ours: bytes, theirs: bytes) -> MergedFile:
    """Merge two versions made from `base`; the line ends of ours are kept."""
    texts = [text for text in map(_decode, (base, ours, theirs)) if text is not None]
    if len(texts) < 3:
        return MergedFile(conflicts=("it is no text",))
    if name.endswith(".ipynb"):
        merged, conflicts = _merge_notebook_texts(*texts)
    else:
        merged, conflicts = merge_texts(*texts)
    if not conflicts and not _is_sound(name, merged):
        conflicts = ["both changes together are no valid file"]
    if b"\r\n" in ours:
        merged = merged.replace("\n", "\r\n")
    return MergedFile(merged.encode(), tuple(conflicts))


def _merge_notebook_texts(base: str, ours: str, theirs: str) -> tuple[str, list[str]]:
    notebooks = [found for found in map(parse_notebook, (base, ours, theirs)) if found is not None]
    if len(notebooks) < 3:
        return "", ["its cells have no ids, or it is no notebook"]
    merged, conflicts = merge_notebooks(*notebooks)
    return write_notebook(merged), conflicts


def _is_sound(name: str, text: str) -> bool:
    """Tell whether a merged file can be read as what it is: lines of JSON and YAML depend on each other."""
    try:
        if name.endswith((".json", ".ipynb")):
            json.loads(text)
        elif name.endswith((".yml", ".yaml")):
            yaml.load(text, _EachKeyOnce)  # noqa: S506  # a safe loader, and stricter
        elif name.endswith((".po", ".pot")):
            return _has_each_message_once(text)
    except (ValueError, RecursionError, yaml.YAMLError):
        return False
    return True


class _EachKeyOnce(yaml.SafeLoader):
    """Refuses a key that stands twice: PyYAML would silently take the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _value in node.value]
        if any(key in keys[:n] for n, key in enumerate(keys)):
            raise yaml.constructor.ConstructorError(None, None, "a key stands twice", node.start_mark)
        return super().construct_mapping(node, deep)


def _has_each_message_once(text: str) -> bool:
    """Whether no message of a catalogue stands twice: gettext would refuse it, or take one of them."""
    found = re.findall(r'^(?:msgctxt .*\n(?:".*"\n)*)?msgid .*\n(?:".*"\n)*', text, re.MULTILINE)
    return len(found) == len(set(found))


def describe_change(name: str, before: bytes, after: bytes, labels: tuple[str, str]) -> str:
    """Return what has changed between two versions, as a unified diff; of notebooks: of their cells' sources."""
    old, new = (_print_version(name, data).split("\n") for data in (before, after))
    titles = [f"{name} ({label})" for label in labels]
    lines = difflib.unified_diff(old, new, titles[0], titles[1], lineterm="")
    return "\n".join(lines) + "\n"


def _print_version(name: str, data: bytes) -> str:
    text = _decode(data)
    if text is None:
        return f"{len(data):,} bytes that are no text, SHA-256 {hashlib.sha256(data).hexdigest()}"
    notebook = parse_notebook(text) if name.endswith(".ipynb") else None
    return print_notebook(notebook) if notebook else text
