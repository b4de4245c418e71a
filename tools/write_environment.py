"""Write environment.yml from requirements.lock: conda users get the same versions."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
HEAD = """\
# The versions of requirements.lock, for conda users. Written by `make lock`; do not edit by hand.
#   conda env create -f environment.yml && conda activate vsrbook
name: vsrbook
channels: [conda-forge]
dependencies:
  - python=3.12
  - pip
  - pip:
"""


def read_pins(lock: str) -> list[str]:
    """Return the requirement lines of a lock file, markers kept, hashes left out."""
    lines = re.findall(r"^([a-z0-9][^ \n]*==[^\\\n]*?)\s*(?:\\)?$", lock, re.MULTILINE)
    return [line.strip() for line in lines]


def environment_text(lock: str) -> str:
    """Return the text of environment.yml for a lock file."""
    pins = "".join(f'      - "{pin}"\n' for pin in read_pins(lock))
    return HEAD + pins + '      - "--no-deps --no-build-isolation -e ."\n'


if __name__ == "__main__":
    lock_text = (ROOT / "requirements.lock").read_text("utf-8")
    (ROOT / "environment.yml").write_text(environment_text(lock_text), "utf-8")
    print(f"wrote environment.yml: {len(read_pins(lock_text))} pins")
