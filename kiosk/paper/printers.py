"""Send one job to one printer and say what became of it. Never raises, never takes longer than about eight seconds.

How "confirmed" is earned. DLE EOT is answered the moment it arrives, before the printer has worked through what it was
sent: ready *after sending* would prove nothing. So the job ends with `GS r 1`, which waits its turn in the buffer, and
the status is asked again after that. A printer that has no `GS r` is found out before the job, with an empty buffer;
it can only ever earn "sent". While the job runs the status is asked again and again, so that a roll that ends or a
cover that opens in the middle is reported as what it is.

Limits that remain: a job that failed half-way may still come out of the printer's own memory when it is back, so a
retry can give the same ticket twice - the same number, never two visitors with different rights to it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.paper.conversation import Conversation, Deadline, Garbage, Silence
from kiosk.paper.library import DeviceNotFoundError
from kiosk.paper.links import LineClosed, Link, NotAccepted, open_link
from kiosk.paper.settings import BadPrinterSetting, PrinterSetting, parse_setting
from kiosk.paper.status import PrinterStatus, Reading

TOTAL = 7.5  # seconds for everything, connecting included (see `_time_on_the_wire` for serial lines)
LAST_WORD = 1.2  # of which kept back for the final status
STALL = 3.0  # no byte taken for so long: hung
SETTLE = 2.0  # how long a printer without GS r is watched after its job


@dataclass(frozen=True)
class Outcome:
    """What became of a job.

    state "confirmed": the printer worked through the whole job and is well. "sent": handed over, and this printer or
    line cannot tell more. "failed": not printed, as far as anybody can know; try again.
    detail, if there is more to say than the status: unreachable, closed, silent, garbage, stalled, says_offline,
    unfinished (alive, but the end of the job was not reached in time), one_way, no_job_status, no_printer,
    bad_setting, cutter, mechanical, overheated, unrecoverable, error, or the name of an unforeseen exception.
    """

    state: str
    status: PrinterStatus
    detail: str = ""


def print_job(setting: PrinterSetting | str, payload: bytes) -> Outcome:
    """Print `payload` (see `layout.ticket_bytes`) on a fresh connection. Nothing is sent to a printer that is not well.

    One job at a time for each printer: most take a single connection. Returns within about 8 s; on a serial line
    within 8 s and the time the bytes need at its speed.
    """
    parsed, problem = _parsed(setting)
    if parsed is None:
        return Outcome("failed", problem.status, problem.detail)
    deadline = Deadline(TOTAL + _time_on_the_wire(parsed, payload))
    return _with_link(parsed, lambda link: _print(parsed, link, payload, deadline))


def probe(setting: PrinterSetting | str) -> PrinterStatus:
    """Ask a printer how it is, on a fresh connection. On a one-way line `unknown`, or `offline` if it is not there."""
    parsed, problem = _parsed(setting)
    if parsed is None:
        return problem.status
    return _with_link(parsed, lambda link: _ask_only(parsed, link)).status


def _parsed(setting: PrinterSetting | str) -> tuple[PrinterSetting | None, Reading]:
    try:
        parsed = parse_setting(setting) if isinstance(setting, str) else setting
    except BadPrinterSetting:
        return None, Reading(PrinterStatus.UNKNOWN, "bad_setting")
    if parsed.kind == "none":
        return None, Reading(PrinterStatus.NONE, "no_printer")
    return parsed, Reading(PrinterStatus.UNKNOWN)


def _with_link(setting: PrinterSetting, talk: Callable[[Link], Outcome]) -> Outcome:
    """Open, talk, close, and turn every way in which a wire can fail into an outcome."""
    try:
        link = open_link(setting)
    except Exception as absent:  # the wires have errors of four libraries; all mean that the printer is not there
        expected = isinstance(absent, (OSError, DeviceNotFoundError))
        return Outcome("failed", PrinterStatus.OFFLINE, "unreachable" if expected else type(absent).__name__)
    try:
        return talk(link)
    except NotAccepted:
        return Outcome("failed", PrinterStatus.OFFLINE, "unreachable")
    except Exception as trouble:  # a print worker must outlive whatever a driver throws; the name goes to the log
        return Outcome("failed", PrinterStatus.UNKNOWN, _name(trouble))
    finally:
        _close(link)


def _name(trouble: Exception) -> str:
    named = {Silence: "silent", Garbage: "garbage", LineClosed: "closed", TimeoutError: "stalled", OSError: "closed"}
    return next((name for kind, name in named.items() if isinstance(trouble, kind)), type(trouble).__name__)


def _close(link: Link) -> None:
    try:
        link.close()
    except Exception:  # an unplugged device may complain; the outcome is known already
        return


def _time_on_the_wire(setting: PrinterSetting, payload: bytes) -> float:
    return len(payload) * 10 / setting.baudrate if setting.kind == "serial" else 0.0


def _ask_only(setting: PrinterSetting, link: Link) -> Outcome:
    if not setting.two_way:
        return Outcome("sent", PrinterStatus.UNKNOWN, "one_way")
    reading = Conversation(link, Deadline(TOTAL)).status()
    return Outcome("sent", reading.status, reading.detail)


def _print(setting: PrinterSetting, link: Link, payload: bytes, deadline: Deadline) -> Outcome:
    if not setting.two_way:
        link.write(payload, deadline.within(TOTAL))
        return Outcome("sent", PrinterStatus.UNKNOWN, "one_way")
    talk = Conversation(link, deadline)
    before = talk.status()
    if not before.status.can_print:
        return Outcome("failed", before.status, before.detail)
    tells_the_end = talk.knows_job_status()
    talk.send(payload, STALL)
    return _await_end(talk) if tells_the_end else _watch(talk)


def _await_end(talk: Conversation) -> Outcome:
    """Until the printer says that it has reached the end of the job, or is in trouble, or time is up."""
    talk.ask_job_status()
    while not talk.job_answered(0.4) and talk.deadline.left() > LAST_WORD:
        if _in_trouble(reading := talk.status_or_silence()):
            return Outcome("failed", reading.status, reading.detail)
    after = talk.status()
    if not after.status.can_print:
        return Outcome("failed", after.status, after.detail)
    if not talk.job_answers:
        return Outcome("failed", PrinterStatus.UNKNOWN, "unfinished")
    return Outcome("confirmed", after.status, after.detail)


def _watch(talk: Conversation) -> Outcome:
    """A printer without GS r: look for trouble for a while. It may well have printed; nobody can say so."""
    end = Deadline(min(SETTLE, max(0.0, talk.deadline.left() - LAST_WORD)))
    while end.left() > 0:
        talk.pause(min(0.4, end.left()))
        if _in_trouble(reading := talk.status_or_silence()):
            return Outcome("failed", reading.status, reading.detail)
    after = talk.status()
    if not after.status.can_print:
        return Outcome("failed", after.status, after.detail)
    return Outcome("sent", after.status, "no_job_status")


def _in_trouble(reading: Reading) -> bool:
    # "Offline" alone may pass (some models say so while they cut) and so may silence: those wait for the last word.
    return reading.status in (PrinterStatus.PAPER_OUT, PrinterStatus.COVER_OPEN, PrinterStatus.ERROR)
