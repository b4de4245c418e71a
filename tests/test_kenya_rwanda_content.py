"""Hold the statistical tables of Kenya and Rwanda to their raw files: counts, spot values, sums, bytes."""

import csv
import importlib.util
import math
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
RAW = Path(__file__).resolve().parents[2] / "shared" / "data"
TOOLS = {"kenya": "tidy_kenya_census", "rwanda": "tidy_rwanda_sdg"}
MADE = ("areas", "indicators", "observations", "sources")
KEY = ("indicator_code", "area_code", "year", "sex", "age", "residence", "category")
CELL = 0.06  # the county mean of one published percentage may miss the published national one by this much

Row = dict[str, str]

needs_raw = pytest.mark.skipif(
    not RAW.is_dir(), reason="the raw files (../shared/data) are not beside the repository"
)
both = pytest.mark.parametrize("slug", TOOLS)


def read(slug: str, table: str) -> list[Row]:
    """Read one table of a place."""
    with (ROOT / "data" / slug / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load_tool(slug: str) -> ModuleType:
    """Load the script that made the tables of a place."""
    path = ROOT / "tools" / f"{TOOLS[slug]}.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def find(slug: str, code: str, area: str, year: str = "2019", **breakdown: str) -> str:
    """Find the value of one observation; a breakdown that is not given is the total."""
    wanted = {"sex": "", "age": "", "residence": "", "category": ""} | breakdown
    wanted |= {"indicator_code": code, "area_code": area, "year": year}
    (row,) = [row for row in read(slug, "observations") if all(row[name] == wanted[name] for name in KEY)]
    return row["value"]


def count_levels(slug: str) -> Counter[str]:
    """Count the observations at each level of area."""
    levels = {row["area_code"]: row["level"] for row in read(slug, "areas")}
    return Counter(levels[row["area_code"]] for row in read(slug, "observations"))


# Both places


@needs_raw
@both
def test_raw_files_give_the_tables_byte_by_byte(slug: str, tmp_path: Path) -> None:
    """Running a tool again on the raw files makes the same bytes."""
    load_tool(slug).tidy(RAW / slug, tmp_path)
    for table in MADE:
        made = (tmp_path / f"{table}.csv").read_bytes()
        assert made == (ROOT / "data" / slug / f"{table}.csv").read_bytes(), table


@both
def test_keys_are_unique(slug: str) -> None:
    """No area, indicator, source or observation stands twice."""
    for table, key in {
        "areas": KEY[1:2],
        "indicators": KEY[:1],
        "sources": ("source_id",),
        "observations": KEY,
    }.items():
        counts = Counter(tuple(row[name] for name in key) for row in read(slug, table))
        assert max(counts.values()) == 1, counts.most_common(1)


@both
def test_codes_refer_to_rows_that_exist(slug: str) -> None:
    """Every area, parent, indicator and source that a row names is in its table."""
    areas = {row["area_code"] for row in read(slug, "areas")}
    indicators = {row["indicator_code"] for row in read(slug, "indicators")}
    sources = {row["source_id"] for row in read(slug, "sources")}
    observations = read(slug, "observations")
    assert {row["area_code"] for row in observations} == areas
    assert {row["indicator_code"] for row in observations} == indicators
    assert {row["parent_code"] for row in read(slug, "areas")} - {""} <= areas
    for table in MADE[:3]:
        assert {row["source_id"] for row in read(slug, table)} <= sources, table


@both
def test_files_are_plain(slug: str) -> None:
    """Tables have LF line ends, no byte order mark, no curly apostrophe and no blank around a cell."""
    for table in MADE:
        data = (ROOT / "data" / slug / f"{table}.csv").read_bytes()
        assert b"\r" not in data
        assert not data.startswith(b"\xef\xbb\xbf")
        assert "’" not in data.decode()
        assert all(cell == cell.strip() for row in read(slug, table) for cell in row.values()), table


@both
def test_indicators_can_be_read(slug: str) -> None:
    """Names are short and distinct within a global indicator; goal, target, unit and direction agree."""
    indicators = read(slug, "indicators")
    names = Counter((row["goal"], row["global_indicator"], row["name"]) for row in indicators)
    assert max(names.values()) == 1
    for row in indicators:
        assert len(row["name"]) <= 90
        assert row["name"][0].isupper()
        assert row["direction"] in ("up", "down", "none")
        assert row["unit"]
        assert row["target"].split(".")[0] == row["goal"]
        assert not row["global_indicator"] or row["global_indicator"].startswith(f"{row['target']}.")


@both
def test_values_are_numbers_without_binary_noise(slug: str) -> None:
    """A value is empty or a finite number that no repeated 0 or 9 betrays as an artefact."""
    for row in read(slug, "observations"):
        assert row["value"] == "" or math.isfinite(float(row["value"]))
        assert "000000" not in row["value"].partition(".")[2]
        assert "999999" not in row["value"].partition(".")[2]


# Kenya


def test_kenya_has_47_counties_with_official_codes() -> None:
    """The areas are Kenya and 47 counties, KE-01 to KE-47, in one spelling."""
    areas = read("kenya", "areas")
    assert [row["area_code"] for row in areas] == ["KE", *(f"KE-{code:02}" for code in range(1, 48))]
    assert {row["parent_code"] for row in areas[1:]} == {"KE"}
    names = {row["area_code"]: row["name"] for row in areas}
    assert names["KE-06"] == "Taita/Taveta"
    assert names["KE-13"] == "Tharaka-Nithi"
    assert names["KE-21"] == "Murang'a"
    assert names["KE-28"] == "Elgeyo/Marakwet"
    assert names["KE-43"] == "Homa Bay"
    assert names["KE-47"] == "Nairobi City"


def test_kenya_population_and_households_add_up() -> None:
    """The counties have 47,564,296 people and 12,143,913 households, as has the country."""
    country, *counties = read("kenya", "areas")
    for field, total in {"population": 47_564_296, "households": 12_143_913}.items():
        assert int(country[field]) == sum(int(row[field]) for row in counties) == total


def test_kenya_counts() -> None:
    """32 indicators under 12 goals, 2,585 county values and 121 national ones, all of 2019."""
    assert len(read("kenya", "indicators")) == 32
    goals = {int(row["goal"]) for row in read("kenya", "indicators")}
    assert goals == {3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 16, 17}
    assert count_levels("kenya") == {"county": 2585, "country": 121}
    assert {row["year"] for row in read("kenya", "observations")} == {"2019"}


@pytest.mark.parametrize(
    ("code", "area", "breakdown", "value"),
    [
        ("KE-LIGHT-MAINS", "KE-23", {}, "8.6"),  # V4_T2.19, Turkana, MainsElectricity
        ("KE-LIGHT-MAINS", "KE-47", {}, "96.5"),  # V4_T2.19, Nairobi City, MainsElectricity
        ("KE-COOKING-FIREWOOD", "KE-08", {}, "89.5"),  # V4_T2.18, Wajir, Firewood
        ("KE-INTERNET", "KE-23", {}, "6.9"),  # V4_T2.33, Turkana, UoI_Total_Perc
        ("KE-BIRTHS-NOTIFIED", "KE-08", {}, "64.3"),  # V4_T2.39, Wajir, Percent_Notified
        ("KE-BIRTHS-NOTIFIED", "KE-20", {}, "98.7"),  # V4_T2.39, Kirinyaga, Percent_Notified
        ("KE-INTERNET", "KE", {"sex": "female", "residence": "rural"}, "11.3"),  # V4_T2.33, UoI_Female_Perc
        ("KE-OPEN-DEFECATION", "KE", {"residence": "rural"}, "11.5"),  # V4_T2.16, RURAL, OpenBush
        ("KE-WATER-IMPROVED", "KE", {}, "73.3"),  # V4_T2.15: 7.1+7+9.9+10.1+14.1+2.8+3.9+8.5+9.9
        ("KE-WORK-SEEKING", "KE", {"age": "18–24"}, "19.7"),  # V4_T2.9a: 708167 / (2891426 + 708167)
        ("KE-SCHOOL-NEVER-6-13", "KE-01", {}, "2.7"),  # V4_T2.6b, Mombasa: 5190 / 194684
    ],
)
def test_kenya_spot_values(code: str, area: str, breakdown: Row, value: str) -> None:
    """Single values are those of the census tables."""
    assert find("kenya", code, area, **breakdown) == value


def test_kenya_counties_reproduce_the_national_value() -> None:
    """The weighted mean of the counties is Kenya's value, and the weights add up to Kenya's.

    A percentage of the census is rounded to one decimal; a sum of k of them may miss by k times as much.
    """
    with (ROOT / "tools" / "kenya_indicators.csv").open(encoding="utf-8", newline="") as file:
        sums = {
            row["indicator_code"]: 1 if row["base"] else row["parts"].count("+") + 1
            for row in csv.DictReader(file)
        }
    rows = [row for row in read("kenya", "observations") if not row["residence"]]
    groups: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["indicator_code"], row["sex"], row["age"]), []).append(row)
    for (code, *_), (nation, *counties) in groups.items():
        assert nation["area_code"] == "KE"
        assert len(counties) == 47
        weight = sum(int(row["weight"]) for row in counties)
        mean = sum(float(row["value"]) * int(row["weight"]) for row in counties) / weight
        assert abs(mean - float(nation["value"])) <= sums[code] * CELL, code
        assert weight == int(nation["weight"]), code


