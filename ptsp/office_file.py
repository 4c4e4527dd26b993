"""An office's set-up as a person writes it: one TOML file, read into a plan, with errors that name line and field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ptsp.catalogue import DEFAULTS, Text, read_schedule
from ptsp.colour import accent
from ptsp.office_fields import (
    OfficeFileError,
    Table,
    clock,
    code,
    days,
    each_once,
    file_name,
    flag,
    hours,
    icon,
    open_table,
    prefix,
    text_of,
    whole,
    words,
    zone,
)

# The kiosk shows every choice on one screen, without scrolling.
CHOICES = 7


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """A service as written. Minutes are whole minutes; ``prefix`` is the section's unless it has its own."""

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
class SectionPlan:
    """A section as written, with its services in the order of the file."""

    code: str
    name: Text
    examples: Text
    icon: str
    active: bool
    services: tuple[ServicePlan, ...]


@dataclass(frozen=True, slots=True)
class CounterPlan:
    """A counter as written; ``services`` are service codes (a section's code in the file stands for all of its own)."""

    number: int
    name: Text
    services: tuple[str, ...]
    active: bool


@dataclass(frozen=True, slots=True)
class OfficePlan:
    """A whole office as written. ``settings`` holds only what the file says; the rest keeps its value or default.

    ``logo``: the name of a picture beside the file; "" takes the logo away, None leaves it as it is."""

    code: str
    name: str
    timezone: str
    logo: str | None
    settings: dict[str, Any]
    sections: tuple[SectionPlan, ...]
    counters: tuple[CounterPlan, ...]


# What a file may set: every office setting but the two instants that open or close the hall today.
_SETTINGS = {
    "priority_credit_minutes": whole(0, 600),
    "recycle_minutes": whole(0, 600),
    "long_wait_minutes": whole(1, 600),
    "issue_when_closed": flag,
    "survey_when_filed": flag,
    "public_holidays": flag,
    "ticker": text_of,
    "closed_days": days,
    "open_days": days,
    "day_turns_at": clock,
    "address": words(200),
    "accent": accent,
    "public_url": words(200),
}


def read_office(text: str) -> OfficePlan:
    """The plan in a TOML text (see server/example_office.toml). OfficeFileError names the line and field at fault."""
    top = open_table(text)
    settings = _settings(top.table("settings"))
    settings["hours"] = [hours(one) for one in top.tables("hours", "hours")]
    sections = tuple(_section(one) for one in top.tables("section", "section"))
    counters = tuple(_counter(one, sections) for one in top.tables("counter", "counter"))
    plan = OfficePlan(
        code=top.take("code", code(32)),
        name=top.take("name", words(200)),
        timezone=top.take("timezone", zone),
        logo=top.take("logo", file_name, None),
        settings=settings,
        sections=sections,
        counters=counters,
    )
    top.done()
    _check_whole(top, plan)
    return plan


def _settings(table: Table) -> dict[str, Any]:
    found = {name: table.take(name, check) for name, check in _SETTINGS.items() if name in table}
    table.done()
    return found


def _section(table: Table) -> SectionPlan:
    letter = table.take("prefix", prefix, None)
    plan = SectionPlan(
        code=table.take("code", code(32)),
        name=table.take("name", text_of),
        examples=table.take("examples", text_of, {"id": "", "en": ""}),
        icon=table.take("icon", icon, "file-text"),
        active=table.take("active", flag, True),
        services=tuple(_service(one, letter) for one in table.tables("service", "section.service")),
    )
    table.done()
    shown = sum(service.active for service in plan.services)
    if plan.active and not 1 <= shown <= CHOICES:
        raise table.error(None, f"1 to {CHOICES} active services fit on the kiosk's screen, here are {shown}")
    return plan


def _service(table: Table, section_prefix: str | None) -> ServicePlan:
    letter = table.take("prefix", prefix, section_prefix)
    if letter is None:
        raise table.error("prefix", "is missing, and the section has none either")
    plan = ServicePlan(
        code=table.take("code", code(48)),
        name=table.take("name", text_of),
        prefix=letter,
        promised_minutes=table.take("promised_minutes", whole(1, 60 * 24), None),
        desk_minutes=table.take("desk_minutes", whole(1, 480), 10),
        requirements=table.take("requirements", text_of, None),
        quota=table.take("quota", whole(0, 10_000), None),
        survey_when_filed=table.take("survey_when_filed", flag, False),
        active=table.take("active", flag, True),
    )
    table.done()
    return plan


def _counter(table: Table, sections: tuple[SectionPlan, ...]) -> CounterPlan:
    number = table.take("number", whole(1, 99))
    named = {"id": f"Loket {number}", "en": f"Counter {number}"}
    plan = CounterPlan(
        number=number,
        name=table.take("name", text_of, named),
        services=_taken(table, sections),
        active=table.take("active", flag, True),
    )
    table.done()
    return plan


def _taken(table: Table, sections: tuple[SectionPlan, ...]) -> tuple[str, ...]:
    """Service codes of a counter's list, in which a section's code stands for all services of the section."""
    known: dict[str, tuple[str, ...]] = {}
    for section in sections:
        known |= {service.code: (service.code,) for service in section.services}
        known[section.code] = tuple(service.code for service in section.services)
    taken: dict[str, None] = {}
    for name in table.take("services", _codes):
        if name not in known:
            raise table.error("services", f"there is no section or service {name!r}")
        taken |= dict.fromkeys(known[name])
    return tuple(taken)


def _codes(value: Any) -> list[str]:
    if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
        raise ValueError('a list of section and service codes, such as ["tu", "legalisir-ijazah"]')
    return value


def _check_whole(top: Table, plan: OfficePlan) -> None:
    """What only shows when everything is read."""
    services = [service for section in plan.sections for service in section.services]
    each_once(top, "section code", [section.code for section in plan.sections])
    each_once(top, "service code", [service.code for service in services])
    each_once(top, "counter number", [counter.number for counter in plan.counters])
    both = {section.code for section in plan.sections} & {service.code for service in services}
    if both:
        raise top.error(None, f"{min(both)!r} is both a section and a service; counters could not tell them apart")
    shown = sum(section.active for section in plan.sections)
    if not 1 <= shown <= CHOICES:
        raise top.error(None, f"1 to {CHOICES} active sections fit on the kiosk's screen, here are {shown}")
    taken = {name for counter in plan.counters if counter.active for name in counter.services}
    for section in plan.sections:
        for service in section.services:
            if section.active and service.active and service.code not in taken:
                raise top.error(None, f"no active counter takes the service {service.code!r}")
    try:
        read_schedule(plan.timezone, DEFAULTS | plan.settings, lambda _day: None)
    except ValueError as error:
        raise top.error(None, str(error)) from error


__all__ = ["CounterPlan", "OfficeFileError", "OfficePlan", "SectionPlan", "ServicePlan", "read_office"]
