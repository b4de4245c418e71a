"""Workbooks: sheets of any layout are read by a mapping; what is doubtful is said, with its place."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from openpyxl.styles import PatternFill
from openpyxl.styles.colors import Color
from workbooks import write_book

from vsrbook import spreadsheets
from vsrbook.importing.extract import Extract
from vsrbook.importing.report import Report
from vsrbook.problems import ReviewError
from vsrbook.sources import find_reader
from vsrbook.sources.workbook import Options, describe_guess, guess_mapping, propose, read, reading
from vsrbook.tables import TABLES
from vsrbook.tables_reading import read_table

ROOT = Path(__file__).parent.parent
CASES = sorted((Path(__file__).parent / "sources" / "workbook").glob("*.csv"))
SHARED = ROOT.parent / "shared"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared")
WHERE = ("file", "place")


def read_with(path: Path, **given: Any) -> tuple[Extract, Report]:
    """Read a file with these options."""
    report = Report()
    return read(path, Options.model_validate(given), report), report


def write_lines(extract: Extract, report: Report) -> list[str]:
    """Write observations and report as the .expect files hold them."""
    lines = []
    for row in extract.observations.to_dict("records"):
        filled = [f"{key}={row[key]}" for key in row if key not in WHERE and row[key] != ""]
        lines.append(f"{row['place']}: {', '.join(filled)}")
    return lines + [str(entry) for entry in report.entries if entry.kind != "read"]


def said(report: Report, *kinds: Any) -> str:
    """Return the report's lines of these kinds."""
    return "\n".join(map(str, report.of(*kinds)))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_sheets_give_what_is_expected(path: Path) -> None:
    """A sheet and its mapping give exactly the lines of the .expect file."""
    options = yaml.safe_load(path.with_suffix(".yml").read_text("utf-8"))
    try:
        lines = write_lines(*read_with(path, **options))
    except ReviewError as error:
        lines = list(map(str, error.problems))
    assert lines == path.with_suffix(".expect").read_text("utf-8").splitlines()


def test_every_case_is_whole() -> None:
    """Each sheet has its mapping and its expectation, and none of them stands alone."""
    folder = CASES[0].parent
    stems = {path.stem for path in CASES}
    assert {path.stem for path in folder.glob("*.yml")} == stems
    assert {path.stem for path in folder.glob("*.expect")} == stems


def test_the_reader_is_found_by_its_name() -> None:
    """The format is called workbook."""
    assert find_reader("workbook").Options is Options


# Layouts that only a workbook can have


def trilingual(path: Path) -> Path:
    """Write a sheet in three languages with its header in row 4, below merged titles."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Данные"
    sheet["A1"] = "Показатели ЦУР, Самплия (вымышленные данные)"
    sheet.merge_cells("A1:F1")
    sheet["A2"] = "Samplia, invented figures"
    header = [
        "Код",
        "Наименование показателя",
        "Көрсеткіш атауы",
        "Indicator name",
        "Пол",
        "Ед. изм.",
        2019,
        2020,
    ]
    for column, text in enumerate(header, start=1):
        sheet.cell(4, column, text)
    rows = [
        ["1.2.1", "Уровень бедности", "Кедейлік деңгейі", "Poverty rate", "Женщины", "%", 5.5, "…"],
        ["1.2.1", "Уровень бедности", "Кедейлік деңгейі", "Poverty rate", "Мужчины", "%", 4.5, 4.4],
        ["3.1.1", "Смертность", "Өлім", "Mortality", "Всего", "на 1000", 0.5, 0.4],
    ]
    for row in rows:
        sheet.append(row)
    sheet["A9"] = "Примечание: вымышленные данные."
    book.save(path)
    return path


def test_several_languages_become_labels(tmp_path: Path) -> None:
    """Names in Russian, Kazakh and English: one is the name, the others are labels."""
    extract, report = read_with(
        trilingual(tmp_path / "three.xlsx"),
        header_row=4,
        columns={"indicator": "Код", "sex": "Пол", "unit": "Ед. изм."},
        names={"ru": "Наименование показателя", "kk": "Көрсеткіш атауы", "en": "Indicator name"},
        sex_values={"Женщины": "female", "Мужчины": "male"},
    )
    assert extract.observations["sex"].tolist() == ["female", "female", "male", "male", "", ""]
    assert extract.observations["year"].tolist() == ["2019", "2020"] * 3
    assert extract.observations["place"].iloc[1] == "Данные!H5"
    assert extract.indicators["name"].tolist() == ["Poverty rate", "Mortality"]
    labels = {(row.code, row.language): row.label for row in extract.labels.itertuples()}
    assert labels == {
        ("1.2.1", "ru"): "Уровень бедности",
        ("1.2.1", "kk"): "Кедейлік деңгейі",
        ("3.1.1", "ru"): "Смертность",
        ("3.1.1", "kk"): "Өлім",
    }
    assert "below the table" in said(report, "dropped")


def test_words_of_units_are_translated_before_units_are_judged(tmp_path: Path) -> None:
    """PT is % for the table, and for a cell in percent; mw is not MW; what is not named stays as it is."""
    book = openpyxl.Workbook()
    book.active.append(["Code", "Area", "Unit", 2020])
    rows = [["a", "01", "PT", 0.643], ["b", "01", "Share", 0.5], ["c", "01", "mw", 7], ["d", "01", "USD", 8]]
    for row in rows:
        book.active.append(row)
    book.active["D2"].number_format = book.active["D3"].number_format = "0.0%"
    book.save(tmp_path / "units.xlsx")
    extract, report = read_with(
        tmp_path / "units.xlsx",
        columns={"indicator": "Code", "area_code": "Area", "unit": "Unit"},
        unit_values={"PT": "%", "Share": "%", "MW": "megawatt"},
    )
    assert extract.observations["unit"].tolist() == ["%", "%", "mw", "USD"]
    assert extract.observations["value"].tolist() == [64.3, 50.0, 7, 8]
    assert extract.indicators["unit"].tolist() == ["%", "%", "mw", "USD"]
    assert "unit: 'PT' is %, 'Share' is %" in said(report, "renamed")


def test_codes_in_a_row_of_units_are_translated_too(tmp_path: Path) -> None:
    """A wide sheet whose units stand in a row, or in the header's brackets, takes the same words."""
    path = tmp_path / "wide.csv"
    path.write_text("Area,Water,Land (km2)\n,PT,\n01,5,6\n", "utf-8")
    told = {"layout": "wide", "columns": {"area_code": "Area"}, "year": 2020, "unit_row": 2}
    extract, _ = read_with(path, **told, unit_values={"PT": "%", "km2": "square kilometres"})
    assert extract.observations["unit"].tolist() == ["%", "square kilometres"]
    assert extract.indicators["unit"].tolist() == ["%", "square kilometres"]


