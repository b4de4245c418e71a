"""The mapping: what the sheet, its columns and its words mean in our tables."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from vsrbook.importing.options import SourceOptions

Layout = Literal["tidy", "years", "wide", "areas"]
NameGives = Literal["indicator", "indicator_name", "year", "area_code", "area_name", "parent_name", "unit"]
Holds = Literal["value", "score", "published_status"]
STATUSES = ("provisional", "estimated", "suppressed")


def _write_scalar(given: Any) -> Any:
    """Let YAML write a code or a year without quotation marks: 2020 is "2020"."""
    return str(given) if isinstance(given, (int, float)) and not isinstance(given, bool) else given


Words = Annotated[str, BeforeValidator(_write_scalar), Field(min_length=1, max_length=2000)]
Word = Annotated[str, BeforeValidator(_write_scalar), Field(max_length=300)]
Which = Annotated[
    str,
    BeforeValidator(_write_scalar),
    Field(
        min_length=1,
        max_length=2000,
        description="A column: the text of its header, its letter, or its position.",
    ),
]
Row = Annotated[int, Field(ge=1, le=1_048_576)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Columns(_Strict):
    """Which column holds what: each by the text of its header, by letter, or by position from 1."""

    indicator: Which | None = Field(None, description="Code of the indicator.")
    indicator_name: Which | None = Field(None, description="Name of the indicator.")
    area_code: Which | None = Field(None, description="Code of the area.")
    area_name: Which | None = Field(None, description="Name of the area.")
    parent_name: Which | None = Field(
        None, description="Name of the larger area, which tells areas of one name apart."
    )
    population: Which | None = Field(None, description="Inhabitants of the area; they go to the table areas.")
    households: Which | None = Field(None, description="Households of the area, likewise.")
    land_area_km2: Which | None = Field(None, description="Land area in square kilometres, likewise.")
    latitude: Which | None = Field(None, description="Latitude of the area in degrees, likewise.")
    longitude: Which | None = Field(None, description="Longitude of the area in degrees, likewise.")
    year: Which | None = Field(None, description="The year.")
    value: Which | None = Field(None, description="The value, in the layout tidy.")
    unit: Which | None = Field(None, description="The unit.")
    sex: Which | None = Field(None, description="Sex.")
    age: Which | None = Field(None, description="Age group.")
    residence: Which | None = Field(None, description="Urban or rural.")
    category: Which | tuple[Which, ...] | dict[str, Which] = Field(
        (), description="Columns of other groups: one, a list, or {name of the group: column}."
    )
    status: Which | None = Field(None, description="Mark of the value: provisional, estimated, suppressed.")
    note: Which | None = Field(None, description="Note on the value.")
    source: Which | None = Field(None, description="Who the value is from; it becomes part of the note.")
    goal: Which | None = Field(None, description="The SDG, 1 to 17.")
    target: Which | None = Field(None, description="The SDG target.")
    global_indicator: Which | None = Field(None, description="The UN's global indicator.")
    series_code: Which | None = Field(None, description="The SDMX series code.")
    direction: Which | None = Field(None, description="Which way is progress: up, down, none.")
    base_year: Which | None = Field(None, description="The year progress is judged from.")
    target_value: Which | None = Field(None, description="The value aimed at.")
    target_year: Which | None = Field(None, description="The year it is aimed at.")
    limit_value: Which | None = Field(None, description="The value that cannot be passed.")
    definition: Which | None = Field(None, description="How the indicator is defined.")
    score: Which | None = Field(None, description="The score that the source publishes.")
    published_status: Which | None = Field(
        None, description="The status or colour that the source publishes."
    )
    arrow: Which | None = Field(None, description="The arrow that the source publishes.")

    @property
    def groups(self) -> dict[str, str]:
        """The columns of other groups, by the name of the group; "" = the header's text names it."""
        if isinstance(self.category, dict):
            return dict(self.category)
        given = (self.category,) if isinstance(self.category, str) else self.category
        return {f"\0{n}": which for n, which in enumerate(given)}

    @property
    def single(self) -> dict[str, str]:
        """The columns that are named, by what they hold, without those of other groups."""
        named = {name: getattr(self, name) for name in type(self).model_fields if name != "category"}
        return {name: which for name, which in named.items() if which is not None}


