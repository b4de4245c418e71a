"""Published indices: values, years, scores, colours and arrows go to their own indicator, and are guessed so.

All figures and places are invented.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from click.testing import CliRunner
from openpyxl.styles import PatternFill
from workbooks import write_book

from vsrbook.cli import main
from vsrbook.importing.extract import Extract
from vsrbook.importing.report import Report
from vsrbook.problems import ReviewError
from vsrbook.sources.workbook import Options, describe_guess, guess_mapping, read
from vsrbook.sources.workbook.families import read_goal, read_part
from vsrbook.sources.workbook.proposal import Guess

PLACES = [("SAA", "Samplia"), ("SBB", "Bexland"), ("SCC", "Cedria"), ("SDD", "Dorland")]
COLOURS = ["green", "yellow", "orange", "red"]
ARROWS = ["↑", "➚", "→", "↓"]
FILLS = ["00B050", "FFFF00", "FFC000", "C00000"]
POVERTY = "Poverty headcount ratio at $2.15/day (2017 PPP, %)"
WATER = "Population using basic drinking water services (%)"


def write_places(path: Path, header: list[Any], *columns: list[Any], titles: tuple[str, ...] = ()) -> Path:
    """Write a sheet with the four places in its first two columns."""
    rows = [[*place, *(column[n] for column in columns)] for n, place in enumerate(PLACES)]
    return write_book(path, {"Data": [*([title] for title in titles), header, *rows]})


def read_with(path: Path, options: dict[str, Any]) -> tuple[Extract, Report]:
    """Read a file with these options."""
    report = Report()
    return read(path, Options.model_validate(options), report), report


def read_guess(path: Path, **more: Any) -> tuple[Guess, Extract, Report]:
    """Guess the mapping of a file, and read it as --options would: from the text of the proposal."""
    guess = guess_mapping(path)
    assert isinstance(guess, Guess)
    (entry,) = yaml.safe_load(describe_guess(guess))["imports"]
    return guess, *read_with(path, entry["options"] | more)


def judged(extract: Extract, code: str) -> list[list[str]]:
    """Return score, status and trend of an indicator, by area."""
    rows = extract.series[extract.series["indicator_code"] == code]
    return rows[["area_code", "published_score", "published_status", "published_trend"]].to_numpy().tolist()


def values_of(extract: Extract, code: str) -> list[list[Any]]:
    """Return year and value of an indicator, by area."""
    rows = extract.observations[extract.observations["indicator_code"] == code]
    return rows[["area_code", "year", "value"]].to_numpy().tolist()


def family(name: str) -> list[str]:
    """Return the columns of an indicator in the layout of the SDG Index."""
    return [name, f"Year: {name}", f"Normalized Score: {name}", f"Dashboard: {name}", f"Trend: {name}"]


def index(path: Path, titles: tuple[str, ...] = ()) -> Path:
    """Write a sheet in the layout of the SDG Index: goals, then two indicators with all that belongs to them."""
    header = ["Country Code ISO3", "Country", "2025 SDG Index Score", "2025 SDG Index Rank"]
    header += ["International Spillovers Score (0-100)", "Regions used for the SDR", "Population in 2025"]
    header += [f"Goal {goal} {word}" for goal in (1, 6) for word in ("Dash", "Trend", "Score")]
    header += [*family(POVERTY), *family(WATER)]
    rows = [
        [
            *PLACES[0],
            70.5,
            1,
            99,
            "North",
            1000,
            "green",
            "↑",
            90.1,
            "orange",
            "➚",
            60.2,
            *[1.5, 2022, 95.5, "green", "↑", 88.1, 2021, 70.1, "yellow", "➚"],
        ],
        [
            *PLACES[1],
            60.5,
            2,
            89,
            "South",
            2000,
            "red",
            "↓",
            30.1,
            "grey",
            "..",
            None,
            *[21.5, 2019, 15.5, "red", "→", 55, None, 20.1, "red", "↓"],
        ],
        [
            *PLACES[2],
            50.5,
            3,
            79,
            "South",
            3000,
            "yellow",
            "•",
            50.1,
            "red",
            "↓",
            10.2,
            *[None, None, None, "grey", "•", 33.1, 2020, "..", "grey", ".."],
        ],
        [None, None, None, None, None, None, None, "green", "↑"],  # a legend
    ]
    about = [["About this file"], ["All figures are invented"]]
    return write_book(path, {"About": about, "SDR2025 Data": [*([t] for t in titles), header, *rows]})


# Reading


MAPPING: dict[str, Any] = {
    "sheet": "SDR2025 Data",
    "layout": "wide",
    "columns": {"area_code": "Country Code ISO3", "area_name": "Country"},
    "year": 2025,
    "missing": [".."],
    "indicators": {
        "Goal 1 Score": {"code": "goal-1-score", "status": "Goal 1 Dash", "arrow": "Goal 1 Trend"},
        WATER: {
            "code": "water",
            "year_column": f"Year: {WATER}",
            "score": f"Normalized Score: {WATER}",
            "status": f"Dashboard: {WATER}",
            "arrow": f"Trend: {WATER}",
        },
    },
}


def test_every_value_has_the_year_of_its_own_column(tmp_path: Path) -> None:
    """The year column of an indicator goes first; an empty cell of it means the sheet's year, and that is said."""
    extract, report = read_with(index(tmp_path / "i.xlsx"), MAPPING)
    assert values_of(extract, "water") == [["SAA", "2021", 88.1], ["SBB", "2025", 55], ["SCC", "2020", 33.1]]
    assert values_of(extract, "goal-1-score")[0] == ["SAA", "2025", 90.1]
    (doubt,) = report.of("doubted")
    assert "1 value (SDR2025 Data!S3) without a year" in doubt.what
    assert "the year 2025 is taken" in doubt.what


