"""Open SDG data repositories: what is read from where, and every trap that real ones have held."""

from __future__ import annotations

import json
import re
import shutil
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from vsrbook.importing.door import read_to_folder
from vsrbook.importing.extract import Extract
from vsrbook.importing.report import Report
from vsrbook.params import Import
from vsrbook.problems import ReviewError
from vsrbook.project import Project
from vsrbook.sdg import indicator_label
from vsrbook.sources import find_reader, list_formats, open_sdg
from vsrbook.sources.open_sdg import codes, maps
from vsrbook.sources.open_sdg.columns import is_decided
from vsrbook.sources.open_sdg.csv_files import find_delimiter
from vsrbook.sources.open_sdg.metadata import shorten_text, strip_tags
from vsrbook.sources.open_sdg.yaml_text import NotYamlError, parse_yaml_text, read_loosely, split_front_matter

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
HERE = Path(__file__).parent / "sources" / "open_sdg"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared")


def read(path: Path, **options: Any) -> tuple[Extract, Report]:
    """Read a repository; return what was handed over, and the report."""
    report = Report()
    return open_sdg.read(path, open_sdg.Options(**options), report), report


def write(folder: Path, **files: str) -> Path:
    """Write a small repository; "data/1-1-1.csv" is given as data__1_1_1_csv."""
    for name, text in files.items():
        folder_name, _, rest = name.partition("__")
        stem, _, suffix = rest.rpartition("_")
        path = folder / folder_name / f"{stem.replace('_', '-')}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def told(report: Report, *kinds: Any) -> str:
    """Write the entries of these kinds, one a line."""
    return "\n".join(map(str, report.of(*kinds)))


def rows_of(extract: Extract, code: str) -> pd.DataFrame:
    """Return the observations of an indicator, by row of the file."""
    rows = extract.observations
    return rows[rows["indicator_code"] == code].set_index("place")


def one(frame: pd.DataFrame, column: str, value: str) -> dict[str, Any]:
    """Return the only row with a value."""
    found = frame[frame[column] == value].to_dict("records")
    assert len(found) == 1, found
    return {str(key): cell for key, cell in found[0].items()}


@pytest.fixture(scope="module")
def regions() -> tuple[Extract, Report]:
    """Give the repository with regions, in English."""
    return read(HERE / "regions", language="en")


@pytest.fixture(scope="module")
def provinces() -> tuple[Extract, Report]:
    """Give the repository with provinces and progress options, in English."""
    return read(HERE / "provinces", language="en")


def test_the_format_is_found_by_its_name() -> None:
    """The reader is a format: open-sdg."""
    assert "open-sdg" in list_formats()
    assert find_reader("open-sdg") is open_sdg
    assert all(field.description for field in open_sdg.Options.model_fields.values())


# --- observations


def test_cells_are_handed_over_as_written_with_their_place(regions: tuple[Extract, Report]) -> None:
    """A value, a year and a mark for missing stay text; file and row are those of the CSV, header = 1."""
    rows = rows_of(regions[0], "1-2-1")
    assert len(rows) == 18
    assert rows.loc[2, "value"] == "6.5"
    assert rows.loc[13, "value"] == "-"
    assert set(rows["file"]) == {"data/indicator_1-2-1.csv"}
    assert list(rows_of(regions[0], "16-1-1")["year"][:2]) == ["2015/16", "2016-2017"]


def test_columns_named_in_another_language_are_understood(regions: tuple[Extract, Report]) -> None:
    """Пол is sex, Местность urban and rural, Регионы the area; words are translated."""
    rows = rows_of(regions[0], "1-2-1")
    assert list(rows["residence"][:5]) == ["", "urban", "rural", "", ""]
    assert list(rows["sex"][:5]) == ["", "", "", "male", "female"]
    assert set(rows["category"]) == {""}
    assert set(rows["unit"]) == {"percent"}
    assert rows.loc[12, ["area_code", "area_name"]].tolist() == ["SM01", "North"]


def test_codes_are_read_as_their_translations(regions: tuple[Extract, Report]) -> None:
    """SDMX codes become words by the file named after their column; _T is the total."""
    rows = rows_of(regions[0], "3-1-1__L_SM_030101_1A")
    assert rows["sex"].tolist() == ["female", "male"]
    assert rows["age"].tolist() == ["15-24 years", "15-24 years"]
    assert set(rows["unit"]) == {"persons"}
    assert set(rows["area_code"]) | set(rows["area_name"]) == {""}


def test_an_area_with_two_kinds_of_codes_keeps_the_first(regions: tuple[Extract, Report]) -> None:
    """A row that has only REF_AREA gets the GeoCode of other rows; an area without any GeoCode keeps its own."""
    rows = rows_of(regions[0], "3-1-1_SH_STA_MORT")
    assert rows["area_code"].tolist() == ["", "SM01", "SM02", "SM01", "SMTOWN"]
    assert rows["area_name"].tolist() == ["", "North", "South", "North", "Townlet"]
    assert "SMNOR is SM01" in told(regions[1], "renamed")


def test_the_deepest_area_is_the_name_and_the_one_before_it_the_parent(
    regions: tuple[Extract, Report],
) -> None:
    """A city in a region has the region as parent; a city without a code has a name only."""
    rows = rows_of(regions[0], "11-6-2")
    assert rows.loc[4, ["area_code", "area_name", "parent_name"]].tolist() == ["", "п.Лесной", ""]
    assert rows.loc[5, ["area_code", "area_name", "parent_name"]].tolist() == ["", "п.Речной", "Samplegrad"]


def test_a_city_does_not_take_the_code_of_the_region_it_lies_in(regions: tuple[Extract, Report]) -> None:
    """Rows of a city with the code of its region would contradict the region's; the code is taken away."""
    assert rows_of(regions[0], "11-6-2").loc[[2, 3], "area_code"].tolist() == ["SM04", "SM04"]
    assert "carry the code 'SM04' of 'Samplegrad'" in told(regions[1], "doubted")


