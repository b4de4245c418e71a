"""Make data/rwanda out of the SDG data of the National Institute of Statistics of Rwanda (NISR).

Read from --raw: data/2025_RW-SDG_Data.xlsx (sheet Data: one line for each series and breakdown, one column
for each year) and dsd.xml (the labels of the IHR capacities), from the Open SDG repository
github.com/sustainabledevelopment-rwanda/sdg-data-rwanda (MIT).

Decisions:
- Every value of the sheet is carried as it stands; only binary noise goes (14.000000000000002 is 14). The
  SDMX file beside it rounds many values to one decimal and is not used.
- Names, units and directions are ours: rwanda_series.csv beside this script, one row for each indicator,
  with a remark where we depart from the sheet's unit. A series code that stands for several measures
  becomes several indicators; `description_part` tells them apart.
- Breakdowns come from the columns with codes: sex, age, urbanisation; composite, occupation, education and
  seats become `category`. A label that all values of an indicator share is no breakdown: it moves to the
  definition ("All values are for: age under 5.").
- Areas get the prefix RW-; a district's province is the first digit of its code. The files give no
  population.
- Each data source that the sheet names is a source of its own, published by whom its short names say
  (rwanda_publishers.csv); "DHS2019/2020" to "DHS2019/2032" is one survey dragged down a column.
"""

import argparse
import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd
from defusedxml import ElementTree

Row = dict[str, str]
Line = dict[str | int, object]  # a line of the sheet: column name or year, and cell
Labels = dict[tuple[str, str], str]  # our label for a kind of text and the text as found

WORKBOOK = Path("data") / "2025_RW-SDG_Data.xlsx"
STRUCTURE = "dsd.xml"
DECISIONS = Path(__file__).with_name("rwanda_series.csv")
PUBLISHERS = Path(__file__).with_name("rwanda_publishers.csv")
LABELS = Path(__file__).with_name("rwanda_labels.csv")
DATA_FILE = "nisr-sdg-data-2025"
YEARS = range(2000, 2025)
COMMIT = "a8b00ec92e8a6dd32aa3fc16dfe5c8bc7af7a7dd"
REPOSITORY = "https://github.com/sustainabledevelopment-rwanda/sdg-data-rwanda"

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
BREAKDOWNS = ("sex", "age", "residence", "category")
KEY = ("indicator_code", "area_code", "year", *BREAKDOWNS)

TOTAL = "_T"
SEXES = {TOTAL: "", "F": "female", "M": "male"}
RESIDENCES = {TOTAL: "", "U": "urban", "R": "rural"}
SDMX = "{http://www.sdmx.org/resources/sdmxml/schemas/v2_1/%s}"


def main() -> None:
    """Write the four tables of Rwanda."""
    parser = argparse.ArgumentParser(description="Make data/rwanda out of NISR's SDG data file.")
    parser.add_argument("--raw", type=Path, required=True, help="folder with the raw files")
    parser.add_argument(
        "--out", type=Path, default=Path("data/rwanda"), help="folder for the tables (default: %(default)s)"
    )
    arguments = parser.parse_args()
    tidy(arguments.raw, arguments.out)


def tidy(raw: Path, out: Path) -> None:
    """Read the raw files and write areas, indicators, observations and sources."""
    sheet = read_sheet(raw / WORKBOOK)
    decisions = read_rows(DECISIONS)
    labels = read_labels(LABELS, raw / STRUCTURE)
    observations = [row for line in sheet for row in list_observations(line, decisions, labels)]
    shared = drop_shared_labels(observations)
    check_keys(observations)
    observations.sort(key=lambda row: [row[field] for field in KEY])
    write_table(out / "areas.csv", AREA_FIELDS, list_areas(sheet, labels))
    write_table(out / "indicators.csv", INDICATOR_FIELDS, list_indicators(sheet, decisions, shared))
    write_table(out / "observations.csv", OBSERVATION_FIELDS, observations)
    write_table(out / "sources.csv", SOURCE_FIELDS, list_sources(sheet, labels))


def read_sheet(path: Path) -> list[Line]:
    """Read the sheet Data with plain column names; an empty cell is left out of its row."""
    frame = pd.read_excel(path, sheet_name="Data", dtype=object)
    names = [name.strip() if isinstance(name, str) else name for name in frame.columns]
    lines = (dict(zip(names, cells, strict=True)) for cells in frame.itertuples(index=False, name=None))
    return [{name: value for name, value in line.items() if pd.notna(value)} for line in lines]


