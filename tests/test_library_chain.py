"""The page of the chain: outcomes against the tables, what is thin, and the recommendations of 2021 beside them."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from markupsafe import escape
from shelves import html_of, load_shelf, read_rows, take_some

from vsrbook.chapters import impact
from vsrbook.chapters.common import TOPIC_NAMES
from vsrbook.chapters.library import chain, recommended
from vsrbook.chapters.library.citing import Shelf
from vsrbook.chapters.outcomes import KIND_NAMES, STAGE_NAMES
from vsrbook.chapters.outline import CHAPTERS, assess_chapter
from vsrbook.figures import Figure
from vsrbook.project import Project
from vsrbook.review import Review, load_review
from vsrbook.tables import OUTCOMES, STAGES, TOPICS, split_list

ROOT = Path(__file__).resolve().parents[1]
HOSTILE = "<script>alert(1)</script> & \"a\" 'b' {0} {what} {}"
TABLES = ("evidence", "milestones", "outcomes", "recommendations", "sources", "testimonies")
PLACES = {  # by kind and stage, as the Insights Note tells it
    ("vnr-chapter", "reached"): {"flanders", "iceland", "norway"},
    ("vnr-mention", "reached"): {"pakistan", "romania"},
    ("seat", "promised"): {"costa-rica", "norway"},
    ("seat", "reached"): {"kenya"},
    ("law", "promised"): {"pakistan"},
    ("budget", "asked"): {"kenya", "sri-lanka"},
    ("budget", "reached"): {"flanders"},
    ("agreement", "reached"): {"kenya", "norway"},
    ("vlr", "promised"): {"ecuador", "flanders"},
}


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    """Load the associations of this repository."""
    return load_shelf(TABLES)


def change_outcomes(review: Review, **cells: str) -> Review:
    """Return a review with other words in its outcomes."""
    return replace(review, tables={**review.tables, "outcomes": review.tables["outcomes"].assign(**cells)})


def test_every_word_of_the_contract_has_a_name() -> None:
    """A kind, a stage or a topic that a table may hold can be shown, and a kind has a topic of its own."""
    assert tuple(KIND_NAMES) == OUTCOMES
    assert tuple(STAGE_NAMES) == STAGES
    assert tuple(TOPIC_NAMES) == TOPICS
    assert tuple(recommended.OUTCOME_TOPICS) == OUTCOMES
    assert set(recommended.OUTCOME_TOPICS.values()) <= set(TOPICS)


# ---------- outcomes ----------


def test_the_figure_counts_the_places_of_the_tables(shelf: Shelf) -> None:
    """Rows are kinds, columns stages, cells the number of places; the title says the finding."""
    found: dict[tuple[str, str], set[str]] = {}
    for row in read_rows("outcomes"):
        found.setdefault((row["kind"], row["stage"]), set()).add(row["slug"])
    assert found == PLACES
    figure = chain.stages_figure(shelf)
    assert isinstance(figure, Figure)
    for (_n, line), kind in zip(figure.table.iterrows(), OUTCOMES, strict=True):
        assert list(line)[1:] == [len(found.get((kind, stage), ())) for stage in STAGES]
    assert figure.title == (
        "Reached most often: a chapter of the VNR (3 places); reported nowhere: a law and a VLR that builds on it"
    )
    assert "A seat, Promised or offered: 2" in figure.alt


def test_the_table_names_the_places_and_leads_to_their_chapters(shelf: Shelf) -> None:
    """Each place stands under its stage once, as a link to its chapter on impact."""
    page = html_of(chain.stages_table(shelf))
    lines = re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", page)
    assert len(lines) == len(OUTCOMES)
    for kind, line in zip(OUTCOMES, lines, strict=True):
        cells = [set(re.findall(r'href="\.\./([a-z-]+)/impact', cell)) for cell in line.split("<td")[1:]]
        assert cells == [PLACES.get((kind, stage), set()) for stage in STAGES]


def test_every_outcome_is_listed_by_place_with_its_source(shelf: Shelf) -> None:
    """What was reached stands first in a kind, each outcome with its stage and its place in the source."""
    page = html_of(chain.by_place(shelf))
    for row in read_rows("outcomes"):
        assert page.count(f": {escape(row['what'])} <cite") == 1, row
        assert str(escape(row["location"])) in page
    assert page.count("<h3") == len({slug for slugs in PLACES.values() for slug in slugs})
    assert page.count("Telling the story") == 1
    assert html_of(chain.summary(shelf)).count("2 asked, 5 promised or offered and 9 reached") == 1


def test_what_is_thin_is_said(shelf: Shelf) -> None:
    """Nobody has reached a law or a local review; one place has a seat, one means, and those its own."""
    said = html_of(chain.gaps(shelf))
    assert "Nobody reports as reached: a law and a VLR that builds on it." in said
    assert "a seat (Kenya) and a budget line or other means (Flanders)" in said
    assert "no outcome of these kinds: Botswana, Cambodia, Nordic countries and Rwanda" in said


def test_a_place_of_another_book_has_no_link(shelf: Shelf) -> None:
    """What is only learnt from is counted and listed, and leads to no page that is not there."""
    apart = take_some(
        shelf, {"kenya": shelf.library.reviews["kenya"]}, {"norway": shelf.library.reviews["norway"]}
    )
    page = "\n".join(
        map(html_of, (chain.stages_table(apart), chain.by_place(apart), recommended.in_detail(apart)))
    )
    assert "../kenya/impact.html" in page
    assert "Norway" in page
    assert "../norway/" not in page


def test_two_associations_of_one_place_are_told_apart(shelf: Shelf) -> None:
    """Where a place has two associations, each is named by its short name too."""
    norway, kenya = (shelf.library.reviews[slug] for slug in ("norway", "kenya"))
    body = norway.association.association.model_copy(update={"place": kenya.place})
    moved = replace(norway, association=norway.association.model_copy(update={"association": body}))
    two = take_some(shelf, {"norway": moved, "kenya": kenya})
    page = html_of([chain.stages_table(two), chain.standing(two), *(recommended.in_detail(two) or [])])
    for review in (moved, kenya):
        assert f">Kenya ({review.association.short_name})</a>" in page
    assert ">Kenya</a>" not in page


def test_hostile_text_stays_text(shelf: Shelf) -> None:
    """No text of an outcome becomes markup."""
    review = change_outcomes(shelf.library.reviews["norway"], what=HOSTILE, location=HOSTILE)
    page = html_of(chain.by_place(take_some(shelf, {"norway": review})))
    assert "<script" not in page
    assert page.count(str(escape(HOSTILE))) == 6


def test_a_library_without_outcomes_shows_nothing(shelf: Shelf) -> None:
    """No heading, chart or table stands without content."""
    bare = take_some(shelf, {"rwanda": shelf.library.reviews["rwanda"]})
    shows = (
        chain.standing,
        chain.summary,
        chain.stages_figure,
        chain.stages_table,
        chain.by_place,
        chain.gaps,
    )
    assert [show(bare) for show in shows] == [None] * 6


# ---------- the recommendations ----------


def test_reports_stand_beside_recommendations_of_the_same_topic(shelf: Shelf) -> None:
    """Statements, outcomes and lessons are those of a count of the files by shared topics."""
    with (ROOT / "data" / "reference" / "recommendations.csv").open(encoding="utf-8") as file:
        shared = [row for row in csv.DictReader(file) if row["kind"] == "recommendation"]
    lessons = [row for row in read_rows("recommendations") if row["kind"] == "lesson"]
    answers = recommended.gather_beside(shelf)
    assert [answer.recommendation["recommendation_id"] for answer in answers] == [
        row["recommendation_id"] for row in shared
    ]
    for row, answer in zip(shared, answers, strict=True):
        topics = set(split_list(row["topics"]))

        def count(rows: list[dict[str, str]], topics: set[str] = topics) -> int:
            return sum(bool(topics & set(split_list(one["topics"]))) for one in rows)

        kinds = {kind for kind, topic in recommended.OUTCOME_TOPICS.items() if topic in topics}
        assert len(answer.statements) == count(read_rows("evidence"))
        assert len(answer.lessons) == count(lessons)
        assert len(answer.outcomes) == sum(one["kind"] in kinds for one in read_rows("outcomes"))
    counts = [(len(a.statements), len(a.outcomes), len(a.lessons)) for a in answers]
    assert counts == [(18, 4, 1), (17, 7, 0), (10, 0, 1), (15, 4, 0)]


def test_the_page_says_the_rule_and_lists_who_reports(shelf: Shelf) -> None:
    """The rule names its limits; each recommendation lists places, outcomes and lessons, none as none."""
    said = html_of(recommended.rule(shelf))
    assert "tagged with the same topic" in said
    assert "our reading" in said
    page = html_of(recommended.in_detail(shelf))
    assert page.count("<h3") == 4
    assert page.count("none is reported") == 3
    assert "Norway: Take a pragmatic view of data" in page
    assert "impacts.html#statements?topic=data" in page
    statements = Counter(row["slug"] for row in read_rows("evidence") if "data" in split_list(row["topics"]))
    data = page.split("recommendation-vlr-2-3")[1].split("<h3")[0]
    for slug, n in statements.items():
        assert re.search(rf'href="\.\./{slug}/impact\.html">[^<]+</a> \({n}\)', data)


# ---------- chapter 6 ----------


def test_the_impact_chapter_shows_what_the_review_led_to(repository: Project) -> None:
    """Norway's three outcomes stand in its chapter with their sources; Rwanda, without any, has no section."""
    shown = impact.outcomes(load_review("norway", project=repository))
    assert shown is not None
    assert shown.html.count("<li>") == 3
    assert "A seat, promised or offered, 2021" in shown.html
    assert "Telling the story" in shown.html
    assert impact.outcomes(load_review("rwanda", project=repository)) is None


def test_outcomes_alone_carry_no_chapter(shelf: Shelf) -> None:
    """Outcomes make the chapter better; without statements and testimonies it is not published."""
    review = shelf.library.reviews["norway"]
    chapter = next(chapter for chapter in CHAPTERS if chapter.id == "impact")
    assert "outcomes" in {need.remedy_english.split()[-1] for need in assess_chapter(review, chapter).have}
    empty: dict[str, pd.DataFrame] = {name: review.tables[name][:0] for name in ("evidence", "testimonies")}
    alone = assess_chapter(replace(review, tables={**review.tables, **empty}), chapter)
    assert not alone.published
