"""Part a series that comes in several units into an indicator for each unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from vsrbook.importing.report import Report
from vsrbook.problems import list_some, shorten

Row = dict[str, str]


def split_units(rows: list[Row], report: Report) -> Iterator[Row]:
    """Give a series that comes in several units an indicator for each: its code with the unit's behind it.

    Units with the same label are one. Left together, the rules would refuse all but one of them.
    """
    units: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows:
        if row["unit"]:
            units[row["indicator_code"]].setdefault(row["unit"], row["unit_code"])
    several = {code: found for code, found in units.items() if len(found) > 1}
    for code, found in several.items():
        what = f"series {shorten(code)} is in {len(found)} units ({list_some(list(found))})"
        report.add("renamed", "", code, f"{what}; each is an indicator of its own", count=len(found))
    for row in rows:
        suffix = several.get(row["indicator_code"], {}).get(row["unit"], "")
        yield row | {
            "series_code": row["indicator_code"],
            "indicator_code": f"{row['indicator_code']}_{suffix}" if suffix else row["indicator_code"],
        }
