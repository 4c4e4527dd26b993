"""The races of test_races.py with the guard taken away: they must be lost, or those tests could not fail.

Two ways of doing without: `Unlocked` takes a line number and lets the office go at once (as a program does that commits
after every statement, or locks too little); `Unnumbered` only reads the office's seq, in a deferred transaction (as
SQLAlchemy does by default). The guarded hall runs the same races, with the same pauses, and wins them all.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, select

from ptsp import issuing, queueing, staffing
from ptsp import records as r
from ptsp.checking import check_book
from ptsp.clock import Reading
from ptsp.errors import PtspError
from ptsp.hall import Actor, Change, Hall, Order, Work
from tests.support.crowds import all_at_once, open_counters
from tests.support.halls import Office, example_hall

YIELD_S = 0.002
CROWD, QUEUE, REPEATS = 4, 24, 20


class SlowWork(Work):
    """Lets others run between reading and writing: every action looks at the time there."""

    @property
    def reading(self) -> Reading:  # type: ignore[override]
        time.sleep(YIELD_S)
        found: Reading = self.__dict__["reading"]
        return found

    @reading.setter
    def reading(self, value: Reading) -> None:
        self.__dict__["reading"] = value


class Guarded(Hall):
    """The hall as it is, but for the pauses."""

    def _begin(self, conn: Connection, actor: Actor, request_id: str | None) -> Work:
        work = super()._begin(conn, actor, request_id)
        work.__class__ = SlowWork
        return work


class Unguarded(Guarded):
    """No turns, no BEGIN IMMEDIATE, no office row held."""

    @contextmanager
    def work(
        self, actor: Actor, request_id: str | None = None, founding: dict[str, Any] | None = None
    ) -> Iterator[Work]:
        if founding is not None:
            with super().work(actor, request_id, founding) as work:
                yield work
            return
        with self.engine.connect() as conn:
            work = self._begin(conn, actor, request_id)
            yield work
            if work.discard:
                conn.rollback()
            else:
                self._keep(conn, work)
                conn.commit()
        self.publish(Change(work.office_id, work.seq, tuple(work.notices)))

    def _keep(self, conn: Connection, work: Work) -> None:
        """Before the commit."""


class Unlocked(Unguarded):
    """The office's row is let go as soon as the number of the line is known."""

    def _begin(self, conn: Connection, actor: Actor, request_id: str | None) -> Work:
        work = super()._begin(conn, actor, request_id)
        if conn.dialect.name == "sqlite":
            conn.exec_driver_sql("COMMIT")  # and goes on statement by statement, each committing itself
        else:
            conn.exec_driver_sql("COMMIT")
            conn.exec_driver_sql("BEGIN")
        return work


class Unnumbered(Unguarded):
    """The number of the line is read, not taken."""

    def _begin(self, conn: Connection, actor: Actor, request_id: str | None) -> Work:
        now = self.clock.read()
        row = conn.execute(select(r.office.c.seq, r.office.c.revision).where(r.office.c.id == actor.office_id)).one()
        work = SlowWork(self, conn, actor, now, row.seq + 1, request_id)
        work.office = self._catalogue(conn, actor.office_id, row.revision)
        return work

    def _keep(self, conn: Connection, work: Work) -> None:
        conn.execute(r.office.update().where(r.office.c.id == work.office_id).values(seq=work.seq))


KINDS = {"guarded": Guarded, "unlocked": Unlocked, "unnumbered": Unnumbered}


@pytest.fixture(params=list(KINDS))
def office(request: pytest.FixtureRequest, new_database: Callable[[], str]) -> Iterator[Office]:
    """A hall of each kind; its counters and its queue are set up with the guard on."""
    with example_hall(new_database()) as found:
        open_counters(found, CROWD)
        for n, counter_id in enumerate(found.counters[:CROWD]):
            found.do(officer(found, n), staffing.take, counter_id=counter_id)
        kind = KINDS[request.param]
        yield replace(found, hall=kind(found.hall.engine, found.clock))


@pytest.fixture
def guarded(request: pytest.FixtureRequest) -> bool:
    return bool(request.node.callspec.params["office"] == "guarded")


def officer(office: Office, n: int) -> Actor:
    return Actor("token", n + 1, "integration", office.office_id, f"o{n}", f"t{n + 1}")


def issue(office: Office, how_many: int) -> list[int]:
    """A queue, made with the guard on."""
    safe = replace(office, hall=Hall(office.hall.engine, office.clock))
    return [safe.issue()["id"] for _ in range(how_many)]


