"""The page of one local government: strengths and gaps, its place among its peers, the status of each goal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from vsrbook.chapters.common import with_unit
from vsrbook.chapters.profile import levels_of, rule_words
from vsrbook.chapters.statuses import method_words, status_words
from vsrbook.figures import Block, Figure, charts
from vsrbook.figures import blocks as b
from vsrbook.methods.progress import NOT_ASSESSABLE
from vsrbook.methods.progress.rollup import roll_up
from vsrbook.methods.suppression.counts import is_count
from vsrbook.profiles import Profile
from vsrbook.profiles.rows import round_as_shown
from vsrbook.sdg import GOALS
from vsrbook.text import gettext as _
from vsrbook.text import mark, number

MOST = 5  # strengths, and gaps, that are told
MOST_A_GOAL = 2
LEAST_DRAWN = 5  # indicators with a place, for a chart of them
QUARTER = 0.25  # how far from the best, or the last, place counts as a strength, or a gap
THIRDS = (mark("best third"), mark("middle third"), mark("last third"))
COLOURS = ("#56B4E9", "#D9D9D9", "#E69F00")  # Okabe and Ito's sky blue and orange, grey between; black on all


def ranked(profile: Profile) -> pd.DataFrame:
    """Return the indicators with a place among the peers; `position` is 0 for the best place, 1 for the last."""
    rows = profile.standing[profile.standing["rank"].notna()]
    return rows.assign(position=(rows["rank"] - 1) / (rows["peers"] - 1).clip(lower=1))


def strengths_and_gaps(profile: Profile) -> list[Block] | None:
    """Tell in words where the area is ahead of its peers and where behind; without peers, of the whole."""
    rows = ranked(profile)
    by_peers = not rows.empty
    ahead, behind = _ends_among_peers(rows) if by_peers else _ends_beside_whole(profile)
    say = _say_among_peers if by_peers else _say_beside_whole
    blocks: list[Block | None] = []
    for title, anchor, chosen in ((_("Strengths"), "strengths", ahead), (_("Gaps"), "gaps", behind)):
        if len(chosen):
            blocks.append(b.heading(title, anchor))
            blocks.append(b.listing([say(profile, row) for row in chosen.to_dict("records")]))
    if not blocks:
        return None
    rule = (
        _(
            "Told are at most {n} indicators, {few} a goal, in the best and in the last quarter of the peer group."
        )
        if by_peers
        else _(
            "Told are at most {n} indicators, {few} a goal, that lie furthest from the value of {place}, measured by "
            "the spread of all {level}."
        )
    )
    caution = _("A place says where a value is high or low, not why, and not who has done well.")
    words = rule.format(n=MOST, few=MOST_A_GOAL, place=profile.place, level=levels_of(profile))
    return [block for block in (*blocks, b.prose(f"{words} {caution}")) if block]


def _ends_among_peers(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    shown = round_as_shown(rows["compared_value"].to_numpy(dtype="float64"))  # as the median is
    better = (shown - rows["peer_median"]) * _sign(rows)
    ahead = rows[(rows["position"] <= QUARTER) & (better > 0)].sort_values("position", kind="stable")
    behind = rows[(rows["position"] >= 1 - QUARTER) & (better < 0)].sort_values("position", kind="stable")
    return _vary(ahead), _vary(behind.iloc[::-1])


def _ends_beside_whole(profile: Profile) -> tuple[pd.DataFrame, pd.DataFrame]:
    # the count of a part is always below that of the whole: this says nothing about either
    is_sum = np.array([is_count(unit) for unit in profile.known["unit"]], dtype=bool)
    rows = profile.known[profile.known["direction"].isin(["up", "down"]) & ~is_sum]
    width = rows["upper_quartile"] - rows["lower_quartile"]
    far = ((rows["value"] - rows["whole_value"]) * _sign(rows) / width.where(width > 0)).rename("far")
    rows = rows.assign(far=far).dropna(subset=["far"]).sort_values("far", kind="stable")
    return _vary(rows[rows["far"] > 0].iloc[::-1]), _vary(rows[rows["far"] < 0])


def _sign(rows: pd.DataFrame) -> pd.Series:
    """Return 1 where more is better, −1 where less is."""
    return rows["direction"].map({"up": 1.0, "down": -1.0}).astype("float64")


def _vary(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep the first of rows, but not all of one goal."""
    return rows[rows.groupby("goal").cumcount() < MOST_A_GOAL].head(MOST)


