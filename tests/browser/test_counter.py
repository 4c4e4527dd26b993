"""The officer's desk: every key, and honesty when the line is down or the counter has gone elsewhere."""

from __future__ import annotations

import os
import re
import signal
from typing import Any

import pytest
from playwright.sync_api import expect

from kiosk.virtual_printer import VirtualPrinter
from ptsp import people
from tests.browser.conftest import Screens
from tests.browser.screens import HALL_MS, Desk, eventually
from tests.support.servers import Site
from tests.support.tcp_proxy import TcpProxy

# The answer comes first: it clears itself after some seconds.
SEEN = ("#told .notice", "#visit-number", "#stopwatch", "#history li", "#primary", "#tab-missed", "#rows button")
# The parts of the desk that would have to be scrolled, and the rows of the history of which only a part is seen.
BEYOND = """() => ["html", ".tabs", ".visit", ".actions"].filter((name) => {
  const part = document.querySelector(name);
  return part.scrollWidth > part.clientWidth || part.scrollHeight > part.clientHeight;
})"""
HALF_ROWS = """() => {
  const end = document.querySelector(".history").getBoundingClientRect().bottom;
  const rows = [...document.querySelectorAll("#history li")];
  const cut = rows.filter((row) => {
    const box = row.getBoundingClientRect();
    return box.top < end - 1 && box.bottom > end + 1;
  });
  return cut.map((row) => row.textContent);
}"""
FIRST_CODE, OTHER_CODE = "magang", "surat-masuk"


@pytest.fixture
def queue(site: Site) -> list[dict[str, Any]]:
    """Three visitors for Loket 1."""
    with site.api() as api:
        return [api.command("issue", service_id=site.office.service(FIRST_CODE)).body["ticket"] for _ in range(3)]


def waiting(desk: Desk, count: int, which: str = "queue") -> None:
    expect(desk.page.locator(f"[data-count={which}]")).to_have_text(str(count), timeout=HALL_MS)


def test_a_visit_by_keys_alone(queue: list[dict[str, Any]], desk: Desk, printer: VirtualPrinter) -> None:
    waiting(desk, 3)
    desk.press("Enter")
    desk.serves("A-001")
    desk.told("A-001 dipanggil.")
    desk.press("r")
    desk.told(re.compile("A-001 dipanggil ulang"))
    desk.press("u")
    eventually(lambda: len(printer.tickets) == 4, 15)
    desk.press("Space")
    desk.shows("#visit-state", re.compile("[Dd]ilayani"))
    desk.press("n")
    desk.page.fill("#note-text", "Berkas kurang satu lembar")
    desk.submits("note-dialog")
    desk.shows("#visit-note", "Berkas kurang satu lembar")
    desk.press("p")
    expect(desk.page.locator("#note-dialog button[type=submit]")).to_have_text("Tunda")
    desk.page.keyboard.press("Enter")
    waiting(desk, 1, "parked")
    desk.press("l")
    desk.serves("A-001")
    desk.press("b")  # filed: the back office goes on
    desk.serves("\xa0")
    desk.press("Space")
    desk.serves("A-002")
    desk.press("t")
    waiting(desk, 1, "missed")
    desk.press("c")
    desk.page.keyboard.press("Enter")  # opens the first number of the queue
    desk.shows("#ticket-title", "A-003")
    desk.page.locator("[data-ticket=call]").click()
    desk.serves("A-003")
    desk.press("k")
    waiting(desk, 1)
    desk.press("Space")
    desk.serves("A-003")
    desk.press("x")
    service = desk.page.locator("#transfer-service")
    service.select_option(label="Surat masuk")
    desk.page.fill("#transfer-note", "Untuk surat masuk")
    desk.submits("transfer-dialog")
    desk.serves("\xa0")
    desk.shows("#rows", "Surat masuk")
    desk.shows("#rows", "Untuk surat masuk")
    desk.press("i")
    desk.page.locator("#break-dialog input").nth(1).check(force=True)
    desk.submits("break-dialog")
    desk.shows("#place-state", "Istirahat")
    desk.press("i")
    desk.shows("#place-state", re.compile("[Bb]uka"))
    desk.press("q")
    desk.submits("leave-dialog")
    desk.visible("#choose")


