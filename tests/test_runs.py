"""What runs and why, what is kept and where, and that a run which is stopped, or has a twin, does no harm."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from projects import COMMON, SHOW, TWO, changed, keys, read_cache, read_pages, write_notebook

from vsrbook.cli import main
from vsrbook.execution.cache import Cache, Folder, open_cache
from vsrbook.execution.engine.limits import Limits
from vsrbook.execution.keys import Reads, read_source
from vsrbook.execution.ledger import Decision, keys_in_use, read_ledger
from vsrbook.execution.plan import make_plan
from vsrbook.execution.pool import run_units
from vsrbook.execution.worker import Setting, draw_images, run_unit
from vsrbook.problems import ReviewError
from vsrbook.project import Edition, Project
from vsrbook.running import RunOptions, clean_caches, prepare_run, run_chapters

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
OPTIONS = "edition=edition, language=language, audience=audience, draft=draft"


def loads(tables: str, more: str = "") -> str:
    """Write a cell that loads a review with declared tables."""
    said = f"tables={tuple(tables.split())!r}" if tables else ""
    wanted = ", ".join(filter(None, ["association", OPTIONS, more, said]))
    return f"from vsrbook import load_review\n\nreview = load_review({wanted})"


def replace_in(path: Path, old: str, new: str) -> None:
    """Change one thing in a file."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


@pytest.fixture
def declared(small: Project) -> Project:
    """Give a project whose notebooks declare what they read: areas; observations; one goal's; one area's."""
    table = small.data / "samplia" / "observations.csv"
    table.write_text(table.read_text("utf-8") + "school,01,2020,,,,,70,100,,sample,\n", "utf-8")
    indicators = small.data / "samplia" / "indicators.csv"
    line = (
        indicators.read_text("utf-8")
        .splitlines()[1]
        .replace("water,6,6.1,6.1.1,Piped water", "school,4,,,School")
    )
    indicators.write_text(indicators.read_text("utf-8") + line + "\n", "utf-8")
    params = small.params / "samplia.yml"
    content = yaml.safe_load(params.read_text("utf-8")) | {"chapters": ["introduction", "progress"]}
    params.write_text(yaml.safe_dump(content), "utf-8")
    book = small.notebooks
    write_notebook(book / "1_introduction.ipynb", loads("areas sources"), SHOW)
    write_notebook(book / "4_progress.ipynb", loads("indicators observations"), SHOW)
    goal = loads("indicators observations areas", "goal=goal")
    write_notebook(book / "4_goal.ipynb", goal, SHOW, parameters=f"{COMMON}goal = 6\n")
    area = loads("indicators observations areas", "area=area")
    write_notebook(book / "profile.ipynb", area, SHOW, parameters=f'{COMMON}area = ""\n')
    library = (
        'from vsrbook import load_library\n\nlibrary = load_library(language=language, tables=("evidence",))'
    )
    write_notebook(book / "library.ipynb", library, SHOW, parameters='language = "en"\n')
    return small


@pytest.fixture
def with_areas(declared: Project) -> Project:
    """Give the same project, with a page for each area."""
    params = declared.params / "samplia.yml"
    content = yaml.safe_load(params.read_text("utf-8")) | {"profiles": {}}
    params.write_text(yaml.safe_dump(content), "utf-8")
    return declared


# ---------- what a notebook declares ----------


EVERYTHING = Reads(None, "", None, "all", "values")


@pytest.mark.parametrize(
    ("cell", "reads"),
    [
        ("load_review(association)", Reads(None)),
        ("load_review(association, tables=('areas',))", Reads(("areas",))),
        (
            "load_review(association, tables=['areas', 'sources'], goal=goal)",
            Reads(("areas", "sources"), "goal"),
        ),
        ("load_review(association, area=area)", Reads(None, "area")),
        ("load_review(association, tables=some_tables())", Reads(None)),
        ("load_review(association, tables=('areas',), goal=6)", Reads(("areas",))),
        ("load_review('kenya', tables=('areas',))\nload_review('kenya')", Reads(None)),
        (
            "load_review('kenya', tables=('areas',))\nload_review('kenya', tables=('series',))",
            Reads(("areas", "series")),
        ),
        (
            "load_review('a', tables=('areas',), goal=goal)\nload_review('a', tables=('areas',))",
            Reads(("areas",)),
        ),
        ("load_library(language=language)", Reads((), "", None)),
        ("x = 1\nlibrary = load_library(tables=('evidence',))", Reads((), "", ("evidence",))),
        ("load_library(tables=())\nload_overviews()", Reads(overviews="short")),
        ("load_overviews()\nload_overviews(values=True)", Reads(overviews="values")),
        ("load_overviews(values=some())", Reads(overviews="values")),
        ("1 + 1", Reads(None)),
        ("load_profile(association, area=area)", Reads((), profile="own")),
        ("load_profile(association, area, language=language)", Reads((), profile="own")),
        ("load_profile(association, area='KE-01')", Reads((), profile="all")),
        ("load_profile('kenya', area=area)", Reads((), profile="all")),
        ("%matplotlib inline\nload_review(association, tables=('areas',))", EVERYTHING),
        ("%time review = load_review(association, tables=('areas',))", EVERYTHING),
        ("import vsrbook\nvsrbook.load_review(association, tables=('areas',))", EVERYTHING),
        ("from vsrbook import load_review as load\nload(association)", EVERYTHING),
        ("load = load_review\nload(association)", EVERYTHING),
        (
            "load_review(association, tables=('areas',))\nimport pandas as pd\npd.read_csv('x.csv')",
            EVERYTHING,
        ),
        ("load_review(association, tables=('areas',))\nopen('x.csv')", EVERYTHING),
    ],
)
def test_reads_are_found_word_for_word(tmp_path: Path, cell: str, reads: Reads) -> None:
    """What is not declared as a literal is taken for everything: a page may run too often, never too rarely."""
    write_notebook(tmp_path / "n.ipynb", cell, parameters=f'{COMMON}goal = 6\narea = ""\n')
    assert read_source(tmp_path / "n.ipynb").reads == reads


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "there is no such notebook; restore it, or take its chapter out"),
        ("{", "is no notebook that can be read; open and save it in Jupyter, or restore it"),
        ('{"cells": [1]}', "is no notebook that can be read; open and save it in Jupyter, or restore it"),
        (
            "association = (",
            "the parameters cell is not plain Python: '(' was never closed; write one assignment",
        ),
    ],
    ids=["missing", "cut short", "odd", "parameters"],
)
def test_a_notebook_that_cannot_be_read_is_one_clear_line(
    small: Project, content: str | None, words: str
) -> None:
    """The file, the problem, the remedy; nothing runs, and the pages stay as they were."""
    path = small.notebooks / "1_introduction.ipynb"
    path.unlink()
    if content == "association = (":
        write_notebook(path, SHOW, parameters=content)
    elif content is not None:
        path.write_text(content, "utf-8")
    done = CliRunner().invoke(main, ["--project", str(small.root), "run"])
    assert done.exit_code == 1
    assert done.stderr.startswith(f"notebooks/1_introduction.ipynb: {words}")
    assert len(done.stderr.splitlines()) == 1
    assert not small.pages.exists()


