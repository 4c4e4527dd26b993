"""The survey as visitors meet it: on a phone, at the exit, at the counter; in trouble, in a hurry, and without eyes."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect
from socketio.packet import EVENT, Packet

from ptsp import surveying
from survey.voice import PROGRAM
from tests.browser.chromium import Chromium
from tests.browser.conftest import Screens, a_hall, print_when_failed, watched
from tests.browser.film import write_film
from tests.browser.screens import Survey, eventually
from tests.browser.surveys import (
    KIOSK,
    PLAIN,
    TABLET,
    Posts,
    at_the_exit,
    has_left_its_way,
    kept,
    listens,
    looks_right,
    misses_every_call,
    on_a_phone,
    pressed,
    sets_up,
    skips_the_rest,
    spent,
    stays,
    stops_the_clock,
    types_at_once,
)
from tests.support.servers import Site

# A touch that is counted as a later one of a burst, on the last answer of the question now shown.
LATE_TOUCH = """document.querySelectorAll("#answers .answer")[3].dispatchEvent(
  new MouseEvent("click", { bubbles: true, detail: 6 }))"""
# In JSON, or in JSON within JSON. Names of connections and tickets are drawn by lot: "U7" alone is in some of them.
LEAK = re.compile(r'scores|Petugas sabar|\\?"U\d\\?"|surveyed')


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One hall for all tests of this file."""
    with a_hall(tmp_path_factory.mktemp("hall")) as (site, _printer):
        yield site


@pytest.fixture
def site(hall: Site) -> Iterator[Site]:
    """The hall, asking what it asks by default."""
    yield hall
    sets_up(hall, **PLAIN)


@pytest.fixture
def screens(chromium: Chromium, site: Site, request: pytest.FixtureRequest) -> Iterator[Screens]:
    yield from watched(Screens(chromium, site, request.node.name), request)
    print_when_failed(request, site)


@pytest.fixture
def served(site: Site) -> Callable[[], str]:
    """Makes a visit that has just ended; its token."""

    def serve() -> str:
        officer = site.office.officer(3)
        ticket = site.office.issue(site.office.service_for(officer.counter_id))
        officer.calls(ticket["id"])
        officer.starts()
        officer.finishes()
        officer.leaves()
        return str(ticket["token"])

    return serve


# --- on a phone


def test_a_visitor_on_a_phone_changes_language_and_mind(screens: Screens, served: Callable[[], str]) -> None:
    before = len(kept(screens.site))
    survey, posts = on_a_phone(screens, served())
    since = time.monotonic()
    survey.begins()
    survey.shows("#progress", "1 dari 9")
    survey.settled()
    for _ in range(4):  # from the question to its last answer, by keyboard
        survey.page.keyboard.press("Tab")
    survey.page.keyboard.press("Enter")
    survey.shows("#chosen", "Dipilih: Sangat sesuai")
    survey.shows("#progress", "2 dari 9")
    survey.settled().locator("[data-language=en]").tap()
    survey.shows("#question-text", "How easy do you find")
    survey.page.locator("#question [data-do=back]").tap()
    survey.shows("#question-text", "requirements")
    assert pressed(survey) == "Very suitable"
    survey.chooses(2)
    survey.shows("#progress", "2 of 9")
    survey.settled().locator("[data-language=id]").tap()
    survey.shows("#progress", "2 dari 9")
    skips_the_rest(survey, 8)
    survey.sends("Terima kasih.")
    survey.shows("#end-title", "Terima kasih.")
    has_left_its_way(survey)
    expect(survey.page.locator("#complain")).to_have_attribute("href", "/complaints/")
    looks_right(survey, "thanks", scrolls=True, touch=False)
    [sheet] = posts.sheets
    assert (sheet["scores"], sheet["channel"]) == ({"U1": 2}, "phone")
    assert 0 < sheet["took_ms"] <= 1000 * (time.monotonic() - since) + 1
    assert len(kept(screens.site)) == before + 1


def test_all_questions_on_one_screen(screens: Screens, served: Callable[[], str]) -> None:
    sets_up(screens.site, survey_layout="all")
    survey, posts = on_a_phone(screens, served())
    survey.begins()
    survey.settled().locator("#all-done").tap()
    survey.shows("#none-answered", "sedikitnya satu")
    for n, best in enumerate((4, 3, 4, 4)):
        taps_in_the_list(survey, n, best)
    taps_in_the_list(survey, 1, 2)
    survey.page.locator("[data-language=en]").tap()
    survey.shows("#progress", "4 of 9 answered")
    looks_right(survey, "all", scrolls=True, touch=False)
    survey.page.locator("#all-done").tap()
    survey.visible("#about")
    survey.page.go_back()
    survey.visible("#all")
    expect(survey.page.locator("#list [aria-pressed=true]")).to_have_count(4)
    survey.settled().locator("#all-done").tap()
    survey.visible("#about")
    survey.page.locator("#about-skip").tap()
    survey.sends()
    assert posts.sheets[0]["scores"] == {"U1": 4, "U2": 2, "U3": 4, "U4": 4}


