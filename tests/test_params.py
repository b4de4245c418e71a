"""Params files: what is wrong with a bad one is said, a good one becomes an Association."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import jsonschema  # type: ignore[import-untyped]  # ships no types
import pytest
import yaml
from pydantic import BaseModel, ValidationError

from reference.params import uncomment
from vsrbook.params import Association, ChapterId, TableFile, TableName, params_schema, read_params
from vsrbook.problems import ReviewError
from vsrbook.project import Project

HERE = Path(__file__).parent
BAD = sorted((HERE / "bad_params").glob("*.yml"))
GOOD = sorted((HERE / "good_params").glob("*.yml"))


def project_with(folder: Path, path: Path) -> Project:
    """Make a project that holds this params file."""
    (folder / "params").mkdir()
    (folder / "params" / path.name).write_bytes(path.read_bytes())
    return Project(folder)


def expected_lines(path: Path) -> list[str]:
    """Return the messages that a bad file says it must give."""
    text = path.read_bytes().decode("utf-8", errors="replace")
    return re.findall(r"^# expect: (.+?)\r?$", text, flags=re.MULTILINE)


def gallery(paths: list[Path]) -> list[Any]:
    """Make a case of every file; those that wait for a mended reader must fail."""
    return [
        pytest.param(
            path,
            id=path.stem,
        )
        for path in paths
    ]


def problems_of(project: Project, slug: str) -> list[str]:
    """Return the lines that reading a params file gives."""
    with pytest.raises(ReviewError) as raised:
        read_params(project, slug)
    return [str(problem) for problem in raised.value.problems]


def write_params(folder: Path, raw: bytes) -> Project:
    """Make a project with params/case.yml of these bytes."""
    (folder / "params").mkdir()
    (folder / "params" / "case.yml").write_bytes(raw)
    return Project(folder)


SMALLEST = (HERE / "good_params" / "smallest.yml").read_text("utf-8")


@pytest.mark.parametrize("path", gallery(BAD))
def test_bad_params_say_what_is_wrong(path: Path, tmp_path: Path) -> None:
    """A bad params file gives exactly the lines that stand at its beginning."""
    expected = expected_lines(path)
    assert expected, "begin the file with: # expect: <the message>"
    assert sorted(problems_of(project_with(tmp_path, path), path.stem)) == sorted(expected)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_each_message_is_one_line_with_a_remedy(path: Path) -> None:
    """A message names the file, and after the semicolon the remedy."""
    for line in expected_lines(path):
        assert line.startswith(f"params/{path.stem}.yml")
        assert "; " in line


@pytest.mark.parametrize("path", gallery(GOOD))
def test_good_params_are_read(path: Path, tmp_path: Path) -> None:
    """A good params file becomes an Association with the file's name as its slug."""
    association = read_params(project_with(tmp_path, path), path.stem)
    assert association.slug == path.stem
    assert association.place.startswith(("Samplia", "Sámplia"))


def test_every_key_is_read(tmp_path: Path) -> None:
    """Every key reaches the Association with its type."""
    path = HERE / "good_params" / "everything.yml"
    association = read_params(project_with(tmp_path, path), path.stem)
    assert association.association.members is not None
    assert association.association.members.count == 47
    assert association.association.countries == ("NO", "SE")
    assert association.hlpf is not None
    assert association.hlpf.date == datetime.date(2026, 7, 7)
    assert association.opening is not None
    assert association.opening.text.count("\n\n") == 1
    assert association.languages == ("en", "pt-BR")
    assert association.goals == (6, 11)
    assert association.tables["areas"].sheet == "Areas"
    assert association.tables["sources"].file == "sources.csv"
    filled = association.model_dump()
    assert [key for key, value in filled.items() if value in (None, (), {})] == []


def test_norway_needs_no_quotes(tmp_path: Path) -> None:
    """NO is a country and no a language, not the word false."""
    path = HERE / "good_params" / "norway-without-quotes.yml"
    association = read_params(project_with(tmp_path, path), path.stem)
    assert association.association.countries == ("NO", "SE")
    assert association.languages == ("no", "en")


