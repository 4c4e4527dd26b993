"""How many were asked, how many answered, how many are needed, and how many a day that means while there is time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from sqlalchemy import Connection, func, select

from ptsp import records as r
from ptsp import skm
from ptsp.catalogue import Catalogue
from ptsp.periods import Period, moved
from ptsp.tally import Visits


@dataclass(frozen=True, slots=True)
class Reach:
    """``visitors`` served, ``asked`` of them, ``answers`` counted (of earlier years' imports none: nobody was asked
    here); ``rate`` answers / asked.

    ``needed``: Krejcie-Morgan on the visitors served; ``shortfall`` = needed - n, at least 0. While the period runs
    (``running``): ``expected`` visitors at its end if they keep coming as so far, ``needed_at_end`` of these,
    ``days_left`` open days including today, and ``per_day`` answers needed on each of them (None: none are left).
    """

    visitors: int
    asked: int
    answers: int
    rate: Fraction | None
    needed: int
    shortfall: int
    running: bool
    expected: int | None = None
    needed_at_end: int | None = None
    days_left: int | None = None
    per_day: int | None = None

    @property
    def known(self) -> bool:
        """Whether visits were counted at all: without them no sample size is known."""
        return self.visitors > 0


def reach(
    conn: Connection,
    office: Catalogue,
    period: Period,
    today: str,
    visits: Mapping[tuple[str, str], Visits],
    n: int,
    imported: int,
) -> Reach:
    """Of a period with `n` answers, `imported` of them from earlier years' files."""
    served = visits.get(("all", ""), Visits())
    needed = skm.sample_size(served.n)
    answers = n - imported
    rate = Fraction(answers, served.asked) if served.asked else None
    plain = Reach(served.n, served.asked, answers, rate, needed, max(0, needed - n), period.has(today))
    return _ahead(conn, office, period, today, plain, n) if plain.running and plain.known else plain


def _ahead(conn: Connection, office: Catalogue, period: Period, today: str, now: Reach, n: int) -> Reach:
    first = _first_visits(conn, office.office_id, period) or today
    gone, left = open_days(office, first, today), open_days(office, today, period.last)
    ahead = open_days(office, moved(today, 1), period.last)
    expected = now.visitors + round(now.visitors * ahead / max(1, gone))
    needed = skm.sample_size(expected)
    missing = max(0, needed - n)
    return Reach(
        now.visitors,
        now.asked,
        now.answers,
        now.rate,
        now.needed,
        now.shortfall,
        True,
        expected,
        needed,
        left,
        math.ceil(missing / left) if left else None,
    )


def _first_visits(conn: Connection, office_id: int, period: Period) -> str | None:
    """The first day of the period with visits written down (the hall may have opened in its middle)."""
    y = r.tally.c
    where = (y.office_id == office_id, y.subject == "visits", y.grain == "day")
    found: str | None = conn.execute(
        select(func.min(y.period)).where(*where, y.period >= period.first, y.period <= period.last)
    ).scalar()
    return found


def open_days(office: Catalogue, first: str, last: str) -> int:
    """Days first..last (ISO, both included) on which the hall is open."""
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    days = (start + timedelta(days=offset) for offset in range(max(0, (end - start).days + 1)))
    return sum(office.schedule.hours(day) is not None for day in days)
