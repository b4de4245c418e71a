"""The real book, run and built by the installed command, and read as readers do: in a browser, offline, on paper."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

import pytest
from browser import run_axe, serve_folder, visit
from frictionless import Package

from vsrbook.publishing.areas import shell

pytestmark = [pytest.mark.book]

ROOT = Path(__file__).resolve().parents[1]
REVIEWS = "book/associations"
CHAPTERS = (
    "opening introduction methodology environment progress means impact conclusions annexes peer-learning"
)
PROFILE = f"{REVIEWS}/kenya/areas/KE-47"
# One page of each kind: landing, covers, chapters, goals with rankings and with trends, guide, search, index.
KINDS = [
    f"{REVIEWS}/index",
    *(f"{REVIEWS}/library/{page}" for page in ("timeline", "challenges", "help", "comparison")),
    f"{REVIEWS}/kenya/areas/index",
    PROFILE,
    f"{REVIEWS}/rwanda/areas/index",
    f"{REVIEWS}/rwanda/areas/RW-2",
    f"{REVIEWS}/kenya/index",
    f"{REVIEWS}/norway/index",
    *(f"{REVIEWS}/kenya/{chapter}" for chapter in CHAPTERS.split()),
    f"{REVIEWS}/norway/impact",
    f"{REVIEWS}/flanders/annexes",
    f"{REVIEWS}/kenya/goal-06",
    f"{REVIEWS}/rwanda/goal-04",
    "book/how-to-read",
    "book/make-a-review",
    "book/tables",
    "search",
    "genindex",
]
RANKINGS, TRENDS = f"{REVIEWS}/kenya/goal-06", f"{REVIEWS}/rwanda/goal-04"
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
PAGE_KILOBYTES = 300
MARKS = ("Traceback (most recent", "Kernel", "&lt;data", "&lt;span", "&lt;cite", "&lt;p&gt;", "load_review(")

in_browser = pytest.mark.browser
every_kind = pytest.mark.parametrize("page", KINDS)


def run_command(*arguments: str) -> str:
    """Run the installed command on this repository; it must succeed."""
    command = Path(sys.executable).with_name("vsrbook")
    done = subprocess.run(
        [str(command), "--project", str(ROOT), *arguments],
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
        env={name: value for name, value in os.environ.items() if name != "VSRBOOK_PROJECT"},
    )
    assert done.returncode == 0, f"vsrbook {' '.join(arguments)}\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
    return done.stdout


@pytest.fixture(scope="session")
def site() -> Path:
    """Run what has changed, build and publish the book of this repository."""
    run_command("run")
    run_command("build")
    return ROOT / "_build" / "html"


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Serve the published book."""
    with serve_folder(site) as served:
        yield served


@dataclass
class Page:
    """What a parser finds on a page: addresses, ids, images, the words of the article (without code), elements."""

    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    images: list[dict[str, str | None]] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    words: str = ""


