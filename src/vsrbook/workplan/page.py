"""Write a plan as one HTML page that needs nothing beside it: the drawing, and a table month by month."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from vsrbook.text import day, gettext, is_right_to_left, language, ngettext, partial_day
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


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("vsrbook.workplan", "theme"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "_": gettext,
        "ngettext": ngettext,
        "day": day,
        "month": partial_day,
        "room": explain_room,
        "commands": fill_commands,
        "names": name_steps,
        "reason": explain_left_out,
        "shorter": write_days,
    }
    return environment


def write_page(plan: Plan) -> str:
    """Return the plan as HTML."""
    template = _environment().get_template("page.html")
    return template.render(
        plan=plan,
        association=plan.association,
        language=language(),
        direction="rtl" if is_right_to_left() else "ltr",
        sentences=explain_fit(plan),
        gantt=draw_gantt(plan),
        months=group_by_month(plan),
    )
