"""Hold what one SDMX data file says: its observations as they stand, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

MAX_OBSERVATIONS = 1_000_000  # of an import, all files together


class UnreadableError(Exception):
    """One file cannot be read; the others still can."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what, self.hint = what, hint


@dataclass(frozen=True)
class Reference:
    """What a data file says it is structured by: a data structure or a dataflow."""

    agency: str
    id: str
    version: str = ""

    def __str__(self) -> str:
        return f"{self.agency}:{self.id}({self.version})"


class Observation(NamedTuple):
    """One observation: what its series says (shared by all of them) and what it says itself."""

    place: str
    series: dict[str, str]
    own: dict[str, str]

    def merge(self) -> dict[str, str]:
        """Return all that is said of it, by concept; the observation's own word counts most."""
        return {**self.series, **self.own}


@dataclass
class Message:
    """One data file.

    `keys` are the concepts that are dimensions as far as the file tells (`sure`: it tells so itself);
    `labels` and `names` are the words that SDMX-CSV can carry beside codes and concepts.
    """

    name: str
    flavour: str = ""
    references: list[Reference] = field(default_factory=list)
    keys: dict[str, None] = field(default_factory=dict)
    sure: bool = False
    observations: list[Observation] = field(default_factory=list)
    series: int = 0
    deleted: int = 0
    without_period: int = 0
    is_test: bool = False
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def list_concepts(self) -> dict[str, None]:
        """Name all concepts that any observation has, in the order in which they appear."""
        found: dict[str, None] = dict.fromkeys(self.keys)
        last: dict[str, str] | None = None
        for observation in self.observations:
            if observation.series is not last:
                found.update(dict.fromkeys(observation.series))
                last = observation.series
            found.update(dict.fromkeys(observation.own))
        return found

    def __iter__(self) -> Iterator[Observation]:
        return iter(self.observations)