def test_one_code_with_two_names_is_reported_and_the_usual_name_kept(regions: tuple[Extract, Report]) -> None:
    """A region that was renamed keeps the name that most rows have; the report shows both with their rows."""
    assert one(regions[0].areas, "area_code", "SM03")["name"] == "Старая"
    entry = next(e for e in regions[1].of("doubted") if "SM03" in e.what)
    assert "'Старая' (2 rows, from data/indicator_1-2-1.csv:16, up to 2020)" in entry.what
    assert "'Новая' (1 row," in entry.what


def test_of_two_names_as_frequent_the_later_one_is_kept(tmp_path: Path) -> None:
    """Where both names stand in as many rows, the later year decides."""
    text = "Year,Region,GeoCode,Value\n2019,Old,A,1\n2020,New,A,2\n2020,Other,B,2\n"
    extract, _report = read(write(tmp_path, data__1_1_1_csv=text))
    assert one(extract.areas, "area_code", "A")["name"] == "New"


def test_status_notes_and_multiplier(regions: tuple[Extract, Report]) -> None:
    """Known statuses are ours, all others notes; multiples are not calculated, but noted and reported once."""
    rows = rows_of(regions[0], "16-1-1")
    assert rows["status"].tolist() == ["", "provisional", "estimated", "suppressed", "", ""]
    assert rows.loc[3, "note"] == "COMMENT_OBS: counted twice a year"
    assert rows.loc[4, ["value", "note"]].tolist() == ["0.01", "Unit multiplier: Thousands"]
    assert rows.loc[6, "note"] == "Observation status: Break in series"
    assert rows.loc[7, "note"] == "Observation status: Missing value"
    assert told(regions[1], "doubted").count("values are in multiples") == 1
    assert "not read: 'Progress'" in told(regions[1], "dropped")


def test_a_file_with_a_header_only_keeps_its_indicator(regions: tuple[Extract, Report]) -> None:
    """An indicator without values is reported and kept, with the goal and target of its national id."""
    row = one(regions[0].indicators, "indicator_code", "8-9-1-1")
    assert (row["goal"], row["target"], row["global_indicator"]) == ("8", "8.9", "")
    assert "data/indicator_8-9-1-1.csv:1: read: has a header but no rows" in told(regions[1], "read")


def test_a_file_that_holds_no_observations_is_left_out(regions: tuple[Extract, Report]) -> None:
    """A CSV without Year and Value is reported, and no indicator."""
    assert "data/notes.csv:1: dropped" in told(regions[1], "dropped")
    assert "notes" not in set(regions[0].indicators["indicator_code"])


def test_delimiters_marks_and_line_ends() -> None:
    """Comma, semicolon and tab are told by the header, whatever else stands in it."""
    assert find_delimiter("Year;Share, in %;Value\n1;2;3") == ";"
    assert find_delimiter("Year\tShare; of all, in %\tValue\n") == "\t"
    assert find_delimiter('"Year","a;b;c;d",Value\n') == ","


def test_rows_that_do_not_fit_the_header(tmp_path: Path) -> None:
    """A row with too many cells is refused, one with too few filled up; blank lines do not shift the rows."""
    text = "Year,Sex,Value,\n\n2019,,1,\n2020,Female,2,9,9\n2021,\n\n2022,Male,4,\n"
    extract, report = read(write(tmp_path, data__1_1_1_csv=text))
    assert extract.observations["place"].tolist() == [3, 5, 7]
    assert extract.observations["value"].tolist() == ["1", "", "4"]
    assert "data/1-1-1.csv:4: refused: 1 row has more than 4 cells (row 4)" in told(report, "refused")
    assert "1-1-1.csv:5: doubted" in told(report, "doubted")


def test_a_decimal_comma_is_read_where_it_can_be_nothing_else(tmp_path: Path) -> None:
    """12,5 is 12.5 in a file without points; where thousands could be meant, the cell stays as it is."""
    sure, unsure = "Year;Value\n2020;12,5\n2021;1,250\n", "Year;Value\n2020;1,250\n2021;3\n"
    extract, report = read(write(tmp_path, data__1_1_1_csv=sure, data__1_2_1_csv=unsure))
    assert rows_of(extract, "1-1-1")["value"].tolist() == ["12.5", "1.250"]
    assert rows_of(extract, "1-2-1")["value"].tolist() == ["1,250", "3"]
    assert "2 values with a decimal comma" in told(report, "renamed")


def test_a_file_in_another_encoding_is_read_and_reported(tmp_path: Path) -> None:
    """Windows-1252 is read as such, with a word of doubt."""
    write(tmp_path, data__1_1_1_csv="")
    (tmp_path / "data" / "1-1-1.csv").write_bytes("Year,Region,Value\n2020,Île,1\n".encode("cp1252"))
    extract, report = read(tmp_path)
    assert extract.observations["area_name"].tolist() == ["Île"]
    assert "data/1-1-1.csv:2: doubted: is not UTF-8" in told(report, "doubted")


def test_words_that_are_no_sex_stay_in_the_category(provinces: tuple[Extract, Report]) -> None:
    """Men+ is male where no other word is; what is neither is kept with its column's name; totals are empty."""
    rows = rows_of(provinces[0], "1-2-1")
    assert rows["sex"].tolist() == ["", "", "male", "female", "", "", "", "", ""]
    assert rows.loc[6, "category"] == "Gender: Non-binary"
    assert rows.loc[8, ["age", "category"]].tolist() == ["0 to 17 years", "Income: Lowest"]
    assert "read as male: 'Men+'" in told(provinces[1], "renamed")


def test_girls_are_not_mixed_with_women(tmp_path: Path) -> None:
    """Where a column has both women and girls, girls are a group of their own."""
    text = "Year,Sex,Value\n2020,Women,1\n2020,Girls,2\n2020,Boys,3\n"
    extract, _report = read(write(tmp_path, data__1_1_1_csv=text))
    assert extract.observations["sex"].tolist() == ["female", "", "male"]
    assert extract.observations["category"].tolist() == ["", "Sex: Girls", ""]


def test_groups_are_joined_in_the_order_of_the_columns(tmp_path: Path) -> None:
    """Other groups become "Column: value; Column2: value2"; a second sex column is one of them."""
    text = "Year,Quintile,Sex,Gender of head,Value\n2020,Poorest,Female,Male,1\n2020,,,Female,2\n"
    extract, _report = read(write(tmp_path, data__1_1_1_csv=text))
    expected = ["Quintile: Poorest; Gender of head: Male", "Gender of head: Female"]
    assert extract.observations["category"].tolist() == expected
    assert extract.observations["sex"].tolist() == ["female", ""]


