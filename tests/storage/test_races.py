"""Races with real clients against real servers: SQLite with one process, PostgreSQL with two and Redis between them.

Half of the clients speak HTTP, half a websocket; with two processes they are spread over both. Each race here has its
twin in test_race_twins.py, which shows that the same race is lost when the guard is taken away.
"""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from sqlalchemy import select

from ptsp import queueing, staffing
from ptsp import records as r
from ptsp.hall import Actor
from tests.support.clients import ANSWER_S, Api, Reply, Screen, new_request_id
from tests.support.crowds import all_at_once, expect_book_right, open_counters
from tests.support.servers import Site, serve

OFFICERS, KIOSKS, QUEUE, TICKETS = 8, 8, 200, 400
# Nobody may get less than a third of an equal share: writers take turns. (Counted, for seconds depend on the machine.)
FAIR = QUEUE // OFFICERS // 3


@pytest.fixture(scope="module")
def site(new_database: Callable[[], str], request: pytest.FixtureRequest) -> Iterator[Site]:
    url = new_database()
    many: dict[str, Any] = {}
    if not url.startswith("sqlite"):
        many = {"processes": 2, "redis_url": request.getfixturevalue("redis_bus").url}
    with serve(url, threads=120, **many) as found:
        open_counters(found.office, OFFICERS)
        yield found


@pytest.fixture(autouse=True)
def book_right_and_hall_empty(site: Site) -> Iterator[None]:
    yield
    for server in site.servers:
        assert not server.died, server.output()[-3000:]
    expect_book_right(site.office)
    manager = Actor("system", 0, "manager", site.office.office_id)
    with site.office.hall.view() as conn:
        held = conn.execute(select(r.counter.c.id).where(r.counter.c.state != "closed")).scalars().all()
    for counter_id in held:
        site.office.hall.act(manager, staffing.free, counter_id=counter_id)
    with site.office.hall.work(site.office.system) as work:
        for ticket_id, state in states(site).items():
            if state in ("waiting", "called", "parked"):
                queueing.remove(work, ticket_id)


def states(site: Site) -> dict[int, str]:
    with site.office.hall.view() as conn:
        return {row.id: row.state for row in conn.execute(select(r.ticket.c.id, r.ticket.c.state))}


def state_of(site: Site, ticket_id: int) -> str:
    with site.office.hall.view() as conn:
        found: str = conn.execute(select(r.ticket.c.state).where(r.ticket.c.id == ticket_id)).scalar_one()
        return found


def lines(site: Site, *moves: str) -> list[Any]:
    with site.office.hall.view() as conn:
        d = r.daybook.c
        return list(conn.execute(select(d.seq, d.ticket_id, d.move).where(d.move.in_(moves)).order_by(d.seq)))


def run_on(numbers: list[str], start: dict[str, int]) -> None:
    """Each series goes on without a gap and without a double."""
    series: dict[str, list[int]] = {}
    for number in numbers:
        prefix, _, running = number.partition("-")
        series.setdefault(prefix, []).append(int(running))
    for prefix, found in series.items():
        first = start.get(prefix, 0) + 1
        assert sorted(found) == list(range(first, first + len(found))), prefix


def last_numbers(site: Site) -> dict[str, int]:
    with site.office.hall.view() as conn:
        return {row.prefix: row.last for row in conn.execute(select(r.series.c.prefix, r.series.c.last))}


