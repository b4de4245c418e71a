"""Find the commands that a project writes down: in its README, its Makefile and its workflows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from vsrbook.rap.folder import Folder

RUN = re.compile(r"\bvsrbook(?:\.exe|\.cli)?\s+(?:-\S+\s+)*run\b")
BUILD = re.compile(r"\bvsrbook(?:\.exe|\.cli)?\s+(?:-\S+\s+)*build\b")
CHECK = re.compile(r"\bvsrbook(?:\.exe|\.cli)?\s+(?:-\S+\s+)*check\b")
INSTALL = re.compile(
    r"\b(?:pip|pipx|uv|poetry|pdm|pixi)\s+(?:pip\s+)?(?:install|sync)\b|\b(?:conda|mamba)\s+env\s+create\b"
)
TEST = re.compile(r"\bpytest\b|\bunittest\b|\btox\b|\bnox\b|--nbval\b|\btestthat\b")
MAKE = re.compile(r"\bmake((?:[ \t]+[a-z][\w-]*)+)")
TARGET = re.compile(r"^([\w./$(){}-]+)\s*:(?!=)\s*([^#\n]*)")


@dataclass(frozen=True)
class Job:
    """One workflow of a forge: the events that start it, and the commands it runs."""

    file: str
    events: tuple[str, ...]
    commands: str


def read_commands(folder: Folder, name: str) -> str:
    """Return the blocks of code in a text, with the recipes of the make targets they name.

    A command that is only mentioned in a sentence or a table is no step to follow.
    """
    text = folder.read(name)
    blocks = re.findall(r"^[ \t]*(?:```|~~~)[^\n]*\n(.*?)^[ \t]*(?:```|~~~)", text, re.DOTALL | re.MULTILINE)
    indented = re.findall(r"^(?: {4}|\t)(\S.*)$", text, re.MULTILINE) if not name.endswith(".md") else []
    return expand_make(folder, "\n".join([*map(_drop_comments, blocks), *indented]))


def expand_make(folder: Folder, commands: str) -> str:
    """Add to commands the recipes of the make targets that they name."""
    rules = read_makefile(folder)
    wanted = _find_targets(commands)
    if re.search(r"^\s*make\s*$", commands, re.MULTILINE) and rules:
        wanted.append(next(iter(rules)))
    recipes: dict[str, str] = {}
    while wanted:
        target = wanted.pop()
        if target in rules and target not in recipes:
            needs, recipes[target] = rules[target]
            wanted += [*needs, *_find_targets(recipes[target])]
    return "\n".join([commands, *recipes.values()])


def _find_targets(commands: str) -> list[str]:
    return [word for found in MAKE.findall(commands) for word in found.split()]


def read_makefile(folder: Folder) -> dict[str, tuple[list[str], str]]:
    """Return the targets of the Makefile: what each needs, and its recipe."""
    name = next((name for name in ("Makefile", "makefile", "GNUmakefile") if name in folder.files), "")
    rules: dict[str, tuple[list[str], str]] = {}
    target = ""
    for line in folder.read(name).splitlines() if name else ():
        found = TARGET.match(line)
        if found and not line.startswith("."):
            target = found[1]
            rules[target] = (found[2].split(), "")
        elif line.startswith("\t") and target:
            needs, recipe = rules[target]
            rules[target] = (needs, recipe + line.strip() + "\n")
    return rules


def _drop_comments(script: str) -> str:
    return "\n".join(re.sub(r"(^|\s)#.*", "", line) for line in script.splitlines())


def read_jobs(folder: Folder) -> list[Job]:
    """Return the workflows that a forge runs by itself: GitHub's, Forgejo's, Gitea's and GitLab's files."""
    jobs = []
    for place in (".github", ".forgejo", ".gitea"):
        for ending in ("yml", "yaml"):
            for name in folder.find(f"{place}/workflows/*.{ending}"):
                content = folder.read_yaml(name)
                events, commands = _events(content.get("on")), "\n".join(_github_steps(content))
                jobs.append(Job(name, events, expand_make(folder, _drop_comments(commands))))
    if ".gitlab-ci.yml" in folder.files:
        script = "\n".join(_gitlab_lines(folder.read_yaml(".gitlab-ci.yml")))
        jobs.append(Job(".gitlab-ci.yml", ("push",), expand_make(folder, _drop_comments(script))))
    return jobs


def _events(given: Any) -> tuple[str, ...]:
    if isinstance(given, str):
        return (given,)
    return tuple(str(one) for one in given) if isinstance(given, list | dict) else ()


def _github_steps(content: dict[str, Any]) -> Iterator[str]:
    """Yield what the jobs run; a job or step that is switched off, or may fail, is left out."""
    jobs = content.get("jobs")
    for job in jobs.values() if isinstance(jobs, dict) else ():
        steps = job.get("steps") if isinstance(job, dict) and not _is_idle(job) else None
        for step in steps if isinstance(steps, list) else ():
            if isinstance(step, dict) and not _is_idle(step):
                yield str(step.get("run") or "")


def _is_idle(part: dict[str, Any]) -> bool:
    never = str(part.get("if", "")).replace("$", "").strip("{} ").casefold() == "false"
    return never or part.get("continue-on-error") is True


def _gitlab_lines(content: dict[str, Any]) -> Iterator[str]:
    for job in content.values():
        if isinstance(job, dict) and job.get("when") not in ("manual", "never"):
            if job.get("allow_failure") is True:
                continue
            script = job.get("script")
            yield from map(str, script if isinstance(script, list) else [script or ""])


def find_other_automation(folder: Folder, *patterns: re.Pattern[str]) -> list[str]:
    """Return files of other services, and scripts for one, in which all these commands stand.

    What starts them is not read.
    """
    known = (
        *("Jenkinsfile", "azure-pipelines.yml", "bitbucket-pipelines.yml", ".travis.yml", "appveyor.yml"),
        *(".woodpecker.yml", ".drone.yml", ".circleci/config.yml"),
    )
    found = sorted([*(name for name in known if name in folder.files), *folder.under(".ci")])
    texts = {name: expand_make(folder, _drop_comments(folder.read(name))) for name in found}
    return [name for name, text in texts.items() if all(pattern.search(text) for pattern in patterns)]