def _say_among_peers(_profile: Profile, row: Mapping[Any, Any]) -> str:
    words = _(
        "{indicator} ({goal}): {value} in {year}, place {rank} of {peers}; the median of the peers is {median}."
    )
    return words.format(
        indicator=row["name"],
        goal=_goal_words(row),
        value=with_unit(_float(row["compared_value"]), str(row["unit"])),
        year=_int(row["compared_year"]),
        rank=_int(row["rank"]),
        peers=_int(row["peers"]),
        median=number(_float(row["peer_median"])),
    )


def _say_beside_whole(profile: Profile, row: Mapping[Any, Any]) -> str:
    words = _("{indicator} ({goal}): {value} in {year}; {place} as a whole has {whole}.")
    return words.format(
        indicator=row["name"],
        goal=_goal_words(row),
        value=with_unit(_float(row["value"]), str(row["unit"])),
        year=_int(row["year"]),
        place=profile.place,
        whole=number(_float(row["whole_value"])),
    )


def _goal_words(row: Mapping[Any, Any]) -> str:
    return _("goal {n}").format(n=_int(row["goal"]))


def _int(value: object) -> int:
    return int(float(str(value)))


def _float(value: object) -> float:
    return float(str(value))


def peer_figure(profile: Profile) -> Figure | None:
    """Show per goal how many indicators are in the best, the middle and the last third of the peer group."""
    rows = ranked(profile)
    if len(rows) < LEAST_DRAWN:
        return None
    middle = (rows["rank"] - 0.5) / rows["peers"]  # of its place, so that best and last third are alike
    third = (middle * 3).astype(int)
    counts = rows.assign(third=third).groupby(["goal", "third"]).size().rename("count").reset_index()
    parts = tuple(_(words) for words in THIRDS)
    frame = counts.assign(
        name=[GOALS[int(goal)].title for goal in counts["goal"]], part=[parts[n] for n in counts["third"]]
    )
    frame["says"] = [
        f"{row.name}, {row.part}: {row.count}"
        for row in frame[["name", "part", "count"]].itertuples(index=False, name="Row")
    ]
    table = frame.pivot_table(index="name", columns="part", values="count", sort=False, aggfunc="sum")
    table = table.reindex(columns=list(parts)).fillna(0).astype(int)
    totals, rest = [int(n) for n in table.sum()], table.to_numpy().tolist()
    return Figure(
        id="peers",
        title=_(
            "{name} is in the best third of its peers in {best} of {n} indicators, in the last third in {last}"
        ).format(name=profile.name, best=totals[0], n=len(rows), last=totals[2]),
        chart=charts.shares_of_rows(
            frame[["name", "part", "count", "says"]], parts=parts, colours=COLOURS, unit=_("Indicators")
        ),
        table=table.rename_axis(_("Goal")).rename_axis(None, axis=1).reset_index(),
        alt=_("Indicators per goal in the best, the middle and the last third of the peers. {list}.").format(
            list="; ".join(
                f"{goal}: {', '.join(map(str, row))}" for goal, row in zip(table.index, rest, strict=True)
            )
        ),
        source=_("Source: see “Sources” below; places worked out for this page"),
        note=_("Peers: {rule}. Indicators without a direction of progress have no place.").format(
            rule=rule_words(profile)
        ),
    )


def goal_statuses(profile: Profile) -> list[Block] | None:
    """List the status of each goal by the review's method, with how many series could be judged."""
    method, rows = str(profile.head["method"]), profile.standing
    if not method:
        words = _("This review has chosen no method of judging progress, so no goal has a status.")
        return [b.notice(words)] if len(rows) else None
    judged = rows[rows["progress"].notna()]
    if judged.empty:
        return None
    assessed = judged.assign(method=method, status=judged["progress"], value=judged["progress_value"])
    _indicators, goals = roll_up(assessed, rows[["indicator_code", "goal"]], method=method)
    lines: list[dict[str, b.Cell]] = [
        {
            _("Goal"): GOALS[int(row["goal"])].title,
            _("Status"): status_words(str(row["status"])),
            _("Series judged"): f"{int(row['assessed'])} / {int(row['series'])}",
        }
        for row in goals.to_dict("records")
    ]
    caption = _("Status per goal ({method})").format(method=method_words(method))
    reasons = judged.loc[judged["progress"] == NOT_ASSESSABLE, "reason"].value_counts()
    why = "; ".join(f"{_(str(reason))}: {n}" for reason, n in reasons.items())
    told = b.prose(_("Not judged – {reasons}.").format(reasons=why)) if why else None
    return [block for block in (b.data_table(lines, caption), told) if block]


def trend_statuses(profile: Profile) -> dict[str, str]:
    """Return the words for the status of each indicator that could be judged, by its code."""
    rows = profile.standing[
        profile.standing["progress"].notna() & (profile.standing["progress"] != NOT_ASSESSABLE)
    ]
    return dict(zip(rows["indicator_code"], map(status_words, rows["progress"]), strict=True))
