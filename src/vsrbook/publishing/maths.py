"""Render formulas as MathML, which every browser shows without a script."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from docutils import nodes
from docutils.utils.math import MathError, unichar2tex
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.locale import _ as sphinx_text
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

from vsrbook.text import gettext as _

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

LOGGER = logging.getLogger(__name__)

# tex2mathml reads the lines of a displayed formula itself and does not know the environments around them
_ENVIRONMENT = re.compile(r"\s*\\begin\{(equation|align|gather|split)(\*?)\}(.*)\\end\{\1\2\}\s*", re.DOTALL)
_BRACE_OR_ESCAPED = re.compile(r"\\.|[{}]", re.DOTALL)


def convert_formula(tex: str, *, block: bool = False) -> str:
    r"""Convert TeX mathematics to a <math> element; nothing in it stays unescaped.

    A displayed formula may have several lines (\\) aligned at &, or blank lines between lines.

    Raises:
        ValueError: the formula is not complete, or uses something that cannot be converted.

    """
    tex = _unwrap(tex) if block else tex
    if not tex.strip():
        raise ValueError("the formula is empty")
    signs = _BRACE_OR_ESCAPED.findall(tex)
    if signs.count("{") != signs.count("}"):  # tex2mathml would show half a formula
        raise ValueError("the braces of the formula do not match")
    try:
        return str(tex2mathml(tex.translate(unichar2tex.uni2tex_table), as_block=block))
    except (MathError, AttributeError, LookupError, TypeError) as error:  # what it raises on a stray & or _
        raise ValueError(str(error) if isinstance(error, MathError) else "it is not complete TeX") from error


def _unwrap(tex: str) -> str:
    """Take off the environment around a displayed formula, and make blank lines line ends."""
    match = _ENVIRONMENT.fullmatch(tex)
    lines = (match.group(3) if match else tex).strip().split("\n\n")
    return r" \\ ".join(line for line in lines if line.strip())


def _formula_html(node: nodes.Element, *, block: bool) -> str:
    try:
        return convert_formula(node.astext(), block=block)
    except ValueError as error:
        tex = node.astext()
        message = "the formula %r cannot be shown: %s"
        LOGGER.warning(message, tex, error, location=node, type="vsrbook", subtype="maths")
        return f'<code class="vsr-tex">{html.escape(tex)}</code>'


def visit_inline(writer: HTML5Translator, node: nodes.math) -> None:
    """Write a formula in a line of text; a Sphinx warning tells of one that cannot be converted."""
    writer.body.append(writer.starttag(node, "span", "", CLASS="vsr-math-inline"))
    writer.body.append(_formula_html(node, block=False) + "</span>")
    raise nodes.SkipNode


def visit_block(writer: HTML5Translator, node: nodes.math_block) -> None:
    """Write a displayed formula, with its number where it has one."""
    label = html.escape(_("Formula"), quote=True)
    writer.body.append(writer.starttag(node, "div", "", CLASS="vsr-math"))
    writer.body.append(f'<div class="vsr-scroll" role="group" aria-label="{label}" tabindex="0">')
    writer.body.append(_formula_html(node, block=True) + "</div>")
    if node.get("number"):
        writer.body.append(f'<span class="eqno">({get_node_equation_number(writer, node)})')
        writer.add_permalink_ref(node, sphinx_text("Link to this equation"))
        writer.body.append("</span>")
    writer.body.append("</div>\n")
    raise nodes.SkipNode


def register_maths(app: Sphinx) -> None:
    """Make "mathml" one of Sphinx' html_math_renderer; beside MathJax alone it is taken by itself."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
