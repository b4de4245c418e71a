"""The chapters: what the notebooks show of real reviews, traced to the tables, and of reviews with next to nothing."""

from __future__ import annotations

import csv
import json
import re
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from showing import figures_of, show_chapter, words_of

from vsrbook.chapters import landing, methodology, outline
from vsrbook.chapters.common import cite_all
from vsrbook.figures import Block, Figure, charts
from vsrbook.library import load_library
from vsrbook.methods.selection import of_area, of_areas, totals, weighted_mean
from vsrbook.naming import area_names
from vsrbook.overviews import load_overviews
from vsrbook.project import Project
from vsrbook.review import Review, load_review, row_ids

ROOT = Path(__file__).resolve().parents[1]
GOAL = outline.GOAL_NOTEBOOK
GOALS = {
    "kenya": [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 16, 17],
    "rwanda": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 16, 17],
}
PAGES = [(slug, goal) for slug, goals in GOALS.items() for goal in goals]
HOSTILE = "<script>alert(1)</script> & \"a\" 'b' {0} {name} {} *s* `c` [d](e) $f$"


def show_all(project: Project, slug: str, **parameters: Any) -> list[Figure | Block]:
    """Return what all notebooks show of a review, whether they would be published or not."""
    given = {"association": slug, **parameters}
    shown = [
        item for chapter in outline.CHAPTERS for item in show_chapter(project, chapter.notebook, **given)
    ]
    for goal in load_review(slug, project=project).goals:
        shown += show_chapter(project, GOAL, goal=goal, **given)
    return shown


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the notebooks find the repository, unless a test names another project."""
    monkeypatch.setenv("VSRBOOK_PROJECT", str(ROOT))


@cache
def show_goal(slug: str, goal: int) -> tuple[Figure | Block, ...]:
    """Return what the page of one goal shows, in this repository."""
    return tuple(show_chapter(Project(ROOT), GOAL, association=slug, goal=goal))


@cache
def read_rows(slug: str, table: str) -> list[dict[str, str]]:
    """Read a table as it stands in the file; row n of the file is at index n − 2."""
    with (ROOT / "data" / slug / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rows_named(slug: str, ids: tuple[str, ...]) -> list[dict[str, str]]:
    """Return the rows of the file that ids name ("observations:12-58")."""
    found = []
    for one in ids:
        match = re.fullmatch(r"(\w+):(\d+)(?:-(\d+))?", one)
        assert match, one
        first, last = int(match[2]), int(match[3] or match[2])
        rows = read_rows(slug, match[1])
        assert 2 <= first <= last <= len(rows) + 1, f"{one}: the file has rows 2 to {len(rows) + 1}"
        found += rows[first - 2 : last - 1]
    return found


# ---------- real reviews, traced to the source ----------


@pytest.mark.parametrize("slug", GOALS)
def test_goals_with_data(repository: Project, slug: str) -> None:
    """These goals have values, and no others."""
    assert load_review(slug, project=repository).goals == GOALS[slug]


@pytest.mark.parametrize(("slug", "goal"), PAGES)
def test_every_figure_of_a_goal_is_complete(slug: str, goal: int) -> None:
    """Title and alt text tell numbers, a source is cited, and the rows it came from are in the file."""
    figures = [item for item in show_goal(slug, goal) if isinstance(item, Figure)]
    assert figures
    assert len({figure.id for figure in figures}) == len(figures)
    known = {row["indicator_code"]: row for row in read_rows(slug, "indicators")}
    for figure in figures:
        assert re.search(r"\d", figure.title), figure.id
        assert re.search(r"\d", figure.alt), figure.id
        assert figure.source.startswith("Source: "), figure.id
        assert len(figure.source) > len("Source: ") + 4, figure.id
        assert not re.search(r"\b(nan|None|<NA>|NaT)\b", f"{figure.title} {figure.alt} {figure.note}"), (
            figure.id
        )
        rows = rows_named(slug, figure.rows)
        assert rows, figure.id
        assert {int(known[row["indicator_code"]]["goal"]) for row in rows} == {goal}, figure.id
        charts_spec = figure.spec
        assert charts_spec["layer"], figure.id


@pytest.mark.parametrize(("slug", "goal"), PAGES)
def test_every_number_of_a_figure_stands_in_its_rows(slug: str, goal: int) -> None:
    """Each value in the table behind a figure is the value of a row that the figure names."""
    for figure in (item for item in show_goal(slug, goal) if isinstance(item, Figure)):
        if figure.id.endswith("availability"):
            continue  # it counts rows
        values = {float(row["value"]) for row in rows_named(slug, figure.rows) if row["value"]}
        shown = {
            float(cell)
            for name in figure.table.select_dtypes("number")
            for cell in figure.table[name].dropna()
        }
        assert shown, figure.id
        assert shown <= values, figure.id


@pytest.mark.parametrize(("slug", "goal"), PAGES)
def test_availability_counts_the_rows_of_the_goal(slug: str, goal: int) -> None:
    """The matrix of years counts each value once."""
    figures = figures_of(list(show_goal(slug, goal)))
    figure = figures.get(f"goal-{goal}-availability")
    years = {row["year"] for row in observed(slug, goal)}
    assert (figure is not None) == (len(years) > 1)
    if figure is not None:
        assert int(figure.table.select_dtypes("number").to_numpy().sum()) == len(observed(slug, goal))


def observed(slug: str, goal: int) -> list[dict[str, str]]:
    """Return the rows with a value of a goal's indicators."""
    goals = {row["indicator_code"]: int(row["goal"]) for row in read_rows(slug, "indicators")}
    return [
        row
        for row in read_rows(slug, "observations")
        if goals[row["indicator_code"]] == goal and row["value"]
    ]


