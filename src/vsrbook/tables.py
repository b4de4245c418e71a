"""The table contracts: one definition per table, which validates, documents and exports."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from vsrbook.problems import Problem, shorten, suggest

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa

Kind = Literal[
    "text", "name", "code", "number", "integer", "year", "date", "target", "global", "choice", "list"
]

FIRST_YEAR, LAST_YEAR = 1900, 2100
MAX_TEXT = 20_000
TOPICS = (
    "ownership",
    "planning",
    "leave-no-one-behind",
    "institutions",
    "barriers",
    "finance",
    "capacity",
    "partnerships",
    "data",
    "vnr",
    "vlr",
    "decentralization",
    "visibility",
)
OUTCOMES = (
    "vnr-chapter",  # a chapter of the national review, written by the association
    "vnr-mention",  # the national review takes note of the association's
    "seat",  # in a body, a delegation, a network that coordinates the goals
    "law",
    "budget",
    "agreement",
    "vlr",  # a local review that builds on it
)
STAGES = ("asked", "promised", "reached")
_PATTERNS: dict[str, tuple[str, str]] = {
    "date": (r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", "a date: 2026, 2026-07 or 2026-07-07"),
    "target": (r"([1-9]|1[0-7])\.(\d{1,2}|[a-d])", "an SDG target, such as 6.1 or 1.a"),
    "global": (r"([1-9]|1[0-7])\.(\d{1,2}|[a-d])\.\d", "a global indicator, such as 6.1.1"),
}
NUMERIC = ("number", "integer", "year")


@dataclass(frozen=True)
class Column:
    """One column: what it means, what may stand in it, and where its codes are defined."""

    name: str
    kind: Kind
    meaning: str
    example: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    refers_to: str = ""

    @property
    def expects(self) -> str:
        """Say in a few words what a cell must hold."""
        if self.choices:
            return f"one of {', '.join(self.choices)}" + (
                " (several with ';')" if self.kind == "list" else ""
            )
        if self.kind == "list":
            return "codes, several with ';'"
        if self.kind in _PATTERNS:
            return _PATTERNS[self.kind][1]
        words = {"number": "a number", "integer": "a whole number", "year": "a year, four digits"}
        return words.get(self.kind, "text")


@dataclass(frozen=True)
class Table:
    """One table: its columns, and the columns that together name a row."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """Return the column of that name."""
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> list[str]:
        """Name the columns in their order."""
        return [column.name for column in self.columns]

    @property
    def required(self) -> list[str]:
        """Name the columns that must be there and filled."""
        return [column.name for column in self.columns if column.required]


def _text(name: str, meaning: str, example: str = "", *, required: bool = False) -> Column:
    return Column(name, "text", meaning, example, required)


def _number(name: str, meaning: str, example: str, *, low: float | None = None) -> Column:
    return Column(name, "number", meaning, example, low=low)


_SOURCE = Column(
    "source_id", "code", "The source, as in the table sources.", "census-2019", True, refers_to="sources"
)
_LOCATION = _text("location", "Where in the source.", "Part I, statement 2", required=True)
_GOAL = Column("goal", "integer", "The SDG, 1 to 17.", "6", True, low=1, high=17)
_GROUPS = (
    Column("sex", "choice", "Empty for all.", "female", choices=("female", "male")),
    Column("age", "name", "Age group; empty for all.", "15–49"),
    Column("residence", "choice", "Empty for all.", "rural", choices=("urban", "rural")),
    Column("category", "name", "Any other group; empty for all.", "Primary education"),
)
_TOPICS = Column("topics", "list", "What it is about, in chapters' topics.", "data; finance", choices=TOPICS)
_DATE = Column("date", "date", "When: a year, a month or a day.", "2024-03-21", True)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "areas",
            "The places of the review: the country, and the local and regional governments in it.",
            ("area_code",),
            (
                Column("area_code", "code", "The area's code; text, so 01 stays 01.", "KE-01", True),
                Column("name", "name", "The area's name as readers write it.", "Mombasa", True),
                Column("level", "code", "Country, province, county, district …", "county", True),
                Column("parent_code", "code", "The area it lies in.", "KE", refers_to="areas"),
                _number("population", "Inhabitants.", "1208333", low=0),
                _number("households", "Households.", "378422", low=0),
                _number("land_area_km2", "Land area in square kilometres.", "219.9", low=0),
                Column("latitude", "number", "Degrees north of the equator.", "-4.02", low=-90, high=90),
                Column("longitude", "number", "Degrees east of Greenwich.", "39.65", low=-180, high=180),
                Column(
                    "type", "code", "What kind of place it is, such as rural; peers may share it.", "rural"
                ),
                _number("income", "Income per inhabitant, in one unit for all areas.", "2900", low=0),
                _text("income_unit", "Unit of income.", "US dollars a year"),
                Column(
                    "context_year", "year", "Year of population, households, land area and income.", "2019"
                ),
                _SOURCE,
            ),
        ),
        Table(
            "indicators",
            "What is measured, in which unit, and which way is progress.",
            ("indicator_code",),
            (
                Column("indicator_code", "code", "The indicator's code.", "water-piped", True),
                _GOAL,
                Column("target", "target", "The SDG target.", "6.1"),
                Column("global_indicator", "global", "The UN's global indicator nearest to it.", "6.1.1"),
                Column("name", "name", "What is measured, in readers' words.", "Piped drinking water", True),
                _text("unit", "Unit; a share in percent begins with %.", "% of households", required=True),
                Column(
                    "direction",
                    "choice",
                    "Which way is progress: up, down, or none where neither is.",
                    "up",
                    True,
                    ("up", "down", "none"),
                ),
                _text("weight_unit", "What observations.weight counts.", "households"),
                _number("target_value", "The value aimed at.", "100"),
                Column("target_year", "year", "The year it is aimed at; 2030 if empty.", "2030"),
                Column("base_year", "year", "The year progress is judged from; 2015 if empty.", "2015"),
                _number("limit_value", "The value that cannot be passed, such as 100 for a share.", "100"),
                Column(
                    "parity",
                    "choice",
                    "Whether both sides of the target are off it.",
                    "no",
                    choices=("yes", "no"),
                ),
                Column(
                    "window",
                    "integer",
                    "How many annual changes are looked back on, where a method does so.",
                    "5",
                    low=2,
                    high=50,
                ),
                _number("worst_value", "The value that scores 0 (SDG Index: lower bound).", "0"),
                _number("best_value", "The value that scores 100 (SDG Index: optimum).", "100"),
                _number("red_threshold", "The value below which it is red (SDG Index).", "50"),
                _number("green_threshold", "The value from which on it is green (SDG Index).", "90"),
                _number("lowest", "No value can be lower; one that is, is reported.", "0"),
                _number("highest", "No value can be higher; one that is, is reported.", "100"),
                Column("series_code", "code", "The SDMX series code, where it has one.", "SH_STA_MORT"),
                _text("definition", "How it is defined, in one or two sentences."),
                _SOURCE,
            ),
        ),
        Table(
            "observations",
            "One value of one indicator for one area, year and group.",
            ("indicator_code", "area_code", "year", "sex", "age", "residence", "category"),
            (
                Column(
                    "indicator_code", "code", "The indicator.", "water-piped", True, refers_to="indicators"
                ),
                Column("area_code", "code", "The area.", "KE-01", True, refers_to="areas"),
                Column("year", "year", "The year the value is for.", "2019", True),
                *_GROUPS,
                _number("value", "The value; empty where it is missing.", "64.3"),
                _number("weight", "How many units stand behind the value.", "12043016", low=0),
                Column(
                    "status",
                    "choice",
                    "Empty for a final value.",
                    "provisional",
                    choices=("provisional", "estimated", "suppressed"),
                ),
                _SOURCE,
                _text("note", "What a reader must know about this value."),
            ),
        ),
        Table(
            "series",
            "Series that are judged by rules of their own, or that their source has judged.",
            ("indicator_code", "area_code", "sex", "age", "residence", "category"),
            (
                Column(
                    "indicator_code", "code", "The indicator.", "water-piped", True, refers_to="indicators"
                ),
                Column("area_code", "code", "The area.", "KE-01", True, refers_to="areas"),
                *_GROUPS,
                Column("direction", "choice", "Which way is progress.", "up", choices=("up", "down", "none")),
                Column("base_year", "year", "The year progress is judged from.", "2015"),
                _number("target_value", "The value aimed at.", "100"),
                Column("target_year", "year", "The year it is aimed at.", "2030"),
                _number("limit_value", "The value that cannot be passed.", "100"),
                _text("published_status", "The status that the source publishes.", "moderate_progress"),
                _text("published_trend", "The arrow or trend that the source publishes.", "↑"),
                _number("published_value", "The progress value that the source publishes.", "0.72"),
                _number("published_score", "The score that the source publishes.", "1.3"),
                _SOURCE,
            ),
        ),
        Table(
            "labels",
            "Names of areas and indicators in other languages.",
            ("table", "code", "language"),
            (
                Column("table", "choice", "What is named.", "areas", True, choices=("areas", "indicators")),
                Column("code", "code", "Its area_code or indicator_code.", "KE-01", True),
                Column("language", "code", "The language of the label, such as fr.", "sw", True),
                Column("label", "name", "The name in that language.", "Mombasa", True),
                _SOURCE,
            ),
        ),
        Table(
            "evidence",
            "Impact statements: what the association says the review changed.",
            ("evidence_id",),
            (
                Column("evidence_id", "code", "The statement's own id.", "kenya-1", True),
                Column("impact_id", "code", "The impact it shows.", "visibility", True, refers_to="impacts"),
                _text("statement", "What changed, in one to three sentences.", required=True),
                _TOPICS,
                _SOURCE,
                _LOCATION,
            ),
        ),
        Table(
            "testimonies",
            "What someone in office says about the review, in the third person.",
            ("testimony_id",),
            (
                Column("testimony_id", "code", "The testimony's own id.", "kenya-t1", True),
                _text("office", "The speaker's office, never the name.", "President", required=True),
                _text("association", "The speaker's association.", "KS", required=True),
                Column("impact_id", "code", "The impact it shows.", "data", True, refers_to="impacts"),
                _text("statement", "What the speaker says.", required=True),
                _SOURCE,
                _LOCATION,
            ),
        ),
        Table(
            "practices",
            "Good practices, with the fields of the UN's good-practice record.",
            ("practice_id",),
            (
                Column("practice_id", "code", "The practice's own id.", "sdg-pilot", True),
                _text("title", "Its title.", required=True),
                *(
                    _text(name, meaning)
                    for name, meaning in (
                        ("introduction", "Why it was begun."),
                        ("description", "What it is, in short."),
                        ("objective", "What it aims at."),
                        ("beneficiaries", "Whom it serves."),
                        ("implementers", "Who carries it out."),
                        ("donors", "Who pays."),
                        ("partners", "Who takes part."),
                        ("implementation", "How it was done."),
                        ("outputs", "Results and outputs."),
                        ("outcomes", "Outcomes and effects."),
                        ("enabling_factors", "What helped."),
                        ("constraining_factors", "What hindered."),
                        ("sustainability", "Whether it lasts."),
                        ("replicability", "Whether others can do it."),
                        ("conclusion", "What was learnt."),
                        ("further_information", "Where to read more."),
                    )
                ),
                _number("financing_usd", "Financing in US dollars.", "426000", low=0),
                Column("start_date", "date", "When it began.", "2017-01-01"),
                Column("end_date", "date", "When it ended.", "2019-12-31"),
                _text("entity", "The organisation that reports it."),
                Column(
                    "goals",
                    "list",
                    "Goals it serves, 1 to 17.",
                    "6; 11",
                    choices=tuple(map(str, range(1, 18))),
                ),
                _text("region", "World region.", "Europe"),
                _text("coverage", "Where it is carried out."),
                _text("countries", "ISO 3166-1 alpha-2 codes.", "BE"),
                Column(
                    "area_codes", "list", "Areas it is carried out in.", "KE-01; KE-02", refers_to="areas"
                ),
                Column(
                    "kind",
                    "choice",
                    "A good practice (if empty), or an action that has been decided.",
                    "action",
                    choices=("practice", "action"),
                ),
                _text("contact", "An office, never a person."),
                Column(
                    "meets_smart",
                    "choice",
                    "Whether it meets the SMART criteria.",
                    "no",
                    choices=("yes", "no"),
                ),
                _text("initiative", "The call or network it was reported to."),
                _TOPICS,
                _SOURCE,
                _LOCATION,
            ),
        ),
        Table(
            "milestones",
            "Dated steps: reviews, meetings, elections, agreements.",
            ("milestone_id",),
            (
                Column("milestone_id", "code", "The milestone's own id.", "kenya-m1", True),
                _DATE,
                Column("end_date", "date", "When it ended, if it lasted.", "2019-12-31"),
                Column(
                    "kind",
                    "choice",
                    "What kind of step.",
                    "vnr",
                    True,
                    (
                        "vsr",
                        "vnr",
                        "vlr",
                        "meeting",
                        "publication",
                        "election",
                        "agreement",
                        "project",
                        "institution",
                    ),
                ),
                _text("title", "The step in a few words.", required=True),
                _text("description", "More, if needed."),
                _SOURCE,
                _LOCATION,
            ),
        ),
        Table(
            "outcomes",
            "What a review has led to in the chain of reviews: a chapter, a seat, a law, a budget line.",
            ("outcome_id",),
            (
                Column("outcome_id", "code", "The outcome's own id.", "norway-chapter", True),
                Column("kind", "choice", "What kind of outcome.", "vnr-chapter", True, OUTCOMES),
                Column("stage", "choice", "How far it has come.", "reached", True, STAGES),
                _text("what", "What it is, in a sentence.", required=True),
                Column("date", "date", "When: a year, a month or a day; empty if not stated.", "2021"),
                Column(
                    "evidence_id", "code", "The statement that tells it.", "norway-1", refers_to="evidence"
                ),
                _SOURCE,
                _LOCATION,
            ),
        ),
        Table(
            "challenges",
            "What makes the review hard, and how it is answered.",
            ("challenge_id",),
            (
                Column("challenge_id", "code", "The challenge's own id.", "data-quality", True),
                _text("challenge", "What is hard.", required=True),
                _text("response", "What was done about it; empty where nothing is reported."),
                Column("cohort", "year", "Year of the cohort that named it.", "2024"),
                _TOPICS,
                _SOURCE,
                _LOCATION,
            ),
        ),
        Table(
            "recommendations",
            "Recommendations, lessons, asks and next steps, with owner and date.",
            ("recommendation_id",),
            (
                Column("recommendation_id", "code", "Its own id.", "ask-1", True),
                Column(
                    "kind",
                    "choice",
                    "What it is.",
                    "ask",
                    True,
                    ("recognition", "recommendation", "lesson", "ask", "next-step"),
                ),
                _text("title", "In a few words.", required=True),
                _text("statement", "In full.", required=True),
                _text("owner", "Who acts: an office or institution."),
                Column("due", "date", "By when.", "2027-06"),
                _TOPICS,
                _SOURCE,
                _LOCATION,
            ),
        ),
        Table(
            "sources",
            "Where facts and figures come from.",
            ("source_id",),
            (
                Column("source_id", "code", "The source's own id.", "census-2019", True),
                _text("title", "Title of the publication or data set.", required=True),
                _text("publisher", "Who published it.", required=True),
                Column("date", "date", "When it was published.", "2019-11"),
                _text("url", "Its public web address."),
                _text("licence", "Under which licence.", "CC BY 4.0"),
                _text("note", "What a reader must know about it."),
            ),
        ),
    )
}

REFERENCE_TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "impacts",
            "The impacts of a review, in four areas.",
            ("impact_id",),
            (
                Column("impact_id", "code", "The impact's id.", "multilevel-governance", True),
                Column("area_number", "integer", "The impact area, 1 to 4.", "1", True, low=1, high=4),
                _text("area", "Name of the impact area.", required=True),
                _text("name", "Name of the impact.", required=True),
                _SOURCE,
                _LOCATION,
            ),
        ),
        Table(
            "associations",
            "Every association and country that the documents name.",
            ("association_id",),
            (
                Column("association_id", "code", "The row's own id.", "cog", True),
                _text("place", "Country or region.", required=True),
                _text("countries", "ISO 3166-1 alpha-2 codes, several with ';'.", "KE"),
                _text("name", "The association's name; empty where none is given."),
                _text("short_name", "Its short name."),
                Column("produced_vsr", "choice", "Whether it produced a VSR.", "yes", choices=("yes",)),
                Column("cohort", "year", "The cohort it belongs to.", "2024"),
                Column("review", "code", "Slug of its params file.", "kenya"),
                _SOURCE,
                _LOCATION,
                _text("note", "More, if needed."),
            ),
        ),
        *(TABLES[name] for name in ("challenges", "recommendations", "milestones", "sources")),
    )
}


@cache
def table_schema(table: Table) -> pa.DataFrameSchema:
    """Return the pandera schema of a table whose cells have been typed by `tables_reading`."""
    import pandera.pandas as pa

    return pa.DataFrameSchema(
        {column.name: _column_schema(column) for column in table.columns},
        strict=False,
        name=table.name,
        title=table.name,
        description=table.meaning,
    )


def _column_schema(column: Column) -> pa.Column:
    import pandera.pandas as pa

    checks = []
    low, high = (FIRST_YEAR, LAST_YEAR) if column.kind == "year" else (column.low, column.high)
    if low is not None:
        checks.append(pa.Check.ge(low))
    if high is not None:
        checks.append(pa.Check.le(high))
    if column.kind == "choice":
        checks.append(pa.Check.isin(column.choices))
    if column.kind == "list" and column.choices:
        choices = set(column.choices)
        checks.append(pa.Check(lambda cell: set(split_list(cell)) <= choices, element_wise=True, name="list"))
    if column.kind in _PATTERNS:
        checks.append(pa.Check.str_matches(f"^(?:{_PATTERNS[column.kind][0]})$"))
    if column.kind == "date":
        checks.append(pa.Check(_is_day, element_wise=True, name="day"))
    return pa.Column(
        "Int64" if column.kind in ("integer", "year") else "float64" if column.kind == "number" else "str",
        checks,
        nullable=not column.required,
        title=column.name,
        description=column.meaning,
    )


def _is_day(text: str) -> bool:
    """Whether a date with all three parts is a day of the calendar: 2023-02-30 is none."""
    if text.count("-") < 2:
        return True
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def split_list(cell: str) -> list[str]:
    """Split a list cell at its semicolons."""
    return [word for word in (part.strip() for part in str(cell).split(";")) if word]


def validate_table(frame: pd.DataFrame, table: Table, file: str) -> list[Problem]:
    """Check a typed table against its contract.

    `frame` has the table's columns and a column `row` (the row in the file). Returns every problem.
    """
    import pandera.errors

    problems = _find_duplicates(frame, table, file)
    try:
        table_schema(table).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        problems += [
            _value_problem(case, frame, table, file) for case in cases.to_dict("records") if case["column"]
        ]
    return problems


def _value_problem(case: dict[Any, Any], frame: pd.DataFrame, table: Table, file: str) -> Problem:
    import pandas as pd

    column = table.column(str(case["column"]))
    index = case["index"]
    row = None if index is None or pd.isna(index) else int(frame["row"].loc[index])
    if case["check"] == "not_nullable":
        return Problem(file, "is empty", f"expected {column.expects}", row, column.name)
    given = case["failure_case"]
    if column.kind in NUMERIC and isinstance(given, float) and given.is_integer():
        given = int(given)
    what, hint = f"{shorten(given)} does not fit", f"expected {column.expects}"
    if column.choices:
        words = split_list(str(given)) if column.kind == "list" else [str(given)]
        wrong = next((word for word in words if word not in column.choices), words[0] if words else "")
        what, hint = f"unknown word {shorten(wrong)}", suggest(wrong, column.choices, f"{hint}")
    elif column.kind == "year":
        what, hint = f"year {given} is out of range", f"expected {FIRST_YEAR} to {LAST_YEAR}"
    elif column.name == "goal":
        what, hint = f"unknown goal {given}", "1 to 17"
    elif column.low is not None and column.high is not None:
        what, hint = f"{given} is out of range", f"expected {column.low:g} to {column.high:g}"
    elif column.low is not None:
        what, hint = f"{given} is out of range", f"expected {column.low:g} or more"
    return Problem(file, what, hint, row, column.name)


def _find_duplicates(frame: pd.DataFrame, table: Table, file: str) -> list[Problem]:
    """Name each row whose key another row has already."""
    needed = [name for name in table.key if table.column(name).required]
    frame = frame[frame[needed].notna().all(axis=1)]
    keys = frame[list(table.key)].astype("string").fillna("")
    repeated = keys.duplicated(keep="first")
    if not repeated.any():
        return []
    first = {
        tuple(key): row
        for key, row in zip(keys[::-1].itertuples(index=False), frame["row"][::-1], strict=True)
    }
    problems = []
    for key, row in zip(keys[repeated].itertuples(index=False), frame.loc[repeated, "row"], strict=True):
        named = ", ".join(part for part in key if part)
        what = f"duplicate of row {first[tuple(key)]}: {shorten(named, 100)}"
        problems.append(Problem(file, what, "keep one of them", int(row), "+".join(table.key[:1])))
    return problems


def export_schema(table: Table) -> str:
    """Return the table's contract as a Frictionless Table Schema (JSON)."""
    kinds = {"number": "number", "integer": "integer", "year": "year"}
    fields: list[dict[str, Any]] = []
    for column in table.columns:
        constraints: dict[str, Any] = {"required": True} if column.required else {}
        if column.choices and column.kind == "choice":
            constraints["enum"] = list(column.choices)
        if column.kind in _PATTERNS:
            constraints["pattern"] = _PATTERNS[column.kind][0]
        constraints |= {"minimum": column.low} if column.low is not None else {}
        constraints |= {"maximum": column.high} if column.high is not None else {}
        field = {"name": column.name, "type": kinds.get(column.kind, "string"), "description": column.meaning}
        fields.append(field | ({"constraints": constraints} if constraints else {}))
    schema = {
        "name": table.name,
        "description": table.meaning,
        "fields": fields,
        "primaryKey": list(table.key),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def describe_table(table: Table) -> str:
    """Return the table's contract as MyST Markdown, for the book's reference page."""
    lines = [f"## {table.name}", "", table.meaning, ""]
    lines += [f"One row for each: {', '.join(f'`{name}`' for name in table.key)}.", ""]
    lines += ["| Column | Must be filled | What stands in it | Example |", "|---|---|---|---|"]
    for column in table.columns:
        expects = (
            column.expects if column.choices or column.kind in _PATTERNS or column.kind in NUMERIC else ""
        )
        meaning = column.meaning + (f" {expects[:1].upper()}{expects[1:]}." if expects else "")
        example = f"`{column.example}`" if column.example else ""
        lines.append(f"| `{column.name}` | {'yes' if column.required else ''} | {meaning} | {example} |")
    return "\n".join(lines) + "\n"


def check_pattern(kind: str, text: str) -> bool:
    """Whether a text fits the pattern of a kind (date, target, global)."""
    return bool(re.fullmatch(_PATTERNS[kind][0], text))
