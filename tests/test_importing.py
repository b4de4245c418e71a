"""Importing: the rules that hold for every source, the tables it writes, what it reports, what it keeps."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from vsrbook.importing.areas import Known
from vsrbook.importing.cells import make_slug, read_number, read_year
from vsrbook.importing.difference import compare_observations
from vsrbook.importing.door import parse_options
from vsrbook.importing.extract import AREA_COLUMNS, OBSERVATION_COLUMNS, SERIES_COLUMNS, Extract, to_frame
from vsrbook.importing.options import SourceOptions
from vsrbook.importing.report import Report
from vsrbook.importing.rules import apply_rules
from vsrbook.importing.writing import UNKNOWN_PUBLISHER, Target, write_tables
from vsrbook.problems import ReviewError
from vsrbook.sources import find_reader

WHOLE = Known("S", "Samplia")
AREAS = [
    {"area_code": "S", "name": "Samplia", "parent_code": ""},
    {"area_code": "N", "name": "North", "parent_code": "S"},
    {"area_code": "01", "name": "San Juan", "parent_code": "N"},
    {"area_code": "02", "name": "San Juan", "parent_code": "S"},
]


def observe(*rows: dict[str, Any]) -> pd.DataFrame:
    """Make observations as a reader hands them over; what a row leaves out is water in the whole, 2020, 1."""
    default = {"indicator_code": "water", "year": "2020", "value": "1", "file": "raw.csv"}
    lines = [{**default, "place": str(n), **row} for n, row in enumerate(rows, 2)]
    return to_frame(lines, OBSERVATION_COLUMNS)


def read(
    *rows: dict[str, Any], known: Known = WHOLE, areas: list[dict[str, Any]] | None = None, **options: Any
) -> tuple[pd.DataFrame, Report, Extract]:
    """Apply the rules to rows; returns observations, report and the whole extract."""
    report = Report()
    extract = Extract(observations=observe(*rows), areas=to_frame(areas or [], AREA_COLUMNS))
    done = apply_rules(extract, known, SourceOptions(**options), report)
    return done.observations, report, done


def said(report: Report, kind: str) -> str:
    """Return all that the report says of a kind."""
    return "\n".join(str(entry) for entry in report.entries if entry.kind == kind)


# ---------- years and values ----------


@pytest.mark.parametrize(
    ("cell", "year"),
    [
        ("2015", 2015),
        (2015.0, 2015),
        (" 2015 ", 2015),
        ("2015/16", 2015),
        ("2015-2017", 2015),
        ("1999/00", 1999),
    ],
)
def test_years_are_read_as_sources_write_them(cell: Any, year: int) -> None:
    """A period stands for its first year; blanks and a decimal zero do not matter."""
    assert read_year(cell)[0] == year


@pytest.mark.parametrize(
    "cell", ["2015-01", "2015/2", "Q1 2015", "15", "", "2017-2015", "12015", None, "2015.5"]
)
def test_what_is_no_year_is_none(cell: Any) -> None:
    """Months, quarters, two digits and periods that run backwards are refused with a reason."""
    year, reason = read_year(cell)
    assert year is None
    assert reason


@pytest.mark.parametrize(
    ("cell", "value"), [("1.5", 1.5), ("-3", -3.0), ("1e3", 1000.0), (7, 7.0), (".5", 0.5), ("\u22122", -2.0)]
)
def test_numbers_are_read_exactly(cell: Any, value: float) -> None:
    """Plain numbers, exponents and the typographic minus sign are numbers."""
    assert read_number(cell, frozenset()) == (value, "")


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("12.3*", "behind it"),
        ("1,5", "decimal comma"),
        ("1,234", "thousands"),
        ("50%", "percent sign"),
        ("#REF!", "Excel"),
        ("many", "not a number"),
        (True, "not a number"),
        ("1e999", "behind it"),
        ("0x1A", "behind it"),
    ],
)
def test_what_is_no_number_is_refused_with_a_reason(cell: Any, says: str) -> None:
    """A mark on a number, a comma, a percent sign or a word is not guessed at."""
    value, reason = read_number(cell, frozenset())
    assert math.isnan(value)
    assert says in reason


def test_declared_marks_are_missing_and_undeclared_ones_doubted() -> None:
    """'-' declared is missing; '..' undeclared is missing too, but worth a look; a word is refused."""
    rows, report, _ = read(
        {"value": "-"}, {"year": "2021", "value": ".."}, {"year": "2022", "value": "lots"}, missing=("-",)
    )
    assert rows["value"].isna().tolist() == [True, True]
    assert "'-' is declared as missing" in said(report, "read")
    assert "'..' is read as missing" in said(report, "doubted")
    assert "raw.csv:4: refused: value 'lots' is not a number" in said(report, "refused")


def test_a_period_keeps_its_words_in_the_note() -> None:
    """2015/16 is 2015, and the note says which period it was."""
    rows, report, _ = read({"year": "2015/16"})
    assert (rows["year"].tolist(), rows["note"].tolist()) == ([2015], ["period 2015/16"])
    assert report.count("renamed") == 1


def test_a_source_whose_years_are_all_refused_gives_no_row_and_says_why() -> None:
    """Nothing is left, and every row is in the report."""
    rows, report, _ = read({"year": "2015-03"}, {"year": "20"})
    assert rows.empty
    assert report.count("refused") == 2


# ---------- duplicates and conflicts ----------


def test_identical_rows_are_merged_and_counted() -> None:
    """The same key with the same value is one row, and the report says where the others stood."""
    rows, report, _ = read({}, {}, {"value": "1.0"}, {"year": "2021"})
    assert len(rows) == 2
    assert report.count("merged") == 2
    assert "2 rows of 'water' that repeat another row (3, 4)" in said(report, "merged")


def test_conflicting_rows_are_refused_with_both_shown() -> None:
    """Two values for one key: neither is taken, none is averaged, the rest of the series stays."""
    rows, report, _ = read({"value": "1"}, {"value": "2"}, {"year": "2021", "value": "3"})
    assert rows["value"].tolist() == [3.0]
    assert "conflict: 'water, S, 2020' is 1.0 in 2 and 2.0 in 3" in said(report, "refused")


def test_a_value_beats_a_blank_and_a_mark_is_kept() -> None:
    """A row without value beside one with it is no conflict; a provisional value keeps its mark."""
    rows, report, _ = read({"value": ""}, {"value": "5", "status": "provisional"}, {"value": "5"})
    assert rows[["value", "status"]].to_numpy().tolist() == [[5.0, "provisional"]]
    assert report.count("merged") == 2


# ---------- groups and units ----------


def test_words_that_are_no_sex_become_a_category() -> None:
    """What is neither female nor male is not lost."""
    rows, report, _ = read({"sex": "Men+"}, {"sex": "female"}, {"residence": "coastal"})
    assert sorted(rows["category"]) == ["", "residence: coastal", "sex: Men+"]
    assert report.count("doubted") >= 2


def test_units_that_differ_only_by_blanks_are_one() -> None:
    """Blanks of any kind, and the low lines that stand for them, make no other unit; another word does."""
    rows, report, _ = read(
        {"unit": "per 100 000"},
        {"unit": "per\u00a0100 000 ", "year": "2021"},
        {"unit": "per_100 000", "year": "2022"},
        {"unit": "percent", "year": "2023"},
    )
    assert rows["year"].tolist() == [2020, 2021, 2022]
    assert "differ by blanks only" in said(report, "merged")
    assert "1 row in 'percent'" in said(report, "refused")


# ---------- areas ----------


def known() -> Known:
    """Give an association with areas of its own."""
    return Known("S", "Samplia", [dict(row) for row in AREAS])


def test_areas_match_by_code_then_name_then_alias() -> None:
    """A code is exact and stays text; a name is known; an alias is declared."""
    rows, _, _ = read(
        {"area_code": "01"},
        {"area_name": "North"},
        {"area_code": "old", "year": "2021"},
        {},
        known=known(),
        area_aliases={"old": "02"},
    )
    assert sorted(zip(rows["area_code"], rows["year"], strict=True)) == [
        ("01", 2020), ("02", 2021), ("N", 2020), ("S", 2020)
    ]  # fmt: skip


def test_a_name_in_other_capitals_is_that_of_the_one_area_it_can_mean() -> None:
    """NORTH is North and counted; the parent tells twins apart in any capitals; what is declared goes first."""
    rows, report, done = read(
        {"area_name": "NORTH"},
        {"area_name": "NORTH", "year": "2021"},
        {"area_name": "SAN JUAN", "parent_name": "NORTH"},
        {"area_name": "SAMPLIA"},
        {"area_name": "north", "year": "2022"},
        known=known(),
        area_aliases={"north": "02"},
    )
    found = zip(rows["area_code"], rows["year"], strict=True)
    assert sorted(found) == [("01", 2020), ("02", 2022), ("N", 2020), ("N", 2021), ("S", 2020)]
    assert report.count("renamed") == 4
    assert "in capitals alone: 'SAMPLIA' is 'Samplia'" in said(report, "renamed").replace(
        "'NORTH' is 'North', ", ""
    )
    assert report.count("refused") == report.count("doubted") == 0
    assert "NORTH" not in set(done.areas["name"])


def test_capitals_decide_where_two_areas_differ_in_nothing_else() -> None:
    """The exact name goes first, and a name that could be either is refused; areas of the source stay two."""
    twins = [*AREAS, {"area_code": "M", "name": "NORTH", "parent_code": "S"}]
    rows, report, _ = read(
        {"area_name": "North"},
        {"area_name": "NORTH"},
        {"area_name": "north"},
        known=Known("S", "Samplia", twins),
    )
    assert rows["area_code"].tolist() == ["M", "N"]
    assert "area 'north' is not known" in said(report, "refused")
    rows, _, _ = read({"area_name": "Adur"}, {"area_name": "ADUR"})
    assert rows["area_code"].nunique() == 2


def test_a_code_whose_name_is_in_other_capitals_is_not_doubted() -> None:
    """01 called SAN JUAN is San Juan; judged series are matched likewise."""
    series = to_frame([{"indicator_code": "water", "area_code": "NORTH"}], SERIES_COLUMNS)
    report = Report()
    rows = observe({"area_code": "01", "area_name": "SAN JUAN"})
    done = apply_rules(Extract(rows, series=series), known(), SourceOptions(), report)
    assert done.series["area_code"].tolist() == ["N"]
    assert (report.count("doubted"), report.count("renamed")) == (0, 1)


def test_what_does_not_match_is_listed_never_dropped_in_silence() -> None:
    """A near name, a lost zero and an ambiguous name are refused, each with a remedy."""
    rows, report, _ = read(
        {"area_name": "Nrth"}, {"area_code": "1"}, {"area_name": "San Juan"}, known=known()
    )
    assert rows.empty
    text = said(report, "refused")
    assert "area 'Nrth' is not known; 1 row left out; did you mean 'North'?" in text
    assert "there are 2 of that name (01, 02)" in text
    assert report.count("refused") == 3


def test_two_areas_of_one_name_in_different_parents_stay_two() -> None:
    """The parent tells them apart, whether the areas are known or come with the source."""
    rows, _, _ = read({"area_name": "San Juan", "parent_name": "North"}, known=known())
    assert rows["area_code"].tolist() == ["01"]
    rows, report, done = read(
        {"area_name": "San Juan", "parent_name": "North"},
        {"area_name": "San Juan", "parent_name": "South", "value": "2"},
    )
    assert sorted(rows["area_code"]) == ["north-san-juan", "south-san-juan"]
    parents = dict(zip(done.areas["area_code"], done.areas["parent_code"], strict=True))
    assert parents["north-san-juan"] != parents["south-san-juan"]
    assert "added as 'south-san-juan'" in said(report, "doubted")


def test_a_row_that_does_not_say_which_of_two_it_means_is_refused_and_the_two_stay() -> None:
    """A name alone does not make one area of those that other rows tell apart; a region's own row is its own."""
    rows, report, _ = read(
        {"area_name": "San Juan"},
        {"area_name": "San Juan", "parent_name": "North", "value": "2"},
        {"area_name": "San Juan", "parent_name": "South", "value": "3"},
        {"area_name": "North", "value": "4"},
    )
    assert dict(zip(rows["area_code"], rows["value"], strict=True)) == {
        "north-san-juan": 2.0,
        "south-san-juan": 3.0,
        "north": 4.0,
    }
    assert "area 'San Juan' is not known; 1 row left out; there are 2 of that name" in said(report, "refused")