@pytest.mark.parametrize(
    ("goal", "figure", "low", "high", "whole"),
    [
        (7, "goal-7-ke-light-mains-county", ("Turkana", 8.6), ("Nairobi City", 96.5), 50.4),
        (17, "goal-17-ke-internet-county", ("Turkana", 6.9), ("Nairobi City", 52.4), 22.6),
        (3, "goal-3-ke-births-facility-county", ("Samburu", 46.1), ("Kirinyaga", 98.7), 85.7),
        (6, "goal-6-ke-open-defecation-county", ("Kiambu", 0.1), ("Turkana", 68.1), 7.4),
    ],
)
def test_kenya_ranks_its_counties(
    goal: int, figure: str, low: tuple[str, float], high: tuple[str, float], whole: float
) -> None:
    """The census values of 2019: all 47 counties from the highest to the lowest, beside the country's."""
    found = figures_of(list(show_goal("kenya", goal)))[figure]
    table = found.table
    assert len(table) == 47
    assert tuple(table.iloc[0][:2]) == high
    assert tuple(table.iloc[-1][:2]) == low
    assert list(table.iloc[:, 1]) == sorted(table.iloc[:, 1], reverse=True)
    assert set(table["Year"]) == {"2019"}
    title = found.title.replace(" and 2 more", "")  # counties that share a value are counted
    assert title == f"From {low[1]:g}\u00a0% in {low[0]} to {high[1]:g}\u00a0% in {high[0]} (2019)"
    assert f"Kenya as a whole: {whole:g}." in found.alt
    marks = [values for values in found.chart.to_dict()["datasets"].values() if len(values) > 1]
    assert [(mark["name"], mark["value"]) for mark in marks[0]][:1] == [high]
    assert [
        values[0]["value"] for values in found.chart.to_dict()["datasets"].values() if len(values) == 1
    ] == [whole]


