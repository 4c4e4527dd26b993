"""The one place where time is read.

``at`` is the wall clock: it labels (hour, service day) and may be stepped by an operator or by NTP.
``tick`` measures: it never steps back, so a wait is never negative, whatever is done to the wall clock.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at the clock. Both in milliseconds; ``at`` since 1970-01-01T00:00Z."""

    at: int
    tick: int

    @property
    def utc(self) -> datetime:
        """The wall clock as an aware datetime in UTC."""
        return datetime.fromtimestamp(self.at / 1000, UTC)


class Clock(Protocol):
    """What the hall needs of a clock."""

    driven: bool

    def read(self) -> Reading:
        """Wall clock and steady tick, read together."""
        ...


class SystemClock:
    """The machine's clock.

    ``start_tick`` continues the ticks of an earlier run (the office's last tick): after a restart the tick goes
    on from the later of the wall clock and the last line of the book.
    """

    driven = False

    def __init__(self, start_tick: int = 0) -> None:
        self._base = max(time.time_ns() // 1_000_000, start_tick)
        self._monotonic = time.monotonic_ns()

    def read(self) -> Reading:
        """Wall clock and steady tick, read together."""
        steady = self._base + (time.monotonic_ns() - self._monotonic) // 1_000_000
        return Reading(time.time_ns() // 1_000_000, steady)

    def stepped_ms(self) -> int:
        """How far the wall clock was stepped since the start, in ms (0 when nobody touched it)."""
        reading = self.read()
        return reading.at - reading.tick
