"""Public functions and classes of a module as MyST: signature, docstring, fields."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from reference.myst import code, fenced, paragraphs, table


def describe_module(module: ModuleType, level: int = 3) -> str:
    """Describe everything public that a module defines, in the order in which it stands there."""
    return "\n".join(describe(name, thing, level) for name, thing in list_public(module))


def list_public(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """Yield the functions and classes that a module offers: those in __all__, else those it defines."""
    offered = getattr(module, "__all__", None)
    for name in offered if offered is not None else list(vars(module)):
        thing = getattr(module, name)
        if not (inspect.isfunction(thing) or inspect.isclass(thing)) or name.startswith("_"):
            continue
        if offered is not None or thing.__module__ == module.__name__:
            yield name, thing


def describe(name: str, thing: Any, level: int = 3) -> str:
    """Describe a function or a class."""
    parts = [f"{'#' * level} {name}\n"]
    if inspect.isfunction(thing):
        parts.append(fenced(f"{name}{write_signature(thing)}", "python"))
    parts.append(paragraphs(inspect.getdoc(thing) or ""))
    if dataclasses.is_dataclass(thing):
        parts.append(_fields(thing))
    return "\n".join(parts)


def write_signature(function: Any) -> str:
    """Write what a function takes and gives, one parameter a line where one line is not enough."""
    signature = inspect.signature(function)
    written = [str(_plain(one)) for one in signature.parameters.values()]
    stars = [one.kind is inspect.Parameter.KEYWORD_ONLY for one in signature.parameters.values()]
    if any(stars) and not any(one.startswith("*") for one in written):
        written.insert(stars.index(True), "*")
    gives = f" -> {_name(signature.return_annotation)}"
    one_line = f"({', '.join(written)}){gives}"
    return one_line if len(one_line) <= 80 else "(\n" + "".join(f"    {w},\n" for w in written) + f"){gives}"


def _plain(parameter: inspect.Parameter) -> str:
    star = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}.get(
        parameter.kind, ""
    )
    default = "" if parameter.default is inspect.Parameter.empty else f" = {parameter.default!r}"
    return f"{star}{parameter.name}: {_name(parameter.annotation)}{default}"


def _name(annotation: Any) -> str:
    return annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))


def _fields(thing: Any) -> str:
    rows = []
    for one in dataclasses.fields(thing):
        is_needed = one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING
        default = "" if one.default is dataclasses.MISSING else code(repr(one.default))
        rows.append([code(one.name), code(_name(one.type)), "must be given" if is_needed else default])
    return table(["Field", "Type", "If left out"], rows)
