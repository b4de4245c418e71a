"""Make the files of one area: its page from an executed notebook, its data package from the store."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from markupsafe import Markup

from vsrbook.compiling import store_folder
from vsrbook.execution.cache import open_cache
from vsrbook.execution.keys import digest
from vsrbook.naming import area_page
from vsrbook.params import Licence
from vsrbook.problems import Problem, ReviewError
from vsrbook.profiles.dataset import Dataset
from vsrbook.profiles.gathering import hide, read_chunks
from vsrbook.profiles.profile import read_profile
from vsrbook.project import Project
from vsrbook.publishing.areas.export import Page, ProfileExporter
from vsrbook.publishing.areas.listing import areas_words
from vsrbook.publishing.areas.shell import Shell
from vsrbook.publishing.opendata import PackageInfo, write_area_package, write_full_package
from vsrbook.publishing.pages import write_banner, write_origin
from vsrbook.review import fill_text
from vsrbook.store import Store, open_store
from vsrbook.text import gettext as _
from vsrbook.text import set_language

NOTEBOOK = "profile.ipynb"
GUIDE = "../../../reuse-data.html"
# what packages have in common, of the data set's head
SHARED = ("slug", "place", "association", "edition", "language", "standing", "licence", "minimum_count")
PACKAGE_FILES = ("datapackage.json", "observations.csv", "profile.csv")


@dataclass(frozen=True)
class Frame:
    """Where the areas of an association are made from: data set (below _build), cache, and the book's page."""

    root: Path
    slug: str
    dataset: str
    cache: str
    shell: Shell


class AreaFiles:
    """Makes the files of the areas of one association."""

    def __init__(self, frame: Frame) -> None:
        self._frame, self._project = frame, Project(frame.root)
        self._dataset = Dataset(self._project.build / frame.dataset)
        if not self._dataset.head:
            hint = "run: vsrbook run"
            raise ReviewError([Problem(f"data/{frame.slug}", "the data of its profiles are gone", hint)])
        self._head: dict[str, Any] = self._dataset.head
        set_language(self._head["language"], self._project.locales)

    @cached_property
    def _store(self) -> Store:
        store = open_store(store_folder(self._project, self._frame.slug))
        if store is None:
            raise ReviewError(
                [Problem(f"data/{self._frame.slug}", "its compiled tables are gone", "run: vsrbook run")]
            )
        return store

    @cached_property
    def _hidden(self) -> Any:
        return self._dataset.hidden

    @cached_property
    def _exporter(self) -> ProfileExporter:
        return ProfileExporter(self._frame.shell)

    @cached_property
    def _info(self) -> PackageInfo:
        head = self._head
        licence = Licence.model_validate(head["licence"]) if head["licence"] else None
        sources = fill_text(self._dataset.table("sources"))
        dates = [date for date in sources["date"] if len(date) == len("2026-01-01")]
        return PackageInfo(
            slug=head["slug"],
            title=_("{place}: data of the Voluntary Subnational Review").format(place=head["place"]),
            description=_("Indicators on the Sustainable Development Goals, with sources."),
            association=head["association"],
            edition=head["edition"],
            language=head["language"],
            created=max(dates, default=""),
            standing=head["standing"],
            sources=sources,
            licence=licence,
            with_weights=head["minimum_count"] is None,
        )

    @cached_property
    def info_digest(self) -> str:
        """The digest of what all packages have in common."""
        shared = {name: self._head[name] for name in SHARED}
        return digest([shared, self._dataset.table("sources").to_csv()])

    @property
    def store_digest(self) -> str:
        """The digest of the tables that packages are made from."""
        return digest({name: table.digest for name, table in self._store.tables.items()})

    def package_digest(self, code: str, seen: str) -> str:
        """Return the digest of an area's package: `seen` is that of its part of the data set."""
        return digest([seen, self._store.area_digest(code)])

    def write_page(self, code: str, key: str, folder: Path) -> str:
        """Write an area's page and the files of its figures; returns what kept it from being made, or ""."""
        notebook = open_cache(self._frame.cache).read(key)
        if notebook is None:
            return f"{self._frame.slug}, profile, area {code}: its notebook is not in the cache; run: vsrbook run"
        html, files = self._exporter.export(notebook, self._page(code))
        for path in (folder / area_page(code)).glob("*"):
            if path.is_file() and path.name not in PACKAGE_FILES:  # of a figure that may be gone
                path.unlink()
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, content)
        replace_file(folder / f"{area_page(code)}.html", html)
        return ""

    def _page(self, code: str) -> Page:
        head, area = self._head, self._dataset.area(code)
        banner = write_banner(head["association"], head["standing"], head["edition"], draft=head["draft"])
        return Page(
            name=area_page(code),
            title=_("{place} – {title}").format(place=head["place"], title=area["name"]),
            banner=Markup(banner),  # noqa: S704  # escaped by what writes it
            up=_("All {areas} of {place}").format(areas=areas_words(head), place=head["place"]),
            data_title=_("Use these data"),
            data=self._data_links(area_page(code), str(area["name"])),
            made=write_origin(NOTEBOOK, self._frame.slug, head["edition"]),
        )

    def _data_links(self, folder: str, name: str) -> Markup:
        links = [
            (f"{folder}/profile.csv", _("The table of this page (CSV)")),
            (
                f"{folder}/observations.csv",
                _("All values of {name}, with those by group (CSV)").format(name=name),
            ),
            (f"{folder}/datapackage.json", _("What the columns mean: data package (JSON)")),
            ("all/datapackage.json", _("The data of all areas: data package (JSON)")),
            (GUIDE, _("How to use these data in your own review")),
        ]
        items = Markup("").join(Markup('<li><a href="{}">{}</a></li>').format(*link) for link in links)
        return Markup('<ul class="vsr-list">{}</ul>').format(items)

    def write_package(self, code: str, folder: Path) -> None:
        """Write an area's data package into a folder of its own, anew: see `replace_file`."""
        folder = folder / area_page(code)
        for name in PACKAGE_FILES:
            (folder / name).unlink(missing_ok=True)
        observations = hide(fill_text(self._store.read_area(code)), self._hidden)
        profile = read_profile(self._dataset, code)
        write_area_package(folder, self._info, profile.area, observations, profile.standing)

    def write_full_package(self, folder: Path) -> None:
        """Write the data package of all areas, a chunk of them at a time."""
        stored = self._store.tables.get("observations")
        chunks = (hide(chunk, self._hidden) for chunk in read_chunks(self._store))
        areas, indicators = (fill_text(self._dataset.table(name)) for name in ("areas", "indicators"))
        write_full_package(folder, self._info, areas, indicators, chunks, stored.rows if stored else 0)


def replace_file(path: Path, content: str) -> None:
    """Write a file anew: the one before may have a second name in a built book, and stays what it is there."""
    path.unlink(missing_ok=True)
    path.write_text(content, "utf-8", newline="\n")
