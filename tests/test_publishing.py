"""Pages, book and site: what a page is made of, and that only a whole, clean book is published."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml
from markdown_it.renderer import RendererHTML
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

from vsrbook.chapters.outline import CHAPTERS
from vsrbook.execution.plan import Unit
from vsrbook.figures.figure import MIME
from vsrbook.params import read_params
from vsrbook.project import Project
from vsrbook.publishing.book import check_config
from vsrbook.publishing.pages import (
    banner,
    make_index,
    make_page,
    page_title,
    prune_sections,
    write_figure_files,
)
from vsrbook.publishing.site import site_size, swap_site
from vsrbook.review import Reference, Review, load_review

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "*stars* _lines_ `code` ~~gone~~",
    "[a](javascript:alert(1)) ![b](x)",
    "{ref}`nowhere` {0} {place}",
    "$x$ \\(y\\) #hash |",
    "Alfa\n\n# Beta\n\n- list",
    "1. Alfa",
    "- Alfa",
    "+ Alfa",
    "% Alfa",
    "A &lt;b&gt; &amp; B",
]
hostile = pytest.mark.parametrize("name", HOSTILE)


def render(markdown: str) -> str:
    """Render as MyST reads it, with the extensions of the book."""
    config = MdParserConfig(enable_extensions={"colon_fence", "deflist", "dollarmath"})
    return str(create_md_parser(config, RendererHTML).render(markdown))


def words(html: str) -> str:
    """Return the text of a piece of HTML as a reader sees it, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


def make_unit(chapter: str = "impact", page: str = "samplia/impact", **more: Any) -> Unit:
    """Make a unit of the sample."""
    parameters = {"association": "samplia", "language": "en", **more}
    return Unit(page, "samplia", chapter, Path("notebooks/6_impact.ipynb"), parameters, "key")


def read_sample(project: Project, **association: Any) -> Review:
    """Read the sample's params with other facts about its association, or other keys; without its tables."""
    path = project.params / "samplia.yml"
    params = yaml.safe_load(path.read_text("utf-8"))
    top = {key: association.pop(key) for key in ("standing", "edition") if key in association}
    params["association"] |= association
    path.write_text(yaml.safe_dump(params | top), "utf-8")
    read = read_params(project, "samplia")
    return Review(project, read, Reference({}), {}, edition=read.edition)


def code(source: str, *outputs: dict[str, Any], tags: tuple[str, ...] = ()) -> dict[str, Any]:
    """Make an executed cell of code."""
    metadata = {"tags": list(tags), "papermill": {"duration": 1}}
    cell = {"cell_type": "code", "id": hashlib.sha256(source.encode()).hexdigest()[:8], "execution_count": 3}
    return {**cell, "metadata": metadata, "source": source, "outputs": list(outputs)}


def prose(source: str) -> dict[str, Any]:
    """Make a cell of prose."""
    name = hashlib.sha256(source.encode()).hexdigest()[:8]
    return {"cell_type": "markdown", "id": name, "metadata": {"papermill": {}}, "source": source}


def html(text: str) -> dict[str, Any]:
    """Make an output of HTML."""
    return {"output_type": "display_data", "metadata": {}, "data": {"text/html": text, "text/plain": "plain"}}


def figure(name: str = "goal-6-water") -> dict[str, Any]:
    """Make an output of a figure as the worker leaves it."""
    payload = {
        "id": name,
        "title": "T",
        "alt": "A",
        "svg_text": "<svg/>",
        "csv_text": "Area,Value\nÅfjord,1\n",
    }
    data = {MIME: payload, "application/vnd.vegalite.v6+json": {}, "text/html": "no", "text/plain": "T. A"}
    return {"output_type": "display_data", "metadata": {}, "data": data}


