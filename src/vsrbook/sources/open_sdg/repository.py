"""Find the parts of a data repository: configuration, data files, metadata, translations, maps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

from vsrbook.importing.report import Report
from vsrbook.problems import Problem, ReviewError, list_some, shorten
from vsrbook.sources.open_sdg.yaml_text import NotYamlError, parse_yaml_text, read_text

CONFIGS = ("config_data.yml", "config_data.yaml", "data_config.yml", "open_sdg_config.yml")
MARKS = (*CONFIGS, "meta", "indicator-config", "translations")
# where the configuration is silent: the first of these that finds anything (the first is Open SDG's default)
DATA_PATTERNS = (
    ("data/*-*.csv", "data/indicator_*.csv"),
    ("data/*.csv",),
    ("data/**/*.csv",),
    ("*-*.csv", "indicator_*.csv"),
    ("*.csv",),
)
META_PATTERNS = (
    "meta/*.md",
    "meta/*.yml",
    "meta/*.yaml",
    "indicator-config/*.yml",
    "indicator-config/*.yaml",
)
MAX_FILES = 5_000
CSV_SUFFIXES = (".csv", ".tsv", ".txt")


@dataclass(frozen=True)
class MetaFile:
    """One file of metadata: of which indicator, in which language ("" for all)."""

    indicator: str
    path: Path
    language: str = ""


@dataclass
class Repository:
    """What a data repository holds. `root` is its folder; `data` are pairs of indicator id and CSV file."""

    root: Path
    config: dict[str, Any]
    data: list[tuple[str, Path]] = field(default_factory=list)
    meta: list[MetaFile] = field(default_factory=list)
    translations: list[Path] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)

    def name(self, path: Path) -> str:
        """Return how messages call a file: its path within the repository."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.name

    def indicator_option(self, key: str) -> Any:
        """Return a setting below `indicator_options` of the configuration."""
        options = self.config.get("indicator_options")
        return options.get(key, "") if isinstance(options, dict) else ""

    def list_items(self, key: str) -> list[dict[str, Any]]:
        """Return the entries of a list in the configuration that have keys: inputs, translations, map_layers."""
        found = self.config.get(key)
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def find_root(path: Path) -> Path:
    """Return the folder of the repository that a path is or lies in."""
    start = path.resolve()
    start = start if start.is_dir() else start.parent
    if any((start / mark).exists() for mark in MARKS):
        return start
    for above in list(start.parents)[:3]:
        in_data = (above / "data") in (start, *start.parents)
        if any((above / mark).exists() for mark in (MARKS if in_data else CONFIGS)):
            return above
    return start


def open_repository(
    path: Path, *, data_pattern: str | None, meta_pattern: str | None, report: Report
) -> Repository:
    """Find the files of a repository. Raises ReviewError where there is no data file, or there are too many."""
    root = find_root(path)
    repository = Repository(root, _read_config(root, report))
    source = source_folder(repository)
    repository.data = _find_data(repository, source, path.resolve(), data_pattern, report)
    repository.meta = _find_meta(repository, source, meta_pattern)
    repository.translations = _find_translations(repository, source, report)
    repository.languages = _list_languages(repository)
    return repository


def _read_config(root: Path, report: Report) -> dict[str, Any]:
    path = next((root / name for name in CONFIGS if (root / name).is_file()), None)
    if path is None:
        return {}
    try:
        return parse_yaml_text(read_text(path)).data
    except NotYamlError as error:
        what = f"the configuration is not YAML: {error}; the defaults of Open SDG are taken"
        report.add("doubted", path.name, error.line, what, "mend it, or say in the options where things are")
        return {}


def source_folder(repository: Repository) -> Path:
    """Return the folder that the patterns of the configuration count from (src_dir)."""
    name = str(repository.config.get("src_dir") or "")
    folder = (repository.root / name).resolve()
    inside = folder.is_dir() and folder.is_relative_to(repository.root)
    return folder if inside else repository.root


def list_inputs(repository: Repository, *classes: str) -> Iterator[dict[str, Any]]:
    """Yield the inputs of the configuration that are of one of these classes."""
    yield from (item for item in repository.list_items("inputs") if item.get("class") in classes)


def find_matching(folder: Path, pattern: str, root: Path) -> list[Path]:
    """Return the files that a pattern finds, never one outside the repository."""
    parts = PurePosixPath(pattern.replace("\\", "/"))
    if not parts.parts or parts.is_absolute() or ".." in parts.parts or ":" in parts.parts[0]:
        return []
    try:
        found = [path for path in islice(folder.glob(str(parts)), 4 * MAX_FILES) if path.is_file()]
    except ValueError:  # such as ** beside other signs
        return []
    return sorted(path for path in found if path.resolve().is_relative_to(root))


