"""The landing page: the reviews of the book on a map and in a table."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd
from markupsafe import Markup

from vsrbook.chapters.common import cite_all
from vsrbook.chapters.outline import LIBRARY_NAMES, LIBRARY_PAGES
from vsrbook.chapters.overview import Overview
from vsrbook.figures import Block, Figure, charts
from vsrbook.figures import blocks as b
from vsrbook.library import Library
from vsrbook.review import Review, row_ids
from vsrbook.tables import split_list
from vsrbook.text import country_name, join
from vsrbook.text import gettext as _


def review_map(library: Library, overviews: Mapping[str, Overview]) -> Figure:
    """Show on a world map where the reviews of the book, and those named in the documents, come from."""
    kinds = (_("Full review in this book"), _("Statements in this book"), _("Named in the documents only"))
    frame = pd.DataFrame(list(_map_points(library, overviews, kinds)))
    frame = frame.merge(read_points(library.project.data), on="country")
    registry = library.reference.tables["associations"]
    counts = {kind: frame.loc[frame["kind"] == kind, "place"].nunique() for kind in kinds}
    title = _(
        "{all} places whose associations have made a review or prepare one, {here} of them in this book"
    ).format(all=frame["place"].nunique(), here=counts[kinds[0]] + counts[kinds[1]])
    lists = "; ".join(
        f"{kind}: {join(dict.fromkeys(frame.loc[frame['kind'] == kind, 'place']))}"
        for kind in kinds
        if counts[kind]
    )
    return Figure(
        id="world-map",
        title=title,
        chart=charts.world_map(read_land(library.project.data), frame, kinds=kinds),
        table=frame[["place", "associations", "kind"]]
        .drop_duplicates()
        .rename(columns={"place": _("Place"), "associations": _("Associations"), "kind": _("What there is")}),
        alt=_("World map with a mark on each place. {lists}.").format(lists=lists),
        source=cite_all_reference(library),
        rows=row_ids("associations", registry),
        note=_("A mark stands in the middle of the country. Land: Natural Earth; no borders are drawn."),
    )


def published_reviews(library: Library, overviews: Mapping[str, Overview]) -> dict[str, Review]:
    """Return the reviews that have no error in any table; of the library only some may have been read."""
    return {slug: review for slug, review in library.reviews.items() if slug in overviews}


def cite_all_reference(library: Library) -> str:
    """Cite the sources of the registry."""
    any_review = next(iter(library.reviews.values()))
    return cite_all(any_review, library.reference.tables["associations"]["source_id"])


def _map_points(
    library: Library, overviews: Mapping[str, Overview], kinds: tuple[str, str, str]
) -> Iterator[dict[str, str]]:
    """Yield one point per place and country: the reviews of the book, then what the registry adds."""
    registry = library.reference.tables["associations"]
    shown = set()
    here = published_reviews(library, overviews)
    for slug, review in here.items():
        kind = kinds[0] if overviews[slug].goals else kinds[1]
        if review.association.standing == "sample":
            continue  # invented data are no review of a place
        for country in review.association.association.countries:
            shown.add(review.place)
            yield _point(review.place, review.association.short_name, country, kind)
    for _index, row in registry[(registry["produced_vsr"] == "yes") | registry["cohort"].notna()].iterrows():
        if row["review"] in here or row["place"] in shown:
            continue
        for country in split_list(row["countries"]):
            shown.add(row["place"])
            yield _point(row["place"], row["short_name"] or _("not named"), country, kinds[2])


def _point(place: str, associations: str, country: str, kind: str) -> dict[str, str]:
    says = f"{place} ({associations}): {kind}"
    return {"place": place, "associations": associations, "country": country, "kind": kind, "says": says}


def read_points(data: Path) -> pd.DataFrame:
    """Read where the mark of each country stands: country, latitude, longitude."""
    return pd.read_csv(data / "reference" / "countries.csv", keep_default_na=False)


def read_land(data: Path) -> dict[str, object]:
    """Read the outlines of the land."""
    land: dict[str, object] = json.loads((data / "reference" / "world-land-110m.json").read_text("utf-8"))
    return land


def review_table(library: Library, overviews: Mapping[str, Overview]) -> Block | None:
    """List the reviews of the book with what each one holds, and a link."""
    lines: list[dict[str, b.Cell]] = []
    reviews = published_reviews(library, overviews).items()
    if len(reviews) == 1:
        return _only_review(*next(iter(reviews)), overviews)
    for slug, review in sorted(reviews, key=lambda pair: (not overviews[pair[0]].goals, pair[1].place)):
        overview = overviews[slug]
        lines.append(
            {
                _("Review"): Markup('<a href="{}/index.html">{}</a>').format(slug, review.place),
                _("Association"): review.association.short_name,
                _("Standing"): standing(review),
                _("Chapters"): len(overview.chapters),
                _("Goals with data"): len(overview.goals),
                _("Indicators"): overview.indicators,
                _("Statements"): overview.statements,
            }
        )
    return b.data_table(lines, _("The reviews in this book"))


def _only_review(slug: str, review: Review, overviews: Mapping[str, Overview]) -> Block | None:
    """Lead to the one review of the book."""
    overview = overviews[slug]
    words = _("{association}: {chapters} chapters; {indicators} indicators for {goals} goals; {standing}.")
    says = words.format(
        association=review.association.association.name,
        chapters=len(overview.chapters),
        indicators=overview.indicators,
        goals=len(overview.goals),
        standing=standing(review),
    )
    line = Markup('<strong><a href="{}/index.html">{}</a></strong> – {}')
    return b.listing([line.format(slug, review.place, says)])


def library_links(library: Library) -> Block | None:
    """Lead to the pages on all associations together, as far as the book has them."""
    says = {
        "library_impacts.ipynb": _("what reviews have changed, and where the evidence is thin"),
        "library_chain.ipynb": _("who got a chapter, a seat, a law, a budget line"),
        "library_timeline.ipynb": _("reviews and meetings since the first, and the cohorts"),
        "library_challenges.ipynb": _("what is hard, and what others report on the same topics"),
        "library_help.ipynb": _("who has published what others lack"),
        "library_comparison.ipynb": _("values side by side, near the same global indicator"),
    }
    lines = [
        Markup('<a href="{}.html">{}</a>: {}').format(
            LIBRARY_PAGES[notebook], _(LIBRARY_NAMES[notebook]), words
        )
        for notebook, words in says.items()
        if (library.project.notebooks / notebook).is_file()
    ]
    return b.listing(lines)


def standing(review: Review) -> str:
    """Say in a few words who stands behind a review's pages."""
    return {
        "association": _("own review"),
        "illustration": _("illustration"),
        "sample": _("sample data"),
    }[review.association.standing]


def registry_table(library: Library, overviews: Mapping[str, Overview]) -> Block | None:
    """List every association and country that the documents name."""
    registry = library.reference.tables["associations"]
    known = {slug: review.place for slug, review in published_reviews(library, overviews).items()}
    lines = [
        {
            _("Place"): row["place"],
            _("Countries"): join(country_name(code) for code in split_list(row["countries"])) or "–",
            _("Association"): _association(row),
            _("Produced a VSR"): _("yes") if row["produced_vsr"] else "–",
            _("Cohort"): str(row["cohort"]) if not pd.isna(row["cohort"]) else "–",
            _("In this book"): Markup('<a href="{}/index.html">{}</a>').format(
                row["review"], known[row["review"]]
            )
            if row["review"] in known
            else "–",
        }
        for _index, row in registry.sort_values(["place", "name"], kind="stable").iterrows()
    ]
    caption = _("Every association and country that the source documents name")
    return b.data_table(lines, caption, row_ids("associations", registry))


def _association(row: pd.Series) -> str:
    if not row["name"] and not row["short_name"]:
        return _("not named in the source")
    return (
        f"{row['name']} ({row['short_name']})"
        if row["name"] and row["short_name"]
        else row["name"] or row["short_name"]
    )
