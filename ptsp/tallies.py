"""Counts of answers and visits by day and by month, for every way a report breaks them down.

A report of a period adds up its months and the days at its edges: its cost grows with the period asked for, and
neither with the number of answers nor with the years before. What is kept here is derived and can be rebuilt to the
same bytes from the answers and the day book (`rebuilt`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, delete, insert, select

from ptsp import records as r
from ptsp.catalogue import Catalogue
from ptsp.daybook import day_lines
from ptsp.elements import ELEMENTS
from ptsp.period_parts import parts
from ptsp.periods import moved
from ptsp.tally import Tally, Visits
from ptsp.visits import visits

# How answers are broken down; "all" has one key, "". Keys are ids as text, bands and codes.
DIMENSIONS = (
    "all", "service", "section", "counter", "channel", "hour", "wait", "sex", "age", "education", "occupation",
)  # fmt: skip
VISIT_DIMENSIONS = ("all", "service", "section", "counter", "hour", "wait")

# A figure of fewer answers is not shown: it would tell of single people (DOMAIN section 5).
FEWEST = 5

_y = r.tally.c


class Heap(NamedTuple):
    """Which answers are in a tally: of an instrument and version, flagged as suspicious or not, of one key."""

    instrument: str
    version: str
    flagged: bool
    dimension: str
    key: str


@dataclass
class Counted:
    """The answers of a period, by heap; ``waiting``: visitors whose answers are not counted yet."""

    heaps: dict[Heap, Tally] = field(default_factory=dict)
    waiting: int = 0

    def of(self, instrument: str, dimension: str = "all", key: str = "", flagged: bool = True) -> Tally:
        """All versions together; ``flagged=False`` leaves the suspicious answers out."""
        found = Tally()
        for heap, tally in self.heaps.items():
            chosen = (heap.instrument, heap.dimension, heap.key) == (instrument, dimension, key)
            if chosen and (flagged or not heap.flagged):
                found.add(tally)
        return found

    def only_flagged(self, instrument: str) -> Tally:
        """The suspicious answers alone."""
        found = Tally()
        for heap, tally in self.heaps.items():
            if heap.flagged and (heap.instrument, heap.dimension) == (instrument, "all"):
                found.add(tally)
        return found

    def keys(self, instrument: str, dimension: str) -> list[str]:
        """The keys of a dimension that have answers, sorted."""
        return sorted({h.key for h in self.heaps if (h.instrument, h.dimension) == (instrument, dimension)})

    def versions(self, instrument: str) -> dict[str, int]:
        """Version -> forms: more than one is a period that mixes versions, and has to say so."""
        found: dict[str, int] = {}
        for heap, tally in self.heaps.items():
            if (heap.instrument, heap.dimension) == (instrument, "all"):
                found[heap.version] = found.get(heap.version, 0) + tally.n
        return found

    def take(self, office: Catalogue, answer: Mapping[str, Any]) -> None:
        """Counts one answer (a row of `records.survey_answer`) in every dimension in which it says something."""
        elements = ELEMENTS[answer["instrument"]]
        scores = {**answer["scores"], **(answer.get("extras") or {})}
        for dimension, key in answer_keys(office, answer):
            heap = Heap(answer["instrument"], answer["version"], bool(answer["flags"]), dimension, key)
            self.heaps.setdefault(heap, Tally()).take(scores, elements)

    def add(self, heap: Heap, tally: Tally) -> None:
        """Adds a tally to its heap."""
        self.heaps.setdefault(heap, Tally()).add(tally)


def answer_keys(office: Catalogue, answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(dimension, key) of every heap that an answer belongs to."""
    yield "all", ""
    yield "channel", answer["channel"]
    yield from _place_keys(office, answer.get("service_id"), answer.get("counter_id"))
    named = (("hour", "hour_band"), ("wait", "wait_band"), *((name, name) for name in DIMENSIONS[-4:]))
    yield from ((dimension, answer[column]) for dimension, column in named if answer.get(column))


def _place_keys(office: Catalogue, service_id: int | None, counter_id: int | None) -> Iterator[tuple[str, str]]:
    if service_id is not None:
        yield "service", str(service_id)
        yield "section", str(office.service(service_id).section_id)
    if counter_id is not None:
        yield "counter", str(counter_id)


# --- visits -----------------------------------------------------------------------------------------------------------