def test_a_location_is_urban_and_rural_only_where_its_cells_say_so(tmp_path: Path) -> None:
    """The same header may mean the residence in one file, and something else in another."""
    home = "Year,Location,Value\n2020,Urban,1\n2020,Rural,2\n2020,Total,3\n2020,Slum,4\n"
    away = "Year,Location,Value\n2020,At home,1\n2020,At work,2\n"
    extract, _report = read(write(tmp_path, data__1_1_1_csv=home, data__1_2_1_csv=away))
    first = rows_of(extract, "1-1-1")
    assert first["residence"].tolist() == ["urban", "rural", "", ""]
    assert first["category"].tolist() == ["", "", "", "Location: Slum"]
    assert rows_of(extract, "1-2-1")["category"].tolist() == ["Location: At home", "Location: At work"]


# --- areas


def test_area_columns_without_a_known_name_are_found_by_the_codes(tmp_path: Path) -> None:
    """A column with one value for each area code holds names, or what they lie in; a group does not."""
    lines = ["Year,Zgornja,Spodnja,Group,GeoCode,Value"]
    for n in range(8):
        lines += [f"{y},Z{n % 2},S{n},{g},C{n},{n}" for y in (2020, 2021) for g in "ab"]
    extract, report = read(write(tmp_path, data__1_1_1_csv="\n".join(lines)))
    assert extract.observations["area_name"].tolist()[:5] == ["S0", "S0", "S0", "S0", "S1"]
    assert extract.observations["parent_name"].unique().tolist() == ["Z0", "Z1"]
    assert set(extract.observations["category"]) == {"Group: a", "Group: b"}
    assert "because each area code has one value of them: 'Zgornja' (1 file), 'Spodnja'" in told(
        report, "read"
    )


def test_what_proves_a_column_of_area_names() -> None:
    """A few renamed areas are no objection; a group that each area has once is no proof."""
    codes_ = [f"C{n}" for n in range(10)]
    names = [f"N{n}" for n in range(10)]
    assert is_decided(codes_ + codes_, [*names, *names[:9], "renamed"])
    assert not is_decided(codes_, ["a", "b"] * 5)
    assert is_decided(codes_ * 2, ["a", "b"] * 10)
    assert not is_decided(["C1"] * 10, names)
    assert not is_decided(codes_, ["same"] * 10)


def test_the_options_name_the_columns(tmp_path: Path) -> None:
    """Columns that the options name count, and no others are guessed."""
    text = "Year,Land,Kreis,Kind,Lot,K,Value\n2020,L,K1,Trees,x,1,5\n2020,L,K2,Trees,y,2,6\n"
    extract, _report = read(
        write(tmp_path, data__1_1_1_csv=text),
        area_code_columns=["K"],
        area_name_columns=["Land", "Kreis"],
        series_column="Kind",
        ignore_columns=["Lot"],
        series_suffix="always",
    )
    row = extract.observations.iloc[0]
    assert row[["area_code", "area_name", "parent_name"]].tolist() == ["1", "K1", "L"]
    assert row[["indicator_code", "category"]].tolist() == ["1-1-1_trees", ""]


@pytest.mark.parametrize("padding", ["", "x"])
def test_a_column_is_known_by_its_header_however_long_the_file(tmp_path: Path, padding: str) -> None:
    """A letter of two bytes at the place where the look at the header ends does not change the encoding."""
    rows = "".join(f"2020,Область {n},{n}\n" for n in range(6_000))
    text = f"Year,Область{padding},Value\n{rows}"
    extract, _report = read(write(tmp_path, data__1_1_1_csv=text), area_name_columns=[f"Область{padding}"])
    assert len(extract.observations) == 6_000


def test_areas_have_parent_and_level(tmp_path: Path) -> None:
    """The level is the column's header, the parent the area of that name; area_level holds where it is no header."""
    text = "Year,Region,District,GeoCode,Value\n2020,North,,N,1\n2020,North,Hill,N1,2\n2020,North,Dale,N2,3\n"
    folder = write(tmp_path, data__1_1_1_csv=text)
    areas = read(folder)[0].areas.set_index("area_code")
    assert areas["level"].to_dict() == {"N": "region", "N1": "district", "N2": "district"}
    assert areas["parent_code"].to_dict() == {"N": "", "N1": "N", "N2": "N"}
    assert read(folder, area_level="District")[0].areas["level"].tolist() == [
        "region",
        "district",
        "district",
    ]
    assert set(read(folder, area_level="county")[0].areas["level"]) == {""}


def test_a_parent_is_found_by_any_name_of_its_code(tmp_path: Path) -> None:
    """A region that two files name differently, a translation and the map is the parent under all its names."""
    many = "Year,Region,District,GeoCode,Value\n" + "".join(
        f"{y},Northland,,N,1\n" for y in range(2010, 2020)
    )
    few = "Year,Country,Region,District,GeoCode,Value\n2020,Samplia,,,SM,1\n2020,Samplia,North,,N,1\n"
    few += (
        "2020,Samplia,North,Hill,N1,1\n2020,,Nord,Dale,N2,1\n2020,,Norden,Vale,N3,1\n2020,,Nrth,Glen,N4,1\n"
    )
    few += "2020,,North,Moor,,1\n"
    write(tmp_path, data__1_1_1_csv=many, data__1_2_1_csv=few)
    write(tmp_path / "translations", fr__data_yml="North: Nord\n")
    feature = {"type": "Feature", "properties": {"code": "N", "name": "Norden"}, "geometry": None}
    other = feature | {"properties": {"code": "X", "name": "Elsewhere"}}
    (tmp_path / "map.geojson").write_text(json.dumps({"features": [feature, other]}), "utf-8")
    extract, report = read(tmp_path)
    parents = extract.areas.set_index("area_code")["parent_code"].to_dict()
    assert parents == {"N": "SM", "N1": "N", "N2": "N", "N3": "N", "N4": "", "SM": ""}
    assert "1 area lies in 'Nrth', which no code is called: 'N4' 'Glen'" in told(report, "doubted")
    assert one(extract.observations, "area_name", "Moor")["parent_name"] == "Northland"
    extract, report = read(tmp_path, area_aliases={"Nrth": "N"})
    assert one(extract.areas, "area_code", "N4")["parent_code"] == "N"
    assert "Nrth" not in told(report, "doubted")


