"""Write what is derived from definitions: the params schema for editors, the page on tables, the items of RAP."""

from __future__ import annotations

from pathlib import Path

from vsrbook.params import params_schema
from vsrbook.rap.guide import with_items
from vsrbook.tables import TABLES, describe_table

ROOT = Path(__file__).parents[1]
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


if __name__ == "__main__":
    for path, text in (
        (ROOT / "params" / "association.schema.json", params_schema()),
        (ROOT / "book" / "tables.md", tables_page()),
        (ROOT / "book" / "rap.md", with_items((ROOT / "book" / "rap.md").read_text("utf-8"))),
    ):
        path.write_text(text, "utf-8", newline="\n")
        print(f"wrote {path.relative_to(ROOT)}")
