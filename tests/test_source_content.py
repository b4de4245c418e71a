"""Hold the content tables to the five source documents: counts, figures, attribution, own wording."""

import csv
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
PARAMS = ROOT / "params"
SOURCES = Path(__file__).resolve().parents[2] / "shared" / "sources"

Row = dict[str, str]

CLOSING_LIST = "Closing note, list of other countries"

DOCUMENTS = {
    "uclg-insights-note": "000",
    "uclg-action-platform-2024": "001",
    "vlr-communique-2021": "002",
    "vvsg-good-practice": "003",
    "vvsg-pilot-summary": "004",
}

STATEMENTS = {
    "flanders": 8,
    "kenya": 6,
    "romania": 6,
    "botswana": 4,
    "cambodia": 4,
    "norway": 3,
    "sri-lanka": 3,
    "ecuador": 2,
    "iceland": 2,
    "pakistan": 2,
    "costa-rica": 1,
    "nordic-countries": 1,
    "rwanda": 1,
}

COLUMNS = {
    "sources": "source_id title publisher date url licence note",
    "impacts": "impact_id area_number area name source_id location",
    "associations": "association_id place countries name short_name produced_vsr cohort review source_id "
    "location note",
    "evidence": "evidence_id impact_id statement topics source_id location",
    "testimonies": "testimony_id office association impact_id statement source_id location",
    "practices": "practice_id title introduction description objective beneficiaries implementers donors "
    "partners implementation outputs outcomes enabling_factors constraining_factors sustainability "
    "replicability conclusion further_information financing_usd start_date end_date entity goals region "
    "coverage countries contact meets_smart initiative topics source_id location",
    "milestones": "milestone_id date end_date kind title description source_id location",
    "outcomes": "outcome_id kind stage what date evidence_id source_id location",
    "challenges": "challenge_id challenge response cohort topics source_id location",
    "recommendations": "recommendation_id kind title statement owner due topics source_id location",
}

TOPICS = (
    "ownership planning leave-no-one-behind institutions barriers finance capacity partnerships data vnr vlr "
    "decentralization visibility"
)

PROSE = {
    "sources": ["note"],
    "impacts": ["area", "name"],
    "associations": ["note"],
    "evidence": ["statement"],
    "testimonies": ["statement"],
    "practices": [
        *("introduction", "description", "objective", "beneficiaries", "partners", "implementation"),
        *("outputs", "outcomes", "enabling_factors", "constraining_factors", "sustainability"),
        *("replicability", "conclusion", "coverage"),
    ],
    "milestones": ["title", "description"],
    "outcomes": ["what"],
    "challenges": ["challenge", "response"],
    "recommendations": ["title", "statement"],
}

# Names of persons in the documents, as digests: not even this test may carry them in clear.
PERSONS = """
    09ff1b39a925 1e1980123172 1f82f98e6f40 2cea790dc177 2d163605b8da 3d6a7e5499a7
    3e13de5aa87d 3e29f26ad069 48b19bcffe79 4b8f608c6f18 533126a0b50d 53d3dac1d9b5
    55269b916ad4 558d399dbf1d 577f95a76956 650217764f8e 710272c29649 7bdea1e95d13
    801f2d273116 815fda011f68 856a83975f21 85a6896d7e36 8ca17d0d31fc 928f19c860b5
    9764f6f59337 9affdd83c676 a014e6533da2 a2b093fd6017 a644d75e1851 aa9236080fdd
    ac599c4425ea b03f1056ed70 b46e87c08523 b87653ec957b c5865e3a4777 c6bfd9e59b5e
    ca6345cb6c9a d7ea7c712b43 df7ebee390f0 ec2e53c01f84 fe8f1decf1b6
"""

needs_documents = pytest.mark.skipif(
    not SOURCES.is_dir(), reason="the five source documents (../shared/sources) are not beside the repository"
)


