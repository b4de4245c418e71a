"""The SDG framework as tables: complete, in our own words, and able to say what is wrong with a code."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from test_repository import load_tool

from vsrbook import sdg
from vsrbook.sdg.codes import CodeKind
from vsrbook.text import set_language

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
NEEDS_SHARED = pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared")
TARGETS_BY_GOAL = [7, 8, 13, 10, 9, 8, 5, 12, 8, 10, 10, 11, 5, 10, 12, 12, 19]
# fmt: off
LANGUAGES = [  # of Open SDG's file
    "ar", "ca", "cnr", "cs", "de", "en", "es", "fo", "fr", "hy", "it", "kk", "km", "ky", "lo", "my", "nb", "ne",
    "ro", "ru", "sw", "tg", "tk", "tr", "uk", "zh-Hans",
]
# fmt: on
LABELS: dict[str, dict[str, str]] = {
    "target": {code: target.label for code, target in sdg.targets().items()},
    "indicator": {code: indicator.label for code, indicator in sdg.global_indicators().items()},
}

# An invented structure file of an invented country, Samplia.
STRUCTURE = """\
<m:Structure xmlns:m="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message"
  xmlns:s="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/structure"
  xmlns:c="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common">
  <s:Codelist id="CL_SEX"><s:Code id="F"/></s:Codelist>
  <s:Codelist id="CL_SERIES" agencyID="SAMPLIA" version="2.0">
    <s:Code id="VC_DSR_MTMP"><c:Annotations><c:Annotation><c:AnnotationType>Indicator</c:AnnotationType>
      <c:AnnotationText>1.5.1, 11.5.1,13.1.1</c:AnnotationText></c:Annotation></c:Annotations></s:Code>
    <s:Code id="_L_SX_060101_1"><c:Annotations><c:Annotation><c:AnnotationType>Indicator</c:AnnotationType>
      <c:AnnotationText>6.1.1</c:AnnotationText></c:Annotation><c:Annotation>
      <c:AnnotationType>RetiredSeries</c:AnnotationType><c:AnnotationText>Since 2020.</c:AnnotationText>
      </c:Annotation></c:Annotations></s:Code>
    <s:Code id="XX_NONE"/>
  </s:Codelist>
</m:Structure>
"""


@pytest.fixture(autouse=True)
def _plain_english() -> Iterator[None]:
    """Leave the language as it was found."""
    yield
    set_language("en")


def known_in(year: int) -> list[sdg.GlobalIndicator]:
    """List the indicators of one of the UN's lists."""
    return [indicator for indicator in sdg.global_indicators().values() if year in indicator.framework]


# Names of goals


def test_the_goals_are_named_in_every_language() -> None:
    """26 languages have all 17 goals, each with a name of its own."""
    assert sorted(sdg.goal_languages()) == sorted(LANGUAGES)
    for language in LANGUAGES:
        names = [sdg.goal_name(number, language) for number in sdg.GOALS]
        assert all(name and name == name.strip() for name in names)
        assert len(set(names)) == len(sdg.GOALS)


def test_the_english_names_are_those_of_the_goals() -> None:
    """The table and the code say the same in English."""
    assert [sdg.goal_name(n, "en") for n in sdg.GOALS] == [goal.english for goal in sdg.GOALS.values()]


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("en", "Clean water and sanitation"),
        ("en-GB", "Clean water and sanitation"),
        ("fr", "Eau propre et assainissement"),
        ("fr-CA", "Eau propre et assainissement"),
        ("ar", "المياه النظيفة والصرف الصحي"),
        ("sw", "Maji safi na usafi wa mazingira"),
        ("zh-Hans-CN", "清洁饮水和卫生设施"),
        ("zh-CN", "清洁饮水和卫生设施"),
        ("zh-TW", "Clean water and sanitation"),
        ("rw", "Clean water and sanitation"),
        ("", "Clean water and sanitation"),
    ],
)
def test_a_goal_is_named_in_the_language_of_the_edition(language: str, name: str) -> None:
    """Without a catalogue the table names the goal: in the language, else its base language, else English."""
    set_language(language)
    assert sdg.GOALS[6].name == name


def test_norwegian_is_found_by_each_of_its_tags() -> None:
    """The tags nb, nb-NO and no name the same language."""
    assert {sdg.goal_name(6, tag) for tag in ("nb", "nb-NO", "nb_NO", "no")} == {sdg.goal_name(6, "nb")}


