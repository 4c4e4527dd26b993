"""The remembered head of the line says the same as counting anew, whatever happened in between and whoever did it."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import select

from ptsp import issuing, opening
from ptsp import records as r
from ptsp.estimates import LOOKED_AT, line_before
from ptsp.hall import Actor, Hall, Order, Work
from ptsp.head import REMEMBERED
from tests.support.halls import Office


@pytest.fixture
def crowded(office: Office) -> Office:
    """Two open counters, and a line longer than anybody looks at."""
    office.officer(1), office.officer(2)
    for n in range(LOOKED_AT + 5):
        office.clock.forward(seconds=1)
        office.issue(office.services[n % len(office.services)])
    return office


def expect_counted_right(office: Office, ticket: dict) -> None:
    with office.hall.view() as conn:
        row = conn.execute(select(r.ticket).where(r.ticket.c.id == ticket["id"])).one()
        catalogue = office.hall.catalogue(conn, office.office_id)
        desk = issuing.pace.of(conn, catalogue, row.day, office.clock.tick)
        line = line_before(conn, catalogue, row.service_id, row.rank_at, row.number, desk)
    assert (ticket["ahead"], ticket["estimate"]) == (line.people, list(line.minutes) if line.minutes else None)


def test_every_number_is_told_what_counting_anew_would_tell_it(crowded: Office) -> None:
    chance = random.Random(7)
    officer = crowded.officer(3)
    other = Hall(crowded.hall.engine, crowded.clock)  # as another process on the same database
    kiosk = Actor("device", 2, "kiosk", crowded.office_id, "Kiosk 2")
    for n in range(250):
        crowded.clock.forward(seconds=chance.choice((0, 0, 1, 30)))
        what = chance.randrange(12)
        if what == 0:
            officer.serves_next()
        elif what == 1:
            params = {"service_id": chance.choice(crowded.services)}
            other.run(Order(kiosk, "issue", params, f"other-{n:06d}"), issuing.issue)
        elif what == 2:
            officer.leaves()
            officer.takes()
        elif what == 3:
            crowded.hall.act(crowded.system, opening.open_hall, until_at=crowded.clock.at + 86_400_000)
        ticket = crowded.issue(chance.choice(crowded.services), priority=chance.random() < 0.2)
        expect_counted_right(crowded, ticket)


def test_an_empty_hall_fills_up(office: Office) -> None:
    office.officer(1)
    for n in range(30):
        expect_counted_right(office, office.issue(office.services[n % 3], priority=n % 5 == 0))


def test_what_was_rolled_back_is_not_remembered(crowded: Office) -> None:
    def issue_and_fail(work: Work) -> dict:
        issuing.issue(work, crowded.services[0], priority=True)
        raise ZeroDivisionError

    key = (REMEMBERED, crowded.office_id)
    before = crowded.hall.remembered[key]
    with pytest.raises(ZeroDivisionError):
        crowded.hall.act(crowded.system, issue_and_fail)
    assert crowded.hall.remembered[key] is before
    expect_counted_right(crowded, crowded.issue(crowded.services[0]))


def test_while_only_numbers_are_given_nothing_is_read_again(crowded: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ptsp.head._read", lambda _work: pytest.fail("read again"))
    for service_id in crowded.services[:4]:
        expect_counted_right(crowded, crowded.issue(service_id))
    with pytest.raises(pytest.fail.Exception):
        crowded.officer(4), crowded.issue()
