"""The commands on data: import, diff, assess. Thin: parse, call, print."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vsrbook.cli_common import EXAMPLES, FAULTS, OK, USAGE, find_book, print_entries, print_problems

if TYPE_CHECKING:
    from vsrbook.importing.door import Imported
    from vsrbook.importing.report import Kind
    from vsrbook.params import Import
    from vsrbook.project import Project

SHOWN = 12  # lines of a report; the rest is in its file


@click.command(
    "import",
    epilog=EXAMPLES
    + "  vsrbook import open-sdg raw/sdg-data --into kenya --source knbs-sdg-2025 --declare\n"
    + "  vsrbook import sdmx raw/data.xml --into rwanda -o structure=raw/dsd.xml\n"
    + "  vsrbook import workbook raw/index.xlsx --guess\n"
    + "  vsrbook import workbook raw/index.xlsx --out _build/look --options mapping.yml\n"
    + "  vsrbook import --into rwanda",
)
@click.argument("format_name", metavar="[FORMAT]", required=False)
@click.argument("path", required=False)
@click.option("--into", "slug", metavar="ASSOCIATION", help="The association whose tables it is read into.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write the tables into a folder of their own instead."
)
@click.option("--source", help="The source_id of its rows; made from the file's name if left out.")
@click.option("--title", help="Title of the source.")
@click.option("--publisher", help="Who published it.")
@click.option("--language", help="Language to read names in, such as fr.")
@click.option(
    "--options",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="YAML file of options.",
)
@click.option(
    "-o", "--option", "single", multiple=True, metavar="KEY=VALUE", help="One option; the value is YAML."
)
@click.option("--guess", is_flag=True, help="Propose the mapping of a workbook, and read nothing.")
@click.option("--dry-run", is_flag=True, help="Read and report, write nothing.")
@click.option(
    "--declare", is_flag=True, help="Write it into the params too, so that a re-run reads it again."
)
@click.pass_context
def import_command(context: click.Context, /, **given: Any) -> None:
    """Read a foreign source into our tables: open-sdg, sdmx or workbook.

    Rows that the same source gave before are replaced; all others stay. What was merged, renamed, doubted,
    dropped or refused is in the report. Without FORMAT and PATH, all sources that the params of the
    association declare are read again.
    """
    from vsrbook.problems import ReviewError

    _require_format(given)
    try:
        if given["guess"]:
            _print_guess(given)
        elif given["format_name"] is None:
            _read_declared(context, given["slug"])
        else:
            _read_one(context, given)
    except ReviewError as error:
        print_problems(error.problems)
        context.exit(FAULTS)


def _require_format(given: dict[str, Any]) -> None:
    """Refuse a call whose one word is the file or folder to read, without its format."""
    word = given["format_name"]
    if not word or given["path"]:
        return
    from vsrbook.sources import list_formats

    path, formats = Path(word), list_formats()
    if word in formats or not (path.suffix or "/" in word or "\\" in word or path.exists()):
        return
    likely = {".xlsx": "workbook", ".csv": "workbook", ".xml": "sdmx", "": "open-sdg"}.get(
        path.suffix.lower()
    )
    example = f", such as: vsrbook import {likely} {word}" if likely else ""
    raise click.UsageError(f"the format is missing before {word}: one of {', '.join(formats)}{example}")


def _print_guess(given: dict[str, Any]) -> None:
    from vsrbook.sources import find_reader

    reader = find_reader(given["format_name"] or "workbook")
    if not hasattr(reader, "propose"):
        raise click.UsageError(f"{given['format_name']} needs no mapping; --guess is for workbook")
    if not given["path"]:
        raise click.UsageError("name the file whose mapping is to be guessed")
    click.echo(reader.propose(Path(given["path"]), _gather_words(given)[1]))


def _read_declared(context: click.Context, slug: str | None) -> None:
    from vsrbook.importing.door import import_source
    from vsrbook.params import read_params

    if slug is None:
        raise click.UsageError(
            "name FORMAT and PATH, or --into ASSOCIATION to read its declared sources again"
        )
    project = find_book(context)
    declared = read_params(project, slug).imports
    if not declared:
        click.echo(f"params/{slug}.yml declares no imports. vsrbook import --help shows how to read one.")
    faults = 0
    for spec in declared:
        done = import_source(project, slug, spec, place=f"params/{slug}.yml")
        _print_import(project, done)
        faults += done.fault is not None
    if faults:
        context.exit(FAULTS)


def _read_one(context: click.Context, given: dict[str, Any]) -> None:
    from vsrbook.importing.declaring import declare_import, write_declaration
    from vsrbook.importing.door import import_source, read_to_folder
    from vsrbook.project import Project

    if not given["path"]:
        raise click.UsageError("name the file or folder to read")
    if (given["slug"] is None) == (given["out"] is None):
        raise click.UsageError("say where the tables go: --into ASSOCIATION, or --out FOLDER")
    project = Project(Path.cwd()) if given["out"] else find_book(context)
    spec = _make_spec(project, given)
    if given["out"]:
        done = read_to_folder(project, spec, given["out"])
    else:
        done = import_source(project, given["slug"], spec, dry_run=given["dry_run"])
    _print_import(project, done)
    if done.fault:
        context.exit(FAULTS)
    if given["out"]:
        return
    if given["declare"] and not given["dry_run"]:
        click.echo(declare_import(project, given["slug"], spec, done.written))
    elif not given["dry_run"]:
        click.echo(f"To read it again on every run, add to params/{given['slug']}.yml (or use --declare):")
        click.echo(write_declaration(spec).rstrip())
    click.echo(f"Next: {_name_check(project, given['slug'])}")


def _name_check(project: Project, slug: str) -> str:
    """Return the check to run: a draft's while tables of the association are still empty."""
    from vsrbook.params import read_params
    from vsrbook.review import has_rows

    files = [project.data / slug / table.file for table in read_params(project, slug).tables.values()]
    empty = [path.stem for path in files if path.suffix == ".csv" and path.is_file() and not has_rows(path)]
    if not empty:
        return f"vsrbook check {slug}"
    return f"vsrbook check {slug} --draft (without --draft, fill {', '.join(empty)} or take them out of the params)"