def test_a_year_column_does_without_any_other_year(tmp_path: Path) -> None:
    """Marks beside the year count, and a year in the name of the indicator is no year of its values."""
    path = write_places(
        tmp_path / "y.xlsx",
        ["id", "City", "Rate (2017 PPP)", "When"],
        [1, 2, 3, 4],
        [2019, "2020 (p)", 2021, "2019/20"],
    )
    mapping = {
        "columns": {"area_code": "id"},
        "indicators": {"Rate (2017 PPP)": {"code": "r", "year_column": "When"}},
    }
    extract, _report = read_with(path, mapping)
    assert extract.observations["year"].tolist() == ["2019", "2020", "2021", "2019/20"]
    assert extract.observations["status"].tolist() == ["", "provisional", "", ""]


def test_scores_colours_and_arrows_go_to_their_own_indicator(tmp_path: Path) -> None:
    """What is published of one indicator is never attached to another; a legend below the table to none."""
    extract, _report = read_with(index(tmp_path / "i.xlsx"), MAPPING)
    assert judged(extract, "water") == [
        ["SAA", "70.1", "yellow", "➚"],
        ["SBB", "20.1", "red", "↓"],
        ["SCC", "", "grey", ""],
    ]
    assert judged(extract, "goal-1-score") == [
        ["SAA", "", "green", "↑"],
        ["SBB", "", "red", "↓"],
        ["SCC", "", "yellow", "•"],
    ]


@pytest.mark.parametrize("role", ["score", "published_status", "arrow", "target_value"])
def test_a_column_for_the_whole_sheet_is_refused_where_it_has_several_indicators(
    tmp_path: Path, role: str
) -> None:
    """One column of colours beside two indicators could be of either."""
    path = write_places(
        tmp_path / "s.xlsx", ["id", "City", "A rate", "B rate", "C"], [1, 2, 3, 4], [1, 2, 3, 4], ARROWS
    )
    with pytest.raises(ReviewError, match=f"columns.{role}: 'C' would be for all 2 series"):
        read_with(
            path, {"columns": {"area_code": "id", role: "C"}, "values": ["A rate", "B rate"], "year": 2020}
        )
    if role != "target_value":
        options = {"columns": {"area_code": "id", role: "C"}, "values": ["A rate"], "year": 2020}
        extract, _report = read_with(path, options)
        assert set(extract.series["indicator_code"]) <= {"a-rate"}


