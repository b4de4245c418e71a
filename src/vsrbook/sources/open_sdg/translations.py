"""Resolve translation keys ("data.female", SDMX codes) into the words of each language of a repository."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vsrbook.importing.cells import tidy_words
from vsrbook.importing.report import Report
from vsrbook.problems import list_some, shorten
from vsrbook.sdg import indicator_label, target_label
from vsrbook.sources.open_sdg.repository import Repository
from vsrbook.sources.open_sdg.yaml_text import NotYamlError, parse_yaml_text, read_text

KEY = re.compile(r"([A-Za-z_][\w-]*)\.(\S.*)")
LANGUAGE = re.compile(r"[a-z]{2}([-_][A-Za-z]{2,8})?")
ANY = "*"  # a translation file that names no language holds for all


@dataclass
class Translations:
    """The translations of a repository; a file is read when a key of its group is first asked for.

    `languages` are tried in their order, the wanted one first.
    """

    repository: Repository
    languages: list[str]
    report: Report
    _files: dict[str, list[tuple[str, Path]]] = field(default_factory=lambda: defaultdict(list))
    _groups: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    _known: dict[tuple[str, tuple[str, ...]], dict[str, str]] = field(default_factory=dict)
    _unresolved: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _borrowed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _own: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        if "en" not in self.languages:
            self.languages = [*self.languages, "en"]  # the framework's names are there in English
        for folder in self.repository.translations:
            for path in sorted([*folder.glob("*.yml"), *folder.glob("*/*.yml")]):
                if path.resolve().is_relative_to(self.repository.root):
                    self._list_file(folder, path)

    def _list_file(self, folder: Path, path: Path) -> None:
        if path.parent != folder:
            self._files[path.stem].append((path.parent.name, path))
        elif path.stem in self.languages or LANGUAGE.fullmatch(path.stem):
            for group, content in self._read(path).items():
                if isinstance(content, dict):
                    self._add(group, path.stem, content)
        else:
            self._files[path.stem].append((ANY, path))

    def translate(self, text: str, *groups: str) -> str:
        """Return the words for a text in the wanted language, else in another, else the text itself.

        Words that are no key (they are in the group "data" as they stand) are never read in another language.
        """
        found = self.labels(text, *groups)
        for language in (*self.languages[:1], ANY, *self.languages[1:]):
            if language not in found:
                continue
            if language in (self.languages[0], ANY):
                return found[language]
            if not self._is_key(text):
                return text
            self._borrowed[language].add(text)
            return found[language]
        self._note_unresolved(text)
        return text

    def _is_key(self, text: str) -> bool:
        """Whether a text stands for words: a key, a code with its own group, or words tied by a low line."""
        match = KEY.fullmatch(text)
        if match and self._find(match[1], match[2]):
            return True
        return " " not in text and ("_" in text or not self._find("data", text))

    def labels(self, text: str, *groups: str) -> dict[str, str]:
        """Return the words for a text in every language that has it; `groups` are tried with the bare text."""
        key = (text, groups)
        if key not in self._known:
            self._known[key] = self._look_up(text, groups)
        return self._known[key]

    def words(self, text: str, *groups: str) -> set[str]:
        """Return a text and all its translations."""
        return {text, *self.labels(text, *groups).values()}

    def resolves(self, text: str) -> bool:
        """Whether a text is no translation key, or one that is found."""
        return not KEY.fullmatch(text) or " " in text or bool(self.labels(text))

    def _look_up(self, text: str, groups: Iterable[str]) -> dict[str, str]:
        match = KEY.fullmatch(text)
        if match and (found := self._find(match[1], match[2])):
            return found
        for group in groups:
            if found := self._find(group, text) or self._find(group.upper(), text):
                return found
        return {}

    def _find(self, group: str, key: str) -> dict[str, str]:
        """Return what the files say of a key; names of the framework that they lack are our own labels."""
        by_language = self._load(group)
        found = {language: texts[key] for language, texts in by_language.items() if texts.get(key)}
        own = _own_label(group, key)
        if own and "en" not in found and ANY not in found:
            self._own.add(f"{group}.{key}")
            found["en"] = own
        return found

    def _load(self, group: str) -> dict[str, dict[str, str]]:
        for language, path in self._files.pop(group, []):
            content = self._read(path)
            if language != ANY:
                self._add(group, language, content)
                continue
            for one, texts in _part_languages(content):
                self._add(group, one, texts)
        return self._groups.get(group, {})

    def _add(self, group: str, language: str, content: dict[str, Any]) -> None:
        texts = self._groups.setdefault(group, {}).setdefault(language, {})
        texts.update(_flatten(content))

    def _read(self, path: Path) -> dict[str, Any]:
        name = self.repository.name(path)
        try:
            read = parse_yaml_text(read_text(path))
        except NotYamlError as error:
            what = f"the translations are not YAML: {error}; none of them is read"
            self.report.add("dropped", name, error.line, what, "mend the line")
            return {}
        if read.repeated:
            keys = [f"{shorten(key, 40)} (line {line})" for line, key in read.repeated]
            what = f"keys are given twice, the last one is taken: {list_some(keys, 4)}"
            self.report.add("doubted", name, read.repeated[0][0], what, count=len(keys))
        return read.data

    def _note_unresolved(self, text: str) -> None:
        match = KEY.fullmatch(text)
        if match and " " not in match[2] and "://" not in text:
            group = match[1]
            if group == "data" or group in self._groups or "-" in match[2]:
                self._unresolved[group].add(text)

    def report_unresolved(self) -> None:
        """Report, group by group, the keys that are in no translation file, and those of other languages only."""
        for group, keys in sorted(self._unresolved.items()):
            what = f"translation keys that no file has, left as they are: {list_some(sorted(keys), 5)}"
            hint = f"add translations/{self.languages[0]}/{group}.yml"
            self.report.add("doubted", "translations", group, what, hint, count=len(keys))
        if self._own:
            what = f"names that no file has in English are our own short labels: {list_some(sorted(self._own), 5)}"
            self.report.add("read", "translations", "", what, count=len(self._own))
        for language, keys in sorted(self._borrowed.items()):
            some = list_some(sorted(shorten(key, 40) for key in keys), 3)
            what = f"not translated into {self.languages[0]}, read in {language}: {some}"
            self.report.add("doubted", "translations", language, what, count=len(keys))


def _own_label(group: str, key: str) -> str:
    """Return our short label for a key of the framework: global_indicators, "3-9-1-title"; else ""."""
    code = key.removesuffix("-title").replace("-", ".")
    if not key.endswith("-title") or group not in ("global_indicators", "global_targets"):
        return ""
    return indicator_label(code) if group == "global_indicators" else target_label(code)


def _part_languages(content: dict[str, Any], above: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the languages of a file that names none: {en: {key: text}}, {key: {en: text}} or {key: text}."""
    if (
        not above
        and content
        and all(isinstance(v, dict) and LANGUAGE.fullmatch(k) for k, v in content.items())
    ):
        yield from content.items()
        return
    for key, value in content.items():
        if not isinstance(value, dict):
            yield ANY, {f"{above}{key}": value}
        elif value and all(LANGUAGE.fullmatch(one) for one in value):
            for language, text in value.items():
                yield language, {f"{above}{key}": text}
        else:
            yield from _part_languages(value, f"{above}{key}.")


def _flatten(content: dict[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for key, value in content.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{above}{key}.")
        elif isinstance(value, str):
            yield f"{above}{key}", tidy_words(value)
