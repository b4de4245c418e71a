"""The page of all areas: what is written, and how a reader finds an area on it, in a real browser."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files as package_files
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import shapely
from browser import Visit, run_axe, serve_folder, visit
from markupsafe import escape

from vsrbook.maps import Shapes
from vsrbook.maps.outlines import fit_outlines
from vsrbook.publishing.areas.index import AreasIndex, IndexArea, IndexIndicator, make_index
from vsrbook.publishing.vega_bundle import THEME
from vsrbook.text import set_language

HOSTILE = '</script><img src=x onerror="alert(1)">'
HOSTILE_CODE = 'X/"><script>..'
STYLES = [
    *package_files("pydata_sphinx_theme").glob("theme/*/static/styles/pydata-sphinx-theme.css"),  # type: ignore[attr-defined]  # a folder on the disk
    *package_files("sphinx_book_theme").glob("theme/*/static/styles/sphinx-book-theme.css"),  # type: ignore[attr-defined]  # as above
    THEME / "vsrbook.css",
    THEME / "areas.css",
]
SIZES = ("under 20,000", "20,000 to 100,000", "100,000 and more")


def make_areas(count: int = 120) -> list[IndexArea]:
    """Make areas with names in an order that is not that of their codes."""
    named = ["Tromsø", "São Tomé", "Elgeyo-Marakwet", "Murang’a", "Tomar", HOSTILE]
    areas = []
    for n in range(count):
        people = None if n == 3 else float(5_000 * (n * 7 % count + 1))
        name = named[n] if n < len(named) else f"Place {(count - n):03}"
        code = HOSTILE_CODE if n == 5 else f"P-{n:03}"
        size = "" if people is None else SIZES[(people >= 20_000) + (people >= 100_000)]
        areas.append(IndexArea(code, name, "county", f"Region {n % 4}", people, size))
    return areas


def make_shapes(areas: list[IndexArea], columns: int = 12) -> Shapes:
    """Make a map of squares in a row after row, the first area in its upper left corner."""
    squares = {
        area.code: shapely.box(x * 50, y * 50, x * 50 + 50, y * 50 + 50)
        for y, x, area in ((n // columns, n % columns, area) for n, area in enumerate(areas))
    }
    outlines, paths, _size = fit_outlines(squares, 250_000)
    height = 50 * math.ceil(len(areas) / columns)
    return Shapes(f"0 0 600 {height}", 600, height, paths, outlines=outlines)


def make_sample(count: int = 120, *, has_map: bool = True) -> AreasIndex:
    """Make an index with three indicators: one of 0, 1, 2 …, one with few values, one of equal ones."""
    areas = make_areas(count)
    values: list[float | None] = [float(n) for n in range(count)]
    held_back = {at for at in (8,) if at < count}
    values = [None if n == 7 else 987654.25 if n in held_back else value for n, value in enumerate(values)]
    few: list[float | None] = [0.125 if n < 3 else None for n in range(count)]
    indicators = [
        IndexIndicator("water", "Safe water", "% of households", 6, "up", 2022, values, frozenset(held_back)),
        IndexIndicator("deaths", f"Deaths {HOSTILE}", "per 1,000", 3, "down", None, few),
        IndexIndicator("equal", "Equal", "", 6, "none", 2021, [5.0] * count),
    ]
    shapes = make_shapes(areas[:-1]) if has_map else None
    return AreasIndex("Testland", "counties", areas, indicators, shapes, "Map: Survey Office, 2022")


def write_page(folder: Path, index: AreasIndex) -> str:
    """Write a page around the block as the book has it, and return its address on the disk."""
    block, files = make_index(index)
    folder.mkdir(exist_ok=True)
    for path in [*STYLES, THEME / "areas.js"]:
        (folder / path.name).write_bytes(path.read_bytes())
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    links = "".join(f'<link rel="stylesheet" href="{path.name}">' for path in STYLES)
    page = f"""<!DOCTYPE html>
