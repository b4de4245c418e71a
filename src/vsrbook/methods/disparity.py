"""How far apart areas lie in one indicator and year: ratio, variation, Gini and Theil, with their limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from vsrbook.methods.coverage import is_known
from vsrbook.methods.selection import GROUPS

KEY = ("indicator_code", "year", "level", *GROUPS)
SPREAD = ("mean", "cv", "gini", "theil", "theil_within", "theil_between")
MEASURES = ("minimum", "maximum", "range", "ratio", *SPREAD, *(f"weighted_{name}" for name in SPREAD))
TOO_FEW = "too few areas"
Numbers = npt.NDArray[np.float64]
Reasons = dict[str, npt.NDArray[np.bool_]]  # a reason, and the groups that it holds for; the first one counts


@dataclass(frozen=True)
class Disparity:
    """The spread of one indicator over areas; what cannot be said is None and has a reason.

    `n` of `areas` areas have a value, `n_weighted` of these also a weight above zero, in `parents` parent
    areas. minimum, maximum, range and the means are in the indicator's unit; the other measures have none.
    `lowest` and `highest` name every area at that value. `disparity_table` gives the formulas.
    """

    n: int
    areas: int
    n_weighted: int
    parents: int
    minimum: float | None
    maximum: float | None
    range: float | None
    ratio: float | None
    mean: float | None
    cv: float | None
    gini: float | None
    theil: float | None
    theil_within: float | None
    theil_between: float | None
    weighted_mean: float | None
    weighted_cv: float | None
    weighted_gini: float | None
    weighted_theil: float | None
    weighted_theil_within: float | None
    weighted_theil_between: float | None
    lowest: tuple[str, ...]
    highest: tuple[str, ...]
    direction: int
    reasons: Mapping[str, str]

    @property
    def best(self) -> tuple[str, ...]:
        """Name the areas furthest the way the indicator calls progress; none without a direction."""
        return {1: self.highest, -1: self.lowest}.get(self.direction, ())

    @property
    def worst(self) -> tuple[str, ...]:
        """Name the areas furthest from it; none without a direction."""
        return {1: self.lowest, -1: self.highest}.get(self.direction, ())


def disparity(
    values: pd.Series,
    weights: pd.Series | None = None,
    *,
    parents: pd.Series | None = None,
    minimum: int = 5,
    direction: int = 0,
) -> Disparity:
    """Measure how far apart the areas lie in one indicator and year.

    `values` in the indicator's unit, indexed by area code, one per area compared (NaN: no value; leave
    suppressed ones out); `weights` the count of persons or households in each, `parents` the area that
    each lies in, both by area code. `direction` 1, −1 or 0: rising, falling or neither is progress.
    Raises ValueError for an area named twice, another direction, a minimum below 1.
    """
    for series in (values, weights, parents):
        if series is not None and not series.index.is_unique:
            raise ValueError(f"area {series.index[series.index.duplicated()][0]!r} stands twice; keep one")
    if direction not in (-1, 0, 1):
        raise ValueError(f"direction is {direction!r}; expected 1 (up), -1 (down) or 0 (none)")
    columns = {"group": 0, "value": values, "weight": weights, "parent": parents}
    rows = pd.DataFrame(columns, index=values.index).astype({"value": "float64", "weight": "float64"})
    rows["area_code"] = rows.index.astype("str")
    rows = rows[np.isfinite(rows["value"])].reset_index(drop=True)
    measures, reasons = _measure(rows, 1, minimum)
    row: dict[str, Any] = measures.to_dict("records")[0]  # type: ignore[assignment]  # column names are text
    why = {name: str(reasons.at[0, name]) for name in MEASURES if reasons.at[0, name]}
    row |= dict.fromkeys(why)
    return Disparity(**row, areas=len(values), direction=direction, reasons=why)


def disparity_table(
    observations: pd.DataFrame, areas: pd.DataFrame, *, minimum: int = 5, weight: str = "population"
) -> pd.DataFrame:
    """Measure the spread of every indicator, year and group over the areas of each level.

    Returns one row per indicator_code, year, level (areas are compared with those of their own level) and
    group, with n, areas, n_weighted, parents, MEASURES (NaN where not defined), lowest and highest (area
    codes, all that share the value, with ';') and reasons ("measures: why they are missing; …", or only
    "too few areas" where fewer than `minimum` have a value). Suppressed values are left out. `weight` is
    a numeric column of `areas` (population, households) or "weight", that of the observations.

    With xᵢ the value and pᵢ the weight of area i as a share of all (1/n unweighted), μ = Σ pᵢxᵢ:

    - ratio = max/min, and minimum and maximum as they are: Shankar & Shah (2003), World Development 31(8).
    - cv = √(Σ pᵢ(xᵢ−μ)²)/μ, the population form: the areas are all there are, not a sample of them.
      Williamson (1965), Economic Development and Cultural Change 13(4), V_uw and, weighted, V_w.
    - gini = ΣᵢΣⱼ pᵢpⱼ|xᵢ−xⱼ|/(2μ): Gini (1912), Variabilità e mutabilità; Cowell, Measuring
      Inequality; weighted by population in Shankar & Shah (2003).
    - theil = Σ pᵢ(xᵢ/μ)ln(xᵢ/μ), with 0·ln 0 = 0: Theil (1967), Economics and Information Theory. Over
      parents g with P_g = Σ pᵢ and mean μ_g: theil_between = Σ P_g(μ_g/μ)ln(μ_g/μ), theil_within =
      Σ P_g(μ_g/μ)T_g; their sum is theil: Shorrocks (1980), Econometrica 48(3).

    Raises ValueError for a minimum below 1 or a weight that no column has.
    """
    if weight != "weight" and weight not in areas.columns:
        raise ValueError(f"areas have no column {weight!r}; expected population, households or weight")
    facts = areas.set_index("area_code")
    inside = observations[observations["area_code"].isin(facts.index)]
    code = inside["area_code"]
    keys = inside.assign(level=code.map(facts["level"]))[list(KEY)]
    grouped = keys.groupby(list(KEY), dropna=False, sort=True)
    rows = pd.DataFrame(
        {
            "group": grouped.ngroup(),
            "area_code": code,
            "value": inside["value"],
            "weight": inside["weight"] if weight == "weight" else code.map(facts[weight]),
            "parent": code.map(facts["parent_code"]),
        }
    ).astype({"weight": "float64"})
    table = grouped.size().reset_index()[list(KEY)]
    measures, reasons = _measure(rows[is_known(inside)], len(table), minimum)
    for name in ("lowest", "highest"):
        measures[name] = measures[name].map(";".join).astype("str")
    table["areas"] = table["level"].map(areas["level"].value_counts()).astype("int64")
    return table.join(measures).assign(reasons=[_say_reasons(row) for row in reasons.to_dict("records")])


def _measure(rows: pd.DataFrame, count: int, minimum: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return counts and MEASURES, and why each is missing ("" where it is not), for groups 0 … count−1.

    `rows` has group, area_code, value (known), weight, parent.
    """
    if minimum < 1:
        raise ValueError(f"minimum is {minimum}; expected 1 or more areas")
    rows = rows.assign(parent=rows["parent"].where(rows["parent"] != "").astype("str"))
    rows = rows.sort_values(["group", "value", "area_code"], kind="stable")
    weighted = rows[np.isfinite(rows["weight"]) & (rows["weight"] > 0)]
    rows = rows.assign(weight=1.0)
    n, n_weighted = (np.bincount(part["group"], minlength=count) for part in (rows, weighted))
    few: Reasons = {TOO_FEW: n < minimum}
    few_weighted = few | {"too few areas with a weight": n_weighted < minimum}
    measures = _measure_ends(rows, count)
    why = dict.fromkeys(measures, few) | {"ratio": few | {"minimum not above 0": measures["minimum"] <= 0}}
    for prefix, part, lacking in (("", rows, few), ("weighted_", weighted, few_weighted)):
        spread = _measure_spread(part, count)
        undefined = _find_undefined(part, spread["mean"], count)
        measures |= {prefix + name: spread[name] for name in SPREAD}
        why |= {prefix + name: lacking | undefined[name] for name in SPREAD}
    chosen = {key: np.select(list(x.values()), [np.array(text) for text in x], "") for key, x in why.items()}
    texts = pd.DataFrame(chosen)[list(MEASURES)]
    parents = rows.groupby("group")["parent"].nunique().reindex(range(count), fill_value=0)
    table = pd.DataFrame({"n": n, "n_weighted": n_weighted, "parents": parents, **measures})
    table[list(MEASURES)] = table[list(MEASURES)].mask(texts != "")
    for end, name in (("minimum", "lowest"), ("maximum", "highest")):
        # where there are too few areas the end is missing, so that no area is named
        table[name] = _name_areas(rows[rows["value"] == table[end].to_numpy()[rows["group"]]], count)
    return table, texts