def test_a_status_column_of_colours_for_several_indicators_is_refused(tmp_path: Path) -> None:
    """columns.status that holds colours is what the source publishes, and the same rule holds."""
    path = write_places(
        tmp_path / "s.xlsx", ["id", "City", "A rate", "B rate", "C"], [1, 2, 3, 4], [1, 2, 3, 4], COLOURS
    )
    options = {"columns": {"area_code": "id", "status": "C"}, "values": ["A rate", "B rate"], "year": 2020}
    with pytest.raises(ReviewError, match="'C' would be for all 2 series"):
        read_with(path, options)


def test_one_indicator_over_several_years_may_have_one_column_of_colours(tmp_path: Path) -> None:
    """Columns that differ by year alone are one series."""
    path = write_places(
        tmp_path / "y.xlsx",
        ["id", "City", "Rate 2019", "Rate 2020", "C"],
        [1, 2, 3, 4],
        [2, 3, 4, 5],
        COLOURS,
    )
    options = {"columns": {"area_code": "id", "published_status": "C"}, "values": ["Rate 2019", "Rate 2020"]}
    extract, _report = read_with(path, options | {"layout": "wide"})
    assert extract.series["published_status"].tolist() == COLOURS


def test_what_is_told_of_an_indicator_in_rows_is_not_ignored(tmp_path: Path) -> None:
    """In the layout tidy, a score column of one indicator cannot be read: that is said, with the remedy."""
    rows = [["code", "area", "year", "value", "score"], ["pov", "01", 2020, 5, 60]]
    columns = {"indicator": "code", "area_code": "area", "year": "year", "value": "value"}
    options = {"columns": columns, "indicators": {"pov": {"score": "score"}}}
    with pytest.raises(ReviewError, match="score cannot be told here in the layout tidy"):
        read_with(write_book(tmp_path / "t.xlsx", {"A": rows}), options)


def test_a_score_that_is_no_number_is_refused(tmp_path: Path) -> None:
    """Marks for missing values are no score; words are refused, with their place."""
    path = write_places(
        tmp_path / "s.xlsx", ["id", "City", "Rate", "Score"], [1, 2, 3, 4], [55.5, "n/a", "high", "60"]
    )
    options = {
        "columns": {"area_code": "id"},
        "year": 2020,
        "indicators": {"Rate": {"code": "r", "score": "Score"}},
    }
    extract, report = read_with(path, options)
    assert [row[1] for row in judged(extract, "r")] == ["55.5", "60"]
    (refused,) = report.of("refused")
    assert (
        str(refused)
        == "s.xlsx:Data!D4: refused: the score 'high' is no number, and not kept; correct the source"
    )


def test_columns_that_are_not_there_are_named_in_one_run(tmp_path: Path) -> None:
    """Each column that an indicator names is looked for before anything is read."""
    indicators = {"Goal 1 Score": {"status": "Goal 1 Dsh", "arrow": "Goal 1 Trnd"}}
    with pytest.raises(ReviewError) as caught:
        read_with(index(tmp_path / "i.xlsx"), MAPPING | {"indicators": indicators})
    lines = list(map(str, caught.value.problems))
    assert len(lines) == 2
    assert "options.indicators.Goal 1 Score.published_status: no column is called 'Goal 1 Dsh'" in "\n".join(
        lines
    )


def test_a_column_may_hold_statuses_beside_others_with_values(tmp_path: Path) -> None:
    """An indicator may say what its column holds: its words are no values, and those of the others are."""
    path = write_places(tmp_path / "h.xlsx", ["id", "City", "Index", "Goal 1"], [1, 2, 3, 4], COLOURS)
    indicators = {"Index": "index", "Goal 1": {"code": "g1", "goal": 1, "holds": "published_status"}}
    extract, _report = read_with(
        path, {"columns": {"area_code": "id"}, "year": 2020, "indicators": indicators}
    )
    assert set(extract.observations["indicator_code"]) == {"index"}
    assert [row[2] for row in judged(extract, "g1")] == COLOURS
    assert extract.indicators["indicator_code"].tolist() == ["index", "g1"]


