"""Look for an agreed style of code, and whether the code keeps it: ruff says so, where the project uses it."""

from __future__ import annotations

import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from vsrbook.problems import count_noun, list_some
from vsrbook.rap.baseline import read_pyproject
from vsrbook.rap.folder import Folder
from vsrbook.rap.parts import Part, lacking, shown, unseen

TIMEOUT = 60
OTHERS = {".flake8": "flake8", ".pylintrc": "pylint", ".lintr": "lintr", ".pycodestyle": "pycodestyle"}
# Ruff reads code and its own settings and runs nothing of them; it must neither mend nor keep anything here.
LIST = ("check", "--show-files", ".")
RUFF = ("check", "--no-fix", "--no-cache", "--quiet", "--output-format", "concise", ".")


def check_style(folder: Folder) -> Iterator[Part]:
    """Look for a named standard, and ask ruff whether the code keeps it."""
    tables = read_pyproject(folder).get("tool", {})
    places: list[str] = [name for name in ("ruff.toml", ".ruff.toml") if name in folder.files]
    if "ruff" in tables:
        places.append("pyproject.toml [tool.ruff]")
    others = [word for name, word in OTHERS.items() if name in folder.files]
    others += [word for word in ("black", "pylint", "flake8", "pycodestyle") if word in tables]
    if places:
        yield shown(f"the standard is ruff's, with the rules in {', '.join(places)}")
        yield _ask_ruff(folder)
    elif others:
        yield unseen(
            f"a standard is named ({list_some(others)}), but this command does not know whether the code keeps it",
            "run it, and say in rap.yml what it found",
        )
    else:
        yield lacking("no standard is named", "write ruff.toml with the rules that you agree on")


def find_ruff() -> str | None:
    """Find ruff beside the Python that runs this; one that the project brings along is not run."""
    for name in ("ruff", "ruff.exe"):
        path = Path(sysconfig.get_path("scripts")) / name
        if path.is_file():
            return str(path)
    return None


def _ask_ruff(folder: Folder) -> Part:
    program = find_ruff()
    if program is None:
        return unseen("whether the code keeps it: ruff is not installed here", "pip install ruff, then again")
    listed, seen = _call_ruff(program, folder, *LIST), _call_ruff(program, folder, *RUFF)
    if listed is None or seen is None or listed.returncode or seen.returncode not in (0, 1):
        return unseen(
            "whether the code keeps it: ruff does not answer, or cannot read the rules", "ruff check ."
        )
    names = [name for name in _read_lines(listed) if name.endswith((".py", ".ipynb"))]
    if not names:
        return lacking("the rules leave out every file", "take the files out of exclude in the rules")
    faults = _read_lines(seen)
    if faults:
        what = f"ruff check finds {count_noun(len(faults), 'fault')}, the first: {faults[0]}"
        return lacking(what, "mend what this finds: ruff check .")
    own = len(folder.under("", ".py")) + len(folder.under("", ".ipynb"))
    return shown(
        f"ruff check looks at {len(names):,} of {own:,} files with code, and finds nothing against it"
    )


def _read_lines(done: subprocess.CompletedProcess[bytes]) -> list[str]:
    return [line for line in done.stdout.decode("utf-8", "replace").splitlines() if line.strip()]


def _call_ruff(program: str, folder: Folder, *arguments: str) -> subprocess.CompletedProcess[bytes] | None:
    try:
        return subprocess.run(  # noqa: S603  # ruff of our own environment, with our arguments
            [program, *arguments],
            cwd=folder.project.root,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
