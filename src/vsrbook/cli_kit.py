"""The commands on a project as a whole: init, upgrade. Thin: parse, call, print."""

from __future__ import annotations

from pathlib import Path

import click

from vsrbook.cli_common import EXAMPLES, FAULTS, OK, USAGE, find_book, print_problems

LICENCE_IDS = ("CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0", "none")  # here as well: help must not wait for more


@click.command(
    name="init",
    epilog=EXAMPLES
    + '  vsrbook init ghana-review --place Ghana\n  vsrbook init flanders --country BE --name "Association of …"'
    " --licence CC-BY-4.0",
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--slug", default="", help="Its name in file names (default: from the place, or from DIR).")
@click.option("--name", default="", help="Full name of the association.")
@click.option("--short-name", default="", help="Its short name.")
@click.option("--place", default="", help="How readers call its territory (default: from the slug).")
@click.option("--country", default="", help="ISO 3166-1 alpha-2 code, such as GH (default: from the place).")
@click.option(
    "--licence",
    type=click.Choice(LICENCE_IDS, case_sensitive=False),
    default="none",
    show_default=True,
    help="Licence of the association's texts and data.",
)
@click.pass_context
def init_command(context: click.Context, /, folder: Path, **given: str) -> None:
    """Write a whole repository for the review of one association into DIR.

    DIR must be new or empty. It gets params and tables to fill, the chapters, the guide, what other
    associations have reported, and a workflow that publishes the book.
    """
    from vsrbook.problems import ReviewError
    from vsrbook.starting import describe_start, start_project

    try:
        facts, written = start_project(folder, given)
    except ReviewError as error:
        print_problems(error.problems)
        context.exit(USAGE)
    for line in describe_start(folder, facts, written):
        click.echo(line)


def _clean_names(_context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]) -> list[str]:
    return [name.replace("\\", "/").removeprefix("./") for name in given]


@click.command(
    name="upgrade",
    epilog=EXAMPLES
    + "  vsrbook upgrade --dry-run\n  vsrbook upgrade\n  vsrbook upgrade --keep notebooks/6_impact.ipynb",
)
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option(
    "--take", multiple=True, metavar="FILE", callback=_clean_names, help="Settle a conflict: the new FILE."
)
@click.option(
    "--keep",
    multiple=True,
    metavar="FILE",
    callback=_clean_names,
    help="Settle a conflict: your FILE as it is.",
)
@click.pass_context
def upgrade_command(context: click.Context, /, take: list[str], keep: list[str], *, dry_run: bool) -> None:
    """Bring the chapters, pages and templates of this vsrbook into a project that vsrbook init made.

    What you have not edited is replaced, what you have edited stays; where both have changed, the changes
    are merged. What cannot be merged stays as you have it: the new version and what is different in it go
    to .vsrbook/conflicts/, and the exit status is 1. Params and tables are never touched.
    """
    from vsrbook.kit.upgrading import apply_upgrade, describe_conflicts, describe_upgrade, plan_upgrade
    from vsrbook.problems import ReviewError

    project = find_book(context)
    try:
        upgrade = plan_upgrade(project, take, keep)
        if not dry_run:
            apply_upgrade(upgrade)
    except ReviewError as error:
        print_problems(error.problems)
        context.exit(FAULTS)
    for line in describe_upgrade(upgrade, dry_run=dry_run):
        click.echo(line)
    conflicts = describe_conflicts(upgrade)
    print_problems(conflicts)
    context.exit(FAULTS if conflicts else OK)
