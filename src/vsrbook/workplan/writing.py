"""Write all forms of a plan into one folder, and the plan as JSON."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from vsrbook.files import write_whole
from vsrbook.problems import Problem, ReviewError
from vsrbook.workplan.calendar_file import identify_step, write_calendar
from vsrbook.workplan.checklist import write_markdown, write_table
from vsrbook.workplan.page import write_page
from vsrbook.workplan.plan import Plan
from vsrbook.workplan.wording import explain_fit


def write_workplan(plan: Plan, folder: Path, now: datetime) -> list[Path]:
    """Write page, checklist, table and calendar, in the language that is set; returns their paths.

    All four are made before the first is written. Raises ReviewError where the folder cannot be written to.
    """
    files = {
        "workplan.html": write_page(plan).encode(),
        "workplan.md": write_markdown(plan).encode(),
        "workplan.csv": write_table(plan).encode("utf-8-sig"),  # Excel knows UTF-8 by its first three bytes
        "workplan.ics": write_calendar(plan, now),
    }
    try:
        for name, content in files.items():
            write_whole(folder / name, content)
    except OSError as error:
        what = f"cannot be written to: {error.strerror}"
        raise ReviewError([Problem(folder.as_posix(), what, "name another folder with --out")]) from None
    return [folder / name for name in files]


def describe_plan(plan: Plan) -> dict[str, Any]:
    """Return the plan as plain values: days as 2027-03-01, counts in working days."""
    return {
        "association": plan.association.slug,
        "forum": plan.forum.isoformat(),
        "begin": plan.begin.isoformat() if plan.begin else None,
        "missing": plan.missing,
        "shorten": plan.shortening.days if plan.shortening else {},
        "said": explain_fit(plan),
        "steps": [
            {
                "id": one.step.id,
                "name": one.step.name,
                "who": one.step.office if one.step.who else "",
                "after": list(one.step.after),
                "days": one.step.days,
                "start": one.start.isoformat(),
                "end": one.end.isoformat(),
                "earliest": one.earliest.isoformat(),
                "slack": one.slack,
                "critical": one.critical,
                "done": one.done,
                "uid": identify_step(plan, one.step.id),
            }
            for one in plan.steps
        ],
        "left_out": {one.step.id: one.reason for one in plan.left_out},
    }