def test_a_code_with_another_name_is_doubted() -> None:
    """One code under two names: the rows are kept, the analyst is told."""
    rows, report, _ = read({"area_code": "N", "area_name": "Northern"}, known=known())
    assert rows["area_code"].tolist() == ["N"]
    assert "'N' is called 'Northern' here and 'North' elsewhere" in said(report, "doubted")


def test_a_code_of_the_country_s_name_is_the_whole_territory() -> None:
    """11124 called Samplia is Samplia; judged series that name it are of the whole, too."""
    place = Known("S", "Samplia")
    series = to_frame([{"indicator_code": "water", "area_code": "11124"}], SERIES_COLUMNS)
    rows = observe({"area_code": "11124", "area_name": "Samplia"}, {"area_code": "01", "area_name": "North"})
    areas = to_frame([{"area_code": "11124", "name": "Samplia"}], AREA_COLUMNS)
    report = Report()
    done = apply_rules(Extract(rows, areas=areas, series=series), place, SourceOptions(), report)
    assert sorted(done.observations["area_code"]) == ["01", "S"]
    assert sorted(done.areas["area_code"]) == ["01", "S"]
    assert done.series["area_code"].tolist() == ["S"]
    assert "area '11124', called 'Samplia', is the whole territory" in said(report, "read")


