"""Profiles: what is gathered of each area, what its page says, which page is made anew. All data are invented."""

from __future__ import annotations

import csv
import gzip
import json
import math
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from babel.localedata import locale_identifiers
from babel.numbers import format_decimal
from hypothesis import example, given, settings
from hypothesis import strategies as st
from projects import LOAD_ALL, ROOT, SHOW, changed, keys, write_notebook

from vsrbook.chapters import profile as page
from vsrbook.chapters import profile_findings, profile_table
from vsrbook.execution.engine.limits import Limits
from vsrbook.execution.keys import EVERYTHING, Reads, read_source
from vsrbook.execution.plan import make_plan
from vsrbook.figures import Block, Figure
from vsrbook.naming import RESERVED, area_page
from vsrbook.problems import Problem, ReviewError
from vsrbook.profiles import Profile, gathering, load_profile
from vsrbook.profiles.dataset import Dataset
from vsrbook.profiles.gathering import gather_profiles, hide, open_profiles, read_chunks
from vsrbook.profiles.rows import round_as_shown
from vsrbook.project import Edition, Project
from vsrbook.review import fill_text, load_review, read_review
from vsrbook.running import RunOptions, run_chapters
from vsrbook.store import open_store
from vsrbook.text import number, set_language

SLUG = "northland"
EDITION = Edition()
TOWNS = ("01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12")
RICH, PLAIN = "05", "11"  # a town of which much is told, and one whose context is not known
HOSTILE = "<script>alert(1)</script> & \"a\" 'b' {0} {name} {} | *s* `c` $f$"

Row = dict[str, Any]


def list_areas() -> list[Row]:
    """List a country, two regions and twelve towns; not in the order of their codes."""
    columns = ("area_code", "name", "level", "parent_code", "population", "type", "latitude", "longitude")
    rows = (
        ("N", "Northland", "country", "", 46_698, "", 60.0, 10.0),
        ("07", "Havn", "municipality", "R2", 5_000, "coast", 61.0, 11.0),
        ("R1", "West", "region", "N", 11_398, "", 60.0, 9.0),
        ("R2", "East", "region", "N", 35_300, "", 60.0, 11.0),
        ("01", "Alvdal", "municipality", "R1", 400, "coast", 60.0, 9.0),
        ("02", "Bergby", "municipality", "R1", 999, "inland", 60.1, 9.0),
        ("03", "Dalen", "municipality", "R1", 1_000, "inland", 60.2, 9.0),
        ("04", "Elvestad", "municipality", "R1", 1_500, "coast", 60.3, 9.0),
        ("05", "Fjell", "municipality", "R1", 2_500, "inland", 60.4, 9.0),
        ("06", "Grend", "municipality", "R1", 4_999, "inland", 60.5, 9.0),
        ("08", "Innset", "municipality", "R2", 7_000, "coast", 61.1, 11.0),
        ("09", "Jordet", "municipality", "R2", 9_000, "inland", 61.2, 11.0),
        ("10", "Kvam", "municipality", "R2", 12_000, "inland", 61.3, 11.0),
        ("11", "Lund", "municipality", "R2", "", "", "", ""),
        ("12", "Myr", "municipality", "R2", 300, "coast", 61.4, 11.0),
    )
    more = {"context_year": 2020, "source_id": "census"}
    context = {"05": {"households": 800, "land_area_km2": 125, "income": 30, "income_unit": "crowns a year"}}
    return [dict(zip(columns, row, strict=True)) | more | context.get(row[0], {}) for row in rows]


def list_indicators() -> list[Row]:
    """List seven indicators that towns have under three goals, and one that only the country has."""
    columns = ("indicator_code", "goal", "target", "name", "unit", "direction", "target_value")
    rows = (
        ("water", 6, "6.1", "Piped water", "% of homes", "up", 100),
        ("toilets", 6, "6.2", "Shared toilets", "% of homes", "down", 0),
        ("deaths", 3, "3.2", "Child deaths", "per 1,000 live births", "down", ""),
        ("teachers", 4, "4.1", "Pupils for a teacher", "ratio", "none", ""),
        ("schools", 4, "4.a", "Schools with a library", "% of schools", "up", ""),
        ("doctors", 3, "3.c", "Doctors", "per 10,000 people", "up", ""),
        ("outside", 4, "4.1", "Children out of school", "persons", "down", ""),
        ("forest", 15, "15.1", "Forest", "% of land area", "up", ""),
    )
    return [dict(zip(columns, row, strict=True)) | {"source_id": "survey"} for row in rows]


