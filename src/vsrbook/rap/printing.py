"""Print an assessment on the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape

from vsrbook.rap.assessing import Assessment, Finding
from vsrbook.rap.report import (
    TITLES,
    count_level,
    describe_level,
    describe_making,
    list_evidence,
    name_verdict,
)

COLOURS = {"met": "green", "not met": "red", "cannot be seen here": "yellow"}


def print_assessment(assessment: Assessment) -> None:
    """Print every item with its verdict, what shows it and what to do, level by level, then the level reached."""
    console = Console()
    console.print(escape(describe_making(assessment)), soft_wrap=True, highlight=False)
    for level, title in TITLES.items():
        console.print(f"\n[bold]{title}: {count_level(assessment, level)}[/bold]")
        for finding in assessment.of(level):
            _print_finding(console, finding)
    console.print(f"\n[bold]{escape(describe_level(assessment))}[/bold]", soft_wrap=True)


def _print_finding(console: Console, finding: Finding) -> None:
    colour = COLOURS[finding.verdict]
    head = f"  [{colour}]{name_verdict(finding)}[/{colour}]  {finding.item.id}: {escape(finding.item.asked)}"
    console.print(head, soft_wrap=True, highlight=False)
    for line in list_evidence(finding):
        console.print(f"      {escape(line)}", soft_wrap=True, highlight=False)
    for remedy in finding.remedies:
        console.print(f"      to do: {escape(remedy)}", soft_wrap=True, highlight=False)
