"""The rules for chapter notebooks: what is wrong with a bad one is said, with cell, line and remedy."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from chapter_guide import GUIDE, write_example
from click.testing import CliRunner, Result
from test_repository import load_tool

from vsrbook.cli import main
from vsrbook.notebook_checks import RULES, CellProblem, check_notebooks
from vsrbook.own_chapters import MAX_BYTES
from vsrbook.params import read_params
from vsrbook.problems import ReviewError
from vsrbook.project import Project

HERE = Path(__file__).parent
BAD = sorted((HERE / "bad_notebooks").glob("*.ipynb"))
OK, FAULTS, USAGE = 0, 1, 2
EXAMPLE = "8_homes.ipynb"


@pytest.fixture
def bare(tmp_path: Path) -> Project:
    """Give a project with an association, a page of the guide, an image, and no notebook."""
    for folder in ("params", "notebooks", "book"):
        (tmp_path / folder).mkdir()
    shutil.copy(HERE / "sample" / "params" / "samplia.yml", tmp_path / "params")
    (tmp_path / "_config.yml").write_text("title: A\n", "utf-8")
    (tmp_path / "book" / "how-to-read.md").write_text("# How to read\n", "utf-8")
    (tmp_path / "book" / "favicon.svg").write_text("<svg/>", "utf-8")
    return Project(tmp_path)


def check_case(project: Project, path: Path) -> tuple[list[CellProblem], list[str]]:
    """Check a notebook of the gallery; returns its problems, and the lines that it says it must give."""
    content = json.loads(path.read_text("utf-8"))
    name = content["metadata"].get("as", "8_case.ipynb")
    shutil.copy(path, project.notebooks / name)
    return check_notebooks(project), content["metadata"]["expect"]


def call(project: Project, *arguments: str) -> Result:
    """Call a command in the project, in this process."""
    return CliRunner().invoke(main, ["--project", str(project.root), *arguments])


# ---------- the gallery ----------


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_bad_notebook_says_what_is_wrong(path: Path, bare: Project) -> None:
    """A bad notebook gives exactly the lines that stand in its metadata under "expect"."""
    problems, expected = check_case(bare, path)
    assert expected
    assert [str(problem) for problem in problems] == expected


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_each_message_is_one_line_with_place_and_remedy(path: Path) -> None:
    """A message names file, cell and line, and after the semicolon the remedy."""
    for line in json.loads(path.read_text("utf-8"))["metadata"]["expect"]:
        assert re.fullmatch(
            r"notebooks/\w+\.ipynb: (cell \d+(, line \d+)?: )?(warning: )?[^;\n]+; [^\n]+", line
        )


def test_the_gallery_breaks_every_rule(bare: Project) -> None:
    """There is a bad notebook for each rule."""
    broken = {problem.rule for path in BAD for problem in check_case(bare, path)[0]}
    assert broken == set(RULES)


def test_every_rule_says_why_and_what_to_do() -> None:
    """A rule has a reason and a remedy; the reason is a sentence."""
    for rule in RULES.values():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.id)
        assert rule.asks.endswith(".")
        assert rule.reason.endswith(".")
        assert rule.remedy
        assert not rule.remedy.endswith(".")


def test_notebooks_of_the_repository_keep_the_rules(repository: Project) -> None:
    """The chapters of the book have neither an error nor a warning."""
    assert [str(problem) for problem in check_notebooks(repository)] == []


# ---------- notebooks that nobody vouches for ----------

DAMAGED = {
    "empty": b"",
    "no-json": b"{",
    "a-list": b"[]",
    "no-cells": b"{}",
    "no-metadata": b'{"cells": []}',
    "cells-as-text": b'{"cells": "abc", "metadata": {}}',
    "cells-as-numbers": b'{"cells": [1, 2], "metadata": {}}',
    "source-as-number": b'{"cells": [{"cell_type": "code", "source": 1, "metadata": {}}], "metadata": {}}',
    "not-utf-8": b"\xff\xfe\x00",
    "deep": b"[" * 100_000,
    "too-large": b" " * (MAX_BYTES + 1),
    "many-cells": b'{"cells": [' + b",".join([b"{}"] * 501) + b'], "metadata": {}}',
}


@pytest.mark.parametrize("raw", DAMAGED.values(), ids=DAMAGED.keys())
def test_what_is_no_notebook_is_said_in_one_line(raw: bytes, bare: Project) -> None:
    """A damaged or huge file is one problem, and no crash."""
    (bare.notebooks / "8_case.ipynb").write_bytes(raw)
    (problem,) = [problem for problem in check_notebooks(bare) if problem.rule == "format"]
    assert str(problem).startswith("notebooks/8_case.ipynb: ")
    assert str(problem).endswith("; open and save it in Jupyter, or restore it")


def write_cells(project: Project, *cells: tuple[str, str]) -> None:
    """Write a notebook of cells that are (kind, source)."""
    made = [
        {"cell_type": kind, "id": f"c{number}", "metadata": {}, "source": source}
        | ({"outputs": [], "execution_count": None} if kind == "code" else {})
        for number, (kind, source) in enumerate(cells)
    ]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    content = {"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    (project.notebooks / "8_case.ipynb").write_text(json.dumps(content), "utf-8")


@pytest.mark.parametrize(
    "source",
    [
        "show(" + "(" * 150 + "1" + ")" * 150 + ")",
        "show(" + "+".join(['"word"'] * 800) + ")",
        "a" + ".b" * 5000,
        "x = '\\d'\0",
        "-" * 50_000 + "1",
        "show('" + "\x1b[31mred" + "')",
    ],
    ids=["parentheses", "long-sum", "long-chain", "null", "signs", "escape"],
)
def test_hostile_code_is_checked_without_a_crash(source: str, bare: Project) -> None:
    """Whatever stands in a cell, messages come, one line each, and none steers a terminal."""
    write_cells(bare, ("markdown", "# Case"), ("code", source))
    problems = check_notebooks(bare)
    assert problems
    assert all(str(problem).isprintable() for problem in problems)


@pytest.mark.parametrize(
    "source",
    [
        "[" * 20_000,
        "> " * 5_000 + "a",
        "*a" * 20_000,
        "<img alt='" * 2_000,
        ":::{note}\n" * 500,
        "<b onclick='x' \x1b[31m>",
    ],
    ids=["brackets", "quotes", "stars", "tags", "directives", "escape"],
)
def test_hostile_markdown_is_checked_within_seconds(source: str, bare: Project) -> None:
    """Markdown that is made to take time takes none to speak of."""
    write_cells(bare, ("markdown", "# Case"), ("markdown", source))
    assert all(str(problem).isprintable() for problem in check_notebooks(bare))


def test_nothing_of_a_notebook_is_run(bare: Project) -> None:
    """Code that would leave a file behind leaves none."""
    left = bare.root / "left-behind"
    write_cells(bare, ("code", f"open({str(left)!r}, 'w').write('x')"))
    assert check_notebooks(bare)
    assert not left.exists()


def test_words_in_directives_and_code_blocks(bare: Project) -> None:
    """A note is read as Markdown, a block of code is not."""
    note = ":::{note}\n![](../../favicon.svg)\n:::"
    block = "```python\n# ![](https://example.org/a.png)\nopen('/etc')\n```"
    write_cells(bare, ("markdown", "# Case"), ("markdown", note), ("markdown", block))
    found = [(problem.cell, problem.line) for problem in check_notebooks(bare) if problem.rule == "alt-texts"]
    assert found == [(2, 2)]
    assert "self-contained" not in {problem.rule for problem in check_notebooks(bare)}


# ---------- the command ----------


@pytest.fixture
def example(bare: Project) -> Project:
    """Give a project with the example of the guide."""
    write_example(bare)
    return bare


def test_the_example_of_the_guide_keeps_the_rules(example: Project) -> None:
    """Who types the guide's example has nothing to mend."""
    result = call(example, "check", "notebooks", "--strict")
    assert (result.exit_code, result.stderr) == (OK, "")
    assert result.stdout == "1 notebook checked: 0 errors, 0 warnings.\n"


