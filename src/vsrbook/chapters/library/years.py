"""The reviews by year on a map: those whose year no source states have a mark of their own."""

from __future__ import annotations

import pandas as pd

from vsrbook.chapters.landing import read_land, read_points
from vsrbook.chapters.library.citing import Shelf, cited_in, row_ids_of
from vsrbook.figures import Figure, charts
from vsrbook.tables import split_list
from vsrbook.text import gettext as _
from vsrbook.text import join

MAP_YEARS = 5
APART = 8.0  # degrees


def review_years(shelf: Shelf) -> dict[str, list[str]]:
    """Return by slug the years for which a review of the association is dated, in order.

    They are those of its milestones of the kind vsr, and of the params' `review`.
    """
    milestones = shelf.table("milestones")
    reviews = milestones[milestones["kind"] == "vsr"]
    years: dict[str, set[str]] = {slug: set() for slug in shelf.slugs}
    for slug, day in zip(reviews["slug"], reviews["date"], strict=True):
        years[slug].add(day[:4])
    for slug in shelf.slugs:
        review = shelf.library.all_reviews[slug].association.review
        if review is not None:
            years[slug].add(str(review.year))
    return {slug: sorted(found) for slug, found in years.items()}


def year_map(shelf: Shelf) -> Figure | None:
    """Show where reviews come from, by the year of the last one that is dated, or as not dated."""
    frame = _year_points(shelf)
    if frame.empty:
        return None
    data = shelf.library.project.data
    frame = _set_apart(frame.merge(read_points(data), on="country"))
    kinds = sorted(set(frame["kind"]), key=lambda kind: (kind == _unstated(), not kind[:1].isalpha(), kind))
    places = frame.drop_duplicates("place")
    dated = int((places["kind"] != _unstated()).sum())
    lists = "; ".join(f"{kind}: {join(places.loc[places['kind'] == kind, 'place'])}" for kind in kinds)
    registry = shelf.library.reference.tables["associations"]
    registry = registry[registry["produced_vsr"] == "yes"]
    milestones = shelf.table("milestones")
    reviews = milestones[milestones["kind"] == "vsr"]
    words = _("The sources date a review of {dated} of {all} places")
    return Figure(
        id="year-map",
        title=words.format(dated=dated, all=len(places)),
        chart=charts.world_map(read_land(data), frame, kinds=tuple(kinds)),
        table=places[["place", "years"]].rename(columns={"place": _("Place"), "years": _("Reviews of")}),
        alt=_(
            "World map with a mark on each place, by the year of its last review that is dated. {lists}."
        ).format(lists=lists),
        source=shelf.source_line(
            [
                *cited_in(reviews),
                *(("", one) for one in registry["source_id"]),
            ]
        ),
        rows=row_ids_of("milestones", reviews),
        note=_(
            "The year is that of the last review for which a source names one, also where the source says that "
            "it was in preparation. A mark stands in the middle of the country, those of one country beside "
            "each other. Land: Natural Earth; no borders are drawn."
        ),
    )


def _set_apart(points: pd.DataFrame) -> pd.DataFrame:
    """Put the marks of one country side by side: none may hide another."""
    return points.assign(longitude=points["longitude"] + points.groupby("country").cumcount() * APART)


def _unstated() -> str:
    return _("year not stated")


def _year_points(shelf: Shelf) -> pd.DataFrame:
    """Return one point per place and country: reviews of this book and beside it, then what the registry adds."""
    registry = shelf.library.reference.tables["associations"]
    produced = registry[registry["produced_vsr"] == "yes"]
    dated = review_years(shelf)
    lines = []
    for slug in shelf.slugs:
        if dated[slug] or slug in set(produced["review"]):
            review = shelf.library.all_reviews[slug]
            lines += [(review.place, code, dated[slug]) for code in review.association.association.countries]
    known = {place for place, _country, _years in lines}
    for place, countries in zip(produced["place"], produced["countries"], strict=True):
        if place not in known:
            lines += [(place, code, []) for code in split_list(countries)]
    frame = pd.DataFrame(lines, columns=["place", "country", "found"]).drop_duplicates(["place", "country"])
    kinds = _year_kinds([years[-1] for years in frame["found"] if years])
    frame["kind"] = [kinds[years[-1]] if years else _unstated() for years in frame["found"]]
    frame["years"] = [", ".join(years) if years else _unstated() for years in frame["found"]]
    frame["says"] = [f"{place}: {years}" for place, years in zip(frame["place"], frame["years"], strict=True)]
    return frame.drop(columns="found")


def _year_kinds(years: list[str]) -> dict[str, str]:
    """Name the years that the map tells apart: the last ones alone, those before them together."""
    distinct = sorted(set(years))
    alone = distinct[-MAP_YEARS:] if len(distinct) <= MAP_YEARS else distinct[-MAP_YEARS + 1 :]
    before = _("up to {year}").format(year=max((y for y in distinct if y not in alone), default=""))
    return {year: year if year in alone else before for year in distinct}
