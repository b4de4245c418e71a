"""Pages on all associations together: traced to the tables, in small books, with hostile text, and lean."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import pandas as pd
import pytest
import yaml
from projects import changed, keys
from showing import figures_of, show_chapter, words_of

from vsrbook import compiling
from vsrbook.chapters.library import challenges, cohorts, comparison, offers, timeline, years
from vsrbook.chapters.library.answers import answers_to, find_answers
from vsrbook.chapters.library.citing import Shelf
from vsrbook.chapters.library.comparable import Measure, compare, declared_series, find_measures
from vsrbook.chapters.library.helping import find_help
from vsrbook.chapters.library.steps import all_steps, decimal_span, give_lanes, span_of
from vsrbook.chapters.outline import CHAPTERS, LIBRARY_PAGES, assess_chapters
from vsrbook.chapters.overview import IndicatorValues, Reading, make_overview, parse_overview
from vsrbook.execution.plan import make_plan
from vsrbook.figures import Block
from vsrbook.files import FileDigests
from vsrbook.library import load_library
from vsrbook.overviews import load_overviews, read_overview
from vsrbook.project import Edition, Project
from vsrbook.review import read_review
from vsrbook.tables import TABLES

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = ("timeline", "challenges", "help", "comparison", "impacts", "chain")
NOTEBOOKS = [f"library_{name}.ipynb" for name in LIBRARY]
HOSTILE = "<script>alert(1)</script> & \"a\" 'b' {0} {name} {} *s* `c` [d](e) $f$"
Rows = Sequence[dict[str, str]]


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    """Give all associations of this repository."""
    project = Project(ROOT)
    return Shelf(load_library(project), load_overviews(values=True, project=project))


def put_on_shelf(project: Project) -> Shelf:
    """Load all associations of a project."""
    return Shelf(load_library(project), load_overviews(values=True, project=project))


def add_review(project: Project, slug: str, **tables: Rows) -> None:
    """Add a review with a country, a source, and these tables, each row with source and place filled in."""
    (project.params).mkdir(parents=True, exist_ok=True)
    (project.data / slug).mkdir(parents=True, exist_ok=True)
    place = slug.capitalize()
    cells = {"source_id": f"{slug}-source", "location": "page 1"}
    tables = {
        "sources": [{"source_id": f"{slug}-source", "title": f"Report of {place}", "publisher": "Press"}],
        **tables,
    }
    for name, rows in tables.items():
        names = TABLES[name].names
        with (project.data / slug / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, names)
            writer.writeheader()
            writer.writerows({k: v for k, v in (cells | dict(row)).items() if k in names} for row in rows)
    body = {
        "name": f"Union of {place}",
        "short_name": "U",
        "place": place,
        "countries": ["NO"],
        "tier": "towns",
    }
    params = {
        **{"association": body, "standing": "sample", "edition": "2026"},
        "tables": {name: f"{name}.csv" for name in tables},
    }
    if "areas" in tables and len(tables["areas"]) > 1:
        params["area_level"] = "town"
    (project.params / f"{slug}.yml").write_text(yaml.safe_dump(params), "utf-8")


def read_rows(table: str) -> list[dict[str, str]]:
    """Read the rows of a table of all associations of this repository, each with the slug it belongs to."""
    rows = []
    for path in sorted((ROOT / "data").glob(f"*/{table}.csv")):
        slug = "" if path.parent.name == "reference" else path.parent.name
        with path.open(encoding="utf-8", newline="") as file:
            rows += [{**row, "slug": slug} for row in csv.DictReader(file)]
    return rows


# ---------- timeline ----------


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        ("2024", "", (2024.0, 2025.0, "within")),
        ("2024-03", "", (2024 + 2 / 12, 2024 + 3 / 12, "within")),
        ("2024-03-21", "", (2024 + 80 / 366, 2024 + 81 / 366, "day")),
        ("2023-01-01", "", (2023.0, 2023 + 1 / 365, "day")),
        ("2017-01-01", "2019-12-31", (2017.0, 2020.0, "lasting")),
        ("2018-11", "2019-01", (2018 + 10 / 12, 2019 + 1 / 12, "lasting")),
        ("2024", "2024", (2024.0, 2025.0, "within")),
    ],
)
def test_a_year_is_not_a_day(begin: str, end: str, expected: tuple[float, float, str]) -> None:
    """A date spans what is known of it: a year, a month or a day; with an end it lasted."""
    start, stop, kind = span_of(begin, end)
    assert (start, stop) == pytest.approx(expected[:2])
    assert kind == expected[2]


def test_spans_follow_each_other_without_a_gap() -> None:
    """A year ends where the first day of the next begins."""
    assert decimal_span("2023-12")[1] == decimal_span("2024-01-01")[0] == 2024.0


def test_no_two_marks_of_a_row_share_a_lane() -> None:
    """Steps of one association that overlap, or nearly touch, are drawn below each other."""
    spans = pd.DataFrame(
        [("A", 2020.0, 2021.0), ("A", 2020.2, 2020.3), ("B", 2020.2, 2020.3), ("A", 2020.95, 2021.0)],
        columns=["name", "start", "end"],
    )
    assert give_lanes(spans, 0.5) == [0, 1, 0, 1]


def test_a_step_that_several_tell_of_is_one_step(shelf: Shelf) -> None:
    """The first meeting of the Action Platform is one row with the five associations of the cohort."""
    rows = read_rows("milestones")
    same = {(row["date"], row["end_date"], row["kind"], row["title"]) for row in rows}
    steps = all_steps(shelf)
    assert len(steps) == len(same) < len(rows)
    (meeting,) = [
        step
        for step in steps.to_dict("records")
        if (step["date"], step["title"]) == ("2024-03-21", "First meeting of the VSR Action Platform")
        and step["slugs"]
    ]
    assert set(meeting["slugs"]) == {"brazil", "costa-rica", "mauritania", "nepal", "south-africa"}
    assert list(steps["date"]) == sorted(steps["date"])


def test_the_timeline_can_be_read_without_seeing_it(shelf: Shelf) -> None:
    """Its table has every step with its date as it is known, its alt text counts them year by year."""
    figure = timeline.timeline(shelf)
    assert figure is not None
    assert len(figure.table) == len(all_steps(shelf))
    assert set(figure.table["When"]) >= {"2016", "October 2018", "21 March 2024"}
    assert "1 January 2017 – 31 December 2019" in set(figure.table["When"])
    for year in {row["date"][:4] for row in read_rows("milestones")}:
        assert f"{year}: " in figure.alt
    (marks,) = [rows for rows in figure.chart.to_dict()["datasets"].values() if "lane" in rows[0]]
    kinds = {mark["kind"] for mark in marks if mark["says"].startswith("Flanders, 2017:")}
    assert kinds == {"within"}
    assert len(marks) == sum(max(1, len(slugs)) for slugs in all_steps(shelf)["slugs"])
    assert len({(mark["name"], mark["lane"], mark["start"]) for mark in marks}) == len(marks)


def test_each_step_names_its_source(shelf: Shelf) -> None:
    """Every step stands in the list with its date for machines, its place and where it is written."""
    listed = timeline.step_list(shelf)
    assert listed is not None
    html = "".join(block.html for block in listed)
    for row in read_rows("milestones"):
        assert f'<time datetime="{row["date"]}">' in html
    assert html.count("<time ") == html.count("<cite ") == len(all_steps(shelf))


def cohort_lines(shelf: Shelf) -> dict[str, list[str]]:
    """Return the line of each place of the cohort of 2024: since, and what other sources tell."""
    (table,) = cohorts.cohorts(shelf) or []
    lines = {}
    for line in re.findall(r"<tr><th scope=\"row\">.*?</tr>", table.html, re.DOTALL):
        assert '<time datetime="2024-03-21">21 March 2024</time>' in line
        member, _process, *told = re.split(r"<td[^>]*>", line)
        lines[re.sub("<[^>]+>", "", member)] = [re.sub("<[^>]+>", "", cell) for cell in told]
    return lines


def test_the_cohort_is_told_with_what_the_sources_say(shelf: Shelf) -> None:
    """Nothing is known since; what the note of 2024 tells of Costa Rica and counts for Nepal has no full date."""
    lines = cohort_lines(shelf)
    assert len(lines) == 5
    for since, _others in lines.values():
        assert since.startswith("nothing with a later date; the last word on the cohort:")
        assert since.endswith("27 March 2024")
    others = {member: told for member, (_since, told) in lines.items() if not told.startswith("nothing")}
    assert others.keys() == {"UNGL (Costa Rica)", "MuAN (Nepal)"}
    assert "counted among those that have produced a review" in others["UNGL (Costa Rica)"]
    assert "1 statement on its review" in others["UNGL (Costa Rica)"]
    assert others["MuAN (Nepal)"].count("its association is not named") == 1
    assert "World Secretariat, 2024" in others["MuAN (Nepal)"]


@pytest.mark.parametrize(
    ("day", "later"),
    [
        ("2024-03-28", True),
        ("2025-01-01", True),
        *((day, False) for day in ("2024-03-27", "2023-12-31", "2025", "2025-01", "2024", "")),
    ],
)
def test_only_a_later_day_is_since(shelf: Shelf, day: str, later: bool) -> None:
    """A source tells what is known since where its full date is later than that of the naming source."""
    costa_rica = shelf.library.reviews["costa-rica"]
    note = shelf.library.reference.tables["sources"].query("source_id == 'uclg-insights-note'")
    dated = pd.concat([costa_rica.tables["sources"], note.assign(date=day)])
    review = replace(costa_rica, tables={**costa_rica.tables, "sources": dated})
    reviews = {**shelf.library.reviews, "costa-rica": review}
    changed = Shelf(replace(shelf.library, reviews=reviews), shelf.overviews)
    since, others = cohort_lines(changed)["UNGL (Costa Rica)"]
    assert ("1 statement on its review" in since) == later
    assert ("1 statement on its review" in others) != later


def test_the_map_has_a_mark_of_its_own_for_what_is_not_dated(shelf: Shelf) -> None:
    """Norway's review is of 2021, the cohort's are of 2024; Kenya's two are not dated; no mark hides another."""
    figure = years.year_map(shelf)
    assert figure is not None
    shown = dict(zip(figure.table["Place"], figure.table["Reviews of"], strict=True))
    assert (shown["Norway"], shown["Nepal"], shown["Kenya"]) == ("2021", "2024", "year not stated")
    dated = {row["slug"] for row in read_rows("milestones") if row["kind"] == "vsr" and row["slug"]}
    assert sum(said != "year not stated" for said in shown.values()) == len(dated)
    (marks,) = [
        rows
        for rows in figure.chart.to_dict()["datasets"].values()
        if isinstance(rows, list) and "country" in rows[0]
    ]
    assert len({(mark["longitude"], mark["latitude"]) for mark in marks}) == len(marks)
    assert "year not stated: " in figure.alt


