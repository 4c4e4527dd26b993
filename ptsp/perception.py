"""IPKP and IPAK, the two perception indices of a Zona Integritas, as *survei mandiri / proyeksi*.

Source: PermenPANRB 90/2021, DOMAIN section 3. Value 0..4 (the mean of the element means), score = value / 4 x 17.5. The
national team runs its own survey; nothing here is a "nilai WBK". Grade A of the SKM begins at 3.5324: it does not
guarantee 3.60. Thresholds are compared with the exact value: 3.598 has not reached 3.60.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ptsp import skm
from ptsp.breakdowns import shown_score
from ptsp.elements import ELEMENTS, IPAK, SKM, SPKP
from ptsp.intervals import Interval, interval_of
from ptsp.tallies import FEWEST, Counted
from ptsp.tally import Tally

FULL_POINTS = Fraction("17.5")
HIGHEST = 4
# The national team asks at least so many in a unit.
NATIONAL_FEWEST = 30
THRESHOLDS: dict[str, tuple[tuple[str, Decimal], ...]] = {
    "ipak": (("WBK", Decimal("3.60")), ("WBBM", Decimal("3.60"))),
    "ipkp": (("WBK", Decimal("3.20")), ("WBBM", Decimal("3.60"))),
}


@dataclass(frozen=True, slots=True)
class Threshold:
    """What a predicate asks: ``value`` 0..4 and the ``points`` it earns; ``reached`` None without data."""

    predicate: str
    value: Decimal
    points: Decimal
    reached: bool | None


@dataclass(frozen=True, slots=True)
class Perception:
    """One index ("ipak" or "ipkp") of a period. ``value`` exact 0..4, ``points`` of 17.5 with two decimals (None below
    `FEWEST` answers); ``interval`` in the unit of the value; ``enough``: as many as the national team would ask."""

    index: str
    instrument: str
    n: int
    score: skm.Score
    value: Fraction | None
    points: Decimal | None
    interval: Interval | None
    thresholds: tuple[Threshold, ...]
    enough: bool

    @property
    def fallen_short_of_by_grade_a(self) -> bool:
        """Whether the SKM has grade A and the value of 3.60 is still missed: the trap to warn of."""
        return self.index == "ipkp" and self.score.grade == skm.Grade.A and not self.thresholds[-1].reached


def points(value: Fraction) -> Decimal:
    """value / 4 x 17.5, two decimals, half-up."""
    return skm.half_up(value / HIGHEST * FULL_POINTS)


def perception(index: str, counted: Counted, flagged: bool) -> Perception:
    """ "ipak" or "ipkp" of counted answers. Always with exact ninths: the rounded constants belong to SKM reports."""
    instrument = IPAK if index == "ipak" else _of_service(counted, flagged)
    tally = counted.of(instrument, flagged=flagged)
    elements = ELEMENTS[instrument]
    score = shown_score(tally, elements, skm.Weight.EXACT)
    value = score.index
    return Perception(
        index,
        instrument,
        tally.n,
        score,
        value,
        None if value is None else points(value),
        interval_of(tally, value, 1 / len(elements), 1.0, float(HIGHEST)),
        tuple(_threshold(name, at, value) for name, at in THRESHOLDS[index]),
        tally.n >= NATIONAL_FEWEST,
    )


def _of_service(counted: Counted, flagged: bool) -> str:
    """The nine elements of the SKM by default; the eight variables where only they were asked."""
    asked: dict[str, Tally] = {one: counted.of(one, flagged=flagged) for one in (SKM, SPKP)}
    return SPKP if asked[SKM].n < FEWEST <= asked[SPKP].n else SKM


def _threshold(predicate: str, at: Decimal, value: Fraction | None) -> Threshold:
    return Threshold(predicate, at, points(Fraction(at)), None if value is None else value >= Fraction(at))
