"""Draw from a sheet what it says of indicators, and the names of indicators and areas in other languages."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vsrbook.importing.report import Report
from vsrbook.problems import list_some, shorten
from vsrbook.sources.workbook.observations import Found
from vsrbook.sources.workbook.options import Measure, Options
from vsrbook.tables import check_pattern

if TYPE_CHECKING:
    import pandas as pd

# what is known of an indicator: the column of the table indicators, and the role it comes from
DETAILS = {
    "name": "indicator_name",
    "goal": "goal",
    "target": "target",
    "global_indicator": "global_indicator",
    "series_code": "series_code",
    "unit": "unit",
    "direction": "direction",
    "base_year": "base_year",
    "target_value": "target_value",
    "target_year": "target_year",
    "limit_value": "limit_value",
    "definition": "definition",
}
FACTS = ("population", "households", "land_area_km2", "latitude", "longitude")  # of areas, in their table
BY_SERIES = ("direction", "base_year", "target_value", "target_year", "limit_value")


@dataclass
class Catalogue:
    """Collects what all sheets together say of indicators, and labels; what has been said first stays."""

    options: Options
    report: Report
    indicators: dict[str, dict[str, str]] = field(default_factory=dict)
    labels: dict[tuple[str, str, str], dict[str, str]] = field(default_factory=dict)
    areas: dict[str, dict[str, str]] = field(default_factory=dict)

    def add_areas(self, found: Found, series: pd.DataFrame) -> None:
        """Add the areas of a sheet without any values: no observation names them, only what is published."""
        sheet, judged = found.sheet, set(series["area_code"])
        codes, names = (sheet.labels.roles.get(role, []) for role in ("area_code", "area_name"))
        if any(one.holds(self.options) == "value" and one.column >= 0 for one in sheet.columns):
            return
        for n, code in enumerate(codes):
            place = sheet.grid.place(sheet.rows[n])
            row = {"area_code": code, "name": names[n] if names else "", "file": sheet.grid.file}
            if code and code in judged:
                self.areas.setdefault(code, row | {"place": place})

    def add_facts(self, found: Found) -> None:
        """Add what a sheet says of areas themselves, such as their population, where a column names their codes."""
        sheet, roles = found.sheet, found.sheet.labels.roles
        facts = {fact: roles[fact] for fact in FACTS if fact in roles}
        codes = roles.get("area_code", [])
        if facts and not codes:
            what = f"{list_some([*facts])} of areas without a code are not kept"
            hint = "name the column of codes in columns.area_code, or fill the table areas by hand"
            self.report.add("dropped", sheet.grid.file, sheet.grid.place(sheet.rows.start), what, hint)
        for n in sorted(set(found.rows.tolist())) if codes else ():
            told = {fact: texts[n] for fact, texts in facts.items() if texts[n]}
            if codes[n] and told:
                row = {"area_code": codes[n], "name": roles["area_name"][n] if "area_name" in roles else ""}
                where = {"file": sheet.grid.file, "place": sheet.grid.place(sheet.rows[n])}
                year = {"context_year": self.options.year or ""}
                self.areas.setdefault(codes[n], row | where).update(told | year)

    def add_sheet(self, found: Found) -> None:
        """Add what one sheet says."""
        by_column = any(one.given.get("indicator_code") for one in found.sheet.columns)
        if by_column:
            self._add_columns(found)
        else:
            self._add_rows(found)
        for (table, language), texts in found.sheet.labels.names.items():
            self._add_labels(found, table, language, texts)
        self._add_told_names(found)

    def _add(self, code: str, details: dict[str, str], file: str, place: str) -> None:
        row = self.indicators.setdefault(code, {"indicator_code": code, "file": file, "place": place})
        for name, text in complete(details).items():
            if text and not row.get(name):
                row[name] = text

    def _add_columns(self, found: Found) -> None:
        """Add the indicators that columns hold."""
        sheet, used = found.sheet, set(found.columns.tolist())
        used |= {n for n, one in enumerate(sheet.columns) if one.holds(self.options) != "value"}
        for number, one in enumerate(sheet.columns):
            if number in used:
                told = {name: one.describe(name) for name in DETAILS}
                told["unit"] = one.given.get("unit", "") or sheet.constants.get("unit", "")
                place = sheet.grid.place(max(sheet.rows.start - 1, 0), one.column)
                self._add(one.given["indicator_code"], told, sheet.grid.file, place)

    def _add_rows(self, found: Found) -> None:
        """Add the indicators that rows name."""
        codes = found.frame["indicator_code"].tolist()
        places = dict(reversed(list(zip(codes, found.frame["place"], strict=True))))
        details: dict[str, dict[str, str]] = {code: {} for code in places}
        for name, role in DETAILS.items():
            said: dict[str, list[str]] = defaultdict(list)
            for code, text in dict.fromkeys(zip(codes, found.pick(role), strict=True)):
                if text:
                    said[code].append(text)
            if name == "global_indicator":
                self._drop_national(found, said, places)
            for code, texts in said.items():
                if len(texts) == 1 or name not in BY_SERIES:  # others differ by series, and go to that table
                    details[code][name] = texts[0]
                if len(texts) > 1 and name not in (*BY_SERIES, "unit"):  # units are settled by the rules
                    self._doubt(found, code, name, texts, places[code])
        measures = self._measures()
        for code in dict.fromkeys(codes):
            measure = measures.get(code)
            declared = {name: str(told) for name in DETAILS if (told := getattr(measure, name, None))}
            self._add(code, details[code] | declared, found.sheet.grid.file, places[code])

    def _drop_national(self, found: Found, said: dict[str, list[str]], places: dict[str, str]) -> None:
        """Leave out numbers that countries add to the UN's: 4.1.1.1."""
        other = [code for code, texts in said.items() if not all(check_pattern("global", t) for t in texts)]
        numbers = [text for code in other for text in said.pop(code)]
        if numbers:
            some = list_some([shorten(text, 20) for text in numbers])
            what = f"no numbers of UN indicators, such as 6.1.1, are {some}; the cell stays empty"
            hint = "give these indicators a goal in the options, or in the table indicators"
            self.report.add(
                "dropped", found.sheet.grid.file, places[other[0]], what, hint, count=len(numbers)
            )

    def _doubt(self, found: Found, code: str, name: str, texts: list[str], place: str) -> None:
        some = list_some([shorten(text, 40) for text in texts], 3)
        what = f"{name} of {shorten(code)} is said in {len(texts)} ways: {some}; the first is kept"
        hint = "give the rows codes of their own, or a column of category"
        self.report.add("doubted", found.sheet.grid.file, place, what, hint, count=len(texts))

    def _measures(self) -> dict[str, Measure]:
        """Return what the mapping says of indicators that rows name, or the sheet holds, by code."""
        told = {key: one for key, one in self.options.indicators.items() if one.code is None}
        coded = [
            *self.options.indicators.values(),
            *([self.options.indicator] if self.options.indicator else []),
        ]
        return told | {one.code: one for one in coded if one.code}

    def _add_labels(self, found: Found, table: str, language: str, texts: list[str]) -> None:
        """Add the names that a column gives in one language, to areas or indicators that have a code."""
        import numpy as np

        role, main = ("area_code", "area_name") if table == "areas" else ("indicator_code", "indicator_name")
        frame = found.frame[[role, "file", "place"]].set_axis(["code", "file", "place"], axis=1)
        frame = frame.assign(label=np.array(texts, dtype=object)[found.rows], name=found.pick(main))
        frame = frame[(frame["label"] != "")].drop_duplicates(["code", "label"])
        if language == self.options.language:
            frame = frame[frame["label"] != frame["name"]]
        nameless = frame[frame["code"] == ""]
        if len(nameless):
            what = f"names in {shorten(language)} of {len(nameless)} areas without a code are not kept"
            place, hint = nameless["place"].iloc[0], "name the column of codes in columns.area_code"
            self.report.add("dropped", found.sheet.grid.file, place, what, hint, count=len(nameless))
        for row in frame[frame["code"] != ""].to_dict("records"):
            label = {"table": table, "language": language} | {
                k: row[k] for k in ("code", "label", "file", "place")
            }
            self.labels.setdefault((table, row["code"], language), label)

    def _add_told_names(self, found: Found) -> None:
        """Add the names of indicators that the mapping gives."""
        told = {
            one.given.get("indicator_code", ""): one.measure for one in found.sheet.columns if one.measure
        }
        told |= {code: one for code, one in self._measures().items() if code in self.indicators}
        where = {"file": found.sheet.grid.file, "place": found.sheet.grid.place(0)}
        for code, measure in told.items():
            for language, name in (measure.names if code in self.indicators else {}).items():
                row = {"table": "indicators", "code": code, "language": language, "label": name} | where
                self.labels.setdefault(("indicators", code, language), row)


def complete(told: dict[str, str]) -> dict[str, str]:
    """Add goal and target that a global indicator implies: 6.1.1 is of goal 6, target 6.1."""
    number = told.get("global_indicator", "")
    if not check_pattern("global", number):
        return told
    target = number.rsplit(".", 1)[0]
    return told | {"goal": told.get("goal") or target.split(".")[0], "target": told.get("target") or target}