def executed() -> dict[str, Any]:
    """Make an executed notebook: parameters, set-up, sections with and without content."""
    stream = {"output_type": "stream", "name": "stdout", "text": "a print"}
    cells = [
        prose("# Impact"),
        code('association = "kenya"', tags=("parameters",)),
        code('association = "samplia"', tags=("injected-parameters",)),
        code("review = load_review(association)", html("setup"), tags=("setup",)),
        code("show(first)", html("<p>first</p>"), stream),
        prose("## Empty\n\nProse of the empty section."),
        code("show(nothing)"),
        code("show(printed)", stream),
        prose("## Full\n\nProse of the full section."),
        code("show(none)"),
        code("show(second)", figure()),
        prose("## Words\n\nProse without code."),
        prose("## Last and empty"),
        code("show(none_again)"),
    ]
    return {
        "cells": cells,
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}, "papermill": {}},
    }


# ---------- a page ----------


def test_page_holds_nothing_of_the_code(project: Project) -> None:
    """Parameters, set-up, code, prints, counts and times are gone; prose and outputs are there."""
    page = make_page(executed(), make_unit(), load_review("samplia", project=project))
    text = json.dumps(page)
    for gone in ("association =", "load_review", "show(", "a print", "papermill", "setup"):
        assert gone not in text
    assert not [cell for cell in page["cells"] if cell.get("execution_count")]
    assert "<p>first</p>" in text
    nbformat.validate(nbformat.from_dict(page))


def test_empty_sections_are_left_out(project: Project) -> None:
    """A section in which no cell shows anything goes, prose and all; others stay, so do those without code."""
    page = make_page(executed(), make_unit(), load_review("samplia", project=project))
    prose_cells = [cell["source"].split("\n")[0] for cell in page["cells"] if cell["cell_type"] == "markdown"]
    assert [line for line in prose_cells if line.startswith("## ")] == ["## Full", "## Words"]
    assert all(cell["outputs"] for cell in page["cells"] if cell["cell_type"] == "code")


def test_pruning_keeps_what_stands_before_the_first_section() -> None:
    """Title and introduction stay, whatever follows; a third-level heading is part of its section."""
    cells = [prose("# T"), prose("Text."), prose("## A"), prose("### B"), {**code("x"), "outputs": []}]
    assert [cell["source"] for cell in prune_sections(cells)] == ["# T", "Text."]
    assert prune_sections([]) == []


def test_figure_has_one_representation(project: Project) -> None:
    """Of a figure the payload stays, and plain text; the chart for Jupyter would be drawn twice."""
    page = make_page(executed(), make_unit(), load_review("samplia", project=project))
    (data,) = [o["data"] for cell in page["cells"] for o in cell.get("outputs", []) if MIME in o["data"]]
    assert set(data) == {MIME, "text/plain"}


def test_title_names_the_place(project: Project) -> None:
    """Pages of several places stand in one book: each title has the place, a goal's page the goal."""
    review = load_review("samplia", project=project)
    page = make_page(executed(), make_unit(), review)
    assert page["cells"][0]["source"] == "# Samplia – Impact: what the review changed"
    goal = make_unit("progress", "samplia/goal-06", goal=6)
    assert page_title(goal, review) == "Samplia – Goal 6: Clean water and sanitation"


@pytest.mark.parametrize(
    ("standing", "kind", "said"),
    [
        ("sample", "vsr-sample", "Sample data. The figures on this page are invented"),
        ("illustration", "vsr-banner", "Not a publication of Union of Samplian Municipalities"),
        ("association", "vsr-banner", "Review of Union of Samplian Municipalities, edition 2026."),
    ],
)
def test_banner_says_who_stands_behind_the_page(
    project: Project, standing: str, kind: str, said: str
) -> None:
    """Below the title of every page, and of the cover, stands what it is: invented, illustration, own review."""
    review = read_sample(project, standing=standing)
    page = make_page(executed(), make_unit(), review)
    for text in (page["cells"][1]["source"], make_index(review, [make_unit()])):
        assert f'<div class="{kind}" role="note">' in text
        assert said in text


