"""Publish the pages and data packages of areas: what has not changed is taken over, the rest made in parallel."""

from __future__ import annotations

import json
import multiprocessing
import shutil
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from vsrbook.execution.cache import open_cache
from vsrbook.execution.keys import code_digest, digest
from vsrbook.execution.pool import cores
from vsrbook.files import read_json, write_whole
from vsrbook.naming import area_page
from vsrbook.profiles.dataset import Dataset
from vsrbook.project import Project
from vsrbook.publishing.areas import shell
from vsrbook.publishing.areas.files import AreaFiles, Frame
from vsrbook.publishing.site import link_file
from vsrbook.publishing.vega_bundle import THEME

ALL = "all"  # the folder of the package of all areas
BATCH = 20  # areas that a process is given at once
FEW = 60  # areas that are made in this process: starting others takes a second or two


@dataclass(frozen=True)
class Published:
    """How many pages of areas there are now, how many of them were made anew, and what could not be made."""

    pages: int = 0
    made: int = 0
    faults: tuple[str, ...] = ()


@dataclass
class _Review:
    """What is published of one association: its manifest, its data set, and where finished files are kept."""

    project: Project
    slug: str
    folder: Path
    manifest: dict[str, Any]
    frame: Frame
    marks: dict[str, Any] = field(default_factory=dict)

    @property
    def kept(self) -> Path:
        """Where finished pages and packages are kept between builds."""
        return self.project.build / "profiles" / "site" / self.slug

    @property
    def memory(self) -> Path:
        """Where it is remembered what they were made from."""
        return self.project.build / "profiles" / "site" / f"{self.slug}.json"


def publish_profiles(
    project: Project,
    output: Path,
    jobs: int = 0,
    on_done: Callable[[int, int], None] = lambda _done, _all: None,
) -> Published:
    """Publish the areas of every association that has pages of them into a built book.

    `output` is the folder of the book that Sphinx has just built; it holds a frame for each association,
    which is taken out. `on_done` hears how many of how many areas are done.
    """
    reviews = [
        found
        for path in sorted(project.pages.glob(f"*/areas/{shell.LISTING}"))
        if (found := _open(project, output, path))
    ]
    stale = {review.slug: _find_stale(review) for review in reviews}
    total, done, made = sum(map(len, stale.values())), 0, 0
    faults: list[str] = []
    for review in reviews:
        for ended in _make(review, stale[review.slug], jobs):
            faults += ended.faults
            review.marks |= ended.marks
            done, made = done + ended.areas, made + ended.pages
            on_done(done, total)
        _remove_gone(review)
        write_whole(review.memory, json.dumps(review.marks).encode())
        _place(review)
    pages = sum(len(review.manifest["notebooks"]) for review in reviews)
    return Published(pages, made, tuple(faults))


def _open(project: Project, output: Path, path: Path) -> _Review | None:
    slug, manifest = path.parent.parent.name, read_json(path)
    folder = output / path.parent.relative_to(project.root)
    page = folder / f"{shell.PAGE}.html"
    if not manifest or not page.is_file():
        return None
    frame = Frame(project.root, slug, manifest["dataset"], manifest["cache"], shell.read_shell(page))
    page.unlink()
    source = output / "_sources" / page.relative_to(output).with_suffix(".md")  # Sphinx' copy of it
    source.unlink(missing_ok=True)
    review = _Review(project, slug, folder, manifest, frame)
    review.marks = {
        code: mark for code, mark in read_json(review.memory).items() if code in (*manifest["notebooks"], ALL)
    }
    return review


def _find_stale(review: _Review) -> dict[str, dict[str, str]]:
    """Return the areas whose page or package must be made anew, with the marks that they will have."""
    dataset = Dataset(review.project.build / review.manifest["dataset"])
    files = AreaFiles(review.frame)
    results = open_cache(review.manifest["cache"]).marks()
    common = digest([review.frame.shell.parts, _dressing(), dataset.common_digest])
    packages = digest([_dressing(), files.info_digest, dataset.common_digest])
    digests = dataset.digests
    stale = {}
    for code, key in review.manifest["notebooks"].items():
        seen = files.package_digest(code, digests[code])
        marks = {"page": digest([key, results.get(key), common]), "package": digest([seen, packages])}
        known = review.marks.get(code, {})
        whole = known.get("files") == _states(review.kept, area_page(code))
        if not whole or {name: known[name] for name in marks} != marks:
            stale[code] = marks
            if not whole:
                review.marks.pop(code, None)
    return stale


