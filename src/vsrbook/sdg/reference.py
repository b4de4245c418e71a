"""Look up targets, global indicators and series codes in the package's tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal

from vsrbook.sdg.reading import read_rows
from vsrbook.text import gettext as _

# The lists of the UN that the table compares: General Assembly resolution 71/313, the comprehensive review
# of 2020, the comprehensive review of 2025.
FRAMEWORKS = (2017, 2020, 2025)


@dataclass(frozen=True)
class Target:
    """One of the 169 targets; `label` is a few English words of ours, not the UN's sentence."""

    code: str
    goal: int
    label: str

    @property
    def name(self) -> str:
        """The label in the edition's language, where its catalogue has it."""
        return _(self.label)


@dataclass(frozen=True)
class GlobalIndicator:
    """A code of the global indicator framework, of today's list or of an earlier one.

    `framework` says in which of `FRAMEWORKS` the code stands, `replaced_by` what took over a retired code
    (empty: not known), `same_as` the first code that measures the same thing. Where a code was given a new
    meaning, `former_label` says what it measured before, and `redefined` is the first list with the new one.
    """

    code: str
    target: str
    goal: int
    label: str
    unit: str
    framework: tuple[int, ...]
    replaced_by: tuple[str, ...] = ()
    same_as: str = ""
    redefined: int | None = None
    former_label: str = ""

    @property
    def name(self) -> str:
        """The label in the edition's language, where its catalogue has it."""
        return _(self.label)

    @property
    def status(self) -> Literal["current", "retired"]:
        """Whether the newest list still has the code."""
        return "current" if FRAMEWORKS[-1] in self.framework else "retired"

    @property
    def until(self) -> int | None:
        """The first list that no longer has a retired code; None where it is current."""
        if self.status == "current":
            return None
        return next(year for year in FRAMEWORKS if year > self.framework[-1])


@dataclass(frozen=True)
class Series:
    """An SDMX series code, and the global indicators it is published under.

    `origin` is "national" where the code says so (_L_RW_…: a series of Rwanda's own), else "unmarked".
    `retired` is what the source says of it, `source` the code list it was read from.
    """

    code: str
    global_indicators: tuple[str, ...]
    origin: Literal["national", "unmarked"]
    retired: bool
    source: str


@cache
def targets() -> Mapping[str, Target]:
    """Return the 169 targets by code, in the order of the framework."""
    rows = read_rows("targets")
    return MappingProxyType(
        {row["target"]: Target(row["target"], int(row["goal"]), row["label"]) for row in rows}
    )


@cache
def global_indicators() -> Mapping[str, GlobalIndicator]:
    """Return the global indicators by code, retired ones too, in the order of the framework."""
    return MappingProxyType({row["code"]: _indicator(row) for row in read_rows("indicators")})


@cache
def series_codes() -> Mapping[str, Series]:
    """Return the series codes we have met, by code. The list is open: a code not in it may be right."""
    return MappingProxyType({row["series_code"]: _series(row) for row in read_rows("series")})


def find_target(code: str) -> Target | None:
    """Return the target with this code, or None."""
    return targets().get(code)


def find_indicator(code: str) -> GlobalIndicator | None:
    """Return the global indicator with this code, or None."""
    return global_indicators().get(code)


def target_label(code: str) -> str:
    """Return a target's label in the edition's language; empty for an unknown code."""
    target = find_target(code)
    return target.name if target else ""


def indicator_label(code: str) -> str:
    """Return a global indicator's label in the edition's language; empty for an unknown code."""
    indicator = find_indicator(code)
    return indicator.name if indicator else ""


def _indicator(row: dict[str, str]) -> GlobalIndicator:
    return GlobalIndicator(
        code=row["code"],
        target=row["target"],
        goal=int(row["goal"]),
        label=row["label"],
        unit=row["unit"],
        framework=tuple(int(year) for year in row["framework"].split(";")),
        replaced_by=tuple(code for code in row["replaced_by"].split(";") if code and code != "unknown"),
        same_as=row["same_as"],
        redefined=int(row["redefined"]) if row["redefined"] else None,
        former_label=row["former_label"],
    )


def _series(row: dict[str, str]) -> Series:
    return Series(
        code=row["series_code"],
        global_indicators=tuple(code for code in row["global_indicators"].split(";") if code),
        origin="national" if row["origin"] == "national" else "unmarked",
        retired=row["retired"] == "yes",
        source=row["source"],
    )
