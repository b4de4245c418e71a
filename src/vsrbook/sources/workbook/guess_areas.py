"""Propose which columns and rows hold areas: what lies in what, which codes are theirs, which rows are none."""

from __future__ import annotations

from collections.abc import Sequence

from vsrbook.problems import list_some, shorten
from vsrbook.sources.workbook.header_words import PARENT_RANK, UNSURE_RANKS, rank_place
from vsrbook.sources.workbook.headers import Header
from vsrbook.sources.workbook.profiles import RESIDENCES, Profile, name_reference
from vsrbook.sources.workbook.proposal import Guess
from vsrbook.sources.workbook.words import TOTAL_WORDS
from vsrbook.tables_reading import MISSING_MARKS

NO_NAMES = MISSING_MARKS | {"x", "xx", "xxx", "…", "*", "***"}  # stand where a row has no area
Table = tuple[Header, Sequence[Profile], Guess]


def names_same(one: Profile, other: Profile) -> bool:
    """Whether two columns seem to name the same things: as many different words, in as many rows."""
    near = abs(one.distinct - other.distinct) <= max(1, other.distinct // 20)
    return near and abs(one.filled - other.filled) <= other.filled // 20 and other.distinct > 1


def sort_places(columns: list[int], table: Table) -> list[int]:
    """Order columns of areas from the smallest places to the largest, without those that repeat the first.

    Header words rank them; where these do not decide, as with departments and provinces, the column with
    more names is of smaller places.
    """
    header, profiles, guess = table
    ranks = {n: rank_place(header.parts[n]) for n in columns}
    if None in ranks.values():  # "name" may be of any place up to those that are clearly parents
        ranks = {n: rank if rank and rank >= PARENT_RANK else 0 for n, rank in ranks.items()}
    sizes = {n: PARENT_RANK if rank in UNSURE_RANKS else rank or 0 for n, rank in ranks.items()}
    distinct = {n: profiles[n].distinct for n in columns}
    first, *rest = sorted(columns, key=lambda n: (sizes[n], -distinct[n], ranks[n] or 0))
    same = [n for n in rest if ranks[n] == ranks[first] and names_same(profiles[n], profiles[first])]
    rest = [n for n in rest if n not in same]
    if same:
        some = list_some([_name(n, header) for n in same])
        guess.doubt("columns", f"taken for the names in {_name(first, header)} in another language: {some}")
    if rest:
        some = f"area_name, parent_name: {_name(first, header)} in {_name(rest[0], header)}"
        if sizes[first] == sizes[rest[0]]:
            guess.doubt("columns", f"{some}, by how many names they hold")
        elif distinct[first] < distinct[rest[0]]:
            guess.doubt("columns", f"{some}, by their headers, though the second holds more names")
    if len(rest) > 1:
        some = list_some([_name(n, header) for n in rest[1:]])
        guess.doubt("columns", f"left out, since an area lies in one other only: {some}")
    return [first, *rest]


def is_of_indicators(code: int, names: int, areas: int, table: Table) -> bool:
    """Whether a column that is called code, and no more, is of the indicators rather than of the areas.

    It is of those of which it has as many; where that does not decide, of those it stands nearer to.
    """
    header, profiles, guess = table
    far = [abs(profiles[code].distinct - profiles[n].distinct) for n in (names, areas)]
    if far[0] != far[1]:
        chosen, how = far[0] < far[1], "by how many codes it holds"
    else:
        chosen, how = abs(code - names) <= abs(code - areas), "by where it stands"
    guess.doubt(
        "columns", f"{_name(code, header)} is taken for codes of {'indicators' if chosen else 'areas'}, {how}"
    )
    return chosen


def doubt_rows(roles: dict[str, int], groups: list[int], table: Table) -> None:
    """Say which rows hold no area of the level that is read, and how to leave them out."""
    header, profiles, guess = table
    places = [roles[role] for role in ("area_name", "parent_name") if role in roles]
    for column in places:
        for words, what, other in (
            (NO_NAMES, "name no area", ""),
            (TOTAL_WORDS, "may be totals", ", or use area_aliases"),
            (RESIDENCES, "may be urban and rural parts", ""),
        ):
            found = [text for text in profiles[column].texts if text.casefold() in words]
            if found:
                condition = _write_condition("without", column, found, header)
                guess.doubt("", f"rows called {list_some(found)} {what}: leave them out ({condition}){other}")
    for column in groups:
        texts = {text.casefold(): text for text in profiles[column].texts}
        for place in places:
            if level := texts.get(header.name(place).strip().casefold()):
                only = _write_condition("only", column, [level], header)
                what = f"{_name(column, header)} seems to say the level of each row"
                area = f"columns: {{area_name: {name_reference(place, header)}}}"
                guess.doubt("", f"{what}: to read one level, {only} with {area}")


def _write_condition(key: str, column: int, words: list[str], header: Header) -> str:
    """Write `only` or `without` as YAML, with quotation marks where words need them."""
    import yaml

    told = {name_reference(column, header): words}
    return f"{key}: {yaml.safe_dump(told, default_flow_style=True, allow_unicode=True, width=10_000).strip()}"


def _name(column: int, header: Header) -> str:
    return shorten(header.name(column), 40)
