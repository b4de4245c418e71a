"""Readers of foreign formats: one module each, with its Options and one function, read.

    class Options(SourceOptions): ...                   # what the reader can be told, beside what all can
    def read(path: Path, options: Options, report: Report) -> Extract: ...

A module (or package) in this folder is a format: `open_sdg` is read with `vsrbook import open-sdg`. `read`
takes the source as it stands, reports what it did, and judges nothing: areas, duplicates, conflicts, units
and bounds are the rules' (`vsrbook.importing.rules`). A file or folder that is not of the format raises
ReviewError with every reason.
"""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from typing import Protocol, cast

from vsrbook.importing.extract import Extract
from vsrbook.importing.options import SourceOptions
from vsrbook.importing.report import Report
from vsrbook.problems import Problem, ReviewError, shorten, suggest


class Reader(Protocol):
    """A module that reads one format."""

    Options: type[SourceOptions]
    __doc__: str | None

    def read(self, path: Path, options: SourceOptions, report: Report) -> Extract:
        """Read the source at `path` as it stands."""
        ...


def list_formats() -> list[str]:
    """Name the formats that can be read."""
    found = (module.name for module in pkgutil.iter_modules(__path__))
    return sorted(name.replace("_", "-") for name in found if not name.startswith("_"))


def find_reader(format_name: str) -> Reader:
    """Return the reader of a format. Raises ReviewError where there is none."""
    formats = list_formats()
    if format_name not in formats:
        hint = suggest(format_name, formats, f"one of {', '.join(formats)}")
        raise ReviewError([Problem("vsrbook import", f"unknown format {shorten(format_name)}", hint)])
    return cast(Reader, importlib.import_module(f"{__name__}.{format_name.replace('-', '_')}"))
