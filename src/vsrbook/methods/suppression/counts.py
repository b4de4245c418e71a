"""How many persons, households or events stand behind a value: its count, the rest, and all of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import pandas as pd

Numbers = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]

# the weight first: indicators that share their weights then hide the same partners for them
LAYERS = ("weight", "count", "complement")
PLACES = 3  # decimals up to which a share is taken for rounded

# what a unit of counts begins with, in English, French, Spanish and Portuguese
_COUNTED = re.compile(
    r"(?:total\s)?(?:numbers?|counts?|nombre|n[úu]mero|new|live|registered|reported|confirmed"
    r"|persons?|people|inhabitants?|residents?|individuals?|households?|famil(?:y|ies)|dwellings?"
    r"|births?|newborns?|deaths?|cases?|victims?|patients?|children|infants|adults?|youths?|women|men|girls|boys"
    r"|pupils?|students?|learners?|teachers?|workers?|employees?|jobs|refugees?|migrants?|members?|prisoners?"
    r"|personnes?|habitants?|m[ée]nages?|naissances?|d[ée]c[èe]s|cas|enfants?|femmes?|hommes?|filles?|gar[çc]ons?"
    r"|[ée]l[èe]ves?|personas?|habitantes?|hogar(?:es)?|nacimientos?|defunciones|muertes|casos?|niñ[oa]s"
    r"|mujeres|hombres|alumn[oa]s|estudiantes|pessoas?|fam[íi]lias?|domic[íi]lios?|nascimentos|[óo]bitos|mortes"
    r"|crianças|mulheres|homens|alun[oa]s)\b.*",
    re.IGNORECASE | re.DOTALL,
)
# rates, and counts in thousands: 3 thousand persons are not 3 persons
_NOT_COUNTED = re.compile(
    r"\bper\b|\b(?:pour|por|par)\s+(?:cada|chaque|\d|mil|cent|habita)|/\s*(?:\d|km)|['’]000"
    r"|\b(?:thousands?|millions?|billions?|milliers?|miles|millones|milh(?:ão|ões)|milhares)\b",
    re.IGNORECASE,
)
# vsrbook.review.is_share, and besides the words of other languages: a value outside 0 to 100 counts for nothing
_SHARE = re.compile(r"%(?:\s(?!of GDP|of GNI|du PIB|del PIB|do PIB|a year|per\b).*)?", re.DOTALL)


@dataclass(frozen=True)
class Counts:
    """The counts behind n rows; NaN where they are not known, or are not counts.

    `weight` is how many stand behind the value, `count` those of them that it is about, `complement` the
    others, `slack` how far the count can be off because the value is rounded.
    """

    weight: Numbers
    count: Numbers
    complement: Numbers
    slack: Numbers

    def take(self, rows: Integers) -> Counts:
        """Return the counts of some rows, by their positions."""
        return Counts(*(getattr(self, field.name)[rows] for field in fields(self)))


def is_count(unit: str) -> bool:
    """Whether a unit counts persons, households or events one by one.

    It begins with a number of something ("number", "number of …") or with what is counted ("persons in
    the labour force", "new cases"), and is neither a rate ("deaths per 1,000") nor in thousands. So money,
    tonnes, hectares and indices are none.
    """
    return bool(_COUNTED.fullmatch(unit.strip())) and not _NOT_COUNTED.search(unit)


def is_share(unit: str) -> bool:
    """Whether a unit is a share of a whole in percent, so that value/100·weight is a count."""
    return bool(_SHARE.fullmatch(unit.strip()))


def measure_counts(observations: pd.DataFrame, indicators: pd.DataFrame) -> Counts:
    """Return the counts behind each row; none for a row that its source has suppressed.

    Where the unit is a count (`is_count`), the count is the value. Where it is a share and the weight is
    known, it is value/100·weight to the nearest whole number, and at least 1 where the value is not 0; so
    is the complement, where it is not 100. A weight is always a count (vsrbook.tables).
    """
    codes, names = pd.factorize(observations["indicator_code"], use_na_sentinel=False)
    declared = indicators.drop_duplicates("indicator_code").set_index("indicator_code")["unit"]
    units = declared.reindex(names).fillna("").tolist()
    counted, shared = (
        np.array([rule(unit) for unit in units], dtype=bool)[codes] for rule in (is_count, is_share)
    )
    shown = ~observations["status"].isin(["suppressed"]).to_numpy(dtype=bool)
    value, weight = (_take_numbers(observations[name], shown) for name in ("value", "weight"))
    shared &= (value >= 0) & (value <= 100) & (weight >= 0)
    share = np.where(shared, value, np.nan)
    count, complement = _count_share(share, weight), _count_share(100 - share, weight)
    return Counts(weight, np.where(counted, value, count), complement, _find_slack(share, weight))


def find_primary(counts: Counts, minimum: int) -> Booleans:
    """Find the rows with a count, complement or weight above 0 and below the minimum."""
    small = np.zeros(len(counts.weight), dtype=bool)
    for layer in LAYERS:
        amounts = getattr(counts, layer)
        small |= (amounts > 0) & (amounts < minimum)
    return small


def _take_numbers(column: pd.Series, shown: Booleans) -> Numbers:
    numbers = column.to_numpy(dtype="float64", na_value=np.nan)
    return np.where(shown & np.isfinite(numbers), numbers, np.nan)


def _count_share(share: Numbers, weight: Numbers) -> Numbers:
    """Return whole units; a share above 0 is at least one of them, however it was rounded."""
    whole = np.floor(share / 100 * weight + 0.5)
    return np.where((share > 0) & (weight > 0), np.maximum(whole, 1), whole)


def _find_slack(share: Numbers, weight: Numbers) -> Numbers:
    """Return half a unit of the share's last decimal, in counts; 0 for one that is not rounded."""
    slack = np.zeros(len(share))
    for places in range(PLACES, -1, -1):
        rounded = np.isclose(share, np.round(share, places), rtol=0, atol=1e-9)
        slack[rounded] = 0.5 * 10.0**-places / 100 * weight[rounded]
    return slack
