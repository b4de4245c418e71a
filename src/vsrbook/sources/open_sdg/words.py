"""Know the words by which data repositories in several languages call places, sexes, totals and the like."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from vsrbook.importing import words

SDMX_TOTALS = {"_T", "_Z"}  # the total, and "does not apply": neither parts the values
SDMX_CODE = re.compile(r"_?[A-Z][A-Z0-9]*(_[A-Z0-9a-z]+)+")


@lru_cache(maxsize=50_000)
def fold(text: str) -> str:
    """Return text for comparison: no case, accents, remarks in brackets, or difference between _, -, / and blank."""
    plain = unicodedata.normalize("NFKD", re.sub(r"\([^()]*\)", " ", text)).casefold()
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[\W_]+", " ", letters).split())


def _set(words: str) -> frozenset[str]:
    return frozenset(fold(word) for word in words.split(","))


YEAR = _set("year,TIME_PERIOD,time period,année,annee,año,ano,jahr,год,жыл,jaar,år,mwaka")
VALUE = _set("value,OBS_VALUE,valeur,valor,wert,значение,мән,waarde,verdi,värde,thamani")
SERIES = _set("series,série,serie,серия,ряд")
UNITS = _set(
    "units,unit,UNIT_MEASURE,unit measure,unit of measure,unité,unités,unidad,einheit,единицы измерения"
)
AREA_CODES = ("GeoCode", "REF_AREA")
SEX = _set(
    "sex,gender,sex and gender,пол,жынысы,жыныс,sexe,genre,sexo,género,genero,geslacht,geschlecht,sesso,"
    "kön,kjønn,køn,kyn,sukupuoli,płeć,pohlaví,jinsia,igitsina,jins,cinsiyet,性别"
)
FEMALE = frozenset(map(fold, words.FEMALE))
MALE = frozenset(map(fold, words.MALE))
# said of children, or of a group that is not quite the sex: read as the sex only where no other word stands for it
FEMALE_TOO = _set("girl,girls,filles,niñas,meninas,девочки,қыздар,meisjes,mädchen,women plus,femmes plus")
MALE_TOO = _set("boy,boys,garçons,niños,meninos,мальчики,ұлдар,jongens,jungen,men plus,hommes plus")
AGE = _set(
    "age,ages,age group,age groups,age range,age band,возраст,возрастная группа,жасы,жас,жас тобы,âge,"
    "groupe d'âge,tranche d'âge,edad,grupo de edad,idade,grupo etário,alter,altersgruppe,leeftijd,età,ålder,"
    "alder,aldersgruppe,ikä,wiek,věk,umri,imyaka"
)
RESIDENCE = _set(
    "urbanisation,urbanization,residence,place of residence,degree of urbanisation,degree of urbanization,"
    "urban rural,rural urban,type of area,area type,местность,тип местности,елді мекен түрі,milieu,"
    "milieu de résidence,urbanización,área de residencia,zona,urbanisierung,urbanisatie,makazi"
)
MAYBE_RESIDENCE = _set("location,locality,area,geography,setting,settlement type,geographic area,zone")
URBAN = frozenset(map(fold, words.URBAN))
RURAL = frozenset(map(fold, words.RURAL))
TOTALS = frozenset(map(fold, words.TOTALS))
PLACES = _set(
    "country,nation,region,regions,local authority,local authorities,local government,local government area,"
    "geography,geographic location,geographical area,geographic region,province,provinces,province or territory,"
    "territory,state,states,county,counties,district,districts,municipality,municipalities,commune,communes,"
    "city,cities,town,towns,sub county,ward,wards,parish,governorate,prefecture,"
    "census metropolitan area,metropolitan area,combined authority,health board,council,island,"
    "регионы,регион,область,области,город,города,район,районы,населенный пункт,территория,страна,өңір,өңірлер,"
    "облыс,қала,аудан,région,régions,département,départements,ville,villes,géographie,pays,municipalité,"
    "provincia,provincias,región,regiones,municipio,municipios,departamento,departamentos,ciudad,cantón,"
    "distrito,estado,estados,região,regiões,município,municípios,cidade,bundesland,kreis,landkreis,stadt,"
    "gemeinde,kanton,gemeente,gemeenten,provincie,gewest,fylke,kommune,kommun,län,maakunta,kunta,województwo,"
    "powiat,gmina,kraj,okres,obec,mkoa,wilaya,kaunti,akarere,intara,umurenge"
)
STATUS = _set("observation status,OBS_STATUS,obs status,status of observation,statut de l'observation")
MULTIPLIER = _set("unit multiplier,UNIT_MULT,unit mult,multiplier")
PROGRESS = _set("progress")
NOTES = _set(
    "COMMENT_OBS,COMMENT_TS,SOURCE_DETAIL,NATURE,BASE_PER,UPPER_BOUND,LOWER_BOUND,TIME_COVERAGE,"
    "CUST_BREAKDOWN_LB,comment,comments,note,notes,footnote,footnotes"
)
TECHNICAL = _set(
    "FREQ,REPORTING_TYPE,DATAFLOW,DECIMALS,TIME_DETAIL,GEO_INFO_URL,GEO_INFO_TYPE,DATA_LAST_UPDATE,"
    "TIME_FORMAT,STRUCTURE,STRUCTURE_ID,ACTION,INDICATOR"
)
NORMAL = _set("normal value,normal,final,final value,A,definitive")
PROVISIONAL = _set("provisional,provisional value,preliminary,P,provisoire,provisional data,предварительные")
ESTIMATED = _set("estimated,estimated value,estimate,E,I,imputed,imputed value,modelled,estimé,оценка")
SUPPRESSED = _set(
    "suppressed,suppressed value,confidential,Q,missing value suppressed,data suppressed,withheld,"
    "suppressed due to small numbers,supprimé,confidentiel,конфиденциально"
)
ONE = _set("0,1,units,unit,unités,unidades,единиц,единицы")


def is_total(value: str, words: Iterable[str]) -> bool:
    """Whether a cell stands for the total: the code _T, or a word such as "Total" or "Both sexes"."""
    return value in SDMX_TOTALS or any(fold(word) in TOTALS for word in words)


def find_sex(words: Iterable[str], *, loosely: bool) -> str:
    """Return female or male for the words of a cell (as written, and in each language), else nothing."""
    folded = {fold(word.replace("+", " plus")) for word in words}
    for sex, sure, too in (("female", FEMALE, FEMALE_TOO), ("male", MALE, MALE_TOO)):
        if folded & sure or (loosely and folded & too):
            return sex
    return ""


def find_residence(words: Iterable[str]) -> str:
    """Return urban or rural for the words of a cell, else nothing."""
    folded = {fold(word) for word in words}
    return "urban" if folded & URBAN else "rural" if folded & RURAL else ""


def find_status(words: Iterable[str]) -> str | None:
    """Return our status for the words of a cell; None where it is a remark and no status."""
    folded = {fold(word) for word in words} - {""}
    if not folded or folded & NORMAL:
        return ""
    for status, known in (
        ("provisional", PROVISIONAL),
        ("estimated", ESTIMATED),
        ("suppressed", SUPPRESSED),
    ):
        if folded & known:
            return status
    return None


def is_true(text: object) -> bool:
    """Whether a YAML cell, read as text, says yes."""
    return str(text).strip().casefold() in ("true", "yes", "on", "1")


def agree(number: int, verb: str) -> str:
    """Return the verb as it stands behind a number of things: 1 row has, 2 rows have."""
    irregular = {"have": "has", "are": "is"}
    return irregular.get(verb, f"{verb}s") if number == 1 else verb
