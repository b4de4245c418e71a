"""Coverage and age of data: what there is per area, indicator, year and goal. All figures are invented."""

from __future__ import annotations

from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from vsrbook.methods.coverage import (
    COUNTS,
    availability,
    count_kinds,
    coverage_by_goal,
    freshness,
    is_known,
)

NAN = float("nan")
TEXTS = ("indicator_code", "area_code", "sex", "age", "residence", "category", "status")
AREAS = pd.DataFrame({"area_code": ["B", "A", "C"]})


def observe(*rows: dict[str, Any]) -> pd.DataFrame:
    """Make a table of observations as the reader types it: water, area A, 2020, for everyone, final."""
    default: dict[str, Any] = {"indicator_code": "water", "area_code": "A", "year": 2020, "value": 1.0}
    default |= dict.fromkeys(("sex", "age", "residence", "category", "status"), "")
    lines = [{"row": number, **default, **row} for number, row in enumerate(rows, 2)]
    kinds = dict.fromkeys(TEXTS, "str") | {"year": "Int64", "value": "float64", "row": "int64"}
    return pd.DataFrame(lines, columns=["row", *default]).astype(kinds)


def indicate(**goals: int) -> pd.DataFrame:
    """Make a table of indicators: code → goal."""
    table = pd.DataFrame({"indicator_code": list(goals), "goal": list(goals.values())})
    return table.astype({"indicator_code": "str", "goal": "Int64"})


# ---------- what counts as a value ----------


def test_suppressed_is_not_missing() -> None:
    """A value that is held back is counted as such, with a number in its cell or without."""
    table = observe(
        {},
        {"value": NAN},
        {"value": NAN, "status": "suppressed"},
        {"value": 3.0, "status": "suppressed"},
        {"status": "provisional"},
        {"status": "estimated"},
        {"value": NAN, "status": "provisional"},
    )
    assert list(is_known(table)) == [True, False, False, False, True, True, False]
    assert count_kinds(table).sum().to_dict() == {
        "observations": 7,
        "values": 3,
        "missing": 2,
        "suppressed": 2,
        "provisional": 1,
        "estimated": 1,
    }


def test_status_may_be_empty_or_missing() -> None:
    """A table whose status column was not filled holds final values."""
    table = observe({}, {}).assign(status=pd.Series([None, None], dtype="str"))
    assert list(is_known(table)) == [True, True]


def test_infinite_is_no_value() -> None:
    """A value that is not finite counts as missing."""
    assert count_kinds(observe({"value": float("inf")}))["missing"].sum() == 1


# ---------- availability ----------


def test_availability_counts_groups_per_indicator_area_and_year() -> None:
    """One row per combination that is observed; groups add up in it; undeclared codes are left out."""
    table = observe(
        {},
        {"sex": "female", "value": NAN},
        {"sex": "male", "status": "suppressed", "value": NAN},
        {"area_code": "B", "year": 2015, "status": "provisional"},
        {"area_code": "country"},
        {"indicator_code": "unheard-of"},
    )
    found = availability(table, indicate(water=6), AREAS)
    assert found.astype({"area_code": "str", "indicator_code": "str"}).to_numpy().tolist() == [
        ["water", "B", 2015, 1, 1, 0, 0, 1, 0],
        ["water", "A", 2020, 3, 1, 1, 1, 0, 0],
    ]
    assert list(found.columns) == ["indicator_code", "area_code", "year", *COUNTS]
    assert found["year"].dtype == "Int64"


def test_complete_availability_has_every_combination() -> None:
    """Asked for, combinations that nothing observes come with zeros, in the order of the tables."""
    table = observe({}, {"area_code": "B", "year": 2015})
    found = availability(table, indicate(water=6, roads=9), AREAS, complete=True)
    assert len(found) == 2 * 3 * 2
    assert list(found["area_code"][:6]) == ["B", "B", "A", "A", "C", "C"]
    assert found["values"].sum() == 2
    assert found.loc[found["indicator_code"] == "roads", "observations"].eq(0).all()


def test_availability_of_nothing_has_its_columns() -> None:
    """An empty table gives an empty one."""
    found = availability(observe(), indicate(water=6), AREAS)
    assert found.empty
    assert list(found.columns) == ["indicator_code", "area_code", "year", *COUNTS]


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "indicator_code": st.sampled_from(["water", "roads", "other"]),
                "area_code": st.sampled_from(["A", "B", "X"]),
                "year": st.integers(2018, 2021),
                "sex": st.sampled_from(["", "female"]),
                "value": st.sampled_from([NAN, 0.0, 5.0]),
                "status": st.sampled_from(["", "provisional", "estimated", "suppressed"]),
            }
        ),
        max_size=12,
    )
)
@settings(max_examples=25, deadline=None)
def test_every_observation_counts_once(rows: list[dict[str, Any]]) -> None:
    """Values, missing and suppressed add up to the observations, in long form, complete or by goal."""
    table, indicators = observe(*rows), indicate(water=6, roads=9)
    inside = sum(row["indicator_code"] != "other" and row["area_code"] != "X" for row in rows)
    for found in (
        availability(table, indicators, AREAS),
        availability(table, indicators, AREAS, complete=True),
        coverage_by_goal(table, indicators, AREAS),
    ):
        assert found["observations"].sum() == inside
        assert (found["values"] + found["missing"] + found["suppressed"]).eq(found["observations"]).all()


