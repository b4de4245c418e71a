"""Write a new association from the template: params, and tables with instructions in them."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

from vsrbook.kit import find_kit
from vsrbook.params import RESERVED_SLUGS, SLUG, country_codes, explain_unknown_country, find_country
from vsrbook.problems import Problem, ReviewError, shorten
from vsrbook.project import Project
from vsrbook.tables import TABLES, Table

RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d|reference")  # no file names on Windows; our own folder
TEMPLATE = "_template.yml"


def create_association(project: Project, slug: str, facts: dict[str, str]) -> list[Path]:
    """Write params/<slug>.yml and data/<slug>/*.csv; returns what was written.

    `facts` may hold name, short_name, place and country; what is empty keeps the template's text.
    Nothing that exists is touched. Raises ReviewError with every reason why it cannot be written.
    """
    problems = find_obstacles(slug, facts, "vsrbook new")
    for path in (project.params / f"{slug}.yml", project.data / slug):
        if path.exists():
            hint = "take another name, or go on with what is there: vsrbook check " + slug
            problems.append(Problem(project.name(path), "exists already", hint))
    if problems:
        raise ReviewError(problems)
    files = {
        project.root / name: text for name, text in list_files(_read_template(project), slug, facts).items()
    }
    (project.data / slug).mkdir(parents=True)
    for path, text in reversed(files.items()):  # params last: without them there is no association
        path.write_text(text, "utf-8", newline="\n")
    return list(files)


def _read_template(project: Project) -> str:
    """Read the project's own template, or the toolkit's."""
    own = project.params / TEMPLATE
    return (own if own.is_file() else find_kit() / "params" / TEMPLATE).read_text("utf-8")


def list_files(template: str, slug: str, facts: dict[str, str]) -> dict[str, str]:
    """Return what a new association consists of, by the names of its files in the project."""
    tables = {f"data/{slug}/{table.name}.csv": empty_csv(table) for table in TABLES.values()}
    params = {f"params/{slug}.yml": fill_template(template, slug, facts)}
    return {**params, **tables, f"data/{slug}/README.md": instructions(slug)}


def find_obstacles(slug: str, facts: dict[str, str], command: str) -> list[Problem]:
    """Find what keeps an association from being written, wherever it is to go."""
    problems = []
    if not SLUG.fullmatch(slug) or RESERVED.fullmatch(slug):
        hint = "use lower-case letters, digits and hyphens, such as south-africa"
        problems.append(Problem(command, f"{shorten(slug)} is no name for an association", hint))
    elif slug in RESERVED_SLUGS:
        what = f"'{slug}' cannot be the name of an association: {RESERVED_SLUGS[slug]}"
        problems.append(Problem(command, what, "take another name"))
    country = facts.get("country", "")
    if country and country not in country_codes():
        what, _, hint = explain_unknown_country(country).partition("; ")
        problems.append(Problem(command, what, hint, column="--country"))
    place = name_place(slug, facts)
    if not country and not find_country(place):
        what = f"which country {shorten(place)} lies in is not known"
        hint = "say it by its ISO 3166-1 alpha-2 code, such as --country KE"
        problems.append(Problem(command, what, hint, column="--country"))
    return problems


def name_place(slug: str, facts: dict[str, str]) -> str:
    """Return how readers call the territory: as given, or from the slug."""
    return facts.get("place") or slug.replace("-", " ").title()


def complete_facts(slug: str, facts: dict[str, str]) -> dict[str, str]:
    """Return name, short_name, place and country, each as given or as the template says it."""
    place = name_place(slug, facts)
    return {
        "name": facts.get("name") or f"Local government association of {place}",
        "short_name": facts.get("short_name") or "LGA",
        "place": place,
        "country": facts.get("country") or find_country(place),
    }


def fill_template(template: str, slug: str, facts: dict[str, str]) -> str:
    """Put what is known about the association into the template's lines."""
    known = complete_facts(slug, facts)
    lines = []
    for line in template.splitlines():
        key = line.strip().split(":")[0]
        if line.startswith("  ") and key in ("name", "short_name", "place") and not line.startswith("   "):
            comment = line.partition("#")[2].strip()
            lines.append(f"  {key}: {quote(known[key])}" + (f"   # {comment}" if comment else ""))
        elif key == "countries" and known["country"]:
            lines.append(line.replace("[KE]", f'["{known["country"]}"]'))
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


def quote(text: str) -> str:
    """Write text as a YAML string in double quotes."""
    quoted = json.dumps(text, ensure_ascii=False)
    return re.sub(r"[\x7f-\x9f\u2028\u2029\ufeff]", lambda sign: f"\\u{ord(sign.group()):04x}", quoted)


def empty_csv(table: Table) -> str:
    """Return a table with its header and no row; the columns' meaning stands in the README beside it."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(table.names)
    return out.getvalue()


def instructions(slug: str) -> str:
    """Return what stands in the README of a new association's tables."""
    lines = [
        f"# The tables of {slug}",
        "",
        "Open a table in Excel or LibreOffice, fill it below the header, and save it under the same name as",
        "*CSV UTF-8 (comma delimited)*. An XLSX workbook does as well: name it in the params instead of the CSV.",
        "Leave a cell empty where a value is missing. Delete a table you do not need, and its line in the params.",
        f"Then: `vsrbook check {slug}`. Start with `sources`: every row of the other tables cites one.",
        "",
    ]
    for table in TABLES.values():
        lines += [f"## {table.name}.csv", "", table.meaning, ""]
        for column in table.columns:
            needed = " **(must be filled)**" if column.required else ""
            example = f" Example: `{column.example}`." if column.example else ""
            choices = f" {column.expects[:1].upper()}{column.expects[1:]}." if column.choices else ""
            lines.append(f"- `{column.name}`{needed}: {column.meaning}{choices}{example}")
        lines.append("")
    return "\n".join(lines)
