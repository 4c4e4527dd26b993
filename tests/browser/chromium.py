"""Chromium, and an eye on its pages: whatever a page may not do fails the test that opened it.

    with Chromium.start() as chromium:
        context = chromium.context(site.url, ...)
        watch = Watch(context, "kiosk", site.url)
        ...
        watch.complaints        # console errors, uncaught errors, failed requests, other origins, refused by the CSP

A test that breaks the network on purpose says `watch.network_breaks()`; one that provokes a refusal says
`watch.expects("409")`.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Playwright, Request, WebError, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Quiet, and with sound allowed, as deploy/ starts the screens of the hall.
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required", "--mute-audio",
]  # fmt: skip
OWN = ("data:", "blob:", "about:")
# What Chromium writes to the console when the wire is cut.
BROKEN_WIRE = ("net::ERR_", "WebSocket connection to")
TELLS_OF_CSP = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""


def executable() -> str:
    """The browser of this machine; skips when there is none (in CI that is a failure)."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    words = "Chromium is not installed: sudo apt-get install chromium"
    if os.environ.get("CI") == "true":
        pytest.fail(words)
    pytest.skip(words)


class Chromium:
    """Playwright and one browser, which starts when it is first asked for; `another()` starts a second process."""

    def __init__(self) -> None:
        self._path = executable()
        self._playwright: Playwright = sync_playwright().start()
        self._running: list[Browser] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for browser in self._running:
            browser.close()
        self._playwright.stop()

    def that_sees(self, picture: Path) -> Browser:
        """A browser process of its own, whose camera shows a .y4m film and may be used."""
        seen = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={picture}"]
        flags = [*FLAGS, *seen, "--use-fake-ui-for-media-stream"]
        return self._playwright.chromium.launch(executable_path=self._path, args=flags)

    def number(self, n: int) -> Browser:
        """The n-th browser process (0, 1): started once, kept."""
        while len(self._running) <= n:
            self._running.append(self._playwright.chromium.launch(executable_path=self._path, args=FLAGS))
        return self._running[n]


class Watch:
    """What the pages of one context did that no page may do."""

    def __init__(self, context: BrowserContext, name: str, home: str) -> None:
        self.name, self.home = name, home
        self.complaints: list[str] = []
        self._expected: list[str] = []
        self._wire_breaks = False
        context.add_init_script(TELLS_OF_CSP)
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._asked)
        context.on("requestfailed", self._failed)
        context.on("page", lambda page: page.on("websocket", lambda wire: self._address(wire.url)))

    def network_breaks(self) -> None:
        """From here on the test cuts the wire or kills the server."""
        self._wire_breaks = True

    def expects(self, *words: str) -> None:
        """Console lines with these words are part of the test."""
        self._expected += words

    def _say(self, what: str) -> None:
        if not any(word in what for word in self._expected):
            self.complaints.append(f"{self.name}: {what}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        where = message.location.get("url", "")
        if self._wire_breaks and any(word in message.text for word in BROKEN_WIRE):
            return
        self._say(f"console: {message.text} ({where})")

    def _error(self, error: WebError) -> None:
        self._say(f"uncaught: {error.error}")

    def _asked(self, request: Request) -> None:
        self._address(request.url)

    def _address(self, url: str) -> None:
        if url.startswith(OWN):
            return
        if urlsplit(url).netloc != urlsplit(self.home).netloc:
            self._say(f"asked another origin: {url}")

    def _failed(self, request: Request) -> None:
        why = request.failure or ""
        if "ERR_ABORTED" in why or self._wire_breaks:  # aborted: the page was left, or a download began
            return
        self._say(f"failed: {request.url} {why}")


def options(**given: Any) -> dict[str, Any]:
    """A browser as in the hall: Indonesian, in the office's time zone."""
    return {"locale": "id-ID", "timezone_id": "Asia/Jakarta"} | given