INDICATORS = list_indicators()
# what the towns have, in the order of TOWNS; None: there is no row
VALUES: dict[tuple[str, int], list[float | None]] = {
    ("water", 2015): [10, 20, 30, 40, 50, 60, 15, 25, 35, 45, 55, 65],
    ("water", 2020): [12.345, 24, 36, 48, 60.5, 72, 18, 30, 42, 54, 66, 78],
    ("water", 2022): [13, 25, 37, 50, *[None] * 8],
    ("toilets", 2020): [9, 8, 7, 6, 5, 4, 3, None, 2, 1, 0, 10],
    ("deaths", 2015): [45, *[None] * 11],
    ("deaths", 2020): [40, 30, 30, 20, 25, 15, None, 10, 12, 14, 35, 50],
    ("teachers", 2020): [20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31],
    ("schools", 2015): [50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50],
    ("schools", 2020): [40, 60, 55, 55, None, 55, 45, 65, 70, 75, 80, 30],
    ("doctors", 2020): [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
    ("doctors", 2022): [1.5, 2.5, 3.5, 4.5, 5.5, 6.5, *[None] * 6],
    ("outside", 2020): [30, 40, 50, 3, 70, 80, 200, 300, 400, 500, 600, 15],
}
ABOVE: dict[tuple[str, int], tuple[float, float, float]] = {  # the country, West, East
    ("water", 2015): (40, 35, 45),
    ("water", 2020): (55, 50, 60),
    ("water", 2022): (58, 52, 62),
    ("deaths", 2020): (22, 28, 18),
    ("schools", 2015): (50, 50, 50),
    ("doctors", 2020): (7, 4, 9),
    ("doctors", 2022): (7.5, 4.5, 9.5),
    ("outside", 2020): (2_288, 273, 2_015),
}


def list_observations() -> list[Row]:
    """List all values, with one that is suppressed, one that is provisional, and some of women and men."""

    def tell(code: str, area: str, year: int, value: float | str, **more: str) -> Row:
        row = {"indicator_code": code, "area_code": area, "year": year, "sex": "", "value": value}
        return row | {"status": "", "source_id": "survey"} | more

    rows = [tell("forest", "N", 2021, 37)]
    for (code, year), figures in ABOVE.items():
        rows += [
            tell(code, area, year, value) for area, value in zip(("N", "R1", "R2"), figures, strict=True)
        ]
    for (code, year), values in VALUES.items():
        some = zip(TOWNS, values, strict=True)
        rows += [tell(code, area, year, value) for area, value in some if value is not None]
    rows.append(tell("schools", RICH, 2020, 77.7, status="suppressed"))
    rows.append(tell("toilets", "08", 2020, "", status="suppressed"))
    rows += [tell("outside", "05", 2020, value, sex=sex) for sex, value in (("female", 30), ("male", 40))]
    rows += [
        tell("deaths", "01", 2021, value, sex=sex) for sex, value in (("female", 87.65), ("male", 98.76))
    ]
    next(row for row in rows if row["area_code"] == "03" and row["year"] == 2022)["note"] = "early"
    for row in rows:
        if (row["indicator_code"], row["area_code"], row["year"]) == ("doctors", "03", 2022):
            row["status"] = "provisional"
    return rows


def list_practices() -> list[Row]:
    """List a good practice of one town, an action of two, and one of nowhere."""
    place = {"source_id": "survey", "location": "page 7"}
    return [
        {"practice_id": "bus", "title": "Library bus", "goals": "4; 11", "area_codes": "05"} | place,
        {"practice_id": "well", "title": "New wells", "kind": "action", "area_codes": "05; 06"}
        | {"start_date": "2024-03", "description": "Wells are dug."}
        | place,
        {"practice_id": "fair", "title": "Seed fair", "goals": "2"} | place,
    ]


def list_sources() -> list[Row]:
    """List the sources that the tables cite."""
    told = {"census": "Census", "survey": "Survey of towns", "mapping": "Map of Northland"}
    more = {"publisher": "Statistics Northland", "date": "2023"}
    return [{"source_id": code, "title": title} | more for code, title in told.items()]


PARAMS: dict[str, Any] = {
    "association": {
        "name": "Union of Northland Towns",
        "short_name": "UNT",
        "place": "Northland",
        "countries": ["NO"],
        "tier": "municipalities",
    },
    "standing": "sample",
    "edition": "2026",
    "area_level": "municipality",
    "chapters": ["progress"],
    "progress": {"method": "eurostat"},
    "profiles": {"peers": {"by": ["size"], "size_classes": [1000, 5000], "least": 3}},
}


@dataclass
class Country:
    """The tables and the params of a project; change them, then `save`."""

    root: Path
    areas: list[Row] = field(default_factory=list_areas)
    indicators: list[Row] = field(default_factory=list_indicators)
    observations: list[Row] = field(default_factory=list_observations)
    practices: list[Row] = field(default_factory=list_practices)
    sources: list[Row] = field(default_factory=list_sources)
    labels: list[Row] = field(default_factory=list)
    params: dict[str, Any] = field(default_factory=lambda: json.loads(json.dumps(PARAMS)))

    @property
    def project(self) -> Project:
        """The project that the country is in."""
        return Project(self.root)

    @property
    def folder(self) -> Path:
        """Where the tables are."""
        return self.root / "data" / SLUG

    def find(self, code: str, area: str, year: int, sex: str = "") -> Row:
        """Find an observation."""
        key = (code, area, year, sex)
        names = ("indicator_code", "area_code", "year", "sex")
        return next(row for row in self.observations if tuple(row[name] for name in names) == key)

    def area(self, code: str) -> Row:
        """Find an area."""
        return next(row for row in self.areas if row["area_code"] == code)

    def save(self) -> Project:
        """Write params, tables, notebooks."""
        for folder in ("params", "notebooks", "locales", "book", f"data/{SLUG}"):
            (self.root / folder).mkdir(parents=True, exist_ok=True)
        names = ("areas", "indicators", "observations", "practices", "sources", "labels")
        tables = {name: getattr(self, name) for name in names if getattr(self, name)}
        for name, rows in tables.items():
            write_table(self.folder / f"{name}.csv", rows)
        params = self.params | {"tables": {name: f"{name}.csv" for name in tables}}
        (self.root / "params" / f"{SLUG}.yml").write_text(yaml.safe_dump(params), "utf-8")
        for name in ("_config.yml", "notebooks/profile.ipynb"):
            shutil.copy(ROOT / name, self.root / name)
        write_notebook(
            self.root / "notebooks" / "library.ipynb", LOAD_ALL, SHOW, parameters='language = "en"\n'
        )
        return self.project

    def gather(self) -> Dataset:
        """Save all, and gather the data set."""
        gathered = gather_profiles(self.save(), SLUG, EDITION)
        assert gathered.dataset is not None, [str(problem) for problem in gathered.problems]
        return gathered.dataset

    def load(self, area: str, **options: Any) -> Profile:
        """Load the profile of an area, as its notebook does."""
        return load_profile(SLUG, area, project=self.project, **options)


def write_table(path: Path, rows: list[Row]) -> None:
    """Write a table as CSV."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="")
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def country(tmp_path: Path) -> Country:
    """Give a country that a test may change."""
    return Country(tmp_path / "north")


@pytest.fixture(scope="module")
def northland(tmp_path_factory: pytest.TempPathFactory) -> Country:
    """Give the country as it is, gathered; nothing changes it."""
    made = Country(tmp_path_factory.mktemp("profiles") / "north")
    made.gather()
    return made


def told(problems: list[Problem] | tuple[Problem, ...]) -> list[str]:
    """Return problems as lines."""
    return [str(problem) for problem in problems]


def row_of(profile: Profile, code: str) -> Row:
    """Return what a profile has on an indicator."""
    rows = profile.standing[profile.standing["indicator_code"] == code].to_dict("records")
    (row,) = rows
    return {str(name): value for name, value in row.items()}


def refused(load: Callable[[], Any]) -> list[str]:
    """Return the problems for which something is refused."""
    with pytest.raises(ReviewError) as raised:
        load()
    return told(raised.value.problems)


def last_year(code: str, area: str) -> int:
    """Return the last year in which a town has a value of its own."""
    at = TOWNS.index(area)
    return max(year for (name, year), values in VALUES.items() if name == code and values[at] is not None)


# ---------- where an area stands ----------


def test_the_latest_value_is_shown(northland: Country) -> None:
    """Each indicator shows the value of its last year, in which others may have none."""
    for area in TOWNS:
        profile = northland.load(area)
        for row in profile.known.to_dict("records"):
            year = last_year(row["indicator_code"], area)
            expected = VALUES[row["indicator_code"], year][TOWNS.index(area)]
            assert (row["year"], row["value"]) == (year, expected), (area, row["name"])


def test_larger_areas_are_shown_in_the_year_of_the_value(northland: Country) -> None:
    """Parent and whole have the value of the very year, not their latest; without one they have none."""
    for area, parent in (("03", 1), ("08", 2)):
        for row in northland.load(area).known.to_dict("records"):
            above = ABOVE.get((row["indicator_code"], int(row["year"])), (math.nan,) * 3)
            assert [row["whole_value"], row["parent_value"]] == pytest.approx(
                [above[0], above[parent]], nan_ok=True
            )


def test_areas_are_compared_in_the_last_year_that_half_of_them_have(northland: Country) -> None:
    """Four of twelve values in 2022 are too few to compare by, six are enough; places are of that year."""
    profile = northland.load("03")
    water, doctors = row_of(profile, "water"), row_of(profile, "doctors")
    assert (water["year"], water["value"]) == (2022, 37)
    assert (water["compared_year"], water["compared_value"], water["rank"]) == (2020, 36, 4)
    assert (doctors["compared_year"], doctors["compared_value"], doctors["rank"]) == (2022, 3.5, 4)
    later = row_of(northland.load("08"), "doctors")  # has no value of 2022
    assert (later["year"], later["compared_year"], later["areas"]) == (2020, 2022, 6)
    assert math.isnan(later["compared_value"])
    assert pd.isna(later["rank"])


def test_places_and_spread_are_those_of_the_table(northland: Country) -> None:
    """Rank and median are among the peers with a value, lowest and highest of all towns, then."""
    peers = {"01": ("01", "02", "12"), "05": ("03", "04", "05", "06"), "09": ("07", "08", "09", "10")}
    signs = {row["indicator_code"]: {"up": 1, "down": -1, "none": 0}[row["direction"]] for row in INDICATORS}
    for area, group in peers.items():
        for row in northland.load(area).standing.to_dict("records"):
            code, year = row["indicator_code"], int(row["compared_year"])
            values = dict(zip(TOWNS, VALUES[code, year], strict=True))
            theirs = [value for one in group if (value := values[one]) is not None]
            own = values[area]
            assert (row["peers"], row["areas"]) == (len(theirs), 12 - list(values.values()).count(None))
            if len(theirs) < 3:
                assert pd.isna(row["rank"])
                assert pd.isna(row["peer_median"])
                continue
            assert number(row["peer_median"]) == number(median(theirs))
            rank = 1 + sum((one - own) * signs[code] > 0 for one in theirs) if own is not None else None
            assert (None if pd.isna(row["rank"]) else row["rank"]) == (rank if signs[code] else None)
            every = [one for one in values.values() if one is not None]
            assert (row["lowest"], row["highest"]) == pytest.approx((min(every), max(every)), abs=0.006)


def test_equal_values_share_a_place(northland: Country) -> None:
    """Three towns of one value share the first place of three: one is suppressed, and not counted."""
    ranks = [row_of(northland.load(area), "schools")["rank"] for area in ("03", "04", "06")]
    assert ranks == [1, 1, 1]
    assert row_of(northland.load("04"), "schools")["peers"] == 3


def test_a_suppressed_value_is_not_replaced_by_an_older_one(northland: Country) -> None:
    """Where the latest is held back, it is said; what stands in its cell is nowhere, what was before is a trend."""
    profile = northland.load(RICH)
    row = row_of(profile, "schools")
    assert (row["status"], row["year"]) == ("suppressed", 2020)
    assert math.isnan(row["value"])
    assert math.isnan(row["compared_value"])
    assert (list(row["years"]), list(row["values"])) == ([2015], [50])
    assert profile.suppressed["indicator_code"].tolist() == ["schools"]
    assert profile.missing.empty
    assert "77.7" not in told_by(profile)


def test_a_trend_is_all_values_in_the_order_of_years(northland: Country) -> None:
    """Years and values are those of the table; groups are in none of them."""
    for area in TOWNS:
        for row in northland.load(area).standing.to_dict("records"):
            at = TOWNS.index(area)
            pairs = sorted(
                (year, values[at])
                for (code, year), values in VALUES.items()
                if code == row["indicator_code"] and values[at] is not None
            )
            assert list(zip(row["years"], row["values"], strict=True)) == pairs


def test_groups_never_enter(northland: Country) -> None:
    """Values of women and men are later than those of everyone, and yet not the latest."""
    row = row_of(northland.load("01"), "deaths")
    assert (row["year"], row["value"]) == (2020, 40)
    assert northland.load("01").area["observations"] == 14  # they are counted: the data package has them
    assert "87.65" not in told_by(northland.load("01"))


def test_a_missing_value_is_told_apart(northland: Country) -> None:
    """An indicator that others have is listed without a value; one that only the country has is not."""
    profile = northland.load("07")
    assert profile.missing["indicator_code"].tolist() == ["deaths"]
    assert "forest" not in set(profile.standing["indicator_code"])
    assert profile.goals == [3, 4, 6]


def test_progress_is_judged_by_the_method(northland: Country, country: Country) -> None:
    """Each series is judged as the review judges it; without a method none is."""
    row = row_of(northland.load(RICH), "water")
    growth = (60.5 / 50) ** (1 / 5) - 1
    needed = (100 / 50) ** (1 / 15) - 1
    assert row["progress_value"] == pytest.approx(growth / needed)
    assert row["progress"] == "moderate_progress"
    assert row_of(northland.load("08"), "toilets")["reason"] == "all values are suppressed"
    del country.params["progress"]
    country.gather()
    assert country.load(RICH).standing["progress"].isna().all()


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_standing_is_that_of_a_plain_rule(seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    """On values at random, latest, compared year, place and median are those of loops over the table."""
    random = np.random.default_rng(seed)
    made = Country(tmp_path_factory.mktemp("random") / "north")
    values = {
        (code, area, year): float(random.integers(0, 6))
        for code in ("water", "deaths", "teachers")
        for area in TOWNS
        for year in (2019, 2020, 2021)
        if random.random() < 0.6
    }
    made.observations = [
        {"indicator_code": code, "area_code": area, "year": year, "value": value, "source_id": "survey"}
        for (code, area, year), value in values.items()
    ]
    made.gather()
    signs = {"water": 1, "deaths": -1, "teachers": 0}
    for code, sign in signs.items():
        have = {year: {a for c, a, y in values if (c, y) == (code, year)} for year in (2019, 2020, 2021)}
        some = set().union(*have.values())
        halves = [year for year, areas in have.items() if len(areas) * 2 >= len(some) and areas]
        compared = max(halves) if halves else max(have, key=lambda year: (len(have[year]), year))
        for group in (("01", "02", "12"), ("03", "04", "05", "06"), ("07", "08", "09", "10")):
            theirs = [values[code, area, compared] for area in group if area in have[compared]]
            for area in group:
                rows = made.load(area).standing
                row = rows[rows["indicator_code"] == code].to_dict("records")[0]
                years = [year for year in have if area in have[year]]
                assert (None if pd.isna(row["year"]) else row["year"]) == (max(years) if years else None)
                assert row["compared_year"] == compared
                own = values.get((code, area, compared))
                ranked = own is not None and len(theirs) >= 3 and sign
                rank = 1 + sum((one - (own or 0)) * sign > 0 for one in theirs) if ranked else None
                assert (None if pd.isna(row["rank"]) else row["rank"]) == rank
                middle = median(theirs) if len(theirs) >= 3 else math.nan
                assert row["peer_median"] == pytest.approx(middle, nan_ok=True)


# ---------- gathering ----------


def read_files(dataset: Dataset) -> dict[str, bytes]:
    """Read every file of a data set."""
    return {path.name: path.read_bytes() for path in dataset.folder.iterdir()}


@pytest.mark.parametrize("rows", [1, 30])
def test_chunks_change_nothing(
    rows: int, northland: Country, country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read a few areas at a time, the data set is the same byte for byte; so is one of hidden counts."""
    monkeypatch.setattr(gathering, "CHUNK_ROWS", rows)
    assert read_files(country.gather()) == read_files(open_profiles(northland.project, SLUG, EDITION))
    country.params["minimum_count"] = 5
    few = read_files(country.gather())
    monkeypatch.undo()
    shutil.rmtree(country.project.build)
    assert read_files(country.gather()) == few


def test_every_area_of_the_level_has_a_profile(country: Country) -> None:
    """Areas are sorted by code, those without a value last; regions have a profile where they are named."""
    country.observations = [row for row in country.observations if row["area_code"] != "02"]
    assert list(country.gather().codes) == [*(town for town in TOWNS if town != "02"), "02"]
    country.params["profiles"]["levels"] = ["region", "municipality"]
    assert set(country.gather().codes) == {"R1", "R2", *TOWNS}
    assert country.load("R1").area["peer_reason"] == "whole level"


@pytest.mark.parametrize("kept", [[], ["N"]])
def test_areas_without_values_have_a_page_all_the_same(kept: list[str], country: Country) -> None:
    """Before there is any value, every area has its place, its peers and its practices."""
    country.observations = [row for row in country.observations if row["area_code"] in kept] or [
        dict(country.observations[0], area_code="N", value="")
    ]
    country.gather()
    profile = country.load(RICH)
    assert set(open_profiles(country.project, SLUG, EDITION).codes) == set(TOWNS)
    assert profile.standing.empty
    words = told_by(profile)
    assert "No indicator is collected for municipalities yet." in words
    assert "Fjell is compared with 3 other municipalities" in words


def test_a_profile_is_gathered_once(country: Country) -> None:
    """While no file changes it is not gathered again; a file that is only saved again changes nothing."""
    dataset = country.gather()
    head = dataset.folder / "dataset.json"
    made = head.stat().st_mtime_ns
    assert gather_profiles(country.project, SLUG, EDITION).dataset == dataset
    os.utime(country.folder / "areas.csv")
    country.load("05")
    assert open_profiles(country.project, SLUG, EDITION) == dataset
    assert head.stat().st_mtime_ns == made


def test_a_changed_table_is_gathered_anew(country: Country) -> None:
    """A notebook sees what the tables say now, without a run before; a data set that is gone is made again."""
    country.gather()
    assert row_of(country.load("05"), "water")["value"] == 60.5
    country.find("water", "05", 2020)["value"] = 61.25
    country.save()
    assert row_of(country.load("05"), "water")["value"] == 61.25
    country.sources[0]["title"] = "Old census"
    country.save()
    assert "Old census" in country.load("05").area["context_source"]
    shutil.rmtree(country.project.build / "profiles")
    assert country.load("05").name == "Fjell"


def test_what_was_left_of_a_data_set_is_replaced(country: Country) -> None:
    """A folder without its last file is not whole: it is made again in its place."""
    dataset = country.gather()
    (dataset.folder / "dataset.json").unlink()
    (dataset.folder / "standing.arrow").write_bytes(b"half")
    assert country.load("05").name == "Fjell"
    assert (dataset.folder / "dataset.json").is_file()


def test_old_data_sets_are_removed(country: Country, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data set that nobody has read for long is removed when there is a new one; a fresh one is kept."""
    first = country.gather()
    country.area("05")["population"] = 2_600
    second = country.gather()
    assert first.folder.is_dir()
    monkeypatch.setattr(gathering, "KEPT_SECONDS", -1)
    country.area("05")["population"] = 2_700
    third = country.gather()
    assert not first.folder.exists()
    assert not second.folder.exists()
    assert third.head


def test_two_processes_may_gather_at_once(country: Country) -> None:
    """Both get the profile, and leave one whole data set."""
    project = country.save()
    code = f"from vsrbook.profiles import load_profile; print(load_profile({SLUG!r}, '05').area['digest'])"
    environment = os.environ | {"VSRBOOK_PROJECT": str(project.root)}
    both = [
        subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE) for _ in "12"
    ]
    digests = {one.communicate(timeout=60)[0].decode().strip() for one in both}
    assert [one.returncode for one in both] == [0, 0]
    dataset = open_profiles(project, SLUG, EDITION)
    assert digests == {dataset.digests["05"]}
    (folder,) = (project.build / "profiles").iterdir()
    assert {path.name for path in folder.iterdir()} == {"current.json", dataset.folder.name}


def test_a_data_set_in_its_place_is_left_alone(country: Country, tmp_path: Path) -> None:
    """Who comes second with the same data set does not take it away from those who read the first."""
    dataset = country.gather()
    part = tmp_path / "part"
    shutil.copytree(dataset.folder, part)
    before = (dataset.folder / "standing.arrow").stat().st_ino
    gathering._put_in_place(part, dataset.folder)  # what two processes do at once
    assert (dataset.folder / "standing.arrow").stat().st_ino == before


def test_errors_stop_the_profiles(country: Country) -> None:
    """An unknown area, indicator and source are told with their rows, and there is no data set."""
    country.find("water", "05", 2020)["area_code"] = "55"
    country.find("water", "06", 2020)["indicator_code"] = "watr"
    country.find("water", "10", 2020)["source_id"] = "surwey"
    gathered = gather_profiles(country.save(), SLUG, EDITION)
    assert gathered.dataset is None
    words = "\n".join(told(gathered.problems))
    for what in ("unknown area '55'", "unknown indicator 'watr'; did you mean", "unknown source 'surwey'"):
        assert re.search(rf"data/northland/observations\.csv:\d+ \w+: {re.escape(what)}", words), words
    assert refused(lambda: country.load("05")) == told(gathered.problems)


def test_codes_of_practices_are_checked(country: Country) -> None:
    """Each code of a list of areas is looked for; a practice of an unknown area stops publication."""
    country.practices[1]["area_codes"] = "05; 7; 66"
    (first, second) = [
        line for line in told(gather_profiles(country.save(), SLUG, EDITION).problems) if "area_codes" in line
    ]
    hint = "add it to areas, or correct the code"
    assert first == f"data/northland/practices.csv:3 area_codes: unknown area '66'; {hint}"
    assert "unknown area '7'; did you mean '07'? format the column as text" in second


def test_a_map_that_cannot_be_read_stops_the_profiles_every_time(country: Country) -> None:
    """What is wrong with the map is told at each run, and no run publishes without it."""
    country.params["profiles"]["map"] = {"file": "towns.geojson", "code": "id", "source": "mapping"}
    project = country.save()
    (country.folder / "towns.geojson").write_text("no map", "utf-8")
    first, second = (gather_profiles(project, SLUG, EDITION) for _ in range(2))
    assert first.dataset is None
    assert first == second
    assert "towns.geojson" in told(first.problems)[0]


def square(code: str, x: float, y: float) -> Row:
    """Make a square of a map."""
    ring = [[x, y], [x + 0.1, y], [x + 0.1, y + 0.1], [x, y + 0.1], [x, y]]
    return {
        "type": "Feature",
        "properties": {"id": code},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def test_a_map_shows_where_the_area_lies(country: Country) -> None:
    """The page of an area that the map has shows it with the map's source; any other has no map."""
    country.params["profiles"]["map"] = {"file": "towns.geojson", "code": "id", "source": "mapping"}
    project = country.save()
    shapes = [square(row["area_code"], row["longitude"], row["latitude"]) for row in country.areas[4:13]]
    (country.folder / "towns.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": shapes}), "utf-8"
    )
    assert not [p for p in gather_profiles(project, SLUG, EDITION).problems if p.is_error]
    profile = country.load("05")
    assert "Map of Northland: where Fjell lies" in profile.map
    words = said(page.context(profile))
    assert "Map: Statistics Northland, Map of Northland (2023)" in words
    assert not country.load(PLAIN).map
    assert "Map:" not in said(page.context(country.load(PLAIN)))


