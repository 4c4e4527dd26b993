"""The caretaker: ends the service day, throws away old answers, watches clock and disk; a little every few seconds."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import structlog
from sqlalchemy import Connection, bindparam, delete, exists, or_, select

from ptsp import asking, held_files
from ptsp import records as r
from ptsp.clock import SystemClock
from ptsp.complaining import erase_contacts
from ptsp.database import Prepared
from ptsp.hall import Actor, Answer, Hall, Work
from ptsp.retention import erase_words
from ptsp.staffing import end_day

EVERY_S = 5.0
ANSWERS_KEPT_MS = 3 * 24 * 3_600_000
SWEEP_EVERY_MS = 3_600_000
LOOK_EVERY_MS = 5 * 60_000
CLOCK_STEP_MS = 60_000
CLOCK_TOLD_MS = 3_600_000
DISK_LOW = 200 * 1024 * 1024  # bytes
log = structlog.get_logger()

_old = Prepared(
    select(
        or_(
            exists().where(
                r.ticket.c.office_id == bindparam("office_id"),
                r.ticket.c.state.in_(["booked", "waiting", "called", "serving", "parked"]),
                r.ticket.c.day < bindparam("day"),
            ),
            exists().where(r.counter.c.office_id == bindparam("office_id"), r.counter.c.state != "closed",
                           r.counter.c.since_tick < bindparam("tick")),
        ).label("found")
    )
)  # fmt: skip


def offices(conn: Connection) -> list[int]:
    """The ids of all offices of this installation."""
    return list(conn.execute(select(r.office.c.id).order_by(r.office.c.id)).scalars())


class Caretaker:
    """One thread a process; everything it does is harmless to do twice."""

    def __init__(self, hall: Hall, data_dir: Path) -> None:
        self.hall, self.data_dir = hall, data_dir
        self.stopped = threading.Event()
        self._swept: dict[int, int] = {}  # office -> tick
        self._looked_tick = 0
        self._stepped = 0
        # office -> the service day up to which everything is counted.
        self._counted: dict[int, str] = {}

    def start(self) -> None:
        """Starts the thread."""
        threading.Thread(target=self._run, name="caretaker", daemon=True).start()

    def _run(self) -> None:
        while not self.stopped.is_set():
            try:
                self.round()
            except Exception as error:
                log.warning("caretaker", error=repr(error))
            self.stopped.wait(EVERY_S)

    def round(self) -> None:
        """One round through all offices."""
        with self.hall.view() as conn:
            found = offices(conn)
        for office_id in found:
            self._office(office_id)
        self._let_go_of_files()
        self._watch_clock(found)
        self._watch_disk()

    def _office(self, office_id: int) -> None:
        now = self.hall.clock.read()
        caretaker = Actor("system", 0, "system", office_id, "caretaker")
        with self.hall.view() as conn:
            office = self.hall.catalogue(conn, office_id)
            day = office.schedule.service_day(now.at)
            # Only a counter taken before today can be a forgotten one; half a day is a cheap first sieve.
            old = _old.one(conn, office_id=office_id, day=day, tick=now.tick - 12 * 3_600_000).found
        if old:
            self.hall.act(caretaker, end_day)
        if self._counted.get(office_id) != day:  # a day has ended since (or the server): its answers and visits
            asking.empty_box(self.hall, caretaker, before=day)
            self.hall.act(caretaker, asking.close_days)
            self._counted[office_id] = day
        if now.tick - self._swept.get(office_id, 0) > SWEEP_EVERY_MS:
            self._swept[office_id] = now.tick
            self.hall.act(caretaker, sweep)
            self.hall.act(caretaker, erase_contacts)
            self.hall.act(caretaker, erase_words)

    def _let_go_of_files(self) -> None:
        """Tables that waited an hour for a manager's word."""
        now = self.hall.clock.read()
        if now.tick - self._looked_tick > LOOK_EVERY_MS:
            self._looked_tick = now.tick
            held_files.sweep(self.data_dir, now.at)

    def _watch_clock(self, office_ids: list[int]) -> None:
        clock = self.hall.clock
        if not isinstance(clock, SystemClock):
            return
        stepped = clock.stepped_ms()
        if abs(stepped - self._stepped) > CLOCK_STEP_MS:
            log.warning("clock_stepped", by_s=(stepped - self._stepped) // 1000)
            for office_id in office_ids:
                caretaker = Actor("system", 0, "system", office_id, "caretaker")
                self.hall.act(caretaker, note_step, seconds=(stepped - self._stepped) // 1000)
            self._stepped = stepped
            self.hall.troubles["clock"] = clock.read().at
        elif clock.read().at - self.hall.troubles.get("clock", 0) > CLOCK_TOLD_MS:
            self.hall.troubles.pop("clock", None)

    def _watch_disk(self) -> None:
        free = shutil.disk_usage(self.data_dir).free if self.data_dir.exists() else DISK_LOW
        if free < DISK_LOW:
            self.hall.troubles.setdefault("disk", self.hall.clock.read().at)
        else:
            self.hall.troubles.pop("disk", None)


def sweep(work: Work) -> Answer:
    """Forgets the answers to requests that nobody will repeat any more."""
    old = work.conn.execute(
        delete(r.answered).where(
            r.answered.c.office_id == work.office_id, r.answered.c.at < work.reading.at - ANSWERS_KEPT_MS
        )
    )
    work.discard = not old.rowcount
    return {}


def note_step(work: Work, seconds: int) -> Answer:
    """The wall clock was moved: a line in the book, so that whoever reads the day knows."""
    work.write("clock", work.today, note=f"{seconds:+d} s")
    return {}
