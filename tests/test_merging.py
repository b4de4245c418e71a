"""Merging three versions: properties that hold for any text, agreement with git, notebooks cell by cell."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsrbook.kit.merging import merge_sequences, merge_texts
from vsrbook.kit.notebooks import parse_notebook
from vsrbook.kit.versions import describe_change, is_same, merge_file

ROOT = Path(__file__).resolve().parents[1]
GIT = shutil.which("git")
WORDS = st.lists(st.sampled_from("abcd"), max_size=8)  # few letters: much is the same, much is doubtful


@st.composite
def edits(draw: st.DrawFn) -> tuple[list[str], list[str], list[str]]:
    """Draw a text of lines that are all different, and two edits of it."""
    base = [f"line {number}" for number in range(draw(st.integers(0, 12)))]
    return base, draw(edited(base, "ours")), draw(edited(base, "theirs"))


@st.composite
def edited(draw: st.DrawFn, base: list[str], who: str) -> list[str]:
    """Draw an edit: of each line whether it stays, goes or is written anew, and what is added before it."""
    lines = []
    for number, line in enumerate([*base, ""]):
        fate = draw(st.sampled_from(["stay", "stay", "stay", "go", "anew", "add", "same"]))
        lines += [f"{who} adds {number}"] if fate == "add" else ["both add this"] if fate == "same" else []
        lines += [] if fate == "go" or not line else [f"{who} writes {number}"] if fate == "anew" else [line]
    return lines


# Lines


@given(WORDS, WORDS)
def test_what_one_side_leaves_alone_is_the_other_side(base: list[str], changed: list[str]) -> None:
    """Where one side has changed nothing, or both have changed alike, nothing conflicts."""
    for ours, theirs in ((changed, base), (base, changed), (changed, changed)):
        merged = merge_sequences(base, ours, theirs)
        assert (list(merged.items), merged.conflicts) == (changed, ())


@given(WORDS, WORDS, WORDS)
def test_a_merge_has_no_favourite(base: list[str], ours: list[str], theirs: list[str]) -> None:
    """Without a conflict it does not matter who is who; with one, both say so, and ours is kept."""
    one, other = merge_sequences(base, ours, theirs), merge_sequences(base, theirs, ours)
    assert bool(one.conflicts) == bool(other.conflicts)
    if not one.conflicts:
        assert one.items == other.items
    assert all(place <= len(ours) for place in one.conflicts)


@given(edits())
def test_nothing_is_invented_or_lost(texts: tuple[list[str], list[str], list[str]]) -> None:
    """Every line of a merge is of one of the two sides; none is missing that neither has deleted."""
    base, ours, theirs = map(set, texts)
    merged = merge_sequences(*texts)
    items = set(merged.items)
    assert items <= ours | theirs
    assert merged.conflicts or items >= (ours & theirs) | (ours - base) | (theirs - base)


@given(edits())
def test_a_merge_can_be_done_again(texts: tuple[list[str], list[str], list[str]]) -> None:
    """After a crash the same merge, with what was merged already, changes nothing more."""
    base, ours, theirs = texts
    merged = merge_sequences(base, ours, theirs)
    if not merged.conflicts:
        again = merge_sequences(base, merged.items, theirs)
        assert (again.items, again.conflicts) == (merged.items, ())


@pytest.mark.skipif(GIT is None, reason="git is not on this machine")
@given(edits())
def test_git_merges_the_same(texts: tuple[list[str], list[str], list[str]]) -> None:
    """Where every line is another, git merge-file merges what we merge, to the same text, and refuses the rest."""
    base, ours, theirs = ("".join(f"{line}\n" for line in text) for text in texts)
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, name) for name in ("ours", "base", "theirs")]
        for path, text in zip(paths, (ours, base, theirs), strict=True):
            path.write_text(text, "utf-8", newline="\n")
        git = subprocess.run(
            [str(GIT), "merge-file", "-p", *map(str, paths)], capture_output=True, check=False, timeout=60
        )
    merged, conflicts = merge_texts(base, ours, theirs)
    assert bool(conflicts) == (git.returncode != 0)
    if not conflicts:
        assert merged == git.stdout.decode()


def test_a_conflict_has_its_line() -> None:
    """A conflict is named by the line in the text of the user."""
    merged, conflicts = merge_texts("a\nb\nc\nd\n", "new\na\nmine\nc\nd\n", "a\ntheirs\nc\nD\n")
    assert conflicts == ["line 3"]
    assert merged == "new\na\nmine\nc\nD\n"


def test_a_long_catalogue_is_merged_in_a_moment() -> None:
    """Thousands of lines, a third of them alike, do not take long."""
    base = (ROOT / "locales" / "vsrbook.pot").read_text("utf-8")
    ours, theirs = base + "\n# ours\n", base.replace("#: src/", "#: source/")
    began = time.process_time()
    assert merge_texts(base, ours, theirs) == (theirs + "\n# ours\n", [])
    assert time.process_time() - began < 10


# Files


def test_line_ends_do_not_count() -> None:
    """A file with the line ends of Windows is the same file, and keeps them when it is merged."""
    assert is_same("x.md", b"a\r\nb\r\n", b"a\nb\n")
    merged = merge_file("x.md", b"a\nb\nc\nd\n", b"A\r\nb\r\nc\r\nd\r\n", b"a\nb\nc\nD\n")
    assert merged.data == b"A\r\nb\r\nc\r\nD\r\n"


def test_what_is_no_text_is_not_merged() -> None:
    """An image that both have changed conflicts."""
    assert merge_file("x.png", b"\x89a", b"\x89b", b"\x89c").conflicts == ("it is no text",)
    assert "no text" in describe_change("x.png", b"\x89a", b"\x89b", ("old", "new"))
    assert not is_same("x.png", b"\x89a", b"\x89b")


PO = 'msgid "a"\nmsgstr "A"\n\nmsgid "b"\nmsgstr "B"\n\nmsgid "c"\nmsgstr "C"\n'
ADDED = 'msgid "new"\nmsgstr "New"\n'


@pytest.mark.parametrize(
    ("name", "base", "ours", "theirs"),
    [
        ("x.json", "[\n1,\n2,\n3\n]\n", "[\n1,\n2,\n3\n", "[\n0,\n2,\n3\n]\n"),
        ("x.yml", "a: 1\nb: 2\nc: 3\n", "a: 1\nb: 2\nc: 3\nd: [\n", "a: 0\nb: 2\nc: 3\n"),
        ("x.yml", "a: 1\nb: 2\nc: 3\n", "d: 1\na: 1\nb: 2\nc: 3\n", "a: 1\nb: 2\nc: 3\nd: 2\n"),
        ("x.po", PO, f"{ADDED}\n{PO}", f"{PO}\n{ADDED}"),
    ],
)
def test_a_merge_must_be_a_valid_file(name: str, base: str, ours: str, theirs: str) -> None:
    """What is merged by its lines, but is no JSON, YAML or catalogue then, or has a key twice, conflicts."""
    merged = merge_file(name, base.encode(), ours.encode(), theirs.encode())
    assert merged.conflicts == ("both changes together are no valid file",)


# Notebooks


def notebook(*cells: tuple[str, str], **metadata: Any) -> bytes:
    """Write a notebook: an id and a source for each cell; ids that begin with c are code."""
    v4 = nbformat.v4
    made = [
        v4.new_code_cell(source, id=name) if name.startswith("c") else v4.new_markdown_cell(source, id=name)
        for name, source in cells
    ]
    return nbformat.writes(v4.new_notebook(cells=made, metadata=metadata)).encode()


def sources(data: bytes) -> list[tuple[str, str]]:
    """Return ids and sources of the cells; the notebook must be valid."""
    read = nbformat.reads(data.decode(), as_version=4)
    nbformat.validate(read)
    return [(cell.id, cell.source) for cell in read.cells]


BASE = (("m1", "# Title\n\nText."), ("c1", "x = 1\ny = 2\nz = 3"), ("m2", "Then."), ("m0", "End."))


def test_cells_are_merged_by_their_ids() -> None:
    """A cell that one side added, moved lines in, or deleted comes together with what the other side did."""
    ours = notebook(("m1", "# Our title\n\nText."), ("mine", "Ours."), *BASE[1:])
    theirs = notebook(BASE[0], ("c1", "x = 1\ny = 2\nz = 4"), *BASE[2:], ("m3", "More."))
    merged = merge_file("x.ipynb", notebook(*BASE), ours, theirs)
    assert merged.conflicts == ()
    assert sources(merged.data) == [
        ("m1", "# Our title\n\nText."),
        ("mine", "Ours."),
        ("c1", "x = 1\ny = 2\nz = 4"),
        *BASE[2:],
        ("m3", "More."),
    ]


def test_lines_of_one_cell_are_merged() -> None:
    """Both may change the same cell, in other lines."""
    ours = notebook(BASE[0], ("c1", "x = 0\ny = 2\nz = 3"), *BASE[2:])
    theirs = notebook(BASE[0], ("c1", "x = 1\ny = 2\nz = 4"), *BASE[2:])
    assert sources(merge_file("x.ipynb", notebook(*BASE), ours, theirs).data)[1] == (
        "c1",
        "x = 0\ny = 2\nz = 4",
    )


@pytest.mark.parametrize(
    ("ours", "theirs", "place"),
    [
        ([BASE[0], ("c1", "x = 5"), *BASE[2:]], [BASE[0], ("c1", "x = 6"), *BASE[2:]], "cell c1, line 1"),
        ([BASE[0], *BASE[2:]], [BASE[0], ("c1", "x = 6"), *BASE[2:]], "cell c1, deleted by one"),
        ([BASE[0], ("c1", "x = 6"), *BASE[2:]], [BASE[0], *BASE[2:]], "cell c1, deleted by one"),
        ([*BASE, ("m3", "Ours.")], [*BASE, ("m4", "Theirs.")], "the order of the cells"),
        ([*BASE, ("m3", "Ours.")], [*BASE, ("m3", "Theirs.")], "cell m3, added by both"),
        ([BASE[1], BASE[0], *BASE[2:]], [BASE[0], *BASE[2:], BASE[1]], "cell c1 stands in two places"),
        (
            [BASE[0], *BASE[2:]],
            [BASE[0], *BASE[2:], BASE[1]],
            "cell c1, moved by one and deleted by the other",
        ),
    ],
)
def test_cells_in_conflict(ours: list[tuple[str, str]], theirs: list[tuple[str, str]], place: str) -> None:
    """What cannot be merged is named by its cell."""
    merged = merge_file("x.ipynb", notebook(*BASE), notebook(*ours), notebook(*theirs))
    assert merged.conflicts
    assert any(found.startswith(place) for found in merged.conflicts), merged.conflicts


def test_what_a_notebook_shows_does_not_count() -> None:
    """A notebook that was only run, and saved by another program, is the same notebook."""
    ran = json.loads(notebook(*BASE))
    ran["cells"][1] |= {
        "execution_count": 7,
        "outputs": [{"output_type": "stream", "name": "stdout", "text": "1"}],
    }
    ran["cells"][1]["metadata"] = {"execution": {"iopub.status.busy": "now"}}
    ran["cells"][1]["source"] = "".join(ran["cells"][1]["source"])
    ran["metadata"] = {"language_info": {"name": "python", "version": "3.13"}}
    assert is_same("x.ipynb", notebook(*BASE), json.dumps(ran).encode())
    assert not is_same("x.ipynb", notebook(*BASE), notebook(*BASE, ("m3", "More.")))
    assert not is_same("x.ipynb", notebook(*BASE), notebook(*reversed(BASE)))


def test_tags_are_merged_and_may_conflict() -> None:
    """The tags of a cell, and the metadata of the notebook, are taken from who changed them."""
    versions = [json.loads(notebook(*BASE, authors=["a"])) for _version in range(3)]
    versions[1]["cells"][1]["metadata"] = {"tags": ["hide"]}
    versions[2]["metadata"]["authors"] = ["b"]
    merged = merge_file("x.ipynb", *(json.dumps(version).encode() for version in versions))
    read = json.loads(merged.data)
    assert (read["cells"][1]["metadata"], read["metadata"]["authors"]) == ({"tags": ["hide"]}, ["b"])
    versions[2]["cells"][1]["metadata"] = {"tags": ["remove"]}
    merged = merge_file("x.ipynb", *(json.dumps(version).encode() for version in versions))
    assert merged.conflicts == ("cell c1, tags",)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"cells": 1, "metadata": {}}',
        '{"cells": [{"id": "a"}], "metadata": {}}',
        "[" * 99_999,
    ],
)
def test_what_is_no_notebook(text: str) -> None:
    """Anything else under the name of a notebook conflicts, and nothing breaks."""
    assert parse_notebook(text) is None
    merged = merge_file("x.ipynb", notebook(*BASE), text.encode(), notebook(*BASE[:2]))
    assert merged.conflicts == ("its cells have no ids, or it is no notebook",)


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.name)
def test_every_chapter_can_be_merged(path: Path) -> None:
    """Each chapter has cells with ids; a changed first and a changed last cell come together."""
    base = path.read_bytes()
    first, last = json.loads(base), json.loads(base)
    first["cells"][0]["source"] = "# Another title"
    last["cells"][-1]["source"] = "show(1)"
    merged = merge_file(path.name, base, json.dumps(first).encode(), json.dumps(last).encode())
    assert merged.conflicts == ()
    found = sources(merged.data)
    assert (found[0][1], found[-1][1]) == ("# Another title", "show(1)")
    assert len(found) == len(first["cells"])


def test_a_change_of_a_notebook_is_readable() -> None:
    """The difference of two notebooks is one of sources, under the ids of their cells."""
    change = describe_change(
        "x.ipynb", notebook(*BASE), notebook(BASE[0], ("c1", "x = 9"), *BASE[2:]), ("old", "new")
    )
    assert "--- x.ipynb (old)" in change
    assert "=== code cell c1" in change
    assert "-y = 2" in change
    assert "+x = 9" in change
    assert '"cell_type"' not in change
