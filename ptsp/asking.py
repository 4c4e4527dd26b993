"""Survey answers: taken once per served ticket, kept without anything that leads back to it (UU 27/2022).

The ticket keeps only "surveyed"; the answer keeps instrument, service, counter, date, hour band and a band of the wait.
"""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from ptsp import records as r
from ptsp.database import Prepared
from ptsp.errors import NotFound, SurveyNotOpen, SurveyUsed
from ptsp.hall import Answer, Work
from ptsp.states import State

WAIT_BANDS = ((5, "0-5"), (15, "5-15"), (30, "15-30"), (60, "30-60"))
NOON = 12
REMARK_LENGTH = 500

_t = r.ticket.c
_ticket = Prepared(select(*[c for c in r.ticket.c if c.name != "language"]).where(_t.token == bindparam("token")))
_spend = Prepared(update(r.ticket).where(_t.id == bindparam("ticket_id"), _t.surveyed.is_(False)).values(surveyed=True))


def survey_state(office: Any, ticket: Any) -> str:
    """Whether a ticket row may answer: open, used or no. Once served, and once; filed visits as the office says."""
    if ticket.surveyed:
        return "used"
    if ticket.state != State.SERVED:
        return "no"
    asked = office.setting("survey_when_filed") or office.service(ticket.service_id).survey_when_filed
    return "open" if ticket.outcome == "delivered" or asked else "no"


def submit(
    work: Work,
    token: str,
    instrument: str,
    version: str,
    scores: dict[str, int],
    about: dict[str, str | None],
    remark: str = "",
    channel: str = "phone",
) -> Answer:
    """Stores one whole answer and spends the ticket's survey. SurveyUsed, SurveyNotOpen, NotFound.

    ``scores``: element code -> 1..4, checked by the caller against the instrument. No line in the book: its time and
    order would lead from the answer to the ticket.
    """
    ticket = _ticket.one(work.conn, token=token)
    if ticket is None or ticket.office_id != work.office_id:
        raise NotFound(what="ticket")
    state = survey_state(work.office, ticket)
    if state == "used":
        raise SurveyUsed
    if state == "no":
        raise SurveyNotOpen
    _spend.run(work.conn, ticket_id=ticket.id)
    answer_id = secrets.randbits(62)
    local = work.office.schedule.local(ticket.issued_at)
    work.conn.execute(
        insert(r.survey_answer).values(
            id=answer_id,
            office_id=work.office_id,
            instrument=instrument,
            version=version,
            channel=channel,
            day=ticket.day,
            hour_band="08.00-12.00" if local.hour < NOON else "13.00-17.00",
            wait_band=wait_band(ticket.entered_tick, ticket.called_tick),
            service_id=ticket.service_id,
            counter_id=ticket.counter_id,
            remark=remark.strip()[:REMARK_LENGTH] or None,
            **{name: about.get(name) for name in ("sex", "age", "education", "occupation")},
        )
    )
    rows = [{"answer_id": answer_id, "element": element, "score": score} for element, score in sorted(scores.items())]
    work.conn.execute(insert(r.survey_score), rows)
    return {}


def wait_band(entered_tick: int, called_tick: int | None) -> str:
    """The band of the waiting time in minutes, half-open: "0-5", "5-15", "15-30", "30-60", "60+"."""
    minutes = max(0, (called_tick or entered_tick) - entered_tick) / 60_000
    return next((band for limit, band in WAIT_BANDS if minutes < limit), "60+")


def totals(
    conn: Connection, office_id: int, instrument: str, first_day: str, last_day: str
) -> tuple[int, dict[str, tuple[int, int]]]:
    """(answers, {element: (sum, n)}) of the service days first_day..last_day, both included."""
    a, s = r.survey_answer.c, r.survey_score.c
    chosen = (a.office_id == office_id, a.instrument == instrument, a.day >= first_day, a.day <= last_day)
    answers = conn.execute(select(func.count()).select_from(r.survey_answer).where(*chosen)).scalar_one()
    grouped = (
        select(s.element, func.sum(s.score), func.count())
        .select_from(r.survey_score.join(r.survey_answer))
        .where(*chosen)
        .group_by(s.element)
    )
    return answers, {element: (int(total), n) for element, total, n in conn.execute(grouped)}
