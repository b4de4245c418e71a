"""Small counts that are hidden stay hidden: a gallery of tables, then random ones against SciPy. All invented."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.linalg
import scipy.optimize
from hypothesis import given, settings
from hypothesis import strategies as st

from vsrbook.methods.suppression import find_small, hide_rows
from vsrbook.methods.suppression.counts import is_count, is_share, measure_counts
from vsrbook.methods.suppression.elimination import eliminate_unknowns, find_derivations

NAN = float("nan")
SEXES = ("", "female", "male")
INDICATORS = pd.DataFrame(
    {
        "indicator_code": ["people", "share", "rate", "money"],
        "unit": ["persons", "% of households", "per 1,000 people", "US dollars"],
        "weight_unit": ["", "households", "persons", ""],
    }
)


def list_areas(lines: str) -> pd.DataFrame:
    """Make areas of "area parent level" lines; the country's parent is "-"."""
    rows = [line.split() for line in lines.strip().splitlines()]
    table = pd.DataFrame(rows, columns=["area_code", "parent_code", "level"])
    return table.assign(parent_code=table["parent_code"].replace("-", ""))


def list_observations(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Make observations of the columns that matter; the others are empty."""
    blank = {
        "indicator_code": "people",
        "area_code": "C",
        "year": 2020,
        **dict.fromkeys(("sex", "age", "residence", "category", "status", "source_id", "note"), ""),
        "value": NAN,
        "weight": NAN,
    }
    table = pd.DataFrame([blank | row for row in rows], columns=list(blank)).astype({"year": "Int64"})
    return table.assign(row=range(2, len(table) + 2))


def list_values(values: dict[str, float], **columns: Any) -> list[dict[str, Any]]:
    """Make one row for each area."""
    return [{"area_code": area, "value": value, **columns} for area, value in values.items()]


def find_hidden(rows: list[dict[str, Any]], areas: pd.DataFrame, minimum: int = 5) -> list[str]:
    """Return the hidden rows as "area", or "area sex"; with the sexes of more than one letter shortened."""
    table = list_observations(rows)
    hidden = table[find_small(table, areas, INDICATORS, minimum)]
    return [f"{row.area_code} {row.sex[:1]}".strip() for row in hidden.itertuples()]


FLAT = list_areas(
    """
    C - country
    A C district
    B C district
    D C district
    """
)
DEEP = list_areas(
    """
    C  - country
    P  C province
    Q  C province
    P1 P district
    P2 P district
    Q1 Q district
    Q2 Q district
    Q3 Q district
    """
)
DEEP_VALUES = {"C": 170.0, "P": 63.0, "Q": 107.0, "P1": 3.0, "P2": 60.0, "Q1": 20.0, "Q2": 37.0, "Q3": 50.0}


# ---------- gallery ----------


def test_nothing_is_hidden_without_small_counts() -> None:
    """A table with no count below the minimum stays as it is."""
    assert find_hidden(list_values({"C": 60, "A": 5, "B": 15, "D": 40}), FLAT) == []


def test_one_small_sibling_takes_the_smallest_other_with_it() -> None:
    """Of three siblings, the small one and the smallest other are hidden; the total is shown."""
    assert find_hidden(list_values({"C": 63, "A": 3, "B": 40, "D": 20}), FLAT) == ["A", "D"]


def test_ties_go_to_the_first_row() -> None:
    """Of two equal partners, the one that stands first in the table is hidden."""
    assert find_hidden(list_values({"D": 20, "C": 43, "B": 20, "A": 3}), FLAT) == ["D", "A"]


def test_two_small_siblings_of_a_small_sum_need_a_third() -> None:
    """1 and 2, hidden together, would still be known to be 3: one more is hidden."""
    assert find_hidden(list_values({"C": 63, "A": 1, "B": 2, "D": 60}), FLAT) == ["A", "B", "D"]


def test_two_small_siblings_of_a_large_sum_suffice() -> None:
    """3 and 4 are 7 together: nothing else is hidden."""
    assert find_hidden(list_values({"C": 67, "A": 3, "B": 4, "D": 60}), FLAT) == ["A", "B"]


def test_zero_stays_and_hides_nothing() -> None:
    """0 is not small, and is no partner while there is another."""
    assert find_hidden(list_values({"C": 60, "A": 0, "B": 20, "D": 40}), FLAT) == []
    assert find_hidden(list_values({"C": 43, "A": 3, "B": 0, "D": 40}), FLAT) == ["A", "D"]


def test_the_total_is_hidden_where_there_is_no_other() -> None:
    """With nothing but zeros beside it, the small count's total is hidden, which equals it."""
    assert find_hidden(list_values({"C": 3, "A": 3, "B": 0, "D": 0}), FLAT) == ["C", "A"]
    only = list_areas("C - country\nA C district")
    assert find_hidden([*list_values({"A": 9}, status="suppressed"), *list_values({"C": 9})], only) == [
        "A",
        "C",
    ]


def test_a_hidden_district_is_protected_in_its_province() -> None:
    """A partner in the same province is enough: province and country are shown."""
    assert find_hidden(list_values(DEEP_VALUES), DEEP) == ["P1", "P2"]


def test_an_only_child_hides_its_parent_and_a_partner_of_that() -> None:
    """A province with one small district is hidden, so another province is, and one of its districts."""
    areas = list_areas("C - country\nP C province\nQ C province\nP1 P district\nQ1 Q district\nQ2 Q district")
    rows = list_values({"C": 63, "P": 3, "Q": 60, "P1": 3, "Q1": 25, "Q2": 35})
    assert find_hidden(rows, areas) == ["P", "Q", "P1", "Q1"]


def test_a_hidden_province_is_not_the_sum_of_its_districts() -> None:
    """A province that its source suppressed takes another, and a district in each, with it."""
    values = DEEP_VALUES | {"P1": 13, "P": 73, "C": 180}
    rows = list_values(values)
    rows[1] |= {"status": "suppressed", "value": NAN}
    assert find_hidden(rows, DEEP) == ["P", "Q", "P1", "Q1"]


def test_a_missing_province_is_no_protection() -> None:
    """Without rows for provinces, the country is the sum of the districts."""
    rows = list_values({area: value for area, value in DEEP_VALUES.items() if area not in "PQ"})
    assert find_hidden(rows, DEEP) == ["P1", "Q1"]


def test_a_missing_district_is_protection() -> None:
    """A sibling without a row is not known, so the small count does not follow from the others."""
    rows = list_values({"C": 103, "A": 3, "B": 40})
    assert find_hidden(rows, FLAT) == ["A"]
    assert find_hidden([*rows, *list_values({"D": NAN})], FLAT) == ["A"]


def test_a_missing_district_that_must_be_zero_is_none() -> None:
    """Where the siblings that have rows add up to the total, the missing one is zero."""
    assert find_hidden(list_values({"C": 43, "A": 3, "B": 40}), FLAT) == ["A", "B"]


def test_sexes_add_up_within_an_area_and_over_areas() -> None:
    """A small count of women hides the men of the area, and a pair of another area."""
    rows = []
    for sex, values in zip(SEXES, ((130, 23, 47, 60), (63, 3, 27, 33), (67, 20, 20, 27)), strict=True):
        rows += list_values(dict(zip("CABD", values, strict=True)), sex=sex)
    assert find_hidden(rows, FLAT) == ["A f", "B f", "A m", "B m"]


def test_women_follow_from_everyone_and_men() -> None:
    """A row that is left out, and follows from two that are not, is no protection."""
    rows = []
    for sex, values in zip(SEXES, ((130, 23, 47, 60), (63, 3, 27, 33), (67, 20, 20, 27)), strict=True):
        rows += list_values(dict(zip("CABD", values, strict=True)), sex=sex)
    left_out = [("B", "female"), ("A", "male"), ("A", "")]
    kept = [row for row in rows if (row["area_code"], row["sex"]) not in left_out]
    assert find_hidden(kept, FLAT) == ["B", "A f"]


def test_a_count_that_follows_from_several_sums_together_is_protected() -> None:
    """Every sum here has two hidden counts or more, and only all of them together would tell one."""
    areas = list_areas(
        "C - country\nP C province\nP1 P district\nP2 P district\nQ C province\nR C province\nR1 R district"
    )
    values = {"": (10, 2, 1, 1, 4, 4, 4), "female": (5, 2, 1, 1, 1, 2, 2), "male": (5, 0, 0, 0, 3, 2, NAN)}
    rows = []
    for sex, numbers in values.items():
        rows += list_values(dict(zip(areas["area_code"], numbers, strict=True)), sex=sex)
    found = find_hidden(rows[:-1], areas)
    assert {"C f", "C m"} <= set(found)
    assert "C" not in found


def test_groups_that_do_not_add_up_are_no_relation() -> None:
    """Categories of which one can be in several do not give the small one away."""
    rows = list_values({"C": 100})
    rows += [{"category": name, "value": value} for name, value in {"a": 3, "b": 80, "c": 60}.items()]
    assert find_hidden(rows, FLAT) == ["C"]
    table = list_observations(rows)
    assert table.loc[find_small(table, FLAT, INDICATORS, 5), "category"].tolist() == ["a"]


def test_shares_add_up_by_their_weights() -> None:
    """3 of 20 households are few, so are 2 that do not; weights and counts follow from no total."""
    rows = [
        {"indicator_code": "share", "area_code": area, "value": value, "weight": weight}
        for area, value, weight in (("C", 50.7, 140), ("A", 15, 20), ("B", 60, 50), ("D", 54.3, 70))
    ]
    assert find_hidden(rows, FLAT) == ["A", "B"]
    rows[1] |= {"value": 90}
    rows[0] |= {"value": 61.4}
    assert find_hidden(rows, FLAT) == ["A", "B"]


@pytest.mark.parametrize(
    ("value", "weight", "hidden"),
    [
        (10, 50, False),
        (8, 50, True),
        (92, 50, True),
        (0, 50, False),
        (100, 50, False),
        (100, 4, True),
        (50, NAN, False),
        (0.1, 400, True),
        (71.4, 7, True),
        (140, 50, False),
    ],
)
def test_a_share_is_small_by_its_count_its_rest_or_its_weight(
    value: float, weight: float, hidden: bool
) -> None:
    """A share is hidden for the households that have it, those that have not, and all of them."""
    row = {"indicator_code": "share", "value": value, "weight": weight}
    assert bool(find_hidden([row], FLAT)) is hidden


def test_rates_and_money_have_no_count_but_weights_have() -> None:
    """A rate of 3 is not 3 persons; a rate among 3 persons is hidden, with a partner for its weight."""
    rate = {"indicator_code": "rate", "value": 3.0}
    assert find_hidden([rate, {"indicator_code": "money", "value": 3.0}], FLAT) == []
    weights = {"C": 103, "A": 3, "B": 40, "D": 60}
    rows = [rate | {"area_code": area, "weight": weight} for area, weight in weights.items()]
    assert find_hidden(rows, FLAT) == ["A", "B"]


def test_a_row_that_its_source_suppressed_gets_a_partner() -> None:
    """Its count is unknown, whatever stands in the cell, but would follow from the others."""
    rows = [*list_values({"C": 100, "B": 40, "D": 30}), *list_values({"A": NAN}, status="suppressed")]
    assert find_hidden(rows, FLAT) == ["D", "A"]
    rows[3] |= {"value": 30}
    assert find_hidden(rows, FLAT) == ["D", "A"]
    rows[0] |= {"status": "suppressed"}
    assert find_hidden(rows, FLAT) == ["C", "A"]


def test_a_small_sum_of_suppressed_rows_gets_a_partner() -> None:
    """Two rows that their source suppressed are few together, as the total shows: a third is hidden."""
    rows = [*list_values({"C": 44, "D": 40}), *list_values({"A": NAN, "B": NAN}, status="suppressed")]
    assert find_hidden(rows, FLAT) == ["D", "A", "B"]


def test_levels_that_only_together_make_the_whole() -> None:
    """A country of provinces and one city is their sum; a sum of one level alone is not assumed."""
    areas = list_areas("C - country\nP C province\nQ C province\nX C city")
    assert find_hidden(list_values({"C": 100, "P": 3, "Q": 90, "X": 7}), areas) == ["P", "X"]


def test_other_years_and_indicators_stay() -> None:
    """Only the indicator and year of a small count are touched."""
    rows = list_values({"C": 63, "A": 3, "B": 20, "D": 40})
    others = list_values({"C": 90, "A": 30, "B": 20, "D": 40}, year=2021)
    others += list_values({"C": 90, "A": 30, "B": 20, "D": 40}, indicator_code="money")
    assert find_hidden([*others, *rows], FLAT) == ["A", "B"]
    table = list_observations([*others, *rows])
    assert find_small(table, FLAT, INDICATORS, 5).iloc[: len(others)].sum() == 0


def test_tables_that_are_odd_are_survived() -> None:
    """No rows, undeclared indicators and areas, circles of parents, and empty groups raise nothing."""
    assert find_small(list_observations([]), FLAT, INDICATORS, 5).empty
    circle = list_areas("C D country\nA C district\nB C district\nD A district")
    rows = [*list_values({"C": 63, "A": 3, "B": 60, "Z": 2}), {"indicator_code": "none", "value": 2}]
    assert {"A", "Z"} <= set(find_hidden(rows, circle))
    table = list_observations(rows).assign(sex=None, age=NAN)
    hidden = find_small(table, FLAT, INDICATORS, 5)
    assert hidden.tolist()[1] and hidden.tolist()[3]


def test_the_index_is_kept_and_the_table_untouched() -> None:
    """The answer has the index of the observations, which stay as they were."""
    table = list_observations(list_values({"C": 63, "A": 3, "B": 20, "D": 40}))
    table.index = pd.Index([7, 7, "x", 1.5])
    before = table.copy()
    hidden = find_small(table, FLAT, INDICATORS, 5)
    assert hidden.index.equals(table.index)
    shown = hide_rows(table, hidden)
    pd.testing.assert_frame_equal(table, before)
    assert shown["status"].tolist() == ["", "suppressed", "suppressed", ""]
    assert shown["value"].isna().tolist() == [False, True, True, False]
    assert shown.drop(columns=["value", "weight", "status"]).equals(
        table.drop(columns=["value", "weight", "status"])
    )


def test_hiding_blanks_what_the_source_suppressed() -> None:
    """A number in a suppressed cell is not published, nor is its weight."""
    table = list_observations([{"value": 3, "weight": 9, "status": "suppressed"}, {"value": 8, "weight": 9}])
    shown = hide_rows(table, pd.Series([False, False]))
    assert shown["value"].isna().tolist() == shown["weight"].isna().tolist() == [True, False]


def test_wrong_arguments_are_refused() -> None:
    """A minimum below 1 and an index of another table raise ValueError."""
    table = list_observations([{"value": 3}])
    with pytest.raises(ValueError, match="minimum is 0"):
        find_small(table, FLAT, INDICATORS, 0)
    with pytest.raises(ValueError, match="another index"):
        hide_rows(table, pd.Series([True], index=[5]))


@pytest.mark.parametrize(
    "unit",
    [
        "number",
        "Number of deaths",
        "persons",
        "people aged 15 and over",
        "households",
        "live births",
        "new cases",
        "children",
        "persons in the labour force",
        "personnes",
        "hogares",
        "óbitos",
        "ménages",
    ],
)
def test_units_that_are_counts(unit: str) -> None:
    """A number of something, and what is counted one by one, are counts."""
    assert is_count(unit)


@pytest.mark.parametrize(
    "unit",
    [
        "",
        "per 1,000 people",
        "deaths per 1,000 live births",
        "people per km2",
        "index",
        "tonnes",
        "hectares",
        "US dollars",
        "Rwandan francs",
        "thousand people",
        "people (thousands)",
        "million persons",
        "score",
        "% of households",
        "hours per week",
        "passenger-kilometres",
        "décès pour 1000 naissances",
    ],
)
def test_units_that_are_not_counts(unit: str) -> None:
    """Rates, money, measures, indices, and counts in thousands are none."""
    assert not is_count(unit)


def test_units_that_are_shares() -> None:
    """A share of a whole is in percent; a share of GDP, a yearly change, a rate are none."""
    assert all(map(is_share, ["%", "% of households", "% des ménages"]))
    assert not any(map(is_share, ["% of GDP", "% a year", "number", "per 1,000 people", "%age"]))


def test_counts_of_shares_are_whole() -> None:
    """4.998 of 7 households are 5, the rest is 2; a share that is not 0 is one household at least."""
    rows = [{"indicator_code": "share", "value": value, "weight": 7.0} for value in (71.4, 0.1, 0, 100)]
    counts = measure_counts(list_observations(rows), INDICATORS)
    assert counts.count.tolist() == [5, 1, 0, 7]
    assert counts.complement.tolist() == [2, 7, 7, 0]


# ---------- equations ----------


def test_what_follows_from_several_equations_is_found() -> None:
    """x+y, y+z, x+z give all three; x+y, y+z, z+w, x+w none; the factors say how."""
    odd = {0: {0: 1, 1: 1}, 1: {1: 1, 2: 1}, 2: {0: 1, 2: 1}}
    assert sorted(find_derivations(odd)) == [0, 1, 2]
    even = {0: {0: 1, 1: 1}, 1: {1: 1, 2: 1}, 2: {2: 1, 3: 1}, 3: {0: 1, 3: 1}}
    assert find_derivations(even) == {}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.sampled_from([0, 0, 1, 1, -1, 2]), min_size=6, max_size=6), max_size=6))
