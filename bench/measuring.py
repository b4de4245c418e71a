"""What the benchmarks share: lines of figures with ratios, ways that take turns, the machine in words."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import version
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Line:
    """One measured thing: what, how long or large, with its unit, and against the first of its kind."""

    what: str
    figure: float
    unit: str
    ratio: float | None = None

    def __str__(self) -> str:
        digits = 0 if self.figure >= 100 else 1 if self.figure >= 10 else 2
        ratio = (
            "" if self.ratio is None else f"{self.ratio:,.1f}" if self.ratio >= 10 else f"{self.ratio:,.2f}"
        )
        return f"| {self.what} | {self.figure:,.{digits}f} {self.unit} | {ratio} |"


HEAD = ("| What | Figure | Ratio |", "|---|---:|---:|")


def take_turns(ways: dict[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """Run each way once a round; return the median seconds of each, the first round left out."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, run in ways.items():
            start = time.perf_counter()
            run()
            if number:
                times[name].append(time.perf_counter() - start)
    return {name: median(seconds) for name, seconds in times.items()}


def compare(times: dict[str, float], unit: str = "ms", scale: float = 1000) -> list[Line]:
    """Make lines of times; the ratio says how many times as long as the first."""
    first = next(iter(times.values()))
    return [Line(name, seconds * scale, unit, seconds / first) for name, seconds in times.items()]


def describe_machine(libraries: Iterable[str]) -> str:
    """Say what the figures were measured with."""
    named = ", ".join(f"{name} {version(name)}" for name in libraries)
    return f"Python {platform.python_version()}, {named}, {platform.system()} {platform.machine()}"