# ---------- the door for notebooks ----------


def test_an_unknown_area_is_corrected(northland: Country) -> None:
    """A misspelt code gives the nearest one; a region has no profile."""
    line = "profile: there is no profile of '005'; did you mean '05'?"
    assert refused(lambda: northland.load("005")) == [line]
    hint = "name the code of an area of a level in profiles: levels"
    assert refused(lambda: northland.load("R1")) == [f"profile: there is no profile of 'R1'; {hint}"]


def test_an_association_without_profiles_says_so(country: Country) -> None:
    """Params without profiles: have no data set, and no problem; a notebook is refused."""
    del country.params["profiles"]
    assert gather_profiles(country.save(), SLUG, EDITION) == gathering.Gathered(None)
    hint = "add profiles: to the params, or take the notebook out"
    line = f"params/northland.yml profiles: declares no profiles; {hint}"
    assert refused(lambda: country.load("05")) == [line]


def test_params_that_cannot_be_read_are_said(northland: Country, country: Country) -> None:
    """A misspelt association or word is named as everywhere else."""
    line = "params/northlnd.yml: there is no association 'northlnd'; did you mean 'northland'?"
    assert refused(lambda: load_profile("northlnd", "05", project=northland.project)) == [line]
    country.params["standing"] = "smple"
    project = country.save()
    lines = refused(lambda: country.load("05"))
    assert len(lines) == 1
    assert lines[0].endswith("standing: unknown word 'smple'; did you mean 'sample'?")
    plan = make_plan(project, EDITION, only="profiles")
    assert told(plan.problems) == lines


