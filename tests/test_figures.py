"""Figures and blocks: what every figure must have, charts that hold, HTML that no text can break."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import altair as alt
import pandas as pd
import pytest
from markupsafe import Markup

from vsrbook.figures import Block, Figure, blocks, charts
from vsrbook.figures.figure import MAX_ROWS, MIME, VEGALITE_MIME, FigureError, draw_svg
from vsrbook.figures.theme import SERIES_COLOURS, SERIES_DASHES, SERIES_SHAPES

HOSTILE = "</script><img src=x onerror=\"alert('1')\"> & {0} {name} {} *stars* `code` [a](b) $x$ | `"
NAN = float("nan")
SVG = "{http://www.w3.org/2000/svg}"


def make_figure(**changed: Any) -> Figure:
    """Make a figure that has everything, but for what is changed."""
    table = pd.DataFrame({"Area": ["Alfa", "Beta"], "Share": [50.0, NAN], "Count": [1200, 3]})
    bars = pd.DataFrame({"name": ["Alfa", "Beta"], "value": [50.0, 3.0], "says": ["Alfa: 50", "Beta: 3"]})
    parts: dict[str, Any] = {
        "id": "goal-6-water",
        "title": "Half of Alfa",
        "chart": charts.bars(bars, unit="%", colour="#0072B2"),
        "table": table,
        "alt": "Alfa 50, Beta 3.",
        "source": "Source: a census",
        "rows": ("observations:2-3",),
    }
    return Figure(**{**parts, **changed})


class Tags(HTMLParser):
    """The tags of a piece of HTML with their attributes, its text, and whether every tag is closed."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag."""
        self.tags.append((tag, dict(attrs)))
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the tag that was opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note the text."""
        self.words.append(data)

    @property
    def text(self) -> str:
        """All text without the tags."""
        return "".join(self.words)


def read_block(block: Block | None) -> Tags:
    """Parse a block that is there, and find it well formed."""
    assert block is not None
    tags = Tags(str(block.html))
    assert tags.open == []
    return tags


# ---------- what a figure must have ----------


@pytest.mark.parametrize("part", ["id", "title", "alt", "source"])
def test_figure_needs_its_parts(part: str) -> None:
    """A figure without title, alt text, source or id is refused, and the message names the part."""
    with pytest.raises(FigureError, match=f"{part} is missing"):
        make_figure(**{part: ""})


@pytest.mark.parametrize("part", ["title", "alt", "source"])
def test_blank_text_is_no_text(part: str) -> None:
    """Spaces are no title: the book's own reader of figures would refuse them when the page is built."""
    with pytest.raises(FigureError, match=f"{part} is missing"):
        make_figure(**{part: "  \n"})


@pytest.mark.parametrize(
    "name", ["Goal-6", "goal 6", "goal_6", "-goal", "goal-", "goal--6", "gôal", "a\n", "<b>"]
)
def test_bad_id_is_refused(name: str) -> None:
    """An id becomes an anchor and a file name: lower-case letters, digits and single hyphens."""
    with pytest.raises(FigureError, match="lower-case letters, digits and hyphens"):
        make_figure(id=name)


def test_too_many_rows_are_refused() -> None:
    """A page cannot carry a table of any size; the most it can is taken."""
    make_figure(table=pd.DataFrame({"n": range(MAX_ROWS)}))
    with pytest.raises(FigureError, match=f"{MAX_ROWS + 1:,} rows; aggregate to {MAX_ROWS:,} at most"):
        make_figure(table=pd.DataFrame({"n": range(MAX_ROWS + 1)}))


# ---------- what a figure puts out ----------


def test_payload_has_everything_for_the_page() -> None:
    """The payload is plain JSON: texts, columns, cells written for readers, ids of rows, words of buttons."""
    payload = json.loads(json.dumps(make_figure(note="A note.").payload))
    assert payload["columns"] == ["Area", "Share", "Count"]
    assert payload["numeric"] == [False, True, True]
    assert payload["records"] == [["Alfa", "50", "1,200"], ["Beta", "–", "3"]]
    assert payload["rows"] == ["observations:2-3"]
    assert (payload["id"], payload["title"], payload["note"]) == ("goal-6-water", "Half of Alfa", "A note.")
    assert set(payload["labels"]) == {"table", "csv", "keys"}
    assert payload["spec"]["description"] == payload["alt"] == "Alfa 50, Beta 3."


