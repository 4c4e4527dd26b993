"""Is it more than chance? Intervals and tests from sums alone; floating point, because none of this is official.

A `Sample` is n values by their sum and sum of squares. Means are compared by Welch's t-test (two-sided, unequal
spreads); an interval is Student's. Nothing here corrects for a finite population: the figures speak of the service as
it was then, not only of those who came, and the interval is the wider of the two.

Sources: Welch (1947), Holm (1979); Student's distribution by the continued fraction of the incomplete beta function
(Numerical Recipes, 6.4). Checked against published tables in tests/unit/test_chance.py.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from statistics import NormalDist
from typing import NamedTuple

# A change counts as more than chance when chance alone would make one as large in fewer than 5 of 100 cases.
ALPHA = 0.05
CONFIDENCE = 0.95
ENOUGH = 1e-12  # of a quantile; with many degrees of freedom rounding leaves 1e-8, and far fewer places are shown
_STEPS, _CLOSE, _TINY = 300, 3e-16, 1e-300


class Sample(NamedTuple):
    """``n`` values, their sum and the sum of their squares."""

    n: int
    total: float
    squares: float

    @property
    def mean(self) -> float:
        """Of at least one value."""
        return self.total / self.n

    @property
    def variance(self) -> float:
        """Of at least two values; unbiased, never below 0."""
        return max(0.0, (self.squares - self.total * self.total / self.n) / (self.n - 1))

    def without(self, part: Sample) -> Sample:
        """The values that are not in a part of it."""
        return Sample(self.n - part.n, self.total - part.total, self.squares - part.squares)


class Difference(NamedTuple):
    """``difference`` of two means (second - first), chance's p for one at least as large, and both n."""

    difference: float
    p: float
    n_before: int
    n_after: int

    @property
    def beyond_chance(self) -> bool:
        """Taken alone. Of many comparisons: `holm`."""
        return self.p < ALPHA


def of_counts(counts: Sequence[int]) -> Sample:
    """A sample of answers from how often 1, 2, 3, 4 ... was given."""
    pairs = list(enumerate(counts, 1))
    return Sample(sum(counts), sum(x * n for x, n in pairs), sum(x * x * n for x, n in pairs))


def half_width(sample: Sample) -> float | None:
    """Half the 95 % interval of the mean; None for fewer than 2 values, or when all are alike (no spread to judge)."""
    if sample.n < 2 or sample.variance <= 0:
        return None
    return t_quantile((1 + CONFIDENCE) / 2, sample.n - 1) * math.sqrt(sample.variance / sample.n)


def welch(before: Sample, after: Sample, fewest: int = 2) -> Difference | None:
    """Compares two means; None when either has fewer than `fewest` (at least 2) values.

    Where a sample does not vary at all, its spread is not nought but unknown: the spread of both together stands in for
    both (the variance of a permutation test). Five free services do not prove that the sixth is dearer.
    """
    if min(before.n, after.n) < max(2, fewest):
        return None
    difference = after.mean - before.mean
    parts = (before.variance / before.n, after.variance / after.n)
    freedom: float = before.n + after.n - 2
    if min(parts) > 0:
        freedom = sum(parts) ** 2 / (parts[0] ** 2 / (before.n - 1) + parts[1] ** 2 / (after.n - 1))
    else:
        both = Sample(before.n + after.n, before.total + after.total, before.squares + after.squares)
        parts = (both.variance / before.n, both.variance / after.n)
    if sum(parts) <= 0:
        return Difference(difference, 1.0, before.n, after.n)  # all values are the same
    p = two_sided(difference / math.sqrt(sum(parts)), freedom)
    return Difference(difference, p, before.n, after.n)


def holm(p_values: Sequence[float]) -> list[float]:
    """The p-values of one family of comparisons, corrected so that one false alarm in it stays as rare as ALPHA."""
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    corrected, highest = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[place]))
        corrected[place] = highest
    return corrected


def correlation(n: int, x: float, xx: float, y: float, yy: float, xy: float) -> float | None:
    """Pearson's r from sums; None when either side does not vary."""
    if n < 2:
        return None
    spread = (n * xx - x * x) * (n * yy - y * y)
    return None if spread <= 0 else max(-1.0, min(1.0, (n * xy - x * y) / math.sqrt(spread)))


def t_cdf(t: float, freedom: float) -> float:
    """P(T <= t) of Student's distribution; `freedom` > 0 need not be whole."""
    tail = two_sided(t, freedom) / 2
    return 1 - tail if t >= 0 else tail


def two_sided(t: float, freedom: float) -> float:
    """P(|T| >= |t|), exact also where it is tiny."""
    return _beta(freedom / (freedom + t * t), freedom / 2, 0.5)


@lru_cache(maxsize=4096)
def t_quantile(p: float, freedom: float) -> float:
    """The t with P(T <= t) = p, 0.5 <= p < 1.

    By Newton's steps from the normal distribution's: that lies below, and where the distribution function is concave
    each step comes nearer and none goes beyond."""
    t = NormalDist().inv_cdf(p)
    for _ in range(_STEPS):
        step = (p - t_cdf(t, freedom)) / _t_density(t, freedom)
        t += step
        if abs(step) <= ENOUGH * max(1.0, t):
            break
    return t


def _t_density(t: float, freedom: float) -> float:
    log = math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2) - (freedom + 1) / 2 * math.log1p(t * t / freedom)
    return math.exp(log) / math.sqrt(freedom * math.pi)


def _beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    if x < (a + 1) / (a + b + 2):
        return math.exp(log_front) * _fraction(x, a, b) / a
    return 1 - math.exp(log_front) * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    """Lentz's continued fraction for `_beta`."""
    c, d = 1.0, 1 / _not_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / _not_zero(1 + term * d)
            c = _not_zero(1 + term / c)
            value *= d * c
        if abs(d * c - 1) < _CLOSE:
            break
    return value


def _not_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