@pytest.mark.parametrize(
    "code", ["KE-LIGHT-MAINS", "KE-WATER-IMPROVED", "KE-TOILET-IMPROVED", "KE-INTERNET", "KE-BIRTHS-FACILITY"]
)
def test_kenya_is_the_weighted_mean_of_its_counties(repository: Project, code: str) -> None:
    """Weighted by households, persons or births the counties give the country's published value."""
    review = load_review("kenya", project=repository)
    rows = review.tables["observations"]
    rows = totals(rows[rows["indicator_code"] == code])
    counties = of_areas(rows, review.compared_areas)
    assert len(counties) == 47
    (whole,) = of_area(rows, "KE")["value"]
    assert weighted_mean(counties["value"], counties["weight"]) == pytest.approx(whole, abs=0.06)


def test_kenya_says_in_words_what_its_figures_show(repository: Project) -> None:
    """The sentences on goal 7 name the widest gap, and no change is claimed from one year."""
    words = words_of(list(show_goal("kenya", 7)))
    assert "6 indicators of Goal 7: Affordable and clean energy have values, for 2019." in words
    assert "from 0.7 % in Nairobi City to 89.5 % in Wajir" in words
    assert "There is one year only, so nothing can be said about change." in words
    opening = words_of(show_chapter(repository, "0_opening.ipynb", association="kenya"))
    assert "50.4 %" in opening
    assert "22.6 %" in opening


def test_rwanda_follows_poverty_over_the_years() -> None:
    """The share below the national poverty line, from the first survey to the last."""
    figure = figures_of(list(show_goal("rwanda", 1)))["goal-1-trend-2"]
    assert figure.title.startswith(
        "People below the national poverty line: from 58.9\u00a0% in 2000 to 27.4\u00a0% in 2024"
    )
    line = figure.table.set_index("Year")["People below the national poverty line"].dropna()
    assert (line.index[0], line.iloc[0], line.index[-1], line.iloc[-1]) == ("2000", 58.9, "2024", 27.4)
    values = next(iter(figure.chart.to_dict()["datasets"].values()))
    ends = [(mark["year"], mark["value"]) for mark in values if mark["series"] == "everyone"]
    assert (min(ends), max(ends)) == ((2000, 58.9), (2024, 27.4))


def test_rwanda_ranks_provinces_and_districts() -> None:
    """Areas are compared with areas of their level: 5 provinces, then 30 districts."""
    figures = figures_of(list(show_goal("rwanda", 1)))
    assert len(figures["goal-1-si-pov-nahc-province"].table) == 5
    districts = figures["goal-1-si-pov-nahc-district"].table
    assert (len(districts), tuple(districts.iloc[0][:2]), tuple(districts.iloc[-1][:2])) == (
        30,
        ("Nyamagabe", 51.4),
        ("Nyarugenge", 6.8),
    )


@pytest.mark.parametrize(
    ("slug", "goals"), [("kenya", "goals 1, 2, 13, 14 and 15"), ("rwanda", "goals 12 and 14")]
)
def test_goals_without_data_are_named(repository: Project, slug: str, goals: str) -> None:
    """An absence is a finding: it is said for which goals there are no data."""
    said = methodology.missing_goals(load_review(slug, project=repository))
    assert said is not None
    assert f"There are no data for the {goals}. Nothing can be said" in said.html


@pytest.mark.parametrize("slug", GOALS)
def test_no_line_chart_has_too_many_lines(slug: str) -> None:
    """Many series are spread over several figures; no figure has more than readers can tell apart."""
    for goal in GOALS[slug]:
        for figure in figures_of(list(show_goal(slug, goal))).values():
            if "trend" in figure.id:
                marks = next(iter(figure.chart.to_dict()["datasets"].values()))
                lines: dict[str, list[int]] = {}
                for mark in marks:
                    lines.setdefault(mark["series"], []).append(mark["year"])
                assert len(lines) <= charts.MAX_SERIES
                assert all(len(years) == len(set(years)) > 1 for years in lines.values()), figure.id