_requests = itertools.count(1)


def attempt(office: Office, actor: Actor, action: Callable[..., Any], request_id: str = "", **params: Any) -> Any:
    """The answer; the code of a refusal; or the name of the error that a client would have seen as a 500."""
    order = Order(actor, action.__name__, params, request_id or f"twin-{next(_requests):08d}")
    try:
        return office.hall.run(order, action)
    except PtspError as refusal:
        return refusal.code
    except Exception as error:
        return type(error).__name__


def test_calling_through_a_queue(office: Office, guarded: bool):
    queue, calls, broken, guard = issue(office, QUEUE), Counter[int](), [], threading.Lock()

    def work_through(n: int) -> None:
        counter_id, actor = office.counters[n], officer(office, n)
        for _ in range(QUEUE):
            answer = attempt(office, actor, queueing.call_next, counter_id=counter_id)
            if answer == "nobody_waiting":
                return
            with guard:
                if isinstance(answer, dict):
                    calls[answer["ticket"]["id"]] += 1
                else:
                    broken.append(answer)
            for action in (queueing.start, queueing.finish):
                attempt(office, actor, action, counter_id=counter_id)

    all_at_once([lambda n=n: work_through(n) for n in range(CROWD)])
    doubled = sum(times - 1 for times in calls.values())
    print(f"{doubled} double calls, {len(broken)} calls that failed, of {QUEUE}")
    expect(guarded, doubled == 0 and not broken and calls == Counter(queue), office)


def test_giving_out_numbers(office: Office, guarded: bool):
    def kiosk(n: int) -> list[Any]:
        actor = Actor("device", n + 1, "kiosk", office.office_id)
        return [attempt(office, actor, issuing.issue, service_id=office.services[0]) for _ in range(QUEUE // CROWD)]

    told = list(itertools.chain.from_iterable(all_at_once([lambda n=n: kiosk(n) for n in range(CROWD)])))
    numbers = [answer["ticket"]["number"] for answer in told if isinstance(answer, dict)]
    print(f"{len(numbers)} numbers of {len(told)} asked for, {len(set(numbers))} of them distinct")
    right = sorted(numbers) == [f"A-{n:03d}" for n in range(1, len(told) + 1)]
    if office.hall.__class__ is Unlocked:
        # The series counts in one statement, a lock of its own: the numbers stay right, and so must they.
        assert right
        return
    expect(guarded, right, office)


def test_two_officers_choose_the_same_number(office: Office, guarded: bool):
    wrong: Counter[str] = Counter()
    for ticket_id in issue(office, REPEATS):

        def choose(n: int, ticket_id: int = ticket_id) -> Any:
            facts = {"counter_id": office.counters[n], "ticket_id": ticket_id}
            return attempt(office, officer(office, n), queueing.call, **facts)

        told = sorted(
            "won" if isinstance(answer, dict) else answer
            for answer in all_at_once([lambda c=choose: c(0), lambda c=choose: c(1)])
        )
        if told != ["ticket_taken", "won"]:
            wrong[" and ".join(told)] += 1
        for n in (0, 1):
            attempt(office, officer(office, n), queueing.no_show, counter_id=office.counters[n])
    print(f"of {REPEATS} pairs not one winner and one refusal in words: {dict(wrong)}")
    expect(guarded, not wrong, office)


def test_one_request_many_times_at_once(office: Office, guarded: bool):
    wrong = 0
    for n in range(REPEATS):
        before = count(office)

        def send(same: str = f"the-same-{n:04d}") -> Any:
            kiosk = Actor("device", 1, "kiosk", office.office_id)
            return attempt(office, kiosk, issuing.issue, same, service_id=office.services[0])

        answers = all_at_once([send] * CROWD)
        wrong += any(answer != answers[0] for answer in answers) or count(office) != before + 1
    print(f"{wrong} of {REPEATS} requests had more than one effect or more than one answer")
    expect(guarded, wrong == 0, office)


def count(office: Office) -> int:
    with office.hall.view() as conn:
        return len(conn.execute(select(r.ticket.c.id)).all())


def expect(guarded: bool, right: bool, office: Office) -> None:
    """With the guard all is right and the book is whole; without it the race is lost."""
    if not guarded:
        assert not right, "the race was not lost without its guard: it proves nothing"
        return
    assert right
    with office.hall.view() as conn:
        assert check_book(conn, office.office_id) == []
