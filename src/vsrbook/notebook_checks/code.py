"""Rules on code: where it reaches, what it shows, in which words, and whether twice the same."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator

from vsrbook.notebook_checks.notebook import Cell, Notebook, dotted_name, line_of
from vsrbook.notebook_checks.rules import Finding, at, rule
from vsrbook.notebook_checks.words import is_shown_text, shown_values, words_in
from vsrbook.problems import shorten

ABSOLUTE = re.compile(r"/[\w.-]+(/|$)|~[\w.-]*/|[A-Za-z]:[\\/]|\\\\\w|file:", re.IGNORECASE)
UPWARDS = re.compile(r"(^|[\\/])\.\.([\\/]|$)")
ADDRESS = re.compile(r"(https?|ftps?|s3|gs|wss?)://", re.IGNORECASE)
OUTSIDE = {
    *("aiohttp", "boto3", "ftplib", "http", "httpx", "paramiko", "pip", "requests", "smtplib", "socket"),
    *("subprocess", "urllib", "urllib3", "webbrowser", "websockets", "fsspec", "s3fs", "gcsfs"),
}
OUTSIDE_CALLS = {
    *("os.system", "os.popen", "os.startfile", "exec", "eval", "__import__", "importlib.import_module"),
    *("get_ipython", "IPython.get_ipython"),
}
DRAWERS = {"bokeh", "folium", "matplotlib", "plotly", "plotnine", "pylab", "seaborn"}
IMAGES = {"Image", "SVG"}
CLOCK = {
    *("datetime.now", "datetime.today", "datetime.utcnow", "date.today", "time.time", "Timestamp.now"),
    *("Timestamp.today", "uuid.uuid1", "uuid.uuid4", "time.localtime", "time.ctime"),
}
RANDOM = re.compile(r"(np\.|numpy\.)?random\.\w+")
SEEDS = {"seed", "default_rng", "Random", "RandomState"}


@rule(
    "paths",
    asks="No path of one machine: none that begins with `/`, `~`, a drive or `file:`; no `..`; no `os.chdir`.",
    reason="The book is made on other machines, and in other folders, than the one where you wrote it.",
    remedy="put the data into a table of the association, and take it from the review",
)
def find_paths(notebook: Notebook) -> Iterator[Finding]:
    """Find paths of one machine in code."""
    for cell, node, text in notebook.strings():
        if ABSOLUTE.match(text) or (ABSOLUTE.match(text.strip()) and "\n" not in text):
            yield at(cell, node.lineno, f"{shorten(text)} is a path of one machine")
        elif UPWARDS.search(text):
            yield at(cell, node.lineno, f"{shorten(text)} leads out of the folder")
    for cell, call, name in notebook.calls():
        if name in ("chdir", "fchdir"):
            yield at(
                cell, call.lineno, "changes the folder", "leave it: a run begins in the folder of the book"
            )


@rule(
    "offline",
    asks="No network, no other program, no code made from text: no `requests`, `urllib`, `socket`, `subprocess`, "
    "no address that code reads from, no `exec` or `eval`.",
    reason="The same inputs must give the same page, also without a connection, and next year; and what runs "
    "must be there to be read.",
    remedy="bring the data in beforehand (vsrbook import), and take them from the review",
)
def find_ways_out(notebook: Notebook) -> Iterator[Finding]:
    """Find what leads out of the project."""
    yield from _find_imports(notebook, OUTSIDE)
    for cell, call, name in notebook.calls():
        if name in OUTSIDE_CALLS or dotted_name(call.func) in OUTSIDE_CALLS:
            yield at(cell, call.lineno, f"calls {name}")
    for cell, constant, text in notebook.strings():
        if ADDRESS.match(text.strip()):
            hint = "write links in Markdown; bring data in beforehand (vsrbook import)"
            yield at(cell, constant.lineno, f"{shorten(text)} is an address", hint)


def _find_imports(notebook: Notebook, packages: Collection[str]) -> Iterator[Finding]:
    for cell, node in notebook.nodes():
        for module in _imported(node):
            if module.split(".")[0] in packages:
                yield at(cell, line_of(node), f"imports {shorten(module)[1:-1]}")


def _imported(node: ast.AST) -> list[str]:
    """Return the modules that a piece of code imports."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []


