"""Put dates on steps by the critical path method: backwards from the forum, forwards from a first day.

Kelley, J. E. and Walker, M. R. (1959), Critical-path planning and scheduling, Proceedings of the Eastern Joint
Computer Conference, 160-173. Durations are whole working days; a step takes the days from its start to its end,
both included, and begins on a working day after the last step that it waits for has ended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from vsrbook.workplan.choosing import Choice
from vsrbook.workplan.step import FORUM, Step
from vsrbook.workplan.working_days import WorkingDays


@dataclass(frozen=True)
class Timing:
    """What the dates follow from: the forum, working days, deadlines, and when the work can begin."""

    forum: date
    working: WorkingDays
    deadlines: Mapping[str, date] = field(default_factory=dict)
    begin: date | None = None  # None: on the latest day on which it still can


@dataclass(frozen=True)
class Scheduled:
    """A step with its dates.

    `start` and `end` are the latest possible ones (after the forum: the earliest), `earliest` is the first day on
    which it could begin, `slack` how many working days it can be put off without moving the forum or a deadline;
    less than 0: so many are missing; None: nothing bounds it.
    """

    step: Step
    start: date
    end: date
    earliest: date
    slack: int | None
    critical: bool = False
    done: bool = False


def find_latest(choice: Choice, timing: Timing) -> dict[str, tuple[date, date]]:
    """Return the latest first and last day of each step that something bounds, backwards from the forum."""
    working, found = timing.working, {}
    followers = {
        step.id: [other.id for other in choice.steps if step.id in other.after] for step in choice.steps
    }
    for step in reversed(choice.steps):
        if step.id == FORUM:
            found[FORUM] = (timing.forum, timing.forum)
            continue
        ends = [working.before(found[other][0]) for other in followers[step.id] if other in found]
        if step.id in timing.deadlines:
            ends.append(working.until(timing.deadlines[step.id]))
        if ends:
            found[step.id] = (working.first_of(step.days, min(ends)), min(ends))
    return found


def find_earliest(choice: Choice, timing: Timing, begin: date) -> dict[str, tuple[date, date]]:
    """Return the earliest first and last day of each step, forwards from the day on which work begins."""
    working, found = timing.working, {}
    for step in choice.steps:
        if step.id == FORUM:
            found[FORUM] = (timing.forum, timing.forum)
            continue
        starts = [working.after(found[other][1]) for other in step.after]
        start = max([working.since(begin), *starts])
        found[step.id] = (start, working.last_of(step.days, start))
    return found


def schedule(choice: Choice, timing: Timing) -> list[Scheduled]:
    """Put dates on all steps, in the order of their dates."""
    latest = find_latest(choice, timing)
    before = [latest[step.id][0] for step in choice.steps if step.id not in choice.later]
    earliest = find_earliest(choice, timing, timing.begin or min(before))
    later = choice.later
    found = []
    for step in choice.steps:
        start, end = earliest[step.id] if step.id in later else latest[step.id]
        slack = None
        if step.id in latest and step.id != FORUM:
            slack = timing.working.between(earliest[step.id][1], latest[step.id][1])
        found.append(Scheduled(step, start, end, earliest[step.id][0], slack))
    places = {step.id: place for place, step in enumerate(choice.steps)}
    return sorted(found, key=lambda one: (one.start, one.end, places[one.step.id]))


def least_slack(scheduled: Sequence[Scheduled]) -> int:
    """Return the slack of the critical path, in working days; less than 0 where the plan does not fit."""
    return min((one.slack for one in scheduled if one.slack is not None), default=0)