def test_determined_unknowns_are_those_of_the_null_space(matrix: list[list[int]]) -> None:
    """The exact answer is that of SciPy's null space, with and without unknowns eliminated."""
    equations = [{place: value for place, value in enumerate(row) if value} for row in matrix]
    equations = [row for row in equations if row]
    dense = np.array([[row.get(place, 0) for place in range(6)] for row in equations] or [[0] * 6], float)
    empty = np.abs(scipy.linalg.null_space(dense)).max(axis=1, initial=0) < 1e-9
    expected = set(np.flatnonzero(empty).tolist())
    assert set(find_derivations(dict(enumerate(equations)))) == expected
    less = eliminate_unknowns(equations, {0, 1})
    assert not any({0, 1} & row.keys() for row in less)
    assert set(find_derivations(dict(enumerate(less)))) == expected - {0, 1}


# ---------- random hierarchies ----------


@dataclass(frozen=True)
class Country:
    """A country with provinces, districts and sexes, all counts known; some rows left out or suppressed."""

    areas: pd.DataFrame
    truth: dict[tuple[str, str], tuple[int, int]]  # area and sex → count and weight
    table: pd.DataFrame


@st.composite
def draw_country(draw: st.DrawFn, indicator: str) -> Country:
    """Draw a country of one to three provinces, none to three districts in each."""
    sizes = draw(st.lists(st.integers(0, 3), min_size=1, max_size=3))
    lines = ["C - country"]
    for number, size in enumerate(sizes):
        lines.append(f"P{number} C province")
        lines += [f"P{number}D{place} P{number} district" for place in range(size)]
    areas = list_areas("\n".join(lines))
    parents = dict(zip(areas["area_code"], areas["parent_code"], strict=True))
    counts = st.sampled_from([0, 0, 1, 2, 3, 5, 8, 12, 30, 45])
    truth = dict.fromkeys(product(parents, SEXES), (0, 0))
    for leaf, sex in product((area for area in parents if area not in parents.values()), SEXES[1:]):
        count = draw(counts)
        weight = count + draw(counts)
        area = leaf
        while area:
            for cell in ((area, sex), (area, "")):
                truth[cell] = (truth[cell][0] + count, truth[cell][1] + weight)
            area = parents[area]
    with_sexes = draw(st.booleans())
    fates = st.sampled_from(["shown"] * 8 + ["left out", "suppressed"])
    rows = []
    for (area, sex), (count, weight) in truth.items():
        fate = draw(fates) if 0 < count < weight else "shown"
        if fate == "left out" or (sex and not with_sexes):
            continue
        value = count if indicator == "people" else 100 * count / weight if weight else 0.0
        row = {"indicator_code": indicator, "area_code": area, "sex": sex, "value": value}
        row |= {"weight": weight} if indicator == "share" else {}
        row |= {"status": "suppressed", "value": NAN, "weight": NAN} if fate == "suppressed" else {}
        rows.append(row)
    return Country(areas, truth, list_observations(draw(st.permutations(rows))))


