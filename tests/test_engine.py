"""The papermill engine: the outputs of a kernel, nothing left over from one notebook to the next, every fault told."""

from __future__ import annotations

import gc
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from papermill.exceptions import PapermillExecutionError

from vsrbook.execution.engine import handle, papermill_engine
from vsrbook.execution.plan import Unit, make_plan
from vsrbook.project import Edition, Project

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")

ROOT = Path(__file__).resolve().parents[1]
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
MAY_RAISE = {"tags": ["raises-exception"]}

# Cells in the order in which they run in one notebook: what they show must be what a kernel shows.
CELLS = [
    "print('a'); import sys; print('e', file=sys.stderr); print('b')\n3",
    "1/0",
    "sys.exit()",
    "sys.exit(3)",
    "raise SystemExit",
    "x = (",
    "from IPython.display import *\nh = display(HTML('<b>x</b>'), display_id='d1')",
    "display(JSON({'a': 1}), Markdown('*x*'))",
    "update_display(HTML('<i>y</i>'), display_id='d1')",
    "display(HTML('again'), display_id='d1')",
    "print(1); clear_output(); print(2)",
    "print(1); clear_output(wait=True); print(2)",
    "print(1); clear_output(wait=True)",
    "!echo hi; echo err 1>&2",
    "import subprocess; subprocess.run(['echo', 'sub']); None",
    "%%bash\necho b1\necho b2 1>&2",
    "import os; os.system('echo sys'); None",
    "import asyncio\nawait asyncio.sleep(0.01)\nprint('aw')",
    "async def f(): return 7\nawait f()",
    "asyncio.get_running_loop().is_running()",
    "t = asyncio.create_task(f())",
    "await t",
    "%%capture c\nprint('hidden')",
    "print(c.stdout)",
    "%who",
    "In[-2], Out, _i",
    "import warnings; warnings.warn('w')",
    "import logging; logging.getLogger('q').warning('lw')",
    "def f():\n    g()\ndef g():\n    raise ValueError('deep')",
    "f()",
    "import pandas as pd\npd.DataFrame({'a': [1]}).style.format('{:.2f}').set_uuid('u')",
    "pd.DataFrame({'a': [1, None]})",
    "SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>')",
    "Image(data=b'\\x89PNG\\r\\n\\x1a\\n' + bytes(20), format='png')",
    "a = 1; a",
    "a?",
    "print('p' * 70000)",
    "for i in range(1000): print(i)",
    "class A:\n  def _repr_html_(self): return '<a/>'\n"
    "  def _repr_mimebundle_(self, include=None, exclude=None): return {'text/x': 'y'}\nA()",
    "class B:\n  def __repr__(self): raise ValueError('no repr')\nB()",
    "__name__, '__file__' in globals()",
    "import pickle\nclass P: pass\npickle.loads(pickle.dumps(P())).__class__ is P",
    "get_ipython().set_next_input('zz')",
    "%matplotlib inline",
    "sys.stdout.isatty(), sys.stdout.encoding, sys.stdout.name, sys.stdout.closed, sys.stdout.writable()",
    "print('no newline', end='', flush=True)\nsys.stdout.write('w')",
    "get_ipython().__class__.__name__, get_ipython().__class__.__module__, 'ipykernel' in sys.modules",
    "sys.path[:2], os.getcwd()",
    "os.environ['TERM'], os.environ['MPLBACKEND']",
    "%no_such_magic",
    "raise KeyboardInterrupt",
    "import threading\nth = threading.Thread(target=lambda: print('from thread')); th.start(); th.join()",
    "import altair as alt\nalt.Chart(pd.DataFrame({'a': [1]})).mark_bar().encode(x='a:Q')",
    "print('é', '😀', 'e\\u0301')",
    "display({'text/plain': 'x', 'application/json': {'a': [1, 2]}}, raw=True, metadata={'m': 1})",
    "float('nan'), float('inf')",
    "%history -n 1",
    "1",
    "_",
    "import random; random.seed(1); random.random()",
    "import numpy as np; np.random.seed(1); np.random.rand()",
    "get_ipython().run_cell('print(5)'); None",
    "print('x'); raise ValueError('a\\nb')",
    "try:\n    1/0\nexcept ZeroDivisionError as e:\n    raise KeyError('k') from e",
    "from __future__ import annotations",
    "%%javascript\nalert(1)",
    "%pinfo os",
    "sys.displayhook(5)",
    "%env FOO=1",
    "os.environ['FOO']",
    "%reset -f",
    "x",
]


