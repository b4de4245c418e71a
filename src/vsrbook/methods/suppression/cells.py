"""The cells of a table of counts: an indicator, year, area and group each, with or without a row."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from vsrbook.methods.selection import GROUPS
from vsrbook.methods.suppression.counts import Booleans, Integers

LACKING = 2  # parts that may lack of a sum for them to be looked for in others


@dataclass(frozen=True)
class Places:
    """Areas by number: the parent of each (−1: none), its families and how many each of them has.

    A family is the areas of one level in one parent; where a parent has several levels, all of its areas
    are a second family (else −1).
    """

    of_row: Integers
    parent: Integers
    families: tuple[Integers, Integers]
    sizes: Integers


@dataclass(frozen=True)
class Groups:
    """Groups by number, and `margin`: the group without its sex, age, residence, category (n × 4)."""

    of_row: Integers
    margin: Integers


@dataclass(frozen=True)
class Cells:
    """The cells of rows, in ascending order of `keys`, and what they are made of.

    `of_row` is the cell of each row, `first_row` the first row of each cell (−1: none); `lacking` are cells
    that the rows leave out, although all others of two sums are there. Then the component (indicator and
    year), group and area of each.
    """

    keys: Integers
    of_row: Integers
    first_row: Integers
    lacking: Booleans
    component: Integers
    group: Integers
    area: Integers
    places: Places
    groups: Groups

    def join(self, component: Integers, group: Integers, area: Integers) -> Integers:
        """Return one number for each component, group and area: a cell's key."""
        return _join(component, group, area, self.places, self.groups)


def find_cells(rows: pd.DataFrame, areas: pd.DataFrame) -> Cells:
    """Find the cells of rows, of all totals above them, and of parts that are left out.

    Totals without a row matter because a sum can run through them: a country without its provinces is the
    sum of their districts. Parts without a row do where two sums tell them: women are everyone less men.
    """
    places, groups = _place_areas(rows["area_code"], areas), _close_groups(rows)
    named = [pd.factorize(rows[name], use_na_sentinel=False) for name in ("indicator_code", "year")]
    component = named[0][0] * len(named[1][1]) + named[1][0]
    of_row = _join(component, groups.of_row, places.of_row, places, groups)
    keys = _close(np.sort(pd.unique(of_row)), places, groups)  # many times faster here than numpy's unique
    lacking = _find_lacking(keys, places, groups)
    if len(lacking):
        keys = _close(np.union1d(keys, lacking), places, groups)
    cell_of_row = np.searchsorted(keys, of_row)
    first_row = np.full(len(keys), -1)
    first_row[cell_of_row[::-1]] = np.arange(len(rows))[::-1]
    left_out = np.isin(keys, lacking)
    return Cells(keys, cell_of_row, first_row, left_out, *_split(keys, places, groups), places, groups)


def count_parts(cells: Cells, column: int) -> Integers:
    """Return for each cell how many groups its component has, in any area, that have the same margin."""
    sums, _ = _list_parts(cells.keys, column, cells.places, cells.groups)
    size = len(cells.groups.margin)
    total = cells.component * size + cells.groups.margin[cells.group, column]
    return np.asarray(np.searchsorted(sums, total, "right") - np.searchsorted(sums, total))


def _join(component: Integers, group: Integers, area: Integers, places: Places, groups: Groups) -> Integers:
    return (component * len(groups.margin) + group) * len(places.parent) + area


def _split(keys: Integers, places: Places, groups: Groups) -> tuple[Integers, Integers, Integers]:
    rest, area = np.divmod(keys, len(places.parent))
    component, group = np.divmod(rest, len(groups.margin))
    return component, group, area


