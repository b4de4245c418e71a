"""Read how the source judges progress: direction, base year, target, limit, and the status it publishes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from vsrbook.importing.cells import join_blanks, tidy_words
from vsrbook.importing.report import Report
from vsrbook.problems import count_noun, list_some, shorten
from vsrbook.sources.open_sdg.codes import Naming
from vsrbook.sources.open_sdg.groups import COLUMNS, Groups
from vsrbook.sources.open_sdg.metadata import Meta
from vsrbook.sources.open_sdg.observations import FileRows
from vsrbook.sources.open_sdg.published import publish_statuses
from vsrbook.sources.open_sdg.words import agree, fold

DIRECTIONS = {"positive": "up", "negative": "down", "": "down"}  # Open SDG's rule is negative unless given
MAX_OPTIONS = 500


@dataclass
class Judged:
    """What a source says of progress: of indicators (by code), and of single series of them."""

    indicators: dict[str, dict[str, str]] = field(default_factory=dict)
    series: list[dict[str, Any]] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    defaulted: list[str] = field(default_factory=list)


def read_progress(
    file: FileRows, meta: Meta, groups: Groups, published: Any, judged: Judged, report: Report
) -> None:
    """Add what the metadata of one file's indicators say of progress to `judged`."""
    name = meta.file_of("progress_calculation_options", "auto_progress_calculation", "progress_status")
    calculated = meta.says("auto_progress_calculation")
    options = list(_list_options(meta.fields.get("progress_calculation_options")))[:MAX_OPTIONS]
    rows = (
        [row for one in options or [{}] for row in _judge(file, one, groups, name, report)]
        if calculated
        else []
    )
    if not calculated:
        judged.without.append(file.file.indicator)
    elif not all(tidy_words(one.get("direction")) for one in options or [{}]):
        judged.defaulted.append(file.file.indicator)
    for row in rows:
        _add_to_indicator(row, judged, name, report)
    own = publish_statuses(file, meta, published, rows, name, report)
    judged.series += [_as_series(row) for row in own if row["_named"] or row.get("published_status")]


def _list_options(options: Any) -> Iterator[dict[str, Any]]:
    """Yield the options of each series; those of a group are series like the others."""
    for one in options if isinstance(options, list) else []:
        if isinstance(one, dict) and isinstance(one.get("group"), list):
            yield from (inner for inner in one["group"] if isinstance(inner, dict))
        elif isinstance(one, dict):
            yield one


def _judge(
    file: FileRows, option: dict[str, Any], groups: Groups, name: str, report: Report
) -> Iterator[dict[str, Any]]:
    """Yield one row for each indicator that an option speaks of; `_named` tells whether it names a series."""
    series, unit = tidy_words(option.get("series")), tidy_words(option.get("unit"))
    chosen = [one for one in file.namings.values() if _fits(one, series, unit, file, groups)]
    if not chosen:
        named = " and ".join(shorten(one, 60) for one in (series, unit) if one)
        report.add("doubted", name, "progress_calculation_options", f"no rows are of {named}", "misspelt?")
    direction = DIRECTIONS.get(fold(tidy_words(option.get("direction"))))
    if direction is None:
        what = f"the direction {shorten(option.get('direction'))} is neither positive nor negative"
        report.add("doubted", name, "progress_calculation_options", what, "it is left out")
    group = _read_group(file, option, groups, name, report)
    if group is None:
        return
    told = {
        "direction": direction or "",
        "base_year": tidy_words(option.get("base_year")),
        "target_value": tidy_words(option.get("target")),
        "target_year": tidy_words(option.get("target_year")),
        "limit_value": tidy_words(option.get("limit")),
    }
    words = [one for one in (series, unit) if one] + [one for _field, one in _list_fields(option)]
    for one in {naming.code: naming for naming in reversed(chosen)}.values():
        yield {
            "indicator_code": one.code,
            **group,
            **told,
            "file": name,
            "place": "progress_calculation_options",
            "_words": words,
            "_series": one.series,
            "_named": bool(words),
            "_grouped": any(group.values()),
        }


