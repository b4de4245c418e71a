"""The page that says how the book was made: with which software, from which notebooks, when, at what cost."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from markupsafe import Markup

from vsrbook.chapters.outline import LIBRARY_NAMES, find_chapter
from vsrbook.figures.blocks import data_table
from vsrbook.params import read_params
from vsrbook.problems import ReviewError
from vsrbook.sdg import GOALS
from vsrbook.text import gettext as _
from vsrbook.text import set_language

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from vsrbook.execution.ledger import Ledger
    from vsrbook.execution.plan import Plan, Unit
    from vsrbook.figures.blocks import Cell
    from vsrbook.project import Project

LIBRARY = "library "


def make_record(plan: Plan, ledger: Ledger, kept: Iterable[str] = ()) -> str:
    """Return the page as Markdown: software and its versions, then one line for each page of the book.

    `kept` are the associations whose pages are those of an earlier run.
    """
    set_language(plan.edition.language, plan.project.locales)
    lines = [
        f"# {_('How this book was made')}",
        "",
        _(
            "Every page of a review is a notebook, run with papermill once per association. It runs again "
            "when something that it reads has changed: its tables, its parameters, the toolkit or a library. "
            "The key of a page stands for all of that; the same key means the same content."
        ),
        "",
        f"## {_('Software')}",
        "",
        str(_software(plan)),
        "",
        f"## {_('Pages')}",
        "",
        _(
            "Seconds are those of the run that made the page; memory is the most that it used, with what it "
            "shares with other notebooks. The foot of each page names its notebook."
        ),
        "",
        *_pages(plan, ledger, set(kept)),
    ]
    return "\n".join(lines)


def _software(plan: Plan) -> Markup:
    from vsrbook import __version__

    versions = {
        name.removeprefix(LIBRARY): version
        for name, version in plan.shared.items()
        if name.startswith(LIBRARY)
    }
    records: list[dict[str, Cell]] = [
        {_("Software"): name, _("Version"): version}
        for name, version in {"vsrbook": __version__, **versions}.items()
    ]
    return _html(records, _("What the pages were made with"))


def _pages(plan: Plan, ledger: Ledger, kept: set[str]) -> Iterator[str]:
    """Yield a table for each association: one line a page."""
    units = [*plan.units, *(unit for unit in ledger.units() if unit.slug in kept)]
    units = [unit for unit in units if not ledger.has_failed(unit)]
    profiles = [unit for unit in units if unit.chapter == "profile"]
    units = [unit for unit in units if unit.chapter != "profile"]
    for slug, own in groupby(sorted(units, key=lambda unit: unit.slug), key=lambda unit: unit.slug):
        records = [_record(plan.project, unit, ledger.pages.get(unit.page, {})) for unit in own]
        yield str(_html(records, _place(plan, slug)))
        yield ""
    if profiles:
        yield from ("", str(_profiles(plan, ledger, profiles)), "")


def _profiles(plan: Plan, ledger: Ledger, units: list[Unit]) -> Markup:
    """Return a table with a line for each association: thousands of pages differ in their areas only."""
    records: list[dict[str, Cell]] = []
    for slug, own in groupby(sorted(units, key=lambda unit: unit.slug), key=lambda unit: unit.slug):
        pages = list(own)
        known = [entry for unit in pages if (entry := ledger.pages.get(unit.page, {})).get("key") == unit.key]
        seconds = [float(entry["seconds"]) for entry in known]
        peaks = [float(entry["peak_mb"]) for entry in known if entry.get("peak_mb") is not None]
        records.append(
            {
                _("Review"): _place(plan, slug),
                _("Pages"): len(pages),
                _("Seconds"): round(sum(seconds), 2) if seconds else None,
                _("Memory, MB"): max(peaks) if peaks else None,
            }
        )
    return _html(
        records, _("Pages of local governments, one an area: seconds of all together, memory of the largest")
    )


def _place(plan: Plan, slug: str) -> str:
    if not slug:
        return _("All reviews together")
    try:
        return read_params(plan.project, slug).place
    except ReviewError:  # its params cannot be read now; its pages are those of an earlier run
        return slug


def _record(project: Project, unit: Unit, entry: Mapping[str, Any]) -> dict[str, Cell]:
    known = entry if entry.get("key") == unit.key and not entry.get("failure") else {}
    peak, seconds = known.get("peak_mb"), known.get("seconds")
    return {
        _("Page"): _title(project, unit),
        _("Run on"): Markup("<time>{}</time>").format(known["at"][:10]) if known else _("an earlier run"),
        _("Seconds"): None if seconds is None else round(seconds, 2),
        _("Memory, MB"): peak,
        _("Key"): Markup("<code>{}</code>").format(unit.key[:8]),
    }


def _title(project: Project, unit: Unit) -> str:
    if not unit.slug:
        return _(LIBRARY_NAMES[unit.notebook])
    if "goal" in unit.parameters:
        return GOALS[unit.parameters["goal"]].title
    try:
        return find_chapter(project, unit.chapter).title
    except KeyError:  # an author has taken the chapter away; its page is that of an earlier run
        return unit.chapter


def _html(records: list[dict[str, Cell]], caption: str) -> Markup:
    block = data_table(records, caption)
    return Markup("") if block is None else block.html
