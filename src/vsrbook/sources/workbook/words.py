"""Read the words of headers and groups: years, units, marks, sex, residence, totals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from vsrbook.importing import cells, words
from vsrbook.importing.cells import tidy_words
from vsrbook.spreadsheets import PaddedCell
from vsrbook.tables_reading import BLANKS

YEAR = r"(?:19[5-9]\d|20[0-9]\d)"
PERIOD = rf"{YEAR}(?:\s?[-/–]\s?(?:{YEAR}|\d\d))?"
YEAR_WORD = r"(?:fy|cy|y|f|x|year|yr|année|annee|año|ano|jahr|год|жыл|г\.|ж\.)"  # as they stand before or behind a year
YEAR_HEADER = re.compile(
    rf"(?:{YEAR_WORD})?[\s_.:-]*(?P<year>{PERIOD})(?:\.0+)?\s*(?:год[а-я]*|г\.?|жыл\w*|ж\.?|年)?\s*(?P<mark>\D{{0,20}}|\s+\d\)?|\s*\(\d\))",
    re.IGNORECASE,
)
YEAR_INSIDE = re.compile(rf"(?<![\d.,])(?P<year>{PERIOD})(?![\d.,]*\d)")
BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
HEADER_MARKS = {
    "p": "provisional", "prov": "provisional", "provisional": "provisional", "prel": "provisional",
    "preliminary": "provisional", "e": "estimated", "est": "estimated", "estimate": "estimated",
    "estimated": "estimated",
}  # fmt: skip  # a list of words
STATUS_WORDS = HEADER_MARKS | {"suppressed": "suppressed", "confidential": "suppressed", "c": "suppressed"}
FINAL_WORDS = {"", "a", "final", "normal", "normal value", "definitive"}  # A is SDMX for a normal value
# children are of a sex, too
SEX_WORDS = {
    "female": (*words.FEMALE, "girls", "filles", "девочки"),
    "male": (*words.MALE, "boys", "garçons", "мальчики"),
}
RESIDENCE_WORDS = {"urban": words.URBAN, "rural": words.RURAL}
TOTAL_WORDS = frozenset(words.TOTALS)
ARROWS = set("↑↗➚→➔➡↘➘↓⬆⬇▲▼")
NO_ARROW = {
    "•",
    "●",
    "·",
    ".",
    "..",
    "…",
    "-",
    "–",
    "—",
    "n/a",
    "na",
}  # beside arrows: the trend is not known
COLOURS = {
    "green", "yellow", "orange", "red", "grey", "gray", "verde", "amarillo", "naranja", "rojo", "gris", "vert", "jaune",
    "rouge", "laranja", "vermelho", "amarelo", "cinza",
    "зелёный", "зеленый", "жёлтый", "желтый", "оранжевый", "красный", "серый",
}  # fmt: skip  # a list of words
PERCENT_WORDS = {"pt", "percent", "per cent", "percentage", "pourcentage", "porcentaje", "porcentagem", "prozent",
                 "процент", "проценты", "в процентах", "пайыз", "asilimia"}  # fmt: skip  # a list of words
# codes of units in SDMX for the SDGs, in the words of our tables; others, such as USD, read well as they are
UNIT_CODES = {
    "PT": "%", "PERCENT": "%", "NUMBER": "number", "IX": "index", "SCORE": "score", "RATIO": "ratio",
    "PER_100_POP": "per 100 population", "PER_1000_POP": "per 1,000 population",
    "PER_10000_POP": "per 10,000 population", "PER_100000_POP": "per 100,000 population",
    "PER_1000000_POP": "per 1,000,000 population", "PER_100_LIVE_BIRTHS": "per 100 live births",
    "PER_1000_LIVE_BIRTHS": "per 1,000 live births", "PER_100000_LIVE_BIRTHS": "per 100,000 live births",
    "PER_1000_UNINFECTED_POP": "per 1,000 uninfected population", "PER_100000_EMP": "per 100,000 employees",
    "KM2": "km²", "HA": "hectares",
}  # fmt: skip  # a list of words
UNIT_HINT = re.compile(
    r"%|‰|\bper\b|\bpour\b|\bpor\b|/|\b(number|persons?|people|households?|km2|km²|ha|usd|us\$|years?|index|score|ratio|rate|"
    r"mt|t|kg|m3|m³|points?|чел|тыс|млн|дол)\b", re.IGNORECASE
)  # fmt: skip  # what a unit in brackets looks like


def write_label(cell: Any) -> str:
    """Write a cell of words or codes as readers see it: 1.0 is "1", 7 in a cell formatted 000 is "007"."""
    if cell is None or isinstance(cell, str):
        return tidy_words(cell)
    if isinstance(cell, PaddedCell):
        return cell.shown
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, (int, float)):
        return f"{cell:.15g}"
    if isinstance(cell, (datetime, date)):
        return (cell.date() if isinstance(cell, datetime) else cell).isoformat()
    return tidy_words(cell)


def write_header(cell: Any) -> str:
    """Write a header cell; the first or last day of a year stands for the year."""
    if isinstance(cell, (datetime, date)) and (cell.month, cell.day) in ((1, 1), (12, 31)):
        return str(cell.year)
    return write_label(cell)


def is_blank(cell: Any) -> bool:
    """Whether a cell holds nothing but blanks."""
    return cell is None or (isinstance(cell, str) and (not cell or not cell.translate(BLANKS).strip()))


def read_year_header(text: str) -> tuple[str, str] | None:
    """Read a header that is a year and nothing else: (year as written, mark), None where it is none.

    2015, Y2015, "2015/16", "2015 г.", "2015 (p)" (mark "p") and "2015*" (mark "*") are years.
    """
    found = YEAR_HEADER.fullmatch(text.strip())
    if not found:
        return None
    mark = found["mark"].strip()
    letters = re.sub(r"[\W\d_]", "", mark)
    if len(letters) > 2 and letters.casefold() not in HEADER_MARKS:
        return None
    return found["year"], mark.strip("()[] .") or mark


def read_year_cell(text: str) -> tuple[str, str]:
    """Part a cell such as "2015 (p)" into its year and a mark that is known; what is no year stays as it is."""
    found = read_year_header(text)
    if found is None or cells.PLAIN_YEAR.fullmatch(text) or cells.PERIOD.fullmatch(text):
        return text, ""
    mark = found[1]
    return (found[0], mark) if not mark or mark.casefold() in HEADER_MARKS else (text, "")


def split_year(text: str) -> tuple[str, str]:
    """Part a header such as "Poverty rate 2019" or "pobreza_2012" into its words and its year ("" if none)."""
    found = list(YEAR_INSIDE.finditer(text.replace("_", " ")))
    if len(found) != 1:
        return text, ""
    year = found[0]
    rest = f"{text[: year.start()]} {text[year.end() :]}"
    rest = re.sub(r"[(\[]\s*[)\]]", "", rest)
    return " ".join(rest.split()).strip(" _-–,;:./"), year["year"]


def split_unit(text: str) -> tuple[str, str]:
    """Part a header such as "Poverty rate (%)" into its words and its unit ("" if none)."""
    for found in reversed(list(BRACKETS.finditer(text))):
        unit = found[1].strip()
        if unit and UNIT_HINT.search(unit) and len(unit) <= 60:
            return " ".join((text[: found.start()] + text[found.end() :]).split()), unit
    if sign := re.search(r"[\s,;:]+(%|‰|in %|in percent)$", text):
        return text[: sign.start()].strip(), "‰" if sign[1] == "‰" else "%"
    return text, ""


def is_percent(unit: str) -> bool:
    """Whether a unit is a share in percent."""
    word = unit.strip().casefold()
    return word.startswith("%") or word in PERCENT_WORDS or word.startswith(("percent", "per cent"))


def list_totals(more: Iterable[str]) -> frozenset[str]:
    """Return the words (in small letters) for a total: those known, and those declared."""
    return TOTAL_WORDS | {word.casefold() for word in more}


def make_words(given: Mapping[str, str], known: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Map words (in small letters) to ours: those declared, then those known."""
    words = {word: ours for ours, many in known.items() for word in many}
    return words | {tidy_words(word).casefold(): ours for word, ours in given.items()}