def read_rows(path: Path) -> list[Row]:
    """Read one table; every row is a dict of text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def list_tables(table: str) -> dict[str, Path]:
    """Map each place (or reference) that has the table to its file."""
    return {path.parent.name: path for path in sorted(DATA.glob(f"*/{table}.csv"))}


def read_table(table: str) -> list[tuple[str, Row]]:
    """Read a table of all places, reference included, as pairs of place and row."""
    return [(place, row) for place, path in list_tables(table).items() for row in read_rows(path)]


def read_documented(table: str) -> list[tuple[str, Row]]:
    """Read the rows of a table that cite one of the five documents."""
    return [(place, row) for place, row in read_table(table) if row["source_id"] in DOCUMENTS]


def read_document(source_id: str) -> str:
    """Read the text of one source document, with straight apostrophes."""
    (path,) = SOURCES.glob(f"{DOCUMENTS[source_id]}_*.txt")
    return path.read_text(encoding="utf-8").replace("’", "'")


def split_words(text: str) -> list[str]:
    """Split text into lower-case words; a bar stands where a proper name was cut out."""
    return re.findall(r"[^\W_]+(?:'[^\W_]+)?|\|", text.lower())


def list_runs(words: list[str], length: int) -> Iterator[str]:
    """Give every run of so many words that no proper name interrupts."""
    for start in range(len(words) - length + 1):
        run = words[start : start + length]
        if "|" not in run:
            yield " ".join(run)


def cut_names(text: str) -> str:
    """Replace names of associations by a bar: they are the same words in every document."""
    names = {row["name"] for row in read_rows(DATA / "reference" / "associations.csv") if row["name"]}
    names |= {"Kenya Institute of Public Policy Research and Analysis", "National Bureau of Statistics"}
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(re.escape(name), " | ", text, flags=re.IGNORECASE)
    return text


def find_persons(text: str) -> set[str]:
    """Find runs of one to four words whose digest is that of a person's name in the documents."""
    words = split_words(text)
    digests = set(PERSONS.split())
    runs = {run for length in range(1, 5) for run in list_runs(words, length)}
    return {run for run in runs if hashlib.sha256(run.encode()).hexdigest()[:12] in digests}


def list_bullets() -> list[tuple[str, int]]:
    """List the place and the number of the impact (1 to 13) of each bullet tagged with a place."""
    bullets, impact = [], 0
    for line in read_document("uclg-insights-note").splitlines():
        impact += bool(re.match(r"#+ The VSRs ", line))
        if match := re.match(r"- In (?:the )?\[([^\]]+)\]", line):
            bullets.append((match[1].lower().replace(" ", "-"), impact))
    return bullets


@pytest.mark.parametrize("table", COLUMNS)
def test_headers_follow_the_contract(table: str) -> None:
    """Every file of a table has the contract's columns in the contract's order."""
    tables = list_tables(table)
    assert tables, f"no {table}.csv"
    for path in tables.values():
        header = path.read_text(encoding="utf-8").splitlines()[0]
        assert header == COLUMNS[table].replace(" ", ","), path


@pytest.mark.parametrize("table", COLUMNS)
def test_cells_are_clean(table: str) -> None:
    """No curly quote, no-break space, byte order mark, carriage return or blank at a cell's edge."""
    for path in list_tables(table).values():
        unclean = re.findall("[\u2018\u2019\u201c\u201d\u00a0\u202f\ufeff\r]", path.read_bytes().decode())
        assert unclean == [], path
        for row in read_rows(path):
            assert all(cell == cell.strip() for cell in row.values()), (path, row)


@pytest.mark.parametrize("table", [name for name in COLUMNS if name != "sources"])
def test_rows_say_where_they_come_from(table: str) -> None:
    """Each row cites a source that a sources table describes, and the place in it."""
    known = {row["source_id"] for _, row in read_table("sources")}
    for place, row in read_table(table):
        assert row["source_id"] in known, (place, row)
        assert row["location"], (place, row)


@pytest.mark.parametrize("table", COLUMNS)
def test_ids_are_unique_over_all_places(table: str) -> None:
    """An id names one row in the whole repository."""
    counts = Counter(row[COLUMNS[table].split()[0]] for _, row in read_table(table))
    assert [key for key, count in counts.items() if count > 1 or not key] == []


