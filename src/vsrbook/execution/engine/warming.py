"""Do once, on a small invented review, what notebooks do: whatever is made at a first use is there then.

Altair makes validators, Babel reads its locales, pandas chooses its kernels, Python adapts its code: all
of that would be done anew in each fork. Nothing here may start a thread, or leave a trace in a notebook.
"""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vsrbook.review import Review

SAMPLE = Path(__file__).with_name("sample")
SLUG, GOAL = "samplia", 6
ROUNDS = 3  # Python adapts its code by and by
CELLS = (
    "import math\n1 + 1",
    "print('a')\n[n for n in range(3)]",
    "from IPython.display import HTML, Markdown, display\ndisplay(Markdown('a'), HTML('b'))",
    "import pandas as pd\npd.DataFrame({'a': ['x', 'y'], 'b': [1.0, 2.0]})",
)


def warm_review() -> None:
    """Make everything that a page on a goal shows of the review."""
    from vsrbook.chapters import goal, goal_areas, goal_years, statuses
    from vsrbook.review import limit_to_goal

    for _ in range(ROUNDS):
        evidence = goal.evidence_on(limit_to_goal(_read_sample(), GOAL), GOAL)
        for make in (
            goal.goal_summary,
            goal.latest_table,
            goal_areas.spread_figures,
            goal_areas.disparity_table,
            goal_years.trend_figures,
            goal.target_table,
            statuses.series_status_table,
            goal_areas.ranking_blocks,
            goal.goal_practices,
            goal_years.availability,
        ):
            _show(make(evidence))


def _read_sample() -> Review:
    """Read the review from memory: reading its files as others are read would start threads."""
    from vsrbook.params import read_params
    from vsrbook.project import Project
    from vsrbook.review import Reference, Review, empty_table, fill_text
    from vsrbook.spreadsheets import read_cells
    from vsrbook.tables import REFERENCE_TABLES, TABLES
    from vsrbook.tables_reading import read_arrow, type_table

    project = Project(SAMPLE)
    association = read_params(project, SLUG)
    tables = {name: empty_table(table) for name, table in TABLES.items()}
    for name, declared in association.tables.items():
        path = project.data / SLUG / declared.file
        frame, _problems = type_table(read_cells(path, path.name), TABLES[name], path.name)
        kept = io.BytesIO()
        frame.to_feather(kept, compression="uncompressed")
        tables[name] = fill_text(read_arrow(kept.getvalue()))
    reference = Reference({name: empty_table(table) for name, table in REFERENCE_TABLES.items()})
    return Review(project, association, reference, tables)


def _show(item: Any) -> None:
    """Make of a block or a figure what a page needs."""
    if isinstance(item, list | tuple):
        for one in item:
            _show(one)
    elif item is not None:
        json.dumps(item._repr_mimebundle_())


def warm_charts() -> None:
    """Make charts of the kinds that a goal's page does not have."""
    import pandas as pd

    from vsrbook.figures import charts

    frame = pd.DataFrame({"name": ["a", "b"], "value": [1.0, 2.0], "says": ["a", "b"]})
    groups = frame.assign(indicator="i", group=frame["name"])
    cells = frame.assign(row=frame["name"], column=frame["name"], count=[1, 2])
    for chart in (
        charts.gap(groups, unit="%", groups=("a", "b")),
        charts.bars(frame, unit="%", colour="#000000"),
        charts.matrix(cells, x_title="", colour_title="c"),
    ):
        chart.to_dict()
    frame.to_html()


def warm_shell(shell: Any) -> None:
    """Run a few cells that show nothing to anybody, then begin anew."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        for source in CELLS:
            shell.run_cell(source, store_history=True)
    shell.reset(new_session=True)
    shell.execution_count = 1
    shell.last_execution_result = None
    shell.last_execution_succeeded = True
