"""`kill -9` at any moment: what a visitor was told is in the book, once, and every screen is right afterwards."""

from __future__ import annotations

import itertools
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from ptsp import records as r
from ptsp.clock import SystemClock
from server.console.lifeline import end_with
from tests.faults.screens import expect_right
from tests.support.clients import Api, Lost, Reply, Screen, new_request_id
from tests.support.crowds import all_at_once, expect_book_right
from tests.support.halls import ROOT
from tests.support.servers import Server, Site, serve
from tests.support.services import private_postgres, private_redis

ROUNDS, ROUNDS_OF_TWO, BOARDS = 100, 8, 20
LONGEST_S = 0.25
KIOSKS, DESKS = 2, 2


class Traffic:
    """Two kiosks and two officers who never stop, and remember every word they were told."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.numbers: dict[int, str] = {}  # every number that a visitor was told
        self.states: dict[int, str] = {}  # the last that an officer was told of a ticket
        self.unanswered: list[tuple[int, str, str, dict[str, Any]]] = []
        self.tokens = [site.token() for _ in range(KIOSKS + DESKS)]
        self.commands = self.lost = 0
        self._guard = threading.Lock()
        self._stop = threading.Event()

    def run(self, process: int = 0) -> None:
        """Until the server dies; what got no answer is kept."""
        self._stop.clear()
        all_at_once([lambda n=n: self._client(n, process + n) for n in range(KIOSKS + DESKS)])

    def stop(self) -> None:
        self._stop.set()

    def _client(self, n: int, process: int) -> None:
        with self.site.api(process, self.tokens[n]) as line, suppress(Lost):
            for name, params in self._kiosk() if n < KIOSKS else self._desk(self.site.office.counters[n - KIOSKS]):
                if self._stop.is_set():
                    return
                self._send(line, n, name, new_request_id(), params)

    def _kiosk(self) -> Iterator[tuple[str, dict[str, Any]]]:
        service_id = self.site.office.services[0]
        while True:
            yield "issue", {"service_id": service_id}

    def _desk(self, counter_id: int) -> Iterator[tuple[str, dict[str, Any]]]:
        for name in ("take", "start", "finish"):  # whatever was going on here when the server died
            yield name, {"counter_id": counter_id}
        while True:
            for name in ("call_next", "recall", "start", "finish"):
                yield name, {"counter_id": counter_id}

    def _send(self, line: Api, n: int, name: str, request_id: str, params: dict[str, Any]) -> None:
        try:
            reply = line.command(name, request_id, **params)
        except Lost:
            with self._guard:
                self.lost += 1
                self.unanswered.append((n, name, request_id, params))
            raise
        self._remember(reply)

    def _remember(self, reply: Reply) -> None:
        assert reply.status in (200, 409), reply
        ticket = reply.body.get("ticket")
        with self._guard:
            self.commands += 1
            if ticket and "token" in ticket:
                assert ticket["id"] not in self.numbers
                self.numbers[ticket["id"]] = ticket["number"]
            elif ticket:
                self.states[ticket["id"]] = ticket["state"]

    def ask_again(self) -> None:
        """After the restart each client repeats what got no answer, with the same request id."""
        for n, name, request_id, params in self.unanswered:
            with self.site.api(0, self.tokens[n]) as line:
                self._send(line, n, name, request_id, params)
        self.unanswered.clear()

    def expect_kept(self) -> None:
        """Every number told is in the book under its ticket, none twice; told states are the tickets' states."""
        t = r.ticket.c
        with self.site.office.hall.view() as conn:
            rows = {row.id: row for row in conn.execute(select(t.id, t.prefix, t.number, t.state))}
        found = {ticket_id: f"{row.prefix}-{row.number:03d}" for ticket_id, row in rows.items()}
        assert found.items() >= self.numbers.items()
        assert len(set(self.numbers.values())) == len(self.numbers)
        assert sorted(row.number for row in rows.values()) == list(range(1, len(rows) + 1))
        # Everything was asked again by now, so nothing happened that nobody was told.
        assert found == self.numbers
        assert {ticket_id: rows[ticket_id].state for ticket_id in self.states} == self.states


def settled(board: Screen) -> list[int]:
    """All that the board heard before its line broke; the client hands each message over in a thread of its own."""
    board.wait_until(lambda: not board.connected)
    heard: list[int] = []
    while heard != (heard := list(board.received)):
        time.sleep(0.5)
    return heard


def calls_in_the_book(site: Site) -> set[int]:
    with site.office.hall.view() as conn:
        d = r.daybook.c
        return set(conn.execute(select(d.seq).where(d.move.in_(("call", "recall")))).scalars())


