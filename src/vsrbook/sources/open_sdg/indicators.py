"""Make the row of each indicator: its place in the framework, its name in every language, unit, definition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from vsrbook.importing.report import Report
from vsrbook.problems import count_noun, list_some, shorten
from vsrbook.sdg import indicator_label
from vsrbook.sources.open_sdg.codes import Naming, Place, is_series_code, place_indicator
from vsrbook.sources.open_sdg.metadata import Meta, find_definition, find_name, list_names, strip_tags
from vsrbook.sources.open_sdg.observations import FileRows
from vsrbook.sources.open_sdg.translations import ANY, Translations
from vsrbook.sources.open_sdg.words import agree

NOT_READ = "nothing"


def make_indicators(
    file: FileRows, meta: Meta, translations: Translations, language: str
) -> Iterator[dict[str, Any]]:
    """Yield the row of each indicator that a file holds, one for each of its series and units."""
    place = place_file(file.file.indicator, meta)
    name = _name_framework(find_name(meta, translations, language), place, translations)
    definition = find_definition(meta, translations, language)
    stated = meta.text("computation_units", language)
    for naming in _one_per_code(file):
        unit = naming.unit or stated
        yield {
            "indicator_code": naming.code,
            "goal": place.goal,
            "target": place.target,
            "global_indicator": place.global_indicator,
            "series_code": naming.series if is_series_code(naming.series) else "",
            "name": _label(naming.series, file.layout.series, translations) or name or naming.code,
            "unit": _label(unit, file.layout.unit, translations),
            "definition": definition,
            "file": file.file.name,
            "place": naming.series or 1,
        }


def _name_framework(name: str, place: Place, translations: Translations) -> str:
    """Return our label of a global indicator where the repository leaves its name to Open SDG's translations."""
    if name.startswith("global_indicators.") and not translations.resolves(name):
        return indicator_label(place.global_indicator) or name
    return name


def _one_per_code(file: FileRows) -> list[Naming]:
    """Return the namings of a file, for each code the one that says a unit."""
    ordered = sorted(file.namings.values(), key=lambda one: one.unit == "")
    return list({one.code: one for one in reversed(ordered)}.values())


def _label(text: str, column: str, translations: Translations) -> str:
    return strip_tags(translations.translate(text, column, "data")) if text else ""


def place_file(indicator: str, meta: Meta) -> Place:
    """Return goal, target and global indicator from the id, else from the numbers in the metadata."""
    numbers = (
        "indicator_number",
        "indicator",
        "target_number",
        "target_id",
        "sdg_target",
        "goal_number",
        "sdg_goal",
    )
    return place_indicator(indicator, *(meta.text(key) for key in numbers))


def label_indicators(file: FileRows, meta: Meta, translations: Translations) -> Iterator[dict[str, Any]]:
    """Yield the name of each indicator of a file in every language of the repository that has one."""
    names = list_names(meta, translations)
    for naming in _one_per_code(file):
        of_series = translations.labels(naming.series, file.layout.series, "data") if naming.series else {}
        for language, label in (of_series if naming.series else names).items():
            if language != ANY:
                yield {
                    "table": "indicators",
                    "code": naming.code,
                    "language": language,
                    "label": strip_tags(label),
                    "file": file.file.name if naming.series else meta.file_of("indicator_name"),
                    "place": naming.series or "indicator_name",
                }


def report_series(files: Iterable[FileRows], report: Report) -> None:
    """Say which files became several indicators."""
    for file in files:
        codes = sorted({one.code for one in file.namings.values()})
        if len(codes) > 1:
            what = f"{len(codes)} series or units, each an indicator of its own: {list_some(codes, 6)}"
            report.add("read", file.file.name, "", what, count=len(codes))


def report_layouts(files: Iterable[FileRows], report: Report) -> None:
    """Say once how the columns of all files were understood."""
    roles: dict[str, dict[str, int]] = {}
    for file in files:
        layout = file.layout
        for role, names in (
            ("area codes", layout.area_codes),
            ("names of areas, from the largest to the smallest", layout.area_names),
            ("names of areas, because each area code has one value of them", layout.detected),
            ("series", (layout.series,)),
            ("units", (layout.unit,)),
            ("sex", (layout.sex,)),
            ("age", (layout.age,)),
            ("urban and rural", (layout.residence,)),
            ("status", (layout.status,)),
            ("notes", (*layout.notes, layout.multiplier)),
            ("other groups, kept in category", layout.categories),
            (NOT_READ, layout.ignored),
        ):
            for name in names:
                if name:
                    counts = roles.setdefault(role, {})
                    counts[name] = counts.get(name, 0) + 1
    for role, counts in roles.items():
        told = [f"{shorten(name, 40)} ({n} file{'s' if n > 1 else ''})" for name, n in counts.items()]
        listed = list_some(told, 10)
        hint = "set area_name_columns if that is wrong" if "because" in role else ""
        if role == NOT_READ:
            report.add("dropped", "", "columns", f"not read: {listed}", hint, count=len(counts))
        else:
            report.add("read", "", "columns", f"read as {role}: {listed}", hint, count=len(counts))


def report_whole(
    files: Iterable[FileRows], metas: Mapping[str, Meta], translations: Translations, report: Report
) -> None:
    """Say which rows name, as an area without a code, what the metadata call the whole territory."""
    found: dict[str, int] = {}
    for file in files:
        meta = metas.get(file.file.indicator, Meta())
        written = meta.text("national_geographical_coverage")
        if not written:
            continue
        name = translations.translate(written, "data")
        rows = (file.rows["area_code"] == "") & (file.rows["area_name"] == name)
        found[name] = found.get(name, 0) + int(rows.sum())
    for name, n in found.items():
        if n:
            what = f"{count_noun(n, 'row')} {agree(n, 'name')} {shorten(name)}, "
            what += "which the metadata call the whole territory"
            hint = f"if it is not matched by its name, give area_aliases: {{{name}: its code}}"
            report.add("read", "", "areas", what, hint, count=n)
