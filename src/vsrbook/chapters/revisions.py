"""What has changed since the last edition: values, and the statuses that were judged from them."""

from __future__ import annotations

import pandas as pd

from vsrbook.assessing import assess_series
from vsrbook.chapters.common import group_name, with_unit
from vsrbook.chapters.statuses import status_words
from vsrbook.figures import Block
from vsrbook.figures import blocks as b
from vsrbook.methods.editions import compare_assessments, compare_editions
from vsrbook.naming import area_names
from vsrbook.review import Review, row_ids
from vsrbook.text import gettext as _
from vsrbook.text import mark, number

KINDS = {
    "revised": mark("Revised values"),
    "new": mark("New values"),
    "dropped": mark("Values no longer given"),
    "now_missing": mark("Values now missing"),
    "now_known": mark("Values now known"),
    "status_changed": mark("Values whose mark has changed (such as provisional, now final)"),
    "unchanged": mark("Unchanged values"),
}
MOST = 60  # rows that a table shows; the rest is counted


def revision_counts(review: Review) -> Block | None:
    """Count what has changed since the last edition."""
    changes = _changes(review)
    if changes is None:
        return None
    counts = changes["kind"].value_counts()
    previous = review.association.previous
    edition = previous.edition if previous else ""
    lines: list[dict[str, b.Cell]] = [
        {_("What has changed"): _(words), _("Observations"): int(counts[kind])}
        for kind, words in KINDS.items()
        if counts.get(kind)
    ]
    caption = _("This edition compared with that of {edition}").format(edition=edition)
    return b.data_table(lines, caption, row_ids("observations", review.tables["observations"]))


def _changes(review: Review) -> pd.DataFrame | None:
    before = review.previous.get("observations")
    return None if before is None else compare_editions(before, review.tables["observations"])


def revision_table(review: Review) -> Block | None:
    """List the values that were revised, the largest change first."""
    changes = _changes(review)
    if changes is None:
        return None
    revised = changes[changes["kind"] == "revised"]
    if revised.empty:
        return b.prose(_("No value that both editions give was revised."))
    order = (
        revised["relative_difference"].abs().fillna(float("inf")).sort_values(ascending=False, kind="stable")
    )
    indicators = review.tables["indicators"].set_index("indicator_code")
    names = area_names(review)
    lines = [
        _revision_line(row, indicators, names)
        for _index, row in revised.loc[order.index].head(MOST).iterrows()
    ]
    caption = _("Revised values, the largest change first")
    if len(revised) > MOST:
        caption += " " + _("({shown} of {all})").format(shown=MOST, all=number(len(revised)))
    return b.data_table(lines, caption, row_ids("observations", review.tables["observations"]))


def _revision_line(row: pd.Series, indicators: pd.DataFrame, names: dict[str, str]) -> dict[str, b.Cell]:
    code = row["indicator_code"]
    known = code in indicators.index
    unit = str(indicators.loc[code, "unit"]) if known else ""
    group = group_name(row.fillna(""))
    name = str(indicators.loc[code, "name"]) if known else str(code)
    return {
        _("Indicator"): f"{name} – {group}" if group else name,
        _("Area"): names.get(str(row["area_code"]), str(row["area_code"])),
        _("Year"): str(row["year"]),
        _("Before"): with_unit(float(row["old_value"]), unit),
        _("Now"): with_unit(float(row["new_value"]), unit),
        _("Difference"): float(row["difference"]),
    }


def status_changes(review: Review) -> Block | None:
    """List the series whose status is another than the last edition's, under the method of this edition."""
    progress, before = review.association.progress, review.previous.get("observations")
    if progress is None or before is None:
        return None
    old = assess_series(review, progress.method, before)
    changes = compare_assessments(old, assess_series(review, progress.method))
    changed = changes[changes["kind"] == "status_changed"]
    if changed.empty:
        return b.prose(_("No series has another status than in the last edition."))
    indicators = review.tables["indicators"].set_index("indicator_code")["name"]
    names = area_names(review)
    lines: list[dict[str, b.Cell]] = [
        {
            _("Indicator"): str(indicators.get(row["indicator_code"], row["indicator_code"])),
            _("Group"): group_name(pd.Series(row)) or "–",
            _("Area"): names.get(str(row["area_code"]), str(row["area_code"])),
            _("Before"): status_words(str(row["old_status"])),
            _("Now"): status_words(str(row["new_status"])),
        }
        for row in changed.head(MOST).to_dict("records")
    ]
    caption = _("Series whose status has changed since the last edition")
    if len(changed) > MOST:
        caption += " " + _("({shown} of {all})").format(shown=MOST, all=number(len(changed)))
    return b.data_table(lines, caption, row_ids("observations", review.tables["observations"]))
