"""Decide for one data file what each concept is taken for, and what codes are called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from vsrbook.problems import list_some, suggest
from vsrbook.sources.sdmx.groups import is_attribute
from vsrbook.sources.sdmx.message import Message, UnreadableError
from vsrbook.sources.sdmx.options import DEFAULTS, Options, Role
from vsrbook.sources.sdmx.structures import Code, CodeList, Structure

CODE = re.compile(r"[\w@$\-+*.]{1,60}")
COMMENTS = ("COMMENT_TS", "COMMENT_DSET")  # on a series, on a data set: notes too
GROUPS: tuple[Role, ...] = (
    "sex",
    "age",
    "residence",
    "reporting_type",
)  # roles that part one value from another


@dataclass(frozen=True)
class Layout:
    """What each concept of a file is taken for.

    `groups` are the dimensions that part one value from another, in their order; `unused` are the concepts
    that are not read.
    """

    roles: Mapping[Role, str]
    groups: tuple[str, ...]
    unused: tuple[str, ...]

    def role_of(self, concept: str) -> Role | None:
        """Return the role that a concept plays."""
        return next((role for role, name in self.roles.items() if name == concept), None)

    def describe(self) -> str:
        """Say in one line how the concepts are understood."""
        said = [f"{role} is {concept}" for role, concept in self.roles.items()]
        categories = [name for name in self.groups if self.role_of(name) is None]
        said += [f"categories from {', '.join(categories)}"] if categories else []
        said += [f"not read: {list_some(self.unused, 20)}"] if self.unused else []
        return "; ".join(said)


def plan_layout(message: Message, structure: Structure | None, options: Options) -> Layout:
    """Decide what the concepts of a file are taken for. Raises UnreadableError where no indicator can be found."""
    there = message.list_concepts()
    roles = _assign_roles(there, structure, options)
    keys = _list_dimensions(message, structure, there)
    taken = {name for role, name in roles.items() if role not in GROUPS}
    groups = [key for key in keys if key not in taken and key not in options.ignore_dimensions]
    groups += [name for role in GROUPS if (name := roles.get(role, "")) and name not in keys]
    groups = [key for key in dict.fromkeys(groups) if key not in options.ignore_dimensions]
    used = {*roles.values(), *groups, *(f"{key}_LB" for key in groups), *COMMENTS}
    return Layout(roles, tuple(groups), tuple(name for name in there if name not in used))


def _assign_roles(
    there: Mapping[str, None], structure: Structure | None, options: Options
) -> dict[Role, str]:
    roles: dict[Role, str] = {}
    for role in DEFAULTS:
        given = options.dimensions.get(role)
        if given is not None and given not in there:
            hint = suggest(given, there, f"it has {list_some(list(there), 20)}")
            raise UnreadableError(f"has no concept {given}, which is to be the {role}", hint)
        names = (given,) if given is not None else _list_defaults(role, structure)
        found = next((name for name in names if name in there and name not in roles.values()), None)
        if found is not None:
            roles[role] = found
    for role in ("indicator", "period"):
        if role not in roles:
            hint = f"say which one it is: dimensions: {{{role}: …}}, one of {list_some(list(there), 20)}"
            raise UnreadableError(f"has no concept that is known to be the {role}", hint)
    return roles


def _list_defaults(role: Role, structure: Structure | None) -> tuple[str, ...]:
    """Name the concepts that may play a role; a structure with one measure says what the value is called."""
    if role == "value" and structure is not None and len(structure.measures) == 1:
        return (*structure.measures, *DEFAULTS[role])
    return DEFAULTS[role]


def _list_dimensions(message: Message, structure: Structure | None, there: Mapping[str, None]) -> list[str]:
    """Name the dimensions of a file in their order: the structure's, else those that look like it."""
    if structure is not None:
        more = [key for key in message.keys if message.sure and key not in structure.dimensions]
        return [*structure.dimensions, *more]
    if message.sure:
        return [key for key in there if key in message.keys]
    texts = {
        key
        for observation in message
        for key, text in observation.merge().items()
        if text and not CODE.fullmatch(text)
    }
    return [key for key in there if key in message.keys and key not in texts and not is_attribute(key)]


@dataclass
class Words:
    """What codes and concepts are called in one language, else in English; without a name, the code stands.

    `unknown` counts the codes that their list does not have, by concept and code; `untold` those that have
    a name only in other languages.
    """

    structure: Structure | None
    message: Message
    language: str
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)
    untold: Counter[str] = field(default_factory=Counter)
    _known: dict[tuple[str, str], str] = field(default_factory=dict)
    _twins: dict[str, set[str]] = field(default_factory=dict)

    def list_of(self, concept: str) -> CodeList:
        """Return the code list of a concept; empty where it has none."""
        return self.structure.codes.get(concept, {}) if self.structure is not None else {}

    def find(self, concept: str, code: str) -> Code | None:
        """Return what is known of a code."""
        return self.list_of(concept).get(code)

    def name_code(self, concept: str, code: str) -> str:
        """Return the label of a code; the code itself where it has none."""
        if (concept, code) not in self._known:
            self._known[concept, code] = self._look_up(concept, code)
        if (concept, code) in self.unknown:
            self.unknown[concept, code] += 1
        return self._known[concept, code]

    def name_apart(self, concept: str, code: str) -> str:
        """Return the label of a code, with the code behind it where another one has the same label."""
        label = self.name_code(concept, code)
        if concept not in self._twins:
            said = Counter(pick_words(one.names, self.language) for one in self.list_of(concept).values())
            self._twins[concept] = {words for words, count in said.items() if count > 1}
        return f"{label} ({code})" if label in self._twins[concept] else label

    def name_concept(self, concept: str) -> str:
        """Return the name of a concept; its id where it has none."""
        names = self.structure.concepts.get(concept, {}) if self.structure is not None else {}
        return pick_words(names, self.language) or self.message.names.get(concept, "") or concept

    def _look_up(self, concept: str, code: str) -> str:
        found, codes = self.find(concept, code), self.list_of(concept)
        own = self.message.labels.get(concept, {}).get(code, "")
        if found is None:
            if codes and not own:
                self.unknown[concept, code] = 0
            return own or code
        words = pick_words(found.names, self.language) or own
        if not words and found.names:
            self.untold.update(list(found.names))
        return words or code


def pick_words(names: Mapping[str, str], language: str) -> str:
    """Return the name in a language, or its relative (pt for pt-BR), else in English, else ""."""
    base = language.partition("-")[0].casefold()
    for wanted in (language.casefold(), base, "en"):
        for tag, words in names.items():
            if tag.casefold() == wanted or (wanted == base and tag.casefold().startswith(base + "-")):
                return words
    return ""


class Source(NamedTuple):
    """One data file, how it is understood, and what its codes are called."""

    message: Message
    layout: Layout
    words: Words