def test_banner_of_a_draft_says_so(project: Project) -> None:
    """A draft is called one on each page."""
    assert "Draft" in banner(load_review("samplia", project=project, draft=True))
    assert "Draft" not in banner(load_review("samplia", project=project))


@hostile
def test_title_shows_any_name_as_it_is(project: Project, name: str) -> None:
    """A place's name is neither Markdown nor HTML: the title is one heading with the name in it."""
    page = make_page(executed(), make_unit(), read_sample(project, place=name))
    shown = render(page["cells"][0]["source"])
    assert re.fullmatch(r"<h1>[^<]*</h1>\s*", shown)
    assert words(shown) == f"{' '.join(name.split())} – Impact: what the review changed"


@hostile
def test_banner_shows_any_name_as_it_is(project: Project, name: str) -> None:
    """An association's name is text inside the banner: one block of HTML, with the tags of the banner only."""
    for standing in ("illustration", "association"):
        shown = render(banner(read_sample(project, name=name, standing=standing)))
        assert re.findall(r"<(/?\w+)", shown) == ["div", "p", "/p", "/div"]
        assert " ".join(name.split()) in words(shown)


@hostile
def test_cover_shows_any_name_as_it_is(project: Project, name: str) -> None:
    """The cover has one heading for the place, and a paragraph with the association."""
    review = read_sample(project, place=name, name=name, short_name=name)
    shown = render(make_index(review, [make_unit()]).split("```{toctree}")[0])
    assert shown.count("<h1>") == 1
    assert {tag.casefold() for tag in re.findall(r"<(\w+)", shown)} == {
        "h1",
        "h2",
        "div",
        "p",
        "ul",
        "li",
        "a",
    }
    one = " ".join(name.split())
    assert f"{one} ({one}), edition 2026" in [
        words(part) for part in re.findall(r"<p>(.*?)</p>", shown, re.DOTALL)
    ]


def test_cover_names_chapters_and_what_is_left_out(project: Project) -> None:
    """The chapters that have a page are linked; those without evidence are named."""
    cover = make_index(load_review("samplia", project=project), [make_unit()])
    assert "- [6 Impact: what the review changed](impact.ipynb)" in cover
    left_out = words(render(re.search(r"Left out.*", cover)[0]))  # type: ignore[index]  # it is there
    for chapter in CHAPTERS:
        assert (chapter.title in left_out) == (chapter.id != "impact")
    assert re.search(r"```\{toctree\}\n:hidden:\n\n6 Impact: what the review changed <impact>\n```", cover)


def test_cover_of_a_whole_review_leaves_nothing_out(project: Project) -> None:
    """Where every chapter has a page, nothing is said of others."""
    units = [make_unit(chapter.id, f"samplia/{chapter.id}") for chapter in CHAPTERS]
    assert "Left out" not in make_index(load_review("samplia", project=project), units)


def test_goals_hang_below_their_chapter(project: Project) -> None:
    """The page on progress names the pages of the goals for the sidebar."""
    unit = make_unit("progress", "samplia/progress")
    page = make_page(executed(), unit, load_review("samplia", project=project), ["goal-06", "goal-17"])
    assert "Goal 17: Partnerships for the goals <goal-17>" in page["cells"][-1]["source"]


def test_figure_files_are_written_and_named(tmp_path: Path) -> None:
    """Image and data stand beside the page under the page's name; the payload names them instead of holding them."""
    page = {"cells": [code("x", figure("one"), figure("two"))]}
    write_figure_files(page, tmp_path / "figures", "goal-06")
    names = sorted(path.name for path in (tmp_path / "figures").iterdir())
    assert names == [f"goal-06-{name}.{kind}" for name in ("one", "two") for kind in ("csv", "svg")]
    payload = page["cells"][0]["outputs"][0]["data"][MIME]
    assert (payload["svg"], payload["csv"]) == ("figures/goal-06-one.svg", "figures/goal-06-one.csv")
    assert not {"svg_text", "csv_text"} & set(payload)
    raw = (tmp_path / payload["csv"]).read_bytes()
    assert raw == "\ufeffArea,Value\nÅfjord,1\n".encode()


