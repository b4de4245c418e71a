"""An IPython shell that is what a kernel has, but writes its messages to a connection.

The shell, its display hook and its display publisher are ipykernel's own: libraries that look at them
see a kernel, and outputs have the form that a kernel gives them. Only the session beneath is another.
"""

from __future__ import annotations

import builtins
import getpass
import io
import json
import os
import select
import socket
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any, cast

from jupyter_client.jsonutil import json_clean
from jupyter_client.session import Session

Send = Callable[[str, dict[str, Any]], None]
PIPE_BYTES = 65_536


class ForwardingSession(Session):
    """A Jupyter session without sockets: each message that ipykernel's hooks send goes to `forward`."""

    forward: Send = staticmethod(lambda _kind, _content: None)

    def send(  # type: ignore[override]  # what the hooks call; nothing is returned to them
        self, _socket: Any, message: Any, content: Any = None, *_rest: Any, **_more: Any
    ) -> None:
        """Hand over a message: a whole one, or its kind and content."""
        if isinstance(message, dict):
            message, content = message["header"]["msg_type"], message["content"]
        self.forward(message, content)


class Connection:
    """One notebook's messages, as lines of JSON on a socket."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._lock = threading.Lock()

    def send(self, kind: str, content: dict[str, Any]) -> None:
        """Send one message; threads of a notebook may show things, too."""
        try:
            line = json.dumps([kind, content], default=str, allow_nan=False)
        except ValueError:  # NaN is no JSON; Jupyter, too, cleans only where it must
            line = json.dumps([kind, json_clean(content)], default=str)
        with self._lock:
            self._channel.sendall(f"{line}\n".encode())


class Stream(io.TextIOBase):
    """sys.stdout or sys.stderr of a notebook: text is kept until it is flushed, then sent as one message."""

    encoding = "UTF-8"
    errors = "strict"

    def __init__(self, name: str, send: Send, descriptor: int) -> None:
        super().__init__()
        self.name = name
        self.drain: Callable[[], None] = lambda: None
        self._send, self._descriptor, self._process = send, descriptor, os.getpid()
        self._text: list[str] = []
        self._size = 0
        self._lock = threading.RLock()

    def write(self, text: str) -> int:
        """Keep text, behind what others have written to the descriptor before."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if os.getpid() != self._process:  # a process that the notebook has forked
            os.write(self._descriptor, text.encode())
            return len(text)
        self.drain()
        self.keep(text)
        return len(text)

    def keep(self, text: str) -> None:
        """Keep text until it is flushed; a large amount is sent at once."""
        with self._lock:
            self._text.append(text)
            self._size += len(text)
            if self._size >= PIPE_BYTES:
                self.flush()

    def flush(self) -> None:
        """Send what has been kept."""
        with self._lock:
            text, self._text, self._size = "".join(self._text), [], 0
            if text:
                self._send("stream", {"name": self.name, "text": text})

    def writelines(self, lines: Iterable[str]) -> None:  # type: ignore[override]  # text is all it takes
        """Keep several pieces of text."""
        for line in lines:
            self.write(line)

    def fileno(self) -> int:
        """Return the descriptor that subprocesses write to; it is read as well."""
        return self._descriptor

    def isatty(self) -> bool:
        """No terminal."""
        return False

    def writable(self) -> bool:
        """Text can be written."""
        return True

    def readable(self) -> bool:
        """Nothing can be read."""
        return False


class DescriptorReader:
    """What subprocesses and libraries written in C write to descriptors 1 and 2, as text of the streams."""

    def __init__(self, streams: Iterable[Stream]) -> None:
        self._lock = threading.Lock()
        self._streams: dict[int, Stream] = {}
        for stream in streams:
            read, write = os.pipe()
            os.dup2(write, stream.fileno())
            os.close(write)
            os.set_blocking(read, False)
            self._streams[read] = stream
            stream.drain = self.drain
        threading.Thread(target=self._watch, daemon=True, name="descriptors").start()

    def drain(self) -> None:
        """Read all that has been written so far."""
        with self._lock:
            for descriptor, stream in self._streams.items():
                while piece := _read(descriptor):
                    stream.keep(piece.decode("utf-8", "replace"))

    def _watch(self) -> None:
        while True:
            select.select(list(self._streams), [], [])
            self.drain()


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, PIPE_BYTES)
    except BlockingIOError:
        return b""


def make_shell() -> Any:
    """Make the shell, before any library is imported that asks whether it runs in a kernel."""
    from types import SimpleNamespace

    from ipykernel.compiler import XCachingCompiler
    from ipykernel.zmqshell import ZMQInteractiveShell
    from IPython.core.history import HistoryManager

    HistoryManager.enabled = False  # type: ignore[assignment]  # it would write a file, and start a thread
    session = ForwardingSession()
    shell: Any = ZMQInteractiveShell.instance(user_ns=None, compiler_class=XCachingCompiler)
    shell.displayhook.session = shell.display_pub.session = session
    shell.kernel = SimpleNamespace(eventloop=None)
    shell.session = session
    return shell


def connect_shell(shell: Any, connection: Connection) -> DescriptorReader:
    """Let everything that the shell shows go to a connection; returns what reads descriptors 1 and 2."""
    shell.session.forward = connection.send
    streams = [Stream("stdout", connection.send, 1), Stream("stderr", connection.send, 2)]
    sys.stdout, sys.stderr = cast("list[Any]", streams)
    builtins.input = _refuse("raw_input")
    getpass.getpass = _refuse("getpass")
    return DescriptorReader(streams)


def _refuse(name: str) -> Callable[..., str]:
    """Make what asks for input say that nobody is there, as a kernel does."""

    def refuse(*_args: Any, **_kwargs: Any) -> str:
        from IPython.core.error import StdinNotImplementedError

        raise StdinNotImplementedError(
            f"{name} was called, but this frontend does not support input requests."
        )

    return refuse
