"""Upgrading a project: three versions of each file, conflicts and how they are settled, what is refused."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from vsrbook import __version__
from vsrbook.cli import main
from vsrbook.kit.base import PLACE, Base, belongs_to_kit, pack_base, read_base
from vsrbook.kit.upgrading import apply_upgrade, plan_upgrade
from vsrbook.problems import ReviewError
from vsrbook.project import Project

OK, FAULTS = 0, 1
OLD = "0.0.9"
PAGE, OTHER, CHAPTER = "book/methods.md", "book/running.md", "notebooks/6_impact.ipynb"
CONFLICTS = ".vsrbook/conflicts"


def call(project: Project, *arguments: str) -> Result:
    """Call a command in the project."""
    return CliRunner().invoke(main, ["--project", str(project.root), *arguments])


def read_all(project: Project) -> dict[str, bytes]:
    """Read every file of a project."""
    paths = [path for path in project.root.rglob("*") if path.is_file()]
    return {path.relative_to(project.root).as_posix(): path.read_bytes() for path in paths}


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a new project, to be copied."""
    home = tmp_path_factory.mktemp("fresh") / "ghana"
    assert CliRunner().invoke(main, ["init", str(home)]).exit_code == OK
    return home


@pytest.fixture
def started(fresh: Path, tmp_path: Path) -> Project:
    """Give a new project as this version writes it."""
    return Project(shutil.copytree(fresh, tmp_path / "ghana"))


def age(project: Project, changes: dict[str, str | None]) -> None:
    """Make a project as if an older version had written it: some files another, or (None) not there yet."""
    base = read_base(project.root)
    files = dict(base.files)
    for name, text in changes.items():
        path = project.root / name
        if text is None:
            del files[name]
            path.unlink()
        else:
            files[name] = text.encode()
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(files[name])
    (project.root / PLACE).write_bytes(pack_base(Base(OLD, base.facts, files)))


def edit(project: Project, name: str, change: Callable[[str], str]) -> str:
    """Edit a file of the project as its user would."""
    path = project.root / name
    text = change(path.read_text("utf-8"))
    path.write_text(text, "utf-8", newline="\n")
    return text


def with_title(text: str, title: str) -> str:
    """Give a page another first line."""
    return f"{title}\n{text.partition(chr(10))[2]}"


# What becomes of a file


def test_nothing_new(started: Project) -> None:
    """A project that is up to date stays as it is, also where its files were edited or deleted."""
    edit(started, PAGE, lambda text: text + "\nOurs.\n")
    (started.root / OTHER).unlink()
    before = read_all(started)
    result = call(started, "upgrade")
    assert result.exit_code == OK
    assert result.stdout.startswith("Nothing new: ")
    assert read_all(started) == before


def test_what_was_not_edited_is_replaced(started: Project) -> None:
    """Files of an older version become those of this one; new ones come, those that are gone go."""
    expected = read_all(started)
    page = (started.root / PAGE).read_text("utf-8")
    age(started, {PAGE: with_title(page, "# Old"), OTHER: None, "book/gone.md": "# Gone\n"})
    result = call(started, "upgrade")
    assert result.exit_code == OK
    assert result.stdout.splitlines() == [
        "removed book/gone.md",
        f"updated {PAGE}",
        f"added {OTHER}",
        f"vsrbook {OLD} to {__version__}: 3 files changed, 0 of yours kept, 0 conflicts.",
    ]
    assert read_all(started) == expected
    assert call(started, "upgrade").stdout.startswith("Nothing new: ")


def test_what_was_edited_is_kept(started: Project) -> None:
    """Edited files that the kit has not changed stay; so does one that it has dropped; a deleted one stays deleted."""
    page = (started.root / PAGE).read_text("utf-8")
    age(
        started, {"book/gone.md": "# Gone\n", OTHER: with_title("x\ny", "# Old"), "book/import.md": "# Old\n"}
    )
    ours = edit(started, PAGE, lambda text: with_title(text, "# Ours"))
    edit(started, "book/gone.md", lambda text: text + "Ours.\n")
    (started.root / OTHER).unlink()
    assert ours != page
    result = call(started, "upgrade")
    assert result.exit_code == OK
    assert "1 file changed, 2 of yours kept, 0 conflicts." in result.stdout
    assert (started.root / PAGE).read_text("utf-8") == ours
    assert (started.root / "book/gone.md").read_text("utf-8") == "# Gone\nOurs.\n"
    assert not (started.root / OTHER).exists()