def test_kill9_while_numbers_are_issued_and_called(site: Site):
    seed = random.randrange(10**6)
    chance, traffic, starts, spells = random.Random(seed), Traffic(site), [], [0]
    print(f"seed {seed}")
    server = site.servers[0]
    with site.screen("board") as board:
        for turn in range(ROUNDS):
            killer = threading.Timer(chance.uniform(0.01, LONGEST_S), server.kill9)
            killer.start()
            traffic.run()
            killer.join()
            site.office.hall.engine.dispose()  # nobody holds the database while it recovers
            if turn % 10 == 9:
                received = settled(board)
                spells.append(len(received))
            connects = board.connects
            began = time.monotonic()
            server.restart()
            starts.append(time.monotonic() - began)
            board.wait_until(lambda before=connects: board.connects > before)
            if turn % 10 == 9:
                expect_right(site, board)
                assert board.received == received  # coming back, it hears nothing old
            traffic.ask_again()
            if turn % 10 == 9:
                traffic.expect_kept()
        expect_right(site, board)
    traffic.expect_kept()
    expect_book_right(site.office)
    assert len(set(board.received)) == len(board.received)
    assert set(board.received) <= calls_in_the_book(site)
    # Messages may overtake each other on the way, but none comes in a later spell (between two looks).
    heard = [board.received[begin:end] for begin, end in itertools.pairwise(spells) if begin < end]
    assert all(max(before) < min(after) for before, after in itertools.pairwise(heard))
    print(f"{ROUNDS} rounds: {traffic.commands} answered, {traffic.lost} cut off and asked again, "
          f"{len(traffic.numbers)} numbers; start {sorted(starts)[ROUNDS // 2]:.2f} s")  # fmt: skip
    assert traffic.lost >= ROUNDS  # it was killed while they were talking


@pytest.fixture
def two() -> Iterator[Site]:
    """Two processes on PostgreSQL."""
    with (
        private_postgres() as postgres,
        private_redis() as redis,
        serve(postgres.new_database(), processes=2, redis_url=redis.url) as found,
    ):
        yield found


def test_kill9_of_one_process_of_two(two: Site):
    """The other process goes on meanwhile, and its board hears of everything."""
    traffic, chance = Traffic(two), random.Random(1)
    with two.screen("board", process=0) as one, two.screen("board", process=1) as other:
        for _ in range(ROUNDS_OF_TWO):
            victim: Server = chance.choice(two.servers)
            killer = threading.Timer(chance.uniform(0.05, 2 * LONGEST_S), victim.kill9)
            stopper = threading.Timer(3 * LONGEST_S, traffic.stop)
            killer.start()
            stopper.start()
            traffic.run()
            killer.join()
            stopper.join()
            victim.restart()
            traffic.ask_again()
        for board in (one, other):
            expect_right(two, board)
            assert len(set(board.received)) == len(board.received)
    traffic.expect_kept()
    expect_book_right(two.office)
    print(f"{traffic.commands} answered, {traffic.lost} cut off and asked again, {len(traffic.numbers)} numbers")


@contextmanager
def served(site: Site) -> Iterator[subprocess.Popen[bytes]]:
    """`ptsp serve` in place of the site's own server: no keeper clears away what its master leaves behind."""
    port = str(site.servers[0].port)
    command = [sys.executable, "-m", "server.cli", "serve"]
    environ = {**os.environ, **site.environ, "PTSP_PORT": port}
    with_us = partial(end_with, os.getpid(), signal.SIGKILL)
    master = subprocess.Popen(command, cwd=ROOT, env=environ, start_new_session=True, preexec_fn=with_us)
    try:
        with site.api() as api:
            for _attempt in range(300):
                with suppress(Lost):
                    api.picture("board")
                    break
                assert master.poll() is None, "it did not start"
                time.sleep(0.1)
        yield master
    finally:
        with suppress(ProcessLookupError):
            os.killpg(master.pid, signal.SIGKILL)
        master.wait()


@pytest.fixture
def real_site(tmp_path: Path) -> Iterator[Site]:
    """With the machine's own clock, as in an office."""
    with serve(f"sqlite:///{tmp_path / 'hall.sqlite3'}", clock=SystemClock()) as found:
        yield found


def test_kill9_of_the_master_alone_leaves_no_orphan(real_site: Site):
    """Its worker would keep the screens, issue numbers nobody else sees, and hold the lock on the data."""
    site = real_site
    site.servers[0].stop()
    with served(site) as master, site.screen("board") as board:
        master.kill()
        master.wait()
        board.wait_until(board.stale)
        with served(site), site.api() as api, site.officer(1) as desk:
            expect_right(site, board)  # it is back: a call made before that is an old one to it, and not announced
            api.command("issue", service_id=site.office.services[0])
            assert desk.command("call_next", counter_id=desk.counter_id).code == "ok"
            expect_right(site, board)
            board.wait_until(lambda: len(board.received) == 1)
    expect_book_right(site.office)


@pytest.mark.parametrize("how", ["kill9", "stop"])
def test_restart_with_twenty_screens_open(site: Site, how: str):
    boards: list[Screen] = []
    try:
        with site.api() as api, site.officer(1) as desk:
            boards += [site.screen("board") for _ in range(BOARDS)]
            for _ in range(3):
                api.command("issue", service_id=site.office.services[0])
            for name in ("call_next", "recall", "start"):
                assert desk.command(name, counter_id=desk.counter_id).code == "ok"
            for board in boards:
                board.wait_until(lambda b=board: len(b.received) == 2)
            getattr(site.servers[0], how)()
            for board in boards:
                board.wait_until(board.stale)  # it says so
            site.servers[0].start()
            began = time.monotonic()
            for board in boards:
                expect_right(site, board)
            desk.wait_until(lambda: not desk.stale())
            print(f"{BOARDS} boards right {time.monotonic() - began:.2f} s after the start")
            assert desk.command("finish", counter_id=desk.counter_id).code == "ok"
            assert desk.command("call_next", counter_id=desk.counter_id).code == "ok"
            for board in boards:
                board.wait_until(lambda b=board: len(b.received) == 3)
            assert all(len(board.received) == 3 for board in boards)
    finally:
        all_at_once([board.close for board in boards])