def test_numbers_are_put_back_and_removed_from_the_lists(queue: list[dict[str, Any]], desk: Desk) -> None:
    desk.press("Space")
    desk.serves("A-001")
    desk.press("t")
    waiting(desk, 1, "missed")
    desk.page.locator("#tab-missed").click()
    desk.page.locator("#rows button").first.click()
    desk.page.locator("[data-ticket=recycle]").click()
    waiting(desk, 0, "missed")
    desk.page.locator("#tab-queue").click()
    waiting(desk, 3)
    desk.page.locator("#rows button", has_text="A-003").click()
    desk.page.locator("[data-ticket=remove]").click()
    desk.submits("remove-dialog")
    waiting(desk, 2)


def test_calling_while_serving_asks_to_finish_first(queue: list[dict[str, Any]], desk: Desk) -> None:
    desk.press("Space")
    desk.press("Space")
    desk.shows("#visit-state", re.compile("[Dd]ilayani"))
    desk.page.locator("#rows button", has_text="A-002").click()
    desk.page.locator("[data-ticket=call]").click()
    desk.visible("#finish-dialog")
    desk.shows("#finish-title", "A-001")
    desk.submits("finish-dialog")
    desk.serves("A-002")


def test_letters_typed_into_a_note_do_nothing_else_and_can_be_switched_off(
    queue: list[dict[str, Any]], desk: Desk
) -> None:
    desk.press("Space")
    desk.serves("A-001")
    desk.press("n")
    desk.page.keyboard.type("tidak datang tepat waktu")
    desk.submits("note-dialog")
    desk.shows("#visit-note", "tidak datang tepat waktu")
    desk.serves("A-001")
    desk.page.locator("#open-options").click()
    desk.page.locator("#option-keys").uncheck()
    desk.page.locator("#options-dialog [data-close]").click()
    desk.press("t")
    desk.page.wait_for_timeout(700)
    desk.serves("A-001")


def test_offline_it_says_so_and_sends_nothing_later(queue: list[dict[str, Any]], screens: Screens) -> None:
    with TcpProxy(screens.site.servers[0].port) as wire:
        desk = screens.desk(url=wire.url).signs_in().takes("Loket 1")
        waiting(desk, 3)
        desk.rests()
        desk.watch.network_breaks()
        wire.cut()
        desk.is_stale()
        desk.told(re.compile(r"Sambungan terputus sejak \d\d\.\d\d\."))
        desk.page.keyboard.press("Space")
        desk.told(re.compile(r"Sambungan terputus sejak \d\d\.\d\d\. Tindakan belum terkirim\."))
        waiting(desk, 3)  # keeps what it showed
        with screens.site.api() as api:
            api.command("issue", service_id=screens.site.office.service(FIRST_CODE))
            wire.heal()
            waiting_in_5_s = desk.page.locator("[data-count=queue]")
            expect(waiting_in_5_s).to_have_text("4", timeout=5000)
            expect(desk.page.locator("body")).not_to_have_class(re.compile("offline"), timeout=1000)
            desk.page.wait_for_timeout(1500)
            assert api.picture("board")["calls"] == []  # the press from before was not sent after all
        desk.press("Space")
        desk.serves("A-001")
        desk.page.close()


def test_a_press_whose_answer_is_lost_has_one_effect(queue: list[dict[str, Any]], screens: Screens) -> None:
    with TcpProxy(screens.site.servers[0].port) as wire:
        desk = screens.desk(url=wire.url).signs_in().takes("Loket 1")
        waiting(desk, 3)
        desk.rests()
        desk.watch.network_breaks()
        wire.freeze("to_client")
        desk.page.keyboard.press("Space")
        with screens.site.api() as api:
            eventually(lambda: api.picture("board")["calls"])
            wire.drop()  # the answer never arrives; the desk asks again with the same request id
            wire.heal()
            desk.serves("A-001")
            waiting(desk, 2)
            assert len(api.picture("board")["calls"]) == 1
        desk.told("A-001 dipanggil.")
        desk.page.close()