<html lang="en" data-theme="auto"><head><meta charset="utf-8"><title>Counties</title>
<meta name="viewport" content="width=device-width, initial-scale=1">{links}
<script defer src="areas.js"></script></head><body><main class="bd-main"><div class="bd-content">
<div class="bd-article-container"><article class="bd-article"><h1>Counties</h1>
{block}
</article></div></div></main></body></html>"""
    (folder / "index.html").write_text(page, encoding="utf-8")
    return (folder / "index.html").as_uri()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Write the sample once, in English whatever the test before was in."""
    set_language("en")
    return write_page(tmp_path_factory.mktemp("areas"), make_sample())


@contextmanager
def open_page(chromium: Any, address: str, **more: Any) -> Iterator[Visit]:
    """Open a page from the disk when its script has started; nothing may go wrong on it."""
    with visit(chromium, address, **more) as seen:
        seen.page.wait_for_selector("#vsr-areas[data-started] fieldset:enabled")
        yield seen
        assert (seen.foreign, seen.errors) == ([], [])


def search_for(page: Any, words: str) -> list[str]:
    """Type words into the search box, and return the names that are listed."""
    page.get_by_label("Name or code").fill(words)
    return list_names(page)


def list_names(page: Any) -> list[str]:
    """Return the names that are listed."""
    return list(page.locator("tbody th a").all_inner_texts())


def choose_indicator(page: Any, n: int) -> None:
    """Choose an indicator, and wait for its values."""
    title = page.locator(f"select[name=by] option[value='{n}']").inner_text()
    page.get_by_label("Sort by").select_option(str(n))
    page.wait_for_function(
        "(title) => document.querySelector('.vsr-areas-value')?.textContent === title", arg=title
    )


def read_script(text: str) -> Any:
    """Return the JSON that a script assigns."""
    return json.loads(
        text.split("=", 1)[1].removesuffix(";\n") if "vsrAreaValues" not in text else text.split("]=")[1][:-2]
    )


class Tags(HTMLParser):
    """Collects the tags of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a tag."""
        self.found.append((tag, dict(attrs)))


# ---------- what is written ----------


def test_block_is_lines_of_tags() -> None:
    """No line is blank or begins with text: whatever surrounds the block, it stays HTML."""
    index = make_sample()
    areas = [replace(index.areas[0], name="Two\n\nlines  `x`"), *index.areas[1:]]
    block, _files = make_index(replace(index, areas=areas))
    assert all(line.startswith("<") for line in block.split("\n"))
    assert "Two lines `x`" in block


def test_first_rows_stand_in_the_page() -> None:
    """Fifty rows in the order of the names, and every link for readers without scripts."""
    block, files = make_index(make_sample())
    table = block.split("<tbody>")[1].split("</tbody>")[0]
    assert table.count("<tr>") == 50
    assert re.search(
        '<a href="P-002.html">Elgeyo-Marakwet</a></th><td>Region 2</td><td class="vsr-number">75,000', table
    )
    assert "120 of 120 counties; the first 50 are listed" in block
    listed = block.split("<noscript>")[1].split("</noscript>")[0]
    assert listed.count("<li>") == 120
    assert files.keys() == {"areas-data.js", "by-0.js", "by-1.js", "by-2.js"}


def test_values_follow_their_areas() -> None:
    """Areas are sorted by name, and each value goes with its area."""
    index = make_sample()
    _block, files = make_index(index)
    codes = read_script(files["areas-data.js"])["codes"]
    given = read_script(files["by-0.js"])["values"]
    wanted = {area.code: value for area, value in zip(index.areas, index.indicators[0].values, strict=True)}
    assert {code: value for code, value in zip(codes, given, strict=True) if code != "P-008"} == {
        code: value for code, value in wanted.items() if code != "P-008"
    }


def test_suppressed_value_is_written_nowhere() -> None:
    """What stands at a suppressed position does not leave the tables."""
    block, files = make_index(make_sample())
    data, given = read_script(files["areas-data.js"]), read_script(files["by-0.js"])
    assert [data["codes"][at] for at in given["suppressed"]] == ["P-008"]
    assert not [name for name, text in {"page": block, **files}.items() if "987654" in text]


