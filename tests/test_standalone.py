"""Pages that stand alone: one frame and one look, everything escaped, nothing loaded to make one."""

from __future__ import annotations

import subprocess
import sys

import pytest
from jinja2 import UndefinedError

from vsrbook.publishing.standalone import PACKAGE, render_page

LAYOUT = "publishing/standalone/layout.html.j2"
REPORT = "rap/templates/report.html.j2"
STYLES = ["workplan/theme/page.css", "readiness/templates/style.css"]


def test_a_value_that_is_not_given_is_an_error() -> None:
    """A template that shows what it was not given makes no page."""
    with pytest.raises(UndefinedError, match="'making' is undefined"):
        render_page(REPORT, title="x", assessment={"name": "x"})


def test_there_is_one_frame() -> None:
    """Only the layout opens a document; what it says of fonts and focus no page says again."""
    templates = [*PACKAGE.rglob("*.j2"), *PACKAGE.rglob("*.html")]
    opening = [path for path in templates if "<!DOCTYPE" in path.read_text("utf-8")]
    assert opening == [PACKAGE / LAYOUT]
    assert not any(
        word in (PACKAGE / name).read_text("utf-8") for name in STYLES for word in ("font-family", "outline")
    )


def test_asking_for_a_page_loads_little() -> None:
    """Importing what makes pages loads neither jinja2 nor pandas: a command pays when it writes one."""
    code = "import sys, vsrbook.publishing.standalone as s; print({'jinja2', 'pandas', 'sphinx'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
