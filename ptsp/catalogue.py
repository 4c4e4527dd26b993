"""The office as it is set up: sections, services, counters, hours. Read once, kept until its revision moves."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from ptsp import records as r
from ptsp.errors import NotFound
from ptsp.schedule import DayHours, Profile, Schedule, clock_time

Text = dict[str, str]


@dataclass(frozen=True, slots=True)
class Service:
    """What a visitor comes for. Minutes are whole minutes; ``quota`` numbers a day."""

    id: int
    section_id: int
    code: str
    name: Text
    prefix: str
    promised_minutes: int | None
    desk_minutes: int
    requirements: Text | None
    quota: int | None
    survey_when_filed: bool
    active: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the office, a tile of the kiosk."""

    id: int
    code: str
    name: Text
    examples: Text
    icon: str
    active: bool
    services: tuple[Service, ...]


@dataclass(frozen=True, slots=True)
class Counter:
    """A desk, with the services it takes."""

    id: int
    number: int
    name: Text
    service_ids: frozenset[int]
    active: bool


@dataclass(frozen=True)
class Catalogue:
    """One office's set-up at one revision."""

    office_id: int
    code: str
    name: str
    timezone: str
    revision: int
    settings: dict[str, Any]
    sections: tuple[Section, ...]
    services: dict[int, Service]
    counters: dict[int, Counter]
    printers: tuple[int, ...]
    schedule: Schedule
    # service -> the counters that take it.
    taken_by: dict[int, frozenset[int]]

    def service(self, service_id: int) -> Service:
        """The service, or NotFound."""
        if service_id not in self.services:
            raise NotFound(what="service")
        return self.services[service_id]

    def counter(self, counter_id: int) -> Counter:
        """The counter, or NotFound."""
        if counter_id not in self.counters:
            raise NotFound(what="counter")
        return self.counters[counter_id]

    def setting(self, name: str) -> Any:
        """An office setting, or its default."""
        return self.settings.get(name, DEFAULTS[name])


DEFAULTS: dict[str, Any] = {
    # A priority visitor stands as if they had come this much earlier (UU 25/2009 art. 29 names no figure).
    "priority_credit_minutes": 30,
    # A visitor put back into the queue stands behind whoever came in this time.
    "recycle_minutes": 5,
    "issue_when_closed": False,
    "long_wait_minutes": 30,
    "ticker": {"id": "", "en": ""},
    "survey_when_filed": False,
    # What visitors are asked: codes of survey/instruments/, the first is the main one; a visitor answers all of them.
    "survey_instruments": ["skm-9"],
    # "full", or "one_touch": four faces and at most one further question, reported apart.
    "survey_mode": "full",
    # One question a screen ("one"), or all on one ("all").
    "survey_layout": "one",
    # A ticket may answer until so many days after its own.
    "survey_window_days": 3,
    # Whether suspicious answers (asking.FLAGS) are counted; every report says which rule it followed.
    "survey_count_flagged": False,
    # The constant for 1/9 in the SKM: exact, 0.111 or 0.11.
    "survey_weight": "exact",
    "public_results": True,
    "results_on_board": True,
    # The head and foot of letters: lines above the address, place, and who signs.
    "letterhead": ["KEMENTERIAN AGAMA REPUBLIK INDONESIA"],
    "place": "",
    "signer_name": "",
    "signer_title": "Kepala Kantor",
    "signer_number": "",
    # Complaints, in days: first response; answer to a question; to all else, without and with a look on the spot.
    # As is reported of SP4N-LAPOR!.
    "complaint_respond_days": 3,
    "complaint_information_days": 5,
    "complaint_answer_days": 14,
    "complaint_field_days": 60,
    # How a visitor can be reached is erased so many days after the answer.
    "complaint_contact_days": 90,
    # Visitors' own words are erased after so many months: remarks of the survey, and complaints that are done.
    "remark_months": 24,
    "complaint_months": 60,
    "hours": [],
    "closed_days": [],
    "open_days": [],
    "day_turns_at": "00.00",
    "public_holidays": True,
    "open_until": 0,
    "closed_until": 0,
    "address": "",
    "accent": "",
    # The name of the office's logo in addresses (logo.py); empty: it has none.
    "logo": "",
    # Where visitors' phones reach this hall; empty: the address of the request is not trusted, a path is given.
    "public_url": "",
}

