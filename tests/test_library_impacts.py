"""The page of impacts: what is told against the tables, how strong it is called, and how readers choose from it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from browser import Visit, run_axe, serve_folder, visit
from docutils import nodes
from docutils.utils import new_document
from markupsafe import Markup, escape
from shelves import html_of, load_shelf, read_rows, take_some

from vsrbook.chapters import impact
from vsrbook.chapters.library import expected, impacts, matrix
from vsrbook.chapters.library.citing import Shelf
from vsrbook.chapters.library.told import count_told, gather_told, judge_strength
from vsrbook.figures import Block, Figure
from vsrbook.figures.filtered_list import (
    Choice,
    Entry,
    Facet,
    filtered_list,
    selecting_link,
    write_address,
)
from vsrbook.publishing.sphinx_ext import has_list
from vsrbook.publishing.vega_bundle import THEME

ROOT = Path(__file__).resolve().parents[1]
HOSTILE = "</li><script>alert(1)</script> & \"a\" 'b' {0} {n} {choice} %22 ?x=y&z"
PLACES = {  # counted by hand in the Insights Note: places with a statement or a testimony under each heading
    "multilevel-governance": 5,
    "decentralization-funding": 6,
    "local-perspective-vnr": 4,
    "association-commitment": 5,
    "local-evidence": 4,
    "planning-policy": 3,
    "holistic-approach": 5,
    "member-commitment": 5,
    "localization-ownership": 2,
    "vlr-synergies": 2,
    "multistakeholder-alliances": 2,
    "visibility": 3,
    "international-alliances": 2,
}
THIN = {"localization-ownership", "vlr-synergies", "multistakeholder-alliances", "international-alliances"}
TABLES = ("evidence", "milestones", "outcomes", "sources", "testimonies")


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    """Load the associations of this repository."""
    return load_shelf(TABLES)


# ---------- against the tables ----------


def test_every_statement_and_testimony_is_shown_once_with_its_source(shelf: Shelf) -> None:
    """All 43 statements and 5 testimonies are there word for word, each with source and place in it."""
    page = html_of(impacts.explorer(shelf))
    rows = read_rows("evidence") + read_rows("testimonies")
    assert len(rows) == len(re.findall("<li data-kind", page)) == 43 + 5
    for row in rows:
        said = (
            f'{escape(row["statement"])} <cite class="vsr-place">UCLG 2024, {escape(row["location"])}</cite>'
        )
        assert page.count(said) == 1, row
    assert page.count("Telling the story") == 1


def test_statements_stand_under_their_impact_and_area(shelf: Shelf) -> None:
    """Headings are areas and impacts in the order of the table, and each statement stands below its own."""
    page = html_of(impacts.explorer(shelf))
    reference = shelf.library.reference.tables["impacts"]
    assert re.findall(r'<h3 id="statements-area-(\d)"', page) == ["1", "2", "3", "4"]
    assert re.findall(r'<h4 id="statements-([a-z-]+)"', page) == list(reference["impact_id"])
    for part in page.split("<h4 id=")[1:]:
        name = re.match('"statements-([a-z-]+)"', part)
        assert name
        own = re.findall(r"impact=([a-z-]+)&amp;", part.split("<h3")[0])
        assert set(own) == {name[1]}


def test_a_statement_leads_to_its_heading_in_the_impact_chapter(shelf: Shelf) -> None:
    """Where the chapter is in this book, the link goes to the very impact, and that heading is there."""
    page = html_of(impacts.explorer(shelf))
    links = re.findall(r'href="\.\./([a-z-]+)/impact\.html#([a-z-]+)"', page)
    assert len(links) == 43
    for slug in {slug for slug, _anchor in links}:
        blocks = impact.statements(shelf.library.reviews[slug]) or []
        anchors = set(re.findall(r'<h3 id="([a-z-]+)"', html_of(blocks)))
        assert {anchor for of, anchor in links if of == slug} <= anchors


def test_a_place_of_another_book_has_no_link(shelf: Shelf) -> None:
    """What is only learnt from is told with its source, and leads to no page that is not there."""
    apart = take_some(
        shelf,
        {slug: shelf.library.reviews[slug] for slug in ("kenya", "flanders")},
        {"norway": shelf.library.reviews["norway"]},
    )
    page = html_of(impacts.explorer(apart))
    assert "Impact chapter of Kenya" in page
    assert "<strong>Norway</strong>" in page
    assert "../norway/" not in page


def test_the_table_of_places_counts_what_the_tables_hold(shelf: Shelf) -> None:
    """Cells, row totals and column totals are those of a count of the files; an empty cell says so."""
    rows = read_rows("evidence") + read_rows("testimonies")
    names = {slug: review.place for slug, review in shelf.library.all_reviews.items()}
    figure = matrix.who_tells_figure(shelf)
    assert isinstance(figure, Figure)
    cells = Counter((row["impact_id"], names[row["slug"]]) for row in rows)
    reference = shelf.library.reference.tables["impacts"]
    for (_n, line), impact_id in zip(figure.table.iterrows(), reference["impact_id"], strict=True):
        assert line["All places"] == sum(n for (of, _place), n in cells.items() if of == impact_id)
        for place in {place for _impact, place in cells}:
            assert line[place] == cells[impact_id, place]
    page = html_of(matrix.who_tells_table(shelf))
    assert len(re.findall(r'<a href="#statements-[a-z-]+" data-select="#statements\?place=', page)) == len(
        cells
    )
    assert page.count('<span class="visually-hidden">none</span>') == 13 * 13 - len(cells)
    assert "<td>48</td>" in page
    assert "Brazil, Mauritania, Nepal and South Africa" in page


# ---------- how strong the evidence is ----------


@pytest.mark.parametrize(
    ("places", "strength"),
    [(0, "none"), (1, "thin"), (2, "thin"), (3, "few"), (4, "few"), (5, "several"), (40, "several")],
)
def test_the_rule_of_strength(places: int, strength: str) -> None:
    """Five places are several, three a few, fewer are thin, none is none."""
    assert judge_strength(places) == strength


def test_places_by_impact_as_counted_by_hand(shelf: Shelf) -> None:
    """Each impact has the places that the note names, a place once, most places first."""
    counted = count_told(shelf)
    assert dict(zip(counted["impact_id"], counted["places"], strict=True)) == PLACES
    assert set(counted.loc[counted["strength"] == "thin", "impact_id"]) == THIN
    assert list(counted["places"]) == sorted(PLACES.values(), reverse=True)
    assert (counted["statements"].sum(), counted["testimonies"].sum()) == (43, 5)


def test_the_page_says_where_it_is_thin_and_what_it_does_not_know(shelf: Shelf) -> None:
    """The title counts the thin ones; the limits name one document, the unheard, and first reviews."""
    figure = expected.places_chart(shelf)
    assert isinstance(figure, Figure)
    assert figure.title.startswith("Most reported: Decentralization and local funding (6 of 13 places)")
    assert figure.title.endswith("on 4 impacts the evidence is thin")
    assert html_of(expected.strength_table(shelf)).count(">thin</td>") == 4
    said = html_of(expected.limits(shelf))
    assert "comes from 1 document" in said
    assert "Of the 33 places" in said
    assert "21 are not heard" in said  # 21 in the note's closing list, none of them with a statement
    assert "first review or a later one" in said
    assert "without the review" in said


def test_a_library_without_statements_shows_nothing(shelf: Shelf) -> None:
    """No heading, chart or table stands without content."""
    empty = {
        slug: replace(r, tables={**r.tables, "evidence": r.evidence[:0], "testimonies": r.testimonies[:0]})
        for slug, r in shelf.library.reviews.items()
    }
    bare = take_some(shelf, empty)
    shown = [show(bare) for show in (expected.summary, expected.places_chart, expected.rule, expected.limits)]
    shown += [impacts.explorer(bare), impacts.standing(bare)]
    shown += [matrix.who_tells_figure(bare), matrix.who_tells_table(bare)]
    assert shown == [None] * 8


# ---------- hostile text ----------


class _Tags(HTMLParser):
    """The names of all tags, and the attributes of those with values."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: Counter[str] = Counter()
        self.values: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count a tag."""
        self.names[tag] += 1
        self.values += [value or "" for name, value in attrs if name == "data-values"]


def make_hostile() -> Block:
    """Make a list in which every text is hostile."""
    facets = [Facet("place", HOSTILE, (Choice(HOSTILE, HOSTILE, HOSTILE), Choice("b", "B")))]
    entries = [
        Entry(HOSTILE, {"place": [HOSTILE]}, (("first", HOSTILE), ("second", HOSTILE)), "one"),
        Entry("plain", {"place": ["b"]}, (("first", HOSTILE), ("third", "3")), "one"),
    ]
    block = filtered_list("hostile", facets, entries, {"one": "{n} of {all} entries"})
    assert block is not None
    return block


def test_hostile_text_stays_text(shelf: Shelf) -> None:
    """No text of an entry, a heading, a choice or an association's table becomes markup."""
    tags = _Tags(str(make_hostile().html))
    assert (tags.names["script"], tags.names["li"], tags.names["option"]) == (0, 2, 3)
    assert dict(parse_qsl(tags.values[0])) == {"place": HOSTILE}
    norway = shelf.library.reviews["norway"]
    cells = dict.fromkeys(("statement", "location"), HOSTILE)
    tables = {name: norway.tables[name].assign(**cells) for name in ("evidence", "testimonies")}
    tables["testimonies"] = tables["testimonies"].assign(office=HOSTILE, association=HOSTILE)
    one = take_some(shelf, {"norway": replace(norway, tables={**norway.tables, **tables})})
    page = "\n".join(map(html_of, (impacts.explorer(one), matrix.who_tells_table(one))))
    assert "<script" not in page
    assert _Tags(page).names["li"] == 4
    assert page.count(str(escape(HOSTILE))) == 4 * 2 + 2


