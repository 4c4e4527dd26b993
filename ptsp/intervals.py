"""The confidence interval around an index: of an office, of a period of its trend, of a group of its answers."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from ptsp import chance, skm
from ptsp.chance import Sample
from ptsp.tallies import FEWEST
from ptsp.tally import Tally


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