def taps_in_the_list(survey: Survey, n: int, best: int) -> None:
    """An answer to the n-th question of the one screen. A touch is heard a moment later: the page must not move."""
    answer = survey.page.locator(".one").nth(n).locator(".answer").nth(best - 1)
    answer.tap()
    expect(answer).to_have_attribute("aria-pressed", "true")


def test_the_browsers_back_and_leaving(screens: Screens, served: Callable[[], str]) -> None:
    token = served()
    survey, posts = on_a_phone(screens, token)
    page = survey.page
    survey.goes_to(f"/t/{token}")
    page.locator("#survey a").tap()
    survey.begins()
    for best in (4, 3, 2):
        survey.chooses(best)
    survey.shows("#progress", "4 dari 9")
    page.go_back()
    survey.shows("#progress", "3 dari 9")
    assert pressed(survey) == "Kurang cepat"
    page.go_back()
    page.go_back()
    page.go_back()
    survey.visible("#intro")
    page.go_back()
    page.wait_for_url("**/t/*")
    page.go_forward()
    survey.visible("#intro")
    survey.begins()
    survey.shows("#progress", "1 dari 9")
    assert page.locator("#answers [aria-pressed]").count() == 4
    assert page.locator("#answers [aria-pressed=true]").count() == 0, "half a sheet is not kept"
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    survey.chooses(4)
    survey.shows("#progress", "2 dari 9")
    skips_the_rest(survey, 8)
    survey.sends()
    has_left_its_way(survey)
    page.go_back()  # past the whole survey at once, to where the visitor came from
    page.wait_for_url("**/t/*")
    page.go_forward()
    survey.shows("#end-title", "sudah diisi")
    assert [sheet["scores"] for sheet in posts.sheets] == [{"U1": 4}]


# --- lost network, lost answers, impatient fingers


def test_no_network_keeps_the_answers_and_sends_them_once(screens: Screens, served: Callable[[], str]) -> None:
    token, before = served(), len(kept(screens.site))
    survey, posts = on_a_phone(screens, token)
    survey.begins()
    survey.chooses(3)
    survey.shows("#progress", "2 dari 9")
    skips_the_rest(survey, 8)
    survey.watch.network_breaks()
    survey.page.context.set_offline(True)
    survey.page.locator("#send").click()
    survey.visible("#unsent")
    survey.shows("#unsent h1", "Tidak ada sambungan.")
    looks_right(survey, "unsent", scrolls=True, touch=False)
    survey.page.locator("#again").click()
    step = survey.page.evaluate("history.state.step")
    survey.page.go_back()
    eventually(lambda: survey.page.evaluate("history.state.step") < step)
    survey.visible("#unsent")
    assert not spent(screens.site, token)
    survey.page.context.set_offline(False)  # nobody presses anything
    survey.shows("#end-title", "Terima kasih.")
    assert len({sheet["request_id"] for sheet in posts.sheets}) == 1
    assert len(kept(screens.site)) == before + 1


def test_a_lost_reply_and_a_double_touch_make_one_answer(screens: Screens, served: Callable[[], str]) -> None:
    before = len(kept(screens.site))
    survey, posts = at_the_exit(screens, served(), clock=True)
    page = survey.page
    survey.watch.network_breaks()
    replies: list[int] = []
    lost = True

    def lose(route: Route) -> None:
        reply = route.fetch()
        replies.append(reply.status)
        route.abort() if lost else route.fulfill(response=reply)

    page.route("**/survey/answers", lose)
    survey.begins()
    five_touches_are_one(survey)
    page.clock.resume()
    skips_the_rest(survey, 8)
    stops_the_clock(page)  # nothing is sent again before the first is counted
    page.evaluate("() => { const send = document.getElementById('send'); send.click(); send.click(); }")
    survey.visible("#unsent")
    survey.shows("#unsent h1", "Tidak ada sambungan.")
    assert replies == [200], "it had arrived, once; only its reply was lost"
    page.clock.resume()
    looks_right(survey, "unsent")
    lost = False
    survey.shows("#end-title", re.compile("Terima kasih"))
    assert len(posts.sheets) > 1, "it was sent again"
    assert len({sheet["request_id"] for sheet in posts.sheets}) == 1
    assert all(sheet["scores"] == {"U1": 4} for sheet in posts.sheets)
    assert len(kept(screens.site)) == before + 1


