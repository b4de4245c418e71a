"""Say in sentences whether a plan fits, what is late, and what has been left out."""

from __future__ import annotations

from vsrbook.text import day, mark, ngettext
from vsrbook.text import gettext as _
from vsrbook.workplan.choosing import LeftOut
from vsrbook.workplan.plan import Plan, Shortening
from vsrbook.workplan.scheduling import Scheduled

REASONS = {
    "params": mark("left out in the params"),
    "with": mark("goes with a step that is left out"),
    "language": mark("there is only one language"),
    "chapter": mark("the chapter is not wanted"),
}


def explain_fit(plan: Plan) -> list[str]:
    """Say when work must begin, what is late, whether the plan fits, and if not by how much and what helps."""
    first = _("The forum begins on {day}. The work must begin on {first} at the latest.")
    said = [first.format(day=day(plan.forum), first=day(plan.first))]
    said += _explain_review(plan) + _explain_overdue(plan)
    if plan.begin and plan.missing:
        words = ngettext(
            "Begun on {day}, it does not fit: {count} working day is missing.",
            "Begun on {day}, it does not fit: {count} working days are missing.",
            plan.missing,
        )
        said.append(words.format(day=day(plan.begin), count=plan.missing))
    elif plan.missing:
        words = ngettext(
            "The deadlines do not fit: {count} working day is missing.",
            "The deadlines do not fit: {count} working days are missing.",
            plan.missing,
        )
        said.append(words.format(count=plan.missing))
    return said + (_explain_shortening(plan.shortening) if plan.shortening else [])


def _explain_shortening(shortening: Shortening) -> list[str]:
    count = len(shortening.days)
    words = (
        ngettext(
            "It fits if {count} step takes fewer working days.",
            "It fits if {count} steps take fewer working days.",
            count,
        )
        if not shortening.missing
        else ngettext(
            "{count} step can take fewer working days, as far as is suggested.",
            "{count} steps can take fewer working days, as far as is suggested.",
            count,
        )
    )
    said = [words.format(count=count)] if count else []
    if shortening.missing:
        words = ngettext(
            "With that {count} working day is still missing: leave steps out, or aim at a later forum.",
            "With that {count} working days are still missing: leave steps out, or aim at a later forum.",
            shortening.missing,
        )
        said.append(words.format(count=shortening.missing))
    return said


def write_days(plan: Plan) -> str:
    """Write the days of shortened steps as the params take them: "days: {survey: 10}".

    What the params say of other steps stands there too, so that the line takes the place of theirs.
    """
    days: dict[str, int] = dict(plan.shortening.days if plan.shortening else {})
    for step, count in plan.association.workplan.days.items():
        days.setdefault(step, count)
    return f"days: {{{', '.join(f'{step}: {count}' for step, count in days.items())}}}"


def _explain_overdue(plan: Plan) -> list[str]:
    said = []
    for late in plan.overdue:
        words = (
            ngettext(
                "Should have been done by {day}, {count} working day ago: {step}.",
                "Should have been done by {day}, {count} working days ago: {step}.",
                late.days,
            )
            if late.ended
            else ngettext(
                "Should have begun on {day}, {count} working day ago: {step}.",
                "Should have begun on {day}, {count} working days ago: {step}.",
                late.days,
            )
        )
        date = late.scheduled.end if late.ended else late.scheduled.start
        said.append(words.format(day=day(date), count=late.days, step=late.scheduled.step.name))
    return said


def _explain_review(plan: Plan) -> list[str]:
    """Say so where the params name a national review of another year than the forum's."""
    vnr = plan.association.vnr
    if vnr is None or vnr.year == plan.forum.year or all(one.step.id != "vnr-chapter" for one in plan.steps):
        return []
    words = _(
        "The params name a national review (VNR) of {vnr}, the forum is in {year}. If there is none in that year, "
        "leave out the step vnr-chapter."
    )
    return [words.format(vnr=vnr.year, year=plan.forum.year)]


def explain_room(scheduled: Scheduled) -> str:
    """Say for how long a step can be put off: "3 days", "none", "5 days too few"."""
    slack = scheduled.slack
    if slack is None:
        return "–"
    if slack < 0:
        return ngettext("{count} day too few", "{count} days too few", -slack).format(count=-slack)
    return ngettext("{count} day", "{count} days", slack).format(count=slack) if slack else _("none")


def explain_left_out(left_out: LeftOut) -> str:
    """Name a step that is not taken, and why."""
    return _("{step}: {reason}").format(step=left_out.step.name, reason=_(REASONS[left_out.reason]))


def name_steps(plan: Plan, ids: tuple[str, ...]) -> list[str]:
    """Name steps by their ids, in the edition's language."""
    names = {one.step.id: one.step.name for one in plan.steps}
    return [names[step] for step in ids]


def fill_commands(scheduled: Scheduled, slug: str) -> list[str]:
    """Return the commands that help with a step, with the association's slug in them."""
    return [command.replace("{slug}", slug) for command in scheduled.step.commands]
