"""The periods that figures are asked for: month, triwulan, semester, year, or any days.

Written as people file them: "2026-08", "2026-T3", "2026-S2", "2026", "2026-07-01..2026-08-15".
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from ptsp import records as r
from ptsp.catalogue import Text

KINDS = ("month", "quarter", "semester", "year", "free")
# Kind -> months of one, and how its number within the year is written.
_MONTHS = {"month": 1, "quarter": 3, "semester": 6, "year": 12}
_ROMAN = ("I", "II", "III", "IV")
MONTHS: dict[str, tuple[str, ...]] = {
    "id": (
        "Januari", "Februari", "Maret", "April", "Mei", "Juni",
        "Juli", "Agustus", "September", "Oktober", "November", "Desember",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip
_CODE = re.compile(r"(\d{4})(?:-(?:(\d\d)|T([1-4])|S([12])))?")
# Longer than any report; keeps a mistyped year from asking for centuries.
LONGEST_DAYS = 3700


class BadPeriod(ValueError):
    """No period is written like this."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Service days ``first`` to ``last`` (ISO dates, both included)."""

    kind: str
    first: str
    last: str

    @property
    def code(self) -> str:
        """As in addresses and file names; `parse` reads it."""
        year, month = self.first[:4], int(self.first[5:7])
        match self.kind:
            case "month":
                return self.first[:7]
            case "quarter":
                return f"{year}-T{(month + 2) // 3}"
            case "semester":
                return f"{year}-S{(month + 5) // 6}"
            case "year":
                return year
        return f"{self.first}..{self.last}"

    @property
    def label(self) -> Text:
        """ "Triwulan III 2026", in both languages."""
        year, month = self.first[:4], int(self.first[5:7])
        match self.kind:
            case "month":
                return {language: f"{names[month - 1]} {year}" for language, names in MONTHS.items()}
            case "quarter":
                number = (month + 2) // 3
                return {"id": f"Triwulan {_ROMAN[number - 1]} {year}", "en": f"Quarter {number} of {year}"}
            case "semester":
                number = (month + 5) // 6
                return {"id": f"Semester {_ROMAN[number - 1]} {year}", "en": f"Half-year {number} of {year}"}
            case "year":
                return {"id": f"Tahun {year}", "en": f"Year {year}"}
        days = f"{dotted(self.first)} - {dotted(self.last)}" if self.first != self.last else dotted(self.first)
        return {"id": days, "en": days}

    @property
    def dates(self) -> str:
        """ "01.07.2026 - 30.09.2026"."""
        return f"{dotted(self.first)} - {dotted(self.last)}"

    @property
    def days(self) -> int:
        """Calendar days."""
        return (date.fromisoformat(self.last) - date.fromisoformat(self.first)).days + 1

    def has(self, day: str) -> bool:
        """Whether a service day (ISO) lies in it."""
        return self.first <= day <= self.last

    def nests(self, first: str, last: str) -> bool:
        """Whether it holds other days (ISO, both included) whole, or they hold it: what tells of one tells of the
        other."""
        return (first <= self.first and self.last <= last) or (self.first <= first and last <= self.last)

    def previous(self) -> Period:
        """The one before, of the same kind; of free days: as many days, ending the day before."""
        if self.kind != "free":
            return containing(self.kind, moved(self.first, -1))
        return Period("free", moved(self.first, -self.days), moved(self.first, -1))

    def next(self) -> Period:
        """The one after."""
        if self.kind != "free":
            return containing(self.kind, moved(self.last, 1))
        return Period("free", moved(self.last, 1), moved(self.last, self.days))


def moved(day: str, days: int) -> str:
    """The day (ISO) so many days later; earlier when negative."""
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def dotted(day: str) -> str:
    """ "2026-08-03" as "03.08.2026"."""
    return f"{day[8:]}.{day[5:7]}.{day[:4]}"


def containing(kind: str, day: str) -> Period:
    """The month, quarter, semester or year of a day; a free period is the day itself."""
    if kind not in KINDS:
        raise BadPeriod(f"{kind!r} is no kind of period")
    if kind == "free":
        return Period("free", day, day)
    months = _MONTHS[kind]
    year, month = int(day[:4]), int(day[5:7])
    start = (month - 1) // months * months + 1
    end = start + months - 1
    return Period(kind, f"{year:04}-{start:02}-01", f"{year:04}-{end:02}-{monthrange(year, end)[1]:02}")