def test_another_edition_is_refused(northland: Country) -> None:
    """A notebook that wants another edition than the tables hold does not get this one."""
    assert northland.load("05", edition="2026").name == "Fjell"
    (line,) = refused(lambda: northland.load("05", edition="2025"))
    assert line.startswith("params/northland.yml edition: the profiles are of edition 2026, not 2025; ")


def test_names_and_numbers_are_in_the_language(country: Country) -> None:
    """Labels name areas, parents, peers and indicators; numbers have the signs of the language."""
    place = {"language": "fr", "source_id": "survey"}
    country.labels = [
        {"table": "areas", "code": "05", "label": "Montagne"} | place,
        {"table": "areas", "code": "R1", "label": "Ouest"} | place,
        {"table": "areas", "code": "06", "label": "Hameau"} | place,
        {"table": "indicators", "code": "water", "label": "Eau courante"} | place,
    ]
    country.gather()
    french = country.load("05", language="fr")
    assert (french.name, french.area["parent_name"]) == ("Montagne", "Ouest")
    assert french.area["peer_names"] == ["Dalen", "Elvestad", "Hameau"]
    assert row_of(french, "water")["name"] == "Eau courante"
    assert "2\u202f500" in said(page.context(french))
    assert "60,5" in said(profile_table.indicator_table(french))
    assert country.load("05").name == "Fjell"
    assert "60.5" in said(profile_table.indicator_table(country.load("05")))


def test_areas_of_one_name_are_told_apart(country: Country) -> None:
    """Two towns of one name get the names of their regions."""
    country.area("05")["name"] = country.area("08")["name"] = "Nes"
    country.gather()
    assert [country.load(code).name for code in ("05", "08", "06")] == ["Nes (West)", "Nes (East)", "Grend"]


# ---------- which page is made anew ----------


def read_outputs(project: Project) -> tuple[dict[str, str], dict[str, Any]]:
    """Run the notebooks of all areas; return keys and outputs by page."""
    options = RunOptions(jobs=2, force=True, only="profiles", limits=Limits(60))
    summary = run_chapters(project, EDITION, options=options)
    assert summary.failures == ()
    plan = make_plan(project, EDITION, only="profiles")
    outputs = {}
    for unit in plan.units:
        packed = (project.build / "executed" / f"{unit.key}.ipynb.gz").read_bytes()
        cells = json.loads(gzip.decompress(packed))["cells"]
        outputs[unit.page] = [one.get("data") for cell in cells for one in cell.get("outputs", [])]
    return keys(plan), outputs


def pages(*codes: str) -> set[str]:
    """Name the pages of areas."""
    return {f"{SLUG}/areas/{code}" for code in codes}


def test_a_page_has_another_key_if_and_only_if_it_says_something_else(country: Country) -> None:
    """One value changes the keys of just those areas whose executed notebooks differ; groups change none."""
    before = read_outputs(country.save())
    assert before[0].keys() == pages(*TOWNS) | {"index"}

    def change(change_tables: Callable[[], None], *expected: str) -> None:
        nonlocal before
        change_tables()
        after = read_outputs(country.save())
        differ = {name for name in after[1] if after[1][name] != before[1][name]}
        assert differ == pages(*expected)
        assert changed(before[0], after[0]) - {"index"} == differ  # the landing page reads all tables
        before = after

    def change_old_value_and_groups() -> None:
        country.find("water", "05", 2015)["value"] = 51
        country.find("outside", "05", 2020, "female")["value"] = 31

    change(change_old_value_and_groups, "05")
    change(lambda: country.find("teachers", "05", 2020).update(value=24.2), "03", "04", "05", "06")
    change(lambda: country.find("doctors", "R1", 2022).update(value=4.6), "01", "02", "03", "04", "05", "06")


def keys_after(country: Country, change_tables: Callable[[], Any]) -> set[str]:
    """Name the pages of areas whose key is another after a change."""
    before = keys(make_plan(country.save(), EDITION, only="profiles"))
    change_tables()
    after = keys(make_plan(country.save(), EDITION, only="profiles"))
    return {name.rpartition("/")[2] for name in changed(before, after) if name != "index"}


def test_keys_follow_what_a_page_shows(country: Country) -> None:
    """A practice, a context, a name, a source change their own pages; a lowest value those of all."""
    country.save()

    def edit(table: str, at: int, **cells: Any) -> Callable[[], None]:
        return lambda: getattr(country, table)[at].update(cells)

    lowest = country.find("water", "01", 2020)
    for change_tables, expected in (
        (lambda: country.find("outside", "05", 2020, "female").update(value=32), set()),
        (edit("practices", 1, title="Old wells"), {"05", "06"}),
        (edit("practices", 2, title="Corn fair"), set()),  # it belongs to no town
        (lambda: country.area("11").update(land_area_km2=9), {"11"}),
        (lambda: country.area("12").update(name="Mo"), {"01", "02", "12"}),  # named among their peers
        (lambda: country.find("water", "05", 2020).update(status="estimated"), {"05"}),
        (lambda: country.find("outside", "N", 2020).update(value=2289), set(TOWNS)),
        (lambda: lowest.update(value=lowest["value"] - 1), set(TOWNS)),
        (edit("indicators", 0, name="Tap water"), set(TOWNS)),
        (edit("indicators", 7, name="Woods"), set()),  # no town has it
        (lambda: country.params.update(edition="2027"), set(TOWNS)),
    ):
        assert keys_after(country, change_tables) == expected


def test_the_order_of_rows_changes_no_key(country: Country) -> None:
    """Rows of observations may stand in any order: no page of an area names them."""
    assert keys_after(country, country.observations.reverse) == set()


def test_units_of_areas_are_pages_with_their_parameters(country: Country) -> None:
    """Each area has a unit with its own page; the landing page comes last."""
    project = country.save()
    for name in ("4_progress", "4_goal"):
        write_notebook(project.notebooks / f"{name}.ipynb", SHOW, parameters=f"{HEAD}goal = 6\n")
    *units, landing = make_plan(project, EDITION, only="profiles").units
    assert landing.page == "index"
    assert [unit.page for unit in units] == [f"northland/areas/{code}" for code in TOWNS]
    assert units[4].parameters["area"] == "05"
    assert units[4].name == "northland, profile, area 05"
    assert len({unit.key for unit in units}) == 12
    both = make_plan(project, EDITION)
    assert {unit.key for unit in units} < {unit.key for unit in both.units}
    chapters = {unit.page for unit in make_plan(project, EDITION, only="chapters").units}
    assert chapters == {unit.page for unit in both.units} - {unit.page for unit in units}
    assert "northland/progress" in chapters


HEAD = 'association = ""\nedition = ""\nlanguage = "en"\naudience = "public"\ndraft = False\narea = ""\n'
DOOR = "from vsrbook import load_profile, load_review\n\n"


@pytest.mark.parametrize(
    ("source", "reads"),
    [
        ("load_profile(association, area)", Reads(profile="own")),
        ("load_profile(association, area=area, draft=draft)", Reads(profile="own")),
        ('load_profile(association, "05")', Reads(profile="all")),
        ('load_profile("northland", area)', Reads(profile="all")),
        ("load_profile(association, other)", Reads(profile="all")),
        ("load_profile(**given)", Reads(profile="all")),
        ("load_profile(association, area)\nload_profile(association, '06')", Reads(profile="all")),
        ('load_review(association, tables=("areas",))', Reads(("areas",))),
        (
            'load_profile(association, area)\nload_review(association, tables=("areas",))',
            Reads(("areas",), profile="own"),
        ),
        ("door = load_profile\ndoor(association, '06')", EVERYTHING),
        ("from vsrbook.profiles.gathering import open_profiles", EVERYTHING),
        ("from vsrbook import load_profile as load", EVERYTHING),
    ],
)
def test_what_a_notebook_loads_is_read_off_it(source: str, reads: Reads, tmp_path: Path) -> None:
    """Its own profile is one area's; anything that may be another's is everybody's."""
    write_notebook(tmp_path / "profile.ipynb", DOOR + source, parameters=HEAD)
    found = read_source(tmp_path / "profile.ipynb").reads
    if reads != EVERYTHING and "load_review" not in source:
        reads = Reads((), "", (), reads.profile)
    assert found == reads


