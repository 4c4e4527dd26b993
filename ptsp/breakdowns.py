"""Answers broken down by service, hour, age ...: each with its index, and nothing that tells of fewer than five.

A cell of fewer than `FEWEST` answers is hidden. Since the whole is shown too, more is hidden until what is hidden
cannot be told by subtraction: at least two cells, and at least `FEWEST` answers among them. Services add up to their
section: a hidden section hides its services, and within a shown one the same rule holds. Answers that do not say (no
service on a paper form, no age given) are a cell of their own, key "". All this holds for every element too: an element
that few answered in one cell has no NRR there, nor in as many others as it takes. And for the interval, which is made
of the forms that are whole: a cell with few of those has none, nor have as many others as it takes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial

from ptsp import skm
from ptsp.catalogue import Catalogue
from ptsp.elements import ELEMENTS
from ptsp.intervals import Interval, ikm_interval
from ptsp.tallies import DIMENSIONS, FEWEST, Counted
from ptsp.tally import Tally, Visits

BROKEN_DOWN = DIMENSIONS[1:]
NOT_SAID = ""
# In the order of the form or of time; other keys follow in their own order.
ORDER: dict[str, tuple[str, ...]] = {
    "channel": ("kiosk", "phone", "tablet", "paper", "import"),
    "wait": ("0-5", "5-15", "15-30", "30-60", "60+"),
    "sex": ("L", "P"),
    "education": ("SD", "SMP", "SMA", "S1", "S2", "S3"),
    "occupation": ("PNS", "TNI", "POLRI", "SWASTA", "WIRAUSAHA", "LAINNYA"),
}
VisitCounts = Mapping[tuple[str, str], Visits]


@dataclass(frozen=True, slots=True)
class Cell:
    """One group. Hidden: every figure of answers is None (visits are no answers and stay).

    ``n`` forms, ``share`` of all forms 0..1, ``score`` the index with its elements (whose NRR is None where few
    answered them, or would tell of the few of another cell: then the index is None too), ``interval`` around it as
    `intervals.ikm_interval`. ``visitors`` served and ``asked`` of this group, None where visits are not kept so;
    ``rate`` answers given with a ticket per visitor asked.
    """

    key: str
    hidden: bool
    n: int | None
    share: Fraction | None
    score: skm.Score | None
    interval: Interval | None = None
    visitors: int | None = None
    asked: int | None = None
    rate: Fraction | None = None
    visitor_share: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Breakdown:
    """All groups of a dimension, in the order to be shown; ``n`` all forms."""

    dimension: str
    n: int
    cells: tuple[Cell, ...]

    @property
    def any_hidden(self) -> bool:
        """Whether a note has to say why figures are missing."""
        return any(cell.hidden or (cell.score and cell.score.index is None) for cell in self.cells)

    @property
    def told(self) -> bool:
        """Whether any answer says something here at all."""
        return any(cell.key != NOT_SAID and (cell.n or cell.hidden) for cell in self.cells)

    def cell(self, key: str) -> Cell | None:
        """The group with this key."""
        return next((cell for cell in self.cells if cell.key == key), None)


@dataclass(frozen=True)
class Material:
    """What every breakdown is made of: counted answers to an instrument, under a rule and a weight, and visits."""

    office: Catalogue
    counted: Counted
    visits: VisitCounts
    instrument: str
    flagged: bool
    weight: skm.Weight

    @property
    def elements(self) -> tuple[str, ...]:
        """Codes of the instrument."""
        return ELEMENTS[self.instrument]

    def tally(self, dimension: str = "all", key: str = "") -> Tally:
        """The answers of a group."""
        return self.counted.of(self.instrument, dimension, key, self.flagged)

    def groups(self, dimension: str) -> dict[str, Tally]:
        """Every group that has answers; what does not say is under ""."""
        found = {key: self.tally(dimension, key) for key in self.counted.keys(self.instrument, dimension)}
        found = {key: tally for key, tally in found.items() if tally.n}
        rest = self.tally()
        for tally in found.values():
            rest.take_away(tally)
        return {**found, NOT_SAID: rest} if rest.n else found


def breakdown(made_of: Material, dimension: str) -> Breakdown:
    """One dimension of `BROKEN_DOWN`."""
    groups = made_of.groups(dimension)
    hidden, veiled, unspread = hidden_keys(made_of, dimension, groups)
    visited = {key for dim, key in made_of.visits if dim == dimension}
    keys = sorted(set(groups) | visited, key=lambda key: _place(made_of.office, dimension, key))
    n = sum(tally.n for tally in groups.values())
    scores = {
        key: shown_score(tally, made_of.elements, made_of.weight, {code for code in veiled if key in veiled[code]})
        for key, tally in groups.items()
        if key not in hidden
    }
    spans = {key: ikm_interval(groups[key], score) for key, score in scores.items() if key not in unspread}
    cells = (_cell(made_of, dimension, key, key in hidden, scores.get(key), n) for key in keys)
    return Breakdown(dimension, n, tuple(replace(cell, interval=spans.get(cell.key)) for cell in cells))


def _cell(made_of: Material, dimension: str, key: str, hidden: bool, score: skm.Score | None, n: int) -> Cell:
    visits, everybody = made_of.visits.get((dimension, key)), made_of.visits.get(("all", ""), Visits())
    counted = {
        "visitors": visits.n if visits else None,
        "asked": visits.asked if visits else None,
        "visitor_share": Fraction(visits.n, everybody.n) if visits and everybody.n else None,
    }
    if hidden:
        return Cell(key, True, None, None, None, **counted)  # type: ignore[arg-type]
    mine = score.n if score else 0
    asked = visits.asked if visits else made_of.visits.get(("all", ""), Visits()).asked if dimension == "channel" else 0
    return Cell(
        key,
        False,
        mine,
        Fraction(mine, n) if n else None,
        score,
        rate=Fraction(mine, asked) if asked and key not in (NOT_SAID, "import") else None,
        **counted,  # type: ignore[arg-type]
    )


def shown_score(tally: Tally, elements: tuple[str, ...], weight: skm.Weight, veiled: Collection[str] = ()) -> skm.Score:
    """The index of a heap. Fewer than `FEWEST` forms have none; an element that so few answered has no NRR (nor one
    that is ``veiled`` for the sake of another heap), and the index of the others none either."""
    few = {code for code in elements if 0 < tally.sum_of(code)[1] < FEWEST}
    if tally.n < FEWEST or few or veiled:
        return _without(tally, elements, weight, few.union(veiled))
    return skm.score(tally.sums(elements), weight, elements, tally.n)


def _without(tally: Tally, elements: tuple[str, ...], weight: skm.Weight, left_out: Collection[str]) -> skm.Score:
    told = {code: tally.sum_of(code) for code in elements if tally.n >= FEWEST and code not in left_out}
    shown = {code: (total, n) for code, (total, n) in told.items() if n}
    lines = skm.score(shown, weight, elements, tally.n).elements
    named = tuple(line._replace(n=tally.sum_of(line.code)[1]) for line in lines)
    return skm.Score(tally.n, weight, named, None, None, None)


# --- hiding -----------------------------------------------------------------------------------------------------------


def hidden_keys(
    made_of: Material, dimension: str, groups: Mapping[str, Tally]
) -> tuple[set[str], dict[str, set[str]], set[str]]:
    """The groups that must not be shown; for each element those whose NRR must not be; those whose spread must not be
    (the first among both)."""
    sections = made_of.groups("section") if dimension == "service" else {}
    inside: dict[str, list[str]] = {}
    for key in groups if sections else ():
        inside.setdefault(_section_of(made_of.office, key), []).append(key)

    def of(size: Callable[[Tally], int], over: Collection[str], under: Collection[str]) -> tuple[set[str], set[str]]:
        """Sections and groups; `over` and `under`: the sections and groups that are hidden already."""
        if not sections:
            return set(), to_hide({key: size(tally) for key, tally in groups.items()}, under)
        veiled = to_hide({key: size(tally) for key, tally in sections.items()}, over)
        found: set[str] = set()
        for section, keys in inside.items():
            mine = {key: size(groups[key]) for key in keys}
            found |= set(mine) if section in veiled else to_hide(mine, set(under).intersection(mine))
        return veiled, found

    above, hidden = of(lambda tally: tally.n, (), ())
    answered = {code: partial(_answered, code) for code in made_of.elements}
    veiled = {code: of(size, above, hidden)[1] for code, size in answered.items()}
    return hidden, veiled, of(lambda tally: tally.whole, above, hidden)[1]


def to_hide(sizes: Mapping[str, int], already: Collection[str] = ()) -> set[str]:
    """Which of some groups, whose sum is known, to hide: the small ones, and the next smallest until at least two
    groups with at least `FEWEST` answers together are hidden. What does not say goes first: nobody misses it. Some may
    be hidden ``already``, for another reason."""
    hidden = {key for key, n in sizes.items() if 0 < n < FEWEST}.union(already)
    if not any(sizes[key] for key in hidden):
        return hidden
    large = (key for key, n in sizes.items() if n >= FEWEST and key not in hidden)
    for key in sorted(large, key=lambda key: (key != NOT_SAID, sizes[key], key)):
        if len(hidden) > 1 and sum(sizes[one] for one in hidden) >= FEWEST:
            break
        hidden.add(key)
    return hidden


def _answered(code: str, tally: Tally) -> int:
    return tally.sum_of(code)[1]


def _section_of(office: Catalogue, service: str) -> str:
    return str(office.services[int(service)].section_id) if service and int(service) in office.services else NOT_SAID


def _place(office: Catalogue, dimension: str, key: str) -> tuple[int, int, str]:
    if key == NOT_SAID:
        return 1, 0, ""
    if dimension == "section":
        order = tuple(str(section.id) for section in office.sections)
    elif dimension == "service":
        order = tuple(str(service.id) for section in office.sections for service in section.services)
    elif dimension == "counter":
        order = tuple(str(counter_id) for counter_id in office.counters)  # by their number
    else:
        order = ORDER.get(dimension, ())
    return 0, order.index(key) if key in order else len(order), key
