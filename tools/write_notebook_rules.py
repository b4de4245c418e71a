"""Write the rules for chapter notebooks into the page that explains them: run it after a rule has changed."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from vsrbook.notebook_checks import RULES, Rule  # noqa: E402  # the path is set above

PAGE = ROOT / "book" / "write-a-chapter.md"
BEGIN, END = "<!-- rules of vsrbook check notebooks -->\n", "<!-- end of the rules -->\n"


def rules_table() -> str:
    """Return the table of all rules, one line each."""
    head = "| Rule | What is asked | Why | What to do |\n|---|---|---|---|\n"
    return head + "".join(_row(rule) for _name, rule in sorted(RULES.items()))


def _row(rule: Rule) -> str:
    name = f"`{rule.id}`" + (" (warning)" if rule.level == "warning" else "")
    cells = [name, rule.asks, rule.reason, _sentence(rule.remedy)]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _sentence(remedy: str) -> str:
    """Write a remedy as a sentence; what is to be typed stays as it is."""
    whole = remedy[:1].upper() + remedy[1:]
    parts = whole.split("`")  # what stands between two of them is code already
    parts[::2] = [re.sub(r"([{<\[])", r"\\\1", part) for part in parts[::2]]
    return "`".join(parts) + "."


def with_rules(text: str) -> str:
    """Return the page with the rules as they are now."""
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n{rules_table()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(with_rules(PAGE.read_text("utf-8")), "utf-8", newline="\n")
    print(f"wrote {PAGE.relative_to(ROOT)}")
