"""Opening hours and the service day.

Hours are profiles of a week (Ramadan is one with dates); dated closings and openings override them, and an
extraordinary opening or closing of today overrides all. Clock times are local, written "07.30".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def clock_time(text: str) -> time:
    """``"07.30"`` or ``"07:30"`` -> time(7, 30); "24.00" is the last minute of the day. ValueError otherwise."""
    hour, minute = text.replace(".", ":").split(":")
    return time(23, 59, 59) if int(hour) == 24 else time(int(hour), int(minute))


@dataclass(frozen=True, slots=True)
class DayHours:
    """One day's hours; ``pause`` is a break in which numbers can still be taken."""

    opens: time
    closes: time
    pause: tuple[time, time] | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """A week of hours, valid from ``first`` to ``last`` inclusive (None = open-ended)."""

    days: dict[str, DayHours]
    first: date | None = None
    last: date | None = None

    def covers(self, day: date) -> bool:
        """Whether this profile speaks of that day."""
        return (self.first is None or day >= self.first) and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class HallState:
    """``state`` is open, break or closed; ``until`` local end of it today; ``reopens`` the next opening."""

    state: str
    until: datetime | None = None
    reopens: datetime | None = None


@dataclass(frozen=True)
class Schedule:
    """All that decides whether the hall is open. ``holiday(day)`` names a public holiday or returns None."""

    zone: ZoneInfo
    profiles: tuple[Profile, ...]
    day_turns_at: time = time(0, 0)
    closed: frozenset[date] = field(default_factory=frozenset)
    opened: frozenset[date] = field(default_factory=frozenset)
    holiday: Callable[[date], str | None] = field(default=lambda _day: None)
    # Extraordinary: "open until" and "closed until", instants in ms (0 = not set).
    open_until: int = 0
    closed_until: int = 0

    def local(self, at: int) -> datetime:
        """The wall-clock instant (ms UTC) in the office's zone."""
        return datetime.fromtimestamp(at / 1000, self.zone)

    def service_day(self, at: int) -> str:
        """The service day (ISO date) of an instant: the local date, turned at ``day_turns_at``."""
        turned = self.day_turns_at
        return (self.local(at) - timedelta(hours=turned.hour, minutes=turned.minute)).date().isoformat()

    def hours(self, day: date) -> DayHours | None:
        """The hours of a date, or None when closed. A later profile wins over an earlier one."""
        if day in self.closed:
            return None
        if day not in self.opened and self.holiday(day):
            return None
        for profile in reversed(self.profiles):
            if profile.covers(day):
                return profile.days.get(WEEKDAYS[day.weekday()])
        return None

    def state(self, at: int) -> HallState:
        """Open, break or closed at an instant (ms UTC), until when, and when it opens next."""
        now = self.local(at)
        if at < self.closed_until:
            return HallState("closed", None, self._next_opening(max(now, self.local(self.closed_until))))
        if at < self.open_until:
            return HallState("open", self.local(self.open_until))
        day = now.date()
        hours = self.hours(day)
        if hours is None or not self._on(day, hours.opens) <= now < self._on(day, hours.closes):
            return HallState("closed", None, self._next_opening(now))
        if hours.pause and self._on(day, hours.pause[0]) <= now < self._on(day, hours.pause[1]):
            return HallState("break", self._on(day, hours.pause[1]))
        return HallState("open", self._on(day, hours.closes))

    def _on(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.zone)

    def _next_opening(self, now: datetime) -> datetime | None:
        return next((opens for opens in self._openings(now.date()) if opens > now), None)

    def _openings(self, first: date) -> Iterator[datetime]:
        for offset in range(40):
            day = first + timedelta(days=offset)
            hours = self.hours(day)
            if hours:
                yield self._on(day, hours.opens)
