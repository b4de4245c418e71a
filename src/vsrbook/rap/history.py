"""Ask git what it has recorded of a folder; nothing of the folder is run, nothing is fetched or written."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

TIMEOUT = 20  # seconds for one question to git
MOST = 20_000  # file names that are kept of an answer
# Settings of a repository that name programs which git would start while it answers, set to nothing.
QUIET = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "log.showSignature": "false",
    "status.submoduleSummary": "false",
    "core.quotePath": "false",
}
OLDEST = (2, 31)  # the first git that takes settings from GIT_CONFIG_COUNT
MOST_FILTERS = 200
FREE = {  # no pager, no prompt, no lock, and no host: a repository can ask for a fetch of what it lacks
    "GIT_PAGER": "cat",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "LC_ALL": "C",
}


@dataclass(frozen=True)
class History:
    """What git says about a folder, or in `reason` why it says nothing (`absent`: no repository at all)."""

    reason: str = ""
    absent: bool = False
    commits: int = 0
    head: str = ""
    first: str = ""
    last: str = ""
    authors: int = 0
    tags: tuple[str, ...] = ()
    remotes: tuple[str, ...] = ()
    tracked: frozenset[str] = frozenset()
    others: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        """Whether git has answered."""
        return not self.reason


def read_history(root: Path) -> History:
    """Ask git about a folder; where it cannot be asked, the reason stands in its place."""
    if not any((folder / ".git").exists() for folder in (root.resolve(), *root.resolve().parents)):
        return History(reason="no .git here or above: nothing has been recorded", absent=True)
    program = find_git(root)
    if program is None:
        return History(reason="the program git is not on this machine, so its record cannot be read")
    git = _Git(program, root)
    try:
        return _ask(git)
    except _GitError as error:
        return History(reason=f"git does not answer: {error}")


def find_git(root: Path) -> str | None:
    """Find git on the path, but never in the folder that is assessed."""
    found = shutil.which("git")
    if found is None or Path(found).resolve().is_relative_to(root.resolve()):
        return None
    return found


def _ask(git: _Git) -> History:
    git.check_version()
    git.silence_filters()
    tracked = frozenset(_split(git.ask("ls-files", "-z", "--", ".")))
    others = tuple(_split(git.ask("ls-files", "-z", "--others", "--exclude-standard", "--", ".")))
    remotes = tuple(_read_remotes(git.try_ask("config", "-z", "--get-regexp", r"^remote\..*\.url$")))
    known = History(tracked=tracked, others=others, remotes=remotes)
    if not git.try_ask("rev-parse", "--verify", "--quiet", "HEAD^{commit}"):
        return known
    log = git.ask("log", "--format=%h %cs %ae", "--", ".").splitlines()
    entries = [line.split(" ", 2) for line in log if line.count(" ") >= 2]
    status = git.ask("status", "--porcelain=v1", "-z", "--ignore-submodules=all", "--", ".")
    return replace(
        known,
        commits=len(entries),
        head=git.ask("rev-parse", "--short", "HEAD").strip(),
        first=entries[-1][1] if entries else "",
        last=entries[0][1] if entries else "",
        authors=len({entry[2].casefold() for entry in entries}),
        tags=tuple(git.ask("tag", "--list").split()[:MOST]),
        changed=tuple(_read_status(status)),
    )


def _split(answer: str) -> list[str]:
    return [name for name in answer.split("\0") if name][:MOST]


def _read_status(answer: str) -> Iterable[str]:
    """Yield the names in `git status --porcelain -z`; after a renamed file follows its old name."""
    fields = iter(_split(answer))
    for entry in fields:
        yield entry[3:]
        if entry[:1] in "RC":
            next(fields, None)


def _read_remotes(answer: str) -> Iterable[str]:
    """Yield the addresses of remotes: `git config -z` parts key and value by a line break."""
    for entry in _split(answer):
        yield entry.partition("\n")[2]


def find_address(remote: str) -> str:
    """Return "host/path" of a remote that lies on a public host, else "". Passwords and ports are left out.

    A folder, an address of this machine, a number or a name without a domain is no place for others.
    """
    remote = remote.strip()
    short = re.fullmatch(r"(?:[\w.-]+@)?([\w.-]+):(?!/)(.+)", remote)
    try:
        parts = urlsplit(remote)
        host, path = (short[1], short[2]) if short and "://" not in remote else (parts.hostname, parts.path)
    except ValueError:
        return ""
    host, path = (host or "").casefold(), re.sub(r"(\.git)?/*$", "", path.strip("/"))
    private = not re.fullmatch(r"([a-z0-9-]+\.)+[a-z]{2,}", host) or host.endswith(
        (".local", ".internal", ".lan", ".localhost", ".localdomain", ".intranet", ".corp", ".home")
    )
    return "" if private or not path else f"{host}/{path}"


class _GitError(Exception):
    """Git has failed, or taken too long."""


class _Git:
    """The program git in one folder, with everything switched off that would start another program."""

    def __init__(self, program: str, root: Path) -> None:
        self._program, self._root = program, root
        self._settings = dict(QUIET)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        self._environment = {**kept, **FREE}

    def silence_filters(self) -> None:
        """Empty every filter that is configured: `git status` would run it on files that have changed."""
        names = self.try_ask("config", "-z", "--name-only", "--get-regexp", r"^filter\.")
        drivers = {name.rpartition(".")[0] for name in names.split("\0") if name}
        if len(drivers) > MOST_FILTERS:
            raise _GitError(f"more than {MOST_FILTERS} filters are configured")
        for driver in drivers:
            self._settings |= {f"{driver}.clean": "", f"{driver}.process": "", f"{driver}.required": "false"}

    def check_version(self) -> None:
        """Refuse a git that does not take settings from its environment, and so could not be silenced."""
        found = re.search(r"(\d+)\.(\d+)", self.ask("version"))
        if found is None or (int(found[1]), int(found[2])) < OLDEST:
            raise _GitError(
                f"it is older than {OLDEST[0]}.{OLDEST[1]}, and could start programs of the folder"
            )

    def _list_settings(self) -> dict[str, str]:
        """Write the settings as environment: on the command line, git parts name and value at the first "="."""
        listed = {"GIT_CONFIG_COUNT": str(len(self._settings))}
        for number, (name, value) in enumerate(self._settings.items()):
            listed |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
        return listed

    def try_ask(self, *arguments: str) -> str:
        """Ask; where git says no, the answer is empty."""
        try:
            return self.ask(*arguments)
        except _GitError:
            return ""

    def ask(self, *arguments: str) -> str:
        """Return git's answer. Raises _GitError with its last line where it fails."""
        command = [self._program, "--no-pager", "--no-optional-locks", *arguments]
        try:
            done = subprocess.run(  # noqa: S603  # git itself, found outside of the folder, with our arguments
                command,
                cwd=self._root,
                env=self._environment | self._list_settings(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=TIMEOUT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise _GitError(f"not within {TIMEOUT} seconds") from None
        except OSError as error:
            raise _GitError(error.strerror or "it cannot be started") from None
        if done.returncode:
            lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise _GitError(" ".join(lines[0].split())[:120] if lines else f"status {done.returncode}")
        return done.stdout.decode("utf-8", "replace")
