"""Reviews: params and tables are checked against each other, and loaded whole or not at all."""

from __future__ import annotations

import copy
import pickle
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from vsrbook import text
from vsrbook.library import load_library
from vsrbook.naming import area_names
from vsrbook.problems import Problem, ReviewError
from vsrbook.project import Project
from vsrbook.review import (
    Review,
    check_project,
    empty_table,
    find_empty,
    is_share,
    load_review,
    path_of,
    read_reference,
    read_review,
    row_ids,
)
from vsrbook.tables import REFERENCE_TABLES, TABLES, Table


def edit(project: Project, name: str, old: str, new: str, count: int = -1) -> None:
    """Change the params ("params") or a table of the sample association."""
    path = project.params / "samplia.yml" if name == "params" else project.data / "samplia" / f"{name}.csv"
    before = path.read_text("utf-8")
    assert old in before, f"{old!r} does not stand in {path}"
    path.write_text(before.replace(old, new, count), "utf-8")


def add_table(project: Project, name: str, *rows: str) -> None:
    """Give the sample association one more table; each row is CSV, the header is the contract's."""
    path = project.data / "samplia" / f"{name}.csv"
    path.write_text("\n".join((",".join(TABLES[name].names), *rows)) + "\n", "utf-8")
    edit(project, "params", "tables:\n", f"tables:\n  {name}: {name}.csv\n")


def add_association(project: Project, slug: str) -> None:
    """Make another association of the same files."""
    shutil.copy(project.params / "samplia.yml", project.params / f"{slug}.yml")
    shutil.copytree(project.data / "samplia", project.data / slug)


def found(project: Project, *slugs: str) -> list[str]:
    """Return what check finds, as it prints it."""
    return [str(problem) for problem in check_project(project, slugs)]


def test_the_sample_has_no_problem(project: Project) -> None:
    """The sample association is good."""
    assert found(project) == []
    assert find_empty(project) == []


def test_the_shipped_associations_have_no_error(repository: Project) -> None:
    """What the repository publishes is free of errors."""
    assert [str(problem) for problem in check_project(repository) if problem.is_error] == []


# Between the tables


