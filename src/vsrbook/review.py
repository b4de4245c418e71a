"""Load one association's review: params and tables, checked against each other. The one door for notebooks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from vsrbook import text
from vsrbook.params import Association, TableFile, read_params, read_readable_params
from vsrbook.problems import Problem, ReviewError, only_errors, shorten, sort_problems, suggest
from vsrbook.project import Project, find_project
from vsrbook.sdg import check_code
from vsrbook.tables import REFERENCE_TABLES, TABLES, split_list
from vsrbook.tables_reading import read_table

if TYPE_CHECKING:
    from vsrbook.tables import Table

PREVIOUS = "previous"  # how a notebook declares that it reads the tables of the last edition
UNREAD_IN_PARTS = {"observations"}  # a large table that is read, and checked, a part at a time
GROUPS = ("sex", "age", "residence", "category")


class DeclaredTables(dict[str, pd.DataFrame]):
    """The tables that a notebook has declared to read; any other is an error, for its content is in no key.

    Where all of them stand for one word of the declaration (those of the last edition), `word` says which.
    """

    word = ""

    def __missing__(self, name: str) -> pd.DataFrame:
        if name not in TABLES:
            raise KeyError(name)
        what = f"reads {(self.word or name)!r}, but does not declare it"
        hint = "add it to tables= in the notebook's load_review or load_library"
        raise ReviewError([Problem("notebook", what, hint)])

    def get(self, name: str, _default: Any = None) -> pd.DataFrame:
        """Return a table; one that is not declared is an error here, too."""
        return self[name]

    def values(self) -> Any:
        """Refuse: what goes through all tables would see only some."""
        hint = "leave tables= out of the notebook's load_review"
        raise ReviewError([Problem("notebook", "goes through all tables, but declares only some", hint)])

    items = values

    def __copy__(self) -> DeclaredTables:
        return type(self)(dict.items(self))


class _Undeclared(DeclaredTables):
    word = "previous"


@dataclass(frozen=True)
class Reference:
    """What all associations share: impacts, the registry, challenges, recommendations, milestones, sources."""

    tables: dict[str, pd.DataFrame]

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name in REFERENCE_TABLES and "tables" in self.__dict__:
            return self.tables[name]
        raise AttributeError(name)


class _ReadWhenAsked(dict[str, pd.DataFrame]):
    """The tables of data/reference/, each read when it is first asked for; they are checked elsewhere."""

    def __init__(self, project: Project) -> None:
        super().__init__()
        self._project = project

    def __missing__(self, name: str) -> pd.DataFrame:
        if name not in REFERENCE_TABLES:
            raise KeyError(name)
        self[name], _problems = _read_reference_table(self._project, name)
        return self[name]


@dataclass(frozen=True)
class Review:
    """One association's review: who reports, and every table, typed and checked.

    Each table is a DataFrame with the columns of its contract (`vsrbook.tables`) and `row`, the row in
    the file; a table that the association does not have is empty. Missing text is "", a missing number
    NaN or <NA>. `previous` holds observations and indicators of the last edition, where one is declared.
    """

    project: Project
    association: Association
    reference: Reference
    tables: dict[str, pd.DataFrame]
    language: str = "en"
    audience: str = "public"
    edition: str = ""
    draft: bool = False
    previous: dict[str, pd.DataFrame] = field(default_factory=dict)

    def __getattr__(self, name: str) -> pd.DataFrame:
        tables: dict[str, pd.DataFrame] = self.__dict__.get("tables", {})
        if name in tables or (name in TABLES and isinstance(tables, DeclaredTables)):
            return tables[name]
        raise AttributeError(name)

    @property
    def slug(self) -> str:
        """The association's slug."""
        return self.association.slug

    @property
    def place(self) -> str:
        """How readers call the territory."""
        return self.association.place

    @property
    def sources_by_id(self) -> dict[str, pd.Series]:
        """Every source that a row may cite, by its id."""
        both = pd.concat([self.reference.tables["sources"], self.tables["sources"]])
        return {row["source_id"]: row for _, row in both.iterrows()}

    @property
    def compared_areas(self) -> pd.DataFrame:
        """The areas that are compared with each other: those of `area_level`."""
        areas = self.tables["areas"]
        return areas[areas["level"] == self.association.area_level]

    @property
    def whole_area(self) -> pd.Series | None:
        """The area that holds all others (the country), or None."""
        areas = self.tables["areas"]
        tops = areas[areas["parent_code"] == ""]
        return None if len(tops) != 1 else tops.iloc[0]

    @property
    def goals(self) -> list[int]:
        """The goals with observations, those in focus first if some are."""
        seen = self.tables["observations"].dropna(subset=["value"])["indicator_code"].unique()
        indicators = self.tables["indicators"]
        with_data = sorted(indicators.loc[indicators["indicator_code"].isin(seen), "goal"].dropna().unique())
        focus = self.association.goals
        return [int(goal) for goal in with_data if not focus or goal in focus]


