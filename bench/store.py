"""Measure the store: one area's rows, the compile, its memory, and the fast reader against the careful one.

Run `python bench/store.py` (738,000 rows, about a minute) or with `--large` (3.3 million rows as
well). Prints the figures and writes them into bench/results-store.md. Times are wall-clock medians of
runs that take turns, so that a busy machine slows all alike.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from measuring import HEAD, Line, compare, describe_machine, take_turns
from synthetic import Size, area_codes, write_observations

NORMAL = Size(300, 205, 12)
LARGE = Size(5570, 60, 10)
RESULTS = Path(__file__).with_name("results-store.md")
CARE_SHARE = 10  # the careful reader is measured on a tenth of the rows
WORDS = [
    "indicator_code",
    "area_code",
    "sex",
    "age",
    "residence",
    "category",
    "status",
    "source_id",
    "note",
]

# Each memory measurement is a process of its own: the peak of a process never goes down. Linux hands the
# peak of getrusage on to child processes, so there it is read from /proc.
PEAK = """
import json, re, resource, sys, time
from pathlib import Path
import pandas, pandera.pandas, pyarrow.csv, pyarrow.parquet
from vsrbook.tables import TABLES
from vsrbook.tables_reading import read_table
from vsrbook.store import CleanCsv, write_store
def peak():
    status = Path("/proc/self/status")
    if status.is_file():
        return int(re.search(r"VmHWM:\\s+(\\d+) kB", status.read_text())[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / (1024 if sys.platform == "darwin" else 1)
how, path, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
before, start = peak(), time.perf_counter()
if how == "frame":
    rows, problems = read_table(path, TABLES["observations"], path.name)
    assert not problems
else:
    rows = CleanCsv(path)
write_store(folder, {"observations": rows}, {"observations": how})
print(json.dumps({"before": before, "peak": peak(), "seconds": time.perf_counter() - start}))
"""


def measure_slices(path: Path, folder: Path, size: Size, rounds: int) -> list[Line]:
    """Read one area: from the store, from one plain Parquet file, and from the CSV file."""
    import pandas as pd
    import pyarrow.compute as pc
    import pyarrow.parquet as pq
    from pyarrow import csv

    from vsrbook.store import open_store

    code = area_codes(size)[size.areas // 2]
    opened = open_store(folder)
    assert opened is not None  # noqa: S101  # it was written just now
    plain = folder.with_name("plain.parquet")
    opened.read("observations").to_parquet(plain, row_group_size=size.rows)
    text = csv.ConvertOptions(column_types=dict.fromkeys(WORDS, "string"))

    def read_store() -> Any:
        store = open_store(folder)
        return store and store.read_area(code)

    def read_with_pandas() -> Any:
        frame = pd.read_csv(path, dtype=dict.fromkeys(WORDS, "str"))
        return frame[frame["area_code"] == code]

    def read_with_arrow() -> Any:
        rows = csv.read_csv(path, convert_options=text)
        return rows.filter(pc.equal(rows["area_code"], code)).to_pandas()

    expected = len(read_store())
    assert expected == len(read_with_pandas()) == len(read_with_arrow())  # noqa: S101  # the same rows
    ways = {
        "store: open, read one area": read_store,
        "store, open already": lambda: opened.read_area(code),
        "one Parquet file, one row group, filtered": lambda: pq.read_table(
            plain, filters=[("area_code", "==", code)]
        ).to_pandas(),
        "whole CSV with pyarrow, filtered": read_with_arrow,
        "whole CSV with pandas, filtered": read_with_pandas,
    }
    return compare(take_turns(ways, rounds))


def measure_readers(path: Path, size: Size, rounds: int) -> list[Line]:
    """Read the table fast, and a tenth of it carefully."""
    from vsrbook.fast_reading import read_clean
    from vsrbook.spreadsheets import read_cells
    from vsrbook.tables import TABLES, validate_table
    from vsrbook.tables_reading import type_table

    table = TABLES["observations"]
    tenth = path.with_name("tenth.csv")
    write_observations(tenth, Size(size.areas // CARE_SHARE, size.indicators, size.years))
    frame = read_clean(path, table)
    assert frame is not None  # noqa: S101  # synthetic tables are clean
    ways = {
        "fast reader": lambda: read_clean(path, table),
        "check against the contract, after either": lambda: validate_table(frame, table, path.name),
        f"careful reader, a tenth of the rows × {CARE_SHARE}": lambda: type_table(
            read_cells(tenth, ""), table, ""
        ),
    }
    times = take_turns(ways, rounds)
    careful = list(times)[-1]
    return compare(times | {careful: times[careful] * CARE_SHARE}, "s", 1)


def measure_compile(path: Path, folder: Path, rounds: int) -> list[Line]:
    """Compile in fresh processes, from a frame and streaming: seconds and peak memory."""
    lines = []
    for how, name in (("stream", "streaming"), ("frame", "read whole, then written")):
        runs = [_run_peak(how, path, folder.with_name(f"{how}-{number}")) for number in range(rounds)]
        before, peak = median(run["before"] for run in runs), median(run["peak"] for run in runs)
        lines += [
            Line(f"compile, {name}", median(run["seconds"] for run in runs), "s"),
            Line(f"peak memory, {name} ({before:,.0f} MB before)", peak, "MB"),
        ]
    return lines


def _run_peak(how: str, path: Path, folder: Path) -> dict[str, float]:
    command = [sys.executable, "-c", PEAK, how, str(path), str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def measure(size: Size, scratch: Path, rounds: int) -> list[Line]:
    """Measure everything at one size."""
    from vsrbook.store import CleanCsv, write_store

    path = write_observations(scratch / "observations.csv", size)
    folder = scratch / "store"
    write_store(folder, {"observations": CleanCsv(path)}, {"observations": "synthetic"})
    lines = [
        Line("observations.csv", path.stat().st_size / 1e6, "MB"),
        Line("the store", sum(file.stat().st_size for file in folder.iterdir()) / 1e6, "MB"),
    ]
    lines += measure_slices(path, folder, size, rounds)
    lines += measure_readers(path, size, rounds)
    return lines + measure_compile(path, folder, 3)


def write_results(results: dict[Size, list[Line]]) -> str:
    """Write the figures as Markdown."""
    text = ["# The store, measured", ""]
    text += ["Written by `python bench/store.py`; the tables are synthetic (Samplia is no real place).", ""]
    machine = describe_machine(("pandas", "pyarrow"))
    text += [f"{machine}. Medians of runs that take turns; ratios to the first time of a group."]
    for size, lines in results.items():
        text += ["", f"## {size.rows:,} rows", "", f"{size}.", ""]
        text += [*HEAD, *map(str, lines)]
    return "\n".join(text) + "\n"


def main() -> None:
    """Measure, print, and write bench/results-store.md."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--large", action="store_true", help=f"measure {LARGE.rows:,} rows as well")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each way (default 5)")
    given = parser.parse_args()
    results = {}
    for size in [NORMAL, LARGE] if given.large else [NORMAL]:
        with tempfile.TemporaryDirectory(prefix="vsrbook-bench-") as scratch:
            results[size] = measure(size, Path(scratch), given.rounds)
    text = write_results(results)
    RESULTS.write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main()