def test_what_is_left_out_has_a_default(tmp_path: Path) -> None:
    """Language, audience and chapters need not be named."""
    path = HERE / "good_params" / "smallest.yml"
    association = read_params(project_with(tmp_path, path), path.stem)
    assert association.languages == ("en",)
    assert association.audiences == ("public",)
    assert association.chapters == get_args(ChapterId)


def test_an_association_cannot_be_changed(tmp_path: Path) -> None:
    """What has been read stays as it is."""
    association = read_params(write_params(tmp_path, SMALLEST.encode()), "case")
    with pytest.raises(ValidationError, match="frozen"):
        association.edition = "2027"
    with pytest.raises(ValidationError, match="frozen"):
        association.association.place = "Elsewhere"


def test_an_association_that_is_not_there_is_corrected(project: Project) -> None:
    """A misspelt slug gives the nearest one."""
    line = "params/samplja.yml: there is no association 'samplja'; did you mean 'samplia'?"
    assert problems_of(project, "samplja") == [line]


def test_a_file_without_anything_holds_no_keys(tmp_path: Path) -> None:
    """An empty file is no params file."""
    line = "params/case.yml: holds no keys; start from params/_template.yml, or run vsrbook new"
    assert problems_of(write_params(tmp_path, b""), "case") == [line]


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    """What is far too large to be a params file is refused before it is parsed."""
    raw = SMALLEST.encode() + b"#" * 300_000
    line = "params/case.yml: is larger than 200,000 bytes; is this the right file?"
    assert problems_of(write_params(tmp_path, raw), "case") == [line]


def test_aliases_that_multiply_are_refused(tmp_path: Path) -> None:
    """A file whose aliases would unfold without end is refused, not unfolded."""
    laughs = "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 40))
    lines = problems_of(write_params(tmp_path, laughs.encode()), "case")
    assert all("repeats another part by an alias" in line for line in lines)


def test_a_file_cannot_run_code(tmp_path: Path) -> None:
    """A YAML tag that names a Python function is refused."""
    raw = SMALLEST + "opening: !!python/object/apply:os.system [exit]\n"
    (line,) = problems_of(write_params(tmp_path, raw.encode()), "case")
    assert "could not determine a constructor" in line


def test_a_file_name_that_is_no_slug_is_refused(tmp_path: Path) -> None:
    """The file's name becomes an address: lower-case letters, digits and hyphens."""
    (tmp_path / "params").mkdir()
    (tmp_path / "params" / "South Africa.yml").write_text(SMALLEST, "utf-8")
    (line,) = problems_of(Project(tmp_path), "South Africa")
    assert line.endswith("use lower-case letters, digits and hyphens, such as south-africa.yml")


def test_nesting_without_end_is_a_problem(tmp_path: Path) -> None:
    """A file nested thousands of levels deep is refused like any other that is not YAML."""
    (line,) = problems_of(write_params(tmp_path, b"a: " + b"[" * 5000), "case")
    assert line.startswith("params/case.yml: is not YAML")


@pytest.mark.parametrize("given", ["true", "4.5", "'4'"])
def test_a_count_is_a_whole_number(given: str, tmp_path: Path) -> None:
    """Nothing is guessed: what the schema refuses in the editor is refused by check as well."""
    raw = SMALLEST.replace("  tier:", f"  members: {{count: {given}, source: census}}\n  tier:")
    (line,) = problems_of(write_params(tmp_path, raw.encode()), "case")
    assert line.endswith("does not fit; expected a whole number")


# The template and the schema


def known_places(model: type[BaseModel] = Association, above: str = "") -> Iterator[str]:
    """Name every key of the model at every depth: "association.members.count"."""
    for key, field in model.model_fields.items():
        if model is Association and key in ("slug", "tables"):
            continue
        yield above + key
        for part in (field.annotation, *get_args(field.annotation)):
            if isinstance(part, type) and issubclass(part, BaseModel) and part is not TableFile:
                yield from known_places(part, f"{above}{key}.")