# ---------- challenges ----------


def test_what_answers_a_challenge_shares_a_topic_with_it(shelf: Shelf) -> None:
    """For each shared challenge the statements, practices and lessons are those whose topics the tables share."""
    answers = find_answers(shelf)
    for challenge in [row for row in read_rows("challenges") if not row["slug"]]:
        topics = set(challenge["topics"].split("; "))
        found = answers_to(topics, answers)
        for kind, table in (
            ("statement", "evidence"),
            ("practice", "practices"),
            ("lesson", "recommendations"),
        ):
            wanted = [
                row["slug"]
                for row in read_rows(table)
                if row["slug"]
                and topics & set(row["topics"].split("; "))
                and row.get("kind", "lesson") in ("lesson", "")
            ]
            assert sorted(one.slug for one in found if one.kind == kind) == sorted(wanted)


def test_the_board_says_where_there_is_little(shelf: Shelf) -> None:
    """Two statements answer the challenge of representativeness, of Norway and Romania: that is little to go by."""
    (board, sources) = challenges.board(shelf) or []
    cards = dict(re.findall(r'<h3 id="challenge-([a-z0-9-]+)">(.*?)</section>', board.html, re.DOTALL))
    assert len(cards) == 5
    card = cards["cohort-2024-representativeness"]
    assert "2 statements, of 2 associations. That is little to go by." in card
    assert '<a href="../norway/impact.html#impact-planning-policy">Norway</a>' in card
    assert '<a href="../romania/impact.html#impact-decentralization-funding">Romania</a>' in card
    assert "<details" not in card
    assert '<details class="vsr-fold"><summary>10 statements</summary>' in cards["cohort-2024-data"]
    assert "That is little" not in cards["cohort-2024-data"]
    assert "Telling the story" in sources.html


