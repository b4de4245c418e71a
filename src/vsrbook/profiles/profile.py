"""Load the profile of one area: the one door for its notebook."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd
from markupsafe import Markup

from vsrbook import text
from vsrbook.problems import Problem, ReviewError, suggest
from vsrbook.profiles.dataset import Dataset
from vsrbook.profiles.gathering import open_profiles
from vsrbook.profiles.mapping import locate
from vsrbook.project import Edition, Project, find_project
from vsrbook.review import fill_text

SUPPRESSED = "suppressed"


@dataclass(frozen=True)
class Profile:
    """One area: who it is, and where it stands.

    `head` is what holds for all areas of the association, `area` the row of `dataset.area_schema`,
    `standing` has a row for each indicator that is collected at the area's level: the columns of
    `dataset.standing_schema` and the indicator's own (indicator_code, goal, target, name, unit,
    direction, target_value, target_year). Missing numbers are NaN or <NA>, missing words "". `map` shows
    where the area lies; "" without a map.
    """

    head: dict[str, Any]
    area: dict[str, Any]
    standing: pd.DataFrame
    map: Markup = field(default_factory=Markup)

    @property
    def name(self) -> str:
        """How readers call the area."""
        return str(self.area["name"])

    @property
    def place(self) -> str:
        """How readers call the territory that the association stands for."""
        return str(self.head["place"])

    @cached_property
    def known(self) -> pd.DataFrame:
        """The indicators with a value."""
        return self.standing[self.standing["value"].notna()]

    @cached_property
    def missing(self) -> pd.DataFrame:
        """The indicators without a value here that other areas of the level have; none that are suppressed."""
        table = self.standing
        return table[table["value"].isna() & (table["status"] != SUPPRESSED)]

    @cached_property
    def suppressed(self) -> pd.DataFrame:
        """The indicators whose latest value is held back."""
        return self.standing[self.standing["status"] == SUPPRESSED]

    @property
    def practices(self) -> list[dict[str, str]]:
        """The good practices and actions of the area."""
        found: list[dict[str, str]] = json.loads(self.area["practices"])
        return found

    @property
    def goals(self) -> list[int]:
        """The goals with an indicator that is collected at the area's level."""
        return sorted(int(goal) for goal in self.standing["goal"].dropna().unique())


def load_profile(
    association: str,
    area: str,
    *,
    edition: str = "",
    language: str = "en",
    audience: str = "public",
    draft: bool = False,
    project: Project | None = None,
) -> Profile:
    """Load the profile of one area (its code) of an association (a slug such as "kenya").

    The association's tables are gathered first, where that has not been done since they changed. Sets
    the language in which words and numbers are written. Raises ReviewError for an unknown area, and with
    every problem that stops publication.
    """
    project = project or find_project()
    dataset = open_profiles(project, association, Edition(language, audience, draft))
    head = dataset.head
    if edition and edition != head["edition"]:
        hint = "run it without an edition, or change edition: in the params"
        what = f"the profiles are of edition {head['edition']}, not {edition}"
        raise ReviewError([Problem(f"params/{association}.yml", what, hint, column="edition")])
    text.set_language(language, project.locales)
    return read_profile(dataset, area)


def read_profile(dataset: Dataset, area: str) -> Profile:
    """Read one area of a data set. Raises ReviewError where it has no such area."""
    try:
        row, batch = dataset.area(area), dataset.standing(area)
    except KeyError:
        codes = dataset.areas["area_code"].to_pylist()
        hint = suggest(area, codes, "name the code of an area of a level in profiles: levels")
        raise ReviewError([Problem("profile", f"there is no profile of {area!r}", hint)]) from None
    standing = batch.to_pandas(use_threads=False).merge(indicators_of(dataset), on="indicator", how="left")
    shown = locate(dataset.folder, area, row["name"], dataset.head["place"])
    return Profile(dataset.head, row, standing, shown)


def indicators_of(dataset: Dataset) -> pd.DataFrame:
    """Return the indicators that profiles show; missing words are ""."""
    frame: pd.DataFrame = dataset.indicators.to_pandas(use_threads=False)
    return fill_text(frame)


__all__ = ["Profile", "load_profile", "read_profile"]
