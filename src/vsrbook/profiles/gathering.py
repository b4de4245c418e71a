"""Gather what the profiles of an association show into a data set, and tell when it must be gathered anew."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from vsrbook.compiling import compile_association, store_folder
from vsrbook.files import read_json, write_whole
from vsrbook.params import read_params
from vsrbook.problems import Problem, ReviewError, only_errors, sort_problems
from vsrbook.profiles.crosschecks import cross_check
from vsrbook.profiles.dataset import Dataset, DatasetWriter
from vsrbook.profiles.declared import check_profiles
from vsrbook.profiles.mapping import MAP_SUFFIXES, map_file, write_maps
from vsrbook.profiles.rows import RowMaker, indicator_table
from vsrbook.profiles.series import Totals
from vsrbook.profiles.standing import Standings
from vsrbook.project import Edition, Project
from vsrbook.review import Review, check_observations, fill_text, read_review
from vsrbook.store import Store, open_store
from vsrbook.tables import TABLES

CHUNK_ROWS = 200_000  # observations held at once: some 60 MB
KEPT_SECONDS = 24 * 3600  # a notebook may still read the data set before
KEY = list(TABLES["observations"].key)
SUFFIXES = (".csv", ".xlsx", *MAP_SUFFIXES)
TOOLKIT = Path(__file__).parents[1]
MADE_BY = (
    "profiles",
    "maps",
    "methods",
    "store",
    "sdg",
    "review.py",
    "tables.py",
    "assessing.py",
    "compiling.py",
)


@dataclass(frozen=True)
class Gathered:
    """A data set, None where the association cannot be published, and every problem of its tables.

    `doubts` are what the analyst should look at before pages of areas are published (`cross_check`).
    """

    dataset: Dataset | None
    problems: tuple[Problem, ...] = ()
    doubts: tuple[Problem, ...] = ()


def gather_profiles(project: Project, slug: str, edition: Edition) -> Gathered:
    """Gather an association's profiles, or take the data set that is there if nothing has changed.

    Where its params declare none there is no data set, and no problem either.
    """
    try:
        if read_params(project, slug).profiles is None:
            return Gathered(None)
    except ReviewError as error:
        return Gathered(None, tuple(error.problems))
    review, problems = read_review(
        project,
        slug,
        edition.language,
        edition.audience,
        draft=edition.draft,
        without=("observations",),
    )
    problems += check_profiles(review) if review is not None else []
    if review is None or only_errors(problems):
        return Gathered(None, tuple(sort_problems(problems)))
    try:
        compile_association(project, slug)
        store = open_store(store_folder(project, slug))
    except ReviewError as error:
        store, problems = None, [*problems, *error.problems]
    if store is None:
        return Gathered(None, tuple(sort_problems(problems)))
    folder = _folder(project, slug, edition) / _digest(project, review, store)
    if not Dataset(folder).head and (errors := only_errors(_gather(review, store, folder))):
        return Gathered(None, tuple(sort_problems([*problems, *errors])))
    _point_to(project, slug, edition, folder)
    dataset = Dataset(folder)
    found, doubts = ([Problem(**told) for told in dataset.head[name]] for name in ("problems", "doubts"))
    return Gathered(dataset, tuple(sort_problems([*problems, *found])), tuple(doubts))


def _folder(project: Project, slug: str, edition: Edition) -> Path:
    return project.build / "profiles" / f"{slug}-{edition.name}"


def _digest(project: Project, review: Review, store: Store) -> str:
    """Name a data set by all that decides what is in it."""
    params = (project.params / f"{review.slug}.yml").read_bytes()
    shapes = map_file(review)
    reference = project.data / "reference" / "sources.csv"
    stored = {name: table.digest for name, table in store.tables.items()}
    names = [review.language, review.edition, review.draft, digest_code(*MADE_BY)]
    content = hashlib.sha256(json.dumps([stored, names], sort_keys=True).encode() + params)
    for path in (reference, shapes):
        content.update(path.read_bytes() if path is not None and path.is_file() else b"")
    return content.hexdigest()[:24]


@cache
def digest_code(*names: str) -> str:
    """Return a digest of modules and rooms of the toolkit, named by their place in it."""
    code = hashlib.sha256()
    for name in names:
        path = TOOLKIT / name
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            code.update(file.read_bytes())
    return code.hexdigest()


def _gather(review: Review, store: Store, folder: Path) -> list[Problem]:
    """Make a data set beside its place, and move it there when it is whole."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".part-") as scratch:
        spool, part = Path(scratch) / "spool", Path(scratch) / "dataset"
        spool.mkdir()
        codes = [
            review.tables[name][key]
            for name, key in (("areas", "area_code"), ("indicators", "indicator_code"))
        ]
        totals = Totals(spool, codes[0].tolist(), codes[1].tolist())
        standings, problems = Standings(review), []
        hidden = find_hidden(review, store)
        for chunk in read_chunks(store):
            problems += check_observations(review, chunk)
            standings.note(totals.add(hide(chunk, hidden)))
        if only_errors(problems):
            return problems
        standing = standings.compare(totals)
        rows = RowMaker(review, totals, standing)
        with DatasetWriter(part) as writer:
            for area, own in rows.make():
                writer.write(area, own)
            np.save(part / "hidden.npy", hidden, allow_pickle=False)
            problems += write_maps(review, part)
            if only_errors(problems):
                return problems
            _write_tables(review, part)
            told = {"problems": sort_problems(problems), "doubts": cross_check(review, standing)}
            head = rows.head | {name: [vars(problem) for problem in some] for name, some in told.items()}
            writer.finish(head, indicator_table(review, rows.shown))
        _put_in_place(part, folder)
    _sweep(folder)
    return problems


