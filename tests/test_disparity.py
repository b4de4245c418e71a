"""Disparity between areas, against sums done by hand, SciPy and PySAL. All figures are invented."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from vsrbook.methods.disparity import KEY, MEASURES, TOO_FEW, Disparity, disparity, disparity_table

NAN = float("nan")
ROOT = Path(__file__).resolve().parents[1]
CODES = [f"S{number:02}" for number in range(1, 9)]
VALUES = pd.Series([12.0, 0.0, 45.5, 30.0, 80.0, 80.0, 61.2, 7.4], index=CODES)
WEIGHTS = pd.Series([3, 1, 4, 1, 5, 9, 2, 6], index=CODES)
PARENTS = pd.Series(list("NNNSSSWW"), index=CODES)
RELATIVE = ("cv", "gini", "theil", "theil_within", "theil_between")

amounts = st.one_of(st.just(0.0), st.floats(0.01, 1e6))
rows_of_areas = st.lists(
    st.tuples(amounts, st.integers(1, 6), st.sampled_from("NSW")), min_size=2, max_size=12
)
quick = settings(max_examples=30, deadline=None)


def measure(values: list[float], weights: list[float] | None = None, **options: Any) -> Disparity:
    """Measure areas A, B, C … with a minimum of one."""
    codes = [chr(65 + number) for number in range(len(values))]
    parents = options.pop("parents", None)
    return disparity(
        pd.Series(values, codes, dtype=float),
        None if weights is None else pd.Series(weights, codes, dtype=float),
        parents=None if parents is None else pd.Series(list(parents), codes),
        **{"minimum": 1, **options},
    )


def measure_rows(rows: list[tuple[float, int, str]], factor: float = 1.0) -> Disparity:
    """Measure areas drawn as value, weight, parent."""
    values, weights, parents = zip(*rows, strict=True)
    assume(any(values))
    table = pd.DataFrame({"value": values, "weight": weights, "parent": parents})
    return disparity(table["value"] * factor, table["weight"], parents=table["parent"], minimum=1)


# ---------- by hand ----------


def test_measures_follow_their_formulas() -> None:
    """Two areas, 1 and 3: mean 2, deviation 1, mean difference 1; Theil ½(½ ln ½ + 3⁄2 ln 3⁄2)."""
    found = measure([1, 3])
    assert (found.minimum, found.maximum, found.range, found.ratio, found.mean) == (1, 3, 2, 3, 2)
    assert found.cv == pytest.approx(0.5)
    assert found.gini == pytest.approx(0.25)
    assert found.theil == pytest.approx((0.5 * math.log(0.5) + 1.5 * math.log(1.5)) / 2)
    assert (found.lowest, found.highest) == (("A",), ("B",))


def test_weights_move_every_measure() -> None:
    """Values 1 and 3 with 3 and 1 persons: mean 1.5, variance 0.75, Gini 2·(¾·¼)·2/(2·1.5) = 0.25."""
    found = measure([1, 3], [3, 1])
    assert found.weighted_mean == 1.5
    assert found.weighted_cv == pytest.approx(math.sqrt(0.75) / 1.5)
    assert found.weighted_gini == pytest.approx(0.25)
    assert found.weighted_theil == pytest.approx(0.75 * 2 / 3 * math.log(2 / 3) + 0.25 * 2 * math.log(2))
    assert found.mean == 2


def test_variation_is_of_a_whole_population() -> None:
    """The divisor is n, not n − 1: the areas are all there are."""
    assert measure([2, 4, 4, 4, 5, 5, 7, 9]).cv == pytest.approx(2 / 5)


def test_theil_within_and_between_by_hand() -> None:
    """Parents with equal areas have no difference within; parents with equal means none between."""
    apart = measure([1, 1, 3, 3], parents="NNSS")
    assert (apart.theil_within, apart.theil_between) == (0, pytest.approx(measure([1, 3]).theil))
    alike = measure([1, 3, 1, 3], parents="NNSS")
    assert (alike.theil_within, alike.theil_between) == (pytest.approx(measure([1, 3]).theil), 0)


def test_one_parent_has_all_the_difference_within() -> None:
    """Where all areas lie in one parent, nothing lies between parents."""
    found = measure([1, 3, 8], parents="NNN")
    assert (found.parents, found.theil_between, found.theil_within) == (1, 0, pytest.approx(found.theil))


def test_a_parent_of_zeros_has_nothing_within() -> None:
    """Zeros contribute 0: [0, 0, 1, 1] in two parents is ln 2, all of it between them."""
    found = measure([0, 0, 1, 1], parents="NNSS")
    assert found.theil == pytest.approx(math.log(2))
    assert (found.theil_within, found.theil_between) == (0, pytest.approx(math.log(2)))


def test_all_that_share_the_end_are_named() -> None:
    """No area is called the lowest alone when others are as low."""
    found = measure([4, 1, 1, 9])
    assert (found.lowest, found.highest) == (("B", "C"), ("D",))


@pytest.mark.parametrize(
    ("direction", "best", "worst"), [(1, ("C",), ("A",)), (-1, ("A",), ("C",)), (0, (), ())]
)
def test_direction_says_which_end_is_better(
    direction: int, best: tuple[str, ...], worst: tuple[str, ...]
) -> None:
    """The highest is the best only where rising is progress; without a direction none is."""
    found = measure([1, 2, 3], direction=direction)
    assert (found.best, found.worst) == (best, worst)


# ---------- against other programs ----------


def test_measures_agree_with_pysal() -> None:
    """Numbers that PySAL's inequality 1.1.2 gave, weights as repeated areas; it takes in 650 MB, so by value."""
    found = disparity(VALUES, WEIGHTS, parents=PARENTS)
    plain = [0.7605466550963575, 0.42949224928819985, 0.35148078271215355, 0.230196442791, 0.1212843399211]
    weighted = [0.6391823854787502, 0.3452630163013775, 0.25904070916128225, 0.1101798172695, 0.1488608918919]
    assert [getattr(found, name) for name in RELATIVE] == pytest.approx(plain, rel=1e-12)
    assert [getattr(found, f"weighted_{name}") for name in RELATIVE] == pytest.approx(weighted, rel=1e-12)


