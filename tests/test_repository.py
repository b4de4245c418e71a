"""The repository keeps its own promises: map, lock, catalogues, commands, direction of imports."""

from __future__ import annotations

import ast
import importlib.util
import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "vsrbook"
MODULES = sorted(path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.py"))

# Which rooms a room may import from; the same room is always allowed.
LAYERS: dict[str, set[str]] = {
    "csv_writing": set(),
    "figures": {"csv_writing", "text", "sdg"},
    "methods": set(),
    "sdg": {"text", "problems"},
    "tables": {"problems"},
    "params": {"own_chapters", "problems", "project", "yaml_places"},
    "own_chapters": {"problems", "project"},
    "notebook_checks": {
        *("chapters", "execution", "own_chapters", "problems", "project", "review", "sdg", "tables"),
    },
    "files": set(),
    "kit": {"files", "params", "problems", "project"},
    "maps": {"naming", "problems", "text"},
    "naming": {"review"},
    "profiles": {
        *("assessing", "compiling", "files", "maps", "methods", "naming", "params", "problems", "project"),
        *("review", "store", "tables", "text"),
    },
    "review": {"methods", "params", "problems", "project", "sdg", "tables", "tables_reading", "text"},
    "store": {"fast_reading", "problems", "spreadsheets", "tables", "tables_reading"},
    "sources": {"importing", "problems", "sdg", "spreadsheets", "tables", "tables_reading", "yaml_places"},
    "importing": {
        *("csv_writing", "params", "problems", "project", "sdg", "sources", "spreadsheets"),
        *("tables", "tables_reading", "yaml_places"),
    },
    "workplan": {"chapters", "csv_writing", "files", "params", "problems", "publishing", "text"},
    "execution": {
        *("chapters", "figures", "files", "naming", "overviews", "own_chapters", "params", "problems"),
        *("profiles", "project", "review", "spreadsheets", "store", "tables", "tables_reading"),
    },
}


def load_tool(name: str) -> ModuleType:
    """Load a script of tools/ as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_module_stands_on_the_map() -> None:
    """ARCHITECTURE.md names every module, and no module that is gone; a package inside a room is one entry."""
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    named = set(re.findall(r"^\| `([a-z_/]+(?:\.py|/))` \|", text, re.MULTILINE))
    expected = {name for name in MODULES if not name.endswith("__init__.py") and name.count("/") < 2}
    expected |= {f"{Path(name).parent.as_posix()}/" for name in MODULES if "/" in name}
    assert named - {"publishing/theme/"} == expected


@pytest.mark.parametrize("name", MODULES)
def test_a_module_opens_with_one_sentence(name: str) -> None:
    """A module's docstring begins with a sentence that says what it does."""
    docstring = ast.get_docstring(ast.parse((SOURCE / name).read_text("utf-8")))
    assert docstring
    assert docstring.splitlines()[0].endswith(".")


@pytest.mark.parametrize(
    "name", [name for name in MODULES if name.split("/")[0].removesuffix(".py") in LAYERS]
)
def test_imports_run_one_way(name: str) -> None:
    """A room imports only from the rooms below it."""
    room = name.split("/", maxsplit=1)[0].removesuffix(".py")
    imported = re.findall(r"^\s*from vsrbook\.(\w+)", (SOURCE / name).read_text("utf-8"), re.MULTILINE)
    imported += list(re.findall(r"^\s*from vsrbook import (\w+)", (SOURCE / name).read_text("utf-8"), re.M))
    assert set(imported) - {room} <= LAYERS[room]


def test_nothing_imports_the_command_line() -> None:
    """The commands call the toolkit, never the other way round."""
    others = [name for name in MODULES if not name.startswith("cli")]
    users = [name for name in others if "vsrbook.cli" in (SOURCE / name).read_text("utf-8")]
    assert users == []


def test_environment_is_in_step_with_the_lock() -> None:
    """Conda users get the versions of requirements.lock."""
    tool = load_tool("write_environment")
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    text = (ROOT / "environment.yml").read_text("utf-8")
    assert text == tool.environment_text(lock)
    pins = yaml.safe_load(text)["dependencies"][-1]["pip"]
    assert len(pins) == len(re.findall(r"^\S+==", lock, re.MULTILINE)) + 1


def test_the_lock_holds_every_dependency_with_hashes() -> None:
    """Every direct dependency is locked, and every locked version has hashes."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.split(r"[\[<>=~! ]", line)[0].lower().replace("_", "-") for line in wanted}
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    blocks = re.split(r"\n(?=\S+==)", lock)
    locked = {block.split("==")[0].lower().replace("_", "-") for block in blocks}
    assert names - locked == set()
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_the_catalogue_is_in_step_with_the_words() -> None:
    """locales/vsrbook.pot holds the words of the code and the notebooks as they are now."""
    tool = load_tool("collect_words")
    text = (ROOT / "locales" / "vsrbook.pot").read_text("utf-8")
    assert text == tool.template_text(tool.collect_words()), "run: make locales"


def test_readme_names_every_command() -> None:
    """Each command of the command line is explained in the README, and each make target it names exists."""
    from vsrbook.cli import main

    readme = (ROOT / "README.md").read_text("utf-8")
    assert [name for name in main.commands if f"`vsrbook {name}" not in readme] == []
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert set(re.findall(r"^make (\w+)", readme, re.MULTILINE)) <= targets


def test_versions_are_the_same_everywhere() -> None:
    """The package and pyproject.toml say the same version."""
    import vsrbook

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert vsrbook.__version__ == project["version"]


def test_quoted_figures_are_those_measured() -> None:
    """README and guide show rows of bench/results.md as they were measured last."""
    tool = load_tool("quote_figures")
    results = (ROOT / "bench" / "results.md").read_text("utf-8")
    for name, tables in tool.QUOTED.items():
        text = (ROOT / name).read_text("utf-8")
        assert tool.with_figures(text, results, tables) == text, f"{name}: run tools/quote_figures.py"
