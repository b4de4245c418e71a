"""Make one HTML page that needs nothing beside it: every such page has this frame and this look.

A page is a template of the package that extends `publishing/standalone/layout.html.j2` and fills its blocks:
title, main, and where it has any, head, style (rules of its own after `base.css`) and footer.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment

PACKAGE = Path(__file__).parents[2]


def render_page(template: str, **values: Any) -> str:
    """Return a page as HTML; everything in it is escaped.

    `template` is its file below the package, with slashes: rap/templates/report.html.j2. `language` (a BCP 47
    tag) and `direction` (ltr or rtl) among the values say how it is read: English, if they are not given.
    Raises jinja2.UndefinedError where the template shows a value that is not given.
    """
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(PACKAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals |= {"language": "en", "direction": "ltr"}
    return environment