def test_a_proposal_translates_the_codes_of_units_that_it_knows(tmp_path: Path) -> None:
    """PT and NUMBER get words, and USD is named as one that stays."""
    path = tmp_path / "codes.csv"
    rows = [f"1.1.{n},0{n},{unit},1,2" for n, unit in enumerate(["PT", "NUMBER", "USD"], 1)]
    path.write_text("\n".join(["Indicator,Ref_Area,Unit_Code,2019,2020", *rows]) + "\n", "utf-8")
    guess = guess_mapping(path)
    assert guess["unit_values"] == {"PT": "%", "NUMBER": "number"}
    assert "# stay as they are: USD" in describe_guess(guess)
    assert "unit_values" not in guess_mapping(trilingual(tmp_path / "three.xlsx"))


def municipal(path: Path) -> Path:
    """Write 40 municipalities, names twice in different departments, codes as numbers that are shown with zeros."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Data"
    for text in ("Municipal index of Samplia", "Invented figures", None):
        sheet.append([text])
    sheet.append(["Code", "Municipality", "Department", "Poverty rate (%)", "Piped water", "Index 2020"])
    for n in range(40):
        name = f"San Juan {n % 20}"
        sheet.append([101 + n, name, "North" if n < 20 else "South", 10 + n / 10, 0.5 + n / 100, 50 + n])
        sheet.cell(5 + n, 1).number_format = "000000"
        sheet.cell(5 + n, 5).number_format = "0.0%"
    book.save(path)
    return path


def test_a_wide_table_of_municipalities(tmp_path: Path) -> None:
    """Codes keep their zeros, twins their departments, percent cells become percent where the unit is %."""
    extract, report = read_with(
        municipal(tmp_path / "municipal.xlsx"),
        sheet="Data",
        header_row=4,
        layout="wide",
        columns={"area_code": "Code", "area_name": "Municipality", "parent_name": "Department"},
        year=2020,
        indicators={
            "Poverty rate (%)": {"code": "pov", "goal": 1, "direction": "down"},
            "Piped water": {"code": "water", "unit": "%"},
            "Index 2020": "index",
        },
    )
    rows = extract.observations
    assert len(rows) == 120
    first = rows[rows["area_name"] == "San Juan 0"]
    assert first["area_code"].tolist() == ["000101"] * 3 + ["000121"] * 3
    assert first["parent_name"].tolist() == ["North"] * 3 + ["South"] * 3
    assert rows.loc[rows["indicator_code"] == "water", "value"].iloc[:4].tolist() == [50.0, 51.0, 52.0, 53.0]
    assert set(rows["year"]) == {"2020"}
    assert rows.set_index("indicator_code")["unit"].to_dict() == {"pov": "%", "water": "%", "index": ""}
    assert extract.indicators[["indicator_code", "goal", "name"]].to_numpy().tolist() == [
        ["pov", "1", "Poverty rate"],
        ["water", "", "Piped water"],
        ["index", "", "Index"],
    ]
    assert "a cell in percent is multiplied by 100, as the unit is % (40 cells" in said(report, "renamed")


def test_percent_cells_without_the_unit_are_doubted(tmp_path: Path) -> None:
    """Nothing is multiplied where the unit is not said to be %."""
    extract, report = read_with(
        municipal(tmp_path / "m.xlsx"),
        header_row=4,
        columns={"area_code": "Code"},
        values=["Piped water"],
        year=2020,
    )
    assert extract.observations["value"].iloc[0] == 0.5
    assert "kept as stored" in said(report, "doubted")


def test_a_header_of_two_rows_with_merged_cells(tmp_path: Path) -> None:
    """An indicator that spans its years is the indicator of each of them."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["Table 1: invented"],
        [],
        ["Area", None, "Poverty", None, "Literacy", None],
        ["Code", "Name", 2018, 2019, 2018, 2019],
        ["01", "Alta", 10, 11, 90, 91],
        [None, None, None, None, None, None],
        ["02", "Baja", 12, 13, 92, None],
    ):
        sheet.append(row)
    for merged in ("A3:B3", "C3:D3", "E3:F3"):
        sheet.merge_cells(merged)
    book.save(tmp_path / "two.xlsx")
    extract, _report = read_with(
        tmp_path / "two.xlsx",
        columns={"area_code": "Code", "area_name": "Name"},
        layout="wide",
        indicators={"Poverty": {"code": "pov", "unit": "%"}, "Literacy": {"code": "lit", "unit": "%"}},
    )
    rows = extract.observations[["indicator_code", "area_code", "year", "value", "place"]].to_numpy().tolist()
    assert rows == [
        ["pov", "01", "2018", 10, "Sheet!C5"],
        ["pov", "01", "2019", 11, "Sheet!D5"],
        ["lit", "01", "2018", 90, "Sheet!E5"],
        ["lit", "01", "2019", 91, "Sheet!F5"],
        ["pov", "02", "2018", 12, "Sheet!C7"],
        ["pov", "02", "2019", 13, "Sheet!D7"],
        ["lit", "02", "2018", 92, "Sheet!E7"],
    ]