def test_a_part_that_bears_the_country_s_name_stays_a_part() -> None:
    """Where the same series has a value for the whole as well, the area of the country's name is a part of it."""
    rows, report, _ = read({"area_code": "01", "area_name": "Samplia", "value": "2"}, {"value": "1"})
    assert dict(zip(rows["area_code"], rows["value"], strict=True)) == {"01": 2.0, "S": 1.0}
    assert "is the whole territory" not in said(report, "read")


def test_a_judged_series_of_an_unknown_area_is_refused_aloud() -> None:
    """What the source publishes of an area that nobody knows is listed."""
    series = to_frame(
        [{"indicator_code": "water", "area_code": "Nowhere", "file": "config.yml"}], SERIES_COLUMNS
    )
    report = Report()
    done = apply_rules(Extract(observe({}), series=series), WHOLE, SourceOptions(), report)
    assert done.series.empty
    assert "config.yml: refused: area_code 'Nowhere' of a judged series is not known" in said(
        report, "refused"
    )


def test_parents_named_beside_codes_become_parents() -> None:
    """The larger area that a source names beside a code is the parent, even if it comes later."""
    _, _, done = read(
        {"area_code": "E1", "area_name": "Adur", "parent_name": "South East"},
        {"area_code": "R1", "area_name": "South East"},
        area_level="district",
    )
    rows = done.areas.set_index("area_code")
    assert rows.loc["E1", "parent_code"] == "R1"
    assert rows.loc["R1", "parent_code"] == "S"


