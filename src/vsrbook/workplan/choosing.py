"""Choose the steps that an association takes: what it leaves out, what it adds, what waits for what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from typing import Any, Literal

from vsrbook.params import Association, ExtraStep, Workplan
from vsrbook.problems import Problem, ReviewError
from vsrbook.workplan.catalogue import STEPS
from vsrbook.workplan.step import FORUM, Step

Reason = Literal["params", "with", "language", "chapter"]


@dataclass(frozen=True)
class LeftOut:
    """A step that is not taken, and why: the params say so, it goes with another, one language, no chapter."""

    step: Step
    reason: Reason


@dataclass(frozen=True)
class Choice:
    """The steps that are taken, each after those that it waits for, and those that are not."""

    steps: tuple[Step, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def later(self) -> frozenset[str]:
        """The steps that wait for the forum."""
        later = {FORUM}
        for step in self.steps:
            if later.intersection(step.after):
                later.add(step.id)
        return frozenset(later - {FORUM})


def choose_steps(association: Association) -> Choice:
    """Choose the steps of an association, in an order in which each comes after what it waits for.

    Raises ReviewError where steps of its own make others wait in a circle.
    """
    wishes = association.workplan
    left_out = _find_left_out(association, wishes)
    gone = {one.step.id for one in left_out}
    every = _add_own([_set_days(step, wishes.days) for step in STEPS], wishes.extra)
    _sort_steps(every, association.slug)  # a circle must be found before anything is followed along it
    waits = {step.id: step.after for step in every}
    taken = [replace(step, after=_skip(step.after, waits, gone)) for step in every if step.id not in gone]
    return Choice(tuple(_drop_detours(_sort_steps(_lead_to_forum(taken)))), tuple(left_out))


def _find_left_out(association: Association, wishes: Workplan) -> list[LeftOut]:
    """Say which suggested steps are not taken, in their order."""
    found = []
    for step in STEPS:
        if step.id in wishes.leave_out:
            found.append(LeftOut(step, "params"))
        elif step.goes_with in wishes.leave_out:
            found.append(LeftOut(step, "with"))
        elif step.id == "translation" and len(association.languages) == 1:
            found.append(LeftOut(step, "language"))
        elif step.chapter and not association.wants(step.chapter):
            found.append(LeftOut(step, "chapter"))
    return found


def _set_days(step: Step, days: dict[Any, int]) -> Step:
    wanted = days.get(step.id, step.days)
    return replace(step, days=wanted, least=min(step.least, wanted))


def _add_own(steps: list[Step], extras: Iterable[ExtraStep]) -> list[Step]:
    """Add the association's own steps; those that must wait for them do."""
    extras = list(extras)
    own = [Step(one.id, one.name, one.who or "", one.after, one.days, one.days, own=True) for one in extras]
    first = {step.id: tuple(one.id for one in extras if step.id in one.before) for step in [*steps, *own]}
    return [replace(step, after=step.after + first[step.id]) for step in [*steps, *own]]


def _skip(after: Iterable[str], waits: Mapping[str, tuple[str, ...]], gone: set[str]) -> tuple[str, ...]:
    """Wait, instead of for a step that is left out, for what that one would have waited for."""
    kept: dict[str, None] = {}
    for step in after:
        kept.update(dict.fromkeys(_skip(waits[step], waits, gone) if step in gone else [step]))
    return tuple(kept)


def _lead_to_forum(steps: list[Step]) -> list[Step]:
    """Let the forum wait for all that no other step before it waits for."""
    later = Choice(tuple(_sort_steps(steps)), ()).later
    before = [step for step in steps if step.id not in later and step.id != FORUM]
    awaited = {one for step in before for one in step.after}
    ends = tuple(step.id for step in before if step.id not in awaited)
    return [replace(step, after=ends) if step.id == FORUM else step for step in steps]


def _drop_detours(steps: list[Step]) -> list[Step]:
    """Leave out that a step waits for one that another of those it waits for has waited for already."""
    earlier: dict[str, set[str]] = {}
    kept = []
    for step in steps:
        implied = set().union(*(earlier[one] for one in step.after))
        earlier[step.id] = implied.union(step.after)
        kept.append(replace(step, after=tuple(one for one in step.after if one not in implied)))
    return kept


def _sort_steps(steps: list[Step], slug: str = "") -> list[Step]:
    """Put steps after those that they wait for."""
    named = {step.id: step for step in steps}
    try:
        order = list(TopologicalSorter({step.id: step.after for step in steps}).static_order())
    except CycleError as error:
        circle = " → ".join(reversed(error.args[1]))
        hint = "change after or before of one of them"
        problem = Problem(f"params/{slug}.yml", f"steps wait for each other: {circle}", hint)
        raise ReviewError([replace(problem, column="workplan.extra")]) from None
    return [named[step] for step in order]
