"""The wheel: what it carries, and that a review can be made with nothing else, in an empty environment."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from installed import ROOT, build_wheel, run_installed

from vsrbook import __version__
from vsrbook.kit.contents import list_kit

KIT = "vsrbook/_kit/"
NOT_OF_A_PROJECT = (
    "observations.csv",
    "areas.csv",
    "indicators.csv",
    ".geojson",
    "book/associations/",
    ".mo",
)


def names_in(wheel: Path) -> set[str]:
    """Name the files of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the wheel of this checkout."""
    return build_wheel(tmp_path_factory.mktemp("wheel"))


def test_the_wheel_carries_the_kit(wheel: Path) -> None:
    """Everything that a project needs is in the wheel, word for word as in the repository, and nothing twice."""
    kit = list_kit(ROOT)
    carried = {name.removeprefix(KIT) for name in names_in(wheel) if name.startswith(KIT)}
    assert carried == kit.keys()
    with zipfile.ZipFile(wheel) as archive:
        assert [name for name, path in kit.items() if archive.read(KIT + name) != path.read_bytes()] == []
    assert not any(name.endswith(NOT_OF_A_PROJECT) or "associations/" in name for name in carried)
    assert {"notebooks/4_goal.ipynb", "book/tables.md", "_toc.yml", "peers/params/norway.yml"} <= carried


def test_the_wheel_carries_the_templates(wheel: Path) -> None:
    """The files that only a project has come from templates of the package, the licence with them."""
    names = names_in(wheel)
    folder = ROOT / "src" / "vsrbook" / "kit" / "templates"
    assert {f"vsrbook/kit/templates/{path.name}" for path in folder.iterdir()} <= names
    assert f"vsrbook-{__version__}.dist-info/licenses/LICENSE" in names


def test_the_source_archive_gives_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    """A wheel that is built from the source archive has the same files as one built from the repository."""
    hatch = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(tmp_path)]
    subprocess.run(hatch, cwd=ROOT, check=True, capture_output=True, timeout=120)
    with tarfile.open(next(tmp_path.glob("*.tar.gz"))) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    (source,) = (tmp_path / "unpacked").iterdir()
    assert names_in(build_wheel(tmp_path / "again", source)) == names_in(wheel)


@pytest.mark.wheel
def test_a_review_is_made_with_the_wheel_alone(kit_environment: Path, tmp_path: Path) -> None:
    """In an empty environment, offline: init, check, run and build give a book that says it is a sample."""
    home = tmp_path / "ghana-review"
    steps = [
        (tmp_path, ["init", home.name, "--place", "Ghana", "--licence", "CC-BY-4.0"]),
        (home, ["check", "--draft"]),
        (home, ["run", "--draft"]),
        (home, ["build"]),
        (home, ["upgrade"]),
    ]
    said = []
    for folder, arguments in steps:
        done = run_installed(kit_environment, folder, *arguments)
        assert done.returncode == 0, f"vsrbook {' '.join(arguments)}\n{done.stdout}{done.stderr}"
        said.append(done.stdout)
    assert "the standing is 'sample'" in said[0]
    assert said[1] == "1 association checked: 0 errors, 0 warnings. Next: vsrbook run\n"
    assert "failed" not in said[2]
    assert said[4].startswith("Nothing new: ")
    cover = (home / "_build" / "html" / "book" / "associations" / "ghana" / "index.html").read_text("utf-8")
    assert "invented" in cover
    assert "Voluntary Subnational Review of Ghana" in cover
    assert "Local government association of Ghana, CC-BY-4.0" not in cover  # it has not written the sample


@pytest.mark.wheel
def test_the_environment_has_nothing_else(kit_environment: Path) -> None:
    """The environment has the locked versions, and none of the packages that only development needs."""
    code = "import importlib.metadata as m; print('\\n'.join(d.name.lower() for d in m.distributions()))"
    listed = subprocess.run(
        [str(kit_environment), "-I", "-c", code], capture_output=True, text=True, check=True, timeout=60
    ).stdout.split()
    assert "vsrbook" in listed
    assert {"pytest", "hypothesis", "playwright", "ruff", "mypy", "jupyter_server"} & set(listed) == set()
