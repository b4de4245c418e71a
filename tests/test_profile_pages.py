"""Pages of areas in the published book: a small project of invented data, run, built, changed, read in a browser."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from browser import run_axe, serve_folder, visit
from frictionless import Package
from projects import ROOT, write_notebook

from vsrbook.building import Built, build_site
from vsrbook.chapters.outline import LIBRARY_NOTEBOOK
from vsrbook.execution.engine.limits import Limits
from vsrbook.execution.plan import Kind
from vsrbook.naming import area_page
from vsrbook.project import Edition, Project
from vsrbook.publishing.areas import publishing
from vsrbook.publishing.areas.shell import PAGE, SECTION, TITLE
from vsrbook.running import RunOptions, run_chapters
from vsrbook.text import number, set_language

pytestmark = [pytest.mark.book, pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")]
in_browser = pytest.mark.browser

SLUG = "samplia"
REVIEW = f"book/associations/{SLUG}"
AREAS = f"{REVIEW}/areas"
HOSTILE = "</title><img src=x onerror=alert(1)> *B*"
CODES = ["01", "02", "A/B", "C D", "é1", "CON", "07", "x.Y"]
NAMES = ["Alfa", "Betaville", HOSTILE, "Delta d’Or", "Épsilon", "Conville", "Éta", "Theta"]
REGIONS = {"R1": "North", "R2": "South"}
INDICATORS = {
    "water": (6, "Piped water", "% of households", "up"),
    "light": (7, "Mains electricity", "% of households", "up"),
    "waste": (11, "Waste that is dumped", "% of households", "down"),
    "school": (4, "Children in school", "% of children", "up"),
    "deaths": (3, "Infant deaths", "per 1,000 births", "down"),
    "poor": (1, "Poor households", "% of households", "down"),
}
Indicators = dict[str, tuple[int, str, str, str]]
YEARS = (2010, 2015, 2020, 2022)
SHOWN = """
import altair as alt
import pandas as pd

from vsrbook.figures import Figure
from vsrbook import show