def test_numbers_that_are_none_are_missing() -> None:
    """NaN and infinity are no JSON; they are written as missing."""
    index = make_sample(3, has_map=False)
    odd = [replace(index.indicators[0], values=[math.nan, math.inf, 1 / 3], suppressed=frozenset())]
    values = read_script(make_index(replace(index, indicators=odd))[1]["by-0.js"])["values"]
    assert sorted(values, key=str) == [0.3333333333, None, None]


def test_indicator_needs_a_value_for_each_area() -> None:
    """Too few values would be put to the wrong areas; they are refused."""
    index = make_sample()
    short = [replace(index.indicators[0], values=[1.0])]
    with pytest.raises(ValueError, match="indicator 'water' has 1 values for 120 areas"):
        make_index(replace(index, indicators=short))


def test_hostile_text_is_text_everywhere() -> None:
    """A name cannot end a script or open a tag, and a code stays one file's name."""
    block, files = make_index(make_sample())
    tags = Tags(block).found
    assert [attributes for tag, attributes in tags if tag in ("img", "script")] == [
        {"defer": None, "src": next(a["src"] for tag, a in tags if tag == "script")}
    ]
    assert "X_2f__22__3e__3c_script_3e_._2e_.html" in {attributes.get("href") for _tag, attributes in tags}
    assert str(escape(HOSTILE)) in block
    assert not any("<" in text for text in files.values())


def test_scripts_belong_together() -> None:
    """Each script names the areas it is about; another edition's data has another address."""
    index = make_sample()
    files = make_index(index)[1]
    assert {read_script(text)["key"] for text in files.values()} == {
        read_script(files["areas-data.js"])["key"]
    }
    fewer = replace(index, areas=index.areas[:-1], indicators=[], shapes=None)
    assert (
        read_script(make_index(fewer)[1]["areas-data.js"])["key"]
        != read_script(files["areas-data.js"])["key"]
    )
    other = replace(index, indicators=[replace(index.indicators[2], values=[6.0] * 120)])
    addresses = [re.findall(r"areas-data.js\?v=(\w{12})", make_index(one)[0]) for one in (index, other)]
    assert addresses[0] != addresses[1]


def test_what_does_not_differ_is_left_out() -> None:
    """Without several parents, size classes or any inhabitants there are neither filters nor columns for them."""
    index = make_sample(4, has_map=False)
    plain = [replace(area, parent="Kenya", size_class="", population=None) for area in index.areas]
    block, _files = make_index(replace(index, areas=plain, indicators=[]))
    assert re.findall(r'name="(\w+)"', block) == ["query", "by", "order"]
    assert block.count('<th scope="col"') == 1
    assert "vsr-areas-map" not in block


def test_levels_are_named_where_there_are_several() -> None:
    """Where cities and counties are listed together each says which it is."""
    index = make_sample(4, has_map=False)
    areas = [replace(index.areas[0], level="city"), *index.areas[1:]]
    block, files = make_index(replace(index, areas=areas))
    assert "</a> <small>city</small></th>" in block
    assert sorted(read_script(files["areas-data.js"])["levels"]) == ["city", "county"]


def test_large_map_is_a_file_of_its_own() -> None:
    """A map above 60 kB stands in map.js; in the page there is only its place, of the same shape."""
    index = make_sample(3000)
    block, files = make_index(index)
    paths = read_script(files["map.js"])["paths"]
    assert len(paths) == 2999
    assert "aspect-ratio: 600 / 12500" in block
    assert "data-n" not in block
    assert "map.js" not in make_index(make_sample())[1]


def test_areas_that_the_map_lacks_are_named() -> None:
    """The page says which areas cannot be seen on the map, and whose map it is."""
    block, _files = make_index(make_sample())
    assert f"Not on the map: {make_areas()[-1].name}</p>" in block
    assert '<p class="vsr-source">Map: Survey Office, 2022</p>' in block


