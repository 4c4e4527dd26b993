"""A line of the day book as plain data: what statistics and replay read, however the line was stored."""

from enum import StrEnum
from typing import NamedTuple


class CounterMove(StrEnum):
    """The lines of the day book that have no ticket. `free` (a manager empties a counter) is written as `leave`."""

    TAKE = "take"
    BREAK = "break"
    BACK = "back"
    LEAVE = "leave"


class Line(NamedTuple):
    """One line, fields in the order in which a SELECT gives them: `Line(*row)`.

    `at`: wall clock, ms UTC since the epoch; only a label. `tick`: ms that never step back; every duration is a
    difference of ticks. `day`: local service day, ISO date. `move`: a value of `Move`, of `CounterMove`, or another
    word (`annotate`) that changes no state. `service_id`: the service in whose queue the ticket is *after* the move
    (None: as before). `counter_id`: the counter at which the visitor is called, served or parked, or the counter of
    a counter line; on other ticket lines only a remark. `priority` is meant on issue and check_in lines only.
    """

    seq: int
    at: int
    tick: int
    day: str
    move: str
    ticket_id: int | None = None
    from_state: str | None = None
    to_state: str | None = None
    service_id: int | None = None
    counter_id: int | None = None
    person_id: int | None = None
    outcome: str | None = None
    priority: bool | None = False
    note: str | None = None