# The words of headers


@pytest.mark.parametrize(
    ("header", "kind", "base"),
    [
        ("Year: Poverty (%)", "year", "poverty (%)"),
        ("Normalized Score: Poverty", "score", "poverty"),
        ("Normalized.Score..sdg1_wpc", "score", "sdg1_wpc"),
        ("Dashboard Color: sdg1_wpc", "published_status", "sdg1_wpc"),
        ("Poverty (score)", "score", "poverty"),
        ("Poverty - normalised", "score", "poverty"),
        ("Poverty color", "published_status", "poverty"),
        ("sdg1_1_ee_norm", "score", "sdg1_1_ee"),
        ("Índice: Agua", "score", "agua"),
        ("Semáforo: Agua", "published_status", "agua"),
        ("Тренд: Бедность", "arrow", "бедность"),
        ("Бедность (балл)", "score", "бедность"),
        ("t_sdg1_wpc", "arrow", "sdg1_wpc"),
        ("Spillovers Score (0-100)", "score", "spillovers"),
        ("Score", "score", ""),
        ("Mean years of schooling (years)", "", "mean years of schooling (years)"),
        ("Trendy shops", "", "trendy shops"),
    ],
)
def test_headers_say_what_their_column_is_of(header: str, kind: str, base: str) -> None:
    """Words before or behind the name of an indicator are known in several languages."""
    part = read_part((header,))
    assert (part.kind, part.base) == (kind, base)


def test_a_goal_is_known_by_its_number_and_name() -> None:
    """A name that is not that of the goal makes an indicator of it."""
    assert [read_goal(text) for text in ("ods1", "goal 17", "sdg 6: clean water and sanitation")] == [
        "1",
        "17",
        "6",
    ]
    assert [read_goal(text) for text in ("goal 18", "sdg 1: extreme poverty", "sdg1_1_ee")] == ["", "", ""]


# Guessing


@pytest.mark.parametrize("titles", [(), ("Sustainable development of Samplia", "Invented figures")])
def test_the_layout_of_the_sdg_index_is_guessed(tmp_path: Path, titles: tuple[str, ...]) -> None:
    """Families are found, area codes are no names, scores of goals are values, the rest is left out and said."""
    guess, extract, _report = read_guess(index(tmp_path / "sdr.xlsx", titles))
    assert guess["sheet"] == "SDR2025 Data"
    assert guess["header_row"] == len(titles) + 1
    assert guess["columns"] == {"area_code": "Country Code ISO3", "area_name": "Country"}
    assert guess["year"] == "2025"
    assert list(guess["indicators"]) == [
        "2025 SDG Index Score",
        "International Spillovers Score (0-100)",
        "Goal 1 Score",
        "Goal 6 Score",
        POVERTY,
        WATER,
    ]
    assert guess["indicators"]["2025 SDG Index Score"] == {
        "code": "sdg-index-score",
        "name": "SDG Index Score",
        "unit": "score",
    }
    assert guess["indicators"]["Goal 6 Score"] == {
        "code": "goal-6-score",
        "name": "Goal 6 Score",
        "unit": "score",
        "goal": "6",
        "status": "Goal 6 Dash",
        "arrow": "Goal 6 Trend",
    }
    assert guess["indicators"][POVERTY] == {
        "code": "poverty-headcount-ratio-at-2-15-day",
        "name": "Poverty headcount ratio at $2.15/day",
        "unit": "%, 2017 PPP",
        "year_column": f"Year: {POVERTY}",
        "score": f"Normalized Score: {POVERTY}",
        "status": f"Dashboard: {POVERTY}",
        "arrow": f"Trend: {POVERTY}",
    }
    text = describe_guess(guess)
    assert "# left out, since they name or rank things: '2025 SDG Index Rank'" in text
    assert "belong in the table areas (population, latitude, longitude): 'Population in 2025'" in text
    assert "'Regions used for the SDR' is left out" in text
    assert "of no single goal" in text
    assert "also there: About" in text
    assert values_of(extract, "poverty-headcount-ratio-at-2-15-day") == [
        ["SAA", "2022", 1.5],
        ["SBB", "2019", 21.5],
    ]
    assert judged(extract, "goal-6-score")[:2] == [["SAA", "", "orange", "➚"], ["SBB", "", "grey", ""]]
    assert judged(extract, "sdg-index-score") == []


