"""Maps of areas: what is read from GeoJSON and TopoJSON, what is refused, and what is drawn."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from vsrbook.maps import Shapes, draw_links, draw_map, make_locator, read_shapes
from vsrbook.maps.files import MAX_FILE_BYTES, parse_layers
from vsrbook.maps.geometry import Allowance, read_outline
from vsrbook.maps.matching import fold_name
from vsrbook.maps.outlines import fit_outlines
from vsrbook.maps.paths import join_numbers
from vsrbook.problems import Problem

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
HOSTILE = '"><script>alert(1)</script>'


def make_square(west: float, south: float, size: float = 1.0) -> list[list[float]]:
    """Make a closed ring of four corners."""
    east, north = west + size, south + size
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def make_polygon(*rings: list[list[float]]) -> dict[str, Any]:
    """Make the geometry of one polygon."""
    return {"type": "Polygon", "coordinates": list(rings)}


def make_feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    """Make a feature of GeoJSON."""
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def make_map(*features: dict[str, Any]) -> dict[str, Any]:
    """Make a collection of features."""
    return {"type": "FeatureCollection", "features": list(features)}


def make_grid(columns: int, rows: int, wobbles: int = 30) -> dict[str, Any]:
    """Make areas A0, A1 … in a grid; neighbours share edges of many points that are not straight."""

    def edge(start: tuple[int, int], end: tuple[int, int]) -> list[list[float]]:
        at = np.linspace(0, 1, wobbles)
        line = np.outer(1 - at, start) + np.outer(at, end)
        line += np.outer(0.2 * at * (1 - at), (1, 1)) * np.sin(np.outer(line.sum(axis=1) * 9, (1, 2)))
        return line.round(6).tolist()

    features = []
    for number in range(columns * rows):
        x, y = number % columns, number // columns
        south, north = edge((x, y), (x + 1, y)), edge((x, y + 1), (x + 1, y + 1))
        west, east = edge((x, y), (x, y + 1)), edge((x + 1, y), (x + 1, y + 1))
        ring = south + east[1:] + north[::-1][1:] + west[::-1][1:]
        features.append(make_feature(make_polygon(ring), code=f"A{number}"))
    return make_map(*features)


def read(
    folder: Path,
    content: Any,
    names: dict[str, str] | None = None,
    *,
    key: str = "code",
    codes: dict[str, str] | None = None,
    **more: Any,
) -> tuple[Shapes, list[Problem]]:
    """Write a map file and read it; without `names` the areas are A and B."""
    path = folder / "map.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return read_shapes(
        path, key, codes or {}, names or {"A": "Alpha", "B": "Beta"}, "data/x/map.json", **more
    )


def trace_path(path: str) -> Any:
    """Return the polygons that the data of a path draws."""
    rings = []
    for piece in re.findall(r"M([^z]*)z", path):
        start, steps = (
            np.array(re.findall(r"-?\d*\.?\d+", part), float).reshape(-1, 2) for part in piece.split("l")
        )
        rings.append(shapely.Polygon(np.cumsum([*start, *steps], axis=0).round(1)))
    return shapely.union_all(rings) if rings else shapely.Polygon()


def test_shapes_are_projected_into_the_view_box(tmp_path: Path) -> None:
    """The map is 600 wide, north is up, and degrees east are shortened by the cosine of the latitude."""
    content = make_map(
        make_feature(make_polygon(make_square(10, 59)), code="A"),
        make_feature(make_polygon(make_square(10, 60)), code="B"),
    )
    shapes, problems = read(tmp_path, content)
    assert problems == []
    assert shapes.view_box == "0 0 600 2388"
    assert trace_path(shapes.paths["A"]).bounds == (2, 1194, 598, 2386)
    assert trace_path(shapes.paths["B"]).bounds == (2, 2, 598, 1194)
    assert len(shapes.paths["A"]) < 40


def test_neighbours_keep_their_common_border(tmp_path: Path) -> None:
    """Simplified and rounded, areas neither overlap nor leave gaps between them."""
    names = {f"A{number}": f"Area {number}" for number in range(30)}
    for budget in (250_000, 6_000, 1_800):
        shapes, problems = read(tmp_path, make_grid(6, 5), names, budget=budget)
        drawn = [trace_path(path) for path in shapes.paths.values()]
        assert problems == []
        assert sum(map(len, shapes.paths.values())) <= budget
        assert shapely.coverage_is_valid(drawn), budget
        assert shapely.union_all(drawn).geom_type == "Polygon"


def test_every_area_keeps_a_triangle(tmp_path: Path) -> None:
    """Where the budget cannot be kept there is still something of each area, and a warning."""
    names = {f"A{number}": f"Area {number}" for number in range(30)}
    shapes, problems = read(tmp_path, make_grid(6, 5), names, budget=100)
    assert set(shapes.paths) == set(names)
    assert all(trace_path(path).area > 0 for path in shapes.paths.values())
    assert [problem.level for problem in problems] == ["warning"]
    assert re.search(r"the map takes [\d,]+ bytes even when simplified, more than 100", problems[0].what)


def test_small_islands_go_and_a_small_area_stays(tmp_path: Path) -> None:
    """An islet beside a mainland is left out; an area no larger than it is drawn."""
    islands = {
        "type": "MultiPolygon",
        "coordinates": [[make_square(0, 0)], [make_square(1.2, 0.5, 0.0004)]],
    }
    content = make_map(
        make_feature(islands, code="A"), make_feature(make_polygon(make_square(1.4, 0.5, 1e-7)), code="B")
    )
    shapes, _problems = read(tmp_path, content)
    assert shapes.paths["A"].count("M") == 1
    assert trace_path(shapes.paths["B"]).area > 0
    assert list(shapes.paths) == ["A", "B"]  # the largest first


def test_hole_for_an_area_inside_another_stays(tmp_path: Path) -> None:
    """A city that lies within a county is a hole in it."""
    hole = make_square(0.4, 0.4, 0.2)
    content = make_map(
        make_feature(make_polygon(make_square(0, 0), hole), code="A"),
        make_feature(make_polygon(hole), code="B"),
    )
    shapes, _problems = read(tmp_path, content)
    assert shapes.paths["A"].count("M") == 2


@pytest.mark.parametrize(
    ("value", "codes", "found"),
    [
        ("A", {}, True),
        ("alpha", {}, True),
        ("Ál-pha ", {}, True),
        ("x1", {"x1": "A"}, True),
        (7, {"7": "A"}, True),
        (7.0, {"7": "A"}, True),
        ("Alphabet", {}, False),
        ("alpha", {"alpha": "elsewhere"}, False),
        (None, {}, False),
        (True, {"True": "A"}, False),
        (["A"], {}, False),
    ],
)
def test_shape_finds_its_area(tmp_path: Path, value: Any, codes: dict[str, str], found: bool) -> None:
    """By its code, by a code that the params give, by its name; accents, hyphens and case do not count."""
    content = make_map(
        make_feature(make_polygon(make_square(0, 0)), code=value),
        make_feature(make_polygon(make_square(1, 0)), code="B"),
    )
    shapes, _problems = read(tmp_path, content, codes=codes)
    assert ("A" in shapes.paths) == found
    assert shapes.unmatched_areas == ([] if found else ["A"])


def test_names_of_several_are_not_guessed(tmp_path: Path) -> None:
    """A name that two areas have, or two shapes, is matched with none of them and named."""
    squares = [make_polygon(make_square(x, 0)) for x in range(4)]
    names = {"A": "Bom Jesus", "B": "Bom  Jesus", "C": "Santa Rita", "D": "Dianópolis"}
    titles = ("Bom Jesus", "Santa Rita", "SANTA RITA", "Dianopolis")
    content = make_map(
        *(make_feature(square, code=title) for square, title in zip(squares, titles, strict=True))
    )
    shapes, problems = read(tmp_path, content, names)
    assert list(shapes.paths) == ["D"]
    assert "2 names stand for several: 'Bom Jesus', 'Santa Rita'" in "\n".join(map(str, problems))


def test_shapes_of_one_code_are_parts_of_one_area(tmp_path: Path) -> None:
    """An area that the map gives in two shapes is drawn with both, and the line between them is gone."""
    content = make_map(*(make_feature(make_polygon(make_square(x, 0)), code="A") for x in (0, 1)))
    shapes, _problems = read(tmp_path, content, {"A": "Alpha"})
    assert shapes.view_box == "0 0 600 302"
    assert shapes.paths["A"].count("M") == 1


def test_what_is_on_one_side_only_is_a_warning(tmp_path: Path) -> None:
    """Areas without a shape and shapes without an area are named, twenty of each at most."""
    names = {"A": "Alpha"} | {f"N{number}": f"Name {number}" for number in range(25)}
    content = make_map(
        make_feature(make_polygon(make_square(0, 0)), code="A"), make_feature(None, code=HOSTILE)
    )
    shapes, problems = read(tmp_path, content, names)
    assert shapes.unmatched_shapes == [HOSTILE]
    assert len(shapes.unmatched_areas) == 25
    areas, others = map(str, problems)
    assert areas.startswith("data/x/map.json: warning: 25 areas have no shape: 'Name 0 (N0)',")
    assert "and 5 more; say in codes what the map calls them" in areas
    assert others.startswith("data/x/map.json: warning: 1 shape is no area:")


@pytest.mark.parametrize(
    ("geometry", "message"),
    [
        (None, "has no geometry"),
        ({"type": "Point", "coordinates": [1, 1]}, "is a 'Point', which has no area"),
        ({"type": "LineString", "coordinates": [[1, 1], [2, 2]]}, "is a 'LineString'"),
        ({"type": "Polygon"}, "has no coordinates"),
        ({"type": "Polygon", "coordinates": [7]}, "has no coordinates|are no numbers"),
        (make_polygon([[0, 0], [1, 1]]), "has a ring of 2 points"),
        (make_polygon([[0, 0], ["x", 1], [1, 1], [0, 0]]), "are no numbers|could not convert"),
        (make_polygon([[0, 0], [None, 1], [1, 1], [0, 0]]), "are no"),
        (make_polygon([[0, 0], [1e999, 1], [1, 1], [0, 0]]), "Infinity is no number"),
        (make_polygon([[0, 0], [447157, 531476], [1, 1], [0, 0]]), "are not degrees east and north"),
        (make_polygon([[0, 0], [1, 1], [2, 2], [0, 0]]), "encloses no area"),
        ({"type": "GeometryCollection", "geometries": []}, "encloses no area"),
    ],
)
def test_shape_that_cannot_be_drawn_is_an_error(tmp_path: Path, geometry: Any, message: str) -> None:
    """A shape of an area that has no usable polygons is named with what is wrong; the others are drawn."""
    content = make_map(
        make_feature(make_polygon(make_square(0, 0)), code="B"), make_feature(geometry, code="A")
    )
    _shapes, problems = read(tmp_path, content)
    errors = [str(problem) for problem in problems if problem.is_error]
    assert len(errors) == 1
    assert re.search(message, errors[0]), errors


def test_invalid_polygon_is_repaired(tmp_path: Path) -> None:
    """A ring that crosses itself becomes two parts; lines and points that are left over are dropped."""
    bow = make_polygon([[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]])
    shapes, problems = read(tmp_path, make_map(make_feature(bow, code="A")), {"A": "Alpha"})
    assert problems == []
    assert shapes.outlines["A"].is_valid
    assert shapes.paths["A"].count("M") == 2


def test_collection_gives_its_polygons(tmp_path: Path) -> None:
    """Of a GeometryCollection the polygons are taken; its label point is not."""
    parts = [{"type": "Point", "coordinates": [0, 0]}, make_polygon(make_square(0, 0))]
    content = make_map(make_feature({"type": "GeometryCollection", "geometries": parts}, code="A"))
    shapes, problems = read(tmp_path, content, {"A": "Alpha"})
    assert (problems, shapes.paths["A"].count("M")) == ([], 1)


def test_country_across_the_dateline_is_one(tmp_path: Path) -> None:
    """Areas on both sides of 180° stand side by side, and one that was cut there is whole."""
    halves = {
        "type": "MultiPolygon",
        "coordinates": [[make_square(179, 0)], [make_square(-180, 0)]],
    }
    content = make_map(
        make_feature(halves, code="A"), make_feature(make_polygon(make_square(-179, 0)), code="B")
    )
    shapes, _problems = read(tmp_path, content)
    assert shapes.paths["A"].count("M") == 1
    assert shapes.outlines["A"].bounds[2] == pytest.approx(shapes.outlines["B"].bounds[0])
    assert shapes.height == pytest.approx(202, abs=1)


TOPOLOGY = {
    "type": "Topology",
    "transform": {"scale": [0.5, 0.5], "translate": [30, -2]},
    "objects": {
        "land": {"type": "Polygon", "arcs": [[0, 1]], "properties": {"code": "whole"}},
        "counties": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "arcs": [[0, 2]], "properties": {"code": "A"}},
                {"type": "MultiPolygon", "arcs": [[[1, ~2]]], "id": 9, "properties": {"code": "B"}},
            ],
        },
    },
    "arcs": [
        [[2, 0], [-2, 0], [0, 2], [2, 0]],
        [[2, 2], [2, 0], [0, -2], [-2, 0]],
        [[2, 2], [0, -2]],
    ],
}


def test_topojson_is_read(tmp_path: Path) -> None:
    """Arcs are put together, backwards where their number says so, and the layer of the areas is found."""
    for key, codes in (("code", {}), ("id", {"9": "B"})):
        shapes, problems = read(tmp_path, TOPOLOGY, key=key, codes=codes)
        assert not [problem for problem in problems if problem.is_error]
        assert trace_path(shapes.paths["B"]).area > 80_000
    shapes, problems = read(tmp_path, TOPOLOGY)
    assert (shapes.view_box, problems) == ("0 0 600 302.1", [])
    assert trace_path(shapes.paths["A"]).bounds == (2, 2, 300, 300.1)


def test_topojson_without_transform_is_read(tmp_path: Path) -> None:
    """Arcs that are not quantised are degrees themselves."""
    arcs = [[[31, -2], [30, -2], [30, -1], [31, -1]], [[31, -1], [32, -1], [32, -2], [31, -2]]]
    plain = {key: value for key, value in TOPOLOGY.items() if key != "transform"}
    plain["arcs"] = [*arcs, [[31, -1], [31, -2]]]
    assert read(tmp_path, plain)[0].paths == read(tmp_path, TOPOLOGY)[0].paths


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"arcs": None}, "has no arcs"),
        ({"arcs": [[["x", 0]]]}, "arcs cannot be read"),
        ({"arcs": [7]}, "arcs cannot be read"),
        ({"transform": {"scale": [1]}}, "arcs cannot be read"),
        ({"transform": 5}, "arcs cannot be read"),
        ({"objects": []}, "has no objects"),
        ({"arcs": [[[0, 0], [1, 0]]]}, "names an arc that the file does not have"),
        ({"transform": {"scale": [1e300, 1], "translate": [1e308, 0]}}, "not degrees"),
    ],
)
def test_damaged_topojson_is_an_error(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    """What is wrong with the arcs is said; nothing is drawn of it."""
    _shapes, problems = read(tmp_path, TOPOLOGY | change)
    assert any(problem.is_error and message in problem.what for problem in problems), problems


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is no JSON"),
        ("{", "is no JSON"),
        ("[]", "neither a GeoJSON FeatureCollection nor a TopoJSON"),
        ('{"type": "Feature"}', "neither"),
        ('{"type": "FeatureCollection"}', "has no shapes"),
        ('{"type": "FeatureCollection", "features": 5}', "has no shapes"),
        ("[" * 100_000, "nested too deeply|is no JSON"),
        ('{"type": "FeatureCollection", "features": [NaN]}', "NaN is no number"),
        ('{"n": ' + "9" * 5000 + "}", "is no JSON"),
        (json.dumps(make_map(make_feature(None, name="A"))), "no shape has a property 'code'"),
    ],
)
def test_file_that_is_no_map_is_an_error(tmp_path: Path, text: str, message: str) -> None:
    """One problem says what is wrong with the file as a whole."""
    shapes, problems = read(tmp_path, text)
    assert shapes.paths == {}
    assert len(problems) == 1
    assert problems[0].is_error
    assert re.search(message, problems[0].what)


def test_properties_are_named_where_the_declared_one_is_missing(tmp_path: Path) -> None:
    """A slip in the property's name shows which ones there are."""
    content = make_map(make_feature(make_polygon(make_square(0, 0)), LAD16CD="A", LAD16NM="Alpha"))
    assert read(tmp_path, content)[1][0].hint == "its properties are 'LAD16CD', 'LAD16NM'"