def _make_spec(project: Project, given: dict[str, Any]) -> Import:
    """Make the import's description from the command's words, else those of the file of options.

    Its path counts from the folder of the book.
    """
    import os

    from vsrbook.importing.declaring import check_import
    from vsrbook.importing.options import NO_SOURCE

    found = Path(given["path"]).resolve()
    inside = found.is_relative_to(project.root.resolve())
    path = found.relative_to(project.root.resolve()).as_posix() if inside else os.fspath(found)
    words, options = _gather_words(given)
    if given["out"] and words.get("source") == NO_SOURCE:
        del words["source"]  # for a look it needs no name
    words |= {key: given[key] for key in ("source", "title", "publisher") if given[key]}
    words["source"] = words.get("source") or _name_source(found)
    words |= {"format": given["format_name"], "path": path, "options": options}
    return check_import(words, given["slug"], project)


def _name_source(path: Path) -> str:
    """Return the source_id for a file whose source has no other name."""
    from vsrbook.importing.cells import make_slug

    short = len(path.stem) < 2 or path.stem.isdigit()  # a.csv, 2024.xlsx: the name alone says nothing
    return make_slug(f"source {path.stem}" if short else path.stem, 60)


def _gather_words(given: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the file of options says beside the options, and the options of file and command."""
    import yaml

    words: dict[str, Any] = {}
    options: dict[str, Any] = {}
    if given["file"]:
        from vsrbook.importing.declaring import read_mapping

        words, options = read_mapping(given["file"])
    for single in given["single"]:
        key, sign, value = single.partition("=")
        if not sign:
            raise click.BadParameter(f"'{single}' is not KEY=VALUE", param_hint="--option")
        try:
            options[key.strip()] = yaml.safe_load(value)
        except yaml.YAMLError:
            raise click.BadParameter(f"the value of '{key}' is not YAML", param_hint="--option") from None
    if given["language"]:
        options["language"] = given["language"]
    return words, options


def _print_import(project: Project, done: Imported) -> None:
    """Say what was read, the first lines of what was refused or doubted, and what was written."""
    from vsrbook.problems import count_noun

    click.echo(f"{done.spec.path} ({done.spec.format}, source {done.spec.source}): {done.report.summary}")
    for entry in done.report.of("read"):
        click.echo(f"  {entry.what}")
    kinds: tuple[Kind, ...] = ("refused", "doubted", "dropped")
    for kind in kinds:
        print_entries(done.report, kind, SHOWN)
    for name, (path, rows) in done.written.items():
        click.echo(f"wrote {project.name(path)}: {count_noun(rows, 'row')} of {name}")
    if done.report_path:
        click.echo(f"wrote {project.name(done.report_path)}: the whole report")
    if done.fault:
        print_problems([done.fault])


@click.command(
    "diff",
    epilog=EXAMPLES
    + "  vsrbook diff _build/xlsx _build/sdmx\n  vsrbook diff rwanda old/observations.csv --to diff.csv",
)
@click.argument("left")
@click.argument("right")
@click.option(
    "--tolerance",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="Relative difference to overlook.",
)
@click.option(
    "--words-only",
    is_flag=True,
    help="Compare categories by their words, not by the names of their dimensions.",
)
@click.option(
    "--to",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write every difference into this CSV file.",
)
@click.option("--most", type=click.IntRange(0), default=20, show_default=True, help="Differences to print.")
@click.pass_context
def diff_command(context: click.Context, /, left: str, right: str, path: Path | None, **options: Any) -> None:
    """Compare two tables of observations cell by cell.

    LEFT and RIGHT are each an association, a folder of tables (from import --out) or a file in our layout.
    Exit status 1 if they differ.
    """
    from vsrbook.csv_writing import write_csv
    from vsrbook.importing.difference import compare_observations, describe_differences, read_observations
    from vsrbook.problems import ReviewError
    from vsrbook.project import find_project

    try:
        project = find_project(context.obj)
    except ReviewError:
        project = None  # two files can be compared anywhere
    try:
        frames = [read_observations(project, given) for given in (left, right)]
    except ReviewError as error:
        print_problems(error.problems)
        context.exit(USAGE)
    table = compare_observations(*frames, tolerance=options["tolerance"], words_only=options["words_only"])
    for line in describe_differences(table, len(frames[0]), len(frames[1]), options["most"]):
        click.echo(line)
    if path is not None:
        path.write_text(write_csv(table), "utf-8", newline="\n")
        click.echo(f"wrote {path}: {len(table):,} differences")
    context.exit(FAULTS if len(table) else OK)


@click.command(
    "assess",
    epilog=EXAMPLES + "  vsrbook assess rwanda\n  vsrbook assess rwanda --method open-sdg --to progress.csv",
)
@click.argument("association")
@click.option("--method", help="The method; the params' own if left out, 'all' for every one.")
@click.option(
    "--to",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write every result into this CSV file.",
)
@click.pass_context
def assess_command(context: click.Context, association: str, method: str | None, path: Path | None) -> None:
    """Judge the progress of every series by a published method, and say why where it cannot be judged.

    Each result carries the method, the values it rests on, its status, and the reason where there is none.
    """
    from vsrbook import assessing
    from vsrbook.csv_writing import write_csv
    from vsrbook.problems import ReviewError
    from vsrbook.review import load_review

    project = find_book(context)
    try:
        review = load_review(association, project=project)
        table = assessing.assess_review(review, method)
    except ReviewError as error:
        print_problems(error.problems)
        context.exit(FAULTS)
    published = assessing.compare_published(review, table)
    for line in [*assessing.describe_assessment(table), *assessing.describe_published(published)]:
        click.echo(line)
    path = path or project.build / "progress" / f"{association}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(write_csv(table), "utf-8", newline="\n")
    click.echo(f"wrote {project.name(path)}: {len(table):,} results. book/methods.md explains the methods")