def test_other_words_and_languages_are_guessed(tmp_path: Path) -> None:
    """Suffixes, brackets, units on one side only, and Spanish words; an index by name alone stays a value."""
    header = ["Clave", "Municipio", "Agua (%)", "Agua (score)", "Agua color", "Pobreza (% of people)"]
    header += ["Índice: Pobreza", "Semáforo: Pobreza", "Tendencia: Pobreza", "Año: Pobreza"]
    header += ["Puntaje ODS 1", "Color ODS 1", "Índice de Desarrollo Humano"]
    numbers = [10, 20, 30, 40]
    columns = [
        numbers,
        [1.5, 2.5, 3.5, 4.5],
        COLOURS,
        numbers,
        numbers,
        COLOURS,
        ARROWS,
        [2019, 2020, 2019, 2020],
    ]
    path = write_places(tmp_path / "2021.xlsx", header, *columns, numbers, COLOURS, [0.7, 0.8, 0.7, 0.6])
    guess, extract, _report = read_guess(path)
    told = {
        which: {k: v for k, v in said.items() if k not in ("code", "name")}
        for which, said in guess["indicators"].items()
    }
    assert told == {
        "Agua (%)": {"unit": "%", "score": "Agua (score)", "status": "Agua color"},
        "Pobreza (% of people)": {
            "unit": "% of people",
            "year_column": "Año: Pobreza",
            "score": "Índice: Pobreza",
            "status": "Semáforo: Pobreza",
            "arrow": "Tendencia: Pobreza",
        },
        "Puntaje ODS 1": {"unit": "score", "goal": "1", "status": "Color ODS 1"},
        "Índice de Desarrollo Humano": {},
    }
    assert guess["columns"] == {"area_code": "Clave", "area_name": "Municipio"}
    assert values_of(extract, "goal-1-score")[0] == ["SAA", "2021", 10]


def test_codes_behind_scores_follow_their_values(tmp_path: Path) -> None:
    """Scores named by a code belong to the values before them, if that is so for all; the code is the indicator's."""
    header = ["id", "Country", "Poverty (%)", "Year: Poverty (%)", "Normalized Score: sdg1_wpc"]
    header += ["Dashboard Color: sdg1_wpc", "Water use", "Normalized Score: sdg6_use"]
    numbers = [10, 20, 30, 40]
    path = write_places(
        tmp_path / "2022.xlsx", header, numbers, [2019] * 4, numbers, COLOURS, numbers, numbers
    )
    guess = guess_mapping(path)
    assert guess["indicators"]["Poverty (%)"]["code"] == "sdg1_wpc"
    assert guess["indicators"]["Poverty (%)"]["status"] == "Dashboard Color: sdg1_wpc"
    assert guess["indicators"]["Water use"] == {
        "code": "sdg6_use",
        "name": "Water use",
        "score": "Normalized Score: sdg6_use",
    }
    header = [
        "id",
        "Country",
        "Poverty (%)",
        "Water use",
        "Normalized Score: sdg1_wpc",
        "Normalized Score: sdg6_use",
    ]
    guess = guess_mapping(write_places(tmp_path / "apart.xlsx", header, numbers, numbers, numbers, numbers))
    assert guess["indicators"]["Water use"] == {"code": "water-use", "name": "Water use"}


