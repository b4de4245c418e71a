"""Names of files, make targets, tables, columns and pages, beside what there is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from drift.keys import FOREIGN
from drift.pages import Page
from vsrbook.problems import Problem, suggest
from vsrbook.tables import REFERENCE_TABLES, TABLES

FOLDERS = ("bench", "book", "data", "locales", "notebooks", "params", "src", "tests", "tools")
MADE = re.compile(
    r"(?:book/associations|\.venv|_build|raw)\b"
)  # by a run, an installation, or an association
BY_THE_READER = ("notebooks/8_homes.ipynb", "notebooks/homes.py")  # what a page has its reader write
OWN = re.compile(r"(?:data|params)/(?!_|reference/)")  # an association's own, which may be an example
ROOT_FILE = re.compile(
    r"[A-Z]+\.md|_(?:config|toc)\.yml|pyproject\.toml|environment\.yml|requirements\.lock|Makefile"
)
FILE_ENDS = ("csv", "csv.gz", "xlsx", "json", "geojson", "topojson")
MAKE = re.compile(r"^\s*(?:- )?(?:run: )?(?:[$>] )?make ([a-z][a-z-]*)\s*(?:#.*)?$", re.MULTILINE)
SAID_TABLE = re.compile(r"\btables?\s$")
SAID_COLUMN = re.compile(r"\bcolumns?\s$")
ALL_TABLES = TABLES | REFERENCE_TABLES


@dataclass(frozen=True)
class Repository:
    """What pages can name: files below `root`, targets of its Makefile, anchors of all pages."""

    root: Path
    targets: frozenset[str]
    pages: Mapping[str, Page]

    @property
    def labels(self) -> set[str]:
        """Every anchor that a page of the book sets itself."""
        return {label for page in self.pages.values() for label in page.targets}


def read_targets(root: Path) -> frozenset[str]:
    """Return the targets of the Makefile."""
    return frozenset(re.findall(r"^([a-z][a-z-]*):", (root / "Makefile").read_text("utf-8"), re.MULTILINE))


def find_name_faults(page: Page, repository: Repository) -> Iterator[Problem]:
    """Say which names of a page lead nowhere."""
    yield from _check_make(page, repository)
    for span in page.spans:
        if not is_there(span.text, repository.root):
            hint = "mend the name, or make the file"
            yield Problem(page.name, f"there is no '{span.text}'", hint, span.row)
        if not FOREIGN.match(page.name):
            yield from _check_table_word(page, span.row, span.text, span.before)
    for link in page.links:
        yield from _check_link(page, link.row, link.href, link.words, repository)


def _check_make(page: Page, repository: Repository) -> Iterator[Problem]:
    for snippet in (*page.blocks, *page.spans):
        for target in MAKE.findall(snippet.text):
            if target not in repository.targets:
                hint = suggest(target, repository.targets, f"one of {', '.join(sorted(repository.targets))}")
                yield Problem(page.name, f"the Makefile has no target '{target}'", hint, snippet.row)


def is_there(name: str, root: Path) -> bool:
    """Whether a name is no file of the repository, one that a run makes, or one that is there."""
    path = name.removeprefix("./").replace("\\", "/").rstrip("/")
    is_file = re.fullmatch(r"[\w.<>*{}-]+(?:/[\w.<>*{}-]+)*", path) is not None
    if path in BY_THE_READER or (root / "src/vsrbook/kit/templates" / path).is_file():  # init writes it
        return True
    if not is_file or MADE.match(path) or (OWN.match(path) and not _is_of_known(path, root)):
        return True
    if "/" not in path and not ROOT_FILE.fullmatch(path):
        return True
    if "/" in path and path.partition("/")[0] not in FOLDERS:
        return True
    pattern = re.sub(r"<[\w -]+>|\{\w+\}", "*", path)
    return next(root.glob(pattern), None) is not None


def _is_of_known(path: str, root: Path) -> bool:
    parts = path.split("/")
    return len(parts) > 2 and (root / parts[0] / parts[1]).is_dir()


def _check_table_word(page: Page, row: int, word: str, before: str) -> Iterator[Problem]:
    columns = {one.name for table in ALL_TABLES.values() for one in table.columns}
    table, dot, column = word.partition(".")
    if SAID_TABLE.search(before) and word.isidentifier() and word not in ALL_TABLES:
        yield Problem(
            page.name, f"there is no table '{word}'", suggest(word, ALL_TABLES, "see book/tables.md"), row
        )
    elif SAID_COLUMN.search(before) and word.isidentifier() and word not in columns:
        yield Problem(
            page.name, f"no table has the column '{word}'", suggest(word, columns, "see book/tables.md"), row
        )
    elif dot and table in ALL_TABLES and column not in FILE_ENDS:
        names = ALL_TABLES[table].names
        if column not in names:
            hint = suggest(column, names, f"it has {', '.join(names)}")
            yield Problem(page.name, f"the table {table} has no column '{column}'", hint, row)


def _check_link(page: Page, row: int, href: str, words: str, repository: Repository) -> Iterator[Problem]:
    if re.match(r"[a-z]+:", href):
        return
    target, _, anchor = href.partition("#")
    name = _resolve(page.name, target)
    if name.startswith("book/associations/"):
        return  # made by vsrbook run
    if page.name.startswith("book/") and not name.startswith("book/"):
        hint = "name the file in words; it is no page of the book"
        yield Problem(page.name, f"the link leads out of the book, to '{href}'", hint, row)
    elif target and not (repository.root / name).exists():
        yield Problem(page.name, f"the link leads to '{href}', which is not there", "mend the link", row)
    elif anchor and anchor not in _anchors(page, name, target, repository):
        hint = f"write ({anchor})= above the heading, and link to #{anchor}"
        yield Problem(page.name, f"'{href}' leads to no anchor", hint, row)
    elif target.endswith("tables.md") and words.isidentifier() and words not in ALL_TABLES:
        yield Problem(
            page.name, f"there is no table '{words}'", suggest(words, ALL_TABLES, "see book/tables.md"), row
        )


def _resolve(name: str, target: str) -> str:
    parts: list[str] = name.split("/")[:-1] if target else name.split("/")
    for part in target.split("/") if target else ():
        if part == "..":
            parts = parts[:-1]
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _anchors(page: Page, name: str, target: str, repository: Repository) -> frozenset[str]:
    """Return the anchors that a link can lead to: in the book those that pages set, named alone; elsewhere headings.

    Sphinx finds an anchor of the book from every page, and none behind the name of a page.
    """
    if page.name.startswith("book/"):
        return frozenset() if target else frozenset(repository.labels | page.targets)
    there = repository.pages.get(name)
    return there.headings if there else frozenset()