def test_a_code_beside_the_parent_s_name_alone_is_the_parent() -> None:
    """A row for a province has no district: 1 is Kigali city, of its level, and districts lie in it."""
    rows, report, done = read(
        {"area_code": "11", "area_name": "Gasabo", "parent_name": "Kigali city"},
        {"area_code": "1", "parent_name": "Kigali city"},
        {"area_name": "Kicukiro", "parent_name": "Kigali city"},
        {"area_code": "2", "parent_name": "South"},
        area_level="district",
        parent_level="province",
    )
    areas = {row["area_code"]: row for row in done.areas.to_dict("records")}
    assert [areas["1"][key] for key in ("name", "level", "parent_code")] == ["Kigali city", "province", "S"]
    assert [areas["2"][key] for key in ("name", "level", "parent_code")] == ["South", "province", "S"]
    assert [areas["11"][key] for key in ("name", "level", "parent_code")] == ["Gasabo", "district", "1"]
    assert areas["kicukiro"]["parent_code"] == "1"
    assert set(areas) == {"S", "1", "2", "11", "kicukiro"}
    assert sorted(rows["area_code"]) == ["1", "11", "2", "kicukiro"]
    assert "Kigali city' is in no table of areas; added as '1'" in said(report, "doubted")


def test_codes_without_names_lie_in_the_parent_where_they_cannot_be_it() -> None:
    """Several codes beside one parent, or a source without names, are nameless areas in that parent."""
    named = {"area_code": "11", "area_name": "Gasabo", "parent_name": "Kigali city"}
    for others in (
        [
            named,
            {"area_code": "12", "parent_name": "Kigali city"},
            {"area_code": "13", "parent_name": "Kigali city"},
        ],
        [{"area_code": "12", "parent_name": "Kigali city"}],
        [named, {"area_code": "11", "parent_name": "Kigali city", "year": "2021"}],
    ):
        rows, _, done = read(*others)
        parents = dict(zip(done.areas["area_code"], done.areas["parent_code"], strict=True))
        assert {parents[code] for code in rows["area_code"]} == {"kigali-city"}


