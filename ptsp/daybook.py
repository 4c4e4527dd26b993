"""Reading the day book: the lines of a service day, in commit order, as `Line`s."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from ptsp import records as r
from ptsp.database import Prepared
from ptsp.daybook_lines import Line

_d = r.daybook.c
_lines = Prepared(
    select(*[_d[name] for name in Line._fields])
    .where(_d.office_id == bindparam("office_id"), _d.day == bindparam("day"))
    .order_by(_d.seq)
)
_days = Prepared(
    select(_d.day)
    .where(_d.office_id == bindparam("office_id"), _d.day < bindparam("before"), _d.move == "issue")
    .group_by(_d.day)
    .order_by(_d.day.desc())
    .limit(bindparam("most"))
)


def day_lines(conn: Connection, office_id: int, day: str) -> list[Line]:
    """All lines of one service day (ISO date)."""
    return [Line(*row) for row in _lines.all(conn, office_id=office_id, day=day)]


def earlier_days(conn: Connection, office_id: int, before: str, most: int) -> list[str]:
    """Up to `most` service days before a day on which numbers were issued, newest first."""
    return [row.day for row in _days.all(conn, office_id=office_id, before=before, most=most)]
