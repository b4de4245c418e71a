"""Look for what the level gold asks: a package, tests and runs that start by themselves, changes told."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vsrbook.problems import count_noun, list_some
from vsrbook.rap.automation import BUILD, CHECK, RUN, TEST, Job, find_other_automation, read_jobs
from vsrbook.rap.baseline import find_addresses, read_pyproject
from vsrbook.rap.code import defines_functions, own_modules
from vsrbook.rap.folder import Folder
from vsrbook.rap.parts import Part, lacking, shown, unseen

PIN = re.compile(
    r"^(?:vsrbook\s*(?:\[[^\]]*\])?\s*(==\s*[\w.!+]+|@\s*\S+)|\S*?(vsrbook-\d[\w.!+]*)-\S+\.whl)",
    re.MULTILINE,
)
CHANGES = ("CHANGELOG.md", "CHANGELOG", "CHANGES.md", "NEWS.md", "HISTORY.md")
ENTRY = re.compile(r"^#{1,3}\s+\[?v?(\d+(?:\.\d+)+[\w.+-]*|\d{4}(?:-\d{2}){0,2}|unreleased)", re.M | re.I)
BY_HAND = {"workflow_dispatch", "workflow_call"}


def check_package(folder: Folder) -> Iterator[Part]:
    """Look for a package that holds the code: the project's own, or the toolkit in a fixed version."""
    project = read_pyproject(folder).get("project", {})
    package = folder.find("src/*/__init__.py")
    pins = [(name, PIN.search(folder.read(name))) for name in folder.find("requirements*.*")]
    pinned = [f"{name}: {found[0]}" for name, found in pins if found]
    if project.get("name") and package:
        version = project.get("version") or "(its version is worked out)"
        yield shown(f"pyproject.toml makes the package {project['name']} {version} of {package[0]}")
    elif pinned:
        yield shown(f"the code comes as a package in a fixed version: {list_some(pinned)}")
    else:
        yield lacking(
            "no package: pyproject.toml has no project, and no requirements file names vsrbook in a fixed version",
            "write vsrbook==VERSION into requirements.txt; code of your own goes into src/ with a pyproject.toml",
        )
    inside = tuple(name.rpartition("/")[0] + "/" for name in package) if project.get("name") else ()
    loose = [name for name in own_modules(folder) if not name.startswith(inside or ("\0",))]
    loose = [name for name in loose if defines_functions(folder.read(name))]
    loose += [book.name for book in folder.notebooks if any(map(defines_functions, book.code))]
    if loose:
        what = f"{count_noun(len(loose), 'file')} with functions outside of a package: {list_some(loose)}"
        yield lacking(what, "move the functions into the package; leave one-line calls")


def check_integration(folder: Folder) -> Iterator[Part]:
    """Look for a workflow that runs tests and checks on every change."""
    has_tests = bool(folder.under("tests", ".py"))
    pattern = TEST if has_tests else CHECK
    wanted = "the tests" if has_tests else "vsrbook check"
    jobs = [job for job in read_jobs(folder) if pattern.search(job.commands)]
    jobs = [job for job in jobs if set(job.events) - BY_HAND - {"schedule"}]
    if jobs:
        yield shown(f"{list_some([_describe(job) for job in jobs])}: {_name_commands(jobs, pattern)}")
    others = find_other_automation(folder, pattern)
    yield from _judge_host(folder, jobs, others, f"no workflow runs {wanted} on every change")


def check_trigger(folder: Folder) -> Iterator[Part]:
    """Look for a workflow that makes the book when something happens, or on a schedule."""
    jobs = [job for job in read_jobs(folder) if RUN.search(job.commands) and BUILD.search(job.commands)]
    jobs = [job for job in jobs if set(job.events) - BY_HAND]
    if jobs:
        yield shown(f"{list_some([_describe(job) for job in jobs])}: {_name_commands(jobs, RUN)}")
    others = find_other_automation(folder, RUN, BUILD)
    yield from _judge_host(
        folder, jobs, others, "no workflow runs and builds the book on an event or a schedule"
    )


def _describe(job: Job) -> str:
    return f"{job.file} (on {', '.join(job.events[:4])})"


def _name_commands(jobs: list[Job], pattern: re.Pattern[str]) -> str:
    lines = [line.strip() for job in jobs for line in job.commands.splitlines() if pattern.search(line)]
    return list_some(list(dict.fromkeys(lines)), 2)


def _judge_host(folder: Folder, jobs: list[Job], others: list[str], otherwise: str) -> Iterator[Part]:
    """Say whether a workflow that fits has a host to run on; without one, say what else may do its work."""
    remedy = (
        "add .github/workflows/publish.yml: on push, vsrbook check, vsrbook run, vsrbook build, and the tests"
    )
    if not jobs and others:
        yield unseen(f"whether, and when, a service runs {list_some(others)}", remedy)
    elif not jobs:
        yield lacking(otherwise, remedy)
    elif not find_addresses(folder):
        yield lacking(
            "no public address of the repository is known, so no forge is seen that would run it",
            "push the repository to the forge whose workflow this is",
        )


def check_changes(folder: Folder) -> Iterator[Part]:
    """Look for a list of changes that knows the version of today."""
    name = next((name for name in CHANGES if name in folder.files), "")
    entries = ENTRY.findall(folder.read(name)) if name else []
    if not entries:
        what = f"{name} has no heading with a version or a day" if name else "there is no CHANGELOG.md"
        yield lacking(what, "write CHANGELOG.md: a heading for each edition or version, below it what is new")
        return
    released = [entry for entry in entries if entry.casefold() != "unreleased"]
    version = str(read_pyproject(folder).get("project", {}).get("version") or "")
    if not released:
        what = f"{name} has only changes that are not released"
        yield lacking(what, "give the changes a heading with version and day, and tag that commit")
    elif version and version not in released:
        yield lacking(f"{name} does not know version {version}", f"add a heading for {version}")
    else:
        yield shown(f"{name}: {count_noun(len(released), 'release')}, the last is {released[0]}")
    yield from _look_at_tags(folder, released)


def _look_at_tags(folder: Folder, released: list[str]) -> Iterator[Part]:
    tags = folder.history.tags
    if tags:
        yield shown(f"{count_noun(len(tags), 'tag')} in git: {list_some(tags, 3)}")
    elif released and folder.history.known:
        yield lacking("no release has a tag in git", "git tag v0.1.0 at the commit of each release")
