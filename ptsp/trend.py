"""How an index moved: earlier periods beside this one, and whether a change is more than chance.

Reads one row a month and version (or day, at the edges of free periods): nothing of the breakdowns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Connection

from ptsp import chance, skm
from ptsp import records as r
from ptsp.breakdowns import shown_score
from ptsp.chance import Difference
from ptsp.elements import ELEMENTS
from ptsp.intervals import Interval, form_sums, ikm_interval
from ptsp.periods import Period, longer_than, named_by_imports, tells_nothing
from ptsp.tallies import FEWEST, Counted, heaps_of
from ptsp.tally import Tally

_y = r.tally.c


@dataclass(frozen=True, slots=True)
class Point:
    """One period of the trend. ``change``: of the IKM since ``since``, the last earlier period that has one (its score
    is ``before``); ``test`` Welch's on the means of whole forms (its difference is in the unit 1..4), None when either
    side has fewer than `FEWEST`."""

    period: Period
    n: int
    score: skm.Score
    interval: Interval | None
    since: Period | None = None
    change: Decimal | None = None
    test: Difference | None = None
    before: skm.Score | None = None


def compare(before: Tally, after: Tally, elements: int) -> Difference | None:
    """Welch's test on the means of whole forms (1..4). On their sums, which are whole numbers: divided by nine, answers
    that are all alike would seem to vary by what floating point rounds off, and any change would be certain."""
    test = chance.welch(form_sums(before), form_sums(after), FEWEST)
    return test and test._replace(difference=test.difference / elements)


def points(
    periods: Sequence[Period], tallies: Mapping[Period, Tally], instrument: str, weight: skm.Weight
) -> list[Point]:
    """The trend over some periods, oldest first."""
    found: list[Point] = []
    last: tuple[Point, Tally] | None = None
    for period in periods:
        tally = tallies[period]
        score = shown_score(tally, ELEMENTS[instrument], weight)
        point = Point(period, tally.n, score, ikm_interval(tally, score))
        if score.ikm is not None and last is not None:
            before, counted = last
            assert before.score.ikm is not None
            test = compare(counted, tally, len(ELEMENTS[instrument]))
            change = score.ikm - before.score.ikm
            point = Point(period, tally.n, score, point.interval, before.period, change, test, before.score)
        if score.ikm is not None:
            last = (point, tally)
        found.append(point)
    return found


def whole_of(
    conn: Connection,
    office_id: int,
    instrument: str,
    periods: Iterable[Period],
    flagged: bool,
) -> dict[Period, Tally]:
    """All answers to an instrument in each period, without their breakdowns; none of a period whose answers all name a
    longer one."""
    found = {}
    named = named_by_imports(conn, office_id)
    for period in periods:
        only = (_y.instrument == instrument, _y.dimension == "all")
        heaps = heaps_of(conn, office_id, "answers", Tally, period.first, period.last, *only)
        tally = Counted(heaps).of(instrument, flagged=flagged)
        found[period] = Tally() if tells_nothing(tally.n, longer_than(period, named, instrument)) else tally
    return found
