"""Complaints and suggestions as visitors hand them in and follow them; one line of history a deed.

Whoever holds the token (128 random bits) holds the complaint. How a visitor can be reached is in the complaint's
`contact` only: never in a line, a list, an answer or a log. What the staff do is in complaint_deeds.py.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import func, insert, select, update

from ptsp import complaint_rules as rules
from ptsp import records as r
from ptsp.catalogue import Catalogue
from ptsp.errors import BadRequest, ComplaintFull, ComplaintRefused, NotFound, PointOutside
from ptsp.hall import Answer, Work
from ptsp.periods import moved
from ptsp.ticket_links import without_links

DAY_MS = 24 * 3_600_000
# What a visitor may add to one complaint, in lines; and how far back a paper may be dated.
MOST_ADDED, OLDEST_PAPER_DAYS = 20, 366

_c, _l = r.complaint.c, r.complaint_line.c


def receive(
    work: Work,
    kind: str,
    category: str,
    channel: str,
    text: str,
    contact: str = "",
    service_id: int | None = None,
    day: str | None = None,
    meant: bool = False,
) -> Answer:
    """Takes one in: {"complaint": {"number", "token", "answer_by"}}. BadRequest, NotFound (service), PointOutside.

    `meant`: the writer was shown the channels outside, and says that it belongs here. `day`: of a paper or a letter.
    """
    text, contact = rules.clean(without_links(text)), rules.one_line(contact)
    _check_words(kind, category, channel, text, contact)
    _check_place(category, text, meant)
    if service_id is not None:
        work.office.service(service_id)
    day = _day_of(work, day)
    values = _numbered(work, int(day[:4])) | {"kind": kind, "category": category, "channel": channel, "text": text}
    values |= _dated(work, day, kind) | _reachable(work, day, contact)
    values |= {"service_id": service_id, "state": "new", "field_check": False, "public_state": "new"}
    complaint_id = work.conn.execute(insert(r.complaint).values(values).returning(_c.id)).scalar_one()
    line(work, complaint_id, "received", channel)
    told = rules.number_of(values["year"], values["running"])
    return {"complaint": {"number": told, "token": values["token"], "answer_by": values["answer_by"]}}


def add(work: Work, token: str, text: str, meant: bool = False) -> Answer:
    """The visitor adds a line. NotFound, BadRequest, PointOutside, ComplaintRefused when closed, ComplaintFull."""
    complaint = _of_token(work, token)
    text = rules.clean(without_links(text))
    _check_length(text)
    _check_place("", text, meant)
    step(complaint, "added")
    mine = (_l.complaint_id == complaint.id, _l.deed == "added")
    if work.conn.execute(select(func.count()).where(*mine)).scalar_one() >= MOST_ADDED:
        raise ComplaintFull(number=number(complaint))
    line(work, complaint.id, "added", text)
    return {}


def forget_contact(work: Work, token: str) -> Answer:
    """The visitor takes back how they can be reached, at any time (UU 27/2022)."""
    complaint = _of_token(work, token)
    if complaint.contact is None:
        work.discard = True
        return {}
    _erase(work, complaint, "withdrawn")
    return {}


def erase_contacts(work: Work) -> Answer:
    """The caretaker's job: forgets how visitors can be reached, when the time told to them is over. Audited."""
    due = work.conn.execute(
        select(r.complaint).where(
            _c.office_id == work.office_id, _c.contact.is_not(None), _c.contact_until <= work.reading.at
        )
    ).all()
    for complaint in due:
        _erase(work, complaint, "on time")
    work.discard = not due
    return {"erased": len(due)}


# --- inside


def _check_words(kind: str, category: str, channel: str, text: str, contact: str) -> None:
    if kind not in rules.KINDS or channel not in rules.CHANNELS:
        raise BadRequest(reason="kind, channel")
    if category not in (*rules.CATEGORIES, rules.OUTSIDE):
        raise BadRequest(reason="category")
    _check_length(text)
    if len(contact) > rules.CONTACT_LENGTH:
        raise BadRequest(reason="contact")


