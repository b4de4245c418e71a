"""The readiness of one association's review: chapters, facets, and the steps to take next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from vsrbook.chapters.outline import ChapterStatus
from vsrbook.text import number

ChapterState = Literal["ready", "ready with gaps", "missing", "not wanted"]
FacetState = Literal["complete", "partial", "missing", "unknown", "not asked"]
FacetId = Literal["evidence", "data", "survey", "translations", "approvals", "alt", "problems"]
StepKind = Literal[
    "error", "chapter", "improvement", "data", "warning", "run", "approval", "translation", "alt"
]


@dataclass(frozen=True)
class ChapterReadiness:
    """One chapter: the needs it meets, those it does not, and the state that follows."""

    status: ChapterStatus

    @property
    def id(self) -> str:
        """The chapter's id."""
        return self.status.chapter.id

    @property
    def number(self) -> str:
        """Its number in the VSR."""
        return self.status.chapter.number

    @property
    def title(self) -> str:
        """Its title."""
        return self.status.chapter.title

    @property
    def state(self) -> ChapterState:
        """Whether it is in the book, with or without gaps."""
        if not self.status.wanted:
            return "not wanted"
        if not self.status.published:
            return "missing"
        return "ready with gaps" if self.status.missing else "ready"


@dataclass(frozen=True)
class Facet:
    """One side of readiness: how much there is of how much, in words, and where to look.

    `have` and `of` are None where nothing is counted: it is not asked of this review, or cannot be known.
    `figures` holds what the words say as numbers, for programs.
    """

    id: FacetId
    title: str
    state: FacetState
    have: int | None
    of: int | None
    words: str
    where: str
    details: tuple[str, ...] = ()
    figures: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def counted(self) -> str:
        """Say "12 of 30"; where nothing is counted, why not in a word or two."""
        if self.have is None or self.of is None:
            return {"unknown": "not known", "missing": "missing"}.get(self.state, "not asked")
        if not self.of:
            return "none"
        return f"{number(self.have)} of {number(self.of)}"


@dataclass(frozen=True)
class Step:
    """One thing to do: what, what it gains, how, and where that is explained (a file of the project)."""

    kind: StepKind
    what: str
    why: str
    how: str
    where: str


@dataclass(frozen=True)
class Readiness:
    """How ready one association's review is; `steps` come in order of value."""

    slug: str
    place: str
    edition: str
    standing: str
    chapters: tuple[ChapterReadiness, ...]
    facets: tuple[Facet, ...]
    steps: tuple[Step, ...]

    def facet(self, name: FacetId) -> Facet:
        """Return one facet."""
        return next(facet for facet in self.facets if facet.id == name)

    @property
    def wanted(self) -> tuple[ChapterReadiness, ...]:
        """The chapters that are wanted."""
        return tuple(chapter for chapter in self.chapters if chapter.status.wanted)

    @property
    def published(self) -> tuple[ChapterReadiness, ...]:
        """The chapters that are in the book."""
        return tuple(chapter for chapter in self.chapters if chapter.status.published)


def rate_share(have: int, of: int) -> FacetState:
    """Return the state of a count: complete where all is there, missing where nothing is."""
    if have >= of and of:
        return "complete"
    return "partial" if have else "missing"
