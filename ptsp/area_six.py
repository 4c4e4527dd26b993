"""A year of surveys, quarter by quarter, and the marks that it earns in Area 6 iv of the Zona Integritas today.

The sheet (PermenPANRB 90/2021; DOMAIN section 3) asks three things: how often a year the survey was held (4 times or
more A, 3 B, 2 C, 1 D), whether its results are public (online and offline A, offline only B), and whether all of them
were followed up (A, most B, few C). Where it says nothing, this file decides, and the page says so:

* A quarter is one survey when its index exists and stands on at least 30 answers (the least that the national team asks
  of a unit), or on the whole sample where so few people came that it is smaller. The full sample is shown beside it.
* The sheet has no mark for "online only": one way of two, as "offline only", is B.
* Each survey that is over has its own mark for publication; the year has the lowest of them. A publication counts for a
  quarter when it covers all of it (its half-year and year do, its months do not).
* The results to be followed up are those of the surveys that are over, public or not: one a quarter, whose months are
  no results of their own. One is followed up when something was done about it and nothing is left open.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection

from ptsp import publishing, skm
from ptsp.catalogue import Catalogue
from ptsp.elements import ELEMENTS, ONE_TOUCH, SKM
from ptsp.following_up import OPEN, Share, due_state, lines_of
from ptsp.hall import Hall
from ptsp.periods import Period, parse
from ptsp.publishing import Publication
from ptsp.satisfaction import figures
from ptsp.tallies import FEWEST

QUARTERS = (1, 2, 3, 4)
# Answers that make a survey of a quarter; fewer where the whole sample is smaller.
LEAST = 30
# By how many surveys a year; and how the marks follow each other.
COUNT_MARKS = {0: None, 1: "D", 2: "C", 3: "B", 4: "A"}


@dataclass(frozen=True, slots=True)
class Quarter:
    """One quarter. ``state``: over, running or coming. ``visitors`` served; ``foreseen``: while it runs, the sample at
    its end if visitors keep coming as so far."""

    period: Period
    state: str
    n: int
    visitors: int
    index: Fraction | None
    ikm: Decimal | None
    grade: str | None
    published: tuple[Publication, ...]
    lines: tuple[Any, ...]
    overdue: int
    foreseen: int | None = None

    @property
    def needed(self) -> int:
        """The sample (Krejcie-Morgan) of the visitors so far; 0 where no visits are known (imported years)."""
        return skm.sample_size(self.visitors)

    @property
    def goal(self) -> int:
        """The answers to be had by its end."""
        return self.foreseen or self.needed or LEAST

    @property
    def least(self) -> int:
        """The answers from which this quarter is a survey."""
        return max(FEWEST, min(LEAST, self.needed)) if self.visitors else LEAST

    @property
    def counts(self) -> bool:
        """Whether it is one of the year's surveys."""
        return self.state != "coming" and self.index is not None and self.n >= self.least

    @property
    def missing(self) -> int:
        """Answers that the full sample still lacks."""
        return max(0, self.goal - self.n)

    @property
    def online(self) -> bool:
        """Whether its result can be seen from anywhere."""
        return any(one.where == "online" for one in self.published)

    @property
    def offline(self) -> bool:
        """Whether its result can be seen at a place or on paper."""
        return any(one.where == "offline" for one in self.published)

    @property
    def public_mark(self) -> str | None:
        """Of its publication."""
        return publication_mark(self.online, self.offline)

    @property
    def open_lines(self) -> tuple[Any, ...]:
        """What is still to be done, the nearest first."""
        return tuple(line for line in self.lines if line.status in OPEN)

    @property
    def followed_up(self) -> bool:
        """Whether a line about its result is done and none is open; one that was dropped is neither."""
        return not self.open_lines and any(line.status == "done" for line in self.lines)


