"""Turn observations of SDMX into rows of our tables: groups named, values scaled, marks kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from vsrbook.importing.report import Report
from vsrbook.problems import shorten
from vsrbook.sources.sdmx.layout import COMMENTS, Source
from vsrbook.sources.sdmx.message import Observation
from vsrbook.sources.sdmx.options import Options, Role
from vsrbook.sources.sdmx.series import strip_indicator
from vsrbook.sources.sdmx.tally import SHOWN, Tally
from vsrbook.sources.sdmx.totals import Totals, find_totals
from vsrbook.sources.sdmx.units import Row
from vsrbook.sources.sdmx.values import (
    NATURES,
    NOTHING,
    Status,
    is_annual,
    read_period,
    read_status,
    scale_value,
)

SEXES = {"F": "female", "FEMALE": "female", "M": "male", "MALE": "male"}
RESIDENCES = {"U": "urban", "URBAN": "urban", "R": "rural", "RURAL": "rural"}


def make_rows(sources: Iterable[Source], options: Options, report: Report) -> list[Row]:
    """Turn all observations into rows; what is not annual, or cannot be scaled, is refused and reported.

    A row has the columns of Extract.observations, and `unit_code`.
    """
    sources = list(sources)
    totals = find_totals(sources, options, report)
    rows: list[Row] = []
    for source in sources:
        tally = Tally(source.message.name)
        maker = _RowMaker(source, totals, options, tally)
        rows += [row for one in source.message if (row := maker.make(one)) is not None]
        tally.tell(report)
    return rows


@dataclass
class _RowMaker:
    """Makes the rows of one file."""

    source: Source
    totals: Totals
    options: Options
    tally: Tally

    def make(self, observation: Observation) -> Row | None:
        """Make one row, None where the observation is refused."""
        said, roles, words = observation.merge(), self.source.layout.roles, self.source.words
        if self._is_left_out(said, observation.place):
            return None
        row = self._read_groups(said, observation.place)
        year = self._read_year(said, observation.place)
        if row is None or year is None:
            return None
        value = self._read_value(said, observation.place, row)
        if value is None:
            return None
        area, unit = said.get(roles.get("area", ""), ""), said.get(roles.get("unit", ""), "")
        named = words.name_code(roles["area"], area) if area else ""
        return row | {
            "indicator_code": said.get(roles["indicator"], ""),
            "area_code": area,
            "area_name": "" if named == area else named,
            "year": year,
            "value": value,
            "unit_code": unit,
            "unit": words.name_code(roles["unit"], unit) if unit and not unit.startswith("_") else "",
            "source_id": said.get(
                roles.get("source", ""), ""
            ),  # the words; ids are given to all files together
            "file": self.source.message.name,
            "place": observation.place,
        }

    def _said(self, said: Row, role: Role) -> str:
        return said.get(self.source.layout.roles.get(role, ""), "")

    def _is_left_out(self, said: Row, place: str) -> bool:
        reporting, wanted = self._said(said, "reporting_type"), self.options.reporting_type
        if wanted is not None and reporting != wanted and "reporting_type" in self.source.layout.roles:
            self.tally.add("dropped", place, f"reporting type {shorten(reporting)} is not {wanted}")
            return True
        if not is_annual(frequency := self._said(said, "frequency")):
            named = self.source.words.name_code(self.source.layout.roles["frequency"], frequency)
            what = f"frequency {shorten(frequency)} ({named}) is not annual"
            self.tally.add("refused", place, what, "ask for annual values")
            return True
        if not self._said(said, "indicator"):
            self.tally.add("refused", place, "names no indicator")
            return True
        return False

    def _read_year(self, said: Row, place: str) -> str | None:
        period = self._said(said, "period")
        year = read_period(period)
        if year is None:
            what = "the period is a part of a year, such as " + shorten(period)
            what = what if len(self.tally.found) < SHOWN else "the period is a part of a year"
            self.tally.add("refused", place, what, "ask for annual values")
        return year

    def _read_groups(self, said: Row, place: str) -> Row | None:
        """Read sex, age, residence, and all other dimensions as the category, in the structure's order."""
        groups: Row = {"sex": "", "age": "", "residence": ""}
        parts: list[str] = []
        indicator, layout = said.get(self.source.layout.roles["indicator"], ""), self.source.layout
        for dimension in layout.groups:
            code = said.get(dimension, "")
            if not code or code in self.totals.get((indicator, dimension), ()):
                continue
            role = layout.role_of(dimension)
            known = {"sex": SEXES, "residence": RESIDENCES}.get(role or "", {}).get(code.upper(), "")
            if known:
                groups[str(role)] = known
            elif role == "age":
                groups["age"] = self._name(said, dimension, code)
            elif role is None and not self._may_be_category(dimension):
                what = f"{dimension} is {shorten(code)}, but {dimension} is not in category_dimensions"
                self.tally.add("refused", place, what, "add it there, or to ignore_dimensions")
                return None
            else:
                parts.append(f"{self._name_dimension(dimension)}: {self._name(said, dimension, code)}")
        return groups | {"category": "; ".join(parts)}

    def _may_be_category(self, dimension: str) -> bool:
        wanted = self.options.category_dimensions
        return wanted is None or dimension in wanted

    def _name(self, said: Row, dimension: str, code: str) -> str:
        """Name a code: CUST_BREAKDOWN_LB says in the file itself what C01 of CUST_BREAKDOWN means."""
        if self.options.labels == "codes":
            return code
        given = said.get(f"{dimension}_LB", "")
        return (given or self.source.words.name_apart(dimension, code)).replace(";", ",")

    def _name_dimension(self, dimension: str) -> str:
        if self.options.labels == "codes":
            return dimension
        return self.source.words.name_concept(dimension).replace(";", ",").replace(":", ",")

    def _read_value(self, said: Row, place: str, row: Row) -> str | None:
        """Read value, status and note; what is marked as missing or suppressed has no value."""
        text = self._said(said, "value").strip()
        text = "" if text in NOTHING else text
        status = read_status(
            self._said(said, "status"), self._said(said, "confidentiality"), self._said(said, "nature")
        )
        row["status"], row["note"] = status.status, self._write_note(said, status)
        if status.empty and text:
            what = "a value that is marked as suppressed or missing is not taken over"
            self.tally.add("dropped", place, what)
        if status.empty or not text:
            return ""
        return self._scale(text, self._said(said, "multiplier"), place)

    def _scale(self, text: str, multiplier: str, place: str) -> str | None:
        try:
            scaled = scale_value(text, multiplier)
        except ValueError as error:
            self.tally.add("refused", place, str(error), "correct it in the source")
            return None
        if scaled != text:
            self.tally.add("read", place, f"value multiplied by 10^{multiplier} (unit multiplier)")
        return scaled

    def _write_note(self, said: Row, status: Status) -> str:
        roles, words = self.source.layout.roles, self.source.words
        notes = [words.name_code(roles["status"], code) for code in status.noted]
        if (nature := self._said(said, "nature")) not in NATURES:
            notes.append(f"{words.name_concept(roles['nature'])}: {words.name_code(roles['nature'], nature)}")
        detail = self._said(said, "time_detail")
        if detail and not detail.startswith("_") and detail != self._said(said, "period"):
            notes.append(f"{words.name_concept(roles['time_detail'])}: {detail}")
        indicator = words.name_code(roles["indicator"], self._said(said, "indicator"))
        comments = [self._said(said, "comment"), *(said.get(name, "") for name in COMMENTS)]
        known = {strip_indicator(indicator).casefold(), indicator.casefold()}
        notes += [text for text in map(_join_words, comments) if text and text.casefold() not in known]
        return "; ".join(dict.fromkeys(notes))


def _join_words(text: str) -> str:
    return " ".join(text.split())
