"""The print queue: paper that did not come out, of visitors who are still here."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from ptsp import records as r
from ptsp.catalogue import Catalogue
from ptsp.database import Prepared
from ptsp.issuing import spoken_number
from web.picture import Picture

LONGEST = 30

_j, _t, _p = r.print_job.c, r.ticket.c, r.printer.c
_todo = Prepared(
    select(_j.ticket_id, _j.state, _j.attempts, _j.detail, _j.created_at, _t.prefix, _t.number, _p.name)
    .select_from(r.print_job.join(r.ticket).join(r.printer, _p.id == _j.printer_id))
    .where(_j.office_id == bindparam("office_id"), _j.state == "failed", _t.day == bindparam("day"))
    .order_by(_j.id.desc())
    .limit(LONGEST)
)


def print_queue(conn: Connection, office: Catalogue, day: str) -> list[Picture]:
    """Failed jobs of a service day, newest first."""
    return [
        {
            "ticket_id": row.ticket_id,
            "number": spoken_number(row.prefix, row.number),
            "printer": row.name,
            "detail": row.detail,
            "attempts": row.attempts,
            "at": row.created_at,
        }
        for row in _todo.all(conn, office_id=office.office_id, day=day)
    ]