def read_rows(path: Path) -> list[Row]:
    """Read one of our tables of decisions."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_labels(path: Path, structure: Path) -> Labels:
    """Read our labels, and those of the IHR capacities from the data structure definition."""
    labels = {(row["kind"], row["found"]): row["label"] for row in read_rows(path)}
    for code in ElementTree.parse(structure).iter(SDMX % "structure" + "Code"):
        identifier, name = code.get("id", ""), code.findtext(SDMX % "common" + "Name", "")
        if identifier.startswith("IHR_"):
            labels["category", identifier] = name.removeprefix("IHR Capacity: ")
    return labels


def clean(value: object) -> str:
    """Collapse blanks and line breaks of a cell."""
    return re.sub(r"\s+", " ", str(value)).strip()


def find_decision(line: Line, decisions: list[Row]) -> Row:
    """Find the one decision that is about a line of the sheet."""
    description = clean(line["Description"])
    same = [row for row in decisions if row["series_code"] == line["Series_Code"]]
    found = [row for row in same if row["description_part"] in description]
    if len(found) != 1:
        place = f"{line['Series_Code']} ({description})"
        raise SystemExit(f"{DECISIONS}: {place}: {len(found)} rows fit; exactly one must")
    return found[0]


def list_observations(line: Line, decisions: list[Row], labels: Labels) -> Iterator[Row]:
    """Turn one line of the sheet into an observation for each year with a value."""
    fixed = dict.fromkeys(OBSERVATION_FIELDS, "") | {
        "indicator_code": find_decision(line, decisions)["indicator_code"],
        "area_code": name_area_code(line["Ref_Area"]),
        "sex": SEXES[clean(line["Sex_Code"])],
        "age": "" if line["Age_Code"] == TOTAL else labels["age", clean(line["Age_Code"])],
        "residence": RESIDENCES[clean(line["Urbanization_Code"])],
        "category": name_category(line, labels),
        "source_id": name_source_id(name_source(line, labels)),
    }
    for year in YEARS:
        if year in line:
            yield fixed | {"year": str(year), "value": format_value(line[year])}


def name_area_code(code: object) -> str:
    """Prefix the file's codes of provinces (1 to 5) and districts (11 to 57) with RW-."""
    return "RW" if code == "RW" else f"RW-{code}"


def name_category(line: Line, labels: Labels) -> str:
    """Join the labels of the breakdowns that have no column of their own."""
    found = [clean(line["Composite"])]
    for column in ("Occupation", "Education"):
        found.append(TOTAL if line[f"{column}_Code"] == TOTAL else clean(line[column]))
    found.append(clean(line.get("Seats", TOTAL)))
    return "; ".join(labels.get(("category", text), text) for text in found if text != TOTAL)


def format_value(value: object) -> str:
    """Write a number as it stands in the sheet, without binary noise."""
    number = float(str(value))
    if number.is_integer():
        return str(int(number))
    short, full = f"{number:.15g}", repr(number)
    return short if len(short) + 2 < len(full) else full


def drop_shared_labels(observations: list[Row]) -> dict[str, list[str]]:
    """Empty each breakdown with one label only in an indicator; return these labels by indicator."""
    by_indicator: dict[str, list[Row]] = defaultdict(list)
    for row in observations:
        by_indicator[row["indicator_code"]].append(row)
    shared: dict[str, list[str]] = defaultdict(list)
    for code, rows in by_indicator.items():
        for field in BREAKDOWNS:
            labels = {row[field] for row in rows} - {""}
            rest = {tuple(row[other] for other in KEY if other != field) for row in rows}
            if len(labels) == 1 and len(rest) == len(rows):
                shared[code].append(f"{field} {labels.pop()}")
                for row in rows:
                    row[field] = ""
    return shared


def check_keys(observations: list[Row]) -> None:
    """Stop where two lines of the sheet give the same observation."""
    seen: set[tuple[str, ...]] = set()
    for row in observations:
        key = tuple(row[field] for field in KEY)
        if key in seen:
            raise SystemExit(f"{WORKBOOK}: two values for {key}; find the breakdown that tells them apart")
        seen.add(key)


