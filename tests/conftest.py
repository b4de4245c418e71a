"""What several tests share: the repository's own project, a small sample project, the published site."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from browser import chromium
from installed import kit_environment
from projects import make_small

from vsrbook.project import Project
from vsrbook.text import set_language

ROOT = Path(__file__).resolve().parents[1]
# one browser for all modules of a process, since playwright starts only once in it; one environment for all
__all__ = ["chromium", "kit_environment"]


@pytest.fixture(autouse=True)
def english() -> None:
    """Begin every test in English: a command writes on in the language of its edition."""
    set_language("en")


@pytest.fixture(scope="session")
def repository() -> Project:
    """Give the project of this repository, with its real data."""
    return Project(ROOT)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Give a project with one small sample association, in a folder of its own."""
    shutil.copytree(ROOT / "tests" / "sample", tmp_path / "sample")
    root = tmp_path / "sample"
    shutil.copytree(ROOT / "data" / "reference", root / "data" / "reference")
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    for name in ("_template.yml", "association.schema.json"):
        shutil.copy(ROOT / "params" / name, root / "params" / name)
    for name in ("_config.yml", "_toc.yml"):
        shutil.copy(ROOT / name, root / name)
    shutil.copytree(ROOT / "book", root / "book", ignore=shutil.ignore_patterns("associations"))
    (root / "locales").mkdir()
    return Project(root)


@pytest.fixture
def small(tmp_path: Path) -> Project:
    """Give a small project with two associations whose notebooks take no time."""
    return make_small(tmp_path / "small")


# files that take longest: begun first, so that at the end no worker waits for one of them
LONG = (
    "test_tutorial",
    "test_site",
    "test_wheel",
    "test_notebooks",
    "test_runs",
    "test_profiles",
    "test_execution",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; within a file the order stays."""
    order = {name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: order.get(item.path.stem, len(LONG)))