def test_where_files_disagree_the_parent_of_most_rows_is_kept(tmp_path: Path) -> None:
    """Of two regions the one that more rows name is the parent, and both are reported; the country is no rival."""
    text = "Year,Country,Region,District,GeoCode,Value\n2020,L,,,L,1\n2020,L,North,,N,1\n2020,L,South,,S,1\n"
    text += "2020,L,South,Hill,H,1\n2021,L,South,Hill,H,1\n2022,L,North,Hill,H,1\n"
    text += "".join(f"{year},L,,Hill,H,1\n" for year in range(2010, 2020))
    extract, report = read(write(tmp_path, data__1_1_1_csv=text))
    assert one(extract.areas, "area_code", "H")["parent_code"] == "S"
    expected = "'H' 'Hill' lies in 2 areas: 'South' (2 rows, from data/1-1-1.csv:5), 'North' (1 row, from "
    assert expected in told(report, "doubted")


def test_a_parent_that_two_codes_are_called_is_reported(tmp_path: Path) -> None:
    """Where a parent's name belongs to two codes, neither is taken."""
    text = "Year,Region,District,GeoCode,Value\n2020,North,,N,1\n2020,North,,M,1\n2020,North,Hill,H,1\n"
    extract, report = read(write(tmp_path, data__1_1_1_csv=text))
    assert one(extract.areas, "area_code", "H")["parent_code"] == ""
    assert "lies in 'North', which 2 codes are called" in told(report, "doubted")


def test_options_that_name_what_is_not_there_are_refused(tmp_path: Path) -> None:
    """Every indicator, column, map and pattern that the repository lacks is named in one run, with the nearest."""
    folder = write(tmp_path, data__1_1_1_csv="Year,Distrikt,Value\n2020,a,1\n", maps__map_geojson="{}")
    with pytest.raises(ReviewError) as caught:
        read(
            folder,
            indicators=["1-1-2"],
            area_code_columns=["GeoCod"],
            area_name_columns=["distrikt", "Distrikts"],
            series_column="Serie",
            unit_column="Unit",
            note_columns=["Note"],
            ignore_columns=["Lot"],
            map_files=["maps/mop.geojson"],
            meta_pattern="metas/*.md",
        )
    found = {problem.column.removeprefix("options."): str(problem) for problem in caught.value.problems}
    assert len(caught.value.problems) == len(found) == 9
    assert "has no indicator '1-1-2'; did you mean '1-1-1'?" in found["indicators"]
    assert "no data file with the column 'Distrikts'; did you mean 'Distrikt'?" in found["area_name_columns"]
    assert "'Lot'; there are 'Distrikt', 'Value', 'Year'" in found["ignore_columns"]
    assert "has no map 'maps/mop.geojson'; did you mean 'maps/map.geojson'?" in found["map_files"]


def test_a_column_may_be_in_a_file_that_is_not_wanted(tmp_path: Path) -> None:
    """A column of any data file can be named, also by the name that the configuration gives it."""
    write(
        tmp_path, data__1_1_1_csv="Year,Value\n2020,1\n", data__1_2_1_csv="Year;Lot;Old;Value\n2020;a;b;1\n"
    )
    (tmp_path / "columns.csv").write_text("Text,Value\nOld,New\n", "utf-8")
    config = "inputs:\n- class: InputCsvData\n  path_pattern: data/*.csv\n  column_map: columns.csv\n"
    (tmp_path / "config_data.yml").write_text(config, "utf-8")
    assert len(read(tmp_path, indicators=["1-1-1"], ignore_columns=["lot", "New"])[0].observations) == 1
    with pytest.raises(ReviewError, match="the column 'Old'"):
        read(tmp_path, ignore_columns=["Old"])


@pytest.mark.parametrize(
    ("rows", "what"), [("", "has a header but no rows"), ("May,1\n", "no row has a year: there is 'May'")]
)
def test_a_repository_without_any_year_is_refused(rows: str, what: str, tmp_path: Path) -> None:
    """Where no file has a row with a year, the import stops and says so."""
    with pytest.raises(ReviewError, match=f"data/1-1-1.csv: {what}"):
        read(write(tmp_path, data__1_1_1_csv=f"Year,Value\n{rows}"))


def test_counts_in_the_report_are_grammatical(tmp_path: Path) -> None:
    """One thing is a row, an indicator, a data file; several are rows, indicators, data files."""
    text = told(read(write(tmp_path, data__1_1_1_csv="Year,Value\n2020,1\n"))[1], "read", "doubted")
    assert "1 data file with 1 row" in text
    assert "1 row names no area" in text
    assert "1 indicator has no metadata" in text
    assert not re.search(r"\b1 (rows|indicators|data files|codes|areas)\b", text)


def test_areas_get_the_centre_and_the_names_of_the_map(regions: tuple[Extract, Report]) -> None:
    """The map gives the middle of each area's box and its names by language; codes that differ are reported."""
    assert one(regions[0].areas, "area_code", "SM02")["latitude"] == 50.5
    assert one(regions[0].areas, "area_code", "SM02")["longitude"] == 13
    labels = regions[0].labels.set_index(["table", "code", "language"])["label"]
    assert labels["areas", "SM03", "en"] == "New"
    assert labels["areas", "SM01", "fr"] == "Nord"
    assert "1 code of the map is in no data: SM09" in told(regions[1], "doubted")
    assert "2 codes of the data are on no map: SM04, SMTOWN" in told(regions[1], "doubted")
    assert "districts.geojson' is not here; it is not fetched" in told(regions[1], "dropped")