@dataclass(frozen=True, slots=True)
class Year:
    """The quarters of a year and what they earn."""

    year: int
    instrument: str
    quarters: tuple[Quarter, ...]

    @property
    def held(self) -> int:
        """Surveys of the year so far."""
        return sum(quarter.counts for quarter in self.quarters)

    @property
    def count_mark(self) -> str | None:
        """Of how often."""
        return COUNT_MARKS[min(self.held, max(COUNT_MARKS))]

    @property
    def due(self) -> tuple[Quarter, ...]:
        """The surveys that are over: their results can be public."""
        return tuple(one for one in self.quarters if one.counts and one.state == "over")

    @property
    def public_mark(self) -> str | None:
        """Of the publications: the lowest of the surveys that are over."""
        marks = [one.public_mark for one in self.due]
        return None if not marks or None in marks else max(mark for mark in marks if mark)

    @property
    def share(self) -> Share:
        """How many of the surveys that are over were followed up."""
        return Share(sum(one.followed_up for one in self.due), len(self.due))

    @property
    def done_lines(self) -> tuple[Any, ...]:
        """What was done about them; a line about the whole year once."""
        lines = {line.id: line for one in self.due for line in one.lines if line.status == "done"}
        return tuple(lines.values())

    @property
    def follow_mark(self) -> str | None:
        """Of the follow-up."""
        return self.share.mark

    def next_step(self) -> tuple[str, Quarter | None]:
        """What to do next, the oldest omission first: (deed, quarter).

        Deeds: publish, poster, plan, overdue, collect, do, wait.
        """
        for deed, wanted in (
            ("publish", lambda one: not one.online),
            ("poster", lambda one: not one.offline),
            ("plan", lambda one: not one.lines),
        ):
            if found := next((one for one in self.due if wanted(one)), None):
                return deed, found
        if late := next((one for one in self.quarters if one.overdue), None):
            return "overdue", late
        running = next((one for one in self.quarters if one.state == "running"), None)
        if running and running.missing:
            return "collect", running
        if to_do := next((one for one in self.quarters if one.open_lines), None):
            return "do", to_do
        return "wait", running


def publication_mark(online: bool, offline: bool) -> str | None:
    """A both ways, B one way, None not at all."""
    return "A" if online and offline else "B" if online or offline else None


def covers(one: Publication, period: Period) -> bool:
    """Whether a publication is of the whole period: a month says nothing of the other two."""
    return one.first_day <= period.first and period.last <= one.last_day


def main_instrument(office: Catalogue) -> str:
    """The survey that this office is judged by: the first of those it asks that has an index."""
    asked = office.setting("survey_instruments")
    return next((code for code in asked if code in ELEMENTS and code != ONE_TOUCH), SKM)


def read_year(hall: Hall, conn: Connection, office: Catalogue, year: int, today: str) -> Year:
    """The year as it stands. ``today``: service day."""
    instrument = main_instrument(office)
    published = [one for one in publishing.log(conn, office.office_id) if one.survey == instrument and one.shown]
    lines = [line for line in lines_of(conn, office.office_id) if line.instrument == instrument]
    read = (hall, conn, office, instrument, today)
    quarters = (_quarter(*read, parse(f"{year}-T{number}"), published, lines) for number in QUARTERS)
    return Year(year, instrument, tuple(quarters))


def _quarter(
    hall: Hall, conn: Connection, office: Catalogue, instrument: str, today: str,
    period: Period, published: Iterable[Publication], lines: Iterable[Any],
) -> Quarter:  # fmt: skip
    state = "coming" if period.first > today else "running" if period.last >= today else "over"
    found = None if state == "coming" else figures(hall, conn, office, period, instrument)
    mine = tuple(line for line in lines if period.nests(line.first_day, line.last_day))
    return Quarter(
        period,
        state,
        # Without answers of a table that names the year alone: they are no survey of a quarter.
        n=max(0, found.n - found.named_longer) if found else 0,
        visitors=found.reach.visitors if found else 0,
        index=found.score.index if found else None,
        ikm=found.score.ikm if found else None,
        grade=found.score.grade if found and found.graded else None,
        published=tuple(one for one in published if covers(one, period)),
        lines=mine,
        overdue=sum(due_state(line, today) == "overdue" for line in mine),
        foreseen=found.reach.needed_at_end if found else None,
    )