def test_without_the_parameter_area_all_are_read(tmp_path: Path) -> None:
    """A notebook whose area is no parameter may load any."""
    source = DOOR + "area = '05'\nload_profile(association, area)"
    write_notebook(tmp_path / "profile.ipynb", source, parameters='association = ""\n')
    assert read_source(tmp_path / "profile.ipynb").reads.profile == "all"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("load_profile(association, '05')", set(TOWNS)),
        ('load_review(association, tables=("sources",))', set()),
    ],
)
def test_keys_hold_what_a_notebook_loads(source: str, expected: set[str], country: Country) -> None:
    """A notebook that loads others' profiles is made anew with any of them, one that loads none with none."""
    country.save()
    saved = country.save

    def save() -> Project:
        project = saved()
        write_notebook(project.notebooks / "profile.ipynb", DOOR + source, parameters=HEAD)
        return project

    country.save = save  # type: ignore[method-assign]  # the country with another notebook
    assert keys_after(country, lambda: country.find("water", "05", 2015).update(value=52)) == expected


# ---------- small counts ----------


SMALL = ("04", "01")  # three children out of school in 04; 01 has the fewest of the others of its region


def is_hidden(rows: pd.DataFrame, code: str, area: str, sex: str = "") -> bool:
    """Whether the value of 2020 is held back, and nothing of it is left."""
    row = rows[
        (rows["indicator_code"] == code)
        & (rows["area_code"] == area)
        & (rows["year"] == 2020)
        & (rows["sex"] == sex)
    ].iloc[0]
    hidden = bool(row["status"] == "suppressed")
    assert hidden == pd.isna(row["value"])
    return hidden


def read_published(project: Project) -> pd.DataFrame:
    """Read the observations as the data packages do."""
    dataset = open_profiles(project, SLUG, EDITION)
    store = open_store(project.build / "store" / SLUG)
    assert store is not None
    whole = pd.concat([hide(chunk, dataset.hidden) for chunk in read_chunks(store)])
    one = hide(fill_text(store.read_area("04")), dataset.hidden)
    pd.testing.assert_frame_equal(
        whole[whole["area_code"] == "04"].reset_index(drop=True), one.reset_index(drop=True)
    )
    return whole


def test_a_small_count_is_nowhere(country: Country) -> None:
    """A count below the minimum and its partner are in no chapter, no profile and no data package."""
    country.params["minimum_count"] = 5
    project = country.save()
    country.gather()
    review = load_review(SLUG, project=project)
    declared = load_review(SLUG, project=project, tables=("observations",))
    for rows in (review.observations, declared.observations, read_published(project)):
        for area in TOWNS:
            assert is_hidden(rows, "outside", area) == (area in SMALL)
        assert not is_hidden(rows, "outside", "R1")
        assert is_hidden(rows, "schools", RICH)
        assert 3 not in rows.loc[rows["indicator_code"] == "outside", "value"].tolist()
    for area in SMALL:
        profile = country.load(area)
        row = row_of(profile, "outside")
        assert row["status"] == "suppressed"
        assert (list(row["years"]), list(row["values"])) == ([], [])
        assert "outside" in profile.suppressed["indicator_code"].tolist()
        cells = read_table(profile)["Children out of school"]
        assert cells["Value"] == "suppressed"
        assert "they count fewer than 5 people" in said(page.missing(profile))
    others = row_of(country.load("05"), "outside")
    assert (others["lowest"], others["areas"]) == (15, 10)
    assert (others["peers"], others["rank"]) == (3, 2)  # 04 was the first of four


def test_a_small_count_does_not_follow_from_the_others(country: Country) -> None:
    """In no region is a single count held back, of which the sum and all others are shown."""
    country.params["minimum_count"] = 5
    country.find("outside", "05", 2020, "female")["value"] = 2
    country.find("outside", "05", 2020, "male")["value"] = 68
    project = country.save()
    country.gather()
    for rows in (load_review(SLUG, project=project).observations, read_published(project)):
        counts = rows[(rows["indicator_code"] == "outside") & (rows["year"] == 2020)]
        everyone = counts[counts["sex"] == ""]
        for region, share in (("R1", TOWNS[:6]), ("R2", TOWNS[6:])):
            inside = everyone[everyone["area_code"].isin(share)]
            assert (inside["status"] == "suppressed").sum() != 1, region
        by_sex = counts[(counts["area_code"] == "05") & (counts["sex"] != "")]
        assert by_sex["status"].tolist() == ["suppressed"] * 2


def test_without_a_minimum_nothing_is_hidden(northland: Country) -> None:
    """Small counts are shown where nothing is declared."""
    rows = load_review(SLUG, project=northland.project).observations
    assert not is_hidden(rows, "outside", "04")
    assert len(open_profiles(northland.project, SLUG, EDITION).hidden) == 0


def test_what_the_last_edition_held_back_stays_held_back(country: Country) -> None:
    """A count that was small in the last edition is hidden in all that this one shows, and the other way round."""
    country.params["minimum_count"] = 5
    old = json.loads(json.dumps(country.observations))
    for row in old:
        if row["indicator_code"] == "outside" and row["area_code"] in ("07", "04"):
            row["value"] = 2 if row["area_code"] == "07" else 50
    country.params["previous"] = {"edition": "2025", "observations": "old.csv"}
    project = country.save()
    write_table(country.folder / "old.csv", old)
    country.gather()
    tables = [
        load_review(SLUG, project=project).observations,
        load_review(SLUG, project=project, tables=("observations",)).observations,
        read_published(project),
        load_review(SLUG, project=project).previous["observations"],
        load_review(SLUG, project=project, tables=("previous",)).previous["observations"],
    ]
    for rows in tables:
        assert is_hidden(rows, "outside", "07")
        assert is_hidden(rows, "outside", "04")
    assert country.load("07").suppressed["indicator_code"].tolist() == ["outside"]


def test_what_decides_on_hiding_is_in_the_key(country: Country) -> None:
    """A chapter that reads observations is made anew when areas or the last edition hide others of them."""
    country.params |= {"minimum_count": 5, "chapters": ["means"]}
    country.params["previous"] = {"edition": "2025", "observations": "old.csv"}
    country.params["progress"] = {"method": "eurostat"}
    project = country.save()
    write_table(country.folder / "old.csv", country.observations)
    load = 'from vsrbook import load_review\n\nload_review(association, tables=("observations",))'
    for name in ("5_means", "4_progress", "4_goal"):
        write_notebook(project.notebooks / f"{name}.ipynb", load, parameters=f"{HEAD}goal = 6\n")

    def mark() -> dict[str, str]:
        units = make_plan(project, Edition(draft=True), only="chapters").units
        found = {unit.page: unit.key for unit in units if unit.slug}
        assert found
        return found

    first = mark()
    country.area("05")["population"] = 2501
    write_table(country.folder / "areas.csv", country.areas)
    second = mark()
    assert changed(first, second) == set(first)
    country.observations[0]["value"] = 36
    write_table(country.folder / "old.csv", country.observations)
    assert changed(second, mark()) == set(first)


# ---------- what an analyst should look at ----------


def doubts(country: Country) -> list[str]:
    """Gather, and return what is doubtful."""
    gathered = gather_profiles(country.save(), SLUG, EDITION)
    assert gathered.dataset is not None, told(gathered.problems)
    assert all(problem.level == "warning" for problem in gathered.doubts)
    return [problem.what for problem in gathered.doubts]


def make_clean(country: Country) -> Country:
    """Give the country the one value that it lacks."""
    country.observations.append(dict(country.find("deaths", "06", 2020), area_code="07", value=20))
    return country


def test_nothing_is_said_of_clean_data(country: Country) -> None:
    """Where nothing is doubtful nothing is said; a suppressed value is no gap."""
    assert doubts(make_clean(country)) == []


def test_a_lacking_indicator_is_named(country: Country) -> None:
    """An area without a value that nine tenths of its level have is named, with the indicator."""
    assert doubts(country) == ["Havn (07) lacks what nearly all others have: deaths"]
    make_clean(country)
    country.observations = [
        row
        for row in country.observations
        if (row["indicator_code"], row["area_code"]) not in (("deaths", "01"), ("deaths", "02"))
    ]
    assert doubts(country) == []  # ten of twelve are not nine tenths


def test_an_empty_area_is_named(country: Country) -> None:
    """An area without any value is told once, not indicator by indicator."""
    make_clean(country).observations = [row for row in country.observations if row["area_code"] != "12"]
    assert doubts(country) == ["Myr (12) has no value at all: its page will be empty"]


def test_twins_are_named(country: Country) -> None:
    """Two areas that are equal in all that they have are told; equal in few values they may well be."""
    make_clean(country)
    country.observations = [row for row in country.observations if row["area_code"] != "06"]
    copied = [dict(row, area_code="06") for row in country.observations if row["area_code"] == "03"]
    country.observations += copied
    assert doubts(country) == ["Dalen (03) and Grend (06) have the same value in all 7 indicators"]
    few = {"water", "deaths", "teachers", "schools"}
    country.observations = [
        row for row in country.observations if row["area_code"] in ("N", "R1") or row["indicator_code"] in few
    ]
    assert doubts(country) == []


def test_an_outlier_is_named(country: Country) -> None:
    """A value beyond three interquartile ranges is told with its group's; one within is not."""
    make_clean(country).find("teachers", "12", 2020)["value"] = 500
    (line,) = doubts(country)
    assert line == (
        "Myr (12): 500 ratio in 'Pupils for a teacher' (teachers) is far outside its group, "
        "the middle half of which has 22.75 to 28.25"
    )
    country.find("teachers", "12", 2020)["value"] = 28.25 + 3 * 5.5
    assert doubts(country) == []
    country.find("teachers", "12", 2020)["value"] = 28.25 + 3 * 5.5 + 0.01
    assert len(doubts(country)) == 1
    country.find("teachers", "12", 2020)["value"] = -100
    assert len(doubts(country)) == 1