def test_the_maps_properties_are_guessed(tmp_path: Path) -> None:
    """Where the configuration is silent, codes and names are where most of the data's codes and names stand."""
    text = "Year,Region,GeoCode,Value\n2020,North,N,1\n2020,South,S,2\n"
    features = [
        {"type": "Feature", "properties": {"id": n, "cd": c, "nom": t, "name_en": t, "name_fr": t.lower()}}
        for n, (c, t) in enumerate((("N", "North"), ("S", "South")))
    ]
    folder = write(tmp_path, data__1_1_1_csv=text, translations__fr_yml="data: {}\n")
    (folder / "config_data.yml").write_text("languages: [en, fr]\n", "utf-8")
    (folder / "map.geojson").write_text(json.dumps({"features": features}), "utf-8")
    extract, report = read(folder)
    assert "the map's codes are in cd, its names in nom" in told(report, "read")
    assert extract.areas["latitude"].tolist() == ["", ""]


def test_a_map_that_is_none_is_left_out(tmp_path: Path) -> None:
    """A broken map costs the centres, nothing else."""
    folder = write(tmp_path, data__1_1_1_csv="Year,GeoCode,Value\n2020,N,1\n")
    (folder / "map.geojson").write_text("[" * 100_000, "utf-8")
    extract, report = read(folder)
    assert len(extract.areas) == 1
    assert "map.geojson: dropped: the map is not GeoJSON" in told(report, "dropped")


def test_the_centre_is_given_in_degrees_only() -> None:
    """Coordinates of a national grid are no latitude and longitude."""
    assert maps.find_centre({"coordinates": [[[0, 0], [4, 2]], [[6, 8]]]}) == (4, 3)
    assert maps.find_centre({"coordinates": [447157, 531476]}) is None
    assert maps.find_centre({"coordinates": "north"}) is None


# --- indicators


def test_names_goals_units_and_definitions(regions: tuple[Extract, Report]) -> None:
    """An indicator has its place in the framework, its translated name, and its definition without tags."""
    row = one(regions[0].indicators, "indicator_code", "1-2-1")
    assert [row[key] for key in ("goal", "target", "global_indicator")] == ["1", "1.2", "1.2.1"]
    assert row["name"] == "People below the national poverty line"
    assert row["unit"] == "percent"
    expected = "Share of people below the national line. Counted & invented. Data: Samplia Statistics."
    assert row["definition"] == expected


def test_names_in_all_languages_are_labels(regions: tuple[Extract, Report]) -> None:
    """Each language of the repository gives its name; a file in its folder overrides the key."""
    labels = regions[0].labels.set_index(["table", "code", "language"])["label"]
    assert labels["indicators", "1-2-1", "ru"] == "Доля населения за чертой бедности"
    assert labels["indicators", "1-2-1", "en"] == "People below the national poverty line"
    assert labels["indicators", "1-2-1", "fr"] == "Pauvreté en Samplie"
    assert labels["indicators", "3-1-1_SH_STA_MORT", "ru"] == "Материнская смертность"
    assert not regions[0].labels.duplicated(["table", "code", "language"]).any()


def test_the_wanted_language_decides_then_the_others() -> None:
    """Russian is read in Russian; a code without French words is read in another language, and told."""
    extract, report = read(HERE / "regions", language="ru")
    assert one(extract.indicators, "indicator_code", "1-2-1")["name"].startswith("Доля населения")
    assert rows_of(extract, "1-2-1").loc[12, "area_name"] == "Северная"
    extract, report = read(HERE / "regions", language="fr")
    assert one(extract.indicators, "indicator_code", "1-2-1")["name"] == "Pauvreté en Samplie"
    assert rows_of(extract, "3-1-1_SH_STA_MORT")["unit"].unique().tolist() == ["per 100,000 live births"]
    assert "not translated into fr, read in en" in told(report, "doubted")


def test_words_are_not_read_in_another_language(provinces: tuple[Extract, Report]) -> None:
    """English words with a French translation stay English where English is wanted: they are no key."""
    assert "Eastland" in set(provinces[0].observations["area_name"])
    assert one(provinces[0].labels, "code", "10")["label"] == "Terre-Est"


def test_unresolved_keys_are_reported_by_group(regions: tuple[Extract, Report]) -> None:
    """A key that no file has is left as it is, and listed once, with its group."""
    entries = [e for e in regions[1].of("doubted") if "that no file has" in e.what]
    assert [(e.place, e.count) for e in entries] == [("missing_group", 1)]


def test_translation_files_may_name_their_language_inside(tmp_path: Path) -> None:
    """translations/<group>.yml with languages inside, and nested keys, are understood as well."""
    folder = write(
        tmp_path,
        data__1_1_1_csv="Year,data.sex,Value\n2020,data.groups.women,1\n",
        translations__data_yml="sex:\n  en: Sex\n  fr: Sexe\ngroups:\n  women:\n    en: Women\n    fr: Femmes\n",
        translations__fr_yml="custom:\n  title: Titre\n",
        meta__1_1_1_yml="indicator_name: custom.title\n",
    )
    extract, _report = read(folder, language="fr")
    assert extract.indicators["name"].tolist() == ["Titre"]
    assert extract.observations["sex"].tolist() == [""] or True
    assert extract.observations["sex"].tolist() == ["female"]
    assert extract.observations["category"].tolist() == [""]


def test_broken_metadata_costs_no_indicator(regions: tuple[Extract, Report]) -> None:
    """A front matter that is not YAML is reported with its line, and its plain lines are read."""
    row = one(regions[0].indicators, "indicator_code", "17-1-1")
    assert (row["name"], row["unit"]) == ("Revenue of government", "% of product")
    assert "meta/17-1-1.md:3: doubted: the metadata is not YAML" in told(regions[1], "doubted")
    assert "meta/3-1-1.yml:2: doubted: fields are given twice" in told(regions[1], "doubted")
    assert one(regions[0].indicators, "indicator_code", "11-6-2")["name"] == "Fine particles in the air"


def test_indicator_config_overrides_but_nothing_empties(provinces: tuple[Extract, Report]) -> None:
    """What indicator-config says counts before meta; a field that it leaves empty does not."""
    assert one(provinces[0].indicators, "indicator_code", "1-2-1")["name"] == "People below the poverty line"
    assert one(provinces[0].indicators, "indicator_code", "1-2-1")["definition"].startswith(
        "Share of persons"
    )


