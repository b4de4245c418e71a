"""The chapters of a VSR, the evidence each one needs, and which of it a review has."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from vsrbook.chapters.pairs import has_pairs
from vsrbook.methods.change import changes
from vsrbook.own_chapters import find_own_chapters
from vsrbook.project import Project
from vsrbook.review import Review
from vsrbook.tables import split_list
from vsrbook.text import gettext as _
from vsrbook.text import mark

Test = Callable[[Review], bool]


@dataclass(frozen=True)
class Need:
    """A piece of evidence: what it is, whether a review has it, and how to supply it.

    A chapter is published when one of its `carrying` needs is met; the others make it better.
    """

    english: str
    met: Test = field(repr=False)
    remedy_english: str
    carrying: bool = True

    @property
    def name(self) -> str:
        """What the evidence is, in the edition's language."""
        return _(self.english)

    @property
    def remedy(self) -> str:
        """How to supply it, in the edition's language."""
        return _(self.remedy_english)


@dataclass(frozen=True)
class Chapter:
    """One chapter: its number in the VSR, its notebook, and the evidence it needs."""

    id: str
    number: str
    english: str
    notebook: str
    needs: tuple[Need, ...]

    @property
    def title(self) -> str:
        """The chapter's title in the edition's language."""
        return _(self.english)


@dataclass(frozen=True)
class ChapterStatus:
    """Which of a chapter's needs a review meets."""

    chapter: Chapter
    wanted: bool
    have: tuple[Need, ...]
    missing: tuple[Need, ...]

    @property
    def published(self) -> bool:
        """Whether the chapter is in the published book."""
        return self.wanted and any(need.carrying for need in self.have)


def _filled(table: str) -> Test:
    return lambda review: not review.tables[table].empty


def _has_values(review: Review) -> bool:
    return bool(review.tables["observations"]["value"].notna().any())


def _kinds(table: str, *kinds: str) -> Test:
    return lambda review: bool(review.tables[table]["kind"].isin(kinds).any())


def has_topic(review: Review, *topics: str) -> bool:
    """Whether a statement is evidence for one of the topics."""
    return any(set(split_list(cell)) & set(topics) for cell in review.tables["evidence"]["topics"])


def _topics(*topics: str) -> Test:
    return lambda review: has_topic(review, *topics)


def _has_changes(review: Review) -> bool:
    return not changes(review.tables["observations"], review.tables["indicators"]).empty


def _has_area_values(review: Review) -> bool:
    known = review.tables["observations"].dropna(subset=["value"])
    return bool(known["area_code"].isin(review.compared_areas["area_code"]).any())


def _has_goal_17(review: Review) -> bool:
    return 17 in review.goals


