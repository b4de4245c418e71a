"""The store: fast reading says what careful reading says; one area's rows come back without the rest.

All figures are invented: Samplia is no real place.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from pandas.testing import assert_frame_equal

from vsrbook import fast_reading
from vsrbook.fast_reading import NotClean, read_batches, read_clean
from vsrbook.problems import Problem, ReviewError, sort_problems
from vsrbook.spreadsheets import read_cells
from vsrbook.store import (
    CleanCsv,
    Store,
    compile_frame,
    compile_observations,
    digest_table,
    find_stale,
    open_store,
    streaming,
    write_store,
)
from vsrbook.tables import REFERENCE_TABLES, TABLES, Table
from vsrbook.tables_reading import read_table, type_table

ROOT = Path(__file__).resolve().parents[1]
ALL = {**REFERENCE_TABLES, **TABLES}
OBSERVATIONS = TABLES["observations"]
HEADER = ",".join(OBSERVATIONS.names)
FILES = sorted(
    path
    for pattern in ("tests/bad_tables/*.csv", "tests/sample/data/*/*.csv", "data/*/*.csv")
    for path in ROOT.glob(pattern)
    if path.stem.split("-")[0] in ALL
)


# Fast reading


def read_carefully(path: Path, table: Table, source: str | None = None) -> tuple[pd.DataFrame, list[Problem]]:
    """Read as `check` does where a file is not clean."""
    return type_table(read_cells(path, path.name), table, path.name, source)


def agrees(path: Path, table: Table, source: str | None = None) -> bool:
    """Whether a file is read fast; then careful reading must give the same, without a word."""
    fast = read_clean(path, table, source)
    if fast is None:
        return False
    careful, problems = read_carefully(path, table, source)
    assert problems == [], path.read_bytes()
    assert_frame_equal(fast, careful, check_exact=True)
    return True


def write_rows(path: Path, *rows: str, header: str = HEADER) -> Path:
    """Write observations; a row is what stands in the file."""
    path.write_bytes("\n".join([header, *rows, ""]).encode())
    return path


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_file_is_read_alike(path: Path) -> None:
    """What is read fast is what careful reading gives, and careful reading had nothing to say."""
    table = ALL[path.stem.split("-")[0]]
    is_fast = agrees(path, table)
    if path.parents[1] == ROOT / "data":
        assert is_fast == (not read_carefully(path, table)[1]), "the tables of the repository are clean"


CELLS = [
    *("", " ", "  ", "\u00a0", "\u200b", "\ufeff", "\t", "\u2003", "\u2028", "\x85", "\x1c", "\x00", "\x0b"),
    *("1", "-1", "+5", ".5", "5.", "1e5", "1E+05", "1e-05", "1e999", "-0", "007", "1_000", "0x1f", "1d"),
    *("inf", "nan", "NaN", "n/a", "-", "..", "x", "−5", "٣", "½", "1,5", "1.234", "1 234", "1.234.567"),
    *("1,234", "50%", "50 %", "2015.0", "2015.5", "3000000000", "9" * 16, "0." + "3" * 20, "1" * 400, "'5"),
    *("#N/A", "#REF!", " #REF! ", "#", "=1+1", "@x", "a  b", " a", "a ", "a\u00a0b", "a\u2003b", "a\u200bb"),
    *("Murang’a", "“Old”", "Å", "é", "नेपाल", "\U0001f600", "\u202e", "'", '"', '""', 'a"b', '"a"b', '"a',),
    *("a\\", '\\"', "a\nb", "a\r\nb", "a\rb", "a;b", "a\tb", "true", "None", "x" * 20_001, "é" * 20_000),
]  # fmt: skip  # one kind of trouble a line


BELOW_HEAD = 20  # the first twenty rows are read carefully anyway, to find the header


@pytest.mark.parametrize("column", ["area_code", "year", "age", "value", "note", "_mine"])
def test_every_kind_of_cell_is_read_alike(column: str, tmp_path: Path) -> None:
    """Quoted and bare, in every kind of column: no cell passes that careful reading would speak of."""
    path, header = tmp_path / "observations.csv", f"{HEADER},_mine"
    names = header.split(",")
    full = {"indicator_code": "water", "area_code": "01", "year": "2020", "value": "1", "source_id": "s"}
    clean = ",".join(full.get(name, "") for name in names)
    fast = 0
    for cell in CELLS:
        quoted = '"' + cell.replace('"', '""') + '"'
        for written in (cell, quoted) if set(cell) & set(' ",\r\n') else (cell,):
            row = ",".join(written if name == column else full.get(name, "") for name in names)
            write_rows(path, *[clean] * BELOW_HEAD, row, row.replace("water", "toilets"), header=header)
            fast += agrees(path, OBSERVATIONS)
    assert fast >= 20


def test_a_mark_inside_the_file_is_not_lost(tmp_path: Path) -> None:
    """A byte order mark before the first row is a blank that careful reading reports."""
    path = write_rows(tmp_path / "observations.csv", "\ufeffwater,01,2020,,,,,1,,,s,")
    assert read_clean(path, OBSERVATIONS) is None


def test_excels_own_mark_does_not_slow_reading(tmp_path: Path) -> None:
    """A byte order mark at the start, Windows line ends and quoted names are clean."""
    path = tmp_path / "observations.csv"
    header = ",".join(f'"{name}"' for name in OBSERVATIONS.names)
    path.write_bytes(f'\ufeff{header}\r\n"water","01",2020,,,,,1,,,"s","a ""b"", c"\r\n'.encode())
    assert agrees(path, OBSERVATIONS)


@pytest.mark.parametrize("break_", ["\n", "\r\n"])
def test_line_breaks_in_cells_do_not_shift_rows(
    break_: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows are counted as records, also where a block ends inside a cell."""
    monkeypatch.setattr(fast_reading, "BLOCK_BYTES", 1500)
    rows = [f'water,{n:02},2020,,,,,{n},,,s,"one{break_}two ""{n}"",{break_}three"' for n in range(200)]
    path = tmp_path / "observations.csv"
    path.write_bytes(break_.join([HEADER, *rows]).encode())
    assert len(list(read_batches(path, OBSERVATIONS))) > 3
    assert agrees(path, OBSERVATIONS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        HEADER,
        f"{HEADER}\n",
        f"{HEADER}\nwater,01,2020\n",
        f"{HEADER}\nwater,01,2020,,,,,1,,,s,,surplus\n",
        f"{HEADER}\n\nwater,01,2020,,,,,1,,,s,\n",
        f"{HEADER}\n,,,,,,,,,,,\nwater,01,2020,,,,,1,,,s,\n",
        f"{HEADER},year\nwater,01,2020,,,,,1,,,s,,2020\n",
        f"{HEADER},\nwater,01,2020,,,,,1,,,s,,nameless\n",
        f"{HEADER}, \nwater,01,2020,,,,,1,,,s,,nameless\n",
        f"{HEADER},extra\nwater,01,2020,,,,,1,,,s,,x\n",
        f"{HEADER.upper()}\nwater,01,2020,,,,,1,,,s,\n",
        f"Table 1\n{HEADER}\nwater,01,2020,,,,,1,,,s,\n",
        f"{HEADER}\nwater,01,2020,,,,,1,,,s,{'a;b;' * 20}\n",
        f"{HEADER}\nwater,01,2020,,,,,1,,,s,\rtoilets,01,2020,,,,,1,,,s,\r",
        "area_code,year\n01,2020\n",
        f"{HEADER},_mine\nwater,01,2020,,,,,1,,,s,,{'x' * 200_001}\n",
        f"{HEADER},_mine\n"
        + "water,01,2020,,,,,1,,,s,,y\n" * BELOW_HEAD
        + f"water,01,2020,,,,,1,,,s,,{'x' * 200_001}\n",
    ],
)
def test_other_forms_are_left_to_careful_reading(text: str, tmp_path: Path) -> None:
    """What is not a plain table with its header in row 1 is not read fast."""
    path = tmp_path / "observations.csv"
    path.write_bytes(text.encode())
    assert read_clean(path, OBSERVATIONS) is None


