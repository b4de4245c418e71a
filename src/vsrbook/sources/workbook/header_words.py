"""Know the words of headers: what a column holds by its name, numbers that only name things, goals."""

from __future__ import annotations

import re

from vsrbook.sdg import find_target
from vsrbook.sources.workbook.words import split_year

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
    "country|country name|país|pays|страна|ел|"
    "commune|municipio|município|municipalidad|gemeente|kommune|название|наименование|территория|атауы|nom|nombre|"
    "nome|city|ciudad|cidade|ville|subcounty|sub-county|district|local authority|local government",
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
AREA_WORD = (
    r"(?:mun|muni|municip\w*|district|county|commune|comune|kommune|gemeente|gemeinde|kunta|area|lau|lga|place|country|"
    r"pa[ií]s|pays|city|ciudad|cidade|ville|state|estado|uf|prov\w*|region|dep\w*|territory|territorio)"
)
CODE_WORD = r"(?:id|code|cod|codigo|código|nr|no|number|iso[\s_-]?[23]?)"
CODE_SYSTEM = (
    r"(?:[\s_.-]*\(?(?:iso[\s_-]?[23]?|alpha[\s_-]?[23]|ine|ibge|dane|inegi|nuts[\s_-]?\d?|lau)\)?)?"
)
AREA_CODE = re.compile(
    rf"{AREA_WORD}[\s_.-]*{CODE_WORD}{CODE_SYSTEM}|{CODE_WORD}[\s_.-]*(?:de\s|del\s|of\s|du\s)?\s*{AREA_WORD}|"
    r"iso[\s_-]?(?:alpha[\s_-]?)?[23]?(?:[\s_-]?codes?)?"
)
CODE_CELL = re.compile(r"[A-Z0-9](?:[A-Z0-9._/-]{0,12}[A-Z0-9])?")
GENERAL_CODES = {
    "code",
    "codigo",
    "código",
    "cod",
    "kod",
    "код",
}  # of areas or of indicators: what stands beside it tells
# numbers that name things and measure nothing: poly_id, OBJECTID, rank_2020
IDENTIFIER = re.compile(
    rf"(?:.*[\s_.-])?(?:id|fid|gid|oid|uid|objectid|code|cod){CODE_SYSTEM}(?:[\s_.-]*\d*)?|(?:id|cod|code)[_.-].*|"
    r"(?:.*[\s_.-])?(?:rank|ranking|puesto|posici[oó]n|rang|место|орын)(?:[\s_.-].*)?",
    re.IGNORECASE,
)
POPULATION = {
    "population", "pop", "población", "poblacion", "população", "populacao", "inhabitants", "habitantes", "habitants",
    "einwohner", "bevölkerung", "население", "халық", "халқы",
}  # fmt: skip  # a list of words
SMALL_WORDS = {"in", "en", "em", "of", "total", "totale", "de", "la", "the", "size", "estimate", "total,"}
COORDINATES = {"latitude", "longitude", "lat", "lon", "long", "lng", "latitud", "longitud", "coord_x", "coord_y",
               "широта", "долгота"}  # fmt: skip  # a list of words
# a header that begins with goal and target: sdg6_1_water, ODS 11, goal_3
GOAL_HEADER = re.compile(
    r"(?:.*[\s_.-])?(?:sdg|ods|odd|goal)[\s_.-]*(\d{1,2})(?:[._-](\d{1,2}|[a-d])(?=[._\s-]|$))?.*",
    re.IGNORECASE,
)

# places from the smallest to the largest
PLACE_RANKS = (
    "subcounty|sub-county",
    "municipality|mun|muni|commune|municipio|município|municipalidad|gemeente|kommune|city|ciudad|cidade|ville",
    "district|local authority|local government",
    "county",
    "department|departamento|département|dep|dept|depto",
    "province|provincia|prov",
    "region|région|región|state|estado|область|облыс|регион",
    "country|country name|país|pays|страна|ел",
)
RANK_WORDS = {word: rank for rank, words in enumerate(PLACE_RANKS) for word in words.split("|")}
UNSURE_RANKS = {RANK_WORDS["department"], RANK_WORDS["province"]}  # either lies in the other, by country
PARENT_RANK = RANK_WORDS["department"]  # from here on, a place holds what is only called "area" or "name"


def rank_place(words: tuple[str, ...]) -> int | None:
    """Return how large the places are that a header names, 0 for the smallest; None where it does not say."""
    return next((RANK_WORDS[w.casefold()] for w in reversed(words) if w.casefold() in RANK_WORDS), None)


def is_identifier(words: tuple[str, ...]) -> bool:
    """Whether a header says that the numbers below it name or order things, and measure nothing."""
    return any(IDENTIFIER.fullmatch(word) for word in words[-1:])


def name_fact(words: tuple[str, ...]) -> str:
    """Return what a header says of the areas themselves, which belongs in their table: population, coordinates."""
    text = split_year(words[-1].casefold())[0] if words else ""
    parts = set(re.split(r"[\s_.:()-]+", text)) - {""}
    if parts & POPULATION and not parts - POPULATION - SMALL_WORDS:
        return "population"
    return "coordinates" if text in COORDINATES else ""


def guess_goal(words: tuple[str, ...]) -> dict[str, str]:
    """Return goal and target that a header names: "sdg6_1_water" is of goal 6 and target 6.1; {} for none."""
    for word in words:
        found = GOAL_HEADER.fullmatch(word)
        if found and 1 <= int(found[1]) <= 17:
            goal, part = str(int(found[1])), found[2]
            target = f"{goal}.{part.lower()}" if part else ""
            return {"goal": goal} | ({"target": target} if find_target(target) else {})
    return {}
