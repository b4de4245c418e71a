"""A Chromium, a local server and a watched page, for tests that look at the book as a reader does."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NoReturn

import pytest

ARGUMENTS = [
    "--no-sandbox",  # a container has no user namespaces for Chromium's own; the pages are ours
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str | None:
    """Find a Chromium: $VSRBOOK_CHROMIUM, or a usual name on the path."""
    named = os.environ.get("VSRBOOK_CHROMIUM")
    return named or next((found for name in NAMES if (found := shutil.which(name))), None)


def require_chromium() -> str:
    """Return the path of a Chromium; without one skip the test, but fail it where CI is set."""
    path = find_chromium()
    if path is None or not Path(path).exists():
        _do_without(f"no Chromium ({path or ', '.join(NAMES)}); set VSRBOOK_CHROMIUM to its path")
    return path


def _do_without(reason: str) -> NoReturn:
    """Skip on a user's machine; a CI machine that lacks something must not look green."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serve_folder(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine, and give its address (no slash at the end)."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def launch_chromium() -> Iterator[Any]:
    """Start a Chromium (a playwright Browser) and end it."""
    executable = require_chromium()
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _do_without("no playwright; install the dev extra")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One Chromium for the session."""
    with launch_chromium() as browser:
        yield browser


@dataclass
class Visit:
    """A page that is open, and what went wrong or out while it was."""

    page: Any
    foreign: list[str] = field(default_factory=list)  # asked of another host (and refused)
    missing: list[str] = field(default_factory=list)  # ours, answered with an error
    errors: list[str] = field(default_factory=list)  # on the console, or thrown

    def scroll_through(self) -> None:
        """Go down the page as a reader does, so that everything that waits for it is drawn."""
        self.page.evaluate(
            """async () => {
                 for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight / 2) {
                   scrollTo({top: y, behavior: "instant"});
                   await new Promise((go) => setTimeout(go, 60));
                 }
                 scrollTo({top: 0, behavior: "instant"});
               }"""
        )

    def wait_for_charts(self) -> int:
        """Wait until every chart of the page is drawn, and tell how many there are."""
        self.scroll_through()
        chart = ".vsr-chart:has(> script)"
        self.page.evaluate(LOOK_AT_CHARTS, f"{chart}:not(.vsr-drawn)")
        undrawn = self.page.locator(f"{chart}:not(.vsr-drawn)")
        end = time.monotonic() + 60  # the longest page has twenty charts, and other tests share the cores
        while undrawn.count() and time.monotonic() < end:
            self.page.wait_for_timeout(100)
        assert undrawn.count() == 0, (self.errors, self.missing, self.foreign)
        return int(self.page.locator(chart).count())

    def overflow(self) -> int:
        """Tell by how many pixels the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))


# A busy machine skips frames, and a chart scrolled past between two frames has not been looked at:
# so look at each one that is not drawn, as a reader would, for half a minute at most.
LOOK_AT_CHARTS = """async (undrawn) => {
  const end = Date.now() + 30000;
  for (let next; (next = document.querySelector(undrawn)) && Date.now() < end; ) {
    next.scrollIntoView({ block: "center" });
    await new Promise((done) => setTimeout(done, 100));
  }
  scrollTo(0, 0);
}"""


@contextmanager
def visit(
    browser: Any,
    address: str,
    *,
    width: int = 1280,
    scheme: Literal["light", "dark"] = "light",
) -> Iterator[Visit]:
    """Open a page, refuse it every host but its own, and note what it asks for and complains about."""
    origin = "/".join(address.split("/")[:3])
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    seen = Visit(page)

    def decide(route: Any) -> None:
        if route.request.url.startswith((origin + "/", "data:", "blob:")):
            route.continue_()
        else:
            seen.foreign.append(route.request.url)
            route.abort()

    context.route("**/*", decide)
    page.on("console", lambda message: seen.errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    page.on("response", lambda reply: seen.missing.append(reply.url) if reply.status >= 400 else None)
    page.goto(address)
    yield seen
    context.close()


def run_axe(page: Any) -> list[str]:
    """Let axe-core look at the page as it stands, and list what breaks WCAG 2.1 A or AA."""
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        _do_without("no axe-playwright-python; install the dev extra")
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
    # of rules that nothing breaks, axe would else describe every element that keeps them
    options = {"runOnly": {"type": "tag", "values": tags}, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]