AREAS = [{"area_code": "A", "name": "All", "level": "country"}]
OWN = [
    {
        "challenge_id": "data",
        "challenge": "Figures are old.",
        "response": "Asked the office",
        "topics": "data",
    },
    {"challenge_id": "roads", "challenge": "Roads are long", "topics": "planning"},
    {"challenge_id": "odd", "challenge": "Nobody has named it"},
]


def test_own_challenges_stand_under_the_shared_one(project: Project) -> None:
    """One that shares a topic stands under it with its response; the others, also without a topic, apart."""
    add_review(project, "alba", challenges=OWN)
    shelf = put_on_shelf(project)
    board, _sources = challenges.board(shelf) or []
    cards = dict(re.findall(r'<h3 id="challenge-([a-z0-9-]+)">(.*?)</section>', board.html, re.DOTALL))
    assert "Figures are old.</strong> Response: Asked the office." in cards["cohort-2024-data"]
    assert (
        "1 response of an association&#39;s own and 1 statement, of 2 associations"
        in cards["cohort-2024-data"]
    )
    assert "No association reports anything on it." in cards["cohort-2024-national-support"]
    others, _sources = challenges.other_challenges(shelf) or []
    own = dict(re.findall(r'<h3 id="challenge-alba-([a-z0-9-]+)">(.*?)</section>', others.html, re.DOTALL))
    assert own.keys() == {"roads", "odd"}
    assert "No response of its own is reported." in own["roads"]
    assert "No topic is given." in own["odd"]


