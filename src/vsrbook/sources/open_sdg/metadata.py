"""Read the metadata of indicators: YAML or Markdown, whatever is broken reported, whatever can be read kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from vsrbook.importing.cells import tidy_words
from vsrbook.importing.report import Report
from vsrbook.problems import count_noun, list_some, shorten
from vsrbook.sources.open_sdg.repository import MetaFile, Repository
from vsrbook.sources.open_sdg.translations import Translations
from vsrbook.sources.open_sdg.words import is_true
from vsrbook.sources.open_sdg.yaml_text import (
    NotYamlError,
    YamlText,
    parse_yaml_text,
    read_loosely,
    read_text,
    split_front_matter,
)

NAMES = ("indicator_name", "indicator_available", "national_indicator_available", "graph_title", "title")
DEFINITIONS = (
    "national_indicator_description",
    "national_indicator_definition",
    "STAT_CONC_DEF",
    "indicator_definition",
    "computation_definitions",
)
MAX_DEFINITION = 1_000
MAX_SOURCES = 6


@dataclass
class Meta:
    """What the metadata says of one indicator: for all languages, and what a language says otherwise."""

    fields: dict[str, Any] = field(default_factory=dict)
    by_language: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)  # key: the file that it is from

    def text(self, key: str, language: str = "") -> str:
        """Return a field as it is written, "" where there is none."""
        value = self.by_language.get(language, {}).get(key) or self.fields.get(key, "")
        return tidy_words(value) if isinstance(value, str) else ""

    def file_of(self, *keys: str) -> str:
        """Return the file that the first of these fields is from, else any file of the indicator."""
        found = next((self.files[key] for key in keys if key in self.files), "")
        return found or next(iter(self.files.values()), "")

    def says(self, key: str) -> bool:
        """Whether a field is yes."""
        return is_true(self.fields.get(key, ""))


def read_metadata(repository: Repository, wanted: set[str], report: Report) -> dict[str, Meta]:
    """Read the metadata of the wanted indicators; later files override earlier ones, empty fields nothing."""
    metas: dict[str, Meta] = {}
    for one in repository.meta:
        if one.indicator not in wanted:
            continue
        meta = metas.setdefault(one.indicator, Meta())
        name = repository.name(one.path)
        filled = {
            key: value for key, value in _read_file(one, name, report).items() if value not in ("", [], {})
        }
        if one.language:
            meta.by_language.setdefault(one.language, {}).update(filled)
        else:
            meta.fields.update(filled)
        meta.files |= dict.fromkeys(filled, name)
    return metas


def _read_file(file: MetaFile, name: str, report: Report) -> dict[str, Any]:
    body, line = "", 1
    try:
        text = read_text(file.path)
        body, line = split_front_matter(text) if file.path.suffix == ".md" else (text, 1)
        read = parse_yaml_text(body, line)
    except NotYamlError as error:
        found = read_loosely(body)
        kept = (
            f"what stands on lines of its own is kept ({count_noun(len(found), 'field')})"
            if found
            else "nothing of it is read"
        )
        what = f"the metadata is not YAML: {error}; {kept}"
        report.add("doubted", name, error.line, what, "put quotes round text that holds ': '")
        return dict(found)
    _report_repeated(read, name, report)
    return read.data


def _report_repeated(read: YamlText, name: str, report: Report) -> None:
    if read.repeated:
        keys = [f"{shorten(key, 40)} (line {line})" for line, key in read.repeated]
        what = f"fields are given twice, the last one is taken: {list_some(keys, 4)}"
        report.add("doubted", name, read.repeated[0][0], what, "keep one of them", count=len(keys))


def find_name(meta: Meta, translations: Translations, language: str) -> str:
    """Return the indicator's name: the first of its names that is no unresolved key, else the key."""
    written = [text for key in NAMES if (text := meta.text(key, language))]
    chosen = next((text for text in written if translations.resolves(text)), written[0] if written else "")
    if written and chosen != written[0]:
        translations.translate(written[0])  # so that the key is reported
    return strip_tags(translations.translate(chosen, "data")) if chosen else ""


def list_names(meta: Meta, translations: Translations) -> dict[str, str]:
    """Return the indicator's name in every language that has one of its own."""
    names: dict[str, str] = {}
    for language in translations.languages:
        for key in NAMES:
            own = meta.by_language.get(language, {}).get(key)
            found = translations.labels(meta.text(key, language), "data").get(language)
            if text := found or (tidy_words(own) if isinstance(own, str) else ""):
                names[language] = strip_tags(text)
                break
    return names


def find_definition(meta: Meta, translations: Translations, language: str) -> str:
    """Return how the indicator is defined, without tags and bounded, and who compiled its data."""
    written = (meta.text(key, language) for key in DEFINITIONS)
    text = next((one for one in written if one and translations.resolves(one)), "")
    definition = shorten_text(strip_tags(translations.translate(text)) if text else "", MAX_DEFINITION)
    sources = list(dict.fromkeys(_list_sources(meta, translations)))
    told = f"Data: {'; '.join(sources)}." if sources else ""
    return " ".join(part for part in (definition, told) if part)


def _list_sources(meta: Meta, translations: Translations) -> Iterator[str]:
    for number in range(1, MAX_SOURCES + 1):
        name = meta.text(f"source_organisation_{number}") or meta.text(f"source_organization_{number}")
        inactive = meta.text(f"source_active_{number}").casefold() in ("false", "no")
        if name and not inactive and translations.resolves(name):
            yield shorten_text(strip_tags(translations.translate(name)), 200).rstrip(".")


class _Text(HTMLParser):
    """Collects the text of HTML; the end of a paragraph, and a line break, are blanks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  # HTMLParser's signature
        """Note where a block begins, and what is never text."""
        self.hidden += tag in ("script", "style")
        if tag in ("p", "br", "li", "div", "tr", "ul", "ol"):
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """Note where a script or style ends."""
        self.hidden -= tag in ("script", "style") and self.hidden > 0

    def handle_data(self, data: str) -> None:
        """Keep text."""
        if not self.hidden:
            self.parts.append(data)


def strip_tags(text: str) -> str:
    """Return the text of HTML on one line; what is no HTML stays as it is."""
    if "<" not in text and "&" not in text:
        return tidy_words(text)
    parser = _Text()
    parser.feed(text[:100_000])
    parser.close()
    return tidy_words("".join(parser.parts))


def shorten_text(text: str, limit: int) -> str:
    """Return a text cut at the end of a sentence, or of a word, within the limit."""
    if len(text) <= limit:
        return text
    cut = text[:limit]
    sentence = max(cut.rfind(". "), cut.rfind("! "), cut.rfind("? "))
    return cut[: sentence + 1] if sentence > limit // 2 else cut[: cut.rfind(" ")].rstrip(",;:") + " …"