def load_review(
    association: str,
    *,
    edition: str = "",
    language: str = "en",
    audience: str = "public",
    draft: bool = False,
    tables: Iterable[str] | None = None,
    goal: int | None = None,
    area: str | None = None,
    project: Project | None = None,
) -> Review:
    """Load the review of one association (a slug such as "kenya").

    `tables` declares what is read (default: everything); `vsrbook run` runs a notebook again when that
    has changed, and reading anything else is an error. With `goal` (1 to 17) the tables indicators,
    series and observations hold that goal's rows, with `area` (a code) series and observations those of
    the area and of the areas that it lies in. Sets the language in which words and numbers are written.
    Raises ReviewError with every problem that stops publication; warnings are left to `vsrbook check`.
    """
    project = project or find_project()
    review, problems = read_review(
        project, association, language, audience, edition, draft=draft, only=tables
    )
    if review is None or only_errors(problems):
        raise ReviewError(only_errors(problems))
    if goal is not None:
        review = limit_to_goal(review, goal)
    if area is not None:
        review = limit_to_area(review, area)
    text.set_language(language, project.locales)
    return review


def read_review(
    project: Project,
    slug: str,
    language: str = "en",
    audience: str = "public",
    edition: str = "",
    *,
    draft: bool = False,
    shared: tuple[Reference, list[Problem]] | None = None,
    only: Iterable[str] | None = None,
    without: Iterable[str] = (),
) -> tuple[Review | None, list[Problem]]:
    """Read a review with every problem of its params, its tables and between them.

    The review is None where the params themselves cannot be read. `shared` is what `read_reference`
    gave, for callers that read several reviews; with `only` the other tables cannot be read, and nothing
    is checked between tables. Tables named by `without` are left empty: the caller reads them in parts,
    and checks the parts (`check_observations`).
    """
    if shared is None:
        shared = read_reference(project) if only is None else (Reference(_ReadWhenAsked(project)), [])
    reference, problems = shared[0], list(shared[1])
    try:
        association = read_params(project, slug)
    except ReviewError as error:
        what = "the tables are not checked before the params can be read"
        waiting = Problem(f"data/{slug}", what, level="warning")
        return None, [*problems, *error.problems, waiting]
    wanted = frozenset(TABLES) | {PREVIOUS} if only is None else with_labels(only)
    tables, found = _read_tables(project, association, wanted - frozenset(without))
    tables |= {name: empty_table(TABLES[name]) for name in without}
    problems += found
    previous: dict[str, pd.DataFrame] = _Undeclared()
    if PREVIOUS in wanted:
        previous, seen = _read_previous(project, association)
        problems += seen
    if association.minimum_count is not None and ("observations" in tables or PREVIOUS in wanted):
        _hide_small_counts(project, association, tables, previous)
    edition = edition or association.edition
    tables = name_in_language(tables, language)
    review = Review(project, association, reference, tables, language, audience, edition, draft, previous)
    if only is None:
        unread = [name for name in association.tables if _is_unread(table_file(review, name), found)]
        problems += check_references(review, unread) + check_values(review) + _check_params(review)
    return review, sort_problems(problems)


