"""The hall: one action, one transaction, one line of history.

`Hall.run` is the only way to change anything: it opens `work`, which takes the office's row (the mutex and the clock of
the office), looks whether the request was answered before, runs the action, remembers the answer, commits, publishes.
The only commit of the whole product is in `Hall.work`.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, case, event, insert, select, update

from ptsp import catalogue as set_up
from ptsp import records as r
from ptsp.ballots import Keys
from ptsp.clock import Clock, Reading
from ptsp.database import Prepared
from ptsp.errors import NotFound, NotSignedIn, RequestReused
from ptsp.orders import Actor, Change, Notice, Order
from ptsp.trouble import DRIVER_ERRORS, in_words, lost_connection
from ptsp.turns import Turns

Answer = dict[str, Any]

# Top-level parts of an answer that are told once and kept nowhere: session secrets, device keys, codes, API tokens.
SHOWN_ONCE = frozenset({"secret", "key", "code", "token"})


Publish = Callable[[Change], None]
# Whether the sign-in, screen or token behind an actor still counts: (conn, actor, now in ms UTC) -> bool.
Admitted = Callable[[Connection, Actor, int], bool]

_take_office = Prepared(
    update(r.office)
    .where(r.office.c.id == bindparam("the_office"))
    .values(
        seq=r.office.c.seq + 1,
        last_at=bindparam("now_at"),
        last_tick=case(
            (r.office.c.last_tick > bindparam("now_tick"), r.office.c.last_tick), else_=bindparam("now_tick")
        ),
    )
    .returning(r.office.c.seq, r.office.c.last_tick, r.office.c.revision)
)
_set_seq = Prepared(update(r.office).where(r.office.c.id == bindparam("the_office")).values(seq=bindparam("new_seq")))
_insert_line = Prepared(insert(r.daybook))
_find_answer = Prepared(
    select(r.answered.c.fingerprint, r.answered.c.answer).where(
        r.answered.c.office_id == bindparam("office_id"),
        r.answered.c.actor == bindparam("actor"),
        r.answered.c.request_id == bindparam("request_id"),
    )
)
_insert_answer = Prepared(insert(r.answered))
_revision = Prepared(select(r.office.c.revision).where(r.office.c.id == bindparam("office_id")))


class Work:
    """One open write transaction of one office: connection, set-up, time, and the lines being written."""

    def __init__(self, hall: Hall, conn: Connection, actor: Actor, reading: Reading, seq: int, request_id: str | None):
        self.hall, self.conn, self.actor, self.reading, self.request_id = hall, conn, actor, reading, request_id
        self.first_seq, self.lines = seq, 0
        self.notices: list[Notice] = []
        self.office: set_up.Catalogue
        self.discard = False

    @property
    def seq(self) -> int:
        """The seq of the last line written (of the line before this work when none was written)."""
        return self.first_seq - 1 + self.lines

    @property
    def office_id(self) -> int:
        """The office whose row this work holds."""
        return self.actor.office_id

    def write(self, move: str, day: str, **facts: Any) -> int:
        """Adds a line to the day book; returns its seq. ``facts`` are columns of `records.daybook`."""
        seq = self.first_seq + self.lines
        _insert_line.run(
            self.conn,
            **(_EMPTY_LINE | facts),
            office_id=self.office_id,
            seq=seq,
            at=self.reading.at,
            tick=self.reading.tick,
            day=day,
            move=str(move),
            person_id=self.actor.person_id,
            actor=self.actor.key,
            request_id=self.request_id,
        )
        self.lines += 1
        return seq

    def notify(self, kind: str, key: str = "", **facts: Any) -> None:
        """Leaves word for the screens; sent after the commit, and only then."""
        self.notices.append(Notice(kind, key, facts))

    def audit(self, deed: str, subject: str = "") -> None:
        """Adds a line to the audit trail (who did what to the set-up, the people, the devices)."""
        entry = {"office_id": self.office_id, "at": self.reading.at, "actor": self.actor.key}
        self.conn.execute(insert(r.audit).values(**entry, deed=deed, subject=subject))

    def set_up_changed(self) -> None:
        """Every process reloads the catalogue before its next use."""
        self.conn.execute(
            update(r.office).where(r.office.c.id == self.office_id).values(revision=r.office.c.revision + 1)
        )


_EMPTY_LINE: dict[str, Any] = dict.fromkeys(
    ("ticket_id", "from_state", "to_state", "service_id", "counter_id", "priority", "outcome", "note")
)


class Hall:
    """Database, clock and publisher, handed in. Thread-safe."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        publish: Publish = lambda _change: None,
        holiday: set_up.Holidays = lambda _day: None,
    ) -> None:
        self.engine, self.clock, self.publish, self.holiday = engine, clock, publish, holiday
        # The keys of the ballot boxes (asking.py); a serving process keeps them in files.
        self.ballot_keys = Keys()
        # Troubles of this machine that the caretaker sees ("disk", "clock"): kind -> since when (ms UTC).
        self.troubles: dict[str, int] = {}
        self._turns = Turns()
        self._one_writer = engine.dialect.name == "sqlite"
        self._writer = engine.execution_options(writer=True)
        self._kept: Connection | None = None
        event.listen(engine, "engine_disposed", self._let_go)
        self._reader: Engine = engine
        if not self._one_writer:  # a picture is read in several statements, and must be of one moment
            self._reader = engine.execution_options(isolation_level="REPEATABLE READ")
        self._catalogues: dict[int, set_up.Catalogue] = {}
        self._catalogue_guard = threading.Lock()

    def run(self, order: Order, action: Callable[..., Answer], admitted: Admitted | None = None) -> Answer:
        """Runs ``action(work, **params)`` once for its request id, whoever asks how often; returns the answer.

        ``admitted``: what a door asks inside the transaction: whether its actor still counts. NotSignedIn otherwise.
        """
        with self.work(order.actor, order.request_id) as work:
            if admitted is not None and not admitted(work.conn, order.actor, work.reading.at):
                raise NotSignedIn
            answer = self._earlier(work, order)
            if answer is None:
                answer = action(work, **order.params)
                answer["seq"] = work.seq
                self._remember(work, order, answer)
            else:
                work.discard = True
        return answer

    def act(self, actor: Actor, action: Callable[..., Answer], **params: Any) -> Answer:
        """Housekeeping and the command line: no client, so no request id."""
        return self.run(Order(actor, action.__name__, params), action)

    @contextmanager
    def work(
        self, actor: Actor, request_id: str | None = None, founding: dict[str, Any] | None = None
    ) -> Iterator[Work]:
        """The write transaction. Leaving it by an exception, or with ``work.discard``, changes nothing.

        ``founding``: the row of an office that does not exist yet; it is made first, and the work is that office's.
        """
        turn = self._turns.of("all" if self._one_writer else actor.office_id)
        try:
            with turn, self._connection() as conn, conn.begin() as transaction:
                if founding is not None:
                    made = conn.execute(insert(r.office).values(**founding).returning(r.office.c.id))
                    actor = replace(actor, office_id=made.scalar_one())
                work = self._begin(conn, actor, request_id)
                yield work
                if work.discard:
                    transaction.rollback()
                else:
                    if work.lines != 1:
                        _set_seq.run(conn, the_office=work.office_id, new_seq=work.seq)
                    transaction.commit()
        except DRIVER_ERRORS as error:
            self._forget_dead_connections(error)
            raise in_words(error) from error
        if not work.discard:
            self.publish(Change(work.office_id, work.seq, tuple(work.notices)))

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        """The connection to write by. SQLite has one writer at a time (the turn sees to it), so its connection is kept:
        taking one from the pool for every ticket costs a fifth of the whole."""
        if not self._one_writer:
            with self._writer.connect() as conn:
                yield conn
            return
        conn = self._kept or self._writer.connect()
        self._kept = None
        try:
            yield conn
        except BaseException:
            conn.close()
            raise
        self._kept = conn

    def _let_go(self, _engine: Engine) -> None:
        """The engine was disposed of: nothing may keep the file open."""
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.detach()  # else it would only go back to the pool, open
            kept.close()

    def _begin(self, conn: Connection, actor: Actor, request_id: str | None) -> Work:
        """Takes the office's row: from here to the commit nobody else changes this office."""
        now = self.clock.read()
        taken = _take_office.one(conn, the_office=actor.office_id, now_at=now.at, now_tick=now.tick)
        if taken is None:
            raise NotFound(what="office")
        work = Work(self, conn, actor, Reading(now.at, taken.last_tick), taken.seq, request_id)
        work.office = self._catalogue(conn, actor.office_id, taken.revision)
        return work

    def _earlier(self, work: Work, order: Order) -> Answer | None:
        if order.request_id is None:
            return None
        key = {"office_id": work.office_id, "actor": order.actor.key, "request_id": order.request_id}
        found = _find_answer.one(work.conn, **key)
        if found is None:
            return None
        if found.fingerprint != order.fingerprint:
            raise RequestReused
        earlier: Answer = json.loads(found.answer)
        return earlier

    def _remember(self, work: Work, order: Order, answer: Answer) -> None:
        if order.request_id is None:
            return
        _insert_answer.run(
            work.conn,
            office_id=work.office_id,
            actor=order.actor.key,
            request_id=order.request_id,
            fingerprint=order.fingerprint,
            answer=json.dumps({name: value for name, value in answer.items() if name not in SHOWN_ONCE}),
            at=work.reading.at,
        )

    @contextmanager
    def view(self) -> Iterator[Connection]:
        """A read transaction: a picture of one moment, however many statements it takes. Never commits."""
        try:
            with self._reader.connect() as conn, conn.begin() as reading:
                yield conn
                reading.rollback()
        except DRIVER_ERRORS as error:
            self._forget_dead_connections(error)
            raise in_words(error) from error

    @contextmanager
    def glance(self) -> Iterator[Connection]:
        """A connection for one prepared statement: no transaction to pay for."""
        try:
            with self.engine.connect() as conn:
                yield conn
        except DRIVER_ERRORS as error:
            self._forget_dead_connections(error)
            raise in_words(error) from error

    def _forget_dead_connections(self, error: Exception) -> None:
        """One refusal is enough for all that went with them."""
        if lost_connection(error):
            self.engine.dispose(close=False)

    def catalogue(self, conn: Connection, office_id: int) -> set_up.Catalogue:
        """The office's set-up, as of this read."""
        row = _revision.one(conn, office_id=office_id)
        if row is None:
            raise NotFound(what="office")
        return self._catalogue(conn, office_id, row.revision)

    def _catalogue(self, conn: Connection, office_id: int, revision: int) -> set_up.Catalogue:
        kept = self._catalogues.get(office_id)
        if kept is None or kept.revision != revision:
            kept = set_up.load(conn, office_id, self.holiday)
            with self._catalogue_guard:
                self._catalogues[office_id] = kept
        return kept