def test_short_prefixes_need_the_column_they_are_of(tmp_path: Path) -> None:
    """n_, d_ and t_ before the name of another column are score, colour and arrow; n_households is a number."""
    header = ["id", "Country", "Year", "sdg1_wpc", "n_sdg1_wpc", "d_sdg1_wpc", "t_sdg1_wpc", "n_households"]
    numbers = [10, 20, 30, 40]
    path = write_places(tmp_path / "n.xlsx", header, [2019] * 4, numbers, numbers, COLOURS, ARROWS, numbers)
    guess, extract, _report = read_guess(path)
    assert guess["indicators"]["sdg1_wpc"]["score"] == "n_sdg1_wpc"
    assert guess["indicators"]["n_households"] == {"code": "n_households", "name": "n_households"}
    assert guess["columns"]["year"] == "Year"
    assert judged(extract, "sdg1_wpc")[0] == ["SAA", "10", "green", "↑"]


def test_bare_words_beside_every_indicator_are_its_own(tmp_path: Path) -> None:
    """Score and Rating after each indicator are of it; where they stand once beside two, nobody knows."""
    numbers = [10, 20, 30, 40]
    header = ["Code", "Area", "Poverty", "Score", "Rating", "Water", "Score", "Rating"]
    path = write_places(
        tmp_path / "b.xlsx", header, numbers, numbers, COLOURS, numbers, numbers, COLOURS[::-1]
    )
    guess, extract, _report = read_guess(path, year=2020)
    assert guess["indicators"]["Water"] == {"code": "Water", "name": "Water", "score": "G", "status": "H"}
    assert [row[2] for row in judged(extract, "Water")] == COLOURS[::-1]
    assert "since they stand beside them, not by name" in describe_guess(guess)
    header = ["Code", "Area", "Poverty", "Water", "Score", "Dashboard"]
    guess, extract, _report = read_guess(
        write_places(tmp_path / "c.xlsx", header, numbers, numbers, numbers, COLOURS), year=2020
    )
    assert guess["columns"] == {"area_code": "Code", "area_name": "Area"}
    assert "nothing says which indicator they are of: 'Score', 'Dashboard'" in describe_guess(guess)
    assert len(extract.series) == 0


def test_one_dashboard_is_of_the_indicator_that_it_names(tmp_path: Path) -> None:
    """A single column "Dashboard: Water" is not that of all indicators."""
    path = write_places(
        tmp_path / "o.xlsx",
        ["Code", "Area", "Poverty", "Water", "Dashboard: Water"],
        [1, 2, 3, 4],
        [1, 2, 3, 4],
        COLOURS,
    )
    _guess, extract, _report = read_guess(path, year=2020)
    assert set(extract.series["indicator_code"]) == {"Water"}


def test_a_header_of_two_rows_names_indicators_and_parts(tmp_path: Path) -> None:
    """The name of the indicator stands merged above its value, score and colour."""
    rows = [
        [None, None, "Poverty", None, None, "Water", None, None],
        ["Code", "Area", "Value", "Score", "Colour", "Value", "Score", "Colour"],
        *([*place, n + 10, n + 50, COLOURS[n], n + 20, n + 60, COLOURS[n]] for n, place in enumerate(PLACES)),
    ]
    path = write_book(tmp_path / "two.xlsx", {"A": rows}, merged=("C1:E1", "F1:H1"))
    guess, extract, _report = read_guess(path, year=2020)
    assert guess["header_rows"] == 2
    assert values_of(extract, "Water")[0] == ["SAA", "2020", 20]
    assert judged(extract, "Water")[0] == ["SAA", "60", "green", ""]


