"""Name the goals in the languages of goal_names.csv."""

from __future__ import annotations

from functools import cache

from vsrbook.sdg.reading import read_rows
from vsrbook.text import language as current_language

ENGLISH = "en"
# Tags that mean a language of the table without naming it. Chinese is written in two scripts and only one
# of them is in the table: zh-TW or zh-Hant must not come out in the other.
SAME_LANGUAGE = {
    "no": "nb",
    "no-no": "nb",
    "zh": "zh-Hans",
    "zh-cn": "zh-Hans",
    "zh-sg": "zh-Hans",
}


def goal_name(number: int, language: str | None = None) -> str:
    """Return a goal's short name in a language (a BCP 47 tag; by default the edition's).

    Without a column for fr-CA, that of fr is taken; without any, English. Catalogues are not looked at:
    `Goal.name` does both. Raises KeyError for a number that is no goal.
    """
    names = _goal_names()[number]
    return names.get(find_language(language or current_language()), names[ENGLISH])


def find_language(tag: str) -> str:
    """Return the language of the table that fits a tag best; English where none does."""
    columns = {column.lower(): column for column in goal_languages()}
    wanted = tag.replace("_", "-").lower()
    if wanted in SAME_LANGUAGE:
        return SAME_LANGUAGE[wanted]
    while wanted and wanted not in columns:
        wanted = wanted.rpartition("-")[0]
    return columns.get(wanted, ENGLISH)


def goal_languages() -> tuple[str, ...]:
    """Return the tags of the languages in which the goals have names."""
    return tuple(_goal_names()[1])


@cache
def _goal_names() -> dict[int, dict[str, str]]:
    return {int(row.pop("goal")): row for row in read_rows("goal_names")}
