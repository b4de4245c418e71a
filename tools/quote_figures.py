"""Write figures of bench/results.md into the pages that quote them: run it after `make bench`."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MARK = "<!-- rows of bench/results.md -->"
# what each quoting page shows: for each of its tables, words that the wanted rows begin with
QUOTED = {
    "README.md": [
        ("| Way |", "| plain script, once", "| engine vsrbook, as", "| papermill API", "| papermill CLI"),
        (
            "| What |",
            "| one job",
            "| two jobs",
            "| nothing has changed, 5,",
            "| parent and two",
            "| vsrbook --help",
        ),
    ],
    "book/running.md": [("| What |", "| this machine", "| Dask")],
}


def quote(results: str, starts: tuple[str, ...]) -> str:
    """Return a table of those rows of the results that begin with one of the words."""
    lines = results.splitlines()
    head = next(line for line in lines if line.startswith(starts[0]))
    rule = lines[lines.index(head) + 1]
    rows = [line for line in lines if line.startswith(starts[1:])]
    return "\n".join([head, rule, *rows])


def with_figures(text: str, results: str, tables: list[tuple[str, ...]]) -> str:
    """Return a page with its quoted tables renewed: those that follow the mark, one after another."""
    before, after = text.split(MARK + "\n")
    quoted = re.match(r"(?:(?:\|.*\n)+\n?|ROWS\d\n\n?)+", after)
    rest = after[quoted.end() :] if quoted else after
    return f"{before}{MARK}\n" + "".join(f"{quote(results, starts)}\n\n" for starts in tables) + rest


def main() -> None:
    """Write the pages."""
    results = (ROOT / "bench" / "results.md").read_text("utf-8")
    for name, tables in QUOTED.items():
        path = ROOT / name
        path.write_text(with_figures(path.read_text("utf-8"), results, tables), "utf-8")
        print(f"wrote {name}")


if __name__ == "__main__":
    main()