def _states(folder: Path, name: str) -> dict[str, list[int]]:
    """Look at size and time of a page and of all files in the folder beside it."""
    paths = [folder / f"{name}.html", *sorted((folder / name).glob("*"))]
    states = {path.name: path.stat() for path in paths if path.is_file()}
    return {file: [state.st_size, state.st_mtime_ns] for file, state in states.items()}


@cache
def _dressing() -> str:
    """Return a digest of the code that makes pages of executed notebooks, and packages of tables."""
    here, room = Path(__file__).parent, Path(__file__).parents[1]
    others = [room / "figure_html.py", room / "pages.py", room.parent / "csv_writing.py"]
    modules = [*here.glob("*.py"), *(room / "opendata").glob("*.py"), *others]
    return code_digest(*sorted([*modules, *(THEME / "profile").iterdir()]))


@dataclass(frozen=True)
class _Ended:
    marks: dict[str, dict[str, Any]]
    areas: int
    pages: int
    faults: tuple[str, ...] = ()


def _make(review: _Review, stale: dict[str, dict[str, str]], jobs: int) -> Iterable[_Ended]:
    """Make what is stale, in this process or in several."""
    codes = list(stale)
    batches = [codes[start : start + BATCH] for start in range(0, len(codes), BATCH)]
    tasks = [_task(review, stale, batch) for batch in batches]
    jobs = jobs or cores()
    if jobs == 1 or len(codes) <= FEW:
        yield from (_make_batch(*task) for task in tasks)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(jobs, len(tasks)) - 1, mp_context=context) as executor:
        futures = [executor.submit(_make_batch, *task) for task in tasks]
        for future, task in zip(reversed(futures), reversed(tasks), strict=True):
            if not future.cancel():  # the others are at work on the rest
                break
            yield _make_batch(*task)  # this process works too, and begins while the others start
        yield from (future.result() for future in futures if not future.cancelled())


def _task(review: _Review, stale: dict[str, dict[str, str]], codes: list[str]) -> tuple[Any, ...]:
    keys = {code: review.manifest["notebooks"][code] for code in codes}
    marks, before = {c: stale[c] for c in codes}, {c: review.marks.get(c, {}) for c in codes}
    return review.frame, review.kept, keys, marks, before


def _make_batch(
    frame: Frame,
    kept: Path,
    keys: dict[str, str],
    marks: dict[str, dict[str, str]],
    before: dict[str, dict[str, Any]],
) -> _Ended:
    """Make the files of some areas; those whose mark is what it was are left alone."""
    files, done, pages, faults = _files_of(frame), {}, 0, []
    for code, key in keys.items():
        if before[code].get("package") != marks[code]["package"]:
            files.write_package(code, kept)
        if before[code].get("page") != marks[code]["page"]:
            pages += 1
            if fault := files.write_page(code, key, kept):
                faults.append(fault)
                continue
        done[code] = {**marks[code], "files": _states(kept, area_page(code))}
    return _Ended(done, len(keys), pages - len(faults), tuple(faults))


@cache
def _files_of(frame: Frame) -> AreaFiles:
    """Open what areas are made from once a process."""
    return AreaFiles(frame)


def _remove_gone(review: _Review) -> None:
    """Remove the files of areas that are no more."""
    names = {area_page(code) for code in review.manifest["notebooks"]} | {ALL}
    for path in review.kept.iterdir() if review.kept.is_dir() else ():
        if path.name.removesuffix(".html") not in names:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _place(review: _Review) -> None:
    """Write the package of all areas if need be, and put everything into the built book."""
    files = _files_of(review.frame)
    dataset = Dataset(review.project.build / review.manifest["dataset"])
    mark = digest(
        [_dressing(), files.info_digest, files.store_digest, dataset.common_digest, dataset.folder.name]
    )
    folder = review.kept / ALL
    if review.marks.get(ALL) != {"package": mark, "files": _states(review.kept, ALL)}:
        shutil.rmtree(folder, ignore_errors=True)
        files.write_full_package(folder)
        review.marks[ALL] = {"package": mark, "files": _states(review.kept, ALL)}
        write_whole(review.memory, json.dumps(review.marks).encode())
    shutil.copytree(review.kept, review.folder, copy_function=link_file, dirs_exist_ok=True)
    for path in (review.project.pages / review.slug / "areas").glob("*.js"):
        shutil.copy2(path, review.folder / path.name)
