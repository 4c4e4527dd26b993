"""What a report is made of: the figures of a period, the office, what is done about the results. Read in one view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from ptsp import records as r
from ptsp import satisfaction
from ptsp.catalogue import Catalogue
from ptsp.hall import Hall
from ptsp.logo import logo_of
from ptsp.periods import Period
from ptsp.satisfaction import Figures
from ptsp.tallies import FEWEST

ACCENT = "#0b5a3a"  # the house's own green (web/static/css/house.css)


@dataclass(frozen=True)
class Facts:
    """``plans``: rows of `records.followup`; ``plans_of_period``: whether they are of this very survey (else of one
    that overlaps it). ``extras``: code -> row of `records.extra_question`."""

    office: Catalogue
    figures: Figures
    plans: list[Any]
    plans_of_period: bool
    extras: dict[str, Any]
    today: str
    logo: bytes = b""

    @property
    def period(self) -> Period:
        """Of the figures."""
        return self.figures.period

    @property
    def enough(self) -> bool:
        """Whether there are results to show: an index of at least `FEWEST` forms."""
        return self.figures.score.index is not None

    @property
    def too_few(self) -> bool:
        """Whether there are answers, but fewer than can be shown."""
        return 0 < self.figures.n < FEWEST


def gather(hall: Hall, conn: Connection, office: Catalogue, period: Period, instrument: str) -> Facts:
    """Everything a report of this period says."""
    plans, same = plans_of(conn, office.office_id, instrument, period)
    return Facts(
        office,
        satisfaction.figures(hall, conn, office, period, instrument),
        plans,
        same,
        extra_questions(conn, office.office_id),
        hall.today(office),
        logo_of(conn, office.office_id),
    )


def plans_of(conn: Connection, office_id: int, instrument: str, period: Period) -> tuple[list[Any], bool]:
    """The follow-up of this survey, by its last day; where there is none, that of surveys that overlap it."""
    f = r.followup.c
    mine = (f.office_id == office_id, f.instrument == instrument, f.status != "dropped")
    order = (f.ends_on, f.id)
    same = (f.first_day == period.first, f.last_day == period.last)
    found = list(conn.execute(select(r.followup).where(*mine, *same).order_by(*order)))
    if found:
        return found, True
    overlap = (f.first_day <= period.last, f.last_day >= period.first)
    return list(conn.execute(select(r.followup).where(*mine, *overlap).order_by(*order))), False


def extra_questions(conn: Connection, office_id: int) -> dict[str, Any]:
    """The office's own questions by the code that their answers are kept under."""
    x = r.extra_question
    return {f"X{row.id}": row for row in conn.execute(select(x).where(x.c.office_id == office_id).order_by(x.c.id))}
