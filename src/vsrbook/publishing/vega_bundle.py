"""Keep one offline JavaScript file with Vega, Vega-Lite and Vega-Embed."""

from __future__ import annotations

import hashlib
import os
import tempfile
from functools import cache
from importlib.metadata import version
from pathlib import Path

THEME = Path(__file__).parent / "theme"

# The bundler gives bare top-level declarations: in a function they cannot meet another script's names.
_OPENING, _CLOSING = '(function () {"use strict";\n', "\n})();\n"
_EXPORT = "window.vegaEmbed = vegaEmbed;"


def default_cache() -> Path:
    """Name the user's cache folder for this toolkit ($VSRBOOK_CACHE, $XDG_CACHE_HOME or ~/.cache)."""
    if folder := os.environ.get("VSRBOOK_CACHE"):
        return Path(folder)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "vsrbook"


@cache
def read_licences() -> str:
    """Return the notices of the bundled packages as a comment; the bundler drops their own."""
    return f"/*!\n{(THEME / 'vega-licenses.txt').read_text(encoding='utf-8')}*/\n"


def bundle_name() -> str:
    """Name the file after what it is made from, so that a newer one is never taken for an older."""
    made_from = read_licences() + _OPENING + _EXPORT + _CLOSING
    return f"vega-{version('vl-convert-python')}-{hashlib.sha256(made_from.encode()).hexdigest()[:8]}.js"


def write_bundle(folder: Path) -> Path:
    """Write the bundle into `folder` if it is not there yet, and return its path.

    Two processes may do so at the same time: the file appears whole or not at all.

    Raises:
        OSError: the folder cannot be written.

    """
    path = folder / bundle_name()
    if path.is_file():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".vega-", suffix=".js")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(_make_bundle())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return path


def _make_bundle() -> str:
    import vl_convert  # takes a second to start its engine: only when there is something to make

    return read_licences() + _OPENING + vl_convert.javascript_bundle(_EXPORT) + _CLOSING
