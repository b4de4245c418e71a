"""The command that says how ready reviews are: status."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from vsrbook.cli_common import ASSOCIATIONS, CACHE, EXAMPLES, FAULTS, OK, USAGE, find_book, print_problems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vsrbook.project import Project
    from vsrbook.readiness import Readiness

DEFAULT = "-"  # --html without a file


@click.command(
    name="status",
    epilog=EXAMPLES
    + "  vsrbook status\n  vsrbook status kenya\n  vsrbook status kenya --html\n  vsrbook status --json",
)
@ASSOCIATIONS
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.option(
    "--html",
    metavar="[FILE]",
    is_flag=False,
    flag_value=DEFAULT,
    help="Write it as a page (default: _build/status/ASSOCIATION.html, or index.html for several).",
)
@CACHE
@click.pass_context
def status_command(
    context: click.Context, /, associations: tuple[str, ...], as_json: bool, html: str | None, cache: str
) -> None:
    """Say how ready reviews are, and what to do next.

    Without a name, one line for each association; with one, its chapters, evidence, data, survey,
    translations, approvals, alt texts and problems, and the next five steps in order of value.
    """
    from vsrbook.problems import ReviewError
    from vsrbook.readiness import gather_readiness, print_readiness, readiness_json

    project = find_book(context)
    if html in project.slugs():
        raise click.UsageError(f"--html takes a file; write: vsrbook status {html} --html", context)
    try:
        found, problems = gather_readiness(project, associations, cache)
    except ReviewError as error:
        print_problems(error.problems)
        context.exit(USAGE)
    if as_json:
        click.echo(readiness_json(found))
    elif html is None:
        print_readiness(found, whole=bool(associations))
    print_problems(problems)
    written = html is None or _write(project, found, html, listed=len(associations) != 1)
    context.exit(OK if written and not problems else FAULTS)


def _write(project: Project, found: Sequence[Readiness], html: str, *, listed: bool) -> bool:
    """Write the page, or the list and its pages, and say where; False where there is nothing, or no room."""
    from vsrbook.readiness import write_page, write_pages

    file = None if html == DEFAULT else Path(html)
    if not found:
        return False
    try:
        path = write_pages(project, found, file) if listed else write_page(project, found[0], file)
    except OSError as error:
        click.echo(
            f"{file or project.name(project.build)} cannot be written: {error.strerror or error}", err=True
        )
        return False
    more = f", and the pages of {len(found)} associations beside it" if listed else ""
    click.echo(f"wrote {project.name(path)}{more}", err=True)
    return True
