"""Read SDMX in all its flavours; the data of tests/sources/sdmx are invented (Samplia is no country)."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from vsrbook.importing.extract import OBSERVATION_COLUMNS, Extract
from vsrbook.importing.options import SourceOptions
from vsrbook.importing.report import Report
from vsrbook.problems import ReviewError
from vsrbook.sources import find_reader
from vsrbook.sources.sdmx.csv_data import read_csv
from vsrbook.sources.sdmx.message import UnreadableError
from vsrbook.sources.sdmx.values import is_annual, read_period, read_status, scale_value
from vsrbook.sources.sdmx.xml_data import read_xml

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "tests" / "sources" / "sdmx"
SHARED = ROOT.parent / "shared"
RWANDA = SHARED / "data" / "rwanda"
FLAVOURS = ("specific.xml", "specific-flat.xml", "generic.xml", "generic-flat.xml", "specific-three.xml")
FLAVOURS += ("one.csv", "two.csv")
needs_shared = pytest.mark.skipif(not RWANDA.is_dir(), reason="needs ../shared")

BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>\n'
SERIES = (
    '<Series FREQ="{freq}" REPORTING_TYPE="{type}" SERIES="{series}" REF_AREA="{area}" SEX="{sex}" AGE="{age}" '
    'URBANISATION="{urban}" EDUCATION_LEV="{education}" PRODUCT="{product}" {more}>{observations}</Series>'
)
USUAL = {
    "freq": "A",
    "type": "N",
    "series": "WT_PIPED",
    "area": "SM",
    "sex": "_T",
    "age": "_T",
    "urban": "_T",
}
USUAL |= {"education": "_T", "product": "_Z", "more": 'UNIT_MEASURE="PT"'}


def read(path: Path, report: Report | None = None, **options: Any) -> Extract:
    """Read a source as the command does, with the Samplia structure unless the options name another."""
    reader = find_reader("sdmx")
    told = reader.Options.model_validate({"structure": str(DATA / "structure.xml")} | options)
    return reader.read(path, told, report if report is not None else Report())


def make_series(observations: str = '<Obs TIME_PERIOD="2020" OBS_VALUE="1"/>', **codes: str) -> str:
    """Write one series; what is not given is the total."""
    return SERIES.format_map({**USUAL, **codes, "observations": observations})


def make_file(path: Path, *series: str, header: str = "", attributes: str = "") -> Path:
    """Write a structure-specific file with these series; `attributes` stand on the data set."""
    text = (DATA / "specific.xml").read_text("utf-8")
    start = text[: text.index("<Group")].replace("<mes:Test>false", header or "<mes:Test>false")
    start = start.replace('ss:action="Replace"', attributes or 'ss:action="Information"')
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{start}{''.join(series)}</mes:DataSet></mes:StructureSpecificData>", "utf-8")
    return path


def rows_of(extract: Extract, *columns: str) -> list[tuple[str, ...]]:
    """List some columns of the observations."""
    return list(extract.observations[list(columns)].itertuples(index=False, name=None))


def said(report: Report, *kinds: Any) -> str:
    """Return the report's entries of these kinds as text."""
    return "\n".join(map(str, report.of(*kinds)))


# Every flavour


@pytest.mark.parametrize("name", FLAVOURS)
@pytest.mark.parametrize("structure", ["structure.xml", "structure-three.xml"])
def test_every_flavour_says_the_same(name: str, structure: str) -> None:
    """The same data in seven flavours, with a structure in 2.1 or 3.0, give the same observations."""
    columns = [column for column in OBSERVATION_COLUMNS if column not in ("file", "place")]
    report = Report()
    found = read(DATA / name, report, structure=str(DATA / structure)).observations
    assert found[columns].equals(read(DATA / "specific.xml").observations[columns])
    assert len(found) == 9
    assert said(report, "doubted", "refused", "dropped") == ""


def test_observations_are_read_with_all_their_groups() -> None:
    """Sex, age and residence have their columns; every other dimension is the category; marks are kept."""
    columns = (
        "indicator_code",
        "area_name",
        "year",
        "sex",
        "age",
        "residence",
        "category",
        "value",
        "status",
    )
    age, school = "under 5 years old", "Education level: Primary education"
    assert rows_of(read(DATA / "specific.xml"), *columns) == [
        ("WT_PIPED", "Samplia", "2015", "", "", "", "", "61.40", ""),
        ("WT_PIPED", "Samplia", "2020", "", "", "", "", "64.3", "provisional"),
        ("WT_PIPED", "Alder", "2020", "", "", "urban", "", "81.5", ""),
        ("WT_PIPED", "Alder", "2021", "", "", "urban", "", "", ""),
        ("WT_PIPED", "Birch", "2020", "", "", "rural", "Product: Borehole", "7", ""),
        ("PP_BORN", "Samplia", "2020", "female", age, "", "", "1500", "estimated"),
        ("PP_BORN", "Alder", "2020", "male", age, "", "", "100", ""),
        ("PP_BORN", "Alder", "2021", "male", age, "", "", "", "suppressed"),
        ("ED_ROOMS", "Birch", "2020", "", "", "", school, "210", ""),
    ]


