"""Judge the progress of series by one of several published methods, named beside every status."""

from vsrbook.methods.progress.comparing import compare_methods
from vsrbook.methods.progress.model import (
    NOT_ASSESSABLE,
    REASONS,
    Method,
    RollUp,
    Scale,
    SeriesSet,
    Status,
    Verdict,
    above,
    at_least,
)
from vsrbook.methods.progress.registry import METHODS, direction_of, find_method, register
from vsrbook.methods.progress.rollup import roll_up, sdg_index
from vsrbook.methods.progress.rules import give_verdict
from vsrbook.methods.progress.single import Assessment, assess
from vsrbook.methods.progress.table import assess_table

__all__ = [
    "METHODS",
    "NOT_ASSESSABLE",
    "REASONS",
    "Assessment",
    "Method",
    "RollUp",
    "Scale",
    "SeriesSet",
    "Status",
    "Verdict",
    "above",
    "assess",
    "assess_table",
    "at_least",
    "compare_methods",
    "direction_of",
    "find_method",
    "give_verdict",
    "register",
    "roll_up",
    "sdg_index",
]
