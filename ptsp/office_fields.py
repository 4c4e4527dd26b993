"""Fields of an office file: what each may hold, and where in the file it stands.

A check takes the TOML value and returns what is kept, or raises ValueError that says what is wanted instead.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter as Tally
from collections.abc import Callable
from datetime import date, datetime
from itertools import pairwise
from typing import Any
from zoneinfo import available_timezones

from ptsp.schedule import WEEKDAYS, clock_time

Check = Callable[[Any], Any]
REQUIRED: Any = object()
_HEADER = re.compile(r"\s*\[\[?\s*([A-Za-z0-9_.-]+)\s*\]\]?")
_CLOCK = re.compile(r"([01]?\d|2[0-4])[.:][0-5]\d")


class OfficeFileError(ValueError):
    """An office file that cannot be used; the message names line and field."""


class Source:
    """The text itself, to find the line of what was read from it."""

    def __init__(self, text: str) -> None:
        self.lines = text.splitlines()
        self.seen: Tally[str] = Tally()

    def line(self, header: str, nth: int, key: str | None) -> int | None:
        """Line of a field, else of the nth table under that header, else None (it may be written in another style)."""
        start = None if header else 0
        passed = 0
        for index, line in enumerate(self.lines, 1):
            found = _HEADER.match(line)
            if found and start is not None:
                return start or None
            if found and found[1] == header:
                passed += 1
                start = index if passed == nth else None
            if start is not None and key and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]", line):
                return index
        return start or None


class Table:
    """One table of the file: hands out its fields, checked, and refuses what nobody asked for."""

    def __init__(self, values: dict[str, Any], source: Source, header: str = "", where: str = "") -> None:
        self._left, self._source, self._header, self._where = dict(values), source, header, where
        source.seen[header] += 1
        self._nth = source.seen[header]

    def __contains__(self, key: str) -> bool:
        return key in self._left

    def take(self, key: str, check: Check, default: Any = REQUIRED) -> Any:
        """The field, checked; ``default`` when it is not there. OfficeFileError otherwise."""
        if key not in self._left:
            if default is REQUIRED:
                raise self.error(key, "is missing")
            return default
        try:
            return check(self._left.pop(key))
        except ValueError as error:
            raise self.error(key, f"must be {error}") from error

    def table(self, key: str) -> Table:
        """A table in this one, empty when it is not there."""
        value = self._left.pop(key, {})
        if not isinstance(value, dict):
            raise self.error(key, f"must be a table: [{key}]")
        return Table(value, self._source, key, key)

    def tables(self, key: str, header: str) -> list[Table]:
        """The tables written under ``[[header]]`` in this one, in the order of the file; at least one must be there."""
        value = self._left.pop(key, None)
        if not isinstance(value, list) or not value or not all(isinstance(one, dict) for one in value):
            raise self.error(None, f"needs at least one [[{header}]]")
        return [Table(one, self._source, header, self._called(key, one)) for one in value]

    def done(self) -> None:
        """Refuses the fields that nobody took: mostly a slip of the pen."""
        for key in self._left:
            raise self.error(key, "is not known here")

    def error(self, key: str | None, what: str) -> OfficeFileError:
        """The error to raise about a field, or about the whole table."""
        line = self._source.line(self._header, self._nth, key)
        place = [f"line {line}" if line else "", self._where, f"{key} {what}" if key else what]
        return OfficeFileError(": ".join(part for part in place if part))

    def _called(self, key: str, values: dict[str, Any]) -> str:
        own = values.get("code") or values.get("number") or values.get("from") or ""
        return ", ".join(filter(None, [self._where, f"{key} {own}".strip()]))


def open_table(text: str) -> Table:
    """The file's outermost table. OfficeFileError when it is not TOML."""
    try:
        return Table(tomllib.loads(text), Source(text))
    except tomllib.TOMLDecodeError as error:
        raise OfficeFileError(f"this is not TOML: {error}") from error