def test_merged_cells_beside_the_values_hold_for_all_their_rows(tmp_path: Path) -> None:
    """A department that is merged over its municipalities is the parent of each."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["Department", "Name", "Rate"], ["North", "A", 1], [None, "B", 2], ["South", "A", 3]):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    book.save(tmp_path / "merged.xlsx")
    extract, _report = read_with(
        tmp_path / "merged.xlsx", columns={"area_name": "Name", "parent_name": "Department"}, year=2020
    )
    assert extract.observations["parent_name"].tolist() == ["North", "North", "South"]


def published(path: Path) -> Path:
    """Write a published index: value, score, colour of the cell, colour in words, arrow."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Code", "Area", "Year", "Poverty", "Score", "Rating", "Trend"])
    colours = [
        Color(rgb="FF00B050"),
        Color(rgb="FFFFFF00"),
        Color(theme=9, tint=-0.25),
        Color(rgb="FFC00000"),
    ]
    for n, (word, arrow) in enumerate([("green", "↑"), ("yellow", "➚"), ("orange", "→"), (None, "↓")]):
        sheet.append([f"{n:02d}", f"Area {n}", 2020, 10 * n, 100 - 10 * n, word, arrow])
        sheet.cell(n + 2, 5).fill = PatternFill("solid", fgColor=colours[n])
    sheet.append(["00", "Area 0", 2019, 1, 99, "yellow", "↓"])
    book.save(path)
    return path


def test_a_published_index_gives_series(tmp_path: Path) -> None:
    """Scores, ratings and arrows are kept for each series, of the last year only."""
    extract, report = read_with(
        published(tmp_path / "index.xlsx"),
        layout="wide",
        columns={"area_code": "Code", "area_name": "Area", "year": "Year"},
        indicators={
            "Poverty": {"code": "pov", "unit": "%", "score": "Score", "status": "Rating", "arrow": "Trend"}
        },
    )
    series = extract.series[["area_code", "published_score", "published_status", "published_trend"]]
    assert series.to_numpy().tolist() == [
        ["00", "100", "green", "↑"],
        ["01", "90", "yellow", "➚"],
        ["02", "80", "orange", "→"],
        ["03", "70", "", "↓"],
    ]
    assert set(extract.series["indicator_code"]) == {"pov"}
    assert "of earlier years publish is not kept" in said(report, "dropped")
    assert len(extract.observations) == 5


def test_the_colour_of_a_cell_is_a_status_where_it_is_asked_for(tmp_path: Path) -> None:
    """Colours are named by their hue or as declared, theme colours with their tint; the report lists them."""
    extract, report = read_with(
        published(tmp_path / "index.xlsx"),
        columns={"area_code": "Code", "year": "Year", "score": "Score"},
        values=["Poverty"],
        colour_as_status=True,
        colours={"#c00000": "major challenges"},
    )
    words = dict(zip(extract.series["area_code"], extract.series["published_status"], strict=True))
    assert words == {"00": "green", "01": "yellow", "02": "orange", "03": "major challenges"}
    assert "C00000 is major challenges" in said(report, "read")


def test_a_sheet_of_scores_gives_no_observations(tmp_path: Path) -> None:
    """With holds: score the cells are what the source publishes, not values."""
    path = write_book(
        tmp_path / "s.xlsx", {"Scores": [["id", "Goal 1", "Goal 2"], ["A", 55.5, 60], ["B", 10, None]]}
    )
    extract, _report = read_with(path, columns={"area_code": "id"}, layout="wide", holds="score")
    assert len(extract.observations) == 0
    assert extract.series[["indicator_code", "published_score"]].to_numpy().tolist() == [
        ["goal-1", "55.5"],
        ["goal-2", "60"],
        ["goal-1", "10"],
    ]


def test_a_status_column_of_colours_is_what_the_source_publishes(tmp_path: Path) -> None:
    """A column named status that holds no mark of values goes to the table series."""
    rows = [
        ["code", "area", "year", "value", "status"],
        ["pov", "01", 2020, 5, "red"],
        ["pov", "02", 2020, 4, "green"],
    ]
    extract, _report = read_with(
        write_book(tmp_path / "s.xlsx", {"A": rows}),
        columns={
            "indicator": "code",
            "area_code": "area",
            "year": "year",
            "value": "value",
            "status": "status",
        },
    )
    assert extract.series["published_status"].tolist() == ["red", "green"]
    assert extract.observations["status"].tolist() == ["", ""]


