"""Readiness: what there is facet by facet, the order of what to do next, as text, JSON and a page."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # ships no types
import pytest
import yaml
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from browser import run_axe, serve_folder, visit
from click.testing import CliRunner, Result
from projects import ROOT, TWO, write_notebook

from vsrbook.chapters.outline import CHAPTERS
from vsrbook.cli import main
from vsrbook.execution.ledger import read_ledger
from vsrbook.execution.shown import digest_shown
from vsrbook.params import Approval, Association
from vsrbook.project import Edition, Project
from vsrbook.readiness import Readiness, gather_readiness, write_page, write_pages
from vsrbook.readiness.approvals import judge_approval
from vsrbook.readiness.images import find_images, in_html, in_markdown
from vsrbook.readiness.pages import Page
from vsrbook.running import run_chapters

SCHEMA = json.loads((ROOT / "src" / "vsrbook" / "readiness" / "status.schema.json").read_text("utf-8"))
HOSTILE = "</title><script>alert(1)</script><img src=x onerror=alert(2)> [bold]x[/bold] {{ 7*7 }}"
OK, FAULTS, USAGE = 0, 1, 2
DAY = date(2026, 6, 15)


def call(project: Project, *arguments: str) -> Result:
    """Call a command in the project, in this process."""
    return CliRunner().invoke(main, ["--project", str(project.root), *arguments])


def change_params(project: Project, slug: str = "samplia", **changes: Any) -> None:
    """Change keys of a params file; None takes one out."""
    path = project.params / f"{slug}.yml"
    params = {**yaml.safe_load(path.read_text("utf-8")), **changes}
    kept = {key: value for key, value in params.items() if value is not None}
    path.write_text(yaml.safe_dump(kept, sort_keys=False, allow_unicode=True), "utf-8")


def declare(project: Project, **tables: list[dict[str, str]]) -> None:
    """Write tables of samplia, and declare them in its params."""
    path = project.params / "samplia.yml"
    declared = yaml.safe_load(path.read_text("utf-8"))["tables"]
    for name, rows in tables.items():
        with (project.data / "samplia" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        declared[name] = f"{name}.csv"
    change_params(project, tables=declared)


def edit(path: Path, old: str, new: str) -> None:
    """Change a file."""
    before = path.read_text("utf-8")
    assert old in before
    path.write_text(before.replace(old, new), "utf-8")


def assess(project: Project, slug: str = "samplia", today: date = DAY) -> Readiness:
    """Return the readiness of one association."""
    [one], _problems = gather_readiness(project, [slug], today=today)
    return one


# Chapters and evidence


def test_states_of_chapters(project: Project) -> None:
    """A chapter is ready, ready with gaps, missing, or not wanted."""
    cited = {"source_id": "sample", "location": "p. 1"}
    said = {"testimony_id": "a", "impact_id": "visibility", "office": "President", "statement": "It helped."}
    dated = {"milestone_id": "a", "date": "2024", "kind": "vsr", "title": "A review"}
    led = {"outcome_id": "a", "kind": "seat", "stage": "asked", "what": "A seat"}
    testimonies = [{**said, "association": "USM", **cited}]
    declare(project, testimonies=testimonies, milestones=[{**dated, **cited}], outcomes=[{**led, **cited}])
    change_params(project, chapters=["introduction", "impact", "conclusions"])
    edit(project.params / "samplia.yml", "  observations: observations.csv\n", "")
    one = assess(project)
    assert one.facet("problems").state == "complete"
    states = {chapter.id: chapter.state for chapter in one.chapters}
    assert {name: state for name, state in states.items() if state != "not wanted"} == {
        "introduction": "ready with gaps",
        "impact": "ready",
        "conclusions": "missing",
    }


def test_evidence_is_counted(project: Project) -> None:
    """The needs of the chapters wanted are counted, and the impacts that no or one statement tells of."""
    facet = assess(project).facet("evidence")
    needs = sum(len(chapter.needs) for chapter in CHAPTERS)
    assert (facet.have, facet.of, facet.state) == (15, needs, "partial")
    assert facet.figures["statements"] == 1
    assert len(facet.figures["impacts_without_statement"]) == 12
    assert len(facet.figures["impacts_with_one_statement"]) == 1
    change_params(project, chapters=["impact"])
    facet = assess(project).facet("evidence")
    assert (facet.have, facet.of) == (1, 4)


# Data


def test_data_are_counted(project: Project) -> None:
    """Both indicators have values, under one goal; each area is looked at in the indicator's latest year."""
    facet = assess(project).facet("data")
    assert (facet.have, facet.of, facet.state) == (2, 2, "complete")
    assert facet.figures["goals_with_data"] == [6]
    assert facet.figures["without_source"] == 0
    rows = list(csv.DictReader((project.data / "samplia" / "observations.csv").open(encoding="utf-8")))
    filled = 0
    for code in ("water", "toilets"):
        own = [
            row for row in rows if row["indicator_code"] == code and row["value"] and row["area_code"] != "S"
        ]
        last = max(row["year"] for row in own)
        filled += len({row["area_code"] for row in own if row["year"] == last})
    assert (facet.figures["area_values"], facet.figures["area_values_of"]) == (filled, 8)