def test_changes_of_both_are_merged(started: Project) -> None:
    """A page and a chapter that both have changed, in other places, have both changes."""
    page = (started.root / PAGE).read_text("utf-8")
    chapter = json.loads((started.root / CHAPTER).read_bytes())
    title = chapter["cells"][0]["source"]
    chapter["cells"][0]["source"] = "# Old title"
    age(started, {PAGE: with_title(page, "# Old"), CHAPTER: json.dumps(chapter)})
    edit(started, PAGE, lambda text: text + "\nOurs.\n")
    chapter["cells"].append({"cell_type": "markdown", "id": "ours", "metadata": {}, "source": "Ours."})
    (started.root / CHAPTER).write_text(json.dumps(chapter), "utf-8")
    result = call(started, "upgrade")
    assert result.exit_code == OK
    assert f"merged {PAGE}\n" in result.stdout
    assert f"merged {CHAPTER}\n" in result.stdout
    assert (started.root / PAGE).read_text("utf-8") == page + "\nOurs.\n"
    cells = json.loads((started.root / CHAPTER).read_bytes())["cells"]
    assert (cells[0]["source"], cells[-1]["source"]) == (
        [*title] if isinstance(title, list) else [title],
        ["Ours."],
    )
    assert call(started, "upgrade").stdout.startswith("Nothing new: ")


def test_the_configuration_is_upgraded_too(started: Project) -> None:
    """A logo that the user has set stays, title and author stay, and what is new in the configuration comes."""
    config = (started.root / "_config.yml").read_text("utf-8")
    age(started, {"_config.yml": config.replace("  use_issues_button: false\n", "")})
    edit(started, "_config.yml", lambda text: text.replace('logo: ""', "logo: book/logo.svg"))
    assert call(started, "upgrade").exit_code == OK
    assert (started.root / "_config.yml").read_text("utf-8") == config.replace(
        'logo: ""', "logo: book/logo.svg"
    )


def test_line_ends_are_no_edit(started: Project) -> None:
    """A file that Windows has given other line ends was not edited."""
    page = (started.root / PAGE).read_text("utf-8")
    age(started, {PAGE: with_title(page, "# Old")})
    path = started.root / PAGE
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert call(started, "upgrade").exit_code == OK
    assert path.read_text("utf-8") == page


def test_params_and_data_are_never_touched(started: Project) -> None:
    """The association's own params, tables and licence notice are not the kit's."""
    own = ["params/ghana.yml", "data/ghana/areas.csv", "data/ghana/README.md"]
    assert not any(name in read_base(started.root).files for name in own)
    assert not any(map(belongs_to_kit, [*own, "LICENSE", "data/kenya/areas.csv", "params/kenya.yml"]))
    assert all(map(belongs_to_kit, read_base(started.root).files))


def test_an_own_association_is_no_peer(started: Project) -> None:
    """An association that the project has by now is taken out of its peers."""
    assert call(started, "new", "norway").exit_code == OK
    result = call(started, "upgrade")
    assert "removed peers/params/norway.yml" in result.stdout
    assert not (started.root / "peers/data/norway/evidence.csv").exists()
    assert (started.root / "params/norway.yml").exists()


# Conflicts


@pytest.fixture
def torn(started: Project) -> Project:
    """Give a project in which one page conflicts, and another is to be updated."""
    page, other = ((started.root / name).read_text("utf-8") for name in (PAGE, OTHER))
    age(started, {PAGE: with_title(page, "# Old"), OTHER: with_title(other, "# Old")})
    edit(started, PAGE, lambda text: with_title(text, "# Ours"))
    return started