def test_notes_sources_and_places_are_kept() -> None:
    """Comments and unusual statuses become notes, a group's comment too; sources get ids; places are exact."""
    extract = read(DATA / "generic.xml")
    notes = [note for (note,) in rows_of(extract, "note")]
    assert notes[1] == "First results."
    assert notes[3:6] == [
        "Missing value; data cannot exist",
        "Time series break",
        "Registered within a year.",
    ]
    assert list(extract.observations["place"][[0, 1, 7]]) == [
        "Series 1, Obs 1",
        "Series 1, Obs 2",
        "Series 5, Obs 2",
    ]
    assert list(extract.sources["title"]) == ["Household survey, Samplia Statistics", "Civil register"]
    assert list(extract.observations["source_id"])[-2:] == ["civil-register", ""]


def test_a_csv_file_names_rows() -> None:
    """The place of an observation in SDMX-CSV is its row in the spreadsheet."""
    assert list(read(DATA / "two.csv").observations["place"]) == [str(row) for row in range(2, 11)]


def test_areas_come_with_those_they_lie_in() -> None:
    """The areas that are used, and their parents, are handed over as the code list has them."""
    areas = read(DATA / "specific.xml").areas.set_index("area_code")
    assert dict(areas["name"]) == {
        "SM": "Samplia",
        "SM11": "Alder",
        "SM1": "North Province",
        "SM12": "Birch",
    }
    assert dict(areas["parent_code"]) == {"SM": "", "SM11": "SM1", "SM1": "SM", "SM12": "SM1"}


def test_goal_and_target_come_from_the_code_list() -> None:
    """The global indicator is that of the annotation, else that behind the name; the name goes without it."""
    indicators = read(DATA / "specific.xml").indicators.set_index("indicator_code")
    assert list(indicators.loc["WT_PIPED", ["goal", "target", "global_indicator"]]) == ["6", "6.1", "6.1.1"]
    assert list(indicators.loc["PP_BORN", ["goal", "target", "global_indicator"]]) == ["16", "16.9", "16.9.1"]
    assert list(indicators.loc["ED_ROOMS", ["goal", "name", "unit"]]) == ["", "Classrooms", "Number"]
    assert indicators.loc["PP_BORN", "name"] == "Births registered"


def test_names_are_read_in_the_language_asked_for() -> None:
    """Names are in the language of the options, else in English; labels hold every language."""
    extract = read(DATA / "specific.xml", language="fr-FR")
    names = dict(zip(extract.indicators["indicator_code"], extract.indicators["name"], strict=True))
    assert names["PP_BORN"] == "Naissances enregistrées"
    assert names["ED_ROOMS"] == "Classrooms"
    assert "Niveau d'enseignement: Enseignement primaire" in list(extract.observations["category"])
    labels = extract.labels
    assert set(labels["language"]) == {"en", "fr"}
    chosen = labels[(labels["table"] == "areas") & (labels["code"] == "SM11")]
    assert list(chosen["label"]) == ["Alder", "Aulne"]


def test_names_in_other_languages_only_are_reported(tmp_path: Path) -> None:
    """Where a name is neither in the language asked for nor in English, the code stands, and it is said."""
    text = (DATA / "structure.xml").read_text("utf-8").replace('xml:lang="en"', 'xml:lang="es"')
    (tmp_path / "structure.xml").write_text(text, "utf-8")
    report = Report()
    extract = read(DATA / "specific.xml", report, structure=str(tmp_path / "structure.xml"))
    assert "ED_ROOMS" in list(extract.indicators["name"])
    assert "there are names in es, fr" in said(report, "doubted")


def test_codes_can_be_kept() -> None:
    """With labels: codes, ages and categories are codes, so that two files can be compared."""
    extract = read(DATA / "one.csv", labels="codes")
    assert set(extract.observations["age"]) == {"", "Y0T4"}
    assert set(extract.observations["category"]) == {"", "PRODUCT: WELL", "EDUCATION_LEV: PRIM"}


# The structure definition


