"""The officer's desk: every key, and honesty when the line is down or the counter has gone elsewhere."""

from __future__ import annotations

import os
import re
import signal
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from kiosk.virtual_printer import VirtualPrinter
from ptsp import people
from ptsp.office_file import read_office
from ptsp.setting_up import found_office
from tests.browser.conftest import Screens
from tests.browser.looks import axe_finds, cut_off
from tests.browser.screens import HALL_MS, HEALED_MS, Desk, eventually
from tests.support.halls import EXAMPLE
from tests.support.servers import Site
from tests.support.tcp_proxy import TcpProxy

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
# The lines of a list of services that end is in the middle of.
HALF_LINES = """(list) => {
  const end = list.getBoundingClientRect().bottom;
  const words = document.createRange();
  return [...list.querySelectorAll("li")].filter((line) => {
    words.selectNodeContents(line);
    return [...words.getClientRects()].some((box) => box.top < end - 1 && box.bottom > end + 1);
  }).map((line) => line.textContent);
}"""
# Writes down what the desk says, one after the other: some of it stands for a moment only.
RECORDER = """() => {
  window.said = [];
  const line = document.getElementById("told");
  const note = () => {
    const words = line.textContent.trim();
    if (words && words !== window.said.at(-1)) window.said.push(words);
  };
  new MutationObserver(note).observe(line, { childList: true, subtree: true });
}"""
# Of the place for the history, of the history there, of all its lines.
HEIGHTS = """() => {
  const list = document.querySelector(".history");
  return [list.parentElement.clientHeight, list.offsetHeight, list.scrollHeight];
}"""
LOST = "Sambungan terputus saat mengirim"
LONG = "Rekomendasi pendirian dan perpanjangan izin operasional lembaga pendidikan keagamaan nonformal"
FIRST_CODE, OTHER_CODE = "magang", "surat-masuk"


@pytest.fixture
def queue(site: Site) -> list[dict[str, Any]]:
    """Three visitors for Loket 1."""
    with site.api() as api:
        return [api.command("issue", service_id=site.office.service(FIRST_CODE)).body["ticket"] for _ in range(3)]


def waiting(desk: Desk, count: int, which: str = "queue") -> None:
    """The number is in the picture; the answer to the press may still be on its way (`desk.rests()`)."""
    expect(desk.page.locator(f"[data-count={which}]")).to_have_text(str(count), timeout=HALL_MS)


def recorded(screens: Screens, **more: Any) -> Desk:
    """A desk whose words are written down and whose time can be stopped."""
    desk = screens.desk(**more)
    desk.page.clock.install()
    desk.signs_in().takes("Loket 1")
    desk.page.evaluate(RECORDER)
    return desk


def said(desk: Desk) -> list[str]:
    words: list[str] = desk.page.evaluate("window.said")
    return words


def time_stops(desk: Desk) -> None:
    """Nothing runs out on the page any more, however slow this machine is."""
    desk.page.clock.pause_at(desk.page.evaluate("Date.now()") / 1000 + 3)  # it can be stopped in what is to come only


def test_a_visit_by_keys_alone(queue: list[dict[str, Any]], desk: Desk, printer: VirtualPrinter) -> None:
    waiting(desk, 3)
    desk.page.evaluate(RECORDER)
    desk.press("Enter")
    desk.serves("A-001")
    eventually(lambda: said(desk) == ["A-001 dipanggil."])
    desk.press("r")
    eventually(lambda: said(desk)[1:] == ["A-001 dipanggil ulang."])
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
    desk.rests()
    desk.page.locator("[data-ticket=recycle]").click()
    waiting(desk, 0, "missed")
    desk.page.locator("#tab-queue").click()
    waiting(desk, 3)
    desk.page.locator("#rows button", has_text="A-003").click()
    desk.rests()
    desk.page.locator("[data-ticket=remove]").click()
    desk.submits("remove-dialog")
    waiting(desk, 2)


def test_calling_while_serving_asks_to_finish_first(queue: list[dict[str, Any]], desk: Desk) -> None:
    desk.press("Space")
    desk.press("Space")
    desk.shows("#visit-state", re.compile("[Dd]ilayani"))
    desk.page.locator("#rows button", has_text="A-002").click()
    desk.rests()
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
            expect(desk.page.locator("[data-count=queue]")).to_have_text("4", timeout=HEALED_MS)
            assert "offline" not in str(desk.page.locator("body").get_attribute("class"))
            desk.page.wait_for_timeout(1500)
            assert api.picture("board")["calls"] == []  # the press from before was not sent after all
        desk.press("Space")
        desk.serves("A-001")
        desk.page.close()