def test_files_that_are_no_text_are_left_alone(tmp_path: Path) -> None:
    """Other encodings, workbooks by name, folders and missing files are not read fast."""
    text = f"{HEADER}\nwater,01,2020,,,,,1,,,s,é\n"
    for encoding in ("cp1252", "utf-16"):
        path = tmp_path / f"{encoding}.csv"
        path.write_bytes(text.encode(encoding))
        assert read_clean(path, OBSERVATIONS) is None
    (tmp_path / "book.XLSX").write_text(text, "utf-8")
    for name in ("book.XLSX", "none.csv", "."):
        assert read_clean(tmp_path / name, OBSERVATIONS) is None


def test_changed_files_are_read_alike(tmp_path: Path) -> None:
    """Signs put in, taken out and put in the place of cells never pass where careful reading would speak."""
    chance, path, fast = random.Random(2026), tmp_path / "changed.csv", 0  # noqa: S311  # no secret
    originals = [p for p in FILES if p.stat().st_size < 3000]
    for _ in range(400):
        original = chance.choice(originals)
        text = original.read_bytes().decode("utf-8", "ignore")
        if chance.random() < 0.5:
            head, _, body = text.partition("\n")
            text = f"{head}\n{body * BELOW_HEAD}"
        for _ in range(chance.choice([0, 1, 1, 2])):
            text = change_text(text, chance)
        path.write_bytes(text.encode("utf-8", "replace"))
        fast += agrees(path, ALL[original.stem.split("-")[0]], chance.choice([None, "census"]))
    assert fast > 60