frame = pd.DataFrame({"Year": [2010, 2020], "Value": [1.0, 2.0]})
chart = alt.Chart(frame).mark_line().encode(x="Year:O", y="Value:Q")
show(Figure(id="line", title="A line", chart=chart, table=frame, alt="Values: 1; 2.", source="Source: us"))
"""


def write_table(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write a table as CSV."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="")
        writer.writeheader()
        writer.writerows(rows)


def list_areas() -> list[dict[str, Any]]:
    """List a country, two regions, eight municipalities."""
    rows = [{"area_code": "S", "name": "Samplia", "level": "country", "population": 80_000}]
    rows += [
        {"area_code": code, "name": name, "level": "region", "parent_code": "S", "population": 40_000}
        for code, name in REGIONS.items()
    ]
    rows += [
        {"area_code": code, "name": name, "level": "municipality", "parent_code": "R1" if n < 4 else "R2"}
        | {"population": 7_000 + 1_000 * n, "households": 1_500 + 100 * n, "land_area_km2": 10 + n}
        for n, (code, name) in enumerate(zip(CODES, NAMES, strict=True))
    ]
    return [{"context_year": 2020, "source_id": "sample"} | row for row in rows]


def list_observations(indicators: Indicators) -> list[dict[str, Any]]:
    """List totals of all areas and years, and of the water of each municipality those by residence."""
    rows = []
    for i, code in enumerate(indicators):
        for n, area in enumerate(["S", *REGIONS, *CODES]):
            for year in YEARS:
                value = round(20 + (i * 7 + n * 5) % 50 + (year - 2010) * 0.75, 2)
                rows.append({"indicator_code": code, "area_code": area, "year": year, "value": value})
    for n, area in enumerate(CODES):
        for residence in ("urban", "rural"):
            row = {"indicator_code": "water", "area_code": area, "year": 2022, "residence": residence}
            rows.append(row | {"value": 40.25 + n + (10 if residence == "urban" else 0)})
    return [row | {"source_id": "sample"} for row in rows]


def write_map(path: Path) -> None:
    """Write a map of squares, four in a row."""
    features = []
    for n, code in enumerate(CODES):
        x, y = n % 4, n // 4
        ring = [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1], [x, y]]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": {"code": code}, "geometry": geometry})
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")


def write_parts(root: Path) -> None:
    """Write what a book has beside its data: configuration, contents, one page of a guide, three notebooks."""
    shutil.copytree(ROOT / "data" / "reference", root / "data" / "reference")
    for folder in ("notebooks", "params", "book", "locales"):
        (root / folder).mkdir()
    shutil.copy(ROOT / "_config.yml", root)
    shutil.copy(ROOT / "book" / "favicon.svg", root / "book")
    (root / "book" / "reuse-data.md").write_text("# Use the data again\n\nText.\n", "utf-8")
    parts = {
        "Reviews": {"glob": "book/associations/*/index"},
        "Guide": {"file": "book/reuse-data"},
        "Annex": {"file": "book/associations/how-made"},
    }
    listed = [{"caption": caption, "chapters": [pages]} for caption, pages in parts.items()]
    toc = {"format": "jb-book", "root": "book/associations/index", "parts": listed}
    (root / "_toc.yml").write_text(yaml.safe_dump(toc), "utf-8")
    shutil.copy(ROOT / "notebooks" / "profile.ipynb", root / "notebooks")
    load = "from vsrbook import load_review\n\nreview = load_review(association, tables=())"
    write_notebook(root / "notebooks" / "1_introduction.ipynb", load, SHOWN)
    library = (
        'from vsrbook import load_library\n\nload_library(language=language, tables=())\ndisplay("Some")'
    )
    write_notebook(root / "notebooks" / LIBRARY_NOTEBOOK, library, parameters='language = "en"\n')


def make_project(root: Path, indicators: Indicators = INDICATORS, **params: Any) -> Project:
    """Make a project of one association with one chapter, and a page for each municipality."""
    sample, data = ROOT / "tests" / "sample", root / "data" / SLUG
    data.mkdir(parents=True)
    write_parts(root)
    tables = ["areas", "indicators", "observations", "sources", "practices"]
    shapes = {"file": "map.geojson", "code": "code", "source": "sample"}
    content = yaml.safe_load((sample / "params" / f"{SLUG}.yml").read_text("utf-8")) | {
        "chapters": ["introduction"],
        "profiles": {"peers": {"by": ["parent"], "least": 3}, "map": shapes},
        "tables": {name: f"{name}.csv" for name in tables},
        **params,
    }
    (root / "params" / f"{SLUG}.yml").write_text(yaml.safe_dump(content), "utf-8")
    shutil.copy(sample / "data" / SLUG / "sources.csv", data)
    names = ("goal", "name", "unit", "direction")
    cited = {"source_id": "sample"}
    write_table(data / "areas.csv", list_areas())
    write_table(
        data / "indicators.csv",
        [
            {"indicator_code": code} | dict(zip(names, said, strict=True)) | cited
            for code, said in indicators.items()
        ],
    )
    write_table(data / "observations.csv", list_observations(indicators))
    practice = {"practice_id": "wells", "title": "Wells for all", "area_codes": "01; A/B", "goals": "6"}
    write_table(data / "practices.csv", [practice | cited | {"location": "p. 1"}])
    write_map(data / "map.geojson")
    return Project(root)


def run(project: Project, jobs: int = 1, only: Kind = "") -> None:
    """Run what has changed; nothing may fail."""
    done = run_chapters(project, Edition(), (), RunOptions(jobs=jobs, limits=Limits(60), only=only))
    assert (done.failures, done.problems) == ((), ())


def build(project: Project, jobs: int = 1) -> Built:
    """Build and publish; nothing may be wrong."""
    built = build_site(project, jobs)
    assert built.faults == ()
    assert built.areas is not None
    return built


def change_cell(project: Project, value: str, **where: str) -> None:
    """Put another value into the one observation that is meant."""
    path = project.data / SLUG / "observations.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    (row,) = [row for row in rows if all(row[name] == cell for name, cell in where.items())]
    row["value"] = value
    write_table(path, [*rows])


def replace_in(path: Path, old: str, new: str) -> None:
    """Change one thing in a file."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def digest_files(folder: Path) -> dict[str, str]:
    """Return a digest of each file below a folder, by its place there."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths
    }


def find_changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    """Name the files that are new, gone, or other than before, beside those that say when the book was made."""
    names = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    return {name for name in names if Path(name).stem not in ("how-made", "searchindex")}


def read_times(project: Project) -> dict[str, int]:
    """Return when each kept file was written."""
    kept = project.build / "profiles" / "site" / SLUG
    return {path.relative_to(kept).as_posix(): path.stat().st_mtime_ns for path in kept.rglob("*.*")}


def read_index(site: Path) -> dict[str, Any]:
    """Read the index of the book's search."""
    text = (site / "searchindex.js").read_text("utf-8")
    read: dict[str, Any] = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))
    return read


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Give the small project, run and published; no test may change it."""
    set_language("en")
    made = make_project(tmp_path_factory.mktemp("profiles") / "book")
    run(made, jobs=2)
    build(made)
    return made


@pytest.fixture(scope="module")
def site(project: Project) -> Path:
    """Give the folder of the published book."""
    return project.site


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Serve the published book."""
    with serve_folder(site) as served:
        yield served


@pytest.fixture
def copy(project: Project, tmp_path: Path) -> Project:
    """Give a copy of the project, run and published, to be changed."""
    root = tmp_path / "copy"
    shutil.copytree(project.root, root, ignore=shutil.ignore_patterns("doctrees", "images"))
    made = Project(root)
    run(made)
    build(made)
    return made


