"""Bring a newer kit into a project without touching what was edited there: three versions of each file."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import vsrbook
from vsrbook.files import write_whole
from vsrbook.kit.base import FOLDER, PLACE, Base, is_older, pack_base, read_base
from vsrbook.kit.finding import read_kit
from vsrbook.kit.rendering import render_kit
from vsrbook.kit.versions import describe_change, is_same, merge_file
from vsrbook.problems import Problem, ReviewError, count_noun, list_some, suggest
from vsrbook.project import Project

CONFLICTS = f"{FOLDER}/conflicts"
Action = Literal["add", "update", "merge", "remove", "keep", "conflict"]
DONE = {"add": "added", "update": "updated", "merge": "merged", "remove": "removed"}


@dataclass(frozen=True)
class Step:
    """What becomes of one file: `data` is what is written; `places` say where it conflicts."""

    name: str
    action: Action
    data: bytes | None = None
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class Upgrade:
    """What an upgrade does to a project: a step for each file that is another than the kit's."""

    project: Project
    before: Base
    after: Base  # what the next upgrade starts from: the new kit, but for files in conflict
    new: Base
    steps: tuple[Step, ...]

    def named(self, action: Action) -> list[str]:
        """Name the files to which this happens."""
        return [step.name for step in self.steps if step.action == action]

    @property
    def changes(self) -> bool:
        """Whether there is anything new, or still to be settled."""
        return self.after != self.before or any(step.action != "keep" for step in self.steps)


def plan_upgrade(project: Project, take: Collection[str] = (), keep: Collection[str] = ()) -> Upgrade:
    """Compare each file of the kit as it was, as it is in the project, and as it is now; writes nothing.

    Files in `take` are settled with the kit's version, those in `keep` with the project's. Raises
    ReviewError where the project was made by a newer toolkit, its base is not sound, a file to be settled
    is in no conflict, or a file to be written lies behind a link.
    """
    before = read_base(project.root)
    if is_older(vsrbook.__version__, before.version):
        what = f"was made by vsrbook {before.version}, this is {vsrbook.__version__}"
        raise ReviewError([Problem(PLACE, what, "install that version, or a newer one")])
    slugs = {*project.slugs(), before.facts.slug}
    new = Base(
        vsrbook.__version__, before.facts, render_kit(read_kit(), before.facts, slugs, vsrbook.__version__)
    )
    names = sorted(before.files.keys() | new.files.keys())
    found = (_decide(project.root, name, before.files.get(name), new.files.get(name)) for name in names)
    steps = _settle([step for step in found if step], new, take, keep)
    _refuse_links(project.root, steps)
    unsettled = {step.name for step in steps if step.action == "conflict"}
    files = {name: data for name, data in new.files.items() if name not in unsettled}
    files |= {name: before.files[name] for name in unsettled & before.files.keys()}
    after = Base(vsrbook.__version__, before.facts, dict(sorted(files.items())))
    return Upgrade(project, before, after, new, tuple(steps))


def _decide(root: Path, name: str, before: bytes | None, new: bytes | None) -> Step | None:
    """Say what becomes of a file; None where it is as it should be."""
    ours = _read(root, name)
    if ours is None:
        return Step(name, "add", new) if before is None else None  # deleted here: it stays so
    if new is not None and is_same(name, ours, new):
        return None
    if before is not None and is_same(name, ours, before):
        return Step(name, "remove") if new is None else Step(name, "update", new)
    if new is None or new == before:
        return Step(name, "keep")
    return _merge(name, before, ours, new)


def _merge(name: str, before: bytes | None, ours: bytes, new: bytes) -> Step:
    """Merge what both sides have changed, where that can be done."""
    if before is None:
        return Step(name, "conflict", places=("it is new there, and another file here has its name",))
    merged = merge_file(name, before, ours, new)
    if merged.conflicts:
        return Step(name, "conflict", places=merged.conflicts)
    return Step(name, "keep") if merged.data == ours else Step(name, "merge", merged.data)


def _read(root: Path, name: str) -> bytes | None:
    try:
        return (root / name).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        hint = "move away what stands there, or let it be read"
        raise ReviewError([Problem(name, f"cannot be read: {error.strerror}", hint)]) from None


