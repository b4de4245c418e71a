"""Small projects for tests of runs: two associations of invented data, and notebooks that take no time."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import yaml

from vsrbook.chapters.outline import CHAPTERS, GOAL_NOTEBOOK, LIBRARY_NOTEBOOK
from vsrbook.execution.engine.limits import Limits
from vsrbook.execution.plan import Plan
from vsrbook.project import Project
from vsrbook.running import RunOptions

ROOT = Path(__file__).resolve().parents[1]
COMMON = 'association = ""\nedition = ""\nlanguage = "en"\naudience = "public"\ndraft = False\n'
SHOW = 'from IPython.display import HTML, display\n\ndisplay(HTML("<p>Something.</p>"))'
# What the notebooks do while the file "broken" stands in the project: it is no input, so no key changes.
BROKEN = 'from pathlib import Path\n\nbroken = Path("broken").exists()'
RAISES = f"{BROKEN}\nvalues = [1, 2]\nif broken:\n    share = values[0] / 0\nvalues"
ENDLESS = 'while Path("broken").exists():\n    pass'
SILENT = f'{BROKEN}\nprint("read")\nif not broken:\n    display("shown")'
DIES = f"{BROKEN}\nimport os\n\nif broken:\n    os._exit(1)\nbroken"
LOAD = "from vsrbook import load_library, load_review\n\nreview = load_review(association)"
LOAD_ALL = "from vsrbook import load_library\n\nlibrary = load_library(language=language)"
TWO = RunOptions(jobs=2, limits=Limits(60))
CHAPTERS_RUN = ["opening", "introduction", "methodology", "environment", "progress", "impact"]


def write_notebook(path: Path, *cells: str, parameters: str = COMMON) -> None:
    """Write a notebook: a title, a parameters cell, then the cells."""
    v4 = nbformat.v4
    head = [
        v4.new_markdown_cell("# Title", id="title"),
        v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}, id="parameters"),
    ]
    code = [v4.new_code_cell(source, id=f"cell-{number}") for number, source in enumerate(cells)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(v4.new_notebook(cells=head + code, metadata={"kernelspec": kernel}), path)


def make_small(root: Path) -> Project:
    """Make a project with two associations of invented data, and notebooks that take no time."""
    shutil.copytree(ROOT / "tests" / "sample", root)
    shutil.copytree(ROOT / "data" / "reference", root / "data" / "reference")
    shutil.copy(ROOT / "_config.yml", root)
    for folder in ("notebooks", "locales", "book"):
        (root / folder).mkdir()
    shutil.copytree(root / "data" / "samplia", root / "data" / "otherland")
    params = yaml.safe_load((root / "params" / "samplia.yml").read_text("utf-8"))
    other = {**params, "chapters": ["introduction"]}
    for slug, content in (("samplia", {**params, "chapters": CHAPTERS_RUN}), ("otherland", other)):
        (root / "params" / f"{slug}.yml").write_text(yaml.safe_dump(content), "utf-8")
    for chapter in CHAPTERS:
        load = [LOAD, LOAD_ALL] if chapter.id == "peer-learning" else [LOAD]
        write_notebook(root / "notebooks" / chapter.notebook, *load, SHOW)
    write_notebook(root / "notebooks" / GOAL_NOTEBOOK, LOAD, SHOW, parameters=f"{COMMON}goal = 6\n")
    write_notebook(root / "notebooks" / LIBRARY_NOTEBOOK, LOAD_ALL, SHOW, parameters='language = "en"\n')
    return Project(root)


def read_pages(project: Project) -> dict[str, bytes]:
    """Read all that stands in book/associations/, by its name there."""
    paths = [path for path in project.pages.rglob("*") if path.is_file()]
    return {path.relative_to(project.pages).as_posix(): path.read_bytes() for path in paths}


def read_cache(project: Project) -> set[str]:
    """Name all that stands in the cache of executed notebooks."""
    folder = project.build / "executed"
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def keys(plan: Plan) -> dict[str, str]:
    """Return the content keys of a plan by the names of their pages."""
    return {unit.page: unit.key for unit in plan.units}


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    """Name the pages whose key is another."""
    return {page for page in before.keys() | after.keys() if before.get(page) != after.get(page)}
