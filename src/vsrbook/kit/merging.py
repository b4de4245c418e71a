"""Merge two changed versions of a text, line by line, against the one that both come from.

Libraries do not fit: merge3 is under the GPL, three-merge works by characters and rests since 2020, nbdime
brings a server. The method is diff3's, as S. Khanna, K. Kunal and B. C. Pierce describe it: "A Formal
Investigation of Diff3", FSTTCS 2007.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True)
class Merged(Generic[T]):
    """A merged sequence; `conflicts` are the places in `ours` (from 0) where both have changed the same."""

    items: tuple[T, ...]
    conflicts: tuple[int, ...] = ()


def merge_sequences(base: Sequence[T], ours: Sequence[T], theirs: Sequence[T]) -> Merged[T]:
    """Merge `ours` and `theirs`, both made from `base`.

    Items of `base` that both still have hold the three together. What stands between two of them is taken
    from the side that has changed it; where both have, and not alike, it is a conflict, and ours stays.
    """
    in_ours, in_theirs = _locate(base, ours), _locate(base, theirs)
    held = [(at, in_ours[at], in_theirs[at]) for at in sorted(in_ours.keys() & in_theirs.keys())]
    merged: list[T] = []
    conflicts = []
    b = o = t = 0
    for b_end, o_end, t_end in [*held, (len(base), len(ours), len(theirs))]:
        before, mine, new = list(base[b:b_end]), list(ours[o:o_end]), list(theirs[t:t_end])
        if new not in (before, mine) and mine != before:
            conflicts.append(o)
        merged += new if mine == before else mine
        merged += base[b_end : b_end + 1]
        b, o, t = b_end + 1, o_end + 1, t_end + 1
    return Merged(tuple(merged), tuple(conflicts))


def _locate(base: Sequence[T], other: Sequence[T]) -> dict[int, int]:
    """Say where the items of `base` that are left stand in `other`; equal beginnings and ends go unsearched."""
    shortest = min(len(base), len(other))
    head = next((at for at in range(shortest) if base[at] != other[at]), shortest)
    rest = shortest - head
    tail = next((at for at in range(rest) if base[-1 - at] != other[-1 - at]), rest)
    middle = SequenceMatcher(
        None, base[head : len(base) - tail], other[head : len(other) - tail], autojunk=False
    )
    places = {at: at for at in range(head)}
    for block in middle.get_matching_blocks():
        places |= {head + block.a + step: head + block.b + step for step in range(block.size)}
    return places | {len(base) - at: len(other) - at for at in range(1, tail + 1)}


def merge_texts(base: str, ours: str, theirs: str) -> tuple[str, list[str]]:
    """Merge three texts by lines; returns the text and where it conflicts ("line 12", of ours)."""
    merged = merge_sequences(*(text.split("\n") for text in (base, ours, theirs)))
    return "\n".join(merged.items), [f"line {at + 1}" for at in merged.conflicts]