def test_a_catalogue_has_the_last_word(tmp_path: Path) -> None:
    """A name that the edition's catalogue translates is not taken from the table; the others are."""
    catalogue = Catalog(locale="fr")
    catalogue.add("Zero hunger", "La faim, plus jamais")
    path = tmp_path / "fr" / "LC_MESSAGES" / "vsrbook.mo"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_mo(file, catalogue)
    set_language("fr", tmp_path)
    assert sdg.GOALS[2].name == "La faim, plus jamais"
    assert sdg.GOALS[1].name == "Pas de pauvreté"


@NEEDS_SHARED
def test_the_names_are_those_of_open_sdg() -> None:
    """Only the names that the README calls corrected differ from Open SDG's file."""
    with (SHARED / "data" / "goal-names" / "goal_names.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    changed = {
        (row["language"], row["goal"])
        for row in rows
        if sdg.goal_name(int(row["goal"]), row["language"]) != row["short_name"].strip()
    }
    assert changed == {("fr", "8"), ("zh-Hans", "9"), ("zh-Hans", "17")}


# Targets and global indicators


def test_there_are_169_targets() -> None:
    """Each goal has as many targets as the 2030 Agenda gives it."""
    assert len(sdg.targets()) == 169
    assert list(Counter(target.goal for target in sdg.targets().values()).values()) == TARGETS_BY_GOAL


def test_a_target_belongs_to_the_goal_in_its_code() -> None:
    """Codes are in the framework's order, without gaps, numbers before letters."""
    codes: dict[int, list[str]] = defaultdict(list)
    for code, target in sdg.targets().items():
        goal, part = code.split(".")
        assert int(goal) == target.goal
        codes[target.goal].append(part)
    for parts in codes.values():
        numbers = [part for part in parts if part.isdecimal()]
        assert parts == [str(n + 1) for n in range(len(numbers))] + list("abcd")[: len(parts) - len(numbers)]


def test_an_indicator_belongs_to_an_existing_target() -> None:
    """Each global indicator has the target and the goal that its code says, and each target an indicator."""
    for code, indicator in sdg.global_indicators().items():
        assert indicator.target == code.rpartition(".")[0]
        assert sdg.targets()[indicator.target].goal == indicator.goal
    assert {indicator.target for indicator in known_in(2025)} == set(sdg.targets())


@pytest.mark.parametrize(("year", "codes"), [(2017, 244), (2020, 247), (2025, 251)])
def test_each_list_has_the_codes_that_the_un_counts(year: int, codes: int) -> None:
    """The lists of 2017 and 2020 have as many codes as the UN states; that of 2025 as many as we counted."""
    assert len(known_in(year)) == codes


def test_234_indicators_are_unique() -> None:
    """Without the repetitions under other targets, today's list has the UN's 234 indicators; 13 repeat."""
    repeated = [indicator for indicator in known_in(2025) if indicator.same_as]
    assert len(known_in(2025)) - len(repeated) == 234
    assert len({indicator.same_as for indicator in repeated}) == 13


def test_references_between_indicators_hold() -> None:
    """A repetition, a replacement and a new meaning point to something that exists."""
    for indicator in sdg.global_indicators().values():
        if indicator.same_as:
            assert not sdg.global_indicators()[indicator.same_as].same_as
        for code in indicator.replaced_by:
            assert sdg.global_indicators()[code].status == "current"
        assert bool(indicator.redefined) == bool(indicator.former_label)
        assert indicator.redefined in (None, *indicator.framework[1:])
        assert set(indicator.framework) <= set(sdg.FRAMEWORKS)


def test_the_retired_codes_stay_known() -> None:
    """A code of an earlier list is known, and says since when it is not in use."""
    retired = {i.code: i.until for i in sdg.global_indicators().values() if i.status == "retired"}
    assert retired == {"1.a.3": 2020, "13.3.2": 2020, "17.6.2": 2020}


def test_codes_stand_in_order() -> None:
    """Numbers are ordered as numbers, and letters come after them; the tables are in that order."""
    assert sorted(["1.a", "1.10", "10.1", "1.2", "1.1.1"], key=sdg.sort_key) == [
        "1.1.1",
        "1.2",
        "1.10",
        "1.a",
        "10.1",
    ]
    for codes in (list(sdg.targets()), list(sdg.global_indicators())):
        assert codes == sorted(codes, key=sdg.sort_key)


# Labels


@pytest.mark.parametrize("kind", LABELS)
def test_labels_are_short_and_plain(kind: str) -> None:
    """A label is a few words, as long as a line, without a full stop: no sentence of the UN."""
    for code, label in LABELS[kind].items():
        assert 3 <= len(label) <= 90, code
        assert label == " ".join(label.split()), code
        assert not label.endswith("."), code
        assert label[0].isupper(), code
        assert len(label.split()) <= (10 if kind == "target" else 12), code


