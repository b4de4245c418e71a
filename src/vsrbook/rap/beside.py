"""Look for what stands beside the levels: licences, sources of the data, assurance of quality."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vsrbook.problems import count_noun, list_some
from vsrbook.rap.folder import Folder
from vsrbook.rap.parts import Part, lacking, shown, unseen
from vsrbook.rap.silver import read_associations

LICENCE_FILES = ("LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "LICENCE.md", "LICENCE.txt", "COPYING")
LICENCES = {
    "MIT": "MIT License|Permission is hereby granted, free of charge",
    "Apache-2.0": r"Apache License\s+Version 2\.0",
    "BSD": "Redistribution and use in source and binary forms",
    "GPL": "GNU (AFFERO |LESSER )?GENERAL PUBLIC LICENSE",
    "MPL-2.0": "Mozilla Public License",
    "EUPL": "European Union Public Licen[cs]e",
    "CC": "Creative Commons",
    "OGL": "Open Government Licen[cs]e",
}


def check_licences(folder: Folder) -> Iterator[Part]:
    """Look for the licence of the code, and of each source of the data."""
    name = next((name for name in LICENCE_FILES if name in folder.files), "")
    text = folder.read(name) if name else ""
    known = [word for word, pattern in LICENCES.items() if re.search(pattern, text, re.IGNORECASE)]
    if not name:
        yield lacking("there is no LICENSE", "choose an open licence, and put its text into LICENSE")
    elif known:
        yield shown(f"{name}: {known[0]}")
    else:
        yield unseen(f"{name} is there, but which licence it is has not been recognised", "use a usual text")
    rows, bare = _count_sources(folder)
    if not rows:
        yield lacking("no table of sources has a row", "fill data/<slug>/sources.csv")
    elif bare:
        what = f"{sum(bare.values()):,} of {count_noun(rows, 'source')} without a licence"
        places = list_some([f"{slug} ({count:,})" for slug, count in bare.items()])
        yield lacking(f"{what}: {places}", "fill the column licence in sources.csv, or ask who publishes it")
    else:
        yield shown(f"all {count_noun(rows, 'source')} name their licence")


def _count_sources(folder: Folder) -> tuple[int, dict[str, int]]:
    """Count the sources of all associations, and by association those whose licence is not said."""
    from vsrbook.review import read_declared

    rows, bare = 0, {}
    for one in read_associations(folder):
        if "sources" in one.tables:
            frame, _problems = read_declared(folder.project, one.slug, "sources", one.tables["sources"])
            rows += len(frame)
            missing = int((frame["licence"].fillna("") == "").sum()) if "licence" in frame else len(frame)
            if missing:
                bare[one.slug] = missing
    return rows, bare


def check_sources(folder: Folder) -> Iterator[Part]:
    """Look for the sources of the data, and for a description of how the tables came to be."""
    found = read_associations(folder)
    bare = [one.slug for one in found if "sources" not in one.tables]
    shared = "data/reference/sources.csv" in folder.files
    if bare and not shared:
        yield lacking(f"associations without a table of sources: {list_some(bare)}", "vsrbook new shows one")
    elif found:
        own = len(found) - len(bare)
        beside = " and data/reference/sources.csv" if shared else ""
        yield shown(
            f"{count_noun(own, 'table')} of sources of associations{beside}; vsrbook check follows each row"
        )
    described = [one.slug for one in found if f"data/{one.slug}/README.md" in folder.files]
    silent = [one.slug for one in found if "observations" in one.tables and one.slug not in described]
    if silent:
        what = f"observations without a README that says how they were made: {list_some(silent)}"
        yield lacking(what, "write data/<slug>/README.md: where the figures come from, what was changed")
    elif described:
        yield shown(f"data/<slug>/README.md says how the tables came to be: {list_some(described)}")
    if not found:
        yield lacking("there is no association in params/", "vsrbook new SLUG makes one")


def check_assurance(folder: Folder) -> Iterator[Part]:
    """Say that guidance on quality is followed by people, and what of it the folder holds."""
    pages = [name for name in folder.find("book/*.md") if re.search("quality|assurance", name)]
    known = f"; a page on it: {list_some(pages)}" if pages else ""
    yield unseen(
        f"which guidance on quality was followed, and who has signed the figures off{known}",
        "say in rap.yml which guidance it is, and where the record of the checks stands",
    )
