"""The commands on data: import, diff, assess, and the sources that params declare."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from workbooks import write_book

from vsrbook.cli import main
from vsrbook.compiling import store_folder
from vsrbook.params import read_params
from vsrbook.project import Project
from vsrbook.review import load_review
from vsrbook.sources import list_formats
from vsrbook.store import open_store

ROOT = Path(__file__).resolve().parents[1]
PROVINCES = ROOT / "tests" / "sources" / "open_sdg" / "provinces"
OK, FAULTS, USAGE = 0, 1, 2


def call(project: Project, *words: str) -> Result:
    """Run a command in a project."""
    return CliRunner().invoke(main, ["--project", str(project.root), *words], catch_exceptions=False)


@pytest.fixture
def betania(project: Project) -> Project:
    """Give a project with a new association that has empty tables, and an Open SDG repository beside it."""
    call(project, "new", "betania", "--country", "SE", "--place", "Samplia")
    shutil.copytree(PROVINCES, project.root / "raw" / "sdg")
    return project


def rows_of(project: Project, table: str, slug: str = "betania") -> list[dict[str, str]]:
    """Read a table of an association as it stands."""
    with (project.data / slug / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_in(project: Project, *words: str) -> Result:
    """Read the repository into the association."""
    return call(project, "import", "open-sdg", str(project.root / "raw" / "sdg"), "--into", "betania", *words)


def test_formats_are_the_modules_of_the_folder() -> None:
    """Adding a format is adding a module: the list is made from what is there."""
    assert list_formats() == ["open-sdg", "sdmx", "workbook"]


def test_import_writes_tables_report_and_digest(betania: Project) -> None:
    """What was written is said, file by file, with what to do next; every row cites the source."""
    result = read_in(betania, "--source", "office-2025", "--publisher", "Office of Samplia")
    assert result.exit_code == OK
    assert "wrote data/betania/observations.csv: 20 rows of observations" in result.output
    assert "Next: vsrbook check betania" in result.output
    assert {row["source_id"] for row in rows_of(betania, "observations")} == {"office-2025"}
    assert [row["publisher"] for row in rows_of(betania, "sources")] == ["Office of Samplia"]
    folder = betania.data / "betania" / "imports"
    assert (folder / "office-2025.csv").read_text("utf-8").startswith("kind,file,place,what,hint,count\n")
    assert set(json.loads((folder / "office-2025.json").read_text("utf-8"))) == {"digest"}


def test_the_place_by_its_name_is_the_whole_territory(betania: Project) -> None:
    """A source that names the country by its name means the whole."""
    read_in(betania)
    named = {row["area_code"] for row in rows_of(betania, "observations")}
    assert "SE" in named
    assert "samplia" not in named


def test_a_dry_run_writes_nothing(betania: Project) -> None:
    """It reads and reports, and leaves every table as it was."""
    result = read_in(betania, "--dry-run")
    assert result.exit_code == OK
    assert "20 rows of 7 indicators" in result.output
    assert rows_of(betania, "observations") == []
    assert not (betania.data / "betania" / "imports").exists()


def test_a_declared_source_is_read_again_when_it_has_changed(betania: Project) -> None:
    """Check reads it again after a change, once, and says so; a source that is gone leaves the tables."""
    assert (
        "wrote params/betania.yml: the import" in read_in(betania, "--source", "office", "--declare").output
    )
    spec = read_params(betania, "betania").imports[0]
    assert (spec.format, spec.path, spec.source) == ("open-sdg", "raw/sdg", "office")
    assert "# in full, as it calls itself" in (betania.params / "betania.yml").read_text("utf-8")
    assert "read again" not in call(betania, "check", "betania", "--draft").output
    file = betania.root / "raw" / "sdg" / "data" / "indicator_1-2-1.csv"
    file.write_text(file.read_text("utf-8").replace("14.5", "14.7"), "utf-8")
    assert "read again: raw/sdg" in call(betania, "check", "betania", "--draft").output
    assert "14.7" in {row["value"] for row in rows_of(betania, "observations")}
    assert "read again" not in call(betania, "check", "betania", "--draft").output
    shutil.rmtree(betania.root / "raw")
    call(betania, "check", "betania", "--draft")
    assert len(rows_of(betania, "observations")) == 20


def test_a_source_that_breaks_leaves_the_tables_and_says_why(betania: Project) -> None:
    """A declared source that can no longer be read is an error of the params; nothing is overwritten."""
    read_in(betania, "--source", "office", "--declare")
    for path in (betania.root / "raw" / "sdg" / "data").iterdir():
        path.unlink()
    result = call(betania, "check", "betania", "--draft")
    assert result.exit_code == FAULTS
    assert len(rows_of(betania, "observations")) == 20


def test_a_source_that_breaks_does_not_stop_the_others(
    betania: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run goes on with what it has, and ends with status 1."""
    from vsrbook import running

    read_in(betania, "--declare")
    for path in (betania.root / "raw" / "sdg").rglob("indicator_*.csv"):
        path.unlink()
    done = running.RunSummary("12 chapters", (), ())
    monkeypatch.setattr(running, "run_chapters", lambda *_args, **_options: done)
    result = call(betania, "run")
    assert result.exit_code == FAULTS
    assert "params/betania.yml imports[0]: sdg: holds no data file" in result.stderr
    assert "12 chapters" in result.output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("import", "opensdg", "raw", "--into", "samplia"), "did you mean 'open-sdg'?"),
        (("import", "open-sdg", "nowhere", "--into", "samplia"), "there is no "),
        (("import", "open-sdg", "raw", "--into", "sampla"), "did you mean 'samplia'?"),
        (("import", "open-sdg", "data", "--into", "samplia", "-o", "langage=fr"), "did you mean 'language'?"),
        (
            ("import", "open-sdg", "data", "--into", "samplia", "--source", "A b"),
            "'A b' does not fit; lower-case",
        ),
        (("assess", "samplia"), "no method is chosen"),
        (("assess", "samplia", "--method", "eurosat"), "did you mean 'eurostat'?"),
    ],
)
def test_wrong_words_get_one_clear_line(project: Project, words: tuple[str, ...], says: str) -> None:
    """A format, path, association, option, source or method that there is not: what, and what is meant."""
    result = call(project, *words)
    assert result.exit_code == FAULTS
    assert says in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("words", [(), ("open-sdg",), ("open-sdg", "data"), ("open-sdg", "data", "--guess")])
