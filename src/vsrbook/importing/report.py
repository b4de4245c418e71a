"""Say of an import everything that was merged, renamed, doubted, dropped or refused, and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["read", "merged", "renamed", "doubted", "dropped", "refused"]
KINDS: dict[Kind, str] = {
    "read": "what was read, and how it was understood",
    "merged": "rows that say the same thing twice; one of them is kept",
    "renamed": "words or codes that were written otherwise",
    "doubted": "kept as it stands, but worth a look",
    "dropped": "holds no value, or is not data",
    "refused": "contradicts itself or cannot be placed; not in the tables",
}


@dataclass(frozen=True)
class Entry:
    """One thing that happened in an import.

    `file` is the source's file as messages call it, `place` where in it (a row, a sheet and cell, a
    series), `what` what was done or found, `hint` what the analyst can do, `count` how many rows,
    cells or codes it is about.
    """

    kind: Kind
    file: str
    place: str
    what: str
    hint: str = ""
    count: int = 1

    def __str__(self) -> str:
        where = ":".join(part for part in (self.file, self.place) if part)
        said = f"{self.kind}: {self.what}" + (f"; {self.hint}" if self.hint else "")
        return f"{where}: {said}" if where else said


@dataclass
class Report:
    """Collects the entries of one import, in the order in which they happen."""

    entries: list[Entry] = field(default_factory=list)

    def add(self, kind: Kind, file: str, place: object, what: str, hint: str = "", *, count: int = 1) -> None:
        """Note one thing; `place` may be a row number or a text."""
        self.entries.append(Entry(kind, file, str(place), what, hint, count))

    def of(self, *kinds: Kind) -> list[Entry]:
        """Return the entries of these kinds."""
        return [entry for entry in self.entries if entry.kind in kinds]

    def count(self, kind: Kind) -> int:
        """Return how many rows, cells or codes the entries of a kind are about."""
        return sum(entry.count for entry in self.entries if entry.kind == kind)

    @property
    def summary(self) -> str:
        """Say in one line how much there is of each kind: "12 merged, 3 doubted"."""
        counts = {kind: self.count(kind) for kind in KINDS if kind != "read"}
        return ", ".join(f"{n:,} {kind}" for kind, n in counts.items() if n) or "nothing to report"

    def to_frame(self) -> pd.DataFrame:
        """Return the entries as a table: kind, file, place, what, hint, count."""
        import pandas as pd

        columns = ["kind", "file", "place", "what", "hint", "count"]
        rows: Iterable[list[object]] = ([getattr(e, name) for name in columns] for e in self.entries)
        return pd.DataFrame(list(rows), columns=columns)