@pytest.mark.parametrize("shape", ["words", "blank", "merged", "filled"])
def test_an_overview_of_goals_is_guessed(tmp_path: Path, shape: str) -> None:
    """Colour words and arrows side by side, or arrows in coloured cells, are status and trend of the goal."""
    heads = {
        "words": ["Goal 1 Dash", "Goal 1 Trend", "Goal 6 Dash", "Goal 6 Trend"],
        "blank": ["SDG1: No Poverty", None, "SDG6: Clean Water and Sanitation", None],
        "merged": ["SDG 1", None, "SDG 6", None],
        "filled": ["SDG 1", "SDG 6"],
    }
    columns = [COLOURS, ARROWS, COLOURS[::-1], ARROWS] if shape != "filled" else [ARROWS, ARROWS]
    header = ["id", "Country", *heads[shape], "2025 SDG Index Score"]
    path = write_places(tmp_path / "overview.xlsx", header, *columns, [70.1, 60.2, 50.3, 40.4])
    book = openpyxl.load_workbook(path)
    for n in range(4 if shape == "filled" else 0):
        book["Data"].cell(n + 2, 3).fill = PatternFill("solid", fgColor=FILLS[n])
        book["Data"].cell(n + 2, 4).fill = PatternFill("solid", fgColor=FILLS[::-1][n])
    for cells in ("C1:D1", "E1:F1") if shape == "merged" else ():
        book["Data"].merge_cells(cells)
    book.save(path)
    guess, extract, _report = read_guess(path)
    assert guess.get("colour_as_status", False) == (shape == "filled")
    assert len(extract.observations) == 4
    expected = zip(COLOURS[::-1], ARROWS, strict=True)
    assert [row[2:] for row in judged(extract, "goal-6-score")] == [list(pair) for pair in expected]
    goals = extract.indicators.set_index("indicator_code")["goal"]
    assert (goals["goal-1-score"], goals["goal-6-score"], goals["sdg-index-score"]) == ("1", "6", "")


def test_a_sheet_that_is_only_coloured_gives_statuses_and_areas(tmp_path: Path) -> None:
    """Cells that hold nothing but a colour are read; their areas are handed over, since no value names them."""
    path = write_places(tmp_path / "c.xlsx", ["id", "Country", "SDG 1"], [None] * 4)
    book = openpyxl.load_workbook(path)
    for n in range(4):
        book["Data"].cell(n + 2, 3).fill = PatternFill("solid", fgColor=FILLS[n])
    book.save(path)
    _guess, extract, _report = read_guess(path)
    assert judged(extract, "goal-1-score") == [
        [code, "", COLOURS[n], ""] for n, (code, _name) in enumerate(PLACES)
    ]
    assert extract.areas[["area_code", "name"]].to_numpy().tolist() == [list(place) for place in PLACES]
    assert len(extract.observations) == 0