def list_sums(country: Country) -> list[tuple[tuple[str, str], list[tuple[str, str]]]]:
    """Write down every total with its parts, row or not: what an attacker knows about the country."""
    sums = []
    for area, sex in country.truth:
        inside = country.areas.loc[country.areas["parent_code"] == area, "area_code"]
        if len(inside):
            sums.append(((area, sex), [(child, sex) for child in inside]))
        if not sex:
            sums.append(((area, ""), [(area, "female"), (area, "male")]))
    return sums


def attack(country: Country, shown: dict[tuple[str, str], float]) -> tuple[np.ndarray, np.ndarray, list[Any]]:
    """Return the equations A x = b for all counts that are not shown, and their names."""
    unknown = [cell for cell in country.truth if cell not in shown]
    place = {cell: number for number, cell in enumerate(unknown)}
    sums = list_sums(country)
    matrix, known = np.zeros((len(sums), len(unknown))), np.zeros(len(sums))
    for line, (total, parts) in enumerate(sums):
        for cell, sign in [(total, 1), *((part, -1) for part in parts)]:
            if cell in place:
                matrix[line, place[cell]] += sign
            else:
                known[line] -= sign * shown[cell]
    return matrix, known, unknown


def list_shown(country: Country, table: pd.DataFrame, layer: int) -> dict[tuple[str, str], float]:
    """Return what can be read off the published table: counts (0) or weights (1)."""
    rows = table[table["value"].notna()]
    return {
        (row.area_code, row.sex): country.truth[row.area_code, row.sex][layer] for row in rows.itertuples()
    }