def test_a_known_area_is_the_parent_that_its_row_names() -> None:
    """Where the table knows code and name, the row is matched without a doubt, in any capitals."""
    rows, report, _ = read(
        {"area_code": "N", "parent_name": "NORTH"},
        {"area_code": "01", "area_name": "San Juan"},
        known=known(),
    )
    assert sorted(rows["area_code"]) == ["01", "N"]
    assert report.count("doubted") == 0


# ---------- options ----------


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"columns": {"areacode": "A"}}, "options.columns.areacode: unknown key; did you mean 'area_code'?"),
        ({"indicator": {"cod": "a"}}, "options.indicator.cod: unknown key; did you mean 'code'?"),
        (
            {"indicators": {"P": {"directon": "up"}}},
            "options.indicators.P.directon: unknown key; did you mean 'dir",
        ),
        ({"indicators": {"P": {"statu": "B"}}}, "did you mean 'status'?"),
        ({"area": "add"}, "options.area: unknown key; did you mean 'areas'?"),
    ],
)
def test_a_wrong_key_is_compared_with_those_of_its_place(options: dict[str, Any], says: str) -> None:
    """Below columns the keys of columns are known, below an indicator those of an indicator."""
    with pytest.raises(ReviewError) as caught:
        parse_options(find_reader("workbook").Options, options, "vsrbook import")
    assert says in str(caught.value)


# ---------- bounds ----------


def test_values_outside_declared_bounds_are_flagged_and_kept() -> None:
    """A value that cannot be is not hidden: it is kept and doubted, with its place."""
    rows, report, _ = read({"value": "101"}, {"year": "2021", "value": "99"}, bounds={"water": (0, 100)})
    assert len(rows) == 2
    assert "raw.csv:2: doubted: 101.0 of 'water' is outside its bounds (0 to 100)" in said(report, "doubted")


# ---------- codes ----------


def test_codes_made_of_names_are_the_same_every_time() -> None:
    """Letters of other scripts give a short digest, not an empty code."""
    assert make_slug("Côte d’Ivoire") == "cote-d-ivoire"
    assert make_slug("Алматинская") == make_slug("Алматинская") != make_slug("Жамбылская")


