"""The example of book/write-a-chapter.md, as who follows the guide would have it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import nbformat

from vsrbook.project import Project

GUIDE = Path(__file__).resolve().parents[1] / "book" / "write-a-chapter.md"
TAGS = {0: ["parameters"], 1: ["setup"]}
BLOCK = re.compile(
    r"^```(\{code-block\} )?(markdown|python|json)\n(?::caption: (\S+)\n)?(.*?)^```$", re.M | re.S
)


def write_example(project: Project) -> Path:
    """Write the guide's notebook and the module beside it into a project; returns the notebook."""
    v4, cells, metadata = nbformat.v4, [], {}
    for _directive, kind, caption, text in BLOCK.findall(GUIDE.read_text("utf-8")):
        number, source = len(cells), text.strip()
        if caption:
            (project.root / caption).write_text(text, "utf-8")
        elif kind == "markdown":
            cells.append(v4.new_markdown_cell(source, id=f"homes-{number}"))
        elif kind == "python":
            before = sum(cell.cell_type == "code" for cell in cells)
            tags = {"tags": TAGS[before]} if before in TAGS else {}
            cells.append(v4.new_code_cell(source, metadata=tags, id=f"homes-{number}"))
        else:
            metadata = json.loads(source)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = project.notebooks / "8_homes.ipynb"
    nbformat.write(v4.new_notebook(cells=cells, metadata={"kernelspec": kernel, **metadata}), path)
    return path
