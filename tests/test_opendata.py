"""Data packages: valid by the reference implementation, honest, harmless, the same bytes every time."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import re
import runpy
import shlex
import shutil
import subprocess
import sys
import weakref
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from frictionless import Package

from vsrbook.csv_writing import encode_header, encode_rows, write_csv
from vsrbook.params import Licence
from vsrbook.publishing.opendata import (
    PACKED_FROM,
    PackageInfo,
    name_observations,
    take_rows,
    write_area_package,
    write_full_package,
)
from vsrbook.tables import TABLES

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "book" / "reuse-data.md"
NASTY = ("=1+1", '@SUM(A1) "x", y', "two\r\nlines", "a\rb", "مياه الشرب", "Eau potable – été", "-5", "\t=x")
ALFA = {
    "area_code": "01",
    "name": "Alfa",
    "level": "municipality",
    "parent_code": "S",
    "parent_name": "Samplia",
}


def make_frame(table: str, *rows: dict[str, Any]) -> pd.DataFrame:
    """Make a typed frame with the columns of a contract, as a review has it."""
    kinds = {"number": "float64", "integer": "Int64", "year": "Int64"}
    frame = pd.DataFrame()
    for column in TABLES[table].columns:
        kind = kinds.get(column.kind, "str")
        cells = [row.get(column.name, "" if kind == "str" else None) for row in rows]
        frame[column.name] = pd.Series(cells, dtype=kind)
    return frame


AREAS = make_frame(
    "areas",
    {"area_code": "S", "name": "Samplia", "level": "country", "source_id": "atlas"},
    {**ALFA, "parent_code": "S", "population": 100, "latitude": -4.02, "source_id": "atlas"},
    {"area_code": "NA", "name": "=Beta", "level": "municipality", "parent_code": "S", "source_id": "atlas"},
)
INDICATORS = make_frame(
    "indicators",
    *(
        {"indicator_code": code, "goal": 8, "target": "8.10", "name": name, "unit": unit}
        | {"direction": "up", "source_id": "census"}
        for code, name, unit in (("water", "Piped water", "% of households"), ("=odd", "أ", "per 1,000"))
    ),
)
SOURCES = make_frame(
    "sources",
    {"source_id": "census", "title": "Census", "publisher": "Office", "date": "2019", "licence": "CC BY 4.0"}
    | {"url": "https://example.org/census"},
    {"source_id": "atlas", "title": "Atlas", "publisher": "Atlas", "url": "https://example.org/atlas"},
    {"source_id": "unused", "title": "Unused", "publisher": "Nobody"},
)
OBSERVATIONS = make_frame(
    "observations",
    *(
        {"indicator_code": "water", "area_code": "01", "year": 2010 + n, "value": 0.1 + 0.2 * n}
        | {"weight": 7, "source_id": "census", "note": note}
        for n, note in enumerate(NASTY)
    ),
    {"indicator_code": "water", "area_code": "01", "year": 2020, "sex": "female", "age": "+65", "value": 1e-7}
    | {"source_id": "census"},
    {"indicator_code": "water", "area_code": "01", "year": 2020, "source_id": "census"},
    {
        "indicator_code": "=odd",
        "area_code": "01",
        "year": 2020,
        "value": 3,
        "weight": 4,
        "status": "suppressed",
    }
    | {"source_id": "census", "note": "few"},
)
PROFILE = pd.DataFrame(
    [
        {"indicator_code": "water", "goal": 8, "target": "8.10", "name": "Piped water", "direction": "up"}
        | {"unit": "% of households", "year": 2020, "value": 64.25, "parent_value": 60, "compared_year": 2019}
        | {"compared_value": 63, "rank": 2, "peers": 7, "peer_median": 61.5, "areas": 40, "lowest": 1}
        | {"lower_quartile": 2, "median": 3, "upper_quartile": 4, "highest": 99, "status": "provisional"},
        {"indicator_code": "=odd", "goal": 3, "name": "أ", "direction": "none", "unit": "per 1,000"}
        | {"year": 2020, "value": 3, "status": "suppressed", "peers": 0, "areas": 0},
    ]
)
INFO = PackageInfo(
    slug="samplia",
    title="Review of the municipalities of Samplia",
    description="Figures of the census.",
    association="Union of Samplian Municipalities",
    edition="2026",
    language="en",
    created="2026-07-01",
    standing="sample",
    sources=SOURCES,
    licence=Licence(name="CC BY 4.0", title="Attribution 4.0", url="https://example.org/by"),
    homepage="https://example.org",
)


def write_area(folder: Path, info: PackageInfo = INFO) -> list[Path]:
    """Write the package of Alfa."""
    return write_area_package(folder, info, ALFA, OBSERVATIONS, PROFILE)


def write_all(folder: Path, rows: int = 0, chunk: int = 4, info: PackageInfo = INFO) -> list[Path]:
    """Write the package of all areas, the observations in chunks."""
    chunks = (OBSERVATIONS.iloc[start : start + chunk] for start in range(0, len(OBSERVATIONS), chunk))
    return write_full_package(folder, info, AREAS, INDICATORS, chunks, rows)


def describe(folder: Path) -> dict[str, Any]:
    """Read the description of a package."""
    described: dict[str, Any] = json.loads((folder / "datapackage.json").read_text("utf-8"))
    return described


def find_faults(folder: Path) -> list[str]:
    """Let frictionless validate a package; return the kinds of faults it finds."""
    report = Package(str(folder / "datapackage.json")).validate()
    return [kind for (kind,) in report.flatten(["type"])]


def read_cells(path: Path) -> list[dict[str, str]]:
    """Read a CSV file as it stands there."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_packages_are_valid(tmp_path: Path) -> None:
    """Both kinds are valid, with formulas, quotes, line breaks, Arabic, empty and suppressed values."""
    for folder, write in ((tmp_path / "01", write_area), (tmp_path / "all", write_all)):
        written = write(folder)
        assert sorted(written) == sorted(folder.iterdir())
        assert find_faults(folder) == []
    assert {path.name for path in (tmp_path / "01").iterdir()} == {
        *("datapackage.json", "observations.csv", "profile.csv")
    }


