"""A day as a table for spreadsheets: one row a visit, nothing that opens a ticket, nothing that runs as a formula."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from ptsp import records as r
from ptsp.catalogue import Catalogue
from ptsp.daybook import day_lines
from ptsp.issuing import spoken_number
from ptsp.visits import Visit, visits
from web.csv_cells import csv_text

COLUMNS = (
    "number", "service", "priority", "issued", "waiting_seconds", "service_seconds",
    "counter", "state", "outcome", "calls",
)  # fmt: skip


def day_csv(conn: Connection, office: Catalogue, day: str, language: str = "id") -> str:
    """The visits of one service day, in order of arrival. Times are local, durations whole seconds, yes/no as 1/0."""
    numbers = _numbers(conn, office.office_id, day)
    found = visits(day_lines(conn, office.office_id, day))
    return csv_text(COLUMNS, (_row(office, visit, numbers.get(visit.ticket_id, ""), language) for visit in found))


def _row(office: Catalogue, visit: Visit, number: str, language: str) -> list[Any]:
    service = office.services.get(visit.service_id) if visit.service_id is not None else None
    counter = office.counters.get(visit.counter_id) if visit.counter_id is not None else None
    return [
        number,
        (service.name.get(language) or service.name["id"]) if service else "",
        int(visit.priority),
        f"{office.schedule.local(visit.issued_at):%Y-%m-%d %H:%M:%S}",
        _seconds(visit.waiting_ms),
        _seconds(visit.service_ms),
        counter.number if counter else "",
        visit.state,
        visit.outcome or "",
        visit.calls,
    ]


def _seconds(ms: int | None) -> Any:
    return "" if ms is None else round(ms / 1000)


def _numbers(conn: Connection, office_id: int, day: str) -> dict[int, str]:
    """Ticket id -> number: the book does not repeat it, and it never changes."""
    t = r.ticket.c
    found = conn.execute(select(t.id, t.prefix, t.number).where(t.office_id == office_id, t.day == day))
    return {row.id: spoken_number(row.prefix, row.number) for row in found}
