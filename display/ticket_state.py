"""What a ticket's own page knows: three or four reads by key, so that a thousand phones may ask every three seconds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select

from ptsp import records as r
from ptsp.asking import survey_state
from ptsp.catalogue import Catalogue, Text, as_text
from ptsp.clock import Reading
from ptsp.database import Prepared
from ptsp.errors import NotFound
from ptsp.estimates import Line, line_before
from ptsp.hall import Hall
from ptsp.issuing import pace, spoken_number
from ptsp.states import Move, State, target
from web.picture import hall_state

TOKEN = re.compile(r"[A-Za-z0-9_-]{16,32}")
MINUTE_MS, GRID = 60_000, 5

_t = r.ticket.c
_columns = [column for column in r.ticket.c if column.name not in ("note", "ahead")]
_by_token = Prepared(select(*_columns).where(_t.token == bindparam("token")))


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as its visitor may see it. ``ahead`` and ``estimate`` (local clock, "10.20") only while waiting."""

    id: int
    office: Catalogue
    number: str
    state: str
    day: str
    language: str
    service: Text
    priority: bool
    ahead: int | None
    estimate: tuple[str, str] | None
    counter: Text | None
    counter_number: int | None
    calls: int
    requirements: Text | None
    outcome: str | None
    survey: str
    cancellable: bool
    hall: dict[str, Any]

    @property
    def facts(self) -> dict[str, Any]:
        """As JSON; shape in docs/architecture.md."""
        return {
            "number": self.number,
            "state": self.state,
            "service": self.service,
            "priority": self.priority,
            "position": None if self.ahead is None else self.ahead + 1,
            "ahead": self.ahead,
            "estimate": list(self.estimate) if self.estimate else None,
            "counter": self.counter,
            "calls": self.calls,
            "requirements": self.requirements,
            "survey": self.survey,
            "cancellable": self.cancellable,
            "office": {"name": self.office.name, "timezone": self.office.timezone},
            "day": self.day,
        }


def read(hall: Hall, token: str) -> Ticket:
    """The ticket of a token. NotFound for one that was never given out."""
    if not TOKEN.fullmatch(token):
        raise NotFound(what="ticket")
    reading = hall.clock.read()
    with hall.view() as conn:
        row = _by_token.one(conn, token=token)
        if row is None:
            raise NotFound(what="ticket")
        return _ticket(conn, hall.catalogue(conn, row.office_id), row, reading)


def _ticket(conn: Connection, office: Catalogue, row: Any, reading: Reading) -> Ticket:
    service, state = office.service(row.service_id), _state_today(office, row, reading)
    line = _line(conn, office, row, reading) if state == State.WAITING else None
    counter = office.counters.get(row.counter_id) if state in (State.CALLED, State.SERVING) else None
    return Ticket(
        id=row.id,
        office=office,
        number=spoken_number(row.prefix, row.number),
        state=state,
        day=row.day,
        language=row.language,
        service=service.name,
        priority=bool(row.priority),
        ahead=line and line.people,
        estimate=line and _from_to(office, line.minutes, reading),
        counter=counter.name if counter else None,
        counter_number=counter.number if counter else None,
        calls=row.calls,
        requirements=as_text(service.requirements),
        outcome=row.outcome,
        survey=survey_state(office, row, office.schedule.service_day(reading.at)),
        cancellable=target(State(state), Move.CANCEL) is not None,
        hall=hall_state(office, reading),
    )


def _state_today(office: Catalogue, row: Any, reading: Reading) -> str:
    """The row's state; what is still open on a later day has expired, though the book says so only in the morning."""
    over = row.day < office.schedule.service_day(reading.at) and target(State(row.state), Move.EXPIRE) is not None
    return State.EXPIRED.value if over else str(row.state)


def _line(conn: Connection, office: Catalogue, row: Any, reading: Reading) -> Line:
    desk = pace.of(conn, office, row.day, reading.tick)
    return line_before(conn, office, row.service_id, row.rank_at, row.number, desk, row.for_counter_id)


def _from_to(office: Catalogue, minutes: tuple[int, int] | None, reading: Reading) -> tuple[str, str] | None:
    """From when to when the call is likely, on a grid of 5 minutes (so that it does not flicker with every poll)."""
    if minutes is None:
        return None
    grid = GRID * MINUTE_MS
    low = (reading.at + minutes[0] * MINUTE_MS) // grid * grid
    high = -(-(reading.at + minutes[1] * MINUTE_MS) // grid) * grid
    return _clock(office, low), _clock(office, high)


def _clock(office: Catalogue, at: int) -> str:
    return f"{office.schedule.local(at):%H.%M}"
