"""What somebody should look at now: a printer that prints nothing, a long wait, a counter idle while people wait.

An alert is {"kind", "severity": "now" or "wrong", "since": ms UTC, "text": text}. Its words name clock times, not
running minutes, so that they stay true while they are on a screen. Disk and clock are watched by the caretaker.
A visitor's call for help from a kiosk ("assist") is shown for ASSIST_MS.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from ptsp import records as r
from ptsp.catalogue import Catalogue, Text
from ptsp.clock import Reading
from ptsp.database import Prepared
from ptsp.issuing import spoken_number
from ptsp.printing import READY, printers

Alert = dict[str, Any]

IDLE_MS = 3 * 60_000
ASSIST_MS = 5 * 60_000
PRINTER_WORDS: dict[str, Text] = {
    "paper_out": {"id": "kertas habis", "en": "out of paper"},
    "cover_open": {"id": "penutup terbuka", "en": "cover open"},
    "offline": {"id": "tidak tersambung", "en": "not connected"},
    "error": {"id": "rusak atau macet", "en": "jammed or broken"},
    "unknown": {"id": "tidak menjawab", "en": "not answering"},
}

TROUBLE_WORDS: dict[str, Text] = {
    "disk": {
        "id": "Penyimpanan hampir penuh. Hubungi pengelola: ptsp doctor menunjukkan yang harus dilakukan.",
        "en": "The disk is nearly full. Tell the operator: ptsp doctor says what to do.",
    },
    "clock": {
        "id": "Jam komputer berubah mendadak. Periksa tanggal dan jam; antrean tetap berjalan.",
        "en": "The computer's clock was moved. Check date and time; the queue goes on.",
    },
}

_t, _c, _d = r.ticket.c, r.counter.c, r.daybook.c
_waiting = Prepared(
    select(_t.prefix, _t.number, _t.service_id, _t.for_counter_id, _t.entered_tick)
    .where(_t.office_id == bindparam("office_id"), _t.state == "waiting")
    .order_by(_t.entered_tick, _t.id)
)
_idle = Prepared(
    select(_c.id, _c.since_tick).where(
        _c.office_id == bindparam("office_id"),
        _c.state == "open",
        _c.active,
        ~select(_t.id).where(_t.counter_id == _c.id, _t.state.in_(["called", "serving"])).exists(),
    )
)
_last_line = Prepared(
    select(func.max(_d.tick).label("tick")).where(
        _d.office_id == bindparam("office_id"), _d.day == bindparam("day"), _d.counter_id == bindparam("counter_id")
    )
)
_assist = Prepared(
    select(_d.at, _d.tick, _d.note)
    .where(
        _d.office_id == bindparam("office_id"),
        _d.day == bindparam("day"),
        _d.move == "assist",
        _d.tick > bindparam("after"),
    )
    .order_by(_d.seq.desc())
)


def alerts(hall: Any, conn: Connection, office: Catalogue, reading: Reading) -> list[Alert]:
    """All alerts of an office, the serious ones first."""
    waiting = _waiting.all(conn, office_id=office.office_id)
    found = [
        *_troubles(hall),
        *_printers(conn, office, reading),
        *_assists(conn, office, reading),
        *_long_waits(office, waiting, reading),
    ]
    if waiting:
        found += _idle_counters(conn, office, waiting, reading)
    return sorted(found, key=lambda alert: (alert["severity"] != "wrong", alert["since"]))


def _troubles(hall: Any) -> list[Alert]:
    """What the caretaker sees on this machine."""
    return [_alert(kind, "wrong", since, TROUBLE_WORDS[kind]) for kind, since in sorted(hall.troubles.items())]


def _printers(conn: Connection, office: Catalogue, reading: Reading) -> list[Alert]:
    found = []
    for printer in printers(conn, office.office_id):
        if printer.state in READY:
            continue
        words = PRINTER_WORDS.get(printer.state, PRINTER_WORDS["unknown"])
        name = printer.name  # "Printer lobi" needs no second "Printer"; "Lobi" does
        if not name.lower().startswith("printer"):
            name = f"Printer {name}"
        text = {
            "id": f"{name}: {words['id']}. Tiket tetap tercatat.",
            "en": f"{name}: {words['en']}. Tickets are kept.",
        }
        found.append(_alert("printer", "wrong", printer.changed_at or reading.at, text))
    return found


def _assists(conn: Connection, office: Catalogue, reading: Reading) -> list[Alert]:
    """One alert a screen, of its latest call for help."""
    day = office.schedule.service_day(reading.at)
    latest: dict[str, Any] = {}
    for line in _assist.all(conn, office_id=office.office_id, day=day, after=reading.tick - ASSIST_MS):
        latest.setdefault(line.note or "", line)
    return [_assist_alert(office, name, line.at) for name, line in latest.items()]


def _assist_alert(office: Catalogue, name: str, at: int) -> Alert:
    clock = f"{office.schedule.local(at):%H.%M}"
    text = {
        "id": f"{name or 'Kiosk'}: pengunjung meminta bantuan petugas pukul {clock}.",
        "en": f"{name or 'Kiosk'}: a visitor asked for an officer at {clock}.",
    }
    return _alert("assist", "now", at, text)


def _long_waits(office: Catalogue, waiting: list[Any], reading: Reading) -> list[Alert]:
    limit = office.setting("long_wait_minutes")
    late = [ticket for ticket in waiting if reading.tick - ticket.entered_tick >= limit * 60_000]
    if not late:
        return []
    first = late[0]
    number, entered_at = spoken_number(first.prefix, first.number), _at(reading, first.entered_tick)
    clock = f"{office.schedule.local(entered_at):%H.%M}"
    more = len(late) - 1
    text = {
        "id": f"{number} menunggu sejak {clock}"
        + (f", dan {more} nomor lain juga lebih dari {limit} menit." if more else "."),
        "en": f"{number} has waited since {clock}" + (f", and {more} more for over {limit} minutes." if more else "."),
    }
    return [_alert("long_wait", "now", entered_at + limit * 60_000, text)]


def _idle_counters(conn: Connection, office: Catalogue, waiting: list[Any], reading: Reading) -> list[Alert]:
    day = office.schedule.service_day(reading.at)
    found = []
    for row in _idle.all(conn, office_id=office.office_id):
        first = _first_for(office, row.id, waiting)
        if first is None or reading.tick - max(row.since_tick, first) <= IDLE_MS:
            continue
        line = _last_line.one(conn, office_id=office.office_id, day=day, counter_id=row.id)
        since = max(row.since_tick, first, line.tick or 0)
        if reading.tick - since > IDLE_MS:
            found.append(_idle_alert(office, row.id, _at(reading, since)))
    return found


def _first_for(office: Catalogue, counter_id: int, waiting: list[Any]) -> int | None:
    """Since which tick somebody waits whom this counter could call."""
    takes = office.counter(counter_id).service_ids
    return next(
        (
            ticket.entered_tick
            for ticket in waiting
            if ticket.for_counter_id == counter_id or (ticket.for_counter_id is None and ticket.service_id in takes)
        ),
        None,
    )


def _idle_alert(office: Catalogue, counter_id: int, since: int) -> Alert:
    name, clock = office.counter(counter_id).name, f"{office.schedule.local(since):%H.%M}"
    text = {
        "id": f"{name['id']} terbuka tanpa pengunjung sejak {clock}, padahal ada yang menunggu.",
        "en": f"{name.get('en') or name['id']} has been open with nobody at it since {clock} while people wait.",
    }
    return _alert("idle_counter", "now", since, text)


def _at(reading: Reading, tick: int) -> int:
    """The wall clock at a tick, as the clock stands now."""
    return reading.at - (reading.tick - tick)


def _alert(kind: str, severity: str, since: int, text: Text) -> Alert:
    return {"kind": kind, "severity": severity, "since": since, "text": text}