@given(rows_of_areas)
@quick
def test_measures_agree_with_scipy(rows: list[tuple[float, int, str]]) -> None:
    """CV is SciPy's variation, Theil its relative entropy, Gini its second L-moment over the first.

    The sample L-moment divides by n − 1, so Gini is (n − 1)/n times the ratio; weights are repetition.
    """
    found = measure_rows(rows)
    values, weights, _ = (np.array(column) for column in zip(*rows, strict=True))
    for prefix, times in (("", np.ones_like(weights)), ("weighted_", weights)):
        every = np.repeat(values, times)
        first, second = scipy.stats.lmoment(every, order=[1, 2], standardize=False)
        expected = [
            scipy.stats.variation(every),
            second / first * (len(every) - 1) / len(every),
            scipy.stats.entropy(times * values, times),
        ]
        measured = [getattr(found, prefix + name) for name in RELATIVE[:3]]
        assert measured == pytest.approx(expected, rel=1e-9, abs=1e-12)


# ---------- properties ----------


@given(st.floats(0.01, 1e6), st.lists(st.integers(1, 1000), min_size=2, max_size=12))
@quick
def test_equal_areas_have_no_disparity(value: float, weights: list[int]) -> None:
    """Where all areas are the same, every relative measure is zero and the ratio is one."""
    found = measure([value] * len(weights), list(map(float, weights)))
    assert (found.range, found.ratio) == (0, 1)
    measures = [getattr(found, prefix + name) for prefix in ("", "weighted_") for name in RELATIVE[:3]]
    assert measures == pytest.approx([0] * 6, abs=1e-12)


@given(rows_of_areas, st.floats(0.001, 1000))
@quick
def test_scale_does_not_matter(rows: list[tuple[float, int, str]], factor: float) -> None:
    """Percent or per mille, households or thousands of them: the relative measures stay."""
    found, scaled = measure_rows(rows), measure_rows(rows, factor)
    for name in (*RELATIVE, *(f"weighted_{name}" for name in RELATIVE)):
        assert getattr(scaled, name) == pytest.approx(getattr(found, name), rel=1e-9, abs=1e-12)