def change_text(text: str, chance: random.Random) -> str:
    """Put something in, take something out, or replace a cell."""
    place, what = chance.randrange(len(text) + 1), chance.choice(CELLS[:-2])
    way = chance.choice(["in", "out", "cell"])
    if way == "in":
        return text[:place] + what + text[place:]
    if way == "out":
        return text[:place] + text[place + chance.randint(1, 12) :]
    start = max(text.rfind(",", 0, place), text.rfind("\n", 0, place)) + 1
    ends = [end for end in (text.find(",", place), text.find("\n", place)) if end >= start]
    return text[:start] + what + text[min(ends, default=len(text)) :]


# The store

NAMES = ["01", "1", "001", "Ærø", "São Tomé", "a/b", "..", "it's", "नेपाल", "\U0001f600", "Z", "z"]
CODES = NAMES + [f"S-{number:02}" for number in range(48)]


@pytest.fixture(scope="module")
def csv_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write 6,000 observations of 60 areas, shuffled."""
    chance = random.Random(1)  # noqa: S311  # no secret
    rows = [
        f"IND-{indicator},{code},{year},{sex},,,,{chance.randrange(1000) / 10},,,s,"
        + ('"two\nlines, and more"' if chance.random() < 0.1 else "")
        for code in CODES
        for indicator in range(5)
        for year in range(2011, 2021)
        for sex in ("", "female")
    ]
    chance.shuffle(rows)
    return write_rows(tmp_path_factory.mktemp("csv") / "observations.csv", *rows)


@pytest.fixture(scope="module")
def frame(csv_path: Path) -> pd.DataFrame:
    """Read the observations whole."""
    frame, problems = read_table(csv_path, OBSERVATIONS, csv_path.name)
    assert problems == []
    return frame


@pytest.fixture(scope="module")
def folder(frame: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the observations into a store."""
    folder = tmp_path_factory.mktemp("store") / "samplia"
    write_store(folder, {"observations": frame}, {"observations": "one"})
    return folder