def test_targets_that_differ_by_area_go_to_series(tmp_path: Path) -> None:
    """A target of its own is the series', one that all share is the indicator's."""
    rows = [
        ["code", "area", "year", "value", "goal", "aim"],
        ["pov", "01", 2020, 5, 1, 2],
        ["pov", "02", 2020, 4, 1, 3],
        ["lit", "01", 2020, 5, 4, 100],
    ]
    extract, _report = read_with(
        write_book(tmp_path / "t.xlsx", {"A": rows}),
        columns={
            "indicator": "code",
            "area_code": "area",
            "year": "year",
            "value": "value",
            "goal": "goal",
            "target_value": "aim",
        },
    )
    assert extract.indicators[["indicator_code", "goal", "target_value"]].to_numpy().tolist() == [
        ["pov", "1", ""],
        ["lit", "4", "100"],
    ]
    assert extract.series[["area_code", "target_value"]].to_numpy().tolist() == [
        ["01", "2"],
        ["02", "3"],
        ["01", "100"],
    ]


# Several sheets and files


def test_sheets_of_one_layout_are_read_together(tmp_path: Path) -> None:
    """The name of a sheet gives the year, or what is told for it holds for all its rows."""
    rows = [["id", "rate"], ["A", 1], ["B", 2]]
    path = write_book(tmp_path / "y.xlsx", {"Data 2019": rows, "Data 2020": rows, "Notes": [["x"]]})
    extract, _report = read_with(path, sheets=["Data *"], sheet_name="year", columns={"area_code": "id"})
    assert extract.observations["year"].tolist() == ["2019", "2019", "2020", "2020"]
    assert extract.observations["place"].iloc[3] == "Data 2020!B3"
    told = {"Data 2019": {"year": 2018, "sex": "female"}}
    extract, _report = read_with(path, sheets=told, columns={"area_code": "id"})
    assert extract.observations[["year", "sex"]].to_numpy().tolist() == [["2018", "female"]] * 2


def test_the_name_of_a_sheet_gives_the_indicator(tmp_path: Path) -> None:
    """One sheet per indicator, years as columns: name, unit and goal are told by the sheet's name."""
    rows = [["id", 2019, 2020], ["A", 1, 2]]
    extract, _report = read_with(
        write_book(tmp_path / "i.xlsx", {"pov": rows, "lit": rows}),
        sheets=["pov", "lit"],
        sheet_name="indicator",
        columns={"area_code": "id"},
        indicators={"pov": {"name": "Poverty", "unit": "%", "goal": 1}},
    )
    assert extract.observations["indicator_code"].tolist() == ["pov", "pov", "lit", "lit"]
    assert extract.observations["unit"].tolist() == ["%", "%", "", ""]
    assert extract.indicators["name"].tolist() == ["Poverty", ""]


def test_a_folder_of_files_is_read_by_one_mapping(tmp_path: Path) -> None:
    """Each file is named in the places of its rows; lock files of Excel are no files."""
    for year in (2019, 2020):
        (tmp_path / f"rates-{year}.csv").write_text("id,rate\nA,1\n", "utf-8")
    (tmp_path / "~$rates.xlsx").write_bytes(b"")
    extract, _report = read_with(tmp_path, columns={"area_code": "id"}, file_name="year")
    assert extract.observations[["year", "file", "place"]].to_numpy().tolist() == [
        ["2019", "rates-2019.csv", "2"],
        ["2020", "rates-2020.csv", "2"],
    ]


def test_hidden_sheets_and_rows_are_read_and_said(tmp_path: Path) -> None:
    """What the source hides is no reason to lose it, but the analyst must know."""
    path = write_book(tmp_path / "h.xlsx", {"Open": [["x"]], "Draft": [["id", "rate"], ["A", 1], ["B", 2]]})
    book = openpyxl.load_workbook(path)
    book["Draft"].sheet_state = "hidden"
    book["Draft"].row_dimensions[3].hidden = True
    book["Draft"].column_dimensions["B"].hidden = True
    book.save(path)
    extract, report = read_with(path, sheet="Draft", columns={"area_code": "id"}, year=2020)
    assert len(extract.observations) == 2
    lines = said(report, "read")
    assert "the sheet is hidden" in lines
    assert "1 row hidden (3)" in lines
    assert "1 column hidden (B)" in lines


# What is refused


def test_every_problem_comes_in_one_run(tmp_path: Path) -> None:
    """Sheets that are missing, and columns of those that are there, are named together."""
    (tmp_path / "a.csv").write_text("area,rate\nA,1\n", "utf-8")
    (tmp_path / "b.csv").write_text("aera,rate\nA,1\n", "utf-8")
    (tmp_path / "c.csv").write_bytes("area,rate\nАлтын,1\n".encode("cp1251"))
    with pytest.raises(ReviewError) as caught:
        read_with(tmp_path, columns={"area_code": "area"}, year=2020)
    lines = list(map(str, caught.value.problems))
    assert [line.partition(":")[0] for line in lines] == ["b.csv", "c.csv"]
    assert "did you mean 'aera'?" in lines[0]
    assert "name its encoding" in lines[1]


