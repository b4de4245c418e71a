"""Find the area that each shape of a map stands for: by code, by a declared code, by name."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vsrbook.maps.files import MapShape

# letters that Unicode does not take apart into a letter and its accent
PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})
JOINTS = re.compile(r"[\s\u2010-\u2015\u2212_-]+")
STROKES = re.compile(r"['’‘`´ʻʼ]")


@dataclass
class Matches:
    """Which shapes each area has; what was matched with nothing; names that several areas or shapes share."""

    found: dict[str, list[MapShape]] = field(default_factory=lambda: defaultdict(list))
    unmatched: list[str] = field(default_factory=list)
    ambiguous: list[str] = field(default_factory=list)


def fold_name(name: str) -> str:
    """Return what stays of a name without case, accents and apostrophes; hyphens are blanks. For searching."""
    parts = unicodedata.normalize("NFKD", name.casefold().translate(PLAIN))
    plain = "".join(sign for sign in parts if not unicodedata.combining(sign))
    return JOINTS.sub(" ", STROKES.sub("", plain)).strip()


def match_shapes(
    shapes: Sequence[MapShape], code_property: str, codes: Mapping[str, str], names: Mapping[str, str]
) -> Matches:
    """Match shapes to areas by what stands in their property.

    That may be an area code, a key of `codes` (which gives the area code), or the name of one area.
    Several shapes of one code are parts of it; of one name they may be different places.
    """
    matches = Matches()
    by_name: dict[str, list[str]] = defaultdict(list)
    for code, name in names.items():
        by_name[_squeeze(name)].append(code)
    named: dict[str, list[MapShape]] = defaultdict(list)
    for shape in shapes:
        value = read_value(shape, code_property)
        if (code := value if value in names else codes.get(value, "")) in names:
            matches.found[code].append(shape)
        elif value not in codes and _squeeze(value) in by_name:
            named[_squeeze(value)].append(shape)
        else:
            matches.unmatched.append(value or shape.place)
    for key, same in named.items():
        _settle_name(same, by_name[key], code_property, matches)
    return matches


def _settle_name(same: list[MapShape], areas: list[str], code_property: str, matches: Matches) -> None:
    value = read_value(same[0], code_property)
    if len(same) == len(areas) == 1 and areas[0] not in matches.found:
        matches.found[areas[0]] = same
    elif len(areas) == 1 and areas[0] in matches.found:
        matches.unmatched.append(value)  # the area has a shape by its code
    else:
        matches.ambiguous.append(value)


def read_value(shape: MapShape, code_property: str) -> str:
    """Return what stands in a shape's property as text; a whole number without its ".0"."""
    value: Any = shape.properties.get(code_property)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value).split()) if isinstance(value, (str, int)) and value is not True else ""


def _squeeze(name: str) -> str:
    return fold_name(name).replace(" ", "")
