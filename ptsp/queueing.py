"""What happens to a ticket between kiosk and exit. Every action is one move of the table in states.py.

Actions get an open `Work` and return the answer; they raise errors of ptsp.errors and then nothing has changed.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, or_, select, update

from ptsp import records as r
from ptsp.catalogue import Counter
from ptsp.database import Prepared
from ptsp.errors import (
    BadRequest,
    CounterClosed,
    CounterMoved,
    MoveRefused,
    NobodyWaiting,
    NotFound,
    NothingCurrent,
    NotYourTicket,
    ServiceClosed,
    StillCalled,
    StillServing,
    TicketTaken,
    WrongService,
)
from ptsp.hall import Answer, Work
from ptsp.issuing import spoken_number
from ptsp.states import Move, State, target

OUTCOMES = ("delivered", "filed")
NOTE_LENGTH = 200

_t, _c = r.ticket.c, r.counter.c
_columns = [column for column in r.ticket.c if column.name not in {"token", "issued_at", "language"}]
_ticket = Prepared(select(*_columns).where(_t.id == bindparam("ticket_id"), _t.office_id == bindparam("office_id")))
_by_token = Prepared(select(_t.id).where(_t.token == bindparam("token"), _t.office_id == bindparam("office_id")))
_at_counter = Prepared(
    select(*_columns).where(_t.counter_id == bindparam("counter_id"), _t.state.in_(["called", "serving"]))
)
_first_waiting = Prepared(
    select(*_columns)
    .where(
        _t.office_id == bindparam("office_id"),
        _t.state == "waiting",
        or_(
            _t.for_counter_id == bindparam("counter_id"),
            _t.for_counter_id.is_(None)
            & _t.service_id.in_(
                select(r.counter_service.c.service_id).where(r.counter_service.c.counter_id == bindparam("counter_id"))
            ),
        ),
    )
    .order_by(_t.rank_at, _t.number)
    .limit(1)
)
_counter = Prepared(select(_c.state, _c.seat, _c.person_id).where(_c.id == bindparam("counter_id")))

_CHANGEABLE = (
    "state", "service_id", "rank_at", "entered_tick", "called_tick", "started_tick", "ended_tick",
    "calls", "counter_id", "for_counter_id", "outcome", "note",
)  # fmt: skip
_move_ticket = Prepared(
    update(r.ticket)
    .where(_t.id == bindparam("ticket_id"))
    .values({name: bindparam(f"new_{name}") for name in _CHANGEABLE})
)


def call_next(work: Work, counter_id: int) -> Answer:
    """Calls the first of the queue to this counter. NobodyWaiting, StillServing, StillCalled, CounterClosed/Moved."""
    _free_counter(work, counter_id)
    ticket = _first_waiting.one(work.conn, office_id=work.office_id, counter_id=counter_id)
    if ticket is None:
        raise NobodyWaiting
    return _call(work, ticket, counter_id)


def call(work: Work, counter_id: int, ticket_id: int) -> Answer:
    """Calls one chosen number. TicketTaken when somebody was faster."""
    counter = _free_counter(work, counter_id)
    ticket = find(work, ticket_id)
    if ticket.state == State.CALLED or ticket.state == State.SERVING:
        raise TicketTaken(number=number_of(ticket), counter=_counter_name(work, ticket.counter_id))
    _may_take(work, counter, ticket)
    return _call(work, ticket, counter_id)


def recall(work: Work, counter_id: int) -> Answer:
    """Calls the same number again, with chime."""
    ticket = _current(work, counter_id, Move.RECALL)
    return _announced(work, ticket, Move.RECALL, calls=ticket.calls + 1, called_tick=work.reading.tick)


def start(work: Work, counter_id: int) -> Answer:
    """The visitor has come: the visit begins."""
    return move(work, _current(work, counter_id, Move.START), Move.START, started_tick=work.reading.tick)


def finish(work: Work, counter_id: int, outcome: str = "delivered") -> Answer:
    """Ends the visit: "delivered" (produk diserahkan) or "filed" (berkas diterima, proses BO)."""
    if outcome not in OUTCOMES:
        raise BadRequest(reason="outcome")
    ticket = _current(work, counter_id, Move.FINISH)
    return move(work, ticket, Move.FINISH, outcome=outcome, ended_tick=work.reading.tick)


def no_show(work: Work, counter_id: int) -> Answer:
    """Called, did not come."""
    return move(work, _current(work, counter_id, Move.NO_SHOW), Move.NO_SHOW, ended_tick=work.reading.tick)


def recycle(work: Work, ticket_id: int, counter_id: int | None = None) -> Answer:
    """Back into the queue, behind whoever came within the office's `recycle_minutes`."""
    ticket = find(work, ticket_id)
    if ticket.state == State.CALLED:
        _holds(work, ticket.counter_id, only_people=True)
    if ticket.day != work.today:  # yesterday's no-show stays yesterday's
        raise MoveRefused(number=number_of(ticket), state=ticket.state)
    rank_at = work.reading.tick + work.office.setting("recycle_minutes") * 60_000
    return move(
        work, ticket, Move.RECYCLE, entered_tick=work.reading.tick, ended_tick=None, rank_at=rank_at, counter_id=None
    )