def test_numbers_are_those_of_the_language() -> None:
    """Inhabitants are written as the edition's language writes them."""
    set_language("fr")
    assert re.search("75\u202f000|75\u00a0000", make_index(make_sample())[0])


# ---------- in a browser ----------


@pytest.mark.browser
def test_search_ignores_accents_and_case(chromium: Any, address: str) -> None:
    """A name is found by its letters alone, a code by its beginning; names that begin so come first."""
    with open_page(chromium, address) as seen:
        page = seen.page
        assert search_for(page, "SAO") == ["São Tomé"]
        assert search_for(page, "tromso") == ["Tromsø"]
        assert search_for(page, "elgeyo mara") == ["Elgeyo-Marakwet"]
        assert search_for(page, "muranga") == ["Murang’a"]
        assert search_for(page, "tom") == ["Tomar", "São Tomé"]
        assert search_for(page, "p-004") == ["Tomar"]
        assert page.locator(".vsr-areas-count").inner_text() == "1 of 120 counties"
        assert search_for(page, "nowhere") == []
        page.keyboard.press("Enter")
        assert page.url == address
        assert page.get_by_role("status").inner_text() == "0 of 120 counties"


@pytest.mark.browser
def test_script_changes_nothing_that_is_there(chromium: Any, address: str) -> None:
    """The rows of the script are those of the page, to the letter."""
    with open_page(chromium, address) as seen:
        before = seen.page.locator("tbody").inner_html()
        search_for(seen.page, "x")
        search_for(seen.page, "")
        assert seen.page.locator("tbody").inner_html().replace("\n", "") == before.replace("\n", "")


@pytest.mark.browser
def test_filters_work_together(chromium: Any, address: str) -> None:
    """Region and size class narrow each other down, and the list says to how many."""
    with open_page(chromium, address) as seen:
        page = seen.page
        page.get_by_label("Part of").select_option("Region 2")
        assert page.locator(".vsr-areas-count").inner_text() == "30 of 120 counties"
        page.get_by_label("Size").select_option(SIZES[0])
        wanted = {
            area.name for area in make_areas() if (area.parent, area.size_class) == ("Region 2", SIZES[0])
        }
        assert set(list_names(page)) == wanted


@pytest.mark.browser
def test_goal_limits_the_indicators(chromium: Any, address: str) -> None:
    """With a goal chosen only its indicators can be; one that was chosen and is of another goal is given up."""
    with open_page(chromium, address) as seen:
        page = seen.page
        choose_indicator(page, 0)
        options = page.locator("select[name=by] option")
        assert options.count() == 5
        page.get_by_label("Goal").select_option("3")
        assert options.evaluate_all("(all) => all.map((one) => one.value)") == ["name", "population", "1"]
        assert page.locator(".vsr-areas-value").count() == 0
        page.get_by_label("Goal").select_option("")
        assert options.count() == 5


@pytest.mark.browser
def test_missing_and_suppressed_come_last_and_are_told_apart(chromium: Any, address: str) -> None:
    """Sorted up or down, areas without a value are at the end, and say why they have none."""
    with open_page(chromium, address) as seen:
        page = seen.page
        choose_indicator(page, 0)
        assert page.locator(".vsr-areas-direction").inner_text() == "A high value is progress."
        for order, first in (("up", "0\u00a0%"), ("down", "119\u00a0%")):
            page.get_by_label("Order").select_option(order)
            page.get_by_role("button", name="Show 50 more").click()
            page.get_by_role("button", name="Show 20 more").click()
            values = page.locator("tbody tr td:nth-child(2)").all_text_contents()
            assert values[0] == first
            assert set(values[-2:]) == {"no value", "suppressed"}
        assert page.locator("thead th").nth(1).inner_text() == "Safe water (% of households), 2022"
        choose_indicator(page, 1)
        assert page.locator("tbody tr td:nth-child(2)").first.inner_text() == "0.125"