CHAPTERS: tuple[Chapter, ...] = (
    Chapter(
        "opening",
        "0",
        mark("Opening and highlights"),
        "0_opening.ipynb",
        (
            Need(
                mark("key figures computed from the data"),
                _has_values,
                mark("fill the table observations"),
            ),
            Need(
                mark("a signed opening statement"),
                lambda review: review.association.opening is not None,
                mark("add opening: to the params"),
            ),
        ),
    ),
    Chapter(
        "introduction",
        "1",
        mark("Introduction: the association and its territory"),
        "1_introduction.ipynb",
        (
            Need(
                mark("facts about the association"),
                lambda _review: True,
                mark("fill association: in the params"),
            ),
            Need(
                mark("number of members, with its source"),
                lambda review: review.association.association.members is not None,
                mark("add association.members to the params"),
                carrying=False,
            ),
            Need(
                mark("the members' areas, with population"),
                lambda review: bool(review.compared_areas["population"].notna().any()),
                mark("fill the table areas"),
                carrying=False,
            ),
            Need(
                mark("devolved competences, with their source"),
                lambda review: review.association.competences is not None,
                mark("add competences: to the params"),
                carrying=False,
            ),
        ),
    ),
    Chapter(
        "methodology",
        "2",
        mark("Methodology and process"),
        "2_methodology.ipynb",
        (
            Need(
                mark("data whose availability can be shown"),
                _has_values,
                mark("fill the table observations"),
            ),
            Need(
                mark("a survey among the members, with its response"),
                lambda review: review.association.survey is not None,
                mark("add survey: to the params"),
            ),
            Need(
                mark("dates of the process"),
                _kinds("milestones", "meeting", "publication", "project"),
                mark("add meetings and publications to the table milestones"),
                carrying=False,
            ),
        ),
    ),
    Chapter(
        "environment",
        "3",
        mark("Policy and enabling environment"),
        "3_environment.ipynb",
        (
            Need(
                mark("statements on ownership, planning, institutions or barriers"),
                _topics("ownership", "planning", "institutions", "barriers", "decentralization"),
                mark("add them to the table evidence, with their topics"),
            ),
            Need(
                mark("values by sex or residence, to see who is left behind"),
                has_pairs,
                mark("add rows with sex or residence to the table observations"),
            ),
            Need(
                mark("good practices"),
                _filled("practices"),
                mark("fill the table practices"),
            ),
        ),
    ),
    Chapter(
        "progress",
        "4",
        mark("Progress on goals and targets"),
        "4_progress.ipynb",
        (
            Need(
                mark("indicators with values"),
                _has_values,
                mark("fill the tables indicators and observations"),
            ),
            Need(
                mark("values for several years"),
                _has_changes,
                mark("add earlier years to the table observations"),
                carrying=False,
            ),
            Need(
                mark("values for the members' areas"),
                _has_area_values,
                mark("add the areas' values to the table observations"),
                carrying=False,
            ),
            Need(
                mark("target values"),
                lambda review: bool(review.tables["indicators"]["target_value"].notna().any()),
                mark("fill target_value and target_year in the table indicators"),
                carrying=False,
            ),
        ),
    ),
    Chapter(
        "means",
        "5",
        mark("Means of implementation"),
        "5_means.ipynb",
        (
            Need(
                mark("statements on finance, capacity, partnerships or data"),
                _topics("finance", "capacity", "partnerships", "data"),
                mark("add them to the table evidence, with their topics"),
            ),
            Need(
                mark("indicators of goal 17"),
                _has_goal_17,
                mark("add indicators of goal 17"),
            ),
            Need(
                mark("asks to the national government"),
                _kinds("recommendations", "ask"),
                mark("add rows of the kind ask to the table recommendations"),
            ),
        ),
    ),
    Chapter(
        "impact",
        "6",
        mark("Impact: what the review changed"),
        "6_impact.ipynb",
        (
            Need(mark("impact statements"), _filled("evidence"), mark("fill the table evidence")),
            Need(mark("testimonies"), _filled("testimonies"), mark("fill the table testimonies")),
            Need(
                mark("what the review led to: a chapter of the VNR, a seat, a law, a budget line"),
                _filled("outcomes"),
                mark("fill the table outcomes"),
                carrying=False,
            ),
            Need(
                mark("milestones"),
                _filled("milestones"),
                mark("fill the table milestones"),
                carrying=False,
            ),
        ),
    ),
    Chapter(
        "conclusions",
        "7",
        mark("Conclusions and next steps"),
        "7_conclusions.ipynb",
        (
            Need(
                mark("findings computed from the data"),
                _has_values,
                mark("fill the table observations"),
            ),
            Need(
                mark("recommendations with owner and date"),
                _kinds("recommendations", "recommendation", "next-step"),
                mark("add rows of the kind recommendation or next-step to the table recommendations"),
            ),
        ),
    ),
    Chapter(
        "annexes",
        "A",
        mark("Annexes"),
        "A_annexes.ipynb",
        (
            Need(mark("indicators with metadata"), _filled("indicators"), mark("fill the table indicators")),
            Need(mark("good practices in full"), _filled("practices"), mark("fill the table practices")),
            Need(
                mark("local reviews (VLRs)"),
                _kinds("milestones", "vlr"),
                mark("add rows of the kind vlr to the table milestones"),
                carrying=False,
            ),
        ),
    ),
    Chapter(
        "peer-learning",
        "P",
        mark("Peer learning"),
        "P_peer_learning.ipynb",
        (
            Need(
                mark("what other associations report"),
                lambda review: not review.reference.tables["challenges"].empty,
                mark("keep data/reference/ from the template"),
            ),
            Need(
                mark("challenges of its own"),
                _filled("challenges"),
                mark("fill the table challenges"),
                carrying=False,
            ),
            Need(
                mark("lessons of its own"),
                _kinds("recommendations", "lesson"),
                mark("add rows of the kind lesson to the table recommendations"),
                carrying=False,
            ),
        ),
    ),
)
GOAL_NOTEBOOK = "4_goal.ipynb"
LIBRARY_NOTEBOOK = "library.ipynb"
LIBRARY_PAGES = {  # by notebook: what is shown of all associations together
    LIBRARY_NOTEBOOK: "index",
    "library_impacts.ipynb": "library/impacts",
    "library_chain.ipynb": "library/chain",
    "library_timeline.ipynb": "library/timeline",
    "library_challenges.ipynb": "library/challenges",
    "library_help.ipynb": "library/help",
    "library_comparison.ipynb": "library/comparison",
}


