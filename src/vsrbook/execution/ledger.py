"""Remember how each page was made, decide which must be made again, and say why."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vsrbook.execution.keys import digest
from vsrbook.execution.plan import Unit
from vsrbook.files import read_json, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsrbook.execution.cache import Cache
    from vsrbook.execution.plan import Plan
    from vsrbook.execution.worker import Outcome
    from vsrbook.project import Edition, Project

UNIT_WORDS = ("slug", "chapter", "notebook", "parameters", "key")
MOST_NAMED = 4  # changes named in a reason; more are counted


@dataclass(frozen=True)
class Decision:
    """Whether a unit runs, and why or why not."""

    unit: Unit
    runs: bool
    reason: str


@dataclass(frozen=True)
class Ledger:
    """How the pages of one edition were made last, and the keys that all its pages have (`planned`).

    `shared` are the digests that a run's pages shared, by the digest of them that is in each entry.
    """

    pages: Mapping[str, Mapping[str, Any]]
    shared: Mapping[str, Mapping[str, str]]
    planned: Mapping[str, str]

    def has_failed(self, unit: Unit) -> bool:
        """Whether the last run of a unit as it is now failed."""
        known = self.pages.get(unit.page, {})
        return known.get("key") == unit.key and bool(known.get("failure"))

    def units(self) -> list[Unit]:
        """Return the units whose pages were made last."""
        return [
            Unit(page=page, parts=entry["parts"], **{name: entry[name] for name in UNIT_WORDS})
            for page, entry in self.pages.items()
        ]

    def explain(self, unit: Unit, shared: Mapping[str, str]) -> str:
        """Say why a unit whose result is not in the cache must run."""
        known = self.pages.get(unit.page)
        if known is None:
            return "it has not run yet"
        if known["key"] == unit.key:
            return "it failed last time" if known["failure"] else "its result is gone, or was damaged"
        changes = [
            *_compare(known["parameters"], unit.parameters, "parameter "),
            *_compare(known["parts"], unit.parts),
            *_compare(self.shared.get(known["shared"], {}), shared),
        ]
        named = ", ".join(changes[:MOST_NAMED])
        more = f" and {len(changes) - MOST_NAMED} more" if len(changes) > MOST_NAMED else ""
        return f"changed: {named}{more}" if changes else "it has not run with these inputs yet"


def _compare(before: Mapping[str, Any], after: Mapping[str, Any], kind: str = "") -> list[str]:
    words = []
    for name in [*after, *(gone for gone in before if gone not in after)]:
        if name not in before:
            words.append(f"{kind}{name} (new)")
        elif name not in after:
            words.append(f"{kind}{name} (gone)")
        elif before[name] != after[name]:
            shown = name.startswith("library ") or kind
            words.append(f"{kind}{name}" + (f" ({before[name]} → {after[name]})" if shown else ""))
    return words


def decide(plan: Plan, cache: Cache, ledger: Ledger, *, force: bool = False) -> list[Decision]:
    """Decide for each unit of a plan: it runs where no sound result for its key is in the cache."""
    sound = cache.find_sound(unit.key for unit in plan.units)
    decisions = []
    for unit in plan.units:
        if force:
            decisions.append(Decision(unit, True, "forced"))
        elif unit.key in sound:
            decisions.append(Decision(unit, False, "nothing that it reads has changed"))
        else:
            decisions.append(Decision(unit, True, ledger.explain(unit, plan.shared)))
    return decisions


def _path(project: Project, edition: Edition) -> Path:
    return project.build / "ledger" / f"{edition.name}.json"


def read_ledger(project: Project, edition: Edition) -> Ledger:
    """Read what is known of the last runs; nothing where there is no ledger, or a damaged one."""
    known = read_json(_path(project, edition))
    pages = {page: entry for page, entry in known.get("pages", {}).items() if _is_entry(entry)}
    return Ledger(pages, known.get("shared", {}), known.get("planned", {}))


def _is_entry(entry: Any) -> bool:
    return isinstance(entry, dict) and {*UNIT_WORDS, "parts", "failure", "at", "shared"} <= entry.keys()


def enter_outcomes(plan: Plan, outcomes: Iterable[Outcome]) -> Ledger:
    """Enter into the ledger how units ended, and which there are; returns it. Two runs at once may do so."""
    mark = digest(dict(plan.shared))
    outcomes = list(outcomes)
    planned = {unit.page: unit.key for unit in plan.units}
    with locked(plan.project):
        before = read_ledger(plan.project, plan.edition)
        entries = {o.unit.page: _entry(o, mark, before.pages.get(o.unit.page, {})) for o in outcomes}
        pages = {**before.pages, **entries}
        used = {entry["shared"] for entry in pages.values()}
        shared = {**before.shared, mark: dict(plan.shared)}
        ledger = Ledger(
            pages, {name: shared[name] for name in used if name in shared}, {**before.planned, **planned}
        )
        if ledger != before:
            content = {"shared": ledger.shared, "planned": ledger.planned, "pages": pages}
            write_whole(_path(plan.project, plan.edition), json.dumps(content, indent=0).encode())
    return ledger


def _entry(outcome: Outcome, shared: str, before: Mapping[str, Any]) -> dict[str, Any]:
    """Describe how a unit ended; `before` is what was known of its page.

    `shows` is the digest of what the page shows, `since` when it was first seen to show that, `changed`
    whether it had been seen to show something else: a page that is run again may say what it said.
    """
    unit, now = outcome.unit, datetime.now(UTC).isoformat(timespec="seconds")
    seen = {"shows": outcome.shows, "since": now, "changed": bool(before.get("shows"))}
    if outcome.failure or before.get("shows") == outcome.shows:
        seen = {name: before[name] for name in seen if name in before}
    return {
        **{name: getattr(unit, name) for name in UNIT_WORDS},
        "parts": unit.parts,
        "shared": shared,
        "failure": str(outcome.failure or ""),
        "at": now,
        **seen,
        "seconds": round(outcome.seconds, 3),
        "cpu_seconds": outcome.cpu_seconds,
        "peak_mb": outcome.peak_mb,
        "host": outcome.host,
    }


def keys_in_use(project: Project) -> set[str]:
    """Return the keys of all pages of all editions, as they were planned and as they were made last."""
    used: set[str] = set()
    for path in (project.build / "ledger").glob("*.json"):
        known = read_json(path)
        used |= {entry["key"] for entry in known.get("pages", {}).values() if _is_entry(entry)}
        used |= set(known.get("planned", {}).values())
    return used


@contextmanager
def locked(project: Project) -> Iterator[None]:
    """Hold the project's lock: what is read, changed and written again must not be changed meanwhile."""
    from filelock import FileLock

    project.build.mkdir(parents=True, exist_ok=True)
    with FileLock(project.build / ".lock"):
        yield


def write_report(
    path: Path, plan: Plan, decisions: Sequence[Decision], outcomes: Iterable[Outcome], how: Mapping[str, Any]
) -> None:
    """Write the report of a run as JSON: for each unit its key, reason, status, seconds, peak memory."""
    ended = {outcome.unit.page: outcome for outcome in outcomes}
    units = [_describe(decision, ended.get(decision.unit.page)) for decision in decisions]
    content = {**how, "edition": plan.edition.name, "shared": dict(plan.shared), "units": units}
    write_whole(path, json.dumps(content, indent=1, ensure_ascii=False).encode())


def _describe(decision: Decision, outcome: Outcome | None) -> dict[str, Any]:
    unit = decision.unit
    described = {"unit": unit.name, "page": unit.page, "notebook": unit.notebook, "key": unit.key}
    described |= {"reason": decision.reason}
    if outcome is None:
        return described | {"status": "stopped" if decision.runs else "unchanged"}
    return described | {
        "status": "failed" if outcome.failure else "ran",
        "failure": str(outcome.failure or ""),
        "seconds": round(outcome.seconds, 3),
        "cpu_seconds": outcome.cpu_seconds,
        "peak_mb": outcome.peak_mb,
        "host": outcome.host,
    }
