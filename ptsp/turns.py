"""First in, first out: writers of one process take turns in the order in which they came.

SQLite's own busy handler is unfair (some writers starve for seconds); PostgreSQL's connections are too dear to wait in.
Whoever waits longer than a person would is told so: the time in the queue counts as time at the database's lock, or
the sixth officer at a locked database would wait six times as long as the first.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Hashable

from ptsp.errors import Busy


class Turn:
    """One queue of writers."""

    def __init__(self) -> None:
        self._inside = threading.Lock()
        self._queue: deque[threading.Lock] = deque()
        self._busy = False

    def take(self, patience_s: float) -> float:
        """Waits for the turn, as long as that; what is left of it (s). Busy if it does not come."""
        with self._inside:
            if not self._busy:
                self._busy = True
                return patience_s
            mine = threading.Lock()
            mine.acquire()
            self._queue.append(mine)
        begun = time.monotonic()
        # The one before us hands the turn over by releasing it.
        if not mine.acquire(timeout=patience_s) and self._gave_up(mine):
            raise Busy
        return max(patience_s - (time.monotonic() - begun), 0.0)

    def _gave_up(self, mine: threading.Lock) -> bool:
        """Out of the queue; False if the turn came in this very moment after all."""
        with self._inside:
            if mine not in self._queue:
                return False
            self._queue.remove(mine)
            return True

    def hand_over(self) -> None:
        """To whoever has waited longest."""
        with self._inside:
            if self._queue:
                self._queue.popleft().release()
            else:
                self._busy = False


class Turns:
    """A Turn for every key (an office, or one for the whole of an SQLite file)."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._turns: dict[Hashable, Turn] = {}

    def of(self, key: Hashable) -> Turn:
        """The queue of this key."""
        turn = self._turns.get(key)
        if turn is None:
            with self._guard:
                turn = self._turns.setdefault(key, Turn())
        return turn
