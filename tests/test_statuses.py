"""What chapters say of progress: status per goal, where methods disagree, what has changed since the last edition."""

from __future__ import annotations

from pathlib import Path

import pytest

from vsrbook.assessing import compare_published
from vsrbook.chapters import goal_areas, methodology, revisions, statuses
from vsrbook.chapters.goal import evidence_on
from vsrbook.figures import Block, Figure
from vsrbook.methods.progress import METHODS, REASONS
from vsrbook.project import Project
from vsrbook.review import Review, load_review

HEAD = "indicator_code,area_code,year,sex,age,residence,category,value,weight,status,source_id,note"


def write(path: Path, *lines: str) -> None:
    """Write a table."""
    path.write_text("\n".join(lines) + "\n", "utf-8")


def judged(project: Project, *keys: str) -> Review:
    """Load the sample review with keys added to its params."""
    path = project.params / "samplia.yml"
    path.write_text(path.read_text("utf-8") + "".join(f"{key}\n" for key in keys), "utf-8")
    return load_review("samplia", project=project)


def words(*items: object) -> str:
    """Return what blocks and figures say, without tags, with plain spaces."""
    parts = [item for many in items for item in (many if isinstance(many, list) else [many]) if item]
    assert all(isinstance(part, Block | Figure) for part in parts)
    texts = [part._repr_mimebundle_()["text/plain"] for part in parts]  # type: ignore[attr-defined]  # both have it
    return "\n".join(texts).replace("\u00a0", " ")


def test_nothing_is_judged_unless_a_method_is_chosen(project: Project) -> None:
    """Without progress: in the params no status stands on any page."""
    review = load_review("samplia", project=project)
    assert statuses.status_chart(review) is None
    assert statuses.goal_status_table(review) is None
    assert statuses.method_comparison(review) is None
    assert statuses.series_status_table(evidence_on(review, 6)) is None


@pytest.mark.parametrize("method", METHODS)
def test_every_method_status_and_reason_has_words(method: str) -> None:
    """A reader never sees a code: each status of each method has its words."""
    assert method in statuses.TITLES
    for status in METHODS[method].statuses:
        assert status.name in statuses.STATUSES, status.name
    assert all(" " in reason for reason in REASONS.values())


def test_the_status_chart_says_how_many_could_be_judged(project: Project) -> None:
    """Title, alt text and note name the figures, the method and the reasons why the others are not judged."""
    chart = statuses.status_chart(judged(project, "progress: {method: eurostat}"))
    assert chart is not None
    assert chart.title == "1 of 2 series can be judged; most of them, 1, show “moderate progress”"
    assert "Goal 6: Clean water and sanitation, moderate progress: 1" in chart.alt
    assert "Eurostat-type method, rules of version 1, from 2015 on" in chart.note
    assert chart.table.columns.tolist() == ["Goal", "moderate progress", "cannot be judged"]


def test_a_goal_names_its_rule_and_its_coverage(project: Project) -> None:
    """What several series say together names the method's rule, and how many could not be judged."""
    said = words(statuses.goal_status_table(judged(project, "progress: {method: open-sdg}")))
    assert "Status per goal (Open SDG progress measure, rules of version 1)" in said
    assert "How several series are put together: mean score" in said


def test_each_series_shows_the_values_it_is_judged_on(project: Project) -> None:
    """The page of a goal gives base and latest value with their years beside the status."""
    review = judged(project, "progress: {method: unsd}")
    said = words(statuses.series_status_table(evidence_on(review, 6)))
    assert "50 % in 2015 → 60 % in 2020" in said


def test_methods_are_set_side_by_side(project: Project) -> None:
    """Each method has a column of its own; nothing is averaged, and the disagreement is counted."""
    review = judged(project, "progress: {method: eurostat}")
    blocks = statuses.method_comparison(review)
    assert blocks is not None
    said = words(blocks)
    assert "Of 1 series, they disagree on 0" in said
    assert "eurostatopen-sdgunsd" in said


