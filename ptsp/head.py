"""The head of an office's line, remembered from one number to the next.

At opening time fifty people take a number and nothing else happens; each would have the hundred people ahead counted
anew. What is remembered holds for one seq of the day book: every ticket and counter that moves writes a line, and the
office's row, which carries the seq, is held while it is compared. So another process, or a call in between, is noticed
by its line, and the head is read again.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import bindparam, select

from ptsp import records as r
from ptsp.database import Prepared
from ptsp.estimates import LOOKED_AT, Line, Place, Reach, open_counters
from ptsp.work import Work

_t = r.ticket.c
_first = Prepared(
    select(_t.rank_at, _t.number, _t.service_id, _t.for_counter_id)
    .where(_t.office_id == bindparam("office_id"), _t.state == "waiting")
    .order_by(_t.rank_at, _t.number)
    .limit(LOOKED_AT)
)
REMEMBERED = "head of the line"


@dataclass(frozen=True)
class Head:
    """The first of the line as of a seq: (rank, number, (service, the counter it is kept for)) in their order."""

    seq: int
    reach: Reach
    first: list[tuple[int, int, Place]]

    def before(self, service_id: int, rank_at: int, number: int, desk: Mapping[int, float]) -> Line:
        """The line before a new place in it. ``desk``: mean minutes by service."""
        at = bisect_left(self.first, (rank_at, number), key=_order)
        if at < len(self.first):
            return self.reach.weigh((service_id, None), _grouped(self.first[:at]), desk)
        known, line = self._behind_all.get(service_id, (None, None))
        if line is None or known is not desk:
            line = self.reach.weigh((service_id, None), _grouped(self.first), desk)
            self._behind_all[service_id] = desk, line
        return line

    def with_one_more(self, seq: int, service_id: int, rank_at: int, number: int) -> Head:
        """The head after a number was given; the line of the book that says so has this seq."""
        new = (rank_at, number, (service_id, None))
        if len(self.first) == LOOKED_AT and _order(self.first[-1]) < (rank_at, number):
            return _same(seq, self)
        first = self.first.copy()
        insort(first, new, key=_order)
        return Head(seq, self.reach, first[:LOOKED_AT])

    @cached_property
    def _behind_all(self) -> dict[int, tuple[Mapping[int, float], Line]]:
        """By service: the line before who comes last, and the desk times that it was reckoned with."""
        return {}


def head_of(work: Work) -> Head:
    """The head of this office's line, as it is in this work before its first line."""
    kept: Head | None = work.hall.remembered.get((REMEMBERED, work.office_id))
    if kept is not None and kept.seq == work.seq and kept.reach.office is work.office:
        return kept
    return _read(work)


def remember(work: Work, head: Head) -> None:
    """Keeps it once this work has been committed; not before, for what is rolled back has not happened."""
    work.afterwards.append(lambda: work.hall.remembered.update({(REMEMBERED, work.office_id): head}))


def _read(work: Work) -> Head:
    rows = _first.all(work.conn, office_id=work.office_id)
    first = [(row.rank_at, row.number, (row.service_id, row.for_counter_id)) for row in rows]
    return Head(work.seq, Reach(work.office, open_counters(work.conn, work.office_id)), first)


def _order(one: tuple[int, int, Place]) -> tuple[int, int]:
    return one[:2]


def _same(seq: int, head: Head) -> Head:
    """The same people at a later seq: what was reckoned holds on."""
    later = Head(seq, head.reach, head.first)
    later.__dict__["_behind_all"] = head._behind_all
    return later


def _grouped(places: list[tuple[int, int, Place]]) -> list[tuple[Place, int]]:
    return list(Counter(place for _rank, _number, place in places).items())
