"""Many visitors, officers, kiosks and a clock that misbehaves, against a model that knows nothing of the program.

Hypothesis presses buttons in any order; the model says what must have come of it. The model is written from the rules
in docs/architecture.md alone: dictionaries and arithmetic, no import from ptsp but for what is being driven.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from ptsp import issuing, people, queueing, staffing
from ptsp import records as r
from ptsp.checking import check_book
from ptsp.daybook import day_lines
from ptsp.errors import Conflict, RequestReused
from ptsp.hall import Actor, Order
from ptsp.setting_up import office_by_code
from ptsp.visits import Reader
from tests.support.halls import example_hall

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
WIB = 7 * HOUR
CREDIT, RECYCLED, FORGOTTEN = 30 * MINUTE, 5 * MINUTE, 4 * HOUR
LIVE = ("waiting", "called", "serving", "parked")
AT_COUNTER = ("called", "serving")
PRESSES = {"recall": ("called", "called"), "start": ("called", "serving"), "finish": ("serving", "served"),
           "no_show": ("called", "no_show"), "park": ("serving", "parked")}  # fmt: skip
CHOICES = st.integers(0, 10_000)  # taken modulo what there is
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # this test is about rules, not about disks

# Each run is sixty presses; a long night of them: PTSP_MACHINE_RUNS=5000.
RUNS = int(os.environ.get("PTSP_MACHINE_RUNS", "150"))

_template: list[Path] = []


def template() -> Path:
    """The example office with three counters' officers, made once and copied for each run."""
    if not _template:
        path = Path(tempfile.mkdtemp(prefix="ptsp-machine-")) / "hall.sqlite3"
        atexit.register(shutil.rmtree, path.parent)
        with example_hall(f"sqlite:///{path}") as office:
            for name in ("ani", "budi", "citra"):
                facts = {"login": name, "name": name, "role": "officer", "password_hash": "-"}
                office.hall.act(office.system, people.add_person, **facts)
            with office.hall.work(office.system) as work:
                row = work.conn.execute(select(r.office.c.settings)).scalar_one()
                work.conn.execute(r.office.update().values(settings=row | {"issue_when_closed": True}))
                work.set_up_changed()
        _template.append(path)
    return _template[0]