def _settle(steps: list[Step], new: Base, take: Collection[str], keep: Collection[str]) -> list[Step]:
    """Turn conflicts that the user has decided into steps."""
    known = [step.name for step in steps if step.action == "conflict"]
    problems = []
    for name in [*take, *keep]:
        if name not in known:
            listed = f"in conflict: {list_some(known)}" if known else "no file is in conflict"
            problems.append(Problem(name, "is in no conflict", suggest(name, known, listed)))
    problems += [
        Problem(name, "is to be taken and kept", "say one of them") for name in set(take) & set(keep)
    ]
    if problems:
        raise ReviewError(problems)
    decided = {name: Step(name, "update", new.files[name]) for name in take}
    decided |= {name: Step(name, "keep") for name in keep}
    return [decided.get(step.name, step) for step in steps]


def _refuse_links(root: Path, steps: Iterable[Step]) -> None:
    """Refuse to write or remove what does not lie in the project itself."""
    written = [step.name for step in steps if step.action in ("add", "update", "merge", "remove")]
    problems = []
    for name in [*written, PLACE, f"{CONFLICTS}/x"]:
        path = root / name
        behind = [part for part in (path, *path.parents) if part != root and root in part.parents]
        if any(part.is_symlink() for part in behind):
            problems.append(Problem(name, "is a link, or lies behind one", "put the real file in its place"))
    if problems:
        raise ReviewError(problems)


def apply_upgrade(upgrade: Upgrade) -> None:
    """Write what was planned, each file whole; the base comes last, so that it can be run again after a crash.

    Raises ReviewError where a file cannot be written.
    """
    root, place = upgrade.project.root, PLACE
    try:
        _write_conflicts(upgrade)
        for step in upgrade.steps:
            place = step.name
            if step.data is not None:
                write_whole(root / place, step.data)
            elif step.action == "remove":
                (root / place).unlink()
        place = PLACE
        packed = pack_base(upgrade.after)
        if _read(root, PLACE) != packed:
            write_whole(root / PLACE, packed)
    except OSError as error:
        hint = "mend that, then run vsrbook upgrade again: it goes on from here"
        raise ReviewError([Problem(place, f"cannot be written: {error.strerror}", hint)]) from None


def _write_conflicts(upgrade: Upgrade) -> None:
    """Put beside the project what is in conflict: the kit's version, and what has changed in it."""
    root, version = upgrade.project.root, upgrade.new.version
    shutil.rmtree(root / CONFLICTS, ignore_errors=True)
    for name in upgrade.named("conflict"):
        data, before = upgrade.new.files[name], upgrade.before.files.get(name)
        labels = (
            f"vsrbook {upgrade.before.version}" if before is not None else "yours",
            f"vsrbook {version}",
        )
        old = before if before is not None else (root / name).read_bytes()
        write_whole(root / CONFLICTS / name, data)
        change = describe_change(name, old, data, labels)
        write_whole(root / CONFLICTS / f"{name}.diff", change.encode())


def describe_upgrade(upgrade: Upgrade, *, dry_run: bool = False) -> list[str]:
    """Say what happens to which file, from which version to which."""
    before, new = upgrade.before.version, upgrade.new.version
    if not upgrade.changes:
        return [f"Nothing new: the project is as vsrbook {new} brings it, but for what you have changed."]
    done = "would be " if dry_run else ""
    lines = [f"{done}{DONE[step.action]} {step.name}" for step in upgrade.steps if step.action in DONE]
    kept, open_ = len(upgrade.named("keep")), len(upgrade.named("conflict"))
    counts = [
        count_noun(len(lines), "file") + " changed",
        f"{kept} of yours kept",
        count_noun(open_, "conflict"),
    ]
    way = f"vsrbook {before}" if before == new else f"vsrbook {before} to {new}"
    return [*lines, f"{way}: {', '.join(counts)}." + (" Nothing is written." if dry_run else "")]


def describe_conflicts(upgrade: Upgrade) -> list[Problem]:
    """Say for each conflict which file, where, and how it is settled."""
    return [
        Problem(
            step.name,
            f"you have changed it, and so has vsrbook {upgrade.new.version}: {list_some(step.places)}",
            f"compare {CONFLICTS}/{step.name}.diff, then vsrbook upgrade --keep {step.name} (yours as it is) "
            f"or --take {step.name} (the new one)",
        )
        for step in upgrade.steps
        if step.action == "conflict"
    ]
