"""Who sits at which counter now, and with whom."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from ptsp import records as r
from ptsp.catalogue import Catalogue
from ptsp.database import Prepared
from ptsp.issuing import spoken_number
from web.picture import Picture

_c, _t = r.counter.c, r.ticket.c
_desks = Prepared(
    select(
        _c.id,
        _c.state,
        r.person.c.name.label("officer"),
        _t.prefix,
        _t.number.label("ticket_number"),
        _t.state.label("visit"),
    )
    .select_from(
        r.counter.outerjoin(r.person).outerjoin(
            r.ticket, (_t.counter_id == _c.id) & _t.state.in_(["called", "serving"])
        )
    )
    .where(_c.office_id == bindparam("office_id"), _c.active)
    .order_by(_c.number)
)


def desks(conn: Connection, office: Catalogue) -> list[Picture]:
    """Each active counter: {"id", "number", "name", "state", "officer", "visit": {"number", "state"} or None}."""
    found = []
    for row in _desks.all(conn, office_id=office.office_id):
        counter = office.counter(row.id)
        visit = row.visit and {"number": spoken_number(row.prefix, row.ticket_number), "state": row.visit}
        place = {"id": counter.id, "number": counter.number, "name": counter.name}
        found.append({**place, "state": row.state, "officer": row.officer, "visit": visit})
    return found