def test_the_structure_is_found_beside_the_data_and_above(tmp_path: Path) -> None:
    """Without an option the structure is looked for in the folder of the data and in the one above."""
    (tmp_path / "data").mkdir()
    shutil.copy(DATA / "specific.xml", tmp_path / "data")
    shutil.copy(DATA / "structure.xml", tmp_path)
    for path in (tmp_path, tmp_path / "data", tmp_path / "data" / "specific.xml"):
        assert "Alder" in list(read(path, structure=None).observations["area_name"])


def test_a_relative_structure_counts_from_the_data(tmp_path: Path) -> None:
    """A relative path of the structure counts from the folder of the data."""
    shutil.copy(DATA / "structure.xml", tmp_path / "dsd.xml")
    path = make_file(tmp_path / "data" / "a.xml", make_series())
    assert rows_of(read(path, structure="../dsd.xml"), "area_name") == [("Samplia",)]


def test_a_structure_that_is_missing_is_named(tmp_path: Path) -> None:
    """A structure that is not there stops the import, with the nearest name."""
    shutil.copy(DATA / "structure.xml", tmp_path)
    path = make_file(tmp_path / "a.xml", make_series())
    with pytest.raises(ReviewError, match=r"there is no structur\.xml; did you mean 'structure\.xml'"):
        read(path, structure="structur.xml")


@pytest.mark.parametrize("name", FLAVOURS)
def test_without_a_structure_codes_stay_codes(name: str, tmp_path: Path) -> None:
    """Without a structure every flavour still gives the same keys, in codes, and the report says so."""
    shutil.copy(DATA / name, tmp_path)
    report = Report()
    extract = read(tmp_path / name, report, structure=None)
    columns = ("indicator_code", "area_code", "sex", "age", "residence", "category", "value", "unit")
    assert rows_of(extract, *columns)[4:6] == [
        ("WT_PIPED", "SM12", "", "", "rural", "PRODUCT: WELL", "7", "PT"),
        ("PP_BORN", "SM", "female", "Y0T4", "", "", "1500", "NUMBER"),
    ]
    assert "there is no structure definition" in said(report, "doubted")


def test_code_lists_may_lie_in_another_file(tmp_path: Path) -> None:
    """A structure takes the code lists that its own file does not have from another file."""
    text = (DATA / "structure.xml").read_text("utf-8")
    lists = text[text.index("<str:Codelists>") : text.index("<str:Concepts>")]
    rest = text[text.index("<str:Concepts>") : text.index("</mes:Structures>")]
    (tmp_path / "dsd.xml").write_text(text.replace(lists, ""), "utf-8")
    (tmp_path / "lists.xml").write_text(text.replace(rest, ""), "utf-8")
    shutil.copy(DATA / "specific.xml", tmp_path)
    assert "Alder" in list(read(tmp_path, structure=None).observations["area_name"])


def test_a_code_that_is_not_in_its_list_stays_a_code(tmp_path: Path) -> None:
    """A code without an entry in its code list is kept as it is, and reported once."""
    report = Report()
    path = make_file(tmp_path / "a.xml", make_series(area="SM99"), make_series(area="SM99", age="Y99"))
    extract = read(path, report)
    assert rows_of(extract, "area_code", "area_name", "age")[1] == ("SM99", "", "Y99")
    assert "codes of REF_AREA that are not in its code list stay codes: 'SM99'" in said(report, "doubted")


def test_a_code_list_with_two_like_labels_shows_the_code(tmp_path: Path) -> None:
    """Two codes with one label stay two groups."""
    text = (DATA / "structure.xml").read_text("utf-8").replace(">15 to 49 years old<", ">under 5 years old<")
    (tmp_path / "dsd.xml").write_text(text, "utf-8")
    path = make_file(tmp_path / "a.xml", make_series(age="Y0T4"), make_series(age="Y15T49"))
    ages = rows_of(read(path, structure="dsd.xml"), "age")
    assert ages == [("under 5 years old (Y0T4)",), ("under 5 years old (Y15T49)",)]


# Values, periods, statuses


@pytest.mark.parametrize(
    ("text", "multiplier", "expected"),
    [
        ("1.5", "3", "1500"),
        ("0.1", "3", "100"),
        ("1.005", "2", "100.5"),
        ("0.07", "2", "7"),
        ("61.40", "0", "61.40"),
        ("61.40", "", "61.40"),
        ("250", "-3", "0.250"),
        ("1e2", "3", "100000"),
        ("-4.25", "6", "-4250000"),
    ],
)
def test_multipliers_are_exact(text: str, multiplier: str, expected: str) -> None:
    """A value times its power of ten has no binary noise; a value without one stays as written."""
    assert scale_value(text, multiplier) == expected