def test_a_press_whose_answer_is_lost_has_one_effect(queue: list[dict[str, Any]], screens: Screens) -> None:
    with TcpProxy(screens.site.servers[0].port) as wire:
        desk = recorded(screens, url=wire.url)
        waiting(desk, 3)
        desk.rests()
        desk.watch.network_breaks()
        time_stops(desk)
        wire.freeze("to_client")
        desk.page.keyboard.press("Space")
        with screens.site.api() as api:
            eventually(lambda: api.picture("board")["calls"])
            wire.drop()  # the answer never arrives; the desk asks again with the same request id
            wire.heal()
            desk.page.clock.resume()
            desk.serves("A-001")
            waiting(desk, 2)
            assert len(api.picture("board")["calls"]) == 1
        eventually(lambda: said(desk)[-1:] == ["A-001 dipanggil."])
        desk.page.close()


def test_a_press_that_dies_with_the_server_is_owned_up_to(queue: list[dict[str, Any]], screens: Screens) -> None:
    server = screens.site.servers[0]
    desk = recorded(screens)
    waiting(desk, 3)
    desk.rests()
    desk.watch.network_breaks()
    time_stops(desk)
    os.killpg(server.pid, signal.SIGSTOP)
    desk.page.keyboard.press("Space")
    desk.page.clock.run_for(4000)
    desk.told(LOST)
    desk.page.keyboard.press("Space")
    desk.told(re.compile(r"\d\d\.\d\d\. Tindakan sebelumnya"))
    desk.page.clock.run_for(5000)
    desk.told(LOST)  # it is not sent any more
    desk.page.keyboard.press("Space")
    desk.told(LOST)  # one more press does not hide that the first may be lost
    server.restart()
    desk.page.clock.resume()
    expect(desk.page.locator("body")).not_to_have_class(re.compile("offline"), timeout=HEALED_MS)
    desk.page.wait_for_timeout(1500)
    desk.told(LOST)  # not "up to date": the press is lost
    broke, before, still = said(desk)
    assert (broke, "Tindakan sebelumnya" in before) == (still, True), "and nothing else was said in between"
    waiting(desk, 3)
    desk.press("Space")
    desk.serves("A-001")
    eventually(lambda: said(desk)[-1:] == ["A-001 dipanggil."])
    desk.page.close()


def test_a_note_of_several_lines_is_edited_as_one(queue: list[dict[str, Any]], desk: Desk) -> None:
    with desk.site.api() as api:
        api.command("annotate", ticket_id=queue[0]["id"], note="KTP \r\n\nKK\nasli")
    desk.press("Space")
    desk.serves("A-001")
    desk.press("n")
    expect(desk.page.locator("#note-text")).to_have_value("KTP KK asli")


def test_a_browser_without_round_keeps_the_history_in_its_panel(queue: list[dict[str, Any]], screens: Screens) -> None:
    desk = screens.desk()

    def older(route: Route) -> None:
        css = route.fetch().text()
        assert "round(" in css
        route.fulfill(body=css.replace("round(", "unknown("), content_type="text/css")

    desk.page.route("**/counter.css*", older)
    desk.signs_in().takes("Loket 1")
    for key in "Space", "r", "r", "r", "r", "r", "r":
        desk.press(key)
    expect(desk.page.locator("#history li")).to_have_count(8)
    room, lists, lines = desk.page.evaluate(HEIGHTS)
    assert lists <= room < lines, "it scrolls"


@pytest.mark.parametrize("size", [(1024, 768), (1280, 720), (1366, 768), (1920, 1080)], ids=lambda size: f"{size[0]}")
def test_at_a_desk_everything_is_in_view(size: tuple[int, int], queue: list[dict[str, Any]], screens: Screens) -> None:
    desk = recorded(screens, size=size)
    waiting(desk, 3)
    for key in "Space", "r", "r", "u", "u":
        desk.press(key)
    time_stops(desk)  # the answer to the last press stays, too
    desk.press("Space")
    desk.shows("#visit-state", re.compile("[Dd]ilayani"))
    for part in SEEN:
        expect(desk.page.locator(part).first).to_be_in_viewport(ratio=1)
    assert desk.page.evaluate(BEYOND) == []
    assert desk.page.evaluate(HALF_ROWS) == []


def names_at(site: Site, counter: int, language: str = "id") -> list[str]:
    """Of the services that the counter with this number takes, as the office lists them."""
    office = site.office.catalogue()
    taken = office.counter(site.office.counters[counter - 1]).service_ids
    return [office.service(one).name[language] for one in site.office.services if one in taken]


