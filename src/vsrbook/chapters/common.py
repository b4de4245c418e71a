"""What several chapters need: citations, names of groups, statements by topic, gaps of a draft."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import pandas as pd
from markupsafe import Markup

from vsrbook.chapters.outline import assess_chapter, find_chapter
from vsrbook.figures import Block
from vsrbook.figures import blocks as b
from vsrbook.naming import cite
from vsrbook.review import Review, row_ids
from vsrbook.tables import split_list
from vsrbook.text import gettext as _
from vsrbook.text import mark, ngettext, number

LEVELS = {
    "area": (mark("area"), mark("areas")),
    "city": (mark("city"), mark("cities")),
    "commune": (mark("commune"), mark("communes")),
    "country": (mark("country"), mark("countries")),
    "county": (mark("county"), mark("counties")),
    "department": (mark("department"), mark("departments")),
    "district": (mark("district"), mark("districts")),
    "municipality": (mark("municipality"), mark("municipalities")),
    "province": (mark("province"), mark("provinces")),
    "region": (mark("region"), mark("regions")),
    "state": (mark("state"), mark("states")),
    "town": (mark("town"), mark("towns")),
}


def cite_all(review: Review, source_ids: Iterable[str], limit: int = 4) -> str:
    """Write the source line of a figure: each source once, at most `limit`, the rest counted."""
    ids = list(dict.fromkeys(source_ids))
    cited = "; ".join(cite(review, source_id) for source_id in ids[:limit])
    if len(ids) > limit:
        words = ngettext(
            "and {count} more source, listed in chapter 2",
            "and {count} more sources, listed in chapter 2",
            len(ids) - limit,
        )
        cited += " " + words.format(count=len(ids) - limit)
    return _("Source: {sources}").format(sources=cited)


def cited_list(
    review: Review,
    table: str,
    frame: pd.DataFrame,
    bodies: Sequence[Markup | str],
    *,
    with_sources: bool = True,
) -> Block | None:
    """List what rows say, each with its place in the source, and below the list the sources in full.

    `frame` holds the rows (with source_id and location), `bodies` what each one says. Without
    `with_sources` the caller shows `source_line` below several lists.
    """
    if frame.empty:
        return None
    several = frame["source_id"].nunique() > 1
    items = []
    for body, source_id, location in zip(bodies, frame["source_id"], frame["location"], strict=True):
        place = f"{short_source(review, source_id)}, {location}" if several else location
        items.append(Markup('{} <cite class="vsr-place">{}</cite>').format(body, place))
    listed = b.listing(items, row_ids(table, frame))
    if listed is None or not with_sources:
        return listed
    return Block(listed.html + source_line(review, frame).html, listed.rows)


def source_line(review: Review, frame: pd.DataFrame) -> Block:
    """Return the sources of rows in full, each once."""
    full = cite_all(review, frame["source_id"], limit=len(frame))
    return Block(Markup('<p class="vsr-source">{}</p>').format(full))


def short_source(review: Review, source_id: str) -> str:
    """Name a source in a word: the publisher's initials where it has some, and the year."""
    source = review.sources_by_id[source_id]
    initials = re.search(r"\(([A-Z][A-Za-z]+)\)", source["publisher"])
    name = initials.group(1) if initials else source["publisher"]
    return f"{name} {source['date'][:4]}".strip()


def group_name(row: pd.Series) -> str:
    """Name the group of an observation: "women, rural"; "" for everyone."""
    words = {
        "female": _("women and girls"),
        "male": _("men and boys"),
        "urban": _("urban"),
        "rural": _("rural"),
    }
    parts = [words.get(row["sex"], ""), row["age"], words.get(row["residence"], ""), row["category"]]
    return ", ".join(part for part in parts if part)


def with_unit(figure: float, unit: str) -> str:
    """Write a value with its unit: "54.2 % of households", "12 per 1,000 live births"."""
    if unit.startswith("%"):
        return f"{number(figure)}\u00a0{unit}"
    return number(figure) if unit in ("number", "index", "score", "") else f"{number(figure)} {unit}"


def status_word(status: str) -> str:
    """Write the mark of a value that is not final: " (provisional)"; nothing for a final one."""
    words = {"provisional": _("provisional"), "estimated": _("estimated")}
    return f" ({words[status]})" if status in words else ""


def status_note(rows: pd.DataFrame) -> str:
    """Say how many of the values are not final; "" where all are."""
    counts = rows["status"].value_counts()
    parts = []
    if counts.get("provisional"):
        parts.append(_("Provisional values: {n}.").format(n=counts["provisional"]))
    if counts.get("estimated"):
        parts.append(_("Estimated values: {n}.").format(n=counts["estimated"]))
    return " ".join(parts)


def name_end(ordered: pd.DataFrame, *, lowest: bool) -> str:
    """Name the area at one end of rows sorted by value, and say how many share its value."""
    row = ordered.iloc[0 if lowest else -1]
    more = int((ordered["value"] == row["value"]).sum()) - 1
    if not more:
        return str(row["name"])
    return ngettext("{name} and {n} more", "{name} and {n} more", more).format(name=row["name"], n=more)


def short(figure: float, unit: str) -> str:
    """Write a value for a title: with a percent sign where it is a share, else bare."""
    return number(figure) + ("\u00a0%" if unit.startswith("%") else "")


def statements_on(review: Review, *topics: str) -> Block | None:
    """List the impact statements that are evidence for one of the topics, each with its source."""
    evidence = review.tables["evidence"]
    if evidence.empty:
        return None
    chosen = evidence[[bool(set(split_list(cell)) & set(topics)) for cell in evidence["topics"]]]
    return statement_list(review, chosen)


def statement_list(review: Review, evidence: pd.DataFrame, *, with_sources: bool = True) -> Block | None:
    """List statements with their source."""
    return cited_list(review, "evidence", evidence, list(evidence["statement"]), with_sources=with_sources)


def gaps(review: Review, chapter_id: str) -> list[Block] | None:
    """Show, in a draft, what the chapter still lacks; nothing in the published book."""
    if not review.draft:
        return None
    status = assess_chapter(review, find_chapter(chapter_id))
    return [
        b.notice(_("{need} – {remedy}.").format(need=capital(need.name), remedy=need.remedy), "todo")
        for need in status.missing
    ]


def capital(words: str) -> str:
    """Begin with a capital."""
    return words[:1].upper() + words[1:]


def level_name(level: str, count: int) -> str:
    """Name a level of areas, in the plural where there are several: "47 counties"."""
    if level not in LEVELS:
        return level if count == 1 else _regular_plural(level)
    one, many = LEVELS[level]
    return _(one) if count == 1 else _(many)


def _regular_plural(word: str) -> str:
    """Write the plural of a level that the catalogue does not know, as English forms it."""
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"


def year_span(years: Sequence[int] | pd.Series) -> str:
    """Write the years that data stand for: "2019", "2000–2024"."""
    known = sorted({int(year) for year in years})
    if not known:
        return ""
    return str(known[0]) if len(known) == 1 else f"{known[0]}–{known[-1]}"
