"""Hand over what was read: observations, and the indicators, areas, sources and labels that they name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from vsrbook.importing.cells import make_slug
from vsrbook.importing.extract import (
    AREA_COLUMNS,
    INDICATOR_COLUMNS,
    LABEL_COLUMNS,
    OBSERVATION_COLUMNS,
    SOURCE_COLUMNS,
    Extract,
    to_frame,
)
from vsrbook.importing.report import Report
from vsrbook.problems import list_some, shorten
from vsrbook.sources.sdmx.layout import Source, pick_words
from vsrbook.sources.sdmx.options import Options, Role
from vsrbook.sources.sdmx.series import find_indicators, place_series, strip_indicator
from vsrbook.sources.sdmx.structures import Code
from vsrbook.sources.sdmx.units import Row

SLUG_LENGTH = 60


def make_extract(rows: Iterable[Row], sources: list[Source], options: Options, report: Report) -> Extract:
    """Make the frames of an Extract from rows (with `unit_code`, and the words of their source as its id)."""
    listed = list(rows)
    by_file = {source.message.name: source for source in sources}
    ids = name_sources(dict.fromkeys(row["source_id"] for row in listed if row["source_id"]))
    indicators = list(_list_indicators(listed, by_file))
    areas = list(_list_areas(listed, by_file))
    labels = [*_label_indicators(listed, by_file), *_label_areas(areas, listed, by_file)]
    parts = list(_list_sources(listed, ids))
    report_words(sources, options, report)
    kept = set(OBSERVATION_COLUMNS)
    observations = (
        {name: cell for name, cell in row.items() if name in kept}
        | {"source_id": ids.get(row["source_id"], "")}
        for row in listed
    )
    return Extract(
        observations=to_frame(observations, OBSERVATION_COLUMNS),
        indicators=to_frame(indicators, INDICATOR_COLUMNS),
        areas=to_frame(areas, AREA_COLUMNS),
        sources=to_frame(parts, SOURCE_COLUMNS),
        labels=to_frame(labels, LABEL_COLUMNS),
    )


def name_sources(texts: Iterable[str]) -> dict[str, str]:
    """Give each source an id made of its words; other words that would get the same one get a number."""
    ids: dict[str, str] = {}
    taken: dict[str, str] = {}
    for text in sorted(texts):
        slug = base = make_slug(text, SLUG_LENGTH)
        number = 1
        while slug in taken and taken[slug].casefold().split() != text.casefold().split():
            number += 1
            slug = f"{base}-{number}"
        taken.setdefault(slug, text)
        ids[text] = slug
    return ids


def report_words(sources: Iterable[Source], options: Options, report: Report) -> None:
    """Report codes that their list does not have, and names that stand only in other languages."""
    unknown: Counter[tuple[str, str]] = Counter()
    untold: Counter[str] = Counter()
    where: dict[str, str] = {}
    for source in sources:
        unknown.update(source.words.unknown)
        untold.update(source.words.untold)
        for concept, _code in source.words.unknown:
            where.setdefault(concept, source.message.name)
    for concept in dict.fromkeys(concept for concept, _code in unknown):
        codes = [shorten(code, 40) for one, code in unknown if one == concept]
        what = f"codes of {concept} that are not in its code list stay codes: {list_some(codes)}"
        report.add("doubted", where[concept], concept, what, "is it the right structure?", count=len(codes))
    if untold:
        what = f"names are neither in {shorten(options.language)} nor in English; their codes stand instead"
        report.add("doubted", "", "", what, f"there are names in {', '.join(sorted(untold))}: language: …")


def _list_indicators(rows: Iterable[Row], by_file: Mapping[str, Source]) -> Iterator[Row]:
    for row in _first_of(rows, "indicator_code"):
        source, series = by_file[row["file"]], row["series_code"]
        concept = source.layout.roles["indicator"]
        code = source.words.find(concept, series)
        name = source.words.name_code(concept, series)
        found = find_indicators(code, [*(code.names.values() if code is not None else ()), name])
        definition = pick_words(code.definitions, source.words.language) if code is not None else ""
        more = f"Also reported for {', '.join(found[1:])}." if len(found) > 1 else ""
        yield {
            "indicator_code": row["indicator_code"],
            "series_code": series,
            "name": _add_unit(strip_indicator(name), row, row["unit"]),
            "unit": row["unit"],
            "definition": " ".join(filter(None, ["" if definition == name else definition, more])),
            **(place_series(found[0]) if found else {}),
            **_where(source, "indicator", series, row),
        }


def _add_unit(name: str, row: Row, unit: str) -> str:
    """Put the unit behind the name of a series that was parted by unit."""
    return name if row["indicator_code"] == row["series_code"] or not unit else f"{name} ({unit})"


def _list_areas(rows: Iterable[Row], by_file: Mapping[str, Source]) -> Iterator[Row]:
    """List the areas that the observations name, and those they lie in."""
    done: set[str] = set()
    for row in _first_of(rows, "area_code"):
        source, area = by_file[row["file"]], row["area_code"]
        while area and area not in done:
            done.add(area)
            concept = source.layout.roles["area"]
            code = source.words.find(concept, area)
            parent = code.parent if code is not None else ""
            name = source.words.name_code(concept, area)
            yield {
                "area_code": area,
                "name": name,
                "parent_code": parent,
                **_where(source, "area", area, row),
            }
            area = parent


def _label_indicators(rows: Iterable[Row], by_file: Mapping[str, Source]) -> Iterator[Row]:
    for row in _first_of(rows, "indicator_code"):
        source, roles = by_file[row["file"]], by_file[row["file"]].layout.roles
        code = source.words.find(roles["indicator"], row["series_code"])
        unit = source.words.find(roles.get("unit", ""), row["unit_code"])
        for language, name in code.names.items() if code is not None else ():
            words = unit.names.get(language, row["unit"]) if unit is not None else row["unit"]
            yield {
                "table": "indicators",
                "code": row["indicator_code"],
                "language": language,
                "label": _add_unit(strip_indicator(name), row, words),
                **_where(source, "indicator", row["series_code"], row),
            }


def _label_areas(areas: Iterable[Row], rows: Iterable[Row], by_file: Mapping[str, Source]) -> Iterator[Row]:
    lists: dict[str, Code] = {}
    for row in _first_of(rows, "file"):
        source = by_file[row["file"]]
        if (concept := source.layout.roles.get("area")) is not None:
            lists.update(source.words.list_of(concept))
    for area in areas:
        code = lists.get(area["area_code"])
        for language, name in code.names.items() if code is not None else ():
            label = {"table": "areas", "code": area["area_code"], "language": language, "label": name}
            yield label | {"file": area["file"], "place": area["place"]}


def _list_sources(rows: Iterable[Row], ids: Mapping[str, str]) -> Iterator[Row]:
    done: set[str] = set()
    for row in rows:
        words = row["source_id"]
        if words and ids[words] not in done:
            done.add(ids[words])
            title, place = " ".join(words.split()), {"file": row["file"], "place": row["place"]}
            yield {"source_id": ids[words], "title": title, "note": f"As named in {row['file']}.", **place}


def _first_of(rows: Iterable[Row], column: str) -> Iterator[Row]:
    """Return the first row for each value of a column."""
    seen: set[str] = set()
    for row in rows:
        if row[column] and row[column] not in seen:
            seen.add(row[column])
            yield row


def _where(source: Source, role: Role, code: str, row: Row) -> Row:
    """Say where a code is defined: in its code list, else where it first stands in the data."""
    concept = source.layout.roles[role]
    if source.words.structure is not None and source.words.find(concept, code) is not None:
        structure = source.words.structure
        return {"file": structure.file, "place": f"{structure.lists.get(concept, concept)} {code}"}
    return {"file": row["file"], "place": row["place"]}
