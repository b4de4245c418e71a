"""What a fork does: cut itself off from the parent, then run the cells that it is sent, one after another."""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import random
import resource
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from vsrbook.execution.engine.shell import Connection, connect_shell

DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
RECEIVE_BYTES = 65_536


def run_child(channel: socket.socket, shell: Any, parent: int) -> None:
    """Run one notebook, until the caller closes its end of the channel.

    The first line on it says where, with which environment and memory. What keeps the notebook from
    beginning is told on it.
    """
    connection = Connection(channel)
    try:
        job, rest = _read_job(channel)
        isolate(job, parent)
    except Exception as error:
        connection.send("fault", {"words": f"the notebook could not begin: {error}"})
        raise
    reader = connect_shell(shell, connection)
    asyncio.run(_serve_cells(shell, channel, connection, reader.drain, rest))


def _read_job(channel: socket.socket) -> tuple[dict[str, Any], bytes]:
    """Read the first line, and what has come behind it."""
    data = b""
    while b"\n" not in data:
        received = channel.recv(RECEIVE_BYTES)
        if not received:
            os._exit(0)  # the caller has changed its mind
        data += received
    line, rest = data.split(b"\n", 1)
    return json.loads(line), rest


def isolate(job: dict[str, Any], parent: int) -> None:
    """Take on a session, an environment, a directory, limits and random numbers of its own."""
    os.setsid()
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)  # the parent died before that was asked for
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    _limit_memory(job.get("memory_mb"))
    _take_environment(job["environment"])
    os.chdir(job["folder"])
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()


def _take_environment(wanted: dict[str, str]) -> None:
    """Set what differs: the parent has most of it already."""
    for name in os.environ.keys() - wanted.keys():
        del os.environ[name]
    for name, value in wanted.items():
        if os.environ.get(name) != value:
            os.environ[name] = value
    added = os.environ.get("PYTHONPATH", "").split(os.pathsep)  # a new Python would look there, too
    sys.path += [folder for folder in added if folder and folder not in sys.path]


def _limit_memory(megabytes: int | None) -> None:
    """Limit what is added to the memory at hand; let the system, where short, end this process first."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    Path("/proc/self/oom_score_adj").write_text("1000", "ascii")
    if megabytes:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        most = pages * resource.getpagesize() + megabytes * 1024 * 1024
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


async def _serve_cells(
    shell: Any, channel: socket.socket, connection: Connection, drain: Any, lines: bytes
) -> None:
    shell.init_environment()
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    while True:
        while b"\n" in lines:
            line, lines = lines.split(b"\n", 1)
            connection.send("reply", await _run_cell(shell, json.loads(line)["source"], drain))
        await _readable(channel)
        received = channel.recv(RECEIVE_BYTES)
        if not received:
            return
        lines += received


async def _readable(channel: socket.socket) -> None:
    """Wait for the next cell while tasks of the notebook go on."""
    loop = asyncio.get_running_loop()
    ready = loop.create_future()

    def tell() -> None:
        loop.remove_reader(channel)
        ready.set_result(None)

    loop.add_reader(channel, tell)
    await ready


async def _run_cell(shell: Any, source: str, drain: Any) -> dict[str, Any]:
    """Run one cell as ipykernel does; returns the content of its reply."""
    transformed, failed = source, None
    try:
        transformed = shell.transform_cell(source)
    except Exception:  # noqa: BLE001  # run_cell_async shows it
        failed = sys.exc_info()
    if shell.should_run_async(source, transformed_cell=transformed, preprocessing_exc_tuple=failed):
        result = await shell.run_cell_async(
            source, store_history=True, transformed_cell=transformed, preprocessing_exc_tuple=failed
        )
    else:
        result = shell.run_cell(source, store_history=True)
    drain()
    sys.stdout.flush()
    sys.stderr.flush()
    reply: dict[str, Any] = {"execution_count": shell.execution_count - 1, "status": "ok"}
    error = result.error_before_exec or result.error_in_exec
    if error is not None:
        traceback = shell._last_traceback or []  # as ipykernel's reply
        reply |= {
            "status": "error",
            "ename": type(error).__name__,
            "evalue": str(error),
            "traceback": traceback,
        }
    shell.payload_manager.clear_payload()
    return reply
