"""Load the overviews of all associations: what a page on all of them needs, without their large tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from pathlib import Path

import pandas as pd

from vsrbook import compiling
from vsrbook.chapters.overview import Overview, make_overview, parse_overview
from vsrbook.files import FileDigests, read_json, write_whole
from vsrbook.library import LEARNT_FROM
from vsrbook.params import read_params
from vsrbook.problems import Problem, ReviewError, only_errors
from vsrbook.profiles.gathering import digest_code, find_hidden, hide, read_chunks
from vsrbook.project import Project, find_project
from vsrbook.review import Review, check_observations, empty_table, read_review
from vsrbook.store import open_store
from vsrbook.tables import TABLES

Read = Callable[[], tuple[Review | None, list[Problem]]]
SUFFIXES = (".csv", ".xlsx")
MADE_BY = (
    *("chapters/outline.py", "chapters/overview.py", "chapters/pairs.py", "overviews.py", "review.py"),
    *("params.py", "tables.py", "tables_reading.py", "fast_reading.py", "spreadsheets.py"),
    *("methods", "profiles/gathering.py", "store", "compiling.py", "yaml_places.py", "project.py", "sdg"),
)


def load_overviews(*, values: bool = False, project: Project | None = None) -> dict[str, Overview]:
    """Load the overview of every association by its slug: those of the book, then those in peers/.

    With `values` each holds the values of its indicators for the whole territory, too. A review that
    has errors is left out, as it is in `load_library`.
    """
    project = project or find_project()
    others = [slug for slug in project.peers.slugs() if slug not in project.slugs()]
    digests = FileDigests(project.build / "digests.json")
    found = {slug: read_overview(project, slug, digests) for slug in project.slugs()}
    found |= {slug: _read_elsewhere(project, slug) for slug in others}
    return {slug: one if values else one.without_values for slug, one in found.items() if one is not None}


def read_overview(
    project: Project, slug: str, digests: FileDigests, read: Read | None = None
) -> Overview | None:
    """Return the overview of a review of the book; None where the review has errors.

    It is kept in _build/overviews while none of its files has changed, by their `digests`. `read` gives the
    review, whole and checked, where it is read anyway; else a large table of observations is read in parts.
    """
    path = project.build / "overviews" / f"{slug}.json"
    files = [project.params / f"{slug}.yml", *_tables_below(project.data / slug)]
    mark = _mark(project, digests, [*files, *_tables_below(project.data / "reference")])
    known = read_json(path)
    if known.get("mark") != mark:  # what it was made of is looked at before it is read
        overview = _look_through(project, slug, read)
        known = {"mark": mark, "overview": None if overview is None else asdict(overview)}
        write_whole(path, json.dumps(known).encode())
    return None if known["overview"] is None else parse_overview(known["overview"])


def _tables_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)


def _mark(project: Project, digests: FileDigests, files: Iterable[Path]) -> list[object]:
    """Return what an overview was made of: the code, and the content of each file, as the plan goes by it."""
    return [digest_code(*MADE_BY), *([project.name(path), digests.of(path)] for path in files)]


def _look_through(project: Project, slug: str, read: Read | None) -> Overview | None:
    if read is None and _is_large(project, slug):
        return _look_through_parts(project, slug)
    review, problems = (read or (lambda: read_review(project, slug)))()
    return None if review is None or only_errors(problems) else make_overview(review)


def _is_large(project: Project, slug: str) -> bool:
    """Whether the observations are too many to be held at once."""
    try:
        declared = read_params(project, slug).tables.get("observations")
    except ReviewError:
        return False  # said by what reads them
    path = None if declared is None else project.data / slug / declared.file
    return path is not None and path.is_file() and path.stat().st_size > compiling.STREAMED_BYTES


def _look_through_parts(project: Project, slug: str) -> Overview | None:
    """Make an overview from the store, some areas at a time."""
    review, problems = read_review(project, slug, without=("observations",))
    if review is None or only_errors(problems):
        return None
    try:
        compiling.compile_association(project, slug)
        store = open_store(compiling.store_folder(project, slug))
    except ReviewError:
        return None
    if store is None:
        return None
    hidden = find_hidden(review, store)

    def check(part: pd.DataFrame) -> pd.DataFrame:
        problems.extend(check_observations(review, part))
        return hide(part, hidden)

    overview = make_overview(review, map(check, read_chunks(store)))
    return None if only_errors(problems) else overview


def _read_elsewhere(project: Project, slug: str) -> Overview | None:
    """Make the overview of a review in peers/, of which only small tables are read."""
    review, problems = read_review(project.peers, slug, only=LEARNT_FROM)
    if review is None or only_errors(problems):
        return None
    tables = {name: empty_table(table) for name, table in TABLES.items()}
    for name in LEARNT_FROM:
        tables[name] = review.tables[name]
    return make_overview(replace(review, tables=tables), here=False)
