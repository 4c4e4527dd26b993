"""One clock that a test drives and that several server processes read: a small file, mapped into memory.

    clock = FileClock.make(path)         # runs like the machine's clock
    clock.forward(hours=3)               # time passes: wall clock and tick
    clock.step(hours=-1)                 # somebody sets the wall clock
    clock.stand(datetime(...))           # stands still at that moment (both clocks) until moved
    clock.start(datetime(...))           # goes on from that moment

Production refuses it: see server/settings.py, PTSP_DRIVEN_CLOCK.
"""

from __future__ import annotations

import mmap
import os
import struct
import time
from datetime import datetime, timedelta
from pathlib import Path

from ptsp.clock import Reading

RUNS, STANDS = 0, 1
_NUMBERS = struct.Struct("qqq")  # runs or stands; ms to add to the steady clock (or the moment itself) for at, for tick


class FileClock:
    """Wall clock and tick of all processes that were given the same file."""

    driven = True

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        handle = os.open(self.path, os.O_RDWR)
        try:
            self._shared = mmap.mmap(handle, _NUMBERS.size)
        finally:
            os.close(handle)

    @classmethod
    def make(cls, path: Path | str, start: datetime | None = None) -> FileClock:
        """A new clock file; runs from `start`, or from now."""
        Path(path).write_bytes(_NUMBERS.pack(RUNS, 0, 0))
        clock = cls(path)
        clock.start(start)
        return clock

    def read(self) -> Reading:
        mode, at, tick = self._numbers()
        if mode == STANDS:
            return Reading(at, tick)
        steady = _steady()  # the same in every process of this machine, and it never steps back
        return Reading(steady + at, steady + tick)

    def start(self, moment: datetime | None = None) -> None:
        at = time.time_ns() // 1_000_000 if moment is None else _ms(moment)
        self._write(RUNS, at - _steady(), at - _steady())

    def stand(self, moment: datetime | None = None) -> None:
        reading = self.read()
        at = reading.at if moment is None else _ms(moment)
        self._write(STANDS, at, reading.tick if moment is None else at)

    def forward(self, **how_far: float) -> None:
        self._move(how_far, how_far)

    def step(self, **how_far: float) -> None:
        self._move(how_far, {})

    def close(self) -> None:
        self._shared.close()

    def _move(self, at_by: dict[str, float], tick_by: dict[str, float]) -> None:
        mode, at, tick = self._numbers()
        self._write(mode, at + _passed(at_by), tick + _passed(tick_by))

    def _numbers(self) -> tuple[int, int, int]:
        mode, at, tick = _NUMBERS.unpack(self._shared[:])
        return mode, at, tick

    def _write(self, mode: int, at: int, tick: int) -> None:
        self._shared[:] = _NUMBERS.pack(mode, at, tick)


def _steady() -> int:
    return time.monotonic_ns() // 1_000_000


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _passed(how_far: dict[str, float]) -> int:
    return int(timedelta(**how_far).total_seconds() * 1000)
