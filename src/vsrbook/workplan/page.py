"""Write a plan as one HTML page that needs nothing beside it: the drawing, and a table month by month."""

from __future__ import annotations

from vsrbook.publishing.standalone import render_page
from vsrbook.text import day, gettext, is_right_to_left, language, partial_day
from vsrbook.workplan.checklist import group_by_month
from vsrbook.workplan.gantt import draw_gantt
from vsrbook.workplan.plan import Plan
from vsrbook.workplan.wording import (
    explain_fit,
    explain_left_out,
    explain_room,
    fill_commands,
    name_steps,
    write_days,
)

# What the template calls.
WORDS = {
    "_": gettext,
    "day": day,
    "month": partial_day,
    "room": explain_room,
    "commands": fill_commands,
    "names": name_steps,
    "reason": explain_left_out,
    "shorter": write_days,
}


def write_page(plan: Plan) -> str:
    """Return the plan as HTML."""
    return render_page(
        "workplan/theme/page.html",
        **WORDS,
        language=language(),
        direction="rtl" if is_right_to_left() else "ltr",
        plan=plan,
        association=plan.association,
        sentences=explain_fit(plan),
        gantt=draw_gantt(plan),
        months=group_by_month(plan),
    )