def change_cell(name: str, old: str, new: str) -> Callable[[Path], None]:
    """Return what replaces a text in a file of a package, and makes size and checksum fit again."""

    def change(folder: Path) -> None:
        path = folder / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8", newline="\n")
        described = describe(folder)
        entry = next(entry for entry in described["resources"] if entry["path"] == name)
        entry["bytes"] = path.stat().st_size
        entry["hash"] = f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
        (folder / "datapackage.json").write_text(json.dumps(described), "utf-8")

    return change


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("water,01,2013", "water,01,soon", "type-error"),
        ("water,01,2013", "water,01,1066", "constraint-error"),
        ("water,01,2013", "water,,2013", "constraint-error"),
        ("water,01,2013", "water,02,2013", "foreign-key"),
        ("water,01,2013", "milk,01,2013", "foreign-key"),
        (",census,", ",atlantis,", "foreign-key"),
        ("female", "woman", "constraint-error"),
        (",suppressed,", ",hidden,", "constraint-error"),
        ("0.1,", "0.1.1,", "type-error"),
        ("year,sex", "sex,year", "incorrect-label"),
    ],
)
def test_the_schema_catches_broken_observations(tmp_path: Path, old: str, new: str, kind: str) -> None:
    """A cell of another kind, an unknown code, a word that is none of the choices: each is found."""
    write_all(tmp_path)
    change_cell("observations.csv", old, new)(tmp_path)
    assert kind in find_faults(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("'=odd,3", "water,3", "primary-key"),
        (",2,7,", ",0,7,", "constraint-error"),
        (",2,7,", ",2,1.5,", "type-error"),
        ("none", "sideways", "constraint-error"),
    ],
)
def test_the_schema_catches_broken_profiles(tmp_path: Path, old: str, new: str, kind: str) -> None:
    """An indicator that stands twice, a place before the first, half a peer: each is found."""
    write_area(tmp_path)
    change_cell("profile.csv", old, new)(tmp_path)
    assert find_faults(tmp_path) == [kind]


def test_a_file_that_was_changed_is_noticed(tmp_path: Path) -> None:
    """The checksum of a file tells that it is another one, even where it is as long."""
    write_area(tmp_path)
    path = tmp_path / "profile.csv"
    path.write_bytes(path.read_bytes().replace(b"64.25", b"65.25"))
    assert find_faults(tmp_path) == ["hash-count"]


