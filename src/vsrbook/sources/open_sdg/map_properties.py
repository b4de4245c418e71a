"""Guess which properties of a map hold the codes and names of areas, and in which languages."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

NAME_LIKE = re.compile(r"(name|nm|nom|label|naam)", re.IGNORECASE)


@dataclass(frozen=True)
class DataAreas:
    """What the data say of areas: the codes they use, the names they give them, the repository's languages."""

    codes: set[str]
    names: dict[str, str]
    languages: list[str]


def guess_id(rows: list[dict[str, str]], keys: list[str], codes: set[str]) -> str:
    """Return the property that most codes of the data stand in, "" where none does."""
    hits = Counter({key: len(codes & {row.get(key, "") for row in rows} - {""}) for key in keys})
    best = hits.most_common(1)
    return best[0][0] if best and best[0][1] else ""


def guess_name(rows: list[dict[str, str]], keys: list[str], id_key: str, known: DataAreas) -> str:
    """Return the property that holds the names the data know, else the one that is called like a name."""
    hits = {
        key: sum(row.get(key, "") == known.names.get(row.get(id_key, "")) for row in rows)
        for key in keys
        if key != id_key
    }
    best = max(hits, key=lambda key: hits[key], default="")
    if best and hits[best]:
        return best
    like = [key for key in hits if NAME_LIKE.search(key) and len({row.get(key, "") for row in rows}) > 1]
    return like[0] if like else ""


def find_languages(keys: list[str], name_key: str, languages: list[str]) -> dict[str, str]:
    """Return the property of each language's names: name_en beside name_fr, or ruName beside kzName."""
    found: dict[str, str] = {}
    tokens = {one.casefold(): one for one in languages} | ({"kz": "kk"} if "kk" in languages else {})
    stem = _part_language(name_key, tokens)
    for key in keys if stem else []:
        part = _part_language(key, tokens)
        if part and stem and part[1] == stem[1]:
            found.setdefault(tokens[part[0]], key)
    return found


def _part_language(key: str, tokens: dict[str, str]) -> tuple[str, str] | None:
    """Part a property's name into its language and the rest: prov_name_en, kzName, name:fr."""
    for token in tokens:
        if match := re.fullmatch(rf"(.+)[_:.\-]{re.escape(token)}", key, re.IGNORECASE):
            return token, match[1].casefold()
        if match := re.fullmatch(rf"(?i:{re.escape(token)})([_:.\-].+|[A-Z].*)", key):
            return token, match[1].casefold()
    return None