def test_a_conflict_leaves_the_file_as_it_is(torn: Project, fresh: Path) -> None:
    """The user's file stays, the new one and the difference stand beside it, all else is done, exit status 1."""
    ours = (torn.root / PAGE).read_bytes()
    result = call(torn, "upgrade")
    assert result.exit_code == FAULTS
    assert f"updated {OTHER}\n" in result.stdout
    assert "1 file changed, 0 of yours kept, 1 conflict." in result.stdout
    says = f"{PAGE}: you have changed it, and so has vsrbook {__version__}: line 1; compare {CONFLICTS}/{PAGE}.diff"
    assert says in result.stderr
    assert f"--keep {PAGE} (yours as it is) or --take {PAGE}" in result.stderr
    assert (torn.root / PAGE).read_bytes() == ours
    assert (torn.root / CONFLICTS / PAGE).read_bytes() == (fresh / PAGE).read_bytes()
    change = (torn.root / CONFLICTS / f"{PAGE}.diff").read_text("utf-8")
    assert f"--- {PAGE} (vsrbook {OLD})" in change
    assert "-# Old" in change
    assert call(torn, "upgrade").exit_code == FAULTS  # it is told until it is settled


@pytest.mark.parametrize(("option", "wanted"), [("--take", "new"), ("--keep", "ours")])
def test_a_conflict_is_settled(option: str, wanted: str, torn: Project, fresh: Path) -> None:
    """With --take the new file is there, with --keep the user's; either way nothing is left to be settled."""
    ours = (torn.root / PAGE).read_bytes()
    call(torn, "upgrade")
    result = call(torn, "upgrade", option, f".\\{PAGE.replace('/', chr(92))}")
    assert result.exit_code == OK, result.output
    assert (torn.root / PAGE).read_bytes() == (ours if wanted == "ours" else (fresh / PAGE).read_bytes())
    assert not (torn.root / CONFLICTS).exists()
    assert call(torn, "upgrade").stdout.startswith("Nothing new: ")


def test_a_conflict_settled_by_hand(torn: Project, fresh: Path) -> None:
    """Who writes the new lines into the file has settled it without a word."""
    call(torn, "upgrade")
    shutil.copy(fresh / PAGE, torn.root / PAGE)
    assert call(torn, "upgrade").exit_code == OK


def test_only_what_conflicts_can_be_settled(torn: Project) -> None:
    """A file that is in no conflict, or both taken and kept, is refused, and nothing is done."""
    before = read_all(torn)
    result = call(torn, "upgrade", "--take", "book/metods.md")
    assert result.exit_code == FAULTS
    assert f"book/metods.md: is in no conflict; did you mean '{PAGE}'?" in result.stderr
    result = call(torn, "upgrade", "--take", PAGE, "--keep", PAGE)
    assert "is to be taken and kept; say one of them" in result.stderr
    assert read_all(torn) == before


def test_a_new_file_does_not_replace_one_of_the_user(started: Project) -> None:
    """Where the user has a file of the name of a new one, it is a conflict; the same file is none."""
    text = (started.root / OTHER).read_text("utf-8")
    age(started, {PAGE: None, OTHER: None})
    (started.root / PAGE).write_text("# Ours\n", "utf-8")
    (started.root / OTHER).write_text(text, "utf-8", newline="\n")
    result = call(started, "upgrade")
    assert result.exit_code == FAULTS
    assert "another file here has its name" in result.stderr
    assert (started.root / PAGE).read_text("utf-8") == "# Ours\n"
    assert "-# Ours" in (started.root / CONFLICTS / f"{PAGE}.diff").read_text("utf-8")
    assert call(started, "upgrade", "--keep", PAGE).exit_code == OK


def test_a_trial_changes_nothing(torn: Project) -> None:
    """With --dry-run the same is said, and nothing is written."""
    before = read_all(torn)
    result = call(torn, "upgrade", "--dry-run")
    assert result.exit_code == FAULTS
    assert f"would be updated {OTHER}\n" in result.stdout
    assert result.stdout.rstrip().endswith("Nothing is written.")
    assert read_all(torn) == before


# What goes wrong midway