# ---------- what a page is ----------

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Page:
    """What a parser finds on a page; of headings and notes only those in the article."""

    lang: str = ""
    title: str = ""
    headings: list[tuple[int, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    contents: list[str] = field(default_factory=list)
    classes: set[str] = field(default_factory=set)
    sidebar: list[str] = field(default_factory=list)


class Reader(HTMLParser):
    """Reads a page as a browser does: what stands in an element is gathered where it is wanted."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.page, self._open = Page(), list[tuple[str, str]]()
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note addresses, ids, classes, headings."""
        found = {name: value or "" for name, value in attrs}
        page, inside = self.page, {name for _tag, names in self._open for name in names.split()}
        if tag not in VOID:
            self._open.append((tag, found.get("class", "")))
        page.lang = found.get("lang", page.lang) if tag == "html" else page.lang
        page.ids += [found["id"]] if "id" in found else []
        page.classes |= set(found.get("class", "").split())
        page.loads += [found[name] for name in ("src", "href") if name in found and tag != "a"]
        if tag == "a" and "href" in found:
            page.links.append(found["href"])
            page.contents += [found["href"]] if "section-nav" in inside else []
            page.sidebar += [found["href"]] if "vsr-nav" in inside else []
        if "bd-article" in inside:
            page.headings += [(int(tag[1]), "")] if re.fullmatch("h[1-6]", tag) else []
            page.notes += [""] if {"vsr-sample", "vsr-banner"} & set(found.get("class", "").split()) else []

    def handle_endtag(self, tag: str) -> None:
        """Leave the element, and those in it that need no end."""
        if tag in [name for name, _classes in self._open]:
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Gather the words of headings, of the banner and of the title."""
        tags, classes = {name for name, _classes in self._open}, {names for _tag, names in self._open}
        level, words = self.page.headings[-1] if self.page.headings else (0, "")
        if f"h{level}" in tags:
            self.page.headings[-1] = level, words + data
        if {"vsr-sample", "vsr-banner"} & classes:
            self.page.notes[-1] += data
        if self._open and self._open[-1][0] == "title" and "svg" not in tags:
            self.page.title += data


def read_page(path: Path) -> Page:
    """Read an HTML page."""
    return Reader(path.read_text("utf-8")).page


def page_path(site: Path, code: str) -> Path:
    """Return the page of an area."""
    return site / AREAS / f"{area_page(code)}.html"


def resolve(path: Path, addresses: list[str]) -> set[Path]:
    """Return the files that addresses on a page lead to."""
    found = [unquote(urlsplit(one).path) for one in addresses]
    return {(path.parent / one).resolve() if one else path for one in found}


every_area = pytest.mark.parametrize("code", CODES)


@every_area
def test_page_is_one_of_the_book(site: Path, code: str) -> None:
    """Language, title, one main heading, headings in order, ids that are there once, one banner."""
    page = read_page(page_path(site, code))
    name = f"Samplia – {NAMES[CODES.index(code)]}".replace(
        "’", "'"
    )  # the reader of tables writes it straight
    assert page.lang == "en"
    assert page.title.strip() == f"{name} — Voluntary Subnational Reviews"
    assert [words for level, words in page.headings if level == 1] == [name]
    levels = [level for level, _words in page.headings]
    assert all(below - above <= 1 for above, below in pairwise(levels))
    assert len(page.ids) == len(set(page.ids))
    (banner,) = page.notes
    assert banner.startswith("Sample data.")


@every_area
def test_contents_of_the_page_name_its_sections(site: Path, code: str) -> None:
    """The contents at the side (and on paper) name every section, and each place is there."""
    page = read_page(page_path(site, code))
    sections = [words for level, words in page.headings if level == 2]
    assert {f"#{one}" for one in page.ids} >= set(page.contents)
    assert len(page.contents) == 2 * len(sections)
    assert sections[0] == "The place"
    assert "Indicator by indicator" in sections
    assert ("Good practices and actions" in sections) == (code in ("01", "A/B"))


def test_page_has_the_frame_of_a_chapter(site: Path) -> None:
    """Navigation, search box, theme switch, scripts and styles are those of a chapter; two styles are its own."""
    chapter, profile = site / REVIEW / "introduction.html", page_path(site, "01")
    one, other = read_page(chapter), read_page(profile)
    assert resolve(profile, other.sidebar) == resolve(chapter, one.sidebar)
    own = resolve(profile, other.loads) - resolve(chapter, one.loads)
    assert {path.name for path in own} == {"areas.css", "profiles.css", "peers.svg"}
    less = resolve(chapter, one.loads) - resolve(profile, other.loads)
    assert {path.suffix for path in less} == {".svg", ".html"}  # its own image, the chapters before and after
    frame = {"search-button__button", "theme-switch-button", "bd-search", "primary-toggle"}
    assert frame <= one.classes & other.classes
    for path in (chapter, profile):
        assert f'<details data-page="{REVIEW}/index" open>' in path.read_text("utf-8")


@pytest.mark.parametrize("code", [*CODES, "index"])
def test_every_address_is_a_file(site: Path, code: str) -> None:
    """Every link and everything that a page loads is in the site, and no other host is named."""
    path = page_path(site, code) if code in CODES else site / AREAS / "index.html"
    page = read_page(path)
    addresses = [*page.links, *page.loads]
    assert [one for one in addresses if "//" in one or urlsplit(one).scheme] == []
    assert [str(file) for file in resolve(path, addresses) if not file.is_file()] == []
    if code in CODES:
        text = path.read_text("utf-8")
        assert "http" not in re.sub(r'"\$schema":"[^"]*"|xmlns(:\w+)?="[^"]*"', "", text)


def test_frame_is_not_published(site: Path) -> None:
    """Neither the page that was rendered for its frame, nor its source, nor a trace of it is in the site."""
    inventory = site / "objects.inv"  # Sphinx' own list of pages, which no reader sees
    for path in site.rglob("*"):
        assert PAGE not in path.name
        if path.is_file() and path != inventory and path.suffix not in (".woff2", ".ttf", ".png"):
            content = path.read_bytes()
            assert not [mark for mark in (PAGE, TITLE, SECTION) if mark.encode() in content], path


def test_hostile_name_is_text(site: Path) -> None:
    """A name from a table makes no element, in its page, the list of areas, and the index of the search."""
    for path in [*(site / AREAS).glob("*.html"), site / "searchindex.js"]:
        assert "<img src=x" not in path.read_text("utf-8"), path


def test_figure_has_its_files(site: Path) -> None:
    """Beside a page lie the image and the data of its chart."""
    folder = site / AREAS / area_page("A/B")
    assert (folder / "peers.svg").read_text("utf-8").startswith("<svg")
    raw = (folder / "peers.csv").read_text("utf-8")
    assert raw.startswith("\ufeffGoal,best third,middle third,last third\n")
    assert raw.count("\n") == 1 + len(INDICATORS)


def test_list_of_areas_is_complete(site: Path) -> None:
    """The page of all areas lists those that have a page, in links for readers without scripts and in its data."""
    text = (site / AREAS / "index.html").read_text("utf-8")
    listed = re.search(r'<ul class="vsr-areas-all">(.*?)</ul>', text, re.DOTALL)
    assert listed is not None
    links = re.findall(r'href="([^"]+)"', listed[1])
    pages = {path.name for path in (site / AREAS).glob("*.html")} - {"index.html"}
    assert set(links) == pages == {f"{area_page(code)}.html" for code in CODES}
    assert len(links) == len(CODES)
    data = json.loads((site / AREAS / "areas-data.js").read_text("utf-8").split("=", 1)[1].rstrip(";\n"))
    assert sorted(data["codes"]) == sorted(CODES)
    for at, (code, name) in enumerate(zip(data["codes"], data["names"], strict=True)):
        page = read_page(site / AREAS / f"{data['pages'].get(str(at), code)}.html")
        assert ("Samplia – " + name, 1) in [(words, level) for level, words in page.headings]


def test_search_knows_every_area(site: Path) -> None:
    """The index of the book's search has each area's page under its name, and not the frame."""
    index = read_index(site)
    pages = {name for name in index["docnames"] if name.startswith(f"{AREAS}/")}
    assert pages == {f"{AREAS}/{area_page(code)}" for code in CODES} | {f"{AREAS}/index"}
    at = index["docnames"].index(f"{AREAS}/_e9_1")
    assert index["titles"][at] == "Samplia – Épsilon"
    assert index["titleterms"]["épsilon"] == at
    assert all((site / f"{name}.html").is_file() for name in index["docnames"])


# ---------- data packages ----------


@pytest.mark.parametrize("folder", [*map(area_page, CODES), "all"])
def test_data_package_is_valid(site: Path, folder: str) -> None:
    """Frictionless finds nothing wrong with the package of an area, and of all of them."""
    package = Package(str(site / AREAS / folder / "datapackage.json"))
    report = package.validate()
    assert report.valid, report.flatten(["message"])
    rows = {resource.name: resource.read_rows() for resource in package.resources}
    if folder == "all":
        assert len(rows["observations"]) == 11 * len(INDICATORS) * len(YEARS) + 2 * len(CODES)
        assert [row["area_code"] for row in rows["areas"]] == ["S", *REGIONS, *CODES]
    else:
        assert len(rows["observations"]) == len(INDICATORS) * len(YEARS) + 2
        assert {area_page(row["area_code"]) for row in rows["observations"]} == {folder}
        assert sorted(row["indicator_code"] for row in rows["profile"]) == sorted(INDICATORS)


# ---------- what has not changed is not made again ----------


def test_second_build_makes_nothing(copy: Project) -> None:
    """Where nothing has changed no page is made, no kept file written, and the site is the same byte for byte."""
    before, times = digest_files(copy.site), read_times(copy)
    built = build(copy)
    assert built.areas is not None
    assert (built.areas.pages, built.areas.made) == (len(CODES), 0)
    assert digest_files(copy.site) == before
    assert read_times(copy) == times


def test_changed_value_makes_its_page_only(copy: Project) -> None:
    """A value of an earlier year is in one trend: one page is made anew, and its data; all others stay as they are."""
    before, times = digest_files(copy.site), read_times(copy)
    change_cell(copy, "21.125", indicator_code="water", area_code="02", year="2015", residence="")
    run(copy)
    built = build(copy)
    assert built.areas is not None
    assert built.areas.made == 1
    expected = {
        f"{AREAS}/02.html",
        *(f"{AREAS}/02/{name}" for name in ("observations.csv", "datapackage.json")),
    }
    expected |= {f"{AREAS}/all/{name}" for name in ("observations.csv", "datapackage.json")}
    assert find_changed(before, digest_files(copy.site)) == expected
    written = {name for name, time in read_times(copy).items() if times.get(name) != time}
    assert {name.split("/")[0] for name in written} == {"02.html", "02", "all"}


def test_changed_group_makes_its_package_only(copy: Project) -> None:
    """A value of a group is on no page: the data are written anew, the pages are left alone."""
    times = read_times(copy)
    change_cell(copy, "88.125", indicator_code="water", area_code="02", year="2022", residence="urban")
    run(copy)
    built = build(copy)
    assert built.areas is not None
    assert built.areas.made == 0
    written = {name for name, time in read_times(copy).items() if times.get(name) != time}
    package = {f"02/{name}" for name in ("observations.csv", "datapackage.json", "profile.csv")}
    assert {name for name in written if not name.startswith("all/")} == package
    for folder in ("02", "all"):
        assert "88.125" in (copy.site / AREAS / folder / "observations.csv").read_text("utf-8")


@pytest.mark.parametrize("where", ["_build/profiles/site/samplia", f"_build/html/{AREAS}"])
def test_harmed_files_are_made_again(copy: Project, where: str) -> None:
    """Whatever somebody has changed or deleted, where files are kept or in the site: the next build sets it right.

    Kept and published files are the same ones where the file system can, so one written to in the site
    is another one where it is kept.
    """
    before, folder = digest_files(copy.site), copy.root / where
    (folder / "01.html").unlink()
    (folder / "A_2f_B" / "peers.svg").unlink()
    shutil.rmtree(folder / "_CON")
    (folder / "07" / "more.csv").write_text("not ours", "utf-8")
    for name in (
        "02.html",
        "C_20_D/observations.csv",
        "_e9_1/peers.csv",
        "all/observations.csv",
        "all/areas.csv",
    ):
        replace_in(folder / name, "a", "b")
    build(copy)
    assert digest_files(copy.site) == before


def test_lost_memory_makes_all_again(copy: Project) -> None:
    """A damaged note of what pages were made from costs time, nothing else."""
    before = digest_files(copy.site)
    (copy.build / "profiles" / "site" / f"{SLUG}.json").write_text('{"01": {"page', "utf-8")
    built = build(copy)
    assert built.areas is not None
    assert built.areas.made == len(CODES)
    assert digest_files(copy.site) == before


def test_gone_area_is_gone(copy: Project) -> None:
    """An area that is no more is neither in the site, nor among kept files, nor in list, search and data."""
    for name in ("areas", "observations"):
        path = copy.data / SLUG / f"{name}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["area_code"] != "07"]
        write_table(path, rows)
    shapes = copy.data / SLUG / "map.geojson"
    found = json.loads(shapes.read_text("utf-8"))
    found["features"] = [one for one in found["features"] if one["properties"]["code"] != "07"]
    shapes.write_text(json.dumps(found), "utf-8")
    run(copy, jobs=2)
    built = build(copy)
    assert built.areas is not None
    assert built.areas.pages == len(CODES) - 1
    for folder in (copy.site, copy.build / "profiles" / "site"):
        assert [path for path in folder.rglob("07*") if "_static" not in path.parts] == []
    assert f"{AREAS}/07" not in read_index(copy.site)["docnames"]
    for name in ("index.html", "areas-data.js", "all/areas.csv", "all/observations.csv"):
        text = (copy.site / AREAS / name).read_text("utf-8")
        assert not re.search(r'Éta|"07|^07,|,07,', text, re.MULTILINE), name


def test_new_navigation_is_on_every_page(copy: Project) -> None:
    """Another title of any page of the book is in the sidebar of the pages of areas too; their data are left alone."""
    times = read_times(copy)
    replace_in(copy.root / "book" / "reuse-data.md", "# Use the data again", "# Take the data")
    built = build(copy)
    assert built.areas is not None
    assert built.areas.made == len(CODES)
    for code in CODES:
        text = page_path(copy.site, code).read_text("utf-8")
        assert 'href="../../../../book/reuse-data.html">Take the data</a>' in text
        assert "Use the data again" not in text
    written = {name for name, time in read_times(copy).items() if times.get(name) != time}
    assert not {name for name in written if name.endswith(("observations.csv", ".json"))}


def test_order_of_processes_changes_nothing(copy: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made by several processes, a few at a time, the pages and packages are the same byte for byte."""
    before = digest_files(copy.site)
    shutil.rmtree(copy.build / "profiles" / "site")
    monkeypatch.setattr(publishing, "FEW", 1)
    monkeypatch.setattr(publishing, "BATCH", 1)
    built = build(copy, jobs=2)
    assert built.areas is not None
    assert built.areas.made == len(CODES)
    assert digest_files(copy.site) == before


# ---------- nothing half-made is published ----------


def test_missing_notebook_is_a_fault(copy: Project) -> None:
    """A page whose notebook is not in the cache cannot be made: nothing is published, and it is said what to do."""
    before = digest_files(copy.site)
    manifest = json.loads((copy.pages / SLUG / "areas" / "profiles.json").read_text("utf-8"))
    result = copy.build / "executed" / f"{manifest['notebooks']['é1']}.ipynb.gz"
    aside = result.rename(result.with_suffix(".aside"))
    built = build_site(copy, 1)
    assert built.faults == ("samplia, profile, area é1: its notebook is not in the cache; run: vsrbook run",)
    assert built.pages == 0
    assert digest_files(copy.site) == before
    aside.rename(result)
    again = build(copy)
    assert again.areas is not None
    assert again.areas.made == 0
    assert digest_files(copy.site) == before


def test_warning_publishes_nothing(copy: Project) -> None:
    """A warning anywhere in the book keeps the pages of areas from being published too."""
    before = digest_files(copy.site)
    replace_in(copy.root / "book" / "reuse-data.md", "Text.", "[nothing](nowhere.md)")
    change_cell(copy, "21.125", indicator_code="water", area_code="02", year="2015", residence="")
    built = build_site(copy, 1)
    assert len(built.faults) == 1
    assert "reuse-data.md:3: WARNING" in built.faults[0]
    assert digest_files(copy.site) == before


# ---------- chapters or profiles alone ----------


def list_sidebar(site: Path, page: str) -> set[str]:
    """Return the pages of the review that the sidebar of a page leads to."""
    found = resolve(site / page, read_page(site / page).sidebar)
    return {path.name for path in found if SLUG in path.parts}


@pytest.mark.parametrize("order", [("profiles", "chapters"), ("chapters", "profiles"), ("profiles", "")])
def test_parts_of_a_run_complete_each_other(copy: Project, order: tuple[Kind, Kind]) -> None:
    """A run of profiles keeps the chapters, one of chapters the areas; cover and sidebar lead to what there is."""
    before = digest_files(copy.site)
    shutil.rmtree(copy.pages)
    first, second = order
    run(copy, only=first)
    build(copy)
    half = list_sidebar(copy.site, f"{REVIEW}/index.html")
    assert ("areas" in {path.name for path in (copy.site / REVIEW).iterdir()}) == (first == "profiles")
    assert half == {"index.html"} | ({"introduction.html"} if first == "chapters" else set())
    assert (copy.site / REVIEW / "introduction.html").is_file() == (first == "chapters")
    cover = read_page(copy.site / REVIEW / "index.html")
    assert ("areas/index.html" in cover.links) == (first == "profiles")
    run(copy, only=second)
    build(copy)
    assert list_sidebar(copy.site, f"{AREAS}/01.html") == {"index.html", "introduction.html"}
    assert find_changed(before, digest_files(copy.site)) == set()


@pytest.mark.parametrize("only", ["", "profiles", "chapters"])
def test_review_without_profiles_any_more(copy: Project, only: Kind) -> None:
    """Where the params declare no profiles any more, the next run takes them out of the book, whatever it is about."""
    params = copy.params / f"{SLUG}.yml"
    content = yaml.safe_load(params.read_text("utf-8"))
    del content["profiles"]
    params.write_text(yaml.safe_dump(content), "utf-8")
    run(copy, only=only)
    build(copy)
    assert not (copy.site / AREAS).exists()
    assert "areas/index.html" not in read_page(copy.site / REVIEW / "index.html").links


# ---------- small counts, and many indicators ----------

MANY = 205
HIDDEN = ("3.141", "27.1828", "2.7182")  # a small count, the count that would give it away, a share of a few
WEIGHT = 414_141
COUNTED = {"01": 3.141, "02": 27.1828, "A/B": 100, "C D": 200, "é1": 50, "CON": 60, "07": 70, "x.Y": 80}


def make_large(root: Path) -> Project:
    """Make a project with very many indicators, small counts that must be hidden, and weights."""
    goals = [1 + n % 17 for n in range(MANY - 2)]
    indicators: Indicators = {
        f"i{n}": (goal, f"Indicator number {n} of a long list", "% of households", "up" if n % 2 else "down")
        for n, goal in enumerate(goals)
    }
    indicators |= {"births": (3, "Births", "births", "up"), "water": INDICATORS["water"]}
    made = make_project(root, indicators, minimum_count=5)
    path = made.data / SLUG / "observations.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["indicator_code"] != "births"]
    counted = {**COUNTED, "R1": sum([*COUNTED.values()][:4]), "R2": sum([*COUNTED.values()][4:])}
    counted["S"] = counted["R1"] + counted["R2"]
    shared = {"year": "2022", "source_id": "sample"}
    births: list[dict[str, Any]] = [
        {"indicator_code": "births", "area_code": code, "value": value, **shared}
        for code, value in counted.items()
    ]
    for row in rows:
        if row["indicator_code"] == "water":
            row["weight"] = str(WEIGHT)
        if (row["indicator_code"], row["area_code"], row["year"]) == ("i7", "A/B", "2022"):
            row |= {"value": "2.7182", "weight": "110"}
    write_table(path, [*rows, *births])
    return made


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Give the large project, run and published; no test may change it."""
    set_language("en")
    made = make_large(tmp_path_factory.mktemp("large") / "book")
    run(made, jobs=2)
    build(made, jobs=2)
    return made


def test_hidden_values_are_nowhere(large: Project) -> None:
    """No file of the site has a hidden value, as it stands in the table or as pages write it, or a weight."""
    marks = [*HIDDEN, str(WEIGHT), number(WEIGHT)]
    for path in large.site.rglob("*"):
        if path.is_file() and "_static" not in path.parts:
            content = path.read_bytes()
            assert not [mark for mark in marks if mark.encode() in content], path
    shown = {number(float(value)) for value in HIDDEN}
    assert shown == {"3.14", "27.18", "2.72"}
    for path in (large.site / AREAS).glob("*.html"):
        words = re.sub(
            r"<script.*?</script>|<svg.*?</svg>|<[^>]*>", " ", path.read_text("utf-8"), flags=re.DOTALL
        )
        assert not shown & set(re.findall(r"[\d.,]*\d", words)), path


def test_hidden_values_are_called_suppressed(large: Project) -> None:
    """Page, list of areas and data packages say what is held back, and the packages have no weights at all."""
    page = page_path(large.site, "01").read_text("utf-8")
    assert re.search(r"Births <small>births</small><td>suppressed", page)
    assert "fewer than 5 people or households" in page
    for folder in ("01", "all"):
        package = Package(str(large.site / AREAS / folder / "datapackage.json"))
        report = package.validate()
        assert report.valid, report.flatten(["message"])
        rows = package.get_resource("observations").read_rows()
        assert "weight" not in rows[0].to_dict()
        (births,) = [r for r in rows if (r["indicator_code"], r["area_code"]) == ("births", "01")]
        assert (births["value"], births["status"]) == (None, "suppressed")
    data = (large.site / AREAS / "areas-data.js").read_text("utf-8")
    titles = [one["title"] for one in json.loads(data.split("=", 1)[1].rstrip(";\n"))["indicators"]]
    (at,) = [n for n, title in enumerate(titles) if title.startswith("Births")]
    values = (large.site / AREAS / f"by-{at}.js").read_text("utf-8")
    assert len(json.loads(values.split("]=", 1)[1].rstrip(";\n"))["suppressed"]) == 2


# ---------- in a browser ----------

KINDS = [f"{AREAS}/01", f"{AREAS}/index"]
SHIFT = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((one) => (sum += one.value)))
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(sum), 500);
})"""
PAGE_KILOBYTES = 300


@in_browser
@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("page", KINDS)
def test_page_is_whole_and_accessible(chromium: Any, address: str, page: str, width: int) -> None:
    """Offline the chart is drawn, its table opens, nothing is too wide, moves or complains; axe finds nothing."""
    with visit(chromium, f"{address}/{page}.html", width=width) as seen:
        assert seen.page.evaluate(SHIFT) < 0.05
        assert seen.wait_for_charts() == (page == KINDS[0])
        if page == KINDS[0]:
            seen.page.locator(".vsr-data summary").click()
            assert seen.page.locator(".vsr-data table").is_visible()
        assert seen.overflow() <= 0
        assert (seen.foreign, seen.missing, seen.errors) == ([], [], [])
        for scheme in ("light", "dark"):
            seen.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            seen.page.wait_for_function("(one) => document.documentElement.dataset.theme === one", arg=scheme)
            seen.page.wait_for_function(
                "document.querySelector('.vsr-chart:has(> script):not(.vsr-drawn)') === null"
            )
            assert run_axe(seen.page) == []


@in_browser
def test_reader_finds_an_area(chromium: Any, address: str) -> None:
    """From any page of an area the book's search leads to another by its name; a hostile one is shown as text."""
    with visit(chromium, f"{address}/{KINDS[0]}.html") as seen:
        seen.page.locator("button.search-button-field").click()
        seen.page.locator("#pst-search-dialog input[name=q]").fill("Épsilon")
        seen.page.keyboard.press("Enter")
        first = seen.page.locator("#search-results li a").first
        assert first.inner_text() == "Samplia – Épsilon"
        first.click()
        assert seen.page.locator("article h1").inner_text() == "Samplia – Épsilon"
        seen.page.goto(f"{address}/search.html?q=onerror")
        first = seen.page.locator("#search-results li a").first
        assert first.inner_text() == f"Samplia – {HOSTILE}"
        assert seen.page.locator("#search-results img").count() == 0
        seen.page.goto(f"{address}/search.html?q={TITLE}")
        seen.page.wait_for_function(
            "document.querySelector('#search-results p')?.textContent.includes('not match')"
        )
        assert (seen.foreign, seen.missing, seen.errors) == ([], [], [])


@in_browser
def test_frame_works_as_on_a_chapter(chromium: Any, address: str) -> None:
    """The theme switch switches, the contents lead to sections, the phone's navigation shows the review open."""
    with visit(chromium, f"{address}/{KINDS[0]}.html") as seen:
        seen.page.locator(".theme-switch-button:visible").first.click()
        assert seen.page.evaluate("document.documentElement.dataset.mode") in ("light", "dark")
        seen.page.locator("#pst-secondary-sidebar a", has_text="Indicator by indicator").click()
        assert seen.page.locator("#indicator-by-indicator").bounding_box()["y"] < 300
        assert seen.errors == []
    with visit(chromium, f"{address}/{KINDS[0]}.html", width=375) as seen:
        seen.page.locator(".primary-toggle:visible").click()
        links = seen.page.locator("#pst-primary-sidebar-modal a:visible")
        assert "Municipalities" in links.all_inner_texts()
        links.filter(has_text="Municipalities").click()
        seen.page.wait_for_selector("#vsr-areas tbody tr")
        assert seen.page.locator("#vsr-areas tbody tr").count() == len(CODES)
        assert seen.errors == []


@in_browser
def test_without_scripts_the_page_is_whole(chromium: Any, address: str) -> None:
    """Without JavaScript there are image, table and links to all areas."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/{KINDS[0]}.html")
    assert page.locator("#peers img").is_visible()
    assert page.locator(".vsr-profile").is_visible()
    page.locator(".vsr-up a").click()
    assert page.locator("noscript a").count() == len(CODES)
    context.close()


@in_browser
def test_page_is_drawn_from_a_folder(chromium: Any, site: Path) -> None:
    """A book copied to a stick and opened as files works too."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(page_path(site, "A/B").as_uri())
    page.locator("#peers").scroll_into_view_if_needed()
    page.wait_for_selector("#peers .vsr-drawn svg")
    context.close()


def count_sheets(printed: Path) -> int:
    """Count the pages of a PDF, with pdfinfo where there is one."""
    if shutil.which("pdfinfo"):
        said = subprocess.run(["pdfinfo", str(printed)], capture_output=True, text=True, check=True).stdout
        return int(re.findall(r"^Pages:\s+(\d+)", said, re.MULTILINE)[0])
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", printed.read_bytes()))


@in_browser
@pytest.mark.parametrize(("which", "most"), [("project", 2), ("large", 4)])
def test_page_is_a_few_sheets_of_paper(
    chromium: Any, request: pytest.FixtureRequest, tmp_path: Path, which: str, most: int
) -> None:
    """Printed, a page of six indicators has two sheets at most, one of two hundred four; the frame stays away."""
    made: Project = request.getfixturevalue(which)
    with serve_folder(made.site) as address, visit(chromium, f"{address}/{KINDS[0]}.html") as seen:
        seen.wait_for_charts()
        printed = tmp_path / "page.pdf"
        seen.page.pdf(path=str(printed), prefer_css_page_size=True, print_background=True)
        assert 1 <= count_sheets(printed) <= most
        seen.page.emulate_media(media="print")
        for part in (".bd-sidebar-primary", ".bd-sidebar-secondary", ".bd-header-article", "button", "#data"):
            assert seen.page.locator(f"{part}:visible").count() == 0, part
        for part in (".vsr-sample", ".vsr-profile", "#sources", "#peers img", ".vsr-made"):
            assert seen.page.locator(part).first.is_visible(), part


@in_browser
def test_page_of_many_indicators_is_whole(chromium: Any, large: Project) -> None:
    """With two hundred indicators the page is no wider than a phone, and light on the line."""
    path = page_path(large.site, "01")
    assert len(gzip.compress(path.read_bytes(), 6)) < PAGE_KILOBYTES * 1000
    with (
        serve_folder(large.site) as address,
        visit(chromium, f"{address}/{KINDS[0]}.html", width=375) as seen,
    ):
        assert seen.page.locator(".vsr-profile tbody th[scope=row]").count() == MANY
        seen.wait_for_charts()
        assert seen.overflow() <= 0
        assert (seen.foreign, seen.missing, seen.errors) == ([], [], [])
