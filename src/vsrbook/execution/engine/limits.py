"""What a notebook may use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Seconds for a cell and for the whole notebook, memory and output in MB; None = no limit."""

    cell_seconds: float | None = None
    notebook_seconds: float | None = None
    memory_mb: int | None = None
    output_mb: float | None = None
