"""Which place tells of which impact: a figure, and a table in which each number leads to what it counts."""

from __future__ import annotations

from collections import Counter

import pandas as pd
from markupsafe import Markup

from vsrbook.chapters.library.citing import Shelf, cited_in
from vsrbook.chapters.library.told import IMPACTS, STATEMENT, TESTIMONY, gather_told, rows_told
from vsrbook.figures import Block, Figure, charts
from vsrbook.figures import blocks as b
from vsrbook.figures.filtered_list import selecting_link, write_address
from vsrbook.text import gettext as _
from vsrbook.text import join, ngettext

Counts = dict[str, dict[str, int]]  # by impact and place, in the order of the impacts and of the names


def who_tells_figure(shelf: Shelf) -> Figure | None:
    """Show how many statements and testimonies each place has on each impact."""
    told = gather_told(shelf)
    if told.empty:
        return None
    counts, names = _count_cells(shelf, told), _name_impacts(shelf)
    cells = [
        {"row": names[impact], "column": place, "count": n, "says": f"{place}, {names[impact]}: {n}"}
        for impact, line in counts.items()
        for place, n in line.items()
    ]
    spread = told.groupby("place")["impact_id"].nunique().sort_values(ascending=False, kind="stable")
    listed = "; ".join(f"{place}: {n}" for place, n in spread.items())
    return Figure(
        id="who-tells-of-what",
        title=_title(spread, len(names)),
        chart=charts.matrix(
            pd.DataFrame(cells),
            x_title="",
            colour_title=_("Told"),
            columns=sorted(told["place"].unique()),
            upright=True,
        ),
        table=_make_table(shelf, counts),
        alt=_("Cells of impacts by places. Impacts that each place tells of: {list}.").format(list=listed),
        source=shelf.source_line(cited_in(told), len(told)),
        rows=rows_told(told),
        note=_say_counted(told),
    )


def _count_cells(shelf: Shelf, told: pd.DataFrame) -> Counts:
    """Count statements and testimonies for each impact and each place that tells of any."""
    places = sorted(told["place"].unique())
    found = told.groupby(["impact_id", "place"]).size().to_dict()
    return {
        impact: {place: int(found.get((impact, place), 0)) for place in places}
        for impact in shelf.library.reference.tables["impacts"]["impact_id"]
    }


def _name_impacts(shelf: Shelf, column: str = "name") -> dict[str, str]:
    impacts = shelf.library.reference.tables["impacts"]
    return dict(zip(impacts["impact_id"], impacts[column], strict=True))


def _title(spread: pd.Series, impacts: int) -> str:
    leading = list(spread.index[spread == spread.max()])
    words = ngettext(
        "{places} tells of the most impacts: {n} of {all}",
        "{places} tell of the most impacts: {n} of {all}",
        len(leading),
    )
    return words.format(places=join(leading), n=int(spread.max()), all=impacts)


def _make_table(shelf: Shelf, counts: Counts) -> pd.DataFrame:
    names, areas = _name_impacts(shelf), _name_impacts(shelf, "area")
    return pd.DataFrame(
        [
            {
                _("Impact"): names[impact],
                _("Impact area"): areas[impact],
                **line,
                _("All places"): sum(line.values()),
            }
            for impact, line in counts.items()
        ]
    )


def _say_counted(told: pd.DataFrame) -> str:
    words = _(
        "Counted here from the tables: {statements} statements and {testimonies} testimonies. They are what "
        "the associations themselves report, as far as the source has taken it up."
    )
    kinds = told["kind"].value_counts()
    return words.format(statements=kinds.get(STATEMENT, 0), testimonies=kinds.get(TESTIMONY, 0))


def who_tells_table(shelf: Shelf) -> list[Block] | None:
    """Show the same as a table, in which each number leads to what it counts; name who tells of nothing."""
    told = gather_told(shelf)
    if told.empty:
        return None
    counts, names = _count_cells(shelf, told), _name_impacts(shelf)
    total = _stand_on_end(_("All places"))
    lines: list[dict[str, b.Cell]] = []
    for impact, line in counts.items():
        lines.append({_("Impact"): names[impact]})
        for place, n in line.items():
            lines[-1][_stand_on_end(place)] = _link_cell(n, impact, names[impact], place)
        lines[-1][total] = _link_cell(sum(line.values()), impact, names[impact])
    sums = Counter(told["place"])
    last: dict[str, b.Cell] = {
        _stand_on_end(place): _link_cell(sums[place], place=place) for place in sorted(sums)
    }
    lines.append({_("Impact"): _("All impacts"), **last, total: str(len(told))})
    caption = _("What each place tells of: statements and testimonies. A number leads to them.")
    table = b.data_table(lines, caption, rows_told(told))
    return [block for block in (table, b.prose(_name_silent(shelf, told))) if block]


def _stand_on_end(words: str) -> Markup:
    return Markup('<span class="vsr-upright">{}</span>').format(words)


def _link_cell(n: int, impact: str = "", name: str = "", place: str = "") -> Markup:
    """Write a count that leads to what it counts; a screen reader is told where it stands, and that it is none."""
    if not n:
        return Markup('<span aria-hidden="true">–</span><span class="visually-hidden">{}</span>').format(
            _("none")
        )
    chosen = {key: value for key, value in (("place", place), ("impact", impact)) if value}
    said = Markup('{}<span class="visually-hidden"> ({})</span>').format(
        n, ", ".join(part for part in (place, name) if part)
    )
    return selecting_link(
        said, write_address(IMPACTS, **chosen), f"{IMPACTS}-{impact}" if impact else IMPACTS
    )


def _name_silent(shelf: Shelf, told: pd.DataFrame) -> str:
    """Name the associations, by their places, of which nothing is recorded."""
    heard = set(told["slug"])
    silent = [shelf.names[slug] for slug in shelf.slugs if slug not in heard]
    if not silent:
        return ""
    return _("No statement and no testimony is recorded for {places}.").format(places=join(silent))