def test_errors_fail_and_warnings_only_when_strict(example: Project) -> None:
    """The exit status is 1 for an error, and with --strict for a warning."""
    path = example.notebooks / EXAMPLE
    content = json.loads(path.read_text("utf-8"))
    del content["metadata"]["vsrbook"]
    path.write_text(json.dumps(content), "utf-8")
    result = call(example, "check", "notebooks")
    assert result.exit_code == OK
    assert result.stderr.startswith(f"notebooks/{EXAMPLE}: warning: becomes no page; ")
    assert call(example, "check", "--strict", "notebooks").exit_code == FAULTS
    content["cells"][4]["source"] = "print(review)"
    path.write_text(json.dumps(content), "utf-8")
    assert call(example, "check", "notebooks").exit_code == FAULTS


def test_messages_in_the_guide_are_those_of_the_check(example: Project) -> None:
    """What the guide shows as messages is what comes."""
    path = example.notebooks / EXAMPLE
    content = json.loads(path.read_text("utf-8"))
    content["cells"][3]["source"] = "## Piped water in the home\n\n![](map.png)"
    content["cells"][6]["source"] = "print(review)"
    path.write_text(json.dumps(content), "utf-8")
    shown = re.findall(r"^notebooks/8_homes\.ipynb: .+$", GUIDE.read_text("utf-8"), re.MULTILINE)
    assert len(shown) == 2
    assert set(shown) <= set(call(example, "check", "notebooks").stderr.splitlines())