def test_indicators_without_values_are_named(project: Project) -> None:
    """A declared indicator without any value is counted as missing, and a step names it."""
    with (project.data / "samplia" / "indicators.csv").open("a", encoding="utf-8") as file:
        file.write("empty,3,,,Nothing yet,%,up,,,,,sample\n")
    one = assess(project)
    assert (one.facet("data").have, one.facet("data").of) == (2, 3)
    assert one.facet("data").figures["indicators_without_value"] == ["empty"]
    [step] = [step for step in one.steps if step.kind == "data"]
    assert step.what == "Values for 1 indicator that has none"
    assert "empty" in step.how


def test_goals_are_looked_at_one_by_one_where_the_table_is_large(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large table is counted a goal at a time, with the same result."""
    with (project.data / "samplia" / "indicators.csv").open("a", encoding="utf-8") as file:
        file.write("other,3,,,Another,%,up,,,,,sample\n")
    with (project.data / "samplia" / "observations.csv").open("a", encoding="utf-8") as file:
        file.write("other,01,2019,,,,,5,,,sample,\n")
    at_once = assess(project).facet("data")
    monkeypatch.setattr("vsrbook.readiness.data.AT_ONCE", 0)
    assert assess(project).facet("data") == at_once
    assert at_once.figures["goals_with_data"] == [3, 6]


def test_without_indicators_data_are_missing(project: Project) -> None:
    """A review without indicators has no data: it is said, and nothing is divided by nothing."""
    edit(project.params / "samplia.yml", "  observations: observations.csv\n", "")
    edit(project.params / "samplia.yml", "  indicators: indicators.csv\n", "")
    facet = assess(project).facet("data")
    assert (facet.state, facet.counted) == ("missing", "none")


# Survey


def test_survey(project: Project) -> None:
    """A survey is a count and a rate, what it leaves open is said; without one it is missing."""
    assert assess(project).facet("survey").state == "missing"
    assert assess(project).facet("survey").have is None
    change_params(project, survey={"invited": 4, "answered": 3, "source": "sample"})
    facet = assess(project).facet("survey")
    assert (facet.have, facet.of, facet.figures["rate"]) == (3, 4, 75)
    assert "cannot be said" in facet.details[0]


# Translations


def write_catalogue(path: Path, messages: dict[Any, Any], fuzzy: tuple[str, ...] = ()) -> None:
    """Write a .po or .pot file."""
    catalogue = Catalog(fuzzy=False)
    for message, words in messages.items():
        catalogue.add(message, words, flags=["fuzzy"] if message in fuzzy else [])
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue)


def test_english_needs_no_translation(project: Project) -> None:
    """A review in English, of whatever country, has nothing to be translated."""
    change_params(project, languages=["en", "en-GB"])
    facet = assess(project).facet("translations")
    assert (facet.state, facet.of) == ("not asked", None)


def test_translations_are_counted(project: Project) -> None:
    """Fuzzy, empty and half plural entries do not count, nor words that are gone; names come from labels."""
    one, many = ("{n} page", "{n} pages"), ("{n} year", "{n} years")
    write_catalogue(
        project.locales / "vsrbook.pot", {"a": "", "b": "", "c": "", one: ("", ""), many: ("", "")}
    )
    words = {"a": "A", "b": "B", "gone": "X", one: ("{n} p", "{n} ps"), many: ("{n} y", "")}
    write_catalogue(project.locales / "fr" / "LC_MESSAGES" / "vsrbook.po", words, fuzzy=("b",))
    label = {"language": "fr", "source_id": "sample"}
    declare(
        project,
        labels=[
            {"table": "areas", "code": "01", "label": "Alfa-la-Ville", **label},
            {"table": "indicators", "code": "water", "label": "Eau", **label},
        ],
    )
    change_params(project, languages=["en", "fr-CA"])
    assert (
        assess(project).facet("translations").figures["fr-CA"]["areas"] == 0
    )  # labels are of fr, word for word
    change_params(project, languages=["en", "fr"])
    ready = assess(project)
    facet = ready.facet("translations")
    assert (facet.have, facet.of, facet.state) == (2, 5, "partial")
    french = facet.figures["fr"]
    assert (french["areas"], french["areas_of"]) == (1, 5)
    assert (french["indicators"], french["indicators_of"]) == (1, 2)
    assert french["goal_names"] is True
    assert french["compiled"] is False
    [step] = [step for step in ready.steps if step.kind == "translation"]
    assert "3 words and sentences" in step.how
    assert "pybabel compile" in step.how


def test_a_language_without_a_catalogue(project: Project) -> None:
    """A language without a catalogue has none of its words; a damaged one is as if there were nothing in it."""
    write_catalogue(project.locales / "vsrbook.pot", {"a": "", "b": ""})
    change_params(project, languages=["sw"])
    facet = assess(project).facet("translations")
    assert (facet.have, facet.of, facet.state) == (0, 2, "missing")
    assert facet.figures["sw"]["areas_of"] == 0  # the tables are written in the first language
    path = project.locales / "ka" / "LC_MESSAGES" / "vsrbook.po"
    path.parent.mkdir(parents=True)
    path.write_bytes(b'msgid "a\nmsgstr \xff')
    change_params(project, languages=["ka"])
    assert assess(project).facet("translations").have == 0


# Executed pages: alt texts and approvals


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("No image at all.", []),
        ("![A map](map.png) and ![](bare.png)", [True, False]),
        ("`![](in code)` and\n\n```\n![](in a fence)\n```", []),
        ("- list ![](bare.png)\n\n> quote ![said](x.png)", [False, True]),
        ('<img src="a.png">\n', [False]),
        ('Words <img src="a.png" alt="Said"> more', [True]),
        ("```{image} a.png\n:alt: Said\n```", [True]),
        ("```{figure} a.png\nCaption\n```", [False]),
        ("[![Badge](b.svg)](https://example.org)", [True]),
    ],
)
def test_images_in_markdown(source: str, found: list[bool]) -> None:
    """Images are found in Markdown, in HTML inside of it and in MyST's directives, not in code."""
    assert list(in_markdown(source)) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('<img src="a"><img src="b" alt=""><img src="c" aria-label="C">', [False, True, True]),
        ("<svg><path/></svg>", [False]),
        ('<svg role="img" aria-label="Map"><svg></svg></svg>', [True]),
        ("<svg><title>Map</title></svg><title>Page</title>", [True]),
        ('<svg aria-hidden="true"/><IMG SRC=x onerror=alert(1)>', [True, False]),
        ("<img alt='never closed", []),
    ],
)
def test_images_in_html(source: str, found: list[bool]) -> None:
    """An image in HTML has an alt, a label or a title, or is marked as decoration."""
    assert in_html(source) == found


