"""The kiosk's picture: what can be chosen, how many wait for it, and whether the hall and the printer are ready."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from ptsp import records as r
from ptsp.catalogue import Catalogue, Section, Service
from ptsp.clock import Reading
from ptsp.database import Prepared
from ptsp.estimates import Line, Reach, groups_before, open_counters
from ptsp.hall import Hall
from ptsp.issuing import pace
from ptsp.printing import printers
from web.picture import Picture, common

# A visitor need not know what is wrong with a machine that does not print.
SHOWN_AS = {"error": "offline"}

_t = r.ticket.c
_issued = Prepared(
    select(_t.service_id, func.count().label("n"))
    .where(
        _t.office_id == bindparam("office_id"), _t.day == bindparam("day"), _t.state.not_in(["cancelled", "removed"])
    )
    .group_by(_t.service_id)
)


def build(hall: Hall, conn: Connection, office_id: int, key: Any, reading: Reading) -> Picture:
    """Picture of audience "kiosk" (docs/architecture.md)."""
    office = hall.catalogue(conn, office_id)
    picture = common(conn, office, "kiosk", reading)
    facts = _Facts(conn, office, reading)
    sections = [_section(section, facts) for section in office.sections if section.active]
    if office.setting("issue_when_closed") and picture["hall"]["state"] == "closed":
        picture["hall"]["state"] = "open"
    return picture | {
        "sections": [section for section in sections if section["services"]],
        "printer": {"state": _printer_state(conn, office_id, key)},
    }


def _printer_state(conn: Connection, office_id: int, printer_id: int | None) -> str:
    """Of the printer beside this kiosk (`printer_id`), else of the office's first; "none" without one."""
    found = printers(conn, office_id)
    mine = next((one for one in found if one.id == printer_id), found[0] if found else None)
    return SHOWN_AS.get(mine.state, mine.state) if mine else "none"


class _Facts:
    """Counts by service, read once for the whole picture."""

    def __init__(self, conn: Connection, office: Catalogue, reading: Reading) -> None:
        day = office.schedule.service_day(reading.at)
        # Those whom the ticket counts: before a place taken now, and of the same head of the queue.
        self.groups = groups_before(conn, office.office_id, reading.tick + 1, 0)
        self.waiting: Counter[int] = Counter()
        for (service_id, _kept_for), n in self.groups:
            self.waiting[service_id] += n
        self.reach = Reach(office, open_counters(conn, office.office_id))
        limited = any(service.quota is not None for service in office.services.values())
        issued = _issued.all(conn, office_id=office.office_id, day=day) if limited else []
        self.issued = {row.service_id: row.n for row in issued}
        self.desk = pace.of(conn, office, day, reading.tick)

    def line(self, service: Service) -> Line:
        """Before somebody who would take a number now: what the ticket will say."""
        return self.reach.weigh((service.id, None), self.groups, self.desk)


def _section(section: Section, facts: _Facts) -> dict[str, Any]:
    offered = [service for service in section.services if service.active]
    services = [_service(service, facts) for service in offered]
    # Its own visitors; but nobody would believe fewer here than before one of its services, at shared counters.
    waiting = max([sum(facts.waiting[service.id] for service in offered), *(one["waiting"] for one in services)])
    return {
        "id": section.id,
        "name": section.name,
        "examples": section.examples,
        "icon": section.icon,
        "waiting": waiting,
        "services": services,
    }


def _service(service: Service, facts: _Facts) -> dict[str, Any]:
    full = service.quota is not None and facts.issued.get(service.id, 0) >= service.quota
    line = facts.line(service)
    return {
        "id": service.id,
        "name": service.name,
        "waiting": line.people,
        "estimate": list(line.minutes) if line.minutes else None,
        "state": "full" if full else "open",
        "requirements": service.requirements,
    }
