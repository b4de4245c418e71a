"""Chapters that authors add: a notebook that says which chapter it is becomes one, without a change of the toolkit."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import pytest
from chapter_guide import write_example
from click.testing import CliRunner
from projects import LOAD, SHOW, TWO, changed, keys, make_small, read_pages, write_notebook

from vsrbook.chapters.outline import CHAPTERS
from vsrbook.cli import main
from vsrbook.execution.plan import make_plan
from vsrbook.own_chapters import STANDARD, OwnChapter, check_own_chapters, find_own_chapters
from vsrbook.params import ChapterId, read_params
from vsrbook.problems import ReviewError
from vsrbook.project import Edition, Project
from vsrbook.running import RunSummary, run_chapters


def add_chapter(project: Project, name: str, *cells: str, **declared: Any) -> Path:
    """Write a notebook that says which chapter it is."""
    path = project.notebooks / name
    write_notebook(path, *(cells or (LOAD, SHOW)))
    content = json.loads(path.read_text("utf-8"))
    content["metadata"]["vsrbook"] = {"chapter": "climate", "number": "8", "title": "Climate", **declared}
    path.write_text(json.dumps(content), "utf-8")
    return path


def set_chapters(project: Project, slug: str, chapters: str) -> None:
    """Write which chapters an association wants; "" = it does not say."""
    path = project.params / f"{slug}.yml"
    kept = re.sub(r"^chapters:.*\n(- .*\n)*", "", path.read_text("utf-8"), flags=re.MULTILINE)
    path.write_text(kept + (f"chapters: {chapters}\n" if chapters else ""), "utf-8")


def test_the_chapters_of_every_review_are_the_same_everywhere() -> None:
    """Outline, params and what own chapters must not be called name the same chapters and numbers."""
    assert {chapter.id: chapter.number for chapter in CHAPTERS} == STANDARD
    assert get_args(ChapterId) == tuple(STANDARD)


# ---------- the guide's example, run ----------


@pytest.fixture(scope="module")
def guide(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, RunSummary]:
    """Run the example of the guide for two associations, of which one has no values for it."""
    project = make_small(tmp_path_factory.mktemp("own") / "small")
    write_example(project)
    for slug in ("samplia", "otherland"):
        set_chapters(project, slug, "[introduction, homes]")
    for name in ("observations", "evidence"):
        path = project.data / "otherland" / f"{name}.csv"
        path.write_text(path.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    return project, run_chapters(project, Edition(), options=TWO)


def test_an_own_chapter_becomes_a_page(guide: tuple[Project, RunSummary]) -> None:
    """It has title and place, banner, prose, its figure with alt text and data, and names its notebook."""
    project, summary = guide
    assert summary.failures == ()
    page = json.loads((project.pages / "samplia" / "homes.ipynb").read_text("utf-8"))
    text = json.dumps(page)
    assert page["cells"][0]["source"] == "# Samplia – Homes and water"
    assert "Made from notebooks/8_homes.ipynb" in text
    assert re.search(r"Piped water: \w+ has the highest value, \w+ the lowest", text)
    assert "## What the members say" in text
    assert "load_review" not in text
    names = {path.name for path in (project.pages / "samplia" / "figures").iterdir()}
    assert {"homes-areas-water.svg", "homes-areas-water.csv"} <= names


def test_the_cover_names_it_after_the_others(guide: tuple[Project, RunSummary]) -> None:
    """It is linked on the cover, and is in the sidebar."""
    cover = (guide[0].pages / "samplia" / "index.md").read_text("utf-8")
    assert "territory](introduction.ipynb)\n- [8 Homes and water](homes.ipynb)\n" in cover
    assert "territory <introduction>\n8 Homes and water <homes>\n" in cover


def test_where_it_shows_nothing_it_has_no_page(guide: tuple[Project, RunSummary]) -> None:
    """The cover says that it is left out; that is no failure, and the page on how the book was made has no line."""
    project, _summary = guide
    cover = (project.pages / "otherland" / "index.md").read_text("utf-8")
    assert "Left out, because the sources hold no evidence for them: Homes and water." in cover
    assert "<homes>" not in cover
    assert "could not be computed" not in cover
    assert not (project.pages / "otherland" / "homes.ipynb").exists()
    assert (project.pages / "how-made.md").read_text("utf-8").count("Homes and water") == 1


def test_a_second_run_changes_nothing(guide: tuple[Project, RunSummary]) -> None:
    """What shows nothing is not run again either, and pages stay as they are."""
    project, _summary = guide
    before = read_pages(project)
    again = run_chapters(project, Edition(), options=TWO)
    assert again.words.startswith("0 chapters run, ")
    assert read_pages(project) == before


def test_status_lists_it(guide: tuple[Project, RunSummary]) -> None:
    """`vsrbook status` has a line for it."""
    result = CliRunner().invoke(main, ["--project", str(guide[0].root), "status", "samplia"])
    assert "8 Homes and water: ready" in result.stdout


def test_nbstripout_keeps_what_a_notebook_says_of_its_chapter(tmp_path: Path) -> None:
    """The command of the guide clears outputs, not the chapter's metadata."""
    (tmp_path / "notebooks").mkdir()
    path = write_example(Project(tmp_path))
    before = json.loads(path.read_text("utf-8"))
    subprocess.run(
        [sys.executable, "-m", "nbstripout", "--keep-id", str(path)],
        check=True,
        capture_output=True,
        timeout=60,
    )
    assert json.loads(path.read_text("utf-8")) == before


