"""Write an import into the params of an association, so that a re-run reads it again."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from vsrbook.params import Import, explain_fault, read_params
from vsrbook.problems import Problem, ReviewError
from vsrbook.project import Project
from vsrbook.yaml_places import read_yaml


def check_import(words: dict[str, Any], slug: str | None, project: Project) -> Import:
    """Make an Import of what the command was told; a declared import of the same source fills what is left out.

    Raises ReviewError with every fault.
    """
    declared = read_params(project, slug).imports if slug else ()
    before = next((one for one in declared if one.source == words["source"]), None)
    base = before.model_dump(exclude_none=True) if before else {}
    given = {key: value for key, value in words.items() if value not in (None, "", {})}
    given["options"] = base.get("options", {}) | words.get("options", {})
    try:
        return Import.model_validate(base | given)
    except ValidationError as error:
        problems = [
            Problem(
                "vsrbook import",
                *explain_fault(fault, ("imports", 0, *fault["loc"])),
                column=str(fault["loc"][0]),
            )
            for fault in error.errors()
        ]
        raise ReviewError(problems) from None


def read_mapping(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read a file of options: the options alone, below `options:`, or in the one entry of `imports:`.

    So what is proposed for a workbook is taken as it stands. Returns what stands beside the options, such
    as source and title, without format and path; and the options. Raises ReviewError with every fault.
    """
    name, hint = (
        path.as_posix(),
        "vsrbook import workbook FILE --guess proposes one; book/import.md has the keys",
    )
    file, problems = read_yaml(path, name)
    if problems:
        raise ReviewError(
            [
                replace(problem, hint=hint if "_template" in problem.hint else problem.hint)
                for problem in problems
            ]
        )
    found: Any = file.data
    if "imports" in found:
        entries = found["imports"]
        if not isinstance(entries, list) or len(entries) != 1:
            raise ReviewError(
                [Problem(name, "does not hold one import", "keep one entry below imports:", column="imports")]
            )
        found = entries[0]
    words: dict[str, Any] = {}
    if isinstance(found, dict) and ("options" in found or "imports" in file.data):
        words = {str(key): value for key, value in found.items() if key not in ("format", "path", "options")}
        found = found.get("options", {})
    if not isinstance(found, dict):
        raise ReviewError([Problem(name, "holds no keys below options", hint, column="options")])
    return words, {str(key): value for key, value in found.items()}


def write_declaration(spec: Import) -> str:
    """Return the import as the YAML that stands in params."""
    item = spec.model_dump(exclude_none=True, exclude_defaults=True, mode="json")
    lines = yaml.safe_dump([item], sort_keys=False, allow_unicode=True, default_flow_style=False, width=100)
    return "imports:\n" + "".join(f"  {line}\n" for line in lines.splitlines())


def declare_import(project: Project, slug: str, spec: Import, written: Iterable[str]) -> str:
    """Put an import, and the tables it fills, into params/<slug>.yml; returns what was done.

    Comments and all other lines stay. Where the file cannot be added to safely it is left as it is, and the
    text says what to write by hand.
    """
    path = project.params / f"{slug}.yml"
    name, before = project.name(path), path.read_text("utf-8")
    association = read_params(project, slug)
    if any(one == spec for one in association.imports):
        return f"{name} declares it already"
    by_hand = f"write this into {name} yourself:\n{write_declaration(spec)}"
    if any(one.source == spec.source for one in association.imports):
        return f"{name} declares an import of the source {spec.source} with other words; {by_hand}"
    text = _add_imports(before, write_declaration(spec))
    missing = [table for table in written if table not in association.tables]
    text = _add_tables(text, missing) if text else None
    if text is None:
        return by_hand
    path.write_text(text, "utf-8", newline="\n")
    if not _is_declared(project, slug, spec):
        path.write_text(before, "utf-8", newline="\n")
        return by_hand
    tables = f" and the tables {', '.join(missing)}" if missing else ""
    return f"wrote {name}: the import{tables}"


def _is_declared(project: Project, slug: str, spec: Import) -> bool:
    try:
        return spec in read_params(project, slug).imports
    except ReviewError:
        return False


def _add_imports(text: str, block: str) -> str | None:
    """Add the import to the list there is, or a list at the end; None where the list is written inline."""
    if not re.search(r"^imports:", text, re.MULTILINE):
        return text.rstrip("\n") + "\n" + block
    found = re.search(r"^imports:[ \t]*(#.*)?\n((?: *- | +\S|[ \t]*#|[ \t]*$).*\n?)*", text, re.MULTILINE)
    first = re.search(r"^imports:[ \t]*(#.*)?\n( *)-", text, re.MULTILINE)
    if found is None or first is None:
        return None
    before = found[0].rstrip()  # the new one comes last: the order decides which source has a row first
    lines = "".join(f"{first[2]}{line[2:]}\n" for line in block.splitlines()[1:])
    return f"{text[: found.start()]}{before}\n{lines}{text[found.end() :]}"


def _add_tables(text: str, missing: list[str]) -> str | None:
    if not missing:
        return text
    found = re.search(r"^tables:[ \t]*(#.*)?\n(?=( +)\w)", text, re.MULTILINE)
    if found is None:
        return None
    lines = "".join(f"{found[2]}{name}: {name}.csv\n" for name in missing)
    return text[: found.end()] + lines + text[found.end() :]
