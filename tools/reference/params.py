"""The page on the params, from the models that read them and the template that explains them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from reference.myst import code, prose, table
from vsrbook.params import params_schema
from vsrbook.sources import find_reader, list_formats

TEMPLATE = Path(__file__).resolve().parents[2] / "params" / "_template.yml"
LONGEST = 60  # signs of an example that fits into a table
HEAD = """\
# The params

What an association says of itself and its review stands in one file, `params/<association>.yml`. This page has
every key of it, and is written from the definitions that `vsrbook check` checks with; `params/_template.yml` has
the same keys to fill in. A dot stands for a step inward: `association.name` is `name` below `association`. `[]`
stands for each entry of a list, `*` for a name of your own or one that the description gives.
"""
OPTIONS_HEAD = """\
## Options of imports

What stands below `imports[].options`, by format; `vsrbook import --options FILE` takes the same keys.
[Bring data in](import.md) explains them.
"""
HEADS = ["Key", "What stands there", "If left out", "Example"]


@dataclass(frozen=True)
class Key:
    """One key: its place, and the part of the JSON Schema that describes it."""

    place: tuple[str, ...]
    node: dict[str, Any]
    required: bool

    @property
    def name(self) -> str:
        """The place in words: "imports[].format"."""
        return ".".join(self.place).replace(".[]", "[]")


def params_page() -> str:
    """Return the page book/reference-params.md."""
    schema, example = json.loads(params_schema()), read_example()
    keys = list(walk_keys(schema, schema))
    top = [key for key in keys if len(key.place) == 1]
    parts = [HEAD, "## The keys at the top\n", table(HEADS, (_row(key, schema, example) for key in top))]
    for one in top:
        below = [key for key in keys if key.place[0] == one.name and len(key.place) > 1]
        if below:
            rows = [_row(key, schema, example) for key in below]
            parts.append(f"(params-{one.name.replace('_', '-')})=\n## {one.name}\n\n{table(HEADS, rows)}")
    return "\n".join([*parts, OPTIONS_HEAD, *map(_options, list_formats())])


def _options(format_name: str) -> str:
    schema = find_reader(format_name).Options.model_json_schema()
    rows = [_row(key, schema, {})[:-1] for key in walk_keys(schema, schema) if len(key.place) == 1]
    return f"### {format_name}\n\n{table(HEADS[:-1], rows)}"


def walk_keys(schema: dict[str, Any], node: dict[str, Any], above: tuple[str, ...] = ()) -> Iterator[Key]:
    """Yield every key of a JSON Schema at every depth, each above those within it."""
    for name, child in node.get("properties", {}).items():
        yield Key((*above, name), child, name in node.get("required", ()))
        yield from _walk_within(schema, child, (*above, name))


def _walk_within(schema: dict[str, Any], node: dict[str, Any], above: tuple[str, ...]) -> Iterator[Key]:
    """Yield the keys of what may stand at a key: a mapping, a list of mappings, mappings by name."""
    for kind in _alternatives(schema, node):
        yield from walk_keys(schema, kind, above)
        if isinstance(kind.get("items"), dict):
            yield from _walk_within(schema, kind["items"], (*above, "[]"))
        if isinstance(kind.get("additionalProperties"), dict):
            yield from _walk_within(schema, kind["additionalProperties"], (*above, "*"))


def _alternatives(schema: dict[str, Any], node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what may stand at a place: references followed, null and unions taken apart."""
    if "$ref" in node:
        yield from _alternatives(schema, schema["$defs"][node["$ref"].rpartition("/")[2]])
    elif "anyOf" in node:
        for one in node["anyOf"]:
            yield from _alternatives(schema, one)
    elif node.get("type") != "null":
        yield node


def read_example() -> Any:
    """Return the template with every key that may be left out taken in."""
    return yaml.safe_load(uncomment(TEMPLATE.read_text("utf-8")))


def uncomment(template: str) -> str:
    """Take the # away from every key that may be left out, as the guide tells people to do."""
    lines, within = [], False
    for line in template.splitlines():
        key = re.match(r"(\s*)#(\w+:.*)", line)
        if key:
            lines.append(key[1] + key[2])
            within = re.fullmatch(r"\w+:\s*(#.*)?", key[2]) is not None
        else:
            within = within and line.startswith("#")
            lines.append(line[1:] if within else line)
    return "\n".join(lines) + "\n"