def test_goals_link_to_pages_that_there_are(repository: Project) -> None:
    """The table of the goals leads to the page of each goal with data."""
    shown = show_chapter(repository, "4_progress.ipynb", association="kenya")
    links = re.findall(
        r'href="(goal-\d\d)\.html"', "".join(item.html for item in shown if isinstance(item, Block))
    )
    assert links == [f"goal-{goal:02d}" for goal in GOALS["kenya"]]


# ---------- the outline: which chapters a review gets ----------

TEN = "opening introduction methodology environment progress means impact conclusions annexes peer-learning"
STATEMENTS = "introduction environment means impact peer-learning"
SHIPPED = {
    "botswana": STATEMENTS,
    "brazil": "introduction peer-learning",
    "cambodia": STATEMENTS,
    "costa-rica": STATEMENTS,
    "ecuador": STATEMENTS,
    "flanders": "introduction environment means impact annexes peer-learning",
    "iceland": STATEMENTS,
    "kenya": TEN,
    "mauritania": "introduction peer-learning",
    "nepal": "introduction peer-learning",
    "nordic-countries": "introduction means impact peer-learning",
    "norway": STATEMENTS,
    "pakistan": STATEMENTS,
    "romania": STATEMENTS,
    "rwanda": TEN,
    "south-africa": "introduction peer-learning",
    "sri-lanka": STATEMENTS,
}


def test_every_shipped_association_is_known(repository: Project) -> None:
    """The table of chapters above is complete."""
    assert repository.slugs() == sorted(SHIPPED)


@pytest.mark.parametrize("slug", SHIPPED)
def test_chapters_follow_the_evidence(repository: Project, slug: str) -> None:
    """A published review has the chapters it has evidence for; a draft has all."""
    review = load_review(slug, project=repository)
    assert [one.chapter.id for one in outline.wanted_chapters(review, draft=False)] == SHIPPED[slug].split()
    assert [one.chapter.id for one in outline.wanted_chapters(review, draft=True)] == TEN.split()


@pytest.mark.parametrize("slug", ["brazil", "flanders", "kenya", "nordic-countries", "rwanda"])
def test_every_published_chapter_shows_something(repository: Project, slug: str) -> None:
    """A chapter that is published has content; none has a gap of the draft in it."""
    review = load_review(slug, project=repository)
    for status in outline.wanted_chapters(review, draft=False):
        shown = show_chapter(repository, status.chapter.notebook, association=slug)
        assert shown, status.chapter.id
        assert not [item for item in shown if isinstance(item, Block) and "vsr-todo" in item.html]
        assert not re.search(r"\b(nan|None|<NA>|NaT)\b", words_of(shown)), status.chapter.id


@pytest.mark.parametrize("slug", ["norway", "kenya"])
def test_draft_shows_what_is_missing(repository: Project, slug: str) -> None:
    """In a draft each gap is a to-do note with its remedy: as many as the outline says are missing."""
    review = load_review(slug, project=repository, draft=True)
    for status in outline.assess_chapters(review):
        shown = show_chapter(repository, status.chapter.notebook, association=slug, draft=True)
        notes = [item for item in shown if isinstance(item, Block) and "vsr-todo" in item.html]
        assert len(notes) == len(status.missing)
        for note, need in zip(notes, status.missing, strict=True):
            assert need.remedy in note.html.unescape()


def test_chapter_not_wanted_is_not_published(project: Project) -> None:
    """An association may leave chapters out, whatever its evidence."""
    change_params(project, chapters=["opening", "progress"])
    review = load_review("samplia", project=project)
    assert [one.chapter.id for one in outline.wanted_chapters(review, draft=True)] == ["opening", "progress"]


# ---------- the landing page ----------


