"""First in, first out: writers of one process take turns in the order in which they came.

SQLite's own busy handler is unfair (some writers starve for seconds); PostgreSQL's connections are too dear to wait in.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Hashable


class Turn:
    """One queue of writers."""

    def __init__(self) -> None:
        self._inside = threading.Lock()
        self._queue: deque[threading.Lock] = deque()
        self._busy = False

    def take(self) -> None:
        """Waits for the turn."""
        with self._inside:
            if not self._busy:
                self._busy = True
                return
            mine = threading.Lock()
            mine.acquire()
            self._queue.append(mine)
        mine.acquire()  # the one before us hands the turn over by releasing it

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