@pytest.mark.parametrize("name", [EXAMPLE, f"notebooks/{EXAMPLE}", "{root}/notebooks/" + EXAMPLE])
def test_files_are_named_as_one_likes(example: Project, name: str) -> None:
    """A notebook is named by its file, or by its path; the others are left alone."""
    (example.notebooks / "9_damaged.ipynb").write_text("{", "utf-8")
    result = call(example, "check", "notebooks", name.format(root=example.root))
    assert (result.exit_code, result.stderr) == (OK, "")


def test_a_file_that_is_not_there(example: Project) -> None:
    """The message names what may be meant."""
    result = call(example, "check", "notebooks", "8_home.ipynb")
    assert result.exit_code == USAGE
    assert "there is no notebook '8_home.ipynb' in notebooks/; did you mean '8_homes.ipynb'?" in result.stderr


def test_problems_as_json(bare: Project) -> None:
    """With --json each problem has rule, file, cell, line, what and hint."""
    shutil.copy(HERE / "bad_notebooks" / "words-printed.ipynb", bare.notebooks / "8_case.ipynb")
    result = call(bare, "check", "notebooks", "--json")
    assert result.exit_code == FAULTS
    assert json.loads(result.stdout) == [
        {
            "file": "notebooks/8_case.ipynb",
            "rule": "words",
            "cell": 4,
            "line": 1,
            "level": "error",
            "what": "prints; what is printed is not on the page",
            "hint": "use show(...)",
        }
    ]


def test_associations_are_checked_as_before(project: Project) -> None:
    """`check samplia` checks the tables; the word notebooks stands alone."""
    assert "1 association checked" in call(project, "check", "samplia").stdout
    mixed = call(project, "check", "samplia", "notebooks")
    assert mixed.exit_code == USAGE
    assert "'notebooks' stands alone: vsrbook check notebooks [FILE]..." in mixed.stderr


def test_no_association_is_called_notebooks(project: Project) -> None:
    """Neither a new one nor a params file may have the name."""
    what = "'notebooks' cannot be the name of an association: `vsrbook check notebooks` checks the chapters"
    result = call(project, "new", "notebooks", "--country", "KE")
    assert result.exit_code == USAGE
    assert f"vsrbook new: {what}; take another name" in result.stderr
    shutil.copy(project.params / "samplia.yml", project.params / "notebooks.yml")
    with pytest.raises(ReviewError) as raised:
        read_params(project, "notebooks")
    assert str(raised.value) == f"params/notebooks.yml: {what}; give the file another name"


# ---------- the guide ----------


def test_the_guide_has_the_rules() -> None:
    """The table of rules is written from the registry."""
    tool = load_tool("write_notebook_rules")
    text = GUIDE.read_text("utf-8")
    assert tool.with_rules(text) == text, "run tools/write_notebook_rules.py"
    assert [name for name in RULES if f"| `{name}`" not in text] == []


def test_words_of_chapters_are_collected(bare: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prose, words in code and in modules beside notebooks, and titles come into the catalogue."""
    write_example(bare)
    content: dict[str, Any] = json.loads((bare.notebooks / EXAMPLE).read_text("utf-8"))
    content["cells"][4]["source"] = 'show(prose(_("Half of the homes.")))'
    (bare.notebooks / EXAMPLE).write_text(json.dumps(content), "utf-8")
    tool = load_tool("collect_words")
    monkeypatch.setattr(tool, "ROOT", bare.root)
    (bare.root / "_toc.yml").write_text("parts: []\n", "utf-8")
    words = {message.id for message in tool.collect_words()}
    assert {"Homes and water", "# Homes and water", "Half of the homes.", "Area"} <= words