@pytest.mark.parametrize(("language", "counter"), [("id", "Loket 2"), ("en", "Counter 2")])
def test_the_services_of_the_counter_are_told_all_day(
    language: str, counter: str, queue: list[dict[str, Any]], screens: Screens
) -> None:
    desk = screens.desk(language=language).signs_in().takes(counter)
    names = names_at(screens.site, 2, language)
    on_the_empty_visit = desk.page.locator("#visit-services li")
    expect(on_the_empty_visit).to_have_text(names)
    for one in on_the_empty_visit.all():
        expect(one).to_be_in_viewport(ratio=1)
    desk.press("Space")
    desk.serves("A-001")
    expect(on_the_empty_visit.first).to_be_hidden()
    desk.shows("#services-count", str(len(names)))
    below_the_queue = desk.page.locator("#queue-services li")
    expect(below_the_queue.first).to_be_hidden()
    desk.page.locator("#queue-services summary").click()
    expect(below_the_queue).to_have_text(names)
    expect(below_the_queue.first).to_be_in_viewport(ratio=1)
    assert axe_finds(desk.page) + cut_off(desk.page) == []
    desk.press("Space")  # the click has not left the focus there: it starts the visit
    desk.shows("#visit-state", re.compile("[Dd]ilayani|[Bb]eing served"))
    expect(below_the_queue.first).to_be_in_viewport(ratio=1)


def test_the_information_desk_has_no_services_of_its_own(screens: Screens) -> None:
    desk = screens.desk(role="info").signs_in()
    desk.page.locator("#no-counter").click()
    desk.visible("#desk")
    desk.shows("#visit-service", "Meja informasi")
    for part in "#visit-services", "#queue-services":
        expect(desk.page.locator(part)).to_be_hidden()


ROLLS = 896  # CSS px: a narrower desk is one column, and longer than the screen
SIZES = [(360, 740), (1024, 768), (1280, 720), (1366, 768), (1920, 1080)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}")
def test_thirty_services_leave_everything_in_its_place(size: tuple[int, int], screens: Screens) -> None:
    with_every_service(screens.site)
    with screens.site.api() as api:
        for _visitor in range(3):
            api.command("issue", service_id=screens.site.office.services[0])
    desk = screens.desk(size=size).signs_in().takes("Loket 1")
    waiting(desk, 3)
    assert len(names_at(screens.site, 1)) >= 30
    expect(desk.page.locator("#visit-services li")).to_have_text(names_at(screens.site, 1))
    empty = all_is_well(desk, size)
    desk.press("Space")
    desk.serves("A-001")
    begun = all_is_well(desk, size)
    desk.page.locator("#queue-services summary").click()
    desk.visible("#queue-services li >> nth=0")
    all_is_well(desk, size)
    if size[0] > ROLLS:
        assert begun == empty, "nothing moves when a visit begins"
        expect(desk.page.locator("#rows button").first).to_be_in_viewport(ratio=1)


def with_every_service(site: Site) -> None:
    """Every counter takes all that the office has, and more, under long names."""
    plan = read_office(EXAMPLE.read_text())
    first = plan.sections[0]
    more = [replace(first.services[-1], code=f"lain-{n}", name=dict.fromkeys(("id", "en"), LONG)) for n in range(6)]
    sections = (replace(first, services=(*first.services, *more)), *plan.sections[1:])
    codes = tuple(service.code for section in sections if section.active for service in section.services)
    counters = tuple(replace(one, services=codes) for one in plan.counters)
    found_office(site.office.hall, replace(plan, sections=sections, counters=counters))


def all_is_well(desk: Desk, size: tuple[int, int]) -> list[Any]:
    """Nothing is beyond the screen and no line is half seen; where the parts of the desk are."""
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert size[0] <= ROLLS or desk.page.evaluate(BEYOND) == []
    for part in "#visit-services .services", "#queue-services .services":
        assert desk.page.locator(part).evaluate(HALF_LINES) == []
    return [desk.page.locator(part).bounding_box() for part in (".queue", ".visit", "#rows", "#primary", "#told")]


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
    desk.visible("#gone", HEALED_MS)
    desk.visible("#sign-in-again")
    desk.watch.expects("401")
    desk.page.locator("#sign-in-again").click()
    desk.page.fill("#login", desk.login)
    desk.page.fill("#password", "kopi-susu-gula-aren-7")
    desk.page.locator("form.panel button.primary").click()
    desk.visible("[role=alert]")
