"""The front-end of the book: a tiny book is built by the real Jupyter Book and read in a real browser."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import pytest
from browser import run_axe, serve_folder, visit

from vsrbook.publishing.figure_html import FIGURE_MIME, parse_figure
from vsrbook.publishing.maths import convert_formula
from vsrbook.publishing.vega_bundle import write_bundle

HOSTILE = "</script><img src=x onerror=alert(1)>"
LABELS = {
    "table": "Show the data as a table",
    "csv": "Download the data (CSV)",
    "keys": "Use the arrow keys to move between the marks",
}
CONFIG = """\
title: Local voices
author: An association
execute: {execute_notebooks: "off"}
parse: {myst_enable_extensions: [dollarmath, amsmath]}
html: {use_multitoc_numbering: false}
sphinx:
  extra_extensions: [vsrbook.publishing.sphinx_ext]
  config:
    suppress_warnings: [etoc.toctree]
    html_theme_options: {navbar_persistent: [], use_download_button: false, primary_sidebar_end: []}
"""
TOC = """\
format: jb-book
root: index
parts:
- caption: Associations & others
  chapters:
  - glob: associations/*/index
- caption: About
  chapters:
  - file: methods
"""
METHODS = r"""# Methods

The share is $p = \frac{a}{b}$ of $x < y$.

$$
\mathrm{CAGR} = \left(\frac{x_t}{x_{t_0}}\right)^{\frac{1}{t-t_0}} - 1
$$ (cagr)

$$
\bar{x} = \frac{\sum_{i=1}^{n} w_i x_i}{\sum_{i=1}^{n} w_i} \le \max_i x_i,
\quad \sigma^2 = \frac{1}{n}\sum_{i=1}^n (x_i-\bar{x})^2
$$

See {eq}`cagr`.
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="260"><rect width="9" height="9"/></svg>'


def make_spec(mark: dict[str, Any], values: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """Make a chart of value by area."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "data": {"values": values},
        "width": "container",
        "height": 200,
        "mark": mark,
        "encoding": {
            "x": {"field": "area", "type": "nominal", "title": "Area"},
            "y": {"field": "value", "type": "quantitative", "title": "Share (%)"},
            "tooltip": [{"field": "area"}, {"field": "value"}],
        },
        **more,
    }


def make_figure(name: str, title: str, spec: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Make the output of one figure as a notebook writes it."""
    values = spec["data"]["values"]
    return {
        "id": name,
        "title": title,
        "alt": f"Chart: {title}",
        "source": "Source: county reports",
        "note": "",
        "spec": spec,
        "svg": f"figures/{name}.svg",
        "csv": f"figures/{name}.csv",
        "columns": ["Area", "Share (%)"],
        "numeric": [False, True],
        "records": [[value["area"], str(value["value"])] for value in values],
        "rows": ["observations:12-58"],
        "labels": LABELS,
        **more,
    }


AREAS = [{"area": area, "value": 20 + 9 * at} for at, area in enumerate(["Bomet", "Busia", "Embu"])]
FIGURES = [
    make_figure(
        "goal-6-water",
        f"Water {HOSTILE}",
        make_spec({"type": "bar", "color": "#0a7abf"}, [{"area": HOSTILE, "value": 12}, *AREAS]),
    ),
    make_figure("trend", "A line", make_spec({"type": "line", "point": True}, AREAS, background="white")),
    make_figure("no-image", "A figure without files", make_spec({"type": "bar"}, AREAS), svg="", csv=""),
]


def write_book(folder: Path) -> Path:
    """Write the sources of the tiny book."""
    pages = {
        "_config.yml": CONFIG,
        "_toc.yml": TOC,
        "index.md": "# Local voices\n\nA book.\n",
        "methods.md": METHODS,
        "associations/kenya/index.md": "# Kenya\n\n```{toctree}\n:hidden:\nprogress\n```\n\nText.\n",
        "associations/kenya/goals/goal-6.md": "# Goal 6\n\nText.\n",
        "associations/uganda/index.md": "# Uganda <East>\n\nText.\n",
    }
    for name, text in pages.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    write_notebook(folder / "associations/kenya/progress.ipynb", FIGURES)
    return folder


def write_notebook(path: Path, figures: list[dict[str, Any]]) -> None:
    """Write an executed notebook with figures, and their files beside it."""
    heading = "# Progress\n\n```{toctree}\n:hidden:\ngoals/goal-6\n```\n\nText.\n\n## Water\n\nText."
    kernel = {"name": "python3", "display_name": "Python 3"}
    metadata = {"language_info": {"name": "python"}, "kernelspec": kernel}
    notebook = nbformat.v4.new_notebook(metadata=metadata, cells=[nbformat.v4.new_markdown_cell(heading)])
    for figure in figures:
        output = nbformat.v4.new_output("display_data", {FIGURE_MIME: figure, "text/plain": "a figure"})
        tags = {"tags": ["remove-input"]}
        notebook.cells.append(nbformat.v4.new_code_cell("secret_code()", metadata=tags, outputs=[output]))
        for key, text in (("svg", SVG), ("csv", "area,value\n")):
            if figure[key]:
                (path.parent / figure[key]).parent.mkdir(exist_ok=True)
                (path.parent / figure[key]).write_text(text, encoding="utf-8")
    nbformat.write(notebook, path)


def build(book: Path, builder: str = "html") -> subprocess.CompletedProcess[str]:
    """Build with Jupyter Book; a warning is an error."""
    kind = ["--builder", "custom", "--custom-builder"] if builder == "text" else ["--builder"]
    start = "import sys; sys.argv[0] = 'jupyter-book'; from jupyter_book.cli.main import main; main()"
    out = book.parent / f"{book.name}-out"
    command = [sys.executable, "-c", start, "build", str(book), "--path-output", str(out), *kind, builder]
    environment = os.environ | {"PYTHONWARNINGS": "ignore"}
    return subprocess.run(  # noqa: PLW1510 - the callers look at the result
        [*command, "-W", "-n", "--keep-going"], capture_output=True, text=True, timeout=300, env=environment
    )


def built(book: Path, builder: str = "html") -> Path:
    """Build, and return the folder of pages."""
    done = build(book, builder)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return book.parent / f"{book.name}-out" / "_build" / builder


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the tiny book as HTML."""
    return built(write_book(tmp_path_factory.mktemp("frontend") / "book"))


@pytest.fixture(scope="module")
def chapter(book: Path) -> str:
    """Read the page with the figures."""
    return (book / "associations/kenya/progress.html").read_text("utf-8")


@pytest.fixture(scope="module")
def site(book: Path) -> Iterator[str]:
    """Serve the tiny book."""
    with serve_folder(book) as address:
        yield address


class Elements(HTMLParser):
    """The start tags of a page, as a browser's parser sees them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag."""
        self.found.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of every such element."""
        return [attributes for name, attributes in self.found if name == tag]


# ---------- the pages, without a browser ----------


def test_hostile_text_stays_text(chapter: str) -> None:
    """A title, a record or a value in the data can neither end a script nor start an element."""
    assert not [tag for tag, attributes in Elements(chapter).found if "onerror" in attributes]
    assert "</script><img" not in chapter
    assert "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;</figcaption>" in chapter


def test_figure_has_image_table_and_download(chapter: str, book: Path) -> None:
    """A figure brings its image with alt text, the data as a table with headers, and a CSV to download."""
    page = Elements(chapter)
    image = next(one for one in page.all("img") if one.get("alt") == f"Chart: Water {HOSTILE}")
    link = next(one for one in page.all("a") if "download" in (one.get("class") or ""))
    for address in (image["src"], link["href"]):
        assert (book / "associations/kenya" / str(address)).is_file()
    assert page.all("figure")[0] | {"class": ""} == {
        "class": "", "id": "goal-6-water", "data-rows": "observations:12-58"
    }  # fmt: skip
    assert '<th scope="col" class="vsr-number">Share (%)</th>' in chapter
    assert '<tr><th scope="row">Bomet</th><td class="vsr-number">20</td></tr>' in chapter


def test_figure_without_files_says_what_it_shows(chapter: str) -> None:
    """Where there is no image its alt text stands in its place, and no download is offered."""
    figure = chapter.split('id="no-image"', 1)[1].split("</figure>", 1)[0]
    assert '<p class="vsr-alt">Chart: A figure without files</p>' in figure
    assert "<img" not in figure
    assert "vsr-download" not in figure


def test_specification_survives_its_escaping(chapter: str) -> None:
    """The browser reads the very specification that the notebook wrote."""
    found = re.findall(r'<script type="application/json">(.*?)</script>', chapter, re.DOTALL)
    assert [json.loads(text) for text in found] == [figure["spec"] for figure in FIGURES]


def test_scripts_are_shared_and_only_where_needed(chapter: str, book: Path) -> None:
    """Three charts share one script and one bundle; a page without charts loads neither."""
    scripts = [str(one.get("src")) for one in Elements(chapter).all("script")]
    assert len([src for src in scripts if "figures.js" in src]) == 1
    assert len(list((book / "_static").glob("vega-*.js"))) == 1
    assert "figures.js" not in (book / "methods.html").read_text("utf-8")
    assert len(chapter) < 60_000


def test_no_page_names_a_foreign_script(book: Path) -> None:
    """No page loads anything from another host, and no code of a notebook is shown."""
    for path in book.rglob("*.html"):
        text = path.read_text("utf-8")
        page = Elements(text)
        loaded = [one.get("src") for one in page.all("script") + page.all("img")]
        loaded += [one.get("href") for one in page.all("link")]
        assert not [address for address in loaded if address and "//" in address], path
        assert not re.search(r"unpkg|jsdelivr|googleapis|mathjax@", text), path
        assert "secret_code" not in text, path


def test_sidebar_groups_nests_and_marks(chapter: str) -> None:
    """The sidebar has the parts' captions and the pages below; the way to the current page is open."""
    sidebar = chapter.split('<nav class="bd-links', 1)[1].split("</nav>", 1)[0]
    assert '<span class="caption-text">Associations &amp; others</span>' in sidebar
    assert 'href="../../associations/uganda/index.html">Uganda &lt;East&gt;</a>' in sidebar
    assert 'href="../../associations/kenya/progress.html" aria-current="page">Progress</a>' in sidebar
    assert '<details data-page="associations/kenya/index" open><summary><span' in sidebar
    assert 'href="../../associations/kenya/goals/goal-6.html">Goal 6</a>' in sidebar
    assert sidebar.count("aria-current") == 1


def test_formulas_are_mathml(book: Path) -> None:
    """Formulas are in the page as MathML; a numbered one can be referred to."""
    page = (book / "methods.html").read_text("utf-8")
    assert page.count("<math ") == 4
    assert '<span class="eqno">(1)' in page
    assert "\\frac" not in page.split("<article", 1)[1].split("</article", 1)[0]


@pytest.mark.parametrize("tex", [r"\frac{a", "a}b", "&", "_", "x^", r"\foo", "", r"\begin{nope}x\end{nope}"])
def test_bad_formula_is_refused(tex: str) -> None:
    """TeX that is not complete or not known is an error, not half a formula."""
    with pytest.raises(ValueError, match=r"\w"):
        convert_formula(tex)


def test_displayed_environment_is_read() -> None:
    """An aligned environment becomes the lines that it holds."""
    formula = "\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}"
    assert convert_formula(formula, block=True).count("<mtr>") == 2


def test_bad_formula_fails_the_build(tmp_path: Path) -> None:
    """A formula that cannot be shown fails a strict build, with its place."""
    book = write_book(tmp_path / "book")
    (book / "methods.md").write_text("# Methods\n\nText.\n\n$\\nonsense{<b>}$\n", encoding="utf-8")
    done = build(book)
    assert done.returncode != 0
    assert re.search(r"methods\.md:\d+: WARNING: the formula .*cannot be shown", done.stdout + done.stderr)
    page = (tmp_path / "book-out/_build/html/methods.html").read_text("utf-8")
    assert '<code class="vsr-tex">\\nonsense{&lt;b&gt;}</code>' in page


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"title": ""}, "figure goal-6-water: 'title' is missing"),
        ({"labels": {}}, "figure goal-6-water: 'table' is missing"),
        ({"rows": "all"}, "figure goal-6-water: 'rows' is not a list"),
        ({"records": [["a"]]}, "figure goal-6-water: a record has not as many values as there are columns"),
    ],
)
def test_bad_figure_is_named(change: dict[str, Any], message: str) -> None:
    """An output that is not a figure says which figure and which part."""
    with pytest.raises(ValueError, match=message):
        parse_figure(FIGURES[0] | change)


def test_new_title_reaches_every_sidebar(tmp_path: Path) -> None:
    """When a page gets another title, pages that were not touched show it too; else they are left alone."""
    book = write_book(tmp_path / "book")
    pages = built(book)
    other = pages / "methods.html"
    before = other.stat().st_mtime_ns
    (book / "associations/uganda/index.md").write_text("# Uganda <East>\n\nNew text.\n", encoding="utf-8")
    built(book)
    assert other.stat().st_mtime_ns == before
    (book / "associations/uganda/index.md").write_text("# Uganda renamed\n\nText.\n", encoding="utf-8")
    built(book)
    assert ">Uganda renamed</a>" in other.read_text("utf-8")


def test_other_builders_keep_the_figure(tmp_path: Path) -> None:
    """On one page and as plain text a figure keeps its title, its image or alt text, and its source."""
    book = write_book(tmp_path / "book")
    single = (built(book, "singlehtml") / "index.html").read_text("utf-8")
    assert single.count("<figure") == 3
    assert "application/json" not in single
    text = "".join(path.read_text("utf-8") for path in built(book, "text").rglob("*.txt"))
    assert "Chart: A line" in text
    assert "Source: county reports" in text


def test_bundle_appears_whole_and_keeps_its_licences(tmp_path: Path) -> None:
    """Several processes may make the bundle at once; it carries the notices of what it is made of."""
    with ThreadPoolExecutor(2) as pool:
        paths = set(pool.map(write_bundle, [tmp_path, tmp_path]))
    assert [path.name for path in tmp_path.iterdir()] == [paths.pop().name]
    head = next(tmp_path.iterdir()).read_text("utf-8")[:10_000]
    for notice in ("BSD 3-Clause", "University of Washington", "Mike Bostock", "ISC License"):
        assert notice in head


# ---------- the pages, in a browser ----------

CHAPTER = "/associations/kenya/progress.html"


@pytest.mark.browser
def test_every_chart_is_drawn_without_the_network(chromium: Any, site: str) -> None:
    """With every other host refused each chart is drawn, no other is asked, and nothing complains."""
    with visit(chromium, site + CHAPTER) as seen:
        assert seen.wait_for_charts() == 3
        assert seen.page.locator(".vsr-plot svg .role-mark path").count() >= 9
        assert seen.page.locator(".vsr-drawn > img:visible").count() == 0
        assert (seen.foreign, seen.missing, seen.errors) == ([], [], [])


@pytest.mark.browser
def test_charts_are_drawn_from_a_folder(chromium: Any, book: Path) -> None:
    """A book copied to a stick and opened as files works too."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto((book / CHAPTER.lstrip("/")).as_uri())
    page.wait_for_selector(".vsr-drawn svg")
    context.close()


@pytest.mark.browser
def test_drawing_moves_nothing(chromium: Any, site: str) -> None:
    """What a reader looks at stays where it is while charts are drawn."""
    with visit(chromium, site + CHAPTER) as seen:
        shift = """() => new Promise((done) => {
          let sum = 0;
          new PerformanceObserver((list) => list.getEntries().forEach((one) => (sum += one.value)))
            .observe({type: "layout-shift", buffered: true});
          setTimeout(() => done(sum), 1500);
        })"""
        assert seen.page.evaluate(shift) < 0.05


@pytest.mark.browser
def test_keys_walk_through_the_marks(chromium: Any, site: str) -> None:
    """Arrow keys, Home and End reach the marks with their tooltip; Escape leaves; Tab is not trapped."""
    with visit(chromium, site + CHAPTER) as seen:
        seen.wait_for_charts()
        page, keys = seen.page, seen.page.keyboard
        plot = page.locator("#trend .vsr-plot")
        plot.focus()
        focused = "document.activeElement.getAttribute('aria-label')"
        assert page.evaluate(focused) == "Chart: A line"
        keys.press("ArrowRight")
        keys.press("ArrowRight")
        assert "Busia" in page.evaluate(focused)
        assert "Busia" in page.locator("#vg-tooltip-element.visible").inner_text()
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        keys.press("End")
        assert "Embu" in page.evaluate(focused)
        keys.press("Home")
        assert "Bomet" in page.evaluate(focused)
        keys.press("Escape")
        assert plot.evaluate("(element) => element === document.activeElement")
        assert page.locator("#vg-tooltip-element.visible").count() == 0
        keys.press("ArrowDown")
        keys.press("Tab")
        assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
        assert page.locator("#vg-tooltip-element.visible").count() == 0


@pytest.mark.browser
def test_tooltip_shows_hostile_text_as_text(chromium: Any, site: str) -> None:
    """A tooltip writes what the data says; it makes no element of it."""
    with visit(chromium, site + CHAPTER) as seen:
        seen.wait_for_charts()
        seen.page.locator("#goal-6-water .vsr-plot").focus()
        seen.page.keyboard.press("Home")
        assert HOSTILE in seen.page.locator("#vg-tooltip-element.visible").inner_text()
        assert seen.page.locator("#vg-tooltip-element img").count() == 0
        assert seen.errors == []


@pytest.mark.browser
def test_charts_follow_light_and_dark(chromium: Any, site: str) -> None:
    """Switching the theme redraws words in a colour for its ground, and leaves the bars as they are."""
    colours = """() => [".role-axis-label text", ".mark-rect path"].map((part) =>
      document.querySelector(`#goal-6-water .vsr-plot ${part}`).getAttribute("fill"))"""
    with visit(chromium, site + CHAPTER) as seen:
        seen.wait_for_charts()
        words, bars = seen.page.evaluate(colours)
        seen.page.evaluate("document.documentElement.dataset.theme = 'dark'")
        changed = f"({colours})()[0] !== {json.dumps(words)}"
        seen.page.wait_for_function(f"document.querySelector('#goal-6-water .role-axis-label') && {changed}")
        assert seen.page.evaluate(colours)[1] == bars == "#0a7abf"
        assert seen.errors == []


@pytest.mark.browser
def test_without_scripts_the_page_is_whole(chromium: Any, site: str) -> None:
    """Without JavaScript there are the static image, the table, and a sidebar that shows where one is."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + CHAPTER)
    assert page.locator("#goal-6-water img").is_visible()
    assert page.locator("#no-image .vsr-alt").is_visible()
    assert page.locator(".vsr-nav a[aria-current=page]").is_visible()
    page.locator("#goal-6-water summary").click()
    assert page.locator("#goal-6-water table").is_visible()
    context.close()


@pytest.mark.browser
def test_search_shows_titles_as_text(chromium: Any, site: str) -> None:
    """A title with signs of HTML is found, and shown as it is: no element is made of it."""
    with visit(chromium, f"{site}/search.html?q=uganda%20%3Ceast%3E") as seen:
        first = seen.page.locator("#search-results li a").first
        assert first.inner_text() == "Uganda <East>"
        assert seen.page.locator("#search-results east").count() == 0
        assert (seen.foreign, seen.missing, seen.errors) == ([], [], [])


@pytest.mark.browser
def test_failed_drawing_leaves_the_image(chromium: Any, site: str) -> None:
    """When the bundle cannot be loaded the image stays, and the console tells which figure is meant."""
    context = chromium.new_context()
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.route("**/vega-*.js", lambda route: route.abort())
    page.goto(site + CHAPTER)
    page.wait_for_timeout(500)
    assert page.locator("#goal-6-water img").is_visible()
    assert any("figure goal-6-water could not be drawn" in text for text in said)
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/index.html", "/methods.html", CHAPTER])
def test_nothing_is_wider_than_a_phone(chromium: Any, site: str, path: str) -> None:
    """At 360 pixels no page has to be scrolled sideways, and charts use the width there is."""
    with visit(chromium, site + path, width=360) as seen:
        seen.wait_for_charts()
        assert seen.overflow() <= 0
        for box in seen.page.locator(".vsr-plot svg").all():
            assert 240 < box.bounding_box()["width"] <= 360


