"""Words for the statuses that progress methods give, and the figures that show them goal by goal."""

from __future__ import annotations

import pandas as pd

from vsrbook.assessing import assess_whole, compare_whole
from vsrbook.chapters.common import cite_all, group_name, short
from vsrbook.chapters.goal import GoalEvidence
from vsrbook.figures import Block, Figure, charts
from vsrbook.figures import blocks as b
from vsrbook.methods.progress import METHODS, NOT_ASSESSABLE
from vsrbook.methods.progress.rollup import roll_up
from vsrbook.review import Review, row_ids
from vsrbook.sdg import GOALS
from vsrbook.text import gettext as _
from vsrbook.text import join, mark, number

STATUSES = {
    "target_achieved": mark("target achieved"),
    "substantial_progress": mark("substantial progress"),
    "significant_progress": mark("significant progress"),
    "moderate_progress": mark("moderate progress"),
    "limited_progress": mark("limited progress"),
    "insufficient_progress": mark("insufficient progress"),
    "no_significant_change": mark("no significant change"),
    "deterioration": mark("deterioration"),
    "moderate_movement_away": mark("moderate movement away"),
    "significant_movement_away": mark("significant movement away"),
    "moving_away": mark("moving away"),
    "on_track_or_met": mark("on track or met"),
    "fair_progress": mark("fair progress, acceleration needed"),
    "stagnation_or_regression": mark("stagnation or regression"),
    "green": mark("green: goal achieved"),
    "yellow": mark("yellow: challenges remain"),
    "orange": mark("orange: significant challenges"),
    "red": mark("red: major challenges"),
    "grey": mark("grey: too few data"),
    "meets": mark("on the way to the target"),
    "accelerate": mark("must accelerate"),
    "no_progress": mark("no progress"),
    "on_track": mark("on track"),
    "slightly_off": mark("slightly off track"),
    "off_track": mark("off track"),
    "wrong_direction": mark("wrong direction"),
    NOT_ASSESSABLE: mark("cannot be judged"),
}
TITLES = {
    "eurostat": mark("Eurostat-type method"),
    "open-sdg": mark("Open SDG progress measure"),
    "unsd": mark("method of the UN Statistics Division (2023)"),
    "sdsn": mark("SDG Index method (SDSN)"),
    "escap": mark("method of the Asia-Pacific SDG progress report (ESCAP)"),
    "destatis": mark("method of the German indicator reports (Destatis)"),
}


def status_words(status: str) -> str:
    """Name a status in the edition's language."""
    return _(STATUSES[status]) if status in STATUSES else status.replace("_", " ")


def method_words(method: str) -> str:
    """Name a method in the edition's language, with the version of its rules."""
    words = _(TITLES[method]) if method in TITLES else METHODS[method].title
    return _("{method}, rules of version {version}").format(method=words, version=METHODS[method].version)


def status_chart(review: Review) -> Figure | None:
    """Show per goal how many series of the whole territory have which status under the chosen method."""
    progress = review.association.progress
    table = _judged(review)
    if progress is None or table.empty or (table["status"] == NOT_ASSESSABLE).all():
        return None
    counts = table.groupby(["goal", "status"]).size().rename("count").reset_index()
    order = [*(status.name for status in METHODS[progress.method].statuses), NOT_ASSESSABLE]
    seen = [status for status in order if status in set(counts["status"])]
    frame = counts.assign(
        row=[GOALS[int(goal)].title for goal in counts["goal"]], column=counts["status"].map(status_words)
    )
    frame["says"] = [
        f"{row}, {column}: {n}"
        for row, column, n in frame[["row", "column", "count"]].itertuples(index=False)
    ]
    columns = [status_words(status) for status in seen]
    pivot = frame.pivot_table(index="row", columns="column", values="count", sort=False, aggfunc="sum")
    pivot = pivot.reindex(columns=columns).fillna(0).astype(int)
    observations = review.tables["observations"]
    return Figure(
        id="status",
        title=_status_title(table, order),
        chart=charts.matrix(frame, x_title="", colour_title=_("Series"), columns=columns, upright=True),
        table=pivot.rename_axis(_("Goal")).rename_axis(None, axis=1).reset_index(),
        alt=_("Matrix of goals by status. {list}.").format(list="; ".join(frame["says"])),
        source=cite_all(review, observations["source_id"]),
        rows=row_ids("observations", observations.dropna(subset=["value"])),
        note=_status_note(review, table),
    )


def _judged(review: Review) -> pd.DataFrame:
    """Return the judged series of the whole territory, with their goal; those of goals in focus only."""
    progress = review.association.progress
    if progress is None:
        return pd.DataFrame(columns=["goal", "status"])
    indicators = review.tables["indicators"][["indicator_code", "goal", "name", "unit"]]
    table = assess_whole(review, progress.method).merge(indicators, on="indicator_code")
    return table[table["goal"].isin(review.goals)].sort_values("goal", kind="stable")


def _status_title(table: pd.DataFrame, order: list[str]) -> str:
    """Say how many could be judged, and which status most of them have."""
    known = table[table["status"] != NOT_ASSESSABLE]
    counts = known["status"].value_counts()
    most = max(counts.index, key=lambda status: (counts[status], -order.index(status)))
    return _("{known} of {all} series can be judged; most of them, {n}, show “{status}”").format(
        known=number(len(known)),
        all=number(len(table)),
        n=number(int(counts[most])),
        status=status_words(most),
    )


