"""Make data/kenya out of the 2019 Kenya Population and Housing Census.

Read from --raw: the tables of the Kenya National Bureau of Statistics (KNBS), 2019 Kenya Population and
Housing Census, volumes I (V1_*.csv) and IV (V4_*.csv), as compiled (volumes I, II and IV) in the R package
rKenyaCensus by Shelmith Kariuki (github.com/Shelmith-Kariuki/rKenyaCensus, MIT), and the package's
CountyGPS.csv.

Decisions:
- Counties carry the official code of CountyGPS.csv (KE-01 to KE-47) and one spelling of their name;
  sub-counties are left out. Rural and urban are given for the nation only, as in the tables.
- Which columns make an indicator stands in kenya_indicators.csv beside this script. Without a `base` its
  `parts` are percentages of conventional households and are added (a sum inherits the rounding of its
  parts); with a `base` the value is parts / base in percent, rounded to one decimal like the published
  percentages.
- `weight` is the base: conventional households or people. `households` of the areas are all households of
  table 2.3 of volume I, which are about 100,000 more than the conventional ones of volume IV.
- A table without a row for Kenya (2.6b) gets one: the sum of its counties. An empty cell stays missing.
"""

import argparse
import csv
import math
from collections.abc import Iterable, Iterator
from pathlib import Path

Row = dict[str, str]
Cells = dict[str, float]
Place = tuple[str, str, str]  # area code, residence, age

INDICATORS = Path(__file__).with_name("kenya_indicators.csv")
YEAR = "2019"
AREA_FIELDS = [
    *("area_code", "name", "level", "parent_code", "population", "households", "land_area_km2"),
    *("latitude", "longitude", "context_year", "source_id"),
]
INDICATOR_FIELDS = [
    *("indicator_code", "goal", "target", "global_indicator", "name", "unit", "direction", "weight_unit"),
    *("target_value", "target_year", "definition", "source_id"),
]
OBSERVATION_FIELDS = [
    *("indicator_code", "area_code", "year", "sex", "age", "residence", "category"),
    *("value", "weight", "status", "source_id", "note"),
]
SOURCE_FIELDS = ["source_id", "title", "publisher", "date", "url", "licence", "note"]
LICENCE = "MIT on the compilation; figures of KNBS"
COMPILATION = "https://github.com/Shelmith-Kariuki/rKenyaCensus"
KNBS = "Kenya National Bureau of Statistics (KNBS)"

RESIDENCES = {"KENYA": "", "TOTAL": "", "RURAL": "rural", "URBAN": "urban"}
SPELLINGS = {"ELGEYO-MARAKWET": "ELGEYO/MARAKWET", "TAITA-TAVETA": "TAITA/TAVETA"}
SEXES = {"": "Total", "female": "Female", "male": "Male"}
AGES = {
    "15 - 17": "15–17",
    "18 - 24": "18–24",
    "25 - 34": "25–34",
    "35 - 64": "35–64",
    "65 +": "65 and over",
}
HOUSEHOLDS = "ConventionalHouseholds"


def main() -> None:
    """Write the four tables of Kenya."""
    parser = argparse.ArgumentParser(description="Make data/kenya out of the 2019 census tables.")
    parser.add_argument("--raw", type=Path, required=True, help="folder with the raw files")
    parser.add_argument(
        "--out", type=Path, default=Path("data/kenya"), help="folder for the tables (default: %(default)s)"
    )
    arguments = parser.parse_args()
    tidy(arguments.raw, arguments.out)