def _fits(naming: Naming, series: str, unit: str, file: FileRows, groups: Groups) -> bool:
    words = groups.translations.words
    of_series = {fold(one) for one in words(naming.series, file.layout.series, "data")}
    of_unit = {join_blanks(one) for one in words(naming.unit, file.layout.unit, "data")}
    return (not series or fold(series) in of_series) and (not unit or join_blanks(unit) in of_unit)


def _list_fields(option: dict[str, Any]) -> Iterator[tuple[str, str]]:
    fields = option.get("disaggregation")
    for one in fields if isinstance(fields, list) else []:
        if isinstance(one, dict):
            yield tidy_words(one.get("field")), tidy_words(one.get("value"))


def _read_group(
    file: FileRows, option: dict[str, Any], groups: Groups, name: str, report: Report
) -> dict[str, str] | None:
    """Return area, sex, age, residence and category of the series that an option names, None where there is none."""
    layout, found = file.layout, dict.fromkeys(("area_code", *COLUMNS), "")
    wanted = {fold(one): value for one, value in _list_fields(option)}
    known = {fold(word): column for column, header in layout.headers.items() for word in (column, header)}
    cells = {known[one]: value for one, value in wanted.items() if one in known}
    unknown = sorted(one for one in wanted if one not in known)
    if unknown:
        what = f"a series is named by columns that the data have not: {list_some([shorten(one) for one in unknown])}"
        report.add("dropped", name, "progress_calculation_options", what, "misspelt?", count=len(unknown))
        return None
    for column in (*layout.area_names, *layout.area_codes):
        if cells.get(column):
            found["area_code"] = groups.translations.translate(cells[column], column, "data")
    parts = [
        groups.read_cell(column, role, layout.headers[column], cells[column])
        for column, role in layout.groups
        if column in cells
    ]
    for part in parts:
        if part.column == "category":
            found["category"] = "; ".join(one for one in (found["category"], part.text) if one)
        elif part.column:
            found[part.column] = part.text
    return found


def report_directions(judged: Judged, report: Report) -> None:
    """Say which directions are Open SDG's default, and which indicators have none."""
    if judged.defaulted:
        n = len(judged.defaulted)
        what = f"{count_noun(n, 'indicator')} {agree(n, 'name')} no direction, and Open SDG takes negative, "
        what += f"so it is down: {list_some(judged.defaulted)}"
        hint = "fill the direction in the configuration, or in your table indicators"
        report.add("doubted", "", "progress", what, hint, count=len(judged.defaulted))
    if judged.without:
        n = len(judged.without)
        what = f"{count_noun(n, 'indicator')} {agree(n, 'say')} nothing of how progress is judged: "
        what += list_some(judged.without)
        hint = "the direction is none until you fill it in the table indicators"
        report.add("read", "", "progress", what, hint, count=len(judged.without))


def _add_to_indicator(row: dict[str, Any], judged: Judged, name: str, report: Report) -> None:
    """Give an indicator the direction of its options, and the target where no group of people is named."""
    told = {key: row[key] for key in ("direction", "base_year", "target_value", "target_year", "limit_value")}
    if row["_grouped"]:
        told = {"direction": told["direction"]}
    known = judged.indicators.setdefault(row["indicator_code"], {})
    other = sorted(key for key in told if known.get(key) and told[key] and known[key] != told[key])
    if other:
        what = (
            f"series of {shorten(row['indicator_code'])} differ in {list_some(other)}; the first holds for it"
        )
        report.add("doubted", name, "progress_calculation_options", what, "the table series has each")
    judged.indicators[row["indicator_code"]] = told | {key: one for key, one in known.items() if one}


def _as_series(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if not key.startswith("_")}