# ---------- writing ----------


def tables(**cells: Any) -> dict[str, pd.DataFrame]:
    """Make the tables of an import with one indicator and one observation."""
    row = {
        "indicator_code": "water",
        "area_code": "S",
        "year": 2020,
        "value": 5.0,
        "source_id": "src",
        **cells,
    }
    groups = dict.fromkeys(("sex", "age", "residence", "category", "status", "note"), "")
    return {
        "indicators": pd.DataFrame(
            [{"indicator_code": "water", "goal": "", "name": "Water", "source_id": "src"}]
        ),
        "observations": pd.DataFrame([groups | row]),
    }


def test_rows_of_the_source_are_replaced_and_others_stay(tmp_path: Path) -> None:
    """A second import takes the place of the first; the analyst's own rows and notes are not touched."""
    target = Target(tmp_path, "data/x", {})
    write_tables(tables(), target, "src", Report())
    own = "indicator_code,area_code,year,value,source_id,_mine\nwater,S,2019,4,survey,look\n"
    path = tmp_path / "observations.csv"
    path.write_text(own + "water,S,2020,5,src,\n", "utf-8")
    write_tables(tables(value=6.0), target, "src", Report())
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    assert frame[["year", "value", "source_id", "_mine"]].to_numpy().tolist() == [
        ["2019", "4", "survey", "look"], ["2020", "6", "src", ""]
    ]  # fmt: skip


def test_what_the_source_leaves_empty_keeps_what_was_filled_in(tmp_path: Path) -> None:
    """A goal and a direction that the analyst has filled in survive the next import."""
    target = Target(tmp_path, "data/x", {})
    write_tables(tables(), target, "src", Report())
    path = tmp_path / "indicators.csv"
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    assert frame["direction"].tolist() == ["none"]
    frame.assign(goal="6", direction="up").to_csv(path, index=False)
    write_tables(tables(), target, "src", Report())
    again = pd.read_csv(path, dtype=str, keep_default_na=False)
    assert again[["goal", "direction"]].to_numpy().tolist() == [["6", "up"]]


def write_areas(folder: Path, report: Report | None = None, **cells: Any) -> list[dict[str, str]]:
    """Import three areas, the second of which is called Adur, and return what the table then holds."""
    rows = [{"area_code": "S", "name": "Samplia", "level": "country", "parent_code": ""}]
    rows += [{"area_code": code, "name": code, "level": "area", "parent_code": "S"} for code in ("N", "01")]
    frame = pd.DataFrame([row | {"source_id": "src"} for row in rows]).assign(**cells)
    write_tables({"areas": frame}, Target(folder, "data/x", {}), "src", report or Report())
    table = pd.read_csv(folder / "areas.csv", dtype=str, keep_default_na=False)
    return [{str(name): cell for name, cell in row.items()} for row in table.to_dict("records")]


def test_level_parent_and_name_of_an_area_stay_once_they_are_set_right(tmp_path: Path) -> None:
    """What the report asks the analyst to set right is not undone by the next import; placeholders give way."""
    write_areas(tmp_path)
    path = tmp_path / "areas.csv"
    path.write_text(path.read_text("utf-8").replace("01,01,area,S", "01,Adur,district,N"), "utf-8")
    row = write_areas(tmp_path)[2]
    assert (row["name"], row["level"], row["parent_code"]) == ("Adur", "district", "N")


