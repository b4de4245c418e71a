"""Draw together what rows, translations and maps say of areas."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from vsrbook.importing.report import Report
from vsrbook.sources.open_sdg import areas as places
from vsrbook.sources.open_sdg.map_properties import DataAreas
from vsrbook.sources.open_sdg.maps import complete_areas, read_maps
from vsrbook.sources.open_sdg.metadata import Meta
from vsrbook.sources.open_sdg.observations import FileRows
from vsrbook.sources.open_sdg.parents import gather_names, name_parents, set_parents
from vsrbook.sources.open_sdg.repository import Repository
from vsrbook.sources.open_sdg.translations import Translations

if TYPE_CHECKING:
    import pandas as pd

Records = list[dict[str, Any]]


def settle_areas(
    files: Iterable[FileRows],
    metas: Iterable[Meta],
    repository: Repository,
    options: Any,
    translations: Translations,
    report: Report,
) -> tuple[pd.DataFrame, Records, Records]:
    """Return the rows of all files, the areas that have a code, and their names in other languages."""
    import pandas as pd

    rows = pd.concat([one.rows for one in files], ignore_index=True)
    rows = places.free_parents_codes(places.join_second_codes(rows, report), report)
    areas = places.make_areas(rows, options.area_level, translations, report)
    places.report_nameless(rows, report)
    names = {str(one["area_code"]): str(one["name"]) for one in areas if one["name"]}
    known = DataAreas({str(one["area_code"]) for one in areas}, names, translations.languages)
    labels = places.label_areas(areas, translations)
    maps = read_maps(repository, options.map_files, known, report)
    labels += complete_areas(areas, maps)
    called = gather_names(areas, translations, maps, options.area_aliases)
    set_parents(areas, called, _name_whole(metas, translations), report)
    return name_parents(rows, areas, called), areas, labels


def _name_whole(metas: Iterable[Meta], translations: Translations) -> set[str]:
    """Return what the metadata call the whole territory."""
    written = {meta.text("national_geographical_coverage") for meta in metas} - {""}
    return {word for one in written for word in translations.words(one, "data")}


def code_areas(series: Records, areas: Records) -> None:
    """Give series that name their area its code, where one area has the name."""
    codes: dict[str, list[str]] = {}
    for area in areas:
        codes.setdefault(str(area["name"]), []).append(str(area["area_code"]))
    for row in series:
        found = codes.get(row.get("area_code", ""), [])
        row["area_code"] = found[0] if len(found) == 1 else row.get("area_code", "")