def _check_length(text: str) -> None:
    if not rules.SHORTEST_TEXT <= len(text) <= rules.TEXT_LENGTH:
        raise BadRequest(reason="text")


def _check_place(category: str, text: str, meant: bool) -> None:
    """The category is never kept here; words that sound like it are, when the writer says that they belong here."""
    if category == rules.OUTSIDE or (not meant and rules.points_outside(text)):
        raise PointOutside


def _day_of(work: Work, day: str | None) -> str:
    today = work.today
    if day is None:
        return today
    oldest = work.office.schedule.service_day(work.reading.at - OLDEST_PAPER_DAYS * DAY_MS)
    try:
        day = date.fromisoformat(day).isoformat()
    except ValueError as error:
        raise BadRequest(reason="day") from error
    if not oldest <= day <= today:
        raise BadRequest(reason="day")
    return day


def _numbered(work: Work, year: int) -> dict[str, Any]:
    """The next number of the year. This work holds the office's row: nobody else takes the same one."""
    mine = (_c.office_id == work.office_id, _c.year == year)
    last = work.conn.execute(select(func.max(_c.running)).where(*mine)).scalar_one()
    token = secrets.token_urlsafe(16)  # 128 random bits
    return {"office_id": work.office_id, "year": year, "running": (last or 0) + 1, "token": token}


def _dated(work: Work, day: str, kind: str) -> dict[str, Any]:
    found = rules.deadlines(work.office, day, kind)
    return {"day": day, "at": work.reading.at, "respond_by": found.respond_by, "answer_by": found.answer_by}


def _reachable(work: Work, day: str, contact: str) -> dict[str, Any]:
    if not contact:
        return {"contact": None, "contact_until": None}
    return {"contact": contact, "contact_until": contact_until(work.office, day)}


def contact_until(office: Catalogue, day: str) -> int:
    """The latest instant (ms UTC) at which a contact given on `day` is erased, whatever happens: this is promised."""
    after = date.fromisoformat(moved(rules.deadlines(office, day, rules.INFORMATION).field_by, 1))
    end = datetime.combine(after, time(), office.schedule.zone)
    return int(end.timestamp() * 1000) + office.setting("complaint_contact_days") * DAY_MS


def _of_token(work: Work, token: str) -> Any:
    mine = (_c.token == token, _c.office_id == work.office_id)
    found = work.conn.execute(select(r.complaint).where(*mine)).one_or_none()
    if found is None:
        raise NotFound(what="complaint")
    return found


def number(complaint: Any) -> str:
    """Its number as it is told: "P-2026-0007"."""
    return rules.number_of(complaint.year, complaint.running)


def step(complaint: Any, deed: str) -> str:
    """The state after the deed. ComplaintRefused when the table of steps has no such entry, or its words are erased."""
    after = rules.STEPS[deed].get(complaint.state) if complaint.text else None
    if after is None:
        raise ComplaintRefused(number=number(complaint))
    return after


def line(work: Work, complaint_id: int, deed: str, note: str = "") -> None:
    """Adds a line to its history."""
    last = work.conn.execute(select(func.max(_l.line)).where(_l.complaint_id == complaint_id)).scalar_one()
    values = {"complaint_id": complaint_id, "line": (last or 0) + 1, "at": work.reading.at, "deed": deed, "note": note}
    work.conn.execute(insert(r.complaint_line).values(person_id=work.actor.person_id, **values))


def _erase(work: Work, complaint: Any, why: str) -> None:
    erased = {"contact": None, "contact_until": None}
    work.conn.execute(update(r.complaint).where(_c.id == complaint.id).values(erased))
    line(work, complaint.id, "contact_erased", why)
    work.audit("erase_contact", number(complaint))
