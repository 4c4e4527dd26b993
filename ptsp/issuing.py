"""A visitor takes a number: ticket, line in the book and print job in one transaction."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import bindparam, func, insert, select, text

from ptsp import records as r
from ptsp.catalogue import Service
from ptsp.database import Prepared
from ptsp.errors import HallClosed, QuotaReached, ServiceClosed
from ptsp.estimates import Pace
from ptsp.hall import Answer, Work
from ptsp.head import head_of, remember
from ptsp.states import Move, State

_next_number = Prepared(
    text(
        "INSERT INTO series (office_id, day, prefix, last) VALUES (:office_id, :day, :prefix, 1) "
        "ON CONFLICT (office_id, day, prefix) DO UPDATE SET last = series.last + 1 RETURNING last"
    ).columns(r.series.c.last)
)
_ISSUED = (
    "office_id", "day", "prefix", "number", "token", "service_id", "priority", "language", "state", "rank_at",
    "issued_at", "issued_tick", "entered_tick", "ahead", "estimate_low", "estimate_high",
)  # fmt: skip
_JOB = ("office_id", "printer_id", "ticket_id", "state", "reprint", "created_at", "changed_at")
_insert_ticket = Prepared(insert(r.ticket).values({name: bindparam(name) for name in _ISSUED}).returning(r.ticket.c.id))
_insert_job = Prepared(insert(r.print_job).values({name: bindparam(name) for name in _JOB}))
_issued_today = Prepared(
    select(func.count())
    .select_from(r.ticket)
    .where(
        r.ticket.c.office_id == bindparam("office_id"),
        r.ticket.c.day == bindparam("day"),
        r.ticket.c.service_id == bindparam("service_id"),
        r.ticket.c.state.not_in([State.CANCELLED.value, State.REMOVED.value]),
    )
)
pace = Pace()


def spoken_number(prefix: str, number: int) -> str:
    """ "A-012"; past A-999 the series goes on with A-1000, so that no live number can be doubled."""
    return f"{prefix}-{number:03d}"


def issue(
    work: Work,
    service_id: int,
    priority: bool = False,
    language: str = "id",
    paper: bool = True,
    printer_id: int | None = None,
) -> Answer:
    """Issues one ticket. HallClosed, ServiceClosed, QuotaReached, NotFound. Priority is yes or no, never the reason."""
    office, reading = work.office, work.reading
    service = office.service(service_id)
    day = office.schedule.service_day(reading.at)
    _check_open(work, service, day)
    number: int = _next_number.one(work.conn, office_id=office.office_id, day=day, prefix=service.prefix).last
    rank_at = reading.tick - (office.setting("priority_credit_minutes") * 60_000 if priority else 0)
    desk = pace.of(work.conn, office, day, reading.tick)
    head = head_of(work)
    line = head.before(service_id, rank_at, number, desk)
    token = secrets.token_urlsafe(16)  # 128 random bits
    ticket_id: int = _insert_ticket.one(
        work.conn,
        office_id=office.office_id,
        day=day,
        prefix=service.prefix,
        number=number,
        token=token,
        service_id=service_id,
        priority=priority,
        language=language,
        state=State.WAITING.value,
        rank_at=rank_at,
        issued_at=reading.at,
        issued_tick=reading.tick,
        entered_tick=reading.tick,
        ahead=line.people,
        estimate_low=line.minutes and line.minutes[0],
        estimate_high=line.minutes and line.minutes[1],
    ).id
    work.write(
        Move.ISSUE, day, ticket_id=ticket_id, to_state=State.WAITING.value, service_id=service_id, priority=priority
    )
    remember(work, head.with_one_more(work.seq, service_id, rank_at, number))
    if paper:
        ask_for_paper(work, ticket_id, printer_id)
    issued: dict[str, Any] = {
        "id": ticket_id,
        "number": spoken_number(service.prefix, number),
        "token": token,
        "url": f"{office.setting('public_url')}/t/{token}",
        "service": service.name,
        "service_id": service_id,
        "priority": priority,
        "ahead": line.people,
        "estimate": list(line.minutes) if line.minutes else None,
        "day": day,
    }
    return {"ticket": issued}


def _check_open(work: Work, service: Service, day: str) -> None:
    office = work.office
    section = next((one for one in office.sections if one.id == service.section_id), None)
    if not service.active or section is None or not section.active:
        raise ServiceClosed
    if not office.setting("issue_when_closed") and office.schedule.state(work.reading.at).state == "closed":
        raise HallClosed
    if service.quota is not None:
        key = {"office_id": office.office_id, "day": day, "service_id": service.id}
        if _issued_today.one(work.conn, **key)[0] >= service.quota:
            raise QuotaReached


def ask_for_paper(work: Work, ticket_id: int, printer_id: int | None, reprint: bool = False) -> None:
    """Puts a print job beside the ticket: for the asking kiosk's printer, else the office's first, if there is any."""
    printers = work.office.printers
    if not printers:
        return
    _insert_job.run(
        work.conn,
        office_id=work.office_id,
        printer_id=printer_id if printer_id in printers else printers[0],
        ticket_id=ticket_id,
        state="pending",
        reprint=reprint,
        created_at=work.reading.at,
        changed_at=work.reading.at,
    )
