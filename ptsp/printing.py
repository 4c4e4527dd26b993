"""The print queue: what is to be printed, what was, and what the printer says. Paper never decides.

A job is pending (not tried), sent (a one-way printer took it), confirmed (the printer said so), failed (tried, will be
tried again while the ticket lives) or reprinted (a person asked again; the new job carries the mark).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, or_, select, update

from ptsp import records as r
from ptsp.database import Prepared
from ptsp.errors import MoveRefused, NotFound
from ptsp.hall import Answer, Work
from ptsp.issuing import ask_for_paper
from ptsp.queueing import find, number_of

READY = ("ready", "low")
UNPRINTABLE = "unprintable"  # detail of a job that could not even be drawn: not tried again
_LIVE = ("booked", "waiting", "called", "serving", "parked")
_j, _p, _t = r.print_job.c, r.printer.c, r.ticket.c

_todo = Prepared(
    select(_j.id, _j.reprint, _j.state, _j.attempts, r.ticket)
    .select_from(r.print_job.join(r.ticket))
    .where(
        _j.printer_id == bindparam("printer_id"),
        _j.state.in_(["pending", "failed"]),
        _j.detail != UNPRINTABLE,
        or_(_t.state.in_(_LIVE), _j.reprint & (_t.state == "no_show")),
    )
    .order_by(_j.id)
    .limit(1)
)
_mark = Prepared(
    update(r.print_job)
    # Not one that a person has replaced by a reprint while it was on the wire.
    .where(_j.id == bindparam("job_id"), _j.state.in_(["pending", "failed"]))
    .values(
        state=bindparam("new_state"),
        detail=bindparam("new_detail"),
        attempts=_j.attempts + bindparam("tried"),
        changed_at=bindparam("now_at"),
    )
)
_fail_rest = Prepared(
    update(r.print_job)
    .where(_j.printer_id == bindparam("the_printer"), _j.state == "pending")
    .values(state="failed", detail=bindparam("new_detail"), changed_at=bindparam("now_at"))
)
_paper = Prepared(
    select(_j.state, _p.state.label("printer"))
    .select_from(r.print_job.join(r.ticket).join(r.printer, _p.id == _j.printer_id))
    .where(_t.token == bindparam("token"))
    .order_by(_j.id.desc())
    .limit(1)
)


def reprint(work: Work, ticket_id: int, printer_id: int | None = None) -> Answer:
    """A person asks for the paper again: same number, marked as reprinted. MoveRefused when the visit has ended."""
    ticket = find(work, ticket_id)
    if not work.office.printers:
        raise NotFound(what="printer")
    if ticket.state not in (*_LIVE, "no_show"):
        raise MoveRefused(number=number_of(ticket), state=ticket.state)
    work.conn.execute(
        update(r.print_job)
        .where(_j.ticket_id == ticket_id, _j.state != "reprinted")
        .values(state="reprinted", changed_at=work.reading.at)
    )
    ask_for_paper(work, ticket_id, printer_id, reprint=True)
    work.write("reprint", ticket.day, ticket_id=ticket_id, from_state=ticket.state, to_state=ticket.state)
    return {"job": {"ticket_id": ticket_id, "number": number_of(ticket), "state": "pending"}}


def next_job(conn: Connection, printer_id: int) -> Any:
    """The oldest job of this printer whose ticket still lives, with its ticket; None when there is none."""
    return _todo.one(conn, printer_id=printer_id)


def mark(work: Work, job_id: int, state: str, detail: str = "") -> Answer:
    """What became of a job."""
    _mark.run(work.conn, job_id=job_id, new_state=state, new_detail=detail, tried=1, now_at=work.reading.at)
    return {}


def printer_says(work: Work, printer_id: int, state: str) -> Answer:
    """The printer's state changed: kept for the alerts, told to the screens. Jobs waiting at a dead printer fail."""
    changed = work.conn.execute(
        update(r.printer)
        .where(_p.id == printer_id, _p.office_id == work.office_id, _p.state != state)
        .values(state=state, changed_at=work.reading.at)
    )
    failed = 0
    if state not in READY:
        failed = _fail_rest.run(work.conn, the_printer=printer_id, new_detail=state, now_at=work.reading.at)
    if changed.rowcount:
        day = work.today
        work.write("printer", day, note=f"{printer_id}:{state}")
    work.discard = not changed.rowcount and not failed
    return {}


def paper_of(conn: Connection, token: str) -> dict[str, str]:
    """For the kiosk that waits beside its printer: {"state", "printer"}; state "none" when nothing is to be printed."""
    row = _paper.one(conn, token=token)
    return {"state": "none", "printer": "none"} if row is None else {"state": row.state, "printer": row.printer}


def printers(conn: Connection, office_id: int) -> list[Any]:
    """Active printers of an office, by id."""
    return list(conn.execute(select(r.printer).where(_p.office_id == office_id, _p.active).order_by(_p.id)))
