"""Keep what a project was made from, in one file that is committed with it: .vsrbook/base.zip."""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from packaging.version import Version

from vsrbook.kit.facts import Facts
from vsrbook.problems import Problem, ReviewError, shorten

FOLDER = ".vsrbook"
PLACE = f"{FOLDER}/base.zip"
FORMAT = 1
ABOUT = "kit.json"
MOST_FILES, MOST_BYTES = 5_000, 50_000_000
FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say
RESTORE = f"take {PLACE} from the version control of the project as it was"
_SIGN = r"[^/\\:*?\"<>|~\x00-\x1f\x7f"
_PART = re.compile(rf"{_SIGN}]{{0,199}}{_SIGN}. ]")  # Windows takes no notice of a dot or blank at the end
_NEVER = (FOLDER, ".git", "license", "params", "data", "_build", ".venv", "wheels")
_THE_KITS = ("params/_template.yml", "params/association.schema.json")
_DAMAGED = (
    *(OSError, ValueError, KeyError, TypeError, RuntimeError, EOFError),
    *(zipfile.BadZipFile, zlib.error),
)


@dataclass(frozen=True)
class Base:
    """The files of a kit as they were written into a project, the version of that kit, and for whom."""

    version: str
    facts: Facts
    files: dict[str, bytes] = field(default_factory=dict)


def belongs_to_kit(name: str) -> bool:
    """Tell whether a kit may write a file of that name: never outside the project, never its params and data."""
    parts = name.split("/")
    # a file system may take other letters for these: ſ for s, or drop what has no width
    safe = name.isascii() and len(name) <= 300 and all(_PART.fullmatch(part) for part in parts)
    allowed = parts[0].lower() not in _NEVER or name in _THE_KITS or name.startswith("data/reference/")
    return safe and allowed


def pack_base(base: Base) -> bytes:
    """Return a base as a zip that is the same, byte by byte, whenever it is made from the same."""
    about = {"format": FORMAT, "version": base.version, "facts": base.facts.as_dict()}
    entries = {ABOUT: json.dumps(about, ensure_ascii=False, indent=1, sort_keys=True).encode()}
    entries |= {f"files/{name}": data for name, data in sorted(base.files.items())}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in entries.items():
            entry = zipfile.ZipInfo(name, FIXED_TIME)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def read_base(root: Path) -> Base:
    """Read the base of a project; it is untrusted. Raises ReviewError where it is missing or not sound."""
    path = root / PLACE
    if not path.is_file():
        what = "is missing: this folder was not made by vsrbook init"
        raise ReviewError([Problem(PLACE, what, f"{RESTORE}, or start a new folder with vsrbook init")])
    try:
        with zipfile.ZipFile(path) as archive:
            return _unpack(archive)
    except _UnsoundError as error:
        raise ReviewError([Problem(PLACE, str(error), RESTORE)]) from None
    except _DAMAGED:
        raise ReviewError([Problem(PLACE, "cannot be read: it is damaged", RESTORE)]) from None


class _UnsoundError(Exception):
    """A base that is not read; the text says why."""


def _unpack(archive: zipfile.ZipFile) -> Base:
    entries = archive.infolist()
    if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise _UnsoundError(f"unpacks to more than {MOST_FILES:,} files or {MOST_BYTES:,} bytes")
    names = [entry.filename.removeprefix("files/") for entry in entries if entry.filename != ABOUT]
    for name in names:
        if not belongs_to_kit(name):
            raise _UnsoundError(f"names a file that no kit may write: {shorten(name)}")
    about = json.loads(archive.read(ABOUT))
    if about["format"] != FORMAT:
        raise _UnsoundError("was written by a newer vsrbook; install that one")
    version = str(Version(about["version"]))
    files = {name: archive.read(f"files/{name}") for name in names}
    return Base(version, Facts.from_dict(about["facts"]), files)


def is_older(version: str, than: str) -> bool:
    """Tell whether one version of the toolkit is older than another."""
    return Version(version) < Version(than)
