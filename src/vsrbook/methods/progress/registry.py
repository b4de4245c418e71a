"""All methods by name, and where a new one is entered."""

from __future__ import annotations

import difflib

from vsrbook.methods.progress.destatis import DESTATIS
from vsrbook.methods.progress.escap import ESCAP
from vsrbook.methods.progress.eurostat import EUROSTAT
from vsrbook.methods.progress.model import Direction, Method
from vsrbook.methods.progress.open_sdg import OPEN_SDG
from vsrbook.methods.progress.sdsn import SDSN
from vsrbook.methods.progress.unsd import UNSD

METHODS: dict[str, Method] = {
    method.name: method for method in (EUROSTAT, OPEN_SDG, UNSD, SDSN, ESCAP, DESTATIS)
}


def register(method: Method) -> Method:
    """Enter a method of your own; raises ValueError where the name is taken."""
    if method.name in METHODS:
        raise ValueError(f"there is a method '{method.name}' already; give yours another name")
    METHODS[method.name] = method
    return method


def find_method(method: str | Method) -> Method:
    """Return the method of a name; raises ValueError, with the nearest name, where there is none."""
    if isinstance(method, Method):
        return method
    if method in METHODS:
        return METHODS[method]
    near = difflib.get_close_matches(str(method).casefold(), list(METHODS), n=1, cutoff=0.5)
    hint = f"did you mean '{near[0]}'?" if near else f"one of {', '.join(METHODS)}"
    raise ValueError(f"unknown method '{str(method)[:60]}'; {hint}")


def direction_of(status: str) -> Direction:
    """Return which way a status says the value moves: toward, flat, away; "" where it says a level or nothing."""
    said = (method.direction_of(status) for method in METHODS.values())
    return next((direction for direction in said if direction), "")
