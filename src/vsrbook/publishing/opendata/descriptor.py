"""Describe a data package (Frictionless Data Package, version 1) and the columns of its tables."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Literal

from vsrbook.csv_writing import make_harmless
from vsrbook.tables import FIRST_YEAR, LAST_YEAR, NUMERIC, TABLES, Column, Table
from vsrbook.text import gettext as _
from vsrbook.text import language, mark

if TYPE_CHECKING:
    import pandas as pd

    from vsrbook.params import Licence

WEB_ADDRESS = re.compile(r"https?://\S+")
UNITS = {"land_area_km2": "km²", "latitude": "°", "longitude": "°"}


def _number(name: str, meaning: str) -> Column:
    return Column(name, "number", meaning)


def _count(name: str, meaning: str) -> Column:
    return Column(name, "integer", meaning, low=0)


PROFILE = Table(
    "profile",
    mark("What the page of the area shows: one row for each indicator."),
    ("indicator_code",),
    (
        *map(TABLES["indicators"].column, ("indicator_code", "goal", "target", "name", "unit", "direction")),
        Column("year", "year", mark("The year of the area's latest value.")),
        _number("value", mark("The area's latest value; empty where it is missing or suppressed.")),
        replace(TABLES["observations"].column("status"), meaning=mark("Status of value; empty if final.")),
        _number("parent_value", mark("The value, in that year, of the area that this one lies in.")),
        _number("whole_value", mark("The value, in that year, of the whole territory.")),
        Column("compared_year", "year", mark("The year in which areas are compared.")),
        _number("compared_value", mark("The area's value in compared_year.")),
        Column(
            "rank", "integer", mark("Place among peers in compared_year, 1 the best by direction."), low=1
        ),
        _count("peers", mark("Areas of the peer group with a value in compared_year, this one included.")),
        _number("peer_median", mark("The median of these peers.")),
        _count("areas", mark("Areas of the same level with a value in compared_year.")),
        _number("lowest", mark("The lowest value of these areas.")),
        _number("lower_quartile", mark("A quarter of these areas lie at or below it.")),
        _number("median", mark("Half of these areas lie at or below it.")),
        _number("upper_quartile", mark("Three quarters of these areas lie at or below it.")),
        _number("highest", mark("The highest value of these areas.")),
    ),
)


@dataclass(frozen=True, eq=False)
class PackageInfo:
    """What the data packages of a review share: whose it is, which edition, under which licence.

    `association` is its full name; `created` a date, YYYY-MM-DD, or "" where none is known; `homepage` ""
    or a web address; `sources` the table of that name. What stands behind values (weight) is published
    only `with_weights`.
    """

    slug: str
    title: str
    description: str
    association: str
    edition: str
    language: str
    created: str
    standing: Literal["association", "illustration", "sample"]
    sources: pd.DataFrame
    licence: Licence | None = None
    homepage: str = ""
    with_weights: bool = False

    @cached_property
    def citations(self) -> dict[str, dict[str, str]]:
        """Each source as a data package names it, by source_id."""
        records = self.sources[TABLES["sources"].names].fillna("").to_dict("records")
        return {record["source_id"]: _cite(record) for record in records}

    @cached_property
    def observations(self) -> Table:
        """The table of observations as it is published."""
        table = TABLES["observations"]
        kept = (column for column in table.columns if self.with_weights or column.name != "weight")
        return replace(table, columns=tuple(kept))


@dataclass(frozen=True)
class DataFile:
    """A file of a package that has been written: its name, SHA-256 and size in bytes, and its table."""

    name: str
    sha256: str
    size: int
    table: Table


def describe_package(
    info: PackageInfo, place: Mapping[str, Any] | None, resources: list[dict[str, Any]], cited: Iterable[str]
) -> dict[str, Any]:
    """Return datapackage.json as data; `place` is a row of areas, None for the package of all areas."""
    name = "" if place is None else place["area_code"]
    title = info.title if place is None else f"{place['name']} – {info.title}"
    described: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": "-".join(part for part in (info.slug, _name_plainly(name)) if part),
        "title": title,
        "description": _describe(info),
        "version": info.edition,
        "language": info.language,
    }
    if info.created:
        described["created"] = f"{info.created}T00:00:00Z"
    if WEB_ADDRESS.fullmatch(info.homepage):
        described["homepage"] = info.homepage
    if info.licence:
        described["licenses"] = [_describe_licence(info.licence)]
    if place is not None:
        keys = ("area_code", "name", "level", "parent_code", "parent_name")
        described["area"] = {key: place[key] for key in keys if place.get(key)}
    sources = set(cited)
    described["sources"] = [entry for code, entry in info.citations.items() if code in sources]
    described["resources"] = resources
    return described


def describe_resource(
    file: DataFile, together: Iterable[str] = (), units: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return a table of the package as data: where it lies, what its columns mean.

    `together` names the tables of the same package, which codes can refer to; `units` are those of
    values, by indicator_code.
    """
    packed = {"compression": "gz"} if file.name.endswith(".gz") else {}
    return {
        "profile": "tabular-data-resource",
        "name": file.table.name,
        "path": file.name,
        "title": file.table.name.capitalize(),
        "description": _(file.table.meaning),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        **packed,
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
        **({} if units is None else {"units": {make_harmless(code): unit for code, unit in units.items()}}),
        "schema": _describe_table(file.table, frozenset(together), language()),
    }


