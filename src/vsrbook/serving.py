"""Serve the published book on this machine."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class _QuietHandler(SimpleHTTPRequestHandler):
    """Serves files without a line for each request."""

    def log_message(self, format: str, *args: object) -> None:  # the library's name
        """Say nothing."""


def make_server(site: Path, port: int) -> ThreadingHTTPServer:
    """Return a server for the folder, reachable from this machine only. Port 0 takes any free one."""
    return ThreadingHTTPServer(("127.0.0.1", port), partial(_QuietHandler, directory=str(site)))


def serve_site(site: Path, port: int, say: Callable[[str], None]) -> None:
    """Serve the folder until Ctrl-C. Raises OSError where the port cannot be used."""
    with make_server(site, port) as server:
        say(f"http://127.0.0.1:{server.server_port}/")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return