@pytest.mark.browser
def test_inhabitants_and_names_are_sorted_both_ways(chromium: Any, address: str) -> None:
    """By inhabitants the unknown comes last; by name the list turns around."""
    with open_page(chromium, address) as seen:
        page = seen.page
        page.get_by_label("Sort by").select_option("population")
        assert page.locator("tbody td.vsr-number").first.inner_text() == "5,000"
        page.get_by_label("Order").select_option("down")
        assert page.locator("tbody td.vsr-number").first.inner_text() == "600,000"
        page.get_by_label("Sort by").select_option("name")
        assert list_names(page)[0] == "Tromsø"


@pytest.mark.browser
def test_more_rows_keep_the_focus(chromium: Any, address: str) -> None:
    """The button keeps the focus while there is more; at the end it goes to the first new row."""
    focused = "document.activeElement.textContent"
    with open_page(chromium, address) as seen:
        page = seen.page
        page.get_by_role("button", name="Show 50 more").focus()
        page.keyboard.press("Enter")
        assert (len(list_names(page)), page.evaluate(focused)) == (100, "Show 20 more")
        page.keyboard.press("Enter")
        names = list_names(page)
        assert (len(names), page.evaluate(focused)) == (120, names[100])
        assert page.locator(".vsr-areas-count").inner_text() == "120 of 120 counties"


@pytest.mark.browser
def test_map_is_one_stop_and_the_arrows_walk_on_it(chromium: Any, address: str) -> None:
    """One shape can be tabbed to; arrow keys go to the neighbour that way, with name and value; Enter follows."""
    with open_page(chromium, address) as seen:
        page = seen.page
        choose_indicator(page, 0)
        assert page.locator(".vsr-areas-shapes a[tabindex='0']").count() == 1
        assert page.locator(".vsr-areas-shapes a:not([aria-hidden])").count() == 1
        page.locator(".vsr-areas-shapes a[tabindex='0']").focus()
        for key in ("ArrowUp", "ArrowLeft") * 12:
            page.keyboard.press(key)
        label = "document.activeElement.getAttribute('aria-label')"
        assert page.evaluate(label) == "Tromsø: 0\u00a0% of households"
        page.keyboard.press("ArrowRight")
        assert page.evaluate(label) == "São Tomé: 1\u00a0% of households"
        page.keyboard.press("ArrowDown")
        assert page.locator(".vsr-areas-readout").inner_text() == "Place 107: 13\u00a0% of households"
        assert page.locator(".vsr-areas-here").get_attribute("d")
        assert page.locator(".vsr-areas-shapes a[tabindex='0']").count() == 1
        page.keyboard.press("Tab")
        assert page.locator(".vsr-areas-shapes a:focus").count() == 0


@pytest.mark.browser
def test_pointer_shows_name_and_value(chromium: Any, address: str) -> None:
    """Over a shape the line below the map says what it is; each shape has its name and leads to its page."""
    with open_page(chromium, address) as seen:
        page = seen.page
        shape = page.locator(".vsr-areas-shapes a[href='P-000.html']")
        shape.hover()
        assert page.locator(".vsr-areas-readout").inner_text() == "Tromsø"
        assert shape.locator("title").text_content() == "Tromsø"
        choose_indicator(page, 2)
        shape.hover()
        assert page.locator(".vsr-areas-readout").inner_text() == "Tromsø: 5"


@pytest.mark.browser
def test_classes_are_said_in_words_and_numbers(chromium: Any, address: str) -> None:
    """Five classes of about equally many areas, with range and count; missing and suppressed look different."""
    with open_page(chromium, address) as seen:
        page = seen.page
        choose_indicator(page, 0)
        assert page.locator(".vsr-areas-legend li").all_inner_texts() == [
            "0 to 24 (23)",
            "25 to 48 (24)",
            "49 to 71 (23)",
            "72 to 95 (24)",
            "96 to 119 (24)",
            "no value (1)",
            "suppressed (1)",
        ]
        fill = "(shape) => getComputedStyle(shape).fill"
        kinds = [*map(str, range(5)), "missing", "suppressed"]
        looks = [page.locator(f".vsr-areas-shapes .vsr-class-{kind}").first.evaluate(fill) for kind in kinds]
        assert len(set(looks)) == 7
        assert "vsr-hatched" in looks[5]
        label = page.locator(".vsr-areas-canvas svg").get_attribute("aria-label")
        assert (
            "Lowest: Tromsø: 0\u00a0% of households. Highest: Place 001: 119\u00a0% of households." in label
        )


