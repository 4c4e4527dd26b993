"""Questionnaires that were filled in on paper, typed in later by staff: marked as such, with who typed them.

Nobody can see whether a sheet of paper was filled in by a visitor. What can be seen is how many visitors were served:
a day takes no more answers than it had visits that ended in "served". On a day of which the book knows nothing (the
power was out, numbers were called by voice) only managers may enter forms, and the audit trail says that they did.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, func, select

from ptsp import asking, tallies
from ptsp import records as r
from ptsp.asking import Form
from ptsp.errors import BadRequest, PaperDayFull, PaperDayUnknown
from ptsp.hall import Actor, Answer, Work
from ptsp.periods import moved

# Earlier answers are imported as a table (survey/importing), not typed in one by one.
LATEST_DAYS = 366
MANAGERS = ("manager", "admin")
HOUR_BANDS = ("08.00-12.00", "13.00-17.00")
ENTERED, BEYOND = "paper_form", "paper_form_without_visits"

_a, _t = r.survey_answer.c, r.ticket.c


def enter(work: Work, forms: Iterable[Form], facts: dict[str, Any], remark: str = "") -> Answer:
    """Keeps one paper questionnaire. ``facts``: day (ISO), hour_band, service_id and traits, None where the paper says
    nothing. BadRequest, PaperDayFull, PaperDayUnknown, NotFound (service)."""
    day = facts["day"]
    _check_day(work, day)
    if facts.get("service_id") is not None:
        work.office.service(facts["service_id"])
    deed = _deed(work, day)
    rows = asking.rows_of(forms, {**facts, "channel": "paper", "entered_by": work.actor.person_id}, remark)
    asking.keep(work, rows)
    work.audit(deed, day)
    return {"day": day}


def _check_day(work: Work, day: str) -> None:
    today = work.today
    first = moved(today, -LATEST_DAYS)
    if not first <= day <= today:
        raise BadRequest(reason="day")


def _deed(work: Work, day: str) -> str:
    """What the audit trail calls it: within the visits of the day, or beyond what the book knows."""
    served = tallies.day_visits(work.conn, work.office, day)[("all", "")].n
    if served:
        if answered(work.conn, work.office_id, day) >= served:
            raise PaperDayFull(served=served)
        return ENTERED
    if work.actor.role not in MANAGERS:
        raise PaperDayUnknown
    return BEYOND


def answered(conn: Connection, office_id: int, day: str) -> int:
    """How many visitors of a day have answered: on a screen (their tickets say so), or on paper."""
    mine = (_t.office_id == office_id, _t.day == day, _t.surveyed)
    on_screens = conn.execute(select(func.count()).select_from(r.ticket).where(*mine)).scalar_one()
    papers = (_a.office_id == office_id, _a.day == day, _a.channel == "paper")
    # A sheet of several instruments is an answer to each: the instrument with the most answers counts the sheets.
    by_instrument = select(func.count()).where(*papers).group_by(_a.instrument)
    return on_screens + max(conn.execute(by_instrument).scalars(), default=0)


def entered(conn: Connection, office_id: int, since_at: int) -> list[dict[str, Any]]:
    """Who typed in what since an instant (ms UTC), newest first: {"at", "name", "day", "beyond"}."""
    u, p = r.audit.c, r.person.c
    rows = conn.execute(
        select(u.at, u.actor, u.deed, u.subject)
        .where(u.office_id == office_id, u.at >= since_at, u.deed.in_([ENTERED, BEYOND]))
        .order_by(u.at.desc(), u.id.desc())
    ).all()
    names = {Actor("person", row.id, "", office_id).key: row.name for row in conn.execute(select(p.id, p.name))}
    return [
        {"at": row.at, "name": names.get(row.actor, row.actor), "day": row.subject, "beyond": row.deed == BEYOND}
        for row in rows
    ]
