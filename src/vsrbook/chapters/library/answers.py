"""What associations report that may answer a challenge: statements, practices, lessons, responses, by topic."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import pandas as pd

from vsrbook.chapters.library.citing import Shelf
from vsrbook.tables import split_list
from vsrbook.text import ngettext

KINDS = ("response", "practice", "lesson", "statement")


@dataclass(frozen=True)
class Answer:
    """One row of one association that shares a topic with a challenge; `chapter` and `anchor` are where it stands."""

    kind: str
    slug: str
    words: str
    topics: frozenset[str]
    source_id: str
    location: str
    row: str
    chapter: str
    anchor: str = ""


def find_answers(shelf: Shelf) -> list[Answer]:
    """Return what all associations report with a topic: responses to their own challenges first, statements last."""
    tables = {name: shelf.table(name) for name in ("challenges", "practices", "recommendations", "evidence")}
    told = tables["challenges"]
    lessons = tables["recommendations"]
    lessons = lessons[lessons["kind"] == "lesson"]
    statements = tables["evidence"]
    return [
        *_make("response", "challenges", told[told["response"] != ""], "response", "peer-learning"),
        *_make("practice", "practices", tables["practices"], "title", "annexes"),
        *_make("lesson", "recommendations", lessons, "statement", "peer-learning"),
        *_make("statement", "evidence", statements, "statement", "impact"),
    ]


def _make(kind: str, table: str, frame: pd.DataFrame, words: str, chapter: str) -> Iterable[Answer]:
    for row in frame.to_dict("records"):
        topics = frozenset(split_list(row["topics"]))
        if not topics:
            continue
        anchor = f"impact-{row['impact_id']}" if table == "evidence" else ""
        where = f"{row['slug']}/{table}:{row['row']}"
        said = (kind, row["slug"], row[words], topics, row["source_id"], row["location"], where)
        yield Answer(*said, chapter, anchor)


def answers_to(topics: Iterable[str], answers: Iterable[Answer], without: str = "") -> list[Answer]:
    """Return the answers that share a topic with a challenge: our reading; `without` leaves an association out."""
    wanted = set(topics)
    return [one for one in answers if shares_topic(one.topics, wanted) and one.slug != without]


def has_any_topic(cells: pd.Series, topics: Collection[str]) -> pd.Series:
    """Whether each cell of topics names one of `topics`."""
    return cells.map(lambda cell: shares_topic(split_list(cell), topics)).astype(bool)


def shares_topic(topics: Iterable[str], others: Collection[str]) -> bool:
    """Whether two rows are tagged with a topic in common."""
    return any(topic in others for topic in topics)


def count_kinds(answers: Iterable[Answer]) -> list[str]:
    """Say how many answers there are of each kind: "3 statements"."""
    kinds = [one.kind for one in answers]
    return [count_words(kind, n) for kind in KINDS if (n := kinds.count(kind))]


def count_words(kind: str, n: int) -> str:
    """Say how many answers of a kind there are."""
    forms = {
        "response": ngettext("{n} response of an association's own", "{n} responses of associations' own", n),
        "practice": ngettext("{n} good practice", "{n} good practices", n),
        "lesson": ngettext("{n} lesson", "{n} lessons", n),
        "statement": ngettext("{n} statement", "{n} statements", n),
    }
    return forms[kind].format(n=n)