def test_labels_tell_things_apart() -> None:
    """No two targets share a label, and two indicators only where they measure the same."""
    assert len(set(LABELS["target"].values())) == 169
    shared = defaultdict(set)
    for indicator in sdg.global_indicators().values():
        shared[indicator.label].add(indicator.same_as or indicator.code)
    assert [label for label, codes in shared.items() if len(codes) > 1] == []


@NEEDS_SHARED
def test_labels_are_not_the_words_of_the_un() -> None:
    """No label is a title or a target's sentence as Rwanda's metadata carry them from the UN."""
    texts = set()
    for path in (SHARED / "data" / "rwanda" / "meta").glob("*.md"):
        text = " ".join(path.read_text("utf-8").split()).casefold()
        texts |= set(re.findall(r"(?:indicator_name|target_name|title): (.*?) \w+: ", text))
    assert len(texts) > 300
    labels = [label.casefold() for labels in LABELS.values() for label in labels.values()]
    assert [label for label in labels if label in texts] == []


def test_a_label_is_asked_for_by_code() -> None:
    """The label of a code is given, and nothing for a code that is not known."""
    assert sdg.target_label("6.1") == "Safe and affordable drinking water"
    assert sdg.indicator_label("6.1.1") == "People using safely managed drinking water"
    assert sdg.target_label("6.9") == sdg.indicator_label("6.9.1") == ""
    assert sdg.find_target("6.1") == sdg.targets()["6.1"]
    assert sdg.find_target("6.9") is None


# What is said of a code


@pytest.mark.parametrize(
    ("kind", "code", "message"),
    [
        ("goal", 6, ""),
        ("goal", "18", "unknown goal '18'; 1 to 17"),
        ("goal", "SDG 06", "unknown goal 'SDG 06'; did you mean '6'?"),
        ("target", "6.1", ""),
        ("target", "6.9", "unknown target '6.9'; goal 6 has targets 6.1 to 6.6, 6.a and 6.b"),
        ("target", "12.d", "unknown target '12.d'; goal 12 has targets 12.1 to 12.8 and 12.a to 12.c"),
        ("target", "17.20", "unknown target '17.20'; goal 17 has targets 17.1 to 17.19"),
        ("target", "6.A", "unknown target '6.A'; did you mean '6.a'?"),
        ("target", "6b", "unknown target '6b'; did you mean '6.b'?"),
        ("target", "06,1", "unknown target '06,1'; did you mean '6.1'?"),
        ("target", "٦.١", "unknown target '٦.١'; did you mean '6.1'?"),
        ("target", "6.1.1", "unknown target '6.1.1'; 6.1.1 is a global indicator, its target is 6.1"),
        ("target", "18.1", "unknown target '18.1'; expected a target such as 6.1 or 1.a"),
        ("target", "", "unknown target ''; expected a target such as 6.1 or 1.a"),
        ("global", "6.1.1", ""),
        ("global", "8-10-2", "unknown global indicator '8-10-2'; did you mean '8.10.2'?"),
        ("global", "1.5.9", "unknown global indicator '1.5.9'; target 1.5 has the indicators 1.5.1 to 1.5.4"),
        ("global", "6.1.9", "unknown global indicator '6.1.9'; target 6.1 has the indicator 6.1.1"),
        (
            "global",
            "3.d",
            "unknown global indicator '3.d'; 3.d is a target, with the indicators 3.d.1 and 3.d.2",
        ),
        (
            "global",
            "7.9.1",
            "unknown global indicator '7.9.1'; goal 7 has targets 7.1 to 7.3, 7.a and 7.b",
        ),
        (
            "global",
            "17.6.2",
            "global indicator 17.6.2 left the global list in 2020; "
            "use 17.6.1, or keep it for figures published under it",
        ),
        (
            "global",
            "13.3.2",
            "global indicator 13.3.2 left the global list in 2020; "
            "keep it only for figures published under it; we know of no replacement",
        ),
    ],
)
def test_a_code_is_explained(kind: CodeKind, code: str | int, message: str) -> None:
    """An unknown or retired code gets a message with the remedy; a good one gets none."""
    assert sdg.explain_code(kind, code) == message


def test_an_unknown_code_is_an_error_and_a_retired_one_a_warning() -> None:
    """What stops publication is told from what does not."""
    unknown, retired = sdg.check_code("global", "6.1.9"), sdg.check_code("global", "1.a.3")
    assert unknown is not None
    assert retired is not None
    assert (unknown.level, retired.level) == ("error", "warning")


@pytest.mark.parametrize("code", ["x" * 100_000, "9" * 100_000, "1." * 50_000, "\u0000", "6.1\n6.2", "6.²"])
def test_any_text_may_stand_where_a_code_is_expected(code: str) -> None:
    """A cell full of anything is answered in one short line, and can be put in order."""
    message = sdg.explain_code("target", code)
    assert message
    assert "\n" not in message
    assert len(message) < 200
    assert sorted([code, "6.1"], key=sdg.sort_key)