def test_five_documents_are_described() -> None:
    """The reference table of sources holds the five documents, none with the preview link."""
    rows = {row["source_id"]: row for row in read_rows(DATA / "reference" / "sources.csv")}
    assert rows.keys() >= DOCUMENTS.keys()
    for source_id in DOCUMENTS:
        assert rows[source_id]["title"]
        assert rows[source_id]["publisher"]
        assert rows[source_id]["url"] == ""


def test_thirteen_impacts_in_four_areas() -> None:
    """Thirteen impacts stand in four areas of three, four, three and three."""
    rows = read_rows(DATA / "reference" / "impacts.csv")
    assert len(rows) == 13
    assert Counter(row["area_number"] for row in rows) == {"1": 3, "2": 4, "3": 3, "4": 3}
    assert len({(row["area_number"], row["area"]) for row in rows}) == 4


def test_statements_per_place() -> None:
    """Forty-three statements: eleven countries, Flanders and the Nordic countries."""
    rows = read_documented("evidence")
    assert len(rows) == 43
    assert Counter(place for place, _ in rows) == STATEMENTS
    for place, count in STATEMENTS.items():
        ids = [row["evidence_id"] for of, row in rows if of == place]
        assert ids == [f"{place}-{number}" for number in range(1, count + 1)]


def test_statements_name_known_impacts_and_topics() -> None:
    """Every impact carries at least one statement, and topics come from the agreed list."""
    impacts = {row["impact_id"] for row in read_rows(DATA / "reference" / "impacts.csv")}
    rows = [row for _, row in read_documented("evidence")]
    assert {row["impact_id"] for row in rows} == impacts
    for row in rows:
        topics = row["topics"].split("; ")
        assert row["statement"]
        assert set(topics) <= set(TOPICS.split())
        assert len(topics) == len(set(topics))


def test_five_testimonies_attributed_by_office() -> None:
    """Five testimonies, joint ones in one row, each with an office for each association."""
    rows = dict(read_documented("testimonies"))
    assert sorted(rows) == ["cambodia", "ecuador", "flanders", "kenya", "norway"]
    assert len(read_documented("testimonies")) == 5
    assert {place: row["association"] for place, row in rows.items()} == {
        "cambodia": "NLC",
        "ecuador": "CONGOPE; Province of Manabí",
        "flanders": "VVSG; VVP",
        "kenya": "CoG",
        "norway": "KS",
    }
    for place, row in rows.items():
        assert row["testimony_id"] == f"{place}-t1"
        assert len(row["office"].split("; ")) == len(row["association"].split("; "))


def test_cohort_of_five_and_its_five_challenges() -> None:
    """The 2024 cohort has five associations and named five challenges."""
    challenges = [row for _, row in read_documented("challenges")]
    assert len(challenges) == 5
    assert {row["cohort"] for row in challenges} == {"2024"}
    registry = read_rows(DATA / "reference" / "associations.csv")
    cohort = {row["short_name"]: row["review"] for row in registry if row["cohort"] == "2024"}
    assert cohort == {
        "UNGL": "costa-rica",
        "ABM": "brazil",
        "AMR": "mauritania",
        "SALGA": "south-africa",
        "MuAN": "nepal",
    }
    for place in cohort.values():
        rows = read_rows(DATA / place / "milestones.csv")
        assert {("meeting", "2024-03-21"), ("vsr", "2024")} <= {(row["kind"], row["date"]) for row in rows}


def test_lessons_recognitions_and_recommendations() -> None:
    """KS shared three lessons; the communiqué has ten recognitions and four recommendations."""
    rows = read_documented("recommendations")
    assert Counter((place, row["kind"]) for place, row in rows) == {
        ("norway", "lesson"): 3,
        ("reference", "recognition"): 10,
        ("reference", "recommendation"): 4,
    }
    ids = [row["recommendation_id"] for place, row in rows if place == "reference"]
    points = [f"1-{number}" for number in range(1, 11)] + [f"2-{number}" for number in range(1, 5)]
    assert ids == [f"vlr-{point}" for point in points]


