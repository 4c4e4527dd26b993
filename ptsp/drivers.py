"""What drives satisfaction: which elements move with the rest of the form, and where and when they are weak.

Importance is derived, not asked: the correlation of an element with the rest of the form (its own answers taken out),
over whole forms. With performance (NRR) it makes the importance-performance picture (Martilla & James 1977), divided at
the means of both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from ptsp import chance
from ptsp.breakdowns import NOT_SAID, Breakdown, Cell, Material
from ptsp.chance import Sample
from ptsp.tallies import FEWEST
from ptsp.tally import Tally

# Fewer whole forms give correlations that mean nothing.
FEWEST_FORMS = 20
AGAINST = ("wait", "hour", "service")
# Where an element stands in the picture.
FIRST, KEEP, LATER, ENOUGH = "first", "keep", "later", "enough"


@dataclass(frozen=True, slots=True)
class Driver:
    """An element: ``performance`` its NRR, ``importance`` -1..1 (None: everybody answered alike), ``place``:
    "first" (matters, weak), "keep" (matters, strong), "later" (matters less, weak), "enough" (matters less, strong)."""

    code: str
    performance: Fraction
    importance: float | None
    place: str | None


@dataclass(frozen=True, slots=True)
class Contrast:
    """An element in one group against everybody else: means, n, and p after Holm over all contrasts of the page."""

    dimension: str
    key: str
    code: str
    mean: float
    mean_else: float
    n: int
    n_else: int
    p: float

    @property
    def difference(self) -> float:
        """Group - everybody else, in the unit 1..4."""
        return self.mean - self.mean_else

    @property
    def beyond_chance(self) -> bool:
        """After correction for having looked at so many."""
        return self.p < chance.ALPHA


@dataclass(frozen=True, slots=True)
class Drivers:
    """``elements`` in official order (empty below `FEWEST_FORMS` whole forms); ``middle``: the means that divide the
    picture (performance, importance); ``contrasts``: all that could be compared, the surest first."""

    forms: int
    elements: tuple[Driver, ...]
    middle: tuple[float, float] | None
    contrasts: tuple[Contrast, ...]

    @property
    def certain(self) -> tuple[Contrast, ...]:
        """The contrasts beyond chance."""
        return tuple(one for one in self.contrasts if one.beyond_chance)


def drivers(made_of: Material, breakdowns: Iterable[Breakdown]) -> Drivers:
    """Of one period's answers."""
    tally = made_of.tally()
    found: tuple[Driver, ...] = ()
    middle = None
    if tally.whole >= FEWEST_FORMS:
        found, middle = _placed([_driver(tally, code) for code in made_of.elements])
    return Drivers(tally.whole, found, middle, _contrasts(made_of, tally, breakdowns))


def importance(tally: Tally, code: str) -> float | None:
    """Correlation of an element with the sum of the others, over whole forms."""
    x, xx, xs = tally.x.get(code, [0, 0, 0])
    return chance.correlation(tally.whole, x, xx, tally.s - x, tally.ss - 2 * xs + xx, xs - xx)


def _driver(tally: Tally, code: str) -> Driver:
    total, n = tally.sum_of(code)
    return Driver(code, Fraction(total, n), importance(tally, code), None)


def _placed(found: Sequence[Driver]) -> tuple[tuple[Driver, ...], tuple[float, float] | None]:
    known = [one.importance for one in found if one.importance is not None]
    if not known:
        return tuple(found), None
    middle = (float(sum(one.performance for one in found)) / len(found), sum(known) / len(known))
    return tuple(one if one.importance is None else replace(one, place=_place(one, *middle)) for one in found), middle


def _place(one: Driver, performance: float, mattering: float) -> str:
    strong = float(one.performance) >= performance
    if (one.importance or 0) >= mattering:
        return KEEP if strong else FIRST
    return ENOUGH if strong else LATER


def _contrasts(made_of: Material, everybody: Tally, breakdowns: Iterable[Breakdown]) -> tuple[Contrast, ...]:
    found = []
    for one in breakdowns:
        if one.dimension in AGAINST:
            told = [cell for cell in one.cells if cell.key != NOT_SAID and not cell.hidden]
            found += [c for cell in told for c in _of_group(made_of, everybody, one.dimension, cell)]
    corrected = chance.holm([one.p for one in found])
    kept = [replace(one, p=p) for one, p in zip(found, corrected, strict=True)]
    return tuple(sorted(kept, key=lambda one: (one.p, -abs(one.difference), one.dimension, one.key, one.code)))


def _of_group(made_of: Material, everybody: Tally, dimension: str, cell: Cell) -> list[Contrast]:
    """Of the elements that are told of this group."""
    mine = made_of.tally(dimension, cell.key)
    found = []
    for code in (line.code for line in (cell.score.elements if cell.score else ()) if line.nrr is not None):
        here = _sample(mine, code)
        others = _sample(everybody, code).without(here)
        test = chance.welch(others, here, FEWEST)
        if test is not None:
            found.append(Contrast(dimension, cell.key, code, here.mean, others.mean, here.n, others.n, test.p))
    return found


def _sample(tally: Tally, code: str) -> Sample:
    return chance.of_counts(tally.counts.get(code, [0]))
