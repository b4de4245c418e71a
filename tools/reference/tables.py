"""The page on the tables, from their contracts."""

from __future__ import annotations

from vsrbook.tables import TABLES, describe_table

HEAD = """\
# The tables

A review is made from tables: CSV files (*CSV UTF-8* in Excel) or sheets of an XLSX workbook, in the folder
`data/<association>/`. The first row names the columns, each further row is one thing. A cell is empty where
something is missing. Columns that need not be filled may be left out. A column whose name begins with `_` is a
note to yourself and is not read.

`vsrbook check` reads all of them and says of each fault where it is and what to do. The page is written from
the same definitions that it checks with.
"""


def tables_page() -> str:
    """Return the page book/tables.md."""
    return HEAD + "\n" + "\n".join(describe_table(table) for table in TABLES.values())