def test_an_area_taken_back_from_the_whole_is_said_and_an_own_row_stays(tmp_path: Path) -> None:
    """A parent set to the whole gives way to the one the source names, aloud; a row of one's own does not."""
    path, parents = tmp_path / "areas.csv", ["", "S", "N"]
    write_areas(tmp_path, parent_code=parents)
    path.write_text(path.read_text("utf-8").replace("01,01,area,N", "01,01,area,S"), "utf-8")
    report = Report()
    assert write_areas(tmp_path, report, parent_code=parents)[2]["parent_code"] == "N"
    assert "area '01' lay in 'S', and lies in 'N' as the source says; to keep it" in said(report, "doubted")
    report = Report()
    write_areas(tmp_path, report, parent_code=parents)
    assert report.count("doubted") == 0
    own = path.read_text("utf-8").replace("01,01,area,N", "01,01,area,S").splitlines()
    own = [line.removesuffix("src") + "own" if line.startswith("01,") else line for line in own]
    path.write_text("\n".join(own) + "\n", "utf-8")
    rows = {
        row["area_code"]: row["parent_code"] for row in write_areas(tmp_path, report, parent_code=parents)
    }
    assert (rows["01"], report.count("doubted")) == ("S", 0)


def test_what_the_source_no_longer_has_is_said_and_its_filled_rows_stay(tmp_path: Path) -> None:
    """An indicator that has gone keeps its row, with what was filled in; its values go, and both are counted."""
    target, report = Target(tmp_path, "data/x", {}), Report()
    write_tables(tables(), target, "src", Report())
    path = tmp_path / "indicators.csv"
    path.write_text(path.read_text("utf-8").replace(",none,", ",up,"), "utf-8")
    empty = {name: frame.iloc[:0] for name, frame in tables().items()}
    write_tables(empty, target, "src", report)
    assert "1 row that the source gave before and no longer has" in said(report, "dropped")
    assert "1 row of indicators that the source no longer has: 'water'" in said(report, "doubted")
    assert ",up," in path.read_text("utf-8")
    assert (tmp_path / "observations.csv").read_text("utf-8").count("\n") == 1


def test_a_value_that_is_another_than_before_is_listed(tmp_path: Path) -> None:
    """Whether the source was revised or the table edited by hand: the change is in the report."""
    target, report = Target(tmp_path, "data/x", {}), Report()
    write_tables(tables(), target, "src", Report())
    write_tables(tables(value=6.5), target, "src", report)
    assert "'water, S, 2020' was 5, is 6.5" in said(report, "read")


def test_a_placeholder_never_takes_the_place_of_what_is_known(tmp_path: Path) -> None:
    """A publisher that was filled in stays when the import does not know one."""
    target = Target(tmp_path, "data/x", {})
    row = {"source_id": "src", "title": "src", "publisher": UNKNOWN_PUBLISHER}
    for _ in range(2):
        write_tables({"sources": pd.DataFrame([row])}, target, "src", Report())
        path = tmp_path / "sources.csv"
        path.write_text(
            path.read_text("utf-8").replace("src,src,Publisher not stated", "src,Data,Office"), "utf-8"
        )
    write_tables({"sources": pd.DataFrame([row])}, target, "src", Report())
    assert "src,Data,Office" in path.read_text("utf-8")


def test_own_rows_win_and_the_conflict_is_reported(tmp_path: Path) -> None:
    """Where own table and source have one key, the own row stays; another value is a conflict, shown."""
    target = Target(tmp_path, "data/x", {})
    (tmp_path / "observations.csv").write_text(
        "indicator_code,area_code,year,value,source_id\nwater,S,2020,4,survey\n", "utf-8"
    )
    report = Report()
    write_tables({"observations": tables()["observations"]}, target, "src", report)
    assert "'water, S, 2020' is 5 here and 4 in your own table (source 'survey')" in said(report, "refused")
    assert (tmp_path / "observations.csv").read_text("utf-8").count("\n") == 2


def test_a_table_that_cannot_be_merged_with_stops_the_import(tmp_path: Path) -> None:
    """A file with other columns, or a workbook, is not overwritten; every such file is named, nothing is written."""
    (tmp_path / "observations.csv").write_text("a,b\n1,2\n", "utf-8")
    target = Target(tmp_path, "data/x", {"indicators": "book.xlsx"})
    (tmp_path / "book.xlsx").write_bytes(b"")
    with pytest.raises(ReviewError) as caught:
        write_tables(tables(), target, "src", Report())
    assert "data/x/observations.csv:1: cannot be merged with" in str(caught.value)
    assert "data/x/book.xlsx: is a workbook" in str(caught.value)
    assert (tmp_path / "observations.csv").read_text("utf-8") == "a,b\n1,2\n"


