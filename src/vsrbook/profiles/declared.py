"""Check what the params declare about profiles against the tables."""

from __future__ import annotations

from collections.abc import Iterator

from vsrbook.naming import area_page
from vsrbook.params import Profiles
from vsrbook.problems import Problem, shorten, suggest
from vsrbook.profiles.standing import profiled_levels
from vsrbook.review import Review, table_file

NEEDS = {
    "size": ("population",),
    "income": ("income",),
    "type": ("type",),
    "parent": ("parent_code",),
    "distance": ("latitude", "longitude"),
}


def check_profiles(review: Review) -> list[Problem]:
    """Find levels that no area has, context that no area gives, a map without a known source."""
    profiles = review.association.profiles
    if profiles is None:
        return []
    file = f"params/{review.slug}.yml"
    found = [
        *_check_levels(review, profiles),
        *_check_context(review, profiles),
        *_check_map(review, profiles),
    ]
    problems = [Problem(file, what, hint, None, place) for what, hint, place in found]
    return [*problems, *_check_names(review)]


def _check_names(review: Review) -> list[Problem]:
    """Find areas whose pages would have one file: on Windows and macOS a and A are the same name."""
    areas = review.tables["areas"]
    own = areas[areas["level"].isin(profiled_levels(review))]
    names = own["area_code"].map(lambda code: area_page(code).casefold())
    hint = "give the areas codes that differ in more than small and capital letters"
    return [
        Problem(
            table_file(review, "areas"),
            f"two pages would have one name: {shorten(code)}",
            hint,
            int(row),
            "area_code",
        )
        for code, row in own.loc[names.duplicated(), ["area_code", "row"]].itertuples(index=False)
    ]


def _check_levels(review: Review, profiles: Profiles) -> Iterator[tuple[str, str, str]]:
    known = sorted(set(review.tables["areas"]["level"]))
    wanted = profiled_levels(review)
    if not wanted:
        yield "no level is named", f"add levels: one or more of {', '.join(known)}", "profiles.levels"
    named = [(level, f"profiles.levels[{n}]") for n, level in enumerate(profiles.levels)]
    named += [
        (level, f"profiles.map.levels[{n}]")
        for n, level in enumerate(profiles.map.levels if profiles.map else ())
    ]
    for level, place in named:
        if level not in known:
            hint = suggest(level, known, f"the table areas has {', '.join(known)}")
            yield f"no area has the level {shorten(level)}", hint, place


def _check_context(review: Review, profiles: Profiles) -> Iterator[tuple[str, str, str]]:
    areas = review.tables["areas"]
    own = areas[areas["level"].isin(profiled_levels(review))]
    for feature in profiles.peers.by if profiles.peers and len(own) else ():
        for column in NEEDS[feature]:
            if (own[column].isna() | (own[column] == "")).all():
                what = f"peers share their {feature}, but no area has {column}"
                yield what, f"fill {column} in areas, or take {feature} out", "profiles.peers.by"


def _check_map(review: Review, profiles: Profiles) -> Iterator[tuple[str, str, str]]:
    if profiles.map is None:
        return
    known = review.sources_by_id
    if profiles.map.source not in known:
        hint = suggest(profiles.map.source, known, "add it to the table sources")
        yield f"unknown source {shorten(profiles.map.source)}", hint, "profiles.map.source"
    codes = set(review.tables["areas"]["area_code"])
    for key, code in profiles.map.codes.items():
        if code not in codes:
            hint = suggest(code, codes, "name a code of the table areas")
            yield f"unknown area {shorten(code)}", hint, f"profiles.map.codes.{key}"