def _measure_ends(rows: pd.DataFrame, count: int) -> dict[str, Numbers]:
    """Return minimum, maximum, range and ratio of each group."""
    ends = rows.groupby("group")["value"].agg(["min", "max"]).reindex(range(count))
    low, high = ends["min"].to_numpy(), ends["max"].to_numpy()
    with np.errstate(all="ignore"):  # where the minimum is not above zero, there is a reason, not a ratio
        return {"minimum": low, "maximum": high, "range": high - low, "ratio": high / low}


def _measure_spread(rows: pd.DataFrame, count: int) -> dict[str, Numbers]:
    """Return SPREAD of each group; `rows` sorted by group and value."""
    group, value, weight = (rows[name].to_numpy() for name in ("group", "value", "weight"))
    # numbered over all groups: a parent in one group is another than the same parent in the next
    inner = rows.groupby(["group", "parent"], dropna=False, sort=False).ngroup().to_numpy()
    with np.errstate(all="ignore"):  # what is not defined has a reason, and is masked with it
        mean = _total(group, weight * value, count) / _total(group, weight, count)
        whole = mean[group]
        local = (_total(inner, weight * value) / _total(inner, weight))[inner]
        share = weight / _total(group, weight, count)[group]
        # pandas sums group by group, so that many groups do not blur the last one
        below = pd.Series(share).groupby(group).cumsum().to_numpy() - share
        apart, within = (value - whole) / whole, (value - local) / local
        terms = {
            "cv": share * apart**2,
            "gini": share * apart * (2 * below + share - 1),
            "theil": share * _theil_term(apart),
            "theil_within": np.where(local > 0, share * local / whole * _theil_term(within), 0.0),
            "theil_between": share * _theil_term((local - whole) / whole),
        }
        # rounding may leave −1e-17 where areas are equal
        spread = {name: np.maximum(_total(group, term, count), 0.0) for name, term in terms.items()}
    return spread | {"mean": mean, "cv": np.sqrt(spread["cv"])}


