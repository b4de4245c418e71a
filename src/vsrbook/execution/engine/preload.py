"""What the parent imports before it forks."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
from typing import Any

from vsrbook.execution.engine.warming import warm_charts, warm_review, warm_shell

LIBRARIES = (
    *("pandas", "pandas.io.formats.csvs", "pandas.core.arrays.arrow.extension_types"),
    *("pyarrow.parquet", "altair", "encodings.utf_8_sig"),
    *("babel.numbers", "babel.dates", "babel.lists"),
)
ROOMS = ("vsrbook.chapters", "vsrbook.figures", "vsrbook.methods")
MODULES = (
    "vsrbook.review",
    "vsrbook.library",
    "vsrbook.assessing",
    "vsrbook.tables",
    "vsrbook.params",
    "vsrbook.profiles",
)


def preload(shell: Any) -> list[str]:
    """Import everything and warm it up; returns what could not be done, and why."""
    faults = []
    with shell.builtin_trap:  # get_ipython() is there, as in a cell: libraries ask when they are imported
        for name in (*LIBRARIES, *MODULES, *_modules_of(ROOMS)):
            try:
                importlib.import_module(name)
            except Exception as error:  # noqa: BLE001  # a notebook that needs it will say so itself
                faults.append(f"{name}: {error}")
        for warm in (warm_review, warm_charts):
            try:
                warm()
            except Exception as error:  # noqa: BLE001  # notebooks run all the same, a little slower
                faults.append(f"{warm.__name__}: {error}")
    warm_shell(shell)
    asyncio.run(asyncio.sleep(0))
    return faults


def _modules_of(packages: tuple[str, ...]) -> list[str]:
    found = []
    for package in packages:
        path = importlib.import_module(package).__path__
        found += [name for _, name, _ in pkgutil.walk_packages(path, f"{package}.")]
    return found
