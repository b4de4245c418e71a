"""The communiqué's recommendations beside what associations report: who shares a topic with each of them."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from vsrbook.chapters.common import capital, short_source, topic_name
from vsrbook.chapters.library.chain import REACHED, gather_outcomes
from vsrbook.chapters.library.links import IMPACTS, link_impact
from vsrbook.chapters.library.told import has_any_topic, name_rows
from vsrbook.chapters.outcomes import kind_name, stage_name
from vsrbook.figures import Block
from vsrbook.figures import blocks as b
from vsrbook.figures.filtered_list import write_address
from vsrbook.library import Library
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
class Answer:
    """A recommendation, its topics, and the rows that share one with it."""

    recommendation: pd.Series
    topics: tuple[str, ...]
    statements: pd.DataFrame
    outcomes: pd.DataFrame
    lessons: pd.DataFrame


def gather_answers(library: Library) -> list[Answer]:
    """Return each shared recommendation with what associations report on its topics."""
    shared = library.reference.tables["recommendations"]
    shared = shared[shared["kind"] == "recommendation"]
    outcomes = gather_outcomes(library)
    lessons = library.table("recommendations")
    lessons = lessons[lessons["kind"] == "lesson"]
    answers = []
    for _index, row in shared.iterrows():
        topics = set(split_list(row["topics"]))
        answers.append(
            Answer(
                row,
                tuple(split_list(row["topics"])),
                library.evidence[has_any_topic(library.evidence["topics"], topics)],
                outcomes[outcomes["kind"].map(OUTCOME_TOPICS).isin(topics)],
                lessons[has_any_topic(lessons["topics"], topics)],
            )
        )
    return answers


def overview(library: Library) -> Block | None:
    """Count what shares a topic with each recommendation."""
    lines: list[dict[str, b.Cell]] = [
        {
            _("Recommendation"): _name(answer),
            _("Statements"): len(answer.statements),
            _("Places"): answer.statements["place"].nunique(),
            _("Outcomes"): len(answer.outcomes),
            _("Of them reached"): int((answer.outcomes["stage"] == REACHED).sum()),
            _("Lessons"): len(answer.lessons),
        }
        for answer in gather_answers(library)
    ]
    caption = _("What associations report on the topics of each recommendation")
    return b.data_table(lines, caption)


def _name(answer: Answer) -> Markup:
    """Write its title, its place in the source, and its topics."""
    row = answer.recommendation
    about = "; ".join(map(topic_name, answer.topics))
    return Markup("{}<br><small>{}: {}</small>").format(row["title"], row["location"], about)


def rule(library: Library) -> Block | None:
    """Say by which rule a report stands beside a recommendation."""
    if not gather_answers(library):
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


def in_detail(library: Library) -> list[Block] | None:
    """List for each recommendation, compactly, who reports what on its topics."""
    blocks: list[Block | None] = []
    for answer in gather_answers(library):
        row = answer.recommendation
        any_review = next(iter(library.all_reviews.values()))
        source = f"{short_source(any_review, row['source_id'])}, {row['location']}"
        said = Markup('{} <cite class="vsr-place">{}</cite>').format(row["statement"], source)
        blocks += [
            b.heading(row["title"], f"recommendation-{row['recommendation_id']}"),
            b.prose(said),
            b.definitions(
                [
                    (_("Statements by topic"), _link_topics(answer)),
                    (_("Statements by place"), _link_statements(library, answer.statements)),
                    (_("Outcomes"), _list_outcomes(library, answer.outcomes)),
                    (_("Lessons"), _list_lessons(answer.lessons)),
                ],
                (*name_rows(answer.statements, "evidence"), *name_rows(answer.outcomes, "outcomes")),
            ),
        ]
    return [block for block in blocks if block] or None


def _link_topics(answer: Answer) -> Markup:
    """Name the topics with the number of statements on each, a link to them."""
    parts = []
    for topic in answer.topics:
        n = int(has_any_topic(answer.statements["topics"], {topic}).sum())
        link = Markup('<a href="impacts.html{}">{}</a>').format(
            write_address(IMPACTS, topic=topic), topic_name(topic)
        )
        parts.append(Markup("{} ({})").format(link if n else topic_name(topic), n))
    return Markup(", ").join(parts)


def _link_statements(library: Library, statements: pd.DataFrame) -> Markup:
    counts = statements.groupby("slug")["place"].agg(["first", "size"]).sort_values("first", kind="stable")
    return Markup(", ").join(
        Markup("{} ({})").format(link_impact(library, slug, place), n)
        for slug, place, n in counts.itertuples()
    ) or Markup("{}").format(_none())


def _list_outcomes(library: Library, outcomes: pd.DataFrame) -> Markup:
    return Markup("; ").join(
        Markup("{}: {}, {}").format(
            link_impact(library, row["slug"], row["place"]), kind_name(row["kind"]), stage_name(row["stage"])
        )
        for _index, row in outcomes.iterrows()
    ) or Markup("{}").format(_none())


def _list_lessons(lessons: pd.DataFrame) -> Markup:
    return Markup("; ").join(
        Markup("{}: {}").format(row["place"], row["title"].rstrip(".")) for _index, row in lessons.iterrows()
    ) or Markup("{}").format(_none())


def _none() -> str:
    return _("none is reported")
