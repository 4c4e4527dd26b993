"""Counters and who sits at them: take, break, back, leave; and the end of the service day.

A counter is held by a *seat*: one sign-in of one officer. Their second sign-in moves it and tells the first.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select, update

from ptsp import records as r
from ptsp.catalogue import Counter
from ptsp.database import Prepared
from ptsp.errors import BadRequest, CounterClosed, CounterMoved, CounterTaken, NotFound
from ptsp.hall import Answer, Work
from ptsp.queueing import current_at, expect_free, find, move
from ptsp.states import Move, State

# A visit still open at the day's turn goes on (a late-serving office) for this long, then it was forgotten.
FORGOTTEN_MS = 4 * 3_600_000

_c, _t = r.counter.c, r.ticket.c
_counter = Prepared(
    select(_c.id, _c.state, _c.seat, _c.person_id, r.person.c.name.label("officer"))
    .select_from(r.counter.outerjoin(r.person))
    .where(_c.id == bindparam("counter_id"), _c.office_id == bindparam("office_id"))
)
_held_by = Prepared(select(_c.id).where(_c.person_id == bindparam("person_id"), _c.id != bindparam("counter_id")))
_held_from = Prepared(select(_c.id).where(_c.seat == bindparam("seat"), _c.office_id == bindparam("office_id")))
_seat = Prepared(
    update(r.counter)
    .where(_c.id == bindparam("counter_id"))
    .values(
        state=bindparam("new_state"),
        seat=bindparam("new_seat"),
        person_id=bindparam("new_person"),
        since_tick=bindparam("tick"),
    )
)
_not_closed = Prepared(
    select(_c.id, _c.state, _c.since_tick).where(_c.office_id == bindparam("office_id"), _c.state != "closed")
)
_live = Prepared(
    select(_t.id, _t.day, _t.state, _t.issued_at, _t.issued_tick).where(
        _t.office_id == bindparam("office_id"),
        _t.state.in_(["booked", "waiting", "called", "serving", "parked"]),
        _t.day < bindparam("day"),
    )
)


def take(work: Work, counter_id: int) -> Answer:
    """Sits down at a counter. CounterTaken when somebody else holds it; one's own earlier screen is told to let go."""
    counter, held = _find(work, counter_id)
    if not work.actor.seat:
        raise BadRequest(reason="no seat")
    if held.state != "closed" and held.seat and not _mine(work, held):
        raise CounterTaken(counter=counter.name, officer=held.officer or "API")
    _leave_others(work, counter_id)
    if held.seat and held.seat != work.actor.seat:
        work.notify("leave", held.seat, code="counter_moved", counter_id=counter_id)
    state = held.state if held.state != "closed" else "open"
    return _seated(work, counter, "take", state)


def pause(work: Work, counter_id: int, note: str = "") -> Answer:
    """A break. Only with nobody at the counter."""
    counter = _mine_now(work, counter_id, "open")
    expect_free(work, counter_id)
    return _seated(work, counter, "break", "break", note)


def back(work: Work, counter_id: int) -> Answer:
    """Back from the break."""
    return _seated(work, _mine_now(work, counter_id, "break"), "back", "open")


def leave(work: Work, counter_id: int) -> Answer:
    """Closes the counter. Only with nobody at it."""
    counter = _mine_now(work, counter_id, None)
    expect_free(work, counter_id)
    return _empty(work, counter, "")


def let_go(work: Work) -> Answer:
    """Whoever signs out leaves the counter behind for the next officer, unless a visitor is still at it."""
    left = [row.id for row in _held_from.all(work.conn, seat=work.actor.seat, office_id=work.office_id)]
    left = [counter_id for counter_id in left if current_at(work, counter_id) is None]
    for counter_id in left:
        _empty(work, work.office.counter(counter_id), "signed_out")
    work.discard = not left
    return {"left": left}


