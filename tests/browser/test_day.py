"""The day at the hall, end to end: two browsers, the real server, paper from the printer. Once in each language."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from kiosk.virtual_printer import VirtualPrinter
from ptsp import surveying
from tests.browser.conftest import Screens
from tests.browser.screens import Board, Kiosk, Manager, Phone, Survey, eventually, read_qr


def paper_of(printer: VirtualPrinter, count: int = 1) -> str:
    """The address in the code on the newest of so many tickets."""
    eventually(lambda: len(printer.tickets) == count, why=f"{len(printer.tickets)} tickets were printed")
    codes = read_qr(Path(printer.tickets[-1]).read_bytes())
    assert len(codes) == 1
    return codes[0]


@pytest.mark.parametrize("width_mm", [80])
def test_a_visit_from_the_kiosk_to_the_survey(
    screens: Screens, kiosk: Kiosk, board: Board, phone: Callable[[str], Phone], printer: VirtualPrinter, width_mm: int
) -> None:
    kiosk.stops_its_clock()  # paper that comes late is another story
    # Three touches, and there is a number on the screen and on paper.
    number = kiosk.takes_number("Subbag Tata Usaha", "Legalisir dokumen kepegawaian")
    assert (number, kiosk.taps) == ("A-001", 3)
    kiosk.shows("#facts", "Berikutnya")
    address = kiosk.qr()
    assert address.startswith(f"{kiosk.site.url}/t/")
    assert paper_of(printer) == address
    kiosk.shows("#paper", "Silakan ambil tiket Anda di bawah")
    kiosk.is_done()

    visitor = phone(address)
    visitor.says("Anda urutan ke-1.")
    assert visitor.text("[data-testid=number]") == number

    # An officer, in another browser.
    officer = screens.desk(browser=1).signs_in().takes("Loket 1")
    assert officer.page.context.browser != kiosk.page.context.browser
    officer.shows("#rows", number)
    officer.press("Space")
    officer.serves(number)
    board.calls(number, "Loket 1")
    visitor.says("Giliran Anda.")
    visitor.shows("#text", "Silakan menuju Loket 1.")

    officer.primary("Mulai")
    visitor.says("Anda sedang dilayani.")
    officer.primary("Selesai")
    officer.told(f"{number}")

    counts_the_fast(screens)
    # The survey, on the phone: nine questions, in the order of the printed form.
    visitor.says("Pelayanan selesai.")
    visitor.page.locator("#survey a").tap()
    survey = Survey(visitor.page, visitor.watch, visitor.site)
    survey.begins()
    survey.answers(best=4)
    assert len(set(survey.answered)) == 9
    survey.sends("Ramah dan cepat.")
    survey.shows("#end-title", "Terima kasih.")
    survey.shows("#end-text", "Jawaban Anda kami pakai untuk memperbaiki pelayanan.")
    survey.page.locator("#end-action").tap()
    visitor.shows("#hint", "Survei untuk tiket ini sudah diisi. Terima kasih.")
    expect(visitor.page.locator("#survey")).to_be_hidden()
    survey.goes_to(f"/survey/{address.rsplit('/', 1)[1]}")
    survey.shows("#end-title", "Survei untuk tiket ini sudah diisi.")

    # The manager sees the day.
    manager = screens.manager(browser=1).signs_in()
    assert_day_of_one_visit(manager, people="1 orang", n="1 jawaban")
    [row] = day_sheet(manager)
    assert (row["number"], row["service"], row["counter"]) == (number, "Legalisir dokumen kepegawaian", "1")
    assert (row["state"], row["outcome"], row["calls"]) == ("served", "delivered", "1")


@pytest.mark.parametrize("width_mm", [58])
def test_a_visit_in_english_with_the_survey_at_the_exit(
    screens: Screens, kiosk: Kiosk, board: Board, survey_kiosk: Survey, printer: VirtualPrinter, width_mm: int
) -> None:
    kiosk.stops_its_clock()
    kiosk.speaks("en")
    number = kiosk.takes_number("Administration", "Internship", "Priority")
    address = kiosk.qr()
    assert paper_of(printer) == address
    kiosk.shows("#paper", "Please take your ticket below.")

    officer = screens.desk(browser=1, language="en").signs_in().takes("Counter 2")
    officer.primary("Call")
    board.calls(number, "Loket 2")  # the hall's own language; the visitor's is on the phone
    visitor = screens.phone().opens(address)
    visitor.says("It is your turn.")  # the language chosen at the kiosk
    visitor.shows("#text", "Please go to Counter 2.")
    officer.primary("Start")
    officer.press("Space")
    visitor.says("Your visit is complete.")

    counts_the_fast(screens)
    survey_kiosk.scans(address)
    survey_kiosk.visible("#intro")
    survey_kiosk.page.locator("[data-language=en]").tap()
    survey_kiosk.begins()
    survey_kiosk.answers(best=3)
    survey_kiosk.sends()
    survey_kiosk.shows("#end-title", "Thank you.")

    manager = screens.manager(browser=1, language="en").signs_in()
    assert_day_of_one_visit(manager, people="1 person", n="1 answer")
    [row] = day_sheet(manager)
    assert (row["number"], row["service"], row["priority"]) == (number, "Internship", "1")


def counts_the_fast(screens: Screens) -> None:
    """A robot answers faster than anybody reads, and so it is flagged; this office counts such answers too."""
    office = screens.site.office
    office.hall.act(office.system, surveying.set_survey, settings={"survey_count_flagged": True})


def assert_day_of_one_visit(manager: Manager, people: str, n: str) -> None:
    manager.reads("served", people)
    manager.reads("issued", "1")
    manager.reads("skm-note", n)
    assert manager.fill("ikm") == "-", "fewer than five answers are not shown: everybody would know whose they are"
    expect(manager.page.locator("#times tbody tr").first.locator("td").last).to_have_text("1")


def day_sheet(manager: Manager) -> list[dict[str, str]]:
    """The day as a spreadsheet reads it."""
    with manager.page.expect_download() as download:
        manager.page.get_by_role("link", name=re.compile("CSV")).click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))
