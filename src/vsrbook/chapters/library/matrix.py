"""Which place tells of which impact: a figure, and a table in which each number leads to what it counts."""

from __future__ import annotations

from collections import Counter

import pandas as pd
from markupsafe import Markup

from vsrbook.chapters.library.links import IMPACTS, cite_rows
from vsrbook.chapters.library.told import STATEMENT, TESTIMONY, gather_told, rows_told
from vsrbook.figures import Block, Figure, charts
from vsrbook.figures import blocks as b
from vsrbook.figures.filtered_list import selecting_link, write_address
from vsrbook.library import Library
from vsrbook.text import gettext as _
from vsrbook.text import join, ngettext

Counts = dict[str, dict[str, int]]  # by impact and place, in the order of the impacts and of the names


def who_tells_figure(library: Library) -> Figure | None:
    """Show how many statements and testimonies each place has on each impact."""
    told = gather_told(library)
    if told.empty:
        return None
    counts, names = _count_cells(library, told), _name_impacts(library)
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
        table=_make_table(library, counts),
        alt=_("Cells of impacts by places. Impacts that each place tells of: {list}.").format(list=listed),
        source=cite_rows(library, told),
        rows=rows_told(told),
        note=_say_counted(told),
    )


def _count_cells(library: Library, told: pd.DataFrame) -> Counts:
    """Count statements and testimonies for each impact and each place that tells of any."""
    places = sorted(told["place"].unique())
    found = told.groupby(["impact_id", "place"]).size().to_dict()
    return {
        impact: {place: int(found.get((impact, place), 0)) for place in places}
        for impact in library.reference.tables["impacts"]["impact_id"]
    }


def _name_impacts(library: Library, column: str = "name") -> dict[str, str]:
    impacts = library.reference.tables["impacts"]
    return dict(zip(impacts["impact_id"], impacts[column], strict=True))


def _title(spread: pd.Series, impacts: int) -> str:
    leading = list(spread.index[spread == spread.max()])
    words = ngettext(
        "{places} tells of the most impacts: {n} of {all}",
        "{places} tell of the most impacts: {n} of {all}",
        len(leading),
    )
    return words.format(places=join(leading), n=int(spread.max()), all=impacts)


def _make_table(library: Library, counts: Counts) -> pd.DataFrame:
    names, areas = _name_impacts(library), _name_impacts(library, "area")
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


def who_tells_table(library: Library) -> list[Block] | None:
    """Show the same as a table, in which each number leads to what it counts; name who tells of nothing."""
    told = gather_told(library)
    if told.empty:
        return None
    counts, names = _count_cells(library, told), _name_impacts(library)
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
    return [block for block in (table, b.prose(_name_silent(library, told))) if block]


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


def _name_silent(library: Library, told: pd.DataFrame) -> str:
    """Name the places of which nothing is recorded: they have no column."""
    heard = set(told["slug"])
    silent = sorted({review.place for slug, review in library.all_reviews.items() if slug not in heard})
    if not silent:
        return ""
    return _("No statement and no testimony is recorded for {places}.").format(places=join(silent))