@pytest.mark.parametrize(
    ("text", "multiplier"), [("1,5", "3"), ("about 3", "3"), ("1", "many"), ("1e999999", "3"), ("1", "99")]
)
def test_what_cannot_be_multiplied_is_refused(text: str, multiplier: str, tmp_path: Path) -> None:
    """A value that cannot be multiplied is refused rather than taken a thousand times too small."""
    observation = f'<Obs TIME_PERIOD="2020" OBS_VALUE="{text}" UNIT_MULT="{multiplier}"/>'
    report = Report()
    path = make_file(tmp_path / "a.xml", make_series(observation), make_series(area="SM1"))
    assert rows_of(read(path, report), "area_code") == [("SM1",)]
    assert len(report.of("refused")) == 1


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("2015", "2015"),
        ("2015-A1", "2015"),
        ("2015-01-01/P1Y", "2015"),
        ("2015-01-01T00:00:00/P3Y", "2015-2017"),
        ("2015/16", "2015/16"),
        ("2015-2017", "2015-2017"),
        ("2015-01", None),
        ("2015-12-31", None),
        ("2015-Q1", None),
        ("2015-S2", None),
        ("2015-W07", None),
        ("2015-M03", None),
        ("2010-11", None),
        ("2015-01-01T10:00:00", None),
    ],
)
def test_periods(period: str, expected: str | None) -> None:
    """A year, or several, is read; a part of a year is not."""
    assert read_period(period) == expected


@pytest.mark.parametrize(("frequency", "annual"), [("A", True), ("A3", True), ("", True), ("_Z", True)])
def test_annual_frequencies(frequency: str, annual: bool) -> None:
    """A year, several years, or nothing said about it is annual."""
    assert is_annual(frequency) is annual


def test_what_is_not_annual_is_refused(tmp_path: Path) -> None:
    """Months, and series of another frequency, are refused with their count; the rest is read."""
    months = "".join(f'<Obs TIME_PERIOD="2020-{month:02}" OBS_VALUE="1"/>' for month in range(1, 13))
    report = Report()
    path = make_file(
        tmp_path / "a.xml", make_series(months), make_series(freq="M", area="SM1"), make_series()
    )
    assert rows_of(read(path, report), "year", "place") == [("2020", "Series 3, Obs 1")]
    assert report.count("refused") == 13
    assert "frequency 'M' (Monthly) is not annual" in said(report, "refused")


@pytest.mark.parametrize(
    ("codes", "confidentiality", "nature", "status", "empty", "noted"),
    [
        ("A", "", "", "", False, ()),
        ("P", "F", "C", "provisional", False, ()),
        ("E", "", "", "estimated", False, ()),
        ("I", "", "", "estimated", False, ("I",)),
        ("F", "", "", "estimated", False, ("F",)),
        ("B", "", "", "", False, ("B",)),
        ("U", "", "", "", False, ("U",)),
        ("M", "", "", "", True, ("M",)),
        ("L", "", "", "", True, ("L",)),
        ("Q", "", "", "suppressed", True, ()),
        ("C", "", "", "suppressed", True, ()),
        ("A", "C", "", "suppressed", True, ()),
        ("A", "", "M", "estimated", False, ()),
        ("B; P", "", "", "provisional", False, ("B",)),
    ],
)
def test_statuses(
    codes: str, confidentiality: str, nature: str, status: str, empty: bool, noted: tuple[str, ...]
) -> None:
    """Each status has its word in our tables, or a note; what is confidential is never published."""
    found = read_status(codes, confidentiality, nature)
    assert (found.status, found.empty, found.noted) == (status, empty, noted)


def test_a_value_marked_as_suppressed_is_not_taken_over(tmp_path: Path) -> None:
    """A value that is in the file although it is marked as suppressed stays out of the tables."""
    report = Report()
    path = make_file(
        tmp_path / "a.xml", make_series('<Obs TIME_PERIOD="2020" OBS_VALUE="3" OBS_STATUS="Q"/>')
    )
    assert rows_of(read(path, report), "value", "status") == [("", "suppressed")]
    assert report.count("dropped") == 1


def test_attributes_are_handed_down(tmp_path: Path) -> None:
    """What a data set and a series say holds for their observations, unless these say otherwise."""
    observations = (
        '<Obs TIME_PERIOD="2019" OBS_VALUE="2"/><Obs TIME_PERIOD="2020" OBS_VALUE="2" UNIT_MULT="0"/>'
    )
    path = make_file(
        tmp_path / "a.xml",
        make_series(observations),
        make_series(area="SM1", more='UNIT_MULT="1" UNIT_MEASURE="PT"'),
        attributes='ss:action="Append" UNIT_MULT="3" COMMENT_DSET="Revised."',
    )
    assert rows_of(read(path), "value", "note") == [
        ("2000", "Revised."),
        ("2", "Revised."),
        ("10", "Revised."),
    ]


