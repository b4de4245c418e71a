"""An empty environment with the wheel of this checkout installed, made once for all processes of a test run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from vsrbook import __version__
from vsrbook.kit.rendering import list_pins

ROOT = Path(__file__).resolve().parents[1]
NOWHERE = "http://127.0.0.1:9"  # no proxy is there: whoever asks the network gets an error


def build_wheel(folder: Path, source: Path = ROOT) -> Path:
    """Build the wheel from a checkout or an unpacked source archive, without a download."""
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--wheel-dir", str(folder), str(source)], check=True, timeout=120)
    (wheel,) = folder.glob("vsrbook-*.whl")
    return wheel


def make_environment(folder: Path) -> Path:
    """Install the wheel, and the locked versions of what it needs, into an empty environment; its python."""
    wheel = build_wheel(folder)
    pins = list_pins((ROOT / "environment.yml").read_text("utf-8"), __version__)
    (folder / "constraints.txt").write_text(pins, "utf-8")
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", str(folder / "env")], check=True, timeout=120
    )
    python = folder / "env" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "-qq"]
    # what is not used need not be compiled
    options = ["--disable-pip-version-check", "--no-compile", "--constraint", str(folder / "constraints.txt")]
    subprocess.run([*pip, *options, str(wheel)], check=True, timeout=600)
    return python


@pytest.fixture(scope="session")
def kit_environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the python of an environment in which nothing but vsrbook and what it needs is installed.

    Processes of pytest-xdist share one. Mark tests that ask for it `wheel`: it takes about a minute.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "kit-environment"
    with FileLock(f"{folder}.lock"):
        made = folder / "python.txt"  # written last: an environment that was not finished is none
        if not made.exists():
            folder.mkdir()
            made.write_text(str(make_environment(folder)), "utf-8")
        return Path(made.read_text("utf-8"))


def run_installed(python: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Call the installed command `vsrbook` in a folder, without this checkout on its path, and offline."""
    hidden = {"PYTHONPATH", "VSRBOOK_PROJECT", "VIRTUAL_ENV"}
    environment = {key: value for key, value in os.environ.items() if key not in hidden}
    environment |= dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), NOWHERE)
    environment |= {"NO_PROXY": "", "no_proxy": "", "PYTHONUTF8": "1"}
    program = python.with_name("vsrbook.exe" if os.name == "nt" else "vsrbook")
    return subprocess.run(
        [str(program), *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