def test_values_come_back_as_they_were(tmp_path: Path) -> None:
    """What pandas reads are the very numbers, texts (but for formulas) and gaps that were written."""
    write_area(tmp_path)
    path = tmp_path / "observations.csv"
    assert not path.read_bytes().startswith(b"\xef\xbb\xbf")
    read = pd.read_csv(path, dtype={"area_code": "str"}, keep_default_na=False, na_values=[""])
    assert list(read) == [name for name in TABLES["observations"].names if name != "weight"]
    kept = OBSERVATIONS["status"] != "suppressed"
    pd.testing.assert_series_equal(read["value"][kept], OBSERVATIONS["value"][kept])
    assert read["year"].tolist() == OBSERVATIONS["year"].tolist()
    assert set(read["area_code"]) == {"01"}
    assert read["note"][4:6].tolist() == list(NASTY[4:6])


def test_numbers_are_plain_and_formulas_harmless(tmp_path: Path) -> None:
    """A text that a spreadsheet would run begins with an apostrophe; a number is a number, 100 not 100.0."""
    frame = OBSERVATIONS.iloc[:3].assign(value=[100.0, -5.25, float("inf")], note=NASTY[:3])
    write_area_package(tmp_path, INFO, ALFA, frame, PROFILE)
    cells = read_cells(tmp_path / "observations.csv")
    assert [cell["value"] for cell in cells] == ["100", "-5.25", ""]
    assert [cell["note"] for cell in cells] == ["'=1+1", '\'@SUM(A1) "x", y', "two\nlines"]
    assert [cell["indicator_code"] for cell in read_cells(tmp_path / "profile.csv")] == ["water", "'=odd"]
    assert describe(tmp_path)["resources"][0]["units"] == {"water": "% of households", "'=odd": "per 1,000"}


def test_both_writers_of_csv_agree() -> None:
    """The quick writer writes texts and gaps as the one for figures does."""
    names = ["age", "category"]
    texts = pd.DataFrame({"age": ["x", None, *NASTY], "category": [*NASTY, '"', ","]}, dtype="str")
    table = replace(TABLES["observations"], columns=tuple(map(TABLES["observations"].column, names)))
    written = (encode_header(names) + encode_rows(take_rows(texts, table))).decode()
    assert written == write_csv(texts)


def test_suppressed_values_are_held_back(tmp_path: Path) -> None:
    """What stands in value or weight of a suppressed row is not published, whatever the table holds."""
    write_area(tmp_path, replace(INFO, with_weights=True))
    rows = read_cells(tmp_path / "observations.csv")
    assert [row["weight"] for row in rows[:2]] == ["7", "7"]
    hidden = [row for row in rows if row["status"] == "suppressed"]
    assert [(row["value"], row["weight"], row["note"]) for row in hidden] == [("", "", "few")]
    shown = read_cells(tmp_path / "profile.csv")
    assert [row["value"] for row in shown] == ["64.25", ""]
    assert find_faults(tmp_path) == []


def test_the_description_names_what_is_cited(tmp_path: Path) -> None:
    """Sources are those that rows of the package cite; only a web address becomes a path."""
    write_area(tmp_path / "01")
    census = {"title": "Office, Census (2019)", "path": "https://example.org/census"}
    census |= {"source_id": "census", "licence": "CC BY 4.0"}
    assert describe(tmp_path / "01")["sources"] == [census]
    unsafe = SOURCES.replace("https://example.org/atlas", "javascript:alert(1)")
    write_all(tmp_path / "all", info=replace(INFO, sources=unsafe))
    assert describe(tmp_path / "all")["sources"] == [census, {"title": "Atlas", "source_id": "atlas"}]
    cited = [row["source_id"] for row in read_cells(tmp_path / "all" / "sources.csv")]
    assert cited == ["census", "atlas"]


def test_the_description_says_who_stands_behind_it(tmp_path: Path) -> None:
    """Title, edition, date, licence and standing are those of the review."""
    write_area(tmp_path)
    described = describe(tmp_path)
    assert described["profile"] == "tabular-data-package"
    assert described["title"] == "Alfa – Review of the municipalities of Samplia"
    assert (described["name"], described["version"]) == ("samplia-01", "2026")
    assert described["created"] == "2026-07-01T00:00:00Z"
    assert described["area"] == ALFA
    assert described["description"].startswith("Sample data: invented.")
    by = {"name": "CC-BY-4.0", "title": "Attribution 4.0", "path": "https://example.org/by"}
    assert described["licenses"] == [by]


