"""Find the area that each area lies in, by any name that the source has for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from vsrbook.importing.cells import tidy_words
from vsrbook.importing.report import Report
from vsrbook.problems import count_noun, list_some, shorten
from vsrbook.sources.open_sdg.maps import MapAreas
from vsrbook.sources.open_sdg.translations import Translations
from vsrbook.sources.open_sdg.words import agree

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 50
Area = dict[str, Any]


class Said(NamedTuple):
    """A parent that rows name: by how many rows, and where first."""

    name: str
    rows: int
    file: str
    place: Any


@dataclass
class AreaNames:
    """All names that a source has for its codes, the surest first: the kept ones, the others, the maps'.

    `aliases` are the options' area_aliases; they come before all names.
    """

    aliases: Mapping[str, str] = field(default_factory=dict)
    tiers: list[dict[str, set[str]]] = field(default_factory=list)

    def find(self, name: str, but: str = "") -> list[str]:
        """Return the codes that go by a name, without the code `but`; more than one where it is not clear."""
        if name in self.aliases:
            return [self.aliases[name]]
        for tier in self.tiers:
            if found := tier.get(name, set()) - {but}:
                return sorted(found)
        return []


def gather_names(
    areas: Iterable[Area],
    translations: Translations,
    maps: Iterable[MapAreas],
    aliases: Mapping[str, str],
) -> AreaNames:
    """Gather every name of every code: from the rows, from translations in all languages, from maps."""
    kept, others, mapped = (defaultdict[str, set[str]](set) for _tier in range(3))
    for area in areas:
        kept[area["name"]].add(area["area_code"])
        spelt = [translations.words(written, column, "data") for written, column in area["_spellings"]]
        for name in {*area["_names"]}.union(*spelt):
            others[name].add(area["area_code"])
    for one in maps:
        for code in one.names:
            for name in (one.names[code], *one.by_language[code].values()):
                mapped[name].add(code)
    return AreaNames({tidy_words(name): code for name, code in aliases.items()}, [kept, others, mapped])


def set_parents(areas: list[Area], names: AreaNames, whole: set[str], report: Report) -> None:
    """Give each area the code of the one it lies in, "" for the whole territory, whose names `whole` holds.

    The rows with an area's code count, and those with its name but no code, as long as they do not
    contradict the former. Where rows differ, an area that the other one lies in is no contradiction (a city
    in a region and in the country); of what is left the parent that most rows name is taken. What differs,
    and what cannot be found, is reported.
    """
    lost: dict[str, list[Area]] = defaultdict(list)
    found = {area["area_code"]: dict(_find_each(area, names, lost)) for area in areas}
    first = {code: _rank(said)[0] for code, said in found.items() if said}
    for area in areas:
        if more := _find_bare(area, found[area["area_code"]], names, first):
            found[area["area_code"]] |= more
    differing = []
    for area in areas:
        said = found[area["area_code"]]
        above = {one for code in said for one in _list_above(code, first)}
        ranked = _rank({code: those for code, those in said.items() if code not in above} or said)
        area["parent_code"] = ranked[0] if ranked else ""
        if len(ranked) > 1:
            differing.append((area, [said[code] for code in ranked]))
    _report_differing(differing, report)
    _report_lost({name: those for name, those in lost.items() if name not in whole}, names, report)


def _find_each(area: Area, names: AreaNames, lost: dict[str, list[Area]]) -> Iterator[tuple[str, list[Said]]]:
    """Yield each parent that rows name and that has one code, with what they say; others are added to `lost`."""
    by_code: dict[str, list[Said]] = defaultdict(list)
    for said in area["_parents"]:
        codes = [code for code in names.find(said.name, area["area_code"]) if code != area["area_code"]]
        if len(codes) == 1:
            by_code[codes[0]].append(said)
        elif said.name not in area["_names"]:
            lost[said.name].append(area)
    yield from by_code.items()


def _find_bare(
    area: Area, said: Mapping[str, list[Said]], names: AreaNames, first: Mapping[str, str]
) -> dict[str, list[Said]]:
    """Return the parent that rows without the code name, where it is one, and none or a nearer one is known."""
    if len(area["_bare"]) != 1:
        return {}
    codes = [code for code in names.find(area["_bare"][0].name, area["area_code"]) if code not in said]
    if len(codes) != 1 or codes[0] == area["area_code"]:
        return {}
    return {codes[0]: area["_bare"]} if not said or set(said) & _list_above(codes[0], first) else {}


def _rank(said: Mapping[str, list[Said]]) -> list[str]:
    """Return the codes, the one that most rows name first."""
    return sorted(said, key=lambda code: -sum(one.rows for one in said[code]))


def _list_above(code: str, parents: Mapping[str, str]) -> set[str]:
    """List all that an area lies in; areas that lie in each other end it."""
    above: set[str] = set()
    while (code := parents.get(code, "")) and code not in above:
        above.add(code)
    return above


def _report_differing(differing: list[tuple[Area, list[list[Said]]]], report: Report) -> None:
    for area, ranked in differing[:SHOWN]:
        told = [
            f"{shorten(said[0].name)} ({count_noun(sum(one.rows for one in said), 'row')}, "
            f"from {said[0].file}:{said[0].place})"
            for said in ranked
        ]
        what = f"{_call(area)} lies in {len(told)} areas: {', '.join(told)}; the first is kept"
        report.add("doubted", ranked[0][0].file, ranked[0][0].place, what, "mend the others in the source")
    if rest := len(differing[SHOWN:]):
        what = f"{count_noun(rest, 'more area')} {agree(rest, 'lie')} in several areas"
        report.add("doubted", "", "area codes", what, count=rest)


def _report_lost(lost: Mapping[str, list[Area]], names: AreaNames, report: Report) -> None:
    """Report the parents that no code, or more than one, is called."""
    for name, areas in list(lost.items())[:SHOWN]:
        n, first = len(areas), next(one for one in areas[0]["_parents"] if one.name == name)
        what = f"{count_noun(n, 'area')} {agree(n, 'lie')} in {shorten(name)}, "
        codes = names.find(name)
        what += f"which {len(codes)} codes are called" if len(codes) > 1 else "which no code is called"
        what += f": {list_some([_call(area) for area in areas], 5)}; this parent is left out"
        hint = f"say which it is: area_aliases: {{{name}: its code}}"
        report.add("doubted", first.file, first.place, what, hint, count=n)
    if rest := len(list(lost)[SHOWN:]):
        what = f"{count_noun(rest, 'more parent')} cannot be found"
        report.add("doubted", "", "area codes", what, count=rest)


def _call(area: Area) -> str:
    return (
        f"{shorten(area['area_code'])} {shorten(area['name'])}"
        if area["name"]
        else shorten(area["area_code"])
    )


def name_parents(rows: pd.DataFrame, areas: Iterable[Area], names: AreaNames) -> pd.DataFrame:
    """Give parents of rows without a code the name that is kept for their code.

    The rules of all formats find the parent of such an area by its name; under another name it would
    become a second area.
    """
    kept = {area["area_code"]: area["name"] for area in areas if area["name"]}
    bare = (rows["area_code"] == "") & (rows["parent_name"] != "")
    told = {}
    for name in rows.loc[bare, "parent_name"].unique():
        codes = names.find(name)
        told[name] = kept.get(codes[0], name) if len(codes) == 1 else name
    return rows.assign(parent_name=rows["parent_name"].where(~bare, rows["parent_name"].map(told)))
