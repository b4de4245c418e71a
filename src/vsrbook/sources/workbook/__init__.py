"""Workbooks and CSV files of any layout: a short mapping says what sheet, columns and words mean."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vsrbook.importing.extract import (
    AREA_COLUMNS,
    INDICATOR_COLUMNS,
    LABEL_COLUMNS,
    OBSERVATION_COLUMNS,
    SERIES_COLUMNS,
    Extract,
    to_frame,
)
from vsrbook.importing.report import Report
from vsrbook.problems import Problem, ReviewError
from vsrbook.sources.workbook.guess import guess_mapping
from vsrbook.sources.workbook.options import Options
from vsrbook.sources.workbook.proposal import describe_guess

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Options", "describe_guess", "guess_mapping", "propose", "read"]


def read(path: Path, options: Options, report: Report) -> Extract:
    """Read a workbook, a CSV file, or a folder of them, by the mapping in `options`.

    Values, years and words are handed over as written, with file and place. Raises ReviewError with
    everything that the mapping names and the sheets have not.
    """
    from vsrbook.sources.workbook.catalogue import Catalogue
    from vsrbook.sources.workbook.grids import find_files, open_grids
    from vsrbook.sources.workbook.reading import SheetReader

    catalogue, problems = Catalogue(options, report), list[Problem]()
    observations: list[pd.DataFrame] = []
    series: list[pd.DataFrame] = []
    for file, name in find_files(path):
        try:
            for grid in open_grids(file, name, options, report):
                found_problems: list[Problem] = []
                result = SheetReader(grid, options, report, found_problems).read()
                if result is not None:
                    found, judged = result
                    catalogue.add_sheet(found)
                    observations.append(found.keep_values(options))
                    series.append(judged.read())
                    catalogue.add_areas(found, series[-1])
                    catalogue.add_facts(found)
                problems += found_problems
        except ReviewError as error:
            problems += error.problems
    if problems:
        raise ReviewError(problems)
    return Extract(
        observations=_join(observations, OBSERVATION_COLUMNS),
        indicators=to_frame(catalogue.indicators.values(), INDICATOR_COLUMNS),
        areas=to_frame(catalogue.areas.values(), AREA_COLUMNS),
        labels=to_frame(catalogue.labels.values(), LABEL_COLUMNS),
        series=_join(series, SERIES_COLUMNS),
    )


def propose(path: Path, given: Mapping[str, Any]) -> str:
    """Propose the mapping of a file as YAML; `given` may name its `sheet`. Raises ReviewError."""
    return describe_guess(guess_mapping(path, given.get("sheet")))


def _join(frames: list[pd.DataFrame], columns: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd

    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else to_frame([], columns)