def test_doubts_of_a_kind_are_bounded(country: Country) -> None:
    """Of one kind two hundred are told, and how many more there are."""
    town = country.area("12")
    make_clean(country).areas += [dict(town, area_code=f"X{n:03}", name=f"Xby {n}") for n in range(213)]
    found = doubts(country)
    assert len(found) == 201
    assert found[-1].startswith("13 more of this kind: 'Xby 200 (X200) has no value at all")


# ---------- what the params declare ----------


def test_codes_that_differ_in_case_only_are_refused(country: Country) -> None:
    """Their pages would be one file on Windows and macOS: the second row is named."""
    country.areas += [{**country.areas[-1], "area_code": code, "name": code} for code in ("x1", "X1")]
    problems = gather_profiles(country.save(), SLUG, Edition()).problems
    (told,) = [problem for problem in problems if "one name" in problem.what]
    assert "'X1'" in told.what
    assert told.column == "area_code"


def test_everything_wrong_in_what_is_declared_is_said_at_once(country: Country) -> None:
    """Levels, context, source and codes that the tables do not have are told together, each with its place."""
    country.params["profiles"] = {
        "levels": ["municipality", "municipalty"],
        "peers": {"by": ["income", "distance"], "income_classes": [10], "distance_km": 50},
        "map": {
            "file": "towns.geojson",
            "code": "id",
            "source": "maping",
            "levels": ["regions"],
            "codes": {"NO-1": "O1", "NO-2": "02"},
        },
    }
    for row in country.areas:
        row |= {"income": "", "latitude": ""}
    gathered = gather_profiles(country.save(), SLUG, EDITION)
    assert gathered.dataset is None
    file = "params/northland.yml profiles"
    assert set(told(gathered.problems)) == {
        f"{file}.levels[1]: no area has the level 'municipalty'; did you mean 'municipality'?",
        f"{file}.map.levels[0]: no area has the level 'regions'; did you mean 'region'?",
        f"{file}.map.source: unknown source 'maping'; did you mean 'mapping'?",
        f"{file}.map.codes.NO-1: unknown area 'O1'; name a code of the table areas",
        f"{file}.peers.by: peers share their income, but no area has income; "
        "fill income in areas, or take income out",
        f"{file}.peers.by: peers share their distance, but no area has latitude; "
        "fill latitude in areas, or take distance out",
    }


def test_levels_must_be_named(country: Country) -> None:
    """Without levels and without area_level it is not known which areas get a page."""
    del country.params["area_level"]
    problems = told(gather_profiles(country.save(), SLUG, EDITION).problems)
    line = "no level is named; add levels: one or more of country, municipality, region"
    assert f"params/northland.yml profiles.levels: {line}" in problems


# ---------- the page ----------


Shown = Block | Figure | list[Block] | None
PARTS: tuple[Callable[[Profile], Shown], ...] = (
    page.summary,
    page.context,
    profile_findings.strengths_and_gaps,
    page.peers,
    profile_findings.peer_figure,
    profile_findings.goal_statuses,
    profile_table.indicator_table,
    page.missing,
    page.practices,
    page.sources,
)


class Reader(HTMLParser):
    """Read HTML as a browser does: which elements there are, what they say, and the rows of tables.

    The end tags of cells, rows and bodies are left out: the next one of the kind ends the last.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self.rows: list[list[str]] = []
        self.spans: list[int] = []
        self._is_cell = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append(tag)
        self.attributes += attrs
        if tag in ("tr", "td", "th", "tbody", "thead"):
            self._is_cell = tag in ("td", "th")
        if tag == "tr":
            self.rows.append([])
            self.spans.append(0)
        if self._is_cell and tag in ("td", "th"):
            self.rows[-1].append("")
            self.spans[-1] += int(dict(attrs).get("colspan") or 1)

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a cell."""
        if tag in ("td", "th", "tr", "thead", "tbody", "table"):
            self._is_cell = False

    def handle_data(self, data: str) -> None:
        """Note words."""
        self.words.append(data)
        if self._is_cell:
            self.rows[-1][-1] += data

    @property
    def text(self) -> str:
        """All words."""
        return "".join(self.words)


def htmls(shown: Shown) -> list[str]:
    """Return what is shown as HTML; of a figure its words and its table."""
    if shown is None:
        return []
    if isinstance(shown, Figure):
        return []
    return [str(block.html) for block in (shown if isinstance(shown, list) else [shown])]


def said(shown: Shown) -> str:
    """Return the words of what is shown."""
    return "\n".join(Reader(html).text for html in htmls(shown))


def told_by(profile: Profile) -> str:
    """Return all words of a page."""
    figure = profile_findings.peer_figure(profile)
    words = [said(part(profile)) for part in PARTS]
    return "\n".join([*words, f"{figure.title} {figure.alt} {figure.note}" if figure else ""])


def read_table(profile: Profile) -> dict[str, dict[str, str]]:
    """Read the table of indicators: for each indicator what stands below each heading."""
    head, *rows = Reader("".join(htmls(profile_table.indicator_table(profile)))).rows
    names = {f"{row['name']} {row['unit']}": row["name"] for row in profile.standing.to_dict("records")}
    return {
        names[row[0].strip()]: dict(zip(head[1:], (cell.strip() for cell in row[1:]), strict=True))
        for row in rows
        if len(row) > 1
    }


def test_the_table_has_a_cell_for_each_column(northland: Country, country: Country) -> None:
    """As a browser reads it, each row has as many cells as the head; a goal's heading spans them all."""
    made = make_bare(country)
    for one in [*(northland.load(area) for area in TOWNS), *(made.load(area) for area in TOWNS)]:
        reader = Reader("".join(htmls(profile_table.indicator_table(one))))
        assert len(set(reader.spans)) == 1
        assert len(reader.rows) == 1 + len(one.goals) + len(one.standing)
        assert reader.elements.count("table") == 1
        assert [row[0] for row in reader.rows if len(row) == 1] == [
            f"{GOAL_TITLES[goal]}\n" for goal in one.goals
        ]


GOAL_TITLES = {
    3: "Goal 3: Good health and well-being",
    4: "Goal 4: Quality education",
    6: "Goal 6: Clean water and sanitation",
}


def make_bare(country: Country) -> Country:
    """Make the country one without regions, peers, method and former years."""
    country.areas = [row for row in country.areas if row["level"] != "region"]
    for row in country.areas:
        row["parent_code"] = "N" if row["level"] == "municipality" else ""
    country.observations = [
        row for row in country.observations if row["year"] == 2020 and row["area_code"] not in ("R1", "R2")
    ]
    country.params["profiles"] = {"levels": ["municipality"]}
    del country.params["progress"]
    country.gather()
    return country


def test_columns_without_content_are_left_out(country: Country) -> None:
    """Without former years, method, regions and peers there are five columns; the whole stands in its own."""
    made = make_bare(country)
    cells = read_table(made.load("03"))["Piped water"]
    assert cells == {"Value": "36", "Year": "2020", "Northland": "55", "All municipalities": "12.34 to 78"}
    words = said(profile_table.indicator_table(made.load("03")))
    assert "Trend" not in words
    assert "Place 1" not in words
    made.observations = [row for row in made.observations if row["area_code"] != "N"]
    made.gather()
    assert "Northland" not in read_table(made.load("03"))["Piped water"]


def test_every_number_of_the_table_is_that_of_the_tables(northland: Country) -> None:
    """Value, year, larger areas, peers and all towns stand in the table as in the tables, written for readers."""
    groups = {"03": ("03", "04", "05", "06"), "08": ("07", "08", "09", "10"), "01": ("01", "02", "12")}
    for area, group in groups.items():
        profile = northland.load(area)
        table = read_table(profile)
        assert set(table) == {row["name"] for row in INDICATORS[:-1]}
        for indicator in INDICATORS[:-1]:
            code, cells, at = indicator["indicator_code"], table[indicator["name"]], TOWNS.index(area)
            if (code, area) == ("toilets", "08"):
                assert cells["Value"] == "suppressed"
                continue
            year = last_year(code, area)
            value = VALUES[code, year][at]
            mark = " (provisional)" if (code, area) == ("doctors", "03") else ""
            assert (cells["Value"], cells["Year"]) == (number(value) + mark, str(year))
            above = ABOVE.get((code, year))
            region = profile.area["parent_name"]
            parts = (number(above[0]), number(above[1 if region == "West" else 2])) if above else ("–", "–")
            assert (cells["Northland"], cells[region]) == parts
            compared = int(row_of(profile, code)["compared_year"])
            every = [one for one in VALUES[code, compared] if one is not None]
            assert cells["All municipalities"] == f"{number(min(every))} to {number(max(every))}"
            theirs = [VALUES[code, compared][TOWNS.index(one)] for one in group]
            shown = [one for one in theirs if one is not None]
            enough = len(shown) >= 3
            assert cells["Median of the peers"] == (number(median(shown)) if enough else "–")
            own = VALUES[code, compared][at]
            sign = {"up": 1, "down": -1, "none": 0}[indicator["direction"]]
            place = "–"
            if enough and sign and own is not None:
                rank = 1 + sum((one - own) * sign > 0 for one in shown)
                place = f"{rank} of {len(shown)}" + ("" if compared == year else f" ({compared})")
            assert cells["Place among the peers"] == place
            first = min((y for c, y in VALUES if c == code and VALUES[c, y][at] is not None), default=year)
            change = (value or 0) - (VALUES[code, first][at] or 0)
            sign_of_change = "+" if change > 0 else ""
            trend = f"{sign_of_change}{number(change)} since {first}" if first != year else "–"
            assert cells["Trend"] == trend