def test_choices_without_an_entry_are_not_offered() -> None:
    """A choice that leaves nothing, and a question with a single answer, are no help."""
    facets = [
        Facet("a", "A", (Choice("1", "One"), Choice("2", "Two"), Choice("3", "Three"))),
        Facet("b", "B", (Choice("1", "Single"), Choice("2", "Unused"))),
    ]
    entries = [Entry(str(n), {"a": [str(n)], "b": ["1"]}) for n in (1, 2)]
    page = str(filtered_list("few", facets, entries, {"": "{n} of {all}"}).html)  # type: ignore[union-attr]  # it has entries
    assert "Two" in page
    assert not re.search("Three|Single|Unused", page)
    assert filtered_list("none", facets, [], {}) is None


def test_only_pages_with_a_list_load_its_script() -> None:
    """Sphinx finds the list in what a notebook has put out."""
    page = new_document("page")
    page += nodes.raw("", "<p>vsr-filtered is a word</p>", format="html")
    assert not has_list(page)
    page += nodes.raw("", str(make_hostile().html), format="html")
    assert has_list(page)
    assert not has_list(None)


# ---------- in a browser ----------

STYLES = [
    *package_files("pydata_sphinx_theme").glob("theme/*/static/styles/pydata-sphinx-theme.css"),  # type: ignore[attr-defined]  # a folder on the disk
    *package_files("sphinx_book_theme").glob("theme/*/static/styles/sphinx-book-theme.css"),  # type: ignore[attr-defined]  # as above
    THEME / "vsrbook.css",
]


