"""Hand the attributes of a group of series down to its observations."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from vsrbook.sources.sdmx.message import Observation, UnreadableError

MAX_KINDS = 50  # each is looked for at each observation
Group = dict[str, str]  # what a group says: the dimensions that make it up, and its attributes

# concepts that are attributes in every structure known to us; what else may be one, only a structure knows
ATTRIBUTES = re.compile(
    r"(UNIT|OBS|COMMENT|SOURCE|TITLE|CONF|DATA|TIME|PRE_BREAK|EMBARGO|GEO_INFO|METADATA)(_\w+)?"
    r"|NATURE|BASE_PER|DECIMALS|COLLECTION|UPPER_BOUND|LOWER_BOUND|COMPILATION|COVERAGE|CONTACT|\w+_LB"
)


def is_attribute(concept: str) -> bool:
    """Whether a concept is known to be an attribute, not a dimension."""
    return ATTRIBUTES.fullmatch(concept) is not None


def apply_groups(observations: Iterable[Observation], groups: Iterable[Group]) -> None:
    """Give each observation the attributes of its groups; what it or its series says itself counts more.

    The dimensions of a group are those of its concepts that the observations have too.
    """
    found = list(observations)
    if not found:
        return
    known = {key for key in found[0].merge() if not is_attribute(key)}
    by_keys: dict[tuple[str, ...], dict[tuple[str, ...], Group]] = defaultdict(dict)
    for group in groups:
        keys = tuple(sorted(known & group.keys()))
        at = tuple(group[key] for key in keys)
        by_keys[keys].setdefault(at, {}).update({k: v for k, v in group.items() if k not in keys})
    if len(by_keys) > MAX_KINDS:
        raise UnreadableError(f"has more than {MAX_KINDS} kinds of groups", "is it an SDMX message?")
    for observation in found if by_keys else ():
        said = observation.merge()
        for keys, by_codes in by_keys.items():
            attributes = by_codes.get(tuple(said.get(key, "") for key in keys), {})
            for key, text in attributes.items():
                if key not in said:
                    observation.own[key] = text
