"""The kit: starting a project from it, and what is in a new project."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from vsrbook import __version__, library
from vsrbook.cli import main
from vsrbook.cli_kit import LICENCE_IDS
from vsrbook.kit import find_kit
from vsrbook.kit.contents import LEARNT_FROM, list_kit
from vsrbook.kit.facts import LICENCES, NO_LICENCE
from vsrbook.params import Licence, read_params
from vsrbook.project import Project
from vsrbook.publishing.book import check_config
from vsrbook.starting import make_slug
from vsrbook.tables import TABLES

ROOT = Path(__file__).resolve().parents[1]
OK, FAULTS, USAGE = 0, 1, 2


def init(folder: Path, *arguments: str) -> Result:
    """Call vsrbook init."""
    return CliRunner().invoke(main, ["init", str(folder), *arguments])


def names_below(folder: Path) -> set[str]:
    """Name the files of a folder."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Give a new project of an invented association."""
    home = tmp_path_factory.mktemp("kit") / "betania"
    given = ["--name", 'Union "B" of \\ towns: #1', "--short-name", "UB", "--country", "SE"]
    result = init(home, *given, "--licence", "CC-BY-SA-4.0")
    assert result.exit_code == OK, result.output
    return Project(home)


# The kit


def test_the_kit_of_a_checkout() -> None:
    """From a checkout the kit is put together from the repository: the same files, word for word."""
    kit = list_kit(ROOT)
    assert names_below(find_kit()) == kit.keys()
    assert all((find_kit() / name).read_bytes() == path.read_bytes() for name, path in kit.items())
    assert find_kit() == find_kit()


def test_what_is_learnt_from_is_what_the_library_reads() -> None:
    """The kit carries those tables of other reviews that pages on all associations read, and no others."""
    assert set(LEARNT_FROM) == library.LEARNT_FROM


def test_the_kit_goes_with_the_process() -> None:
    """What is put together from a checkout is gone when the process ends."""
    code = "from vsrbook.kit import find_kit; print(find_kit())"
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert not Path(said.stdout.strip()).exists()


def test_the_kit_has_the_small_tables_of_every_association() -> None:
    """A newcomer can learn from all associations of the repository, but gets none of their figures."""
    kit = list_kit(ROOT)
    for slug in Project(ROOT).slugs():
        assert f"peers/params/{slug}.yml" in kit
        tables = {path.stem for path in (ROOT / "data" / slug).glob("*.csv")} & set(LEARNT_FROM)
        carried = {name for name in kit if name.startswith(f"peers/data/{slug}/")}
        assert carried == {f"peers/data/{slug}/{table}.csv" for table in tables}


# A new project


def test_a_new_project_has_all_it_needs(started: Project) -> None:
    """Params, tables, chapters, pages, peers, workflow and base are there, and no figure of another association."""
    names = names_below(started.root)
    assert {f"data/betania/{table}.csv" for table in TABLES} <= names
    assert {"params/betania.yml", "params/_template.yml", "data/betania/README.md"} <= names
    assert {name for name in list_kit(ROOT) if name != "environment.yml"} <= names
    assert {"README.md", "HOSTING.md", "LICENSE", ".gitignore", ".gitattributes"} <= names
    assert {".github/workflows/publish.yml", ".vsrbook/base.zip", "requirements.txt"} <= names
    assert not any(name.startswith("peers/") and "observations" in name for name in names)
    assert not any(b"{{" in (started.root / name).read_bytes() for name in ("README.md", "LICENSE"))


def test_a_new_project_is_of_its_association(started: Project) -> None:
    """Title, author and copyright of the book, params and notebooks name the association; it stands as a sample."""
    association = read_params(started, "betania")
    assert association.standing == "sample"
    assert association.association.name == 'Union "B" of \\ towns: #1'
    config = yaml.safe_load((started.root / "_config.yml").read_text("utf-8"))
    assert config["title"] == "Voluntary Subnational Review of Betania"
    assert config["author"] == association.association.name
    assert config["copyright"] == f"{association.association.name}, CC-BY-SA-4.0"
    assert check_config(started) == []
    opening = (started.notebooks / "0_opening.ipynb").read_text("utf-8")
    assert 'association = \\"betania\\"' in opening
    assert "kenya" not in opening