def test_map_has_every_place(repository: Project) -> None:
    """Every review of the book and every place of the registry with a review stands on the map, once a country."""
    library = load_library(repository)
    figure = landing.review_map(library, load_overviews(project=repository))
    registry = library.reference.tables["associations"]
    reported = registry[(registry["produced_vsr"] == "yes") | registry["cohort"].notna()]
    wanted = {review.place for review in library.reviews.values()} | set(reported["place"])
    assert set(figure.table.iloc[:, 0]) == wanted
    for place in wanted:
        assert place in figure.alt
    datasets = figure.chart.to_dict()["datasets"].values()
    (marks,) = [values for values in datasets if isinstance(values, list) and "place" in values[0]]
    assert {mark["place"] for mark in marks} == wanted
    assert len({(mark["place"], mark["country"]) for mark in marks}) == len(marks)
    assert all(-90 <= mark["latitude"] <= 90 and -180 <= mark["longitude"] <= 180 for mark in marks)
    assert figure.title.startswith(f"{len(wanted)} places")


def test_landing_links_every_review(repository: Project) -> None:
    """The table of the reviews leads to each of them."""
    shown = show_chapter(repository, outline.LIBRARY_NOTEBOOK)
    html = "".join(item.html for item in shown if isinstance(item, Block))
    assert {slug for slug in SHIPPED if f'href="{slug}/index.html"' in html} == set(SHIPPED)


# ---------- reviews with next to nothing ----------

HEADS = {
    name: (ROOT / f"tests/sample/data/samplia/{name}.csv").read_text("utf-8").splitlines()[0].split(",")
    for name in ("areas", "indicators", "observations", "evidence", "sources")
}
COUNTRY = {"area_code": "S", "name": "Samplia", "level": "country", "source_id": "sample"}
ALFA = {"area_code": "01", "name": "Alfa", "level": "municipality", "parent_code": "S", "source_id": "sample"}
WATER = {
    "indicator_code": "water",
    "goal": "6",
    "name": "Piped water",
    "unit": "% of households",
    "direction": "up",
    "source_id": "sample",
}
VALUE = {"indicator_code": "water", "area_code": "S", "year": "2020", "value": "60", "source_id": "sample"}
Rows = list[dict[str, str]]


def change_params(project: Project, **changed: Any) -> None:
    """Change keys of the sample's params; None takes one away."""
    path = project.params / "samplia.yml"
    params = yaml.safe_load(path.read_text("utf-8")) | changed
    path.write_text(yaml.safe_dump({key: said for key, said in params.items() if said is not None}), "utf-8")


def write_tables(project: Project, **tables: Rows) -> None:
    """Let the sample have these tables only (and its sources)."""
    names = ["sources", *tables]
    change_params(project, tables={name: f"{name}.csv" for name in names})
    if len(tables.get("areas", [])) < 2:
        change_params(project, area_level=None)
    for name, rows in tables.items():
        with (project.data / "samplia" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, HEADS[name])
            writer.writeheader()
            writer.writerows(rows)


def show_sample(project: Project, monkeypatch: pytest.MonkeyPatch, **parameters: Any) -> list[Figure | Block]:
    """Return what all notebooks show of the sample, and find nothing broken in it."""
    monkeypatch.setenv("VSRBOOK_PROJECT", str(project.root))
    shown = show_all(project, "samplia", **parameters)
    words = words_of(shown)
    assert not re.search(r"\b(nan|None|<NA>|NaT|inf)\b", words), words
    for item in shown:
        if isinstance(item, Block):
            assert not re.search(r"<(table|tbody|dl|ul|ol|p)[^>]*>\s*</\1>", item.html), item.html
    return shown


