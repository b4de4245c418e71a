"""Hide further rows until no sum of shown ones gives a hidden count away."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vsrbook.methods.suppression.cells import Cells
from vsrbook.methods.suppression.counts import Booleans, Integers, Numbers
from vsrbook.methods.suppression.elimination import PRIME, find_derivations
from vsrbook.methods.suppression.layers import Layer


def hide_partners(layers: Sequence[Layer], cells: Cells, hidden: Booleans, minimum: int) -> Booleans:
    """Return the rows to hide, given those that are hidden for their own sake.

    A row is hidden in every layer: weight, count, complement. Rows of the same cell are hidden together.
    """
    concealed = np.zeros(len(cells.keys), dtype=bool)
    concealed[cells.of_row[hidden]] = True
    while any(_protect(layer, concealed, cells.first_row, minimum) for layer in layers):
        pass
    return concealed[cells.of_row]


def _protect(layer: Layer, concealed: Booleans, order: Integers, minimum: int) -> bool:
    """Conceal cells of a layer until none is given away; say whether any had to be.

    No concealed count may follow from shown ones. A small one, or one that its source suppressed, may not
    follow either if all concealed zeros are known: then nobody can pin it down by knowing that no count is
    negative, since all counts beside it could be larger and smaller.
    """
    before = int(concealed.sum())
    small = np.isnan(layer.amounts) | ((layer.amounts > 0) & (layer.amounts < minimum))
    while True:
        progress = False
        for secret, aims in ((concealed, concealed), (concealed & (layer.amounts != 0), concealed & small)):
            progress = progress or _hide_in_sums(layer, secret.copy(), aims, concealed, order, minimum)
            progress = progress or _hide_in_derivations(layer, secret.copy(), aims, concealed, order)
        if not progress:
            return int(concealed.sum()) > before


def _hide_in_sums(
    layer: Layer, secret: Booleans, aims: Booleans, concealed: Booleans, order: Integers, minimum: int
) -> bool:
    """Conceal one more cell in each relation with one secret, or with secrets that are few together."""
    hidden = secret[layer.cell]
    number = _add(layer, hidden)
    alone = (number == 1) & (_add(layer, (secret & aims)[layer.cell]) == 1)
    risky = np.flatnonzero(alone | _find_low(layer, hidden, number, minimum))
    bounds = np.searchsorted(layer.relation, np.stack([risky, risky + 1]))
    before, progress = concealed.copy(), False
    for relation, start, stop in zip(risky.tolist(), *bounds.tolist(), strict=True):
        part = layer.cell[start:stop]
        if (concealed[part] & ~before[part]).any():
            continue  # another relation has just hidden one of these
        amounts, total = layer.amounts[part], layer.coefficient[start:stop] > 0
        usable = ~concealed[part] & ((amounts != 0) | (number[relation] == 1))
        progress |= _conceal_smallest(layer, part[usable], total[usable], concealed, order)
    return progress


def _find_low(layer: Layer, hidden: Booleans, number: Numbers, minimum: int) -> Booleans:
    """Whether the hidden cells of a relation, all on one side, are known to be few together."""
    terms = layer.coefficient * layer.amounts[layer.cell]
    theirs = np.abs(_add(layer, np.where(hidden, terms, 0)))  # NaN: by source
    shown = np.abs(_add(layer, np.where(hidden, 0, terms)))
    sums = np.where(np.isnan(theirs), shown, theirs)
    return (number > 1) & _is_one_sided(layer, hidden) & (sums < minimum)


def _is_one_sided(layer: Layer, hidden: Booleans) -> Booleans:
    """Whether the hidden cells of a relation are all among its totals, or all among its parts."""
    totals, parts = (_add(layer, hidden & (sign * layer.coefficient > 0)) for sign in (1, -1))
    return np.asarray((totals == 0) | (parts == 0))


def _hide_in_derivations(
    layer: Layer, secret: Booleans, aims: Booleans, concealed: Booleans, order: Integers
) -> bool:
    """Conceal one more cell for each secret one that follows from several relations together."""
    derivations = find_derivations(_take_equations(layer, secret))
    totals = np.zeros(len(concealed), dtype=bool)
    totals[layer.cell[layer.coefficient > 0]] = True
    before, progress = concealed.copy(), False
    for cell in sorted((cell for cell in derivations if aims[cell]), key=lambda cell: int(order[cell])):
        factors: dict[int, int] = {}
        for relation, factor in derivations[cell].items():
            start, stop = np.searchsorted(layer.relation, [relation, relation + 1])
            entries = zip(
                layer.cell[start:stop].tolist(), layer.coefficient[start:stop].tolist(), strict=True
            )
            for part, coefficient in entries:
                factors[part] = (factors.get(part, 0) + factor * coefficient) % PRIME
        parts = np.array([part for part, factor in factors.items() if factor and not before[part]], dtype=int)
        if not concealed[parts].any():  # else it may follow no longer
            progress |= _conceal_smallest(layer, parts, totals[parts], concealed, order)
    return progress


def _take_equations(layer: Layer, secret: Booleans) -> dict[int, dict[int, int]]:
    hidden = secret[layer.cell]
    equations: dict[int, dict[int, int]] = {}
    for relation, cell, coefficient in zip(
        layer.relation[hidden].tolist(),
        layer.cell[hidden].tolist(),
        layer.coefficient[hidden].tolist(),
        strict=True,
    ):
        equations.setdefault(relation, {})[cell] = coefficient
    return equations


def _conceal_smallest(
    layer: Layer, cells: Integers, totals: Booleans, concealed: Booleans, order: Integers
) -> bool:
    """Conceal the smallest of some shown cells: zeros last, totals before them, ties in the order of rows."""
    if not len(cells):
        return False
    amounts = np.abs(layer.amounts[cells])
    concealed[cells[np.lexsort((order[cells], amounts, totals, amounts == 0))[0]]] = True
    return True


def _add(layer: Layer, entries: Numbers | Booleans) -> Numbers:
    """Add up one number for each entry, per relation."""
    return np.bincount(layer.relation, entries, layer.relation.max(initial=-1) + 1).astype(float)
