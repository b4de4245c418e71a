"""Complete what was read until it has the columns of our tables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vsrbook.importing.extract import Extract
from vsrbook.importing.report import Report
from vsrbook.importing.writing import UNKNOWN_PUBLISHER
from vsrbook.params import Import
from vsrbook.problems import count_noun, list_some
from vsrbook.sdg import series_codes

if TYPE_CHECKING:
    import pandas as pd


def make_tables(extract: Extract, spec: Import, report: Report) -> dict[str, pd.DataFrame]:
    """Return the tables of an import, named and with the columns of their contracts.

    Goal and target follow from the global indicator where the source gives no more; a direction that is not
    given is "none". What a table needs and the source does not give is reported.
    """
    indicators = _complete_indicators(extract.indicators, extract.observations, report)
    observations = extract.observations.assign(weight="")
    tables = {
        "sources": _source_rows(extract.sources, spec, report),
        "areas": extract.areas,
        "indicators": indicators,
        "observations": observations,
        "series": extract.series,
        "labels": extract.labels,
    }
    return {name: _cite(frame, spec.source) for name, frame in tables.items()}


def _cite(frame: pd.DataFrame, source: str) -> pd.DataFrame:
    """Give every row the id of its source: the import's, or the part of it that the reader named."""
    if "source_id" not in frame:
        return frame.assign(source_id=source)
    parts = frame["source_id"].map(str)
    return frame.assign(source_id=(source + "." + parts).where(~parts.isin(["", source]), source))


def _source_rows(sources: pd.DataFrame, spec: Import, report: Report) -> pd.DataFrame:
    import pandas as pd

    own: dict[str, Any] = {
        "source_id": "",
        "title": spec.title or spec.source,  # as the id: it gives way to a title that is filled in
        "publisher": spec.publisher or UNKNOWN_PUBLISHER,
        "date": spec.date or "",
        "url": spec.url or "",
        "licence": spec.licence or "",
        "note": f"Read by vsrbook from {spec.format}.",
    }
    if not spec.publisher:
        report.add(
            "doubted", "", "", "who published the source is not stated", "add publisher: to the import"
        )
    parts = sources.assign(publisher=sources["publisher"].map(lambda cell: cell or own["publisher"]))
    return pd.concat([pd.DataFrame([own]), parts], ignore_index=True).fillna("")


def _complete_indicators(
    indicators: pd.DataFrame, observations: pd.DataFrame, report: Report
) -> pd.DataFrame:
    rows = {str(row["indicator_code"]): row for row in indicators.to_dict("records")}
    for code in observations["indicator_code"].unique():
        rows.setdefault(str(code), {"indicator_code": code})
    completed = [_complete_indicator(row) for row in rows.values()]
    for column, hint in (
        ("goal", "give it in the options, or fill it in the table indicators: it is kept"),
        ("unit", "give it in the options, or fill it in the table indicators: it is kept"),
    ):
        without = [str(row["indicator_code"]) for row in completed if row[column] == ""]
        if without:
            what = f"{count_noun(len(without), 'indicator')} without a {column}: {list_some(without)}"
            report.add("doubted", "indicators.csv", "", what, hint, count=len(without))
    import pandas as pd

    return pd.DataFrame(completed).fillna("")


def _indicator_of(series_code: str) -> str:
    """Return the global indicator that an SDMX series is of, where it is of one only; else ""."""
    series = series_codes().get(series_code)
    codes = series.global_indicators if series else ()
    return codes[0] if len(codes) == 1 else ""


def _complete_indicator(row: dict[Any, Any]) -> dict[str, Any]:
    filled = {str(name): cell for name, cell in row.items()}
    code = str(filled.get("global_indicator") or _indicator_of(str(filled.get("series_code") or "")))
    target = str(filled.get("target") or code.rpartition(".")[0])
    goal = str(filled.get("goal") or "") or target.partition(".")[0]
    return filled | {
        "global_indicator": code,
        "target": target,
        "goal": goal if re.fullmatch(r"\d{1,2}", goal) else "",
        "name": filled.get("name") or filled["indicator_code"],
        "unit": filled.get("unit") or "",
        "direction": filled.get("direction") or "",
    }
