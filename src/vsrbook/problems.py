"""Say what is wrong with the input: file, place, problem, remedy; every problem in one run."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning"]


@dataclass(frozen=True)
class Problem:
    """One thing wrong in one place.

    `file` is relative to the project, `row` counts as the spreadsheet does (header = 1), `column` is a
    table's column or a params key, `what` says what is wrong and `hint` what to do about it.
    """

    file: str
    what: str
    hint: str = ""
    row: int | None = None
    column: str = ""
    level: Level = "error"

    def __str__(self) -> str:
        place = self.file if self.row is None else f"{self.file}:{self.row}"
        place = f"{place} {self.column}" if self.column else place
        kind = "warning: " if self.level == "warning" else ""
        return f"{place}: {kind}{self.what}" + (f"; {self.hint}" if self.hint else "")

    @property
    def is_error(self) -> bool:
        """Whether the problem stops publication."""
        return self.level == "error"


class ReviewError(Exception):
    """The input cannot be published as it is; `problems` holds every reason."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sort_problems(problems)
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[ReviewError], tuple[list[Problem]]]:
        """Let it go from one process to another."""
        return ReviewError, (self.problems,)


def sort_problems(problems: Iterable[Problem]) -> list[Problem]:
    """Order problems by file, row and column, each said once."""
    return sorted(
        dict.fromkeys(problems), key=lambda p: (p.file, p.row or 0, p.column, p.level, p.what, p.hint)
    )


def only_errors(problems: Iterable[Problem]) -> list[Problem]:
    """Keep what stops publication, drop warnings."""
    return [problem for problem in problems if problem.is_error]


def suggest(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return "did you mean 'x'?" for the nearest known word, or `otherwise`."""
    options = [str(option) for option in known]
    lowered = {option.casefold(): option for option in options}
    near = difflib.get_close_matches(word.casefold(), list(lowered), n=1, cutoff=0.6)
    return f"did you mean '{lowered[near[0]]}'?" if near else otherwise


def shorten(text: object, limit: int = 60) -> str:
    """Quote untrusted text for a message: one line, bounded, with nothing in it that steers a terminal."""
    line = "".join(sign if sign.isprintable() else "\ufffd" for sign in " ".join(str(text).split()))
    return f"'{line if len(line) <= limit else line[: limit - 1] + '…'}'"


def count_noun(number: int, noun: str) -> str:
    """Write "1 page", "2,310 pages"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def list_some(words: Sequence[str], limit: int = 6) -> str:
    """Name a few of many: "a, b, c and 4 more"."""
    shown = ", ".join(words[:limit])
    return shown if len(words) <= limit else f"{shown} and {len(words) - limit} more"
