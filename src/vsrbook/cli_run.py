"""The commands on execution: run, clean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from vsrbook.cli_common import (
    ASSOCIATIONS,
    CACHE,
    EXAMPLES,
    FAULTS,
    INTERRUPTED,
    OK,
    find_book,
    print_problems,
    refresh_sources,
)

if TYPE_CHECKING:
    from vsrbook.execution.ledger import Decision
    from vsrbook.execution.plan import Kind


@click.command(
    name="run",
    epilog=EXAMPLES
    + "  vsrbook run\n  vsrbook run kenya --jobs 4\n  vsrbook run --explain --dry-run\n"
    + "  vsrbook run --scheduler tcp://10.0.0.1:8786 --cache /shared/book",
)
@ASSOCIATIONS
@click.option(
    "--draft", is_flag=True, help="Run every chapter wanted, and show what is missing as to-do notes."
)
@click.option("--language", default="en", show_default=True, help="Language of the edition.")
@click.option(
    "--audience",
    type=click.Choice(["public", "ministry", "members", "international"]),
    default="public",
    show_default=True,
    help="Whom the edition is for.",
)
@click.option(
    "--only",
    type=click.Choice(["chapters", "profiles"]),
    help="Run the chapters only, or the pages of local governments only; the others stay as they are.",
)
@click.option("--dry-run", is_flag=True, help="List what would run, and run nothing.")
@click.option("--explain", is_flag=True, help="Say for each page why it runs, or does not.")
@click.option("--force", is_flag=True, help="Run also what has not changed.")
@click.option(
    "--jobs",
    type=click.IntRange(0),
    default=0,
    help="Notebooks at a time (default: as many as cores and memory bear).",
)
@click.option("--scheduler", default="", metavar="ADDRESS", help="Run on the workers of a Dask scheduler.")
@CACHE
@click.option(
    "--timeout", type=click.IntRange(1), default=300, show_default=True, help="Seconds a cell may take."
)
@click.option(
    "--memory", type=click.IntRange(100), default=4096, show_default=True, help="MB a notebook may take."
)
@click.pass_context
def run_command(context: click.Context, /, associations: tuple[str, ...], **options: Any) -> None:
    """Run the chapters with papermill, and make them pages of the book.

    What has not changed is not run again. A chapter that fails is left out, with the reason; the
    others go on; a declared source that cannot be read leaves its tables as they were, and is an
    error. With associations named, only theirs are run; the book keeps the others' last pages.
    """
    from vsrbook.execution.worker import DEFAULTS
    from vsrbook.problems import ReviewError
    from vsrbook.project import Edition
    from vsrbook.running import RunOptions, prepare_run, run_chapters

    edition = Edition(options["language"], options["audience"], options["draft"])
    project = find_book(context)
    limits = replace(DEFAULTS, cell_seconds=options["timeout"], memory_mb=options["memory"])
    kind: Kind = options["only"] or ""
    how = RunOptions(options["jobs"], options["force"], limits, options["cache"], options["scheduler"], kind)
    unread = [] if options["dry_run"] else refresh_sources(project, associations)
    print_problems(unread)
    try:
        if options["dry_run"] or options["explain"]:
            plan, decisions = prepare_run(project, edition, associations, how)
            _print_decisions(decisions, explain=options["explain"])
            if options["dry_run"]:
                print_problems(plan.problems)
                context.exit(OK)
        summary = run_chapters(project, edition, associations, how)
    except ReviewError as error:
        print_problems(error.problems)
        context.exit(FAULTS)
    except KeyboardInterrupt:
        click.echo("Stopped. What had been run is kept; vsrbook run goes on from there.", err=True)
        context.exit(INTERRUPTED)
    for failure in summary.failures:
        click.echo(click.style(f"failed: {failure}", fg="red"), err=True)
    print_problems(summary.problems)
    click.echo(summary.words)
    context.exit(FAULTS if unread or summary.failures or summary.problems else OK)


def _print_decisions(decisions: Iterable[Decision], *, explain: bool) -> None:
    from vsrbook.problems import count_noun

    decisions = list(decisions)
    for decision in decisions:
        if explain:
            click.echo(f"{'runs' if decision.runs else 'stays'}  {decision.unit.name}: {decision.reason}")
        elif decision.runs:
            click.echo(decision.unit.name)
    runs = sum(decision.runs for decision in decisions)
    click.echo(f"{count_noun(runs, 'notebook')} to run, {len(decisions) - runs} unchanged")


@click.command(
    name="clean", epilog=EXAMPLES + "  vsrbook clean --older-than 30\n  vsrbook clean --cache /shared/book"
)
@click.option(
    "--older-than",
    type=click.FloatRange(0),
    default=30,
    show_default=True,
    metavar="DAYS",
    help="Remove what is older than this.",
)
@CACHE
@click.pass_context
def clean_command(context: click.Context, older_than: float, cache: str) -> None:
    """Remove old results: executed notebooks that no page is made from, read tables, drawn images.

    Whatever is removed is made again when it is needed; the published book is left alone.
    """
    from vsrbook.problems import count_noun
    from vsrbook.running import clean_caches

    cleaned = clean_caches(find_book(context), older_than, cache)
    click.echo(
        f"Removed {count_noun(cleaned.notebooks, 'executed notebook')} and {count_noun(cleaned.others, 'other file')} "
        f"({cleaned.size / 1e6:.1f} MB). Next: vsrbook run"
    )
