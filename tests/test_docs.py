"""The documentation says what is true: no command, key, file, table or link in it can drift from the code."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

import write_reference
from check_docs import find_faults, list_pages, read_repository
from drift.commands import named_commands
from drift.names import Repository
from drift.pages import read_page
from reference.commands import walk_commands
from reference.params import read_example, walk_keys
from vsrbook.cli import main

HERE = Path(__file__).parent
ROOT = HERE.parent
BAD = sorted((HERE / "bad_docs").glob("*.md"))
GOOD = sorted((HERE / "good_docs").glob("*.md"))
GENERATED = {name for name in write_reference.DERIVED if name.endswith(".md")}


@pytest.fixture(scope="module")
def documentation() -> Repository:
    """Read all pages, and what they can name."""
    return read_repository()


# The reference


@pytest.mark.parametrize("name", write_reference.DERIVED)
def test_what_is_derived_from_the_code_is_in_step(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of the reference is what the code says now, however wide the terminal is."""
    monkeypatch.setenv("COLUMNS", "40")
    written = (ROOT / name).read_text("utf-8")
    assert written == write_reference.DERIVED[name](), "run: python tools/write_reference.py"


def test_the_reference_has_every_command_and_option() -> None:
    """Each command has a section of its own, and each option of it a row there."""
    text = (ROOT / "book" / "reference-commands.md").read_text("utf-8")
    sections = dict(
        re.findall(r"^## (vsrbook [a-z -]+)\n(.*?)(?=^\(command-|\Z)", text, re.MULTILINE | re.DOTALL)
    )
    for path, command in walk_commands(main):
        options = [name for one in command.params if isinstance(one, click.Option) for name in one.opts]
        assert [name for name in options if f"`{name}" not in sections[path]] == []


def test_the_reference_has_every_key_with_its_description() -> None:
    """Each key of the params stands in the reference, and each but those of tables in the template."""
    import json

    from vsrbook.params import params_schema

    schema = json.loads(params_schema())
    text = (ROOT / "book" / "reference-params.md").read_text("utf-8")
    keys = list(walk_keys(schema, schema))
    assert [key.name for key in keys if f"| `{key.name}` |" not in text] == []
    assert [key.name for key in keys if not key.node.get("description")] == []
    top = {key.name for key in keys if len(key.place) == 1}
    assert top - set(read_example()) == set()


# The pages


@pytest.mark.parametrize("name", list_pages())
def test_a_page_says_what_is_true(name: str, documentation: Repository) -> None:
    """Every command, option, key, file, make target, table, column and link of a page is there."""
    assert list(map(str, find_faults(documentation.pages[name], documentation))) == []


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_what_has_drifted_is_found(path: Path, documentation: Repository) -> None:
    """Each wrong snippet of the gallery gives its message, with its line, and no other."""
    text = path.read_text("utf-8")
    expected = re.findall(r"^<!-- expect: (.+) -->$", text, re.MULTILINE)
    found = list(map(str, find_faults(read_page(text, f"book/{path.name}"), documentation)))
    assert len(found) == len(expected) > 0
    assert [fault[: len(line)] for fault, line in zip(found, expected, strict=True)] == expected


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_what_is_right_is_let_pass(path: Path, documentation: Repository) -> None:
    """Placeholders, examples and words of other programs are no faults."""
    page = read_page(path.read_text("utf-8"), f"book/{path.name}")
    assert list(map(str, find_faults(page, documentation))) == []


def test_every_command_is_explained_by_a_person(documentation: Repository) -> None:
    """Each command stands in a page of the book that is not written from the code."""
    pages = [page for name, page in documentation.pages.items() if name.startswith("book/")]
    named = set().union(*(named_commands(page) for page in pages if page.name not in GENERATED))
    assert {name for name, command in main.commands.items() if not command.hidden} - named == set()