@pytest.mark.parametrize(
    "column", [pd.Series([1, pd.NA], dtype="Int64"), pd.Series(["a", None]), pd.Series([1.5, NAN])]
)
def test_any_kind_of_missing_is_a_dash(column: pd.Series) -> None:
    """A missing whole number, text or number is written as a dash, never as nan or <NA>."""
    payload = make_figure(table=pd.DataFrame({"Area": ["Alfa", "Beta"], "Value": column})).payload
    assert payload["records"][1] == ["Beta", "–"]


def test_two_columns_of_one_name_are_two_columns() -> None:
    """Two indicators may have one name; the table behind the figure shows both."""
    table = pd.DataFrame([["Alfa", 1.0, 2.0]], columns=["Area", "Water", "Water"])
    payload = make_figure(table=table).payload
    assert (payload["numeric"], payload["records"]) == ([False, True, True], [["Alfa", "1", "2"]])


def test_notebook_gets_every_representation() -> None:
    """In a notebook a figure is a payload for the book, a chart for Jupyter, and text for everyone."""
    bundle = make_figure()._repr_mimebundle_()
    assert set(bundle) == {MIME, VEGALITE_MIME, "text/plain"}
    assert bundle["text/plain"] == "Half of Alfa. Alfa 50, Beta 3."
    assert bundle[MIME]["csv_text"].startswith("Area,Share,Count\n")


FORMULAS = pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])


@FORMULAS
def test_csv_makes_formulas_harmless(start: str) -> None:
    """Text that a spreadsheet would run is marked as text; other text is left alone."""
    table = pd.DataFrame({"Area": [f"{start}HYPERLINK(1)", f"Alfa{start}"]})
    lines = list(csv.reader(io.StringIO(make_figure(table=table).csv, newline="")))
    kept = start.replace("\r", " ")  # a carriage return would break the line
    assert lines == [["Area"], [f"'{kept}HYPERLINK(1)"], [f"Alfa{kept}"]]


@FORMULAS
def test_csv_makes_formulas_in_its_head_harmless(start: str) -> None:
    """Columns are named after indicators and areas, so their names are untrusted text, too."""
    table = pd.DataFrame({"Area": ["Alfa"], f"{start}HYPERLINK(1)": [1.0]})
    (head, _line) = csv.reader(io.StringIO(make_figure(table=table).csv, newline=""))
    kept = start.replace("\r", " ")
    assert head == ["Area", f"'{kept}HYPERLINK(1)"]


def test_csv_leaves_numbers_alone() -> None:
    """A negative number stays a number; a missing one is an empty cell; every digit is there."""
    table = pd.DataFrame({"Area": ["Alfa", "Beta"], "Change": [-5.25, NAN], "Share": [0.1, 123456.789]})
    assert make_figure(table=table).csv == "Area,Change,Share\nAlfa,-5.25,0.1\nBeta,,123456.789\n"


def test_image_has_title_and_description() -> None:
    """The static image carries title and description, escaped, and is one well-formed document."""
    figure = make_figure(title=f"Title {HOSTILE}", alt=f"Alt {HOSTILE}")
    image = ET.fromstring(figure.svg)  # noqa: S314  # our own drawing
    assert image.get("role") == "img"
    assert image.findtext(f"{SVG}title") == f"Title {HOSTILE}"
    assert image.findtext(f"{SVG}desc") == f"Alt {HOSTILE}"
    assert not list(image.iter(f"{SVG}script"))
    assert not list(image.iter("img"))


def test_hostile_data_stays_data_in_the_image() -> None:
    """A name in the data can start no element of the image and asks for nothing elsewhere."""
    frame = pd.DataFrame({"name": [HOSTILE, "Alfa"], "value": [1.0, 2.0], "says": [HOSTILE, "Alfa: 2"]})
    image = ET.fromstring(make_figure(chart=charts.bars(frame, unit=HOSTILE, colour="#0072B2")).svg)  # noqa: S314
    assert not [node.tag for node in image.iter() if node.tag in (f"{SVG}script", f"{SVG}img", f"{SVG}image")]
    assert not [name for node in image.iter() for name in node.attrib if name.startswith("on")]


# ---------- the kinds of charts ----------

NAMES = ["Alfa", "Beta", HOSTILE]
UNIT = "% of households"


def ranking() -> alt.LayerChart:
    """Three areas of which one is missing, and the whole."""
    frame = pd.DataFrame({"name": NAMES, "value": [20.0, 40.0, NAN], "says": NAMES})
    return charts.ranking(frame, unit=UNIT, colour="#0072B2", reference=30.0, reference_name=HOSTILE)