def publish(country: Country, minimum: int) -> tuple[pd.DataFrame, list[tuple[str, str]]]:
    """Return the table as it is published, and the cells hidden in it."""
    hidden = find_small(country.table, country.areas, INDICATORS, minimum)
    table = hide_rows(country.table, hidden)
    return table, [(row.area_code, row.sex) for row in table[hidden].itertuples()]


countries = st.one_of(draw_country("people"), draw_country("share"))


@settings(max_examples=200, deadline=None)
@given(countries, st.sampled_from([2, 4, 6, 10]))
def test_no_hidden_count_follows_from_shown_ones(country: Country, minimum: int) -> None:
    """No hidden count or weight is determined by all sums there are, and all small ones are hidden."""
    table, hidden = publish(country, minimum)
    share = table["indicator_code"].eq("share").any()
    for row in table[table["status"] != "suppressed"].itertuples():
        count, weight = country.truth[row.area_code, row.sex]
        amounts = (count, weight, weight - count) if share else (count,)
        assert not any(0 < amount < minimum for amount in amounts)
    for layer in (0, 1) if share else (0,):
        matrix, _, unknown = attack(country, list_shown(country, table, layer))
        if hidden:
            free = np.abs(scipy.linalg.null_space(matrix)).max(axis=1, initial=0) > 1e-9
            assert [
                cell for cell, open_ in zip(unknown, free, strict=True) if cell in hidden and not open_
            ] == []