def test_an_encoding_can_be_named(tmp_path: Path) -> None:
    """Cyrillic letters of an old file come through."""
    (tmp_path / "c.csv").write_bytes("id,rate\nАлтын,1\n".encode("cp1251"))
    extract, _report = read_with(
        tmp_path / "c.csv", columns={"area_name": "id"}, year=2020, encoding="windows-1251"
    )
    assert extract.observations["area_name"].tolist() == ["Алтын"]


def test_dates_where_codes_or_values_belong_are_refused(tmp_path: Path) -> None:
    """Excel makes dates of 1.2 and 3-4; nobody can tell what stood there."""
    rows = [
        ["code", "id", 2020],
        ["pov", "A", datetime(2024, 2, 1)],
        [datetime(2024, 3, 1), "A", 5],
        ["lit", "A", True],
    ]
    extract, report = read_with(
        write_book(tmp_path / "d.xlsx", {"A": rows}),
        columns={"indicator": "code", "area_code": "id"},
        values=["2020"],
    )
    assert len(extract.observations) == 0
    lines = said(report, "refused")
    assert "A!C2: refused: is a date" in lines
    assert "A!A3: refused: Excel has made the date 2024-03-01 of a code" in lines
    assert "'True', which is no value" in lines


def test_a_date_in_the_header_is_a_year_where_it_is_its_first_day(tmp_path: Path) -> None:
    """2019-01-01 stands for 2019."""
    rows = [["code", datetime(2019, 1, 1), datetime(2020, 1, 1)], ["pov", 1, 2]]
    extract, _report = read_with(write_book(tmp_path / "d.xlsx", {"A": rows}), columns={"indicator": "code"})
    assert extract.observations["year"].tolist() == ["2019", "2020"]


