"""One open write transaction of one office: what an action is handed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, insert, update

from ptsp import records as r
from ptsp.catalogue import Catalogue
from ptsp.clock import Reading
from ptsp.database import Prepared
from ptsp.orders import Actor, Notice

if TYPE_CHECKING:
    from ptsp.hall import Hall

_insert_line = Prepared(insert(r.daybook))
_EMPTY_LINE: dict[str, Any] = dict.fromkeys(
    ("ticket_id", "from_state", "to_state", "service_id", "counter_id", "priority", "outcome", "note")
)


class Work:
    """One open write transaction of one office: connection, set-up, time, and the lines being written."""

    def __init__(self, hall: Hall, conn: Connection, actor: Actor, reading: Reading, seq: int, request_id: str | None):
        self.hall, self.conn, self.actor, self.reading, self.request_id = hall, conn, actor, reading, request_id
        self.first_seq, self.lines = seq, 0
        self.notices: list[Notice] = []
        self.office: Catalogue
        self.discard = False
        # Done after the commit, still in this office's turn: for what the process remembers between two of them.
        self.afterwards: list[Callable[[], None]] = []

    @property
    def seq(self) -> int:
        """The seq of the last line written (of the line before this work when none was written)."""
        return self.first_seq - 1 + self.lines

    @property
    def office_id(self) -> int:
        """The office whose row this work holds."""
        return self.actor.office_id

    @property
    def today(self) -> str:
        """The service day (ISO date) of this work's own moment."""
        return self.office.schedule.service_day(self.reading.at)

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