def five_touches_are_one(survey: Survey) -> None:
    """A child, or an impatient hand: five touches in the same place within half a second, by the page's own clock.

    The first answers question 1, three come while it is still there, the fifth meets question 2 just shown. Then one
    more of the burst, when question 2 takes answers.
    """
    page = survey.page
    box = survey.settled().locator("#answers .answer").nth(3).bounding_box()
    assert box is not None
    page.evaluate("addEventListener('click', () => { window.touches = (window.touches ?? 0) + 1; }, true)")
    stops_the_clock(page)
    for n in range(5):
        page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        eventually(lambda heard=n + 1: page.evaluate("window.touches") == heard)
        page.clock.run_for(100)
    survey.shows("#progress", "2 dari 9")
    page.clock.run_for(600)
    survey.settled()
    survey.shows("#progress", "2 dari 9")
    page.evaluate(LATE_TOUCH)
    page.clock.run_for(600)
    survey.shows("#progress", "2 dari 9")
    expect(page.locator("#answers [aria-pressed=true]")).to_have_count(0)


# --- at the exit


def test_the_exit_asks_several_instruments_and_the_offices_own(screens: Screens, served: Callable[[], str]) -> None:
    sets_up(screens.site, survey_instruments=["ipak-5", "skm-9"])
    words = [{"id": f"Jawaban {n}", "en": f"Answer {n}"} for n in range(1, 5)]
    own = {"id": "Apakah ruang tunggu bersih?", "en": "Is the waiting room clean?"}
    hall, system = screens.site.office.hall, screens.site.office.system
    made = hall.act(system, surveying.add_question, text=own, answers=words)
    try:
        survey, posts = at_the_exit(screens, served())
        survey.shows("#intro", "15 pertanyaan")
        survey.begins()
        for n in range(1, 16):
            survey.shows("#progress", f"{n} dari 15")
            if n in (1, 6, 15):
                looks_right(survey, f"question {n}")
            survey.chooses(n % 4 + 1)
        survey.visible("#about")
        looks_right(survey, "about")
        survey.settled().locator("#options .option").first.tap()
        survey.shows("#about-title", "Usia")
        survey.settled().locator("#about-skip").tap()
        survey.visible("#remark")
        looks_right(survey, "remark")
        for key, typed in (("o", "O"), ("k", "Ok")):
            survey.page.locator(".key", has_text=key).first.tap()
            expect(survey.page.locator("#remark-text")).to_have_value(typed)
        survey.sends()
        [sheet] = posts.sheets
        assert set(sheet["scores"]) == {f"K{n}" for n in range(1, 6)} | {f"U{n}" for n in range(1, 10)}
        assert (sheet["scores"]["U9"], sheet["scores"]["U8"]) == (13 % 4 + 1, 14 % 4 + 1), "printed the other way round"
        assert list(sheet["extras"].values()) == [15 % 4 + 1]
        assert (sheet["about"], sheet["remark"], sheet["channel"]) == ({"sex": "L"}, "Ok", "kiosk")
        survey.page.locator("#end-action").tap()
        survey.visible("#scan")
        assert "Ok" not in survey.page.evaluate("document.getElementById('remark-text').value")
    finally:
        hall.act(system, surveying.switch_question, question_id=made["question_id"], active=False)


def test_one_touch_is_enough(screens: Screens, served: Callable[[], str]) -> None:
    sets_up(screens.site, survey_mode="one_touch")
    first, second = served(), served()
    survey, posts = at_the_exit(screens, first)
    page = survey.page
    survey.visible("#touch")
    looks_right(survey, "touch")
    survey.chooses(4)
    survey.visible("#further")
    stays(survey)  # the further question is not for ever
    looks_right(survey, "one more")
    asked = survey.text("#question-text")
    survey.chooses(1)
    survey.visible("#end")
    element = next(iter(posts.sheets[0]["scores"].keys() - {"S"}))
    assert posts.sheets[0]["scores"] == {"S": 4, element: 1}
    assert asked
    page.clock.install()
    page.reload()
    survey.scans(f"{screens.site.url}/t/{second}")
    survey.visible("#touch")
    page.clock.run_for(1000)
    survey.chooses(2)
    page.clock.run_for(1000)
    survey.visible("#further")
    page.clock.run_for(16_000)  # whoever goes away has answered
    survey.visible("#end")
    assert posts.sheets[1]["scores"] == {"S": 2}
    page.clock.run_for(13_000)
    survey.visible("#scan")


