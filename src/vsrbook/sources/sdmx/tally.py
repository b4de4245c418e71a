"""Count findings that say the same, so that the report of an import has one line for each."""

from __future__ import annotations

from dataclasses import dataclass, field

from vsrbook.importing.report import Kind, Report

SHOWN = 100  # kinds of findings of one file; the rest is counted


@dataclass
class Tally:
    """Counts findings that say the same, so that the report has one line for each."""

    file: str
    found: dict[tuple[Kind, str, str], tuple[str, int]] = field(default_factory=dict)

    def add(self, kind: Kind, place: str, what: str, hint: str = "") -> None:
        """Note a finding; its first place is kept."""
        first, count = self.found.get((kind, what, hint), (place, 0))
        self.found[kind, what, hint] = (first, count + 1)

    def tell(self, report: Report) -> None:
        """Write the findings to the report, the most frequent first where there are very many."""
        found = sorted(self.found.items(), key=lambda item: -item[1][1]) if len(self.found) > SHOWN else None
        for (kind, what, hint), (place, count) in (found or list(self.found.items()))[:SHOWN]:
            said = f"{what} ({count:,} observations)" if count > 1 else what
            report.add(kind, self.file, place, said, hint, count=count)
        for (kind, _what, _hint), (place, count) in (found or [])[SHOWN:]:
            report.add(kind, self.file, place, "one more of many findings", count=count)
