"""Read the header of a column that belongs to an indicator: "Dashboard: Poverty" is the status of Poverty."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from vsrbook.sdg.names import goal_languages, goal_name
from vsrbook.sources.workbook.words import BRACKETS, split_year

KIND_WORDS = {
    "score": "normalized score|normalised score|normalized value|normalised value|normalized|normalised|norm|score|"
    "scores|puntaje normalizado|puntaje|puntuación normalizada|puntuación|normalizado|normalizada|"
    "índice normalizado|índice|pontuação normalizada|pontuação|score normalisé|normalisé|indice normalisé|indice|"
    "index|punteggio|punktzahl|normiert|genormaliseerd|нормированное значение|нормированный|оценка|балл|баға|ұпай",
    "published_status": "dashboard color|dashboard colour|dashboard|dash|color|colour|colours|rating|status|"
    "traffic light|published status|semáforo|farol|cor|couleur|feu tricolore|"
    "цвет|светофор|статус|түс|түсі|farbe|ampel|kleur|colore",
    "arrow": "trend arrow|trend|trends|arrow|tendencia|tendência|tendance|flecha|seta|flèche|тренд|тенденция|динамика|"
    "үрдіс|trendpfeil|pfeil|pijl|tendenza",
    "year": "reference year|data year|year of data|year|año de referencia|año|ano|année|annee|год данных|год|жылы|жыл|"
    "jahr|jaar|anno|mwaka",
    "value": "raw value|raw data|value|raw|valor|valeur|brut|значение|мәні|wert|waarde|valore|dato|indicator value",
}  # what stands before or behind the name of an indicator, in small letters
SHORT_WORDS = {
    "n": "score",
    "d": "published_status",
    "c": "published_status",
    "t": "arrow",
    "y": "year",
    "yr": "year",
}
ALONE = {
    "score",
    "scores",
    "puntaje",
    "puntuacion",
    "pontuacao",
    "punteggio",
}  # as in "Spillovers Score", without values
INDICES = {"index", "indice"}  # as in "Poverty index", which is a value, unless it is of a goal
CODE = re.compile(r"(?=.*[\d_])\w+(?:[._-]\w+)*")
GOAL = re.compile(
    r"(?:sdg|ods|odd|goal|objetivo|objectif|obiettivo|ziel|doel|mål|цур|цель|тдм|мақсат)[\s_.:-]*(?P<number>\d{1,2})"
    r"(?:\s*[:.–-]?\s+(?P<name>\D.*))?"
)
MAX_HEADER = 300
TAIL = r"(?:\s*[(\[][^()\[\]]*[)\]])?"  # a unit behind the word: "Spillovers Score (0-100)"


def fold_words(text: str) -> str:
    """Return a text in small letters, without accents of Latin letters."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(sign for sign in parts if not ("̀" <= sign <= "ͯ" and sign not in "̆̈"))
    return unicodedata.normalize("NFC", plain)  # й and ё keep their marks


KIND_OF = {fold_words(word): kind for kind, words in KIND_WORDS.items() for word in words.split("|")}
ANY = "|".join(re.escape(word) for word in sorted(KIND_OF, key=lambda word: -len(word)))
PREFIX = re.compile(
    rf"(?P<word>{ANY})(?P<sep>\s*[:|]\s*|\s+[-–—]\s+|[_-]+|\s+(?:of|for|de|du|da|do|del|des)\s+|\s+)(?P<base>.+)"
)
SUFFIX = re.compile(rf"(?P<base>.+?)(?P<sep>\s*[:|,_–—-]+\s*|\s+)(?P<word>{ANY}){TAIL}")
BRACKET = re.compile(rf"(?P<base>.+?)\s*[(\[]\s*(?P<word>{ANY})(?:[,;][^()\[\]]*)?[)\]]")
SHORT = re.compile(rf"(?P<word>{'|'.join(SHORT_WORDS)})_(?P<base>.+)")


@dataclass(frozen=True)
class Part:
    """What a header says its column is of: a kind of KIND_WORDS ("" = nothing said), and of which indicator.

    `sure` is False where the words could as well be the name of an indicator: "PISA score".
    """

    kind: str
    base: str
    word: str = ""
    sure: bool = True


def read_part(parts: tuple[str, ...]) -> Part:
    """Read the words of a header column; a word alone, such as "Score", has the base ""."""
    texts = [_write_plainly(part) for part in parts]
    for n, text in (-1, texts[-1]), (0, texts[0]):
        if (word := BRACKETS.sub("", text).strip()) in KIND_OF:
            others = [one for k, one in enumerate(texts) if k != n % len(texts)]
            return Part(KIND_OF[word], " / ".join(others), word)
    whole = " / ".join(texts)
    for pattern in (BRACKET, PREFIX, SUFFIX, SHORT):
        if found := pattern.fullmatch(whole):
            word = found["word"]
            sure = pattern is BRACKET or bool(pattern is not SHORT and re.search(r"[:|,_–—-]", found["sep"]))
            return Part(KIND_OF.get(word) or SHORT_WORDS[word], found["base"].strip(" _-:"), word, sure)
    return Part("", whole)


def write_whole(parts: tuple[str, ...]) -> str:
    """Return the words of a header column in one line, as names are compared: in small letters."""
    return " / ".join(map(_write_plainly, parts))


def _write_plainly(text: str) -> str:
    """Return the words in small letters; dots that stand for blanks, as R writes them, are blanks."""
    plain = fold_words(text[:MAX_HEADER])
    return re.sub(r"\.+(?=\D|$)", " ", plain).strip() if " " not in plain and plain.count(".") > 1 else plain


def read_goal(base: str) -> str:
    """Return the number of the goal that is all a name says: "ods1", "Goal 1", "SDG 1: No poverty"; "" for others."""
    found = GOAL.fullmatch(split_year(base)[0])
    if not found or not 1 <= int(found["number"]) <= 17:
        return ""
    number, name = int(found["number"]), found["name"]
    known = {fold_words(goal_name(number, language)) for language in goal_languages()} if name else {name}
    return str(number) if name in known else ""


def make_keys(base: str) -> tuple[str, str, str]:
    """Return what names are compared by: as written, without punctuation, and without brackets and years."""
    bare = split_year(BRACKETS.sub("", base))[0]
    words, bare_words = (" ".join(re.findall(r"\w+", text.replace("_", " "))) for text in (base, bare))
    return base, words, bare_words
