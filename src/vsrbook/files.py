"""Write small files whole or not at all, read what may be damaged, know what files hold by their digests."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from pathlib import Path
from typing import Any

SETTLED_SECONDS = 2.0  # a file changed a moment ago may change again within the same tick of the clock


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


class FileDigests:
    """Digests of files, remembered in a file of their own while size and time of change stay the same."""

    def __init__(self, memory: Path | None = None) -> None:
        self._memory = memory
        self._known: dict[str, list[Any]] = read_json(memory) if memory else {}
        self._seen: dict[str, list[Any]] = {}

    def of(self, path: Path) -> str:
        """Return the digest of a file; "" where there is none."""
        try:
            state = path.stat()
            return self._of(path, state)
        except OSError:  # what reads it says so
            return ""

    def _of(self, path: Path, state: os.stat_result) -> str:
        name, mark = str(path), [state.st_size, state.st_mtime_ns]
        seen = self._seen.get(name) or self._known.get(name)
        if seen is not None and seen[:2] == mark:
            digest: str = seen[2]
        else:
            with path.open("rb") as file:  # not held in memory: a table may have hundreds of megabytes
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        if time.time() - state.st_mtime > SETTLED_SECONDS:
            self._seen[name] = [*mark, digest]
        return digest

    def save(self) -> None:
        """Remember the files asked for, and only those."""
        if self._memory is not None and self._seen != self._known:
            write_whole(self._memory, json.dumps(self._seen).encode())