def test_chapters_load_nothing_by_themselves() -> None:
    """What a notebook declares is all that is read: no function of a chapter opens a door of its own."""
    doors = r"\b(load_review|load_library|read_review|read_table|read_csv|open)\("
    rooms = [ROOT / "src" / "vsrbook" / room for room in ("chapters", "figures", "methods")]
    found = {
        path.name: re.findall(doors, path.read_text("utf-8")) for room in rooms for path in room.rglob("*.py")
    }
    # the landing page reads where countries are: data/reference, which every key has
    assert {name: words for name, words in found.items() if words} == {"landing.py": ["read_csv"]}


def test_a_chapter_with_a_goal_of_its_own_reads_the_whole_table(declared: Project) -> None:
    """Only a notebook that runs once a goal is keyed by the goal's rows."""
    write_notebook(
        declared.notebooks / "1_introduction.ipynb", loads("indicators observations", "goal=6"), SHOW
    )
    before = keys(make_plan(declared, Edition()))
    replace_in(
        declared.data / "samplia" / "observations.csv", "school,01,2020,,,,,70", "school,01,2020,,,,,71"
    )
    assert "samplia/introduction" in changed(before, keys(make_plan(declared, Edition())))


def test_reading_what_is_not_declared_fails(declared: Project) -> None:
    """The notebook fails with the name of the table, and the remedy."""
    write_notebook(
        declared.notebooks / "1_introduction.ipynb", loads("areas"), SHOW, "review.tables['evidence']"
    )
    summary = run_chapters(declared, Edition(), ["otherland"], TWO)
    (failure,) = summary.failures
    assert "reads 'evidence', but does not declare it; add it to tables=" in str(failure)
    assert "1_introduction.ipynb cell 5, line `review.tables['evidence']`" in str(failure)


# ---------- which pages a change touches ----------


def test_one_areas_value_runs_its_profile_and_what_reads_it(with_areas: Project) -> None:
    """A county's value changed: its profile, the goal's page and the chapter on observations run; no other."""
    before = keys(make_plan(with_areas, Edition()))
    replace_in(with_areas.data / "samplia" / "observations.csv", "water,01,2020,,,,,", "water,01,2020,,,,,1")
    after = keys(make_plan(with_areas, Edition()))
    assert changed(before, after) == {"samplia/areas/01", "samplia/goal-06", "samplia/progress"}
    assert {"samplia/areas/02", "samplia/goal-04", "samplia/introduction", "index"} <= before.keys()


def test_the_wholes_value_runs_every_profile_below_it(with_areas: Project) -> None:
    """A profile reads the values of the areas that its area lies in."""
    before = keys(make_plan(with_areas, Edition()))
    replace_in(with_areas.data / "samplia" / "observations.csv", "water,S,2020,,,,,60", "water,S,2020,,,,,61")
    touched = changed(before, keys(make_plan(with_areas, Edition())))
    assert {f"samplia/areas/0{n}" for n in range(1, 5)} <= touched
    assert not {page for page in touched if page.startswith("otherland")}


def test_one_goals_value_leaves_other_goals_alone(declared: Project) -> None:
    """A value under goal 4 changed: the page of goal 6 stays."""
    before = keys(make_plan(declared, Edition()))
    replace_in(
        declared.data / "samplia" / "observations.csv", "school,01,2020,,,,,70", "school,01,2020,,,,,71"
    )
    after = keys(make_plan(declared, Edition()))
    assert changed(before, after) == {"samplia/goal-04", "samplia/progress"}


def test_another_tables_value_runs_what_declares_it(declared: Project) -> None:
    """A statement changed: only the landing page, which reads all statements, runs."""
    before = keys(make_plan(declared, Edition()))
    replace_in(declared.data / "samplia" / "evidence.csv", "was heard", "was seen")
    assert changed(before, keys(make_plan(declared, Edition()))) == {"index"}


def test_a_row_added_above_runs_what_cites_rows_below(declared: Project) -> None:
    """Pages name the rows that they rest on: where those have moved, the page runs."""
    before = keys(make_plan(declared, Edition()))
    head = "\ntoilets"
    replace_in(
        declared.data / "samplia" / "observations.csv", head, f"\nwater,04,2010,,,,,1,1,,sample,{head}"
    )
    assert "samplia/goal-04" in changed(before, keys(make_plan(declared, Edition())))