def open_surely(folder: Path) -> Store:
    """Open a store that must be there."""
    store = open_store(folder)
    assert store is not None
    return store


def data_file(folder: Path, table: str = "observations") -> Path:
    """Name the file of a stored table."""
    return folder / open_surely(folder).tables[table].data.name


def test_a_slice_is_what_filtering_gives(folder: Path, frame: pd.DataFrame) -> None:
    """Each area's rows come back with values, types, row numbers and order as in the whole table."""
    store = open_surely(folder)
    for code in CODES:
        expected = frame[frame["area_code"] == code].reset_index(drop=True)
        assert len(expected) == 100
        assert_frame_equal(store.read_area(code), expected)


def test_whole_table_areas_and_indicators_come_back(folder: Path, frame: pd.DataFrame) -> None:
    """What is read of a store is in the order of the source."""
    store = open_surely(folder)
    assert_frame_equal(store.read("observations"), frame)
    some = frame[frame["area_code"].isin(["01", "S-40"])].reset_index(drop=True)
    assert_frame_equal(store.read_areas(["S-40", "01", "none"]), some)
    one = frame[frame["indicator_code"] == "IND-3"].reset_index(drop=True)
    assert_frame_equal(store.read_indicator("IND-3"), one)


def test_what_is_not_there_is_an_empty_frame(folder: Path, frame: pd.DataFrame) -> None:
    """An unknown area, indicator or table has no rows, and columns with their types."""
    store = open_surely(folder)
    for code in ("", "0", "S-100", "\U0001f600\U0001f600", "zz", "KE"):
        assert_frame_equal(store.read_area(code), frame.iloc[:0].reset_index(drop=True))
        assert store.area_digest(code) == ""
    assert_frame_equal(store.read_areas([]), frame.iloc[:0].reset_index(drop=True))
    assert_frame_equal(store.read_indicator("none"), frame.iloc[:0].reset_index(drop=True))
    areas = store.read("areas")
    assert list(areas.columns) == ["row", *TABLES["areas"].names]
    assert areas.empty


def test_codes_stay_text(folder: Path) -> None:
    """01, 1 and 001 are three areas."""
    store = open_surely(folder)
    for code in ("01", "1", "001"):
        assert store.read_area(code)["area_code"].unique().tolist() == [code]


def test_the_row_groups_are_those_of_the_file(folder: Path) -> None:
    """Areas stand sorted, each in one row group, and the store knows in which."""
    store, file = open_surely(folder), pq.ParquetFile(data_file(folder))
    assert file.num_row_groups == 3
    ends = []
    for group in range(file.num_row_groups):
        found = file.metadata.row_group(group).column(2)
        assert found.path_in_schema == "area_code"
        ends.append((found.statistics.min, found.statistics.max))
        held = set(file.read_row_group(group, columns=["area_code"])["area_code"].to_pylist())
        assert {code for code in CODES if group in store.groups_of(code)} == held
    assert list(store.tables["observations"].groups) == ends
    assert [code for pair in ends for code in pair] == sorted(code for pair in ends for code in pair)
    assert all(len(store.groups_of(code)) == 1 for code in CODES)


def test_no_other_row_group_is_read(folder: Path, frame: pd.DataFrame, tmp_path: Path) -> None:
    """An area's rows come back from a file in which all other row groups are overwritten."""
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    code = "S-20"
    (wanted,) = open_surely(tmp_path).groups_of(code)
    path = data_file(tmp_path)
    raw, metadata = bytearray(path.read_bytes()), pq.ParquetFile(path).metadata
    for group in set(range(metadata.num_row_groups)) - {wanted}:
        for number in range(metadata.num_columns):
            chunk = metadata.row_group(group).column(number)
            start = chunk.dictionary_page_offset or chunk.data_page_offset
            raw[start : start + chunk.total_compressed_size] = b"\xff" * chunk.total_compressed_size
    path.write_bytes(raw)
    store = open_surely(tmp_path)
    assert_frame_equal(store.read_area(code), frame[frame["area_code"] == code].reset_index(drop=True))
    with pytest.raises(ReviewError, match="damaged or gone; run vsrbook check"):
        store.read_area("01")


