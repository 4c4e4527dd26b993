"""Questions and answers over a wire, each within its time, with every byte accounted for."""

import time

from kiosk.paper import status
from kiosk.paper.links import Link
from kiosk.paper.status import PrinterStatus, Reading, judge

ANSWER = 1.0  # seconds for a real-time answer; printers take a few milliseconds
JOB_ANSWER = 0.7  # seconds for GS r with an empty buffer
CHUNK = 1024  # bytes at a time, so that a slow printer is told from a hung one


class Silence(Exception):
    """The printer did not answer."""


class Garbage(Exception):
    """The printer answered with something that is not an answer."""


class Deadline:
    """Counts down from `seconds`, on a clock that cannot be set."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self._end - time.monotonic())

    def within(self, seconds: float) -> float:
        """`seconds`, or what is left if that is less (and a moment at least, since 0 means for ever to some)."""
        return max(0.01, min(seconds, self.left()))


class Conversation:
    """One printer on one wire until one deadline. `job_answers` counts the answers to GS r since the last question."""

    def __init__(self, link: Link, deadline: Deadline) -> None:
        self.link, self.deadline = link, deadline
        self.job_answers = 0
        self._job_asked = False
        self._skip = 0
        self._late = False  # an answer was given up and may still come
        self._pending: list[int] = []

    def status(self) -> Reading:
        """Ask DLE EOT 1, 2, 4, and 3 if there is an error. Raises Silence, Garbage or OSError."""
        self._drop_late_answers()
        printer, cause, paper = self._real_time(1), self._real_time(2), self._real_time(4)
        fault = self._real_time(3) if cause & 0x40 else 0x12
        return judge(printer, cause, paper, fault)

    def status_or_silence(self) -> Reading:
        """As `status`, for use while the printer is busy: silence then is no more than an unknown."""
        try:
            return self.status()
        except Silence:
            return Reading(PrinterStatus.UNKNOWN, "silent")

    def knows_job_status(self) -> bool:
        """Whether this printer answers GS r when it has nothing else to do."""
        self.ask_job_status()
        return self.job_answered(JOB_ANSWER)

    def ask_job_status(self) -> None:
        """Queue GS r 1 behind everything sent so far."""
        self._job_asked, self.job_answers = True, 0
        self.link.write(b"\x1dr\x01", self.deadline.within(ANSWER))

    def job_answered(self, seconds: float) -> bool:
        """Wait up to `seconds` for the answer to GS r. Raises Garbage for anything else."""
        end = Deadline(self.deadline.within(seconds))
        while not self.job_answers and end.left() > 0:
            byte = self._next(end)
            if byte is not None and not self._is_job_answer(byte):
                raise Garbage(f"{byte:#04x}")
        return self.job_answers > 0

    def send(self, payload: bytes, stall: float) -> None:
        """Send a job. Raises TimeoutError if the printer takes nothing for `stall` seconds."""
        for start in range(0, len(payload), CHUNK):
            if not self.deadline.left():
                raise TimeoutError("the job was not taken in time")
            self.link.write(payload[start : start + CHUNK], self.deadline.within(stall))

    def pause(self, seconds: float) -> None:
        """Let the printer work."""
        time.sleep(min(seconds, self.deadline.left()))

    def _real_time(self, n: int) -> int:
        """The answer to DLE EOT n; answers to GS r that come first are noted."""
        self.link.write(bytes([0x10, 0x04, n]), self.deadline.within(ANSWER))
        end = Deadline(self.deadline.within(ANSWER))
        while end.left() > 0:
            byte = self._next(end)
            if byte is None or self._is_job_answer(byte):
                continue
            if not status.is_real_time(byte):
                raise Garbage(f"{byte:#04x}")
            return byte
        self._late = True
        raise Silence

    def _drop_late_answers(self) -> None:
        """The answers to all questions look alike: one that comes late must not be taken for the next one's."""
        while self._late and self.deadline.left():
            byte = self._next(Deadline(0.05))
            self._late = byte is not None
            if byte is not None:
                self._is_job_answer(byte)

    def _is_job_answer(self, byte: int) -> bool:
        expected = self._job_asked and not self.job_answers and status.is_job_answer(byte)
        self.job_answers += expected
        return expected

    def _next(self, end: Deadline) -> int | None:
        """The next byte that answers a question; None if nothing came in time."""
        if not self._pending:
            self._pending += self.link.read(end.left())
        while self._pending:
            byte = self._pending.pop(0)
            if self._skip:
                self._skip -= 1
            elif status.is_auto_status(byte):
                self._skip = 3  # the printer reports something unasked, in four bytes
            elif not status.is_flow_control(byte):
                return byte
        return None
