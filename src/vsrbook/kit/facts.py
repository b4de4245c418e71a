"""What a project says about its association wherever the kit leaves a gap: names, place, licence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from vsrbook.params import SLUG


@dataclass(frozen=True)
class Licence:
    """A licence: its SPDX id, its name, its official address."""

    id: str
    title: str
    url: str


_CC = "https://creativecommons.org"
LICENCES = {
    licence.id: licence
    for licence in (
        Licence("CC-BY-4.0", "Creative Commons Attribution 4.0 International", f"{_CC}/licenses/by/4.0/"),
        Licence(
            "CC-BY-SA-4.0",
            "Creative Commons Attribution-ShareAlike 4.0 International",
            f"{_CC}/licenses/by-sa/4.0/",
        ),
        Licence("CC0-1.0", "Creative Commons CC0 1.0 Universal", f"{_CC}/publicdomain/zero/1.0/"),
    )
}
NO_LICENCE = "none"


@dataclass(frozen=True)
class Facts:
    """Who the project is of: each fact one line of text; `licence` one of LICENCES, or "none"."""

    slug: str
    name: str
    short_name: str
    place: str
    country: str
    licence: str = NO_LICENCE

    def as_dict(self) -> dict[str, str]:
        """Return the facts by their names."""
        return asdict(self)

    @classmethod
    def from_dict(cls, given: Mapping[str, object]) -> Facts:
        """Return facts that were written down: nobody vouches for them, and the slug stands in code.

        Raises KeyError where one is missing, ValueError where slug or licence is none.
        """
        facts = cls(**{field.name: one_line(str(given[field.name])) for field in fields(cls)})
        if not SLUG.fullmatch(facts.slug) or facts.licence not in {*LICENCES, NO_LICENCE}:
            raise ValueError(f"no facts of a project: slug {facts.slug!r}, licence {facts.licence!r}")
        return facts


def one_line(text: str) -> str:
    """Return a fact as one line of at most 300 characters, without control characters."""
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", text).strip()[:300]