def write_page(folder: Path, body: str) -> str:
    """Write a page around blocks as the book has it, and return its address on the disk."""
    folder.mkdir(exist_ok=True)
    for path in [*STYLES, THEME / "filtered.js"]:
        (folder / path.name).write_bytes(path.read_bytes())
    links = "".join(f'<link rel="stylesheet" href="{path.name}">' for path in STYLES)
    page = f"""<!DOCTYPE html>
<html lang="en" data-theme="light"><head><meta charset="utf-8"><title>Impacts</title>
<meta name="viewport" content="width=device-width, initial-scale=1">{links}
<script defer src="filtered.js"></script></head><body><main class="bd-main"><div class="bd-content">
<div class="bd-article-container"><article class="bd-article"><h1>Impacts</h1><h2>All</h2>
{body}
</article></div></div></main></body></html>"""
    (folder / "index.html").write_text(page, encoding="utf-8")
    return (folder / "index.html").as_uri()


@pytest.fixture(scope="module")
def address(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Write the real table and list into a page."""
    body = f"{html_of(matrix.who_tells_table(shelf))}\n{html_of(impacts.explorer(shelf))}"
    return write_page(tmp_path_factory.mktemp("impacts"), body)


@contextmanager
def open_page(chromium: Any, address: str, **more: Any) -> Iterator[Visit]:
    """Open a page from the disk when its script has started; nothing may go wrong on it."""
    with visit(chromium, address, **more) as seen:
        seen.page.wait_for_selector(".vsr-filtered[data-started]")
        yield seen
        assert (seen.foreign, seen.errors) == ([], [])


def status(page: Any) -> str:
    """Return what the page says is shown."""
    return str(page.get_by_role("status").inner_text())


def shown(page: Any) -> int:
    """Count the entries that are to be seen."""
    return int(page.locator(".vsr-filtered li:visible").count())


def focused(page: Any) -> str:
    """Name the control that has the focus."""
    return str(page.evaluate("document.activeElement.name || document.activeElement.textContent"))


@pytest.mark.browser
def test_choosing_by_keyboard_alone(chromium: Any, address: str) -> None:
    """Selects, words and the button work by keys; the focus stays where it is, and the count is spoken."""
    with open_page(chromium, address) as seen:
        page = seen.page
        assert status(page) == "43 of 43 statements, 5 of 5 testimonies shown."
        page.get_by_role("combobox", name="Impact", exact=True).focus()
        page.keyboard.type("Holistic")
        assert status(page).startswith("5 of 43 statements, 0 of 5 testimonies shown. Impact: Holistic")
        assert (focused(page), shown(page)) == ("impact", 5)
        page.keyboard.press("Tab")
        page.keyboard.type("Norway")
        assert (focused(page), shown(page)) == ("place", 1)
        assert status(page).endswith("Place: Norway.")
        for _n in range(4):
            page.keyboard.press("Tab")
        page.keyboard.type("PROJECT group")
        page.wait_for_function("document.querySelector('[role=status]').textContent.includes('Words')")
        assert (focused(page), shown(page)) == ("find", 1)
        assert page.url.endswith("#statements?impact=holistic-approach&place=Norway&find=PROJECT+group")
        page.keyboard.type(" zzz")
        page.wait_for_function("document.querySelector('[role=status]').textContent.includes('Nothing')")
        assert shown(page) == 0
        assert page.locator(".vsr-filtered h3:visible").count() == 0
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert (focused(page), shown(page)) == ("Show all", 48)
        assert page.url.endswith("#statements")


@pytest.mark.browser
def test_choices_say_what_each_would_leave(chromium: Any, address: str) -> None:
    """The number behind a choice follows all other questions, and is what choosing it shows."""
    with open_page(chromium, address) as seen:
        page = seen.page
        page.get_by_role("combobox", name="Place").select_option("Kenya")
        topics = page.get_by_role("combobox", name="Topic")
        names = topics.locator("option").all_inner_texts()
        kenya = [row["topics"] for row in read_rows("evidence") if row["slug"] == "kenya"]
        assert f"Data ({sum('data' in topics.split('; ') for topics in kenya)})" in names
        assert "Barriers (0)" in names
        for value, name in [("partnerships", "Partnerships"), ("finance", "Finance")]:
            said = next(one for one in names if one.startswith(f"{name} ("))
            topics.select_option(value)
            assert said == f"{name} ({shown(page)})"
        places = page.get_by_role("combobox", name="Place").locator("option").all_inner_texts()
        assert {"Kenya (1)", "Sri Lanka (2)", "Flanders (1)", "Norway (0)"} <= set(places)


@pytest.mark.browser
def test_a_link_shows_its_selection(chromium: Any, address: str) -> None:
    """An address with a choice shows it; one with unknown words, or of another list, shows everything."""
    with open_page(chromium, f"{address}#statements?place=Sri+Lanka&impact=planning-policy") as seen:
        assert shown(seen.page) == 1
        assert "budgets be changed" in seen.page.locator(".vsr-filtered li:visible").inner_text()
        assert seen.page.evaluate("scrollY > 0")
        for end, count in [("place=Norway", 4), ("topic=data&find=monitoring", 3), ("", 48)]:
            seen.page.evaluate(f"location.hash = '#statements?{end}'")
            seen.page.wait_for_function(f"document.querySelectorAll('li:not([hidden])').length == {count}")
    for end in [
        "#statements?place=%3Cscript%3E&x=%E0%A4%A",
        "#statements-visibility",
        "#?",
        "#other?place=Norway",
    ]:
        with open_page(chromium, f"{address}{end}") as seen:
            assert shown(seen.page) == 48, end


@pytest.mark.browser
def test_each_number_of_the_table_leads_to_as_many(chromium: Any, address: str) -> None:
    """A followed number shows what it counts, the list is read next, and going back brings the last choice."""
    with open_page(chromium, address) as seen:
        page = seen.page
        found = page.evaluate(
            """() => [...document.querySelectorAll("a[data-select]")].map((link) => {
                 link.click();
                 return [parseInt(link.textContent), document.querySelectorAll("li:not([hidden])").length];
               })"""
        )
        assert len(found) == 48 + 13 + 13  # cells, impacts, places
        assert all(said == left for said, left in found)
    with open_page(chromium, address) as seen:
        page = seen.page
        page.get_by_role("link", name="1 (Norway, Holistic work across sectors)").press("Enter")
        assert (shown(page), page.url.split("#")[1]) == (
            1,
            "statements?place=Norway&impact=holistic-approach",
        )
        page.keyboard.press("Tab")
        assert focused(page) == "area"
        page.get_by_role("link", name="7 (Kenya)").press("Enter")
        assert shown(page) == 7
        page.go_back()
        page.wait_for_function("document.querySelectorAll('li:not([hidden])').length == 1")


@pytest.mark.browser
def test_without_a_script_all_is_there(chromium: Any, address: str) -> None:
    """Everything is shown under its headings, no dead form stands above it, and numbers lead to headings."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert page.locator("form").is_hidden()
    assert (shown(page), page.locator("h3:visible").count(), page.locator("h4:visible").count()) == (
        48,
        4,
        13,
    )
    assert status(page) == "43 of 43 statements, 5 of 5 testimonies shown."
    page.get_by_role("link", name="1 (Norway, Holistic work across sectors)").click()
    assert page.url.endswith("#statements-holistic-approach")
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_page_holds_on_every_screen(
    chromium: Any, shelf: Shelf, tmp_path: Path, width: int, scheme: Any
) -> None:
    """Wide or narrow, axe finds nothing, and the page is not wider than the window; paper has no form."""
    write_page(tmp_path, f"{html_of(matrix.who_tells_table(shelf))}\n{html_of(impacts.explorer(shelf))}")
    with (  # axe asks for the style sheets, which a page on the disk may not
        serve_folder(tmp_path) as site,
        open_page(chromium, f"{site}/index.html#statements?place=Norway", width=width, scheme=scheme) as seen,
    ):
        page = seen.page
        page.evaluate(f"document.documentElement.dataset.theme = '{scheme}'")
        assert run_axe(page) == []
        assert seen.overflow() <= 0
        page.emulate_media(media="print")
        assert page.locator("form").is_hidden()
        assert (shown(page), status(page).endswith("Place: Norway.")) == (4, True)


@pytest.mark.browser
def test_hostile_text_is_chosen_and_found_as_text(chromium: Any, tmp_path: Path) -> None:
    """What looks like markup, an address or a placeholder is shown, chosen, found and linked as it stands."""
    to_place = write_address("hostile", place=HOSTILE)
    link = selecting_link(Markup("to it"), to_place, "first")
    address = write_page(tmp_path / "hostile", f"<p>{link}</p>{make_hostile().html}")
    with open_page(chromium, address) as seen:
        page = seen.page
        assert page.get_by_role("heading", name=HOSTILE).count() == 2
        page.get_by_role("link", name="to it").click()
        assert shown(page) == 1
        assert status(page) == f"1 of 2 entries shown. {HOSTILE}: {HOSTILE}."
        page.get_by_label("Words in the text").fill("{n} %22")
        page.wait_for_function("location.hash.includes('find')")
        assert shown(page) == 1
        page.reload()
        page.wait_for_selector("[data-started]")
        assert (shown(page), page.get_by_label("Words in the text").input_value()) == (1, "{n} %22")


def test_told_is_in_the_order_of_the_impacts(shelf: Shelf) -> None:
    """Statements come before testimonies, places by their names."""
    told = gather_told(shelf)
    order = list(dict.fromkeys(told["impact_id"]))
    assert order == list(shelf.library.reference.tables["impacts"]["impact_id"])
    for _impact, own in told.groupby("impact_id"):
        assert list(own["kind"]) == sorted(own["kind"])
        statements = own[own["kind"] == "statement"]
        assert list(statements["place"]) == sorted(statements["place"])
