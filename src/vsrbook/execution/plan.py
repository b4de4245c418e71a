"""Decide what must run: one unit per page, and a content key that says whether it has run already."""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from vsrbook.chapters.outline import GOAL_NOTEBOOK, LIBRARY_NOTEBOOK, wanted_chapters
from vsrbook.chapters.progress import goal_page
from vsrbook.problems import Problem, ReviewError, only_errors, suggest
from vsrbook.project import Project
from vsrbook.review import Review, read_reference, read_review

LIBRARIES = (
    "altair",
    "ipykernel",
    "nbclient",
    "nbformat",
    "pandas",
    "papermill",
    "pyarrow",
    "vl-convert-python",
)
LIBRARY_PAGE = "index"
TOOLKIT = Path(__file__).parents[1]
# what dresses pages, or makes the tables that they are made of (the tables' own digests are in the key)
NO_PART_OF_PAGES = {"publishing", "importing", "sources", "scaffold.py", "store.py", "fast_reading.py"}


@dataclass(frozen=True)
class Edition:
    """What is published: the language, the audience, and whether gaps are shown."""

    language: str = "en"
    audience: str = "public"
    draft: bool = False


@dataclass(frozen=True)
class Unit:
    """One notebook to run with one set of parameters; it becomes one page.

    `page` is the page's name below book/associations/, `chapter` the chapter's id, `reads` the files it
    may read, `key` names the executed notebook in the cache.
    """

    page: str
    slug: str
    chapter: str
    notebook: Path
    parameters: dict[str, Any] = field(hash=False)
    key: str

    @property
    def name(self) -> str:
        """How messages call the unit: "kenya, progress, goal 6"."""
        goal = f", goal {self.parameters['goal']}" if "goal" in self.parameters else ""
        return f"{self.slug}, {self.chapter}{goal}" if self.slug else self.chapter


@dataclass(frozen=True)
class Plan:
    """The units of a run in the order of the book, the reviews they are for, and what kept others out."""

    units: tuple[Unit, ...]
    reviews: dict[str, Review]
    problems: tuple[Problem, ...]


def make_plan(project: Project, edition: Edition, slugs: Iterable[str] = ()) -> Plan:
    """Plan the landing page and the pages of every association, or of those named.

    An association with errors gets no units: its problems are in the plan. Raises ReviewError where a
    notebook does not take the parameters it would be given.
    """
    reviews: dict[str, Review] = {}
    problems: list[Problem] = []
    shared = read_reference(project)
    for slug in list(slugs) or project.slugs():
        review, found = read_review(
            project, slug, edition.language, edition.audience, draft=edition.draft, shared=shared
        )
        problems += found
        if review is not None and not only_errors(found):
            reviews[slug] = review
    planner = _Planner(project, edition)
    units = [unit for review in reviews.values() for unit in planner.units_of(review)]
    units.append(planner.library_unit())
    faults = check_parameters(project, units)
    if faults:
        raise ReviewError(faults)
    return Plan(tuple(units), reviews, tuple(problems))


