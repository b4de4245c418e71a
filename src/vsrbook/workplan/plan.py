"""`make_plan`: an association and the day of the forum → dated steps, what does not fit, what would help."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from vsrbook.params import Association
from vsrbook.problems import Problem, ReviewError
from vsrbook.workplan.choosing import Choice, LeftOut, choose_steps
from vsrbook.workplan.scheduling import Scheduled, Timing, least_slack, schedule
from vsrbook.workplan.working_days import WorkingDays


@dataclass(frozen=True)
class Overdue:
    """A step that should have ended, or (`ended` is false) begun, so many working days ago."""

    scheduled: Scheduled
    days: int
    ended: bool


@dataclass(frozen=True)
class Shortening:
    """What helps a plan that does not fit: days for steps; `missing` working days are short even then."""

    days: dict[str, int]
    missing: int


@dataclass(frozen=True)
class Plan:
    """The work on one review, in the order of its dates.

    `begin` is the day from which the work was counted forwards: the declared start, today where work has not
    begun although it should have, or None. `missing` are working days by which the plan does not fit.
    """

    association: Association
    forum: date
    steps: tuple[Scheduled, ...]
    left_out: tuple[LeftOut, ...]
    begin: date | None
    missing: int
    shortening: Shortening | None
    overdue: tuple[Overdue, ...]

    @property
    def first(self) -> date:
        """The day on which the first step must begin at the latest."""
        return min(one.start for one in self.steps)


def make_plan(association: Association, forum: date | None, today: date) -> Plan:
    """Plan the work backwards from the first day of the forum (`hlpf` in the params if None).

    Raises ReviewError where no day is given, where the work would begin after the forum, and where steps
    of the association's own wait for each other.
    """
    wishes = association.workplan
    day = _find_forum(association, forum, wishes.start)
    choice = choose_steps(association)
    timing = Timing(day, WorkingDays(wishes.weekend, wishes.holidays), wishes.deadlines, wishes.start)
    done = frozenset(wishes.done)
    started = bool(wishes.start or done)
    first = min(one.start for one in schedule(choice, timing))
    if not started and first < today < day:
        timing = replace(timing, begin=today)
    steps = _mark_steps(schedule(choice, timing), done)
    missing = max(0, -least_slack(_undone(steps)))
    return Plan(
        association,
        day,
        tuple(steps),
        choice.left_out,
        timing.begin,
        missing,
        shorten_steps(choice, timing, done) if missing else None,
        tuple(_find_overdue(steps, timing.working, today)) if started else (),
    )


def _find_forum(association: Association, given: date | None, start: date | None) -> date:
    """Return the day of the forum: it is always said by somebody, never guessed."""
    file = f"params/{association.slug}.yml"
    day = given or (association.hlpf.date if association.hlpf else None)
    if day is None:
        hint = "add hlpf: {date: 2027-07-06} with the first day of the forum you aim at, or use --hlpf"
        raise ReviewError(
            [Problem(file, "is missing: there is nothing to plan towards", hint, column="hlpf")]
        )
    if not 2015 <= day.year <= 2100:
        hint = "the forum is a day between 2015 and 2100, such as 2027-07-06"
        raise ReviewError([Problem(file, f"'{day.isoformat()}' is out of range", hint, column="hlpf.date")])
    if start and start >= day:
        what = f"'{start.isoformat()}' is not before the forum on {day.isoformat()}"
        raise ReviewError([Problem(file, what, "correct one of them", column="workplan.start")])
    return day


def _undone(steps: list[Scheduled]) -> list[Scheduled]:
    return [one for one in steps if not one.done]


def _mark_steps(steps: list[Scheduled], done: frozenset[str]) -> list[Scheduled]:
    """Mark what is done, and which of the rest decides whether the plan fits."""
    steps = [replace(one, done=one.step.id in done) for one in steps]
    bound = max(0, least_slack(_undone(steps)))
    return [
        replace(one, critical=not one.done and one.slack is not None and one.slack <= bound) for one in steps
    ]


def _find_overdue(steps: list[Scheduled], working: WorkingDays, today: date) -> list[Overdue]:
    """List what should have ended, or at least begun, before today."""
    now, found = working.since(today), []
    for one in _undone(steps):
        if one.end < today:
            found.append(Overdue(one, working.between(working.until(one.end), now), ended=True))
        elif one.start < today and one.step.days > 1:
            found.append(Overdue(one, working.between(working.until(one.start), now), ended=False))
    return found


def shorten_steps(choice: Choice, timing: Timing, done: frozenset[str]) -> Shortening:
    """Take days from the steps of the critical path, evenly, until the plan fits or none has days to give.

    A step gives no more than down to its `least`. Each round takes one day from the step on the critical path
    that has kept the largest part of its days.
    """
    asked = {step.id: step.days for step in choice.steps}
    while True:
        steps = _mark_steps(schedule(choice, timing), done)
        missing = max(0, -least_slack(_undone(steps)))
        worst = [one.step for one in steps if not one.done and one.slack == -missing]
        giving = [step for step in worst if step.days > step.least]
        if not missing or not giving:
            break
        most = max(giving, key=lambda step: (step.days / asked[step.id], step.days))
        choice = replace(
            choice,
            steps=tuple(
                replace(step, days=step.days - 1) if step.id == most.id else step for step in choice.steps
            ),
        )
    shorter = {step.id: step.days for step in choice.steps if step.days < asked[step.id]}
    return Shortening(shorter, missing)