def test_many_groups_take_little_time(tmp_path: Path) -> None:
    """Three thousand groups are handed down to six thousand observations within seconds."""
    numbers = range(3_000)
    groups = [f'<Group SERIES="S{n}" COMMENT_TS="Note {n}."/>' for n in numbers]
    two = '<Obs TIME_PERIOD="2019" OBS_VALUE="1"/><Obs TIME_PERIOD="2020" OBS_VALUE="2"/>'
    path = make_file(tmp_path / "a.xml", *groups, *(make_series(two, series=f"S{n}") for n in numbers))
    began = time.process_time()
    notes = read(path).observations["note"]
    assert list(notes[-2:]) == ["Note 2999.", "Note 2999."]
    assert time.process_time() - began < 5


# Dimensions


def test_several_reporting_types_are_not_mixed(tmp_path: Path) -> None:
    """Beside national figures, others are a category; with an option only one type is read."""
    path = make_file(tmp_path / "a.xml", make_series(), make_series(type="G"))
    assert rows_of(read(path), "category") == [("",), ("Reporting type: Global",)]
    assert rows_of(read(path, reporting_type="G"), "category", "place") == [("", "Series 2, Obs 1")]


def test_not_available_is_a_group_beside_a_total(tmp_path: Path) -> None:
    """Where a dimension has both _T and _Z, only _T is the whole, unless the options say otherwise."""
    path = make_file(tmp_path / "a.xml", make_series(product="_T"), make_series(product="_Z", area="SM1"))
    report = Report()
    assert rows_of(read(path, report), "category") == [("",), ("Product: Not applicable",)]
    assert "totals: [_Z]" in said(report, "doubted")
    assert rows_of(read(path, totals=["_Z"]), "category") == [("",), ("",)]


def test_dimensions_can_be_chosen_and_ignored(tmp_path: Path) -> None:
    """A dimension that is ignored is not read; a code in one that was not chosen refuses its row."""
    path = make_file(tmp_path / "a.xml", make_series(product="WELL"), make_series(education="PRIM"))
    assert rows_of(read(path, ignore_dimensions=["PRODUCT"]), "category")[0] == ("",)
    report = Report()
    chosen = read(path, report, category_dimensions=["EDUCATION_LEV"])
    assert rows_of(chosen, "category") == [("Education level: Primary education",)]
    assert "PRODUCT is 'WELL', but PRODUCT is not in category_dimensions" in said(report, "refused")


def test_a_code_of_sex_that_we_have_no_column_for_is_a_category(tmp_path: Path) -> None:
    """A code of sex other than female and male is no total: it becomes a category."""
    path = make_file(tmp_path / "a.xml", make_series(sex="_O"))
    assert rows_of(read(path), "sex", "category") == [("", "Sex: _O")]


def test_a_label_in_the_file_explains_a_custom_code(tmp_path: Path) -> None:
    """The attribute <dimension>_LB says what a custom code means in this file."""
    more = 'UNIT_MEASURE="PT" PRODUCT_LB="Rain; stored"'
    path = make_file(tmp_path / "a.xml", make_series(product="C01", more=more))
    assert rows_of(read(path), "category") == [("Product: Rain, stored",)]


def test_other_structures_can_be_mapped(tmp_path: Path) -> None:
    """The options say which concepts are indicator, area and unit where they have other names."""
    rows = "DATAFLOW,VAR,TL,TIME_PERIOD,OBS_VALUE,UOM\nX:Y(1.0),POP,SM1,2020,7,PS\n"
    path = tmp_path / "a.csv"
    path.write_text(rows, "utf-8")
    with pytest.raises(ReviewError, match="no concept that is known to be the indicator"):
        read(path)
    extract = read(path, dimensions={"indicator": "VAR", "area": "TL", "unit": "UOM"})
    assert rows_of(extract, "indicator_code", "area_code", "unit", "category") == [("POP", "SM1", "PS", "")]


def test_a_mapped_concept_must_be_there() -> None:
    """A concept of the options that a file does not have is named, with the nearest one."""
    with pytest.raises(ReviewError, match=r"no concept REF_AERA, which is to be the area; did you mean"):
        read(DATA / "specific.xml", dimensions={"area": "REF_AERA"})


def test_units_part_a_series(tmp_path: Path) -> None:
    """A series in several units becomes an indicator for each of them, and the report says so."""
    path = make_file(tmp_path / "a.xml", make_series(), make_series(more='UNIT_MEASURE="NUMBER"'))
    report = Report()
    extract = read(path, report)
    assert rows_of(extract, "indicator_code", "unit") == [
        ("WT_PIPED_PT", "Percent"),
        ("WT_PIPED_NUMBER", "Number"),
    ]
    assert list(extract.indicators["series_code"]) == ["WT_PIPED", "WT_PIPED"]
    assert list(extract.indicators["name"])[1] == "Households with piped water (Number)"
    assert "is in 2 units" in said(report, "renamed")


