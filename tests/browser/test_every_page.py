"""Every page in both languages and in the states that matter: accessible, closed to the outside, nothing cut off."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kiosk.pages import TIMING
from ptsp import people
from tests.browser.chromium import Chromium
from tests.browser.conftest import Screens, a_hall, print_when_failed, watched
from tests.browser.looks import axe_finds, cut_off, too_small_or_too_close
from tests.browser.screens import Desk, Kiosk, Survey, eventually
from tests.support.servers import Site
from web.security import CSP

LANGUAGES = ("id", "en")
KIOSKS = ((1080, 1920), (1920, 1080), (1280, 800), (1024, 768))
BOARDS = ((1920, 1080), (1080, 1920), (1280, 720))
STAFF = ((1366, 768), (1920, 1080), (1024, 768))
PHONES = ((360, 740), (320, 568), (412, 915))
EXITS = ((1280, 800), (1080, 1920), (1024, 768))
IN_BOTH = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One busy hall for all tests of this file."""
    with a_hall(tmp_path_factory.mktemp("hall")) as (site, _printer):
        fill(site)
        yield site


def fill(site: Site) -> None:
    """Somebody is waiting, called, served, parked and missed."""
    services = site.office.services
    with site.api() as api, site.officer(1) as first, site.officer(5) as second:
        for n in range(26):
            service = services[n % len(services)]
            assert api.command("issue", service_id=service, priority=n % 5 == 0).code == "ok"
        for moves in (["start", "finish"], ["no_show"], ["start", "park"], ["start", "finish"]):
            for officer in (first, second):
                officer.command("call_next", counter_id=officer.counter_id)
                for move in moves:
                    more = {"outcome": "delivered"} if move == "finish" else {}
                    reply = officer.command(move, counter_id=officer.counter_id, **more)
                    assert reply.code == "ok", reply
        first.command("call_next", counter_id=first.counter_id)
        second.command("call_next", counter_id=second.counter_id)
        second.command("start", counter_id=second.counter_id)


@pytest.fixture
def screens(chromium: Chromium, hall: Site, request: pytest.FixtureRequest) -> Iterator[Screens]:
    """Screens on the busy hall."""
    yield from watched(Screens(chromium, hall, request.node.name), request)
    print_when_failed(request, hall)


class Looks:
    """Collects what is wrong on the screens of a test, to say all of it at once."""

    def __init__(self, page: Page, sizes: tuple[tuple[int, int], ...]) -> None:
        self.page, self.sizes, self.wrong = page, sizes, list[str]()

    def at(self, state: str, *, axe: bool = True, touch: bool = False, scrolls: bool = True) -> None:
        """The page as it is now, at every size; axe at the first."""
        for n, (width, height) in enumerate(self.sizes):
            self.page.set_viewport_size({"width": width, "height": height})
            where = f"{state} at {width}x{height}"
            found = cut_off(self.page, scrolls)
            found += too_small_or_too_close(self.page) if touch else []
            found += axe_finds(self.page) if axe and n == 0 else []
            self.wrong += [f"{where}: {one}" for one in found]

    def fine(self) -> None:
        assert not self.wrong, "\n".join(dict.fromkeys(self.wrong))


# --- the kiosk


def kiosk_looks(screens: Screens, language: str, stands: bool = True) -> tuple[Kiosk, Callable[[str], None], Looks]:
    """`stands`: its clock does, and nobody is taken for gone while they look."""
    kiosk = screens.kiosk()
    kiosk.stops_its_clock() if stands else kiosk.opens()
    if language == "en":
        kiosk.speaks("en")
    looks = Looks(kiosk.page, KIOSKS)
    return kiosk, lambda state: looks.at(state, touch=True, scrolls=False), looks


def chooses(kiosk: Kiosk, n: int) -> None:
    """The n-th tile, and its screen is there."""
    before = kiosk.text("#choices h1")
    kiosk.tap(kiosk.page.locator("#tiles button.tile").nth(n))
    expect(kiosk.page.locator("#choices h1")).not_to_have_text(before)