def spread() -> alt.LayerChart:
    """Two indicators, areas and the whole; one value of the whole is missing."""
    frame = pd.DataFrame(
        {
            "indicator": ["Water", "Water", HOSTILE, HOSTILE],
            "name": ["Alfa", "Samplia"] * 2,
            "value": [20.0, 30.0, 5.0, NAN],
            "whole": [False, True] * 2,
            "says": ["Alfa: 20", "Samplia: 30", HOSTILE, "–"],
        }
    )
    return charts.spread(frame, unit="%", colour="#0072B2")


def trend(series: int = charts.MAX_SERIES) -> alt.LayerChart:
    """Lines with long names, each with two years."""
    names = [
        f"Series {number} of households with a tap in the dwelling or in the yard" for number in range(series)
    ]
    lines = [(name, year, float(year % 7), f"{name}, {year}") for name in names for year in (2010, 2020)]
    return charts.trend(pd.DataFrame(lines, columns=["series", "year", "value", "says"]), unit=UNIT)


def gap() -> alt.LayerChart:
    """Two indicators by residence."""
    frame = pd.DataFrame(
        {
            "indicator": ["Water", "Water", HOSTILE, HOSTILE],
            "group": ["urban", "rural"] * 2,
            "value": [80.0, 40.0, 10.0, 5.0],
            "says": ["Water, urban: 80", "Water, rural: 40", HOSTILE, HOSTILE],
        }
    )
    return charts.gap(frame, unit="%", groups=("urban", "rural"))


def matrix() -> alt.LayerChart:
    """Two goals, and a year in which nothing was counted."""
    frame = pd.DataFrame(
        {
            "row": ["Goal 1", HOSTILE],
            "column": ["2019", "2020"],
            "count": [3, 1],
            "says": ["Goal 1: 3", HOSTILE],
        }
    )
    return charts.matrix(frame, x_title="Year", colour_title="Series", columns=["2019", "2020", "2021"])


def bars() -> alt.LayerChart:
    """Bars with colours of their own."""
    frame = pd.DataFrame(
        {"name": NAMES, "value": [1.0, 2.0, 3.0], "says": NAMES, "colour": SERIES_COLOURS[:3]}
    )
    return charts.bars(frame, unit="Statements")


def world_map() -> alt.LayerChart:
    """Three places of two kinds on a square of land."""
    arcs = [[[0, 0], [9, 0], [0, 9], [-9, 0], [0, -9]]]
    land = {"type": "GeometryCollection", "geometries": [{"type": "Polygon", "arcs": [[0]]}]}
    outlines = {"type": "Topology", "arcs": arcs, "objects": {"land": land}}
    frame = pd.DataFrame(
        {"place": NAMES, "latitude": [1.0, 2.0, 3.0], "longitude": [4.0, 5.0, 6.0], "kind": ["a", "b", "a"]}
    ).assign(says=NAMES)
    return charts.world_map(outlines, frame, kinds=("a", "b"))


KINDS: list[Callable[[], alt.LayerChart]] = [ranking, spread, trend, gap, matrix, bars, world_map]
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


def walk(node: Any) -> Iterator[tuple[str, Any]]:
    """Yield every key and value of a specification."""
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in children:
        yield str(key), value
        yield from walk(value)


@every_kind
def test_specification_is_valid_and_whole(kind: Callable[[], alt.LayerChart]) -> None:
    """Vega-Lite's schema accepts it, its data are inside, and it names no other host."""
    spec = make_figure(chart=kind()).spec
    alt.Chart.from_dict(spec, validate=True)
    json.dumps(spec, allow_nan=False)
    assert not [value for key, value in walk(spec) if key in ("url", "href", "usermeta")]
    addresses = [
        value for key, value in walk(spec) if isinstance(value, str) and "://" in value and key != "$schema"
    ]
    assert addresses == []
    assert spec["datasets"] or spec["data"]["values"]


@every_kind
def test_specification_is_the_same_each_time(kind: Callable[[], alt.LayerChart]) -> None:
    """The same data give the same specification: a page changes only where its data do."""
    assert kind().to_dict() == kind().to_dict()


@every_kind
def test_every_mark_says_what_it_is(kind: Callable[[], alt.LayerChart]) -> None:
    """A mark has a spoken label from the data and shows the same as a tooltip, or is hidden from readers."""
    spoken = 0
    for layer in kind().to_dict()["layer"]:
        mark, encoding = layer["mark"], layer.get("encoding", {})
        if mark.get("aria", True) is False:
            assert "description" not in encoding
            continue
        spoken += 1
        assert encoding["description"]["field"] == "says", mark
        assert [tip["field"] for tip in encoding["tooltip"]] == ["says"], mark
    assert spoken