def with_labels(tables: Iterable[str]) -> frozenset[str]:
    """Return the tables that are read where these are wanted: areas and indicators are named by labels."""
    wanted = frozenset(tables)
    return wanted | {"labels"} if wanted & {"areas", "indicators"} else wanted


def limit_to_goal(review: Review, goal: int) -> Review:
    """Return the review with the indicators of one goal, their series and their observations."""
    indicators = review.tables["indicators"]
    own = indicators[indicators["goal"] == goal]
    tables = copy(review.tables)
    tables["indicators"] = own
    for name in ("series", "observations"):
        if name in tables:
            tables[name] = tables[name][tables[name]["indicator_code"].isin(own["indicator_code"])]
    return replace(review, tables=tables)


def limit_to_area(review: Review, area: str) -> Review:
    """Return the review with the series and observations of one area and of those that it lies in."""
    codes = enclosing_areas(parents_of(review), area)
    tables = copy(review.tables)
    for name in ("series", "observations"):
        if name in tables:
            tables[name] = tables[name][tables[name]["area_code"].isin(codes)]
    return replace(review, tables=tables)


def parents_of(review: Review) -> dict[str, str]:
    """Return the code of the area that each area lies in, "" for none."""
    areas = review.tables["areas"]
    return dict(zip(areas["area_code"], areas["parent_code"], strict=True))


def enclosing_areas(parents: Mapping[str, str], area: str) -> list[str]:
    """Return an area's code and those of the areas that it lies in, the smallest first."""
    codes = [area]
    while (parent := parents.get(codes[-1], "")) and parent not in codes:
        codes.append(parent)
    return codes


def read_reference(project: Project) -> tuple[Reference, list[Problem]]:
    """Read data/reference/: a missing table is empty."""
    tables, problems = {}, []
    for name in REFERENCE_TABLES:
        tables[name], found = _read_reference_table(project, name)
        problems += found
    reference = Reference(tables)
    known = {"sources": set(tables["sources"]["source_id"])}
    for name, table in REFERENCE_TABLES.items():
        problems += _find_unknown(tables[name], table, known, f"data/reference/{name}.csv")
    return reference, problems


def _read_reference_table(project: Project, name: str) -> tuple[pd.DataFrame, list[Problem]]:
    table, path = REFERENCE_TABLES[name], project.data / "reference" / f"{name}.csv"
    if not path.is_file():
        return empty_table(table), []
    frame, problems = read_table(path, table, project.name(path), cache=project.build / "tables")
    return fill_text(frame), problems


def check_project(project: Project, slugs: Iterable[str] = ()) -> list[Problem]:
    """Check every association (or those named): every problem of every file, sorted."""
    problems: list[Problem] = []
    shared = read_reference(project)
    for slug in list(slugs) or project.slugs():
        problems += read_review(project, slug, shared=shared)[1]
    return sort_problems(problems)


def find_empty(project: Project, slugs: Iterable[str] = ()) -> list[Problem]:
    """Find declared tables without a row: fine in a draft, not in a published book."""
    problems = []
    for slug, association in read_readable_params(project, slugs).items():
        for name, declared in association.tables.items():
            path = project.data / slug / declared.file
            if path.is_file():
                frame, _seen = read_declared(project, slug, name, declared)
                if frame.empty:
                    hint = f"fill it, or take {name} out of the params; with --draft it may stay empty"
                    problems.append(Problem(project.name(path), "the table has no rows", hint))
    return problems


def find_undeclared(project: Project, slugs: Iterable[str] = ()) -> list[Problem]:
    """Find tables with rows that the params do not declare: nobody would see what is in them."""
    problems = []
    for slug, association in read_readable_params(project, slugs).items():
        files = {declared.file for declared in association.tables.values()}
        for name in TABLES:
            path = project.data / slug / f"{name}.csv"
            if name in association.tables or path.name in files or not has_rows(path):
                continue
            hint = f"write '{name}: {name}.csv' under tables: in params/{slug}.yml"
            what = "is not read: the params do not declare it"
            problems.append(Problem(project.name(path), what, hint, level="warning"))
    return problems


