"""The workplan: dates worked out by hand, what does not fit, and each form it is written in."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from browser import run_axe, serve_folder, visit
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from vsrbook.chapters.outline import CHAPTERS
from vsrbook.cli import main
from vsrbook.params import Association, StepId, read_params
from vsrbook.problems import ReviewError
from vsrbook.project import Project
from vsrbook.text import set_language
from vsrbook.workplan.calendar_file import write_calendar
from vsrbook.workplan.catalogue import STEPS
from vsrbook.workplan.checklist import write_markdown, write_table
from vsrbook.workplan.choosing import choose_steps
from vsrbook.workplan.page import write_page
from vsrbook.workplan.plan import Plan, make_plan
from vsrbook.workplan.scheduling import Scheduled
from vsrbook.workplan.step import FORUM, OFFICES
from vsrbook.workplan.wording import explain_fit, explain_room
from vsrbook.workplan.working_days import WorkingDays
from vsrbook.workplan.writing import write_workplan

ROOT = Path(__file__).resolve().parents[1]
HLPF = date(2027, 7, 6)  # a Tuesday, as a day of the forum is given: by whoever plans
EARLY = date(2026, 1, 1)
NOW = datetime(2027, 1, 4, 9, 30, tzinfo=UTC)
EVERY = list(get_args(StepId))
HOSTILE = 'Ask "them" </text><script>alert(1)</script> =1+1, a; b\\ `x` [y](http://z) *é*'


def make_association(workplan: dict[str, Any] | None = None, **keys: Any) -> Association:
    """Make an invented association that wants its work planned so."""
    body = {"name": "Union", "short_name": "USM", "place": "Samplia", "countries": ["KE"], "tier": "towns"}
    given: dict[str, Any] = {
        "slug": "samplia",
        "association": body,
        "standing": "association",
        "edition": "2027",
        "tables": {"areas": "areas.csv"},
        "workplan": workplan or {},
        **keys,
    }
    return Association.model_validate(given)


def plan_for(workplan: dict[str, Any] | None = None, today: date = EARLY, **keys: Any) -> Plan:
    """Plan the work of an invented association."""
    return make_plan(make_association(workplan, **keys), HLPF, today)


def only(*kept: str) -> list[str]:
    """Name all suggested steps but these and the forum."""
    return [step for step in EVERY if step not in (*kept, FORUM)]


def by_id(plan: Plan) -> dict[str, Scheduled]:
    """Return the dated steps by their ids."""
    return {one.step.id: one for one in plan.steps}


def spans(plan: Plan) -> dict[str, tuple[str, str]]:
    """Return first and last day of each step, as people write them."""
    return {one.step.id: (one.start.isoformat(), one.end.isoformat()) for one in plan.steps}


# Working days

# December 2026: the 24th is a Thursday, the 25th (a Friday) a holiday
DAYS = WorkingDays(("saturday", "sunday"), [date(2026, 12, 25)])


def test_working_days_leave_out_weekends_and_holidays() -> None:
    """Before Monday 28 December comes Thursday 24, for Friday is a holiday; and after it the other way."""
    assert DAYS.before(date(2026, 12, 28)) == date(2026, 12, 24)
    assert DAYS.before(date(2026, 12, 27)) == date(2026, 12, 24)
    assert DAYS.after(date(2026, 12, 24)) == date(2026, 12, 28)
    assert DAYS.until(date(2026, 12, 25)) == date(2026, 12, 24)
    assert DAYS.since(date(2026, 12, 25)) == date(2026, 12, 28)
    assert DAYS.until(date(2026, 12, 24)) == DAYS.since(date(2026, 12, 24)) == date(2026, 12, 24)
    assert DAYS.first_of(3, date(2026, 12, 28)) == date(2026, 12, 23)
    assert DAYS.last_of(3, date(2026, 12, 23)) == date(2026, 12, 28)
    assert DAYS.between(date(2026, 12, 23), date(2026, 12, 28)) == 2
    assert DAYS.between(date(2026, 12, 28), date(2026, 12, 23)) == -2


@given(st.dates(date(2015, 1, 1), date(2100, 1, 1)), st.integers(1, 250), st.sets(st.integers(0, 400)))
def test_so_many_days_back_and_forth(end: date, days: int, offsets: set[int]) -> None:
    """From the first of n working days, the last one is n - 1 further on, and is where one began."""
    working = WorkingDays(("friday", "saturday"), [end - timedelta(days=offset) for offset in offsets])
    last = working.until(end)
    first = working.first_of(days, last)
    assert working.last_of(days, first) == last
    assert working.between(first, last) == days - 1
    assert first.weekday() not in (4, 5)


# Dates worked out by hand


def test_a_chain_is_planned_backwards_from_the_day_before_the_forum() -> None:
    """The forum is on Tuesday 6 July: two days for publication are Friday and Monday, ten for print before."""
    plan = plan_for({"leave_out": only("proofs", "print", "publication")})
    assert spans(plan) == {
        "proofs": ("2027-06-11", "2027-06-17"),
        "print": ("2027-06-18", "2027-07-01"),
        "publication": ("2027-07-02", "2027-07-05"),
        "forum": ("2027-07-06", "2027-07-06"),
    }
    assert plan.first == date(2027, 6, 11)
    assert all(one.slack == 0 and one.critical for one in plan.steps if one.step.id != FORUM)


def test_holidays_and_another_weekend_move_dates() -> None:
    """With Friday and Saturday off and Sunday 4 July a holiday, two days are Thursday and Monday."""
    wishes = {"leave_out": only("publication"), "weekend": ["friday", "saturday"], "holidays": ["2027-07-04"]}
    assert spans(plan_for(wishes))["publication"] == ("2027-07-01", "2027-07-05")


def test_the_forum_may_begin_on_a_day_off() -> None:
    """A forum on a Sunday is where it is; the last working day before it is Friday."""
    plan = make_plan(make_association({"leave_out": only("publication")}), date(2027, 7, 4), EARLY)
    assert spans(plan) == {"publication": ("2027-07-01", "2027-07-02"), "forum": ("2027-07-04", "2027-07-04")}


def test_room_is_counted_in_working_days() -> None:
    """The survey takes 15 + 15 + 5 days; figures take 25, so they can wait for ten."""
    plan = plan_for({"leave_out": only("plan-survey", "survey", "reminders", "data", "first-run")})
    dated = by_id(plan)
    assert spans(plan)["first-run"] == ("2027-07-01", "2027-07-05")
    assert spans(plan)["reminders"] == ("2027-06-24", "2027-06-30")
    assert spans(plan)["survey"] == ("2027-06-03", "2027-06-23")
    assert spans(plan)["plan-survey"] == ("2027-05-13", "2027-06-02")
    assert spans(plan)["data"] == ("2027-05-27", "2027-06-30")
    assert dated["data"].slack == 10
    assert dated["data"].earliest == date(2027, 5, 13)
    assert not dated["data"].critical
    assert explain_room(dated["data"]) == "10 days"
    assert explain_room(dated["survey"]) == "none"


def test_after_the_forum_steps_begin_as_early_as_they_can() -> None:
    """Lessons take five days from Wednesday 7 July, the archive two after them."""
    dated = spans(plan_for())
    assert dated["lessons"] == ("2027-07-07", "2027-07-13")
    assert dated["archive"] == ("2027-07-14", "2027-07-15")
    assert dated["communicate"] == ("2027-07-07", "2027-07-20")
    assert dated["follow-up"] == ("2027-07-21", "2027-08-17")


def test_days_of_the_params_take_the_place_of_those_suggested() -> None:
    """A publication of five days begins on Tuesday 29 June."""
    plan = plan_for({"leave_out": only("publication"), "days": {"publication": 5}})
    assert spans(plan)["publication"] == ("2027-06-29", "2027-07-05")


def test_a_deadline_comes_before_the_forum() -> None:
    """The ministry wants its chapter by Saturday 15 May: it is handed over on Friday, and all before it moves."""
    wishes = {"leave_out": only("revise", "vnr-chapter"), "deadlines": {"vnr-chapter": "2027-05-15"}}
    plan = plan_for(wishes)
    assert spans(plan)["vnr-chapter"] == ("2027-05-10", "2027-05-14")
    assert spans(plan)["revise"] == ("2027-05-03", "2027-05-07")


# Which steps


def test_the_steps_are_those_that_the_params_know() -> None:
    """Ids of params and catalogue agree; each step waits for earlier ones only, and gives no more than it has."""
    assert [step.id for step in STEPS if step.id in EVERY] == [step.id for step in STEPS]
    assert sorted(step.id for step in STEPS) == sorted(EVERY)
    seen: set[str] = set()
    for step in STEPS:
        assert set(step.after) <= seen, step.id
        assert 1 <= step.least <= step.days
        assert step.who in OFFICES
        assert step.name
        assert step.done_when or step.id == FORUM
        seen.add(step.id)


def test_each_step_names_commands_and_pages_that_exist() -> None:
    """A command that a step names is one of ours with its options, and a page lies in the book."""
    for step in STEPS:
        assert not step.page or (ROOT / step.page).is_file(), step.page
        for words in (command.split() for command in step.commands):
            assert words[0] == "vsrbook"
            known = {name for option in main.commands[words[1]].params for name in option.opts}
            assert {word for word in words[2:] if word.startswith("-")} <= known, words


def test_one_language_needs_no_translation() -> None:
    """Translation is a step where there are several languages."""
    assert "translation" not in by_id(plan_for())
    assert {one.step.id: one.reason for one in plan_for().left_out} == {"translation": "language"}
    several = by_id(plan_for(languages=["en", "fr"]))
    assert several["translation"].step.after == ("approve",)
    assert several["proofs"].step.after == ("translation",)


def test_only_wanted_chapters_are_drafted() -> None:
    """Each wanted chapter that people write has a step, and those after it wait for what is there."""
    plan = plan_for(chapters=["introduction", "progress"])
    dated = by_id(plan)
    assert [step for step in dated if step.startswith("draft-")] == ["draft-progress", "draft-introduction"]
    assert dated["member-review"].step.after == ("draft-introduction", "draft-progress")
    drafted = {step.chapter for step in STEPS if step.chapter}
    assert drafted == {chapter.id for chapter in CHAPTERS} - {"annexes", "peer-learning"}


def test_without_a_survey_all_of_it_goes() -> None:
    """Who leaves out the survey has neither its planning nor reminders, and the first run waits for figures."""
    plan = plan_for({"leave_out": ["survey"]})
    reasons = {one.step.id: one.reason for one in plan.left_out if one.reason != "language"}
    assert reasons == {"plan-survey": "with", "survey": "params", "reminders": "with"}
    assert by_id(plan)["first-run"].step.after == ("data",)


def test_a_step_of_ones_own_stands_where_it_is_put() -> None:
    """An approval between planning and survey is waited for, and what is shorter round it is left out."""
    own = {
        "id": "ethics",
        "name": "Have it approved",
        "days": 10,
        "after": ["plan-survey"],
        "before": ["survey"],
    }
    plan = plan_for({"extra": [own]})
    dated = by_id(plan)
    assert dated["survey"].step.after == ("ethics",)
    assert dated["ethics"].step.after == ("plan-survey",)
    assert plan.first == date(2027, 1, 11)  # ten working days before 25 January


def test_a_step_of_ones_own_is_done_before_the_forum() -> None:
    """Without before, the forum waits for it; after the forum, it waits for the forum."""
    plan = plan_for(
        {
            "leave_out": only(),
            "extra": [
                {"id": "trip", "name": "Book the trip", "days": 1},
                {"id": "thanks", "name": "Thank all", "days": 1, "after": ["forum"]},
            ],
        }
    )
    assert spans(plan) == {
        "trip": ("2027-07-05", "2027-07-05"),
        "forum": ("2027-07-06", "2027-07-06"),
        "thanks": ("2027-07-07", "2027-07-07"),
    }


def test_a_step_whose_neighbour_is_left_out_waits_for_the_next() -> None:
    """A step put before one that is left out stands before what would have come after that."""
    own = {"id": "ethics", "name": "Have it approved", "days": 10, "before": ["survey"]}
    plan = plan_for({"leave_out": ["survey"], "extra": [own]})
    assert "ethics" in by_id(plan)["first-run"].step.after


def test_steps_that_wait_for_each_other_are_refused() -> None:
    """A circle is named, and where it can be broken."""
    own = {"id": "ethics", "name": "Have it approved", "days": 10, "after": ["survey"], "before": ["data"]}
    other = {"id": "other", "name": "Other", "days": 1, "after": ["data"], "before": ["plan-survey"]}
    with pytest.raises(ReviewError) as raised:
        plan_for({"extra": [own, other]})
    (line,) = map(str, raised.value.problems)
    assert line.startswith("params/samplia.yml workplan.extra: steps wait for each other: ")
    assert set(re.findall(r"[a-z-]+", line.split("other: ")[1].split(";")[0])) == {
        *("ethics", "data", "other", "plan-survey", "survey")
    }


def test_the_day_of_the_forum_is_never_guessed() -> None:
    """Without hlpf there is no plan, and the remedy is said; that of the params is taken."""
    with pytest.raises(
        ReviewError, match=r"params/samplia.yml hlpf: is missing.*; add hlpf: \{date: .*--hlpf"
    ):
        make_plan(make_association(), None, EARLY)
    assert make_plan(make_association(hlpf={"date": "2027-07-13"}), None, EARLY).forum == date(2027, 7, 13)


@pytest.mark.parametrize("day", [date(1, 1, 1), date(2014, 7, 1), date(9999, 7, 1)])
def test_a_forum_of_another_age_is_refused(day: date) -> None:
    """A mistyped year is said."""
    with pytest.raises(ReviewError, match="is out of range; the forum is a day between 2015 and 2100"):
        make_plan(make_association(), day, EARLY)


def test_work_cannot_begin_after_the_forum() -> None:
    """A start that is not before the forum is refused."""
    with pytest.raises(
        ReviewError, match=r"workplan.start: '2027-07-06' is not before .*; correct one of them"
    ):
        plan_for({"start": "2027-07-06"})


# What does not fit


def test_a_start_in_time_gives_room() -> None:
    """Begun two weeks before the latest day, the critical path has ten working days of room."""
    plan = plan_for({"start": "2027-01-11"})
    assert plan.missing == 0
    assert plan.shortening is None
    assert by_id(plan)["mandate"].slack == 10
    assert by_id(plan)["mandate"].critical
    assert by_id(plan)["mandate"].earliest == date(2027, 1, 11)


def test_a_late_start_says_by_how_much_and_what_helps() -> None:
    """Begun on 28 June, a chain of 17 working days before 6 July lacks 11; its steps can give 9."""
    wishes = {"leave_out": only("proofs", "print", "publication"), "start": "2027-06-28"}
    plan = plan_for(wishes)
    assert plan.missing == 11
    assert explain_room(by_id(plan)["proofs"]) == "11 days too few"
    assert plan.shortening is not None
    assert plan.shortening.days == {"proofs": 2, "print": 5, "publication": 1}
    assert plan.shortening.missing == 2
    assert explain_fit(plan)[-3:] == [
        "Begun on 28 June 2027, it does not fit: 11 working days are missing.",
        "3 steps can take fewer working days, as far as is suggested.",
        "With that 2 working days are still missing: leave steps out, or aim at a later forum.",
    ]


def test_shortened_as_suggested_the_plan_fits() -> None:
    """The days that are suggested, written into the params, make a plan that fits; no step is below its least."""
    late = plan_for({"start": "2027-03-22"})
    assert late.missing == 40
    assert late.shortening is not None
    assert late.shortening.missing == 0
    assert explain_fit(late)[-1] == f"It fits if {len(late.shortening.days)} steps take fewer working days."
    least = {step.id: step.least for step in STEPS}
    assert all(days >= least[step] for step, days in late.shortening.days.items())
    mended = plan_for({"start": "2027-03-22", "days": late.shortening.days})
    assert mended.missing == 0
    assert mended.shortening is None


def test_today_bounds_work_that_has_not_begun() -> None:
    """Where nothing is said of a start, and the latest day has passed, the work begins today."""
    plan = plan_for(today=date(2027, 3, 22))
    assert plan.begin == date(2027, 3, 22)
    assert plan.missing == 40
    assert plan_for(today=date(2027, 1, 25)).begin is None
    assert make_plan(make_association(), HLPF, date(2028, 1, 1)).begin is None  # over, nothing to mend


def test_what_is_overdue_is_said() -> None:
    """On Monday 8 February, with the mandate done, the next step has one day; without, it should be there."""
    wishes = {"start": "2027-01-25", "done": ["mandate"]}
    assert plan_for(wishes, today=date(2027, 2, 8)).overdue == ()
    late = plan_for({"start": "2027-01-25"}, today=date(2027, 2, 10))
    assert [(one.scheduled.step.id, one.days, one.ended) for one in late.overdue] == [
        ("mandate", 3, True),
        ("team", 2, False),
    ]
    said = explain_fit(late)
    assert (
        "Should have been done by 5 February 2027, 3 working days ago: Get the leadership's mandate." in said
    )
    assert any(line.startswith("Should have begun on 8 February 2027, 2 working days ago: ") for line in said)


def test_done_steps_are_ticked_and_bind_nothing() -> None:
    """What is done is not on the critical path, nor shortened, nor late."""
    plan = plan_for({"start": "2027-03-22", "done": ["mandate", "team"]}, today=date(2027, 3, 22))
    dated = by_id(plan)
    assert dated["mandate"].done
    assert not dated["mandate"].critical
    assert plan.shortening is not None
    assert not {"mandate", "team"} & set(plan.shortening.days)
    assert not {"mandate", "team"} & {one.scheduled.step.id for one in plan.overdue}


def test_a_national_review_of_another_year_is_pointed_out() -> None:
    """Where the params name a VNR of 2024 and the forum is in 2027, the plan says so."""
    said = explain_fit(plan_for(vnr={"year": 2024}))
    assert any("(VNR) of 2024, the forum is in 2027" in line for line in said)
    assert not any("VNR" in line for line in explain_fit(plan_for(vnr={"year": 2027})))
    assert not any(
        "VNR" in line for line in explain_fit(plan_for({"leave_out": ["vnr-chapter"]}, vnr={"year": 2024}))
    )


# Properties

wishes_of_any_kind = st.fixed_dictionaries(
    {
        "days": st.dictionaries(
            st.sampled_from([step for step in EVERY if step != FORUM]), st.integers(1, 40)
        ),
        "leave_out": st.lists(st.sampled_from([step for step in EVERY if step != FORUM]), unique=True),
        "weekend": st.sampled_from([[], ["sunday"], ["saturday", "sunday"], ["friday", "saturday"]]),
        "extra": st.lists(
            st.builds(
                lambda number, days, after: {
                    "id": f"own-{number}",
                    "name": f"Own {number}",
                    "days": days,
                    "after": after,
                },
                st.integers(0, 9),
                st.integers(1, 30),
                st.lists(st.sampled_from(EVERY), max_size=3, unique=True),
            ),
            max_size=3,
            unique_by=lambda one: one["id"],
        ),
    }
)


@settings(deadline=None, max_examples=60)
@given(wishes_of_any_kind, st.lists(st.dates(date(2027, 1, 1), date(2027, 7, 5)), unique=True, max_size=20))
def test_nothing_ends_after_what_waits_for_it_begins(wishes: dict[str, Any], holidays: list[date]) -> None:
    """Whatever is left out, added or lengthened: a step ends before those that wait for it begin, on working days."""
    plan = plan_for({**wishes, "holidays": holidays})
    dated = by_id(plan)
    working = WorkingDays(wishes["weekend"], holidays)
    for one in plan.steps:
        assert all(dated[step].end < one.start for step in one.step.after)
        assert one.earliest <= one.start
        if one.step.id == FORUM:
            continue
        assert working.until(one.start) == one.start
        assert working.until(one.end) == one.end
        assert working.between(one.start, one.end) == one.step.days - 1
        assert one.slack is None or one.slack == working.between(one.earliest, one.start) >= 0
    before = [one for one in plan.steps if one.slack is not None]
    assert not before or min(one.slack or 0 for one in before) == 0


@settings(deadline=None, max_examples=30)
@given(wishes_of_any_kind, st.integers(-100, 200))
def test_weeks_shift_all_dates(wishes: dict[str, Any], weeks: int) -> None:
    """Without holidays, a forum k weeks later moves every date by k weeks, and no room."""
    association, shift = make_association(wishes), timedelta(weeks=weeks)
    early, late = make_plan(association, HLPF, EARLY), make_plan(association, HLPF + shift, date(2015, 1, 1))
    early = make_plan(association, HLPF, date(2015, 1, 1))
    assert [
        (one.step, one.start + shift, one.end + shift, one.earliest + shift, one.slack) for one in early.steps
    ] == [(one.step, one.start, one.end, one.earliest, one.slack) for one in late.steps]


@settings(deadline=None, max_examples=15)
@given(st.dates(date(2027, 1, 1), date(2027, 7, 1)))
def test_shortening_never_lies(start: date) -> None:
    """Whatever the start: with the days that are suggested, exactly as many are missing as is said."""
    plan = plan_for({"start": start})
    if plan.shortening is not None:
        assert plan_for({"start": start, "days": plan.shortening.days}).missing == plan.shortening.missing


def test_choosing_keeps_every_order() -> None:
    """The chosen steps come after what they wait for, and name nothing that is left out."""
    choice = choose_steps(make_association({"leave_out": ["survey", "revise", "vnr"]}))
    seen: set[str] = set()
    for step in choice.steps:
        assert set(step.after) <= seen
        seen.add(step.id)


# The calendar


def hostile_plan() -> Plan:
    """Plan with words that would break a page, a table or a calendar if they were not escaped."""
    own = {"id": "own", "name": HOSTILE, "days": 3, "after": ["mandate"], "who": HOSTILE}
    body = {"name": HOSTILE, "short_name": "X", "place": HOSTILE, "countries": ["KE"], "tier": "towns"}
    return plan_for({"extra": [own], "done": ["mandate"], "alarm": 7}, association=body)


def events(plan: Plan, now: datetime = NOW) -> list[Any]:
    """Write a calendar, and read its events back."""
    return list(Calendar.from_ical(write_calendar(plan, now)).walk("VEVENT"))


def test_the_calendar_can_be_read_back() -> None:
    """Each step is an all-day event from its first day to the day after its last, with who and when it is done."""
    plan = plan_for()
    found = events(plan)
    assert len(found) == len(plan.steps)
    for event, one in zip(found, plan.steps, strict=True):
        assert event.decoded("dtstart") == one.start
        assert event.decoded("dtend") == one.end + timedelta(days=1)
        assert str(event["summary"]) == f"Samplia: {one.step.name}"
        assert one.step.done_when in str(event["description"])
        assert not event.errors


def test_a_calendar_that_is_imported_again_moves_its_events() -> None:
    """UIDs stay when dates and names change, SEQUENCE grows; another association or year has others."""
    first, later = events(plan_for()), events(plan_for({"days": {"print": 20}}), NOW + timedelta(hours=1))
    uids = {str(event["uid"]): event for event in first}
    assert len(uids) == len(first)
    assert set(uids) == {str(event["uid"]) for event in later}
    assert all(event["sequence"] > uids[str(event["uid"])]["sequence"] for event in later)
    assert {str(event["uid"]) for event in first} == {str(event["uid"]) for event in events(plan_for())}
    for other in (plan_for(slug="other"), make_plan(make_association(), date(2028, 7, 4), EARLY)):
        assert not uids.keys() & {str(event["uid"]) for event in events(other)}


def test_lines_of_the_calendar_are_folded_and_escaped() -> None:
    """No line is longer than 75 bytes, all end with CR LF, and hostile words come back as they were."""
    plan = hostile_plan()
    raw = write_calendar(plan, NOW)
    assert raw.endswith(b"\r\n")
    assert max(map(len, raw.split(b"\r\n"))) <= 75
    assert b"\n" not in raw.replace(b"\r\n", b"")
    (own,) = [event for event in events(plan) if f"Who: {HOSTILE}" in str(event["description"])]
    assert str(own["summary"]) == f"{HOSTILE}: {HOSTILE}"


def test_alarms_come_only_where_they_are_asked_for() -> None:
    """With alarm: 7 each step that is not done reminds a week before; without, none does."""
    assert not list(Calendar.from_ical(write_calendar(plan_for(), NOW)).walk("VALARM"))
    for event in events(hostile_plan()):
        done = str(event["summary"]).startswith("✓")
        assert [alarm.decoded("trigger") for alarm in event.walk("VALARM")] == [timedelta(-7)] * (not done)


# Checklist and table


def test_the_checklist_has_a_box_for_each_step() -> None:
    """A step is a box under the month in which it begins; what is done is ticked."""
    plan = plan_for({"done": ["mandate"], "start": "2027-01-25"})
    text = write_markdown(plan)
    assert text.count("- [ ] ") == len(plan.steps) - 1
    assert text.count("- [x] **Get the leadership's mandate**") == 1
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == [
        *("January 2027", "February 2027", "March 2027", "April 2027", "May 2027", "June 2027", "July 2027"),
        "Not in this plan",
    ]
    assert "25 January 2027 to 5 February 2027 (10 working days)" in text
    assert "`vsrbook check samplia --draft`" in text


def test_the_table_opens_in_a_spreadsheet() -> None:
    """A row a step, dates that sort; nothing that a spreadsheet would run."""
    plan = hostile_plan()
    rows = list(csv.DictReader(io.StringIO(write_table(plan))))
    assert [row["Step"] for row in rows] == [one.step.id for one in plan.steps]
    assert [row["Begin by"] for row in rows] == sorted(row["Begin by"] for row in rows)
    formula = plan_for({"extra": [{"id": "own", "name": "=cmd()", "days": 1, "who": "@x"}]})
    own = next(row for row in csv.DictReader(io.StringIO(write_table(formula))) if row["Step"] == "own")
    assert (own["What"], own["Who"]) == ("'=cmd()", "'@x")


def test_hostile_words_stay_words() -> None:
    """In the page and the checklist what the params say is text."""
    plan = hostile_plan()
    page = write_page(plan)
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    text = write_markdown(plan)
    assert not re.search(r"(?<!\\)<", text)
    assert r"\[y\]" in text
    assert r"\*é\*" in text


# The page


def test_the_page_needs_nothing_beside_it() -> None:
    """The page names no address, has a language, one title, a row for each step, and a drawing with words for it."""
    plan = plan_for()
    page = write_page(plan)
    assert not re.search(r"https?:|src=|@import|url\([^#]", page)
    assert '<html lang="en" dir="ltr">' in page
    assert page.count("<h1") == 1
    assert page.count('scope="row"') == len(plan.steps) + page.count('th[scope="row"]')
    assert "All that is drawn stands in the table below." in page


def test_only_an_illustration_says_that_it_is_one() -> None:
    """The plan of an illustration says that the association has not made it."""
    assert "has neither written nor approved it" in write_page(plan_for(standing="illustration"))
    assert "has neither written nor approved it" not in write_page(plan_for())


def test_a_page_in_another_language_says_so() -> None:
    """Dates and direction follow the language."""
    set_language("ar")
    page = write_page(plan_for())
    assert '<html lang="ar" dir="rtl">' in page
    set_language("fr")
    assert "6 juillet 2027" in write_page(plan_for())


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing(chromium: Any, tmp_path: Path, width: int, scheme: Any) -> None:
    """axe-core finds nothing in a plan that is late, and the page is no wider than a phone."""
    plan = plan_for(
        {"start": "2027-03-22", "done": ["mandate"]}, today=date(2027, 4, 1), languages=["en", "fr"]
    )
    write_workplan(plan, tmp_path, NOW)
    with (
        serve_folder(tmp_path) as site,
        visit(chromium, f"{site}/workplan.html", width=width, scheme=scheme) as seen,
    ):
        assert seen.overflow() <= 0
        assert (seen.foreign, seen.errors) == ([], [])
        assert run_axe(seen.page) == []


@pytest.mark.browser
def test_words_of_the_drawing_stay_within_it(chromium: Any, tmp_path: Path) -> None:
    """No label runs into the bars or out of the drawing, beside them on a phone either, however long it is."""
    own = {"id": "own", "name": "漢字" * 40, "days": 3, "after": ["mandate"]}
    write_workplan(plan_for({"extra": [own]}), tmp_path, NOW)
    inside = """([selector, left, right]) => [...document.querySelectorAll(selector)]
        .map((one) => one.getBBox()).filter((box) => box.x < left || box.x + box.width > right).length"""
    with serve_folder(tmp_path) as site:
        for width, selector, bounds in ((1280, ".label", [0, 330]), (360, "text.beside", [330, 970])):
            with visit(chromium, f"{site}/workplan.html", width=width) as seen:
                assert seen.page.evaluate(inside, [selector, *bounds]) == 0


# The command


def call(project: Project, *arguments: str) -> Result:
    """Call the command in the project, in this process."""
    return CliRunner().invoke(main, ["--project", str(project.root), "workplan", *arguments])


def test_the_command_writes_and_says_what_it_wrote(project: Project) -> None:
    """Four files are written and named; the table has the dates; what is next is said."""
    result = call(project, "samplia", "--hlpf", "2097-07-02")
    assert result.exit_code == 0, result.output
    folder = project.build / "workplan" / "samplia"
    names = ["workplan.csv", "workplan.html", "workplan.ics", "workplan.md"]
    assert sorted(path.name for path in folder.iterdir()) == names
    for name in names:
        assert f"wrote _build/workplan/samplia/{name}" in result.output
        content = (folder / name).read_bytes()
        assert content.startswith(b"\xef\xbb\xbf") == (name == "workplan.csv")
        assert b"\r\n" in content if name == "workplan.ics" else b"\r" not in content
    assert "Next: " in result.output
    assert "2097-07-02" in result.output


def test_the_command_prints_json(project: Project, tmp_path: Path) -> None:
    """With --json the plan is printed as JSON and nothing else; --out names the folder."""
    result = call(project, "samplia", "--hlpf", "2097-07-02", "--json", "--out", str(tmp_path / "plan"))
    content = json.loads(result.stdout)
    assert content["forum"] == "2097-07-02"
    assert content["left_out"] == {"translation": "language"}
    assert {step["id"] for step in content["steps"]} == set(EVERY) - {"translation"}
    assert len(content["written"]) == len(list((tmp_path / "plan").iterdir())) == 4


def test_the_command_begins_where_it_is_told(project: Project) -> None:
    """--start is a start; what does not fit is said, with a line for the params."""
    result = call(project, "samplia", "--hlpf", "2097-07-02", "--start", "2097-04-01")
    assert result.exit_code == 0
    assert "it does not fit" in result.output
    line = re.search(r"For params/samplia\.yml, under workplan: (days: .+)", result.output)
    assert line is not None
    assert yaml.safe_load(line[1])["days"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["samplia"], "params/samplia.yml hlpf: is missing: there is nothing to plan towards; add hlpf: "),
        (["samplja", "--hlpf", "2097-07-02"], "did you mean 'samplia'?"),
        (["samplia", "--hlpf", "2. July"], "is no day; write year, month and day"),
        (["samplia", "--hlpf", "2097-07-02", "--language", "french"], "unknown language 'french'; "),
        (
            ["samplia", "--hlpf", "2097-07-02", "--out", "params/samplia.yml"],
            "name another folder with --out",
        ),
    ],
)
def test_the_command_says_what_is_wrong(
    project: Project, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    """Each fault is said with its remedy, and nothing is written."""
    monkeypatch.chdir(project.root)
    result = call(project, *arguments)
    assert result.exit_code != 0
    assert said in result.stderr
    assert not (project.build / "workplan").exists()


# The page of the book


def test_the_guide_tells_the_truth(tmp_path: Path) -> None:
    """book/workplan.md lists each step with the working days it has, and its example is read."""
    text = (ROOT / "book" / "workplan.md").read_text("utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \|.*\| (\d+) \|$", text, re.MULTILINE)
    assert {step: int(days) for step, days in rows} == {
        step.id: step.days for step in STEPS if step.id != FORUM
    }
    (example,) = re.findall(r"```yaml\n(workplan:.*?)```", text, re.DOTALL)
    smallest = (ROOT / "tests" / "good_params" / "smallest.yml").read_text("utf-8")
    (tmp_path / "params").mkdir()
    (tmp_path / "params" / "case.yml").write_text(smallest + example, "utf-8")
    association = read_params(Project(tmp_path), "case")
    assert make_plan(association, HLPF, EARLY).missing == 0
    keys = re.findall(r"^\| `([a-z_]+)` \| [^|]+ \|$", text, re.MULTILINE)
    assert set(keys) == set(yaml.safe_load(example)["workplan"])
    assert set(keys) == set(type(association.workplan).model_fields)