def test_file_is_bounded(tmp_path: Path) -> None:
    """A file that is missing, too large or of too many points is refused before it fills the memory."""
    missing = read_shapes(tmp_path / "none.json", "code", {}, {"A": "Alpha"}, "none.json")[1]
    assert [str(problem) for problem in missing] == [
        "none.json: there is no such file; is this the right file?"
    ]
    with (tmp_path / "big.json").open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1_000_000)  # takes no space on the disk
    large = read_shapes(tmp_path / "big.json", "code", {}, {"A": "Alpha"}, "big.json")[1]
    assert large[0].what == "the file has 101 MB, more than 100"
    with pytest.raises(ValueError, match="more than 5,000,000 points"):
        parse_layers(b"[],[" * 5_000_000)
    bomb = {"type": "Polygon", "arcs": [[0] * 9_999]}
    with pytest.raises(ValueError, match="more than 5,000,000 points"):
        read_outline(bomb, [np.zeros((1_000, 2))], Allowance())


def test_tangle_is_refused_before_it_is_repaired(tmp_path: Path) -> None:
    """A ring that crosses itself millions of times would take all memory; it is refused at once."""
    tangle = TOPOLOGY | {
        "objects": {"a": {"type": "Polygon", "arcs": [[0, 2] * 9_999], "properties": {"code": "A"}}}
    }
    zigzag = [[x % 2 * 80, x / 1000] for x in range(20_000)]
    star = [[x * 7919 % 170, x * 104729 % 89] for x in range(20_000)]
    assert "crosses itself too often" in str(read(tmp_path, tangle)[1][0])
    for ring in (star, [*zigzag, *star]):
        content = make_map(make_feature(make_polygon(ring), code="A"))
        assert "crosses itself too often" in str(read(tmp_path, content)[1][0])