@rule(
    "figures",
    asks="A chart is shown as a `Figure`; no bare Altair chart, no `Image`, no matplotlib and the like.",
    reason="A Figure carries a title, an alt text, a source, and its data as a table: without them part of the "
    "readers get nothing.",
    remedy="wrap it: show(Figure(id=..., title=..., chart=..., table=..., alt=..., source=...))",
)
def find_bare_charts(notebook: Notebook) -> Iterator[Finding]:
    """Find charts and images without alt text and table."""
    yield from _find_imports(notebook, DRAWERS)
    roots = {"alt", "altair", "charts"} | _names_of_charts(notebook)
    for cell in notebook.code:
        for shown in shown_values(cell):
            name = _root(shown)
            if name in IMAGES:
                yield at(cell, line_of(shown), f"shows a bare {name}")
            elif name in roots:
                yield at(cell, line_of(shown), "shows a bare chart")


def _names_of_charts(notebook: Notebook) -> set[str]:
    """Return the names under which modules of charts are imported, and those given to charts."""
    names = {
        alias.asname or alias.name
        for _cell, node in notebook.nodes()
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        if alias.name in ("altair", "charts")
        or (isinstance(node, ast.ImportFrom) and node.module == "altair")
    }
    for _cell, node in notebook.nodes():
        if isinstance(node, ast.Assign) and _root(node.value) in names | {"alt", "altair"}:
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return names


def _root(node: ast.AST) -> str:
    """Return the name that a chain of calls begins with: alt for alt.Chart(x).mark_bar()."""
    while isinstance(node, ast.Call | ast.Attribute):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


@rule(
    "words",
    asks='Words for readers stand in Markdown, or in code inside `_("...")`, as one plain text.',
    reason="Markdown and what stands in `_()` is collected for translation. Other words stay English in every "
    "edition; an f-string is another text for every value, so no catalogue can hold it.",
    remedy='write it in Markdown, or as _("... {name} ...").format(name=name)',
)
def find_untranslated(notebook: Notebook) -> Iterator[Finding]:
    """Find words for readers that are not collected for translation."""
    for cell in notebook.code:
        if "parameters" not in cell.tags:
            for node in words_in(cell):
                kind = "an f-string" if isinstance(node, ast.JoinedStr) else "a text"
                yield at(cell, line_of(node), f"shows {kind} that is not translated: {_quoted(node)}")
    gettext = {"_", "gettext", "ngettext"}
    imported = {
        alias.asname or alias.name
        for _cell, node in notebook.nodes()
        if isinstance(node, ast.ImportFrom) and node.module == "vsrbook.text"
        for alias in node.names
    }
    for cell, call, name in notebook.calls():
        if name == "print":
            yield at(cell, call.lineno, "prints; what is printed is not on the page", "use show(...)")
        if name in gettext and isinstance(call.func, ast.Name):
            yield from _check_message(cell, call, name, imported)


def _check_message(cell: Cell, call: ast.Call, name: str, imported: set[str]) -> Iterator[Finding]:
    messages = call.args[: 2 if name == "ngettext" else 1]
    if not messages or not all(is_shown_text(message) for message in messages):
        hint = 'write _("... {name} ...").format(name=name)'
        yield at(cell, call.lineno, f"what stands in {name}() is not one plain text", hint)
    if name not in imported:
        hint = "write: from vsrbook.text import gettext as _"
        yield at(cell, call.lineno, f"{name} is not imported", hint)


def _quoted(node: ast.AST) -> str:
    if isinstance(node, ast.Constant):
        return shorten(node.value)
    return shorten(ast.unparse(node))[1:-1]


@rule(
    "same-twice",
    asks="Nothing that is another each time: no clock, and nothing random without a seed.",
    reason="Two runs of the same inputs must give the same page: a reader may ask for it again.",
    remedy="take dates from the tables; give a seed: numpy.random.default_rng(1)",
    level="warning",
)
def find_chance(notebook: Notebook) -> Iterator[Finding]:
    """Find what is another in each run."""
    seeded = any(name in SEEDS and call.args for _cell, call, name in notebook.calls())
    for cell, call, name in notebook.calls():
        dotted = dotted_name(call.func)
        by_chance = RANDOM.fullmatch(dotted) and name not in SEEDS and not seeded
        if by_chance or ".".join(dotted.split(".")[-2:]) in CLOCK:
            yield at(cell, call.lineno, f"{dotted} is another each time")
        elif name in SEEDS and not call.args and not call.keywords:
            yield at(cell, call.lineno, f"{dotted or name} has no seed")
        elif name == "sample" and "random_state" not in {keyword.arg for keyword in call.keywords}:
            yield at(cell, call.lineno, "sample has no random_state")