@settings(max_examples=60, deadline=None)
@given(countries)
def test_no_small_count_has_one_solution_only(country: Country) -> None:
    """Among all tables without negative counts that fit what is shown, a small count takes several values."""
    table, hidden = publish(country, 5)
    suppressed = country.table[country.table["status"] == "suppressed"]
    by_source = {(row.area_code, row.sex) for row in suppressed.itertuples()}
    for layer in (0, 1) if table["weight"].notna().any() else (0,):
        matrix, known, unknown = attack(country, list_shown(country, table, layer))
        for cell in (cell for cell in hidden if cell in by_source or 0 < country.truth[cell][layer] < 5):
            aim = np.array([1.0 if cell == other else 0.0 for other in unknown])
            least, most = (
                scipy.optimize.linprog(sign * aim, A_eq=matrix, b_eq=known, bounds=(0, None))
                for sign in (1, -1)
            )
            assert least.status == 0
            assert most.status == 3 or -most.fun - least.fun > 1e-6, (cell, least.fun)


@settings(max_examples=30, deadline=None)
@given(draw_country("people"))
def test_the_answer_is_the_same_again(country: Country) -> None:
    """The same table gives the same answer, and hiding what is hidden hides no more."""
    first = find_small(country.table, country.areas, INDICATORS, 5)
    assert first.equals(find_small(country.table, country.areas, INDICATORS, 5))
