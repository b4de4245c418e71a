"""The command that assesses how reproducible a book is: rap."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vsrbook.cli_common import EXAMPLES, FAULTS, OK, find_book, print_problems

if TYPE_CHECKING:
    from vsrbook.project import Project


@click.command(
    name="rap",
    epilog=EXAMPLES
    + "  vsrbook rap\n  vsrbook rap --json\n  vsrbook rap --html _build/rap.html --markdown _build/rap.md\n"
    + "  vsrbook rap --write-template",
)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.option(
    "--html", type=click.Path(dir_okay=False, path_type=Path), help="Write it into this file, as a web page."
)
@click.option(
    "--markdown",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it into this file, as Markdown.",
)
@click.option(
    "--write-template", is_flag=True, help="Write rap.yml, for your own answers; one that exists stays."
)
@click.pass_context
def rap_command(context: click.Context, /, **options: Any) -> None:
    """Assess how reproducible the book is: the levels baseline, silver and gold of RAP.

    Each item is met, not met, or cannot be seen in a folder; each verdict comes with what shows it. What
    cannot be seen is answered by people in rap.yml, and shown as declared. Nothing of the project is run.
    Exit status 1 if rap.yml is at fault, or an answer in it is against what the folder shows.
    """
    from vsrbook.rap.assessing import assess_project
    from vsrbook.rap.printing import print_assessment
    from vsrbook.rap.report import write_html, write_json, write_markdown

    project = find_book(context)
    if options["write_template"]:
        context.exit(_write_template(project))
    assessment = assess_project(project)
    for name, write in (("html", write_html), ("markdown", write_markdown)):
        if options[name]:
            _write(options[name], write(assessment))
    if options["as_json"]:
        click.echo(write_json(assessment))
    else:
        print_assessment(assessment)
    print_problems(assessment.problems)
    context.exit(FAULTS if assessment.problems else OK)


def _write(path: Path, text: str) -> None:
    from vsrbook.files import write_whole

    try:
        write_whole(path, text.encode())
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}") from None
    click.echo(f"wrote {path}", err=True)


def _write_template(project: Project) -> int:
    """Write rap.yml, and touch nothing that exists."""
    import datetime

    from vsrbook.rap.answers import FILE, template_text

    try:
        with (project.root / FILE).open("x", encoding="utf-8", newline="\n") as file:
            file.write(template_text(datetime.datetime.now().astimezone().date()))
    except FileExistsError:
        click.echo(f"{FILE} exists already, and stays as it is", err=True)
        return FAULTS
    except OSError as error:
        raise click.ClickException(f"{FILE} cannot be written: {error.strerror}") from None
    click.echo(f"wrote {FILE}. Next: fill what you can show, then vsrbook rap")
    return OK
