"""Complaints: by touch on the kiosk, on a phone of 360 px, at the managers' desk; looked at in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from ptsp import complaining, complaint_deeds
from ptsp.hall import Actor
from ptsp.periods import moved
from tests.browser.chromium import Chromium
from tests.browser.conftest import Screens, a_hall, print_when_failed, watched
from tests.browser.screens import Kiosk, Manager, Phone, eventually, read_qr
from tests.browser.surveys import stops_the_clock
from tests.browser.test_every_page import Looks
from tests.support.servers import Site

# The second language is longer or shorter, not another page: looked at where it is tightest.
KIOSKS = {"id": ((1080, 1920), (1280, 800), (1024, 768)), "en": ((1280, 800),)}
PHONES = {"id": ((360, 740), (320, 568)), "en": ((320, 568),)}
DESKS = {"id": ((1280, 800),), "en": ((1280, 800),)}
IN_BOTH = pytest.mark.parametrize("language", ["id", "en"])
CONTACT = "0812-0000-0000"
LONG_AGO_DAYS = 60  # later than any deadline of an answer, however many days the office was closed
# One screen shows the sections, then the services of one.
SECTIONS, SERVICES = "#services:has([data-key=s0])", "#services:not(:has([data-key=s0]))"


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One hall for all tests of this file."""
    with a_hall(tmp_path_factory.mktemp("complaints")) as (site, _printer):
        yield site


@pytest.fixture
def screens(chromium: Chromium, hall: Site, request: pytest.FixtureRequest) -> Iterator[Screens]:
    yield from watched(Screens(chromium, hall, request.node.name), request)
    print_when_failed(request, hall)


def types(kiosk: Kiosk, keys: str, words: str) -> None:
    """On the screen's own keyboard. Two taps on one key are two letters, however fast."""
    for char in words:
        name = re.compile(r"^(Spasi|Space)$") if char == " " else re.compile(rf"^{re.escape(char)}$")
        kiosk.page.locator(f"{keys} button").filter(has_text=name).tap()


def tile(kiosk: Kiosk, key: str) -> None:
    kiosk.tap(kiosk.page.locator(f".screen:not([hidden]) .tile[data-key={key}]"))


def code(kiosk: Kiosk, selector: str) -> str:
    """What the code in that picture says, once it is there."""
    image = kiosk.visible(selector)
    eventually(lambda: image.evaluate("one => one.complete && one.naturalWidth > 0"))
    (text,) = read_qr(image.screenshot())
    return text


@IN_BOTH
def test_by_touch_on_the_kiosk(screens: Screens, hall: Site, language: str) -> None:
    kiosk = screens.kiosk().opens()
    page = kiosk.page
    if language == "en":
        kiosk.speaks("en")
    kiosk.tap(page.locator("#complaints"))
    page.wait_for_url("**/complaints/**")
    expect(page.locator("html")).to_have_attribute("lang", language)
    looks = Looks(page, KIOSKS[language])

    def look(state: str, sign: str) -> None:
        """`sign`: what is seen in this state only. A touch is heard a moment later."""
        kiosk.visible(sign)
        looks.at(state, touch=True, scrolls=False)

    look("kind", "#kind")
    tile(kiosk, "complaint")
    look("category", "#category")
    tile(kiosk, "integrity")
    look("channels outside", "#outside")
    kiosk.tap(page.locator("#back"))
    tile(kiosk, "time")
    look("sections", SECTIONS)
    tile(kiosk, "s0")
    look("services", SERVICES)
    kiosk.tap(page.locator("#back"))
    kiosk.visible(SECTIONS)
    tile(kiosk, "none")
    types(kiosk, "#text-keys", "antre lama")
    expect(page.locator("#words")).to_have_value("Antre lama")
    kiosk.tap(page.locator("#text-keys .erase"))
    expect(page.locator("#words")).to_have_value("Antre lam")
    look("words", "#text")
    kiosk.tap(page.locator("#on-phone"))
    look("on the phone", "#phone")
    assert code(kiosk, "#phone-qr") == f"{hall.url}/complaints/?office=contoh"
    kiosk.tap(page.locator("#phone-close"))
    expect(page.locator("#phone")).to_be_hidden()
    kiosk.tap(page.locator("#next"))
    types(kiosk, "#contact-keys", "0812")
    expect(page.locator("#reach")).to_have_value("0812")
    look("contact", "#contact")
    kiosk.tap(page.locator("#next"))
    kiosk.shows("#number", re.compile(r"^P-\d{4}-\d{4}$"))
    look("received", "#end")
    phone = screens.phone(language=language).opens(code(kiosk, "#end-qr"))
    phone.shows("h1", kiosk.text("#number"))
    kiosk.tap(page.locator("#next"))
    kiosk.is_home()
    expect(page.locator("html")).to_have_attribute("lang", "id")
    looks.fine()


