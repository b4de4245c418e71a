"""How reproducible a book is: every item met and not met, answers of people, hostile projects, the report."""

from __future__ import annotations

import datetime
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from browser import run_axe, serve_folder, visit
from click.testing import CliRunner, Result
from projects import make_small, write_notebook

from vsrbook.cli import main
from vsrbook.project import Project
from vsrbook.rap.answers import FILE, read_answers, template_text
from vsrbook.rap.assessing import Finding, assess_project
from vsrbook.rap.citations import SOURCES
from vsrbook.rap.folder import Folder
from vsrbook.rap.guide import with_items
from vsrbook.rap.history import find_address, read_history
from vsrbook.rap.items import BY_ID, ITEMS
from vsrbook.rap.report import escape_markdown, write_html, write_json, write_markdown
from vsrbook.rap.silver import count_pins

ROOT = Path(__file__).resolve().parents[1]
TODAY = datetime.date(2026, 7, 7)
WORKFLOW = """\
on: {push: {branches: [main]}, schedule: [{cron: "0 4 * * 1"}]}
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: pip install -r requirements.txt
      - run: |
          pytest
          vsrbook check
          vsrbook run
          vsrbook build
"""
FILES = {
    "README.md": "# A book\n\nTables are in data/, chapters in notebooks/, who reports in params/.\n\n"
    "```sh\npip install -r requirements.txt\nvsrbook run\nvsrbook build\n```\n",
    "LICENSE": "MIT License\n\nPermission is hereby granted, free of charge, to any person\n",
    "CHANGELOG.md": "# Changes\n\n## 2026-07-01\n\n- The first edition.\n",
    "requirements.txt": "vsrbook==0.1.0\npytest==8.3.4  # the tests\n",
    "ruff.toml": 'line-length = 100\n[lint.per-file-ignores]\n"notebooks/*" = ["F"]\n',
    "_toc.yml": "format: jb-book\nroot: book/guide\nchapters: [{file: book/associations/how-made}]\n",
    ".gitignore": "/_build/\n/book/associations/\n",
    ".github/workflows/publish.yml": WORKFLOW,
    "book/guide.md": "# Guide\n\nThe code is at https://github.com/example/book\n",
    "book/methods.md": "# Method\n\nHow the figures were made.\n",
    "tests/test_tables.py": "from pathlib import Path\n\n\ndef test_rows() -> None:\n"
    '    text = Path("data/samplia/areas.csv").read_text()\n    assert text.count("\\n") > 4\n',
    "data/samplia/README.md": "# Made by hand\n",
    "data/otherland/README.md": "# Made by hand\n",
    "rap.yml": "".join(
        f'{item}: {{met: true, evidence: "seen by the statistics unit", date: 2026-07-01}}\n'
        for item in ("peer-review", "open-code", "manual-steps", "quality-assurance")
    ),
}
RUN = {"started": "2026-07-02T10:00:00+00:00", "units": [{"status": "ran"}, {"status": "failed"}]}


def git(root: Path, *arguments: str) -> None:
    """Call git in a folder, with a name and an address of nobody."""
    who = ["-c", "user.name=Nobody", "-c", "user.email=nobody@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True, timeout=60)


def put(root: Path, files: dict[str, str]) -> None:
    """Write texts into a folder."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")


def edit(root: Path, name: str, old: str, new: str) -> None:
    """Change a text of a folder."""
    text = (root / name).read_text("utf-8")
    assert old in text
    (root / name).write_text(text.replace(old, new), "utf-8", newline="\n")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make once a project of invented data in which every item is met."""
    root = make_small(tmp_path_factory.mktemp("rap") / "book").root
    put(root, FILES | {"_build/run.json": json.dumps(RUN)})
    for slug in ("samplia", "otherland"):
        path = root / "data" / slug / "sources.csv"
        lines = path.read_text("utf-8").splitlines()
        assert lines[0].endswith("licence,note")
        path.write_text("\n".join([lines[0], "sample,Invented,Nobody,2026,,CC0,"]) + "\n", "utf-8")
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "remote", "add", "origin", "https://user:secret@github.com/example/book.git")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "-m", "The first edition")
    git(root, "tag", "v1")
    return root


@pytest.fixture
def good(model: Path, tmp_path: Path) -> Path:
    """Give a copy of that project."""
    return Path(shutil.copytree(model, tmp_path / "book"))


