"""What the survey screen at a counter shows: a calm welcome, or the survey of the visit that has just ended there.

Only the paired screen of that counter gets this picture (server/app.py, web/live.py): the token in it is the visitor's.
The officer's own screen is told nothing, and no answer ever travels over a socket.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, select

from ptsp import asking
from ptsp import records as r
from ptsp.catalogue import Catalogue
from ptsp.clock import Reading
from ptsp.database import Prepared
from ptsp.hall import Hall
from ptsp.issuing import spoken_number
from web.picture import Picture, common

# Who left the counter longer ago than this has gone; their phone and the exit still ask.
ASKED_MS = 180_000

_t = r.ticket.c
_at_counter = Prepared(
    select(_t.id).where(_t.counter_id == bindparam("counter_id"), _t.state.in_(["called", "serving"]))
)
_just_served = Prepared(
    select(r.ticket)
    .where(
        _t.office_id == bindparam("office_id"),
        _t.day == bindparam("day"),
        _t.counter_id == bindparam("counter_id"),
        _t.state == "served",
        _t.ended_tick > bindparam("since"),
    )
    .order_by(_t.ended_tick.desc(), _t.id.desc())
    .limit(1)
)


def build(hall: Hall, conn: Connection, office_id: int, key: int | None, reading: Reading) -> Picture:
    """Picture of audience "survey": common + {"counter": name or None, "called": whether the next visitor is at the
    counter, "survey": None or {"token", "number", "language"}}. `key`: the counter that the screen is paired to."""
    office = hall.catalogue(conn, office_id)
    picture = common(conn, office, "survey", reading)
    counter = office.counters.get(key) if key else None
    if counter is None:
        return picture | {"counter": None, "called": False, "survey": None}
    called = _at_counter.one(conn, counter_id=counter.id) is not None
    asked = None if called else _asked(conn, office, counter.id, reading)
    return picture | {"counter": counter.name, "called": called, "survey": asked}


def _asked(conn: Connection, office: Catalogue, counter_id: int, reading: Reading) -> dict[str, Any] | None:
    """The survey of the visit that ended last at a counter, a short while ago; None once it is answered."""
    day = office.schedule.service_day(reading.at)
    where = {"office_id": office.office_id, "day": day, "counter_id": counter_id}
    ticket = _just_served.one(conn, **where, since=reading.tick - ASKED_MS)
    if ticket is None or asking.survey_state(office, ticket, day) != "open":
        return None
    return {
        "token": ticket.token,
        "number": spoken_number(ticket.prefix, ticket.number),
        "language": ticket.language,
    }
