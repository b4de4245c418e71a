"""A chapter as a plain script: what the notebook does, without notebook, kernel or engine. The limit."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any


def run_chapter(cells: list[str], parameters: dict[str, Any]) -> None:
    """Run a notebook's cells one after another, and make what they show into what a page needs."""
    names: dict[str, Any] = {"__name__": "chapter"}
    for source in cells:
        exec(compile(source, "chapter", "exec"), names)  # noqa: S102  # cells of our own notebook
        if source.startswith("association"):
            names |= parameters
        elif "import" in source:
            names["show"] = show


def show(*items: Any) -> None:
    """Do what `vsrbook.show` does, without a shell: each thing becomes its MIME bundle."""
    for item in items:
        if isinstance(item, list | tuple):
            show(*item)
        elif item is not None:
            json.dumps(item._repr_mimebundle_())


def main() -> None:
    """Run `plain_chapter.py NOTEBOOK PARAMETERS TIMES`; print CPU seconds of each run after the imports."""
    notebook, parameters, times = Path(sys.argv[1]), json.loads(sys.argv[2]), int(sys.argv[3])
    os.environ["VSRBOOK_PROJECT"] = str(notebook.parents[1])
    cells = [
        "".join(c["source"])
        for c in json.loads(notebook.read_text("utf-8"))["cells"]
        if c["cell_type"] == "code"
    ]
    exec("\n".join(line for line in cells[1].splitlines() if "import" in line), {})  # noqa: S102  # what it imports
    import pyarrow.parquet  # noqa: F401  # read_table imports it late

    import vsrbook.library
    import vsrbook.review  # noqa: F401

    spent = []
    for _ in range(times):
        start, clock = time.process_time(), time.perf_counter()
        run_chapter(cells, parameters)
        spent.append([time.process_time() - start, time.perf_counter() - clock])
    print(json.dumps(spent))


if __name__ == "__main__":
    main()
