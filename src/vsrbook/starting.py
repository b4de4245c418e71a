"""Start a project: the whole repository of one association, from the kit."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections import Counter
from pathlib import Path

from vsrbook import __version__
from vsrbook.kit.base import PLACE, Base, pack_base
from vsrbook.kit.facts import LICENCES, Facts, one_line
from vsrbook.kit.finding import read_kit
from vsrbook.kit.rendering import render_kit, render_licence
from vsrbook.problems import Problem, ReviewError, count_noun
from vsrbook.scaffold import TEMPLATE, complete_facts, find_obstacles, list_files

COMMAND = "vsrbook init"
SCRATCH = ".vsrbook-init"
ALLOWED = {".git"}  # a repository that was made first, and is still empty


def start_project(folder: Path, given: dict[str, str]) -> tuple[Facts, list[str]]:
    """Write the repository of one association into a new or empty folder.

    `given` may hold slug, name, short_name, place, country and licence. Returns what the project says about
    its association, and the names of the files written: all of them, or none. Raises ReviewError with every
    reason why it cannot be written.
    """
    given = {key: one_line(value) for key, value in given.items()}
    slug = given.get("slug") or make_slug(given.get("place") or folder.resolve().name)
    problems = _find_occupied(folder) + find_obstacles(slug, given, COMMAND)
    if problems:
        raise ReviewError(problems)
    facts = Facts(slug, **complete_facts(slug, given), licence=given.get("licence") or "none")
    files = list_project(facts)
    try:
        _write_all(folder, files)
    except OSError as error:
        what = f"cannot be written: {error.strerror}; nothing is left of it"
        raise ReviewError([Problem(folder.as_posix(), what, "free space, or take another folder")]) from None
    return facts, list(files)


def describe_start(folder: Path, facts: Facts, written: list[str]) -> list[str]:
    """Say what was written, how it stands, and what to do next."""
    parts = [name.partition("/") for name in written]
    count = Counter(top + below for top, below, _rest in parts)
    place = folder.as_posix()
    lines = [
        f"wrote {place}/{top}" + (f" ({count_noun(number, 'file')})" if top.endswith("/") else "")
        for top, number in count.items()
    ]
    lines.append(
        f"{facts.name}, {facts.place}: the standing is 'sample' (invented data), and every page says so "
        f"until you change it in params/{facts.slug}.yml."
    )
    if facts.licence not in LICENCES:
        lines.append(
            "No licence is chosen (--licence): until a file LICENSE names one, nobody may reuse the texts and data."
        )
    lines.append(
        f"Next: read {place}/README.md. In {place}: vsrbook check --draft, run --draft, build, serve"
    )
    return lines


def make_slug(words: str) -> str:
    """Turn a place's name into a slug: "Côte d'Ivoire" into cote-d-ivoire."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def list_project(facts: Facts) -> dict[str, bytes]:
    """Return all files of a new project by name; the base that upgrades start from comes last."""
    kit = read_kit()
    given = render_kit(kit, facts, [facts.slug], __version__)
    template = _name_licence(kit[f"params/{TEMPLATE}"].decode(), facts)
    own = {name: text.encode() for name, text in list_files(template, facts.slug, facts.as_dict()).items()}
    notice = render_licence(facts, __version__)
    own |= {"LICENSE": notice} if notice else {}
    return {**dict(sorted({**given, **own}.items())), PLACE: pack_base(Base(__version__, facts, given))}


def _name_licence(template: str, facts: Facts) -> str:
    """Put the licence that was chosen where the template shows how to name one."""
    licence = LICENCES.get(facts.licence)
    if licence is None:
        return template
    named = f"#  licence: {{name: {licence.id}, title: {licence.title}, url: {licence.url}}}"
    return re.sub(r"^#  licence: \{.*\}$", named, template, count=1, flags=re.MULTILINE)


def _find_occupied(folder: Path) -> list[Problem]:
    """Refuse a folder in which there is something: nothing that exists is touched."""
    if folder.exists() and not folder.is_dir():
        return [Problem(folder.as_posix(), "is a file", "name a folder that is new or empty")]
    found = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    if set(found) <= ALLOWED:
        return []
    hint = "name a folder that is new or empty; for one more association in a book: vsrbook new"
    return [Problem(folder.as_posix(), f"is not empty: {found[-1]} is in it", hint)]


def _write_all(folder: Path, files: dict[str, bytes]) -> None:
    """Write everything beside its place first, then move it there."""
    new = not folder.exists()
    scratch = folder / SCRATCH
    moved: list[Path] = []
    try:
        for name, data in files.items():
            path = scratch / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        for top in dict.fromkeys(name.split("/")[0] for name in files):
            moved.append((scratch / top).rename(folder / top))
    except OSError:
        for path in moved:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        if new:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
