"""Tables: of every cell that does not fit it is said what to do; what fits is read with its type."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.worksheet.formula import ArrayFormula

from vsrbook import spreadsheets
from vsrbook.problems import Problem, sort_problems
from vsrbook.tables import (
    REFERENCE_TABLES,
    TABLES,
    TOPICS,
    Table,
    check_pattern,
    describe_table,
    export_schema,
    split_list,
)
from vsrbook.tables_reading import read_table

HERE = Path(__file__).parent
BAD = sorted((HERE / "bad_tables").glob("*.csv"))
ALL = {**REFERENCE_TABLES, **TABLES}

OBSERVATIONS = TABLES["observations"]
ROW = {
    "indicator_code": "water",
    "area_code": "01",
    "year": 2020,
    "value": 20.5,
    "weight": 40,
    "source_id": "census",
}


def table_of(path: Path) -> Table:
    """Return the contract that a gallery file is read with: the word its name begins with."""
    return TABLES[path.stem.split("-")[0]]


def lines(problems: list[Problem]) -> list[str]:
    """Write problems as check prints them."""
    return [str(problem) for problem in sort_problems(problems)]


def gallery() -> list[Any]:
    """Make a case of every file; those that wait for a mended reader must fail."""
    return [
        pytest.param(
            path,
            id=path.stem,
        )
        for path in BAD
    ]


def read_bad(stem: str) -> tuple[pd.DataFrame, list[Problem]]:
    """Read a file of the gallery."""
    path = HERE / "bad_tables" / f"{stem}.csv"
    return read_table(path, table_of(path), path.name)


@pytest.mark.parametrize("path", gallery())
def test_bad_tables_say_what_is_wrong(path: Path) -> None:
    """A table gives exactly the lines of its .expect file; an empty one says that it is read without a word."""
    expected = path.with_suffix(".expect").read_text("utf-8").splitlines()
    _frame, problems = read_table(path, table_of(path), path.name)
    assert sorted(map(str, problems)) == sorted(expected)


def test_every_expectation_has_its_table() -> None:
    """No .expect file stands alone, and none is missing."""
    expects = {path.stem for path in (HERE / "bad_tables").glob("*.expect")}
    assert expects == {path.stem for path in BAD}


# What is read


def test_a_comma_is_a_decimal_sign_in_a_file_with_semicolons() -> None:
    """What a German or French Excel writes is read as it is meant."""
    frame, _problems = read_bad("observations-semicolons")
    assert frame["value"].iloc[0] == 12.5
    assert frame["weight"].iloc[0] == 40


@pytest.mark.parametrize("stem", ["observations-byte-order-mark", "observations-utf-16"])
def test_what_excel_writes_is_read(stem: str) -> None:
    """UTF-8 with a mark and "Unicode text" need no mending."""
    frame, problems = read_bad(stem)
    assert problems == []
    assert frame["indicator_code"].tolist() == ["water"]
    assert frame["value"].tolist() == [20]


def test_utf_16_keeps_its_letters() -> None:
    """Letters outside ASCII come through."""
    assert read_bad("observations-utf-16")[0]["age"].tolist() == ["Männer"]


def test_blanks_are_taken_out() -> None:
    """No blank at an end, or of a special kind, makes another code of a code."""
    frame, _problems = read_bad("observations-blanks")
    assert frame["area_code"].tolist() == ["01", "02", "03"]
    assert frame["age"].tolist()[:2] == ["15 – 49", "15–49"]


def test_curly_quotes_in_names_are_read_straight() -> None:
    """Murang’a and Murang'a are one name."""
    assert read_bad("areas-curly-quotes")[0]["name"].tolist() == ["Murang'a", '"Old" Town']


def test_rows_keep_their_number_in_the_spreadsheet() -> None:
    """The number of a row is the one that Excel shows, whatever was skipped above it."""
    assert read_bad("observations-empty-rows")[0]["row"].tolist() == [2, 5]
    assert read_bad("observations-header-in-row-3")[0]["row"].tolist() == [4]


def test_a_row_may_hold_line_breaks(tmp_path: Path) -> None:
    """A quoted line break belongs to its cell, and the next row has the next number."""
    path = tmp_path / "observations.csv"
    header = "indicator_code,area_code,year,value,source_id,note\n"
    path.write_text(header + 'water,01,2020,1,s,"two\nlines"\nwater,02,2020,1,s,\n', "utf-8")
    frame, problems = read_table(path, OBSERVATIONS, path.name)
    assert problems == []
    assert frame["row"].tolist() == [2, 3]
    assert frame["note"].iloc[0] == "two\nlines"