class Reader(HTMLParser):
    """Reads a page; what stands in code, scripts and styles is not prose."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.page = Page()
        self._open: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note addresses, ids and classes."""
        found = dict(attrs)
        if tag not in VOID:
            self._open.append(tag)
        if found.get("id"):
            self.page.ids.add(str(found["id"]))
        self.page.classes += (found.get("class") or "").split()
        if tag == "a" and found.get("href") is not None:
            self.page.links.append(str(found["href"]))
        if tag == "img":
            self.page.images.append(found)
        if tag in ("img", "script", "iframe", "source") and found.get("src"):
            self.page.loads.append(str(found["src"]))
        if tag == "link" and found.get("href"):
            self.page.loads.append(str(found["href"]))

    def handle_endtag(self, tag: str) -> None:
        """Leave the element, and those in it that need no end."""
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Keep prose."""
        hidden = {"script", "style", "code", "pre", "kbd", "math", "textarea"}
        if not hidden & set(self._open):
            self.page.words += data


@cache
def read_page(path: Path) -> Page:
    """Read an HTML page."""
    return Reader(path.read_text("utf-8")).page


def all_pages(site: Path) -> list[Path]:
    """List every HTML page that a reader can open."""
    return [path for path in sorted(site.rglob("*.html")) if "_static" not in path.parts]


def name_of(path: Path, site: Path) -> str:
    """Name a page by its place in the site."""
    return path.relative_to(site).as_posix()


# ---------- every page, as a file ----------


def test_every_association_has_its_pages(site: Path) -> None:
    """Each association of params/ has a cover, and each page that was run is there."""
    made = {path.relative_to(ROOT).with_suffix(".html") for path in (ROOT / REVIEWS).rglob("*.ipynb")}
    made |= {path.relative_to(ROOT).with_suffix(".html") for path in (ROOT / REVIEWS).rglob("*.md")}
    slugs = [path.stem for path in (ROOT / "params").glob("[!_]*.yml")]
    assert {Path(REVIEWS, slug, "index.html") for slug in slugs} <= made
    made = {path for path in made if path.stem != shell.PAGE}  # the frame of pages of areas is no page
    for listing in (ROOT / REVIEWS).glob(f"*/areas/{shell.LISTING}"):
        titles = json.loads(listing.read_text("utf-8"))["titles"]
        made |= {listing.parent.relative_to(ROOT) / f"{page}.html" for page in titles}
    published = {path.relative_to(site) for path in (site / REVIEWS).rglob("*.html")}
    assert published == made
    assert [page for page in KINDS if not (site / f"{page}.html").is_file()] == []


def test_address_of_the_book_opens_the_landing_page(site: Path) -> None:
    """The folder itself leads to the landing page."""
    assert f"url={REVIEWS}/index.html" in (site / "index.html").read_text("utf-8")


def test_no_page_shows_code_or_a_failure(site: Path) -> None:
    """No cell of code, no traceback, no word of a kernel, no markup that was written instead of read."""
    for path in all_pages(site):
        source, page = path.read_text("utf-8"), read_page(path)
        name = name_of(path, site)
        assert not {"cell_input", "celltoolbar", "thebelab-cell", "stderr", "problematic"} & set(
            page.classes
        ), name
        for mark in (
            "Traceback (most recent",
            "Kernel",
            "&lt;data",
            "&lt;span",
            "&lt;cite",
            "&lt;p&gt;",
            "load_review(",
        ):
            if "associations" in path.parts or mark == "Traceback (most recent":
                assert mark not in source, f"{name}: {mark}"
        assert not re.search(
            r"<data |</\w+>|\*\*\w|\]\(|^#{1,6} |```|\{\w+\}`|:::", page.words, re.MULTILINE
        ), f"{name}: {re.search(r'.{0,40}(<data |</|[*][*]|[]][(]|```|:::).{0,40}', page.words)}"
        if not path.name.startswith("reference-"):  # which says what functions give for a missing value
            assert not re.search(r"\b(nan|NaN|<NA>|NaT)\b", page.words), name


def test_every_link_leads_somewhere(site: Path) -> None:
    """Each link and each file that a page names is in the site, and so is the place in the page."""
    broken = []
    for path in all_pages(site):
        page = read_page(path)
        for link in {*page.links, *page.loads}:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if target.is_dir():
                target /= "index.html"
            if not target.is_file():
                broken.append(f"{name_of(path, site)}: {link}")
            elif parts.fragment and target.suffix == ".html":
                known = read_page(target).ids | {"", "top"}
                place, _, _choice = parts.fragment.partition("?")  # a list may be told what to show
                if unquote(place) not in known:
                    broken.append(f"{name_of(path, site)}: {link} (no such place)")
    assert broken == []


def test_no_page_loads_from_another_host(site: Path) -> None:
    """Scripts, styles and images come from the site; a link to another host is an address a reader may follow."""
    for path in all_pages(site):
        page = read_page(path)
        assert [load for load in page.loads if "//" in load] == [], name_of(path, site)
        odd = [link for link in page.links if urlsplit(link).scheme not in ("", "http", "https", "mailto")]
        assert odd == [], name_of(path, site)


def test_every_page_of_a_review_says_who_stands_behind_it(site: Path) -> None:
    """The banner is on each page below a review, once."""
    for path in all_pages(site):
        below = path.relative_to(site).parts
        banners = [one for one in read_page(path).classes if one in ("vsr-banner", "vsr-sample")]
        is_review = below[:2] == ("book", "associations") and len(below) > 3 and below[2] != "library"
        assert len(banners) == int(is_review), name_of(path, site)


def test_every_image_has_alt_text(site: Path) -> None:
    """No image without words; those of charts hold numbers."""
    for path in all_pages(site):
        for image in read_page(path).images:
            assert (image.get("alt") or "").strip(), f"{name_of(path, site)}: {image}"
            if "_images" in str(image.get("src")):
                assert re.search(r"\d|World map", str(image["alt"])), f"{name_of(path, site)}: {image}"


def test_bundle_is_there_once(site: Path) -> None:
    """All charts of the book share one script."""
    assert len(list(site.rglob("vega-*.js"))) == 1
    assert len(list(site.rglob("figures.js"))) == 1


def weigh(path: Path) -> int:
    """Return the bytes that only this page costs a reader, as a server sends them: its HTML and its images."""
    images = {
        (path.parent / unquote(str(one["src"]))).resolve() for one in read_page(path).images if one.get("src")
    }
    return sum(len(gzip.compress(file.read_bytes(), 6)) for file in (path, *images) if file.is_file())


def test_no_page_is_heavy(site: Path) -> None:
    """On a slow line a page comes in seconds: what it needs beyond the shared files stays small."""
    weights = sorted(((weigh(path), name_of(path, site)) for path in all_pages(site)), reverse=True)
    heaviest = ", ".join(f"{name} {size / 1000:.0f} kB" for size, name in weights[:3])
    assert weights[0][0] < PAGE_KILOBYTES * 1000, heaviest


@pytest.mark.parametrize("slug", ["kenya", "rwanda"])
def test_data_of_areas_are_valid(site: Path, slug: str) -> None:
    """Frictionless finds nothing wrong with the data of all areas, and of the first one."""
    folder = site / REVIEWS / slug / "areas"
    first = min(path.stem for path in folder.glob("*.html") if path.stem != "index")
    for name in ("all", first):
        report = Package(str(folder / name / "datapackage.json")).validate()
        assert report.valid, report.flatten(["message"])


# ---------- in a browser ----------

DRAWN = "figure.vsr-figure .vsr-chart.vsr-drawn .vsr-plot svg"
# How far what is drawn stands out of its image, and how far the image out of its figure, in pixels.
OUTSIDE = """() => [...document.querySelectorAll(".vsr-plot svg")].map((svg) => {
  const box = svg.getBoundingClientRect();
  const figure = svg.closest("figure").getBoundingClientRect();
  const marks = [...svg.querySelectorAll(".role-mark path, .role-mark line, .role-mark text, .role-axis text")]
    .filter((one) => !one.closest(".role-mark.background"))
    .map((one) => one.getBoundingClientRect()).filter((one) => one.width || one.height);
  const out = Math.max(0, ...marks.flatMap((one) =>
    [box.left - one.left, one.right - box.right, box.top - one.top, one.bottom - box.bottom]));
  return {id: svg.closest("figure").id, out, over: Math.max(0, box.right - figure.right), width: box.width};
}).filter((one) => one.out > 3 || one.over > 1 || one.width < 200)"""


@in_browser
@every_kind
@pytest.mark.parametrize("width", [1280, 360])
def test_page_is_whole_offline(chromium: Any, address: str, page: str, width: int) -> None:
    """With every other host refused nothing is missing, every figure is drawn, and nothing is too wide."""
    with visit(chromium, f"{address}/{page}.html", width=width) as seen:
        seen.wait_for_charts()
        figures = seen.page.locator("figure.vsr-figure").count()
        assert seen.page.locator(DRAWN).count() == figures
        assert seen.overflow() <= 0
        assert seen.page.evaluate(OUTSIDE) == []
        assert (seen.foreign, seen.missing, seen.errors) == ([], [], [])
        if page in (RANKINGS, TRENDS):
            assert figures > 5


@in_browser
@pytest.mark.parametrize(
    "page", [RANKINGS, TRENDS, PROFILE, f"{REVIEWS}/kenya/environment", f"{REVIEWS}/index"]
)
def test_charts_follow_the_window(chromium: Any, address: str, page: str) -> None:
    """A window made narrow, then wide again: each chart has the width of its figure, and no mark is cut off."""
    with visit(chromium, f"{address}/{page}.html") as seen:
        seen.wait_for_charts()
        widths = "() => [...document.querySelectorAll('.vsr-plot svg')].map((one) => one.clientWidth)"
        wide = seen.page.evaluate(widths)
        for size in (500, 1280):
            seen.page.set_viewport_size({"width": size, "height": 900})
            seen.page.wait_for_timeout(1500)
            assert seen.page.evaluate(OUTSIDE) == []
            assert seen.overflow() <= 0
            if size == 500:
                assert all(width < 500 for width in seen.page.evaluate(widths))
        assert seen.page.evaluate(widths) == pytest.approx(wide, abs=20)
        assert seen.errors == []


@in_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@every_kind
def test_axe_finds_nothing(chromium: Any, address: str, page: str, scheme: Literal["light", "dark"]) -> None:
    """axe-core finds nothing that breaks WCAG 2.1 A or AA, in light and dark; tables are looked at open."""
    with visit(chromium, f"{address}/{page}.html", scheme=scheme) as seen:
        seen.wait_for_charts()
        seen.page.evaluate("document.querySelectorAll('.vsr-data').forEach((one) => (one.open = true))")
        assert run_axe(seen.page) == []


@in_browser
@pytest.mark.parametrize(
    "page", [RANKINGS, TRENDS, PROFILE, f"{REVIEWS}/rwanda/progress", f"{REVIEWS}/index"]
)
def test_keys_reach_the_marks(chromium: Any, address: str, page: str) -> None:
    """Tab reaches a chart, an arrow key its first mark, whose words are shown beside it."""
    with visit(chromium, f"{address}/{page}.html") as seen:
        seen.wait_for_charts()
        seen.page.locator("figure.vsr-figure").first.evaluate("(one) => { one.tabIndex = -1; one.focus(); }")
        for _press in range(3):
            seen.page.keyboard.press("Tab")
            if seen.page.evaluate("document.activeElement.classList.contains('vsr-plot')"):
                break
        assert seen.page.evaluate("document.activeElement.classList.contains('vsr-plot')")
        seen.page.keyboard.press("ArrowRight")
        said = seen.page.evaluate("document.activeElement.getAttribute('aria-label')")
        tooltip = seen.page.locator("#vg-tooltip-element.visible")
        assert tooltip.is_visible()
        assert said
        assert " ".join(tooltip.inner_text().split()) == " ".join(said.split())
        assert seen.errors == []


@in_browser
def test_search_finds_a_place(chromium: Any, address: str) -> None:
    """The search works without another host."""
    with visit(chromium, f"{address}/search.html?q=Turkana") as seen:
        seen.page.wait_for_selector("#search-results li a", timeout=10_000)
        found = seen.page.locator("#search-results li a")
        assert found.count() > 0
        assert f"{REVIEWS}/kenya/areas/KE-23.html" in [one.get_attribute("href") for one in found.all()]
        assert (seen.foreign, seen.errors) == ([], [])


@in_browser
@pytest.mark.parametrize("page", [RANKINGS, PROFILE, f"{REVIEWS}/norway/impact"])
def test_paper_has_banner_and_sources(chromium: Any, address: str, page: str) -> None:
    """Printed, the banner and the line with the sources are there; sidebar and buttons are not."""
    with visit(chromium, f"{address}/{page}.html") as seen:
        seen.wait_for_charts()
        seen.page.emulate_media(media="print")
        assert seen.page.locator(".vsr-banner").is_visible()
        sources = seen.page.locator(".vsr-source")
        assert sources.count() > 0
        assert all(one.is_visible() for one in sources.all())
        for part in (".bd-sidebar-primary", ".bd-sidebar-secondary", ".bd-header-article", "button"):
            assert seen.page.locator(f"{part}:visible").count() == 0, part
        assert seen.page.locator("article.bd-article h1").first.is_visible()
