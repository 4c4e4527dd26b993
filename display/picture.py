"""What the hall board shows: the last calls, who is next, the hall, the running text, in quiet moments a published
result. Shape: docs/architecture.md."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from ptsp import records as r
from ptsp.catalogue import Catalogue, as_text
from ptsp.clock import Reading
from ptsp.database import Prepared
from ptsp.hall import Hall
from ptsp.issuing import spoken_number
from ptsp.publishing import slide_of
from web.picture import common, ticket_brief

LAST_CALLS, NEXT = 6, 5
# Numbers that went back into the queue, or out of it, are not "called" any more.
STILL_CALLED = ("called", "serving", "parked", "served", "no_show")

_t, _d = r.ticket.c, r.daybook.c
# A ticket's last call is the line with its called_tick: one line a ticket, however often it was recalled.
_calls = Prepared(
    select(_d.seq, _d.ticket_id, _t.prefix, _t.number, _d.counter_id, _d.service_id)
    .select_from(r.daybook.join(r.ticket, _t.id == _d.ticket_id))
    .where(
        _d.office_id == bindparam("office_id"),
        _d.day == bindparam("day"),
        _d.move.in_(["call", "recall"]),
        _d.tick == _t.called_tick,
        _t.state.in_(STILL_CALLED),
    )
    .order_by(_d.seq.desc())
    .limit(2 * LAST_CALLS)  # a call and its recall within one millisecond would both be here
)
_waiting = (_t.office_id == bindparam("office_id"), _t.state == "waiting", _t.day == bindparam("day"))
_next = Prepared(
    select(_t.id, _t.prefix, _t.number, _t.state, _t.service_id, _t.priority, _t.entered_tick)
    .where(*_waiting)
    .order_by(_t.rank_at, _t.number)
    .limit(NEXT)
)
_waiting_count = Prepared(select(func.count()).select_from(r.ticket).where(*_waiting))


def build(hall: Hall, conn: Connection, office_id: int, key: str, reading: Reading) -> dict[str, Any]:
    """Picture of audience "board"."""
    office = hall.catalogue(conn, office_id)
    picture = common(conn, office, "board", reading)
    today = {"office_id": office_id, "day": office.schedule.service_day(reading.at)}
    return picture | {
        "calls": _last_calls(conn, office, today),
        "next": [ticket_brief(office, ticket, reading.tick) for ticket in _next.all(conn, **today)],
        "waiting": _waiting_count.one(conn, **today)[0],
        "ticker": as_text(office.setting("ticker")),
        "result": slide_of(conn, office_id) if office.setting("results_on_board") else None,
    }


def _last_calls(conn: Connection, office: Catalogue, today: dict[str, Any]) -> list[dict[str, Any]]:
    newest: dict[int, dict[str, Any]] = {}
    for line in _calls.all(conn, **today):
        newest.setdefault(line.ticket_id, _call(office, line))
    return list(newest.values())[:LAST_CALLS]


def _call(office: Catalogue, line: Any) -> dict[str, Any]:
    counter = office.counter(line.counter_id)
    return {
        "seq": line.seq,
        "number": spoken_number(line.prefix, line.number),
        "counter": counter.name,
        "counter_number": counter.number,
        "service": office.service(line.service_id).name,
    }