@given(rows_of_areas, st.integers(2, 4))
@quick
def test_replication_does_not_matter(rows: list[tuple[float, int, str]], times: int) -> None:
    """Two countries with the same areas, put together, are as unequal as each."""
    found, again = measure_rows(rows), measure_rows(rows * times)
    for name in (*RELATIVE, *(f"weighted_{name}" for name in RELATIVE)):
        assert getattr(again, name) == pytest.approx(getattr(found, name), rel=1e-9, abs=1e-12)


@given(rows_of_areas)
@quick
def test_weights_are_frequencies(rows: list[tuple[float, int, str]]) -> None:
    """An area with weight 3 counts as three areas with weight 1."""
    weighted = measure_rows(rows)
    repeated = measure_rows([row for row in rows for _ in range(row[1])])
    for name in ("mean", *RELATIVE):
        expected = getattr(repeated, name)
        assert getattr(weighted, f"weighted_{name}") == pytest.approx(expected, rel=1e-9, abs=1e-12)


@given(rows_of_areas)
@quick
def test_measures_stay_in_their_bounds(rows: list[tuple[float, int, str]]) -> None:
    """Gini lies in [0, 1), at most 1 − 1/n; Theil in [0, ln n]; within and between add up to the total."""
    found = measure_rows(rows)
    assert found.gini is not None
    assert found.theil is not None
    assert 0 <= found.gini <= 1 - 1 / len(rows) + 1e-12
    assert 0 <= found.theil <= math.log(len(rows)) + 1e-12
    for prefix in ("", "weighted_"):
        assert 0 <= getattr(found, f"{prefix}gini") < 1
        total, within, between = (
            getattr(found, prefix + name) for name in ("theil", "theil_within", "theil_between")
        )
        assert within >= 0
        assert between >= 0
        assert within + between == pytest.approx(total, rel=0, abs=1e-12)


# ---------- what is not defined ----------


def test_too_few_areas_give_no_measure_and_no_names() -> None:
    """Under the minimum nothing is said but how many areas have a value; no area can be read off."""
    found = disparity(pd.Series([1.0, 2.0, 3.0, 4.0, NAN], index=list("ABCDE")))
    assert (found.n, found.areas, found.lowest, found.highest) == (4, 5, (), ())
    assert found.reasons == dict.fromkeys(MEASURES, TOO_FEW)
    assert all(getattr(found, name) is None for name in MEASURES)
    assert disparity(pd.Series([1.0, 2, 3, 4, 5], index=list("ABCDE"))).mean == 3


def test_nothing_has_no_measure() -> None:
    """No area at all is too few."""
    found = disparity(pd.Series(dtype=float))
    assert (found.n, found.areas, found.reasons["gini"]) == (0, 0, TOO_FEW)


def test_a_lowest_value_of_zero_has_no_ratio() -> None:
    """Nothing is a multiple of zero; the other measures stand."""
    found = measure([0, 1, 2])
    assert (found.ratio, found.reasons["ratio"]) == (None, "minimum not above 0")
    assert found.gini is not None


def test_negative_values_have_neither_gini_nor_theil() -> None:
    """A balance below zero has a range and a variation, but no shares of a whole."""
    found = measure([-1, 2, 5], [1, 1, 1], parents="NNS")
    assert (found.range, found.cv) == (6, pytest.approx(math.sqrt(6) / 2))
    for name in ("gini", "theil", "theil_within", "weighted_gini", "weighted_theil_between"):
        assert (getattr(found, name), found.reasons[name]) == (None, "a value is negative")


def test_zeros_only_have_no_relative_measure() -> None:
    """Where all values are zero there is a range of zero, and nothing to share."""
    found = measure([0, 0, 0])
    assert (found.range, found.mean) == (0, 0)
    assert (found.gini, found.reasons["gini"]) == (None, "all values are zero")
    assert (found.cv, found.reasons["cv"]) == (None, "mean not above 0")


def test_weighted_measures_need_enough_weights() -> None:
    """An area without a weight, or with none above zero, is in the unweighted measures only."""
    codes = list("ABCDEF")
    values, weights = pd.Series([1.0, 2, 3, 4, 5, 6], codes), pd.Series([1.0, 1, 1, 0, NAN], codes[:5])
    found = disparity(values, weights)
    assert (found.n, found.n_weighted, found.mean, found.weighted_mean) == (6, 3, 3.5, None)
    assert found.reasons["weighted_gini"] == "too few areas with a weight"
    assert disparity(values, weights, minimum=3).weighted_mean == 2


