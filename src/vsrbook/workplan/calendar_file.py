"""Write a plan as a calendar file (iCalendar, RFC 5545): one all-day event a step."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event

from vsrbook.text import gettext as _
from vsrbook.text import language
from vsrbook.workplan.plan import Plan
from vsrbook.workplan.scheduling import Scheduled
from vsrbook.workplan.wording import fill_commands, name_steps

SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:vsrbook:workplan")


def write_calendar(plan: Plan, now: datetime) -> bytes:
    """Return the plan as an .ics file.

    A step keeps its UID from run to run, for the same association and year of the forum, and SEQUENCE grows with
    time (minutes since 1970): so a calendar that imports the file again moves its events instead of doubling
    them. `now` is an aware time.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//vsrbook//workplan//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _one_line(_("Workplan: {place}").format(place=plan.association.place)))
    for scheduled in plan.steps:
        calendar.add_component(_make_event(plan, scheduled, now))
    return bytes(calendar.to_ical())


def identify_step(plan: Plan, step: str) -> str:
    """Return the UID of a step: the same in every run for the same association and year of the forum."""
    return str(uuid.uuid5(SPACE, f"{plan.association.slug}/{plan.forum.year}/{step}"))


def _make_event(plan: Plan, scheduled: Scheduled, now: datetime) -> Event:
    event = Event()
    name = _one_line(scheduled.step.name)
    summary = _("{place}: {step}").format(place=_one_line(plan.association.place), step=name)
    event.add("uid", identify_step(plan, scheduled.step.id))
    event.add("dtstamp", now)
    event.add("sequence", int(now.timestamp()) // 60)
    event.add("dtstart", scheduled.start)
    event.add("dtend", scheduled.end + timedelta(days=1))  # the day after the last one, says the standard
    event.add("summary", f"✓ {summary}" if scheduled.done else summary, {"language": language()})
    event.add("description", _describe(plan, scheduled), {"language": language()})
    event.add("transp", "TRANSPARENT")  # a step takes weeks, and blocks no meeting
    days = plan.association.workplan.alarm
    if days is not None and not scheduled.done:
        event.add_component(_make_alarm(name, days))
    return event


def _make_alarm(name: str, days: int) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", name)
    alarm.add("trigger", timedelta(days=-days))
    return alarm


def _describe(plan: Plan, scheduled: Scheduled) -> str:
    """Return the lines of an event's description."""
    step = scheduled.step
    lines = [
        _("Who: {office}").format(office=step.office) if step.who else "",
        _("Done when: {sign}").format(sign=step.done_when) if step.done_when else "",
        *(_("After: {step}").format(step=name) for name in name_steps(plan, step.after)),
        *fill_commands(scheduled, plan.association.slug),
        step.page,
    ]
    return "\n".join(_one_line(line) for line in lines if line)


def _one_line(words: str) -> str:
    return " ".join(words.split())