# SDMX-CSV


def test_csv_labels_are_used_where_no_structure_is(tmp_path: Path) -> None:
    """Labels that stand in the cells of SDMX-CSV (code: label) name codes and concepts."""
    path = tmp_path / "a.csv"
    path.write_text(
        "DATAFLOW;SERIES: Series;REF_AREA: Area;PRODUCT: Product;TIME_PERIOD: Time;OBS_VALUE: Value\n"
        "X:Y(1.0): Flow;WT: Water;01: Alder;WELL: Borehole;2020;1.50\n",
        "utf-8",
    )
    extract = read(path, structure=None)
    columns = ("indicator_code", "area_code", "area_name", "category", "value")
    assert rows_of(extract, *columns) == [("WT", "01", "Alder", "Product: Borehole", "1.50")]
    assert list(extract.indicators["name"]) == ["Water"]


def test_csv_columns_with_names_are_used(tmp_path: Path) -> None:
    """SDMX-CSV 2.0 with a name column behind each code column is read."""
    path = tmp_path / "a.csv"
    path.write_text(
        "STRUCTURE[;],STRUCTURE_ID,STRUCTURE_NAME,ACTION,SERIES,Series,REF_AREA,Area,TIME_PERIOD,Time,"
        "OBS_VALUE,Value,OBS_STATUS[],Status\n"
        "dataflow,X:Y(1.0),Flow,I,WT,Water,01,Alder,2020,,1.50,,B;P,\n"
        "dataflow,X:Y(1.0),Flow,D,WT,Water,01,Alder,2021,,1.50,,A,\n",
        "utf-8",
    )
    report = Report()
    extract = read(path, report, structure=None)
    assert rows_of(extract, "indicator_code", "area_name", "value", "status") == [
        ("WT", "Alder", "1.50", "provisional")
    ]
    assert report.count("dropped") == 1


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("name,value\na,1\n", "is no SDMX-CSV"),
        ("", "is empty"),
        ("DATAFLOW,SERIES,TIME_PERIOD\nX:Y(1.0),A,2020\n", "has no column OBS_VALUE"),
        ("DATAFLOW,SERIES,SERIES,OBS_VALUE\nX:Y(1.0),A,A,1\n", "has two columns SERIES"),
    ],
)
def test_other_tables_are_refused(text: str, what: str, tmp_path: Path) -> None:
    """A CSV file that is no SDMX-CSV is refused with the reason."""
    (tmp_path / "a.csv").write_text(text, "utf-8")
    with pytest.raises(ReviewError, match=what):
        read(tmp_path / "a.csv")


# What must not happen


def test_entity_bombs_are_refused(tmp_path: Path) -> None:
    """A document type declaration is refused in data and in structures, before anything reads it."""
    for name in ("specific.xml", "structure.xml"):
        text = (DATA / name).read_text("utf-8")
        (tmp_path / name).write_text(text.replace("?>\n", "?>\n" + BOMB, 1), "utf-8")
    with pytest.raises(ReviewError, match="has a document type declaration"):
        read(tmp_path / "specific.xml")
    with pytest.raises(ReviewError, match="has a document type declaration"):
        read(DATA / "specific.xml", structure=str(tmp_path / "structure.xml"))


def test_an_external_entity_is_refused(tmp_path: Path) -> None:
    """An entity that names another file is refused; nothing of that file is read."""
    bomb = '<!DOCTYPE x [<!ENTITY a SYSTEM "/etc/hostname">]>\n'
    text = (DATA / "generic.xml").read_text("utf-8").replace("?>\n", "?>\n" + bomb, 1)
    (tmp_path / "a.xml").write_text(text.replace("First results.", "&a;"), "utf-8")
    with pytest.raises(ReviewError, match="has a document type declaration"):
        read(tmp_path / "a.xml")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("<html/>", "is no SDMX message: it begins with 'html'"),
        ("<a", "is not well-formed XML"),
        ('<CompactData xmlns="http://www.sdmx.org/resources/sdmxml/schemas/v2_0/message"/>', "SDMX-ML 2.0"),
        ('<Error xmlns="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message"/>', "of the kind 'Error'"),
    ],
)
def test_other_xml_is_refused(text: str, what: str, tmp_path: Path) -> None:
    """XML that holds no SDMX data is refused with the reason."""
    (tmp_path / "a.xml").write_text(text, "utf-8")
    with pytest.raises(ReviewError, match=what):
        read(tmp_path / "a.xml")


