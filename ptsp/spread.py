"""How durations are summed up for publication: median, P90, P95, maximum and n, never the mean alone.

Source: DOMAIN section 7. Whole milliseconds in, whole milliseconds out; no floating point on the way.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Spread(NamedTuple):
    """n durations in ms. With n = 0 every other field is None: "belum ada data", which is not the same as 0."""

    n: int
    median_ms: int | None = None
    p90_ms: int | None = None
    p95_ms: int | None = None
    max_ms: int | None = None
    mean_ms: int | None = None


class Share(NamedTuple):
    """`part` of `whole`, both counted (tickets or ms); who uses it names the denominator."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """part / whole, 0..1; None when there is nothing to divide by."""
        return self.part / self.whole if self.whole else None


def quantile(ordered: Sequence[int], percent: int) -> int:
    """The `percent` quantile (0..100) of a non-empty ascending sequence, rounded half-up to a whole unit.

    Linear interpolation between the closest ranks, numpy's default (`method="linear"`, Hyndman & Fan type 7).
    IndexError if `ordered` is empty.
    """
    below, remainder = divmod((len(ordered) - 1) * percent, 100)
    low = ordered[below]
    if not remainder:
        return low
    return (100 * low + remainder * (ordered[below + 1] - low) + 50) // 100


def spread(durations: Iterable[int]) -> Spread:
    """The spread of durations in ms, in any order."""
    ordered = sorted(durations)
    n = len(ordered)
    if not n:
        return Spread(0)
    mean = (2 * sum(ordered) + n) // (2 * n)
    return Spread(n, quantile(ordered, 50), quantile(ordered, 90), quantile(ordered, 95), ordered[-1], mean)