def _status_note(review: Review, table: pd.DataFrame) -> str:
    progress = review.association.progress
    assert progress is not None  # noqa: S101  # the chart is only made with a method
    missing = table.loc[table["status"] == NOT_ASSESSABLE, "reason"].value_counts()
    parts = [
        _("Judged by the {method}, from {base} on.").format(
            method=method_words(progress.method), base=progress.base_year
        )
    ]
    if not missing.empty:
        reasons = "; ".join(f"{_(str(reason))}: {n}" for reason, n in missing.items())
        parts.append(_("Not judged – {reasons}.").format(reasons=reasons))
    if review.tables["indicators"]["target_value"].isna().all():
        parts.append(
            _(
                "The sources give no target values: a status says which way a value moves and how fast, not "
                "how far it has to go."
            )
        )
    parts.append(_("Other methods give other statuses; the annexes show where they disagree."))
    return " ".join(parts)


def goal_status_table(review: Review) -> list[Block] | None:
    """List per goal what its series say together, by the method's own rule, and how many could be judged."""
    progress = review.association.progress
    if progress is None:
        return None
    judged = assess_whole(review, progress.method)
    if judged.empty:
        return None
    _per_indicator, goals = roll_up(judged, review.tables["indicators"], method=progress.method)
    goals = goals[goals["goal"].isin(review.goals)]
    lines: list[dict[str, b.Cell]] = [
        {
            _("Goal"): GOALS[int(row["goal"])].title,
            _("Status"): status_words(str(row["status"])),
            _("Score"): None if pd.isna(row["score"]) else round(float(row["score"]), 2),
            _("Series judged"): int(row["assessed"]),
            _("Series not judged"): int(row["not_assessable"]),
            _("Share judged (%)"): round(100 * float(row["share_assessed"])),
        }
        for row in goals.to_dict("records")
    ]
    if not lines:
        return None
    caption = _("Status per goal ({method})").format(method=method_words(progress.method))
    table = b.data_table(lines, caption, row_ids("indicators", review.tables["indicators"]))
    rule = "; ".join(dict.fromkeys(str(words) for words in goals["rule"]))
    words = b.prose(_("How several series are put together: {rule}.").format(rule=_(rule)))
    return [block for block in (table, words) if block]


def method_comparison(review: Review) -> list[Block | Figure] | None:
    """Show, series by series, what each method says, those first on which the methods disagree."""
    if review.association.progress is None or review.whole_area is None:
        return None
    table = compare_whole(review).merge(
        review.tables["indicators"][["indicator_code", "goal", "name"]], on="indicator_code"
    )
    methods = [name for name in METHODS if name in table and (table[name] != NOT_ASSESSABLE).any()]
    table = table[(table[methods] != NOT_ASSESSABLE).any(axis=1)] if methods else table.iloc[:0]
    if len(methods) < 2 or table.empty:
        return None
    at_odds = table["agree"].eq(other=False).fillna(value=False).astype("bool")
    apart = table[at_odds]
    words = _("Methods that can judge series here: {methods}. Of {all} series, they disagree on {n}.").format(
        methods=join(_(TITLES[name]) if name in TITLES else METHODS[name].title for name in methods),
        all=number(len(table)),
        n=number(len(apart)),
    )
    explained = _(
        "Methods disagree where one says that a series moves towards progress, and another that it stands "
        "still or moves away."
    )
    blocks: list[Block | Figure | None] = [b.prose(f"{words} {explained}")]
    for rows, caption in (
        (apart, _("Series on which the methods disagree")),
        (table[~at_odds], _("Series on which they agree, or which only one can judge")),
    ):
        blocks.append(_comparison_table(review, rows.sort_values("goal", kind="stable"), methods, caption))
    return [block for block in blocks if block]


def _comparison_table(review: Review, rows: pd.DataFrame, methods: list[str], caption: str) -> Block | None:
    lines: list[dict[str, b.Cell]] = [
        {
            _("Series"): " – ".join(part for part in (str(row["name"]), group_name(pd.Series(row))) if part),
            _("Goal"): str(row["goal"]),
            **{name: status_words(str(row[name])) for name in methods},
        }
        for row in rows.to_dict("records")
    ]
    return b.data_table(lines, caption, row_ids("indicators", review.tables["indicators"]))


def series_status_table(evidence: GoalEvidence) -> Block | None:
    """List the status of each series of the goal in the whole territory, with the values it rests on."""
    review, progress = evidence.review, evidence.review.association.progress
    if progress is None or review.whole_area is None:
        return None
    codes = evidence.indicators["indicator_code"]
    table = assess_whole(review, progress.method)
    table = table[table["indicator_code"].isin(codes)]
    if table.empty or (table["status"] == NOT_ASSESSABLE).all():
        return None
    lines = [_status_line(evidence, row) for _index, row in table.iterrows()]
    caption = _("{goal}: status by the {method}").format(
        goal=evidence.goal.title, method=method_words(progress.method)
    )
    return b.data_table(lines, caption, row_ids("observations", evidence.whole))


def _status_line(evidence: GoalEvidence, row: pd.Series) -> dict[str, b.Cell]:
    indicator = evidence.of(row["indicator_code"])
    known = row["status"] != NOT_ASSESSABLE
    words = status_words(str(row["status"]))
    span = ""
    if known:
        span = _("{first} in {start} → {last} in {end}").format(
            first=short(float(row["base_value"]), indicator["unit"]),
            start=int(row["base_year"]),
            last=short(float(row["latest_value"]), indicator["unit"]),
            end=int(row["latest_year"]),
        )
    if known and row["provisional"]:
        words = _("{status} (rests on a provisional or estimated value)").format(status=words)
    return {
        _("Series"): " – ".join(part for part in (str(indicator["name"]), group_name(row)) if part),
        _("Judged on"): span or "–",
        _("Status"): words if known else _("cannot be judged: {reason}").format(reason=_(str(row["reason"]))),
    }