def park(work: Work, counter_id: int, note: str = "") -> Answer:
    """The visitor fills in a form, fetches a copy: the counter is free for others meanwhile."""
    ticket = _current(work, counter_id, Move.PARK)
    return move(work, ticket, Move.PARK, note=_noted(ticket, note))


def resume(work: Work, counter_id: int, ticket_id: int) -> Answer:
    """A parked visitor comes back, to any counter that takes the service."""
    counter = _free_counter(work, counter_id)
    ticket = find(work, ticket_id)
    _may_take(work, counter, ticket)
    return move(work, ticket, Move.RESUME, counter_id=counter_id)


def transfer(
    work: Work, ticket_id: int, service_id: int | None = None, to_counter_id: int | None = None, note: str = ""
) -> Answer:
    """To another service or to one counter, keeping the original arrival (and so the place in the line)."""
    if service_id is None and to_counter_id is None:
        raise BadRequest(reason="service_id or to_counter_id")
    ticket = find(work, ticket_id)
    if ticket.state in (State.CALLED, State.SERVING):
        _holds(work, ticket.counter_id, only_people=True)
    service = work.office.service(ticket.service_id if service_id is None else service_id)
    if not service.active and service.id != ticket.service_id:
        raise ServiceClosed
    if to_counter_id is not None and not work.office.counter(to_counter_id).active:
        raise NotFound(what="counter")
    return move(
        work,
        ticket,
        Move.TRANSFER,
        service_id=service.id,
        for_counter_id=to_counter_id,
        counter_id=None,
        entered_tick=work.reading.tick,
        note=_noted(ticket, note),
    )


def remove(work: Work, ticket_id: int, note: str = "") -> Answer:
    """Staff take a number out of the queue (a double, a child playing)."""
    ticket = find(work, ticket_id)
    if ticket.state == State.CALLED:
        _holds(work, ticket.counter_id, only_people=True)
    return move(work, ticket, Move.REMOVE, ended_tick=work.reading.tick, note=_noted(ticket, note))


def cancel(work: Work, token: str) -> Answer:
    """The visitor gives the number back."""
    found = _by_token.one(work.conn, token=token, office_id=work.office_id)
    if found is None:
        raise NotFound(what="ticket")
    return move(work, find(work, found.id), Move.CANCEL, ended_tick=work.reading.tick)


def expire(work: Work, ticket_id: int) -> Answer:
    """The day has ended for this ticket."""
    return move(work, find(work, ticket_id), Move.EXPIRE, ended_tick=work.reading.tick)


def annotate(work: Work, ticket_id: int, note: str) -> Answer:
    """A note for the next officer. Not a move: the ticket stays where it is."""
    ticket = find(work, ticket_id)
    answer = _update(work, ticket, {"note": _noted(None, note)}) | {"note": note}
    same = {"from_state": ticket.state, "to_state": ticket.state, "service_id": ticket.service_id}
    work.write("annotate", ticket.day, ticket_id=ticket.id, counter_id=ticket.counter_id, note=note or None, **same)
    return answer


def find(work: Work, ticket_id: int) -> Any:
    """The ticket's row in this office, or NotFound."""
    ticket = _ticket.one(work.conn, ticket_id=ticket_id, office_id=work.office_id)
    if ticket is None:
        raise NotFound(what="ticket")
    return ticket


def number_of(ticket: Any) -> str:
    """ "A-012" of a ticket row."""
    return spoken_number(ticket.prefix, ticket.number)


def current_at(work: Work, counter_id: int) -> Any:
    """The visit at a counter (called or serving), or None."""
    return _at_counter.one(work.conn, counter_id=counter_id)