def look(root: Path, item: str) -> Finding:
    """Look at one item of a project, without anybody's answer."""
    return Finding(BY_ID[item], tuple(BY_ID[item].check(Folder(Project(root)))))


def call(root: Path, *arguments: str) -> Result:
    """Call the command in a project, in this process."""
    return CliRunner().invoke(main, ["--project", str(root), "rap", *arguments])


def test_a_project_that_does_all_reaches_gold(good: Path) -> None:
    """Where all is shown or answered the level is gold, and what rests on answers is counted as declared."""
    assessment = assess_project(Project(good), TODAY)
    left = {one.item.id: (one.verdict, one.parts) for one in assessment.findings if one.verdict != "met"}
    assert left == {}
    assert (assessment.level, assessment.declared, assessment.problems) == ("gold", 3, ())
    declared = {one.item.id for one in assessment.findings if one.basis == "declared"}
    assert declared == {"peer-review", "open-code", "manual-steps", "quality-assurance"}
    assert "secret" not in write_json(assessment)


def without(name: str) -> Callable[[Path], None]:
    """Return what takes a file or folder out of a project."""

    def remove(root: Path) -> None:
        path = root / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    return remove


def with_text(name: str, text: str) -> Callable[[Path], None]:
    """Return what writes a file into a project."""
    return lambda root: put(root, {name: text})


def with_change(name: str, old: str, new: str) -> Callable[[Path], None]:
    """Return what changes a file of a project."""
    return lambda root: edit(root, name, old, new)


def with_notebook(*cells: str) -> Callable[[Path], None]:
    """Return what writes a notebook into a project."""
    return lambda root: write_notebook(root / "notebooks" / "own.ipynb", *cells)


def without_methods(root: Path) -> None:
    """Take the page and the chapter on the method out of a project."""
    for path in (root / "book" / "methods.md", root / "notebooks" / "2_methodology.ipynb"):
        path.unlink()


def with_output(root: Path) -> None:
    """Keep a notebook with the number of a run."""
    path = root / "notebooks" / "0_opening.ipynb"
    content = json.loads(path.read_text("utf-8"))
    content["cells"][-1]["execution_count"] = 3
    path.write_text(json.dumps(content), "utf-8")


def with_tracked_page(root: Path) -> None:
    """Record a page that is made."""
    put(root, {"book/associations/samplia/index.md": "# Samplia\n"})
    git(root, "add", "--force", "book/associations")


def without_remote(root: Path) -> None:
    """Take the address of the repository away."""
    git(root, "remote", "remove", "origin")