def test_parents_must_be_known_for_all() -> None:
    """Without parents, or with one missing, Theil stands but is not split."""
    for parents in (None, ["N", "N", ""], ["N", "N", None]):
        found = measure([1, 2, 3], parents=parents)
        assert found.theil is not None
        assert (found.theil_within, found.reasons["theil_within"]) == (None, "not every area has a parent")


def test_impossible_questions_are_refused() -> None:
    """An area named twice, a direction that is none, and a minimum below one are errors with a remedy."""
    with pytest.raises(ValueError, match="area 'A' stands twice; keep one"):
        disparity(pd.Series([1.0, 2.0], index=["A", "A"]))
    with pytest.raises(ValueError, match=r"direction is 2; expected 1 \(up\)"):
        measure([1, 2], direction=2)
    with pytest.raises(ValueError, match="minimum is 0; expected 1 or more areas"):
        measure([1, 2], minimum=0)
    with pytest.raises(ValueError, match="areas have no column 'people'"):
        disparity_table(observe(), place("A"), weight="people")


# ---------- the table ----------


def observe(*rows: dict[str, Any]) -> pd.DataFrame:
    """Make a table of observations as the reader types it: water, area A, 2020, for everyone, final."""
    default: dict[str, Any] = {"indicator_code": "water", "area_code": "A", "year": 2020, "value": 1.0}
    default |= dict.fromkeys(("sex", "age", "residence", "category", "status"), "") | {"weight": NAN}
    texts = [name for name, cell in default.items() if isinstance(cell, str)]
    kinds = dict.fromkeys(texts, "str") | {"year": "Int64", "value": "float64", "weight": "float64"}
    return pd.DataFrame([default | row for row in rows], columns=list(default)).astype(kinds)


def place(*codes: str, **columns: Any) -> pd.DataFrame:
    """Make a table of areas: municipalities of province N, with one person each."""
    given = {"level": "municipality", "parent_code": "N", "population": 1.0} | columns
    return pd.DataFrame({"area_code": list(codes), **given})


def observe_all(code: str = "water", **fixed: Any) -> pd.DataFrame:
    """Make observations of VALUES."""
    return observe(
        *({"indicator_code": code, "area_code": at, "value": value, **fixed} for at, value in VALUES.items())
    )


SAMPLIA = place(*CODES, parent_code=list(PARENTS), population=WEIGHTS.astype(float).tolist())


def test_table_says_what_one_measure_says() -> None:
    """Each row of the table is the disparity of its indicator and year."""
    table = pd.concat([observe_all(), observe_all("roads", year=2021, sex="female")])
    found = disparity_table(table, SAMPLIA)
    one = disparity(VALUES, WEIGHTS, parents=PARENTS)
    assert found[list(KEY)].to_numpy().tolist() == [
        ["roads", 2021, "municipality", "female", "", "", ""],
        ["water", 2020, "municipality", "", "", "", ""],
    ]
    for row in found.to_dict("records"):
        for name in ("n", "areas", "n_weighted", "parents", *MEASURES):
            assert row[name] == pytest.approx(getattr(one, name) if name != "ratio" else NAN, nan_ok=True)
        assert (row["lowest"], row["highest"]) == ("S02", "S05;S06")
        assert row["reasons"] == "ratio: minimum not above 0"


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), amounts, st.integers(0, 3)), max_size=16))
@settings(max_examples=12, deadline=None)
def test_table_agrees_with_single_measures(drawn: list[tuple[str, float, int]]) -> None:
    """Many indicators at once give what each gives alone."""
    codes = [f"M{number:02}" for number in range(len(drawn))]
    table = observe(
        *(
            {"indicator_code": name, "area_code": at, "value": value, "weight": float(weight)}
            for at, (name, value, weight) in zip(codes, drawn, strict=True)
        )
    )
    areas = place(*codes, parent_code=[("N", "S")[number % 2] for number in range(len(codes))])
    found = disparity_table(table, areas, minimum=2, weight="weight").set_index("indicator_code")
    for code, part in table.set_index("area_code").groupby("indicator_code"):
        parents = areas.set_index("area_code")["parent_code"]
        one = disparity(part["value"], part["weight"], parents=parents, minimum=2)
        for name in MEASURES:
            alone = getattr(one, name)
            assert found.loc[code, name] == pytest.approx(
                NAN if alone is None else alone, rel=1e-9, abs=1e-12, nan_ok=True
            )


