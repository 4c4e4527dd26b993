"""From the officer's press to the changed number on 1 and on 20 boards, beside a bare Socket.IO echo.

Real pages in headless Chromium: the officer's /counter/ and the boards' /display/; for the echo a page that sends a
press and pages that write what comes. A listener takes the time of the press, a MutationObserver that of the change,
both by the browser's clock (performance.timeOrigin + now). Pairs are (press, board). Echo and hall take turns. The
seconds that a call stands alone on the board are cut to a blink, else every sample would wait for them.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright

from benchmarks.bare import bare
from benchmarks.report import Section, quantile, table
from tests.support.servers import PASSWORD, Site, serve

BOARDS = (1, 20)
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--mute-audio"]
# Small and without animation: this machine draws without a graphics card, and twenty boards stand on it.
LOOK: dict[str, Any] = {"viewport": {"width": 640, "height": 360}, "reduced_motion": "reduce", "locale": "id-ID"}
WATCH = """
const stamp = () => performance.timeOrigin + performance.now();
window.pressed = []; window.changed = [];
addEventListener("click", () => pressed.push(stamp()), { capture: true });
addEventListener("DOMContentLoaded", () => {
  const place = document.querySelector("[data-testid=called-number], #text");
  if (!place) return;
  let before = place.textContent;
  new MutationObserver(() => {
    if (place.textContent === before) return;
    before = place.textContent;
    changed.push(stamp());
  }).observe(place, { childList: true, characterData: true, subtree: true });
});
"""


@dataclass
class Latencies:
    """Milliseconds from a press to a board's changed number: every pair, and the last board of each press."""

    pairs: list[float] = field(default_factory=list)
    last: list[float] = field(default_factory=list)

    def row(self) -> list[float]:
        """[p50, p99 of the pairs, p50 of the last board]."""
        pairs, last = sorted(self.pairs), sorted(self.last)
        return [quantile(pairs, 50), quantile(pairs, 99), quantile(last, 50)]


class Wall:
    """Boards, and the page on which somebody presses."""

    def __init__(self, presser: Page, boards: list[Page], press: Callable[[], None]) -> None:
        self._presser, self._boards, self._press = presser, boards, press
        self.found = Latencies()

    def sample(self) -> None:
        """One press, and when each board had changed."""
        for page in [self._presser, *self._boards]:
            page.evaluate("pressed.length = changed.length = 0")
        self._press()
        moments = [_first(page, "changed") for page in self._boards]
        pressed = _first(self._presser, "pressed")
        took = [moment - pressed for moment in moments]
        self.found.pairs += took
        self.found.last.append(max(took))

    def forget(self) -> None:
        """The first presses warm up only."""
        self.found = Latencies()


def run(samples: int = 20, turn: int = 5) -> Section:
    """The section of the report: so many presses at each, `turn` at a time."""
    found = {boards: _measure(boards, samples, turn) for boards in BOARDS}
    heads = ["boards", "", "p50 ms", "p99 ms", "last board p50 ms", "presses"]
    rows, goals = [], {}
    for boards, (hall, echo) in found.items():
        for name, one in (("echo", echo), ("hall", hall)):
            rows.append([str(boards), name, *(f"{value:.1f}" for value in one.row()), str(len(one.last))])
        ratio = hall.row()[0] / echo.row()[0]
        goals[f"at most twice the echo's p50 with {boards} board{'s' * (boards > 1)}: {ratio:.2f}"] = ratio <= 2
    p50 = found[min(found)][0].row()[0]
    goals[f"faster than TheQ's p50 of 49 ms with one board: {p50:.1f} ms"] = p50 < 49
    return Section("From press to screen", __doc__ or "", table(heads, rows), goals)


