"""What every picture begins with: audience, seq, the server's clock, the office, and whether the hall is open."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select

from ptsp import records as r
from ptsp.catalogue import Catalogue, Text
from ptsp.clock import Reading
from ptsp.database import Prepared
from ptsp.issuing import spoken_number

Picture = dict[str, Any]

DAYS = {
    "id": ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_BULAN = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember"
_MONTHS = "January February March April May June July August September October November December"
MONTHS = {"id": tuple(_BULAN.split()), "en": tuple(_MONTHS.split())}
A_WEEK = timedelta(days=6)
_seq = Prepared(select(r.office.c.seq).where(r.office.c.id == bindparam("office_id")))


def common(conn: Connection, office: Catalogue, audience: str, reading: Reading) -> Picture:
    """The common part. Read it first: a picture may be newer than its seq, never older."""
    return {
        "audience": audience,
        "seq": _seq.one(conn, office_id=office.office_id).seq,
        "now": reading.at,
        "office": {"name": office.name, "timezone": office.timezone},
        "hall": hall_state(office, reading),
    }


def ticket_brief(office: Catalogue, ticket: Any, waited_until: int) -> Picture:
    """A ticket as every picture shows it; its wait ends at ``waited_until`` (a tick: now, or the call)."""
    service = office.service(ticket.service_id)
    return {
        "id": ticket.id,
        "number": spoken_number(ticket.prefix, ticket.number),
        "state": ticket.state,
        "service": service.name,
        "service_id": service.id,
        "priority": bool(ticket.priority),
        "waiting_ms": max(0, waited_until - ticket.entered_tick),
        "promised_minutes": service.promised_minutes,
    }


def hall_state(office: Catalogue, reading: Reading) -> Picture:
    """{"state", "until": "13.00" or None, "reopens": text or None}: "Senin pukul 07.30", "on Monday at 07.30"."""
    state = office.schedule.state(reading.at)
    return {
        "state": state.state,
        "until": state.until and end_words(state.until, office.schedule.local(reading.at)),
        "reopens": state.reopens and _when(state.reopens, office.schedule.local(reading.at)),
    }


def end_words(moment: datetime, now: datetime) -> str:
    """An end as a clock time; the end of the present day is "24.00", for "00.00" would be the midnight behind us."""
    ends_today = moment.time() == time.min and moment.date() == now.date() + timedelta(days=1)
    return "24.00" if ends_today else clock_words(moment)


def clock_words(moment: datetime) -> str:
    """ "07.30", as clocks are written here."""
    return f"{moment:%H.%M}"


def _when(moment: datetime, now: datetime) -> Text:
    clock = clock_words(moment)
    if moment.date() == now.date():
        return {"id": f"hari ini pukul {clock}", "en": f"today at {clock}"}
    day = moment.weekday()
    if moment.date() - now.date() > A_WEEK:  # "Monday" alone would mean the next one
        date = {name: f", {moment.day} {MONTHS[name][moment.month - 1]}," for name in MONTHS}
    else:
        date = {"id": "", "en": ""}
    return {
        "id": f"{DAYS['id'][day]}{date['id']} pukul {clock}",
        "en": f"on {DAYS['en'][day]}{date['en']} at {clock}",
    }
