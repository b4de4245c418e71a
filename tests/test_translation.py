"""Another language: catalogues are brought in step without loss, and what is translated reaches the pages."""

from __future__ import annotations

import io
import json
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from projects import TWO

from collect_words import update_translations
from vsrbook.project import Edition, Project
from vsrbook.running import run_chapters


def make_catalogue(words: dict[str, str], language: str = "fr") -> bytes:
    """Return a catalogue as a translator hands it over."""
    catalogue = Catalog(locale=language, project="vsrbook", fuzzy=False)
    for message, translated in words.items():
        catalogue.add(message, translated)
    out = io.BytesIO()
    write_po(out, catalogue)
    return out.getvalue()


def words_of_today(*messages: str) -> Catalog:
    """Return the words as they are collected."""
    catalogue = Catalog()
    for message in messages:
        catalogue.add(message)
    return catalogue


def test_what_is_translated_stays() -> None:
    """Bringing a catalogue in step keeps translations and header, so that it is compiled as before."""
    text = update_translations(
        make_catalogue({"Search": "Rechercher"}), words_of_today("Search", "Goal"), "fr"
    )
    assert "charset=utf-8" in text
    read = read_po(io.BytesIO(text.encode()))
    assert not read.fuzzy
    assert read["Search"].string == "Rechercher"
    assert read["Goal"].string == ""


def test_a_guess_is_marked() -> None:
    """Where the words have changed a little the old translation is kept as a guess, which nothing publishes."""
    before = make_catalogue({"Show the data as table": "Afficher les données"})
    text = update_translations(before, words_of_today("Show the data as a table"), "fr")
    assert read_po(io.BytesIO(text.encode()))["Show the data as a table"].fuzzy


def test_the_same_words_give_the_same_catalogue() -> None:
    """Collecting twice changes nothing: no date is renewed."""
    once = update_translations(make_catalogue({"Search": "Rechercher"}), words_of_today("Search"), "fr")
    assert update_translations(once.encode(), words_of_today("Search"), "fr") == once


def write_language(locales: Path, words: dict[str, str]) -> None:
    """Compile a catalogue into the place where pages look for it."""
    path = locales / "fr" / "LC_MESSAGES" / "vsrbook.mo"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_mo(file, read_po(io.BytesIO(make_catalogue(words)), locale="fr"))


def test_prose_of_notebooks_is_translated(small: Project) -> None:
    """Headings of notebooks are in the language of the edition, on the first page of the book, too."""
    title = "Introduction: the association and its territory"
    write_language(small.locales, {"# Title": "# Titre", title: "Introduction"})
    run_chapters(small, Edition("fr"), ["otherland"], TWO)
    for page, heading in (("index", "# Titre"), ("otherland/introduction", "# Samplia – Introduction")):
        cells = json.loads((small.pages / f"{page}.ipynb").read_text("utf-8"))["cells"]
        assert "".join(cells[0]["source"]) == heading
