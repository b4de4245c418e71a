"""Say what is wrong with a code of the SDG framework, and put codes in order."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from vsrbook.sdg.goals import GOALS
from vsrbook.sdg.reference import GlobalIndicator, find_indicator, find_target, global_indicators, targets

CodeKind = Literal["goal", "target", "global"]  # target and global as in the kinds of the tables' columns

SortKey = tuple[tuple[int, int, str], ...]
_NAMES: dict[CodeKind, str] = {"goal": "goal", "target": "target", "global": "global indicator"}
_MAX_CODE = 100  # a longer cell is no code, however it is written


@dataclass(frozen=True)
class CodeNote:
    """What is to be said of a code: `what` is wrong or noteworthy, `hint` says what to do about it."""

    level: Literal["error", "warning"]
    what: str
    hint: str

    def __str__(self) -> str:
        return f"{self.what}; {self.hint}"


def explain_code(kind: CodeKind, code: str | int) -> str:
    """Return "what; hint" for an unknown or a retired code; empty where nothing is to be said."""
    note = check_code(kind, code)
    return str(note) if note else ""


def check_code(kind: CodeKind, code: str | int) -> CodeNote | None:
    """Return what is to be said of a code: an error if it is unknown, a warning if it is retired."""
    text = str(code)
    if kind == "global" and (indicator := find_indicator(text)):
        return _explain_retired(indicator) if indicator.status == "retired" else None
    if _is_known(kind, text):
        return None
    from vsrbook.problems import shorten  # with difflib behind it, and needed for a fault only

    return CodeNote("error", f"unknown {_NAMES[kind]} {shorten(text)}", _hint(kind, text))


def sort_key(code: str) -> SortKey:
    """Return the key by which codes stand in the framework's order: 1.2, 1.10, 1.a, 2.1."""
    return tuple(_sort_part(part) for part in code.split("."))


def _sort_part(part: str) -> tuple[int, int, str]:
    """Numbers come before letters; int() is not asked for more digits than a code may have."""
    return (0, int(part), "") if part.isdecimal() and len(part) <= _MAX_CODE else (1, 0, part)


def _is_known(kind: CodeKind, code: str) -> bool:
    if kind == "goal":
        return code in map(str, GOALS)
    return bool(find_target(code) if kind == "target" else find_indicator(code))


def _explain_retired(indicator: GlobalIndicator) -> CodeNote:
    what = f"global indicator {indicator.code} left the global list in {indicator.until}"
    if indicator.replaced_by:
        hint = f"use {' or '.join(indicator.replaced_by)}, or keep it for figures published under it"
    else:
        hint = "keep it only for figures published under it; we know of no replacement"
    return CodeNote("warning", what, hint)


def _hint(kind: CodeKind, code: str) -> str:
    """Say what was probably meant, else which codes there are nearest to it."""
    plain = _write_plainly(code)
    if plain != code and _is_known(kind, plain):
        return f"did you mean '{plain}'?"
    if kind == "goal":
        return "1 to 17"
    if kind == "target" and find_indicator(plain):
        return f"{plain} is a global indicator, its target is {plain.rpartition('.')[0]}"
    if kind == "global" and find_target(plain):
        return f"{plain} is a target, with {_list_indicators(plain)}"
    return _list_nearest(kind, plain)


def _list_nearest(kind: CodeKind, code: str) -> str:
    """Name the indicators of the code's target, else the targets of its goal."""
    goal, _, rest = code.partition(".")
    target = f"{goal}.{rest.partition('.')[0]}"
    if kind == "global" and find_target(target):
        return f"target {target} has {_list_indicators(target)}"
    if _is_known("goal", goal):
        return f"goal {goal} has targets {write_codes(_targets_of(int(goal)))}"
    return (
        f"expected {'a target such as 6.1 or 1.a' if kind == 'target' else 'a code such as 6.1.1 or 1.a.2'}"
    )


def _write_plainly(code: str) -> str:
    """Undo what people and spreadsheets do to codes: "SDG 06,A" becomes "6.a", "6-1-1" becomes "6.1.1"."""
    if len(code) > _MAX_CODE:
        return code
    text = re.sub(r"^(sdg|ods|goal|target|indicator|code)\b\W*", "", code.strip().casefold())
    text = re.sub(r"(?<=\d)(?=[a-d])|(?<=[a-d])(?=\d)", ".", text.strip(" .,;:-_()[]"))
    parts = re.split(r"[.,\-_/\s]+", text)
    return ".".join(str(int(part)) if part.isdecimal() else part for part in parts)


def _targets_of(goal: int) -> list[str]:
    return [target.code for target in targets().values() if target.goal == goal]


def _list_indicators(target: str) -> str:
    codes = [i.code for i in global_indicators().values() if i.target == target and i.status == "current"]
    return f"the indicator{'s' if len(codes) > 1 else ''} {write_codes(codes)}"


def write_codes(codes: Iterable[str]) -> str:
    """Write codes in a row short: "6.1 to 6.6, 6.a and 6.b". They are in order and without gaps."""
    words: list[str] = []
    for _, group in groupby(codes, key=lambda code: (code.rpartition(".")[0], code[-1].isalpha())):
        row = list(group)
        words += [f"{row[0]} to {row[-1]}"] if len(row) > 2 else row
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
