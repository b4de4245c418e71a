"""Read again the sources that params declare, whenever they have changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from vsrbook.importing.digest import digest_source, source_path
from vsrbook.importing.door import RECORDS, Imported, import_source
from vsrbook.params import Import, read_params
from vsrbook.problems import Problem, ReviewError
from vsrbook.project import Project

SHOWN = 6  # refused lines of a source that is read again; the rest is in its report


@dataclass
class Refreshed:
    """What reading the declared sources again gave: imports, sources that are not here, and problems."""

    done: list[Imported] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def refresh_imports(project: Project, slugs: Iterable[str] = ()) -> Refreshed:
    """Read again every source that the params declare and that has changed since it was read.

    A source that is not on this machine is left as it was read last; one that was never read is an error.
    """
    refreshed = Refreshed()
    for slug in list(slugs) or project.slugs():
        try:
            association = read_params(project, slug)
        except ReviewError:
            continue  # check says it
        for position, spec in enumerate(association.imports):
            place = f"params/{slug}.yml"
            try:
                problems = _refresh(project, slug, spec, place, refreshed)
            except ReviewError as error:
                problems = error.problems
            refreshed.problems += [_locate(problem, place, position) for problem in problems]
    return refreshed


def _refresh(
    project: Project, slug: str, spec: Import, place: str, refreshed: Refreshed
) -> Sequence[Problem]:
    record = project.data / slug / RECORDS / f"{spec.source}.json"
    if record.is_file():
        if not source_path(project, spec).exists():  # the raw files need not be where the book is built
            refreshed.absent.append(spec.path)
            return []
        if json.loads(record.read_text("utf-8")).get("digest") == digest_source(project, spec):
            return []
    done = import_source(project, slug, spec, place=place)
    refreshed.done.append(done)
    return [done.fault] if done.fault else []


def _locate(problem: Problem, place: str, position: int) -> Problem:
    """Say which import of which params a problem is of, also where it lies in a file of the source."""
    entry = f"imports[{position}]"
    if problem.file == place:
        return replace(problem, row=None, column=f"{entry}.{problem.column}".rstrip("."))
    said = str(replace(problem, hint="", level="error"))
    return Problem(place, said, problem.hint, None, entry, problem.level)