def tidy(raw: Path, out: Path) -> None:
    """Read the raw files and write areas, indicators, observations and sources."""
    counties = read_rows(raw / "CountyGPS.csv")
    codes = {shorten(row["County"]): f"KE-{int(float(row['CountyCode'])):02}" for row in counties}
    indicators = read_rows(INDICATORS)
    observations = [row for indicator in indicators for row in observe(indicator, raw, codes)]
    observations.sort(key=lambda row: [row[field] for field in OBSERVATION_FIELDS])
    write_table(out / "areas.csv", AREA_FIELDS, list_areas(raw, counties, codes))
    write_table(out / "indicators.csv", INDICATOR_FIELDS, map(describe_indicator, indicators))
    write_table(out / "observations.csv", OBSERVATION_FIELDS, observations)
    write_table(out / "sources.csv", SOURCE_FIELDS, list_sources())


def read_rows(path: Path) -> list[Row]:
    """Read a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def shorten(name: str) -> str:
    """Make one key out of the spellings of a county: HOMABAY of HOMA BAY, TAITA/TAVETA of TAITA-TAVETA."""
    plain = name.strip().upper()
    return SPELLINGS.get(plain, plain).replace(" ", "").removesuffix("*")


def read_table(path: Path, codes: Row) -> dict[Place, Cells]:
    """Read the rows of the nation and the counties as numbers; an empty cell is not a number (NaN)."""
    table: dict[Place, Cells] = {}
    for row in read_rows(path):
        if row.get("AdminArea") == "SubCounty":
            continue
        name = shorten(row["County"] if row["County"] != "xxx" else row["SubCounty"])
        place = codes.get(name, "KE"), "" if name in codes else RESIDENCES[name], row.get("Age", "")
        numbers = {
            key: value for key, value in row.items() if key not in ("County", "SubCounty", "AdminArea", "Age")
        }
        table[place] = {key: float(value) if value else math.nan for key, value in numbers.items()}
    return table


def sum_counties(table: dict[Place, Cells]) -> dict[Place, Cells]:
    """Add the nation to a table of counts that has no row for it."""
    total: dict[Place, Cells] = {}
    for (_, residence, age), cells in table.items():
        nation = total.setdefault(("KE", residence, age), dict.fromkeys(cells, 0.0))
        for key, value in cells.items():
            nation[key] += value
    return table | total


def observe(indicator: Row, raw: Path, codes: Row) -> Iterator[Row]:
    """Make the observations of an indicator: each area, residence, sex and age that its table has."""
    table = read_table(raw / f"{indicator['table']}.csv", codes)
    note = ""
    if not any(area == "KE" for area, _, _ in table):
        table, note = sum_counties(table), "Sum of the 47 counties; the census table has no row for Kenya."
    ages = indicator["ages"].split(";")
    groups = {"": ages} | ({AGES[age]: [age] for age in ages} if len(ages) > 1 else {})
    for area, residence in sorted({(area, residence) for area, residence, _ in table}):
        for label, group in groups.items():
            place = {
                "area_code": area,
                "age": label,
                "residence": residence,
                "note": note if area == "KE" else "",
            }
            yield from (
                place | row
                for row in observe_sexes(indicator, [table[area, residence, age] for age in group])
            )


def observe_sexes(indicator: Row, cells: list[Cells]) -> Iterator[Row]:
    """Make the observations of one place: the total, and women and men where the table has them."""
    for sex, word in SEXES.items() if "{sex}" in indicator["parts"] else [("", "")]:
        value, weight = measure(indicator, cells, word)
        yield {
            "indicator_code": indicator["indicator_code"],
            "year": YEAR,
            "sex": sex,
            "category": "",
            "value": value,
            "weight": weight,
            "status": "",
            "source_id": name_source(indicator),
        }


def measure(indicator: Row, cells: list[Cells], sex: str) -> tuple[str, str]:
    """Give value and weight of some rows of a table, empty where a cell is missing."""
    parts = add_cells(cells, indicator["parts"].replace("{sex}", sex))
    if not indicator["base"]:
        return format_number(parts, 1), format_number(add_cells(cells, HOUSEHOLDS), 0)
    base = add_cells(cells, indicator["base"].replace("{sex}", sex))
    return format_number(100 * parts / base, 1), format_number(base, 0)


def add_cells(cells: list[Cells], columns: str) -> float:
    """Add columns (joined with +) over rows; one missing cell makes the sum missing."""
    return math.fsum(row[column] for row in cells for column in columns.split("+"))


def format_number(number: float, digits: int) -> str:
    """Write a rounded number without a trailing .0; not a number is the empty cell."""
    return "" if math.isnan(number) else f"{round(number, digits):.{digits}f}".removesuffix(".0")


def list_areas(raw: Path, counties: list[Row], codes: Row) -> list[Row]:
    """List Kenya and its counties with population, households, land area and centroid."""
    names = {codes.get(shorten(row["County"]), "KE"): row["County"] for row in read_rows(raw / "V1_T2.2.csv")}
    population = pick_column(raw / "V1_T2.2.csv", "Total", codes)
    households = pick_column(raw / "V1_T2.3.csv", "NumberOfHouseholds", codes)
    land = pick_column(raw / "V1_T2.4.csv", "LandArea(in Sq. Km)", codes)
    centroids = {codes[shorten(row["County"])]: row for row in counties}
    return [
        {
            "area_code": code,
            "name": "Kenya" if code == "KE" else names[code].strip(),
            "level": "country" if code == "KE" else "county",
            "parent_code": "" if code == "KE" else "KE",
            "population": format_number(population[code], 0),
            "households": format_number(households[code], 0),
            "land_area_km2": format_number(land[code], 1),
            "latitude": centroids.get(code, {}).get("Latitude", ""),
            "longitude": centroids.get(code, {}).get("Longitude", ""),
            "context_year": YEAR,
            "source_id": "knbs-census-2019-v1",
        }
        for code in ["KE", *codes.values()]
    ]


def pick_column(path: Path, column: str, codes: Row) -> dict[str, float]:
    """Read one column of a table of volume I by area code."""
    return {area: cells[column] for (area, _, _), cells in read_table(path, codes).items()}


def name_source(indicator: Row) -> str:
    """Name the source of an indicator: the volume of its table."""
    return f"knbs-census-2019-{indicator['table'].split('_')[0].lower()}"


def describe_indicator(indicator: Row) -> Row:
    """Make the row of one indicator; the definition ends with the number of the census table."""
    number = indicator["table"].removeprefix("V4_T")
    extra = {
        "definition": f"{indicator['definition']} Table {number} of volume IV.",
        "source_id": name_source(indicator),
    }
    return {field: (indicator | extra).get(field, "") for field in INDICATOR_FIELDS}


def list_sources() -> list[Row]:
    """List the census volumes and the package that compiled them."""
    census = "2019 Kenya Population and Housing Census"
    titles = [
        ("knbs-census-2019-v1", f"{census}, volume I", KNBS, "Tables 2.2, 2.3 and 2.4."),
        (
            "knbs-census-2019-v4",
            f"{census}, volume IV",
            KNBS,
            "Tables 2.6b, 2.9a, 2.15 to 2.19, 2.26, 2.32, 2.33, 2.37, 2.39.",
        ),
        (
            "rkenyacensus",
            "rKenyaCensus: the census as an R package",
            "Shelmith Kariuki",
            "Commit 6db00e5b1b71a781e6def15dd98a4828b6d960bc; also the centroids of the counties.",
        ),
    ]
    return [
        {
            "source_id": code,
            "title": title,
            "publisher": publisher,
            "date": YEAR if publisher == KNBS else "2020",
            "url": COMPILATION,
            "licence": LICENCE if publisher == KNBS else "MIT",
            "note": f"{note} Read from the R package rKenyaCensus." if publisher == KNBS else note,
        }
        for code, title, publisher, note in titles
    ]


def write_table(path: Path, fields: list[str], rows: Iterable[Row]) -> None:
    """Write a table as UTF-8 CSV with LF line ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fields, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