# ---------- what the metadata say ----------


def test_own_chapters_come_in_the_order_of_their_numbers(small: Project) -> None:
    """8, 8b, 10, then letters."""
    for number in ("B", "10", "8b", "8"):
        add_chapter(small, f"{number}_x.ipynb", chapter=f"own-{number.lower()}", number=number)
    assert [chapter.number for chapter in find_own_chapters(small)] == ["8", "8b", "10", "B"]
    assert check_own_chapters(small) == []


def test_a_chapter_for_some_associations(small: Project) -> None:
    """Others have no such chapter, and their cover does not miss it."""
    add_chapter(small, "8_climate.ipynb", associations=["samplia"])
    for slug in ("samplia", "otherland"):
        set_chapters(small, slug, "")
    pages = {unit.page for unit in make_plan(small, Edition()).units}
    assert "samplia/climate" in pages
    assert "otherland/climate" not in pages
    assert find_own_chapters(small, "samplia") == [
        OwnChapter("climate", "8", "Climate", "8_climate.ipynb", ("samplia",))
    ]


def test_params_may_name_an_own_chapter(small: Project) -> None:
    """The params' list of chapters takes its id; a misspelt one is named, with what may be meant."""
    add_chapter(small, "8_climate.ipynb")
    set_chapters(small, "samplia", "[introduction, climate]")
    association = read_params(small, "samplia")
    assert association.wants("climate")
    assert not association.wants("opening")
    set_chapters(small, "samplia", "[introduction, climat]")
    with pytest.raises(ReviewError, match=r"unknown word 'climat'; did you mean 'climate'\?"):
        read_params(small, "samplia")


def test_params_that_name_chapters_without_it_do_not_have_it(small: Project) -> None:
    """An association that chooses its chapters chooses own ones, too."""
    add_chapter(small, "8_climate.ipynb")
    set_chapters(small, "samplia", "[introduction]")
    set_chapters(small, "otherland", "")
    pages = {unit.page for unit in make_plan(small, Edition()).units}
    assert "samplia/climate" not in pages
    assert "otherland/climate" in pages


