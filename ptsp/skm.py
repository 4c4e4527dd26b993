"""The index of public satisfaction (SKM): exact arithmetic from counted answers to the published grade.

Source: PermenPANRB 14/2017, DOMAIN section 2. For each element (unsur) u, answers are 1..4:

    NRR_u = sum of the answers to u / number of forms that answered u
    index = sum over u of NRR_u x weight
    IKM   = index x 25, rounded half-up to 2 decimals, once, at the end; graded after rounding

Works from (sum, n) per element, so that a database can do the adding; nothing here needs the single answers.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

# Official order. The printed form asks U9 before U8: bind a question to its element, never to its position.
ELEMENTS: tuple[str, ...] = ("U1", "U2", "U3", "U4", "U5", "U6", "U7", "U8", "U9")
LOWEST, HIGHEST = 1, 4


class Weight(StrEnum):
    """The constant for 1/9. Older reports rounded it: a perfect score then reads 99.90 or 99.00. Print it always."""

    EXACT = "exact"
    THREE_DECIMALS = "0.111"
    TWO_DECIMALS = "0.11"

    @property
    def rounded(self) -> dict[str, str] | None:
        """ "0,11" in the two languages; None of the exact one, which needs no saying where an index stands short."""
        return None if self is Weight.EXACT else {"id": self.value.replace(".", ","), "en": self.value}

    def fraction(self, elements: int) -> Fraction:
        """The weight of one of `elements` elements. ValueError: the rounded constants exist for nine only."""
        if self is Weight.EXACT:
            return Fraction(1, elements)
        if elements != len(ELEMENTS):
            raise ValueError(f"weight {self} is a rounding of 1/9 and means nothing for {elements} elements")
        return Fraction(self.value)


class Grade(StrEnum):
    """Mutu pelayanan."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"

    @property
    def performance(self) -> dict[str, str]:
        """Kinerja unit pelayanan, as a text in two languages; the Indonesian word is the official one."""
        return dict(PERFORMANCE[self])


# Lower bounds of the rounded IKM. D has no floor: with the rounded weights "all 1" reads 24.98 or 24.75.
BOUNDS: tuple[tuple[Decimal, Grade], ...] = (
    (Decimal("88.31"), Grade.A),
    (Decimal("76.61"), Grade.B),
    (Decimal("65.00"), Grade.C),
)
PERFORMANCE: dict[Grade, dict[str, str]] = {
    Grade.A: {"id": "Sangat Baik", "en": "Very good"},
    Grade.B: {"id": "Baik", "en": "Good"},
    Grade.C: {"id": "Kurang Baik", "en": "Less than good"},
    Grade.D: {"id": "Tidak Baik", "en": "Not good"},
}


class BadAnswer(ValueError):
    """An answer that the form cannot hold; `row` counts from 1."""

    def __init__(self, row: int, element: str, value: object) -> None:
        super().__init__(f"row {row}, {element}: {value!r} is not an answer; 1, 2, 3, 4 or none is")
        self.row, self.element, self.value = row, element, value


class Sum(NamedTuple):
    """All answers to one element: their sum and how many forms answered it."""

    total: int = 0
    n: int = 0


class ElementScore(NamedTuple):
    """One line of the working table. `nrr` 1..4 and `weighted` are exact; None when nobody answered."""

    code: str
    n: int
    total: int
    nrr: Fraction | None
    weighted: Fraction | None


@dataclass(frozen=True, slots=True)
class Score:
    """An index with everything that a report has to print beside it.

    `n`: forms counted. `index` is exact (0..4), `ikm` has two decimals. All three results are None while any element
    has no answer at all: there is no index of fewer elements than the instrument has.
    """

    n: int
    weight: Weight
    elements: tuple[ElementScore, ...]
    index: Fraction | None
    ikm: Decimal | None
    grade: Grade | None


def check(value: object, row: int = 1, element: str = "?") -> int | None:
    """The answer 1..4, or None for a question left out. BadAnswer otherwise (2.0, "3" and True are refused too)."""
    if value is None or (type(value) is int and LOWEST <= value <= HIGHEST):
        return value
    raise BadAnswer(row, element, value)


def add_up(forms: Iterable[Mapping[str, int | None]], elements: Sequence[str] = ELEMENTS) -> dict[str, Sum]:
    """Sums per element of forms (element -> answer). A missing or None answer is not counted; other keys are refused.

    BadAnswer names row and element of the first value that is not 1..4, or of a key that is no element.
    """
    totals, counts = dict.fromkeys(elements, 0), dict.fromkeys(elements, 0)
    for row, form in enumerate(forms, 1):
        for element, value in form.items():
            if element not in totals:
                raise BadAnswer(row, element, value)
            answer = check(value, row, element)
            if answer is not None:
                totals[element] += answer
                counts[element] += 1
    return {element: Sum(totals[element], counts[element]) for element in elements}


def score(
    sums: Mapping[str, tuple[int, int]],
    weight: Weight = Weight.EXACT,
    elements: Sequence[str] = ELEMENTS,
    forms: int | None = None,
) -> Score:
    """The index from (sum of answers, number of answers) per element; an element not in `sums` has no answers.

    `forms`: how many forms were handed in (default: the largest n of an element). `elements`: those of another
    instrument are weighted equally. ValueError if a sum cannot come from n answers of 1..4 or an element is unknown.
    """
    unknown = set(sums) - set(elements)
    if unknown:
        raise ValueError(f"not elements of this instrument: {', '.join(sorted(unknown))}")
    each = weight.fraction(len(elements))
    lines = tuple(_element(code, *sums.get(code, Sum()), each) for code in elements)
    n = max(line.n for line in lines) if forms is None else forms
    parts = [line.weighted for line in lines if line.weighted is not None]
    if len(parts) < len(lines):
        return Score(n, weight, lines, None, None, None)
    index = sum(parts, Fraction(0))
    rounded = ikm(index)
    return Score(n, weight, lines, index, rounded, grade(rounded))


def _element(code: str, total: int, n: int, weight: Fraction) -> ElementScore:
    if n < 0 or not LOWEST * n <= total <= HIGHEST * n:
        raise ValueError(f"{code}: {n} answers of {LOWEST}..{HIGHEST} cannot add up to {total}")
    if n == 0:
        return ElementScore(code, 0, 0, None, None)
    nrr = Fraction(total, n)
    return ElementScore(code, n, total, nrr, nrr * weight)


def half_up(value: Fraction, places: int = 2) -> Decimal:
    """A value >= 0 rounded half-up to `places` decimals: the rounding of every published figure."""
    return Decimal(math.floor(value * 10**places + Fraction(1, 2))).scaleb(-places)


def ikm(index: Fraction) -> Decimal:
    """IKM = index x 25, two decimals, half-up: 3.5322 (88.305) gives 88.31."""
    return half_up(index * 25)


def grade(rounded: Decimal) -> Grade:
    """The grade of an IKM that was rounded before."""
    return next((mark for bound, mark in BOUNDS if rounded >= bound), Grade.D)


def sample_size(population: int) -> int:
    """Krejcie-Morgan: respondents needed of `population` visitors served in the period. ValueError if negative.

    S = 3.841 N 0.25 / (0.05^2 (N - 1) + 3.841 x 0.25), rounded half-up.
    """
    if population < 0:
        raise ValueError("a population is not negative")
    if population == 0:
        return 0
    spread = Fraction("3.841") * Fraction(1, 4)
    return int(half_up(spread * population / (Fraction("0.05") ** 2 * (population - 1) + spread), 0))
