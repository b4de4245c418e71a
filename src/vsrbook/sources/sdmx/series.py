"""Read from a code list what a series is: its name without codes, its global indicator, target and goal."""

from __future__ import annotations

import re
from collections.abc import Iterable

from vsrbook.sources.sdmx.structures import Code

GLOBAL = re.compile(r"((1[0-7]|[1-9])\.(?:\d{1,2}|[a-d]))(?:\.\d)?")
IN_NAME = re.compile(r"\s*\[([\d.a-d,;\s]+)\]\s*$")


def strip_indicator(name: str) -> str:
    """Take the global indicators in brackets off the end of a series' name: "Poverty [1.1.1]"."""
    return IN_NAME.sub("", name)


def find_indicators(code: Code | None, names: Iterable[str]) -> list[str]:
    """Return the global indicators (or targets) of a series: as its annotations say, else its name's end."""
    notes = [text for kind, text in (code.annotations if code is not None else ()) if kind == "Indicator"]
    ends = [found[1] for name in names if (found := IN_NAME.search(name))]
    for texts in (notes, ends):
        found_codes = [
            part for text in texts for part in re.split(r"[,;\s]+", text) if GLOBAL.fullmatch(part)
        ]
        if found_codes:
            return list(dict.fromkeys(found_codes))
    return []


def place_series(indicator: str) -> dict[str, str]:
    """Return goal, target and global indicator of a code such as 1.1.1, or of a target such as 1.1."""
    found = GLOBAL.fullmatch(indicator)
    if found is None:
        return {}
    is_target = indicator == found[1]
    return {"goal": found[2], "target": found[1], "global_indicator": "" if is_target else indicator}