def test_the_kiosk_forgets_who_walked_away(screens: Screens) -> None:
    kiosk = screens.kiosk(size=(1280, 800))
    page = kiosk.page
    page.clock.install()
    kiosk.goes_to("/complaints/?at=kiosk")
    tile(kiosk, "question")
    kiosk.visible("#category")
    stops_the_clock(page)
    page.locator("#category h1").click()  # from this touch on it counts
    page.clock.run_for(59_000)
    expect(page.locator("#idle")).to_be_hidden()
    page.clock.run_for(2_000)
    kiosk.visible("#idle")
    page.clock.run_for(11_000)
    page.wait_for_url("**/kiosk/")


def test_without_a_server_the_kiosk_stays_where_it_is(screens: Screens) -> None:
    kiosk = screens.kiosk(size=(1280, 800)).opens()
    kiosk.watch.network_breaks()
    kiosk.page.route("**/health", lambda route: route.abort())
    kiosk.tap(kiosk.page.locator("#complaints"))
    kiosk.shows("#note", "1708")
    kiosk.tap(kiosk.page.locator("#note-close"))
    kiosk.is_home()


def taps(phone: Phone, target: str, sign: str) -> None:
    """A touch, and what is seen after it only: it is heard a moment later."""
    phone.page.locator(target).tap()
    phone.visible(sign)


@IN_BOTH
def test_on_a_phone(screens: Screens, hall: Site, language: str) -> None:
    phone = screens.phone(language=language)
    page = phone.page
    phone.goes_to("/complaints/?office=contoh")
    looks = Looks(page, PHONES[language])
    phone.visible("#kind")
    looks.at("kind")
    taps(phone, "[data-key=complaint]", "#category")
    looks.at("category")
    taps(phone, "[data-key=integrity]", "#outside")
    looks.at("channels outside")
    expect(page.locator("#channels a")).to_have_count(3)
    taps(phone, "#back", "#category")
    taps(phone, "[data-key=cost]", SECTIONS)
    page.locator("[data-key=s1]").click()  # not by touch: two that come fast are one double touch
    phone.visible(SERVICES)
    looks.at("services")
    taps(phone, "#services .tile >> nth=0", "#text")
    page.fill("#words", "Ada pungli di tempat parkir.")
    looks.at("words")
    before = received(hall)
    taps(phone, "#next", "#contact")
    phone.watch.expects("409")
    looks.at("contact")
    taps(phone, "#next", "#pointer")
    looks.at("pointer")
    taps(phone, "#back", "#contact")
    taps(phone, "#back", "#text")
    page.fill("#words", "Tarif parkir tidak tertulis.")
    taps(phone, "#next", "#contact")
    page.locator("#next").dblclick()  # a double touch makes one
    phone.shows("#number", re.compile(r"^P-\d{4}-\d{4}$"))
    assert received(hall) == before + 1
    looks.at("received")
    page.locator("#end-link").tap()
    page.wait_for_url(re.compile(r"/complaints/[\w-]{22}$"))
    page.locator("details summary").nth(1).tap()
    expect(page.locator("details").nth(1)).to_have_attribute("open", "")
    looks.at("following")
    page.fill("#text", "Petugas parkir memberi karcis.")
    page.locator("form[action$=lines] button").tap()
    page.wait_for_url("**done=added")
    phone.shows(".history", "Petugas parkir memberi karcis.")
    looks.fine()