def test_an_area_larger_than_a_row_group_is_split(
    frame: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All row groups of an area are read, and no others."""
    monkeypatch.setattr("vsrbook.store.slices.MAX_GROUP_ROWS", 40)
    store = write_store(tmp_path, {"observations": frame}, {"observations": "x"})
    assert [len(store.groups_of(code)) for code in CODES] == [3] * len(CODES)
    assert_frame_equal(store.read_area("01"), frame[frame["area_code"] == "01"].reset_index(drop=True))


def test_hostile_text_survives(tmp_path: Path) -> None:
    """Whatever stands in a cell comes back as it was; missing text is not empty text."""
    hostile = [
        "=cmd|' /C calc'!A0",
        "<script>",
        '"',
        "a\nb\r\nc",
        "\u202eabc",
        "\x00",
        "é" * 9999,
        "",
        None,
        ",",
    ]
    count = len(hostile)
    frame = read_clean(
        write_rows(tmp_path / "x.csv", *[f"water,{n},2020,,,,,,,,s," for n in range(count)]), OBSERVATIONS
    )
    assert frame is not None
    frame = frame.assign(note=pd.Series(hostile, dtype="str"), area_code=pd.Series(hostile, dtype="str"))
    store = write_store(tmp_path / "store", {"observations": frame}, {"observations": "x"})
    assert_frame_equal(store.read("observations"), frame)
    for code in hostile:
        if code is not None:
            assert store.read_area(code)["note"].tolist() == [code]


def test_every_table_is_kept(tmp_path: Path) -> None:
    """Areas, indicators and sources come back as they were read, and so does a table without rows."""
    data = ROOT / "tests" / "sample" / "data" / "samplia"
    frames = {
        path.stem: read_table(path, TABLES[path.stem], path.name)[0] for path in sorted(data.glob("*.csv"))
    }
    frames["practices"] = read_carefully(data / "none.csv", TABLES["practices"])[0]
    write_store(tmp_path, frames, dict.fromkeys(frames, "x"))
    store = open_surely(tmp_path)
    assert set(store.tables) == set(frames)
    for name, frame in frames.items():
        assert_frame_equal(store.read(name), frame)


# Digests


def test_an_areas_digest_changes_with_its_rows_only(
    folder: Path, frame: pd.DataFrame, tmp_path: Path
) -> None:
    """A value of one area changes the digest of that area, and of no other."""
    store = open_surely(folder)
    assert store.areas == sorted(CODES)
    changed = frame.copy()
    row = changed.index[changed["area_code"] == "Ærø"][0]
    changed.loc[row, "value"] += 1
    other = write_store(tmp_path, {"observations": changed}, {"observations": "x"})
    assert [code for code in CODES if other.area_digest(code) != store.area_digest(code)] == ["Ærø"]


def test_digests_do_not_depend_on_the_order_of_the_frame(
    folder: Path, frame: pd.DataFrame, tmp_path: Path
) -> None:
    """The same rows give the same digests and the same file, in whatever order they come."""
    mixed = frame.sample(frac=1, random_state=1)
    write_store(tmp_path, {"observations": mixed}, {"observations": "x"})
    assert data_file(tmp_path).read_bytes() == data_file(folder).read_bytes()
    assert open_surely(tmp_path).area_digest("01") == open_surely(folder).area_digest("01")


def test_a_tables_digest_is_of_all_that_decides(csv_path: Path, tmp_path: Path) -> None:
    """File, contract, sheet and default source each change the digest."""
    other = tmp_path / "observations.csv"
    other.write_bytes(csv_path.read_bytes() + b"\n")
    digests = {
        digest_table(csv_path, OBSERVATIONS),
        digest_table(other, OBSERVATIONS),
        digest_table(csv_path, TABLES["areas"]),
        digest_table(csv_path, OBSERVATIONS, "Values"),
        digest_table(csv_path, OBSERVATIONS, None, "census"),
    }
    assert len(digests) == 5
    assert digest_table(csv_path, OBSERVATIONS) in digests


# Streaming


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a small file be read in many blocks, and sorted in several ranges."""
    monkeypatch.setattr(fast_reading, "BLOCK_BYTES", 20_000)
    monkeypatch.setattr(streaming, "RANGE_ROWS", 2_500)


@pytest.mark.usefixtures("small_pieces")
def test_streaming_writes_what_a_frame_writes(csv_path: Path, frame: pd.DataFrame, tmp_path: Path) -> None:
    """Read in pieces or whole, the files are the same byte for byte, and no scratch file stays."""
    whole, pieces = tmp_path / "whole", tmp_path / "pieces"
    for place in (whole, pieces):
        place.mkdir()
    assert len(list(read_batches(csv_path, OBSERVATIONS))) > 5
    expected = compile_frame(frame, whole)
    compiled, problems = compile_observations(csv_path, OBSERVATIONS, pieces)
    assert problems == []
    assert compiled is not None
    assert compiled.slices is not None
    assert (compiled.rows, compiled.groups) == (6000, expected.groups)
    for path in (compiled.data, compiled.slices):
        assert path.read_bytes() == (whole / path.name).read_bytes()
    assert sorted(pieces.iterdir()) == sorted((compiled.data, compiled.slices))


BAD_ROWS = {
    "duplicates": ["IND-1,01,2011,,,,,9,,,s,", "IND-1,01,2011,,,,,8,,,s,", "IND-1,Z,2012,female,,,,8,,,s,"],
    "values": ["IND-1,01,1811,,,,,9,,,s,", "IND-1,01,1811,,,,,9,,,s,", ",01,2011,x,,,,9,-4,y,s,"],
    "many": [f"IND-1,01,2011,,,,,{n},,,s," for n in range(30)],
}


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("kind", BAD_ROWS)
def test_streaming_says_what_reading_says(kind: str, csv_path: Path, tmp_path: Path) -> None:
    """Keys twice in the file and values out of range are named with their rows; nothing is written."""
    path, out = tmp_path / "observations.csv", tmp_path / "out"
    out.mkdir()
    path.write_bytes(csv_path.read_bytes() + "\n".join(BAD_ROWS[kind]).encode())
    compiled, problems = compile_observations(path, OBSERVATIONS, out, path.name)
    assert compiled is None
    assert list(out.iterdir()) == []
    _frame, expected = read_table(path, OBSERVATIONS, path.name)
    assert len(expected) >= 3
    assert sort_problems(problems) == sort_problems(expected)


@pytest.mark.usefixtures("small_pieces")
def test_streaming_leaves_the_rest_to_careful_reading(csv_path: Path, tmp_path: Path) -> None:
    """A cell that must be spoken of, wherever it stands, stops the stream, and nothing is written."""
    path, out = tmp_path / "observations.csv", tmp_path / "out"
    out.mkdir()
    path.write_bytes(csv_path.read_bytes() + b"IND-1,01,2011,,,,,n/a,,,s,\n")
    with pytest.raises(NotClean):
        compile_observations(path, OBSERVATIONS, out)
    assert list(out.iterdir()) == []


@pytest.mark.usefixtures("small_pieces")
def test_a_store_is_written_from_a_file(csv_path: Path, folder: Path, tmp_path: Path) -> None:
    """A large file is compiled without being read whole; one with problems leaves the store as it was."""
    before = write_store(tmp_path, {"observations": CleanCsv(csv_path)}, {"observations": "x"})
    assert data_file(tmp_path).read_bytes() == data_file(folder).read_bytes()
    bad = tmp_path / "observations.csv"
    bad.write_bytes(csv_path.read_bytes() + BAD_ROWS["duplicates"][0].encode())
    with pytest.raises(ReviewError, match=r"observations\.csv:6002 indicator_code: duplicate of row"):
        write_store(tmp_path, {"observations": CleanCsv(bad, bad.name)}, {"observations": "y"})
    assert open_surely(tmp_path).tables == before.tables


# Writing


def test_unchanged_digests_are_skipped(frame: pd.DataFrame, tmp_path: Path) -> None:
    """A table with the digest of the stored one is left alone, and so is a store without changes."""
    frames, digests = {"observations": frame}, {"observations": "one"}
    write_store(tmp_path, frames, digests)
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    write_store(tmp_path, {"observations": frame.iloc[:1]}, digests)
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before
    assert find_stale(tmp_path, {"observations": "one", "areas": "two"}) == {"areas"}
    assert find_stale(tmp_path, {"observations": "two"}) == {"observations"}


def test_a_store_that_is_open_stays_readable(frame: pd.DataFrame, tmp_path: Path) -> None:
    """Whoever opened a store goes on reading it while the next one is written; older files are removed."""
    first = write_store(tmp_path, {"observations": frame}, {"observations": "1"})
    second = write_store(tmp_path, {"observations": frame.iloc[:50]}, {"observations": "2"})
    assert len(first.read("observations")) == 6000
    assert len(second.read("observations")) == 50
    write_store(tmp_path, {"observations": frame.iloc[:5]}, {"observations": "3"})
    assert len(list(tmp_path.glob("*.parquet"))) == 4
    with pytest.raises(ReviewError, match="damaged or gone"):
        first.read("observations")


def test_a_table_that_is_taken_out_is_gone(frame: pd.DataFrame, tmp_path: Path) -> None:
    """The store holds the tables that it was last written with."""
    write_store(tmp_path, {"observations": frame}, {"observations": "1"})
    write_store(tmp_path, {}, {})
    store = open_surely(tmp_path)
    assert store.tables == {}
    assert store.areas == []
    assert store.read_area("01").empty
    assert store.read_indicator("IND-1").empty


def test_a_failure_midway_leaves_the_old_store(frame: pd.DataFrame, tmp_path: Path) -> None:
    """If the second of two tables cannot be written, the first is not changed either."""
    before = write_store(tmp_path, {"observations": frame}, {"observations": "1"})
    files = sorted(tmp_path.iterdir())
    broken = {"observations": frame.iloc[:10], "areas": pd.DataFrame({"row": [2]})}
    with pytest.raises(KeyError):
        write_store(tmp_path, broken, {"observations": "2", "areas": "2"})
    assert sorted(tmp_path.iterdir()) == files
    assert open_surely(tmp_path).tables == before.tables
    assert_frame_equal(open_surely(tmp_path).read("observations"), frame)


KILLED = """
import os, sys
from pathlib import Path
import pandas as pd
from vsrbook.store import open_store, write_store

class Deadly(dict):
    def __getitem__(self, name):
        return super().__getitem__(name) if name == "observations" else os._exit(9)

folder = Path(sys.argv[1])
frame = open_store(folder).read("observations").iloc[:10]
write_store(folder, Deadly(observations=frame, areas=None), {"observations": "2", "areas": "2"})
"""


def test_a_killed_compile_leaves_the_old_store(frame: pd.DataFrame, tmp_path: Path) -> None:
    """A process that ends between two tables leaves the store as it was; the next write goes through."""
    write_store(tmp_path, {"observations": frame}, {"observations": "1"})
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    assert done.returncode == 9
    assert len(list(tmp_path.glob(".part-*"))) == 1
    assert_frame_equal(open_surely(tmp_path).read("observations"), frame)
    write_store(tmp_path, {"observations": frame.iloc[:10]}, {"observations": "2"})
    assert len(open_surely(tmp_path).read("observations")) == 10


def test_what_a_killed_compile_left_is_removed_later(frame: pd.DataFrame, tmp_path: Path) -> None:
    """A scratch folder of two days ago goes at the next write; a fresh one may be another process's."""
    old, fresh = tmp_path / ".part-old", tmp_path / ".part-fresh"
    for scratch in (old, fresh):
        scratch.mkdir()
    os.utime(old, (0, time.time() - 2 * 24 * 3600))
    write_store(tmp_path, {"observations": frame.iloc[:9]}, {"observations": "1"})
    assert [scratch.exists() for scratch in (old, fresh)] == [False, True]


def damage_manifest(folder: Path) -> None:
    """Break store.json off."""
    path = folder / "store.json"
    path.write_text(path.read_text("utf-8")[:-20], "utf-8")


def point_elsewhere(folder: Path) -> None:
    """Let store.json name a file outside the store."""
    path = folder / "store.json"
    path.write_text(path.read_text("utf-8").replace("observations-", "../observations-"), "utf-8")


def raise_format(folder: Path) -> None:
    """Let the store be of a later version."""
    path = folder / "store.json"
    data = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(data | {"format": 999}), "utf-8")