# Codes in use


@pytest.mark.parametrize(
    "path", sorted((ROOT / "data").glob("*/indicators.csv")), ids=lambda p: p.parent.name
)
def test_the_codes_of_our_own_tables_are_known(path: Path) -> None:
    """Every target and global indicator in data/ is one of the framework."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    kinds: tuple[tuple[str, CodeKind], ...] = (("target", "target"), ("global_indicator", "global"))
    for column, kind in kinds:
        codes = sorted({row[column] for row in rows} - {""}, key=sdg.sort_key)
        assert [note for code in codes if (note := sdg.explain_code(kind, code))] == []


@NEEDS_SHARED
def test_the_codes_of_national_files_are_known() -> None:
    """Every indicator that Rwanda and the United Kingdom keep metadata on is one of the framework."""
    names = [path.stem for path in (SHARED / "data").glob("*/meta/*.md")]
    codes = [
        name.replace("-", ".") for name in names if "-" in name
    ]  # GDP1, GDP2 and total are no indicators
    assert len(codes) > 240
    assert [code for code in codes if sdg.find_indicator(code) is None] == []


def test_every_series_is_of_a_known_indicator() -> None:
    """The indicators of a series are in the framework; a national series says so in its code."""
    assert len(sdg.series_codes()) == 260
    for code, series in sdg.series_codes().items():
        assert series.global_indicators
        assert all(sdg.find_indicator(indicator) for indicator in series.global_indicators)
        assert (series.origin == "national") == code.startswith("_L_RW_")
    assert sdg.series_codes()["SI_POV_NAHC"].global_indicators == ("1.2.1",)
    assert [code for code, series in sdg.series_codes().items() if series.retired] == ["_L_RW_010B01_1"]


@NEEDS_SHARED
def test_the_series_are_in_step_with_the_structure_file() -> None:
    """The script makes series.csv again out of NISR's structure file."""
    text = load_tool("write_sdg_series").series_text(SHARED / "data" / "rwanda" / "dsd.xml")
    assert (ROOT / "src" / "vsrbook" / "sdg" / "series.csv").read_text("utf-8") == text


def test_a_series_may_serve_several_indicators(tmp_path: Path) -> None:
    """Each indicator of an annotation is taken, and any country's national series is known by its code."""
    path = tmp_path / "structure.xml"
    path.write_text(STRUCTURE, "utf-8")
    rows = load_tool("write_sdg_series").read_series(path)
    assert [
        (row["series_code"], row["global_indicators"], row["origin"], row["retired"]) for row in rows
    ] == [
        ("VC_DSR_MTMP", "1.5.1;11.5.1;13.1.1", "unmarked", ""),
        ("_L_SX_060101_1", "6.1.1", "national", "yes"),
        ("XX_NONE", "", "unmarked", ""),
    ]
    assert {row["source"] for row in rows} == {"SAMPLIA:CL_SERIES(2.0)"}


def test_a_file_without_series_is_refused(tmp_path: Path) -> None:
    """A structure file without the code list is named as such, and no entity in it is expanded."""
    tool = load_tool("write_sdg_series")
    path = tmp_path / "structure.xml"
    path.write_text("<Structure/>", "utf-8")
    with pytest.raises(ValueError, match="no code list CL_SERIES"):
        tool.read_series(path)
    path.write_text('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "utf-8")
    with pytest.raises(ValueError, match="Entit"):
        tool.read_series(path)


# Page, package, start-up


def test_the_page_is_in_step_with_the_tables() -> None:
    """book/sdg-codes.md is what the script writes from the tables."""
    page = (ROOT / "book" / "sdg-codes.md").read_text("utf-8")
    assert page == load_tool("write_sdg_series").targets_page(), "run: python tools/write_sdg_series.py"
    assert len(re.findall(r"^# ", page, re.MULTILINE)) == 1


def test_the_wheel_carries_the_tables(tmp_path: Path) -> None:
    """An installed toolkit has the tables, and the licence of the names beside them."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    names = zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist()
    tables = ("goal_names.csv", "targets.csv", "indicators.csv", "series.csv", "README.md")
    assert {f"vsrbook/sdg/{name}" for name in tables} <= set(names)


def test_no_table_is_read_at_import() -> None:
    """Importing the goals reads no table and loads no library for it, nor does an English name."""
    code = (
        "import sys; from vsrbook.sdg import GOALS; from vsrbook.sdg.reading import read_rows; "
        "GOALS[6].title; print(sorted({'csv', 'importlib.resources', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