@pytest.mark.parametrize(
    ("name", "old", "new", "line"),
    [
        (
            "observations",
            "toilets,01,",
            "toilets,S1,",
            "data/samplia/observations.csv:11 area_code: unknown area 'S1'; did you mean 'S'?",
        ),
        (
            "observations",
            "water,S,2020,,,,,",
            "watr,S,2020,,,,,",
            "data/samplia/observations.csv:3 indicator_code: unknown indicator 'watr'; did you mean 'water'?",
        ),
        (
            "observations",
            "toilets,",
            "latrines,",
            "data/samplia/observations.csv:10 indicator_code: unknown indicator 'latrines' (in 5 rows); "
            "add it to indicators, or correct the code",
        ),
        (
            "evidence",
            "samplia-1,visibility",
            "samplia-1,visibilty",
            "data/samplia/evidence.csv:2 impact_id: unknown impact 'visibilty'; did you mean 'visibility'?",
        ),
        (
            "areas",
            "2020,sample",
            "2020,sampel",
            "data/samplia/areas.csv:2 source_id: unknown source 'sampel' (in 5 rows); did you mean 'sample'?",
        ),
        (
            "areas",
            "municipality,S,100",
            "municipality,X,100",
            "data/samplia/areas.csv:3 parent_code: unknown area 'X'; add it to areas, or correct the code",
        ),
        (
            "areas",
            "municipality,S,100",
            "municipality,01,100",
            "data/samplia/areas.csv:3 parent_code: '01' lies in itself; "
            "name the larger area it lies in, or leave it empty",
        ),
        (
            "indicators",
            "water,6,6.1,",
            "water,6,7.1,",
            "data/samplia/indicators.csv:2 target: target 7.1 belongs to goal 7, not to goal 6; "
            "correct one of them",
        ),
        (
            "indicators",
            ",6.1.1,",
            ",16.1.1,",
            "data/samplia/indicators.csv:2 global_indicator: global_indicator 16.1.1 belongs to goal 16, "
            "not to goal 6; correct one of them",
        ),
        (
            "observations",
            ",50,400",
            ",150,400",
            "data/samplia/observations.csv:2 value: warning: 150 % is outside 0 to 100; "
            "check the value and the unit",
        ),
        (
            "sources",
            "2026,,,",
            "2026,ftp://example.org,,",
            "data/samplia/sources.csv:2 url: 'ftp://example.org' is no web address; it begins with https://",
        ),
    ],
)
def test_what_does_not_fit_together(project: Project, name: str, old: str, new: str, line: str) -> None:
    """A table that does not fit to the others gives one line."""
    edit(project, name, old, new)
    assert found(project) == [line]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            "source: sample",
            "source: sampel",
            "params/samplia.yml association.members.source: unknown source 'sampel'; did you mean 'sample'?",
        ),
        (
            "standing: sample",
            "standing: sample\nvnr: {year: 2026, source: letter}",
            "params/samplia.yml vnr.source: unknown source 'letter'; add it to the table sources",
        ),
        (
            "standing: sample",
            "standing: sample\nsurvey: {invited: 4, answered: 2, source: poll}",
            "params/samplia.yml survey.source: unknown source 'poll'; add it to the table sources",
        ),
        (
            "standing: sample",
            "standing: sample\nhighlights: [water, toilet]",
            "params/samplia.yml highlights[1]: unknown indicator 'toilet'; did you mean 'toilets'?",
        ),
        (
            "area_level: municipality",
            "area_level: municipalty",
            "params/samplia.yml area_level: no area has the level 'municipalty'; did you mean 'municipality'?",
        ),
        (
            "area_level: municipality",
            "area_level: parish",
            "params/samplia.yml area_level: no area has the level 'parish'; "
            "the table areas has country, municipality",
        ),
        (
            "area_level: municipality\n",
            "",
            "params/samplia.yml area_level: is missing: there are several areas; "
            "one of country, municipality",
        ),
        (
            "evidence: evidence.csv",
            "evidence: evidense.csv",
            "data/samplia/evidense.csv: there is no such file; did you mean 'evidence.csv'?",
        ),
        (
            "evidence: evidence.csv",
            "evidence: {file: figures.xlsx, sheet: Evidence}",
            "data/samplia/figures.xlsx: there is no such file; "
            "put the file there, or take the table out of the params",
        ),
    ],
)
def test_params_that_do_not_fit_the_tables(project: Project, old: str, new: str, line: str) -> None:
    """Params that name what no table has give one line."""
    edit(project, "params", old, new)
    assert found(project) == [line]


def test_a_missing_table_is_said_once(project: Project) -> None:
    """Where the areas cannot be read, no area is called unknown: the one fault is said, not its consequences."""
    edit(project, "params", "areas: areas.csv", "areas: area.csv")
    assert found(project) == ["data/samplia/area.csv: there is no such file; did you mean 'areas.csv'?"]


def test_areas_in_a_circle_are_all_named(project: Project) -> None:
    """Every area of the circle is named, and none that merely lies in one of them."""
    edit(project, "areas", "Samplia,country,,", "Samplia,country,01,")
    remedy = "name the larger area it lies in, or leave it empty"
    assert found(project) == [
        f"data/samplia/areas.csv:2 parent_code: 'S' lies in itself; {remedy}",
        f"data/samplia/areas.csv:3 parent_code: '01' lies in itself; {remedy}",
    ]


def test_a_share_of_something_that_can_be_exceeded(project: Project) -> None:
    """Debt may be 150 % of GDP."""
    edit(project, "observations", ",50,400", ",150,400")
    edit(project, "indicators", "% of households", "% of GDP")
    assert found(project) == []


def test_which_units_are_shares() -> None:
    """A change in percent, and a share of GDP or GNI, may be above 100 or below 0."""
    units = pd.Series(
        ["%", "% of households", "% of GDP", "% of GNI", "% change", "number", "per 100 people"]
    )
    assert is_share(units).fillna(False).tolist() == [True, True, False, False, False, False, False]