def day_visits(conn: Connection, office: Catalogue, day: str) -> dict[tuple[str, str], Visits]:
    """The served visits of one service day by (dimension, key), from the book."""
    found: dict[tuple[str, str], Visits] = {("all", ""): Visits()}
    for visit in visits(day_lines(conn, office.office_id, day)):
        if visit.state != "served" or visit.service_id is None:
            continue
        keys = [("all", ""), *_place_keys(office, visit.service_id, visit.counter_id)]
        keys.append(("hour", hour_band(office, visit.issued_at)))
        keys.append(("wait", wait_band(visit.waiting_ms or 0)))
        one = Visits(1, int(may_answer(office, visit.service_id, visit.outcome)))
        for key in keys:
            found.setdefault(key, Visits()).add(one)
    return found


def may_answer(office: Catalogue, service_id: int, outcome: str | None) -> bool:
    """Whether a served visit is asked: when the product was handed over, and of filed ones as the office says."""
    return (
        outcome == "delivered"
        or bool(office.setting("survey_when_filed"))
        or office.service(service_id).survey_when_filed
    )


NOON = 12
WAIT_BANDS = ((5, "0-5"), (15, "5-15"), (30, "15-30"), (60, "30-60"))


def hour_band(office: Catalogue, at: int) -> str:
    """The half of the day of an instant (ms UTC), in the words of the official form."""
    return "08.00-12.00" if office.schedule.local(at).hour < NOON else "13.00-17.00"


def wait_band(waited_ms: int) -> str:
    """The band of a waiting time in minutes, half-open: "0-5", "5-15", "15-30", "30-60", "60+"."""
    minutes = max(0, waited_ms) / 60_000
    return next((band for limit, band in WAIT_BANDS if minutes < limit), "60+")


# --- kept by day and by month -----------------------------------------------------------------------------------------


# (grain, period, *heap) -> what is there.
Placed = dict[tuple[Any, ...], Tally]
_BLANK = {"instrument": "", "version": "", "flagged": False}


def keep_answers(conn: Connection, office_id: int, counted: Placed) -> None:
    """Adds new answers, counted by `placed`, to their days and months."""
    _keep(conn, office_id, "answers", dict(counted))


def placed(office: Catalogue, answers: Iterable[Mapping[str, Any]]) -> Placed:
    """Answers (rows of `records.survey_answer`) counted by day and by month. Thousands take seconds: such a pile is
    counted before the transaction begins."""
    by_day: dict[str, Counted] = {}
    for answer in answers:
        by_day.setdefault(answer["day"], Counted()).take(office, answer)
    heaps = ((day, heap._asdict(), tally) for day, found in by_day.items() for heap, tally in found.heaps.items())
    return _placed(heaps)


def keep_visits(conn: Connection, office_id: int, day: str, found: Mapping[tuple[str, str], Visits]) -> None:
    """Writes down the visits of a day that is over. Once a day: `untallied_days` says which."""
    rows = ((day, {**_BLANK, "dimension": dim, "key": key}, count) for (dim, key), count in found.items())
    _keep(conn, office_id, "visits", _placed(rows))


def _keep(conn: Connection, office_id: int, subject: str, new: dict[tuple[Any, ...], Any]) -> None:
    periods = {place[:2] for place in new}
    for grain, period in sorted(periods):
        where = (_y.office_id == office_id, _y.subject == subject, _y.grain == grain, _y.period == period)
        for row in conn.execute(select(r.tally).where(*where)):
            place = (grain, period, row.instrument, row.version, bool(row.flagged), row.dimension, row.key)
            if place in new:
                new[place].add(type(new[place]).loads(row.content))
                conn.execute(delete(r.tally).where(*where, *_is(place)))
    if new:
        conn.execute(insert(r.tally), [_row(office_id, subject, place, one.dumps()) for place, one in new.items()])


def _placed(rows: Iterable[tuple[str, dict[str, Any], Any]]) -> dict[tuple[Any, ...], Any]:
    """(day, names of the heap, Tally or Visits) as place -> content: of the day, and of its month."""
    new: dict[tuple[Any, ...], Any] = {}
    for day, names, content in rows:
        for grain, period in (("day", day), ("month", day[:7])):
            place = (grain, period, *names.values())
            known = new.get(place)
            new[place] = type(content)().add(content) if known is None else known.add(content)
    return new


_PLACE = ("grain", "period", "instrument", "version", "flagged", "dimension", "key")


def _is(place: tuple[Any, ...]) -> list[Any]:
    return [_y[name] == value for name, value in zip(_PLACE, place, strict=True)]


