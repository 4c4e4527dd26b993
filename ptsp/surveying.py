"""Setting the survey up: the office's settings of it, its own questions, which remarks may be published."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, insert, select, update

from ptsp import records as r
from ptsp.catalogue import Text
from ptsp.errors import NotFound, TooManyQuestions
from ptsp.hall import Answer, Work

# Own questions asked at the same time: more, and visitors leave before the end.
MOST_QUESTIONS = 5
REMARK_STATES = ("new", "public", "kept")

_x, _a = r.extra_question.c, r.survey_answer.c


def set_survey(work: Work, settings: dict[str, Any]) -> Answer:
    """Changes settings of the office (names of catalogue.DEFAULTS; checked by the caller). Nothing when all are so."""
    changes = {name: value for name, value in settings.items() if work.office.setting(name) != value}
    if not changes:
        work.discard = True
        return {"changed": []}
    whole = {**work.office.settings, **changes}
    work.conn.execute(update(r.office).where(r.office.c.id == work.office_id).values(settings=whole))
    said = "; ".join(f"{name}: {work.office.setting(name)} -> {value}" for name, value in changes.items())
    _changed(work, "set_survey", said)
    return {"changed": sorted(changes)}


# --- own questions ----------------------------------------------------------------------------------------------------


def add_question(work: Work, text: Text, answers: list[Text], replaces: int | None = None) -> Answer:
    """Adds an own question (both languages; four answers, worst first), at the end or in the place of another.

    Changed wording is a new question: answers belong to the words that were read. TooManyQuestions, NotFound.
    """
    last = work.conn.execute(select(func.max(_x.position)).where(_x.office_id == work.office_id)).scalar()
    position = (last or 0) + 1
    if replaces is not None:
        position = _own(work, replaces).position
        _set(work, replaces, active=False)
    _room_for_one(work)
    row = {"office_id": work.office_id, "text": text, "answers": answers, "position": position, "active": True}
    made = work.conn.execute(insert(r.extra_question).values(row).returning(_x.id)).scalar_one()
    _changed(work, "add_question", f"X{made}: {text['id']}")
    return {"question_id": made}


def switch_question(work: Work, question_id: int, active: bool) -> Answer:
    """Asks an own question again, or no more; its answers stay. TooManyQuestions, NotFound."""
    if _own(work, question_id).active == active:
        work.discard = True
        return {}
    if active:
        _room_for_one(work)
    _set(work, question_id, active=active)
    _changed(work, "ask_question" if active else "drop_question", f"X{question_id}")
    return {}


def raise_question(work: Work, question_id: int) -> Answer:
    """Asks an own question before the one that now comes before it. NotFound."""
    _own(work, question_id)
    where = (_x.office_id == work.office_id, _x.active)
    order = list(work.conn.execute(select(_x.id).where(*where).order_by(_x.position, _x.id)).scalars())
    at = order.index(question_id) if question_id in order else 0
    if at == 0:
        work.discard = True
        return {}
    order[at - 1], order[at] = order[at], order[at - 1]
    for position, one in enumerate(order, 1):
        _set(work, one, position=position)
    _changed(work, "raise_question", f"X{question_id}")
    return {}


def _own(work: Work, question_id: int) -> Any:
    row = work.conn.execute(
        select(r.extra_question).where(_x.id == question_id, _x.office_id == work.office_id)
    ).one_or_none()
    if row is None:
        raise NotFound(what="question")
    return row


def _room_for_one(work: Work) -> None:
    where = (_x.office_id == work.office_id, _x.active)
    asked = work.conn.execute(select(func.count()).select_from(r.extra_question).where(*where)).scalar_one()
    if asked >= MOST_QUESTIONS:
        raise TooManyQuestions(most=MOST_QUESTIONS)


def _set(work: Work, question_id: int, **values: Any) -> None:
    work.conn.execute(update(r.extra_question).where(_x.id == question_id).values(values))


def _changed(work: Work, deed: str, subject: str) -> None:
    work.set_up_changed()
    work.audit(deed, subject)
    # A line in the book, so that every screen's pulse says that there is something new to fetch.
    work.write("set_up", work.today)


# --- remarks ----------------------------------------------------------------------------------------------------------


def moderate(work: Work, answer_id: int, state: str) -> Answer:
    """What becomes of a remark: public, kept (not for publication) or new again. NotFound when it is not there, or no
    more under this id (the answers of a day are shuffled anew when late ones come)."""
    mine = (_a.office_id == work.office_id, _a.id == answer_id, _a.remark.is_not(None))
    if not work.conn.execute(update(r.survey_answer).where(*mine).values(remark_state=state)).rowcount:
        raise NotFound(what="remark")
    work.audit("moderate_remark", f"{answer_id} {state}")
    return {}
