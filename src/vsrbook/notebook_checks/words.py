"""Find the words in code that a reader would see."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from vsrbook.notebook_checks.notebook import Cell, last_name

# what turns text into something shown
WRAPPERS = {"HTML", "Latex", "Markdown", "Markup", "Pretty"}
SHOWERS = {"show", "display", *WRAPPERS}
# which arguments of the figures' functions readers see: places, and names
BLOCKS: dict[str, tuple[slice, tuple[str, ...]]] = {
    "Figure": (slice(1, 2), ("title", "alt", "source", "note", "table")),
    "data_table": (slice(None, 2), ("records", "caption")),
    "definitions": (slice(None, 1), ("pairs",)),
    "heading": (slice(None, 1), ("words",)),
    "key_figures": (slice(None, 1), ("figures",)),
    "listing": (slice(None, 1), ("items",)),
    "notice": (slice(None, 1), ("words",)),
    "prose": (slice(None), ()),
    "quote": (slice(None), ("words", "by", "source")),
    "sentence": (slice(None, 1), ("template",)),
}
# what the kinds of charts write beside the marks
CHART_WORDS = ("unit", "x_title", "colour_title", "reference_name", "title")
CHARTS = {"bars", "gap", "matrix", "ranking", "shares_of_rows", "spread", "trend", "world_map"}
NO_WORDS = re.compile(r"<[^<>]*>|\{[^{}]*\}|&\w+;")
KEEPING = {
    "format",
    "strip",
    "upper",
    "lower",
    "title",
    "capitalize",
    "join",
}  # methods that leave words words


def has_words(text: str) -> bool:
    """Whether a text has words in it, beside tags and places for values."""
    return bool(re.search(r"[^\W\d_]{2,}", NO_WORDS.sub(" ", text)))


def is_shown_text(node: ast.expr) -> bool:
    """Whether a node is one plain text."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def shown_values(cell: Cell) -> Iterator[ast.expr]:
    """Yield what a cell shows: arguments of show and display, and its last expression."""
    for node in cell.walk():
        if isinstance(node, ast.Call) and last_name(node.func) in ("show", "display"):
            for argument in node.args:
                yield from _items(argument)
    last = cell.tree.body[-1] if cell.tree.body else None
    if isinstance(last, ast.Expr) and not cell.source.rstrip().endswith(";"):
        yield last.value


def _items(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.List | ast.Tuple):
        for item in node.elts:
            yield from _items(item)
    elif isinstance(node, ast.Starred):
        yield from _items(node.value)
    else:
        yield node


def words_in(cell: Cell) -> list[ast.expr]:
    """Return the literal texts of a cell that readers see and no catalogue translates."""
    given = {
        target.id: node.value
        for node in cell.walk()
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found: dict[int, ast.expr] = {}
    for value in _candidates(cell):
        for node in _literals(value, given):
            found[id(node)] = node
    return list(found.values())


def _candidates(cell: Cell) -> Iterator[ast.expr]:
    """Yield every expression that becomes text on the page."""
    yield from shown_values(cell)
    for node in cell.walk():
        if not isinstance(node, ast.Call):
            continue
        name = last_name(node.func)
        keywords = {keyword.arg: keyword.value for keyword in node.keywords}
        if name in SHOWERS:
            yield from node.args
        elif name in BLOCKS:
            places, names = BLOCKS[name]
            yield from node.args[places]
            yield from (keywords[word] for word in names if word in keywords)
        elif name in CHARTS:
            yield from (keywords[word] for word in CHART_WORDS if word in keywords)


def _literals(node: ast.expr | None, given: dict[str, ast.expr], depth: int = 0) -> Iterator[ast.expr]:
    """Yield the texts with words that an expression is made of; what stands in _() is a call, and none."""
    if depth > 50 or node is None:
        return
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str) and has_words(node.value):
            yield node
    elif isinstance(node, ast.JoinedStr):
        texts = [part.value for part in node.values if isinstance(part, ast.Constant)]
        if has_words(" ".join(map(str, texts))):
            yield node
    else:
        for part in _parts(node, given):
            yield from _literals(part, given, depth + 1)


def _parts(node: ast.expr, given: dict[str, ast.expr]) -> Iterable[ast.expr | None]:  # noqa: PLR0911  # one return a kind of node reads best
    """Return the parts of an expression whose words are its words."""
    if isinstance(node, ast.BinOp):
        return (node.left, node.right) if isinstance(node.op, ast.Add) else (node.left,)
    if isinstance(node, ast.IfExp):
        return node.body, node.orelse
    if isinstance(node, ast.BoolOp):
        return node.values
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return node.elts
    if isinstance(node, ast.ListComp | ast.GeneratorExp):
        return (node.elt,)
    if isinstance(node, ast.Dict):
        return [*node.keys, *node.values]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in KEEPING:
        return (node.func.value,)
    if isinstance(node, ast.Name) and node.id in given:
        return (given[node.id],)
    return ()