@every_kind
def test_chart_is_drawn(kind: Callable[[], alt.LayerChart]) -> None:
    """The static image has the spoken label of each mark, and no value that is not a number."""
    image = draw_svg(make_figure(chart=kind()).spec, "Title", "Alt")
    assert "NaN" not in image
    labels = re.findall(r'aria-roledescription="[^"]*(?:point|symbol|tick|rect|bar|mark)[^"]*"', image)
    assert labels
    assert 'aria-label="' in image


def test_series_are_told_apart_three_ways() -> None:
    """Each of as many series as there may be has a colour, a dash and a shape of its own."""
    assert charts.MAX_SERIES == len(SERIES_COLOURS) == len(SERIES_DASHES) == len(SERIES_SHAPES)
    lines, points = trend().to_dict()["layer"]
    for scale in (
        lines["encoding"]["color"]["scale"],
        lines["encoding"]["strokeDash"]["scale"],
        points["encoding"]["shape"]["scale"],
    ):
        assert len(scale["domain"]) == len(scale["range"]) == charts.MAX_SERIES
        assert len({str(one) for one in scale["range"]}) == charts.MAX_SERIES


def test_one_series_needs_no_legend() -> None:
    """A single line is named by the title; several have a legend."""
    assert trend(1).to_dict()["layer"][0]["encoding"]["color"]["legend"] is None
    assert trend(2).to_dict()["layer"][0]["encoding"]["color"]["legend"]["columns"] == 1


def test_ranking_is_sorted_and_leaves_out_the_missing() -> None:
    """Areas stand from the highest to the lowest, those of one value by name; missing ones are not drawn."""
    frame = pd.DataFrame({"name": list("dbca"), "value": [1.0, 3.0, NAN, 1.0], "says": list("dbca")})
    chart = charts.ranking(frame, unit=UNIT, colour="#000000", reference=None, reference_name="")
    spec = chart.to_dict()
    assert spec["layer"][0]["encoding"]["y"]["sort"] == ["b", "a", "d"]
    assert len(spec["layer"]) == 1
    (values,) = spec["datasets"].values()
    assert [one["name"] for one in values] == ["b", "a", "d"]


def test_columns_without_a_count_are_seen_to_be_empty() -> None:
    """A year in which nothing was counted has its column."""
    assert matrix().to_dict()["layer"][0]["encoding"]["x"]["scale"]["domain"] == ["2019", "2020", "2021"]


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("", [""]),
        ("Water", ["Water"]),
        ("Drinking water piped to the dwelling", ["Drinking water piped to", "the dwelling"]),
        ("Donaudampfschifffahrtsgesellschaft", ["Donaudampfschifffahrtsgesellschaft"]),
    ],
)
def test_labels_break_between_words(words: str, lines: list[str]) -> None:
    """A long label has several lines; a long word stays whole."""
    assert charts.wrap_label(words).split("|") == lines


def test_labels_of_a_chart_have_as_many_lines() -> None:
    """Short labels are filled up above and below, so that all stand in the middle of their row."""
    names = pd.Series(["Water", "Drinking water piped to the dwelling or to the yard", "Water"])
    labels, lines = charts.row_labels(names)
    assert lines == 3
    assert list(labels) == ["|Water|", "Drinking water piped to|the dwelling or to the|yard", "|Water|"]


# ---------- blocks ----------

