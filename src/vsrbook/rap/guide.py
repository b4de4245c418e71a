"""Write the items as tables for the guide, so that the page says what the program does."""

from __future__ import annotations

from vsrbook.rap.items import ITEMS
from vsrbook.rap.report import TITLES, escape_markdown

BEGIN, END = "<!-- items -->", "<!-- end of items -->"


def describe_items() -> str:
    """Return a table for each level: item, what is asked, what is looked for, what to do."""
    lines = []
    for level, title in TITLES.items():
        lines += [
            f"### {title}",
            "",
            "| Item | What is asked | What is looked for | What to do |",
            "|---|---|---|---|",
        ]
        own = [item for item in ITEMS if item.level == level]
        for item in own:
            cells = map(escape_markdown, (item.asked, _sentence(item.looks), item.remedy))
            lines.append(f"| `{item.id}` | {' | '.join(cells)} |")
        lines.append("")
    return "\n".join(lines)


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def with_items(page: str) -> str:
    """Return the page with the tables between its marks as they are now."""
    head, _, rest = page.partition(BEGIN)
    return f"{head}{BEGIN}\n\n{describe_items()}\n{END}{rest.partition(END)[2]}"