def _total(group: npt.NDArray[Any], numbers: Numbers, count: int = 0) -> Numbers:
    return np.bincount(group, numbers, count).astype(np.float64)


def _theil_term(apart: Numbers) -> Numbers:
    """Return r·ln r − r + 1 for r = 1 + apart, 1 for r = 0.

    The added 1 − r sums to zero over the areas; with it no term is negative, and equal areas give exactly 0.
    """
    return np.where(apart <= -1, 1.0, (1 + apart) * np.log1p(np.maximum(apart, -1)) - apart)


def _find_undefined(rows: pd.DataFrame, mean: Numbers, count: int) -> dict[str, Reasons]:
    """Say for each of SPREAD in which groups it is not defined, and why."""
    negative, orphan = (
        np.bincount(rows["group"], marked, count) > 0 for marked in (rows["value"] < 0, rows["parent"].isna())
    )
    cv: Reasons = {"mean not above 0": mean <= 0}
    shares: Reasons = {"a value is negative": negative, "all values are zero": mean == 0}
    parts = shares | {"not every area has a parent": orphan}
    return dict(zip(SPREAD, ({}, cv, shares, shares, parts, parts), strict=True))


def _name_areas(rows: pd.DataFrame, count: int) -> pd.Series:
    """Return per group the codes of its rows, in the order of the codes."""
    named = rows.groupby("group")["area_code"].agg(tuple)
    return pd.Series([named.get(group, ()) for group in range(count)], dtype="object")


def _say_reasons(reasons: Mapping[Any, str]) -> str:
    """Join the reasons of a row: "gini, theil: a value is negative; …"; one that holds for all stands alone."""
    measures: dict[str, list[str]] = {}
    for name, text in reasons.items():
        measures.setdefault(text, []).append(str(name))
    if TOO_FEW in measures:
        return TOO_FEW
    return "; ".join(f"{', '.join(names)}: {text}" for text, names in measures.items() if text)
