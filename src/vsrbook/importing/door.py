"""Import a foreign source into an association's tables, or into a folder of its own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from pydantic import AliasChoices, BaseModel, ValidationError

from vsrbook.csv_writing import write_csv
from vsrbook.importing.areas import Known
from vsrbook.importing.digest import digest_source, source_path
from vsrbook.importing.options import NO_SOURCE, SourceOptions
from vsrbook.importing.report import Report
from vsrbook.importing.rules import apply_rules
from vsrbook.importing.tables import make_tables
from vsrbook.importing.writing import Target, belongs_to, read_own_table, write_tables
from vsrbook.params import EXPECTED, Association, Import, read_params
from vsrbook.problems import Problem, ReviewError, shorten, suggest
from vsrbook.project import Project
from vsrbook.sources import find_reader
from vsrbook.tables import TABLES

if TYPE_CHECKING:
    import pandas as pd

RECORDS = "imports"  # the folder below data/<slug>/ for reports and digests
FOLDER_REPORT = "import-report.csv"  # the report in a folder of its own


@dataclass(frozen=True)
class Imported:
    """What an import gave: its tables and its report, and where they were written (path and rows).

    `fault` says that not one value was accepted; then no table is written.
    """

    spec: Import
    tables: dict[str, pd.DataFrame]
    report: Report
    written: dict[str, tuple[Path, int]]
    report_path: Path | None = None
    fault: Problem | None = None


def import_source(
    project: Project, slug: str, spec: Import, *, place: str = "vsrbook import", dry_run: bool = False
) -> Imported:
    """Read a source into the tables of an association.

    Writes the tables, and below data/<slug>/imports/ the report and the digest by which a later run knows
    whether the source has changed. Where not one value is accepted the tables stay as they are, and only
    the report is written. Raises ReviewError where source or options cannot be read; then nothing is
    written.
    """
    association = read_params(project, slug)
    if spec.source == NO_SOURCE:
        what = f"{shorten(NO_SOURCE)} only stands where the source's own name belongs"
        hint = "give it one, such as statistics-office-2025: with --source, or as source: in the mapping"
        raise ReviewError([Problem(place, what, hint, column="source")])
    target = target_of(project, association)
    report = Report()
    tables = read_tables(project, spec, know_areas(project, association, spec), report, place)
    fault = find_fault(spec, tables, report)
    if dry_run:
        return Imported(spec, tables, report, {}, None, fault)
    written = {} if fault else write_tables(tables, target, spec.source, report)
    records = target.folder / RECORDS
    records.mkdir(parents=True, exist_ok=True)
    path = records / f"{spec.source}.csv"
    path.write_text(write_csv(report.to_frame()), "utf-8", newline="\n")
    if fault:  # without a digest: a later run reads it again, and says so again
        return Imported(spec, tables, report, {}, path, fault)
    digest = {"digest": digest_source(project, spec)}
    (records / f"{spec.source}.json").write_text(json.dumps(digest, indent=2) + "\n", "utf-8")
    return Imported(spec, tables, report, written, path)


def read_to_folder(project: Project, spec: Import, folder: Path) -> Imported:
    """Read a source into tables of their own in `folder`, to look at or to compare; no association is needed."""
    report = Report()
    tables = read_tables(
        project, spec, Known("whole", "The whole territory", is_place=False), report, "vsrbook import"
    )
    path, fault = folder / FOLDER_REPORT, find_fault(spec, tables, report)
    _empty_folder(folder, path)
    folder.mkdir(parents=True, exist_ok=True)
    target = Target(folder, folder.as_posix(), {})
    written = {} if fault else write_tables(tables, target, spec.source, report)
    path.write_text(write_csv(report.to_frame()), "utf-8", newline="\n")
    return Imported(spec, tables, report, written, path, fault)


def find_fault(spec: Import, tables: dict[str, pd.DataFrame], report: Report) -> Problem | None:
    """Say that every value of a source was refused, and nothing published of a series is left either."""
    refused = report.count("refused")
    if not refused or tables["observations"]["value"].notna().any() or len(tables["series"]):
        return None
    what = f"not one value was accepted, {refused:,} refused: no table is written"
    hint = "the report names each; mend the mapping, the areas or the source, and read it again"
    return Problem(spec.path, what, hint)


def _empty_folder(folder: Path, report: Path) -> None:
    """Take out the tables of an earlier look; raises ReviewError for a folder that holds anything else."""
    if folder.exists() and not folder.is_dir():
        raise ReviewError([Problem(folder.as_posix(), "is a file, not a folder", "name a folder for --out")])
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    if not report.is_file():
        hint = (
            "name a new or an empty folder for --out; --into ASSOCIATION reads into an association's tables"
        )
        raise ReviewError([Problem(folder.as_posix(), "is a folder that no import has written", hint)])
    for path in [report, *(folder / f"{name}.csv" for name in TABLES)]:
        path.unlink(missing_ok=True)


def read_tables(
    project: Project, spec: Import, known: Known, report: Report, place: str
) -> dict[str, pd.DataFrame]:
    """Read a source, apply the rules that hold for all, and complete the tables."""
    reader = find_reader(spec.format)
    options = parse_options(reader.Options, _settle_paths(project, spec.options), place)
    path = source_path(project, spec)
    if not path.exists():
        hint = suggest(path.name, _siblings(path), "correct the path: it counts from the folder of the book")
        raise ReviewError([Problem(place, f"there is no {shorten(spec.path)}", hint, column="path")])
    extract = reader.read(path, options, report)
    return make_tables(apply_rules(extract, known, options, report), spec, report)


def _siblings(path: Path) -> list[str]:
    return [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []


def _settle_paths(project: Project, options: dict[str, Any]) -> dict[str, Any]:
    """Make a path among the options (structure: raw/dsd.xml) one from the folder of the book."""
    path = options.get("structure")
    if isinstance(path, str) and (project.root / path).exists():
        return options | {"structure": str((project.root / path).resolve())}
    return options


def parse_options(model: type[SourceOptions], given: dict[str, Any], place: str) -> SourceOptions:
    """Check the options of an import against what its reader knows. Raises ReviewError with every fault."""
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise ReviewError([_option_problem(fault, model, place) for fault in error.errors()]) from None


def _option_problem(fault: Any, model: type[SourceOptions], place: str) -> Problem:
    column = "options." + ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        known = _list_keys(model, fault["loc"][:-1])
        hint = suggest(str(fault["loc"][-1]), known, f"known here: {', '.join(known)}")
        return Problem(place, "unknown key", hint, column=column)
    field = model.model_fields.get(str(fault["loc"][0]))
    meaning = (field.description or "") if field else ""
    kind = EXPECTED.get(fault["type"], "").partition("; see ")[0]
    said = f"expected {kind}" if kind else str(fault["msg"]).removeprefix("Value error, ")
    return Problem(
        place, f"{shorten(fault['input'])} does not fit", f"{said}. {meaning}".rstrip(" ."), column=column
    )


def _list_keys(model: type[BaseModel], place: Iterable[Any]) -> list[str]:
    """Name the keys that a model, or the one that lies in it at `place`, takes."""
    for part in place:
        if (found := model.model_fields.get(str(part))) is not None:
            model = next(_find_models(found.annotation), model)
    keys: dict[str, None] = {}
    for name, one in model.model_fields.items():
        said = one.validation_alias
        choices = said.choices if isinstance(said, AliasChoices) else [said or name]
        keys |= dict.fromkeys(str(choice) for choice in choices)
    return list(keys)


def _find_models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Find the models in an annotation, such as that of dict[str, Measure] | None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _find_models(part)


def target_of(project: Project, association: Association) -> Target:
    """Return where an association's tables are written: the files that its params name."""
    files = {str(name): declared.file for name, declared in association.tables.items()}
    folder = project.data / association.slug
    return Target(folder, project.name(folder), files)


def know_areas(project: Project, association: Association, spec: Import) -> Known:
    """Gather what an association knows of its areas and of the bounds of its indicators, other than by this import."""
    areas = _own_rows(project, association, "areas", spec.source)
    tops = [row for row in areas if not row["parent_code"]]
    country = association.association.countries[0]
    whole = tops[0] if len(tops) == 1 else {"area_code": country, "name": association.place}
    bounds = {
        row["indicator_code"]: (_number(row["lowest"]), _number(row["highest"]))
        for row in _own_rows(project, association, "indicators", "")
        if row.get("lowest") or row.get("highest")
    }
    return Known(whole["area_code"], whole["name"], areas, bounds)


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None  # check says it


def _own_rows(project: Project, association: Association, table: str, source: str) -> list[dict[str, Any]]:
    """Return the rows of a table that are not of this import, every cell text."""
    path = target_of(project, association).path(table)
    frame, _problems = read_own_table(path, TABLES[table], project.name(path))
    kept = frame[~belongs_to(frame["source_id"], source)] if source else frame
    return [{str(name): cell for name, cell in row.items()} for row in kept.to_dict("records")]
