"""Running notebooks: what must run, what fails and how it is told, and that nothing failed is ever published."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml
from click.testing import CliRunner, Result
from projects import (
    BROKEN,
    CHAPTERS_RUN,
    COMMON,
    DIES,
    ENDLESS,
    RAISES,
    SHOW,
    SILENT,
    TWO,
    changed,
    keys,
    make_small,
    read_cache,
    read_pages,
    write_notebook,
)

from vsrbook.chapters.outline import LIBRARY_NOTEBOOK
from vsrbook.cli import main
from vsrbook.execution.keys import read_source
from vsrbook.execution.plan import Plan, check_parameters, make_plan
from vsrbook.execution.pool import choose_jobs, cores, free_memory_mb, run_units
from vsrbook.execution.worker import Failure, Setting
from vsrbook.problems import ReviewError
from vsrbook.project import Edition, Project
from vsrbook.running import RunSummary, run_chapters

# ---------- one project, run four times ----------


@dataclass(frozen=True)
class Story:
    """A project whose run succeeds, then fails, then is mended: what each run said and left."""

    project: Project
    plan: Plan
    first: RunSummary
    first_pages: dict[str, bytes]
    first_cache: set[str]
    again: RunSummary
    one: RunSummary
    one_pages: dict[str, bytes]
    failing: Result
    failing_pages: dict[str, bytes]
    failing_cache: set[str]
    after: RunSummary
    after_pages: dict[str, bytes]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Run all, run again, run one association, let four chapters fail in four ways, and run what failed again."""
    project = make_small(tmp_path_factory.mktemp("execution") / "small")
    for name, cells in {
        "0_opening.ipynb": [SHOW, RAISES],
        "2_methodology.ipynb": [BROKEN, SHOW, ENDLESS],
        "3_environment.ipynb": [SILENT],
        "6_impact.ipynb": [SHOW, DIES],
    }.items():
        write_notebook(project.notebooks / name, *cells)
    plan = make_plan(project, Edition())
    first = run_chapters(project, Edition(), options=TWO)
    first_pages, first_cache = read_pages(project), read_cache(project)
    again = run_chapters(project, Edition(), options=TWO)
    one = run_chapters(project, Edition(), ["samplia"], TWO)
    one_pages = read_pages(project)
    (project.root / "broken").touch()
    options = ["run", "--force", "--jobs", "2", "--timeout", "2"]
    failing = CliRunner().invoke(main, ["--project", str(project.root), *options])
    failing_pages, failing_cache = read_pages(project), read_cache(project)
    (project.root / "broken").unlink()
    after = run_chapters(project, Edition(), options=TWO)
    yield Story(
        project,
        plan,
        first,
        first_pages,
        first_cache,
        again,
        one,
        one_pages,
        failing,
        failing_pages,
        failing_cache,
        after,
        read_pages(project),
    )


UNITS = [
    "otherland/introduction",
    *(f"samplia/{chapter}" for chapter in CHAPTERS_RUN[:5]),
    "samplia/goal-06",
    "samplia/impact",
    "index",
]
FAILED = {"samplia/opening", "samplia/methodology", "samplia/environment", "samplia/impact"}


def test_plan_has_a_unit_for_each_page(story: Story) -> None:
    """One unit for each chapter wanted, one for each goal with data, and the landing page, in the book's order."""
    assert [unit.page for unit in story.plan.units] == UNITS
    assert [unit.name for unit in story.plan.units][-3:] == [
        "samplia, progress, goal 6",
        "samplia, impact",
        "library",
    ]


def test_run_makes_every_page(story: Story) -> None:
    """Each unit that ran is in the cache under its key and nothing else is; each becomes a page."""
    assert (story.first.failures, story.first.problems) == ((), ())
    assert story.first.words.startswith("9 chapters run, 0 unchanged; ")
    assert story.first_cache == {f"{unit.key}.ipynb.gz" for unit in story.plan.units}
    covers = {"otherland/index.md", "samplia/index.md"}
    assert story.first_pages.keys() == {f"{page}.ipynb" for page in UNITS} | covers | {"how-made.md"}


def test_unchanged_chapters_do_not_run(story: Story) -> None:
    """A second run executes nothing and writes the same pages."""
    assert story.again.words.startswith("0 chapters run, 9 unchanged; ")


def test_run_of_one_association_keeps_the_pages_of_the_others(story: Story) -> None:
    """With an association named, the others' pages stay as they were."""
    assert story.one.words.startswith("0 chapters run, 8 unchanged; ")
    assert story.one_pages == story.first_pages