def test_a_new_title_runs_the_chapter_alone(small: Project) -> None:
    """The metadata are part of the key; nothing else runs."""
    set_chapters(small, "otherland", "")
    add_chapter(small, "8_climate.ipynb")
    before = keys(make_plan(small, Edition()))
    add_chapter(small, "8_climate.ipynb", title="Climate and homes")
    assert changed(before, keys(make_plan(small, Edition()))) == {"otherland/climate"}


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ({"chapter": "means"}, "metadata.vsrbook.chapter: 'means' is the name of another page"),
        ({"chapter": "goal-06"}, "metadata.vsrbook.chapter: 'goal-06' is the name of another page"),
        ({"chapter": "../x"}, "metadata.vsrbook.chapter: '../x' is no id"),
        ({"chapter": "con"}, "metadata.vsrbook.chapter: 'con' is the name of another page"),
        ({"number": "5"}, "metadata.vsrbook.number: number '5' is that of another chapter"),
        ({"number": 8}, "metadata.vsrbook.number: is no text"),
        ({"title": "x" * 121}, "metadata.vsrbook.title: 'xxx"),
        ({"associations": ["samplai"]}, "there is no association 'samplai'; did you mean 'samplia'?"),
        ({"associations": "samplia"}, "metadata.vsrbook.associations: is no list of names"),
        ({"chapters": "x"}, "metadata.vsrbook.chapters: unknown key; did you mean 'chapter'?"),
    ],
)
def test_metadata_that_cannot_be_understood_stop_the_run(
    small: Project, declared: dict[str, Any], message: str
) -> None:
    """Nothing is run, and check and run say which key of which notebook, and what to do."""
    add_chapter(small, "8_climate.ipynb", **declared)
    with pytest.raises(ReviewError) as raised:
        make_plan(small, Edition())
    assert message in str(raised.value)
    assert str(raised.value).startswith("notebooks/8_climate.ipynb metadata.vsrbook.")
    assert "; " in str(raised.value)
    result = CliRunner().invoke(main, ["--project", str(small.root), "check"])
    assert str(raised.value) in result.stderr


@pytest.mark.parametrize(
    ("other", "clashes"),
    [
        ({"chapter": "climate", "number": "9"}, ["chapter 'climate'"]),
        ({"chapter": "homes", "number": "8"}, ["number '8'"]),
        ({"chapter": "homes", "number": "8", "associations": ["otherland"]}, []),
    ],
)
def test_two_chapters_of_one_id_or_number(small: Project, other: dict[str, Any], clashes: list[str]) -> None:
    """The second is refused; two associations may each have a chapter 8 of their own."""
    add_chapter(small, "8_climate.ipynb", associations=["samplia"])
    add_chapter(small, "9_other.ipynb", **other)
    found = [str(problem) for problem in check_own_chapters(small)]
    assert len(found) == len(clashes)
    for line, clash in zip(found, clashes, strict=True):
        assert line.startswith("notebooks/9_other.ipynb metadata.vsrbook.")
        assert f"{clash} is that of notebooks/8_climate.ipynb, too; give each its own" in line


def test_a_damaged_notebook_of_an_own_chapter_is_not_silently_left_out(small: Project) -> None:
    """Half a file says so before anything is run."""
    path = add_chapter(small, "8_climate.ipynb")
    path.write_text(path.read_text("utf-8")[:-20], "utf-8")
    with pytest.raises(ReviewError, match=r"notebooks/8_climate\.ipynb: is no notebook that can be read"):
        make_plan(small, Edition())


def test_an_own_chapter_that_fails_is_named_as_missing(small: Project) -> None:
    """A failure is no lack of evidence: the cover says that the chapter could not be computed."""
    add_chapter(small, "8_climate.ipynb", LOAD, "1 / 0")
    set_chapters(small, "samplia", "[introduction, climate]")
    summary = run_chapters(small, Edition(), ["samplia"], TWO)
    assert [failure.notebook for failure in summary.failures] == ["8_climate.ipynb"]
    cover = (small.pages / "samplia" / "index.md").read_text("utf-8")
    assert "Missing, because the chapter could not be computed: Climate." in cover


def test_a_chapter_taken_away_leaves_no_page(small: Project) -> None:
    """Its page and its line on the cover go with its notebook."""
    path = add_chapter(small, "8_climate.ipynb")
    set_chapters(small, "samplia", "[introduction]")
    set_chapters(small, "otherland", "")
    run_chapters(small, Edition(), options=TWO)
    assert "otherland/climate.ipynb" in read_pages(small)
    path.unlink()
    run_chapters(small, Edition(), ["samplia"], TWO)  # takes over what otherland has
    run_chapters(small, Edition(), options=TWO)
    assert "otherland/climate.ipynb" not in read_pages(small)
    assert "Climate" not in (small.pages / "otherland" / "index.md").read_text("utf-8")