BLOCKS: dict[str, Callable[[str], Block | None]] = {
    "prose": lambda text: blocks.prose(text, rows=[text]),
    "sentence": lambda text: blocks.prose(blocks.sentence("{place} has {what}", place=text, what=text)),
    "quote": lambda text: blocks.quote(text, text, text),
    "listing": lambda text: blocks.listing([text, text], [text]),
    "ordered": lambda text: blocks.listing([text], ordered=True),
    "definitions": lambda text: blocks.definitions([(text, text)], [text]),
    "key figures": lambda text: blocks.key_figures([(blocks.value(5, [text]), text)]),
    "notice": lambda text: blocks.notice(text, "todo"),
    "records": lambda text: blocks.data_table([{text: text, "b": text}], text, [text]),
    "frame": lambda text: blocks.data_table(pd.DataFrame({text: [text], "b": [text]}), text, [text]),
    "heading": lambda text: blocks.heading(text, text),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_hostile_text_stays_text(name: str) -> None:
    """Whatever a text holds, a block has the tags and attributes that it has for a harmless one."""
    harmless, hostile = read_block(BLOCKS[name]("word")), read_block(BLOCKS[name](HOSTILE))
    assert [(tag, set(attributes)) for tag, attributes in hostile.tags] == [
        (tag, set(attributes)) for tag, attributes in harmless.tags
    ]
    assert hostile.text == harmless.text.replace("word", HOSTILE)


@pytest.mark.parametrize("name", BLOCKS)
def test_hostile_text_is_whole_in_plain_text(name: str) -> None:
    """In plain text a block shows the words as they were written."""
    block = BLOCKS[name]("a < b & c")
    assert block is not None
    assert "a < b & c" in block._repr_mimebundle_()["text/plain"]


def test_sentence_fills_its_own_places_only() -> None:
    """Braces in what is filled in stay; text in the template is escaped, Markup is not."""
    words = blocks.sentence("{a} & {b}: {c}", a="{b}{0}{c.__class__}", b=Markup("<b>x</b>"), c=5)
    assert words == "{b}{0}{c.__class__} &amp; <b>x</b>: 5"


@pytest.mark.parametrize("missing", [None, NAN, pd.NA, float("nan")])
def test_missing_is_a_dash(missing: Any) -> None:
    """A missing number is a dash, in a sentence and in a table."""
    table = read_block(blocks.data_table([{"a": "x", "b": missing}, {"a": "y", "b": 2.5}], "c"))
    assert [word for word in table.words if word.strip()] == ["c", "a", "b", "x", "–", "y", "2.5"]
    assert "–" in blocks.value(missing)
    assert "data" not in blocks.value(missing)


def test_missing_whole_numbers_of_a_frame_are_dashes() -> None:
    """A column of whole numbers with a gap, such as inhabitants, is shown with a dash."""
    frame = pd.DataFrame({"Area": ["Alfa", "Beta"], "Inhabitants": pd.Series([1200, pd.NA], dtype="Int64")})
    words = [word for word in read_block(blocks.data_table(frame, "Areas")).words if word.strip()]
    assert words[-4:] == ["Alfa", "1,200", "Beta", "–"]


def test_number_carries_its_exact_value_and_its_rows() -> None:
    """What is written is rounded; the exact value and the rows it came from are in the attributes."""
    (tag, attributes), *_rest = Tags(
        blocks.value(1234567.891, ["observations:2-4", "observations:9"], "%")
    ).tags
    assert tag == "data"
    assert attributes == {"value": "1234567.891", "data-rows": "observations:2-4 observations:9"}
    assert Tags(blocks.value(54.25, unit="% of households")).text == "54.25\u00a0%"
    assert Tags(blocks.value(54.25, unit="per 1,000")).text == "54.25"
    assert Tags(blocks.value(0)).text == "0"


def test_nothing_to_say_is_no_block() -> None:
    """Without a paragraph, an item, a pair, a figure or a known value there is no block."""
    nothing = [
        blocks.prose(),
        blocks.prose("", Markup("")),
        blocks.listing([]),
        blocks.definitions([]),
        blocks.definitions([("a", None), ("b", "")]),
        blocks.key_figures([]),
        blocks.data_table([], "c"),
        blocks.data_table(pd.DataFrame({"a": []}), "c"),
        blocks.data_table([{"a": None}, {"a": NAN}], "c"),
    ]
    assert nothing == [None] * len(nothing)


def test_table_leaves_out_a_column_without_values() -> None:
    """A column in which nothing is known is left out; numbers stand to the right; the first cell heads its row."""
    lines = [{"Area": "Alfa", "Value": 1.5, "Other": None}, {"Area": "Beta", "Value": None, "Other": None}]
    table = read_block(blocks.data_table(lines, "Caption", ["areas:2"]))
    assert [tag for tag, _attributes in table.tags].count("th") == 4
    classes = [attributes.get("class") for tag, attributes in table.tags if tag in ("th", "td")]
    assert classes == [None, "vsr-number", None, "vsr-number", None, "vsr-number"]
    scopes = [attributes.get("scope") for tag, attributes in table.tags if tag == "th"]
    assert scopes == ["col", "col", "row", "row"]
    (rows,) = [attributes["data-rows"] for tag, attributes in table.tags if tag == "table"]
    assert rows == "areas:2"


def test_show_shows_what_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    """None and empty lists show nothing; lists in lists are shown one by one."""
    blocks.show(None, [], [None, ()])
    assert capsys.readouterr().out == ""
    blocks.show([blocks.notice("one"), [None, blocks.notice("two")]])
    assert capsys.readouterr().out.count("Block(") == 2


@pytest.mark.parametrize(("kind", "label"), [("todo", "To do"), ("sample", "Sample data"), ("note", "Note")])
def test_notice_says_its_kind(kind: str, label: str) -> None:
    """A notice is named in words, not by its colour alone."""
    assert read_block(blocks.notice("Words", kind)).text == f"{label}: Words"
