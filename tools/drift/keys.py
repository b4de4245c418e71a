"""YAML of the pages, read by the models that read it in earnest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from drift.commands import is_placeholder
from drift.pages import Page, Snippet
from vsrbook.params import Association, Body, TableName, explain_fault
from vsrbook.problems import Problem, suggest
from vsrbook.rap.answers import Answer
from vsrbook.rap.items import BY_ID
from vsrbook.sources import find_reader, list_formats
from vsrbook.tables import REFERENCE_TABLES, TABLES

YAML = ("yaml", "yml")
ELSEWHERE = re.compile(r"^# \.(?:github|gitlab)")  # the file of another program, named in its first line
FOREIGN = re.compile(r"book/import-\w")  # pages about tables of others
INLINE = re.compile(r"(\w+): (\S.*)", re.DOTALL)
SMALLEST: dict[str, Any] = {
    "association": {"name": "A", "short_name": "A", "place": "A", "countries": ["KE"], "tier": "a"},
    "standing": "sample",
    "edition": "1",
    "tables": {"areas": "areas.csv"},
}


def find_key_faults(page: Page, config: Mapping[str, Any]) -> Iterator[Problem]:
    """Say what is wrong with the YAML of a page: params, options of imports, keys of `config` (_config.yml)."""
    for block in page.blocks:
        if block.language in YAML and not ELSEWHERE.match(block.text):
            for what, hint in _check_block(block, page, config):
                yield Problem(page.name, what, hint, block.row)
    for span in page.spans:
        for what, hint in _check_span(span, page):
            yield Problem(page.name, what, hint, span.row)


def _check_block(block: Snippet, page: Page, config: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    try:
        data = yaml.safe_load(block.text)
    except yaml.YAMLError as error:
        yield "is not YAML", " ".join(str(getattr(error, "problem", "") or "check its signs").split())
        return
    if not isinstance(data, dict):
        yield "holds no keys", "say what it is: text instead of yaml"
    elif data.keys() <= config.keys():
        yield from _check_nested(data, config)
    elif data.keys() <= BY_ID.keys():
        yield from _check_answers(data)
    elif (placed := place_keys(data)) is not None and (is_top(data) or not _is_for(data, _format_of(page))):
        yield from check_params(placed)
    else:
        yield from _check_options(data, _format_of(page))


def _check_answers(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Say what is wrong with the answers of a rap.yml."""
    for item, given in data.items():
        try:
            Answer.model_validate(given)
        except ValidationError as error:
            yield f"{item}: {error.errors()[0]['msg']}", "an answer has met, evidence and date"


def is_top(data: Mapping[str, Any]) -> bool:
    """Whether all keys are keys at the top of params."""
    return data.keys() <= Association.model_fields.keys() - {"slug"}


def place_keys(data: Mapping[str, Any]) -> dict[str, Any] | None:
    """Put lines of a params file, shown without what they stand below, in their place; None for other keys."""
    placed: dict[str, Any] = {}
    for key, value in data.items():
        if key in Association.model_fields and key != "slug":
            placed[key] = value
        elif key in Body.model_fields:
            placed.setdefault("association", {})[key] = value
        elif key in get_args(TableName):
            placed.setdefault("tables", {})[key] = value
        else:
            return None
    return placed


def _is_for(data: Mapping[str, Any], format_name: str) -> bool:
    return data.keys() <= find_reader(format_name).Options.model_fields.keys()


