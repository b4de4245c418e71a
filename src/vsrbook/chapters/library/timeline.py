"""The timeline: reviews, meetings, publications and agreements of all, the cohorts, reviews by year on a map."""

from __future__ import annotations

from itertools import groupby

import pandas as pd
from markupsafe import Markup

from vsrbook.chapters.common import year_span
from vsrbook.chapters.library.citing import Shelf
from vsrbook.chapters.library.steps import all_steps, give_lanes, span_of
from vsrbook.figures import Block, Figure
from vsrbook.figures import blocks as b
from vsrbook.figures.timelines import timeline as draw_timeline
from vsrbook.text import gettext as _
from vsrbook.text import join, mark, partial_day

KINDS = {
    "vsr": mark("VSR"),
    "vnr": mark("VNR"),
    "vlr": mark("VLR"),
    "meeting": mark("Meeting"),
    "publication": mark("Publication"),
    "election": mark("Election"),
    "agreement": mark("Agreement"),
    "project": mark("Project"),
    "institution": mark("Institution"),
}
GROUPS = (
    (mark("Review of an association (VSR)"), ("vsr",)),
    (mark("National or local review (VNR, VLR)"), ("vnr", "vlr")),
    (mark("Meeting"), ("meeting",)),
    (mark("Publication or agreement"), ("publication", "agreement")),
    (mark("Election, project or institution"), ("election", "project", "institution")),
)
MOST_ROWS = 40
MARK_ROOM = 0.5  # years: marks that are nearer than that would touch on a phone


def when(step: pd.Series) -> str:
    """Write a step's date, as exactly as it is known: "2024", "March 2024", "21 March 2024 – …"."""
    last = f" – {partial_day(step['end_date'])}" if step["end_date"] else ""
    return partial_day(step["date"]) + last


def timeline(shelf: Shelf) -> Figure | None:
    """Show all dated steps, one row an association."""
    steps = all_steps(shelf)
    if steps.empty:
        return None
    frame = _marks(shelf, steps)
    rows = list(dict.fromkeys(frame["name"]))
    shown = frame[frame["name"].isin(rows[:MOST_ROWS])]
    years = steps["date"].str[:4].astype(int)
    counts = years.value_counts().sort_index()
    title = _("Most of the {all} dated steps from {years} fall in {year}: {n}").format(
        all=len(steps), years=year_span(years.tolist()), year=counts.idxmax(), n=counts.max()
    )
    if counts.max() * 2 <= len(steps):
        title = _("Of the {all} dated steps from {years}, {n} fall in {year}, more than in any other").format(
            all=len(steps), years=year_span(years.tolist()), year=counts.idxmax(), n=counts.max()
        )
    note = _(
        "A pale bar: it falls somewhere in that time, for the source names only the year or the month. "
        "A dark bar: it took that time."
    )
    if len(rows) > MOST_ROWS:
        words = _("The chart shows the {n} associations whose steps begin first; the table has all.")
        note = f"{note} {words.format(n=MOST_ROWS)}"
    return Figure(
        id="dated-steps",
        title=title,
        chart=draw_timeline(shown, groups=tuple(_(name) for name, _kinds in GROUPS)),
        table=_step_table(shelf, steps),
        alt=_("Timeline. {list}.").format(list=_in_words(steps)),
        source=shelf.source_line(pair for cited in steps["cited"] for pair in cited),
        rows=tuple(row for rows in steps["rows"] for row in rows),
        note=note,
    )


def _marks(shelf: Shelf, steps: pd.DataFrame) -> pd.DataFrame:
    """Return one mark for each step and association, those of all first."""
    group_of = {kind: _(name) for name, kinds in GROUPS for kind in kinds}
    marks = []
    for _index, step in steps.iterrows():
        start, end, kind = span_of(step["date"], step["end_date"])
        for name in [shelf.names[slug] for slug in step["slugs"]] or [_("All associations")]:
            says = f"{name}, {when(step)}: {_(KINDS[step['kind']])}, {step['title']}"
            spans = {"name": name, "start": start, "end": end, "kind": kind}
            marks.append({**spans, "group": group_of[step["kind"]], "says": says})
    frame = pd.DataFrame(marks).sort_values("start", kind="stable", ignore_index=True)
    frame["lane"] = give_lanes(frame, MARK_ROOM)
    frame["last"] = frame["name"] != _("All associations")
    return frame.sort_values(["last", "start"], kind="stable", ignore_index=True).drop(columns="last")


def _step_table(shelf: Shelf, steps: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            _("When"): [when(step) for _index, step in steps.iterrows()],
            _("Step"): steps["title"],
            _("Kind"): [_(KINDS[kind]) for kind in steps["kind"]],
            _("Whose"): [_whose(shelf, slugs) for slugs in steps["slugs"]],
            _("Source"): [_cited(shelf, step) for _index, step in steps.iterrows()],
        }
    )


def _whose(shelf: Shelf, slugs: tuple[str, ...]) -> str:
    return join(shelf.names[slug] for slug in slugs) if slugs else _("all associations")


def _cited(shelf: Shelf, step: pd.Series) -> str:
    return "; ".join(shelf.cite_each(step["cited"]))


def _in_words(steps: pd.DataFrame) -> str:
    """Say for each year how many steps there are of which kinds."""
    parts = []
    for year, rows in steps.groupby(steps["date"].str[:4], sort=False):
        counts = rows["kind"].value_counts(sort=False)
        kinds = ", ".join(f"{_(KINDS[str(kind)])} {n}" for kind, n in counts.items())
        parts.append(_("{year}: {kinds}").format(year=year, kinds=kinds))
    return "; ".join(parts)


def step_list(shelf: Shelf) -> list[Block] | None:
    """List the steps year by year, with what is known of each and where it stands."""
    steps = all_steps(shelf)
    blocks: list[Block] = []
    ordered = [step for _index, step in steps.iterrows()]
    for year, of_year in groupby(ordered, key=lambda step: step["date"][:4]):
        own = list(of_year)
        items = [_step_item(shelf, step) for step in own]
        listed = b.listing(items, [row for step in own for row in step["rows"]])
        blocks += [b.heading(year, f"year-{year}"), listed] if listed else []
    cited = [pair for step in ordered for pair in step["cited"]]
    return [*blocks, shelf.source_block(cited)] if blocks else None


def _step_item(shelf: Shelf, step: pd.Series) -> Markup:
    places = [shelf.link(slug, "impact") for slug in step["slugs"]]
    whose = Markup(", ").join(places) if places else Markup("{}").format(_("All associations"))
    more = step["description"] if len(places) <= 1 else ""
    where = step["location"] if len(step["cited"]) == 1 else ""
    cited = dict.fromkeys(shelf.cite_short(slug, source_id, where) for slug, source_id in step["cited"])
    return Markup(
        '<time datetime="{}">{}</time> · {} · {}: <strong>{}</strong>. {} <cite class="vsr-place">{}</cite>'
    ).format(
        step["date"],
        when(step),
        whose,
        _(KINDS[step["kind"]]),
        step["title"].rstrip("."),
        more,
        "; ".join(cited),
    )
