"""What is forgotten on time: visitors' own words, some months after they were written (UU 27/2022, DOMAIN section 5).

Scores, counts, deadlines and states stay: reports of earlier years do not change. How a visitor can be reached goes
much earlier (complaining.erase_contacts). Of a complaint's history stays who did what when.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import or_, select, update

from ptsp import records as r
from ptsp.catalogue import Catalogue
from ptsp.complaint_rules import NO_DEADLINE, OPEN
from ptsp.hall import Answer, Work

_a, _c, _l = r.survey_answer.c, r.complaint.c, r.complaint_line.c
ERASED: dict[str, Any] = {
    "text": "", "answer": None, "public_text": None, "public_answer": None, "public_state": "kept",
    "contact": None, "contact_until": None,
}  # fmt: skip
# Lines of a complaint's history whose note somebody wrote; those of the others are codes and names of staff.
IN_WORDS = ("added", "responded", "answered", "field_check", "escalated", "closed", "noted")


def erase_words(work: Work) -> Answer:
    """The caretaker's job: remarks and complaints older than the office keeps them. Audited with counts only."""
    today = work.today
    remarks = _erase_remarks(work, remarks_since(work.office, today))
    complaints = _erase_complaints(work, months_before(today, work.office.setting("complaint_months")))
    if remarks or complaints:
        work.audit("erase_words", f"remarks: {remarks}; complaints: {complaints}")
    else:
        work.discard = True
    return {"remarks": remarks, "complaints": complaints}


def remarks_since(office: Catalogue, today: str) -> str:
    """The first day whose remarks the office still keeps: older ones are erased, and imports do not bring them in."""
    return months_before(today, office.setting("remark_months"))


def months_before(day: str, months: int) -> str:
    """The same day (or the last one) of the month so many months earlier; ISO dates."""
    then = date.fromisoformat(day)
    year, month = divmod(then.year * 12 + then.month - 1 - months, 12)
    return date(year, month + 1, min(then.day, monthrange(year, month + 1)[1])).isoformat()


def _erase_remarks(work: Work, before: str) -> int:
    """Of answers given before that day; how many. A remark always has a state, and an index finds those."""
    old = (_a.office_id == work.office_id, _a.remark_state.is_not(None), _a.day < before)
    return work.conn.execute(update(r.survey_answer).where(*old).values(remark=None, remark_state=None)).rowcount


def _erase_complaints(work: Work, before: str) -> int:
    """Of those that came in before that day and about which nothing was written since; how many.

    What still waits for an answer keeps its words, however old; thanks wait for nothing.
    """
    since = int(datetime.combine(date.fromisoformat(before), time(), work.office.schedule.zone).timestamp() * 1000)
    moved = select(_l.complaint_id).where(_l.complaint_id == _c.id, _l.at >= since, _l.deed != "contact_erased")
    old = (
        _c.office_id == work.office_id,
        _c.day < before,
        or_(_c.state.not_in(OPEN), _c.kind == NO_DEADLINE),
        or_(_c.text != "", *(_c[name].is_not(None) for name in ("answer", "public_text", "public_answer", "contact"))),
        ~moved.exists(),
    )
    gone = work.conn.execute(update(r.complaint).where(*old).values(ERASED).returning(_c.id)).scalars().all()
    for complaint_id in gone:
        theirs = (_l.complaint_id == complaint_id, _l.deed.in_(IN_WORDS), _l.note != "")
        work.conn.execute(update(r.complaint_line).where(*theirs).values(note=""))
    return len(gone)
