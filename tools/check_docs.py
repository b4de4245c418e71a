"""Check that the pages say what is true: commands, options, keys, files, tables, links."""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

from drift.commands import find_command_faults
from drift.keys import find_key_faults
from drift.names import Repository, find_name_faults, read_targets
from drift.pages import Page, read_pages
from vsrbook.problems import Problem, count_noun, sort_problems

ROOT = Path(__file__).resolve().parents[1]
AT_ROOT = ("README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "tools/README.md")


def list_pages(root: Path = ROOT) -> list[str]:
    """Name the pages that people read: those at the root, and those of the book."""
    book = sorted(path.relative_to(root).as_posix() for path in (root / "book").glob("*.md"))
    return [*(name for name in AT_ROOT if (root / name).is_file()), *book]


def read_repository(root: Path = ROOT) -> Repository:
    """Read what pages can name."""
    pages = {page.name: page for page in read_pages(root, list_pages(root))}
    return Repository(root, read_targets(root), pages)


def find_faults(page: Page, repository: Repository) -> list[Problem]:
    """Return everything that a page says and that is not so."""
    config = yaml.safe_load((repository.root / "_config.yml").read_text("utf-8"))
    faults = [*find_command_faults(page), *find_key_faults(page, config), *find_name_faults(page, repository)]
    return sort_problems(faults)


def main() -> int:
    """Print every fault of every page; returns 1 if there is any."""
    repository = read_repository()
    faults = [fault for page in repository.pages.values() for fault in find_faults(page, repository)]
    for fault in faults:
        print(fault)
    print(f"{count_noun(len(repository.pages), 'page')} checked: {count_noun(len(faults), 'fault')}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
