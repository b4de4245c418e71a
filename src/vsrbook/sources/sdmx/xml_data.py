"""Read SDMX-ML data messages, structure-specific and generic, as a stream.

sdmx1 reads the structures but not the data: version 2.28 leaves out the action of a data set (what is to be
deleted would be read as data) and, without a structure or in 3.0, the attributes of a data set; it needs
18 s for 500 groups and 280 s for 2,000; it refuses a file for one attribute that the structure does not
know. pysdmx 1.21 reads the data but gives codes without parents, annotations and other languages, and asks
for pyarrow below 26. The messages themselves are plain lists of concepts and codes.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]  # ships no types
from defusedxml.ElementTree import iterparse  # type: ignore[import-untyped]  # ships no types

from vsrbook.problems import shorten
from vsrbook.sources.sdmx.groups import Group, apply_groups, is_attribute
from vsrbook.sources.sdmx.message import Message, Observation, Reference, UnreadableError

NAMESPACE = re.compile(r"\{http://www\.sdmx\.org/resources/sdmxml/schemas/v(\d)_(\d)/")
URN = re.compile(r"=([\w.\-]+):([\w@$\-]+)\(([\w.+\-]+)\)")
DATA = re.compile(r"(StructureSpecific|Generic)(TimeSeries)?Data")
MAX_DEPTH = 40
# unqualified XML attributes of a data set that are no concepts
RESERVED = {"action", "structureRef", "setID", "dataScope", "validFromDate", "validToDate", "publicationYear"}
RESERVED |= {"publicationPeriod", "reportingBeginDate", "reportingEndDate", "REPORTING_YEAR_START_DAY"}
HOLDERS = ("DataSet", "Group", "Atts", "Series", "Obs")


def find_kind(path: Path) -> tuple[str, str]:
    """Return the kind of an SDMX-ML message (the name of its root) and its version, such as 2.1.

    Reads no further than the root. Raises UnreadableError for a DTD, for what is no XML and for what is no SDMX.
    """
    with path.open("rb") as stream:
        for _event, element in iterate(stream, "start"):
            if found := NAMESPACE.match(element.tag):
                return name_of(element), f"{found[1]}.{found[2]}"
            raise UnreadableError(f"is no SDMX message: it begins with {shorten(name_of(element))}")
    raise UnreadableError("is empty")


def iterate(stream: Any, *events: str) -> Any:
    """Parse XML as a stream. Raises UnreadableError for a DTD, for entities, and for what is not well-formed."""
    try:
        yield from iterparse(stream, events, forbid_dtd=True)
    except DefusedXmlException:
        what = "has a document type declaration (DTD), which can hide entities or other files"
        raise UnreadableError(what, "take the line <!DOCTYPE …> out; SDMX has none") from None
    except ParseError as error:
        raise UnreadableError(f"is not well-formed XML: {error}", "was it downloaded to its end?") from None
    except (ValueError, LookupError) as error:
        raise UnreadableError(f"cannot be decoded: {error}", "save it as UTF-8") from None


def name_of(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def read_xml(path: Path, name: str, most: int) -> Message:
    """Read a data message of at most `most` observations. Raises UnreadableError."""
    kind, version = find_kind(path)
    if not DATA.fullmatch(kind) or version < "2.1":
        what = f"is an SDMX-ML {version} message of the kind {shorten(kind)}, which holds no data for us"
        raise UnreadableError(what, "ask for structure-specific or generic data in version 2.1 or 3.0")
    style = "generic" if kind.startswith("Generic") else "structure-specific"
    reader = _Reader(Message(name, f"SDMX-ML {version} {style}", sure=style == "generic"), most)
    try:
        with path.open("rb") as stream:
            for event, element in iterate(stream, "start", "end"):
                reader.see(event, element)
    except KeyError as error:
        what = f"does not nest its elements as SDMX does: nothing holds {error}"
        raise UnreadableError(what, "was it edited by hand?") from None
    return reader.message


class _Reader:
    """Follows the elements of a data message from start to end, and keeps nothing but observations."""

    def __init__(self, message: Message, most: int) -> None:
        self.message, self.most = message, most
        self.stack: list[Element] = []
        self.said: dict[str, dict[str, str]] = {}  # what the holders that are open say, by their name
        self.groups: list[Group] = []
        self.by_default = ""  # the header's action, for data sets without one
        self.action, self.observed = "", "TIME_PERIOD"
        self.first = self.in_series = 0

    def see(self, event: str, element: Element) -> None:
        """Take in the start or the end of an element."""
        name = name_of(element)
        if event == "start":
            self.stack.append(element)
            if len(self.stack) > MAX_DEPTH:
                raise UnreadableError(f"is nested more than {MAX_DEPTH} deep", "is it an SDMX message?")
            if name in HOLDERS:
                self._open(name, element)
            elif name == "Structure" and element.get("dimensionAtObservation"):
                self.observed = element.attrib["dimensionAtObservation"]
            return
        self.stack.pop()
        parent = name_of(self.stack[-1]) if self.stack else ""
        close = getattr(self, f"_close_{name.lower()}", None)
        if close is not None:
            close(element, parent)
        if name in HOLDERS and self.stack:
            self.stack[-1].remove(element)  # what has been read is let go

    def _open(self, name: str, element: Element) -> None:
        said = {key: text for key, text in element.attrib.items() if "}" not in key}
        if name == "DataSet":
            said = {key: text for key, text in said.items() if key not in RESERVED}
            actions = [text for key, text in element.attrib.items() if key.rpartition("}")[2] == "action"]
            self.action = (actions or [self.by_default])[0]
            self.groups, self.first = [], len(self.message.observations)
            self.said["Series"] = {}  # for observations that stand in no series
        if name == "Series":
            self.message.series += 1
            self.in_series = 0
        self.said[name] = said

    def _close_datasetaction(self, element: Element, _parent: str) -> None:
        self.by_default = (element.text or "").strip()

    def _close_test(self, element: Element, _parent: str) -> None:
        self.message.is_test = (element.text or "").strip().casefold() in ("true", "1")

    def _close_ref(self, element: Element, parent: str) -> None:
        if parent in ("Structure", "StructureUsage"):
            agency, version = element.get("agencyID", ""), element.get("version", "")
            self.message.references.append(Reference(agency, element.get("id", ""), version))

    def _close_structure(self, element: Element, _parent: str) -> None:
        if found := URN.search(element.text or ""):
            self.message.references.append(Reference(*found.groups()))

    _close_urn = _close_structureusage = _close_structure

    def _close_serieskey(self, element: Element, parent: str) -> None:
        said = _read_values(element)
        self.said[parent].update(said)
        self.message.keys.update(dict.fromkeys(said))

    _close_obskey = _close_serieskey

    def _close_groupkey(self, element: Element, _parent: str) -> None:
        self.said["Group"].update(_read_values(element))

    def _close_attributes(self, element: Element, parent: str) -> None:
        if parent in HOLDERS:
            self.said[parent].update(_read_values(element))

    def _close_obsdimension(self, element: Element, _parent: str) -> None:
        key = element.get("id", self.observed)
        self.said["Obs"][key] = element.get("value", "")
        self.message.keys[key] = None

    def _close_obsvalue(self, element: Element, _parent: str) -> None:
        self.said["Obs"]["OBS_VALUE"] = element.get("value", "")

    def _close_comp(self, element: Element, parent: str) -> None:
        """Read an attribute with several values, or with text in a language (3.0)."""
        texts = ["".join(value.itertext()).strip() for value in element if name_of(value) == "Value"]
        if parent in HOLDERS and element.get("id"):
            self.said[parent][element.attrib["id"]] = "; ".join(filter(None, texts))

    def _close_group(self, _element: Element, _parent: str) -> None:
        self.groups.append(self.said.pop("Group"))

    def _close_atts(self, _element: Element, _parent: str) -> None:
        self.groups.append(self.said.pop("Atts"))

    def _close_obs(self, _element: Element, parent: str) -> None:
        found, own = self.message.observations, self.said.pop("Obs")
        if len(found) >= self.most:
            raise UnreadableError(f"holds more than {self.most:,} observations", "import it in parts")
        self.in_series += 1
        number = self.in_series if parent == "Series" else len(found) - self.first + 1
        place = f"Series {self.message.series}, Obs {number}" if parent == "Series" else f"Obs {number}"
        found.append(Observation(place, self.said["Series"], own))

    def _close_dataset(self, _element: Element, _parent: str) -> None:
        found = self.message.observations
        if self.action.casefold() in ("delete", "d"):
            self.message.deleted += max(len(found) - self.first, 1)
            del found[self.first :]
            return
        fresh = found[self.first :]
        if not self.message.sure and fresh:
            self.message.keys.update(dict.fromkeys(_guess_keys(fresh[0])))
        apply_groups(fresh, self.groups)
        for series in {id(one.series): one.series for one in fresh}.values():
            for key, text in self.said["DataSet"].items():
                series.setdefault(key, text)


def _read_values(element: Element) -> dict[str, str]:
    values = (value for value in element if name_of(value) == "Value")
    return {value.get("id", ""): value.get("value", "") for value in values}


def _guess_keys(observation: Observation) -> list[str]:
    """Name what must be dimensions where no structure says so: what is known for no attribute."""
    keys = [key for key in observation.series if not is_attribute(key)]
    own = list(observation.own)
    end = min((own.index(key) for key in ("TIME_PERIOD", "OBS_VALUE") if key in own), default=len(own))
    return [*keys, *(key for key in own[:end] if not is_attribute(key)), "TIME_PERIOD"]
