"""Chapter 1: who the association is, and the territory of its members."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from vsrbook.chapters.common import level_name
from vsrbook.figures import Block
from vsrbook.figures import blocks as b
from vsrbook.naming import area_names, cite
from vsrbook.params import Association
from vsrbook.review import Review, row_ids
from vsrbook.text import country_name, day, join, number
from vsrbook.text import gettext as _

MANY = 400  # areas that the table of sizes lists; of more, the largest


def facts(review: Review) -> Block | None:
    """List the facts about the association, each with its source where one is given."""
    association = review.association
    body = association.association
    pairs: list[tuple[str, str | Markup | None]] = [
        (_("Association"), f"{body.name} ({body.short_name})"),
        (_("Country"), join(country_name(code) for code in body.countries)),
        (_("Members"), _members(review)),
        (_("Competences of the members"), _competences(review)),
        (_("Year of the review (VSR)"), _year(review, "review")),
        (_("Year of the national review (VNR)"), _year(review, "vnr")),
        (_("High-Level Political Forum"), _forum(review)),
        (_("Contact"), _contact(association)),
        (_("Edition of these pages"), association.edition),
    ]
    return b.definitions(pairs)


def _sourced(review: Review, words: str, source: str | None) -> Markup:
    cited = Markup(" <cite>{}</cite>").format(cite(review, source)) if source else Markup("")
    return Markup("{}{}").format(words, cited)


def _members(review: Review) -> Markup:
    body = review.association.association
    if body.members is None:
        return Markup("{}").format(_("{tier}; their number is not in the sources").format(tier=body.tier))
    words = f"{number(body.members.count)} {body.tier}"
    return _sourced(review, words, body.members.source)


def _competences(review: Review) -> Markup | None:
    given = review.association.competences
    return _sourced(review, join(given.names), given.source) if given else None


def _year(review: Review, key: str) -> Markup | None:
    given = getattr(review.association, key)
    return _sourced(review, str(given.year), given.source) if given else None


def _forum(review: Review) -> Markup | None:
    given = review.association.hlpf
    return _sourced(review, day(given.date), given.source) if given else None


def _contact(association: Association) -> Markup | None:
    contact = association.association.contact
    if contact is None:
        return None
    parts = [Markup("{}").format(contact.office)] if contact.office else []
    if contact.email:
        parts.append(Markup('<a href="mailto:{0}">{0}</a>').format(contact.email))
    if contact.url:
        parts.append(Markup('<a href="{0}" rel="noopener">{0}</a>').format(contact.url))
    return Markup(", ").join(parts)


def territory(review: Review) -> Block | None:
    """Say how large the whole territory is."""
    whole = review.whole_area
    if whole is None or pd.isna(whole["population"]):
        return None
    rows = row_ids("areas", whole)
    areas = review.compared_areas
    parts = b.sentence(
        _("{place} had {population} inhabitants in {year}"),
        place=whole["name"],
        population=b.value(whole["population"], rows),
        year=whole["context_year"],
    )
    if len(areas):
        level = level_name(str(review.association.area_level), len(areas))
        parts += b.sentence(_(", in {count} {level}"), count=len(areas), level=level)
    return b.prose(
        parts + ". " + Markup("<cite>{}</cite>").format(cite(review, whole["source_id"])), rows=rows
    )


def area_table(review: Review) -> Block | None:
    """List the compared areas with their population, households, land area and density."""
    areas = review.compared_areas
    if not len(areas):
        return None
    names, all_areas = area_names(review), len(areas)
    if all_areas > MANY:
        areas = areas.sort_values("population", ascending=False, kind="stable").head(MANY)
    columns: dict[str, pd.Series] = {_("Name"): areas["area_code"].map(names)}
    parents = areas["parent_code"].map(names).fillna("")
    if parents.nunique() > 1:
        columns[_("Part of")] = parents
    for name, words in (("population", _("Inhabitants")), ("households", _("Households"))):
        if areas[name].notna().any():
            columns[words] = areas[name]
    if areas["land_area_km2"].notna().any():
        columns[_("Land area (km²)")] = areas["land_area_km2"]
        if areas["population"].notna().any():
            columns[_("Inhabitants per km²")] = (areas["population"] / areas["land_area_km2"]).round()
    years = sorted({int(y) for y in areas["context_year"].dropna()})
    caption = capital_level(review, all_areas)
    if years:
        caption = _("{areas}: size in {year}").format(areas=caption, year=join(map(str, years)))
    if all_areas > MANY:
        caption += " " + _("(the {n} largest; all stand in the table areas)").format(n=MANY)
    return b.data_table(pd.DataFrame(columns), caption, row_ids("areas", areas))


def capital_level(review: Review, count: int) -> str:
    """Write "47 counties"."""
    return f"{number(count)} {level_name(str(review.association.area_level), count)}"
