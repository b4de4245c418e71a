"""Give each indicator of a source one unit; units that differ only by blanks are one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vsrbook.importing.cells import join_blanks, map_distinct, tidy_words
from vsrbook.importing.report import Report
from vsrbook.problems import count_noun, shorten

if TYPE_CHECKING:
    import pandas as pd


# a share in percent is written "%" in our tables, whatever its word in the source
PERCENT = re.compile(
    r"(percent(age)?|per cent|pct|pourcentages?|porcentajes?|prozent|процент\w*|пайыз\w*|%)( ?\(%\))?",
    re.IGNORECASE,
)


def settle_units(rows: pd.DataFrame, indicators: pd.DataFrame, report: Report) -> dict[str, str]:
    """Return the unit of each indicator: the declared one, else the one that most rows have.

    Units that differ only by blanks are one.
    """
    declared = {
        tidy_words(code): tidy_words(unit)
        for code, unit in zip(indicators["indicator_code"], indicators["unit"], strict=True)
        if tidy_words(unit)
    }
    units = dict(declared)
    counts = rows[rows["unit"] != ""].groupby(["indicator_code", "unit"], sort=False).size()
    for code, group in counts.groupby(level=0, sort=False):
        written = {str(unit): int(n) for unit, n in group.droplevel(0).items()}
        chosen = units.setdefault(str(code), max(written, key=lambda unit: written[unit]))
        same = [unit for unit in written if unit != chosen and join_blanks(unit) == join_blanks(chosen)]
        for unit in same:
            what = f"unit {shorten(unit)} of {shorten(code)} is {shorten(chosen)}: they differ by blanks only"
            report.add("merged", "", "", what, count=written[unit])
    return units


def name_unit(unit: str) -> str:
    """Return the unit as our tables name it: "Percentage (%)" is "%"."""
    return "%" if PERCENT.fullmatch(unit) else unit


def refuse_other_units(rows: pd.DataFrame, units: dict[str, str], report: Report) -> pd.DataFrame:
    """Leave out the rows whose unit is not their indicator's, and report them."""
    wanted = map_distinct(rows["indicator_code"], lambda code: join_blanks(units.get(code, "")))
    other = (rows["unit"] != "") & (map_distinct(rows["unit"], join_blanks) != wanted)
    for (code, unit), group in rows[other].groupby(["indicator_code", "unit"], sort=False):
        what = f"{shorten(code)} is in {shorten(units[str(code)])}, "
        what += f"{count_noun(len(group), 'row')} in {shorten(unit)}"
        hint = "give them a code of their own"
        report.add("refused", group["file"].iloc[0], group["place"].iloc[0], what, hint, count=len(group))
    return rows[~other]