def test_what_a_spreadsheet_would_run_is_made_harmless_and_said(tmp_path: Path) -> None:
    """The tables are opened in Excel; a name that is a formula gets an apostrophe, "+65" stays as it is."""
    names = ["=cmd()", "@SUM(A1)", "-2+cmd|' /c calc'!A0", "+65", "-5 to 0"]
    areas = pd.DataFrame({"area_code": list("abcde"), "name": names, "source_id": "office"})
    report = Report()
    write_tables({"areas": areas}, Target(tmp_path, "data/x", {}), "office", report)
    with (tmp_path / "areas.csv").open(encoding="utf-8", newline="") as file:
        written = [row["name"] for row in csv.DictReader(file)]
    assert written == ["'=cmd()", "'@SUM(A1)", "'-2+cmd|' /c calc'!A0", "+65", "-5 to 0"]
    assert [entry.what for entry in report.of("renamed")] == [
        "a spreadsheet would run 3 cells as a formula: now ''=cmd()'"
    ]


def test_numbers_are_written_with_all_their_digits(tmp_path: Path) -> None:
    """What is read is what is written: no digit more or less, whole numbers without a point."""
    target = Target(tmp_path, "data/x", {})
    for value, written in ((20.189294828310235, "20.189294828310235"), (1e-7, "1e-07"), (28.0, "28")):
        write_tables(tables(value=value), target, "src", Report())
        frame = pd.read_csv(tmp_path / "observations.csv", dtype=str, keep_default_na=False)
        assert frame["value"].tolist() == [written]


# ---------- comparing ----------


def compared(left: list[dict[str, Any]], right: list[dict[str, Any]], **options: Any) -> list[list[Any]]:
    """Compare two tables; returns what and the year of each difference."""
    frames = [apply_rules(Extract(observations=observe(*rows)), WHOLE, SourceOptions(), Report()).observations
              for rows in (left, right)]  # fmt: skip
    return compare_observations(*frames, **options)[["year", "what"]].to_numpy().tolist()


def test_tables_are_compared_cell_by_cell() -> None:
    """A value, a mark, and rows that only one side has; the order of a category's parts does not matter."""
    left = [{"value": "1"}, {"year": "2021", "value": "2"}, {"year": "2022", "category": "A: x; B: y"}]
    right = [
        {"value": "1.1"},
        {"year": "2022", "category": "B: y; A: x", "status": "provisional"},
        {"year": "2023"},
    ]
    assert compared(left, right) == [
        [2020, "value"], [2021, "only left"], [2022, "status"], [2023, "only right"]
    ]  # fmt: skip
    assert compared(left, left) == []


def test_a_tolerance_overlooks_small_differences() -> None:
    """A relative tolerance overlooks rounding; a missing value is never overlooked."""
    left, right = (
        [{"value": "14.000000000000002"}, {"year": "2021"}],
        [{"value": "14"}, {"year": "2021", "value": ""}],
    )
    assert compared(left, right) == [[2020, "value"], [2021, "value"]]
    assert compared(left, right, tolerance=1e-12) == [[2021, "value"]]


def test_series_are_matched_to_their_areas() -> None:
    """A series judged apart is of the whole where it names no area, else of the area of that name or code."""
    report = Report()
    series = to_frame(
        [{"indicator_code": "water", "area_code": code} for code in ("", "North", "?")],
        SERIES_COLUMNS,
    )  # fmt: skip
    done = apply_rules(Extract(observations=observe({}), series=series), known(), SourceOptions(), report)
    assert done.series["area_code"].tolist() == ["S", "N"]
