"""Complaints as they are read: the list with its filters, one with its lines, those that are published.

No list carries how a visitor can be reached; only `one` does, for who may handle it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, case, func, or_, select

from ptsp import records as r
from ptsp.complaint_rules import NO_DEADLINE, OPEN

A_PAGE = 50
_c, _l = r.complaint.c, r.complaint_line.c
_IN_LISTS = [column for column in r.complaint.c if column.name not in ("contact", "contact_until", "token")]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list shows. ``state``: "open", "all" or one of the states; empty strings: any; ``person_id``: theirs."""

    state: str = "open"
    kind: str = ""
    category: str = ""
    late: bool = False
    person_id: int | None = None


def listed(conn: Connection, office_id: int, today: str, wanted: Wanted, page: int = 1) -> list[Row[Any]]:
    """A page of rows without contact: late and escalated first, then by deadline; what is done, newest first.

    Besides the columns: ``assignee`` (name or None), ``news`` (the visitor's words are the last line).
    """
    late = _late(today)
    first = case(
        (and_(_c.state.in_(OPEN), or_(late, _c.escalated_at.is_not(None))), 0), (_c.state.in_(OPEN), 1), else_=2
    )
    due = case((_c.state.not_in(OPEN), None), (_c.responded_at.is_(None), _c.respond_by), else_=_c.answer_by)
    rows = select(*_IN_LISTS, r.person.c.name.label("assignee"), _news()).select_from(r.complaint.outerjoin(r.person))
    rows = rows.where(*_filters(office_id, today, wanted)).order_by(first, due, _c.id.desc())
    return list(conn.execute(rows.limit(A_PAGE).offset((page - 1) * A_PAGE)))


def count(conn: Connection, office_id: int, today: str, wanted: Wanted) -> int:
    """How many the filters leave."""
    found = select(func.count()).select_from(r.complaint).where(*_filters(office_id, today, wanted))
    return int(conn.execute(found).scalar_one())


def one(conn: Connection, office_id: int, complaint_id: int) -> Row[Any] | None:
    """One whole row, contact and all: ask `may_handle` before showing it. Besides: ``assignee``."""
    rows = select(r.complaint, r.person.c.name.label("assignee")).select_from(r.complaint.outerjoin(r.person))
    return conn.execute(rows.where(_c.id == complaint_id, _c.office_id == office_id)).one_or_none()


def by_token(conn: Connection, token: str) -> Row[Any] | None:
    """One whole row of any office, for who holds its token."""
    return conn.execute(select(r.complaint).where(_c.token == token)).one_or_none()


def lines(conn: Connection, complaint_id: int) -> list[Row[Any]]:
    """Its history in order: line, at, deed, note, ``person`` (name or None)."""
    rows = select(_l.line, _l.at, _l.deed, _l.note, r.person.c.name.label("person"))
    rows = rows.select_from(r.complaint_line.outerjoin(r.person)).where(_l.complaint_id == complaint_id)
    return list(conn.execute(rows.order_by(_l.line)))


def released(conn: Connection, office_id: int, first: str, last: str, most: int = 20) -> list[Row[Any]]:
    """What managers have released of what came in on these days: kind, public_text, public_answer; nothing else of it.

    In an order that tells nothing of when they came.
    """
    rows = select(_c.kind, _c.public_text, _c.public_answer)
    rows = rows.where(_c.office_id == office_id, _c.day.between(first, last), _c.public_state == "public")
    return list(conn.execute(rows.order_by(_c.token).limit(most)))


def _news() -> Any:
    last = (
        select(_l.deed).where(_l.complaint_id == _c.id, _l.deed != "contact_erased").order_by(_l.line.desc()).limit(1)
    )
    return (last.scalar_subquery() == "added").label("news")


def _late(today: str) -> Any:
    waits_for_word = and_(_c.responded_at.is_(None), _c.respond_by < today)
    return and_(_c.state.in_(OPEN), _c.kind != NO_DEADLINE, or_(waits_for_word, _c.answer_by < today))


def _filters(office_id: int, today: str, wanted: Wanted) -> list[Any]:
    found = [_c.office_id == office_id]
    if wanted.state == "open":
        found.append(_c.state.in_(OPEN))
    elif wanted.state != "all":
        found.append(_c.state == wanted.state)
    if wanted.kind:
        found.append(_c.kind == wanted.kind)
    if wanted.category:
        found.append(_c.category == wanted.category)
    if wanted.late:
        found.append(_late(today))
    if wanted.person_id is not None:
        found.append(_c.assigned_to == wanted.person_id)
    return found