def expect_free(work: Work, counter_id: int) -> None:
    """StillServing or StillCalled while somebody is at the counter."""
    ticket = current_at(work, counter_id)
    if ticket is not None:
        raise (StillServing if ticket.state == State.SERVING else StillCalled)(number=number_of(ticket))


def move(work: Work, ticket: Any, which: Move, **changes: Any) -> Answer:
    """One move of the table: ticket row and line in the book. MoveRefused for every pair that is not in it."""
    to_state = target(State(ticket.state), which)
    if to_state is None:
        raise MoveRefused(number=number_of(ticket), state=ticket.state)
    answer = _update(work, ticket, {"state": to_state.value, **changes})
    counter_id = changes.get("counter_id") or ticket.counter_id
    answer["line"] = work.write(
        which,
        ticket.day,
        ticket_id=ticket.id,
        from_state=ticket.state,
        to_state=to_state.value,
        service_id=changes.get("service_id", ticket.service_id),
        counter_id=counter_id,
        outcome=changes.get("outcome"),
        note=changes.get("note") or None,
    )
    return answer


def _update(work: Work, ticket: Any, changes: dict[str, Any]) -> Answer:
    after = {name: changes.get(name, getattr(ticket, name)) for name in _CHANGEABLE}
    _move_ticket.run(work.conn, ticket_id=ticket.id, **{f"new_{name}": value for name, value in after.items()})
    service = work.office.service(after["service_id"])
    brief = {
        "id": ticket.id,
        "number": number_of(ticket),
        "state": after["state"],
        "service": service.name,
        "service_id": service.id,
        "priority": bool(ticket.priority),
        "counter_id": after["counter_id"],
    }
    return {"ticket": brief}


def _call(work: Work, ticket: Any, counter_id: int) -> Answer:
    tick = work.reading.tick
    return _announced(work, ticket, Move.CALL, counter_id=counter_id, calls=ticket.calls + 1, called_tick=tick)


def _announced(work: Work, ticket: Any, which: Move, **changes: Any) -> Answer:
    answer = move(work, ticket, which, **changes)
    counter = work.office.counter(answer["ticket"]["counter_id"])
    work.notify(
        "announce",
        seq=answer["line"],
        number=answer["ticket"]["number"],
        counter=counter.name,
        counter_number=counter.number,
        service=answer["ticket"]["service"],
        recall=which == Move.RECALL,
    )
    return answer


def _current(work: Work, counter_id: int, which: Move) -> Any:
    """The visit at the counter that the actor holds, and for which the move is allowed."""
    _holds(work, counter_id)
    ticket = current_at(work, counter_id)
    if ticket is None:
        raise NothingCurrent
    if target(State(ticket.state), which) is None:
        raise MoveRefused(number=number_of(ticket), state=ticket.state)
    return ticket


def _free_counter(work: Work, counter_id: int) -> Counter:
    counter = _holds(work, counter_id, must_be_open=True)
    expect_free(work, counter_id)
    return counter


def _holds(work: Work, counter_id: int, must_be_open: bool = False, only_people: bool = False) -> Counter:
    """The counter, if this very screen holds it. Managers may act on a visit at somebody's counter (only_people)."""
    counter = work.office.counter(counter_id)
    if only_people and work.actor.role in ("manager", "admin", "system"):
        return counter
    row = _counter.one(work.conn, counter_id=counter_id)
    if row.seat != work.actor.seat or not row.seat:
        error = NotYourTicket if only_people else CounterMoved
        raise error(counter=counter.name, number="")
    if must_be_open and row.state != "open":
        raise CounterClosed(counter=counter.name)
    return counter


def _may_take(work: Work, counter: Counter, ticket: Any) -> None:
    if ticket.service_id not in counter.service_ids and ticket.for_counter_id != counter.id:
        raise WrongService(counter=counter.name)
    if ticket.for_counter_id not in (None, counter.id):
        raise NotYourTicket(number=number_of(ticket), counter=_counter_name(work, ticket.for_counter_id))


def _counter_name(work: Work, counter_id: int) -> dict[str, str]:
    return work.office.counter(counter_id).name


def _noted(ticket: Any, note: str) -> str:
    """The new note, or the one the ticket has; one line, bounded."""
    cleaned = " ".join(note.split())[:NOTE_LENGTH]
    return cleaned or (ticket.note if ticket is not None else "")