@given(st.lists(st.integers(-99_999, 99_999), min_size=1, max_size=20))
def test_numbers_are_written_short_and_read_back(tenths: list[int]) -> None:
    """What stands in a path is the numbers to one decimal, with no sign that could be left out."""
    text = join_numbers(tenths)
    assert [round(float(part) * 10) for part in re.findall(r"-?\d*\.?\d+", text)] == tenths
    assert not re.search(r"\.0|(^|[ -])0\d|(^|[ -])0\.| -", text)


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("São  Tomé", "sao tome"),
        ("Elgeyo-Marakwet", "elgeyo marakwet"),
        ("Murang’a", "muranga"),
        ("Tromsø", "tromso"),
    ],
)
def test_names_are_folded_for_comparison(name: str, folded: str) -> None:
    """Case, accents and apostrophes do not count; hyphens are blanks."""
    assert fold_name(name) == folded


# ---------- pictures ----------


def test_map_picks_out_one_area(tmp_path: Path) -> None:
    """The picture has its words for those who do not see it, and no colour of its own; text is escaped."""
    names = {f"A{number}": f"Area {number}" for number in range(4)}
    shapes, _problems = read(tmp_path, make_grid(2, 2), names)
    drawn = draw_map(shapes, current="A2", label=HOSTILE)
    svg = ElementTree.fromstring(drawn)  # noqa: S314 - our own
    assert svg.attrib["role"] == "img"
    assert svg.attrib["aria-label"] == svg[0].text == HOSTILE
    assert [part.attrib.get("class") for part in svg[1:]] == ["vsr-map-land", "vsr-map-current"]
    assert svg[2].attrib["d"] == shapes.paths["A2"]
    assert not re.search("style=|fill=|stroke=|<script", drawn)
    assert len(draw_map(shapes, current="unknown", label="x")) > 0


