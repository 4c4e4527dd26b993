"""What a printer says of itself, and what its bytes mean.

Source: Epson's ESC/POS reference, "DLE EOT n" (real-time status, answered at once whatever the printer is doing) and
"GS r n" (status in order: answered only when everything sent before it has been worked through).
"""

from dataclasses import dataclass
from enum import StrEnum


class PrinterStatus(StrEnum):
    """One word for the state of a printer. `unknown` is not OK: silence, a closed line, or bytes that mean nothing."""

    READY = "ready"
    LOW = "low"  # prints, but the roll is nearly used up
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    OFFLINE = "offline"  # not reachable, or it says that it is off line
    ERROR = "error"  # cutter stuck, head too hot, mechanics
    UNKNOWN = "unknown"
    NONE = "none"  # this kiosk has no printer

    @property
    def can_print(self) -> bool:
        """Whether a job sent now will come out."""
        return self in (PrinterStatus.READY, PrinterStatus.LOW)


@dataclass(frozen=True)
class Reading:
    """A status and a code that says more: "" or one of the codes listed in `printers.Outcome`."""

    status: PrinterStatus
    detail: str = ""


def is_real_time(byte: int) -> bool:
    """An answer to DLE EOT: bits 1 and 4 set, bits 0 and 7 clear."""
    return byte & 0b1001_0011 == 0b0001_0010


def is_job_answer(byte: int) -> bool:
    """An answer to GS r: bits 4 and 7 clear."""
    return byte & 0b1001_0000 == 0


def is_auto_status(byte: int) -> bool:
    """The first of four bytes that a printer may send unasked (automatic status back): bit 4 set, 0, 1 and 7 clear."""
    return byte & 0b1001_0011 == 0b0001_0000


def is_flow_control(byte: int) -> bool:
    """XON and XOFF on a serial line."""
    return byte in (0x11, 0x13)


def judge(printer: int, cause: int, paper: int, fault: int = 0x12) -> Reading:
    """The answers to DLE EOT 1, 2, 4 (and 3, asked only when 2 reports an error) as one status.

    The cause comes before the effect: an open cover also reads as no paper and off line. A byte that does not have the
    fixed bits of an answer makes the whole reading unknown.
    """
    if not all(map(is_real_time, (printer, cause, paper, fault))):
        return Reading(PrinterStatus.UNKNOWN, "garbage")
    if cause & 0x04:
        return Reading(PrinterStatus.COVER_OPEN)
    if paper & 0x60 or cause & 0x20:
        return Reading(PrinterStatus.PAPER_OUT)
    if cause & 0x40:
        return Reading(PrinterStatus.ERROR, _fault(fault))
    if printer & 0x08:
        return Reading(PrinterStatus.OFFLINE, "says_offline")
    return Reading(PrinterStatus.LOW if paper & 0x0C else PrinterStatus.READY)


def _fault(fault: int) -> str:
    named = {0x08: "cutter", 0x20: "unrecoverable", 0x04: "mechanical", 0x40: "overheated"}
    return next((name for bit, name in named.items() if fault & bit), "error")