@pytest.mark.browser
def test_equal_values_are_one_class(chromium: Any, address: str) -> None:
    """Areas with the same value never look different."""
    with open_page(chromium, address) as seen:
        choose_indicator(seen.page, 2)
        assert seen.page.locator(".vsr-areas-legend li").all_inner_texts() == ["5 (120)"]
        assert "and 119 more" in seen.page.locator(".vsr-areas-canvas svg").get_attribute("aria-label")


@pytest.mark.browser
def test_map_fades_what_is_not_searched_for(chromium: Any, address: str) -> None:
    """The map shows where the areas of the list lie."""
    with open_page(chromium, address) as seen:
        search_for(seen.page, "tom")
        seen.page.wait_for_selector(".vsr-faded", state="attached")
        assert seen.page.locator(".vsr-areas-shapes a:not(.vsr-faded)").count() == 2


@pytest.mark.browser
def test_large_map_comes_when_it_is_seen(chromium: Any, tmp_path: Path) -> None:
    """A large map is loaded when its place is near, and moves nothing; its shapes are links as the others."""
    index = make_sample(3000)
    wide = replace(index, shapes=make_shapes(index.areas, columns=60))
    with open_page(chromium, write_page(tmp_path / "large", wide), width=375) as seen:
        page = seen.page
        assert page.locator(".vsr-areas-shapes a").count() == 0
        page.locator("#vsr-areas-map").scroll_into_view_if_needed()
        page.wait_for_selector(".vsr-areas-shapes a[tabindex='0']", state="attached")
        assert page.locator(".vsr-areas-shapes a").count() == 3000
        assert page.locator(".vsr-areas-shapes a[href='P-001.html'] title").text_content() == "São Tomé"
        assert page.evaluate(SHIFT) == 0