def back_home(kiosk: Kiosk) -> None:
    kiosk.tap(kiosk.page.locator("#back"))
    kiosk.is_home()
    expect(kiosk.page.locator("#back")).to_be_hidden()


def ticket(kiosk: Kiosk, look: Callable[[str], None], n: int) -> None:
    """The n-th queue, the number, and a longer look at it."""
    kiosk.tap(kiosk.page.locator("#tiles button.tile").nth(n))
    kiosk.number()
    kiosk.tap(kiosk.page.locator("#longer"))
    kiosk.shows("#clears", str(TIMING["ticket"] + TIMING["longer"]))
    look("ticket")


@IN_BOTH
def test_the_kiosk(screens: Screens, language: str) -> None:
    kiosk, look, looks = kiosk_looks(screens, language)
    page = kiosk.page
    look("home")
    for n in range(page.locator("#tiles button.tile").count()):
        chooses(kiosk, n)
        look(f"section {n + 1}")
        back_home(kiosk)
    kiosk.tap(page.locator("#officer"))
    kiosk.visible("#note")
    look("officer called")
    kiosk.tap(page.locator("#note-close"))
    expect(page.locator("#note")).to_be_hidden()
    kiosk.tap(page.locator("#search"))
    kiosk.visible("#search-screen")
    look("search")
    page.fill("#query", "izin")
    kiosk.visible("#results .tile >> nth=0")
    look("found")
    page.fill("#query", "zzz")
    kiosk.visible("#found")
    look("nothing found")
    back_home(kiosk)
    chooses(kiosk, 4)
    chooses(kiosk, 2)
    look("priority")
    ticket(kiosk, look, 1)
    looks.fine()


@IN_BOTH
def test_the_kiosk_with_larger_text(screens: Screens, language: str) -> None:
    kiosk, look, looks = kiosk_looks(screens, language)
    page = kiosk.page
    kiosk.tap(page.locator("#larger"))
    expect(page.locator("#larger")).to_have_attribute("aria-pressed", "true")
    look("home")
    for n in (0, 4, 6):
        chooses(kiosk, n)
        look(f"section {n + 1}")
        back_home(kiosk)
    chooses(kiosk, 1)
    chooses(kiosk, 1)
    look("priority")
    ticket(kiosk, look, 0)
    looks.fine()


@IN_BOTH
def test_the_kiosk_in_trouble(screens: Screens, language: str) -> None:
    kiosk, look, looks = kiosk_looks(screens, language, stands=False)
    kiosk.watch.network_breaks()
    kiosk.page.context.set_offline(True)
    kiosk.page.evaluate("document.getElementById('idle').showModal()")
    look("idle")
    kiosk.page.evaluate("document.getElementById('idle').close()")
    kiosk.visible("#message", 30_000)
    look("no server")
    looks.fine()


# --- the board


def test_the_board(screens: Screens) -> None:
    board = screens.board().opens()
    looks = Looks(board.page, BOARDS)
    board.visible("#call-now")
    looks.at("calls", scrolls=False)
    board.watch.network_breaks()
    board.page.context.set_offline(True)
    board.is_stale()
    looks.at("out of date", scrolls=False)
    looks.fine()


# --- the phone