def test_outcomes_as_the_note_tells_them() -> None:
    """Sixteen outcomes; reached is only what the note reports as done, an invitation is none."""
    found: dict[tuple[str, str], list[str]] = {}
    for place, row in read_documented("outcomes"):
        found.setdefault((row["kind"], row["stage"]), []).append(place)
    assert found == {
        ("vnr-chapter", "reached"): ["flanders", "iceland", "norway"],
        ("vnr-mention", "reached"): ["pakistan", "romania"],
        ("seat", "reached"): ["kenya"],
        ("seat", "promised"): ["costa-rica", "norway"],
        ("law", "promised"): ["pakistan"],
        ("budget", "reached"): ["flanders"],
        ("budget", "asked"): ["kenya", "sri-lanka"],
        ("agreement", "reached"): ["kenya", "norway"],
        ("vlr", "promised"): ["ecuador", "flanders"],
    }


def test_outcomes_stand_where_their_statement_stands() -> None:
    """An outcome cites the place of the statement that it names; where it names none, a quotation."""
    statements = {row["evidence_id"]: (place, row) for place, row in read_documented("evidence")}
    for place, row in read_documented("outcomes"):
        if row["evidence_id"]:
            of, statement = statements[row["evidence_id"]]
            assert (of, statement["location"]) == (place, row["location"])
        else:
            said = {
                one["location"].split(";")[0] for of, one in read_documented("testimonies") if of == place
            }
            assert row["location"] in said


def test_good_practice_record_is_complete() -> None:
    """Every field is filled but the goals, which the record itself leaves empty."""
    ((place, row),) = read_documented("practices")
    assert place == "flanders"
    assert [column for column, cell in row.items() if not cell] == ["goals"]
    assert (row["start_date"], row["end_date"]) == ("2017-01-01", "2019-12-31")
    assert (row["meets_smart"], row["countries"]) == ("no", "BE")
    assert row["contact"] == "International Officer, VVSG"


@pytest.mark.parametrize(
    ("column", "figure"),
    [
        ("financing_usd", r"^426000$"),
        ("introduction", r"\b65 %"),
        ("introduction", r"\b20 municipalities"),
        ("description", r"\b205 local indicators"),
        ("beneficiaries", r"\b300 local authorities"),
        ("implementation", r"\b50 applications .* 20 municipalities"),
        ("implementation", r"three times a year"),
        ("outputs", r"\b50 practical examples"),
        ("outputs", r"\b205 local SDG indicators"),
        ("outputs", r"\b76 Flemish municipalities"),
        ("outputs", r"\b20 films"),
        ("outcomes", r"more than 70 presentations .* since 2017"),
        ("conclusion", r"\b35 the number of Flemish municipalities"),
        ("coverage", r"\b20 local authorities, .* 300"),
    ],
)
def test_good_practice_figures(column: str, figure: str) -> None:
    """The figures of the good-practice record stand in the field they belong to."""
    ((_, row),) = read_documented("practices")
    assert re.search(figure, row[column])


def test_registry_of_associations() -> None:
    """The registry holds the named associations and 21 further countries with unnamed ones."""
    rows = read_rows(DATA / "reference" / "associations.csv")
    further = [row for row in rows if row["location"] == CLOSING_LIST]
    assert len({row["countries"] for row in further}) == len(further) == 21
    assert {(row["name"], row["short_name"], row["produced_vsr"]) for row in further} == {("", "", "yes")}
    named = Counter(row["short_name"] for row in rows if row["short_name"])
    assert named.pop("AMR") == 2, "one in Romania, one in Mauritania"
    assert sorted(named) == [
        *("ABM", "ACoR", "BALA", "CAF", "CONGOPE", "CoG", "FSLGA", "IALA", "KS", "MuAN", "NLC", "RALGA"),
        *("SALGA", "UCLG ASPAC", "UNGL", "VNG", "VVP", "VVSG"),
    ]