def has_rows(path: Path) -> bool:
    """Whether anything stands below the header of a CSV file."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return bool(file.readline() and file.read(10_000).strip(b";, \t\r\n"))


@cache
def empty_table(table: Table) -> pd.DataFrame:
    """Return a table without rows, with the types of its contract."""
    kinds = {"number": "float64", "integer": "Int64", "year": "Int64"}
    columns = {c.name: pd.Series([], dtype=kinds.get(c.kind, "str")) for c in table.columns}
    return pd.DataFrame({"row": pd.Series([], dtype="int64"), **columns})


def _read_tables(
    project: Project, association: Association, wanted: frozenset[str]
) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    tables: dict[str, pd.DataFrame] = {} if wanted >= TABLES.keys() - UNREAD_IN_PARTS else DeclaredTables()
    problems: list[Problem] = []
    for name, table in TABLES.items():
        if name not in wanted:
            continue
        declared = association.tables.get(name)  # type: ignore[call-overload]  # keys are TableName, name is one
        if declared is None:
            tables[name] = empty_table(table)
            continue
        frame, found = read_declared(project, association.slug, name, declared)
        tables[name] = fill_text(frame)
        problems += found
    return tables, problems


def read_declared(
    project: Project, slug: str, name: str, declared: TableFile
) -> tuple[pd.DataFrame, list[Problem]]:
    """Read a table of an association from the file that its params declare, as it stands there."""
    path, cache = project.data / slug / declared.file, project.build / "tables"
    return read_table(path, TABLES[name], project.name(path), declared.sheet, declared.source, cache)


def _hide_small_counts(
    project: Project,
    association: Association,
    tables: dict[str, pd.DataFrame],
    previous: dict[str, pd.DataFrame],
) -> None:
    """Suppress small counts, in this edition and in the last: what is held back in one is in the other."""
    from vsrbook.methods.suppression import find_small, hide_rows

    # what is hidden does not depend on what a notebook declares to read
    needed = frozenset({"areas", "indicators", "observations"} - (tables.keys() & {"observations"}))
    known, _problems = _read_tables(project, association, needed)
    earlier = _read_previous(project, association)[0] if isinstance(previous, _Undeclared) else previous
    minimum = association.minimum_count or 0
    own = tables["observations"] if "observations" in tables else known["observations"]
    hidden = find_small(own, known["areas"], known["indicators"], minimum)
    last = earlier.get("observations")
    if last is not None:
        key = list(TABLES["observations"].key)
        before = find_small(last, known["areas"], known["indicators"], minimum)
        both = set(own.loc[hidden, key].itertuples(index=False, name=None))
        both |= set(last.loc[before, key].itertuples(index=False, name=None))
        hidden |= pd.Series([row in both for row in own[key].itertuples(index=False, name=None)], own.index)
        again = [row in both for row in last[key].itertuples(index=False, name=None)]
        earlier["observations"] = hide_rows(last, before | pd.Series(again, last.index))
    if "observations" in tables:
        tables["observations"] = hide_rows(own, hidden)


def _read_previous(
    project: Project, association: Association
) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """Read the observations and the indicators of the last edition, where the params declare one."""
    declared = association.previous
    if declared is None:
        return {}, []
    tables, problems = {}, []
    for name, file in (("observations", declared.observations), ("indicators", declared.indicators)):
        if file is None:
            continue
        frame, found = read_declared(project, association.slug, name, file)
        tables[name] = fill_text(frame)
        problems += found
    return tables, problems


def name_in_language(tables: dict[str, pd.DataFrame], language: str) -> dict[str, pd.DataFrame]:
    """Name areas and indicators in a language, where the table labels has a name in it."""
    if "labels" not in tables:
        return tables
    labels = tables["labels"]
    wanted = labels[labels["language"] == language]
    if wanted.empty:
        return tables
    named = copy(tables)
    for name, key in (("areas", "area_code"), ("indicators", "indicator_code")):
        if name not in tables:
            continue
        chosen, frame = wanted[wanted["table"] == name], tables[name]
        words = dict(zip(chosen["code"], chosen["label"], strict=True))
        names = [words.get(code, own) for code, own in zip(frame[key], frame["name"], strict=True)]
        named[name] = frame.assign(name=pd.Series(names, index=frame.index, dtype="str"))
    return named


def fill_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Missing text is "" from here on."""
    words = [column for column in frame.columns if frame[column].dtype == "str"]
    return frame.assign(**{column: frame[column].fillna("") for column in words})