@cache
def _describe_table(table: Table, together: frozenset[str], _language: str) -> dict[str, Any]:
    """Return the Table Schema of a contract, once for each language of the descriptions.

    A primary key has no empty cell (Table Schema says so, and databases insist); groups of observations
    are empty for everyone, so that what names an observation stands under uniqueKeys.
    """
    required = set(table.required)
    key = {"primaryKey": list(table.key)} if required >= set(table.key) else {"uniqueKeys": [list(table.key)]}
    foreign = [_describe_reference(table, column) for column in table.columns if column.refers_to in together]
    return {
        "fields": [_describe_column(column) for column in table.columns],
        "missingValues": [""],
        **key,
        **({"foreignKeys": foreign} if foreign else {}),
    }


def _describe_reference(table: Table, column: Column) -> dict[str, Any]:
    target = "" if column.refers_to == table.name else column.refers_to  # "": this table itself
    reference = {"resource": target, "fields": list(TABLES[column.refers_to].key)}
    return {"fields": [column.name], "reference": reference}


def _describe_column(column: Column) -> dict[str, Any]:
    low, high = (FIRST_YEAR, LAST_YEAR) if column.kind == "year" else (column.low, column.high)
    limits = {
        "required": column.required or None,
        "enum": list(column.choices) if column.kind == "choice" else None,
        "minimum": low,
        "maximum": high,
    }
    constraints = {name: limit for name, limit in limits.items() if limit is not None}
    unit = {"unit": UNITS[column.name]} if column.name in UNITS else {}
    return {
        "name": column.name,
        "type": column.kind if column.kind in NUMERIC else "string",
        "title": column.name.replace("_", " ").capitalize(),
        "description": _(column.meaning),
        **unit,
        **({"constraints": constraints} if constraints else {}),
    }


def _describe(info: PackageInfo) -> str:
    standing = {
        "illustration": _(
            "Prepared from public sources to show how a review is made. Not a publication of {name}, "
            "which has neither written nor approved it."
        ),
        "sample": _("Sample data: invented. The figures say nothing about a real place."),
        "association": _("Review of {name}, edition {edition}."),
    }[info.standing].format(name=info.association, edition=info.edition)
    sentences = [
        standing,
        info.description,
        _("Values with the status suppressed are held back and empty."),
        _("The unit of each indicator's values stands under units of the table observations."),
        _("Text that a spreadsheet would run as a formula begins with an apostrophe."),
    ]
    if info.licence is None:
        sentences.append(_("What each source allows stands in its entry under sources."))
    return " ".join(sentence for sentence in sentences if sentence)


def _describe_licence(licence: Licence) -> dict[str, str]:
    name = re.sub(r"[^A-Za-z0-9._]+", "-", licence.name).strip("-") or "other"
    path = {"path": licence.url} if licence.url else {}
    return {"name": name, "title": licence.title or licence.name, **path}


def _cite(source: Mapping[Any, str]) -> dict[str, str]:
    """Write a source as readers cite it, publisher, title (date), with what it allows."""
    dated = f"{source['title']} ({source['date']})" if source["date"] else source["title"]
    publisher = "" if source["publisher"] == source["title"] else source["publisher"]
    entry = {
        "title": ", ".join(part for part in (publisher, dated) if part),
        "path": source["url"] if WEB_ADDRESS.fullmatch(source["url"]) else "",
        "source_id": make_harmless(source["source_id"]),
        "licence": source["licence"],
    }
    return {name: text for name, text in entry.items() if text}


def _name_plainly(code: str) -> str:
    """Return a code in the letters that names of packages are made of; what is lost is told by a digest."""
    plain = re.sub(r"[^a-z0-9._]+", "-", code.lower()).strip("-")
    if code and plain != code.lower():
        plain = "-".join(part for part in (plain, hashlib.sha256(code.encode()).hexdigest()[:8]) if part)
    return plain