def test_formulas_that_were_never_computed_are_refused(tmp_path: Path) -> None:
    """A formula without a value is no missing value."""
    path = write_book(tmp_path / "f.xlsx", {"A": [["id", "rate"], ["A", "=1+1"], ["B", 2]]})
    extract, report = read_with(path, columns={"area_code": "id"}, values=["rate"], layout="wide", year=2020)
    assert extract.observations["area_code"].tolist() == ["B"]
    assert "A!2: refused: a formula without a computed value" in said(report, "refused")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.xls", b"\xd0\xcf", "files that end in '.xls' are not read"),
        ("x.xlsx", b"no workbook", "is not an XLSX workbook"),
        ("x.XLSX", b"PK\x03\x04 cut", "is not an XLSX workbook"),
        ("x.csv", b"", "the sheet is empty"),
        ("x.csv", b'a,b\n"open,1\n', "is not CSV"),
        ("x.csv", b"PK\x03\x04 workbook", "is a workbook, not CSV; rename it to x.xlsx"),
        ("x.csv", b"\xd0\xcf\x11\xe0 old", "is an old Excel workbook, not CSV; save it in Excel as .xlsx"),
    ],
)
def test_files_that_are_none_say_so(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    """What is no workbook and no CSV file is refused with the reason."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ReviewError, match=re.escape(message)):
        read_with(tmp_path / name, columns={"area_code": "a"}, year=2020)
    with pytest.raises(ReviewError):
        guess_mapping(tmp_path / name)


@pytest.mark.parametrize(
    ("sign", "hint"),
    [(b"PK\x03\x04", "rename it to areas.xlsx"), (b"\xd0\xcf\x11\xe0", "save it in Excel as .xlsx")],
)
def test_a_workbook_named_csv_is_refused_among_our_own_tables(tmp_path: Path, sign: bytes, hint: str) -> None:
    """No other remedy, such as another encoding, is given for it."""
    (tmp_path / "areas.csv").write_bytes(sign + bytes(range(256)))
    _frame, problems = read_table(tmp_path / "areas.csv", TABLES["areas"], "areas.csv")
    (problem,) = problems
    assert problem.hint == hint


def test_missing_files_and_sheets_are_named(tmp_path: Path) -> None:
    """A misspelt sheet is answered with the sheets there are."""
    with pytest.raises(ReviewError, match="there is no such file"):
        read_with(tmp_path / "none.xlsx")
    path = write_book(tmp_path / "a.xlsx", {"Data": [["a"]], "Notes": [["b"]]})
    with pytest.raises(ReviewError, match="has no sheet 'Date'; did you mean 'Data'"):
        read_with(path, sheet="Date")
    with pytest.raises(ReviewError, match="holds 0 workbooks"):
        (tmp_path / "empty").mkdir()
        read_with(tmp_path / "empty")


def test_a_sheet_beyond_the_bounds_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet that states more cells than can be read is refused, not read in part."""
    monkeypatch.setattr(spreadsheets, "MAX_CELLS", 100)
    path = write_book(tmp_path / "big.xlsx", {"A": [["id", "rate"], *[["A", n] for n in range(60)]]})
    with pytest.raises(ReviewError, match="the sheet is too large"):
        read_with(path, columns={"area_code": "id"}, year=2020)


def test_more_values_than_can_be_held_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says how to read less."""
    monkeypatch.setattr(reading, "MAX_VALUES", 3)
    (tmp_path / "a.csv").write_text("id,x,y\nA,1,2\nB,3,4\n", "utf-8")
    with pytest.raises(ReviewError, match="more than 3 cells of values; read fewer columns"):
        read_with(tmp_path / "a.csv", columns={"area_code": "id"}, year=2020)


def test_every_mapping_on_the_page_is_accepted() -> None:
    """What the documentation shows can be copied."""
    page = (ROOT / "book" / "import-workbook.md").read_text("utf-8")
    blocks = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)]
    assert len(blocks) > 10
    for block in blocks:
        Options.model_validate(block["imports"][0]["options"] if "imports" in block else block)
    for name in Options.model_fields:
        assert f"`{name}`" in page


# Guessing


def test_a_guess_is_a_mapping_that_reads(tmp_path: Path) -> None:
    """The proposal for a municipal table is accepted, reads every value, and says what is uncertain."""
    path = municipal(tmp_path / "municipal-2021.xlsx")
    guess = guess_mapping(path)
    assert guess["header_row"] == 4
    assert guess["layout"] == "wide"
    assert guess["columns"] == {"area_code": "Code", "area_name": "Municipality", "parent_name": "Department"}
    assert guess["indicators"]["Poverty rate (%)"] == {
        "code": "poverty-rate",
        "name": "Poverty rate",
        "unit": "%",
    }
    assert guess["year"] == "2021"
    extract, _report = read_with(path, **guess)
    assert len(extract.observations) == 120


def test_a_guess_finds_languages_sexes_and_years(tmp_path: Path) -> None:
    """Header row, three languages, words for sex and years as columns are found in a trilingual sheet."""
    guess = guess_mapping(trilingual(tmp_path / "three.xlsx"))
    assert (guess["header_row"], guess["layout"]) == (4, "years")
    assert guess["names"] == {
        "ru": "Наименование показателя",
        "kk": "Көрсеткіш атауы",
        "en": "Indicator name",
    }
    assert guess["columns"]["sex"] == "Пол"
    assert guess["sex_values"] == {"Женщины": "female", "Мужчины": "male", "Всего": ""}
    assert guess["missing"] == ["…"]
    Options.model_validate(guess)


def test_a_guess_is_written_as_yaml_with_its_doubts(tmp_path: Path) -> None:
    """The text can be put into params: it is YAML, and comments say what to look at."""
    (tmp_path / "t.csv").write_text(
        "indicator;area;jahr;wert\npov;01;2020;12,5\npov;02;2020;13,5*\npov;03;2020;-\n", "utf-8"
    )
    guess = guess_mapping(tmp_path / "t.csv")
    text = describe_guess(guess)
    (entry,) = yaml.safe_load(text)["imports"]
    assert entry["format"] == "workbook"
    assert Options.model_validate(entry["options"]).decimal == ","
    assert entry["options"]["marks"] == {"*": ""}
    assert entry["options"]["missing"] == ["-"]
    assert "# numbers such as 12,5 are text" in text
    assert propose(tmp_path / "t.csv", {}) == text
    plain = dict(guess)
    assert yaml.safe_load(describe_guess(plain))["imports"][0]["options"] == entry["options"]


def test_a_guess_finds_a_header_of_two_rows(tmp_path: Path) -> None:
    """A row of indicators merged over a row of years is one header."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["A title"],
        [None, "Poverty", None, "Literacy", None],
        ["Area", 2018, 2019, 2018, 2019],
        ["A", 1, 2, 3, 4],
    ):
        sheet.append(row)
    sheet.merge_cells("B2:C2")
    sheet.merge_cells("D2:E2")
    book.save(tmp_path / "two.xlsx")
    guess = guess_mapping(tmp_path / "two.xlsx")
    assert (guess["header_row"], guess["header_rows"], guess["layout"]) == (2, 2, "wide")
    assert list(guess["indicators"]) == ["Poverty", "Literacy"]
    extract, _report = read_with(tmp_path / "two.xlsx", **guess)
    assert extract.observations["year"].tolist() == ["2018", "2019", "2018", "2019"]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize("beyond", [False, True])
def test_the_two_row_header_of_the_page_is_read_from_both_formats(
    tmp_path: Path, suffix: str, beyond: bool
) -> None:
    """A group of columns ends where no row below goes on, even if it is merged or left empty further."""
    rows: list[list[Any]] = [["Table 5. Invented figures"], [], ["Area", "Poverty"], [None, 2018, 2019]]
    rows.append(["Alta", 12.5, 12.1])
    path = tmp_path / f"two{suffix}"
    if suffix == ".csv":
        wide = [[*row, *[None] * (3 + beyond - len(row))] for row in rows]
        path.write_text(
            "".join(",".join("" if c is None else str(c) for c in r) + "\n" for r in wide), "utf-8"
        )
    else:
        write_book(path, {"A": rows})
        book = openpyxl.load_workbook(path)
        book["A"].merge_cells("B3:D3" if beyond else "B3:C3")
        book.save(path)
    mapping = {"header_row": 3, "header_rows": 2, "layout": "wide", "columns": {"area_name": "Area"}}
    told = {"Poverty": {"code": "poverty", "unit": "%"}}
    for options in (mapping | {"indicators": told}, guess_mapping(path)):
        rows_read = read_with(path, **options)[0].observations
        assert [[year, float(value)] for year, value in rows_read[["year", "value"]].to_numpy()] == [
            ["2018", 12.5],
            ["2019", 12.1],
        ]