@pytest.mark.parametrize(
    ("inside", "what"),
    [("<a>" * 60 + "</a>" * 60, "is nested more than"), ("<Obs><Obs/></Obs>", "does not nest its elements")],
)
def test_odd_nesting_is_refused(inside: str, what: str, tmp_path: Path) -> None:
    """Elements that stand as SDMX never has them are refused."""
    with pytest.raises(ReviewError, match=what):
        read(make_file(tmp_path / "a.xml", inside))


def test_a_structure_alone_holds_no_data() -> None:
    """A structure definition where data are expected is said to hold none."""
    with pytest.raises(ReviewError, match="holds no SDMX data"):
        read(DATA / "structure.xml", structure=None)


def test_a_broken_structure_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A structure that cannot be read is named with the library's reason, and nothing else is printed."""
    text = (DATA / "structure.xml").read_text("utf-8").replace("<str:Code id", "<str:Cod id", 1)
    (tmp_path / "dsd.xml").write_text(text.replace("</str:Code>", "</str:Cod>", 1), "utf-8")
    with pytest.raises(
        ReviewError, match=r"dsd\.xml options\.structure: is a structure that cannot be read: 'NotImplemented"
    ):
        read(DATA / "specific.xml", structure=str(tmp_path / "dsd.xml"))
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("specific.xml", "is an SDMX-ML 2.1 message of the kind 'StructureSpecificData', and no structure"),
        ("generic.xml", "is an SDMX-ML 2.1 message of the kind 'GenericData', and no structure"),
        ("one.csv", "is not well-formed XML"),
    ],
)
def test_a_structure_that_is_none_is_refused(name: str, what: str) -> None:
    """A file of data, or no XML at all, where the structure is expected, is named."""
    with pytest.raises(ReviewError, match=rf"{name} options\.structure: {what}"):
        read(DATA / "specific.xml", structure=str(DATA / name))


def test_a_structure_without_a_data_structure_is_refused(tmp_path: Path) -> None:
    """A file with code lists alone does not say which concepts are dimensions."""
    text = (DATA / "structure.xml").read_text("utf-8")
    rest = text[text.index("<str:Concepts>") : text.index("</mes:Structures>")]
    (tmp_path / "lists.xml").write_text(text.replace(rest, ""), "utf-8")
    with pytest.raises(ReviewError, match=r"lists\.xml options\.structure: holds no data structure"):
        read(DATA / "specific.xml", structure=str(tmp_path / "lists.xml"))


def test_a_reporting_type_that_no_row_has_is_refused() -> None:
    """Where no observation is of the reporting type that is asked for, those that there are are named."""
    what = r"specific\.xml options\.reporting_type: none of its 9 observations has the reporting type 'Q'; it has 'N'"
    with pytest.raises(ReviewError, match=what):
        read(DATA / "specific.xml", reporting_type="Q")


@pytest.mark.parametrize(
    ("series", "options", "what"),
    [
        ({"freq": "M"}, {}, r"frequency 'M' \(Monthly\) is not annual; ask for annual values"),
        ({"series": ""}, {}, "names no indicator"),
        (
            {"product": "WELL"},
            {"category_dimensions": ["EDUCATION_LEV"]},
            "not in category_dimensions; add it",
        ),
        ({"observations": '<Obs TIME_PERIOD="2020-Q1" OBS_VALUE="1"/>'}, {}, "a part of a year"),
        ({"observations": '<Obs TIME_PERIOD="2020" OBS_VALUE="1" UNIT_MULT="x"/>'}, {}, "not a power of ten"),
    ],
)
def test_where_no_observation_is_left_the_reason_is_said(
    series: dict[str, str], options: dict[str, Any], what: str, tmp_path: Path
) -> None:
    """Whatever leaves nothing to read stops the import with its reason."""
    with pytest.raises(ReviewError, match=rf"a\.xml: none of its 1 observation can be read: .*{what}"):
        read(make_file(tmp_path / "a.xml", make_series(**series)), **options)


def test_periods_that_are_no_years_stop_the_import() -> None:
    """A concept that is no period, named as the period, is refused."""
    with pytest.raises(ReviewError, match=r"no period is a year, such as '_T' .*; correct dimensions"):
        read(DATA / "specific.xml", dimensions={"period": "EDUCATION_LEV"})


def test_the_number_of_observations_is_bounded() -> None:
    """A file with more observations than may be read is refused."""
    with pytest.raises(UnreadableError, match="more than 5 observations"):
        read_xml(DATA / "specific.xml", "specific.xml", 5)
    with pytest.raises(UnreadableError, match="more than 5 observations"):
        read_csv(DATA / "one.csv", "one.csv", 5)