def test_a_code_that_is_no_ticket_is_not_passed_over(screens: Screens, served: Callable[[], str]) -> None:
    survey = screens.survey_kiosk(KIOSK)
    survey.goes_to("/survey/")
    survey.visible("#scan")
    survey.page.keyboard.press("Enter")  # nothing was scanned
    survey.page.wait_for_timeout(300)
    assert survey.page.locator("#scan-error").is_hidden()
    survey.scans("garbage")
    survey.shows("#scan-error", "pindai ulang kode QR")
    survey.scans(f"{screens.site.url}/t/{served()}")
    survey.begins()
    survey.visible("#question")
    question = survey.text("#question-text")
    survey.page.keyboard.type("garbage")  # the next visitor's: it ends nobody's answers
    survey.page.keyboard.press("Enter")
    survey.page.wait_for_timeout(300)
    assert survey.text("#question-text") == question
    survey.visible("#question")


def test_a_code_scanned_into_a_remark_stays_in_no_field(screens: Screens, served: Callable[[], str]) -> None:
    """The last visitor touched the field and left; the next one's ticket opens, and goes to nobody else."""
    before = len(kept(screens.site))
    survey, posts = at_the_exit(screens, served())
    survey.begins()
    survey.chooses(4)
    skips_the_rest(survey, 8)
    field = survey.page.locator("#remark-text")
    field.click()
    survey.page.keyboard.type("Ramah")
    assert not types_at_once(survey, " keramahtamahannya"), "a long word and Enter are a person's"
    expect(field).to_have_value("Ramah keramahtamahannya\n")
    assert types_at_once(survey, f"{screens.site.url}/t/{served()}")
    survey.visible("#intro")
    expect(field).to_have_value("")
    expect(survey.page.locator("#chosen")).to_have_text("")
    survey.begins()
    survey.chooses(2)
    skips_the_rest(survey, 8)
    survey.sends()
    assert [sheet["remark"] for sheet in posts.sheets] == [""]
    assert len(kept(screens.site)) == before + 1


def test_the_code_by_camera(screens: Screens, served: Callable[[], str], tmp_path: Path) -> None:
    film = write_film(tmp_path / "ticket.y4m", f"{screens.site.url}/t/{served()}")
    browser = screens.chromium.that_sees(film)
    try:
        survey = screens.survey_kiosk(KIOSK, browser=browser)
        survey.goes_to("/survey/")
        looks_right(survey, "scan")
        survey.page.locator("#camera-open").tap()
        survey.visible("#intro", ms=45_000)  # every picture is searched by the page itself
        assert survey.page.evaluate("document.getElementById('camera-picture').srcObject") is None, "the camera is off"
    finally:
        browser.close()
    without = screens.survey_kiosk(TABLET)  # a screen whose browser asks nobody, and has none
    without.goes_to("/survey/")
    without.page.locator("#camera-open").tap()
    without.shows("#scan-error", "kamera")
    looks_right(without, "no camera")


@pytest.mark.skipif(shutil.which(PROGRAM) is None, reason="espeak-ng is not installed")
def test_a_question_is_read_aloud(screens: Screens, served: Callable[[], str]) -> None:
    survey, _posts = at_the_exit(screens, served())
    survey.begins()
    with survey.page.expect_response("**/survey/voice/id/skm-9/*/U1") as heard:
        survey.page.locator("#listen").tap()
    assert heard.value.status in (200, 206)
    survey.shows("#listen", "Berhenti")
    survey.page.wait_for_timeout(300)
    survey.shows("#listen", "Berhenti")  # it is playing: a sound that cannot be played takes the button away
    with survey.page.expect_response("**/survey/voice/en/skm-9/*/U1"):
        survey.page.locator("[data-language=en]").tap()
        survey.shows("#listen", "Listen")
        survey.page.locator("#listen").tap()
    survey.chooses(4)
    survey.shows("#listen", "Listen")


# --- at the counter


