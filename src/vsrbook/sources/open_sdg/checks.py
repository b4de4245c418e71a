"""Check that what the options name is in the repository: indicators, columns, maps, metadata."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from vsrbook.importing.cells import read_year, tidy_words
from vsrbook.problems import Problem, ReviewError, list_some, shorten, suggest
from vsrbook.sources.open_sdg.csv_files import MAX_CELL, find_delimiter
from vsrbook.sources.open_sdg.observations import FileRows
from vsrbook.sources.open_sdg.renaming import Renaming
from vsrbook.sources.open_sdg.repository import Repository, find_matching, source_folder

# the options that name columns: one, or several
COLUMN_OPTIONS = (
    "area_code_columns",
    "area_name_columns",
    "series_column",
    "unit_column",
    "note_columns",
    "ignore_columns",
)


def select_data(repository: Repository, options: Any, renaming: Renaming) -> list[tuple[str, Path]]:
    """Return id and data file of the wanted indicators.

    Raises ReviewError with all that the options name and the repository does not have.
    """
    known = {indicator for indicator, _path in repository.data}
    wanted = {one if one in known else one.replace(".", "-") for one in options.indicators}
    problems = [
        _name_missing(repository, "indicators", "has no indicator", one, known) for one in wanted - known
    ]
    problems += [*_check_columns(repository, options, renaming), *_check_files(repository, options)]
    if problems:
        raise ReviewError(problems)
    return [(one, path) for one, path in repository.data if not wanted or one in wanted]


def _name_missing(repository: Repository, option: str, what: str, name: str, known: Iterable[str]) -> Problem:
    there = sorted(known)
    otherwise = f"there are {list_some([shorten(one, 80) for one in there], 12)}" if there else ""
    hint = suggest(name, there, otherwise)
    return Problem(repository.root.name, f"{what} {shorten(name)}", hint, column=f"options.{option}")


def _check_columns(repository: Repository, options: Any, renaming: Renaming) -> Iterator[Problem]:
    """Name the columns that no data file has, those of indicators that are not wanted among them."""
    named: list[tuple[str, str]] = []
    for option in COLUMN_OPTIONS:
        given = getattr(options, option)
        named += [(option, one) for one in ((given,) if isinstance(given, str) else given or ())]
    if not named:
        return
    headers = {
        one for _id, path in repository.data for one in _rename_header(_read_header(path), renaming.columns)
    }
    there = {one.casefold() for one in headers}
    for option, name in named:
        if name.casefold() not in there:
            yield _name_missing(repository, option, "has no data file with the column", name, headers)


def _read_header(path: Path) -> list[str]:
    """Return the header of a data file; whether the file can be read at all is said where it is read."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_CELL)
    except OSError:
        return []
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = raw.decode("utf-16", errors="replace")
    else:
        raw = raw[: raw.rfind(b"\n") + 1] or raw  # whole lines: a cut through a letter is no other encoding
        text = raw.decode("utf-8-sig", errors="replace")
        text = text if "\ufffd" not in text else raw.decode("cp1252", errors="replace")
    try:
        rows = csv.reader(text.splitlines(keepends=True), delimiter=find_delimiter(text))
        return [tidy_words(cell) for cell in next((row for row in rows if any(row)), [])]
    except csv.Error:
        return []


def _rename_header(header: list[str], told: dict[str, str]) -> list[str]:
    """Return the header as the configuration's column_map makes it; only free names are given."""
    return [told[one] if told.get(one) and told[one] not in header else one for one in header]


def _check_files(repository: Repository, options: Any) -> Iterator[Problem]:
    source, root = source_folder(repository), repository.root
    lying = [path for one in ("*.geojson", "*/*.geojson") for path in find_matching(source, one, root)]
    maps = [path.relative_to(source).as_posix() for path in lying]
    for name in options.map_files:
        if not find_matching(source, name, root):
            yield _name_missing(repository, "map_files", "has no map", name, maps)
    pattern = options.meta_pattern
    if pattern and not find_matching(source, pattern, root):
        what = f"has no metadata of the pattern {shorten(pattern)}"
        hint = "it counts from the folder of the repository"
        yield Problem(root.name, what, hint, column="options.meta_pattern")


def check_rows(files: Iterable[FileRows]) -> None:
    """Raise ReviewError where no file has a row, or no row a year: nothing could be made of it."""
    problems = []
    for one in files:
        years = one.rows["year"].unique().tolist()
        if any(read_year(tidy_words(year))[0] is not None for year in years):
            return
        what = f"no row has a year: there is {list_some([shorten(year, 20) for year in years], 4)}"
        empty = "has a header but no rows"
        hint = "give annual values" if years else ""
        problems.append(Problem(one.file.name, what if years else empty, hint))
    raise ReviewError(problems)
