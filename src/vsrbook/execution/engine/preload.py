"""What the parent imports before it forks, and does once so that no notebook pays for a first time."""

from __future__ import annotations

import contextlib
import importlib
import io
import pkgutil
from typing import Any

# The order matters: libraries ask at import time whether they are in a kernel.
LIBRARIES = (
    *(
        "pandas",
        "pandas.io.formats.csvs",
        "pandas.io.formats.style",
        "pandas.core.arrays.arrow.extension_types",
    ),
    *("pyarrow.parquet", "pyarrow.dataset", "altair", "encodings.utf_8_sig"),
    *("babel.numbers", "babel.dates", "babel.lists"),
)
ROOMS = ("vsrbook.chapters", "vsrbook.figures", "vsrbook.methods")
MODULES = ("vsrbook.review", "vsrbook.library", "vsrbook.assessing", "vsrbook.tables", "vsrbook.params")
CELLS = (
    "import math\n1 + 1",
    "print('a')\n[n for n in range(3)]",
    "from IPython.display import HTML, Markdown, display\ndisplay(Markdown('a'), HTML('b'))",
    "import pandas as pd\npd.DataFrame({'a': ['x', 'y'], 'b': [1.0, 2.0]})",
)


def preload(shell: Any) -> list[str]:
    """Import everything and warm it up; returns what could not be imported, and why."""
    faults = []
    with shell.builtin_trap:  # get_ipython() is there, as in a cell
        for name in (*LIBRARIES, *MODULES, *_modules_of(ROOMS)):
            try:
                importlib.import_module(name)
            except Exception as error:  # noqa: BLE001  # a notebook that needs it will say so itself
                faults.append(f"{name}: {error}")
        _warm_figures()
    _warm_shell(shell)
    return faults


def _modules_of(packages: tuple[str, ...]) -> list[str]:
    found = []
    for package in packages:
        path = importlib.import_module(package).__path__
        found += [name for _, name, _ in pkgutil.walk_packages(path, f"{package}.")]
    return found


def _warm_figures() -> None:
    """Draw charts of the kinds that chapters have: Altair builds its validators when they are first used."""
    import pandas as pd

    from vsrbook.figures import charts
    from vsrbook.figures.blocks import data_table
    from vsrbook.figures.figure import Figure

    frame = pd.DataFrame({"name": ["a", "b"], "value": [1.0, 2.0], "says": ["a", "b"]})
    groups = frame.assign(indicator="i", series=frame["name"], group=frame["name"], year=[2020, 2021])
    cells = frame.assign(row=frame["name"], column=frame["name"], count=[1, 2])
    drawn = (
        charts.ranking(frame, unit="%", colour="#000000", reference=1.0, reference_name="r"),
        charts.spread(groups.assign(whole=[True, False]), unit="%", colour="#000000"),
        charts.trend(groups, unit="%"),
        charts.gap(groups, unit="%", groups=("a", "b")),
        charts.bars(frame, unit="%", colour="#000000"),
        charts.matrix(cells, x_title="", colour_title="c"),
    )
    for chart in drawn:
        figure = Figure("warm", "title", chart, frame, "alt", "source")
        figure._repr_mimebundle_()  # what the shell calls to show it
    frame.to_html()
    data_table(frame, "caption")


def _warm_shell(shell: Any) -> None:
    """Run a few cells that show nothing to anybody, then begin anew."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        for source in CELLS:
            shell.run_cell(source, store_history=True)
    shell.reset(new_session=True)
    shell.execution_count = 1
    shell.last_execution_result = None
    shell.last_execution_succeeded = True
