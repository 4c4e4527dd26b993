"""The hall for browser tests: the real server on a fresh database, a virtual printer on TCP, and Chromium.

    def test_it(kiosk, board, desk, phone, printer): ...

Each screen has a browser context of its own. A console error, an uncaught error, a failed request, a request to another
origin or a breach of the CSP on any of them fails the test. When a test fails its screens are in shots/ and the
server's output is printed.
"""

from __future__ import annotations

import itertools
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kiosk.virtual_printer import VirtualPrinter
from ptsp import equipping
from tests.browser.chromium import Chromium, Watch, options
from tests.browser.screens import HALL_MS, Board, Desk, Kiosk, Manager, Phone, Survey
from tests.support.halls import ROOT
from tests.support.servers import Site, serve

SHOTS = ROOT / "shots"
_numbers = itertools.count(1)
PHONE_SIZE = {"width": 360, "height": 740}
PAGE_MS = 30_000  # a page, a download, a report in PDF; a password takes its time to check, too

expect.set_options(timeout=HALL_MS)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """The browsers of this run."""
    with Chromium() as started:
        yield started


@contextmanager
def a_hall(folder: Path, width_mm: int = 80, **more: Any) -> Iterator[tuple[Site, VirtualPrinter]]:
    """A served example office whose printer is a virtual one. `more`: as `serve` takes it."""
    paper = VirtualPrinter(width_mm=width_mm, folder=folder / "paper")
    with paper as printer, serve(f"sqlite:///{folder / 'hall.sqlite3'}", **more) as site:
        site.office.hall.act(site.office.system, equipping.set_printer, name="Kiosk", setting=printer.setting)
        yield site, printer


@pytest.fixture
def width_mm() -> int:
    """Paper of the printer; tests override it with parametrize."""
    return 80


@pytest.fixture
def served(tmp_path: Path, request: pytest.FixtureRequest, width_mm: int) -> Iterator[tuple[Site, VirtualPrinter]]:
    with a_hall(tmp_path, width_mm) as (site, printer):
        yield site, printer
        print_when_failed(request, site)


def print_when_failed(request: pytest.FixtureRequest, site: Site) -> None:
    if getattr(request.node, "failed", False):
        for server in site.servers:
            print(f"--- {server.url} said:\n{server.output()[-4000:]}", file=sys.stderr)


@pytest.fixture
def site(served: tuple[Site, VirtualPrinter]) -> Site:
    """The server and its office."""
    return served[0]


@pytest.fixture
def printer(served: tuple[Site, VirtualPrinter]) -> VirtualPrinter:
    """The office's printer."""
    return served[1]


class Screens:
    """Opens screens on a site, and watches them."""

    def __init__(self, chromium: Chromium, site: Site, test: str) -> None:
        self.chromium, self.site, self.test = chromium, site, test
        self.opened: list[tuple[BrowserContext, Watch]] = []

    def page(
        self,
        name: str,
        *,
        browser: int | Browser = 0,
        device: str = "",
        counter_id: int | None = None,
        url: str = "",
        language: str = "",
        **more: Any,
    ) -> tuple[Page, Watch]:
        """A new browser window. `device`: paired as such a screen, beside that counter. `url`: another way to the
        server."""
        home = url or self.site.url
        program = self.chromium.number(browser) if isinstance(browser, int) else browser
        context = program.new_context(base_url=home, **options(**more))
        cookies = [("device", self.site.device_key(device, counter_id=counter_id))] if device else []
        cookies += [("language", language)] if language else []
        context.add_cookies([{"name": key, "value": value, "url": home} for key, value in cookies])
        watch = Watch(context, name, home)
        self.opened.append((context, watch))
        context.set_default_timeout(PAGE_MS)
        page = context.new_page()
        return page, watch

    def kiosk(self, size: tuple[int, int] = (1080, 1920), **more: Any) -> Kiosk:
        page, watch = self.page("kiosk", device="kiosk", viewport=_size(size), has_touch=True, **more)
        return Kiosk(page, watch, self.site)

    def board(self, size: tuple[int, int] = (1920, 1080), **more: Any) -> Board:
        page, watch = self.page("board", device="board", viewport=_size(size), **more)
        return Board(page, watch, self.site)

    def desk(self, login: str = "", role: str = "officer", size: tuple[int, int] = (1366, 768), **more: Any) -> Desk:
        login = login or self._person(role)
        page, watch = self.page(login, viewport=_size(size), **more)
        return Desk(page, watch, self.site, login)

    def manager(
        self, role: str = "manager", login: str = "", size: tuple[int, int] = (1366, 900), **more: Any
    ) -> Manager:
        page, watch = self.page(role, viewport=_size(size), **more)
        return Manager(page, watch, self.site, login or self._person(role))

    def phone(self, **more: Any) -> Phone:
        as_phones_are = {"viewport": PHONE_SIZE, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
        page, watch = self.page("phone", **as_phones_are, **more)
        return Phone(page, watch, self.site)

    def survey_kiosk(self, size: tuple[int, int] = (1280, 800), **more: Any) -> Survey:
        page, watch = self.page("survey", device="survey", viewport=_size(size), has_touch=True, **more)
        return Survey(page, watch, self.site)

    def _person(self, role: str) -> str:
        login = f"{role}-{next(_numbers)}"
        self.site.add_officer(login, role)
        return login

    def close(self) -> list[str]:
        """Closes everything; what the watches saw."""
        complaints = [line for _context, watch in self.opened for line in watch.complaints]
        for context, _watch in self.opened:
            context.close()
        return complaints

    def photograph(self) -> None:
        """Every open page into shots/."""
        SHOTS.mkdir(exist_ok=True)
        for context, watch in self.opened:
            for n, page in enumerate(context.pages):
                name = re.sub(r"\W+", "-", f"{self.test}-{watch.name}{n or ''}")
                page.screenshot(path=SHOTS / f"{name}.png")


def _size(size: tuple[int, int]) -> Any:
    return {"width": size[0], "height": size[1]}


@pytest.fixture
def screens(chromium: Chromium, site: Site, request: pytest.FixtureRequest) -> Iterator[Screens]:
    """Opens screens; at the end nobody may have complained."""
    yield from watched(Screens(chromium, site, request.node.name), request)


def watched(screens: Screens, request: pytest.FixtureRequest) -> Iterator[Screens]:
    """The life of a test's screens."""
    yield screens
    if getattr(request.node, "failed", False):
        screens.photograph()
    complaints = screens.close()
    assert not complaints, "\n".join(complaints)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Lets fixtures know that their test has failed."""
    report = yield
    item.failed = getattr(item, "failed", False) or report.failed  # type: ignore[attr-defined]
    return report


@pytest.fixture
def kiosk(screens: Screens) -> Kiosk:
    """The kiosk, on its first screen."""
    return screens.kiosk().opens()


@pytest.fixture
def board(screens: Screens) -> Board:
    """The board, connected."""
    return screens.board().opens()


@pytest.fixture
def desk(screens: Screens) -> Desk:
    """An officer who has signed in and taken Loket 1."""
    return screens.desk().signs_in().takes("Loket 1")


@pytest.fixture
def phone(screens: Screens) -> Callable[[str], Phone]:
    """A visitor's phone, which opens the address in a ticket's code."""
    return lambda url: screens.phone().opens(url)


@pytest.fixture
def manager(screens: Screens) -> Manager:
    """A manager, signed in."""
    return screens.manager().signs_in()


@pytest.fixture
def survey_kiosk(screens: Screens) -> Survey:
    """The screen at the exit."""
    opened = screens.survey_kiosk()
    opened.goes_to("/survey/")
    return opened