def test_locator_is_small_whatever_the_map(tmp_path: Path) -> None:
    """A map of few areas is drawn coarser, of many as one outline with the area and a ring around it."""
    names = {f"A{number}": f"Area {number}" for number in range(2500)}
    few = make_locator(read(tmp_path, make_grid(5, 5), {name: name for name in list(names)[:25]})[0], 6_000)
    assert (few.land, len(few.paths)) == ("", 25)
    assert len(draw_map(few, current="A1", label="x")) < 6_400
    halves = {code: "west" if int(code[1:]) % 50 < 25 else "east" for code in names}
    many = make_locator(read(tmp_path, make_grid(50, 50, 5), names)[0], 6_000, halves)
    assert many.land.count("M") == 2
    drawn = draw_map(many, current="A1", label="x")
    assert len(drawn) < 6_400
    assert 'class="vsr-map-ring"' in drawn


def test_links_name_their_areas(tmp_path: Path) -> None:
    """Each shape is a link to its area's page; a code can neither leave the folder nor the attribute."""
    squares = [
        make_feature(make_polygon(make_square(x, 0)), code=code) for x, code in enumerate(("../x?", "B"))
    ]
    shapes, _problems = read(tmp_path, make_map(*squares), {"../x?": HOSTILE, "B": "Beta"})
    links = ElementTree.fromstring(f"<svg>{draw_links(shapes, [('B', 'Beta'), ('../x?', HOSTILE)])}</svg>")  # noqa: S314
    assert sorted((link.attrib["href"], link.attrib["data-n"], link[0].text) for link in links) == [
        ("B.html", "0", "Beta"),
        ("_2e_._2f_x_3f_.html", "1", HOSTILE),
    ]