NOT_MET: list[tuple[str, Callable[[Path], None], str]] = [
    ("open-language", with_text("tidy.do", "use data\n"), "tidy.do"),
    ("open-language", with_text("notebooks/x.ipynb", "{"), "notebooks/x.ipynb"),
    ("open-language", without("notebooks"), "no notebook"),
    ("version-control", without(".git"), "no .git"),
    ("version-control", with_text("data/samplia/new.csv", "a\n"), "data/samplia/new.csv"),
    ("version-control", with_change("README.md", "# A book", "# Another book"), "README.md"),
    ("readme", without("README.md"), "no README"),
    ("readme", with_change("README.md", "vsrbook run\n", ""), "how to run the chapters"),
    ("readme", with_change("README.md", "pip install -r requirements.txt\n", ""), "how to install"),
    (
        "readme",
        with_text("README.md", "`pip install x`, then `vsrbook run`, `vsrbook build`."),
        "how to build",
    ),
    ("open-code", without_remote, "no public address"),
    ("open-code", with_change("book/guide.md", "example", "nobody"), "names that address"),
    ("manual-steps", with_output, "notebooks/0_opening.ipynb"),
    ("manual-steps", with_tracked_page, "book/associations/"),
    ("manual-steps", with_change("notebooks/0_opening.ipynb", '"parameters"', '"setup"'), "0_opening"),
    ("documentation", without_methods, "the method"),
    ("documentation", with_text("src/own/tidy.py", "def tidy():\n    return 1\n"), "src/own/tidy.py:1 tidy"),
    ("documentation", with_text("README.md", "A book.\n"), "where things are"),
    ("layout", without("_toc.yml"), "_toc.yml"),
    ("layout", with_text("figures.csv", "a\n1\n"), "figures.csv"),
    ("layout", without("data/otherland"), "otherland"),
    ("functions", with_notebook("def mean(values):\n    return sum(values)"), "notebooks/own.ipynb"),
    ("functions", with_notebook("\n".join(f"x{i} = {i}" for i in range(30))), "more than 20 lines"),
    ("code-style", without("ruff.toml"), "no standard"),
    ("code-style", with_text("src/own/tidy.py", "import os\n"), "src/own/tidy.py:1"),
    ("tests", without("tests"), "no tests"),
    (
        "tests",
        with_text("tests/test_tables.py", "def test_it():\n    assert True  # of data/\n"),
        "none of which",
    ),
    ("tests", with_text("tests/test_tables.py", "def test_sum():\n    assert 1 + 1 == 2\n"), "no tests"),
    ("tests", with_text("requirements.txt", "vsrbook==0.1.0\n"), "no framework"),
    ("dependencies", with_text("requirements.txt", "vsrbook>=0.1\n"), "exact version"),
    ("dependencies", without("requirements.txt"), "no file says"),
    ("tidy-data", with_change("data/samplia/observations.csv", "water,S", "waters,S"), "error"),
    ("tidy-data", with_text("data/samplia/more.csv", "a\n1\n"), "data/samplia/more.csv"),
    ("package", with_text("requirements.txt", "vsrbook>=0.1\n"), "no package"),
    ("package", with_text("tidy/own.py", "def tidy():\n    return 1\n"), "tidy/own.py"),
    ("package", with_notebook("def mean(values):\n    return sum(values)"), "notebooks/own.ipynb"),
    ("integration", without(".github"), "no workflow"),
    ("integration", with_change(".github/workflows/publish.yml", "pytest", "# pytest"), "no workflow"),
    ("integration", with_text(".github/workflows/publish.yml", WORKFLOW + "    if: false\n"), "no workflow"),
    ("integration", without_remote, "no public address"),
    ("trigger", with_change(".github/workflows/publish.yml", "vsrbook run", "true"), "no workflow"),
    (
        "trigger",
        with_change(".github/workflows/publish.yml", WORKFLOW.splitlines()[0], "on: workflow_dispatch"),
        "no workflow",
    ),
    ("changes", without("CHANGELOG.md"), "no CHANGELOG.md"),
    ("changes", with_text("CHANGELOG.md", "# Changes\n\n## Unreleased\n"), "not released"),
    ("changes", lambda root: git(root, "tag", "--delete", "v1"), "no release has a tag"),
    ("changes", with_text("pyproject.toml", '[project]\nname = "own"\nversion = "2.0"\n'), "version 2.0"),
    ("licences", without("LICENSE"), "no LICENSE"),
    ("licences", with_change("data/samplia/sources.csv", "CC0", ""), "samplia (1)"),
    ("data-sources", without("data/samplia/README.md"), "samplia"),
]


def name_case(value: object) -> str:
    """Name a case by its words; a function by its name, for workers must agree on it."""
    return getattr(value, "__name__", str(value))[:30]


@pytest.mark.parametrize(("item", "spoil", "shows"), NOT_MET, ids=name_case)
def test_what_is_lacking_is_not_met(good: Path, item: str, spoil: Callable[[Path], None], shows: str) -> None:
    """An item is not met where a part of it is lacking; the evidence names what, and a remedy stands beside it."""
    spoil(good)
    finding = look(good, item)
    assert finding.seen == "not met"
    lacking = [part for part in finding.parts if part.seen == "lacking"]
    assert any(shows in part.text for part in lacking), lacking
    assert all(part.remedy for part in lacking)


def test_every_item_has_a_case_in_which_it_is_not_met() -> None:
    """The gallery holds every item but those about which a folder says nothing."""
    assert {item.id for item in ITEMS} - {case[0] for case in NOT_MET} == {
        *("peer-review", "quality-assurance", "logs")
    }


def nothing(_root: Path) -> None:
    """Leave a project as it is."""


def both(*changes: Callable[[Path], None]) -> Callable[[Path], None]:
    """Return what makes several changes."""

    def change(root: Path) -> None:
        for one in changes:
            one(root)

    return change