# ---------- who can help whom ----------


def gaps_of(frame: pd.DataFrame) -> dict[str, list[str]]:
    """Return by gap who has it, in their order."""
    return {gap: [slug for slug in rows["slug"] if slug] for gap, rows in frame.groupby("gap_id", sort=False)}


def test_help_for_kenya_is_what_the_tables_say(shelf: Shelf) -> None:
    """Kenya lacks no chapter; practices are Flanders', lessons Norway's; impacts are those it tells at most once."""
    found = find_help(shelf, "kenya")
    gaps = gaps_of(found)
    assert "chapter" not in set(found["kind"])
    assert gaps["need-environment-2"] == ["flanders"]
    assert gaps["need-peer-learning-2"] == ["norway"]
    assert gaps["need-introduction-3"] == []
    evidence = read_rows("evidence")
    own = [row["impact_id"] for row in evidence if row["slug"] == "kenya"]
    for impact in read_rows("impacts"):
        n = own.count(impact["impact_id"])
        others = [row["slug"] for row in evidence if row["impact_id"] == impact["impact_id"]]
        others = [slug for slug in others if slug != "kenya"]
        if n > 1:
            assert f"impact-{impact['impact_id']}" not in gaps
            continue
        helpers = gaps[f"impact-{impact['impact_id']}"]
        assert set(helpers) == set(others)
        assert [others.count(slug) for slug in helpers] == sorted(
            (others.count(slug) for slug in helpers), reverse=True
        )
        lack = set(found.loc[found["gap_id"] == f"impact-{impact['impact_id']}", "lack"])
        assert lack == {"one statement" if n else "no statement"}


def test_nobody_helps_itself_and_helpers_have_it(shelf: Shelf) -> None:
    """For every association: who is named has the evidence that is missing, in the order of the outline."""
    chapters = {chapter.id: chapter for chapter in CHAPTERS}
    for slug in shelf.slugs:
        found = find_help(shelf, slug)
        assert slug not in set(found["slug"])
        assert found["order"].is_monotonic_increasing
        own = {status.chapter.id: status for status in assess_chapters(shelf.library.all_reviews[slug])}
        missing = {
            f"chapter-{c}" for c, status in own.items() if not any(need.carrying for need in status.have)
        }
        assert set(found.loc[found["kind"] == "chapter", "gap_id"]) == missing
        for row in found[found["kind"] == "need"].to_dict("records"):
            _need, chapter, at = re.fullmatch(r"(need)-(.*)-(\d+)", row["gap_id"]).groups()  # type: ignore[union-attr]  # fails where there is none
            need = chapters[chapter].needs[int(at)]
            assert need in own[chapter].missing
            assert not row["slug"] or need.met(shelf.library.all_reviews[row["slug"]])


def test_five_are_named_and_the_others_counted(shelf: Shelf) -> None:
    """Where many have published something, those with most come first."""
    table = offers.help_table(shelf, "brazil", "chapter")
    assert table is not None
    (line,) = re.findall(r'<tr><th scope="row">Policy and enabling environment</th>.*?</tr>', table.html)
    named = re.findall(r'<a href="\.\./([a-z-]+)/environment\.html">', line)
    assert len(named) == 5
    assert named[:2] == ["flanders", "kenya"]
    assert re.search(r"and \d+ more</td>", line)


def test_a_challenge_without_a_response_names_who_reports_on_its_topic(project: Project) -> None:
    """Statements on one of its topics answer it; one with a response, or without a topic, finds nobody."""
    add_review(
        project, "alba", challenges=[*OWN, {"challenge_id": "d", "challenge": "Data", "topics": "data"}]
    )
    found = find_help(put_on_shelf(project), "alba")
    assert gaps_of(found[found["kind"] == "challenge"]) == {
        "challenge-alba-roads": [],
        "challenge-alba-odd": [],
        "challenge-alba-d": ["samplia"],
    }
    (reason,) = set(found.loc[found["gap_id"] == "challenge-alba-d", "reason"])
    assert reason == "1 statement on data"


