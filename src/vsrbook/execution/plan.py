"""Plan a run: one unit a page, with a content key made of all that can change what the page shows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from vsrbook.execution.inputs import Inputs
from vsrbook.execution.keys import Source, digest, digest_slices, read_source
from vsrbook.files import FileDigests, read_json, write_whole
from vsrbook.own_chapters import check_own_chapters
from vsrbook.problems import Problem, ReviewError, only_errors, sort_problems, suggest
from vsrbook.project import Edition, Project

if TYPE_CHECKING:
    from vsrbook.chapters.overview import Overview
    from vsrbook.execution.keys import Reads
    from vsrbook.review import Reference, Review

Kind = Literal["", "chapters", "profiles"]
PROFILE_NOTEBOOK = "profile.ipynb"
SLICED = (
    "indicators",
    "series",
    "observations",
)  # what load_review limits to a goal; to an area: the last two


@dataclass(frozen=True)
class Unit:
    """One notebook to run with one set of parameters; it becomes one page.

    `page` is the page's name below book/associations/, `chapter` the chapter's id, `key` names the
    executed notebook in the cache, `parts` are the digests that the key is made of, by what they are of
    (beside those that all units of a plan share).
    """

    page: str
    slug: str
    chapter: str
    notebook: str
    parameters: dict[str, Any] = field(hash=False)
    key: str
    parts: dict[str, str] = field(default_factory=dict, hash=False, repr=False)

    @property
    def name(self) -> str:
        """How messages call the unit: "kenya, progress, goal 6"."""
        more = [f"{word} {self.parameters[word]}" for word in ("goal", "area") if word in self.parameters]
        return ", ".join([*([self.slug] if self.slug else []), self.chapter, *more])


@dataclass(frozen=True)
class Plan:
    """The units of a run in the order of the book, and what kept associations out.

    `shared` are the digests that every unit's key has; `inputs` is one digest of all that was looked at;
    `only` says whether chapters or profiles alone were planned, beside the landing page.
    """

    project: Project
    edition: Edition
    units: tuple[Unit, ...]
    problems: tuple[Problem, ...] = ()
    shared: Mapping[str, str] = field(default_factory=dict)
    inputs: str = ""
    only: Kind = ""
    _reviews: dict[str, Review] = field(default_factory=dict, repr=False, compare=False)

    def review(self, slug: str) -> Review | None:
        """Return the review that a unit is about, read when first asked for; None for the landing page."""
        if slug and slug not in self._reviews:
            from vsrbook.review import read_review

            edition = self.edition
            review, _ = read_review(
                self.project, slug, edition.language, edition.audience, draft=edition.draft
            )
            if review is None:
                raise KeyError(slug)
            self._reviews[slug] = review
        return self._reviews.get(slug)

    @property
    def slugs(self) -> list[str]:
        """The associations that have units, in the order of the book."""
        return list(dict.fromkeys(unit.slug for unit in self.units if unit.slug))


def make_plan(project: Project, edition: Edition, slugs: Iterable[str] = (), only: Kind = "") -> Plan:
    """Plan the landing page and the pages of every association, or of those named.

    Where the params declare profiles, each of their areas has a unit of notebooks/profile.ipynb. `only`
    plans "chapters" or "profiles", with the landing page. An association with errors gets no units: its
    problems are in the plan. While no file has changed, the last plan is taken from _build without
    reading any table. Raises ReviewError where a notebook does not take the parameters it would be given,
    or what it says about the chapter that it is cannot be understood.
    """
    digests = FileDigests(project.build / "digests.json")
    inputs = Inputs(project, edition, digests)
    wanted = list(slugs) or project.slugs()
    memory = project.build / "plans" / f"{digest([edition.name, wanted, only])[:16]}.json"
    mark = inputs.mark
    plan = _recall(memory, project, edition, inputs, only)
    if plan is None:
        plan = _Planner(project, edition, inputs).plan(wanted, only)
        if not only_errors(plan.problems):
            units = [asdict(unit) for unit in plan.units]
            write_whole(memory, json.dumps({"mark": mark, "units": units}, default=str).encode())
    digests.save()
    return plan


def _recall(memory: Path, project: Project, edition: Edition, inputs: Inputs, only: Kind) -> Plan | None:
    known = read_json(memory)
    if known.get("mark") != inputs.mark:
        return None
    units = tuple(Unit(**unit) for unit in known["units"])
    return Plan(project, edition, units, (), inputs.shared, inputs.mark, only)


class _Planner:
    """Makes the units of a plan, reading each review once."""

    def __init__(self, project: Project, edition: Edition, inputs: Inputs) -> None:
        self.project, self.edition, self.inputs = project, edition, inputs
        self._sources: dict[str, Source] = {}
        self._tables: dict[str, dict[str, str]] = {}
        self._reference: tuple[Reference, list[Problem]] | None = None
        self._reviews: dict[str, tuple[Review | None, list[Problem]]] = {}
        self._overviews: dict[str, Overview | None] = {}
        self._read_whole: frozenset[str] = frozenset()
        self._shared = digest(inputs.shared)

    def plan(self, slugs: Iterable[str], only: Kind) -> Plan:
        """Make the plan. Raises ReviewError."""
        if faults := check_own_chapters(self.project):
            raise ReviewError(faults)
        self._read_whole = frozenset(() if only == "profiles" else slugs)
        problems: list[Problem] = []
        units: list[Unit] = []
        for slug in slugs:
            if only != "profiles":
                review, found = self._read(slug)
                problems += found
                if review is not None and not only_errors(found):
                    units += list(self._chapters(review))
            if only != "chapters":
                units += list(self._profiles(slug, problems))
        units += self._library()
        if faults := check_parameters(self.project, units):
            raise ReviewError(faults)
        return Plan(
            self.project,
            self.edition,
            tuple(units),
            tuple(sort_problems(problems)),
            self.inputs.shared,
            self.inputs.mark,
            only,
            {
                slug: review
                for slug, (review, found) in self._reviews.items()
                if review and not only_errors(found)
            },
        )

    def _read(self, slug: str) -> tuple[Review | None, list[Problem]]:
        """Read a review, once."""
        from vsrbook.review import read_reference, read_review

        if slug not in self._reviews:
            if self._reference is None:
                self._reference = read_reference(self.project)
            edition = self.edition
            self._reviews[slug] = read_review(
                self.project,
                slug,
                edition.language,
                edition.audience,
                draft=edition.draft,
                shared=self._reference,
            )
        return self._reviews[slug]

    def _chapters(self, review: Review) -> Iterator[Unit]:
        from vsrbook.chapters.outline import GOAL_NOTEBOOK, goal_page, wanted_chapters

        for status in wanted_chapters(review, draft=self.edition.draft):
            chapter = status.chapter
            yield self._unit(review, chapter.id, chapter.notebook, chapter.id)
            if chapter.id == "progress":
                slices = self._slices(review, GOAL_NOTEBOOK)
                for goal in review.goals:
                    yield self._unit(
                        review, chapter.id, GOAL_NOTEBOOK, goal_page(goal), slices.get(goal, {}), goal=goal
                    )

    def _profiles(self, slug: str, problems: list[Problem]) -> Iterator[Unit]:
        """Plan the pages of areas: each is keyed by its own part of the association's data set."""
        from vsrbook.naming import area_page
        from vsrbook.profiles.gathering import gather_profiles

        gathered = gather_profiles(self.project, slug, self.edition)
        problems += gathered.problems
        dataset = gathered.dataset
        if dataset is None:
            return
        association, edition = dataset.head["slug"], dataset.head["edition"]
        reads = self._source(PROFILE_NOTEBOOK).reads
        shared = self._shared_by_profiles(slug, reads)
        slices = self._area_slices(slug, reads)
        common = {f"data/{slug}, what all profiles show": dataset.common_digest}
        if reads.profile == "all":
            common[f"data/{slug}, all profiles"] = digest(dataset.digests)
        for code, seen in dataset.digests.items():
            own = {f"data/{slug}, profile of {code}": seen} if reads.profile else {}
            parts = {**shared, **(common if reads.profile else {}), **own, **slices(code)}
            parameters = self._parameters(association, edition, area=code)
            page = f"{slug}/areas/{area_page(code)}"
            yield self._make(slug, page, "profile", PROFILE_NOTEBOOK, parameters, parts)

    def _shared_by_profiles(self, slug: str, reads: Reads) -> dict[str, str]:
        """Return the digests of what the notebook reads beside the data set, for all areas alike."""
        source = self._source(PROFILE_NOTEBOOK)
        if reads.tables == () and reads.others == ():
            return {f"params/{slug}.yml": self.inputs.digest_of(f"params/{slug}.yml")}
        review, _found = self._read(slug)
        own = {} if review is None else self._own(review, source, reads.by if reads.by == "area" else "")
        return {**own, **self._others(source)}

    def _area_slices(self, slug: str, reads: Reads) -> Callable[[str], dict[str, str]]:
        """Return what gives the digests of the rows that an area's notebook reads with load_review."""
        from vsrbook.review import enclosing_areas, parents_of

        review = self._read(slug)[0] if reads.by == "area" else None
        if review is None:
            return lambda _code: {}
        parents, slices = parents_of(review), self._slices(review, PROFILE_NOTEBOOK)

        def of(code: str) -> dict[str, str]:
            parts: dict[str, str] = {}
            for enclosing in enclosing_areas(parents, code):
                parts |= slices.get(enclosing, {})
            return parts

        return of

    def _library(self) -> Iterator[Unit]:
        """Plan the landing page, and what is shown of all associations together where a notebook shows it."""
        from vsrbook.chapters.outline import LIBRARY_NOTEBOOK, LIBRARY_PAGES

        parameters = {"language": self.edition.language}
        there = [name for name in LIBRARY_PAGES if (self.project.notebooks / name).is_file()]
        for notebook in dict.fromkeys([LIBRARY_NOTEBOOK, *there]):
            parts, page = self._others(self._source(notebook)), LIBRARY_PAGES[notebook]
            if notebook == LIBRARY_NOTEBOOK:  # it leads to the others
                parts |= {"pages on all associations": digest(there)}
            chapter = "library" if page == "index" else page.replace("/", ", ")
            yield self._make("", page, chapter, notebook, parameters, parts)

    def _unit(
        self,
        review: Review,
        chapter: str,
        notebook: str,
        page: str,
        slices: Mapping[str, str] = {},
        **more: Any,
    ) -> Unit:
        source = self._source(notebook)
        parameters = self._parameters(review.slug, review.edition, **more)
        by = source.reads.by if source.reads.by in more else ""
        parts = {**self._own(review, source, by), **(slices if by else {}), **self._others(source)}
        return self._make(review.slug, f"{review.slug}/{page}", chapter, notebook, parameters, parts)

    def _parameters(self, association: str, edition: str, **more: Any) -> dict[str, Any]:
        return {
            "association": association,
            "edition": edition,
            "language": self.edition.language,
            "audience": self.edition.audience,
            "draft": self.edition.draft,
            **more,
        }

    def _make(
        self,
        slug: str,
        page: str,
        chapter: str,
        notebook: str,
        parameters: dict[str, Any],
        parts: dict[str, str],
    ) -> Unit:
        parts = {f"notebooks/{notebook}": self._source(notebook).digest, **parts}
        key = digest([self._shared, parts, parameters])
        return Unit(page, slug, chapter, notebook, parameters, key, parts)

    def _source(self, notebook: str) -> Source:
        if notebook not in self._sources:
            self._sources[notebook] = read_source(self.project.notebooks / notebook)
        return self._sources[notebook]

    def _own(self, review: Review, source: Source, by: str) -> dict[str, str]:
        """Return the digests of the files of its association that a notebook reads whole."""
        from vsrbook.review import PREVIOUS, with_labels
        from vsrbook.tables import TABLES

        reads = source.reads
        wanted = {*TABLES, PREVIOUS} if reads.tables is None else {*with_labels(reads.tables)}
        sliced = {"goal": SLICED, "area": SLICED[1:], "": ()}[by]
        association = review.association
        if association.minimum_count is not None and wanted & {"observations", PREVIOUS}:
            wanted = {*wanted, "areas", "indicators", "observations", PREVIOUS}  # these say what is hidden
        declared = [table for name, table in association.tables.items() if name in {*wanted} - {*sliced}]
        if PREVIOUS in wanted and association.previous is not None:
            declared += filter(None, (association.previous.observations, association.previous.indicators))
        names = [f"params/{review.slug}.yml", *(f"data/{review.slug}/{table.file}" for table in declared)]
        return {name: self.inputs.digest_of(name) for name in names}

    def _slices(self, review: Review, notebook: str) -> dict[Any, dict[str, str]]:
        """Return the digests of the slices that a notebook reads, by goal or by area."""
        reads = self._source(notebook).reads
        if not reads.by:
            return {}
        found: dict[Any, dict[str, str]] = {}
        for name in {"goal": SLICED, "area": SLICED[1:]}[reads.by]:
            if reads.tables is not None and name not in reads.tables:
                continue
            frame = review.tables[name]
            keys = self._keys_of(review, name, reads.by)
            for value, seen in digest_slices(frame, keys, name).items():
                found.setdefault(value, {})[f"data/{review.slug}, {name} of {reads.by} {value}"] = seen
        return found

    def _keys_of(self, review: Review, table: str, by: str) -> Any:
        frame = review.tables[table]
        if by == "area":
            return frame["area_code"]
        if table == "indicators":
            return frame["goal"]
        indicators = review.tables["indicators"]
        goals = dict(zip(indicators["indicator_code"], indicators["goal"], strict=True))
        return frame["indicator_code"].map(goals)

    def _others(self, source: Source) -> dict[str, str]:
        """Return the digests of what a notebook reads of all associations: params, overviews, named tables."""
        others, overviews = source.reads.others, source.reads.overviews
        if others is None:
            return self.inputs.under("params/", "data/", "peers/")
        if others == () and not overviews:
            return {}
        found = self.inputs.under("params/", "peers/")
        for slug in self.project.slugs():
            found |= self._files_of(slug, others)
            if overviews:
                found[f"data/{slug}, overview"] = self._digest_overview(slug, values=overviews == "values")
        return found

    def _digest_overview(self, slug: str, *, values: bool) -> str:
        """Return the digest of what pages on all associations show of one; "" where it cannot be read."""
        from vsrbook.overviews import read_overview

        if slug not in self._overviews:
            read = partial(self._read, slug) if slug in self._read_whole else None
            self._overviews[slug] = read_overview(self.project, slug, self.inputs.digests, read)
        overview = self._overviews[slug]
        if overview is None:
            return ""
        return overview.digest if values else overview.without_values.digest

    def _files_of(self, slug: str, tables: Iterable[str]) -> dict[str, str]:
        from vsrbook.review import with_labels

        if slug not in self._tables:
            self._tables[slug] = dict(self._declared(slug))
        wanted = with_labels(tables)
        files = [f"data/{slug}/{file}" for file, name in self._tables[slug].items() if name in wanted]
        return {file: self.inputs.digest_of(file) for file in files}

    def _declared(self, slug: str) -> Iterator[tuple[str, str]]:
        """Yield the files of an association, each with the word that declares it."""
        from vsrbook.params import read_params
        from vsrbook.review import PREVIOUS

        try:
            association = read_params(self.project, slug)
        except ReviewError:
            return  # its problems are told elsewhere
        for name, table in association.tables.items():
            yield table.file, name
        if (previous := association.previous) is not None:
            for last in (previous.observations, previous.indicators):
                if last is not None:
                    yield last.file, PREVIOUS


def check_parameters(project: Project, units: Iterable[Unit]) -> list[Problem]:
    """Find parameters that a notebook does not declare: papermill would only warn, and run with the default."""
    problems = []
    for notebook, given in {unit.notebook: set(unit.parameters) for unit in units}.items():
        path = project.notebooks / notebook
        declared = read_source(path).parameters
        for name in sorted(given - set(declared)):
            hint = suggest(name, declared, f"its parameters cell declares {', '.join(declared) or 'nothing'}")
            problems.append(Problem(project.name(path), f"unknown parameter {name!r}", hint))
    return problems
