"""Assess a book project: every item looked at, answers beside it, and the level that follows."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from vsrbook.problems import Problem
from vsrbook.project import Project
from vsrbook.rap.answers import FILE, Answer, read_answers
from vsrbook.rap.folder import Folder
from vsrbook.rap.items import ITEMS, LEVELS, Item, Level
from vsrbook.rap.parts import Part, Verdict, judge

Basis = Literal["checked", "declared", "open"]


@dataclass(frozen=True)
class Finding:
    """What is known about an item: what the folder shows, and what people answer."""

    item: Item
    parts: tuple[Part, ...]
    answer: Answer | None = None

    @property
    def seen(self) -> Verdict:
        """What the folder alone shows."""
        return judge(self.parts)

    @property
    def verdict(self) -> Verdict:
        """What the folder shows; where it shows nothing, what people answer."""
        if self.seen == "cannot be seen here" and self.answer is not None:
            return "met" if self.answer.met else "not met"
        return self.seen

    @property
    def basis(self) -> Basis:
        """Whether the verdict was checked, is declared by people, or is open."""
        if self.seen != "cannot be seen here":
            return "checked"
        return "open" if self.answer is None else "declared"

    @property
    def remedies(self) -> tuple[str, ...]:
        """What to do where the item is not met; none where it is."""
        if self.verdict == "met":
            return ()
        own = [part.remedy for part in self.parts if part.seen != "shown" and part.remedy]
        return tuple(dict.fromkeys(own)) or (self.item.remedy,)


@dataclass(frozen=True)
class Assessment:
    """A project's findings on one day, and the problems of its answers."""

    name: str
    date: datetime.date
    version: str
    commit: str
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]

    def of(self, level: Level) -> list[Finding]:
        """Return the findings on the items of a level."""
        return [finding for finding in self.findings if finding.item.level == level]

    @property
    def level(self) -> Level | None:
        """The highest level of which all items are met, and all of those below it; None = not even baseline."""
        reached: Level | None = None
        for level in LEVELS:
            if any(finding.verdict != "met" for finding in self.of(level)):
                break
            reached = level
        return reached

    @property
    def declared(self) -> int:
        """How many items of the levels are met only by what people say."""
        return sum(
            finding.verdict == "met" and finding.basis == "declared"
            for level in LEVELS
            for finding in self.of(level)
        )


def assess_project(project: Project, today: datetime.date | None = None) -> Assessment:
    """Look at every item of a project. Nothing of the project is run; nothing outside of _build is written."""
    from vsrbook import __version__

    today = today or datetime.datetime.now().astimezone().date()
    folder = Folder(project)
    answers, problems = read_answers(project, today)
    findings = tuple(Finding(item, tuple(item.check(folder)), answers.get(item.id)) for item in ITEMS)
    problems += find_contradictions(findings)
    return Assessment(
        project.root.resolve().name, today, __version__, _name_commit(folder), findings, tuple(problems)
    )


def _name_commit(folder: Folder) -> str:
    head = folder.history.head
    return f"{head} with changes" if head and folder.history.changed else head


def find_contradictions(findings: tuple[Finding, ...]) -> list[Problem]:
    """Find answers that say otherwise than what the folder shows."""
    said: Mapping[Verdict, bool] = {"met": True, "not met": False}
    problems = []
    for finding in findings:
        if finding.answer is None or finding.seen not in said or finding.answer.met == said[finding.seen]:
            continue
        word = "true" if finding.answer.met else "false"
        reasons = [part for part in finding.parts if (part.seen == "shown") == said[finding.seen]]
        what = f"met: {word} is against what the folder shows: {reasons[0].text}"
        problems.append(
            Problem(FILE, what, "mend the project, or take the answer out", column=finding.item.id)
        )
    return problems