def test_one_series_in_one_unit_keeps_the_id(tmp_path: Path) -> None:
    """The only series of a file is named, but its code is the bare id; "always" gives it its suffix."""
    text = "Year,Series,Units,Value\n2020,Water,%,1\n2021,Water, % ,2\n2022,Water,,3\n"
    folder = write(tmp_path, data__6_1_1_csv=text)
    indicators = read(folder)[0].indicators
    assert indicators[["indicator_code", "name", "unit"]].to_numpy().tolist() == [["6-1-1", "Water", "%"]]
    assert read(folder, series_suffix="always")[0].indicators["indicator_code"].tolist() == ["6-1-1_water"]


def test_series_and_units_become_indicators_of_their_own(provinces: tuple[Extract, Report]) -> None:
    """Each series has a code; the unit is in it only where a series has several."""
    found = set(provinces[0].indicators["indicator_code"])
    assert {c for c in found if c.startswith("1-4-1")} == {
        "1-4-1_drinking-water",
        "1-4-1_basic-mobility_percent",
        "1-4-1_basic-mobility_number",
    }


def test_codes_are_unique_bounded_and_the_same_in_any_order() -> None:
    """Long, foreign and like-sounding names keep apart, whatever the order and whichever others there are."""
    long = "Fraction of mortality attributable to particulate air pollution"
    names = [f"{long} (old)", f"{long} (new)", "пострадало", "погибло", "Été", "ete", "", "SI_POV_DAY1"]
    pairs = [(name, unit) for name in names for unit in ("%", "Number", "")]
    found = codes.name_series("1-1-1", pairs)
    made = {key: naming.code for key, naming in found.items()}
    assert len(set(made.values())) == len(names) * 3
    assert all(len(code) <= len("1-1-1_") + 40 + 1 + 40 for code in made.values())
    assert all(code.isascii() and " " not in code for code in made.values())
    assert made == {key: one.code for key, one in codes.name_series("1-1-1", pairs[::-1]).items()}
    assert made["", ""] == "1-1-1"
    assert made["SI_POV_DAY1", ""] == "1-1-1_SI_POV_DAY1"
    fewer = codes.name_series("1-1-1", [pair for pair in pairs if pair[0] != names[1]])
    assert all(fewer[key].code == made[key] for key in fewer)


def test_units_that_differ_by_blanks_are_one() -> None:
    """A blank more in the unit makes no new indicator."""
    found = codes.name_series("1-1-1", [("A", "per 100 000"), ("A", "per 100\u00a0000")])
    assert {one.code for one in found.values()} == {"1-1-1"}


@pytest.mark.parametrize(
    ("indicator", "place"),
    [
        ("3-9-1", ("3", "3.9", "3.9.1")),
        ("16-a-1", ("16", "16.a", "16.a.1")),
        ("1.a.1", ("1", "1.a", "1.a.1")),
        ("8-9-1-1", ("8", "8.9", "")),
        ("3-9-99", ("3", "3.9", "")),
        ("18-1-1", ("", "", "")),
        ("GDP1", ("", "", "")),
    ],
)
def test_ids_have_their_place_in_the_framework(indicator: str, place: tuple[str, str, str]) -> None:
    """Goal, target and global indicator follow from an id where it parses, and only there."""
    found = codes.place_indicator(indicator)
    assert (found.goal, found.target, found.global_indicator) == place


# --- progress


def test_directions_and_targets_come_from_the_progress_options(provinces: tuple[Extract, Report]) -> None:
    """Direction, target and limit hold for the series that the options name; negative is the default."""
    rows = provinces[0].indicators.set_index("indicator_code")
    water = rows.loc["1-4-1_drinking-water"]
    assert water[["direction", "target_value"]].tolist() == ["up", "100"]
    assert rows.loc["1-4-1_basic-mobility_percent", "limit_value"] == "100"
    assert rows.loc["1-4-1_basic-mobility_number", "direction"] == ""
    assert rows.loc["10-2-1", "direction"] == "down"
    assert "2 indicators name no direction" in told(provinces[1], "doubted")


def test_without_progress_options_there_is_no_direction(provinces: tuple[Extract, Report]) -> None:
    """Where the calculation is off, the direction is left to the analyst, and the report says so."""
    assert one(provinces[0].indicators, "indicator_code", "10-7-2")["direction"] == ""
    assert "1 indicator says nothing of how progress is judged: 10-7-2" in told(provinces[1], "read")
    assert "'sideways' is neither positive nor negative" in told(provinces[1], "doubted")


def test_options_for_groups_become_series(provinces: tuple[Extract, Report]) -> None:
    """Field and value of an option are area, sex or category of a series; one the data have not is dropped."""
    series = provinces[0].series
    rows = series[series["indicator_code"] == "1-2-1"]
    assert rows["area_code"].tolist() == ["10", ""]
    assert rows["sex"].tolist() == ["", "female"]
    assert rows["category"].tolist() == ["", "Income: Lowest"]
    assert rows.iloc[0][["direction", "target_value", "target_year"]].tolist() == ["down", "7.25", "2030"]
    assert one(provinces[0].indicators, "indicator_code", "1-2-1")["target_value"] == ""
    assert "columns that the data have not: 'colour'" in told(provinces[1], "dropped")


def test_published_statuses_are_kept_with_their_series(provinces: tuple[Extract, Report]) -> None:
    """Status, value and score that Open SDG has published stand beside the series they are of."""
    series = provinces[0].series.set_index("indicator_code")
    columns = ["published_status", "published_value", "published_score"]
    assert series.loc["1-4-1_drinking-water", columns].tolist() == ["limited_progress", "0.31", "-0.8"]
    mobility = series.loc["1-4-1_basic-mobility_percent", columns].tolist()
    assert mobility == ["substantial_progress", "0.0092", "3.1"]
    assert series.loc["10-2-1", columns].tolist() == ["substantial_progress", "0.0217", "5.0"]
    assert series.loc["10-7-2", "published_status"] == "target_achieved"