def _place_areas(codes: pd.Series, areas: pd.DataFrame) -> Places:
    """Give numbers to the declared areas, then those that only observations name: they lie in no area."""
    declared = areas.dropna(subset=["area_code"]).drop_duplicates("area_code")
    index = pd.Index(declared["area_code"].astype("str"))
    of_row, names = pd.factorize(codes, use_na_sentinel=False)
    number = index.get_indexer(names)
    number[number < 0] = len(index) + np.arange((number < 0).sum())
    parent = np.full(max(len(index), number.max(initial=0) + 1), -1)
    parent[: len(index)] = index.get_indexer(pd.Index(declared["parent_code"].fillna("").astype("str")))
    parent[parent == np.arange(len(parent))] = -1
    inside = np.flatnonzero(parent >= 0)
    level = pd.factorize(declared["level"], use_na_sentinel=False)[0][inside]
    narrow, wide = np.full(len(parent), -1), np.full(len(parent), -1)
    found, narrow[inside] = np.unique(parent[inside] * (len(parent) + 1) + level, return_inverse=True)
    several = np.bincount(found // (len(parent) + 1), minlength=len(parent)) > 1
    wide[inside] = np.where(several[parent[inside]], len(found) + parent[inside], -1)
    sizes = np.bincount(np.concatenate([narrow[narrow >= 0], wide[wide >= 0]]))
    return Places(number[of_row], parent, (narrow, wide), sizes)


def _close_groups(rows: pd.DataFrame) -> Groups:
    """Give numbers to the groups of the rows, and to those left when some columns are for everyone."""
    code, names = np.zeros(len(rows), dtype=np.int64), list[list[str]]()
    for name in GROUPS:
        codes, found = pd.factorize(rows[name].astype("str").fillna(""))
        code = code * len(found) + codes
        names.append([str(word) for word in found])
    found_codes, of_row = np.unique(code, return_inverse=True)
    digits = np.unravel_index(found_codes, [len(words) for words in names])
    groups = [
        tuple(words[place] for words, place in zip(names, places, strict=True))
        for places in zip(*digits, strict=True)
    ]
    number = {group: position for position, group in enumerate(groups)}
    for group in groups:
        for margin in product(*((word, "") for word in group)):
            number.setdefault(margin, len(number))
    margins = [[number[(*group[:n], "", *group[n + 1 :])] for n in range(len(GROUPS))] for group in number]
    return Groups(of_row, np.array(margins, dtype=np.int64).reshape(-1, len(GROUPS)))


def _close(known: Integers, places: Places, groups: Groups) -> Integers:
    """Add the totals above cells to them: the areas that they lie in, and everyone."""
    new = known
    while len(new):
        component, group, area = _split(new, places, groups)
        parent = places.parent[area]
        above = [_join(component, group, parent, places, groups)[parent >= 0]]
        for margin in groups.margin[group].T:
            above.append(_join(component, margin, area, places, groups)[margin != group])
        found = pd.unique(np.concatenate(above))
        new = found[known[np.searchsorted(known, found) % len(known)] != found]
        known = np.sort(np.concatenate([known, new]))
    return known


def _find_lacking(keys: Integers, places: Places, groups: Groups) -> Integers:
    """Find groups that lack in an area, where few do, and that are part of another sum."""
    component, group, area = _split(keys, places, groups)
    found = []
    for column, margin in enumerate(groups.margin[group].T):
        parts = np.flatnonzero(margin != group)
        sums, counts = np.unique(_join(component, margin, area, places, groups)[parts], return_counts=True)
        of_sum, total, place = _split(sums, places, groups)
        whole, listed = _list_parts(keys, column, places, groups)
        code = of_sum * len(groups.margin) + total
        start, stop = np.searchsorted(whole, code), np.searchsorted(whole, code, "right")
        short = np.flatnonzero((stop - start > counts) & (stop - start <= counts + LACKING))
        sizes = (stop - start)[short]
        within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        others = listed[np.repeat(start[short], sizes) + within]
        candidates = _join(
            np.repeat(of_sum[short], sizes), others, np.repeat(place[short], sizes), places, groups
        )
        found.append(candidates[~np.isin(candidates, keys)])
    lacking, uses = np.unique(np.concatenate(found), return_counts=True)
    if not len(lacking):
        return lacking
    family = places.families[0][area]
    used = _join(component, group, places.parent[area], places, groups)[family >= 0]
    component, group, area = _split(lacking, places, groups)
    above = places.parent[area]
    beside = (above >= 0) & np.isin(_join(component, group, above, places, groups), used)
    return lacking[(uses > 1) | beside]


def _list_parts(keys: Integers, column: int, places: Places, groups: Groups) -> tuple[Integers, Integers]:
    """Return each component's sums over a column (component · groups + margin), sorted, and a part of each."""
    size = len(groups.margin)
    component, part = np.divmod(pd.unique(keys // len(places.parent)), size)
    margin = groups.margin[part, column]
    proper = margin != part
    sums = (component * size + margin)[proper]
    order = np.argsort(sums, kind="stable")
    return sums[order], part[proper][order]