def table_file(review: Review, name: str) -> str:
    """Return how messages call the file of a table."""
    declared = review.association.tables.get(name)  # type: ignore[call-overload]  # keys are TableName, name is one
    file = declared.file if declared else f"{name}.csv"
    return review.project.name(review.project.data / review.slug / file)


def _is_unread(file: str, problems: Iterable[Problem]) -> bool:
    return any(problem.file == file and problem.is_error and problem.row is None for problem in problems)


def check_references(review: Review, unread: Iterable[str] = ()) -> list[Problem]:
    """Find every code that no table defines: areas, indicators, impacts, sources.

    Codes of tables that could not be read (`unread`) are not looked for: one message says it all.
    """
    known: dict[str, set[str]] = {
        "areas": set(review.tables["areas"]["area_code"]),
        "indicators": set(review.tables["indicators"]["indicator_code"]),
        "impacts": set(review.reference.tables["impacts"]["impact_id"]),
        "evidence": set(review.tables["evidence"]["evidence_id"]),
        "sources": set(review.sources_by_id),
    }
    for name in unread:
        known.pop(name, None)
    problems = []
    for name, table in TABLES.items():
        problems += _find_unknown(review.tables[name], table, known, table_file(review, name))
    return problems


def _find_unknown(frame: pd.DataFrame, table: Table, known: dict[str, set[str]], file: str) -> list[Problem]:
    problems = []
    for column in table.columns:
        codes = known.get(column.refers_to)
        if codes is None:
            continue
        named = frame[[column.name, "row"]]
        if column.kind == "list":
            named = named.assign(**{column.name: named[column.name].map(split_list)}).explode(column.name)
            named = named.fillna({column.name: ""})
        unknown = named[~named[column.name].isin(codes) & (named[column.name] != "")]
        for code, rows in unknown.groupby(column.name)["row"]:
            more = f" (in {len(rows)} rows)" if len(rows) > 1 else ""
            noun = {"evidence": "statement"}.get(column.refers_to, column.refers_to.removesuffix("s"))
            what = f"unknown {noun} {shorten(code)}{more}"
            hint = _suggest_code(str(code), codes, column.refers_to)
            problems.append(Problem(file, what, hint, int(rows.iloc[0]), column.name))
    return problems


def _suggest_code(code: str, codes: set[str], table: str) -> str:
    padded = [known for known in codes if code.isdigit() and known.lstrip("0") == code]
    if padded:
        return f"did you mean '{padded[0]}'? format the column as text, so that no zero is lost"
    return suggest(code, codes, f"add it to {table}, or correct the code")


def check_values(review: Review) -> list[Problem]:
    """Find what is possible but doubtful: percentages outside 0–100, targets of another goal, and the like."""
    return [
        *_check_codes(review),
        *_check_labels(review),
        *_check_bounds(review),
        *_check_percentages(review),
        *_check_targets(review),
        *_check_parents(review),
        *_check_text(review),
    ]


def check_observations(review: Review, part: pd.DataFrame) -> list[Problem]:
    """Check a part of the table observations against the other tables."""
    seen = replace(review, tables={**review.tables, "observations": part})
    known = {
        "areas": set(review.tables["areas"]["area_code"]),
        "indicators": set(review.tables["indicators"]["indicator_code"]),
        "sources": set(review.sources_by_id),
    }
    file = table_file(review, "observations")
    unknown = _find_unknown(part, TABLES["observations"], known, file)
    return [*unknown, *_check_bounds(seen), *_check_percentages(seen)]