def test_cells_are_counted_as_their_author_sees_them() -> None:
    """The cell that papermill adds is not counted; what is not shown is not looked at."""
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": "# Title"},
        {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": "", "outputs": []},
        {"cell_type": "code", "metadata": {"tags": ["injected-parameters"]}, "source": "", "outputs": []},
        {"cell_type": "markdown", "metadata": {}, "source": ["![](a.png)\n", "![](b.png)"]},
        {
            "cell_type": "code",
            "metadata": {},
            "source": "plot()",
            "outputs": [{"output_type": "display_data", "data": {"image/png": "", "text/plain": "<Figure>"}}],
        },
    ]
    images = find_images({"cells": cells})
    assert (images.count, images.without) == (3, (3, 3, 4))


def test_the_digest_is_of_what_is_read() -> None:
    """Code, counts and the form of a chart change nothing; a word does."""
    data = {
        "application/vnd.vsrbook.figure+json": {"alt": "A", "spec": {"mark": "bar"}, "svg_text": "<svg/>"}
    }
    cell = {
        "cell_type": "code",
        "metadata": {},
        "source": "show()",
        "outputs": [{"output_type": "display_data", "data": data}],
    }
    before = digest_shown({"cells": [cell]})
    drawn = json.loads(json.dumps(cell).replace('"bar"', '"line"').replace("<svg/>", "<svg></svg>"))
    assert digest_shown({"cells": [{**drawn, "source": "show(1)", "execution_count": 7}]}) == before
    assert digest_shown({"cells": [json.loads(json.dumps(cell).replace('"A"', '"B"'))]}) != before