@IN_BOTH
def test_the_ticket_on_a_phone(screens: Screens, language: str) -> None:
    phone = screens.phone(language=language)
    looks = Looks(phone.page, PHONES)
    office, url = screens.site.office, screens.site.url
    service = office.service("legalisir-ijazah")
    with screens.site.api() as api, screens.site.officer(2) as officer:
        here = {"counter_id": officer.counter_id}
        ticket = api.command("issue", service_id=service, priority=True).body["ticket"]
        address = f"{url}/t/{ticket['token']}"

        def after(*moves: tuple[str, dict[str, Any]]) -> None:
            for name, params in moves:
                assert officer.command(name, **params).code == "ok"
            phone.opens(address)

        after()
        phone.page.locator("#code summary").tap()
        phone.visible("#code img")
        looks.at("waiting")
        phone.page.locator("#cancel").tap()
        phone.visible("#cancel-dialog")
        looks.at("cancel?")
        after(("call", {**here, "ticket_id": ticket["id"]}))
        looks.at("called")
        after(("start", here))
        looks.at("serving")
        after(("park", here))
        looks.at("parked")
        after(("resume", {**here, "ticket_id": ticket["id"]}), ("finish", {**here, "outcome": "delivered"}))
        looks.at("served")
        other = api.command("issue", service_id=service).body["ticket"]
        address = f"{url}/t/{other['token']}"
        after(("call", {**here, "ticket_id": other["id"]}), ("no_show", here))
        looks.at("missed")
        third = api.command("issue", service_id=service).body["ticket"]
        address = f"{url}/t/{third['token']}"
        after(("remove", {"ticket_id": third["id"]}))
        looks.at("removed")
        officer.command("leave", **here)
    phone.watch.expects("404")
    phone.opens(f"{url}/t/{'x' * 22}")
    looks.at("no such ticket")
    looks.fine()


# --- the survey


def through_the_survey(survey: Survey, looks: Looks) -> None:
    survey.visible("#intro")
    looks.at("intro")
    survey.begins()
    survey.visible("#question")
    for n in range(9):
        looks.at(f"question {n + 1}", axe=n == 0)
        survey.chooses(n % 4 + 1)
        expect(survey.page.locator("#progress")).not_to_contain_text(f"{n + 1} ")
    for n in range(12):
        if not survey.page.locator("#about").is_visible():
            break
        looks.at(f"about {n + 1}", axe=n == 0)
        survey.settled().locator("#options .option").first.click()
    survey.visible("#remark")
    looks.at("remark")
    survey.sends("Terima kasih")
    looks.at("thanks")
    looks.fine()


def served_ticket(site: Site) -> str:
    """The token of a visit that has just ended."""
    with site.api() as api, site.officer(3) as officer:
        here = {"counter_id": officer.counter_id}
        ticket = api.command("issue", service_id=site.office.service("siaga")).body["ticket"]
        for name, more in (("call", {"ticket_id": ticket["id"]}), ("start", {}), ("finish", {"outcome": "delivered"})):
            assert officer.command(name, **here, **more).code == "ok"
        officer.command("leave", **here)
        token: str = ticket["token"]
        return token


@IN_BOTH
def test_the_survey_on_a_phone(screens: Screens, language: str) -> None:
    token = served_ticket(screens.site)
    phone = screens.phone(language=language)
    survey = Survey(phone.page, phone.watch, phone.site)
    survey.goes_to(f"/survey/{token}")
    through_the_survey(survey, Looks(survey.page, PHONES))
    survey.goes_to(f"/survey/{token}")
    survey.visible("#end")
    used = Looks(survey.page, PHONES)
    used.at("used")
    used.fine()


@IN_BOTH
def test_the_survey_at_the_exit(screens: Screens, language: str) -> None:
    token = served_ticket(screens.site)
    survey = screens.survey_kiosk()
    survey.goes_to("/survey/")
    survey.page.locator(f"[data-language={language}]").click()
    survey.visible("#scan")
    looks = Looks(survey.page, EXITS)
    looks.at("scan")
    survey.scans(f"{screens.site.url}/t/{token}")
    survey.visible("#intro")
    survey.page.locator(f"[data-language={language}]").click()
    through_the_survey(survey, looks)


# --- the staff


@IN_BOTH
def test_the_ways_in(screens: Screens, language: str) -> None:
    page, watch = screens.page("visitor", language=language)
    looks = Looks(page, (*STAFF, *PHONES))
    invited = screens.site.office.hall.act(screens.site.office.system, people.invite)
    for path in ("/", "/sign-in", "/device/pair", f"/office/first/{invited['code']}"):
        page.goto(path)
        looks.at(path)
    watch.expects("404", "401", "403")
    page.goto("/nothing-here")
    looks.at("not found")
    page.goto("/sign-in")
    page.fill("#login", "nobody")
    page.fill("#password", "nothing at all")
    page.locator("form.panel button.primary").click()
    expect(page.locator("[role=alert]").first).to_be_visible()
    looks.at("refused")
    looks.fine()


