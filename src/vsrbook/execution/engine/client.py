"""papermill's own client, with a fork in the place of a kernel.

papermill's loop over the cells and nbclient's making of outputs from messages are used as they are:
only where cells are run differs from the default engine.
"""

from __future__ import annotations

from typing import Any

from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import from_dict
from papermill.clientwrap import PapermillNotebookClient

from vsrbook.execution.engine.handle import (
    Ending,
    Fork,
    NotebookTimeoutError,
    OutputLimitError,
    get_parent,
)
from vsrbook.execution.engine.limits import Limits


class ForkedNotebookClient(PapermillNotebookClient):  # type: ignore[misc]  # papermill ships no types
    """Runs a notebook's cells in a fork of the warm parent."""

    fork: Fork

    def execute_forked(self, folder: str, environment: dict[str, str], limits: Limits) -> Any:
        """Run all cells in `folder`, with these environment variables; returns the notebook and, in it, its costs."""
        self.reset_execution_trackers()
        parent = get_parent()
        with parent.fork(folder, environment, limits) as self.fork:
            self.papermill_execute_cells()
        self.nb.metadata["language_info"] = _node(parent.hello["language_info"])
        if self.fork.ending is not None:
            self.nb.metadata["vsrbook"] = _costs(self.fork.ending)
        return self.nb

    def execute_cell(self, cell: Any, cell_index: int, **_options: Any) -> Any:
        """Run one cell, if it holds code, and put what it shows into its outputs.

        Raises what nbclient's own method raises.
        """
        if cell.cell_type != "code" or not cell.source.strip():
            return cell
        tags = cell.metadata.get("tags", [])
        if self.skip_cells_with_tag in tags:
            return cell
        cell.outputs = []
        self.clear_before_next_output = False
        reply = self._run(cell, cell_index)
        cell["execution_count"] = reply["execution_count"]
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output["execution_count"] = reply["execution_count"]
        if reply["status"] == "error" and not (self.allow_errors or "raises-exception" in tags):
            raise CellExecutionError.from_cell_and_msg(cell, reply)
        return cell

    def _run(self, cell: Any, cell_index: int) -> dict[str, Any]:
        seconds = self._get_timeout(cell)
        try:
            for kind, content in self.fork.run(cell.source, seconds):
                if kind == "reply":
                    return content
                if kind == "fault":
                    raise DeadKernelError(content["words"])
                self._show(kind, content, cell, cell_index)
        except NotebookTimeoutError as error:
            raise CellTimeoutError(f"timeout of the notebook: {error}") from error
        except OutputLimitError as error:
            raise DeadKernelError(str(error)) from error
        except TimeoutError as error:
            raise CellTimeoutError.error_from_timeout_and_cell("", int(seconds or 0), cell) from error
        except EOFError as error:
            raise DeadKernelError(self._why()) from error
        raise DeadKernelError(self._why())  # pragma: no cover  # a run ends with its reply

    def _why(self) -> str:
        ending = self.fork.wait()
        return ending.words if self.fork.ending else "the parent process of the notebooks has died"

    def _show(self, kind: str, content: dict[str, Any], cell: Any, cell_index: int) -> None:
        message = {"msg_type": kind, "header": {"msg_type": kind}, "parent_header": {}, "metadata": {}}
        self.process_message({**message, "content": content}, cell, cell_index)


def _costs(ending: Ending) -> Any:
    return _node({"cpu_seconds": round(ending.cpu_seconds, 3), "peak_mb": round(ending.peak_mb)})


def _node(content: dict[str, Any]) -> Any:
    """Return a dict as nbformat's own kind, whose keys are attributes, too."""
    return from_dict(content)  # type: ignore[no-untyped-call]  # nbformat's types are not complete
