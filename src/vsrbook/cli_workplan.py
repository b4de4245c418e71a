"""The command that plans the work on a review: workplan. Thin: parse, call, print."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vsrbook.cli_common import EXAMPLES, FAULTS, find_book, print_problems

if TYPE_CHECKING:
    from vsrbook.params import Association
    from vsrbook.workplan.plan import Plan


class _Day(click.DateTime):
    """A day written as 2027-07-06."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"'{value}' is no day; write year, month and day, such as 2027-07-06", param, ctx)


DAY = _Day(["%Y-%m-%d"])


@click.command(
    "workplan",
    epilog=EXAMPLES
    + "  vsrbook workplan kenya --hlpf 2027-07-06\n"
    + "  vsrbook workplan kenya --hlpf 2027-07-06 --start 2027-03-22\n"
    + "  vsrbook workplan kenya --json",
)
@click.argument("association")
@click.option(
    "--hlpf", type=DAY, metavar="DAY", help="First day of the forum, instead of hlpf in the params."
)
@click.option(
    "--start", type=DAY, metavar="DAY", help="When the work can begin, instead of start in the params."
)
@click.option("--language", help="Language to write in (default: the first of the params).")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder to write into (default: _build/workplan/ASSOCIATION).",
)
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON instead of a table.")
@click.pass_context
def workplan_command(context: click.Context, /, association: str, **given: Any) -> None:
    """Plan the work on a review, backwards from the first day of the High-Level Political Forum.

    Writes a page with a drawing, a checklist (Markdown and CSV) and a calendar file that a calendar imports.
    How many working days steps take, what is left out, deadlines, holidays and steps of your own stand in
    the params under workplan. What does not fit is said, with what would help.
    """
    from datetime import UTC, date, datetime

    from vsrbook.params import read_params
    from vsrbook.problems import ReviewError
    from vsrbook.text import set_language
    from vsrbook.workplan.plan import make_plan
    from vsrbook.workplan.writing import describe_plan, write_workplan

    project = find_book(context)
    try:
        params = _with_start(read_params(project, association), given["start"])
        language = _choose_language(params, given["language"])
        plan = make_plan(params, given["hlpf"] and given["hlpf"].date(), date.today())
        folder = given["out"] or project.build / "workplan" / association
        described = describe_plan(plan)
        if not given["as_json"]:
            _print_plan(plan)
        set_language(language, project.locales)  # from here on: what is written, not what is printed
        written = [project.name(path) for path in write_workplan(plan, folder, datetime.now(UTC))]
    except ReviewError as error:
        print_problems(error.problems)
        context.exit(FAULTS)
    if given["as_json"]:
        _print_json({**described, "written": written})
    else:
        _print_written(written, association)


def _with_start(association: Association, start: Any) -> Association:
    if start is None:
        return association
    wishes = association.workplan.model_copy(update={"start": start.date()})
    return association.model_copy(update={"workplan": wishes})


def _choose_language(association: Association, wanted: str | None) -> str:
    from vsrbook.params import language_codes
    from vsrbook.problems import suggest

    language = wanted or association.languages[0]
    if language not in language_codes():
        hint = suggest(language, association.languages, "use a BCP 47 tag, such as en, fr or pt-BR")
        raise click.BadParameter(f"unknown language '{language}'; {hint}", param_hint="--language")
    return language


def _print_plan(plan: Plan) -> None:
    """Print the steps by their ids, with the latest days on which they begin and end."""
    from rich.console import Console
    from rich.table import Table

    from vsrbook.workplan.wording import explain_fit, explain_room, write_days

    table = Table("Step", "Begin by", "Done by", "Days", "Room", title=f"Workplan of {plan.association.slug}")
    for one in plan.steps:
        name = f"✓ {one.step.id}" if one.done else one.step.id
        room = explain_room(one) + (" (critical)" if one.critical else "")
        table.add_row(name, one.start.isoformat(), one.end.isoformat(), str(one.step.days), room)
    Console().print(table)
    for sentence in explain_fit(plan):
        click.echo(sentence)
    if plan.shortening and plan.shortening.days:
        click.echo(f"For params/{plan.association.slug}.yml, under workplan: {write_days(plan)}")


def _print_written(written: list[str], association: str) -> None:
    for name in written:
        click.echo(f"wrote {name}")
    click.echo(
        "Next: open workplan.html, import workplan.ics into your calendar, and change days, deadlines and "
        f"holidays under workplan: in params/{association}.yml"
    )


def _print_json(content: dict[str, Any]) -> None:
    import json

    click.echo(json.dumps(content, indent=2, ensure_ascii=False))