def test_a_series_declared_apart_is_judged_in_place_of_the_total(project: Project) -> None:
    """A series that the table names is judged by its own rules, and stands for its indicator."""
    write(
        project.data / "samplia" / "series.csv",
        "indicator_code,area_code,residence,direction,base_year,target_value,source_id",
        "water,S,urban,down,2019,50,sample",
    )
    write_more(project, "water,S,2019,,,urban,,70,200,,sample,")
    review = judged(project, "  series: series.csv", "progress: {method: eurostat}")
    said = words(statuses.series_status_table(evidence_on(review, 6)))
    assert "Piped water – urban" in said
    assert "70 % in 2019 → 80 % in 2020" in said
    assert "moving away" in said
    assert compare_published(review, statuses.assess_whole(review, "eurostat")).empty


def write_more(project: Project, *rows: str) -> None:
    """Add rows to the sample's observations."""
    path = project.data / "samplia" / "observations.csv"
    path.write_text(path.read_text("utf-8") + "".join(f"{row}\n" for row in rows), "utf-8")


def test_a_provisional_value_is_said_with_the_status(project: Project) -> None:
    """A status that rests on a value that is not final says so."""
    path = project.data / "samplia" / "observations.csv"
    text = path.read_text("utf-8").replace(
        "water,S,2020,,,,,60,400,,", "water,S,2020,,,,,60,400,provisional,"
    )
    path.write_text(text, "utf-8")
    review = judged(project, "progress: {method: eurostat}")
    assert "rests on a provisional or estimated value" in words(
        statuses.series_status_table(evidence_on(review, 6))
    )


def test_editions_are_compared(project: Project) -> None:
    """Revised, new and dropped values are counted; revisions and changed statuses are listed."""
    write(
        project.data / "samplia" / "before.csv",
        HEAD,
        "water,S,2015,,,,,58,400,,sample,",
        "water,S,2020,,,,,59,400,provisional,sample,",
        "water,S,2010,,,,,40,400,,sample,",
    )
    keys = ('previous: {edition: "2025", observations: before.csv}', "progress: {method: eurostat}")
    review = judged(project, *keys)
    counts = words(revisions.revision_counts(review))
    assert "This edition compared with that of 2025" in counts
    assert "Revised values 2" in counts.replace("values2", "values 2")
    listed = words(revisions.revision_table(review))
    assert "58 % of households" in listed
    assert "50 % of households" in listed
    changed = words(revisions.status_changes(review))
    assert "Piped water" in changed


def test_without_a_last_edition_nothing_is_compared(project: Project) -> None:
    """The section is left out where the params declare no previous edition."""
    review = load_review("samplia", project=project)
    assert revisions.revision_counts(review) is None
    assert revisions.revision_table(review) is None
    assert revisions.status_changes(review) is None


def test_a_last_edition_with_faults_is_an_error(project: Project) -> None:
    """The tables of the last edition are checked like any other."""
    write(project.data / "samplia" / "before.csv", HEAD, "water,S,2015,,,,,many,400,,sample,")
    path = project.params / "samplia.yml"
    path.write_text(
        path.read_text("utf-8") + 'previous: {edition: "2025", observations: before.csv}\n', "utf-8"
    )
    with pytest.raises(Exception, match=r"data/samplia/before\.csv:2 value: "):
        load_review("samplia", project=project)


def test_inequality_needs_enough_areas(project: Project) -> None:
    """Three areas are too few to be measured; Kenya's 47 counties are measured, by count and by inhabitants."""
    assert goal_areas.disparity_table(evidence_on(load_review("samplia", project=project), 6)) is None
    kenya = load_review("kenya", project=Project(Path(__file__).resolve().parents[1]))
    said = words(goal_areas.disparity_table(evidence_on(kenya, 6)))
    assert "Gini, by inhabitants" in said
    assert "Fewer than 5 areas are not measured" in said


def test_completeness_is_shown_goal_by_goal(project: Project) -> None:
    """How many pairs of indicator and area have a value, and for which years."""
    said = words(methodology.goal_coverage(load_review("samplia", project=project)))
    assert "Goal 6: Clean water and sanitation" in said
    assert "How complete the values for municipalities are, goal by goal" in said
