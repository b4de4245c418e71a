"""Find the codes that stand for no group: the total of a dimension, the usual reporting type."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from vsrbook.importing.report import Report
from vsrbook.problems import shorten
from vsrbook.sources.sdmx.layout import Source
from vsrbook.sources.sdmx.options import Options

TOTALS = ("_T", "TOTAL", "_Z", "_X")
SHORT_TOTALS = ("T", "ALL")  # T is Eurostat's total of sex and age; elsewhere it is a code like any other
NATIONAL = "N"

Totals = dict[tuple[str, str], frozenset[str]]  # by indicator and dimension


def find_totals(sources: Iterable[Source], options: Options, report: Report) -> Totals:
    """Find, for each indicator and dimension, the code that stands for no group.

    _T comes first: beside it, _X (not available) and _Z (not applicable) are groups of their own. Of several
    reporting types, national figures (N) stand without a group.
    """
    sources = list(sources)
    found: Totals = {}
    for (indicator, dimension, role), seen in _list_codes(sources).items():
        if role == "reporting_type":
            chosen = options.reporting_type or (NATIONAL if len(seen) > 1 else next(iter(seen)))
            found[indicator, dimension] = frozenset({chosen})
            continue
        short = SHORT_TOTALS if role in ("sex", "age", "residence") else ()
        like = [code for code in (*TOTALS[:2], *short, *TOTALS[2:]) if code in seen]
        found[indicator, dimension] = frozenset([*like[:1], *options.totals])
        if more := [code for code in like[1:] if code not in options.totals]:
            what = f"{dimension} of {shorten(indicator)} has {like[0]} and {', '.join(more)}"
            hint = f"if all of them stand for the whole: totals: [{', '.join(more)}]"
            report.add("doubted", "", indicator, f"{what}; only {like[0]} is no group", hint)
    return found


def _list_codes(sources: Iterable[Source]) -> dict[tuple[str, str, str], set[str]]:
    """Collect the codes that each indicator has in each dimension (and the role of that one)."""
    codes: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for source in sources:
        named = [(name, source.layout.role_of(name) or "") for name in source.layout.groups]
        key = source.layout.roles["indicator"]
        for one in source.message:
            said = one.merge()
            for dimension, role in named:
                codes[said.get(key, ""), dimension, role].add(said.get(dimension, ""))
    return codes