def test_a_status_of_several_series_is_given_to_none(tmp_path: Path) -> None:
    """A status of the indicator as a whole is no status of its series."""
    text = "Year,Series,Value\n2020,A b,1\n2020,C d,2\n"
    meta = "auto_progress_calculation: false\nprogress_status: on_track\n"
    extract, report = read(write(tmp_path, data__1_1_1_csv=text, meta__1_1_1_yml=meta))
    assert extract.series.empty
    assert "'on_track' is of 2 series together" in told(report, "doubted")


# --- the repository as a whole


def test_a_folder_without_data_says_what_was_looked_for(tmp_path: Path) -> None:
    """The error names the patterns, and what else is there."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "all.xlsx").write_bytes(b"")
    with pytest.raises(ReviewError) as caught:
        read(tmp_path)
    assert "looked for 'data/*-*.csv'" in str(caught.value)
    assert "all.xlsx" in str(caught.value)


def test_a_folder_whose_files_hold_no_observations_is_an_error(tmp_path: Path) -> None:
    """Every file is named with its reason."""
    with pytest.raises(ReviewError) as caught:
        read(write(tmp_path, data__1_1_1_csv="a,b\n1,2\n", data__1_2_1_csv=""))
    assert [problem.file for problem in caught.value.problems] == ["data/1-1-1.csv", "data/1-2-1.csv"]


def test_one_file_and_one_folder_are_read_with_their_metadata() -> None:
    """A CSV file, or the folder of the data, is read with the metadata of its repository."""
    extract, _report = read(HERE / "regions" / "data" / "indicator_1-2-1.csv")
    assert extract.indicators["name"].tolist() == ["People below the national poverty line"]
    assert len(read(HERE / "provinces" / "data")[0].observations) == 20


def test_a_folder_below_the_data_finds_its_repository(tmp_path: Path) -> None:
    """Files in a folder of data/ have the metadata of the repository above; only they are read."""
    text = "Year,Value\n2020,1\n"
    folder = write(tmp_path, data__1_1_1_csv=text, meta__2_1_1_yml="indicator_name: Hunger\n")
    (folder / "data" / "more").mkdir()
    (folder / "data" / "more" / "indicator_2-1-1.csv").write_text(text, "utf-8")
    extract, _report = read(folder / "data" / "more")
    assert extract.indicators[["indicator_code", "name"]].to_numpy().tolist() == [["2-1-1", "Hunger"]]
    assert extract.observations["file"].tolist() == ["data/more/indicator_2-1-1.csv"]


def test_the_wanted_indicators_are_read_and_unknown_ones_named() -> None:
    """A subset is read by its ids; an id that is not there is an error with the nearest one."""
    extract, _report = read(HERE / "provinces", indicators=["10.2.1", "13-2-2"])
    assert set(extract.indicators["indicator_code"]) == {"10-2-1", "13-2-2"}
    with pytest.raises(ReviewError, match="has no indicator '10-2-2'; did you mean"):
        read(HERE / "provinces", indicators=["10-2-2"])


def test_patterns_cannot_leave_the_repository(tmp_path: Path) -> None:
    """Neither the configuration nor the options, nor a link, reach a file outside."""
    write(tmp_path / "other", data__9_9_9_csv="Year,Value\n2020,1\n")
    folder = write(tmp_path / "repo", data__1_1_1_csv="Year,Value\n2020,1\n")
    (folder / "data" / "2-2-2.csv").symlink_to(tmp_path / "other" / "data" / "9-9-9.csv")
    inputs = [f"- class: InputCsvData\n  path_pattern: {one}/*.csv\n" for one in ("../other/data", "data")]
    config = "inputs:\n" + "".join(inputs)
    (folder / "config_data.yml").write_text(config, "utf-8")
    assert set(read(folder)[0].indicators["indicator_code"]) == {"1-1-1"}
    with pytest.raises(ReviewError):
        read(folder, data_pattern="/etc/*.csv")


def test_columns_and_cells_are_renamed_as_the_configuration_says(tmp_path: Path) -> None:
    """column_map and code_map of the data input are applied before anything else."""
    folder = write(tmp_path, data__1_1_1_csv="Year,Geschlechter,Value\n2020,w,1\n2020,m,2\n")
    (folder / "columns.csv").write_text("Text,Value\nGeschlechter,Sex\n", "utf-8")
    (folder / "codes.csv").write_text("Text,Dimension,Value\nw,Sex,Female\n", "utf-8")
    config = "inputs:\n- class: InputCsvData\n  path_pattern: data/*.csv\n"
    config += "  column_map: columns.csv\n  code_map: codes.csv\n"
    (folder / "config_data.yml").write_text(config, "utf-8")
    assert read(folder)[0].observations["sex"].tolist() == ["female", "male"]


def test_a_broken_configuration_is_reported_and_the_defaults_taken(tmp_path: Path) -> None:
    """An unreadable config_data.yml does not stop the import."""
    folder = write(tmp_path, data__1_1_1_csv="Year,Value\n2020,1\n")
    (folder / "config_data.yml").write_text("languages: [en\ninputs: x\n", "utf-8")
    extract, report = read(folder)
    assert len(extract.observations) == 1
    assert "config_data.yml:2: doubted: the configuration is not YAML" in told(report, "doubted")


def test_nothing_in_the_source_is_executed_or_expanded() -> None:
    """Tags are text, aliases and deep nesting refused, dates and NO stay as they are written."""
    data = parse_yaml_text(
        "a: !!python/object/apply:os.system ['true']\nb: NO\nc: 2020-01-01\nd: 1.10\ne: ~"
    ).data
    assert data == {"a": ["true"], "b": "NO", "c": "2020-01-01", "d": "1.10", "e": ""}
    for text in ("a: &x [1]\nb: *x\n", "[" * 50_000, "a: b: c", "- a", "? [a]\n: b"):
        with pytest.raises(NotYamlError):
            parse_yaml_text(text)


def test_front_matter_and_what_is_left_of_broken_metadata() -> None:
    """Blank lines before the first --- and text behind the second one are no matter."""
    assert split_front_matter("\n\n---\na: 1\n---\nb: 2\n") == ("a: 1", 4)
    assert split_front_matter("a: 1\n") == ("a: 1\n", 1)
    assert read_loosely("a: b: c\n  d: e\nf: 'g'\nh: >-\n  i\n") == {"a": "b: c", "f": "g"}


def test_html_becomes_text_and_long_text_is_cut_at_a_sentence() -> None:
    """Scripts vanish with their content, entities are signs, paragraphs are parted."""
    assert strip_tags("<p>A &lt; B</p><p>C<script>alert(1)</script></p>") == "A < B C"
    assert shorten_text("One two three. Four five six seven.", 20) == "One two three."
    assert shorten_text("One two three four five", 12) == "One two …"


def test_hundreds_of_files_take_seconds(tmp_path: Path) -> None:
    """200 files, one of them 4 MB, are read in a few seconds."""
    head = "Year,Series,Units,Region,Sex,Age,Quintile,GeoCode,Value"
    lines = [
        f"{2000 + n % 24},Series {n % 3},Percent,Region {n % 300},Female,0-4,Q{n % 5},R{n % 300},{n / 7}"
        for n in range(70_000)
    ]
    for n in range(200):
        write(tmp_path, **{f"data__1_1_{n}_csv": "\n".join([head, *(lines if n == 0 else lines[:100])])})
    start = time.process_time()
    extract, _report = read(tmp_path)
    assert len(extract.observations) == 70_000 + 199 * 100
    assert time.process_time() - start < 12, "about 1.5 s where nothing else runs"


def test_what_is_handed_over_fits_the_rules_of_all_formats(tmp_path: Path) -> None:
    """Read through the door that all imports take, no row of the sample repositories is refused."""
    for name, rows in (("regions", 37), ("provinces", 20)):
        spec = Import(
            format="open-sdg", path=f"tests/sources/open_sdg/{name}", source="s", options={"missing": ["-"]}
        )
        imported = read_to_folder(Project(ROOT), spec, tmp_path / name)
        assert len(imported.tables["observations"]) == rows
        assert not imported.report.of("refused")


def test_the_page_of_the_format_has_every_option() -> None:
    """Each option is on the page that explains the import."""
    page = (ROOT / "book" / "import-open-sdg.md").read_text("utf-8")
    assert not [name for name in open_sdg.Options.model_fields if f"`{name}`" not in page]


# --- real repositories


@needs_shared
def test_the_uks_local_authority_data_is_read() -> None:
    """Rows, blanks, spot values and names of the UK's data repository are right."""
    extract, report = read(SHARED / "data" / "uk", area_level="local authority")
    rows = extract.observations
    air = rows[rows["file"] == "data/indicator_3-9-1.csv"]
    assert (len(air), int((air["value"] == "").sum())) == (4557, 53)
    branches = one(
        extract.indicators,
        "place",
        "(a) Number of commercial bank branches and building societies per 100,000 adults",
    )
    found = rows[rows["indicator_code"] == branches["indicator_code"]]
    cambridge = one(found[found["year"] == "2021"], "area_code", "E07000008")
    assert cambridge["value"] == "20.189294828310235"
    assert (cambridge["area_name"], cambridge["parent_name"]) == ("Cambridge", "East")
    parents = extract.areas.set_index("area_code")["parent_code"]
    assert parents[["E07000008", "E12000006", "E92000001"]].tolist() == ["E12000006", "E92000001", ""]
    east = set(rows.loc[(rows["parent_name"] == "East") & (rows["area_code"] != ""), "area_code"])
    assert set(parents[sorted(east)]) == {"E12000006"}
    # without a code in the file that names the region, and with one in another
    assert parents[["E07000240", "E07000244"]].tolist() == ["E12000006", "E12000006"]
    assert "lie in" not in told(report, "doubted")
    whole = one(found[(found["year"] == "2010") & (found["area_name"] == "")], "area_code", "")
    assert whole["value"] == "33.280405286439766"
    areas = extract.areas.set_index("area_code")
    assert areas.loc["E07000008", ["name", "level"]].tolist() == ["Cambridge", "local authority"]
    assert areas.loc["E12000003", "name"] == "Yorkshire and The Humber"
    assert 52 < areas.loc["E07000008", "latitude"] < 52.4
    assert extract.indicators["global_indicator"].tolist().count("3.9.1") == 2
    assert set(rows["residence"]) == {"", "rural"}
    assert not report.of("refused")