def test_countries_of_practices_are_codes(project: Project) -> None:
    """A practice names countries by their codes."""
    names = TABLES["practices"].names
    cells = {"practice_id": "p1", "title": "Taps", "source_id": "sample", "location": "p. 1"}
    add_table(project, "practices", ",".join((cells | {"countries": "NO; Sweden"}).get(n, "") for n in names))
    assert found(project) == [
        "data/samplia/practices.csv:2 countries: unknown country 'Sweden'; "
        "use ISO 3166-1 alpha-2 codes, such as BE"
    ]


def test_every_problem_is_said_in_one_run(project: Project) -> None:
    """All problems of all associations come at once, sorted by file and row."""
    add_association(project, "betania")
    edit(project, "observations", "water,S,2015,,,,,50", "water,S,2015,,,,,fifty")
    edit(project, "observations", "toilets,04", "toilets,4")
    edit(project, "indicators", "water,6,", "water,18,")
    edit(project, "evidence", "visibility,", "visible,")
    (project.params / "betania.yml").write_text("association: 1\n", "utf-8")
    (project.data / "reference" / "impacts.csv").write_text("impact_id\nx\n", "utf-8")
    problems = check_project(project)
    files = [problem.file for problem in problems]
    assert files == sorted(files)
    assert {
        "data/betania",
        "data/reference/impacts.csv",
        "data/samplia/evidence.csv",
        "data/samplia/indicators.csv",
        "data/samplia/observations.csv",
        "params/betania.yml",
    } == set(files)
    rows = [problem.row for problem in problems if problem.file == "data/samplia/observations.csv"]
    assert rows == [2, 14]
    assert len(set(problems)) == len(problems)


def test_only_the_associations_named_are_checked(project: Project) -> None:
    """A fault of another association does not stand in the way."""
    add_association(project, "betania")
    (project.params / "betania.yml").write_text("association: 1\n", "utf-8")
    assert found(project, "samplia") == []
    assert found(project, "betania")


def test_declared_tables_without_rows_are_found(project: Project) -> None:
    """A table of the params that has no row is found, with what to do."""
    add_table(project, "challenges")
    assert found(project) == []
    assert [str(problem) for problem in find_empty(project)] == [
        "data/samplia/challenges.csv: the table has no rows; "
        "fill it, or take challenges out of the params; with --draft it may stay empty"
    ]


def test_reference_tables_are_checked_as_well(project: Project) -> None:
    """What all associations share is held to its contract and its sources."""
    path = project.data / "reference" / "impacts.csv"
    path.write_text(path.read_text("utf-8").replace("uclg-insights-note", "uclg-note", 1), "utf-8")
    (line,) = found(project)
    assert line.startswith("data/reference/impacts.csv:2 source_id: unknown source 'uclg-note'")


# Loading


def test_a_review_is_loaded(project: Project) -> None:
    """A review has the association, every table and what all share."""
    review = load_review("samplia", project=project)
    assert (review.slug, review.place, review.edition) == ("samplia", "Samplia", "2026")
    assert list(review.tables) == list(TABLES)
    assert review.observations is review.tables["observations"]
    assert len(review.reference.impacts) == 13
    assert review.goals == [6]
    assert list(review.compared_areas["area_code"]) == ["01", "02", "03", "04"]
    assert review.whole_area is not None
    assert review.whole_area["name"] == "Samplia"
    assert review.sources_by_id["sample"]["title"] == "Invented figures"
    assert path_of(review, "areas") == project.data / "samplia" / "areas.csv"
    assert not hasattr(review, "nonsense")


def test_missing_text_is_empty_and_a_missing_number_is_nan(project: Project) -> None:
    """A notebook never meets a text that is no text."""
    review = load_review("samplia", project=project)
    observations = review.tables["observations"]
    assert observations["sex"].tolist() == [""] * 13
    assert observations["value"].isna().sum() == 1
    assert review.tables["indicators"]["target_year"].isna().tolist() == [False, True]


