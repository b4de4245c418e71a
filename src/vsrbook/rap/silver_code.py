"""Look for what the level silver asks of the code: documents, a known layout, functions that are used again."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vsrbook.problems import count_noun, list_some
from vsrbook.rap.code import count_docstrings, defines_functions, find_copies, own_modules
from vsrbook.rap.folder import Folder
from vsrbook.rap.parts import Part, lacking, shown

LONG_CELL = 20  # lines; a notebook holds narrative and calls
ROOMS = ("params", "data", "notebooks", "book")
FILES = ("_config.yml", "_toc.yml", "README.md")
LOOSE = (".ipynb", ".py", ".r", ".csv", ".xlsx", ".xls")


def check_documents(folder: Folder) -> Iterator[Part]:
    """Look for a guide, the structure, the method, and what functions say of themselves."""
    guide = [*folder.find("book/*.md"), *folder.find("docs/*.md")]
    if folder.readme and guide:
        yield shown(f"{folder.readme} and {count_noun(len(guide), 'page')} for users: {list_some(guide, 3)}")
    else:
        yield lacking(
            "there is no README with a guide in book/ beside it", "write a page of guidance in book/"
        )
    readme = folder.read(folder.readme) if folder.readme else ""
    if "ARCHITECTURE.md" in folder.files:
        yield shown("ARCHITECTURE.md says how the project is built")
    elif all(re.search(rf"\b{room}\b/?", readme) for room in ("params", "data", "notebooks")):
        yield shown(f"{folder.readme} says what stands in params, data and notebooks")
    else:
        yield lacking("nothing says where things are", "name params/, data/ and notebooks/ in README.md")
    methods = [name for name in [*guide, *folder.find("notebooks/*.ipynb")] if "method" in name.casefold()]
    if methods:
        yield shown(f"the method: {list_some(methods, 3)}")
    else:
        yield lacking(
            "no page or notebook on the method", "add book/methods.md, or the chapter 2_methodology"
        )
    mute = [book.name for book in folder.notebooks if not book.has_prose]
    if mute:
        yield lacking(f"notebooks without a word of text: {list_some(mute)}", "say what each of them shows")
    yield _look_at_docstrings(folder)


def _look_at_docstrings(folder: Folder) -> Part:
    counted = count_docstrings(folder, own_modules(folder))
    if counted.bare:
        what = f"{len(counted.bare):,} of {counted.total:,} public functions and classes without a docstring"
        return lacking(f"{what}: {list_some(counted.bare, 3)}", "say in each what it does, in one line")
    if counted.total:
        return shown(f"all {counted.total:,} public functions and classes have a docstring")
    return shown("no functions of its own: those that the notebooks call are documented in the toolkit")


def check_layout(folder: Folder) -> Iterator[Part]:
    """Look for the folders of a book project, and for what lies outside of them."""
    root = folder.project.root
    gone = [f"{room}/" for room in ROOMS if not (root / room).is_dir()]
    gone += [name for name in FILES if name not in folder.files]
    if gone:
        yield lacking(f"not there: {', '.join(gone)}", "lay the project out as the toolkit's own repository")
    else:
        yield shown(", ".join([*(f"{room}/" for room in ROOMS), *FILES]))
    loose = [name for name in folder.files if "/" not in name and name.casefold().endswith(LOOSE)]
    if loose:
        what = f"data or code at the top of the project: {list_some(sorted(loose))}"
        yield lacking(what, "put tables into data/<slug>/, chapters into notebooks/, code into src/")
    slugs = folder.project.slugs()
    apart = [slug for slug in slugs if not (folder.project.data / slug).is_dir()]
    if apart:
        yield lacking(f"associations without a folder in data/: {list_some(apart)}", "make data/<slug>/")
    elif slugs:
        yield shown(f"each of {count_noun(len(slugs), 'association')} has its folder of tables in data/")


def check_functions(folder: Folder) -> Iterator[Part]:
    """Look for code that stands in notebooks, or twice, where a function would do."""
    books = folder.notebooks
    defining = [book.name for book in books if any(map(defines_functions, book.code))]
    long = [book.name for book in books if any(_count_lines(cell) > LONG_CELL for cell in book.code)]
    if not books:
        yield lacking(
            "there is no notebook in notebooks/", "copy the chapters of the toolkit into notebooks/"
        )
    if defining:
        what = f"notebooks that define functions of their own: {list_some(defining)}"
        yield lacking(what, "move the functions into a module that all notebooks import")
    if long:
        yield lacking(
            f"notebooks with a cell of more than {LONG_CELL} lines: {list_some(long)}",
            "move code into functions",
        )
    if books and not defining and not long:
        most = max((_count_lines(cell) for book in books for cell in book.code), default=0)
        yield shown(f"notebooks only call functions; the longest cell has {count_noun(most, 'line')}")
    modules = own_modules(folder)
    copies = find_copies(folder, modules)
    if copies:
        yield lacking(f"functions that stand twice: {list_some(copies, 3)}", "keep one, and import it")
    elif modules:
        yield shown(f"no function stands twice in {count_noun(len(modules), 'module')} of Python")


def _count_lines(cell: str) -> int:
    return sum(bool(line.strip()) for line in cell.splitlines())