def test_a_press_that_dies_with_the_server_is_owned_up_to(queue: list[dict[str, Any]], screens: Screens) -> None:
    server = screens.site.servers[0]
    desk = screens.desk().signs_in().takes("Loket 1")
    waiting(desk, 3)
    desk.rests()
    desk.watch.network_breaks()
    os.killpg(server.pid, signal.SIGSTOP)
    desk.page.keyboard.press("Space")
    desk.told(re.compile("Sambungan terputus saat mengirim"), 8000)
    desk.page.keyboard.press("Space")
    desk.told(re.compile(r"\d\d\.\d\d\. (Tindakan sebelumnya|The action before)"))
    desk.told(re.compile("Sambungan terputus saat mengirim"), 10_000)  # it is not sent any more
    server.restart()
    expect(desk.page.locator("body")).not_to_have_class(re.compile("offline"), timeout=5000)
    desk.page.wait_for_timeout(1500)
    desk.told(re.compile("Sambungan terputus saat mengirim"))  # not "up to date": the press is lost
    waiting(desk, 3)
    desk.press("Space")
    desk.serves("A-001")
    desk.told("A-001 dipanggil.")
    desk.page.close()


@pytest.mark.parametrize("size", [(1024, 768), (1280, 720), (1366, 768), (1920, 1080)], ids=lambda size: f"{size[0]}")
def test_at_a_desk_everything_is_in_view(size: tuple[int, int], queue: list[dict[str, Any]], screens: Screens) -> None:
    desk = screens.desk(size=size).signs_in().takes("Loket 1")
    waiting(desk, 3)
    for key in "Space", "r", "r", "u", "u", "Space":
        desk.press(key)
    desk.shows("#visit-state", re.compile("[Dd]ilayani"))
    for part in SEEN:
        expect(desk.page.locator(part).first).to_be_in_viewport(ratio=1)
    assert desk.page.evaluate(BEYOND) == []
    assert desk.page.evaluate(HALF_ROWS) == []


def test_a_second_sign_in_moves_the_counter_and_tells_the_first(screens: Screens, desk: Desk) -> None:
    other = screens.desk(login=desk.login).signs_in()
    tile = other.page.locator("#counters .tile", has_text="Loket 1")
    expect(tile).to_contain_text("layar lain", timeout=HALL_MS)
    other.takes("Loket 1")
    desk.visible("#gone")
    desk.shows("#gone-what", "Loket 1")
    desk.page.locator("#take-back").click()
    desk.visible("#desk")
    other.visible("#gone")


def test_another_officer_is_refused(screens: Screens, desk: Desk) -> None:
    other = screens.desk().signs_in()
    tile = other.page.locator("#counters .tile", has_text="Loket 1")
    expect(tile).to_contain_text(desk.login.title(), timeout=HALL_MS)
    tile.click()
    other.shows("#told-choose", re.compile("Loket 1.*" + desk.login.title()))
    other.visible("#choose")
    desk.visible("#desk")


def test_a_disabled_account_is_out_at_once(screens: Screens, desk: Desk) -> None:
    office = screens.site.office
    with office.hall.view() as conn:
        person_id = people.check_password(conn, desk.login, "kopi-susu-gula-aren-7").id
    admin = screens.manager("admin").signs_in()
    admin.goes_to("/office/people")
    card = admin.page.locator("details", has=admin.page.locator(f"form[action='/office/people/{person_id}/disable']"))
    card.locator("summary").click()
    card.locator("button.danger").click()
    desk.visible("#gone", 5000)
    desk.visible("#sign-in-again")
    desk.watch.expects("401")
    desk.page.locator("#sign-in-again").click()
    desk.page.fill("#login", desk.login)
    desk.page.fill("#password", "kopi-susu-gula-aren-7")
    desk.page.locator("form.panel button.primary").click()
    desk.visible("[role=alert]")
