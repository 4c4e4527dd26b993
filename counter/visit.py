"""A ticket as the officer sees it, and the visit at the counter with its history from the day book."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, select

from ptsp import records as r
from ptsp.catalogue import Catalogue
from ptsp.clock import Reading
from ptsp.database import Prepared
from web.picture import Picture, ticket_brief

HISTORY = 30

_t, _d = r.ticket.c, r.daybook.c
ticket_columns = [
    _t[name]
    for name in (
        "id", "prefix", "number", "state", "service_id", "priority", "entered_tick", "called_tick", "started_tick",
        "ended_tick", "calls", "for_counter_id", "note", "counter_id",
    )
]  # fmt: skip
_at_counter = Prepared(
    select(*ticket_columns).where(_t.counter_id == bindparam("counter_id"), _t.state.in_(["called", "serving"]))
)
_history = Prepared(
    select(_d.move, _d.at, _d.counter_id, _d.service_id, _d.note)
    .where(_d.ticket_id == bindparam("ticket_id"))
    .order_by(_d.seq.desc())
    .limit(HISTORY)
)


def ticket_picture(office: Catalogue, ticket: Any, reading: Reading) -> Picture:
    """The brief of a ticket. `waiting_ms` ends with the call for a visit that was called."""
    waited_until = reading.tick if ticket.state == "waiting" or ticket.called_tick is None else ticket.called_tick
    return {**ticket_brief(office, ticket, waited_until), "note": ticket.note}


def current(conn: Connection, office: Catalogue, counter_id: int, reading: Reading) -> Picture | None:
    """The visit called to or served at a counter, or None."""
    ticket = _at_counter.one(conn, counter_id=counter_id)
    if ticket is None:
        return None
    return {
        **ticket_picture(office, ticket, reading),
        "called_ms": reading.tick - (ticket.called_tick or reading.tick),
        "serving_ms": reading.tick - ticket.started_tick if ticket.state == "serving" else None,
        "calls": ticket.calls,
        "history": history(conn, office, ticket.id),
    }


def history(conn: Connection, office: Catalogue, ticket_id: int) -> list[Picture]:
    """The newest lines of a ticket, newest first: {"move", "at", "counter", "service", "note"}."""
    return [_step(office, line) for line in _history.all(conn, ticket_id=ticket_id)]


def _step(office: Catalogue, line: Any) -> Picture:
    counter, service = office.counters.get(line.counter_id), office.services.get(line.service_id)
    return {
        "move": line.move,
        "at": line.at,
        "counter": counter and counter.name,
        "service": service and service.name,
        "note": line.note or "",
    }
