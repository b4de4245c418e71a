"""Look for what the level baseline asks: open code, its record, how to run it, who has read it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

from vsrbook.problems import count_noun, list_some
from vsrbook.rap.automation import BUILD, INSTALL, RUN, read_commands
from vsrbook.rap.folder import Folder
from vsrbook.rap.history import find_address
from vsrbook.rap.parts import Part, lacking, shown, unseen

OPEN = {"python", "r", "ir", "julia", "sql", "scala", "bash", "octave", "sagemath"}
CLOSED = {
    ".sas": "SAS",
    ".do": "Stata",
    ".ado": "Stata",
    ".sps": "SPSS",
    ".xlsm": "Excel macros",
    ".xlsb": "Excel binary",
}
MAIN = ("params", "data", "notebooks")


def check_language(folder: Folder) -> Iterator[Part]:
    """Look at the languages of notebooks and scripts."""
    books = folder.notebooks
    languages = sorted({book.language for book in books if book.language})
    closed = sorted(name for name in folder.files for ending in CLOSED if name.casefold().endswith(ending))
    odd = [book.name for book in books if re.sub(r"[\d .-].*", "", book.language) not in OPEN]
    if not books:
        yield lacking(
            "there is no notebook in notebooks/", "copy the chapters of the toolkit into notebooks/"
        )
    elif odd:
        what = (
            f"{count_noun(len(odd), 'notebook')} of {len(books)} in no known open language: {list_some(odd)}"
        )
        yield lacking(what, "write them in Python, R, Julia or SQL, and save them with their kernel's name")
    else:
        yield shown(f"{count_noun(len(books), 'notebook')} in notebooks/, all in {', '.join(languages)}")
    if closed:
        what = f"files of programs that are not open: {list_some(closed)}"
        yield lacking(what, "write in Python or R what they do")
    scripts = len(folder.under("", ".py")) + len(folder.under("", ".R")) + len(folder.under("", ".sql"))
    if scripts:
        yield shown(f"{count_noun(scripts, 'file')} of Python, R or SQL beside them")


def check_record(folder: Folder) -> Iterator[Part]:
    """Look at what git has recorded, and what has changed since."""
    history = folder.history
    if not history.known:
        remedy = "record the project: git init, git add ., git commit"
        yield lacking(history.reason, remedy) if history.absent else unseen(history.reason, "install git")
        return
    if not history.commits:
        yield lacking("git has recorded nothing of this folder yet", "git add ., then git commit")
        return
    yield shown(
        f"{count_noun(history.commits, 'commit')} of {history.first} to {history.last}, now at {history.head}"
    )
    parts = [name for name in MAIN if (folder.project.root / name).is_dir()]
    bare = [name for name in parts if not any(one.startswith(f"{name}/") for one in history.tracked)]
    if bare:
        yield lacking(f"git records nothing of {', '.join(bare)}", f"git add {' '.join(bare)}, git commit")
    if history.changed:
        what = (
            f"{count_noun(len(history.changed), 'file')} changed or new since: {list_some(history.changed)}"
        )
        yield lacking(what, "commit them, or name in .gitignore what does not belong to the project")
    else:
        yield shown("nothing has changed since that commit")


def check_readme(folder: Folder) -> Iterator[Part]:
    """Look in the README for the commands that make the book again."""
    name = folder.readme
    if not name:
        yield lacking(
            "there is no README", "write README.md: what this is, how to install it, which commands make it"
        )
        return
    commands = read_commands(folder, name)
    for pattern, what, example in (
        (INSTALL, "how to install what is needed", "pip install -r requirements.txt"),
        (RUN, "how to run the chapters", "vsrbook run"),
        (BUILD, "how to build the book", "vsrbook build"),
    ):
        found = pattern.search(commands)
        if found:
            yield shown(f"{name} says {what}: {found[0]}")
        else:
            yield lacking(
                f"{name} does not say {what}", f"write it into {name}, as a block of code: {example}"
            )


def check_review(folder: Folder) -> Iterator[Part]:
    """Say what little a folder shows of others having read the code."""
    history = folder.history
    known = f"; the record has {count_noun(history.authors, 'author')}" if history.authors else ""
    yield unseen(
        f"who has read the code, and what came of it, leaves no certain mark in a folder{known}",
        "let somebody who did not write it read the code, and note who, when and where it is written down",
    )


def check_openness(folder: Folder) -> Iterator[Part]:
    """Look for a public address of the code, and for the link from the book to it."""
    addresses = find_addresses(folder)
    if not addresses:
        yield lacking(
            "no public address of the code is named: no remote of git on a public host, "
            "no repository: url: in _config.yml, no [project.urls] in pyproject.toml",
            "publish the repository on a forge, then git remote add origin ADDRESS",
        )
        return
    yield shown(f"the code has an address: {list_some(addresses)}")
    pages = [name for name in folder.under("book", ".md") if not name.startswith("book/associations/")]
    for name in ["_config.yml", *pages]:
        text = folder.read(name).casefold()
        if any(address.casefold() in text for address in addresses):
            yield shown(f"the book names it: {name}")
            break
    else:
        yield lacking(
            "no page of the book, nor _config.yml, names that address", "name it on a page of book/"
        )
    yield unseen(
        "whether everybody can open that address, and whether it names the published book, is seen only there",
        "open both addresses without signing in",
    )


def find_addresses(folder: Folder) -> list[str]:
    """Return the public addresses that the project names for its code, as "host/path"."""
    config = folder.read_yaml("_config.yml").get("repository")
    given = [str(config.get("url", ""))] if isinstance(config, dict) else []
    urls = read_pyproject(folder).get("project", {}).get("urls", {})
    if isinstance(urls, dict):
        given += [str(url) for key, url in urls.items() if re.search("repo|source|code", key, re.IGNORECASE)]
    found = [find_address(one) for one in [*folder.history.remotes, *given]]
    return list(dict.fromkeys(address for address in found if address))


def read_pyproject(folder: Folder) -> dict[str, dict[str, object]]:
    """Return the tables of pyproject.toml; what cannot be read is as if nothing stood there."""
    try:
        content = tomllib.loads(folder.read("pyproject.toml"))
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}
    return {key: value for key, value in content.items() if isinstance(value, dict)}
