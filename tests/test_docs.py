"""The documentation says what is true: no command, key, file, table or link in it can drift from the code."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from pathlib import Path

import click
import pandas as pd
import pytest

import write_reference
from check_docs import find_faults, list_pages, read_repository
from drift.commands import named_commands
from drift.names import Repository
from drift.pages import read_page
from reference.commands import walk_commands
from reference.params import read_example, walk_keys
from vsrbook.cli import main
from vsrbook.methods.progress import METHODS, assess
from vsrbook.params import params_schema

HERE = Path(__file__).parent
ROOT = HERE.parent
BAD = sorted((HERE / "bad_docs").glob("*.md"))
GOOD = sorted((HERE / "good_docs").glob("*.md"))
GENERATED = {name for name in write_reference.DERIVED if name.endswith(".md")} - {
    "book/rap.md"
}  # its tables only


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


# What pages say of data and methods


def read_rows(name: str, heading: str) -> list[list[str]]:
    """Read the table of a page that has this cell in its head."""
    lines = (ROOT / "book" / name).read_text("utf-8").splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("|") and f"| {heading} |" in line)
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def read_csv(path: Path) -> list[dict[str, str]]:
    """Read a table as it stands."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_statements_are_counted_as_they_are() -> None:
    """The page on the use of a review counts the impact statements of the tables, area by area."""
    area = {row["impact_id"]: row["area"] for row in read_csv(ROOT / "data" / "reference" / "impacts.csv")}
    files = [path for path in sorted((ROOT / "data").glob("*/evidence.csv")) if is_from_the_note(path)]
    counted = Counter(area[row["impact_id"]] for path in files for row in read_csv(path))
    assert read_rows("why-a-vsr.md", "Statements") == [[name, str(n)] for name, n in sorted_by_area(counted)]
    text = (ROOT / "book" / "why-a-vsr.md").read_text("utf-8")
    assert f"We count {counted.total()} statements from {len(files)} places." in text


def is_from_the_note(path: Path) -> bool:
    """Whether impact statements are those of UCLG's note."""
    return {row["source_id"] for row in read_csv(path)} == {"uclg-insights-note"}


def sorted_by_area(counted: Counter[str]) -> list[tuple[str, int]]:
    """Return counts in the order of the areas."""
    areas = dict.fromkeys(row["area"] for row in read_csv(ROOT / "data" / "reference" / "impacts.csv"))
    return [(name, counted[name]) for name in areas]


def test_sources_of_a_page_are_in_the_table_of_sources() -> None:
    """What the page on the use of a review cites by its title is a source that the tables cite."""
    text = (ROOT / "book" / "why-a-vsr.md").read_text("utf-8").partition("## Sources")[2]
    titles = [row["title"] for row in read_csv(ROOT / "data" / "reference" / "sources.csv")]
    cited = re.findall(r"^- [^*]+\*([^*]+)\*", text, re.MULTILINE)
    assert len(cited) == 3
    assert [title for title in cited if not any(known.startswith(title) for known in titles)] == []


def test_the_worked_example_is_what_the_methods_say() -> None:
    """Figures and statuses of the example are worked out by each method from the values of its table."""
    page = (ROOT / "book" / "how-progress-is-judged.md").read_text("utf-8")
    head = re.search(r"^\| Year \| (.*) \|$", page, re.MULTILINE)
    assert head is not None
    (_label, *values) = next(
        row for row in read_rows("how-progress-is-judged.md", "Year") if row[0] == "Value"
    )
    series = pd.Series([float(v) for v in values], index=[int(y) for y in head[1].split(" | ")])
    rows = {row[0].strip("`"): row[1:3] for row in read_rows("how-progress-is-judged.md", "Its figure")}
    assert rows.keys() == METHODS.keys()
    for name, (figure, status) in rows.items():
        said = assess(series, method=name, direction=-1, target=10)
        assert status == f"`{said.status}`"
        assert figure == ("" if said.value is None else f"{said.value:.2f}")


def test_steps_of_the_worked_example_are_right() -> None:
    """What the example works out by hand is what the methods hand over as their inputs."""
    series = pd.Series([40, 36, 32, 28, 27, 27, 28, 29, 30], index=range(2015, 2024), dtype="float64")
    page = (ROOT / "book" / "how-progress-is-judged.md").read_text("utf-8")
    by_growth, by_way, by_years = (
        assess(series, method=name, direction=-1, target=10).inputs
        for name in ("eurostat", "unsd", "destatis")
    )
    assert f"a fall of {-100 * by_growth['cagr']:.2f} % a year" in page
    assert f"takes a fall of {-100 * by_growth['required_cagr']:.2f} % a year" in page
    assert f"40 × {1 + by_growth['cagr']:.4f}⁸" in page
    assert f"30 becomes {by_way['expected_value']:.1f} in 2030" in page
    assert f"Their mean is {by_years['mean_change']:+.1f} a year" in page
    assert f"7 × 0.4 = {by_years['expected_value']:.1f}" in page
    assert assess(series, method="eurostat", direction=-1).status == "significant_progress"


def test_the_page_on_profiles_says_their_rules() -> None:
    """How many strengths and gaps are told, and from when on there is a chart, is as in the code."""
    from vsrbook.chapters import profile_findings as rules

    page = (ROOT / "book" / "how-to-read-a-profile.md").read_text("utf-8")
    words = {2: "two", 4: "four", 5: "five", 6: "six"}
    assert (
        f"at most {words[rules.MOST]} indicators each, and at most {words[rules.MOST_A_GOAL]} of one goal"
        in page
    )
    assert f"It is there from {words[rules.LEAST_DRAWN]} ranked indicators on." in page
    assert rules.QUARTER == 0.25
    assert len(rules.THIRDS) == 3