class Measure(_Strict):
    """What is known of an indicator that a column (or the whole sheet) holds."""

    code: Words | None = Field(None, description="Its code; made from the header if left out.")
    name: Words | None = Field(None, description="Its name; the header if left out.")
    names: dict[str, Words] = Field(default_factory=dict, description="Its name in other languages.")
    unit: Word | None = Field(None, description="Its unit.")
    goal: Word | None = Field(None, description="The SDG, 1 to 17.")
    target: Word | None = Field(None, description="The SDG target, in quotation marks: '6.1'.")
    global_indicator: Word | None = Field(None, description="The UN's global indicator.")
    series_code: Word | None = Field(None, description="The SDMX series code.")
    direction: Literal["up", "down", "none"] | None = Field(None, description="Which way is progress.")
    base_year: Word | None = Field(None, description="The year progress is judged from.")
    target_value: Word | None = Field(None, description="The value aimed at.")
    target_year: Word | None = Field(None, description="The year it is aimed at.")
    limit_value: Word | None = Field(None, description="The value that cannot be passed.")
    definition: Words | None = Field(None, description="How it is defined.")
    year: Word | None = Field(None, description="The year of the column's values.")
    sex: Word | None = Field(None, description="Sex that the column is for: female or male.")
    age: Word | None = Field(None, description="Age group that the column is for.")
    residence: Word | None = Field(None, description="urban or rural, where the column is for one of them.")
    category: Word | None = Field(None, description="Other group that the column is for.")
    score: Which | None = Field(None, description="Column with the score that the source publishes for it.")
    published_status: Which | None = Field(
        None,
        validation_alias=AliasChoices("published_status", "status"),
        description="Column with the status or colour published for it.",
    )
    arrow: Which | None = Field(None, description="Column with the arrow published for it.")
    year_column: Which | None = Field(
        None, description="Column with the year of its value, row by row; before any other year."
    )
    holds: Holds | None = Field(
        None, description="What its column holds, where that is not what `holds` says of the sheet."
    )