def _write_tables(review: Review, folder: Path) -> None:
    """Keep what the data packages need beside the rows of areas, in the edition's words."""
    sources = pd.concat([review.reference.tables["sources"], review.tables["sources"]], ignore_index=True)
    tables = {"areas": review.tables["areas"], "indicators": review.tables["indicators"], "sources": sources}
    for name, frame in tables.items():
        frame.to_feather(folder / f"table-{name}.arrow", compression="uncompressed")


def _put_in_place(part: Path, folder: Path) -> None:
    """Move a data set to its place, unless another process has just put the same there."""
    with suppress(OSError):  # something is there: a data set, which is left alone, or what was left of one
        part.rename(folder)
        return
    if not Dataset(folder).head:
        shutil.rmtree(folder, ignore_errors=True)
        part.rename(folder)


def _sweep(used: Path) -> None:
    """Remove data sets that nobody reads any more."""
    for path in used.parent.iterdir():
        with suppress(OSError):
            if path != used and path.stat().st_mtime < time.time() - KEPT_SECONDS:
                shutil.rmtree(path)


def read_chunks(store: Store) -> Iterator[pd.DataFrame]:
    """Read a store's observations some areas at a time, all rows of an area together."""
    codes, stored = store.areas, store.tables.get("observations")
    if stored is None or not codes:
        return
    each = max(1, CHUNK_ROWS * len(codes) // max(stored.rows, 1))
    for start in range(0, len(codes), each):
        yield fill_text(store.read_areas(codes[start : start + each]))


def hide(chunk: pd.DataFrame, hidden: npt.NDArray[np.int64]) -> pd.DataFrame:
    """Return a chunk of observations without the values of hidden rows."""
    if not len(hidden):
        return chunk
    from vsrbook.methods.suppression import hide_rows

    return hide_rows(chunk, chunk["row"].isin(hidden))


def find_hidden(review: Review, store: Store) -> npt.NDArray[np.int64]:
    """Return the rows of the table observations that are suppressed because they are small counts.

    What is hidden in one indicator does not depend on others: a large table is looked at one by one.
    """
    minimum = review.association.minimum_count
    stored = store.tables.get("observations")
    if minimum is None or stored is None:
        return np.array([], dtype=np.int64)
    from vsrbook.methods.suppression import find_small

    codes = review.tables["indicators"]["indicator_code"]
    is_small = stored.rows <= CHUNK_ROWS
    read = [store.read("observations")] if is_small else map(store.read_indicator, codes)
    areas, indicators = review.tables["areas"], review.tables["indicators"]
    before = _hidden_before(review)
    found = []
    for part in map(fill_text, read):
        hidden = find_small(part, areas, indicators, minimum)
        if before:
            again = [row in before for row in part[KEY].itertuples(index=False, name=None)]
            hidden |= pd.Series(again, part.index)
        found.append(part.loc[hidden, "row"].to_numpy())
    return np.sort(np.concatenate(found)).astype(np.int64)


def _hidden_before(review: Review) -> set[tuple[Any, ...]]:
    """Return the keys of what is held back in the last edition: shown in this one, it would be known there."""
    last = review.previous.get("observations") if review.association.previous else None
    if last is None:
        return set()
    return set(last.loc[last["status"] == "suppressed", KEY].itertuples(index=False, name=None))


def _pointer(project: Project, slug: str, edition: Edition) -> Path:
    return _folder(project, slug, edition) / "current.json"


def _states(project: Project, slug: str) -> dict[str, Any]:
    """Look at size and time of the files that a data set is made from."""
    files = [project.params / f"{slug}.yml", project.data / "reference" / "sources.csv"]
    files += sorted(path for path in (project.data / slug).glob("*") if path.suffix in SUFFIXES)
    return {
        project.name(path): [path.stat().st_size, path.stat().st_mtime_ns] for path in files if path.is_file()
    }


def _point_to(project: Project, slug: str, edition: Edition, folder: Path) -> None:
    content = {"folder": folder.name, "states": _states(project, slug), "code": digest_code(*MADE_BY)}
    write_whole(_pointer(project, slug, edition), json.dumps(content).encode())


def open_profiles(project: Project, slug: str, edition: Edition) -> Dataset:
    """Open an association's data set, gathered anew where a file has changed. Raises ReviewError."""
    pointer = read_json(_pointer(project, slug, edition))
    if pointer.get("states") == _states(project, slug) and pointer.get("code") == digest_code(*MADE_BY):
        known = Dataset(_folder(project, slug, edition) / pointer["folder"])
        if known.head:
            return known
    gathered = gather_profiles(project, slug, edition)
    if gathered.dataset is None:
        problems = only_errors(gathered.problems)
        hint = "add profiles: to the params, or take the notebook out"
        raise ReviewError(
            problems or [Problem(f"params/{slug}.yml", "declares no profiles", hint, column="profiles")]
        )
    return gathered.dataset
