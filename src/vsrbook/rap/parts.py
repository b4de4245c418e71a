"""What a check sees, part by part, and the verdict that follows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Seen = Literal["shown", "lacking", "not visible"]
Verdict = Literal["met", "not met", "cannot be seen here"]
LONGEST = 600  # signs of one piece of evidence


@dataclass(frozen=True)
class Part:
    """One thing that was looked for: whether it is there, the file, count or commit that shows it, what to do."""

    seen: Seen
    text: str
    remedy: str = ""


def shown(text: str) -> Part:
    """Return a part that is there."""
    return Part("shown", clean(text))


def lacking(text: str, remedy: str) -> Part:
    """Return a part that is not there, and what to do about it."""
    return Part("lacking", clean(text), remedy)


def unseen(text: str, remedy: str = "") -> Part:
    """Return a part about which a folder says nothing: only people can."""
    return Part("not visible", clean(text), remedy)


def clean(text: str) -> str:
    """Return text in one line, bounded, without signs that move a cursor or turn the direction of writing."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def judge(parts: Iterable[Part]) -> Verdict:
    """Return the verdict of an item: met only where every part is shown, never where nothing was seen."""
    seen = {part.seen for part in parts}
    if "lacking" in seen:
        return "not met"
    return "met" if seen == {"shown"} else "cannot be seen here"
