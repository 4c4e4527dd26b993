"""The kiosk: three touches to a number, whatever happens around it."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from playwright.sync_api import expect
from sqlalchemy import update

from kiosk.pages import TIMING
from kiosk.virtual_printer import VirtualPrinter
from ptsp import opening
from ptsp import records as r
from ptsp.hall import Work
from tests.browser.chromium import Chromium
from tests.browser.conftest import Screens, a_hall, print_when_failed, watched
from tests.browser.looks import cut_off, has_its_looks
from tests.browser.screens import HEALED_MS, Kiosk, eventually
from tests.support.driven_clock import FileClock
from tests.support.servers import Site

SECTION, SERVICE = "Pendidikan Madrasah", "Mutasi siswa"


def waiting(site: Site) -> int:
    with site.api() as api:
        return int(api.picture("board")["waiting"])


# --- one wish, one ticket


def test_a_double_touch_makes_one_ticket(kiosk: Kiosk) -> None:
    kiosk.touches(SECTION)
    kiosk.touches(SERVICE)
    tile = kiosk.tile("Umum")
    tile.evaluate("one => { one.click(); one.click(); one.click(); }")
    assert kiosk.number() == "M-001"
    kiosk.is_done()
    kiosk.touches(SECTION)
    kiosk.tile(SERVICE).dblclick()  # the second touch of a double touch must not choose on the next screen
    kiosk.visible("#choices")
    expect(kiosk.page.locator("#where")).to_have_text(SERVICE)
    assert waiting(kiosk.site) == 1


def test_the_language_changes_on_every_screen(kiosk: Kiosk) -> None:
    def both(selector: str, indonesian: str, english: str) -> None:
        kiosk.speaks("en")
        kiosk.shows(selector, english)
        kiosk.speaks("id")
        kiosk.shows(selector, indonesian)

    both("#choices h1", "Selamat datang. Silakan pilih layanan", "Welcome. Please choose the service you need.")
    both("#officer", "Panggil petugas", "Call an officer")
    kiosk.page.locator("#search").tap()
    both("#search-screen h1", "Layanan apa yang Bapak/Ibu cari?", "Which service are you looking for?")
    kiosk.page.locator("#back").tap()
    kiosk.touches(SECTION)
    both("#choices h1", "Silakan pilih layanan.", "Please choose a service.")
    both("#tiles", "Mutasi siswa", "Transfer of a pupil")
    kiosk.touches(SERVICE)
    both("#choices h1", "Antrean mana yang Bapak/Ibu perlukan?", "Which queue do you need?")
    both("#tiles", "lansia, disabilitas, ibu hamil", "elderly, people with disabilities")
    kiosk.touches("Umum")
    kiosk.number()
    both("#ticket h1", "Nomor antrean Anda", "Your queue number")
    both("#ticket-service", "Mutasi siswa", "Transfer of a pupil")
    kiosk.speaks("en")
    kiosk.page.locator("#done").tap()
    kiosk.is_home()
    kiosk.shows("#choices h1", "Selamat datang")  # the next visitor begins in Indonesian


def test_a_service_is_found_by_its_words(kiosk: Kiosk) -> None:
    kiosk.page.locator("#search").tap()
    for letter in "halal":
        kiosk.page.locator("#keys").get_by_role("button", name=letter, exact=True).tap()
    kiosk.page.locator("#results").get_by_role("button", name=re.compile("Rekomendasi halal")).tap()
    kiosk.touches("Umum")
    assert kiosk.number() == "U-001"


# The size of each name, and the words of it that stand on more than one line.
NAMES = """names => names.map(name => {
  const walker = document.createTreeWalker(name, NodeFilter.SHOW_TEXT);
  const broken = [];
  while (walker.nextNode()) {
    for (const word of walker.currentNode.data.matchAll(/\\S+/g)) {
      const range = document.createRange();
      range.setStart(walker.currentNode, word.index);
      range.setEnd(walker.currentNode, word.index + word[0].length);
      if (new Set([...range.getClientRects()].map(box => box.top)).size > 1) broken.push(word[0]);
    }
  }
  return [getComputedStyle(name).fontSize, broken];
})"""


@pytest.mark.parametrize("size", [(1024, 768), (1280, 800), (1080, 1920)])
def test_names_are_alike_and_no_word_is_broken(screens: Screens, size: tuple[int, int]) -> None:
    kiosk = screens.kiosk(size).opens()
    for language in ("id", "en"):
        kiosk.speaks(language)
        for larger in ("true", "false"):
            has_its_looks(kiosk.page)
            names = kiosk.page.locator("#tiles .tile-name").evaluate_all(NAMES)
            assert len({size for size, _broken in names}) == 1
            assert [broken for _size, broken in names if broken] == []
            kiosk.tap(kiosk.page.locator("#larger"))
            expect(kiosk.page.locator("#larger")).to_have_attribute("aria-pressed", larger)


def test_the_search_says_what_to_write_where_there_is_no_room_for_a_heading(screens: Screens) -> None:
    kiosk = screens.kiosk((1024, 768)).opens()
    kiosk.page.locator("#search").tap()
    query = kiosk.page.locator("#query")
    expect(query).to_have_attribute("placeholder", "Layanan apa yang Bapak/Ibu cari?")
    kiosk.speaks("en")
    expect(query).to_have_attribute("placeholder", "Which service are you looking for?")


def test_a_kiosk_is_paired_by_its_address(screens: Screens) -> None:
    page, watch = screens.page("kiosk", viewport={"width": 1080, "height": 1920}, has_touch=True)
    kiosk = Kiosk(page, watch, screens.site)
    kiosk.goes_to("/kiosk/")
    page.wait_for_url(re.compile(r"/device/pair\?next="))
    watch.expects("404")
    page.fill("#key", "not-a-key-that-anybody-was-given")
    page.locator("#pair button.primary").click()
    kiosk.visible("#pair-error")
    kiosk.goes_to(f"/kiosk/#key={screens.site.device_key('kiosk')}")
    kiosk.is_home()
    assert "key" not in page.url
    page.reload()
    kiosk.is_home()


# --- nobody there


def test_a_forgotten_kiosk_asks_and_then_begins_again(kiosk: Kiosk) -> None:
    kiosk.stops_its_clock()
    kiosk.speaks("en")
    kiosk.touches("Madrasah Education")
    kiosk.shows("#choices h1", "Please choose a service.")
    kiosk.later(TIMING["idle"])
    kiosk.visible("#idle")
    kiosk.shows("#idle", "Are you still here?")
    kiosk.shows("#idle-text", f"This screen resets in {TIMING['warning']} seconds.")
    kiosk.later(TIMING["warning"] - 1)
    kiosk.shows("#idle-text", "This screen resets in 1 second.")
    closes = "new Promise(done => document.getElementById('idle').addEventListener('close', () => done(true)))"
    kiosk.page.evaluate(f"() => {{ window.answered = {closes}; }}")
    kiosk.page.locator("#still-here").tap()
    assert kiosk.page.evaluate("window.answered")  # the screen hears of it after it is hidden, and counts from then
    expect(kiosk.page.locator("#idle")).to_be_hidden()
    kiosk.shows("#choices h1", "Please choose a service.")  # still where they were
    kiosk.later(TIMING["idle"])
    kiosk.visible("#idle")
    kiosk.later(TIMING["warning"])
    expect(kiosk.page.locator("#idle")).to_be_hidden()
    kiosk.shows("#choices h1", "Selamat datang")


def test_a_ticket_goes_from_the_screen_by_itself(kiosk: Kiosk) -> None:
    kiosk.stops_its_clock()
    kiosk.takes_number(SECTION, SERVICE)
    kiosk.shows("#paper", "Silakan ambil tiket Anda di bawah")  # without it the number stays for longer
    kiosk.shows("#clears", f"Layar ini kembali ke awal dalam {TIMING['ticket']} detik")
    kiosk.later(TIMING["ticket"] - 1)
    kiosk.shows("#clears", "Layar ini kembali ke awal dalam 1 detik")
    kiosk.later(1)
    kiosk.is_home()
    assert kiosk.page.locator("#qr").get_attribute("src") is None


# --- many people

SIZES = ((1024, 768), (1280, 800), (1080, 1920), (1920, 1080))
IN_ENGLISH = ("Madrasah Education", "Transfer of a pupil", "General")
# What tile, ticket, spoken sentence and phone say of everybody who has a hundred or more before them.
MORE_THAN_99 = {
    "id": (
        "Lebih dari 99 orang menunggu",
        "lebih dari 99 orang",
        "Di depan Anda lebih dari 99 orang.",
        "Di depan Anda lebih dari 99 orang.",
    ),
    "en": (
        "More than 99 people waiting",
        "more than 99 people",
        "More than 99 people ahead of you.",
        "More than 99 people are ahead of you.",
    ),
}


def issues(site: Site, how_many: int) -> None:
    """Numbers for the same service, before the next one."""
    with site.api() as api:
        for _ in range(how_many):
            reply = api.command("issue", service_id=site.office.service("mutasi-siswa"))
            assert reply.code == "ok", reply


def a_counter_for_it(site: Site) -> int:
    """Counted as `site.officer` counts."""
    taking = site.office.catalogue().taken_by[site.office.service("mutasi-siswa")]
    return 1 + min(site.office.counters.index(counter_id) for counter_id in taking)


def test_from_a_hundred_on_every_screen_says_more_than_99(screens: Screens) -> None:
    site, kiosk = screens.site, screens.kiosk()
    kiosk.stops_its_clock()
    issues(site, 99)
    kiosk.takes_number(SECTION, SERVICE)
    expect(kiosk.page.locator("#facts dd").first).to_have_text("99 orang")
    kiosk.is_done()
    for language, names in (("id", (SECTION, SERVICE, "Umum")), ("en", IN_ENGLISH)):
        tile, fact, spoken, headline = MORE_THAN_99[language]
        kiosk.speaks(language)
        expect(kiosk.tile(names[0])).to_contain_text(tile)
        kiosk.takes_number(*names)
        expect(kiosk.page.locator("#facts dd").first).to_have_text(fact)
        expect(kiosk.page.locator("#said")).to_contain_text(spoken)
        screens.phone(language=language).opens(kiosk.qr()).says(headline)
        kiosk.is_done()


def test_the_desk_says_more_than_99_too(screens: Screens) -> None:
    issues(screens.site, 100)
    desk = screens.desk(role="info").signs_in().takes("Loket 1")
    desk.press("a")
    desk.visible("#issue-dialog")
    desk.page.locator("#issue-service").select_option(label=SERVICE)
    desk.submits("issue-dialog")
    desk.shows("#issued-ahead", "lebih dari 99 orang")


@pytest.mark.parametrize(("names", "few"), [
    ((SECTION, SERVICE, "Umum"), "kurang dari"),
    (IN_ENGLISH, "less than"),
])  # fmt: skip
def test_the_longest_facts_of_a_ticket_are_not_cut_off(screens: Screens, names: tuple[str, str, str], few: str) -> None:
    """In every size of the screen and of the text: the longest of few people, and of many."""
    site, kiosk = screens.site, screens.kiosk()
    kiosk.stops_its_clock()
    found: list[str] = []
    with site.officer(a_counter_for_it(site)):
        for ahead, estimate in ((0, few), (100, "-")):
            issues(site, ahead)
            kiosk.speaks("id" if names[0] == SECTION else "en")
            kiosk.takes_number(*names)
            kiosk.shows("#facts", estimate)
            found += [f"{estimate}: {one}" for one in cut_off_in_any_size(kiosk)]
            kiosk.is_done()
    assert not found, "\n".join(found)


def cut_off_in_any_size(kiosk: Kiosk) -> list[str]:
    found = []
    for larger in ("true", "false"):
        kiosk.tap(kiosk.page.locator("#larger"))
        expect(kiosk.page.locator("#larger")).to_have_attribute("aria-pressed", larger)
        for width, height in SIZES:
            kiosk.page.set_viewport_size({"width": width, "height": height})
            where = f"{width}x{height}{', larger text' * (larger == 'true')}"
            found += [f"{where}: {one}" for one in cut_off(kiosk.page, scrolls=False)]
    return found


# --- hours, quota


@pytest.fixture
def clock(tmp_path: Path) -> FileClock:
    """Monday, a minute before the break, in Jakarta; stands still until it is moved."""
    clock = FileClock.make(tmp_path / "clock")
    clock.stand(at_jakarta(11, 59))
    return clock


def at_jakarta(hour: int, minute: int, day: int = 3) -> datetime:
    return datetime(2026, 8, day, hour, minute, tzinfo=ZoneInfo("Asia/Jakarta"))


@pytest.fixture
def by_the_hours(
    tmp_path: Path, clock: FileClock, chromium: Chromium, request: pytest.FixtureRequest
) -> Iterator[Screens]:
    """A hall that opens and closes by its published hours, on a clock that is driven."""
    with a_hall(tmp_path, clock=clock) as (site, _printer):
        site.office.hall.act(site.office.system, opening.by_the_hours)
        yield from watched(Screens(chromium, site, request.node.name), request)
        print_when_failed(request, site)


def test_the_hours_of_the_day(by_the_hours: Screens, clock: FileClock) -> None:
    kiosk = by_the_hours.kiosk().opens()
    board = by_the_hours.board().opens()
    expect(kiosk.page.locator("#notices .notice")).to_have_count(0)
    clock.forward(seconds=90)  # nothing happens at the counters: the screens must notice by themselves
    kiosk.shows("#notices", "Istirahat sampai pukul 13.00. Nomor antrean tetap dapat diambil.")
    board.shows("#call-words", "Istirahat sampai pukul 13.00")
    assert kiosk.takes_number(SECTION, SERVICE) == "M-001"
    kiosk.is_done()
    clock.stand(at_jakarta(13, 0))
    expect(kiosk.page.locator("#notices .notice")).to_have_count(0)
    clock.stand(at_jakarta(16, 1))
    kiosk.shows("#message h1", "Pelayanan sedang tutup.")
    kiosk.shows("#message .lead", "Kami buka kembali Selasa pukul 07.30.")
    kiosk.speaks("en")
    kiosk.shows("#message .lead", "We open again on Tuesday at 07.30.")
    clock.stand(at_jakarta(7, 31, day=7))
    kiosk.is_home()
    clock.stand(at_jakarta(17, 0, day=7))  # Friday; the next opening is after the weekend
    kiosk.shows("#message .lead", re.compile("Senin pukul 07.30|on Monday at 07.30"))


def test_closed_while_a_visitor_is_choosing(kiosk: Kiosk) -> None:
    kiosk.touches(SECTION)
    kiosk.touches(SERVICE)
    office = kiosk.site.office
    office.hall.act(office.system, opening.close_hall, until_at=office.clock.read().at + 3_600_000)
    with suppress(PlaywrightTimeout):  # the news may come before the finger: the screen is the same
        kiosk.tile("Umum").tap(timeout=2000)
    kiosk.shows("#message h1", "Pelayanan sedang tutup.")
    assert waiting(kiosk.site) == 0


def set_quota(work: Work, service_id: int, quota: int) -> dict[str, Any]:
    work.conn.execute(update(r.service).where(r.service.c.id == service_id).values(quota=quota))
    work.set_up_changed()
    work.write("set_up", work.office.schedule.service_day(work.reading.at))
    return {}


def test_a_full_service(screens: Screens) -> None:
    office = screens.site.office
    office.hall.act(office.system, set_quota, service_id=office.service("mutasi-siswa"), quota=1)
    kiosk, other = screens.kiosk().opens(), screens.kiosk().opens()
    for one in (kiosk, other):
        one.touches(SECTION)
        one.touches(SERVICE)
    kiosk.touches("Umum")
    kiosk.number()
    other.touches("Umum")  # the last number went to the other kiosk a moment ago
    other.shows("#message h1", "Antrean untuk layanan ini sudah penuh hari ini.")
    other.page.locator("#message-actions button").tap()
    other.is_home()
    other.touches(SECTION)
    tile = other.tile(SERVICE)
    expect(tile).to_have_attribute("aria-disabled", "true")
    expect(tile).to_contain_text("Penuh hari ini")
    tile.tap(force=True)  # it says that it is full; whoever touches it all the same is told for all to see
    other.shows("#note-title", "Antrean untuk layanan ini sudah penuh hari ini.")
    other.shows("#note-text", "Silakan pilih layanan lain atau hubungi petugas.")
    other.tap(other.page.locator("#note-close"))
    expect(other.page.locator("#choices h1")).to_contain_text("Silakan pilih layanan.")
    assert waiting(kiosk.site) == 1


# --- paper


def test_out_of_paper(kiosk: Kiosk, printer: VirtualPrinter) -> None:
    kiosk.stops_its_clock()  # the screen has patience for 10 s: the printer may take longer to find out
    printer.state = "paper_out"
    number = kiosk.takes_number(SECTION, SERVICE)
    kiosk.shows("#paper", "Kertas tiket sedang habis. Nomor Anda tetap tercatat: silakan foto layar ini.")
    assert number == "M-001"
    assert kiosk.qr().startswith(kiosk.site.url)
    assert printer.tickets == []
    kiosk.is_done()
    kiosk.shows("#notices", "Kertas tiket sedang habis. Nomor antrean tetap dapat diambil dan difoto.")
    printer.state = "ready"
    eventually(lambda: len(printer.tickets) == 1, why="the ticket was not printed when the paper was back")
    expect(kiosk.page.locator("#notices .notice")).to_have_count(0)


def test_a_dead_printer(kiosk: Kiosk, printer: VirtualPrinter) -> None:
    printer.stop()
    kiosk.takes_number(SECTION, SERVICE)
    kiosk.shows("#paper", re.compile("Nomor Anda tetap tercatat: silakan foto layar ini."))


def test_an_officer_is_called(kiosk: Kiosk, screens: Screens) -> None:
    desk = screens.desk().signs_in().takes("Loket 1")
    kiosk.page.locator("#officer").tap()
    kiosk.shows("#note", "Petugas sudah kami panggil.")
    desk.shows("#strip", re.compile("[Kk]iosk"))


# --- no server


def test_the_server_goes_and_comes_back(kiosk: Kiosk) -> None:
    kiosk.watch.network_breaks()
    server = kiosk.site.servers[0]
    server.kill9()
    kiosk.shows("#message h1", "Sambungan terputus.")
    kiosk.shows("#message .lead", "Kami mencoba menyambung kembali. Silakan hubungi petugas.")
    kiosk.page.wait_for_timeout(4000)  # long enough for the pauses between its attempts to have grown
    server.start()
    kiosk.is_home(HEALED_MS)
    assert kiosk.takes_number(SECTION, SERVICE) == "M-001"


def test_the_server_goes_at_the_last_touch(kiosk: Kiosk) -> None:
    """The wish is not lost and not doubled: the number appears when the server is back."""
    kiosk.watch.network_breaks()
    kiosk.touches(SECTION)
    kiosk.touches(SERVICE)
    server = kiosk.site.servers[0]
    os.killpg(server.pid, signal.SIGSTOP)  # it hears the wish and says nothing
    kiosk.touches("Umum")
    kiosk.shows("#message h1", "nomor Anda sedang dibuat")  # the wish is on the wire
    kiosk.page.wait_for_timeout(1500)
    server.kill9()
    kiosk.shows("#message", "Begitu tersambung kembali, nomor Anda tampil di sini.")
    server.start()
    assert kiosk.number() == "M-001"
    assert waiting(kiosk.site) == 1
