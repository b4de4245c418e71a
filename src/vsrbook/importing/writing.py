"""Put what was read into the association's tables: rows of the source are replaced, all others stay."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vsrbook.importing.duplicates import KEY
from vsrbook.importing.report import Report
from vsrbook.problems import Problem, ReviewError, count_noun, list_some, shorten
from vsrbook.spreadsheets import read_cells
from vsrbook.tables import TABLES, Table

if TYPE_CHECKING:
    import pandas as pd

DEFAULTS = {"indicators": {"direction": "none", "unit": "unit not stated"}}  # where nobody has filled it in
# what we write for want of better: it gives way to what an analyst has filled in, and never overwrites it
UNKNOWN_PUBLISHER = "Publisher not stated"
PLACEHOLDERS = {"areas": {"level": {"area", "region"}}, "sources": {"publisher": {UNKNOWN_PUBLISHER}}}
MOST = 50  # revised values that are listed; the rest is counted
RUNS = r"[=@\t\r]|[+\-].*[(|!]"  # what a spreadsheet runs; "+65" and "-5 to 0" it does not
KEPT = ("areas", "indicators")  # tables whose rows hold what analysts have filled in


@dataclass(frozen=True)
class Target:
    """Where the tables are written: the folder, how messages call it, and the file of each table."""

    folder: Path
    name: str
    files: dict[str, str]

    def path(self, table: str) -> Path:
        """Return the file of a table."""
        return self.folder / self.files.get(table, f"{table}.csv")


def write_tables(
    tables: dict[str, pd.DataFrame], target: Target, source: str, report: Report
) -> dict[str, tuple[Path, int]]:
    """Merge the tables of an import into the files of a folder; returns path and rows of each file written.

    Rows that the same source gave before are replaced, rows of other sources stay as they are; where both
    have a row of one key, the own one stays. A cell that the source leaves empty keeps what the analyst has
    filled in. All files are written, then all swapped in. Raises ReviewError where a file cannot be merged.
    """
    own = _read_own(tables, target)
    merged = {
        name: _merge(own[name], _as_text(frame, TABLES[name], report), TABLES[name], source, report)
        for name, frame in tables.items()
    }
    target.folder.mkdir(parents=True, exist_ok=True)
    scratch = []
    for name, frame in merged.items():
        path = target.path(name)
        if frame.empty and own[name].empty:
            continue
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        frame.to_csv(part, index=False, lineterminator="\n")
        scratch.append((part, path, name))
    for part, path, _name in scratch:
        part.replace(path)
    return {name: (path, len(merged[name])) for _part, path, name in scratch}


def belongs_to(source_ids: pd.Series, source: str) -> pd.Series:
    """Whether rows are of an import: its source_id, or one below it ("source.part")."""
    return (source_ids == source) | source_ids.str.startswith(f"{source}.")


def _read_own(tables: Iterable[str], target: Target) -> dict[str, pd.DataFrame]:
    own, problems = {}, []
    for name in tables:
        path = target.path(name)
        own[name], found = read_own_table(path, TABLES[name], f"{target.name}/{path.name}")
        problems += found
    if problems:
        raise ReviewError(problems)
    return own


def read_own_table(path: Path, table: Table, name: str) -> tuple[pd.DataFrame, list[Problem]]:
    """Read a table as it stands, every cell text; notes to oneself (columns that begin with _) included."""
    import pandas as pd

    empty = pd.DataFrame({column: pd.Series([], dtype="str") for column in table.names})
    if not path.is_file():
        return empty, []
    if path.suffix != ".csv":
        hint = f"save it as {table.name}.csv and name that in the params"
        return empty, [Problem(name, "is a workbook; imports are written into CSV", hint)]
    raw = read_cells(path, name)
    errors = [problem for problem in raw.problems if problem.is_error]
    header = [str(cell).strip() for cell in raw.rows[0][1]] if raw.rows else table.names
    unknown = [cell for cell in header if cell not in table.names and not cell.startswith(("_", "#"))]
    if errors or unknown or len(set(header)) < len(header):
        what = f"cannot be merged with: its columns are not those of {table.name}"
        what += f" ({list_some([shorten(cell) for cell in unknown])})" if unknown else ""
        return empty, [*errors, Problem(name, what, "mend it first: vsrbook check", row=1)]
    rows = [cells + [""] * (len(header) - len(cells)) for _row, cells in raw.rows[1:] if any(cells)]
    frame = pd.DataFrame([row[: len(header)] for row in rows], columns=header, dtype="str")
    missing = [column for column in table.names if column not in frame]
    return frame.assign(**dict.fromkeys(missing, "")), []


def _as_text(frame: pd.DataFrame, table: Table, report: Report) -> pd.DataFrame:
    """Write a table's cells as they stand in CSV: numbers with all their digits, missing as nothing.

    The tables are opened in a spreadsheet, so a text that it would run gets an apostrophe before it.
    """
    import pandas as pd

    columns = {
        column.name: frame[column.name].map(_write_cell).astype("str")
        if column.name in frame
        else pd.Series("", index=frame.index, dtype="str")
        for column in table.columns
    }
    texts = pd.DataFrame(columns, columns=table.names)
    for column in table.names:
        runs = texts[column].str.match(RUNS)
        if runs.any():
            texts[column] = texts[column].where(~runs, "'" + texts[column])
            first, count = shorten(texts[column][runs].iloc[0]), int(runs.sum())
            what = f"a spreadsheet would run {count_noun(count, 'cell')} as a formula: now {first}"
            report.add("renamed", f"{table.name}.csv", column, what, count=count)
    return texts


def _write_cell(cell: Any) -> str:
    if cell is None or cell != cell:  # noqa: PLR0124  # NaN is what differs from itself
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return str(cell)


def _merge(own: pd.DataFrame, read: pd.DataFrame, table: Table, source: str, report: Report) -> pd.DataFrame:
    import pandas as pd

    column = "source_id"
    before, others = own[belongs_to(own[column], source)], own[~belongs_to(own[column], source)]
    theirs = pd.MultiIndex.from_frame(others[list(table.key)])
    known = pd.MultiIndex.from_frame(read[list(table.key)]).isin(theirs)
    if known.any():
        _report_known(others, read[known], table, report)
    read = read[~known]
    if table.name in (*KEPT, "sources"):
        kept = _keep_filled(before, read, table)
        if table.name == "areas":
            _report_moved(before, kept, report)
        read = kept
    if table.name == "observations":
        _report_changes(before, read, report)
    gone = before[~before[table.key[0]].isin(read[table.key[0]])] if table.name in KEPT else before.iloc[:0]
    if len(gone):
        codes = list_some([shorten(code, 40) for code in gone[table.key[0]]])
        what = f"{count_noun(len(gone), 'row')} of {table.name} that the source no longer has: {codes}"
        report.add(
            "doubted", f"{table.name}.csv", "", what, "kept; delete what is not needed", count=len(gone)
        )
    read = pd.concat([read, gone], ignore_index=True)
    merged = pd.concat([others, read], ignore_index=True).fillna("")
    for name, default in DEFAULTS.get(table.name, {}).items():
        merged[name] = merged[name].where(merged[name] != "", default)
    return merged


def _keep_filled(before: pd.DataFrame, read: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Fill the cells that the source leaves empty with what stood there before, notes included.

    So is a placeholder that we write, and where an area lies: analysts set that right.
    """
    key = table.key[0]
    earlier = before.drop_duplicates(key).set_index(key)
    filled = read.copy()
    for column in [name for name in earlier.columns if name != key]:
        old = earlier[column].reindex(filled[key]).fillna("").set_axis(filled.index)
        if column not in filled:
            filled[column] = old
            continue
        soft = PLACEHOLDERS.get(table.name, {}).get(column, set())
        kept = (filled[column] == "") | filled[column].isin(soft) | (filled[column] == filled[key])
        if table.name == "areas" and column in ("level", "parent_code"):
            tops = filled.loc[filled["parent_code"] == "", "area_code"]
            kept |= ~old.isin({"", *soft, *(tops if column == "parent_code" else ())})
        filled[column] = filled[column].where(~kept | (old == ""), old)
    return filled


