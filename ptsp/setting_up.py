"""Bringing an office to what its plan says: adds, updates, switches off; never deletes, for the book refers to it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert, select, update

from ptsp import logo
from ptsp import records as r
from ptsp.errors import CounterTaken
from ptsp.hall import Actor, Answer, Hall, Work
from ptsp.office_file import CounterPlan, OfficeFileError, OfficePlan, SectionPlan, read_office

__all__ = ["OfficeFileError", "OfficePlan", "apply", "found_office", "office_by_code", "read_office"]

_SERVICE_FIELDS = (
    "name", "prefix", "promised_minutes", "desk_minutes", "requirements", "quota", "survey_when_filed", "active",
)  # fmt: skip


def office_by_code(hall: Hall, code: str) -> int | None:
    """The id of the office with this code, or None."""
    with hall.view() as conn:
        return conn.execute(select(r.office.c.id).where(r.office.c.code == code)).scalar_one_or_none()


def found_office(hall: Hall, plan: OfficePlan, by: str = "cli", picture: bytes | None = None) -> Answer:
    """Creates the office, or brings the one of the same code up to the plan, in one transaction. ``picture``: the
    logo that the plan names, as `logo.clean` made it; ValueError when it names one and none came.

    The answer: {"office_id", "founded": bool, "sections", "services", "counters": {"added", "changed", "off"}}.
    """
    office_id = office_by_code(hall, plan.code)
    actor = Actor("system", 0, "system", office_id or 0, by)
    if office_id is not None:
        return hall.act(actor, apply, plan=plan, picture=picture) | {"founded": False}
    row = {"code": plan.code, "name": plan.name, "timezone": plan.timezone, "settings": plan.settings}
    with hall.work(actor, founding=row) as work:
        return apply(work, plan, picture) | {"founded": True, "seq": work.seq}


def apply(work: Work, plan: OfficePlan, picture: bytes | None = None) -> Answer:
    """Brings the office to the plan. Idempotent; what the plan no longer names is switched off, never deleted.

    CounterTaken when a counter would be switched off while somebody sits there.
    """
    _office(work, plan, picture)
    answer: dict[str, Any] = {"office_id": work.office_id}
    answer["sections"], section_ids = _sections(work, plan.sections)
    answer["services"], service_ids = _services(work, plan.sections, section_ids)
    answer["counters"], counter_ids = _counters(work, plan.counters)
    _who_takes_what(work, plan.counters, counter_ids, service_ids)
    work.audit("set_up", plan.code)
    work.set_up_changed()
    # A line in the book, so that every screen's pulse says that there is something new to fetch.
    work.write("set_up", work.today)
    return answer


def _office(work: Work, plan: OfficePlan, picture: bytes | None) -> None:
    if plan.logo and picture is None:
        raise ValueError(f"the plan names a logo, {plan.logo}, and no picture came with it")
    settings = plan.settings if plan.logo is None else {**plan.settings, "logo": logo.keep(work, picture)}
    kept = work.conn.execute(select(r.office.c.settings).where(r.office.c.id == work.office_id)).scalar_one()
    values = {"name": plan.name, "timezone": plan.timezone, "settings": kept | settings}
    work.conn.execute(update(r.office).where(r.office.c.id == work.office_id).values(values))


def _sections(work: Work, plans: tuple[SectionPlan, ...]) -> tuple[dict[str, int], dict[Any, int]]:
    wanted = {
        plan.code: {
            "name": plan.name,
            "examples": plan.examples,
            "icon": plan.icon,
            "active": plan.active,
            "position": position,
        }
        for position, plan in enumerate(plans)
    }
    return _bring(work, r.section, "code", wanted)


def _services(
    work: Work, plans: tuple[SectionPlan, ...], section_ids: dict[Any, int]
) -> tuple[dict[str, int], dict[Any, int]]:
    wanted = {
        service.code: {name: getattr(service, name) for name in _SERVICE_FIELDS}
        | {"section_id": section_ids[section.code], "position": position}
        for section in plans
        for position, service in enumerate(section.services)
    }
    return _bring(work, r.service, "code", wanted)


def _counters(work: Work, plans: tuple[CounterPlan, ...]) -> tuple[dict[str, int], dict[Any, int]]:
    wanted = {plan.number: {"name": plan.name, "active": plan.active} for plan in plans}
    stays = [number for number, values in wanted.items() if values["active"]]
    c = r.counter.c
    in_use = select(c.name, r.person.c.name.label("officer")).select_from(r.counter.outerjoin(r.person))
    held = work.conn.execute(
        in_use.where(c.office_id == work.office_id, c.state != "closed", c.number.not_in(stays))
    ).first()
    if held is not None:
        raise CounterTaken(counter=held.name, officer=held.officer or "API")
    return _bring(work, r.counter, "number", wanted)


def _bring(
    work: Work, table: Any, key: str, wanted: dict[Any, dict[str, Any]]
) -> tuple[dict[str, int], dict[Any, int]]:
    """Brings the rows of one table to what is wanted; returns the tally and the ids by key."""
    rows = work.conn.execute(select(table).where(table.c.office_id == work.office_id)).mappings().all()
    found = {row[key]: row for row in rows}
    tally, ids = {"added": 0, "changed": 0, "off": 0}, {}
    for name, values in wanted.items():
        ids[name] = found[name]["id"] if name in found else _add(work, table, {key: name, **values})
        if name not in found:
            tally["added"] += 1
        elif any(found[name][field] != value for field, value in values.items()):
            work.conn.execute(update(table).where(table.c.id == ids[name]).values(values))
            tally["changed"] += 1
    for name, row in found.items():
        if name not in wanted and row["active"]:
            work.conn.execute(update(table).where(table.c.id == row["id"]).values(active=False))
            tally["off"] += 1
    return tally, ids


def _add(work: Work, table: Any, values: dict[str, Any]) -> int:
    made = work.conn.execute(insert(table).values(office_id=work.office_id, **values).returning(table.c.id))
    added: int = made.scalar_one()
    return added


def _who_takes_what(
    work: Work, plans: tuple[CounterPlan, ...], counter_ids: dict[Any, int], service_ids: dict[Any, int]
) -> None:
    """Counters take what the plan says. A service that is off keeps its counters: somebody may still wait for it."""
    link = r.counter_service
    off = select(r.counter.c.id).where(r.counter.c.office_id == work.office_id, ~r.counter.c.active)
    work.conn.execute(delete(link).where(link.c.counter_id.in_(off)))
    for plan in (plan for plan in plans if plan.active):
        counter_id = counter_ids[plan.number]
        wanted = {service_ids[name] for name in plan.services}
        taken = set(work.conn.execute(select(link.c.service_id).where(link.c.counter_id == counter_id)).scalars())
        gone = (taken - wanted) & set(service_ids.values())
        if gone:
            work.conn.execute(delete(link).where(link.c.counter_id == counter_id, link.c.service_id.in_(gone)))
        for service_id in sorted(wanted - taken):
            work.conn.execute(insert(link).values(counter_id=counter_id, service_id=service_id))