def parse(code: str) -> Period:
    """The period of a code. BadPeriod when there is none like it."""
    if ".." in code:
        return free(*code.split("..", 1))
    found = _CODE.fullmatch(code)
    if not found or not 1900 <= int(found[1]) <= 2999:
        raise BadPeriod(f"{code!r} is no period; 2026, 2026-S2, 2026-T3, 2026-08 and 2026-07-01..2026-08-15 are")
    year, month, quarter, semester = found.groups()
    if month:
        if not 1 <= int(month) <= 12:
            raise BadPeriod(f"there is no month {month}")
        return containing("month", f"{year}-{month}-01")
    if quarter:
        return containing("quarter", f"{year}-{int(quarter) * 3:02}-01")
    if semester:
        return containing("semester", f"{year}-{int(semester) * 6:02}-01")
    return containing("year", f"{year}-01-01")


def free(first: str, last: str) -> Period:
    """Any days, both included. BadPeriod if they are no dates, the wrong way round, or some ten years."""
    try:
        start, end = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError as error:
        raise BadPeriod(f"{first}..{last}: {error}") from error
    if not start <= end or (end - start).days > LONGEST_DAYS or start.year < 1900 or end.year > 2999:
        raise BadPeriod(f"{first}..{last} does not run from a day to a later one within ten years")
    return Period("free", start.isoformat(), end.isoformat())


def back_from(period: Period, many: int) -> list[Period]:
    """So many periods before this one, newest first."""
    found = []
    for _ in range(many):
        period = period.previous()
        found.append(period)
    return found


class Named(NamedTuple):
    """Imported answers to an instrument by what their rows name: a ``period`` longer than a day."""

    instrument: str
    period: Period
    n: int


def named_by_imports(conn: Connection, office_id: int) -> list[Named]:
    """Of all imports that stand."""
    i = r.survey_import.c
    rows = conn.execute(select(i.instrument, i.named).where(i.office_id == office_id, i.undone_at.is_(None)))
    return [Named(instrument, parse(code), n) for instrument, named in rows for code, n in (named or {}).items()]


def longer_than(period: Period, named: Iterable[Named], instrument: str = "") -> dict[Period, int]:
    """How many imported answers stand on a day of a period though their rows name a longer one, by what they name:
    "Tahun 2024" stands on 31 December, and nothing is known of a quarter or month. ``instrument``: "" for all."""
    found: dict[Period, int] = {}
    for one in named:
        if period.has(one.period.last) and one.period.first < period.first and instrument in ("", one.instrument):
            found[one.period] = found.get(one.period, 0) + one.n
    return dict(sorted(found.items(), key=lambda item: item[0].first))


def tells_nothing(answers: int, longer: dict[Period, int]) -> bool:
    """Whether all answers that stand in a period name a longer one: then there is no figure of it."""
    return 0 < answers <= sum(longer.values())


def with_data(conn: Connection, office_id: int, kind: str, today: str) -> list[Period]:
    """The periods of a kind from the first answer or visit that is counted to today, newest first; always at least
    the one that runs. None whose answers all name a longer period."""
    y = r.tally.c
    mine = (y.office_id == office_id, y.grain == "month")
    answered = conn.execute(select(y.period).where(*mine, y.subject == "answers").distinct()).scalars()
    starts = {containing(kind, f"{month}-01") for month in answered}
    named = named_by_imports(conn, office_id)
    empty = {one for one in starts if _tells_nothing(conn, office_id, one, longer_than(one, named))}
    visited = conn.execute(select(func.min(y.period)).where(*mine, y.subject == "visits")).scalar()
    days = [today, *(one.first for one in starts - empty), *([f"{visited}-01"] if visited else [])]
    return [one for one in _down_to(containing(kind, today), containing(kind, min(days))) if one not in empty]


def _tells_nothing(conn: Connection, office_id: int, period: Period, longer: dict[Period, int]) -> bool:
    if not longer:
        return False
    a = r.survey_answer.c
    mine = (a.office_id == office_id, a.day.between(period.first, period.last))
    return tells_nothing(conn.execute(select(func.count()).where(*mine)).scalar_one(), longer)


def _down_to(period: Period, first: Period) -> Iterator[Period]:
    while period.first >= first.first:
        yield period
        period = period.previous()