def test_kenya_conventional_households() -> None:
    """The weight of household indicators adds up to 12,043,016 conventional households."""
    households = {
        row["indicator_code"] for row in read("kenya", "indicators") if row["weight_unit"] == "households"
    }
    assert len(households) == 19
    totals: Counter[str] = Counter()
    for row in read("kenya", "observations"):
        if row["indicator_code"] in households and row["area_code"] != "KE":
            totals[row["indicator_code"]] += int(row["weight"])
    assert set(totals.values()) == {12_043_016}


@needs_raw
@pytest.mark.parametrize("table", ["2.15", "2.16", "2.17", "2.18", "2.19"])
def test_kenya_raw_columns_reproduce_the_national_row(table: str) -> None:
    """In the raw tables each column's household-weighted county mean is the national row within 0.06."""
    with (RAW / "kenya" / f"V4_T{table}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    (nation,) = [row for row in rows if row["SubCounty"] == "KENYA"]
    counties = [row for row in rows if row["AdminArea"] == "County"]
    households = [float(row["ConventionalHouseholds"]) for row in counties]
    assert sum(households) == 12_043_016
    for column in list(nation)[4:]:
        products = [
            float(row[column] or 0) * weight for row, weight in zip(counties, households, strict=True)
        ]
        assert abs(sum(products) / sum(households) - float(nation[column])) <= CELL, column


@needs_raw
@pytest.mark.parametrize(
    ("code", "table", "columns"),
    [
        ("KE-DISABILITY", "2.26", {"": "PercentageWithDisability"}),
        ("KE-MOBILE", "2.32", {"": "MPO_Total_Perc", "male": "MPO_Male_Perc", "female": "MPO_Female_Perc"}),
        ("KE-INTERNET", "2.33", {"": "UoI_Total_Perc", "male": "UoI_Male_Perc", "female": "UoI_Female_Perc"}),
        (
            "KE-COMPUTER",
            "2.33",
            {"": "UoDLT_Total_Perc", "male": "UoDLT_Male_Perc", "female": "UoDLT_Female_Perc"},
        ),
        ("KE-BIRTHS-FACILITY", "2.37", {"": "Percent_in_HealthFacility"}),
        ("KE-BIRTHS-NOTIFIED", "2.39", {"": "Percent_Notified"}),
    ],
)
def test_kenya_computed_shares_are_the_published_ones(code: str, table: str, columns: Row) -> None:
    """A share computed from counts equals the percentage that the census prints beside them."""
    tool = load_tool("kenya")
    counties = tool.read_rows(RAW / "kenya" / "CountyGPS.csv")
    codes = {tool.shorten(row["County"]): f"KE-{int(float(row['CountyCode'])):02}" for row in counties}
    published = tool.read_table(RAW / "kenya" / f"V4_T{table}.csv", codes)
    observations = [row for row in read("kenya", "observations") if row["indicator_code"] == code]
    for row in observations:
        if row["sex"] in columns:
            cell = published[row["area_code"], row["residence"], ""][columns[row["sex"]]]
            assert float(row["value"]) == cell, row


def test_kenya_empty_cell_stays_missing(tmp_path: Path) -> None:
    """A blank in the census makes an empty value and an empty sum, never 0."""
    tool = load_tool("kenya")
    path = tmp_path / "V4_T2.19.csv"
    path.write_text(
        "County,SubCounty,AdminArea,ConventionalHouseholds,Solar,Biogas\nKWALE,KWALE,County,10,1.5,\n"
    )
    cells = list(tool.read_table(path, {"KWALE": "KE-02"}).values())
    assert tool.measure({"parts": "Solar+Biogas", "base": ""}, cells, "") == ("", "10")
    assert tool.measure({"parts": "Solar", "base": ""}, cells, "") == ("1.5", "10")


# Rwanda


def test_rwanda_counts() -> None:
    """263 indicators; 2,060 national, 90 provincial and 180 district values."""
    assert len(read("rwanda", "indicators")) == 263
    assert count_levels("rwanda") == {"country": 2060, "province": 90, "district": 180}


def test_rwanda_areas() -> None:
    """One country, five provinces, thirty districts, each district under the province of its first digit."""
    areas = read("rwanda", "areas")
    assert Counter(row["level"] for row in areas) == {"country": 1, "province": 5, "district": 30}
    assert {row["parent_code"] for row in areas if row["level"] == "province"} == {"RW"}
    for row in areas:
        if row["level"] == "district":
            assert row["parent_code"] == row["area_code"][:4]
    provinces = [row["name"] for row in areas if row["level"] == "province"]
    assert provinces == [
        "Kigali City",
        "Southern Province",
        "Western Province",
        "Northern Province",
        "Eastern Province",
    ]
    assert {row["population"] for row in areas} == {""}


def test_rwanda_goals_and_years() -> None:
    """Fifteen goals have data, 12 and 14 have none; the years run from 2000 to 2024."""
    goals = {int(row["goal"]) for row in read("rwanda", "indicators")}
    assert goals == set(range(1, 18)) - {12, 14}
    years = {int(row["year"]) for row in read("rwanda", "observations")}
    assert years == set(range(2000, 2025))


def test_rwanda_provinces_and_districts_have_their_series() -> None:
    """Poverty and forest go down to districts; four indicators have provinces; all are complete."""
    levels = {row["area_code"]: row["level"] for row in read("rwanda", "areas")}
    found: dict[str, dict[str, set[str]]] = {"country": {}, "province": {}, "district": {}}
    for row in read("rwanda", "observations"):
        found[levels[row["area_code"]]].setdefault(row["indicator_code"], set()).add(row["area_code"])
    assert found["district"].keys() == {"SI_POV_NAHC", "AG_LND_FRST"}
    assert found["province"].keys() == {"SI_POV_NAHC", "SI_POV_NMPI", "SH_STA_BRTC", "SH_DYN_MORT"}
    assert {len(areas) for areas in found["district"].values()} == {30}
    assert {len(areas) for areas in found["province"].values()} == {5}
    assert len(found["country"]) == 263


@pytest.mark.parametrize(
    ("code", "area", "year", "breakdown", "value"),
    [
        ("SI_POV_DAY1", "RW", "2000", {}, "82.3"),  # V2
        ("SI_POV_NAHC", "RW", "2024", {}, "27.4"),  # AT3
        ("SI_POV_NAHC", "RW", "2024", {"sex": "female", "age": "16 and over"}, "25.4"),  # AT5
        ("SI_POV_NAHC", "RW-4", "2024", {}, "20.2"),  # AT13
        ("SI_POV_NAHC", "RW-11", "2024", {}, "6.8"),  # AT15
        ("SI_POV_NAHC", "RW-37", "2017", {}, "69.3"),  # AM32
        ("SI_POV_NMPI", "RW-1", "2024", {}, "0.053"),  # AT48
        ("SG_XPD_HLTH", "RW", "2015", {}, "204024372542"),  # AK87
        ("SH_STA_STNT", "RW", "2020", {"sex": "female"}, "29.2"),  # AP96
        ("SH_DYN_MORT", "RW-5", "2010", {}, "125"),  # AF124
        ("SH_IHR_CAPS", "RW", "2017", {"category": "Zoonotic events"}, "100"),  # AM172
        ("SE_ACS_ELECT", "RW", "2024", {"category": "Secondary education"}, "91.4"),  # AT276
        ("_L_RW_050501_1", "RW", "2024", {}, "63.75"),  # AT308
        ("_L_RW_060101_1", "RW", "2022", {"residence": "urban"}, "95.7"),  # AR329
        ("_L_RW_070102_1", "RW", "2024", {}, "5.4"),  # AT340
        ("SL_TLF_UEM", "RW", "2023", {}, "17.238670957604757"),  # AS359
        ("EN_ATM_CO2GDP", "RW", "2020", {}, "0.045"),  # AP385
        ("SL_EMP_GTOTL", "RW", "2020", {}, "44.2"),  # AP392
        ("_L_RW_110101_1", "RW", "2024", {}, "22.4"),  # AT401
        ("VC_DSR_MORT_1", "RW", "2024", {}, "1.38"),  # AT419
        ("AG_LND_FRST", "RW-23", "2019", {}, "55"),  # AO423
        ("SG_REG_BRTH", "RW", "2022", {}, "94.3"),  # AR479
        ("NE_CON_GOVT_KD_ZG", "RW", "2024", {}, "14"),  # AT505, in the file 14.000000000000002
        ("SG_STT_CAPTY", "RW", "2020", {}, "520447"),  # AP514
    ],
)
def test_rwanda_spot_values(code: str, area: str, year: str, breakdown: Row, value: str) -> None:
    """Single values are those of the sheet (its cell is named beside each)."""
    assert find("rwanda", code, area, year, **breakdown) == value


@needs_raw
def test_rwanda_carries_every_value_of_the_sheet() -> None:
    """Each line and year of the sheet with a value is one observation with that value."""
    tool = load_tool("rwanda")
    sheet = tool.read_sheet(RAW / "rwanda" / tool.WORKBOOK)
    raw = Counter(round(float(line[year]), 9) for line in sheet for year in tool.YEARS if year in line)
    ours = Counter(round(float(row["value"]), 9) for row in read("rwanda", "observations"))
    assert len(sheet) == 513
    assert ours == raw


def test_rwanda_series_with_two_meanings_are_two_indicators() -> None:
    """A count and a share of one series code do not share an indicator."""
    units = {row["indicator_code"]: row["unit"] for row in read("rwanda", "indicators")}
    assert units["SP_LGL_LNDDOC_NUMBER"] == "number"
    assert units["SP_LGL_LNDDOC_PT"] == "% of adult population"
    assert {f"SE_GPI_PART_{number}" for number in range(1, 5)} <= units.keys()


def test_rwanda_label_that_all_values_share_moves_to_the_definition() -> None:
    """Deaths under 5 have a total, because 'under 5' is what they measure and no breakdown."""
    (row,) = [row for row in read("rwanda", "indicators") if row["indicator_code"] == "SH_DYN_MORT"]
    assert "All values are for: age under 5." in row["definition"]


def test_rwanda_names_each_data_source_once() -> None:
    """73 data sources and the data file; the survey dragged down a column is one."""
    sources = read("rwanda", "sources")
    assert len(sources) == 74
    assert [row["title"] for row in sources if "DHS 2019" in row["title"]] == [
        "NISR, DHS 2019/20",
        "NISR, DHS 2019/20 and Census 2022",
    ]