def test_words_of_a_parent_language_are_an_input(declared: Project) -> None:
    """Gettext takes from pt what pt_BR lacks."""
    catalogue = declared.locales / "pt" / "LC_MESSAGES" / "vsrbook.mo"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_bytes(b"")
    before = keys(make_plan(declared, Edition("pt-BR")))
    catalogue.write_bytes(b"other")
    assert changed(before, keys(make_plan(declared, Edition("pt-BR")))) == set(before)


def test_a_linked_folder_of_tables_is_an_input(declared: Project, tmp_path: Path) -> None:
    """The tables of an association may lie elsewhere."""
    folder = declared.data / "samplia"
    try:
        (tmp_path / "elsewhere").symlink_to(folder.rename(tmp_path / "moved"), target_is_directory=True)
        folder.symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    except OSError:
        pytest.skip("links cannot be made here")
    before = keys(make_plan(declared, Edition()))
    assert "samplia/goal-04" in before
    replace_in(tmp_path / "moved" / "observations.csv", "school,01,2020,,,,,70", "school,01,2020,,,,,71")
    assert changed(before, keys(make_plan(declared, Edition()))) == {"samplia/goal-04", "samplia/progress"}


def test_odd_things_among_the_tables_are_passed_over(declared: Project) -> None:
    """A folder named like a table, the lock that Excel lays beside an open workbook."""
    before = keys(make_plan(declared, Edition()))
    (declared.data / "samplia" / "old.csv").mkdir()
    (declared.data / "samplia" / "~$observations.xlsx").write_bytes(b"x")
    assert keys(make_plan(declared, Edition())) == before


def test_a_file_saved_while_a_notebook_runs_keeps_nothing(declared: Project) -> None:
    """What was read may be the new content, the key is that of the old: the unit fails, and runs the next time."""
    (unit,) = [unit for unit in make_plan(declared, Edition()).units if unit.page == "samplia/introduction"]
    write = (
        "from pathlib import Path\n"
        "with Path('data/samplia/observations.csv').open('a') as file: file.write('\\n')"
    )
    write_notebook(declared.notebooks / "1_introduction.ipynb", loads("areas"), write, SHOW)
    plan = make_plan(declared, Edition(), ["samplia"])
    (unit,) = [unit for unit in plan.units if unit.page == "samplia/introduction"]
    place = declared.build / "executed"
    outcome = run_unit(unit, Setting(str(declared.root), str(place), plan.edition, inputs=plan.inputs))
    assert str(outcome.failure).endswith("observations.csv changed while the book was run; run again")
    assert open_cache(str(place)).marks() == {}


def test_words_of_another_language_change_nothing(declared: Project) -> None:
    """A catalogue belongs to its language."""
    catalogues = {}
    for language in ("en", "fr"):
        catalogues[language] = declared.locales / language / "LC_MESSAGES" / "vsrbook.mo"
        catalogues[language].parent.mkdir(parents=True)
        catalogues[language].write_bytes(b"")
    before = keys(make_plan(declared, Edition()))
    catalogues["fr"].write_bytes(b"other")
    assert keys(make_plan(declared, Edition())) == before
    catalogues["en"].write_bytes(b"other")
    assert changed(before, keys(make_plan(declared, Edition()))) == set(before)