Holidays = Callable[[date], str | None]


def load(conn: Connection, office_id: int, holiday: Holidays) -> Catalogue:
    """Reads the office's set-up. NotFound when there is no such office."""
    office = conn.execute(select(r.office).where(r.office.c.id == office_id)).one_or_none()
    if office is None:
        raise NotFound(what="office")
    services = {row.id: _service(row) for row in _rows(conn, r.service, office_id)}
    counters = _counters(conn, office_id)
    return Catalogue(
        office_id=office.id,
        code=office.code,
        name=office.name,
        timezone=office.timezone,
        revision=office.revision,
        settings=office.settings,
        sections=tuple(_section(row, services) for row in _rows(conn, r.section, office_id)),
        services=services,
        counters=counters,
        printers=tuple(row.id for row in conn.execute(_active_printers(office_id))),
        schedule=read_schedule(office.timezone, office.settings, holiday),
        taken_by=_taken_by(services, counters),
    )


def _rows(conn: Connection, table: Any, office_id: int) -> Any:
    order = table.c.number if "number" in table.c else table.c.position
    return conn.execute(select(table).where(table.c.office_id == office_id).order_by(order, table.c.id))


def _active_printers(office_id: int) -> Any:
    printer = r.printer
    return select(printer.c.id).where(printer.c.office_id == office_id, printer.c.active).order_by(printer.c.id)


def _service(row: Any) -> Service:
    return Service(**{name: getattr(row, name) for name in Service.__dataclass_fields__})


def _section(row: Any, services: dict[int, Service]) -> Section:
    mine = tuple(service for service in services.values() if service.section_id == row.id)
    return Section(row.id, row.code, row.name, row.examples, row.icon, row.active, mine)


def _counters(conn: Connection, office_id: int) -> dict[int, Counter]:
    taken: dict[int, set[int]] = {}
    joined = r.counter_service.join(r.counter)
    for row in conn.execute(select(r.counter_service).select_from(joined).where(r.counter.c.office_id == office_id)):
        taken.setdefault(row.counter_id, set()).add(row.service_id)
    return {
        row.id: Counter(row.id, row.number, row.name, frozenset(taken.get(row.id, ())), row.active)
        for row in _rows(conn, r.counter, office_id)
    }


def _taken_by(services: dict[int, Service], counters: dict[int, Counter]) -> dict[int, frozenset[int]]:
    return {
        service_id: frozenset(one.id for one in counters.values() if service_id in one.service_ids)
        for service_id in services
    }


def read_schedule(timezone: str, settings: dict[str, Any], holiday: Holidays) -> Schedule:
    """Builds the schedule of an office from its settings. ValueError names what cannot be read."""

    def get(name: str) -> Any:
        return settings.get(name, DEFAULTS[name])

    return Schedule(
        zone=ZoneInfo(timezone),
        profiles=tuple(_profile(one) for one in get("hours")),
        day_turns_at=clock_time(get("day_turns_at")),
        closed=frozenset(date.fromisoformat(day) for day in get("closed_days")),
        opened=frozenset(date.fromisoformat(day) for day in get("open_days")),
        holiday=holiday if get("public_holidays") else lambda _day: None,
        open_until=get("open_until"),
        closed_until=get("closed_until"),
    )


def _profile(one: dict[str, Any]) -> Profile:
    return Profile(
        days={name: _day_hours(hours) for name, hours in one["days"].items()},
        first=date.fromisoformat(one["from"]) if one.get("from") else None,
        last=date.fromisoformat(one["to"]) if one.get("to") else None,
    )


def _day_hours(hours: dict[str, Any]) -> DayHours:
    pause: tuple[time, time] | None = None
    if hours.get("break"):
        pause = (clock_time(hours["break"][0]), clock_time(hours["break"][1]))
    return DayHours(clock_time(hours["open"]), clock_time(hours["close"]), pause)


def as_text(value: Any) -> Text | None:
    """A text column as the driver gives it (JSON string on SQLite, dict on PostgreSQL) as a dict."""
    loaded: Text | None = json.loads(value) if isinstance(value, str) else value
    return loaded