@pytest.fixture(autouse=True)
def _ask_again_whether_to_fork() -> Iterator[None]:
    """Forget, after a test, that there could be no parent."""
    yield
    papermill_engine.can_fork.cache_clear()


@pytest.fixture(scope="module", autouse=True)
def _end_parent() -> Iterator[None]:
    """End the parent when the tests of this module are over."""
    yield
    handle.close_parent()


def make_notebook(*cells: str, metadata: dict[str, Any] | None = None) -> NotebookNode:
    """Make a notebook of code cells."""
    made = [new_code_cell(source, metadata=metadata or {}) for source in cells]
    return new_notebook(cells=made, metadata=KERNEL)


def run(notebook: NotebookNode | str, engine: str | None = "vsrbook", **options: Any) -> NotebookNode:
    """Run a notebook with papermill; nothing is written."""
    return papermill.execute_notebook(notebook, None, engine_name=engine, progress_bar=False, **options)


def run_cells(*cells: str, **options: Any) -> list[str]:
    """Run cells in a fork; returns what they show, as text."""
    notebook = run(make_notebook(*cells), **options)
    outputs = [output for cell in notebook.cells for output in cell.outputs]
    return [output.get("text") or output["data"]["text/plain"] for output in outputs]


def read_outputs(notebook: NotebookNode) -> list[tuple[int | None, list[str]]]:
    """Return execution count and outputs of each cell, without what differs from run to run."""
    return [
        (cell.execution_count, [plain(output) for output in join_streams(cell.outputs)])
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def join_streams(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Join what was written to one stream: a kernel sends it in pieces, by the clock; none breaks a line."""
    joined: list[NotebookNode] = []
    streams: dict[str, NotebookNode] = {}
    for output in outputs:
        if output.output_type != "stream":
            streams = {}
        elif output.name in streams:
            streams[output.name]["text"] += output.text
            continue
        else:
            output = streams[output.name] = NotebookNode(output)  # noqa: PLW2901  # the notebook keeps its own
        joined.append(output)
    return joined


def plain(output: NotebookNode) -> str:
    """Write an output as text, without addresses, random ids and times."""
    text = json.dumps(output, sort_keys=True)
    text = re.sub(r"altair-viz-[0-9a-f]+", "altair-viz", text)
    text = re.sub(r"ipykernel_\d+/\d+\.py", "cell.py", text)
    return re.sub(r"0x[0-9a-f]+", "0x", text)


# ---------- the same as a kernel ----------


@pytest.fixture(scope="module")
def both() -> dict[str, NotebookNode]:
    """Run the cells above under both engines, in one notebook that goes on after errors."""
    os.environ.pop(
        "PYTEST_CURRENT_TEST", None
    )  # a kernel would not read descriptors 1 and 2; pytest sets it anew
    cells = [*CELLS, "quit()", "print('after')"]
    ran = {}
    for engine in (None, "vsrbook"):
        notebook = make_notebook(*cells, metadata=MAY_RAISE)
        prepared = papermill.execute_notebook(notebook, None, prepare_only=True, progress_bar=False)
        engines = papermill.engines.papermill_engines  # without the look for errors that comes after
        ran[engine or "default"] = engines.execute_notebook_with_engine(
            engine, prepared, kernel_name="python3", progress_bar=False
        )
    return ran


@pytest.mark.parametrize("number", range(len(CELLS)), ids=lambda n: re.sub(r"\W+", " ", CELLS[n])[:40])
def test_a_cell_shows_what_a_kernel_shows(both: dict[str, NotebookNode], number: int) -> None:
    """Streams, displays and their updates, errors with their traceback, magics, counts: all are the same."""
    ours, theirs = (read_outputs(both[name])[number] for name in ("vsrbook", "default"))
    assert ours == theirs


def test_cells_after_the_end_of_the_shell(both: dict[str, NotebookNode]) -> None:
    """`quit()` ends nothing before its cell is over, as in a kernel, and the notebook is valid."""
    ours, theirs = (read_outputs(both[name])[-2:] for name in ("vsrbook", "default"))
    assert ours == theirs
    nbformat.validate(both["vsrbook"])


def test_metadata_are_those_of_papermill(both: dict[str, NotebookNode]) -> None:
    """Language, status and exception of each cell are as papermill writes them; ours adds what it cost."""
    ours, theirs = both["vsrbook"], both["default"]
    assert ours.metadata.language_info == theirs.metadata.language_info
    for one, other in zip(ours.cells, theirs.cells, strict=True):
        for word in ("status", "exception"):
            assert one.metadata.papermill[word] == other.metadata.papermill[word]
        assert one.metadata.papermill.keys() == other.metadata.papermill.keys()
    assert ours.metadata.vsrbook.cpu_seconds > 0
    assert ours.metadata.vsrbook.peak_mb > 50


def test_a_failing_notebook_ends_as_papermill_ends_it(tmp_path: Path) -> None:
    """The first error ends it; what was run is saved with papermill's marks, the rest is pending."""
    saved = {}
    for engine in (None, "vsrbook"):
        output = tmp_path / f"{engine}.ipynb"
        notebook = make_notebook("print(1)", "1/0", "print(2)")
        notebook.cells.insert(0, new_markdown_cell("# Title"))
        with pytest.raises(PapermillExecutionError) as caught:
            papermill.execute_notebook(notebook, output, engine_name=engine, progress_bar=False)
        read = nbformat.read(output, 4)
        status = [cell.metadata.get("papermill", {}).get("status") for cell in read.cells]
        saved[engine] = (caught.value.ename, caught.value.exec_count, status, read_outputs(read))
    assert saved["vsrbook"] == saved[None]
    assert "failed" in saved["vsrbook"][2]


def chapters() -> list[Unit]:
    """Take the landing page and each notebook of a review once, for Kenya; of its goals one with few charts."""
    units = {}
    for unit in make_plan(Project(ROOT), Edition(), ["kenya"]).units:
        if unit.parameters.get("goal") in (None, 10) and not unit.page.startswith("library/"):
            units[unit.notebook] = unit
    return list(units.values())


@pytest.mark.parametrize("unit", chapters(), ids=lambda unit: unit.notebook)
def test_a_chapter_is_the_same_under_both_engines(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every notebook of the book has, cell by cell, the outputs of papermill's default engine."""
    monkeypatch.setenv("VSRBOOK_PROJECT", str(ROOT))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "1")
    path = str(ROOT / "notebooks" / unit.notebook)
    ours, theirs = (
        run(path, engine, parameters=unit.parameters, kernel_name="python3") for engine in ("vsrbook", None)
    )
    assert [cell.source for cell in ours.cells] == [cell.source for cell in theirs.cells]
    assert read_outputs(ours) == read_outputs(theirs)
    nbformat.validate(ours)


def test_papermill_finds_the_engine(tmp_path: Path) -> None:
    """`papermill --engine vsrbook` works as it stands, with its log of outputs."""
    nbformat.write(make_notebook("n = 1", "print('shown', n)"), tmp_path / "in.ipynb")
    command = [
        sys.executable,
        "-m",
        "papermill",
        "--engine",
        "vsrbook",
        "--log-output",
        "in.ipynb",
        "out.ipynb",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "shown 1" in done.stderr
    assert nbformat.read(tmp_path / "out.ipynb", 4).cells[1].outputs[0].text == "shown 1\n"


def test_another_kernel_is_run_by_papermill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel that is not this Python is not forked: the default engine runs it."""
    spec = tmp_path / "kernels" / "other"
    spec.mkdir(parents=True)
    launcher = tmp_path / "python-elsewhere"
    launcher.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', "utf-8")
    launcher.chmod(0o755)
    argv = [str(launcher), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    content = {"argv": argv, "display_name": "Other", "language": "python"}
    (spec / "kernel.json").write_text(json.dumps(content), "utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    notebook = run(make_notebook("import os; os.getppid()"), kernel_name="other")
    assert notebook.cells[0].outputs[0].data["text/plain"] == str(os.getpid())
    assert "vsrbook" not in notebook.metadata


def test_where_nothing_can_be_forked_papermill_runs_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """On Windows and macOS the default engine does the same work, in the folder that is asked for."""
    papermill_engine.can_fork.cache_clear()
    monkeypatch.setattr(papermill_engine, "CAN_FORK", False)
    notebook = run(make_notebook("import os; os.getcwd()"), folder=str(tmp_path), memory_mb=100, output_mb=1)
    assert notebook.cells[0].outputs[0].data["text/plain"] == repr(str(tmp_path))
    assert "vsrbook" not in notebook.metadata


# ---------- isolation ----------


def test_nothing_is_left_for_the_next_notebook(tmp_path: Path) -> None:
    """Variables, modules, environment, options, themes, directory, builtins: each notebook begins anew."""
    spoil = """
import sys, os, warnings, pandas as pd, numpy as np, altair as alt, builtins, __main__
LEAK = 1
sys.modules['leaked'] = sys
os.environ['LEAK'] = '1'
pd.DataFrame.leak = builtins.leak = __main__.leak = 1
np.random.seed(0)
os.chdir('/')
pd.set_option('display.max_rows', 3)
alt.theme.enable('dark')
alt.data_transformers.disable_max_rows()
sys.path.insert(0, '/leak')
from vsrbook.text import set_language
set_language('fr')
"""
    look = """
import sys, os, pandas as pd, altair as alt, builtins, __main__
from vsrbook.text import language
print('LEAK' in globals(), 'leaked' in sys.modules, 'LEAK' in os.environ, hasattr(pd.DataFrame, 'leak'),
      hasattr(builtins, 'leak'), hasattr(__main__, 'leak'), '/leak' in sys.path)
print(os.getcwd(), pd.get_option('display.max_rows'), alt.theme.active, alt.data_transformers.options, language())
"""
    before = run_cells(look, folder=str(tmp_path))
    run_cells(spoil)
    after = run_cells(look, folder=str(tmp_path))
    assert after == before
    assert after[0].startswith("False False False False False False False\n")
    assert str(tmp_path) in after[0]


def test_random_numbers_differ_between_notebooks() -> None:
    """Forks of one parent do not draw the same numbers."""
    draw = "import random, uuid, numpy as np\nprint(random.random(), np.random.rand(), uuid.uuid4())"
    assert not set(run_cells(draw)[0].split()) & set(run_cells(draw)[0].split())


def test_a_notebook_sees_the_environment_of_its_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was set after the parent had started is there; what the parent needs for itself is not."""
    run_cells("1")
    monkeypatch.setenv("SET_LATER", "yes")
    look = "import os; print(os.environ.get('SET_LATER'), os.environ.get('JE_ARROW_MALLOC_CONF'))"
    assert run_cells(look) == ["yes None\n"]


def test_notebooks_run_side_by_side() -> None:
    """Several threads of one process may run notebooks in one parent at once; each gets its own outputs."""
    shown: dict[int, list[str]] = {}

    def work(number: int) -> None:
        shown[number] = run_cells(f"import time; time.sleep(0.5); print({number})")

    threads = [threading.Thread(target=work, args=[number]) for number in range(6)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shown == {number: [f"{number}\n"] for number in range(6)}
    assert time.monotonic() - started < 2.9  # one after another they would take three seconds


def test_processes_and_threads_of_a_notebook_work() -> None:
    """Pools of threads and processes run in a notebook, and what their processes print is shown."""
    source = """
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
def work(n):
    print(f'worker {n}', flush=True)
    return n * n
with ThreadPoolExecutor(4) as pool: print(sum(pool.map(abs, range(100))))
with ProcessPoolExecutor(1) as pool: print(list(pool.map(work, [1, 2])))
"""
    shown = "".join(run_cells(source))
    assert {"4950", "worker 1", "worker 2", "[1, 4]"} <= set(shown.splitlines())


# ---------- faults ----------

DEATHS = {
    "exit": ("import os; os._exit(7)", "the process ended itself with status 7"),
    "segmentation fault": ("import ctypes; ctypes.string_at(0)", "SIGSEGV (segmentation fault"),
    "abort": ("import os; os.abort()", "SIGABRT (a library written in C gave up"),
    "killed": ("import os; os.kill(os.getpid(), 9)", "SIGKILL (killed by the system: out of memory"),
}


@pytest.mark.parametrize("fault", DEATHS)
def test_a_death_is_told(fault: str) -> None:
    """A process that dies says how, with the cells as far as they were run; the next notebook runs."""
    source, words = DEATHS[fault]
    with pytest.raises(DeadKernelError, match=re.escape(words)) as caught:
        run(make_notebook("print('one')", source, "print('never')"))
    first, second, third = caught.value.cells  # type: ignore[attr-defined]  # the engine adds them
    assert first.outputs[0].text == "one\n"
    assert second.metadata.papermill.start_time
    assert third.metadata.papermill.start_time is None
    assert run_cells("print('next')") == ["next\n"]


@pytest.mark.parametrize(
    "source",
    [
        "while True: pass",
        "try:\n    import time; time.sleep(60)\nexcept BaseException: pass\nsum(range(10**12))",
        "import signal; signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65)); import time; time.sleep(60)",
    ],
    ids=["loop", "stubborn", "no signals"],
)
def test_a_cell_that_takes_too_long_is_ended(source: str) -> None:
    """An endless loop, in Python or in C, whatever it catches or blocks, ends when its time is up."""
    started = time.monotonic()
    with pytest.raises(CellTimeoutError):
        run(make_notebook(source), execution_timeout=1)
    assert time.monotonic() - started < 5


def test_a_notebook_that_takes_too_long_is_ended() -> None:
    """Each cell may keep its time, and the notebook still not."""
    with pytest.raises(CellTimeoutError, match="timeout of the notebook: longer than 1 seconds"):
        run(make_notebook(*["import time; time.sleep(0.4)"] * 5), notebook_timeout=1, execution_timeout=5)


def test_a_process_that_closes_its_socket_is_ended() -> None:
    """It cannot be talked to any more: it is not waited for longer than a few seconds."""
    started = time.monotonic()
    with pytest.raises(DeadKernelError, match="SIGKILL"):
        run(make_notebook("import os, time; os.closerange(3, 64); time.sleep(3600)"))
    assert time.monotonic() - started < 15


def test_a_closed_pipe_is_an_error_like_any_other() -> None:
    """Who writes to a process that does not listen gets BrokenPipeError, or nothing; the notebook lives."""
    write = "import subprocess; subprocess.run(['true'], input=b'x' * 10**7); print('alive')"
    assert run_cells(write) == ["alive\n"]


def test_a_hard_limit_of_the_system_is_kept() -> None:
    """Batch systems limit memory themselves: the smaller limit holds, and notebooks run."""
    source = f"""
import nbformat, papermill, resource
resource.setrlimit(resource.RLIMIT_AS, (6 * 10**9,) * 2)
notebook = nbformat.from_dict({json.dumps(new_notebook(cells=[new_code_cell("1 + 1")], metadata=KERNEL))})
done = papermill.execute_notebook(notebook, None, engine_name="vsrbook", progress_bar=False, memory_mb=90000)
print(done.cells[0].outputs[0].data["text/plain"], "vsrbook" in done.metadata)
""".replace("null", "None")
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    assert done.stdout == "2 True\n"


def test_what_keeps_a_notebook_from_beginning_is_told(tmp_path: Path) -> None:
    """A folder that is not there, say."""
    with pytest.raises(DeadKernelError, match=r"the notebook could not begin: .*No such file or directory"):
        run(make_notebook("1"), folder=str(tmp_path / "nowhere"))


def test_a_large_environment_is_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of kilobytes of variables, as some systems have."""
    for number in range(4):
        monkeypatch.setenv(f"LARGE_{number}", "x" * 100_000)
    assert run_cells("import os; print(len(os.environ['LARGE_3']))") == ["100000\n"]


def test_memory_is_bounded() -> None:
    """A notebook that asks for more than it may gets a MemoryError, which it can catch like any other."""
    with pytest.raises(PapermillExecutionError, match="MemoryError"):
        run(make_notebook("b = bytearray(3_000_000_000)"), memory_mb=1000)
    catch = "import numpy as np\ntry: np.ones(1 << 29)\nexcept MemoryError: print('caught')"
    assert run_cells(catch, memory_mb=1000) == ["caught\n"]
    assert run_cells("len(bytearray(300_000_000))", memory_mb=1000) == ["300000000"]


@pytest.mark.parametrize(
    "source",
    [
        "while True: print('x' * 1000)",
        "import subprocess; subprocess.run(['yes'])",
        "while True: display({'text/html': 'x' * 10**6}, raw=True)",
        "'x' * 10**8",
    ],
    ids=["print", "subprocess", "display", "one result"],
)
def test_a_flood_of_output_is_ended(source: str) -> None:
    """Output beyond the limit ends the notebook at once, wherever it comes from."""
    started = time.monotonic()
    with pytest.raises(DeadKernelError, match="more than 2 MB of output"):
        run(make_notebook(source), output_mb=2)
    assert time.monotonic() - started < 10


def processes_with(mark: str) -> list[int]:
    """Return the processes whose command line has a word of ours in it."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if mark.encode() in words:
                found.append(int(folder.name))
    return found


def wait_until_gone(mark: str, seconds: float = 5) -> bool:
    """Wait for the end of all processes with a mark."""
    until = time.monotonic() + seconds
    while processes_with(mark) and time.monotonic() < until:
        time.sleep(0.02)
    return not processes_with(mark)


def sleeper(mark: str, **options: str) -> str:
    """Write the code of a process that would sleep on after its notebook."""
    said = ", ".join(f"{name}={value}" for name, value in options.items())
    return f"import subprocess; subprocess.Popen(['sleep', '{mark}'], {said})"


def test_nothing_that_a_notebook_has_started_outlives_it() -> None:
    """Subprocesses, in its session or in one of their own, and threads end with it."""
    thread = "import threading, time; threading.Thread(target=time.sleep, args=[60]).start()"
    started = time.monotonic()
    far = "import subprocess; subprocess.Popen(['setsid', 'sh', '-c', 'sleep 98705 & wait'])"
    pause = "import time; time.sleep(0.3)"
    cells = (sleeper("98701"), sleeper("98702", start_new_session="True"), thread, far, pause)
    run(make_notebook(*cells))
    assert time.monotonic() - started < 10
    assert wait_until_gone("98701")
    assert wait_until_gone("98702")
    assert wait_until_gone("98705")


def test_a_killed_parent_is_told_and_replaced() -> None:
    """Its notebook fails with a clear error, what it had started ends, and the next notebook has a new parent."""
    run_cells("1")
    victim = handle.get_parent().process.pid
    threading.Timer(1, os.kill, [victim, signal.SIGKILL]).start()
    with pytest.raises(DeadKernelError, match="the parent process of the notebooks has died"):
        run(make_notebook(sleeper("98703"), "import time; time.sleep(60)"))
    assert wait_until_gone("98703")
    assert run_cells("print('next')") == ["next\n"]
    assert handle.get_parent().process.pid != victim


def test_when_the_caller_dies_so_does_everything() -> None:
    """A papermill that is killed leaves neither parent nor notebook nor what that has started."""
    source = f"""
import papermill, nbformat, sys
from nbformat.v4 import new_notebook, new_code_cell
far = "subprocess.Popen(['setsid', 'sh', '-c', 'sleep 98706 & wait'])"
cells = [f"import subprocess, time; {{far}}; time.sleep(1); subprocess.Popen(['sleep', '98704']); time.sleep(60)"]
notebook = new_notebook(cells=[new_code_cell(c) for c in cells], metadata={KERNEL!r})
papermill.execute_notebook(notebook, None, engine_name="vsrbook", progress_bar=False)
"""
    caller = subprocess.Popen([sys.executable, "-c", source], stderr=subprocess.DEVNULL)
    until = time.monotonic() + 30
    while not processes_with("98704") and time.monotonic() < until:
        time.sleep(0.05)
    assert processes_with("98704")
    caller.kill()
    caller.wait()
    assert wait_until_gone("98704")
    assert wait_until_gone("98706")


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ("raise SystemExit('no room')  # {descriptor}", "did not start: no room"),
        (
            "import threading, time; threading.Thread(target=time.sleep, args=[60], daemon=True).start(); "
            + handle.START,
            "a library starts threads when it is imported: to fork would not be safe",
        ),
    ],
    ids=["does not start", "has threads"],
)
def test_without_a_parent_papermill_does_the_work(
    start: str, words: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A parent that does not start, or could not be forked safely: a warning says why, and the notebook runs."""
    handle.close_parent()
    monkeypatch.setattr(handle, "START", start)
    with caplog.at_level("WARNING", "papermill"):
        notebook = run(make_notebook("1 + 1"))
    assert notebook.cells[0].outputs[0].data["text/plain"] == "2"
    assert "vsrbook" not in notebook.metadata
    assert words in caplog.text
    assert "papermill's own engine does the work, and takes longer" in caplog.text


def test_a_parent_does_not_grow() -> None:
    """After many notebooks it has the descriptors and the memory that it had."""

    def sizes(pid: int) -> tuple[int, int]:
        status = Path(f"/proc/{pid}/status").read_text("ascii")
        resident = int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) // 1024
        return len(list(Path(f"/proc/{pid}/fd").iterdir())), resident

    run_cells("1")
    gc.collect()
    parent = handle.get_parent().process.pid
    ours, theirs = len(os.listdir("/proc/self/fd")), sizes(parent)  # noqa: PTH208  # the count is meant
    for _ in range(40):
        run_cells("x = 1\nprint(x)")
    assert sizes(parent)[0] == theirs[0]
    assert sizes(parent)[1] - theirs[1] < 5
    gc.collect()
    assert len(os.listdir("/proc/self/fd")) <= ours  # noqa: PTH208
