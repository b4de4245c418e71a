"""Write book/files/counties.xlsx, the spreadsheet of the tutorial, from the tables of Kenya's census."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import openpyxl
from openpyxl.styles import Font

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "book" / "files" / "counties.xlsx"
TITLES = [
    "Living conditions by county",
    "Source: Kenya National Bureau of Statistics, 2019 Kenya Population and Housing Census, volumes I and IV",
]
COLUMNS = {  # indicator code: how an office would head its column
    "KE-WATER-PIPED": "Water piped to the dwelling or yard (% of households)",
    "KE-OPEN-DEFECATION": "Open defecation (% of households)",
    "KE-LIGHT-MAINS": "Mains electricity for lighting (% of households)",
    "KE-BIRTHS-FACILITY": "Births in a health facility (% of births)",
    "KE-BIRTHS-NOTIFIED": "Births notified (% of births)",
}


def read_rows(name: str) -> list[dict[str, str]]:
    """Read a table of Kenya's."""
    with (ROOT / "data" / "kenya" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def make_rows() -> Iterator[list[str | float | None]]:
    """Yield the rows of the sheet: titles, a blank row, the header, Kenya, the counties."""
    yield from ([title] for title in TITLES)
    yield []
    yield ["Code", "County", "Population", *COLUMNS.values()]
    groups = ("sex", "age", "residence", "category")
    values = {
        (row["indicator_code"], row["area_code"]): row["value"]
        for row in read_rows("observations")
        if row["year"] == "2019" and not any(row[group] for group in groups)
    }
    for area in read_rows("areas"):
        found = [values.get((code, area["area_code"]), "") for code in COLUMNS]
        shown = [float(value) if value else None for value in found]
        yield [area["area_code"], area["name"], int(area["population"]), *shown]


def main() -> None:
    """Write the workbook, its header in bold, its columns wide enough to be read."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Counties 2019"
    for row in make_rows():
        sheet.append(row)
    for cell in [*sheet[1], *sheet[4]]:
        cell.font = Font(bold=True)
    for letter, width in zip("ABCDEFGH", (8, 20, 12, 22, 18, 22, 22, 18), strict=True):
        sheet.column_dimensions[letter].width = width
    EXAMPLE.parent.mkdir(exist_ok=True)
    book.save(EXAMPLE)
    print(f"wrote {EXAMPLE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
