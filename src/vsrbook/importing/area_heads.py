"""Find the rows of a source that are for the larger area that they name, and for no area in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

Place = tuple[str, str, str]  # code, name and name of the parent, as the source gives them


def find_heads(places: Collection[Place], known: Mapping[str, str]) -> dict[Place, Place]:
    """Return what places with a code and no name but their parent's are: the parent itself.

    A sheet with a column of provinces and one of districts leaves the second empty where the row is for
    the province. Only where the source names other areas beside their codes, where one code alone stands
    beside the name of the parent, and where neither source nor table (`known`, code: name) calls the code
    otherwise: else it is a nameless area in that parent.
    """
    named = {code for code, name, _parent in places if code and name}
    codes: dict[str, set[str]] = defaultdict(set)
    for code, name, parent in places:
        if code and parent and not name:
            codes[parent.casefold()].add(code)
    return {
        (code, name, parent): (code, parent, "")
        for code, name, parent in places
        if named
        and code
        and parent
        and not name
        and code not in named
        and len(codes[parent.casefold()]) == 1
        and known.get(code, "").casefold() in ("", parent.casefold())
    }