def test_a_book_of_one_association_learns_from_peers(project: Project) -> None:
    """Reviews in peers/ are named with their source, and not linked to; they are not offered help themselves."""
    evidence = [
        {"evidence_id": "alba-1", "impact_id": "local-evidence", "statement": "Data.", "topics": "data"}
    ]
    steps = [{"milestone_id": "m", "date": "2022", "kind": "vsr", "title": "First review"}]
    lessons = [
        {
            "recommendation_id": "l",
            "kind": "lesson",
            "title": "T",
            "statement": "Ask early.",
            "topics": "data",
        }
    ]
    add_review(project.peers, "alba", evidence=evidence, milestones=steps, recommendations=lessons)
    shelf = put_on_shelf(project)
    found = find_help(shelf, "samplia")
    (row,) = found[found["gap_id"] == "impact-local-evidence"].to_dict("records")
    assert (row["slug"], row["where"]) == ("alba", "Press, page 1")
    table = offers.help_table(shelf, "samplia", "impact")
    assert table is not None
    assert "Alba (1 statement; Press, page 1)" in table.html
    assert "../alba/" not in table.html
    assert set(offers.all_help(shelf)["lacking"]) == {"samplia"}
    board, _sources = challenges.board(shelf) or []
    assert "Alba: Ask early." in board.html
    figure = years.year_map(shelf)
    assert figure is not None
    assert "2022: Alba" in figure.alt


def test_what_an_association_has_published_is_told_both_ways(shelf: Shelf) -> None:
    """Each association has a fold: what it has that others lack is what the others' help names it for."""
    found = offers.all_help(shelf)
    folds = offers.both_ways(shelf, found)
    assert folds is not None
    assert folds.html.count("<details") == len(shelf.slugs)
    offered = found[found["slug"] == "norway"]["gap_id"].nunique()
    missing = found[found["lacking"] == "norway"]["gap_id"].nunique()
    assert f"Norway has published {offered} of what others lack; {missing} are missing there" in folds.html
    words = words_of([folds]).casefold()
    assert not re.search(r"\b(will|would|can|could|wants? to|able to) help\b", words)


# ---------- comparison ----------


def test_kenya_and_rwanda_share_one_comparable_indicator(shelf: Shelf) -> None:
    """Clean cooking fuels, with the values of the tables one year apart; ten others are near, with reasons."""
    compared, near = compare(find_measures(shelf))
    (one,) = compared
    assert one.global_indicator == "7.1.2"
    values = {
        slug: {
            (row["indicator_code"], int(row["year"])): float(row["value"])
            for row in read_rows("observations")
            if row["slug"] == slug
            and row["area_code"] in ("KE", "RW")
            and not row["residence"]
            and row["value"]
            and not (row["sex"] or row["age"] or row["category"])
        }
        for slug in ("kenya", "rwanda")
    }
    assert [(m.slug, m.code, r.year) for m, r in one.members] == [
        ("kenya", "KE-COOKING-CLEAN", 2019),
        ("rwanda", "_L_RW_070102_1", 2020),
    ]
    assert all(reading.value == values[m.slug][m.code, reading.year] for m, reading in one.members)
    reasons = {miss.global_indicator: "; ".join(miss.reasons) for miss in near}
    assert len(reasons) == len(near) == 10
    assert "no table says which one measures the same" in reasons["6.1.1"]
    assert "is a proxy, the other is the series SH_SAN_HNDWSH" in reasons["6.2.1"]
    assert "the unit differs: % of people aged 3 and over; % of people aged 16 and over" in reasons["5.b.1"]


def test_the_page_shows_what_must_be_known(shelf: Shelf) -> None:
    """Value, year, source, whether it is a proxy, coverage, and the distance of the years."""
    found = comparison.find(shelf)
    words = words_of([comparison.summary(shelf, found), *(comparison.comparisons(shelf, found) or [])])
    assert "Kenya and Rwanda have indicators near 11 global indicators in common. For 1 of them" in words
    assert "whole territory; 47 of 47 counties with a value" in words
    assert "whole territory; 0 of 30 districts with a value" in words
    assert "The values are 1 year apart. Each is a proxy" in words
    for word in ("proxy", "2019 Kenya Population and Housing Census", "EICV, NISR"):
        assert word in words
    assert not re.search(r"\b(rank|best|worst|ahead|behind|better|first place)\b", words.casefold())


def measure(slug: str, *values: tuple[int, float], **changed: str) -> Measure:
    """Make an indicator of an association with values of some years."""
    only = changed.pop("only", "")
    readings = tuple(Reading(year, value, "", "s", 0, 2) for year, value in values)
    told = {"code": f"{slug}-1", "name": slug, "global_indicator": "6.1.1", "unit": "% of households"}
    told |= {"direction": "up", "definition": "", "series": ""} | changed
    return Measure(slug, goal=6, row=2, values=IndicatorValues(told["code"], readings, only), **told)  # type: ignore[arg-type]  # numbers are given apart