def test_registry_knows_every_place() -> None:
    """Each place with statements or milestones from the documents is the review of some association."""
    reviews = {row["review"] for row in read_rows(DATA / "reference" / "associations.csv")} - {""}
    places = {place for table in ("evidence", "milestones") for place, _ in read_documented(table)}
    assert reviews == places - {"reference"}


def test_params_list_the_tables_that_exist() -> None:
    """Each table file of the documents' places is listed in the params of that place."""
    for table in ("evidence", "testimonies", "practices", "milestones", "outcomes", "recommendations"):
        for place in list_tables(table).keys() - {"reference"}:
            params = PARAMS / f"{place}.yml"
            if params.exists():
                assert f"  {table}: {table}.csv" in params.read_text(encoding="utf-8").splitlines(), params


def test_no_personal_name_is_published() -> None:
    """No person named in the documents appears in data or params."""
    files = [*DATA.rglob("*.csv"), *PARAMS.glob("*.yml")]
    assert {path: found for path in files if (found := find_persons(path.read_text(encoding="utf-8")))} == {}


@needs_documents
def test_persons_of_the_documents_are_recognised() -> None:
    """The digests cover every contributor, quoted officer and contact of the documents."""
    note = read_document("uclg-insights-note")
    credits_line = next(line for line in note.splitlines() if "with the contributions of:" in line)
    contributors = re.split(r", | and ", re.sub(r"\([^)]*\)", "", credits_line.split("of:")[1]))
    quoted = re.findall(r"(?:^|with )([A-Z]\w+ [A-Z]\w+(?: [A-Z]\w+)?), \w+", note, flags=re.MULTILINE)
    platform = read_document("uclg-action-platform-2024")
    news = re.findall(r"(?:by |^)(\w+ \w+(?: \w+)?), (?:UCLG|Chief)", platform, flags=re.MULTILINE)
    contact = read_document("vvsg-good-practice").split("Contact Information")[1].split(",")[0]
    persons = [person.strip(" .*\n") for person in [*contributors, *quoted, *news, contact]]
    assert len(persons) >= 16 + 6 + 3 + 1
    assert [person for person in persons if not find_persons(person)] == []


@needs_documents
def test_tables_agree_with_a_recount_of_the_document() -> None:
    """Bullets counted in the note match the tables: per place, in order, under the same impact."""
    bullets = list_bullets()
    assert len(bullets) == 43
    assert Counter(place for place, _ in bullets) == STATEMENTS
    impacts = read_rows(DATA / "reference" / "impacts.csv")
    order = {row["impact_id"]: number for number, row in enumerate(impacts, start=1)}
    rows = read_documented("evidence")
    for place in STATEMENTS:
        ours = [order[row["impact_id"]] for of, row in rows if of == place]
        assert ours == [impact for of, impact in bullets if of == place], place


@needs_documents
def test_further_countries_agree_with_the_document() -> None:
    """The note's closing list of countries is the registry's list."""
    note = read_document("uclg-insights-note")
    closing = next(line for line in note.splitlines() if "Other LGAs having produced" in line)
    listed = {name.removeprefix("the ") for name in re.findall(r"\[([^\]]+)\]", closing)}
    rows = read_rows(DATA / "reference" / "associations.csv")
    assert listed == {row["place"] for row in rows if row["location"] == CLOSING_LIST}


@needs_documents
def test_wording_is_our_own() -> None:
    """No prose cell shares a run of eight words with a document, names of associations excepted."""
    taken = {
        run
        for source_id in DOCUMENTS
        for run in list_runs(split_words(cut_names(re.sub(r"[*\[\]]", "", read_document(source_id)))), 8)
    }
    shared = [
        (table, place, run)
        for table, columns in PROSE.items()
        for place, row in read_table(table)
        for column in columns
        for run in list_runs(split_words(cut_names(row[column])), 8)
        if run in taken
    ]
    assert shared == []
