"""Results as visitors and managers see them: on a phone, on a desk, on the boards of the hall, where a call wins."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ptsp import following_up, publishing
from ptsp.elements import SKM
from ptsp.periods import Period, containing
from tests.browser.chromium import Chromium
from tests.browser.conftest import Screens, a_hall, print_when_failed, watched
from tests.browser.looks import axe_finds, cut_off
from tests.browser.screens import Board
from tests.support.answers import a_year_of_answers
from tests.support.published import publish
from tests.support.servers import Site
from tests.support.weights import use_weight

READERS = ((360, 740), (1366, 900))
MANAGERS = ((1366, 900), (360, 740))
BOARDS = ((1920, 1080), (1080, 1920), (1280, 720))
NOTHING_BELOW = 99.5  # LOOK: 100 px on a 1080p board


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A hall whose last quarter but one and last quarter are public, with a line of follow-up."""
    with a_hall(tmp_path_factory.mktemp("hall")) as (site, _printer):
        for period, n in ((last_quarter(site).previous(), 120), (last_quarter(site), 240)):
            a_year_of_answers(site.office, n, period.first, period.last, seed=n)
            publish(site.office, ("page", "board"), SKM, period)
        follow(site, last_quarter(site))
        yield site


@pytest.fixture
def screens(chromium: Chromium, hall: Site, request: pytest.FixtureRequest) -> Iterator[Screens]:
    yield from watched(Screens(chromium, hall, request.node.name), request)
    print_when_failed(request, hall)


def last_quarter(site: Site) -> Period:
    office = site.office.catalogue()
    return containing("quarter", office.schedule.service_day(site.office.clock.read().at)).previous()


def follow(site: Site, period: Period) -> None:
    line = {
        "instrument": SKM, "first_day": period.first, "last_day": period.last, "element": "U9",
        "finding": "Ruang tunggu sempit", "activity": "Menambah 20 kursi dan dua kipas angin di ruang tunggu",
        "target": "U9 naik menjadi B", "output": "Kursi dan kipas angin", "starts_on": period.last,
        "ends_on": period.next().last, "in_charge": "Subbag TU", "obstacle": "", "status": "running",
    }  # fmt: skip
    site.office.hall.act(site.office.system, following_up.add_followup, **line)


def looks(page: Page, sizes: tuple[tuple[int, int], ...], where: str) -> list[str]:
    wrong = []
    for n, (width, height) in enumerate(sizes):
        page.set_viewport_size({"width": width, "height": height})
        found = cut_off(page) + (axe_finds(page) if n == 0 else [])
        wrong += [f"{where} at {width}x{height}: {one}" for one in found]
    return wrong


def test_the_public_page(screens: Screens) -> None:
    page, watch = screens.page("visitor")
    watch.expects("404")
    wrong = []
    for language, value in (("id", r"\d\d,\d\d"), ("en", r"\d\d\.\d\d")):
        page.goto(f"/results/?language={language}")
        expect(page.get_by_test_id("index")).to_have_text(re.compile(f"^{value}$"))
        wrong += looks(page, READERS, f"results {language}")
        page.goto(f"/results/99999?language={language}")
        wrong += looks(page, READERS[:1], f"nothing {language}")
    assert page.context.cookies() == []
    assert not wrong, "\n".join(wrong)


def test_a_manager_publishes_and_plans(screens: Screens) -> None:
    manager = screens.manager().signs_in()
    page = manager.page
    wrong = []
    for language in ("id", "en"):
        page.context.add_cookies([{"name": "language", "value": language, "url": screens.site.url}])
        manager.goes_to("/office/calendar/")
        expect(page.locator("[data-quarter]")).to_have_count(4)
        wrong += looks(page, MANAGERS, f"calendar {language}")
        manager.goes_to("/office/survey/published/")
        wrong += looks(page, MANAGERS, f"publish {language}")
    page.fill("#place", "Papan pengumuman lobi")
    page.locator("form[action$='/report'] button").click()
    expect(page.locator("[role=status]")).to_be_visible()
    expect(page.locator("td", has_text="Papan pengumuman lobi").first).to_be_visible()
    assert not wrong, "\n".join(wrong)


# --- the boards


def quick(board: Board, **seconds: float) -> Board:
    """The board with shorter patience: other numbers in its data block, before its script reads them."""
    board.page.add_init_script(
        """
        document.addEventListener("readystatechange", () => {
          const block = document.getElementById("page");
          if (document.readyState !== "interactive" || !block) return;
          const data = JSON.parse(block.textContent);
          Object.assign(data.slide, SECONDS);
          block.textContent = JSON.stringify(data);
        });
        """.replace("SECONDS", json.dumps(seconds))
    )
    return board.opens()