def test_the_screen_at_the_counter_asks_when_the_visit_ends(screens: Screens) -> None:
    office = screens.site.office
    counter_id = office.counters[1]
    page, watch = screens.page(
        "tablet", device="survey", counter_id=counter_id, viewport={"width": 1280, "height": 800}, has_touch=True
    )
    frames: list[str] = []
    page.on("websocket", lambda wire: listens(wire, frames))
    tablet, posts = Survey(page, watch, screens.site), Posts(page)
    tablet.goes_to("/survey/")
    tablet.shows("#welcome h1", "Selamat datang di Loket 2.")
    looks_right(tablet, "welcome")

    desk = screens.desk(browser=1)
    desk.page.on("websocket", lambda wire: listens(wire, frames))
    desk.signs_in().takes("Loket 2")
    tickets = [office.issue(office.service_for(counter_id)) for _ in range(3)]
    for n, ticket in enumerate(tickets[:2]):
        desk.primary("Panggil")
        desk.serves(ticket["number"])
        tablet.visible("#welcome")  # whoever was asked before, the next visitor is here
        desk.primary("Mulai")
        desk.primary("Selesai")
        tablet.shows("#for-number", ticket["number"])
        if n == 0:
            looks_right(tablet, "asked")
        tablet.begins()
        tablet.chooses(3)
        tablet.shows("#progress", "2 dari 9")
        if n == 0:
            skips_the_rest(tablet, 8)
            tablet.sends("Petugas sabar.")
    desk.primary("Panggil")
    tablet.visible("#welcome")  # the second went away; the third is here
    [sheet] = posts.sheets
    assert (sheet["token"], sheet["channel"]) == (tickets[0]["token"], "tablet")
    assert [spent(screens.site, one["token"]) for one in tickets] == [True, False, False]
    wires = "\n".join(frames)
    assert tickets[0]["number"] in wires, "the wires were listened to"
    assert not LEAK.search(wires), "nothing of an answer is on any socket"
    assert "Petugas sabar" not in desk.page.content()


@pytest.mark.parametrize(
    "leaked", [{"U1": 3}, '{"U1": 3}', {"scores": []}, {"remark": "Petugas sabar."}, {"surveyed": True}], ids=str
)
def test_an_answer_on_a_socket_would_be_seen(leaked: object) -> None:
    assert LEAK.search(str(Packet(EVENT, data=["snapshot", {"seq": 7, "survey": leaked}]).encode()))
    assert not LEAK.search(str(Packet(EVENT, data=["snapshot", {"sid": "U7-AU1", "token": "x-U7-U1_"}]).encode()))


def test_the_screen_at_the_counter_rests_after_a_minute(screens: Screens) -> None:
    office = screens.site.office
    officer = office.officer(4)
    page, watch = screens.page("tablet", device="survey", counter_id=officer.counter_id)
    page.clock.install()
    tablet = Survey(page, watch, screens.site)
    tablet.goes_to("/survey/")
    tablet.visible("#welcome")
    ticket = office.issue(office.service_for(officer.counter_id))
    officer.calls(ticket["id"])
    officer.starts()
    officer.finishes()
    with screens.site.api() as api:  # the server hears of it: this process is not the one that tells its screens
        api.command("issue", service_id=office.services[0])
    tablet.shows("#for-number", ticket["number"])
    stops_the_clock(page)
    page.locator("#intro h1").click()  # from this touch on it counts
    page.clock.run_for(49_000)
    tablet.visible("#intro")
    expect(page.locator("#idle")).to_be_hidden()
    page.clock.run_for(2_000)
    tablet.visible("#idle")
    page.clock.run_for(10_000)
    tablet.visible("#welcome")
    officer.leaves()


def test_a_screen_at_the_counter_that_missed_the_call(screens: Screens) -> None:
    """It asks nobody about the visit of somebody else, and takes no question from who has begun to answer."""
    office = screens.site.office
    officer = office.officer(4)
    page, watch = screens.page("tablet", device="survey", counter_id=officer.counter_id)
    frames = misses_every_call(page)
    tablet, posts = Survey(page, watch, screens.site), Posts(page)
    tablet.goes_to("/survey/")
    tablet.visible("#welcome")

    def visit(outcome: str = "delivered") -> tuple[str, str]:
        ticket = office.issue(office.service_for(officer.counter_id))
        officer.calls(ticket["id"])
        officer.starts()
        officer.finishes(outcome)
        with screens.site.api() as api:  # the server hears of it: this process is not the one that tells its screens
            api.command("issue", service_id=office.services[0])
        return ticket["number"], ticket["token"]

    tablet.shows("#for-number", visit()[0])
    visit("filed")
    tablet.visible("#welcome")  # who was taken in is not asked, and who came before has gone
    tablet.shows("#for-number", visit()[0])
    number, token = visit()
    tablet.shows("#for-number", number)
    tablet.begins()
    tablet.chooses(3)
    tablet.shows("#progress", "2 dari 9")
    for outcome, news in (("delivered", '"survey":{'), ("filed", '"survey":null')):
        frames.clear()
        visit(outcome)
        eventually(lambda told=news: page.title() and told in "".join(frames), why=f"no picture with {news}")
    skips_the_rest(tablet, 8)
    tablet.sends()
    assert [sheet["token"] for sheet in posts.sheets] == [token]
    officer.leaves()
