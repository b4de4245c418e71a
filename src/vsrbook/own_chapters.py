"""Find the chapters that authors add: notebooks whose metadata say which chapter they are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vsrbook.problems import Problem, shorten, sort_problems, suggest
from vsrbook.project import Project

KEY = "vsrbook"  # where it stands in a notebook's metadata
MAX_BYTES = 5_000_000  # a notebook without results has some thousands
# the chapters of every review, with their numbers; chapters/outline.py says the rest about them
STANDARD = {
    "opening": "0",
    "introduction": "1",
    "methodology": "2",
    "environment": "3",
    "progress": "4",
    "means": "5",
    "impact": "6",
    "conclusions": "7",
    "annexes": "A",
    "peer-learning": "P",
}
TAKEN = frozenset({"library", "profile", "index", "areas", "figures", "how-made"})  # other pages and folders
NO_FILE = re.compile(r"goal-\d+|con|prn|aux|nul|com\d|lpt\d")  # pages of goals; no file names on Windows
ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
NUMBER = re.compile(r"\d{1,2}[a-z]?|[A-Z]")
EXAMPLE = '{"vsrbook": {"chapter": "climate", "number": "8", "title": "Climate and housing"}}'


@dataclass(frozen=True)
class OwnChapter:
    """A chapter that an author has added: what its notebook's metadata say.

    It is for the `associations` named (slugs), or for all where none is; `title` is English.
    """

    id: str
    number: str
    title: str
    notebook: str
    associations: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[bool, int, str]:
        """Where it stands among its like: 8, 8b, 10, then letters."""
        digits = re.sub(r"\D.*", "", self.number)
        return not digits, int(digits or 0), self.number


def is_own(chapter: str) -> bool:
    """Whether a unit's chapter is one that an author has added."""
    return chapter not in STANDARD and chapter not in TAKEN


def find_own_chapters(project: Project, slug: str = "") -> list[OwnChapter]:
    """Return the chapters that authors have added, or those for one association, in the order of their numbers."""
    return [
        chapter
        for chapter, _problems in _read_all(project)
        if chapter is not None and (not slug or not chapter.associations or slug in chapter.associations)
    ]


def check_own_chapters(project: Project) -> list[Problem]:
    """Find what is wrong with what notebooks say about the chapter that they are."""
    return sort_problems(problem for _chapter, problems in _read_all(project) for problem in problems)


def _read_all(project: Project) -> list[tuple[OwnChapter | None, list[Problem]]]:
    """Read every notebook that declares a chapter; of two with one id or number, the first has it."""
    found: list[tuple[OwnChapter | None, list[Problem]]] = []
    known: list[OwnChapter] = []
    for path in sorted(project.notebooks.glob("*.ipynb")):
        chapter, problems = _read(project, path)
        if chapter is not None:
            twice = [clash for other in known for clash in _find_clashes(chapter, other)]
            known.append(chapter)
            chapter, problems = (None if twice else chapter), [*problems, *twice]
        found.append((chapter, problems))
    return sorted(found, key=lambda pair: pair[0].order if pair[0] else (False, 0, ""))


def _find_clashes(chapter: OwnChapter, other: OwnChapter) -> Iterator[Problem]:
    """Say where two chapters have one id, or one number in the book of one association."""
    ours, theirs = set(chapter.associations), set(other.associations)
    together = not ours or not theirs or ours & theirs
    for kind, word, same in (
        ("chapter", chapter.id, chapter.id == other.id),
        ("number", chapter.number, together and chapter.number == other.number),
    ):
        if same:
            what = f"{kind} '{word}' is that of notebooks/{other.notebook}, too"
            file, column = f"notebooks/{chapter.notebook}", f"metadata.{KEY}.{kind}"
            yield Problem(file, what, "give each its own", column=column)


def _read(project: Project, path: Path) -> tuple[OwnChapter | None, list[Problem]]:
    name = f"notebooks/{path.name}"
    try:
        if path.stat().st_size > MAX_BYTES:
            hint = "clear its outputs, and keep images and data in files"
            return None, [Problem(name, f"is larger than {MAX_BYTES // 1_000_000} MB", hint)]
        raw = path.read_bytes()
        if f'"{KEY}"'.encode() not in raw:
            return None, []
        metadata = json.loads(raw)["metadata"]
        declared = metadata.get(KEY)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        hint = "open and save it in Jupyter, or restore it"
        return None, [Problem(name, "is no notebook that can be read", hint)]
    return (None, []) if declared is None else parse_declaration(declared, path.name, project.slugs())


def parse_declaration(
    declared: Any, notebook: str, slugs: Iterable[str]
) -> tuple[OwnChapter | None, list[Problem]]:
    """Turn a notebook's metadata into the chapter that it is; None where something is wrong with them."""
    slugs, name = list(slugs), f"notebooks/{notebook}"
    if not isinstance(declared, dict):
        return None, [Problem(name, "is no set of keys", f"write {EXAMPLE}", column=f"metadata.{KEY}")]
    problems = [
        Problem(name, what, hint, column=f"metadata.{KEY}.{shorten(key)[1:-1]}")
        for key, what, hint in _find_faults(declared, slugs)
    ]
    if problems:
        return None, problems
    title = " ".join(declared["title"].split())
    chosen = tuple(declared.get("associations", ()))
    return OwnChapter(declared["chapter"], declared["number"], title, notebook, chosen), []


def _find_faults(declared: Mapping[str, Any], slugs: list[str]) -> Iterator[tuple[str, str, str]]:
    """Yield key, fault and remedy."""
    known = ("chapter", "number", "title", "associations")
    for key in declared:
        if key not in known:
            yield key, "unknown key", suggest(str(key), known, f"known here: {', '.join(known)}")
    for key in known[:3]:
        if not isinstance(declared.get(key), str) or not declared[key].strip():
            what = "is no text" if declared.get(key) else "is missing"
            yield key, what, f"write it in quotes, such as {EXAMPLE}"
        else:
            yield from _check_word(key, declared[key])
    yield from _check_associations(declared.get("associations", []), slugs)


def _check_word(key: str, word: str) -> Iterator[tuple[str, str, str]]:
    if key == "title" and (len(word) > 120 or not word.isprintable()):
        yield key, f"{shorten(word)} is no title", "one line of at most 120 characters"
    elif key == "number" and not NUMBER.fullmatch(word):
        yield key, f"{shorten(word)} is no number of a chapter", 'write a number or a capital, such as "8"'
    elif key == "number" and word in STANDARD.values():
        yield key, f"number '{word}' is that of another chapter", "begin with 8, or take a free capital"
    elif key == "chapter" and (not ID.fullmatch(word) or len(word) > 40):
        yield key, f"{shorten(word)} is no id", "use lower-case letters, digits and hyphens, such as climate"
    elif key == "chapter" and (not is_own(word) or NO_FILE.fullmatch(word)):
        yield key, f"'{word}' is the name of another page", "choose another id"


def _check_associations(chosen: Any, slugs: list[str]) -> Iterator[tuple[str, str, str]]:
    key = "associations"
    if not isinstance(chosen, list) or not all(isinstance(slug, str) for slug in chosen):
        yield key, "is no list of names", 'write ["ghana"], or leave it out for all associations'
        return
    for slug in chosen:
        if slug not in slugs:
            hint = suggest(slug, slugs, f"there are {', '.join(slugs)}")
            yield key, f"there is no association {shorten(slug)}", hint