UNSEEN: list[tuple[str, Callable[[Path], None], str]] = [
    ("peer-review", nothing, "1 author"),
    ("quality-assurance", nothing, "which guidance"),
    ("open-code", nothing, "whether everybody can open"),
    ("manual-steps", nothing, "otherland, samplia"),
    ("logs", without("_build/run.json"), "no run"),
    ("logs", with_text("_build/run.json", '{"units": 7, "started": []}'), "no run"),
    (
        "integration",
        both(without(".github"), lambda root: put(root, {".ci/run": "pytest\n"})),
        ".ci/run",
    ),
    ("version-control", with_text(".git/config", "[core\n"), "git does not answer"),
    (
        "code-style",
        both(without("ruff.toml"), lambda root: put(root, {".flake8": "[flake8]\n"})),
        "flake8",
    ),
    ("licences", with_text("LICENSE", "Ask us.\n"), "has not been recognised"),
]


@pytest.mark.parametrize(("item", "change", "shows"), UNSEEN, ids=name_case)
def test_what_a_folder_does_not_show_is_no_verdict(
    good: Path, item: str, change: Callable[[Path], None], shows: str
) -> None:
    """Where a folder says nothing of an item, that is said, and it does not count as met."""
    change(good)
    finding = look(good, item)
    assert (finding.seen, finding.basis) == ("cannot be seen here", "open")
    assert any(shows in part.text for part in finding.parts if part.seen == "not visible")
    assert finding.remedies


def test_a_fresh_copy_without_git_is_listed_all_the_same(good: Path) -> None:
    """Without a repository the files are found by walking, and what is made is left out."""
    put(good, {"_build/x.py": "def f():\n    return 1\n", ".venv/y.py": "def g():\n    return 2\n"})
    shutil.rmtree(good / ".git")
    files = Folder(Project(good)).files
    assert "README.md" in files
    assert ".github/workflows/publish.yml" in files
    assert not any(name.startswith(("_build", ".venv", ".git/")) for name in files)


def test_the_recipes_of_make_count_as_commands(good: Path) -> None:
    """A README that names `make book` says how to run and build, where the Makefile does."""
    put(
        good,
        {
            "README.md": "Type:\n\n```\nmake book\n```\n",
            "Makefile": "book: ready\n\tvsrbook run\n\tvsrbook build\n",
        },
    )
    (good / "Makefile").open("a").write("ready: book\n\tpip install -r requirements.txt\n")
    assert look(good, "readme").seen == "met"


def test_a_level_needs_those_below_it(good: Path) -> None:
    """Without an item of baseline no level is reached, whatever else is met."""
    edit(good, "rap.yml", "peer-review: {met: true", "peer-review: {met: false")
    git(good, "commit", "--quiet", "--all", "-m", "Say that nobody has reviewed it")
    assessment = assess_project(Project(good), TODAY)
    assert assessment.level is None
    assert {one.item.id: one.verdict for one in assessment.findings}["peer-review"] == "not met"
    assert assessment.problems == ()


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("vsrbook==0.1.0\n# a note\n\npytest>=8\n-r other.txt\n", (1, 1, 0)),
        (
            "a==1 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n    # via b\nb==2 ; x == '3' --hash=c\n",
            (2, 0, 2),
        ),
        (
            "name: book\nchannels: [conda-forge]\ndependencies:\n  - python=3.12\n  - pip\n  - pip:\n    - 'a==1'\n",
            (2, 0, 0),
        ),
        ("a==1.*\nb @ https://example.org/b.whl\n", (0, 2, 0)),
    ],
)
def test_pins_are_counted(text: str, counts: tuple[int, int, int]) -> None:
    """Exact versions, others and hashes are counted in requirements files and environments."""
    assert count_pins(text) == counts


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("https://user:secret@github.com/example/book.git", "github.com/example/book"),
        ("git@gitlab.example.org:group/book.git", "gitlab.example.org/group/book"),
        ("ssh://git@forge.example.org:2222/a/b", "forge.example.org/a/b"),
        ("/srv/git/book.git", ""),
        ("file:///srv/git/book", ""),
        ("../book", ""),
        ("C:\\books\\book", ""),
        ("http://localhost:3000/a/b", ""),
        ("https://192.168.0.3/a/b", ""),
        ("https://forge.internal/a/b", ""),
        ("https://[::1/a", ""),
    ],
)
def test_only_public_addresses_count(remote: str, address: str) -> None:
    """An address is named without password and port; a folder or a host of one's own network is none."""
    assert find_address(remote) == address


