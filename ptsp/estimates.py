"""How many are ahead, and how long that may take: an honest range, never a single minute.

Rule: QL of Ibrahim & Whitt (2009), (queue + 1) / (s mu), over the line that a service shares with others, with the
mean desk time of today (or the catalogue's until five visits are known), widened to a range and rounded to 5 minutes.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, or_, select

from ptsp import records as r
from ptsp.catalogue import Catalogue
from ptsp.database import Prepared

# Beyond this many nobody counts further: keeps issuing O(1) however long the queue is.
MANY = 100
NARROW, WIDE, STEP = 0.75, 1.4, 5
ENOUGH_VISITS = 5

_t, _c, _s = r.ticket.c, r.counter.c, r.counter_service


@cache
def _ahead(pool: frozenset[int]) -> Prepared:
    """Counts the waiting tickets of these services before a place; the services are in the statement itself."""
    before = or_(
        _t.rank_at < bindparam("rank_at"), and_(_t.rank_at == bindparam("rank_at"), _t.number < bindparam("number"))
    )
    line = (
        select(_t.id)
        .where(
            _t.office_id == bindparam("office_id"),
            _t.state == "waiting",
            before,
            _t.service_id.in_(sorted(pool)),
            # Tickets kept for one counter stand in that counter's line only.
            or_(_t.for_counter_id.is_(None), _t.for_counter_id == bindparam("for_counter_id")),
        )
        .limit(MANY)
    )
    return Prepared(select(func.count()).select_from(line.subquery()))


_open_counters = Prepared(
    select(func.count())
    .select_from(r.counter.join(_s))
    .where(_s.c.service_id == bindparam("service_id"), _c.state == "open", _c.active)
)
_desk_times = Prepared(
    select(_t.service_id, func.count().label("n"), func.avg(_t.ended_tick - _t.called_tick).label("mean_ms"))
    .where(_t.office_id == bindparam("office_id"), _t.day == bindparam("day"), _t.state == "served")
    .group_by(_t.service_id)
)


def people_ahead(
    conn: Connection, office: Catalogue, service_id: int, rank_at: int, number: int, for_counter_id: int | None = None
) -> int:
    """Waiting tickets that stand before this place in the line its service shares with others; at most MANY."""
    found: tuple[int] = _ahead(office.pools[service_id]).one(
        conn, office_id=office.office_id, rank_at=rank_at, number=number, for_counter_id=for_counter_id
    )
    return found[0]


def desk_minutes(conn: Connection, office: Catalogue, day: str) -> dict[int, float]:
    """Mean minutes at the desk by service: today's where five visits are known, else the catalogue's."""
    known = {service.id: float(service.desk_minutes) for service in office.services.values()}
    for row in _desk_times.all(conn, office_id=office.office_id, day=day):
        if row.n >= ENOUGH_VISITS and row.mean_ms is not None:
            known[row.service_id] = max(float(row.mean_ms), 1000.0) / 60_000
    return known


def minutes_range(ahead: int, open_counters: int, desk: float) -> tuple[int, int] | None:
    """(low, high) whole minutes in steps of 5; None while no counter takes the service: nothing honest to say."""
    if open_counters == 0:
        return None
    expected = (ahead + 1) * desk / open_counters if ahead else desk / (2 * open_counters)
    low = STEP * math.floor(expected * NARROW / STEP) if ahead else 0
    return low, max(STEP, STEP * math.ceil(expected * WIDE / STEP))


def open_counters(conn: Connection, service_id: int) -> int:
    """Counters that are open now and take this service."""
    found: Any = _open_counters.one(conn, service_id=service_id)
    return int(found[0])


class Pace:
    """Today's desk times of each office, read again every 30 s: near enough, and free on the hot path."""

    FRESH_MS = 30_000

    def __init__(self) -> None:
        self._kept: dict[int, tuple[int, str, int, dict[int, float]]] = {}

    def of(self, conn: Connection, office: Catalogue, day: str, tick: int) -> dict[int, float]:
        """Mean minutes at the desk by service id."""
        kept = self._kept.get(office.office_id)
        stale = kept is None or tick - kept[0] > self.FRESH_MS or kept[1] != day or kept[2] != office.revision
        if kept is None or stale:
            kept = (tick, day, office.revision, desk_minutes(conn, office, day))
            self._kept[office.office_id] = kept
        return kept[3]