def test_without_a_licence_none_is_claimed(tmp_path: Path) -> None:
    """Where no licence is declared there is none in the package, and the description says where to look."""
    write_area(tmp_path, replace(INFO, licence=None, standing="illustration", homepage=""))
    described = describe(tmp_path)
    assert described.keys().isdisjoint({"licenses", "homepage", "id"})
    assert "Not a publication of Union of Samplian Municipalities" in described["description"]
    assert "What each source allows" in described["description"]
    assert find_faults(tmp_path) == []


def test_a_licence_without_letters_of_its_own_has_a_name(tmp_path: Path) -> None:
    """A licence that is named in Arabic is valid, and keeps its words as title."""
    write_area(tmp_path, replace(INFO, licence=Licence(name="رخصة", title=None, url=None)))
    assert describe(tmp_path)["licenses"] == [{"name": "other", "title": "رخصة"}]
    assert find_faults(tmp_path) == []


@pytest.mark.parametrize("code", ["KE-01", "a/b", "../x", "São", "مكة", "A b", "a-b"])
def test_every_package_has_a_valid_name_of_its_own(tmp_path: Path, code: str) -> None:
    """Whatever an area's code, the name of its package has only letters that a name may have."""
    write_area_package(tmp_path, INFO, {"area_code": code, "name": code}, OBSERVATIONS, PROFILE)
    name = describe(tmp_path)["name"]
    assert re.fullmatch(r"samplia-[a-z0-9._-]+", name)
    assert (name == f"samplia-{code.lower()}") == (code in {"KE-01", "a-b"})


def test_every_column_is_explained(tmp_path: Path) -> None:
    """Each column has a title and a meaning, those of the contracts where there is one."""
    write_area(tmp_path / "01")
    write_all(tmp_path / "all")
    for resource in (*describe(tmp_path / "01")["resources"], *describe(tmp_path / "all")["resources"]):
        fields = resource["schema"]["fields"]
        assert all(field["title"] and field["description"] for field in fields)
        if contract := TABLES.get(resource["name"]):
            assert [field["description"] for field in fields] == [
                contract.column(field["name"]).meaning for field in fields
            ]


def test_many_rows_are_compressed(tmp_path: Path) -> None:
    """From the row count given, observations are one .gz file, valid, with the same rows; no old file stays."""
    write_all(tmp_path)
    plain = (tmp_path / "observations.csv").read_bytes()
    write_all(tmp_path, rows=PACKED_FROM)
    assert name_observations(PACKED_FROM) == "observations.csv.gz"
    assert not (tmp_path / "observations.csv").exists()
    assert gzip.decompress((tmp_path / "observations.csv.gz").read_bytes()) == plain
    assert find_faults(tmp_path) == []
    assert len(pd.read_csv(tmp_path / "observations.csv.gz")) == len(OBSERVATIONS)
    write_all(tmp_path)
    assert not (tmp_path / "observations.csv.gz").exists()


@pytest.mark.parametrize("rows", [0, PACKED_FROM])
def test_the_same_input_gives_the_same_bytes(tmp_path: Path, rows: int) -> None:
    """A package written again is the same byte for byte, however its rows are cut into chunks."""
    write_area(tmp_path / "01")
    write_area(tmp_path / "01-again", replace(INFO))
    write_all(tmp_path / "all", rows)
    write_all(tmp_path / "all-again", rows, chunk=3)
    for first in ("01", "all"):
        for path in (tmp_path / first).iterdir():
            assert (tmp_path / f"{first}-again" / path.name).read_bytes() == path.read_bytes()


def test_rows_are_never_held_together(tmp_path: Path) -> None:
    """While one chunk is written, those before it are gone from memory."""
    alive: list[weakref.ref[pd.DataFrame]] = []

    def chunks() -> Iterator[pd.DataFrame]:
        for _number in range(20):
            chunk = OBSERVATIONS.copy()
            alive.append(weakref.ref(chunk))
            yield chunk
            assert sum(one() is not None for one in alive) <= 2

    write_full_package(tmp_path, INFO, AREAS, INDICATORS, chunks(), 0)
    assert len(read_cells(tmp_path / "observations.csv")) == 20 * len(OBSERVATIONS)