def test_a_frame_has_the_columns_and_types_of_its_contract() -> None:
    """Every column is there, also one that the file does not have."""
    frame, _problems = read_bad("areas-duplicate")
    assert list(frame.columns) == ["row", *TABLES["areas"].names]
    kinds = {column.name: column.kind for column in TABLES["areas"].columns}
    for name, kind in kinds.items():
        wanted = {"number": "float64", "year": "Int64", "integer": "Int64"}.get(kind)
        assert wanted is None or str(frame[name].dtype) == wanted, name
    assert frame["households"].isna().all()


def test_codes_stay_text(tmp_path: Path) -> None:
    """01 is not 1."""
    path = tmp_path / "areas.csv"
    path.write_text("area_code,name,level,source_id\n01,Alfa,county,s\n1,Beta,county,s\n", "utf-8")
    frame, problems = read_table(path, TABLES["areas"], path.name)
    assert problems == []
    assert frame["area_code"].tolist() == ["01", "1"]


def test_a_note_column_is_left_alone(tmp_path: Path) -> None:
    """A column whose name begins with _ or # is not read."""
    path = tmp_path / "areas.csv"
    path.write_text("area_code,_who,name,level,source_id,#\n01,me,Alfa,county,s,x\n", "utf-8")
    frame, problems = read_table(path, TABLES["areas"], path.name)
    assert problems == []
    assert "_who" not in frame


def test_a_default_source_fills_empty_cells(tmp_path: Path) -> None:
    """`source` of the params stands where a row names none of its own."""
    path = tmp_path / "areas.csv"
    path.write_text("area_code,name,level,source_id\n01,Alfa,county,\n02,Beta,county,own\n", "utf-8")
    frame, problems = read_table(path, TABLES["areas"], path.name, source="census")
    assert problems == []
    assert frame["source_id"].tolist() == ["census", "own"]


def test_a_cell_that_does_not_fit_becomes_missing() -> None:
    """No half-read value goes on."""
    frame, _problems = read_bad("observations-missing-marks")
    assert frame["value"].isna().all()
    assert len(frame) == 6


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    """A file that is not there is named, with one that has nearly its name."""
    (tmp_path / "observation.csv").write_text("", "utf-8")
    _frame, problems = read_table(tmp_path / "observations.csv", OBSERVATIONS, "observations.csv")
    assert lines(problems) == ["observations.csv: there is no such file; did you mean 'observation.csv'?"]


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What no review can need is refused before it fills the memory."""
    monkeypatch.setattr(spreadsheets, "MAX_FILE_BYTES", 1_000_000)
    path = tmp_path / "observations.csv"
    path.write_bytes(b"x" * 1_000_001)
    _frame, problems = read_table(path, OBSERVATIONS, path.name)
    assert lines(problems) == ["observations.csv: is larger than 1 MB; is this the right file?"]


# Workbooks


def write_book(folder: Path, *rows: dict[str, Any], title: str = "Values", formats: str = "") -> Path:
    """Write observations into a workbook; `formats` is a number format for the column value."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    sheet.append(OBSERVATIONS.names)
    for row in rows:
        full = ROW | row
        sheet.append([full.get(name) for name in OBSERVATIONS.names])
    if formats:
        for (cell,) in sheet.iter_rows(min_row=2, min_col=8, max_col=8):
            cell.number_format = formats
    path = folder / "observations.xlsx"
    book.save(path)
    return path


