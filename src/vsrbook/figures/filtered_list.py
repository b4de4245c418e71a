"""A list that readers filter: without a script all of it under headings, with one a form of choices above it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from markupsafe import Markup

from vsrbook.figures.blocks import Block, with_rows
from vsrbook.text import gettext as _
from vsrbook.text import number

CLASS = "vsr-filtered"  # by it the page is known to need filtered.js
FIND = "find"  # the search box: no facet may have this key
LEVEL = 3  # of the outermost headings; a page has its sections on the second


@dataclass(frozen=True)
class Choice:
    """What a reader can choose: the value in entries and addresses, its name, the group of choices it is in."""

    value: str
    name: str
    group: str = ""


@dataclass(frozen=True)
class Facet:
    """One question to choose by: its key in entries and addresses, its label, its choices in their order."""

    key: str
    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Entry:
    """One entry: what it says, its values by facet key, and the headings it stands under, outermost first.

    `headings` are (anchor, words); `kind` is one of the kinds that the list counts.
    """

    body: Markup | str
    values: Mapping[str, Sequence[str]]
    headings: tuple[tuple[str, str], ...] = ()
    kind: str = ""


def filtered_list(
    name: str,
    facets: Sequence[Facet],
    entries: Sequence[Entry],
    counted: Mapping[str, str],
    rows: Iterable[str] = (),
) -> Block | None:
    """Return the list; None where it has no entry.

    `name` is the list's id on the page and in addresses (#name?key=value). Entries of the same headings stand
    together. `counted` has for each kind of entry how many of it are shown: "{n} of {all} statements".
    Choices that no entry has, and facets with a single choice, are left out.
    """
    if not entries:
        return None
    used = {(key, value) for entry in entries for key, values in entry.values.items() for value in values}
    offered = [
        Facet(facet.key, facet.label, tuple(c for c in facet.choices if (facet.key, c.value) in used))
        for facet in facets
    ]
    words = {
        "counted": dict(counted),
        "shown": _("{counts} shown."),
        "option": _("{name} ({n})"),
        "chosen": _("{facet}: {choice}."),
        "find": _("Words"),
        "none": _("Nothing fits all choices."),
    }
    ids = tuple(rows)
    html = Markup(
        '<div class="{}" id="{}" data-words="{}"{}>\n{}\n<p class="{}-count" role="status">{}</p>\n{}\n</div>'
    ).format(
        CLASS,
        name,
        json.dumps(words, ensure_ascii=False),
        with_rows(ids),
        _write_form([facet for facet in offered if len(facet.choices) > 1]),
        CLASS,
        _write_count(entries, counted),
        _write_groups(entries),
    )
    return Block(html, ids)


def write_address(name: str, **values: str) -> str:
    """Write the end of an address that shows a list with these choices: "#statements?place=Norway"."""
    return f"#{name}?{urlencode(values)}"


def selecting_link(words: str | Markup, address: str, plain: str) -> Markup:
    """Return a link within a page that makes a choice in a list; without a script it leads to `plain`."""
    return Markup('<a href="#{}" data-select="{}">{}</a>').format(plain, address, words)


def _write_count(entries: Sequence[Entry], counted: Mapping[str, str]) -> str:
    found = Counter(entry.kind for entry in entries)
    said = [words.format(n=number(found[kind]), all=number(found[kind])) for kind, words in counted.items()]
    return _("{counts} shown.").format(counts=", ".join(said))


def _write_form(facets: Sequence[Facet]) -> Markup:
    """Write the form, hidden: only a script can do what it offers, and shows it."""
    selects = Markup("").join(
        Markup('<label>{} <select name="{}"><option value="">{}</option>{}</select></label>').format(
            facet.label, facet.key, _("All"), _write_options(facet.choices)
        )
        for facet in facets
    )
    find = Markup('<label>{} <input type="search" name="{}" maxlength="100"></label>').format(
        _("Words in the text"), FIND
    )
    return Markup(
        '<form class="{}-find" hidden autocomplete="off"><fieldset><legend>{}</legend>{}{}'
        '<button type="button">{}</button></fieldset></form>'
    ).format(CLASS, _("Choose what is shown"), selects, find, _("Show all"))


def _write_options(choices: Sequence[Choice]) -> Markup:
    written = []
    for group, members in groupby(choices, key=lambda choice: choice.group):
        options = Markup("").join(
            Markup('<option value="{}">{}</option>').format(choice.value, choice.name) for choice in members
        )
        inside = Markup('<optgroup label="{}">{}</optgroup>').format(group, options)
        written.append(inside if group else options)
    return Markup("").join(written)


def _write_groups(entries: Sequence[Entry], depth: int = 0) -> Markup:
    """Write entries below their headings of this depth, one section a heading."""
    parts = []
    for heading, members in groupby(
        entries, key=lambda e: e.headings[depth] if depth < len(e.headings) else None
    ):
        inside = list(members)
        if heading is None:
            items = Markup("\n").join(map(_write_entry, inside))
            parts.append(Markup('<ul class="vsr-list">\n{}\n</ul>').format(items))
        else:
            parts.append(
                Markup('<section>\n<h{0} id="{1}">{2}</h{0}>\n{3}\n</section>').format(
                    LEVEL + depth, *heading, _write_groups(inside, depth + 1)
                )
            )
    return Markup("\n").join(parts)


def _write_entry(entry: Entry) -> Markup:
    values = [(key, value) for key, some in entry.values.items() for value in some]
    return Markup('<li data-kind="{}" data-values="{}">{}</li>').format(
        entry.kind, urlencode(values), entry.body
    )