def test_areas_without_observations_have_a_package(tmp_path: Path) -> None:
    """An area without a row has empty tables, which are valid."""
    write_area_package(tmp_path, INFO, ALFA, OBSERVATIONS.iloc[:0], PROFILE.iloc[:0])
    assert find_faults(tmp_path) == []
    assert describe(tmp_path)["sources"] == []


def test_a_column_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    """Neither a required column that is not there nor a word among numbers is written."""
    with pytest.raises(KeyError, match="year"):
        write_area_package(tmp_path, INFO, ALFA, OBSERVATIONS.drop(columns="year"), PROFILE)
    with pytest.raises(ValueError, match="many"):
        write_area_package(tmp_path, INFO, ALFA, OBSERVATIONS, PROFILE.assign(highest="many"))


def find_blocks(language: str) -> list[str]:
    """Return the blocks of the guide's page in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def run_shell(line: str, folder: Path) -> None:
    """Run a command of the guide with the programs of this environment."""
    command, *arguments = shlex.split(line)
    program = shutil.which(command, path=str(Path(sys.executable).parent))
    assert program, f"{command} is not installed"
    done = subprocess.run([program, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("rows", [None, 0, PACKED_FROM])
def test_the_guides_python_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int | None) -> None:
    """What the guide shows in Python reads both kinds of packages, codes and gaps as they are."""
    if rows is None:
        write_area(tmp_path)
    else:
        write_all(tmp_path, rows)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "guide.py").write_text("\n".join(find_blocks("python")), "utf-8")
    found = runpy.run_path(str(tmp_path / "guide.py"))
    assert len(found["everyone"]) == len(OBSERVATIONS) - 1
    assert set(found["everyone"]["unit"]) == {"% of households", "per 1,000"}
    assert set(found["observations"]["area_code"]) == {"01"}
    assert len(found["rows"]) == len(OBSERVATIONS)
    if rows is not None:
        assert found["tables"]["areas"]["area_code"].tolist() == ["S", "01", "NA"]
        assert set(found["tables"]["indicators"]["target"]) == {"8.10"}


def test_the_guides_commands_run(tmp_path: Path) -> None:
    """Commands of the guide check a package, and take it into a project of one's own."""
    validate, new, check = find_blocks("sh")
    write_area(tmp_path / "01")
    write_all(tmp_path / "all")
    run_shell(validate, tmp_path / "01")
    run_shell(validate, tmp_path / "all")
    project = tmp_path / "book"
    for name in ("params/_template.yml", "_config.yml", "_toc.yml"):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, project / name)
    shutil.copytree(ROOT / "data" / "reference", project / "data" / "reference")
    run_shell(new, project)
    params = project / "params" / "my-city.yml"
    (level,) = find_blocks("yaml")
    params.write_text(params.read_text("utf-8") + level, "utf-8")
    data = project / "data" / "my-city"
    shutil.copy(tmp_path / "01" / "observations.csv", data)
    for name in ("areas.csv", "indicators.csv", "sources.csv"):
        shutil.copy(tmp_path / "all" / name, data)
    run_shell(check, project)


def test_the_guides_r_names_columns_that_are_there(tmp_path: Path) -> None:
    """The line for R reads a file of the package and names columns of it; R itself need not be installed."""
    write_area(tmp_path)
    (line,) = find_blocks("r")
    (name,) = re.findall(r'read\.csv\("([^"]+)"', line)
    named = re.findall(r'(\w+) = "character"', line)
    assert named
    assert set(named) <= set(read_cells(tmp_path / name)[0])
    if program := shutil.which("Rscript"):
        subprocess.run([program, "-e", line], cwd=tmp_path, check=True)


def test_the_guide_explains_columns_that_are_there(tmp_path: Path) -> None:
    """Every column that the guide's list explains is one of a package."""
    write_area(tmp_path)
    columns = {name for file in tmp_path.glob("*.csv") for name in read_cells(file)[0]}
    explained = {
        name
        for line in re.findall(r"^- (\*\*.+)$", PAGE.read_text("utf-8"), re.MULTILINE)
        for name in re.findall(r"\*\*(\w+)\*\*", line)
    }
    assert {"status", "rank", "peers"} <= explained <= columns
