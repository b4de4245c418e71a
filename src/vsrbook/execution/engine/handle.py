"""Start the parent, and talk to it and to the notebooks that run in its forks."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vsrbook.execution.engine.limits import Limits

START = "from vsrbook.execution.engine.parent import main; main({descriptor})"
# Libraries that start threads when they are imported are told not to: a process with threads cannot be forked
ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "PYTHONHASHSEED": "0",
}
MESSAGE_BYTES = 1 << 20
RECEIVE_BYTES = 1 << 18
MEGABYTE = 1_000_000
CLOSING_SECONDS = 5.0


class ParentError(RuntimeError):
    """The parent cannot fork, or is gone."""


class NoParentError(ParentError):
    """There can be no parent here: it does not start, or could not be forked safely."""


class OutputLimitError(RuntimeError):
    """A notebook has shown more than it may."""


class NotebookTimeoutError(TimeoutError):
    """A notebook has taken longer than it may."""


@dataclass
class Ending:
    """How a fork ended: its exit status (negative: the signal), CPU seconds, peak memory in MB."""

    status: int
    cpu_seconds: float = 0.0
    peak_mb: float = 0.0

    @property
    def words(self) -> str:
        """The status in words."""
        if self.status >= 0:
            return f"the process ended itself with status {self.status}"
        name = signal.Signals(-self.status).name
        causes = {
            "SIGKILL": "killed by the system: out of memory, or ended from outside",
            "SIGSEGV": "segmentation fault: a library written in C failed",
            "SIGABRT": "a library written in C gave up, perhaps for want of memory",
            "SIGBUS": "a file that it had mapped into memory has changed",
        }
        return f"{name} ({causes[name]})" if name in causes else name


class Parent:
    """The warm parent of this process; several threads may run notebooks in it at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs = 0
        self._news: dict[int, dict[str, Any]] = {}
        self._changed = threading.Condition()
        self._gone = False
        self._scratch = tempfile.TemporaryDirectory(prefix="vsrbook-ipython-")
        mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control = mine
        log = Path(self._scratch.name) / "log"
        with theirs, log.open("wb") as errors:
            self.process = subprocess.Popen(  # noqa: S603  # this Python, these words
                [sys.executable, "-P", "-c", START.format(descriptor=theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env={**os.environ, **ONE_THREAD, "IPYTHONDIR": self._scratch.name},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                start_new_session=True,
            )
        hello = self._control.recv(MESSAGE_BYTES)
        if not hello:
            self.process.wait()
            said = log.read_text("utf-8", "replace").strip().splitlines() or ["it said nothing"]
            raise NoParentError(f"the parent process of the notebooks did not start: {said[-1]}")
        self.hello: dict[str, Any] = json.loads(hello)
        if self.hello["threads"] != 1:
            self.close()
            raise NoParentError("a library starts threads when it is imported: to fork would not be safe")
        threading.Thread(target=self._listen, daemon=True, name="vsrbook-parent").start()

    @property
    def alive(self) -> bool:
        """Whether notebooks can be run in it."""
        return not self._gone

    def close(self) -> None:
        """End the parent, and with it everything that runs in its forks."""
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        self.process.kill()
        self.process.wait()
        self._scratch.cleanup()

    @contextmanager
    def fork(self, folder: str, environment: dict[str, str], limits: Limits) -> Iterator[Fork]:
        """Give a fork for one notebook; it is ended, with all that it has started, when the block is left."""
        mine, theirs = socket.socketpair()
        setup = {"folder": folder, "memory_mb": limits.memory_mb, "environment": environment}
        with theirs:
            job = self._ask(theirs.fileno())
        with mine:
            started = self._wait_for(job, "started")
            if started["started"] is None:
                raise ParentError(f"the system gives no process: {started['error']}")
            fork = Fork(self, job, started["started"], mine, limits)
            try:
                with contextlib.suppress(OSError):  # it has died already: the first cell will find out
                    mine.sendall(json.dumps(setup).encode() + b"\n")
                yield fork
            finally:
                fork.end()

    def kill(self, job: int) -> None:
        """End a fork at once."""
        with contextlib.suppress(OSError):
            self._control.sendall(json.dumps({"do": "kill", "job": job}).encode())

    def ending(self, job: int, pid: int, seconds: float | None = None) -> Ending:
        """Wait until a fork has ended, and say how.

        Raises TimeoutError after `seconds`, ParentError where the parent died before it.
        """
        try:
            news = self._wait_for(job, "ended", seconds)
        except ParentError:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)  # what the notebook has started would stay behind
            raise
        self._news.pop(job)
        return Ending(news["ended"], news["cpu_seconds"], news["peak_mb"])

    def _ask(self, descriptor: int) -> int:
        with self._lock:
            self._jobs += 1
            job = self._jobs
            self._news[job] = {}
            try:
                socket.send_fds(
                    self._control, [json.dumps({"do": "fork", "job": job}).encode()], [descriptor]
                )
            except OSError as error:
                raise ParentError("the parent process of the notebooks has died") from error
        return job

    def _listen(self) -> None:
        while True:
            try:
                message = self._control.recv(MESSAGE_BYTES)
            except OSError:
                message = b""
            with self._changed:
                if message:
                    news = json.loads(message)
                    self._news.get(news["job"], {}).update(news)
                else:
                    self._gone = True
                self._changed.notify_all()
            if not message:
                return

    def _wait_for(self, job: int, word: str, seconds: float | None = None) -> dict[str, Any]:
        with self._changed:
            heard = self._changed.wait_for(lambda: word in self._news[job] or self._gone, seconds)
            if not heard:
                raise TimeoutError
            if word not in self._news[job]:
                raise ParentError("the parent process of the notebooks has died")
            return self._news[job]


class Fork:
    """One notebook's process: cells go in, messages come out."""

    def __init__(self, parent: Parent, job: int, pid: int, channel: socket.socket, limits: Limits) -> None:
        self._parent, self._job, self._pid = parent, job, pid
        self._channel = channel
        self._rest = b""
        self._received = 0
        self._most = limits.output_mb * MEGABYTE if limits.output_mb else float("inf")
        self._limits = limits
        self._deadline = time.monotonic() + (limits.notebook_seconds or float("inf"))
        self.ending: Ending | None = None

    def run(self, source: str, seconds: float | None) -> Iterator[tuple[str, dict[str, Any]]]:
        """Run a cell; yields (kind, content) of each message, the reply last.

        Raises TimeoutError after `seconds`, NotebookTimeoutError, OutputLimitError, and EOFError where the
        process ends before it has replied.
        """
        until = time.monotonic() + (seconds or float("inf"))
        try:
            self._channel.sendall(json.dumps({"source": source}).encode() + b"\n")
        except OSError as error:
            raise EOFError from error
        while True:
            kind, content = self._next(until)
            yield kind, content
            if kind == "reply":
                return

    def _next(self, until: float) -> tuple[str, dict[str, Any]]:
        pieces = [self._rest]
        while b"\n" not in pieces[-1]:
            self._wait(until)
            piece = self._receive()
            if not piece:
                raise EOFError
            self._received += len(piece)
            if self._received > self._most:
                raise OutputLimitError(f"more than {self._limits.output_mb:g} MB of output")
            pieces.append(piece)
        line, self._rest = b"".join(pieces).split(b"\n", 1)
        kind, content = json.loads(line)
        return kind, content

    def _receive(self) -> bytes:
        try:
            return self._channel.recv(RECEIVE_BYTES)
        except ConnectionResetError:
            return b""

    def _wait(self, until: float) -> None:
        left = min(until, self._deadline) - time.monotonic()
        if left > 0 and select.select([self._channel], [], [], min(left, threading.TIMEOUT_MAX))[0]:
            return
        if time.monotonic() >= self._deadline:
            raise NotebookTimeoutError(f"longer than {self._limits.notebook_seconds:g} seconds")
        raise TimeoutError

    def end(self) -> Ending | None:
        """End the process, and wait until it is gone; None where the parent is gone, too."""
        if self.ending is None:
            self._parent.kill(self._job)
            self._wait_for_end()
        return self.ending

    def wait(self) -> Ending:
        """Wait for a process that ends by itself, and say how; one that only closed its socket is ended."""
        try:
            self._wait_for_end(CLOSING_SECONDS)
        except TimeoutError:
            self.end()
        return self.ending or Ending(-signal.SIGKILL)

    def _wait_for_end(self, seconds: float | None = None) -> None:
        with contextlib.suppress(ParentError):
            self.ending = self._parent.ending(self._job, self._pid, seconds)


_lock = threading.Lock()
_parent: Parent | None = None


def get_parent() -> Parent:
    """Return the parent of this process; starts one where there is none, or where it has died."""
    global _parent  # noqa: PLW0603  # one for each process, as long as it lives
    with _lock:
        if _parent is None or not _parent.alive:
            if _parent is None:
                atexit.register(close_parent)
            else:
                _parent.close()
            _parent = Parent()
        return _parent


def close_parent() -> None:
    """End the parent of this process, where there is one."""
    global _parent  # noqa: PLW0603
    with _lock:
        if _parent is not None:
            _parent.close()
            _parent = None