# Writes down at each call whether the result was still to be seen in the frame in which the call stood there.
WATCHES = """() => {
  window.together = 0; window.late = null;
  const result = document.getElementById("result");
  const look = () => {
    if (!document.body.classList.contains("calling")) return;
    if (!result.hidden || document.getElementById("call").hidden) window.together += 1;
  };
  const all = { attributes: true, subtree: true, childList: true };
  new MutationObserver(() => requestAnimationFrame(look)).observe(document.body, all);
}"""


def smallest(page: Page) -> float:
    """The smallest letters of the slide, in units of the board."""
    found: float = page.evaluate(
        """() => {
          const upright = innerHeight > innerWidth;
          const unit = Math.min(innerWidth / (upright ? 1080 : 1920), innerHeight / (upright ? 1920 : 1080));
          const parts = [...document.querySelectorAll("#result > *")].filter((one) => one.textContent.trim());
          return Math.min(...parts.map((one) => parseFloat(getComputedStyle(one).fontSize) / unit));
        }"""
    )
    return found


def too_much(page: Page) -> list[str]:
    """What of the slide is cut off on any board, or too small to be read."""
    wrong = []
    for width, height in BOARDS:
        page.set_viewport_size({"width": width, "height": height})
        wrong += [f"{width}x{height}: {one}" for one in cut_off(page, False)]
        assert smallest(page) >= NOTHING_BELOW, (width, height)
        box = page.locator("#result").evaluate(
            "one => [one.scrollHeight - one.clientHeight, one.scrollWidth - one.clientWidth]"
        )
        assert max(box) <= 1, (width, height, box)
    return wrong


def test_the_result_stands_on_the_board_in_quiet_and_a_call_takes_its_place_at_once(screens: Screens) -> None:
    board = quick(screens.board(), quiet=1, stands=600, rests=1)
    page, site = board.page, screens.site
    board.visible("#result")
    with site.office.hall.view() as conn:
        slide: Any = publishing.slide_of(conn, site.office.office_id)
    expect(page.get_by_test_id("result-value")).to_have_text(slide["value"]["id"])
    expect(page.locator("#result-period")).to_have_text(slide["period"]["id"])
    wrong = too_much(page) + axe_finds(page)
    assert not wrong, "\n".join(wrong)
    page.evaluate(WATCHES)
    with site.api() as api, site.officer(1) as desk:
        service = site.office.service_for(desk.counter_id)
        ticket = api.command("issue", service_id=service).body["ticket"]
        board.visible("#result")  # a number that is taken disturbs nobody
        assert desk.command("call_next", counter_id=desk.counter_id).code == "ok"
        board.calls(ticket["number"], "Loket 1")
        assert page.locator("#result").is_hidden(), "at once: nothing is waited for"
        assert page.evaluate("window.together") == 0
        board.visible("#result")  # and comes back when it is quiet; the number heads the list
        expect(page.locator("#last td").first).to_have_text(ticket["number"])
        assert page.evaluate("window.together") == 0
        desk.command("leave", counter_id=desk.counter_id)


def test_a_rounded_weight_stands_on_the_slide_and_nothing_is_cut_off(screens: Screens) -> None:
    site = screens.site
    use_weight(site.office, "0.111")
    publish(site.office, ("board",), SKM, last_quarter(site))
    use_weight(site.office, "exact")
    board = quick(screens.board(), quiet=1, stands=600, rests=1)
    board.visible("#result")
    told = board.page.locator("#result-n")
    expect(told).to_have_text(re.compile("^\\d+ .* 0,111$"))
    told.evaluate("one => { one.textContent = one.textContent.replace(/^\\d+/, '123456'); }")
    wrong = too_much(board.page)
    assert not wrong, "\n".join(wrong)


def test_a_manager_makes_the_quarters_report_from_nothing(screens: Screens) -> None:
    """From signing in: the quarter, a follow-up for its weakest element, the report with it in hand."""
    manager = screens.manager(size=(1366, 900)).signs_in()
    page, quarter = manager.page, last_quarter(screens.site)
    page.get_by_role("link", name="Survei", exact=True).click()
    page.locator("select[name=period]").select_option(quarter.code)
    page.get_by_role("button", name="Tampilkan").click()
    page.get_by_role("link", name="Tindak lanjuti").first.click()
    for field, words in (("activity", "Menambah satu loket pagi"), ("target", "Naik"), ("output", "Loket")):
        page.locator(f"[name={field}]").fill(words)
    page.locator("[name=in_charge]").fill("Subbag TU")
    page.locator("[name=ends_on]").fill(quarter.next().last)
    page.locator("form.line-form button.primary, main form button.primary").last.click()
    expect(page.locator(".notice.good")).to_be_visible()
    manager.goes_to(f"/office/survey/?period={quarter.code}")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Laporan (PDF)").click()
    report = waiting.value.path().read_bytes()
    assert report.startswith(b"%PDF")
    assert len(report) > 50_000