def test_an_upgrade_goes_on_after_a_crash(started: Project) -> None:
    """Wherever an upgrade was cut off, running it again ends where one that was not ends."""
    page, other = ((started.root / name).read_text("utf-8") for name in (PAGE, OTHER))
    age(started, {PAGE: with_title(page, "# Old"), OTHER: with_title(other, "# Old"), "book/gone.md": "x"})
    edit(started, PAGE, lambda text: text + "\nOurs.\n")
    upgrade = plan_upgrade(started)
    before = read_all(started)
    apply_upgrade(upgrade)
    expected = read_all(started)
    for done in range(len(upgrade.steps) + 1):
        for name, data in before.items():
            (started.root / name).write_bytes(data)
        for step in upgrade.steps[:done]:
            (started.root / step.name).unlink() if step.data is None else (
                (started.root / step.name).write_bytes(step.data)
            )
        assert call(started, "upgrade").exit_code == OK
        assert read_all(started) == expected


def test_a_file_that_cannot_be_written(started: Project) -> None:
    """Where a file cannot be written, one line says which, and the base is still the old one."""
    age(started, {"locales/en/LC_MESSAGES/vsrbook.po": None, PAGE: "# Old\n"})
    shutil.rmtree(started.root / "locales/en")
    (started.root / "locales/en").write_text("a file", "utf-8")
    result = call(started, "upgrade")
    assert result.exit_code == FAULTS
    assert "locales/en/LC_MESSAGES/vsrbook.po: cannot be written" in result.stderr
    assert "run vsrbook upgrade again: it goes on from here" in result.stderr
    assert read_base(started.root).version == OLD
    (started.root / "locales/en").unlink()
    assert call(started, "upgrade").exit_code == OK


def test_a_folder_in_the_place_of_a_file(started: Project) -> None:
    """A folder of the name of a file is a line with what to do, before anything is written."""
    (started.root / PAGE).unlink()
    (started.root / PAGE).mkdir()
    result = call(started, "upgrade")
    assert result.exit_code == FAULTS
    assert f"{PAGE}: cannot be read" in result.stderr


# What is refused


def test_an_older_toolkit_is_refused(started: Project) -> None:
    """A project that a newer vsrbook has written is not taken back."""
    base = read_base(started.root)
    (started.root / PLACE).write_bytes(pack_base(Base("99.10", base.facts, base.files)))
    before = read_all(started)
    result = call(started, "upgrade")
    assert result.exit_code == FAULTS
    assert f"was made by vsrbook 99.10, this is {__version__}; install that version" in result.stderr
    assert read_all(started) == before


def test_a_project_without_a_base(project: Project) -> None:
    """A folder that init has not made is told so."""
    result = call(project, "upgrade")
    assert result.exit_code == FAULTS
    assert ".vsrbook/base.zip: is missing: this folder was not made by vsrbook init" in result.stderr


def test_the_base_is_the_same_whenever_it_is_made(started: Project) -> None:
    """Packing the base again gives the same bytes: no time, no order of its own."""
    packed = (started.root / PLACE).read_bytes()
    base = read_base(started.root)
    assert pack_base(base) == packed
    shuffled = dict(reversed(base.files.items()))
    assert pack_base(Base(base.version, base.facts, shuffled)) == packed


NAMES = [
    *(
        "../outside.md",
        "book/../../x",
        "/etc/passwd",
        "C:/x",
        "book\\x.md",
        "book//x",
        "",
        ".",
        "book/.",
        "x/",
    ),
    *("params/ghana.yml", "Params/x.yml", "params./x.yml", "data/ghana/areas.csv", "LICENSE", "License"),
    *(
        ".git/config",
        ".GIT/config",
        ".vsrbook/base.zip",
        "_build/x",
        "a\nb",
        "x" * 301,
        "GIT~1/config",
    ),
    *("param\u017f/ghana.yml", ".g\u200cit/config", "b\u00f6ok/x.md"),
    *("params/_template.yml/x", "data/reference", "data/referenced/x.csv"),
]


