"""Read the reference tables that lie in this package."""

from __future__ import annotations


def read_rows(table: str) -> list[dict[str, str]]:
    """Return the rows of goal_names, targets, indicators or series, as they stand in its CSV file.

    Libraries are imported here, not above: sdg is imported by everything, its tables are needed by few.
    """
    import csv
    from importlib.resources import files

    text = files("vsrbook.sdg").joinpath(f"{table}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))
