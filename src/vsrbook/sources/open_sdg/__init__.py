"""Read the data repository of an Open SDG platform: CSV files, metadata, translations, maps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from pydantic import Field

from vsrbook.importing.extract import (
    INDICATOR_COLUMNS,
    OBSERVATION_COLUMNS,
    SERIES_COLUMNS,
    Extract,
    to_frame,
)
from vsrbook.importing.options import SourceOptions, Text
from vsrbook.importing.report import Report
from vsrbook.problems import Problem, ReviewError, count_noun, list_some

if TYPE_CHECKING:
    from vsrbook.sources.open_sdg.groups import Groups
    from vsrbook.sources.open_sdg.metadata import Meta
    from vsrbook.sources.open_sdg.observations import FileRows
    from vsrbook.sources.open_sdg.repository import Repository

MAX_ROWS = 3_000_000
Columns = tuple[Text, ...]


class Options(SourceOptions):
    """What the reader of Open SDG data repositories can be told, beside what all readers can."""

    data_pattern: Text | None = Field(
        None, description="Which files hold data, such as data/indicator_*.csv; else as config_data.yml says."
    )
    meta_pattern: Text | None = Field(
        None, description="Which files hold metadata, such as meta/*.md; else as config_data.yml says."
    )
    map_files: Columns = Field(
        (), max_length=20, description="GeoJSON files within the repository; else those of config_data.yml."
    )
    indicators: Columns = Field(
        (),
        max_length=2_000,
        description="Ids of the indicators that are read, such as 3-9-1; all if left out.",
    )
    area_code_columns: Columns = Field(
        (), max_length=10, description="Columns with area codes, the first that is filled counts."
    )
    area_name_columns: Columns = Field(
        (), max_length=20, description="Columns with names of areas, from the largest to the smallest."
    )
    series_column: Text | None = Field(None, description="The column that names the series.")
    unit_column: Text | None = Field(None, description="The column that names the unit.")
    note_columns: Columns = Field((), max_length=50, description="Columns whose cells become notes.")
    ignore_columns: Columns = Field((), max_length=100, description="Columns that are not read.")
    series_suffix: Literal["several", "always"] = Field(
        "several",
        description="several = a file's only series keeps the indicator's id as code; always = every series "
        "that is named gets its name behind the id, so that no code changes when a second one is added.",
    )


@dataclass
class _Read:
    """What has been read so far."""

    files: list[FileRows] = field(default_factory=list)
    metas: dict[str, Meta] = field(default_factory=dict)


def read(path: Path, options: SourceOptions, report: Report) -> Extract:
    """Read a data repository, a folder of one, or one of its CSV files.

    Observations are one row per row of the files, cells as written (words in the wanted language). Raises
    ReviewError where there is no file of observations, and where options name what is not there.
    """
    from vsrbook.sources.open_sdg.groups import Groups
    from vsrbook.sources.open_sdg.repository import open_repository
    from vsrbook.sources.open_sdg.translations import Translations

    chosen = cast(Options, options)
    repository = open_repository(
        path,
        data_pattern=chosen.data_pattern,
        meta_pattern=chosen.meta_pattern,
        report=report,
    )
    languages = list(dict.fromkeys([chosen.language, *repository.languages]))
    translations = Translations(repository, languages, report)
    groups = Groups(translations)
    done = _read_files(repository, chosen, groups, report)
    extract = _draw_together(done, repository, chosen, groups, report)
    groups.report(report)
    translations.report_unresolved()
    return extract


def _read_files(repository: Repository, options: Options, groups: Groups, report: Report) -> _Read:
    from vsrbook.sources.open_sdg.checks import check_rows, select_data
    from vsrbook.sources.open_sdg.columns import choose_columns, find_layout
    from vsrbook.sources.open_sdg.csv_files import read_data_file
    from vsrbook.sources.open_sdg.metadata import read_metadata
    from vsrbook.sources.open_sdg.observations import make_rows
    from vsrbook.sources.open_sdg.renaming import read_renaming

    renaming = read_renaming(repository, report)
    chosen = choose_columns(options, repository)
    wanted = select_data(repository, options, renaming)
    done, rows = _Read(), 0
    for indicator, path in wanted:
        file = read_data_file(path, indicator, repository.name(path), report)
        if file is None:
            continue
        rows += len(file.cells)
        if rows > MAX_ROWS:
            hint = "name the indicators you need in the options"
            raise ReviewError([Problem(file.name, f"there are more than {MAX_ROWS:,} rows up to here", hint)])
        renaming.apply(file)
        layout = find_layout(file, chosen, groups.translations)
        always = options.series_suffix == "always"
        done.files.append(make_rows(file, layout, groups, report, always_suffix=always))
    if not done.files:
        reasons = [Problem(e.file, e.what, e.hint) for e in report.of("dropped", "refused") if e.file]
        raise ReviewError(reasons or [Problem(repository.root.name, "holds no file of observations")])
    check_rows(done.files)
    done.metas = read_metadata(repository, {one.file.indicator for one in done.files}, report)
    return done


def _draw_together(
    done: _Read, repository: Repository, options: Options, groups: Groups, report: Report
) -> Extract:
    from vsrbook.sources.open_sdg.area_tables import code_areas, settle_areas
    from vsrbook.sources.open_sdg.areas import frame_areas, frame_labels
    from vsrbook.sources.open_sdg.indicators import report_layouts, report_series, report_whole

    report_layouts(done.files, report)
    report_series(done.files, report)
    metas = done.metas.values()
    rows, areas, labels = settle_areas(done.files, metas, repository, options, groups.translations, report)
    indicators, series, names = _make_indicators(done, repository, options, groups, report)
    report_whole(done.files, done.metas, groups.translations, report)
    _report_read(done, repository, report)
    code_areas(series, areas)
    return Extract(
        observations=rows[list(OBSERVATION_COLUMNS)].reset_index(drop=True),
        indicators=to_frame(indicators, INDICATOR_COLUMNS),
        areas=frame_areas(areas),
        labels=frame_labels([*labels, *names]),
        series=to_frame(series, SERIES_COLUMNS),
    )


def _make_indicators(
    done: _Read, repository: Repository, options: Options, groups: Groups, report: Report
) -> tuple[Iterable[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    from vsrbook.sources.open_sdg.indicators import label_indicators, make_indicators
    from vsrbook.sources.open_sdg.metadata import Meta
    from vsrbook.sources.open_sdg.progress import Judged, read_progress, report_directions
    from vsrbook.sources.open_sdg.published import read_published

    rows: dict[str, dict[str, Any]] = {}
    labels: list[dict[str, Any]] = []
    judged, published = Judged(), read_published(repository, report)
    for file in done.files:
        meta = done.metas.get(file.file.indicator, Meta())
        for row in make_indicators(file, meta, groups.translations, options.language):
            rows.setdefault(row["indicator_code"], row)
        labels += label_indicators(file, meta, groups.translations)
        read_progress(file, meta, groups, published.get(file.file.indicator), judged, report)
    for code, told in judged.indicators.items():
        rows[code] = rows[code] | told
    report_directions(judged, report)
    return rows.values(), judged.series, labels


def _report_read(done: _Read, repository: Repository, report: Report) -> None:
    """Say how much was read, and what has metadata or data only."""
    from vsrbook.sources.open_sdg.words import agree

    read_ids = [one.file.indicator for one in done.files]
    n = sum(len(one.file.cells) for one in done.files)
    what = f"{count_noun(len(done.files), 'data file')} with {count_noun(n, 'row')}"
    report.add("read", repository.root.name, "", what, count=n)
    bare = sorted({one for one in read_ids if one not in done.metas})
    if bare:
        what = (
            f"{count_noun(len(bare), 'indicator')} {agree(len(bare), 'have')} no metadata: {list_some(bare)}"
        )
        report.add("doubted", "", "metadata", what, "named after the series or id", count=len(bare))
    known = {indicator for indicator, _path in repository.data}
    idle = sorted({one.indicator for one in repository.meta if not one.language} - known)
    if idle:
        n = len(idle)
        what = f"{count_noun(n, 'indicator')} {agree(n, 'have')} metadata but no data file: {list_some(idle)}"
        report.add("read", "", "metadata", what, "left out", count=n)
    twice = sorted({one for one in read_ids if read_ids.count(one) > 1})
    if twice:
        what = f"several files are named after one indicator: {list_some(twice)}"
        report.add("doubted", "", "data", what, "their rows are drawn together", count=len(twice))
