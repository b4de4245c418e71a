"""Know where the parts of a book project are, and which edition of it is made."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from vsrbook.problems import Problem, ReviewError


@dataclass(frozen=True)
class Project:
    """A folder with params/, data/, notebooks/, book/ and _config.yml.

    What can be made again goes to _build/ in it, or to `made`.
    """

    root: Path
    made: Path | None = None

    @property
    def params(self) -> Path:
        """One YAML file per association."""
        return self.root / "params"

    @property
    def data(self) -> Path:
        """One folder of tables per association, and reference/ for what all share."""
        return self.root / "data"

    @property
    def peers(self) -> Project:
        """Reviews of other books to learn from: params/ and data/ of each; a folder that need not be there."""
        return Project(self.root / "peers", self.build / "peers")

    @property
    def notebooks(self) -> Path:
        """The parameterised chapters."""
        return self.root / "notebooks"

    @property
    def pages(self) -> Path:
        """Where executed chapters become pages of the book; generated, never in git."""
        return self.root / "book" / "associations"

    @property
    def build(self) -> Path:
        """Everything that can be made again."""
        return self.made or self.root / "_build"

    @property
    def images(self) -> Path:
        """Static images that have been drawn, by what they show."""
        return self.build / "images"

    @property
    def site(self) -> Path:
        """The published book."""
        return self.build / "html"

    @property
    def locales(self) -> Path:
        """The gettext catalogues."""
        return self.root / "locales"

    def slugs(self) -> list[str]:
        """Name the associations that have a params file, in alphabetical order."""
        return sorted(p.stem for p in self.params.glob("*.yml") if not p.name.startswith("_"))

    def name(self, path: Path) -> str:
        """Return a path as messages show it: relative to the project, with forward slashes."""
        try:
            return path.resolve().relative_to(self.root.resolve()).as_posix()
        except ValueError:
            return path.as_posix()


@dataclass(frozen=True)
class Edition:
    """What is published: the language, the audience, and whether gaps are shown."""

    language: str = "en"
    audience: str = "public"
    draft: bool = False

    @property
    def name(self) -> str:
        """The edition as part of a file's name."""
        return "-".join([self.language, self.audience, *(["draft"] if self.draft else [])])


def find_project(start: Path | None = None) -> Project:
    """Find the project that `start` (default: the current folder) lies in.

    The environment variable VSRBOOK_PROJECT names the folder outright. Raises ReviewError when no
    folder above holds both params/ and _config.yml.
    """
    named = os.environ.get("VSRBOOK_PROJECT")
    begin = Path(named) if named and start is None else (start or Path.cwd())
    for folder in (begin.resolve(), *begin.resolve().parents):
        if (folder / "params").is_dir() and (folder / "_config.yml").is_file():
            return Project(folder)
    raise ReviewError(
        [
            Problem(
                begin.as_posix(),
                "no vsrbook project here or above: no folder holds params/ and _config.yml",
                "change into the folder of the book, or name it with --project",
            )
        ]
    )
