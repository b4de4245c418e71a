"""The command vsrbook: new, import, check, run, build and the rest. Thin: parse, call, print."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from vsrbook.cli_build import build_command
from vsrbook.cli_common import (
    ASSOCIATIONS,
    EXAMPLES,
    FAULTS,
    OK,
    USAGE,
    find_book,
    print_doubts,
    print_problems,
    refresh_sources,
)
from vsrbook.cli_kit import init_command, upgrade_command
from vsrbook.cli_notebooks import check_notebooks_command
from vsrbook.cli_rap import rap_command
from vsrbook.cli_run import clean_command, run_command
from vsrbook.cli_sources import assess_command, diff_command, import_command
from vsrbook.cli_status import status_command
from vsrbook.cli_workplan import workplan_command


class _Group(click.Group):
    """Commands in the order of the work, and a suggestion for a misspelt one."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click passes it
        return list(self.commands)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[Any, Any, list[str]]:
        # "notebooks" is no association's name, so `check notebooks` can stand beside `check kenya`
        words = [word for word in args if not word.startswith("-")]
        if words[:2] == ["check", "notebooks"] and args[0] == "check":
            rest = args[1:]
            rest.remove("notebooks")
            return check_notebooks_command.name, check_notebooks_command, rest
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from vsrbook.problems import suggest

            near = suggest(args[0], self.commands)
            if near:
                raise click.UsageError(f"{error.message.rstrip('.')}. {near}", ctx) from None
            raise


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="vsrbook")
@click.option(
    "--project",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the book (default: the one you are in, or above).",
)
@click.pass_context
def main(context: click.Context, project: Path | None) -> None:
    """Publish Voluntary Subnational Reviews.

    \b
    The way of the work:
      vsrbook init my-review     write the repository of a new review, in a folder of its own
      vsrbook new my-country     write params and empty tables for one more association
      vsrbook import FORMAT PATH --into my-country     read Open SDG, SDMX or other workbooks
      vsrbook check              find every problem in params and tables
      vsrbook status             see how ready a review is, and what to do next
      vsrbook run                run the chapters
      vsrbook build              build the book and publish it into _build/html
      vsrbook serve              look at it in the browser
    """  # noqa: D301  # the backspace is how click knows lines that it must not join
    context.obj = project


main.add_command(init_command)


@main.command(
    epilog=EXAMPLES
    + "  vsrbook check\n  vsrbook check kenya norway\n  vsrbook check kenya --areas\n  vsrbook check --strict\n"
    + "  vsrbook check notebooks"
)
@ASSOCIATIONS
@click.option("--areas", is_flag=True, help="List what is doubtful about local governments that get a page.")
@click.option("--draft", is_flag=True, help="Accept an association whose tables are still empty.")
@click.option("--strict", is_flag=True, help="Let warnings fail, too.")
@click.pass_context
def check(context: click.Context, /, associations: tuple[str, ...], **options: bool) -> None:
    """Find every problem in params and tables.

    Each problem is one line: file:row column: what is wrong; what to do. Exit status 1 if there is any
    error (with --strict: any warning). Sources that the params declare are read again where they have
    changed, and what has no error is compiled into _build/store. What is doubtful about the local
    governments that get a page (equal ones, missing values, values far outside the peer group) is
    counted, and with --areas listed: it may all be true. `vsrbook check notebooks` checks the chapter
    notebooks.
    """
    from vsrbook.compiling import compile_checked
    from vsrbook.own_chapters import check_own_chapters
    from vsrbook.problems import count_noun, only_errors, sort_problems
    from vsrbook.profiles.gathering import gather_profiles
    from vsrbook.project import Edition
    from vsrbook.publishing.book import check_config
    from vsrbook.review import check_project, find_empty, find_undeclared

    project = find_book(context)
    problems = refresh_sources(project, associations)
    problems += check_project(project, associations)
    problems += find_undeclared(project, associations)
    if not associations:
        problems += check_config(project)
        problems += check_own_chapters(project)
    if not options["draft"]:
        problems += find_empty(project, associations)
    slugs = associations or project.slugs()
    doubts = {}
    if not only_errors(problems):
        gathered = {slug: gather_profiles(project, slug, Edition()) for slug in slugs}
        problems += [problem for one in gathered.values() for problem in one.problems]
        doubts = {slug: one.doubts for slug, one in gathered.items()}
    problems = sort_problems(problems)
    print_problems(problems)
    errors = only_errors(problems)
    warnings = len(problems) - len(errors)
    compile_checked(project, slugs, problems)
    print_doubts(doubts, listed=options["areas"])
    checked = len(slugs)
    found = f"{count_noun(len(errors), 'error')}, {count_noun(warnings, 'warning')}."
    next_step = "" if errors else " Next: vsrbook run"
    click.echo(f"{count_noun(checked, 'association')} checked: {found}{next_step}")
    context.exit(FAULTS if errors or (options["strict"] and warnings) else OK)


main.add_command(status_command)
main.add_command(run_command)
main.add_command(build_command)


@main.command(
    epilog=EXAMPLES + '  vsrbook new ghana --name "National Association of …" --short-name NALAG --country GH'
)
@click.argument("slug")
@click.option("--name", default="", help="Full name of the association.")
@click.option("--short-name", default="", help="Its short name.")
@click.option("--place", default="", help="How readers call its territory.")
@click.option("--country", default="", help="ISO 3166-1 alpha-2 code, such as GH.")
@click.pass_context
def new(context: click.Context, /, slug: str, **facts: str) -> None:
    """Write params and empty tables for a new association, with instructions in them."""
    from vsrbook.problems import ReviewError
    from vsrbook.scaffold import create_association

    project = find_book(context)
    try:
        written = create_association(project, slug, facts)
    except ReviewError as error:
        print_problems(error.problems)
        context.exit(USAGE)
    for path in written:
        click.echo(f"wrote {project.name(path)}")
    click.echo(f"Next: fill params/{slug}.yml and the tables, then vsrbook check {slug} --draft")


for command in (
    import_command,
    diff_command,
    assess_command,
    workplan_command,
    rap_command,
    clean_command,
    upgrade_command,
):
    main.add_command(command)


@main.command(epilog=EXAMPLES + "  vsrbook serve\n  vsrbook serve --port 9000")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port; 0 = any free one."
)
@click.pass_context
def serve(context: click.Context, port: int) -> None:
    """Show the published book in the browser, on this machine only. End with Ctrl-C."""
    from vsrbook.serving import serve_site

    project = find_book(context)
    if not project.site.is_dir():
        click.echo("There is no published book yet. Run: vsrbook run, then vsrbook build", err=True)
        context.exit(FAULTS)
    try:
        serve_site(project.site, port, lambda address: click.echo(f"The book is at {address} (Ctrl-C ends)"))
    except OSError as error:
        click.echo(f"Port {port} cannot be used: {error.strerror}; try --port 0", err=True)
        context.exit(FAULTS)


if __name__ == "__main__":
    sys.exit(main())