def test_the_spread_is_drawn_within_its_cell(country: Country) -> None:
    """Places along the line are from 0 to 100, also where values differ by less than a reader sees."""
    for area, value in zip(TOWNS, np.linspace(2.665, 2.6749, 12).round(4), strict=True):
        country.find("water", area, 2020)["value"] = value
    country.gather()
    for area in TOWNS:
        html = "".join(htmls(profile_table.indicator_table(country.load(area))))
        places = [int(one) for one in re.findall(r"--[vamb]:(-?\d+)", html)]
        assert places
        assert all(0 <= one <= 100 for one in places)


def test_a_trend_is_drawn_from_left_to_right(northland: Country) -> None:
    """The line begins at the left edge and ends at the right one, within its box."""
    html = "".join(htmls(profile_table.indicator_table(northland.load("01"))))
    paths = re.findall(r'<path d="M0 (\d+)l([-\d ]+)"/>', html)
    assert paths
    for start, steps in paths:
        numbers = [int(one) for one in re.findall(r"-?\d+", steps)]
        assert sum(numbers[::2]) == profile_table.WIDTH
        heights = np.cumsum([int(start), *numbers[1::2]])
        assert all(0 < height < profile_table.HEIGHT for height in heights)


def test_the_summary_counts(northland: Country) -> None:
    """How many areas, how many indicators, how many values: each as the tables have them."""
    assert said(page.summary(northland.load("05"))) == (
        "Fjell is one of 12 municipalities of Northland. Of the 7 indicators that are collected for "
        "municipalities, it has a value for 6. 1 more indicator of the review is known for other areas only."
    )


def test_indicators_that_nobody_has_are_not_counted(country: Country) -> None:
    """An indicator without any value is not known for larger areas either."""
    country.observations = [row for row in country.observations if row["indicator_code"] != "forest"]
    country.gather()
    assert "more indicator" not in said(page.summary(country.load("05")))


def test_the_context_is_told(northland: Country) -> None:
    """What is known of the place stands there with its source; what is not known is left out."""
    words = said(page.context(northland.load("05")))
    for told_ in ("West", "Inland", "2,500", "1,000 to under 5,000", "800", "125 km²", "30 crowns a year"):
        assert told_ in words
    assert "Inhabitants per km²20" in words
    assert "Source: Statistics Northland, Census (2023), figures of 2020" in words
    assert said(page.context(northland.load(PLAIN))) == "Lies inEast"
    assert "under 1,000" in said(page.context(northland.load("01")))
    assert "5,000 and more" in said(page.context(northland.load("07")))


def test_peers_are_named_and_linked(northland: Country) -> None:
    """The page names who is compared with, and why they."""
    blocks = page.peers(northland.load("05"))
    assert said(blocks) == (
        "Fjell is compared with 3 other municipalities that share its context: 1,000 to under 5,000 inhabitants.\n"
        "Its peers: Dalen, Elvestad, Grend."
    )
    assert re.findall(r'href="([^"]+)"', "".join(htmls(blocks))) == ["03.html", "04.html", "06.html"]


@pytest.mark.parametrize(
    ("peers", "area", "words"),
    [
        (None, "05", "No peer group is declared for these municipalities, so Fjell is compared with nobody"),
        (
            {"by": ["size"], "size_classes": [1000]},
            PLAIN,
            "Lund is compared with nobody, because what its peers",
        ),
        (
            {"by": ["type"], "least": 7},
            "01",
            "fewer than 7 municipalities share its context (of the kind “coast”)",
        ),
        (
            {"by": ["parent"], "least": 6},
            "05",
            "Fjell is compared with 5 other municipalities that share its context: in West.",
        ),
        (
            {"by": ["distance"], "distance_km": 15, "least": 3},
            "05",
            "compared with 2 other municipalities that share its context: at most 15 km away.",
        ),
        (
            {"by": ["size", "type"], "size_classes": [1000, 5000], "least": 3},
            "05",
            "share its context: 1,000 to under 5,000 inhabitants and of the kind “inland”.",
        ),
        (
            {"by": ["income"], "income_classes": [20], "least": 3},
            "04",
            "because what its peers would have to share",
        ),
    ],
)
def test_the_reason_is_said(peers: Row | None, area: str, words: str, country: Country) -> None:
    """Whether there are peers or none, the page says by what they were chosen, or why there are none."""
    country.params["profiles"] = {"levels": ["municipality"]} | ({"peers": peers} if peers else {})
    country.gather()
    shown = said(page.peers(country.load(area)))
    assert words in shown


def test_all_of_a_level_are_no_peers(country: Country) -> None:
    """A rule that tells no area apart is said to be a league table."""
    country.areas = [
        row | ({"population": 500} if row["level"] == "municipality" else {}) for row in country.areas
    ]
    country.gather()
    profile = country.load("05")
    assert "by what is declared (under 1,000 inhabitants), all municipalities would be its peers" in said(
        page.peers(profile)
    )
    assert "Place among the peers" not in said(profile_table.indicator_table(profile))


def test_many_peers_are_counted(country: Country) -> None:
    """Of many peers some are named, and how many more there are."""
    town = country.area("05")
    country.areas += [dict(town, area_code=f"X{n:02}", name=f"Xby {n}") for n in range(40)]
    country.gather()
    words = said(page.peers(country.load("05")))
    assert "compared with 43 other municipalities" in words
    assert words.count("Xby") == 21
    assert words.endswith(" and 19 more.")


def test_what_is_missing_is_named(northland: Country) -> None:
    """Missing and suppressed indicators are named with their codes; where nothing lacks, that is said."""
    assert said(page.missing(northland.load("07"))) == (
        "For 1 indicator that other municipalities have, there is no value of Havn: Child deaths (deaths)."
    )
    assert (
        said(page.missing(northland.load("05")))
        == "Held back by their source: Schools with a library (schools)."
    )
    assert said(page.missing(northland.load("06"))) == (
        "Nothing: every indicator that is collected for municipalities has a value here."
    )


def test_practices_and_actions_stand_on_the_pages_of_their_areas(northland: Country) -> None:
    """Each is told where it is carried out, with its source, and nowhere else."""
    both, action = said(page.practices(northland.load("05"))), said(page.practices(northland.load("06")))
    assert "Library bus (Good practice)" in both
    assert "Quality education and Goal 11" in both
    assert (
        "New wells (Action)Wells are dug.March 2024Statistics Northland, Survey of towns (2023), page 7"
        in both
    )
    assert "Library bus" not in action
    assert "New wells" in action
    for area in TOWNS:
        words = said(page.practices(northland.load(area)))
        assert "Seed fair" not in words
        assert bool(words) == (area in ("05", "06"))


def test_sources_are_cited_once(country: Country) -> None:
    """Every source of a page is cited; of very many the first, and how many more."""
    for n in range(9):
        country.sources.append(
            {"source_id": f"s{n}", "title": f"Source {n}", "publisher": "Office", "date": "2020"}
        )
    for n, row in enumerate(row for row in country.observations if row["area_code"] == "05"):
        row["source_id"] = f"s{n % 9}"
    country.gather()
    words = said(page.sources(country.load("05")))
    assert words.count("Office, Source") == 9
    assert "Statistics Northland, Census (2023)" in words
    assert "Survey of towns" not in words


def test_goals_have_a_status_or_the_page_says_why_not(northland: Country, country: Country) -> None:
    """Each goal with its status and how many series could be judged; without a method that is said."""
    words = said(profile_findings.goal_statuses(northland.load("05")))
    assert "Goal 3: Good health and well-beingsignificant progress1 / 2" in words
    assert "Goal 4: Quality educationcannot be judged0 / 3" in words
    assert "Goal 6: Clean water and sanitationmoderate progress1 / 2" in words
    assert "Not judged – the series has only one value: 4; no direction is given: 1." in words
    assert read_table(northland.load("05"))["Doctors"]["Progress"] == "significant progress"
    assert read_table(northland.load("05"))["Child deaths"]["Progress"] == "–"
    none = said(profile_findings.goal_statuses(make_bare(country).load("05")))
    assert "has chosen no method of judging progress" in none


# ---------- strengths and gaps ----------


def pick(rows: list[Row], score: Callable[[Row], float]) -> list[str]:
    """Name the first rows in the order of a score, at most two a goal and five in all."""
    chosen: list[Row] = []
    for row in sorted(rows, key=score):
        if sum(row["goal"] == one["goal"] for one in chosen) < 2:
            chosen.append(row)
    return [row["name"] for row in chosen[:5]]


