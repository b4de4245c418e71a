"""The page of one local government: who it is, whom it is compared with, what is missing, sources."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from vsrbook.chapters.common import capital, level_name
from vsrbook.figures import Block
from vsrbook.figures import blocks as b
from vsrbook.methods.peers import ALONE, TOO_FEW, UNKNOWN, WHOLE_LEVEL
from vsrbook.naming import area_page
from vsrbook.profiles import Profile
from vsrbook.sdg import GOALS
from vsrbook.tables import split_list
from vsrbook.text import gettext as _
from vsrbook.text import join, mark, ngettext, number, partial_day

MOST_SOURCES = 12
REASONS = {
    ALONE: mark(
        "No peer group is declared for these {level}, so {name} is compared with nobody: a list of all {level} "
        "by value would compare places that differ in size, wealth and task."
    ),
    UNKNOWN: mark(
        "{name} is compared with nobody, because what its peers would have to share is not known of it."
    ),
    TOO_FEW: mark("{name} is compared with nobody: fewer than {least} {level} share its context ({rule})."),
    WHOLE_LEVEL: mark(
        "{name} is compared with nobody: by what is declared ({rule}), all {level} would be its peers, and that "
        "would be a league table."
    ),
}


def levels_of(profile: Profile, count: int = 2) -> str:
    """Name the areas of the profile's level: "counties"."""
    return level_name(str(profile.area["level"]), count)


def summary(profile: Profile) -> Block | None:
    """Say in a few sentences what the page holds."""
    known, all_of = len(profile.known), len(profile.standing)
    if not all_of:
        return b.prose(_("No indicator is collected for {level} yet.").format(level=levels_of(profile)))
    first = ngettext(
        "{name} is one of {areas} {level} of {place}. Of the {all} indicator that is collected for {level}, it has "
        "a value for {known}.",
        "{name} is one of {areas} {level} of {place}. Of the {all} indicators that are collected for {level}, it "
        "has a value for {known}.",
        all_of,
    ).format(
        name=profile.name,
        areas=number(int(profile.head["levels"].get(profile.area["level"], 1))),
        level=levels_of(profile),
        place=profile.place,
        all=number(all_of),
        known=number(known),
    )
    others = int(profile.head["indicators"]) - all_of
    words = ngettext(
        "{n} more indicator of the review is known for other areas only.",
        "{n} more indicators of the review are known for other areas only.",
        others,
    ).format(n=number(others))
    return b.prose(f"{first} {words}" if others else first)


def context(profile: Profile) -> list[Block] | None:
    """Show what must be known to read the values fairly: where it lies, how large it is, its map."""
    area = profile.area
    population, land = area["population"], area["land_area_km2"]
    facts: list[tuple[str, b.Cell]] = [
        (_("Lies in"), area["parent_name"]),
        (_("Kind"), capital(area["type"])),
        (_("Inhabitants"), _known(population)),
        (_("Size class"), _size_words(profile)),
        (_("Households"), _known(area["households"])),
        (_("Land area"), f"{number(land)} km²" if land is not None else None),
        (_("Inhabitants per km²"), _known(round(population / land) if population and land else None)),
        (_("Income per inhabitant"), _income_words(profile)),
    ]
    shown = b.definitions(facts)
    blocks = [_locator(profile), shown]
    has_numbers = any(
        area[name] is not None for name in ("population", "households", "land_area_km2", "income")
    )
    if has_numbers:
        dated = _("{source}, figures of {year}") if area["context_year"] else "{source}"
        source = dated.format(source=area["context_source"], year=area["context_year"])
        blocks.append(_source(_("Source: {sources}").format(sources=source)))
    return [block for block in blocks if block] or None


def _locator(profile: Profile) -> Block | None:
    """Show where the area lies, with the source of the map."""
    if not profile.map:
        return None
    source = _("Map: {source}").format(source=profile.head["map_source"])
    html = Markup('<div class="vsr-locator">{}<p class="vsr-source">{}</p></div>')
    return Block(html.format(profile.map, source))


def _source(words: str) -> Block:
    return Block(Markup('<p class="vsr-source">{}</p>').format(words))


def _known(figure: float | None) -> str | None:
    return None if figure is None else number(figure)


def _income_words(profile: Profile) -> str | None:
    income = profile.area["income"]
    return None if income is None else f"{number(income)} {profile.area['income_unit']}".strip()


def _size_words(profile: Profile) -> str | None:
    rule = profile.head["peers"]
    if not rule or profile.area["size_class"] is None:
        return None
    return class_words(rule["size_classes"], profile.area["size_class"])


def class_words(bounds: list[float], number_of_class: int) -> str:
    """Write a class between two bounds: "500,000 to under 900,000"."""
    if number_of_class == 0:
        return _("under {high}").format(high=number(bounds[0]))
    if number_of_class == len(bounds):
        return _("{low} and more").format(low=number(bounds[-1]))
    low, high = bounds[number_of_class - 1], bounds[number_of_class]
    return _("{low} to under {high}").format(low=number(low), high=number(high))