def _measure(boards: int, samples: int, turn: int) -> tuple[Latencies, Latencies]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ptsp-press-")))
        site = stack.enter_context(serve(f"sqlite:///{folder / 'hall.sqlite3'}"))
        echo_site = stack.enter_context(bare("echo"))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=_chromium(), args=FLAGS)
        stack.callback(browser.close)
        walls = [_hall(browser, site, boards), _echo(browser, echo_site.url, boards)]
        for wall in walls:
            wall.sample()
            wall.forget()
        for _ in range(max(1, samples // turn)):
            for wall in walls:
                for _ in range(turn):
                    wall.sample()
        return walls[0].found, walls[1].found


def _hall(browser: Browser, site: Site, boards: int) -> Wall:
    with site.api() as api:
        for nth in range(100):
            assert api.command("issue", service_id=site.office.service_for(site.office.counters[0])).code == "ok", nth
    hall = _context(browser)
    hall.route("**/calls.js", _short_calls)
    hall.add_cookies([{"name": "device", "value": site.device_key("board"), "url": site.url}])
    pages = [_open(hall, f"{site.url}/display/", "body:not(.offline) #clock:not(:empty)") for _ in range(boards)]
    return _Officer(_context(browser), site).wall(pages)


class _Officer:
    """The counter page, driven with the mouse: call, start, finish are the same big button."""

    def __init__(self, context: BrowserContext, site: Site) -> None:
        site.add_officer("officer")
        self.page = context.new_page()
        self.page.goto(f"{site.url}/sign-in?next=/counter/")
        self.page.fill("#login", "officer")
        self.page.fill("#password", PASSWORD)
        self.page.locator("form button.primary").first.click()
        self.page.wait_for_url("**/counter/")
        self.page.locator("#counters .tile").first.click()

    def wall(self, boards: list[Page]) -> Wall:
        return Wall(self.page, boards, self.call)

    def call(self) -> None:
        """Brings the desk to where the next press calls, then presses."""
        while not self._calls_next():
            self._press()
        self.page.evaluate("pressed.length = 0")
        self._press()

    def _calls_next(self) -> bool:
        self._rests()
        return self.page.locator("#primary-word").text_content() == self.page.evaluate(WORD)

    def _rests(self) -> None:
        expect(self.page.locator("#primary")).not_to_have_attribute("aria-disabled", "true")
        expect(self.page.locator("#desk[data-busy]")).to_have_count(0)
        self.page.wait_for_timeout(500)  # the desk takes a second press within 450 ms for a slip of the finger

    def _press(self) -> None:
        self._rests()
        self.page.locator("#primary").click()


WORD = "JSON.parse(document.getElementById('page').textContent).words.call_next"


def _echo(browser: Browser, url: str, boards: int) -> Wall:
    context = _context(browser)
    pages = [_open(context, url, "body.ready") for _ in range(boards)]
    presser = _open(_context(browser), url, "body.ready")

    def press() -> None:
        presser.wait_for_timeout(200)
        presser.locator("#button").click()

    return Wall(presser, pages, press)


def _context(browser: Browser) -> BrowserContext:
    context = browser.new_context(**LOOK)
    context.add_init_script(WATCH)
    return context


def _open(context: BrowserContext, url: str, ready: str) -> Page:
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector(ready, state="attached", timeout=30_000)
    return page


def _short_calls(route: Route) -> None:
    script = route.fetch()
    text, cut = re.subn(r"const (FULL|SHORT) = \d+;", r"const \1 = 100;", script.text())
    assert cut == 2, text
    route.fulfill(response=script, body=text)


def _first(page: Page, name: str) -> float:
    """The first moment that the page noted. (Not wait_for_function: the hall's CSP allows no eval.)"""
    for _ in range(1000):
        found: float | None = page.evaluate(f"{name}[0] ?? null")
        if found is not None:
            return found
        page.wait_for_timeout(20)
    raise AssertionError(f"nothing {name} on {page.url} within 20 s")


def _chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        raise SystemExit("Chromium is not installed:  sudo apt-get install chromium")
    return found