# ---------- by goal ----------


def test_goal_coverage_counts_what_is_declared_and_what_has_a_value() -> None:
    """Pairs count once however many years and groups; a goal without any value is there with zeros."""
    table = observe(
        {},
        {"year": 2015},
        {"sex": "female"},
        {"area_code": "B"},
        {"area_code": "C", "value": NAN},
        {"area_code": "C", "indicator_code": "toilets", "status": "suppressed", "value": NAN},
        {"area_code": "country", "year": 1990},
    )
    found = coverage_by_goal(table, indicate(water=6, toilets=6, school=4), AREAS).set_index("goal")
    six = found.loc[6]
    assert six[["indicators", "indicators_with_value", "series", "areas", "areas_with_value"]].tolist() == [
        2,
        1,
        2,
        3,
        2,
    ]
    assert (six["pairs"], six["pairs_with_value"], six["share_of_pairs"]) == (6, 2, 2 / 6)
    assert (six["first_year"], six["last_year"]) == (2015, 2020)
    assert six[list(COUNTS)].tolist() == [6, 4, 1, 1, 0, 0]
    four = found.loc[4]
    assert (four["indicators"], four["pairs"], four["share_of_pairs"], four["observations"]) == (1, 3, 0, 0)
    assert four["first_year"] is pd.NA


def test_goal_coverage_without_areas_has_no_share() -> None:
    """Nothing divided by nothing is no share of zero."""
    (found,) = coverage_by_goal(observe({}), indicate(water=6), AREAS[:0]).to_dict("records")
    assert (found["pairs"], found["values"]) == (0, 0)
    assert pd.isna(found["share_of_pairs"])


# ---------- freshness ----------


def test_freshness_says_how_old_values_are() -> None:
    """The latest year of any area, the share of areas that reach it, and the median age over areas."""
    table = observe(
        {"year": 2020},
        {"year": 2012},
        {"year": 2020, "area_code": "B", "sex": "female", "status": "provisional"},
        {"year": 2018, "area_code": "C"},
        {"year": 2010, "area_code": "D"},
        {"year": 2021, "area_code": "D", "value": NAN},
        {"year": 2022, "area_code": "D", "value": 7.0, "status": "suppressed"},
    )
    (found,) = freshness(table, indicate(water=6), as_of=2023).to_dict("records")
    assert (found["latest_year"], found["age"]) == (2020, 3)
    assert (found["areas_with_value"], found["areas_at_latest"], found["share_at_latest"]) == (4, 2, 0.5)
    assert found["median_age"] == 4.0  # ages 3, 3, 5 and 13
    assert [found[name] for name in COUNTS] == [7, 5, 1, 1, 1, 0]


def test_freshness_leaves_later_years_out() -> None:
    """A value for a year after the review's is counted as later, and makes nothing fresher."""
    table = observe({"year": 2019}, {"year": 2030, "status": "estimated"})
    (found,) = freshness(table, indicate(water=6), as_of=2024).to_dict("records")
    assert (found["latest_year"], found["age"], found["values"], found["later"]) == (2019, 5, 1, 1)


def test_freshness_of_nothing_is_missing_not_zero() -> None:
    """A declared indicator without a value has a row, with no age and no share."""
    table = observe({"value": NAN}, {"indicator_code": "other"})
    found = freshness(table, indicate(roads=9, water=6), as_of=2024)
    assert list(found["indicator_code"]) == ["roads", "water"]
    assert found[["latest_year", "age", "share_at_latest", "median_age"]].isna().all(axis=None)
    assert found["observations"].tolist() == [0, 1]
    assert found[["areas_with_value", "values", "later"]].eq(0).all(axis=None)
    assert freshness(observe(), indicate(water=6), as_of=2024)["observations"].tolist() == [0]


def test_methods_leave_their_input_as_it_was() -> None:
    """The methods are pure."""
    table, indicators, areas = observe({}, {"value": NAN}), indicate(water=6), AREAS.copy()
    before = table.copy(), indicators.copy(), areas.copy()
    availability(table, indicators, areas)
    coverage_by_goal(table, indicators, areas)
    freshness(table, indicators, as_of=2024)
    for now, then in zip((table, indicators, areas), before, strict=True):
        pd.testing.assert_frame_equal(now, then)
