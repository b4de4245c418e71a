"""Give each series of a file, in each of its units, an indicator code that stays the same in every run."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vsrbook.importing.cells import join_blanks, make_slug
from vsrbook.sdg import find_indicator, find_target
from vsrbook.sources.open_sdg.words import SDMX_CODE

MAX_SLUG = 40
SUFFIXES = 31  # what stays of a slug that gets a digest behind it: 31 + 1 + 8 signs

Key = tuple[str, str]  # series as written, unit without its blanks


@dataclass(frozen=True)
class Naming:
    """The code of one series in one unit; series and unit as the file writes them."""

    code: str
    series: str
    unit: str


@dataclass(frozen=True)
class Place:
    """Where an indicator stands in the SDG framework, "" where its id does not say."""

    goal: str = ""
    target: str = ""
    global_indicator: str = ""


def name_series(indicator: str, pairs: Iterable[Key], *, always: bool = False) -> dict[Key, Naming]:
    """Name the series of a file: `pairs` are the distinct (series, unit) of its rows.

    One series in one unit keeps the indicator's id. Where a file names several series (a row without one
    counts as one more, which keeps the id), each gets "_" and its short name, and where a series has several
    units, "_" and the unit's. The names depend on nothing but a series' or unit's own words, so that neither
    the order nor the number of rows matters; `always` gives a suffix to the only series as well, so that one
    that is added later changes no code. Units that differ by blanks only are one; rows of a series without a
    unit belong to its only unit. Keys of the result are (series, unit without blanks).
    """
    units: dict[str, dict[str, str]] = defaultdict(dict)
    for series, unit in pairs:
        units[series].setdefault(join_blanks(unit), unit)
    several = len(units) > 1 or always
    series_slugs = slug_all([one for one in units if one])
    unit_slugs = slug_all({key: unit for of_series in units.values() for key, unit in of_series.items()})
    found: dict[Key, Naming] = {}
    for series, of_series in units.items():
        stem = f"{indicator}_{series_slugs[series]}" if several and series else indicator
        filled = [key for key in of_series if key]
        for key, unit in of_series.items():
            own = of_series[filled[0]] if len(filled) == 1 else unit
            code = f"{stem}_{unit_slugs[key]}" if len(filled) > 1 and key else stem
            found[series, key] = Naming(code, series, own)
    return found


def slug_all(texts: Iterable[str] | Mapping[str, str]) -> dict[str, str]:
    """Return a short name for each text (a mapping gives the text of each key), all of them different."""
    named = dict(texts) if isinstance(texts, Mapping) else {text: text for text in texts}
    plain = {key: slug_text(text) for key, text in named.items()}
    counts = Counter(slug.casefold() for slug in plain.values())
    return {
        key: _with_digest(slug, key) if counts[slug.casefold()] > 1 else slug for key, slug in plain.items()
    }


def slug_text(text: str) -> str:
    """Return an SDMX code as it is, else the text's slug; one that is cut gets a digest, so that it stays its own."""
    if SDMX_CODE.fullmatch(text) and len(text) <= MAX_SLUG:
        return text
    slug = make_slug(text, limit=10_000)
    return slug if len(slug) <= MAX_SLUG else _with_digest(slug, text)


def _with_digest(slug: str, text: str) -> str:
    return f"{slug[:SUFFIXES].rstrip('-')}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def is_series_code(text: str) -> bool:
    """Whether a series is given by its SDMX code."""
    return bool(SDMX_CODE.fullmatch(text))


def place_indicator(indicator: str, *others: str) -> Place:
    """Return goal, target and global indicator from an id such as 3-9-1, 1.a.1 or, national, 8-9-1-1.

    `others` are tried where the id itself says nothing: the number, target or goal that the metadata give.
    """
    for text in (indicator, *others):
        parts = re.split(r"[-.]", text.strip().lower())
        target = ".".join(parts[:2])
        if len(parts) > 1 and find_target(target):
            whole = ".".join(parts)
            return Place(parts[0], target, whole if find_indicator(whole) else "")
        if len(parts) == 1 and re.fullmatch(r"[1-9]|1[0-7]", text.strip()):
            return Place(text.strip())
    return Place()
