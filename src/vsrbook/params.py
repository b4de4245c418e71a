"""Read params/<slug>.yml into an Association."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from vsrbook.own_chapters import ID, find_own_chapters
from vsrbook.problems import Problem, ReviewError, shorten, suggest
from vsrbook.project import Project
from vsrbook.yaml_places import YamlFile, name_place, read_yaml

ChapterId = Literal[
    "opening",
    "introduction",
    "methodology",
    "environment",
    "progress",
    "means",
    "impact",
    "conclusions",
    "annexes",
    "peer-learning",
]
Approvable = Literal[ChapterId, "review"]
TableName = Literal[
    "areas",
    "indicators",
    "observations",
    "series",
    "labels",
    "evidence",
    "testimonies",
    "practices",
    "milestones",
    "outcomes",
    "challenges",
    "recommendations",
    "sources",
]
MethodName = Literal["eurostat", "open-sdg", "unsd", "sdsn", "escap", "destatis"]
PeerFeature = Literal["size", "type", "income", "parent", "distance"]
Audience = Literal["public", "ministry", "members", "international"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
StepId = Literal[
    "mandate",
    "ministry",
    "team",
    "plan-survey",
    "survey",
    "reminders",
    "data",
    "first-run",
    "draft-introduction",
    "draft-methodology",
    "draft-environment",
    "draft-progress",
    "draft-means",
    "draft-impact",
    "draft-conclusions",
    "member-review",
    "ministry-review",
    "revise",
    "validation",
    "vnr-chapter",
    "vnr",
    "draft-opening",
    "approve",
    "translation",
    "proofs",
    "print",
    "publication",
    "messages",
    "forum",
    "communicate",
    "lessons",
    "archive",
    "follow-up",
]
SLUG = re.compile(r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")
RESERVED_SLUGS = {
    "notebooks": "`vsrbook check notebooks` checks the chapters",
}


@cache
def country_codes() -> frozenset[str]:
    """Return the ISO 3166-1 alpha-2 codes, as Unicode's CLDR knows them."""
    from babel import Locale

    not_countries = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
    codes = {str(code) for code in Locale("en").territories}
    return frozenset(code for code in codes if re.fullmatch("[A-Z]{2}", code)) - not_countries


@cache
def language_codes() -> frozenset[str]:
    """Return the language codes that the edition can be written in (Babel's locales)."""
    from babel.localedata import locale_identifiers

    return frozenset(code.replace("_", "-") for code in locale_identifiers())


def _check_chapter(word: str, info: ValidationInfo) -> str:
    known = get_args(ChapterId)
    if word not in known:
        known = (*known, *(info.context or {}).get("own_chapters", tuple)())
    if word not in known:
        hint = suggest(word, known, f"one of {', '.join(known)}")
        raise ValueError(f"unknown word {shorten(word)}; {hint}")
    return word


# for editors: the chapters of every review, and those that authors add
ChapterName = Annotated[
    str,
    AfterValidator(_check_chapter),
    WithJsonSchema(
        {"anyOf": [{"enum": list(get_args(ChapterId))}, {"type": "string", "pattern": f"^{ID.pattern}$"}]}
    ),
]


def _check_country(code: str) -> str:
    if code not in country_codes():
        raise ValueError(explain_unknown_country(code))
    return code


def explain_unknown_country(code: str) -> str:
    """Say that a country code is none, and which one may be meant: "what; hint"."""
    known = find_country(code) or (code.upper() if code.upper() in country_codes() else "")
    hint = f"did you mean '{known}'?" if known else "use the ISO 3166-1 alpha-2 code, such as KE or NO"
    return f"unknown country {shorten(code)}; {hint}"


def find_country(name: str) -> str:
    """Return the code of the country that has this English name, or ""."""
    from babel import Locale

    territories = Locale("en").territories
    names = {str(territories[code]).casefold(): code for code in country_codes()}
    return names.get(name.casefold(), "")


def _check_language(code: str) -> str:
    if code not in language_codes():
        raise ValueError(f"unknown language {shorten(code)}; {_language_hint(code)}")
    return code


