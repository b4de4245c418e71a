"""The command on chapter notebooks: check notebooks."""

from __future__ import annotations

from pathlib import Path

import click

from vsrbook.cli_common import EXAMPLES, FAULTS, OK, find_book, print_problems

NAME = "check notebooks"


@click.command(
    name=NAME,
    epilog=EXAMPLES
    + "  vsrbook check notebooks\n  vsrbook check notebooks 8_climate.ipynb\n  vsrbook check notebooks --strict",
)
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--strict", is_flag=True, help="Let warnings fail, too.")
@click.option("--json", "as_json", is_flag=True, help="Print the problems as JSON.")
@click.pass_context
def check_notebooks_command(
    context: click.Context, files: tuple[str, ...], *, strict: bool, as_json: bool
) -> None:
    """Find every problem in the chapter notebooks.

    All that are in notebooks/, or those named, are checked as they stand: nothing of them is run. Each
    problem is one line: file: cell, line: what is wrong; what to do. Exit status 1 if there is any error
    (with --strict: any warning). The page "Write a chapter" of the book explains every rule.
    """
    import json

    from vsrbook.notebook_checks import check_notebooks
    from vsrbook.problems import count_noun, only_errors

    project = find_book(context)
    paths = [_find_file(project.notebooks, name) for name in files]
    problems = check_notebooks(project, paths)
    errors = len(only_errors(problems))
    if as_json:
        click.echo(json.dumps([problem.as_json() for problem in problems], indent=2, ensure_ascii=False))
    else:
        print_problems(problems)
        checked = count_noun(len(paths) or len(list(project.notebooks.glob("*.ipynb"))), "notebook")
        warnings = count_noun(len(problems) - errors, "warning")
        click.echo(f"{checked} checked: {count_noun(errors, 'error')}, {warnings}.")
    context.exit(FAULTS if errors or (strict and problems) else OK)


def _find_file(folder: Path, name: str) -> Path:
    """Return the notebook that is meant: by its name in notebooks/, or by its path."""
    from vsrbook.problems import suggest

    known = {path.name: path for path in sorted(folder.glob("*.ipynb"))}
    path = Path(name)
    if path.name in known and (path.parent == Path() or path.parent.resolve() == folder.resolve()):
        return known[path.name]
    if path.parent == Path("notebooks") and path.name in known:
        return known[path.name]
    hint = suggest(path.name, known, f"there are {', '.join(known)}")
    raise click.BadParameter(f"there is no notebook '{name}' in notebooks/; {hint}")
