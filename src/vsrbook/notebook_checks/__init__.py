"""Check chapter notebooks as their authors wrote them, without running anything."""

from vsrbook.notebook_checks import code, outputs, parameters, prose, reads, structure  # noqa: F401  # each adds its rules
from vsrbook.notebook_checks.checking import CellProblem, check_notebooks
from vsrbook.notebook_checks.rules import RULES, Rule

__all__ = ["RULES", "CellProblem", "Rule", "check_notebooks"]