def test_areas_are_compared_with_their_own_level() -> None:
    """The country's value is no municipality's; it has a row of its own, with too few areas."""
    areas = pd.concat([SAMPLIA, place("SA", level="country", parent_code="")])
    found = disparity_table(pd.concat([observe_all(), observe({"area_code": "SA", "value": 999.0})]), areas)
    country, municipality = found.to_dict("records")
    assert (country["level"], country["n"], country["reasons"]) == ("country", 1, TOO_FEW)
    assert (municipality["n"], municipality["areas"], municipality["maximum"]) == (8, 8, 80.0)
    assert country["lowest"] == ""


def test_suppressed_and_missing_values_are_left_out() -> None:
    """A number that is held back goes into no measure, and its area is not named."""
    table = observe_all()
    table.loc[table["area_code"] == "S02", "status"] = "suppressed"
    table.loc[table["area_code"] == "S01", "value"] = NAN
    (found,) = disparity_table(table, SAMPLIA).to_dict("records")
    assert (found["n"], found["areas"], found["minimum"], found["lowest"]) == (6, 8, 7.4, "S08")


def test_undeclared_areas_are_left_out() -> None:
    """An area that the table of areas does not name is not compared."""
    table = pd.concat([observe_all(), observe({"area_code": "elsewhere", "value": 1e9})])
    assert disparity_table(table, SAMPLIA)["maximum"].tolist() == [80.0]


def test_reasons_name_the_measures_they_hold_for() -> None:
    """Measures that are missing for one reason share one sentence."""
    areas = place(*CODES, population=NAN)
    (text,) = disparity_table(observe_all(), areas)["reasons"]
    names = ", ".join(name for name in MEASURES if name.startswith("weighted_"))
    assert text == f"ratio: minimum not above 0; {names}: too few areas with a weight"


def test_table_of_nothing_has_its_columns() -> None:
    """An empty table of observations, or one without a value, gives no measure and no error."""
    found = disparity_table(observe(), SAMPLIA)
    assert found.empty
    assert {*KEY, *MEASURES, "n", "areas", "lowest", "reasons"} <= set(found.columns)
    (row,) = disparity_table(observe({"area_code": "S01", "value": NAN}), SAMPLIA).to_dict("records")
    assert (row["n"], row["reasons"]) == (0, TOO_FEW)


def test_table_leaves_its_input_as_it_was() -> None:
    """The method is pure."""
    table, areas = observe_all(), SAMPLIA.copy()
    before = table.copy()
    disparity_table(table, areas)
    pd.testing.assert_frame_equal(table, before)
    pd.testing.assert_frame_equal(areas, SAMPLIA)


# ---------- the page for analysts ----------


def read_page_tables() -> list[pd.DataFrame]:
    """Read the tables of book/disparity.md that have a column of numbers: the example and its measures."""
    lines = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (ROOT / "book" / "disparity.md").read_text("utf-8").splitlines()
        if line.startswith("|") and "---" not in line
    ]
    heads = [number for number, cells in enumerate(lines) if cells[0] in ("Municipality", "Measure", "Kind")]
    return [
        pd.DataFrame(lines[start + 1 : end], columns=lines[start]).set_index(lines[start][0])
        for start, end in pairwise(heads)
    ]


@pytest.mark.parametrize("column", [0, 1])
def test_the_example_on_the_page_is_right(column: int) -> None:
    """Every measure that the page gives for its invented municipalities follows from their values."""
    example, measures = read_page_tables()
    found = disparity(
        example.iloc[:, 2 + column].astype(float),
        example["Inhabitants"].str.replace(",", "").astype(float),
        parents=example["Province"],
    )
    for name, shown in measures.iloc[:, column].items():
        decimals = len(shown.partition(".")[2])
        assert f"{getattr(found, str(name).replace(' ', '_')):.{decimals}f}" == shown
    assert len(measures) == 10
