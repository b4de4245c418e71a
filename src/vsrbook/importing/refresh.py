"""Read again the sources that params declare, whenever they have changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from vsrbook.importing.digest import digest_source, source_path
from vsrbook.importing.door import RECORDS, Imported, import_source
from vsrbook.params import Import, read_params
from vsrbook.problems import Problem, ReviewError
from vsrbook.project import Project


def refresh_imports(project: Project, slugs: Iterable[str] = ()) -> tuple[list[Imported], list[Problem]]:
    """Read again every source that the params declare and that has changed since it was read.

    A source that is not on this machine is left as it was read last; one that was never read is an error.
    """
    done: list[Imported] = []
    problems: list[Problem] = []
    for slug in list(slugs) or project.slugs():
        try:
            association = read_params(project, slug)
        except ReviewError:
            continue  # check says it
        for position, spec in enumerate(association.imports):
            place = f"params/{slug}.yml"
            try:
                done += _refresh(project, slug, spec, place)
            except ReviewError as error:
                problems += [_locate(problem, place, position) for problem in error.problems]
    return done, problems


def _refresh(project: Project, slug: str, spec: Import, place: str) -> Iterator[Imported]:
    record = project.data / slug / RECORDS / f"{spec.source}.json"
    if record.is_file():
        if not source_path(project, spec).exists():
            return  # the raw files need not be where the book is built
        if json.loads(record.read_text("utf-8")).get("digest") == digest_source(project, spec):
            return
    yield import_source(project, slug, spec, place=place)


def _locate(problem: Problem, place: str, position: int) -> Problem:
    if problem.file != place:
        return problem
    return Problem(
        place, problem.what, problem.hint, None, f"imports[{position}].{problem.column}".rstrip(".")
    )
