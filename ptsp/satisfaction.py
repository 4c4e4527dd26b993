"""Everything that is said of a period's answers, computed once: page, PDF, DOCX, XLSX, poster, public page and board
show `Figures` and nothing else, so that they can never differ.

What is official is exact (Fraction, Decimal); what is statistics is floating point. Nothing in here tells of fewer than
five answers (None instead), so that who shows it cannot forget to hide it. Cost: the tallies of the period, and one
row a month and version of the periods before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import Connection

from ptsp import chance, skm, tallies
from ptsp.breakdowns import BROKEN_DOWN, Breakdown, Material, breakdown, shown_score
from ptsp.catalogue import Catalogue
from ptsp.drivers import Drivers, drivers
from ptsp.elements import ELEMENTS, ONE_TOUCH, SKM
from ptsp.hall import Hall
from ptsp.intervals import Interval, ikm_interval
from ptsp.perception import Perception, perception
from ptsp.periods import Period, back_from, longer_than, named_by_imports, tells_nothing
from ptsp.reach import Reach, reach
from ptsp.tallies import FEWEST, Counted
from ptsp.tally import Tally
from ptsp.trend import Point, points, whole_of

__all__ = ["FEWEST", "ElementChange", "Figures", "Interval", "Perception", "Point", "element_change", "figures"]

TREND = 8
WEAKEST = 3


@dataclass(frozen=True, slots=True)
class ElementFigures:
    """One element: ``nrr`` and ``weighted`` exact, ``ikm`` = NRR x 25 with two decimals and its own ``grade``, ``rank``
    1 = best (equal NRRs share the better rank), ``counts`` how often 1, 2, 3, 4. None below `FEWEST` answers."""

    code: str
    n: int
    nrr: Fraction | None
    weighted: Fraction | None
    ikm: Decimal | None
    grade: skm.Grade | None
    rank: int | None
    counts: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Choice:
    """Answers to one question that is in no official index: ``counts`` of 1..4 and ``satisfied``, the share of 3 and 4.
    None below `FEWEST`."""

    code: str
    n: int
    counts: tuple[int, ...] | None
    satisfied: Fraction | None


@dataclass(frozen=True, slots=True)
class OneTouch:
    """The four faces, reported apart and never called IKM; ``further``: the one question after them, by element."""

    whole: Choice
    further: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """A period's answers to an instrument.

    ``n`` forms counted; ``flagged`` forms that look suspicious, and whether they are among n (``flagged_counted``: the
    rule, to be stated). ``versions``: (version, forms), several = mixed. ``score``: n, weight, elements, index, ikm,
    grade; all None below `FEWEST` forms. ``today``: the service day on which this was computed. ``longer``: (period,
    answers) that stand in this period and name a longer one; they are among n, unless there are no others: then
    nothing is told of them here.
    """

    instrument: str
    period: Period
    today: str
    n: int
    flagged: int
    flagged_counted: bool
    versions: tuple[tuple[str, int], ...]
    weight: skm.Weight
    score: skm.Score
    interval: Interval | None
    elements: tuple[ElementFigures, ...]
    breakdowns: tuple[Breakdown, ...]
    reach: Reach
    trend: tuple[Point, ...]
    drivers: Drivers
    perceptions: tuple[Perception, ...]
    one_touch: OneTouch
    extras: tuple[Choice, ...]
    longer: tuple[tuple[Period, int], ...]

    @property
    def named_longer(self) -> int:
        """The answers that name a longer period: to be said."""
        return sum(n for _period, n in self.longer)

    @property
    def mixed(self) -> bool:
        """Whether answers were given under several versions of the questionnaire: has to be said."""
        return len(self.versions) > 1

    @property
    def graded(self) -> bool:
        """Whether A to D mean anything: they belong to the SKM."""
        return self.instrument == SKM

    @property
    def running(self) -> bool:
        """Whether the period has not ended."""
        return self.today <= self.period.last

    @property
    def weakest(self) -> tuple[ElementFigures, ...]:
        """The three weakest elements, the weakest first; in official order where they are equal."""
        known = [one for one in self.elements if one.nrr is not None]
        return tuple(sorted(known, key=lambda one: one.nrr or 0)[:WEAKEST])

    @property
    def change(self) -> Point | None:
        """This period in the trend, when there is an earlier one to compare it with."""
        return self.trend[-1] if self.trend and self.trend[-1].since else None

    def by(self, dimension: str) -> Breakdown:
        """The breakdown by service, section, counter, channel, hour, wait, sex, age, education or occupation."""
        return next(one for one in self.breakdowns if one.dimension == dimension)

    def element(self, code: str) -> ElementFigures:
        """One element."""
        return next(one for one in self.elements if one.code == code)

    def perceived(self, index: str) -> Perception:
        """ "ipak" or "ipkp"."""
        return next(one for one in self.perceptions if one.index == index)


@dataclass(frozen=True, slots=True)
class ElementChange:
    """One element in two periods: n, NRR (None below `FEWEST`), their difference, and Welch's test on the answers."""

    element: str
    n_before: int
    n_after: int
    before: Fraction | None
    after: Fraction | None
    difference: Fraction | None
    p: float | None

    @property
    def beyond_chance(self) -> bool | None:
        """None when it cannot be told."""
        return None if self.p is None else self.p < chance.ALPHA