def check_params(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Check keys of params: merged into the smallest association, so that a part of a file can be checked."""
    try:
        read = Association(slug="case", **merge(SMALLEST, data))
    except ValidationError as error:
        for fault in error.errors():
            place = tuple(part for part in fault["loc"] if part != "[key]")
            what, hint = explain_fault(fault, place)
            yield f"{'.'.join(map(str, place))}: {what}", hint
        return
    for one in read.imports:
        if one.format in list_formats():
            yield from _validate(one.options, find_reader(one.format).Options, one.format)
        else:
            yield f"imports: unknown format '{one.format}'", suggest(one.format, list_formats())


def merge(base: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return `base` with what is given in its place, at every depth of mappings."""
    merged = dict(base)
    for key, value in given.items():
        inner = base.get(key)
        both = isinstance(inner, Mapping) and isinstance(value, Mapping) and key != "tables"
        merged[key] = merge(inner, value) if both else value  # type: ignore[arg-type]  # both are mappings
    return merged


def _check_nested(data: Mapping[str, Any], known: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in data.items():
        if key not in known:
            yield f"_config.yml has no key '{key}'", suggest(str(key), map(str, known))
        elif isinstance(value, Mapping) and isinstance(known[key], Mapping):
            yield from _check_nested(value, known[key])


def _format_of(page: Page) -> str:
    """Return the format that a page is about, by its name; workbook, whose options are the most, if none."""
    return next((name for name in list_formats() if page.name.endswith(f"import-{name}.md")), "workbook")


def _check_options(data: Mapping[str, Any], format_name: str) -> Iterator[tuple[str, str]]:
    model = find_reader(format_name).Options
    if not data.keys() & model.model_fields.keys():
        known = [*(key for key in Association.model_fields if key != "slug"), *model.model_fields]
        for key in data:
            yield f"unknown key '{key}'", suggest(str(key), known, "book/reference-params.md has the keys")
        return
    yield from _validate(data, model, format_name)


def _validate(data: Mapping[str, Any], model: type[BaseModel], name: str) -> Iterator[tuple[str, str]]:
    """Validate options; what only the whole of a mapping can lack is left to the import."""
    try:
        model.model_validate(dict(data))
    except ValidationError as error:
        for fault in error.errors():
            if fault["type"] == "missing":
                continue
            place = ".".join(map(str, fault["loc"]))
            hint = (
                suggest(str(fault["loc"][-1]), model.model_fields)
                if fault["type"] == "extra_forbidden"
                else ""
            )
            what = "unknown key" if fault["type"] == "extra_forbidden" else str(fault["msg"])
            yield f"options of {name}: {place}: {what}", hint


def _check_span(span: Snippet, page: Page) -> Iterator[tuple[str, str]]:
    """Check a key with a value within a sentence."""
    found = INLINE.fullmatch(span.text)
    if not found or is_placeholder(found[2]):
        return
    try:
        data = yaml.safe_load(span.text)
    except yaml.YAMLError:
        return
    if not isinstance(data, dict) or len(data) != 1:
        return
    key, value = next(iter(data.items()))
    if key in Association.model_fields:
        yield from check_params(data)
    elif key in get_args(TableName) and isinstance(value, dict):
        yield from check_params({"tables": data})
    elif isinstance(value, dict) and FOREIGN.match(page.name):
        return  # the header of a column of someone else's table
    elif key not in known_words():
        yield (
            f"unknown key '{key}'",
            suggest(str(key), known_words(), "book/reference-params.md has the keys"),
        )
    else:
        yield from _check_choice(key, value)


def _check_choice(key: str, value: Any) -> Iterator[tuple[str, str]]:
    """Check the word in a column of choices, where every table with this column has choices there."""
    columns = [one for table in TABLES.values() for one in table.columns if one.name == key]
    choices = {word for column in columns for word in column.choices}
    if (
        columns
        and all(column.choices for column in columns)
        and isinstance(value, str)
        and value not in choices
    ):
        yield f"column {key} has no '{value}'", f"one of {', '.join(sorted(choices))}"


def known_words() -> set[str]:
    """Return every key of params and options at every depth, and every column of a table."""
    models: list[type[BaseModel]] = [Association, *(find_reader(name).Options for name in list_formats())]
    columns = {one.name for table in (TABLES | REFERENCE_TABLES).values() for one in table.columns}
    return columns.union(*(set(_keys_of(model)) for model in models)) - {"slug"}


def _keys_of(model: type[BaseModel]) -> Iterator[str]:
    schema = model.model_json_schema()
    for part in (schema, *schema.get("$defs", {}).values()):
        yield from part.get("properties", {})