def free(work: Work, counter_id: int) -> Answer:
    """A manager frees a counter that somebody left: the number called goes back to the queue, a visit is parked."""
    counter, held = _find(work, counter_id)
    if held.state == "closed":
        raise CounterClosed(counter=counter.name)
    visit = current_at(work, counter_id)
    if visit is not None and visit.state == State.CALLED:
        move(work, visit, Move.RECYCLE, entered_tick=work.reading.tick, counter_id=None)
    elif visit is not None:
        move(work, visit, Move.PARK)
    if held.seat:
        work.notify("leave", held.seat, code="counter_freed", counter_id=counter_id)
    return _empty(work, counter, "freed")


def end_day(work: Work) -> Answer:
    """Expires what an earlier service day left behind and closes its counters. Changes nothing when there is nothing.

    Both clocks must agree that the day is over: a wall clock that jumps a day ahead expires nobody.
    """
    schedule, now = work.office.schedule, work.reading
    today = schedule.service_day(now.at)
    expired = 0
    for row in _live.all(work.conn, office_id=work.office_id, day=today):
        by_steady_time = schedule.service_day(row.issued_at + (now.tick - row.issued_tick))
        forgiven = row.state == State.SERVING and schedule.service_day(now.at - FORGOTTEN_MS) <= row.day
        if by_steady_time > row.day and not forgiven:
            move(work, find(work, row.id), Move.EXPIRE, ended_tick=now.tick)
            expired += 1
    closed = _close_forgotten(work, today)
    work.discard = not work.lines
    return {"expired": expired, "closed": closed}


def _close_forgotten(work: Work, today: str) -> int:
    schedule, now, closed = work.office.schedule, work.reading, 0
    for row in _not_closed.all(work.conn, office_id=work.office_id):
        taken_on = schedule.service_day(now.at - (now.tick - row.since_tick))
        if taken_on < today and current_at(work, row.id) is None:
            _empty(work, work.office.counter(row.id), "day_end", day=taken_on)  # a line of the day that it closes
            closed += 1
    return closed


def _find(work: Work, counter_id: int) -> tuple[Counter, Any]:
    counter = work.office.counter(counter_id)
    held = _counter.one(work.conn, counter_id=counter_id, office_id=work.office_id)
    if held is None or not counter.active:
        raise NotFound(what="counter")
    return counter, held


def _mine(work: Work, held: Any) -> bool:
    """The same sign-in, or another sign-in of the same person."""
    return held.seat == work.actor.seat or (held.person_id is not None and held.person_id == work.actor.person_id)


def _mine_now(work: Work, counter_id: int, state: str | None) -> Counter:
    counter, held = _find(work, counter_id)
    if not held.seat or held.seat != work.actor.seat:
        raise CounterMoved(counter=counter.name)
    if state is not None and held.state != state:
        raise CounterClosed(counter=counter.name)
    return counter


def _leave_others(work: Work, counter_id: int) -> None:
    """An officer sits at one counter: taking another closes the first (StillServing if somebody is at it)."""
    if work.actor.person_id is None:
        return
    for row in _held_by.all(work.conn, person_id=work.actor.person_id, counter_id=counter_id):
        expect_free(work, row.id)
        _empty(work, work.office.counter(row.id), "moved")


def _seated(work: Work, counter: Counter, line: str, state: str, note: str = "") -> Answer:
    values = {"new_state": state, "new_seat": work.actor.seat, "new_person": work.actor.person_id}
    return _sit(work, counter, line, values, note)


def _empty(work: Work, counter: Counter, note: str, day: str | None = None) -> Answer:
    return _sit(work, counter, "leave", {"new_state": "closed", "new_seat": None, "new_person": None}, note, day)


def _sit(work: Work, counter: Counter, line: str, values: dict[str, Any], note: str, day: str | None = None) -> Answer:
    _seat.run(work.conn, counter_id=counter.id, tick=work.reading.tick, **values)
    work.write(line, day or work.today, counter_id=counter.id, note=note[:200] or None)
    return {"counter": {"id": counter.id, "name": counter.name, "number": counter.number, "state": values["new_state"]}}