def _check_codes(review: Review) -> list[Problem]:
    """Find targets and global indicators that the framework does not have, or no longer has."""
    problems = []
    for name, table in TABLES.items():
        columns = [column for column in table.columns if column.kind in ("target", "global")]
        for column in columns:
            frame = review.tables[name]
            for code, rows in frame[frame[column.name] != ""].groupby(column.name)["row"]:
                note = check_code(column.kind, str(code))  # type: ignore[arg-type]  # the two kinds above
                if note is not None:
                    more = f" (in {len(rows)} rows)" if len(rows) > 1 else ""
                    file, row = table_file(review, name), int(rows.iloc[0])
                    problems.append(Problem(file, note.what + more, note.hint, row, column.name, note.level))
    return problems


def _check_labels(review: Review) -> list[Problem]:
    """Find labels of areas and indicators that there are not, and languages that are none."""
    from vsrbook.params import language_codes

    known = {
        "areas": set(review.tables["areas"]["area_code"]),
        "indicators": set(review.tables["indicators"]["indicator_code"]),
    }
    file, problems = table_file(review, "labels"), []
    for _, row in review.tables["labels"].iterrows():
        codes = known.get(row["table"], set())
        if row["table"] in known and row["code"] not in codes:
            hint = suggest(row["code"], codes, f"add it to {row['table']}, or correct the code")
            problems.append(
                Problem(file, f"unknown code {shorten(row['code'])}", hint, int(row["row"]), "code")
            )
        if row["language"] not in language_codes():
            what, hint = (
                f"unknown language {shorten(row['language'])}",
                "use a BCP 47 tag, such as en, fr or pt-BR",
            )
            problems.append(Problem(file, what, hint, int(row["row"]), "language"))
    return problems


def _check_bounds(review: Review) -> list[Problem]:
    """Find values outside what their indicator declares as possible (lowest, highest)."""
    indicators = review.tables["indicators"].drop_duplicates("indicator_code").set_index("indicator_code")
    values = review.tables["observations"].dropna(subset=["value"])
    low = values["indicator_code"].map(indicators["lowest"].to_dict()).astype("float64")
    high = values["indicator_code"].map(indicators["highest"].to_dict()).astype("float64")
    outside = values[(values["value"] < low) | (values["value"] > high)]
    return [
        Problem(
            table_file(review, "observations"),
            f"{text.number(row['value'])} is outside the bounds of {shorten(row['indicator_code'])}",
            "check the value; the bounds are lowest and highest in indicators",
            int(row["row"]),
            "value",
            "warning",
        )
        for _, row in outside.iterrows()
    ]


def is_share(unit: pd.Series) -> pd.Series:
    """Whether a unit is a share of a whole in percent: "%" or "% of …", but not of GDP, which can be exceeded."""
    return unit.str.fullmatch(r"%( of (?!GDP|GNI).*)?")


def _check_percentages(review: Review) -> list[Problem]:
    indicators = review.tables["indicators"]
    shares = set(indicators.loc[is_share(indicators["unit"]), "indicator_code"])
    values = review.tables["observations"]
    outside = values[values["indicator_code"].isin(shares) & ~values["value"].between(0, 100)]
    return [
        Problem(
            table_file(review, "observations"),
            f"{text.number(row['value'])} % is outside 0 to 100",
            "check the value and the unit",
            int(row["row"]),
            "value",
            "warning",
        )
        for _, row in outside.dropna(subset=["value"]).iterrows()
    ]


def _check_targets(review: Review) -> list[Problem]:
    problems = []
    for _, row in review.tables["indicators"].iterrows():
        for column in ("target", "global_indicator"):
            code = row[column]
            if code and not pd.isna(row["goal"]) and code.split(".")[0] != str(row["goal"]):
                what = f"{column} {code} belongs to goal {code.split('.')[0]}, not to goal {row['goal']}"
                file = table_file(review, "indicators")
                problems.append(Problem(file, what, "correct one of them", int(row["row"]), column))
    return problems


