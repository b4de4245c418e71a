"""Look at a column and say what it seems to hold: by the words of its header, and by its cells."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from vsrbook.sdg import find_target
from vsrbook.sources.workbook.columns import is_padded, looks_numeric
from vsrbook.sources.workbook.grids import Grid, letter_of
from vsrbook.sources.workbook.headers import Header, match_columns
from vsrbook.sources.workbook.words import RESIDENCE_WORDS, SEX_WORDS, TOTAL_WORDS, is_blank, write_label

SAMPLE_ROWS = 5000
HEADER_WORDS = {
    "global_indicator": "global indicator|global_indicator|sdg indicator|indicator number|unsd indicator",
    "indicator": "indicator|indicator_code|indicator code|indicator id|indicator_id|series_code|seriescode|series code|"
    "indicador|indicateur|код показателя|cod_indicador|variable",
    "indicator_name": "indicator name|indicator_name|indicator description|seriesdescription|series description|"
    "series|description|показатель|наименование показателя|көрсеткіш|nom de l'indicateur|nombre del indicador",
    "area_code": "area_code|area code|areacode|ref_area|geocode|geo|geo_code|geoareacode|iso3|iso|code|codigo|"
    "código|cod|código ine|ubigeo|kod|код|код территории|district code|municipality code|county code|countycode|"
    "cod_mun|codmun",
    "area_name": "area|area_name|area name|areaname|geoareaname|name|place|territory|county|municipality|mun|muni|"
    "commune|municipio|município|municipalidad|gemeente|kommune|название|наименование|территория|атауы|nom|nombre|"
    "nome|city|subcounty|sub-county|district|local authority|local government",
    "parent_name": "dep|dept|depto|prov|"
    "department|departamento|département|province|provincia|region|région|región|state|estado|область|"
    "облыс|регион|parent|parent_name",
    "year": "year|time_period|timeperiod|time|period|date|año|ano|année|annee|jahr|год|жыл|mwaka|gestión",
    "value": "value|obs_value|obs value|valeur|valor|wert|значение|мәні|thamani|observation",
    "unit": "unit|units|unit_code|unit_measure|unit of measure|unité|unidad|unidade|единица измерения|ед. изм.|"
    "единица|einheit",
    "sex": "sex|gender|sexe|sexo|geschlecht|пол|жынысы|sex_code",
    "age": "age|age group|age_group|âge|edad|idade|alter|возраст|жасы",
    "residence": "residence|location|urbanization|urbanisation|urbanization_code|area type|milieu|milieu de résidence|"
    "área de residencia|местность|urban/rural",
    "status": "obs_status|status of value|flag",
    "note": "note|notes|comment|comments|footnote|observation note|примечание|ескерту|nota|notas",
    "source": "source|data source|data_source|fuente|fonte|quelle|источник|дереккөз",
    "goal": "goal|sdg|ods|odd|goal number|цур",
    "target": "target|meta|cible|задача",
    "direction": "direction",
    "definition": "definition|définition|definición|определение",
    "target_value": "target value|target_value|valor meta",
    "score": "score|puntaje|puntuación|índice normalizado|normalised score|normalized score",
    "published_status": "published status|rating|colour|color|dashboard|semáforo|couleur|цвет|status",
    "arrow": "arrow|trend|tendencia|tendance|flecha|тренд",
}  # what a header says, in small letters
WORD_ROLES = {word: role for role, words in HEADER_WORDS.items() for word in words.split("|")}
AREA_WORD = r"(?:mun|muni|municip\w*|district|county|commune|comune|kommune|gemeente|gemeinde|kunta|area|lau|lga|place)"
AREA_CODE = re.compile(
    rf"{AREA_WORD}[\s_.-]*(?:id|code|cod|codigo|nr|no|number)|(?:id|code|cod|codigo)[\s_.-]*{AREA_WORD}"
)
# numbers that name things and measure nothing: poly_id, OBJECTID, rank_2020
IDENTIFIER = re.compile(
    r"(?:.*[\s_.-])?(?:id|fid|gid|oid|uid|objectid|code|cod|rank|ranking)(?:[\s_.-].*)?", re.IGNORECASE
)
# a header that begins with goal and target: sdg6_1_water, ODS 11, goal_3
GOAL_HEADER = re.compile(
    r"(?:.*[\s_.-])?(?:sdg|ods|odd|goal)[\s_.-]*(\d{1,2})(?:[._-](\d{1,2}|[a-d])(?=[._\s-]|$))?.*",
    re.IGNORECASE,
)
ARROWS = set("↑↗➚→➔➡↘➘↓⬆⬇▲▼")
COLOURS = {
    "green", "yellow", "orange", "red", "grey", "gray", "verde", "amarillo", "naranja", "rojo", "gris", "vert", "jaune",
    "rouge", "зелёный", "зеленый", "жёлтый", "желтый", "оранжевый", "красный", "серый",
}  # fmt: skip  # a list of words
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
        return self.filled > 0 and all(YEAR_CELL.fullmatch(text) for text in self.texts)


def make_profile(grid: Grid, column: int, rows: range) -> Profile:
    """Count what a column holds, in its first rows."""
    cells = [cell for cell in grid.column(column, rows)[:SAMPLE_ROWS] if not is_blank(cell)]
    texts = Counter(write_label(cell) for cell in cells)
    padded = sum(map(is_padded, cells))
    return Profile(column, len(cells), sum(map(looks_numeric, cells)), texts, padded)


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


def is_identifier(words: tuple[str, ...]) -> bool:
    """Whether a header says that the numbers below it name or order things, and measure nothing."""
    return any(IDENTIFIER.fullmatch(word) for word in words[-1:])


def guess_goal(words: tuple[str, ...]) -> dict[str, str]:
    """Return goal and target that a header names: "sdg6_1_water" is of goal 6 and target 6.1; {} for none."""
    for word in words:
        found = GOAL_HEADER.fullmatch(word)
        if found and 1 <= int(found[1]) <= 17:
            goal, part = str(int(found[1])), found[2]
            target = f"{goal}.{part.lower()}" if part else ""
            return {"goal": goal} | ({"target": target} if find_target(target) else {})
    return {}


def _guess_by_cells(profile: Profile) -> str:
    """Return what the cells of a column show it to be; "" where they could be anything."""
    signs = (
        ("sex", profile.share(SEXES) > 0.9),
        ("residence", profile.share(RESIDENCES) > 0.9),
        ("published_status", profile.share(COLOURS) > 0.9),
        ("arrow", all(set(text) <= ARROWS for text in profile.texts)),
        ("year", profile.holds_years and profile.filled > 1),
        ("area_code", profile.padded * 2 > profile.filled),
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
        if which and len(which) <= 80 and match_columns(which, header) == [column]:
            return which
    return letter_of(column)