def test_a_lost_network_keeps_the_words(screens: Screens, hall: Site) -> None:
    phone = screens.phone()
    page = phone.page
    phone.goes_to("/complaints/")
    for key in ("suggestion", "facilities", "none"):
        page.locator(f".screen:not([hidden]) [data-key={key}]").evaluate("(one) => one.click()")  # slower than a finger
    page.fill("#words", "Mohon ditambah kursi.")
    page.locator("#next").click()
    phone.visible("#contact")
    phone.watch.network_breaks()
    before = received(hall)
    # The first one arrives, but its answer is lost: the second is the same message.
    page.route("**/complaints/", lost_answer, times=1)
    page.locator("#next").click()
    phone.visible("#send-error")
    assert received(hall) == before + 1
    page.locator("#next").click()
    phone.visible("#number")
    assert received(hall) == before + 1


def lost_answer(route: object) -> None:
    route.fetch()  # type: ignore[attr-defined]
    route.abort()  # type: ignore[attr-defined]


def received(hall: Site) -> int:
    from ptsp.complaint_list import Wanted, count

    with hall.office.hall.view() as conn:
        return count(conn, hall.office.office_id, "2100-01-01", Wanted(state="all"))


def some(site: Site) -> tuple[list[int], str]:
    """Messages in every state that the staff see; the first one is late. Their ids; the day of the late one."""
    office = site.office
    visitor = Actor("visitor", 0, "visitor", office.office_id)
    today = office.catalogue().schedule.service_day(office.clock.read().at)
    long_ago = moved(today, -LONG_AGO_DAYS)
    texts = (
        ("complaint", "time", "Menunggu dua jam tanpa kabar, padahal di papan tertulis tiga puluh menit.", long_ago),
        ("suggestion", "facilities", "Mohon ditambah kursi dan colokan listrik di ruang tunggu.", None),
        ("praise", "staff", "Petugas loket 3 sabar menjelaskan persyaratan kepada ibu saya.", None),
        ("question", "information", "Apakah legalisir dapat diwakilkan?", None),
    )
    for kind, category, text, day in texts:
        office.hall.act(
            visitor, complaining.receive, kind=kind, category=category, channel="paper" if day else "phone", text=text,
            contact=CONTACT, service_id=office.services[1], day=day,
        )  # fmt: skip
    from ptsp.complaint_list import Wanted, listed

    with office.hall.view() as conn:
        ids = [row.id for row in listed(conn, office.office_id, today, Wanted(state="all"))]
    mine = sorted(ids)[-4:]
    office.hall.act(office.system, complaint_deeds.check_on_the_spot, complaint_id=mine[1], note="Diukur dahulu.")
    office.hall.act(office.system, complaint_deeds.answer, complaint_id=mine[3], note="Dapat, dengan surat kuasa.")
    return mine, long_ago


@IN_BOTH
def test_at_the_managers_desk(screens: Screens, hall: Site, language: str) -> None:
    (late, *_others, answered), long_ago = some(hall)
    manager: Manager = screens.manager(size=(1280, 800), language=language).signs_in()
    page: Page = manager.page
    looks = Looks(page, DESKS[language])
    manager.goes_to("/office/complaints/?state=all")
    assert CONTACT not in page.content()
    looks.at("list")
    then = f"/evaluation?month={long_ago[:7]}"
    for path, state in (
        (f"/{late}", "late"), (f"/{answered}", "answered"), ("/new", "new"), ("/evaluation", "month"), (then, "then"),
    ):  # fmt: skip
        manager.goes_to(f"/office/complaints{path}")
        page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
        looks.at(state)
    manager.goes_to(f"/office/complaints/{late}")
    manager.shows(".contact", CONTACT)
    expect(page.locator(".marks .badge.wrong")).to_have_count(1)
    page.fill("#answer-note", "Mulai besok ada pengumuman bila antrean lebih dari satu jam.")
    page.locator("form[action$='/answer'] button").click()
    page.wait_for_url("**done=answer")
    manager.visible(".marks")
    expect(page.locator(".marks .badge.wrong")).to_have_count(0)
    looks.fine()