def _check_parents(review: Review) -> list[Problem]:
    """Find areas that lie in themselves, directly or in a circle."""
    areas, parent = review.tables["areas"], parents_of(review)
    problems = []
    for code, row in zip(areas["area_code"], areas["row"], strict=True):
        seen, here = {code}, parent.get(code, "")
        while here and here not in seen:
            seen.add(here)
            here = parent.get(here, "")
        if here == code:
            file = table_file(review, "areas")
            hint = "name the larger area it lies in, or leave it empty"
            problems.append(Problem(file, f"{shorten(code)} lies in itself", hint, int(row), "parent_code"))
    return problems


def _check_text(review: Review) -> list[Problem]:
    """Find country codes and web addresses that are none."""
    from vsrbook.params import country_codes

    problems = []
    for _, row in review.tables["practices"].iterrows():
        for code in split_list(row["countries"]):
            if code not in country_codes():
                file = table_file(review, "practices")
                hint = "use ISO 3166-1 alpha-2 codes, such as BE"
                problems.append(
                    Problem(file, f"unknown country {shorten(code)}", hint, int(row["row"]), "countries")
                )
    for _, row in review.tables["sources"].iterrows():
        if row["url"] and not row["url"].startswith(("https://", "http://")):
            file = table_file(review, "sources")
            what = f"{shorten(row['url'])} is no web address"
            problems.append(Problem(file, what, "it begins with https://", int(row["row"]), "url"))
    return problems


def _check_params(review: Review) -> list[Problem]:
    """Check the params against the tables: sources cited, the level of areas."""
    association, name = review.association, f"params/{review.slug}.yml"
    problems = []
    cited = {
        "association.members.source": association.association.members,
        "review.source": association.review,
        "vnr.source": association.vnr,
        "hlpf.source": association.hlpf,
        "competences.source": association.competences,
        "survey.source": association.survey,
    }
    known = review.sources_by_id
    for place, value in cited.items():
        if value is not None and value.source and value.source not in known:
            hint = suggest(value.source, known, "add it to the table sources")
            problems.append(Problem(name, f"unknown source {shorten(value.source)}", hint, None, place))
    codes = set(review.tables["indicators"]["indicator_code"])
    for position, code in enumerate(association.highlights):
        if code not in codes:
            hint = suggest(code, codes, "name a code of the table indicators")
            problems.append(
                Problem(name, f"unknown indicator {shorten(code)}", hint, None, f"highlights[{position}]")
            )
    levels = set(review.tables["areas"]["level"])
    for _index, row in review.tables["areas"].iterrows():
        twins = [level for level in levels if level != row["level"] and level == row["level"].casefold()]
        if twins:
            file = table_file(review, "areas")
            what, hint = f"level {shorten(row['level'])} is not {shorten(twins[0])}", "write a level one way"
            problems.append(Problem(file, what, hint, int(row["row"]), "level", "warning"))
    if association.area_level and association.area_level not in levels and levels:
        hint = suggest(association.area_level, levels, f"the table areas has {', '.join(sorted(levels))}")
        what = f"no area has the level {shorten(association.area_level)}"
        problems.append(Problem(name, what, hint, None, "area_level"))
    if not association.area_level and len(review.tables["areas"]) > 1:
        hint = f"one of {', '.join(sorted(levels))}"
        problems.append(Problem(name, "is missing: there are several areas", hint, None, "area_level"))
    return problems


def row_ids(table: str, rows: pd.DataFrame | pd.Series) -> tuple[str, ...]:
    """Return the ids of rows, ranges drawn together: ("observations:12-58", "observations:60")."""
    numbers = sorted({int(n) for n in (rows["row"] if isinstance(rows, pd.DataFrame) else [rows["row"]])})
    ids: list[str] = []
    start = previous = None
    for n in [*numbers, None]:
        if previous is not None and (n is None or n != previous + 1):
            ids.append(f"{table}:{start}" if start == previous else f"{table}:{start}-{previous}")
            start = None
        start = n if start is None else start
        previous = n
    return tuple(ids)


def path_of(review: Review, name: str) -> Path:
    """Return the path of a table's file."""
    return review.project.root / table_file(review, name)