AREAS_ONLY: dict[str, dict[str, Rows]] = {
    "no tables": {},
    "empty tables": {"areas": [], "indicators": [], "observations": [], "evidence": []},
    "one area": {"areas": [COUNTRY]},
    "areas only": {"areas": [COUNTRY, ALFA]},
    "areas without a whole": {
        "areas": [ALFA | {"parent_code": ""}, ALFA | {"area_code": "02", "parent_code": ""}]
    },
    "indicators without values": {"areas": [COUNTRY, ALFA], "indicators": [WATER]},
    "one missing value": {
        "areas": [COUNTRY, ALFA],
        "indicators": [WATER],
        "observations": [VALUE | {"value": ""}],
    },
    "all suppressed": {
        "areas": [COUNTRY, ALFA],
        "indicators": [WATER],
        "observations": [
            VALUE | {"area_code": code, "year": year, "value": "", "status": "suppressed", "residence": group}
            for code in ("S", "01")
            for year in ("2015", "2020")
            for group in ("", "urban", "rural")
        ],
    },
}


@pytest.mark.parametrize("name", AREAS_ONLY)
def test_nothing_to_show_is_no_figure(project: Project, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A review without a value has no figure and no key figure of goals, and no notebook fails over it."""
    write_tables(project, **AREAS_ONLY[name])
    shown = show_sample(project, monkeypatch, draft=True)
    assert figures_of(shown) == {}


@pytest.mark.parametrize("name", ["no tables", "one missing value", "all suppressed"])
def test_without_a_value_there_is_no_page_on_progress(project: Project, name: str) -> None:
    """Observations that are all missing are no evidence: neither progress nor a goal gets a page.

    A page on a goal would have nothing to show, and a notebook that shows nothing fails the run.
    """
    write_tables(project, **AREAS_ONLY[name])
    review = load_review("samplia", project=project)
    assert review.goals == []
    published = {one.chapter.id for one in outline.wanted_chapters(review, draft=False)}
    assert not published & {"opening", "methodology", "progress", "conclusions"}


def test_one_observation_is_said_not_drawn(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """One value is a number in a table: there is nothing to compare it with."""
    write_tables(project, areas=[COUNTRY], indicators=[WATER], observations=[VALUE])
    change_params(project, area_level="country")
    shown = show_sample(project, monkeypatch)
    assert not [name for name in figures_of(shown) if name != "availability"]
    assert "One indicator of Goal 6: Clean water and sanitation has values, for 2020." in words_of(shown)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7])
def test_few_areas_are_shown_without_a_break(
    project: Project, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    """From one area to several: tables and figures hold, in one year and over two."""
    codes = [f"{n:02d}" for n in range(1, count + 1)]
    areas = [COUNTRY, *(ALFA | {"area_code": code, "name": f"Area {code}"} for code in codes)]
    values = [
        VALUE | {"area_code": code, "year": year, "value": str(10 * n)}
        for n, code in enumerate(["S", *codes])
        for year in ("2015", "2020")
    ]
    write_tables(project, areas=areas, indicators=[WATER], observations=values)
    figures = figures_of(show_sample(project, monkeypatch))
    assert ("goal-6-water-municipality" in figures) == (count > 3)


def test_area_without_a_number_of_inhabitants_is_shown(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where one area's population is not known, the table of areas has a dash."""
    known = ALFA | {"area_code": "02", "name": "Beta", "population": "200", "land_area_km2": "20"}
    write_tables(project, areas=[COUNTRY, ALFA, known])
    words = words_of(show_sample(project, monkeypatch))
    assert "Beta20020" in re.sub(r"\s", "", words)


def test_same_value_everywhere_is_no_gap(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where all areas have one value, the title says so; no lowest and highest is made up."""
    codes = [f"{n:02d}" for n in range(1, 6)]
    areas = [COUNTRY, *(ALFA | {"area_code": code, "name": f"Area {code}"} for code in codes)]
    values = [VALUE | {"area_code": code, "value": "0"} for code in codes]
    write_tables(project, areas=areas, indicators=[WATER], observations=values)
    shown = show_sample(project, monkeypatch)
    assert figures_of(shown)["goal-6-water-municipality"].title == "The same everywhere: 0\u00a0% (2020)"
    assert "lie furthest apart in" not in words_of(shown)


def test_target_is_compared_with_the_latest_value(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample's target: 60 of 100 % in 2020, so 40 are missing."""
    words = words_of(show_sample(project, monkeypatch))
    assert re.search(r"Piped water\W*% of households\W*60\W*2020\W*100\W*2030\W*40\W*not yet", words), words


def test_suppressed_value_is_left_out(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample's suppressed area has no mark and no place in a ranking: three areas of four are left."""
    shown = show_sample(project, monkeypatch)
    figures = figures_of(shown)
    assert "goal-6-toilets-municipality" not in figures
    spread = figures["goal-6-spread"]
    delta = spread.table.set_index("Area").loc["Delta"]
    assert pd.isna(delta["Shared toilets"])
    assert delta["Piped water"] == 75
    assert "1 indicator" not in spread.alt


# ---------- names that are alike, or hostile ----------


def test_two_areas_of_one_name_are_told_apart(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Areas of one name are named with what they lie in, or with their code where that is the same too."""
    provinces = [
        ALFA | {"area_code": code, "name": name, "level": "province"}
        for code, name in (("N", "North"), ("E", "East"))
    ]
    towns = [
        ALFA | {"area_code": code, "name": "Springfield", "parent_code": parent}
        for code, parent in (("1", "N"), ("2", "E"), ("3", "E"))
    ]
    others = [ALFA | {"area_code": code, "name": f"Town {code}", "parent_code": "N"} for code in "45"]
    codes = "12345"
    values = [VALUE | {"area_code": code, "value": str(10 * int(code))} for code in codes]
    write_tables(
        project,
        areas=[COUNTRY, *provinces, *towns, *others],
        indicators=[WATER, WATER | {"indicator_code": "toilets", "name": "Toilets"}],
        observations=[*values, *(value | {"indicator_code": "toilets"} for value in values)],
    )
    names = area_names(load_review("samplia", project=project))
    assert names["1"] == "Springfield (North)"
    assert len(set(names.values())) == len(names)
    figures = figures_of(show_sample(project, monkeypatch))
    assert sorted(figures["goal-6-water-municipality"].table.iloc[:, 1]) == [10, 20, 30, 40, 50]
    assert sorted(figures["goal-6-spread"].table["Toilets"]) == [10, 20, 30, 40, 50]


def test_two_indicators_of_one_name_are_both_shown(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two indicators may have one name (two sources, two definitions): neither swallows the other's values."""
    codes = ["01", "02", "03", "04"]
    areas = [COUNTRY, *(ALFA | {"area_code": code, "name": f"Area {code}"} for code in codes)]
    values = [
        VALUE | {"indicator_code": one, "area_code": code, "year": year, "value": f"{start + n}"}
        for one, start in (("water", 10), ("tap", 50))
        for n, code in enumerate(["S", *codes])
        for year in ("2015", "2020")
    ]
    write_tables(
        project, areas=areas, indicators=[WATER, WATER | {"indicator_code": "tap"}], observations=values
    )
    figures = figures_of(show_sample(project, monkeypatch))
    for figure in figures.values():
        json.dumps(figure.payload)
    trend = [figure for name, figure in figures.items() if "trend" in name]
    marks = [mark for figure in trend for mark in next(iter(figure.chart.to_dict()["datasets"].values()))]
    assert sorted({mark["value"] for mark in marks}) == [10, 50]
    assert len({mark["series"] for mark in marks}) == 2
    spread = figures["goal-6-spread"].table.to_numpy().tolist()
    assert ["Area 01", 11.0, 51.0] in spread


class Elements(HTMLParser):
    """The tags and attributes of a piece of HTML."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag and the names of its attributes."""
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}


def test_hostile_names_stay_names(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of places, areas, indicators, units, sources and offices are text wherever they are shown."""
    codes = ["01", "02", "03", "04", "05", "06", "07", "08"]
    areas = [
        COUNTRY | {"name": HOSTILE},
        *(ALFA | {"area_code": code, "name": f"{code} {HOSTILE}"} for code in codes),
    ]
    areas = [area | {"population": "100", "land_area_km2": "10", "context_year": "2020"} for area in areas]
    water = WATER | {"name": HOSTILE, "definition": HOSTILE, "target_value": "90"}
    tap = water | {"indicator_code": "tap", "name": f"Other {HOSTILE}", "unit": f"{HOSTILE}"}
    toilet = water | {"indicator_code": "toilet", "name": f"Third {HOSTILE}"}
    values = [
        VALUE
        | {
            "indicator_code": one["indicator_code"],
            "area_code": area["area_code"],
            "year": year,
            "value": f"{n}",
        }
        | {"residence": group, "category": category}
        for one in (water, tap, toilet)
        for n, area in enumerate(areas)
        for year in ("2015", "2020")
        for group, category in (("", ""), ("urban", ""), ("rural", ""), ("", HOSTILE))
    ]
    evidence = [
        {"evidence_id": "a", "impact_id": "visibility", "statement": HOSTILE, "topics": "data; ownership"}
    ]
    source = {"source_id": "sample", "title": HOSTILE, "publisher": HOSTILE, "date": "2026", "note": HOSTILE}
    write_tables(
        project,
        areas=areas,
        indicators=[water, tap, toilet],
        observations=values,
        evidence=[row | {"source_id": "sample", "location": HOSTILE} for row in evidence],
        sources=[source],
    )
    body = {"name": HOSTILE, "short_name": "<b>{0}", "place": HOSTILE, "countries": ["NO"], "tier": HOSTILE}
    change_params(
        project, association=body, opening={"text": f"{HOSTILE}\n\n{HOSTILE}", "signed_by": HOSTILE}
    )
    shown = show_sample(project, monkeypatch)
    inline = {"a", "p", "span", "data", "strong", "small", "br", "cite", "time", "h3", "blockquote", "figure"}
    lists = {"dl", "dt", "dd", "div", "ul", "ol", "li", "figcaption"}
    tables = {"table", "caption", "thead", "tbody", "tr", "th", "td"}
    known = {
        "class",
        "href",
        "id",
        "rel",
        "role",
        "tabindex",
        "scope",
        "value",
        "datetime",
        "aria-label",
        "data-rows",
    }
    for item in shown:
        if isinstance(item, Block):
            found = Elements(str(item.html))
            assert found.tags <= inline | lists | tables, item.html
            assert found.attributes <= known, item.html
    assert sum(HOSTILE in item._repr_mimebundle_()["text/plain"] for item in shown) > 20
    assert len(figures_of(shown)) > 5


def test_sources_beyond_the_fourth_are_counted(repository: Project) -> None:
    """The line below a figure cites each source once, four at most."""
    review = load_review("rwanda", project=repository)
    ids = list(review.tables["sources"]["source_id"])[:6]
    line = cite_all(review, [*ids, *ids])
    assert line.count(";") == 3
    assert line.endswith("and 2 more sources, listed in chapter 2")


def test_row_ids_draw_ranges_together() -> None:
    """Rows that follow each other are written as a range, in order and once."""
    frame = pd.DataFrame({"row": [12, 14, 13, 60, 12, 58]})
    assert row_ids("observations", frame) == ("observations:12-14", "observations:58", "observations:60")
    assert row_ids("observations", frame.iloc[:0]) == ()
    assert all(first < second for first, second in pairwise(sorted(frame["row"].unique())))


def test_reviews_know_which_areas_are_compared(repository: Project) -> None:
    """Kenya compares 47 counties, and one area holds them all; Norway has no areas."""
    kenya: Review = load_review("kenya", project=repository)
    assert (len(kenya.compared_areas), kenya.whole_area["name"] if kenya.whole_area is not None else "") == (
        47,
        "Kenya",
    )
    norway = load_review("norway", project=repository)
    assert norway.whole_area is None
    assert norway.compared_areas.empty
