"""What has changed between editions: values, and statuses of one method. All figures are invented."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vsrbook.methods.editions import (
    ASSESSMENT_KINDS,
    KEY,
    SERIES,
    VALUE_KINDS,
    compare_assessments,
    compare_editions,
    summarise_editions,
)

NAN = float("nan")
GROUPS = dict.fromkeys(("sex", "age", "residence", "category"), "")
quick = settings(max_examples=25, deadline=None)


def make_table(default: dict[str, Any], rows: tuple[dict[str, Any], ...]) -> pd.DataFrame:
    """Make a table of rows that differ from a default, typed as the reader types it."""
    kinds = {name: "str" if isinstance(cell, str) else "float64" for name, cell in default.items()}
    kinds |= {"year": "Int64"} if "year" in default else {}
    return pd.DataFrame([default | row for row in rows], columns=list(default)).astype(kinds)


def observe(*rows: dict[str, Any]) -> pd.DataFrame:
    """Make observations: 10 for water in area A, 2020, for everyone, final."""
    place = {"indicator_code": "water", "area_code": "A", "year": 2020}
    return make_table(place | GROUPS | {"value": 10.0, "status": ""}, rows)


def assess(*rows: dict[str, Any]) -> pd.DataFrame:
    """Make assessed series: water in area A, judged moderate by the method eurostat."""
    judged = {"method": "eurostat", "value": 0.7, "score": 2.0, "status": "moderate"}
    return make_table({"indicator_code": "water", "area_code": "A"} | GROUPS | judged, rows)


# ---------- values ----------


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ({}, {}, "unchanged"),
        ({}, {"value": 12.5}, "revised"),
        ({}, {"value": NAN}, "now_missing"),
        ({"value": NAN}, {}, "now_known"),
        ({"value": NAN}, {"value": NAN}, "unchanged"),
        ({"status": "provisional"}, {}, "status_changed"),
        ({"status": "provisional"}, {"value": 12.5}, "revised"),
        ({"status": "suppressed", "value": NAN}, {"value": NAN}, "status_changed"),
        ({"status": "suppressed", "value": 9.0}, {}, "now_known"),
        ({}, {"status": "suppressed"}, "now_missing"),
        ({"value": 0.0}, {"value": 0.0}, "unchanged"),
        ({"value": 0.0}, {"value": NAN}, "now_missing"),
    ],
)
def test_a_pair_of_observations_has_one_kind(old: dict[str, Any], new: dict[str, Any], kind: str) -> None:
    """Coming and going first, then the value, then the status; zero is a value, suppressed is none."""
    (found,) = compare_editions(observe(old), observe(new)).to_dict("records")
    assert found["kind"] == kind


def test_a_revision_has_its_size() -> None:
    """New less old in the unit, and as a part of the old value's size."""
    (found,) = compare_editions(observe({"value": -8.0}), observe({"value": -6.0})).to_dict("records")
    assert (found["old_value"], found["new_value"]) == (-8, -6)
    assert (found["difference"], found["relative_difference"]) == (2, 0.25)
    (found,) = compare_editions(observe({"value": 0.0}), observe({"value": 3.0})).to_dict("records")
    assert found["difference"] == 3
    assert pd.isna(found["relative_difference"])


def test_keys_of_one_edition_only_are_new_or_dropped() -> None:
    """Area, year and group are part of the key; rows come sorted by it, whatever the tables' order."""
    before = observe({"area_code": "B"}, {"sex": "female"}, {"year": 2019})
    after = observe({"year": 2019}, {"area_code": "B", "year": 2021, "value": NAN}, {"sex": "female"})
    found = compare_editions(before, after)
    assert found[["area_code", "year", "sex", "kind"]].to_numpy().tolist() == [
        ["A", 2019, "", "unchanged"],
        ["A", 2020, "female", "unchanged"],
        ["B", 2020, "", "dropped"],
        ["B", 2021, "", "new"],
    ]
    assert list(found["kind"].cat.categories) == list(VALUE_KINDS)
    assert list(found["old_status"].isna()) == [False, False, False, True]


@pytest.mark.parametrize(
    ("old", "new", "tolerance", "kind"),
    [
        (10.2, 10.3, 0.1, "unchanged"),
        (10.2, 10.3, 0.09, "revised"),
        (0.3, 0.1 + 0.2, 0.0, "unchanged"),
        (1e9, 1e9 + 1, 0.0, "revised"),
        (0.0, 1e-9, 0.0, "revised"),
    ],
)
def test_tolerance_is_in_the_unit(old: float, new: float, tolerance: float, kind: str) -> None:
    """A difference of just the tolerance is none, though 10.3 − 10.2 is more than 0.1 in binary."""
    before, after = observe({"value": old}), observe({"value": new})
    assert list(compare_editions(before, after, tolerance=tolerance)["kind"]) == [kind]