def test_no_shapes_make_no_picture() -> None:
    """Without any outline there is nothing to simplify, and a locator of nothing is nothing."""
    assert fit_outlines({}, 100) == ({}, {}, 0)
    assert make_locator(Shapes()) == Shapes()


# ---------- a real map ----------

RWANDA = SHARED / "rwanda" / "geojsons" / "RwandaRegions.geojson"
PROVINCES = {
    "RW-1": "Kigali City",
    "RW-2": "Southern Province",
    "RW-3": "Western Province",
    "RW-4": "Northern Province",
    "RW-5": "Eastern Province",
}


@pytest.mark.skipif(not RWANDA.exists(), reason=f"no {RWANDA.name} beside the repository")
def test_rwandas_provinces_are_found_by_number() -> None:
    """The map's numbers are those of our codes: what it calls each one is what we call it."""
    codes = {code[-1]: code for code in PROVINCES}
    shapes, problems = read_shapes(RWANDA, "id", codes, PROVINCES, "map")
    assert (problems, set(shapes.paths)) == ([], set(PROVINCES))
    assert shapes.view_box == "0 0 600 528.4"
    for feature in json.loads(RWANDA.read_text("utf-8"))["features"]:
        name = PROVINCES[codes[feature["properties"]["id"]]]
        assert feature["properties"]["name"].split()[0] == name.split()[0].replace("Eastern", "East")
    drawn = draw_map(make_locator(shapes), current="RW-1", label="Kigali City in Rwanda")
    assert len(drawn) < 12_500


@pytest.mark.skipif(not RWANDA.exists(), reason=f"no {RWANDA.name} beside the repository")
def test_rwandas_names_differ_from_ours() -> None:
    """By name only the capital is found: "East Province" and "Northern Province, Rwanda" are not guessed at."""
    shapes, problems = read_shapes(RWANDA, "name", {}, PROVINCES, "map")
    assert set(shapes.paths) == {"RW-1"}
    assert len(problems) == 2