def test_loading_sets_the_language(project: Project) -> None:
    """Words and numbers are written in the language of the edition from then on."""
    load_review("samplia", language="fr", project=project)
    assert text.language() == "fr"
    load_review("samplia", project=project)
    assert text.language() == "en"


def test_loading_fails_with_every_error(project: Project) -> None:
    """A review with errors is not loaded; the error carries all of them and no warning."""
    edit(project, "observations", ",50,400", ",150,400")
    edit(project, "observations", "toilets,01", "toilets,11")
    edit(project, "evidence", "visibility,", "visibilty,")
    edit(project, "params", "municipality", "parish")
    with pytest.raises(ReviewError) as raised:
        load_review("samplia", project=project)
    assert [problem.column for problem in raised.value.problems] == ["impact_id", "area_code", "area_level"]
    assert all(problem.is_error for problem in raised.value.problems)
    assert str(raised.value).count("\n") == 2


def test_a_warning_does_not_stop_publication(project: Project) -> None:
    """A doubtful value is loaded as it is."""
    edit(project, "observations", ",50,400", ",150,400")
    review = load_review("samplia", project=project)
    assert review.tables["observations"]["value"].max() == 150


def test_only_some_tables_may_be_read(project: Project) -> None:
    """What reads one table need not wait for all; nothing is checked between them, and any other is an error."""
    edit(project, "evidence", "visibility,", "visibilty,")
    review, problems = read_review(project, "samplia", only=["evidence"])
    assert problems == []
    assert review is not None
    assert len(review.tables["evidence"]) == 1
    for read in (
        lambda: review.tables["observations"],
        lambda: review.observations,
        lambda: review.tables.get("observations"),
    ):
        with pytest.raises(
            ReviewError, match="reads 'observations', but does not declare it; add it to tables="
        ):
            read()
    with pytest.raises(ReviewError, match="reads 'previous', but does not declare it"):
        review.previous.get("observations")
    with pytest.raises(ReviewError, match="goes through all tables, but declares only some"):
        list(review.tables.values())
    with pytest.raises(AttributeError):
        review.no_such_table  # noqa: B018  # what is asked for is the error


def test_a_review_of_params_that_cannot_be_read_is_none(project: Project) -> None:
    """There is nothing to show of an association that nobody can name."""
    (project.params / "samplia.yml").write_text("x: 1\n", "utf-8")
    review, problems = read_review(project, "samplia")
    assert review is None
    assert problems


def test_a_second_reading_gives_the_same_review(project: Project) -> None:
    """Tables from the cache are the tables from the files."""
    first, again = (load_review("samplia", project=project) for _time in range(2))
    assert (project.build / "tables").is_dir()
    for name in TABLES:
        pd.testing.assert_frame_equal(first.tables[name], again.tables[name])


def test_a_review_can_be_copied(project: Project) -> None:
    """A variation of a review shares its tables."""
    review = load_review("samplia", project=project)
    assert copy.copy(review).tables is review.tables
    assert replace(review, draft=True).reference is review.reference


def test_a_review_can_be_sent_to_another_process(project: Project) -> None:
    """A review comes out of a pickle as it went in."""
    review = load_review("samplia", project=project)
    again = pickle.loads(pickle.dumps(review))  # noqa: S301  # our own bytes
    pd.testing.assert_frame_equal(review.tables["areas"], again.tables["areas"])
    pd.testing.assert_frame_equal(review.reference.impacts, again.reference.impacts)


def test_all_reviews_are_loaded_together(project: Project) -> None:
    """The library holds every association."""
    add_association(project, "betania")
    library = load_library(project=project)
    assert list(library.reviews) == ["betania", "samplia"]


# Tables that are not there


