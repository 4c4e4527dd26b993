"""A tiny writer of day books for tests: `book.call(1, counter=3)` a given number of seconds later."""

from ptsp.daybook_lines import Line
from ptsp.states import Move, State, target

MIDNIGHT = 1_770_000_000_000
SECOND = 1000


class Book:
    """Writes lines as the actions would; `at` jumps about freely, `tick` only goes on."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.states: dict[int, State] = {}
        self.tick = 0
        self.clock_error = 0

    def after(self, seconds: int) -> "Book":
        self.tick += seconds * SECOND
        return self

    def counter(self, move: str, counter: int) -> "Book":
        return self._write(move, counter_id=counter)

    def move(self, move: Move, ticket: int, counter: int | None = None, **facts) -> "Book":
        before = self.states.get(ticket)
        end = target(before, move)
        assert end is not None, f"{move} from {before}"
        self.states[ticket] = end
        return self._write(move, ticket_id=ticket, from_state=before, to_state=end, counter_id=counter, **facts)

    def issue(self, ticket: int, service: int = 1, **facts) -> "Book":
        return self.move(Move.ISSUE, ticket, service_id=service, **facts)

    def served(self, ticket: int, counter: int, call: int, start: int, end: int, **facts) -> "Book":
        """Called after `call` s, started after `start` s more, finished after `end` s more."""
        self.after(call).move(Move.CALL, ticket, counter, **facts)
        self.after(start).move(Move.START, ticket, counter, **facts)
        return self.after(end).move(Move.FINISH, ticket, counter, outcome="delivered", **facts)

    def _write(self, move: str, **facts) -> "Book":
        at = MIDNIGHT + self.tick + self.clock_error
        self.lines.append(Line(len(self.lines) + 1, at, self.tick, "2026-02-02", str(move), **facts))
        return self
