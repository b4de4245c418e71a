"""Compile what has been checked into the store: Parquet from which one area's rows are read alone."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from vsrbook.fast_reading import NotClean
from vsrbook.params import Association, read_params
from vsrbook.problems import Problem, ReviewError, only_errors
from vsrbook.project import Project
from vsrbook.review import empty_table, read_declared
from vsrbook.store import CleanCsv, digest_table, find_stale, write_store
from vsrbook.tables import TABLES

if TYPE_CHECKING:
    import pandas as pd


STREAMED_BYTES = 30_000_000  # about 700,000 rows, which take 300 MB


def store_folder(project: Project, slug: str) -> Path:
    """Return where an association's store lies."""
    return project.build / "store" / slug


def compile_checked(project: Project, slugs: Iterable[str], problems: Iterable[Problem]) -> list[str]:
    """Compile the associations that have no error; returns those whose store was written anew.

    `problems` is what `check_project` found. A store whose tables have not changed is left alone.
    """
    at_fault = {problem.file for problem in only_errors(problems)}
    return [
        slug
        for slug in slugs
        if not any(file.startswith((f"data/{slug}/", f"params/{slug}.yml")) for file in at_fault)
        and compile_association(project, slug)
    ]


def compile_association(project: Project, slug: str) -> bool:
    """Write the store of one association; False where it is in step already.

    A large table of observations is compiled without holding it in memory. Raises ReviewError where a
    table has an error.
    """
    try:
        association = read_params(project, slug)
    except ReviewError:
        return False  # check says it
    folder = store_folder(project, slug)
    digests = _digest_tables(project, association)
    stale = find_stale(folder, digests) if digests else set()
    if not stale:
        return False
    frames: dict[str, pd.DataFrame | CleanCsv] = {
        name: _as_a_stream(project, association, name) or _read_as_it_stands(project, association, name)
        for name in stale
    }
    kept = dict.fromkeys(digests.keys() - frames.keys(), empty_table(TABLES["observations"]))
    try:
        write_store(folder, frames | kept, digests)
    except NotClean:  # the careful reader has something to say, or reads a form that no other does
        frames["observations"] = _read_as_it_stands(project, association, "observations")
        write_store(folder, frames | kept, digests)
    return True


def _as_a_stream(project: Project, association: Association, name: str) -> CleanCsv | None:
    """Return a table that is too large to be held in memory as a file to be read in parts."""
    declared = association.tables[name]  # type: ignore[index]  # keys are TableName, name is one
    path = project.data / association.slug / declared.file
    is_large = name == "observations" and path.suffix == ".csv" and path.stat().st_size > STREAMED_BYTES
    return CleanCsv(path, project.name(path), declared.source) if is_large else None


def _digest_tables(project: Project, association: Association) -> dict[str, str]:
    digests = {}
    for name, declared in association.tables.items():
        path = project.data / association.slug / declared.file
        if path.is_file():
            digests[str(name)] = digest_table(path, TABLES[name], declared.sheet, declared.source)
    return digests


def _read_as_it_stands(project: Project, association: Association, name: str) -> pd.DataFrame:
    """Read a checked table as its file has it: not yet in the words of an edition."""
    declared = association.tables[name]  # type: ignore[index]  # keys are TableName, name is one
    frame, problems = read_declared(project, association.slug, name, declared)
    if errors := only_errors(problems):
        raise ReviewError(errors)
    return frame