def peers(profile: Profile) -> list[Block] | None:
    """Name the peers and say by what they were chosen, or why there are none."""
    area, rule = profile.area, profile.head["peers"]
    level = levels_of(profile)
    if area["peer_reason"]:
        words = _(REASONS[area["peer_reason"]]).format(
            name=profile.name, level=level, rule=rule_words(profile), least=(rule or {}).get("least", "")
        )
        return [b.notice(words)]
    count = int(area["peer_count"])
    first = _("{name} is compared with {n} other {level} that share its context: {rule}.").format(
        name=profile.name, n=number(count), level=levels_of(profile, count), rule=rule_words(profile)
    )
    links = [
        Markup('<a href="{}.html">{}</a>').format(area_page(code), name)
        for code, name in zip(area["peer_codes"], area["peer_names"], strict=True)
    ]
    named = Markup(", ").join(links)
    more = count - len(links)
    if more > 0:
        named += ngettext(" and {n} more", " and {n} more", more).format(n=number(more))
    return [
        block
        for block in (b.prose(first), b.prose(b.sentence(_("Its peers: {names}."), names=named)))
        if block
    ]


def rule_words(profile: Profile) -> str:
    """Say what peers share: "500,000 to under 900,000 inhabitants"."""
    rule, area = profile.head["peers"], profile.area
    if not rule:
        return ""
    parts = []
    for feature in rule["by"]:
        if feature == "size":
            size = area["size_class"]
            words = "" if size is None else class_words(rule["size_classes"], size)
            parts.append(_("{size} inhabitants").format(size=words) if words else _("their size"))
        elif feature == "income":
            income = area["income_class"]
            words = "" if income is None else class_words(rule["income_classes"], income)
            unit = area["income_unit"] or _("income per inhabitant")
            parts.append(f"{words} {unit}" if words else _("their income"))
        elif feature == "type":
            parts.append(
                _("of the kind “{type}”").format(type=area["type"]) if area["type"] else _("their kind")
            )
        elif feature == "parent":
            parts.append(_("in {parent}").format(parent=area["parent_name"]))
        else:
            parts.append(_("at most {n} km away").format(n=number(rule["distance_km"])))
    return join(parts)


def missing(profile: Profile) -> list[Block] | None:
    """Say which values are missing, and which are held back."""
    blocks: list[Block | None] = []
    if len(profile.suppressed):
        words = _(
            "Held back by their source, or because they count fewer than {n} people or households or such a count "
            "could be worked out from them: {names}."
        )
        minimum = profile.head["minimum_count"]
        if minimum is None:
            words = _("Held back by their source: {names}.")
        blocks.append(b.prose(words.format(n=minimum, names=_names(profile.suppressed))))
    if len(profile.missing):
        words = ngettext(
            "For {n} indicator that other {level} have, there is no value of {name}: {names}.",
            "For {n} indicators that other {level} have, there is no value of {name}: {names}.",
            len(profile.missing),
        )
        blocks.append(
            b.prose(
                words.format(
                    n=number(len(profile.missing)),
                    level=levels_of(profile),
                    name=profile.name,
                    names=_names(profile.missing),
                )
            )
        )
    if not blocks and len(profile.standing):
        words = _("Nothing: every indicator that is collected for {level} has a value here.")
        blocks.append(b.prose(words.format(level=levels_of(profile))))
    return [block for block in blocks if block] or None


def _names(rows: pd.DataFrame) -> str:
    return "; ".join(
        f"{row.name} ({row.indicator_code})"
        for row in rows[["name", "indicator_code"]].itertuples(index=False)
    )


def practices(profile: Profile) -> Block | None:
    """List the good practices and actions of the area, each with its source."""
    return b.listing([_practice(row) for row in profile.practices])


def _practice(row: dict[str, str]) -> Markup:
    kind = _("Action") if row["kind"] == "action" else _("Good practice")
    parts = [Markup("<strong>{}</strong> ({})").format(row["title"], kind)]
    dates = " – ".join(partial_day(row[name]) for name in ("start_date", "end_date") if row[name])
    goals = join(GOALS[int(goal)].title for goal in split_list(row["goals"]))
    said = (row["description"], row["objective"], row["outputs"], row["outcomes"], goals, dates)
    parts += [Markup("{}").format(words) for words in said if words]
    cited = Markup('<cite class="vsr-place">{}</cite>').format(row["cited"])
    return Markup("<br>").join([*parts, cited])


def sources(profile: Profile) -> list[Block] | None:
    """List every source of the page, and say how it was judged."""
    cited = list(profile.area["sources"])
    listed = b.listing(cited[:MOST_SOURCES])
    more = len(cited) - MOST_SOURCES
    blocks = [listed]
    if more > 0:
        words = ngettext(
            "and {n} more, in the data package below", "and {n} more, in the data package below", more
        )
        blocks.append(b.prose(words.format(n=number(more))))
    return [block for block in blocks if block] or None