def figures(
    hall: Hall,
    conn: Connection,
    office: Catalogue,
    period: Period,
    instrument: str = SKM,
    rule: bool | None = None,
) -> Figures:
    """All figures of a period, of the answers that are written down: no breakdown moves with a visitor who has just
    left. Five or more come at a time, of all surveys and services: one of these may get one of them alone, and who has
    the figures of the day before reads that answer (docs/satisfaction.md). `rule`: whether flagged answers
    are counted (default: as the office has set it)."""
    today = hall.today(office)
    flagged = office.setting("survey_count_flagged") if rule is None else rule
    counted, longer = answers_that_tell(conn, office, period, flagged)
    visits = tallies.visits_of(conn, office, period.first, period.last, today)
    made_of = Material(office, counted, visits, instrument, flagged, weight_of(office, instrument))
    earlier = list(reversed(back_from(period, TREND)))
    history = whole_of(conn, office.office_id, instrument, earlier, flagged)
    return _figures(conn, made_of, period, today, history, tuple(longer[instrument].items()))


def answers_that_tell(
    conn: Connection, office: Catalogue, period: Period, flagged: bool
) -> tuple[Counted, Mapping[str, dict[Period, int]]]:
    """The counted answers of a period, without those to an instrument that all name a longer period; and, by
    instrument, how many name which longer one (Decision 37)."""
    named = named_by_imports(conn, office.office_id)
    longer = {code: longer_than(period, named, code) for code in ELEMENTS}
    counted = tallies.answers_of(conn, office.office_id, period.first, period.last)
    gone = {code for code, named in longer.items() if tells_nothing(counted.of(code, flagged=flagged).n, named)}
    heaps = {heap: tally for heap, tally in counted.heaps.items() if heap.instrument not in gone}
    return Counted(heaps, counted.waiting), longer


def _figures(
    conn: Connection,
    made_of: Material,
    period: Period,
    today: str,
    history: Mapping[Period, Tally],
    longer: tuple[tuple[Period, int], ...],
) -> Figures:
    tally = made_of.tally()
    score = shown_score(tally, made_of.elements, made_of.weight)
    breakdowns = tuple(breakdown(made_of, dimension) for dimension in BROKEN_DOWN)
    moved = points([*history, period], {**history, period: tally}, made_of.instrument, made_of.weight)
    imported = made_of.tally("channel", "import").n
    counted = made_of.counted
    return Figures(
        made_of.instrument,
        period,
        today,
        tally.n,
        counted.only_flagged(made_of.instrument).n,
        made_of.flagged,
        tuple(sorted(_versions(made_of).items())),
        made_of.weight,
        score,
        ikm_interval(tally, score),
        _elements(tally, score),
        breakdowns,
        reach(conn, made_of.office, period, today, made_of.visits, tally.n, imported),
        tuple(_from_first(moved)),
        drivers(made_of, breakdowns),
        tuple(perception(index, counted, made_of.flagged) for index in ("ipkp", "ipak")),
        _one_touch(counted.of(ONE_TOUCH, flagged=made_of.flagged)),
        _extras(tally, made_of.elements),
        longer,
    )


def weight_of(office: Catalogue, instrument: str) -> skm.Weight:
    """The constant that the office has chosen; other instruments than the SKM know exact weights only."""
    return skm.Weight(office.setting("survey_weight")) if instrument == SKM else skm.Weight.EXACT


def _versions(made_of: Material) -> dict[str, int]:
    found: dict[str, int] = {}
    for heap, tally in made_of.counted.heaps.items():
        mine = (heap.instrument, heap.dimension) == (made_of.instrument, "all")
        if mine and (made_of.flagged or not heap.flagged):
            found[heap.version] = found.get(heap.version, 0) + tally.n
    return found


def _elements(tally: Tally, score: skm.Score) -> tuple[ElementFigures, ...]:
    known = [line.nrr for line in score.elements if line.nrr is not None]
    found = []
    for line in score.elements:
        own = None if line.nrr is None else skm.ikm(line.nrr)
        rank = None if line.nrr is None else 1 + sum(other > line.nrr for other in known)
        grade = None if own is None else skm.grade(own)
        counts = None if line.nrr is None else tuple(tally.counts[line.code])
        found.append(ElementFigures(line.code, line.n, line.nrr, line.weighted, own, grade, rank, counts))
    return tuple(found)


def _from_first(moved: list[Point]) -> Iterable[Point]:
    """Without the empty periods before the first that has answers; this period always."""
    filled = next((place for place, point in enumerate(moved) if point.n), len(moved) - 1)
    return moved[filled:]


def _choice(tally: Tally, code: str) -> Choice:
    counts = tally.counts.get(code, [0] * 4)
    n = sum(counts)
    if n < FEWEST:
        return Choice(code, n, None, None)
    return Choice(code, n, tuple(counts), Fraction(counts[2] + counts[3], n))


def _one_touch(tally: Tally) -> OneTouch:
    further = sorted(code for code in tally.counts if code != "S")
    return OneTouch(_choice(tally, "S"), tuple(_choice(tally, code) for code in further))


def _extras(tally: Tally, elements: tuple[str, ...]) -> tuple[Choice, ...]:
    return tuple(_choice(tally, code) for code in sorted(tally.counts) if code not in elements)


def element_change(
    conn: Connection,
    office: Catalogue,
    element: str,
    before: Period,
    after: Period,
    instrument: str = SKM,
    rule: bool | None = None,
) -> ElementChange:
    """What became of one element from one period to another (the follow-up register asks this)."""
    flagged = office.setting("survey_count_flagged") if rule is None else rule
    both: dict[Period, Tally] = whole_of(conn, office.office_id, instrument, {before, after}, flagged)
    (first, n_first), (second, n_second) = (both[one].sum_of(element) for one in (before, after))
    was = Fraction(first, n_first) if n_first >= FEWEST else None
    became = Fraction(second, n_second) if n_second >= FEWEST else None
    samples = [chance.of_counts(both[one].counts.get(element, [0])) for one in (before, after)]
    test = chance.welch(samples[0], samples[1], FEWEST)
    difference = None if was is None or became is None else became - was
    return ElementChange(element, n_first, n_second, was, became, difference, test.p if test else None)
