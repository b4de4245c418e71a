"""Collect every word a reader sees into locales/vsrbook.pot, and bring the English catalogue in step."""

from __future__ import annotations

import io
import json
from pathlib import Path

import yaml
from babel.messages.catalog import Catalog
from babel.messages.extract import extract, extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
TEMPLATE = ROOT / "locales" / "vsrbook.pot"
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "mark": None,
    "_mark": None,
    "gettext": None,
    "ngettext": (1, 2),
}


def collect_words() -> Catalog:
    """Return the catalogue of the code's messages, the notebooks' prose and the captions of _toc.yml."""
    catalogue = Catalog(project="vsrbook", version="0", fuzzy=False, charset="utf-8")
    _add_code(catalogue)
    _add_notebooks(catalogue)
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    for part in toc["parts"]:
        catalogue.add(part["caption"], locations=[("_toc.yml", 1)])
    return catalogue


def _add_code(catalogue: Catalog) -> None:
    source = ROOT / "src" / "vsrbook"
    methods = [("**.py", "python"), ("**/theme/**.html", "jinja2.ext.babel_extract")]
    for file, _line, message, _comments, context in extract_from_dir(source, methods, keywords=KEYWORDS):
        name = f"src/vsrbook/{Path(file).as_posix()}"
        catalogue.add(message, locations=[(name, 1)], context=context)


def _add_notebooks(catalogue: Catalog) -> None:
    """Add prose, words in code, and titles of own chapters; and the words of the modules beside them."""
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        notebook, place = json.loads(path.read_text("utf-8")), [(f"notebooks/{path.name}", 1)]
        if title := notebook["metadata"].get("vsrbook", {}).get("title"):
            catalogue.add(title, locations=place)
        for cell in notebook["cells"]:
            if cell["cell_type"] == "markdown":
                catalogue.add("".join(cell["source"]), locations=place)
            elif cell["cell_type"] == "code":
                _add_python(catalogue, "".join(cell["source"]).encode(), place)
    for path in sorted((ROOT / "notebooks").glob("*.py")):
        _add_python(catalogue, path.read_bytes(), [(f"notebooks/{path.name}", 1)])


def _add_python(catalogue: Catalog, code: bytes, place: list[tuple[str, int]]) -> None:
    for _line, message, _comments, context in extract("python", io.BytesIO(code), KEYWORDS):
        catalogue.add(message, locations=place, context=context)


def template_text(catalogue: Catalog, *, with_header: bool = False) -> str:
    """Return the catalogue as the text of a .pot file, without dates, so that it changes only with the words.

    A catalogue of translations keeps its header: without one it is taken to be doubtful, and not compiled.
    """
    out = io.BytesIO()
    write_po(out, catalogue, omit_header=not with_header, sort_output=True, width=100, include_lineno=False)
    return out.getvalue().decode("utf-8")


def update_translations(text: bytes, catalogue: Catalog, language: str) -> str:
    """Return the catalogue of a language with the words of today: what is translated stays, guesses are marked."""
    translated = read_po(io.BytesIO(text), locale=language)
    has_header = b"Content-Type:" in text
    translated.update(catalogue, update_creation_date=False)
    return template_text(translated, with_header=has_header)


def main() -> None:
    """Write the template and every catalogue beside it, keeping what is translated."""
    catalogue = collect_words()
    TEMPLATE.parent.mkdir(exist_ok=True)
    TEMPLATE.write_text(template_text(catalogue), "utf-8", newline="\n")
    print(f"wrote {TEMPLATE.relative_to(ROOT)}: {len(catalogue)} messages")
    english = ROOT / "locales" / "en" / "LC_MESSAGES" / "vsrbook.po"
    english.parent.mkdir(parents=True, exist_ok=True)
    english.touch()
    for path in sorted((ROOT / "locales").glob("*/LC_MESSAGES/vsrbook.po")):
        text = update_translations(path.read_bytes(), catalogue, path.parts[-3])
        path.write_text(text, "utf-8", newline="\n")
        print(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