# Answers


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("peer-reveiw: {met: true}", "rap.yml:1: unknown item 'peer-reveiw'; did you mean 'peer-review'?"),
        ("peer-review: yes", "rap.yml:1 peer-review: 'yes' does not fit; write below it met, evidence, date"),
        ("peer-review: {met: 'true', evidence: 0123456789, date: 2026-01-01}", "expected true or false"),
        ("peer-review: {met: yes, evidence: abcdefghijk, date: 2026-01-01}", "'yes' does not fit"),
        ("peer-review: {met: true, evidence: ok, date: 2026-01-01}", "in 10 to 1,000 signs"),
        ("peer-review: {met: true, evidnce: abcdefghijk, date: 2026-01-01}", "did you mean 'evidence'?"),
        ("peer-review:\n  met: true\n  evidence: abcdefghijk\n", "rap.yml:1 peer-review.date: is missing"),
        (
            "peer-review:\n  met: true\n  evidence: abcdefghijk\n  date: 2027-01-01",
            "rap.yml:4 peer-review.date: 2027-01-01 is yet to come",
        ),
        ("peer-review: {met: true, evidence: abcdefghijk, date: soon}", "expected a day, such as 2026-07-07"),
        ("readme: &a {met: true}\npeer-review: *a", "repeats another part by an alias"),
        ("readme: {}\nreadme: {}", "is given twice"),
        ("- peer-review", "vsrbook rap --write-template"),
        ("peer-review: !!python/object/apply:os.system ['touch owned']", "is not YAML"),
        ("a: " + "[" * 5000, "is not YAML"),
        ("\x00", "is not YAML"),
        ("x" * 300_000, "is larger than"),
    ],
)
def test_a_faulty_answer_is_a_problem(small: Project, text: str, message: str) -> None:
    """What does not fit in rap.yml is named with its line and a remedy, and is no answer."""
    put(small.root, {FILE: text})
    answers, problems = read_answers(small, TODAY)
    assert answers == {}
    assert any(message in str(problem) for problem in problems), problems
    assert not (small.root / "owned").exists()


def test_what_is_no_plain_file_is_refused(small: Project) -> None:
    """A folder, a pipe or a link into nothing in the place of rap.yml is a problem, and holds nothing up."""
    (small.root / FILE).mkdir()
    assert "is no plain file" in str(read_answers(small, TODAY)[1])
    (small.root / FILE).rmdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(small.root / FILE)
        assert "is no plain file" in str(read_answers(small, TODAY)[1])
        (small.root / FILE).unlink()
        (small.root / FILE).symlink_to("nowhere")
        assert "is no plain file" in str(read_answers(small, TODAY)[1])


@pytest.mark.parametrize(
    ("item", "met", "spoil", "shows"),
    [
        ("readme", "false", None, "README.md says how to install"),
        ("tests", "true", "tests", "no tests"),
        ("manual-steps", "true", "notebooks", "no notebook"),
    ],
)
def test_an_answer_against_what_is_seen_is_a_problem(
    good: Path, item: str, met: str, spoil: str | None, shows: str
) -> None:
    """What the folder shows stands; an answer that says otherwise is an error, and the reason is named."""
    put(good, {FILE: f"{item}: {{met: {met}, evidence: we say so ourselves, date: 2026-07-01}}\n"})
    if spoil:
        shutil.rmtree(good / spoil)
    assessment = assess_project(Project(good), TODAY)
    (problem,) = assessment.problems
    assert f"rap.yml {item}: met: {met} is against what the folder shows" in str(problem)
    assert shows in str(problem)
    (finding,) = [one for one in assessment.findings if one.item.id == item]
    assert (finding.basis, finding.verdict) == ("checked", "met" if met == "false" else "not met")
    assert call(good).exit_code == 1