class _Planner:
    """Makes units, reading and hashing each file once."""

    def __init__(self, project: Project, edition: Edition) -> None:
        self.project = project
        self.edition = edition
        self._everything: list[str] | None = None

    def units_of(self, review: Review) -> Iterator[Unit]:
        for status in wanted_chapters(review, draft=self.edition.draft):
            chapter = status.chapter
            yield self._unit(review, chapter.id, chapter.notebook, chapter.id, chapter.reads)
            if chapter.id == "progress":
                for goal in review.goals:
                    yield self._unit(review, chapter.id, GOAL_NOTEBOOK, goal_page(goal), "own", goal=goal)

    def library_unit(self) -> Unit:
        path = self.project.notebooks / LIBRARY_NOTEBOOK
        parameters = {"language": self.edition.language}
        key = make_key(path, parameters, self._all_files())
        return Unit(LIBRARY_PAGE, "", "library", path, parameters, key)

    def _unit(self, review: Review, chapter: str, notebook: str, page: str, reads: str, **more: Any) -> Unit:
        path = self.project.notebooks / notebook
        parameters = {
            "association": review.slug,
            "edition": review.edition,
            "language": self.edition.language,
            "audience": self.edition.audience,
            "draft": self.edition.draft,
            **more,
        }
        files = self._all_files() if reads == "all" else self._files_of(review)
        return Unit(
            f"{review.slug}/{page}", review.slug, chapter, path, parameters, make_key(path, parameters, files)
        )

    def _files_of(self, review: Review) -> list[str]:
        """Return name and digest of every file the review is read from."""
        tables = review.association.tables.values()
        paths = [self.project.params / f"{review.slug}.yml"]
        paths += [self.project.data / review.slug / table.file for table in tables]
        if (previous := review.association.previous) is not None:
            files = (previous.observations, previous.indicators)
            paths += [self.project.data / review.slug / table.file for table in files if table]
        return _digests(self.project, [*paths, *self._shared_paths()])

    def _shared_paths(self) -> list[Path]:
        catalogues = self.project.locales.rglob("*.mo")
        return [*sorted((self.project.data / "reference").iterdir()), *sorted(catalogues)]

    def _all_files(self) -> list[str]:
        if self._everything is None:
            paths = [*self.project.params.glob("*.yml"), *self.project.data.rglob("*")]
            wanted = sorted(p for p in paths if p.suffix in (".yml", ".csv", ".xlsx", ".json"))
            self._everything = _digests(self.project, [*wanted, *self._shared_paths()])
        return self._everything


def make_key(notebook: Path, parameters: dict[str, Any], files: list[str]) -> str:
    """Return the content key: a digest of all that can change what the notebook shows."""
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    source = [[cell["cell_type"], "".join(cell["source"]), cell["metadata"]] for cell in cells]
    content = json.dumps([source, parameters, files, toolkit_digest()], sort_keys=True, default=str)
    return hashlib.sha256(content.encode()).hexdigest()


@cache
def toolkit_digest() -> str:
    """Return a digest of the toolkit's own code (what makes pages, not what dresses them) and its libraries."""
    digest = hashlib.sha256()
    for path in sorted([*TOOLKIT.rglob("*.py"), *TOOLKIT.rglob("*.csv")]):
        room = path.relative_to(TOOLKIT).parts[0]
        if room not in NO_PART_OF_PAGES and not room.startswith("cli"):
            digest.update(path.relative_to(TOOLKIT).as_posix().encode() + b"\0" + path.read_bytes())
    digest.update(",".join(f"{name}={version(name)}" for name in LIBRARIES).encode())
    return digest.hexdigest()


def _digests(project: Project, paths: Iterable[Path]) -> list[str]:
    return [
        f"{project.name(path)}={_digest(path, path.stat().st_mtime_ns)}" for path in paths if path.is_file()
    ]


@cache
def _digest(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _targets(node: ast.stmt) -> list[ast.expr]:
    """Return what a statement assigns to."""
    if isinstance(node, ast.AnnAssign):
        return [node.target]
    return node.targets if isinstance(node, ast.Assign) else []


def check_parameters(project: Project, units: Iterable[Unit]) -> list[Problem]:
    """Find parameters that a notebook does not declare: papermill would only warn, and run with the default."""
    problems = []
    for notebook, given in {unit.notebook: set(unit.parameters) for unit in units}.items():
        declared = read_parameters(notebook)
        for name in sorted(given - set(declared)):
            hint = suggest(name, declared, f"its parameters cell declares {', '.join(declared) or 'nothing'}")
            problems.append(Problem(project.name(notebook), f"unknown parameter {name!r}", hint))
    return problems


def read_parameters(notebook: Path) -> list[str]:
    """Return the names that a notebook's parameters cell assigns."""
    for cell in json.loads(notebook.read_text("utf-8"))["cells"]:
        if "parameters" in cell["metadata"].get("tags", []):
            tree = ast.parse("".join(cell["source"]))
            targets = [t for node in tree.body for t in _targets(node)]
            return [target.id for target in targets if isinstance(target, ast.Name)]
    return []
