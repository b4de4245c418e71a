"""The communiqué's recommendations beside what associations report: who shares a topic with each of them."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from vsrbook.chapters.common import capital, topic_name
from vsrbook.chapters.library.answers import has_any_topic
from vsrbook.chapters.library.chain import REACHED, gather_outcomes
from vsrbook.chapters.library.citing import Shelf, row_ids_of
from vsrbook.chapters.library.told import IMPACTS
from vsrbook.chapters.outcomes import kind_name, stage_name
from vsrbook.figures import Block
from vsrbook.figures import blocks as b
from vsrbook.figures.filtered_list import write_address
from vsrbook.tables import split_list
from vsrbook.text import gettext as _
from vsrbook.text import join

OUTCOME_TOPICS = {  # our reading: outcomes have a kind and no topics of their own
    "vnr-chapter": "vnr",
    "vnr-mention": "vnr",
    "seat": "institutions",
    "law": "institutions",
    "budget": "finance",
    "agreement": "partnerships",
    "vlr": "vlr",
}


@dataclass(frozen=True)
class Beside:
    """A recommendation, its topics, and the rows that share one with it."""

    recommendation: pd.Series
    topics: tuple[str, ...]
    statements: pd.DataFrame
    outcomes: pd.DataFrame
    lessons: pd.DataFrame


def gather_beside(shelf: Shelf) -> list[Beside]:
    """Return each shared recommendation with what associations report on its topics."""
    shared = shelf.library.reference.tables["recommendations"]
    shared = shared[shared["kind"] == "recommendation"]
    outcomes, statements = gather_outcomes(shelf), shelf.table("evidence")
    lessons = shelf.table("recommendations")
    lessons = lessons[lessons["kind"] == "lesson"]
    found = []
    for _index, row in shared.iterrows():
        topics = set(split_list(row["topics"]))
        found.append(
            Beside(
                row,
                tuple(split_list(row["topics"])),
                statements[has_any_topic(statements["topics"], topics)],
                outcomes[outcomes["kind"].map(OUTCOME_TOPICS).isin(topics)],
                lessons[has_any_topic(lessons["topics"], topics)],
            )
        )
    return found


def overview(shelf: Shelf) -> Block | None:
    """Count what shares a topic with each recommendation."""
    lines: list[dict[str, b.Cell]] = [
        {
            _("Recommendation"): _name(beside),
            _("Statements"): len(beside.statements),
            _("Places"): beside.statements["place"].nunique(),
            _("Outcomes"): len(beside.outcomes),
            _("Of them reached"): int((beside.outcomes["stage"] == REACHED).sum()),
            _("Lessons"): len(beside.lessons),
        }
        for beside in gather_beside(shelf)
    ]
    caption = _("What associations report on the topics of each recommendation")
    return b.data_table(lines, caption)


def _name(beside: Beside) -> Markup:
    """Write its title, its place in the source, and its topics."""
    row = beside.recommendation
    about = "; ".join(map(topic_name, beside.topics))
    return Markup("{}<br><small>{}: {}</small>").format(row["title"], row["location"], about)


def rule(shelf: Shelf) -> Block | None:
    """Say by which rule a report stands beside a recommendation."""
    if not gather_beside(shelf):
        return None
    kinds: dict[str, list[str]] = {}
    for kind, topic in OUTCOME_TOPICS.items():
        kinds.setdefault(topic, []).append(kind_name(kind))
    read = "; ".join(f"{topic_name(topic)}: {join(names)}" for topic, names in kinds.items())
    return b.prose(
        _(
            "The rule: a report stands beside a recommendation when both are tagged with the same topic. The "
            "tags are our reading, of the recommendations as of the statements and lessons. A shared topic says "
            "that somebody works on it, not that the recommendation has been followed, nor that the association "
            "knew of it."
        ),
        _("Outcomes have the topic of their kind. {read}.").format(read=capital(read)),
    )


def in_detail(shelf: Shelf) -> list[Block] | None:
    """List for each recommendation, compactly, who reports what on its topics."""
    blocks: list[Block | None] = []
    for beside in gather_beside(shelf):
        row = beside.recommendation
        source = shelf.cite_short("", row["source_id"], row["location"])
        said = Markup('{} <cite class="vsr-place">{}</cite>').format(row["statement"], source)
        blocks += [
            b.heading(row["title"], f"recommendation-{row['recommendation_id']}"),
            b.prose(said),
            b.definitions(
                [
                    (_("Statements by topic"), _link_topics(beside)),
                    (_("Statements by place"), _link_statements(shelf, beside.statements)),
                    (_("Outcomes"), _list_outcomes(shelf, beside.outcomes)),
                    (_("Lessons"), _list_lessons(shelf, beside.lessons)),
                ],
                (*row_ids_of("evidence", beside.statements), *row_ids_of("outcomes", beside.outcomes)),
            ),
        ]
    return [block for block in blocks if block] or None


def _link_topics(beside: Beside) -> Markup:
    """Name the topics with the number of statements on each, a link to them."""
    parts = []
    for topic in beside.topics:
        n = int(has_any_topic(beside.statements["topics"], {topic}).sum())
        link = Markup('<a href="impacts.html{}">{}</a>').format(
            write_address(IMPACTS, topic=topic), topic_name(topic)
        )
        parts.append(Markup("{} ({})").format(link if n else topic_name(topic), n))
    return Markup(", ").join(parts)


def _link_statements(shelf: Shelf, statements: pd.DataFrame) -> Markup:
    counts = statements["slug"].value_counts()
    return Markup(", ").join(
        Markup("{} ({})").format(shelf.link(slug, "impact"), counts[slug])
        for slug in shelf.slugs
        if slug in counts
    ) or Markup("{}").format(_none())


def _list_outcomes(shelf: Shelf, outcomes: pd.DataFrame) -> Markup:
    return Markup("; ").join(
        Markup("{}: {}, {}").format(
            shelf.link(row["slug"], "impact"), kind_name(row["kind"]), stage_name(row["stage"])
        )
        for _index, row in outcomes.iterrows()
    ) or Markup("{}").format(_none())


def _list_lessons(shelf: Shelf, lessons: pd.DataFrame) -> Markup:
    return Markup("; ").join(
        Markup("{}: {}").format(shelf.names[row["slug"]], row["title"].rstrip("."))
        for _index, row in lessons.iterrows()
    ) or Markup("{}").format(_none())


def _none() -> str:
    return _("none is reported")
