"""Write a plan as a checklist: Markdown with boxes to tick, and CSV for a spreadsheet."""

from __future__ import annotations

from itertools import groupby

from vsrbook.csv_writing import write_csv
from vsrbook.publishing.pages import plain
from vsrbook.text import day, ngettext, partial_day
from vsrbook.text import gettext as _
from vsrbook.workplan.plan import Plan
from vsrbook.workplan.scheduling import Scheduled
from vsrbook.workplan.wording import (
    explain_fit,
    explain_left_out,
    explain_room,
    fill_commands,
    name_steps,
    write_days,
)


def write_markdown(plan: Plan) -> str:
    """Return the plan as Markdown: a heading a month, a box a step."""
    title = _("Workplan of the Voluntary Subnational Review: {place}").format(place=plan.association.place)
    lines = [f"# {plain(title)}", "", *(f"- {plain(words)}" for words in explain_fit(plan)), ""]
    if plan.shortening and plan.shortening.days:
        lines += [_("For the params, under workplan:") + f" `{write_days(plan)}`", ""]
    for month, steps in group_by_month(plan):
        lines += [f"## {plain(partial_day(month))}", "", *(_write_box(plan, one) for one in steps), ""]
    if plan.left_out:
        left_out = [f"- {plain(explain_left_out(one))}" for one in plan.left_out]
        lines += [f"## {plain(_('Not in this plan'))}", "", *left_out, ""]
    return "\n".join(lines)


def group_by_month(plan: Plan) -> list[tuple[str, list[Scheduled]]]:
    """Group the steps by the month in which they begin: ("2027-03", steps)."""
    grouped = groupby(plan.steps, key=lambda one: one.start.strftime("%Y-%m"))
    return [(month, list(steps)) for month, steps in grouped]


def _write_box(plan: Plan, scheduled: Scheduled) -> str:
    step = scheduled.step
    span = _("{start} to {end}").format(start=day(scheduled.start), end=day(scheduled.end))
    dates = day(scheduled.start) if scheduled.start == scheduled.end else span
    days = ngettext("{count} working day", "{count} working days", step.days).format(count=step.days)
    parts = [
        f"- [{'x' if scheduled.done else ' '}] **{plain(step.name)}**",
        f"{plain(dates)} ({plain(days)})",
    ]
    if step.who:
        parts.append(plain(step.office))
    if step.done_when:
        parts.append(plain(_("Done when: {sign}").format(sign=step.done_when)))
    commands = fill_commands(scheduled, plan.association.slug)
    parts += [", ".join(f"`{command}`" for command in commands)] if commands else []
    return " · ".join(parts)


def write_table(plan: Plan) -> str:
    """Return the plan as CSV, a row a step: dates as 2027-03-01, so that a spreadsheet sorts them."""
    import pandas as pd

    rows = [
        {
            _("Step"): one.step.id,
            _("What"): one.step.name,
            _("Who"): one.step.office if one.step.who else "",
            _("Begin by"): one.start.isoformat(),
            _("Done by"): one.end.isoformat(),
            _("Working days"): one.step.days,
            _("Can begin"): one.earliest.isoformat(),
            _("Room"): explain_room(one),
            _("Critical"): _("yes") if one.critical else _("no"),
            _("Done"): _("yes") if one.done else _("no"),
            _("After"): "; ".join(name_steps(plan, one.step.after)),
            _("Done when"): one.step.done_when,
            _("Help"): "; ".join(
                [*fill_commands(one, plan.association.slug), *filter(None, [one.step.page])]
            ),
        }
        for one in plan.steps
    ]
    return write_csv(pd.DataFrame(rows))
