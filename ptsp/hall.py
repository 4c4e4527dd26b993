"""The hall: one action, one transaction, one line of history.

`Hall.run` is the only way to change anything: it opens `work`, which takes the office's row (the mutex and the clock of
the office), looks whether the request was answered before, runs the action, remembers the answer, commits, publishes.
The only commit of the whole product is in `Hall.work`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, event, insert

from ptsp import around
from ptsp import catalogue as set_up
from ptsp import records as r
from ptsp.ballots import Keys
from ptsp.clock import Clock, Reading
from ptsp.database import PATIENCE, PATIENCE_POSTGRES, PATIENCE_S
from ptsp.errors import NotFound, NotSignedIn, RequestReused
from ptsp.orders import Actor, Change, Order
from ptsp.trouble import DRIVER_ERRORS, in_words, lost_connection
from ptsp.turns import Turns
from ptsp.work import Work

Answer = dict[str, Any]
_in_json = msgspec.json.Encoder().encode

# Top-level parts of an answer that are told once and kept nowhere: session secrets, device keys, codes, API tokens.
SHOWN_ONCE = frozenset({"secret", "key", "code", "token"})
LEFT = "patience_s"  # of a connection: how long it waits for a lock now


Publish = Callable[[Change], None]
# Whether the sign-in, screen or token behind an actor still counts: (conn, actor, now in ms UTC) -> bool.
Admitted = Callable[[Connection, Actor, int], bool]


class PooledWriter:
    """Writing on PostgreSQL: a connection of the pool for each transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, patience_s: float) -> Connection:
        """A connection in a transaction that waits at most so long for another one's row."""
        conn = self._engine.connect()
        try:
            conn.begin()
            if patience_s < PATIENCE_S:
                conn.exec_driver_sql(PATIENCE_POSTGRES.format(int(patience_s * 1000) + 1))
        except BaseException:
            conn.close()
            raise
        return conn

    def commit(self, conn: Connection) -> None:
        """Makes it last."""
        conn.commit()
        conn.close()

    def rollback(self, conn: Connection) -> None:
        """Undoes it."""
        conn.close()

    def let_go(self) -> None:
        """Nothing is kept."""


class KeptWriter:
    """Writing on SQLite: one writer at a time (the turn sees to it), so one connection is kept, and BEGIN and COMMIT
    are said to the driver itself: the pool and Core's transaction cost as much as half of the statements."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(writer=True)
        self._kept: Connection | None = None

    def begin(self, patience_s: float) -> Connection:
        """The connection, in a transaction; it waits at most so long for another program's lock."""
        conn, self._kept = self._kept or self._engine.connect(), None
        try:
            if conn.info.get(LEFT, PATIENCE_S) != patience_s:
                _driver(conn).execute(PATIENCE.format(int(patience_s * 1000)))
                conn.info[LEFT] = patience_s
            _driver(conn).execute("BEGIN IMMEDIATE")
        except BaseException:
            conn.invalidate()  # it may have little patience left, and readers share the pool
            conn.close()
            raise
        return conn

    def commit(self, conn: Connection) -> None:
        """Makes it last."""
        _driver(conn).commit()
        self._keep(conn)

    def rollback(self, conn: Connection) -> None:
        """Undoes it; a connection on which that goes wrong is thrown away."""
        try:
            _driver(conn).rollback()
        except BaseException:
            conn.invalidate()
            raise
        self._keep(conn)

    def _keep(self, conn: Connection) -> None:
        if conn.in_transaction():  # Core's own idea of it: begun by an action that did not use a prepared statement
            conn.rollback()
        self._kept = conn

    def let_go(self) -> None:
        """The file is closed."""
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.detach()  # else it would only go back to the pool, open
            kept.close()


Writer = PooledWriter | KeptWriter


def _driver(conn: Connection) -> Any:
    return conn.connection.driver_connection