def test_eight_kiosks_give_out_four_hundred_numbers(site: Site):
    before, services = last_numbers(site), site.office.services[::3]
    with ExitStack() as doors, site.screen("board") as board:
        kiosks: list[Api | Screen] = [
            doors.enter_context(site.api(n) if n % 2 else site.screen("kiosk", process=n // 2)) for n in range(KIOSKS)
        ]

        def give_out(kiosk: Api | Screen, n: int) -> list[dict[str, Any]]:
            told = []
            for turn in range(TICKETS // KIOSKS):
                answer = kiosk.command("issue", service_id=services[(n + turn) % len(services)], priority=turn % 9 == 0)
                assert answer.code == "ok", answer
                told.append(answer.body["ticket"])
            return told

        began = time.monotonic()
        heaps = all_at_once([lambda k=kiosk, n=n: give_out(k, n) for n, kiosk in enumerate(kiosks)])
        told = list(itertools.chain.from_iterable(heaps))
        print(f"{TICKETS / (time.monotonic() - began):.0f} numbers/s")
        board.wait_for(lambda picture: picture["waiting"] == TICKETS)
    assert len({ticket["id"] for ticket in told}) == len({ticket["token"] for ticket in told}) == TICKETS
    run_on([ticket["number"] for ticket in told], before)
    written = {line.ticket_id for line in lines(site, "issue")}
    assert {ticket["id"] for ticket in told} <= written


def test_eight_officers_call_through_a_queue_of_two_hundred(site: Site):
    queue = [site.office.issue(site.office.services[n % 5]) for n in range(QUEUE)]
    with ExitStack() as doors:
        desks = [doors.enter_context(seat(site, n)) for n in range(OFFICERS)]

        def work_through(desk: Api | Screen, counter_id: int) -> list[tuple[int, float]]:
            called = []
            while True:
                began = time.monotonic()
                answer = desk.command("call_next", counter_id=counter_id)
                took = time.monotonic() - began
                if answer.code == "nobody_waiting":
                    return called
                assert answer.code == "ok", answer
                called.append((answer.body["ticket"]["id"], took))
                for name in ("start", "finish"):
                    assert desk.command(name, counter_id=counter_id).code == "ok"

        counters = site.office.counters
        shares = all_at_once([lambda d=desk, c=counters[n]: work_through(d, c) for n, desk in enumerate(desks)])
        for n, desk in enumerate(desks):
            assert desk.command("leave", counter_id=counters[n]).code == "ok"
    calls = Counter(ticket_id for share in shares for ticket_id, _ in share)
    assert calls == Counter(ticket["id"] for ticket in queue)  # each exactly once
    ours = {ticket["id"] for ticket in queue}
    assert Counter(line.ticket_id for line in lines(site, "call") if line.ticket_id in ours) == calls
    slowest = max(took for share in shares for _, took in share)
    print(f"calls by officer {[len(share) for share in shares]}, slowest call {slowest * 1000:.0f} ms")
    assert min(len(share) for share in shares) >= FAIR
    assert slowest < ANSWER_S  # nobody was left waiting until the client gave up and asked again


def seat(site: Site, n: int) -> Any:
    """The nth officer: an integration by HTTP, or a person signed in, with a websocket; seated at the nth counter."""
    if n % 2:
        return site.officer(n + 1, process=n // 2)
    api = site.api(n // 2)
    assert api.command("take", counter_id=site.office.counters[n]).code == "ok"
    return api


# --- two moves on one ticket ------------------------------------------------------------------------------------------

PATHS = {"waiting": (), "called": ("call",), "serving": ("call", "start"), "parked": ("call", "start", "park"),
         "no_show": ("call", "no_show")}  # fmt: skip
# What can happen to a ticket in each state, and who does it: Ani (has or had it), Budi (a free counter), anybody.
MOVES = {
    "waiting": ("ani call", "budi call", "budi call_next", "any cancel", "any remove", "any transfer"),
    "called": ("ani start", "ani no_show", "ani recall", "ani recycle", "ani transfer", "any cancel", "ani remove"),
    "serving": ("ani finish", "ani park", "ani transfer"),
    "parked": ("ani resume", "budi resume", "any recycle", "any transfer", "any cancel", "any remove"),
    "no_show": ("ani recycle", "any recycle"),
}
PAIRS = [
    (state, *pair) for state, moves in MOVES.items() for pair in itertools.combinations_with_replacement(moves, 2)
]
ROUNDS = 3


class Contest:
    """Two clients of the same ticket, one a process where there are two."""

    def __init__(self, site: Site, doors: ExitStack) -> None:
        self.site, self.service_id = site, site.office.services[0]
        self.counters = dict(zip(("ani", "budi"), site.office.counters, strict=False))
        tokens = {name: site.token() for name in ("ani", "budi", "any")}
        # Everybody has a line to both processes.
        self.lines = {
            (name, process): doors.enter_context(site.api(process, token))
            for name, token in tokens.items()
            for process in (0, 1)
        }
        for name, counter_id in self.counters.items():
            assert self.lines[name, 0].command("take", counter_id=counter_id).code == "ok"

    def bring(self, state: str) -> dict[str, Any]:
        answer = self.lines["any", 0].command("issue", service_id=self.service_id)
        ticket: dict[str, Any] = answer.body["ticket"]
        for name in PATHS[state]:
            assert self.press(f"ani {name}", ticket).code == "ok"
        return ticket

    def press(self, deed: str, ticket: dict[str, Any], process: int = 0) -> Reply:
        who, name = deed.split()
        at = self.counters.get(who)
        params: dict[str, Any] = {
            "call": {"counter_id": at, "ticket_id": ticket["id"]},
            "resume": {"counter_id": at, "ticket_id": ticket["id"]},
            "recycle": {"ticket_id": ticket["id"]},
            "transfer": {"ticket_id": ticket["id"], "service_id": self.service_id},
            "cancel": {"token": ticket["token"]},
            "remove": {"ticket_id": ticket["id"]},
        }.get(name, {"counter_id": at})
        return self.lines[who, process].command(name, **params)

    def one_after_the_other(self, state: str, first: str, second: str) -> tuple[str, str]:
        ticket = self.bring(state)
        codes = self.press(first, ticket, 0).code, self.press(second, ticket, 1).code
        self.clear(ticket)
        return codes

    def at_once(self, state: str, first: str, second: str) -> tuple[Reply, Reply]:
        ticket = self.bring(state)
        one, other = all_at_once([lambda: self.press(first, ticket, 0), lambda: self.press(second, ticket, 1)])
        self.clear(ticket)
        return one, other

    def clear(self, ticket: dict[str, Any]) -> None:
        state = state_of(self.site, ticket["id"])
        if state == "serving":
            done = [self.lines[name, 0].command("finish", counter_id=at).code for name, at in self.counters.items()]
            assert sorted(done) == ["nothing_current", "ok"]
        elif state == "called":  # only who called a number may take it out
            gone = [self.press(f"{name} remove", ticket).code for name in self.counters]
            assert sorted(gone) in (["not_your_ticket", "ok"], ["move_refused", "ok"])
        elif state in ("waiting", "parked"):
            assert self.press("any remove", ticket).code == "ok"


def test_two_moves_on_one_ticket_at_once(site: Site):
    """Whatever two clients do at once, it comes out as if one had been first; where the moves exclude each other, and
    most do, exactly one wins and the other is told 409."""
    exclusive = 0
    with ExitStack() as doors:
        contest = Contest(site, doors)
        for state, first, second in PAIRS:
            forth = contest.one_after_the_other(state, first, second)
            back = contest.one_after_the_other(state, second, first)[::-1]
            assert forth[0] == back[1] == "ok", (state, first, second)
            only_one = "ok" not in (forth[1], back[0])
            exclusive += only_one
            for _ in range(ROUNDS):
                one, other = contest.at_once(state, first, second)
                assert (one.code, other.code) in (forth, back), (state, first, second, one, other)
                if only_one:
                    assert sorted((one.status, other.status)) == [200, 409], (state, first, second, one, other)
    print(f"{len(PAIRS)} pairs, {exclusive} of them exclude each other, {ROUNDS} races each")
    assert exclusive > len(PAIRS) / 2


# --- one request, many times -----------------------------------------------------------------------------------------


def test_one_request_sent_twenty_times_at_once(site: Site):
    token, request_id, counter_id = site.token(), new_request_id(), site.office.counters[0]
    before = len(lines(site, "issue", "call"))
    with ExitStack() as doors:
        clients = [doors.enter_context(site.api(n, token)) for n in range(20)]
        clients[0].command("take", counter_id=counter_id)
        service_id = site.office.services[0]
        issued = all_at_once([lambda c=c: c.command("issue", request_id, service_id=service_id) for c in clients])
        assert {reply.status for reply in issued} == {200}
        assert all(reply.body == issued[0].body for reply in issued)
        other_id = new_request_id()
        called = all_at_once([lambda c=c: c.command("call_next", other_id, counter_id=counter_id) for c in clients])
        assert {reply.status for reply in called} == {200}
        assert all(reply.body == called[0].body for reply in called)
    assert called[0].body["ticket"]["id"] == issued[0].body["ticket"]["id"]
    assert len(lines(site, "issue", "call")) == before + 2


def test_a_double_tap_at_the_kiosk_makes_one_ticket(site: Site):
    """The same over a websocket: the screen repeats a request whose answer it missed."""
    with site.screen("kiosk") as kiosk, site.screen("kiosk", process=1) as _other:
        for _ in range(10):
            request_id, service_id = new_request_id(), site.office.services[0]
            tap = [lambda r=request_id, s=service_id: kiosk.command("issue", r, service_id=s)] * 2
            one, other = all_at_once(tap)
            assert one.code == "ok"
            assert one == other
    assert len(lines(site, "issue")) == len(states(site))


def test_issuing_stays_possible_from_this_side(site: Site):
    """A second program on the same database (the command line, say) waits its turn and breaks nothing."""
    before = last_numbers(site)
    service_id = site.office.services[0]
    with site.api() as api:
        ours, theirs = all_at_once([
            lambda: [site.office.issue(service_id)["number"] for _ in range(25)],
            lambda: [api.command("issue", service_id=service_id).body["ticket"]["number"] for _ in range(25)],
        ])  # fmt: skip
    run_on(ours + theirs, before)
