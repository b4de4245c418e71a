"""Who lacks what and who has published it: gap by gap, and association by association."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from vsrbook.chapters.library.citing import Shelf, name_some
from vsrbook.chapters.library.helping import find_help
from vsrbook.figures import Block
from vsrbook.figures import blocks as b
from vsrbook.text import gettext as _
from vsrbook.text import ngettext

NAMED = 5


def help_table(shelf: Shelf, slug: str, *kinds: str) -> Block | None:
    """List the gaps of an association of some kinds, and who has published each, with links."""
    found = find_help(shelf, slug)
    found = found[found["kind"].isin(kinds)]
    lines = []
    for _gap, rows in found.groupby("gap_id", sort=False):
        first = rows.iloc[0]
        missing = f"{first['gap']} ({first['lack']})" if first["lack"] else first["gap"]
        lines.append({_("Missing here"): missing, _("Who has published it"): name_helpers(shelf, rows)})
    captions = {
        "impact": _("{place}: impacts with no or one statement"),
        "challenge": _("{place}: challenges without a response"),
    }
    caption = captions.get(kinds[0], _("{place}: chapters and evidence that are missing"))
    caption = caption.format(place=shelf.names[slug])
    if lines and not shelf.has_others(slug):
        caption = f"{caption}. " + _("The reviews that are named are not in this book.")
    return b.data_table(lines, caption)


def name_helpers(shelf: Shelf, rows: pd.DataFrame) -> Markup:
    """Name those that have what a gap lacks, those with most first: five at most, the others counted."""
    known = rows[rows["slug"] != ""]
    if known.empty:
        return Markup("{}").format(_("no association yet"))
    return name_some([_helper(shelf, row) for row in known.to_dict("records")], NAMED)


def _helper(shelf: Shelf, row: Mapping[Hashable, Any]) -> Markup:
    link = shelf.link(row["slug"], row["chapter"], row["anchor"])
    more = "; ".join(filter(None, (row["reason"], row["where"])))
    return Markup("{} ({})").format(link, more) if more else link


def all_help(shelf: Shelf) -> pd.DataFrame:
    """Return the help of all associations, with the column `lacking`: whose gap it is."""
    here = [slug for slug in shelf.slugs if shelf.overviews[slug].here]
    return pd.concat([find_help(shelf, slug).assign(lacking=slug) for slug in here], ignore_index=True)


def gap_table(shelf: Shelf, found: pd.DataFrame, kind: str) -> Block | None:
    """List the gaps of a kind: who lacks it, and who has published it (`found`: what `all_help` gave)."""
    found = found[found["kind"] == kind]
    lines = [_gap_line(shelf, rows) for _order, rows in found.groupby("order")]
    caption = {
        "chapter": _("Chapters without evidence, and who has published them"),
        "need": _("Evidence that a published chapter lacks, and who has published it"),
        "impact": _("Impacts with no or one statement, and who tells of them"),
        "challenge": _("Challenges without a response, and who reports on their topics"),
    }[kind]
    return b.data_table(lines, caption)


def _gap_line(shelf: Shelf, rows: pd.DataFrame) -> dict[str, b.Cell]:
    first = rows.iloc[0]
    lacking = rows.drop_duplicates("lacking")
    weak = lacking["lack"] == _("one statement")
    who = [shelf.link(slug, "peer-learning") for slug in lacking.loc[~weak, "lacking"]]
    few = [shelf.link(slug, "peer-learning") for slug in lacking.loc[weak, "lacking"]]
    helpers = rows.drop_duplicates("slug").sort_values(
        ["shown", "place"], ascending=[False, True], kind="stable"
    )
    return {
        _("What"): first["gap"],
        _("Missing at"): Markup("<br>").join(
            [
                *([Markup("{}: {}").format(len(who), name_some(who, NAMED))] if who else []),
                *([Markup("{} {}").format(_("one statement:"), name_some(few, NAMED))] if few else []),
            ]
        ),
        _("Published by"): name_helpers(shelf, helpers),
    }


def both_ways(shelf: Shelf, found: pd.DataFrame) -> Block | None:
    """Say for each association what it has published that others lack, and what it lacks itself."""
    folds = [_association(shelf, slug, found) for slug in shelf.slugs]
    return Block(Markup("").join(folds)) if folds else None


def _association(shelf: Shelf, slug: str, found: pd.DataFrame) -> Markup:
    offers = [_offer(shelf, rows) for _gap, rows in _most_first(found[found["slug"] == slug])]
    own = found[found["lacking"] == slug].drop_duplicates("gap_id")
    words = _("{place} has published {offers} of what others lack; {gaps} are missing there")
    if not shelf.overviews[slug].here:  # its gaps are not looked for
        words = _("{place}: {offers} of what others lack")
    title = words.format(place=shelf.names[slug], offers=len(offers), gaps=len(own))
    parts = [
        _titled(_("What {place} has published, and others lack").format(place=shelf.names[slug]), offers),
        _titled(_("What {place} lacks").format(place=shelf.names[slug]), [*own["gap"]]),
    ]
    if len(own):
        words = _("Who has published it is on the page of {place}.")
        link = shelf.link(slug, "peer-learning")
        parts.append(Markup("<p>{}</p>").format(Markup.escape(words).format(place=link)))
    return b.fold(title, Markup("").join(parts))


def _most_first(rows: pd.DataFrame) -> Iterable[tuple[Any, pd.DataFrame]]:
    groups = list(rows.groupby("gap_id", sort=False))
    return sorted(groups, key=lambda group: -group[1]["lacking"].nunique())


def _offer(shelf: Shelf, rows: pd.DataFrame) -> Markup:
    first = rows.iloc[0]
    n = rows["lacking"].nunique()
    words = ngettext("missing at {n} association", "missing at {n} associations", n).format(n=n)
    link = shelf.link(first["slug"], first["chapter"], first["anchor"], words=first["gap"])
    named = Markup("{} ({})").format(link, first["reason"]) if first["reason"] else link
    return Markup("{}: {}").format(named, words)


def _titled(title: str, items: list[Markup]) -> Markup:
    listed = b.listing(items)
    return Markup('<p class="vsr-list-title">{}</p>{}').format(title, listed.html) if listed else Markup("")


def counts(found: pd.DataFrame) -> Block | None:
    """Say in figures how much of what is missing somewhere has been published elsewhere."""
    if found.empty:
        return None
    answered = found[found["slug"] != ""].drop_duplicates(["lacking", "gap_id"])
    gaps = found.drop_duplicates(["lacking", "gap_id"])
    n = gaps["lacking"].nunique()
    words = ngettext(
        "{n} association of this book has {gaps} gaps; for {met} of them another one has published something.",
        "The {n} associations of this book have {gaps} gaps between them; for {met} of these another one has "
        "published something.",
        n,
    )
    return b.prose(words.format(n=n, gaps=len(gaps), met=len(answered)))