def write_csv(path: Path, *lines: str) -> Path:
    """Write a CSV file with these lines."""
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def test_a_guess_names_the_path_as_it_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The entry can be pasted: folders stay, and a path below the working directory starts there."""
    (tmp_path / "raw" / "kenya").mkdir(parents=True)
    file = write_csv(tmp_path / "raw" / "kenya" / "t.csv", "area,rate", "A,1", "B,2")
    monkeypatch.chdir(tmp_path)
    for given in (Path("raw/kenya/t.csv"), file):
        assert yaml.safe_load(propose(given, {}))["imports"][0]["path"] == "raw/kenya/t.csv"
    monkeypatch.chdir(tmp_path / "raw" / "kenya")
    assert yaml.safe_load(propose(Path("../kenya/t.csv"), {}))["imports"][0]["path"] == "../kenya/t.csv"


@pytest.mark.parametrize(
    "lines",
    [
        ("x",),
        ("cGxhaW4gcnViYmlzaA", "bm8gdGFibGUgaGVyZQ", "YXQgYWxsLCBub25l"),
        ("name,description", "a,b", "c,d"),
    ],
)
def test_a_file_without_a_table_is_refused(tmp_path: Path, lines: tuple[str, ...]) -> None:
    """No mapping is proposed for one cell, rubbish, or words alone."""
    with pytest.raises(ReviewError, match="holds no table") as caught:
        propose(write_csv(tmp_path / "x.csv", *lines), {})
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize(
    ("areas", "columns", "doubt"),
    [
        (("01", "02"), {"area_code": "Area"}, "'Area' by what its cells hold"),
        (("1", "2"), {"area_code": "Area"}, "'Area' holds whole numbers"),
        (("Alta", "Baja"), {"area_name": "Area"}, "'Code' is taken for codes of indicators"),
    ],
)
def test_a_column_called_code_may_be_of_the_indicators(
    tmp_path: Path, areas: tuple[str, str], columns: dict[str, str], doubt: str
) -> None:
    """The page's table of years is guessed rightly, however its areas are written, and with a doubt."""
    lines = [f"S1,Poverty rate,{area},12.5,12.1" for area in areas]
    guess = guess_mapping(write_csv(tmp_path / "y.csv", "Code,Series,Area,2019,2020 (p)", *lines))
    assert guess["columns"] == {"indicator": "Code", "indicator_name": "Series"} | columns
    assert doubt in describe_guess(guess)


def test_a_column_called_code_may_be_of_the_areas(tmp_path: Path) -> None:
    """As many codes as areas are those of the areas."""
    lines = [f"{n},A{n},{name},5" for n in (1, 2, 3) for name in ("Poverty rate", "Piped water")]
    guess = guess_mapping(write_csv(tmp_path / "y.csv", "Code,Area,Series,2019", *lines))
    assert guess["columns"]["area_code"] == "Code"
    assert "'Code' is taken for codes of areas" in describe_guess(guess)


@pytest.mark.parametrize(
    ("header", "area", "parent", "doubt"),
    [
        ("Municipality,Department", "Municipality", "Department", "though the second holds more names"),
        ("Department,Municipality", "Municipality", "Department", ""),
        ("Name,Region", "Name", "Region", "though the second holds more names"),
        ("Country,Province", "Province", "Country", ""),
        ("Departamento,Provincia", "Provincia", "Departamento", "by how many names they hold"),
        ("Name,District", "District", "Name", "by how many names they hold"),
    ],
)
def test_words_say_which_areas_lie_in_which(
    tmp_path: Path, header: str, area: str, parent: str, doubt: str
) -> None:
    """Ranks of places decide; counting names is for headers that do not, and is said."""
    rows = [f"0{n}01,{'Alta' if n < 4 else 'Baja'},Place {n},{n}" for n in range(1, 7)]
    path = write_csv(tmp_path / "w.csv", f"Code,{header},Rate", *rows)
    guess = guess_mapping(path)
    assert guess["columns"] == {"area_code": "Code", "area_name": area, "parent_name": parent}
    text = describe_guess(guess)
    assert ("# area_name, parent_name" in text) == bool(doubt)
    assert doubt in text


def test_a_guess_says_how_to_leave_out_rows_that_are_no_areas(tmp_path: Path) -> None:
    """Placeholders, urban and rural parts, totals and levels are named, with a line of YAML that works."""
    rows = (
        "-,Samplia,*,9",
        "-,RURAL,*,8",
        "Alta,Alta,County,7",
        "Alta,A1,SubCounty,6",
        "Alta,A2,SubCounty,5",
    )
    path = write_csv(tmp_path / "k.csv", "County,SubCounty,Kind,Rate", *rows, "Baja,B1,SubCounty,4")
    text = describe_guess(guess_mapping(path))
    for line in (
        "without: {SubCounty: [RURAL]}",
        "without: {County: ['-']}",
        "only: {Kind: [SubCounty]} with columns: {area_name: SubCounty}",
        "only: {Kind: [County]} with columns: {area_name: County}",
    ):
        assert line in text
    without = {"without": {"County": ["-"]}, "year": 2020}
    guess = yaml.safe_load(text)["imports"][0]["options"]
    assert len(read_with(path, **guess | without)[0].observations) == 4


def test_the_wide_table_of_the_page_is_guessed(tmp_path: Path) -> None:
    """Two municipalities of one name lie in two departments, and not the other way round."""
    rows = ("0101,San Juan,North,12.5,64", "0201,San Juan,South,14.0,70")
    header = "Code,Municipality,Department,Poverty rate 2019 (%),Piped water"
    guess = guess_mapping(write_csv(tmp_path / "w.csv", header, *rows))
    assert guess["columns"] == {"area_code": "Code", "area_name": "Municipality", "parent_name": "Department"}


