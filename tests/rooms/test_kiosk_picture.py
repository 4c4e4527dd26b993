"""What the kiosk is told, and what its paper says: the same figures, and none that is no longer true."""

from __future__ import annotations

from typing import Any

from flask_babel import force_locale
from sqlalchemy import select

from kiosk.paper.layout import TicketPaper
from kiosk.ticket_words import FRESH_MS, ticket_paper
from ptsp import queueing
from ptsp import records as r
from ptsp.estimates import LOOKED_AT
from tests.support.apps import House


def sections(house: House) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = house.live.picture("kiosk", house.office.office_id)["sections"]
    return shown


def tile(house: House, service_id: int) -> dict[str, Any]:
    return next(one for section in sections(house) for one in section["services"] if one["id"] == service_id)


def test_a_tile_says_what_the_ticket_will_say(house: House) -> None:
    office = house.office
    seated = [office.officer(number) for number in (1, 2, 3)]
    busy = office.service_for(seated[0].counter_id)
    expect_the_same(house, busy, busy, *office.services, busy, *office.services)


def test_a_tile_counts_those_whom_its_counters_call_first(house: House) -> None:
    """Nobody waits for this service, but its counters have others to call: "no queue" would be untrue."""
    mine, other = two_that_share_their_counters(house)
    for _ in range(3):
        house.office.issue(other)
    assert tile(house, mine)["waiting"] == 3
    assert next(one for one in sections(house) if mine in ids(one))["waiting"] == 3


def test_a_tile_looks_as_far_as_the_ticket(house: House) -> None:
    """More than a hundred in the hall: both count the first hundred."""
    office = house.office
    office.officer(1), office.officer(2)
    for n in range(LOOKED_AT + 20):
        office.clock.forward(seconds=1)
        office.issue(office.services[n % len(office.services)])
    expect_the_same(house, *office.services)


def test_who_comes_back_in_some_minutes_is_after_a_newcomer(house: House) -> None:
    desk = house.office.officer(1)
    service_id = house.office.service_for(desk.counter_id)
    gone = house.office.issue(service_id)
    desk.calls(gone["id"]), desk.marks_no_show()
    house.office.do(desk.actor, queueing.recycle, ticket_id=gone["id"])
    assert tile(house, service_id)["waiting"] == 0
    expect_the_same(house, service_id, *house.office.services)


def expect_the_same(house: House, *services: int) -> None:
    for service_id in services:
        before = tile(house, service_id)
        ticket = house.office.issue(service_id)
        assert (before["waiting"], before["estimate"]) == (ticket["ahead"], ticket["estimate"])
        house.office.clock.forward(seconds=1)  # in the same millisecond the smaller number would go first


def two_that_share_their_counters(house: House) -> tuple[int, int]:
    taken_by = house.office.catalogue().taken_by
    shown = sections(house)
    apart = [(a, b) for one in shown for two in shown if one is not two for a in ids(one) for b in ids(two)]
    return next((mine, other) for mine, other in apart if taken_by[other] and taken_by[other] <= taken_by[mine])


def ids(section: dict[str, Any]) -> list[int]:
    return [one["id"] for one in section["services"]]


def paper(house: House, ticket: dict[str, Any], *, reprint: bool = False, later_ms: int = 0) -> TicketPaper:
    with house.office.hall.view() as conn:
        row = conn.execute(
            select(r.ticket, r.print_job.c.reprint)
            .select_from(r.ticket.outerjoin(r.print_job))
            .where(r.ticket.c.id == ticket["id"])
        ).one()
    with house.app.app_context(), force_locale("id"):
        told = type("Job", (), {**row._mapping, "reprint": reprint})
        return ticket_paper(house.office.catalogue(), told, "http://hall.test", row.issued_tick + later_ms)


def test_only_fresh_paper_says_how_long(house: House) -> None:
    service_id = house.office.service_for(house.office.officer(1).counter_id)
    house.office.issue(service_id)
    ticket = house.office.issue(service_id)
    fresh = paper(house, ticket, later_ms=FRESH_MS)
    assert "1" in fresh.ahead
    assert fresh.estimate
    for late in (paper(house, ticket, later_ms=FRESH_MS + 1), paper(house, ticket, reprint=True)):
        assert (late.ahead, late.estimate) == ("", "")
        assert (late.number, late.url) == (fresh.number, fresh.url)