def test_a_proposal_is_accepted_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What --guess prints can be given to --options, long names and all, and reads the right sheet."""
    monkeypatch.chdir(tmp_path)
    index(tmp_path / "sdr.xlsx")
    book = openpyxl.load_workbook("sdr.xlsx")
    for column in range(1, 25):
        cell = book["SDR2025 Data"].cell(1, column)
        cell.value = str(cell.value).replace(
            "drinking water services", "drinking water services " + "of any kind " * 12
        )
    book.save("sdr.xlsx")
    proposal = CliRunner().invoke(main, ["import", "workbook", "sdr.xlsx", "--guess"])
    Path("mapping.yml").write_text(proposal.output, "utf-8")
    command = ["import", "workbook", "sdr.xlsx", "--options", "mapping.yml", "--out", "tables"]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 0, done.output
    with Path("tables/series.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = [row for row in rows if row["indicator_code"] == "goal-1-score"]
    assert [(row["area_code"], row["published_trend"]) for row in found] == [
        ("SAA", "↑"),
        ("SBB", "↓"),
        ("SCC", "•"),
    ]
    assert len(Path("tables/observations.csv").read_text("utf-8").splitlines()) == 17


# Other sheets that associations have


def municipal(path: Path) -> Path:
    """Write 339 municipalities with names twice, codes as numbers, decimals without a zero, years in headers."""
    header = ["id", "mun_id", "mun", "dep", "dep_id", "rank_imds", "imds", "poblacion_2020", "urbano_2012"]
    header += [f"pop{year}" for year in range(2001, 2021)] + ["COORD_X", "COORD_Y"]
    for name in ("sdg1_1_ee", "sdg6_1_agua"):
        header += [name, f"{name}_norm"]
    header += ["indice_ods1", "indice_ods6"]
    rows = []
    for n in range(339):
        row = [
            n + 1,
            10100 + n,
            f"San {n % 300}",
            f"Departamento {n % 9}",
            n % 9 + 1,
            339 - n,
            f"{n / 10:.1f}",
        ]
        row += [1000 + n, n / 4, *(2000 + n + year for year in range(20)), -63.5 + n / 1000, -17.1]
        for _name in range(2):
            row += [f".{15000001 + n}" if n % 10 else "", 50 + n / 10]
        rows.append([*row, 60 + n / 100, 61.5])
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def test_a_municipal_index_is_guessed(tmp_path: Path) -> None:
    """Only the year is added: codes are of municipalities, twins keep their department, scores their indicator."""
    guess, extract, _report = read_guess(municipal(tmp_path / "municipal.csv"), year=2020)
    assert guess["columns"] == {"area_code": "mun_id", "area_name": "mun", "parent_name": "dep"}
    assert "year" not in guess
    assert list(guess["indicators"]) == [
        "imds",
        "urbano_2012",
        "pop",
        "sdg1_1_ee",
        "sdg6_1_agua",
        "indice_ods1",
        "indice_ods6",
    ]
    assert guess["indicators"]["sdg6_1_agua"] == {
        "code": "sdg6_1_agua",
        "name": "sdg6_1_agua",
        "goal": "6",
        "target": "6.1",
        "score": "sdg6_1_agua_norm",
    }
    assert guess["indicators"]["indice_ods6"]["code"] == "goal-6-score"
    text = describe_guess(guess)
    assert "'poblacion_2020', 'COORD_X', 'COORD_Y'" in text
    assert "'id', 'rank_imds'" in text
    assert "'dep_id' is left out" in text
    assert values_of(extract, "sdg1_1_ee")[:1] == [["10101", "2020", ".15000002"]]
    assert values_of(extract, "urbano")[0] == ["10100", "2012", "0.0"]
    assert [year for code, year, _value in values_of(extract, "pop") if code == "10100"] == [
        str(year) for year in range(2001, 2021)
    ]
    twins = extract.observations[extract.observations["area_name"] == "San 1"]
    assert set(zip(twins["area_code"], twins["parent_name"], strict=True)) == {
        ("10101", "Departamento 1"),
        ("10401", "Departamento 4"),
    }
    assert judged(extract, "sdg1_1_ee")[1] == ["10101", "50.1", "", ""]


@pytest.mark.parametrize("rows_are", ["areas", "indicators"])
def test_a_sheet_in_three_languages_is_guessed(tmp_path: Path, rows_are: str) -> None:
    """Header in row 4, years as columns, marks and notes: codes are of what the names beside them name."""
    areas = rows_are == "areas"
    header = ["Код", "Наименование", "Атауы", "Name"] if areas else (
        ["Код", "Наименование показателя", "Көрсеткіш атауы", "Indicator name"]
    )  # fmt: skip  # two headers
    codes = ["SM-01", "SM-02", "SM-03"] if areas else ["1.2.1", "3.1.1", "4.1.1.1"]
    names = [["Акбел", "Ақбел", "Akbel"], ["Бекла", "Бекләм", "Bekla"], ["Седра", "Седрә", "Cedra"]]
    rows = [["Уровень бедности, %"], ["Poverty rate (%)"], [], [*header, 2018, 2019, 2020]]
    rows += [[code, *name, 5.5, "-", ".."] for code, name in zip(codes, names, strict=True)]
    rows += [[], ["Примечание: вымышленные данные."], ["Note: invented figures."]]
    guess, extract, _report = read_guess(write_book(tmp_path / "three.xlsx", {"Лист1": rows}))
    key = "area_names" if areas else "names"
    assert guess["header_row"] == 4
    assert guess[key] == dict(zip(("ru", "kk", "en"), header[1:], strict=True))
    assert guess["missing"] == ["-", ".."]
    assert len(extract.observations) == 9
    labels = {(row.code, row.language): row.label for row in extract.labels.itertuples()}
    assert labels[codes[1], "kk"] == "Бекләм"
    if areas:
        assert guess["indicator"] == {"code": "poverty-rate", "name": "Poverty rate", "unit": "%"}
        assert extract.observations["area_code"].tolist()[::3] == codes
    else:
        assert guess["columns"] == {"indicator": "Код", "global_indicator": "Код"}
        assert extract.indicators["target"].tolist() == ["1.2", "3.1", ""]