def read_ends(profile: Profile) -> tuple[list[str], list[str]]:
    """Read the names of strengths and of gaps off the page."""
    found: dict[str, list[str]] = {"strengths": [], "gaps": []}
    title = ""
    for html in htmls(profile_findings.strengths_and_gaps(profile)):
        title = (re.findall(r'<h3 id="(\w+)"', html) or [title])[0]
        if "<li>" in html:
            found[title] = re.findall(r"<li>(.+?) \(goal \d+\)", html)
    return found["strengths"], found["gaps"]


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_strengths_and_gaps_follow_the_rule(seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Best and last quarter of the peer group, on the right side of its median, at most two a goal."""
    random = np.random.default_rng(seed)
    made = Country(tmp_path_factory.mktemp("ends") / "north")
    made.indicators = [
        dict(made.indicators[0], indicator_code=f"i{n}", name=f"Indicator {n}", goal=goal, target="")
        | {"direction": ["up", "down", "none"][n % 3]}
        for n, goal in enumerate([3, 3, 3, 3, 4, 4, 4, 6, 6, 6, 11, 11, 11, 15])
    ]
    made.observations = [
        {"indicator_code": f"i{n}", "area_code": area, "year": 2020, "source_id": "survey"}
        | {"value": float(random.integers(0, 8))}
        for n in range(14)
        for area in TOWNS
    ]
    made.gather()
    for area in ("01", "04", "05", "09"):
        profile = made.load(area)
        rows: list[Row] = [*profile.standing[profile.standing["rank"].notna()].to_dict("records")]  # type: ignore[list-item]  # the columns are words
        for row in rows:
            row["at"] = (row["rank"] - 1) / (row["peers"] - 1)
            sign = {"up": 1, "down": -1}[row["direction"]]
            row["better"] = (row["compared_value"] - row["peer_median"]) * sign
        ahead = [row for row in rows if row["at"] <= 0.25 and row["better"] > 0]
        behind = [row for row in rows if row["at"] >= 0.75 and row["better"] < 0]
        strengths, gaps = read_ends(profile)
        assert strengths == pick(ahead, lambda row: row["at"])
        assert gaps == pick(behind[::-1], lambda row: -row["at"])


def test_strengths_are_told_with_their_numbers(northland: Country) -> None:
    """Value, year, place and median are those of the table."""
    words = said(profile_findings.strengths_and_gaps(northland.load("06")))
    assert (
        "Piped water (goal 6): 72\u00a0% of homes in 2020, place 1 of 4; the median of the peers is 54.25."
        in words
    )
    assert "Child deaths (goal 3): 15 per 1,000 live births in 2020, place 1 of 4" in words
    assert "Pupils for a teacher" not in words  # it has no direction
    assert "A place says where a value is high or low, not why" in words


def test_equal_values_are_neither_strength_nor_gap(country: Country) -> None:
    """Where all peers are equal nobody is ahead, however the median is rounded."""
    for area in ("03", "04", "05", "06"):
        country.find("water", area, 2020)["value"] = 8.165
    country.gather()
    assert read_table(country.load("05"))["Piped water"]["Median of the peers"] == number(8.165)
    assert "Piped water" not in said(profile_findings.strengths_and_gaps(country.load("05")))


def test_without_peers_the_whole_is_what_counts(country: Country) -> None:
    """Without peers, what lies furthest from the value of the whole is told, by the spread of all; no counts."""
    profile = make_bare(country).load("12")
    assert read_ends(profile) == (["Doctors", "Piped water"], ["Child deaths"])
    words = said(profile_findings.strengths_and_gaps(profile))
    assert "Child deaths (goal 3): 50 per 1,000 live births in 2020; Northland as a whole has 22." in words


def test_the_figure_counts_thirds(northland: Country) -> None:
    """Of four places the first is the best third and the last one the last third, the others the middle."""
    figure = profile_findings.peer_figure(northland.load("06"))
    assert figure is not None
    ranks = northland.load("06").standing["rank"].dropna().tolist()
    table = figure.table.set_index("Goal")
    assert table["best third"].sum() == sum(rank == 1 for rank in ranks)
    assert table.to_numpy().sum() == len(ranks)
    assert f"in {ranks.count(1)} of {len(ranks)} indicators" in figure.title
    row = northland.load("05")
    middle = profile_findings.peer_figure(row)
    assert middle is not None
    assert middle.table["last third"].sum() == row.standing["rank"].tolist().count(4)


# ---------- nothing of the tables is executed ----------


def test_words_of_the_tables_are_words(country: Country) -> None:
    """Tags, braces, quotes and lines in names, units, kinds, titles and sources are shown as they stand."""
    bad = HOSTILE
    country.area("05").update(name=bad, type="inland")
    country.area("R1").update(name=f"{bad} R1")
    country.area("06").update(name=f"{bad} 06")
    country.area("05")["income_unit"] = bad
    for row in country.indicators:
        row |= {"name": f"{bad} {row['indicator_code']}", "unit": bad}
    for row in country.practices:
        row.update(
            dict.fromkeys(("title", "description", "objective", "outputs", "outcomes", "location"), bad)
        )
    for row in country.sources:
        row |= {"title": f"{bad} {row['source_id']}", "publisher": bad}
    country.params["association"]["place"] = bad
    country.params["profiles"]["peers"] = {"by": ["size", "type"], "size_classes": [1000, 5000], "least": 3}
    country.gather()
    profile = country.load("05")
    for part in PARTS:
        shown = part(profile)
        for html in htmls(shown):
            reader = Reader(html)
            assert not {"script", "img", "iframe"} & set(reader.elements)
            assert not [name for name, _value in reader.attributes if name.startswith("on")]
            assert "{name}" not in reader.text.replace(bad, "")
    assert bad in told_by(profile)
    table = Reader("".join(htmls(profile_table.indicator_table(profile))))
    assert len(set(table.spans)) == 1
    assert sum(bad in row[0] for row in table.rows) == len(profile.standing)
    assert f"{bad} R1" in table.rows[0]
    figure = profile_findings.peer_figure(profile)
    assert figure is not None
    assert bad in figure.title


def test_a_kind_of_place_is_a_word_too(country: Country) -> None:
    """What peers share is said in the words of the table, escaped."""
    kind = "<b>coast&"
    for row in country.areas:
        row["type"] = kind if row["type"] == "coast" else row["type"]
    country.params["profiles"]["peers"] = {"by": ["type"], "least": 3}
    country.gather()
    words = said(page.peers(country.load("01")))
    assert f"of the kind “{kind}”" in words
    assert "<b>" not in "".join(htmls(page.peers(country.load("01"))))


# ---------- numbers and names of files ----------


LOCALES = sorted(locale_identifiers())
PATTERNS = {0: "#,##0", 2: "#,##0.##", 4: "#,##0.####"}


def write_by_babel(value: float, language: str) -> str:
    """Write a number by Babel with the pattern of its size; "-0" is 0."""
    size = abs(value)
    pattern = PATTERNS[0 if size >= 1000 else 2 if size >= 1 else 4]
    words = str(format_decimal(value, format=pattern, locale=language))
    return "0" if words == "-0" else words


figures = st.one_of(
    st.floats(-1e15, 1e15, allow_nan=False),
    st.floats(-2, 2),
    st.integers(-10_000_000, 10_000_000),
    st.decimals(-20_000, 20_000, places=3).map(float),
)


@settings(max_examples=400, deadline=None)
@given(value=figures, language=st.sampled_from(LOCALES))
@example(value=1234.5, language="de_CH")
@example(value=1235.5, language="es")
@example(value=999.995, language="en_IN")
@example(value=0.00005, language="fr")
@example(value=-0.00001, language="sv")
def test_numbers_are_written_as_babel_writes_them(value: float, language: str) -> None:
    """In every language a number has the separators and the rounding of Babel."""
    set_language(language.replace("_", "-"))
    assert number(value) == write_by_babel(value, language)


def test_every_language_writes_numbers() -> None:
    """No locale that Babel knows is left out."""
    for language in LOCALES:
        set_language(language.replace("_", "-"))
        for value in (1234567.891, -12345.6, 12.345, 0.12345):
            assert number(value) == write_by_babel(value, language), language


def test_medians_are_rounded_as_values_are_written() -> None:
    """A median and a value that are the same number are written the same, on the middle of two numbers too."""
    values = np.concatenate([np.arange(-20_000, 20_000) / 1000, np.arange(20_000) / 100_000, [1000.5, 1e30]])
    rounded = round_as_shown(values)
    assert [number(one) for one in rounded.tolist()] == [number(one) for one in values.tolist()]
    assert np.isnan(round_as_shown(np.array([math.nan]))).all()


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, "–"), (math.nan, "–"), (math.inf, "–"), (1e30, "1" + ",000" * 10), (-1e300, "-1" + ",000" * 100)],
)
def test_numbers_that_are_odd(value: float | None, words: str) -> None:
    """What is no number is a dash; the largest numbers are written out."""
    assert number(value) == words


def test_a_huge_value_stops_no_page(country: Country) -> None:
    """A value that can only be a slip is told, and the page is made."""
    country.find("outside", "05", 2020)["value"] = "1e40"
    country.gather()
    assert "10,000,000,000" in said(profile_table.indicator_table(country.load("05")))


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("KE-01", "KE-01"),
        ("01", "01"),
        ("A/B", "A_2f_B"),
        ("C D", "C_20_D"),
        ("é1", "_e9_1"),
        ("a_b", "a_5f_b"),
        (".", "_2e_"),
        ("..", "_2e__2e_"),
        ("a.", "a_2e_"),
        ("x.Y", "x.Y"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("index", "_index"),
        ("map", "_map"),
        ("by-size", "_by-size"),
    ],
)
def test_codes_become_names_of_pages(code: str, name: str) -> None:
    """A code is the name of its page as far as every file system bears it."""
    assert area_page(code) == name


codes = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
odd_codes = st.one_of(
    codes, st.text(st.sampled_from("aZ0_.-/ 2fe"), min_size=1, max_size=8), st.sampled_from(sorted(RESERVED))
)


@settings(max_examples=400, deadline=None)
@given(one=odd_codes, other=odd_codes)
def test_pages_have_safe_names_of_their_own(one: str, other: str) -> None:
    """No code leads out of the folder, is hidden or reserved, and two codes never share a page."""
    for code in (one, other):
        name = area_page(code)
        assert re.fullmatch(r"[A-Za-z0-9_.-]+", name)
        assert not name.startswith(".")
        assert not name.endswith(".")
        assert name.split(".")[0].casefold() not in RESERVED
    assert (area_page(one) == area_page(other)) == (one == other)


def test_the_params_of_the_sample_are_all_read(northland: Country) -> None:
    """The sample declares what the guide shows: size classes and the least number of peers."""
    head = open_profiles(northland.project, SLUG, EDITION).head
    assert head["peers"] == {
        "by": ["size"],
        "size_classes": [1000.0, 5000.0],
        "income_classes": [],
        "distance_km": 0.0,
        "least": 3,
    }
    assert head["levels"] == {"municipality": 12, "region": 2, "country": 1}
    assert (head["whole_code"], head["method"], head["base_year"]) == ("N", "eurostat", 2015)
    review, problems = read_review(northland.project, SLUG)
    assert review is not None
    assert problems == []
