"""Words, numbers and dates in the language of the edition."""

from __future__ import annotations

import gettext as _gettext
import math
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import cache, lru_cache
from pathlib import Path

DOMAIN = "vsrbook"
ENOUGH = Context(prec=400)  # digits: a number of a table may be as large as 10³⁰⁸


@dataclass(frozen=True)
class Edition:
    """The language being written, and where its catalogue lies (None = the words of the code)."""

    language: str = "en"
    locales: Path | None = None
    catalogue: _gettext.NullTranslations = field(default_factory=_gettext.NullTranslations, compare=False)


PLAIN = Edition()
_current: ContextVar[Edition] = ContextVar("edition", default=PLAIN)


def set_language(language: str, locales: Path | None = None) -> None:
    """Write from now on in `language` (a BCP 47 tag such as en or fr).

    Catalogues are read from `locales`/<language>/LC_MESSAGES/vsrbook.mo; where there is none the words
    of the code are used.
    """
    _current.set(Edition(language, locales, _read_catalogue(language, locales)))


@cache
def _read_catalogue(language: str, locales: Path | None) -> _gettext.NullTranslations:
    return _gettext.translation(DOMAIN, locales, [language.replace("-", "_")], fallback=True)


def language() -> str:
    """Return the language being written."""
    return _current.get().language


def gettext(message: str) -> str:
    """Return the message in the edition's language."""
    return _current.get().catalogue.gettext(message) if message else ""


def mark(message: str) -> str:
    """Mark words for translation where they are defined; they are translated where they are shown."""
    return message


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the form of the message that fits `count`, in the edition's language."""
    return _current.get().catalogue.ngettext(singular, plural, count)


def number(value: float | int | None, decimals: int | None = None) -> str:
    """Write a number with the edition's separators; missing is an en dash.

    Without `decimals` a number from 1,000 up is written without decimals, from 1 up with at most two,
    below 1 with at most four: as much as a reader can use, never more than the table gives.
    """
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return "–"
    if decimals is None:
        size = abs(value)
        decimals = 0 if size >= 1000 else 2 if size >= 1 else 4
        return _write_number(value, decimals, _locale(), trimmed=True)
    return _write_number(value, decimals, _locale(), trimmed=False)


@lru_cache(maxsize=20_000)
def _write_number(value: float | int, decimals: int, locale: str, *, trimmed: bool) -> str:
    """Write a number as Babel's format_decimal does with the pattern #,##0.##, in a twentieth of the time.

    A page of a local government has a thousand different numbers.
    """
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN, ENOUGH)
    words = f"{abs(rounded):,f}"
    if trimmed and decimals:
        words = words.rstrip("0").rstrip(".")
    point, group = _signs(locale)
    if group != "," or point != ".":
        words = words.translate({ord(","): group, ord("."): point})
    return f"-{words}" if rounded < 0 else words  # nothing is never less than nothing


@cache
def _signs(locale: str) -> tuple[str, str]:
    """Return the decimal point of a locale, and what parts its thousands."""
    from babel.numbers import get_decimal_symbol, get_group_symbol

    return get_decimal_symbol(locale), get_group_symbol(locale)


def day(value: date) -> str:
    """Write a date in full."""
    from babel.dates import format_date

    return str(format_date(value, format="long", locale=_locale()))


def partial_day(value: str) -> str:
    """Write a date of the tables (YYYY, YYYY-MM or YYYY-MM-DD) in words."""
    from babel.dates import format_date, format_skeleton

    parts = value.split("-")
    if len(parts) == 1:
        return value
    if len(parts) == 2:
        return str(format_skeleton("yMMMM", date(int(parts[0]), int(parts[1]), 1), locale=_locale()))
    return str(format_date(date.fromisoformat(value), format="long", locale=_locale()))


def short_month(value: date) -> str:
    """Write the month of a date, as narrow as an axis needs it: Mar 2027."""
    from babel.dates import format_skeleton

    return str(format_skeleton("yMMM", value, locale=_locale()))


def is_right_to_left() -> bool:
    """Tell whether the edition's language is written from right to left."""
    from babel import Locale

    return str(Locale.parse(_locale()).text_direction) == "rtl"


def join(words: Iterable[str]) -> str:
    """Write a list as a sentence does: "a, b and c"."""
    from babel.lists import format_list

    return str(format_list(list(words), locale=_locale()))


def country_name(code: str) -> str:
    """Name a country (ISO 3166-1 alpha-2) in the edition's language."""
    from babel import Locale

    return str(Locale.parse(_locale()).territories.get(code, code))


def language_name(code: str) -> str:
    """Name a language in itself: français, not French."""
    from babel import Locale

    return str(Locale.parse(code, sep="-").get_display_name(code.replace("-", "_")) or code)


def _locale() -> str:
    """Name the Babel locale; plain English is written as the world writes it, not as one country does."""
    return "en_001" if language() == "en" else language().replace("-", "_")
