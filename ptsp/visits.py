"""Day-book lines turned into visits and desk times, in one pass.

A *visit* is one ticket from its arrival (issue or check_in) to its end. It is made of *legs*: one stay in one queue and
what followed it. A transfer or a recycle begins a new leg. What a visit publishes is its last leg (DOMAIN section 7):

    waiting = last call - entry into that queue      a recall repeats a call and does not lengthen the wait
    service = end - start, of a served visit         time parked in between is included, and given apart

All durations are differences of ticks, in ms. A tick that is smaller than one before it counts as that one, so nothing
is ever negative.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from ptsp.daybook_lines import CounterMove, Line
from ptsp.desks import Desk
from ptsp.states import Move, State

OPENS = frozenset({CounterMove.TAKE, CounterMove.BACK})
CLOSES = frozenset({CounterMove.BREAK, CounterMove.LEAVE})
ARRIVES = frozenset({Move.ISSUE, Move.CHECK_IN})


class Leg(NamedTuple):
    """One stay in one queue. Ticks in ms; None for what did not happen in this leg."""

    service_id: int | None
    entered_tick: int
    last_call_tick: int | None
    start_tick: int | None
    left_tick: int
    counter_id: int | None


class Visit(NamedTuple):
    """One ticket, described by its last leg; `earlier` holds the legs before it, oldest first.

    `issued_at` is the wall clock (ms UTC) of the arrival, `day` its service day. `calls` counts calls and recalls of
    the whole visit, `parked_ms` the parked time between the start and the end of the last leg (not what still runs).
    `end_tick` is None while the visit goes on; a no-show that was recycled goes on.
    """

    ticket_id: int
    service_id: int | None
    priority: bool
    day: str
    issued_at: int
    issued_tick: int
    entered_tick: int
    last_call_tick: int | None
    start_tick: int | None
    end_tick: int | None
    counter_id: int | None
    person_id: int | None
    state: str
    outcome: str | None
    calls: int
    parked_ms: int
    earlier: tuple[Leg, ...]

    @property
    def waiting_ms(self) -> int | None:
        """Last call - entry into that queue; None if nobody called the ticket out of its last queue (yet)."""
        return None if self.last_call_tick is None else self.last_call_tick - self.entered_tick

    @property
    def service_ms(self) -> int | None:
        """End - start, parked time included; None unless the visit was served."""
        if self.state != State.SERVED or self.end_tick is None or self.start_tick is None:
            return None
        return self.end_tick - self.start_tick

    @property
    def journey_ms(self) -> int | None:
        """Arrival to end, over all legs; None while the visit goes on."""
        return None if self.end_tick is None else self.end_tick - self.issued_tick


class _Running:
    """A visit while its lines are being read."""

    def __init__(self, line: Line, tick: int) -> None:
        self.arrival, self.issued_tick = line, tick
        self.service_id = line.service_id
        self.earlier: list[Leg] = []
        self.state, self.outcome, self.calls = str(State.WAITING), line.outcome, 0
        self.desk: Desk | None = None
        self.enter(tick)

    def enter(self, tick: int) -> None:
        """A new leg begins."""
        self.entered_tick, self.parked_ms = tick, 0
        self.called_tick = self.start_tick = self.end_tick = self.parked_tick = None  # type: int | None
        self.counter_id = self.person_id = None  # type: int | None

    def close_leg(self, tick: int) -> None:
        """The ticket goes back to a queue: keeps the leg that ends here."""
        self.earlier.append(
            Leg(self.service_id, self.entered_tick, self.called_tick, self.start_tick, tick, self.counter_id)
        )

    def seat(self, line: Line) -> None:
        """Who called or served it, where."""
        if line.counter_id is not None:
            self.counter_id = line.counter_id
        if line.person_id is not None:
            self.person_id = line.person_id

    def visit(self) -> Visit:
        """The visit as it stands."""
        arrival = self.arrival
        assert arrival.ticket_id is not None
        return Visit(
            arrival.ticket_id, self.service_id, bool(arrival.priority), arrival.day, arrival.at, self.issued_tick,
            self.entered_tick, self.called_tick, self.start_tick, self.end_tick, self.counter_id, self.person_id,
            self.state, self.outcome, self.calls, self.parked_ms, tuple(self.earlier),
        )  # fmt: skip


class Reader:
    """The visits and desk times of a run of lines in seq order: `Reader(until).read(lines)`.

    `until`: a tick; what the book says of later moments counts as happening then. Without it a visit forgotten in the
    evening and expired by the next morning's housekeeping would have been served all night.

    A ticket whose arrival is not among the lines makes no visit (a booking cancelled before the day, say).
    """

    def __init__(self, until: int | None = None) -> None:
        self.tick, self.until = 0, until
        self._visits: dict[int, _Running] = {}
        self._desks: dict[int, Desk] = {}

    def read(self, lines: Iterable[Line]) -> "Reader":
        """Takes in the lines; returns itself."""
        for line in lines:
            if line.tick > self.tick:
                self.tick = line.tick if self.until is None else min(line.tick, max(self.until, self.tick))
            if line.ticket_id is None:
                self._counter_line(line)
            elif line.move in ARRIVES:
                self._visits[line.ticket_id] = _Running(line, self.tick)
            elif (step := STEPS.get(line.move)) and (running := self._visits.get(line.ticket_id)):
                step(self, running, line)
        return self

    def visits(self) -> list[Visit]:
        """All visits, in order of arrival."""
        return [running.visit() for running in self._visits.values()]

    def desks(self) -> dict[int, Desk]:
        """Counter id -> open and serving time up to `until` (the last line if None). Read no more lines afterwards."""
        for desk in self._desks.values():
            desk.advance(self.tick if self.until is None else max(self.until, self.tick))
        return self._desks

    def _desk(self, counter_id: int) -> Desk:
        return self._desks.setdefault(counter_id, Desk())

    def _counter_line(self, line: Line) -> None:
        if line.counter_id is not None and (line.move in OPENS or line.move in CLOSES):
            self._desk(line.counter_id).switch(self.tick, line.move in OPENS)

    def _call(self, running: _Running, line: Line) -> None:
        running.called_tick, running.state = self.tick, State.CALLED
        running.calls += 1
        running.seat(line)

    def _recall(self, running: _Running, line: Line) -> None:
        running.calls += 1

    def _start(self, running: _Running, line: Line) -> None:
        running.start_tick = self.tick
        self._sit_down(running, line)

    def _resume(self, running: _Running, line: Line) -> None:
        self._get_up(running)
        self._sit_down(running, line)

    def _park(self, running: _Running, line: Line) -> None:
        self._get_up(running)
        running.parked_tick, running.state = self.tick, State.PARKED

    def _requeue(self, running: _Running, line: Line) -> None:
        self._get_up(running)
        running.close_leg(self.tick)
        if line.service_id is not None:
            running.service_id = line.service_id
        running.enter(self.tick)
        running.state, running.outcome = State.WAITING, None

    def _end(self, running: _Running, line: Line) -> None:
        self._get_up(running)
        running.end_tick, running.outcome = self.tick, line.outcome
        running.state = line.to_state or ""

    def _sit_down(self, running: _Running, line: Line) -> None:
        running.state = State.SERVING
        running.seat(line)
        if running.counter_id is not None:
            running.desk = self._desk(running.counter_id)
            running.desk.serve(self.tick, +1)

    def _get_up(self, running: _Running) -> None:
        """Ends what runs: the desk's serving time, or the parked time."""
        if running.desk is not None:
            running.desk.serve(self.tick, -1)
            running.desk = None
        if running.parked_tick is not None:
            running.parked_ms += self.tick - running.parked_tick
            running.parked_tick = None


def visits(lines: Iterable[Line]) -> list[Visit]:
    """The visits in these lines (seq order), in order of arrival."""
    return Reader().read(lines).visits()


Step = Callable[[Reader, _Running, Line], None]
_LEADS: dict[str, Step] = {
    Move.CALL: Reader._call,
    Move.RECALL: Reader._recall,
    Move.START: Reader._start,
    Move.PARK: Reader._park,
    Move.RESUME: Reader._resume,
    Move.RECYCLE: Reader._requeue,
    Move.TRANSFER: Reader._requeue,
}
_ENDING = (Move.FINISH, Move.NO_SHOW, Move.CANCEL, Move.REMOVE, Move.EXPIRE)
# Move in the book -> what it does to a visit. Any other word (annotate) does nothing.
STEPS: dict[str, Step] = {**_LEADS, **dict.fromkeys(_ENDING, Reader._end)}