def test_a_new_project_can_be_checked_at_once(started: Project) -> None:
    """A new project has no fault as a draft; as a review it lacks its rows."""
    draft = CliRunner().invoke(main, ["--project", str(started.root), "check", "--draft"])
    assert (draft.exit_code, draft.stderr) == (OK, "")
    whole = CliRunner().invoke(main, ["--project", str(started.root), "check"])
    assert whole.exit_code == FAULTS
    assert whole.stderr.count("the table has no rows; fill it, or take") == 4  # a review begins with these


def test_init_says_what_it_wrote_and_what_comes_next(tmp_path: Path) -> None:
    """Init names what it wrote, that it is a sample, that no licence is chosen, and the next commands."""
    result = init(tmp_path / "x", "--place", "Côte d'Ivoire", "--country", "CI")
    assert result.exit_code == OK
    said = result.stdout.splitlines()
    tops = {line.split(" ")[1].removeprefix(f"{tmp_path.as_posix()}/x/").rstrip("/") for line in said[:-3]}
    assert tops == {path.name for path in (tmp_path / "x").iterdir()}
    assert "standing is 'sample'" in said[-3]
    assert "No licence is chosen" in said[-2]
    assert "vsrbook check --draft" in said[-1]
    assert (tmp_path / "x" / "params" / "cote-d-ivoire.yml").is_file()
    assert not (tmp_path / "x" / "LICENSE").exists()


def test_the_slug_is_of_the_place_or_of_the_folder() -> None:
    """Accents, blanks and signs of a place's name become a slug; one that has no letters becomes none."""
    assert make_slug("Côte d'Ivoire") == "cote-d-ivoire"
    assert make_slug(" São  Tomé_1 ") == "sao-tome-1"
    assert make_slug("日本") == ""


def test_the_same_facts_give_the_same_project(tmp_path: Path) -> None:
    """Two projects of the same association are the same, byte by byte, base and all."""
    for folder in ("one", "two"):
        assert init(tmp_path / folder, "--slug", "betania", "--country", "SE").exit_code == OK
    names = names_below(tmp_path / "one")
    assert names == names_below(tmp_path / "two")
    assert all((tmp_path / "one" / n).read_bytes() == (tmp_path / "two" / n).read_bytes() for n in names)


def test_an_association_does_not_learn_from_itself(tmp_path: Path) -> None:
    """Who takes the slug of an association of the repository does not get that one as a peer."""
    assert init(tmp_path / "x", "--place", "Norway").exit_code == OK
    names = names_below(tmp_path / "x" / "peers")
    assert "params/kenya.yml" in names
    assert not any("norway" in name for name in names)


@pytest.mark.parametrize("licence", LICENCES.values(), ids=lambda licence: licence.id)
def test_a_licence_is_named_where_it_counts(licence: Licence, tmp_path: Path) -> None:
    """The licence of choice is named by SPDX id and official address: notice, README, and where params show it."""
    assert init(tmp_path / "x", "--place", "Ghana", "--licence", licence.id.lower()).exit_code == OK
    notice = (tmp_path / "x" / "LICENSE").read_text("utf-8")
    assert f"SPDX-License-Identifier: {licence.id}\n" in notice
    assert licence.url in notice
    assert licence.url in (tmp_path / "x" / "README.md").read_text("utf-8")
    params = (tmp_path / "x" / "params" / "ghana.yml").read_text("utf-8")
    shown = yaml.safe_load(re.findall(r"^#  licence: (\{.*\})$", params, re.MULTILINE)[0])
    assert Licence(**shown) == Licence(name=licence.id, title=licence.title, url=licence.url)


def test_the_command_knows_every_licence() -> None:
    """The command offers the licences that there are, and none at all."""
    assert set(LICENCE_IDS) == {*LICENCES, NO_LICENCE}


