"""Does the ticket table say what the day book says? The book is the truth (decision 2); the table is its last line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from sqlalchemy import Connection, select

from ptsp import records as r
from ptsp.daybook_lines import Line
from ptsp.replay import SEATED, ReplayBroken, TicketState, differences, replay
from ptsp.states import State

# Where the table keeps the counter; a ticket back in the queue forgets it.
_AT_A_COUNTER = SEATED | {State.SERVED, State.NO_SHOW}
_LINE = [r.daybook.c[name] for name in Line._fields]
_TICKET = [r.ticket.c[name] for name in ("id", *TicketState.__dataclass_fields__)]
_SHOWN = 20


def check_book(conn: Connection, office_id: int) -> list[str]:
    """What is wrong, one sentence each, at most some twenty; empty when all is well. Reads the whole book once.

    Checked: lines 1..n without gap, n the office's seq; ticks that never step back; every move allowed by the table of
    moves; and state, service, counter, calls and outcome of every ticket.
    """
    found: list[str] = []
    try:
        replayed = replay(_watched(_lines(conn, office_id), _seq(conn, office_id), found))
    except ReplayBroken as broken:
        return [*found, str(broken)]
    for ticket_id, (book, table) in differences(_comparable(replayed), _comparable(_stored(conn, office_id))).items():
        found.append(f"ticket {ticket_id}: the book says {_words(book)}, the table {_words(table)}")
    left = len(found) - _SHOWN
    return found if left <= 0 else [*found[:_SHOWN], f"and {left} more"]


def _lines(conn: Connection, office_id: int) -> Iterator[Line]:
    query = select(*_LINE).where(r.daybook.c.office_id == office_id).order_by(r.daybook.c.seq)
    for row in conn.execution_options(yield_per=2000).execute(query):
        yield Line(*row)


def _seq(conn: Connection, office_id: int) -> int:
    return conn.execute(select(r.office.c.seq).where(r.office.c.id == office_id)).scalar_one()


def _watched(lines: Iterable[Line], seq: int, found: list[str]) -> Iterator[Line]:
    """The lines, while what replay does not look at is looked at: both ends of the book, and the ticks."""
    last: Line | None = None
    for line in lines:
        if last is None and line.seq != 1:
            found.append(f"the book begins with line {line.seq}")
        if last is not None and line.tick < last.tick:
            found.append(f"line {line.seq} was written {last.tick - line.tick} ms before line {last.seq}")
        last = line
        yield line
    if (last.seq if last else 0) != seq:
        found.append(f"the book ends with line {last.seq if last else 0}, the office counts {seq}")


def _stored(conn: Connection, office_id: int) -> dict[int, TicketState]:
    rows = conn.execute(select(*_TICKET).where(r.ticket.c.office_id == office_id))
    return {row[0]: TicketState(State(row[1]), *row[2:]) for row in rows}


def _comparable(tickets: dict[int, TicketState]) -> dict[int, TicketState]:
    return {
        ticket_id: ticket if ticket.state in _AT_A_COUNTER else replace(ticket, counter_id=None)
        for ticket_id, ticket in tickets.items()
    }


def _words(ticket: TicketState | None) -> str:
    if ticket is None:
        return "nothing"
    facts = f"service {ticket.service_id}, counter {ticket.counter_id}, calls {ticket.calls}, outcome {ticket.outcome}"
    return f"{ticket.state} ({facts})"