def test_names_that_seem_to_be_given_twice_are_said(tmp_path: Path) -> None:
    """A column of the same rank with as many names is taken for another language, with a doubt."""
    rows = ("1,Alta,Upper,5", "2,Baja,Lower,6", "3,Norte,North,7")
    guess = guess_mapping(write_csv(tmp_path / "w.csv", "Code,Municipio,Municipality,Rate", *rows))
    assert "in another language: 'Municipality'" in describe_guess(guess)


# Real data

RWANDA = {
    "sheet": "Data",
    "columns": {
        "indicator": "Series_Code",
        "indicator_name": "Description",
        "global_indicator": "Indicator",
        "series_code": "Series_Code",
        "unit": "Unit_Code",
        "area_code": "Ref_Area",
        "sex": "Sex_Code",
        "age": "Age",
        "residence": "Urbanization_Code",
        "category": ["Composite", "Occupation", "Education", "Seats"],
    },
}


def test_what_a_column_says_of_areas_goes_to_their_table(tmp_path: Path) -> None:
    """Population and coordinates are facts about an area, with the year of the sheet; rows left out give none."""
    rows = [
        ["Code", "Town", "Inhabitants", "Lat", "Water"],
        ["01", "A", 1200, 1.5, 50],
        ["T", "All", 9, 2, 51],
    ]
    path = write_book(tmp_path / "towns.xlsx", {"Data": rows})
    columns = {"area_code": "Code", "area_name": "Town", "population": "Inhabitants", "latitude": "Lat"}
    extract, report = read_with(path, columns=columns, year=2024, without={"Code": ["T"]})
    told = ["area_code", "name", "population", "latitude", "context_year"]
    assert extract.areas[told].values.tolist() == [["01", "A", "1200", "1.5", "2024"]]
    assert extract.observations["value"].tolist() == [50]
    named = {key: column for key, column in columns.items() if key != "area_code"}
    extract, report = read_with(path, columns=named, year=2024)
    assert extract.areas.empty
    assert "population, latitude of areas without a code are not kept" in said(report, "dropped")


@needs_shared
def test_rwandas_workbook_gives_every_value() -> None:
    """The workbook of the National Institute of Statistics of Rwanda holds 2,330 values."""
    path = SHARED / "data/rwanda/data/2025_RW-SDG_Data.xlsx"
    extract, _report = read_with(path, **RWANDA)
    rows = extract.observations
    assert len(rows) == 2330
    found = rows[
        (rows["indicator_code"] == "SI_POV_DAY1") & (rows["area_code"] == "RW") & (rows["year"] == "2000")
    ]
    assert found["value"].tolist() == [82.3]
    assert extract.indicators.set_index("indicator_code").loc["SI_POV_DAY1", "target"] == "1.1"
    assert "Composite: IHR_01" in set(rows["category"])


@needs_shared
def test_rwandas_workbook_is_guessed() -> None:
    """The proposal finds years as columns, codes, groups and totals, and reads the same 2,330 values."""
    path = SHARED / "data/rwanda/data/2025_RW-SDG_Data.xlsx"
    guess = guess_mapping(path, "Data")
    assert guess["layout"] == "years"
    assert guess["columns"]["indicator"] == "Series_Code"
    assert guess["columns"]["global_indicator"] == "Indicator"
    assert guess["columns"]["category"] == ["Composite", "Occupation", "Education", "Seats"]
    assert len(read_with(path, **guess)[0].observations) == 2330


@needs_shared
def test_kenyas_census_table_gives_the_counties() -> None:
    """47 counties of the 2019 census, without sub-counties and totals; Turkana and Wajir as published."""
    extract, report = read_with(
        SHARED / "data/kenya/V4_T2.19.csv",
        columns={"area_name": "County"},
        only={"AdminArea": ["County"]},
        year=2019,
        unit="% of conventional households",
        layout="wide",
    )
    rows = extract.observations
    assert rows["area_name"].nunique() == 47
    found = rows[(rows["area_name"] == "TURKANA") & (rows["value"] == "8.6")]
    assert len(found) == 1
    assert "348 rows left out by only" in said(report, "dropped")


@needs_shared
def test_kenyas_census_table_is_guessed_with_its_levels() -> None:
    """The proposal names the rows that are no sub-counties, as the page leaves them out."""
    text = propose(SHARED / "data/kenya/V4_T2.15.csv", {})
    assert "without: {SubCounty: [RURAL, URBAN]}" in text
    assert "without: {County: [xxx]}" in text
    assert "only: {AdminArea: [County]} with columns: {area_name: County}" in text


@needs_shared
def test_rwandas_workbook_is_read_by_codes() -> None:
    """The mapping for comparing with SDMX, as the page has it, reads the same 2,330 values without labels."""
    page = (ROOT / "book" / "import-workbook.md").read_text("utf-8")
    (block,) = [one for one in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if "Education_Code" in one]
    path = SHARED / "data/rwanda/data/2025_RW-SDG_Data.xlsx"
    rows = read_with(path, **yaml.safe_load(block))[0].observations
    assert len(rows) == 2330
    assert "IHR_01" in set(rows["category"])
