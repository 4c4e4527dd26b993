"""The states of a ticket, the moves between them, and the one table that says which move is allowed.

Source of the rule: docs/architecture.md, "States and moves". Every pair of state and move that is not in TABLE is
refused (HTTP 409) and changes nothing. No other file may hold an `if` that decides this a second time.
"""

from enum import StrEnum


class State(StrEnum):
    """Where a ticket stands."""

    BOOKED = "booked"
    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    PARKED = "parked"
    SERVED = "served"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    REMOVED = "removed"
    EXPIRED = "expired"


class Move(StrEnum):
    """What can happen to a ticket; the value is the word in the day book."""

    ISSUE = "issue"
    CHECK_IN = "check_in"
    CALL = "call"
    RECALL = "recall"
    START = "start"
    FINISH = "finish"
    NO_SHOW = "no_show"
    RECYCLE = "recycle"
    PARK = "park"
    RESUME = "resume"
    TRANSFER = "transfer"
    CANCEL = "cancel"
    REMOVE = "remove"
    EXPIRE = "expire"


# Ends: the visit is over. A no-show may still come back (recycle); the other four are final.
ENDS: frozenset[State] = frozenset({State.SERVED, State.NO_SHOW, State.CANCELLED, State.REMOVED, State.EXPIRED})
# Live: the visitor is in the hall and somebody still owes them something. `booked` is neither live nor an end.
LIVE: frozenset[State] = frozenset({State.WAITING, State.CALLED, State.SERVING, State.PARKED})

# Move -> (states it may start from, state it ends in). `None` as a from-state: the ticket does not exist yet.
TABLE: dict[Move, tuple[frozenset[State | None], State]] = {
    Move.ISSUE: (frozenset({None}), State.WAITING),
    Move.CHECK_IN: (frozenset({State.BOOKED}), State.WAITING),
    Move.CALL: (frozenset({State.WAITING}), State.CALLED),
    Move.RECALL: (frozenset({State.CALLED}), State.CALLED),
    Move.START: (frozenset({State.CALLED}), State.SERVING),
    Move.FINISH: (frozenset({State.SERVING}), State.SERVED),
    Move.NO_SHOW: (frozenset({State.CALLED}), State.NO_SHOW),
    Move.RECYCLE: (frozenset({State.CALLED, State.NO_SHOW, State.PARKED}), State.WAITING),
    Move.PARK: (frozenset({State.SERVING}), State.PARKED),
    Move.RESUME: (frozenset({State.PARKED}), State.SERVING),
    Move.TRANSFER: (frozenset({State.WAITING, State.CALLED, State.SERVING, State.PARKED}), State.WAITING),
    Move.CANCEL: (frozenset({State.BOOKED, State.WAITING, State.CALLED, State.PARKED}), State.CANCELLED),
    Move.REMOVE: (frozenset({State.BOOKED, State.WAITING, State.CALLED, State.PARKED}), State.REMOVED),
    Move.EXPIRE: (
        frozenset({State.BOOKED, State.WAITING, State.CALLED, State.SERVING, State.PARKED}),
        State.EXPIRED,
    ),
}


def target(state: State | None, move: Move) -> State | None:
    """The state in which `move` leaves a ticket that is in `state` (None: not issued yet), or None if it is refused.

    The caller raises: `ptsp.errors.MoveRefused` in an action, `ReplayBroken` in a replay.
    """
    origins, end = TABLE[move]
    return end if state in origins else None