@pytest.mark.parametrize(
    "message",
    [
        "samplia, opening: 0_opening.ipynb cell 4, line `share = values[0] / 0`: "
        "ZeroDivisionError: division by zero",
        'samplia, methodology: 2_methodology.ipynb cell 5, line `while Path("broken").exists():`: '
        "timeout: longer than 2 seconds",
        "samplia, environment: 3_environment.ipynb: missing output: no cell shows anything",
        "samplia, impact: 6_impact.ipynb cell 4, line `from pathlib import Path`: the kernel died",
    ],
    ids=["raised", "timeout", "missing output", "dead kernel"],
)
def test_failure_says_where_and_why(story: Story, message: str) -> None:
    """A failure names association, chapter, notebook, cell (as its author counts), line and error, in one line."""
    (line,) = [
        line for line in story.failing.stderr.splitlines() if line.startswith(f"failed: {message[:18]}")
    ]
    assert line.startswith(f"failed: {message}")


def test_failure_is_a_failed_command(story: Story) -> None:
    """The command ends with status 1, and says how many chapters failed; the others have run."""
    assert story.failing.exit_code == 1
    assert story.failing.stdout.startswith("5 chapters run, 0 unchanged, 4 failed and left out; ")
    assert "Traceback" not in story.failing.stdout + story.failing.stderr


def test_failed_chapter_has_no_page(story: Story) -> None:
    """Of what failed there is no page, though an earlier run had made one; the others are as before."""
    left = {name for name in story.first_pages if name.removesuffix(".ipynb") not in FAILED}
    assert story.failing_pages.keys() == left
    cover = story.failing_pages["samplia/index.md"].decode()
    assert "impact.ipynb" not in cover
    assert "introduction.ipynb" in cover
    assert re.search(r"Missing, because the chapter could not be computed: .*Impact", cover)


def test_failed_chapter_is_not_in_the_cache(story: Story) -> None:
    """Of what failed nothing is in the cache, not even the result of an earlier run with the same key.

    Otherwise the next run would take it for done, and publish it without a word.
    """
    good = {f"{unit.key}.ipynb.gz" for unit in story.plan.units if unit.page not in FAILED}
    assert story.failing_cache == good


def test_failed_chapter_runs_again(story: Story) -> None:
    """The next run takes up what failed, and only that."""
    assert story.after.words.startswith("4 chapters run, 5 unchanged; ")
    assert story.after_pages.keys() == story.first_pages.keys()


# ---------- the content key ----------


def test_key_is_the_same_for_the_same(small: Project) -> None:
    """Planning twice, or after all files were touched, gives the same keys."""
    before = keys(make_plan(small, Edition()))
    for path in [*small.data.rglob("*.csv"), *small.params.glob("*.yml"), *small.notebooks.iterdir()]:
        path.touch()
    assert keys(make_plan(small, Edition())) == before


def test_changed_value_changes_the_pages_of_its_association(small: Project) -> None:
    """A value changed: all pages of that association run, none of the other, and those that read everything."""
    params = small.params / "otherland.yml"
    params.write_text(
        params.read_text("utf-8").replace("- introduction", "- introduction\n- peer-learning"), "utf-8"
    )
    before = keys(make_plan(small, Edition()))
    path = small.data / "samplia" / "observations.csv"
    path.write_text(path.read_text("utf-8").replace(",50,400,", ",51,400,"), "utf-8")
    after = keys(make_plan(small, Edition()))
    own = {page for page in before if page.startswith("samplia/")}
    assert changed(before, after) == own | {"index", "otherland/peer-learning"}


@pytest.mark.parametrize("name", ["impacts.csv", "sources.csv"])
def test_changed_reference_changes_every_page(small: Project, name: str) -> None:
    """What all associations share is read by all pages."""
    before = keys(make_plan(small, Edition()))
    path = small.data / "reference" / name
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    assert changed(before, keys(make_plan(small, Edition()))) == set(before)


def test_changed_notebook_changes_its_pages(small: Project) -> None:
    """A cell edited: the pages of that notebook run, in every association."""
    before = keys(make_plan(small, Edition()))
    write_notebook(small.notebooks / "1_introduction.ipynb", SHOW.replace("Something", "Other"))
    after = keys(make_plan(small, Edition()))
    assert changed(before, after) == {"samplia/introduction", "otherland/introduction"}


def test_output_in_a_notebook_changes_nothing(small: Project) -> None:
    """Somebody ran the notebook by hand: its outputs and counts are no input."""
    path = small.notebooks / "1_introduction.ipynb"
    before = read_source(path)
    notebook = json.loads(path.read_text("utf-8"))
    notebook["cells"][-1] |= {"execution_count": 7, "outputs": [{"output_type": "stream", "text": "x"}]}
    path.write_text(json.dumps(notebook), "utf-8")
    assert read_source(path) == before