def places_in(data: dict[str, Any], above: str = "") -> Iterator[str]:
    """Name every key of nested mappings and lists of them; what stands below options is the readers'."""
    for key, value in data.items():
        yield above + key
        inside = value if isinstance(value, list) else [value]
        for part in inside:
            if isinstance(part, dict) and key != "options":
                yield from places_in(part, f"{above}{key}.")


def test_the_template_shows_every_key(repository: Project) -> None:
    """Every key that the model knows stands in the template, and none that it does not know."""
    template = (repository.params / "_template.yml").read_text("utf-8")
    shown = {place for place in places_in(yaml.safe_load(uncomment(template))) if "tables" not in place}
    assert shown == set(known_places())


def test_the_template_shows_every_table(repository: Project) -> None:
    """Every table stands in the template, and how a sheet of a workbook is named."""
    template = (repository.params / "_template.yml").read_text("utf-8")
    assert set(yaml.safe_load(uncomment(template))["tables"]) == set(get_args(TableName))
    assert re.search(
        r"#\s+observations: \{file: figures\.xlsx, sheet: Values, source: census-2019\}", template
    )


def test_the_template_shows_every_word(repository: Project) -> None:
    """Every chapter, audience and standing that may be chosen is named in the template."""
    template = (repository.params / "_template.yml").read_text("utf-8")
    fields = Association.model_fields
    audiences = get_args(get_args(fields["audiences"].annotation)[0])
    for word in (*get_args(ChapterId), *audiences, *get_args(fields["standing"].annotation)):
        assert re.search(rf"#.*\b{word}\b", template), word


def test_the_template_with_every_key_taken_in_is_valid(repository: Project, tmp_path: Path) -> None:
    """Whoever takes all the # away has a params file that is read."""
    template = (repository.params / "_template.yml").read_text("utf-8")
    association = read_params(write_params(tmp_path, uncomment(template).encode()), "case")
    assert association.survey is not None


def test_the_schema_is_in_step(repository: Project) -> None:
    """The schema that editors read is the model's; tools/write_reference.py writes it."""
    assert (repository.params / "association.schema.json").read_text("utf-8") == params_schema()


def plain(path: Path) -> Any:
    """Read params the way an editor's schema check does: days as text."""
    data = yaml.safe_load(path.read_text("utf-8-sig"))
    return json.loads(json.dumps(data, default=str))


@pytest.fixture(scope="module")
def schema() -> jsonschema.Draft202012Validator:
    """Return the schema, as a validator."""
    content = json.loads(params_schema())
    jsonschema.Draft202012Validator.check_schema(content)
    return jsonschema.Draft202012Validator(content)


def test_shipped_params_fit(repository: Project, schema: jsonschema.Draft202012Validator) -> None:
    """Every params file of the repository is read, and fits the schema."""
    slugs = repository.slugs()
    assert slugs
    for slug in slugs:
        assert read_params(repository, slug).slug == slug
        schema.validate(plain(repository.params / f"{slug}.yml"))


@pytest.mark.parametrize("stem", ["smallest", "everything", "windows"])
def test_the_schema_accepts_good_params(stem: str, schema: jsonschema.Draft202012Validator) -> None:
    """An editor finds nothing in what is good."""
    schema.validate(plain(HERE / "good_params" / f"{stem}.yml"))


@pytest.mark.parametrize(
    "stem",
    [
        "unknown-key",
        "unknown-key-deep",
        "unknown-key-of-a-table-file",
        "unknown-table",
        "goal-18",
        "edition-as-a-number",
        "tables-missing",
        "year-of-two-digits",
        "email-without-at",
        "slug-given",
        pytest.param(
            "table-file-in-a-folder",
        ),
    ],
)
def test_the_schema_rejects_bad_params(stem: str, schema: jsonschema.Draft202012Validator) -> None:
    """What the schema can know, the editor says before check does."""
    assert not schema.is_valid(plain(HERE / "bad_params" / f"{stem}.yml"))
