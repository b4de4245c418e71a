"""The page of one local government: each indicator with value, trend, parent, whole, peers and the spread of all.

With two hundred indicators the table is most of a page. So it has no end tags and quotation marks that HTML
does not ask for, and its style sheet tells cells by their place: a third of its bytes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from markupsafe import Markup, escape

from vsrbook.chapters.profile import levels_of
from vsrbook.chapters.profile_findings import trend_statuses
from vsrbook.figures import Block
from vsrbook.profiles import Profile
from vsrbook.profiles.dataset import SPREAD
from vsrbook.profiles.profile import SUPPRESSED
from vsrbook.sdg import GOALS
from vsrbook.text import gettext as _
from vsrbook.text import number

Row = Mapping[Any, Any]
WIDTH, HEIGHT = 60, 16  # of the little line of a trend, in its own units
PROVISIONAL = ("provisional", "estimated")


@dataclass(frozen=True)
class _Column:
    """One column: its heading, and what stands in it; `kind` is the cell's class, "" for numbers."""

    heading: str
    write: Callable[[Row], Markup | str]
    kind: str = ""


def indicator_table(profile: Profile) -> Block | None:
    """List the indicators, goal by goal; columns in which no row has anything are left out."""
    rows: list[Row] = [*profile.standing.to_dict("records")]
    if not rows:
        return None
    columns = list(_choose_columns(profile, rows))
    head = Markup("").join(
        Markup("<th scope=col{}>{}").format(_kind(column.kind), column.heading) for column in columns
    )
    bodies = Markup("\n").join(
        _goal_rows(goal, [row for row in rows if row["goal"] == goal], columns) for goal in profile.goals
    )
    caption = _("{name}: every indicator that is collected for {level}").format(
        name=profile.name, level=levels_of(profile)
    )
    html = Markup(
        '<div class="vsr-scroll" role="region" tabindex="0" aria-label="{0}">'
        '<table class="vsr-table vsr-profile"><caption>{0}</caption><thead><tr><th scope=col>{1}{2}'
        "</thead>\n{3}</table></div>{4}"
    ).format(caption, _("Indicator"), head, bodies, _legend(profile, columns))
    return Block(html)


def _kind(kind: str) -> Markup:
    return Markup(" class={}").format(kind) if kind else Markup("")


def _choose_columns(profile: Profile, rows: list[Row]) -> Iterator[_Column]:
    """Yield the columns that say something about this area."""
    statuses = trend_statuses(profile)
    yield _Column(_("Value"), _value)
    yield _Column(_("Year"), lambda row: _whole(row["year"]))
    if any(len(row["years"]) > 1 for row in rows):
        yield _Column(_("Trend"), _trend, "t")
    if statuses:
        yield _Column(_("Progress"), lambda row: statuses.get(row["indicator_code"], "–"), "w")
    whole = profile.head["whole_code"]
    if profile.area["parent_code"] not in ("", whole) and any(_is_known(row["parent_value"]) for row in rows):
        yield _Column(profile.area["parent_name"], lambda row: _number(row["parent_value"]))
    if any(_is_known(row["whole_value"]) for row in rows):
        yield _Column(profile.place, lambda row: _number(row["whole_value"]))
    if any(_is_known(row["peer_median"]) for row in rows):
        yield _Column(_("Median of the peers"), lambda row: _number(row["peer_median"]))
    if any(_is_known(row["rank"]) for row in rows):
        yield _Column(_("Place among the peers"), _place)
    yield _Column(_("All {level}").format(level=levels_of(profile)), _spread, "s")


def _goal_rows(goal: int, rows: list[Row], columns: list[_Column]) -> Markup:
    title = GOALS[goal].title
    lines = Markup("\n").join(_indicator_row(row, columns) for row in rows)
    return Markup("<tbody><tr><th class=g colspan={} scope=rowgroup>{}\n{}").format(
        len(columns) + 1, title, lines
    )


def _indicator_row(row: Row, columns: list[_Column]) -> Markup:
    cells = Markup("").join(
        _spread_cell(row, column) if column.kind == "s" else _cell(column, row) for column in columns
    )
    return Markup("<tr><th scope=row>{} <small>{}</small>{}").format(row["name"], row["unit"], cells)


