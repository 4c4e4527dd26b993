"""One connection to the virtual printer: answers queries at once, prints in order."""

import re
import socket
import time
from typing import Protocol

from kiosk.virtual_printer.interpreter import Interpreter
from kiosk.virtual_printer.roll import Roll

_REAL_TIME = re.compile(rb"\x10\x04([\x01-\x04])")
_CANNOT_PRINT = {"paper_out", "cover_open", "offline", "error", "silent", "garbage"}


class Host(Protocol):
    """What a connection needs of its printer."""

    width_mm: int
    seconds_per_ticket: float
    job_answers: bool

    @property
    def state(self) -> str: ...
    def use_paper(self, rows: int) -> None: ...
    def keep(self, roll: Roll, raw: bytes) -> None: ...


def real_time_answer(n: int, state: str) -> int:
    """The byte that answers DLE EOT n: bits 1 and 4 are always set, 0 and 7 never (Epson's reference)."""
    down = state in _CANNOT_PRINT
    if n == 1:
        return 0x12 | 0x08 * down
    if n == 2:
        return 0x12 | {"cover_open": 0x04, "paper_out": 0x20, "error": 0x40}.get(state, 0)
    if n == 3:
        return 0x12 | 0x08 * (state == "error")  # the cutter is stuck
    return 0x12 | {"low": 0x0C, "paper_out": 0x6C}.get(state, 0)


class Connection:
    """`step` does a little and returns False when the other side has hung up. `received` counts bytes."""

    def __init__(self, printer: Host, peer: socket.socket) -> None:
        self.printer, self.peer, self.received = printer, peer, 0
        self.interpreter = Interpreter(printer.width_mm, self._cut, self._job_query)
        self._tail = b""
        self._busy_until = 0.0
        self._rows = 0
        self._spoiled = False
        peer.settimeout(0.02)

    def step(self) -> bool:
        """Read what is there, answer real-time queries at once, then print as far as the pace allows."""
        try:
            chunk = self.peer.recv(4096)
        except TimeoutError:
            chunk = None
        if chunk == b"":
            return False
        if chunk:
            self.received += len(chunk)
            self._answer_real_time(chunk)
            self.interpreter.waiting += chunk
        self._print()
        return True

    def _answer_real_time(self, chunk: bytes) -> None:
        # As in a real printer this looks at the raw stream, even inside a picture; a query may arrive in pieces.
        seen = self._tail + chunk
        end = 0
        for query in _REAL_TIME.finditer(seen):
            state = self.printer.state
            self._say(real_time_answer(query[1][0], state), state)
            end = query.end()
        self._tail = seen[max(end, len(seen) - 2) :]

    def _say(self, answer: int, state: str) -> None:
        if state != "silent":
            self.peer.sendall(b"\xff\xa5\xff" if state == "garbage" else bytes([answer]))

    def _print(self) -> None:
        while time.monotonic() >= self._busy_until and self.interpreter.step():
            self._unroll()

    def _unroll(self) -> None:
        """Take the paper that the last command used; a job that meets a printer in trouble is spoiled."""
        rows = self.interpreter.roll.rows
        if rows != self._rows:
            self.printer.use_paper(max(0, rows - self._rows))
            self._rows = rows
            self._spoiled = self._spoiled or self.printer.state in _CANNOT_PRINT

    def _cut(self, roll: Roll, raw: bytes) -> None:
        spoiled = self._spoiled or self.printer.state in _CANNOT_PRINT
        self._spoiled, self._rows = False, 0
        self._busy_until = time.monotonic() + self.printer.seconds_per_ticket
        if roll.rows and not spoiled:
            self.printer.keep(roll, raw)

    def _job_query(self, n: int) -> None:
        """`GS r n` waits its turn in the buffer, and an offline printer works through nothing."""
        state = self.printer.state
        if self.printer.job_answers and state not in _CANNOT_PRINT:
            self._say(0x03 if state == "low" and n in (1, 49) else 0x00, state)
