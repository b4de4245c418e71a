"""Put a finished book in the place of the published one, whole or not at all."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path


def swap_site(built: Path, site: Path) -> None:
    """Replace the published site by a copy of the built one.

    The copy (second names of the same files, where the file system can) is made beside the site and
    renamed into its place; if anything fails before that, the site stays as it was.
    """
    new, old = site.with_name(f"{site.name}.next"), site.with_name(f"{site.name}.old")
    if old.exists() and not site.exists():
        old.rename(site)  # an earlier swap was broken off between its two steps
    for folder in (new, old):
        shutil.rmtree(folder, ignore_errors=True)
    try:
        left_out = shutil.ignore_patterns(".doctrees", ".buildinfo")
        shutil.copytree(built, new, ignore=left_out, copy_function=link_file)
    except (OSError, shutil.Error):
        shutil.rmtree(new, ignore_errors=True)
        raise
    if site.exists():
        site.rename(old)
    try:
        new.rename(site)
    except OSError:
        if old.exists():
            old.rename(site)
        raise
    shutil.rmtree(old, ignore_errors=True)


def link_file(source: str, target: str) -> str:
    """Give a file a second name, or copy it where the file system cannot.

    Built files are never written in place, so what has been published does not change with them.
    """
    with suppress(FileNotFoundError):
        Path(target).unlink()
    if not Path(source).is_symlink():  # that is copied as what it leads to
        with suppress(OSError):
            os.link(source, target)
            return target
    shutil.copy2(source, target)
    return target


def site_size(site: Path) -> tuple[int, int]:
    """Return the number of HTML pages and the size in bytes of a site."""
    files = [path for path in site.rglob("*") if path.is_file()]
    return sum(path.suffix == ".html" for path in files), sum(path.stat().st_size for path in files)