def page(**more: Any) -> Page:
    """Return a page that has been run."""
    since = datetime(2026, 5, 10, 12, tzinfo=UTC)
    return replace(Page("s/impact", "impact", "6.ipynb", "abc", since), **more)


@pytest.mark.parametrize(
    ("given", "seen", "standing"),
    [
        ({"date": date(2026, 5, 12)}, {}, "current"),
        ({"date": date(2026, 5, 12)}, {"changed": True}, "current"),
        ({"date": date(2026, 5, 10)}, {"changed": True}, "not known"),
        ({"date": date(2026, 5, 8)}, {"changed": True}, "out of date"),
        ({"date": date(2026, 5, 8)}, {}, "not known"),
        ({"date": date(2026, 5, 12)}, {"since": None}, "not known"),
        ({"date": date(2026, 5, 12)}, {"shows": ""}, "not known"),
        ({"date": date(2026, 7, 1)}, {}, "not known"),
        ({"date": date(2026, 5, 12), "of": "2026"}, {}, "current"),
        ({"date": date(2026, 5, 12), "of": "2025"}, {}, "out of date"),
        ({"date": date(2026, 5, 12), "of": "0123456789ab"}, {}, "out of date"),
    ],
)
def test_an_approval_is_judged_by_what_is_known(given: Any, seen: Any, standing: str) -> None:
    """A day counts only where the ledger has seen the page before it; another edition or digest is out of date."""
    approval = Approval(chapter="impact", by="Board", **given)
    assert judge_approval(approval, "2026", [page(**seen)], DAY).standing == standing


@pytest.fixture
def ran(small: Project) -> Project:
    """Give the small project with its pages run; one notebook has an image without a text, one reads its data."""
    change_params(small, standing="association", chapters=["introduction", "impact"])
    write_notebook(
        small.notebooks / "6_impact.ipynb",
        "from vsrbook import load_review\nfrom IPython.display import HTML\n\nreview = load_review(association)",
        'HTML("<img src=x>" + str(len(review.evidence)))',
    )
    run_chapters(small, Edition(), ["samplia"], TWO)
    return small


