"""The monthly evaluation of complaints (PermenPANRB 90/2021, area 6 iii): how many, what about, how fast answered.

A month is that of the day on which they came in. Days are days on which the office is open, as in the deadlines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Any

from sqlalchemy import Connection, func, or_, select

from ptsp import records as r
from ptsp.catalogue import Catalogue
from ptsp.complaint_rules import NO_DEADLINE, OPEN, open_days_between

TOP = 3
ENDS = ("answered", "forwarded", "closed")
_c, _l = r.complaint.c, r.complaint_line.c


@dataclass(frozen=True, slots=True)
class Middle:
    """A median in open days, and of how many; None of none."""

    days: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One month. ``by``: kind, category, channel, service -> (key, n), most first; service None: none was named.

    Of those with a deadline: ``due`` were to be answered by now (answered, closed without an answer, or late), of which
    ``in_time`` were; ``running`` still have time. ``forwarded`` to SP4N-LAPOR! stay so for good, whatever became of
    them here: what we answered too (``forwarded_answered``) is in ``due`` as well, by the day of our answer; what we
    did not is never late, closed or not. ``due`` + ``running`` + ``forwarded`` - ``forwarded_answered`` is all.
    """

    month: str
    n: int
    by: dict[str, list[tuple[Any, int]]]
    in_time: int
    due: int
    running: int
    forwarded: int
    forwarded_answered: int
    first_word: Middle
    answered: Middle
    open_at_end: int

    @property
    def top(self) -> list[tuple[str, int]]:
        """The categories named most, at most three."""
        return self.by["category"][:TOP]


def evaluate(conn: Connection, office: Catalogue, month: str, today: str) -> Evaluation:
    """The evaluation of a month ("2026-08"), as it stands today (ISO day)."""
    first, after = bounds(month)
    mine = (_c.office_id == office.office_id, _c.day >= first.isoformat(), _c.day < after.isoformat())
    rows = conn.execute(select(*(_c[name] for name in _READ)).where(*mine)).all()
    waiting = [row for row in rows if row.kind != NO_DEADLINE]
    day_of = office.schedule.service_day
    kinds = Counter(_outcome(row, day_of, today) for row in waiting)
    forwarded = [row for row in waiting if row.lapor_number is not None]
    return Evaluation(
        month=month,
        n=len(rows),
        by={name: Counter(getattr(row, key) for row in rows).most_common() for name, key in _BY.items()},
        in_time=kinds["in_time"],
        due=kinds["in_time"] + kinds["late"],
        running=kinds["running"],
        forwarded=len(forwarded),
        forwarded_answered=sum(row.answered_at is not None for row in forwarded),
        first_word=_middle(office, waiting, "responded_at"),
        answered=_middle(office, waiting, "answered_at"),
        open_at_end=_open_at(conn, office, after),
    )


_READ = (
    "kind", "category", "channel", "service_id", "state", "day", "answer_by", "responded_at", "answered_at",
    "lapor_number",
)  # fmt: skip
_BY = {"kind": "kind", "category": "category", "channel": "channel", "service": "service_id"}


def bounds(month: str) -> tuple[date, date]:
    """First day of the month, and of the next. ValueError for what is no month (of our time)."""
    first = date.fromisoformat(f"{month}-01")
    if not 1900 <= first.year <= 2999:
        raise ValueError(month)
    return first, (first + timedelta(days=31)).replace(day=1)


def before(month: str) -> str:
    """The month before."""
    return f"{bounds(month)[0] - timedelta(days=1):%Y-%m}"


def _outcome(row: Any, day_of: Callable[[int], str], today: str) -> str:
    if row.answered_at is not None:
        return "in_time" if day_of(row.answered_at) <= row.answer_by else "late"
    if row.lapor_number is not None:
        return "forwarded"
    return "late" if row.state not in OPEN or row.answer_by < today else "running"


def _middle(office: Catalogue, rows: list[Any], name: str) -> Middle:
    schedule = office.schedule
    done = [(row.day, getattr(row, name)) for row in rows if getattr(row, name) is not None]
    days = [open_days_between(schedule, day, schedule.service_day(at)) for day, at in done]
    return Middle(median(days) if days else None, len(days))


def _open_at(conn: Connection, office: Catalogue, after: date) -> int:
    """Came in before that day and had not ended when it began: neither answered, nor forwarded, nor closed."""
    began = int(datetime.combine(after, time(), office.schedule.zone).timestamp() * 1000)
    ended = select(func.min(_l.at)).where(_l.complaint_id == _c.id, _l.deed.in_(ENDS)).scalar_subquery()
    mine = (_c.office_id == office.office_id, _c.day < after.isoformat(), _c.kind != NO_DEADLINE)
    found = select(func.count()).select_from(r.complaint).where(*mine, or_(_c.state.in_(OPEN), ended >= began))
    return int(conn.execute(found).scalar_one())