def _language_hint(code: str) -> str:
    from babel import Locale

    names = {str(name).casefold(): str(known) for known, name in Locale("en").languages.items()}
    known = names.get(code.casefold(), "")
    if known in language_codes():
        return f"did you mean '{known}'?"
    short = [tag for tag in language_codes() if len(tag) <= len(code) + 1]
    otherwise = "use a BCP 47 tag, such as en, fr or pt-BR"
    return suggest(code, short, otherwise) if len(code) <= 5 else otherwise


def _check_url(url: str) -> str:
    if not re.fullmatch(r"https?://[^\s<>\"']+", url):
        raise ValueError(f"{shorten(url)} is no web address; it begins with https://")
    return url


def _check_day(day: datetime.date) -> datetime.date:
    if not 1990 <= day.year <= 2100:
        raise ValueError(f"'{day.isoformat()}' does not fit; expected a day between 1990 and 2100")
    return day


def _check_once(values: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(set(values)) != len(values):
        raise ValueError("names something twice; name each once")
    return values


Text = Annotated[str, Field(min_length=1, max_length=300)]
SourceId = Annotated[str, Field(min_length=1, max_length=80)]
Year = Annotated[int, Field(ge=1990, le=2100, strict=True)]
Country = Annotated[str, AfterValidator(_check_country)]
Language = Annotated[str, AfterValidator(_check_language)]
Url = Annotated[str, Field(max_length=500), AfterValidator(_check_url)]
Day = Annotated[datetime.date, AfterValidator(_check_day)]
WorkingDayCount = Annotated[int, Field(ge=1, le=250, strict=True)]
StepName = Annotated[str, Field(min_length=1, max_length=40)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Members(_Strict):
    """How many members the association has, and who says so."""

    count: int = Field(ge=1, le=100_000, strict=True, description="Number of member local governments.")
    source: SourceId = Field(description="The source_id that states the number.")


class Contact(_Strict):
    """Where readers write to: an office, never a person."""

    office: Text | None = Field(None, description="The office, such as 'SDG unit'.")
    email: str | None = Field(
        None, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", description="The office's address for e-mail."
    )
    url: Url | None = Field(None, description="The association's public web address.")


class DatedYear(_Strict):
    """A year, and the source that states it."""

    year: Year = Field(description="The year, four digits.")
    source: SourceId | None = Field(None, description="The source_id that states the year.")


class DatedDay(_Strict):
    """A day, and the source that states it."""

    date: datetime.date = Field(description="The day, as 2026-07-07.")
    source: SourceId | None = Field(None, description="The source_id that states the day.")


class Opening(_Strict):
    """The opening statement, signed by an office."""

    text: str = Field(
        min_length=1, max_length=10_000, description="The statement; an empty line parts paragraphs."
    )
    signed_by: Text = Field(description="The office that signs it, such as 'President'.")


class Approval(_Strict):
    """That an office has approved a chapter, or the whole review."""

    chapter: Approvable = Field(description="The chapter's id, such as impact, or review for the whole.")
    by: Text = Field(description="The office that approved it, such as 'Board'; never a person.")
    date: datetime.date = Field(description="The day, as 2026-07-07.")
    of: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 .-]{0,39}$")] | None = Field(
        None, description="What was approved: the digest that vsrbook status shows, or an edition."
    )


class Competences(_Strict):
    """What the members are responsible for, and who says so."""

    names: tuple[Text, ...] = Field(
        min_length=1, description="Devolved competences: [water, primary schools]."
    )
    source: SourceId = Field(description="The source_id that states them.")


class Survey(_Strict):
    """The survey among the members: how many were asked, how many answered."""

    invited: int = Field(ge=1, le=100_000, strict=True, description="Members asked.")
    answered: int = Field(ge=0, le=100_000, strict=True, description="Members that answered.")
    source: SourceId = Field(description="The source_id of the survey.")

    @model_validator(mode="after")
    def _check_counts(self) -> Survey:
        if self.answered > self.invited:
            raise ValueError(
                f"answered: {self.answered} answers from {self.invited} members; correct one of them"
            )
        return self


