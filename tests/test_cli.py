"""The command line: what each command prints, writes and returns; and the words, colours and server behind it."""

from __future__ import annotations

import csv
import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.request import urlopen

import click
import pytest
import yaml
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from click.testing import CliRunner, Result

from vsrbook import text
from vsrbook.chapters.outline import CHAPTERS
from vsrbook.cli import main
from vsrbook.params import read_params
from vsrbook.project import Project, find_project
from vsrbook.review import load_review
from vsrbook.sdg import GOALS
from vsrbook.serving import make_server
from vsrbook.tables import TABLES

COMMANDS = [
    "init",
    "check",
    "status",
    "run",
    "build",
    "new",
    "import",
    "diff",
    "assess",
    "workplan",
    "rap",
    "clean",
    "upgrade",
    "serve",
]
OK, FAULTS, USAGE = 0, 1, 2


def call(project: Project, *arguments: str) -> Result:
    """Call a command in the project, in this process."""
    return CliRunner().invoke(main, ["--project", str(project.root), *arguments])


def start(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Start the real program in a folder."""
    program = [sys.executable, "-m", "vsrbook.cli", *arguments]
    return subprocess.run(program, cwd=folder, capture_output=True, text=True, check=False, timeout=60)


def edit(path: Path, old: str, new: str) -> None:
    """Change a file."""
    before = path.read_text("utf-8")
    assert old in before
    path.write_text(before.replace(old, new), "utf-8")


def files_in(folder: Path) -> set[Path]:
    """Name every file of a folder."""
    return {path for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Leave the language as it was."""
    yield
    text.set_language("en")


# Help


def test_every_command_is_known() -> None:
    """The commands stand in the order of the work."""
    assert list(main.commands) == COMMANDS
    assert main.list_commands(click.Context(main)) == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(command: str) -> None:
    """The help of every command says what it does, and shows it."""
    result = CliRunner().invoke(main, [command, "--help"])
    assert result.exit_code == OK
    assert "Examples:" in result.output
    assert f"  vsrbook {command}" in result.output
    for option in main.commands[command].params:
        if isinstance(option, click.Option):
            assert option.help, f"{command} {option.name} says nothing"


def test_help_shows_the_way_of_the_work() -> None:
    """Whoever begins sees which command comes after which."""
    for arguments in (["--help"], ["-h"]):
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == OK
        places = [result.output.index(f"vsrbook {command}") for command in ("new", "check", "run", "build")]
        assert places == sorted(places)


def test_help_loads_no_heavy_library() -> None:
    """Help answers at once: nothing that computes, draws or builds is loaded for it."""
    code = (
        "import sys, atexit; sys.argv = ['vsrbook', '--help']\n"
        "heavy = {'pandas', 'altair', 'sphinx', 'pydantic', 'papermill', 'babel', 'openpyxl'}\n"
        "atexit.register(lambda: print('loaded:', sorted(heavy & set(sys.modules))))\n"
        "from vsrbook.cli import main; main()\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.rstrip().endswith("loaded: []")


def test_version() -> None:
    """The version is the package's."""
    result = CliRunner().invoke(main, ["--version"])
    assert result.exit_code == OK
    assert re.search(r"\d+\.\d+\.\d+", result.output)


def test_a_misspelt_command_is_corrected(project: Project) -> None:
    """A word that is nearly a command gives the command."""
    result = call(project, "chek")
    assert result.exit_code == USAGE
    assert "did you mean 'check'?" in result.stderr
    assert "did you mean" not in call(project, "xyz").stderr


# Where the project is


@pytest.mark.parametrize(
    "arguments",
    [["check"], ["status"], ["new", "x"], ["serve"]],
    ids=" ".join,
)
def test_outside_a_project(arguments: list[str], tmp_path: Path) -> None:
    """Outside a project every command says so in one line, and how to name one."""
    result = CliRunner().invoke(main, ["--project", str(tmp_path), *arguments])
    assert result.exit_code == USAGE
    assert "no vsrbook project here or above" in result.stderr
    assert "--project" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("command", ["check", "status", "run"])
def test_outside_a_project_with_an_association(command: str, tmp_path: Path) -> None:
    """An association named outside a project gives the same line, no traceback."""
    result = CliRunner().invoke(main, ["--project", str(tmp_path), command, "kenya"])
    assert result.exit_code == USAGE
    assert "no vsrbook project here or above" in result.stderr


def test_the_project_is_found_from_below(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command works in every folder of the project, and anywhere with VSRBOOK_PROJECT."""
    monkeypatch.delenv("VSRBOOK_PROJECT", raising=False)
    monkeypatch.chdir(project.data / "samplia")
    assert find_project().root == project.root
    monkeypatch.chdir("/")
    monkeypatch.setenv("VSRBOOK_PROJECT", str(project.root))
    assert find_project().root == project.root


# check


def test_check_of_what_is_good(project: Project) -> None:
    """Without a fault check says how much it checked, and what comes next."""
    result = call(project, "check")
    assert result.exit_code == OK
    assert result.stdout == "1 association checked: 0 errors, 0 warnings. Next: vsrbook run\n"
    assert result.stderr == ""


def test_check_of_what_is_wrong(project: Project) -> None:
    """A fault is one line on stderr: file, row, column, what is wrong, what to do."""
    edit(project.data / "samplia" / "observations.csv", ",50,400", ",n/a,400")
    result = call(project, "check", "samplia")
    assert result.exit_code == FAULTS
    assert result.stderr == (
        "data/samplia/observations.csv:2 value: value 'n/a' is not a number; leave the cell empty for missing\n"
    )
    assert result.stdout.startswith("1 association checked: 1 error, 0 warnings.")
    assert "vsrbook run" not in result.stdout


def test_check_strictly(project: Project) -> None:
    """A warning fails only where that is wanted."""
    edit(project.data / "samplia" / "observations.csv", ",50,400", ",150,400")
    result = call(project, "check")
    assert result.exit_code == OK
    assert "0 errors, 1 warning." in result.stdout
    assert result.stderr.count("warning: ") == 1
    assert call(project, "check", "--strict").exit_code == FAULTS


def test_check_of_an_empty_table(project: Project) -> None:
    """A table without rows fails, except in a draft."""
    path = project.data / "samplia" / "evidence.csv"
    path.write_text(path.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    result = call(project, "check")
    assert result.exit_code == FAULTS
    assert (
        "data/samplia/evidence.csv: the table has no rows; fill it, or take evidence out of the params"
        in (result.stderr)
    )
    assert call(project, "check", "--draft").exit_code == OK


def test_check_says_everything_sorted_by_file(project: Project) -> None:
    """Faults of config, params and tables come in the order of the files, each file's together."""
    folder = project.data / "samplia"
    (folder / "evidence.csv").write_text((folder / "evidence.csv").read_text("utf-8").splitlines()[0] + "\n")
    edit(folder / "observations.csv", ",50,400", ",n/a,400")
    edit(project.root / "_config.yml", "title:", "titel:")
    files = [re.split(r"[: ]", line)[0] for line in call(project, "check").stderr.splitlines()]
    assert len(files) == 3
    assert files == sorted(files)


def test_check_of_an_unknown_association(project: Project) -> None:
    """A misspelt association is corrected."""
    for command in ("check", "status", "run"):
        result = call(project, command, "samplja")
        assert result.exit_code == USAGE
        assert "there is no association 'samplja'; did you mean 'samplia'?" in result.stderr


def test_check_as_a_program(project: Project) -> None:
    """The real program gives the exit status to the shell, and no traceback."""
    assert start("check", folder=project.root).returncode == OK
    edit(project.params / "samplia.yml", "edition:", "edtion:")
    ran = start("check", folder=project.root)
    assert ran.returncode == FAULTS
    assert "params/samplia.yml:10 edtion: unknown key; did you mean 'edition'?" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "1 association checked" in ran.stdout


# status


def test_status_of_all(project: Project) -> None:
    """Without a name, status has a line for each association, and says how to see more."""
    result = call(project, "status")
    assert result.exit_code == OK
    assert "samplia" in result.stdout
    assert "vsrbook status ASSOCIATION" in result.stdout


def test_status_of_one(project: Project) -> None:
    """With a name, status lists each chapter's evidence: there, or missing with its remedy."""
    result = call(project, "status", "samplia")
    assert result.exit_code == OK
    for chapter in CHAPTERS:
        assert f"{chapter.number} {chapter.title}: " in result.stdout
    assert re.search(r"missing +testimonies; fill the table testimonies", result.stdout)
    assert re.search(r"there +impact statements", result.stdout)


def test_status_as_json(project: Project) -> None:
    """The same as JSON: for each chapter what it has and what is missing."""
    result = call(project, "status", "--json")
    assert result.exit_code == OK
    status = json.loads(result.stdout)
    assert list(status) == ["samplia"]
    chapters = status["samplia"]["chapters"]
    assert list(chapters) == [chapter.id for chapter in CHAPTERS]
    for chapter in CHAPTERS:
        entry = chapters[chapter.id]
        assert {"published", "wanted", "have", "missing"} <= set(entry)
        assert len(entry["have"]) + len(entry["missing"]) == len(chapter.needs)
        assert all(missing["remedy"] for missing in entry["missing"])
    assert chapters["impact"]["published"] is True


def test_status_of_what_cannot_be_read(project: Project) -> None:
    """A fault does not spoil the JSON of the others; it goes to stderr and into the exit status."""
    (project.params / "betania.yml").write_text("association: 1\n", "utf-8")
    result = call(project, "status", "--json")
    assert result.exit_code == FAULTS
    assert "samplia" in json.loads(result.stdout)
    assert "params/betania.yml" in result.stderr


# new


def test_new_writes_params_tables_and_instructions(project: Project) -> None:
    """A new association is params, every table with its header, and a README that explains each column."""
    before = files_in(project.root)
    result = call(project, "new", "betania", "--country", "SE")
    assert result.exit_code == OK
    written = {path.relative_to(project.root).as_posix() for path in files_in(project.root) - before}
    tables = {f"data/betania/{name}.csv" for name in TABLES}
    assert written == tables | {"params/betania.yml", "data/betania/README.md"}
    assert re.findall(r"^wrote (.+)$", result.stdout, re.MULTILINE)[0] == "params/betania.yml"
    assert set(re.findall(r"^wrote (.+)$", result.stdout, re.MULTILINE)) == written
    assert "vsrbook check betania --draft" in result.stdout.splitlines()[-1]
    readme = (project.data / "betania" / "README.md").read_text("utf-8")
    for name, table in TABLES.items():
        header = (project.data / "betania" / f"{name}.csv").read_text("utf-8")
        assert header == ",".join(table.names) + "\n"
        assert all(f"- `{column}`" in readme for column in table.names)


def test_new_keeps_the_explanations(project: Project) -> None:
    """The params of a new association have the template's comments beside the facts given."""
    call(project, "new", "betania", "--name", "Union # 1", "--short-name", "U1", "--country", "SE")
    params = (project.params / "betania.yml").read_text("utf-8")
    template = (project.params / "_template.yml").read_text("utf-8")
    assert len(params.splitlines()) == len(template.splitlines())
    assert "# in full, as it calls itself" in params
    body = read_params(project, "betania").association
    assert (body.name, body.short_name, body.place, body.countries) == ("Union # 1", "U1", "Betania", ("SE",))


def test_new_can_be_checked_at_once(project: Project) -> None:
    """What new wrote has no fault as a draft, and lacks its rows as a review; other tables wait till they have some."""
    call(project, "new", "betania", "--country", "SE")
    draft = call(project, "check", "betania", "--draft")
    assert (draft.exit_code, draft.stderr) == (OK, "")
    result = call(project, "check", "betania")
    assert result.exit_code == FAULTS
    core = ("areas", "indicators", "observations", "sources")
    assert re.findall(r"betania/(\w+)\.csv: the table has no rows", result.stderr) == list(core)
    evidence = project.data / "betania" / "evidence.csv"
    evidence.write_text(evidence.read_text("utf-8") + "e1,visibility,Seen.,,a,b\n", "utf-8")
    told = "data/betania/evidence.csv: warning: is not read: the params do not declare it; "
    assert (
        told + "write 'evidence: evidence.csv' under tables: in params/betania.yml"
        in call(project, "check", "betania", "--draft").stderr
    )


def test_new_guesses_no_country(project: Project) -> None:
    """Without --country the params must not say that the association is in Kenya."""
    result = call(project, "new", "betania")
    path = project.params / "betania.yml"
    countries = yaml.safe_load(path.read_text("utf-8"))["association"]["countries"] if path.exists() else None
    assert countries != ["KE"]
    assert result.exit_code == (OK if path.exists() else USAGE)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["samplia"], "params/samplia.yml: exists already"),
        (["reference"], "data/reference: exists already"),
        (["South Africa"], "'South Africa' is no name for an association; use lower-case letters"),
        (["../betania"], "'../betania' is no name for an association"),
        (["_betania"], "'_betania' is no name for an association"),
        pytest.param(
            ["betania", "--country", "Sweden"],
            "unknown country 'Sweden'; did you mean 'SE'?",
        ),
        pytest.param(
            ["betania", "--country", "Chad"],
            "unknown country 'Chad'; did you mean 'TD'?",
        ),
        (["betania", "--country", "se"], "unknown country 'se'; did you mean 'SE'?"),
        (["betania", "--country", "ZZ"], "unknown country 'ZZ'; use the ISO 3166-1 alpha-2 code"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else "",
)
def test_new_refuses(project: Project, arguments: list[str], line: str) -> None:
    """What cannot be is refused with the reason, and nothing is written."""
    before = files_in(project.root.parent)
    result = call(project, "new", *arguments)
    assert result.exit_code == USAGE
    assert line in result.stderr
    assert files_in(project.root.parent) == before


@pytest.mark.parametrize(
    "fact",
    [
        'Union "of" towns',
        "Union 'of' towns",
        "Union: of towns",
        "Union # of towns",
        "Union\nof towns",
        "Union\\nof towns",
        "- Union",
        "{Union}, [towns]",
        "*union",
        "&union !!python/object",
        "no",
        "2026",
        "Ñandú – Ö 日本 ශ්\u200dරී 🏙",
        "Union\u2028of\u2029towns\x85",
        pytest.param(
            "Union\x7fof towns",
        ),
        "<script>alert(1)</script>",
        "${{ name }} %s {place}",
    ],
    ids=ascii,
)
def test_new_takes_facts_as_they_are(project: Project, fact: str) -> None:
    """Whatever a name is made of, the params say that name."""
    result = call(
        project, "new", "betania", "--name", fact, "--short-name", fact, "--place", fact, "--country", "SE"
    )
    assert result.exit_code == OK
    body = read_params(project, "betania").association
    assert (body.name, body.short_name, body.place) == (fact.strip(),) * 3


def write_rows(project: Project, slug: str, table: str, *rows: Mapping[str, object]) -> None:
    """Fill a table below its header."""
    with (project.data / slug / f"{table}.csv").open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, TABLES[table].names, lineterminator="\n").writerows(rows)


def test_a_new_association_filled_in_as_the_guide_says(project: Project) -> None:
    """New, sources, areas, indicators, observations: check is content; the other tables wait."""
    call(
        project,
        "new",
        "betania",
        "--name",
        "Union of Betanian Towns",
        "--place",
        "Betania",
        "--country",
        "SE",
    )
    cited: dict[str, object] = {"source_id": "census"}
    write_rows(project, "betania", "sources", cited | {"title": "Census", "publisher": "Statistics Betania"})
    towns: list[dict[str, object]] = [
        {"area_code": f"0{n}", "name": f"Town {n}", "level": "town", "parent_code": "B"} for n in (1, 2)
    ]
    whole: dict[str, object] = {"area_code": "B", "name": "Betania", "level": "country", "population": 1000}
    write_rows(project, "betania", "areas", *(area | cited for area in (whole, *towns)))
    piped: dict[str, object] = {
        "indicator_code": "water",
        "goal": 6,
        "name": "Water",
        "unit": "% of households",
        "direction": "up",
    }
    write_rows(project, "betania", "indicators", piped | cited)
    values: list[dict[str, object]] = [
        {"area_code": code, "value": value} for code, value in (("B", 50), ("01", 40), ("02", 60))
    ]
    write_rows(
        project,
        "betania",
        "observations",
        *(v | cited | {"indicator_code": "water", "year": 2024} for v in values),
    )
    params = project.params / "betania.yml"
    edit(params, "#area_level: municipality", "area_level: town")
    result = call(project, "check", "betania")
    assert (result.exit_code, result.stderr) == (OK, "")
    assert load_review("betania", project=project).goals == [6]
    assert "betania" in json.loads(call(project, "status", "--json").stdout)


# run, build: what is refused before anything runs


@pytest.mark.parametrize(
    "arguments",
    [["run", "--audience", "mayors"], ["run", "--jobs", "-1"], ["run", "--timeout", "0"]],
    ids=" ".join,
)
def test_run_refuses_what_it_does_not_know(project: Project, arguments: list[str]) -> None:
    """A wrong option stops before anything runs."""
    assert call(project, *arguments).exit_code == USAGE
    assert not project.build.exists()


def test_build_without_pages(project: Project) -> None:
    """Before the first run there is nothing to build, and that is said."""
    result = call(project, "build")
    assert result.exit_code == FAULTS
    assert "book/associations: has no pages yet; run: vsrbook run" in result.stderr
    assert not project.site.exists()


# serve


@pytest.fixture
def site(project: Project) -> Path:
    """Publish a book of one page."""
    project.site.mkdir(parents=True)
    (project.site / "index.html").write_text("<h1>Samplia</h1>", "utf-8")
    (project.build / "secret.txt").write_text("not published", "utf-8")
    return project.site


def test_serve_answers_on_this_machine_only(site: Path) -> None:
    """The server listens on 127.0.0.1, on a free port, and gives the book and nothing above it."""
    with make_server(site, 0) as server:
        assert server.server_address[0] == "127.0.0.1"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        with urlopen(f"{address}/", timeout=10) as answer:  # noqa: S310  # http, by the line above
            assert answer.read() == b"<h1>Samplia</h1>"
        with socket.create_connection(("127.0.0.1", server.server_port), timeout=10) as raw:
            raw.sendall(b"GET /../secret.txt HTTP/1.0\r\n\r\n")
            assert b"404" in raw.recv(200)
        server.shutdown()


def test_serve_as_a_program(project: Project, site: Path) -> None:
    """The real program says where the book is, shows it, and ends without a traceback."""
    program = [sys.executable, "-u", "-m", "vsrbook.cli", "serve", "--port", "0"]
    assert site.is_dir()
    with subprocess.Popen(
        program, cwd=project.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            address = re.search(r"http://127\.0\.0\.1:\d+/", line)
            assert address, line
            with urlopen(address[0], timeout=10) as answer:  # noqa: S310  # http, by the pattern above
                assert answer.status == 200
        finally:
            process.terminate()
            _out, errors = process.communicate(timeout=10)
    assert "Traceback" not in errors


@pytest.mark.usefixtures("site")
def test_serve_refuses_a_port_that_is_taken(project: Project) -> None:
    """A port in use gives one line with the way out."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = call(project, "serve", "--port", str(port))
    assert result.exit_code == FAULTS
    assert f"Port {port} cannot be used: " in result.stderr
    assert "--port 0" in result.stderr


def test_serve_before_the_first_build(project: Project) -> None:
    """Where there is no book, serve says how to make one."""
    result = call(project, "serve")
    assert result.exit_code == FAULTS
    assert "vsrbook build" in result.stderr


# Words, numbers, days


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (None, None, "–"),
        (float("nan"), None, "–"),
        (float("inf"), None, "–"),
        (0, None, "0"),
        (0.12345, None, "0.1234"),
        (1.005, None, "1"),
        (64.25, None, "64.25"),
        (999.5, None, "999.5"),
        (1234.4, None, "1,234"),
        (1234567, None, "1,234,567"),
        (-5.2, None, "-5.2"),
        (12, 1, "12.0"),
        (12.34, 0, "12"),
    ],
)
def test_numbers_in_english(value: float | None, decimals: int | None, written: str) -> None:
    """A number has the separators of its language and no more decimals than a reader can use."""
    text.set_language("en")
    assert text.number(value, decimals) == written


def test_a_small_loss_is_not_minus_nothing() -> None:
    """What is rounded to nothing has no sign."""
    assert text.number(-0.00001) == "0"
    assert text.number(-0.2, 0) == "0"


def test_numbers_in_french() -> None:
    """The decimal comma is the language's, the table's point is not shown."""
    text.set_language("fr")
    assert text.number(1234.5) == "1\u202f234"
    assert text.number(12.5) == "12,5"


@pytest.mark.parametrize(
    ("written", "words"), [("2026", "2026"), ("2026-07", "July 2026"), ("2026-07-07", "7 July 2026")]
)
def test_a_day_is_written_as_exactly_as_it_is_known(written: str, words: str) -> None:
    """A year stays a year, a month a month."""
    text.set_language("en")
    assert text.partial_day(written) == words


@pytest.mark.parametrize(
    ("words", "sentence"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_a_list_is_written_as_a_sentence(words: list[str], sentence: str) -> None:
    """Words are joined as one says them."""
    text.set_language("en")
    assert text.join(words) == sentence


def write_catalogue(
    folder: Path, language: str, words: dict[str | tuple[str, str], str | tuple[str, str]]
) -> None:
    """Write a compiled catalogue, as msgfmt does."""
    catalogue = Catalog(locale=language)
    for message, translation in words.items():
        catalogue.add(message, translation)
    path = folder / language / "LC_MESSAGES" / "vsrbook.mo"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_mo(file, catalogue)


def test_a_catalogue_is_used(tmp_path: Path) -> None:
    """Words come from the catalogue of the edition's language, those it lacks from the code.

    The goals' names, where the catalogue lacks them, come from the table of names.
    """
    write_catalogue(
        tmp_path,
        "fr",
        {
            "Clean water and sanitation": "Eau propre et assainissement",
            "Goal {number}: {name}": "Objectif {number} : {name}",
            ("{n} area", "{n} areas"): ("{n} territoire", "{n} territoires"),
        },
    )
    text.set_language("fr", tmp_path)
    assert GOALS[6].title == "Objectif 6 : Eau propre et assainissement"
    assert GOALS[1].name == "Pas de pauvreté"
    assert text.gettext("Indicator") == "Indicator"
    assert text.ngettext("{n} area", "{n} areas", 0) == "{n} territoire"
    assert text.ngettext("{n} area", "{n} areas", 2) == "{n} territoires"
    assert text.gettext("") == ""
    text.set_language("en", tmp_path)
    assert GOALS[6].name == "Clean water and sanitation"


def test_a_catalogue_of_a_country_is_used(tmp_path: Path) -> None:
    """pt-BR reads the catalogue pt_BR, and pt where there is none."""
    write_catalogue(tmp_path, "pt", {"urban": "urbano"})
    text.set_language("pt-BR", tmp_path)
    assert text.gettext("urban") == "urbano"


def test_names_of_countries_and_languages() -> None:
    """A country is named in the edition's language, a language in itself."""
    text.set_language("fr")
    assert text.country_name("DE") == "Allemagne"
    assert text.language_name("fr") == "français"
    assert text.language_name("pt-BR").startswith("português")


# Colours


def luminance(colour: str) -> float:
    """Return the relative luminance of an sRGB colour (WCAG 2.1)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (WCAG 2.1)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_there_are_seventeen_goals() -> None:
    """Each goal has its number, a name and a colour of its own."""
    assert list(GOALS) == list(range(1, 18))
    assert [goal.number for goal in GOALS.values()] == list(GOALS)
    assert len({goal.name for goal in GOALS.values()}) == len({goal.colour for goal in GOALS.values()}) == 17


@pytest.mark.parametrize("number", GOALS)
def test_marks_stand_out(number: int) -> None:
    """A mark in the goal's colour stands out 3:1 from the light page and from the dark one."""
    mark = GOALS[number].mark_colour
    assert re.fullmatch("#[0-9A-F]{6}", mark)
    assert contrast(mark, "#ffffff") >= 3
    assert contrast(mark, "#121212") >= 3


@pytest.mark.parametrize("number", GOALS)
def test_text_on_a_goal_can_be_read(number: int) -> None:
    """Text on the goal's colour has a contrast of 4.5:1."""
    goal = GOALS[number]
    assert contrast(goal.text_colour, goal.colour) >= 4.5
