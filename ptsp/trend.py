"""How an index moved: earlier periods beside this one, and whether a change is more than chance.

Reads one row a month and version (or day, at the edges of free periods): nothing of the breakdowns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import Connection

from ptsp import chance, skm
from ptsp import records as r
from ptsp.breakdowns import shown_score
from ptsp.chance import Difference, Sample
from ptsp.elements import ELEMENTS
from ptsp.periods import Period
from ptsp.tallies import FEWEST, Counted, heaps_of
from ptsp.tally import Tally

_y = r.tally.c


@dataclass(frozen=True, slots=True)
class Interval:
    """The 95 % confidence interval of an IKM (or of a value 1..4, as told): ``low`` to ``high``.

    From the spread of the whole forms' means, by Student's distribution; ``n`` whole forms; no correction for a finite
    population.
    """

    low: float
    high: float
    half: float
    n: int


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


def interval_of(tally: Tally, centre: Fraction | None, scale: float, low: float, high: float) -> Interval | None:
    """Around a centre; `scale`: what one step of a form's sum amounts to; cut off at the ends of the scale."""
    half = chance.half_width(form_sums(tally)) if centre is not None and tally.whole >= FEWEST else None
    if half is None or centre is None:
        return None
    middle, reach = float(centre), half * scale
    return Interval(max(low, middle - reach), min(high, middle + reach), reach, tally.whole)


def ikm_interval(tally: Tally, score: skm.Score) -> Interval | None:
    """Of the IKM."""
    each = float(score.weight.fraction(len(score.elements))) * 25
    return interval_of(tally, None if score.index is None else score.index * 25, each, 25.0, 100.0)


def form_sums(tally: Tally) -> Sample:
    """The sums of the whole forms."""
    return Sample(tally.whole, tally.s, tally.ss)


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
    """All answers to an instrument in each period, without their breakdowns."""
    found = {}
    for period in periods:
        only = (_y.instrument == instrument, _y.dimension == "all")
        heaps = heaps_of(conn, office_id, "answers", Tally, period.first, period.last, *only)
        found[period] = Counted(heaps).of(instrument, flagged=flagged)
    return found
