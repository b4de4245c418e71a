"""Write small files whole or not at all, and read what may be damaged."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any


def write_whole(path: Path, data: bytes) -> None:
    """Put a file in its place in one step: a reader sees the old one or the new one, never a part.

    Raises OSError where it cannot be written (a full disk, say), and leaves nothing behind then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        scratch.write_bytes(data)
        scratch.replace(path)
    except OSError:
        scratch.unlink(missing_ok=True)
        raise


def read_json(path: Path) -> dict[str, Any]:
    """Read a file of our own; what is missing or damaged is as if there were nothing in it."""
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
