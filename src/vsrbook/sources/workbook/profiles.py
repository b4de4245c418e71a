"""Look at a column and say what it seems to hold: by the words of its header, and by its cells."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from vsrbook.sources.workbook.colours import name_colour
from vsrbook.sources.workbook.grids import Grid, letter_of
from vsrbook.sources.workbook.header_words import AREA_CODE, CODE_CELL, WORD_ROLES
from vsrbook.sources.workbook.headers import Header, match_columns
from vsrbook.sources.workbook.numeric import is_padded, looks_numeric
from vsrbook.sources.workbook.words import (
    ARROWS,
    COLOURS,
    NO_ARROW,
    RESIDENCE_WORDS,
    SEX_WORDS,
    TOTAL_WORDS,
    is_blank,
    write_label,
)
from vsrbook.tables_reading import MISSING_MARKS

SAMPLE_ROWS = 5000
LIGHTS = {"green", "yellow", "orange", "red"}
SEXES = {word for words in SEX_WORDS.values() for word in words}
RESIDENCES = {word for words in RESIDENCE_WORDS.values() for word in words}
YEAR_CELL = re.compile(r"(19[5-9]\d|20[0-9]\d)(\.0)?")
LANGUAGE_HINTS = {
    "ru": ("ru", "rus", "рус", "на русском"),
    "kk": ("kk", "kz", "kaz", "каз", "қаз", "қазақша"),
    "en": ("en", "eng", "english", "англ"),
    "fr": ("fr", "fra", "français", "francais"),
    "es": ("es", "esp", "español", "espanol"),
    "pt": ("pt", "por", "português"),
    "sw": ("sw", "swa", "kiswahili"),
}


@dataclass(frozen=True)
class Profile:
    """What a column seems to hold: counts of its filled cells by kind, and its most frequent texts."""

    column: int
    filled: int
    numeric: int
    texts: Counter[str]
    padded: int
    coloured: bool = False  # most cells have one of several colours of a traffic light

    @property
    def distinct(self) -> int:
        """The number of different texts."""
        return len(self.texts)

    def share(self, words: set[str] | frozenset[str]) -> float:
        """Return which share of the filled cells are among these words, totals aside."""
        plain = {text: n for text, n in self.texts.items() if text.casefold() not in TOTAL_WORDS}
        total = sum(plain.values())
        return sum(n for text, n in plain.items() if text.casefold() in words) / total if total else 0.0

    @property
    def is_numeric(self) -> bool:
        """Whether most cells are numbers."""
        return self.filled > 0 and self.numeric * 2 >= self.filled

    @property
    def holds_years(self) -> bool:
        """Whether all cells are years."""
        texts = [text for text in self.texts if text.casefold() not in MISSING_MARKS]
        return bool(texts) and all(YEAR_CELL.fullmatch(text) for text in texts)

    @property
    def holds_arrows(self) -> bool:
        """Whether all cells are arrows, or signs that there is none."""
        signs = [text for text in self.texts if text.casefold() not in NO_ARROW]
        return bool(signs) and all(set(text) <= ARROWS for text in signs)

    @property
    def holds_colours(self) -> bool:
        """Whether nearly all cells are names of colours."""
        return self.share(COLOURS) > 0.9

    @property
    def holds_codes(self) -> bool:
        """Whether all cells are different, short, and of capitals and digits: NL-01 or KEN, and no names."""
        if self.is_numeric or self.distinct < 3 or self.distinct < self.filled:
            return False
        numbered = sum(any(sign.isdigit() for sign in text) for text in self.texts)
        short = len({len(text) for text in self.texts}) == 1 and len(next(iter(self.texts))) <= 5
        return all(map(CODE_CELL.fullmatch, self.texts)) and (short or numbered >= 0.8 * self.distinct)


def make_profile(grid: Grid, column: int, rows: range) -> Profile:
    """Count what a column holds, in its first rows."""
    cells = [cell for cell in grid.column(column, rows)[:SAMPLE_ROWS] if not is_blank(cell)]
    texts = Counter(write_label(cell) for cell in cells)
    padded = sum(map(is_padded, cells))
    numeric = sum(map(looks_numeric, cells))
    return Profile(column, len(cells), numeric, texts, padded, _is_coloured(grid, column, rows))


def _is_coloured(grid: Grid, column: int, rows: range) -> bool:
    """Whether half of the cells have colours of a traffic light, and not all the same."""
    if not grid.colours:
        return False
    found = [grid.colours.get((row, column), "") for row in rows[:SAMPLE_ROWS]]
    lights = [colour for colour in found if colour and name_colour(colour, {}) in LIGHTS]
    return len(lights) * 2 >= len(found) > 0 and len(set(lights)) > 1


def guess_role(profile: Profile, words: tuple[str, ...]) -> tuple[str, str]:
    """Return what a column seems to hold, and how that is known: "header", "cells", or "" for not at all."""
    role = next(
        (WORD_ROLES[word.casefold()] for word in reversed(words) if word.casefold() in WORD_ROLES), ""
    )
    if not role and any(AREA_CODE.fullmatch(word.casefold()) for word in words):
        role = "area_code"
    if role == "published_status" and profile.share(COLOURS) == 0 and profile.distinct > 12:
        role = ""
    if role in ("area_name", "parent_name", "indicator_name") and profile.is_numeric:
        role = ""
    if role == "indicator" and sum(" " in text for text in profile.texts) * 2 > profile.distinct:
        role = "indicator_name"  # words, and no codes
    if role in ("score", "value", "target_value") and not profile.is_numeric:
        role = ""
    if role or profile.filled == 0:
        return role, "header" if role else ""
    role = _guess_by_cells(profile)
    return role, "cells" if role else ""


def _guess_by_cells(profile: Profile) -> str:
    """Return what the cells of a column show it to be; "" where they could be anything."""
    signs = (
        ("sex", profile.share(SEXES) > 0.9),
        ("residence", profile.share(RESIDENCES) > 0.9),
        ("published_status", profile.holds_colours),
        ("arrow", profile.holds_arrows),
        ("year", profile.holds_years and profile.filled > 1),
        ("area_code", profile.padded * 2 > profile.filled or profile.holds_codes),
    )
    return next((role for role, seen in signs if seen), "")


def guess_language(words: tuple[str, ...], profile: Profile) -> str:
    """Return the language that a column of names seems to be in: as its header says, else by its letters."""
    header = " ".join(words).casefold()
    parts = set(re.split(r"[\W_]+", header))
    for language, hints in LANGUAGE_HINTS.items():
        if parts & set(hints) or any(" " in hint and hint in header for hint in hints):
            return language
    text = " ".join([header, *list(profile.texts)[:200]]).casefold()
    if re.search("[әғқңөұүһі]", text):
        return "kk"
    if re.search("[а-я]", text):
        return "ru"
    return "en" if re.search("[a-z]", text) else ""


def name_reference(column: int, header: Header) -> str:
    """Name a column as the mapping does: by the shortest words that mean it alone, else by its letter."""
    parts = header.parts[column] if column < len(header.parts) else ()
    for which in (*reversed(parts), header.texts[column] if column < len(header.texts) else ""):
        if which and len(which) <= 200 and match_columns(which, header) == [column]:
            return which
    return letter_of(column)
