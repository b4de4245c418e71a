"""`Step`: one step of the work on a review."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from vsrbook.text import gettext as _
from vsrbook.text import mark

Office = Literal["analyst", "leadership", "communication", "members", "ministry"]
OFFICES: dict[str, str] = {
    "analyst": mark("Analyst"),
    "leadership": mark("Leadership"),
    "communication": mark("Communication"),
    "members": mark("Members"),
    "ministry": mark("Ministry"),
}
FORUM = "forum"


@dataclass(frozen=True)
class Step:
    """One step of the work.

    `days` are the working days it is given, `least` those below which nobody should go without asking,
    `goes_with` names the step without which it makes no sense, `chapter` the chapter that it drafts.
    `own` steps come from the params: their words are not translated.
    """

    id: str
    english: str
    who: str
    after: tuple[str, ...]
    days: int
    least: int
    done_english: str = ""
    commands: tuple[str, ...] = ()
    page: str = ""
    goes_with: str = ""
    chapter: str = ""
    own: bool = False

    @property
    def name(self) -> str:
        """What is done, in the edition's language."""
        if self.chapter:
            from vsrbook.chapters.outline import CHAPTERS

            drafted = next(chapter for chapter in CHAPTERS if chapter.id == self.chapter)
            return _("Draft chapter {number}: {title}").format(number=drafted.number, title=drafted.title)
        return self.english if self.own else _(self.english)

    @property
    def office(self) -> str:
        """Who does it, in the edition's language."""
        return self.who if self.own else _(OFFICES[self.who])

    @property
    def done_when(self) -> str:
        """By what one sees that it is done, in the edition's language."""
        return _(self.done_english)