def test_the_template_is_written_once(small: Project) -> None:
    """The template says nothing until it is filled, names every item, and never replaces a file."""
    assert call(small.root, "--write-template").exit_code == 0
    text = (small.root / FILE).read_text("utf-8")
    assert read_answers(small, TODAY) == ({}, [])
    again = call(small.root, "--write-template")
    assert again.exit_code == 1
    assert "stays as it is" in again.stderr
    assert (small.root / FILE).read_text("utf-8") == text
    filled = "\n".join(
        line[1:]
        for line in template_text(TODAY).splitlines()
        if line.startswith("#  ") or (line.startswith("#") and not line.startswith("# "))
    )
    put(small.root, {FILE: filled})
    answers, problems = read_answers(small, TODAY)
    assert (set(answers), problems) == (set(BY_ID), [])


# Hostile projects


@pytest.mark.skipif(os.name == "nt", reason="the traps are shell scripts")
def test_nothing_of_the_project_is_run(good: Path, tmp_path: Path) -> None:
    """No hook, filter, signature program, monitor or fetch that a repository names is started, no code runs."""
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    settings = {
        "core.fsmonitor": trap,
        "core.hooksPath": tmp_path / "hooks",
        "core.pager": trap,
        "core.sshCommand": trap,
        "core.editor": trap,
        "filter.evil.clean": trap,
        "filter.evil.process": trap,
        "filter.evil.smudge": trap,
        "filter.evil.required": "true",
        "filter.e=v.clean": trap,  # a name that a setting on the command line would be cut at
        "gpg.program": trap,
        "log.showSignature": "true",
        "diff.external": trap,
        "status.submoduleSummary": "true",
        "remote.lazy.url": f"ext::{trap}",
        "remote.lazy.promisor": "true",
        "protocol.ext.allow": "always",
        "extensions.partialClone": "lazy",
    }
    (tmp_path / "hooks").mkdir()
    for name in ("post-index-change", "reference-transaction", "pre-commit"):
        shutil.copy(trap, tmp_path / "hooks" / name)
    for name, value in settings.items():
        git(good, "config", name, str(value))
    put(
        good,
        {
            ".gitattributes": "* filter=evil\nREADME.md filter=e=v\n",
            "conftest.py": f"open({str(tmp_path / 'sprung')!r}, 'w')\n",
        },
    )
    edit(good, "README.md", "# A book", "# A look")
    shutil.copy(trap, good / "git")
    history = read_history(good)
    assert "README.md" in history.changed
    assess_project(Project(good), TODAY)
    assert not (tmp_path / "sprung").exists()
    subprocess.run(["git", "status"], cwd=good, capture_output=True, timeout=60, check=False)
    assert (tmp_path / "sprung").exists(), "the traps are none"


def test_what_looks_like_anything_is_only_read(good: Path, tmp_path: Path) -> None:
    """Notebooks, code and files that are no such thing are findings, never a crash; links out are not followed."""
    (tmp_path / "outside.md").write_text("https://github.com/example/book")
    put(
        good,
        {
            "notebooks/deep.ipynb": "[" * 50_000,
            "notebooks/list.ipynb": '{"cells": [1, {"cell_type": "code", "source": 7, "metadata": []}], "metadata": 3}',
            "src/own/deep.py": "(" * 50_000,
            "src/own/null.py": "x = '\\d'\0",
            "pyproject.toml": "[project\n",
            "Makefile": "a: b\n\tmake b\nb: a\n\tmake a a a a\n",
            ".github/workflows/list.yml": "on: [push]\njobs: [1, 2]\n",
            ".github/workflows/odd.yml": "on: 3\njobs: {a: {steps: [1, {run: 4}]}, b: 2}\n",
            ".gitlab-ci.yml": "a: {script: {b: c}}\nc: 1\n",
            "_build/run.json": "[]",
        },
    )
    if os.name != "nt":
        (good / "book" / "link.md").symlink_to(tmp_path / "outside.md")
        (good / "odd\x1b[31m\n<b>.csv").write_text("a")
    assessment = assess_project(Project(good), TODAY)
    assert {one.item.id for one in assessment.findings} == set(BY_ID)
    words = write_markdown(assessment) + write_html(assessment) + write_json(assessment)
    assert "\x1b" not in words
    assert "<b>.csv" not in write_html(assessment)
    assert Folder(Project(good)).read("book/link.md") == ""