class HallMachine(RuleBasedStateMachine):
    """Buttons, and the model beside them."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="ptsp-machine-", dir=MEMORY))
        shutil.copy(template(), self.folder / "hall.sqlite3")
        self.opened = example_hall(f"sqlite:///{self.folder / 'hall.sqlite3'}")
        self.office = self.opened.__enter__()
        self.hall, self.clock = self.office.hall, self.office.clock
        found = self.office.catalogue()
        self.counter_ids = self.office.counters[:3]
        self.takes = {one: set(found.counters[one].service_ids) for one in self.counter_ids}
        chosen = ("informasi-umum", "surat-masuk", "legalisir-ijazah", "tpg")
        self.services = [self.office.service(code) for code in chosen]
        self.prefix = {self.office.service(code): "AAMP"[place] for place, code in enumerate(chosen)}
        office_id = office_by_code(self.hall, "contoh") or 0
        # Ani has two screens: seats p1 and p4 are one person.
        seats = ((1, "p1"), (2, "p2"), (3, "p3"), (1, "p4"))
        self.seats = [Actor("person", person, "officer", office_id, "", seat) for person, seat in seats]
        self.kiosks = [Actor("device", n, "kiosk", office_id, f"Kiosk {n}") for n in (1, 2)]
        self.manager = Actor("person", 3, "manager", office_id, "", "p9")
        self.office_id = office_id
        # --- the model
        self.tickets: dict[int, dict[str, Any]] = {}
        self.tokens: dict[int, str] = {}
        self.counters = {one: {"state": "closed", "seat": None, "person": None, "since": 0} for one in self.counter_ids}
        self.last: dict[tuple[int, str], int] = {}
        self.lines = 1  # the office was set up
        self.past: list[tuple[Order, Any, dict[str, Any]]] = []
        self.requests = 0

    # --- what the model knows ---------------------------------------------------------------------------------------

    def today(self) -> int:
        return (self.clock.at + WIB) // DAY

    def at_counter(self, counter_id: int) -> dict[str, Any] | None:
        return next((t for t in self.tickets.values() if t["state"] in AT_COUNTER and t["counter"] == counter_id), None)

    def holds(self, actor: Actor, counter_id: int) -> bool:
        return self.counters[counter_id]["seat"] == actor.seat

    def can_call(self, actor: Actor, counter_id: int) -> bool:
        is_open = self.counters[counter_id]["state"] == "open"
        return self.holds(actor, counter_id) and is_open and self.at_counter(counter_id) is None

    def may_have(self, counter_id: int, ticket: dict[str, Any]) -> bool:
        if ticket["kept_for"] is not None:
            return bool(ticket["kept_for"] == counter_id)
        return ticket["service"] in self.takes[counter_id]

    def own(self, seat: int, other: int) -> tuple[Actor, int]:
        """An officer and their counter; now and then somebody else's (a stale screen)."""
        actor = self.seats[seat % len(self.seats)]
        mine = [one for one, counter in self.counters.items() if counter["seat"] == actor.seat]
        return actor, mine[0] if mine and other % 7 else self.counter_ids[other % 3]

    def some(self, which: int) -> dict[str, Any]:
        """A ticket; mostly one that still matters."""
        live = [t for t in self.tickets.values() if t["state"] in LIVE] if which % 4 else []
        among = live or list(self.tickets.values())
        return among[which % len(among)]

    def do(self, actor: Actor, action: Any, allowed: bool, lines: int = 1, **params: Any) -> dict[str, Any] | None:
        """Presses; the answer when it was allowed, None when it was refused, and both must be as the model says."""
        self.requests += 1
        order = Order(actor, action.__name__, params, f"request-{self.requests:06d}")
        try:
            answer = self.hall.run(order, action)
        except Conflict as refusal:
            if allowed:
                raise AssertionError(f"{order} was refused") from refusal
            return None
        assert allowed, f"{order} was done: {answer}"
        self.lines += lines
        assert answer["seq"] == self.lines
        self.past.append((order, action, answer))
        return answer

    # --- visitors -----------------------------------------------------------------------------------------------------

    @initialize()
    def officers_sit_down(self) -> None:
        for seat in range(3):
            self.take(seat, seat)

    @rule(kiosk=st.integers(0, 1), service=st.integers(0, 3), priority=st.booleans())
    def issue(self, kiosk: int, service: int, priority: bool) -> None:
        service_id = self.services[service]
        answer = self.do(self.kiosks[kiosk], issuing.issue, True, service_id=service_id, priority=priority)
        assert answer is not None
        prefix = self.prefix[service_id]
        number = self.last[self.today(), prefix] = self.last.get((self.today(), prefix), 0) + 1
        told = answer["ticket"]
        assert told["number"] == f"{prefix}-{number:03d}"
        assert told["ahead"] >= 0
        assert told["id"] not in self.tickets
        self.tokens[told["id"]] = told["token"]
        self.tickets[told["id"]] = {
            "id": told["id"], "state": "waiting", "day": self.today(), "prefix": prefix, "number": number,
            "service": service_id, "rank": self.clock.tick - (CREDIT if priority else 0), "counter": None,
            "kept_for": None, "calls": 0, "at": self.clock.at, "tick": self.clock.tick,
        }  # fmt: skip

    @precondition(lambda self: self.tickets)
    @rule(which=CHOICES)
    def cancel(self, which: int) -> None:
        ticket = self.some(which)
        allowed = ticket["state"] in ("waiting", "called", "parked")
        phone = Actor("visitor", ticket["id"], "visitor", self.office_id)
        if self.do(phone, queueing.cancel, allowed, token=self.tokens[ticket["id"]]):
            ticket["state"] = "cancelled"

    # --- officers -----------------------------------------------------------------------------------------------------

    @rule(seat=CHOICES, other=CHOICES)
    def call_next(self, seat: int, other: int) -> None:
        actor, counter_id = self.own(seat, other)
        line = [t for t in self.tickets.values() if t["state"] == "waiting" and self.may_have(counter_id, t)]
        allowed = self.can_call(actor, counter_id) and bool(line)
        answer = self.do(actor, queueing.call_next, allowed, counter_id=counter_id)
        if answer:
            called = self.tickets[answer["ticket"]["id"]]
            first = min((t["rank"], t["number"]) for t in line)
            assert (called["rank"], called["number"]) == first, f"{called} was called before {first}"
            assert called in line
            called.update(state="called", counter=counter_id, calls=called["calls"] + 1)

    @precondition(lambda self: self.tickets)
    @rule(seat=CHOICES, other=CHOICES, which=CHOICES)
    def call(self, seat: int, other: int, which: int) -> None:
        (actor, counter_id), ticket = self.own(seat, other), self.some(which)
        ready = self.can_call(actor, counter_id) and self.may_have(counter_id, ticket)
        allowed = ready and ticket["state"] == "waiting"
        if self.do(actor, queueing.call, allowed, counter_id=counter_id, ticket_id=ticket["id"]):
            ticket.update(state="called", counter=counter_id, calls=ticket["calls"] + 1)

    @rule(seat=CHOICES, other=CHOICES, name=st.sampled_from(sorted(PRESSES)))
    def press(self, seat: int, other: int, name: str) -> None:
        actor, counter_id = self.own(seat, other)
        visit, (before, after) = self.at_counter(counter_id), PRESSES[name]
        allowed = self.holds(actor, counter_id) and visit is not None and visit["state"] == before
        if self.do(actor, getattr(queueing, name), allowed, counter_id=counter_id):
            assert visit is not None
            visit.update(state=after, calls=visit["calls"] + (name == "recall"))

    @precondition(lambda self: self.tickets)
    @rule(seat=CHOICES, other=CHOICES, which=CHOICES)
    def resume(self, seat: int, other: int, which: int) -> None:
        (actor, counter_id), ticket = self.own(seat, other), self.some(which)
        ready = self.can_call(actor, counter_id) and self.may_have(counter_id, ticket)
        allowed = ready and ticket["state"] == "parked"
        if self.do(actor, queueing.resume, allowed, counter_id=counter_id, ticket_id=ticket["id"]):
            ticket.update(state="serving", counter=counter_id)

    @precondition(lambda self: self.tickets)
    @rule(seat=CHOICES, which=CHOICES)
    def recycle(self, seat: int, which: int) -> None:
        actor, ticket = self.seats[seat % 4], self.some(which)
        allowed = ticket["state"] in ("called", "no_show", "parked") and ticket["day"] == self.today()
        if ticket["state"] == "called":
            allowed = allowed and self.holds(actor, ticket["counter"])
        if self.do(actor, queueing.recycle, allowed, ticket_id=ticket["id"]):
            ticket.update(state="waiting", counter=None, rank=self.clock.tick + RECYCLED)

    @precondition(lambda self: self.tickets)
    @rule(seat=CHOICES, which=CHOICES, service=st.none() | st.integers(0, 3), to=st.none() | st.integers(0, 2))
    def transfer(self, seat: int, which: int, service: int | None, to: int | None) -> None:
        if service is None and to is None:
            service = 0
        actor, ticket = self.seats[seat % 4], self.some(which)
        allowed = ticket["state"] in LIVE
        if ticket["state"] in AT_COUNTER:
            allowed = allowed and self.holds(actor, ticket["counter"])
        service_id = None if service is None else self.services[service]
        kept_for = None if to is None else self.counter_ids[to]
        facts = {"ticket_id": ticket["id"], "service_id": service_id, "to_counter_id": kept_for}
        if self.do(actor, queueing.transfer, allowed, **facts):
            ticket.update(state="waiting", counter=None, kept_for=kept_for, service=service_id or ticket["service"])

    @precondition(lambda self: self.tickets)
    @rule(seat=CHOICES, which=CHOICES)
    def remove(self, seat: int, which: int) -> None:
        actor, ticket = self.seats[seat % 4], self.some(which)
        allowed = ticket["state"] in ("waiting", "called", "parked")
        if ticket["state"] == "called":
            allowed = allowed and self.holds(actor, ticket["counter"])
        if which % 3 == 0 and self.do(actor, queueing.remove, allowed, ticket_id=ticket["id"]):
            ticket["state"] = "removed"

    @precondition(lambda self: self.tickets)
    @rule(seat=CHOICES, which=CHOICES)
    def annotate(self, seat: int, which: int) -> None:
        """No move, but a line in the book."""
        ticket_id = self.some(which)["id"]
        self.do(self.seats[seat % 4], queueing.annotate, True, ticket_id=ticket_id, note="KTP lama")

    # --- counters -----------------------------------------------------------------------------------------------------

    @rule(seat=CHOICES, other=CHOICES)
    def take(self, seat: int, other: int) -> None:
        actor, counter_id = self.seats[seat % 4], self.counter_ids[other % 3]
        counter = self.counters[counter_id]
        others = [n for n, c in self.counters.items() if c["person"] == actor.id and n != counter_id]
        allowed = counter["person"] in (None, actor.id) and not any(self.at_counter(one) for one in others)
        if self.do(actor, staffing.take, allowed, lines=1 + len(others), counter_id=counter_id):
            for one in others:
                self.close(one)
            state = "open" if counter["state"] == "closed" else counter["state"]
            counter.update(state=state, seat=actor.seat, person=actor.id, since=self.clock.tick)

    @rule(seat=CHOICES, other=CHOICES, name=st.sampled_from(["pause", "back", "leave"]))
    def stand_up(self, seat: int, other: int, name: str) -> None:
        actor, counter_id = self.own(seat, other)
        counter, free = self.counters[counter_id], self.at_counter(counter_id) is None
        allowed = self.holds(actor, counter_id) and {
            "pause": counter["state"] == "open" and free, "back": counter["state"] == "break", "leave": free,
        }[name]  # fmt: skip
        if self.do(actor, getattr(staffing, name), allowed, counter_id=counter_id):
            if name == "leave":
                self.close(counter_id)
            else:
                counter.update(state="break" if name == "pause" else "open", since=self.clock.tick)

    @rule(other=CHOICES)
    def free(self, other: int) -> None:
        counter_id = self.counter_ids[other % 3]
        visit = self.at_counter(counter_id)
        allowed = self.counters[counter_id]["state"] != "closed"
        if other % 3:
            return  # managers do this seldom
        if self.do(self.manager, staffing.free, allowed, lines=2 if visit else 1, counter_id=counter_id):
            if visit and visit["state"] == "called":
                visit.update(state="waiting", counter=None)
            elif visit:
                visit["state"] = "parked"
            self.close(counter_id)

    def close(self, counter_id: int) -> None:
        self.counters[counter_id].update(state="closed", seat=None, person=None, since=self.clock.tick)

    # --- time ---------------------------------------------------------------------------------------------------------

    @rule(minutes=st.integers(0, 90))
    def forward(self, minutes: int) -> None:
        self.clock.forward(minutes=minutes)

    @rule(hours=st.sampled_from([-25, -1, -1, 1, 24]))
    def somebody_sets_the_clock(self, hours: int) -> None:
        self.clock.step(hours=hours)

    @rule(hours=st.integers(1, 30))
    def caretaker(self, hours: int) -> None:
        """Time passes, and the caretaker looks whether the day is over."""
        if hours > 6:
            self.clock.forward(hours=hours)
        at, tick = self.clock.at, self.clock.tick
        over = [t for t in self.tickets.values() if t["state"] in LIVE and self.over(t, at, tick)]
        for ticket in over:
            ticket["state"] = "expired"
        forgotten = [
            n for n, c in self.counters.items()
            if c["state"] != "closed" and not self.at_counter(n)
            and (at - (tick - c["since"]) + WIB) // DAY < self.today()
        ]  # fmt: skip
        lines = len(over) + len(forgotten)
        answer = self.hall.act(self.office.system, staffing.end_day)
        assert (answer["expired"], answer["closed"]) == (len(over), len(forgotten))
        for counter_id in forgotten:
            self.close(counter_id)
        self.lines += lines

    def over(self, ticket: dict[str, Any], at: int, tick: int) -> bool:
        """Both clocks say that its day is past; who is still being served has four hours more."""
        steady_day = (ticket["at"] + tick - ticket["tick"] + WIB) // DAY
        goes_on = ticket["state"] == "serving" and (at - FORGOTTEN + WIB) // DAY <= ticket["day"]
        return bool(self.today() > ticket["day"] and steady_day > ticket["day"] and not goes_on)

    # --- repeats ------------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.past)
    @rule(which=CHOICES)
    def repeat(self, which: int) -> None:
        """A double tap, a retry after a lost answer: the same words, and nothing happens."""
        order, action, answer = self.past[which % len(self.past)]
        assert self.hall.run(order, action) == answer

    @precondition(lambda self: self.past)
    @rule(which=CHOICES)
    def reuse(self, which: int) -> None:
        """The same id with another content is refused."""
        order, action, _answer = self.past[which % len(self.past)]
        other = Order(order.actor, order.name, order.params | {"note": "another"}, order.request_id)
        try:
            self.hall.run(other, action)
        except RequestReused:
            return
        raise AssertionError("a request id was used twice")

    # --- what must be so after every press ---------------------------------------------------------------------------

    @invariant()
    def the_tables_are_the_model(self) -> None:
        t, c = r.ticket.c, r.counter.c
        with self.hall.view() as conn:
            rows = conn.execute(
                select(t.id, t.state, t.prefix, t.number, t.service_id, t.rank_at, t.for_counter_id, t.calls)
            ).all()
            counters = conn.execute(select(c.id, c.state, c.seat, c.person_id).where(c.id.in_(self.counter_ids))).all()
            seq = conn.execute(select(r.office.c.seq)).scalar_one()
            seated = conn.execute(select(t.id, t.counter_id).where(t.state.in_(["called", "serving", "parked"]))).all()
        named = ("id", "state", "prefix", "number", "service", "rank", "kept_for", "calls")
        assert [tuple(row) for row in rows] == [tuple(one[name] for name in named) for one in self.tickets.values()]
        assert {row.id: (row.state, row.seat, row.person_id) for row in counters} == {
            n: (one["state"], one["seat"], one["person"]) for n, one in self.counters.items()
        }
        assert seq == self.lines
        assert all(self.tickets[row.id]["counter"] == row.counter_id for row in seated)

    def teardown(self) -> None:
        try:
            with self.hall.view() as conn:
                assert check_book(conn, self.office_id) == []
                series = conn.execute(select(r.ticket.c.day, r.ticket.c.prefix, r.ticket.c.number)).all()
                self.numbers_run(series)
                for day in {row.day for row in series}:
                    self.nothing_is_negative(Reader().read(day_lines(conn, self.office_id, day)))
        finally:
            self.opened.__exit__(None, None, None)
            shutil.rmtree(self.folder)

    def numbers_run(self, series: Any) -> None:
        """1, 2, 3 ... in every series of every day."""
        found: dict[tuple[str, str], list[int]] = {}
        for row in series:
            found.setdefault((row.day, row.prefix), []).append(row.number)
        for numbers in found.values():
            assert sorted(numbers) == list(range(1, len(numbers) + 1))
        assert sorted(map(len, found.values())) == sorted(self.last.values())

    def nothing_is_negative(self, reader: Reader) -> None:
        for visit in reader.visits():
            spans = (visit.waiting_ms, visit.service_ms, visit.journey_ms, visit.parked_ms)
            assert all(span is None or span >= 0 for span in spans), visit
        for desk in reader.desks().values():
            assert desk.open_ms >= 0
            assert desk.serving_ms >= 0


HallMachine.TestCase.settings = settings(
    max_examples=RUNS, stateful_step_count=60, deadline=None, print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)  # fmt: skip
TestHall = HallMachine.TestCase