def test_an_unchanged_plan_reads_no_table(with_areas: Project) -> None:
    """What decides that nothing has changed imports neither pandas nor pydantic, and plans the same."""
    plan = make_plan(with_areas, Edition())
    source = (
        "import sys; from pathlib import Path; from vsrbook.project import Project\n"
        "from vsrbook.project import Edition\nfrom vsrbook.execution.plan import make_plan\n"
        f"plan = make_plan(Project(Path({str(with_areas.root)!r})), Edition())\n"
        "print([u.key for u in plan.units], {'pandas', 'pydantic'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"{[unit.key for unit in plan.units]} set()"


@pytest.mark.parametrize("damage", [b"", b"{", b'{"mark": 1}', b"[1]"])
def test_a_damaged_memory_is_no_memory(declared: Project, damage: bytes) -> None:
    """What only saves time may be damaged: the plan and its keys are the same."""
    before = make_plan(declared, Edition())
    for path in [*(declared.build / "plans").iterdir(), declared.build / "digests.json"]:
        path.write_bytes(damage)
    assert make_plan(declared, Edition()).units == before.units


# ---------- why ----------


def explain(project: Project, **options: Any) -> dict[str, str]:
    """Return the reason for each unit that would run."""
    _, decisions = prepare_run(project, Edition(), (), RunOptions(**options))
    return {decision.unit.page: decision.reason for decision in decisions if decision.runs}


def test_reasons_name_what_has_changed(declared: Project) -> None:
    """Before the first run, after a change of data, notebook or parameters, and after none."""
    assert set(explain(declared).values()) == {"it has not run yet"}
    run_chapters(declared, Edition(), options=TWO)
    assert explain(declared) == {}
    assert set(explain(declared, force=True).values()) == {"forced"}

    replace_in(
        declared.data / "samplia" / "observations.csv", "school,01,2020,,,,,70", "school,01,2020,,,,,71"
    )
    assert explain(declared) == {
        "samplia/goal-04": "changed: data/samplia, observations of goal 4",
        "samplia/progress": "changed: data/samplia/observations.csv",
    }
    write_notebook(declared.notebooks / "1_introduction.ipynb", loads("areas evidence"), SHOW)
    reasons = explain(declared)
    words = "changed: notebooks/1_introduction.ipynb, data/samplia/evidence.csv (new), data/samplia/sources.csv (gone)"
    assert reasons["samplia/introduction"] == words
    replace_in(declared.params / "otherland.yml", "2026", "2027")
    words = explain(declared)["otherland/introduction"]
    assert words.startswith("changed: parameter edition (2026 → 2027), notebooks/1_introduction.ipynb")


def test_a_new_library_is_a_reason(declared: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another version of a library runs everything, and the reason names both versions."""
    from vsrbook.execution import inputs

    versions = dict(inputs.library_versions())
    run_chapters(declared, Edition(), options=TWO)
    monkeypatch.setattr(inputs, "library_versions", lambda: {**versions, "pandas": "99.0"})
    wanted = f"changed: library pandas ({versions['pandas']} → 99.0)"
    assert set(explain(declared).values()) == {wanted}


def test_explain_and_dry_run_print_and_run_nothing(declared: Project) -> None:
    """`--dry-run` names what would run, `--explain` says why, and neither leaves a page behind."""
    call = ["--project", str(declared.root), "run", "--dry-run"]
    listed = CliRunner().invoke(main, call)
    assert listed.exit_code == 0
    assert "samplia, progress, goal 6" in listed.stdout.splitlines()
    assert listed.stdout.splitlines()[-1] == "6 notebooks to run, 0 unchanged"
    explained = CliRunner().invoke(main, [*call, "--explain"])
    assert "runs  samplia, introduction: it has not run yet" in explained.stdout
    assert not declared.pages.exists()
    assert not (declared.build / "executed").exists()
    run_chapters(declared, Edition(), options=TWO)
    explained = CliRunner().invoke(main, [*call, "--explain"])
    assert "stays  samplia, introduction: nothing that it reads has changed" in explained.stdout
    assert explained.stdout.splitlines()[-1] == "0 notebooks to run, 6 unchanged"


def test_the_report_says_what_became_of_each_unit(declared: Project) -> None:
    """_build/run.json: key, reason, status, seconds, CPU, memory and machine of each unit."""
    write_notebook(declared.notebooks / "4_progress.ipynb", "1/0")
    run_chapters(declared, Edition(), options=TWO)
    report = json.loads((declared.build / "run.json").read_text("utf-8"))
    units = {unit["page"]: unit for unit in report["units"]}
    good, bad = units["samplia/introduction"], units["samplia/progress"]
    assert (good["status"], good["reason"], good["failure"]) == ("ran", "it has not run yet", "")
    assert good["seconds"] > 0
    if sys.platform == "linux":
        assert good["cpu_seconds"] > 0
        assert good["peak_mb"] > 50
    assert bad["status"] == "failed"
    assert "ZeroDivisionError" in bad["failure"]
    assert report["shared"]["library pandas"]
    run_chapters(declared, Edition(), options=TWO)
    report = json.loads((declared.build / "run.json").read_text("utf-8"))
    units = {unit["page"]: unit for unit in report["units"]}
    assert units["samplia/introduction"]["status"] == "unchanged"
    assert units["samplia/progress"]["reason"] == "it failed last time"


def test_the_book_says_how_it_was_made(declared: Project) -> None:
    """A page names the software and, for each page, when it ran, how long, with how much memory; then stays."""
    run_chapters(declared, Edition(), options=TWO)
    path = declared.pages / "how-made.md"
    text = path.read_text("utf-8")
    plan = make_plan(declared, Edition())
    assert all(f"<code>{unit.key[:8]}</code>" in text for unit in plan.units)
    assert "pandas" in text
    assert "Samplia" in text
    before = path.stat().st_mtime_ns
    run_chapters(declared, Edition(), options=TWO)
    assert path.read_text("utf-8") == text
    assert path.stat().st_mtime_ns == before
    run_chapters(declared, Edition(), ["otherland"], TWO)
    assert all(f"<code>{unit.key[:8]}</code>" in path.read_text("utf-8") for unit in plan.units)


def test_unchanged_pages_keep_their_time(declared: Project) -> None:
    """The book need not read them again: only what has changed is written."""
    run_chapters(declared, Edition(), options=TWO)
    before = {path: path.stat().st_mtime_ns for path in declared.pages.rglob("*.*")}
    replace_in(
        declared.data / "samplia" / "observations.csv", "school,01,2020,,,,,70", "school,01,2020,,,,,71"
    )
    run_chapters(declared, Edition(), options=TWO)
    written = {
        p.relative_to(declared.pages).as_posix() for p, t in before.items() if p.stat().st_mtime_ns != t
    }
    assert {"samplia/goal-04.ipynb", "samplia/progress.ipynb"} <= written
    assert not {name for name in written if name.startswith("otherland/")} - {"otherland/index.md"}
    assert "samplia/introduction.ipynb" not in written


def test_a_page_that_somebody_changed_is_made_again(declared: Project) -> None:
    """What lies in book/associations/ is generated: an edit, or a page cut short, does not stay."""
    run_chapters(declared, Edition(), options=TWO)
    before = read_pages(declared)
    (declared.pages / "samplia" / "introduction.ipynb").write_text("{", "utf-8")
    (declared.pages / "samplia" / "index.md").unlink()
    assert run_chapters(declared, Edition(), options=TWO).words.startswith("0 chapters run, 6 unchanged; ")
    assert read_pages(declared) == before


def test_a_run_that_ends_while_pages_are_swapped_leaves_no_old_marks(
    declared: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New pages with the marks of old ones would be taken for the old ones later."""
    from vsrbook.publishing import pages

    table = declared.data / "samplia" / "observations.csv"
    show = "from IPython.display import HTML\nHTML(str(review.observations['value'].sum()))"
    write_notebook(declared.notebooks / "4_progress.ipynb", loads("indicators observations"), show)
    run_chapters(declared, Edition(), options=TWO)
    before = read_pages(declared)
    replace_in(table, "school,01,2020,,,,,70", "school,01,2020,,,,,71")
    remember = pages._Writer.remember
    monkeypatch.setattr(pages._Writer, "remember", lambda _self: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run_chapters(declared, Edition(), options=TWO)
    monkeypatch.setattr(pages._Writer, "remember", remember)
    assert read_pages(declared)["samplia/progress.ipynb"] != before["samplia/progress.ipynb"]
    replace_in(table, "school,01,2020,,,,,71", "school,01,2020,,,,,70")
    run_chapters(declared, Edition(), options=TWO)
    assert read_pages(declared)["samplia/progress.ipynb"] == before["samplia/progress.ipynb"]


def test_what_is_about_the_work_runs_no_page(declared: Project) -> None:
    """A ticked step and an approval show on no page; another key of the same file runs all of them."""
    path = declared.params / "samplia.yml"
    before, text = keys(make_plan(declared, Edition())), path.read_text("utf-8")
    work = "workplan:\n  done: [mandate]\n\n  # soon\n  start: 2027-03-01\n"
    approved = "approvals:\n- {chapter: review, by: Board, date: 2027-03-01, of: '2026'}\n"
    path.write_text(text + work, "utf-8")
    assert changed(before, keys(make_plan(declared, Edition()))) == set()
    path.write_text(text + work.replace("mandate", "team"), "utf-8")
    assert changed(before, keys(make_plan(declared, Edition()))) == set()
    path.write_text(text + approved.replace("- {", "  - {"), "utf-8")
    assert changed(before, keys(make_plan(declared, Edition()))) == set()
    path.write_text(text + work + "goals: [6]\n", "utf-8")
    assert "samplia/progress" in changed(before, keys(make_plan(declared, Edition())))


def test_broken_params_of_another_association_stop_nothing(declared: Project) -> None:
    """Its pages are those of the last run, and so is its part of the page on how the book was made."""
    run_chapters(declared, Edition(), options=TWO)
    (declared.params / "otherland.yml").write_text("association: [", "utf-8")
    summary = run_chapters(declared, Edition(), ["samplia"], TWO)
    assert summary.failures == ()
    assert "otherland" in (declared.pages / "how-made.md").read_text("utf-8")


def test_a_module_beside_the_notebooks_is_an_input(declared: Project) -> None:
    """A notebook may import it: where it has changed, pages run."""
    before = keys(make_plan(declared, Edition()))
    (declared.notebooks / "own_words.py").write_text("WORDS = 1\n", "utf-8")
    assert changed(before, keys(make_plan(declared, Edition()))) == set(before)


# ---------- the cache ----------


def test_a_cache_gives_back_what_it_was_given(tmp_path: Path) -> None:
    """Written, found, read; unknown keys are not there; nothing else lies in the folder."""
    cache = open_cache(str(tmp_path / "c"), tmp_path / "sound.json")
    assert cache.find_sound(["a"]) == set()
    cache.write("a", NOTEBOOK | {"text": "é😀"})
    assert cache.read("a") == NOTEBOOK | {"text": "é😀"}
    assert cache.find_sound(["a", "b"]) == {"a"}
    assert [path.name for path in (tmp_path / "c").iterdir()] == ["a.ipynb.gz"]
    cache.remove("a")
    cache.remove("a")
    assert cache.read("a") is None


DAMAGES = {
    "empty": lambda _data: b"",
    "cut": lambda data: data[: len(data) // 2],
    "one byte": lambda data: data[:40] + bytes([data[40] ^ 1]) + data[41:],
    "no notebook": lambda _data: gzip.compress(b"[]"),
    "not compressed": lambda _data: b'{"cells": []}',
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_entry_is_found_and_made_again(declared: Project, damage: str) -> None:
    """However it was damaged: the unit runs again, with the reason, and its page is the same."""
    run_chapters(declared, Edition(), options=TWO)
    before = read_pages(declared)
    unit = next(unit for unit in make_plan(declared, Edition()).units if unit.page == "samplia/introduction")
    path = declared.build / "executed" / f"{unit.key}.ipynb.gz"
    path.write_bytes(DAMAGES[damage](path.read_bytes()))
    assert explain(declared) == {"samplia/introduction": "its result is gone, or was damaged"}
    summary = run_chapters(declared, Edition(), options=TWO)
    assert summary.words.startswith("1 chapters run, 5 unchanged; ")
    assert read_pages(declared).keys() == before.keys()
    assert read_pages(declared)["samplia/introduction.ipynb"] == before["samplia/introduction.ipynb"]


def test_damage_behind_an_unchanged_mark_costs_one_run(tmp_path: Path) -> None:
    """An entry is read through once; a page whose notebook cannot be read after all is not made of nothing."""
    cache = open_cache(str(tmp_path / "c"), tmp_path / "sound.json")
    cache.write("a", NOTEBOOK)
    assert cache.find_sound(["a"]) == {"a"}
    path = tmp_path / "c" / "a.ipynb.gz"
    state = path.stat()
    path.write_bytes(bytes(state.st_size))
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert cache.read("a") is None


def test_an_entry_that_cannot_be_reached_is_not_removed(tmp_path: Path) -> None:
    """A shared drive that fails for a moment costs no result."""

    class Away(Folder):
        def read(self, name: str) -> bytes:
            raise TimeoutError(name)

    Cache(Folder(tmp_path)).write("a", NOTEBOOK)
    assert Cache(Away(tmp_path)).find_sound(["a"]) == set()
    assert Cache(Folder(tmp_path)).find_sound(["a"]) == {"a"}


def test_a_result_that_is_not_in_the_cache_is_a_failure(
    declared: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Workers that keep results on a disk of their own: said for each unit, and no page is lost in silence."""
    from vsrbook.execution import pool
    from vsrbook.execution.worker import Outcome

    monkeypatch.setattr(
        pool, "run_units", lambda units, *_, **__: tuple(Outcome(unit, 1.0) for unit in units)
    )
    summary = run_chapters(declared, Edition(), options=TWO)
    assert len(summary.failures) == 6
    assert "--cache must be a place that all machines see" in str(summary.failures[0])


def test_a_full_disk_fails_its_unit_and_leaves_nothing(declared: Project, tmp_path: Path) -> None:
    """No room for a result: the unit says so, no part of a file stays, and the next run goes on."""
    (unit, *_rest) = make_plan(declared, Edition()).units
    full = tmp_path / "full"
    full.mkdir()
    if (
        os.geteuid()
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", str(full)], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("a file system without room can be mounted by root only")
    try:
        (full / "filler").write_bytes(bytes(4096))
        outcome = run_unit(unit, Setting(str(declared.root), str(full)))
        assert str(outcome.failure) == (
            "otherland, introduction: 1_introduction.ipynb: the result cannot be kept: No space left on device"
        )
        assert [path.name for path in full.iterdir()] == ["filler"]
    finally:
        subprocess.run(["umount", str(full)], check=True)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("FILE/cache", "--cache: FILE/cache is no folder; name a folder; it is made if need be"),
        (
            "nonsense://bucket",
            "--cache: nonsense://bucket cannot be opened: Protocol not known: nonsense; install",
        ),
    ],
)
def test_a_cache_that_is_no_place_is_one_clear_line(
    small: Project, tmp_path: Path, place: str, words: str
) -> None:
    """A file where a folder should be, a URL that nothing can read: an error with the remedy, nothing is run."""
    pytest.importorskip("fsspec")
    file = tmp_path / "file"
    file.write_text("", "utf-8")
    call = ["--project", str(small.root), "run", "--cache", place.replace("FILE", str(file))]
    done = CliRunner().invoke(main, call)
    assert done.exit_code == 1
    assert done.stderr.startswith(words.replace("FILE", str(file)))
    assert not small.pages.exists()


def test_a_shared_cache_saves_the_second_machine_the_work(declared: Project, tmp_path: Path) -> None:
    """Another copy of the book with the same inputs takes its results from the same cache."""
    shared = RunOptions(cache=str(tmp_path / "shared"))
    run_chapters(declared, Edition(), options=shared)
    copy = Project(tmp_path / "copy")
    subprocess.run(["cp", "-r", str(declared.root), str(copy.root)], check=True)
    subprocess.run(["rm", "-rf", str(copy.build), str(copy.pages)], check=True)
    assert run_chapters(copy, Edition(), options=shared).words.startswith("0 chapters run, 6 unchanged; ")
    assert read_pages(copy).keys() == read_pages(declared).keys()


def test_object_storage_holds_results_as_well() -> None:
    """A URL that fsspec knows is a cache like a folder; damage is found there, too."""
    fsspec = pytest.importorskip("fsspec")
    cache = open_cache("memory://book/executed")
    assert cache.find_sound(["a"]) == set()
    cache.write("a", NOTEBOOK)
    assert cache.find_sound(["a"]) == {"a"}
    assert cache.read("a") == NOTEBOOK
    fsspec.filesystem("memory").pipe_file("/book/executed/a.ipynb.gz", b"x")
    assert cache.find_sound(["a"]) == set()
    assert cache.marks() == {}
    cache.write("b", NOTEBOOK)
    assert cache.clean(0) == (1, pytest.approx(100, abs=60))


def test_clean_keeps_what_pages_are_made_from(declared: Project) -> None:
    """`vsrbook clean` removes what is old and unused, leftovers of killed runs, and nothing else."""
    run_chapters(declared, Edition(), options=TWO)
    folder = declared.build / "executed"
    used = read_cache(declared)
    for name in ("old.ipynb.gz", "new.ipynb.gz", ".half.ipynb.gz.1-1.part"):
        (folder / name).write_bytes(b"123")
    week = time.time() - 8 * 86_400
    for path in folder.iterdir():
        if path.name != "new.ipynb.gz":
            os.utime(path, (week, week))
    call = ["--project", str(declared.root), "clean", "--older-than", "7"]
    done = CliRunner().invoke(main, call)
    assert done.stdout.startswith("Removed 1 executed notebook and 0 other files (0.0 MB). Next: vsrbook run")
    assert read_cache(declared) == used | {"new.ipynb.gz"}
    assert keys_in_use(declared) == {name.removesuffix(".ipynb.gz") for name in used}
    replace_in(
        declared.data / "samplia" / "observations.csv", "school,01,2020,,,,,70", "school,01,2020,,,,,71"
    )
    run_chapters(declared, Edition(), options=TWO)
    replace_in(
        declared.data / "samplia" / "observations.csv", "school,01,2020,,,,,71", "school,01,2020,,,,,70"
    )
    run_chapters(declared, Edition(), options=TWO)
    cleaned = clean_caches(declared, 0)
    assert cleaned.notebooks == 1  # what was made last in between is kept, too
    assert cleaned.others > 0
    assert run_chapters(declared, Edition(), options=TWO).words.startswith("0 chapters run, 6 unchanged; ")


def test_two_runs_at_once_do_no_harm(declared: Project) -> None:
    """Both end well, with the same pages, and the ledger knows every page."""
    command = [sys.executable, "-m", "vsrbook.cli", "--project", str(declared.root), "run", "--jobs", "1"]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    said = [process.communicate(timeout=120) for process in runs]
    assert [process.returncode for process in runs] == [0, 0], said
    assert len(read_ledger(declared, Edition()).pages) == 6
    assert len(read_cache(declared)) == 6
    assert len([name for name in read_pages(declared) if name.endswith(".ipynb")]) == 6
    assert explain(declared) == {}


def test_an_image_is_drawn_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What has been drawn is taken from its folder; another title, or damage, and it is drawn anew."""
    import altair as alt
    import pandas as pd

    from vsrbook.figures import figure

    chart = alt.Chart(pd.DataFrame({"a": ["x"], "n": [1]})).mark_bar().encode(x="a:N", y="n:Q")
    made = figure.Figure("one", "One", chart, pd.DataFrame({"a": ["x"]}), "One bar.", "A source")
    drawn: list[str] = []
    draw = figure.draw_svg

    def count(spec: dict[str, Any], title: str, words: str) -> str:
        drawn.append(title)
        return draw(spec, title, words)

    def show(title: str) -> str:
        payload = {**made.payload, "title": title}
        output = {"output_type": "display_data", "data": {figure.MIME: payload}}
        draw_images({"cells": [{"outputs": [output]}]}, tmp_path / "images")
        return str(payload["svg_text"])

    monkeypatch.setattr(figure, "draw_svg", count)
    first = show("One")
    assert "<title>One</title>" in first
    assert show("One") == first
    show("Two")
    assert drawn == ["One", "Two"]
    for path in (tmp_path / "images").iterdir():
        path.write_bytes(path.read_bytes()[:200])
    assert show("One") == first
    assert drawn == ["One", "Two", "One"]


# ---------- stopping ----------


def wait_for(path: Path, seconds: float = 60) -> None:
    """Wait until a file is there."""
    until = time.monotonic() + seconds
    while not path.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert path.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to a process on Windows")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "killed"])
def test_a_stopped_run_ends_at_once_and_goes_on_later(declared: Project, how: int) -> None:
    """Everything ends within a second or two, nothing half-written stays, and the next run does the rest."""
    slow = "from pathlib import Path\nimport time, subprocess\nsubprocess.Popen(['sleep', '98711'])\n"
    slow += "if Path('slow').exists():\n    Path('begun').touch(); time.sleep(60)"
    write_notebook(declared.notebooks / "library.ipynb", slow, SHOW, parameters='language = "en"\n')
    (declared.root / "slow").touch()
    command = [sys.executable, "-m", "vsrbook.cli", "--project", str(declared.root), "run", "--jobs", "1"]
    process = subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=_heed_ctrl_c,  # noqa: PLW1509  # no threads here, and what starts the tests may ignore it
    )
    wait_for(declared.root / "begun")
    started = time.monotonic()
    process.send_signal(how)
    _, said = process.communicate(timeout=20)
    assert time.monotonic() - started < 2.5
    if how == signal.SIGINT:
        assert process.returncode == 130
        assert "Stopped. What had been run is kept; vsrbook run goes on from there." in said
        assert "Traceback" not in said
    until = time.monotonic() + 5
    while _running("98711") and time.monotonic() < until:
        time.sleep(0.05)
    assert not _running("98711")
    (declared.root / "slow").unlink()
    summary = run_chapters(declared, Edition(), options=TWO)
    assert summary.words.startswith("1 chapters run, 5 unchanged; ")


def _heed_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _running(mark: str) -> bool:
    return any(
        mark.encode() in path.read_bytes().split(b"\0")
        for path in Path("/proc").glob("[0-9]*/cmdline")
        if path.exists()
    )


def test_a_killed_worker_costs_no_unit(declared: Project) -> None:
    """The process of the pool itself is killed: what it had not done runs in a new pool."""
    once = (
        "from pathlib import Path\nimport os, psutil, signal\n"
        "if not Path('killed').exists():\n    Path('killed').touch()\n"
        "    os.kill(psutil.Process().parent().parent().pid, signal.SIGKILL)\n    import time; time.sleep(60)"
    )
    if sys.platform != "linux":
        pytest.skip("the notebook finds its worker two processes up on Linux only")
    write_notebook(declared.notebooks / "1_introduction.ipynb", once, loads("areas"), SHOW)
    plan = make_plan(declared, Edition())
    setting = Setting(str(declared.root), str(declared.build / "executed"), limits=Limits(30))
    outcomes = run_units(plan.units, setting, jobs=1)
    assert [outcome.failure for outcome in outcomes] == [None] * 6


@pytest.mark.skipif(
    sys.platform != "linux", reason="the notebook finds its worker two processes up on Linux only"
)
def test_a_notebook_that_kills_its_worker_fails_alone(declared: Project) -> None:
    """However often it takes its worker with it: the others run."""
    kill = "import os, psutil, signal, time\nworker = psutil.Process().parent().parent().pid\n"
    kill += "os.kill(worker, signal.SIGKILL)\ntime.sleep(60)"
    write_notebook(declared.notebooks / "library.ipynb", kill, SHOW, parameters='language = "en"\n')
    plan = make_plan(declared, Edition())
    setting = Setting(str(declared.root), str(declared.build / "executed"), limits=Limits(30))
    outcomes = run_units(plan.units, setting, jobs=2)
    failed = [str(outcome.failure) for outcome in outcomes if outcome.failure]
    assert failed == ["library: library.ipynb: the process that ran it was killed (out of memory?)"]


# ---------- a cluster ----------


@pytest.fixture
def cluster(tmp_path: Path) -> Any:
    """Start a Dask scheduler and two workers, each a process of its own; yields address and workers."""
    pytest.importorskip("distributed")
    file = tmp_path / "scheduler.json"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": tmp_path}
    dask = [sys.executable, "-m", "dask"]
    local = ["--host", "127.0.0.1", "--no-dashboard"]
    scheduler = [*dask, "scheduler", "--port", "0", "--scheduler-file", str(file), *local]
    worker = [*dask, "worker", "--scheduler-file", str(file), "--nthreads", "2", "--no-nanny", *local]
    processes = [subprocess.Popen(scheduler, **quiet)]
    wait_for(file)
    processes += [subprocess.Popen(worker, **quiet) for _ in range(2)]
    try:
        yield json.loads(file.read_text("utf-8"))["address"], processes[1:]
    finally:
        for process in processes:
            process.kill()
            process.wait()


def test_a_cluster_makes_the_same_pages_though_a_worker_is_killed(
    declared: Project, cluster: Any, tmp_path: Path
) -> None:
    """The same units on two workers, one of them killed midway: nothing is lost, and the pages are the same."""
    address, workers = cluster
    run_chapters(declared, Edition(), options=TWO)
    here = read_pages(declared)
    slow = f"import time; time.sleep(0.7)\n{SHOW}"
    for name in ("4_progress.ipynb", "4_goal.ipynb", "1_introduction.ipynb"):
        parameters = f"{COMMON}goal = 6\n" if name == "4_goal.ipynb" else COMMON
        write_notebook(declared.notebooks / name, slow, parameters=parameters)
    command = [sys.executable, "-m", "vsrbook.cli", "--project", str(declared.root), "run", "--force"]
    command += ["--scheduler", address, "--cache", str(tmp_path / "shared")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 60
    while not list(tmp_path.glob("shared/*.gz")) and time.monotonic() < until:
        time.sleep(0.02)
    workers[0].kill()
    said, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert said.startswith("6 chapters run, 0 unchanged; ")
    assert read_pages(declared).keys() == here.keys()
    assert len(list(tmp_path.glob("shared/*.ipynb.gz"))) == 6


def test_ctrl_c_ends_a_run_on_a_cluster(declared: Project, cluster: Any, tmp_path: Path) -> None:
    """What has not begun is cancelled, and the command ends at once; no traceback."""
    address, _workers = cluster
    slow = f"import time; time.sleep(8)\n{SHOW}"
    write_notebook(declared.notebooks / "1_introduction.ipynb", slow)
    command = [sys.executable, "-m", "vsrbook.cli", "--project", str(declared.root), "run"]
    command += ["--scheduler", address, "--cache", str(tmp_path / "shared")]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=_heed_ctrl_c)  # noqa: PLW1509
    until = time.monotonic() + 60
    while not list(tmp_path.glob("shared/*.gz")) and time.monotonic() < until:
        time.sleep(0.02)
    started = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert time.monotonic() - started < 3
    assert process.returncode == 130
    assert "Traceback" not in said


def test_a_worker_with_other_data_refuses(declared: Project, cluster: Any, tmp_path: Path) -> None:
    """Files changed since the plan was made: no result is made from them under the old key."""
    address, _workers = cluster
    plan = make_plan(declared, Edition())
    setting = Setting(str(declared.root), str(tmp_path / "shared"), plan.edition, inputs=plan.inputs)
    replace_in(
        declared.data / "samplia" / "observations.csv", "school,01,2020,,,,,70", "school,01,2020,,,,,71"
    )
    outcomes = run_units(plan.units, setting, scheduler=address)
    assert all("differ from those that the run was planned with" in str(o.failure) for o in outcomes)
    assert list(tmp_path.glob("shared/*")) == []


def test_a_scheduler_that_is_not_there_is_one_clear_line(
    declared: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody answers: an error with the remedy, and no traceback."""
    pytest.importorskip("distributed")
    monkeypatch.setattr("vsrbook.execution.pool.CONNECT_SECONDS", 1)
    call = ["--project", str(declared.root), "run", "--scheduler", "tcp://127.0.0.1:9"]
    done = CliRunner().invoke(main, call)
    assert done.exit_code == 1
    assert done.stderr.startswith("--scheduler: no Dask scheduler answers at tcp://127.0.0.1:9; start it")


def test_without_the_package_a_scheduler_is_one_clear_line(
    declared: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The package is optional; the message says how to have it."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ReviewError, match=r"needs the package distributed; install it: pip install"):
        run_chapters(declared, Edition(), options=RunOptions(scheduler="tcp://127.0.0.1:9"))


def test_decisions_are_values() -> None:
    """A decision can be compared and printed; a folder is a place."""
    assert Decision.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert Cache(Folder(Path("nowhere"))).marks() == {}


def test_a_terminal_shows_counts_rate_and_failures(small: Project) -> None:
    """The bar: how many of how many, how many a second, how long still, and each failure in full above it."""
    import io

    from rich.console import Console

    from vsrbook import running
    from vsrbook.execution.worker import Failure, Outcome

    (unit, *_rest) = make_plan(small, Edition()).units
    failure = Failure(unit.name, unit.notebook, 3, "x = [1/0]", "ZeroDivisionError: division by zero")
    screen = io.StringIO()
    with running._bar(Console(file=screen, force_terminal=True, width=160), 3) as show:
        show(Outcome(unit, 1.0))
        show(Outcome(unit, 1.0, failure))
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen.getvalue())
    assert "2/3" in shown
    assert re.search(r"\d+\.\d/s", shown)
    assert f"failed: {failure}" in shown
    assert "1 failed" in shown
