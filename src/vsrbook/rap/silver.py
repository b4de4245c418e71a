"""Look for what the level silver asks of the work: little by hand, tests, versions, logs, tidy tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vsrbook.params import Association, read_params
from vsrbook.problems import ReviewError, count_noun, list_some, only_errors
from vsrbook.project import Edition
from vsrbook.rap.automation import RUN, read_commands
from vsrbook.rap.code import count_tests
from vsrbook.rap.folder import Folder
from vsrbook.rap.parts import Part, lacking, shown, unseen

ROOMS = ("vsrbook", "params", "data", "notebooks")  # what a test of the project names
FRAMEWORK = re.compile(r"\b(pytest|unittest|nbval|testthat)\b")


def check_manual_steps(folder: Folder) -> Iterator[Part]:
    """Look for steps by hand: notebooks run by hand, pages kept by hand, tables typed from elsewhere."""
    books = folder.notebooks
    if not books:
        yield lacking(
            "there is no notebook in notebooks/", "copy the chapters of the toolkit into notebooks/"
        )
    else:
        fixed = [book.name for book in books if not book.has_parameters]
        full = [book.name for book in books if book.has_output]
        if fixed:
            what = f"{len(fixed)} of {count_noun(len(books), 'notebook')} without a cell tagged parameters"
            yield lacking(
                f"{what}: {list_some(fixed)}", "tag the cell that names the association with parameters"
            )
        if full:
            what = f"{len(full)} of {count_noun(len(books), 'notebook')} kept with results of a run by hand"
            yield lacking(
                f"{what}: {list_some(full)}", "clear the outputs (nbstripout does it at every commit)"
            )
        if not fixed and not full:
            yield shown(
                f"all {count_noun(len(books), 'notebook')} take parameters, none is kept with results"
            )
    kept = [name for name in folder.history.tracked if name.startswith("book/associations/")]
    if kept:
        what = f"{count_noun(len(kept), 'page')} in book/associations/ are kept in git, where vsrbook run writes them"
        yield lacking(what, "git rm -r --cached book/associations, and name it in .gitignore")
    yield from _follow_tables(folder)


def _follow_tables(folder: Folder) -> Iterator[Part]:
    """Say of which associations the figures come from declared sources by a command."""
    found = [one for one in read_associations(folder) if "observations" in one.tables]
    by_command = [one.slug for one in found if one.imports]
    by_other = [one.slug for one in found if not one.imports]
    if by_command:
        yield shown(
            f"the params declare the sources that observations are read from: {list_some(by_command)}"
        )
    if by_other:
        yield unseen(
            f"how the observations came from the sources into the table: {list_some(by_other)}",
            "declare the sources (vsrbook import --declare), or say in rap.yml which script makes the table",
        )


def read_associations(folder: Folder) -> list[Association]:
    """Return the associations whose params can be read."""
    found = []
    for slug in folder.project.slugs():
        try:
            found.append(read_params(folder.project, slug))
        except ReviewError:
            continue  # check_tables says what is wrong with it
    return found


def check_tests(folder: Folder) -> Iterator[Part]:
    """Look for tests that check something, and for what runs them."""
    names = [
        name
        for name in folder.under("", ".py")
        if re.search(r"(^|/)(test_[^/]*|[^/]*_test)\.py$", name) and not name.startswith("src/")
    ]
    own = "|".join([*ROOMS, *(name.split("/")[1] for name in folder.find("src/*/__init__.py"))])
    names = [name for name in names if re.search(rf"\b({own})\b", folder.read(name))]
    total, checking = count_tests(folder, names)
    if checking:
        what = f"{checking:,} tests that check something, in {count_noun(len(names), 'file')}"
        yield shown(f"{what} ({list_some(names, 2)}); whether they pass is not looked at")
    else:
        what = (
            f"{count_noun(total, 'test')} of the project, none of which checks anything"
            if total
            else "no tests"
        )
        yield lacking(
            what, "write tests/test_tables.py, which compares figures of the book with figures known"
        )
    places = ["pyproject.toml", *folder.find("requirements*.*"), "environment.yml", "Makefile", "DESCRIPTION"]
    found = [name for name in places if name in folder.files and FRAMEWORK.search(folder.read(name))]
    if found:
        framework = FRAMEWORK.search(folder.read(found[0]))
        yield shown(f"a framework is named: {framework[0] if framework else ''} in {found[0]}")
    else:
        yield lacking("no framework for tests is named", "name pytest in requirements.txt or pyproject.toml")


def check_dependencies(folder: Folder) -> Iterator[Part]:
    """Look for files that say what is needed, and in which versions."""
    locks = [
        *folder.find("requirements*.txt"),
        *folder.find("requirements*.lock"),
        *folder.find("constraints*.txt"),
        *(name for name in ("environment.yml", "environment.yaml") if name in folder.files),
    ]
    solved = [
        name
        for name in (
            "uv.lock",
            "poetry.lock",
            "pdm.lock",
            "pixi.lock",
            "Pipfile.lock",
            "renv.lock",
            "pylock.toml",
        )
        if name in folder.files
    ]
    pinned = False
    for name in locks:
        text = folder.read(name)
        exact, loose, hashed = count_pins(text)
        if name.startswith("constraints") and not _is_named(folder, name):
            continue  # nothing is installed by it
        if exact and not loose:
            pinned = True
            hashes = "each with a hash" if hashed >= exact else "without hashes"
            yield shown(f"{name}: {count_noun(exact, 'package')} in an exact version, {hashes}")
            if exact == 1:
                yield shown(f"{name} names one package; what that one needs is not pinned")
    if solved:
        yield shown(f"versions are locked in {', '.join(solved)}")
    if not pinned and not solved:
        what = "no file names every package in an exact version" if locks else "no file says what is needed"
        yield lacking(what, "write requirements.txt with a line such as vsrbook==0.1.0 for each package")


def _is_named(folder: Folder, constraints: str) -> bool:
    """Whether a file of requirements takes its versions from a file of constraints."""
    named = rf"^(?:-c|--constraint)[ =]\s*{re.escape(constraints)}\s*$"
    texts = map(folder.read, folder.find("requirements*.txt"))
    return any(re.search(named, text, re.MULTILINE) for text in texts)


def count_pins(text: str) -> tuple[int, int, int]:
    """Count the packages of a requirements file or environment.yml: exact versions, others, with a hash."""
    exact = loose = hashed = 0
    for block in re.split(r"\n(?![ \t]*--hash)", re.sub(r"\\\n", " ", text)):
        line = re.sub(r"^-\s+", "", re.sub(r"(^|\s)#.*", "", block).strip()).strip("\"'")
        if not re.match(r"[A-Za-z0-9]", line) or re.match(
            r"(name|channels|dependencies|prefix|pip)\b\s*:", line
        ):
            continue
        if line in ("pip", "conda-forge", "defaults", "nodefaults"):
            continue
        version = re.match(r"[\w.-]+(?:\[[^\]]*\])?\s*(===?|=)\s*[\w.!+]+(?![\w.*])", line)
        exact, loose = exact + bool(version), loose + (not version)
        hashed += "--hash=" in line
    return exact, loose, hashed


def check_logs(folder: Folder) -> Iterator[Part]:
    """Look for what the runs have recorded of themselves."""
    from vsrbook.execution.ledger import read_ledger
    from vsrbook.files import read_json
    from vsrbook.running import REPORT

    path = folder.project.build / REPORT
    report = read_json(path) if path.is_file() and path.stat().st_size < 100_000_000 else {}
    units = report.get("units")
    if not isinstance(units, list) or not units or not report.get("started"):
        by = "" if not folder.readme or RUN.search(read_commands(folder, folder.readme)) else " by hand"
        yield unseen(
            f"no run{by} has been made in this folder: _build/{REPORT} is not there",
            "vsrbook run, then again",
        )
        return
    failed = sum(isinstance(unit, dict) and unit.get("status") == "failed" for unit in units)
    yield shown(
        f"_build/{REPORT}: run of {str(report['started'])[:10]}, {count_noun(len(units), 'page')}, {failed} failed"
    )
    pages = read_ledger(folder.project, Edition()).pages
    if pages:
        yield shown(f"_build/ledger: how {count_noun(len(pages), 'page')} were made last, with key and time")
    if "book/associations/how-made" in folder.read("_toc.yml"):
        yield shown("the book shows it: book/associations/how-made, in _toc.yml")


def check_tables(folder: Folder) -> Iterator[Part]:
    """Check every table against its contract."""
    from vsrbook.review import check_project, find_empty

    slugs = folder.project.slugs()
    if not slugs:
        yield lacking("there is no association in params/", "vsrbook new SLUG makes one")
        return
    problems = [*check_project(folder.project), *find_empty(folder.project)]
    errors = only_errors(problems)
    if errors:
        what = f"{count_noun(len(errors), 'error')} in params and tables, the first: {errors[0]}"
        yield lacking(what, "vsrbook check names them all")
    else:
        associations = read_associations(folder)
        tables = sum(len(one.tables) for one in associations)
        warnings = len(problems)
        yield shown(
            f"{count_noun(tables, 'table')} of {count_noun(len(slugs), 'association')}, one row a thing, keep their "
            f"contracts ({count_noun(warnings, 'warning')})"
        )
    stray = _find_stray(folder)
    if stray:
        what = (
            f"tables in data/ that the params do not declare, so that nothing checks them: {list_some(stray)}"
        )
        yield lacking(what, "declare them in the params, or take them out of data/")


def _find_stray(folder: Folder) -> list[str]:
    stray = []
    for one in read_associations(folder):
        known = {table.file for table in one.tables.values()}
        if one.previous:
            known |= {table.file for table in (one.previous.observations, one.previous.indicators) if table}
        names = [*folder.find(f"data/{one.slug}/*.csv"), *folder.find(f"data/{one.slug}/*.xlsx")]
        stray += [name for name in names if name.rsplit("/", 1)[1] not in known]
    return stray