def test_alt_texts_and_approvals_of_executed_pages(ran: Project) -> None:
    """Images without a text are named with notebook and cell; an approval stands until the page says other things."""
    one = assess(ran)
    facet = one.facet("alt")
    assert facet.figures["without_alt"] == [{"notebook": "6_impact.ipynb", "cell": 4}]
    assert (facet.have, facet.of) == (0, 1)
    assert facet.figures["pages_not_run"] == []
    assert one.steps[-1].kind == "alt"
    assert "cell 4" in one.steps[-1].how
    digests = one.facet("approvals").figures["digests"]
    assert one.facet("approvals").have == 0
    assert set(digests) == {*(chapter.id for chapter in one.published), "review"}

    given = {"by": "Board", "date": date(2026, 6, 1), "of": digests["impact"]}
    change_params(ran, approvals=[{"chapter": "impact", **given}])
    run_chapters(ran, Edition(), ["samplia"], TWO)  # the params are in every key: all pages are run again
    assert assess(ran).facet("approvals").figures["chapters"]["impact"] == "current"
    entry = read_ledger(ran, Edition()).pages["samplia/impact"]
    assert entry["changed"] is False
    assert entry["since"] <= entry["at"]

    with (ran.data / "samplia" / "evidence.csv").open("a", encoding="utf-8") as file:
        file.write(
            (ran.data / "samplia" / "evidence.csv")
            .read_text("utf-8")
            .splitlines()[1]
            .replace("samplia-1", "samplia-2")
            + "\n"
        )
    run_chapters(ran, Edition(), ["samplia"], TWO)
    one = assess(ran)
    assert one.facet("approvals").figures["chapters"]["impact"] == "out of date"
    assert read_ledger(ran, Edition()).pages["samplia/impact"]["changed"] is True
    again, first = [step for step in one.steps if step.kind == "approval"]
    assert again.what == "Have 1 chapter approved again"
    assert one.facet("approvals").figures["digests"]["impact"] in again.how
    assert first.what.startswith("Have ")


def test_pages_that_have_not_been_run_are_said_to_be(small: Project) -> None:
    """Without executed pages, alt texts and approvals are not known, and the step is to run them."""
    change_params(
        small,
        standing="association",
        approvals=[{"chapter": "review", "by": "Board", "date": date(2026, 5, 1)}],
    )
    one = assess(small)
    assert (one.facet("alt").state, one.facet("approvals").state) == ("unknown", "unknown")
    assert "samplia/" not in str(one.facet("alt").figures["pages_not_run"])
    assert [step.how for step in one.steps if step.kind == "run"] == ["vsrbook run samplia"]


def test_nobody_is_asked_to_approve_sample_data(project: Project) -> None:
    """Sample data and illustrations ask for no approval; one that is named all the same is pointed out."""
    assert assess(project).facet("approvals").state == "not asked"
    change_params(
        project,
        standing="illustration",
        approvals=[{"chapter": "review", "by": "Board", "date": date(2026, 5, 1)}],
    )
    facet = assess(project).facet("approvals")
    assert facet.of is None
    assert "Correct one of them" in facet.details[0]


# What to do next


def test_order_of_steps(project: Project) -> None:
    """The order by hand: no chapter is missing, so gaps by their worth, then the order of the book.

    Practices are missing in chapters 3 and A, of three needs each: 2/3. The opening and recommendations are missing
    in chapters of two needs: 1/2. Everything else is missing in one chapter of three needs: 1/3; but the
    competences in one of four: 1/4.
    """
    wanted = ["opening", "introduction", "methodology", "environment", "conclusions", "annexes"]
    change_params(project, chapters=wanted)
    steps = assess(project).steps
    assert [step.kind for step in steps] == ["improvement"] * 8 + ["run"]
    assert [(step.what, step.why.split(" (")[0]) for step in steps[:-1]] == [
        ("Fill the table practices", "closes a gap in chapters 3 and A"),
        ("A signed opening statement", "closes a gap in chapter 0"),
        ("Recommendations with owner and date", "closes a gap in chapter 7"),
        ("A survey among the members, with its response", "closes a gap in chapter 2"),
        ("Dates of the process", "closes a gap in chapter 2"),
        ("Statements on ownership, planning, institutions or barriers", "closes a gap in chapter 3"),
        ("Local reviews (VLRs)", "closes a gap in chapter A"),
        ("Devolved competences, with their source", "closes a gap in chapter 1"),
    ]


