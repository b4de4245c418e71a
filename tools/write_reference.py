"""Write what is derived from the code: the reference pages of the book, and the params schema for editors."""

from __future__ import annotations

from pathlib import Path

from reference.commands import commands_page
from reference.figures import figures_page
from reference.methods import methods_page
from reference.params import params_page
from reference.tables import tables_page
from vsrbook.params import params_schema
from vsrbook.rap.guide import with_items

ROOT = Path(__file__).resolve().parents[1]
RAP = ROOT / "book" / "rap.md"
DERIVED = {
    "book/reference-commands.md": commands_page,
    "book/reference-params.md": params_page,
    "book/tables.md": tables_page,
    "book/reference-figures.md": figures_page,
    "book/reference-methods.md": methods_page,
    "book/rap.md": lambda: with_items(RAP.read_text("utf-8")),
    "params/association.schema.json": params_schema,
}


def main() -> None:
    """Write every derived file."""
    for name, make in DERIVED.items():
        (ROOT / name).write_text(make(), "utf-8", newline="\n")
        print(f"wrote {name}")


if __name__ == "__main__":
    main()