SHIFT = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((one) => (sum += one.value)))
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(sum), 700);
})"""


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 375])
def test_nothing_moves_and_nothing_is_too_wide(chromium: Any, address: str, width: int) -> None:
    """While the page starts nothing moves, and on a phone it is not scrolled sideways, with values neither."""
    with open_page(chromium, address, width=width) as seen:
        assert seen.page.evaluate(SHIFT) == 0
        assert seen.overflow() <= 0
        choose_indicator(seen.page, 1)
        assert seen.overflow() <= 0
        for field in seen.page.locator("form :is(input, select)").all():
            assert field.bounding_box()["height"] >= 44


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("theme", ["auto", "set"])
def test_axe_finds_nothing(chromium: Any, tmp_path: Path, scheme: Any, theme: str) -> None:
    """axe-core finds nothing that breaks WCAG 2.1 A or AA, in light and dark, before and after a choice."""
    with serve_folder(tmp_path) as site:  # axe asks for the style sheets, which a page on the disk may not
        write_page(tmp_path, make_sample())
        for width in (1280, 375):
            with open_page(chromium, f"{site}/index.html", width=width, scheme=scheme) as seen:
                if theme == "set":
                    seen.page.evaluate(
                        "(scheme) => (document.documentElement.dataset.theme = scheme)", scheme
                    )
                assert run_axe(seen.page) == []
                choose_indicator(seen.page, 0)
                seen.page.locator(".vsr-areas-shapes a[tabindex='0']").focus()
                assert run_axe(seen.page) == []


@pytest.mark.browser
@pytest.mark.parametrize(("theme", "high_is_dark"), [("light", True), ("dark", False)])
def test_scale_rises_in_lightness(chromium: Any, address: str, theme: str, high_is_dark: bool) -> None:
    """Without colour the classes are still in order, and the highest stands out 3:1 from the page."""
    with open_page(chromium, address) as seen:
        seen.page.evaluate("(theme) => (document.documentElement.dataset.theme = theme)", theme)
        choose_indicator(seen.page, 0)
        lights = [measure_light(seen.page, f".vsr-swatch.vsr-class-{n}", "backgroundColor") for n in range(5)]
        assert lights == sorted(lights, reverse=high_is_dark)
        steps = [abs(math.log((a + 0.05) / (b + 0.05))) for a, b in pairwise(lights)]
        assert min(steps) > math.log(1.25)
        ground = measure_light(seen.page, ".vsr-areas-canvas svg", "--vsr-ground")
        brighter, darker = sorted([lights[-1] + 0.05, ground + 0.05], reverse=True)
        assert brighter / darker > 3


def measure_light(page: Any, selector: str, colour: str) -> float:
    """Return the relative luminance (WCAG 2.1) of a colour that an element has."""
    script = """(element, colour) => {
      const probe = document.createElement("i");
      const style = getComputedStyle(element);
      probe.style.color = colour.startsWith("--") ? style.getPropertyValue(colour) : style[colour];
      element.closest("html").append(probe);
      const found = getComputedStyle(probe).color;
      probe.remove();
      return found;
    }"""
    parts = [
        int(part) / 255
        for part in re.findall(r"\d+", page.locator(selector).first.evaluate(script, colour))[:3]
    ]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.browser
def test_hostile_name_is_shown_as_text(chromium: Any, address: str) -> None:
    """In the list, the map and its legend a hostile name is text, and no picture is asked for."""
    with open_page(chromium, address) as seen:
        page = seen.page
        assert search_for(page, "onerror") == [HOSTILE]
        assert page.locator("tbody a").get_attribute("href") == "X_2f__22__3e__3c_script_3e_._2e_.html"
        choose_indicator(page, 1)
        assert HOSTILE in page.locator(".vsr-areas-legend").inner_text()
        page.locator(".vsr-areas-shapes a[href^='X_2f_']").hover()
        assert HOSTILE in page.locator(".vsr-areas-readout").inner_text()
        assert page.locator("img, tbody script, figure script").count() == 0


@pytest.mark.browser
def test_values_of_another_edition_are_not_shown(chromium: Any, tmp_path: Path) -> None:
    """Where the values cannot be loaded, or belong to other areas, the page says so and stays as it was."""
    address = write_page(tmp_path / "old", make_sample())
    (tmp_path / "old" / "by-0.js").write_text('(window.vsrAreaValues??={})[0]={"values":[1],"key":"old"};\n')
    (tmp_path / "old" / "by-1.js").unlink()
    with visit(chromium, address) as seen:
        seen.page.wait_for_selector("#vsr-areas fieldset:enabled")
        for n in "01":
            seen.page.get_by_label("Sort by").select_option(n)
            seen.page.get_by_text("The values could not be loaded.").wait_for()
            assert seen.page.get_by_label("Sort by").input_value() == "name"
            assert seen.page.locator(".vsr-areas-value").count() == 0
            search_for(seen.page, "")


@pytest.mark.browser
def test_without_scripts_every_area_is_linked(chromium: Any, address: str) -> None:
    """Without JavaScript the controls are off, and every area can be reached."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert page.locator(".vsr-areas-all a:visible").count() == 120
    assert page.locator("form :is(input, select):enabled").count() == 0
    context.close()


@pytest.mark.browser
def test_paper_has_the_list_only(chromium: Any, address: str) -> None:
    """Printed, the page is the list of what was found, all of it."""
    with open_page(chromium, address) as seen:
        page = seen.page
        page.emulate_media(media="print")
        for part in ("form", "figure", ".vsr-areas-more", ".vsr-areas-jump"):
            assert page.locator(f".vsr-areas {part}:visible").count() == 0, part
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert len(list_names(page)) == 120
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert len(list_names(page)) == 50
