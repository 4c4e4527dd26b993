"""The board: every call in full and once, nothing old announced, and honest when it is out of date."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Screens
from tests.browser.screens import Board, eventually
from tests.support.servers import Desk, Site
from tests.support.tcp_proxy import TcpProxy

# Writes down what stands on the left, from when to when (ms), and every chime that is played.
RECORDER = """
window.seen = [];
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


def recorded(screens: Screens, **more: Any) -> Board:
    board = screens.board(**more)
    board.page.add_init_script(RECORDER)
    return board.opens()


def shown(board: Board) -> list[dict[str, Any]]:
    """The calls that stood alone so far."""
    seen: list[dict[str, Any]] = board.page.evaluate("window.seen")
    return [one for one in seen if one["number"]]


def chimes(board: Board) -> float:
    played: int = board.page.evaluate("window.chimes")
    return played / TONES_A_CHIME


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
    board = recorded(screens)
    issue(board.site, desks)
    numbers = call_at_once(desks)
    eventually(lambda: len(shown(board)) >= 4 and board.page.evaluate("window.seen.at(-1).number") == "", 30)
    found = shown(board)
    assert [one["number"] for one in found] == numbers
    assert {one["counter"] for one in found} == {"Loket 1", "Loket 2", "Loket 3", "Loket 5"}
    assert min(one["until"] - one["from"] for one in found) >= IN_FULL_MS
    assert chimes(board) == 4
    left = board.text("#number")
    assert left == numbers[-1]  # the newest stays
    assert board.page.locator("#last td:first-child").all_text_contents() == numbers[-2::-1]


def test_a_second_call_of_the_same_number_is_shown_again(screens: Screens, desks: list[Desk]) -> None:
    board = recorded(screens)
    issue(board.site, desks[:1])
    [number] = call_at_once(desks[:1])
    eventually(lambda: len(shown(board)) == 1 and board.page.evaluate("window.seen.at(-1).number") == "", 20)
    assert desks[0].command("recall", counter_id=desks[0].counter_id).code == "ok"
    eventually(lambda: [one["number"] for one in shown(board)] == [number, number])
    assert chimes(board) == 2


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
        expect(board.page.locator("#number")).to_have_text(numbers[-1], timeout=5000)
        expect(board.page.locator("body")).not_to_have_class(re.compile("stale"), timeout=1000)
        expect(board.page.locator("#stale-line")).to_be_hidden()
        board.page.wait_for_timeout(1500)
        assert (shown(board), chimes(board)) == ([], 0)
        # And what is called now is announced as ever.
        assert desks[0].command("recall", counter_id=desks[0].counter_id).code == "ok"
        eventually(lambda: len(shown(board)) == 1)
        assert chimes(board) == 1
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
        expect(board.page.locator("#number")).to_have_text(numbers[-1], timeout=5000)
        expect(board.page.locator("body")).not_to_have_class(re.compile("stale"), timeout=5000)
        board.page.close()


def test_the_server_restarts_under_an_open_board(screens: Screens, desks: list[Desk]) -> None:
    board = recorded(screens)
    board.watch.network_breaks()
    issue(board.site, desks)
    numbers = call_at_once(desks[:2])
    eventually(lambda: len(shown(board)) == 2)
    board.site.servers[0].kill9()
    board.is_stale()
    board.site.servers[0].start()
    expect(board.page.locator("body")).not_to_have_class(re.compile("stale"), timeout=5000)
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


# The pages of a text, turned by hand; then what stands there when only another sentence changes.
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
  ticker.show(["Satu dua tiga empat lima enam.", "7 orang menunggu"]);
  turn();
  ticker.show(["Satu dua tiga empat lima enam.", "8 orang menunggu"]);
  window.setInterval = timer;
  return [tickers, line.textContent];
}"""


def test_the_running_text_does_not_fall_apart(screens: Screens) -> None:
    board = screens.board().opens()
    long = "Semua layanan di kantor ini gratis."
    pages, stays = board.page.evaluate(PAGES, [long, "Buka sampai pukul 16.00. Terima kasih.", "Halo. Selamat datang."])
    assert pages[0] == ["Semua layanan di", "kantor ini gratis."]
    assert pages[1] == ["Buka sampai pukul 16.00.", "Terima kasih."]
    assert pages[2] == ["Halo. Selamat datang."]
    assert stays == "8 orang menunggu", "it goes on where it was"


def test_a_sentence_of_the_example_office_is_a_page(screens: Screens) -> None:
    board = screens.board().opens()
    ticker = screens.site.office.catalogue().setting("ticker")
    pages, _stays = board.page.evaluate(PAGES, [ticker["id"], ticker["en"]])
    assert [" ".join(one) for one in pages] == [ticker["id"], ticker["en"]]
    for page in (page for one in pages for page in one):
        assert page.endswith("."), "no sentence is cut"
