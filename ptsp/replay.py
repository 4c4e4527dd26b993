"""The day book played again from its first line: what each ticket must be, if the book is the truth.

A check compares this with the cached columns of `ticket` (decision 2 of the design), so the replay shares the table of
moves with the actions and nothing else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ptsp.daybook_lines import Line
from ptsp.states import Move, State, target

SEATED = frozenset({State.CALLED, State.SERVING, State.PARKED})
CALLS = frozenset({Move.CALL, Move.RECALL})
TICKET_MOVES: frozenset[str] = frozenset(Move)


@dataclass(frozen=True, slots=True)
class TicketState:
    """A ticket as the book tells it.

    `counter_id`: where the visitor is, or was last; None in a queue. `calls`: calls and recalls.
    """

    state: State
    service_id: int | None
    counter_id: int | None = None
    calls: int = 0
    outcome: str | None = None


class ReplayBroken(ValueError):
    """The book contradicts itself or the table of moves; `seq` is the first line that does."""

    def __init__(self, line: Line, reason: str) -> None:
        super().__init__(f"day book line {line.seq} ({line.move}, ticket {line.ticket_id}): {reason}")
        self.seq, self.ticket_id = line.seq, line.ticket_id


def replay(lines: Iterable[Line], *, gapless: bool = True) -> dict[int, TicketState]:
    """Ticket id -> state after the last of `lines`, which hold every line of their tickets in seq order.

    ReplayBroken for a line that the table refuses, whose from- or to-state is not the replayed one, of an unknown
    move that changes a state, or whose seq does not follow the one before (`gapless=False`: is not greater; for the
    lines of one day or a few tickets, cut out of the book).
    """
    tickets: dict[int, TicketState] = {}
    last: int | None = None
    for line in lines:
        _check_seq(line, last, gapless)
        last = line.seq
        if line.ticket_id is not None:
            after = _after(tickets.get(line.ticket_id), line)
            if after is not None:
                tickets[line.ticket_id] = after
    return tickets


def differences(
    replayed: Mapping[int, TicketState], stored: Mapping[int, TicketState]
) -> dict[int, tuple[TicketState | None, TicketState | None]]:
    """Tickets on which book and table disagree: id -> (book, table). Empty when all is well."""
    both = replayed.keys() | stored.keys()
    pairs = {ticket_id: (replayed.get(ticket_id), stored.get(ticket_id)) for ticket_id in sorted(both)}
    return {ticket_id: pair for ticket_id, pair in pairs.items() if pair[0] != pair[1]}


def _check_seq(line: Line, last: int | None, gapless: bool) -> None:
    if last is None:
        return
    if line.seq <= last:
        raise ReplayBroken(line, f"comes after line {last}")
    if gapless and line.seq != last + 1:
        raise ReplayBroken(line, f"line {last + 1} is missing")


def _after(before: TicketState | None, line: Line) -> TicketState | None:
    """The ticket after a line of the book."""
    state = before.state if before else None
    if line.from_state != state:
        raise ReplayBroken(line, f"starts from {line.from_state}, but the ticket is {state}")
    if line.move not in TICKET_MOVES:
        if line.to_state != line.from_state:
            raise ReplayBroken(line, "an unknown move changes the state")
        return before
    move = Move(line.move)
    end = target(state, move)
    if end is None:
        raise ReplayBroken(line, f"the table refuses {move} from {state}")
    if line.to_state != end:
        raise ReplayBroken(line, f"ends in {line.to_state}, the table says {end}")
    return _changed(before or TicketState(end, None), line, move, end)


def _changed(before: TicketState, line: Line, move: Move, end: State) -> TicketState:
    counter_id = line.counter_id if end in SEATED and line.counter_id is not None else before.counter_id
    return replace(
        before,
        state=end,
        service_id=before.service_id if line.service_id is None else line.service_id,
        counter_id=None if end is State.WAITING else counter_id,
        calls=before.calls + (move in CALLS),
        outcome=line.outcome if end is State.SERVED else None,
    )