# Where nothing may be written


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    """Where something is already, nothing is written; a repository that is still empty will do."""
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "notes.txt").write_text("mine", "utf-8")
    result = init(tmp_path / "used", "--place", "Ghana")
    assert result.exit_code == USAGE
    assert "is not empty: notes.txt is in it; name a folder that is new or empty" in result.stderr
    assert names_below(tmp_path / "used") == {"notes.txt"}
    result = init(tmp_path / "used" / "notes.txt", "--place", "Ghana")
    assert "is a file" in result.stderr
    (tmp_path / "cloned" / ".git").mkdir(parents=True)
    assert init(tmp_path / "cloned", "--place", "Ghana").exit_code == OK


def test_init_guesses_no_country(tmp_path: Path) -> None:
    """Every reason why nothing can be written is said at once, and not even the folder is made."""
    result = init(tmp_path / "x", "--slug", "No Slug", "--country", "XX")
    assert result.exit_code == USAGE
    assert "'No Slug' is no name for an association" in result.stderr
    assert "vsrbook init --country: unknown country 'XX'" in result.stderr
    result = init(tmp_path / "atlantis")
    assert "which country 'Atlantis' lies in is not known" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_no_folder(tmp_path: Path) -> None:
    """A folder that cannot be made is one line, no traceback, and nothing is left."""
    (tmp_path / "file").write_text("", "utf-8")
    result = init(tmp_path / "file" / "x", "--place", "Ghana")
    assert result.exit_code == USAGE
    assert "cannot be written" in result.stderr
    assert result.exception is None or isinstance(result.exception, SystemExit)


# What a project is told


def test_the_commands_of_a_new_project_are_true(started: Project) -> None:
    """README and notes name only commands, files and folders that there are."""
    for name in (
        "README.md",
        "HOSTING.md",
        "peers/README.md",
        ".github/workflows/publish.yml",
        "book/upgrade.md",
    ):
        text = (started.root / name).read_text("utf-8")
        named = re.findall(r"(?:`|^ *-? *(?:run: )?)vsrbook ([a-z]+)", text, re.MULTILINE)
        assert set(named) <= main.commands.keys(), name
    readme = (started.root / "README.md").read_text("utf-8")
    for place in re.findall(r"^\| `([^`]+)`", readme, re.MULTILINE):
        assert place == "_build/" or (started.root / place).exists(), place


def test_the_workflow_publishes_strictly(started: Project) -> None:
    """The workflow checks, runs and builds without leniency, and publishes what was built."""
    workflow = yaml.safe_load((started.root / ".github/workflows/publish.yml").read_text("utf-8"))
    steps = workflow["jobs"]["publish"]["steps"]
    runs = [step["run"] for step in steps if "run" in step]
    assert runs == [
        "python -m pip install -r requirements.txt",
        "vsrbook check",
        "vsrbook run",
        "vsrbook build",
    ]
    assert [step["with"]["path"] for step in steps if "upload" in step.get("uses", "")] == ["_build/html"]


def test_the_versions_of_a_project_are_pinned(started: Project) -> None:
    """A project installs this version of vsrbook, and the locked versions of what it needs."""
    assert f"./wheels/vsrbook-{__version__}-py3-none-any.whl" in (
        (started.root / "requirements.txt").read_text("utf-8")
    )
    pins = (started.root / "constraints.txt").read_text("utf-8").splitlines()[1:]
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert len(pins) == len(re.findall(r"^\S+==", lock, re.MULTILINE))
    assert all(pin in lock for pin in pins)


# More associations


def test_new_in_a_new_project(tmp_path: Path) -> None:
    """A second association is added to a project, also where its template is gone: the kit has one."""
    init(tmp_path / "x", "--place", "Ghana")
    (tmp_path / "x" / "params" / "_template.yml").unlink()
    result = CliRunner().invoke(main, ["--project", str(tmp_path / "x"), "new", "norway"])
    assert result.exit_code == OK
    assert read_params(Project(tmp_path / "x"), "norway").association.countries == ("NO",)