@pytest.mark.browser
def test_paper_has_no_sidebar(chromium: Any, site: str) -> None:
    """Printed, the page is its text and the static images."""
    with visit(chromium, site + CHAPTER) as seen:
        seen.wait_for_charts()
        seen.page.emulate_media(media="print")
        for part in (".bd-sidebar", ".bd-sidebar-secondary", ".bd-header-article", "button", "footer"):
            assert seen.page.locator(f"{part}:visible").count() == 0, part
        assert seen.page.locator("#goal-6-water img").is_visible()
        assert not seen.page.locator("#goal-6-water .vsr-plot").is_visible()
        assert seen.page.locator("#no-image .vsr-plot svg").is_visible()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("path", ["/index.html", "/methods.html", CHAPTER])
def test_axe_finds_nothing(chromium: Any, site: str, path: str, width: int, scheme: Any) -> None:
    """axe-core finds nothing that breaks WCAG 2.1 A or AA; tables are looked at open."""
    with visit(chromium, site + path, width=width, scheme=scheme) as seen:
        seen.wait_for_charts()
        seen.page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
        assert run_axe(seen.page) == []


@pytest.mark.browser
def test_axe_finds_nothing_in_the_phone_menu(chromium: Any, site: str) -> None:
    """The navigation of a phone opens as a dialog that has a name, and axe finds nothing in it."""
    with visit(chromium, site + CHAPTER, width=360) as seen:
        seen.wait_for_charts()
        seen.page.locator(".primary-toggle:visible").click()
        dialog = seen.page.locator("#pst-primary-sidebar-modal")
        assert dialog.locator("a[aria-current=page]").is_visible()
        assert dialog.get_attribute("aria-label")
        assert run_axe(seen.page) == []