class TableFile(_Strict):
    """A table of the association: a CSV file, or a sheet of an XLSX workbook."""

    file: Annotated[str, Field(pattern=r"^[^/\\]+\.(csv|xlsx)$")] = Field(
        description="A file name in data/<slug>/, ending in .csv or .xlsx."
    )
    sheet: str | None = Field(None, description="The sheet of a workbook; the first one if left out.")
    source: SourceId | None = Field(
        None, description="The source_id of every row whose own source_id is empty."
    )

    @model_validator(mode="before")
    @classmethod
    def _accept_bare_name(cls, value: object) -> object:
        return {"file": value} if isinstance(value, str) else value


class Progress(_Strict):
    """How progress is judged: by which published method, between which years."""

    method: MethodName = Field(
        description="The method that gives the statuses; book/methods.md explains each."
    )
    base_year: Year = Field(
        2015, description="The year progress is judged from, where an indicator has none."
    )
    target_year: Year = Field(2030, description="The year targets are for, where an indicator has none.")

    @model_validator(mode="after")
    def _check_years(self) -> Progress:
        if self.base_year >= self.target_year:
            raise ValueError(
                f"base_year: {self.base_year} is not before {self.target_year}; correct one of them"
            )
        return self


class Import(_Strict):
    """A foreign source that tables are read from, again whenever it has changed."""

    format: Text = Field(description="Its format: open-sdg, sdmx or workbook.")
    path: Text = Field(description="The file or folder, from the folder of the book.")
    source: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)] = Field(
        description="The source_id of its rows: lower-case letters, digits and hyphens."
    )
    title: Text | None = Field(None, description="Title of the source, for the table sources.")
    publisher: Text | None = Field(None, description="Who published it.")
    date: Annotated[str, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")] | None = Field(
        None, description='When it was published: "2026", "2026-07" or "2026-07-07".'
    )
    url: Url | None = Field(None, description="Its public web address.")
    licence: Text | None = Field(None, description="Under which licence.")
    options: dict[str, Any] = Field(
        default_factory=dict, description="What the reader is told; see the page of the format."
    )


class PreviousEdition(_Strict):
    """The last edition, which this one is compared with."""

    edition: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 .-]{0,39}$")] = Field(
        description='Its name, such as "2025".'
    )
    observations: TableFile = Field(description="Its table of observations, in data/<slug>/.")
    indicators: TableFile | None = Field(
        None, description="Its table of indicators; this edition's if left out."
    )


class Peers(_Strict):
    """Which areas an area is compared with: those that share what is declared here, never all of a level."""

    by: tuple[PeerFeature, ...] = Field(
        min_length=1,
        description="What peers share: size (class of inhabitants), type, income (class), parent, distance.",
    )
    size_classes: tuple[Annotated[float, Field(gt=0)], ...] = Field(
        (), max_length=20, description="Where classes of size begin, in inhabitants: [20000, 100000]."
    )
    income_classes: tuple[Annotated[float, Field(gt=0)], ...] = Field(
        (), max_length=20, description="Where classes of income begin, in the unit of areas.income."
    )
    distance_km: float | None = Field(
        None, gt=0, le=20_000, description="How far away peers may lie, in kilometres between their points."
    )
    least: int = Field(
        5, ge=3, le=1000, strict=True, description="Areas a peer group must have, the area itself included."
    )

    @field_validator("by")
    @classmethod
    def _check_by(cls, values: tuple[PeerFeature, ...]) -> tuple[PeerFeature, ...]:
        return _check_once(values)

    @model_validator(mode="after")
    def _check_classes(self) -> Peers:
        for feature, given, key, example in (
            ("size", self.size_classes, "size_classes", "[20000, 100000]"),
            ("income", self.income_classes, "income_classes", "[1000, 4000]"),
            ("distance", self.distance_km, "distance_km", "100"),
        ):
            if (feature in self.by) != bool(given):
                what = "is missing" if feature in self.by else f"is given, but by: does not name {feature}"
                hint = (
                    f"add {key}: {example}" if feature in self.by else f"add {feature} to by:, or delete it"
                )
                raise ValueError(f"{key} {what}; {hint}")
        for key, bounds in (("size_classes", self.size_classes), ("income_classes", self.income_classes)):
            if list(bounds) != sorted(set(bounds)):
                raise ValueError(f"{key} does not rise; write each class once, the smallest first")
        return self