A = measure("alba", (2015, 1.0), (2020, 2.0))


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ([measure("brea", (2019, 9.0))], {"alba": 2020, "brea": 2019}),
        ([measure("brea", (2016, 9.0), (2024, 9.0))], {"alba": 2015, "brea": 2016}),
        ([measure("brea", (2025, 9.0))], {"alba": 2020, "brea": 2025}),
        ([measure("brea", (2026, 9.0))], "the values are 6 years apart"),
        ([measure("brea", (2020, 9.0), unit=" % OF  Households ")], {"alba": 2020, "brea": 2020}),
        (
            [measure("brea", (2020, 9.0), unit="% of people")],
            "the unit differs: % of households; % of people",
        ),
        ([measure("brea", (2020, 9.0), direction="down")], "progress is read another way"),
        ([measure("brea", (2020, 9.0), series="SH_H2O_SAFE")], "“alba” is a proxy, the other is the series"),
        ([measure("brea", only="groups")], "“brea” has values for groups only, none for everyone"),
        ([measure("brea", only="areas")], "“brea” has values for areas only, none for the whole territory"),
        (
            [measure("brea", (2020, 9.0)), measure("brea", (2020, 8.0), code="b2", name="other")],
            "“brea” and “other” all fit “alba”, and no table says which one measures the same",
        ),
        ([measure("brea", (2020, 9.0), global_indicator="6.2.1")], ""),
        (
            [measure("brea", (2021, 9.0)), measure("carn", (2022, 1.0))],
            {"alba": 2020, "brea": 2021, "carn": 2022},
        ),
        ([measure("brea", (2021, 9.0)), measure("carn", (2035, 1.0))], {"alba": 2020, "brea": 2021}),
    ],
    ids=lambda case: None if isinstance(case, dict | str) else "+".join(m.slug for m in case),
)
def test_only_like_is_compared_with_like(others: list[Measure], expected: dict[str, int] | str) -> None:
    """Compared are the values of the nearest years, else the reason is told."""
    compared, near = compare([A, *others])
    if isinstance(expected, dict):
        (one,) = compared
        assert {m.slug: reading.year for m, reading in one.members} == expected
        assert one.distance == max(expected.values()) - min(expected.values())
        left = {m.slug for m in others} - expected.keys()
        assert left <= {m.slug for miss in near for m in (miss.first, miss.second)}
        assert all(miss.reasons for miss in near)
    else:
        assert compared == []
        assert expected in "; ".join(reason for miss in near for reason in miss.reasons)
        assert bool(near) == bool(expected)


def test_the_same_series_is_no_proxy() -> None:
    """Two that are the same series are compared; another series of the same indicator is not."""
    series = "SH_STA_BRTC"
    found = [measure(slug, (2020, 1.0), series=series) for slug in ("alba", "brea")]
    ((one,), near) = compare([*found, measure("carn", (2020, 2.0), series="SH_STA_OTHER")])
    assert [m.slug for m, _reading in one.members] == ["alba", "brea"]
    assert near[0].reasons == ("they are different series: SH_STA_BRTC, SH_STA_OTHER",)


@pytest.mark.parametrize(
    ("code", "indicator", "series"),
    [
        ("SH_STA_BRTC", "3.1.2", "SH_STA_BRTC"),
        ("SH_STA_BRTC", "3.1.1", ""),
        ("_L_RW_060101_1", "6.1.1", ""),
        ("SH_SAN_HNDWSH", "6.2.1", "SH_SAN_HNDWSH"),
        ("KE-WATER-PIPED", "6.1.1", ""),
        ("", "6.1.1", ""),
    ],
)
def test_a_code_says_whether_an_indicator_is_the_uns_series(code: str, indicator: str, series: str) -> None:
    """National series and codes of an association's own are proxies; the UN's list of series is open."""
    assert declared_series(code, indicator) == series


def test_values_never_decide_the_order(shelf: Shelf) -> None:
    """Turned round, the values change, the order of the associations does not."""
    measures = find_measures(shelf)

    def turn(one: Measure) -> Measure:
        readings = tuple(replace(reading, value=-reading.value) for reading in one.values.readings)
        return replace(one, values=replace(one.values, readings=readings))

    before, after = compare(measures)[0], compare([turn(one) for one in measures])[0]
    assert [[m.slug for m, _r in one.members] for one in before] == [
        [m.slug for m, _r in one.members] for one in after
    ]


def test_a_book_of_one_association_compares_nothing(project: Project) -> None:
    """It says why; a book without any values says that."""
    shelf = put_on_shelf(project)
    found = comparison.find(shelf)
    assert "only the review of Samplia has indicators with values" in comparison.summary(shelf, found).html
    assert comparison.comparisons(shelf, found) is None
    assert comparison.near_misses(shelf, found) is None
    (project.params / "samplia.yml").unlink()
    add_review(project, "alba")
    shelf = put_on_shelf(project)
    assert "no review of this book has" in comparison.summary(shelf, comparison.find(shelf)).html


