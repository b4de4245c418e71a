"""What a reader hands over: the cells of a foreign source, named as our tables name them, nothing judged yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

# `file` and `place` say where a row stands in the source; they are in every frame.
OBSERVATION_COLUMNS = (
    "indicator_code",
    "area_code",  # "" where the source gives none
    "area_name",  # "" where the source gives none; both empty: the whole territory
    "parent_name",  # the larger area the source names beside it, to tell areas of one name apart
    "year",  # as written; the rules read 2015, 2015/16 and 2015-2017
    "sex",  # as written, or female, male, ""
    "age",
    "residence",  # as written, or urban, rural, ""
    "category",  # every other dimension: "Dimension: label; Dimension: label"
    "value",  # as written; the rules read the number
    "status",  # "", provisional, estimated, suppressed
    "unit",  # as written
    "note",
    "source_id",  # "" = the source of the import
    "file",
    "place",
)
INDICATOR_COLUMNS = (
    "indicator_code",
    "goal",
    "target",
    "global_indicator",
    "series_code",
    "name",
    "unit",
    "direction",
    "base_year",
    "target_value",
    "target_year",
    "limit_value",
    "definition",
    "source_id",
    "file",
    "place",
)
AREA_COLUMNS = (
    "area_code",
    "name",
    "level",
    "parent_code",
    "population",
    "households",
    "land_area_km2",
    "latitude",
    "longitude",
    "context_year",
    "source_id",
    "file",
    "place",
)
SOURCE_COLUMNS = ("source_id", "title", "publisher", "date", "url", "licence", "note", "file", "place")
LABEL_COLUMNS = ("table", "code", "language", "label", "file", "place")
# series that are judged with a direction, target or base year of their own, as the source declares them
SERIES_COLUMNS = (
    "indicator_code",
    "area_code",
    "sex",
    "age",
    "residence",
    "category",
    "direction",
    "base_year",
    "target_value",
    "target_year",
    "limit_value",
    "published_status",  # the status that the source itself publishes, in its own words
    "published_trend",  # its arrow, as written
    "published_value",
    "published_score",
    "file",
    "place",
)


@dataclass
class Extract:
    """The frames that a reader hands over, each with the columns above; what is not known is "".

    All cells are text except `value`, `population`, `latitude` and the like, which may also be numbers as
    the source holds them.
    """

    observations: pd.DataFrame = field(default_factory=lambda: to_frame([], OBSERVATION_COLUMNS))
    indicators: pd.DataFrame = field(default_factory=lambda: to_frame([], INDICATOR_COLUMNS))
    areas: pd.DataFrame = field(default_factory=lambda: to_frame([], AREA_COLUMNS))
    sources: pd.DataFrame = field(default_factory=lambda: to_frame([], SOURCE_COLUMNS))
    labels: pd.DataFrame = field(default_factory=lambda: to_frame([], LABEL_COLUMNS))
    series: pd.DataFrame = field(default_factory=lambda: to_frame([], SERIES_COLUMNS))


def to_frame(records: Iterable[Mapping[str, Any]], columns: Iterable[str]) -> pd.DataFrame:
    """Make a frame of an Extract: what a record leaves out is "". Raises KeyError for a column there is not."""
    import pandas as pd

    columns = list(columns)
    rows = list(records)
    unknown = {name for row in rows for name in row} - set(columns)
    if unknown:
        raise KeyError(f"no such column: {', '.join(sorted(unknown))}")
    return pd.DataFrame(
        [[row.get(name, "") for name in columns] for row in rows], columns=columns, dtype=object
    )
