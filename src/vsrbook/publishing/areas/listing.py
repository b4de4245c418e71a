"""Write, for an association with profiles, the page that lists its areas, and what their pages are made from."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from vsrbook.chapters.common import capital, level_name
from vsrbook.chapters.profile import class_words
from vsrbook.execution.plan import Plan, Unit
from vsrbook.naming import area_page
from vsrbook.profiles.dataset import Dataset
from vsrbook.profiles.gathering import open_profiles
from vsrbook.profiles.mapping import MAP, read_map
from vsrbook.profiles.profile import SUPPRESSED, indicators_of
from vsrbook.publishing.areas import shell
from vsrbook.publishing.areas.index import AreasIndex, IndexArea, IndexIndicator, make_index
from vsrbook.publishing.pages import plain, write_banner
from vsrbook.text import gettext as _
from vsrbook.text import join, set_language


def write_area_pages(plan: Plan, slug: str, units: list[Unit], cache: str) -> dict[str, str]:
    """Return files for the folder <slug>/areas/: index.md and its scripts, the frame of a page, the manifest.

    The manifest says which executed notebook each area's page is made from; `vsrbook build` makes them.
    """
    set_language(plan.edition.language, plan.project.locales)
    dataset = open_profiles(plan.project, slug, plan.edition)
    keys = {unit.parameters["area"]: unit.key for unit in units}
    index = list_areas(dataset, set(keys))
    block, files = make_index(index)
    titles = {
        area_page(area.code): _("{place} – {title}").format(place=index.place, title=area.name)
        for area in index.areas
    }
    manifest = {
        "dataset": str(dataset.folder.relative_to(plan.project.build)),
        "cache": cache,
        "language": plan.edition.language,
        "notebooks": keys,
        "titles": titles,
    }
    return {
        "index.md": _index_page(dataset, block),
        f"{shell.PAGE}.md": shell.SOURCE,
        shell.LISTING: json.dumps(manifest, indent=0),
        **files,
    }


def _index_page(dataset: Dataset, block: Markup) -> str:
    head = dataset.head
    banner = write_banner(head["association"], head["standing"], head["edition"], draft=head["draft"])
    words = _(
        "Each page holds what this review knows of one local government, beside the values of its peers, and its "
        "data to use again."
    )
    title = _("{place} – all {areas}").format(place=head["place"], areas=areas_words(head))
    return f"# {plain(title)}\n\n{banner}\n\n{words}\n\n```{{raw}} html\n{block}\n```\n"


def areas_words(head: dict[str, Any]) -> str:
    """Name the areas with a page: "counties", "districts and provinces"."""
    return join(level_name(level, 2) for level in head["profiled"])


def list_areas(dataset: Dataset, made: set[str]) -> AreasIndex:
    """Gather what the page that lists all areas shows: those whose page has been `made`, by name."""
    rows = dataset.areas.to_pandas(use_threads=False)
    rows = rows[rows["area_code"].isin(made)].sort_values(["name", "area_code"], kind="stable")
    rule = dataset.head["peers"] or {}
    bounds = rule.get("size_classes") or ()
    areas = [_index_area(row, bounds) for row in rows.to_dict("records")]
    indicators = indicators_of(dataset).set_index("indicator")
    values = _latest(dataset, [area.code for area in areas])
    shown = [
        _index_indicator(indicators.loc[at], values[values["indicator"] == at], len(areas))
        for at in indicators.index
    ]
    cited = dataset.head["map_source"]
    return AreasIndex(
        place=dataset.head["place"],
        level_words=areas_words(dataset.head),
        areas=areas,
        indicators=shown,
        shapes=read_map(dataset.folder, MAP),
        source=_("Map: {source}").format(source=cited) if cited else "",
    )


def _index_area(row: dict[Any, Any], bounds: Any) -> IndexArea:
    size = row["size_class"]
    return IndexArea(
        code=row["area_code"],
        name=row["name"],
        level=capital(level_name(row["level"], 1)),
        parent=row["parent_name"],
        population=None if pd.isna(row["population"]) else float(row["population"]),
        size_class="" if pd.isna(size) or not len(bounds) else class_words(list(bounds), int(size)),
    )


def _latest(dataset: Dataset, codes: list[str]) -> pd.DataFrame:
    """Return the compared values: columns area (its place in `codes`), indicator, value, year, status."""
    import pyarrow as pa

    place = {code: at for at, code in enumerate(codes)}
    parts = []
    for code, batch in dataset.standings():
        if code in place:
            chosen = batch.select(["indicator", "compared_value", "compared_year", "status"])
            parts.append(chosen.append_column("area", pa.array([place[code]] * len(batch), pa.int32())))
    frame: pd.DataFrame = pa.Table.from_batches(parts).to_pandas(use_threads=False)
    return frame


def _index_indicator(indicator: pd.Series, rows: pd.DataFrame, areas: int) -> IndexIndicator:
    values: list[float | None] = [None] * areas
    known = rows[rows["compared_value"].notna()]
    for at, value in zip(known["area"], known["compared_value"], strict=True):
        values[at] = float(value)
    hidden = rows[(rows["status"] == SUPPRESSED) & rows["compared_value"].isna()]
    years = rows["compared_year"].dropna()
    return IndexIndicator(
        code=indicator["indicator_code"],
        name=indicator["name"],
        unit=indicator["unit"],
        goal=int(indicator["goal"]),
        direction=indicator["direction"],
        year=int(years.iloc[0]) if len(years) and years.nunique() == 1 else None,
        values=values,
        suppressed=frozenset(np.asarray(hidden["area"]).tolist()),
    )
