"""Gather missing evidence into pieces, each of which meets needs of several chapters, in order of value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from vsrbook.chapters.outline import Need
from vsrbook.params import Association
from vsrbook.readiness.model import ChapterReadiness, Step, StepKind
from vsrbook.tables import TABLES
from vsrbook.text import join

CHECK = "book/make-a-review.md#let-it-be-checked"
PARAMS = "params/_template.yml"


@dataclass
class _Piece:
    """A piece of evidence that is missing: the needs it would meet, each with its chapter."""

    needs: list[tuple[ChapterReadiness, Need]] = field(default_factory=list)

    def chapters(self, among: Iterable[ChapterReadiness]) -> list[ChapterReadiness]:
        """Return those of some chapters that it would bring into the book."""
        inside = {chapter.id for chapter in among}
        return [chapter for chapter, need in self.needs if need.carrying and chapter.id in inside]

    @property
    def worth(self) -> Fraction:
        """How much of a chapter it adds, over all chapters that miss it."""
        shares = (Fraction(1, len(chapter.status.chapter.needs)) for chapter, _need in self.needs)
        return sum(shares, Fraction(0))


def evidence_steps(association: Association, chapters: Sequence[ChapterReadiness]) -> Iterator[Step]:
    """Yield the steps that bring chapters into the book, then those that close gaps, each in order of value."""
    waiting = [chapter for chapter in chapters if chapter.state == "missing"]
    pieces = _gather_pieces([chapter for chapter in chapters if chapter.status.wanted])
    while waiting:
        best = max(pieces, key=lambda piece: len(piece.chapters(waiting)), default=_Piece())
        brought = best.chapters(waiting)
        if not brought:
            break  # a chapter without a carrying need cannot be brought in
        yield _step(association, best, "chapter", f"brings {_name(brought)} into the book")
        waiting = [chapter for chapter in waiting if chapter not in brought]
        pieces.remove(best)
    for piece in sorted(pieces, key=lambda piece: -piece.worth):
        improved = [chapter for chapter, _need in piece.needs]
        yield _step(association, piece, "improvement", f"closes a gap in {_name(improved)}")


def _gather_pieces(chapters: Sequence[ChapterReadiness]) -> list[_Piece]:
    """Gather missing needs in the order of the book: with the same test, or the same remedy, they are one."""
    pieces: list[_Piece] = []
    for chapter in chapters:
        for need in chapter.status.missing:
            twin = next(
                (piece for piece in pieces if any(_is_one(need, known) for _c, known in piece.needs)), None
            )
            if twin is None:
                pieces.append(twin := _Piece())
            twin.needs.append((chapter, need))
    return pieces


def _is_one(need: Need, known: Need) -> bool:
    """Whether what meets one need meets the other, too: one test, one remedy, or tables that are filled anyway."""
    if need.met is known.met or need.remedy_english == known.remedy_english:
        return True
    filled = _filled_by(need.remedy_english)
    return bool(filled) and filled <= _filled_by(known.remedy_english)


def _filled_by(remedy: str) -> set[str]:
    """Name the tables that a remedy fills, if filling tables is all that it asks."""
    return set(_tables_of(remedy)) if remedy.startswith("fill the table") else set()


def _name(chapters: Sequence[ChapterReadiness]) -> str:
    numbers = list(dict.fromkeys(chapter.number for chapter in chapters))
    return f"chapter{'' if len(numbers) == 1 else 's'} {join(numbers)}"


def _step(association: Association, piece: _Piece, kind: StepKind, why: str) -> Step:
    needs = [need for _chapter, need in piece.needs]
    names = "; ".join(dict.fromkeys(need.name for need in needs))
    asked = [need for need in needs if not any(_asks_more(other, need) for other in needs)]
    remedies = "; ".join(dict.fromkeys(need.remedy for need in asked))
    tables = list(dict.fromkeys(table for need in asked for table in _tables_of(need.remedy_english)))
    in_params = any("params" in need.remedy_english for need in asked)
    files = _say_files(association, tables) or (f" (params/{association.slug}.yml)" if in_params else "")
    where = f"book/tables.md#{tables[-1]}" if tables else PARAMS if in_params else CHECK
    if all(_filled_by(need.remedy_english) for need in asked):  # the remedy itself says best what to do
        return Step(
            kind, _capital(remedies), f"{why} ({names})", f"fill {files.removeprefix(', in ')}", where
        )
    return Step(kind, _capital(names), why, remedies + files, where)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _asks_more(other: Need, need: Need) -> bool:
    """Whether another remedy fills all tables that this one fills, and more."""
    return bool(_filled_by(need.remedy_english)) and _filled_by(need.remedy_english) < _filled_by(
        other.remedy_english
    )


def _tables_of(remedy: str) -> tuple[str, ...]:
    """Name the tables of a remedy, the one to be filled last: those after the word "table", if it is there."""
    for words in (remedy.partition("table")[2], remedy):
        if found := tuple(word for word in re.findall(r"[a-z]+", words) if word in TABLES):
            return found
    return ()


def _say_files(association: Association, tables: Sequence[str]) -> str:
    """Say in which files tables are filled, and which of them the params do not declare yet."""
    declared = {str(name): table.file for name, table in association.tables.items()}
    files = [f"data/{association.slug}/{declared.get(name, f'{name}.csv')}" for name in tables]
    new = [f"{name}: {name}.csv" for name in tables if name not in declared]
    lines = f"the line{'' if len(new) == 1 else 's'} {join(new)}"
    there = f"; add to tables: in params/{association.slug}.yml {lines}" if new else ""
    return f", in {join(files)}{there}" if files else ""