def closes(desk: Desk, dialog: str) -> None:
    desk.page.locator(f"#{dialog}-dialog [data-close]").click()
    expect(desk.page.locator(f"#{dialog}-dialog")).to_be_hidden()


@IN_BOTH
def test_the_counter(screens: Screens, language: str) -> None:
    desk = screens.desk(language=language).signs_in()
    looks = Looks(desk.page, STAFF)
    desk.visible("#choose")
    desk.visible("#counters .tile >> nth=0")
    looks.at("which counter")
    desk.page.locator("#counters .tile", has_text=re.compile(r"(Loket|Counter) 6")).click()
    desk.visible("#desk")
    looks.at("queue")
    desk.press("Space")
    expect(desk.page.locator("#visit-number")).to_have_text(re.compile(r"[A-Z]-\d{3}"))
    looks.at("called")
    for key, dialog in (("x", "transfer"), ("n", "note")):
        desk.press(key)
        desk.visible(f"#{dialog}-dialog")
        looks.at(dialog)
        closes(desk, dialog)
    desk.press("Space")
    expect(desk.page.locator("#visit-state")).to_have_text(re.compile("Dilayani|Being served"))
    looks.at("serving")
    desk.page.locator("#rows button").first.click()
    desk.visible("#ticket-dialog")
    looks.at("a number of the queue")
    closes(desk, "ticket")
    for which in ("parked", "missed"):
        desk.page.locator(f"#tab-{which}").click()
        expect(desk.page.locator(f"#tab-{which}")).to_have_attribute("aria-selected", "true")
        looks.at(which)
    desk.page.locator("#open-options").click()
    desk.visible("#options-dialog")
    looks.at("options")
    closes(desk, "options")
    desk.rests()
    desk.page.locator("#primary").click()
    expect(desk.page.locator("#visit-number")).to_have_text("\xa0")
    desk.press("i")
    desk.visible("#break-dialog")
    looks.at("break?")
    desk.submits("break-dialog")
    desk.shows("#place-state", re.compile("istirahat|break", re.IGNORECASE))
    looks.at("on a break")
    desk.press("i")
    desk.press("q")
    desk.visible("#leave-dialog")
    looks.at("leave?")
    closes(desk, "leave")
    desk.watch.network_breaks()
    desk.page.context.set_offline(True)
    desk.is_stale()
    looks.at("offline")
    desk.page.context.set_offline(False)
    desk.told(re.compile("Tersambung|Connected"))
    desk.press("q")
    desk.submits("leave-dialog")
    desk.visible("#choose")
    looks.fine()


@IN_BOTH
def test_the_office(screens: Screens, language: str) -> None:
    manager = screens.manager("admin", language=language).signs_in()
    looks = Looks(manager.page, STAFF)
    eventually(lambda: manager.fill("waiting") not in ("", "-"))
    looks.at("today")
    for path in ("/office/day", "/office/day?day=2026-01-05", "/office/hours", "/office/people", "/office/devices"):
        manager.goes_to(path)
        looks.at(path)
    looks.fine()


# --- headers


def test_every_page_sends_the_strict_policy(screens: Screens) -> None:
    page, watch = screens.page("anybody", device="kiosk")
    admin = screens.manager("admin").signs_in()
    watch.expects("404", "403")
    for one, paths in (
        (page, ("/", "/kiosk/", "/sign-in", "/device/pair", "/nothing-here", "/static/css/house.css", "/health")),
        (admin.page, ("/display/", "/counter/", "/survey/", "/office/", "/office/day", "/office/people")),
    ):
        for path in paths:
            answer = one.request.get(screens.site.url + path)
            assert answer.headers["content-security-policy"] == CSP, path
    assert "unsafe" not in CSP
    assert "*" not in CSP
