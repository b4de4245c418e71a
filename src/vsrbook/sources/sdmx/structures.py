"""Read structure definitions with sdmx1: dimensions in their order, code lists, labels in every language.

sdmx1 2.28 (Apache-2.0) reads SDMX-ML 2.1 and 3.0 structures with all that a review needs: parents of codes,
annotations, every language. It is given a copy that defusedxml has read, so that no DTD and no entity gets
to it, and without the parts that are not used here, since it stumbles over some of them (a group among the
attribute relationships of a 3.0 structure).
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, tostring

from vsrbook.problems import shorten
from vsrbook.sources.sdmx.message import Message, Reference, UnreadableError
from vsrbook.sources.sdmx.xml_data import MAX_DEPTH, find_kind, iterate, name_of

MAX_STRUCTURE_BYTES = 100_000_000
KEPT = {"Codelists", "Concepts", "ConceptSchemes", "DataStructures", "Dataflows", "ValueLists"}
DROPPED = {"AttributeRelationship", "Group", "CodelistExtension", "Link", "Footer"}


@dataclass(frozen=True)
class Code:
    """One code of a list: its names by language, where it lies, and what is noted about it (type, text)."""

    names: Mapping[str, str]
    definitions: Mapping[str, str] = field(default_factory=dict)
    parent: str = ""
    annotations: tuple[tuple[str, str], ...] = ()


CodeList = Mapping[str, Code]


@dataclass(frozen=True)
class Structure:
    """A data structure: what its concepts are called, and the code list of each that has one."""

    reference: Reference
    file: str
    dimensions: tuple[str, ...]
    measures: tuple[str, ...]
    concepts: Mapping[str, Mapping[str, str]]
    codes: Mapping[str, CodeList]
    lists: Mapping[str, str]  # concept: id of its code list


@dataclass
class Catalogue:
    """All structures that were found, and which of them a dataflow uses."""

    structures: list[Structure] = field(default_factory=list)
    flows: dict[tuple[str, str], Reference] = field(default_factory=dict)
    lists: dict[str, CodeList] = field(default_factory=dict)

    def find(self, message: Message) -> Structure | None:
        """Return the structure of a data file: the one it names, else the only one whose dimensions it has."""
        for reference in message.references:
            for wanted in (reference, self.flows.get((reference.agency, reference.id))):
                if wanted is not None and (found := self._find_named(wanted)) is not None:
                    return found
        there = message.list_concepts()
        fitting = [one for one in self.structures if set(one.dimensions) <= there.keys()]
        return fitting[0] if len(fitting) == 1 else None

    def _find_named(self, wanted: Reference) -> Structure | None:
        same = [
            one
            for one in self.structures
            if (one.reference.agency, one.reference.id) == (wanted.agency, wanted.id)
        ]
        exact = [one for one in same if one.reference.version == wanted.version]
        return next(iter(exact or same), None)

    def complete(self) -> None:
        """Give a structure the code lists that stand in another file than itself."""
        for at, one in enumerate(self.structures):
            lent = {
                concept: self.lists[name]
                for concept, name in one.lists.items()
                if not one.codes.get(concept) and name in self.lists
            }
            if lent:
                self.structures[at] = replace(one, codes={**one.codes, **lent})


def read_structures(path: Path, name: str, catalogue: Catalogue) -> None:
    """Add the structures, dataflows and code lists of a file to the catalogue. Raises UnreadableError."""
    import sdmx

    _check_structure(path)
    content = _prune(path)
    logging.getLogger("sdmx").setLevel(logging.ERROR)  # its warnings are about what we do not use
    try:
        with redirect_stdout(io.StringIO()):  # it prints what it stumbles over
            found: Any = sdmx.read_sdmx(io.BytesIO(content), format="XML")
    except Exception as error:  # noqa: BLE001 - whatever a foreign file makes the library raise
        why = error.__cause__ or error
        what = f"is a structure that cannot be read: {shorten(f'{type(why).__name__}: {why}', 120)}"
        raise UnreadableError(what, "ask for it in SDMX-ML 2.1, with its code lists and concepts") from None
    known: dict[int, CodeList] = {}
    for codelist in [*found.codelist.values(), *found.valuelist.values()]:
        if codes := _read_list(codelist, known):
            catalogue.lists[codelist.id] = codes
    catalogue.structures += [_read_structure(one, name, known) for one in found.structure.values()]
    for flow in found.dataflow.values():
        if flow.structure is None:
            continue
        catalogue.flows[(_agency(flow), flow.id)] = _refer(flow.structure)


def _check_structure(path: Path) -> None:
    if path.stat().st_size > MAX_STRUCTURE_BYTES:
        raise UnreadableError(
            f"is larger than {MAX_STRUCTURE_BYTES // 1_000_000} MB", "is this the right file?"
        )
    kind, version = find_kind(path)
    if kind != "Structure":
        what = f"is an SDMX-ML {version} message of the kind {shorten(kind)}, and no structure definition"
        raise UnreadableError(what, "name the file with the data structure (DSD) and its code lists")


def _prune(path: Path) -> bytes:
    """Return the structure message as XML again, without what is not used."""
    with path.open("rb") as stream:
        stack: list[Element] = []
        for event, element in iterate(stream, "start", "end"):
            if event == "start":
                stack.append(element)
                if len(stack) > MAX_DEPTH:
                    raise UnreadableError(f"is nested more than {MAX_DEPTH} deep", "is it an SDMX message?")
                continue
            stack.pop()
            if stack and _is_unused(name_of(element), name_of(stack[-1])):
                stack[-1].remove(element)
        root = element
    content: bytes = tostring(root, encoding="utf-8")
    return content


def _is_unused(name: str, parent: str) -> bool:
    return name in DROPPED or (parent == "Structures" and name not in KEPT)


def _read_structure(given: Any, name: str, known: dict[int, CodeList]) -> Structure:
    components = [*given.dimensions, *given.attributes, *given.measures]
    enumerated = {one.id: _find_list(one) for one in components}
    return Structure(
        _refer(given),
        name,
        tuple(one.id for one in given.dimensions),
        tuple(one.id for one in given.measures),
        {one.id: _words(getattr(one.concept_identity, "name", None)) for one in components},
        {key: _read_list(codes, known) for key, codes in enumerated.items() if codes is not None},
        {key: codes.id for key, codes in enumerated.items() if codes is not None},
    )


def _find_list(component: Any) -> Any:
    """Return the code list of a component: its own, else that of its concept."""
    concept = component.concept_identity
    for one in (component.local_representation, getattr(concept, "core_representation", None)):
        enumerated = getattr(one, "enumerated", None)
        if enumerated is not None:
            return enumerated
    return None


def _read_list(codelist: Any, known: dict[int, CodeList]) -> CodeList:
    if id(codelist) not in known:
        known[id(codelist)] = {code.id: _read_code(code) for code in codelist}
    return known[id(codelist)]


def _read_code(code: Any) -> Code:
    notes = [(str(one.type or one.id or ""), _first(one)) for one in code.annotations]
    parent = code.parent.id if isinstance(code.parent, type(code)) else ""  # a top code's parent is its list
    return Code(_words(code.name), _words(code.description), parent, tuple(notes))


def _first(annotation: Any) -> str:
    texts: Iterable[str] = _words(annotation.text).values()
    return next(iter(texts), "") or str(getattr(annotation, "value", "") or "")


def _words(text: Any) -> dict[str, str]:
    """Return the words of a text by language, blanks collapsed."""
    found = getattr(text, "localizations", {})
    return {str(language): " ".join(words.split()) for language, words in found.items() if words}


def _refer(given: Any) -> Reference:
    return Reference(_agency(given), given.id, str(given.version or ""))


def _agency(given: Any) -> str:
    return str(getattr(given.maintainer, "id", "") or "")