def rewrite_part(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """Write the workbook again with one of its parts changed."""
    changed = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return changed


def read_book(path: Path, sheet: str | None = None) -> tuple[pd.DataFrame, list[str]]:
    """Read observations from a workbook."""
    frame, problems = read_table(path, OBSERVATIONS, path.name, sheet)
    return frame, lines(problems)


def test_a_workbook_is_read(tmp_path: Path) -> None:
    """A sheet of a workbook does as well as a CSV file."""
    frame, problems = read_book(write_book(tmp_path, {}, {"area_code": "02", "value": None}), "Values")
    assert problems == []
    assert frame["value"].iloc[0] == 20.5
    assert frame["year"].tolist() == [2020, 2020]
    assert frame["row"].tolist() == [2, 3]


def test_a_date_is_no_year_and_no_value(tmp_path: Path) -> None:
    """What Excel has made a date of is not read as a number."""
    path = write_book(
        tmp_path, {"year": date(2020, 1, 1)}, {"area_code": "02", "value": datetime(2020, 5, 12)}
    )
    assert read_book(path)[1] == [
        "observations.xlsx:2 year: holds the date 2020-01-01, not a year, four digits; "
        "format the cell as a number and write 2020",
        "observations.xlsx:3 value: holds the date 2020-05-12, not a number; "
        "format the cell as a number and write the value again",
    ]


def test_a_date_in_a_text_column_is_refused(tmp_path: Path) -> None:
    """An age group 10–14 of which Excel has made the 14th of October is not read as a date."""
    assert read_book(write_book(tmp_path, {"age": datetime(2026, 10, 14)}))[1] == [
        "observations.xlsx:2 age: Excel has made the date 2026-10-14 of it; "
        "format the cell as text and write it again"
    ]


def test_a_date_in_a_date_column_is_read(tmp_path: Path) -> None:
    """Where a day is wanted, a date of Excel's is one."""
    book = openpyxl.Workbook()
    book.active.append(["milestone_id", "date", "kind", "title", "source_id", "location"])
    book.active.append(["m1", datetime(2023, 7, 7), "vnr", "Review", "note", "p. 1"])
    book.active.append(["m2", 2024, "vnr", "Review", "note", "p. 1"])
    path = tmp_path / "milestones.xlsx"
    book.save(path)
    frame, problems = read_table(path, TABLES["milestones"], path.name)
    assert problems == []
    assert frame["date"].tolist() == ["2023-07-07", "2024"]


def test_numbers_stored_as_text_are_read(tmp_path: Path) -> None:
    """The green corner in Excel does no harm."""
    frame, problems = read_book(write_book(tmp_path, {"value": "20.5", "year": "2020"}))
    assert problems == []
    assert frame["value"].tolist() == [20.5]
    assert frame["year"].tolist() == [2020]


def test_a_number_in_a_code_column_is_a_warning(tmp_path: Path) -> None:
    """Where codes are numbers, zeros may have been lost."""
    frame, problems = read_book(write_book(tmp_path, {"area_code": 1}, {"area_code": 2}))
    assert frame["area_code"].tolist() == ["1", "2"]
    assert problems == [
        "observations.xlsx:2 area_code: warning: 2 cells held a number where a code is text: "
        "leading zeros may be lost (rows 2, 3)"
    ]


def test_true_is_no_number(tmp_path: Path) -> None:
    """A logical value is not read as 1."""
    assert read_book(write_book(tmp_path, {"value": True}))[1] == [
        "observations.xlsx:2 value: True is not a number; expected a number"
    ]


FORMULA = "observations.xlsx:2: a formula without a computed value; open it in Excel and save it, or paste the values"


def test_a_formula_without_a_value_is_refused(tmp_path: Path) -> None:
    """A workbook that no spreadsheet program has computed has no values."""
    assert read_book(write_book(tmp_path, {"value": "=1+1"}))[1] == [FORMULA]


def test_an_array_formula_without_a_value_is_refused(tmp_path: Path) -> None:
    """A formula over a range is a formula, too."""
    path = write_book(tmp_path, {})
    book = openpyxl.load_workbook(path)
    book.active["H2"] = ArrayFormula("H2", "=SUM(1,2)")
    book.save(path)
    assert read_book(path)[1] == [FORMULA]


@pytest.mark.parametrize("sign", ["#DIV/0!", "#N/A", "#NAME?", "#REF!", "#VALUE!", "#NUM!"])
def test_an_error_of_excel_is_refused(sign: str, tmp_path: Path) -> None:
    """A formula that failed leaves its sign, not a value."""
    assert read_book(write_book(tmp_path, {"value": sign}))[1] == [
        f"observations.xlsx:2 value: '{sign}' is Excel's sign of an error; mend the formula"
    ]


def test_a_percent_format_is_not_passed_over(tmp_path: Path) -> None:
    """A cell that shows 64.3% holds 0.643: the table must not say 0.643 % without a word."""
    frame, problems = read_book(write_book(tmp_path, {"value": 0.643}, formats="0.0%"))
    assert problems or frame["value"].tolist() == [64.3]


def test_a_sheet_that_is_not_there_is_corrected(tmp_path: Path) -> None:
    """A misspelt sheet gives the nearest one, or those that there are."""
    path = write_book(tmp_path, {})
    assert read_book(path, "Value")[1] == ["observations.xlsx: has no sheet 'Value'; did you mean 'Values'?"]
    assert read_book(path, "2024")[1] == ["observations.xlsx: has no sheet '2024'; the workbook has Values"]


def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    """A CSV, or an old XLS, renamed is not read."""
    path = tmp_path / "observations.xlsx"
    for raw in (b"area_code,name\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b""):
        path.write_bytes(raw)
        assert read_book(path)[1] == [
            "observations.xlsx: cannot be read: it is not an XLSX workbook (File is not a zip file); "
            "is this the right file?"
        ]


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    """A zip file of something else is not read."""
    path = tmp_path / "observations.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("photo.txt", "x")
    (line,) = read_book(path)[1]
    assert line.startswith("observations.xlsx: cannot be read: it is not an XLSX workbook")


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "[Content_Types].xml", "xl/workbook.xml"])
def test_a_damaged_workbook_is_a_problem(part: str, tmp_path: Path) -> None:
    """A workbook broken off on its way is refused, not a traceback."""
    path = rewrite_part(write_book(tmp_path, {}), part, lambda raw: raw[: len(raw) // 2])
    (line,) = read_book(path)[1]
    assert line.startswith("changed.xlsx: cannot be read: ")
    assert "\n" not in line


def test_a_workbook_with_entities_is_refused(tmp_path: Path) -> None:
    """XML that could unfold without end is not unfolded, and the message is one line."""
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    path = rewrite_part(write_book(tmp_path, {}), "xl/worksheets/sheet1.xml", lambda raw: bomb + raw)
    (line,) = read_book(path)[1]
    assert line.startswith("changed.xlsx: cannot be read: ")
    assert "\n" not in line


def test_a_workbook_that_unpacks_to_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file that holds a very large sheet is not unpacked."""
    monkeypatch.setattr(spreadsheets, "MAX_WORKBOOK_BYTES", 1000)
    assert read_book(write_book(tmp_path, {}))[1] == [
        "observations.xlsx: the workbook is too large when unpacked; save only the table in a new workbook"
    ]


def test_the_size_a_workbook_claims_is_not_believed(tmp_path: Path) -> None:
    """Some programs write that a sheet is one cell large: its rows are read all the same."""
    change = re.compile(rb'<dimension ref="[^"]*"').sub
    path = rewrite_part(
        write_book(tmp_path, {}, {"area_code": "02"}),
        "xl/worksheets/sheet1.xml",
        lambda raw: change(b'<dimension ref="A1:L2"', raw),
    )
    assert read_book(path)[0]["row"].tolist() == [2, 3]


def test_a_sheet_of_charts_is_no_table(tmp_path: Path) -> None:
    """Where the first sheet is a chart, the sheet with the table can be named, and must be."""
    book = openpyxl.load_workbook(write_book(tmp_path, {}))
    chart = BarChart()
    chart.add_data(Reference(book["Values"], min_col=8, min_row=1, max_row=2))
    book.create_chartsheet("Chart", 0).add_chart(chart)
    path = tmp_path / "charts.xlsx"
    book.save(path)
    frame, problems = read_book(path, "Values")
    assert problems == []
    assert len(frame) == 1
    (line,) = read_book(path, "Chart")[1]
    assert line.startswith("charts.xlsx: ")


# The cache


def header_and(*rows: str) -> str:
    """Write areas as CSV."""
    return "\n".join(("area_code,name,level,source_id,population", *rows)) + "\n"


def test_the_second_reading_gives_the_same(tmp_path: Path) -> None:
    """A table without problems is kept, and comes back with values and types as they were."""
    path, cache = tmp_path / "areas.csv", tmp_path / "cache"
    path.write_text(header_and("01,Alfa,county,s,10", "02,Bêta,county,s,"), "utf-8")
    first, _problems = read_table(path, TABLES["areas"], path.name, cache=cache)
    assert len(list(cache.iterdir())) == 1
    again, problems = read_table(path, TABLES["areas"], path.name, cache=cache)
    assert problems == []
    pd.testing.assert_frame_equal(first, again)


def test_a_changed_file_is_read_anew(tmp_path: Path) -> None:
    """What stands in the file is what is read, whatever was kept."""
    path, cache = tmp_path / "areas.csv", tmp_path / "cache"
    for population in (10, 20):
        path.write_text(header_and(f"01,Alfa,county,s,{population}"), "utf-8")
        frame, _problems = read_table(path, TABLES["areas"], path.name, cache=cache)
        assert frame["population"].tolist() == [population]


def test_another_default_source_is_read_anew(tmp_path: Path) -> None:
    """The kept table knows which source filled it."""
    path, cache = tmp_path / "areas.csv", tmp_path / "cache"
    path.write_text(header_and("01,Alfa,county,,10"), "utf-8")
    for source in ("census", "register"):
        frame, _problems = read_table(path, TABLES["areas"], path.name, source=source, cache=cache)
        assert frame["source_id"].tolist() == [source]


@pytest.mark.parametrize("row", ["01,Alfa,county,s,n/a", "01 ,Alfa,county,s,10"], ids=["error", "warning"])
def test_a_table_with_problems_is_not_kept(row: str, tmp_path: Path) -> None:
    """A problem is said each time."""
    path, cache = tmp_path / "areas.csv", tmp_path / "cache"
    path.write_text(header_and(row), "utf-8")
    for _time in range(2):
        assert len(read_table(path, TABLES["areas"], path.name, cache=cache)[1]) == 1
    assert not cache.exists()


# The contracts


@pytest.mark.parametrize("table", ALL.values(), ids=list(ALL))
def test_every_column_is_described(table: Table) -> None:
    """The description has a row for each column, with its meaning, and names the key."""
    described = describe_table(table)
    rows = [line for line in described.splitlines() if line.startswith("| `")]
    assert len(rows) == len(table.columns)
    for column, row in zip(table.columns, rows, strict=True):
        assert row.startswith(f"| `{column.name}` | {'yes' if column.required else ''} | {column.meaning}")
    assert all(f"`{name}`" in described.split("|")[0] for name in table.key)


@pytest.mark.parametrize("table", ALL.values(), ids=list(ALL))
def test_every_column_is_exported(table: Table) -> None:
    """The export is a Frictionless Table Schema with every column and the key."""
    schema = json.loads(export_schema(table))
    assert [field["name"] for field in schema["fields"]] == table.names
    assert schema["primaryKey"] == list(table.key)
    assert set(table.key) <= set(table.names)
    for field, column in zip(schema["fields"], table.columns, strict=True):
        assert field["type"] in {"string", "number", "integer", "year"}
        assert field.get("constraints", {}).get("required", False) == column.required


@pytest.mark.parametrize("table", ALL.values(), ids=list(ALL))
def test_every_example_fits_its_column(table: Table, tmp_path: Path) -> None:
    """Whoever copies the examples of a table gets a row without a problem."""
    path = tmp_path / f"{table.name}.csv"
    filled = [column for column in table.columns if column.example or column.required]
    cells = [f'"{column.example or "text"}"' for column in filled]
    path.write_text(",".join(c.name for c in filled) + "\n" + ",".join(cells) + "\n", "utf-8")
    assert lines(read_table(path, table, path.name)[1]) == []


@pytest.mark.parametrize("table", ALL.values(), ids=list(ALL))
def test_codes_refer_to_tables_that_there_are(table: Table) -> None:
    """A column that refers to a table names one, and that table has a code for its key."""
    for column in table.columns:
        assert not column.refers_to or len(ALL[column.refers_to].key) == 1


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (
            "date",
            ["2026", "2026-07", "2026-07-07"],
            ["26", "2026-7", "2026-13", "2026-07-32", "7.7.2026", ""],
        ),
        ("target", ["6.1", "17.19", "1.a", "11.b"], ["6", "18.1", "0.1", "6.1.1", "6.e", "06.1"]),
        ("global", ["6.1.1", "1.a.2", "17.19.2"], ["6.1", "18.1.1", "6.1.", "6-1-1"]),
    ],
)
def test_patterns(kind: str, good: list[str], bad: list[str]) -> None:
    """Dates, targets and global indicators are written in one way."""
    assert [word for word in good if not check_pattern(kind, word)] == []
    assert [word for word in bad if check_pattern(kind, word)] == []


def test_a_list_is_split_at_its_semicolons() -> None:
    """Blanks and empty parts do not count."""
    assert split_list("data; finance ;;vnr;") == ["data", "finance", "vnr"]
    assert split_list("") == []
    assert set(split_list("; ".join(TOPICS))) == set(TOPICS)