def list_areas(sheet: list[Line], labels: Labels) -> list[Row]:
    """List the country, its provinces and its districts under the names of the sheet."""
    areas: dict[str, Row] = {}
    for line in sheet:
        code = str(line["Ref_Area"])
        name = clean(line.get("District", line.get("Province", "Rwanda")))
        level = "country" if code == "RW" else "province" if len(code) == 1 else "district"
        areas[code] = dict.fromkeys(AREA_FIELDS, "") | {
            "area_code": name_area_code(code),
            "name": labels.get(("area", name), name),
            "level": level,
            "parent_code": {"country": "", "province": "RW", "district": f"RW-{code[0]}"}[level],
            "source_id": DATA_FILE,
        }
    return sorted(areas.values(), key=lambda row: row["area_code"])


def list_indicators(sheet: list[Line], decisions: list[Row], shared: dict[str, list[str]]) -> list[Row]:
    """List one indicator for each decision, in the order of goals and targets."""
    first: dict[str, Line] = {}
    for line in sheet:
        first.setdefault(find_decision(line, decisions)["indicator_code"], line)
    order = [(str(first[row["indicator_code"]]["Indicator"]), row) for row in decisions]
    order.sort(key=lambda pair: (sort_code(pair[0]), sort_code(pair[1]["indicator_code"])))
    return [describe_indicator(code, row, first, shared) for code, row in order]


def sort_code(code: str) -> list[tuple[int, int, str]]:
    """Sort 1.2.1 before 1.10.1 and numbers before letters."""
    parts = re.findall(r"\d+|[^\d._]+", code)
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts]


def describe_indicator(code: str, decision: Row, first: dict[str, Line], shared: dict[str, list[str]]) -> Row:
    """Make the row of one indicator."""
    goal, target = code.split(".")[:2]
    line = first[decision["indicator_code"]]
    definition = [f"Series {decision['series_code']}, which NISR reports under global indicator {code}."]
    if labels := shared.get(decision["indicator_code"]):
        definition.append(f"All values are for: {', '.join(labels)}.")
    return dict.fromkeys(INDICATOR_FIELDS, "") | {
        "indicator_code": decision["indicator_code"],
        "goal": goal,
        "target": f"{goal}.{target}",
        "global_indicator": str(line["Indicator"]),
        "name": decision["name"],
        "unit": decision["unit"],
        "direction": decision["direction"],
        "source_id": DATA_FILE,
        "definition": " ".join([*definition, decision["remark"]]).strip(),
    }


def name_source(line: Line, labels: Labels) -> str:
    """Clean the name of a line's data source."""
    name = re.sub(r"DHS2019/20\d\d", "DHS 2019/20", clean(line["Data Source"]))
    name = re.sub(r"\s*,\s*", ", ", name).replace(" )", ")")
    name = re.sub(r"(?<=\w)- (?=\w)", "-", name)
    return labels.get(("source", name), name)


def name_source_id(title: str) -> str:
    """Make the identifier of a source from its title."""
    return "rw-" + re.sub(r"[^a-z0-9]+", "-", title.lower())[:60].strip("-")


def list_sources(sheet: list[Line], labels: Labels) -> list[Row]:
    """List the data file and each data source that it names."""
    data_file = {
        "source_id": DATA_FILE,
        "title": "Rwanda SDG data 2025 (2025_RW-SDG_Data.xlsx)",
        "publisher": "National Institute of Statistics of Rwanda (NISR)",
        "date": "2026-05-12",
        "url": REPOSITORY,
        "licence": "MIT",
        "note": f"The date is the day its SDMX twin was prepared; commit {COMMIT}.",
    }
    titles = sorted({name_source(line, labels) for line in sheet}, key=name_source_id)
    publishers = read_rows(PUBLISHERS)
    return [data_file, *(describe_source(title, publishers) for title in titles)]


def describe_source(title: str, publishers: list[Row]) -> Row:
    """Make the row of one data source, with the publishers whose short names it contains."""
    found = [row["publisher"] for row in publishers if re.search(rf"\b({row['short_names']})\b", title)]
    return dict.fromkeys(SOURCE_FIELDS, "") | {
        "source_id": name_source_id(title),
        "title": title,
        "publisher": "; ".join(found) or "Not named in NISR's SDG data file",
        "note": "As named in NISR's SDG data file 2025.",
    }


def write_table(path: Path, fields: list[str], rows: Iterable[Row]) -> None:
    """Write a table as UTF-8 CSV with LF line ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fields, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
