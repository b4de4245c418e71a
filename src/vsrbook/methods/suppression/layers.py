"""The relations that hold for one kind of count: weights, counts, or complements."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vsrbook.methods.suppression.cells import Cells
from vsrbook.methods.suppression.counts import Booleans, Counts, Integers, Numbers
from vsrbook.methods.suppression.elimination import eliminate_unknowns
from vsrbook.methods.suppression.relations import Relations


@dataclass(frozen=True)
class Layer:
    """Relations between rows, one entry per cell and relation, sorted by relation.

    The `coefficient`s, times `amounts` (one per cell; NaN: not known), add up to zero; totals have positive
    ones. Every cell has a row, and an amount unless its source has suppressed it.
    """

    relation: Integers
    cell: Integers
    coefficient: Integers
    amounts: Numbers


def make_layer(
    relations: Relations, cells: Cells, counts: Counts, name: str, hidden: Booleans, minimum: int
) -> Layer:
    """Return the relations that hold for `name`: weight, count or complement (`Counts`).

    Cells without a row, and rows of which the count is not known although nobody hides it, are eliminated:
    relations that they are in say something only together. A part that rows leave out is zero if the others
    add up to the total.
    """
    amounts, slack = np.full(len(cells.keys), np.nan), np.zeros(len(cells.keys))
    filled = np.flatnonzero(cells.first_row >= 0)
    amounts[filled] = getattr(counts, name)[cells.first_row[filled]]
    if name != "weight":
        slack[filled] = np.nan_to_num(counts.slack[cells.first_row[filled]])
    proved, _ = _find_holding(relations, np.where(cells.lacking, 0, amounts), slack, 0.5)
    zero = np.zeros(len(amounts), dtype=bool)
    zero[relations.cell[proved[relations.relation]]] = True
    amounts[zero & cells.lacking] = 0
    proved, assumed = _find_holding(relations, amounts, slack, minimum)
    free = np.isnan(amounts)
    free[cells.of_row[hidden]] = False
    told = np.bincount(cells.component, ~np.isnan(amounts)) > 0  # the others have nothing to be told by
    holds = (proved | assumed)[relations.relation] & told[cells.component[relations.cell]]
    holds &= ~(zero & cells.lacking)[relations.cell]
    kept = _keep_telling(relations, holds, free)
    return _eliminate(relations.relation[kept], relations.cell[kept], relations.sign[kept], amounts, free)


def _find_holding(
    relations: Relations, amounts: Numbers, slack: Numbers, least: float
) -> tuple[Booleans, Booleans]:
    """Whether each relation is seen to add up, and whether it has to be taken for one that does.

    One that is off by no more than `least` and the rounding adds up: what is off by less than the minimum
    would still give a small count away. Parts without a cell count as zero if the others add up to the
    total. Where an amount is not known, the relation is taken to hold if no part is missing and the known
    parts are not more than the total.
    """
    relation, number = relations.relation, len(relations.complete)
    amount = amounts[relations.cell]
    known = ~np.isnan(amount)
    gap = np.bincount(relation, np.where(known, relations.sign * amount, 0), number)
    most = least + np.bincount(relation, slack[relations.cell], number)
    shown = np.bincount(relation, known, number)
    checked = shown == np.bincount(relation, minlength=number)
    total_known = np.bincount(relation, known & (relations.sign > 0), number) > 0
    possible = relations.complete & ~(total_known & (gap < -most))
    return checked & (np.abs(gap) <= most), ~checked & possible


def _keep_telling(relations: Relations, kept: Booleans, free: Booleans) -> Booleans:
    """Drop the entries of relations with an unknown that no other relation has: they say nothing."""
    loose = free[relations.cell]
    while True:
        uses = np.bincount(relations.cell[kept & loose], minlength=len(free))
        alone = kept & loose & (uses[relations.cell] == 1)
        if not alone.any():
            return kept
        dropped = np.zeros(len(relations.complete), dtype=bool)
        dropped[relations.relation[alone]] = True
        kept = kept & ~dropped[relations.relation]


def _eliminate(relation: Integers, cell: Integers, sign: Integers, amounts: Numbers, free: Booleans) -> Layer:
    """Put relations without free cells in the place of those with some, and number all anew."""
    mixed = np.zeros(relation.max(initial=-1) + 1, dtype=bool)
    mixed[relation[free[cell]]] = True
    apart = mixed[relation]
    rows: dict[int, dict[int, int]] = {}
    for number, place, coefficient in zip(
        relation[apart].tolist(), cell[apart].tolist(), sign[apart].tolist(), strict=True
    ):
        rows.setdefault(number, {})[place] = coefficient
    merged = eliminate_unknowns(list(rows.values()), set(np.flatnonzero(free).tolist()))
    more = [(number, *entry) for number, row in enumerate(merged, len(mixed)) for entry in row.items()]
    entries = np.array(more, dtype=np.int64).reshape(-1, 3).T
    plain = np.stack([relation[~apart], cell[~apart], sign[~apart]])
    relation, cell, sign = np.concatenate([plain, entries], axis=1)
    return Layer(np.unique(relation, return_inverse=True)[1], cell, sign, amounts)
