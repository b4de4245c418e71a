"""Write what is derived for the SDG codes: series.csv from an SDMX structure file, and the page on the codes.

    python tools/write_sdg_series.py                 # writes book/sdg-codes.md
    python tools/write_sdg_series.py --dsd FILE      # writes src/vsrbook/sdg/series.csv, then the page

FILE is an SDMX-ML 2.1 structure with a code list CL_SERIES whose codes carry an annotation "Indicator", as
the SDG data structures of the UN's country data lab have it: Rwanda's is "RWA_2025_SDG DSD.xml" in
github.com/sustainabledevelopment-rwanda/sdg-data-rwanda (MIT). Only codes are taken over, no descriptions.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

from defusedxml import ElementTree

from vsrbook.sdg import GOALS, GlobalIndicator, global_indicators, targets, write_codes

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

ROOT = Path(__file__).parents[1]
SERIES = ROOT / "src" / "vsrbook" / "sdg" / "series.csv"
PAGE = ROOT / "book" / "sdg-codes.md"
MAX_BYTES = 50_000_000
STRUCTURE = "{http://www.sdmx.org/resources/sdmxml/schemas/v2_1/structure}"
COMMON = "{http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common}"
INDICATOR = re.compile(r"\b(?:[1-9]|1[0-7])\.(?:\d{1,2}|[a-d])\.\d{1,2}\b")
NATIONAL = re.compile(r"_L_[A-Z]{2}_")  # how the national series of a country's structure begin
HEAD = """\
# SDG codes

A table names the target (`6.1`) and the global indicator (`6.1.1`) that a local indicator serves. vsrbook knows
the codes, so that a slip of the pen is found before a reader finds it.

## What is known

| What | How many | Where the list is from |
|---|---|---|
| Goals | 17 | The 2030 Agenda. Names in {languages} languages are from [Open SDG](https://github.com/open-sdg/sdg-translations), © 2019 Open SDG, MIT licence. |
| Targets | {targets} | The 2030 Agenda, General Assembly resolution 70/1. |
| Global indicators | {current} of today, {retired} retired | The global indicator framework: resolution 71/313 of 2017, and the comprehensive reviews of 2020 and 2025. |
| SDMX series | open list | Codes in the SDG data structure of the National Institute of Statistics of Rwanda. |

The labels are a few words of our own. They help to find a code; they do not replace the UN's wording, which
stands on [the pages of the UN Statistics Division](https://unstats.un.org/sdgs/indicators/indicators-list/).
How the lists were checked, and what is uncertain, stands in `src/vsrbook/sdg/README.md`.

## What happens with a code

- **An unknown goal, target or global indicator is an error.** The message says which codes there are: *unknown
  target '6.9'; goal 6 has targets 6.1 to 6.6, 6.a and 6.b*.
- **A retired global indicator is a warning.** Figures published under it may stay.
- **A series code that is not in the list is fine.** The list is open.
- **A local indicator needs no global one.** Leave the cell empty where none fits.
"""  # noqa: E501  # a row of a Markdown table is one line
CHANGED_HEAD = """\
## Codes that changed

The same code can mean two things in two years' reports. The year is that of the first list with the new meaning.

| Code | Now | Before | List |
|---|---|---|---|
"""


def read_series(path: Path) -> list[dict[str, str]]:
    """Return the rows of series.csv: the codes of CL_SERIES in their order, with what their annotations say.

    Raises ValueError for a file that is too large or holds no such code list.
    """
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(f"{path.name}: larger than {MAX_BYTES // 1_000_000} MB")
    root = ElementTree.parse(path).getroot()
    lists = [found for found in root.iter(f"{STRUCTURE}Codelist") if found.get("id") == "CL_SERIES"]
    if not lists:
        raise ValueError(f"{path.name}: no code list CL_SERIES")
    source = f"{lists[0].get('agencyID')}:CL_SERIES({lists[0].get('version')})"
    return [_series_row(code, source) for code in lists[0].iter(f"{STRUCTURE}Code")]


def _series_row(code: Element, source: str) -> dict[str, str]:
    notes = {
        note.findtext(f"{COMMON}AnnotationType"): note.findtext(f"{COMMON}AnnotationText") or ""
        for note in code.iter(f"{COMMON}Annotation")
    }
    name = code.get("id", "")
    return {
        "series_code": name,
        "global_indicators": ";".join(INDICATOR.findall(notes.get("Indicator", ""))),
        "origin": "national" if NATIONAL.match(name) else "unmarked",
        "retired": "yes" if notes.get("RetiredSeries", "").strip() else "",
        "source": source,
    }


def series_text(path: Path) -> str:
    """Return series.csv as the structure file at `path` gives it."""
    rows = read_series(path)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def targets_page() -> str:
    """Return the page book/sdg-codes.md."""
    from vsrbook.sdg import goal_languages

    current = [i for i in global_indicators().values() if i.status == "current"]
    counts = {
        "languages": len(goal_languages()),
        "targets": len(targets()),
        "current": len(current),
        "retired": len(global_indicators()) - len(current),
    }
    parts = [HEAD.format(**counts), CHANGED_HEAD + _changed_rows(), "## The targets\n"]
    return "\n".join([*parts, *(_goal_section(number) for number in GOALS)])


def _changed_rows() -> str:
    lines = []
    for indicator in global_indicators().values():
        if indicator.status == "retired":
            now = (
                f"retired; see {' and '.join(indicator.replaced_by)}" if indicator.replaced_by else "retired"
            )
            lines.append(f"| {indicator.code} | {now} | {indicator.label} | {indicator.until} |")
        elif indicator.redefined:
            lines.append(_changed_row(indicator))
    return "\n".join(lines) + "\n"


def _changed_row(indicator: GlobalIndicator) -> str:
    cells = (indicator.code, indicator.label, indicator.former_label, str(indicator.redefined))
    return f"| {' | '.join(cells)} |"


def _goal_section(goal: int) -> str:
    lines = [f"### Goal {goal}: {GOALS[goal].english}", ""]
    lines += ["| Target | In short | Global indicators |", "|---|---|---|"]
    for target in targets().values():
        if target.goal == goal:
            codes = [
                i.code
                for i in global_indicators().values()
                if i.target == target.code and i.status == "current"
            ]
            lines.append(f"| {target.code} | {target.label} | {write_codes(codes)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write series.csv where a structure file is given, and the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--dsd", type=Path, help="SDMX structure file with the code list CL_SERIES")
    arguments = parser.parse_args()
    if arguments.dsd:
        SERIES.write_text(series_text(arguments.dsd), "utf-8", newline="\n")
        print(f"wrote {SERIES.relative_to(ROOT)}")
    PAGE.write_text(targets_page(), "utf-8", newline="\n")
    print(f"wrote {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
