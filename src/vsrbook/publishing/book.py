"""Build the book with Jupyter Book: the only caller of it."""

from __future__ import annotations

import difflib
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from vsrbook.params import read_readable_params
from vsrbook.problems import Problem
from vsrbook.project import Project

BUILDERS = ("html", "singlehtml")


@dataclass(frozen=True)
class BuildResult:
    """How a build ended: the folder of the built book, and the warnings, each of which fails it."""

    output: Path
    warnings: tuple[str, ...]
    pages: int

    @property
    def ok(self) -> bool:
        """Whether the build may be published."""
        return not self.warnings


def check_config(project: Project) -> list[Problem]:
    """Find keys of _config.yml that Jupyter Book does not know: it would build without a word."""
    import jupyter_book

    name = "_config.yml"
    given: dict[str, Any] = yaml.safe_load((project.root / name).read_text("utf-8")) or {}
    default = Path(jupyter_book.__file__).parent / "default_config.yml"
    known: dict[str, Any] = yaml.safe_load(default.read_text("utf-8"))
    problems = []
    for key, value in given.items():
        if key not in known:
            problems.append(_unknown_key(key, known, name))
        elif isinstance(value, dict) and isinstance(known[key], dict) and key != "sphinx":
            problems += [
                _unknown_key(f"{key}.{sub}", known[key], name) for sub in value if sub not in known[key]
            ]
    return problems


def _unknown_key(key: str, known: dict[str, Any], name: str) -> Problem:
    near = difflib.get_close_matches(key.rsplit(".", maxsplit=1)[-1], known, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"known here: {', '.join(map(str, known))}"
    return Problem(name, "unknown key", hint, column=key)


def _sign(project: Project) -> dict[str, str] | None:
    """Return author and copyright to put in the place of those in _config.yml, which every page shows.

    A book of associations' illustrations or of sample data is signed by none of them.
    """
    config = yaml.safe_load((project.root / "_config.yml").read_text("utf-8"))
    associations = read_readable_params(project).values()
    names = {one.association.name for one in associations if one.standing != "association"}
    told = {key: str(config.get(key) or "") for key in ("author", "copyright")}
    if not any(name in text for name in names for text in told.values()):
        return None
    return {"author": "", "copyright": ""}


def build_book(project: Project, builder: str = "html", jobs: int = 1) -> BuildResult:
    """Build the book from its pages into an empty folder below _build/; nothing is published yet.

    What was read before is kept in _build/doctrees, so that only changed pages are read again; all
    pages are written, so that none is stale.
    """
    from jupyter_book.config import get_final_config
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    output = project.build / "book" / builder
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    config, _extra = get_final_config(
        user_yaml=project.root / "_config.yml",
        sourcedir=project.root,
        cli_config={"external_toc_path": str(project.root / "_toc.yml"), "latex_individualpages": False},
    )
    if (signed := _sign(project)) is not None:
        config |= signed
    log = project.build / "book" / f"{builder}.warnings.txt"
    doctrees = project.build / "doctrees" / builder
    with log.open("w", encoding="utf-8") as warnings, patch_docutils(str(project.root)), docutils_namespace():
        app = Sphinx(
            srcdir=str(project.root),
            confdir=None,
            outdir=str(output),
            doctreedir=str(doctrees),
            buildername=builder,
            confoverrides={**config, "nitpicky": True},
            status=None,
            warning=warnings,
            parallel=jobs,
        )
        app.build(force_all=False)
    found = [line for line in log.read_text("utf-8").splitlines() if line.strip()]
    if found:  # a warning is given when a page is read: reading it again must give it again
        shutil.rmtree(doctrees, ignore_errors=True)
    _write_redirect(output, app.config.root_doc)
    return BuildResult(
        output, tuple(_explain(_strip_colours(line)) for line in found), len(app.env.found_docs)
    )


def _explain(warning: str) -> str:
    """Say in plain words what Sphinx finds most often: a page that the table of contents names is not there."""
    missing = re.search(r"toctree contains reference to nonexisting document '([^']+)' \[etoc", warning)
    if missing is None:
        return warning
    page = missing[1]
    return f"_toc.yml: names {page}, which is not there; restore {page}.md, or take its line out of _toc.yml"


def _strip_colours(line: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", line)


def _write_redirect(output: Path, root_doc: str) -> None:
    """Open the landing page at the address of the book itself."""
    if not (output / "index.html").exists():
        target = f"{root_doc}.html"
        head = f'<meta charset="utf-8"><title>vsrbook</title><meta http-equiv="refresh" content="0; url={target}">'
        body = f'<body><a href="{target}">{target}</a></body>'
        page = f'<!doctype html><html lang="en"><head>{head}</head>{body}</html>\n'
        (output / "index.html").write_text(page, "utf-8")