def _row(office_id: int, subject: str, place: tuple[Any, ...], content: str) -> dict[str, Any]:
    named = dict(zip(_PLACE, place, strict=True))
    return {"office_id": office_id, "subject": subject, "content": content, **named}


def untallied_days(conn: Connection, office_id: int, before: str) -> list[str]:
    """Service days before a day whose visits are not written down yet, oldest first."""
    where = (_y.office_id == office_id, _y.subject == "visits", _y.grain == "day")
    last = conn.execute(select(_y.period).where(*where).order_by(_y.period.desc()).limit(1)).scalar() or ""
    d = r.daybook.c
    days = select(d.day).where(d.office_id == office_id, d.day > last, d.day < before, d.ticket_id.is_not(None))
    return list(conn.execute(days.distinct().order_by(d.day)).scalars())


# --- made anew --------------------------------------------------------------------------------------------------------


def rebuilt(conn: Connection, office: Catalogue) -> list[dict[str, Any]]:
    """The rows of `records.tally` as they follow from the answers and the day book alone, in the order of `kept`.

    To the same bytes, as long as no service has moved to another section since and visitors are asked by the same rule.
    """
    a = r.survey_answer
    answers = conn.execution_options(yield_per=2000).execute(select(a).where(a.c.office_id == office.office_id))
    counted = placed(office, (dict(row._mapping) for row in answers))
    found = [_row(office.office_id, "answers", place, one.dumps()) for place, one in counted.items()]
    written = select(_y.period).where(_y.office_id == office.office_id, _y.subject == "visits", _y.grain == "day")
    days = {day: day_visits(conn, office, day) for day in conn.execute(written.distinct()).scalars()}
    visited = (
        (day, {**_BLANK, "dimension": dimension, "key": key}, one)
        for day, counts in days.items()
        for (dimension, key), one in counts.items()
    )
    came = _placed(visited).items()
    found += [_row(office.office_id, "visits", place, one.dumps()) for place, one in came if one.n]
    return sorted(found, key=_order)


def kept(conn: Connection, office_id: int) -> list[dict[str, Any]]:
    """The rows of `records.tally` as they are. Heaps from which everything was taken back count as gone."""
    rows = conn.execute(select(r.tally).where(_y.office_id == office_id))
    found = [{**row._mapping, "flagged": bool(row.flagged)} for row in rows if json.loads(row.content)["n"]]
    return sorted(found, key=_order)


def _order(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["subject"], *(row[name] for name in _PLACE)


# --- reading ----------------------------------------------------------------------------------------------------------


def answers_of(conn: Connection, office_id: int, first: str, last: str) -> Counted:
    """The answers written down of service days first..last (ISO, both included). The box is not looked into: see
    `asking.answers_of`."""
    return Counted(heaps_of(conn, office_id, "answers", Tally, first, last))


def visits_of(conn: Connection, office: Catalogue, first: str, last: str, today: str) -> dict[tuple[str, str], Visits]:
    """Served visits of service days first..last by (dimension, key); days not written down yet are read in the book."""
    found: dict[tuple[str, str], Visits] = {("all", ""): Visits()}
    for heap, count in heaps_of(conn, office.office_id, "visits", Visits, first, last).items():
        found[heap.dimension, heap.key] = count
    for day in untallied_days(conn, office.office_id, before=moved(today, 1)):
        if first <= day <= last:
            for key, one in day_visits(conn, office, day).items():
                found.setdefault(key, Visits()).add(one)
    return found


Count = TypeVar("Count", Tally, Visits)


def heaps_of(
    conn: Connection, office_id: int, subject: str, kind: type[Count], first: str, last: str, *only: Any
) -> dict[Heap, Count]:
    """What is kept of a period, added up by heap: as `parts` cuts it. ``only``: more conditions on `records.tally`.

    One range a statement: SQLite would answer an OR of ranges by reading all years."""
    found: dict[Heap, Count] = {}
    for part in parts(first, last):
        where = (_y.office_id == office_id, _y.subject == subject, _y.grain == part.grain)
        rows = conn.execute(select(*_READ).where(*where, _y.period >= part.first, _y.period <= part.last, *only))
        for instrument, version, flagged, dimension, key, content in rows:
            heap, one = Heap(instrument, version, bool(flagged), dimension, key), kind.loads(content)
            if part.away:
                found[heap].take_away(one)
            elif heap in found:
                found[heap].add(one)
            else:
                found[heap] = one
    return {heap: one for heap, one in found.items() if one.n}


_READ = [_y[name] for name in (*Heap._fields, "content")]
