"""The parent process: it has everything imported, has one thread, and forks once for each notebook.

It runs no notebook itself and sees none of their contents: a fork is given the socket on which it talks
to the caller. It forks, ends on request, reaps, and says how each fork ended. When the caller is gone,
it ends all forks and itself.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import select
import shutil
import signal
import socket
import traceback
from pathlib import Path
from typing import Any

from vsrbook.execution.engine.child import run_child

ADOPT_ORPHANS = 36  # PR_SET_CHILD_SUBREAPER of prctl(2)
MESSAGE_BYTES = 1 << 20
FAILED_TO_START = 70


def main(descriptor: int) -> None:
    """Import, warm up, say so, and serve until the caller closes its end of the socket."""
    from vsrbook.execution.engine.preload import preload
    from vsrbook.execution.engine.shell import make_shell

    control = socket.socket(fileno=descriptor)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the caller, who closes the socket then
    shell = make_shell()
    faults = preload(shell)
    threads = len(list(Path("/proc/self/task").iterdir()))
    language = _language_info()
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)  # what is free need not be copied
    gc.freeze()  # else the first collection in a fork would copy every page
    hello = {"pid": os.getpid(), "threads": threads, "faults": faults, "language_info": language}
    control.sendall(json.dumps(hello).encode())
    if threads == 1:
        _Parent(control, shell).serve()


def _language_info() -> dict[str, Any]:
    from ipykernel.ipkernel import IPythonKernel

    return dict(IPythonKernel.language_info)


class _Parent:
    """Serves one caller over a socket of packets."""

    def __init__(self, control: socket.socket, shell: Any) -> None:
        self.control = control
        self.shell = shell
        self.pid = os.getpid()
        self.forks: dict[int, int] = {}  # process -> job
        self.awake, self._wake = os.pipe()
        for end in (self.awake, self._wake):
            os.set_blocking(end, False)
        ctypes.CDLL(None).prctl(ADOPT_ORPHANS, 1)
        signal.set_wakeup_fd(self._wake)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def serve(self) -> None:
        control = self.control.fileno()
        while True:
            ready, _, _ = select.select([control, self.awake], [], [])
            if self.awake in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(self.awake, 4096)
            self._reap()
            if control in ready and not self._answer():
                self._end_all()
                shutil.rmtree(os.environ["IPYTHONDIR"], ignore_errors=True)
                return

    def _answer(self) -> bool:
        """Do what the caller asks for; False when it is gone."""
        try:
            data, descriptors, _, _ = socket.recv_fds(self.control, MESSAGE_BYTES, 1)
        except ConnectionResetError:
            return False
        if not data:
            return False
        request = json.loads(data)
        if request["do"] == "kill":
            for pid, job in self.forks.items():
                if job == request["job"]:
                    _kill_group(pid)
        else:
            self._fork(request["job"], descriptors[0])
        return True

    def _fork(self, job: int, descriptor: int) -> None:
        try:
            pid = os.fork()
        except OSError as error:  # no process or memory left
            os.close(descriptor)
            self._say(job, started=None, error=error.strerror or str(error))
            return
        if pid == 0:
            self._become_child(descriptor)
        os.close(descriptor)
        self.forks[pid] = job
        self._say(job, started=pid)

    def _become_child(self, descriptor: int) -> None:
        status = FAILED_TO_START
        try:
            self.control.close()
            os.close(self.awake)
            signal.set_wakeup_fd(-1)
            os.close(self._wake)
            run_child(socket.socket(fileno=descriptor), self.shell, self.pid)
            status = 0
        except BaseException:  # noqa: BLE001  # whatever it is, this process must not go on as a parent
            traceback.print_exc()
        finally:
            os._exit(status)

    def _reap(self) -> None:
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            job = self.forks.pop(pid, None)
            if job is not None:
                _kill_group(pid)
            if not self.forks:
                _kill_children()  # also what a notebook's own processes have left behind
            if job is None:
                continue
            cpu, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
            self._say(job, ended=os.waitstatus_to_exitcode(status), cpu_seconds=cpu, peak_mb=peak)

    def _say(self, job: int, **words: Any) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.control.sendall(json.dumps({"job": job, **words}).encode())

    def _end_all(self) -> None:
        """End everything: what has been killed hands its own children over, so look again until none is left."""
        for pid in self.forks:
            _kill_group(pid)
        with contextlib.suppress(ChildProcessError):
            while True:
                _kill_children()
                os.wait4(-1, 0)


def _kill_group(leader: int) -> None:
    """Kill a notebook's process and those that it has started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def _kill_children() -> None:
    """Kill what notebooks have left behind in sessions of its own."""
    for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text("ascii").split():
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)