def test_evidence_that_brings_chapters_comes_first(project: Project) -> None:
    """One table that brings four chapters is the first step; what they still lack closes gaps."""
    edit(project.params / "samplia.yml", "  observations: observations.csv\n", "")
    edit(project.params / "samplia.yml", "  evidence: evidence.csv\n", "")
    one = assess(project)
    brings = [step for step in one.steps if step.kind == "chapter"]
    assert [step.why.split(" (")[0] for step in brings] == [
        "brings chapters 0, 2, 4 and 7 into the book",
        "brings chapters 3 and 5 into the book",
        "brings chapter 6 into the book",
    ]
    assert list(one.steps[:3]) == brings
    assert brings[0].where == "book/tables.md#observations"
    assert "add to tables: in params/samplia.yml the line observations: observations.csv" in brings[0].how
    assert brings[1].how.startswith(
        "add them to the table evidence, with their topics, in data/samplia/evidence.csv"
    )
    improvements = [step.what for step in one.steps if step.kind == "improvement"]
    assert "A signed opening statement" in improvements  # another way to chapter 0, which is in by then


def test_errors_come_first_and_warnings_late(project: Project) -> None:
    """Errors stand before all evidence, empty tables and warnings after it."""
    edit(project.data / "samplia" / "observations.csv", ",50,400", ",150,400")
    edit(project.data / "samplia" / "evidence.csv", ",sample,", ",unknown,")
    declare(project, practices=[{"practice_id": "", "title": ""}])
    (project.data / "samplia" / "practices.csv").write_text("practice_id,title\n", "utf-8")
    one = assess(project)
    kinds = [step.kind for step in one.steps]
    assert kinds[0] == "error"
    ranks = ["error", "chapter", "improvement", "data", "warning", "run"]
    assert kinds == sorted(kinds, key=ranks.index)
    assert one.steps[kinds.index("data")].what.startswith("Decide on 1 table")
    assert one.facet("problems").figures["warnings"] == 1
    assert one.facet("problems").state == "missing"
    assert "data/samplia/evidence.csv" in one.facet("problems").details[0]


# Text, JSON, page


def test_json_keeps_its_schema(repository: Project) -> None:
    """What is printed for every association of the book fits the documented schema; every page it names is there."""
    result = call(repository, "status", "--json")
    status = json.loads(result.stdout)
    jsonschema.validate(status, SCHEMA)
    assert list(status) == repository.slugs()
    for one in status.values():
        assert list(one["chapters"]) == [chapter.id for chapter in CHAPTERS]
        for step in one["next"]:
            name, _, heading = step["where"].partition("#")
            text = (repository.root / name).read_text("utf-8")
            titles = re.findall(r"^#+ (?:\d+\. )?(.+)$", text, re.MULTILINE)
            assert not heading or heading in {title.lower().replace(" ", "-") for title in titles}, step


def test_the_page_of_the_guide_is_true(project: Project) -> None:
    """Keys, kinds and the params of book/status.md are those of the toolkit."""
    text = (ROOT / "book" / "status.md").read_text("utf-8")
    example = yaml.safe_load(re.findall(r"```yaml\n(.+?)```", text, re.DOTALL)[0])
    change_params(project, **example)
    _, problems = gather_readiness(project, today=DAY)
    assert problems == []
    entry = SCHEMA["additionalProperties"]
    for key in [
        *entry["required"],
        *entry["properties"]["facets"]["required"],
        *SCHEMA["$defs"]["facet"]["required"],
    ]:
        assert f"`{key}`" in text
    assert set(example) <= Association.model_fields.keys()


