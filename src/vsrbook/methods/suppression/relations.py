"""Which cells add up to which: areas to the area they lie in, groups to everyone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vsrbook.methods.suppression.cells import Cells, count_parts
from vsrbook.methods.suppression.counts import Booleans, Integers


@dataclass(frozen=True)
class Relations:
    """Totals and their parts, one entry per cell and relation, sorted by relation, the total first.

    `sign` is 1 for the total and −1 for a part: signed counts add up to zero. `complete` says of each
    relation whether every part that there is has a cell.
    """

    relation: Integers
    cell: Integers
    sign: Integers
    complete: Booleans


def find_relations(cells: Cells) -> Relations:
    """Find all sums within one indicator and year that the table could be checked against.

    An area is the sum of the areas in it, level by level and, where it has several levels, all together;
    everyone is the sum over sex, over age, over residence, over category, other groups held fixed. Whether
    a relation really adds up is for `layers` to say.
    """
    places = cells.places
    part, total, kind, expected = [], [], [], []
    above = cells.join(cells.component, cells.group, places.parent[cells.area])
    for families in places.families:
        family = families[cells.area]
        inside = np.flatnonzero(family >= 0)
        part.append(inside)
        total.append(above[inside])
        kind.append(family[inside])
        expected.append(places.sizes[family[inside]])
    for column, margin in enumerate(cells.groups.margin[cells.group].T):
        inside = np.flatnonzero(margin != cells.group)
        part.append(inside)
        total.append(cells.join(cells.component, margin, cells.area)[inside])
        kind.append(np.full(len(inside), len(places.sizes) + column))
        expected.append(count_parts(cells, column)[inside])
    totals = np.searchsorted(cells.keys, np.concatenate(total))
    return _sort_relations(np.concatenate(part), totals, np.concatenate(kind), np.concatenate(expected))


def _sort_relations(part: Integers, total: Integers, kind: Integers, expected: Integers) -> Relations:
    """Bring the parts of the same total and kind (family of areas, or group column) together."""
    code = total * (kind.max(initial=0) + 1) + kind
    _, first, relation = np.unique(code, return_index=True, return_inverse=True)
    complete = np.bincount(relation, minlength=len(first)) == expected[first]
    relation = np.concatenate([np.arange(len(first)), relation])
    order = np.argsort(relation, kind="stable")
    cell = np.concatenate([total[first], part])
    sign = np.repeat([1, -1], [len(first), len(part)])
    return Relations(relation[order], cell[order], sign[order], complete)
