"""Decide what each column of a file is: year, area, sex, age, unit, or one more way to part the values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from vsrbook.sources.open_sdg.csv_files import DataFile
from vsrbook.sources.open_sdg.repository import Repository
from vsrbook.sources.open_sdg.translations import Translations
from vsrbook.sources.open_sdg.words import (
    AGE,
    AREA_CODES,
    MAYBE_RESIDENCE,
    MULTIPLIER,
    NOTES,
    PLACES,
    PROGRESS,
    RESIDENCE,
    SERIES,
    SEX,
    STATUS,
    TECHNICAL,
    UNITS,
    find_residence,
    fold,
    is_total,
)

EXCEPTIONS = 0.05  # of the codes may have more than one name: areas are renamed, and misspelt


@dataclass(frozen=True)
class ColumnChoice:
    """What options and configuration say of columns, by header as written."""

    area_codes: tuple[str, ...] = AREA_CODES
    area_names: tuple[str, ...] = ()
    series: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    no_groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Layout:
    """The columns of a file by what they are; "" or () where there is none."""

    series: str = ""
    unit: str = ""
    area_codes: tuple[str, ...] = ()
    area_names: tuple[str, ...] = ()  # from the largest to the smallest
    detected: tuple[str, ...] = ()  # of these, those found by their content
    sex: str = ""
    age: str = ""
    residence: str = ""
    status: str = ""
    multiplier: str = ""
    notes: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)  # as written: in the wanted language

    @property
    def groups(self) -> list[tuple[str, str]]:
        """Name the columns that part the values, in their order, each with what it is."""
        roles = {self.sex: "sex", self.age: "age", self.residence: "residence"}
        known = {name: roles.get(name, "category") for name in (*roles, *self.categories) if name}
        return [(name, known[name]) for name in self.headers if name in known]


def choose_columns(options: Any, repository: Repository) -> ColumnChoice:
    """Draw together what options and configuration say of columns; options come first."""

    def setting(key: str) -> tuple[str, ...]:
        found = repository.indicator_option(key)
        listed = found if isinstance(found, list) else [found] if found else []
        named = [one.get("field", "") if isinstance(one, dict) else one for one in listed]
        return tuple(str(one) for one in named if isinstance(one, str) and one)

    ids = [str(one.get("id_column") or "") for one in repository.list_items("map_layers")]
    codes = dict.fromkeys([*AREA_CODES, *(one for one in ids if one)])
    return ColumnChoice(
        area_codes=options.area_code_columns or tuple(codes),
        area_names=options.area_name_columns,
        series=((options.series_column,) if options.series_column else ()) + setting("series_column"),
        units=((options.unit_column,) if options.unit_column else ()) + setting("unit_column"),
        notes=options.note_columns + setting("observation_attributes"),
        ignored=options.ignore_columns + setting("progress_column"),
        no_groups=setting("non_disaggregation_columns"),
    )


def find_layout(file: DataFile, choice: ColumnChoice, translations: Translations) -> Layout:
    """Decide what each column of a file is, by options, configuration, known words, and content."""
    columns = [str(name) for name in file.cells.columns if name not in (file.year, file.value)]
    rest = _Rest(columns, translations)
    layout = Layout(
        headers=rest.headers,
        ignored=rest.take(choice.ignored) + rest.take_known(PROGRESS) + rest.take_known(TECHNICAL),
        area_codes=rest.take(choice.area_codes),
        series=rest.take_one(choice.series, SERIES),
        unit=rest.take_one(choice.units, UNITS),
        status=rest.take_one((), STATUS),
        multiplier=rest.take_one((), MULTIPLIER),
        sex=rest.take_one((), SEX),
        age=rest.take_one((), AGE),
        notes=rest.take(choice.notes) + rest.take_known(NOTES),
    )
    named = rest.take(choice.area_names)
    residence = _take_residence(rest, file, translations)
    found = () if choice.area_names else rest.take_known(PLACES)
    decided = () if choice.area_names else _take_decided(rest, file, layout)
    spare = rest.take(choice.no_groups)
    names = [one for one in columns if one in {*named, *found, *decided}]
    return replace(
        layout,
        residence=residence,
        area_names=named or tuple(names),
        detected=decided,
        notes=layout.notes + spare,
        categories=tuple(rest.columns),
    )


class _Rest:
    """The columns that have not been taken yet; each is known by its header and the header's translations."""

    def __init__(self, columns: list[str], translations: Translations) -> None:
        self.columns = list(columns)
        self.headers = {one: translations.translate(one, one, "data") for one in columns}
        self.words = {one: {fold(w) for w in translations.words(one, one, "data")} for one in columns}

    def take(self, named: tuple[str, ...]) -> tuple[str, ...]:
        """Take the columns of these names, in the order of the names."""
        taken = [one for name in named for one in self.columns if one.casefold() == name.casefold()]
        self.columns = [one for one in self.columns if one not in taken]
        return tuple(dict.fromkeys(taken))

    def take_known(self, known: frozenset[str]) -> tuple[str, ...]:
        """Take the columns that go by a known word, in the order of the file."""
        return self.take(tuple(one for one in self.columns if self.words[one] & known))

    def take_one(self, named: tuple[str, ...], known: frozenset[str]) -> str:
        """Take the first column of these names, else the first that goes by a known word; "" if there is none."""
        found = [one for name in named for one in self.columns if one.casefold() == name.casefold()]
        found += [one for one in self.columns if self.words[one] & known]
        return self.take((found[0],))[0] if found else ""


def _take_residence(rest: _Rest, file: DataFile, translations: Translations) -> str:
    """Take the column of urban and rural; a "location" is one where its cells say so."""
    if sure := rest.take_one((), RESIDENCE):
        return sure
    for name in rest.columns:
        if not rest.words[name] & MAYBE_RESIDENCE:
            continue
        cells = [cell.strip() for cell in dict.fromkeys(file.column(name).tolist()) if cell.strip()]
        words = [translations.words(cell, name, "data") for cell in cells]
        urban = [bool(find_residence(one)) for one in words]
        total = [is_total(cell, one) for cell, one in zip(cells, words, strict=True)]
        if any(urban) and sum(urban) + sum(total) >= len(cells) / 2:
            return rest.take((name,))[0]
    return ""


def _take_decided(rest: _Rest, file: DataFile, layout: Layout) -> tuple[str, ...]:
    """Take the columns whose cells are decided by the area code: names of areas, or of what they lie in."""
    if not layout.area_codes:
        return ()
    codes = file.column(layout.area_codes[0])
    return rest.take(tuple(one for one in rest.columns if is_decided(codes, file.column(one))))


def is_decided(codes: Iterable[str], cells: Iterable[str]) -> bool:
    """Whether each code has one value of a column, but for a few that were renamed or misspelt.

    A column that no code has twice proves nothing, unless every code has a value of its own.
    """
    pairs = [(code, cell) for code, cell in zip(codes, cells, strict=True) if code and cell]
    distinct = set(pairs)
    n_codes, n_values = len({code for code, _ in distinct}), len({value for _, value in distinct})
    if n_codes < 2 or n_values < 2:
        return False
    several = len(distinct) - n_codes
    allowed = max(EXCEPTIONS * n_codes, 1 if n_codes >= 5 else 0)
    one_to_one = n_values >= 0.9 * n_codes
    return several <= allowed and (one_to_one or len(pairs) >= 2 * len(distinct))
