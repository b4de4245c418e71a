"""Compare two tables of observations cell by cell."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vsrbook.importing.cells import map_distinct
from vsrbook.importing.duplicates import KEY
from vsrbook.problems import ReviewError, count_noun, only_errors
from vsrbook.project import Project
from vsrbook.tables import TABLES
from vsrbook.tables_reading import read_table

if TYPE_CHECKING:
    import pandas as pd

COMPARED = ("value", "status")


def read_observations(project: Project | None, given: str) -> pd.DataFrame:
    """Read observations from a folder of tables, a file in our layout, or an association (its slug).

    Raises ReviewError where there are none, or where they have errors.
    """
    path, declared = Path(given), None
    if path.is_dir():
        path = path / "observations.csv"
    elif not path.is_file() and project is not None and given in project.slugs():
        from vsrbook.params import read_params

        declared = read_params(project, given).tables.get("observations")
        path = project.data / given / (declared.file if declared else "observations.csv")
    sheet, source = (declared.sheet, declared.source) if declared else (None, None)
    frame, problems = read_table(path, TABLES["observations"], path.as_posix(), sheet, source)
    if only_errors(problems):
        raise ReviewError(only_errors(problems))
    return frame


def compare_observations(
    left: pd.DataFrame, right: pd.DataFrame, *, tolerance: float = 0.0, words_only: bool = False
) -> pd.DataFrame:
    """Return one row for each cell that differs, and for each key that only one side has.

    Columns: the key, `what` (only left, only right, value, status), `left`, `right`, `difference` (right − left,
    NaN where there is none). Values differ where |right − left| > tolerance · max(|left|, |right|). The parts
    of a category ("A: x; B: y") may stand in any order; with `words_only` the names of the dimensions (A, B)
    do not count, since two formats name them differently.
    """
    import pandas as pd

    both = _prepare(left, words_only).merge(
        _prepare(right, words_only), on=KEY, how="outer", suffixes=("_left", "_right"), indicator=True
    )
    parts = []
    for side, name in (("left_only", "only left"), ("right_only", "only right")):
        rows = both[both["_merge"] == side]
        shown = {"left": rows["value_left"], "right": rows["value_right"]}
        parts.append(rows[KEY].assign(what=name, **shown))
    common = both[both["_merge"] == "both"]
    for column in COMPARED:
        a, b = common[f"{column}_left"], common[f"{column}_right"]
        differs = _differ(a, b, tolerance) if column == "value" else a != b
        parts.append(common.loc[differs, KEY].assign(what=column, left=a[differs], right=b[differs]))
    table = pd.concat(parts, ignore_index=True)
    numbers = table[["left", "right"]].apply(pd.to_numeric, errors="coerce")
    return table.assign(difference=numbers["right"] - numbers["left"]).sort_values(
        KEY, kind="stable", ignore_index=True
    )


def _prepare(frame: pd.DataFrame, words_only: bool) -> pd.DataFrame:
    words = [name for name in KEY if name != "year"]
    filled = frame.assign(**{name: frame[name].fillna("") for name in [*words, "status"]})
    parts = map_distinct(filled["category"], lambda category: _order_parts(category, words_only))
    return filled.assign(category=parts)[[*KEY, *COMPARED]]


def _order_parts(category: str, words_only: bool) -> str:
    parts = (part.strip() for part in category.split(";"))
    words = (part.rpartition(": ")[2] if words_only else part for part in parts)
    return "; ".join(sorted(word for word in words if word))


def _differ(left: pd.Series, right: pd.Series, tolerance: float) -> pd.Series:
    import pandas as pd

    size = pd.concat([left.abs(), right.abs()], axis=1).max(axis=1)
    known = (left - right).abs() > tolerance * size
    return known | (left.isna() != right.isna())


def describe_differences(table: pd.DataFrame, left: int, right: int, most: int) -> list[str]:
    """Say how many cells differ and which, the first `most` of them one a line."""
    if table.empty:
        return [f"no difference: {left:,} and {right:,} rows"]
    counts = ", ".join(f"{n:,} {what}" for what, n in table["what"].value_counts().items())
    lines = [f"{count_noun(len(table), 'difference')} ({counts}); left has {left:,} rows, right {right:,}"]
    for row in table.head(most).to_dict("records"):
        named = ", ".join(str(row[name]) for name in KEY if str(row[name]))
        lines.append(f"  {named}: {row['what']}: {_write(row['left'])} | {_write(row['right'])}")
    if len(table) > most:
        lines.append(f"  … and {len(table) - most:,} more; --to FILE.csv writes them all")
    return lines


def _write(cell: object) -> str:
    return "–" if cell != cell or cell == "" else f"{cell!r}" if isinstance(cell, float) else str(cell)  # noqa: PLR0124  # NaN differs from itself