def test_answers_are_shown_as_they_stand(good: Path) -> None:
    """Markup in an answer is text in HTML and in Markdown."""
    edit(good, "rap.yml", '"seen by the statistics unit"', '"<script>alert(1)</script> | [x](javascript:1)"')
    assessment = assess_project(Project(good), TODAY)
    assert "<script>" not in write_html(assessment)
    assert "&lt;script&gt;alert(1)" in write_html(assessment)
    assert "<script>" not in write_markdown(assessment)
    assert escape_markdown("a|b [x](y) <z>") == r"a\|b \[x\](y) \<z\>"


# The report and the command


def test_the_command_prints_and_writes(good: Path) -> None:
    """The command prints verdicts, evidence and level; JSON and both files hold every item, day and commit."""
    target = good / "_build"
    printed = call(good, "--html", str(target / "rap.html"), "--markdown", str(target / "rap.md"))
    assert printed.exit_code == 0, printed.output
    assert "Level reached: gold (3 items met as declared in rap.yml, not checked)." in printed.stdout
    assert "met (declared)  peer-review" in printed.stdout
    content = json.loads(call(good, "--json").stdout)
    commit = content["commit"]
    assert (content["level"], content["declared"], content["problems"]) == ("gold", 3, [])
    assert [one["id"] for one in content["items"]] == [item.id for item in ITEMS]
    (review,) = [one for one in content["items"] if one["id"] == "peer-review"]
    assert (review["verdict"], review["basis"], review["answer"]["date"]) == ("met", "declared", "2026-07-01")
    for name in ("rap.html", "rap.md"):
        text = (target / name).read_text("utf-8")
        assert all(item.id in text for item in ITEMS)
        assert commit in text
        assert datetime.datetime.now().astimezone().date().isoformat() in text
        assert SOURCES["nhs"].url in text
    html = (target / "rap.html").read_text("utf-8")
    assert not any(word in html for word in ("<script", "<link", "<img", "url(", "@import"))


def test_a_file_that_cannot_be_written_is_said(good: Path) -> None:
    """A report that has no place to go is an error in one line."""
    result = call(good, "--html", str(good / "README.md" / "rap.html"))
    assert result.exit_code == 1
    assert "cannot be written" in result.stderr


def test_without_git_the_record_cannot_be_seen(good: Path, tmp_path: Path) -> None:
    """On a machine without git the rest is assessed, and the record is said to be out of sight."""
    command = [sys.executable, "-m", "vsrbook.cli", "--project", str(good), "rap", "--json"]
    environment = {**os.environ, "PATH": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    items = {one["id"]: one for one in json.loads(done.stdout)["items"]}
    assert items["version-control"]["verdict"] == "cannot be seen here"
    assert items["readme"]["verdict"] == "met"


@pytest.mark.browser
def test_the_page_is_accessible(good: Path, chromium: Any, tmp_path: Path) -> None:
    """The web page breaks no accessibility rule, in light, in dark, on a phone, and asks no other host."""
    shutil.rmtree(good / "tests")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "rap.html").write_text(write_html(assess_project(Project(good), TODAY)), "utf-8")
    with serve_folder(tmp_path / "site") as address:
        for width, scheme in ((1280, "light"), (360, "dark")):
            with visit(chromium, f"{address}/rap.html", width=width, scheme=scheme) as seen:
                assert run_axe(seen.page) == []
                assert seen.overflow() <= 0
                assert seen.foreign == []


def test_the_guide_is_in_step_with_the_items() -> None:
    """book/rap.md holds the items as they are now."""
    page = (ROOT / "book" / "rap.md").read_text("utf-8")
    assert with_items(page) == page, "run: python tools/write_reference.py"
    _before, block = page.split("```yaml\n")
    small = yaml.safe_load(block.split("```")[0])
    assert set(small) <= set(BY_ID)


def test_the_repository_is_assessed(repository: Project) -> None:
    """What this repository shows of itself is met, what it cannot show is not, and its answers contradict nothing."""
    assessment = assess_project(repository)
    assert assessment.problems == ()
    found = {one.item.id: one for one in assessment.findings}
    steady = (
        "open-language",
        "readme",
        "documentation",
        "layout",
        "functions",
        "tests",
        "dependencies",
        "tidy-data",
    )
    assert {name: found[name].parts for name in steady if found[name].verdict != "met"} == {}
    assert {found[name].basis for name in steady} == {"checked"}
    assert found["manual-steps"].basis == "declared"
    assert found["peer-review"].seen == found["quality-assurance"].seen == "cannot be seen here"