class Transaction:
    """`with hall.work(...) as work`: the turn, the office's row, the commit, the word to the screens.

    A class with two methods: every command comes through here, and nested generators cost as much as its statements.
    """

    def __init__(self, hall: Hall, actor: Actor, request_id: str | None, founding: dict[str, Any] | None) -> None:
        self.hall, self.actor, self.request_id, self.founding = hall, actor, request_id, founding

    def __enter__(self) -> Work:
        hall = self.hall
        self.turn = hall._turns.of("all" if hall._one_writer else self.actor.office_id)
        left_s = self.turn.take(PATIENCE_S)
        try:
            self.conn = hall._writer.begin(left_s)
            try:
                self.work = hall._begin(self.conn, self._acting(), self.request_id)
            except BaseException:
                hall._writer.rollback(self.conn)
                raise
        except BaseException as error:
            self.turn.hand_over()
            self._explain(error)
            raise
        return self.work

    def _acting(self) -> Actor:
        """Who acts: in an office that is founded here and now, if there is one to found."""
        if self.founding is None:
            return self.actor
        made = self.conn.execute(insert(r.office).values(**self.founding).returning(r.office.c.id))
        return replace(self.actor, office_id=made.scalar_one())

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        work = self.work
        try:
            self._end(work, keep=error is None and not work.discard)
        except BaseException as failed:
            self._explain(failed)
            raise
        finally:
            self.turn.hand_over()
        if error is not None:
            self._explain(error)
        elif not work.discard:
            self.hall.publish(Change(work.office_id, work.seq, tuple(work.notices)))

    def _end(self, work: Work, keep: bool) -> None:
        writer, done = self.hall._writer, False
        try:
            if keep:
                if work.lines != 1:
                    around.set_seq.run(self.conn, the_office=work.office_id, new_seq=work.seq)
                writer.commit(self.conn)
                done = True
        finally:
            if not done:
                writer.rollback(self.conn)
        for remember in work.afterwards if done else ():
            remember()

    def _explain(self, error: BaseException) -> None:
        """Raises a driver's error again in words that a person can act on."""
        if isinstance(error, DRIVER_ERRORS):
            self.hall._forget_dead_connections(error)
            raise in_words(error) from error


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
        # What a process remembers of an office between two works; each says how it knows that it still holds.
        self.remembered: dict[tuple[str, int], Any] = {}
        self._turns = Turns()
        self._one_writer = engine.dialect.name == "sqlite"
        self._writer: Writer = KeptWriter(engine) if self._one_writer else PooledWriter(engine)
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

    def work(
        self, actor: Actor, request_id: str | None = None, founding: dict[str, Any] | None = None
    ) -> AbstractContextManager[Work]:
        """The write transaction. Leaving it by an exception, or with ``work.discard``, changes nothing.

        ``founding``: the row of an office that does not exist yet; it is made first, and the work is that office's.
        """
        return Transaction(self, actor, request_id, founding)

    def _let_go(self, _engine: Engine) -> None:
        """The engine was disposed of: nothing may keep the file open."""
        self._writer.let_go()

    def _begin(self, conn: Connection, actor: Actor, request_id: str | None) -> Work:
        """Takes the office's row: from here to the commit nobody else changes this office."""
        now = self.clock.read()
        taken = around.take_office.one(conn, the_office=actor.office_id, now_at=now.at, now_tick=now.tick)
        if taken is None:
            raise NotFound(what="office")
        work = Work(self, conn, actor, Reading(now.at, taken.last_tick), taken.seq, request_id)
        work.office = self._catalogue(conn, actor.office_id, taken.revision)
        return work

    def _earlier(self, work: Work, order: Order) -> Answer | None:
        if order.request_id is None:
            return None
        key = {"office_id": work.office_id, "actor": order.actor.key, "request_id": order.request_id}
        found = around.find_answer.one(work.conn, **key)
        if found is None:
            return None
        if found.fingerprint != order.fingerprint:
            raise RequestReused
        earlier: Answer = msgspec.json.decode(found.answer)
        return earlier

    def _remember(self, work: Work, order: Order, answer: Answer) -> None:
        if order.request_id is None:
            return
        around.insert_answer.run(
            work.conn,
            office_id=work.office_id,
            actor=order.actor.key,
            request_id=order.request_id,
            fingerprint=order.fingerprint,
            answer=_in_json({name: value for name, value in answer.items() if name not in SHOWN_ONCE}).decode(),
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

    def today(self, office: set_up.Catalogue) -> str:
        """The service day (ISO date) that an office has now."""
        return office.schedule.service_day(self.clock.read().at)

    def catalogue(self, conn: Connection, office_id: int) -> set_up.Catalogue:
        """The office's set-up, as of this read."""
        row = around.revision.one(conn, office_id=office_id)
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