def test_suppressed_values_are_not_shown() -> None:
    """The number that the new edition holds back is not in the comparison."""
    after = observe({"value": 4.0, "status": "suppressed"})
    (found,) = compare_editions(observe({}), after).to_dict("records")
    assert pd.isna(found["new_value"])
    assert pd.isna(found["difference"])
    assert found["new_status"] == "suppressed"


def test_empty_cells_match_whether_missing_or_blank() -> None:
    """An edition read without the columns of groups is the same as one with empty ones."""
    bare = observe({}).assign(**{name: pd.Series([None], dtype="str") for name in (*GROUPS, "status")})
    assert list(compare_editions(bare, observe({}))["kind"]) == ["unchanged"]


def test_another_key_may_be_compared() -> None:
    """Where the areas of two editions are one and the same place, the key may leave them out."""
    before, after = observe({"area_code": "old-A"}), observe({"area_code": "A", "value": 11.0})
    found = compare_editions(before, after, key=["indicator_code", "year"])
    assert found[["indicator_code", "year", "kind"]].to_numpy().tolist() == [["water", 2020, "revised"]]


def test_what_cannot_be_compared_is_refused() -> None:
    """A key that stands twice, a missing column and a negative tolerance are errors with a remedy."""
    twice = observe({}, {"value": 11.0})
    with pytest.raises(
        ValueError, match="after: rows that repeat a key: 1, first water, A, 2020; keep one of each"
    ):
        compare_editions(observe({}), twice)
    with pytest.raises(ValueError, match="before: the table lacks sex, status; add the columns"):
        compare_editions(observe({}).drop(columns=["sex", "status"]), observe({}))
    for tolerance in (-1.0, NAN):
        with pytest.raises(ValueError, match="expected 0 or more"):
            compare_editions(observe({}), observe({}), tolerance=tolerance)


def test_first_and_empty_editions_can_be_compared() -> None:
    """With nothing before, all is new; with nothing at all, there are columns and no rows."""
    assert list(compare_editions(observe(), observe({}))["kind"]) == ["new"]
    assert list(compare_editions(observe({}), observe())["kind"]) == ["dropped"]
    found = compare_editions(observe(), observe())
    assert found.empty
    assert {*KEY, "kind", "difference"} <= set(found.columns)


editions = st.lists(
    st.fixed_dictionaries(
        {
            "indicator_code": st.sampled_from(["water", "roads"]),
            "area_code": st.sampled_from(["A", "B"]),
            "year": st.integers(2019, 2021),
            "value": st.sampled_from([NAN, 0.0, 1.0, 2.5]),
            "status": st.sampled_from(["", "provisional", "suppressed"]),
        }
    ),
    max_size=8,
    unique_by=lambda row: (row["indicator_code"], row["area_code"], row["year"]),
)


