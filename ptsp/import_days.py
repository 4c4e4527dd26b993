"""When a row of an old table was given: a date, or the month, quarter, half-year or year it names (it then stands on
the last day, and is told of no shorter period).

As Indonesian offices write them: "3/7/2024", "3 Juli 2024", "Juli", "TW III 2024", "Semester 1", "2024-07-03 10:22:05".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from ptsp import periods
from ptsp.import_columns import plain
from ptsp.periods import BadPeriod, Period

EARLIEST = "2000-01-01"
_NUMBERS = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})(?:[ ,T].*)?")
_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[ T].*)?")
_NAMED = re.compile(r"(\d{1,2}) ([a-z]+) (\d{4})(?: .*)?")
_YEAR = re.compile(r"\b(20\d\d)\b")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_PART = re.compile(r"\b(triwulan|tw|kuartal|quarter|q|t|semester|smt|s|half year)? *(iv|i{1,3}|[1-4])\b")
_SEMESTERS = ("semester", "smt", "s", "half year")
# January of both languages -> 1, by whole names and by the three letters that both shorten to.
_MONTHS = {name.casefold(): n for names in periods.MONTHS.values() for n, name in enumerate(names, 1)}
_MONTHS |= {name[:3]: n for name, n in _MONTHS.items()} | {"agt": 8, "agst": 8, "sept": 9, "nop": 11, "nopember": 11}


class NoDay(ValueError):
    """Which day it was cannot be told; ``why`` is "date" (not readable) or "no_date" (nothing there)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def month_first(texts: Iterable[str]) -> bool:
    """Whether a column of dates is written the American way: some value has a second part that is no month."""
    found = [_NUMBERS.fullmatch(text) for text in texts]
    return any(one and int(one[2]) > 12 for one in found) and not any(one and int(one[1]) > 12 for one in found)


def named_in(cells: Mapping[str, str], whole: str, american: bool = False) -> Period:
    """The period that a row names, as closely as it says; a date is a free period of one day. ``cells``: what stands in
    the columns date, month, period and year ("" for nothing). ``whole``: the code of the period of the whole table
    ("2024-T2"), for rows that do not say, or "". NoDay."""
    year = _year(cells.get("year", "")) or _year(whole)
    if cells.get("date"):
        return _date(cells["date"], american)
    if cells.get("month"):
        return _month(cells["month"], year)
    if cells.get("period"):
        return _period(cells["period"], year)
    if cells.get("year"):
        return _named("year", _needed(_year(cells["year"])), 12)
    if not whole:
        raise NoDay("no_date")
    try:
        return periods.parse(whole)
    except BadPeriod as error:
        raise NoDay("date") from error


def _date(text: str, american: bool) -> Period:
    iso, numbers, named = _ISO.fullmatch(text), _NUMBERS.fullmatch(text), _NAMED.fullmatch(plain(text))
    if iso:
        year, month, day = iso.groups()
    elif numbers:
        day, month, year = numbers.groups()
        day, month = (month, day) if american else (day, month)
    elif named and named[2] in _MONTHS:
        day, month, year = named[1], str(_MONTHS[named[2]]), named[3]
    else:
        raise NoDay("date")
    try:
        found = date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day)).isoformat()
    except ValueError as error:
        raise NoDay("date") from error
    return Period("free", found, found)


def _month(text: str, year: int | None) -> Period:
    iso = _ISO.fullmatch(text) or re.fullmatch(r"(\d{4})-(\d{1,2})", text)
    turned = re.fullmatch(r"(\d{1,2})[/-](\d{4})", text)
    if iso:
        return _named("month", int(iso[1]), int(iso[2]))
    if turned:
        return _named("month", int(turned[2]), int(turned[1]))
    words = plain(text).split()
    named = next((_MONTHS[word] for word in words if word in _MONTHS), None)
    month = named or (int(words[0]) if words and re.fullmatch(r"\d{1,2}", words[0]) else 0)
    return _named("month", _needed(_year(text) or year), month)


def _period(text: str, year: int | None) -> Period:
    try:
        return periods.parse(text)
    except BadPeriod:
        pass
    words = plain(text)
    if words.split() and words.split()[0] in _MONTHS:
        return _month(text, year)
    year, rest = _year(words) or year, _YEAR.sub("", words)
    part = _PART.search(rest)
    if part is None:
        if rest.strip(" tahunyer"):
            raise NoDay("date")
        return _named("year", _needed(year), 12)
    number = _ROMAN.get(part[2]) or int(part[2])
    if part[1] in _SEMESTERS:
        return _named("semester", _needed(year), number * 6)
    return _named("quarter", _needed(year), number * 3)


def _named(kind: str, year: int, month: int) -> Period:
    if not 1 <= month <= 12:
        raise NoDay("date")
    return periods.containing(kind, f"{year:04}-{month:02}-01")


def _year(text: str) -> int | None:
    found = _YEAR.search(text)
    return int(found[1]) if found else None


def _needed(year: int | None) -> int:
    if year is None:
        raise NoDay("date")
    return year
