"""What papermill finds under the name `vsrbook`, by its entry point (nothing else imports this module).

Where processes cannot be forked safely
(Windows, macOS), and for kernels other than this Python's own, papermill's default engine does the work.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path
from typing import Any

from papermill.engines import NBClientEngine
from papermill.log import logger

CAN_FORK = sys.platform == "linux"  # macOS has fork, but its own libraries do not survive it


class VsrbookEngine(NBClientEngine):  # type: ignore[misc]  # papermill ships no types
    """Run notebooks in forks of a warm parent.

    Options beside papermill's own (`execution_timeout`: seconds a cell may take): `notebook_timeout`
    (seconds), `memory_mb` (what the notebook may add to the memory it begins with), `output_mb` (what it
    may show), `folder` (where it runs; papermill's `cwd` changes the directory of the whole process),
    `environment` (variables beside those of the caller).
    Raises nbclient's CellTimeoutError and DeadKernelError (with the cause in words) like the default.
    """

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
        """Run the cells of a papermill notebook; its outputs are those that a kernel would give."""
        from vsrbook.execution.engine.limits import Limits

        limits = Limits(
            cell_seconds=options.get("execution_timeout"),
            notebook_seconds=options.pop("notebook_timeout", None),
            memory_mb=options.pop("memory_mb", None),
            output_mb=options.pop("output_mb", None),
        )
        folder = str(options.pop("folder", None) or Path.cwd())
        environment = options.pop("environment", {})
        try:
            if can_fork() and is_own_kernel(kernel_name):
                return cls._fork(nb_man, folder, environment, limits, options)
            os.environ.update(environment)  # kernels have the environment of the process that starts them
            resources = {"metadata": {"path": folder}}
            return super().execute_managed_notebook(nb_man, kernel_name, resources=resources, **options)
        except Exception as error:
            error.cells = nb_man.nb.cells  # type: ignore[attr-defined]  # papermill loses them otherwise
            raise

    @staticmethod
    def _fork(
        nb_man: Any, folder: str, environment: dict[str, str], limits: Any, options: dict[str, Any]
    ) -> Any:
        from vsrbook.execution.engine.client import ForkedNotebookClient

        shown = {name: options.get(name) for name in ("log_output", "stdout_file", "stderr_file")}
        client = ForkedNotebookClient(nb_man, log=logger, timeout=limits.cell_seconds, **shown)
        return client.execute_forked(folder, {**os.environ, **environment}, limits)


@cache
def can_fork() -> bool:
    """Whether notebooks can be forked here; where they could but for a fault, it is logged, once."""
    from vsrbook.execution.engine.handle import NoParentError, get_parent

    if not CAN_FORK:
        return False
    try:
        get_parent()
    except NoParentError as error:
        logger.warning(f"{error}; papermill's own engine does the work, and takes longer")
        return False
    return True


@cache
def is_own_kernel(name: str) -> bool:
    """Whether a kernel is the Python that runs this: only that can be forked."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        argv = KernelSpecManager().get_kernel_spec(name).argv
    except NoSuchKernel:
        return False  # the default engine says so
    if "ipykernel_launcher" not in argv:
        return False
    program = argv[0]
    if program in ("python", "python3", f"python3.{sys.version_info.minor}"):
        return True  # jupyter_client, too, takes the running one then
    return os.path.realpath(program) == os.path.realpath(sys.executable) and _same_environment(program)


def _same_environment(program: str) -> bool:
    """Interpreters of two virtual environments may be links to one file."""
    return Path(program).parent.resolve() == Path(sys.executable).parent.resolve()