def _report_moved(before: pd.DataFrame, read: pd.DataFrame, report: Report) -> None:
    """Say which areas lay in the whole territory and are in the larger area that the source names now.

    Whether an analyst put them there, or an import that knew no better, the row does not tell.
    """
    both = before.merge(read, on="area_code", suffixes=("_old", ""))
    moved = both[(both["parent_code_old"] != "") & (both["parent_code"] != both["parent_code_old"])]
    for row in moved.head(MOST).to_dict("records"):
        what = f"area {shorten(row['area_code'])} lay in {shorten(row['parent_code_old'])}, "
        what += f"and lies in {shorten(row['parent_code'])} as the source says"
        hint = "to keep it where it was, make the row your own: give it the source_id of your own source"
        report.add("doubted", "areas.csv", "parent_code", what, hint)
    if len(moved) > MOST:
        rest = len(moved) - MOST
        report.add(
            "doubted", "areas.csv", "parent_code", f"{count_noun(rest, 'more area')} moved", count=rest
        )


def _report_changes(before: pd.DataFrame, read: pd.DataFrame, report: Report) -> None:
    """Say which values are other than the tables held, and how many rows the source no longer has."""
    both = before.merge(read, on=KEY, how="left", suffixes=("_old", ""), indicator=True)
    gone = int((both["_merge"] == "left_only").sum())
    if gone:
        what = f"{count_noun(gone, 'row')} that the source gave before and no longer has"
        report.add("dropped", "observations.csv", "", what, "taken out of the table", count=gone)
    common = both[both["_merge"] == "both"]
    revised = common[common["value_old"] != common["value"]]
    for row in revised.head(MOST).to_dict("records"):
        named = ", ".join(str(row[name]) for name in KEY if row[name])
        what = f"{shorten(named, 160)} was {row['value_old'] or 'missing'}, is {row['value'] or 'missing'}"
        report.add("read", "observations.csv", "", what)
    if len(revised) > MOST:
        rest = len(revised) - MOST
        report.add("read", "observations.csv", "", f"{count_noun(rest, 'more value')} revised", count=rest)


def _report_known(others: pd.DataFrame, read: pd.DataFrame, table: Table, report: Report) -> None:
    """Say which rows are in the association's own tables already, and where they say something else."""
    if table.name != "observations":
        what = f"{count_noun(len(read), 'row')} of {table.name} in your own table already; yours are kept"
        report.add("read", f"{table.name}.csv", "", what, count=len(read))
        return
    both = read.merge(others, on=KEY, suffixes=("", "_own"))
    other = both[both["value"] != both["value_own"]]
    for row in other.to_dict("records"):
        named = ", ".join(str(row[name]) for name in KEY if row[name])
        here, there = row["value"] or "missing", row["value_own"] or "missing"
        what = f"conflict: {shorten(named, 160)} is {here} here and {there} in your own table"
        what += f" (source {shorten(row['source_id_own'])}); yours is kept"
        report.add("refused", f"{table.name}.csv", "", what, "delete your row to take this one")
    same = len(both) - len(other)
    if same:
        what = f"{count_noun(same, 'row')} in your own table already, with the same value"
        report.add("merged", f"{table.name}.csv", "", what, count=same)