# ---------- small books, hostile text ----------


def test_a_review_with_an_error_elsewhere_is_not_linked(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error in a table that a page does not read leaves the review without a page: nothing leads there."""
    statement = {
        **{"evidence_id": "e", "impact_id": "visibility", "statement": "It was heard."},
        "topics": "institutions",
    }
    outcome = {"outcome_id": "o", "kind": "seat", "stage": "reached", "what": "A seat on the council"}
    for slug in ("alba", "brea"):
        add_review(project, slug, evidence=[statement], outcomes=[outcome], areas=AREAS)
    monkeypatch.setenv("VSRBOOK_PROJECT", str(project.root))

    def links() -> set[str]:
        shown = [
            item for name in ("impacts", "chain") for item in show_chapter(project, f"library_{name}.ipynb")
        ]
        html = "".join(str(item.html) for item in shown if isinstance(item, Block))
        return set(re.findall(r'href="\.\./([a-z]+)/', html))

    assert {"alba", "brea"} <= links()
    path = project.data / "brea" / "areas.csv"
    path.write_text(path.read_text("utf-8") + "A,The same again,country,,,,,,,,brea-source\n", "utf-8")
    assert "brea" in load_library(project, tables=("evidence", "outcomes", "sources")).reviews
    assert "brea" not in links()
    assert "alba" in links()


def show_library(project: Project, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return what the pages on all associations show of a project."""
    monkeypatch.setenv("VSRBOOK_PROJECT", str(project.root))
    shown = [item for notebook in NOTEBOOKS for item in show_chapter(project, notebook)]
    words = words_of(shown)
    assert not re.search(r"\b(nan|None|<NA>|NaT|inf)\b", words), words
    return list(shown)


def test_pages_of_next_to_nothing(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a reference, without statements, without anything: the pages are there, and say nothing false."""
    for path in (project.data / "reference").glob("*.csv"):
        if path.name != "countries.csv":
            path.unlink()
    (project.params / "samplia.yml").unlink()
    add_review(project, "alba")
    shown = show_library(project, monkeypatch)
    assert not figures_of(shown)  # type: ignore[arg-type]  # figures and blocks


def test_hostile_text_stays_text(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Marks of HTML, Markdown and templates in any cell are shown as they are."""
    hostile = {
        "challenges": [
            {"challenge_id": "a", "challenge": HOSTILE, "response": HOSTILE, "topics": "data"},
            {"challenge_id": "b", "challenge": HOSTILE, "topics": "finance"},
        ],
        "evidence": [
            {"evidence_id": "e", "impact_id": "visibility", "statement": HOSTILE, "topics": "finance"}
        ],
        "milestones": [
            {"milestone_id": "m", "date": "2020", "kind": "vsr", "title": HOSTILE, "description": HOSTILE}
        ],
        "recommendations": [
            {
                "recommendation_id": "l",
                "kind": "lesson",
                "title": HOSTILE,
                "statement": HOSTILE,
                "topics": "data",
            }
        ],
        "practices": [{"practice_id": "p", "title": HOSTILE, "topics": "data"}],
        "areas": [{"area_code": "A", "name": HOSTILE, "level": "country"}],
        "indicators": [
            {
                **{"indicator_code": "i", "goal": "6", "global_indicator": "6.1.1", "name": HOSTILE},
                **{"unit": "% of households", "direction": "up", "definition": HOSTILE},
            }
        ],
        "observations": [{"indicator_code": "i", "area_code": "A", "year": "2020", "value": "5"}],
    }
    rows = {name: [row | {"location": HOSTILE} for row in table] for name, table in hostile.items()}
    add_review(project, "alba", **rows)
    add_review(project, "brea", **rows)
    for slug in ("alba", "brea"):
        path = project.params / f"{slug}.yml"
        params = yaml.safe_load(path.read_text("utf-8"))
        params["association"] |= {"name": HOSTILE, "short_name": "<b>{0}", "place": HOSTILE}
        path.write_text(yaml.safe_dump(params), "utf-8")
    shown = show_library(project, monkeypatch)
    shown += show_chapter(project, "P_peer_learning.ipynb", association="alba")
    html = "".join(str(item.html) for item in shown if isinstance(item, Block))
    assert "<script" not in html
    assert "<b>" not in html
    assert html.count("&lt;script&gt;") > 30
    for name in ("ul", "ol", "details", "section", "div", "table", "a", "li", "p", "strong", "cite"):
        assert len(re.findall(rf"<{name}\b", html)) == html.count(f"</{name}>")
    ids = re.findall(r' id="([^"]*)"', html)
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9-]+", one) for one in ids)


def test_notebooks_declare_what_they_read(repository: Project) -> None:
    """Each page on all associations reads small tables and overviews only, never all observations."""
    plan = make_plan(repository, Edition())
    pages = {unit.page: unit for unit in plan.units if not unit.slug}
    for notebook in NOTEBOOKS:
        parts = pages[LIBRARY_PAGES[notebook]].parts
        assert "data/kenya, overview" in parts
        assert not [name for name in parts if "observations" in name]


# ---------- overviews ----------


def test_an_overview_says_what_the_outline_says(shelf: Shelf) -> None:
    """For every association: which needs are met, which chapters are published, goals, statements."""
    for slug in shelf.slugs:
        review, overview = shelf.library.all_reviews[slug], shelf.overviews[slug]
        for status in assess_chapters(review):
            needs = status.chapter.needs
            assert [needs[at] for at in overview.met[status.chapter.id]] == list(status.have)
            assert overview.publishes(status.chapter.id) == status.published
        assert set(overview.goals) == set(review.goals)
        assert overview.statements == len(review.tables["evidence"])
        known = review.tables["observations"].dropna(subset=["value"])
        assert overview.indicators == known["indicator_code"].nunique() == len(overview.values)
        assert parse_overview(asdict(overview)) == overview


@pytest.mark.parametrize("slug", ["kenya", "rwanda"])
def test_a_large_table_read_in_parts_gives_the_same_overview(
    slug: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the observations are held at once or some areas at a time makes no difference."""
    review, _problems = read_review(Project(ROOT), slug)
    assert review is not None
    monkeypatch.setattr(compiling, "STREAMED_BYTES", 1000)
    monkeypatch.setattr("vsrbook.profiles.gathering.CHUNK_ROWS", 500)
    assert read_overview(Project(ROOT, tmp_path), slug, FileDigests()) == make_overview(review)


def test_a_large_table_with_an_error_has_no_overview(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read in parts or at once: an association with an error is left out, until it is mended."""
    path = project.data / "samplia" / "observations.csv"
    sound = path.read_text("utf-8")
    add_review(project, "alba")
    for limit in (10_000_000, 10):
        monkeypatch.setattr(compiling, "STREAMED_BYTES", limit)
        path.write_text(sound.replace("water,01,", "water,99,"), "utf-8")
        assert set(load_overviews(project=project)) == {"alba"}
        path.write_text(sound + "\n" * limit.bit_length(), "utf-8")
        assert set(load_overviews(project=project)) == {"alba", "samplia"}


def test_an_overview_goes_by_what_files_hold(project: Project) -> None:
    """A value changed under the old time and size (a copied or restored folder) is seen all the same."""
    path = project.data / "samplia" / "observations.csv"
    times = path.stat()

    def read_values() -> object:
        return load_overviews(values=True, project=project)["samplia"].values

    before, text = read_values(), path.read_text("utf-8")
    path.write_text(text.replace("water,S,2020,,,,,60", "water,S,2020,,,,,61"), "utf-8")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    (project.build / "digests.json").unlink(missing_ok=True)
    assert read_values() != before


def test_only_what_an_overview_says_runs_the_pages_on_all(project: Project) -> None:
    """A value of a group changes no page on all; one of the whole the comparison; the first one all that name gaps."""
    path = project.data / "samplia" / "observations.csv"
    add_review(project, "alba")
    library = {page for notebook, page in LIBRARY_PAGES.items() if (ROOT / "notebooks" / notebook).is_file()}

    def change(old: str, new: str) -> set[str]:
        before = keys(make_plan(project, Edition()))
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")
        return {
            page for page in changed(before, keys(make_plan(project, Edition()))) if page in library | others
        }

    others = {"samplia/peer-learning", "alba/peer-learning"}
    assert change("water,S,2020,,,urban,,80", "water,S,2020,,,urban,,81") == set()
    assert change("water,S,2020,,,,,60", "water,S,2020,,,,,61") == {"library/comparison"}
    path.write_text(path.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    before = keys(make_plan(project, Edition()))
    path.write_text(path.read_text("utf-8") + "water,S,2020,,,,,61,400,,sample,\n", "utf-8")
    after = changed(before, keys(make_plan(project, Edition())))
    assert {"index", "library/help", "library/comparison", *others} <= after


def test_a_run_of_profiles_only_has_the_same_keys_for_the_pages_on_all(project: Project) -> None:
    """Whether the plan reads the reviews whole, or the overviews in parts, the keys are the same."""
    whole = keys(make_plan(project, Edition()))
    alone = keys(make_plan(Project(project.root, project.root / "_other"), Edition(), only="profiles"))
    assert {page: key for page, key in whole.items() if not page.startswith("samplia/")} == alone