class MapFile(_Strict):
    """A map of the areas: GeoJSON or TopoJSON."""

    file: Annotated[str, Field(pattern=r"^[^/\\]+\.(geojson|topojson|json)$")] = Field(
        description="A file name in data/<slug>/, ending in .geojson, .topojson or .json."
    )
    code: Text = Field(
        description="The property that names a shape's area: its code, its name, or a code below."
    )
    codes: dict[str, Text] = Field(
        default_factory=dict,
        max_length=20_000,
        description="Area codes by what stands in that property, where it is neither code nor name.",
    )
    levels: tuple[Annotated[str, Field(min_length=1, max_length=60)], ...] = Field(
        (), description="Levels whose areas it shows; those with a page if left out."
    )
    source: SourceId = Field(description="The source_id of the map.")


class Licence(_Strict):
    """Under which licence the data may be used."""

    name: Text = Field(description="Its short name, such as CC-BY-4.0 (SPDX or Open Definition).")
    title: Text | None = Field(None, description="Its full title.")
    url: Url | None = Field(None, description="Where it can be read.")


class Profiles(_Strict):
    """A page for each local government: which areas, compared with whom, what is held back."""

    levels: tuple[Annotated[str, Field(min_length=1, max_length=60)], ...] = Field(
        (), description="Levels whose areas get a page, as in areas.level; area_level if left out."
    )
    peers: Peers | None = Field(None, description="Whom an area is compared with; with nobody if left out.")
    map: MapFile | None = Field(None, description="A map of the areas.")
    licence: Licence | None = Field(None, description="The licence of the data packages.")

    @field_validator("levels")
    @classmethod
    def _check_levels(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        return _check_once(values)


class ExtraStep(_Strict):
    """A step of the association's own in its workplan."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)] = Field(
        description="What other steps call it: lower-case letters, digits and hyphens."
    )
    name: Text = Field(description="What is done.")
    days: WorkingDayCount = Field(description="How many working days it takes.")
    after: tuple[StepName, ...] = Field((), max_length=40, description="Steps that it waits for.")
    before: tuple[StepName, ...] = Field(
        (), max_length=40, description="Steps that wait for it; the forum if left out."
    )
    who: Text | None = Field(None, description="The office that does it, never a person.")


class Workplan(_Strict):
    """How the work on the review is planned backwards from the first day of the forum (hlpf)."""

    start: Day | None = Field(default=None, description="When the work can begin; not bounded if left out.")
    days: dict[StepId, WorkingDayCount] = Field(
        default_factory=dict, description="How many working days steps take, where not as suggested."
    )
    leave_out: tuple[StepId, ...] = Field(default=(), description="Steps that do not apply.")
    deadlines: dict[StepName, Day] = Field(
        default_factory=dict, max_length=80, description="The day by which a step must be done."
    )
    weekend: tuple[Weekday, ...] = Field(
        default=("saturday", "sunday"), description="Days of the week without work, three at most."
    )
    holidays: tuple[Day, ...] = Field(default=(), max_length=400, description="Other days without work.")
    extra: tuple[ExtraStep, ...] = Field(default=(), max_length=40, description="Steps of your own.")
    done: tuple[StepName, ...] = Field(default=(), max_length=80, description="Steps that are done.")
    alarm: int | None = Field(
        default=None,
        ge=0,
        le=60,
        strict=True,
        description="How many days before a step begins the calendar reminds of it; never if left out.",
    )

    @field_validator("leave_out", "weekend", "holidays", "done")
    @classmethod
    def _check_repeats(cls, values: tuple[Any, ...]) -> tuple[Any, ...]:
        return _check_once(values)

    @field_validator("weekend")
    @classmethod
    def _check_weekend(cls, values: tuple[Weekday, ...]) -> tuple[Weekday, ...]:
        if len(values) > 3:
            raise ValueError("leaves fewer than four working days a week; name three days at most")
        return values

    @model_validator(mode="after")
    def _check_steps(self) -> Workplan:
        known = list(get_args(StepId))
        for extra in self.extra:
            if extra.id in known:
                raise ValueError(f"extra: there is a step {shorten(extra.id)} already; give yours another id")
            known.append(extra.id)
        named = [
            *(("deadlines", step) for step in self.deadlines),
            *(("done", step) for step in self.done),
            *((f"extra: {one.id}: after", step) for one in self.extra for step in one.after),
            *((f"extra: {one.id}: before", step) for one in self.extra for step in one.before),
        ]
        for key, step in named:
            if step not in known:
                hint = suggest(step, known, "book/workplan.md lists the steps")
                raise ValueError(f"{key}: unknown step {shorten(step)}; {hint}")
        for key, steps in (("leave_out", self.leave_out), ("deadlines", self.deadlines), ("days", self.days)):
            if "forum" in steps:
                raise ValueError(f"{key}: the forum is what the plan leads to; its day is hlpf: {{date: …}}")
        return self


class Body(_Strict):
    """The association: who it is."""

    name: Text = Field(description="The association's full name.")
    short_name: Text = Field(description="Its short name, such as CoG.")
    place: Text = Field(description="How readers call its territory, such as Kenya or Flanders.")
    countries: tuple[Country, ...] = Field(min_length=1, description="ISO 3166-1 alpha-2 codes: [KE].")
    tier: Text = Field(description="What its members are, in the plural: counties, municipalities.")
    members: Members | None = Field(None, description="Number of members, with its source.")
    contact: Contact | None = Field(None, description="Where readers write to: an office, never a person.")


class Association(_Strict):
    """Everything the params file says: who reports, what, when, for whom, from which tables."""

    slug: str = Field(pattern=SLUG.pattern, exclude=True)
    association: Body = Field(description="Who the association is.")
    standing: Literal["association", "illustration", "sample"] = Field(
        description="Who stands behind these pages: 'association' = it is the association's own review; "
        "'illustration' = prepared from public sources to show the method; 'sample' = invented data."
    )
    edition: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 .-]{0,39}$")] = Field(
        description='Name of this edition, such as "2026".'
    )
    review: DatedYear | None = Field(None, description="Year of the association's own VSR.")
    vnr: DatedYear | None = Field(None, description="Year of the Voluntary National Review it goes with.")
    hlpf: DatedDay | None = Field(None, description="First day of the High-Level Political Forum aimed at.")
    opening: Opening | None = Field(None, description="The opening statement of chapter 0.")
    approvals: tuple[Approval, ...] = Field(
        (), max_length=100, description="Which office has approved which chapter, and when."
    )
    competences: Competences | None = Field(None, description="What the members are responsible for.")
    survey: Survey | None = Field(None, description="The survey among the members.")
    languages: tuple[Language, ...] = Field(
        ("en",), min_length=1, description="Languages to publish in; the first is the main one."
    )
    audiences: tuple[Audience, ...] = Field(
        ("public",), min_length=1, description="Whom editions are written for."
    )
    chapters: tuple[ChapterName, ...] = Field(
        get_args(ChapterId),
        description="Chapters wanted, own ones by their id; all for which there is evidence if left out.",
    )
    goals: tuple[Annotated[int, Field(ge=1, le=17, strict=True)], ...] = Field(
        (), description="Goals in focus, 1 to 17; all that have data if left out."
    )
    highlights: tuple[Text, ...] = Field(
        (),
        max_length=12,
        description="Indicator codes whose latest values open the review; chosen if left out.",
    )
    area_level: str | None = Field(
        None, max_length=60, description="Level of the areas that are compared, as in areas.level."
    )
    progress: Progress | None = Field(
        None, description="How progress is judged; nothing is judged if left out."
    )
    profiles: Profiles | None = Field(
        None, description="A page for each local government; none is made if left out."
    )
    minimum_count: int | None = Field(
        None,
        ge=2,
        le=1000,
        strict=True,
        description="Counts of people or households below this are suppressed everywhere; none if left out.",
    )
    previous: PreviousEdition | None = Field(None, description="The last edition, to compare this one with.")
    imports: tuple[Import, ...] = Field(
        (), max_length=50, description="Foreign sources that tables are read from."
    )
    workplan: Workplan = Field(
        default_factory=Workplan,
        description="How the work is planned (vsrbook workplan); as the toolkit suggests if left out.",
    )
    tables: dict[TableName, TableFile] = Field(description="The tables, and the files they stand in.")

    @field_validator("languages", "audiences", "chapters", "goals", "highlights")
    @classmethod
    def _check_repeats(cls, values: tuple[Any, ...]) -> tuple[Any, ...]:
        return _check_once(values)

    @field_validator("imports")
    @classmethod
    def _check_sources(cls, imports: tuple[Import, ...]) -> tuple[Import, ...]:
        names = [one.source for one in imports]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice:
            raise ValueError(f"two imports have the source {shorten(twice)}; give each a source of its own")
        return imports

    def wants(self, chapter: str) -> bool:
        """Whether a chapter is wanted; where the params name none all are, those that authors add, too."""
        return "chapters" not in self.model_fields_set or chapter in self.chapters

    @property
    def place(self) -> str:
        """How readers call the territory."""
        return self.association.place

    @property
    def short_name(self) -> str:
        """The association's short name."""
        return self.association.short_name


def read_params(project: Project, slug: str) -> Association:
    """Read params/<slug>.yml. Raises ReviewError with every problem of the file."""
    path = project.params / f"{slug}.yml"
    name = project.name(path)
    if not path.is_file():
        hint = suggest(slug, project.slugs(), "vsrbook new makes one")
        raise ReviewError([Problem(name, f"there is no association {shorten(slug)}", hint)])
    file, problems = read_yaml(path, name)
    if problems:
        raise ReviewError(problems)
    return parse_params(file, slug, name, lambda: [own.id for own in find_own_chapters(project, slug)])


def read_readable_params(project: Project, slugs: Iterable[str] = ()) -> dict[str, Association]:
    """Read the params of all associations, or of those named, by slug; what cannot be read is said by check."""
    found = {}
    for slug in list(slugs) or project.slugs():
        try:
            found[slug] = read_params(project, slug)
        except ReviewError:
            continue
    return found


def parse_params(
    file: YamlFile, slug: str, name: str, own_chapters: Callable[[], Iterable[str]] = tuple
) -> Association:
    """Turn the keys of a params file into an Association. Raises ReviewError with every problem.

    `own_chapters` gives the ids of the chapters that authors have added, where one may be meant.
    """
    if not SLUG.fullmatch(slug):
        hint = "use lower-case letters, digits and hyphens, such as south-africa.yml"
        raise ReviewError([Problem(name, f"{shorten(slug)} is no name for a params file", hint)])
    if slug in RESERVED_SLUGS:
        what = f"'{slug}' cannot be the name of an association: {RESERVED_SLUGS[slug]}"
        raise ReviewError([Problem(name, what, "give the file another name")])
    if "slug" in file.data:
        hint = "delete the line: the file's name is the slug"
        raise ReviewError([Problem(name, "unknown key", hint, file.line_of(("slug",)), "slug")])
    try:
        given = {**file.data, "slug": slug}
        return Association.model_validate(given, context={"own_chapters": own_chapters})
    except ValidationError as error:
        raise ReviewError([_params_problem(e, file, name) for e in _first_causes(error.errors())]) from None


def _first_causes(errors: list[Any]) -> list[Any]:
    """Leave out "too short" for a list that is short only because an item of it was refused."""
    places = [error["loc"] for error in errors]
    return [
        error
        for error in errors
        if error["type"] != "too_short"
        or not any(len(p) > len(error["loc"]) and p[: len(error["loc"])] == error["loc"] for p in places)
    ]


EXPECTED = {
    "string_type": "text; put it in quotes",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list, such as [en] or lines that begin with '- '",
    "date_type": "a day, such as 2026-07-07",
    "date_from_datetime_parsing": "a day, such as 2026-07-07",
    "date_from_datetime_inexact": "a day, such as 2026-07-07",
    "model_type": "keys below it; see params/_template.yml",
    "dict_type": "keys below it; see params/_template.yml",
    "model_attributes_type": "keys below it; see params/_template.yml",
}


def _params_problem(error: Any, file: YamlFile, name: str) -> Problem:
    place = tuple(part for part in error["loc"] if part != "[key]")
    what, hint = explain_fault(error, place)
    return Problem(name, what, hint, file.line_of(place), name_place(place))


def explain_fault(error: Any, place: tuple[str | int, ...]) -> tuple[str, str]:  # noqa: PLR0911  # one return a kind of error reads best
    """Say what pydantic found, and the remedy, in a reader's words."""
    kind, given, context = error["type"], shorten(error.get("input", "")), error.get("ctx", {})
    if kind == "extra_forbidden":
        known = _known_keys(place[:-1])
        return "unknown key", suggest(str(place[-1]), known, f"known here: {', '.join(known)}")
    if kind == "missing":
        return "is missing", "params/_template.yml explains it"
    if kind == "literal_error":
        words = re.findall(r"'([^']+)'", str(context.get("expected", "")))
        near = suggest(str(error["input"]), words)
        return f"unknown word {given}", near or f"one of {', '.join(words)}"
    if kind == "value_error":
        what, _, hint = str(context.get("error", error["msg"])).partition("; ")
        return what, hint
    if kind in ("greater_than_equal", "less_than_equal"):
        what = f"unknown goal {given[1:-1]}" if place[0] == "goals" else f"{given[1:-1]} is out of range"
        bound = _bounds(place)
        return what, bound or error["msg"]
    if kind in EXPECTED:
        return f"{given} does not fit", f"expected {EXPECTED[kind]}"
    if kind == "string_pattern_mismatch":
        return f"{given} does not fit", _pattern_hint(place)
    return f"{given}: {error['msg']}", "params/_template.yml explains the key"


def _pattern_hint(place: tuple[str | int, ...]) -> str:
    return {
        "file": "a file name in data/<slug>/ that ends in .csv or .xlsx, without folders"
        if "map" not in place
        else "a file name in data/<slug>/ that ends in .geojson, .topojson or .json, without folders",
        "email": "write an address such as sdg@example.org",
        "source": "lower-case letters, digits and hyphens, such as statistics-office-2025",
        "id": "lower-case letters, digits and hyphens, such as ethics-board",
        "edition": 'letters, digits, points and hyphens, in quotes, such as "2026"',
        "of": 'write the digest that vsrbook status shows, or an edition, in quotes, such as "2026"',
    }.get(str(place[-1]), "params/_template.yml explains the key")


def _bounds(place: tuple[str | int, ...]) -> str:
    if place[0] == "goals":
        return "1 to 17"
    if place[0] == "workplan" and "days" in place:
        return "1 to 250 working days"
    return "a year between 1990 and 2100" if place[-1] == "year" else ""


def _known_keys(place: tuple[str | int, ...]) -> list[str]:
    """Return the keys that the model has at this place."""
    model: Any = Association
    for part in place:
        if not hasattr(model, "model_fields") or part not in model.model_fields:
            continue  # the name of a table: its keys are those of TableFile
        annotation = model.model_fields[part].annotation
        nested = [a for a in (annotation, *get_args(annotation)) if isinstance(a, type)]
        if place[0] == "tables" and len(place) > 1:
            nested = [TableFile]
        models = [a for a in nested if issubclass(a, BaseModel)]
        model = models[0] if models else annotation
    if hasattr(model, "model_fields"):
        return [key for key in model.model_fields if key != "slug"]
    return list(get_args(TableName))


def params_schema() -> str:
    """Return the JSON Schema of a params file, for completion and checks in editors."""
    schema = Association.model_json_schema(mode="validation")
    schema["properties"].pop("slug")
    schema["required"].remove("slug")
    schema["title"] = "vsrbook params"
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    table_file = schema["$defs"]["TableFile"]
    bare = {"type": "string", "pattern": table_file["properties"]["file"]["pattern"]}
    schema["$defs"]["TableFile"] = {"anyOf": [bare, table_file]}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
