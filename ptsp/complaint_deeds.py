"""What the staff do with complaints: assign, answer, look on the spot, escalate, forward, close, publish.

Who may do it is asked inside the transaction: managers everything, others what is assigned to them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from ptsp import complaint_rules as rules
from ptsp import records as r
from ptsp.complaining import DAY_MS, line, number, step
from ptsp.errors import BadRequest, ComplaintRefused, Forbidden, NotFound
from ptsp.hall import Actor, Answer, Work

MANAGING = ("manager", "admin", "system")

_c = r.complaint.c


def may_handle(actor: Actor, complaint: Any) -> bool:
    """Whether this person may read and answer this complaint: managers all, others what is assigned to them."""
    return actor.role in MANAGING or (actor.person_id is not None and actor.person_id == complaint.assigned_to)


def assign(work: Work, complaint_id: int, person_id: int) -> Answer:
    """Gives it to a person of the office who is to answer it."""
    complaint = _managed(work, complaint_id)
    person = work.conn.execute(
        select(r.person.c.name).where(
            r.person.c.id == person_id, r.person.c.office_id == work.office_id, r.person.c.active
        )
    ).one_or_none()
    if person is None:
        raise NotFound(what="person")
    return _deed(work, complaint, "assigned", person.name, assigned_to=person_id)


def respond(work: Work, complaint_id: int, note: str) -> Answer:
    """The first response: it was read, this is what happens now. The visitor sees it."""
    complaint = _handled(work, complaint_id)
    return _deed(work, complaint, "responded", _told(note), **_heard(work, complaint))


def answer(work: Work, complaint_id: int, note: str) -> Answer:
    """The answer; again to correct it (the lines keep what was answered before). Starts the erasure of the contact."""
    complaint = _handled(work, complaint_id)
    told = _told(note)
    changes = _heard(work, complaint) | {"answer": told, "answered_at": complaint.answered_at or work.reading.at}
    if complaint.contact is not None:
        after = changes["answered_at"] + work.office.setting("complaint_contact_days") * DAY_MS
        changes["contact_until"] = min(after, complaint.contact_until)
    return _deed(work, complaint, "answered", told, **changes)


def check_on_the_spot(work: Work, complaint_id: int, note: str = "") -> Answer:
    """It needs a look on the spot: the longer deadline, counted from the day it came in. Once."""
    complaint = _handled(work, complaint_id)
    if complaint.field_check:
        raise ComplaintRefused(number=number(complaint))
    later = max(complaint.answer_by, rules.deadlines(work.office, complaint.day, complaint.kind).field_by)
    return _deed(work, complaint, "field_check", _note(note), field_check=True, answer_by=later)


def escalate(work: Work, complaint_id: int, note: str = "") -> Answer:
    """To the head of the office: on top of the list from now on."""
    complaint = _handled(work, complaint_id)
    at = complaint.escalated_at or work.reading.at
    return _deed(work, complaint, "escalated", _note(note), escalated_at=at)


def forward(work: Work, complaint_id: int, lapor_number: str) -> Answer:
    """Handed on to SP4N-LAPOR!, with the number it has there."""
    complaint = _managed(work, complaint_id)
    lapor_number = rules.one_line(lapor_number)
    if not 1 <= len(lapor_number) <= rules.LAPOR_LENGTH:
        raise BadRequest(reason="lapor_number")
    return _deed(work, complaint, "forwarded", lapor_number, lapor_number=lapor_number, **_heard(work, complaint))


def close(work: Work, complaint_id: int, note: str = "") -> Answer:
    """Done. What was neither answered nor forwarded needs a reason, which the visitor sees; praise needs none."""
    complaint = _handled(work, complaint_id)
    if complaint.state in rules.OPEN and complaint.kind != rules.NO_DEADLINE and not rules.clean(note):
        raise BadRequest(reason="note")
    return _deed(work, complaint, "closed", _note(note))


def sort(work: Work, complaint_id: int, kind: str, category: str) -> Answer:
    """Another kind or category than the visitor chose; the line keeps theirs.

    A question has deadlines of its own: what becomes one, or no longer is one, is dated anew from its first day, by the
    office's settings of now. What was done stays judged by the deadline that held then: that of the first response
    stays once there was one, that of the answer once there was one, both once it is closed.
    """
    complaint = _managed(work, complaint_id)
    if kind not in rules.KINDS or category not in rules.CATEGORIES:
        raise BadRequest(reason="category")
    changes = {"kind": kind, "category": category} | _dated_anew(work, complaint, kind)
    return _deed(work, complaint, "sorted", f"{complaint.kind} {complaint.category}", **changes)


def remark(work: Work, complaint_id: int, note: str) -> Answer:
    """A line for colleagues; the visitor does not see it."""
    return _deed(work, _handled(work, complaint_id), "noted", _told(note))


def moderate(
    work: Work, complaint_id: int, public_state: str, public_text: str = "", public_answer: str = ""
) -> Answer:
    """Publishes the words as edited (names removed), or keeps them. What is published has words of its own.

    No number that leads to a person (NIK, telephone) is published, whoever overlooked it.
    """
    complaint = _managed(work, complaint_id)
    words, ours = rules.clean(public_text), rules.clean(public_answer)
    if public_state not in ("public", "kept") or max(len(words), len(ours)) > rules.TEXT_LENGTH:
        raise BadRequest(reason="public_state")
    if public_state == "public" and not words:
        raise BadRequest(reason="public_text")
    if public_state == "public" and (rules.leads_to_a_person(words) or rules.leads_to_a_person(ours)):
        raise BadRequest(reason="personal_number")
    work.audit("publish_complaint" if public_state == "public" else "keep_complaint", number(complaint))
    changes = {"public_state": public_state, "public_text": words or None, "public_answer": ours or None}
    return _deed(work, complaint, "moderated", public_state, **changes)


def set_days(work: Work, respond: int, information: int, answer: int, field: int, contact: int) -> Answer:
    """The deadlines that are set from now on (open days), and how long a contact is kept (days)."""
    days = {"respond": respond, "information": information, "answer": answer, "field": field, "contact": contact}
    fresh = {f"complaint_{name}_days": n for name, n in days.items()}
    if any(not least <= fresh[name] <= most for name, (least, most) in rules.DAYS.items()):
        raise BadRequest(reason="days")
    if any(fresh[earlier] > fresh[later] for earlier, later in rules.RISING):
        raise BadRequest(reason="days")
    settings = {**work.office.settings, **fresh}
    work.conn.execute(update(r.office).where(r.office.c.id == work.office_id).values(settings=settings))
    work.set_up_changed()
    work.audit("complaint_days", str(fresh))
    return {}


def _handled(work: Work, complaint_id: int) -> Any:
    """The complaint, for somebody who may handle it. NotFound, Forbidden."""
    mine = (_c.id == complaint_id, _c.office_id == work.office_id)
    found = work.conn.execute(select(r.complaint).where(*mine)).one_or_none()
    if found is None:
        raise NotFound(what="complaint")
    if not may_handle(work.actor, found):
        raise Forbidden
    return found


def _managed(work: Work, complaint_id: int) -> Any:
    if work.actor.role not in MANAGING:
        raise Forbidden
    return _handled(work, complaint_id)


def _heard(work: Work, complaint: Any) -> dict[str, Any]:
    """The first word of ours to the visitor counts as the first response."""
    return {"responded_at": complaint.responded_at or work.reading.at}


def _dated_anew(work: Work, complaint: Any, kind: str) -> dict[str, Any]:
    """The deadlines that still run, when it becomes a question or no longer is one. A look there keeps the longer."""
    if complaint.state == "closed" or (kind == rules.INFORMATION) == (complaint.kind == rules.INFORMATION):
        return {}
    found, fresh = rules.deadlines(work.office, complaint.day, kind), {}
    if complaint.responded_at is None:
        fresh["respond_by"] = found.respond_by
    if complaint.answered_at is None and not complaint.field_check:
        fresh["answer_by"] = found.answer_by
    return fresh


def _told(note: str) -> str:
    told = rules.clean(note)
    if not 1 <= len(told) <= rules.TEXT_LENGTH:
        raise BadRequest(reason="note")
    return told


def _note(note: str) -> str:
    return _told(note) if rules.clean(note) else ""


def _deed(work: Work, complaint: Any, deed: str, note: str = "", **changes: Any) -> Answer:
    changes["state"] = step(complaint, deed)
    work.conn.execute(update(r.complaint).where(_c.id == complaint.id).values(changes))
    line(work, complaint.id, deed, note)
    return {"complaint_id": complaint.id, "state": changes["state"]}