def matching(pattern: str, wanted: str) -> Check:
    """Text that matches a pattern."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise ValueError(wanted)
        return value

    return check


def code(longest: int) -> Check:
    """A short name for machines."""
    wanted = f"1 to {longest} small letters, digits and hyphens"
    return matching(rf"[a-z0-9][a-z0-9-]{{0,{longest - 1}}}", wanted)


prefix = matching(r"[A-Z]{1,3}", "1 to 3 capital letters A-Z")
icon = matching(r"[a-z0-9-]{1,40}", 'the name of an icon, such as "file-text"')


def words(longest: int) -> Check:
    """One line of text, not empty."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or not value.strip() or len(value) > longest or "\n" in value.strip():
            raise ValueError(f"one line of 1 to {longest} characters")
        return value.strip()

    return check


def file_name(value: Any) -> str:
    """A file in the folder of this one, or none."""
    if not isinstance(value, str) or not re.fullmatch(r"[^/\\\x00]{0,120}", value) or value in (".", ".."):
        raise ValueError('the name of a file beside this one, such as "logo.png", or ""')
    return value


def text_of(value: Any) -> dict[str, str]:
    """Words for visitors: { id = "...", en = "..." }; plain words mean the same in both languages."""
    both = {"id": value} if isinstance(value, str) else value
    wanted = '{ id = "...", en = "..." } with the Indonesian words at least'
    if not isinstance(both, dict) or not both.get("id") or set(both) - {"id", "en"}:
        raise ValueError(wanted)
    if not all(isinstance(one, str) and one.strip() for one in both.values()):
        raise ValueError(wanted)
    return {"id": str(both["id"]).strip(), "en": str(both.get("en", both["id"])).strip()}


def whole(lowest: int, highest: int) -> Check:
    """A whole number."""

    def check(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
            raise ValueError(f"a whole number from {lowest} to {highest}")
        return value

    return check


def flag(value: Any) -> bool:
    """Yes or no."""
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def zone(value: Any) -> str:
    """A time zone by its international name."""
    if not isinstance(value, str) or value not in available_timezones():
        raise ValueError("a time zone: Asia/Jakarta (WIB), Asia/Makassar (WITA) or Asia/Jayapura (WIT)")
    return value


def clock(value: Any) -> str:
    """A local time of day, written 07.30."""
    if not isinstance(value, str) or not _CLOCK.fullmatch(value):
        raise ValueError('a time such as "07.30"')
    clock_time(value)
    return value.replace(":", ".")


def day(value: Any) -> str:
    """A date, written 2026-03-20 (with or without quotes)."""
    try:
        if isinstance(value, date) and not isinstance(value, datetime):
            return value.isoformat()
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        raise ValueError("a date such as 2026-03-20") from None


def days(value: Any) -> list[str]:
    """A list of dates."""
    if not isinstance(value, list):
        raise ValueError("a list of dates such as [2026-03-20]")
    return sorted({day(one) for one in value})


def hours(table: Table) -> dict[str, Any]:
    """A week of hours as the schedule reads it: {"from", "to", "days": {"mon": {"open", "close", "break"}}}."""
    first, last = table.take("from", day, None), table.take("to", day, None)
    week = {name: table.take(name, _day_hours) for name in WEEKDAYS if name in table}
    if not week:
        raise table.error(None, f"needs hours for at least one of {', '.join(WEEKDAYS)}")
    if first and last and last < first:
        raise table.error("to", "must not be before from")
    table.done()
    return {"from": first, "to": last, "days": week}


def _day_hours(value: Any) -> dict[str, Any]:
    wanted = '{ open = "07.30", close = "16.00", break = ["12.00", "13.00"] }; the break may be left out'
    if not isinstance(value, dict) or not {"open", "close"} <= set(value) <= {"open", "close", "break"}:
        raise ValueError(wanted)
    pause = value.get("break")
    if pause is not None and (not isinstance(pause, list) or len(pause) != 2):
        raise ValueError(wanted)
    hours: dict[str, Any] = {"open": clock(value["open"]), "close": clock(value["close"])}
    if pause:
        hours["break"] = [clock(one) for one in pause]
    order = [hours["open"], *hours.get("break", []), hours["close"]]
    times = [clock_time(one) for one in order]
    if any(later <= earlier for earlier, later in pairwise(times)):
        raise ValueError(f"times in order, opening before closing; here {' - '.join(order)}")
    return hours


def each_once(top: Table, key: str, values: list[Any]) -> None:
    """Refuses a value that comes twice."""
    twice = [value for value, times in Tally(values).items() if times > 1]
    if twice:
        raise top.error(None, f"{key} {twice[0]!r} comes twice")