@pytest.mark.parametrize("name", NAMES)
def test_no_name_leads_out(name: str, started: Project) -> None:
    """A base that names a file out of the project, or one that no kit may write, is not read."""
    assert not belongs_to_kit(name)
    assert not belongs_to_kit(f"book/{name}\x00")
    base = read_base(started.root)
    packed = pack_base(Base(OLD, base.facts, {**base.files, name: b"x"}))
    (started.root / PLACE).write_bytes(packed)
    before = read_all(started)
    result = call(started, "upgrade")
    assert result.exit_code == FAULTS
    assert ".vsrbook/base.zip: " in result.stderr
    assert read_all(started) == before


def entries(*given: tuple[str, bytes]) -> bytes:
    """Return a zip with these entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in given:
            archive.writestr(name, data)
    return out.getvalue()


ABOUT = json.dumps({"format": 1, "version": "0.0.1", "facts": {}}).encode()
FACTS = {
    "slug": "ghana",
    "name": "A",
    "short_name": "A",
    "place": "Ghana",
    "country": "GH",
    "licence": "none",
}


def about(**changed: str) -> bytes:
    """Return a base with these facts."""
    content = {"format": 1, "version": "0.0.1", "facts": FACTS | changed}
    return entries(("kit.json", json.dumps(content).encode()))


DAMAGED = {
    "code for a slug": (about(slug='x"; import os; os.system("x") #'), "it is damaged"),
    "no licence": (about(licence="mine"), "it is damaged"),
    "empty": (b"", "it is damaged"),
    "no zip": (b"PK nonsense", "it is damaged"),
    "no description": (entries(("files/book/x.md", b"x")), "it is damaged"),
    "no facts": (entries(("kit.json", ABOUT)), "it is damaged"),
    "no JSON": (entries(("kit.json", b"{")), "it is damaged"),
    "a list": (entries(("kit.json", b"[]")), "it is damaged"),
    "no version": (entries(("kit.json", ABOUT.replace(b"0.0.1", b"x"))), "it is damaged"),
    "newer": (entries(("kit.json", ABOUT.replace(b": 1,", b": 2,"))), "was written by a newer vsrbook"),
    "a bomb": (entries(("kit.json", ABOUT), ("files/book/x.md", bytes(60_000_000))), "unpacks to more than"),
    "many files": (entries(*((f"files/book/{n}", b"") for n in range(5_001))), "unpacks to more than"),
}


@pytest.mark.parametrize(("packed", "says"), DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_base(packed: bytes, says: str, started: Project) -> None:
    """A base that cannot be read is one line with a remedy, and nothing is written."""
    (started.root / PLACE).write_bytes(packed)
    with pytest.raises(ReviewError) as error:
        plan_upgrade(started)
    (problem,) = error.value.problems
    assert says in problem.what
    assert "version control" in problem.hint


def test_a_cut_base(started: Project) -> None:
    """A base whose bytes were changed does not pass for a whole one."""
    path = started.root / PLACE
    packed = bytearray(path.read_bytes())
    packed[len(packed) // 2] ^= 0xFF
    path.write_bytes(packed)
    assert "it is damaged" in call(started, "upgrade").stderr


@pytest.mark.parametrize("linked", ["book", PAGE, ".vsrbook", "data/reference"])
def test_nothing_is_written_through_a_link(linked: str, started: Project, tmp_path: Path) -> None:
    """What a link leads to is not the project's: nothing is written there, or anywhere."""
    age(started, {PAGE: "# Old\n", "data/reference/countries.csv": "old\n"})
    outside = tmp_path / "outside"
    (started.root / linked).rename(outside)
    try:
        (started.root / linked).symlink_to(outside, target_is_directory=outside.is_dir())
    except OSError:
        pytest.skip("this machine does not let links be made")
    before = read_all(started), outside.is_dir() and sorted(path.name for path in outside.rglob("*"))
    result = call(started, "upgrade")
    assert result.exit_code == FAULTS
    assert "is a link, or lies behind one; put the real file in its place" in result.stderr
    assert before == (
        read_all(started),
        outside.is_dir() and sorted(path.name for path in outside.rglob("*")),
    )
