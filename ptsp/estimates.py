"""How many are ahead, and how long that may take: an honest range, never a single minute.

Rule: QL of Ibrahim & Whitt (2009), (queue + 1) / (s mu). The queue is what the counters of *this* service will work off
before this visitor: a ticket that other counters may take as well counts with the share of its counters that are also
ours. Desk times are today's means (the catalogue's until five visits are known); the result is widened to a range and
rounded to 5 minutes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, and_, bindparam, func, or_, select

from ptsp import records as r
from ptsp.catalogue import Catalogue
from ptsp.database import Prepared

# Only so many tickets at the head of the hall's queue are looked at: issuing stays O(1) however long the queue is.
LOOKED_AT = 100
# From here on people are told "more than 99".
MANY = 100
NARROW, WIDE, STEP = 0.75, 1.4, 5
ENOUGH_VISITS = 5

_t, _c = r.ticket.c, r.counter.c
_head = (
    select(_t.service_id, _t.for_counter_id)
    .where(
        _t.office_id == bindparam("office_id"),
        _t.state == "waiting",
        or_(
            _t.rank_at < bindparam("rank_at"), and_(_t.rank_at == bindparam("rank_at"), _t.number < bindparam("number"))
        ),
    )
    .order_by(_t.rank_at, _t.number)
    .limit(LOOKED_AT)
    .subquery()
)
_before = Prepared(
    select(_head.c.service_id, _head.c.for_counter_id, func.count().label("n")).group_by(
        _head.c.service_id, _head.c.for_counter_id
    )
)
_open_counters = Prepared(select(_c.id).where(_c.office_id == bindparam("office_id"), _c.state == "open", _c.active))
_desk_times = Prepared(
    select(_t.service_id, func.count().label("n"), func.avg(_t.ended_tick - _t.called_tick).label("mean_ms"))
    .where(_t.office_id == bindparam("office_id"), _t.day == bindparam("day"), _t.state == "served")
    .group_by(_t.service_id)
)

# (service, the one counter it is kept for or None)
Place = tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class Line:
    """What stands before a place: people (rounded), and (low, high) minutes in steps of 5.

    None for the minutes while no counter takes the service: nothing honest to say.
    """

    people: int
    minutes: tuple[int, int] | None


def line_before(
    conn: Connection,
    office: Catalogue,
    service_id: int,
    rank_at: int,
    number: int,
    desk: Mapping[int, float],
    kept_for: int | None = None,
) -> Line:
    """The line before a place in the queue. ``desk``: mean minutes by service; ``kept_for``: its counter, if any."""
    found = groups_before(conn, office.office_id, rank_at, number)
    return Reach(office, open_counters(conn, office.office_id)).weigh((service_id, kept_for), found, desk)


def groups_before(conn: Connection, office_id: int, rank_at: int, number: int) -> list[tuple[Place, int]]:
    """Who waits before a place in the queue, of the head that is looked at: how many for each service and counter."""
    found = _before.all(conn, office_id=office_id, rank_at=rank_at, number=number)
    return [((service_id, kept_for), n) for service_id, kept_for, n in found]


class Reach:
    """Who will call whom while these counters are open: what part of a ticket is ours."""

    def __init__(self, office: Catalogue, opened: frozenset[int]) -> None:
        self.office, self.opened = office, opened
        self._counters: dict[Place, frozenset[int]] = {}
        self._shares: dict[tuple[Place, Place], float] = {}

    def counters(self, place: Place) -> frozenset[int]:
        """Who will call such a ticket: the open counters that take it; while none is open, all that do."""
        found = self._counters.get(place)
        if found is None:
            service_id, kept_for = place
            taking = self.office.taken_by.get(service_id, frozenset()) if kept_for is None else frozenset({kept_for})
            found = self._counters[place] = taking & self.opened or taking
        return found

    def share(self, ours: Place, theirs: Place) -> float:
        """What part of their ticket our counters may call."""
        found = self._shares.get((ours, theirs))
        if found is None:
            mine, others = self.counters(ours), self.counters(theirs)
            found = self._shares[ours, theirs] = len(mine & others) / len(others) if others else 0.0
        return found

    def weigh(self, ours: Place, groups: Iterable[tuple[Place, int]], desk: Mapping[int, float]) -> Line:
        """The line that these waiting groups make for somebody who comes to that place."""
        people = work = 0.0
        for theirs, n in groups:
            ahead = n * self.share(ours, theirs)
            people += ahead
            work += ahead * desk[theirs[0]]
        at_desks = len(self.counters(ours) & self.opened)
        return Line(math.floor(people + 0.5), minutes_range(work, at_desks, desk[ours[0]]))


def minutes_range(work: float, at_desks: int, own: float) -> tuple[int, int] | None:
    """(low, high) for ``work`` minutes of others before one's own, at so many desks. All in minutes."""
    if at_desks == 0:
        return None
    expected = (work + own) / at_desks if work else own / (2 * at_desks)
    low = STEP * math.floor(expected * NARROW / STEP) if work else 0
    return low, max(STEP, STEP * math.ceil(expected * WIDE / STEP))


def open_counters(conn: Connection, office_id: int) -> frozenset[int]:
    """Counters that are open now."""
    return frozenset(row[0] for row in _open_counters.all(conn, office_id=office_id))


def desk_minutes(conn: Connection, office: Catalogue, day: str) -> dict[int, float]:
    """Mean minutes at the desk by service: today's where five visits are known, else the catalogue's."""
    known = {service.id: float(service.desk_minutes) for service in office.services.values()}
    for row in _desk_times.all(conn, office_id=office.office_id, day=day):
        if row.n >= ENOUGH_VISITS and row.mean_ms is not None:
            known[row.service_id] = max(float(row.mean_ms), 1000.0) / 60_000
    return known


class Pace:
    """Today's desk times of each office, read again every 30 s: near enough, and free on the hot path."""

    FRESH_MS = 30_000

    def __init__(self) -> None:
        self._kept: dict[int, tuple[int, str, int, dict[int, float]]] = {}

    def of(self, conn: Connection, office: Catalogue, day: str, tick: int) -> dict[int, float]:
        """Mean minutes at the desk by service id."""
        kept = self._kept.get(office.office_id)
        stale = kept is None or abs(tick - kept[0]) > self.FRESH_MS or kept[1] != day or kept[2] != office.revision
        if kept is None or stale:
            kept = (tick, day, office.revision, desk_minutes(conn, office, day))
            self._kept[office.office_id] = kept
        return kept[3]