def test_a_call_that_lacks_something_says_what(project: Project, words: tuple[str, ...]) -> None:
    """Without a target, a path or a format that can be guessed the command says what to add."""
    assert call(project, "import", *words).exit_code == USAGE


@pytest.mark.parametrize(
    ("words", "format_name"),
    [
        (("raw/x.xlsx", "--into", "samplia"), "workbook"),
        (("raw/x.XML", "--out", "look"), "sdmx"),
        (("raw/sdg-data", "--into", "samplia"), "open-sdg"),
        (("x.csv", "--guess"), "workbook"),
    ],
)
def test_a_forgotten_format_is_named(project: Project, words: tuple[str, ...], format_name: str) -> None:
    """A path alone is no format: the formats are listed, with the whole command."""
    result = call(project, "import", *words)
    assert result.exit_code == USAGE
    said = " ".join(result.stderr.split())
    assert f"the format is missing before {words[0]}: one of open-sdg, sdmx, workbook" in said
    assert f"vsrbook import {format_name} {words[0]}" in said


def test_diff_compares_folders_files_and_associations(betania: Project, tmp_path: Path) -> None:
    """Two readings of one source do not differ; one changed cell is one line, and a row of the CSV."""
    for name in ("one", "two"):
        folder = str(tmp_path / name)
        done = call(betania, "import", "open-sdg", str(betania.root / "raw" / "sdg"), "--out", folder)
        assert done.exit_code == OK
    same = call(betania, "diff", str(tmp_path / "one"), str(tmp_path / "two"))
    assert (same.exit_code, same.output) == (OK, "no difference: 20 and 20 rows\n")
    path = tmp_path / "two" / "observations.csv"
    path.write_text(path.read_text("utf-8").replace("14.5", "14.7"), "utf-8")
    other = call(betania, "diff", str(tmp_path / "one"), str(path), "--to", str(tmp_path / "diff.csv"))
    assert other.exit_code == FAULTS
    assert "1 difference (1 value)" in other.output
    assert "value: 14.5 | 14.7" in other.output
    assert (tmp_path / "diff.csv").read_text("utf-8").count("\n") == 2
    assert call(betania, "diff", str(tmp_path / "none"), "samplia").exit_code == USAGE


