"""The Sustainable Development Goals: numbers, short names, colours."""

from __future__ import annotations

from dataclasses import dataclass

from vsrbook.sdg.names import goal_name
from vsrbook.text import gettext as _
from vsrbook.text import language, mark


@dataclass(frozen=True)
class Goal:
    """One of the 17 goals. `colour` is the UN's (SDG guidelines for the use of the logo, 2023)."""

    number: int
    english: str
    colour: str

    @property
    def name(self) -> str:
        """The goal's short name in the edition's language.

        A catalogue that translates it has the last word; else it is taken from goal_names.csv.
        """
        translated = _(self.english)
        if translated != self.english or language().partition("-")[0] == "en":
            return translated
        return goal_name(self.number)

    @property
    def title(self) -> str:
        """The goal's number and short name: "Goal 6: Clean water and sanitation"."""
        return _("Goal {number}: {name}").format(number=self.number, name=self.name)

    @property
    def text_colour(self) -> str:
        """Black or white, whichever has the higher contrast on the goal's colour (WCAG 2.1)."""
        return "#000000" if _luminance(self.colour) > 0.179 else "#ffffff"

    @property
    def mark_colour(self) -> str:
        """The goal's colour, shaded until a mark stands out 3:1 from white and from the dark page (WCAG 1.4.11)."""
        return _shade(self.colour, darkest=0.13, lightest=0.29)


def _linear(colour: str) -> tuple[float, float, float]:
    """Return the linear red, green and blue of an sRGB colour."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return red, green, blue


def _luminance(colour: str) -> float:
    """Return the relative luminance (WCAG 2.1, definition of contrast)."""
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _shade(colour: str, darkest: float, lightest: float) -> str:
    """Darken, or mix with white, until the luminance lies between the bounds."""
    light = _luminance(colour)
    if light > lightest:
        parts = [part * lightest / light for part in _linear(colour)]
    elif light < darkest:
        white = (darkest - light) / (1 - light)
        parts = [part + white * (1 - part) for part in _linear(colour)]
    else:
        return colour
    coded = (12.92 * p if p <= 0.0031308 else 1.055 * p ** (1 / 2.4) - 0.055 for p in parts)
    return "#" + "".join(f"{round(255 * p):02X}" for p in coded)


GOALS: dict[int, Goal] = {
    goal.number: goal
    for goal in (
        Goal(1, mark("No poverty"), "#E5243B"),
        Goal(2, mark("Zero hunger"), "#DDA63A"),
        Goal(3, mark("Good health and well-being"), "#4C9F38"),
        Goal(4, mark("Quality education"), "#C5192D"),
        Goal(5, mark("Gender equality"), "#FF3A21"),
        Goal(6, mark("Clean water and sanitation"), "#26BDE2"),
        Goal(7, mark("Affordable and clean energy"), "#FCC30B"),
        Goal(8, mark("Decent work and economic growth"), "#A21942"),
        Goal(9, mark("Industry, innovation and infrastructure"), "#FD6925"),
        Goal(10, mark("Reduced inequalities"), "#DD1367"),
        Goal(11, mark("Sustainable cities and communities"), "#FD9D24"),
        Goal(12, mark("Responsible consumption and production"), "#BF8B2E"),
        Goal(13, mark("Climate action"), "#3F7E44"),
        Goal(14, mark("Life below water"), "#0A97D9"),
        Goal(15, mark("Life on land"), "#56C02B"),
        Goal(16, mark("Peace, justice and strong institutions"), "#00689D"),
        Goal(17, mark("Partnerships for the goals"), "#19486A"),
    )
}
