"""What a counter's screen shows: its queue, its visit, the parked and the missed; small, whole, and of one moment.

Without a counter (the information desk, or before one is chosen) the queue is that of the whole hall.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from counter.visit import current, ticket_columns, ticket_picture
from ptsp import records as r
from ptsp.alerts import alerts
from ptsp.catalogue import Catalogue, Counter, Service
from ptsp.clock import Reading
from ptsp.database import Prepared
from ptsp.hall import Hall
from web.picture import Picture, common

# More rows than a screen can show help nobody; the number waiting is told in full.
LONGEST_QUEUE, LONGEST_LIST = 60, 40

_t, _c = r.ticket.c, r.counter.c
_of_office = _t.office_id == bindparam("office_id")
_queue = Prepared(select(*ticket_columns).where(_of_office, _t.state == "waiting").order_by(_t.rank_at, _t.number))
_parked = Prepared(select(*ticket_columns).where(_of_office, _t.state == "parked").order_by(_t.started_tick, _t.id))
_missed = Prepared(
    select(*ticket_columns)
    .where(_of_office, _t.day == bindparam("day"), _t.state == "no_show")
    .order_by(_t.ended_tick.desc(), _t.id.desc())
)
_counters = Prepared(
    select(_c.id, _c.state, _c.seat, _c.person_id, r.person.c.name.label("officer"))
    .select_from(r.counter.outerjoin(r.person))
    .where(_c.office_id == bindparam("office_id"), _c.active)
    .order_by(_c.number)
)
_served = Prepared(
    select(func.count().label("n")).where(
        _of_office, _t.day == bindparam("day"), _t.counter_id == bindparam("counter_id"), _t.state == "served"
    )
)


def build(hall: Hall, conn: Connection, office_id: int, key: int | str | None, reading: Reading) -> Picture:
    """The picture of one counter (`key` = counter id, or None)."""
    office = hall.catalogue(conn, office_id)
    counter_id = int(key) if key else None
    picture = common(conn, office, "counter", reading)
    held = _counters.all(conn, office_id=office_id)
    return {
        **picture,
        "counter": _counter(office, counter_id, held),
        "current": current(conn, office, counter_id, reading) if counter_id else None,
        **_lists(conn, office, counter_id, reading),
        "counters": [_brief(office, row) for row in held],
        "services": [_named(section, one) for section in office.sections for one in section.services if one.active],
        "long_wait_minutes": office.setting("long_wait_minutes"),
        "served_here": _served_here(conn, office, counter_id, reading),
        "alerts": alerts(hall, conn, office, reading),
    }


def _lists(conn: Connection, office: Catalogue, counter_id: int | None, reading: Reading) -> Picture:
    day = office.schedule.service_day(reading.at)
    everybody = _queue.all(conn, office_id=office.office_id)
    queue = [ticket for ticket in everybody if _takes(office, counter_id, ticket)]
    parked = _parked.all(conn, office_id=office.office_id)
    missed = _missed.all(conn, office_id=office.office_id, day=day)

    def shown(tickets: list[Any], most: int) -> list[Picture]:
        mine = [one for one in tickets if _takes(office, counter_id, one)][:most]
        return [ticket_picture(office, one, reading) | {"for_me": _kept_for(one, counter_id)} for one in mine]

    return {
        "waiting": len(queue),
        "waiting_elsewhere": len(everybody) - len(queue),
        "queue": shown(queue, LONGEST_QUEUE),
        "parked": shown(parked, LONGEST_LIST),
        "missed": shown(missed, LONGEST_LIST),
    }


def _kept_for(ticket: Any, counter_id: int | None) -> bool:
    return counter_id is not None and ticket.for_counter_id == counter_id


def _takes(office: Catalogue, counter_id: int | None, ticket: Any) -> bool:
    """The same rule as `queueing.call_next`: kept for this counter, or one of its services and kept for nobody."""
    if counter_id is None or ticket.for_counter_id == counter_id:
        return True
    return ticket.for_counter_id is None and ticket.service_id in office.counter(counter_id).service_ids


def _counter(office: Catalogue, counter_id: int | None, held: list[Any]) -> Picture | None:
    """`seat` names the sign-in that holds it: the screen knows from it whether the counter is its own."""
    if counter_id is None:
        return None
    counter = office.counter(counter_id)
    row = next((one for one in held if one.id == counter_id), None)
    return {
        "id": counter.id,
        "number": counter.number,
        "name": counter.name,
        "state": row.state if row else "closed",
        "officer": row and row.officer,
        "seat": row and row.seat,
        "services": [one.name for one in _taken(office, counter)],
        "service_ids": sorted(counter.service_ids),
    }


def _taken(office: Catalogue, counter: Counter) -> list[Service]:
    """In the order of the office; what it no longer offers is left out, though somebody may still wait for it."""
    offered = [one for section in office.sections if section.active for one in section.services if one.active]
    return [one for one in offered if one.id in counter.service_ids]


def _brief(office: Catalogue, row: Any) -> Picture:
    counter = office.counter(row.id)
    return {
        "id": counter.id,
        "number": counter.number,
        "name": counter.name,
        "state": row.state,
        "officer": row.officer,
        "seat": row.seat,
        "person_id": row.person_id,
        "sections": [one.name for one in office.sections if any(s.id in counter.service_ids for s in one.services)],
    }


def _named(section: Any, service: Any) -> Picture:
    return {"id": service.id, "name": service.name, "section": section.name}


def _served_here(conn: Connection, office: Catalogue, counter_id: int | None, reading: Reading) -> int:
    if counter_id is None:
        return 0
    day = office.schedule.service_day(reading.at)
    found: int = _served.one(conn, office_id=office.office_id, day=day, counter_id=counter_id).n
    return found
