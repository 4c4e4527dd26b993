"""First in, first out: writers of one process take turns in the order in which they came.

SQLite's own busy handler is unfair (some writers starve for seconds); PostgreSQL's connections are too dear to wait in.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Hashable, Iterator
from contextlib import contextmanager


class Turn:
    """One queue of writers. A context manager."""

    def __init__(self) -> None:
        self._inside = threading.Lock()
        self._queue: deque[threading.Lock] = deque()
        self._busy = False

    def __enter__(self) -> None:
        with self._inside:
            if not self._busy:
                self._busy = True
                return
            mine = threading.Lock()
            mine.acquire()
            self._queue.append(mine)
        mine.acquire()  # the one before us hands the turn over by releasing it

    def __exit__(self, *_error: object) -> None:
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

    @contextmanager
    def of(self, key: Hashable) -> Iterator[None]:
        """Waits for the turn of this key and holds it."""
        with self._guard:
            turn = self._turns.setdefault(key, Turn())
        with turn:
            yield
