"""Print readiness on the terminal: all associations in one table, or one in full."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from vsrbook.readiness.model import ChapterReadiness, Facet, Readiness, Step

if TYPE_CHECKING:
    from rich.console import Console

NEXT = 5  # steps that are printed; the page and the JSON have all
NARROW = ("Evid.", "Data", "Survey", "Transl.", "Appr.", "Alt", "Probl.")  # a terminal has 80 columns
SHORT = {
    "evidence": "Evidence",
    "data": "Data",
    "survey": "Survey",
    "translations": "Translations",
    "approvals": "Approvals",
    "alt": "Alt texts",
    "problems": "Problems",
}


def print_readiness(found: Sequence[Readiness], *, whole: bool) -> None:
    """Print one line per association, or (`whole`) everything about each with its next steps."""
    from rich.console import Console

    console = Console()
    if whole:
        for one in found:
            _print_one(console, one)
        return
    from rich.markup import escape
    from rich.table import Table

    table = Table(title="Status", padding=(0, 0, 0, 0), caption="Have/of. E errors, W warnings.")
    for name in ("Association", "Chap.", *NARROW):
        table.add_column(name, no_wrap=name == "Association")
    for one in found:
        chapters = f"{len(one.published)}/{len(one.wanted)}"
        table.add_row(one.slug, chapters, *(escape(_shorten(count_facet(one.facet(name)))) for name in SHORT))  # type: ignore[arg-type]  # the keys are ids
    console.print(table)
    console.print("More on one of them: vsrbook status ASSOCIATION")


def count_facet(facet: Facet) -> str:
    """Say a facet in a cell of a table."""
    if facet.id == "problems":
        errors, warnings = facet.figures["errors"], facet.figures["warnings"]
        said = [f"{errors} E" if errors else "", f"{warnings} W" if warnings else ""]
        return ", ".join(filter(None, said)) or "none"
    return facet.counted


def _shorten(words: str) -> str:
    """Say it in as few signs as a narrow table has room for."""
    return {"not asked": "–", "not known": "?"}.get(words, words).replace(" of ", "/")


def _print_one(console: Console, one: Readiness) -> None:
    from rich.markup import escape

    console.print(f"[bold]{escape(one.place)}[/bold] (edition {escape(one.edition)})")
    for chapter in one.chapters:
        _print_chapter(console, chapter)
    console.print("\n[bold]What there is[/bold]")
    for facet in one.facets:
        _print_facet(console, facet)
    console.print("\n[bold]What to do next[/bold]")
    for position, step in enumerate(one.steps[:NEXT], 1):
        _print_step(console, position, step)
    if len(one.steps) > NEXT:
        console.print(f"  {len(one.steps) - NEXT} more: vsrbook status {one.slug} --html")
    if not one.steps:
        console.print("  Nothing: everything that is looked at here is there.")


def _print_chapter(console: Console, chapter: ChapterReadiness) -> None:
    from rich.markup import escape

    state = {"missing": "missing, left out", "not wanted": "not wanted in the params"}
    said = state.get(chapter.state, chapter.state)
    console.print(f"  {chapter.number} {escape(chapter.title)}: {said}", soft_wrap=True)
    for need in chapter.status.have:
        console.print(f"      [green]there[/green]    {escape(need.name)}", soft_wrap=True)
    for need in chapter.status.missing:
        console.print(
            f"      [yellow]missing[/yellow]  {escape(need.name)}; {escape(need.remedy)}", soft_wrap=True
        )


def _print_facet(console: Console, facet: Facet) -> None:
    from rich.markup import escape

    console.print(f"  [bold]{facet.title}[/bold] ({facet.state}): {escape(facet.words)}", soft_wrap=True)
    for detail in facet.details:
        console.print(f"      {escape(detail)}", soft_wrap=True)
    if facet.state not in ("complete", "not asked"):
        console.print(f"      look at {escape(facet.where)}", soft_wrap=True)


def _print_step(console: Console, position: int, step: Step) -> None:
    from rich.markup import escape

    console.print(f"  {position}. [bold]{escape(step.what)}[/bold]: {escape(step.why)}", soft_wrap=True)
    console.print(f"     {escape(step.how)}", soft_wrap=True)
    console.print(f"     see {escape(step.where)}", soft_wrap=True)