def _match_all(folder: Path, patterns: Iterable[str], root: Path) -> list[Path]:
    return list(dict.fromkeys(path for one in patterns for path in find_matching(folder, one, root)))


def _find_data(
    repository: Repository, source: Path, path: Path, pattern: str | None, report: Report
) -> list[tuple[str, Path]]:
    if path.is_file():
        patterns, found = [path.name], [path] if path.suffix.lower() in CSV_SUFFIXES else []
    else:
        patterns = [pattern] if pattern else _configured(repository, "InputCsvData")
        found = _match_all(source, patterns, repository.root)
        for some in () if pattern or found else DATA_PATTERNS:
            patterns += some
            found = found or _match_all(source, some, repository.root)
        if path != repository.root:
            found = [one for one in found if one.is_relative_to(path)] or find_matching(path, "*.csv", path)
    if not found:
        raise ReviewError([_explain_nothing(repository, list(dict.fromkeys(patterns)))])
    if len(found) > MAX_FILES:
        hint = "name a folder within it, or a data_pattern"
        raise ReviewError([Problem(path.name, f"holds more than {MAX_FILES:,} data files", hint)])
    _report_other_inputs(repository, report)
    return [(name_indicator(one.stem), one) for one in found]


def _configured(repository: Repository, *classes: str) -> list[str]:
    return [str(item.get("path_pattern") or "") for item in list_inputs(repository, *classes)]


def _explain_nothing(repository: Repository, patterns: list[str]) -> Problem:
    others = [
        one.name for one in islice(repository.root.glob("*/*.x*"), 50) if one.suffix in (".xlsx", ".xml")
    ]
    hint = "name the folder that holds data/ and meta/, or give data_pattern in the options"
    if others:
        hint += f"; there is {list_some(others, 3)}, which vsrbook import reads as workbook or sdmx"
    what = f"holds no data file; looked for {', '.join(map(shorten, patterns))}"
    return Problem(repository.root.name, what, hint)


def _report_other_inputs(repository: Repository, report: Report) -> None:
    read = {"InputCsvData", "InputYamlMdMeta", "InputYamlMeta"}
    classes = [str(item.get("class")) for item in repository.list_items("inputs")]
    others = sorted({name for name in classes if name not in read})
    if others:
        what = f"inputs of other kinds are not read: {list_some(others)}"
        report.add("dropped", "config_data.yml", "inputs", what, "import them with their own format")


def name_indicator(stem: str) -> str:
    """Return the id of an indicator from the name of its file: indicator_3-9-1 is 3-9-1."""
    name = stem.strip()
    return name[len("indicator_") :] if name.casefold().startswith("indicator_") else name


def _find_meta(repository: Repository, source: Path, pattern: str | None) -> list[MetaFile]:
    """List metadata so that later files override earlier ones, and indicator-config all others."""
    patterns = [pattern] if pattern else _configured(repository, "InputYamlMdMeta", "InputYamlMeta")
    paths: dict[Path, None] = {}
    for one in patterns or META_PATTERNS:
        paths |= dict.fromkeys(find_matching(source, one, repository.root))
    if pattern:
        paths |= dict.fromkeys(find_matching(source, "indicator-config/*.yml", repository.root))
    ordered = sorted(paths, key=lambda path: path.parent.name == "indicator-config")
    found = [MetaFile(name_indicator(path.stem), path) for path in ordered]
    for folder in dict.fromkeys(path.parent for path in ordered):
        for path in sorted(folder.glob("*/*.*")):
            if path.suffix in (".md", ".yml", ".yaml") and path.resolve().is_relative_to(repository.root):
                found.append(MetaFile(name_indicator(path.stem), path, path.parent.name))
    return found


def _find_translations(repository: Repository, source: Path, report: Report) -> list[Path]:
    items = repository.list_items("translations")
    names = [str(item.get("source") or "translations") for item in items]
    remote = [name for name in names if "://" in name]
    if remote:
        what = f"translations elsewhere are not fetched: {list_some(remote, 3)}"
        report.add("read", "config_data.yml", "translations", what, "copy what you need into translations/")
    local = [name for name in names if "://" not in name]
    folders = [(source / name).resolve() for name in [*local, "translations"]]
    inside = (one for one in folders if one.is_dir() and one.is_relative_to(repository.root))
    return list(dict.fromkeys(inside))


def _list_languages(repository: Repository) -> list[str]:
    declared = repository.config.get("languages")
    named = [str(one) for one in declared] if isinstance(declared, list) else []
    folders = [
        one.name for folder in repository.translations for one in sorted(folder.iterdir()) if one.is_dir()
    ]
    return list(dict.fromkeys([*named, *folders, *(one.language for one in repository.meta if one.language)]))