def _cell(column: _Column, row: Row) -> Markup:
    return Markup("<td{}>{}").format(_kind(column.kind), column.write(row))


def _is_known(value: Any) -> bool:
    return value is not None and not (isinstance(value, float) and math.isnan(value))


def _number(value: Any) -> str:
    return number(float(value)) if _is_known(value) else "–"


def _whole(value: Any) -> str:
    return str(int(value)) if _is_known(value) else "–"


def _value(row: Row) -> str:
    if row["status"] == SUPPRESSED:
        return _("suppressed")
    if not _is_known(row["value"]):
        return _("no value")
    words = {"provisional": _("provisional"), "estimated": _("estimated")}
    mark = f" ({words[row['status']]})" if row["status"] in PROVISIONAL else ""
    return number(float(row["value"])) + mark


def _place(row: Row) -> str:
    if not _is_known(row["rank"]):
        return "–"
    place = _("{rank} of {peers}").format(rank=int(row["rank"]), peers=int(row["peers"]))
    is_other = _is_known(row["year"]) and int(row["compared_year"]) != int(row["year"])
    return f"{place} ({int(row['compared_year'])})" if is_other else place


def _trend(row: Row) -> Markup | str:
    """Draw the values as a line, and say the change in figures."""
    years, values = [int(year) for year in row["years"]], [float(value) for value in row["values"]]
    if len(years) < 2:
        return "–"
    change = values[-1] - values[0]
    said = _("{sign}{change} since {year}").format(
        sign="+" if change > 0 else "", change=number(change), year=years[0]
    )
    return Markup('<svg viewBox="0 0 {} {}" aria-hidden=true><path d="{}"/></svg>{}').format(
        WIDTH, HEIGHT, _line(years, values), said
    )


def _line(years: list[int], values: list[float]) -> str:
    low, span = min(values), (max(values) - min(values)) or 1.0
    first, width = years[0], (years[-1] - years[0]) or 1
    points = [
        (
            round((year - first) * WIDTH / width),
            round(HEIGHT - 1 - (value - low) * (HEIGHT - 2) / span),
        )
        for year, value in zip(years, values, strict=True)
    ]
    steps = [(x - a, y - b) for (a, b), (x, y) in pairwise(points)]
    return f"M0 {points[0][1]}l" + " ".join(f"{x} {y}" for x, y in steps).replace(" -", "-")


def _spread(row: Row) -> str:
    if not _is_known(row["lowest"]):
        return "–"
    return _("{low} to {high}").format(low=number(row["lowest"]), high=number(row["highest"]))


def _spread_cell(row: Row, column: _Column) -> Markup:
    """Say the lowest and highest value, and draw quartiles, median and the area's own value along the line between."""
    words = column.write(row)
    low, high = row["lowest"], row["highest"]
    if not _is_known(low) or high <= low:
        return Markup("<td>{}").format(words)
    places = {"v": row["compared_value"], "a": row[SPREAD[1]], "m": row[SPREAD[2]], "b": row[SPREAD[3]]}
    style = ";".join(
        f"--{name}:{min(max(round(100 * (float(value) - low) / (high - low)), 0), 100)}"
        for name, value in places.items()
        if _is_known(value)
    )
    return Markup("<td style={}>{}").format(style, words)


def _legend(profile: Profile, columns: list[_Column]) -> Markup:
    """Explain what cannot be read without it."""
    level = levels_of(profile)
    parts = [
        _(
            "All {level}: lowest and highest value; the box is the middle half, its line the median, the dot {name}."
        ).format(level=level, name=profile.name)
    ]
    if any(column.kind == "t" for column in columns):
        parts.append(_("Trend: each little line has its own scale; the change is in the indicator's unit."))
    if any(column.write is _place for column in columns):
        parts.append(
            _("Place 1 is the best in the indicator's direction; equal values share the better place.")
        )
    parts.append(_("Values of larger areas are of the year of the value."))
    words = _("Places, medians and spread are of the last year that at least half of the {level} have.")
    parts.append(words.format(level=level))
    return Markup('<p class="vsr-source">{}</p>').format(escape(" ".join(parts)))
