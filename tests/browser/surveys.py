"""What tests of the survey's screens do and look at."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.sync_api import Page, Request, WebSocket, WebSocketRoute
from sqlalchemy import select

from ptsp import records as r
from ptsp import surveying
from tests.browser.conftest import Screens
from tests.browser.looks import axe_finds, cut_off, too_small_or_too_close
from tests.browser.screens import Survey, eventually
from tests.support.answers import in_the_box
from tests.support.servers import Site

KIOSK, TABLET = (1080, 1920), (1280, 800)
PLAIN = {"survey_mode": "full", "survey_layout": "one", "survey_instruments": ["skm-9"]}
# As `screens.SCANS`, into the field that has the focus.
TYPES = """text => {
  const field = document.activeElement;
  const press = (key, letter) => {
    const free = field.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    if (free) document.execCommand("insertText", false, letter);
    return !free;
  };
  for (const letter of text) press(letter, letter);
  return press("Enter", "\\n");
}"""
# Not while the page's clock is the test's (page.clock): its timers have other names.
NO_TIMER_RUNS = "for (let last = setTimeout(() => 0); last > 0; last -= 1) clearTimeout(last);"


def sets_up(site: Site, **settings: Any) -> None:
    site.office.hall.act(site.office.system, surveying.set_survey, settings=settings)


def kept(site: Site) -> list[dict[str, Any]]:
    """The answers in the office's box."""
    with site.office.hall.view() as conn:
        return in_the_box(site.office.hall, conn, site.office.office_id)


def spent(site: Site, token: str) -> bool:
    with site.office.hall.view() as conn:
        return bool(conn.execute(select(r.ticket.c.surveyed).where(r.ticket.c.token == token)).scalar_one())


class Posts:
    """The sheets that a page sent."""

    def __init__(self, page: Page) -> None:
        self.sheets: list[dict[str, Any]] = []
        page.on("request", self._sent)

    def _sent(self, request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/survey/answers"):
            self.sheets.append(json.loads(request.post_data or "{}"))


def on_a_phone(screens: Screens, token: str, **more: Any) -> tuple[Survey, Posts]:
    phone = screens.phone(**more)
    survey, posts = Survey(phone.page, phone.watch, phone.site), Posts(phone.page)
    survey.goes_to(f"/survey/{token}")
    return survey, posts


def at_the_exit(screens: Screens, token: str, clock: bool = False, **more: Any) -> tuple[Survey, Posts]:
    """`clock`: the page's clock is the test's, which may stop it."""
    survey = screens.survey_kiosk(KIOSK, **more)
    if clock:
        survey.page.clock.install()
    survey.goes_to("/survey/")
    survey.scans(f"{screens.site.url}/t/{token}")
    return survey, Posts(survey.page)


def looks_right(survey: Survey, where: str, scrolls: bool = False, touch: bool = True) -> None:
    """As it is now; the letters of the keyboard on the screen stand closer than other targets."""
    found = [*cut_off(survey.page, scrolls), *axe_finds(survey.page)]
    found += [one for one in too_small_or_too_close(survey.page) if touch and "button.key" not in one]
    assert not found, "\n".join(f"{where}: {one}" for one in found)


def pressed(survey: Survey) -> str:
    return survey.text(".answers:visible .answer[aria-pressed=true]")


def skips_the_rest(survey: Survey, n: int = 9) -> None:
    """Past the question now shown, and on to the remark."""
    while n:
        survey.settled().locator("#skip").click()
        n -= 1
    survey.visible("#about")
    survey.page.locator("#about-skip").click()
    survey.visible("#remark")


def types_at_once(survey: Survey, text: str) -> bool:
    """Text and Enter, as fast as a scanner. Whether somebody took the Enter."""
    return bool(survey.page.evaluate(TYPES, text))


def stops_the_clock(page: Page) -> None:
    """An installed clock leaps ten seconds (we may be slow, and it never goes back) and stands until it is run."""
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 10)


def stays(survey: Survey) -> None:
    """The screen does not end by itself, however long we look."""
    survey.settled().evaluate(f"() => {{ {NO_TIMER_RUNS} }}")


def has_left_its_way(survey: Survey) -> None:
    """The end is where the visitor began: the browser takes its time to go back over all steps at once."""
    eventually(lambda: survey.page.evaluate("history.state === null"), why="the steps are still behind the end")


def listens(wire: WebSocket, frames: list[str]) -> None:
    wire.on("framesent", lambda frame: frames.append(str(frame)))
    wire.on("framereceived", lambda frame: frames.append(str(frame)))


def misses_every_call(page: Page) -> list[str]:
    """No picture in which somebody is at the counter reaches this screen: of a visit, it sees the end at most.

    Frames that do reach it; it takes them while the test waits for the page."""
    frames: list[str] = []

    def listening(wire: WebSocketRoute) -> None:
        def hears(frame: str | bytes) -> None:
            if '"called":true' not in str(frame):
                frames.append(str(frame))
                wire.send(frame)

        wire.connect_to_server().on_message(hears)

    page.route_web_socket(re.compile(r"/socket\.io/"), listening)
    return frames
