"""Turn executed notebooks into pages of the book: title, banner, files beside the page, nothing of the code."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from vsrbook.chapters.common import capital
from vsrbook.chapters.outline import find_chapter, list_chapters
from vsrbook.execution.cache import Cache
from vsrbook.execution.keys import code_digest, digest
from vsrbook.execution.ledger import Ledger, locked
from vsrbook.execution.plan import Plan, Unit
from vsrbook.execution.worker import has_output
from vsrbook.figures.figure import MIME
from vsrbook.files import read_json, write_whole
from vsrbook.own_chapters import find_own_chapters
from vsrbook.params import read_params
from vsrbook.problems import ReviewError
from vsrbook.publishing import record
from vsrbook.review import Review
from vsrbook.sdg import GOALS
from vsrbook.text import gettext as _
from vsrbook.text import gettext as translate
from vsrbook.text import join, set_language

Notebook = dict[str, Any]
PROFILE = "profile"
HIDDEN = {"parameters", "injected-parameters", "setup"}


def write_pages(
    plan: Plan,
    cache: Cache,
    failed: Iterable[str] = (),
    kept: Iterable[str] = (),
    ledger: Ledger | None = None,
) -> int:
    """Write book/associations/ anew from the executed notebooks of a plan; returns how many pages it has now.

    Units without a result in the cache, and those that `failed`, get no page. The folder is replaced as a
    whole, so a page of an earlier run never stays behind; the folders of the associations `kept`, which
    this run was not about, are taken over as they are, and so are pages of which nothing has changed.
    A run of chapters only keeps the pages of areas, and the other way round.
    """
    project, kept = plan.project, list(kept)
    with locked(project):
        writer = _Writer(plan, cache, failed)
        for slug in kept:
            writer.keep(slug)
        for slug in project.slugs() if plan.only else ():
            if slug not in kept:
                writer.keep_rest(slug)
        pages = writer.write()
        if ledger is not None:
            writer.record(ledger, kept)
            pages += 1
        writer.memory.unlink(missing_ok=True)  # a run that ends between the two must not leave old marks
        _replace_folder(writer.scratch, project.pages)
        writer.remember()
    return pages


def _replace_folder(new: Path, old: Path) -> None:
    new.mkdir(parents=True, exist_ok=True)
    aside = new.with_name("pages.old")
    shutil.rmtree(aside, ignore_errors=True)
    if old.exists():
        old.rename(aside)
    old.parent.mkdir(parents=True, exist_ok=True)
    new.rename(old)
    shutil.rmtree(aside, ignore_errors=True)


class _Writer:
    """Writes the pages of a plan into a folder of their own, taking over those that have not changed."""

    def __init__(self, plan: Plan, cache: Cache, failed: Iterable[str]) -> None:
        self.plan, self.cache = plan, cache
        self.marks = cache.marks()
        self.planned = list(plan.units)  # without those that show nothing, once pages are written
        failed = set(failed)
        ready = [u for u in plan.units if u.page not in failed and u.key in self.marks]
        self.ready = [unit for unit in ready if unit.chapter != PROFILE]
        self.profiles = {
            slug: list(own)
            for slug, own in groupby((u for u in ready if u.chapter == PROFILE), lambda u: u.slug)
        }
        self.old = plan.project.pages
        self.scratch = plan.project.build / "pages.next"
        self.memory = plan.project.build / "pages.json"
        self.known = read_json(self.memory)
        self.made: dict[str, Any] = {}
        shutil.rmtree(self.scratch, ignore_errors=True)

    def keep(self, name: str) -> None:
        """Take over a folder as it is."""
        if (self.old / name).is_dir():
            shutil.copytree(self.old / name, self.scratch / name, dirs_exist_ok=True)

    def keep_rest(self, slug: str) -> None:
        """Take over those pages of an association that a run of chapters, or of profiles, was not about."""
        if self.plan.only == "chapters":
            if self._declares_profiles(slug):
                self.keep(f"{slug}/areas")
        elif (self.old / slug).is_dir():
            left_out = shutil.ignore_patterns("areas")
            shutil.copytree(self.old / slug, self.scratch / slug, ignore=left_out, dirs_exist_ok=True)
            if slug not in self.profiles:
                self._take_from_cover(slug)

    def _declares_profiles(self, slug: str) -> bool:
        try:
            return read_params(self.plan.project, slug).profiles is not None
        except ReviewError:
            return True  # said where the run was planned; its pages stay until it can be read again

    def write(self) -> int:
        """Write all pages, and the cover of each review; returns their number."""
        without = {unit.page for unit in self.ready if not self._page(unit)}
        self.ready = [unit for unit in self.ready if unit.page not in without]
        self.planned = [unit for unit in self.planned if unit.page not in without]
        pages = len(self.ready)
        for slug in self.plan.slugs:
            units = [unit for unit in self.ready if unit.slug == slug]
            if slug in self.profiles:
                self._areas(slug, self.profiles[slug])
            if self.plan.only == "profiles" and slug in self.profiles:
                self._add_to_cover(slug)
            elif units:
                whole = {unit.chapter for unit in units} | {PROFILE}
                failed = {unit.chapter for unit in self.planned if unit.slug == slug} - whole
                self._cover(slug, units, failed)
                pages += 1
        return pages

    def _add_to_cover(self, slug: str) -> None:
        """See that the cover of a review names its areas; where there is no chapter yet, it names nothing else."""
        name = f"{slug}/index.md"
        cover = self.scratch / name
        association = read_params(self.plan.project, slug)
        section = areas_section(association.association.tier)
        if not cover.is_file():
            self.put(name, f"# {plain(association.place)}\n\n{section}")
        elif section not in (known := cover.read_text("utf-8")):
            self.put(name, f"{known}\n{section}")

    def _take_from_cover(self, slug: str) -> None:
        """See that the cover of a review does not lead to areas of which there is no page any more."""
        cover = self.scratch / slug / "index.md"
        if cover.is_file():
            set_language(self.plan.edition.language, self.plan.project.locales)
            heading = f"## {_('Local governments')}\n"
            self.put(f"{slug}/index.md", cover.read_text("utf-8").split(heading)[0])

    def record(self, ledger: Ledger, kept: list[str]) -> None:
        """Write the page that says how the book was made."""
        name = "how-made.md"
        made = [[page, entry["key"], entry["at"]] for page, entry in ledger.pages.items()]
        mark = digest(
            [[unit.key for unit in self.plan.units], made, kept, dict(self.plan.shared), _dressing()]
        )
        if self._taken_over(name, mark) is None:
            shown = replace(self.plan, units=tuple(self.planned))
            self.put(name, record.make_record(shown, ledger, kept))
        self._enter(name, mark, [name])

    def remember(self) -> None:
        """Remember what each page was made of; of pages that this run was not about, too."""
        kept = {page: entry for page, entry in self.known.items() if page not in self.made}
        write_whole(self.memory, json.dumps(kept | self.made).encode())

    def put(self, name: str, content: str) -> None:
        """Write a file; one with the same content keeps its time, so that the book does not read it again."""
        path = self.scratch / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
        if (self.old / name).is_file() and (self.old / name).read_bytes() == path.read_bytes():
            shutil.copystat(self.old / name, path)

    def _page(self, unit: Unit) -> bool:
        """Write a unit's page; returns whether it has one: not where its notebook shows nothing."""
        mark = digest([unit.key, self.marks[unit.key], self._children(unit), _dressing()])
        files = self._taken_over(unit.page, mark)
        if files is None:
            notebook = self.cache.read(unit.key)
            if notebook is None:
                return False  # another run has removed it meanwhile: the next one makes it again
            files = self._make(unit, notebook) if has_output(notebook) else []
        self._enter(unit.page, mark, files)
        return bool(files)

    def _children(self, unit: Unit) -> list[str]:
        if not unit.page.endswith("/progress"):
            return []
        goals = [u.page for u in self.ready if u.slug == unit.slug and "goal" in u.parameters]
        return [page.split("/")[1] for page in goals]

    def _areas(self, slug: str, units: list[Unit]) -> None:
        """Write what `vsrbook build` makes the pages of areas from, and the page that lists them."""
        from vsrbook.publishing.areas.listing import write_area_pages

        folder = self.scratch / slug / "areas"
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in write_area_pages(self.plan, slug, units, self.cache.address).items():
            self.put(f"{slug}/areas/{name}", content)

    def _taken_over(self, page: str, mark: str) -> list[str] | None:
        """Take over a page's files where it is to be made of the same, and they are as they were made."""
        known = self.known.get(page, {})
        files: dict[str, Any] = known.get("files", {})
        if known.get("mark") != mark or any(
            _state(self.old / name) != state for name, state in files.items()
        ):
            return None
        for name in files:
            (self.scratch / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(self.old / name, self.scratch / name)
        return list(files)

    def _enter(self, page: str, mark: str, files: Iterable[str]) -> None:
        self.made[page] = {"mark": mark, "files": {name: _state(self.scratch / name) for name in files}}

    def _make(self, unit: Unit, notebook: Notebook) -> list[str]:
        path = self.scratch / f"{unit.page}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        set_language(unit.parameters["language"], self.plan.project.locales)  # the first page has no review
        page = make_page(notebook, unit, self.plan.review(unit.slug), self._children(unit))
        written = write_figure_files(page, path.parent / "figures", path.stem)
        path.write_text(json.dumps(page, ensure_ascii=False, indent=1), "utf-8")
        return [file.relative_to(self.scratch).as_posix() for file in [path, *written]]

    def _cover(self, slug: str, units: list[Unit], failed: set[str]) -> None:
        """Write a review's cover; where nothing of it has changed, the review need not be read."""
        name = f"{slug}/index.md"
        with_areas = (self.scratch / slug / "areas" / "index.md").is_file()
        own = [[own.id, own.number, own.title] for own in find_own_chapters(self.plan.project, slug)]
        mark = digest([[unit.key for unit in units], sorted(failed), with_areas, own, _dressing()])
        files = self._taken_over(name, mark)
        if files is None:
            review = self.plan.review(slug)
            if review is None:
                return
            self.put(name, make_index(review, units, failed, with_areas=with_areas))
        self._enter(name, mark, [name])


def _state(path: Path) -> list[int] | None:
    """Return a file's size and time of change; None where there is none."""
    try:
        state = path.stat()
    except OSError:
        return None
    return [state.st_size, state.st_mtime_ns]


def _dressing() -> str:
    """Return a digest of the code that makes pages of notebooks; their content is in the notebooks' keys."""
    return code_digest(Path(__file__), Path(record.__file__))


def make_page(
    notebook: Notebook, unit: Unit, review: Review | None, children: Iterable[str] = ()
) -> Notebook:
    """Return the page of an executed notebook.

    Its words are in the language being written; parameters, set-up and all source code are gone; a section
    without content is left out; the title names the place; a banner says who stands behind the page.
    """
    cells = [clean_cell(cell) for cell in notebook["cells"] if not HIDDEN & set(tags_of(cell))]
    cells = prune_sections(cells)
    if review is not None:
        cells[0] = _markdown(f"# {page_title(unit, review)}")
        cells.insert(1, _markdown(banner(review)))
        cells.append(_markdown(_footer(unit, review)))
    if children:
        cells.append(_markdown(_toctree([f"{GOALS[int(c[-2:])].title} <{c}>" for c in children])))
    metadata = {"kernelspec": notebook["metadata"]["kernelspec"]}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def page_title(unit: Unit, review: Review) -> str:
    """Return the page's title with the place in it: pages of several associations stand in one book."""
    title = find_chapter(review.project, unit.chapter).title
    if "goal" in unit.parameters:
        title = GOALS[unit.parameters["goal"]].title
    return plain(_("{place} – {title}").format(place=review.place, title=title))


def plain(text: str) -> str:
    """Take the meaning from signs that Markdown would read."""
    escaped = re.sub(r"([\\`*_{}\[\]<>#|$~&])", r"\\\1", " ".join(text.split()))
    return re.sub(r"^(\d*)([-+%:.)])", r"\1\\\2", escaped)  # signs that begin a list, a comment, a fence


def banner(review: Review) -> str:
    """Say who stands behind the page: on every page of a review, not only on the first."""
    association = review.association
    return write_banner(
        association.association.name, association.standing, review.edition, draft=review.draft
    )


def write_banner(name: str, standing: str, edition: str, *, draft: bool) -> str:
    """Say whose page it is, and whether it is an illustration, sample data or a draft."""
    words = {
        "illustration": _(
            "Prepared from public sources to show how a review is made. Not a publication of {name}, "
            "which has neither written nor approved it."
        ),
        "sample": _(
            "Sample data. The figures on this page are invented; they say nothing about a real place."
        ),
        "association": _("Review of {name}, edition {edition}."),
    }[standing].format(name=name, edition=edition)
    gaps = Markup(" <strong>{}</strong>").format(_("Draft: gaps are shown.")) if draft else Markup("")
    kind = "vsr-sample" if standing == "sample" else "vsr-banner"
    return str(Markup('<div class="{}" role="note"><p>{}{}</p></div>').format(kind, _one_line(words), gaps))


def _one_line(words: str) -> Markup:
    """Escape for HTML inside Markdown: no line may begin a block of its own."""
    return escape(" ".join(words.split()))


def _footer(unit: Unit, review: Review) -> str:
    return str(write_origin(unit.notebook, review.slug, review.edition))


def write_origin(notebook: str, slug: str, edition: str) -> Markup:
    """Say from what a page is made."""
    words = _("Made from notebooks/{notebook} and the tables in data/{slug}/, edition {edition}.")
    filled = words.format(notebook=notebook, slug=slug, edition=edition)
    return Markup('<p class="vsr-made">{}</p>').format(_one_line(filled))


def _markdown(source: str) -> dict[str, Any]:
    return {
        "cell_type": "markdown",
        "id": f"vsr-{hashlib.sha256(source.encode()).hexdigest()[:8]}",
        "metadata": {},
        "source": source,
    }


def tags_of(cell: dict[str, Any]) -> list[str]:
    """Return the tags that a cell's author has given it."""
    return list(cell["metadata"].get("tags", []))


def clean_cell(cell: dict[str, Any]) -> dict[str, Any]:
    """Keep a cell's prose (translated) or its outputs; nothing of the code, no times."""
    if cell["cell_type"] == "markdown":
        return {**cell, "metadata": {}, "source": translate("".join(cell["source"]))}
    outputs = [_clean_output(o) for o in cell.get("outputs", []) if o["output_type"] != "stream"]
    metadata = {"tags": ["remove-input"]}
    # MyST-NB drops a cell without source, outputs and all; the input itself is never shown
    return {**cell, "metadata": metadata, "source": "...", "execution_count": None, "outputs": outputs}


def _clean_output(output: dict[str, Any]) -> dict[str, Any]:
    """Keep one representation for the book and one in plain text."""
    data = output.get("data", {})
    kept = {mime: data[mime] for mime in (MIME, "text/html", "text/plain") if mime in data}
    if MIME in kept:
        kept.pop("text/html", None)
    return {**output, "data": kept, **({"execution_count": None} if "execution_count" in output else {})}


def prune_sections(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out sections (from a second-level heading to the next) in which code cells show nothing."""
    sections: list[list[dict[str, Any]]] = [[]]
    for cell in cells:
        if cell["cell_type"] == "markdown" and "".join(cell["source"]).startswith("## "):
            sections.append([])
        sections[-1].append(cell)
    first, *rest = sections
    return [
        cell for section in [first, *filter(_has_content, rest)] for cell in section if not _is_empty(cell)
    ]


def _has_content(section: list[dict[str, Any]]) -> bool:
    code = [cell for cell in section if cell["cell_type"] == "code"]
    return not code or any(cell["outputs"] for cell in code)


def _is_empty(cell: dict[str, Any]) -> bool:
    return cell["cell_type"] == "code" and not cell["outputs"]


def write_figure_files(page: Notebook, folder: Path, prefix: str) -> list[Path]:
    """Write each figure's image and data beside the page, and put their names into the payload."""
    files = take_figure_files(page["cells"], f"{folder.name}/{prefix}-")
    if files:
        folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder.parent / name).write_text(content, "utf-8", newline="\n")
    return [folder.parent / name for name in files]


def take_figure_files(cells: Iterable[dict[str, Any]], stem: str) -> dict[str, str]:
    """Take images and tables out of the figures; returns them by the names that are put in their place."""
    files = {}
    for payload in figures_of(cells):
        for kind in ("svg", "csv"):
            name = f"{stem}{payload['id']}.{kind}"
            mark = "\ufeff" if kind == "csv" else ""  # Excel reads UTF-8 only with the mark
            files[name] = mark + payload.pop(f"{kind}_text")
            payload[kind] = name
    return files


def figures_of(cells: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield what the cells put out for each figure."""
    outputs = (output for cell in cells for output in cell.get("outputs", []))
    return (output["data"][MIME] for output in outputs if MIME in output["data"])


def make_index(
    review: Review, units: Iterable[Unit], failed: Iterable[str] = (), *, with_areas: bool = False
) -> str:
    """Return the cover page of a review: what is in it, and what is left out, and why.

    `failed` are the chapters whose notebook failed; all others that are missing lack evidence.
    """
    body = review.association.association
    pages = {unit.chapter: unit.page.split("/")[1] for unit in units if "goal" not in unit.parameters}
    known = list_chapters(review.project, review.slug)
    chapters = [chapter for chapter in known if chapter.id in pages]
    broken = [chapter.title for chapter in known if chapter.id in set(failed)]
    left_out = [
        chapter.title
        for chapter in known
        if chapter.id not in pages and chapter.title not in broken and review.association.wants(chapter.id)
    ]
    lines = [f"# {plain(review.place)}", "", banner(review), ""]
    lines += [
        plain(
            _("{association} ({short}), edition {edition}").format(
                association=body.name, short=body.short_name, edition=review.edition
            )
        ),
        "",
    ]
    lines += [f"## {_('Chapters')}", ""]
    lines += [
        f"- [{chapter.number} {plain(chapter.title)}]({pages[chapter.id]}.ipynb)" for chapter in chapters
    ]
    if left_out:
        words = _("Left out, because the sources hold no evidence for them: {chapters}.")
        lines += ["", plain(words.format(chapters=join(left_out)))]
    if broken:
        words = _("Missing, because the chapter could not be computed: {chapters}.")
        lines += ["", plain(words.format(chapters=join(broken)))]
    entries = [f"{chapter.number} {chapter.title} <{pages[chapter.id]}>" for chapter in chapters]
    if with_areas:
        return "\n".join([*lines, "", _toctree(entries), "", areas_section(body.tier)])
    return "\n".join([*lines, "", _toctree(entries), ""])


def areas_section(tier: str) -> str:
    """Return the part of a cover that leads to the pages of areas."""
    words = plain(_("All {tier}: a page for each").format(tier=tier))
    lines = [f"## {_('Local governments')}", "", f"- [{words}](areas/index.md)", ""]
    return "\n".join([*lines, _toctree([f"{plain(capital(tier))} <areas/index>"]), ""])


def _toctree(entries: Iterable[str]) -> str:
    return "\n".join(["```{toctree}", ":hidden:", "", *entries, "```"])
