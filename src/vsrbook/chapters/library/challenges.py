"""The board of challenges: what is hard, and what all associations report that may answer it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd
from markupsafe import Markup

from vsrbook.chapters.common import topic_name
from vsrbook.chapters.library.answers import (
    KINDS,
    Answer,
    answers_to,
    count_kinds,
    count_words,
    find_answers,
    has_any_topic,
)
from vsrbook.chapters.library.citing import Shelf, cited_in
from vsrbook.figures import Block
from vsrbook.figures import blocks as b
from vsrbook.tables import split_list
from vsrbook.text import gettext as _
from vsrbook.text import join, ngettext

UNFOLDED = 3  # a list that is longer is folded
FEW = 3  # fewer answers are called few


def board(shelf: Shelf) -> list[Block] | None:
    """Show each shared challenge as a card, with what may answer it, and associations' own challenges under it."""
    shared = shelf.library.reference.tables["challenges"]
    if shared.empty:
        return None
    answers = find_answers(shelf)
    own = shelf.table("challenges")
    rows = [row for _index, row in shared.iterrows()]
    cards = b.cards([_card(shelf, row, answers, own_under(row, own)) for row in rows])
    told = [pair for row in rows for pair in _cited_by(row, answers, own_under(row, own))]
    return [cards, shelf.source_block(told)] if cards else None


def _cited_by(challenge: pd.Series, answers: Sequence[Answer], own: pd.DataFrame) -> list[tuple[str, str]]:
    found = answers_to(split_list(challenge["topics"]), answers)
    return [
        ("", challenge["source_id"]),
        *cited_in(own),
        *((one.slug, one.source_id) for one in found),
    ]


def other_challenges(shelf: Shelf) -> list[Block] | None:
    """Show associations' own challenges that share no topic with any of the shared ones."""
    shared, own = shelf.library.reference.tables["challenges"], shelf.table("challenges")
    topics = {topic for cell in shared["topics"] for topic in split_list(cell)}
    others = own[~has_any_topic(own["topics"], topics)]
    if others.empty:
        return None
    answers = find_answers(shelf)
    cards = b.cards([_own_card(shelf, row, answers) for _index, row in others.iterrows()])
    cited = cited_in(others)
    for cell, slug in zip(others["topics"], others["slug"], strict=True):
        cited += [(one.slug, one.source_id) for one in answers_to(split_list(cell), answers, slug)]
    return [cards, shelf.source_block(cited)] if cards else None


def own_under(challenge: pd.Series, own: pd.DataFrame) -> pd.DataFrame:
    """Return the associations' own challenges that share a topic with a shared one."""
    return own[has_any_topic(own["topics"], split_list(challenge["topics"]))]


def _card(shelf: Shelf, row: pd.Series, answers: Sequence[Answer], own: pd.DataFrame) -> b.Card:
    found = answers_to(split_list(row["topics"]), answers)
    named = (
        "" if pd.isna(row["cohort"]) else _("A challenge of the cohort of {year}.").format(year=row["cohort"])
    )
    lines = [
        _cited(
            " ".join([named, _topic_line(row["topics"])]),
            shelf.cite_short("", row["source_id"], row["location"]),
        ),
        _count(found),
        *([Markup("<p>{}</p>").format(_response(row))] if row["response"] else []),
        *_own_lines(shelf, own),
        *_lists(shelf, found, KINDS[1:]),  # responses stand with the challenges that they answer
    ]
    rows = (f"reference/challenges:{row['row']}", *(one.row for one in found))
    return b.Card(f"challenge-{row['challenge_id']}", row["challenge"], Markup("").join(lines), rows)


def _own_card(shelf: Shelf, row: pd.Series, answers: Sequence[Answer]) -> b.Card:
    found = answers_to(split_list(row["topics"]), answers, without=row["slug"])
    place = shelf.link(row["slug"], "peer-learning")
    where = shelf.cite_short(row["slug"], row["source_id"], row["location"])
    lines = [
        Markup('<p>{} · {} <cite class="vsr-place">{}</cite></p>').format(
            place, _topic_line(row["topics"]), where
        ),
        Markup("<p>{}</p>").format(_response(row)),
        _count(found),
        *_lists(shelf, found, KINDS),
    ]
    rows = (f"{row['slug']}/challenges:{row['row']}", *(one.row for one in found))
    anchor = f"challenge-{row['slug']}-{row['challenge_id']}"
    return b.Card(anchor, row["challenge"], Markup("").join(lines), rows)


def _cited(words: str, cited: str) -> Markup:
    return Markup('<p>{} <cite class="vsr-place">{}</cite></p>').format(words.strip(), cited)


def _topic_line(topics: str) -> str:
    named = join(topic_name(topic) for topic in split_list(topics))
    return _("Topics: {topics}.").format(topics=named) if named else _("No topic is given.")


def _count(found: Sequence[Answer]) -> Markup:
    """Say how many answers there are, and whether they are few."""
    if not found:
        return Markup("<p><strong>{}</strong></p>").format(_("No association reports anything on it."))
    places = len({one.slug for one in found})
    words = ngettext("{kinds}, of {n} association.", "{kinds}, of {n} associations.", places)
    says = words.format(kinds=join(count_kinds(found)), n=places)
    if len(found) < FEW or places == 1:
        says = f"{says} {_('That is little to go by.')}"
    return Markup("<p><strong>{}</strong></p>").format(says)


def _response(row: pd.Series) -> str:
    if not row["response"]:
        return _("No response of its own is reported.")
    return _("Response: {answer}.").format(answer=row["response"].rstrip("."))


def _own_lines(shelf: Shelf, own: pd.DataFrame) -> list[Markup]:
    """Say which associations name a challenge of their own under it, and how they answer."""
    if own.empty:
        return []
    items = []
    for _index, row in own.iterrows():
        said = _response(row)
        where = shelf.cite_short(row["slug"], row["source_id"], row["location"])
        items.append(
            Markup('{}: <strong>{}.</strong> {} <cite class="vsr-place">{}</cite>').format(
                shelf.link(row["slug"], "peer-learning"), row["challenge"].rstrip("."), said, where
            )
        )
    words = ngettext(
        "{n} challenge of an association's own under it",
        "{n} challenges of associations' own under it",
        len(items),
    )
    return [_list(words.format(n=len(items)), items)]


def _lists(shelf: Shelf, found: Sequence[Answer], kinds: Iterable[str]) -> list[Markup]:
    """List the answers kind by kind."""
    lists = []
    for kind in kinds:
        own = [one for one in found if one.kind == kind]
        if own:
            lists.append(_list(count_words(kind, len(own)), [answer_item(shelf, one) for one in own]))
    return lists


def answer_item(shelf: Shelf, answer: Answer) -> Markup:
    """Write an answer with the association, as a link to where it stands, and its source."""
    place = shelf.link(answer.slug, answer.chapter, answer.anchor)
    where = shelf.cite_short(answer.slug, answer.source_id, answer.location)
    return Markup('{}: {} <cite class="vsr-place">{}</cite>').format(place, answer.words, where)


def _list(title: str, items: Sequence[Markup]) -> Markup:
    listed = b.listing(items)
    body = listed.html if listed else Markup("")
    if len(items) <= UNFOLDED:
        return Markup('<p class="vsr-list-title">{}</p>{}').format(title, body)
    return b.fold(title, body)
