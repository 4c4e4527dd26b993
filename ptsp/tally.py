"""What a heap of answers amounts to: sums that add up, in any order, over any days.

A `Tally` holds everything that an index, its confidence interval, its drivers and its breakdowns need, as whole
numbers: the tally of a quarter is the sum of the tallies of its months, to the last bit. Nothing in it is a respondent.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import add, sub

import msgspec

from ptsp.skm import LOWEST

GRADES = 4


@dataclass
class Tally:
    """Answers to one instrument, added up.

    ``n``: forms. ``counts``: element -> how often 1, 2, 3, 4 was answered. ``whole``: forms with every element
    answered; of these forms, with x the answer to an element and s the form's sum over all elements: ``s`` = sum of s,
    ``ss`` = sum of s squared, ``x`` = element -> (sum of x, sum of x squared, sum of x times s).
    """

    n: int = 0
    counts: dict[str, list[int]] = field(default_factory=dict)
    whole: int = 0
    s: int = 0
    ss: int = 0
    x: dict[str, list[int]] = field(default_factory=dict)

    def take(self, scores: Mapping[str, int], elements: Iterable[str]) -> None:
        """Adds one form (element -> 1..4); `elements`: those of the instrument. Other codes are only counted."""
        self.n += 1
        for code, score in scores.items():
            self.counts.setdefault(code, [0] * GRADES)[score - LOWEST] += 1
        wanted = tuple(elements)
        if not all(code in scores for code in wanted):
            return
        total = sum(scores[code] for code in wanted)
        self.whole += 1
        self.s += total
        self.ss += total * total
        for code in wanted:
            sums = self.x.setdefault(code, [0, 0, 0])
            score = scores[code]
            sums[0] += score
            sums[1] += score * score
            sums[2] += score * total

    def add(self, other: Tally) -> Tally:
        """Adds another heap to this one, and returns this one."""
        self.n += other.n
        self.whole += other.whole
        self.s += other.s
        self.ss += other.ss
        _add_lists(self.counts, other.counts)
        _add_lists(self.x, other.x)
        return self

    def take_away(self, other: Tally) -> Tally:
        """Takes a heap that is part of this one out of it, and returns this one: what remains, as if only that had ever
        been added."""
        self.n -= other.n
        self.whole -= other.whole
        self.s -= other.s
        self.ss -= other.ss
        _take_lists(self.counts, other.counts)
        _take_lists(self.x, other.x)
        return self

    def sum_of(self, element: str) -> tuple[int, int]:
        """(sum of the answers, number of answers) of an element: what `skm.score` takes."""
        counts = self.counts.get(element, [0] * GRADES)
        return sum(score * n for score, n in enumerate(counts, LOWEST)), sum(counts)

    def sums(self, elements: Iterable[str]) -> dict[str, tuple[int, int]]:
        """`sum_of` of each element."""
        return {element: self.sum_of(element) for element in elements}

    def dumps(self) -> str:
        """As kept in the database: equal tallies give equal bytes."""
        parts = {"n": self.n, "c": self.counts, "w": self.whole, "s": self.s, "ss": self.ss, "x": self.x}
        return json.dumps(parts, sort_keys=True, separators=(",", ":"))

    @classmethod
    def loads(cls, content: str) -> Tally:
        """The reverse of `dumps`."""
        parts = _kept(content)
        return cls(parts.n, parts.c, parts.w, parts.s, parts.ss, parts.x)


def _add_lists(mine: dict[str, list[int]], others: Mapping[str, list[int]]) -> None:
    for code, numbers in others.items():
        here = mine.get(code)
        mine[code] = list(numbers) if here is None else [*map(add, here, numbers)]  # reports do this thousands of times


def _take_lists(mine: dict[str, list[int]], others: Mapping[str, list[int]]) -> None:
    for code, numbers in others.items():
        left = [*map(sub, mine.pop(code), numbers)]
        if any(left):
            mine[code] = left


class _Kept(msgspec.Struct):
    """What `Tally.dumps` wrote."""

    n: int
    c: dict[str, list[int]]
    w: int
    s: int
    ss: int
    x: dict[str, list[int]]


_kept = msgspec.json.Decoder(_Kept).decode


@dataclass
class Visits:
    """Visits that ended in `served`; ``asked``: those of them whose ticket could answer the survey."""

    n: int = 0
    asked: int = 0

    def add(self, other: Visits) -> Visits:
        """Adds another count to this one, and returns this one."""
        self.n += other.n
        self.asked += other.asked
        return self

    def take_away(self, other: Visits) -> Visits:
        """Takes a part of this count out of it, and returns this one."""
        self.n -= other.n
        self.asked -= other.asked
        return self

    def dumps(self) -> str:
        """As kept in the database."""
        return json.dumps({"asked": self.asked, "n": self.n}, separators=(",", ":"))

    @classmethod
    def loads(cls, content: str) -> Visits:
        """The reverse of `dumps`."""
        return cls(**json.loads(content))
