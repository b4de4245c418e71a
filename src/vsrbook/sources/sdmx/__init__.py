"""Read SDMX: SDMX-ML 2.1 and 3.0, SDMX-CSV 1.0 and 2.0, with their structure definition."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from vsrbook.importing.cells import read_year
from vsrbook.importing.extract import Extract
from vsrbook.importing.options import SourceOptions
from vsrbook.importing.report import Report
from vsrbook.problems import Problem, ReviewError, count_noun, list_some, shorten, suggest
from vsrbook.sources.sdmx.csv_data import read_csv
from vsrbook.sources.sdmx.files import Files, find_files
from vsrbook.sources.sdmx.frames import make_extract
from vsrbook.sources.sdmx.layout import Source, Words, plan_layout
from vsrbook.sources.sdmx.message import MAX_OBSERVATIONS, Message, UnreadableError
from vsrbook.sources.sdmx.options import Options
from vsrbook.sources.sdmx.rows import make_rows
from vsrbook.sources.sdmx.structures import Catalogue, Structure, read_structures
from vsrbook.sources.sdmx.units import Row, split_units
from vsrbook.sources.sdmx.xml_data import read_xml

__all__ = ["Options", "read"]


def read(path: Path, options: SourceOptions, report: Report) -> Extract:
    """Read one SDMX file, or all of a folder, with the structure definition that belongs to them.

    A file that cannot be read is reported and left out. Raises ReviewError where none can be read, with
    the reason of each, where no observation is left, and where the structure that the options name cannot be.
    """
    told = cast(Options, options)
    files = find_files(path, told.structure)
    catalogue = _read_catalogue(files, told)
    sources = _read_sources(files, catalogue, told, report)
    if not sources:
        raise ReviewError(_explain_nothing(path, files))
    for name, error in sorted(files.refused.items()):
        report.add("refused", name, "", f"the file {error.what}", error.hint)
    rows = make_rows(sources, told, report)
    if not rows:
        raise ReviewError(_explain_none_left(sources, told, report))
    _check_years(rows, told)
    return make_extract(split_units(rows, report), sources, told, report)


def _read_catalogue(files: Files, options: Options) -> Catalogue:
    catalogue = Catalogue()
    for name, path in files.structures.items():
        try:
            read_structures(path, name, catalogue)
        except UnreadableError as error:
            if options.structure is not None:
                problem = Problem(name, error.what, error.hint, column="options.structure")
                raise ReviewError([problem]) from None
            files.refused[name] = error
    if options.structure is not None and not catalogue.structures:
        what = "holds no data structure that says which concepts are dimensions"
        hint = (
            "name the file with the data structure (DSD), or leave it out and put all of them beside the data"
        )
        problems = [Problem(name, what, hint, column="options.structure") for name in files.structures]
        raise ReviewError(problems)
    catalogue.complete()
    return catalogue


def _read_sources(files: Files, catalogue: Catalogue, options: Options, report: Report) -> list[Source]:
    sources: list[Source] = []
    said: set[str] = set()
    left = MAX_OBSERVATIONS
    for name, path in files.data.items():
        try:
            read_data = read_csv if path.suffix.casefold() == ".csv" else read_xml
            message = read_data(path, name, left)
            structure = catalogue.find(message)
            layout = plan_layout(message, structure, options) if message.observations else None
        except UnreadableError as error:
            files.refused[name] = error
            continue
        left -= len(message.observations)
        _report_message(message, structure, report)
        if layout is not None:
            sources.append(Source(message, layout, Words(structure, message, options.language)))
            if (understood := layout.describe()) not in said:
                said.add(understood)
                report.add("read", name, "", understood)
    return sources


def _report_message(message: Message, structure: Structure | None, report: Report) -> None:
    series = f" in {message.series:,} series" if message.series else ""
    what = f"{message.flavour}: {len(message.observations):,} observations{series}"
    known = f"; structure {structure.reference} of {structure.file}" if structure is not None else ""
    report.add("read", message.name, "", what + known)
    if structure is None and message.observations:
        what = "there is no structure definition for it: codes stay codes, and dimensions are guessed at"
        report.add("doubted", message.name, "", what, "name the file: structure: …")
    if message.is_test:
        report.add("doubted", message.name, "", "its header says that it is a test", "is it the right file?")
    if message.deleted:
        what = "asks that observations be deleted; they are not read"
        report.add("dropped", message.name, "", what, count=message.deleted)
    if message.without_period:
        what = "rows without period and value, which hold attributes only, are not read"
        report.add("dropped", message.name, "", what, count=message.without_period)


def _check_years(rows: list[Row], options: Options) -> None:
    """Raise ReviewError where no period is a year: another concept than the period is read as such."""
    first = {row["file"]: row for row in reversed(rows)}
    if any(read_year(row["year"])[0] is not None for row in rows):
        return
    hint = "say which concept is the period: dimensions: {period: …}"
    hint = hint if "period" not in options.dimensions else "correct dimensions: {period: …}"
    raise ReviewError(
        Problem(name, f"no period is a year, such as {shorten(row['year'])} ({row['place']})", hint)
        for name, row in sorted(first.items())
    )


def _explain_none_left(sources: list[Source], options: Options, report: Report) -> list[Problem]:
    """Say for each file why none of its observations is left, and which reporting types there are."""
    problems = []
    for source in sources:
        name, n = source.message.name, count_noun(len(source.message.observations), "observation")
        concept, wanted = source.layout.roles.get("reporting_type"), options.reporting_type
        types = sorted({one.merge().get(concept, "") for one in source.message}) if concept else []
        if wanted is not None and concept and wanted not in types:
            what = f"none of its {n} has the reporting type {shorten(wanted)}"
            hint = suggest(wanted, types, f"it has {list_some([shorten(one) for one in types])}")
            problems.append(Problem(name, what, hint, column="options.reporting_type"))
            continue
        problems += [
            Problem(name, f"none of its {n} can be read: {entry.what}", entry.hint)
            for entry in report.of("dropped", "refused")
            if entry.file == name
        ]
    return problems


def _explain_nothing(path: Path, files: Files) -> list[Problem]:
    """Say for each file why there is nothing to read in it."""
    hint = "a data set that asks for deletion, or that is empty, gives nothing"
    silent = [name for name in files.data if name not in files.refused]
    problems = [Problem(name, error.what, error.hint) for name, error in files.refused.items()]
    problems += [Problem(name, "holds no observations to read", hint) for name in silent]
    if not problems:
        hint = "SDMX data are .xml or .csv files; a structure definition holds no data"
        problems.append(Problem(path.name, "holds no SDMX data", hint))
    return problems
