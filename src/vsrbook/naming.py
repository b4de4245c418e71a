"""Name areas and sources as readers do, and areas as files are named."""

from __future__ import annotations

import re
from collections import Counter

from vsrbook.review import Review

RESERVED = {"index", "all", "map", "con", "prn", "aux", "nul"} | {
    f"{device}{number}" for device in ("com", "lpt") for number in range(10)
}


def cite(review: Review, source_id: str, location: str = "") -> str:
    """Write a source as readers cite it: publisher, title (date), place in it."""
    source = review.sources_by_id.get(source_id)
    if source is None:
        return source_id
    dated = f"{source['title']} ({source['date'][:4]})" if source["date"] else source["title"]
    publisher = "" if source["publisher"] == source["title"] else source["publisher"]
    return ", ".join(part for part in (publisher, dated, location) if part)


def area_names(review: Review) -> dict[str, str]:
    """Return the areas' names by code; areas of one name get their parent's name too, or else their code."""
    areas = review.tables["areas"]
    names = dict(zip(areas["area_code"], areas["name"], strict=True))
    parents = dict(zip(areas["area_code"], areas["parent_code"], strict=True))
    twice = _repeated(names)
    apart = {
        code: f"{name} ({names.get(parents[code], code)})" if name in twice else name
        for code, name in names.items()
    }
    twice = _repeated(apart)
    return {code: f"{name} ({code})" if name in twice else name for code, name in apart.items()}


def _repeated(names: dict[str, str]) -> set[str]:
    return {name for name, count in Counter(names.values()).items() if count > 1}


def area_page(code: str) -> str:
    """Return the name of an area's page and folder: its code, with signs that file names cannot have written out.

    Names that Windows keeps for devices, and those of pages on all areas, get a line below in front.
    """
    name = re.sub(r"[^A-Za-z0-9.-]|^\.|\.$", lambda sign: f"_{ord(sign[0]):x}_", code)
    stem = name.split(".", maxsplit=1)[0].casefold()
    return f"_{name}" if stem in RESERVED or stem.startswith("by-") else name