def _row(key: Key, schema: dict[str, Any], example: Any) -> list[str]:
    kinds = list(dict.fromkeys(describe_kind(schema, kind) for kind in _alternatives(schema, key.node)))
    kind = " or ".join(kinds)
    said = f"{prose(key.node.get('description', ''))} {kind[:1].upper()}{kind[1:]}."
    return [code(key.name), said, _default(key), _show(_find(example, key.place))]


def _default(key: Key) -> str:
    if key.required:
        return "must be there"
    given = key.node.get("default")
    if given in (None, [], {}, ""):
        return ""
    return "all of them" if given == key.node.get("items", {}).get("enum") else code(write_flow(given))


def describe_kind(schema: dict[str, Any], kind: dict[str, Any]) -> str:  # noqa: PLR0911  # one return a kind reads best
    """Say in plain words what may stand at a place, with its bounds."""
    if "enum" in kind:
        return "one of " + ", ".join(code(str(word)) for word in kind["enum"] if word != "")
    if "const" in kind:
        return code(str(kind["const"]))
    match kind.get("type"):
        case "string":
            most = f" (at most {kind['maxLength']:,} signs)" if "maxLength" in kind else ""
            return "a day" if kind.get("format") == "date" else f"text{most}"
        case "integer" | "number" as noun:
            return ("a whole number" if noun == "integer" else "a number") + _bounds(kind)
        case "boolean":
            return "true or false"
        case "array":
            return f"a list{_sizes(kind)}: {_many(schema, kind)}"
        case "object" if "properties" in kind:
            return "the keys below it"
        case "object":
            words = kind.get("propertyNames", {}).get("enum")
            names = f"names ({', '.join(map(code, words))})" if words else "names"
            return f"{names}, each with {_inner(schema, kind.get('additionalProperties'))}"
    return "anything"


def _many(schema: dict[str, Any], kind: dict[str, Any]) -> str:
    if "prefixItems" in kind:
        return ", then ".join(_inner(schema, part) for part in kind["prefixItems"])
    return _inner(schema, kind.get("items"))


def _inner(schema: dict[str, Any], node: Any) -> str:
    if not isinstance(node, dict):
        return "anything"
    kinds = dict.fromkeys(describe_kind(schema, kind) for kind in _alternatives(schema, node))
    return " or ".join(kinds)


def _bounds(kind: dict[str, Any]) -> str:
    words = {
        "minimum": "from {}",
        "exclusiveMinimum": "above {}",
        "maximum": "to {}",
        "exclusiveMaximum": "below {}",
    }
    said = [words[name].format(_write_bound(kind[name])) for name in words if name in kind]
    return " " + " ".join(said) if said else ""


def _write_bound(bound: float) -> str:
    return f"{bound:,.15g}" if abs(bound) >= 10_000 else f"{bound:.15g}"  # a year has no comma


def _sizes(kind: dict[str, Any]) -> str:
    low, high = kind.get("minItems"), kind.get("maxItems")
    if low == high:
        return ""
    if low and high:
        return f" of {low} to {high:,}"
    return f" of {low} or more" if low else f" of at most {high:,}"


def _find(example: Any, place: tuple[str, ...]) -> Any:
    """Return what the template has at a place; None where it has nothing, or more keys below."""
    for part in place:
        if part == "[]":
            example = example[0] if isinstance(example, list) and example else None
        elif part == "*":
            example = next(iter(example.values()), None) if isinstance(example, dict) else None
        else:
            example = example.get(part) if isinstance(example, dict) else None
    is_inner = isinstance(example, dict) or (
        isinstance(example, list) and any(isinstance(e, dict) for e in example)
    )
    return None if is_inner else example


def _show(example: Any) -> str:
    words = "" if example is None else write_flow(example)
    return code(words) if words and len(words) <= LONGEST else ""


def write_flow(value: Any) -> str:
    """Write a value as it stands behind its key in YAML."""
    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10_000)
    return text.removesuffix("\n").removesuffix("\n...")