def drop_column(folder: Path) -> None:
    """Let the store be one from before a column was added to the contract."""
    path = folder / "store.json"
    data = json.loads(path.read_text("utf-8"))
    data["columns"]["observations"].pop()
    path.write_text(json.dumps(data), "utf-8")


def break_off(folder: Path) -> None:
    """Break the data off."""
    path = data_file(folder)
    path.write_bytes(path.read_bytes()[:-100])


def remove_data(folder: Path) -> None:
    """Remove the data."""
    data_file(folder).unlink()


def remove_manifest(folder: Path) -> None:
    """Remove store.json."""
    (folder / "store.json").unlink()


@pytest.mark.parametrize(
    "damage",
    [damage_manifest, point_elsewhere, raise_format, drop_column, break_off, remove_data, remove_manifest],
)
def test_a_damaged_store_is_made_again(damage: object, frame: pd.DataFrame, tmp_path: Path) -> None:
    """What is broken off, missing or of another version is not opened, and is written again."""
    frames, digests = {"observations": frame.iloc[:500]}, {"observations": "1"}
    write_store(tmp_path, frames, digests)
    assert callable(damage)
    damage(tmp_path)
    assert open_store(tmp_path) is None
    assert find_stale(tmp_path, digests) == {"observations"}
    write_store(tmp_path, frames, digests)
    assert_frame_equal(open_surely(tmp_path).read("observations"), frames["observations"])


def test_changed_bytes_are_found(frame: pd.DataFrame, tmp_path: Path) -> None:
    """A file of the right size with other bytes is never read as something else, and is written again."""
    frames, digests = {"observations": frame.iloc[:500].copy()}, {"observations": "1"}
    write_store(tmp_path, frames, digests)
    path = data_file(tmp_path)
    raw, chunk = path.read_bytes(), pq.ParquetFile(path).metadata.row_group(0).column(8)
    refused = 0
    for place in range(chunk.data_page_offset, chunk.data_page_offset + chunk.total_compressed_size, 7):
        path.write_bytes(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :])
        try:
            assert_frame_equal(open_surely(tmp_path).read("observations"), frames["observations"])
        except ReviewError as error:
            assert "damaged or gone" in str(error)  # a flipped bit may also change nothing
            refused += 1
    assert refused > 20
    assert find_stale(tmp_path, digests) == {"observations"}
    write_store(tmp_path, frames, digests)
    assert_frame_equal(open_surely(tmp_path).read("observations"), frames["observations"])


def test_there_is_no_store_in_other_folders(tmp_path: Path) -> None:
    """A folder without a store, or none at all, opens nothing."""
    assert open_store(tmp_path) is None
    assert open_store(tmp_path / "none") is None
