"""The page on the functions that work out figures, from their registry and docstrings."""

from __future__ import annotations

import importlib
import pkgutil

from reference.interfaces import describe_module
from reference.myst import code, first_line, prose, table
from vsrbook import methods
from vsrbook.methods.progress import METHODS, REASONS, Method

HEAD = """\
# Methods and their functions

For analysts and authors of chapters: what `vsrbook.methods` can work out. This page is written from the code and
says what there is. [How progress is judged](methods.md) has the formulas and where they stop,
[Coverage, disparity, and change between editions](disparity.md) what the other figures can tell and what not.
"""


def methods_page() -> str:
    """Return the page book/reference-methods.md."""
    parts = [HEAD, "## Methods of judging progress\n", _overview()]
    parts += [_method(method) for method in METHODS.values()]
    parts += ["### Reasons for not judging\n", table(["Reason"], ([prose(one)] for one in REASONS.values()))]
    for info in pkgutil.iter_modules(methods.__path__):
        module = importlib.import_module(f"{methods.__name__}.{info.name}")
        parts += [f"## {info.name}\n", f"{first_line(module.__doc__)}\n", describe_module(module)]
    return "\n".join(parts)


def _overview() -> str:
    rows = [
        [code(m.name), m.version, prose(m.title), "yes" if m.needs_target else "no", prose(m.source)]
        for m in METHODS.values()
    ]
    return table(["Name in the params", "Version", "Title", "Needs a target", "Source of the rules"], rows)


def _method(method: Method) -> str:
    lines = [f"### {method.name}\n", first_line(method.judge.__doc__) + "\n"]
    statuses = [*method.statuses, *method.movements]
    rows = [[code(one.name), _write_level(one.level), one.direction or "says a level"] for one in statuses]
    lines.append(table(["Status", "Level, 2 is best", "What it says of the movement"], rows))
    lines.append(f"Several series: {prose(method.rollup.words)}.\n")
    return "\n".join(lines)


def _write_level(level: int) -> str:
    return f"{level:+d}".replace("-", "−") if level else "0"