def test_what_is_to_be_deleted_is_not_read(tmp_path: Path) -> None:
    """A data set with the action Delete is reported, and its observations are no data."""
    make_file(tmp_path / "a.xml", make_series())
    make_file(tmp_path / "b.xml", make_series(), attributes='ss:action="Delete"')
    report = Report()
    assert rows_of(read(tmp_path, report), "file") == [("a.xml",)]
    assert "b.xml: dropped: asks that observations be deleted" in said(report, "dropped")


def test_a_test_message_is_doubted(tmp_path: Path) -> None:
    """A file whose header calls it a test is read, and doubted."""
    report = Report()
    read(make_file(tmp_path / "a.xml", make_series(), header="<mes:Test>true"), report)
    assert "says that it is a test" in said(report, "doubted")


# Folders


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    """Of a folder with a broken file the others are read, and the broken one is reported."""
    shutil.copy(DATA / "specific.xml", tmp_path)
    shutil.copy(DATA / "structure.xml", tmp_path)
    (tmp_path / "broken.xml").write_text("<a", "utf-8")
    (tmp_path / "README.csv").write_text("name,value\n", "utf-8")
    report = Report()
    assert len(read(tmp_path, report, structure=None).observations) == 9
    assert [entry.file for entry in report.of("refused")] == ["README.csv", "broken.xml"]


def test_where_no_file_can_be_read_each_is_named(tmp_path: Path) -> None:
    """Where nothing can be read the error names every file with its reason."""
    for name in ("a.xml", "b.xml"):
        (tmp_path / name).write_text("<a", "utf-8")
    with pytest.raises(ReviewError) as error:
        read(tmp_path)
    assert [problem.file for problem in error.value.problems] == ["a.xml", "b.xml"]


def test_other_formats_are_refused(tmp_path: Path) -> None:
    """SDMX-JSON is not read, and the message says what to ask for."""
    (tmp_path / "a.json").write_text("{}", "utf-8")
    with pytest.raises(ReviewError, match="ask for SDMX-ML or SDMX-CSV"):
        read(tmp_path / "a.json")


def test_more_than_a_hundred_files_are_read_within_seconds(tmp_path: Path) -> None:
    """A folder with 120 files, one for each series, is read within bounded time."""
    observations = "".join(f'<Obs TIME_PERIOD="{year}" OBS_VALUE="{year}"/>' for year in range(2010, 2021))
    for number in range(120):
        made = [make_series(observations, series=f"S{number}", area=area) for area in ("SM", "SM11", "SM12")]
        make_file(tmp_path / f"part-{number:03}.xml", *made)
    began = time.process_time()
    extract = read(tmp_path)
    assert extract.observations.groupby("file").size().tolist() == [33] * 120
    assert len(extract.indicators) == 120
    assert time.process_time() - began < 10


# Real files


@needs_shared
def test_rwanda_is_read_with_its_structure() -> None:
    """The SDG data of the National Institute of Statistics of Rwanda (MIT) are read whole."""
    report = Report()
    options: SourceOptions = find_reader("sdmx").Options.model_validate({})
    extract = find_reader("sdmx").read(RWANDA / "sdmx-data" / "2025_RWA-SDG_Data.xml", options, report)
    rows = extract.observations
    assert len(rows) == 2_330
    assert rows["value"].ne("").all()
    assert not rows.duplicated(
        ["indicator_code", "area_code", "year", "sex", "age", "residence", "category"]
    ).any()
    poverty = rows[(rows["indicator_code"] == "SI_POV_DAY1") & (rows["year"] == "2000")]
    assert poverty[["area_code", "area_name", "value", "unit"]].to_numpy().tolist() == [
        ["RW", "Rwanda", "82.3", "Percent"]
    ]
    areas = dict(zip(extract.areas["area_code"], extract.areas["name"], strict=True))
    assert len(areas) == 36
    assert areas["11"] == "Nyarugenge"
    assert len(extract.sources) == 85
    assert "SP_LGL_LNDDOC' is in 2 units (Number, Percent)" in said(report, "renamed")
    assert "not in its code list stay codes: 'SH_SAN_HNDWSH'" in said(report, "doubted")


@needs_shared
def test_rwanda_names_goals_and_global_indicators() -> None:
    """Every series of the Rwandan code list has its global indicator and its goal."""
    extract = read(RWANDA, structure="dsd.xml")
    indicators = extract.indicators.set_index("indicator_code")
    assert len(indicators) == 260
    assert list(indicators.index[indicators["goal"] == ""]) == ["SH_SAN_HNDWSH"]
    poverty = indicators.loc["SI_POV_DAY1"]
    assert list(poverty[["goal", "target", "global_indicator"]]) == ["1", "1.1", "1.1.1"]
    assert poverty["name"] == "Proportion of population below international poverty line"