@needs_shared
def test_rwandas_metadata_is_read_and_its_folder_without_csv_refused(tmp_path: Path) -> None:
    """All 245 metadata files are understood; the data themselves are a workbook and SDMX, not CSV."""
    source = SHARED / "data" / "rwanda"
    with pytest.raises(ReviewError, match="holds no data file"):
        read(source)
    shutil.copytree(source / "meta", tmp_path / "meta")
    ids = [path.stem for path in sorted((source / "meta").glob("*.md"))]
    (tmp_path / "data").mkdir()
    for name in ids:
        (tmp_path / "data" / f"indicator_{name}.csv").write_text("Year,Value\n2020,1\n", "utf-8")
    extract, report = read(tmp_path)
    rows = extract.indicators.set_index("indicator_code")
    assert len(rows) == 245
    assert rows.loc["1-2-1", "name"].startswith("Proportion of population living below the national poverty")
    assert rows.loc["1-2-1", "unit"] == "Percentage (%)"
    assert "National Institute of Statistics of Rwanda (NISR)" in rows.loc["1-2-1", "definition"]
    assert not told(report, "doubted").count("is not YAML")


def test_names_and_units_are_found_where_the_repository_has_half_of_them(tmp_path: Path) -> None:
    """A unit written with a low line and with a blank is one, in the words of the one that is translated.

    A name that the repository has in no English is our own short label.
    """
    files = {
        "config_data.yml": "languages: [ru, en]\n",
        "data/indicator_3-1-1.csv": "Year,Units,Value\n2015,per_100 births,17.4\n2016,per 100 births,17\n",
        "meta/3-1-1.yml": "indicator_name: global_indicators.3-1-1-title\nindicator_number: 3.1.1\n",
        "translations/en/data.yml": "per_100 births: per 100 live births\n",
    }
    write(tmp_path, **files)
    extract, report = read(tmp_path, language="en")
    assert extract.observations["unit"].tolist() == ["per 100 live births"] * 2
    assert extract.indicators["name"].tolist() == [indicator_label("3.1.1")]
    assert any("our own short labels" in entry.what for entry in report.of("read"))
