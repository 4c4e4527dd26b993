"""The board: every call in full and once, nothing old announced, and honest when it is out of date."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Screens
from tests.browser.looks import has_its_looks
from tests.browser.screens import HEALED_MS, Board, eventually
from tests.support.servers import Desk, Site
from tests.support.tcp_proxy import TcpProxy

# Writes down what stands on the left, from when to when (ms), the calls that arrived and every chime that is played.
RECORDER = """
window.seen = [];
window.announced = 0;
window.chimes = 0;
document.addEventListener("DOMContentLoaded", () => {
  const note = () => {
    const alone = document.body.classList.contains("calling");
    const number = alone ? document.getElementById("number").textContent : "";
    const counter = alone ? document.getElementById("counter").textContent : "";
    const last = window.seen.at(-1);
    if (last && last.number === number) return;
    if (last) last.until = performance.now();
    window.seen.push({ number, counter, from: performance.now(), until: null });
  };
  const all = { attributes: true, childList: true, subtree: true, characterData: true };
  new MutationObserver(note).observe(document.body, all);
});
window.WebSocket = class extends WebSocket {
  constructor(...where) {
    super(...where);
    this.addEventListener("message", ({ data }) => { window.announced += String(data).startsWith('42["announce"'); });
  }
};
window.AudioContext = class extends AudioContext {
  constructor(...how) {
    super(...how);
    window.sound = this;
  }
};
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) { window.chimes += 1; return start.apply(this, when); };
"""
TONES_A_CHIME = 6
IN_FULL_MS = 2300  # what the board promises at least, minus a frame


@pytest.fixture
def desks(site: Site) -> Iterator[list[Desk]]:
    """Four officers at four counters."""
    seated = [site.officer(n) for n in (1, 2, 3, 5)]
    yield seated
    for desk in seated:
        desk.close()


def recorded(screens: Screens, clock: bool = False, **more: Any) -> Board:
    """A board that may sound; `clock`: its time can be stopped."""
    board = screens.board(**more)
    if clock:
        board.page.clock.install()
    board.page.add_init_script(RECORDER)
    board.opens()
    eventually(lambda: board.page.evaluate("window.sound.state") == "running", why="a chime is not played before")
    return board


def shown(board: Board) -> list[dict[str, Any]]:
    """The calls that stood alone so far."""
    seen: list[dict[str, Any]] = board.page.evaluate("window.seen")
    return [one for one in seen if one["number"]]


def alone(board: Board) -> bool:
    """Whether a call stands alone now."""
    return bool(board.page.evaluate("window.seen.at(-1).number"))


def chimes(board: Board) -> float:
    played: int = board.page.evaluate("window.chimes")
    return played / TONES_A_CHIME


def rings(board: Board, times: int) -> None:
    """A chime follows its call a moment later."""
    eventually(lambda: chimes(board) == times, why=f"{times} chimes, not more and not fewer")


def issue(site: Site, desks: list[Desk]) -> None:
    with site.api() as api:
        for desk in desks:
            assert api.command("issue", service_id=site.office.service_for(desk.counter_id)).code == "ok"


def call_at_once(desks: list[Desk]) -> list[str]:
    """All press in the same moment; the numbers in the order of the book."""
    calls: list[Any] = []
    ready = threading.Barrier(len(desks))

    def press(desk: Desk) -> None:
        ready.wait()
        calls.append(desk.command("call_next", counter_id=desk.counter_id))

    threads = [threading.Thread(target=press, args=(desk,)) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {call.code for call in calls} == {"ok"}
    return [call.body["ticket"]["number"] for call in sorted(calls, key=lambda call: int(call.body["seq"]))]


def test_calls_in_one_second_are_each_shown_in_full_and_once(screens: Screens, desks: list[Desk]) -> None:
    board = recorded(screens, clock=True)
    issue(board.site, desks)
    board.page.clock.pause_at(board.page.evaluate("Date.now()") / 1000 + 3)  # all within one second, of the board's
    numbers = call_at_once(desks)
    eventually(lambda: board.page.evaluate("window.announced") == 4)
    for _tenth in range(300):
        board.page.clock.run_for(100)
        if not alone(board):
            break
    found = shown(board)
    # Calls of the same moment may arrive in any order: the first to arrive is shown at once, the others by the book.
    first = found[0]["number"]
    assert [one["number"] for one in found] == [first, *(number for number in numbers if number != first)]
    assert {one["counter"] for one in found} == {"Loket 1", "Loket 2", "Loket 3", "Loket 5"}
    assert min(one["until"] - one["from"] for one in found) >= IN_FULL_MS
    rings(board, 4)
    left = board.text("#number")
    assert left == numbers[-1]  # the newest stays
    assert board.page.locator("#last td:first-child").all_text_contents() == numbers[-2::-1]


def test_a_second_call_of_the_same_number_is_shown_again(screens: Screens, desks: list[Desk]) -> None:
    board = recorded(screens)
    issue(board.site, desks[:1])
    [number] = call_at_once(desks[:1])
    eventually(lambda: len(shown(board)) == 1 and not alone(board))
    assert desks[0].command("recall", counter_id=desks[0].counter_id).code == "ok"
    eventually(lambda: [one["number"] for one in shown(board)] == [number, number])
    rings(board, 2)


def test_a_board_that_was_cut_off_is_right_again_and_announces_nothing_old(screens: Screens, desks: list[Desk]) -> None:
    site = screens.site
    with TcpProxy(site.servers[0].port) as wire:
        board = recorded(screens, url=wire.url)
        board.watch.network_breaks()
        wire.cut()
        board.is_stale()
        board.shows("#stale-line", re.compile(r"Data terakhir pukul \d\d\.\d\d\. Menyambung kembali"))
        issue(site, desks)
        numbers = call_at_once(desks)
        board.page.wait_for_timeout(3000)
        wire.heal()
        expect(board.page.locator("#number")).to_have_text(numbers[-1], timeout=HEALED_MS)
        assert "stale" not in str(board.page.locator("body").get_attribute("class"))
        expect(board.page.locator("#stale-line")).to_be_hidden()
        board.page.wait_for_timeout(1500)
        assert (shown(board), chimes(board)) == ([], 0)
        # And what is called now is announced as ever.
        assert desks[0].command("recall", counter_id=desks[0].counter_id).code == "ok"
        eventually(lambda: len(shown(board)) == 1)
        rings(board, 1)
        board.page.close()


def test_a_silent_network_is_noticed_too(screens: Screens, desks: list[Desk]) -> None:
    """Nothing arrives and nothing breaks: the missing pulse tells the board; it is right 5 s after the healing."""
    with TcpProxy(screens.site.servers[0].port) as wire:
        board = recorded(screens, url=wire.url)
        board.watch.network_breaks()
        wire.freeze()
        issue(screens.site, desks[:2])
        numbers = call_at_once(desks[:2])
        board.is_stale(20_000)
        wire.heal()
        expect(board.page.locator("#number")).to_have_text(numbers[-1], timeout=HEALED_MS)
        expect(board.page.locator("body")).not_to_have_class(re.compile("stale"), timeout=HEALED_MS)
        board.page.close()


def test_the_server_restarts_under_an_open_board(screens: Screens, desks: list[Desk]) -> None:
    board = recorded(screens)
    board.watch.network_breaks()
    issue(board.site, desks)
    numbers = [number for desk in desks[:2] for number in call_at_once([desk])]
    eventually(lambda: len(shown(board)) == 2)
    rings(board, 2)
    board.site.servers[0].kill9()
    board.is_stale()
    board.site.servers[0].start()
    expect(board.page.locator("body")).not_to_have_class(re.compile("stale"), timeout=HEALED_MS)
    board.page.wait_for_timeout(2000)
    assert [one["number"] for one in shown(board)] == numbers
    assert board.text("#number") == numbers[-1]
    assert chimes(board) == 2


def test_calls_while_the_page_is_loading_are_shown_but_not_rung(screens: Screens, desks: list[Desk]) -> None:
    issue(screens.site, desks[:1])
    [number] = call_at_once(desks[:1])
    board = recorded(screens)
    board.calls(number, "Loket 1")
    assert (shown(board), chimes(board)) == ([], 0)


# The pages of a text, turned by hand; then what stands there when another sentence changes, comes or goes.
PAGES = """async (texts) => {
  const { makeTicker } = await import("/display/static/ticker.js");
  const line = document.getElementById("ticker");
  const timer = window.setInterval;
  let turn;
  window.setInterval = (turns) => { turn = turns; };
  const tickers = texts.map((text) => {
    const ticker = makeTicker(line);
    ticker.show([text]);
    const pages = [];
    for (; !pages.includes(line.textContent); turn()) pages.push(line.textContent);
    return pages;
  });
  const ticker = makeTicker(line);
  const [first, office] = ["Satu dua tiga empat lima enam.", "Kantor"];
  const stands = (...sentences) => { ticker.show([first, ...sentences]); return line.textContent; };
  stands("7 orang menunggu", office);
  turn();
  const stays = [stands("8 orang menunggu", office), stands("", office)];
  stays.push(stands("1 orang menunggu", office), stands("", office), stands());
  turn();
  window.setInterval = timer;
  return [tickers, stays, line.textContent];
}"""


def test_the_running_text_does_not_fall_apart(screens: Screens) -> None:
    board = screens.board().opens()
    has_its_looks(board.page)
    long = "Semua layanan di kantor ini gratis."
    pages, stays, last = board.page.evaluate(
        PAGES, [long, "Buka sampai pukul 16.00. Terima kasih.", "Halo. Selamat datang."]
    )
    assert pages[0] == ["Semua layanan di", "kantor ini gratis."]
    assert pages[1] == ["Buka sampai pukul 16.00.", "Terima kasih."]
    assert pages[2] == ["Halo. Selamat datang."]
    assert stays[0] == "8 orang menunggu", "it goes on where it was"
    assert stays[1:4] == ["Kantor"] * 3, "the page being read stays when another before it comes or goes"
    assert stays[4] == last == "Satu dua tiga empat lima enam.", "one page only"


def test_a_sentence_of_the_example_office_is_a_page(screens: Screens) -> None:
    board = screens.board().opens()
    has_its_looks(board.page)
    ticker = screens.site.office.catalogue().setting("ticker")
    pages, *_stays = board.page.evaluate(PAGES, [ticker["id"], ticker["en"]])
    assert [" ".join(one) for one in pages] == [ticker["id"], ticker["en"]]
    for page in (page for one in pages for page in one):
        assert page.endswith("."), "no sentence is cut"
