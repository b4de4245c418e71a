"""The command that publishes: build."""

from __future__ import annotations

import click

from vsrbook.cli_common import EXAMPLES, FAULTS, find_book, print_problems


@click.command(
    name="build",
    epilog=EXAMPLES + "  vsrbook build\n  vsrbook build --jobs 4\n  vsrbook build --keep-unpublished",
)
@click.option(
    "--keep-unpublished", is_flag=True, help="Build into _build/book only; leave the published book."
)
@click.option(
    "--jobs",
    type=click.IntRange(0),
    default=0,
    help="Pages of local governments made at a time (default: as many as there are cores).",
)
@click.pass_context
def build_command(context: click.Context, /, jobs: int, *, keep_unpublished: bool) -> None:
    """Build the book strictly, and publish it into _build/html.

    Any warning fails the build, and so does a page of a local government that cannot be made: then
    nothing is published, and the site of the last good build stays.
    """
    from vsrbook.building import build_site, describe_build
    from vsrbook.problems import ReviewError

    project = find_book(context)
    click.echo("Building the book …")
    try:
        built = build_site(project, jobs, publish=not keep_unpublished)
    except ReviewError as error:
        print_problems(error.problems)
        context.exit(FAULTS)
    for warning in built.faults:
        click.echo(click.style(warning, fg="red"), err=True)
    click.echo(describe_build(project, built))
    context.exit(FAULTS if built.faults else 0)
