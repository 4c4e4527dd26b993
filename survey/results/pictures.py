"""The geometry of the pictures on the dashboard: inline SVG needs no script and no style. Text stays text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ptsp.drivers import Drivers
from ptsp.satisfaction import Point
from ptsp.skm import BOUNDS

# The trend: IKM upwards, periods from left to right. Units of the viewBox. The scale begins at 25, the lowest IKM there
# is; while everything is better than grade D, at 60: the picture says which.
WIDE, HIGH = 640, 240
LEFT, RIGHT, TOP, FOOT = 44, 16, 26, 30
LOWEST, HIGHEST = 25, 100
GOOD_ENOUGH, RAISED = 66.0, 60

# The importance-performance picture.
SIDE = 520
MARGIN = 48
LETTERS = 15.0  # half a label's width
TALL = 9.0  # half its height
DOT = 6.0


class Mark(NamedTuple):
    """One period of the trend: where it stands; ``low`` and ``high`` ends of its interval (None without)."""

    x: float
    y: float
    low: float | None
    high: float | None
    point: Point


class Line(NamedTuple):
    """A level with its word."""

    y: float
    word: str


@dataclass(frozen=True, slots=True)
class Trend:
    """``marks`` from left to right (those with an index), ``path`` through them, ``lines`` where grades begin,
    ``names`` below; ``lowest`` of the scale."""

    marks: tuple[Mark, ...]
    path: str
    lines: tuple[Line, ...]
    names: tuple[tuple[float, Point], ...]
    lowest: int


def trend(points: Sequence[Point]) -> Trend | None:
    """None while there is no index at all."""
    if not any(point.score.ikm is not None for point in points):
        return None
    lowest = _lowest(points)
    step = (WIDE - LEFT - RIGHT) / len(points)
    marks, names = [], []
    for place, point in enumerate(points):
        x = LEFT + step * (place + 0.5)
        names.append((round(x, 1), point))
        if point.score.ikm is not None:
            ends = (point.interval.low, point.interval.high) if point.interval else (None, None)
            low, high = (None if end is None else _height(end, lowest) for end in ends)
            marks.append(Mark(round(x, 1), _height(float(point.score.ikm), lowest), low, high, point))
    path = " ".join(f"{'L' if place else 'M'}{mark.x} {mark.y}" for place, mark in enumerate(marks))
    lines = tuple(Line(_height(float(bound), lowest), grade.value) for bound, grade in BOUNDS)
    return Trend(tuple(marks), path, lines, tuple(names), lowest)


def _lowest(points: Sequence[Point]) -> int:
    ends = [float(point.score.ikm) for point in points if point.score.ikm is not None]
    ends += [point.interval.low for point in points if point.interval]
    return RAISED if min(ends) >= GOOD_ENOUGH else LOWEST


def _height(ikm: float, lowest: int) -> float:
    return round(TOP + (HIGHEST - ikm) / (HIGHEST - lowest) * (HIGH - TOP - FOOT), 1)


# --- importance and performance ---------------------------------------------------------------------------------------


class Spot(NamedTuple):
    """An element in the picture: its dot, and where its label is centred."""

    code: str
    place: str
    x: float
    y: float
    label_x: float
    label_y: float


class Tick(NamedTuple):
    """A number on an axis."""

    at: float
    value: float


@dataclass(frozen=True, slots=True)
class Quadrants:
    """``spots``; the dividing lines ``middle_x`` and ``middle_y``; numbers at both axes."""

    spots: tuple[Spot, ...]
    middle_x: float
    middle_y: float
    across: tuple[Tick, ...]
    upwards: tuple[Tick, ...]


def quadrants(found: Drivers) -> Quadrants | None:
    """Performance to the right, importance upwards; None when there is nothing to draw."""
    known = [one for one in found.elements if one.importance is not None]
    if found.middle is None or len(known) < 2:
        return None
    xs = _Axis([float(one.performance) for one in known] + [found.middle[0]], MARGIN, SIDE - MARGIN / 2)
    ys = _Axis([one.importance or 0.0 for one in known] + [found.middle[1]], SIDE - MARGIN, MARGIN / 2)
    dots = [(one.code, one.place or "", xs.at(float(one.performance)), ys.at(one.importance or 0.0)) for one in known]
    labels = place_labels([(x, y) for _code, _place, x, y in dots])
    spots = tuple(Spot(*dot, *label) for dot, label in zip(dots, labels, strict=True))
    return Quadrants(spots, xs.at(found.middle[0]), ys.at(found.middle[1]), xs.ticks(), ys.ticks())


class _Axis:
    """A scale that leaves a tenth of air at both ends."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        low, high = min(values), max(values)
        air = max((high - low) * 0.12, 0.01)
        self.low, self.high, self.start, self.end = low - air, high + air, start, end

    def at(self, value: float) -> float:
        return round(self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start), 1)

    def ticks(self) -> tuple[Tick, ...]:
        step = next(one for one in (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0) if (self.high - self.low) / one <= 6)
        first = -(-self.low // step)
        values = [round((first + n) * step, 2) for n in range(8)]
        return tuple(Tick(self.at(value), value) for value in values if value <= self.high)


Place = tuple[float, float]


def place_labels(dots: Sequence[Place]) -> list[Place]:
    """Centres of the labels of dots: beside its dot, where it covers neither a dot nor a label that is there already;
    the least covered place when there is none."""
    placed: list[Place] = []
    for x, y in dots:
        choices = [
            (x + dx * (LETTERS + DOT + 2 + more), y + dy * (TALL + DOT + 2 + more))
            for more in (0, 10, 22, 36)
            for dx, dy in ((1, 0), (-1, 0), (0, -1), (0, 1), (0.8, -0.9), (-0.8, -0.9), (0.8, 0.9), (-0.8, 0.9))
        ]
        inside = [one for one in choices if LETTERS < one[0] < SIDE - LETTERS and TALL < one[1] < SIDE - TALL]
        placed.append(min(inside or choices, key=lambda one: _covered(one, placed, dots)))
    return [(round(x, 1), round(y, 1)) for x, y in placed]


def _covered(label: Place, labels: Sequence[Place], dots: Sequence[Place]) -> int:
    x, y = label
    others = sum(abs(x - a) < 2 * LETTERS and abs(y - b) < 2 * TALL for a, b in labels)
    return others + sum(abs(x - a) < LETTERS + DOT and abs(y - b) < TALL + DOT for a, b in dots)