def write(path: Path, *lines: str) -> None:
    """Write a table."""
    path.write_text("\n".join(lines) + "\n", "utf-8")


def test_assess_judges_and_compares_with_what_is_published(project: Project) -> None:
    """Every series gets a status or a reason; results that the source publishes are reproduced or shown."""
    folder = project.data / "samplia"
    params = project.params / "samplia.yml"
    params.write_text(
        params.read_text("utf-8") + "  series: series.csv\nprogress: {method: open-sdg}\n", "utf-8"
    )
    head = "indicator_code,area_code,published_status,published_value,published_score,source_id"
    write(folder / "series.csv", head, "water,S,moderate_progress,0.99,1,sample")
    result = call(project, "assess", "samplia", "--to", str(project.root / "out.csv"))
    assert result.exit_code == OK
    assert "open-sdg: 0 of 1 published results reproduced" in result.output
    assert "not assessable: the series has only one value" in result.output
    with (project.root / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = {
            (row["indicator_code"], row["area_code"], row["residence"]): row for row in csv.DictReader(file)
        }
    whole = rows["water", "S", ""]
    assert (whole["method"], whole["base_value"], whole["latest_value"]) == ("open-sdg", "50.0", "60.0")
    write(folder / "series.csv", head, f"water,S,{whole['status']},{whole['value']},{whole['score']},sample")
    again = call(project, "assess", "samplia")
    assert "open-sdg: 1 of 1 published results reproduced" in again.output


def test_check_compiles_what_has_no_error(project: Project) -> None:
    """After a check the store gives one area's rows; an association with an error keeps its last store."""
    assert call(project, "check", "samplia").exit_code == OK
    store = open_store(store_folder(project, "samplia"))
    assert store is not None
    assert store.read_area("01")["area_code"].unique().tolist() in ([], ["01"])
    before = (store_folder(project, "samplia") / "store.json").read_bytes()
    path = project.data / "samplia" / "observations.csv"
    path.write_text(path.read_text("utf-8") + "water,S,2021,,,,,many,,,sample,\n", "utf-8")
    assert call(project, "check", "samplia").exit_code == FAULTS
    assert (store_folder(project, "samplia") / "store.json").read_bytes() == before


def add_table(project: Project, table: str, *lines: str) -> None:
    """Declare a table and write it."""
    params = project.params / "samplia.yml"
    params.write_text(params.read_text("utf-8") + f"  {table}: {table}.csv\n", "utf-8")
    write(project.data / "samplia" / f"{table}.csv", *lines)


def test_labels_name_areas_and_indicators_in_the_edition_s_language(project: Project) -> None:
    """Where a label in the language is given, the area is called so; where none is, it keeps its name."""
    add_table(
        project,
        "labels",
        "table,code,language,label,source_id",
        "areas,01,fr,Alpha,sample",
        "indicators,water,fr,Eau courante,sample",
    )
    names: dict[str, Any] = {}
    for language in ("en", "fr"):
        review = load_review("samplia", language=language, project=project)
        names[language] = [*review.tables["areas"]["name"][1:3], review.tables["indicators"]["name"][0]]
    assert names == {"en": ["Alfa", "Beta", "Piped water"], "fr": ["Alpha", "Beta", "Eau courante"]}


def test_labels_and_bounds_are_checked(project: Project) -> None:
    """A label of an area that there is not, a language that is none, a value that cannot be: each is one line."""
    head = "table,code,language,label,source_id"
    add_table(project, "labels", head, "areas,1,fr,Alpha,sample", "areas,01,frensh,Alpha,sample")
    path = project.data / "samplia" / "indicators.csv"
    lines = [
        f"{line},{bound}"
        for line, bound in zip(path.read_text("utf-8").splitlines(), ("highest", "55", ""), strict=True)
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    result = call(project, "check", "samplia")
    assert result.exit_code == FAULTS
    assert "data/samplia/labels.csv:2 code: unknown code '1'; did you mean '01'?" in result.stderr
    assert "data/samplia/labels.csv:3 language: unknown language 'frensh'" in result.stderr
    assert "value: warning: 60 is outside the bounds of 'water'" in result.stderr


def test_codes_are_checked_against_the_framework(project: Project) -> None:
    """A target that there is not is an error, with the targets that there are; a retired indicator is a warning."""
    path = project.data / "samplia" / "indicators.csv"
    path.write_text(path.read_text("utf-8").replace("6.1,6.1.1", "6.9,6.1.1"), "utf-8")
    result = call(project, "check", "samplia")
    assert result.exit_code == FAULTS
    assert "indicators.csv:2 target: " in result.stderr
    assert "6.6" in result.stderr


SHARED = ROOT.parent / "shared" / "data" / "rwanda"
RWANDA_SHEET = """
sheet: Data
layout: years
columns: {indicator: Series_Code, series_code: Series_Code, global_indicator: Indicator, area_code: Ref_Area,
  unit: Unit_Code, sex: Sex_Code, age: Age_Code, residence: Urbanization_Code,
  category: [Education_Code, Occupation_Code, Composite]}
category_labels: false
totals: [_T]
"""


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared")
def test_rwanda_in_two_forms_has_the_same_keys_and_is_compared_cell_by_cell(
    project: Project, tmp_path: Path
) -> None:
    """NISR's workbook and its SDMX twin: the same series, areas, years and groups; 251 values are rounded.

    The one series with two units is refused in the sheet and split in the SDMX file, and both are said.
    """
    (tmp_path / "sheet.yml").write_text(RWANDA_SHEET, "utf-8")
    sheet, twin = tmp_path / "sheet", tmp_path / "twin"
    workbook = SHARED / "data" / "2025_RW-SDG_Data.xlsx"
    read = call(
        project,
        "import",
        "workbook",
        str(workbook),
        "--out",
        str(sheet),
        "--options",
        str(tmp_path / "sheet.yml"),
    )
    assert "'SP_LGL_LNDDOC' is in 'NUMBER', 1 row in 'PT'" in read.output
    data = SHARED / "sdmx-data" / "2025_RWA-SDG_Data.xml"
    structure = f"structure={SHARED / 'dsd.xml'}"
    call(project, "import", "sdmx", str(data), "--out", str(twin), "-o", structure, "-o", "labels=codes")
    words = ("--words-only", "--tolerance", "0.000000000001", "--to", str(tmp_path / "diff.csv"))
    result = call(project, "diff", str(sheet), str(twin), *words)
    assert "(251 value, 4 only right, 3 only left); left has 2,329 rows, right 2,330" in result.output
    with (tmp_path / "diff.csv").open(encoding="utf-8", newline="") as file:
        alone = {row["indicator_code"] for row in csv.DictReader(file) if row["what"] != "value"}
    assert alone == {"SP_LGL_LNDDOC", "SP_LGL_LNDDOC_NUMBER", "SP_LGL_LNDDOC_PT"}


WATER = (
    "-o",
    "columns={area_name: area, year: year, value: value}",
    "-o",
    "indicator={code: water, unit: '%'}",
)


def write_water(project: Project, *areas: str) -> Path:
    """Write a sheet with one value for each area."""
    path = project.root / "raw" / "water.csv"
    path.parent.mkdir(exist_ok=True)
    write(path, "area,year,value", *(f"{area},2011,{n}" for n, area in enumerate(areas, 50)))
    return path


def test_an_import_of_which_nothing_is_accepted_is_no_import(project: Project) -> None:
    """It is neither declared nor called written; what a good import gave stays, and only the report is new."""
    path = write_water(project, "Alfa", "Beta")
    words = ("import", "workbook", str(path), "--into", "samplia", *WATER, "--source", "office")
    assert call(project, *words, "--declare").exit_code == OK
    tables = {file.name: file.read_bytes() for file in (project.data / "samplia").glob("*.csv")}
    params = (project.params / "samplia.yml").read_bytes()
    write_water(project, "Nowhere", "Elsewhere")
    result = call(project, *words, "--declare")
    assert result.exit_code == FAULTS
    assert "raw/water.csv: not one value was accepted, 2 refused: no table is written" in result.stderr
    assert [line for line in result.output.splitlines() if line.startswith("wrote")] == [
        "wrote data/samplia/imports/office.csv: the whole report"
    ]
    assert "Next:" not in result.output
    assert {file.name: file.read_bytes() for file in (project.data / "samplia").glob("*.csv")} == tables
    assert (project.params / "samplia.yml").read_bytes() == params
    assert "Nowhere" in (project.data / "samplia" / "imports" / "office.csv").read_text("utf-8")
    for again in (("import", "--into", "samplia"), ("check", "samplia"), ("check", "samplia")):
        result = call(project, *again)
        assert (result.exit_code, "not one value was accepted" in result.stderr) == (FAULTS, True), again
    assert {file.name: file.read_bytes() for file in (project.data / "samplia").glob("*.csv")} == tables


def test_a_source_that_is_read_again_says_what_it_refuses_and_where_the_report_is(project: Project) -> None:
    """Check lists the first six refused lines, counts the rest, and names the file with all of them."""
    path = write_water(project, "Alfa")
    assert (
        call(project, "import", "workbook", str(path), "--into", "samplia", *WATER, "--declare").exit_code
        == OK
    )
    write_water(project, "Alfa", *(f"Nowhere {n}" for n in range(8)))
    result = call(project, "check", "samplia")
    assert result.exit_code == OK
    assert "read again: raw/water.csv (" in result.output
    refused = [
        line for line in result.stderr.splitlines() if "water.csv:" in line and ": refused: area" in line
    ]
    assert len(refused) == 6
    assert "… and 2 more refused, in the report" in result.stderr
    assert "data/samplia/imports/water.csv is the whole report" in result.output


def test_a_new_source_of_which_nothing_is_accepted_is_not_declared(project: Project) -> None:
    """The params stay as they are; a look at it into a folder has the report alone, and status 1 too."""
    path, before = write_water(project, "Nowhere"), (project.params / "samplia.yml").read_bytes()
    words = ("import", "workbook", str(path), *WATER)
    assert call(project, *words, "--into", "samplia", "--declare").exit_code == FAULTS
    assert (project.params / "samplia.yml").read_bytes() == before
    assert call(project, *words, "--into", "samplia", "--dry-run").exit_code == FAULTS
    write(path, "area,year,value", "Alfa,2020,many")
    look = project.root / "look"
    assert call(project, *words, "--out", str(look)).exit_code == FAULTS
    assert [file.name for file in look.iterdir()] == ["import-report.csv"]


MAPPING = """
imports:
  - format: workbook
    path: somewhere/else.csv
    source: office-2020
    title: Water of Samplia
    publisher: Office of Samplia
    url: https://example.org/water
    licence: CC BY 4.0
    date: "2021-05"
    options:
      columns: {area_name: area, year: year, value: value}
      indicator: {code: water, unit: '%'}
"""


def test_what_a_mapping_says_beside_its_options_is_used(project: Project, tmp_path: Path) -> None:
    """Source, title, publisher and the rest of an entry count where the command line says nothing else."""
    path, mapping = write_water(project, "Alfa"), tmp_path / "mapping.yml"
    mapping.write_text(MAPPING, "utf-8")
    words = ("import", "workbook", str(path), "--into", "samplia", "--options", str(mapping))
    assert call(project, *words, "--title", "Water, by hand", "--declare").exit_code == OK
    row = next(row for row in rows_of(project, "sources", "samplia") if row["source_id"] == "office-2020")
    assert [row[name] for name in ("title", "publisher", "url", "licence", "date")] == [
        "Water, by hand", "Office of Samplia", "https://example.org/water", "CC BY 4.0", "2021-05"
    ]  # fmt: skip
    spec = read_params(project, "samplia").imports[0]
    assert (spec.path, spec.source, spec.licence) == ("raw/water.csv", "office-2020", "CC BY 4.0")
    mapping.write_text(MAPPING.replace("publisher:", "publsher:"), "utf-8")
    result = call(project, *words)
    assert (result.exit_code, "publsher: unknown key; did you mean 'publisher'?" in result.stderr) == (
        FAULTS,
        True,
    )


def test_the_name_that_stands_for_a_source_is_refused(project: Project, tmp_path: Path) -> None:
    """The proposal's name-of-the-source is no name; --source gives one, and a look needs none."""
    path, mapping = write_water(project, "Alfa"), tmp_path / "mapping.yml"
    mapping.write_text(MAPPING.replace("office-2020", "name-of-the-source"), "utf-8")
    words = ("import", "workbook", str(path), "--options", str(mapping))
    result = call(project, *words, "--into", "samplia")
    assert result.exit_code == FAULTS
    assert (
        "source: 'name-of-the-source' only stands where the source's own name belongs; give it one"
        in result.stderr
    )
    assert call(project, *words, "--into", "samplia", "--source", "office").exit_code == OK
    look = call(project, *words, "--out", str(tmp_path / "look"))
    assert (look.exit_code, "source water)" in look.output) == (OK, True)


def test_a_folder_that_no_import_has_written_is_left_alone(project: Project, tmp_path: Path) -> None:
    """--out never merges into somebody's files; a second look replaces the first."""
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "areas.csv").write_text("my own\n", "utf-8")
    refused = call(project, "import", "open-sdg", str(PROVINCES), "--out", str(mine))
    assert refused.exit_code == FAULTS
    assert "mine: is a folder that no import has written; name a new or an empty folder" in refused.output
    assert (mine / "areas.csv").read_text("utf-8") == "my own\n"
    look = tmp_path / "look"
    assert call(project, "import", "open-sdg", str(PROVINCES), "--out", str(look)).exit_code == OK
    first = (look / "observations.csv").read_text("utf-8")
    (look / "observations.csv").write_text(first + first.splitlines()[1] + "\n", "utf-8")
    assert call(project, "import", "open-sdg", str(PROVINCES), "--out", str(look)).exit_code == OK
    assert (look / "observations.csv").read_text("utf-8") == first


def test_a_source_that_is_not_here_is_said(betania: Project) -> None:
    """The raw files need not be beside the book; check says that the tables are as read last."""
    read_in(betania, "--source", "office-2025", "--declare")
    shutil.rmtree(betania.root / "raw")
    assert (
        "raw/sdg is not here; the tables are as they were read from it last"
        in call(betania, "check", "betania").output
    )


def test_a_language_that_is_none_and_a_file_of_one_letter(betania: Project, tmp_path: Path) -> None:
    """A word for a language is refused; a file called a.csv gives a source one can read."""
    result = read_in(betania, "--language", "english")
    assert "'english' does not fit; it is no language code. Language to read names in" in result.output
    (tmp_path / "a.csv").write_text("indicator,year,value\n1.1.1,2020,5\n", "utf-8")
    tidy = ("-o", "columns={indicator: indicator, year: year, value: value}")
    result = call(betania, "import", "workbook", str(tmp_path / "a.csv"), "--out", str(tmp_path / "o"), *tidy)
    assert "source source-a)" in result.output, result.output


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- a\n- b\n", "holds no keys; vsrbook import workbook FILE --guess proposes one"),
        ("imports: none\n", "imports: does not hold one import; keep one entry below imports:"),
        ("imports:\n  - {options: {a: 1}}\n  - {options: {b: 1}}\n", "does not hold one import"),
        ("options: 3\n", "holds no keys below options"),
        ("a: [\n", "mapping.yml:"),
    ],
)
def test_a_file_of_options_that_holds_none_gets_one_line(
    project: Project, tmp_path: Path, text: str, says: str
) -> None:
    """Whatever stands in it, the message says what to write."""
    path = tmp_path / "mapping.yml"
    path.write_text(text, "utf-8")
    words = ("import", "open-sdg", str(PROVINCES), "--out", str(tmp_path / "o"), "--options", str(path))
    result = call(project, *words)
    assert result.exit_code == FAULTS
    assert says in result.stderr
    assert "_template" not in result.stderr


def test_diff_reads_the_sheet_and_the_source_that_the_params_declare(project: Project) -> None:
    """A table in a workbook is compared as check reads it, not as its first sheet has it."""
    rows = [list(row.values()) for row in rows_of(project, "observations", "samplia")]
    header = list(rows_of(project, "observations", "samplia")[0])
    folder = project.data / "samplia"
    write_book(folder / "observations.xlsx", {"Notes": [["not a table"]], "Data": [header, *rows]})
    params = project.root / "params" / "samplia.yml"
    told = params.read_text("utf-8").replace(
        "observations: observations.csv", "observations: {file: observations.xlsx, sheet: Data}"
    )
    params.write_text(told, "utf-8")
    assert "sheet: Data" in told
    result = call(project, "diff", "samplia", str(folder / "observations.csv"))
    assert result.exit_code == OK, result.output