@pytest.mark.parametrize("table", [*TABLES.values(), *REFERENCE_TABLES.values()], ids=lambda t: t.name)
def test_an_empty_table_has_the_columns_of_its_contract(table: Table) -> None:
    """A table that an association does not have can be used like one that it has."""
    frame = empty_table(table)
    assert frame.empty
    assert list(frame.columns) == ["row", *table.names]
    for column in table.columns:
        kind = str(frame[column.name].dtype)
        assert kind == {"number": "float64", "integer": "Int64", "year": "Int64"}.get(column.kind, "str")


def test_an_empty_table_and_a_filled_one_have_the_same_types(project: Project) -> None:
    """What works with rows works without."""
    review = load_review("samplia", project=project)
    for name in ("areas", "indicators", "observations", "evidence", "sources"):
        pd.testing.assert_series_equal(review.tables[name].dtypes, empty_table(TABLES[name]).dtypes)


def test_a_missing_reference_table_is_empty(project: Project) -> None:
    """A project without data/reference/ can be read."""
    shutil.rmtree(project.data / "reference")
    reference, problems = read_reference(project)
    assert problems == []
    assert reference.associations.empty


# Names and rows


def with_second_alfa(project: Project) -> Review:
    """Load the sample with two provinces and a place called Alfa in each."""
    rows = [
        "P1,North,province,S",
        "P2,South,province,S",
        "11,Alfa,municipality,P1",
        "12,Alfa,municipality,P2",
    ]
    areas = project.data / "samplia" / "areas.csv"
    kept = [line for line in areas.read_text("utf-8").splitlines() if not line.startswith("01,")]
    areas.write_text("\n".join(kept + [f"{row},,,,,,,sample" for row in rows]) + "\n", "utf-8")
    edit(project, "observations", ",01,", ",11,")
    return load_review("samplia", project=project)


def test_two_areas_of_one_name_stay_two(project: Project) -> None:
    """Two areas called Alfa are told apart by the area they lie in; the others keep their names."""
    names = area_names(with_second_alfa(project))
    assert names["11"] == "Alfa (North)"
    assert names["12"] == "Alfa (South)"
    assert names["02"] == "Beta"
    assert len(set(names.values())) == len(names)


def test_two_areas_of_one_name_in_one_area_stay_two(project: Project) -> None:
    """Where the larger area does not tell them apart either, the code does."""
    edit(project, "areas", "02,Beta", "02,Alfa")
    names = area_names(load_review("samplia", project=project))
    assert len(set(names.values())) == len(names)


@pytest.mark.parametrize(
    ("rows", "ids"),
    [
        ([], ()),
        ([7], ("areas:7",)),
        ([2, 3, 4], ("areas:2-4",)),
        ([4, 2, 3, 3], ("areas:2-4",)),
        ([2, 4, 5, 9], ("areas:2", "areas:4-5", "areas:9")),
    ],
)
def test_rows_are_drawn_together(rows: list[int], ids: tuple[str, ...]) -> None:
    """The ids of rows that follow each other are one range."""
    assert row_ids("areas", pd.DataFrame({"row": pd.Series(rows, dtype="int64")})) == ids


def test_one_row_has_an_id() -> None:
    """A single row may be given as it comes from a frame."""
    assert row_ids("areas", pd.Series({"row": 5, "name": "Alfa"})) == ("areas:5",)


# Problems


@pytest.mark.parametrize(
    ("problem", "line"),
    [
        (Problem("a.csv", "is empty"), "a.csv: is empty"),
        (Problem("a.csv", "is empty", "fill it", 3, "name"), "a.csv:3 name: is empty; fill it"),
        (Problem("a.csv", "is odd", level="warning"), "a.csv: warning: is odd"),
    ],
)
def test_a_problem_is_one_line(problem: Problem, line: str) -> None:
    """File, row, column, what is wrong, what to do; a warning is called one."""
    assert str(problem) == line


def test_a_slug_that_is_a_path_is_refused(project: Project, tmp_path: Path) -> None:
    """A slug that is a path reads no file outside of the project's params."""
    (tmp_path / "outside.yml").write_text((project.params / "samplia.yml").read_text("utf-8"), "utf-8")
    with pytest.raises(ReviewError):
        load_review("../../outside", project=project)