class Span(BaseModel):
    """The columns from one to another."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    first: Which = Field(alias="from", description="The first column.")
    last: Which = Field(alias="to", description="The last column.")


def _name_measure(given: Any) -> Any:
    return {"code": given} if isinstance(given, (str, int, float)) else given


OneMeasure = Annotated[Measure, BeforeValidator(_name_measure)]
Constants = dict[
    Literal["area_code", "area_name", "parent_name", "year", "unit", "sex", "age", "residence", "category",
            "status", "note", "indicator"],
    Word,
]  # fmt: skip  # a list of words


class Options(SourceOptions):
    """What the workbook reader can be told."""

    sheet: Words | None = Field(None, description="The sheet to read; the first if left out.")
    sheets: tuple[Words, ...] | dict[Words, Constants] = Field(
        (),
        description="Several sheets of one layout: a list of names (with * for any letters), "
        "or {name: {year: 2019}} with what holds for each.",
    )
    sheet_name: NameGives | None = Field(None, description="What the name of a sheet gives.")
    file_name: NameGives | None = Field(
        None, description="What the name of a file gives, in a folder of files."
    )
    encoding: Word | None = Field(None, description="Encoding of CSV files that are not UTF-8: windows-1251.")
    header_row: Row | None = Field(None, description="First row of the header; looked for if left out.")
    header_rows: Annotated[int, Field(ge=1, le=6)] | None = Field(None, description="How many rows it has.")
    unit_row: Row | None = Field(None, description="Row that holds the units of the columns.")
    first_row: Row | None = Field(
        None, description="First row of the data; the one below the header if left out."
    )
    last_row: Row | None = Field(None, description="Last row of the data; the last of the sheet if left out.")
    layout: Layout | None = Field(
        None,
        description="tidy = one row per value; years = columns are years; wide = one row per area, columns "
        "are indicators; areas = columns are areas, rows are indicators. Found out if left out.",
    )
    columns: Columns = Field(
        default_factory=lambda: Columns.model_validate({}), description="Which column holds what."
    )
    names: dict[Word, Which] = Field(
        default_factory=dict,
        max_length=50,
        description="Columns of names by language: of areas in the layout wide, else of indicators.",
    )
    area_names: dict[Word, Which] = Field(
        default_factory=dict, max_length=50, description="Columns of the areas' names by language."
    )
    values: tuple[Which, ...] | Span | None = Field(
        None, description="Columns with values: a list, or {from: 2000, to: 2024}."
    )
    year: Word | None = Field(None, description="The year, where the sheet gives none.")
    unit: Word | None = Field(None, description="The unit, where the sheet gives none.")
    indicator: OneMeasure | None = Field(None, description="The indicator, where the sheet holds one only.")
    indicators: dict[Word, OneMeasure] = Field(
        default_factory=dict,
        max_length=2000,
        description="For each column of values, by its header: the indicator.",
    )
    constants: Constants = Field(default_factory=dict, description="What holds for all rows: {sex: female}.")
    sex_values: dict[Word, Word] = Field(
        default_factory=dict, max_length=100, description="Words for sex: {Женщины: female, Мужчины: male}."
    )
    residence_values: dict[Word, Word] = Field(
        default_factory=dict, max_length=100, description="Words for residence: {Село: rural}."
    )
    unit_values: dict[Word, Word] = Field(
        default_factory=dict,
        max_length=200,
        description="Words for units, as the source writes them: {PT: '%', NUMBER: number}.",
    )
    status_values: dict[Word, Literal["", "provisional", "estimated", "suppressed"]] = Field(
        default_factory=dict, max_length=100, description="Words of the status column: {p: provisional}."
    )
    totals: tuple[Word, ...] = Field(
        (), max_length=100, description="Further words for 'all groups together'."
    )
    category_labels: bool = Field(True, description="false: write the group's value without its name.")
    marks: dict[Word, Word] = Field(
        default_factory=dict,
        max_length=50,
        description="Marks beside numbers: {'*': provisional}; other words become the value's note.",
    )
    decimal: Literal[",", "."] | None = Field(
        None, description="Decimal sign of numbers that are text; blanks and the other sign part thousands."
    )
    only: dict[Word, tuple[Word, ...]] = Field(
        default_factory=dict, max_length=20, description="Rows to read, by column: {AdminArea: [County]}."
    )
    without: dict[Word, tuple[Word, ...]] = Field(
        default_factory=dict, max_length=20, description="Rows to leave out, by column: {Area: [Total]}."
    )
    fill_down: tuple[Which, ...] = Field(
        (), max_length=20, description="Columns where an empty cell means the one above it."
    )
    holds: Holds = Field(
        "value", description="What the cells are: values, or scores or statuses that the source publishes."
    )
    colour_as_status: bool = Field(False, description="true: the colour of a cell is the published status.")
    colours: dict[Word, Word] = Field(
        default_factory=dict, max_length=100, description="Words for colours: {'00B050': green}."
    )

    @model_validator(mode="after")
    def _check_rows(self) -> Options:
        if self.sheet and self.sheets:
            raise ValueError("sheet and sheets: give one of them")
        if self.header_row and self.first_row and self.first_row <= self.header_row:
            raise ValueError(f"first_row: {self.first_row} is not below header_row {self.header_row}")
        if self.first_row and self.last_row and self.last_row < self.first_row:
            raise ValueError(f"last_row: {self.last_row} is above first_row {self.first_row}")
        return self