@pytest.mark.parametrize("edition", [Edition("fr"), Edition(audience="ministry"), Edition(draft=True)])
def test_another_edition_has_keys_of_its_own(small: Project, edition: Edition) -> None:
    """Language, audience and draft are parameters: their pages are others."""
    one, other = keys(make_plan(small, Edition())), keys(make_plan(small, edition))
    assert not {key for page, key in other.items() if page != "index"} & set(one.values())


def test_draft_has_every_chapter_wanted(small: Project) -> None:
    """A draft runs chapters without evidence, too."""
    params = small.params / "otherland.yml"
    content = yaml.safe_load(params.read_text("utf-8"))
    tables = {"sources": "sources.csv"}
    content |= {"chapters": ["introduction", "impact"], "tables": tables, "area_level": None}
    params.write_text(
        yaml.safe_dump({key: said for key, said in content.items() if said is not None}), "utf-8"
    )
    published, draft = make_plan(small, Edition()), make_plan(small, Edition(draft=True))
    assert "otherland/impact" not in keys(published)
    assert "otherland/impact" in keys(draft)
    assert {unit.parameters["draft"] for unit in draft.units if unit.slug} == {True}


def test_association_with_errors_has_no_units(small: Project) -> None:
    """Its problems are in the plan; the other association and the landing page run."""
    path = small.data / "samplia" / "observations.csv"
    path.write_text(path.read_text("utf-8").replace(",50,400,", ",many,400,"), "utf-8")
    plan = make_plan(small, Edition())
    assert [unit.page for unit in plan.units] == ["otherland/introduction", "index"]
    assert ["many" in problem.what for problem in plan.problems] == [True]


# ---------- parameters ----------


def test_unknown_parameter_is_refused_before_anything_runs(small: Project) -> None:
    """Papermill would warn and run with the default: here it is an error with a suggestion, and nothing runs."""
    wrong = COMMON.replace("association", "asociation")
    write_notebook(small.notebooks / "1_introduction.ipynb", SHOW, parameters=wrong)
    with pytest.raises(ReviewError) as caught:
        run_chapters(small, Edition())
    (problem,) = caught.value.problems
    assert str(problem) == (
        "notebooks/1_introduction.ipynb: unknown parameter 'association'; did you mean 'asociation'?"
    )
    assert not (small.build / "executed").exists()
    assert not small.pages.exists()


def test_notebook_without_parameters_declares_nothing(small: Project) -> None:
    """Every parameter is unknown to a notebook without a parameters cell, and the message says so."""
    path = small.notebooks / LIBRARY_NOTEBOOK
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]), path)
    assert read_source(path).parameters == ()
    with pytest.raises(
        ReviewError, match="unknown parameter 'language'; its parameters cell declares nothing"
    ):
        make_plan(small, Edition())


def test_typed_parameters_are_declared(tmp_path: Path) -> None:
    """An annotated assignment declares a parameter as papermill reads it."""
    path = tmp_path / "typed.ipynb"
    write_notebook(path, parameters="association: str = 'kenya'\ngoal = 6\n")
    assert read_source(path).parameters == ("association", "goal")


def test_shipped_notebooks_take_what_they_are_given(repository: Project) -> None:
    """No parameter of a real run is unknown to its notebook."""
    plan = make_plan(repository, Edition(), ["kenya", "norway"])
    assert check_parameters(repository, plan.units) == []


# ---------- small things ----------


def test_nothing_to_do_starts_nothing(tmp_path: Path) -> None:
    """Without units no process is started."""
    assert run_units([], Setting(str(tmp_path), str(tmp_path))) == ()


def test_jobs_are_what_the_machine_bears(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as cores and free memory bear, never more than units, and what is asked for."""
    assert cores() >= 1
    assert free_memory_mb() > 0
    assert choose_jobs(5, 100) == 5
    assert choose_jobs(5, 3) == 3
    assert choose_jobs(0, 100) <= cores()
    monkeypatch.setattr("vsrbook.execution.pool.free_memory_mb", lambda: 100.0)
    assert choose_jobs(0, 100) == 1


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (Failure("a, b", "b.ipynb", 3, "x = 1", "E: m"), "a, b: b.ipynb cell 3, line `x = 1`: E: m"),
        (Failure("a, b", "b.ipynb", None, "", "gone"), "a, b: b.ipynb: gone"),
    ],
)
def test_failure_is_one_line(failure: Failure, words: str) -> None:
    """What is not known is left out."""
    assert str(failure) == words


def test_unit_parameters_are_what_papermill_gives(small: Project) -> None:
    """Each unit carries the parameters of its edition; a page on a goal has its number."""
    units: dict[str, dict[str, Any]] = {
        unit.page: unit.parameters for unit in make_plan(small, Edition()).units
    }
    common = {"edition": "2026", "language": "en", "audience": "public", "draft": False}
    assert units["samplia/goal-06"] == {"association": "samplia", **common, "goal": 6}
    assert units["index"] == {"language": "en"}