# ---------- the configuration ----------


def test_configuration_of_the_book_is_known(repository: Project) -> None:
    """The book's own _config.yml has no key that Jupyter Book does not know."""
    assert check_config(repository) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("titel: A", "_config.yml titel: unknown key; did you mean 'title'?"),
        ("html:\n  use_isues_button: false", "_config.yml html.use_isues_button: unknown key; did you mean"),
        (
            "execute:\n  execute_notebook: 'off'",
            "_config.yml execute.execute_notebook: unknown key; did you mean",
        ),
        ("zzzzzz: 1", "_config.yml zzzzzz: unknown key; known here: title, author"),
    ],
)
def test_misspelt_key_is_refused(tmp_path: Path, text: str, message: str) -> None:
    """A key that Jupyter Book would pass over without a word is a problem, at either level."""
    (tmp_path / "_config.yml").write_text(text, "utf-8")
    (problem,) = check_config(Project(tmp_path))
    assert str(problem).startswith(message)


@pytest.mark.parametrize("text", ["", "title: A\nsphinx:\n  config:\n    anything: 1\n"])
def test_what_is_known_passes(tmp_path: Path, text: str) -> None:
    """An empty file, and any option of Sphinx, is no problem."""
    (tmp_path / "_config.yml").write_text(text, "utf-8")
    assert check_config(Project(tmp_path)) == []