LIBRARY_NAMES = {
    LIBRARY_NOTEBOOK: mark("Landing page"),
    "library_impacts.ipynb": mark("Impacts"),
    "library_chain.ipynb": mark("The chain"),
    "library_timeline.ipynb": mark("Timeline"),
    "library_challenges.ipynb": mark("Challenges"),
    "library_help.ipynb": mark("Who can help whom"),
    "library_comparison.ipynb": mark("Comparison"),
}


def goal_page(goal: int) -> str:
    """Return the name of a goal's page."""
    return f"goal-{goal:02d}"


# whether an own chapter has something to say its notebook knows: it is run, and left out if it shows nothing
OWN_NEED = Need(
    mark("a notebook of its own"),
    lambda _review: True,
    mark("the page on writing chapters says how"),
)


def list_chapters(project: Project, slug: str = "") -> tuple[Chapter, ...]:
    """Return the chapters of every review, then those that authors have added (for one association)."""
    own = find_own_chapters(project, slug)
    return (*CHAPTERS, *(Chapter(o.id, o.number, o.title, o.notebook, (OWN_NEED,)) for o in own))


def find_chapter(project: Project, chapter_id: str) -> Chapter:
    """Return the chapter of that id. Raises KeyError where there is none."""
    known = {chapter.id: chapter for chapter in CHAPTERS}
    if chapter_id not in known:
        known = {chapter.id: chapter for chapter in list_chapters(project)}
    return known[chapter_id]


def assess_chapter(review: Review, chapter: Chapter) -> ChapterStatus:
    """Say what evidence the review has for a chapter and what is missing."""
    met = {need: need.met(review) for need in chapter.needs}
    return ChapterStatus(
        chapter,
        review.association.wants(chapter.id),
        tuple(need for need in chapter.needs if met[need]),
        tuple(need for need in chapter.needs if not met[need]),
    )


def assess_chapters(review: Review) -> list[ChapterStatus]:
    """Say it of each chapter, those that authors have added for the association last."""
    return [assess_chapter(review, chapter) for chapter in list_chapters(review.project, review.slug)]


def wanted_chapters(review: Review, *, draft: bool) -> Iterable[ChapterStatus]:
    """Yield the chapters that become pages: those with evidence, and in a draft all that are wanted."""
    return (status for status in assess_chapters(review) if status.wanted and (draft or status.published))
