"""Count what is translated into each language of a review: words of the pages, names of areas, indicators, goals."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from vsrbook.problems import count_noun
from vsrbook.readiness.model import Facet, rate_share
from vsrbook.review import Review
from vsrbook.sdg.names import ENGLISH, find_language
from vsrbook.text import DOMAIN, number

if TYPE_CHECKING:
    from collections.abc import Hashable

    import pandas as pd
    from babel.messages.catalog import Catalog, Message


@dataclass(frozen=True)
class Translation:
    """What of a review is in one language. Areas and indicators are not asked of the main language.

    `messages` are the words of the pages (msgids), `messages_of` how many there are; `compiled` says
    whether the catalogue is there in the form that pages are made with, and not older than its text.
    """

    language: str
    catalogue: str
    messages: int
    messages_of: int
    compiled: bool
    areas: int
    areas_of: int
    indicators: int
    indicators_of: int
    goal_names: bool

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        counts = (
            (self.messages, self.messages_of),
            (self.areas, self.areas_of),
            (self.indicators, self.indicators_of),
        )
        return self.goal_names and self.compiled and all(have >= of for have, of in counts)


def assess_translations(review: Review) -> Facet:
    """Count the translated words of the pages, over all languages of the params but English."""
    wanted = [tag for tag in review.association.languages if not is_english(tag)]
    title, where = "Translations", "locales/"
    if not wanted:
        words = "The review is published in English only: nothing is to be translated."
        return Facet("translations", title, "not asked", None, None, words, where)
    found = [count_translation(review, tag) for tag in wanted]
    have, of = sum(one.messages for one in found), sum(one.messages_of for one in found)
    words = f"{number(have)} of {number(of)} words and sentences of the pages are translated"
    words += f", in {count_noun(len(found), 'language')}: {', '.join(wanted)}."
    state = "complete" if all(one.complete for one in found) else rate_share(have, of)
    if state == "complete" and not all(one.complete for one in found):
        state = "partial"
    details = tuple(_describe(one) for one in found)
    figures = {one.language: asdict(one) for one in found}
    return Facet("translations", title, state, have, of, words, where, details, figures)


def is_english(tag: str) -> bool:
    """Whether a language is English, of whatever country."""
    return tag.split("-", maxsplit=1)[0].lower() == ENGLISH


def count_translation(review: Review, language: str) -> Translation:
    """Count what of a review is in a language."""
    locales = review.project.locales
    path = find_catalogue(locales, language)
    have, of = count_messages(path, locales / f"{DOMAIN}.pot")
    is_main = language == review.association.languages[0]  # the tables themselves are written in it
    labels = review.tables["labels"]
    labels = labels[(labels["language"] == language) & (labels["label"] != "")]
    named = {
        name: 0 if is_main else int(review.tables[name][key].isin(_codes(labels, name)).sum())
        for name, key in (("areas", "area_code"), ("indicators", "indicator_code"))
    }
    asked = {name: 0 if is_main else len(review.tables[name]) for name in named}
    return Translation(
        language,
        review.project.name(path),
        have,
        of,
        _is_compiled(path),
        named["areas"],
        asked["areas"],
        named["indicators"],
        asked["indicators"],
        find_language(language) != ENGLISH,
    )


def _codes(labels: pd.DataFrame, table: str) -> list[str]:
    return list(labels.loc[labels["table"] == table, "code"])


def find_catalogue(locales: Path, language: str) -> Path:
    """Return the catalogue that gettext would take: of pt_BR, else of pt; the first of them where there is none."""
    parts = language.split("-")
    names = ["_".join(parts[:count]) for count in range(len(parts), 0, -1)]
    paths = [locales / name / "LC_MESSAGES" / f"{DOMAIN}.po" for name in names]
    return next((path for path in paths if path.is_file()), paths[0])


def count_messages(path: Path, template: Path) -> tuple[int, int]:
    """Count the msgids of the template that a catalogue translates, not fuzzily, and all of the template's.

    Without a template the catalogue's own are counted.
    """
    done = {_key(message) for message in read_catalogue(path) if _is_translated(message)}
    wanted = {_key(message) for message in read_catalogue(template if template.is_file() else path)}
    return len(done & wanted), len(wanted)


@cache
def read_catalogue(path: Path) -> tuple[Message, ...]:
    """Read a .po or .pot file, its header left out; one that is missing or damaged holds nothing."""
    from babel.messages.pofile import PoFileError, read_po

    try:
        with path.open("rb") as file:
            catalogue: Catalog = read_po(file, abort_invalid=True)
    except (OSError, PoFileError, ValueError):
        return ()
    return tuple(message for message in catalogue if message.id)


def _key(message: Message) -> Hashable:
    one = message.id[0] if isinstance(message.id, list | tuple) else message.id
    return message.context, one


def _is_translated(message: Message) -> bool:
    forms = message.string if isinstance(message.string, list | tuple) else [message.string]
    return not message.fuzzy and all(forms)


def _is_compiled(path: Path) -> bool:
    compiled = path.with_suffix(".mo")
    try:
        return compiled.stat().st_mtime >= path.stat().st_mtime
    except OSError:
        return False


def _describe(one: Translation) -> str:
    parts = [f"{number(one.messages)} of {number(one.messages_of)} words and sentences ({one.catalogue})"]
    if one.messages and not one.compiled:
        parts.append("not compiled yet: pages are made from the .mo file beside it")
    for name, have, of in (
        ("areas", one.areas, one.areas_of),
        ("indicators", one.indicators, one.indicators_of),
    ):
        parts += [f"names of {number(have)} of {number(of)} {name} (table labels)"] if of else []
    parts.append("names of the goals: " + ("there" if one.goal_names else "in English"))
    return f"{one.language}: {'; '.join(parts)}."