@given(editions, editions)
@quick
def test_comparing_backwards_mirrors(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> None:
    """Every key has one row, and the comparison the other way round says the opposite."""
    there = compare_editions(observe(*before), observe(*after))
    back = compare_editions(observe(*after), observe(*before))
    keys = {(row["indicator_code"], row["area_code"], row["year"]) for row in before + after}
    assert len(there) == len(keys)
    mirror = {"new": "dropped", "now_missing": "now_known"}
    mirror |= {value: name for name, value in mirror.items()}
    assert [mirror.get(kind, kind) for kind in there["kind"]] == list(back["kind"])
    pd.testing.assert_series_equal(there["difference"], -back["difference"])


@given(editions)
@quick
def test_an_edition_equals_itself(rows: list[dict[str, Any]]) -> None:
    """Nothing has changed between a table and the same table in another order."""
    table = observe(*rows)
    assert compare_editions(table, table[::-1])["kind"].eq("unchanged").all()


def test_comparisons_leave_their_input_as_it_was() -> None:
    """The methods are pure."""
    before, after = observe({}, {"year": 2021, "status": "suppressed"}), assess({}, {"area_code": "B"})
    copies = before.copy(), after.copy()
    compare_editions(before, before)
    compare_assessments(after, after)
    pd.testing.assert_frame_equal(before, copies[0])
    pd.testing.assert_frame_equal(after, copies[1])


# ---------- assessments ----------


def test_a_status_is_compared_within_its_method() -> None:
    """The same method with another status, or with the same one and another score."""
    before = assess({}, {"area_code": "B"})
    after = assess({"status": "significant", "score": 4.5}, {"area_code": "B", "score": 2.5})
    found = compare_assessments(before, after)
    assert found[
        ["area_code", "old_status", "new_status", "score_difference", "kind"]
    ].to_numpy().tolist() == [
        ["A", "moderate", "significant", 2.5, "status_changed"],
        ["B", "moderate", "moderate", 0.5, "unchanged"],
    ]
    assert list(found["kind"].cat.categories) == list(ASSESSMENT_KINDS)


def test_another_method_is_no_change_of_status() -> None:
    """What another method says is shown and not compared, whether its word is the same or not."""
    for status in ("moderate", "off_track"):
        after = assess({"method": "destatis", "status": status, "score": 1.0})
        (found,) = compare_assessments(assess({}), after).to_dict("records")
        assert found["kind"] == "method_changed"
        assert (found["old_method"], found["new_method"]) == ("eurostat", "destatis")
        assert (found["old_status"], found["new_status"]) == ("moderate", status)
        assert pd.isna(found["score_difference"])


def test_several_methods_are_each_compared_with_themselves() -> None:
    """A method beside one that stays is new or dropped; only one that takes another's place is a change."""
    before = assess({}, {"method": "unsd"}, {"area_code": "B"}, {"area_code": "B", "method": "escap"})
    after = assess({}, {"method": "sdsn"}, {"area_code": "B"}, {"area_code": "C"})
    found = compare_assessments(before, after)
    assert found[["area_code", "old_method", "new_method", "kind"]].fillna("").to_numpy().tolist() == [
        ["A", "eurostat", "eurostat", "unchanged"],
        ["A", "unsd", "sdsn", "method_changed"],
        ["B", "escap", "", "dropped"],
        ["B", "eurostat", "eurostat", "unchanged"],
        ["C", "", "eurostat", "new"],
    ]


def test_surplus_methods_stay_new_or_dropped() -> None:
    """Two methods instead of one: the first of their names takes its place, the other is new."""
    before, after = assess({"method": "unsd"}), assess({"method": "sdsn"}, {"method": "escap"})
    found = compare_assessments(before, after)
    assert found[["new_method", "kind"]].to_numpy().tolist() == [["escap", "method_changed"], ["sdsn", "new"]]


def test_groups_are_series_of_their_own() -> None:
    """A status for women is not compared with the one for everyone."""
    found = compare_assessments(assess({}), assess({"sex": "female", "status": "significant"}))
    assert found[["sex", "kind"]].to_numpy().tolist() == [["", "dropped"], ["female", "new"]]


def test_a_missing_status_is_compared_too() -> None:
    """From not assessable (no status) to a status is a change; from none to none is none."""
    none = assess({"status": "", "score": NAN}).assign(status=pd.Series([None], dtype="str"))
    assert list(compare_assessments(none, assess({}))["kind"]) == ["status_changed"]
    assert list(compare_assessments(none, assess({"status": ""}))["kind"]) == ["unchanged"]


def test_a_series_judged_twice_by_a_method_is_refused() -> None:
    """Two statuses of one method for one series cannot be compared."""
    with pytest.raises(ValueError, match="before: rows that repeat a key: 1, first water, A, eurostat; keep"):
        compare_assessments(assess({}, {"score": 1.0}), assess({}))
    with pytest.raises(ValueError, match="after: the table lacks score; add the columns"):
        compare_assessments(assess({}), assess({}).drop(columns="score"))


def test_assessments_of_nothing_have_their_columns() -> None:
    """Two empty tables give an empty one; a first assessment is new."""
    found = compare_assessments(assess(), assess())
    assert found.empty
    assert {*SERIES, "old_method", "new_status", "kind"} <= set(found.columns)
    assert list(compare_assessments(assess(), assess({}))["kind"]) == ["new"]


# ---------- summary ----------


def test_a_summary_counts_every_kind() -> None:
    """One row per indicator, one column per kind, zeros included."""
    before = observe({}, {"year": 2021}, {"indicator_code": "roads"})
    after = observe({"value": 11.0}, {"year": 2021}, {"year": 2022})
    roads, water = summarise_editions(compare_editions(before, after)).to_dict("records")
    zeros = dict.fromkeys(VALUE_KINDS, 0)
    assert roads == zeros | {"indicator_code": "roads", "dropped": 1, "rows": 1}
    assert water == zeros | {"indicator_code": "water", "revised": 1, "new": 1, "unchanged": 1, "rows": 3}


def test_a_summary_by_goal_keeps_dropped_indicators() -> None:
    """An indicator that the new edition no longer declares is counted under no goal."""
    before, after = assess({}, {"indicator_code": "roads"}), assess({"status": "off_track"})
    indicators = pd.DataFrame({"indicator_code": ["water"], "goal": [6]}).astype({"goal": "Int64"})
    found = summarise_editions(compare_assessments(before, after), indicators)
    assert list(found.columns) == ["goal", *ASSESSMENT_KINDS, "rows"]
    assert found["goal"].fillna(0).tolist() == [6, 0]
    assert found[["status_changed", "dropped", "rows"]].to_numpy().tolist() == [[1, 0, 1], [0, 1, 1]]


def test_a_summary_of_nothing_has_its_columns() -> None:
    """An empty comparison has nothing to count."""
    for indicators in (None, pd.DataFrame({"indicator_code": [], "goal": []})):
        found = summarise_editions(compare_editions(observe(), observe()), indicators)
        assert found.empty
        assert {*VALUE_KINDS, "rows"} <= set(found.columns)