# ---------- the site ----------


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """Publish a site of one page, beside a newer book."""
    for name, text in (("book", "new"), ("html", "old")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").write_text(text, "utf-8")
        (tmp_path / name / f"{text}.html").write_text(text, "utf-8")
    return tmp_path / "html"


def left_beside(site: Path) -> list[str]:
    """Name what stands beside the site that is neither it nor the built book."""
    return sorted({path.name for path in site.parent.iterdir()} - {"html", "book"})


def test_new_book_takes_the_place_of_the_old(published: Path) -> None:
    """The site is the new book as a whole: no page of the old one, no work folder, nothing of Sphinx' own."""
    (published.parent / "book" / ".doctrees").mkdir()
    (published.parent / "book" / ".buildinfo").touch()
    swap_site(published.parent / "book", published)
    assert sorted(path.name for path in published.iterdir()) == ["index.html", "new.html"]
    assert (published / "index.html").read_text("utf-8") == "new"
    assert left_beside(published) == []
    assert site_size(published) == (2, 6)


def test_first_book_is_published(published: Path) -> None:
    """Where there is no site yet, the book becomes it."""
    shutil.rmtree(published)
    swap_site(published.parent / "book", published)
    assert (published / "new.html").is_file()
    assert left_beside(published) == []


def vanish(built: Path) -> None:
    """Let the built book vanish."""
    shutil.rmtree(built)


def break_copy(built: Path) -> None:
    """Let one file of the built book be impossible to copy."""
    (built / "z.html").symlink_to(built / "nowhere")


def block(built: Path) -> None:
    """Put something that is no folder where the copy is to go."""
    (built.parent / "html.next").write_text("in the way", "utf-8")


@pytest.mark.parametrize("harm", [vanish, break_copy, block], ids=lambda harm: harm.__name__)
def test_site_stays_when_the_copy_fails(published: Path, harm: Any) -> None:
    """If the book cannot be copied the site is as it was, and no half copy is left beside it."""
    harm(published.parent / "book")
    with pytest.raises(OSError, match=r"."):
        swap_site(published.parent / "book", published)
    assert sorted(path.name for path in published.iterdir()) == ["index.html", "old.html"]
    assert [name for name in left_beside(published) if (published.parent / name).is_dir()] == []


def test_site_of_a_broken_off_swap_is_not_lost(published: Path) -> None:
    """A swap that was killed between its two steps left the site aside: a swap that fails next must not delete it."""
    published.rename(published.with_name("html.old"))
    vanish(published.parent / "book")
    with pytest.raises(OSError, match=r"."):
        swap_site(published.parent / "book", published)
    assert list(published.parent.rglob("old.html"))


def test_what_is_in_the_way_is_replaced(published: Path) -> None:
    """Work folders of a run that was killed do not stop the next one."""
    for name in ("html.next", "html.old"):
        (published.parent / name).mkdir()
        (published.parent / name / "rest.html").touch()
    swap_site(published.parent / "book", published)
    assert left_beside(published) == []
    assert not (published / "rest.html").exists()


# ---------- strictness ----------


def build(project: Project, *options: str) -> subprocess.CompletedProcess[str]:
    """Build with the installed command."""
    command = [sys.executable, "-m", "vsrbook.cli", "--project", str(project.root), "build", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def write_pages(project: Project, link: str) -> None:
    """Write the landing page and one review, with a link between them."""
    page = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Reviews\n\nText.")])
    page.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    (project.pages / "samplia").mkdir(parents=True, exist_ok=True)
    nbformat.write(page, project.pages / "index.ipynb")
    (project.pages / "how-made.md").write_text("# How this book was made\n", "utf-8")
    (project.pages / "samplia" / "index.md").write_text(f"# Samplia\n\nSee {link}.\n", "utf-8")


def digest(site: Path) -> dict[str, str]:
    """Return a digest of each file of a site."""
    files = [path for path in site.rglob("*") if path.is_file()]
    return {
        path.relative_to(site).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def test_an_association_does_not_sign_what_it_has_not_written(project: Project) -> None:
    """Pages of sample data carry neither its name as author nor its copyright, whatever _config.yml says."""
    config = project.root / "_config.yml"
    named = config.read_text("utf-8").replace("author: vsrbook", "author: Union of Samplian Municipalities")
    config.write_text(named, "utf-8")
    write_pages(project, "Words.")
    assert build(project).returncode == 0
    page = (project.site / "book" / "associations" / "samplia" / "index.html").read_text("utf-8")
    assert "By Union of Samplian Municipalities" not in " ".join(page.split())


@pytest.mark.book
def test_broken_reference_is_not_published(project: Project) -> None:
    """A reference to nowhere fails the build, each time anew, and the published site stays as it was."""
    write_pages(project, "[the reviews](../index.ipynb)")
    good = build(project)
    assert good.returncode == 0, good.stdout + good.stderr
    assert re.search(r"^Published \d+ pages", good.stdout, re.MULTILINE)
    before = digest(project.site)
    assert "book/associations/samplia/index.html" in before
    write_pages(project, "[nothing](nowhere.md) and {ref}`nowhere`")
    for _time in (1, 2):
        bad = build(project)
        assert bad.returncode == 1
        assert re.search(r"samplia/index\.md:3: WARNING: .*nowhere", bad.stderr)
        assert "nothing is published; _build/html is as it was" in bad.stdout
        assert digest(project.site) == before
    (project.root / "book" / "running.md").unlink()
    told = "_toc.yml: names book/running, which is not there; restore book/running.md, or take its line out"
    assert told in build(project).stderr


def test_book_without_pages_is_not_built(project: Project) -> None:
    """Before the first run there is nothing to build: the command says what to do."""
    done = build(project)
    assert done.returncode == 1
    assert "book/associations: has no pages yet; run: vsrbook run" in done.stderr
    assert not project.site.exists()


def test_unknown_key_stops_the_build(project: Project) -> None:
    """A misspelt key of the configuration is found before anything is built."""
    write_pages(project, "nothing")
    with (project.root / "_config.yml").open("a", encoding="utf-8") as file:
        file.write("\nauthr: nobody\n")
    done = build(project)
    assert done.returncode == 1
    assert "did you mean 'author'?" in done.stderr
    assert not project.site.exists()
