"""The rule that a notebook holds nothing of a run."""

from __future__ import annotations

from collections.abc import Iterator

from vsrbook.notebook_checks.notebook import Notebook
from vsrbook.notebook_checks.rules import Finding, at, rule

OF_A_RUN = ("ExecuteTime", "execution", "papermill", "collapsed", "scrolled")


@rule(
    "no-results",
    asks="No outputs, no execution counts, no state of widgets, no times of a run.",
    reason="Results are made from the tables each time; kept ones go out of step with them, and may hold "
    "what must not be published.",
    remedy="clear it: `nbstripout --keep-id` and the notebook's name, or in Jupyter: clear the outputs of all cells",
)
def find_results(notebook: Notebook) -> Iterator[Finding]:
    """Find what is left of a run."""
    for cell in notebook.code:
        if cell.content.get("outputs"):
            yield at(cell, None, "holds outputs")
        if cell.content.get("execution_count") is not None:
            yield at(cell, None, "holds an execution count")
    for cell in notebook.cells:
        for key in OF_A_RUN:
            if key in cell.content["metadata"]:
                yield at(cell, None, f"holds {key} of a run in its metadata")
    for key in ("widgets", "papermill"):
        if key in notebook.metadata:
            yield Finding(f"holds {key} of a run in its metadata")
