"""Read the statuses of progress that a repository publishes, and give each to the series it is of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from vsrbook.importing.cells import tidy_words
from vsrbook.importing.report import Report
from vsrbook.problems import shorten
from vsrbook.sources.open_sdg.metadata import Meta
from vsrbook.sources.open_sdg.observations import FileRows
from vsrbook.sources.open_sdg.repository import Repository
from vsrbook.sources.open_sdg.words import fold
from vsrbook.sources.open_sdg.yaml_text import NotYamlError, parse_yaml_text, read_text

COMPONENTS = "indicator_calculation_components.yml"


def read_published(repository: Repository, report: Report) -> dict[str, Any]:
    """Read the statuses that Open SDG has calculated and left in the repository; {} where there are none."""
    path = repository.root / COMPONENTS
    if not path.is_file():
        return {}
    try:
        return parse_yaml_text(read_text(path)).data
    except NotYamlError as error:
        report.add("dropped", COMPONENTS, error.line, f"the published statuses are not YAML: {error}")
        return {}


def publish_statuses(
    file: FileRows, meta: Meta, published: Any, rows: list[dict[str, Any]], name: str, report: Report
) -> list[dict[str, Any]]:
    """Give each series (of `rows`) the status that the source publishes of it.

    A status of the indicator as a whole is given only where the indicator is a single series.
    """
    parts = published if isinstance(published, dict) else {}
    of_series = {label: one for label, one in parts.items() if isinstance(one, dict)}
    labels = [_find_part(row, of_series) for row in rows]
    done = [
        row | _read_status(of_series[label], label) if label else row
        for row, label in zip(rows, labels, strict=True)
    ]
    status = {
        "published_status": meta.text("progress_status") or tidy_words(parts.get("progress_status")),
        "published_value": meta.text("progress_value"),
        "published_score": meta.text("progress_score") or tidy_words(parts.get("score")),
    }
    if not status["published_status"] or any(labels):
        return done
    codes = list(dict.fromkeys(one.code for one in file.namings.values()))
    if len(done) == 1 and len(of_series) < 2:
        return [done[0] | status]
    if not done and len(codes) == 1:
        place = {"file": name, "place": "progress_status", "_named": False}
        return [{"indicator_code": codes[0], **status, **place}]
    n = len(of_series) or len(done) or len(codes)
    what = f"the status {shorten(status['published_status'])} is of {n} series together"
    report.add("doubted", name, "progress_status", what, "it is given to none of them")
    return done


def _find_part(row: dict[str, Any], parts: Iterable[str]) -> str:
    """Return the label of the published series that an option names ("1-4-1 / Series / Group"), "" for none."""
    labels = list(parts)
    words = [fold(word) for word in row["_words"]]
    series = fold(row["_series"])
    for wanted in (words, [series, *(word for word in words if word != series)]):
        for label in labels:
            named = [part.strip() for part in label.split(" / ")[1:]]
            if len(named) == len(wanted) and all(map(_is_short_for, named, wanted)):
                return label
    return labels[0] if len(labels) == 1 and not words else ""


def _is_short_for(part: str, word: str) -> bool:
    """Whether a part of a label, which may be cut ("Proportion of child..."), stands for a word."""
    begin = re.sub(r"(\.\.\.|…)$", "", part)
    return word.startswith(fold(begin)) if begin != part else word == fold(part)


def _read_status(part: dict[str, Any], label: str) -> dict[str, str]:
    return {
        "published_status": tidy_words(part.get("status")),
        "published_value": tidy_words(part.get("progress_value")),
        "published_score": tidy_words(part.get("score")),
        "file": COMPONENTS,
        "place": label,
    }
