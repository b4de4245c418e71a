"""Hide small counts, and as many others as it takes that no difference of shown totals gives them back.

Primary suppression finds counts below a minimum; secondary (complementary) suppression hides partners of
theirs: Cox (1980), Journal of the American Statistical Association 75(370); Hundepool et al. (2012),
Statistical Disclosure Control, chapter 4. Each indicator and year is looked at by itself.

Not covered: indicators that complement or contain each other ("with" and "without" water), the same count under
two codes or in the table areas, ages or categories that overlap, close bounds of a count, earlier editions.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from vsrbook.methods.suppression.cells import find_cells
from vsrbook.methods.suppression.counts import LAYERS, Booleans, find_primary, measure_counts
from vsrbook.methods.suppression.layers import make_layer
from vsrbook.methods.suppression.partners import hide_partners
from vsrbook.methods.suppression.relations import find_relations

SUPPRESSED = "suppressed"


def find_small(
    observations: pd.DataFrame, areas: pd.DataFrame, indicators: pd.DataFrame, minimum: int
) -> pd.Series:
    """Find the rows to hide: counts from 1 to below `minimum`, and the partners that protect them.

    `observations`, `areas` and `indicators` have the columns of their contracts (vsrbook.tables). A row is
    hidden as a whole, value and weight. Hidden are:

    - rows whose count, complement (the rest of the weight) or weight is above 0 and below `minimum`; 0 is
      not small: that nobody is concerned says nothing about anybody. `measure_counts` says what counts;
    - rows that their source has suppressed, whatever number stands there;
    - further rows, the smallest first, until no count of a hidden row follows from those shown, the hidden
      rows of one sum have at least `minimum` together, and no small count follows from there being no
      negative ones. Areas add up to the area they lie in, groups to everyone (`find_relations`). Only
      where all rows that could be a partner are hidden or zero can that be out of reach.

    Returns booleans with the index of `observations`. Raises ValueError for a minimum below 1.
    """
    if minimum < 1:
        raise ValueError(f"minimum is {minimum}; expected 1 or more")
    counts = measure_counts(observations, indicators)
    hidden = find_primary(counts, minimum) | _is_suppressed(observations)
    if hidden.any():
        rows = np.flatnonzero(_share_component(observations, hidden))
        cells = find_cells(observations.iloc[rows], areas)
        relations = find_relations(cells)
        counts = counts.take(rows)
        layers = [make_layer(relations, cells, counts, name, hidden[rows], minimum) for name in LAYERS]
        hidden[rows] = hide_partners(layers, cells, hidden[rows], minimum)
    return pd.Series(hidden, index=observations.index, name="hidden")


def hide_rows(observations: pd.DataFrame, hidden: pd.Series) -> pd.DataFrame:
    """Return the observations without value and weight where `hidden`, with the status "suppressed".

    Rows that are suppressed in the table already lose what stands in their cells. Columns that do not
    change are not copied. Raises ValueError if `hidden` has another index than `observations`.
    """
    if not hidden.index.equals(observations.index):
        raise ValueError("hidden has another index than observations; pass what find_small returned for them")
    blank = hidden.to_numpy(dtype=bool) | _is_suppressed(observations)
    return observations.assign(
        value=observations["value"].mask(blank),
        weight=observations["weight"].mask(blank),
        status=observations["status"].mask(blank, SUPPRESSED),
    )


def _is_suppressed(observations: pd.DataFrame) -> Booleans:
    return observations["status"].isin([SUPPRESSED]).to_numpy(dtype=bool)


def _share_component(observations: pd.DataFrame, hidden: Booleans) -> Booleans:
    """Whether a row has the indicator and year of a hidden row; only these are looked at more closely."""
    codes, names = pd.factorize(observations["indicator_code"], use_na_sentinel=False)
    years, numbers = pd.factorize(observations["year"], use_na_sentinel=False)
    component = codes * len(numbers) + years
    touched = np.zeros(len(names) * len(numbers), dtype=bool)
    touched[component[hidden]] = True
    return np.asarray(touched[component], dtype=bool)