def test_text_of_all_fits_a_terminal(project: Project) -> None:
    """The table of all associations has a column for each facet, and fits 80 columns."""
    lines = call(project, "status").stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert "15/31" in "".join(lines)


def test_text_of_one_has_five_steps(project: Project) -> None:
    """One association is told in full, with the next five steps; text from tables is no markup."""
    change_params(
        project,
        edition="2026",
        association={
            "name": "U",
            "short_name": "U",
            "place": "[red]x[/red]",
            "countries": ["NO"],
            "tier": "t",
        },
    )
    result = call(project, "status", "samplia")
    assert "[red]x[/red]" in result.stdout
    assert re.findall(r"^  (\d)\. ", result.stdout, re.MULTILINE) == list("12345")
    assert "more: vsrbook status samplia --html" in result.stdout


def test_html_says_where_it_is(project: Project, tmp_path: Path) -> None:
    """A page is written to its place, or where it is wanted; a slug in the place of the file is refused."""
    result = call(project, "status", "samplia", "--html")
    assert (result.exit_code, result.stdout) == (OK, "")
    assert "wrote _build/status/samplia.html" in result.stderr
    assert (project.build / "status" / "samplia.html").is_file()
    call(project, "status", "--html")
    assert {path.name for path in (project.build / "status").iterdir()} == {"index.html", "samplia.html"}
    own = tmp_path / "own" / "report.html"
    call(project, "status", "samplia", "--html", str(own))
    assert own.is_file()
    refused = call(project, "status", "--html", "samplia")
    assert refused.exit_code == USAGE
    assert "vsrbook status samplia --html" in refused.stderr
    assert call(project, "status", "--html", str(own.parent)).exit_code == FAULTS


def test_the_list_is_never_overwritten_by_a_page(project: Project, tmp_path: Path) -> None:
    """Where the list is named as an association's page would be, that page has another name."""
    one = assess(project)
    index = write_pages(project, [one, replace(one, slug="index")], tmp_path / "Samplia.html")
    names = {path.name for path in tmp_path.iterdir() if path.suffix == ".html"}
    assert names == {"Samplia.html", "samplia-page.html", "index.html"}
    assert 'href="samplia-page.html"' in index.read_text("utf-8")


def test_links_lead_into_the_built_book(project: Project) -> None:
    """A step links to the guide where the book has been built, else it names the file."""
    path = write_page(project, assess(project))
    assert "<code>book/tables.md#practices</code>" in path.read_text("utf-8")
    (project.site / "book").mkdir(parents=True)
    (project.site / "book" / "tables.html").write_text("", "utf-8")
    path = write_page(project, assess(project))
    assert 'href="../html/book/tables.html#practices"' in path.read_text("utf-8")


@pytest.mark.browser
def test_the_page_in_a_browser(project: Project, chromium: Any) -> None:
    """The page asks for nothing, runs nothing that stands in params or tables, fits a phone, and axe finds no fault."""
    params = yaml.safe_load((project.params / "samplia.yml").read_text("utf-8"))
    change_params(project, association={**params["association"], "place": HOSTILE})
    with (project.data / "samplia" / "indicators.csv").open("a", encoding="utf-8") as file:
        file.write(f'"{HOSTILE}",3,,,"{HOSTILE}",%,up,,,,,sample\n')
    call(project, "status", "--html")
    folder = project.build / "status"
    for name in ("samplia", "index"):
        text = (folder / f"{name}.html").read_text("utf-8")
        assert "<script" not in text
        assert "src=" not in re.sub(r"&lt;.*?&gt;", "", text)
    with serve_folder(folder) as site:
        for name in ("samplia", "index"):
            for width, scheme in ((1280, "light"), (390, "dark")):
                with visit(chromium, f"{site}/{name}.html", width=width, scheme=scheme) as seen:  # type: ignore[arg-type]  # both are schemes
                    assert HOSTILE in seen.page.inner_text("main")
                    assert (seen.errors, seen.foreign, seen.overflow()) == ([], [], 0)
                    assert run_axe(seen.page) == []
