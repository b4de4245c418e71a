"""What the commands share: finding the book, naming associations, printing problems."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from vsrbook.importing.report import Kind, Report
    from vsrbook.problems import Problem
    from vsrbook.project import Project

OK, FAULTS, USAGE, INTERRUPTED = 0, 1, 2, 130
EXAMPLES = "\b\nExamples:\n"
COLOURS = {"refused": "red", "doubted": "yellow"}  # of the lines of an import's report


def find_book(context: click.Context) -> Project:
    """Find the book that the command is for; leave where there is none."""
    from vsrbook.problems import ReviewError
    from vsrbook.project import find_project

    try:
        return find_project(context.obj)
    except ReviewError as error:
        print_problems(error.problems)
        context.exit(USAGE)


def _check_slugs(
    context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]
) -> tuple[str, ...]:
    """Refuse names of associations that there are not."""
    from vsrbook.problems import ReviewError, suggest
    from vsrbook.project import find_project

    if not given:
        return given
    try:
        known = find_project(context.parent.obj if context.parent else None).slugs()
    except ReviewError as error:
        print_problems(error.problems)
        context.exit(USAGE)
    for slug in given:
        if slug == "notebooks":
            raise click.BadParameter("'notebooks' stands alone: vsrbook check notebooks [FILE]...")
        if slug not in known:
            named = [*known, "notebooks"] if context.info_name == "check" else known
            hint = suggest(slug, named, f"the associations of this book: {', '.join(known)}")
            raise click.BadParameter(f"there is no association '{slug}'; {hint}")
    return given


ASSOCIATIONS = click.argument("associations", nargs=-1, callback=_check_slugs, metavar="[ASSOCIATION]...")

CACHE = click.option(
    "--cache",
    default="",
    metavar="PLACE",
    help="Where executed notebooks are kept: a folder, or a URL such as s3://bucket/book (default: _build/executed).",
)


def print_problems(problems: Iterable[Problem]) -> None:
    """Print problems to the error stream, one line each."""
    for problem in problems:
        click.echo(click.style(str(problem), fg="red" if problem.is_error else "yellow"), err=True)


def print_doubts(doubts: Mapping[str, Collection[Problem]], *, listed: bool) -> None:
    """Say what is doubtful about the areas of associations that publish pages of them: counted, or listed."""
    from vsrbook.problems import count_noun

    for slug, found in doubts.items():
        if listed:
            print_problems(found)
        if found:
            more = "" if listed else f"; vsrbook check {slug} --areas lists them"
            click.echo(f"{slug}: {count_noun(len(found), 'doubt')} about areas{more}")


def print_entries(report: Report, kind: Kind, most: int) -> None:
    """Print the first lines of one kind of what the report of an import says, and how many more there are."""
    entries = report.of(kind)
    for entry in entries[:most]:
        click.echo(click.style(f"  {entry}", fg=COLOURS.get(kind)), err=True)
    if len(entries) > most:
        click.echo(f"  … and {len(entries) - most} more {kind}, in the report", err=True)


def refresh_sources(project: Project, slugs: Iterable[str]) -> list[Problem]:
    """Read again the declared sources that have changed, and say so; returns what kept one from being read."""
    from vsrbook.importing.refresh import SHOWN, refresh_imports

    refreshed = refresh_imports(project, slugs)
    for imported in refreshed.done:
        click.echo(f"read again: {imported.spec.path} ({imported.report.summary})")
        print_entries(imported.report, "refused", SHOWN)
        if imported.report_path and imported.report.entries:
            click.echo(f"  {project.name(imported.report_path)} is the whole report")
    for path in refreshed.absent:
        click.echo(f"{path} is not here; the tables are as they were read from it last")
    return refreshed.problems
